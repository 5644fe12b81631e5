//! Checkouts that runs happen in: outside the user's checkout, one after another commit in the same folder.
//!
//! A checkout has a private git folder that shares the repository's objects, refs and configuration (`commondir`,
//! gitrepository-layout(5)), so that every git command in it sees an ordinary detached HEAD, while `git worktree list`
//! and the user's own worktrees know nothing of it.
//!
//! Between two runs everything that the first left behind is moved out and only what differs between the commits is
//! rewritten. A rewritten file gets a modification time in a second that no earlier version had, and not before now:
//! Python trusts a compiled file whose source has the same second and size, make an object file that is not older.

mod collect;
mod index;
mod stamp;
mod watch;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

pub use self::collect::Leftovers;
use self::index::IndexFile;
use self::stamp::Stamp;
use self::watch::Watch;
use super::Repository;
use super::command::run_git;
use super::files::read_dir;
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

    /// Makes the checkout hold `commit`, by rewriting what differs.
    ///
    /// # Errors
    /// If the disk is full or the like; the checkout is then to be thrown away.
    pub fn switch(&mut self, commit: CommitId) -> Result<()> {
        let Some(current) = self.commit else { return self.fill(commit) };
        if current == commit {
            return Ok(());
        }
        let Some(changes) = self.differences(current, commit)? else { return self.reset_by_git(commit) };
        if !changes.iter().all(|change| self.is_plain(change)) {
            return self.reset_by_git(commit);
        }
        self.write_files(&changes)?;
        self.set_head(commit)
    }

    fn read_index(&self) -> Result<git2::Index> {
        let read = self.repository.index().and_then(|mut index| index.read(false).map(|()| index));
        read.context("cannot read the checkout's index")
    }

    /// Writes plain files, and their entries in the index.
    fn write_files(&mut self, changes: &[Change]) -> Result<()> {
        let time = self.tick();
        let written: Vec<fs::Metadata> =
            changes.iter().map(|change| self.write_file(change, time)).collect::<Result<_>>()?;
        let path = self.git_dir.join("index");
        let known = self.index.take().filter(|_| self.stamp_of_index() == self.index_stamp);
        if let Some(mut index) = known.or_else(|| IndexFile::read(&path))
            && changes.iter().zip(&written).all(|(change, metadata)| index.set(change, metadata))
        {
            index.write(&path)?;
            self.index = Some(index);
            return Ok(());
        }
        let mut index = self.read_index()?;
        for (change, metadata) in changes.iter().zip(&written) {
            let added = index.add(&index_entry(change, metadata));
            added.with_context(|| format!("cannot write {} into the checkout's index", change.path.display()))?;
        }
        index.write().context("cannot write the checkout's index")
    }

    /// The files that have another content in another commit; `None` if files come and go between them.
    fn differences(&self, from: CommitId, to: CommitId) -> Result<Option<Vec<Change>>> {
        let tree = |commit: CommitId| self.repository.find_commit(commit.object().to_git2()).map(|it| it.tree_id());
        let mut changes = Vec::new();
        let is_all = tree(from).and_then(|from| self.compare(from, tree(to)?, Path::new(""), &mut changes));
        Ok(is_all.context("cannot compare commits")?.then_some(changes))
    }

    /// Adds the files that differ between two trees at `place`, false if their names do. Of what is the same nothing is read.
    fn compare(
        &self,
        from: git2::Oid,
        to: git2::Oid,
        place: &Path,
        changes: &mut Vec<Change>,
    ) -> Result<bool, git2::Error> {
        const FOLDER: i32 = 0o040_000;
        let (from, to) = (self.repository.find_tree(from)?, self.repository.find_tree(to)?);
        if from.len() != to.len() {
            return Ok(false);
        }
        for (old, new) in from.iter().zip(to.iter()) {
            let (is_folder, was_folder) = (new.filemode() == FOLDER, old.filemode() == FOLDER);
            if old.name_bytes() != new.name_bytes() || is_folder != was_folder {
                return Ok(false);
            }
            if old.id() == new.id() && old.filemode() == new.filemode() {
                continue;
            }
            let path = place.join(std::ffi::OsStr::from_bytes(new.name_bytes()));
            if !is_folder {
                changes.push(Change { path, id: new.id(), mode: u32::try_from(new.filemode()).unwrap_or(0) });
            } else if !self.compare(old.id(), new.id(), &path, changes)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The first commit of an empty checkout: git itself brings in filters, line endings and links.
    fn fill(&mut self, commit: CommitId) -> Result<()> {
        self.index = None;
        self.run(&["read-tree", "--reset", "-u", &commit.to_string()])?;
        self.set_head(commit)?;
        self.fill_submodules()?;
        for (path, target) in self.links.clone() {
            let path = self.root.join(path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            }
            std::os::unix::fs::symlink(&target, &path)
                .with_context(|| format!("cannot link {} to {}", path.display(), target.display()))?;
        }
        self.take_stock()
    }

    fn fill_submodules(&mut self) -> Result<()> {
        let index = self.read_index()?;
        let links: Vec<(PathBuf, CommitId)> = index
            .iter()
            .filter(|entry| entry.mode == 0o160_000)
            .map(|entry| {
                (PathBuf::from(String::from_utf8_lossy(&entry.path).into_owned()), CommitId::new(entry.id.into()))
            })
            .collect();
        for (number, (path, commit)) in links.into_iter().enumerate() {
            let Some(common) = self.find_submodule(&path, commit) else {
                self.warnings.push(format!(
                    "submodule {} is empty in the runs: its commit {} is not here (git submodule update --init {})",
                    path.display(),
                    commit.short(),
                    path.display()
                ));
                continue;
            };
            let git_dir = self.git_dir.join("submodules").join(number.to_string());
            let mut below = Self::create_in(&common, &git_dir, &self.root.join(&path), Vec::new())?;
            below.fill(commit)?;
            self.warnings.append(&mut below.warnings);
            self.submodules.push((path, below));
        }
        Ok(())
    }

    /// The git folder of a submodule that the main repository has, if it holds `commit`.
    fn find_submodule(&self, path: &Path, commit: CommitId) -> Option<PathBuf> {
        let common = self.repository.commondir();
        let name = run_git(&self.root, &["config", "-f", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$"])
            .unwrap_or_default()
            .lines()
            .filter_map(|line| line.split_once(' '))
            .find(|(_, its)| Path::new(its) == path)
            .and_then(|(key, _)| key.strip_prefix("submodule.")?.strip_suffix(".path").map(str::to_owned));
        let absorbed = name.map(|name| common.join("modules").join(name));
        let main = git2::Repository::open(common).ok().and_then(|main| Some(main.workdir()?.join(path)));
        [absorbed, main].into_iter().flatten().find_map(|candidate| {
            let repository = git2::Repository::open(candidate).ok()?;
            repository.find_commit(commit.object().to_git2()).ok()?;
            Some(repository.commondir().to_owned())
        })
    }

    /// Brings the checkout to `commit` by git itself, whatever state it is in.
    fn reset_by_git(&mut self, commit: CommitId) -> Result<()> {
        self.index = None;
        self.run(&["read-tree", "--reset", "-u", &commit.to_string()])?;
        self.set_head(commit)?;
        self.take_stock()
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

    /// Notes the state of every file, and gives those that are new or changed a modification time of their own: a program
    /// that then writes within the same tick of the clock still leaves another time behind.
    fn take_stock(&mut self) -> Result<()> {
        self.watch = None;
        let known = std::mem::take(&mut self.files);
        self.folders.clear();
        self.folders.insert(PathBuf::new(), mode_of(&self.root)?);
        let time = self.tick();
        let mut pending = vec![PathBuf::new()];
        while let Some(folder) = pending.pop() {
            for entry in read_dir(&self.root.join(&folder))? {
                let path = folder.join(entry.file_name());
                let full = entry.path();
                let mut metadata =
                    fs::symlink_metadata(&full).with_context(|| format!("cannot read {}", full.display()))?;
                if metadata.is_dir() {
                    self.folders.insert(path.clone(), metadata.mode());
                    pending.push(path);
                    continue;
                }
                let is_new = known.get(&path).is_none_or(|stamp| *stamp != Stamp::of(&metadata));
                if is_new && metadata.is_file() && File::open(&full).and_then(|file| file.set_modified(time)).is_ok() {
                    metadata =
                        fs::symlink_metadata(&full).with_context(|| format!("cannot read {}", full.display()))?;
                }
                self.files.insert(path, Stamp::of(&metadata));
            }
        }
        Ok(())
    }

    /// A modification time in a second that no file here has had, and not before now.
    fn tick(&mut self) -> SystemTime {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let time = now.max(Duration::from_secs(self.clock + 1));
        self.clock = time.as_secs();
        UNIX_EPOCH + time
    }

    /// True if git would write the blob's bytes as they are: no filter, no line-ending conversion, no submodule.
    fn is_plain(&mut self, change: &Change) -> bool {
        if change.path.file_name().is_some_and(|name| name == ".gitattributes" || name == ".gitmodules") {
            return false;
        }
        if !matches!(change.mode, 0o100_644 | 0o100_755) || self.links.iter().any(|(link, _)| *link == change.path) {
            return false;
        }
        if let Some(plain) = self.plain.get(&change.path) {
            return *plain;
        }
        let converts = |config: &git2::Config| {
            !matches!(config.get_string("core.autocrlf").as_deref(), Err(_) | Ok("false" | "input"))
                || !matches!(config.get_string("core.eol").as_deref(), Err(_) | Ok("lf" | "native"))
        };
        let config = self.repository.config().and_then(|mut config| config.snapshot());
        let plain = config.is_ok_and(|config| !converts(&config))
            && ["filter", "text", "eol", "crlf", "ident", "working-tree-encoding"].iter().all(|attribute| {
                matches!(
                    self.repository.get_attr(&change.path, attribute, git2::AttrCheckFlags::FILE_THEN_INDEX),
                    Ok(None)
                )
            });
        self.plain.insert(change.path.clone(), plain);
        plain
    }

    /// Writes a plain file into a folder that is there, and returns its metadata.
    fn write_file(&mut self, change: &Change, time: SystemTime) -> Result<fs::Metadata> {
        let full = self.root.join(&change.path);
        let failed = || format!("cannot write {}", full.display());
        // Whatever stands there is replaced, never written through: it may be a link or lack permissions.
        fs::remove_file(&full).or_else(ignore_gone).with_context(failed)?;
        let mut file = File::create_new(&full).with_context(failed)?;
        if let Some(watch) = &mut self.watch {
            watch.add_file(&change.path);
        }
        let blob = self.repository.find_blob(change.id).with_context(failed)?;
        file.write_all(blob.content()).with_context(failed)?;
        if change.mode == 0o100_755 {
            let mode = file.metadata().with_context(failed)?.permissions().mode();
            file.set_permissions(fs::Permissions::from_mode(mode | ((mode & 0o444) >> 2))).with_context(failed)?;
        }
        file.set_modified(time).with_context(failed)?;
        let metadata = file.metadata().with_context(failed)?;
        self.files.insert(change.path.clone(), Stamp::of(&metadata));
        Ok(metadata)
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

struct Change {
    path: PathBuf,
    id: git2::Oid,
    mode: u32,
}

fn index_entry(change: &Change, metadata: &fs::Metadata) -> git2::IndexEntry {
    use std::os::unix::ffi::OsStrExt as _;
    let time = |seconds: i64, nanoseconds: i64| git2::IndexTime::new(seconds as i32, nanoseconds as u32);
    git2::IndexEntry {
        ctime: time(metadata.ctime(), metadata.ctime_nsec()),
        mtime: time(metadata.mtime(), metadata.mtime_nsec()),
        dev: metadata.dev() as u32,
        ino: metadata.ino() as u32,
        mode: change.mode,
        uid: metadata.uid(),
        gid: metadata.gid(),
        file_size: metadata.size() as u32,
        id: change.id,
        flags: 0,
        flags_extended: 0,
        path: change.path.as_os_str().as_bytes().to_vec(),
    }
}

/// No error for what is not there.
fn ignore_gone(error: io::Error) -> io::Result<()> {
    if watch::is_gone(&error) { Ok(()) } else { Err(error) }
}

fn mode_of(path: &Path) -> Result<u32> {
    Ok(fs::symlink_metadata(path).with_context(|| format!("cannot read {}", path.display()))?.mode())
}
