//! Laws of positive numbers.

use std::f64::consts::SQRT_2;

use super::Law;
use crate::space::special::beta::{self, Part};
use crate::space::special::normal::scaled_erfc;
use crate::space::special::{Tails, gamma, normal, positive_quantile};

const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);

/// The tails of a law with `exp(-hazard)` above the place.
fn from_hazard(hazard: f64) -> Tails {
    if hazard <= 0.0 {
        return Tails::ABOVE;
    }
    Tails { lower: -libm::expm1(-hazard), upper: libm::exp(-hazard) }
}

/// `-ln(1 - u)`, the unit exponential quantile.
fn exponential(u: f64) -> f64 {
    -libm::log1p(-u)
}

/// `exp(-x / scale) / scale`
#[derive(Debug)]
pub(crate) struct Exponential {
    pub(crate) scale: f64,
}

impl Law for Exponential {
    fn tails(&self, x: f64) -> Tails {
        from_hazard(x / self.scale)
    }

    fn quantile(&self, u: f64) -> f64 {
        self.scale * exponential(u)
    }

    fn support(&self) -> (f64, f64) {
        POSITIVE
    }
}

/// `exp(-(x / scale)^shape)` lies above `x`.
#[derive(Debug)]
pub(crate) struct Weibull {
    pub(crate) shape: f64,
    pub(crate) scale: f64,
}

impl Law for Weibull {
    fn tails(&self, x: f64) -> Tails {
        from_hazard(libm::pow(x.max(0.0) / self.scale, self.shape))
    }

    fn quantile(&self, u: f64) -> f64 {
        self.scale * libm::pow(exponential(u), 1.0 / self.shape)
    }

    fn support(&self) -> (f64, f64) {
        POSITIVE
    }
}

/// The length of a vector of two independent normal numbers of this standard deviation.
#[derive(Debug)]
pub(crate) struct Rayleigh {
    pub(crate) scale: f64,
}

impl Law for Rayleigh {
    fn tails(&self, x: f64) -> Tails {
        let x = x.max(0.0) / self.scale;
        from_hazard(x * x / 2.0)
    }

    fn quantile(&self, u: f64) -> f64 {
        self.scale * libm::sqrt(2.0 * exponential(u))
    }

    fn support(&self) -> (f64, f64) {
        POSITIVE
    }
}

/// Pareto's second law, from 0: `(1 + x)^-a` lies above `x`. This is what numpy calls `pareto`.
#[derive(Debug)]
pub(crate) struct Lomax {
    pub(crate) a: f64,
}

impl Law for Lomax {
    fn tails(&self, x: f64) -> Tails {
        from_hazard(self.a * libm::log1p(x.max(0.0)))
    }

    fn quantile(&self, u: f64) -> f64 {
        libm::expm1(exponential(u) / self.a)
    }

    fn support(&self) -> (f64, f64) {
        POSITIVE
    }
}

/// Pareto's law, from 1: `x^-a` lies above `x`.
#[derive(Debug)]
pub(crate) struct Pareto {
    pub(crate) a: f64,
}

impl Law for Pareto {
    fn tails(&self, x: f64) -> Tails {
        from_hazard(self.a * libm::log(x.max(1.0)))
    }

    fn quantile(&self, u: f64) -> f64 {
        libm::exp(exponential(u) / self.a)
    }

    fn support(&self) -> (f64, f64) {
        (1.0, f64::INFINITY)
    }
}

/// A number whose logarithm is normal with this mean and standard deviation.
#[derive(Debug)]
pub(crate) struct LogNormal {
    pub(crate) mean: f64,
    pub(crate) sigma: f64,
}

impl Law for LogNormal {
    fn tails(&self, x: f64) -> Tails {
        if x <= 0.0 { Tails::ABOVE } else { normal::tails((libm::log(x) - self.mean) / self.sigma) }
    }

    fn quantile(&self, u: f64) -> f64 {
        libm::exp(self.mean + self.sigma * normal::quantile(u))
    }

    fn support(&self) -> (f64, f64) {
        POSITIVE
    }
}

/// `x^(shape-1) exp(-x / scale)`, normalised. The chi-square law with `df` degrees of freedom has the shape `df / 2`
/// and the scale 2.
#[derive(Debug)]
pub(crate) struct Gamma {
    pub(crate) shape: f64,
    pub(crate) scale: f64,
}

impl Law for Gamma {
    fn tails(&self, x: f64) -> Tails {
        gamma::tails(self.shape, x / self.scale)
    }

    fn quantile(&self, u: f64) -> f64 {
        self.scale * gamma::quantile(self.shape, u)
    }

    fn support(&self) -> (f64, f64) {
        POSITIVE
    }
}

/// Fisher's F: the ratio of two chi-square numbers, each over its degrees of freedom.
#[derive(Debug)]
pub(crate) struct F {
    pub(crate) over: f64,
    pub(crate) under: f64,
}

impl Law for F {
    fn tails(&self, x: f64) -> Tails {
        let part = Part::ratio(self.over * x.max(0.0), self.under);
        beta::tails(self.over / 2.0, self.under / 2.0, part)
    }

    fn quantile(&self, u: f64) -> f64 {
        let Part { x, y } = beta::quantile(self.over / 2.0, self.under / 2.0, u);
        self.under / self.over * (x / y)
    }

    fn support(&self) -> (f64, f64) {
        POSITIVE
    }
}

/// The inverse Gaussian law: when a Brownian motion with drift first reaches a level.
#[derive(Debug)]
pub(crate) struct Wald {
    pub(crate) mean: f64,
    pub(crate) scale: f64,
}

impl Law for Wald {
    fn tails(&self, x: f64) -> Tails {
        if x <= 0.0 {
            return Tails::ABOVE;
        }
        let root = libm::sqrt(self.scale / x);
        let (a, b) = (root * (x / self.mean - 1.0), root * (x / self.mean + 1.0));
        // exp(2 scale / mean) P(Z < -b), in a form that cannot overflow.
        let mirrored = 0.5 * libm::exp(-a * a / 2.0) * scaled_erfc(b / SQRT_2);
        let direct = normal::tails(a);
        Tails { lower: (direct.lower + mirrored).min(1.0), upper: (direct.upper - mirrored).max(0.0) }
    }

    fn quantile(&self, u: f64) -> f64 {
        positive_quantile(u, |x| self.tails(x))
    }

    fn support(&self) -> (f64, f64) {
        POSITIVE
    }
}
