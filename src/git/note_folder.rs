//! A folder of the notes tree: notes by the rest of their commits' ids, folders by the next byte, and what others put there.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use super::id::{self, CommitId, ObjectId};
use super::objects::Objects;
use super::tree::{Entry, entries, sort_key};

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The note of a commit.
    Note(CommitId),
    /// A folder, by the next byte.
    Folder(u8),
    /// Something that others put there.
    Foreign,
}

impl Kind {
    /// What an entry of the folder is that the bytes `prefix` lead to.
    pub(super) fn of(entry: &Entry<'_>, prefix: &[u8]) -> Self {
        match entry.mode {
            // The last byte of an id is never a folder.
            b"40000" if entry.name.len() == 2 && prefix.len() < 19 => first_byte(entry.name).map(Self::Folder),
            b"100644" => commit_of(prefix, entry.name).map(Self::Note),
            _ => None,
        }
        .unwrap_or(Self::Foreign)
    }
}

/// What a folder holds.
#[derive(Debug, Default)]
pub(super) struct NoteFolder {
    /// Its own notes, by commit.
    pub(super) notes: Vec<(CommitId, ObjectId)>,
    /// Folders by the next byte.
    pub(super) folders: BTreeMap<u8, ObjectId>,
    /// Mode, name and id of anything else that stands there: kept as it is.
    foreign: Vec<(Vec<u8>, Vec<u8>, ObjectId)>,
}

impl NoteFolder {
    /// Reads the folder that the bytes `prefix` lead to.
    pub(super) fn read(objects: &Objects<'_>, tree: ObjectId, prefix: &[u8]) -> Result<Self> {
        Self::parse(objects.read(tree).context("cannot read a tree of the notes")?.bytes(), prefix)
    }

    /// The same of a tree that has been read.
    pub(super) fn parse(tree: &[u8], prefix: &[u8]) -> Result<Self> {
        let mut folder = Self::default();
        for entry in entries(tree)? {
            let id = entry.object()?;
            match Kind::of(&entry, prefix) {
                Kind::Folder(byte) => drop(folder.folders.insert(byte, id)),
                Kind::Note(commit) => folder.notes.push((commit, id)),
                Kind::Foreign => folder.foreign.push((entry.mode.to_vec(), entry.name.to_vec(), id)),
            }
        }
        folder.notes.sort_by_key(|(commit, _)| *commit);
        Ok(folder)
    }

    /// The blob of a commit's note, if that stands in the folder itself.
    pub(super) fn note(&self, commit: CommitId) -> Option<ObjectId> {
        self.notes.binary_search_by_key(&commit, |(known, _)| *known).ok().map(|at| self.notes[at].1)
    }

    /// The folder as a tree; the first `depth` bytes of the ids lead to it.
    pub(super) fn to_tree(&self, depth: usize) -> Vec<u8> {
        let mut tree = Vec::with_capacity(self.notes.len() * 68 + self.folders.len() * 31);
        let mut foreign: Vec<_> = self.foreign.iter().map(|it| (sort_key(&it.1, it.0 == b"40000"), it)).collect();
        foreign.sort_unstable();
        let mut foreign = foreign.into_iter().peekable();
        let mut folders = self.folders.iter().peekable();
        let mut push = |mode: &[u8], name: &[u8], id: &ObjectId, is_folder: bool| {
            let key = if foreign.peek().is_some() { sort_key(name, is_folder) } else { Vec::new() };
            while let Some((_, (mode, name, id))) = foreign.next_if(|(its, _)| *its < key) {
                push_entry(&mut tree, mode, name, id);
            }
            push_entry(&mut tree, mode, name, id);
        };
        for (commit, blob) in &self.notes {
            let id = commit.object();
            let bytes = &id.as_bytes()[depth..];
            // `ab/` comes before `ab...`.
            while let Some((byte, folder)) = folders.next_if(|(byte, _)| **byte <= bytes[0]) {
                push(b"40000", hex(&[*byte], &mut [0; 40]), folder, true);
            }
            push(b"100644", hex(bytes, &mut [0; 40]), blob, false);
        }
        for (byte, folder) in folders {
            push(b"40000", hex(&[*byte], &mut [0; 40]), folder, true);
        }
        for (_, (mode, name, id)) in foreign {
            push_entry(&mut tree, mode, name, id);
        }
        tree
    }
}

/// Finds the blobs of these commits' notes, which are sorted, below a folder that their first `depth` bytes lead to.
pub(super) fn look_up(
    objects: &Objects<'_>,
    tree: ObjectId,
    depth: usize,
    commits: &[CommitId],
    found: &mut Vec<(CommitId, ObjectId)>,
) -> Result<()> {
    let Some(first) = commits.first() else { return Ok(()) };
    let folder = NoteFolder::read(objects, tree, &first.object().as_bytes()[..depth])?;
    found.extend(commits.iter().filter_map(|commit| Some((*commit, folder.note(*commit)?))));
    let byte = |commit: &CommitId| commit.object().as_bytes()[depth];
    for group in commits.chunk_by(|a, b| byte(a) == byte(b)) {
        if let Some(below) = folder.folders.get(&byte(&group[0])) {
            look_up(objects, *below, depth + 1, group, found)?;
        }
    }
    Ok(())
}

/// The value of a digit as `git notes` writes it.
fn digit(hex: u8) -> Option<u8> {
    id::digit(hex).filter(|_| !hex.is_ascii_uppercase())
}

/// The byte that a name begins with, in hex.
fn first_byte(name: &[u8]) -> Option<u8> {
    Some(digit(*name.first()?)? << 4 | digit(*name.get(1)?)?)
}

/// The commit whose id is `prefix` and then `name` in hex.
fn commit_of(prefix: &[u8], name: &[u8]) -> Option<CommitId> {
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

/// The digits of an id, or of a part of it.
pub(super) fn hex<'a>(bytes: &[u8], out: &'a mut [u8; 40]) -> &'a [u8] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (pair, byte) in out.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    &out[..2 * bytes.len()]
}

/// Appends an entry to a tree.
pub(super) fn push_entry(tree: &mut Vec<u8>, mode: &[u8], name: &[u8], id: &ObjectId) {
    tree.extend_from_slice(mode);
    tree.push(b' ');
    tree.extend_from_slice(name);
    tree.push(0);
    tree.extend_from_slice(id.as_bytes());
}
