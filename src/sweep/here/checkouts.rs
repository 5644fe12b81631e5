//! The folder for checkouts: in it a folder for each gitsweep, and in that one for each place where it runs points.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::git::remove_folder;
use crate::hint;
use crate::liveness::is_older;
use crate::names;
use crate::process::{Owner, host};
use crate::sweep::found::standing::Standings;

/// What a gitsweep on another machine has not touched for so long, and gives no sign, it does not need any more.
const FORSAKEN: Duration = Duration::from_secs(24 * 60 * 60);

/// Where checkouts go.
pub(super) struct Checkouts {
    /// Beside what else this machine knows of the repository.
    beside_state: PathBuf,
    /// On the node's own disk, if there is such a folder.
    scratch: Option<PathBuf>,
}

impl Checkouts {
    /// Those of a repository, in the folder of its state.
    pub(super) fn of(state: &Path) -> Self {
        Self { beside_state: state.join(names::CHECKOUTS_DIR), scratch: None }
    }

    /// Goes to the node's own disk, if the definition `said` so, or the scheduler of a job has prepared a folder.
    ///
    /// # Errors
    /// If there is no such folder as the definition names.
    pub(super) fn choose(&mut self, said: Option<&str>, is_in_job: bool) -> Result<()> {
        self.scratch = scratch(said, is_in_job)?;
        Ok(())
    }

    /// True if they are on the node's own disk.
    pub(super) fn is_scratch(&self) -> bool {
        self.scratch.is_some()
    }

    fn folder(&self) -> &Path {
        self.scratch.as_ref().unwrap_or(&self.beside_state)
    }

    /// The folder of this process's checkouts.
    pub(super) fn own(&self) -> PathBuf {
        self.folder().join(Owner::this().folder_name())
    }

    /// Removes what is left of this process's checkouts once its places are gone.
    pub(super) fn clear(&self) {
        let _ = fs::remove_dir(self.own());
        if let Some(scratch) = &self.scratch {
            let _ = fs::remove_dir(scratch);
        }
    }

    /// Removes the checkouts of gitsweeps of this machine that are gone.
    pub(super) fn remove_stale(&self) {
        for entry in fs::read_dir(self.folder()).into_iter().flatten().flatten() {
            let owner = Owner::of_folder_name(&entry.file_name().to_string_lossy());
            if owner.is_some_and(|owner| owner.is_here() && owner.is_dead()) {
                let _ = remove_folder(&entry.path());
            }
        }
    }

    /// Removes the checkouts of gitsweeps of other machines that gave no sign for long: such a machine may never come back. A
    /// scratch folder may be shared with other repositories, of whose gitsweeps nothing is known here.
    pub(super) fn remove_forsaken(&self, standings: &Standings) {
        let folder = &self.beside_state;
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Some(owner) = Owner::of_folder_name(&entry.file_name().to_string_lossy()) else { continue };
            let slots = fs::read_dir(entry.path()).into_iter().flatten().flatten().map(|slot| slot.metadata());
            let times = slots.chain([entry.metadata()]).filter_map(|metadata| metadata.ok()?.modified().ok());
            let is_old = || times.max().is_some_and(|newest| is_older(folder, newest, FORSAKEN));
            if !owner.is_in_sight() && standings.has_left(&owner, FORSAKEN) && is_old() {
                let _ = remove_folder(&entry.path());
            }
        }
    }
}

/// The folder on this node's own disk that checkouts go to, if there is one: what the definition says, else, in a job,
/// what the scheduler has prepared.
///
/// # Errors
/// If there is no such folder as the definition names.
fn scratch(said: Option<&str>, is_in_job: bool) -> Result<Option<PathBuf>> {
    let user = std::env::var("USER").unwrap_or_else(|_| "user".to_owned());
    let below = |folder: &Path| folder.join(format!("gitsweep-{user}"));
    if let Some(said) = said {
        let folder = PathBuf::from(expand(said));
        if !folder.is_absolute() || !folder.is_dir() {
            return Err(hint::error(
                format!("scratch = \"{said}\" under [queue]: there is no folder {} on {}", folder.display(), host()),
                "name a folder of the machine that runs points, such as \"/scratch\" or \"$TMPDIR\"",
            ));
        }
        return Ok(Some(below(&folder)));
    }
    let prepared = ["SLURM_TMPDIR", "PBS_JOBFS", "TMPDIR"].iter().filter_map(std::env::var_os).map(PathBuf::from);
    Ok(prepared.filter(|folder| is_in_job && folder.is_absolute() && is_writable(folder)).map(|f| below(&f)).next())
}

fn is_writable(folder: &Path) -> bool {
    folder.is_dir() && tempfile::tempfile_in(folder).is_ok()
}

/// `$NAME` and `${NAME}` by their values.
fn expand(text: &str) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let after = after.strip_prefix('{').unwrap_or(after);
        let length = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        expanded.push_str(&std::env::var(&after[..length]).unwrap_or_default());
        rest = after[length..].strip_prefix('}').unwrap_or(&after[length..]);
    }
    expanded + rest
}
