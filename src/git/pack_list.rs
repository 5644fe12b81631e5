//! The list of the packs that gitsweep has left. They are gathered into fewer once there are many, so that a lookup does not
//! go through one for each batch of notes and each small sweep. `git gc` does the same for all there is.
//!
//! A pack goes only after another that holds all of its objects has reached the disk, and not before the next time that
//! something is gathered, so that who has just listed the packs, as `git clone` of a folder does, still finds them. Who reads
//! later finds the other, as after any `git repack`. Another machine might not, so nothing is gathered where one may read.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::Repository;
use super::pack::PackKeeper;
use super::pack_file::PackFile;
use super::repack;
use crate::filesystem::{is_of_this_machine, new_file_in, persist};
use crate::names;

/// So many packs of batches of notes are gathered into one,
const MANY_BATCHES: usize = 16;
/// and so many of any other generation. With what has been gathered last, there are fewer than the 50 at which git itself begins.
const MANY: usize = 8;
/// Larger packs of sweeps are left as they are; larger ones of batches are only joined, as their trees would take much memory.
const LARGEST_NEW: u64 = 2 << 20;
/// Packs of more than this together are left as they are.
const LARGEST: u64 = 64 << 20;
/// The generation of the packs of batches of notes.
const BATCH: u32 = 0;
/// The generation of those that were made of them, and of others.
const OTHER: u32 = 1;
/// The generation of those that another has taken the place of.
const GONE: u32 = u32::MAX;
/// A lock of git's that is older than this was left by one that was killed.
const LONGEST_GC: Duration = Duration::from_secs(12 * 3600);

/// A pack, and how often what is in it has been gathered.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ListedPack {
    generation: u32,
    path: PathBuf,
}

impl Repository {
    /// Lists the pack of a batch of notes, and gathers those of the list if they are many. What cannot be gathered is left for
    /// `git gc`.
    pub(super) fn list_batch_pack(&self, pack: PackKeeper) {
        let generation = |size| if size <= LARGEST_NEW { BATCH } else { OTHER };
        self.list_pack(pack, |size| (size <= LARGEST).then(|| generation(size)));
    }

    /// The same of the pack of a sweep.
    pub(super) fn list_sweep_pack(&self, pack: PackKeeper) {
        self.list_pack(pack, |size| (size <= LARGEST_NEW).then_some(OTHER));
    }

    fn list_pack(&self, pack: PackKeeper, generation: impl Fn(u64) -> Option<u32>) {
        let Some(path) = pack.pack() else { return };
        drop(pack);
        let common = self.common_dir().to_owned();
        let list =
            PackList { file: self.state_dir().join(names::PACK_LIST_FILE), packs: common.join("objects/pack"), common };
        if let Ok(metadata) = fs::metadata(&path)
            && let Some(generation) = generation(metadata.len())
            && is_of_this_machine(&list.packs)
            && list.put(&ListedPack { generation, path }).is_ok()
            && let Some(generation) = list.full()
            && !self.keeps_all()
        {
            let _ = list.gather(generation);
        }
    }

    /// True if the user has said that packs are not to be put together.
    fn keeps_all(&self) -> bool {
        self.config("gc.auto").is_some_and(|most| most.trim() == "0")
            || self.config("extensions.preciousobjects").is_some_and(|word| word != "false")
    }
}

/// True while git, in the repository whose worktrees share the folder `common`, puts packs together or lists them, or removes
/// what no ref leads to.
pub(super) fn is_collected(common: &Path) -> bool {
    ["gc.pid", "objects/maintenance.lock", "objects/pack/multi-pack-index.lock"].iter().any(|lock| {
        let made = fs::metadata(common.join(lock)).and_then(|metadata| metadata.modified());
        // A clock that was put back leaves it in the future.
        made.is_ok_and(|made| made.elapsed().map_or(true, |age| age < LONGEST_GC))
    })
}

struct PackList {
    /// The file that the list stands in.
    file: PathBuf,
    /// The folder of all packs.
    packs: PathBuf,
    /// The folder that all worktrees share.
    common: PathBuf,
}

impl PackList {
    fn put(&self, pack: &ListedPack) -> io::Result<()> {
        let mut list = fs::OpenOptions::new().append(true).create(true).open(&self.file)?;
        list.write_all(line(pack).as_bytes())
    }

    /// The packs of the list, the oldest first.
    fn all(&self) -> Vec<ListedPack> {
        let list = fs::read_to_string(&self.file).unwrap_or_default();
        let mut all = Vec::<ListedPack>::new();
        for (generation, name) in list.lines().filter_map(|line| line.split_once(' ')) {
            let path = self.packs.join(name);
            let hex = name.strip_prefix("pack-").and_then(|name| name.strip_suffix(".pack"));
            let is_name = hex.is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
            if let (true, Ok(generation)) = (is_name, generation.parse()) {
                // As text: to compare paths part by part takes longer than all else here.
                all.retain(|known| known.path.as_os_str() != path.as_os_str());
                all.push(ListedPack { generation, path });
            }
        }
        all
    }

    /// A generation of which there are many.
    fn full(&self) -> Option<u32> {
        let all = self.all();
        let count = |generation| all.iter().filter(|pack| pack.generation == generation).count();
        let is_full = |generation| count(generation) >= if generation == BATCH { MANY_BATCHES } else { MANY };
        all.iter().map(|pack| pack.generation).find(|generation| *generation != GONE && is_full(*generation))
    }

    /// Makes one pack of those of a generation, and removes what was gathered before.
    fn gather(&self, generation: u32) -> Result<()> {
        // One at a time. Who finds it taken, perhaps by one that sleeps, leaves it to the next.
        let lock = fs::File::open(&self.file)?;
        if lock.try_lock().is_err() {
            return Ok(());
        }
        let all = self.all();
        let of = |generation| all.iter().filter(move |pack| pack.generation == generation);
        let removed: Vec<&ListedPack> = of(GONE).filter(|pack| self.remove(&pack.path)).collect();
        let chosen: Vec<&ListedPack> = of(generation).collect();
        let size: u64 = chosen.iter().filter_map(|pack| fs::metadata(&pack.path).ok()).map(|it| it.len()).sum();
        let free = chosen.iter().copied().filter(|pack| size <= LARGEST && self.is_free(&pack.path));
        let (old, files): (Vec<&ListedPack>, Vec<PackFile>) =
            free.filter_map(|pack| Some((pack, PackFile::read(&pack.path).ok()?))).unzip();
        let mut made = Vec::new();
        if files.len() > 1 {
            let join = if generation == BATCH { repack::join_notes } else { repack::join };
            let joined = match join(&self.packs, &files) {
                // There may be room for it the next time.
                Err(error) if error.chain().any(<dyn std::error::Error>::is::<io::Error>) => return Err(error),
                joined => joined.ok(),
            };
            if let Some(new) = joined.as_ref().and_then(PackKeeper::pack) {
                let old = old.into_iter().filter(|pack| pack.path != new);
                made.extend(old.map(|pack| ListedPack { generation: GONE, ..pack.clone() }));
                made.push(ListedPack { generation: generation + 1, path: new });
            }
        }
        // What is damaged, or somebody's, or too large, will be the next time.
        // Others may have put some there meanwhile.
        let mut left = self.all();
        left.retain(|pack| !chosen.contains(&pack) && !removed.contains(&pack));
        left.append(&mut made);
        let mut list = new_file_in(self.file.parent().unwrap_or(&self.packs), ".tmp", 0o666)?;
        list.write_all(left.iter().map(line).collect::<String>().as_bytes())?;
        persist(list, &self.file)?;
        Ok(())
    }

    /// Removes a pack that another has taken the place of, first what leads to it; false if it has to stay for now.
    fn remove(&self, pack: &Path) -> bool {
        let is = |kind: &str| pack.with_extension(kind).exists();
        if is_collected(&self.common) || is("keep") || (is("idx") && !self.is_free(pack)) {
            return false;
        }
        for kind in ["idx", "rev", "pack"] {
            let _ = fs::remove_file(pack.with_extension(kind));
        }
        true
    }

    /// True if a pack is there and nobody has said anything about it.
    fn is_free(&self, pack: &Path) -> bool {
        let is = |kind: &str| pack.with_extension(kind).exists();
        let index = pack.with_extension("idx");
        let name = index.file_name().unwrap_or_default().as_encoded_bytes();
        let is_listed =
            || self.listed().is_none_or(|listed| listed.split(|byte| *byte == 0).any(|known| known == name));
        let is_claimed = ["keep", "promisor", "mtimes", "bitmap"].into_iter().any(is);
        is("pack") && is("idx") && !is_claimed && !is_collected(&self.common) && !is_listed()
    }

    /// The names of the packs that a multi-pack-index tells of, which would mislead without them, each before a NUL byte; `None` if
    /// that cannot be told.
    fn listed(&self) -> Option<Vec<u8>> {
        if self.packs.join("multi-pack-index.d").exists() {
            return None;
        }
        match fs::read(self.packs.join("multi-pack-index")) {
            Ok(index) => names_in(&index),
            Err(error) => (error.kind() == io::ErrorKind::NotFound).then(Vec::new),
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

/// A line of the list.
fn line(pack: &ListedPack) -> String {
    let name = pack.path.file_name().unwrap_or_default().to_string_lossy();
    format!("{} {name}\n", pack.generation)
}
