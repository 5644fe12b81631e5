//! JSON: an object for each row, its keys in the order of the columns.

use std::io::{self, BufWriter, Write};

use crate::table::{Audience, Cell, Table};
use crate::value::{Kind, Value};

const BUFFER: usize = 1 << 16;

/// Digits that a double has before its point, rounded down: a literal no longer than this is finite.
const SURELY_FINITE: usize = 300;

/// Writes an array of objects, one on each line.
pub(super) fn write_array(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let keys = Keys::of(table)?;
    out.write_all(b"[")?;
    for (index, row) in table.rows().iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        keys.write_row(row, &mut out)?;
    }
    out.write_all(if table.rows().is_empty() { b"]\n" } else { b"\n]\n" })?;
    out.flush()
}

/// Writes an object on each line.
pub(super) fn write_lines(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let keys = Keys::of(table)?;
    for row in table.rows() {
        keys.write_row(row, &mut out)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// The columns to write, with what goes before each value: the comma, the key in quotes, the colon.
struct Keys(Vec<(usize, Vec<u8>)>);

impl Keys {
    fn of(table: &Table) -> io::Result<Self> {
        let key = |(place, column)| {
            let mut key = if place == 0 { Vec::new() } else { b",".to_vec() };
            serde_json::to_writer(&mut key, table.label(column))?;
            key.push(b':');
            Ok((column, key))
        };
        table.shown(Audience::Program).into_iter().enumerate().map(key).collect::<io::Result<_>>().map(Self)
    }

    fn write_row(&self, row: &[Cell], out: &mut impl Write) -> io::Result<()> {
        let mut scratch = String::new();
        out.write_all(b"{")?;
        for (column, key) in &self.0 {
            out.write_all(key)?;
            write_cell(&row[*column], &mut scratch, out)?;
        }
        out.write_all(b"}")
    }
}

fn write_cell(cell: &Cell, scratch: &mut String, out: &mut impl Write) -> io::Result<()> {
    match cell {
        Cell::Missing => out.write_all(b"null"),
        Cell::Number(number) if !number.is_finite() => out.write_all(b"null"),
        Cell::Number(_) => out.write_all(cell.spell(scratch).as_bytes()),
        Cell::Value(value) => match value.kind() {
            Kind::Text => Ok(serde_json::to_writer(out, value.as_str())?),
            Kind::Bool => out.write_all(value.as_str().as_bytes()),
            Kind::Integer | Kind::Decimal => write_number(value, out),
        },
    }
}

/// Writes a number as it is spelt where JSON can spell it so, otherwise (`.5`, `0x1F`) in full; null if no double is
/// large enough for it.
fn write_number(value: &Value, out: &mut impl Write) -> io::Result<()> {
    let literal = value.as_str();
    let surely_finite = literal.len() < SURELY_FINITE && !literal.contains(['e', 'E', 'n']);
    if !surely_finite && !value.as_f64().is_some_and(f64::is_finite) {
        out.write_all(b"null")
    } else if is_json(literal) {
        out.write_all(literal.as_bytes())
    } else {
        match value.exact() {
            Some(zero) if zero == 0 => out.write_all(b"0"),
            Some(exact) => out.write_all(Value::decimal(&exact).as_str().as_bytes()),
            None => out.write_all(b"null"),
        }
    }
}

/// True for a [`Value`] number's literal that JSON allows: no plus sign, no radix, no zero in front, digits on both
/// sides of the point.
fn is_json(literal: &str) -> bool {
    let unsigned = literal.strip_prefix('-').unwrap_or(literal).as_bytes();
    let whole = unsigned.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let leading_zero = whole > 1 && unsigned[0] == b'0';
    whole > 0
        && !leading_zero
        && match unsigned.get(whole) {
            None | Some(b'e' | b'E') => true,
            Some(b'.') => unsigned.get(whole + 1).is_some_and(u8::is_ascii_digit),
            Some(_) => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{any_table, number, table, text};
    use crate::report::{Format, Options, write};
    use proptest::prelude::*;

    fn written(table: &Table, format: Format) -> String {
        let mut out = Vec::new();
        write(table, format, &Options::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn small() -> Table {
        table(
            &["point", "param:g", "metric:g", "metric:\"q\""],
            vec![
                vec![number("1"), number("0.10"), number("nan"), Cell::Number(36.0)],
                vec![number("2"), text("a\n\u{1b}"), number("-inf"), Cell::Missing],
                vec![number("3"), Cell::Value(Value::bool(true)), Cell::Number(f64::INFINITY), number("1e-5")],
            ],
        )
    }

    #[test]
    fn an_object_for_each_row() {
        let lines = [
            r#"{"point":1,"param.g":0.10,"metric.g":null,"\"q\"":36}"#,
            r#"{"point":2,"param.g":"a\n\u001b","metric.g":null,"\"q\"":null}"#,
            r#"{"point":3,"param.g":true,"metric.g":null,"\"q\"":1e-5}"#,
        ];
        assert_eq!(written(&small(), Format::Jsonl), lines.join("\n") + "\n");
        assert_eq!(written(&small(), Format::Json), format!("[\n{}\n]\n", lines.join(",\n")));
    }

    #[test]
    fn no_rows_are_an_empty_array() {
        let empty = table(&["point"], Vec::new());
        assert_eq!(written(&empty, Format::Json), "[]\n");
        assert_eq!(written(&empty, Format::Jsonl), "");
    }

    #[test]
    fn numbers_that_json_cannot_spell_are_spelt_otherwise() {
        for (literal, expected) in [
            ("5.", "5.0"),
            (".5", "0.5"),
            ("+3", "3"),
            ("007", "7"),
            ("-00.50", "-0.50"),
            ("0x1F", "31"),
            ("-0b11", "-3"),
            ("5.e3", "5000"),
            ("0", "0"),
            ("0.E2", "0"),
            ("-0.0", "-0.0"),
            ("1E+5", "1E+5"),
            ("1e999", "null"),
            ("1e-999", "1e-999"),
            ("+inf", "null"),
            ("-nan", "null"),
        ] {
            let mut out = Vec::new();
            write_cell(&number(literal), &mut String::new(), &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{literal}");
        }
        let mut out = Vec::new();
        write_cell(&number(&"9".repeat(400)), &mut String::new(), &mut out).unwrap();
        assert_eq!(out, b"null");
    }

    /// serde_json reads a double to within its last place or two.
    fn close(json: &serde_json::Value, number: f64) -> bool {
        let allowed = (number.abs() * 2.0 * f64::EPSILON).max(f64::MIN_POSITIVE);
        json.as_f64().is_some_and(|read| (read - number).abs() <= allowed)
    }

    fn agrees(cell: &Cell, json: &serde_json::Value) -> bool {
        match cell {
            Cell::Missing => json.is_null(),
            _ if json.is_null() => {
                cell.spell(&mut String::new()).parse::<f64>().is_ok_and(|number| !number.is_finite())
            }
            Cell::Number(number) => close(json, *number),
            Cell::Value(value) => match value.kind() {
                Kind::Text => json.as_str() == Some(value.as_str()),
                Kind::Bool => json.as_bool() == Some(value.as_str() == "true"),
                Kind::Integer | Kind::Decimal => value.as_f64().is_some_and(|number| close(json, number)),
            },
        }
    }

    proptest! {
        #[test]
        fn json_and_jsonl_read_back(table in any_table()) {
            let shown = table.shown(Audience::Program);
            let json: Vec<serde_json::Value> = serde_json::from_str(&written(&table, Format::Json)).unwrap();
            let jsonl: Vec<serde_json::Value> =
                written(&table, Format::Jsonl).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            prop_assert_eq!(&json, &jsonl);
            prop_assert_eq!(json.len(), table.rows().len());
            for (row, object) in table.rows().iter().zip(&json) {
                let object = object.as_object().unwrap();
                prop_assert_eq!(object.len(), shown.len());
                for (&column, (key, read)) in shown.iter().zip(object) {
                    prop_assert_eq!(key, table.label(column));
                    prop_assert!(agrees(&row[column], read), "{:?} {}", &row[column], read);
                }
            }
        }
    }
}
