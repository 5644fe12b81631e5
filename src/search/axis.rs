//! Axes: what varies on its own, a parameter or a group that goes through its values together.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;

use anyhow::Result;

use super::draft::Draft;
use super::factors::Factors;
use super::fingerprint::Fingerprint;
use super::parameter::Free;
use super::space::Space;
use super::zip::ZipGroup;
use crate::hint;
use crate::point::ParamName;
use crate::space::{Domain, Finite};
use crate::value::Value;

/// Beyond so many values an axis does not keep them, if it can do without.
const LONG: usize = 1_000;

/// A parameter or a group of them.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// Which of the free parameters belong to it.
    pub(super) members: Vec<usize>,
    /// Their names.
    pub(super) names: Vec<ParamName>,
    extent: Extent,
}

/// What an axis is made of.
#[derive(Clone, Debug)]
enum Extent {
    /// Distinct values in order: for each member as many.
    Steps(Vec<Vec<Value>>),
    /// So many distinct values of a domain that it is better to compute them.
    Long(Finite),
    /// Whatever the domain of its one parameter gives.
    Open(Domain),
}

impl Axis {
    /// The number of its values; `None` where there is no end of them.
    pub(super) fn len(&self) -> Option<usize> {
        match &self.extent {
            Extent::Steps(columns) => Some(columns.first().map_or(0, Vec::len)),
            Extent::Long(finite) => Some(finite.count()),
            Extent::Open(_) => None,
        }
    }

    /// The values of the members at the step `index`.
    pub(super) fn row(&self, index: usize) -> Vec<Value> {
        match &self.extent {
            Extent::Steps(columns) => columns.iter().filter_map(|column| column.get(index).cloned()).collect(),
            Extent::Long(finite) => finite.get(index).into_iter().collect(),
            Extent::Open(_) => vec![],
        }
    }

    /// The step at which the members have these values.
    pub(super) fn position(&self, row: &[Value]) -> Option<usize> {
        match &self.extent {
            Extent::Steps(columns) => {
                (0..self.len()?).find(|&index| columns.iter().zip(row).all(|(column, value)| column[index].same(value)))
            }
            Extent::Long(finite) => finite.position(row.first()?),
            Extent::Open(_) => None,
        }
    }

    /// Writes the values at step `index` into `draft`.
    pub(super) fn put(&self, draft: &mut Draft, index: usize) {
        match &self.extent {
            Extent::Steps(columns) => {
                for (&parameter, column) in self.members.iter().zip(columns) {
                    draft.set(parameter, column.get(index).cloned());
                }
            }
            Extent::Long(finite) => draft.set(self.members[0], finite.get(index)),
            Extent::Open(_) => {}
        }
    }

    /// Writes the values at `u`, from 0 to 1, into `draft`: each step has an equal part of the way.
    pub(super) fn put_unit(&self, draft: &mut Draft, u: f64) {
        match (&self.extent, self.len()) {
            (Extent::Open(domain), _) => draft.set(self.members[0], Some(domain.from_unit(u))),
            (_, Some(count)) => self.put(draft, ((u * count as f64) as usize).min(count.saturating_sub(1))),
            (_, None) => {}
        }
    }

    /// What its random numbers are called: the first parameter's name.
    pub(super) fn label(&self) -> &str {
        self.names.first().map_or("", ParamName::as_str)
    }

    fn single(parameter: usize, name: &ParamName, extent: Extent) -> Self {
        Self { members: vec![parameter], names: vec![name.clone()], extent }
    }

    fn zipped(group: &ZipGroup, free: &[(&ParamName, &Free)]) -> Self {
        let names = group.members.iter().map(|&member| free[member].0.clone()).collect();
        Self { members: group.members.clone(), names, extent: Extent::Steps(distinct(&group.columns)) }
    }
}

/// The axes of a space; a group stands at the place of its first member.
#[derive(Clone, Debug)]
pub(super) struct Axes {
    /// Shared by the samplers of a mixture; an axis can be long.
    axes: Arc<[Axis]>,
    free: usize,
}

impl Axes {
    /// As a grid takes them: `grid_points` values of a domain that has no end of them and does not say how many itself.
    ///
    /// # Errors
    /// If it is not said anywhere how many.
    pub(super) fn grid(space: &Space, grid_points: Option<usize>) -> Result<Self> {
        Self::of(space, |name, domain| {
            let values = || domain.grid(grid_points).map(|values| Extent::Steps(vec![values]));
            long(domain).or_else(values).ok_or_else(|| no_grid(name, domain))
        })
    }

    /// With all values that the domains have.
    pub(super) fn whole(space: &Space) -> Self {
        let whole = |_: &ParamName, domain: &Domain| {
            let values = || domain.values().map(|values| Extent::Steps(distinct(&[values])));
            Ok::<_, Infallible>(long(domain).or_else(values).unwrap_or_else(|| Extent::Open(domain.clone())))
        };
        let Ok(axes) = Self::of(space, whole);
        axes
    }

    fn of<E>(space: &Space, extent: impl Fn(&ParamName, &Domain) -> Result<Extent, E>) -> Result<Self, E> {
        let free: Vec<(&ParamName, &Free)> = space.free().collect();
        let mut axes = Vec::with_capacity(free.len());
        for (at, (name, parameter)) in free.iter().enumerate() {
            match space.zips.iter().find(|group| group.members.contains(&at)) {
                None => axes.push(Axis::single(at, name, extent(name, &parameter.domain)?)),
                Some(group) if group.members[0] == at => axes.push(Axis::zipped(group, &free)),
                Some(_) => {}
            }
        }
        Ok(Self { axes: axes.into(), free: free.len() })
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Axis> {
        self.axes.iter()
    }

    /// The axes that have more than one value.
    pub(super) fn varying(&self) -> impl Iterator<Item = &Axis> {
        self.axes.iter().filter(|axis| axis.len() != Some(1))
    }

    /// Nothing chosen but what is the same in all points.
    pub(super) fn blank(&self) -> Draft {
        let mut draft = Draft::blank(self.free);
        self.axes.iter().filter(|axis| axis.len() == Some(1)).for_each(|axis| axis.put(&mut draft, 0));
        draft
    }

    /// The numbers of values; `None` where there is no end of them.
    pub(super) fn factors(&self) -> Option<Factors> {
        let factor = |axis: &Axis| {
            let names: Vec<&str> = axis.names.iter().map(ParamName::as_str).collect();
            Some((names.join(", "), axis.len()? as u64))
        };
        self.axes.iter().map(factor).collect::<Option<Vec<_>>>().map(Factors::new)
    }

    /// The number of combinations; `None` where there is no end of them, or more than 64 bits count.
    pub(super) fn size(&self) -> Option<u64> {
        self.factors()?.product().and_then(|size| size.try_into().ok())
    }

    /// The combination number `k`, the last axis varying fastest; `None` if there is none, or an axis has no end.
    pub(super) fn combination(&self, k: u64) -> Option<Draft> {
        let mut draft = Draft::blank(self.free);
        let mut rest = k;
        for axis in self.axes.iter().rev() {
            let count = axis.len()? as u64;
            axis.put(&mut draft, (rest % count) as usize);
            rest /= count;
        }
        (rest == 0).then_some(draft)
    }
}

/// A long range, which can do without its values: they are in order, so that none comes twice if they differ at the ends,
/// where they are closest. Values that were drawn can repeat; a type can make a grid take some of them only.
fn long(domain: &Domain) -> Option<Extent> {
    let Domain::Finite(finite) = domain else {
        return None;
    };
    let (text, last) = (domain.text(), finite.count().checked_sub(1)?);
    let differ = |index| Some(!finite.get(index)?.same(&finite.get(index + 1)?));
    let ordered = || !text.starts_with(['[', '{']) && matches!(Domain::parse(&text), Ok(Domain::Finite(_)));
    let distinct = || differ(0) == Some(true) && differ(last - 1) == Some(true);
    (last >= LONG && ordered() && distinct()).then(|| Extent::Long(finite.clone()))
}

/// Columns without the rows that were there before.
fn distinct(columns: &[impl AsRef<[Value]>]) -> Vec<Vec<Value>> {
    let columns: Vec<&[Value]> = columns.iter().map(AsRef::as_ref).collect();
    let rows = columns.iter().map(|column| column.len()).min().unwrap_or(0);
    let mut seen = HashSet::with_capacity(rows);
    let kept: Vec<usize> = (0..rows)
        .filter(|&row| seen.insert(Fingerprint::of_values(columns.iter().map(|column| &column[row]))))
        .collect();
    columns.iter().map(|column| kept.iter().map(|&row| column[row].clone()).collect()).collect()
}

fn no_grid(name: &ParamName, domain: &Domain) -> anyhow::Error {
    let text = domain.text();
    let own = match text.strip_suffix(" }") {
        Some(table) => format!("say how many it is to take: {table}, grid_points = 5 }}"),
        None => format!("draw as many as you want, as in `uniform(0, 1, size=5)`, instead of {text}"),
    };
    hint::error(
        format!("a grid needs a number of values of `{name}`, which has no end of them: {text}"),
        format!(
            "{own}; or set grid_points for all such parameters; or use the strategy random, latin-hypercube or sobol"
        ),
    )
}
