//! Eight messages, by AVX2.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_and_si256, _mm256_loadu_si256, _mm256_or_si256, _mm256_permute2x128_si256,
    _mm256_set_epi32, _mm256_set1_epi32, _mm256_shuffle_epi8, _mm256_slli_epi32, _mm256_srli_epi32,
    _mm256_storeu_si256, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64,
    _mm256_xor_si256,
};

use super::super::BLOCK;

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
