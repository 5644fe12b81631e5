//! Domains with a number of values, in order.

use std::collections::HashSet;
use std::fmt::Display;
use std::sync::OnceLock;

use bigdecimal::num_bigint::BigInt;

use super::error::Fault;
use super::interval::Transformation;
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
    typing: Option<Typing>,
    values: OnceLock<Box<[Value]>>,
}

/// What a user said that the values are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Typing {
    /// Numbers, of which a grid takes some, on a scale for those who model them.
    Discrete { transformation: Transformation, kept: Kept },
    /// Values without an order.
    Categorical,
    /// False and true.
    Boolean,
}

/// How many of its values a grid takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kept {
    /// All.
    All,
    /// No more than this many.
    AtMost(usize),
}

/// How the values are given.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Set {
    /// One value, written as it is.
    Constant(Value),
    /// The values one by one.
    List(Vec<Value>),
    /// Values that were drawn, and the text that says from where; the same may come twice.
    Drawn { values: Vec<Value>, text: String },
    /// Equal exact distances.
    Progression(Progression),
    /// A number of values between two ends.
    Spacing(Spacing),
}

impl PartialEq for Finite {
    fn eq(&self, other: &Self) -> bool {
        self.set == other.set && self.typing == other.typing
    }
}

impl From<Set> for Finite {
    fn from(set: Set) -> Self {
        Self { set, typing: None, values: OnceLock::new() }
    }
}

impl Finite {
    /// The values in order. Those of a range are computed at the first call and kept.
    pub fn values(&self) -> &[Value] {
        match &self.set {
            Set::Constant(value) => std::slice::from_ref(value),
            Set::List(values) | Set::Drawn { values, .. } => values,
            _ => self.values.get_or_init(|| (0..self.count()).filter_map(|index| self.get(index)).collect()),
        }
    }

    /// The number of values; at least one.
    pub fn count(&self) -> usize {
        match &self.set {
            Set::Constant(_) => 1,
            Set::List(values) | Set::Drawn { values, .. } => values.len(),
            Set::Progression(range) => range.len(),
            Set::Spacing(spacing) => spacing.len(),
        }
    }

    /// The value number `index`, from 0, without computing the others.
    pub fn get(&self, index: usize) -> Option<Value> {
        match &self.set {
            _ if index >= self.count() => None,
            Set::Constant(value) => Some(value.clone()),
            Set::List(values) | Set::Drawn { values, .. } => values.get(index).cloned(),
            Set::Progression(range) => Some(range.get(index)),
            Set::Spacing(spacing) => Some(spacing.get(index)),
        }
    }

    /// The index of the first value that is the same as `value`.
    pub fn position(&self, value: &Value) -> Option<usize> {
        match &self.set {
            Set::Progression(range) => range.position(value),
            _ => self.values().iter().position(|own| own.same(value)),
        }
    }

    /// True if `value` is one of the values.
    pub fn contains(&self, value: &Value) -> bool {
        self.position(value).is_some()
    }

    /// The value of the part of the way through them at which `u` lies, from 0 to 1; the parts are equal.
    pub fn from_unit(&self, u: f64) -> Value {
        let index = (u.clamp(0.0, 1.0) * self.count() as f64) as usize;
        self.at(index.min(self.count() - 1))
    }

    /// The middle of the part of the way that belongs to `value`; `None` if it is not one of the values.
    pub fn to_unit(&self, value: &Value) -> Option<f64> {
        self.position(value).map(|index| (index as f64 + 0.5) / self.count() as f64)
    }

    /// The value in the middle of the order; the earlier of two.
    pub fn middle(&self) -> Value {
        self.at((self.count() - 1) / 2)
    }

    /// True if more and less mean something: all values are numbers, and not said to be categories.
    pub fn is_ordered(&self) -> bool {
        match (&self.typing, &self.set) {
            (Some(Typing::Discrete { .. }), _) | (None, Set::Progression(_) | Set::Spacing(_)) => true,
            (Some(Typing::Categorical | Typing::Boolean), _) => false,
            (None, _) => self.values().iter().all(Value::is_number),
        }
    }

    /// The scale on which a model should look at the values.
    pub fn transformation(&self) -> Transformation {
        self.scale().unwrap_or(Transformation::Linear)
    }

    /// The scale that the definition says the values have.
    pub fn scale(&self) -> Option<Transformation> {
        match &self.typing {
            Some(Typing::Discrete { transformation, .. }) => Some(*transformation),
            _ => None,
        }
    }

    /// The values that a grid takes, each once: all, or `grid_points` of them at equal distances in the order, both
    /// ends among them. `default_points` stands in for a number that a discrete domain does not say.
    pub(super) fn grid(&self, default_points: Option<usize>) -> Vec<Value> {
        let points = match &self.typing {
            Some(Typing::Discrete { kept: Kept::AtMost(points), .. }) => Some(*points),
            Some(Typing::Discrete { kept: Kept::All, .. }) => default_points,
            _ => None,
        };
        match points.filter(|&points| points < self.count()) {
            None => distinct(self.values()),
            Some(0 | 1) => vec![self.middle()],
            Some(points) => {
                let (way, gaps) = (self.count() - 1, points - 1);
                // The nearest index; the earlier of two, as in the middle.
                (0..points).map(|point| self.at((2 * point * way + gaps - 1) / (2 * gaps))).collect()
            }
        }
    }

    pub(super) fn set(&self) -> &Set {
        &self.set
    }

    /// The same values, said to be of a type.
    pub(super) fn typed(self, typing: Typing) -> Self {
        Self { typing: Some(typing), ..self }
    }

    /// The text that reads back as this domain.
    pub fn text(&self) -> String {
        let set = match &self.set {
            Set::Constant(value) => literal(value),
            Set::List(values) => {
                let items: Vec<_> = values.iter().map(literal).collect();
                format!("[{}]", items.join(", "))
            }
            Set::Drawn { text, .. } => text.clone(),
            Set::Progression(range) => range.text(),
            Set::Spacing(spacing) => spacing.text(),
        };
        match &self.typing {
            None => set,
            Some(Typing::Boolean) => "{ type = \"boolean\" }".to_owned(),
            Some(Typing::Categorical) => format!("{{ type = \"categorical\", domain = {set} }}"),
            Some(Typing::Discrete { transformation, kept }) => {
                let transformation = if *transformation == Transformation::Log { "log" } else { "linear" };
                let points = match kept {
                    Kept::All => String::new(),
                    Kept::AtMost(points) => format!(", grid_points = {points}"),
                };
                format!("{{ type = \"discrete\", domain = {set}, transformation = \"{transformation}\"{points} }}")
            }
        }
    }

    /// The value at an index that is there.
    fn at(&self, index: usize) -> Value {
        // A domain has at least one value.
        self.get(index).unwrap_or_else(|| Value::text(""))
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

/// The number of values of a domain written at `at`, if it is neither none nor too many. `shown` is that number;
/// `count` is `None` where it does not fit a `usize`.
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

/// The values without those that were there before.
pub(super) fn distinct(values: &[Value]) -> Vec<Value> {
    let mut seen = HashSet::with_capacity(values.len());
    values.iter().filter(|value| seen.insert(key(value))).cloned().collect()
}

/// Equal for values that [`Value::same`] calls the same.
pub(super) fn key(value: &Value) -> Result<(BigInt, i64), (Kind, &str)> {
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
