//! Commits on a sweep's branch that gitsweep has not laid: a user's own, a merge, a point that was amended since.
//!
//! The points beneath them are read all the same.

use anyhow::Result;

use super::edit::{self, Edit};
use crate::git::{CommitId, RawCommit, Repository, branch_ref};
use crate::names;
use crate::sweep::Sweep;
use crate::sweep::found::chain::MOST_BETWEEN;
use crate::trial::Label;

/// So many states of a branch are looked at for its newest point.
const MOST_STATES: usize = 200;

/// A commit that gitsweep has not laid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The commit.
    pub commit: CommitId,
    /// The first line of its message.
    pub subject: String,
}

impl Foreign {
    fn new(commit: CommitId, raw: &RawCommit) -> Self {
        Self { commit, subject: raw.message.lines().next().unwrap_or_default().to_owned() }
    }

    /// The commit as `git log --oneline` has it.
    pub fn in_words(&self) -> String {
        format!("{} {}", self.commit.short(), self.subject)
    }
}

impl Sweep {
    /// The commits of its branch that gitsweep has not laid, the newest first.
    ///
    /// # Errors
    /// If the branch cannot be read.
    pub fn foreign(&self, repository: &Repository) -> Result<Vec<Foreign>> {
        let mut foreign = Vec::new();
        let Some(first) = self.trials.first() else { return Ok(foreign) };
        repository.go_down(self.tip, &mut |commit, raw| {
            if !label_of(raw).is_some_and(|label| label.is_of_sweep(&first.label)) {
                foreign.push(Foreign::new(commit, raw));
            }
            commit != first.commit
        })?;
        Ok(foreign)
    }
}

/// The label of a point as it was laid; none of one that was amended or rebased.
fn label_of(raw: &RawCommit) -> Option<Label> {
    if raw.authored != raw.seconds || raw.parents.len() != 1 {
        return None;
    }
    Label::from_message(&raw.message)
}

/// Which sweep is meant: what its branch is called now, what it was called, and the commit that it starts from.
#[derive(Clone, Copy)]
pub(in crate::sweep) struct Which<'a> {
    pub(in crate::sweep) branch: &'a str,
    pub(in crate::sweep) name: &'a str,
    pub(in crate::sweep) base: CommitId,
}

impl<'a> Which<'a> {
    pub(in crate::sweep) fn of(sweep: &'a Sweep) -> Self {
        Self { branch: &sweep.branch, name: &sweep.name, base: sweep.base }
    }

    /// What stands at `tip` if that is no point of the sweep, and the newest point that there is or was.
    ///
    /// # Errors
    /// If the commits cannot be read.
    pub(in crate::sweep) fn foreign_tip(
        self,
        repository: &Repository,
        tip: CommitId,
    ) -> Result<Option<(Foreign, Option<CommitId>)>> {
        if self.laid(repository, tip)?.is_some() {
            return Ok(None);
        }
        let found = Foreign::new(tip, &repository.read_commit(tip)?);
        let mut below = None;
        let mut ancestors = Vec::new();
        repository.go_down(tip, &mut |commit, _| {
            ancestors.push(commit);
            commit != self.base && ancestors.len() <= MOST_BETWEEN
        })?;
        for commit in ancestors {
            below = self.laid(repository, commit)?.map(|index| (index, commit));
            if below.is_some() {
                break;
            }
        }
        // Of a point that was amended the branch itself knows nothing any more.
        let mut before = None;
        let states = repository.reflog(&branch_ref(self.branch));
        for commit in states.into_iter().take(MOST_STATES) {
            // What git has collected meanwhile is no way out.
            before = self.laid(repository, commit).ok().flatten().map(|index| (index, commit));
            if before.is_some() {
                break;
            }
        }
        let newest = match (below, before) {
            (Some(below), Some(before)) => Some(if before.0 > below.0 { before } else { below }),
            (below, before) => below.or(before),
        };
        Ok(Some((found, newest.map(|(_, commit)| commit))))
    }

    /// The number of the point of this sweep that a commit is, just as it was laid.
    fn laid(self, repository: &Repository, commit: CommitId) -> Result<Option<u64>> {
        let raw = repository.read_commit(commit)?;
        let Some(label) =
            label_of(&raw).filter(|label| label.origin.sweep == self.name && label.origin.base == self.base)
        else {
            return Ok(None);
        };
        let Ok(plan) = Sweep::read_plan(repository, self.branch, commit) else { return Ok(None) };
        let files = edit::files(&plan);
        for path in repository.changed_paths(self.base, commit)? {
            if path.strip_prefix(names::TREE_DIR).is_some_and(|rest| rest.starts_with('/')) {
                continue;
            }
            let file = repository.read_file(commit, &path)?.filter(|_| files.contains(&path.as_str()));
            let Some(file) = file else { return Ok(None) };
            if !Edit::find(repository, self.base, &path, &plan)?.is_around(&file.bytes) {
                return Ok(None);
            }
        }
        Ok(Some(label.index))
    }
}
