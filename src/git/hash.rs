//! The kinds of objects, and how their ids are made: the hash of kind, length and bytes.

use sha1::{Digest as _, Sha1};

use super::id::ObjectId;
use super::multi_buffer::{self, Begun};

/// The kinds of objects, by their number in a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    Commit = 1,
    Tree = 2,
    Blob = 3,
}

impl ObjectKind {
    /// The kind that a pack has under this number, unless it is a tag or a delta.
    pub(super) fn of_number(number: u8) -> Option<Self> {
        [Self::Commit, Self::Tree, Self::Blob].into_iter().find(|kind| *kind as u8 == number)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
        }
    }

    pub(super) fn to_git2(self) -> git2::ObjectType {
        match self {
            Self::Commit => git2::ObjectType::Commit,
            Self::Tree => git2::ObjectType::Tree,
            Self::Blob => git2::ObjectType::Blob,
        }
    }

    /// What precedes the bytes of an object of this kind and `length` where it is hashed.
    pub(super) fn header(self, length: usize) -> Vec<u8> {
        format!("{} {length}\0", self.name()).into_bytes()
    }
}

/// The id of an object, without storing it.
pub(crate) fn hash_object(kind: ObjectKind, bytes: &[u8]) -> ObjectId {
    finish_id(Sha1::new().chain_update(kind.header(bytes.len())).chain_update(bytes))
}

/// The ids of several objects.
pub(super) fn hash_objects(kind: ObjectKind, all: &[&[u8]]) -> Vec<ObjectId> {
    let begin = |bytes: &&[u8]| {
        let header = kind.header(bytes.len());
        Begun::new(&header, header.len() + bytes.len())
    };
    let begun: Vec<Begun> = all.iter().map(begin).collect();
    multi_buffer::ids(&begun.iter().collect::<Vec<_>>(), all)
}

/// The id that a hash comes to.
pub(super) fn finish_id(hasher: Sha1) -> ObjectId {
    ObjectId::from_bytes(hasher.finalize().into())
}
