//! A pack as it lies on the disk: objects are found and read in it. (Format: gitformat-pack(5).)
//!
//! A chain of a hundred thousand commits, or as many notes, is read in half the time that libgit2 takes, which looks an id up by
//! bisection, copies what it finds, and puts words together for each pack that does not have it. Where git has gathered them, each
//! is a delta of another up to fifty times over, and libgit2 begins again with the last of them for each that is asked for. What is
//! loose or damaged is left to it, and so are the deltas where little is read.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use flate2::{Decompress, FlushDecompress, Status};
use memmap2::Mmap;

use super::base_cache::{Base, BaseCache};
use super::delta;
use super::hash::{ObjectKind, hash_object};
use super::id::ObjectId;
use super::pack_form::{self, Start};
use super::pack_index;
use crate::file_bytes::FileBytes;

/// Indexes of fewer bytes are those of small packs.
const LARGE: u64 = 64 << 10;
/// So many bytes are read at a place of a pack where an object of unknown size begins.
const FIRST: usize = 8 << 10;
/// Larger objects are left to libgit2 where packs are not mapped.
const LARGEST: usize = 16 << 20;
/// git makes no longer chains of deltas.
const LONGEST_CHAIN: usize = 4096;

thread_local! {
    /// What inflates: to make one takes longer than a small object does.
    static STREAM: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// How much is read from packs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Thousands of objects, which are in large packs: these are mapped.
    Much,
    /// Some hundred, which may be in any: to map a pack for a few of its pages, and to take it away again, takes longer than to read
    /// them. Only large indexes are mapped.
    Little,
}

/// A pack and its index, each opened when it is first looked into; `None` if it cannot be.
pub(super) struct OpenPack {
    path: PathBuf,
    reading: Reading,
    /// Its place among all.
    number: usize,
    index: OnceCell<Option<Index>>,
    pack: OnceCell<Option<Pack>>,
    /// Of all packs.
    bases: Rc<RefCell<BaseCache>>,
}

struct Index(FileBytes);

enum Pack {
    Mapped(Mmap),
    /// How many bytes it has.
    File(File, u64),
}

impl OpenPack {
    /// The packs of a folder. For who reads much the largest first; else the newest, since what is written often stands there, and
    /// what has been gathered into another comes after that.
    pub(super) fn all(folder: &Path, reading: Reading) -> Vec<Self> {
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let is_index = |path: &Path| path.extension().is_some_and(|extension| extension == "idx");
        let paths = entries.flatten().map(|entry| entry.path()).filter(|path| is_index(path));
        let mut found: Vec<_> = paths
            .filter_map(|path| {
                let metadata = fs::metadata(&path).ok()?;
                let is_wanted = reading == Reading::Little || metadata.len() >= LARGE;
                let newest = metadata.modified().ok().filter(|_| reading == Reading::Little);
                is_wanted.then_some(((newest, metadata.len()), path))
            })
            .collect();
        found.sort_by_key(|(rank, _)| Reverse(*rank));
        let bases = Rc::new(RefCell::new(BaseCache::default()));
        let pack = |(number, (_, path))| {
            let (index, pack, bases) = (OnceCell::new(), OnceCell::new(), Rc::clone(&bases));
            Self { path, reading, number, index, pack, bases }
        };
        found.into_iter().enumerate().map(pack).collect()
    }

    fn index(&self) -> Option<&Index> {
        let open = || {
            let file = File::open(&self.path).ok()?;
            let length = file.metadata().ok()?.len();
            let bytes = if self.reading == Reading::Much || length >= LARGE {
                FileBytes::Mapped(map(&file)?)
            } else {
                FileBytes::Read(read_at(&file, 0, usize::try_from(length).ok()?)?)
            };
            pack_index::ids(&bytes).is_some().then_some(Index(bytes))
        };
        self.index.get_or_init(open).as_ref()
    }

    /// The pack, if it is the one that the index tells of.
    fn pack(&self) -> Option<&Pack> {
        let open = || {
            let (index, file) = (self.index()?, File::open(self.path.with_extension("pack")).ok()?);
            let length = file.metadata().ok()?.len();
            let (count, checksum) = index.count_and_checksum()?;
            let header = [b"PACK\0\0\0\x02".as_slice(), &u32::try_from(count).ok()?.to_be_bytes()].concat();
            let end = length.checked_sub(20)?;
            let is_it = read_at(&file, 0, 12)? == header && read_at(&file, end, 20)? == checksum;
            match self.reading {
                _ if !is_it => None,
                Reading::Much => map(&file).map(Pack::Mapped),
                Reading::Little => Some(Pack::File(file, length)),
            }
        };
        self.pack.get_or_init(open).as_ref()
    }

    /// Where an object stands, from the pack's beginning.
    pub(super) fn place(&self, id: &ObjectId) -> Option<u64> {
        self.index()?.find(id).map(|(offset, _)| offset)
    }

    /// An object, with the checksum that the index has for it if it stands here whole, else with the id: an index that is damaged
    /// leads to no other.
    pub(super) fn read(&self, id: &ObjectId) -> Option<Cow<'_, [u8]>> {
        let (offset, crc) = self.index()?.find(id)?;
        match self.pack()? {
            Pack::Mapped(pack) => {
                let entry = entry(pack, offset)?;
                if matches!(pack_form::start(entry)?.kind, pack_form::OFS_DELTA | pack_form::REF_DELTA) {
                    self.of_deltas(pack, offset, id).map(Cow::Owned)
                } else {
                    content(entry, crc)
                }
            }
            Pack::File(file, end) => {
                let left = usize::try_from(end.checked_sub(20)?.checked_sub(offset)?).ok()?;
                let mut entry = read_at(file, offset, FIRST.min(left))?;
                // Where it is deflated it may take a little more than it is long.
                let Start { size, length, .. } = start_of(&entry)?;
                let most = (size <= LARGEST).then_some(length + size + size / 16 + 64)?.min(left);
                if entry.len() < most {
                    entry = read_at(file, offset, most)?;
                }
                content(&entry, crc).map(|bytes| Cow::Owned(bytes.into_owned()))
            }
        }
    }
}

impl OpenPack {
    /// The object that a delta leads to, and those that its base is a delta of.
    fn of_deltas(&self, pack: &Mmap, mut offset: u64, id: &ObjectId) -> Option<Vec<u8>> {
        let mut deltas = Vec::new();
        let mut base = loop {
            if let Some(base) = self.bases.borrow_mut().get((self.number, offset)) {
                break base;
            }
            let entry = entry(pack, offset)?;
            let Start { kind, size, length } = pack_form::start(entry)?;
            let rest = &entry[length..];
            let (base, length) = match kind {
                pack_form::OFS_DELTA => {
                    let (distance, length) = pack_form::offset(rest)?;
                    (offset.checked_sub(distance)?, length)
                }
                pack_form::REF_DELTA => {
                    let id = ObjectId::from_bytes(*rest.first_chunk()?);
                    (self.place(&id)?, id.as_bytes().len())
                }
                _ => {
                    let (bytes, _) = whole(entry)?;
                    let base = Base { kind, bytes: Rc::from(bytes) };
                    self.bases.borrow_mut().keep((self.number, offset), base.clone());
                    break base;
                }
            };
            if deltas.len() == LONGEST_CHAIN {
                return None;
            }
            let (delta, _) = inflated(&rest[length..], size)?;
            deltas.push((offset, delta));
            offset = base;
        };
        for (offset, delta) in deltas.iter().rev() {
            base.bytes = delta::apply(&base.bytes, delta)?.into();
            self.bases.borrow_mut().keep((self.number, *offset), base.clone());
        }
        let kind = ObjectKind::of_number(base.kind)?;
        (hash_object(kind, &base.bytes) == *id).then(|| base.bytes.to_vec())
    }
}

impl Index {
    /// Where an object stands in the pack, and the checksum of its bytes.
    fn find(&self, id: &ObjectId) -> Option<(u64, u32)> {
        let at = find(&self.0, id)?;
        Some((pack_index::offset(&self.0, at)?, pack_index::crc(&self.0, at)?))
    }

    /// How many objects there are, and the pack's checksum, which stands at its end and before the index's own.
    fn count_and_checksum(&self) -> Option<(usize, &[u8])> {
        let bytes = &self.0;
        Some((pack_index::ids(bytes)?.len(), bytes.get(bytes.len().checked_sub(40)?..bytes.len() - 20)?))
    }
}

fn map(file: &File) -> Option<Mmap> {
    // SAFETY: git and gitsweep never change a pack or an index that has its name; they replace and remove them, which leaves
    // what is mapped as it is. libgit2 relies on the same.
    unsafe { Mmap::map(file) }.ok()
}

/// So many bytes of a file, if it has them.
fn read_at(file: &File, offset: u64, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, offset).ok()?;
    Some(bytes)
}

/// What stands in a pack from an offset on.
fn entry(pack: &Mmap, offset: u64) -> Option<&[u8]> {
    pack.get(usize::try_from(offset).ok()?..pack.len().checked_sub(20)?)
}

/// What an entry of a whole object begins with.
fn start_of(entry: &[u8]) -> Option<Start> {
    pack_form::start(entry).filter(|start| matches!(start.kind, 1..=4))
}

/// The object that the bytes begin with, if they have this checksum.
fn content(entry: &[u8], crc: u32) -> Option<Cow<'_, [u8]>> {
    let (bytes, length) = whole(entry)?;
    (crc32fast::hash(entry.get(..length)?) == crc).then_some(bytes)
}

/// The object that the bytes begin with, and how many of them it takes.
fn whole(entry: &[u8]) -> Option<(Cow<'_, [u8]>, usize)> {
    let Start { size, length, .. } = start_of(entry)?;
    let deflated = &entry[length..];
    let (bytes, taken) = match pack_form::stored(deflated, size) {
        Some((bytes, taken)) => (Cow::Borrowed(bytes), taken),
        None => inflated(deflated, size).map(|(bytes, taken)| (Cow::Owned(bytes), taken))?,
    };
    Some((bytes, length + taken))
}

/// Where in an index an id stands. Ids are spread evenly, so that their first bytes tell about where.
fn find(index: &[u8], id: &ObjectId) -> Option<usize> {
    let (ids, id) = (pack_index::ids(index)?, id.as_bytes());
    let places = pack_index::places(index, id[0]);
    let known = ids.get(places.clone())?;
    let share = u64::from(u32::from_be_bytes([id[1], id[2], id[3], id[4]]));
    let mut at = ((known.len() as u64 * share) >> 32) as usize;
    while known.get(at).is_some_and(|other| start(other) < start(id)) {
        at += 1;
    }
    while at > 0 && start(&known[at - 1]) >= start(id) {
        at -= 1;
    }
    let alike = known[at..].iter().take_while(|other| start(other) == start(id));
    alike.into_iter().position(|other| other == id).map(|further| places.start + at + further)
}

/// The first bytes of an id as a number, which compares quickly.
fn start(id: &[u8; 20]) -> u64 {
    id.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// What a stream holds, and how long it is.
fn inflated(deflated: &[u8], size: usize) -> Option<(Vec<u8>, usize)> {
    // A byte more, so that one that is longer than it says does not look right.
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size.checked_add(1)?).ok()?;
    STREAM.with_borrow_mut(|stream| {
        stream.reset(true);
        let status = stream.decompress_vec(deflated, &mut bytes, FlushDecompress::Finish).ok()?;
        let length = usize::try_from(stream.total_in()).ok()?;
        (status == Status::StreamEnd && bytes.len() == size).then_some((bytes, length))
    })
}

#[cfg(test)]
mod tests;
