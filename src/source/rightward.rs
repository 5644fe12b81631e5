//! R's assignment to the right: `3 -> g`.

use super::extent::Reach;
use super::key::Key;
use super::language::Language;
use super::lexer::{Class, Lexed, Line};
use super::statement::skip_blank;

/// Words at the start of a statement of which only a part is given to the name.
const HEADS: [&[u8]; 6] = [b"if", b"else", b"for", b"while", b"repeat", b"function"];

/// The value that the statement from `start` on gives to the name at `key`, at its end.
pub(super) fn value(lexed: &Lexed<'_>, line: Line, start: usize, key: &Key) -> Option<Reach> {
    if lexed.language != Language::R || key.subscript {
        return None;
    }
    let before = without_owner(lexed, &lexed.bytes[start..key.start]).trim_ascii_end();
    let code = before.strip_suffix(b"->").or_else(|| before.strip_suffix(b"->>"))?.trim_ascii();
    let behind = skip_blank(lexed, key.end, line.end);
    let is_element = behind == key.end && matches!(lexed.code(behind), Some(b'[' | b'(' | b'$' | b'@'));
    if is_element || !lexed.is_code(start + before.len() - 1) {
        return None;
    }
    let first = skip_blank(lexed, start, line.end);
    let span = first..first + code.len();
    let (mut open, mut is_chained, mut goes_on) = (0_usize, false, code.is_empty());
    for at in span.clone() {
        match lexed.code(at) {
            Some(b'(' | b'[' | b'{') => open += 1,
            Some(b')' | b']' | b'}') if open == 0 => goes_on = true,
            Some(b')' | b']' | b'}') => open -= 1,
            Some(b'-') => is_chained |= lexed.code(at + 1) == Some(b'>'),
            _ => {}
        }
    }
    let word = code.iter().take_while(|&&b| lexed.syntax.is_identifier(b)).count();
    let is_part = HEADS.contains(&&code[..word]) || code.starts_with(b"\\");
    let is_last = behind == line.end || matches!(lexed.code(behind), Some(b';' | b'}' | b')'));
    Some(if goes_on || continues(lexed, start) {
        Reach::Continues
    } else if is_chained || is_part || !is_last {
        Reach::Shared
    } else {
        Reach::Value(span, None)
    })
}

/// What stands before the name and its owners: `3 -> ` of `3 -> p$`.
fn without_owner<'a>(lexed: &Lexed<'_>, before: &'a [u8]) -> &'a [u8] {
    let Some(owner) = before.strip_suffix(b"$").or_else(|| before.strip_suffix(b"@")) else { return before };
    let length = owner.iter().rev().take_while(|&&b| lexed.syntax.is_identifier(b)).count();
    without_owner(lexed, &owner[..owner.len() - length])
}

/// True if the line before goes on in what starts at `start`.
fn continues(lexed: &Lexed<'_>, start: usize) -> bool {
    let is_solid = |at: &usize| {
        lexed.classes[*at] != Class::Comment && (lexed.bytes[*at] == b'\n' || !lexed.bytes[*at].is_ascii_whitespace())
    };
    let is_code = |at: &usize| is_solid(at) && lexed.bytes[*at] != b'\n';
    let is_first = (0..start).rev().find(is_solid).is_some_and(|at| lexed.bytes[at] == b'\n');
    let last = (0..start).rev().find(is_code).and_then(|at| lexed.code(at));
    let is_open = matches!(lexed.innermost(start), b'(' | b'[');
    is_open || is_first && last.is_some_and(|last| b"+-*/^<>=!&|~%?:,".contains(&last))
}
