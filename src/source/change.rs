//! Places at which a program changes a name as it runs, other than by a line `name = value`: what it changes so counts or
//! sums and is no parameter.

use std::ops::Range;

use super::language::Language;
use super::lexer::{Lexed, Line};
use super::statement::skip_blank;
use super::syntax::Extent;

/// Words behind which the name is a loop's.
const LOOPS: [&[u8]; 4] = [b"for", b"foreach", b"parfor", b"forall"];

/// True if the code changes the name at `name` there: `g += 1`, `g++`, `for g in`, `g, h = f()`.
pub(super) fn is_at(lexed: &Lexed<'_>, name: &Range<usize>) -> bool {
    let runs = matches!(lexed.syntax.extent, Extent::Expression | Extent::Quantity | Extent::Word);
    let configures = lexed.language.is_loose() || matches!(lexed.language, Language::Toml | Language::Json);
    if !runs || configures || !lexed.is_code(name.start) {
        return false;
    }
    let line = lexed.lines[lexed.line_of(name.start)];
    steps(lexed, name) || updates(lexed, line, name) || loops(lexed, line, name) || unpacks(lexed, line, name)
}

/// `g++`, `--g`. Before a word of a shell `--` makes an option of it.
fn steps(lexed: &Lexed<'_>, name: &Range<usize>) -> bool {
    let before = lexed.bytes[..name.start].trim_ascii_end();
    let (before_sigil, behind) = (before.strip_suffix(b"$").unwrap_or(before), &lexed.bytes[name.end..]);
    let steppable = !matches!(lexed.language, Language::Python | Language::R | Language::Julia | Language::Matlab);
    let is_step = [&b"++"[..], b"--"]
        .iter()
        .any(|step| behind.starts_with(step) || lexed.language != Language::Shell && before_sigil.ends_with(step));
    steppable && is_step
}

/// `g += 1`, and its kin.
fn updates(lexed: &Lexed<'_>, line: Line, name: &Range<usize>) -> bool {
    let fortran = is_fortran(lexed.language);
    let behind = &lexed.bytes[skip_blank(lexed, name.end, line.end)..line.end];
    let length = behind.iter().take_while(|b| b"+-*/%^&|.@<>?".contains(b)).count();
    let (sign, rest) = behind.split_at(length);
    let compares = matches!(sign, b"" | b"<" | b">") || fortran && sign == b"/";
    !compares && rest.starts_with(b"=") && !rest.starts_with(b"==")
}

/// `for g in`, `for (g = 0;`, `do g = 1, 3`, `for h, g in`.
fn loops(lexed: &Lexed<'_>, line: Line, name: &Range<usize>) -> bool {
    let before = lexed.bytes[line.start..name.start].trim_ascii();
    let head = before.strip_suffix(b"(").unwrap_or(before).trim_ascii_end();
    let word = head.rsplit(|&b| !lexed.syntax.is_identifier(b)).next().unwrap_or_default();
    let targets = before.strip_prefix(b"for ").is_some_and(|targets| !targets.windows(4).any(|part| part == b" in "));
    // The names of a comprehension are its own.
    let comprehends = matches!(lexed.language, Language::Python | Language::Julia) && lexed.innermost(name.start) != 0;
    let binds = !comprehends && LOOPS.contains(&word) || is_fortran(lexed.language) && word.eq_ignore_ascii_case(b"do");
    binds || targets && lexed.bytes[name.end..line.end].windows(4).any(|part| part == b" in ")
}

/// One of several names that get the values of one expression.
fn unpacks(lexed: &Lexed<'_>, line: Line, name: &Range<usize>) -> bool {
    let unpacked =
        matches!(lexed.language, Language::Python | Language::Julia | Language::Lua | Language::Go | Language::Matlab);
    if !unpacked || !matches!(lexed.innermost(line.start), 0 | b'{') {
        return false;
    }
    let Some(sign) = (name.end..line.end).find(|&at| lexed.code(at) == Some(b'=')) else { return false };
    let targets = lexed.bytes[line.start..sign].trim_ascii();
    let targets = targets.strip_suffix(b":").unwrap_or(targets).trim_ascii();
    let inside = targets.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    let inside = inside.filter(|_| lexed.language == Language::Matlab);
    let part = |b: &u8| lexed.syntax.is_identifier(*b) || b",. \t*~".contains(b);
    let names = inside.unwrap_or(targets);
    (inside.is_some() || names.contains(&b',')) && names.iter().all(part) && lexed.bytes.get(sign + 1) != Some(&b'=')
}

fn is_fortran(language: Language) -> bool {
    matches!(language, Language::Fortran | Language::FixedFortran)
}
