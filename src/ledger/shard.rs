//! Shards: notes that were read together, or taken over from what is known; many shards at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Result, anyhow};

use super::attempts::in_order;
use super::book::Book;
use super::damage::Damage;
use super::packed::pack;
use super::rows::Row;
use super::summary::Summary;
use crate::extraction::Extraction;
use crate::git::{CommitId, NoteGroup, ObjectId, ObjectPlace, Objects, Repository, to_text};
use crate::names;
use crate::record::{Record, Text};

/// From about so many notes on, they are read by several threads.
const MANY: usize = 4000;
/// So many of them are read together.
const TOGETHER: usize = 2048;

/// Some notes.
#[derive(Debug, Default)]
pub(super) struct Shard {
    /// In any order; their records are seen from the start of the shard.
    pub(super) rows: Vec<Row>,
    pub(super) packed: Vec<u8>,
    pub(super) damage: Vec<Damage>,
    /// How many were not known before.
    pub(super) read: usize,
}

/// A note that is to be read: where it stands, its commit, its blob.
type New = (ObjectPlace, CommitId, ObjectId);

/// Reads all groups; what `known` has is not read again.
pub(super) fn read_all(repository: &Repository, groups: &[NoteGroup], known: &Book) -> Result<Vec<Shard>> {
    let list = |objects: &Objects<'_>, at: usize| Shard::list(at as u8, &groups[at], known, objects);
    let listed = at_once(repository, estimate(repository, groups, known)?, groups.len(), list)?;
    let (mut shards, new): (Vec<Shard>, Vec<Vec<New>>) = listed.into_iter().unzip();
    // One is often told by what differs from another that stands beside it and not by one of the same group.
    let mut new = new.concat();
    new.sort_unstable();
    let together: Vec<&[New]> = new.chunks(TOGETHER).collect();
    let read = |objects: &Objects<'_>, at: usize| Shard::read(together[at], objects);
    shards.append(&mut at_once(repository, new.len(), together.len(), read)?);
    Ok(shards)
}

/// What `work` makes of so many pieces, in order; several threads do it if these have many notes.
fn at_once<T: Send>(
    repository: &Repository,
    notes: usize,
    pieces: usize,
    work: impl Fn(&Objects<'_>, usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let work = |repository: &Repository| -> Result<Vec<(usize, T)>> {
        let objects = repository.objects()?;
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= pieces {
                return Ok(done);
            }
            done.push((at, work(&objects, at)?));
        }
    };
    let helpers = if notes < MANY { 0 } else { thread::available_parallelism().map_or(0, |cores| cores.get() - 1) };
    let mut all = thread::scope(|scope| {
        let work = &work;
        let helpers: Vec<_> = (0..helpers)
            .map(|_| repository.reopen().map(|repository| scope.spawn(move || work(&repository))))
            .collect();
        let mut all = work(repository)?;
        for helper in helpers {
            let done = helper?.join().map_err(|_| anyhow!("reading the notes has come to an unexpected end"))?;
            all.extend(done?);
        }
        Ok::<_, anyhow::Error>(all)
    })?;
    all.sort_unstable_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, made)| made).collect())
}

/// About how many notes the groups have that are not known.
fn estimate(repository: &Repository, groups: &[NoteGroup], known: &Book) -> Result<usize> {
    let changed: Vec<&NoteGroup> = (0..=u8::MAX)
        .zip(groups)
        .filter(|(byte, group)| known.unchanged(*byte, group).is_none())
        .map(|(_, it)| it)
        .collect();
    let objects = repository.objects()?;
    Ok(changed.first().map_or(0, |group| group.estimate(&objects) * changed.len()))
}

impl Shard {
    /// The notes of one group that are known, or that merges left in several places, and those that are to be read.
    fn list(byte: u8, group: &NoteGroup, known: &Book, objects: &Objects<'_>) -> Result<(Self, Vec<New>)> {
        let (mut shard, mut new) = (Self::default(), Vec::new());
        if let Some(rows) = known.unchanged(byte, group) {
            rows.for_each(|at| shard.keep(known, at));
            return Ok((shard, new));
        }
        for note in group.list(byte, objects)?.chunk_by(|a, b| a.0 == b.0) {
            let commit = note[0].0;
            match (note, known.rows.find(commit)) {
                ([(_, blob)], Some(at)) if known.rows.blob(at) == *blob => shard.keep(known, at),
                ([(_, blob)], _) => new.push((objects.place(*blob), commit, *blob)),
                _ => shard.add(commit, note, objects)?,
            }
        }
        shard.shrink();
        Ok((shard, new))
    }

    fn read(new: &[New], objects: &Objects<'_>) -> Result<Self> {
        let mut shard = Self { rows: Vec::with_capacity(new.len()), ..Self::default() };
        new.iter().try_for_each(|(_, commit, blob)| shard.add(*commit, &[(*commit, *blob)], objects))?;
        shard.shrink();
        Ok(shard)
    }

    /// Lets go of the room to grow, which is up to half of it.
    fn shrink(&mut self) {
        self.packed.shrink_to_fit();
        self.rows.shrink_to_fit();
    }

    fn keep(&mut self, known: &Book, at: usize) {
        let row = known.rows.row(at);
        let start = self.packed.len();
        self.packed.extend_from_slice(known.packed(at));
        self.damage.extend(known.damage_of(row.commit).iter().cloned());
        self.rows.push(Row { records: start..self.packed.len(), ..row });
    }

    /// Reads a commit's note from its blobs.
    pub(super) fn add(&mut self, commit: CommitId, note: &[(CommitId, ObjectId)], objects: &Objects<'_>) -> Result<()> {
        let start = self.packed.len();
        let blobs = note.iter().map(|(_, blob)| objects.read(*blob)).collect::<Result<Vec<_>>>()?;
        // Most notes are one record; that is not taken apart into copies.
        if let ([(_, blob)], Some(record)) = (note, blobs.first().and_then(|blob| only_record(blob.bytes()))) {
            pack(&record, &mut self.packed);
            let summary = Summary::of(&[record]);
            self.rows.push(Row { commit, blob: *blob, records: start..self.packed.len(), summary });
            self.read += 1;
            return Ok(());
        }
        let mut lines = Vec::<&[u8]>::with_capacity(1);
        for line in blobs.iter().flat_map(|blob| blob.bytes().split(|byte| *byte == b'\n')) {
            if !line.trim_ascii().is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
        let mut records = Vec::with_capacity(lines.len());
        let mut extractions = Vec::new();
        for line in lines.into_iter().map(to_text) {
            // To look into every line twice would double the time.
            if Extraction::is_line(&line)
                && let Ok(extraction) = Extraction::from_line(&line)
            {
                extractions.push(extraction);
                continue;
            }
            match Record::from_line(&line) {
                Ok(record) => records.push(record),
                Err(error) => {
                    let name = names::NOTES_REF.trim_start_matches("refs/notes/");
                    let edit = format!("git notes --ref={name} edit {}", commit.short());
                    let place = format!("its note (`{edit}` takes the line out)");
                    self.damage.push(Damage::of_line(commit, &line, &place, &error));
                }
            }
        }
        in_order(&mut records);
        self.lay_over(commit, extractions, &mut records);
        records.iter().for_each(|record| pack(record, &mut self.packed));
        let blob = if let [(_, blob)] = note { *blob } else { ObjectId::NONE };
        self.rows.push(Row { commit, blob, records: start..self.packed.len(), summary: Summary::of(&records) });
        self.read += 1;
        Ok(())
    }

    /// Lays metrics that were read later over their attempts, the newest last.
    fn lay_over(&mut self, commit: CommitId, mut extractions: Vec<Extraction>, records: &mut [Record]) {
        extractions.sort_by(|a, b| a.extracted.cmp(&b.extracted).then_with(|| a.definition.cmp(&b.definition)));
        for extraction in extractions {
            match records.iter_mut().find(|record| extraction.is_of(record)) {
                Some(record) => extraction.apply(record),
                None => {
                    let what =
                        format!("metrics extracted of attempt {}, of which nothing is known", extraction.attempt);
                    self.damage.push(Damage { commit, what });
                }
            }
        }
    }
}

/// The record of a note that has no other line.
fn only_record(note: &[u8]) -> Option<Record<Text<'_>>> {
    let line = note.strip_suffix(b"\n").filter(|line| memchr::memchr(b'\n', line).is_none())?;
    Record::view(std::str::from_utf8(line).ok()?)
}
