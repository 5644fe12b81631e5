//! The ids of two objects at a time.
//!
//! Each of the processor's instructions for SHA-1 waits for the one before it, and those of another message fit in between. On the
//! Intel processor that it was measured on, that saves a sixth of the time.

use super::id::ObjectId;

/// SHA-1 before the first byte (FIPS 180-4, 5.3.1).
const START: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

/// A hash that is begun: the state after all whole blocks, and what is left of the bytes.
pub(super) struct Begun {
    state: [u32; 5],
    left: Vec<u8>,
    length: usize,
}

impl Begun {
    /// After the first bytes of what has `length` of them; `None` if this processor has no such instructions.
    pub(super) fn new(first: &[u8], length: usize) -> Option<Self> {
        if !hash::is_there() {
            return None;
        }
        let (blocks, left) = first.as_chunks();
        let mut states = [START];
        hash::update(&mut states, [blocks]);
        Some(Self { state: states[0], left: left.to_vec(), length })
    }
}

/// The ids of two objects, header and all, whose other bytes are in `rest`.
pub(super) fn ids(begun: [&Begun; 2], rest: [&[&[u8]]; 2]) -> [ObjectId; 2] {
    let mut states = begun.map(|begun| begun.state);
    let [mut a, mut b] = [0, 1].map(|twin| Message::new(begun[twin], rest[twin]));
    loop {
        let (of_a, of_b) = (a.blocks(), b.blocks());
        let both = of_a.len().min(of_b.len());
        if both > 0 {
            hash::update(&mut states, [&of_a[..both], &of_b[..both]]);
            a.pass(both);
            b.pass(both);
        } else if of_a.is_empty() && of_b.is_empty() {
            return states.map(|state| to_id(&state));
        } else {
            // One is longer than the other.
            let [first, second] = &mut states;
            let (state, message) = if of_a.is_empty() { (second, &mut b) } else { (first, &mut a) };
            let blocks = message.blocks();
            let count = blocks.len();
            hash::update(std::array::from_mut(state), [blocks]);
            message.pass(count);
        }
    }
}

fn to_id(state: &[u32; 5]) -> ObjectId {
    let mut id = [0; 20];
    for (bytes, word) in id.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    ObjectId::from_bytes(id)
}

/// The rest of a message, block by block, as FIPS 180-4, 5.1.1, pads it.
struct Message<'a> {
    parts: std::slice::Iter<'a, &'a [u8]>,
    /// What is left of the part that is being hashed.
    part: &'a [u8],
    /// Bytes that are gathered because no part holds their block whole.
    gathered: Vec<u8>,
    bits: u64,
    is_padded: bool,
}

const BLOCK: usize = 64;

impl<'a> Message<'a> {
    fn new(begun: &Begun, parts: &'a [&'a [u8]]) -> Self {
        let mut gathered = Vec::with_capacity(3 * BLOCK);
        gathered.extend_from_slice(&begun.left);
        Self { parts: parts.iter(), part: &[], gathered, bits: 8 * begun.length as u64, is_padded: false }
    }

    /// The next blocks; none at the end.
    fn blocks(&mut self) -> &[[u8; BLOCK]] {
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
    fn pass(&mut self, count: usize) {
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

/// Intel's instructions for SHA-1.
#[cfg(target_arch = "x86_64")]
mod hash {
    use std::arch::x86_64::{
        _mm_add_epi32, _mm_extract_epi32, _mm_loadu_si128, _mm_set_epi32, _mm_set_epi64x, _mm_sha1msg1_epu32,
        _mm_sha1msg2_epu32, _mm_sha1nexte_epu32, _mm_sha1rnds4_epu32, _mm_shuffle_epi8, _mm_xor_si128,
    };

    use super::BLOCK;

    pub(super) fn is_there() -> bool {
        is_x86_feature_detected!("sha") && is_x86_feature_detected!("ssse3") && is_x86_feature_detected!("sse4.1")
    }

    /// Takes as many blocks of each of `N` messages into their states.
    pub(super) fn update<const N: usize>(states: &mut [[u32; 5]; N], blocks: [&[[u8; BLOCK]]; N]) {
        assert!(is_there() && blocks.iter().all(|of_one| of_one.len() == blocks[0].len()));
        // SAFETY: the processor has the instructions.
        unsafe { update_here(states, blocks) }
    }

    #[allow(clippy::needless_range_loop, reason = "the same block of each message")]
    #[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
    fn update_here<const N: usize>(states: &mut [[u32; 5]; N], blocks: [&[[u8; BLOCK]]; N]) {
        // Only loops: what closures call is compiled without these instructions, and not inlined.
        let big_endian = _mm_set_epi64x(0x0001_0203_0405_0607, 0x0809_0a0b_0c0d_0e0f);
        let zero = _mm_set_epi32(0, 0, 0, 0);
        let (mut abcd, mut e) = ([zero; N], [zero; N]);
        for n in 0..N {
            let [a, b, c, d, last] = states[n];
            abcd[n] = _mm_set_epi32(a as i32, b as i32, c as i32, d as i32);
            e[n] = _mm_set_epi32(last as i32, 0, 0, 0);
        }
        for at in 0..blocks[0].len() {
            let before = (abcd, e);
            let mut schedule = [[zero; 4]; N];
            for n in 0..N {
                let (quarters, _) = blocks[n][at].as_chunks::<16>();
                for quarter in 0..4 {
                    // SAFETY: a quarter of a block has 16 bytes, and need not be aligned.
                    let bytes = unsafe { _mm_loadu_si128(quarters[quarter].as_ptr().cast()) };
                    schedule[n][quarter] = _mm_shuffle_epi8(bytes, big_endian);
                }
            }
            // Four rounds of every message, then the next four.
            macro_rules! rounds {
                ($function:literal: $($four:literal)*) => {$(
                    for n in 0..N {
                        let now = schedule[n][$four % 4];
                        let sum = if $four == 0 { _mm_add_epi32(e[n], now) } else { _mm_sha1nexte_epu32(e[n], now) };
                        e[n] = abcd[n];
                        abcd[n] = _mm_sha1rnds4_epu32::<$function>(abcd[n], sum);
                        if $four < 16 {
                            let next = _mm_sha1msg1_epu32(now, schedule[n][($four + 1) % 4]);
                            let next = _mm_xor_si128(next, schedule[n][($four + 2) % 4]);
                            schedule[n][$four % 4] = _mm_sha1msg2_epu32(next, schedule[n][($four + 3) % 4]);
                        }
                    }
                )*};
            }
            rounds!(0: 0 1 2 3 4);
            rounds!(1: 5 6 7 8 9);
            rounds!(2: 10 11 12 13 14);
            rounds!(3: 15 16 17 18 19);
            for n in 0..N {
                e[n] = _mm_sha1nexte_epu32(e[n], before.1[n]);
                abcd[n] = _mm_add_epi32(abcd[n], before.0[n]);
            }
        }
        for n in 0..N {
            states[n] = [
                _mm_extract_epi32::<3>(abcd[n]) as u32,
                _mm_extract_epi32::<2>(abcd[n]) as u32,
                _mm_extract_epi32::<1>(abcd[n]) as u32,
                _mm_extract_epi32::<0>(abcd[n]) as u32,
                _mm_extract_epi32::<3>(e[n]) as u32,
            ];
        }
    }
}

/// No such instructions are used on other processors.
#[cfg(not(target_arch = "x86_64"))]
mod hash {
    use super::BLOCK;

    pub(super) fn is_there() -> bool {
        false
    }

    pub(super) fn update<const N: usize>(_: &mut [[u32; 5]; N], _: [&[[u8; BLOCK]]; N]) {
        unreachable!("nothing is begun");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::git::pack::{ObjectKind, hash_object};

    fn parts() -> impl Strategy<Value = Vec<Vec<u8>>> {
        // Most of them about as long as some blocks.
        let part = prop_oneof![0usize..10, 50usize..80, 100usize..400];
        prop::collection::vec(part.prop_flat_map(|length| prop::collection::vec(any::<u8>(), length)), 0..6)
    }

    proptest! {
        #[test]
        fn both_ids_are_those_that_git_knows(first in prop::collection::vec(any::<u8>(), 0..300), a in parts(), b in parts()) {
            let whole = [&a, &b].map(|parts| [first.clone(), parts.concat()].concat());
            let begun = [0, 1].map(|twin| {
                let header = ObjectKind::Blob.header(whole[twin].len());
                Begun::new(&[header.as_slice(), &first].concat(), header.len() + whole[twin].len())
            });
            prop_assert_eq!(begun[0].is_some(), hash::is_there());
            let [Some(of_a), Some(of_b)] = &begun else { return Ok(()) };
            let slices = [&a, &b].map(|parts| parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
            let expected = [0, 1].map(|twin| hash_object(ObjectKind::Blob, &whole[twin]));
            prop_assert_eq!(ids([of_a, of_b], [&slices[0], &slices[1]]), expected);
        }
    }
}
