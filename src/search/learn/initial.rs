//! Points that no result has a say in: the first ones, and those that are left where a model finds nothing new.

use anyhow::Result;

use super::history::History;
use crate::search::{Proposal, Search, Space, Strategy};

/// The next `count` points of a scrambled Sobol sequence that are not in the history.
///
/// # Errors
/// If no point keeps the constraints, or an expression of the space has no value.
pub fn initial(space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
    unseen(Strategy::Sobol, space, history, seed, count)
}

/// That many times the initial design of failures, with one result beside them, are as good as the design's results.
const DESIGNS: usize = 2;

/// True if failures have to stand in for results: most of the space fails, and more of the design would as well.
pub(super) fn tells_where_not_to_go(results: usize, failures: usize, least: usize) -> bool {
    results > 0 && failures > 0 && results + failures >= DESIGNS * least
}

/// What is missing of the first `least` points, `count` at most, and the history with them.
///
/// # Errors
/// As [`initial`].
pub(super) fn opening(
    space: &Space,
    history: &History,
    seed: u64,
    least: usize,
    count: usize,
) -> Result<(Vec<Proposal>, History)> {
    let proposals = initial(space, history, seed, least.saturating_sub(history.len()).min(count))?;
    let mut history = history.clone();
    for proposal in &proposals {
        history.push_in_flight(proposal.point.clone(), proposal.by.clone());
    }
    Ok((proposals, history))
}

/// `count` random points that are not in the history; fewer if a finite space has no more.
///
/// # Errors
/// If no point keeps the constraints, or an expression of the space has no value.
pub fn leftover(space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
    unseen(Strategy::Random, space, history, seed, count)
}

fn unseen(strategy: Strategy, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    // Were all points so far of this very sequence, so many more would be enough.
    let trials = Some((history.len() + count) as u64);
    let design = Search { trials, ..Search::new(strategy, seed) }.design(space.clone())?;
    let laid = history.observations().iter().map(|observation| &observation.point);
    design.proposals_not_in(laid).take(count).collect()
}
