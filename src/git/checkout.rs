//! Checkouts that runs happen in: outside the user's checkout, one after another commit in the same folder.
//!
//! A checkout has a private git folder that shares the repository's objects, refs and configuration (`commondir`,
//! gitrepository-layout(5)), so that every git command in it sees an ordinary detached HEAD, while `git worktree list`
//! and the user's own worktrees know nothing of it.
//!
//! Between two runs everything that the first left behind is moved out and only what differs between the commits is
//! rewritten. A rewritten file gets a modification time in a second that no earlier version had, and not before now:
//! Python trusts a compiled file whose source has the same second and size, make an object file that is not older.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, anyhow, bail};
use regex::RegexSet;

use super::Repository;
use super::command::run_git;
use super::files::{move_to, read_dir, remove_any};
use super::id::CommitId;

/// What tells a file from a changed one without reading it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stamp {
    mode: u32,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(metadata: &fs::Metadata) -> Self {
        Self {
            mode: metadata.mode(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// What a run left behind in its checkout.
#[derive(Debug, Default)]
pub struct Leftovers {
    /// Paths, from the top of the checkout, of what was moved to the run folder.
    pub kept: Vec<PathBuf>,
}

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
        let changes = self.differences(current, commit)?;
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

    /// Writes (or removes) plain files, and their entries in the index.
    fn write_files(&mut self, changes: &[Change]) -> Result<()> {
        let mut index = self.read_index()?;
        let time = self.tick();
        for change in changes {
            self.write_file(&mut index, change, time)?;
        }
        index.write().context("cannot write the checkout's index")
    }

    /// The files that differ between two commits.
    fn differences(&self, from: CommitId, to: CommitId) -> Result<Vec<Change>> {
        let tree = |commit: CommitId| self.repository.find_commit(commit.object().to_git2()).and_then(|c| c.tree());
        let (from, to) = (tree(from).context("cannot read a commit")?, tree(to).context("cannot read a commit")?);
        let diff = self.repository.diff_tree_to_tree(Some(&from), Some(&to), None).context("cannot compare commits")?;
        let mut changes = Vec::new();
        for delta in diff.deltas() {
            let new = delta.new_file();
            let path =
                new.path().or_else(|| delta.old_file().path()).map(Path::to_owned).context("a path that is none")?;
            changes.push(Change { path, id: new.id(), mode: u32::from(new.mode()) });
        }
        Ok(changes)
    }

    /// The first commit of an empty checkout: git itself brings in filters, line endings and links.
    fn fill(&mut self, commit: CommitId) -> Result<()> {
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

    fn set_head(&mut self, commit: CommitId) -> Result<()> {
        fs::write(self.git_dir.join("HEAD"), format!("{commit}\n")).context("cannot write the checkout's HEAD")?;
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
        if !matches!(change.mode, 0 | 0o100_644 | 0o100_755) || self.links.iter().any(|(link, _)| *link == change.path)
        {
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

    fn write_file(&mut self, index: &mut git2::Index, change: &Change, time: SystemTime) -> Result<()> {
        let full = self.root.join(&change.path);
        let failed = || format!("cannot write {}", full.display());
        if change.mode == 0 {
            if self.files.remove(&change.path).is_some() {
                fs::remove_file(&full).with_context(failed)?;
            }
            return index.remove_path(&change.path).with_context(failed);
        }
        let blob = self.repository.find_blob(change.id).with_context(failed)?;
        let bytes = blob.content().to_vec();
        drop(blob);
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder).with_context(failed)?;
        }
        for folder in change.path.ancestors().skip(1) {
            if !self.folders.contains_key(folder) {
                self.folders.insert(folder.to_owned(), mode_of(&self.root.join(folder))?);
            }
        }
        // Whatever stands there is replaced, never written through: it may be a link or lack permissions.
        match fs::remove_file(&full) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(anyhow!(error).context(failed())),
            _ => {}
        }
        let mut file = File::create_new(&full).with_context(failed)?;
        file.write_all(&bytes).with_context(failed)?;
        if change.mode == 0o100_755 {
            let mode = file.metadata().with_context(failed)?.permissions().mode();
            file.set_permissions(fs::Permissions::from_mode(mode | ((mode & 0o444) >> 2))).with_context(failed)?;
        }
        file.set_modified(time).with_context(failed)?;
        let metadata = file.metadata().with_context(failed)?;
        self.files.insert(change.path.clone(), Stamp::of(&metadata));
        index.add(&index_entry(change, &metadata)).with_context(failed)
    }

    /// Moves what the run left behind to `run_folder` and makes the checkout what it was. Left-behind paths that match
    /// `discard` are removed instead.
    ///
    /// # Errors
    /// If something cannot be moved; the checkout is then to be thrown away.
    pub fn collect(&mut self, run_folder: &Path, discard: &RegexSet) -> Result<Leftovers> {
        let commit = self.commit.context("an empty checkout")?;
        let mut leftovers = Leftovers::default();
        let mut seen = HashSet::with_capacity(self.files.len());
        let mut damaged = Vec::new();
        let mut seen_folders = 1;
        let mut pending = vec![PathBuf::new()];
        restore_mode(&self.root, mode_of(&self.root)?, self.folders.get(Path::new("")))?;
        while let Some(folder) = pending.pop() {
            let mut entries = read_dir(&self.root.join(&folder))?;
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let path = folder.join(entry.file_name());
                let full = entry.path();
                let metadata =
                    fs::symlink_metadata(&full).with_context(|| format!("cannot read {}", full.display()))?;
                if metadata.is_dir() && self.folders.contains_key(&path) {
                    restore_mode(&full, metadata.mode(), self.folders.get(&path))?;
                    seen_folders += 1;
                    pending.push(path);
                    continue;
                }
                match self.files.get(&path) {
                    Some(stamp) if *stamp == Stamp::of(&metadata) => {
                        seen.insert(path);
                        continue;
                    }
                    Some(_) => {
                        seen.insert(path.clone());
                        damaged.push(path.clone());
                        if self.is_ours(&path) {
                            remove_any(&full, &metadata)?;
                            continue;
                        }
                    }
                    None if discard.is_match(&path.to_string_lossy()) => {
                        remove_any(&full, &metadata)?;
                        continue;
                    }
                    None => {}
                }
                move_to(&full, &run_folder.join(&path))?;
                leftovers.kept.push(path);
            }
        }
        let lost_folder = seen_folders != self.folders.len();
        let missing: Vec<PathBuf> = if seen.len() == self.files.len() {
            Vec::new()
        } else {
            self.files.keys().filter(|p| !seen.contains(*p)).cloned().collect()
        };
        damaged.extend(missing);
        self.mend(commit, &damaged, lost_folder)?;
        Ok(leftovers)
    }

    /// True for paths that are the checkout's own furniture rather than the commit's.
    fn is_ours(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == ".git") || self.links.iter().any(|(link, _)| link == path)
    }

    /// Brings back the committed state of the `damaged` paths, and of HEAD and the index if the program moved them.
    fn mend(&mut self, commit: CommitId, damaged: &[PathBuf], lost_folder: bool) -> Result<()> {
        if damaged
            .iter()
            .any(|path| self.is_ours(path) || self.submodules.iter().any(|(below, _)| path.starts_with(below)))
        {
            bail!("the program changed a link or a submodule of its checkout");
        }
        let has_moved = self.mend_git_dir(commit)?;
        if has_moved || lost_folder {
            return self.reset_by_git(commit);
        }
        if damaged.is_empty() {
            return Ok(());
        }
        let tree = self.repository.find_commit(commit.object().to_git2()).and_then(|commit| commit.tree());
        let tree = tree.context("cannot read a commit")?;
        let mut changes = Vec::new();
        for path in damaged {
            let entry = tree.get_path(path).with_context(|| format!("cannot find {} in the commit", path.display()))?;
            changes.push(Change {
                path: path.clone(),
                id: entry.id(),
                mode: u32::try_from(entry.filemode()).unwrap_or(0),
            });
        }
        drop(tree);
        if !changes.iter().all(|change| self.is_plain(change)) {
            return self.reset_by_git(commit);
        }
        self.write_files(&changes)?;
        self.set_head(commit)
    }

    /// Brings back HEAD and the index, and ends whatever git has under way (a merge, a lock); true if HEAD had moved.
    fn mend_git_dir(&mut self, commit: CommitId) -> Result<bool> {
        for entry in read_dir(&self.git_dir)? {
            if !GIT_DIR_FILES.iter().any(|name| entry.file_name() == *name) {
                let path = entry.path();
                remove_any(&path, &fs::symlink_metadata(&path)?)?;
            }
        }
        for (path, below) in &mut self.submodules {
            let its = below.commit.context("an empty submodule")?;
            if below.mend_git_dir(its)? {
                bail!("the program moved the submodule {}", path.display());
            }
        }
        let head = fs::read_to_string(self.git_dir.join("HEAD")).unwrap_or_default();
        let has_moved = head.trim_end() != commit.to_string();
        let stamp = self.stamp_of_index();
        if stamp != self.index_stamp && !self.is_index_intact(commit) {
            // Laid anew: no flag of an entry (assume-unchanged and the like) survives.
            if stamp.is_some() {
                fs::remove_file(self.git_dir.join("index")).context("cannot remove the checkout's index")?;
            }
            self.run(&["read-tree", "--reset", &commit.to_string()])?;
        }
        self.set_head(commit)?;
        Ok(has_moved)
    }

    /// True if the index lists the files of `commit` and no more; `git status` in the run may have refreshed it.
    fn is_index_intact(&self, commit: CommitId) -> bool {
        let Ok(index) = self.read_index() else { return false };
        let is_plain = |entry: git2::IndexEntry| entry.flags & INDEX_FLAGS == 0 && entry.flags_extended == 0;
        let tree = self.repository.find_commit(commit.object().to_git2()).and_then(|commit| commit.tree());
        let diff = tree.and_then(|tree| self.repository.diff_tree_to_index(Some(&tree), Some(&index), None));
        index.iter().all(is_plain) && diff.is_ok_and(|diff| diff.deltas().len() == 0)
    }
}

/// The settings that git is called with here: every file is wanted, and libgit2 is to be able to read the index.
const GIT_SETTINGS: &[&str] = &[
    "core.sparseCheckout=false",
    "core.fsmonitor=false",
    "core.splitIndex=false",
    "index.skipHash=false",
    "submodule.recurse=false",
];
/// What belongs into the git folder of a checkout.
const GIT_DIR_FILES: &[&str] = &["HEAD", "commondir", "gitdir", "index", "submodules"];
/// The flags of an index entry that say more than the length of its name: assume-unchanged, and the side of a conflict.
const INDEX_FLAGS: u16 = 0x8000 | 0x3000;

struct Change {
    path: PathBuf,
    id: git2::Oid,
    /// The file's mode in the commit, 0 if it is not there.
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

fn mode_of(path: &Path) -> Result<u32> {
    Ok(fs::symlink_metadata(path).with_context(|| format!("cannot read {}", path.display()))?.mode())
}

fn restore_mode(path: &Path, mode: u32, wanted: Option<&u32>) -> Result<()> {
    match wanted {
        Some(wanted) if *wanted != mode => fs::set_permissions(path, fs::Permissions::from_mode(*wanted & 0o7777))
            .with_context(|| format!("cannot restore the mode of {}", path.display())),
        _ => Ok(()),
    }
}
