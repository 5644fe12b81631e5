//! Commits are laid with their trees and files, and stay until a ref holds them.

use anyhow::{Context as _, Result};

use super::Repository;
use super::hash::ObjectKind;
use super::id::{CommitId, ObjectId};
use super::identity::Identity;
use super::pack::{PackKeeper, PackWriter};
use super::pack_list::is_collected;

/// Lays commits, with their trees and files.
pub struct CommitWriter {
    pub(super) pack: PackWriter,
    identity: String,
    buffer: Vec<u8>,
}

/// Keeps freshly written commits alive until a ref holds them.
#[must_use = "drop it after the ref has moved"]
#[derive(Debug)]
pub struct Unreferenced(PackKeeper);

impl Unreferenced {
    /// A ref holds them now.
    pub fn settle(self, repository: &Repository) {
        repository.list_sweep_pack(self.0);
    }
}

impl CommitWriter {
    /// A writer for commits by `identity`.
    ///
    /// # Errors
    /// If nothing can be written in the object store.
    pub fn new(repository: &Repository, identity: &Identity) -> Result<Self> {
        Ok(Self { pack: PackWriter::new(&repository.objects_dir())?, identity: identity.lines(), buffer: Vec::new() })
    }

    /// Makes room for about so many objects.
    pub fn expect(&mut self, objects: usize) {
        self.pack.expect(objects);
    }

    /// Writes a commit.
    ///
    /// # Errors
    /// If the disk is full or the like.
    pub fn commit(&mut self, tree: ObjectId, parents: &[CommitId], message: &str) -> Result<CommitId> {
        self.buffer.clear();
        let parents = parents.iter().map(|parent| ("parent ", parent.object()));
        for (role, id) in std::iter::once(("tree ", tree)).chain(parents) {
            self.buffer.extend_from_slice(role.as_bytes());
            self.buffer.extend_from_slice(&id.to_hex());
            self.buffer.push(b'\n');
        }
        self.buffer.extend_from_slice(self.identity.as_bytes());
        self.buffer.push(b'\n');
        self.buffer.extend_from_slice(message.as_bytes());
        Ok(CommitId::new(self.pack.write(ObjectKind::Commit, &self.buffer)?))
    }

    /// Writes a file's content.
    ///
    /// # Errors
    /// If the disk is full or the like.
    pub fn blob(&mut self, bytes: &[u8]) -> Result<ObjectId> {
        self.pack.write(ObjectKind::Blob, bytes)
    }

    /// Puts everything that was written into the repository, in one pack or, if it is little, as git's own commands do. Let a
    /// ref move before the returned guard is dropped.
    ///
    /// # Errors
    /// If the disk is full or the like; then no ref leads to what was written.
    pub fn finish(self, repository: &Repository) -> Result<Unreferenced> {
        // Nothing guards single files against `gc --prune=now`. It first does other things, for longer than a ref takes to
        // move, so that it is enough to look before and after.
        let is_collected = || is_collected(repository.common_dir());
        if let Some(loose) = self.pack.loose().filter(|_| !is_collected()) {
            loose.write(&repository.inner.odb().context("cannot open the object store")?)?;
            if !is_collected() {
                return Ok(Unreferenced(PackKeeper::default()));
            }
        }
        Ok(Unreferenced(self.pack.finish()?))
    }
}
