//! Points that the user gives one by one.

use std::collections::HashSet;

use anyhow::{Context as _, Result, bail};

use super::draft::Draft;
use super::fingerprint::Fingerprint;
use super::parameter::{Free, Origin};
use super::sampler::Sampler;
use super::space::Space;
use crate::hint::{self, near_miss};
use crate::point::ParamName;
use crate::space::Domain;
use crate::value::Value;

/// Of so many values it is worth making a set.
const LOOKED_UP: usize = 100_000;

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
        let reader = Reader::new(space);
        let draft = |(at, row): (usize, &Row)| {
            let place = || format!("point {} of the list", at + 1);
            let draft = reader.draft(row).with_context(place)?;
            space.judge(draft.clone(), 1).with_context(place)?;
            Ok(draft)
        };
        rows.iter().enumerate().map(draft).collect::<Result<_>>().map(Self)
    }
}

/// Reads rows.
struct Reader<'a> {
    space: &'a Space,
    columns: Vec<Column<'a>>,
}

/// A free parameter, and its values where there are few enough to look them up.
struct Column<'a> {
    name: &'a ParamName,
    domain: &'a Domain,
    known: Option<HashSet<Fingerprint>>,
}

impl<'a> Reader<'a> {
    fn new(space: &'a Space) -> Self {
        let column = |(name, free): (&'a ParamName, &'a Free)| {
            let few = free.domain.len().is_some_and(|count| count <= LOOKED_UP);
            let values = if few { free.domain.values() } else { None };
            let known = values.map(|values| values.iter().map(|value| Fingerprint::of_values([value])).collect());
            Column { name, domain: &free.domain, known }
        };
        Self { space, columns: space.free().map(column).collect() }
    }

    fn draft(&self, row: &Row) -> Result<Draft> {
        let mut draft = Draft::blank(self.columns.len());
        for (index, column) in self.columns.iter().enumerate().filter(|(_, column)| column.domain.is_constant()) {
            draft.set(index, column.domain.get(0));
        }
        let mut given: Vec<&ParamName> = Vec::with_capacity(row.len());
        for (name, value) in row {
            if given.contains(&name) {
                bail!("`{name}` stands twice");
            }
            given.push(name);
            let index = self.columns.iter().position(|column| column.name == name);
            let index = index.ok_or_else(|| no_such(self.space, name))?;
            self.columns[index].check(value)?;
            draft.set(index, Some(value.clone()));
        }
        Ok(draft)
    }
}

impl Column<'_> {
    fn check(&self, value: &Value) -> Result<()> {
        let Self { name, domain, known } = self;
        let contains = match known {
            Some(known) => known.contains(&Fingerprint::of_values([value])),
            None => domain.contains(value),
        };
        if !contains {
            return Err(hint::error(
                format!("`{name}` = {value} is not in its domain: {}", domain.text()),
                format!("take it out of the list, or give `{name}` values that have it, in its definition or by -p"),
            ));
        }
        Ok(())
    }
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
