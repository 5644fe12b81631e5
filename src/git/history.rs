//! Which commit has which other in its history, and what differs between two.

use anyhow::{Context as _, Result};

use super::command::run_git;
use super::{CommitId, Repository};

impl Repository {
    /// True if `commit` is `ancestor` or descends from it: it has that commit's changes.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub fn has_in_history(&self, commit: CommitId, ancestor: CommitId) -> Result<bool> {
        let [commit, ancestor] = [commit, ancestor].map(|id| id.object().to_git2());
        let below = || self.inner.graph_descendant_of(commit, ancestor).context("cannot read the history");
        Ok(commit == ancestor || below()?)
    }

    /// The lines of `git diff --stat` between two commits, the last of which sums them up; none if their trees are equal.
    ///
    /// # Errors
    /// If git cannot compare them.
    pub fn diff_stat(&self, from: CommitId, to: CommitId) -> Result<Vec<String>> {
        let [from, to] = [from, to].map(|id| id.to_string());
        let options = ["diff", "--stat=76,50", "--stat-count=5", "--no-color", "--no-ext-diff", "--no-textconv"];
        let arguments: Vec<&str> = options.into_iter().chain([&*from, &*to, "--"]).collect();
        let said = run_git(self.workdir().unwrap_or(self.common_dir()), &arguments)?;
        Ok(said.lines().map(|line| line.trim().to_owned()).collect())
    }
}
