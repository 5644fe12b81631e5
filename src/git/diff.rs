//! Differences as unified diffs.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::Repository;
use super::id::CommitId;
use crate::names;

/// The unified diff between two versions of a file; nothing if they are the same.
///
/// # Errors
/// If the path cannot be one.
pub fn unified_diff(path: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> Result<Vec<u8>> {
    let name = Path::new(path);
    let mut patch =
        git2::Patch::from_buffers(before.unwrap_or_default(), Some(name), after.unwrap_or_default(), Some(name), None)
            .with_context(|| format!("cannot compare the versions of {path}"))?;
    let patch = patch.to_buf().context("cannot write a diff")?.to_vec();
    Ok(if before.is_none() { as_new_file(&patch, path) } else { patch })
}

/// The same as git shows it for a file that was not there.
fn as_new_file(patch: &[u8], path: &str) -> Vec<u8> {
    let old = format!("--- a/{path}");
    let mut lines = Vec::with_capacity(patch.len());
    for line in patch.split_inclusive(|byte| *byte == b'\n') {
        match line {
            line if line.starts_with(b"index ") => lines.extend_from_slice(b"new file mode 100644\n"),
            line if line.strip_suffix(b"\n") == Some(old.as_bytes()) => lines.extend_from_slice(b"--- /dev/null\n"),
            line => lines.extend_from_slice(line),
        }
    }
    lines
}

impl Repository {
    /// The unified diff between two commits, without the definition's folder.
    ///
    /// # Errors
    /// If one of them cannot be read.
    pub fn diff(&self, from: CommitId, to: CommitId) -> Result<Vec<u8>> {
        let tree = |commit: CommitId| {
            let found = self.inner.find_commit(commit.object().to_git2()).and_then(|commit| commit.tree());
            found.with_context(|| format!("cannot read commit {commit}"))
        };
        let diff = self
            .inner
            .diff_tree_to_tree(Some(&tree(from)?), Some(&tree(to)?), None)
            .context("cannot compare the commits")?;
        let mut patch = Vec::new();
        diff.print(git2::DiffFormat::Patch, |delta, _, line| {
            let path = delta.new_file().path().or_else(|| delta.old_file().path());
            if path.is_some_and(|path| path.starts_with(names::TREE_DIR)) {
                return true;
            }
            if matches!(line.origin(), '+' | '-' | ' ') {
                patch.push(line.origin() as u8);
            }
            patch.extend_from_slice(line.content());
            true
        })
        .context("cannot compare the commits")?;
        Ok(patch)
    }
}
