//! Domains with a number of values, in order.

use std::collections::HashSet;
use std::fmt::Display;
use std::sync::OnceLock;

use bigdecimal::num_bigint::BigInt;

use super::error::Fault;
use super::progression::Progression;
use super::spacing::Spacing;
use crate::value::{Kind, Value};

/// The most values that a domain may have.
pub(super) const MOST: usize = 10_000_000;

/// A finite set of values in order.
///
/// Ranges are kept as ranges: their values are computed when they are asked for.
#[derive(Clone, Debug)]
pub struct Finite {
    set: Set,
    values: OnceLock<Box<[Value]>>,
}

/// How the values are given.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Set {
    /// One value, written as it is.
    Constant(Value),
    /// The values one by one.
    List(Vec<Value>),
    /// Equal exact distances.
    Progression(Progression),
    /// A number of values between two ends.
    Spacing(Spacing),
}

impl PartialEq for Finite {
    fn eq(&self, other: &Self) -> bool {
        self.set == other.set
    }
}

impl From<Set> for Finite {
    fn from(set: Set) -> Self {
        Self { set, values: OnceLock::new() }
    }
}

impl Finite {
    /// The values in order. Those of a range are computed at the first call and kept.
    pub fn values(&self) -> &[Value] {
        match &self.set {
            Set::Constant(value) => std::slice::from_ref(value),
            Set::List(values) => values,
            _ => self.values.get_or_init(|| (0..self.count()).filter_map(|index| self.get(index)).collect()),
        }
    }

    /// The number of values; at least one.
    pub fn count(&self) -> usize {
        match &self.set {
            Set::Constant(_) => 1,
            Set::List(values) => values.len(),
            Set::Progression(range) => range.len(),
            Set::Spacing(spacing) => spacing.len(),
        }
    }

    /// The value number `index`, from 0, without computing the others.
    pub fn get(&self, index: usize) -> Option<Value> {
        match &self.set {
            _ if index >= self.count() => None,
            Set::Constant(value) => Some(value.clone()),
            Set::List(values) => values.get(index).cloned(),
            Set::Progression(range) => Some(range.get(index)),
            Set::Spacing(spacing) => Some(spacing.get(index)),
        }
    }

    /// The text that reads back as this domain.
    pub fn text(&self) -> String {
        match &self.set {
            Set::Constant(value) => literal(value),
            Set::List(values) => {
                let items: Vec<_> = values.iter().map(literal).collect();
                format!("[{}]", items.join(", "))
            }
            Set::Progression(range) => range.text(),
            Set::Spacing(spacing) => spacing.text(),
        }
    }
}

/// A value as it stands in the text of a domain: text between quotes, anything else as it is.
pub(super) fn literal(value: &Value) -> String {
    let text = value.as_str();
    if value.kind() != Kind::Text {
        return text.to_owned();
    }
    if text.contains('\'') {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        format!("'{text}'")
    }
}

/// The number of values of a domain written at `at`, if it is neither none nor too many. `shown` is that number; `count`
/// is `None` where it does not fit a `usize`.
pub(super) fn check_count(count: Option<usize>, shown: impl Display, at: usize) -> Result<usize, Fault> {
    match count {
        Some(0) => Err(Fault::new(at, "a domain needs at least one value")),
        Some(count) if count <= MOST => Ok(count),
        _ => {
            let shown = shown.to_string();
            let shown = if shown.len() > 20 { format!("a number of {} digits", shown.len()) } else { shown };
            Err(Fault::new(at, format!("too many values: {shown}, and the most is {MOST}")))
        }
    }
}

/// The index of the first value that was there before, as a number or as text.
pub(super) fn repeated(values: &[Value]) -> Option<usize> {
    let mut seen = HashSet::with_capacity(values.len());
    values.iter().position(|value| !seen.insert(key(value)))
}

/// Equal for values that [`Value::same`] calls the same.
fn key(value: &Value) -> Result<(BigInt, i64), (Kind, &str)> {
    value
        .exact()
        .map(|number| number.normalized().into_bigint_and_exponent())
        .ok_or_else(|| (value.kind(), value.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_in_other_words_is_repeated() {
        let values = |literals: &[&str]| literals.iter().map(|literal| Value::guess(literal)).collect::<Vec<_>>();
        assert_eq!(repeated(&values(&["1", "2", "1.0"])), Some(2));
        assert_eq!(repeated(&values(&["1e1", "10", "9"])), Some(1));
        assert_eq!(repeated(&values(&["0", "-0.0"])), Some(1));
        assert_eq!(repeated(&values(&["a", "b", "a"])), Some(2));
        assert_eq!(repeated(&values(&["nan", "inf", "-inf", "true", "1"])), None);
        assert_eq!(repeated(&[Value::text("3"), Value::integer(3)]), None);
    }

    #[test]
    fn literals_are_quoted_so_that_they_read_back() {
        assert_eq!(literal(&Value::text("it's")), "\"it's\"");
        assert_eq!(literal(&Value::text(r#"a\"b'"#)), r#""a\\\"b'""#);
        assert_eq!(literal(&Value::text(r"a\b")), r"'a\b'");
        assert_eq!(literal(&Value::text("3")), "'3'");
        assert_eq!(literal(&Value::integer(3)), "3");
    }
}
