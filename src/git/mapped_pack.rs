//! A large pack as it lies in memory: whole objects are found and read without a copy. (Format: gitformat-pack(5).)
//!
//! A chain of a hundred thousand commits, or as many notes, is read in half the time that libgit2 takes, which looks an id up by
//! bisection and copies what it finds. What is a delta, small, loose or damaged is left to it.

use std::borrow::Cow;
use std::fs::{self, File};
use std::path::Path;

use flate2::{Decompress, FlushDecompress, Status};
use memmap2::Mmap;

use super::id::ObjectId;
use super::pack_form::{self, Start};
use super::pack_index;

/// Indexes of fewer bytes are left to libgit2.
const LARGE: u64 = 64 << 10;

/// A pack and its index.
pub(super) struct MappedPack {
    pack: Mmap,
    index: Mmap,
}

impl MappedPack {
    /// The large packs of a folder, the largest first; those that cannot be read, or are being written, are not among them.
    pub(super) fn all(folder: &Path) -> Vec<Self> {
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let is_index = |path: &Path| path.extension().is_some_and(|extension| extension == "idx");
        let paths = entries.flatten().map(|entry| entry.path()).filter(|path| is_index(path));
        let large = paths.filter(|path| fs::metadata(path).is_ok_and(|metadata| metadata.len() >= LARGE));
        let mut packs: Vec<Self> = large.filter_map(|path| Self::open(&path)).collect();
        packs.sort_by_key(|pack| std::cmp::Reverse(pack.index.len()));
        packs
    }

    fn open(index: &Path) -> Option<Self> {
        // SAFETY: git and gitsweep never change a pack or an index that has its name; they replace and remove them, which leaves
        // what is mapped as it is. libgit2 relies on the same.
        let map = |path: &Path| unsafe { Mmap::map(&File::open(path).ok()?) }.ok();
        let (index, pack) = (map(index)?, map(&index.with_extension("pack"))?);
        let count = pack_index::ids(&index)?.len();
        let header = [b"PACK\0\0\0\x02".as_slice(), &u32::try_from(count).ok()?.to_be_bytes()].concat();
        // The pack's checksum stands at its end, and before the index's own.
        let checksum = index.get(index.len().checked_sub(40)?..index.len() - 20)?;
        (pack.starts_with(&header) && pack.ends_with(checksum)).then_some(Self { pack, index })
    }

    /// An object that stands here whole, with the checksum that the index has for it: an index that is damaged leads to no
    /// other.
    pub(super) fn read(&self, id: &ObjectId) -> Option<Cow<'_, [u8]>> {
        let at = self.find(id)?;
        let offset = pack_index::offset(&self.index, at)?;
        let entry = self.pack.get(usize::try_from(offset).ok()?..self.pack.len().checked_sub(20)?)?;
        let Start { kind, size, length } = pack_form::start(entry)?;
        if !matches!(kind, 1..=4) {
            return None;
        }
        let deflated = &entry[length..];
        let (bytes, taken) = match stored(deflated, size) {
            Some((bytes, taken)) => (Cow::Borrowed(bytes), taken),
            None => inflated(deflated, size).map(|(bytes, taken)| (Cow::Owned(bytes), taken))?,
        };
        let crc = crc32fast::hash(entry.get(..length + taken)?);
        (crc == pack_index::crc(&self.index, at)?).then_some(bytes)
    }

    /// Where in the index an id stands. Ids are spread evenly, so that their first bytes tell about where.
    fn find(&self, id: &ObjectId) -> Option<usize> {
        let (ids, id) = (pack_index::ids(&self.index)?, id.as_bytes());
        let places = pack_index::places(&self.index, id[0]);
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
}

/// The first bytes of an id as a number, which compares quickly.
fn start(id: &[u8; 20]) -> u64 {
    id.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// What one stored block holds (RFC 1950, RFC 1951), as gitsweep writes small objects, and how long it is with what stands around
/// it; `None` if it is anything else.
fn stored(deflated: &[u8], size: usize) -> Option<(&[u8], usize)> {
    const BEFORE: usize = 7;
    const CHECKSUM: usize = 4;
    let [0x78, 0x01, 0x01, a, b, c, d] = deflated.first_chunk::<BEFORE>()? else { return None };
    let length = u16::from_le_bytes([*a, *b]);
    if length != !u16::from_le_bytes([*c, *d]) || usize::from(length) != size {
        return None;
    }
    Some((deflated.get(BEFORE..BEFORE + size)?, BEFORE + size + CHECKSUM))
}

/// What a stream holds, and how long it is.
fn inflated(deflated: &[u8], size: usize) -> Option<(Vec<u8>, usize)> {
    // A byte more, so that one that is longer than it says does not look right.
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size.checked_add(1)?).ok()?;
    let mut stream = Decompress::new(true);
    let status = stream.decompress_vec(deflated, &mut bytes, FlushDecompress::Finish).ok()?;
    let length = usize::try_from(stream.total_in()).ok()?;
    (status == Status::StreamEnd && bytes.len() == size).then_some((bytes, length))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::git::pack::{ObjectKind, PackWriter, hash_object};

    /// Small objects, which are stored, larger ones, which are deflated, one in several stored blocks, and a delta.
    fn objects() -> Vec<Vec<u8>> {
        let small = (0..3000).map(|number| format!("object {number}\n").into_bytes());
        small.chain([Vec::new(), vec![7; 511], vec![7; 512], b"0123456789".repeat(20_000)]).collect()
    }

    struct Laid {
        folder: tempfile::TempDir,
        ids: Vec<ObjectId>,
        delta: ObjectId,
    }

    fn lay(objects: &[Vec<u8>]) -> Laid {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = PackWriter::in_folder(folder.path()).unwrap();
        let write = |bytes: &Vec<u8>| match bytes.len() {
            0..70_000 => writer.write(ObjectKind::Blob, bytes).unwrap(),
            _ => writer.write_stored(ObjectKind::Blob, bytes).unwrap(),
        };
        let ids: Vec<ObjectId> = objects.iter().map(write).collect();
        let delta = hash_object(ObjectKind::Blob, b"obj");
        writer.write_delta(delta, writer.offset_of(&ids[0]).unwrap(), &[9, 3, 0x90, 3]).unwrap();
        writer.finish().unwrap();
        Laid { folder, ids, delta }
    }

    #[test]
    fn whole_objects_are_read_and_the_rest_is_left() {
        let objects = objects();
        let laid = lay(&objects);
        let packs = MappedPack::all(laid.folder.path());
        assert_eq!(packs.len(), 1);
        for (id, bytes) in laid.ids.iter().zip(&objects) {
            assert!(packs[0].read(id).unwrap() == bytes.as_slice(), "{id}");
        }
        assert!(matches!(packs[0].read(&laid.ids[1]), Some(Cow::Borrowed(_))), "what is stored is not copied");
        let unknown = (0..3000).map(|number| hash_object(ObjectKind::Tree, format!("{number}").as_bytes()));
        assert!(unknown.into_iter().all(|id| packs[0].read(&id).is_none()));
        assert_eq!(packs[0].read(&laid.delta), None);
        assert_eq!(packs[0].read(&ObjectId::NONE), None);
        assert_eq!(packs[0].read(&ObjectId::from_bytes([0xff; 20])), None);
    }

    /// Changes the one pack or index in a folder.
    fn change(folder: &Path, extension: &str, how: impl Fn(&mut Vec<u8>)) {
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let file = files.into_iter().find(|path| path.extension().is_some_and(|own| own == extension)).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let mut bytes = fs::read(&file).unwrap();
        how(&mut bytes);
        fs::write(&file, bytes).unwrap();
    }

    #[test]
    fn what_is_damaged_is_left() {
        let objects = objects();
        let laid = lay(&objects);
        let at = |bytes: &[u8]| bytes.windows(11).position(|part| part == b"object 100\n").unwrap();
        change(laid.folder.path(), "pack", |bytes| {
            let at = at(bytes);
            bytes[at] ^= 1;
        });
        let packs = MappedPack::all(laid.folder.path());
        assert_eq!(packs[0].read(&laid.ids[100]), None);
        assert!(packs[0].read(&laid.ids[101]).unwrap() == objects[101].as_slice());
        drop(packs);
        for cut in [0, 7, 1000, 20_000, 50_000] {
            let laid = lay(&objects);
            change(laid.folder.path(), "idx", |bytes| bytes.truncate(bytes.len() - cut - 1));
            assert!(MappedPack::all(laid.folder.path()).is_empty(), "index without its last {cut}");
            let laid = lay(&objects);
            change(laid.folder.path(), "pack", |bytes| bytes.truncate(bytes.len() - cut - 1));
            assert!(MappedPack::all(laid.folder.path()).is_empty(), "pack without its last {cut}");
        }
        // Offsets that lead to other objects.
        let laid = lay(&objects);
        let count = objects.len() + 1;
        change(laid.folder.path(), "idx", |bytes| bytes[8 + 1024 + count * 24..][..count * 4].rotate_left(4));
        let packs = MappedPack::all(laid.folder.path());
        assert!(laid.ids.iter().all(|id| packs[0].read(id).is_none()));
        // And nowhere.
        let laid = lay(&objects);
        change(laid.folder.path(), "idx", |bytes| bytes[8 + 1024 + count * 24..][..count * 4].fill(0xff));
        let packs = MappedPack::all(laid.folder.path());
        assert!(laid.ids.iter().all(|id| packs[0].read(id).is_none()));
    }
}
