//! Laws of whole numbers that rise to a mode and fall after it.

use super::Law;
use crate::space::special::Tails;

/// Beside this fraction of the most probable number, a probability is nothing.
const NEGLIGIBLE: f64 = 1e-24;

/// How the probabilities of neighbours compare.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ratio {
    /// Successes among `n` trials that succeed with odds of `odds` to 1.
    Binomial { n: f64, odds: f64 },
    /// Events, `mean` of them on average.
    Poisson { mean: f64 },
    /// Failures before success number `n`, where each trial fails with probability `failure`.
    NegativeBinomial { n: f64, failure: f64 },
    /// Good ones among `sample` taken from `good` good and `bad` bad ones.
    Hypergeometric { good: f64, bad: f64, sample: f64 },
}

impl Ratio {
    /// `P(k + 1) / P(k)`
    fn at(self, k: f64) -> f64 {
        match self {
            Self::Binomial { n, odds } => (n - k) / (k + 1.0) * odds,
            Self::Poisson { mean } => mean / (k + 1.0),
            Self::NegativeBinomial { n, failure } => (n + k) / (k + 1.0) * failure,
            Self::Hypergeometric { good, bad, sample } => {
                (good - k) / (k + 1.0) * ((sample - k) / (bad - sample + k + 1.0))
            }
        }
    }

    /// The least and the largest number.
    fn support(self) -> (f64, f64) {
        match self {
            Self::Binomial { n, .. } => (0.0, n),
            Self::Poisson { .. } | Self::NegativeBinomial { .. } => (0.0, f64::INFINITY),
            Self::Hypergeometric { good, bad, sample } => ((sample - bad).max(0.0), good.min(sample)),
        }
    }

    /// The most probable number, or a neighbour of it.
    fn mode(self) -> f64 {
        let (low, high) = self.support();
        let mode = match self {
            Self::Binomial { n, odds } if odds.is_finite() => (n + 1.0) * (odds / (1.0 + odds)),
            Self::Binomial { n, .. } => n,
            Self::Poisson { mean } => mean,
            Self::NegativeBinomial { n, failure } => (n - 1.0) * failure / (1.0 - failure),
            Self::Hypergeometric { good, bad, sample } => (sample + 1.0) * ((good + 1.0) / (good + bad + 2.0)),
        };
        libm::floor(mode).clamp(low, high)
    }
}

/// A law given by the ratios of neighbouring probabilities.
#[derive(Debug)]
pub(crate) struct Unimodal {
    ratio: Ratio,
    /// The first number that is not negligible, and its weight.
    first: f64,
    weight: f64,
    /// The sum of all weights.
    total: f64,
}

impl Unimodal {
    /// Adds the weights up, outwards from the mode; time and accuracy are those of some ten standard deviations.
    pub(crate) fn new(ratio: Ratio) -> Self {
        let (low, high) = ratio.support();
        let mode = ratio.mode();
        let (mut first, mut weight, mut total) = (mode, 1.0, 1.0);
        while first > low {
            let next = weight / ratio.at(first - 1.0);
            if next < NEGLIGIBLE {
                break;
            }
            (first, weight) = (first - 1.0, next);
            total += weight;
        }
        let (mut k, mut right) = (mode, 1.0);
        while k < high {
            right *= ratio.at(k);
            if right < NEGLIGIBLE {
                break;
            }
            k += 1.0;
            total += right;
        }
        Self { ratio, first, weight, total }
    }
}

impl Law for Unimodal {
    fn tails(&self, x: f64) -> Tails {
        let (mut k, mut weight, mut sum) = (self.first, self.weight, 0.0);
        while k <= x && weight >= NEGLIGIBLE * NEGLIGIBLE {
            sum += weight;
            weight *= self.ratio.at(k);
            k += 1.0;
        }
        Tails::from_lower(sum / self.total)
    }

    fn quantile(&self, u: f64) -> f64 {
        let (_, high) = self.support();
        let target = u * self.total;
        let (mut k, mut weight, mut sum) = (self.first, self.weight, self.weight);
        while sum < target && k < high {
            weight *= self.ratio.at(k);
            let next = sum + weight;
            k += 1.0;
            // Past the mode, what no longer changes the sum cannot reach the target either.
            if next == sum && weight < 1.0 && self.ratio.at(k) < 1.0 {
                break;
            }
            sum = next;
        }
        k
    }

    fn support(&self) -> (f64, f64) {
        self.ratio.support()
    }

    fn is_discrete(&self) -> bool {
        true
    }
}
