//! Several objectives as one: for each proposal another weighing of them, such that together they fill the front.

use anyhow::Result;

use super::dice::Dice;
use super::history::{History, Observation, State};
use super::hypervolume::front;
use super::learner::Learner;
use crate::search::{Proposal, Space};

/// How far beyond the worst of the front the reference lies, as a part of the front's extent.
const MARGIN: f64 = 0.1;

/// Proposes for several objectives by a learner that knows one.
///
/// For each proposal a direction is drawn, and the learner sees, of each result, how far along it the box between the
/// result and the reference reaches: `min_i (r_i - y_i) / lambda_i`. The expectation of its maximum over all directions is
/// the hypervolume of the front, but for a factor (R. Zhang and D. Golovin, "Random hypervolume scalarizations for
/// provable multi-objective black box optimization", ICML 2020, lemma 5): to improve it is to improve the hypervolume.
#[derive(Debug)]
pub struct Scalarised {
    inner: Box<dyn Learner>,
}

impl Scalarised {
    /// Several objectives by way of `inner`.
    pub fn new(inner: Box<dyn Learner>) -> Self {
        Self { inner }
    }
}

impl Learner for Scalarised {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        let mut history = history.clone();
        let mut proposals = Vec::with_capacity(count);
        for _ in 0..count {
            let mut draws = Dice::new(seed, &format!("scalarised:{}", history.next_index()));
            let Some(scales) = Scales::of(&history) else {
                proposals.extend(self.inner.propose(space, &history, seed, count - proposals.len())?);
                break;
            };
            let direction: Vec<f64> = scales.0.iter().map(|_| draws.normal().abs().max(1e-3)).collect();
            let length = libm::sqrt(direction.iter().map(|x| x * x).sum());
            let direction: Vec<f64> = direction.iter().map(|x| x / length).collect();
            let one = History::new(history.observations().iter().map(|known| scales.weighed(known, &direction)));
            let Some(Proposal { point, by }) = self.inner.propose(space, &one, seed, 1)?.pop() else { break };
            let weights: Vec<String> = direction.iter().map(|part| format!("{part:.2}")).collect();
            let by = by.map(|by| format!("{by}, weights {}", weights.join(":")));
            history.push_in_flight(point.clone(), by.clone());
            proposals.push(Proposal { point, by });
        }
        Ok(proposals)
    }
}

/// For each objective the least of the front, and the reference.
struct Scales(Vec<(f64, f64)>);

impl Scales {
    /// `None` if there are no results, or only one objective.
    fn of(history: &History) -> Option<Self> {
        let values: Vec<&[f64]> = history.done().map(|(_, objectives)| objectives).collect();
        let objectives = values.first().map_or(0, |first| first.len());
        if objectives < 2 {
            return None;
        }
        let front: Vec<&[f64]> = front(&values).into_iter().map(|index| values[index]).collect();
        let extent = |points: &[&[f64]], at: usize| {
            let of = || points.iter().map(|point| point[at]);
            (of().fold(f64::INFINITY, f64::min), of().fold(f64::NEG_INFINITY, f64::max))
        };
        let scale = |at| {
            let (least, mut most) = extent(&front, at);
            if most <= least {
                // The front is one point so far.
                most = extent(&values, at).1;
            }
            let span = if most > least { most - least } else { least.abs().max(1.0) };
            (least, least + span * (1.0 + MARGIN))
        };
        Some(Self((0..objectives).map(scale).collect()))
    }

    fn weighed(&self, known: &Observation, direction: &[f64]) -> Observation {
        let weigh = |objectives: &[f64]| {
            let reach = objectives
                .iter()
                .zip(&self.0)
                .zip(direction)
                .map(|((value, (least, reference)), part)| (reference - value) / (reference - least) / part);
            vec![-reach.fold(f64::INFINITY, f64::min)]
        };
        let state = match &known.state {
            State::Done(objectives) => State::Done(weigh(objectives)),
            State::Stopped { step, objectives } => State::Stopped { step: *step, objectives: weigh(objectives) },
            other => other.clone(),
        };
        Observation { state, ..known.clone() }
    }
}
