//! The ids of several objects at a time.
//!
//! The rounds of SHA-1 wait for one another, and those of other messages fit in between: sixteen or eight messages at once, a
//! word of each in a register of 512 or 256 bits, take a small part of the time that they take one after the other, and two at
//! once with Intel's instructions for SHA-1 five sixths of it.

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
                                let [of_3, of_8, of_14] = [round + 13, round + 8, round + 2].map(|at| words[at % 16]);
                                words[round % 16] = rotate::<1, 31>(xor(of_3, of_8, of_14, words[round % 16]));
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

/// Sixteen messages, by AVX-512.
#[cfg(target_arch = "x86_64")]
mod sixteen {
    use std::arch::x86_64::{
        __m512i, _mm512_add_epi32, _mm512_loadu_si512, _mm512_rol_epi32, _mm512_set1_epi32, _mm512_set4_epi32,
        _mm512_shuffle_epi8, _mm512_shuffle_i32x4, _mm512_storeu_si512, _mm512_ternarylogic_epi32,
        _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64, _mm512_xor_si512,
    };

    use super::BLOCK;

    update!(16, "avx512f,avx512bw");

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn set(word: u32) -> __m512i {
        _mm512_set1_epi32(word.cast_signed())
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn load(words: &[u32; 16]) -> __m512i {
        // SAFETY: they are as long as a register, and need not be aligned.
        unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn store(register: __m512i) -> [u32; 16] {
        let mut words = [0; 16];
        // SAFETY: they are as long as a register, and need not be aligned.
        unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), register) };
        words
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn add(a: __m512i, b: __m512i) -> __m512i {
        _mm512_add_epi32(a, b)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn rotate<const LEFT: i32, const RIGHT: i32>(a: __m512i) -> __m512i {
        _mm512_rol_epi32::<LEFT>(a)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn xor(a: __m512i, b: __m512i, c: __m512i, d: __m512i) -> __m512i {
        _mm512_xor_si512(parity(a, b, c), d)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn choice(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
        _mm512_ternarylogic_epi32::<0xca>(a, b, c)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn parity(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
        _mm512_ternarylogic_epi32::<0x96>(a, b, c)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn majority(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
        _mm512_ternarylogic_epi32::<0xe8>(a, b, c)
    }

    /// The words of the block at a place of each message.
    #[inline]
    #[allow(clippy::needless_range_loop, reason = "what closures call is compiled without these instructions")]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn words(blocks: &[&[[u8; BLOCK]]; 16], at: usize) -> [__m512i; 16] {
        let big_endian = _mm512_set4_epi32(0x0c0d_0e0f, 0x0809_0a0b, 0x0405_0607, 0x0001_0203);
        let mut rows = [set(0); 16];
        for lane in 0..16 {
            // SAFETY: a block is as long as a register, and need not be aligned.
            let block = unsafe { _mm512_loadu_si512(blocks[lane][at].as_ptr().cast()) };
            rows[lane] = _mm512_shuffle_epi8(block, big_endian);
        }
        // Each quarter of a register is transposed with those of the next three.
        let mut quarters = [set(0); 16];
        for group in [0, 4, 8, 12] {
            let [a, b, c, d] = [rows[group], rows[group + 1], rows[group + 2], rows[group + 3]];
            let (low, high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
            let (later_low, later_high) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
            quarters[group] = _mm512_unpacklo_epi64(low, later_low);
            quarters[group + 1] = _mm512_unpackhi_epi64(low, later_low);
            quarters[group + 2] = _mm512_unpacklo_epi64(high, later_high);
            quarters[group + 3] = _mm512_unpackhi_epi64(high, later_high);
        }
        // Then the quarters are.
        let mut words = [set(0); 16];
        for word in 0..4 {
            let [a, b, c, d] = [quarters[word], quarters[word + 4], quarters[word + 8], quarters[word + 12]];
            let (even, odd) = (_mm512_shuffle_i32x4::<0x88>(a, b), _mm512_shuffle_i32x4::<0xdd>(a, b));
            let (later_even, later_odd) = (_mm512_shuffle_i32x4::<0x88>(c, d), _mm512_shuffle_i32x4::<0xdd>(c, d));
            words[word] = _mm512_shuffle_i32x4::<0x88>(even, later_even);
            words[word + 4] = _mm512_shuffle_i32x4::<0x88>(odd, later_odd);
            words[word + 8] = _mm512_shuffle_i32x4::<0xdd>(even, later_even);
            words[word + 12] = _mm512_shuffle_i32x4::<0xdd>(odd, later_odd);
        }
        words
    }
}

/// Eight messages, by AVX2.
#[cfg(target_arch = "x86_64")]
mod eight {
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi32, _mm256_and_si256, _mm256_loadu_si256, _mm256_or_si256, _mm256_permute2x128_si256,
        _mm256_set_epi32, _mm256_set1_epi32, _mm256_shuffle_epi8, _mm256_slli_epi32, _mm256_srli_epi32,
        _mm256_storeu_si256, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32,
        _mm256_unpacklo_epi64, _mm256_xor_si256,
    };

    use super::BLOCK;

    update!(8, "avx2");

    #[inline]
    #[target_feature(enable = "avx2")]
    fn set(word: u32) -> __m256i {
        _mm256_set1_epi32(word.cast_signed())
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(words: &[u32; 8]) -> __m256i {
        // SAFETY: they are as long as a register, and need not be aligned.
        unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(register: __m256i) -> [u32; 8] {
        let mut words = [0; 8];
        // SAFETY: they are as long as a register, and need not be aligned.
        unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), register) };
        words
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn add(a: __m256i, b: __m256i) -> __m256i {
        _mm256_add_epi32(a, b)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn rotate<const LEFT: i32, const RIGHT: i32>(a: __m256i) -> __m256i {
        _mm256_or_si256(_mm256_slli_epi32::<LEFT>(a), _mm256_srli_epi32::<RIGHT>(a))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn xor(a: __m256i, b: __m256i, c: __m256i, d: __m256i) -> __m256i {
        _mm256_xor_si256(parity(a, b, c), d)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn choice(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
        _mm256_xor_si256(c, _mm256_and_si256(a, _mm256_xor_si256(b, c)))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn parity(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
        _mm256_xor_si256(_mm256_xor_si256(a, b), c)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn majority(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
        _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(c, _mm256_or_si256(a, b)))
    }

    /// The words of the block at a place of each message.
    #[inline]
    #[allow(clippy::needless_range_loop, reason = "what closures call is compiled without these instructions")]
    #[target_feature(enable = "avx2")]
    fn words(blocks: &[&[[u8; BLOCK]]; 8], at: usize) -> [__m256i; 16] {
        #[rustfmt::skip]
        let big_endian = _mm256_set_epi32(
            0x0c0d_0e0f, 0x0809_0a0b, 0x0405_0607, 0x0001_0203, 0x0c0d_0e0f, 0x0809_0a0b, 0x0405_0607, 0x0001_0203,
        );
        let mut words = [set(0); 16];
        for half in 0..2 {
            let mut rows = [set(0); 8];
            for lane in 0..8 {
                let bytes = &blocks[lane][at][32 * half..32 * half + 32];
                // SAFETY: half of a block is as long as a register, and need not be aligned.
                let bytes = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
                rows[lane] = _mm256_shuffle_epi8(bytes, big_endian);
            }
            // Each half of a register is transposed with those of the next three, then the halves are.
            let mut halves = [set(0); 8];
            for group in [0, 4] {
                let [a, b, c, d] = [rows[group], rows[group + 1], rows[group + 2], rows[group + 3]];
                let (low, high) = (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
                let (later_low, later_high) = (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
                halves[group] = _mm256_unpacklo_epi64(low, later_low);
                halves[group + 1] = _mm256_unpackhi_epi64(low, later_low);
                halves[group + 2] = _mm256_unpacklo_epi64(high, later_high);
                halves[group + 3] = _mm256_unpackhi_epi64(high, later_high);
            }
            for word in 0..4 {
                let (a, b) = (halves[word], halves[word + 4]);
                words[8 * half + word] = _mm256_permute2x128_si256::<0x20>(a, b);
                words[8 * half + word + 4] = _mm256_permute2x128_si256::<0x31>(a, b);
            }
        }
        words
    }
}

/// One or two messages, by Intel's instructions for SHA-1.
#[cfg(target_arch = "x86_64")]
mod two {
    use std::arch::x86_64::{
        _mm_add_epi32, _mm_extract_epi32, _mm_loadu_si128, _mm_set_epi32, _mm_set_epi64x, _mm_sha1msg1_epu32,
        _mm_sha1msg2_epu32, _mm_sha1nexte_epu32, _mm_sha1rnds4_epu32, _mm_shuffle_epi8, _mm_xor_si128,
    };

    use super::BLOCK;

    /// Takes as many blocks of each of `N` messages into their states.
    #[allow(clippy::needless_range_loop, reason = "the same block of each message")]
    #[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
    pub(super) fn update<const N: usize>(states: &mut [[u32; 5]; N], blocks: [&[[u8; BLOCK]]; N]) {
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
