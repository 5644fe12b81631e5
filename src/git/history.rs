//! Which commit has which other in its history, and what differs between two.

use anyhow::{Context as _, Result};

use super::command::run_git;
use super::{CommitId, RawCommit, Repository};

impl Repository {
    /// True if a commit is here.
    pub fn has_commit(&self, commit: CommitId) -> bool {
        self.inner.find_commit(commit.object().to_git2()).is_ok()
    }

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

    /// Goes from a commit to its first parent, to that one's and so on, as long as `visit` says so.
    ///
    /// # Errors
    /// If a commit cannot be read.
    pub fn go_down(&self, from: CommitId, visit: &mut dyn FnMut(CommitId, &RawCommit) -> bool) -> Result<()> {
        let objects = self.objects()?;
        let mut next = Some(from);
        while let Some(id) = next {
            let object = objects.read(id.object())?;
            let commit = RawCommit::parse(object.bytes()).with_context(|| format!("commit {id} is damaged"))?;
            next = commit.parents.first().copied().filter(|_| visit(id, &commit));
        }
        Ok(())
    }

    /// The paths of the files that are not the same in two commits.
    ///
    /// # Errors
    /// If they cannot be compared.
    pub fn changed_paths(&self, from: CommitId, to: CommitId) -> Result<Vec<String>> {
        let tree = |id: CommitId| self.inner.find_commit(id.object().to_git2()).and_then(|commit| commit.tree());
        let diff = tree(from).and_then(|from| self.inner.diff_tree_to_tree(Some(&from), Some(&tree(to)?), None));
        let diff = diff.with_context(|| format!("cannot compare {from} and {to}"))?;
        let path = |delta: git2::DiffDelta<'_>| {
            let file = delta.new_file().path_bytes().or_else(|| delta.old_file().path_bytes());
            String::from_utf8_lossy(file.unwrap_or_default()).into_owned()
        };
        Ok(diff.deltas().map(path).collect())
    }

    /// The commits that a ref has stood at, the newest first, as far as git has kept them.
    pub fn reflog(&self, name: &str) -> Vec<CommitId> {
        let Ok(log) = self.inner.reflog(name) else { return Vec::new() };
        let oldest = log.iter().next_back().map(|entry| entry.id_old());
        let ids = log.iter().map(|entry| entry.id_new()).chain(oldest);
        ids.filter(|id| !id.is_zero()).map(|id| CommitId::new(id.into())).collect()
    }
}
