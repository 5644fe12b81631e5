//! The schedulers by the names that definitions, flags and submissions have for them.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::executor::{SLURM, Scheduler, Script, Slurm, unpack_script};
use crate::git::Repository;

/// The top of the main checkout; where there is none, the repository's own folder.
pub(super) fn top_of(repository: &Repository) -> PathBuf {
    let top = repository.main_workdir().unwrap_or_else(|| repository.common_dir().to_owned());
    // libgit2 ends folders in a slash.
    top.components().collect()
}

/// The scheduler of that name: `slurm`, or the path of a submit script.
///
/// # Errors
/// If it is a script that is not there or cannot be executed.
pub(super) fn scheduler_of(repository: &Repository, name: &str) -> Result<Box<dyn Scheduler>> {
    if name == SLURM {
        return Ok(Box::new(Slurm));
    }
    let top = top_of(repository);
    let path = top.join(Path::new(name));
    // The user's own script of that name comes first.
    let brought = if path.exists() { None } else { unpack_script(&path, &repository.state_dir())? };
    Ok(Box::new(Script::open(&brought.unwrap_or(path), &top)?))
}
