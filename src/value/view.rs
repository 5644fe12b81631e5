//! A value that stands somewhere else: kind and literal, borrowed.

use std::borrow::Cow;
use std::fmt;

use bigdecimal::BigDecimal;

use super::{Kind, Value, literal};

/// A [`Value`] whose literal is borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ValueRef<'a> {
    kind: Kind,
    literal: &'a str,
}

impl<'a> ValueRef<'a> {
    /// A value of that kind; the literal is one of that kind.
    pub(crate) fn new(kind: Kind, literal: &'a str) -> Self {
        Self { kind, literal }
    }

    /// The sort of literal.
    pub fn kind(self) -> Kind {
        self.kind
    }

    /// The literal, without quotes if it is text.
    pub fn as_str(self) -> &'a str {
        self.literal
    }

    /// True for integers and decimals.
    pub fn is_number(self) -> bool {
        matches!(self.kind, Kind::Integer | Kind::Decimal)
    }

    /// The nearest double; truth values count as 0 and 1; `None` for text.
    pub fn as_f64(self) -> Option<f64> {
        match self.kind {
            Kind::Bool => Some(if self.literal == "true" { 1.0 } else { 0.0 }),
            Kind::Text => None,
            Kind::Integer | Kind::Decimal => literal::as_f64(self.literal),
        }
    }

    /// The number without rounding; `None` for text, truth values, `inf` and `nan`.
    pub fn exact(self) -> Option<BigDecimal> {
        if self.is_number() { literal::exact(self.literal) } else { None }
    }

    /// True if both are the same number (`0.10` and `0.1`, `3` and `3.0`), or the same literal of the same kind.
    pub fn same(self, other: Self) -> bool {
        self == other
            || match (self.exact(), other.exact()) {
                (Some(a), Some(b)) => a == b,
                _ => false,
            }
    }

    /// The form that stands in messages and trailers: see [`Value::to_trailer`].
    pub fn to_trailer(self) -> Cow<'a, str> {
        let plain = |text: &str| {
            !text.is_empty()
                && matches!(Value::guess(text).kind, Kind::Text)
                && !text.starts_with('"')
                && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        };
        if self.kind != Kind::Text || plain(self.literal) {
            Cow::Borrowed(self.literal)
        } else {
            Cow::Owned(serde_json::Value::from(self.literal).to_string())
        }
    }

    /// The value as JSON: a number keeps its digits where JSON can spell it.
    pub fn to_json(self) -> serde_json::Value {
        match self.kind {
            Kind::Bool => serde_json::Value::Bool(self.literal == "true"),
            Kind::Text => serde_json::Value::from(self.literal),
            Kind::Integer | Kind::Decimal => serde_json::from_str(self.literal)
                .ok()
                .filter(serde_json::Value::is_number)
                .or_else(|| self.as_f64().and_then(serde_json::Number::from_f64).map(serde_json::Value::Number))
                .unwrap_or_else(|| serde_json::Value::from(self.literal)),
        }
    }

    /// The same, with a literal of its own.
    pub fn to_value(self) -> Value {
        Value { kind: self.kind, literal: self.literal.into() }
    }
}

impl fmt::Display for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.literal)
    }
}
