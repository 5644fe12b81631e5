//! Several objectives as one: the place of each result among all, by fronts and by what it adds to its own.

use anyhow::Result;

use super::history::{History, Observation, State};
use super::hypervolume::{front, hypervolume};
use super::learner::Learner;
use crate::search::{Proposal, Space};
use crate::stats::dominates;

/// How far beyond the worst of all the reference lies, as a part of the extent.
const MARGIN: f64 = 0.1;
/// So many results are put in order by what they add; no strategy looks at more of the best.
const ORDERED: usize = 30;

/// Proposes for several objectives by a learner that knows one and asks of results only which are better.
///
/// The results that no other dominates come first, then those that none of the rest does, and so on; of a front the result
/// that adds most to the hypervolume of those before it comes first (Y. Ozaki et al., "Multiobjective tree-structured Parzen
/// estimator", J. Artif. Intell. Res. 73, 2022).
#[derive(Debug)]
pub struct Ranked {
    inner: Box<dyn Learner>,
}

impl Ranked {
    /// Several objectives by way of `inner`.
    pub fn new(inner: Box<dyn Learner>) -> Self {
        Self { inner }
    }
}

impl Learner for Ranked {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        self.inner.propose(space, &ranked(history), seed, count)
    }
}

/// The history with the place of each result in place of its objectives.
fn ranked(history: &History) -> History {
    let observations = history.observations();
    let (known, values): (Vec<usize>, Vec<&[f64]>) = observations
        .iter()
        .enumerate()
        .filter_map(|(index, known)| match &known.state {
            State::Done(values) | State::Stopped { objectives: values, .. } => Some((index, values.as_slice())),
            State::Failed | State::InFlight => None,
        })
        .unzip();
    let mut places = vec![0.0; observations.len()];
    for (place, at) in order(&values).into_iter().enumerate() {
        places[known[at]] = place as f64;
    }
    History::new(observations.iter().zip(places).map(|(known, place)| {
        let state = match &known.state {
            State::Done(_) => State::Done(vec![place]),
            State::Stopped { step, .. } => State::Stopped { step: *step, objectives: vec![place] },
            other => other.clone(),
        };
        Observation { state, ..known.clone() }
    }))
}

/// The places of the points, the best first.
fn order(points: &[&[f64]]) -> Vec<usize> {
    let reference: Vec<f64> = (0..points.first().map_or(0, |first| first.len()))
        .map(|at| {
            let values = || points.iter().map(|point| point[at]);
            let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
            most + MARGIN * if most > least { most - least } else { most.abs().max(1.0) }
        })
        .collect();
    let mut left: Vec<usize> = (0..points.len()).collect();
    let mut order = Vec::with_capacity(points.len());
    while !left.is_empty() && order.len() < ORDERED {
        let of: Vec<&[f64]> = left.iter().map(|&index| points[index]).collect();
        let first: Vec<usize> = front(&of).into_iter().map(|at| left[at]).collect();
        left.retain(|index| !first.contains(index));
        order.extend(by_gain(points, first, &reference, ORDERED - order.len()));
    }
    // Of the others only how many dominate them counts.
    let beaten = |index: usize| points.iter().filter(|other| dominates(other, points[index])).count();
    left.sort_by_cached_key(|&index| beaten(index));
    order.extend(left);
    order
}

/// The members of a front, `most` of them in the order of what each adds to the volume of those before it.
fn by_gain(points: &[&[f64]], mut front: Vec<usize>, reference: &[f64], most: usize) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::with_capacity(front.len());
    while chosen.len() < most && front.len() > 1 {
        let volume = |index: usize| {
            let of: Vec<&[f64]> = chosen.iter().chain([&index]).map(|&index| points[index]).collect();
            hypervolume(&of, reference)
        };
        let volumes: Vec<f64> = front.iter().map(|&index| volume(index)).collect();
        // The first of equals.
        let best = (1..front.len()).fold(0, |best, at| if volumes[at] > volumes[best] { at } else { best });
        chosen.push(front.remove(best));
    }
    chosen.extend(front);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fronts_come_one_after_the_other_and_the_middle_of_a_front_before_its_ends() {
        let points: [&[f64]; 6] = [&[3.0, 3.0], &[0.0, 2.0], &[2.0, 0.0], &[0.5, 0.5], &[0.6, 0.6], &[2.9, 3.0]];
        // The corner adds most, then its ends; the copy of the corner begins the next front.
        let order = order(&points);
        assert_eq!(order[0], 3, "{order:?}");
        assert_eq!(
            {
                let mut ends = order[1..3].to_vec();
                ends.sort_unstable();
                ends
            },
            [1, 2]
        );
        assert_eq!(order[3..], [4, 5, 0]);
    }

    #[test]
    fn ties_and_single_results_have_places() {
        assert_eq!(order(&[&[1.0, 1.0], &[1.0, 1.0]]), [0, 1]);
        assert_eq!(order(&[&[1.0, 2.0]]), [0]);
        assert!(order(&[]).is_empty());
        let many: Vec<Vec<f64>> = (0..200).map(|at| vec![f64::from(at % 14), f64::from(at % 13)]).collect();
        let many: Vec<&[f64]> = many.iter().map(Vec::as_slice).collect();
        let mut all = order(&many);
        assert_eq!(all[0], 0);
        all.sort_unstable();
        assert_eq!(all, (0..200).collect::<Vec<_>>());
    }
}
