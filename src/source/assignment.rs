//! Finds the places in a file that give a name its value.

use std::ops::Range;

use super::extent::{self, Reach};
use super::language::Language;
use super::lexer::{Class, Lexed, Line};
use super::number::Number;
use super::statement::{self, Before, group_end, skip_blank};
use super::syntax::{Colon, Extent, Syntax, TypeBehind};

/// A place that gives a name its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    /// The bytes of the value, or why these cannot be replaced.
    pub(super) value: Result<Range<usize>, Trouble>,
    /// The 0-based number of the line.
    pub(super) line: usize,
    /// True if the value is only the name again, as in `self.g = g`.
    passes_on: bool,
}

/// Why the value of an assignment cannot be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It goes on in the next line.
    Continues,
    /// Other names get it too.
    Shared,
}

/// The places that give `name` a value, in the order of the file.
///
/// Lines that only hand the name on, such as `self.g = g` or `g=args.g,`, count where there are no others.
pub(super) fn find(lexed: &Lexed<'_>, name: &str) -> Vec<Assignment> {
    let mut found: Vec<Assignment> = Vec::new();
    for at in occurrences(lexed, name) {
        let span = at..at + name.len();
        let Some(assignment) = assignment_at(lexed, span) else { continue };
        if !found.iter().any(|other| other.value == assignment.value && other.line == assignment.line) {
            found.push(assignment);
        }
    }
    if found.iter().any(|assignment| !assignment.passes_on) {
        found.retain(|assignment| !assignment.passes_on);
    }
    found
}

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

/// The assignment to the name that stands at `name`, if there is one.
pub(super) fn assignment_at(lexed: &Lexed<'_>, name: Range<usize>) -> Option<Assignment> {
    let index = lexed.line_of(name.start);
    let line = lexed.lines[index];
    if name.end > line.end {
        return None;
    }
    let reach = if lexed.syntax.defines && is_defined(lexed, line, &name) {
        let blank = lexed.bytes.get(name.end).is_some_and(|b| matches!(b, b' ' | b'\t'));
        if blank { extent::definition(lexed, line, name.end) } else { return None }
    } else {
        reach_of(lexed, line, &name)?
    };
    let value = match reach {
        Reach::Nothing => return None,
        Reach::Continues => Err(Trouble::Continues),
        Reach::Value(span, _) if assigns_again(lexed, &span) => Err(Trouble::Shared),
        Reach::Value(span, _) => Ok(span),
    };
    let written = &lexed.bytes[name];
    let passes_on = value.as_ref().is_ok_and(|span| is_only(&lexed.bytes[span.clone()], written));
    Some(Assignment { value, line: index, passes_on })
}

/// True if `# define` and nothing else stands before the name.
fn is_defined(lexed: &Lexed<'_>, line: Line, name: &Range<usize>) -> bool {
    let before = lexed.bytes[line.start..name.start].trim_ascii();
    let directive = before.strip_prefix(b"#").map(<[u8]>::trim_ascii);
    directive == Some(b"define")
}

fn reach_of(lexed: &Lexed<'_>, line: Line, name: &Range<usize>) -> Option<Reach> {
    let syntax = lexed.syntax;
    if lexed.language == Language::Make && lexed.bytes[line.start] == b'\t' {
        return None;
    }
    let key = Key::read(lexed, name)?;
    let start = statement::starts(lexed, line).into_iter().rfind(|&start| start <= key.start)?;
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
    if let Some(from) = typed.or_else(|| behind_operator(lexed, at, &key)) {
        return Some(extent::reach(lexed, line, from));
    }
    behind_colon(lexed, line, at, &key, before)
}

/// The name with its quotes and brackets.
struct Key {
    start: usize,
    end: usize,
    /// True for `"name"`, and for Julia's `:name`.
    quoted: bool,
    /// True for `["name"]`.
    subscript: bool,
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

/// Goes over the dimensions of a declared array, `[3]` or `(3)`, and Lua's `<const>`.
fn skip_dimensions(lexed: &Lexed<'_>, at: usize, end: usize, before: Before) -> Option<usize> {
    let array = match lexed.language {
        Language::C => b'[',
        Language::Fortran | Language::FixedFortran => b'(',
        _ => 0,
    };
    let mut at = at;
    while before.declares && array != 0 && lexed.code(at) == Some(array) && at < end {
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

fn behind_operator(lexed: &Lexed<'_>, at: usize, key: &Key) -> Option<usize> {
    let syntax = lexed.syntax;
    let rest = &lexed.bytes[at..];
    lexed.code(at)?;
    if syntax.arrow && rest.starts_with(b"=>") {
        return Some(at + 2);
    }
    let quotable = matches!(lexed.language, Language::R | Language::Toml | Language::Ini | Language::Generic);
    if key.quoted && !key.subscript && !quotable {
        return None;
    }
    let operator = syntax.operators.iter().find(|operator| rest.starts_with(operator.as_bytes()))?;
    let behind = rest.get(operator.len()).copied();
    let plain = operator.ends_with('=') && matches!(behind, Some(b'=' | b'>' | b'~')) && syntax.extent != Extent::Rest;
    (!plain || behind == Some(b'~') && lexed.language != Language::Perl).then(|| at + operator.len())
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

/// True if the value holds another assignment, as `h = 3` in `g = h = 3`.
fn assigns_again(lexed: &Lexed<'_>, span: &Range<usize>) -> bool {
    let configures = matches!(lexed.language, Language::Toml | Language::Json | Language::Generic);
    let statements = matches!(lexed.syntax.extent, Extent::Expression | Extent::Quantity) && !configures;
    let value = &lexed.bytes[span.clone()];
    if !statements || value.windows(6).any(|window| window == b"lambda") {
        return false;
    }
    let mut open = 0_i32;
    for at in span.clone() {
        let next = if at + 1 < span.end { lexed.bytes[at + 1] } else { 0 };
        let previous = if at > span.start { lexed.bytes[at - 1] } else { 0 };
        match lexed.code(at) {
            Some(b'(' | b'[' | b'{') => open += 1,
            Some(b')' | b']' | b'}') => open -= 1,
            Some(b'<') if open == 0 && next == b'-' && lexed.language == Language::R => return true,
            Some(b'=') if open == 0 => {
                let compares = matches!(previous, b'=' | b'<' | b'>' | b'!' | b'~' | b'/' | b'^')
                    || matches!(next, b'=' | b'>' | b'~');
                if !compares {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
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

/// The names in the code of a file that a message can offer for `name`, nearest first.
pub(super) fn similar(lexed: &Lexed<'_>, name: &str) -> Vec<String> {
    let wanted = name.to_lowercase();
    let mut near: Vec<(usize, String)> = Vec::new();
    for word in identifiers(lexed) {
        let Ok(word) = std::str::from_utf8(&lexed.bytes[word]) else { continue };
        let literal = word.starts_with(|c: char| c.is_ascii_digit());
        if literal || word.len() > 2 * name.len() + 4 || near.iter().any(|(_, known)| known == word) {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&wanted, &word.to_lowercase());
        if distance <= 1 + name.chars().count() / 4 {
            near.push((distance, word.to_owned()));
        }
    }
    near.sort();
    near.into_iter().take(3).map(|(_, word)| word).collect()
}

/// The identifiers in the code and the strings of a file.
pub(super) fn identifiers<'a>(lexed: &'a Lexed<'_>) -> impl Iterator<Item = Range<usize>> + 'a {
    let syntax: &'static Syntax = lexed.syntax;
    let part = move |at: usize| lexed.classes[at] != Class::Comment && syntax.is_identifier(lexed.bytes[at]);
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = (at..lexed.bytes.len()).find(|&at| part(at))?;
        let end = (start..lexed.bytes.len()).find(|&at| !part(at)).unwrap_or(lexed.bytes.len());
        at = end;
        Some(start..end)
    })
}
