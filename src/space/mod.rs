//! Domains: the sets that parameters are taken from, read from text.
//!
//! The same forms are read on a command line, in a TOML string and, where TOML has a spelling, as plain TOML:
//!
//! | written | values |
//! |---|---|
//! | `3.0`, `relu`, `'two words'`, `true` | that one |
//! | `[32, 64]`, `['relu' 'tanh']` | these; commas or blanks between |
//! | `0.5 to 3.0 step 0.5`, `{ from = 0.5, to = 3.0, step = 0.5 }` | a range, both ends in |
//! | `(1, 10, 2)`, `arange(1, 10, 2)` | Python's range, stop left out |
//! | `linspace(0, 1, 11)`, `logspace(-5, -1, 5)`, `geomspace(1, 1000, 4)` | as many between two ends, as in numpy |
//! | `uniform(1e-5, 1e-1, 3)` | as many drawn values |
//! | `normal(0, 1)`, `loguniform(1e-5, 1e-1)`, `Choice([1, 2], BetaVariate(2, 2))` | whatever the distribution gives |
//! | `{ type = "continuous", domain = [10, 10000], transformation = "log", grid_points = 3 }` | all between two bounds |
//! | `{ type = "discrete", domain = [1, 2, 5] }`, `"categorical"`, `"boolean"` | a list that says what it is |
//!
//! Values keep their literals; ranges are exact: no value goes through a double unless it is drawn, or one of
//! `linspace`, `logspace` or `geomspace`.
//!
//! What is drawn depends on the sweep's seed, the parameter's name and the number of the draw alone, and is the same on
//! every machine: see [`Stream`].

mod choosing;
mod continuous;
mod distribution;
mod double_double;
mod drawn;
mod error;
mod finite;
mod functions;
mod given;
mod interval;
mod lattice;
mod law;
mod lexer;
mod progression;
mod rational;
mod reading;
mod samplers;
mod signature;
mod spacing;
pub(crate) mod special;
mod stream;
mod syntax;
mod tree;
mod typed;
mod writing;

pub use continuous::Continuous;
pub use distribution::Distribution;
pub use drawn::Drawn;
pub use error::DomainError;
pub use finite::Finite;
pub use functions::is_function;
pub use interval::Transformation;
pub use stream::Stream;

use crate::value::Value;
use finite::Set;

/// The set that a parameter is taken from.
#[derive(Clone, Debug, PartialEq)]
pub enum Domain {
    /// A number of values in order.
    Finite(Finite),
    /// A number of values that the sweep's seed decides: see [`Domain::settled`].
    Drawn(Drawn),
    /// Whatever a distribution gives.
    Sampled(Distribution),
    /// All numbers between two bounds.
    Continuous(Continuous),
}

impl Domain {
    /// Reads a domain as it is typed on a command line or stands inside a TOML string.
    ///
    /// # Errors
    /// If it is none, with the place where reading stops.
    ///
    /// ```
    /// # use gitsweep::space::Domain;
    /// let domain = Domain::parse("0.5 to 2.0 step 0.5")?;
    /// let values: Vec<_> = domain.values().unwrap().iter().map(|value| value.as_str()).collect();
    /// assert_eq!(values, ["0.5", "1.0", "1.5", "2.0"]);
    /// # Ok::<(), gitsweep::space::DomainError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        reading::typed(text)
    }

    /// Reads a domain from the TOML source of a value, so that literals stay as they are written.
    ///
    /// A TOML string holds what would be typed; a string in an array is text.
    ///
    /// # Errors
    /// As for [`Domain::parse`].
    ///
    /// ```
    /// # use gitsweep::space::Domain;
    /// let domain = Domain::parse_toml("[\n  1e-5, # small\n  3.10,\n]")?;
    /// assert_eq!(domain.text(), "[1e-5, 3.10]");
    /// # Ok::<(), gitsweep::space::DomainError>(())
    /// ```
    pub fn parse_toml(fragment: &str) -> Result<Self, DomainError> {
        reading::toml(fragment)
    }

    /// The same domain with its values drawn, if they have to be: then [`Domain::values`] has them.
    ///
    /// They differ, and are as many as the draw asks for where there are so many. The text stays that of the draw, so that
    /// with the seed it gives the same values again.
    #[must_use]
    pub fn settled(self, stream: Stream) -> Self {
        self.settled_by(|drawn| drawn.values(stream))
    }

    /// The same to be paired with the values of others: exactly as many as the draw asks for, of which some may be equal.
    #[must_use]
    pub fn settled_in_pairs(self, stream: Stream) -> Self {
        self.settled_by(|drawn| drawn.paired(stream))
    }

    fn settled_by(self, values: impl FnOnce(&Drawn) -> Vec<Value>) -> Self {
        match self {
            Self::Drawn(drawn) => {
                let text = drawn.distribution().text().to_owned();
                Self::Finite(Finite::from(Set::Drawn { values: values(&drawn), text }))
            }
            other => other,
        }
    }

    /// The values in order. `None` where there is no end of them, and before the draw.
    pub fn values(&self) -> Option<&[Value]> {
        match self {
            Self::Finite(finite) => Some(finite.values()),
            _ => None,
        }
    }

    /// The value number `index`, from 0, without computing the others.
    pub fn get(&self, index: usize) -> Option<Value> {
        match self {
            Self::Finite(finite) => finite.get(index),
            _ => None,
        }
    }

    /// The number of values, never zero. `None` where there is no end of them.
    #[expect(clippy::len_without_is_empty, reason = "no domain is empty")]
    pub fn len(&self) -> Option<usize> {
        match self {
            Self::Finite(finite) => Some(finite.count()),
            Self::Drawn(drawn) => Some(drawn.size()),
            Self::Sampled(_) | Self::Continuous(_) => None,
        }
    }

    /// True if there is only one value.
    pub fn is_constant(&self) -> bool {
        self.len() == Some(1)
    }

    /// The values that a grid takes, each once: all of a finite domain, `grid_points` of one that says so.
    ///
    /// `default_points` stands in where a continuous, sampled or discrete domain does not say how many. `None` where
    /// it is not said at all, and before the draw.
    pub fn grid(&self, default_points: Option<usize>) -> Option<Vec<Value>> {
        let default_points = default_points.filter(|&points| points > 0);
        match self {
            Self::Finite(finite) => Some(finite.grid(default_points)),
            Self::Drawn(_) => None,
            Self::Sampled(distribution) => default_points.map(|points| distribution.spread(points)),
            Self::Continuous(continuous) => continuous.grid(default_points),
        }
    }

    /// Draw number `k`, which depends on no other: each value of a finite domain equally likely, the others as they are
    /// distributed.
    pub fn draw(&self, stream: Stream, k: u64) -> Value {
        self.from_unit(stream.unit(k))
    }

    /// The value at `u`, from 0 to 1: an even spread in `u` is spread as the domain is. Before the draw, values are
    /// those of the distribution.
    pub fn from_unit(&self, u: f64) -> Value {
        match self {
            Self::Finite(finite) => finite.from_unit(u),
            Self::Drawn(drawn) => drawn.distribution().from_unit(u),
            Self::Sampled(distribution) => distribution.from_unit(u),
            Self::Continuous(continuous) => continuous.from_unit(u),
        }
    }

    /// Where `value` lies, from 0 to 1, so that [`Domain::from_unit`] leads back to it; `None` if it is not in the
    /// domain.
    pub fn to_unit(&self, value: &Value) -> Option<f64> {
        match self {
            Self::Finite(finite) => finite.to_unit(value),
            Self::Drawn(drawn) => drawn.distribution().to_unit(value),
            Self::Sampled(distribution) => distribution.to_unit(value),
            Self::Continuous(continuous) => continuous.to_unit(value),
        }
    }

    /// True if `value` is in the domain.
    pub fn contains(&self, value: &Value) -> bool {
        match self {
            Self::Finite(finite) => finite.contains(value),
            Self::Drawn(drawn) => drawn.distribution().contains(value),
            Self::Sampled(distribution) => distribution.contains(value),
            Self::Continuous(continuous) => continuous.contains(value),
        }
    }

    /// The middle value of a finite domain, the middle of a continuous one on its scale, the median of a distribution.
    pub fn middle(&self) -> Value {
        match self {
            Self::Finite(finite) => finite.middle(),
            Self::Drawn(drawn) => drawn.distribution().from_unit(0.5),
            Self::Sampled(distribution) => distribution.from_unit(0.5),
            Self::Continuous(continuous) => continuous.middle(),
        }
    }

    /// True if more and less mean something: the values are numbers, and not said to be categories.
    pub fn is_ordered(&self) -> bool {
        match self {
            Self::Finite(finite) => finite.is_ordered(),
            Self::Drawn(drawn) => drawn.distribution().is_ordered(),
            Self::Sampled(distribution) => distribution.is_ordered(),
            Self::Continuous(_) => true,
        }
    }

    /// The text that [`Domain::parse`] reads back as an equal domain; after the draw, as the domain before it.
    pub fn text(&self) -> String {
        match self {
            Self::Finite(finite) => finite.text(),
            Self::Drawn(drawn) => drawn.distribution().text().to_owned(),
            Self::Sampled(distribution) => distribution.text().to_owned(),
            Self::Continuous(continuous) => continuous.text(),
        }
    }
}

#[cfg(test)]
mod tests;
