//! The relocation of a repository: it has another place than when its jobs were submitted. Those know the old one only.
//!
//! What runs goes on there: its checkout moves along, and it leaves its outcome where the repository was, from where it is
//! taken over. What waits finds nothing there when it begins.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::command::quote;
use crate::git::{CommitId, Repository};
use crate::ledger;
use crate::names;
use crate::submission::Submission;
use crate::sweep::found::origin::{inode, is_in_repository, is_same_folder, top_of};

/// Where a repository was.
pub(super) struct Relocation {
    /// The top of the main checkout.
    from: PathBuf,
    to: PathBuf,
    /// The state folder as it was called there.
    state: PathBuf,
    /// Whether there is another repository by now.
    is_taken: bool,
}

impl Relocation {
    /// Where the repository was when a submission was made, if it is not there any more. A path that leads to it still is
    /// another of its names.
    pub(super) fn since(repository: &Repository, submission: &Submission) -> Option<Self> {
        let (to, state) = (top_of(repository), repository.state_dir());
        let from = PathBuf::from(submission.header.top.as_ref()?);
        if from == to {
            return None;
        }
        let old = from.join(state.strip_prefix(&to).ok()?);
        let is_taken = is_in_repository(&old);
        // One that was made in its place is none that this may be a copy of, if the folder is the same as then.
        let is_replaced = || submission.header.inode.is_some() && submission.header.inode == inode(&state);
        let is_moved = !is_same_folder(&old, &state) && (!is_taken || is_replaced());
        is_moved.then_some(Self { from, to, state: old, is_taken })
    }

    /// Takes over the outcome that an attempt has left where the repository was; true if there is one.
    ///
    /// # Errors
    /// If it cannot be written here.
    pub(super) fn take_over(&self, repository: &Repository, commit: CommitId, attempt: u64) -> Result<bool> {
        let Some(record) = ledger::read_result(&self.state, commit, attempt) else { return Ok(false) };
        if let Some(folder) = &record.folder {
            // What cannot be moved stays where it is.
            let (from, to) = (self.from.join(folder), self.to.join(folder));
            for entry in fs::read_dir(from).into_iter().flatten().flatten() {
                let place = to.join(entry.file_name());
                if !place.exists() {
                    let _ = fs::create_dir_all(&to).and_then(|()| fs::rename(entry.path(), place));
                }
            }
        }
        let is_news = ledger::leave_result(&repository.state_dir(), commit, &record)?;
        // Another repository's files are its own.
        if !self.is_taken {
            let _ = fs::remove_file(ledger::result_path(&self.state, commit, attempt));
        }
        Ok(is_news)
    }

    /// Removes the empty folders that jobs of a sweep have made where the repository was, once none of them is there any more.
    pub(super) fn clear_up(&self, sweep: &str) {
        // Where no job has come to there is nothing of theirs, and an empty folder is somebody's.
        if self.is_taken || !self.state.is_dir() {
            return;
        }
        // That its jobs found nothing is known.
        let _ = fs::remove_file(self.state.join(names::HOOK_PROBLEMS_FILE));
        let runs = self.from.join(names::RUNS_DIR);
        remove_empty(&self.state);
        remove_empty(&runs.join(sweep));
        for folder in [self.state.parent(), Some(&*runs), Some(&*self.from)].into_iter().flatten() {
            let _ = fs::remove_dir(folder);
        }
    }

    /// Why a job found nothing.
    pub(super) fn in_words(&self) -> String {
        format!("the repository was at {} when the job was submitted, and has been moved since", self.from.display())
    }

    /// What is to be said of a job that waits.
    pub(super) fn warning(&self, job: &str, branch: &str) -> String {
        let [from, to] = [&self.from, &self.to].map(|path| quote(&path.display().to_string()));
        let link = if self.is_taken { String::new() } else { format!("ln -s {to} {from} lets it begin; or ") };
        format!(
            "job {job} of {branch} is going to look for the repository at {from}, from where it has been moved: {link}gitsweep cancel {0}, and gitsweep queue {0} again",
            quote(branch)
        )
    }
}

/// Removes a folder that has nothing but folders in it; of another one, those that have.
fn remove_empty(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty(&entry.path());
        }
    }
    let _ = fs::remove_dir(folder);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_folder_to_which_no_job_has_come_is_somebodys() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("old");
        let state = from.join(".git/gitsweep");
        let moved =
            Relocation { from: from.clone(), to: folder.path().join("new"), state: state.clone(), is_taken: false };
        fs::create_dir(&from).unwrap();
        moved.clear_up("sweep");
        assert!(from.exists());
        fs::create_dir_all(&state).unwrap();
        moved.clear_up("sweep");
        assert!(!from.exists());
    }
}
