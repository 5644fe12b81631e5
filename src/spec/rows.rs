//! Points that a user gives one by one, in a CSV or JSON file.

use anyhow::{Context as _, Result, bail};

use crate::hint;

/// For each point the names of its parameters and their values as they are written.
pub type Rows = Vec<Vec<(String, String)>>;

/// Reads the points of a file: CSV or TSV with a header, or JSON, a list of objects, an object of lists or an object a
/// line. An empty field leaves its parameter out of the point. Of `-` and devices, which have no ending, the text itself
/// tells.
///
/// # Errors
/// If the text is not of the form that the ending of `path` says, or there is no point.
pub fn read_rows(text: &str, path: &str) -> Result<Rows> {
    let read = match path.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).as_deref() {
        Some("csv") => read_delimited(text, b','),
        Some("tsv") => read_delimited(text, b'\t'),
        Some("json") => read_json(text),
        Some("jsonl") => read_json_lines(text),
        _ if path == "-" || path.starts_with("/dev/") => read_anything(text),
        _ => {
            let what = format!("{path}: points are read from .csv, .tsv, .json and .jsonl files");
            return Err(hint::error(what, "rename it, or give it by `--from -` on standard input"));
        }
    };
    let name = if path == "-" { "standard input" } else { path };
    let rows = read.with_context(|| format!("cannot read {name}"))?;
    if rows.is_empty() {
        bail!("{name} has no point");
    }
    if let [[(header, _)], ..] = rows.iter().map(Vec::as_slice).collect::<Vec<_>>()[..]
        && header.contains(';')
    {
        return Err(hint::error(
            format!("{name}: its fields are parted by semicolons: {header}"),
            "part them by commas, or by tabs in a .tsv file",
        ));
    }
    Ok(rows)
}

fn read_delimited(text: &str, delimiter: u8) -> Result<Rows> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    let names = reader.headers()?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| uneven(&error).unwrap_or_else(|| error.into()))?;
        let fields = names.iter().zip(record.iter()).filter(|(_, field)| !field.is_empty());
        rows.push(fields.map(|(name, field)| (name.to_owned(), field.to_owned())).collect());
    }
    Ok(rows)
}

/// What is said of a line that has more or fewer fields than the header.
fn uneven(error: &csv::Error) -> Option<anyhow::Error> {
    let csv::ErrorKind::UnequalLengths { pos, expected_len, len } = error.kind() else { return None };
    let place = pos.as_ref().map_or_else(|| "a line".to_owned(), |pos| format!("line {}", pos.line()));
    let what = format!("{place} has {len} fields, and the header {expected_len}");
    Some(hint::error(what, "a value with a comma in it goes between double quotes; one that is missing is left empty"))
}

fn read_anything(text: &str) -> Result<Rows> {
    let start = text.trim_start();
    if !start.starts_with(['{', '[']) {
        let is_tabbed = start.lines().next().is_some_and(|header| header.contains('\t'));
        return read_delimited(text, if is_tabbed { b'\t' } else { b',' });
    }
    read_json_lines(text).or_else(|_| read_json(text))
}

fn read_json_lines(text: &str) -> Result<Rows> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(number, line)| object(&serde_json::from_str(line)?).with_context(|| format!("line {number}"))).collect()
}

/// The point of an object.
fn object(point: &serde_json::Value) -> Result<Vec<(String, String)>> {
    let mut row = Vec::new();
    for (name, value) in point.as_object().context("a list of points is a list of objects")? {
        row.extend(spelt(value)?.map(|text| (name.clone(), text)));
    }
    Ok(row)
}

fn spelt(value: &serde_json::Value) -> Result<Option<String>> {
    match value {
        serde_json::Value::String(text) => Ok(Some(text.clone())),
        serde_json::Value::Null => Ok(None),
        serde_json::Value::Number(_) | serde_json::Value::Bool(_) => Ok(Some(value.to_string())),
        other => bail!("`{other}` is no value of a parameter"),
    }
}

fn read_json(text: &str) -> Result<Rows> {
    let mut rows = Rows::new();
    match serde_json::from_str(text)? {
        serde_json::Value::Array(points) => {
            for point in &points {
                rows.push(object(point)?);
            }
        }
        serde_json::Value::Object(columns) => {
            for (name, column) in &columns {
                let values = column.as_array().with_context(|| format!("{name} is no list"))?;
                rows.resize(rows.len().max(values.len()), Vec::new());
                for (row, value) in rows.iter_mut().zip(values) {
                    row.extend(spelt(value)?.map(|text| (name.clone(), text)));
                }
            }
        }
        _ => bail!("points are a list of objects, or an object of lists"),
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, path: &str) -> String {
        let rows = read_rows(text, path).unwrap();
        let row =
            |row: &Vec<(String, String)>| row.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join(" ");
        rows.iter().map(row).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn every_form_gives_the_same_points() {
        let expected = "a=0.10 b=x; a=2";
        assert_eq!(shown("a,b\n0.10,x\n2,\n", "p.csv"), expected);
        assert_eq!(shown("a\tb\n0.10\tx\n2\t\n", "p.tsv"), expected);
        assert_eq!(shown(r#"[{"a": "0.10", "b": "x"}, {"a": 2, "b": null}]"#, "p.json"), expected);
        assert_eq!(shown(r#"{"a": ["0.10", 2], "b": ["x"]}"#, "p.json"), expected);
        assert_eq!(shown("{\"a\": \"0.10\", \"b\": \"x\"}\n\n{\"a\": 2}\n", "p.jsonl"), expected);
        for text in [
            "a,b\n0.10,x\n2,\n",
            "a\tb\n0.10\tx\n2\t\n",
            r#"[{"a": "0.10", "b": "x"}, {"a": 2}]"#,
            r#"{"a": ["0.10", 2], "b": ["x"]}"#,
            "{\"a\": \"0.10\", \"b\": \"x\"}\n{\"a\": 2}",
        ] {
            assert_eq!(shown(text, "-"), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_list_of_points_is_refused() {
        for (text, path) in [("a\n", "p.csv"), ("3", "p.json"), (r#"[{"a": [1]}]"#, "p.json"), ("a\n1\n", "p.txt")] {
            assert!(read_rows(text, path).is_err(), "{text}");
        }
        let uneven = format!("{:#}", read_rows("a\n1\n2,3\n", "p.csv").unwrap_err());
        assert_eq!(uneven, "cannot read p.csv: line 3 has 2 fields, and the header 1");
    }
}
