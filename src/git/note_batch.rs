//! Batches: changes to many notes, laid as blobs and trees.
//!
//! A folder is split when it holds more than 256 notes of its own, so that a batch rewrites little beside what it adds; a few
//! folders a batch, so that no batch pays for all that were before it.

use anyhow::{Context as _, Result, bail};

use super::id::{CommitId, ObjectId};
use super::note_folder::{NoteFolder, hex, push_entry};
use super::notes::append_lines;
use super::objects::Objects;
use super::pack::{ObjectKind, PackWriter};
use super::tree::{Entry, entries};

/// Own notes a folder holds before it is split, if the batch splits no others.
const SPLIT_ABOVE: usize = 256;
/// Own notes a folder holds before it is split in any case.
const SPLIT_SURELY: usize = 1024;
/// A batch splits one folder, and one more for so many notes.
const NOTES_A_SPLIT: usize = 64;

/// Where the objects of a batch go.
pub(super) enum Store<'a> {
    Loose(git2::Odb<'a>),
    Pack(Box<PackWriter>),
}

impl Store<'_> {
    pub(super) fn write(&mut self, kind: ObjectKind, bytes: &[u8]) -> Result<ObjectId> {
        match self {
            // Half of a tree of notes is ids: deflating it takes longer than all else and makes it little smaller.
            Self::Pack(pack) if kind == ObjectKind::Tree => pack.write_stored(kind, bytes),
            Self::Pack(pack) => pack.write(kind, bytes),
            Self::Loose(odb) => {
                Ok(odb.write(kind.to_git2(), bytes).context("cannot write in the object store")?.into())
            }
        }
    }
}

/// How the objects of a batch are laid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Laying {
    /// One by one, as long as they are few.
    Loose,
    /// One by one, however many.
    LooseAll,
    /// In a pack.
    Packed,
}

/// What happens to a note in a batch: lines are added, or it is removed.
pub(super) enum Change<'a> {
    Add(&'a [String]),
    Remove,
}

/// A batch that is being written.
pub(super) struct Batch<'b, 'r> {
    objects: &'b Objects<'r>,
    store: &'b mut Store<'r>,
    laying: Laying,
    /// How many folders may still be split that need not be.
    splits: usize,
    /// Notes that have been made, made longer or removed.
    pub(super) changed: usize,
    /// It has more objects than are laid one by one.
    pub(super) outgrown: bool,
}

impl<'b, 'r> Batch<'b, 'r> {
    /// A batch of so many changes, of which nothing is written yet.
    pub(super) fn new(objects: &'b Objects<'r>, store: &'b mut Store<'r>, laying: Laying, changes: usize) -> Self {
        Self { objects, store, laying, splits: 1 + changes / NOTES_A_SPLIT, changed: 0, outgrown: false }
    }

    /// Applies changes, sorted by commit, below a folder that the first `depth` bytes lead to; the new folder's id.
    pub(super) fn change_folder(
        &mut self,
        tree: Option<ObjectId>,
        depth: usize,
        changes: &[(CommitId, &Change<'_>)],
    ) -> Result<ObjectId> {
        let mut folder = match (tree, changes.first()) {
            (Some(tree), Some((commit, _))) => {
                let object = self.objects.read(tree).context("cannot read a tree of the notes")?;
                if let Some(patched) = self.patch(tree, object.bytes(), depth, changes)? {
                    return Ok(patched);
                }
                NoteFolder::parse(object.bytes(), &commit.object().as_bytes()[..depth])?
            }
            (Some(tree), None) => return Ok(tree),
            (None, _) => NoteFolder::default(),
        };
        let before = self.changed;
        let byte = |change: &(CommitId, &Change<'_>)| change.0.object().as_bytes()[depth];
        let mut own = Vec::new();
        for group in changes.chunk_by(|a, b| byte(a) == byte(b)) {
            let Some(below) = folder.folders.get(&byte(&group[0])).copied() else {
                own.extend_from_slice(group);
                continue;
            };
            // A merge may have left a note in two places. What is added goes to the one that is met first, and both go when
            // it goes.
            let is_here = |(commit, _): &&(CommitId, &Change<'_>)| folder.note(*commit).is_some();
            let goes = |(_, change): &&(CommitId, &Change<'_>)| matches!(change, Change::Remove);
            own.extend(group.iter().filter(is_here).copied());
            let rest: Vec<_> = group.iter().filter(|change| !is_here(change) || goes(change)).copied().collect();
            folder.folders.insert(byte(&group[0]), self.change_folder(Some(below), depth + 1, &rest)?);
        }
        self.change_own(&mut folder, &own)?;
        if let (Some(tree), true) = (tree, self.changed == before) {
            return Ok(tree);
        }
        if self.is_split(folder.notes.len(), own.len(), depth) {
            self.splits = self.splits.saturating_sub(1);
            self.outgrown |= self.laying == Laying::Loose;
            if self.outgrown {
                bail!("a folder of the notes is to be split");
            }
            self.split(&mut folder, depth)?;
        }
        self.store.write(ObjectKind::Tree, &folder.to_tree(depth))
    }

    /// True if a folder with so many notes of its own, so many of them in this batch, is to be split.
    fn is_split(&self, notes: usize, changes: usize, depth: usize) -> bool {
        // The root is written by every batch. Another folder that is mostly new is not worth the trouble yet.
        let wishes = depth == 0 || (changes * 4 < notes && self.splits > 0 && self.laying == Laying::Packed);
        depth < 19 && (notes > SPLIT_SURELY || (notes > SPLIT_ABOVE && wishes))
    }

    /// Adds to notes below a folder that is not to be split without taking it apart: the new folder's id.
    fn patch(
        &mut self,
        tree: ObjectId,
        bytes: &[u8],
        depth: usize,
        changes: &[(CommitId, &Change<'_>)],
    ) -> Result<Option<ObjectId>> {
        let digits = 2 * (20 - depth);
        let entries = entries(bytes)?;
        let notes = entries.iter().filter(|entry| entry.name.len() == digits).count();
        let is_simple = changes.iter().all(|(_, change)| matches!(change, Change::Add(_)))
            && changes.windows(2).all(|pair| pair[0].0 != pair[1].0);
        if !is_simple || self.is_split(notes + changes.len(), changes.len(), depth) {
            return Ok(None);
        }
        // Once it has been split, a note gets a folder there, which takes half as many bytes as its name does here.
        let is_deepened =
            self.laying == Laying::Packed && entries.iter().any(|it| it.is_folder() && it.name.len() == 2);
        let mut patched = Patched::new(bytes, &entries);
        let byte = |change: &(CommitId, &Change<'_>)| change.0.object().as_bytes()[depth];
        for group in changes.chunk_by(|a, b| byte(a) == byte(b)) {
            let (mut own, mut below) = (Vec::new(), Vec::new());
            let mut name = [0; 40];
            let name = hex(&[byte(&group[0])], &mut name);
            let folder = patched.find_folder(name);
            let goes_below = depth < 19 && (folder.is_ok() || (is_deepened && !patched.has_note_of(folder, name)));
            for (commit, change) in group {
                let place = patched.find_note(hex(&commit.object().as_bytes()[depth..], &mut [0; 40]));
                if goes_below && place.is_err() {
                    below.push((*commit, *change));
                } else {
                    own.push((*commit, *change, place));
                }
            }
            if !below.is_empty() {
                let tree = folder.ok().map(|at| entries[at].object()).transpose()?;
                let id = self.change_folder(tree, depth + 1, &below)?;
                patched.put(folder, b"40000", name, &id);
            }
            for (commit, change, place) in own {
                let Change::Add(lines) = change else { continue };
                let known = place.ok().map(|at| entries[at].object()).transpose()?;
                let Some(blob) = self.add_lines(known, lines)? else { continue };
                self.changed += usize::from(Some(blob) != known);
                patched.put(place, b"100644", hex(&commit.object().as_bytes()[depth..], &mut [0; 40]), &blob);
            }
        }
        let patched = patched.finish();
        if patched == bytes { Ok(Some(tree)) } else { self.store.write(ObjectKind::Tree, &patched).map(Some) }
    }

    /// Applies changes to the notes that stand in the folder itself.
    fn change_own(&mut self, folder: &mut NoteFolder, changes: &[(CommitId, &Change<'_>)]) -> Result<()> {
        let mut notes = Vec::with_capacity(folder.notes.len() + changes.len());
        let mut old = std::mem::take(&mut folder.notes).into_iter().peekable();
        for (commit, change) in changes {
            notes.extend(std::iter::from_fn(|| old.next_if(|(known, _)| known < commit)));
            let known = old.next_if(|(known, _)| known == commit);
            // The same commit may be meant twice in a batch.
            let known = known.or_else(|| notes.pop_if(|(last, _)| last == commit)).map(|(_, blob)| blob);
            let new = match change {
                Change::Remove => None,
                Change::Add(lines) => self.add_lines(known, lines)?,
            };
            self.changed += usize::from(new != known);
            notes.extend(new.map(|blob| (*commit, blob)));
        }
        notes.extend(old);
        folder.notes = notes;
        Ok(())
    }

    fn add_lines(&mut self, known: Option<ObjectId>, lines: &[String]) -> Result<Option<ObjectId>> {
        let mut bytes = match known {
            Some(blob) => self.objects.read(blob).context("cannot read a note")?.bytes().to_vec(),
            None => Vec::with_capacity(lines.iter().map(|line| line.len() + 1).sum()),
        };
        let before = bytes.len();
        lines.iter().for_each(|line| append_lines(&mut bytes, line.as_bytes()));
        if bytes.len() == before { Ok(known) } else { self.store.write(ObjectKind::Blob, &bytes).map(Some) }
    }

    /// The lines of both notes.
    fn join(&mut self, a: ObjectId, b: ObjectId) -> Result<ObjectId> {
        let mut bytes = self.objects.read(a).context("cannot read a note")?.bytes().to_vec();
        append_lines(&mut bytes, self.objects.read(b).context("cannot read a note")?.bytes());
        self.store.write(ObjectKind::Blob, &bytes)
    }

    /// Moves a folder's own notes one level down.
    fn split(&mut self, folder: &mut NoteFolder, depth: usize) -> Result<()> {
        let byte = |note: &(CommitId, ObjectId)| note.0.object().as_bytes()[depth];
        for group in std::mem::take(&mut folder.notes).chunk_by(|a, b| byte(a) == byte(b)) {
            let mut below = match folder.folders.get(&byte(&group[0])) {
                Some(tree) => NoteFolder::read(self.objects, *tree, &group[0].0.object().as_bytes()[..=depth])?,
                None => NoteFolder::default(),
            };
            for (commit, blob) in group {
                match below.notes.binary_search_by_key(commit, |(known, _)| *known) {
                    Ok(at) => below.notes[at].1 = self.join(*blob, below.notes[at].1)?,
                    Err(at) => below.notes.insert(at, (*commit, *blob)),
                }
            }
            let below = self.store.write(ObjectKind::Tree, &below.to_tree(depth + 1))?;
            folder.folders.insert(byte(&group[0]), below);
        }
        Ok(())
    }
}

/// A tree of which some entries are put anew, in order.
struct Patched<'t> {
    bytes: &'t [u8],
    entries: &'t [Entry<'t>],
    /// Where each entry begins, and where the last one ends.
    starts: Vec<usize>,
    out: Vec<u8>,
    /// How many of the bytes have been taken over or left out.
    taken: usize,
}

impl<'t> Patched<'t> {
    fn new(bytes: &'t [u8], entries: &'t [Entry<'t>]) -> Self {
        let mut starts = vec![0];
        starts.extend(entries.iter().scan(0, |end, entry| {
            *end += entry.length();
            Some(*end)
        }));
        Self { bytes, entries, starts, out: Vec::with_capacity(bytes.len() + 1024), taken: 0 }
    }

    /// The place of the folder of this name, or where it belongs.
    fn find_folder(&self, name: &[u8]) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.sorted_name().cmp(name.iter().chain(b"/")))
    }

    /// The place of the note of this name, or where it belongs.
    fn find_note(&self, name: &[u8]) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.sorted_name().cmp(name))
    }

    /// True if notes stand where the folder of this name would, which some readers look into alone.
    fn has_note_of(&self, place: Result<usize, usize>, name: &[u8]) -> bool {
        let (Ok(at) | Err(at)) = place;
        self.entries.get(at).is_some_and(|entry| !entry.is_folder() && entry.name.starts_with(name))
    }

    /// Puts an entry in the place of another, or between two.
    fn put(&mut self, place: Result<usize, usize>, mode: &[u8], name: &[u8], id: &ObjectId) {
        let (Ok(at) | Err(at)) = place;
        self.out.extend_from_slice(&self.bytes[self.taken..self.starts[at]]);
        push_entry(&mut self.out, mode, name, id);
        self.taken = self.starts[at + usize::from(place.is_ok())];
    }

    fn finish(mut self) -> Vec<u8> {
        self.out.extend_from_slice(&self.bytes[self.taken..]);
        self.out
    }
}
