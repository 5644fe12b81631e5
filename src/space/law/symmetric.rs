//! Laws on the whole line.

use std::f64::consts::PI;

use super::Law;
use crate::space::special::Tails;
use crate::space::special::beta::{self, Part};
use crate::space::special::normal;

const LINE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// The bell curve with this mean and standard deviation.
#[derive(Debug)]
pub(crate) struct Normal {
    pub(crate) loc: f64,
    pub(crate) scale: f64,
}

impl Law for Normal {
    fn tails(&self, x: f64) -> Tails {
        normal::tails((x - self.loc) / self.scale)
    }

    fn quantile(&self, u: f64) -> f64 {
        self.loc + self.scale * normal::quantile(u)
    }

    fn support(&self) -> (f64, f64) {
        LINE
    }
}

/// `scale / (pi (scale^2 + x^2))`
#[derive(Debug)]
pub(crate) struct Cauchy;

impl Law for Cauchy {
    fn tails(&self, x: f64) -> Tails {
        // atan2 keeps the digits of a small tail.
        Tails { lower: libm::atan2(1.0, -x) / PI, upper: libm::atan2(1.0, x) / PI }
    }

    fn quantile(&self, u: f64) -> f64 {
        let tail = u.min(1.0 - u);
        let magnitude = if tail < 0.25 { 1.0 / libm::tan(PI * tail) } else { libm::tan(PI * (0.5 - tail)) };
        magnitude.copysign(u - 0.5)
    }

    fn support(&self) -> (f64, f64) {
        LINE
    }
}

/// The law of the largest of many: `exp(-exp(-x))` lies below `x`.
#[derive(Debug)]
pub(crate) struct Gumbel {
    pub(crate) loc: f64,
    pub(crate) scale: f64,
}

impl Law for Gumbel {
    fn tails(&self, x: f64) -> Tails {
        let power = -libm::exp(-(x - self.loc) / self.scale);
        Tails { lower: libm::exp(power), upper: -libm::expm1(power) }
    }

    fn quantile(&self, u: f64) -> f64 {
        let log = if u < 0.5 { libm::log(u) } else { libm::log1p(-(1.0 - u)) };
        self.loc - self.scale * libm::log(-log)
    }

    fn support(&self) -> (f64, f64) {
        LINE
    }
}

/// `exp(-|x|) / 2`, scaled and moved.
#[derive(Debug)]
pub(crate) struct Laplace {
    pub(crate) loc: f64,
    pub(crate) scale: f64,
}

impl Law for Laplace {
    fn tails(&self, x: f64) -> Tails {
        let distance = (x - self.loc) / self.scale;
        let outside = Tails::from_lower(0.5 * libm::exp(-distance.abs()));
        if distance < 0.0 { outside } else { outside.swap() }
    }

    fn quantile(&self, u: f64) -> f64 {
        let magnitude = -libm::log(2.0 * u.min(1.0 - u));
        self.loc + self.scale * magnitude.copysign(u - 0.5)
    }

    fn support(&self) -> (f64, f64) {
        LINE
    }
}

/// `1 / (1 + exp(-x))` lies below `x`.
#[derive(Debug)]
pub(crate) struct Logistic {
    pub(crate) loc: f64,
    pub(crate) scale: f64,
}

impl Law for Logistic {
    fn tails(&self, x: f64) -> Tails {
        let distance = (x - self.loc) / self.scale;
        Tails { lower: 1.0 / (1.0 + libm::exp(-distance)), upper: 1.0 / (1.0 + libm::exp(distance)) }
    }

    fn quantile(&self, u: f64) -> f64 {
        self.loc + self.scale * libm::log(u / (1.0 - u))
    }

    fn support(&self) -> (f64, f64) {
        LINE
    }
}

/// Student's t.
#[derive(Debug)]
pub(crate) struct StudentT {
    /// Degrees of freedom.
    pub(crate) df: f64,
}

impl Law for StudentT {
    fn tails(&self, x: f64) -> Tails {
        // df / (df + t^2) follows a beta law.
        let part = Part::ratio(self.df, x * x);
        let outside = Tails::from_lower(0.5 * beta::tails(self.df / 2.0, 0.5, part).lower);
        if x < 0.0 { outside } else { outside.swap() }
    }

    fn quantile(&self, u: f64) -> f64 {
        if u == 0.5 {
            return 0.0;
        }
        let Part { x, y } = beta::quantile(self.df / 2.0, 0.5, 2.0 * u.min(1.0 - u));
        libm::sqrt(self.df * y / x).copysign(u - 0.5)
    }

    fn support(&self) -> (f64, f64) {
        LINE
    }
}
