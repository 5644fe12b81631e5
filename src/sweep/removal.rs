//! Removing a sweep, with all that belongs to it.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::{Standing, Standings, Sweep, chain, kept, learn};
use crate::git::{CommitId, Identity, RefMoved, Repository, remove_folder};
use crate::hint;
use crate::names;

/// What the removal of a sweep removes.
#[derive(Clone, Debug)]
pub struct Removal {
    branch: String,
    tip: CommitId,
    /// The commits whose notes go.
    pub notes: Vec<CommitId>,
    /// The folder with the run folders, if there is one and it is to go.
    pub run_folders: Option<PathBuf>,
}

impl Removal {
    /// What there is to remove; nothing is removed yet.
    ///
    /// # Errors
    /// If the sweep runs, is checked out, or is only a remote's.
    pub fn plan(repository: &Repository, sweep: &Sweep, standings: &Standings, with_runs: bool) -> Result<Self> {
        let running = sweep.trials.iter().filter(|trial| standings.of(trial.commit) == Standing::Running).count();
        if running > 0 {
            return Err(hint::error(
                format!("{running} of the points of {} are running", sweep.branch),
                "end that gitsweep first (Ctrl-C twice)",
            ));
        }
        if repository.is_checked_out(&sweep.branch) {
            return Err(hint::error(
                format!("{} is checked out", sweep.branch),
                "switch to another branch: git switch -",
            ));
        }
        if repository.read_ref(&format!("refs/heads/{}", sweep.branch)) != Some(sweep.tip) {
            return Err(hint::error(
                format!("{} is a branch of a remote", sweep.branch),
                "delete it there: git push REMOTE --delete BRANCH",
            ));
        }
        let commits = sweep.trials.iter().map(|trial| trial.commit);
        let notes = commits.filter(|commit| !standings.ledger.of(*commit).is_empty()).collect();
        let run_folders = Some(repository.runs_dir().join(&sweep.name)).filter(|folder| with_runs && folder.exists());
        Ok(Self { branch: sweep.branch.clone(), tip: sweep.tip, notes, run_folders })
    }

    /// Removes it all: run folders first, the branch last, so that a kill leaves a sweep that can be removed again.
    ///
    /// # Errors
    /// If something cannot be removed, or the branch has moved.
    pub fn carry_out(&self, repository: &Repository) -> Result<()> {
        if let Some(folder) = &self.run_folders {
            remove_folder(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        if !self.notes.is_empty() {
            let now = time::OffsetDateTime::now_utc().unix_timestamp();
            let identity = Identity::of_user(repository, now, 0).unwrap_or_else(|_| Identity::of_tool(now));
            let message = format!("gitsweep: delete {}", self.branch);
            repository.remove_notes(names::NOTES_REF, &self.notes, &identity, &message)?;
        }
        chain::forget(repository, &self.branch);
        kept::forget(repository, &self.branch);
        learn::forget(repository, &self.branch);
        match repository.delete_ref(&format!("refs/heads/{}", self.branch), self.tip)? {
            RefMoved::Yes => Ok(()),
            RefMoved::ChangedMeanwhile => Err(hint::error(
                format!("{} has moved meanwhile; its notes and run folders are gone, the branch is not", self.branch),
                "run the command again",
            )),
        }
    }
}
