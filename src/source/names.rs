//! Where names stand in a file, and which of them are alike.

use std::ops::Range;

use super::assignment::Finder;
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

/// The names to which a file gives a value and that a message can offer for `name`, nearest first.
pub(super) fn similar(lexed: &Lexed<'_>, name: &str) -> Vec<String> {
    let wanted = name.to_lowercase();
    let mut near: Vec<(usize, String)> = Vec::new();
    let mut finder = Finder::new(lexed);
    for at in identifiers(lexed) {
        let Ok(word) = std::str::from_utf8(&lexed.bytes[at.clone()]) else { continue };
        let literal = word.starts_with(|c: char| c.is_ascii_digit());
        // A byte order mark or a blank of no width would make the offer look like the name itself.
        let shown = word.chars().all(|c| c.is_ascii() || c.is_alphanumeric());
        let same = word.eq_ignore_ascii_case(name) && lexed.syntax.ignores_case || word == name;
        if literal || !shown || same || word.len() > 2 * name.len() + 4 || near.iter().any(|(_, known)| known == word) {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&wanted, &word.to_lowercase());
        if distance <= 1 + name.chars().count() / 4 && finder.assignment_at(at).is_some() {
            near.push((distance, word.to_owned()));
        }
    }
    near.sort();
    near.into_iter().take(3).map(|(_, word)| word).collect()
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
