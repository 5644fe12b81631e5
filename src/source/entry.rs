//! Entries of a dictionary and keyword arguments on the line that opens their bracket: `{"g": 3}`, `run(g=3)`.
//!
//! The parameters of a function's definition are none: a call may give others.

use super::extent::{self, Reach};
use super::key::Key;
use super::lexer::{Lexed, Line};
use super::statement::{group_end, skip_blank};
use super::syntax::Colon;

/// Words before a bracket, or before the name that stands before it, behind which no value is given.
const HEADS: [&[u8]; 11] =
    [b"def", b"function", b"macro", b"fun", b"fn", b"if", b"elif", b"elseif", b"while", b"for", b"switch"];

/// The value that the entry with this key gets.
pub(super) fn reach(lexed: &Lexed<'_>, line: Line, key: &Key) -> Option<Reach> {
    if key.subscript || !lexed.syntax.entries.contains(&lexed.innermost(key.start)) {
        return None;
    }
    let open = opening(lexed, line, key.start)?;
    let first = (open + 1..key.start).rfind(|&at| separates(lexed, open, at)).unwrap_or(open);
    if skip_blank(lexed, first + 1, key.start) != key.start
        || is_head(lexed, line, open)
        || defines(lexed, line, open)
        || binds(lexed, open, key.start)
    {
        return None;
    }
    let from = behind_operator(lexed, line, key, lexed.bytes[open])?;
    Some(extent::reach(lexed, line, from))
}

/// Where the innermost bracket around `at` opens, if it does so on the line.
fn opening(lexed: &Lexed<'_>, line: Line, at: usize) -> Option<usize> {
    let mut closed = 0_usize;
    for at in (line.start..at).rev() {
        match lexed.code(at) {
            Some(b')' | b']' | b'}') => closed += 1,
            Some(b'(' | b'[' | b'{') if closed == 0 => return Some(at),
            Some(b'(' | b'[' | b'{') => closed -= 1,
            _ => {}
        }
    }
    None
}

/// True if the byte at `at` sets the entries apart that stand directly in the bracket that opens at `open`.
fn separates(lexed: &Lexed<'_>, open: usize, at: usize) -> bool {
    matches!(lexed.code(at), Some(b',' | b';')) && depth(lexed, open, at) == 1
}

fn depth(lexed: &Lexed<'_>, open: usize, at: usize) -> usize {
    (open..at).fold(0, |depth: usize, at| match lexed.code(at) {
        Some(b'(' | b'[' | b'{') => depth + 1,
        Some(b')' | b']' | b'}') => depth.saturating_sub(1),
        _ => depth,
    })
}

/// True if a word of definitions or of control stands before the bracket that opens at `open`.
fn is_head(lexed: &Lexed<'_>, line: Line, open: usize) -> bool {
    let part = |b: &u8| lexed.syntax.is_identifier(*b) || matches!(b, b'.' | b'!');
    let before = lexed.bytes[line.start..open].trim_ascii_end();
    let name = before.iter().rev().take_while(|b| part(b)).count();
    let (rest, name) = before.split_at(before.len() - name);
    let rest = rest.trim_ascii_end();
    let word = rest.iter().rev().take_while(|b| part(b)).count();
    let word = &rest[rest.len() - word..];
    HEADS.contains(&name) || HEADS[..5].contains(&word) || rest.ends_with(b"\\") && name.is_empty()
}

/// True if what follows the bracket makes it the parameters of a function: `f(x; g=3) = ...`, `(; g=3) -> ...`.
fn defines(lexed: &Lexed<'_>, line: Line, open: usize) -> bool {
    let Some(end) = group_end(lexed, open, line.end) else { return false };
    let rest = &lexed.bytes[skip_blank(lexed, end, line.end)..line.end];
    let assigned = rest.starts_with(b"=") && !matches!(rest.get(1), Some(b'=' | b'>'));
    assigned || [&b"->"[..], b"::", b"where "].iter().any(|sign| rest.starts_with(sign))
}

/// True if a word between the bracket and the name makes the name a variable of its own: `for` up to the end of the
/// brackets, `lambda` up to its colon.
fn binds(lexed: &Lexed<'_>, open: usize, name: usize) -> bool {
    let is_direct = |at: usize| depth(lexed, open, at) == 1;
    let mut at = open;
    while at < name {
        let part = |at: &usize| lexed.code(*at).is_some_and(|b| lexed.syntax.is_identifier(b));
        let length = (at..name).take_while(part).count();
        let binds = match &lexed.bytes[at..at + length] {
            b"for" => true,
            b"lambda" => !(at..name).any(|at| lexed.code(at) == Some(b':') && is_direct(at)),
            _ => false,
        };
        if binds && is_direct(at) {
            return true;
        }
        at += length.max(1);
    }
    false
}

/// Behind the sign that gives the key its value in this bracket.
fn behind_operator(lexed: &Lexed<'_>, line: Line, key: &Key, bracket: u8) -> Option<usize> {
    let at = skip_blank(lexed, key.end, line.end);
    let rest = lexed.bytes.get(at..line.end)?;
    let syntax = lexed.syntax;
    lexed.code(at)?;
    if syntax.arrow && rest.starts_with(b"=>") {
        return Some(at + 2);
    }
    if bracket == b'{' {
        let colon = key.quoted && syntax.colon == Colon::Quoted && rest.starts_with(b":");
        return colon.then_some(at + 1);
    }
    let named = !key.quoted || lexed.language == super::Language::R;
    let assigns = syntax.sigils.is_empty() && named && rest.starts_with(b"=");
    (assigns && !matches!(rest.get(1), Some(b'=' | b'>' | b'~'))).then_some(at + 1)
}
