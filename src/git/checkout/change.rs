//! From one commit to the next: what differs is written, and nothing else is touched.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result};

use super::index::IndexFile;
use super::stamp::Stamp;
use super::{Checkout, ignore_gone};
use crate::filesystem::close;
use crate::git::id::CommitId;

/// A file that another commit has another content of.
pub(super) struct Change {
    pub(super) path: PathBuf,
    pub(super) id: git2::Oid,
    pub(super) mode: u32,
}

impl Change {
    /// True if more than the file itself depends on it: what git writes of others (`.gitattributes`), or a submodule.
    pub(super) fn concerns_others(&self) -> bool {
        self.mode == 0o160_000
            || self.path.file_name().is_some_and(|name| name == ".gitattributes" || name == ".gitmodules")
    }
}

impl Checkout {
    /// The files that have another content in another commit; `None` if files come and go between them.
    pub(super) fn differences(&self, from: CommitId, to: CommitId) -> Result<Option<Vec<Change>>> {
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

    /// True if git would write the blob's bytes as they are: no filter, no line-ending conversion, no submodule.
    pub(super) fn is_plain(&mut self, change: &Change) -> bool {
        if change.concerns_others()
            || !matches!(change.mode, 0o100_644 | 0o100_755)
            || self.links.iter().any(|(link, _)| *link == change.path)
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

    /// Writes plain files, and their entries in the index.
    pub(super) fn write_files(&mut self, changes: &[Change]) -> Result<()> {
        let time = self.tick();
        let written: Vec<fs::Metadata> =
            changes.iter().map(|change| self.write_file(change, time)).collect::<Result<_>>()?;
        let path = self.git_dir.join("index");
        let known = self.index.take().filter(|_| self.stamp_of_index() == self.index_stamp);
        if let Some(mut index) = known.or_else(|| IndexFile::read(&path))
            && changes
                .iter()
                .zip(&written)
                .all(|(change, metadata)| index.set(&change.path, change.mode, change.id, metadata))
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
        close(file).with_context(failed)?;
        self.files.insert(change.path.clone(), Stamp::of(&metadata));
        Ok(metadata)
    }
}

fn index_entry(change: &Change, metadata: &fs::Metadata) -> git2::IndexEntry {
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
