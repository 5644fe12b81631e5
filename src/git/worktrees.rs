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
    /// What git has under way there, which ends on the branch: the words that end it now.
    under_way: Option<&'static str>,
}

impl CheckedOut {
    /// The command by which the user leaves the branch.
    pub fn way_out(&self) -> String {
        let elsewhere =
            if self.is_here { String::new() } else { format!(" -C {}", quote(&self.path.to_string_lossy())) };
        if let Some(end) = self.under_way {
            return format!("git{elsewhere} {end}");
        }
        let to = if self.has_before { "-" } else { "--detach" };
        format!("git{elsewhere} switch {to}")
    }

    /// True if git is to come back to the branch after a rebase or a bisection.
    pub fn is_under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// Where it is, for people who are somewhere else.
    pub fn place(&self) -> String {
        if self.is_here { String::new() } else { format!(" at {}", self.path.display()) }
    }
}

impl Repository {
    /// The checkout that a branch is in, the main one or another worktree, if there is one; also where a rebase or a bisection
    /// has left it for a while.
    pub fn checked_out(&self, branch: &str) -> Option<CheckedOut> {
        let head = format!("ref: {}", branch_ref(branch));
        let says = |folder: &Path, file: &str, text: &str| {
            fs::read_to_string(folder.join(file)).is_ok_and(|said| said.trim_end() == text)
        };
        let under_way = |folder: &Path| {
            let (full, rebase) = (branch_ref(branch), "rebase --abort");
            let ways = [("rebase-merge/head-name", &*full, rebase), ("rebase-apply/head-name", &full, rebase)];
            let mut ways = ways.into_iter().chain([("BISECT_START", branch, "bisect reset")]);
            ways.find(|(file, text, _)| says(folder, file, text)).map(|(.., end)| end)
        };
        let has = |folder: &Path| says(folder, "HEAD", &head) || under_way(folder).is_some();
        let main =
            self.main_workdir().filter(|_| has(self.common_dir())).map(|top| (self.common_dir().to_owned(), top));
        let others = fs::read_dir(self.common_dir().join("worktrees")).into_iter().flatten().flatten();
        let mut others = others.map(|entry| entry.path()).filter(|folder| has(folder));
        let (folder, path) = main.or_else(|| others.next().map(|folder| (folder.clone(), top_of(&folder))))?;
        let is_here = self.workdir().is_some_and(|here| same(here, &path));
        let moves = fs::read_to_string(folder.join("logs/HEAD")).unwrap_or_default();
        let has_before = moves.contains("checkout: moving from ");
        Some(CheckedOut { path, is_here, has_before, under_way: under_way(&folder) })
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
