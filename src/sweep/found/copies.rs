//! Copies: further branches of a sweep here, which have grown by themselves.

use std::collections::HashSet;

use anyhow::Result;

use super::chain;
use super::choice::{Choice, newest_label};
use crate::git::{CommitId, Repository};

/// A branch of a sweep that has points which the sweep's own branch does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The sweep as that branch has it.
    pub choice: Choice,
    /// The sweep's own.
    pub of: String,
    /// How many points it has that the other has not.
    pub points: u64,
}

impl Copied {
    /// The copy that a branch is; nothing if all its points are those of a sweep among `choices`, or it is none.
    fn of(repository: &Repository, choices: &[Choice], branch: String, tip: CommitId) -> Result<Option<Self>> {
        let Some((label, seconds, true)) = newest_label(repository, tip) else { return Ok(None) };
        let is_other = |choice: &&Choice| choice.branch != branch && choice.base == label.origin.base;
        let Some(own) = choices.iter().filter(is_other).find(|choice| choice.is_of(&label.origin.sweep)) else {
            return Ok(None);
        };
        if repository.has_in_history(own.tip, tip)? {
            return Ok(None);
        }
        let known: HashSet<CommitId> = own.commits(repository)?.into_iter().collect();
        let commits = chain::commits(repository, &branch, tip)?;
        let points = commits.iter().filter(|commit| !known.contains(commit)).count() as u64;
        Ok(Some(Self { choice: Choice::of(branch, tip, label, seconds), of: own.branch.clone(), points }))
    }
}

/// The branches here that have points which the sweeps among `choices` do not have. A branch with the same points, or fewer, is
/// the same sweep.
///
/// # Errors
/// If the refs or a branch cannot be read.
pub fn copies(repository: &Repository, choices: &[Choice]) -> Result<Vec<Copied>> {
    copies_called(repository, choices, |_| true)
}

/// Those of branches with such names.
pub(super) fn copies_called(
    repository: &Repository,
    choices: &[Choice],
    is_meant: impl Fn(&str) -> bool,
) -> Result<Vec<Copied>> {
    let meant = repository.branches()?.into_iter().filter(|(branch, _)| is_meant(branch));
    meant.filter_map(|(branch, tip)| Copied::of(repository, choices, branch, tip).transpose()).collect()
}
