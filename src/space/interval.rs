//! Numbers between two bounds, evenly spread or evenly spread in the logarithm.

use super::lattice::Lattice;
use crate::value::{Kind, Value};

/// The scale on which numbers are evenly spread, and on which a model should look at them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transformation {
    /// The numbers themselves.
    Linear,
    /// Their logarithms.
    Log,
}

/// How a number of an interval or a law is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Spelling {
    /// The shortest decimal that reads back as the double.
    Shortest,
    /// Rounded to this many significant digits.
    Digits(u8),
    /// The nearest of these numbers.
    Lattice(Lattice),
}

/// The numbers from one bound to another, both included.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Interval {
    low: Value,
    high: Value,
    bounds: (f64, f64),
    transformation: Transformation,
    spelling: Spelling,
}

impl Interval {
    /// The interval from `low` to `high`, which must be finite doubles in that order, and above zero for a logarithm.
    pub(super) fn new(low: Value, high: Value, transformation: Transformation, spelling: Spelling) -> Self {
        let double = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        let bounds = match &spelling {
            // A step need not end at the bound.
            Spelling::Lattice(lattice) => {
                (double(&low), last(lattice).map_or(double(&high), |last| lattice.double(last)))
            }
            _ => (double(&low), double(&high)),
        };
        Self { low, high, bounds, transformation, spelling }
    }

    /// The bounds as written.
    pub(super) fn bounds(&self) -> (&Value, &Value) {
        (&self.low, &self.high)
    }

    /// The scale on which the numbers are evenly spread.
    pub(super) fn transformation(&self) -> Transformation {
        self.transformation
    }

    /// The numbers that occur, where they are at equal distances.
    pub(super) fn lattice(&self) -> Option<&Lattice> {
        match &self.spelling {
            Spelling::Lattice(lattice) => Some(lattice),
            _ => None,
        }
    }

    /// The number at the part `u` of the way, which runs from 0 to 1.
    pub(super) fn at(&self, u: f64) -> Value {
        let u = u.clamp(0.0, 1.0);
        match (&self.spelling, self.transformation) {
            (Spelling::Lattice(lattice), Transformation::Linear) => {
                // All equally likely, the ends included.
                let count = lattice.count().unwrap_or(1);
                lattice.get(((u * count as f64) as i64).clamp(0, last(lattice).unwrap_or(0)))
            }
            (Spelling::Lattice(lattice), Transformation::Log) => {
                let (low, high) = self.edges(lattice);
                lattice.get(lattice.nearest(libm::exp(between(libm::log(low), libm::log(high), u))))
            }
            (_, Transformation::Linear) => self.spell(between(self.bounds.0, self.bounds.1, u)),
            (_, Transformation::Log) => {
                let (low, high) = self.bounds;
                self.spell(match u {
                    0.0 => low,
                    1.0 => high,
                    _ => tidy(libm::exp(between(libm::log(low), libm::log(high), u))),
                })
            }
        }
    }

    /// The part of the way at which `value` lies; the middle of those parts where several give the same value.
    pub(super) fn to_unit(&self, value: &Value) -> Option<f64> {
        let unit = match (&self.spelling, self.transformation) {
            (Spelling::Lattice(lattice), Transformation::Linear) => {
                (lattice.position(value)? as f64 + 0.5) / lattice.count()? as f64
            }
            (Spelling::Lattice(lattice), Transformation::Log) => {
                let x = lattice.double(lattice.position(value)?);
                let (low, high) = self.edges(lattice);
                let half = lattice.step() / 2.0;
                let part =
                    |x: f64| (libm::log(x.clamp(low, high)) - libm::log(low)) / (libm::log(high) - libm::log(low));
                (part(x - half) + part(x + half)) / 2.0
            }
            (_, Transformation::Linear) => {
                let (low, high) = self.bounds;
                // Halves, so that the widest interval does not overflow.
                (self.inside(value)? / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)
            }
            (_, Transformation::Log) => {
                let (low, high) = (libm::log(self.bounds.0), libm::log(self.bounds.1));
                (libm::log(self.inside(value)?) - low) / (high - low)
            }
        };
        Some(unit.clamp(0.0, 1.0))
    }

    /// True if `value` can occur.
    pub(super) fn contains(&self, value: &Value) -> bool {
        match &self.spelling {
            Spelling::Lattice(lattice) => lattice.position(value).is_some(),
            _ => self.inside(value).is_some(),
        }
    }

    /// A double as a value of the interval.
    pub(super) fn spell(&self, x: f64) -> Value {
        match &self.spelling {
            Spelling::Shortest => Value::float(x.clamp(self.bounds.0, self.bounds.1) + 0.0),
            Spelling::Digits(digits) => Value::float(rounded(x, *digits).clamp(self.bounds.0, self.bounds.1) + 0.0),
            Spelling::Lattice(lattice) => lattice.get(lattice.nearest(x)),
        }
    }

    fn inside(&self, value: &Value) -> Option<f64> {
        let number = value.as_f64().filter(|_| matches!(value.kind(), Kind::Integer | Kind::Decimal))?;
        (self.bounds.0..=self.bounds.1).contains(&number).then_some(number)
    }

    /// The bounds of the even spread of logarithms, half a step beyond the first and the last number, so that they are
    /// not half as likely as they should be.
    fn edges(&self, lattice: &Lattice) -> (f64, f64) {
        let (low, high) = self.bounds;
        let half = lattice.step() / 2.0;
        ((low - half).max(low / 2.0), high + half)
    }
}

/// The short decimal that `x` misses only by what exponentials round off: 0.001 for 0.0010000000000000002.
fn tidy(x: f64) -> f64 {
    let short = rounded(x, 6);
    if (short - x).abs() <= 8.0 * f64::EPSILON * x.abs() { short } else { x }
}

/// `x` rounded to this many significant digits.
pub(super) fn rounded(x: f64, digits: u8) -> f64 {
    let written = format!("{x:.*e}", usize::from(digits.max(1)) - 1);
    written.parse().unwrap_or(x)
}

fn last(lattice: &Lattice) -> Option<i64> {
    lattice.count().and_then(|count| i64::try_from(count - 1).ok())
}

/// The number at the part `u` of the way; exact at both ends.
fn between(low: f64, high: f64, u: f64) -> f64 {
    if u >= 1.0 { high } else { low * (1.0 - u) + high * u }
}
