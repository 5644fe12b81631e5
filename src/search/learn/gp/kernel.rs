//! Kernels: how alike values at two points are, by the distance between them.

use super::exponential::exp_negative;
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
                let log = libm::log1p(u);
                let value = exp_negative(-shape * log);
                let inner = 1.0 / (1.0 + u);
                Entry { value, slope: -0.5 * value * inner, by_shape: shape * value * (u * inner - log) }
            }
        }
    }

    /// [`Kernel::entry`] of many squared distances.
    pub(super) fn values_and_slopes(self, squared: &[f64], shape: f64, values: &mut [f64], slopes: &mut [f64]) {
        fill(self, squared, shape, values, slopes);
    }
}

wide! {
fn fill(kernel: Kernel, squared: &[f64], shape: f64, values: &mut [f64], slopes: &mut [f64]) {
    let all = squared.iter().zip(values.iter_mut().zip(slopes));
    // One loop each, so that each becomes vector instructions.
    match kernel {
        Kernel::ExpQuad => all.for_each(|(s, (value, slope))| {
            let entry = Kernel::ExpQuad.entry(*s, 1.0);
            (*value, *slope) = (entry.value, entry.slope);
        }),
        Kernel::Matern52 => all.for_each(|(s, (value, slope))| {
            let entry = Kernel::Matern52.entry(*s, 1.0);
            (*value, *slope) = (entry.value, entry.slope);
        }),
        Kernel::RatQuad => all.for_each(|(s, (value, slope))| {
            let entry = Kernel::RatQuad.entry(*s, shape);
            (*value, *slope) = (entry.value, entry.slope);
        }),
    }
}
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
