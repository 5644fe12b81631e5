//! Tells code, comments and strings of a file apart, byte by byte, and which bracket each line stands in.
//!
//! Works on bytes: a file need not be UTF-8, nor well formed. A string that does not close on its line, in a language
//! where it has to, is no string.

mod blocks;
mod strings;

use std::ops::Range;

use super::language::Language;
use super::syntax::{Oddity, Opens, Syntax};

/// What a byte of a file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Code,
    Comment,
    /// A string, its quotes included.
    Text,
}

/// One line, its ending left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The innermost bracket that is open where the line starts, or 0.
    pub(super) bracket: u8,
}

impl Line {
    pub(super) fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A file with each byte's class.
pub(super) struct Lexed<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) language: Language,
    pub(super) syntax: &'static Syntax,
    pub(super) classes: Vec<Class>,
    pub(super) lines: Vec<Line>,
}

impl<'a> Lexed<'a> {
    /// Reads `bytes` as a file of `language`.
    pub(super) fn new(bytes: &'a [u8], language: Language) -> Self {
        let syntax = Syntax::of(language);
        let mut lexer = Lexer {
            bytes,
            syntax,
            at: 0,
            classes: vec![Class::Code; bytes.len()],
            open: Vec::new(),
            open_at_line: vec![0],
            documents: Vec::new(),
        };
        lexer.run();
        let mut lines = Vec::with_capacity(lexer.open_at_line.len());
        let mut start = 0;
        for bracket in lexer.open_at_line {
            let length = bytes[start..].iter().position(|&b| b == b'\n');
            let newline = length.map_or(bytes.len(), |length| start + length);
            let end =
                if length.is_some() && newline > start && bytes[newline - 1] == b'\r' { newline - 1 } else { newline };
            lines.push(Line { start, end, bracket });
            start = (newline + 1).min(bytes.len());
        }
        Self { bytes, language, syntax, classes: lexer.classes, lines }
    }

    /// True if the byte at `at` is code.
    pub(super) fn is_code(&self, at: usize) -> bool {
        self.classes.get(at) == Some(&Class::Code)
    }

    /// The byte at `at` if it is code.
    pub(super) fn code(&self, at: usize) -> Option<u8> {
        if self.is_code(at) { self.bytes.get(at).copied() } else { None }
    }

    /// The 0-based number of the line that holds the byte at `at`.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|line| line.start <= at).saturating_sub(1)
    }
}

struct Lexer<'a> {
    bytes: &'a [u8],
    syntax: &'static Syntax,
    at: usize,
    classes: Vec<Class>,
    open: Vec<u8>,
    open_at_line: Vec<u8>,
    /// Shell documents that start behind the end of this line: delimiter, and whether tabs before it are dropped.
    documents: Vec<(Vec<u8>, bool)>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while self.at < self.bytes.len() {
            let line_start = self.at == 0 || self.bytes[self.at - 1] == b'\n';
            if line_start && let Some((end, class)) = self.whole_lines() {
                self.advance(end, class);
                continue;
            }
            let byte = self.bytes[self.at];
            if (byte.is_ascii_alphanumeric() || byte == b' ') && !line_start {
                self.advance(self.at + 1, Class::Code);
            } else if let Some(end) = self.comment_end() {
                self.advance(end, Class::Comment);
            } else if let Some(end) = self.string_end() {
                self.advance(end, Class::Text);
            } else {
                self.code_byte(byte);
            }
        }
    }

    /// Gives the bytes up to `end` their class and goes there.
    fn advance(&mut self, end: usize, class: Class) {
        let end = end.clamp(self.at + 1, self.bytes.len());
        self.classes[self.at..end].fill(class);
        let innermost = self.open.last().copied().unwrap_or(0);
        let newlines = self.bytes[self.at..end].iter().filter(|&&b| b == b'\n').count();
        self.open_at_line.extend(std::iter::repeat_n(innermost, newlines));
        self.at = end;
    }

    fn code_byte(&mut self, byte: u8) {
        if self.syntax.has(Oddity::BackslashEscape) && byte == b'\\' {
            return self.advance(self.at + 2, Class::Code);
        }
        if self.syntax.has(Oddity::Matlab) && self.rest().starts_with(b"...") {
            self.advance(self.at + 3, Class::Code);
            let end = self.line_end(self.at);
            if end > self.at {
                self.advance(end, Class::Comment);
            }
            return;
        }
        if self.syntax.has(Oddity::HereDocument) && self.rest().starts_with(b"<<") {
            self.note_document();
            return self.advance(self.at + 2, Class::Code);
        }
        if self.syntax.brackets {
            self.follow_bracket(byte);
        }
        let line_end = byte == b'\n';
        self.advance(self.at + 1, Class::Code);
        if line_end {
            self.blocks_after_line();
        }
    }

    fn follow_bracket(&mut self, byte: u8) {
        let opens = |byte| match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        match byte {
            b'(' | b'[' | b'{' if !self.syntax.has(Oddity::YamlBlocks) || self.starts_yaml_token() => {
                self.open.push(byte);
            }
            b')' | b']' | b'}' if self.open.last() == Some(&opens(byte)) => {
                self.open.pop();
            }
            _ => {}
        }
    }

    /// True where YAML would read a bracket as the start of a flow collection, and not as a part of plain text.
    fn starts_yaml_token(&self) -> bool {
        let before = self.bytes[..self.at].iter().rposition(|b| !matches!(b, b' ' | b'\t'));
        before.is_none_or(|at| match self.bytes[at] {
            b'\n' | b'[' | b'{' | b',' => true,
            b':' | b'-' => at + 1 < self.at,
            _ => false,
        })
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// Where the line that holds `at` ends; its newline is not part of it.
    fn line_end(&self, at: usize) -> usize {
        self.bytes[at..].iter().position(|&b| b == b'\n').map_or(self.bytes.len(), |length| at + length)
    }

    fn line_start(&self, at: usize) -> usize {
        self.bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1)
    }

    fn comment_end(&self) -> Option<usize> {
        if self.syntax.has(Oddity::LuaBrackets)
            && self.rest().starts_with(b"--[")
            && let Some(end) = self.lua_bracket_end(self.at + 2)
        {
            return Some(end);
        }
        for (open, close, nests) in self.syntax.block_comments {
            if self.rest().starts_with(open.as_bytes()) {
                return Some(self.block_end(open.as_bytes(), close.as_bytes(), *nests));
            }
        }
        let before = self.at.checked_sub(1).map(|at| self.bytes[at]);
        let opens = self.syntax.line_comments.iter().any(|(sign, opens)| {
            self.rest().starts_with(sign.as_bytes())
                && match opens {
                    Opens::Anywhere => true,
                    Opens::AfterBlank => before.is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n')),
                    Opens::Column1 => before.is_none_or(|b| b == b'\n'),
                    Opens::NotBehind(byte) => before != Some(*byte),
                }
        });
        opens.then(|| self.line_end(self.at))
    }

    fn block_end(&self, open: &[u8], close: &[u8], nests: bool) -> usize {
        let mut depth = 1;
        let mut at = self.at + open.len();
        while at < self.bytes.len() {
            if self.bytes[at..].starts_with(close) {
                at += close.len();
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            } else if nests && self.bytes[at..].starts_with(open) {
                at += open.len();
                depth += 1;
            } else {
                at += 1;
            }
        }
        at
    }
}

#[cfg(test)]
mod tests;
