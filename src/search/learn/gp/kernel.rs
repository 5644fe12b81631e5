//! Kernels: how alike values at two points are, by the distance between them.

use super::elementary::{exp_negative, ln_1p};
use super::wide::wide;

/// A stationary kernel of unit variance, as a function of the squared distance, each coordinate measured in length scales
/// of its own.
///
/// C. E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine Learning", MIT Press 2006, section 4.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kernel {
    /// `exp(-s / 2)`: as smooth as can be.
    ExpQuad,
    /// `(1 + s / 2a)^-a`: many length scales at once.
    RatQuad,
    /// `(1 + sqrt(5 s) + 5 s / 3) exp(-sqrt(5 s))`: twice differentiable.
    Matern52,
}

impl Kernel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ExpQuad, Self::RatQuad, Self::Matern52];

    /// The name in a definition.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExpQuad => "ExpQuad",
            Self::RatQuad => "RatQuad",
            Self::Matern52 => "Matern52",
        }
    }
}

/// What is computed at a squared distance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The kernel.
    pub(super) value: f64,
    /// Its derivative by the squared distance.
    pub(super) slope: f64,
    /// Its derivative by the logarithm of the rational quadratic's exponent.
    pub(super) by_shape: f64,
}

impl Kernel {
    /// True if there is an exponent besides the length scales.
    pub fn has_shape(self) -> bool {
        self == Self::RatQuad
    }

    /// The kernel at each squared distance, with its derivatives.
    #[inline(always)]
    pub(super) fn entry(self, s: f64, shape: f64) -> Entry {
        match self {
            Self::ExpQuad => {
                let value = exp_negative(-0.5 * s);
                Entry { value, slope: -0.5 * value, by_shape: 0.0 }
            }
            Self::Matern52 => {
                let root = (5.0 * s).sqrt();
                let decay = exp_negative(-root);
                Entry {
                    value: (1.0 + root + 5.0 / 3.0 * s) * decay,
                    slope: -5.0 / 6.0 * (1.0 + root) * decay,
                    by_shape: 0.0,
                }
            }
            Self::RatQuad => {
                let u = 0.5 * s / shape;
                let log = ln_1p(u);
                let value = exp_negative(-shape * log);
                let inner = 1.0 / (1.0 + u);
                Entry { value, slope: -0.5 * value * inner, by_shape: shape * value * (u * inner - log) }
            }
        }
    }

    /// [`Kernel::entry`] of many squared distances.
    pub(super) fn fill(self, squared: &[f64], shape: f64, entries: &mut Entries) {
        let Entries { values, slopes, by_shape } = entries;
        match self {
            Self::ExpQuad => exponential_quadratic(squared, values, slopes),
            Self::Matern52 => matern52(squared, values, slopes),
            Self::RatQuad => rational_quadratic(squared, shape, values, slopes, by_shape),
        }
    }
}

/// An [`Entry`] of each of many squared distances.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    pub(super) values: Vec<f64>,
    pub(super) slopes: Vec<f64>,
    /// Empty where the kernel has no exponent.
    pub(super) by_shape: Vec<f64>,
}

impl Entries {
    /// Room for so many.
    pub(super) fn zeros(kernel: Kernel, count: usize) -> Self {
        let mut entries = Self::default();
        entries.resize(kernel, count);
        entries
    }

    /// Makes room for so many.
    pub(super) fn resize(&mut self, kernel: Kernel, count: usize) {
        self.values.resize(count, 0.0);
        self.slopes.resize(count, 0.0);
        self.by_shape.resize(if kernel.has_shape() { count } else { 0 }, 0.0);
    }
}

// One function each, so that each becomes vector instructions.

wide! {
fn exponential_quadratic(squared: &[f64], values: &mut [f64], slopes: &mut [f64]) {
    fill(squared, [values, slopes], |s| {
        let Entry { value, slope, .. } = Kernel::ExpQuad.entry(s, 1.0);
        [value, slope]
    });
}
}

wide! {
/// The values and slopes of [`Kernel::Matern52`].
pub(super) fn matern52(squared: &[f64], values: &mut [f64], slopes: &mut [f64]) {
    fill(squared, [values, slopes], |s| {
        let Entry { value, slope, .. } = Kernel::Matern52.entry(s, 1.0);
        [value, slope]
    });
}
}

wide! {
fn rational_quadratic(squared: &[f64], shape: f64, values: &mut [f64], slopes: &mut [f64], by_shape: &mut [f64]) {
    fill(squared, [values, slopes, by_shape], |s| {
        let Entry { value, slope, by_shape } = Kernel::RatQuad.entry(s, shape);
        [value, slope, by_shape]
    });
}
}

/// How many entries are worked on at once: enough to keep the processor busy while each waits for its last step.
const LANES: usize = 16;

/// Writes what `entry` makes of each number, of each kind to one of `rows`.
#[inline(always)]
fn fill<const N: usize>(numbers: &[f64], mut rows: [&mut [f64]; N], entry: impl Fn(f64) -> [f64; N]) {
    let (blocks, rest) = numbers.as_chunks::<LANES>();
    for (at, block) in blocks.iter().enumerate() {
        let made = of_block(block, &entry);
        for (row, made) in rows.iter_mut().zip(&made) {
            row[at * LANES..][..LANES].copy_from_slice(made);
        }
    }
    if !rest.is_empty() {
        // A whole block for what is left, which is faster than one by one.
        let mut block = [0.0; LANES];
        block[..rest.len()].copy_from_slice(rest);
        let made = of_block(&block, &entry);
        for (row, made) in rows.iter_mut().zip(&made) {
            row[numbers.len() - rest.len()..][..rest.len()].copy_from_slice(&made[..rest.len()]);
        }
    }
}

#[inline(always)]
fn of_block<const N: usize>(block: &[f64; LANES], entry: &impl Fn(f64) -> [f64; N]) -> [[f64; LANES]; N] {
    let mut made = [[0.0; LANES]; N];
    for lane in 0..LANES {
        let entry = entry(block[lane]);
        for kind in 0..N {
            made[kind][lane] = entry[kind];
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_those_of_finite_differences() {
        for kernel in [Kernel::ExpQuad, Kernel::RatQuad, Kernel::Matern52] {
            for (s, shape) in [(0.01, 0.7), (0.5, 2.0), (3.0, 0.3), (20.0, 1.0)] {
                let h = 1e-6;
                let entry = kernel.entry(s, shape);
                let slope = (kernel.entry(s + h, shape).value - kernel.entry(s - h, shape).value) / (2.0 * h);
                assert!((entry.slope - slope).abs() < 1e-8, "{kernel:?} {s}");
                let at = |log: f64| kernel.entry(s, shape * libm::exp(log)).value;
                let by_shape = (at(h) - at(-h)) / (2.0 * h);
                assert!((entry.by_shape - by_shape).abs() < 1e-8, "{kernel:?} {s}");
            }
            assert_eq!(kernel.entry(0.0, 1.0).value, 1.0);
        }
    }
}
