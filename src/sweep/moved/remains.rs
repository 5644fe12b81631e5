//! What is left of a sweep that is being removed: its run folders go last, when its branch cannot tell of them any more.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::command::quote;
use crate::git::{Repository, remove_folder};
use crate::hint::WithHint as _;
use crate::names;
use crate::sweep::found::chain::hash_of;

/// Lets git see a folder of run folders again that is gone.
pub(super) fn stop_ignoring(repository: &Repository, folder: &Path) {
    if let Ok(name) = folder.strip_prefix(repository.runs_dir())
        && !folder.exists()
    {
        // A line too many in a list of the user's own does no harm.
        let _ = repository.stop_excluding(&names::ignored_runs(&name.to_string_lossy()));
    }
}

/// Removes the folders above run folders that are gone which hold nothing any more, up to that of all sweeps.
fn remove_empty(repository: &Repository, folder: &Path) {
    let all = repository.runs_dir();
    let above = folder.ancestors().skip(1).take_while(|above| above.starts_with(&all));
    for above in above {
        // One that holds anything stays, and those above it.
        if fs::remove_dir(above).is_err() {
            return;
        }
    }
}

/// Run folders of a sweep that is gone, as somebody began to remove them.
#[derive(Clone, Debug)]
pub struct Remains {
    /// The branch that it had.
    pub branch: String,
    /// The folder with its run folders.
    pub folder: PathBuf,
    note: PathBuf,
}

impl Remains {
    /// Writes down, on this machine, that the run folders of a sweep are to go with its branch.
    pub(in crate::sweep) fn declare(repository: &Repository, branch: &str, folder: &Path) -> Result<Self> {
        let note = note(repository, branch);
        let write = || {
            fs::create_dir_all(note.parent().unwrap_or(&note))?;
            fs::write(&note, folder.to_string_lossy().as_bytes())
        };
        write().with_context(|| format!("cannot write {}", note.display()))?;
        Ok(Self { branch: branch.to_owned(), folder: folder.to_owned(), note })
    }

    /// What somebody has begun to remove and that is there still.
    pub fn find(repository: &Repository, branch: &str) -> Option<Self> {
        let note = note(repository, branch);
        let folder = PathBuf::from(fs::read_to_string(&note).ok()?);
        let is_there = folder.starts_with(repository.runs_dir()) && folder.exists();
        is_there.then(|| Self { branch: branch.to_owned(), folder, note })
    }

    /// Removes it.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub fn carry_out(&self, repository: &Repository) -> Result<()> {
        remove_folder(&self.folder).hint(
            format!(
                "the branch {} and its notes are gone, its run folders in {} are not all",
                self.branch,
                self.folder.display()
            ),
            format!("once they can be removed: gitsweep delete {}", quote(&self.branch)),
        )?;
        self.forget();
        stop_ignoring(repository, &self.folder);
        remove_empty(repository, &self.folder);
        Ok(())
    }

    /// It stays after all.
    pub(in crate::sweep) fn forget(&self) {
        let _ = fs::remove_file(&self.note);
    }
}

fn note(repository: &Repository, branch: &str) -> PathBuf {
    repository.state_dir().join(names::REMAINS_DIR).join(hash_of(branch))
}
