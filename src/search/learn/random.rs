//! Random points as they are asked for, where something else than their number ends the search.

use anyhow::Result;

use super::history::History;
use super::initial::leftover;
use super::learner::Learner;
use crate::search::{Proposal, Space};

/// Proposes random points, whatever the results are.
#[derive(Clone, Copy, Debug)]
pub struct RandomPoints;

impl Learner for RandomPoints {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        leftover(space, history, seed, count)
    }
}
