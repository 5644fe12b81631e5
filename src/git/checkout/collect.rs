//! After a run: what it left behind is moved out, and the checkout is made what it was.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error, Result, bail};
use regex::RegexSet;

use super::change::Change;
use super::stamp::Stamp;
use super::watch::{Watch, is_gone};
use super::{Checkout, mode_of};
use crate::filesystem::is_of_this_machine;
use crate::git::files::{move_to, read_dir, remove_any};
use crate::git::id::CommitId;
use crate::git::mounts::{mounted_at, mounts_in};

/// What a run left behind in its checkout.
#[derive(Debug, Default)]
pub struct Leftovers {
    /// Paths, from the top of the checkout, of what was moved to the run folder.
    pub kept: Vec<PathBuf>,
    /// Paths of what could not be moved or removed and stands in the checkout still, which is then to be thrown away.
    pub stuck: Vec<PathBuf>,
    /// Why the first of those could not be.
    pub trouble: Option<Error>,
}

impl Leftovers {
    /// Leaves a path where it is, and goes on with the others.
    fn leave(&mut self, path: PathBuf, why: Error) {
        self.stuck.push(path);
        self.trouble.get_or_insert(why);
    }
}

/// Where leftovers go, and what has been found so far.
struct Collection<'a> {
    run_folder: &'a Path,
    discard: &'a RegexSet,
    leftovers: Leftovers,
    /// Committed files that are changed or gone.
    damaged: BTreeSet<PathBuf>,
    lost_folder: bool,
}

impl Checkout {
    /// Moves what the run left behind to `run_folder` and makes the checkout what it was, unless something is stuck. Left-behind
    /// paths that match `discard` are removed instead.
    ///
    /// # Errors
    /// If the checkout cannot be read or mended; it is then to be thrown away.
    pub fn collect(&mut self, run_folder: &Path, discard: &RegexSet) -> Result<Leftovers> {
        let commit = self.commit.context("an empty checkout")?;
        let (leftovers, damaged) = (Leftovers::default(), BTreeSet::new());
        let mut collection = Collection { run_folder, discard, leftovers, damaged, lost_folder: false };
        // Of what is mounted on a folder its watch says nothing.
        let mounts = mounts_in(&self.root);
        let touched = self.watch.as_mut().and_then(Watch::touched).filter(|_| mounts.is_empty());
        if !self.look_at(touched, &mut collection)? {
            // From before the walk on, so that nothing goes unseen.
            self.watch = mounts.is_empty().then(|| self.begin_watch()).flatten();
            self.walk(&mounts, &mut collection)?;
        }
        self.collected += 1;
        if collection.leftovers.stuck.is_empty() {
            self.mend(commit, &collection.damaged, collection.lost_folder)?;
        }
        collection.leftovers.kept.sort();
        Ok(collection.leftovers)
    }

    /// Starts to watch a checkout that has been used before: for a single run it is not worth it.
    fn begin_watch(&mut self) -> Option<Watch> {
        if self.collected == 0 || self.is_unwatchable {
            return None;
        }
        let watch = is_of_this_machine(&self.root)
            .then(|| Watch::over(&self.root, self.folders.keys(), self.files.keys()))
            .flatten();
        self.is_unwatchable = watch.is_none();
        watch
    }

    /// Looks at what is said to have been touched, false if that is not all that there is to look at.
    fn look_at(&self, touched: Option<BTreeMap<PathBuf, bool>>, collection: &mut Collection<'_>) -> Result<bool> {
        let Some(touched) = touched else { return Ok(false) };
        for (path, is_another) in touched {
            let full = self.root.join(&path);
            let is_folder = self.folders.contains_key(&path);
            match fs::symlink_metadata(&full) {
                Ok(metadata) if is_folder && metadata.is_dir() && !is_another => {
                    restore_mode(&full, metadata.mode(), self.folders.get(&path))?;
                }
                _ if is_folder => return Ok(false),
                Ok(metadata) => self.judge(path, &metadata, collection)?,
                Err(error) if is_gone(&error) => {
                    if self.files.contains_key(&path) {
                        collection.damaged.insert(path);
                    }
                }
                Err(_) => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Looks at everything but what is mounted in the checkout, on a committed folder too: that is somebody's own.
    fn walk(&self, mounts: &[PathBuf], collection: &mut Collection<'_>) -> Result<()> {
        let mut seen = HashSet::with_capacity(self.files.len());
        let mut seen_folders = 1;
        let mut pending = vec![PathBuf::new()];
        if mounts.iter().any(|mount| mount.as_os_str().is_empty()) {
            return Err(mounted_at(&self.root).into());
        }
        restore_mode(&self.root, mode_of(&self.root)?, self.folders.get(Path::new("")))?;
        while let Some(folder) = pending.pop() {
            for entry in read_dir(&self.root.join(&folder))? {
                if is_removed(&entry.file_name()) {
                    continue;
                }
                let path = folder.join(entry.file_name());
                let full = entry.path();
                if mounts.contains(&path) {
                    collection.leftovers.leave(path, mounted_at(&full).into());
                    continue;
                }
                let metadata =
                    fs::symlink_metadata(&full).with_context(|| format!("cannot read {}", full.display()))?;
                if metadata.is_dir() && self.folders.contains_key(&path) {
                    restore_mode(&full, metadata.mode(), self.folders.get(&path))?;
                    seen_folders += 1;
                    pending.push(path);
                    continue;
                }
                if self.files.contains_key(&path) {
                    seen.insert(path.clone());
                }
                self.judge(path, &metadata, collection)?;
            }
        }
        collection.lost_folder = seen_folders != self.folders.len();
        if seen.len() != self.files.len() {
            collection.damaged.extend(self.files.keys().filter(|path| !seen.contains(*path)).cloned());
        }
        Ok(())
    }

    /// Leaves a path that is as it was; takes out what is not.
    fn judge(&self, path: PathBuf, metadata: &fs::Metadata, collection: &mut Collection<'_>) -> Result<()> {
        let full = self.root.join(&path);
        match self.files.get(&path) {
            Some(stamp) if *stamp == Stamp::of(metadata) => return Ok(()),
            Some(_) => {
                collection.damaged.insert(path.clone());
                if self.is_ours(&path) {
                    return remove_any(&full, metadata);
                }
            }
            None if collection.discard.is_match(&path.to_string_lossy()) => {
                if let Err(error) = remove_any(&full, metadata) {
                    collection.leftovers.leave(path, error);
                }
                return Ok(());
            }
            None => {}
        }
        // Where a large file does not go a small one may.
        match move_to(&full, &collection.run_folder.join(&path)) {
            Ok(()) => collection.leftovers.kept.push(path),
            Err(error) => collection.leftovers.leave(path, error),
        }
        Ok(())
    }

    /// True for paths that are the checkout's own furniture rather than the commit's.
    fn is_ours(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|name| name == ".git") || self.links.iter().any(|(link, _)| link == path)
    }

    /// Brings back the committed state of the `damaged` paths, and of HEAD and the index if the program moved them.
    fn mend(&mut self, commit: CommitId, damaged: &BTreeSet<PathBuf>, lost_folder: bool) -> Result<()> {
        if damaged
            .iter()
            .any(|path| self.is_ours(path) || self.submodules.iter().any(|(below, _)| path.starts_with(below)))
        {
            bail!("the program changed `.git`, a link or a submodule of its checkout");
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
        if stamp != self.index_stamp {
            self.index = None;
            if !self.is_index_intact(commit) {
                // Laid anew: no flag of an entry (assume-unchanged and the like) survives.
                if stamp.is_some() {
                    fs::remove_file(self.git_dir.join("index")).context("cannot remove the checkout's index")?;
                }
                self.run(&["read-tree", "--reset", &commit.to_string()])?;
            }
            self.index_stamp = self.stamp_of_index();
        }
        if has_moved {
            self.set_head(commit)?;
        }
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

/// What belongs into the git folder of a checkout.
const GIT_DIR_FILES: &[&str] = &["HEAD", "commondir", "gitdir", "index", "submodules"];
/// The flags of an index entry that say more than the length of its name: assume-unchanged, and the side of a conflict.
const INDEX_FLAGS: u16 = 0x8000 | 0x3000;

/// True if NFS calls a file so that was removed while a process of this machine has it open: it can be neither moved nor
/// removed, and goes when it is closed.
fn is_removed(name: &OsStr) -> bool {
    let number = name.as_encoded_bytes().strip_prefix(b".nfs");
    number.is_some_and(|number| number.len() == 24 && number.iter().all(u8::is_ascii_hexdigit))
}

fn restore_mode(path: &Path, mode: u32, wanted: Option<&u32>) -> Result<()> {
    match wanted {
        Some(wanted) if *wanted != mode => fs::set_permissions(path, fs::Permissions::from_mode(*wanted & 0o7777))
            .with_context(|| format!("cannot restore the mode of {}", path.display())),
        _ => Ok(()),
    }
}
