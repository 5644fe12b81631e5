//! The book: what all notes say, in few bytes.
//!
//! It is kept as a cache, known by the notes' commit. When that has moved, what has changed since is laid over it, whichever
//! way the history went. Where that is much, the groups of notes that are not as they were are looked through, and the
//! notes in them that are new are read.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::OnceLock;

use anyhow::Result;

use super::packed::{self, Part, unpack};
use super::shard::{self, Shard};
use super::{Damage, Summary};
use crate::cache::Cache;
use crate::git::{ChangedNote, CommitId, NoteGroup, ObjectId, Repository};
use crate::names;
use crate::packing::{Unpacker, push_number, push_text};
use crate::record::{Record, Status, result_of};

/// The cache is written again for so many new notes, or for this part of all of them, whichever is more.
const FEW: usize = 256;
const PART: usize = 16;

/// What all notes say.
#[derive(Debug, Default)]
pub(super) struct Book {
    tip: Option<CommitId>,
    /// The id of each group, a group for each byte that a commit's id can begin with.
    groups: Vec<ObjectId>,
    /// Where the entries of each group begin, and where the last one's end.
    starts: Vec<usize>,
    /// How many bits of a commit's id tell its drawer, and where each drawer's entries begin.
    bits: u32,
    drawers: Vec<u32>,
    /// By commit.
    pub(super) entries: Vec<Entry>,
    /// The records that somebody has asked for, as many as there are entries.
    unpacked: Vec<OnceLock<Box<[Record]>>>,
    packed: Vec<u8>,
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

/// One commit's note.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) commit: CommitId,
    /// [`ObjectId::NONE`] if it was put together from several.
    pub(super) blob: ObjectId,
    /// Where its packed records end; they begin where those before it do.
    pub(super) end: usize,
    pub(super) summary: Summary,
}

impl Book {
    /// The book as the notes stand now.
    pub(super) fn read(repository: &Repository) -> Result<Self> {
        let Some(tip) = repository.read_ref(names::NOTES_REF) else { return Ok(Self::default()) };
        let cache = Cache::new(repository, "notes");
        let known = cache.load().and_then(Self::from_bytes).unwrap_or_default();
        if known.tip == Some(tip) {
            return Ok(known);
        }
        let most = FEW.max(known.entries.len() / PART);
        let was_known = known.tip.is_some();
        if let Some(old) = known.tip
            && let Some(changed) = repository.changed_notes(old, tip, most)
        {
            return known.updated(repository, tip, &changed);
        }
        let groups = repository.note_groups(tip)?;
        let shards = shard::read_all(repository, &groups, &known)?;
        let read: usize = shards.iter().map(|shard| shard.read).sum();
        let book = Self::bind(tip, &groups, shards);
        // What is kept is too far from this, if there is anything.
        if was_known || read >= FEW.max(book.entries.len() / PART) {
            cache.store(&[&book.packed, &book.tail()]);
        }
        Ok(book)
    }

    /// The book with these notes as they are now.
    fn updated(mut self, repository: &Repository, tip: CommitId, changed: &[ChangedNote]) -> Result<Self> {
        let objects = repository.objects()?;
        let mut shard = Shard::default();
        // A note that has only gone into another folder is what it was.
        let is_new = |(commit, blobs): &&ChangedNote| match (blobs.as_slice(), self.find(*commit)) {
            ([blob], Some(at)) => self.entries[at].blob != *blob,
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
        book.packed.reserve_exact(shards.iter().map(|shard| shard.packed.len()).sum());
        book.entries.reserve_exact(shards.iter().map(|shard| shard.entries.len()).sum());
        for shard in shards {
            let before = book.packed.len();
            book.packed.extend_from_slice(&shard.packed);
            book.entries.extend(shard.entries.into_iter().map(|entry| Entry { end: before + entry.end, ..entry }));
            book.damage.extend(shard.damage);
        }
        book.index();
        book
    }

    fn index(&mut self) {
        let entries = &self.entries;
        let start = |byte: u16| entries.partition_point(|entry| u16::from(entry.commit.first_byte()) < byte);
        self.starts = (0..=256).map(start).collect();
        // About one entry to a drawer.
        self.bits = (entries.len().next_power_of_two().trailing_zeros() + 1).min(32);
        self.drawers = vec![0; (1 << self.bits) + 1];
        for entry in entries {
            self.drawers[entry.commit.leading_bits(self.bits) + 1] += 1;
        }
        for drawer in 1..self.drawers.len() {
            self.drawers[drawer] += self.drawers[drawer - 1];
        }
        self.unpacked.resize_with(self.entries.len(), OnceLock::new);
    }

    /// The entries of the commits whose ids begin with `byte`, if the group is still what it was.
    pub(super) fn unchanged(&self, byte: u8, group: &NoteGroup) -> Option<Range<usize>> {
        let at = usize::from(byte);
        (self.groups.get(at) == Some(&group.id)).then(|| self.starts[at]..self.starts[at + 1])
    }

    /// The place of a commit's entry.
    pub(super) fn find(&self, commit: CommitId) -> Option<usize> {
        if self.entries.is_empty() {
            return None;
        }
        let drawer = commit.leading_bits(self.bits);
        let mut places = self.drawers[drawer] as usize..self.drawers[drawer + 1] as usize;
        places.find(|at| self.entries[*at].commit == commit)
    }

    /// An entry's packed records.
    pub(super) fn packed(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.entries[before].end);
        &self.packed[start..self.entries[at].end]
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
        let own = self.entries.iter().map(|entry| entry.commit);
        own.filter(move |commit| newer.is_none_or(|newer| !newer.commits.contains(commit)))
            .chain(newer.into_iter().flat_map(|newer| newer.book.entries.iter().map(|entry| entry.commit)))
    }

    /// The records of one commit; they stay in memory.
    pub(super) fn of(&self, commit: CommitId) -> &[Record] {
        let book = self.newest(commit);
        match book.find(commit) {
            Some(at) => book.unpacked[at].get_or_init(|| book.unpack(at, Part::All).into()),
            None => &[],
        }
    }

    /// The records of one commit.
    pub(super) fn read_of(&self, commit: CommitId) -> Vec<Record> {
        let book = self.newest(commit);
        book.find(commit).map_or_else(Vec::new, |at| book.unpack(at, Part::All))
    }

    /// The same, without what few people ask for.
    pub(super) fn gist_of(&self, commit: CommitId) -> Vec<Record> {
        let book = self.newest(commit);
        book.find(commit).map_or_else(Vec::new, |at| book.unpack(at, Part::Gist))
    }

    /// The commit that the notes stand at.
    pub(super) fn tip(&self) -> Option<CommitId> {
        self.tip
    }

    fn unpack(&self, at: usize, part: Part) -> Vec<Record> {
        let mut from = Unpacker(self.packed(at));
        let mut records = Vec::with_capacity(1);
        while !from.0.is_empty() {
            let record =
                unpack(&mut from, part).unwrap_or_else(|| unreachable!("what was packed here, or has its checksum"));
            records.push(record);
        }
        records
    }

    /// Tells the names of the metrics that a commit's result has.
    pub(super) fn each_metric(&self, commit: CommitId, tell: &mut dyn FnMut(&str)) {
        let book = self.newest(commit);
        match book.find(commit) {
            Some(at) if book.entries[at].summary.attempts == 1 => {
                packed::each_metric(Unpacker(book.packed(at)), tell).unwrap_or_default();
            }
            Some(at) => {
                let records = book.unpack(at, Part::Gist);
                result_of(&records).into_iter().flat_map(|record| record.metrics.keys()).for_each(|name| tell(name));
            }
            None => {}
        }
    }

    /// One commit's summary.
    pub(super) fn summary(&self, commit: CommitId) -> Summary {
        let book = self.newest(commit);
        book.find(commit).map_or_else(Summary::default, |at| book.entries[at].summary)
    }

    /// What stands in the cache after the packed records.
    fn tail(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(20 + 256 * 20 + self.entries.len() * ENTRY + 1024);
        out.extend_from_slice(self.tip.map_or(ObjectId::NONE, CommitId::object).as_bytes());
        self.groups.iter().for_each(|group| out.extend_from_slice(group.as_bytes()));
        push_number(&mut out, self.entries.len() as u64);
        for Entry { commit, blob, end, summary } in &self.entries {
            out.extend_from_slice(commit.object().as_bytes());
            out.extend_from_slice(blob.as_bytes());
            out.extend_from_slice(&(*end as u64).to_le_bytes());
            let flags = [summary.has_reason, summary.seconds.is_some(), summary.ended.is_some(), summary.has_curve];
            let flags = flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag));
            out.extend_from_slice(&[summary.status.map_or(u8::MAX, packed::index), flags]);
            out.extend_from_slice(&summary.seconds.unwrap_or_default().to_le_bytes());
            out.extend_from_slice(&summary.ended.unwrap_or_default().to_le_bytes());
            out.extend_from_slice(&summary.attempts.to_le_bytes());
        }
        push_number(&mut out, self.damage.len() as u64);
        for Damage { commit, what } in &self.damage {
            out.extend_from_slice(commit.object().as_bytes());
            push_text(&mut out, what);
        }
        out.extend_from_slice(&(self.packed.len() as u64).to_le_bytes());
        out
    }

    /// Reads what [`Book::read`] has kept.
    fn from_bytes(mut bytes: Vec<u8>) -> Option<Self> {
        let (rest, length) = bytes.split_last_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let mut from = Unpacker(rest.get(length..)?);
        let id = |from: &mut Unpacker<'_>| from.array().map(ObjectId::from_bytes);
        let mut book = Self { tip: Some(CommitId::new(id(&mut from)?)), ..Self::default() };
        for _ in 0..256 {
            book.groups.push(id(&mut from)?);
        }
        let count = from.length()?;
        book.entries.reserve_exact(count.min(rest.len() / ENTRY));
        for _ in 0..count {
            let (commit, blob) = (CommitId::new(id(&mut from)?), id(&mut from)?);
            let end = usize::try_from(u64::from_le_bytes(from.array()?)).ok()?;
            if end > length || book.entries.last().is_some_and(|before| end < before.end) {
                return None;
            }
            let [status, flags] = from.array()?;
            let (seconds, ended) = (f64::from_le_bytes(from.array()?), i64::from_le_bytes(from.array()?));
            let summary = Summary {
                status: Status::ALL.get(usize::from(status)).copied(),
                seconds: (flags & 2 != 0).then_some(seconds),
                ended: (flags & 4 != 0).then_some(ended),
                has_reason: flags & 1 != 0,
                has_curve: flags & 8 != 0,
                attempts: u64::from_le_bytes(from.array()?),
            };
            book.entries.push(Entry { commit, blob, end, summary });
        }
        for _ in 0..from.number()? {
            let commit = CommitId::new(id(&mut from)?);
            book.damage.push(Damage { commit, what: from.text()?.to_owned() });
        }
        bytes.truncate(length);
        book.packed = bytes;
        book.index();
        Some(book)
    }
}

/// The bytes that an entry takes in the cache.
const ENTRY: usize = 20 + 20 + 8 + 2 + 8 + 8 + 8;
