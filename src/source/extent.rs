//! How far a value reaches: up to its terminator, the comment behind it or the end of the line, blanks left out.

use std::ops::Range;

use super::language::{Language, Other};
use super::lexer::{Class, Lexed, Line};
use super::number::Number;
use super::statement::{behind_mark, ends_with_literal, follows_value, group_end, skip_blank};
use super::syntax::{Apart, Comma, Extent, LineEnd};

/// A value that an assignment gives, or why it cannot be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The bytes of the value, and whether a terminator ended it.
    Value(Range<usize>, Option<u8>),
    /// The value goes on in the next line.
    Continues,
    /// There is no value.
    Nothing,
    /// The declaration of a field stands there, and gives it no default.
    NoDefault,
    /// Other names get the value, too.
    Shared,
}

/// The value that starts behind the operator, at or after `from`.
pub(super) fn reach(lexed: &Lexed<'_>, line: Line, from: usize) -> Reach {
    match lexed.syntax.extent {
        Extent::Expression => {
            inside_let(lexed, before_modifier(lexed, apart(lexed, line, expression(lexed, line, from))))
        }
        Extent::Quantity => quantity(lexed, apart(lexed, line, expression(lexed, line, from))),
        Extent::Word => word(lexed, line, from),
        Extent::Rest => rest(lexed, line, from),
        Extent::Yaml => yaml(lexed, line, from),
    }
}

/// The value without the condition that Perl and Ruby have behind a statement: `g = 3 if x`. Where the language is not known, as
/// Ruby's is not, it is taken for one behind a number alone.
fn before_modifier(lexed: &Lexed<'_>, reach: Reach) -> Reach {
    const MODIFIERS: [&[u8]; 4] = [b"if ", b"unless ", b"while ", b"until "];
    let Reach::Value(span, terminator) = reach else { return reach };
    let bytes = &lexed.bytes[..span.end];
    let is_modifier = |at: &usize| {
        let stands_alone = lexed.is_code(*at) && matches!(bytes[at - 1], b' ' | b'\t');
        stands_alone && MODIFIERS.iter().any(|word| bytes[*at..].starts_with(word))
    };
    let is_known = lexed.language == Language::Perl;
    let modifier = (span.start + 1..span.end).find(is_modifier).filter(|_| is_known || lexed.language.is_loose());
    let is_choice = |at: &usize| bytes[*at..].windows(6).any(|window| window == b" else ");
    let length = modifier.filter(|at| !is_choice(at)).map(|at| bytes[span.start..at].trim_ascii_end().len());
    let is_number = |length: &usize| Number::parse(&bytes[span.start..span.start + length], lexed.language).is_some();
    let end = length.filter(|length| is_known || is_number(length)).map_or(span.end, |length| span.start + length);
    Reach::Value(span.start..end, terminator)
}

/// The value without the `in` of OCaml, F# and Haskell behind it, and without the `ref` before it, which makes a variable of it.
fn inside_let(lexed: &Lexed<'_>, reach: Reach) -> Reach {
    let Reach::Value(span, terminator) = reach else { return reach };
    if !is_functional(lexed.language) {
        return Reach::Value(span, terminator);
    }
    let words: Vec<Range<usize>> = words(lexed, &span).collect();
    let is = |word: &&Range<usize>, text: &[u8]| lexed.bytes[(*word).clone()] == *text;
    let first_in = words.iter().position(|word| is(&word, b"in"));
    let (mut start, mut end) = (span.start, span.end);
    if let Some(at) = first_in {
        if words[..at].iter().any(|word| is(&word, b"let")) {
            return Reach::Shared;
        }
        end = start + lexed.bytes[start..words[at].start].trim_ascii_end().len();
    }
    if lexed.bytes[start..end].starts_with(b"ref ") {
        start = skip_blank(lexed, start + 4, end);
    }
    if start < end { Reach::Value(start..end, terminator) } else { Reach::Continues }
}

/// True for the languages whose `let x = 3 in` gives a name its value.
fn is_functional(language: Language) -> bool {
    matches!(language, Language::Other(Other::Ocaml | Other::FSharp | Other::Haskell))
}

/// The words of the code in `span`.
fn words(lexed: &Lexed<'_>, span: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let part = |at: usize| lexed.code(at).is_some_and(|b| lexed.syntax.is_identifier(b));
    let starts = span.clone().filter(move |&at| part(at) && (at == span.start || !part(at - 1)));
    starts.map(move |start| start..(start..span.end).find(|&at| !part(at)).unwrap_or(span.end))
}

/// The rest of a `#define`: everything up to the comment; of what stands in parentheses that enclose all of it, what is in
/// them, since it is replaced wherever the macro is used.
pub(super) fn definition(lexed: &Lexed<'_>, line: Line, from: usize) -> Reach {
    let Reach::Value(mut span, _) = rest(lexed, line, from) else { return Reach::Continues };
    if lexed.bytes[span.clone()].ends_with(b";") {
        span.end -= 1;
    }
    let is_enclosed = lexed.code(span.start) == Some(b'(') && group_end(lexed, span.start, span.end) == Some(span.end);
    if is_enclosed {
        let inner = &lexed.bytes[span.start + 1..span.end - 1];
        let start = span.start + 1 + inner.len() - inner.trim_ascii_start().len();
        let within = start..start + inner.trim_ascii().len();
        span = if within.is_empty() { span } else { within };
    }
    if span.is_empty() { Reach::Nothing } else { Reach::Value(span, None) }
}

fn expression(lexed: &Lexed<'_>, line: Line, from: usize) -> Reach {
    let syntax = lexed.syntax;
    let start = skip_blank(lexed, from, line.end);
    let bracket = lexed.innermost(from);
    let mut end = start;
    let mut open = 0_usize;
    let mut terminator = None;
    let mut at = start;
    while at < line.end {
        let byte = lexed.bytes[at];
        match lexed.classes[at] {
            Class::Comment => {
                at += 1;
                continue;
            }
            Class::Text => {}
            Class::Code => match byte {
                b'(' | b'[' | b'{' => open += 1,
                b')' | b']' | b'}' if open == 0 => terminator = Some(byte),
                b')' | b']' | b'}' => open -= 1,
                b';' if open == 0 && syntax.semicolon => terminator = Some(byte),
                b',' if open == 0 && comma_ends(lexed, bracket, start..line.end, at) => terminator = Some(byte),
                b' ' | b'\t' | b'\r' | 0x0C => {
                    at += 1;
                    continue;
                }
                _ => {}
            },
        }
        if terminator.is_some() {
            break;
        }
        at += 1;
        end = at;
    }
    let value = &lexed.bytes[start..end];
    if terminator.is_none() && fortran_group_ends(lexed, value) {
        let mark = value.iter().rposition(|b| matches!(b, b'/' | b'&' | b'$')).unwrap_or(0);
        end = start + value[..mark].trim_ascii_end().len();
        terminator = Some(value[mark]);
    }
    let value = &lexed.bytes[start..end];
    if terminator.is_none() && (open > 0 || continues(lexed, line, bracket, value)) {
        return Reach::Continues;
    }
    let ends_line = terminator.is_none_or(|byte| byte == b',');
    let has_document = lexed.documents.iter().any(|document| (start..end).contains(&document.mark));
    if has_document || quote_stays_open(lexed, start..end) || ends_line && list_goes_on(lexed, line, at + 1) {
        return Reach::Continues;
    }
    if terminator.is_none() && value.ends_with(b",") && lexed.is_code(end - 1) {
        end = start + value[..value.len() - 1].trim_ascii_end().len();
        terminator = Some(b',');
    }
    if start == end {
        return if terminator.is_none() && syntax.line_end != LineEnd::Ends {
            Reach::Continues
        } else {
            Reach::Nothing
        };
    }
    Reach::Value(start..end, terminator)
}

/// True if `value` ends with what ends a namelist: `/`, `&end` or `$end`.
fn fortran_group_ends(lexed: &Lexed<'_>, value: &[u8]) -> bool {
    let end = value.len().checked_sub(4).map(|at| value[at..].to_ascii_lowercase());
    let word = end.is_some_and(|end| matches!(&end[..], b"&end" | b"$end"));
    let mark = value.len().checked_sub(1).is_some_and(|at| value[at] == b'/');
    lexed.syntax.comma == Comma::UnlessConstant && (mark || word)
}

/// True if a value that nothing ended on its line goes on in the next.
fn continues(lexed: &Lexed<'_>, line: Line, bracket: u8, value: &[u8]) -> bool {
    let syntax = lexed.syntax;
    let last = value.last().copied().unwrap_or(0);
    let string_goes_on = lexed.classes.get(line.end) == Some(&Class::Text) && line.end < lexed.bytes.len();
    if last == b'\\' || string_goes_on {
        return true;
    }
    let fortran = syntax.comma == Comma::UnlessConstant;
    let goes_on = !syntax.continuation.is_empty() && value.ends_with(syntax.continuation.as_bytes());
    if goes_on || fortran && continued_in_column_6(lexed, line) {
        return true;
    }
    let in_brackets = matches!(syntax.comma, Comma::Inside(brackets) if brackets.contains(&bracket));
    if in_brackets || syntax.line_end == LineEnd::Nothing {
        return !matches!(next_code(lexed, line.end), None | Some(b')' | b']' | b'}' | b',' | b';'));
    }
    let begins = |signs: &[u8]| next_code(lexed, line.end).is_some_and(|next| signs.contains(&next));
    if lexed.language == Language::JavaScript && begins(b".?&|+-*/")
        || lexed.language == Language::Kotlin && begins(b".?&|")
        || is_functional(lexed.language) && (begins(b"+-*/|&^<>@$.") || ends_open(value))
    {
        return true;
    }
    let operator = match last {
        b'+' | b'-' | b'*' | b'/' | b'^' | b'&' | b'|' | b'<' | b'=' | b'~' | b'%' | b'?' | b':' => true,
        b'.' => !value.iter().rev().nth(1).is_some_and(u8::is_ascii_digit),
        _ => false,
    };
    operator && syntax.line_end == LineEnd::EndsUnlessOperator
}

/// True if the last word of `value` is one behind which OCaml, F# or Haskell has more of it.
fn ends_open(value: &[u8]) -> bool {
    const OPEN: [&[u8]; 9] = [b"with", b"function", b"then", b"else", b"begin", b"do", b"of", b"fun", b"if"];
    OPEN.iter().any(|word| {
        value.strip_suffix(*word).is_some_and(|before| before.last().is_none_or(|b| !b.is_ascii_alphanumeric()))
    })
}

/// True if fixed-form Fortran continues `line` in the next line of code, by a mark in column 6 or behind a tab.
fn continued_in_column_6(lexed: &Lexed<'_>, line: Line) -> bool {
    if lexed.language != Language::FixedFortran {
        return false;
    }
    let number = lexed.line_of(line.start);
    let next = lexed.lines[number + 1..].iter().find(|line| skip_blank(lexed, line.start, line.end) < line.end);
    next.is_some_and(|&next| behind_mark(lexed, next).is_some())
}

/// True if text opens in Fortran's `value` that does not close on its line, as a namelist may hold.
fn quote_stays_open(lexed: &Lexed<'_>, mut value: Range<usize>) -> bool {
    lexed.syntax.comma == Comma::UnlessConstant && value.any(|at| matches!(lexed.code(at), Some(b'\'' | b'"')))
}

/// True if the list of values of a namelist that reaches up to `end`, its last comma left behind, goes on in the next line.
///
/// In free form no statement starts like a value: `10 x = 3` has a label.
fn list_goes_on(lexed: &Lexed<'_>, line: Line, end: usize) -> bool {
    if lexed.language != Language::Fortran || skip_blank(lexed, end, line.end) < line.end {
        return false;
    }
    let is_solid = |at: &usize| lexed.classes[*at] != Class::Comment && !lexed.bytes[*at].is_ascii_whitespace();
    let Some(next) = (line.end..lexed.bytes.len()).find(is_solid) else { return false };
    let rest = &lexed.bytes[next..lexed.lines[lexed.line_of(next)].end];
    let (number, behind) = rest.split_at(rest.iter().take_while(|b| b.is_ascii_digit()).count());
    if !number.is_empty() {
        let blank = behind.first().is_some_and(|b| matches!(b, b' ' | b'\t'));
        return !(blank && behind.trim_ascii_start().first().is_some_and(u8::is_ascii_alphabetic));
    }
    matches!(rest[0], b'\'' | b'"' | b'+' | b'-' | b'.' | b',' | b'(') || starts_with_truth(lexed, rest)
}

/// True if `code` starts with a truth value that has no points, as only namelists have it, and with no name.
fn starts_with_truth(lexed: &Lexed<'_>, code: &[u8]) -> bool {
    let (word, behind) = code.split_at(code.iter().take_while(|&&b| lexed.syntax.is_identifier(b)).count());
    let is_truth = [&b"t"[..], b"f", b"true", b"false"].iter().any(|truth| word.eq_ignore_ascii_case(truth));
    is_truth && !matches!(behind.trim_ascii_start().first(), Some(b'=' | b'(' | b'%'))
}

fn next_code(lexed: &Lexed<'_>, at: usize) -> Option<u8> {
    (at..lexed.bytes.len())
        .find(|&at| lexed.classes[at] != Class::Comment && !lexed.bytes[at].is_ascii_whitespace())
        .map(|at| lexed.bytes[at])
}

/// True if the comma at `at` ends the value that starts with `rest`, the bytes up to the end of the line.
fn comma_ends(lexed: &Lexed<'_>, bracket: u8, rest: Range<usize>, at: usize) -> bool {
    let next = skip_blank(lexed, at + 1, rest.end);
    let follows = if next < rest.end { Some(lexed.bytes[next]) } else { None };
    match lexed.syntax.comma {
        Comma::Always => !inside_angles(lexed, rest, at),
        _ if bracket != 0 => true,
        Comma::Never | Comma::Inside(_) => false,
        Comma::UnlessConstant => {
            let truths = || [rest.start, next].iter().all(|&at| starts_with_truth(lexed, &lexed.bytes[at..rest.end]));
            follows.is_none_or(|b| b.is_ascii_alphabetic() && !truths() || matches!(b, b'&' | b'/' | b'_'))
        }
        Comma::BeforeName => {
            let name = lexed.bytes[next..rest.end].iter().take_while(|&&b| lexed.syntax.is_identifier(b)).count();
            let behind = skip_blank(lexed, next + name, rest.end);
            let behind = &lexed.bytes[behind..rest.end];
            let is_entry = || behind.starts_with(b": ") && ends_with_literal(lexed, &lexed.bytes[rest.start..at]);
            follows.is_none() || name > 0 && (behind.starts_with(b"=") || is_entry())
        }
    }
}

/// True if the comma at `at` stands between the angles of a template: `f<1, 2>(x)`.
fn inside_angles(lexed: &Lexed<'_>, rest: Range<usize>, at: usize) -> bool {
    if !matches!(lexed.language, Language::C | Language::Rust | Language::Kotlin | Language::JavaScript) {
        return false;
    }
    let (before, after) = (&lexed.bytes[rest.start..at], &lexed.bytes[at..rest.end]);
    let opens = before
        .windows(2)
        .filter(|pair| pair[1] == b'<' && (pair[0].is_ascii_alphanumeric() || matches!(pair[0], b'_' | b':')));
    let closes = before.iter().filter(|&&b| b == b'>').count();
    // Types and numbers alone: in `{ .a = x<y, .b = z>3 }` nothing is a template.
    let inside = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b',' | b' ' | b'*' | b'&' | b'<');
    let length = after.iter().take_while(|b| inside(b)).count();
    let named = after[..length].split(|&b| b == b':').enumerate().any(|(nth, part)| nth % 2 == 1 && !part.is_empty());
    opens.count() > closes && after.get(length) == Some(&b'>') && !named
}

/// The value up to where a blank alone sets another assignment apart.
fn apart(lexed: &Lexed<'_>, line: Line, reach: Reach) -> Reach {
    let Reach::Value(span, terminator) = reach else { return reach };
    if lexed.innermost(span.start) == b'(' && lexed.syntax.apart == Apart::Literal {
        return Reach::Value(span, terminator);
    }
    let follows = |at: &usize| lexed.is_code(*at) && follows_value(lexed, span.start, *at, line.end);
    let next = (span.start + 1..span.end).find(follows).unwrap_or(span.end);
    let length = lexed.bytes[span.start..next].trim_ascii_end().len();
    Reach::Value(span.start..span.start + length, terminator)
}

/// A number at the start of the value alone where blanks and a word, a unit or limits follow it.
fn quantity(lexed: &Lexed<'_>, reach: Reach) -> Reach {
    let Reach::Value(span, terminator) = reach else { return reach };
    let bytes = &lexed.bytes[span.clone()];
    let length = bytes.iter().take_while(|b| !matches!(b, b' ' | b'\t' | b'(' | b'<')).count();
    let rest = bytes[length..].trim_ascii_start();
    let followed = rest.first().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'(' | b'<' | b'_' | b'"'));
    let unit = if lexed.language == Language::Spice { |b: &u8| b.is_ascii_alphabetic() } else { |_: &u8| false };
    let number = length - bytes[..length].iter().rev().take_while(|b| unit(b)).count();
    if followed && Number::parse(&bytes[..number], lexed.language).is_some() {
        return Reach::Value(span.start..span.start + length, terminator);
    }
    Reach::Value(span, terminator)
}

fn word(lexed: &Lexed<'_>, line: Line, from: usize) -> Reach {
    let bracket = lexed.innermost(from);
    let is_shell = lexed.language == Language::Shell;
    let mut open = 0_usize;
    let mut at = from;
    while at < line.end {
        let byte = lexed.bytes[at];
        if lexed.classes[at] == Class::Comment {
            break;
        }
        if lexed.classes[at] == Class::Code {
            match byte {
                b'\\' if is_shell => {
                    if at + 1 >= line.end {
                        return Reach::Continues;
                    }
                    at += 2;
                    continue;
                }
                b',' if open == 0 && bracket != 0 && is_shell => return Reach::Nothing,
                b'(' | b'{' => open += 1,
                b')' | b'}' if open > 0 => open -= 1,
                b' ' | b'\t' if open == 0 => break,
                b';' | b'&' | b'|' | b')' | b'<' | b'>' if open == 0 && is_shell => break,
                b'`' if is_shell => {
                    let Some(length) = lexed.bytes[at + 1..line.end].iter().position(|&b| b == b'`') else {
                        return Reach::Continues;
                    };
                    at += length + 1;
                }
                _ => {}
            }
        }
        at += 1;
    }
    let at = at.min(line.end);
    let string_goes_on = at == line.end && lexed.classes.get(at) == Some(&Class::Text);
    if open > 0 || string_goes_on { Reach::Continues } else { Reach::Value(from..at, None) }
}

fn rest(lexed: &Lexed<'_>, line: Line, from: usize) -> Reach {
    let start = skip_space(lexed, line, from);
    let comment = (start..line.end).find(|&at| lexed.classes[at] == Class::Comment).unwrap_or(line.end);
    let value = lexed.bytes[start..comment].trim_ascii_end();
    let mark = lexed.syntax.continuation;
    let string_goes_on = line.end < lexed.bytes.len() && lexed.classes[line.end] == Class::Text;
    if value.ends_with(b"\\") && comment == line.end
        || !mark.is_empty() && value.ends_with(mark.as_bytes())
        || string_goes_on
        || lexed.language == Language::Ini && indented_goes_on(lexed, line)
    {
        return Reach::Continues;
    }
    if value.is_empty() {
        // Behind the blank that sets the operator off, but not next to a comment, which needs a blank before it.
        let blank = comment > from && (comment > from + 1 || comment == line.end);
        let at = from + usize::from(blank);
        return Reach::Value(at..at, None);
    }
    Reach::Value(start..start + value.len(), None)
}

/// True if the next line is indented and `line` is not: readers of INI files take it for more of the value.
fn indented_goes_on(lexed: &Lexed<'_>, line: Line) -> bool {
    let indent = |line: &Line| {
        let start = skip_space(lexed, *line, line.start);
        (start < line.end && lexed.classes[start] != Class::Comment).then_some(start - line.start)
    };
    let next = lexed.lines.get(lexed.line_of(line.start) + 1).and_then(indent);
    indent(&line) == Some(0) && next.is_some_and(|next| next > 0)
}

fn skip_space(lexed: &Lexed<'_>, line: Line, from: usize) -> usize {
    from + lexed.bytes[from..line.end].iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

fn yaml(lexed: &Lexed<'_>, line: Line, from: usize) -> Reach {
    let mut start = skip_space(lexed, line, from);
    while start < line.end && lexed.is_code(start) && matches!(lexed.bytes[start], b'&' | b'!') {
        start += lexed.bytes[start..line.end].iter().take_while(|b| !matches!(b, b' ' | b'\t')).count();
        start = skip_space(lexed, line, start);
    }
    if start == line.end || lexed.classes[start] == Class::Comment {
        return Reach::Nothing;
    }
    let flow = lexed.innermost(from) != 0;
    let first = lexed.bytes[start];
    let open_quote = matches!(first, b'"' | b'\'') && lexed.is_code(start);
    if open_quote || lexed.is_code(start) && matches!(first, b'|' | b'>') {
        return Reach::Continues;
    }
    if flow {
        return expression(lexed, line, start);
    }
    if matches!(first, b'[' | b'{') && group_end(lexed, start, line.end).is_none() {
        return Reach::Continues;
    }
    let comment = (start..line.end).find(|&at| lexed.classes[at] == Class::Comment).unwrap_or(line.end);
    let value = lexed.bytes[start..comment].trim_ascii_end();
    if plain_goes_on(lexed, line) { Reach::Continues } else { Reach::Value(start..start + value.len(), None) }
}

/// True if the next line with anything on it is indented deeper, and so belongs to the plain scalar.
fn plain_goes_on(lexed: &Lexed<'_>, line: Line) -> bool {
    let indent = |line: &Line| lexed.bytes[line.range()].iter().take_while(|&&b| b == b' ').count();
    let number = lexed.line_of(line.start);
    let next = lexed.lines[number + 1..].iter().find(|line| skip_blank(lexed, line.start, line.end) < line.end);
    let dashes = lexed.bytes[line.range()].trim_ascii_start().starts_with(b"- ");
    next.is_some_and(|next| indent(next) > indent(&line) && !dashes)
}
