//! What has changed between two states of the notes, found without a look at what has not.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use anyhow::{Result, bail};

use super::Repository;
use super::id::{CommitId, ObjectId};
use super::note_folder::{Kind, look_up};
use super::objects::{Object, Objects};
use super::tree::{Entry, entries};

/// A commit, and the blobs that its note is put together from: none if it is gone.
pub type ChangedNote = (CommitId, Vec<ObjectId>);

impl Repository {
    /// The commits whose notes are not at `new` what they were at `old`, by id; `None` if there are more than `most`, or one
    /// of the two states cannot be read. Some that are as they were may be among them.
    pub fn changed_notes(&self, old: CommitId, new: CommitId, most: usize) -> Option<Vec<ChangedNote>> {
        let objects = self.objects().ok()?;
        let (old, new) = (self.read_commit(old).ok()?.tree, self.read_commit(new).ok()?.tree);
        let mut changes = Changes { objects: &objects, most, found: BTreeSet::new() };
        changes.compare(Some(old), Some(new), &mut Vec::new()).ok()?;
        let commits: Vec<CommitId> = changes.found.into_iter().collect();
        let mut blobs = Vec::new();
        look_up(&objects, new, 0, &commits, &mut blobs).ok()?;
        blobs.sort_by_key(|(commit, _)| *commit);
        let mut blobs = blobs.as_slice();
        let note = |commit: CommitId| {
            let (own, rest) = blobs.split_at(blobs.partition_point(|(known, _)| *known <= commit));
            blobs = rest;
            (commit, own.iter().map(|(_, blob)| *blob).collect())
        };
        Some(commits.into_iter().map(note).collect())
    }
}

struct Changes<'o> {
    objects: &'o Objects<'o>,
    most: usize,
    found: BTreeSet<CommitId>,
}

impl Changes<'_> {
    /// Finds what two folders do not have in common, to both of which `prefix` leads.
    fn compare(&mut self, old: Option<ObjectId>, new: Option<ObjectId>, prefix: &mut Vec<u8>) -> Result<()> {
        if old == new {
            return Ok(());
        }
        let read = |tree: Option<ObjectId>| tree.map(|tree| self.objects.read(tree)).transpose();
        let (old, new) = (read(old)?, read(new)?);
        let bytes = |object| Option::as_ref(object).map_or(&[][..], Object::bytes);
        let (old, new) = (entries(bytes(&old))?, entries(bytes(&new))?);
        let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) if a.mode == b.mode && a.name == b.name => Ordering::Equal,
                (Some(a), Some(b)) => a.sorted_name().cmp(b.sorted_name()),
            };
            let a = if order == Ordering::Greater { None } else { old.next() };
            let b = if order == Ordering::Less { None } else { new.next() };
            if a.map(|a| a.id) == b.map(|b| b.id) {
                continue;
            }
            let Some(entry) = a.or(b) else { continue };
            match Kind::of(entry, prefix) {
                Kind::Folder(byte) => {
                    prefix.push(byte);
                    self.compare(a.map(Entry::object).transpose()?, b.map(Entry::object).transpose()?, prefix)?;
                    prefix.pop();
                }
                Kind::Note(commit) => drop(self.found.insert(commit)),
                Kind::Foreign => {}
            }
            if self.found.len() > self.most {
                bail!("more than {} notes have changed", self.most);
            }
        }
    }
}
