//! Enumerations, whose numbers are whole ones: `enum { N = 4 }`.

use std::ops::Range;

use super::call;
use super::declared::Declared;
use super::language::Language;
use super::lexer::Lexed;

/// Adds to `declared` that the value at `span` is one of an enumeration of C, C++, C# or Rust.
pub(super) fn complete(lexed: &Lexed<'_>, span: &Range<usize>, declared: &mut Declared) {
    let has_some = matches!(lexed.language, Language::C | Language::Rust) && lexed.innermost(span.start) == b'{';
    // D's may have fractions.
    let may_be = has_some && declared.whole_type.is_none() && !lexed.bytes[span.clone()].contains(&b'.');
    let Some(open) = call::opening(lexed, span.start).filter(|_| may_be && !is_of_d(lexed)) else { return };
    let ends = |at: &usize| matches!(lexed.code(*at), Some(b';' | b'{' | b'}' | b')'));
    let start = (0..open).rev().find(ends).map_or(0, |at| at + 1);
    let head: Vec<u8> = (start..open).map(|at| lexed.code(at).unwrap_or(b' ')).collect();
    let is_enumeration = head.split(|&b| !lexed.syntax.is_identifier(b)).any(|word| word == b"enum");
    if is_enumeration && !head.contains(&b'=') {
        let line = lexed.line_of(open);
        declared.whole_type = Some("enum".to_owned());
        declared.elsewhere = (line != lexed.line_of(span.start)).then(|| format!("line {}", line + 1));
    }
}

/// True if a line says `import std.math;` or `module a;`.
fn is_of_d(lexed: &Lexed<'_>) -> bool {
    lexed
        .lines
        .iter()
        .map(|line| lexed.bytes[line.range()].trim_ascii())
        .any(|line| (line.starts_with(b"import ") || line.starts_with(b"module ")) && line.ends_with(b";"))
}
