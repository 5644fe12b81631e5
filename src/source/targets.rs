//! Several names on the left of one sign, each with a value of its own on the right: `a, b = 0.1, 0.2`, and in brackets,
//! `let (a, b) = (0.1, 0.2);`.

use std::ops::Range;

use super::extent::{self, Reach};
use super::language::{Language, Other};
use super::lexer::{Class, Lexed, Line};
use super::operator;
use super::statement::{group_end, skip_blank};

/// What several names are given where one of them stands at `name`; `None` if it does not stand among others.
///
/// It is [`Reach::Nothing`] where the values cannot be told apart, as in `a, b = f()`.
pub(super) fn reach(lexed: &Lexed<'_>, line: Line, name: &Range<usize>) -> Option<Reach> {
    let statement = statement(lexed, line, name.start);
    let sign = (name.end..statement.end).find(|&at| lexed.code(at) == Some(b'='))?;
    if matches!(lexed.code(sign + 1), Some(b'=' | b'>')) {
        return None;
    }
    // Nim's `var a, b = 5` and Ada's `A, B : Integer := 5;`
    if matches!(lexed.language, Language::Other(Other::Nim | Other::Ada)) && lexed.innermost(name.start) == 0 {
        let is_last = lexed.bytes[statement.start.min(name.start)..name.start].trim_ascii_end().ends_with(b",");
        let is_type = |at: usize| lexed.syntax.is_identifier(lexed.bytes[at]) || b" :.*{}".contains(&lexed.bytes[at]);
        return (is_last && (name.end..sign).all(is_type)).then_some(Reach::Shared);
    }
    let names = trimmed(lexed, statement.start..sign - usize::from(lexed.code(sign - 1) == Some(b':')));
    let bracket = names.clone().find(|&at| matches!(lexed.code(at), Some(b'(' | b'[')));
    let inside = match bracket {
        Some(open) if binds_in_brackets(lexed, &names, open) => open + 1..names.end - 1,
        None if joins_bare(lexed, names.start) => names.clone(),
        _ => return None,
    };
    let mut targets = items(lexed, &inside);
    if lexed.language == Language::Go && targets.len() > 1 {
        targets.last_mut().into_iter().for_each(|last| last.end = last.start + before_type(&lexed.bytes[last.clone()]));
    }
    let nth = targets.iter().position(|target| target.end == name.end)?;
    if targets.len() < 2 || !targets.iter().all(|target| is_target(lexed, target)) {
        return None;
    }
    let mut values = trimmed(lexed, sign + 1..statement.end);
    if let Some(open) = bracket {
        if lexed.code(values.start) != lexed.code(open)
            || group_end(lexed, values.start, values.end) != Some(values.end)
        {
            return Some(Reach::Nothing);
        }
        values = values.start + 1..values.end - 1;
    }
    let values = items(lexed, &values);
    let last = values.last().map(|last| extent::reach(lexed, line, last.start));
    if last == Some(Reach::Continues) {
        return Some(Reach::Continues);
    }
    // `double a, b = 2` of a language that is not known gives the last a value.
    let is_typed = lexed.bytes[targets[0].clone()].iter().any(u8::is_ascii_whitespace);
    if values.len() == 1 && lexed.language.is_loose() && is_typed {
        return None;
    }
    // `x, y = 2, z = 3` gives `y` the 2 and goes on with `z`; of `a, b = c = 1, 2` others get a part.
    if let Some(first) = values.iter().position(|value| !operator::signs_in(lexed, value).is_empty()) {
        return if first > 0 && lexed.language.is_loose() { None } else { Some(Reach::Shared) };
    }
    if values.iter().take(nth).any(|value| may_be_several(lexed, value)) || is_yielded(lexed, &values[0]) {
        return Some(Reach::Nothing);
    }
    let value = values.get(nth).filter(|value| values.len() == targets.len() && !value.is_empty());
    Some(value.map_or(Reach::Nothing, |value| Reach::Value(value.clone(), Some(b','))))
}

/// True if what stands at `value` may be more than one, or none: `*x`, `x...`, and in Perl an array or what a function returns.
fn may_be_several(lexed: &Lexed<'_>, value: &Range<usize>) -> bool {
    let bytes = &lexed.bytes[value.clone()];
    let is_list = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'@' | b'%' | b'&');
    let is_perls = || bytes.first().is_some_and(is_list) || value.clone().any(|at| lexed.code(at) == Some(b'('));
    bytes.starts_with(b"*")
        || bytes.starts_with(b"...")
        || bytes.ends_with(b"...")
        || lexed.language == Language::Perl && is_perls()
}

/// True for Python's `a, b = yield 1, 2`, which hands out what stands there.
fn is_yielded(lexed: &Lexed<'_>, first: &Range<usize>) -> bool {
    lexed.language == Language::Python && lexed.bytes[first.clone()].starts_with(b"yield ")
}

/// The length of Go's `b float64` without its type.
fn before_type(target: &[u8]) -> usize {
    target.iter().position(u8::is_ascii_whitespace).unwrap_or(target.len())
}

/// True if the names that stand in a row at `at`, without brackets, each get a value of their own.
fn joins_bare(lexed: &Lexed<'_>, at: usize) -> bool {
    match lexed.language {
        Language::Python | Language::Lua | Language::Julia | Language::Generic | Language::Other(_) => {
            lexed.innermost(at) == 0
        }
        Language::Go => lexed.innermost(at) != b'[',
        _ => false,
    }
}

/// True if `names` are those in the bracket that opens at `open`, behind nothing or behind a declaring word.
fn binds_in_brackets(lexed: &Lexed<'_>, names: &Range<usize>, open: usize) -> bool {
    let binds = matches!(
        lexed.language,
        Language::Python | Language::Julia | Language::Rust | Language::JavaScript | Language::Perl
    );
    let before = &lexed.bytes[names.start..open];
    binds
        && matches!(lexed.innermost(names.start), 0 | b'{')
        && group_end(lexed, open, names.end) == Some(names.end)
        && (before.is_empty() || before.ends_with(b" ") && before.iter().all(|b| b.is_ascii_alphabetic() || *b == b' '))
}

/// The statement on the line in which `at` stands.
fn statement(lexed: &Lexed<'_>, line: Line, at: usize) -> Range<usize> {
    let ends = |at: &usize| matches!(lexed.code(*at), Some(b';' | b'{' | b'}'));
    let start = (line.start..at).rfind(ends).map_or(line.start, |end| end + 1);
    let end = (at..line.end).find(|at| ends(at) || lexed.classes[*at] == Class::Comment);
    skip_blank(lexed, start, line.end)..end.unwrap_or(line.end)
}

fn trimmed(lexed: &Lexed<'_>, span: Range<usize>) -> Range<usize> {
    let bytes = &lexed.bytes[span.clone()];
    let start = span.start + bytes.len() - bytes.trim_ascii_start().len();
    start..start + bytes.trim_ascii().len()
}

/// What stands between the commas of `span` that are in no bracket.
fn items(lexed: &Lexed<'_>, span: &Range<usize>) -> Vec<Range<usize>> {
    let (mut found, mut from, mut open) = (Vec::new(), span.start, 0_i32);
    for at in span.clone() {
        match lexed.code(at) {
            Some(b'(' | b'[' | b'{') => open += 1,
            Some(b')' | b']' | b'}') => open -= 1,
            Some(b',') if open == 0 => {
                found.push(trimmed(lexed, from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(trimmed(lexed, from..span.end));
    found
}

/// True for a name, words and sigils before it: `mut a`, `self.a`, `$a`.
fn is_target(lexed: &Lexed<'_>, target: &Range<usize>) -> bool {
    let part = |at: usize| {
        lexed.code(at).is_some_and(|b| lexed.syntax.is_identifier(b) || matches!(b, b'.' | b'$' | b'@' | b' ' | b'\t'))
    };
    // An array of Perl's takes all that is left.
    let takes_all = lexed.language == Language::Perl && lexed.bytes[target.clone()].contains(&b'@');
    !target.is_empty() && target.clone().all(part) && !takes_all
}
