//! Caches: what was read from the repository once, so that the next command has it at once.
//!
//! A cache holds nothing that is not in the repository, is known by the ids of what it was made from, and may be deleted
//! at any time. One that is damaged, cut short or of another version is as good as none; where none can be written, every
//! command reads afresh. A file appears whole or not at all, so two gitsweeps at once leave the one's or the other's. It has
//! two parts, the second for what few commands ask for.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::PathBuf;
use std::sync::OnceLock;

use memmap2::MmapOptions;

use crate::file_bytes::FileBytes;
use crate::filesystem::{is_of_this_machine, new_file_in};
use crate::git::Repository;
use crate::names;

const MAGIC: &[u8; 8] = b"gitsweep";
/// The form of what follows; another form, or another release, is another version.
const FORM: u32 = 5;
/// Magic, version, and length and checksum of both parts.
const HEADER: usize = 8 + 4 + 2 * (8 + 4);

/// One cache file.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    path: PathBuf,
}

impl Cache {
    /// The cache of that name, which may stand in a file's name.
    pub(crate) fn new(repository: &Repository, name: &str) -> Self {
        Self { path: repository.state_dir().join(names::CACHE_DIR).join(name) }
    }

    /// What was kept, if all of it is there and as it was.
    pub(crate) fn load(&self) -> Option<Vec<u8>> {
        self.open().map(|(first, _)| first)
    }

    /// The first part of what was kept, if that is as it was, and the second, which has not been read.
    pub(crate) fn open(&self) -> Option<(Vec<u8>, SecondPart)> {
        let file = fs::File::open(&self.path).ok()?;
        let mut header = [0; HEADER];
        (&file).read_exact(&mut header).ok()?;
        let [(length, checksum), (rest, checksum_of_rest)] = parse_header(&header)?;
        let end = (HEADER as u64).checked_add(length)?;
        if file.metadata().ok()?.len() != end.checked_add(rest)? {
            return None;
        }
        let mut body = vec![0; usize::try_from(length).ok()?];
        (&file).read_exact(&mut body).ok()?;
        let length = usize::try_from(rest).ok()?;
        let second = SecondPart { cache: self.clone(), file, start: end, length, checksum: checksum_of_rest };
        (self.checksum(&[&body]) == checksum).then_some((body, second))
    }

    /// Keeps the parts, one after the other, or leaves things as they are where that cannot be.
    pub(crate) fn store(&self, parts: &[&[u8]]) {
        self.store_both(parts, &[]);
    }

    /// Keeps both parts, each of what is given for it; the second as it is kept. Things stay as they are where that cannot be.
    pub(crate) fn store_both(&self, first: &[&[u8]], second: &[&[u8]]) -> Option<SecondPart> {
        let folder = self.path.parent()?;
        let length = |parts: &[&[u8]]| parts.iter().map(|part| part.len()).sum::<usize>();
        let write = || -> std::io::Result<SecondPart> {
            fs::create_dir_all(folder)?;
            let mut file = new_file_in(folder, ".tmp", 0o666)?;
            file.write_all(MAGIC)?;
            file.write_all(&version().to_le_bytes())?;
            let checksums = [first, second].map(|parts| self.checksum(parts));
            for (parts, checksum) in [first, second].iter().zip(checksums) {
                file.write_all(&(length(parts) as u64).to_le_bytes())?;
                file.write_all(&checksum.to_le_bytes())?;
            }
            for part in first.iter().chain(second) {
                file.write_all(part)?;
            }
            let file = file.persist(&self.path)?;
            let start = (HEADER + length(first)) as u64;
            Ok(SecondPart { cache: self.clone(), file, start, length: length(second), checksum: checksums[1] })
        };
        let kept = write().ok();
        remove_remains(folder);
        kept
    }

    /// The checksum of what is kept under this name: a file that was given another's name is damaged.
    fn checksum(&self, parts: &[&[u8]]) -> u32 {
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(self.path.file_name().unwrap_or_default().as_encoded_bytes());
        parts.iter().for_each(|part| checksum.update(part));
        checksum.finalize()
    }

    /// Removes it.
    pub(crate) fn remove(&self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The second part of a cache file that was opened. It can be read even if the file has been removed or replaced since.
#[derive(Debug)]
pub(crate) struct SecondPart {
    cache: Cache,
    file: fs::File,
    start: u64,
    length: usize,
    checksum: u32,
}

impl SecondPart {
    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Removes the cache.
    pub(crate) fn remove(&self) {
        self.cache.remove();
    }

    /// What was kept, if all of it is there and as it was.
    pub(crate) fn read(&self) -> Option<FileBytes> {
        let read = || {
            let mut body = vec![0; self.length];
            self.file.read_exact_at(&mut body, self.start).ok()?;
            Some(FileBytes::Read(body))
        };
        let body = self.map().or_else(read)?;
        (self.cache.checksum(&[&body]) == self.checksum).then_some(body)
    }

    /// The same where it need not be in memory, and unchecked: for one that was just written.
    pub(crate) fn map(&self) -> Option<FileBytes> {
        // What another machine removes is gone for this one at once.
        if self.length == 0 || !is_of_this_machine(self.cache.path.parent()?) {
            return None;
        }
        let mut options = MmapOptions::new();
        // SAFETY: gitsweep never changes a cache file that has its name; it replaces and removes them, which leaves what is
        // mapped as it is.
        unsafe { options.offset(self.start).len(self.length).map(&self.file) }.ok().map(FileBytes::Mapped)
    }
}

/// Another one for every build: what one keeps is of no use to another.
fn version() -> u32 {
    static VERSION: OnceLock<u32> = OnceLock::new();
    *VERSION.get_or_init(|| {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
        if let Ok(program) = std::env::current_exe().and_then(fs::metadata) {
            hasher.update(&program.len().to_le_bytes());
            hasher.update(&program.mtime().to_le_bytes());
            hasher.update(&program.mtime_nsec().to_le_bytes());
        }
        FORM ^ hasher.finalize()
    })
}

/// Length and checksum of both parts.
fn parse_header(header: &[u8; HEADER]) -> Option<[(u64, u32); 2]> {
    let rest = header.strip_prefix(MAGIC)?;
    let (found, rest) = rest.split_first_chunk::<4>()?;
    let (parts, _) = rest.as_chunks::<12>();
    let part = |part: &[u8; 12]| {
        let (length, checksum) = part.split_first_chunk::<8>()?;
        Some((u64::from_le_bytes(*length), u32::from_le_bytes(checksum.try_into().ok()?)))
    };
    let [first, second] = parts else { return None };
    (u32::from_le_bytes(*found) == version()).then_some([part(first)?, part(second)?])
}

/// Removes what gitsweeps that were killed while they wrote have left.
fn remove_remains(folder: &std::path::Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_old = || entry.metadata().and_then(|metadata| metadata.modified()).ok()?.elapsed().ok();
        if entry.file_name().to_string_lossy().starts_with(".tmp") && is_old().is_some_and(|age| age.as_secs() > 3600) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_cut_short_or_of_another_version_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache { path: folder.path().join("cache/it") };
        assert_eq!(cache.load(), None);
        cache.store(&[b"what was ", b"read"]);
        assert_eq!(cache.load().as_deref(), Some(b"what was read".as_slice()));
        let whole = fs::read(&cache.path).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 4;
            fs::write(&cache.path, &damaged).unwrap();
            // The checksum of a second part that is empty.
            let both = cache.open().and_then(|(_, second)| second.read());
            assert!(both.is_none(), "byte {at}");
            fs::write(&cache.path, &whole[..at]).unwrap();
            assert_eq!(cache.load(), None, "cut at {at}");
        }
        fs::write(&cache.path, [whole.as_slice(), b"!"].concat()).unwrap();
        assert_eq!(cache.load(), None);
        cache.store(&[b"and again"]);
        assert_eq!(cache.load().as_deref(), Some(b"and again".as_slice()));
        assert_eq!(fs::read_dir(folder.path().join("cache")).unwrap().count(), 1);
        let other = Cache { path: folder.path().join("cache/other") };
        fs::copy(&cache.path, &other.path).unwrap();
        assert_eq!(other.load(), None);
        cache.remove();
        assert_eq!(cache.load(), None);
    }

    #[test]
    fn the_second_part_outlives_its_file_and_is_checked_when_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache { path: folder.path().join("it") };
        cache.store_both(&[b"the ", b"first"], &[b"the ", b"second"]);
        let (first, second) = cache.open().unwrap();
        cache.store_both(&[b"others"], &[b"others"]);
        assert_eq!((first.as_slice(), second.len()), (b"the first".as_slice(), 10));
        assert_eq!(second.read().as_deref(), Some(b"the second".as_slice()));
        let mut damaged = fs::read(&cache.path).unwrap();
        *damaged.last_mut().unwrap() ^= 1;
        fs::write(&cache.path, &damaged).unwrap();
        let (first, second) = cache.open().unwrap();
        assert_eq!(first, b"others");
        assert!(second.read().is_none());
    }
}
