//! Places that seem to give a name a value in a file of no known language, though no rule finds them: beside one that is
//! found they make it doubtful which is meant.

use std::ops::Range;

use super::lexer::{Class, Lexed};
use super::statement::skip_blank;

/// True if `NAME =` stands at `name` as a word of its line: behind a blank or a brace, and in no parentheses.
pub(super) fn seems_assigned(lexed: &Lexed<'_>, name: &Range<usize>) -> bool {
    if !lexed.language.is_loose() || lexed.classes[name.clone()].contains(&Class::Comment) {
        return false;
    }
    let line = lexed.lines[lexed.line_of(name.start)];
    let before = lexed.bytes.get(line.start..name.start).unwrap_or_default();
    let is_word = before.last().is_none_or(|b| matches!(b, b' ' | b'\t' | b'{' | b';'));
    let depth = before.iter().fold(0_usize, |depth, byte| match byte {
        b'(' => depth + 1,
        b')' => depth.saturating_sub(1),
        _ => depth,
    });
    let at = skip_blank(lexed, name.end, line.end);
    let behind = lexed.bytes.get(at..line.end).unwrap_or_default();
    // Ruby's.
    let behind = behind.strip_prefix(b"||").unwrap_or(behind);
    let assigns = lexed.is_code(at) && behind.starts_with(b"=") && !matches!(behind.get(1), Some(b'=' | b'>' | b'~'));
    is_word && depth == 0 && assigns && !passes_on(&behind[1..], &lexed.bytes[name.clone()])
}

/// True if what stands behind the sign is only the name again, as in `LR=$LR`.
fn passes_on(value: &[u8], name: &[u8]) -> bool {
    let value = value.trim_ascii_start();
    let length = value.iter().take_while(|b| !matches!(b, b' ' | b'\t' | b',' | b';' | b')' | b'}')).count();
    let value = value[..length].strip_prefix(b"$").unwrap_or(&value[..length]);
    value.strip_prefix(b"{").unwrap_or(value) == name
}
