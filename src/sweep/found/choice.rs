//! Sweeps that there are, as the tips of their branches tell.

use anyhow::Result;

use super::chain;
use crate::git::{CommitId, Repository};
use crate::names;
use crate::trial::Label;

/// A sweep that there is, before it is read whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The branch, with the remote's name before it if only a remote has it.
    pub branch: String,
    /// Its newest commit.
    pub tip: CommitId,
    /// When that was committed, in seconds since 1970.
    pub seconds: i64,
    /// The number of its newest point.
    pub points: u64,
    /// The commit that it starts from.
    pub base: CommitId,
    /// The branch as it was called when it was made.
    name: String,
}

impl Choice {
    /// The sweep whose newest point, at the tip of a branch, was committed then and has this label.
    pub(super) fn of(branch: String, tip: CommitId, label: Label, seconds: i64) -> Self {
        let Label { origin, index: points, .. } = label;
        Self { branch, tip, seconds, points, base: origin.base, name: origin.sweep.clone() }
    }

    /// The branch as it was called when it was made.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// True if the sweep was called so when it was made.
    pub fn is_of(&self, name: &str) -> bool {
        self.name == name
    }

    /// The commits of its points, in order; nothing else of them is kept in memory.
    ///
    /// # Errors
    /// If it is damaged.
    pub fn commits(&self, repository: &Repository) -> Result<Vec<CommitId>> {
        chain::commits(repository, &self.branch, self.tip)
    }
}

/// The newest point at or below a branch's tip, when it was committed, and whether it is the tip itself.
pub(in crate::sweep) fn newest_label(repository: &Repository, tip: CommitId) -> Option<(Label, i64, bool)> {
    let commit = repository.read_commit(tip).ok()?;
    if let Some(label) = Label::from_message(&commit.message) {
        return Some((label, commit.seconds, true));
    }
    repository.describe_path(tip, &names::in_tree(names::TREE_SPEC))?;
    let mut next = commit.parents.first().copied();
    for _ in 0..chain::MOST_BETWEEN {
        let commit = repository.read_commit(next?).ok()?;
        if let Some(label) = Label::from_message(&commit.message) {
            return Some((label, commit.seconds, false));
        }
        next = commit.parents.first().copied();
    }
    None
}

/// The newest point at or below a commit.
pub(in crate::sweep) fn newest_point(repository: &Repository, tip: CommitId) -> Result<Option<CommitId>> {
    let (mut found, mut steps) = (None, 0);
    repository.go_down(tip, &mut |commit, raw| {
        found = Label::from_message(&raw.message).map(|_| commit);
        steps += 1;
        found.is_none() && steps <= chain::MOST_BETWEEN
    })?;
    Ok(found)
}
