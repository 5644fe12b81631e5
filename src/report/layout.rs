//! How wide the columns of a terminal's table are, and where in them the text stands.

use std::borrow::Cow;

use super::digits::{digits_of, shorten_to};
use super::visible::{visible, width};
use crate::table::{CellRef, Role, Table, finite};

/// What stands for nothing.
const MISSING: &str = "-";

/// How many columns numbers may take up beyond the widest of them for their points to stand in one line.
const FOR_THE_POINT: usize = 6;

/// The least room for the header of a column of numbers, and for a column of text.
const LEAST_HEADER: usize = 5;
const LEAST_TEXT: usize = 8;
/// Text of a parameter takes no more room than this.
const LONGEST_TEXT: usize = 60;

/// Where in a column the text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
    /// To the right, the decimal points below each other, with room for so many characters before them.
    Point(usize),
}

/// One column of the terminal's table.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Which of the table's columns.
    pub(super) column: usize,
    pub(super) header: String,
    pub(super) align: Align,
    /// The room that the column has.
    pub(super) width: usize,
    /// The room that its cells need, all being shown in full.
    pub(super) body: usize,
    /// The least room that makes sense: a number is never cut.
    pub(super) least: usize,
    /// To how many significant digits numbers are shown.
    pub(super) digits: i32,
}

impl Layout {
    /// As wide as the column's cells and header.
    pub(super) fn of(table: &Table, column: usize) -> Self {
        let role = table.columns()[column].role;
        let mut scratch = String::new();
        let digits = digits(table, column);
        let (mut numeric, mut any, mut widest, mut whole, mut tail) = (true, false, 0, 0, 0);
        for cell in table.cells(column) {
            let text = shown(cell, role, digits, &mut scratch);
            numeric &= cell.is_missing() || cell.is_number();
            any |= !cell.is_missing();
            widest = widest.max(width(&text));
            if numeric && has_digits(&text) {
                let point = point(&text);
                whole = whole.max(point);
                tail = tail.max(text.len() - point);
            }
        }
        let align = match numeric && any {
            false => Align::Left,
            true if tail > 0 && whole + tail <= widest + FOR_THE_POINT => Align::Point(whole),
            true => Align::Right,
        };
        let body = if matches!(align, Align::Point(_)) { widest.max(whole + tail) } else { widest };
        let body = if align == Align::Left && role == Role::Parameter { body.min(LONGEST_TEXT) } else { body };
        let header = visible(table.label(column)).into_owned();
        let natural = body.max(width(&header));
        let least = match align {
            Align::Left => natural.min(LEAST_TEXT),
            _ => body.max(width(&header).min(LEAST_HEADER)),
        };
        Self { column, header, align, width: natural, body, least, digits }
    }

    /// How many spaces go before and after the text of a cell, which takes `taken` columns.
    pub(super) fn padding(&self, text: &str, taken: usize) -> (usize, usize) {
        let free = self.width.saturating_sub(taken);
        match self.align {
            Align::Left => (0, free),
            Align::Point(whole) if self.width >= self.body => {
                let before = self.width - self.body + whole.saturating_sub(point(text));
                (before, free.saturating_sub(before))
            }
            Align::Point(_) | Align::Right => (free, 0),
        }
    }
}

/// What the terminal shows for a cell: metrics and computed numbers rounded, text so that it cannot act.
pub(super) fn shown<'a>(cell: CellRef<'a>, role: Role, digits: i32, scratch: &'a mut String) -> Cow<'a, str> {
    match cell {
        CellRef::Missing => Cow::Borrowed(MISSING),
        _ if is_rounded(cell, role) => Cow::Borrowed(shorten_to(digits, cell, scratch)),
        _ => visible(cell.spell(scratch)),
    }
}

/// To how many significant digits the numbers of a column are shown, where they are rounded.
pub(super) fn digits(table: &Table, column: usize) -> i32 {
    let role = table.columns()[column].role;
    digits_of(table.cells(column).filter_map(|cell| rounded(cell, role)))
}

/// True for what is measured or computed: what a parameter is stays as it was written.
pub(super) fn is_rounded(cell: CellRef<'_>, role: Role) -> bool {
    cell.is_number() && (matches!(role, Role::Metric | Role::Statistic) || matches!(cell, CellRef::Number(_)))
}

/// The number of a cell that is rounded.
fn rounded(cell: CellRef<'_>, role: Role) -> Option<f64> {
    if is_rounded(cell, role) { finite(cell) } else { None }
}

/// False for `nan`, `inf` and what stands for nothing: they have no point to align.
fn has_digits(number: &str) -> bool {
    number.bytes().any(|byte| byte.is_ascii_digit())
}

/// Where a number's decimal point is, or would be.
fn point(number: &str) -> usize {
    let end = if number.contains('x') { None } else { number.find(['.', 'e', 'E']) };
    end.unwrap_or(number.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{number, table};

    fn layout(literals: &[&str]) -> Layout {
        let table = table(&["param:x"], literals.iter().map(|literal| vec![number(literal)]).collect());
        Layout::of(&table, 0)
    }

    #[test]
    fn points_stand_in_one_line_where_that_is_cheap() {
        let cheap = layout(&["0.25", "-10", "1e-5", "nan"]);
        assert_eq!((cheap.align, cheap.body), (Align::Point(3), 6));
        assert_eq!(cheap.padding("0.25", 4), (2, 0));
        assert_eq!(cheap.padding("-10", 3), (0, 3));
        assert_eq!(cheap.padding("1e-5", 4), (2, 0));
        let dear = layout(&["0.000000000125", "12345678"]);
        assert_eq!((dear.align, dear.body), (Align::Right, 14));
        assert_eq!(layout(&["8", "16", "0x1e"]).align, Align::Right);
    }

    #[test]
    fn numbers_that_are_close_have_the_digits_that_tell_them_apart() {
        let of = |role: &str| {
            let energies = ["-1078.1235124", "-1078.1214561", "-1078.1226"].map(|energy| vec![number(energy)]);
            let table = table(&[role], energies.to_vec());
            let layout = Layout::of(&table, 0);
            let role = table.columns()[0].role;
            let show = |cell| shown(cell, role, layout.digits, &mut String::new()).into_owned();
            table.cells(0).map(show).collect::<Vec<_>>()
        };
        assert_eq!(of("metric:energy"), ["-1078.12351", "-1078.12146", "-1078.1226"]);
        assert_eq!(of("param:energy")[0], "-1078.1235124");
    }

    #[test]
    fn a_wide_header_leaves_numbers_on_the_right() {
        let table = table(&["param:weight"], vec![vec![number("0.5")], vec![number("10.25")]]);
        let layout = Layout::of(&table, 0);
        assert_eq!((layout.width, layout.least), (6, 5));
        assert_eq!(layout.padding("0.5", 3), (2, 1));
        assert_eq!(layout.padding("10.25", 5), (1, 0));
    }
}
