//! Lines of JSON, as programs report numbers as they go: `{"step": 200, "loss": 0.31}`.

use anyhow::{Result, anyhow, bail};
use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{Column, Layout, Series, columns};
use crate::lenient;

/// The x of the others where none is said; a line without it has the one after the line before it.
const STEP: &str = "step";

/// The numbers of one line by their names, and whether each is written without a point or an exponent.
type Row = IndexMap<String, (f64, bool)>;

/// True if the first line is an object.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

/// A row for each x: lines with the same one after the other are one row, in which the last number of a name counts.
pub(super) fn parse(text: &str, layout: &Layout) -> Result<Series> {
    let x_name = layout.x.as_deref().unwrap_or(STEP);
    let mut rows: Vec<(f64, Row)> = Vec::new();
    let mut positions: IndexMap<String, usize> = IndexMap::new();
    let mut lines = (1..).zip(text.trim_start_matches('\u{feff}').split_inclusive('\n')).peekable();
    while let Some((number, line)) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        let mut row = match numbers_of(line) {
            Ok(row) => row,
            // Whoever wrote it was ended while writing.
            Err(_) if lines.peek().is_none() && !line.ends_with('\n') && !rows.is_empty() => break,
            Err(problem) => bail!("line {number} {problem}"),
        };
        for name in row.keys() {
            let next = positions.len() + 1;
            positions.entry(name.clone()).or_insert(next);
        }
        let x = match row.shift_remove(x_name).map(|(x, _)| x).filter(|x| !x.is_nan()) {
            Some(x) => x,
            None if x_name == STEP => rows.last().map_or(1.0, |(x, _)| x + 1.0),
            None => bail!("line {number} has no {x_name}, which is the x of the others{}", known(x_name, &positions)),
        };
        match rows.last_mut() {
            Some((last, known)) if *last == x => known.extend(row),
            _ => rows.push((x, row)),
        }
    }
    positions.shift_remove(x_name);
    let columns = positions.into_iter().map(|(name, position)| column(name, position, &rows)).collect();
    let x = rows.iter().map(|(x, _)| *x).collect();
    Ok(Series { x_name: x_name.to_owned(), x, columns, text: Vec::new() })
}

fn known(x_name: &str, positions: &IndexMap<String, usize>) -> String {
    let names = || positions.keys().map(String::as_str);
    format!("; {} has {}", columns::near(x_name, names()), names().collect::<Vec<_>>().join(", "))
}

fn column(name: String, position: usize, rows: &[(f64, Row)]) -> Column {
    let cells = || rows.iter().map(|(_, row)| row.get(&name));
    let whole = cells().flatten().all(|(_, whole)| *whole);
    let values = cells().map(|cell| cell.map(|(value, _)| *value)).collect();
    Column { name, position, values, whole }
}

/// The numbers of a line; those of an object within it by both names, `val.loss`.
fn numbers_of(line: &str) -> Result<Row> {
    let json = lenient::parse_json(line).map_err(|problem| anyhow!("is no JSON: {problem}"))?;
    if !json.is_object() {
        bail!("is no object, such as {{\"step\": 200, \"loss\": 0.31}}");
    }
    let mut row = Row::new();
    add(&mut row, "", &json);
    Ok(row)
}

fn add(row: &mut Row, name: &str, json: &Json) {
    if let Json::Object(fields) = json {
        for (below, field) in fields {
            let name = if name.is_empty() { below.clone() } else { format!("{name}.{below}") };
            add(row, &name, field);
        }
    } else if let Some(metric) = lenient::metric(json) {
        row.insert(name.to_owned(), (metric.as_f64(), !json.as_number().is_some_and(serde_json::Number::is_f64)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, x: Option<&str>) -> String {
        let layout = Layout { file: "a.jsonl".to_owned(), x: x.map(str::to_owned), ..Layout::default() };
        Series::parse(text, &layout).map_or_else(|error| error.to_string(), |series| series.shown())
    }

    #[test]
    fn reports_are_columns_over_the_step() {
        for (text, x, expected) in [
            ("{\"step\": 1, \"loss\": 0.5}\n{\"step\": 3, \"loss\": NaN}\n", None, "step: 1 3 | loss: 0.5 NaN"),
            ("\u{feff}\n{\"loss\": 2}\n\n{\"loss\": 1, \"acc\": true}", None, "step: 1 2 | loss: 2 1, acc: - 1"),
            ("{\"step\": 4, \"a\": 1}\n{\"a\": 2}\n", None, "step: 4 5 | a: 1 2"),
            ("{\"step\":1,\"a\":1}\n{\"step\":1,\"b\":2}\n{\"step\":1,\"a\":3}\n", None, "step: 1 | a: 3, b: 2"),
            ("{\"epoch\": 0, \"val\": {\"loss\": 1}, \"phase\": \"warm\"}\n", Some("epoch"), "epoch: 0 | val.loss: 1"),
            ("{\"step\": 1, \"a\": 1}\n{\"step\": 2, \"a\"", None, "step: 1 | a: 1"),
        ] {
            assert_eq!(shown(text, x), expected, "{text}");
        }
    }

    #[test]
    fn damage_is_named_with_its_line() {
        for (text, x, said) in [
            ("{\"step\": 1, \"a\"\n", None, "line 1 is no JSON"),
            ("{\"step\"", None, "line 1 is no JSON"),
            ("{\"a\": 1}\n[2]\n", None, "line 2 is no object"),
            ("{\"step\": 1, \"a\"\n{\"a\": 1}\n", None, "line 1 is no JSON"),
            (
                "{\"epochs\": 1}\n",
                Some("epoch"),
                "line 1 has no epoch, which is the x of the others; did you mean epochs?",
            ),
        ] {
            let error = shown(text, x);
            assert!(error.starts_with(said), "{text}: {error}");
        }
    }
}
