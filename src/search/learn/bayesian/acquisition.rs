//! Acquisition functions: what it is worth to learn the value at a point.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI};

use crate::search::learn::gp::Prediction;
use crate::space::special::normal::{scaled_erfc, tails};

/// How to weigh a low mean against a large deviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Acquisition {
    /// Expected improvement (J. Mockus, V. Tiesis, A. Zilinskas, "The application of Bayesian methods for seeking the extremum",
    /// 1978), as its logarithm.
    Ei,
    /// The probability of improvement (H. J. Kushner, "A new method of locating the maximum point of an arbitrary multipeak
    /// curve in the presence of noise", J. Basic Eng. 86 (1964)), as its logarithm.
    Mpi,
    /// The lower confidence bound (D. D. Cox and S. John, "SDO: a statistical method for global optimization", 1997), two
    /// deviations below the mean, with the sign changed.
    Lcb,
}

impl Acquisition {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ei, Self::Mpi, Self::Lcb];

    /// The name in a definition.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ei => "EI",
            Self::Mpi => "MPI",
            Self::Lcb => "LCB",
        }
    }
}

/// How many deviations below the mean the bound is.
const BELOW: f64 = 2.0;

/// What a point is worth, with its derivatives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worth {
    /// The worth: the more the better.
    pub value: f64,
    /// Its derivative by the mean.
    pub by_mean: f64,
    /// Its derivative by the deviation.
    pub by_deviation: f64,
}

impl Acquisition {
    /// What a point is worth where `best` is the least value known.
    pub fn worth(self, expected: Prediction, best: f64) -> Worth {
        let Prediction { mean, deviation } = expected;
        let z = (best - mean) / deviation;
        match self {
            Self::Ei => {
                let (log, slope) = log_improvement(z);
                Worth {
                    value: log + libm::log(deviation),
                    by_mean: -slope / deviation,
                    by_deviation: (1.0 - slope * z) / deviation,
                }
            }
            Self::Mpi => {
                let (log, slope) = log_probability(z);
                Worth { value: log, by_mean: -slope / deviation, by_deviation: -slope * z / deviation }
            }
            Self::Lcb => Worth { value: BELOW * deviation - mean, by_mean: -1.0, by_deviation: BELOW },
        }
    }

    /// True if worths are logarithms, of which those of several models are added as what they are logarithms of.
    pub(super) fn is_log(self) -> bool {
        self != Self::Lcb
    }
}

/// The logarithm of `phi(z) + z Phi(z)`, and its derivative.
///
/// S. Ament, S. Daulton, D. Eriksson, M. Balandat, E. Bakshy, "Unexpected improvements to expected improvement for Bayesian
/// optimization", NeurIPS 2023, equation 9: the plain formula is zero in doubles from z = -38 on, and has no digits long before.
fn log_improvement(z: f64) -> (f64, f64) {
    let log_density = -0.5 * z * z - 0.5 * libm::log(2.0 * PI);
    if z > -1.0 {
        let below = tails(z).lower;
        let improvement = libm::exp(log_density) + z * below;
        return (libm::log(improvement), below / improvement);
    }
    if z < -1e3 {
        // 1 + z m = 1/z^2 - 3/z^4 + ...
        return (log_density - 2.0 * libm::log(-z), -z - 2.0 / z);
    }
    let ratio = mills(z);
    let rest = 1.0 + z * ratio;
    (log_density + libm::log(rest), ratio / rest)
}

/// The logarithm of the normal probability below `z`, and its derivative.
fn log_probability(z: f64) -> (f64, f64) {
    if z > 0.0 {
        let both = tails(z);
        let density = libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt();
        return (libm::log1p(-both.upper), density / both.lower);
    }
    let ratio = mills(z);
    (-0.5 * z * z - LN_2 / 2.0 - libm::log(PI) / 2.0 + libm::log(ratio), 1.0 / ratio)
}

/// `Phi(z) / phi(z)` for `z <= 0`.
fn mills(z: f64) -> f64 {
    (PI / 2.0).sqrt() * scaled_erfc(-z * FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Acquisition; 3] = [Acquisition::Ei, Acquisition::Mpi, Acquisition::Lcb];

    #[test]
    fn they_are_their_closed_forms() {
        for (mean, deviation, best) in [(0.3, 0.5, 0.0), (-1.0, 0.2, 0.1), (0.0, 1.0, 0.0), (2.0, 1.0, 0.0)] {
            let z: f64 = (best - mean) / deviation;
            let density = libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt();
            let below = 0.5 * libm::erfc(-z / 2_f64.sqrt());
            let closed =
                [libm::log((best - mean) * below + deviation * density), libm::log(below), -(mean - 2.0 * deviation)];
            for (acquisition, closed) in ALL.into_iter().zip(closed) {
                let worth = acquisition.worth(Prediction { mean, deviation }, best);
                assert!((worth.value - closed).abs() < 1e-12, "{acquisition:?} {z}: {} {closed}", worth.value);
            }
        }
    }

    /// Values computed with 50 digits.
    #[test]
    fn far_tails_keep_their_digits() {
        for (z, improvement, probability) in [
            (-1.0, -2.485_121_025_712_641, -1.841_021_645_009_263_5),
            (-10.0, -55.553_122_036_122_36, -53.231_285_150_512_47),
            (-100.0, -5_010.129_578_800_249, -5_005.524_208_694_205),
        ] {
            let (own, _) = log_improvement(z);
            assert!((own - improvement).abs() < 1e-9 * improvement.abs(), "{z}: {own}");
            let (own, _) = log_probability(z);
            assert!((own - probability).abs() < 1e-12 * probability.abs(), "{z}: {own}");
        }
        assert!(log_improvement(-1e9).0.is_finite());
    }

    #[test]
    fn derivatives_are_those_of_finite_differences() {
        for acquisition in ALL {
            for z in [-2000.0, -60.0, -7.0, -1.5, -0.5, 0.0, 0.7, 3.0] {
                let (mean, deviation, h) = (-z * 0.5, 0.5, 1e-6);
                let at = |mean, deviation| acquisition.worth(Prediction { mean, deviation }, 0.0).value;
                let worth = acquisition.worth(Prediction { mean, deviation }, 0.0);
                let by_mean = (at(mean + h, deviation) - at(mean - h, deviation)) / (2.0 * h);
                let by_deviation = (at(mean, deviation + h) - at(mean, deviation - h)) / (2.0 * h);
                assert!((worth.by_mean - by_mean).abs() < 1e-4 * (1.0 + by_mean.abs()), "{acquisition:?} {z}");
                let error = (worth.by_deviation - by_deviation).abs();
                assert!(error < 1e-4 * (1.0 + by_deviation.abs()), "{acquisition:?} {z}");
            }
        }
    }
}
