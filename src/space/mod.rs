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
//!
//! Values keep their literals; ranges are exact: no value goes through a double unless it is one of `linspace`,
//! `logspace` or `geomspace`.

mod double_double;
mod error;
mod finite;
mod functions;
mod lexer;
mod progression;
mod rational;
mod reading;
mod signature;
mod spacing;
mod syntax;

pub use error::DomainError;
pub use finite::Finite;

use crate::value::Value;

/// The set that a parameter is taken from.
#[derive(Clone, Debug, PartialEq)]
pub enum Domain {
    /// A number of values in order.
    Finite(Finite),
}

impl Domain {
    /// Reads a domain as it is typed on a command line or stands inside a TOML string.
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
    /// ```
    /// # use gitsweep::space::Domain;
    /// let domain = Domain::parse_toml("[\n  1e-5, # small\n  3.10,\n]")?;
    /// assert_eq!(domain.text(), "[1e-5, 3.10]");
    /// # Ok::<(), gitsweep::space::DomainError>(())
    /// ```
    pub fn parse_toml(fragment: &str) -> Result<Self, DomainError> {
        reading::toml(fragment)
    }

    /// The values in order.
    pub fn values(&self) -> Option<&[Value]> {
        match self {
            Self::Finite(finite) => Some(finite.values()),
        }
    }

    /// The value number `index`, from 0, without computing the others.
    pub fn get(&self, index: usize) -> Option<Value> {
        match self {
            Self::Finite(finite) => finite.get(index),
        }
    }

    /// The number of values; never zero.
    #[expect(clippy::len_without_is_empty, reason = "no domain is empty")]
    pub fn len(&self) -> Option<usize> {
        match self {
            Self::Finite(finite) => Some(finite.count()),
        }
    }

    /// True if there is only one value.
    pub fn is_constant(&self) -> bool {
        self.len() == Some(1)
    }

    /// The text that [`Domain::parse`] reads back as an equal domain.
    pub fn text(&self) -> String {
        match self {
            Self::Finite(finite) => finite.text(),
        }
    }
}

#[cfg(test)]
mod tests;
