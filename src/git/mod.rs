//! The only place that speaks git2: objects, refs, notes and checkouts, in our own types.
//!
//! Everything is built in the object store; the user's checkout, index and HEAD are never written.

mod base_cache;
mod checkout;
mod command;
mod commit;
mod commit_writer;
mod committed;
mod config;
mod deletion;
mod delta;
mod diff;
mod exclude;
mod family;
mod files;
mod hash;
mod history;
mod id;
mod identity;
mod loose;
mod mounts;
mod multi_buffer;
mod note_batch;
mod note_changes;
mod note_folder;
mod note_groups;
mod notes;
mod objects;
mod open_pack;
mod pack;
mod pack_file;
mod pack_form;
mod pack_index;
mod pack_list;
mod ref_reading;
mod refs;
mod repack;
mod revisions;
mod sharing;
mod stale;
mod tree;
mod tree_patch;
mod tree_writer;
mod worktrees;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread;

use anyhow::{Context as _, Result, anyhow};

pub use checkout::{Checkout, Leftovers};
pub use command::{git_command, run_git, run_git_with_hooks};
pub(crate) use commit::to_text;
pub use commit::{CommitView, RawCommit};
pub use commit_writer::CommitWriter;
pub use committed::CommittedFile;
pub use deletion::Deletion;
pub use diff::unified_diff;
pub use files::remove_folder;
pub use id::{CommitId, ObjectId};
pub use identity::Identity;
pub use note_changes::ChangedNote;
pub use note_groups::NoteGroup;
pub use notes::{Note, NotesWritten};
pub use objects::{Object, ObjectPlace, Objects};
pub use refs::{RefMoved, branch_ref};
pub use tree_writer::{FileEdit, TreeWriter, Trees};
pub use worktrees::CheckedOut;

use crate::hint;
use crate::names;

/// A repository: the user's, opened from a folder of a checkout, a linked worktree or a bare repository.
pub struct Repository {
    inner: git2::Repository,
    /// Whether other machines may change it, once somebody has asked.
    shared: OnceLock<bool>,
}

impl Repository {
    fn of(inner: git2::Repository) -> Self {
        Self { inner, shared: OnceLock::new() }
    }

    /// Opens the repository that `folder` lies in (or that `GIT_DIR` names).
    ///
    /// # Errors
    /// If there is none, or git refuses it (another owner, an extension that is not known here).
    pub fn discover(folder: &Path) -> Result<Self> {
        set_up_library();
        let open = || {
            if std::env::var_os("GIT_DIR").is_some() {
                git2::Repository::open_from_env()
            } else {
                git2::Repository::discover(folder)
            }
        };
        let opened = open().or_else(|error| {
            if error.code() != git2::ErrorCode::Owner || !config::is_trusted(folder) {
                return Err(error);
            }
            // SAFETY: this sets one flag of the library, which `set_up_library` has initialised.
            unsafe { git2::opts::set_verify_owner_validation(false) }?;
            open()
        });
        match opened {
            Ok(inner) => {
                config::follow_environment(&inner)?;
                if let Some(top) = top_of_checkout(folder, &inner) {
                    inner.set_workdir(&top, false).context("cannot find the checkout")?;
                }
                Ok(Self::of(inner))
            }
            Err(error) => Err(explain_open(folder, &error)),
        }
    }

    /// Opens the repository of a `.git` folder, which has been open before.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let inner = git2::Repository::open(folder).context("cannot open the repository again")?;
        config::follow_environment(&inner)?;
        Ok(Self::of(inner))
    }

    /// Opens the same repository again, for another thread.
    ///
    /// # Errors
    /// If it has gone meanwhile.
    pub fn reopen(&self) -> Result<Self> {
        let Self { inner, .. } = Self::open(self.inner.path())?;
        if let Some(top) = self.inner.workdir().filter(|top| inner.workdir() != Some(top)) {
            inner.set_workdir(top, false).context("cannot open the repository again")?;
        }
        Ok(Self::of(inner))
    }

    /// What `read` makes of the repository, in a thread of its own, while `work` is done beside.
    ///
    /// # Errors
    /// If either fails.
    pub fn read_beside<R: Send, T>(
        &self,
        read: impl FnOnce(&Self) -> Result<R> + Send,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<(T, R)> {
        let again = self.reopen()?;
        thread::scope(|scope| {
            let reading = scope.spawn(move || read(&again));
            let done = work()?;
            let read = reading.join().map_err(|_| anyhow!("reading the repository has come to an unexpected end"))?;
            Ok((done, read?))
        })
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

    /// The top of the main checkout, also when the user is in a linked worktree; `None` in a bare repository, and where that
    /// cannot be told.
    pub fn main_workdir(&self) -> Option<PathBuf> {
        if !self.inner.is_worktree() {
            return self.inner.workdir().map(Path::to_owned);
        }
        let main = git2::Repository::open(self.common_dir()).ok()?;
        // Of a repository that lies elsewhere (`--separate-git-dir`) nothing says where it is.
        main.workdir().filter(|top| leads_to(&top.join(".git"), self.common_dir())).map(Path::to_owned)
    }

    /// The folder that run folders are kept in.
    pub fn runs_dir(&self) -> PathBuf {
        self.main_workdir().unwrap_or_else(|| self.state_dir()).join(names::RUNS_DIR)
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

    /// True for a folder of the checkout whose files git does not look at, be it for a list inside of it, as virtual
    /// environments have one.
    pub fn is_ignored_folder(&self, path: &str) -> bool {
        [format!("{path}/"), format!("{path}/any")]
            .iter()
            .any(|path| self.inner.is_path_ignored(Path::new(path)).unwrap_or(false))
    }

    /// True in a shallow clone, whose oldest commits have no parents here.
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
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

/// The top of the checkout where its `.git` is a symbolic link or a file that says where the repository is
/// (`--separate-git-dir`): libgit2 takes the folder around the repository for it.
fn top_of_checkout(folder: &Path, repository: &git2::Repository) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let top = folder.ancestors().find(|top| top.join(".git").symlink_metadata().is_ok())?;
    let is_said = std::env::var_os("GIT_WORK_TREE").is_some()
        || repository.config().is_ok_and(|config| config.get_string("core.worktree").is_ok());
    let is_main = !is_said && !repository.is_bare() && !repository.is_worktree();
    (is_main && leads_to(&top.join(".git"), repository.path())).then(|| top.to_owned())
}

/// True if a `.git` is the folder of a repository, or a link to it, or a file that names it.
fn leads_to(link: &Path, repository: &Path) -> bool {
    let said = fs::read_to_string(link).ok();
    let named = said.as_ref().and_then(|text| text.strip_prefix("gitdir:"));
    let folder = named.map_or_else(|| link.to_owned(), |name| link.with_file_name(name.trim()));
    matches!((folder.canonicalize(), repository.canonicalize()), (Ok(folder), Ok(repository)) if folder == repository)
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
