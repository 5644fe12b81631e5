//! From the text of a file to columns of numbers.

use std::collections::HashSet;

use anyhow::{Result, bail};

use super::split::{Separator, each_row, fields, is_comment};
use super::{Column, Layout, Series, Text};
use crate::hint;
use crate::lenient;

/// A column in the making: numbers, and the first thing that is none.
struct Rising {
    column: Column,
    known: usize,
    text: Option<(usize, String)>,
    /// True while no row has anything in it, `NA` neither.
    is_blank: bool,
}

pub(super) fn parse(text: &str, layout: &Layout) -> Result<Series> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().filter(|line| !is_comment(line));
    let Some(first) = lines.next() else { bail!("it is empty") };
    let separator = Separator::of(first, lines.next(), &layout.file);
    let comma = separator.leaves_the_comma();
    let first = fields(first, separator);
    let is_number = |field: &String| field.is_empty() || is_missing(field) || number(field, comma).is_some();
    let has_header = layout.header.unwrap_or_else(|| !first.iter().all(is_number));
    let mut names = if has_header { first } else { names_in_comment(text, separator, first.len(), layout.header) };

    let mut rising: Vec<Rising> = Vec::new();
    let mut is_header = has_header;
    let mut has_row_names = false;
    each_row(text, separator, |line, fields| {
        if std::mem::take(&mut is_header) {
            return Ok(());
        }
        if rising.is_empty() {
            // R writes a column of row names without a name.
            has_row_names = fields.len() == names.len() + 1 && has_header;
            if has_row_names {
                names.insert(0, String::new());
            }
            rising = name_columns(&names, fields.len());
        }
        if fields.len() != rising.len() {
            bail!("line {line} has {} where the first has {}", count(fields.len()), rising.len());
        }
        for (rising, field) in rising.iter_mut().zip(fields) {
            rising.take(line, field, comma);
        }
        Ok(())
    })?;
    // A separator at the end of each row is none before the first name.
    if has_row_names && rising.last().is_some_and(|last| last.is_blank) {
        names.remove(0);
        rising.pop();
        let named = name_columns(&names, rising.len());
        rising.iter_mut().zip(named).for_each(|(rising, named)| rising.column.name = named.column.name);
    }
    assemble(rising, &names, layout)
}

/// The names that a comment right above the numbers has, as numpy.savetxt writes them.
fn names_in_comment(text: &str, separator: Separator, length: usize, header: Option<bool>) -> Vec<String> {
    let above = text.lines().take_while(|line| is_comment(line)).filter(|line| !line.trim().is_empty()).last();
    let Some(above) = above.filter(|_| header.is_none()) else { return Vec::new() };
    let names = fields(above.trim_start_matches(['#', '%', ' ']), separator);
    if names.len() == length && names.iter().all(|name| lenient::double(name).is_none()) { names } else { Vec::new() }
}

/// A column for each name; what has no name is called by its number, what has one that is taken by a number behind it.
fn name_columns(names: &[String], length: usize) -> Vec<Rising> {
    let mut taken = HashSet::new();
    let named = (1..=length.max(names.len())).map(|position| {
        let given = names.get(position - 1).filter(|name| !name.is_empty());
        let given = given.cloned().unwrap_or_else(|| position.to_string());
        let mut name = given.clone();
        let mut number = 1;
        while !taken.insert(name.clone()) {
            number += 1;
            name = format!("{given}.{number}");
        }
        let column = Column { name, position, values: Vec::new(), whole: true };
        Rising { column, known: 0, text: None, is_blank: true }
    });
    named.collect()
}

impl Rising {
    fn take(&mut self, line: usize, field: &str, comma: bool) {
        self.is_blank &= field.is_empty();
        let value = if is_missing(field) { None } else { number(field, comma) };
        match value {
            Some(_) => {
                self.known += 1;
                self.column.whole &= field.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+'));
            }
            None if !is_missing(field) && self.text.is_none() => self.text = Some((line, field.to_owned())),
            None => {}
        }
        self.column.values.push(value);
    }

    /// True for a column of words, which is left out; one number makes it a column of numbers.
    fn is_text(&self) -> bool {
        self.known == 0 && self.text.is_some()
    }
}

fn assemble(rising: Vec<Rising>, names: &[String], layout: &Layout) -> Result<Series> {
    if rising.is_empty() {
        let names = if names.is_empty() { String::new() } else { format!(" below {}", names.join(", ")) };
        bail!("it has no row{names}");
    }
    if let Some((name, (line, text))) = rising
        .iter()
        .filter(|rising| !rising.is_text())
        .find_map(|rising| Some((&rising.column.name, rising.text.as_ref()?)))
    {
        let shown: String = text.chars().take(40).collect();
        bail!("line {line}: `{shown}` in column {name} is no number");
    }
    let index = match &layout.x {
        Some(x) => Some(find_x(&rising, x)?),
        None if rising.len() > 1 => Some(rising.iter().position(|rising| !rising.is_text()).unwrap_or_default()),
        None => None,
    };
    let mut columns: Vec<Rising> = rising;
    let (x_name, x) = match index {
        Some(index) => {
            let x = columns.remove(index);
            let Some(values) = x.column.values.iter().copied().collect::<Option<Vec<f64>>>() else {
                bail!("a row has no {}, which is the x of the others", x.column.name);
            };
            if values.iter().any(|value| value.is_nan()) {
                bail!("{} is nan in a row, and it is the x of the others", x.column.name);
            }
            (x.column.name, values)
        }
        None => ("row".to_owned(), (1..=columns[0].column.values.len()).map(|row| row as f64).collect()),
    };
    let (text, columns): (Vec<Rising>, Vec<Rising>) = columns.into_iter().partition(Rising::is_text);
    let text = text.into_iter().filter_map(|rising| {
        let (line, first) = rising.text?;
        Some(Text { name: rising.column.name, line, first })
    });
    let text = text.collect();
    Ok(Series { x_name, x, columns: columns.into_iter().map(|rising| rising.column).collect(), text })
}

fn find_x(rising: &[Rising], x: &str) -> Result<usize> {
    let named = || rising.iter().map(|rising| rising.column.name.as_str());
    let by_name = named().position(|name| name == x);
    let by_position = || x.parse::<usize>().ok().filter(|at| (1..=rising.len()).contains(at)).map(|at| at - 1);
    match by_name.or_else(by_position) {
        Some(index) if rising[index].is_text() => bail!("the x of the others, {x}, is text"),
        Some(index) => Ok(index),
        None => {
            let near = near(x, named());
            bail!("there is no column `{x}` for x; {near} has {}", named().collect::<Vec<_>>().join(", "))
        }
    }
}

/// The beginning of the sentence that tells which columns there are.
pub(super) fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    hint::near_miss(name, known).map_or_else(|| "it".to_owned(), |near| format!("did you mean {near}? It"))
}

fn number(field: &str, comma: bool) -> Option<f64> {
    if comma && field.contains(',') { lenient::double(&field.replace(',', ".")) } else { lenient::double(field) }
}

fn is_missing(field: &str) -> bool {
    matches!(field, "" | "NA" | "N/A" | "null" | "None" | "missing")
}

fn count(fields: usize) -> String {
    format!("{fields} field{}", if fields == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn layout(file: &str, x: Option<&str>, header: Option<bool>) -> Layout {
        Layout { file: file.to_owned(), x: x.map(str::to_owned), header, ..Layout::default() }
    }

    fn shown(text: &str, layout: &Layout) -> String {
        parse(text, layout).unwrap().shown()
    }

    #[test]
    fn files_as_programs_write_them() {
        let csv = layout("a.csv", Some("t"), None);
        let bare = layout("a.dat", None, None);
        for (text, layout, expected) in [
            ("t,V\n0,1\n1,2\n", &csv, "t: 0 1 | V: 1 2"),
            ("\u{feff}V,t\r\n1,0\r\n2,1\r\n", &csv, "t: 0 1 | V: 1 2"),
            ("# by hand\n\"t\",\"V, mV\"\n0, nan\n# more\n1,\n2,NA\n", &csv, "t: 0 1 2 | V, mV: NaN - -"),
            ("t;V\n0,5;1,25\n", &csv, "t: 0.5 | V: 1.25"),
            ("t\tV\tlabel\n0\t1\tup\n", &csv, "t: 0 | V: 1"),
            ("# t V\n0.0 1.0D0\n  1.0   -2.5e1\n", &bare, "t: 0 1 | V: 1 -25"),
            ("0 1 2\n1 2 3\n", &bare, "1: 0 1 | 2: 1 2, 3: 2 3"),
            ("3.5\n4.5\n", &bare, "row: 1 2 | 1: 3.5 4.5"),
            ("V\n3.5\n", &layout("a.csv", None, None), "row: 1 | V: 3.5"),
            ("\"t\" \"V\"\n\"1\" 0 1\n\"2\" 1 2\n", &layout("r.txt", Some("t"), None), "t: 0 1 | 1: 1 2, V: 1 2"),
            ("t,t\n0,1\n", &csv, "t: 0 | t.2: 1"),
            ("t,V\n0,1,\n1,2,\n", &csv, "t: 0 1 | V: 1 2"),
            ("t V\n\"1\" 0 NA\n\"2\" 1 NA\n", &layout("r.txt", Some("t"), None), "t: 0 1 | 1: 1 2, V: - -"),
            ("\"t;s\",V\n0,1\n1,2\n", &layout("a.csv", None, None), "t;s: 0 1 | V: 1 2"),
            ("1,2\n3,4\n", &layout("a.csv", Some("2"), Some(false)), "2: 2 4 | 1: 1 3"),
            ("1,2\n3,4\n", &layout("a.csv", Some("2"), Some(true)), "2: 4 | 1: 3"),
        ] {
            assert_eq!(shown(text, layout), expected, "{text}");
        }
    }

    #[test]
    fn damage_is_named_with_its_line() {
        let csv = layout("a.csv", Some("t"), None);
        for (text, said) in [
            ("", "it is empty"),
            ("# only\n", "it is empty"),
            ("t,V\n", "it has no row below t, V"),
            ("t,V\n0,1\n1\n", "line 3 has 1 field where the first has 2"),
            ("t,V\n0,1\n1,oops\n", "line 3: `oops` in column V is no number"),
            ("t,V\n,1\n", "a row has no t, which is the x of the others"),
            ("t,V\nnan,1\n", "t is nan in a row"),
            ("tt,V\n0,1\n", "there is no column `t` for x; it has tt, V"),
            ("t,V\nmon,1\ntue,2\n", "the x of the others, t, is text"),
        ] {
            let error = parse(text, &csv).unwrap_err().to_string();
            assert!(error.starts_with(said), "{text}: {error}");
        }
    }

    #[test]
    fn a_column_is_found_by_name_and_number() {
        let series = parse("t,V,w\n0,1,2\n", &layout("a.csv", Some("t"), None)).unwrap();
        assert_eq!(series.column(Some("w")).unwrap().values, [Some(2.0)]);
        assert_eq!(series.column(Some("2")).unwrap().name, "V");
        assert_eq!(series.column(Some("t")).unwrap().values, [Some(0.0)], "the one that the others are over");
        let error = series.column(Some("v")).unwrap_err().to_string();
        assert_eq!(error, "there is no column `v`; did you mean V? It has t, V, w");
        assert_eq!(series.column(None).unwrap_err().to_string(), "it has several columns: V, w");
        let series = parse("t;V\n0;1.234,5\n", &layout("a.csv", Some("t"), None)).unwrap();
        let error = series.column(Some("V")).unwrap_err().to_string();
        assert_eq!(error, "column V is text: `1.234,5` in line 2 is no number");
    }

    proptest! {
        #[test]
        fn nothing_that_a_file_holds_is_a_panic(text in "[0-9a-z,;\t\n\r#\"%. -]{0,60}", any: String) {
            for file in ["a.csv", "a.tsv", "a.dat"] {
                let _ = parse(&text, &layout(file, None, None));
                let _ = parse(&any, &layout(file, Some("t"), None));
            }
        }

        #[test]
        fn numbers_read_back(rows in proptest::collection::vec((-1e9..1e9, any::<f64>()), 1..20)) {
            let text: String = rows.iter().map(|(x, y)| format!("{x:?},{y:?}\n")).collect();
            let series = parse(&format!("t,V\n{text}"), &layout("a.csv", Some("t"), None)).unwrap();
            for ((x, y), (read_x, read_y)) in rows.iter().zip(series.x.iter().zip(&series.columns[0].values)) {
                prop_assert_eq!(x, read_x);
                prop_assert!(read_y.is_some_and(|read| read.to_bits() == y.to_bits() || read.is_nan() && y.is_nan()));
            }
        }
    }
}
