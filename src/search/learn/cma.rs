//! CMA-ES as a function of the history.

use anyhow::Result;

use super::covariance::Covariance;
use super::dice::Dice;
use super::encoding::Encoding;
use super::history::{History, Observation, State};
use super::initial::opening;
use super::learner::Learner;
use super::steps::{Otherwise, one_by_one, value};
use crate::search::{Proposal, Space};

/// The step that a search starts with, as a part of the range.
const SIGMA: f64 = 0.3;

/// The covariance matrix adaptation evolution strategy (N. Hansen, arXiv:1604.00772) over the unit cube.
///
/// A generation is as many points as the tutorial says, one after the other in the order of the branch; the distribution
/// learns from each generation that has come to its end. Points are drawn from the newest distribution without waiting,
/// so that some of a generation may come from an older one, which the update allows for. Where it has shrunk to a point
/// it starts anew somewhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CmaEs {
    /// Points of a generation; by default `4 + floor(3 ln n)`.
    pub population: Option<usize>,
}

impl CmaEs {
    /// How many points a generation has in so many dimensions.
    pub fn size(&self, dimensions: usize) -> usize {
        self.population.unwrap_or_else(|| Covariance::population(dimensions)).max(4)
    }

    /// What the results so far have taught.
    fn distribution(&self, encoding: &Encoding<'_>, history: &History, seed: u64) -> Covariance {
        let dimensions = encoding.dimensions();
        let size = self.size(dimensions);
        let (first, later) = history.observations().split_at(size.min(history.len()));
        let best = ranked(encoding, first).into_iter().next();
        let mut state = Covariance::new(best.unwrap_or_else(|| vec![0.5; dimensions]), SIGMA);
        for (number, generation) in later.chunks_exact(size).enumerate() {
            if generation.iter().any(|observation| observation.state == State::InFlight) {
                break;
            }
            let points = ranked(encoding, generation);
            state.learn(&points.iter().map(Vec::as_slice).collect::<Vec<_>>());
            if state.has_converged() {
                let mut draws = Dice::new(seed, &format!("cma-es restart:{number}"));
                state = Covariance::new((0..dimensions).map(|_| draws.unit()).collect(), SIGMA);
            }
        }
        state
    }
}

/// The coordinates of those that have come to an end, the best first, what failed last. Nothing if all failed: then there
/// is nothing to learn.
fn ranked(encoding: &Encoding<'_>, observations: &[Observation]) -> Vec<Vec<f64>> {
    let mut points: Vec<(f64, Vec<f64>)> = observations
        .iter()
        .filter(|observation| observation.state != State::InFlight)
        .filter_map(|observation| {
            let value = value(&observation.state).unwrap_or(f64::INFINITY);
            Some((value, encoding.encode(&observation.point)?))
        })
        .collect();
    if points.iter().all(|(value, _)| value.is_infinite()) {
        return Vec::new();
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points.into_iter().map(|(_, point)| point).collect()
}

impl Learner for CmaEs {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        let encoding = Encoding::new(space);
        let least = self.size(encoding.dimensions());
        let (mut proposals, history) = opening(space, history, seed, least, count)?;
        // What is in flight teaches nothing, so the distribution is the same for all of them.
        let state = self.distribution(&encoding, &history, seed);
        let rest = count - proposals.len();
        let more = one_by_one(space, &history, (seed, "cma-es"), rest, Otherwise::Random, |_, draws| {
            let point = encoding.decode(&state.sample(draws))?;
            Ok(point.map(|point| (point, format!("cma-es generation={}", state.generation() + 1))))
        })?;
        proposals.extend(more);
        Ok(proposals)
    }
}
