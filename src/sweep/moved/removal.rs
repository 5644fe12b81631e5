//! Removing a sweep, with all that belongs to it.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::remains::{Remains, stop_ignoring};
use crate::command::quote;
use crate::filesystem::look_again;
use crate::git::{CommitId, Deletion, Identity, RefMoved, Repository, branch_ref};
use crate::hint::{self, WithHint as _};
use crate::names;
use crate::submission::FailureLimit;
use crate::sweep::Standing;
use crate::sweep::Standings;
use crate::sweep::Sweep;
use crate::sweep::found::chain;
use crate::sweep::found::choice::newest_label;
use crate::sweep::laid::foreign::Foreign;
use crate::sweep::laid::ground::leave;
use crate::sweep::laid::learn;
use crate::sweep::shown::kept;

/// What the removal of a sweep removes.
#[derive(Clone, Debug)]
pub struct Removal {
    branch: String,
    /// The sweep as it was called when it was made.
    name: String,
    tip: CommitId,
    /// The commits whose notes go.
    pub notes: Vec<CommitId>,
    /// How many points keep their notes since tags name them.
    pub tagged: usize,
    /// Commits on the branch that gitsweep has not laid.
    pub foreign: Vec<Foreign>,
    /// The folder with the run folders, if there is one; without it they are kept.
    pub run_folders: Option<PathBuf>,
    /// Other branches on the same sweep: notes of their points stay, and run folders, which all of them share.
    pub copies: Vec<String>,
}

impl Removal {
    /// What there is to remove; nothing is removed yet.
    ///
    /// # Errors
    /// If the sweep runs, is checked out, or is only a remote's.
    pub fn plan(repository: &Repository, sweep: &Sweep, standings: &Standings) -> Result<Self> {
        check_idle(sweep, standings)?;
        if let Some(checkout) = repository.checked_out(&sweep.branch) {
            return Err(hint::error(format!("{} is checked out{}", sweep.branch, checkout.place()), leave(&checkout)));
        }
        if repository.branch_tip(&sweep.branch) != Some(sweep.tip) {
            return Err(hint::error(
                format!("{} is a branch of a remote", sweep.branch),
                "delete it there: git push REMOTE --delete BRANCH",
            ));
        }
        let copies = copies(repository, sweep)?;
        let mut kept = HashSet::new();
        for (branch, tip) in &copies {
            kept.extend(chain::commits(repository, branch, *tip)?);
        }
        let commits = sweep.trials.iter().map(|trial| trial.commit).filter(|commit| !kept.contains(commit));
        let noted = commits.filter(|commit| standings.ledger.summary(*commit).attempts > 0);
        let tags = repository.tagged()?;
        let (tagged, notes): (Vec<CommitId>, Vec<CommitId>) = noted.partition(|commit| tags.contains(commit));
        let run_folders = repository.runs_dir().join(&sweep.name);
        look_again(&run_folders);
        let run_folders = Some(run_folders).filter(|folder| copies.is_empty() && folder.exists());
        let foreign = sweep.foreign(repository)?;
        Ok(Self {
            branch: sweep.branch.clone(),
            name: sweep.name.clone(),
            tip: sweep.tip,
            notes,
            tagged: tagged.len(),
            foreign,
            run_folders,
            copies: copies.into_iter().map(|(branch, _)| branch).collect(),
        })
    }

    /// Removes it all. The branch is locked first, so that what it leads to goes only if it can go as well; run folders, which
    /// nothing brings back, go last. A kill leaves a sweep, or run folders, that can be removed again.
    ///
    /// # Errors
    /// If something cannot be removed, or the branch has moved; the error says what is gone.
    pub fn carry_out(&self, repository: &Repository) -> Result<()> {
        let branch = &self.branch;
        let nothing = || format!("cannot delete {branch}; nothing has been removed");
        let locked = repository.lock_to_delete(&branch_ref(branch), self.tip).with_context(nothing)?;
        let Some(deletion) = locked else {
            return Err(hint::error(
                format!("{branch} has moved meanwhile; nothing has been removed"),
                format!("look again: gitsweep status {}", quote(branch)),
            ));
        };
        let remains = self.run_folders.as_ref().map(|folder| Remains::declare(repository, branch, folder)).transpose();
        let remains = remains.with_context(nothing)?;
        if let Err(error) = self.remove_refs(repository, deletion) {
            remains.iter().for_each(Remains::forget);
            return Err(error);
        }
        chain::forget(repository, branch);
        kept::forget(repository, branch);
        learn::forget(repository, branch);
        FailureLimit::forget(&repository.state_dir(), &self.name, |_| false);
        match remains {
            Some(remains) => remains.carry_out(repository),
            None => {
                stop_ignoring(repository, &repository.runs_dir().join(&self.name));
                Ok(())
            }
        }
    }

    /// Removes the notes and the branch, or neither.
    fn remove_refs(&self, repository: &Repository, deletion: Deletion<'_>) -> Result<()> {
        let branch = &self.branch;
        let nothing = || format!("cannot delete {branch}; nothing has been removed");
        let message = format!("gitsweep: delete {branch}");
        if !self.notes.is_empty() {
            let now = time::OffsetDateTime::now_utc().unix_timestamp();
            let identity = Identity::of_user(repository, now, 0).unwrap_or_else(|_| Identity::of_tool(now));
            repository.remove_notes(names::NOTES_REF, &self.notes, &identity, &message).with_context(nothing)?;
        }
        match deletion.carry_out() {
            Err(error) if self.notes.is_empty() || put_notes_back(repository, &message).unwrap_or(false) => {
                Err(error).with_context(nothing)
            }
            gone => gone.hint(
                format!("cannot delete {branch}; its notes are gone, the branch and its run folders are not"),
                format!("once it can be deleted: gitsweep delete {}", quote(branch)),
            ),
        }
    }
}

/// The other branches here that end in a point of the sweep, as `git branch -c` makes them.
fn copies(repository: &Repository, sweep: &Sweep) -> Result<Vec<(String, CommitId)>> {
    let mut others = repository.branches()?;
    others.retain(|(branch, tip)| {
        let newest = if *branch == sweep.branch { None } else { newest_label(repository, *tip) };
        newest.is_some_and(|(label, _, is_tip)| {
            is_tip && label.origin.sweep == sweep.name && label.origin.base == sweep.base
        })
    });
    Ok(others)
}

/// Takes the removal of notes back; false if others have written notes since.
fn put_notes_back(repository: &Repository, message: &str) -> Result<bool> {
    let Some(tip) = repository.read_ref(names::NOTES_REF)? else { return Ok(false) };
    let commit = repository.read_commit(tip)?;
    let before = commit.parents.first().copied().filter(|_| commit.message.trim_end() == message);
    let Some(before) = before else { return Ok(false) };
    let reason = format!("{message}, taken back");
    Ok(repository.move_ref(names::NOTES_REF, Some(tip), before, &reason)? == RefMoved::Yes)
}

/// Refuses to remove what somebody runs or is about to run.
fn check_idle(sweep: &Sweep, standings: &Standings) -> Result<()> {
    let branch = &sweep.branch;
    let is_handed = |commit: CommitId| {
        let by_job = |(_, claim): &(u64, crate::claim::Claim)| claim.submission.is_some();
        standings.flight(commit).is_some() || standings.running(commit).is_some_and(by_job)
    };
    let (mut running, mut handed) = (0, 0);
    for trial in sweep.trials.iter() {
        match standings.of(trial.commit) {
            Standing::Running | Standing::Queued if is_handed(trial.commit) => handed += 1,
            Standing::Running | Standing::Queued => running += 1,
            Standing::Pending | Standing::Ok | Standing::Failed => {}
        }
    }
    if handed > 0 || standings.searchers(&sweep.name).next().is_some() {
        let what = if handed > 0 { format!("{handed} of the points") } else { "jobs of the search".to_owned() };
        return Err(hint::error(
            format!("{what} of {branch} are with a scheduler"),
            format!("take them back first: gitsweep cancel {}", quote(branch)),
        ));
    }
    if running > 0 {
        return Err(hint::error(
            format!("{running} of the points of {branch} are running"),
            format!("end that gitsweep first: Ctrl-C twice there, or gitsweep cancel {}", quote(branch)),
        ));
    }
    Ok(())
}
