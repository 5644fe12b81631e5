//! Laws between two bounds.

use super::Law;
use crate::space::special::Tails;
use crate::space::special::beta::{self, Part};

/// `x^(a-1) (1-x)^(b-1) / beta(a, b)` between 0 and 1.
#[derive(Debug)]
pub(crate) struct Beta {
    pub(crate) a: f64,
    pub(crate) b: f64,
}

impl Law for Beta {
    fn tails(&self, x: f64) -> Tails {
        beta::tails(self.a, self.b, Part::of(x))
    }

    fn quantile(&self, u: f64) -> f64 {
        beta::quantile(self.a, self.b, u).x
    }

    fn support(&self) -> (f64, f64) {
        (0.0, 1.0)
    }
}

/// `a x^(a-1)` between 0 and 1.
#[derive(Debug)]
pub(crate) struct Power {
    pub(crate) a: f64,
}

impl Law for Power {
    fn tails(&self, x: f64) -> Tails {
        let x = x.clamp(0.0, 1.0);
        Tails { lower: libm::pow(x, self.a), upper: -libm::expm1(self.a * libm::log(x)) }
    }

    fn quantile(&self, u: f64) -> f64 {
        libm::exp(libm::log(u) / self.a)
    }

    fn support(&self) -> (f64, f64) {
        (0.0, 1.0)
    }
}

/// A density that rises from `left` to `mode` and falls to `right` in straight lines.
#[derive(Debug)]
pub(crate) struct Triangular {
    pub(crate) left: f64,
    pub(crate) mode: f64,
    pub(crate) right: f64,
}

impl Law for Triangular {
    fn tails(&self, x: f64) -> Tails {
        let Self { left, mode, right } = *self;
        let x = x.clamp(left, right);
        if x < mode {
            Tails::from_lower((x - left) / (right - left) * ((x - left) / (mode - left)))
        } else if x < right {
            Tails::from_upper((right - x) / (right - left) * ((right - x) / (right - mode)))
        } else {
            Tails::BELOW
        }
    }

    fn quantile(&self, u: f64) -> f64 {
        let Self { left, mode, right } = *self;
        if u * (right - left) < mode - left {
            left + libm::sqrt(u * (right - left) * (mode - left))
        } else {
            right - libm::sqrt((1.0 - u) * (right - left) * (right - mode))
        }
    }

    fn support(&self) -> (f64, f64) {
        (self.left, self.right)
    }
}
