//! The table for a person at a terminal: aligned, what varies in columns; below, what does not, and why points failed.

use std::io::{self, BufWriter, Write};

use super::fit::{GAP, fit, headers, total};
use super::layout::{Align, Layout, shown};
use super::style::{BOLD, PLAIN_COLOUR, RESET, colour};
use super::visible::{truncate, width};
use super::{Options, reasons, summary};
use crate::table::{Audience, CellRef, Role, Table};

const RULE: &str = "─";
const BUFFER: usize = 1 << 16;

/// Writes the header, a rule, the rows and the summary, no line of which is wider than the terminal.
pub(super) fn write(table: &Table, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let room = options.width.filter(|&width| width > 0);
    let mut layouts: Vec<Layout> =
        table.shown(Audience::Reader).into_iter().map(|column| Layout::of(table, column)).collect();
    let left_out = room.map_or_else(Vec::new, |room| fit(&mut layouts, table, room));
    if !layouts.is_empty() {
        write_rows(table, &layouts, options.styled, &mut out)?;
        writeln!(out)?;
    }
    let below = [
        reasons::reasons(table, room),
        summary::left_out(table, &left_out, room),
        summary::fixed(table, room),
        summary::counts(table, room),
        summary::notes(table, room),
    ];
    for line in below.iter().flatten() {
        writeln!(out, "{line}")?;
    }
    out.flush()
}

fn write_rows(table: &Table, layouts: &[Layout], styled: bool, out: &mut impl Write) -> io::Result<()> {
    let best = if styled { table.best_row() } else { None };
    let mut line = Line::default();
    for (layout, header) in layouts.iter().zip(headers(layouts)) {
        let free = layout.width - width(&header);
        let (before, after) = if layout.align == Align::Left { (0, free) } else { (free, 0) };
        line.put(before, &header, after + GAP);
    }
    line.write(styled, out)?;
    writeln!(out, "{}", RULE.repeat(total(layouts)))?;
    let mut scratch = String::new();
    for row in 0..table.len() {
        for layout in layouts {
            let role = table.columns()[layout.column].role;
            line.put_cell(layout, table.cell(row, layout.column), role, styled, &mut scratch);
        }
        line.write(best == Some(row), out)?;
    }
    Ok(())
}

/// A line in the making.
#[derive(Default)]
struct Line(String);

impl Line {
    fn put(&mut self, before: usize, text: &str, after: usize) {
        self.0.extend(std::iter::repeat_n(' ', before));
        self.0.push_str(text);
        self.0.extend(std::iter::repeat_n(' ', after));
    }

    fn put_cell(&mut self, layout: &Layout, cell: CellRef<'_>, role: Role, styled: bool, scratch: &mut String) {
        let text = shown(cell, role, layout.digits, scratch);
        let text = truncate(&text, layout.width);
        let (before, after) = layout.padding(&text, width(&text));
        let status = if styled && role == Role::Status { cell.as_text() } else { None };
        match status.and_then(colour) {
            Some(colour) => self.put(before, &format!("{colour}{text}{PLAIN_COLOUR}"), after + GAP),
            None => self.put(before, &text, after + GAP),
        }
    }

    /// Writes the line without the spaces at its end, and begins a new one.
    fn write(&mut self, bold: bool, out: &mut impl Write) -> io::Result<()> {
        let line = self.0.trim_end_matches(' ');
        if bold {
            writeln!(out, "{BOLD}{line}{RESET}")?;
        } else {
            writeln!(out, "{line}")?;
        }
        self.0.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{any_table, number, table, text};
    use crate::report::{Format, write};
    use crate::spec::Direction;
    use crate::table::Cell;
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    fn written(table: &Table, width: Option<usize>, styled: bool) -> String {
        let mut out = Vec::new();
        write(table, Format::Terminal, &Options { width, styled, ..Options::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn sweep() -> Table {
        let columns = ["point", "param:weightEE", "param:g_i", "metric:score", "metric:rate", "status", "reason"];
        let rows = vec![
            vec![number("8"), number("3.0"), number("-5"), number("0.31"), Cell::Missing, text("ok"), Cell::Missing],
            vec![
                number("9"),
                number("3.0"),
                number("-10"),
                number("12.123456789"),
                Cell::Missing,
                text("ok"),
                Cell::Missing,
            ],
            vec![number("10"), number("3.0"), number("-15"), number("nan"), Cell::Missing, text("ok"), Cell::Missing],
            vec![
                number("11"),
                number("3.0"),
                number("-20"),
                Cell::Missing,
                Cell::Missing,
                text("failed"),
                text("exit 1: \u{1b}[2JValueError: math domain error"),
            ],
        ];
        table(&columns, rows).with_objective("score", Direction::Minimize)
    }

    #[test]
    fn a_sweep() {
        let expected = r"
point  g_i    score  status
───────────────────────────
    8   -5   0.31    ok
    9  -10  12.1235  ok
   10  -15  nan      ok
   11  -20   -       failed

11: exit 1: \x1b[2JValueError: math domain error
Fixed: weightEE=3.0
4 points: 3 ok, 1 failed
";
        assert_eq!(written(&sweep(), None, false), expected.trim_start());
    }

    #[test]
    fn a_narrow_terminal() {
        let expected = "\
point  g_i    score  status
───────────────────────────
    8   -5   0.31    ok
    9  -10  12.1235  ok
   10  -15  nan      ok
   11  -20   -       failed

11: exit 1:
  \\x1b[2JValueError: math
  domain error
Fixed: weightEE=3.0
4 points: 3 ok, 1 failed
";
        assert_eq!(written(&sweep(), Some(27), false), expected);
        let expected = "\
point    score  status
──────────────────────
    8   0.31    ok
    9  12.1235  ok
   10  nan      ok
   11   -       failed

11: exit 1:
  \\x1b[2JValueError:
  math domain error
No room for g_i;
  choose with
  --columns
Fixed: weightEE=3.0
4 points: 3 ok,
  1 failed
";
        assert_eq!(written(&sweep(), Some(22), false), expected);
    }

    #[test]
    fn a_reason_that_is_asked_for_is_a_column() {
        let mut table = sweep();
        table.select(&["point", "reason"]).unwrap();
        let expected = "\
point  reason
─────────────────────────
    8  -
    9  -
   10  -
   11  exit 1: \\x1b[2JVa…

4 points: 3 ok, 1 failed
";
        assert_eq!(written(&table, Some(25), false), expected);
    }

    #[test]
    fn a_status_and_reasons_show_only_if_not_all_are_ok() {
        let mut table = sweep();
        table.limit(3);
        let expected = "\
point  g_i    score
───────────────────
    8   -5   0.31
    9  -10  12.1235
   10  -15  nan

Fixed: weightEE=3.0
3 of 4 points
";
        assert_eq!(written(&table, None, false), expected);
    }

    #[test]
    fn colours_and_bold_letters() {
        let styled = written(&sweep(), None, true);
        let lines: Vec<&str> = styled.lines().collect();
        assert_eq!(lines[0], "\x1b[1mpoint  g_i    score  status\x1b[0m");
        assert_eq!(lines[2], "\x1b[1m    8   -5   0.31    \x1b[32mok\x1b[39m\x1b[0m");
        assert_eq!(lines[3], "    9  -10  12.1235  \x1b[32mok\x1b[39m");
        assert!(lines[5].ends_with("  \x1b[31mfailed\x1b[39m"));
    }

    #[test]
    fn nothing_to_show() {
        assert_eq!(written(&table(&["point"], Vec::new()), Some(80), false), "point\n─────\n\n0 points\n");
        assert_eq!(written(&table(&[], vec![vec![]]), None, true), "1 row\n");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_control_character_gets_through(table in any_table(), width in 1_usize..60) {
            let narrow = written(&table, Some(width), false);
            prop_assert!(narrow.chars().all(|c| c == '\n' || !c.is_control()));
            for line in narrow.lines() {
                prop_assert!(line.width() <= width, "{line:?}");
            }
            let wide = written(&table, None, false);
            prop_assert!(wide.chars().all(|c| c == '\n' || !c.is_control()));
            prop_assert!(wide.lines().count() >= table.len() + 4);
        }
    }
}
