//! The only place that speaks git2: objects, refs, notes and checkouts, in our own types.
//!
//! Everything is built in the object store; the user's checkout, index and HEAD are never written.

mod checkout;
mod command;
mod commit;
mod deletion;
mod delta;
mod diff;
mod family;
mod few;
mod files;
mod gathering;
mod history;
mod id;
mod note_batch;
mod note_changes;
mod note_folder;
mod note_groups;
mod notes;
mod objects;
mod pack;
mod pack_file;
mod pack_index;
mod refs;
mod sharing;
mod shelf;
mod stale;
mod tree;
mod twins;
mod worktrees;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};

pub use checkout::{Checkout, Leftovers};
pub use command::{git_command, run_git};
pub(crate) use commit::to_text;
pub use commit::{CommitView, CommitWriter, Identity, RawCommit};
pub use deletion::Deletion;
pub use diff::unified_diff;
pub use files::remove_folder;
pub use id::{CommitId, ObjectId};
pub use note_changes::ChangedNote;
pub use note_groups::NoteGroup;
pub use notes::{Note, NotesWritten};
pub use objects::{Object, Objects};
pub use refs::{RefMoved, branch_ref};
pub use tree::{FileEdit, TreeWriter};
pub use worktrees::CheckedOut;

use crate::hint;
use crate::names;

/// A file of a commit.
pub struct CommittedFile {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// The id of its blob.
    pub id: ObjectId,
}

/// A repository: the user's, opened from a folder of a checkout, a linked worktree or a bare repository.
pub struct Repository {
    inner: git2::Repository,
}

impl Repository {
    /// Opens the repository that `folder` lies in (or that `GIT_DIR` names).
    ///
    /// # Errors
    /// If there is none, or git refuses it (another owner, an extension that is not known here).
    pub fn discover(folder: &Path) -> Result<Self> {
        set_up_library();
        let opened = if std::env::var_os("GIT_DIR").is_some() {
            git2::Repository::open_from_env()
        } else {
            git2::Repository::discover(folder)
        };
        match opened {
            Ok(inner) => Ok(Self { inner }),
            Err(error) => Err(explain_open(folder, &error)),
        }
    }

    /// Opens the same repository again, for another thread.
    ///
    /// # Errors
    /// If it has gone meanwhile.
    pub fn reopen(&self) -> Result<Self> {
        let inner = git2::Repository::open(self.inner.path()).context("cannot open the repository again")?;
        Ok(Self { inner })
    }

    /// The folder that all worktrees share, usually `.git`.
    pub fn common_dir(&self) -> &Path {
        self.inner.commondir()
    }

    /// Where what is only about this machine is kept.
    pub fn state_dir(&self) -> PathBuf {
        self.common_dir().join(names::STATE_DIR)
    }

    pub(crate) fn objects_dir(&self) -> PathBuf {
        self.common_dir().join("objects")
    }

    /// The top of the checkout that the user is in; `None` in a bare repository.
    pub fn workdir(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    /// The top of the main checkout, also when the user is in a linked worktree; `None` in a bare repository.
    pub fn main_workdir(&self) -> Option<PathBuf> {
        if !self.inner.is_worktree() {
            return self.inner.workdir().map(Path::to_owned);
        }
        let main = git2::Repository::open(self.common_dir()).ok()?;
        main.workdir().map(Path::to_owned)
    }

    /// The folder that run folders are kept in.
    pub fn runs_dir(&self) -> PathBuf {
        self.main_workdir().unwrap_or_else(|| self.state_dir()).join(names::RUNS_DIR)
    }

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

    /// The commit that a ref stands at.
    pub fn read_ref(&self, name: &str) -> Option<CommitId> {
        self.inner.refname_to_id(name).ok().map(|oid| CommitId::new(oid.into()))
    }

    /// The commit that a branch stands at; `None` if there is none of that name.
    pub fn branch_tip(&self, branch: &str) -> Option<CommitId> {
        self.read_ref(&branch_ref(branch))
    }

    /// True if `name` can be a branch.
    pub fn is_branch_name(name: &str) -> bool {
        git2::Branch::name_is_valid(name).unwrap_or(false)
    }

    /// A file of a commit, `None` if the commit has no such file (or it is a folder, link or submodule).
    ///
    /// # Errors
    /// If the objects cannot be read.
    pub fn read_file(&self, commit: CommitId, path: &str) -> Result<Option<CommittedFile>> {
        let tree = self.inner.find_commit(commit.object().to_git2()).and_then(|commit| commit.tree());
        let tree = tree.with_context(|| format!("cannot read commit {commit}"))?;
        let entry = match tree.get_path(Path::new(path)) {
            Ok(entry) => entry,
            Err(error) if error.code() == git2::ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(anyhow!(error).context(format!("cannot read {path} of {commit}"))),
        };
        if entry.kind() != Some(git2::ObjectType::Blob) || entry.filemode() == 0o120_000 {
            return Ok(None);
        }
        let blob = self.inner.find_blob(entry.id()).with_context(|| format!("cannot read {path} of {commit}"))?;
        Ok(Some(CommittedFile { bytes: blob.content().to_vec(), id: entry.id().into() }))
    }

    /// The paths of all files of a commit.
    ///
    /// # Errors
    /// If the trees cannot be read.
    pub fn list_files(&self, commit: CommitId) -> Result<Vec<String>> {
        let tree = self.inner.find_commit(commit.object().to_git2()).and_then(|commit| commit.tree());
        let mut files = Vec::new();
        tree.with_context(|| format!("cannot read commit {commit}"))?
            .walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
                if entry.kind() == Some(git2::ObjectType::Blob) {
                    files.push(format!("{folder}{}", String::from_utf8_lossy(entry.name_bytes())));
                }
                git2::TreeWalkResult::Ok
            })
            .with_context(|| format!("cannot list the files of {commit}"))?;
        Ok(files)
    }

    /// What `path` is in a commit: `None`, or words for it.
    pub fn describe_path(&self, commit: CommitId, path: &str) -> Option<&'static str> {
        let tree = self.inner.find_commit(commit.object().to_git2()).and_then(|commit| commit.tree()).ok()?;
        let entry = tree.get_path(Path::new(path)).ok()?;
        Some(match entry.kind() {
            Some(git2::ObjectType::Tree) => "a folder",
            Some(git2::ObjectType::Commit) => "a submodule",
            _ if entry.filemode() == 0o120_000 => "a symbolic link",
            _ => "a file",
        })
    }

    /// What the symbolic link at `path` of a commit points to, from its folder.
    pub fn link_target(&self, commit: CommitId, path: &str) -> Option<String> {
        let tree = self.inner.find_commit(commit.object().to_git2()).and_then(|commit| commit.tree()).ok()?;
        let entry = tree.get_path(Path::new(path)).ok().filter(|entry| entry.filemode() == 0o120_000)?;
        let blob = self.inner.find_blob(entry.id()).ok()?;
        Some(String::from_utf8_lossy(blob.content()).into_owned())
    }

    /// True if the user's checkout or index holds another version of `path` than HEAD.
    ///
    /// # Errors
    /// If the state cannot be told.
    pub fn has_uncommitted_change(&self, path: &str) -> Result<bool> {
        let Some(top) = self.inner.workdir() else { return Ok(false) };
        match self.inner.status_file(Path::new(path)) {
            Ok(status) if status.is_empty() || status == git2::Status::IGNORED => return Ok(false),
            Err(error) if error.code() == git2::ErrorCode::NotFound => return Ok(false),
            _ => {}
        }
        // libgit2 knows neither sparse checkouts, nor split indexes, nor filters.
        let question = ["--no-optional-locks", "--literal-pathspecs", "status", "--porcelain", "--", path];
        let answer = run_git(top, &question).with_context(|| format!("cannot tell whether {path} has changed"))?;
        Ok(!answer.trim().is_empty())
    }

    /// A configuration value of the repository or the user.
    pub fn config(&self, key: &str) -> Option<String> {
        self.inner.config().and_then(|mut config| config.snapshot()).and_then(|config| config.get_string(key)).ok()
    }

    /// The parents of a commit that are known here: in a shallow clone the oldest commit has none.
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// The id that a commit's tree would have without the entry `name` at its top.
    ///
    /// # Errors
    /// If the tree cannot be read.
    pub fn tree_without(&self, commit: CommitId, name: &str) -> Result<ObjectId> {
        let tree = self.read_commit(commit)?.tree;
        let odb = self.inner.odb().context("cannot read the object store")?;
        let object = odb.read(tree.to_git2()).with_context(|| format!("cannot read tree {tree}"))?;
        let mut kept = Vec::with_capacity(object.data().len());
        for entry in tree::entries(object.data())?.iter().filter(|entry| entry.name != name.as_bytes()) {
            entry.push_to(&mut kept);
        }
        Ok(pack::hash_object(pack::ObjectKind::Tree, &kept))
    }

    /// A commit as it is stored.
    ///
    /// # Errors
    /// If there is none with that id.
    pub fn read_commit(&self, commit: CommitId) -> Result<RawCommit> {
        let objects = self.objects()?;
        let object = objects.read(commit.object())?;
        RawCommit::parse(object.bytes()).with_context(|| format!("commit {commit} is damaged"))
    }

    /// Unique short form of a commit's id, as git would print it.
    pub fn abbreviate(&self, commit: CommitId) -> String {
        self.inner
            .find_object(commit.object().to_git2(), None)
            .and_then(|object| object.short_id())
            .map_or_else(|_| commit.short(), |short| String::from_utf8_lossy(&short).into_owned())
    }
}

/// Sets what libgit2 has for the whole process.
fn set_up_library() {
    // A cache in the library would keep every commit of a large sweep in memory.
    git2::opts::enable_caching(false);
    // What is damaged in a pack does not inflate; git too leaves the comparison of names to `git fsck`.
    git2::opts::strict_hash_verification(false);
    // A result file is deleted once its note is written, so notes and refs must have reached the disk by then.
    // SAFETY: this option takes one integer; the call above has initialised the library.
    unsafe {
        libgit2_sys::git_libgit2_opts(libgit2_sys::GIT_OPT_ENABLE_FSYNC_GITDIR as libc::c_int, 1 as libc::c_int);
    }
}

fn explain_open(folder: &Path, error: &git2::Error) -> anyhow::Error {
    let message = error.message();
    match error.code() {
        git2::ErrorCode::NotFound => hint::error(
            format!("{} is not in a git repository", folder.display()),
            "go to your code's repository, or make one: git init && git add . && git commit",
        ),
        git2::ErrorCode::Owner => hint::error(
            format!("git does not trust the repository at {}: it belongs to somebody else", folder.display()),
            format!("if you trust it: git config --global --add safe.directory {}", folder.display()),
        ),
        _ if message.contains("object format") || message.contains("objectformat") => hint::error(
            "this repository uses SHA-256 object names, which gitsweep cannot write",
            "use a repository with SHA-1 names, git's default",
        ),
        _ if message.contains("extension") => hint::error(
            format!("this repository uses an extension of git that gitsweep does not know: {message}"),
            "git config --get-regexp '^extensions' shows it; reftable repositories: git refs migrate --ref-format=files",
        ),
        _ => anyhow!("cannot open the repository at {}: {message}", folder.display()),
    }
}
