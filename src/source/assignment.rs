//! Finds the places in a file that give a name its value.

use std::ops::Range;

use super::declared::Declared;
use super::entry;
use super::extent::{self, Reach};
use super::field;
use super::language::Language;
use super::lexer::{Class, Lexed, Line};
use super::names;
use super::number::Number;
use super::option;
use super::statement::{self, Before, group_end, skip_blank};
use super::syntax::{Colon, Extent, TypeBehind};
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
}

impl Assignment {
    /// One that no rule finds, on the 0-based `line`.
    fn unread(line: usize) -> Self {
        let value = Err(Trouble::Shared);
        Self { value, line, declared: Declared::default(), standing: Standing::Statement, passes_on: false }
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
/// Lines that only hand the name on, such as `self.g = g` or `g=args.g,`, count where there are no others, and entries
/// inside the brackets of a line, such as `run(g=3)`, where there is no statement.
pub(super) fn meant(all: Vec<Assignment>) -> Vec<Assignment> {
    let mut found: Vec<Assignment> = Vec::new();
    for assignment in all {
        if !found.iter().any(|other| other.value == assignment.value && other.line == assignment.line) {
            found.push(assignment);
        }
    }
    let passes_on = found.iter().all(|assignment| assignment.passes_on);
    found.retain(|assignment| assignment.passes_on == passes_on);
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
            let reach = several.or_else(|| reach_of(lexed, line, start, &key));
            reach
                .map(|reach| (reach, standing))
                .or_else(|| Some((entry::reach(lexed, line, &key)?, Standing::Inline)))?
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
        let line = value.as_ref().map_or(index, |span| lexed.line_of(span.start));
        Some(Assignment { value, line, declared, standing, passes_on })
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
    Some(Assignment { value, line, declared, standing: Standing::Statement, passes_on })
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

/// The value that the statement from `start` on gives to the name at `key`.
fn reach_of(lexed: &Lexed<'_>, line: Line, start: usize, key: &Key) -> Option<Reach> {
    let syntax = lexed.syntax;
    if lexed.language == Language::Make && lexed.bytes[line.start] == b'\t' {
        return None;
    }
    if is_chained(lexed, start, key) {
        return Some(Reach::Shared);
    }
    if let Some(reach) = data_value(lexed, line, key) {
        return Some(reach);
    }
    let before = statement::before(lexed, start, key.start, key.subscript)?;
    if syntax.extent == Extent::Word {
        let from = key.end + 1;
        let assigns = !key.quoted && lexed.code(key.end) == Some(b'=') && lexed.code(from) != Some(b'=');
        return assigns.then(|| extent::reach(lexed, line, from));
    }
    let at = skip_blank(lexed, key.end, line.end);
    let at = skip_dimensions(lexed, at, line.end, before)?;
    if let Some(reach) = initializer(lexed, line, at, before) {
        return Some(reach);
    }
    let typed = if key.quoted || key.subscript { None } else { behind_type(lexed, at, line.end) };
    if let Some(from) = typed.or_else(|| behind_operator(lexed, line, at, key, before)) {
        let field = field::default(lexed, skip_blank(lexed, from, line.end), typed.is_some());
        return Some(field.unwrap_or_else(|| extent::reach(lexed, line, from)));
    }
    behind_colon(lexed, line, at, key, before)
}

/// The name with its quotes and brackets.
pub(super) struct Key {
    pub(super) start: usize,
    pub(super) end: usize,
    /// True for `"name"`, and for Julia's `:name`.
    pub(super) quoted: bool,
    /// True for `["name"]`.
    pub(super) subscript: bool,
}

impl Key {
    fn read(lexed: &Lexed<'_>, name: &Range<usize>) -> Option<Self> {
        let syntax = lexed.syntax;
        let bytes = lexed.bytes;
        let class = lexed.classes[name.start];
        if class == Class::Comment || lexed.classes[name.clone()].iter().any(|&other| other != class) {
            return None;
        }
        let (mut start, mut end) = (name.start, name.end);
        let mut quoted = class == Class::Text;
        if quoted {
            let quote = bytes[start.checked_sub(1)?];
            let opens = start < 2 || lexed.classes[start - 2] != Class::Text;
            let closes = bytes.get(end) == Some(&quote) && lexed.classes.get(end + 1) != Some(&Class::Text);
            if !matches!(quote, b'"' | b'\'') || !opens || !closes {
                return None;
            }
            (start, end) = (start - 1, end + 1);
        } else if lexed.language == Language::Julia && start > 0 && bytes[start - 1] == b':' {
            let symbol = start < 2 || matches!(bytes[start - 2], b' ' | b'\t' | b'\n' | b'[' | b'(' | b',');
            if symbol {
                (start, quoted) = (start - 1, true);
            }
        }
        let mut key = Self { start, end, quoted, subscript: false };
        if syntax.subscripts {
            key.take_brackets(lexed);
        }
        Some(key)
    }

    fn take_brackets(&mut self, lexed: &Lexed<'_>) {
        let perl = lexed.language == Language::Perl;
        let (open, close) = if perl { (b'{', b'}') } else { (b'[', b']') };
        if !self.quoted && !perl {
            return;
        }
        let most = if lexed.language == Language::R { 2 } else { 1 };
        let pairs = (0..most)
            .take_while(|&n| {
                let before = self.start.checked_sub(n + 1).and_then(|at| lexed.code(at));
                before == Some(open) && lexed.code(self.end + n) == Some(close)
            })
            .count();
        self.start -= pairs;
        self.end += pairs;
        self.subscript = pairs > 0;
    }
}

/// Goes over the dimensions of a declared array, `[3]` or `(3)`, Modelica's `(unit="m")`, and Lua's `<const>`.
fn skip_dimensions(lexed: &Lexed<'_>, at: usize, end: usize, before: Before) -> Option<usize> {
    let opens: &[u8] = match lexed.language {
        Language::C => b"[",
        Language::Fortran | Language::FixedFortran => b"(",
        Language::Modelica => b"[(",
        _ => b"",
    };
    let mut at = at;
    while before.declares && lexed.code(at).is_some_and(|byte| opens.contains(&byte)) && at < end {
        at = skip_blank(lexed, group_end(lexed, at, end)?, end);
    }
    if lexed.syntax.type_behind == TypeBehind::Angle && at < end && lexed.code(at) == Some(b'<') {
        let length = lexed.bytes[at..end].iter().position(|&b| b == b'>')?;
        at = skip_blank(lexed, at + length + 1, end);
    }
    Some(at)
}

/// C++'s `double g{3.0};` and `double g(3.0);`.
fn initializer(lexed: &Lexed<'_>, line: Line, at: usize, before: Before) -> Option<Reach> {
    let open = lexed.code(at).filter(|_| at < line.end)?;
    if lexed.language != Language::C || !before.declares || before.body || !matches!(open, b'{' | b'(') {
        return None;
    }
    let behind = skip_blank(lexed, group_end(lexed, at, line.end)?, line.end);
    if behind == line.end || !matches!(lexed.code(behind), Some(b';' | b',')) {
        return None;
    }
    let reach = extent::reach(lexed, line, at + 1);
    let Reach::Value(span, Some(b'}' | b')')) = &reach else { return None };
    let number = || Number::parse(&lexed.bytes[span.clone()], lexed.language).is_some();
    (open == b'{' || number()).then_some(reach)
}

/// Behind `: type =` and the like.
fn behind_type(lexed: &Lexed<'_>, at: usize, end: usize) -> Option<usize> {
    let rest = lexed.bytes.get(at..end)?;
    let opens = match lexed.syntax.type_behind {
        TypeBehind::None | TypeBehind::Angle => false,
        TypeBehind::Colon => rest.starts_with(b":") && !rest.starts_with(b"::") && !rest.starts_with(b":="),
        TypeBehind::DoubleColon => rest.starts_with(b"::"),
        TypeBehind::Word => rest.first().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'[' | b'*')),
    };
    if !opens {
        return None;
    }
    let mut open = 0_i32;
    for at in at..end {
        let next = lexed.bytes.get(at + 1).copied();
        match lexed.code(at) {
            Some(b'(' | b'[' | b'{' | b'<') => open += 1,
            Some(b'>') if at > 0 && matches!(lexed.bytes[at - 1], b'-' | b'=') => {}
            Some(b')' | b']' | b'}' | b'>') => open -= 1,
            Some(b',' | b';') if open <= 0 => return None,
            Some(b'=') if open <= 0 && matches!(next, Some(b'=' | b'>')) => return None,
            Some(b'=') if open <= 0 => return Some(at + 1),
            _ => {}
        }
        if open < 0 {
            return None;
        }
    }
    None
}

fn behind_operator(lexed: &Lexed<'_>, line: Line, at: usize, key: &Key, before: Before) -> Option<usize> {
    let syntax = lexed.syntax;
    let rest = &lexed.bytes[at..];
    // Behind a blank that assigns a string may stand.
    if !lexed.is_code(at) && !syntax.operators.contains(&"") {
        return None;
    }
    if syntax.arrow && rest.starts_with(b"=>") {
        return Some(at + 2);
    }
    let quotable = matches!(lexed.language, Language::R | Language::Toml | Language::Ini | Language::Generic);
    if key.quoted && !key.subscript && !quotable {
        return None;
    }
    let is_blank = |at: usize| at < line.end && matches!(lexed.bytes[at], b' ' | b'\t');
    let stands = |operator: &str| match operator.as_bytes() {
        [] => {
            let may_declare = match lexed.language {
                // `@SET CUTOFF 300`, `set temperature 310`.
                Language::Cp2k | Language::Namd => true,
                language => before.declares == (language == Language::Stata),
            };
            is_blank(key.end) && may_declare && starts_value(lexed, line, at)
        }
        word if word[0].is_ascii_alphabetic() => {
            before.declares && is_blank(at - 1) && rest.starts_with(word) && is_blank(at + word.len())
        }
        sign => rest.starts_with(sign),
    };
    let operator = syntax.operators.iter().find(|operator| stands(operator))?;
    match lexed.language {
        Language::Foam => return Some(behind_dimensions(lexed, line, at, key)),
        Language::Cp2k => return Some(behind_unit(lexed, line, at + operator.len())),
        _ => {}
    }
    let behind = rest.get(operator.len()).copied();
    let plain = operator.ends_with('=') && matches!(behind, Some(b'=' | b'>' | b'~')) && syntax.extent != Extent::Rest;
    (!plain || behind == Some(b'~') && lexed.language != Language::Perl).then(|| at + operator.len())
}

/// True if what stands at `at` can be a value that only a blank sets apart from its name.
fn starts_value(lexed: &Lexed<'_>, line: Line, at: usize) -> bool {
    let first = lexed.bytes[..line.end].get(at);
    first.is_some_and(|first| first.is_ascii_alphanumeric() || b"\"'.+-$[(".contains(first))
}

/// Behind the unit that CP2K has before a value: `[fs] 0.5`.
fn behind_unit(lexed: &Lexed<'_>, line: Line, at: usize) -> usize {
    let start = skip_blank(lexed, at, line.end);
    let unit = group_end(lexed, start, line.end).filter(|_| lexed.code(start) == Some(b'['));
    unit.map_or(at, |end| skip_blank(lexed, end, line.end))
}

/// Behind what OpenFOAM has before a value: `uniform`, dimensions such as `[0 2 -1 0 0 0 0]`, and the name once more.
fn behind_dimensions(lexed: &Lexed<'_>, line: Line, at: usize, key: &Key) -> usize {
    let rest = &lexed.bytes[at..line.end];
    let words = [&b"uniform"[..], &lexed.bytes[key.start..key.end]];
    let word = words.iter().find(|word| {
        let behind = rest.strip_prefix(**word).unwrap_or_default();
        behind.first().is_some_and(u8::is_ascii_whitespace)
    });
    let at = skip_blank(lexed, at + word.map_or(0, |word| word.len()), line.end);
    let dimensions = group_end(lexed, at, line.end).filter(|_| lexed.code(at) == Some(b'['));
    dimensions.map_or(at, |end| skip_blank(lexed, end, line.end))
}

/// The value of Fortran's `data x /3.0/, y /4.0/`; none of several names that share a list.
fn data_value(lexed: &Lexed<'_>, line: Line, key: &Key) -> Option<Reach> {
    let first = statement::first_start(lexed, line);
    let is_data = matches!(lexed.language, Language::Fortran | Language::FixedFortran)
        && statement::word_at(lexed, first, line.end).eq_ignore_ascii_case("data")
        && first + 4 < key.start;
    let slash = |from: usize| (from..line.end).find(|&at| lexed.code(at) == Some(b'/'));
    if !is_data {
        return None;
    }
    let before = &lexed.bytes[first + 4..key.start];
    let before = before.rsplit(|&b| b == b'/').next().unwrap_or_default().trim_ascii();
    let open = slash(key.end).filter(|&at| at == skip_blank(lexed, key.end, line.end))?;
    if !before.is_empty() && (before != b"," || slash(first).is_none_or(|at| at > key.start)) {
        return None;
    }
    let Some(close) = slash(open + 1) else { return Some(Reach::Continues) };
    let inside = &lexed.bytes[open + 1..close];
    let start = open + 1 + inside.len() - inside.trim_ascii_start().len();
    Some(Reach::Value(start..start + inside.trim_ascii().len(), Some(b'/')))
}

fn behind_colon(lexed: &Lexed<'_>, line: Line, at: usize, key: &Key, before: Before) -> Option<Reach> {
    const TYPES: [&[u8]; 12] = [
        b"number",
        b"string",
        b"boolean",
        b"any",
        b"unknown",
        b"object",
        b"bigint",
        b"symbol",
        b"void",
        b"never",
        b"null",
        b"undefined",
    ];
    let rest = &lexed.bytes[at..line.end];
    let colon =
        lexed.code(at) == Some(b':') && rest.first() == Some(&b':') && !matches!(rest.get(1), Some(b':' | b'='));
    if !colon || key.subscript || before.declares || before.owned {
        return None;
    }
    let from = at + 1;
    let reach = extent::reach(lexed, line, from);
    let first = match &reach {
        Reach::Value(span, _) => &lexed.bytes[span.clone()],
        _ => &lexed.bytes[skip_blank(lexed, from, line.end)..line.end],
    };
    let statement = matches!(reach, Reach::Value(_, Some(b';')));
    let entry = match lexed.syntax.colon {
        Colon::Never => false,
        Colon::Quoted => key.quoted,
        Colon::Literal => !statement && starts_literal(first),
        Colon::Entry => !statement && !TYPES.contains(&first),
        Colon::Blank => key.quoted || matches!(rest.get(1), None | Some(b' ' | b'\t')),
        Colon::Always => true,
    };
    entry.then_some(reach)
}

fn starts_literal(value: &[u8]) -> bool {
    let unsigned = value.strip_prefix(b"-").or_else(|| value.strip_prefix(b"+")).unwrap_or(value);
    let unsigned = unsigned.strip_prefix(b".").unwrap_or(unsigned);
    unsigned.first().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'"' | b'\''))
        || value == b"true"
        || value == b"false"
}

/// True if the name is another one than the first of a chain, such as `g` in `h = g = 3`.
fn is_chained(lexed: &Lexed<'_>, start: usize, key: &Key) -> bool {
    let Some(&from) = assignments_in(lexed, &(start..key.start)).last() else { return false };
    let before = statement::before(lexed, from, key.start, key.subscript);
    let at = skip_blank(lexed, key.end, lexed.bytes.len());
    let line = lexed.lines[lexed.line_of(key.start)];
    before.is_some_and(|before| !before.declares && behind_operator(lexed, line, at, key, before).is_some())
}

/// True if the value holds another assignment, as `h = 3` in `g = h = 3`.
fn assigns_again(lexed: &Lexed<'_>, span: &Range<usize>) -> bool {
    let has_lambda = lexed.bytes[span.clone()].windows(6).any(|window| window == b"lambda");
    !has_lambda && !assignments_in(lexed, span).is_empty()
}

/// True if a word and another assignment stand in the value, where blanks may set assignments apart: `a = lhs b = 2`.
fn runs_on(lexed: &Lexed<'_>, span: &Range<usize>) -> bool {
    let mut words = lexed.bytes[span.clone()].split(|b| matches!(b, b' ' | b'\t')).filter(|word| !word.is_empty());
    let is_name = |word: &[u8]| {
        word.first().is_some_and(u8::is_ascii_alphabetic) && word.iter().all(|b| lexed.syntax.is_identifier(*b))
    };
    lexed.language == Language::Generic
        && words.next().is_some_and(is_name)
        && words.next().is_some_and(|word| match word.iter().position(|&b| b == b'=') {
            Some(sign) => is_name(&word[..sign]) && word.get(sign + 1) != Some(&b'='),
            None => {
                is_name(word) && words.next().is_some_and(|word| word.starts_with(b"=") && !word.starts_with(b"=="))
            }
        })
}

/// The offsets behind the signs that assign in `span` outside of brackets, where the language has statements.
fn assignments_in(lexed: &Lexed<'_>, span: &Range<usize>) -> Vec<usize> {
    let configures = matches!(lexed.language, Language::Toml | Language::Json | Language::Generic);
    let mut found = Vec::new();
    if configures || !matches!(lexed.syntax.extent, Extent::Expression | Extent::Quantity) {
        return found;
    }
    let mut open = 0_i32;
    for at in span.clone() {
        let next = if at + 1 < span.end { lexed.bytes[at + 1] } else { 0 };
        let previous = if at > span.start { lexed.bytes[at - 1] } else { 0 };
        match lexed.code(at) {
            Some(b'(' | b'[' | b'{') => open += 1,
            Some(b')' | b']' | b'}') => open -= 1,
            Some(b'<') if open == 0 && next == b'-' && lexed.language == Language::R => found.push(at + 2),
            Some(b'=') if open == 0 => {
                let compares = matches!(previous, b'=' | b'<' | b'>' | b'!' | b'~' | b'/' | b'^')
                    || matches!(next, b'=' | b'>' | b'~');
                if !compares {
                    found.push(at + 1);
                }
            }
            _ => {}
        }
    }
    found
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
