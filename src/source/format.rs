//! The shape of a number as the user asks for it: printf's `%.3f` or the `{:.3e}` of Python and Rust.
//!
//! Numbers are rounded from their exact decimals, half to even, and never by way of a double: `%.2f` makes 0.125 `0.12`
//! and 1.005 `1.00`, but 2.675 `2.68`, which C prints as 2.67.

mod digits;
mod parse;

use std::fmt;

use crate::value::{Kind, Value};

/// A parsed format: one conversion, and the text around it.
///
/// ```
/// # use gitsweep::source::Format;
/// # use gitsweep::value::Value;
/// let value = Value::number("0.5").unwrap();
/// assert_eq!(Format::parse("%.3f").unwrap().apply(&value).unwrap(), "0.500");
/// assert_eq!(Format::parse("{:.1e} * nS").unwrap().apply(&value).unwrap(), "5.0e-01 * nS");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    source: Box<str>,
    before: String,
    spec: Spec,
    after: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Spec {
    conversion: Conversion,
    /// True if letters of the number are capitals: `1E-05`.
    upper: bool,
    precision: Option<usize>,
    /// In characters.
    width: usize,
    fill: char,
    align: Option<Align>,
    /// What stands before a number that is not negative: nothing, `+` or a blank.
    plus: &'static str,
    /// True if zeros fill the width behind the sign.
    zero: bool,
    /// True if `%g` keeps its trailing zeros.
    alternate: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Right,
    Center,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Conversion {
    /// The literal as the user wrote it.
    Literal,
    /// `d`
    Whole,
    /// `f`
    Fixed,
    /// `e`
    Scientific,
    /// `g`
    General,
}

impl Format {
    /// Reads a format. Text around the conversion is kept; `%%`, `{{` and `}}` stand for the signs themselves.
    ///
    /// # Errors
    /// If there is not exactly one conversion, or one that no number can be given to.
    pub fn parse(source: &str) -> Result<Self, FormatError> {
        parse::parse(source).map_err(|problem| FormatError { format: source.into(), problem })
    }

    /// The text for `value`.
    ///
    /// # Errors
    /// If a number is wanted and `value` is none, or a whole one and `value` has a fraction.
    pub fn apply(&self, value: &Value) -> Result<String, FormatError> {
        let body = self.spec.apply(value).map_err(|problem| FormatError { format: self.source.clone(), problem })?;
        Ok(format!("{}{body}{}", self.before, self.after))
    }

    /// The value that the format makes of `value`: the number as it is written, the same if nothing is rounded away.
    ///
    /// # Errors
    /// Those of [`Format::apply`].
    pub fn rounded(&self, value: &Value) -> Result<Value, FormatError> {
        let bare = Spec { width: 0, ..self.spec.clone() };
        let body = bare.apply(value).map_err(|problem| FormatError { format: self.source.clone(), problem })?;
        if !value.is_number() {
            return Ok(value.clone());
        }
        Ok(Value::number(&body.trim().to_ascii_lowercase()).unwrap_or_else(|| value.clone()))
    }

    /// Checks that what is written for `value` is `value`.
    ///
    /// # Errors
    /// If rounding makes another number of it.
    pub fn check_keeps(&self, value: &Value) -> Result<(), FormatError> {
        let written = self.rounded(value)?;
        if written.same(value) || value.exact().is_none() {
            return Ok(());
        }
        let problem = Problem::Rounds { value: value.to_string(), written: self.apply(value)? };
        Err(FormatError { format: self.source.clone(), problem })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl Spec {
    fn apply(&self, value: &Value) -> Result<String, Problem> {
        let numeric = value.is_number();
        if !numeric {
            if self.conversion != Conversion::Literal {
                return Err(Problem::NotNumber(value.clone()));
            }
            let text: String = value.as_str().chars().take(self.precision.unwrap_or(usize::MAX)).collect();
            return Ok(self.pad("", &text, self.align.unwrap_or(Align::Left)));
        }
        let literal = value.as_str();
        let negative = literal.starts_with('-');
        let sign = if negative { "-" } else { self.plus };
        let Some(exact) = value.exact() else {
            let name = literal.trim_start_matches(['-', '+']);
            let name = if self.upper { name.to_uppercase() } else { name.to_owned() };
            return Ok(self.pad(sign, &name, self.align.unwrap_or(Align::Right)));
        };
        let magnitude = exact.abs();
        let body = match self.conversion {
            Conversion::Literal if self.precision.is_some() => return Err(Problem::NoType),
            Conversion::Literal => literal.trim_start_matches(['-', '+']).to_owned(),
            Conversion::Whole if !exact.is_integer() => return Err(Problem::NotWhole(value.clone())),
            Conversion::Whole => {
                let digits = digits::fixed(&magnitude, 0);
                format!("{digits:0>width$}", width = self.precision.unwrap_or(1))
            }
            Conversion::Fixed => digits::fixed(&magnitude, self.precision.unwrap_or(6)),
            Conversion::Scientific => digits::scientific(&magnitude, self.precision.unwrap_or(6)),
            Conversion::General => digits::general(&magnitude, self.precision.unwrap_or(6), self.alternate),
        };
        let body = if self.upper && value.kind() != Kind::Text { body.to_uppercase() } else { body };
        Ok(match self.align {
            None if self.zero => format!("{sign}{}{body}", "0".repeat(self.missing(sign, &body))),
            align => self.pad(sign, &body, align.unwrap_or(Align::Right)),
        })
    }

    /// How many characters there are too few.
    fn missing(&self, sign: &str, body: &str) -> usize {
        self.width.saturating_sub(sign.len() + body.chars().count())
    }

    fn pad(&self, sign: &str, body: &str, align: Align) -> String {
        let missing = self.missing(sign, body);
        let fill = |count: usize| self.fill.to_string().repeat(count);
        match align {
            Align::Left => format!("{sign}{body}{}", fill(missing)),
            Align::Right => format!("{}{sign}{body}", fill(missing)),
            Align::Center => format!("{}{sign}{body}{}", fill(missing / 2), fill(missing - missing / 2)),
        }
    }
}

/// Says what is wrong with a format, or with a value that was given to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    format: Box<str>,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    NoConversion,
    SeveralConversions,
    Unfinished,
    Brace(char),
    Unknown(String),
    Wide,
    NoType,
    NotNumber(Value),
    NotWhole(Value),
    Rounds { value: String, written: String },
}

impl FormatError {
    /// True if the format is fine, but rounds a value to another.
    pub fn rounds(&self) -> bool {
        matches!(self.problem, Problem::Rounds { .. })
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self.problem {
            Problem::NoConversion | Problem::Unfinished => "write one such as `%.3f` or `{:.3e}`",
            Problem::Brace(_) => "write `{{` or `}}` for a brace that stays",
            Problem::Unknown(_) => "known are d, e, f, g and s",
            Problem::NoType => "say which digits are counted: `f`, `e` or `g`, as in `{:.3f}`",
            Problem::NotWhole(_) => "use `f` or `g`",
            Problem::Rounds { .. } => "ask for more digits, or for none: `{}` writes each value as it is",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = &self.format;
        match &self.problem {
            Problem::NoConversion => write!(f, "format `{format}` has no place for the value"),
            Problem::SeveralConversions => write!(f, "format `{format}` has more than one place for the value"),
            Problem::Unfinished => write!(f, "format `{format}` ends in the middle of a conversion"),
            Problem::Brace(brace) => write!(f, "format `{format}` has a single `{brace}`"),
            Problem::Unknown(what) => write!(f, "format `{format}`: `{what}` is not understood"),
            Problem::Wide => write!(f, "format `{format}`: a width or precision is too large"),
            Problem::NoType => write!(f, "format `{format}` has a precision, but no type"),
            Problem::NotNumber(value) => write!(f, "format `{format}` wants a number, not {}", value.to_trailer()),
            Problem::NotWhole(value) => write!(f, "format `{format}` wants a whole number, not {value}"),
            Problem::Rounds { value, written } => write!(f, "format `{format}` writes {value} as {written}"),
        }
    }
}

impl std::error::Error for FormatError {}

#[cfg(test)]
mod tests;
