//! Writing packs: objects go straight into one file, deltas included, and the index is made beside it.
//!
//! A pack appears whole or not at all: it is written under a temporary name that `git gc` sweeps up, synced, and renamed,
//! the index last. A `.keep` file guards the new objects until a ref holds them. (Formats: gitformat-pack(5).)

use std::fs::{self, File};
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use flate2::{Compress, Compression, FlushCompress, Status};
use hashbrown::HashTable;
use sha1::{Digest as _, Sha1};

use super::hash::{ObjectKind, finish_id, hash_object, hash_objects};
use super::id::ObjectId;
use super::loose::LooseObjects;
use super::pack_file::{Base, PackFile};
use super::pack_form::{OFS_DELTA, push_offset, push_stored, push_type_and_size};
use super::pack_index::{self, Entry};
use super::stale;
use crate::filesystem::new_file_in;

/// Below this many bytes an object is stored, since deflating it costs more than it saves.
const STORED_BELOW: usize = 512;

/// Room is made for so many objects at most before there are any.
const MOST_EXPECTED: usize = 1 << 22;

/// The permissions of packs and their indexes, as far as the umask lets them, as git has it.
const READ_ONLY: u32 = 0o444;

/// A pack that is being written.
pub(crate) struct PackWriter {
    folder: PathBuf,
    file: BufWriter<tempfile::NamedTempFile>,
    entries: Vec<Entry>,
    /// Where in `entries` each object stands, by its id: a million points have several million objects.
    known: HashTable<u32>,
    offset: u64,
    compress: Compress,
    scratch: Vec<u8>,
    /// An object as it is written, without content between two.
    written: Vec<u8>,
    loose: Option<LooseObjects>,
}

/// Guards a new pack against `gc --prune=now` until it is dropped, which is after the ref has moved.
#[derive(Debug, Default)]
pub(crate) struct PackKeeper(Option<PathBuf>);

impl PackKeeper {
    /// The pack, if there is one.
    pub(super) fn pack(&self) -> Option<PathBuf> {
        self.0.as_ref().map(|keep| keep.with_extension("pack"))
    }
}

impl Drop for PackKeeper {
    fn drop(&mut self) {
        if let Some(keep) = &self.0 {
            let _ = fs::remove_file(keep);
        }
    }
}

impl PackWriter {
    /// A new pack in `objects`, the object folder of a repository.
    pub(crate) fn new(objects: &Path) -> Result<Self> {
        let folder = objects.join("pack");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        stale::remove(&folder);
        Self::in_folder(&folder)
    }

    /// A new pack in a folder of packs.
    pub(super) fn in_folder(folder: &Path) -> Result<Self> {
        let file = new_file_in(folder, &stale::prefix(), READ_ONLY)
            .with_context(|| format!("cannot write in {}", folder.display()))?;
        let mut writer = Self {
            folder: folder.to_owned(),
            file: BufWriter::with_capacity(1 << 18, file),
            entries: Vec::new(),
            known: HashTable::new(),
            offset: 12,
            compress: Compress::new(Compression::fast(), true),
            scratch: Vec::new(),
            written: Vec::new(),
            loose: Some(LooseObjects::default()),
        };
        writer.file.write_all(b"PACK\0\0\0\x02\0\0\0\0").context("cannot write the pack")?;
        Ok(writer)
    }

    /// Makes room for about so many objects.
    pub(super) fn expect(&mut self, objects: usize) {
        let objects = objects.min(MOST_EXPECTED);
        self.entries.reserve(objects);
        self.known.reserve(objects, |at| hash(&self.entries[*at as usize].id));
    }

    /// True if the pack holds this object already.
    pub(crate) fn contains(&self, id: &ObjectId) -> bool {
        self.offset_of(id).is_some()
    }

    /// Where in the pack an object stands.
    pub(super) fn offset_of(&self, id: &ObjectId) -> Option<u64> {
        let entry = |at: &u32| &self.entries[*at as usize];
        self.known.find(hash(id), |at| entry(at).id == *id).map(|at| entry(at).offset)
    }

    /// Writes a whole object, unless the pack holds it.
    pub(crate) fn write(&mut self, kind: ObjectKind, bytes: &[u8]) -> Result<ObjectId> {
        let id = hash_object(kind, bytes);
        self.write_known(kind, id, bytes)?;
        Ok(id)
    }

    /// Writes several whole objects, as far as the pack does not hold them: their ids are made several at a time.
    pub(super) fn write_all(&mut self, kind: ObjectKind, all: &[&[u8]]) -> Result<Vec<ObjectId>> {
        let ids = hash_objects(kind, all);
        ids.iter().zip(all).try_for_each(|(id, bytes)| self.write_known(kind, *id, bytes).map(drop))?;
        Ok(ids)
    }

    /// Writes a whole object whose id is known, unless the pack holds it; where it stands in the pack.
    pub(crate) fn write_known(&mut self, kind: ObjectKind, id: ObjectId, bytes: &[u8]) -> Result<u64> {
        if let Some(offset) = self.offset_of(&id) {
            return Ok(offset);
        }
        self.loose = self.loose.take().and_then(|loose| loose.with(kind, bytes));
        let mut header = std::mem::take(&mut self.written);
        push_type_and_size(&mut header, kind as u8, bytes.len());
        self.push(id, header, bytes, STORED_BELOW)
    }

    /// Writes a whole object without deflating it, unless the pack holds it: for ids, which hardly get smaller.
    pub(crate) fn write_stored(&mut self, kind: ObjectKind, bytes: &[u8]) -> Result<ObjectId> {
        let id = hash_object(kind, bytes);
        self.write_known_stored(kind, id, bytes)?;
        Ok(id)
    }

    /// The same with several, whose ids are made several at a time.
    pub(super) fn write_all_stored(&mut self, kind: ObjectKind, all: &[&[u8]]) -> Result<Vec<ObjectId>> {
        let ids = hash_objects(kind, all);
        ids.iter().zip(all).try_for_each(|(id, bytes)| self.write_known_stored(kind, *id, bytes))?;
        Ok(ids)
    }

    fn write_known_stored(&mut self, kind: ObjectKind, id: ObjectId, bytes: &[u8]) -> Result<()> {
        if self.contains(&id) {
            return Ok(());
        }
        self.loose = self.loose.take().and_then(|loose| loose.with(kind, bytes));
        let mut header = std::mem::take(&mut self.written);
        push_type_and_size(&mut header, kind as u8, bytes.len());
        self.push(id, header, bytes, usize::MAX).map(drop)
    }

    /// Writes an object, which the pack does not hold, as a delta against the one at `base`. It is to be a pack, then.
    pub(crate) fn write_delta(&mut self, id: ObjectId, base: u64, delta: &[u8]) -> Result<()> {
        debug_assert!(!self.contains(&id), "{id}");
        self.loose = None;
        let mut header = std::mem::take(&mut self.written);
        push_type_and_size(&mut header, OFS_DELTA, delta.len());
        push_offset(&mut header, self.offset - base);
        self.push(id, header, delta, STORED_BELOW)?;
        Ok(())
    }

    fn push(&mut self, id: ObjectId, mut written: Vec<u8>, bytes: &[u8], stored_below: usize) -> Result<u64> {
        if bytes.len() < stored_below {
            push_stored(&mut written, bytes);
        } else {
            self.scratch.clear();
            self.scratch.reserve(bytes.len() + bytes.len() / 1000 + 64);
            self.compress.reset();
            loop {
                let consumed = usize::try_from(self.compress.total_in()).context("object too large")?;
                let status =
                    self.compress.compress_vec(&bytes[consumed..], &mut self.scratch, FlushCompress::Finish)?;
                if status == Status::StreamEnd {
                    break;
                }
                self.scratch.reserve(self.scratch.capacity());
            }
            written.extend_from_slice(&self.scratch);
        }
        self.append(id, written)
    }

    /// Writes an object as it is to stand in the pack; where it stands.
    fn append(&mut self, id: ObjectId, mut written: Vec<u8>) -> Result<u64> {
        let offset = self.offset;
        self.file.write_all(&written).context("cannot write the pack")?;
        self.offset += written.len() as u64;
        let at = u32::try_from(self.entries.len()).context("a pack holds at most 4294967295 objects")?;
        self.entries.push(Entry { id, crc: crc32fast::hash(&written), offset });
        self.known.insert_unique(hash(&id), at, |at| hash(&self.entries[*at as usize].id));
        written.clear();
        self.written = written;
        Ok(offset)
    }

    /// Takes an object over from another pack as it stands there, unless this one holds it; a delta after what it is of.
    pub(super) fn take_over(&mut self, from: &PackFile, entry: &Entry) -> Result<()> {
        self.loose = None;
        if self.contains(&entry.id) {
            return Ok(());
        }
        let bytes = from.written(entry);
        let mut written = std::mem::take(&mut self.written);
        match from.base(entry)? {
            None => written.extend_from_slice(bytes),
            Some(Base { entry: base, size, distance }) => {
                let base = self.offset_of(&base.id).context("a delta stands before what it is of")?;
                written.extend_from_slice(&bytes[..size]);
                push_offset(&mut written, self.offset - base);
                written.extend_from_slice(&bytes[size + distance..]);
            }
        }
        self.append(entry.id, written).map(drop)
    }

    /// All objects, if they are too few for a pack.
    pub(super) fn loose(&self) -> Option<&LooseObjects> {
        self.loose.as_ref()
    }

    /// Syncs the pack, makes its index, and gives both their names. Nothing is left behind if that fails.
    pub(crate) fn finish(self) -> Result<PackKeeper> {
        let Self { folder, file, mut entries, known, .. } = self;
        drop(known);
        if entries.is_empty() {
            return Ok(PackKeeper(None));
        }
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error).context("cannot write the pack")?;
        let count = u32::try_from(entries.len()).context("a pack holds at most 4294967295 objects")?;
        let checksum = seal(file.as_file_mut(), count).context("cannot write the pack")?;
        entries.sort_unstable_by_key(|entry| entry.id);
        let index = new_file_in(&folder, &stale::prefix(), READ_ONLY).context("cannot write the index")?;
        pack_index::write(index.as_file(), &entries, &checksum).context("cannot write the pack's index")?;

        let name = folder.join(format!("pack-{checksum}"));
        let keep = name.with_extension("keep");
        fs::write(&keep, stale::keep_message()).context("cannot guard the pack")?;
        let keeper = PackKeeper(Some(keep));
        for (temporary, extension) in [(file, "pack"), (index, "idx")] {
            temporary
                .persist(name.with_extension(extension))
                .with_context(|| format!("cannot name the pack in {}", folder.display()))?;
        }
        File::open(&folder).and_then(|folder| folder.sync_all()).context("cannot sync the pack's folder")?;
        Ok(keeper)
    }
}

/// Writes the number of objects into the header and the checksum of everything at the end.
fn seal(file: &mut File, count: u32) -> io::Result<ObjectId> {
    file.seek(SeekFrom::Start(8))?;
    file.write_all(&count.to_be_bytes())?;
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = Sha1::new();
    let mut buffer = vec![0; 1 << 15];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
    }
    let checksum = finish_id(hasher);
    file.write_all(checksum.as_bytes())?;
    file.sync_all()?;
    Ok(checksum)
}

/// An id is its own hash.
fn hash(id: &ObjectId) -> u64 {
    id.as_bytes().first_chunk().map_or(0, |first| u64::from_ne_bytes(*first))
}
