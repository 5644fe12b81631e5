//! Reading notes in groups: those of the commits whose ids begin with the same byte. A group has an id that changes with
//! what is in it, so that what was read before need not be read again.

use anyhow::Result;
use sha1::{Digest as _, Sha1};

use super::Repository;
use super::hash::finish_id;
use super::id::{CommitId, ObjectId};
use super::note_folder::Kind;
use super::objects::Objects;
use super::tree::entries;

/// The notes of the commits whose ids begin with one byte.
#[derive(Debug)]
pub struct NoteGroup {
    /// Another id, other notes.
    pub id: ObjectId,
    /// Notes that stand at the top of the tree.
    notes: Vec<(CommitId, ObjectId)>,
    /// The folder of all others.
    folder: Option<ObjectId>,
}

impl Repository {
    /// The groups of the notes at `tip`, one for each byte, in order.
    ///
    /// # Errors
    /// If the notes cannot be read.
    pub fn note_groups(&self, tip: CommitId) -> Result<Vec<NoteGroup>> {
        let objects = self.objects()?;
        let root = objects.read(self.read_commit(tip)?.tree)?;
        let mut groups: Vec<(NoteGroup, Sha1)> = (0..=u8::MAX)
            .map(|_| (NoteGroup { id: ObjectId::NONE, notes: Vec::new(), folder: None }, Sha1::new()))
            .collect();
        for entry in entries(root.bytes())? {
            let id = entry.object()?;
            let kind = Kind::of(&entry, &[]);
            let byte = match kind {
                Kind::Folder(byte) => byte,
                Kind::Note(commit) => commit.first_byte(),
                Kind::Foreign => continue,
            };
            let (group, hasher) = &mut groups[usize::from(byte)];
            match kind {
                Kind::Note(commit) => group.notes.push((commit, id)),
                _ => group.folder = Some(id),
            }
            hasher.update(entry.name);
            hasher.update(entry.id);
        }
        Ok(groups.into_iter().map(|(group, hasher)| NoteGroup { id: finish_id(hasher), ..group }).collect())
    }
}

impl NoteGroup {
    /// About how many notes it has, at little cost.
    pub fn estimate(&self, objects: &Objects<'_>) -> usize {
        // An entry for a note takes 66 bytes; one for a folder half of that, and holds some.
        self.notes.len() + self.folder.and_then(|folder| objects.size(folder)).map_or(0, |bytes| bytes / 66)
    }

    /// Commits and the blobs of their notes, by commit; a commit comes twice if a merge left its note in two places.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn list(&self, byte: u8, objects: &Objects<'_>) -> Result<Vec<(CommitId, ObjectId)>> {
        let mut found = self.notes.clone();
        let mut pending: Vec<(Vec<u8>, ObjectId)> =
            self.folder.map(|folder| (vec![byte], folder)).into_iter().collect();
        while let Some((prefix, tree)) = pending.pop() {
            let tree = objects.read(tree)?;
            for entry in entries(tree.bytes())? {
                let id = entry.object()?;
                match Kind::of(&entry, &prefix) {
                    Kind::Folder(byte) => pending.push(([prefix.as_slice(), &[byte]].concat(), id)),
                    Kind::Note(commit) => found.push((commit, id)),
                    Kind::Foreign => {}
                }
            }
        }
        found.sort_by_key(|(commit, _)| *commit);
        Ok(found)
    }
}
