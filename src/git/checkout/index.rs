//! The index of a checkout, changed in place: what changes from point to point is one entry of perhaps thousands.
//!
//! Read and written is version 2 (gitformat-index(5)) without extensions; for anything else there is libgit2.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use sha1::{Digest as _, Sha1};

const HEADER: usize = 12;
const HASH: usize = 20;
/// Where the parts of an entry begin.
const MODE: usize = 24;
const ID: usize = 40;
const FLAGS: usize = 60;
const NAME: usize = 62;
/// The flags of an entry but for the length of its name: assume-unchanged, extended, the side of a conflict.
const SPECIAL: u16 = 0xf000;

pub(super) struct IndexFile {
    /// The header and the entries.
    bytes: Vec<u8>,
    /// Where each entry begins, in the order of their names.
    starts: Vec<usize>,
    /// The entries that are not written yet.
    changed: BTreeSet<usize>,
    /// Whether the file holds the other entries, and no extensions.
    is_written: bool,
    /// The hash of what stands before an entry: what changes is mostly the same from one time to the next.
    before: Option<(usize, Sha1)>,
}

impl IndexFile {
    /// Reads an index; `None` if it is of another form, or has entries that are anything but plain.
    pub(super) fn read(path: &Path) -> Option<Self> {
        Self::parse(fs::read(path).ok()?)
    }

    /// Finds the entries of an index of version 2 whose paths are whole (gitformat-index).
    fn parse(mut bytes: Vec<u8>) -> Option<Self> {
        let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        if bytes.get(..4)? != b"DIRC" || number(4)? != 2 {
            return None;
        }
        let count = number(8)? as usize;
        let mut starts = Vec::with_capacity(count.min(bytes.len() / NAME));
        let mut at = HEADER;
        for _ in 0..count {
            let flags = u16::from_be_bytes(bytes.get(at + FLAGS..at + NAME)?.try_into().ok()?);
            if flags & SPECIAL != 0 {
                return None;
            }
            starts.push(at);
            let length = bytes.get(at + NAME..)?.iter().position(|byte| *byte == 0)?;
            // One to eight zeros end an entry, so that its length is a multiple of eight.
            at += (NAME + length + 8) & !7;
        }
        // Extensions in small letters change what the entries mean.
        let mut extension = at;
        while extension + HASH < bytes.len() {
            if !bytes.get(extension)?.is_ascii_uppercase() {
                return None;
            }
            extension += 8 + number(extension + 4)? as usize;
        }
        if extension + HASH != bytes.len() {
            return None;
        }
        bytes.truncate(at);
        Some(Self { bytes, starts, changed: BTreeSet::new(), is_written: false, before: None })
    }

    /// Gives a path another blob, and the times and numbers of its new file; false if it has no entry with this mode.
    pub(super) fn set(&mut self, path: &Path, mode: u32, id: git2::Oid, metadata: &fs::Metadata) -> bool {
        let Some(start) = self.find(path) else { return false };
        if self.bytes[start + MODE..start + MODE + 4] != mode.to_be_bytes() {
            return false;
        }
        self.bytes[start + ID..start + FLAGS].copy_from_slice(id.as_bytes());
        self.set_stat(start, metadata);
        true
    }

    /// Gives a path, if it has an entry, the times and numbers that its file has now.
    pub(super) fn renew(&mut self, path: &Path, metadata: &fs::Metadata) {
        if let Some(start) = self.find(path) {
            self.set_stat(start, metadata);
        }
    }

    fn set_stat(&mut self, start: usize, metadata: &fs::Metadata) {
        let before_mode = [
            metadata.ctime() as u32,
            metadata.ctime_nsec() as u32,
            metadata.mtime() as u32,
            metadata.mtime_nsec() as u32,
            metadata.dev() as u32,
            metadata.ino() as u32,
        ];
        let behind_mode = [metadata.uid(), metadata.gid(), metadata.size() as u32];
        let places = (start..start + MODE).step_by(4).chain((start + MODE + 4..start + ID).step_by(4));
        for (place, field) in places.zip(before_mode.into_iter().chain(behind_mode)) {
            self.bytes[place..place + 4].copy_from_slice(&field.to_be_bytes());
        }
        self.changed.insert(start);
    }

    /// Where the entry of a path begins.
    fn find(&self, path: &Path) -> Option<usize> {
        let wanted = path.as_os_str().as_bytes();
        let found = self.starts.binary_search_by(|start| self.name(*start).cmp(wanted)).ok()?;
        Some(self.starts[found])
    }

    fn name(&self, start: usize) -> &[u8] {
        let name = &self.bytes[start + NAME..];
        &name[..name.iter().position(|byte| *byte == 0).unwrap_or(name.len())]
    }

    /// Writes the index at `path`: the first time as git does, by way of `index.lock`; then what has changed, in its place, for
    /// between two runs nobody reads it.
    pub(super) fn write(&mut self, path: &Path) -> Result<()> {
        let hash = self.hash();
        let write = || -> io::Result<()> {
            if self.is_written && fs::symlink_metadata(path)?.nlink() == 1 {
                let file = File::options().write(true).open(path)?;
                for start in &self.changed {
                    file.write_all_at(&self.bytes[*start..*start + FLAGS], *start as u64)?;
                }
                return file.write_all_at(&hash, self.bytes.len() as u64);
            }
            let lock = path.with_extension("lock");
            let mut file = File::create_new(&lock)?;
            file.write_all(&self.bytes)?;
            file.write_all(&hash)?;
            fs::rename(&lock, path)
        };
        write().context("cannot write the checkout's index")?;
        self.is_written = true;
        self.changed.clear();
        Ok(())
    }

    fn hash(&mut self) -> [u8; HASH] {
        let first = self.changed.first().copied().unwrap_or(HEADER);
        let (_, before) = self
            .before
            .take()
            .filter(|(at, _)| *at == first)
            .unwrap_or_else(|| (first, Sha1::new_with_prefix(&self.bytes[..first])));
        let whole = before.clone().chain_update(&self.bytes[first..]).finalize();
        self.before = Some((first, before));
        whole.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::command::run_git;

    #[test]
    fn git_reads_what_was_changed() {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| run_git(folder.path(), arguments).unwrap();
        git(&["init", "-q"]);
        let names = ["a", "a.b", "a/b", "ab", "sub/long-name-of-eight", "z"];
        for name in names {
            let path = folder.path().join(name);
            if name == "a" {
                continue;
            }
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        git(&["-c", "index.version=2", "add", "."]);
        let path = folder.path().join(".git/index");
        let mut index = IndexFile::read(&path).unwrap();
        for round in 0..3 {
            for name in &names[1 + round..] {
                let file = folder.path().join(name);
                fs::write(&file, format!("{round} {name}")).unwrap();
                let id: git2::Oid = git(&["hash-object", "-w", name]).trim().parse().unwrap();
                let mut set = |mode| index.set(Path::new(name), mode, id, &fs::metadata(&file).unwrap());
                assert!(set(0o100_644) && !set(0o100_755), "{name}");
            }
            index.write(&path).unwrap();
            assert_eq!(git(&["diff-files"]), "");
            assert_eq!(git(&["show", ":z"]), format!("{round} z"));
            git(&["fsck", "--strict"]);
        }
        assert_eq!(git(&["show", ":a/b"]), "1 a/b");
        assert!(!index.set(Path::new("sub"), 0o100_644, git2::Oid::ZERO_SHA1, &fs::metadata(&path).unwrap()));
    }

    #[test]
    fn other_forms_are_left_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| run_git(folder.path(), arguments).unwrap();
        git(&["init", "-q"]);
        fs::write(folder.path().join("a"), "1").unwrap();
        fs::write(folder.path().join("b"), "2").unwrap();
        git(&["-c", "index.version=2", "add", "."]);
        let path = folder.path().join(".git/index");
        let read = || IndexFile::read(&path);
        assert!(read().is_some());
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            assert!(IndexFile::parse(whole[..length].to_vec()).is_none(), "{length} bytes");
        }
        git(&["update-index", "--assume-unchanged", "a"]);
        assert!(read().is_none());
        git(&["update-index", "--no-assume-unchanged", "a"]);
        git(&["update-index", "--index-version", "4"]);
        assert!(read().is_none());
        git(&["update-index", "--index-version", "2"]);
        assert!(read().is_some());
        git(&["update-index", "--split-index"]);
        assert!(read().is_none());
    }
}
