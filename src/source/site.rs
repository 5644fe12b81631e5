//! A place in a file where a value is written.

use std::ops::Range;

use super::language::Language;
use super::literal::Literal;
use super::percent;

/// A span of a committed file that holds one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The bytes of the value alone.
    pub span: Range<usize>,
    /// The line on which the value starts, from 1.
    pub line: usize,
    /// The value that stands there.
    pub literal: Literal,
}

impl Site {
    /// The site at `span` of `bytes`.
    pub(super) fn new(bytes: &[u8], span: Range<usize>, language: Language) -> Self {
        let line = 1 + bytes[..span.start].iter().filter(|&&b| b == b'\n').count();
        let mut literal = Literal::read(&bytes[span.clone()], language);
        if language == Language::Ini && percent::is_doubled(bytes) {
            literal.double_percents();
        }
        Self { span, line, literal }
    }
}

/// Which of the places found are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Occurrences {
    /// The only one: several are an error.
    #[default]
    Only,
    /// Every one.
    All,
    /// The one with this number, from 1.
    Nth(usize),
}
