//! Proposes the numbers of a file that a search could explore.

use std::collections::HashMap;

use super::assignment::{self, Assignment, Finder};
use super::field;
use super::language::Language;
use super::lexer::{Class, Lexed, Line};
use super::names;
use super::number::Number;
use super::option;
use crate::value::Value;

/// Names that count or index rather than set anything.
const COUNTERS: [&str; 12] = ["i", "j", "k", "l", "ii", "jj", "kk", "idx", "index", "count", "counter", "_"];

/// A line `name = number` of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The name that gets the number.
    pub name: String,
    /// The number, without its suffix.
    pub value: Value,
    /// From 1.
    pub line: usize,
    /// The comment behind it, without its signs.
    pub comment: Option<String>,
}

/// The names in `bytes` that exactly one line gives a value, which is a plain number; in the order of the file.
///
/// Loop counters and names that several lines set are left out.
pub fn propose(bytes: &[u8], language: Language) -> Vec<Proposal> {
    let lexed = Lexed::new(bytes, language);
    let mut finder = Finder::new(&lexed);
    // By the name as the language compares it: the spelling that stands first, and its assignments.
    let mut known: HashMap<String, (String, Vec<Assignment>)> = HashMap::new();
    for word in names::identifiers(&lexed) {
        let option = option::whole_name(&lexed, &word);
        let word = option.clone().unwrap_or(word);
        let Ok(name) = std::str::from_utf8(&bytes[word.clone()]) else { continue };
        let name = if option.is_some() { name.replace('-', "_") } else { name.to_owned() };
        let in_braces = lexed.innermost(word.start) == b'{';
        let named = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if named
            && !COUNTERS.contains(&name.as_str())
            && let Some(assignment) = finder.assignment_at(word.clone())
            && (!assignment.inline || in_braces)
            && (option.is_some() || !option::is_in_declaration(&lexed, word.start))
            && !field::is_in_declaration(&lexed, word.start)
        {
            let compared = if lexed.syntax.ignores_case { name.to_ascii_lowercase() } else { name.clone() };
            known.entry(compared).or_insert_with(|| (name, Vec::new())).1.push(assignment);
        }
    }
    let mut proposals: Vec<(usize, Proposal)> = Vec::new();
    for (name, assignments) in known.into_values() {
        if let [Assignment { value: Ok(span), line, .. }] = assignment::meant(assignments).as_slice()
            && let Some(number) = Number::parse(&bytes[span.clone()], language)
            && let Some(value) = Value::number(number.plain())
        {
            let comment = comment(&lexed, lexed.lines[*line], span.end);
            proposals.push((span.start, Proposal { name, value, line: line + 1, comment }));
        }
    }
    proposals.sort_by_key(|(at, _)| *at);
    proposals.into_iter().map(|(_, proposal)| proposal).collect()
}

/// The words of the comment that stands behind `at` on the line.
fn comment(lexed: &Lexed<'_>, line: Line, at: usize) -> Option<String> {
    let start = (at..line.end).find(|&at| lexed.classes[at] == Class::Comment)?;
    let length = (start..line.end).take_while(|&at| lexed.classes[at] == Class::Comment).count();
    let text = String::from_utf8_lossy(&lexed.bytes[start..start + length]).into_owned();
    let text = text.trim_start_matches(['#', '/', '*', '%', '!', ';', '-', ':', '=', '?']).trim();
    let text = text.strip_suffix("*/").or_else(|| text.strip_suffix("=#")).unwrap_or(text).trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
