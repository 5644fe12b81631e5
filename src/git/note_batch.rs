//! Batches: changes to many notes, laid as blobs and trees.
//!
//! A folder is split when it holds more than 256 notes of its own, so that a batch rewrites little beside what it adds; a few
//! folders a batch, so that no batch pays for all that were before it.

use anyhow::{Context as _, Result, bail};

use super::hash::ObjectKind;
use super::id::{CommitId, ObjectId};
use super::note_folder::{NoteFolder, hex};
use super::objects::Objects;
use super::pack::PackWriter;
use super::tree::entries;
use super::tree_patch::{Place, TreePatch};

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

    /// Writes folders that stand in another, several at a time; their ids.
    fn write_folders<'c>(&mut self, folders: impl Iterator<Item = &'c Changed> + Clone) -> Result<Vec<ObjectId>> {
        let trees: Vec<&[u8]> = folders.clone().filter_map(Changed::bytes).collect();
        let mut written = match self {
            Self::Pack(pack) => pack.write_all_stored(ObjectKind::Tree, &trees)?,
            Self::Loose(_) => trees.iter().map(|tree| self.write(ObjectKind::Tree, tree)).collect::<Result<_>>()?,
        }
        .into_iter();
        let id = |folder: &Changed| match folder {
            Changed::Tree(tree) => Some(*tree),
            Changed::Bytes(_) => written.next(),
        };
        Ok(folders.filter_map(id).collect())
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

/// A folder after its changes.
pub(super) enum Changed {
    /// None of them made a difference to this tree.
    Tree(ObjectId),
    /// A tree of these bytes, which is to be written beside others.
    Bytes(Vec<u8>),
}

impl Changed {
    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Tree(_) => None,
            Self::Bytes(bytes) => Some(bytes),
        }
    }
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

    /// Applies changes, sorted by commit, to the notes of this root; the new root's id.
    pub(super) fn change(&mut self, root: Option<ObjectId>, changes: &[(CommitId, &Change<'_>)]) -> Result<ObjectId> {
        match self.change_folder(root, 0, changes)? {
            Changed::Tree(tree) => Ok(tree),
            Changed::Bytes(bytes) => self.store.write(ObjectKind::Tree, &bytes),
        }
    }

    /// Applies changes, sorted by commit, below a folder that the first `depth` bytes lead to.
    fn change_folder(
        &mut self,
        tree: Option<ObjectId>,
        depth: usize,
        changes: &[(CommitId, &Change<'_>)],
    ) -> Result<Changed> {
        let mut folder = match (tree, changes.first()) {
            (Some(tree), Some((commit, _))) => {
                let object = self.objects.read(tree).context("cannot read a tree of the notes")?;
                if let Some(patch) = self.patch(tree, object.bytes(), depth, changes)? {
                    return Ok(patch);
                }
                NoteFolder::parse(object.bytes(), &commit.object().as_bytes()[..depth])?
            }
            (Some(tree), None) => return Ok(Changed::Tree(tree)),
            (None, _) => NoteFolder::default(),
        };
        let before = self.changed;
        let byte = |change: &(CommitId, &Change<'_>)| change.0.object().as_bytes()[depth];
        let (mut own, mut bytes, mut below) = (Vec::new(), Vec::new(), Vec::new());
        for group in changes.chunk_by(|a, b| byte(a) == byte(b)) {
            let Some(tree) = folder.folders.get(&byte(&group[0])).copied() else {
                own.extend_from_slice(group);
                continue;
            };
            // A merge may have left a note in two places. What is added goes to the one that is met first, and both go when
            // it goes.
            let is_here = |(commit, _): &&(CommitId, &Change<'_>)| folder.note(*commit).is_some();
            let goes = |(_, change): &&(CommitId, &Change<'_>)| matches!(change, Change::Remove);
            own.extend(group.iter().filter(is_here).copied());
            let rest: Vec<_> = group.iter().filter(|change| !is_here(change) || goes(change)).copied().collect();
            bytes.push(byte(&group[0]));
            below.push(self.change_folder(Some(tree), depth + 1, &rest)?);
        }
        folder.folders.extend(bytes.into_iter().zip(self.store.write_folders(below.iter())?));
        self.change_own(&mut folder, &own)?;
        if let (Some(tree), true) = (tree, self.changed == before) {
            return Ok(Changed::Tree(tree));
        }
        if self.is_split(folder.notes.len(), own.len(), depth) {
            self.splits = self.splits.saturating_sub(1);
            self.outgrown |= self.laying == Laying::Loose;
            if self.outgrown {
                bail!("a folder of the notes is to be split");
            }
            self.split(&mut folder, depth)?;
        }
        Ok(Changed::Bytes(folder.to_tree(depth)))
    }

    /// True if a folder with so many notes of its own, so many of them in this batch, is to be split.
    fn is_split(&self, notes: usize, changes: usize, depth: usize) -> bool {
        // The root is written by every batch. Another folder that is mostly new is not worth the trouble yet.
        let may_split = depth == 0 || (changes * 4 < notes && self.splits > 0 && self.laying == Laying::Packed);
        depth < 19 && (notes > SPLIT_SURELY || (notes > SPLIT_ABOVE && may_split))
    }

    /// Adds to notes below a folder that is not to be split without taking it apart.
    fn patch(
        &mut self,
        tree: ObjectId,
        bytes: &[u8],
        depth: usize,
        changes: &[(CommitId, &Change<'_>)],
    ) -> Result<Option<Changed>> {
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
        let mut patch = TreePatch::new(bytes, &entries);
        let puts = self.change_entries(&patch, depth, is_deepened, changes)?;
        let mut folders = self.store.write_folders(puts.iter().filter_map(|(_, put)| put.folder()))?.into_iter();
        for (place, put) in puts {
            match put {
                Put::Note(commit, blob) => {
                    patch.put(place, b"100644", hex(&commit.object().as_bytes()[depth..], &mut [0; 40]), &blob);
                }
                Put::Folder(byte, _) => {
                    let folder = folders.next().context("a folder of the notes has got lost")?;
                    patch.put(place, b"40000", hex(&[byte], &mut [0; 40]), &folder);
                }
            }
        }
        let patch = patch.finish();
        Ok(Some(if patch == bytes { Changed::Tree(tree) } else { Changed::Bytes(patch) }))
    }

    /// Applies changes to notes of a folder and below it: what is to be put where in its tree.
    fn change_entries(
        &mut self,
        tree: &TreePatch<'_>,
        depth: usize,
        is_deepened: bool,
        changes: &[(CommitId, &Change<'_>)],
    ) -> Result<Vec<(Place, Put)>> {
        let byte = |change: &(CommitId, &Change<'_>)| change.0.object().as_bytes()[depth];
        let mut puts = Vec::new();
        for group in changes.chunk_by(|a, b| byte(a) == byte(b)) {
            let (mut own, mut below) = (Vec::new(), Vec::new());
            let mut name = [0; 40];
            let name = hex(&[byte(&group[0])], &mut name);
            let folder = tree.find_folder(name);
            let goes_below = depth < 19 && (folder.is_ok() || (is_deepened && !tree.has_note_of(folder, name)));
            for (commit, change) in group {
                let place = tree.find_note(hex(&commit.object().as_bytes()[depth..], &mut [0; 40]));
                if goes_below && place.is_err() {
                    below.push((*commit, *change));
                } else {
                    own.push((*commit, *change, place));
                }
            }
            if !below.is_empty() {
                let below = self.change_folder(tree.object(folder)?, depth + 1, &below)?;
                puts.push((folder, Put::Folder(byte(&group[0]), below)));
            }
            for (commit, change, place) in own {
                let Change::Add(lines) = change else { continue };
                let known = tree.object(place)?;
                let Some(blob) = self.add_lines(known, lines)? else { continue };
                self.changed += usize::from(Some(blob) != known);
                puts.push((place, Put::Note(commit, blob)));
            }
        }
        Ok(puts)
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

/// What is put into a tree.
enum Put {
    Note(CommitId, ObjectId),
    /// By the next byte.
    Folder(u8, Changed),
}

impl Put {
    fn folder(&self) -> Option<&Changed> {
        match self {
            Self::Note(..) => None,
            Self::Folder(_, folder) => Some(folder),
        }
    }
}

/// Appends those of `lines` that `bytes` does not have yet.
pub(super) fn append_lines(bytes: &mut Vec<u8>, lines: &[u8]) {
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        if bytes.split(|byte| *byte == b'\n').any(|known| known == line) {
            continue;
        }
        if !bytes.is_empty() && !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
}
