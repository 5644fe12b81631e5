//! A message that is hashed after what it begins with.

use super::{BLOCK, Begun};

/// The rest of a message, block by block, as FIPS 180-4, 5.1.1, pads it.
pub(super) struct Message<'a> {
    parts: std::slice::Iter<'a, &'a [u8]>,
    /// What is left of the part that is being hashed.
    part: &'a [u8],
    /// Bytes that are gathered because no part holds their block whole.
    gathered: Vec<u8>,
    bits: u64,
    is_padded: bool,
}

impl<'a> Message<'a> {
    pub(super) fn new(begun: &Begun, parts: &'a [&'a [u8]]) -> Self {
        let mut gathered = Vec::with_capacity(3 * BLOCK);
        gathered.extend_from_slice(&begun.left);
        Self { parts: parts.iter(), part: &[], gathered, bits: 8 * begun.length as u64, is_padded: false }
    }

    /// The next blocks; none at the end.
    pub(super) fn blocks(&mut self) -> &[[u8; BLOCK]] {
        loop {
            let odd = self.gathered.len() % BLOCK;
            if odd == 0 && !self.gathered.is_empty() {
                return self.gathered.as_chunks().0;
            }
            if self.gathered.is_empty() && self.part.len() >= BLOCK {
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
                self.gathered.extend_from_slice(now);
                self.part = later;
            }
        }
    }

    /// Leaves the next `count` blocks behind.
    pub(super) fn pass(&mut self, count: usize) {
        if self.gathered.is_empty() {
            self.part = &self.part[count * BLOCK..];
        } else {
            self.gathered.drain(..count * BLOCK);
        }
    }

    fn pad(&mut self) {
        self.gathered.push(0x80);
        let length = (self.gathered.len() + 8).next_multiple_of(BLOCK);
        self.gathered.resize(length - 8, 0);
        self.gathered.extend_from_slice(&self.bits.to_be_bytes());
        self.is_padded = true;
    }
}
