//! The site that orders go to: its scheduler and what that takes, and where jobs find what they run.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::executor::{Capacity, Scheduler};
use crate::git::Repository;
use crate::record::Record;
use crate::sweep::found::origin::top_of;
use crate::sweep::found::standing::Standings;

/// Where orders go.
pub(super) struct Site<'a> {
    pub(super) scheduler: &'a dyn Scheduler,
    /// How much it takes at once.
    pub(super) capacity: Capacity,
    /// This program, by the path that jobs call it by.
    pub(super) program: PathBuf,
    /// The top of the main checkout.
    pub(super) top: PathBuf,
}

impl<'a> Site<'a> {
    /// The site of a scheduler that takes so much.
    ///
    /// # Errors
    /// If this program is no longer where it was started from.
    pub(super) fn of(scheduler: &'a dyn Scheduler, capacity: Capacity, repository: &Repository) -> Result<Self> {
        Ok(Self { scheduler, capacity, program: this_program()?, top: top_of(repository) })
    }

    /// What jobs need and other machines probably do not see; nothing once a job of this
    /// executor has run, since then they do.
    pub(super) fn unshared(&self, executor: &str, standings: &Standings) -> Vec<String> {
        let seen: [(&str, &Path); 2] = [("gitsweep itself", &self.program), ("the repository", &self.top)];
        let unshared = seen.into_iter().filter_map(|(what, path)| {
            let why = crate::filesystem::is_local_path(path)?;
            Some(format!(
                "{what} is at {}, {why}: compute nodes must see it, so put it on a file system that they share",
                path.display()
            ))
        });
        let unshared: Vec<String> = unshared.collect();
        let has_run = |record: &Record| record.told_by.is_none() && record.executor.as_deref() == Some(executor);
        let is_seen = !unshared.is_empty() && standings.ledger.iter().any(|(_, records)| records.iter().any(has_run));
        if is_seen { Vec::new() } else { unshared }
    }
}

fn this_program() -> Result<PathBuf> {
    let program = std::env::current_exe().context("cannot tell where gitsweep is")?;
    if !program.exists() {
        bail!("the gitsweep that is running is no longer at {}", program.display());
    }
    Ok(program)
}
