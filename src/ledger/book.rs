//! The book: what all notes say, in few bytes.
//!
//! It is kept as a cache, known by the notes' commit. When that has moved, what has changed since is laid over it, whichever
//! way the history went. Where that is much, the groups of notes that are not as they were are looked through, and the
//! notes in them that are new are read.

use std::collections::HashSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Error, Result};

use super::damage::Damage;
use super::packed::{self, Part, unpack};
use super::pieces::Pieces;
use super::rows::{Row, Rows};
use super::shard::{self, Shard};
use super::summary::Summary;
use crate::cache::{Cache, SecondPart};
use crate::file_bytes::FileBytes;
use crate::git::{ChangedNote, CommitId, NoteGroup, ObjectId, Repository};
use crate::hint;
use crate::names;
use crate::packing::{Unpacker, push_number, push_text};
use crate::record::Record;

/// The cache is written again for so many new notes, or for this part of all of them, whichever is more.
const FEW: usize = 256;
const PART: usize = 16;

/// What all notes say.
#[derive(Debug, Default)]
pub(super) struct Book {
    tip: Option<CommitId>,
    /// The id of each group, a group for each byte that a commit's id can begin with.
    groups: Vec<ObjectId>,
    pub(super) rows: Rows,
    /// The records that somebody has asked for, as many as there are rows.
    unpacked: OnceLock<Vec<OnceLock<Box<[Record]>>>>,
    /// All records, once somebody has asked for one.
    packed: OnceLock<Pieces>,
    /// Where they are until then, if this was kept.
    kept: Option<Kept>,
    /// By commit.
    damage: Vec<Damage>,
    /// What has changed since.
    newer: Option<Box<Newer>>,
}

/// Notes that are not as a book has them.
#[derive(Debug)]
struct Newer {
    /// Those whose notes are gone among them.
    commits: HashSet<CommitId>,
    book: Book,
}

/// What has not been read of a book that was kept, and the folder of the repository whose notes it has.
#[derive(Debug)]
struct Kept {
    records: SecondPart,
    repository: PathBuf,
}

impl Book {
    /// The book as the notes stand now.
    pub(super) fn read(repository: &Repository) -> Result<Self> {
        let Some(tip) = repository.read_ref(names::NOTES_REF)? else { return Ok(Self::default()) };
        let cache = Cache::new(repository, "notes");
        let known = cache.open().and_then(|kept| Self::from_kept(repository, kept)).unwrap_or_default();
        if known.tip == Some(tip) {
            return Ok(known);
        }
        let most = FEW.max(known.rows.len() / PART);
        let was_known = known.tip.is_some();
        if let Some(old) = known.tip
            && let Some(changed) = repository.changed_notes(old, tip, most)
        {
            return known.updated(repository, tip, &changed);
        }
        let known = known.whole();
        let groups = repository.note_groups(tip)?;
        let shards = shard::read_all(repository, &groups, &known)?;
        let read: usize = shards.iter().map(|shard| shard.read).sum();
        let mut book = Self::bind(tip, &groups, shards);
        // What is kept is too far from this, if there is anything.
        if was_known || read >= FEW.max(book.rows.len() / PART) {
            let kept = cache.store_both(&[&book.head(), book.rows.as_bytes()], &book.all_packed().all());
            // What stands in the file need not be in memory.
            if let Some(bytes) = kept.and_then(|kept| kept.map()) {
                book.packed = Pieces::from(bytes).into();
            }
        }
        Ok(book)
    }

    /// The book with its records read; an empty one if what was kept of them is damaged, since the notes of then may be gone.
    fn whole(self) -> Self {
        let Some(kept) = &self.kept else { return self };
        kept.records.read().map_or_else(Self::default, |records| Self { packed: Pieces::from(records).into(), ..self })
    }

    /// The book with these notes as they are now.
    fn updated(mut self, repository: &Repository, tip: CommitId, changed: &[ChangedNote]) -> Result<Self> {
        let objects = repository.objects()?;
        let mut shard = Shard::default();
        // A note that has only gone into another folder is what it was.
        let is_new = |(commit, blobs): &&ChangedNote| match (blobs.as_slice(), self.rows.find(*commit)) {
            ([blob], Some(at)) => self.rows.blob(at) != *blob,
            _ => true,
        };
        let changed: Vec<&ChangedNote> = changed.iter().filter(is_new).collect();
        for (commit, blobs) in changed.iter().filter(|(_, blobs)| !blobs.is_empty()) {
            let note: Vec<(CommitId, ObjectId)> = blobs.iter().map(|blob| (*commit, *blob)).collect();
            shard.add(*commit, &note, &objects)?;
        }
        let commits: HashSet<CommitId> = changed.iter().map(|(commit, _)| *commit).collect();
        self.damage.retain(|damage| !commits.contains(&damage.commit));
        self.damage.append(&mut shard.damage);
        self.damage.sort_by_key(|damage| damage.commit);
        self.tip = Some(tip);
        self.newer = Some(Box::new(Newer { commits, book: Self::bind(tip, &[], vec![shard]) }));
        Ok(self)
    }

    /// The book that knows a commit's note as it is now.
    fn newest(&self, commit: CommitId) -> &Self {
        self.newer.as_ref().filter(|newer| newer.commits.contains(&commit)).map_or(self, |newer| &newer.book)
    }

    fn bind(tip: CommitId, groups: &[NoteGroup], shards: Vec<Shard>) -> Self {
        let mut book =
            Self { tip: Some(tip), groups: groups.iter().map(|group| group.id).collect(), ..Self::default() };
        let mut packed = Pieces::default();
        let count = shards.iter().map(|shard| shard.rows.len()).sum();
        // Shard by shard is let go once its rows stand here: they are many.
        let rows = shards.into_iter().flat_map(|shard| {
            let start = packed.len();
            packed.push(shard.packed);
            book.damage.extend(shard.damage);
            let moved = move |records: Range<usize>| start + records.start..start + records.end;
            shard.rows.into_iter().map(move |row| Row { records: moved(row.records), ..row })
        });
        book.rows = Rows::new(count, rows);
        book.damage.sort_by_key(|damage| damage.commit);
        Self { packed: packed.into(), ..book }
    }

    /// The rows of the commits whose ids begin with `byte`, if the group is still what it was.
    pub(super) fn unchanged(&self, byte: u8, group: &NoteGroup) -> Option<Range<usize>> {
        (self.groups.get(usize::from(byte)) == Some(&group.id)).then(|| self.rows.beginning_with(byte))
    }

    /// The packed records of a row.
    pub(super) fn packed(&self, at: usize) -> &[u8] {
        self.all_packed().get(self.rows.records(at))
    }

    fn all_packed(&self) -> &Pieces {
        self.packed.get_or_init(|| {
            let Some(kept) = &self.kept else { return Pieces::default() };
            let packed = kept.records.read().map_or_else(|| self.pack_again(kept).map(FileBytes::Read), Ok);
            packed
                // Whoever has a ledger reads it without fear of errors; this one ends the command.
                .unwrap_or_else(|error| std::panic::resume_unwind(Box::new(unreadable(error))))
                .into()
        })
    }

    /// The records as the notes have them now, where what was kept of them is damaged. What has changed since is not asked
    /// of this book but of the newer one.
    fn pack_again(&self, kept: &Kept) -> Result<Vec<u8>> {
        let Some(tip) = self.tip else { return Ok(Vec::new()) };
        kept.records.remove();
        let repository = Repository::open(&kept.repository)?;
        let groups = repository.note_groups(tip)?;
        let now = Self::bind(tip, &groups, shard::read_all(&repository, &groups, &Self::default())?);
        let mut packed = vec![0; kept.records.len()];
        for at in 0..self.rows.len() {
            let place = &mut packed[self.rows.records(at)];
            let records = now.rows.find(self.rows.commit(at)).map(|at| now.packed(at));
            if let Some(records) = records.filter(|records| records.len() == place.len()) {
                place.copy_from_slice(records);
            }
        }
        Ok(packed)
    }

    /// What could not be read.
    pub(super) fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// What could not be read of one commit's note.
    pub(super) fn damage_of(&self, commit: CommitId) -> &[Damage] {
        let start = self.damage.partition_point(|damage| damage.commit < commit);
        let end = self.damage.partition_point(|damage| damage.commit <= commit);
        &self.damage[start..end]
    }

    /// The commits that have a note.
    pub(super) fn commits(&self) -> impl Iterator<Item = CommitId> {
        let newer = self.newer.as_ref();
        let own = self.rows.commits().filter(move |commit| newer.is_none_or(|newer| !newer.commits.contains(commit)));
        own.chain(newer.into_iter().flat_map(|newer| newer.book.rows.commits()))
    }

    /// A commit's note as it is now.
    pub(super) fn find(&self, commit: CommitId) -> Option<Noted<'_>> {
        let book = self.newest(commit);
        book.rows.find(commit).map(|at| Noted { book, at })
    }

    /// The commit that the notes stand at.
    pub(super) fn tip(&self) -> Option<CommitId> {
        self.tip
    }

    /// What stands in the cache before the rows.
    fn head(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(20 + 256 * 20 + 1024);
        out.extend_from_slice(self.tip.map_or(ObjectId::NONE, CommitId::object).as_bytes());
        self.groups.iter().for_each(|group| out.extend_from_slice(group.as_bytes()));
        push_number(&mut out, self.damage.len() as u64);
        for Damage { commit, what } in &self.damage {
            out.extend_from_slice(commit.object().as_bytes());
            push_text(&mut out, what);
        }
        out
    }

    /// What [`Book::read`] has kept of this repository.
    fn from_kept(repository: &Repository, (first, records): (Vec<u8>, SecondPart)) -> Option<Self> {
        let mut from = Unpacker(&first);
        let id = |from: &mut Unpacker<'_>| from.array().map(ObjectId::from_bytes);
        let mut book = Self { tip: Some(CommitId::new(id(&mut from)?)), ..Self::default() };
        for _ in 0..256 {
            book.groups.push(id(&mut from)?);
        }
        for _ in 0..from.number()? {
            let commit = CommitId::new(id(&mut from)?);
            book.damage.push(Damage { commit, what: from.text()?.to_owned() });
        }
        let start = first.len() - from.0.len();
        book.rows = Rows::from_bytes(first, start, records.len())?;
        book.kept = Some(Kept { records, repository: repository.common_dir().to_owned() });
        Some(book)
    }
}

/// What a command ends by that finds what was kept damaged, and the notes unreadable that it was made from.
fn unreadable(error: Error) -> Error {
    let way_out = "git fsck tells what is broken; gitsweep fetch brings notes from where they were pushed to";
    hint::wrap(error, "what was kept of the notes is damaged, and the notes cannot be read", way_out)
}

/// A commit's note in a book.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noted<'b> {
    book: &'b Book,
    at: usize,
}

impl<'b> Noted<'b> {
    /// Its summary.
    pub(super) fn summary(self) -> Summary {
        self.book.rows.summary(self.at)
    }

    /// Its records; they stay in memory.
    pub(super) fn records(self) -> &'b [Record] {
        let Self { book, at } = self;
        let unpacked = book.unpacked.get_or_init(|| (0..book.rows.len()).map(|_| OnceLock::new()).collect());
        unpacked[at].get_or_init(|| self.unpack(Part::All).into())
    }

    /// So much of its records.
    pub(super) fn unpack(self, part: Part) -> Vec<Record> {
        let mut from = Unpacker(self.book.packed(self.at));
        let mut records = Vec::with_capacity(1);
        while !from.0.is_empty() {
            let record =
                unpack(&mut from, part).unwrap_or_else(|| unreachable!("what was packed here, or has its checksum"));
            records.push(record);
        }
        records
    }

    /// Tells the names of the metrics that its first record has, which is not unpacked for that.
    pub(super) fn each_metric_of_first(self, tell: &mut dyn FnMut(&str)) {
        packed::each_metric(&mut Unpacker(self.book.packed(self.at)), tell).unwrap_or_default();
    }

    /// True if its first record says how often the run reported.
    pub(super) fn has_steps(self) -> bool {
        packed::has_steps(Unpacker(self.book.packed(self.at))).unwrap_or_default()
    }
}
