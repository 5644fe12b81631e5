//! Proposals one after another, each of which takes those before it into account.

use anyhow::Result;

use super::dice::Dice;
use super::history::{History, State};
use super::initial::leftover;
use crate::point::Point;
use crate::search::{Proposal, Space};

/// How many candidates in a row may be known already or excluded before it is not worth going on.
const PATIENCE: usize = 1_000;

/// What is proposed where nothing new is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Otherwise {
    /// A random point.
    Random,
    /// Nothing.
    Nothing,
}

/// `count` points that are new. For each, `candidate` is asked with the history so far until it gives one; what it draws
/// depends on the seed, `label` and the new point's index alone.
pub(super) fn one_by_one(
    space: &Space,
    history: &History,
    (seed, label): (u64, &str),
    count: usize,
    otherwise: Otherwise,
    mut candidate: impl FnMut(&History, &mut Dice) -> Result<Option<(Point, String)>>,
) -> Result<Vec<Proposal>> {
    let mut history = history.clone();
    let mut proposals = Vec::with_capacity(count);
    while proposals.len() < count {
        let mut draws = Dice::new(seed, &format!("{label}:{}", history.next_index()));
        let mut found = None;
        for _ in 0..PATIENCE {
            found = candidate(&history, &mut draws)?.filter(|(point, _)| !history.contains(point));
            if found.is_some() {
                break;
            }
        }
        let proposal = match (found, otherwise) {
            (Some((point, by)), _) => Proposal { point, by: Some(by) },
            (None, Otherwise::Nothing) => break,
            (None, Otherwise::Random) => match leftover(space, &history, seed, 1)?.pop() {
                Some(proposal) => proposal,
                None => break,
            },
        };
        history.push_in_flight(proposal.point.clone(), proposal.by.clone());
        proposals.push(proposal);
    }
    Ok(proposals)
}

/// The first objective of a point that has a result, one that was stopped early too.
pub(super) fn value(state: &State) -> Option<f64> {
    match state {
        State::Done(objectives) | State::Stopped { objectives, .. } => objectives.first().copied(),
        State::Failed | State::InFlight => None,
    }
}
