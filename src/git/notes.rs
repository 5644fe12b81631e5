//! Notes: lines added to commits, in batches, with git's own fan-out, moved by compare-and-swap.
//!
//! A notes tree holds one blob a commit, named by the commit's id. With many notes the first two digits become folders
//! (and again the next two), exactly as `git notes` lays them out: it reads any mixture. A folder is split when it holds
//! more than 256 notes of its own, so that a batch rewrites only the folders that it touches.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::Repository;
use super::commit::Identity;
use super::id::{CommitId, ObjectId};
use super::pack::{ObjectKind, PackWriter};
use super::refs::RefMoved;

/// Own notes a folder holds before it is split.
const SPLIT_ABOVE: usize = 256;
/// From so many notes on, a batch goes into a pack instead of loose objects.
const PACK_FROM: usize = 100;
/// How often a batch is laid again because somebody else moved the ref.
const TRIES: u32 = 200;

/// The note of one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The commit that it is attached to.
    pub commit: CommitId,
    /// Its bytes; more than one blob if a merge left it in two places.
    pub bytes: Vec<u8>,
}

/// What writing a batch did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotesWritten {
    /// Notes that were made or made longer.
    pub changed: usize,
}

enum Store<'a> {
    Loose(git2::Odb<'a>),
    Pack(Box<PackWriter>),
}

impl Store<'_> {
    fn write(&mut self, kind: ObjectKind, bytes: &[u8]) -> Result<ObjectId> {
        match self {
            Self::Pack(pack) => pack.write(kind, bytes),
            Self::Loose(odb) => {
                let kind = match kind {
                    ObjectKind::Blob => git2::ObjectType::Blob,
                    ObjectKind::Tree => git2::ObjectType::Tree,
                    ObjectKind::Commit => git2::ObjectType::Commit,
                };
                Ok(odb.write(kind, bytes).context("cannot write in the object store")?.into())
            }
        }
    }
}

/// What a folder of the notes tree holds.
#[derive(Default)]
struct Folder {
    /// Blobs by the rest of the commit's id, in hex.
    notes: BTreeMap<String, ObjectId>,
    /// Folders by the next two digits.
    folders: BTreeMap<String, ObjectId>,
    /// Anything else that stands there: kept as it is.
    foreign: Vec<(String, Vec<u8>, ObjectId)>,
}

/// What happens to a note in a batch: lines are added, or it is removed.
enum Change<'a> {
    Add(&'a [String]),
    Remove,
}

impl Repository {
    /// Every note under `reference`, in no particular order.
    ///
    /// # Errors
    /// If the notes cannot be read.
    pub fn read_notes(&self, reference: &str) -> Result<Vec<Note>> {
        self.read_ref(reference).map_or_else(|| Ok(Vec::new()), |tip| self.read_notes_at(tip))
    }

    fn read_notes_at(&self, tip: CommitId) -> Result<Vec<Note>> {
        let root = self.read_commit(tip)?.tree;
        let mut found = HashMap::<CommitId, Vec<u8>>::new();
        let odb = self.inner.odb().context("cannot read the object store")?;
        let mut pending = vec![(String::new(), root)];
        while let Some((prefix, tree)) = pending.pop() {
            let folder = self.read_folder(&odb, tree, prefix.len())?;
            pending.extend(folder.folders.into_iter().map(|(digits, id)| (format!("{prefix}{digits}"), id)));
            for (rest, blob) in folder.notes {
                let commit: CommitId = format!("{prefix}{rest}").parse()?;
                let blob = odb.read(blob.to_git2()).with_context(|| format!("cannot read the note of {commit}"))?;
                append_lines(found.entry(commit).or_default(), blob.data());
            }
        }
        Ok(found.into_iter().map(|(commit, bytes)| Note { commit, bytes }).collect())
    }

    /// The note of one commit, read afresh.
    ///
    /// # Errors
    /// If the notes cannot be read.
    pub fn read_note(&self, reference: &str, commit: CommitId) -> Result<Option<Vec<u8>>> {
        let Some(tip) = self.read_ref(reference) else { return Ok(None) };
        let odb = self.inner.odb().context("cannot read the object store")?;
        let hex = commit.to_string();
        let mut bytes = None::<Vec<u8>>;
        let (mut depth, mut tree) = (0, Some(self.read_commit(tip)?.tree));
        while let Some(id) = tree {
            let folder = self.read_folder(&odb, id, depth)?;
            if let Some(blob) = folder.notes.get(&hex[depth..]) {
                let blob = odb.read(blob.to_git2()).with_context(|| format!("cannot read the note of {commit}"))?;
                append_lines(bytes.get_or_insert_default(), blob.data());
            }
            tree = folder.folders.get(&hex[depth..depth + 2]).copied();
            depth += 2;
        }
        Ok(bytes)
    }

    /// Adds lines to notes, each line once, and moves `reference`; tried again when somebody else moves it meanwhile.
    ///
    /// # Errors
    /// If the objects cannot be written or the ref stays locked.
    pub fn add_to_notes(
        &self,
        reference: &str,
        lines: &[(CommitId, Vec<String>)],
        identity: &Identity,
        message: &str,
    ) -> Result<NotesWritten> {
        let changes = lines.iter().map(|(commit, lines)| (*commit, Change::Add(lines))).collect::<Vec<_>>();
        self.change_notes(reference, &changes, None, identity, message)
    }

    /// Adds the lines of another notes commit to those of `reference`, each once; how many notes that changed.
    ///
    /// # Errors
    /// If either cannot be read, or the result not be written.
    pub fn merge_notes(&self, reference: &str, theirs: CommitId, identity: &Identity, message: &str) -> Result<usize> {
        if self.read_ref(reference).is_none() {
            let moved = self.move_ref(reference, None, theirs, message)?;
            if moved == RefMoved::Yes {
                return Ok(self.read_notes(reference)?.len());
            }
        }
        let ours = self.read_ref(reference).context("the notes are gone")?;
        let (is_theirs, is_ours) = (self.is_ancestor(theirs, ours)?, self.is_ancestor(ours, theirs)?);
        if is_theirs {
            return Ok(0);
        }
        let lines: Vec<(CommitId, Vec<String>)> = self
            .read_notes_at(theirs)?
            .into_iter()
            .map(|note| (note.commit, String::from_utf8_lossy(&note.bytes).lines().map(str::to_owned).collect()))
            .collect();
        if is_ours && self.move_ref(reference, Some(ours), theirs, message)? == RefMoved::Yes {
            return Ok(lines.len());
        }
        let changes = lines.iter().map(|(commit, lines)| (*commit, Change::Add(lines))).collect::<Vec<_>>();
        Ok(self.change_notes(reference, &changes, Some(theirs), identity, message)?.changed)
    }

    fn is_ancestor(&self, old: CommitId, new: CommitId) -> Result<bool> {
        let (old, new) = (old.object().to_git2(), new.object().to_git2());
        Ok(old == new || self.inner.graph_descendant_of(new, old).context("cannot compare the notes")?)
    }

    /// Removes the notes of these commits.
    ///
    /// # Errors
    /// If the objects cannot be written or the ref stays locked.
    pub fn remove_notes(
        &self,
        reference: &str,
        commits: &[CommitId],
        identity: &Identity,
        message: &str,
    ) -> Result<NotesWritten> {
        let changes = commits.iter().map(|commit| (*commit, Change::Remove)).collect::<Vec<_>>();
        self.change_notes(reference, &changes, None, identity, message)
    }

    fn change_notes(
        &self,
        reference: &str,
        changes: &[(CommitId, Change<'_>)],
        merged: Option<CommitId>,
        identity: &Identity,
        message: &str,
    ) -> Result<NotesWritten> {
        let mut named: Vec<(String, &Change<'_>)> =
            changes.iter().map(|(commit, change)| (commit.to_string(), change)).collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        for attempt in 0..TRIES {
            let tip = self.read_ref(reference);
            let root = tip.map(|tip| self.read_commit(tip)).transpose()?.map(|commit| commit.tree);
            let odb = self.inner.odb().context("cannot read the object store")?;
            let mut store = if changes.len() >= PACK_FROM {
                Store::Pack(Box::new(PackWriter::new(&self.objects_dir())?))
            } else {
                Store::Loose(self.inner.odb().context("cannot read the object store")?)
            };
            let mut changed = 0;
            let new_root = self.change_folder(&odb, &mut store, root, 0, &named, &mut changed)?;
            if changed == 0 && merged.is_none() {
                return Ok(NotesWritten { changed });
            }
            let mut commit = format!("tree {new_root}\n");
            for parent in tip.iter().chain(&merged) {
                commit.push_str(&format!("parent {parent}\n"));
            }
            commit.push_str(&identity.lines());
            commit.push_str(&format!("\n{message}\n"));
            let commit = CommitId::new(store.write(ObjectKind::Commit, commit.as_bytes())?);
            let _guard = match store {
                Store::Pack(pack) => Some(pack.finish()?),
                Store::Loose(_) => None,
            };
            if self.move_ref(reference, tip, commit, message)? == RefMoved::Yes {
                return Ok(NotesWritten { changed });
            }
            std::thread::sleep(Duration::from_millis(u64::from(attempt % 8) + 1));
        }
        bail!("{reference} was moved by others {TRIES} times in a row")
    }

    fn read_folder(&self, odb: &git2::Odb<'_>, tree: ObjectId, depth: usize) -> Result<Folder> {
        let object = odb.read(tree.to_git2()).with_context(|| format!("cannot read tree {tree} of the notes"))?;
        let mut folder = Folder::default();
        for entry in super::tree::entries(object.data())? {
            let id: [u8; 20] = entry.id.try_into().context("a damaged tree")?;
            let id = ObjectId::from_bytes(id);
            let name = String::from_utf8_lossy(entry.name).into_owned();
            let is_hex = name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            if entry.mode == b"40000" && is_hex && name.len() == 2 {
                folder.folders.insert(name, id);
            } else if entry.mode == b"100644" && is_hex && name.len() + depth == 40 {
                folder.notes.insert(name, id);
            } else {
                folder.foreign.push((name, entry.mode.to_vec(), id));
            }
        }
        Ok(folder)
    }

    /// Applies changes, sorted by id, below a folder that the first `depth` digits lead to; the new folder's id.
    fn change_folder(
        &self,
        odb: &git2::Odb<'_>,
        store: &mut Store<'_>,
        tree: Option<ObjectId>,
        depth: usize,
        changes: &[(String, &Change<'_>)],
        changed: &mut usize,
    ) -> Result<ObjectId> {
        let mut folder = match tree {
            Some(tree) => self.read_folder(odb, tree, depth)?,
            None => Folder::default(),
        };
        let before = *changed;
        for group in changes.chunk_by(|a, b| a.0[depth..depth + 2] == b.0[depth..depth + 2]) {
            let digits = &group[0].0[depth..depth + 2];
            if let Some(below) = folder.folders.get(digits).copied() {
                let (direct, rest): (Vec<_>, Vec<_>) = group
                    .iter()
                    .map(|(id, change)| (id.clone(), *change))
                    .partition(|(id, _)| folder.notes.contains_key(&id[depth..]));
                let new = self.change_folder(odb, store, Some(below), depth + 2, &rest, changed)?;
                folder.folders.insert(digits.to_owned(), new);
                self.change_own(odb, store, &mut folder, depth, &direct, changed)?;
            } else {
                self.change_own(odb, store, &mut folder, depth, group, changed)?;
            }
        }
        if let (Some(tree), true) = (tree, *changed == before) {
            return Ok(tree);
        }
        if folder.notes.len() > SPLIT_ABOVE && depth < 38 {
            self.split(odb, store, &mut folder, depth)?;
        }
        write_folder(store, &folder)
    }

    fn change_own(
        &self,
        odb: &git2::Odb<'_>,
        store: &mut Store<'_>,
        folder: &mut Folder,
        depth: usize,
        changes: &[(String, &Change<'_>)],
        changed: &mut usize,
    ) -> Result<()> {
        for (id, change) in changes {
            let rest = &id[depth..];
            match change {
                Change::Remove => *changed += usize::from(folder.notes.remove(rest).is_some()),
                Change::Add(lines) => {
                    let old = match folder.notes.get(rest) {
                        Some(blob) => odb.read(blob.to_git2()).context("cannot read a note")?.data().to_vec(),
                        None => Vec::new(),
                    };
                    let mut new = old.clone();
                    for line in *lines {
                        append_lines(&mut new, line.as_bytes());
                    }
                    if new != old {
                        folder.notes.insert(rest.to_owned(), store.write(ObjectKind::Blob, &new)?);
                        *changed += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// Moves a folder's own notes one level down.
    fn split(&self, odb: &git2::Odb<'_>, store: &mut Store<'_>, folder: &mut Folder, depth: usize) -> Result<()> {
        let notes: Vec<(String, ObjectId)> = std::mem::take(&mut folder.notes).into_iter().collect();
        for group in notes.chunk_by(|a, b| a.0[..2] == b.0[..2]) {
            let digits = &group[0].0[..2];
            let mut below = match folder.folders.get(digits) {
                Some(tree) => self.read_folder(odb, *tree, depth + 2)?,
                None => Folder::default(),
            };
            below.notes.extend(group.iter().map(|(rest, blob)| (rest[2..].to_owned(), *blob)));
            folder.folders.insert(digits.to_owned(), write_folder(store, &below)?);
        }
        Ok(())
    }
}

fn write_folder(store: &mut Store<'_>, folder: &Folder) -> Result<ObjectId> {
    // git sorts folders as if their names ended in a slash.
    let mut entries: BTreeMap<String, (&[u8], &str, ObjectId)> = BTreeMap::new();
    for (name, id) in &folder.notes {
        entries.insert(name.clone(), (b"100644", name, *id));
    }
    for (name, id) in &folder.folders {
        entries.insert(format!("{name}/"), (b"40000", name, *id));
    }
    for (name, mode, id) in &folder.foreign {
        let slash = if mode == b"40000" { "/" } else { "" };
        entries.insert(format!("{name}{slash}"), (mode, name, *id));
    }
    let mut tree = Vec::with_capacity(entries.len() * 66);
    for (mode, name, id) in entries.values() {
        tree.extend_from_slice(mode);
        tree.push(b' ');
        tree.extend_from_slice(name.as_bytes());
        tree.push(0);
        tree.extend_from_slice(id.as_bytes());
    }
    store.write(ObjectKind::Tree, &tree)
}

/// Appends those of `lines` that `bytes` does not have yet.
fn append_lines(bytes: &mut Vec<u8>, lines: &[u8]) {
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
