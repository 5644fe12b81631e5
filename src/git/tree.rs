//! Trees as they are stored.

use anyhow::{Context as _, Result};

use super::id::ObjectId;

/// An entry of a tree: mode, name, id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) mode: &'a [u8],
    pub(super) name: &'a [u8],
    pub(super) id: &'a [u8],
}

impl<'a> Entry<'a> {
    pub(super) fn is_folder(&self) -> bool {
        self.mode == b"40000"
    }

    /// Its id, as one of an object.
    pub(super) fn object(&self) -> Result<ObjectId> {
        self.id.try_into().map(ObjectId::from_bytes).context("a damaged tree")
    }

    /// The name by which git sorts it.
    pub(super) fn sorted_name(&self) -> impl Iterator<Item = &'a u8> + use<'a> {
        let slash: &'a [u8] = if self.is_folder() { b"/" } else { b"" };
        self.name.iter().chain(slash)
    }

    /// How many bytes of the tree it takes.
    pub(super) fn length(&self) -> usize {
        self.mode.len() + 1 + self.name.len() + 1 + self.id.len()
    }

    pub(super) fn push_to(&self, tree: &mut Vec<u8>) {
        tree.extend_from_slice(self.mode);
        tree.push(b' ');
        tree.extend_from_slice(self.name);
        tree.push(0);
        tree.extend_from_slice(self.id);
    }
}

/// The bytes of the entry of a folder with a name of two letters.
const SMALLEST: usize = 29;

pub(super) fn entries(tree: &[u8]) -> Result<Vec<Entry<'_>>> {
    let mut entries = Vec::with_capacity(tree.len() / SMALLEST);
    let mut rest = tree;
    while !rest.is_empty() {
        let space = if rest.starts_with(b"40000 ") {
            5
        } else {
            rest.iter().position(|byte| *byte == b' ').context("a damaged tree")?
        };
        let end = space + rest[space..].iter().position(|byte| *byte == 0).context("a damaged tree")?;
        let id = rest.get(end + 1..end + 21).context("a damaged tree")?;
        entries.push(Entry { mode: &rest[..space], name: &rest[space + 1..end], id });
        rest = &rest[end + 21..];
    }
    Ok(entries)
}

/// git sorts folders as if their names ended in a slash.
pub(super) fn sort_key(name: &[u8], is_folder: bool) -> Vec<u8> {
    let mut key = name.to_vec();
    if is_folder {
        key.push(b'/');
    }
    key
}
