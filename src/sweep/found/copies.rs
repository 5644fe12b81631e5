//! Copies: further branches of a sweep here, which have grown by themselves.

use std::collections::HashSet;

use anyhow::Result;

use super::chain;
use super::find::{Choice, newest_label};
use crate::git::{CommitId, Repository};

/// A branch of a sweep that has points which the sweep's own branch does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The branch.
    pub branch: String,
    /// The sweep's own.
    pub of: String,
    /// How many points it has that the other has not.
    pub points: u64,
}

/// The branches here that have points which the sweeps among `choices` do not have. A branch with the same points, or fewer, is
/// the same sweep.
///
/// # Errors
/// If the refs or a branch cannot be read.
pub fn copies(repository: &Repository, choices: &[Choice]) -> Result<Vec<Copied>> {
    let mut copies = Vec::new();
    for (branch, tip) in repository.branches()? {
        let Some((label, _, true)) = newest_label(repository, tip) else { continue };
        let is_other = |choice: &&Choice| choice.branch != branch && choice.base == label.base;
        let Some(own) = choices.iter().filter(is_other).find(|choice| choice.is_of(&label.sweep)) else { continue };
        if own.tip == tip || repository.has_in_history(own.tip, tip)? {
            continue;
        }
        let known: HashSet<CommitId> = own.commits(repository)?.into_iter().collect();
        let commits = chain::commits(repository, &branch, tip)?;
        let points = commits.iter().filter(|commit| !known.contains(commit)).count() as u64;
        copies.push(Copied { branch, of: own.branch.clone(), points });
    }
    Ok(copies)
}
