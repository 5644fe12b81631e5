//! The index beside a pack: which objects it holds, and where. (Format: gitformat-pack(5).)

use std::fs::File;
use std::io::{self, Write as _};
use std::ops::Range;

use anyhow::{Context as _, Result, ensure};
use sha1::{Digest as _, Sha1};

use super::hash::finish_id;
use super::id::ObjectId;

/// An object of a pack.
pub(super) struct Entry {
    pub(super) id: ObjectId,
    /// Of its bytes as they stand in the pack.
    pub(super) crc: u32,
    pub(super) offset: u64,
}

const MAGIC: &[u8; 8] = b"\xfftOc\0\0\0\x02";
/// The bytes of the table that says how many ids there are up to each first byte.
const FANOUT: usize = 256 * 4;
/// From here on an offset does not stand in its own place but in a table of large ones.
const LARGE: u64 = 1 << 31;

/// Writes and syncs an index, version 2, of entries that are sorted by id.
pub(super) fn write(mut file: &File, entries: &[Entry], pack: &ObjectId) -> io::Result<()> {
    let mut index = Hashed { file, hasher: Sha1::new(), buffer: Vec::with_capacity(1 << 18) };
    index.write(MAGIC)?;
    let mut at = 0;
    for byte in 0..=u8::MAX {
        while at < entries.len() && entries[at].id.as_bytes()[0] <= byte {
            at += 1;
        }
        index.write(&u32::try_from(at).unwrap_or(u32::MAX).to_be_bytes())?;
    }
    entries.iter().try_for_each(|entry| index.write(entry.id.as_bytes()))?;
    entries.iter().try_for_each(|entry| index.write(&entry.crc.to_be_bytes()))?;
    let mut larger = 0;
    for entry in entries {
        let word = match u32::try_from(entry.offset) {
            Ok(offset) if entry.offset < LARGE => offset,
            _ => {
                larger += 1;
                (1 << 31) | (larger - 1)
            }
        };
        index.write(&word.to_be_bytes())?;
    }
    let mut large = entries.iter().filter(|entry| entry.offset >= LARGE);
    large.try_for_each(|entry| index.write(&entry.offset.to_be_bytes()))?;
    index.write(pack.as_bytes())?;
    index.pass_on()?;
    file.write_all(finish_id(index.hasher).as_bytes())?;
    file.sync_all()
}

/// The entries of an index of a pack below 2 GB, by id.
pub(super) fn parse(index: &[u8]) -> Result<Vec<Entry>> {
    let rest = index.strip_prefix(MAGIC).context("it is of another version")?;
    let (fanout, rest) = rest.split_at_checked(FANOUT).context("it is cut short")?;
    let last = fanout.last_chunk().context("it is cut short")?;
    let count = u32::from_be_bytes(*last) as usize;
    ensure!(rest.len() == count * (20 + 4 + 4) + 40, "it has another length than it should");
    let (ids, rest) = rest.split_at(count * 20);
    let (checksums, rest) = rest.split_at(count * 4);
    let words = |bytes: &[u8]| bytes.as_chunks().0.iter().map(|word| u32::from_be_bytes(*word)).collect::<Vec<_>>();
    let places = words(checksums).into_iter().zip(words(&rest[..count * 4]));
    let entries = ids.as_chunks().0.iter().zip(places);
    Ok(entries.map(|(id, (crc, offset))| Entry { id: ObjectId::from_bytes(*id), crc, offset: offset.into() }).collect())
}

/// The ids of an index, in order; `None` if it is no index, or cut short.
pub(super) fn ids(index: &[u8]) -> Option<&[[u8; 20]]> {
    let rest = index.strip_prefix(MAGIC)?;
    let count = u32::from_be_bytes(*rest.get(..FANOUT)?.last_chunk()?) as usize;
    // Ids, checksums, offsets, and the checksums of the pack and of the index.
    let least = count.checked_mul(20 + 4 + 4)?.checked_add(40)?;
    let rest = &rest[FANOUT..];
    (rest.len() >= least).then(|| &rest.as_chunks().0[..count])
}

/// Among the ids of an index, the places of those that begin with `byte`.
pub(super) fn places(index: &[u8], byte: u8) -> Range<usize> {
    let before = |bytes: usize| match bytes.checked_sub(1) {
        Some(at) => index[MAGIC.len()..].as_chunks().0.get(at).map_or(0, |word| u32::from_be_bytes(*word) as usize),
        None => 0,
    };
    before(usize::from(byte))..before(usize::from(byte) + 1)
}

/// Where in the pack the object stands whose id is at a place of the index.
pub(super) fn offset(index: &[u8], at: usize) -> Option<u64> {
    let count = ids(index)?.len();
    let offsets = index.get(MAGIC.len() + FANOUT + count * (20 + 4)..)?;
    let word = u32::from_be_bytes(*offsets.as_chunks().0.get(at)?);
    if u64::from(word) < LARGE {
        return Some(word.into());
    }
    let large = offsets.get(count * 4..)?.as_chunks().0.get((u64::from(word) - LARGE) as usize)?;
    Some(u64::from_be_bytes(*large))
}

/// The checksum of the bytes that the object has in the pack whose id is at a place of the index.
pub(super) fn crc(index: &[u8], at: usize) -> Option<u32> {
    let checksums = index.get(MAGIC.len() + FANOUT + ids(index)?.len() * 20..)?;
    checksums.as_chunks().0.get(at).map(|word| u32::from_be_bytes(*word))
}

/// A file, and the hash of what has been written to it.
struct Hashed<'f> {
    file: &'f File,
    hasher: Sha1,
    buffer: Vec<u8>,
}

impl Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.buffer.len() + bytes.len() > self.buffer.capacity() {
            self.pass_on()?;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.hasher.update(&self.buffer);
        self.file.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}
