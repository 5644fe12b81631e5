//! A name where it stands, with the quotes and brackets around it.

use std::ops::Range;

use super::language::Language;
use super::lexer::{Class, Lexed};

/// The name with its quotes and brackets.
pub(super) struct Key {
    pub(super) start: usize,
    pub(super) end: usize,
    /// True for `"name"`, and for Julia's `:name`.
    pub(super) quoted: bool,
    /// True for `["name"]`.
    pub(super) subscript: bool,
}

impl Key {
    /// The key whose name stands at `name`; `None` in a comment, or where the name is only a part of a string.
    pub(super) fn read(lexed: &Lexed<'_>, name: &Range<usize>) -> Option<Self> {
        let syntax = lexed.syntax;
        let bytes = lexed.bytes;
        let class = lexed.classes[name.start];
        if class == Class::Comment || lexed.classes[name.clone()].iter().any(|&other| other != class) {
            return None;
        }
        let (mut start, mut end) = (name.start, name.end);
        let mut quoted = class == Class::Text;
        if quoted {
            let quote = bytes[start.checked_sub(1)?];
            let opens = start < 2 || lexed.classes[start - 2] != Class::Text;
            let closes = bytes.get(end) == Some(&quote) && lexed.classes.get(end + 1) != Some(&Class::Text);
            if !matches!(quote, b'"' | b'\'') || !opens || !closes {
                return None;
            }
            (start, end) = (start - 1, end + 1);
        } else if lexed.language == Language::Julia && start > 0 && bytes[start - 1] == b':' {
            let symbol = start < 2 || matches!(bytes[start - 2], b' ' | b'\t' | b'\n' | b'[' | b'(' | b',');
            if symbol {
                (start, quoted) = (start - 1, true);
            }
        }
        let mut key = Self { start, end, quoted, subscript: false };
        if syntax.subscripts {
            key.take_brackets(lexed);
        }
        Some(key)
    }

    fn take_brackets(&mut self, lexed: &Lexed<'_>) {
        let perl = lexed.language == Language::Perl;
        let (open, close) = if perl { (b'{', b'}') } else { (b'[', b']') };
        if !self.quoted && !perl {
            return;
        }
        let most = if lexed.language == Language::R { 2 } else { 1 };
        let pairs = (0..most)
            .take_while(|&n| {
                let before = self.start.checked_sub(n + 1).and_then(|at| lexed.code(at));
                before == Some(open) && lexed.code(self.end + n) == Some(close)
            })
            .count();
        self.start -= pairs;
        self.end += pairs;
        self.subscript = pairs > 0;
    }
}
