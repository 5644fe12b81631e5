//! Proposes the numbers of a file that a search could explore.

use std::collections::{HashMap, HashSet};

use super::assignment::{self, Assignment, Finder, Standing};
use super::call::Call;
use super::change;
use super::config;
use super::expansion;
use super::field;
use super::language::{Language, Other};
use super::lexer::{Class, Lexed, Line};
use super::names;
use super::number::Number;
use super::option;
use super::structure;
use crate::value::Value;

/// Names that count or index rather than set anything.
const COUNTERS: [&str; 12] = ["i", "j", "k", "l", "ii", "jj", "kk", "idx", "index", "count", "counter", "_"];

/// A line of more bytes was written by a program, and holds nothing that anybody varies.
const LONGEST_LINE: usize = 5000;

/// Functions whose arguments are parameters, as in `dict(lr=0.1)`.
const TABLES: [&[u8]; 8] =
    [b"dict", b"list", b"struct", b"namedtuple", b"namespace", b"simplenamespace", b"edict", b"attrdict"];

/// Parts of the names of such functions, as in `make_config(lr=0.1)`.
const TABLE_WORDS: [&[u8]; 7] = [b"param", b"config", b"cfg", b"settings", b"options", b"hyper", b"defaults"];

/// Functions that run a model: what they are given, an argument a line, are its parameters.
const RUNNERS: [&[u8]; 8] = [b"run", b"main", b"simulate", b"train", b"fit", b"solve", b"integrate", b"experiment"];

/// A number of a file that could be varied.
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
    /// True if a script takes the name from its environment, and the number where it is not set there.
    pub is_variable: bool,
}

/// The names in `bytes` that exactly one line gives a value, which is a plain number; in the order of the file.
///
/// Loop counters, names that several lines set or that the code changes, arguments of calls that only make use of numbers, and
/// all of a line that is so long that no hand wrote it are left out.
pub fn propose(bytes: &[u8], language: Language) -> Vec<Proposal> {
    let lexed = Lexed::new(bytes, language);
    if language == Language::Xml {
        return of_xml(&lexed);
    }
    let Names { known, changed } = Names::of(&lexed);
    let mut proposals = variables(&lexed, &known);
    for (compared, (name, assignments)) in known {
        if let [Assignment { value: Ok(span), line, .. }] = assignment::meant(assignments).as_slice()
            && !changed.contains(&compared)
            && let Some(number) = Number::parse(&bytes[span.clone()], language)
            && let Some(value) = Value::number(number.plain())
        {
            let comment = comment(&lexed, lexed.lines[*line], span.end);
            proposals.push((span.start, Proposal { name, value, line: line + 1, comment, is_variable: false }));
        }
    }
    proposals.sort_by_key(|(at, _)| *at);
    proposals.into_iter().map(|(_, proposal)| proposal).collect()
}

/// How many lines of `bytes` are so long that [`propose`] leaves out what stands in them.
pub fn long_lines(bytes: &[u8], language: Language) -> usize {
    let is_long = |line: &&[u8]| line.len() > LONGEST_LINE;
    let is_read = matches!(language, Language::Xml | Language::Notebook);
    if is_read { 0 } else { bytes.split(|&b| b == b'\n').filter(is_long).count() }
}

/// The numbers of XML that go by one name each; what says which edition of a format the file follows is left out.
fn of_xml(lexed: &Lexed<'_>) -> Vec<Proposal> {
    let is_plain = |name: &str| {
        name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
            && !matches!(name, "id" | "name" | "key" | "version" | "level")
    };
    let mut found: Vec<Proposal> = Vec::new();
    let mut last = None;
    for (name, span) in config::names_in_xml(lexed.bytes) {
        if is_plain(&name)
            && last != Some(span.start)
            && let Some(number) = Number::parse(&lexed.bytes[span.clone()], lexed.language)
            && let Some(value) = Value::number(number.plain())
        {
            last = Some(span.start);
            let line = lexed.line_of(span.start) + 1;
            found.push(Proposal { name, value, line, comment: None, is_variable: false });
        }
    }
    found
}

/// The names of a file, each as the language compares it.
#[derive(Default)]
struct Names {
    /// The spelling that stands first, and the assignments.
    known: HashMap<String, (String, Vec<Assignment>)>,
    /// Those that the code changes in another way than by an assignment.
    changed: HashSet<String>,
}

impl Names {
    fn of(lexed: &Lexed<'_>) -> Self {
        let mut found = Self::default();
        let mut finder = Finder::new(lexed);
        let is_long = |at: usize| lexed.lines[lexed.line_of(at)].range().len() > LONGEST_LINE;
        for word in names::identifiers(lexed).filter(|word| !is_long(word.start)) {
            let option = option::whole_name(lexed, &word);
            let word = option.clone().unwrap_or(word);
            let Ok(name) = std::str::from_utf8(&lexed.bytes[word.clone()]) else { continue };
            let name = if option.is_some() { name.replace('-', "_") } else { name.to_owned() };
            let named = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
            if !named || COUNTERS.contains(&name.as_str()) {
                continue;
            }
            let compared = if lexed.syntax.ignores_case { name.to_ascii_lowercase() } else { name.clone() };
            if change::is_at(lexed, &word) {
                found.changed.insert(compared);
            } else if let Some(assignment) = finder.assignment_at(word.clone())
                && (option.is_some() || sets(lexed, word.start, assignment.standing == Standing::Inline))
            {
                found.known.entry(compared).or_insert_with(|| (name, Vec::new())).1.push(assignment);
            }
        }
        found
    }
}

/// True unless the name at `at` is an argument that sets nothing of the model; `inline` says that its bracket opens on its
/// line.
fn sets(lexed: &Lexed<'_>, at: usize, inline: bool) -> bool {
    if option::is_in_declaration(lexed, at) || field::is_in_declaration(lexed, at) {
        return false;
    }
    match lexed.innermost(at) {
        b'{' => true,
        b'(' => match Call::around(lexed, at).filter(|call| !call.function.is_empty()) {
            Some(call) if call.is_definition(lexed) => !inline,
            Some(call) => {
                let function = &lexed.bytes[call.function];
                is_table(function)
                    || is_setter(function, lexed.language)
                    || !inline && (function[0].is_ascii_uppercase() || RUNNERS.contains(&function))
            }
            None => !inline,
        },
        _ => !inline,
    }
}

/// True for what gives the names in its brackets their values, in a language of its own.
fn is_setter(function: &[u8], language: Language) -> bool {
    match language {
        Language::Other(Other::CMake) => function.eq_ignore_ascii_case(b"set"),
        Language::Other(Other::Ada) => function.eq_ignore_ascii_case(b"generic"),
        Language::Matlab => structure::takes_fields(function),
        _ => false,
    }
}

/// True for functions whose arguments are parameters.
fn is_table(function: &[u8]) -> bool {
    let lower = function.to_ascii_lowercase();
    let has = |word: &&[u8]| lower.windows(word.len()).any(|part| part == *word);
    TABLES.contains(&&lower[..]) || TABLE_WORDS.iter().any(has)
}

/// The variables with a number as their default that nothing else sets: `: "${KMER:=7}"`, `MINLEN=${MINLEN:-20}`.
fn variables(lexed: &Lexed<'_>, known: &HashMap<String, (String, Vec<Assignment>)>) -> Vec<(usize, Proposal)> {
    let expansions = expansion::find(lexed);
    let name = |at: usize| &lexed.bytes[expansions[at].name.clone()];
    let default = |at: usize| &lexed.bytes[expansions[at].default.clone()];
    let mut found = Vec::new();
    for (at, expansion) in expansions.iter().enumerate() {
        let mut same = (0..expansions.len()).filter(|&other| name(other) == name(at));
        let is_first = same.next() == Some(at);
        let agree = same.all(|other| default(other) == default(at));
        let Ok(name) = std::str::from_utf8(name(at)) else { continue };
        let is_itself = |assignment: &Assignment| {
            assignment.value.as_ref().is_ok_and(|value| {
                expansions.iter().any(|other| {
                    value.contains(&other.name.start) && lexed.bytes[other.name.clone()] == *name.as_bytes()
                })
            })
        };
        let is_free = known.get(name).is_none_or(|(_, assignments)| assignments.iter().all(is_itself));
        if is_first
            && agree
            && is_free
            && let Some(number) = Number::parse(default(at), lexed.language)
            && let Some(value) = Value::number(number.plain())
        {
            let line = lexed.line_of(expansion.name.start);
            let comment = comment(lexed, lexed.lines[line], expansion.default.end);
            let proposal = Proposal { name: name.to_owned(), value, line: line + 1, comment, is_variable: true };
            found.push((expansion.name.start, proposal));
        }
    }
    found
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
