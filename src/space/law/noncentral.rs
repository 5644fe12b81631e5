//! The noncentral chi-square and F laws: Poisson mixtures of the central ones.

use super::Law;
use crate::space::special::beta::{self, Part};
use crate::space::special::{Tails, gamma, positive_quantile};

/// The sum of `df` squared normal numbers of unit variance whose squared means add up to `nonc`.
#[derive(Debug)]
pub(crate) struct NoncentralChiSquare {
    pub(crate) df: f64,
    pub(crate) nonc: f64,
}

impl Law for NoncentralChiSquare {
    fn tails(&self, x: f64) -> Tails {
        if x <= 0.0 {
            return Tails::ABOVE;
        }
        let (half, shape) = (x / 2.0, |j: f64| self.df / 2.0 + j);
        mixture(
            self.nonc / 2.0,
            |j| gamma::tails(shape(j), half),
            |j| gamma::poisson_density(shape(j), half),
            |j| half / (shape(j) + 1.0),
        )
    }

    fn quantile(&self, u: f64) -> f64 {
        positive_quantile(u, |x| self.tails(x))
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}

/// The ratio of a noncentral chi-square number to a central one, each over its degrees of freedom.
#[derive(Debug)]
pub(crate) struct NoncentralF {
    pub(crate) over: f64,
    pub(crate) under: f64,
    pub(crate) nonc: f64,
}

impl Law for NoncentralF {
    fn tails(&self, x: f64) -> Tails {
        if x <= 0.0 {
            return Tails::ABOVE;
        }
        let part = Part::ratio(self.over * x, self.under);
        let (a, b) = (|j: f64| self.over / 2.0 + j, self.under / 2.0);
        mixture(
            self.nonc / 2.0,
            |j| beta::tails(a(j), b, part),
            |j| beta::density(a(j), b, part) / a(j),
            |j| part.x * (a(j) + b) / (a(j) + 1.0),
        )
    }

    fn quantile(&self, u: f64) -> f64 {
        positive_quantile(u, |x| self.tails(x))
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}

/// The tails of a mixture of laws `j = 0, 1, 2, ...` with the weights of a Poisson law of this mean.
///
/// `step(j)` is how much more lies below under law `j` than under law `j + 1`, and `growth(j)` is `step(j + 1) /
/// step(j)`. Below is summed from the last law down and above from the first law up, so that both only add.
fn mixture(mean: f64, tails: impl Fn(f64) -> Tails, step: impl Fn(f64) -> f64, growth: impl Fn(f64) -> f64) -> Tails {
    if mean <= 0.0 {
        return tails(0.0);
    }
    let reach = 9.0 * libm::sqrt(mean) + 40.0;
    let (first, top) = (libm::floor((mean - reach).max(0.0)), libm::ceil(mean + reach));
    let mut last = top;
    // Where nothing lies below, the step has underflowed and would stay zero on the way down.
    while last > first && tails(last).lower < 1e-290 {
        last = libm::floor((first + last) / 2.0);
    }
    let weight = |j: f64| if j == 0.0 { libm::exp(-mean) } else { gamma::poisson_density(j, mean) };
    let (mut lower, mut below, mut j) = (0.0, tails(last).lower, last);
    let (mut poisson, mut difference) = (weight(last), step(last));
    while j >= first {
        lower += poisson * below;
        poisson *= j / mean;
        j -= 1.0;
        difference /= growth(j);
        below += difference;
    }
    let (mut upper, mut above, mut j) = (0.0, tails(first).upper, first);
    let (mut poisson, mut difference) = (weight(first), step(first));
    while j <= top {
        upper += poisson * above;
        above += difference;
        difference *= growth(j);
        j += 1.0;
        poisson *= mean / j;
    }
    Tails { lower: lower.clamp(0.0, 1.0), upper: upper.clamp(0.0, 1.0) }
}
