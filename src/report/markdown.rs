//! A table in GitHub's Markdown. What a cell says is text, never markup.

use std::io::{self, BufWriter, Write};

use super::visible::{visible, width};
use crate::table::{Audience, CellRef, Table};

const BUFFER: usize = 1 << 16;

/// The widest cell that the others are padded to; wider ones stick out.
const WIDEST: usize = 40;

/// The least width of a column, which its rule needs.
const LEAST: usize = 3;

struct Column {
    index: usize,
    header: String,
    numeric: bool,
    width: usize,
}

/// Writes the header, the rule and the rows, aligned in the source, numbers to the right.
pub(super) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let columns: Vec<Column> = table.shown(Audience::Program).into_iter().map(|index| measure(table, index)).collect();
    if columns.is_empty() {
        return Ok(());
    }
    for column in &columns {
        write_cell(&column.header, column, &mut out)?;
    }
    writeln!(out, "|")?;
    for column in &columns {
        let (dashes, end) = if column.numeric { (column.width - 1, ":") } else { (column.width, "") };
        write!(out, "| {}{end} ", "-".repeat(dashes))?;
    }
    writeln!(out, "|")?;
    let (mut scratch, mut text) = (String::new(), String::new());
    for row in 0..table.len() {
        for column in &columns {
            escape(table.cell(row, column.index), &mut scratch, &mut text);
            write_cell(&text, column, &mut out)?;
        }
        writeln!(out, "|")?;
    }
    out.flush()
}

fn measure(table: &Table, index: usize) -> Column {
    let (mut scratch, mut text, mut header) = (String::new(), String::new(), String::new());
    escape_text(table.label(index), &mut header);
    let (mut numeric, mut any, mut widest) = (true, false, width(&header).max(LEAST));
    for cell in table.cells(index) {
        numeric &= cell.is_missing() || cell.is_number();
        any |= !cell.is_missing();
        escape(cell, &mut scratch, &mut text);
        let taken = width(&text);
        if taken <= WIDEST {
            widest = widest.max(taken);
        }
    }
    Column { index, header, numeric: numeric && any, width: widest }
}

fn write_cell(text: &str, column: &Column, out: &mut impl Write) -> io::Result<()> {
    let free = column.width.saturating_sub(width(text));
    let (before, after) = if column.numeric { (free, 0) } else { (0, free) };
    write!(out, "| {:before$}{text}{:after$} ", "", "")
}

fn escape(cell: CellRef<'_>, scratch: &mut String, escaped: &mut String) {
    match cell.as_text() {
        Some(text) => escape_text(text, escaped),
        None => {
            escaped.clear();
            escaped.push_str(cell.spell(scratch));
        }
    }
}

/// A backslash goes before whatever could begin markup; before an underscore only where it is not within a word.
fn escape_text(text: &str, escaped: &mut String) {
    escaped.clear();
    let text = visible(text);
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let within_word = before.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric());
        if matches!(c, '\\' | '|' | '`' | '*' | '<' | '>' | '[' | ']' | '~' | '&' | '$') || c == '_' && !within_word {
            escaped.push('\\');
        }
        escaped.push(c);
        before = c;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{any_table, number, table, text};
    use crate::table::Cell;
    use proptest::prelude::*;

    fn written(table: &Table) -> String {
        let mut out = Vec::new();
        write(table, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn aligned_and_escaped() {
        let rows = vec![
            vec![number("1"), text("a|b"), number("0.10")],
            vec![number("2"), text("<b>\n_x_"), number("-inf")],
            vec![number("10"), text(&"long ".repeat(10)), Cell::Missing],
        ];
        let expected = [
            r"| point | g_e          | score |",
            r"| ----: | ------------ | ----: |",
            r"|     1 | a\|b         |  0.10 |",
            r"|     2 | \<b\>\\n_x\_ |  -inf |",
            r"|    10 | long long long long long long long long long long  |       |",
        ];
        assert_eq!(written(&table(&["point", "param:g_e", "metric:score"], rows)), expected.join("\n") + "\n");
    }

    proptest! {
        #[test]
        fn every_line_has_as_many_cells(table in any_table()) {
            let bars = |line: &str| {
                let unescaped = line.replace(r"\\", "").replace(r"\|", "");
                unescaped.matches('|').count()
            };
            let text = written(&table);
            let columns = table.shown(Audience::Program).len();
            prop_assert_eq!(text.lines().count(), table.len() + 2);
            prop_assert!(text.lines().all(|line| bars(line) == columns + 1));
            prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
        }
    }
}
