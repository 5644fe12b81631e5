//! What is wrong with a domain, and where in its text.

use std::fmt;

use crate::value::Value;

/// The longest stretch of text that an error shows, in characters; beyond it the place stands in the middle.
const SHOWN: usize = 96;

/// A domain that cannot be read: the text, the place in it, and what was expected there.
///
/// Displays as the message, then the line of the text, then a caret under the place; where there is no text, as the message. What to do about it is in
/// [`DomainError::hint`].
///
/// ```
/// # use gitsweep::space::Domain;
/// let error = Domain::parse("-5 to -30 step 5").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "step must be negative to go from -5 to -30\n  -5 to -30 step 5\n                 ^"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainError {
    text: String,
    fault: Fault,
}

impl DomainError {
    /// The whole text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where in the text it goes wrong, in bytes from its start; the text's length means its end.
    pub fn offset(&self) -> usize {
        self.fault.at.min(self.text.len())
    }

    /// What is wrong, without the text: one line.
    pub fn message(&self) -> &str {
        &self.fault.message
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&str> {
        self.fault.hint.as_deref()
    }
}

impl fmt::Display for DomainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.text.trim().is_empty() {
            return f.write_str(&self.fault.message);
        }
        let (shown, column) = excerpt(&self.text, self.offset());
        write!(f, "{}\n  {shown}\n  {:column$}^", self.fault.message, "")
    }
}

impl std::error::Error for DomainError {}

/// A [`DomainError`] that does not know its text yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    at: usize,
    message: String,
    hint: Option<String>,
}

impl Fault {
    /// Something wrong at `at`, in bytes from the start of the text.
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), hint: None }
    }

    /// The same with what the user can do about it.
    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same with this way out if it has none.
    pub(super) fn or_hint(self, hint: &str) -> Self {
        Self { hint: self.hint.or_else(|| Some(hint.to_owned())), ..self }
    }

    /// Two bounds, of which the lower one is not below the upper one.
    pub(super) fn bounds(at: usize, low: &Value, high: &Value) -> Self {
        if low.same(high) {
            let fault = Self::new(at, format!("both bounds are {low}, and nothing lies between them"));
            return fault.with_hint(format!("one value is written as it is: {low}"));
        }
        let fault = Self::new(at, format!("the bounds are the wrong way round: {low} is not below {high}"));
        fault.with_hint(format!("the lower one comes first: {high}, {low}"))
    }

    /// The error, now that the text is known.
    pub(super) fn in_text(self, text: &str) -> DomainError {
        DomainError { text: text.to_owned(), fault: self }
    }
}

/// The part of the line around byte `offset` that fits on a terminal, and the column of the place in it.
fn excerpt(text: &str, offset: usize) -> (String, usize) {
    let offset = text.floor_char_boundary(offset);
    let (before, after) = text.split_at(offset);
    let before = before.rsplit('\n').next().unwrap_or_default();
    let after = after.split('\n').next().unwrap_or_default();
    let column = before.chars().count();
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    let line = before.chars().chain(after.chars()).map(printable);
    if column + after.chars().count() <= SHOWN {
        return (line.collect(), column);
    }
    let skipped = column.saturating_sub(SHOWN / 2);
    let mut shown: String = line.clone().skip(skipped).take(SHOWN).collect();
    if skipped + SHOWN < line.count() {
        shown.push('…');
    }
    if skipped == 0 { (shown, column) } else { (format!("…{shown}"), column - skipped + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_place() {
        let error = Fault::new(5, "no").in_text("äbcdefg");
        assert_eq!(error.to_string(), "no\n  äbcdefg\n      ^");
        let error = Fault::new(6, "no").in_text("[1,\n  x,\n 3]");
        assert_eq!(error.to_string(), "no\n    x,\n    ^");
    }

    #[test]
    fn the_end_of_the_text_is_a_place() {
        let error = Fault::new(99, "more").in_text("ab");
        assert_eq!((error.offset(), error.to_string().as_str()), (2, "more\n  ab\n    ^"));
    }

    #[test]
    fn long_texts_are_cut_around_the_place() {
        let text = "0123456789".repeat(100);
        let shown = Fault::new(505, "no").in_text(&text).to_string();
        let lines: Vec<_> = shown.lines().collect();
        assert!(lines[1].chars().count() < 110);
        assert_eq!(lines[1].chars().nth(lines[2].find('^').unwrap()), Some('5'));
    }
}
