//! A message that is hashed after what it begins with.

use super::{BLOCK, Begun};

/// The rest of a message, block by block, as FIPS 180-4, 5.1.1, pads it.
pub(super) struct Message<'a> {
    parts: std::slice::Iter<'a, &'a [u8]>,
    /// What is left of the part that is being hashed.
    part: &'a [u8],
    /// Bytes that are gathered because no part holds their block whole; the end, padded, may come to two blocks.
    gathered: [u8; 2 * BLOCK],
    /// How many there are.
    filled: usize,
    bits: u64,
    is_padded: bool,
}

impl<'a> Message<'a> {
    pub(super) fn new(begun: &Begun, parts: &'a [&'a [u8]]) -> Self {
        let mut gathered = [0; 2 * BLOCK];
        let filled = begun.left.len();
        gathered[..filled].copy_from_slice(&begun.left);
        Self { parts: parts.iter(), part: &[], gathered, filled, bits: 8 * begun.length as u64, is_padded: false }
    }

    /// The next blocks; none at the end.
    pub(super) fn blocks(&mut self) -> &[[u8; BLOCK]] {
        loop {
            let odd = self.filled % BLOCK;
            if odd == 0 && self.filled > 0 {
                return self.gathered[..self.filled].as_chunks().0;
            }
            if self.filled == 0 && self.part.len() >= BLOCK {
                return self.part.as_chunks().0;
            }
            if self.part.is_empty() {
                match self.parts.next() {
                    Some(part) => self.part = part,
                    None if self.is_padded => return &[],
                    None => self.pad(),
                }
            } else {
                let (now, later) = self.part.split_at(self.part.len().min(BLOCK - odd));
                self.gather(now);
                self.part = later;
            }
        }
    }

    /// Leaves the next `count` blocks behind.
    pub(super) fn pass(&mut self, count: usize) {
        if self.filled == 0 {
            self.part = &self.part[count * BLOCK..];
        } else {
            self.gathered.copy_within(count * BLOCK..self.filled, 0);
            self.filled -= count * BLOCK;
        }
    }

    fn gather(&mut self, bytes: &[u8]) {
        self.gathered[self.filled..][..bytes.len()].copy_from_slice(bytes);
        self.filled += bytes.len();
    }

    fn pad(&mut self) {
        let end = (self.filled + 1 + 8).next_multiple_of(BLOCK);
        self.gathered[self.filled..end].fill(0);
        self.gathered[self.filled] = 0x80;
        self.gathered[end - 8..end].copy_from_slice(&self.bits.to_be_bytes());
        self.filled = end;
        self.is_padded = true;
    }
}
