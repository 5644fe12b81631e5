//! The shelf: packs that gitsweep has left, gathered into fewer once there are many, so that a lookup does not go through one
//! for each batch of notes and each small sweep. `git gc` does the same for all there is.
//!
//! A pack goes only when another that holds all of its objects has reached the disk. Who is reading it finds them there, as
//! after any `git repack`; another machine might not, so nothing is gathered where others may read.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::Repository;
use super::gathering;
use super::pack::PackKeeper;
use crate::filesystem::is_of_this_machine;
use crate::names;

/// So many packs of batches of notes are gathered into one,
const MANY_BATCHES: usize = 24;
/// and so many of any other generation. With both, there are fewer than the 50 at which git itself begins to gather.
const MANY: usize = 8;
/// Larger packs of sweeps are left as they are; larger ones of batches are only joined, as their trees would take much memory.
const LARGEST_NEW: u64 = 2 << 20;
/// Packs larger than this are left as they are.
const LARGEST: u64 = 64 << 20;
/// The generation of the packs of batches of notes.
const BATCH: u32 = 0;
/// The generation of those that were made of them, and of others.
const OTHER: u32 = 1;
/// A lock of git's that is older than this was left by one that was killed.
const LONGEST_GC: Duration = Duration::from_secs(12 * 3600);

/// A pack, and how often what is in it has been gathered.
struct Shelved {
    generation: u32,
    path: PathBuf,
}

impl Repository {
    /// Puts the pack of a batch of notes on the shelf, and gathers what is there if it is much. What cannot be gathered is left for
    /// `git gc`.
    pub(super) fn shelve_batch(&self, pack: PackKeeper) {
        let generation = |size| if size <= LARGEST_NEW { BATCH } else { OTHER };
        self.shelve(pack, |size| (size <= LARGEST).then(|| generation(size)));
    }

    /// The same of the pack of a sweep.
    pub(super) fn shelve_sweep(&self, pack: PackKeeper) {
        self.shelve(pack, |size| (size <= LARGEST_NEW).then_some(OTHER));
    }

    fn shelve(&self, pack: PackKeeper, generation: impl Fn(u64) -> Option<u32>) {
        let Some(path) = pack.pack() else { return };
        drop(pack);
        let objects = self.objects_dir();
        if let Ok(metadata) = fs::metadata(&path)
            && let Some(generation) = generation(metadata.len())
            && is_of_this_machine(&objects)
        {
            let shelf = Shelf { list: self.state_dir().join(names::SHELF_FILE), objects };
            let _ = shelf.put(&Shelved { generation, path }, !is_collected(self.common_dir()));
        }
    }
}

/// True while a `git gc` or `git maintenance` runs.
fn is_collected(common: &Path) -> bool {
    ["gc.pid", "objects/maintenance.lock"].iter().any(|lock| {
        let made = fs::metadata(common.join(lock)).and_then(|metadata| metadata.modified());
        made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age < LONGEST_GC))
    })
}

struct Shelf {
    list: PathBuf,
    objects: PathBuf,
}

impl Shelf {
    /// Puts a pack there, and gathers if that may be. One at a time does either.
    fn put(&self, pack: &Shelved, may_gather: bool) -> Result<()> {
        let mut list = fs::OpenOptions::new().append(true).create(true).open(&self.list)?;
        list.lock()?;
        list.write_all(line(pack).as_bytes())?;
        if may_gather { self.gather() } else { Ok(()) }
    }

    /// What is on the shelf, the oldest first.
    fn packs(&self) -> Vec<Shelved> {
        let list = fs::read_to_string(&self.list).unwrap_or_default();
        let folder = self.objects.join("pack");
        let mut packs = Vec::<Shelved>::new();
        for (generation, name) in list.lines().filter_map(|line| line.split_once(' ')) {
            let path = folder.join(name);
            let is_name = name.strip_prefix("pack-").and_then(|name| name.strip_suffix(".pack"));
            let is_name = is_name.is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
            if let (true, Ok(generation)) = (is_name, generation.parse()) {
                packs.retain(|known| known.path != path);
                packs.push(Shelved { generation, path });
            }
        }
        packs
    }

    /// Makes one pack of many, and again while there are many.
    fn gather(&self) -> Result<()> {
        loop {
            let all = self.packs();
            let count = |generation| all.iter().filter(|pack| pack.generation == generation).count();
            let is_much = |generation| count(generation) >= if generation == BATCH { MANY_BATCHES } else { MANY };
            let Some(generation) = all.iter().map(|pack| pack.generation).find(|generation| is_much(*generation))
            else {
                return Ok(());
            };
            let (chosen, mut left): (Vec<_>, Vec<_>) = all.into_iter().partition(|pack| pack.generation == generation);
            let listed = self.listed();
            let old: Vec<&Path> = chosen.iter().map(|pack| pack.path.as_path()).collect();
            let old: Vec<&Path> = old.into_iter().filter(|path| is_free(path, listed.as_deref())).collect();
            let new = if old.len() > 1 { self.join(generation, &old)? } else { None };
            // What could not be gathered will not be the next time.
            left.extend(new.map(|path| Shelved { generation: generation + 1, path }));
            fs::write(&self.list, left.iter().map(line).collect::<String>())?;
        }
    }

    /// Makes one pack of these, in whose place it is; nothing if it is too large to be gathered again.
    fn join(&self, generation: u32, old: &[&Path]) -> Result<Option<PathBuf>> {
        let joined = match generation {
            BATCH => gathering::join_notes(&self.objects, old),
            _ => gathering::join(&self.objects, old),
        };
        let Ok(joined) = joined else { return Ok(None) };
        let Some(new) = joined.pack() else { return Ok(None) };
        old.iter().filter(|pack| **pack != new).for_each(|pack| remove(pack));
        Ok((fs::metadata(&new)?.len() <= LARGEST).then_some(new))
    }

    /// The names of the packs that a multi-pack-index tells of, each before a NUL byte: that would mislead without them.
    fn listed(&self) -> Option<Vec<u8>> {
        let folder = self.objects.join("pack");
        if folder.join("multi-pack-index.d").exists() {
            return None;
        }
        match fs::read(folder.join("multi-pack-index")) {
            Ok(index) => names_in(&index),
            Err(_) => Some(Vec::new()),
        }
    }
}

/// The chunk of a multi-pack-index that holds the names of its packs.
fn names_in(index: &[u8]) -> Option<Vec<u8>> {
    // A row for each chunk, and one that says where the last one ends: its name, and where it begins.
    let rows = index.get(12..)?.as_chunks::<12>().0;
    let start = |row: usize| rows.get(row).map(|[.., a, b, c, d]| u32::from_be_bytes([*a, *b, *c, *d]) as usize);
    let row = rows.iter().take(usize::from(index[6])).position(|row| row.starts_with(b"PNAM"))?;
    index.get(start(row)?..start(row + 1)?).map(<[u8]>::to_vec)
}

/// True if a pack is there and nobody has said anything about it.
fn is_free(pack: &Path, listed: Option<&[u8]>) -> bool {
    let Some(listed) = listed else { return false };
    let said = ["keep", "promisor", "mtimes", "bitmap"].iter().any(|kind| pack.with_extension(kind).exists());
    let index = pack.with_extension("idx");
    let name = index.file_name().unwrap_or_default().as_encoded_bytes();
    pack.exists() && !said && !listed.split(|byte| *byte == 0).any(|known| known == name)
}

/// Removes a pack, first what leads to it.
fn remove(pack: &Path) {
    for kind in ["idx", "rev", "pack"] {
        let _ = fs::remove_file(pack.with_extension(kind));
    }
}

/// A line of the list.
fn line(pack: &Shelved) -> String {
    let name = pack.path.file_name().unwrap_or_default().to_string_lossy();
    format!("{} {name}\n", pack.generation)
}
