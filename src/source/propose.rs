//! Proposes the numbers of a file that a search could explore.

use super::assignment;
use super::language::Language;
use super::lexer::{Class, Lexed, Line};
use super::number::Number;
use super::template::Template;
use super::{Occurrences, Site};
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
    let mut proposals: Vec<Proposal> = Vec::new();
    for word in assignment::identifiers(&lexed) {
        let Ok(name) = std::str::from_utf8(&bytes[word.clone()]) else { continue };
        let names = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if !names || COUNTERS.contains(&name) || proposals.iter().any(|known| known.name == name) {
            continue;
        }
        let Some(value) = assignment::assignment_at(&lexed, word).and_then(|found| found.value.ok()) else { continue };
        if Number::parse(&bytes[value.clone()], language).is_none() {
            continue;
        }
        if let Ok([site]) = Template::assignment(name, language).find(bytes, Occurrences::Only).as_deref()
            && let Some(number) = number_at(bytes, site, language)
        {
            let line = lexed.lines[site.line - 1];
            proposals.push(Proposal {
                name: name.to_owned(),
                value: number,
                line: site.line,
                comment: comment(&lexed, line, site.span.end),
            });
        }
    }
    proposals
}

fn number_at(bytes: &[u8], site: &Site, language: Language) -> Option<Value> {
    Value::number(Number::parse(&bytes[site.span.clone()], language)?.plain())
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
