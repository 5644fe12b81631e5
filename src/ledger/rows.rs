//! Rows: what is known of each noted commit in short, in rows of one width, as a cache keeps them and as they are looked up.

use std::ops::Range;

use super::packed;
use super::summary::Summary;
use crate::git::{CommitId, ObjectId};
use crate::record::Status;

/// One commit's note.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) commit: CommitId,
    /// [`ObjectId::NONE`] if it was put together from several.
    pub(super) blob: ObjectId,
    /// Where its packed records stand.
    pub(super) records: Range<usize>,
    pub(super) summary: Summary,
}

/// The bytes of a row: commit, blob, where its records begin and end, status and flags, seconds, end of the run, attempts.
const WIDTH: usize = 20 + 20 + 2 * 8 + 2 + 8 + 8 + 8;
const BLOB: usize = 20;
const START: usize = 40;
const END: usize = 48;
const SUMMARY: usize = 56;
/// About so many rows fall into a bucket.
const PER_BUCKET: usize = 4;

/// The rows of many commits, in the order of their ids, and a hash index of them: the ids are hashes already.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// They begin at `start`: what was read from a cache is not copied.
    buffer: Vec<u8>,
    start: usize,
    /// How many leading bits of a commit's id tell its bucket.
    bits: u32,
    /// Where each bucket's rows begin, and at last where all end.
    buckets: Vec<u32>,
    /// The bits that follow, of each row: what is looked through, since it is small enough to stay in the processor's cache.
    tags: Vec<u32>,
}

impl Rows {
    /// So many rows, in any order.
    pub(super) fn new(count: usize, rows: impl Iterator<Item = Row>) -> Self {
        let mut buffer = Vec::with_capacity(count * WIDTH);
        rows.for_each(|row| buffer.extend_from_slice(&to_bytes(&row)));
        buffer.as_chunks_mut::<WIDTH>().0.sort_unstable_by(|a, b| a[..BLOB].cmp(&b[..BLOB]));
        Self { buffer, ..Self::default() }.indexed()
    }

    /// The rows that [`Rows::as_bytes`] has given, which stand in `buffer` from `start` on, with records of so many bytes;
    /// `None` if these are no whole rows, or a row's records begin or end where they cannot.
    pub(super) fn from_bytes(buffer: Vec<u8>, start: usize, packed: usize) -> Option<Self> {
        let (_, []) = buffer.get(start..)?.as_chunks::<WIDTH>() else { return None };
        let rows = Self { buffer, start, ..Self::default() }.indexed();
        let mut records = (0..rows.len()).map(|at| rows.records(at));
        records.all(|records| records.start <= records.end && records.end <= packed).then_some(rows)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.all().as_flattened()
    }

    fn all(&self) -> &[[u8; WIDTH]] {
        self.buffer[self.start..].as_chunks().0
    }

    fn indexed(mut self) -> Self {
        let count = self.len();
        self.bits = (count / PER_BUCKET).next_power_of_two().trailing_zeros().clamp(1, 24);
        let mut tags = Vec::with_capacity(count);
        let mut buckets = vec![0; (1 << self.bits) + 1];
        for row in self.all() {
            let (bucket, tag) = place(commit_of(row), self.bits);
            buckets[bucket + 1] += 1;
            tags.push(tag);
        }
        for bucket in 1..buckets.len() {
            buckets[bucket] += buckets[bucket - 1];
        }
        (self.buckets, self.tags) = (buckets, tags);
        self
    }

    pub(super) fn len(&self) -> usize {
        self.all().len()
    }

    /// The place of a commit's row.
    pub(super) fn find(&self, commit: CommitId) -> Option<usize> {
        if self.tags.is_empty() {
            return None;
        }
        let (bucket, tag) = place(commit, self.bits);
        let places = self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize;
        let found = self.tags[places.clone()].iter().enumerate().filter(|(_, known)| **known == tag);
        found.map(|(at, _)| places.start + at).find(|at| self.commit(*at) == commit)
    }

    /// The rows of the commits whose ids begin with `byte`.
    pub(super) fn beginning_with(&self, byte: u8) -> Range<usize> {
        let rows = self.all();
        let start = rows.partition_point(|row| row[0] < byte);
        start..start + rows[start..].partition_point(|row| row[0] == byte)
    }

    pub(super) fn commits(&self) -> impl Iterator<Item = CommitId> {
        self.all().iter().map(commit_of)
    }

    pub(super) fn commit(&self, at: usize) -> CommitId {
        commit_of(&self.all()[at])
    }

    pub(super) fn blob(&self, at: usize) -> ObjectId {
        ObjectId::from_bytes(array(&self.all()[at], BLOB))
    }

    pub(super) fn summary(&self, at: usize) -> Summary {
        summary_from(&self.all()[at])
    }

    /// Where a row's packed records lie.
    pub(super) fn records(&self, at: usize) -> Range<usize> {
        let row = &self.all()[at];
        let number = |at: usize| u64::from_le_bytes(array(row, at)) as usize;
        number(START)..number(END)
    }

    pub(super) fn row(&self, at: usize) -> Row {
        Row { commit: self.commit(at), blob: self.blob(at), records: self.records(at), summary: self.summary(at) }
    }
}

/// A commit's bucket, and the 32 bits that follow.
fn place(commit: CommitId, bits: u32) -> (usize, u32) {
    let leading = u64::from_be_bytes(array(commit.object().as_bytes(), 0));
    ((leading >> (64 - bits)) as usize, (leading << bits >> 32) as u32)
}

fn commit_of(row: &[u8; WIDTH]) -> CommitId {
    CommitId::new(ObjectId::from_bytes(array(row, 0)))
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(&bytes[at..at + N]);
    array
}

fn to_bytes(Row { commit, blob, records, summary }: &Row) -> [u8; WIDTH] {
    let flags = [summary.has_reason, summary.seconds.is_some(), summary.ended.is_some(), summary.has_curve];
    let flags = flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag));
    let mut row = [0; WIDTH];
    let mut rest = row.as_mut_slice();
    let mut put = |bytes: &[u8]| {
        let (place, after) = std::mem::take(&mut rest).split_at_mut(bytes.len());
        place.copy_from_slice(bytes);
        rest = after;
    };
    put(commit.object().as_bytes());
    put(blob.as_bytes());
    put(&(records.start as u64).to_le_bytes());
    put(&(records.end as u64).to_le_bytes());
    put(&[summary.status.map_or(u8::MAX, packed::index), flags]);
    put(&summary.seconds.unwrap_or_default().to_le_bytes());
    put(&summary.ended.unwrap_or_default().to_le_bytes());
    put(&summary.attempts.to_le_bytes());
    row
}

fn summary_from(row: &[u8; WIDTH]) -> Summary {
    let [status, flags] = array(row, SUMMARY);
    Summary {
        status: Status::ALL.get(usize::from(status)).copied(),
        seconds: (flags & 2 != 0).then(|| f64::from_le_bytes(array(row, SUMMARY + 2))),
        ended: (flags & 4 != 0).then(|| i64::from_le_bytes(array(row, SUMMARY + 10))),
        has_reason: flags & 1 != 0,
        has_curve: flags & 8 != 0,
        attempts: u64::from_le_bytes(array(row, SUMMARY + 18)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, records: Range<usize>) -> Row {
        let commit = id.parse().unwrap();
        let summary = Summary { seconds: Some(records.end as f64), attempts: 3, ..Summary::default() };
        Row { commit, blob: "b".repeat(40).parse().unwrap(), records, summary }
    }

    #[test]
    fn rows_are_found_by_their_commit_and_say_what_they_said() {
        // Many begin with the same bits, and two differ in the last only.
        let mut ids: Vec<String> =
            (0..300_u64).map(|n| format!("{:016x}{:024x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15), n)).collect();
        ids.extend((0..40).map(|n| format!("{}{n:02x}", "7".repeat(38))));
        ids.sort();
        // Their records lie the other way round.
        let lies = |at: usize| (ids.len() - at) * 2..(ids.len() - at) * 2 + 2;
        let all = || ids.iter().enumerate().map(|(at, id)| row(id, lies(at)));
        let rows = Rows::new(ids.len(), all().rev());
        let again = Rows::from_bytes([b"head", rows.as_bytes()].concat(), 4, 2 * ids.len() + 2).unwrap();
        for rows in [rows, again] {
            assert_eq!(rows.len(), ids.len());
            for (at, row) in all().enumerate() {
                assert_eq!(rows.find(row.commit), Some(at));
                assert_eq!((rows.blob(at), rows.summary(at)), (row.blob, row.summary));
                assert_eq!(rows.records(at), lies(at));
            }
            assert_eq!(rows.find("7".repeat(40).parse().unwrap()), None);
            let sevens = rows.beginning_with(0x77);
            assert!(sevens.clone().all(|at| rows.commit(at).first_byte() == 0x77) && sevens.len() >= 40);
            assert_eq!((0..=u8::MAX).map(|byte| rows.beginning_with(byte).len()).sum::<usize>(), ids.len());
        }
        assert_eq!(Rows::default().find(row(&ids[0], 0..0).commit), None);
    }

    #[test]
    fn rows_whose_records_are_not_where_they_should_be_are_none() {
        let [a, b] = ["1", "2"].map(|digit| digit.repeat(40));
        let good = Rows::new(2, [row(&a, 5..9), row(&b, 0..5)].into_iter());
        let read = |rows: &Rows, start, packed| Rows::from_bytes(rows.as_bytes().to_vec(), start, packed);
        assert!(read(&good, 0, 9).is_some());
        assert!(read(&good, 0, 8).is_none());
        assert!(read(&good, 1, 9).is_none());
        assert!(read(&good, 1000, 9).is_none());
        let bad =
            Rows::new(2, [row(&a, 0..5), Row { records: Range { start: 9, end: 5 }, ..row(&b, 0..0) }].into_iter());
        assert!(read(&bad, 0, 9).is_none());
    }
}
