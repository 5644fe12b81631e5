//! Revisions: commits by what people call them, and what they are called.

use std::collections::HashSet;

use anyhow::{Context as _, Result, bail};

use super::Repository;
use super::id::CommitId;
use super::refs::branch_ref;
use crate::hint;

impl Repository {
    /// The commit that HEAD stands for.
    ///
    /// # Errors
    /// If there is no commit yet.
    pub fn head(&self) -> Result<CommitId> {
        match self.inner.head().and_then(|head| head.peel_to_commit()) {
            Ok(commit) => Ok(CommitId::new(commit.id().into())),
            Err(error) if error.code() == git2::ErrorCode::UnbornBranch => {
                Err(hint::error("this repository has no commit yet", "commit your code first: git add . && git commit"))
            }
            Err(error) => Err(hint::error(
                format!("cannot tell which commit HEAD is: {}", error.message()),
                "name the commit to start from with --base",
            )),
        }
    }

    /// The commit that `revision` names.
    ///
    /// # Errors
    /// If it names none.
    pub fn resolve(&self, revision: &str) -> Result<CommitId> {
        let object = self.inner.revparse_single(revision).and_then(|object| object.peel_to_commit());
        match object {
            Ok(commit) => Ok(CommitId::new(commit.id().into())),
            Err(error) if error.code() == git2::ErrorCode::Ambiguous => {
                bail!("`{revision}` is short for several commits")
            }
            Err(_) => {
                let near = self.branches().unwrap_or_default();
                let near = hint::near_miss(revision, near.iter().map(|(name, _)| name.as_str()));
                let hint = near.map_or_else(
                    || "git log and git branch show what there is".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                Err(hint::error(format!("`{revision}` names no commit of this repository"), hint))
            }
        }
    }

    /// The commit that git shows in place of another (`git replace`), if its files are others.
    ///
    /// # Errors
    /// If that cannot be read.
    pub fn replacement(&self, commit: CommitId) -> Result<Option<CommitId>> {
        let is_off = self.config("core.useReplaceRefs").is_some_and(|word| word == "false")
            || std::env::var_os("GIT_NO_REPLACE_OBJECTS").is_some();
        let Some(other) = self.read_ref(&format!("refs/replace/{commit}"))?.filter(|_| !is_off) else {
            return Ok(None);
        };
        let is_another = self.read_commit(other)?.tree != self.read_commit(commit)?.tree;
        Ok(is_another.then_some(other))
    }

    /// The commits that tags name.
    ///
    /// # Errors
    /// If the refs cannot be read.
    pub fn tagged(&self) -> Result<HashSet<CommitId>> {
        let tags = self.inner.references_glob("refs/tags/*").context("cannot list the tags")?;
        let commits = tags.flatten().filter_map(|tag| tag.peel_to_commit().ok());
        Ok(commits.map(|commit| CommitId::new(commit.id().into())).collect())
    }

    /// The local branches and the commits that they stand at, by name.
    ///
    /// # Errors
    /// If the refs cannot be read.
    pub fn branches(&self) -> Result<Vec<(String, CommitId)>> {
        self.branches_of(git2::BranchType::Local)
    }

    /// The branches of remotes, `origin/name`, and the commits that they stood at when they were last fetched.
    ///
    /// # Errors
    /// If the refs cannot be read.
    pub fn remote_branches(&self) -> Result<Vec<(String, CommitId)>> {
        self.branches_of(git2::BranchType::Remote)
    }

    fn branches_of(&self, kind: git2::BranchType) -> Result<Vec<(String, CommitId)>> {
        self.look_afresh(&branch_ref("*"));
        let mut branches = Vec::new();
        for branch in self.inner.branches(Some(kind)).context("cannot list the branches")? {
            let (branch, _) = branch.context("cannot list the branches")?;
            let name = String::from_utf8_lossy(branch.name_bytes().unwrap_or_default()).into_owned();
            if let Ok(commit) = branch.get().peel_to_commit() {
                branches.push((name, CommitId::new(commit.id().into())));
            }
        }
        Ok(branches)
    }

    /// The branch that is checked out, if one is.
    pub fn current_branch(&self) -> Option<String> {
        let head = self.inner.head().ok()?;
        if !head.is_branch() {
            return None;
        }
        head.shorthand().ok().map(str::to_owned)
    }

    /// True if `name` can be a branch, and means it wherever git is given it: not HEAD, as `@` does, nor an id.
    pub fn is_branch_name(name: &str) -> bool {
        let is_something_else = name == "@" || name.parse::<CommitId>().is_ok();
        git2::Branch::name_is_valid(name).unwrap_or(false) && !is_something_else
    }

    /// Unique short form of a commit's id, as git would print it.
    pub fn abbreviate(&self, commit: CommitId) -> String {
        self.inner
            .find_object(commit.object().to_git2(), None)
            .and_then(|object| object.short_id())
            .map_or_else(|_| commit.short(), |short| String::from_utf8_lossy(&short).into_owned())
    }
}
