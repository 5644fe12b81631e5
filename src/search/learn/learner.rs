//! What all searches that learn have in common.

use std::fmt;

use anyhow::Result;

use super::history::History;
use crate::search::{Proposal, Space};

/// Proposes points from results.
pub trait Learner: fmt::Debug + Send + Sync {
    /// The next `count` points; fewer if the space has no more that are new.
    ///
    /// The same space, history and seed give the same points, on every machine and whatever was asked before. None of
    /// them is in the history, whatever became of it there, and none comes twice.
    ///
    /// # Errors
    /// If the learner cannot handle the space, or an expression of the space has no value.
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>>;
}
