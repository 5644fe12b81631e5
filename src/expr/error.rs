//! What is wrong with an expression, and where.

use std::fmt;
use std::ops::Range;

use crate::hint::{self, near_miss};

/// An expression that cannot be read, or that has no value.
///
/// `Display` gives the message, the line of the expression and a caret under the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    text: Box<str>,
    place: Range<usize>,
    message: String,
    hint: Option<String>,
    name: Option<Box<str>>,
}

impl ExpressionError {
    pub(super) fn new(text: &str, place: Range<usize>, fault: Fault) -> Self {
        Self { text: text.into(), place, message: fault.message, hint: fault.hint, name: None }
    }

    /// The name at `place` is not one of `known`, or has no value here.
    pub(super) fn unknown(text: &str, place: Range<usize>, name: &str, known: &[&str]) -> Self {
        let message = if known.contains(&name) || known.is_empty() {
            format!("`{name}` has no value here")
        } else {
            format!("there is no `{name}`")
        };
        Self { text: text.into(), place, message, hint: None, name: Some(name.into()) }.among(known)
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The bytes of the expression that the caret is under.
    pub fn place(&self) -> Range<usize> {
        self.place.clone()
    }

    /// What the user can do, where that is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Offers the nearest of the names in `known`, if the error is about a name.
    #[must_use]
    pub fn among(mut self, known: &[&str]) -> Self {
        if let Some(name) = self.name.as_deref().filter(|name| !known.contains(name))
            && self.hint.is_none()
            && !known.is_empty()
        {
            self.hint = Some(match near_miss(name, known.iter().copied()) {
                Some(near) => suggestion(near),
                None if self.is_compared() => format!("text stands between quotes, '{name}'; {}", listed(known)),
                None => listed(known),
            });
        }
        self
    }

    /// True if it is compared with something, as text may be, too.
    fn is_compared(&self) -> bool {
        let [before, after] = [&self.text[..self.place.start], &self.text[self.place.end..]].map(str::trim);
        ["==", "!="].iter().any(|sign| before.ends_with(sign) || after.starts_with(sign))
    }

    /// The error with its hint attached as [`crate::hint::hints`] finds it.
    pub fn into_hinted(self) -> anyhow::Error {
        match self.hint.clone() {
            Some(way_out) => hint::error(self, way_out),
            None => self.into(),
        }
    }
}

/// The names that there are, or the first of them.
fn listed(known: &[&str]) -> String {
    if known.len() <= 12 {
        return format!("the names here are {}", known.join(", "));
    }
    format!("the names here are {}, and {} more", known[..10].join(", "), known.len() - 10)
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.text[..self.place.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[self.place.start..].find('\n').map_or(self.text.len(), |at| self.place.start + at);
        let line: String = self.text[start..end].chars().map(printable).collect();
        let before = self.text[start..self.place.start].chars().count();
        let under = self.text[self.place.start..self.place.end.clamp(self.place.start, end)].chars().count().max(1);
        writeln!(f, "{}", self.message)?;
        writeln!(f, "    {}", line.trim_end())?;
        write!(f, "    {}{}", " ".repeat(before), "^".repeat(under))
    }
}

impl std::error::Error for ExpressionError {}

/// The name that is probably meant, as it has to be written in an expression.
pub fn suggestion(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    if is_plain {
        format!("did you mean `{name}`?")
    } else {
        format!("did you mean {name}? Such a name stands between backquotes: '`{name}` > 2'")
    }
}

/// One column for each character, and nothing that a terminal would obey.
fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// An error before its place is known.
#[derive(Debug)]
pub(super) struct Fault {
    message: String,
    hint: Option<String>,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
