//! Laws of the numbers 1, 2, 3, ...

use super::Law;
use crate::space::special::Tails;

const FROM_ONE: (f64, f64) = (1.0, f64::INFINITY);

/// The largest number that is given: 2^62, beyond any use, and exact as an integer.
const LARGEST: f64 = 4_611_686_018_427_387_904.0;

/// The number of trials up to the first success, each of probability `p`.
#[derive(Debug)]
pub(crate) struct Geometric {
    pub(crate) p: f64,
}

impl Law for Geometric {
    fn tails(&self, x: f64) -> Tails {
        let exponent = libm::floor(x.max(0.0)) * libm::log1p(-self.p);
        if x < 1.0 { Tails::ABOVE } else { Tails { lower: -libm::expm1(exponent), upper: libm::exp(exponent) } }
    }

    fn quantile(&self, u: f64) -> f64 {
        libm::ceil(libm::log1p(-u) / libm::log1p(-self.p)).clamp(1.0, LARGEST)
    }

    fn support(&self) -> (f64, f64) {
        FROM_ONE
    }

    fn is_discrete(&self) -> bool {
        true
    }
}

/// The logarithmic series: `p^k / k`, normalised.
#[derive(Debug)]
pub(crate) struct Logseries {
    pub(crate) p: f64,
}

impl Logseries {
    /// Adds probabilities up while `more` wants the next number; gives the last number and the sum up to it.
    fn cumulate(&self, more: impl Fn(f64, f64) -> bool) -> (f64, f64) {
        let mut weight = -1.0 / libm::log1p(-self.p) * self.p;
        let (mut k, mut sum) = (1.0, weight);
        while more(k, sum) {
            weight *= self.p * (k / (k + 1.0));
            k += 1.0;
            if sum + weight == sum {
                break;
            }
            sum += weight;
        }
        (k, sum)
    }
}

impl Law for Logseries {
    fn tails(&self, x: f64) -> Tails {
        if x < 1.0 { Tails::ABOVE } else { Tails::from_lower(self.cumulate(|k, _| k + 1.0 <= x).1) }
    }

    fn quantile(&self, u: f64) -> f64 {
        self.cumulate(|_, sum| sum < u).0
    }

    fn support(&self) -> (f64, f64) {
        FROM_ONE
    }

    fn is_discrete(&self) -> bool {
        true
    }
}

/// Zipf's law: `k^-a`, normalised, for `a > 1`.
#[derive(Debug)]
pub(crate) struct Zipf {
    a: f64,
    /// Riemann's zeta of `a`.
    total: f64,
}

impl Zipf {
    /// The law with the exponent `a > 1`.
    pub(crate) fn new(a: f64) -> Self {
        Self { a, total: hurwitz_zeta(a, 1.0) }
    }
}

impl Law for Zipf {
    fn tails(&self, x: f64) -> Tails {
        if x < 1.0 { Tails::ABOVE } else { Tails::from_upper(hurwitz_zeta(self.a, libm::floor(x) + 1.0) / self.total) }
    }

    fn quantile(&self, u: f64) -> f64 {
        let mut high = 1.0;
        while high < LARGEST && self.tails(high).is_before(u) {
            high *= 2.0;
        }
        let mut low = libm::floor(high / 2.0);
        while high - low > 1.0 {
            let middle = libm::floor(low + (high - low) / 2.0);
            if middle <= low || middle >= high {
                break;
            }
            if self.tails(middle).is_before(u) { low = middle } else { high = middle }
        }
        high
    }

    fn support(&self) -> (f64, f64) {
        FROM_ONE
    }

    fn is_discrete(&self) -> bool {
        true
    }
}

/// The sum of `(q + i)^-s` over `i = 0, 1, 2, ...`, for `s > 1` and `q >= 1`, by Euler and Maclaurin's formula.
fn hurwitz_zeta(s: f64, q: f64) -> f64 {
    const DIRECT: i32 = 12;
    // B(2j) / (2j)!
    const COEFFICIENTS: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 720.0,
        1.0 / 30_240.0,
        -1.0 / 1_209_600.0,
        1.0 / 47_900_160.0,
        -691.0 / 1_307_674_368_000.0,
        1.0 / 74_724_249_600.0,
        -3_617.0 / 10_670_622_842_880_000.0,
    ];
    let head: f64 = (0..DIRECT).map(|i| libm::pow(q + f64::from(i), -s)).sum();
    let from = q + f64::from(DIRECT);
    let power = libm::pow(from, -s);
    let mut rising = s / from;
    let mut corrections = 0.0;
    for (j, coefficient) in COEFFICIENTS.iter().enumerate() {
        corrections += coefficient * rising;
        let order = s + 2.0 * j as f64;
        rising *= (order + 1.0) / from * ((order + 2.0) / from);
    }
    head + power * (from / (s - 1.0) + 0.5 + corrections)
}
