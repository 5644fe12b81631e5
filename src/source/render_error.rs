//! Why a value cannot be written where another stands, with what the user can do about it.

use std::fmt;

use super::format::FormatError;
use super::quoted::Unfit;
use crate::value::Value;

/// Says why a value cannot be written at a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderError {
    pub(super) value: Value,
    pub(super) reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Nul,
    LineBreak,
    Empty,
    Comment,
    Ends,
    /// A shell would expand a part of it.
    Expanded,
    /// A shell would drop a backslash.
    Backslash,
    /// The string there cannot hold it.
    Quoted(Unfit),
    Misfit(String),
    Format(FormatError),
    /// The declared type is one of whole numbers.
    Fraction {
        whole_type: Box<str>,
        by: Box<str>,
    },
    /// The declared type has no negative numbers.
    Negative {
        whole_type: Box<str>,
        by: Box<str>,
    },
    /// The declared type has so many bits, too few for it.
    Range {
        whole_type: Box<str>,
        bits: u32,
        by: Box<str>,
    },
    /// This list stands there.
    Aggregate(Box<str>),
    Encoding,
    Margin,
    /// What stands next to the value would take its sign for something else.
    Sign(&'static str),
}

impl RenderError {
    /// For text outside ASCII in a file of another encoding than UTF-8.
    pub(super) fn encoding(value: &Value) -> Self {
        Self { value: value.clone(), reason: Reason::Encoding }
    }

    /// For what would reach beyond the last column of fixed-form Fortran.
    pub(super) fn margin(value: &Value) -> Self {
        Self { value: value.clone(), reason: Reason::Margin }
    }

    /// For a negative number that would be read as another next to `sign`.
    pub(super) fn sign(value: &Value, sign: &'static str) -> Self {
        Self { value: value.clone(), reason: Reason::Sign(sign) }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match &self.reason {
            Reason::Quoted(Unfit::Quote(_) | Unfit::Backslash | Unfit::Interpolates(_)) => {
                "give the whole literal with its escapes, and a `pattern` whose group `value` takes in the quotes"
            }
            Reason::Comment | Reason::Ends | Reason::Backslash => {
                "if it is meant as text, put it in quotes in the source and leave them out here"
            }
            Reason::Fraction { .. } => {
                "declare it of a type with fractions in the source and commit that, or give whole numbers"
            }
            Reason::Expanded => "put the delimiter behind `<<` in quotes in the source and commit that",
            Reason::Negative { .. } => "declare it of a type with a sign in the source and commit that",
            Reason::Range { .. } => "declare it of a larger type in the source and commit that",
            Reason::Aggregate(_) => {
                "put a list of that form in quotes for each value, or give a `pattern` whose group `value` is the one number \
                 in it that is meant"
            }
            Reason::Margin => {
                "give the value a line of its own in the source and commit that, or give the parameter a `format` with fewer digits"
            }
            Reason::Sign(_) => "put parentheses around the number in the source and commit that",
            Reason::Encoding => "convert the file to UTF-8 and commit it, or use plain ASCII values",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Reason::Format(error) = &self.reason {
            return error.fmt(f);
        }
        write!(f, "{} cannot be written there: ", self.value.to_trailer())?;
        match &self.reason {
            Reason::Nul => f.write_str("it holds a NUL"),
            Reason::LineBreak => f.write_str("it spans several lines"),
            Reason::Empty => f.write_str("it is empty, and the place is not one in quotes"),
            Reason::Comment => f.write_str("a part of it would be taken for a comment"),
            Reason::Ends => f.write_str("it is not one value of the language"),
            Reason::Expanded => f.write_str("the shell would expand a part of it before it is read"),
            Reason::Backslash => f.write_str("the shell would drop a backslash of it"),
            Reason::Quoted(unfit) => unfit.fmt(f),
            Reason::Misfit(reason) => f.write_str(reason),
            Reason::Format(error) => error.fmt(f),
            Reason::Fraction { whole_type, by } => {
                write!(f, "{by} declares it `{whole_type}`, which has no fractions")
            }
            Reason::Negative { whole_type, by } => {
                write!(f, "{by} declares it `{whole_type}`, which has no negative numbers")
            }
            Reason::Range { whole_type, bits, by } => {
                write!(f, "{by} declares it `{whole_type}`, whose {bits} bits are too few for it")
            }
            Reason::Aggregate(list) => write!(f, "`{list}` stands there, a list, and the value is a single one"),
            Reason::Margin => f.write_str("it would reach beyond column 72, where fixed-form Fortran ends"),
            Reason::Sign(sign) => write!(f, "next to `{sign}` its sign would be read otherwise"),
            Reason::Encoding => f.write_str("the file is not UTF-8, and it holds characters outside ASCII"),
        }
    }
}

impl std::error::Error for RenderError {}
