//! Notes: lines added to commits, in batches, with git's own fan-out, moved by compare-and-swap.
//!
//! A notes tree holds one blob a commit, named by the commit's id. With many notes the first two digits become folders
//! (and again the next two), exactly as `git notes` lays them out: it reads any mixture.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::Repository;
use super::hash::ObjectKind;
use super::id::CommitId;
use super::identity::Identity;
use super::note_batch::{Batch, Change, Laying, Store, append_lines};
use super::note_folder::look_up;
use super::pack::PackWriter;
use super::pack_list::is_collected;
use super::refs::RefMoved;
use crate::filesystem::is_gone;

/// From so many notes on, a batch goes into a pack instead of loose objects, each of which would take a sync of its own.
const PACK_FROM: usize = 16;
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

impl Repository {
    /// Every note under `reference`, in no particular order.
    ///
    /// # Errors
    /// If the notes cannot be read.
    pub fn read_notes(&self, reference: &str) -> Result<Vec<Note>> {
        self.read_ref(reference)?.map_or_else(|| Ok(Vec::new()), |tip| self.read_notes_at(tip))
    }

    fn read_notes_at(&self, tip: CommitId) -> Result<Vec<Note>> {
        let objects = self.objects()?;
        let mut found = Vec::<Note>::new();
        for (byte, group) in (0..=u8::MAX).zip(self.note_groups(tip)?) {
            for (commit, blob) in group.list(byte, &objects)? {
                let blob = objects.read(blob).with_context(|| format!("cannot read the note of {commit}"))?;
                match found.last_mut().filter(|last| last.commit == commit) {
                    Some(last) => append_lines(&mut last.bytes, blob.bytes()),
                    None => {
                        let mut bytes = Vec::with_capacity(blob.bytes().len() + 1);
                        append_lines(&mut bytes, blob.bytes());
                        found.push(Note { commit, bytes });
                    }
                }
            }
        }
        Ok(found)
    }

    /// The note of one commit, read afresh.
    ///
    /// # Errors
    /// If the notes cannot be read.
    pub fn read_note(&self, reference: &str, commit: CommitId) -> Result<Option<Vec<u8>>> {
        Ok(self.read_notes_of(reference, &[commit])?.remove(&commit))
    }

    /// The notes of these commits, which are sorted, read afresh.
    ///
    /// # Errors
    /// If the notes cannot be read.
    pub fn read_notes_of(&self, reference: &str, commits: &[CommitId]) -> Result<HashMap<CommitId, Vec<u8>>> {
        let mut notes = HashMap::<CommitId, Vec<u8>>::new();
        let Some(tip) = self.read_ref(reference)? else { return Ok(notes) };
        let objects = self.objects()?;
        let mut blobs = Vec::new();
        look_up(&objects, self.read_commit(tip)?.tree, 0, commits, &mut blobs)?;
        for (commit, blob) in blobs {
            let blob = objects.read(blob).with_context(|| format!("cannot read the note of {commit}"))?;
            append_lines(notes.entry(commit).or_default(), blob.bytes());
        }
        Ok(notes)
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
        if self.read_ref(reference)?.is_none() {
            let moved = self.move_ref(reference, None, theirs, message)?;
            if moved == RefMoved::Yes {
                return Ok(self.read_notes(reference)?.len());
            }
        }
        let ours = self.read_ref(reference)?.context("the notes are gone")?;
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
            let changed = self.changed_notes(ours, theirs, usize::MAX);
            return Ok(changed.map_or(lines.len(), |changed| changed.len()));
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

    /// Where the objects of a batch go.
    fn store(&self, laying: Laying) -> Result<Store<'_>> {
        Ok(match laying {
            Laying::Packed => Store::Pack(Box::new(PackWriter::new(&self.objects_dir())?)),
            Laying::Loose | Laying::LooseAll => Store::Loose(self.inner.odb().context("cannot read the object store")?),
        })
    }

    /// Makes a batch of changes with a commit of its own, anew where others have moved the ref meanwhile. With `merged` the
    /// commit has that parent too, and is made even if nothing changes.
    fn change_notes(
        &self,
        reference: &str,
        changes: &[(CommitId, Change<'_>)],
        merged: Option<CommitId>,
        identity: &Identity,
        message: &str,
    ) -> Result<NotesWritten> {
        let mut sorted: Vec<(CommitId, &Change<'_>)> =
            changes.iter().map(|(commit, change)| (*commit, change)).collect();
        sorted.sort_by_key(|(commit, _)| *commit);
        let is_much = changes.len() >= PACK_FROM || is_collected(self.common_dir());
        let mut laying = if is_much { Laying::Packed } else { Laying::Loose };
        for attempt in 0..TRIES {
            let tip = self.read_ref(reference)?;
            let root = tip.map(|tip| self.read_commit(tip)).transpose()?.map(|commit| commit.tree);
            let objects = if laying == Laying::Packed { self.recent_objects() } else { self.objects() }?;
            let mut store = self.store(laying)?;
            let mut batch = Batch::new(&objects, &mut store, laying, changes.len());
            let new_root = batch.change(root, &sorted);
            let (changed, outgrown) = (batch.changed, batch.outgrown);
            if outgrown {
                laying = Laying::Packed;
                continue;
            }
            if new_root.is_err() && laying == Laying::Packed {
                // What is in a pack that is being written cannot be read. Where a batch needs that, since a commit has two
                // notes or is meant twice, its objects are laid one by one.
                laying = Laying::LooseAll;
                continue;
            }
            let new_root = new_root?;
            if changed == 0 && merged.is_none() {
                return Ok(NotesWritten { changed });
            }
            let parents: String = tip.iter().chain(&merged).map(|parent| format!("parent {parent}\n")).collect();
            let commit = format!("tree {new_root}\n{parents}{}\n{message}\n", identity.lines());
            let commit = CommitId::new(store.write(ObjectKind::Commit, commit.as_bytes())?);
            if laying == Laying::Loose && is_collected(self.common_dir()) {
                // What git would now take away, since no ref leads there yet, is safe in a pack that is guarded.
                laying = Laying::Packed;
                continue;
            }
            let pack = match store {
                Store::Pack(pack) => {
                    let pack = match pack.finish() {
                        // `gc --prune=now` takes away what is half written, too.
                        Err(error) if attempt + 1 < TRIES && error.chain().any(is_of_what_is_gone) => continue,
                        pack => pack?,
                    };
                    // libgit2 would look for the commit in all packs that it knows before it looks for new ones.
                    self.inner.odb().and_then(|odb| odb.refresh()).context("cannot read the object store")?;
                    Some(pack)
                }
                Store::Loose(_) => None,
            };
            let moved = self.move_ref(reference, tip, commit, message)?;
            // Others may have found an object in the pack and not written it themselves, so it stays in any case.
            pack.into_iter().for_each(|pack| self.list_batch_pack(pack));
            if moved == RefMoved::Yes {
                return Ok(NotesWritten { changed });
            }
            std::thread::sleep(Duration::from_millis(u64::from(attempt % 8) + 1));
        }
        bail!("{reference} was moved by others {TRIES} times in a row")
    }
}

/// True if a file or its folder was not there any more.
fn is_of_what_is_gone(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.downcast_ref::<io::Error>().is_some_and(is_gone)
}
