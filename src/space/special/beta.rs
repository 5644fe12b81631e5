//! The incomplete beta integral and its inverse.

use std::f64::consts::{LN_2, TAU};

use super::gamma::{away_from_zero, deviance, stirling_error};
use super::{Tails, bisect};

/// A number between 0 and 1 with its complement, both accurate where they are small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Part {
    /// The number.
    pub(crate) x: f64,
    /// One minus the number.
    pub(crate) y: f64,
}

impl Part {
    /// From the number.
    pub(crate) fn of(x: f64) -> Self {
        Self { x, y: 1.0 - x }
    }

    /// `over / (over + under)`, for two positive numbers.
    pub(crate) fn ratio(over: f64, under: f64) -> Self {
        if over.is_infinite() {
            return Self { x: 1.0, y: 0.0 };
        }
        let sum = over + under;
        Self { x: over / sum, y: under / sum }
    }

    fn swap(self) -> Self {
        Self { x: self.y, y: self.x }
    }
}

/// `x^a (1 - x)^b / beta(a, b)`
pub(crate) fn density(a: f64, b: f64, part: Part) -> f64 {
    let n = a + b;
    let exponent =
        stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * part.x) - deviance(b, n * part.y);
    libm::exp(exponent) * libm::sqrt(a * b / (n * TAU))
}

/// The probabilities below and above `part` of the beta distribution.
pub(crate) fn tails(a: f64, b: f64, part: Part) -> Tails {
    if part.x <= 0.0 {
        return Tails::ABOVE;
    }
    if part.y <= 0.0 {
        return Tails::BELOW;
    }
    let density = density(a, b, part);
    if part.x < (a + 1.0) / (a + b + 2.0) {
        Tails::from_lower(density / a * fraction(a, b, part.x))
    } else {
        Tails::from_upper(density / b * fraction(b, a, part.y))
    }
}

/// The quantile of `u` of the beta distribution.
pub(crate) fn quantile(a: f64, b: f64, u: f64) -> Part {
    if tails(a, b, Part::of(0.5)).is_before(u) {
        let mirrored = bisect(-745.0, -LN_2, |logarithm| {
            let small = Part::of(libm::exp(logarithm));
            !tails(a, b, small.swap()).is_before(u)
        });
        return Part::of(libm::exp(mirrored)).swap();
    }
    let logarithm = bisect(-745.0, -LN_2, |logarithm| tails(a, b, Part::of(libm::exp(logarithm))).is_before(u));
    Part::of(libm::exp(logarithm))
}

/// The continued fraction of the incomplete beta integral by Lentz's method, as in Press et al., "Numerical recipes",
/// section 6.4.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    let mut m = 0.0;
    loop {
        m += 1.0;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let factor = d * c;
        fraction *= factor;
        if (factor - 1.0).abs() < 4e-16 || m > 1e7 {
            return fraction;
        }
    }
}
