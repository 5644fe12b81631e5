//! Loose objects: a few new objects go where git itself puts them, each into a file of its own, so that sweeps of a few
//! points and the steps of searches that learn leave no pack each. `git gc` packs them when there are many.

use anyhow::{Context as _, Result};

use super::hash::ObjectKind;

/// More objects than this go into a pack: each file takes a sync of its own.
const MOST: usize = 16;

/// The objects of a pack that is being written, while they are few.
#[derive(Default)]
pub(super) struct LooseObjects(Vec<(ObjectKind, Vec<u8>)>);

impl LooseObjects {
    /// Takes an object; `None` if they are no longer few.
    pub(super) fn with(mut self, kind: ObjectKind, bytes: &[u8]) -> Option<Self> {
        if self.0.len() == MOST {
            return None;
        }
        self.0.push((kind, bytes.to_vec()));
        Some(self)
    }

    /// Puts them into the object store.
    pub(super) fn write(&self, store: &git2::Odb<'_>) -> Result<()> {
        for (kind, bytes) in &self.0 {
            store.write(kind.to_git2(), bytes).context("cannot write in the object store")?;
        }
        Ok(())
    }
}
