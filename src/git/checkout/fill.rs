//! Bringing a whole commit in, by git itself: the first of a checkout, and whatever is more than plain files.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::stamp::Stamp;
use super::{Checkout, mode_of};
use crate::git::command::run_git;
use crate::git::files::read_dir;
use crate::git::id::CommitId;

impl Checkout {
    /// The first commit of an empty checkout: git itself brings in filters, line endings and links.
    pub(super) fn fill(&mut self, commit: CommitId) -> Result<()> {
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
    pub(super) fn reset_by_git(&mut self, commit: CommitId) -> Result<()> {
        self.index = None;
        self.run(&["read-tree", "--reset", "-u", &commit.to_string()])?;
        self.set_head(commit)?;
        self.take_stock()
    }

    /// Notes the state of every file, and gives those that are new or changed a modification time of their own: a program
    /// that then writes within the same tick of the clock still leaves another time behind.
    pub(super) fn take_stock(&mut self) -> Result<()> {
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
}
