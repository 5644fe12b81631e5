//! The index of a large pack, of which only what is asked for is read. (Format: gitformat-pack(5).)

use std::fs::File;

use super::id::ObjectId;
use super::open_pack::{Place, read_at};
use super::pack_index;

/// So many ids are read around the place where one probably stands.
const WINDOW: usize = 64;

/// An open index.
pub(super) struct IndexFile {
    file: File,
    length: u64,
    /// What stands before the ids.
    head: Vec<u8>,
}

impl IndexFile {
    /// An index of so many bytes; `None` if it is none, or cut short.
    pub(super) fn open(file: File, length: u64) -> Option<Self> {
        let head = read_at(&file, 0, pack_index::HEAD)?;
        let index = Self { file, length, head };
        (pack_index::is_head(&index.head) && length >= index.table(28) + 40).then_some(index)
    }

    /// How many objects there are.
    pub(super) fn count(&self) -> usize {
        pack_index::places(&self.head, u8::MAX).end
    }

    /// The checksum of the pack.
    pub(super) fn checksum(&self) -> Option<Vec<u8>> {
        read_at(&self.file, self.length - 40, 20)
    }

    /// What is known of an object. Ids are spread evenly, so that their first bytes tell about where.
    pub(super) fn find(&self, id: &ObjectId) -> Option<Place> {
        let id = id.as_bytes();
        let all = pack_index::places(&self.head, id[0]);
        let share = u64::from(u32::from_be_bytes([id[1], id[2], id[3], id[4]]));
        let about = all.start + ((all.len() as u64 * share) >> 32) as usize;
        let near = about.saturating_sub(WINDOW / 2).max(all.start)..(about + WINDOW / 2).min(all.end);
        for places in [near, all.clone()] {
            let bytes = read_at(&self.file, self.table(0) + 20 * places.start as u64, 20 * places.len())?;
            match bytes.as_chunks::<20>().0.binary_search(id) {
                Ok(at) => return self.place(places.start + at),
                Err(0) if places.start > all.start => {}
                Err(at) if at == places.len() && places.end < all.end => {}
                Err(_) => return None,
            }
        }
        None
    }

    /// What stands in the tables; `None` where an offset is too large for its own.
    fn place(&self, at: usize) -> Option<Place> {
        let word = |table: u64| {
            let bytes = read_at(&self.file, table + 4 * at as u64, 4)?;
            Some(u32::from_be_bytes(*bytes.first_chunk()?))
        };
        let (crc, offset) = (word(self.table(20))?, word(self.table(24))?);
        pack_index::is_offset(offset).then_some((offset.into(), crc))
    }

    /// Where the table begins before which each object has so many bytes.
    fn table(&self, before: u64) -> u64 {
        pack_index::HEAD as u64 + self.count() as u64 * before
    }
}
