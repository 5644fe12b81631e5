//! The laws that values can be drawn from, each as its quantile function.
//!
//! A draw is the quantile of one random number. That way the same law serves independent draws, latin hypercubes and
//! low-discrepancy sequences, the draw number `k` needs no other, and no rejection loop can differ between machines.

mod bounded;
mod counts;
mod noncentral;
mod positive;
mod symmetric;
mod unimodal;
mod vonmises;

use std::fmt;

pub(crate) use bounded::{Beta, Power, Triangular};
pub(crate) use counts::{Geometric, Logseries, Zipf};
pub(crate) use noncentral::{NoncentralChiSquare, NoncentralF};
pub(crate) use positive::{Exponential, F, Gamma, LogNormal, Lomax, Pareto, Rayleigh, Wald, Weibull};
pub(crate) use symmetric::{Cauchy, Gumbel, Laplace, Logistic, Normal, StudentT};
pub(crate) use unimodal::{Ratio, Unimodal};
pub(crate) use vonmises::VonMises;

use super::special::Tails;

/// A distribution of a real or whole number.
pub(crate) trait Law: fmt::Debug + Send + Sync {
    /// The probabilities below and above `x`.
    fn tails(&self, x: f64) -> Tails;

    /// The least `x` with `P(X <= x) >= u`, for `u` strictly between 0 and 1.
    fn quantile(&self, u: f64) -> f64;

    /// The bounds of the values; infinite where there are none.
    fn support(&self) -> (f64, f64);

    /// True if all values are whole numbers.
    fn is_discrete(&self) -> bool {
        false
    }
}
