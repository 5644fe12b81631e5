//! Points that the user gives one by one.

use anyhow::{Context as _, Result, bail};

use super::draft::Draft;
use super::parameter::{Free, Origin};
use super::sampler::Sampler;
use super::space::Space;
use crate::hint::{self, near_miss};
use crate::point::ParamName;
use crate::value::Value;

/// The values of one point.
pub type Row = Vec<(ParamName, Value)>;

/// The given points in their order.
#[derive(Debug)]
pub(super) struct List(Vec<Draft>);

impl List {
    /// The points of these rows. A parameter that a row leaves out takes its only value, or does not apply.
    ///
    /// # Errors
    /// If there are no rows, a name or a value of one is not in the space, or a value is missing.
    pub(super) fn new(space: &Space, rows: &[Row]) -> Result<Self> {
        if rows.is_empty() {
            bail!("the list of points is empty");
        }
        let draft = |(at, row): (usize, &Row)| {
            let place = || format!("point {} of the list", at + 1);
            let draft = draft(space, row).with_context(place)?;
            space.judge(draft.clone(), 1).with_context(place)?;
            Ok(draft)
        };
        rows.iter().enumerate().map(draft).collect::<Result<_>>().map(Self)
    }
}

fn draft(space: &Space, row: &Row) -> Result<Draft> {
    let free: Vec<(&ParamName, &Free)> = space.free().collect();
    let mut draft = Draft::blank(free.len());
    for (index, (_, parameter)) in free.iter().enumerate() {
        if let (true, Some(value)) = (parameter.domain.is_constant(), parameter.domain.get(0)) {
            draft.set(index, value);
        }
    }
    let mut given: Vec<&ParamName> = Vec::with_capacity(row.len());
    for (name, value) in row {
        if given.contains(&name) {
            bail!("`{name}` stands twice");
        }
        given.push(name);
        let Some(index) = free.iter().position(|(known, _)| *known == name) else {
            return Err(no_such(space, name));
        };
        let domain = &free[index].1.domain;
        if !domain.contains(value) {
            bail!("`{name}` = {value} is not in its domain: {}", domain.text());
        }
        draft.set(index, value.clone());
    }
    Ok(draft)
}

/// Why a name in a list is not a free parameter.
fn no_such(space: &Space, name: &ParamName) -> anyhow::Error {
    let origin = space.position(name.as_str()).map(|index| &space.parameters()[index].origin);
    match origin {
        Some(Origin::Derived(expression)) => hint::error(
            format!("`{name}` is computed from others: {expression}"),
            format!("leave `{name}` out of the list, or drop its expression"),
        ),
        Some(Origin::Repeat) => hint::error(
            format!("`{name}` counts the repeats of a point"),
            format!("leave `{name}` out of the list, or give it values of its own instead"),
        ),
        Some(Origin::Free(_)) | None => {
            let known: Vec<&str> = space.free().map(|(known, _)| known.as_str()).collect();
            let way_out = match near_miss(name.as_str(), known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the parameters are {}", known.join(", ")),
            };
            hint::error(format!("there is no parameter `{name}`"), way_out)
        }
    }
}

impl Sampler for List {
    fn draft(&self, k: u64) -> Option<Draft> {
        self.0.get(usize::try_from(k).ok()?).cloned()
    }

    fn count(&self) -> Option<u64> {
        Some(self.0.len() as u64)
    }
}
