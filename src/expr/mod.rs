//! Expressions over parameters and columns: `0.8 * C`, `optimizer == 'sgd'`, `tau > 10 and score < 0.2`.
//!
//! The grammar is Python's, without statements: `or and not`, chained comparisons, `in`, `+ - * / // % **`, `b if a else c`
//! and a few functions; `|| && !` and `^` (a power) are read as well. Names may have dots, and are put into backquotes
//! if they have anything else in them: `` `learning-rate` < 0.1 ``.
//!
//! Numbers are the user's: integers stay integers, `+ - *` on decimals are exact, `0.1 + 0.2` is `0.3`; a quotient that does
//! not come out even and the functions give the nearest double. Text is never taken for a number.
//!
//! Parameters are evaluated strictly: [`Expression::value`] and [`Expression::truth`] refuse a name without a value and
//! an operation that is not defined. Tables are filtered leniently: in [`Expression::matches`] both are missing, and a
//! comparison with a missing value is false, be it `x == 3` or `x != 3`; `x is missing` asks for it.

mod error;
mod eval;
mod function;
mod number;
mod parse;
mod term;
#[cfg(test)]
mod tests;
mod token;
mod tree;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

pub use error::{ExpressionError, suggestion};

use crate::value::Value;
use error::Fault;
use eval::{Evaluation, Mode};
use parse::{Parsed, parse};
use term::Term;
use tree::Node;

/// Gives the value of a name; `None` where it has none.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<Value>;

/// An expression that has been read, with the text that it was read from.
///
/// ```
/// # use gitsweep::{expr::Expression, value::Value};
/// let synapses = Expression::parse("0.8 * C")?;
/// assert_eq!(synapses.variables(), ["C"]);
/// assert_eq!(synapses.value(&|_: &str| Value::number("128"))?.as_str(), "102.4");
/// # Ok::<(), gitsweep::expr::ExpressionError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Expression {
    text: Box<str>,
    root: Node,
    names: Vec<String>,
    places: Vec<Range<usize>>,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// The first place where `text` is no expression, and what was expected there.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let Parsed { root, names, places } = parse(text)?;
        Ok(Self { text: text.into(), root, names, places })
    }

    /// The names in the expression, each once, in order of appearance and without backquotes.
    pub fn variables(&self) -> &[String] {
        &self.names
    }

    /// The text that was read.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Refuses names that are not among `known`, with the near miss.
    ///
    /// # Errors
    /// The first such name.
    pub fn check(&self, known: &[&str]) -> Result<(), ExpressionError> {
        match self.names.iter().zip(&self.places).find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, place)) => Err(ExpressionError::unknown(&self.text, place.clone(), name, known)),
            None => Ok(()),
        }
    }

    /// The value of the expression.
    ///
    /// # Errors
    /// A name without a value, except in `x is missing`; an operation that is not defined for its operands.
    /// [`ExpressionError::among`] adds the near miss of a name.
    pub fn value(&self, lookup: Lookup<'_>) -> Result<Value, ExpressionError> {
        let no_value = || {
            ExpressionError::new(&self.text, self.root.place.clone(), Fault::new("the expression has no value here"))
        };
        self.evaluation(lookup, Mode::Strict).term(&self.root)?.into_value().ok_or_else(no_value)
    }

    /// Whether the expression holds; a number does unless it is zero.
    ///
    /// # Errors
    /// As [`Expression::value`], and if the value is a text.
    pub fn truth(&self, lookup: Lookup<'_>) -> Result<bool, ExpressionError> {
        self.evaluation(lookup, Mode::Strict).truth(&self.root)
    }

    /// The value of the expression, or `None` if it is missing: where a name has no value or an operation is not defined.
    pub fn value_or_missing(&self, lookup: Lookup<'_>) -> Option<Value> {
        self.evaluation(lookup, Mode::Lenient).term(&self.root).ok().and_then(Term::into_value)
    }

    /// Whether the expression holds, where missing values and comparisons that are not defined are false.
    ///
    /// ```
    /// # use gitsweep::expr::Expression;
    /// let nothing = |_: &str| None;
    /// assert!(!Expression::parse("score < 0.2")?.matches(&nothing));
    /// assert!(Expression::parse("score is missing")?.matches(&nothing));
    /// # Ok::<(), gitsweep::expr::ExpressionError>(())
    /// ```
    pub fn matches(&self, lookup: Lookup<'_>) -> bool {
        self.evaluation(lookup, Mode::Lenient).truth(&self.root).unwrap_or(false)
    }

    fn evaluation<'a>(&'a self, lookup: Lookup<'a>, mode: Mode) -> Evaluation<'a> {
        Evaluation { text: &self.text, names: &self.names, lookup, mode }
    }
}

/// Two expressions are equal if their texts are.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Expression {}

impl std::hash::Hash for Expression {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        Self::parse(text)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
