//! The code that sweeps start from: which fixes it has, and what two sweeps differ in beside their points.

use anyhow::Result;

use crate::git::{CommitId, Repository};
use crate::sweep::Sweep;

/// Which code is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Code that descends from this commit.
    Contains(CommitId),
    /// Code that does not.
    Lacks(CommitId),
}

impl Sweep {
    /// True if the code that the sweep starts from is as wanted.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub fn is_from(&self, repository: &Repository, fix: Fix) -> Result<bool> {
        match fix {
            Fix::Contains(commit) => repository.has_in_history(self.base, commit),
            Fix::Lacks(commit) => Ok(!repository.has_in_history(self.base, commit)?),
        }
    }
}

/// What the code of the first sweep and that of each other differ by, a sentence or a file a line; nothing if all start
/// from the same commit.
///
/// # Errors
/// If git cannot compare them.
pub fn differences(repository: &Repository, sweeps: &[&Sweep]) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let mut told = Vec::new();
    let Some(first) = sweeps.first() else { return Ok(lines) };
    for other in sweeps.iter().filter(|sweep| sweep.base != first.base) {
        if told.contains(&other.base) {
            continue;
        }
        told.push(other.base);
        let stat = repository.diff_stat(first.base, other.base)?;
        let bases = format!(
            "{} starts from {}, {} from {}",
            first.branch,
            first.base.short(),
            other.branch,
            other.base.short()
        );
        match stat.split_last() {
            None => lines.push(format!("{bases}: different commits, the same code")),
            Some((sum, files)) => {
                lines.push(format!("{bases}: {sum}"));
                lines.extend(files.iter().map(|file| format!("  {file}")));
            }
        }
    }
    Ok(lines)
}
