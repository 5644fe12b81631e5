//! The head of the page, which needs no script: what was swept, what became of it, what was left out.

use std::fmt::Write as _;

use super::escape::escape;
use super::{Content, ParameterFacts, SweepFacts};
use crate::hint::listed;
use crate::report::digits::{shorten, shorten_to};
use crate::report::layout::digits;
use crate::spec::Direction;
use crate::table::{BestSetting, CellRef, Origin, Role, Spread, Table, with_spread};

/// The page's title.
pub(super) fn title(content: &Content) -> String {
    match content.sweeps.as_slice() {
        [one] => one.branch.clone(),
        several => format!("{} sweeps", several.len()),
    }
}

/// The head as HTML.
pub(super) fn html(content: &Content, notices: &[String]) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(out, "<h1 dir=\"auto\">{}</h1>\n<p class=\"lede\">{}</p>\n", escape(&title(content)), lede(content));
    out.push_str(&counts(&content.table));
    for sweep in &content.sweeps {
        out.push_str(&facts(content, sweep));
    }
    for difference in &content.differences {
        let _ = writeln!(out, "<p class=\"about\" dir=\"auto\">{}</p>", escape(difference));
    }
    if !notices.is_empty() {
        let items: String = notices.iter().map(|notice| format!("<li dir=\"auto\">{}</li>", escape(notice))).collect();
        let _ = writeln!(
            out,
            "<div class=\"notices\" role=\"note\" aria-label=\"What is not on this page\"><ul>{items}</ul></div>"
        );
    }
    out
}

/// One sentence: how many points of what, what is best.
fn lede(content: &Content) -> String {
    let table = &content.table;
    let rows = table.len();
    let varying: Vec<String> = varying(table).into_iter().map(|column| code(table.label(column))).collect();
    let over = match varying.len() {
        0 => String::new(),
        1..=6 => format!(" over {}", listed(&varying)),
        count => format!(" over {count} parameters"),
    };
    let points = if rows == 1 { "1 point".to_owned() } else { format!("{} points", grouped(rows)) };
    let mut told = format!("{points}{over}.");
    if let (Some((metric, direction)), Some(best)) = (table.objective(), table.best_row()) {
        let superlative = match direction {
            Direction::Minimize => "Least",
            Direction::Maximize => "Greatest",
        };
        let value = table
            .columns()
            .iter()
            .position(|column| column.role == Role::Metric && column.name == metric)
            .map_or_else(String::new, |column| {
                escape(shorten_to(digits(table, column), table.cell(best, column), &mut String::new())).into_owned()
            });
        let metric = code(metric);
        // Of repeats the luckiest run is not the result.
        let of = if let Some(BestSetting { rows, summary: Spread { n, mean, sd }, over }) = table.best_setting() {
            let over: Vec<String> = over.iter().map(|name| code(name)).collect();
            let _ = write!(
                told,
                " {superlative} mean of {metric} over {}: <strong>{}</strong> (standard deviation of {n} runs){}.",
                listed(&over),
                with_spread(mean, sd),
                place(table, rows[0], true)
            );
            "single run"
        } else if table.parameters().any(|column| table.may_tell_repeats(column)) {
            "single run"
        } else {
            ""
        };
        let index = table.column_of(Role::Point).map_or_else(String::new, |column| number(table.cell(best, column)));
        let of = if of.is_empty() { metric } else { format!("{metric} of a {of}") };
        let _ =
            write!(told, " {superlative} {of}: <strong>{value}</strong>, point {index}{}.", place(table, best, false));
    }
    told
}

/// `, at g 1.0, seed 3`: the parameters of a row that vary, without those that count repeats where that is wanted.
fn place(table: &Table, row: usize, is_of_setting: bool) -> String {
    let is_told = |column: &usize| !is_of_setting || table.factor(*column).origin != Origin::Repeat;
    let values: Vec<String> = varying_columns(table)
        .filter(is_told)
        .take(6)
        .filter(|&column| !table.cell(row, column).is_missing())
        .map(|column| format!("{} {}", escape(table.label(column)), number(table.cell(row, column))))
        .collect();
    if values.is_empty() { String::new() } else { format!(", at {}", values.join(", ")) }
}

fn varying_columns(table: &Table) -> impl Iterator<Item = usize> {
    varying(table).into_iter()
}

/// The parameters that are not the same everywhere.
fn varying(table: &Table) -> Vec<usize> {
    let fixed: Vec<String> = table.fixed().into_iter().map(|(label, _)| label).collect();
    let parameters = (0..table.columns().len()).filter(|&column| table.columns()[column].role == Role::Parameter);
    parameters.filter(|&column| !fixed.iter().any(|label| label == table.label(column))).collect()
}

fn code(text: &str) -> String {
    format!("<code dir=\"auto\">{}</code>", escape(text))
}

/// A cell for a reader: a number to about six digits.
pub(super) fn number(cell: CellRef<'_>) -> String {
    escape(shorten(cell, &mut String::new())).into_owned()
}

fn counts(table: &Table) -> String {
    let mut out = "<ul class=\"counts\" aria-label=\"Points by status\">".to_owned();
    for (status, count) in table.statuses().unwrap_or_default() {
        let class = match status {
            "ok" | "stopped" => "good",
            "failed" | "timeout" | "killed" => "bad",
            _ => "void",
        };
        let _ = write!(out, "<li class=\"{class}\"><b>{}</b> {}</li>", grouped(count), escape(status));
    }
    out.push_str("</ul>\n");
    out
}

fn facts(content: &Content, sweep: &SweepFacts) -> String {
    let several = content.sweeps.len() > 1;
    let mut out = format!("<details class=\"facts\"{}>", if several { "" } else { " open" });
    let summary = if several { escape(&sweep.branch).into_owned() } else { "What was swept".to_owned() };
    let _ = write!(out, "<summary dir=\"auto\">{summary}</summary>\n<dl>");
    let mut fact = |name: &str, html: String| {
        let _ = write!(out, "<div><dt>{name}</dt><dd dir=\"auto\">{html}</dd></div>");
    };
    let base: String = sweep.base.chars().take(10).collect();
    fact("Base commit", format!("{} {}", code(&base), escape(&sweep.base_subject)));
    fact("Strategy", escape(&sweep.strategy).into_owned());
    if let Some((metric, direction)) = &sweep.objective {
        fact("Objective", format!("{} {}", direction.as_str(), code(metric)));
    }
    if let Some(command) = &sweep.command {
        fact("Command", code(command));
    }
    fact("Branch made", escape(&sweep.made).into_owned());
    if let Some(ran) = ran(&content.table, &sweep.branch) {
        fact("Runs", ran);
    }
    out.push_str("</dl>\n");
    out.push_str(&parameters(&content.table, sweep));
    out.push_str("</details>\n");
    out
}

/// From when to when the points ran, and what that took.
fn ran(table: &Table, branch: &str) -> Option<String> {
    let named = |name: &str| {
        (0..table.columns().len())
            .find(|&column| table.columns()[column].role == Role::Attempt && table.columns()[column].name == name)
    };
    let sweep = table.column_of(Role::Sweep);
    let is_own = |row: &usize| sweep.is_none_or(|column| table.cell(*row, column).as_text() == Some(branch));
    let rows = || (0..table.len()).filter(is_own);
    let (start, end, seconds) = (named("start")?, named("end")?, named("seconds")?);
    let first = rows().filter_map(|row| table.cell(row, start).as_text()).min()?;
    let last = rows().filter_map(|row| table.cell(row, end).as_text()).max()?;
    let spent: f64 = rows()
        .filter_map(|row| match table.cell(row, seconds) {
            CellRef::Number(number) => Some(number),
            _ => None,
        })
        .sum();
    let time =
        |text: &str| escape(&text.replace('T', " ").split('.').next().unwrap_or(text).replace('Z', "")).into_owned();
    Some(format!("{} to {} UTC, {} of run time in all", time(first), time(last), span(spent)))
}

/// A count in groups of three digits, as the rest of the page has it: `10,000`.
pub(super) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

/// A span of time for people.
fn span(seconds: f64) -> String {
    match seconds {
        _ if seconds < 0.1 => format!("{:.0} ms", seconds * 1000.0),
        _ if seconds < 100.0 => format!("{seconds:.1} s"),
        _ if seconds < 6_000.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

fn parameters(table: &Table, sweep: &SweepFacts) -> String {
    let mut out = "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Parameters\"><table><thead><tr><th scope=\"col\">parameter</th>\
        <th scope=\"col\">values</th><th scope=\"col\">range</th><th scope=\"col\">written to</th></tr></thead><tbody>"
        .to_owned();
    let own = table.column_of(Role::Sweep);
    for ParameterFacts { name, domain, places, variables, .. } in &sweep.parameters {
        let column = (0..table.columns().len())
            .find(|&column| table.columns()[column].role == Role::Parameter && table.columns()[column].name == *name);
        let is_own = |row: &usize| own.is_none_or(|own| table.cell(*row, own).as_text() == Some(&sweep.branch));
        let rows = (0..table.len()).filter(is_own);
        let range = column.map_or_else(String::new, |column| range(rows.map(|row| table.cell(row, column))));
        let places: Vec<String> = places.iter().chain(variables).map(|place| code(place)).collect();
        let _ = write!(
            out,
            "<tr><th scope=\"row\">{}</th><td dir=\"auto\">{}</td><td dir=\"auto\">{range}</td><td>{}</td></tr>",
            code(name),
            escape(domain),
            places.join(", ")
        );
    }
    out.push_str("</tbody></table></div>\n");
    out
}

/// The least and the greatest of the numbers that occur, and how many different ones.
fn range<'a>(cells: impl Iterator<Item = CellRef<'a>>) -> String {
    let mut scratch = String::new();
    let (mut distinct, mut least, mut greatest) =
        (std::collections::HashSet::new(), None::<CellRef<'_>>, None::<CellRef<'_>>);
    for cell in cells.filter(|cell| !cell.is_missing()) {
        distinct.insert(cell.spell(&mut scratch).to_owned());
        if cell.as_number().is_some_and(f64::is_finite) {
            least = least.filter(|least| least.as_number() <= cell.as_number()).or(Some(cell));
            greatest = greatest.filter(|greatest| greatest.as_number() >= cell.as_number()).or(Some(cell));
        }
    }
    let count = match distinct.len() {
        0 => return "none".to_owned(),
        1 => "1 value".to_owned(),
        count => format!("{count} values"),
    };
    match (least, greatest) {
        (Some(least), Some(greatest)) if distinct.len() > 1 => {
            format!("{} to {}, {count}", number(least), number(greatest))
        }
        _ => count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_in_groups_of_three_digits() {
        assert_eq!([7, 100, 1000, 10_000, 1_234_567].map(grouped), ["7", "100", "1,000", "10,000", "1,234,567"]);
    }
}
