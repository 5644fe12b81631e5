//! A pack that gitsweep has written before, read back whole. (Format: gitformat-pack(5).)

use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use flate2::{Decompress, FlushDecompress, Status};
use sha1::{Digest as _, Sha1};

use super::hash::{ObjectKind, finish_id};
use super::pack_form::{self, Start};
use super::pack_index::{self, Entry};

const CHECKSUM: usize = 20;
const ENDLESS: &str = "an object without an end";

/// A pack's bytes and what they are.
pub(super) struct PackFile {
    bytes: Vec<u8>,
    /// In the order in which they stand.
    entries: Vec<Entry>,
}

impl PackFile {
    /// Reads the pack at `path` and its index, and compares both with their checksums, each other, and each object with its own.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let read = |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        let (bytes, index) = (read(path)?, read(&path.with_extension("idx"))?);
        let damaged = || format!("{} or its index is damaged", path.display());
        ensure!(is_sealed(&bytes) && is_sealed(&index) && index.len() >= 2 * CHECKSUM, damaged());
        let of_pack = &index[index.len() - 2 * CHECKSUM..index.len() - CHECKSUM];
        ensure!(bytes.ends_with(of_pack), damaged());
        let mut entries = pack_index::parse(&index).with_context(damaged)?;
        entries.sort_unstable_by_key(|entry| entry.offset);
        let header = [b"PACK\0\0\0\x02".as_slice(), &u32::try_from(entries.len())?.to_be_bytes()].concat();
        ensure!(bytes.starts_with(&header), damaged());
        let objects = header.len() as u64..(bytes.len() - CHECKSUM) as u64;
        ensure!(entries.iter().all(|entry| objects.contains(&entry.offset)), damaged());
        let pack = Self { bytes, entries };
        ensure!(pack.entries.iter().all(|entry| crc32fast::hash(pack.written(entry)) == entry.crc), damaged());
        Ok(pack)
    }

    /// Its objects, in the order in which they stand.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// An object as it is written.
    pub(super) fn written(&self, entry: &Entry) -> &[u8] {
        &self.bytes[self.place(entry)]
    }

    fn place(&self, entry: &Entry) -> Range<usize> {
        let next = self.entries.partition_point(|other| other.offset <= entry.offset);
        let end = self.entries.get(next).map_or(self.bytes.len() - CHECKSUM, |next| next.offset as usize);
        entry.offset as usize..end
    }

    /// What kind of object it is.
    ///
    /// # Errors
    /// If it is a delta, or a tag.
    pub(super) fn kind(&self, entry: &Entry) -> Result<ObjectKind> {
        ObjectKind::of_number(start_of(self.written(entry))?.kind).context("an object that is not whole")
    }

    /// The content of an object that is no delta.
    pub(super) fn content(&self, entry: &Entry) -> Result<Vec<u8>> {
        let written = self.written(entry);
        let Start { size, length, .. } = start_of(written)?;
        let mut content = Vec::with_capacity(size);
        let mut inflate = Decompress::new(true);
        let status = inflate.decompress_vec(&written[length..], &mut content, FlushDecompress::Finish)?;
        if status != Status::StreamEnd || content.len() != size {
            bail!("object {} does not inflate to what it was", entry.id);
        }
        Ok(content)
    }

    /// What an object is a delta of; none if it is whole.
    pub(super) fn base(&self, entry: &Entry) -> Result<Option<Base<'_>>> {
        let written = self.written(entry);
        let Start { kind, length: size, .. } = start_of(written)?;
        match kind {
            1..=4 => return Ok(None),
            pack_form::OFS_DELTA => {}
            kind => bail!("an object of kind {kind}"),
        }
        let (back, distance) = pack_form::offset(&written[size..]).context(ENDLESS)?;
        let offset = entry.offset.checked_sub(back).context("a delta of something before the pack")?;
        let at = self.entries.binary_search_by_key(&offset, |entry| entry.offset);
        let entry = at.ok().map(|at| &self.entries[at]).context("a delta of no object")?;
        Ok(Some(Base { entry, size, distance }))
    }
}

/// True if the bytes end with the checksum of those before it.
fn is_sealed(bytes: &[u8]) -> bool {
    bytes
        .split_last_chunk::<CHECKSUM>()
        .is_some_and(|(content, checksum)| finish_id(Sha1::new().chain_update(content)).as_bytes() == checksum)
}

/// What an object is a delta of.
pub(super) struct Base<'p> {
    pub(super) entry: &'p Entry,
    /// How many bytes at the object's start are its kind and size,
    pub(super) size: usize,
    /// and how many after them are the distance to its base.
    pub(super) distance: usize,
}

fn start_of(written: &[u8]) -> Result<Start> {
    pack_form::start(written).context(ENDLESS)
}
