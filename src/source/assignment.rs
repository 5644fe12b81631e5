//! Finds the places in a file that give a name its value.

use std::ops::Range;

use super::cmake;
use super::declared::Declared;
use super::entry;
use super::extent::{self, Reach};
use super::key::Key;
use super::language::Language;
use super::lexer::{Lexed, Line};
use super::names;
use super::operator;
use super::option;
use super::rightward;
use super::statement;
use super::structure;
use super::targets;
use super::unread;

/// A place that gives a name its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    /// The bytes of the value, or why these cannot be replaced.
    pub(super) value: Result<Range<usize>, Trouble>,
    /// The 0-based number of the line.
    pub(super) line: usize,
    pub(super) declared: Declared,
    pub(super) standing: Standing,
    /// True if the value is only the name again, as in `self.g = g`.
    passes_on: bool,
    /// True if it is added to a value that there may be, as in Make's `G += 3`.
    adds: bool,
}

impl Assignment {
    /// One that no rule finds, on the 0-based `line`.
    fn unread(line: usize) -> Self {
        let value = Err(Trouble::Shared);
        Self {
            value,
            line,
            declared: Declared::default(),
            standing: Standing::Statement,
            passes_on: false,
            adds: false,
        }
    }
}

/// Where an assignment stands in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is a statement, or the declaration of an option.
    Statement,
    /// It is an entry or keyword argument whose bracket opens on a line before.
    Entry,
    /// It is an entry or keyword argument whose bracket opens on its line.
    Inline,
}

/// Why the value of an assignment cannot be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It goes on in the next line.
    Continues,
    /// Other names get it too.
    Shared,
    /// It is the declaration of a field that gives no default.
    NoDefault,
}

/// The places that give `name` a value, in the order of the file.
pub(super) fn find(lexed: &Lexed<'_>, name: &str) -> Vec<Assignment> {
    let mut finder = Finder::new(lexed);
    let mut unread = Vec::new();
    let mut all: Vec<Assignment> = Vec::new();
    for at in names::occurrences(lexed, name) {
        let name = at..at + name.len();
        match finder.assignment_at(name.clone()) {
            Some(assignment) => all.push(assignment),
            None if unread::seems_assigned(lexed, &name) => unread.push(Assignment::unread(lexed.line_of(at))),
            None => {}
        }
    }
    if !all.is_empty() && !unread.is_empty() {
        all.extend(unread);
        all.sort_by_key(|assignment| assignment.line);
    }
    if let Some(other) = option::other_spelling(lexed.language, name) {
        let at = names::occurrences(lexed, &other).into_iter();
        all.extend(at.filter_map(|at| option_at(lexed, &(at..at + other.len()))));
        all.sort_by_key(|assignment| assignment.line);
    }
    meant(all)
}

/// Those of a name's assignments that count.
///
/// Lines that only hand the name on, such as `self.g = g` or `g=args.g,`, or only add to it, count where there are no others, and
/// entries inside the brackets of a line, such as `run(g=3)`, where there is no statement.
pub(super) fn meant(all: Vec<Assignment>) -> Vec<Assignment> {
    let mut found: Vec<Assignment> = Vec::new();
    for assignment in all {
        if !found.iter().any(|other| other.value == assignment.value && other.line == assignment.line) {
            found.push(assignment);
        }
    }
    let passes_on = found.iter().all(|assignment| assignment.passes_on);
    found.retain(|assignment| assignment.passes_on == passes_on);
    let adds = found.iter().all(|assignment| assignment.adds);
    found.retain(|assignment| assignment.adds == adds);
    if found.iter().any(|assignment| assignment.standing == Standing::Statement) {
        found.retain(|assignment| assignment.standing != Standing::Inline);
    }
    found
}

/// Looks at one name after the other; remembers where the statements of the last line start.
pub(super) struct Finder<'l, 'a> {
    lexed: &'l Lexed<'a>,
    /// The 0-based number of a line, and where statements start in it.
    starts: Option<(usize, Vec<usize>)>,
}

impl<'l, 'a> Finder<'l, 'a> {
    pub(super) fn new(lexed: &'l Lexed<'a>) -> Self {
        Self { lexed, starts: None }
    }

    /// The assignment to the name that stands at `name`, if there is one.
    pub(super) fn assignment_at(&mut self, name: Range<usize>) -> Option<Assignment> {
        let lexed = self.lexed;
        let index = lexed.line_of(name.start);
        let line = lexed.lines[index];
        if name.end > line.end {
            return None;
        }
        if let Some(assignment) = option_at(lexed, &name) {
            return Some(assignment);
        }
        let defined = lexed.syntax.defines && is_defined(lexed, line, &name);
        let (reach, standing) = if defined {
            let blank = lexed.bytes.get(name.end).is_some_and(|b| matches!(b, b' ' | b'\t'));
            if blank { (extent::definition(lexed, line, name.end), Standing::Statement) } else { return None }
        } else {
            let key = Key::read(lexed, &name)?;
            let several = if key.quoted { None } else { targets::reach(lexed, line, &name) };
            let start = self.start(index, key.start)?;
            let is_entry = lexed.syntax.entries.contains(&lexed.innermost(key.start));
            let standing = if is_entry { Standing::Entry } else { Standing::Statement };
            let reach = several
                .or_else(|| operator::value(lexed, line, start, &key))
                .or_else(|| rightward::value(lexed, line, start, &key))
                .or_else(|| cmake::value(lexed, &key));
            let inline = || entry::reach(lexed, line, &key).or_else(|| structure::field(lexed, &key));
            reach.map(|reach| (reach, standing)).or_else(|| Some((inline()?, Standing::Inline)))?
        };
        let value = value_of(lexed, reach)?;
        let declared = match &value {
            Ok(span) if defined => Declared::defined(lexed, name.end, span.start),
            Ok(span) => {
                let converts = option::converts(lexed, span.start);
                Declared { converts, ..Declared::read(lexed, line, &name) }
            }
            Err(_) => Declared::read(lexed, line, &name),
        };
        let passes_on = passes_on(lexed, &value, &name);
        let adds = lexed.language == Language::Make && lexed.bytes[name.end..].trim_ascii_start().starts_with(b"+=");
        let line = value.as_ref().map_or(index, |span| lexed.line_of(span.start));
        Some(Assignment { value, line, declared, standing, passes_on, adds })
    }

    /// Where the statement starts in which `at` stands.
    fn start(&mut self, line: usize, at: usize) -> Option<usize> {
        if self.starts.as_ref().is_none_or(|(known, _)| *known != line) {
            self.starts = Some((line, statement::starts(self.lexed, self.lexed.lines[line])));
        }
        self.starts.as_ref()?.1.iter().rfind(|&&start| start <= at).copied()
    }
}

/// The default of the option of a command line that has the name at `name`.
fn option_at(lexed: &Lexed<'_>, name: &Range<usize>) -> Option<Assignment> {
    let option::Default { reach, line, is_whole } = option::default(lexed, name)?;
    let value = value_of(lexed, reach)?;
    let passes_on = passes_on(lexed, &value, name);
    let converts = value.as_ref().is_ok_and(|span| option::converts(lexed, span.start));
    let declared = Declared { whole_type: is_whole.then(|| "int".to_owned()), converts, ..Declared::default() };
    Some(Assignment { value, line, declared, standing: Standing::Statement, passes_on, adds: false })
}

fn value_of(lexed: &Lexed<'_>, reach: Reach) -> Option<Result<Range<usize>, Trouble>> {
    match reach {
        Reach::Nothing => None,
        Reach::Continues => Some(Err(Trouble::Continues)),
        Reach::NoDefault => Some(Err(Trouble::NoDefault)),
        Reach::Shared => Some(Err(Trouble::Shared)),
        Reach::Value(span, _) if assigns_again(lexed, &span) || runs_on(lexed, &span) => Some(Err(Trouble::Shared)),
        Reach::Value(span, _) => Some(Ok(span)),
    }
}

fn passes_on(lexed: &Lexed<'_>, value: &Result<Range<usize>, Trouble>, name: &Range<usize>) -> bool {
    value.as_ref().is_ok_and(|span| is_only(&lexed.bytes[span.clone()], &lexed.bytes[name.clone()]))
}

/// True if `# define` and nothing else stands before the name.
fn is_defined(lexed: &Lexed<'_>, line: Line, name: &Range<usize>) -> bool {
    let before = lexed.bytes[line.start..name.start].trim_ascii();
    let directive = before.strip_prefix(b"#").map(<[u8]>::trim_ascii);
    directive == Some(b"define")
}

/// True if the value holds another assignment, as `h = 3` in `g = h = 3`.
fn assigns_again(lexed: &Lexed<'_>, span: &Range<usize>) -> bool {
    let has_lambda = lexed.bytes[span.clone()].windows(6).any(|window| window == b"lambda");
    !has_lambda && !operator::assignments_in(lexed, span).is_empty()
}

/// True if a word and another assignment stand in the value, where blanks may set assignments apart: `a = lhs b = 2`.
fn runs_on(lexed: &Lexed<'_>, span: &Range<usize>) -> bool {
    let mut words = lexed.bytes[span.clone()].split(|b| matches!(b, b' ' | b'\t')).filter(|word| !word.is_empty());
    let is_name = |word: &[u8]| {
        word.first().is_some_and(u8::is_ascii_alphabetic) && word.iter().all(|b| lexed.syntax.is_identifier(*b))
    };
    lexed.language.is_loose()
        && words.next().is_some_and(is_name)
        && words.next().is_some_and(|word| match word.iter().position(|&b| b == b'=') {
            Some(sign) => is_name(&word[..sign]) && word.get(sign + 1) != Some(&b'='),
            None => {
                is_name(word) && words.next().is_some_and(|word| word.starts_with(b"=") && !word.starts_with(b"=="))
            }
        })
}

/// True if `value` is `name`, or `owner.name`, or `owner["name"]`.
fn is_only(value: &[u8], name: &[u8]) -> bool {
    let value = value.strip_prefix(b"$").unwrap_or(value);
    let owner = [&b"\"]"[..], b"']", b"}", b""].iter().find_map(|close| value.strip_suffix(*close)?.strip_suffix(name));
    let Some(owner) = owner else { return false };
    let joins = [&b"."[..], b"->", b"::", b"$", b"%", b"[\"", b"['", b"{"].iter().any(|join| owner.ends_with(join));
    let path = |b: &u8| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'_' | b'.' | b'-' | b'>' | b':' | b'$' | b'%' | b'[' | b'{' | b'"' | b'\'')
    };
    owner.is_empty() || joins && owner.iter().all(path)
}
