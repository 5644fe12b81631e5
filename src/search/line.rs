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
    /// For each axis the steps at which it is not at the base.
    steps: Vec<Vec<usize>>,
}

impl Line {
    /// The lines along axes that have an end.
    pub(super) fn new(space: &Space, axes: Axes, base: Base) -> Self {
        let mut draft = axes.blank();
        let mut steps = Vec::new();
        for axis in axes.iter() {
            let values = base_of(space, axis, base);
            let at_base = |&step: &usize| {
                values.iter().enumerate().all(|(at, value)| axis.value(at, step).is_some_and(|own| own.same(value)))
            };
            steps.push((0..axis.len().unwrap_or(0)).filter(|step| !at_base(step)).collect());
            axis.members.iter().zip(values).for_each(|(&parameter, value)| draft.set(parameter, value));
        }
        Self { axes, base: draft, steps }
    }
}

/// The values of an axis in the base point. What has only one value has that one.
fn base_of(space: &Space, axis: &Axis, base: Base) -> Vec<Value> {
    let members: Vec<_> = axis.members.iter().filter_map(|&member| space.free().nth(member)).collect();
    let middle = || match members[..] {
        [(_, free)] => vec![free.domain.middle()],
        _ => {
            let row = (axis.len().unwrap_or(1) - 1) / 2;
            (0..members.len()).filter_map(|member| axis.value(member, row).cloned()).collect()
        }
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
        for (axis, steps) in self.axes.iter().zip(&self.steps) {
            let count = steps.len() as u64;
            if rest < count {
                axis.put(&mut draft, steps[rest as usize]);
                return Some(draft);
            }
            rest -= count;
        }
        None
    }

    fn count(&self) -> Option<u64> {
        Some(1 + self.steps.iter().map(|steps| steps.len() as u64).sum::<u64>())
    }

    fn factors(&self) -> Option<Factors> {
        self.axes.factors()
    }

    fn is_distinct(&self) -> bool {
        true
    }
}
