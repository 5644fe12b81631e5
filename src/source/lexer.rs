//! Tells code, comments and strings of a file apart, byte by byte, and in which bracket each stands.
//!
//! Works on bytes: a file need not be UTF-8, nor well formed. A string that does not close on its line, in a language
//! where it has to, is no string.

mod blocks;
mod strings;

use std::ops::Range;

use super::embedded::Document;
use super::language::Language;
use super::syntax::{BlockComment, Oddity, Opens, Syntax};

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
}

impl Line {
    pub(super) fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// Comments of D.
const PLUS_COMMENT: BlockComment = BlockComment { open: "/+", close: "+/", nests: true };

/// Stands before the text of a file that a Windows editor has saved as UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A file with each byte's class.
pub(super) struct Lexed<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) language: Language,
    pub(super) syntax: &'static Syntax,
    pub(super) classes: Vec<Class>,
    pub(super) lines: Vec<Line>,
    /// What stands behind a `<<EOF`.
    pub(super) documents: Vec<Document>,
    /// From which offset on which bracket is the innermost open one, or 0; ascending.
    brackets: Vec<(usize, u8)>,
}

impl<'a> Lexed<'a> {
    /// Reads `bytes` as a file of `language`.
    pub(super) fn new(bytes: &'a [u8], language: Language) -> Self {
        let syntax = Syntax::of(language);
        let first = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let mut lexer = Lexer {
            bytes,
            syntax,
            first,
            at: first,
            classes: vec![Class::Code; bytes.len()],
            open: Vec::new(),
            brackets: Vec::new(),
            announced: Vec::new(),
            documents: Vec::new(),
        };
        lexer.classes[..first].fill(Class::Comment);
        lexer.run();
        let mut lines = Vec::new();
        let mut start = first;
        for line in bytes[first..].split_inclusive(|&b| b == b'\n') {
            let length =
                line.strip_suffix(b"\n").map_or(line.len(), |line| line.strip_suffix(b"\r").unwrap_or(line).len());
            lines.push(Line { start, end: start + length });
            start += line.len();
        }
        if lines.is_empty() || bytes.ends_with(b"\n") {
            lines.push(Line { start, end: start });
        }
        let Lexer { classes, brackets, documents, .. } = lexer;
        Self { bytes, language, syntax, classes, lines, documents, brackets }
    }

    /// The innermost bracket that is open at `at`, or 0.
    pub(super) fn innermost(&self, at: usize) -> u8 {
        let changes = self.brackets.partition_point(|(from, _)| *from <= at);
        changes.checked_sub(1).map_or(0, |last| self.brackets[last].1)
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

/// How the line looks that ends a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// It is the delimiter.
    Bare,
    /// It is the delimiter behind blanks.
    Indented,
    /// It starts with the delimiter, behind blanks.
    Start,
}

/// A document that is to come.
struct Announced {
    /// Where its `<<` stands.
    mark: usize,
    delimiter: Vec<u8>,
    ending: Ending,
    /// True if a part of the delimiter is quoted: the shell expands nothing in it.
    is_literal: bool,
}

struct Lexer<'a> {
    bytes: &'a [u8],
    syntax: &'static Syntax,
    /// Where the first line starts: behind a byte order mark.
    first: usize,
    at: usize,
    classes: Vec<Class>,
    open: Vec<u8>,
    brackets: Vec<(usize, u8)>,
    /// Documents that start behind the end of this line.
    announced: Vec<Announced>,
    documents: Vec<Document>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while self.at < self.bytes.len() {
            let line_start = self.at == self.first || self.bytes[self.at - 1] == b'\n';
            if line_start && let Some((end, class)) = self.whole_lines() {
                self.advance(end, class);
                continue;
            }
            let byte = self.bytes[self.at];
            if (byte.is_ascii_alphanumeric() || byte == b' ') && !line_start {
                self.advance(self.at + 1, Class::Code);
            } else if let Some(end) = self.comment_end().filter(|_| !self.continues()) {
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
        if !self.syntax.brackets && !self.open.is_empty() && self.bytes[self.at..end].contains(&b'\n') {
            self.open.clear();
            self.brackets.push((end, 0));
        }
        self.at = end;
    }

    fn code_byte(&mut self, byte: u8) {
        if self.syntax.has(Oddity::BackslashEscape) && byte == b'\\' {
            return self.advance(self.at + 2, Class::Code);
        }
        if self.continues() {
            self.advance(self.at + self.syntax.continuation.len(), Class::Code);
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
        if self.syntax.has(Oddity::RubyDocument) && self.rest().starts_with(b"<<") {
            self.note_ruby_document();
            return self.advance(self.at + 2, Class::Code);
        }
        if self.syntax.has(Oddity::PhpDocument) && self.rest().starts_with(b"<<<") {
            self.note_php_document();
            return self.advance(self.at + 3, Class::Code);
        }
        self.follow_bracket(byte);
        let line_end = byte == b'\n';
        self.advance(self.at + 1, Class::Code);
        if line_end {
            self.blocks_after_line();
        }
    }

    /// True if a mark stands here that makes what follows it on the line a comment, and the line go on in the next.
    fn continues(&self) -> bool {
        let mark = self.syntax.continuation.as_bytes();
        mark.len() > 1 && self.rest().starts_with(mark)
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
            _ => return,
        }
        self.brackets.push((self.at + 1, self.open.last().copied().unwrap_or(0)));
    }

    /// True where YAML would read a bracket as the start of a flow collection, and not as a part of plain text.
    fn starts_yaml_token(&self) -> bool {
        let before = self.bytes[self.first..self.at].iter().rposition(|b| !matches!(b, b' ' | b'\t'));
        before.map(|at| self.first + at).is_none_or(|at| match self.bytes[at] {
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
        self.bytes[..at].iter().rposition(|&b| b == b'\n').map_or(self.first, |newline| newline + 1)
    }

    fn comment_end(&self) -> Option<usize> {
        if self.syntax.has(Oddity::LuaBrackets)
            && self.rest().starts_with(b"--[")
            && let Some(end) = self.lua_bracket_end(self.at + 2)
        {
            return Some(end);
        }
        if self.syntax.has(Oddity::CMakeBrackets)
            && self.rest().starts_with(b"#[")
            && let Some(end) = self.lua_bracket_end(self.at + 1)
        {
            return Some(end);
        }
        if self.syntax.has(Oddity::PlusComment) && self.rest().starts_with(b"/+") && !self.includes() {
            return Some(self.block_end(&PLUS_COMMENT)).filter(|&end| self.bytes[..end].ends_with(b"+/"));
        }
        let opens = |it: &&BlockComment| self.rest().starts_with(it.open.as_bytes()) && !self.is_star(self.at);
        if let Some(marks) = self.syntax.block_comments.iter().find(opens) {
            return Some(self.block_end(marks));
        }
        let before = self.at.checked_sub(1).map(|at| self.bytes[at]);
        let opens = self.syntax.line_comments.iter().any(|(sign, opens)| {
            self.rest().starts_with(sign.as_bytes())
                && match opens {
                    Opens::Anywhere => true,
                    Opens::AfterBlank => before.is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n')),
                    Opens::AfterBlankUnlessOperator => {
                        before.is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n')) && !self.is_operator(sign.len())
                    }
                    Opens::LineStart => self.bytes[self.line_start(self.at)..self.at].trim_ascii().is_empty(),
                    Opens::Column1 => before.is_none_or(|b| b == b'\n'),
                    Opens::NotBehind(byte) => before != Some(*byte),
                    Opens::NoOperator => !self.is_in_operator(),
                }
        });
        opens.then(|| self.line_comment_end())
    }

    /// The end of the line, or of the last of those that a backslash joins to it.
    fn line_comment_end(&self) -> usize {
        let mut end = self.line_end(self.at);
        let is_joined = |end: usize| {
            let line = &self.bytes[self.at..end];
            line.strip_suffix(b"\r").unwrap_or(line).ends_with(b"\\") && end < self.bytes.len()
        };
        while self.syntax.has(Oddity::ContinuedComment) && is_joined(end) && self.includes() {
            end = self.line_end(end + 1);
        }
        end
    }

    /// True for a file of C or C++, as its kin have no `#include`.
    fn includes(&self) -> bool {
        let directive = |line: &[u8]| {
            line.trim_ascii_start().strip_prefix(b"#").map(<[u8]>::trim_ascii_start).is_some_and(|word| {
                word.starts_with(b"include") || word.starts_with(b"ifndef") || word.starts_with(b"pragma once")
            })
        };
        self.bytes.split(|&b| b == b'\n').any(directive)
    }

    /// True if the sign of `length` bytes at the current byte stands behind code and before nothing but arithmetic with
    /// numbers.
    fn is_operator(&self, length: usize) -> bool {
        let before = &self.bytes[self.line_start(self.at)..self.at];
        let behind = &self.bytes[self.at + length..self.line_end(self.at)];
        let calculates = |b: &u8| b.is_ascii_digit() || b" \t\r.+-*/%();".contains(b);
        !before.trim_ascii().is_empty()
            && behind.first().is_some_and(|b| matches!(b, b' ' | b'\t' | b'('))
            && behind.iter().any(u8::is_ascii_digit)
            && behind.iter().all(calculates)
    }

    /// True if F#'s `(*)` stands at `at`.
    fn is_star(&self, at: usize) -> bool {
        self.syntax.has(Oddity::StarOperator) && self.bytes[at..].starts_with(b"(*)")
    }

    /// True if the dashes at the current byte are not all of an operator.
    fn is_in_operator(&self) -> bool {
        let is_sign = |b: &&u8| b"!#$%&*+./<=>?@\\^|-~:".contains(b);
        let before = self.bytes[..self.at].iter().rev().take_while(is_sign);
        before.chain(self.rest().iter().take_while(is_sign)).any(|&b| b != b'-')
    }

    fn block_end(&self, marks: &BlockComment) -> usize {
        let (open, close) = (marks.open.as_bytes(), marks.close.as_bytes());
        let mut depth = 1;
        let mut at = self.at + open.len();
        let mut first = None;
        while at < self.bytes.len() {
            if self.is_star(at) {
                at += 3;
            } else if self.bytes[at..].starts_with(close) {
                at += close.len();
                first = first.or(Some(at));
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            } else if marks.nests && self.bytes[at..].starts_with(open) {
                at += open.len();
                depth += 1;
            } else {
                at += 1;
            }
        }
        // Nothing nested in it after all.
        first.unwrap_or(at)
    }
}

#[cfg(test)]
mod tests;
