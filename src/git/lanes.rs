//! The ids of several objects at a time.
//!
//! The rounds of SHA-1 wait for one another, and those of other messages fit in between: sixteen or eight messages at once, a
//! word of each in a register of 512 or 256 bits, take a small part of the time that they take one after the other, and two at
//! once with Intel's instructions for SHA-1 five sixths of it.

/// SHA-1 of as many messages as a register has words (FIPS 180-4, 6.1.2), of what is named beside it.
#[cfg(target_arch = "x86_64")]
macro_rules! update {
    ($lanes:literal, $features:literal) => {
        #[allow(clippy::needless_range_loop, reason = "what closures call is compiled without these instructions")]
        #[target_feature(enable = $features)]
        pub(super) fn update(states: &mut [[u32; 5]; $lanes], blocks: [&[[u8; BLOCK]]; $lanes]) {
            let mut state = [set(0); 5];
            for word in 0..5 {
                let mut lanes = [0; $lanes];
                for lane in 0..$lanes {
                    lanes[lane] = states[lane][word];
                }
                state[word] = load(&lanes);
            }
            for at in 0..blocks[0].len() {
                let mut words = words(&blocks, at);
                let [mut a, mut b, mut c, mut d, mut e] = state;
                macro_rules! rounds {
                    ($rounds:expr, $function:ident, $constant:literal) => {
                        for round in $rounds {
                            if round >= 16 {
                                let (of_3, of_8) = (words[(round + 13) % 16], words[(round + 8) % 16]);
                                let (of_14, of_16) = (words[(round + 2) % 16], words[round % 16]);
                                words[round % 16] = rotate::<1, 31>(xor(of_3, of_8, of_14, of_16));
                            }
                            let sum = add(add(e, set($constant)), words[round % 16]);
                            let sum = add(sum, add(rotate::<5, 27>(a), $function(b, c, d)));
                            (a, b, c, d, e) = (sum, a, rotate::<30, 2>(b), c, d);
                        }
                    };
                }
                rounds!(0..20, choice, 0x5a82_7999_u32);
                rounds!(20..40, parity, 0x6ed9_eba1_u32);
                rounds!(40..60, majority, 0x8f1b_bcdc_u32);
                rounds!(60..80, parity, 0xca62_c1d6_u32);
                let after = [a, b, c, d, e];
                for word in 0..5 {
                    state[word] = add(state[word], after[word]);
                }
            }
            for word in 0..5 {
                let lanes = store(state[word]);
                for lane in 0..$lanes {
                    states[lane][word] = lanes[lane];
                }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
mod eight;
#[cfg(target_arch = "x86_64")]
mod sixteen;
#[cfg(target_arch = "x86_64")]
mod two;

use sha1::block_api::compress;

use super::id::ObjectId;
use wide::Way;

/// SHA-1 before the first byte (FIPS 180-4, 5.3.1).
const START: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

const BLOCK: usize = 64;

/// How many messages are hashed at a time; 1 if this processor has no way to do that.
pub(super) fn width() -> usize {
    Way::best().map_or(1, Way::width)
}

/// A hash that is begun: the state after all whole blocks, and what is left of the bytes.
pub(super) struct Begun {
    state: [u32; 5],
    left: Vec<u8>,
    length: usize,
}

impl Begun {
    /// After the first bytes of what has `length` of them.
    pub(super) fn new(first: &[u8], length: usize) -> Self {
        let mut state = START;
        let (blocks, left) = first.as_chunks();
        compress(&mut state, blocks);
        Self { state, left: left.to_vec(), length }
    }
}

/// The id of an object, header and all, whose other bytes are in `rest`.
pub(super) fn id(begun: &Begun, rest: &[&[u8]]) -> ObjectId {
    let mut state = begun.state;
    let mut message = Message::new(begun, rest);
    loop {
        let blocks = message.blocks();
        let count = blocks.len();
        if count == 0 {
            return to_id(&state);
        }
        compress(&mut state, blocks);
        message.pass(count);
    }
}

/// The ids of several objects: at most as many as are hashed at a time.
pub(super) fn ids(begun: &[&Begun], rest: &[Vec<&[u8]>]) -> Vec<ObjectId> {
    match Way::best().filter(|way| begun.len() >= way.least()) {
        Some(way) => ids_by(way, begun, rest),
        None => begun.iter().zip(rest).map(|(begun, rest)| id(begun, rest)).collect(),
    }
}

fn ids_by(way: Way, begun: &[&Begun], rest: &[Vec<&[u8]>]) -> Vec<ObjectId> {
    let mut states: Vec<[u32; 5]> = begun.iter().map(|begun| begun.state).collect();
    let mut messages: Vec<Message<'_>> =
        begun.iter().zip(rest).map(|(begun, rest)| Message::new(begun, rest)).collect();
    loop {
        // Those that have not ended, since one may be longer than another.
        let going: Vec<usize> = (0..messages.len()).filter(|at| !messages[*at].blocks().is_empty()).collect();
        let blocks: Vec<&[[u8; BLOCK]]> =
            messages.iter_mut().map(Message::blocks).filter(|blocks| !blocks.is_empty()).collect();
        let Some(count) = blocks.iter().map(|blocks| blocks.len()).min() else {
            return states.iter().map(to_id).collect();
        };
        let mut now: Vec<[u32; 5]> = going.iter().map(|at| states[*at]).collect();
        way.update(&mut now, &blocks, count);
        for (at, state) in going.iter().zip(now) {
            states[*at] = state;
            messages[*at].pass(count);
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

/// Ways to hash several messages at a time.
#[cfg(target_arch = "x86_64")]
mod wide {
    use std::array;

    use super::{BLOCK, eight, sixteen, two};

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum Way {
        /// In registers of 512 bits.
        Sixteen,
        /// By Intel's instructions for SHA-1.
        Two,
        /// In registers of 256 bits.
        Eight,
    }

    impl Way {
        /// The fastest first.
        pub(super) const ALL: [Self; 3] = [Self::Sixteen, Self::Two, Self::Eight];

        pub(super) fn best() -> Option<Self> {
            Self::ALL.into_iter().find(|way| way.is_there())
        }

        pub(super) fn is_there(self) -> bool {
            match self {
                Self::Sixteen => is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw"),
                Self::Two => {
                    is_x86_feature_detected!("sha")
                        && is_x86_feature_detected!("ssse3")
                        && is_x86_feature_detected!("sse4.1")
                }
                Self::Eight => is_x86_feature_detected!("avx2"),
            }
        }

        pub(super) fn width(self) -> usize {
            match self {
                Self::Sixteen => 16,
                Self::Two => 2,
                Self::Eight => 8,
            }
        }

        /// Fewer messages than this are hashed faster one by one: by instructions for SHA-1 several times as fast as without.
        pub(super) fn least(self) -> usize {
            match self {
                Self::Sixteen if Self::Two.is_there() => 10,
                Self::Sixteen | Self::Eight => 4,
                Self::Two => 2,
            }
        }

        /// Takes `count` blocks of each message into its state, of as many messages as are hashed at a time or fewer.
        pub(super) fn update(self, states: &mut [[u32; 5]], blocks: &[&[[u8; BLOCK]]], count: usize) {
            assert!(self.is_there());
            // SAFETY: the processor has the instructions.
            match (self, states.len()) {
                (Self::Sixteen, _) => filled(states, blocks, count, |states, blocks| unsafe {
                    sixteen::update(states, blocks);
                }),
                (Self::Eight, _) => filled(states, blocks, count, |states, blocks| unsafe {
                    eight::update(states, blocks);
                }),
                (Self::Two, 1) => filled(states, blocks, count, |states: &mut [_; 1], blocks| unsafe {
                    two::update(states, blocks);
                }),
                (Self::Two, _) => filled(states, blocks, count, |states: &mut [_; 2], blocks| unsafe {
                    two::update(states, blocks);
                }),
            }
        }
    }

    /// Does `work` with `N` messages, those that are not there being the same as the first.
    fn filled<const N: usize>(
        states: &mut [[u32; 5]],
        blocks: &[&[[u8; BLOCK]]],
        count: usize,
        work: impl Fn(&mut [[u32; 5]; N], [&[[u8; BLOCK]]; N]),
    ) {
        assert!(!states.is_empty() && states.len() == blocks.len() && states.len() <= N);
        let mut all = array::from_fn(|at| states.get(at).copied().unwrap_or(states[0]));
        work(&mut all, array::from_fn(|at| &blocks.get(at).unwrap_or(&blocks[0])[..count]));
        states.copy_from_slice(&all[..states.len()]);
    }
}

/// Only these processors are asked for ways.
#[cfg(not(target_arch = "x86_64"))]
mod wide {
    use super::BLOCK;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum Way {}

    impl Way {
        #[cfg(test)]
        pub(super) const ALL: [Self; 0] = [];

        pub(super) fn best() -> Option<Self> {
            None
        }

        #[cfg(test)]
        pub(super) fn is_there(self) -> bool {
            match self {}
        }

        pub(super) fn width(self) -> usize {
            match self {}
        }

        pub(super) fn least(self) -> usize {
            match self {}
        }

        pub(super) fn update(self, _: &mut [[u32; 5]], _: &[&[[u8; BLOCK]]], _: usize) {
            match self {}
        }
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
        fn ids_are_those_that_git_knows(
            first in prop::collection::vec(any::<u8>(), 0..300),
            all in prop::collection::vec(parts(), 1..17),
        ) {
            for way in Way::ALL.into_iter().filter(|way| way.is_there()) {
                for all in all.chunks(way.width()) {
                    let whole: Vec<Vec<u8>> = all.iter().map(|parts| [first.clone(), parts.concat()].concat()).collect();
                    let begin = |whole: &Vec<u8>| {
                        let header = ObjectKind::Blob.header(whole.len());
                        Begun::new(&[header.as_slice(), &first].concat(), header.len() + whole.len())
                    };
                    let begun: Vec<Begun> = whole.iter().map(begin).collect();
                    let rest: Vec<Vec<&[u8]>> =
                        all.iter().map(|parts| parts.iter().map(Vec::as_slice).collect()).collect();
                    let expected: Vec<ObjectId> = whole.iter().map(|it| hash_object(ObjectKind::Blob, it)).collect();
                    prop_assert_eq!(id(&begun[0], &rest[0]), expected[0]);
                    prop_assert_eq!(ids_by(way, &begun.iter().collect::<Vec<_>>(), &rest), expected, "{:?}", way);
                }
            }
        }
    }
}
