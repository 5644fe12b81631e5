//! What CMake's `set(G 3)` and `option(G "of what it is" ON)` give a variable.

use std::ops::Range;

use super::extent::Reach;
use super::key::Key;
use super::language::{Language, Other};
use super::lexer::{Class, Lexed};

/// Words behind which `set` says where the variable goes, and no more of its value.
const PLACES: [&[u8]; 2] = [b"CACHE", b"PARENT_SCOPE"];

/// The value of the variable at `key`; all of a list.
pub(super) fn value(lexed: &Lexed<'_>, key: &Key) -> Option<Reach> {
    if lexed.language != Language::Other(Other::CMake) || key.quoted {
        return None;
    }
    let before = lexed.bytes[..key.start].trim_ascii_end().strip_suffix(b"(")?.trim_ascii_end();
    let length = before.iter().rev().take_while(|&&b| lexed.syntax.is_identifier(b)).count();
    let command = before[before.len() - length..].to_ascii_lowercase();
    let words = words(lexed, key.end)?;
    let is_place = |word: &Range<usize>| PLACES.contains(&&lexed.bytes[word.clone()]);
    let values = match &command[..] {
        b"set" => words.iter().position(is_place).map_or(&words[..], |place| &words[..place]),
        // Behind what it says of itself.
        b"option" => words.get(1..)?,
        _ => return None,
    };
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return Some(Reach::Nothing) };
    let is_whole = lexed.line_of(first.start) == lexed.line_of(last.end);
    Some(if is_whole { Reach::Value(first.start..last.end, Some(b')')) } else { Reach::Continues })
}

/// The words from `at` up to the bracket that closes; `None` if none does, or if `at` stands within a word.
fn words(lexed: &Lexed<'_>, at: usize) -> Option<Vec<Range<usize>>> {
    let is_blank = |at: usize| lexed.classes[at] == Class::Comment || lexed.bytes[at].is_ascii_whitespace();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open = 0_usize;
    if lexed.code(at).is_some_and(|b| !b.is_ascii_whitespace() && b != b')') {
        return None;
    }
    for at in at..lexed.bytes.len() {
        match lexed.code(at) {
            Some(b')') if open == 0 => return Some(found),
            Some(b')') => open -= 1,
            Some(b'(') => open += 1,
            _ => {}
        }
        match found.last_mut() {
            _ if lexed.classes[at] != Class::Text && is_blank(at) => {}
            Some(last) if last.end == at => last.end = at + 1,
            _ => found.push(at..at + 1),
        }
    }
    None
}
