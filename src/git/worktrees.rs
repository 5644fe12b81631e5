//! Where a branch is checked out: whoever moves it would leave that checkout behind.

use std::fs;
use std::path::{Path, PathBuf};

use super::Repository;
use super::refs::branch_ref;
use crate::command::quote;

/// A checkout that a branch is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedOut {
    /// The top of the checkout.
    pub path: PathBuf,
    /// True if it is the one that the user is in.
    pub is_here: bool,
    /// True if it was on another branch or commit before.
    has_before: bool,
}

impl CheckedOut {
    /// The command by which the user leaves the branch.
    pub fn way_out(&self) -> String {
        let elsewhere =
            if self.is_here { String::new() } else { format!(" -C {}", quote(&self.path.to_string_lossy())) };
        let to = if self.has_before { "-" } else { "--detach" };
        format!("git{elsewhere} switch {to}")
    }

    /// Where it is, for people who are somewhere else.
    pub fn place(&self) -> String {
        if self.is_here { String::new() } else { format!(" at {}", self.path.display()) }
    }
}

impl Repository {
    /// The checkout that a branch is in, the main one or another worktree, if there is one.
    pub fn checked_out(&self, branch: &str) -> Option<CheckedOut> {
        let head = format!("ref: {}", branch_ref(branch));
        let has = |folder: &Path| fs::read_to_string(folder.join("HEAD")).is_ok_and(|text| text.trim_end() == head);
        let main =
            self.main_workdir().filter(|_| has(self.common_dir())).map(|top| (self.common_dir().to_owned(), top));
        let others = fs::read_dir(self.common_dir().join("worktrees")).into_iter().flatten().flatten();
        let mut others = others.map(|entry| entry.path()).filter(|folder| has(folder));
        let (folder, path) = main.or_else(|| others.next().map(|folder| (folder.clone(), top_of(&folder))))?;
        let is_here = self.workdir().is_some_and(|here| same(here, &path));
        let moves = fs::read_to_string(folder.join("logs/HEAD")).unwrap_or_default();
        let has_before = moves.contains("checkout: moving from ");
        Some(CheckedOut { path, is_here, has_before })
    }
}

/// The top of the checkout of a linked worktree, whose own folder in the repository is `folder`.
fn top_of(folder: &Path) -> PathBuf {
    let link = fs::read_to_string(folder.join("gitdir")).unwrap_or_default();
    // It names the file `.git` there, in newer versions of git from the folder on.
    let link = folder.join(link.trim_end());
    let top = link.parent().unwrap_or(folder);
    top.canonicalize().unwrap_or_else(|_| top.to_owned())
}

fn same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
