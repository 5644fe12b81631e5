//! Exact values: what a user wrote is what lands in the source, the message, the trailers and the table.
//!
//! A [`Value`] carries its literal. Integers stay integers, decimals keep their digits (`0.10` is not `0.1` on paper,
//! though the two are the same number), text stays text. Arithmetic on decimals is exact.

mod literal;
mod view;

use std::borrow::Cow;
use std::fmt;

use bigdecimal::BigDecimal;
use ecow::{EcoString, eco_format};

use crate::packing::{Unpacker, push_text};

pub use view::ValueRef;

/// What sort of literal a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number without a decimal point or exponent: `32`, `-5`, `0x1F`.
    Integer,
    /// Any other number: `0.5`, `1e-5`, `inf`.
    Decimal,
    /// Anything else.
    Text,
}

/// One value of one parameter, with the literal that the user wrote or that an exact range produced.
///
/// Equality is that of kind and literal; [`Value::same`] compares as numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    kind: Kind,
    /// Up to 15 bytes stand in place: there are millions of values, and most are short.
    literal: EcoString,
}

impl Value {
    /// A whole number.
    pub fn integer(number: i64) -> Self {
        Self { kind: Kind::Integer, literal: eco_format!("{number}") }
    }

    /// A truth value; its literal is `true` or `false`.
    pub fn bool(truth: bool) -> Self {
        Self { kind: Kind::Bool, literal: if truth { "true" } else { "false" }.into() }
    }

    /// Text, whatever it looks like: `Value::text("3")` is no number.
    pub fn text(text: impl Into<EcoString>) -> Self {
        Self { kind: Kind::Text, literal: text.into() }
    }

    /// The number that `literal` spells, kept as it is spelt; `None` if it is not a number.
    ///
    /// ```
    /// # use gitsweep::value::{Kind, Value};
    /// assert_eq!(Value::number("1e-5").unwrap().to_string(), "1e-5");
    /// assert_eq!(Value::number("-5").unwrap().kind(), Kind::Integer);
    /// assert!(Value::number("3 nS").is_none());
    /// ```
    pub fn number(literal: &str) -> Option<Self> {
        let kind = literal::kind_of(literal)?;
        Some(Self { kind, literal: literal.into() })
    }

    /// An exact decimal, written plainly with `scale` digits after the point where that is short, else as it is.
    pub fn decimal(number: &BigDecimal) -> Self {
        let literal = literal::spell(number);
        let kind = literal::kind_of(&literal).unwrap_or(Kind::Decimal);
        Self { kind, literal: literal.into() }
    }

    /// The shortest decimal that reads back as the double `number`; always of kind [`Kind::Decimal`] (`3.0`, `1e-5`).
    pub fn float(number: f64) -> Self {
        let literal = if number.is_nan() {
            "nan".into()
        } else if number.is_infinite() {
            if number > 0.0 { "inf".into() } else { "-inf".into() }
        } else {
            eco_format!("{number:?}")
        };
        Self { kind: Kind::Decimal, literal }
    }

    /// What a person types without quotes: a number or `true`/`false` if it is one, else text.
    pub fn guess(literal: &str) -> Self {
        match literal {
            "true" => Self::bool(true),
            "false" => Self::bool(false),
            _ => Self::number(literal).unwrap_or_else(|| Self::text(literal)),
        }
    }

    /// The sort of literal.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The literal, without quotes if it is text.
    pub fn as_str(&self) -> &str {
        &self.literal
    }

    /// Kind and literal, borrowed.
    pub fn view(&self) -> ValueRef<'_> {
        ValueRef::new(self.kind, &self.literal)
    }

    /// True for integers and decimals.
    pub fn is_number(&self) -> bool {
        self.view().is_number()
    }

    /// The nearest double; truth values count as 0 and 1; `None` for text.
    pub fn as_f64(&self) -> Option<f64> {
        self.view().as_f64()
    }

    /// The number without rounding; `None` for text, truth values, `inf` and `nan`.
    pub fn exact(&self) -> Option<BigDecimal> {
        self.view().exact()
    }

    /// True if both are the same number (`0.10` and `0.1`, `3` and `3.0`), or the same literal of the same kind.
    pub fn same(&self, other: &Self) -> bool {
        self.view().same(other.view())
    }

    /// The form that stands in messages and trailers: numbers and truth values as they are; text as it is where it can
    /// be taken for nothing else, otherwise as a JSON string. [`Value::from_trailer`] reads it back.
    ///
    /// ```
    /// # use gitsweep::value::Value;
    /// assert_eq!(Value::text("relu").to_trailer(), "relu");
    /// assert_eq!(Value::text("3").to_trailer(), "\"3\"");
    /// ```
    pub fn to_trailer(&self) -> Cow<'_, str> {
        self.view().to_trailer()
    }

    /// Reads what [`Value::to_trailer`] wrote.
    pub fn from_trailer(written: &str) -> Self {
        if written.starts_with('"')
            && let Ok(text) = serde_json::from_str::<String>(written)
        {
            return Self::text(text);
        }
        Self::guess(written)
    }

    /// Appends kind and literal.
    pub(crate) fn pack(&self, out: &mut Vec<u8>) {
        out.push(self.kind as u8);
        push_text(out, &self.literal);
    }

    /// Takes out what [`Value::pack`] has appended.
    pub(crate) fn unpack(from: &mut Unpacker<'_>) -> Option<Self> {
        let [kind] = from.array()?;
        let kind =
            [Kind::Bool, Kind::Integer, Kind::Decimal, Kind::Text].into_iter().find(|known| *known as u8 == kind)?;
        Some(Self { kind, literal: from.text()?.into() })
    }

    /// The value as JSON: a number keeps its digits where JSON can spell it.
    pub fn to_json(&self) -> serde_json::Value {
        self.view().to_json()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.literal)
    }
}

/// The text, cut with `…` beyond so many characters.
pub fn beginning(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use super::*;

    #[test]
    fn literals_keep_their_spelling_and_kind() {
        for (literal, kind) in [
            ("3", Kind::Integer),
            ("-5", Kind::Integer),
            ("0x1F", Kind::Integer),
            ("3.0", Kind::Decimal),
            ("5.", Kind::Decimal),
            (".5", Kind::Decimal),
            ("1e-5", Kind::Decimal),
            ("-inf", Kind::Decimal),
        ] {
            let value = Value::number(literal).unwrap();
            assert_eq!((value.as_str(), value.kind()), (literal, kind));
        }
        for literal in ["", "-", ".", "e5", "1e", "0x", "1_000", "3f", "1.2.3", "--1", "infinity", "1e99999"] {
            assert!(Value::number(literal).is_none(), "{literal}");
        }
    }

    #[test]
    fn same_number_in_other_words() {
        let number = |literal| Value::number(literal).unwrap();
        for (a, b) in [("0.1", "0.10"), ("3", "3.0"), ("1e-5", "0.00001"), ("5.", "5"), ("0x1F", "31"), ("-.5", "-0.5")]
        {
            assert!(number(a).same(&number(b)), "{a} {b}");
        }
        assert!(!number("0.1").same(&number("0.2")));
        assert!(!Value::text("3").same(&number("3")));
    }

    #[test]
    fn decimals_are_written_plainly_where_that_is_short() {
        for (exact, written) in [
            ("0.1", "0.1"),
            ("1.50", "1.50"),
            ("-0.000001", "-0.000001"),
            ("1e-12", "1e-12"),
            ("12e-13", "1.2e-12"),
            ("1e3", "1000"),
            ("1e30", "1e30"),
            ("0.0", "0.0"),
            ("0e1", "0"),
            ("-30", "-30"),
        ] {
            assert_eq!(Value::decimal(&BigDecimal::from_str(exact).unwrap()).as_str(), written);
        }
    }

    #[test]
    fn trailers_read_back() {
        for value in [
            Value::integer(3),
            Value::float(0.1),
            Value::bool(true),
            Value::text("relu"),
            Value::text("3"),
            Value::text("true"),
            Value::text(""),
            Value::text("two words"),
            Value::text("\"quoted\""),
            Value::text("a\nb"),
        ] {
            let written = value.to_trailer();
            assert!(!written.contains('\n'));
            assert_eq!(Value::from_trailer(&written), value);
        }
    }
}
