//! Why values cannot be written into a file, or were not read back from it.

use std::fmt;

use super::binding::PlaceError;
use super::format::FormatError;
use super::render_error::RenderError;
use crate::value::Value;

/// Says which parameter cannot be written into a file, and why.
///
/// The error does not know the file: [`RewriteError::in_file`] gives the message that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewriteError {
    pub(super) parameter: String,
    pub(super) fault: Fault,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// There is no site.
    Place(PlaceError),
    /// Another parameter writes the same bytes.
    Overlap { other: String, line: usize },
    /// The point has no value for it.
    NoValue,
    /// The value cannot stand at the site.
    Render { line: usize, error: RenderError },
    /// The format makes another number of the value.
    Format { line: usize, error: FormatError },
    /// What was written is another number in this language.
    Misread { line: usize, value: Value, text: String },
    /// What was written is not found again.
    Lost { line: usize, text: String },
    /// What was written makes another place of the parameter.
    Extra { line: usize },
    /// A byte outside the sites differs.
    Changed,
}

impl RewriteError {
    /// The name of the parameter; empty if it is none of them.
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// True if the format of the parameter rounds a value to another number.
    pub fn rounds(&self) -> bool {
        matches!(&self.fault, Fault::Format { error, .. } if error.rounds())
    }

    /// The message, with `file` as the file's name.
    pub fn in_file(&self, file: &str) -> String {
        let name = &self.parameter;
        match &self.fault {
            Fault::Place(error) if error.names(name) => error.in_file(file),
            Fault::Place(error) => format!("{name}: {}", error.in_file(file)),
            Fault::Overlap { other, line } if other == name => {
                format!("{name} would be written twice to the same place, line {line} of {file}")
            }
            Fault::Overlap { other, line } => {
                format!("{name} and {other} would both be written to line {line} of {file}")
            }
            Fault::NoValue => format!("the point has no value for {name}"),
            Fault::Render { line, error } => format!("{name}, line {line} of {file}: {error}"),
            Fault::Format { line, error } => format!("{name}, line {line} of {file}: {error}"),
            Fault::Misread { line, value, text } => {
                format!(
                    "{name}, line {line} of {file}: {value} would be written as `{text}`, which reads as something else"
                )
            }
            Fault::Lost { line, text } => {
                format!("{name}, line {line} of {file}: `{text}`, once written, is not found again as the value")
            }
            Fault::Extra { line } => {
                format!("{name}: what is written to {file} gives it another value, on line {line}")
            }
            Fault::Changed => format!("{file} differs in more than the values"),
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match &self.fault {
            Fault::Place(error) => error.hint(),
            Fault::Overlap { .. } => Some("give one of them a narrower `pattern`, or make it one parameter".to_owned()),
            Fault::Render { error, .. } => error.hint(),
            Fault::Format { error, .. } => error.hint(),
            Fault::Lost { .. } | Fault::Extra { .. } => {
                Some("the pattern has to match every value, or the value is not one value of the language".to_owned())
            }
            Fault::NoValue | Fault::Misread { .. } | Fault::Changed => None,
        }
    }
}

impl fmt::Display for RewriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_file("the file"))
    }
}

impl std::error::Error for RewriteError {}
