//! Calls of functions and the arguments that they give.

use std::ops::Range;

use super::lexer::{Class, Lexed};

/// So far back from an argument its call is sought.
const LONGEST_CALL: usize = 4000;

/// Words before a function's name, or in its place, where it is defined.
const DEFINERS: [&[u8]; 7] = [b"def", b"function", b"macro", b"fun", b"fn", b"func", b"subroutine"];

/// `function(arguments)`
pub(super) struct Call {
    /// The function's own name: `field` of `dataclasses.field`.
    pub(super) function: Range<usize>,
    /// Where the bracket opens.
    open: usize,
}

impl Call {
    /// The one directly among whose arguments the byte at `at` stands.
    pub(super) fn around(lexed: &Lexed<'_>, at: usize) -> Option<Self> {
        Self::of_bracket(lexed, opening(lexed, at)?)
    }

    /// The one whose arguments stand in the bracket that opens at `open`.
    pub(super) fn of_bracket(lexed: &Lexed<'_>, open: usize) -> Option<Self> {
        let end = lexed.bytes[..open].trim_ascii_end().len();
        let length = lexed.bytes[..end].iter().rev().take_while(|&&b| lexed.syntax.is_identifier(b)).count();
        (lexed.bytes[open] == b'(').then_some(Self { function: end - length..end, open })
    }

    /// The one that starts at `start`, of a function that a path such as `dataclasses.field` leads to.
    pub(super) fn at(lexed: &Lexed<'_>, start: usize) -> Option<Self> {
        let part = |at: &usize| lexed.code(*at).is_some_and(|b| lexed.syntax.is_identifier(b) || b == b'.');
        let end = start + (start..lexed.bytes.len()).take_while(part).count();
        let owner = lexed.bytes[start..end].iter().rposition(|&b| b == b'.').map_or(0, |dot| dot + 1);
        (lexed.code(end) == Some(b'(')).then_some(Self { function: start + owner..end, open: end })
    }

    /// True if it is no call, but says which arguments a function takes: `def f(g=3)`, `f <- function(g = 3)`.
    pub(super) fn is_definition(&self, lexed: &Lexed<'_>) -> bool {
        let before = lexed.bytes[..self.function.start].trim_ascii_end();
        let length = before.iter().rev().take_while(|&&b| lexed.syntax.is_identifier(b)).count();
        [&before[before.len() - length..], &lexed.bytes[self.function.clone()]]
            .iter()
            .any(|word| DEFINERS.contains(word))
    }

    /// What stands between its commas, and the offset behind its bracket; `None` if it never closes.
    pub(super) fn arguments(&self, lexed: &Lexed<'_>) -> Option<(Vec<Argument>, usize)> {
        let mut found = Vec::new();
        let (mut depth, mut from) = (0_usize, self.open + 1);
        for at in self.open..lexed.bytes.len() {
            match lexed.code(at) {
                Some(b'(' | b'[' | b'{') => depth += 1,
                Some(b',') if depth == 1 => {
                    found.extend(Argument::read(lexed, from..at));
                    from = at + 1;
                }
                Some(b')' | b']' | b'}') if depth == 1 => {
                    found.extend(Argument::read(lexed, from..at));
                    return Some((found, at + 1));
                }
                Some(b')' | b']' | b'}') => depth -= 1,
                _ => {}
            }
        }
        None
    }
}

/// Where the innermost bracket around `at` opens.
pub(super) fn opening(lexed: &Lexed<'_>, at: usize) -> Option<usize> {
    let mut closed = 0_usize;
    (at.saturating_sub(LONGEST_CALL)..at).rev().find(|&at| match lexed.code(at) {
        Some(b'(' | b'[' | b'{') if closed == 0 => true,
        Some(b'(' | b'[' | b'{') => {
            closed -= 1;
            false
        }
        Some(b')' | b']' | b'}') => {
            closed += 1;
            false
        }
        _ => false,
    })
}

/// One argument of a call.
pub(super) struct Argument {
    /// The name before its `=`.
    pub(super) key: Option<Range<usize>>,
    /// Where its value starts.
    pub(super) value: usize,
    /// Where the comma or bracket behind it stands.
    pub(super) end: usize,
}

impl Argument {
    fn read(lexed: &Lexed<'_>, span: Range<usize>) -> Option<Self> {
        let solid = |from: usize| {
            (from..span.end).find(|&at| lexed.classes[at] != Class::Comment && !lexed.bytes[at].is_ascii_whitespace())
        };
        let start = solid(span.start)?;
        let part = |at: &usize| lexed.code(*at).is_some_and(|b| lexed.syntax.is_identifier(b));
        let key = start..start + (start..span.end).take_while(part).count();
        let sign = solid(key.end).filter(|&at| lexed.code(at) == Some(b'=') && lexed.code(at + 1) != Some(b'='));
        match sign {
            Some(sign) if !key.is_empty() => Some(Self { key: Some(key), value: solid(sign + 1)?, end: span.end }),
            _ => Some(Self { key: None, value: start, end: span.end }),
        }
    }

    /// True if it is given as `key=`.
    pub(super) fn is(&self, lexed: &Lexed<'_>, key: &[u8]) -> bool {
        self.key.as_ref().is_some_and(|span| &lexed.bytes[span.clone()] == key)
    }
}
