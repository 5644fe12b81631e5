//! JSON with the bytes of each value. Comments and trailing commas, which many tools allow, are passed over.

use std::ops::Range;

use super::node::{DEEPEST, Entry, Node, ReadError, Scalar};
use crate::value::Value;

/// The types of domains that a table may declare.
const DOMAIN_KINDS: [&str; 4] = ["continuous", "discrete", "categorical", "integer"];

pub(super) fn read(text: &str) -> Result<Node, ReadError> {
    let mut reader = Reader { text, at: text.len() - text.trim_start_matches('\u{FEFF}').len(), depth: 0 };
    let root = reader.value()?;
    reader.skip()?;
    if reader.at < text.len() { Err(reader.error("something follows the document")) } else { Ok(root) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn error(&self, message: &str) -> ReadError {
        ReadError { at: self.at, message: message.to_owned() }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes over blanks and comments.
    fn skip(&mut self) -> Result<(), ReadError> {
        loop {
            let rest = &self.text[self.at..];
            if rest.starts_with([' ', '\t', '\n', '\r']) {
                self.at += 1;
            } else if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                let length = rest.find("*/").ok_or_else(|| self.error("a comment is not closed"))?;
                self.at += length + 2;
            } else {
                return Ok(());
            }
        }
    }

    fn value(&mut self) -> Result<Node, ReadError> {
        self.skip()?;
        match self.peek() {
            Some(b'{') => self.nested(Self::table),
            Some(b'[') => self.nested(Self::list),
            Some(b'"') => {
                let (span, text) = self.string()?;
                Ok(Node::Scalar(Scalar { span, value: Some(Value::text(text)) }))
            }
            Some(_) => self.word(),
            None => Err(self.error("the document ends where a value is expected")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Node, ReadError>) -> Result<Node, ReadError> {
        if self.depth == DEEPEST {
            return Err(self.error("the document nests too deeply"));
        }
        self.depth += 1;
        self.at += 1;
        let node = read(self);
        self.depth -= 1;
        node
    }

    fn table(&mut self) -> Result<Node, ReadError> {
        let start = self.at - 1;
        let mut entries = Vec::new();
        loop {
            self.skip()?;
            if self.close(b'}') {
                let whole = is_declaration(&entries).then_some(Scalar { span: start..self.at, value: None });
                return Ok(Node::Table { entries, merges: false, whole });
            }
            if self.peek() != Some(b'"') {
                return Err(self.error("a key in double quotes or `}` is expected"));
            }
            let (span, key) = self.string()?;
            self.skip()?;
            if !self.close(b':') {
                return Err(self.error("`:` is expected"));
            }
            let node = self.value()?;
            entries.push(Entry { key, at: span.start, node });
            self.separator(b'}')?;
        }
    }

    fn list(&mut self) -> Result<Node, ReadError> {
        let mut items = Vec::new();
        loop {
            self.skip()?;
            if self.close(b']') {
                return Ok(Node::List(items));
            }
            items.push(self.value()?);
            self.separator(b']')?;
        }
    }

    /// Takes `byte` if it stands here.
    fn close(&mut self, byte: u8) -> bool {
        let closes = self.peek() == Some(byte);
        self.at += usize::from(closes);
        closes
    }

    /// Takes the comma behind an item; leaves the bracket that `closes` the collection.
    fn separator(&mut self, closes: u8) -> Result<(), ReadError> {
        self.skip()?;
        if self.close(b',') || self.peek() == Some(closes) {
            return Ok(());
        }
        Err(self.error(&format!("`,` or `{}` is expected", char::from(closes))))
    }

    fn string(&mut self) -> Result<(Range<usize>, String), ReadError> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        loop {
            match bytes.get(at) {
                None | Some(b'\n') => return Err(self.error("a string is not closed")),
                Some(b'\\') => at += 2,
                Some(b'"') => break,
                Some(_) => at += 1,
            }
        }
        self.at = at + 1;
        let decoded = serde_json::from_str(&self.text[start..self.at]);
        let text = decoded.map_err(|_| ReadError { at: start, message: "a string holds a bad escape".to_owned() })?;
        Ok((start..self.at, text))
    }

    /// A number, `true`, `false`, `null`, or Python's `NaN` and `Infinity`.
    fn word(&mut self) -> Result<Node, ReadError> {
        let rest = &self.text[self.at..];
        let length =
            rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'_')).count();
        let word = &rest[..length];
        let value = match word {
            "true" => Some(Value::bool(true)),
            "false" => Some(Value::bool(false)),
            "null" | "NaN" | "Infinity" | "-Infinity" => None,
            _ => {
                let number = serde_json::from_str::<serde_json::Number>(word).ok().and_then(|_| Value::number(word));
                Some(number.ok_or_else(|| self.error("a value is expected"))?)
            }
        };
        let span = self.at..self.at + length;
        self.at = span.end;
        Ok(Node::Scalar(Scalar { span, value }))
    }
}

/// True for hp_search's `{"type": "continuous", "domain": [10, 10000]}`, which stands where a value is to be.
fn is_declaration(entries: &[Entry]) -> bool {
    let node = |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node);
    let Some(Node::Scalar(Scalar { value: Some(kind), .. })) = node("type") else { return false };
    matches!(node("domain"), Some(Node::List(_))) && DOMAIN_KINDS.contains(&kind.as_str())
}
