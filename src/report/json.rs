//! JSON: an object for each row, its keys in the order of the columns.

use std::io::{self, Write};

use super::grid::{Grid, write_rows};
use crate::table::Spelt;
use crate::value::Value;

/// Digits that a double has before its point, rounded down: a literal no longer than this is finite.
const SURELY_FINITE: usize = 300;

/// Writes an array of objects, one on each line.
pub(super) fn write_array(grid: &dyn Grid, out: &mut dyn Write) -> io::Result<()> {
    let keys = keys(grid)?;
    out.write_all(b"[")?;
    write_rows(grid.rows(), out, |rows, text| {
        for row in rows {
            text.write_all(if row == 0 { b"\n" } else { b",\n" })?;
            write_row(grid, &keys, row, text)?;
        }
        Ok(())
    })?;
    out.write_all(if grid.rows() == 0 { b"]\n" } else { b"\n]\n" })?;
    out.flush()
}

/// Writes an object on each line.
pub(super) fn write_lines(grid: &dyn Grid, out: &mut dyn Write) -> io::Result<()> {
    let keys = keys(grid)?;
    write_rows(grid.rows(), out, |rows, text| {
        for row in rows {
            write_row(grid, &keys, row, text)?;
            text.push(b'\n');
        }
        Ok(())
    })?;
    out.flush()
}

/// What goes before each value: the comma, the key in quotes, the colon.
fn keys(grid: &dyn Grid) -> io::Result<Vec<Vec<u8>>> {
    let key = |(place, label): (usize, &str)| {
        let mut key = if place == 0 { Vec::new() } else { b",".to_vec() };
        serde_json::to_writer(&mut key, label)?;
        key.push(b':');
        Ok(key)
    };
    grid.labels().into_iter().enumerate().map(key).collect()
}

fn write_row(grid: &dyn Grid, keys: &[Vec<u8>], row: usize, out: &mut Vec<u8>) -> io::Result<()> {
    let mut scratch = String::new();
    out.push(b'{');
    for (place, key) in keys.iter().enumerate() {
        out.extend_from_slice(key);
        write_cell(grid.cell(row, place, &mut scratch), out)?;
    }
    out.push(b'}');
    Ok(())
}

fn write_cell(cell: Spelt<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    match cell {
        Spelt::Missing | Spelt::Computed("nan" | "inf" | "-inf") => out.extend_from_slice(b"null"),
        Spelt::Text(text) => serde_json::to_writer(out, text)?,
        Spelt::Bool(text) | Spelt::Computed(text) => out.extend_from_slice(text.as_bytes()),
        Spelt::Literal(literal) => write_number(literal, out),
    }
    Ok(())
}

/// Writes a number as it is spelt where JSON can spell it so, otherwise (`.5`, `0x1F`) in full; null if no double is
/// large enough for it.
fn write_number(literal: &str, out: &mut Vec<u8>) {
    let surely_finite = literal.len() < SURELY_FINITE && !literal.contains(['e', 'E', 'n']);
    let value = || Value::number(literal);
    if !surely_finite && !value().and_then(|value| value.as_f64()).is_some_and(f64::is_finite) {
        out.extend_from_slice(b"null");
    } else if is_json(literal) {
        out.extend_from_slice(literal.as_bytes());
    } else {
        match value().and_then(|value| value.exact()) {
            Some(zero) if zero == 0 => out.push(b'0'),
            Some(exact) => out.extend_from_slice(Value::decimal(&exact).as_str().as_bytes()),
            None => out.extend_from_slice(b"null"),
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
    use crate::table::{Audience, Cell, Table};
    use crate::value::Kind;
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
            write_cell(number(literal).view().spelt(&mut String::new()), &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{literal}");
        }
        let mut out = Vec::new();
        write_cell(number(&"9".repeat(400)).view().spelt(&mut String::new()), &mut out).unwrap();
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
            prop_assert_eq!(json.len(), table.len());
            for (row, object) in table.to_rows().iter().zip(&json) {
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
