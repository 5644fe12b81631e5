//! Checkouts that runs happen in: outside the user's checkout, one after another commit in the same folder.
//!
//! A checkout has a private git folder that shares the repository's objects, refs and configuration (`commondir`,
//! gitrepository-layout(5)), so that every git command in it sees an ordinary detached HEAD, while `git worktree list`
//! and the user's own worktrees know nothing of it.
//!
//! Between two runs everything that the first left behind is moved out and only what differs between the commits is
//! rewritten. A rewritten file gets a modification time in a second that no earlier version had, and not before now:
//! Python trusts a compiled file whose source has the same second and size, make an object file that is not older.

mod change;
mod collect;
mod fill;
mod index;
mod stamp;
mod watch;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

use self::change::Change;
pub use self::collect::Leftovers;
use self::index::IndexFile;
use self::stamp::Stamp;
use self::watch::Watch;
use super::Repository;
use super::command::run_git;
use super::id::CommitId;

/// A folder with one commit checked out.
pub struct Checkout {
    root: PathBuf,
    git_dir: PathBuf,
    repository: git2::Repository,
    commit: Option<CommitId>,
    files: HashMap<PathBuf, Stamp>,
    /// Folders and their modes; the empty path is the top.
    folders: HashMap<PathBuf, u32>,
    links: Vec<(PathBuf, PathBuf)>,
    submodules: Vec<(PathBuf, Checkout)>,
    /// True for a path whose bytes on disk are those of its blob.
    plain: HashMap<PathBuf, bool>,
    /// The index as it was last written, to see whether the program touched it.
    index_stamp: Option<Stamp>,
    /// Its content, if that is known and can be changed in place.
    index: Option<IndexFile>,
    /// Who tells what a run has touched, once there has been more than one.
    watch: Option<Watch>,
    is_unwatchable: bool,
    /// How many runs have been collected from.
    collected: u64,
    /// The second, since 1970, of the last modification time given out.
    clock: u64,
    warnings: Vec<String>,
}

impl Checkout {
    /// Prepares an empty checkout in the new folder `place`; the working tree gets the folder name `name` in it.
    /// `links` are paths in the checkout and the untracked files or folders that they are linked to.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn create(repository: &Repository, place: &Path, name: &str, links: Vec<(PathBuf, PathBuf)>) -> Result<Self> {
        Self::create_in(repository.common_dir(), &place.join("git"), &place.join(name), links)
    }

    fn create_in(common: &Path, git_dir: &Path, root: &Path, links: Vec<(PathBuf, PathBuf)>) -> Result<Self> {
        let made = |path: &Path| fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()));
        made(root)?;
        made(git_dir)?;
        let common = common.canonicalize().context("cannot find the repository's folder")?;
        let git_dir = git_dir.canonicalize().context("cannot find the checkout's git folder")?;
        let root = root.canonicalize().context("cannot find the checkout")?;
        let write = |path: PathBuf, text: String| {
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
        };
        write(git_dir.join("commondir"), format!("{}\n", common.display()))?;
        write(git_dir.join("gitdir"), format!("{}\n", root.join(".git").display()))?;
        write(git_dir.join("HEAD"), format!("{}\n", "0".repeat(40)))?;
        write(root.join(".git"), format!("gitdir: {}\n", git_dir.display()))?;
        let repository = git2::Repository::open(&root).context("cannot open the checkout")?;
        Ok(Self {
            root,
            git_dir,
            repository,
            commit: None,
            files: HashMap::new(),
            folders: HashMap::new(),
            links,
            submodules: Vec::new(),
            plain: HashMap::new(),
            index_stamp: None,
            index: None,
            watch: None,
            is_unwatchable: false,
            collected: 0,
            clock: 0,
            warnings: Vec::new(),
        })
    }

    /// The folder that the program runs in.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The second of the last modification time that was given out here.
    pub fn clock(&self) -> u64 {
        self.clock
    }

    /// Gives out no modification time up to the second `clock`: a checkout that takes the place of another tells its files
    /// from those of the other.
    pub fn start_after(&mut self, clock: u64) {
        self.clock = self.clock.max(clock);
    }

    /// What could not be brought in, such as a submodule that the main checkout does not have either.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Makes the checkout hold `commit`, by rewriting what differs. False, and nothing done, if only a new checkout can hold it:
    /// what git makes of files or which submodules there are may be another, of which git itself would write nothing anew.
    ///
    /// # Errors
    /// If the disk is full or the like; the checkout is then to be thrown away.
    pub fn switch(&mut self, commit: CommitId) -> Result<bool> {
        let Some(current) = self.commit else { return self.fill(commit).map(|()| true) };
        if current == commit {
            return Ok(true);
        }
        let changes = self.differences(current, commit)?;
        let Some(changes) = changes.filter(|changes| !changes.iter().any(Change::concerns_others)) else {
            return Ok(false);
        };
        if !changes.iter().all(|change| self.is_plain(change)) {
            return self.reset_by_git(commit).map(|()| true);
        }
        self.write_files(&changes)?;
        self.set_head(commit).map(|()| true)
    }

    fn read_index(&self) -> Result<git2::Index> {
        let read = self.repository.index().and_then(|mut index| index.read(false).map(|()| index));
        read.context("cannot read the checkout's index")
    }

    fn run(&self, arguments: &[&str]) -> Result<String> {
        let mut all = Vec::new();
        for setting in GIT_SETTINGS {
            all.extend(["-c", setting]);
        }
        all.extend(arguments);
        run_git(&self.root, &all)
    }

    /// Writes HEAD, and takes the index for what it should be.
    fn set_head(&mut self, commit: CommitId) -> Result<()> {
        let path = self.git_dir.join("HEAD");
        let text = format!("{commit}\n");
        // Over what is there: to cut a file to nothing and fill it again has some file systems write it to the disk at once.
        let written = File::options().write(true).custom_flags(libc::O_NOFOLLOW).open(&path).and_then(|file| {
            file.write_all_at(text.as_bytes(), 0)?;
            file.set_len(text.len() as u64)
        });
        // It may be gone, or be a link.
        let replace = || fs::remove_file(&path).or_else(ignore_gone).and_then(|()| fs::write(&path, &text));
        written.or_else(|_| replace()).context("cannot write the checkout's HEAD")?;
        self.commit = Some(commit);
        self.index_stamp = self.stamp_of_index();
        Ok(())
    }

    fn stamp_of_index(&self) -> Option<Stamp> {
        fs::symlink_metadata(self.git_dir.join("index")).ok().map(|metadata| Stamp::of(&metadata))
    }

    /// A modification time in a second that no file here has had, and not before now.
    fn tick(&mut self) -> SystemTime {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let time = now.max(Duration::from_secs(self.clock + 1));
        self.clock = time.as_secs();
        UNIX_EPOCH + time
    }
}

/// The settings that git is called with here: every file is wanted, and libgit2 is to be able to read the index.
const GIT_SETTINGS: &[&str] = &[
    "core.sparseCheckout=false",
    "core.fsmonitor=false",
    "core.splitIndex=false",
    "index.version=2",
    "index.skipHash=false",
    "submodule.recurse=false",
];

/// No error for what is not there.
fn ignore_gone(error: io::Error) -> io::Result<()> {
    if watch::is_gone(&error) { Ok(()) } else { Err(error) }
}

fn mode_of(path: &Path) -> Result<u32> {
    Ok(fs::symlink_metadata(path).with_context(|| format!("cannot read {}", path.display()))?.mode())
}
