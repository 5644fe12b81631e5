//! Reading notes in groups: those of the commits whose ids begin with the same byte. A group has an id that changes with
//! what is in it, so that what was read before need not be read again.

use anyhow::{Context as _, Result};
use sha1::{Digest as _, Sha1};

use super::Repository;
use super::id::{self, CommitId, ObjectId};
use super::objects::Objects;
use super::pack::finish_id;
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
            let id = ObjectId::from_bytes(entry.id.try_into().context("a damaged tree")?);
            let Some((group, hasher)) = first_byte(entry.name).map(|byte| &mut groups[usize::from(byte)]) else {
                continue;
            };
            match entry.mode {
                b"40000" if entry.name.len() == 2 => group.folder = Some(id),
                b"100644" => match commit_of(&[], entry.name) {
                    Some(commit) => group.notes.push((commit, id)),
                    None => continue,
                },
                _ => continue,
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
                let id = ObjectId::from_bytes(entry.id.try_into().context("a damaged tree")?);
                match entry.mode {
                    b"40000" if entry.name.len() == 2 => {
                        let byte = first_byte(entry.name);
                        pending.extend(byte.map(|byte| ([prefix.as_slice(), &[byte]].concat(), id)));
                    }
                    b"100644" => found.extend(commit_of(&prefix, entry.name).map(|commit| (commit, id))),
                    _ => {}
                }
            }
        }
        found.sort_by_key(|(commit, _)| *commit);
        Ok(found)
    }
}

/// The value of a digit as `git notes` writes it.
fn digit(hex: u8) -> Option<u8> {
    id::digit(hex).filter(|_| !hex.is_ascii_uppercase())
}

/// The byte that a name begins with, in hex.
pub(super) fn first_byte(name: &[u8]) -> Option<u8> {
    Some(digit(*name.first()?)? << 4 | digit(*name.get(1)?)?)
}

/// The commit whose id is `prefix` and then `name` in hex.
pub(super) fn commit_of(prefix: &[u8], name: &[u8]) -> Option<CommitId> {
    let mut id = [0; 20];
    let (known, rest) = id.split_at_mut_checked(prefix.len())?;
    if name.len() != 2 * rest.len() {
        return None;
    }
    known.copy_from_slice(prefix);
    for (byte, hex) in rest.iter_mut().zip(name.chunks_exact(2)) {
        *byte = digit(hex[0])? << 4 | digit(hex[1])?;
    }
    Some(CommitId::new(ObjectId::from_bytes(id)))
}
