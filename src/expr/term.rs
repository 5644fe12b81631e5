//! What a part of an expression stands for, and how two of them compare.

use std::cmp::Ordering;

use super::error::Fault;
use super::number::{Arithmetic, Number};
use crate::value::{Kind, Value};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}

impl Comparison {
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
        }
    }

    /// Whether two values in this order (`None`: `nan` is one of them) satisfy the comparison.
    fn admits(self, order: Option<Ordering>) -> bool {
        match self {
            Self::Equal | Self::In => order == Some(Ordering::Equal),
            Self::NotEqual | Self::NotIn => order != Some(Ordering::Equal),
            Self::Less => order == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Term {
    Missing,
    Bool(bool),
    Number(Number),
    /// A value of kind text.
    Text(Value),
}

impl From<Value> for Term {
    fn from(value: Value) -> Self {
        match value.kind() {
            Kind::Bool => Self::Bool(value.as_str() == "true"),
            Kind::Integer | Kind::Decimal => Self::Number(Number::Written(value)),
            Kind::Text => Self::Text(value),
        }
    }
}

impl Term {
    pub(super) fn into_value(self) -> Option<Value> {
        match self {
            Self::Missing => None,
            Self::Bool(truth) => Some(Value::bool(truth)),
            Self::Number(number) => Some(number.into_value()),
            Self::Text(text) => Some(text),
        }
    }

    /// The value in a sentence: `the text 'sgd'`.
    pub(super) fn described(&self) -> String {
        match self.clone().into_value() {
            None => "a missing value".to_owned(),
            Some(value) if value.is_number() => format!("the number {value}"),
            Some(value) if value.kind() == Kind::Bool => format!("`{value}`"),
            Some(value) => format!("the text '{}'", value.as_str().escape_debug()),
        }
    }

    /// The number; truth values count as 0 and 1.
    pub(super) fn number(&self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(number.clone()),
            Self::Bool(truth) => Some(Number::Whole(i64::from(*truth).into())),
            Self::Text(_) | Self::Missing => None,
        }
    }

    pub(super) fn truth(&self) -> Result<bool, Fault> {
        match self {
            Self::Bool(truth) => Ok(*truth),
            Self::Number(number) => Ok(number.to_f64() != 0.0),
            Self::Missing => Ok(false),
            Self::Text(_) => Err(Fault::new(format!("{} is neither true nor false", self.described()))
                .hint("compare it: `name == 'text'`")),
        }
    }

    /// `a <comparison> b`, where `in` looks for a text in a text; `None` where that is not defined for two such values.
    pub(super) fn compare(&self, comparison: Comparison, other: &Self) -> Option<bool> {
        let order = match (self, other) {
            (Self::Missing, _) | (_, Self::Missing) => return Some(false),
            (Self::Text(a), Self::Text(b)) if matches!(comparison, Comparison::In | Comparison::NotIn) => {
                return Some(b.as_str().contains(a.as_str()) == (comparison == Comparison::In));
            }
            _ if matches!(comparison, Comparison::In | Comparison::NotIn) => return None,
            (Self::Number(a), Self::Number(b)) => a.compare(b),
            (Self::Text(a), Self::Text(b)) => Some(a.as_str().cmp(b.as_str())),
            _ => match (self.number(), other.number()) {
                (Some(a), Some(b)) => a.compare(&b),
                _ => match comparison {
                    Comparison::Equal => return Some(false),
                    Comparison::NotEqual => return Some(true),
                    _ => return None,
                },
            },
        };
        Some(comparison.admits(order))
    }

    /// `a <operator> b`; `None` where it is not defined for two such values.
    pub(super) fn calculate(&self, operator: Arithmetic, other: &Self) -> Option<Result<Self, Fault>> {
        match (self, other) {
            (Self::Missing, _) | (_, Self::Missing) => Some(Ok(Self::Missing)),
            (Self::Text(a), Self::Text(b)) if operator == Arithmetic::Plus => {
                Some(Ok(Self::Text(Value::text(format!("{a}{b}")))))
            }
            _ => Some(self.number()?.calculate(operator, &other.number()?).map(Self::Number)),
        }
    }
}
