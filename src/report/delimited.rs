//! Comma- and tab-separated values.

use std::borrow::Cow;
use std::io::{self, Write as _};

use super::grid::{Grid, write_rows};
use crate::table::Spelt;
use crate::value::Value;

/// Writes comma-separated values: a line of names, then a line for each row.
pub(super) fn write_csv(grid: &dyn Grid, spreadsheet_safe: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let labels = grid.labels();
    if labels.is_empty() {
        return Ok(());
    }
    let mut csv = csv::Writer::from_writer(&mut *out);
    for label in &labels {
        csv.write_field(harmless(label, spreadsheet_safe).as_bytes())?;
    }
    csv.write_record(None::<&[u8]>)?;
    csv.flush()?;
    drop(csv);
    write_rows(grid.rows(), out, |rows, text| {
        let mut csv = csv::Writer::from_writer(text);
        let mut scratch = String::new();
        for row in rows {
            for place in 0..labels.len() {
                csv.write_field(field(grid.cell(row, place, &mut scratch), spreadsheet_safe).as_bytes())?;
            }
            csv.write_record(None::<&[u8]>)?;
        }
        csv.flush()
    })?;
    out.flush()
}

/// Writes tab-separated values: a line of names, then a line for each row, with escapes instead of quotes.
pub(super) fn write_tsv(grid: &dyn Grid, spreadsheet_safe: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let labels = grid.labels();
    if labels.is_empty() {
        return Ok(());
    }
    let mut header = Vec::new();
    for (place, label) in labels.iter().enumerate() {
        header.write_all(separator(place))?;
        write_escaped(&harmless(label, spreadsheet_safe), &mut header)?;
    }
    header.push(b'\n');
    out.write_all(&header)?;
    write_rows(grid.rows(), out, |rows, text| {
        let mut scratch = String::new();
        for row in rows {
            for place in 0..labels.len() {
                text.write_all(separator(place))?;
                write_escaped(&field(grid.cell(row, place, &mut scratch), spreadsheet_safe), text)?;
            }
            text.push(b'\n');
        }
        Ok(())
    })?;
    out.flush()
}

fn separator(place: usize) -> &'static [u8] {
    if place == 0 { b"" } else { b"\t" }
}

fn write_escaped(text: &str, out: &mut impl io::Write) -> io::Result<()> {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'\t' => b"\\t",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\\' => b"\\\\",
            _ => continue,
        };
        out.write_all(&text.as_bytes()[written..at])?;
        out.write_all(escape)?;
        written = at + 1;
    }
    out.write_all(&text.as_bytes()[written..])
}

fn field(cell: Spelt<'_>, spreadsheet_safe: bool) -> Cow<'_, str> {
    match cell {
        Spelt::Text(text) => harmless(text, spreadsheet_safe),
        other => Cow::Borrowed(other.as_str()),
    }
}

/// The text, with an apostrophe in front if a spreadsheet is to be kept from taking it for a formula.
fn harmless(text: &str, spreadsheet_safe: bool) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if spreadsheet_safe && formula && Value::number(text).is_none() {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use crate::report::testing::{any_table, number, table, text};
    use crate::report::{Format, Options, write};
    use crate::table::{Audience, Cell, Table};
    use proptest::prelude::*;

    fn written(table: &Table, format: Format, spreadsheet_safe: bool) -> String {
        let mut out = Vec::new();
        write(table, format, &Options { spreadsheet_safe, ..Options::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn hostile() -> Table {
        table(
            &["point", "param:a,b", "metric:=m"],
            vec![
                vec![number("1"), text("plain"), number("0.10")],
                vec![number("2"), text("a\tb\\c\r\n\"d\""), number("nan")],
                vec![number("3"), text("=1+1"), Cell::Missing],
                vec![number("4"), text("-5"), number("-inf")],
                vec![number("5"), text("-x"), Cell::Number(-36.0)],
            ],
        )
    }

    #[test]
    fn csv_is_quoted_where_need_be() {
        let expected = "point,\"a,b\",=m\n1,plain,0.10\n2,\"a\tb\\c\r\n\"\"d\"\"\",nan\n3,=1+1,\n4,-5,-inf\n5,-x,-36\n";
        assert_eq!(written(&hostile(), Format::Csv, false), expected);
    }

    #[test]
    fn tsv_is_escaped_and_has_one_line_a_row() {
        let expected =
            "point\ta,b\t=m\n1\tplain\t0.10\n2\ta\\tb\\\\c\\r\\n\"d\"\tnan\n3\t=1+1\t\n4\t-5\t-inf\n5\t-x\t-36\n";
        assert_eq!(written(&hostile(), Format::Tsv, false), expected);
    }

    #[test]
    fn formulas_are_defused_if_asked_for_and_numbers_are_none() {
        let csv = written(&hostile(), Format::Csv, true);
        assert!(csv.starts_with("point,\"a,b\",'=m\n"), "{csv}");
        assert!(csv.ends_with("3,'=1+1,\n4,-5,-inf\n5,'-x,-36\n"), "{csv}");
        assert!(written(&hostile(), Format::Tsv, true).ends_with("\n5\t'-x\t-36\n"));
    }

    #[test]
    fn a_table_without_columns_is_an_empty_file() {
        assert_eq!(written(&table(&[], vec![vec![]]), Format::Csv, false), "");
        assert_eq!(written(&table(&[], vec![vec![]]), Format::Tsv, false), "");
    }

    fn unescape(field: &str) -> String {
        let mut chars = field.chars();
        let mut text = String::new();
        while let Some(c) = chars.next() {
            text.push(match (c, chars.clone().next()) {
                ('\\', Some(escaped)) => {
                    chars.next();
                    match escaped {
                        't' => '\t',
                        'n' => '\n',
                        'r' => '\r',
                        other => other,
                    }
                }
                _ => c,
            });
        }
        text
    }

    fn expected(table: &Table) -> Vec<Vec<String>> {
        let shown = table.shown(Audience::Program);
        let header = shown.iter().map(|&column| table.label(column).to_owned()).collect();
        let spell = |cell: &Cell| cell.spell(&mut String::new()).to_owned();
        let rows = table.to_rows().into_iter().map(|row| shown.iter().map(|&column| spell(&row[column])).collect());
        std::iter::once(header).chain(rows).collect()
    }

    proptest! {
        #[test]
        fn csv_reads_back(table in any_table()) {
            let csv = written(&table, Format::Csv, false);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
            let read: Vec<Vec<String>> = reader.deserialize().collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(read, expected(&table));
        }

        #[test]
        fn tsv_reads_back(table in any_table()) {
            let tsv = written(&table, Format::Tsv, false);
            let lines = tsv.strip_suffix('\n').unwrap().split('\n');
            let read: Vec<Vec<String>> = lines.map(|line| line.split('\t').map(unescape).collect()).collect();
            prop_assert_eq!(read, expected(&table));
        }
    }
}
