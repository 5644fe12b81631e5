//! What can hardly be meant: text in place of a number, a value put where the code only hands one on.

use anyhow::Result;

use crate::hint;
use crate::source::{Language, Site};
use crate::space::Domain;
use crate::spec::Plan;
use crate::sweep::laid::edit::Edit;
use crate::value::{Kind, Value};

use super::taken_away::taken_away;

/// What is to be said of values that look like a number and are none, where a number stands in the code.
///
/// # Errors
/// If such a value cannot be meant.
pub(super) fn doubts(plan: &Plan, edits: &[Edit]) -> Result<Vec<String>> {
    let mut doubts = handed_on(plan, edits);
    doubts.extend(taken_away(plan, edits));
    doubts.extend(lone_ranges(plan));
    doubts.extend(exponents(plan));
    for (index, parameter) in plan.parameters.iter().enumerate() {
        let Some(values) = parameter.domain().filter(|domain| !domain.is_ordered()).and_then(|domain| domain.values())
        else {
            continue;
        };
        let is_odd = |value: &&Value| {
            value.kind() == Kind::Text && (is_made_of_numbers(value.as_str()) || has_unit(value.as_str()))
        };
        let Some(value) = values.iter().find(is_odd) else { continue };
        for edit in edits {
            let Some(site) = edit.sites_of(index).find(|site| site.literal.is_number()) else { continue };
            if has_unit(value.as_str()) && !knows_no_units(site.literal.language()) {
                continue;
            }
            let what = format!(
                "parameter {}: `{value}` is no number, and {}:{} has one: {}",
                parameter.name,
                edit.path(),
                site.line,
                site.literal.text()
            );
            if has_unit(value.as_str()) {
                doubts.push(format!("{what}; it is written as it stands (the unit is that of the code: leave it out)"));
                continue;
            }
            if !is_expression(value.as_str(), site) {
                return Err(hint::error(what, way_out(value)));
            }
            doubts.push(format!("{what}; it is written as it stands ({})", way_out(value)));
        }
    }
    Ok(doubts)
}

/// Ranges in round brackets of which only the first number is a value, such as `(0.9, 0.999)`: a pair was meant.
fn lone_ranges(plan: &Plan) -> impl Iterator<Item = String> {
    plan.parameters.iter().filter_map(|parameter| {
        let Domain::Finite(finite) = parameter.domain()? else { return None };
        let text = finite.text();
        let inside = text.strip_prefix('(')?.strip_suffix(')')?;
        let inside = inside.strip_suffix(", 1").unwrap_or(inside);
        let value = finite.get(0).filter(|_| finite.count() == 1)?;
        Some(format!(
            "parameter {}: ({inside}) is Python's range, which leaves its end out, and has the one value {value}; a list is \
             [{inside}]",
            parameter.name
        ))
    })
}

/// Ends of a `logspace` that look like the values themselves, `logspace(1e-5, 1e-1, 5)`: it takes their exponents.
fn exponents(plan: &Plan) -> impl Iterator<Item = String> {
    plan.parameters.iter().filter_map(|parameter| {
        let text = parameter.domain()?.text();
        let inside = text.trim_start_matches("np.").strip_prefix("logspace(")?.strip_suffix(')')?;
        let mut ends = inside.split(',').map(str::trim);
        let (from, to) = (ends.next()?, ends.next()?);
        let [low, high] = [from, to].map(|end| Value::guess(end).as_f64().unwrap_or_default());
        // Within a tenth of each other they may well be exponents.
        let is_meant = inside.contains('=')
            || low <= 0.0 || high <= 0.0 || low.max(high) > 1.0 || low.max(high) < 10.0 * low.min(high);
        (!is_meant).then(|| {
            format!(
                "parameter {}: logspace takes exponents of 10, as in numpy, and {text} goes from 10^{from} to 10^{to}; between \
                 {from} and {to} themselves it is geomspace({inside})",
                parameter.name
            )
        })
    })
}

/// Places such as `{"lr": args.lr}`, where the other uses of what is handed on stay as they are.
fn handed_on(plan: &Plan, edits: &[Edit]) -> Vec<String> {
    let mut said = Vec::new();
    for (index, parameter) in plan.parameters.iter().enumerate() {
        let sites = edits.iter().flat_map(|edit| edit.sites_of(index).map(move |site| (edit.path(), site)));
        let text = |site: &Site| site.literal.text().trim_matches([';', ',']).trim().to_owned();
        said.extend(sites.filter(|(_, site)| is_of_an_owner(&text(site), parameter.name.as_str())).map(
            |(path, site)| {
                format!(
                    "parameter {}: {path}:{} hands on {}, which is replaced there and nowhere else",
                    parameter.name,
                    site.line,
                    text(site)
                )
            },
        ));
    }
    said
}

/// True for `args.lr` and `cfg["lr"]`.
fn is_of_an_owner(text: &str, name: &str) -> bool {
    let ends = [format!(".{name}"), format!("[\"{name}\"]"), format!("['{name}']")];
    let owner = ends.iter().find_map(|end| text.strip_suffix(end.as_str()));
    owner.is_some_and(|owner| !owner.is_empty() && owner.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')))
}

/// True for text of digits and of what people put between the numbers of a range.
fn is_made_of_numbers(text: &str) -> bool {
    let is_name = |word: &str| word.starts_with(['e', 'E']);
    text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || " .:+-eE~…–".contains(c))
        && !text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').any(is_name)
}

/// True for a number with the name of a unit behind it, `5ms` or `10 nS`; of one letter it may be a suffix of the language.
fn has_unit(text: &str) -> bool {
    let letters = text.trim_start_matches(|c: char| c.is_ascii_digit() || "+-.".contains(c)).trim_start();
    text.trim_start_matches(['+', '-', '.']).starts_with(|c: char| c.is_ascii_digit())
        && letters.chars().count() >= 2
        && letters.chars().all(char::is_alphabetic)
        && !["im", "ul", "ll", "ull", "lu", "lf", "uz", "zu"].contains(&letters.to_lowercase().as_str())
}

/// True for languages in which a number with letters behind it is none.
fn knows_no_units(language: Language) -> bool {
    matches!(
        language,
        Language::Python | Language::C | Language::Fortran | Language::FixedFortran | Language::Matlab | Language::R
    )
}

/// True if the language at this place could make sense of it.
fn is_expression(text: &str, site: &Site) -> bool {
    let is_number = |part: &str| part.trim().is_empty() || Value::guess(part.trim()).is_number();
    match site.literal.language() {
        Language::Julia | Language::Matlab | Language::R => text.split(':').all(is_number),
        Language::Ini
        | Language::Gromacs
        | Language::Yaml
        | Language::Toml
        | Language::Json
        | Language::Xml
        | Language::Shell
        | Language::Make
        | Language::Other(_)
        | Language::Generic => true,
        _ => text.split(['+', '-']).all(is_number),
    }
}

/// How a range is written, with the numbers of this one if it has as many.
fn way_out(value: &Value) -> String {
    let text = value.as_str();
    let parts: Vec<&str> = match text.split_once("..") {
        Some((from, to)) => vec![from, to],
        None if text.contains(':') => text.split(':').collect(),
        // A sign belongs to its number.
        None => match text.char_indices().skip(1).find(|(_, c)| "-–~".contains(*c)) {
            Some((at, sign)) => vec![&text[..at], &text[at + sign.len_utf8()..]],
            None => Vec::new(),
        },
    };
    let parts: Vec<&str> = parts.into_iter().map(str::trim).collect();
    let are_numbers = parts.iter().all(|part| Value::guess(part).is_number());
    match parts[..] {
        [from, to] if are_numbers => format!("a range is `{from} to {to} step ...`, both ends in"),
        // Julia and MATLAB have the step in the middle, Python at the end: what leads from one end to the other is no step.
        [from, second, third] if are_numbers => {
            let number = |text: &str| Value::guess(text).as_f64().unwrap_or_default();
            let leads = |to: &str, step: &str| {
                let steps = (number(to) - number(from)) / number(step);
                steps.is_finite() && steps >= 1.0
            };
            let (to, step) = if leads(second, third) { (second, third) } else { (third, second) };
            format!("a range is `{from} to {to} step {step}`, both ends in")
        }
        _ => "a range is `0.5 to 3.0 step 0.5`, a list `[1, 2, 3]`".to_owned(),
    }
}
