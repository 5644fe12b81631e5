//! Reading many objects, one after the other.

use anyhow::{Context as _, Result};

use super::Repository;
use super::id::ObjectId;
use crate::hint::WithHint as _;

/// The object store, opened for reading.
pub struct Objects<'r> {
    store: git2::Odb<'r>,
}

/// One object's bytes.
pub struct Object<'o>(git2::OdbObject<'o>);

impl Object<'_> {
    /// The bytes, without a header.
    pub fn bytes(&self) -> &[u8] {
        self.0.data()
    }
}

impl Objects<'_> {
    /// Reads an object of any kind.
    ///
    /// # Errors
    /// If there is none with that id.
    pub fn read(&self, id: ObjectId) -> Result<Object<'_>> {
        match self.store.read(id.to_git2()) {
            Ok(object) => Ok(Object(object)),
            Err(error) => Err(error).hint(
                format!("object {id} is not in this repository"),
                "git fsck tells whether the repository is damaged; in a shallow clone: git fetch --unshallow",
            ),
        }
    }

    /// How many bytes an object has.
    pub fn size(&self, id: ObjectId) -> Option<usize> {
        self.store.read_header(id.to_git2()).ok().map(|(size, _)| size)
    }
}

impl Repository {
    /// Opens the object store.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn objects(&self) -> Result<Objects<'_>> {
        Ok(Objects { store: self.inner.odb().context("cannot read the object store")? })
    }
}
