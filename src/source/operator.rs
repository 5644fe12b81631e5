//! The sign between a name and its value, in each language: `=`, `<-`, `:`, `=>`, a type before it, a blank alone, or the brackets
//! of an initializer.

use std::ops::Range;

use super::extent::{self, Reach};
use super::field;
use super::key::Key;
use super::language::{Language, Other};
use super::lexer::{Class, Lexed, Line};
use super::number::Number;
use super::statement::{self, Before, group_end, skip_blank};
use super::syntax::{Colon, Extent, Prefix, TypeBehind};

/// The value that the statement from `start` on gives to the name at `key`.
pub(super) fn value(lexed: &Lexed<'_>, line: Line, start: usize, key: &Key) -> Option<Reach> {
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
        if let Some(reach) = variable(lexed, line, start, key) {
            return Some(reach);
        }
        let from = key.end + 1;
        let assigns = !key.quoted && lexed.code(key.end) == Some(b'=') && lexed.code(from) != Some(b'=');
        return assigns.then(|| extent::reach(lexed, line, from));
    }
    if let Some(reach) = property(lexed, key, before) {
        return Some(reach);
    }
    let at = skip_blank(lexed, key.end, line.end);
    let at = skip_dimensions(lexed, at, line.end, before)?;
    if let Some(reach) = initializer(lexed, line, start, at, before) {
        return Some(reach);
    }
    let typed =
        if key.quoted || key.subscript || is_keyword(lexed, key) { None } else { behind_type(lexed, at, line.end) };
    if let Some(from) = typed.or_else(|| behind_operator(lexed, line, at, key, before)) {
        let field = field::default(lexed, skip_blank(lexed, from, line.end), typed.is_some());
        return Some(field.unwrap_or_else(|| extent::reach(lexed, line, from)));
    }
    behind_colon(lexed, line, at, key, before)
}

/// True if the name is another one than the first of a chain, such as `g` in `h = g = 3`.
fn is_chained(lexed: &Lexed<'_>, start: usize, key: &Key) -> bool {
    let Some(&from) = assignments_in(lexed, &(start..key.start)).last() else { return false };
    let before = statement::before(lexed, from, key.start, key.subscript);
    let at = skip_blank(lexed, key.end, lexed.bytes.len());
    let line = lexed.lines[lexed.line_of(key.start)];
    before.is_some_and(|before| !before.declares && behind_operator(lexed, line, at, key, before).is_some())
}

/// The offsets behind the signs that assign in `span` outside of brackets, where the language has statements.
pub(super) fn assignments_in(lexed: &Lexed<'_>, span: &Range<usize>) -> Vec<usize> {
    let configures = lexed.language.is_loose() || matches!(lexed.language, Language::Toml | Language::Json);
    if configures || !matches!(lexed.syntax.extent, Extent::Expression | Extent::Quantity) {
        return Vec::new();
    }
    signs_in(lexed, span)
}

/// The offsets behind the signs that assign in `span` outside of brackets.
pub(super) fn signs_in(lexed: &Lexed<'_>, span: &Range<usize>) -> Vec<usize> {
    let (mut found, mut open) = (Vec::new(), 0_i32);
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

/// Goes over the dimensions of a declared array, `[3]` or `(3)`, Modelica's `(unit="m")`, Lua's `<const>`, and the `*` by which
/// Nim exports a name.
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
    if lexed.language == Language::Other(Other::Nim) {
        let is_exported = lexed.code(at) == Some(b'*') && lexed.code(at + 1) != Some(b'=');
        at = skip_blank(lexed, at + usize::from(is_exported), end);
        if lexed.bytes[at..end].starts_with(b"{.") {
            at = skip_blank(lexed, group_end(lexed, at, end)?, end);
        }
    }
    if lexed.syntax.type_behind == TypeBehind::Angle && at < end && lexed.code(at) == Some(b'<') {
        let length = lexed.bytes[at..end].iter().position(|&b| b == b'>')?;
        at = skip_blank(lexed, at + length + 1, end);
    }
    Some(at)
}

/// The rest of the line behind Docker's `ENV G 3`.
fn variable(lexed: &Lexed<'_>, line: Line, start: usize, key: &Key) -> Option<Reach> {
    let is_blank = lexed.language == Language::Shell && matches!(lexed.code(key.end), Some(b' ' | b'\t'));
    if !is_blank || lexed.bytes[start..key.start].trim_ascii() != b"ENV" {
        return None;
    }
    let rest = lexed.bytes[key.end..line.end].trim_ascii();
    let from = skip_blank(lexed, key.end, line.end);
    let is_assigned = rest.is_empty() || rest.starts_with(b"=");
    (!is_assigned)
        .then(|| if rest.ends_with(b"\\") { Reach::Continues } else { Reach::Value(from..from + rest.len(), None) })
}

/// What a property of C# is at first: `public double G { get; set; } = 3.0;`.
fn property(lexed: &Lexed<'_>, key: &Key, before: Before) -> Option<Reach> {
    const ACCESSORS: [&[u8]; 3] = [b"get", b"set", b"init"];
    if lexed.language != Language::C || !before.declares || before.opens || before.owned {
        return None;
    }
    let open = next_code(lexed, key.end).filter(|&at| lexed.bytes[at] == b'{')?;
    let end = group_end(lexed, open, lexed.bytes.len())?;
    let mut accessors = lexed.bytes[open + 1..end - 1].split(|&b| b == b';').map(<[u8]>::trim_ascii);
    let is_accessor = |part: &[u8]| {
        let word = part.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
        part.is_empty() || ACCESSORS.contains(&word)
    };
    let sign = next_code(lexed, end).filter(|&at| lexed.bytes[at] == b'=')?;
    let behind = lexed.lines[lexed.line_of(sign)];
    accessors.all(is_accessor).then(|| extent::reach(lexed, behind, sign + 1))
}

/// Where the next code stands from `at` on, be it on another line.
fn next_code(lexed: &Lexed<'_>, at: usize) -> Option<usize> {
    (at..lexed.bytes.len()).find(|&at| lexed.classes[at] != Class::Comment && !lexed.bytes[at].is_ascii_whitespace())
}

/// C++'s `double g{3.0};` and `double g(3.0);`, also where the name stands in a list of them.
fn initializer(lexed: &Lexed<'_>, line: Line, start: usize, at: usize, before: Before) -> Option<Reach> {
    let open = lexed.code(at).filter(|_| at < line.end)?;
    if lexed.language != Language::C || before.opens || before.owned || !matches!(open, b'{' | b'(') {
        return None;
    }
    if !before.declares && !is_in_declared_list(lexed, line, start) {
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

/// True if a comma stands before `start`, and the first name of the line is declared: `double a{1}, b{2};`.
fn is_in_declared_list(lexed: &Lexed<'_>, line: Line, start: usize) -> bool {
    let is_comma = |at: usize| lexed.code(at) == Some(b',');
    if !start.checked_sub(1).is_some_and(is_comma) {
        return false;
    }
    let first = statement::first_start(lexed, line);
    let sign = (first..start).find(|&at| matches!(lexed.code(at), Some(b'{' | b'(' | b'=' | b'[' | b',')));
    let end = sign.map_or(first, |sign| first + lexed.bytes[first..sign].trim_ascii_end().len());
    let name = lexed.bytes[first..end].iter().rev().take_while(|&&b| lexed.syntax.is_identifier(b)).count();
    statement::before(lexed, first, end - name, false).is_some_and(|before| before.declares && !before.opens)
}

/// True for a word behind which no type stands: Go's `const` in `const g = 3`, Python's `else` in `else: g = 3`.
fn is_keyword(lexed: &Lexed<'_>, key: &Key) -> bool {
    let declaring = match lexed.syntax.prefix {
        Prefix::Words(words) if lexed.syntax.type_behind == TypeBehind::Word => words,
        _ => &[],
    };
    let word = &lexed.bytes[key.start..key.end];
    declaring.iter().chain(lexed.syntax.colon_blocks).any(|other| other.as_bytes() == word)
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
    let quotable = lexed.language.is_loose() || matches!(lexed.language, Language::R | Language::Toml | Language::Ini);
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
