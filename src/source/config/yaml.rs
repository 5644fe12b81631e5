//! YAML with the bytes of each value.
//!
//! The parser's marks count characters, and may take in a value's anchor and the blanks and the comment behind it: the
//! bytes of a scalar are found from where it starts.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::node::{DEEPEST, Entry, Node, ReadError, Scalar};
use crate::value::Value;

/// The documents of the file.
pub(super) fn read(text: &str) -> Result<Vec<Node>, ReadError> {
    let offsets = Offsets::of(text);
    let mut builder = Builder { text, documents: Vec::new(), open: Vec::new() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| ReadError {
            at: offsets.byte(error.marker().index()),
            message: error.info().to_owned(),
        })?;
        let span = offsets.byte(span.start.index())..offsets.byte(span.end.index());
        builder.take(event, span)?;
    }
    Ok(builder.documents)
}

/// Where each character starts.
enum Offsets {
    /// At its own number.
    Ascii(usize),
    Counted(Vec<usize>),
}

impl Offsets {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Ascii(text.len());
        }
        Self::Counted(text.char_indices().map(|(at, _)| at).chain([text.len()]).collect())
    }

    fn byte(&self, character: usize) -> usize {
        match self {
            Self::Ascii(length) => character.min(*length),
            Self::Counted(offsets) => offsets[character.min(offsets.len() - 1)],
        }
    }
}

/// A collection that is not closed yet.
enum Open {
    List(Vec<Node>),
    /// With the key whose value comes next.
    Table {
        entries: Vec<Entry>,
        key: Option<(String, usize)>,
        merges: bool,
    },
}

struct Builder<'a> {
    text: &'a str,
    documents: Vec<Node>,
    open: Vec<Open>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), ReadError> {
        match event {
            Event::SequenceStart(..) => self.open(Open::List(Vec::new()), span.start)?,
            Event::MappingStart(..) => {
                self.open(Open::Table { entries: Vec::new(), key: None, merges: false }, span.start)?;
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(items)) => self.add(Node::List(items), None, span.start),
                Some(Open::Table { entries, merges, .. }) => {
                    self.add(Node::Table { entries, merges, whole: None }, None, span.start);
                }
                None => {}
            },
            Event::Alias(_) => self.add(Node::Fixed { at: span.start, what: "an alias" }, None, span.start),
            Event::Scalar(text, style, _, tag) => {
                let at = span.start;
                let node = self.scalar(&text, style, tag.as_deref(), span);
                self.add(node, Some(&text), at);
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, collection: Open, at: usize) -> Result<(), ReadError> {
        if self.open.len() == DEEPEST {
            return Err(ReadError { at, message: "the document nests too deeply".to_owned() });
        }
        self.open.push(collection);
        Ok(())
    }

    /// Puts a finished value in its place; `text` is its content if it is a scalar, and may be a key.
    fn add(&mut self, node: Node, text: Option<&str>, at: usize) {
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some(Open::List(items)) => items.push(node),
            Some(Open::Table { entries, key, merges }) => match key.take() {
                Some((key, at)) => entries.push(Entry { key, at, node }),
                None => {
                    *merges |= text == Some("<<");
                    // A list or table as a key: no path leads there.
                    *key = Some((text.unwrap_or("\u{0}").to_owned(), at));
                }
            },
        }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Range<usize>) -> Node {
        let fixed = |what| Node::Fixed { at: span.start, what };
        if tag.is_some() {
            return fixed("a tagged value");
        }
        let start = self.behind_anchor(span.start);
        let rest = &self.text[start..];
        let length = match style {
            ScalarStyle::Plain if text.is_empty() => return fixed("empty"),
            ScalarStyle::Plain => rest.starts_with(text).then_some(text.len()),
            ScalarStyle::SingleQuoted => single_quoted(rest),
            ScalarStyle::DoubleQuoted => double_quoted(rest),
            ScalarStyle::Literal | ScalarStyle::Folded => return fixed("a block scalar"),
        };
        let Some(length) = length.filter(|length| !rest[..*length].contains('\n')) else {
            return fixed("text over several lines");
        };
        let value = if style == ScalarStyle::Plain { resolve(text) } else { Some(Value::text(text)) };
        Node::Scalar(Scalar { span: start..start + length, value })
    }

    fn behind_anchor(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        if !rest.starts_with('&') {
            return at;
        }
        let name = rest.find(char::is_whitespace).unwrap_or(rest.len());
        at + rest.len() - rest[name..].trim_start().len()
    }
}

fn single_quoted(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let mut at = 0;
    loop {
        at += inside[at..].find('\'')?;
        if !inside[at + 1..].starts_with('\'') {
            return Some(at + 2);
        }
        at += 2;
    }
}

fn double_quoted(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// What YAML 1.2's core schema makes of plain text; `None` for null.
fn resolve(text: &str) -> Option<Value> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match text {
        "~" | "null" | "Null" | "NULL" => return None,
        "true" | "True" | "TRUE" => return Some(Value::bool(true)),
        "false" | "False" | "FALSE" => return Some(Value::bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Value::number("nan"),
        _ if matches!(unsigned, ".inf" | ".Inf" | ".INF") => {
            return Value::number(if text.starts_with('-') { "-inf" } else { "inf" });
        }
        _ => {}
    }
    let digits = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0o"));
    let number = match digits {
        Some(_) if unsigned.len() < text.len() => None,
        _ if unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') && !unsigned.starts_with("0b") => {
            Value::number(text)
        }
        _ => None,
    };
    Some(number.unwrap_or_else(|| Value::text(text)))
}
