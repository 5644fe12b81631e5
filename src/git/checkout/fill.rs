//! Bringing a whole commit in, by git itself: the first of a checkout, and whatever is more than plain files.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Error, Result};

use super::index::IndexFile;
use super::stamp::Stamp;
use super::{Checkout, mode_of};
use crate::command::quote;
use crate::filesystem::{is_of_this_machine, open_above};
use crate::git::command::run_git;
use crate::git::files::read_dir;
use crate::git::id::CommitId;

/// How often git is asked for a commit where other machines write, too, and how long is waited in between.
const TRIES: usize = 4;
const PAUSE: Duration = Duration::from_millis(100);

impl Checkout {
    /// The first commit of an empty checkout: git itself brings in filters, line endings and links.
    pub(super) fn fill(&mut self, commit: CommitId) -> Result<()> {
        self.index = None;
        self.read_tree(commit)?;
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

    /// Has git write what the commit has. It looks at refs and packs on the way, and gives up where another machine has just put
    /// another file in the place of one of them (`couldn't stat packed-refs: Stale file handle`).
    fn read_tree(&self, commit: CommitId) -> Result<()> {
        let id = commit.to_string();
        let read = || self.run(&["read-tree", "--reset", "-u", &id]).map(drop);
        let common = self.repository.commondir();
        let mut done = read();
        for _ in 1..TRIES {
            // Where no other machine writes, git has another reason, such as a filter that fails.
            if !done.as_ref().is_err_and(|error| is_stale(error) || !is_of_this_machine(common)) {
                break;
            }
            thread::sleep(PAUSE);
            // A network file system looks anew for what is in a folder that is opened.
            ["packed-refs", "objects/pack"].iter().for_each(|name| open_above(&common.join(name), 1));
            done = read();
        }
        done
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
                    quote(&path.to_string_lossy())
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

    /// The git folder of a submodule that the main repository has, for any of its worktrees, if it holds `commit`.
    fn find_submodule(&self, path: &Path, commit: CommitId) -> Option<PathBuf> {
        let common = self.repository.commondir();
        // Names and paths may have blanks in them.
        let said =
            run_git(&self.root, &["config", "-z", "-f", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$"]);
        let said = said.unwrap_or_default();
        let mut known = said.split('\0').filter_map(|line| line.split_once('\n'));
        let name = known
            .find(|(_, its)| Path::new(its) == path)
            .and_then(|(key, _)| key.strip_prefix("submodule.")?.strip_suffix(".path"));
        let worktrees = fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten();
        let owners = std::iter::once(common.to_owned()).chain(worktrees.map(|entry| entry.path()));
        let absorbed = owners.filter_map(|owner| Some(owner.join("modules").join(name?)));
        let main = git2::Repository::open(common).ok().and_then(|main| Some(main.workdir()?.join(path)));
        absorbed.chain(main).find_map(|candidate| {
            let repository = git2::Repository::open(candidate).ok()?;
            repository.find_commit(commit.object().to_git2()).ok()?;
            Some(repository.commondir().to_owned())
        })
    }

    /// Brings the checkout to `commit` by git itself, whatever state it is in.
    pub(super) fn reset_by_git(&mut self, commit: CommitId) -> Result<()> {
        self.index = None;
        self.read_tree(commit)?;
        self.set_head(commit)?;
        self.take_stock()
    }

    /// Notes the state of every file, here and in the index, and gives those that are new or changed a modification time of
    /// their own: a program that then writes within the same tick of the clock still leaves another time behind.
    pub(super) fn take_stock(&mut self) -> Result<()> {
        self.watch = None;
        let known = std::mem::take(&mut self.files);
        self.folders.clear();
        self.folders.insert(PathBuf::new(), mode_of(&self.root)?);
        let time = self.tick();
        let mut index = IndexFile::read(&self.git_dir.join("index"));
        let mut pending = vec![PathBuf::new()];
        while let Some(folder) = pending.pop() {
            // Those of a submodule stand in its own index, with the times that they have.
            let is_of_submodule = self.submodules.iter().any(|(below, _)| folder.starts_with(below));
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
                let is_new = !is_of_submodule && known.get(&path).is_none_or(|stamp| *stamp != Stamp::of(&metadata));
                if is_new && metadata.is_file() && File::open(&full).and_then(|file| file.set_modified(time)).is_ok() {
                    metadata =
                        fs::symlink_metadata(&full).with_context(|| format!("cannot read {}", full.display()))?;
                    index.iter_mut().for_each(|index| index.renew(&path, &metadata));
                }
                self.files.insert(path, Stamp::of(&metadata));
            }
        }
        // With the times that git itself gave them, `git diff-index` would tell of files that nobody has changed.
        match &mut index {
            Some(index) => index.write(&self.git_dir.join("index"))?,
            // It fails where a file is not as the commit has it, such as one whose line ends were never converted.
            None => drop(self.run(&["update-index", "-q", "--refresh"])),
        }
        self.index = index;
        self.index_stamp = self.stamp_of_index();
        Ok(())
    }
}

/// True if git met a file in whose place another machine has just put another.
fn is_stale(error: &Error) -> bool {
    error.chain().any(|cause| cause.to_string().contains("Stale file handle"))
}
