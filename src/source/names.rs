//! Where names stand in a file.

use std::ops::Range;

use super::lexer::{Class, Lexed};

/// The offsets at which `name` stands as a whole identifier, in code, comment or text.
pub(super) fn occurrences(lexed: &Lexed<'_>, name: &str) -> Vec<usize> {
    let syntax = lexed.syntax;
    let name = name.as_bytes();
    let (Some(&first), Some(&last)) = (name.first(), name.last()) else { return Vec::new() };
    let same = |window: &[u8]| if syntax.ignores_case { window.eq_ignore_ascii_case(name) } else { window == name };
    let joins = |edge: u8, at: Option<usize>| {
        let neighbour = at.and_then(|at| lexed.bytes.get(at)).copied();
        syntax.is_identifier(edge) && neighbour.is_some_and(|b| syntax.is_identifier(b))
    };
    let start = lexed.lines[0].start;
    let whole = |at: usize| {
        !joins(first, at.checked_sub(1).filter(|&before| before >= start)) && !joins(last, Some(at + name.len()))
    };
    let windows = lexed.bytes.windows(name.len()).enumerate();
    windows.filter(|&(at, window)| same(window) && whole(at)).map(|(at, _)| at).collect()
}

/// The identifiers in the code and the strings of a file.
pub(super) fn identifiers<'a>(lexed: &'a Lexed<'_>) -> impl Iterator<Item = Range<usize>> + 'a {
    let syntax = lexed.syntax;
    let part = move |at: usize| lexed.classes[at] != Class::Comment && syntax.is_identifier(lexed.bytes[at]);
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = (at..lexed.bytes.len()).find(|&at| part(at))?;
        let end = (start..lexed.bytes.len()).find(|&at| !part(at)).unwrap_or(lexed.bytes.len());
        at = end;
        Some(start..end)
    })
}
