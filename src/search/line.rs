//! One parameter at a time, around a base point.

use super::axis::{Axes, Axis};
use super::draft::Draft;
use super::factors::Factors;
use super::sampler::Sampler;
use super::space::Space;
use crate::value::Value;

/// Where the base point of a line search stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// At the values in the source, be they in the domains or not; at the middle where none is known.
    #[default]
    Source,
    /// In the middle of each domain.
    Middle,
}

/// The base point, then for each axis the points that differ from it in that axis alone.
#[derive(Debug)]
pub(super) struct Line {
    axes: Axes,
    base: Draft,
    /// For each axis the step at which it is at the base, if there is one.
    passed: Vec<Option<usize>>,
}

impl Line {
    /// The lines along axes that have an end.
    pub(super) fn new(space: &Space, axes: Axes, base: Base) -> Self {
        let mut draft = axes.blank();
        let mut passed = Vec::new();
        for axis in axes.iter() {
            let values = base_of(space, axis, base);
            passed.push(axis.position(&values));
            axis.members.iter().zip(values).for_each(|(&parameter, value)| draft.set(parameter, Some(value)));
        }
        Self { axes, base: draft, passed }
    }
}

/// The values of an axis in the base point. What has only one value has that one.
fn base_of(space: &Space, axis: &Axis, base: Base) -> Vec<Value> {
    let members: Vec<_> = axis.members.iter().filter_map(|&member| space.free().nth(member)).collect();
    let middle = || match members[..] {
        [(_, free)] => vec![free.domain.middle()],
        _ => axis.row((axis.len().unwrap_or(1) - 1) / 2),
    };
    let constant = members.iter().all(|(_, free)| free.domain.is_constant());
    match base {
        Base::Source if !constant => {
            members.iter().map(|(_, free)| free.base.clone()).collect::<Option<_>>().unwrap_or_else(middle)
        }
        Base::Source | Base::Middle => middle(),
    }
}

impl Sampler for Line {
    fn draft(&self, k: u64) -> Option<Draft> {
        let mut draft = self.base.clone();
        let Some(mut rest) = k.checked_sub(1) else {
            return Some(draft);
        };
        for (axis, passed) in self.axes.iter().zip(&self.passed) {
            let steps = axis.len()? - usize::from(passed.is_some());
            if rest < steps as u64 {
                let step = rest as usize;
                axis.put(&mut draft, step + usize::from(passed.is_some_and(|passed| step >= passed)));
                return Some(draft);
            }
            rest -= steps as u64;
        }
        None
    }

    fn count(&self) -> Option<u64> {
        let away = |(axis, passed): (&Axis, &Option<usize>)| Some(axis.len()? as u64 - u64::from(passed.is_some()));
        self.axes.iter().zip(&self.passed).map(away).sum::<Option<u64>>().map(|away| away + 1)
    }

    fn factors(&self) -> Option<Factors> {
        self.axes.factors()
    }

    fn is_distinct(&self) -> bool {
        true
    }
}
