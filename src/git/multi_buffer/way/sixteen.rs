//! Sixteen messages, by AVX-512.

use std::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_loadu_si512, _mm512_rol_epi32, _mm512_set1_epi32, _mm512_set4_epi32,
    _mm512_shuffle_epi8, _mm512_shuffle_i32x4, _mm512_storeu_si512, _mm512_ternarylogic_epi32, _mm512_unpackhi_epi32,
    _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64, _mm512_xor_si512,
};

use super::super::BLOCK;

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
