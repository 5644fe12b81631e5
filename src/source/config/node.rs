//! A document as a tree whose leaves know their bytes.

use std::ops::Range;

use super::key_error::KeyError;
use super::key_path::Step;
use crate::value::Value;

/// How deep documents may nest.
pub(super) const DEEPEST: usize = 200;

/// A value of a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Scalar(Scalar),
    /// A value whose text cannot be replaced where it stands, in the words of a message: `an alias`.
    Fixed {
        at: usize,
        what: &'static str,
    },
    List(Vec<Node>),
    Table {
        entries: Vec<Entry>,
        merges: bool,
        /// The place for a value that stands for all of it: a table of JSON that says which it may be, the text of an
        /// element of XML that has attributes.
        whole: Option<Scalar>,
    },
}

/// A number, text, truth value or null.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scalar {
    pub(super) span: Range<usize>,
    /// What a reader of the format makes of it; `None` for null and for what has no counterpart, such as a date.
    pub(super) value: Option<Value>,
}

/// A key and its value. A key may stand in a table twice.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    /// Where the key stands.
    pub(super) at: usize,
    pub(super) node: Node,
}

impl Node {
    /// Tells the path of every scalar below.
    pub(super) fn each_scalar(&self, path: &mut Vec<Step>, tell: &mut dyn FnMut(&[Step])) {
        match self {
            Self::Scalar(_) => tell(path),
            Self::Fixed { .. } => {}
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.push(Step::Index(index));
                    item.each_scalar(path, tell);
                    path.pop();
                }
            }
            Self::Table { entries, whole, .. } => {
                if whole.is_some() {
                    tell(path);
                }
                for entry in entries {
                    path.push(Step::Key(entry.key.clone()));
                    entry.node.each_scalar(path, tell);
                    path.pop();
                }
            }
        }
    }

    /// What the value is, in the words of a message.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Scalar(Scalar { value: None, .. }) => "a scalar".to_owned(),
            Self::Scalar(Scalar { value: Some(value), .. }) if value.is_number() => "a number".to_owned(),
            Self::Scalar(_) => "text".to_owned(),
            Self::Fixed { what, .. } => (*what).to_owned(),
            Self::List(items) => format!("a list of {}", items.len()),
            Self::Table { entries, .. } if entries.len() == 1 => "a table of 1 key".to_owned(),
            Self::Table { entries, .. } => format!("a table of {} keys", entries.len()),
        }
    }
}

/// Says where a document does not follow its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReadError {
    /// In bytes.
    pub(super) at: usize,
    pub(super) message: String,
}

impl ReadError {
    pub(super) fn into_key_error(self, bytes: &[u8]) -> KeyError {
        let before = &bytes[..self.at.min(bytes.len())];
        let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1);
        let column = 1 + String::from_utf8_lossy(&before[start..]).chars().count();
        KeyError::Unreadable { line: line_of(bytes, self.at), column, message: self.message }
    }
}

/// The number of the line that holds the byte at `at`, from 1.
pub(super) fn line_of(bytes: &[u8], at: usize) -> usize {
    1 + bytes[..at.min(bytes.len())].iter().filter(|&&b| b == b'\n').count()
}
