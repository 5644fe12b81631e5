//! The functions behind the distributions: normal, gamma and beta integrals.
//!
//! Written with `libm`, never with the system's mathematics library, so that every machine computes the same bits.

pub(crate) mod beta;
pub(crate) mod gamma;
pub(crate) mod normal;

/// The probabilities below and above a place. Each is accurate where it is small, which `1 - other` would not be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tails {
    /// `P(X <= x)`
    pub(crate) lower: f64,
    /// `P(X > x)`
    pub(crate) upper: f64,
}

impl Tails {
    /// All probability above: the place is at or before the lower bound.
    pub(crate) const ABOVE: Self = Self { lower: 0.0, upper: 1.0 };
    /// All probability below: the place is at or after the upper bound.
    pub(crate) const BELOW: Self = Self { lower: 1.0, upper: 0.0 };

    /// From the probability below.
    pub(crate) fn from_lower(lower: f64) -> Self {
        let lower = lower.clamp(0.0, 1.0);
        Self { lower, upper: 1.0 - lower }
    }

    /// From the probability above.
    pub(crate) fn from_upper(upper: f64) -> Self {
        Self::from_lower(upper).swap()
    }

    /// The tails of the mirrored distribution.
    pub(crate) fn swap(self) -> Self {
        Self { lower: self.upper, upper: self.lower }
    }

    /// True if the place is before the quantile of `u`.
    pub(crate) fn is_before(self, u: f64) -> bool {
        if u < 0.5 { self.lower < u } else { self.upper > 1.0 - u }
    }
}

/// The place between `low` and `high` where `is_before` changes from true to false, to the last bit.
pub(crate) fn bisect(mut low: f64, mut high: f64, is_before: impl Fn(f64) -> bool) -> f64 {
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return high;
        }
        if is_before(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The quantile of `u` of a positive quantity, to about fifteen digits however small or large it is.
pub(crate) fn positive_quantile(u: f64, tails: impl Fn(f64) -> Tails) -> f64 {
    // The logarithms of the smallest and the largest double.
    libm::exp(bisect(-745.0, 709.7, |logarithm| tails(libm::exp(logarithm)).is_before(u)))
}
