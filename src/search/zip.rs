//! Groups of parameters that go through their values together.

use anyhow::Result;

use super::parameter::{Free, Origin, Parameter};
use crate::hint;
use crate::value::Value;

/// The members of a group with as many values each.
#[derive(Clone, Debug)]
pub(super) struct ZipGroup {
    /// Which of the free parameters they are.
    pub(super) members: Vec<usize>,
    /// The values of each member.
    pub(super) columns: Vec<Vec<Value>>,
}

impl ZipGroup {
    /// The groups of the free parameters among `parameters`, in order of their first members.
    ///
    /// # Errors
    /// If the members of a group have different numbers of values, or one has no end of them.
    pub(super) fn all(parameters: &[Parameter]) -> Result<Vec<Self>> {
        let free: Vec<(&Parameter, &Free)> = parameters
            .iter()
            .filter_map(|parameter| match &parameter.origin {
                Origin::Free(free) => Some((parameter, free)),
                Origin::Derived(_) | Origin::Repeat => None,
            })
            .collect();
        let mut names: Vec<&str> = Vec::new();
        for name in free.iter().filter_map(|(_, free)| free.zip.as_deref()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.into_iter().map(|name| Self::new(name, &free)).collect()
    }

    fn new(name: &str, free: &[(&Parameter, &Free)]) -> Result<Self> {
        let members: Vec<usize> = (0..free.len()).filter(|&at| free[at].1.zip.as_deref() == Some(name)).collect();
        let columns = members.iter().map(|&at| column(name, free[at])).collect::<Result<Vec<_>>>()?;
        if columns.iter().any(|column| column.len() != columns[0].len()) {
            let lengths: Vec<String> = members
                .iter()
                .zip(&columns)
                .map(|(&at, column)| format!("`{}` has {}", free[at].0.name, column.len()))
                .collect();
            return Err(hint::error(
                format!("the group `{name}` goes through its values together, but {}", lengths.join(", ")),
                "give each of them as many values, or take one out of the group",
            ));
        }
        Ok(Self { members, columns })
    }
}

fn column(group: &str, (parameter, free): (&Parameter, &Free)) -> Result<Vec<Value>> {
    let values = free.domain.values().map(<[Value]>::to_vec).or_else(|| free.domain.grid(None));
    values.ok_or_else(|| {
        let name = &parameter.name;
        hint::error(
            format!(
                "`{name}` is in the group `{group}`, but has no end of values to pair with the others': {}",
                free.domain.text()
            ),
            "give it a list, a range, or `grid_points`",
        )
    })
}
