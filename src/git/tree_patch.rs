//! A tree of notes of which some entries are put anew, without taking it apart.

use anyhow::Result;

use super::id::ObjectId;
use super::note_folder::push_entry;
use super::tree::Entry;

/// Where in a tree an entry stands, or between which it belongs.
pub(super) type Place = Result<usize, usize>;

/// A tree of which some entries are put anew, in order.
pub(super) struct TreePatch<'t> {
    bytes: &'t [u8],
    entries: &'t [Entry<'t>],
    /// Where each entry begins, and where the last one ends.
    starts: Vec<usize>,
    out: Vec<u8>,
    /// How many of the bytes have been taken over or left out.
    taken: usize,
}

impl<'t> TreePatch<'t> {
    pub(super) fn new(bytes: &'t [u8], entries: &'t [Entry<'t>]) -> Self {
        let mut starts = vec![0];
        starts.extend(entries.iter().scan(0, |end, entry| {
            *end += entry.length();
            Some(*end)
        }));
        Self { bytes, entries, starts, out: Vec::with_capacity(bytes.len() + 1024), taken: 0 }
    }

    /// The place of the folder of this name, or where it belongs.
    pub(super) fn find_folder(&self, name: &[u8]) -> Place {
        self.entries.binary_search_by(|entry| entry.sorted_name().cmp(name.iter().chain(b"/")))
    }

    /// The place of the note of this name, or where it belongs.
    pub(super) fn find_note(&self, name: &[u8]) -> Place {
        self.entries.binary_search_by(|entry| entry.sorted_name().cmp(name))
    }

    /// The object of the entry that stands at a place.
    pub(super) fn object(&self, place: Place) -> Result<Option<ObjectId>> {
        place.ok().map(|at| self.entries[at].object()).transpose()
    }

    /// True if notes stand where the folder of this name would, which some readers look into alone.
    pub(super) fn has_note_of(&self, place: Place, name: &[u8]) -> bool {
        let (Ok(at) | Err(at)) = place;
        self.entries.get(at).is_some_and(|entry| !entry.is_folder() && entry.name.starts_with(name))
    }

    /// Puts an entry in the place of another, or between two.
    pub(super) fn put(&mut self, place: Place, mode: &[u8], name: &[u8], id: &ObjectId) {
        let (Ok(at) | Err(at)) = place;
        self.out.extend_from_slice(&self.bytes[self.taken..self.starts[at]]);
        push_entry(&mut self.out, mode, name, id);
        self.taken = self.starts[at + usize::from(place.is_ok())];
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.out.extend_from_slice(&self.bytes[self.taken..]);
        self.out
    }
}
