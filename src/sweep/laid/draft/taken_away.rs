//! What a number takes away from the place where it is written: the unit of `5 * second`, the fraction that makes `3.0` no whole
//! number.

use crate::source::{Language, Literal, Other};
use crate::spec::{Parameter, Place, Plan};
use crate::sweep::laid::edit::Edit;
use crate::value::{Kind, Value};

/// What is to be said of it, a sentence for each place.
pub(super) fn taken_away(plan: &Plan, edits: &[Edit]) -> Vec<String> {
    let mut said = Vec::new();
    for (index, parameter) in plan.parameters.iter().enumerate() {
        for edit in edits {
            for site in edit.sites_of(index).filter(|_| is_by_name(parameter, edit.path())) {
                let place = format!("{}:{}", edit.path(), site.line);
                said.extend(factor(parameter, &site.literal, &place));
                said.extend(fraction(parameter, &site.literal, &place));
            }
        }
    }
    said
}

/// True if the places in `file` are lines that the name finds, and numbers are written as they are.
fn is_by_name(parameter: &Parameter, file: &str) -> bool {
    let mut sites = parameter.sites.iter().filter(|site| site.file == file && site.expr.is_none());
    sites.all(|site| matches!(site.place, Place::Line(_)) && site.format.is_none())
}

/// The number that is written where an expression stands.
fn factor(parameter: &Parameter, literal: &Literal, place: &str) -> Option<String> {
    let domain = parameter.domain()?;
    let is_number = match domain.values() {
        Some(values) => values.iter().any(Value::is_number),
        None => domain.is_ordered(),
    };
    let is_whole = || domain.values().is_some_and(|values| values.iter().all(|value| value.kind() == Kind::Integer));
    let format = around_number(literal).filter(|format| is_number && !(makes_whole(format) && is_whole()))?;
    let quote = if format.contains(['"', '\\']) { '\'' } else { '"' };
    Some(format!(
        "parameter {}: all of `{}` in {place} is replaced by the number; to keep what is around it, format = {quote}{format}{quote}",
        parameter.name,
        literal.text()
    ))
}

/// True for a call that only makes a whole number of one, as `int(1e6)`.
fn makes_whole(format: &str) -> bool {
    matches!(format, "int({})" | "Int({})" | "round({})")
}

/// The format by which a number takes the place of the only one in an expression that has names in it; `None` for any other.
fn around_number(literal: &Literal) -> Option<String> {
    let has_expressions = matches!(
        literal.language(),
        Language::Python
            | Language::C
            | Language::Rust
            | Language::Go
            | Language::JavaScript
            | Language::Kotlin
            | Language::Fortran
            | Language::FixedFortran
            | Language::Julia
            | Language::R
            | Language::Matlab
            | Language::Lua
            | Language::Perl
            | Language::Other(_)
    );
    let text = literal.text();
    let is_fsharp = literal.language() == Language::Other(Other::FSharp);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ._:*/()\"',=".contains(c) || is_fsharp && "<>".contains(c);
    if !has_expressions || literal.is_number() || !text.chars().all(is_plain) || text.starts_with(['"', '\'']) {
        return None;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let mut words = Vec::new();
    let mut rest = 0;
    while let Some(start) = text[rest..].find(is_part).map(|at| rest + at) {
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |length| start + length);
        words.push(start..end);
        rest = end;
    }
    let is_number = |word: &str| word.trim_start_matches('.').starts_with(|c: char| c.is_ascii_digit());
    let (numbers, names): (Vec<_>, Vec<_>) = words.into_iter().partition(|word| is_number(&text[word.clone()]));
    let [number] = &numbers[..] else { return None };
    let has_name = names.iter().any(|word| text[word.clone()].contains(|c: char| c.is_ascii_alphabetic()));
    let word = &text[number.clone()];
    // Julia's `5u"mV"` and `2x`.
    let letters = word.len() - word.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '_').len();
    let letters = match literal.language() {
        Language::Julia => letters,
        // `3.0M`
        Language::Other(Other::FSharp) if !word.starts_with("0x") => letters,
        // `8.GB`, `5.seconds`
        Language::Kotlin if word[..word.len() - letters].ends_with('.') && letters > 1 => letters + 1,
        _ => 0,
    };
    let end = number.end - letters;
    // `16'd10` of Verilog starts with its width.
    let is_whole = Value::number(&text[number.start..end]).is_some() && !text[end..].starts_with('\'');
    (is_whole && (has_name || letters > 0)).then(|| format!("{}{{}}{}", &text[..number.start], &text[end..]))
}

/// A whole number that is written where one with a fraction stands, in languages that tell the two apart when they calculate.
fn fraction(parameter: &Parameter, literal: &Literal, place: &str) -> Option<String> {
    let is_apart = matches!(
        literal.language(),
        Language::Python | Language::Notebook | Language::Lua | Language::Other(Other::Ruby)
    );
    let values =
        parameter.domain().filter(|_| is_apart && literal.has_fraction() && !literal.is_converted())?.values()?;
    let value =
        values.iter().find(|value| value.kind() == Kind::Integer && !value.as_str().contains(['x', 'o', 'b']))?;
    let harm = match literal.language() {
        Language::Lua | Language::Other(_) => String::new(),
        _ => format!(" (numpy.full(3, {value}) holds whole numbers alone)"),
    };
    Some(format!(
        "parameter {}: {value} is a whole number, and {place} has {}, which the language tells apart{harm}: write {value}.0 if \
         that matters",
        parameter.name,
        literal.text()
    ))
}
