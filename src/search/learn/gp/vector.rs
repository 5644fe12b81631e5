//! Sums over vectors, in one order of adding for all machines.

use super::wide::wide;

/// How many sums run side by side: enough to keep the processor busy.
const LANES: usize = 8;

/// The sum of products.
#[inline(always)]
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    total(sums) + rest
}

/// The sum of products of three.
#[inline(always)]
pub(super) fn triple(a: &[f64], b: &[f64], c: &[f64]) -> f64 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let (c, c_rest) = c.as_chunks::<LANES>();
    let rest: f64 = a_rest.iter().zip(b_rest).zip(c_rest).map(|((a, b), c)| a * b * c).sum();
    let mut sums = [0.0; LANES];
    for ((a, b), c) in a.iter().zip(b).zip(c) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane] * c[lane];
        }
    }
    total(sums) + rest
}

#[inline(always)]
fn total([a, b, c, d, e, f, g, h]: [f64; LANES]) -> f64 {
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// Adds `factor` times `addend`.
#[inline(always)]
pub(super) fn add(sum: &mut [f64], factor: f64, addend: &[f64]) {
    sum.iter_mut().zip(addend).for_each(|(sum, addend)| *sum += factor * addend);
}

wide! {
/// [`dot`] of long vectors.
pub(super) fn long_dot(a: &[f64], b: &[f64]) -> f64 {
    dot(a, b)
}
}

wide! {
/// [`triple`] of long vectors.
pub(super) fn long_triple(a: &[f64], b: &[f64], c: &[f64]) -> f64 {
    triple(a, b, c)
}
}

wide! {
/// [`add`] of long vectors.
pub(super) fn long_add(sum: &mut [f64], factor: f64, addend: &[f64]) {
    add(sum, factor, addend);
}
}
