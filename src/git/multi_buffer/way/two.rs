//! One or two messages, by Intel's instructions for SHA-1.

use std::arch::x86_64::{
    _mm_add_epi32, _mm_extract_epi32, _mm_loadu_si128, _mm_set_epi32, _mm_set_epi64x, _mm_sha1msg1_epu32,
    _mm_sha1msg2_epu32, _mm_sha1nexte_epu32, _mm_sha1rnds4_epu32, _mm_shuffle_epi8, _mm_xor_si128,
};

use super::super::BLOCK;

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
