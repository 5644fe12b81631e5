//! The incomplete gamma integral and its inverse.
//!
//! The densities are in the saddle-point form of C. Loader, "Fast and accurate computation of binomial probabilities"
//! (2000), which keeps its digits where powers and factorials would lose them.

use std::f64::consts::TAU;

use super::{Tails, positive_quantile};

/// What Stirling's formula for `ln gamma(n + 1)` lacks, for `n > 0`.
pub(crate) fn stirling_error(n: f64) -> f64 {
    let mut correction = 0.0;
    let mut n = n;
    while n < 15.0 {
        correction += (n + 0.5) * libm::log1p(1.0 / n) - 1.0;
        n += 1.0;
    }
    let square = n * n;
    let series =
        1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square) / square;
    correction + series / n
}

/// `x ln(x / mean) + mean - x`, without cancellation where the two are close.
pub(crate) fn deviance(x: f64, mean: f64) -> f64 {
    let difference = x - mean;
    if difference.abs() >= 0.1 * (x + mean) {
        return x * libm::log(x / mean) + mean - x;
    }
    let v = difference / (x + mean);
    let mut sum = difference * v;
    let mut power = 2.0 * x * v;
    for odd in (3..1000).step_by(2) {
        power *= v * v;
        let next = sum + power / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// `mean^x exp(-mean) / gamma(x + 1)` for `x > 0`: the Poisson probability, for any real `x`.
pub(crate) fn poisson_density(x: f64, mean: f64) -> f64 {
    if mean <= 0.0 || !mean.is_finite() {
        return 0.0;
    }
    libm::exp(-stirling_error(x) - deviance(x, mean)) / libm::sqrt(TAU * x)
}

/// The probabilities below and above `x` of the gamma distribution with this shape and unit scale.
///
/// The power series below the mean, Legendre's continued fraction above it.
pub(crate) fn tails(shape: f64, x: f64) -> Tails {
    if x <= 0.0 {
        return Tails::ABOVE;
    }
    if !x.is_finite() {
        return Tails::BELOW;
    }
    let density = poisson_density(shape, x);
    if x < shape + 1.0 {
        let (mut term, mut sum, mut n) = (1.0, 1.0, shape);
        while term > sum * 1e-17 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return Tails::from_lower(density * sum);
    }
    // Lentz's method, as in Press et al., "Numerical recipes", section 6.2.
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    let mut i = 0.0;
    loop {
        i += 1.0;
        let a = -i * (i - shape);
        b += 2.0;
        d = 1.0 / away_from_zero(a * d + b);
        c = away_from_zero(b + a / c);
        let factor = d * c;
        fraction *= factor;
        if (factor - 1.0).abs() < 4e-16 || i > 1e7 {
            break;
        }
    }
    Tails::from_upper(shape * density * fraction)
}

/// The quantile of `u` of the gamma distribution with this shape and unit scale.
pub(crate) fn quantile(shape: f64, u: f64) -> f64 {
    positive_quantile(u, |x| tails(shape, x))
}

/// A denominator of a continued fraction that can be divided by.
pub(crate) fn away_from_zero(number: f64) -> f64 {
    if number.abs() < 1e-300 { 1e-300 } else { number }
}
