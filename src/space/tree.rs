//! A domain's text as a tree: what was written, before it is asked what it means.

use std::ops::Range;

use crate::value::{Kind, Value};

/// A part of the text and what it is.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) tree: Tree,
    /// Bytes of the text.
    pub(super) span: Range<usize>,
}

/// The forms that a part of the text can have.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    /// A number, or a word without quotes.
    Bare(String),
    /// Text between quotes.
    Quoted(String),
    /// `[a, b]`
    List(Vec<Node>),
    /// `(a, b)`
    Tuple(Vec<Node>),
    /// `{ key = a }`
    Table(Vec<Field>),
    /// `name(a, key=b)`
    Call(Call),
    /// `from to to step step`
    Range(Box<[Node; 3]>),
}

/// An entry of a table.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) key: String,
    pub(super) value: Node,
    /// Where the key stands.
    pub(super) at: usize,
}

/// A function with its arguments.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// As written, with its module prefix.
    pub(super) name: String,
    pub(super) positional: Vec<Node>,
    pub(super) keyword: Vec<Field>,
    /// Where the name stands.
    pub(super) at: usize,
    /// Where the closing bracket stands.
    pub(super) close: usize,
}

impl Node {
    /// Where the part begins, in bytes from the start of the text.
    pub(super) fn at(&self) -> usize {
        self.span.start
    }

    /// Where the item number `index` of a list begins; the node's own place if there is none.
    pub(super) fn item_at(&self, index: usize) -> usize {
        match &self.tree {
            Tree::List(items) => items.get(index).map_or(self.at(), Node::at),
            _ => self.at(),
        }
    }

    /// The single value that is written here; `None` for lists, tables and calls.
    pub(super) fn value(&self) -> Option<Value> {
        match &self.tree {
            Tree::Bare(word) => Some(bare_value(word)),
            Tree::Quoted(text) => Some(Value::text(text.as_str())),
            _ => None,
        }
    }
}

/// The value of a bare word; `1_000` is the number 1000.
pub(super) fn bare_value(word: &str) -> Value {
    let value = Value::guess(word);
    let digits_around = |(at, _): (usize, &str)| {
        let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
        at > 0 && digit(word.as_bytes().get(at - 1)) && digit(word.as_bytes().get(at + 1))
    };
    if value.kind() == Kind::Text && word.contains('_') && word.match_indices('_').all(digits_around) {
        return Value::number(&word.replace('_', "")).unwrap_or(value);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn underscores_between_digits_are_dropped() {
        assert_eq!(bare_value("1_000"), Value::integer(1000));
        assert_eq!(bare_value("1_000.5_0").as_str(), "1000.50");
        for text in ["_1", "1_", "1__0", "a_b", "x_1"] {
            assert_eq!(bare_value(text), Value::text(text));
        }
    }
}
