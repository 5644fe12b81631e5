//! Making a terminal's table as narrow as the terminal.

use std::cmp::Reverse;

use super::header::{cut, room_to_tell_apart};
use super::layout::Layout;
use crate::table::{Role, Table};

/// The spaces between two columns.
pub(super) const GAP: usize = 2;

/// The width of a line of these columns.
pub(super) fn total(layouts: &[Layout]) -> usize {
    span(layouts.iter().map(|layout| layout.width))
}

fn span(widths: impl ExactSizeIterator<Item = usize>) -> usize {
    let gaps = GAP * widths.len().saturating_sub(1);
    widths.sum::<usize>() + gaps
}

/// Narrows the columns to a line of `width`: text and long headers give way first, the widest before the others, then
/// whole columns, which are returned in their order. A number is cut only if it is alone and there is no room for it, and
/// a header only so far that it can be told from the others.
pub(super) fn fit(layouts: &mut Vec<Layout>, table: &Table, width: usize) -> Vec<usize> {
    let mut left_out = leave_out(layouts, table, width);
    if total(layouts) > width {
        tell_apart(layouts);
        left_out.extend(leave_out(layouts, table, width));
    }
    for layout in layouts.iter_mut() {
        layout.width = layout.width.min(width.max(layout.least));
    }
    while total(layouts) > width {
        let givers = layouts.iter_mut().filter(|layout| layout.width > layout.least);
        match givers.max_by_key(|layout| layout.width) {
            Some(giver) => giver.width -= 1,
            None => break,
        }
    }
    if let [alone] = layouts.as_mut_slice() {
        alone.width = alone.width.min(width);
    }
    left_out.sort_unstable();
    left_out
}

/// Takes out the columns that are worth least, until there is room for the others.
fn leave_out(layouts: &mut Vec<Layout>, table: &Table, width: usize) -> Vec<usize> {
    let mut left_out = Vec::new();
    while layouts.len() > 1 && span(layouts.iter().map(|layout| layout.least)) > width {
        let expendable = |&place: &usize| (Reverse(worth(table, layouts[place].column)), place);
        let Some(place) = (0..layouts.len()).max_by_key(expendable) else { break };
        left_out.push(layouts.remove(place).column);
    }
    left_out
}

/// Gives each column the room at least in which its header can be told from the others.
fn tell_apart(layouts: &mut [Layout]) {
    for place in 0..layouts.len() {
        let Layout { header, least, .. } = &layouts[place];
        layouts[place].least = (*least).max(room_to_tell_apart(header, *least, &others(layouts, place)));
    }
}

/// The header of each column, cut to its width.
pub(super) fn headers(layouts: &[Layout]) -> Vec<String> {
    let header = |(place, layout): (usize, &Layout)| cut(&layout.header, layout.width, &others(layouts, place));
    layouts.iter().enumerate().map(header).collect()
}

fn others(layouts: &[Layout], place: usize) -> Vec<&str> {
    let others = layouts.iter().enumerate().filter(|(other, _)| *other != place);
    others.map(|(_, layout)| layout.header.as_str()).collect()
}

/// How much a column is worth where not all have room.
fn worth(table: &Table, column: usize) -> u8 {
    match table.columns()[column].role {
        Role::Point => 5,
        Role::Metric | Role::Statistic if table.is_objective(column) => 4,
        Role::Status | Role::Sweep => 3,
        Role::Parameter | Role::Reason => 2,
        Role::Metric | Role::Statistic => 1,
        Role::Attempt | Role::Detail => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{number, table, text};
    use crate::spec::Direction;

    fn layouts(table: &Table) -> Vec<Layout> {
        (0..table.columns().len()).map(|column| Layout::of(table, column)).collect()
    }

    fn widths(layouts: &[Layout]) -> Vec<(usize, usize)> {
        layouts.iter().map(|layout| (layout.column, layout.width)).collect()
    }

    #[test]
    fn text_gives_way_before_columns_do() {
        let row = vec![number("1"), text("a text of twenty-six letters"), number("123456")];
        let table =
            table(&["point", "param:words", "metric:frequency", "reason"], vec![[row, vec![text("why")]].concat()]);
        let natural = [(0, 5), (1, 28), (2, 9), (3, 6)];
        for (width, expected, left_out) in [
            (54, natural.to_vec(), vec![]),
            (44, vec![(0, 5), (1, 18), (2, 9), (3, 6)], vec![]),
            (33, vec![(0, 5), (1, 8), (2, 8), (3, 6)], vec![]),
            (31, vec![(0, 5), (1, 8), (2, 6), (3, 6)], vec![]),
            (30, vec![(0, 5), (1, 15), (3, 6)], vec![2]),
            (20, vec![(0, 5), (1, 13)], vec![2, 3]),
            (6, vec![(0, 5)], vec![1, 2, 3]),
            (3, vec![(0, 3)], vec![1, 2, 3]),
        ] {
            let mut layouts = layouts(&table);
            assert_eq!(fit(&mut layouts, &table, width), left_out, "{width}");
            assert_eq!(widths(&layouts), expected, "{width}");
        }
    }

    #[test]
    fn headers_are_cut_so_that_they_can_be_told_apart() {
        let names = ["point", "metric:a_long_name_x", "metric:a_long_name_y", "param:aaaaaaaa", "param:aaaaaaaaa"];
        let table = table(&names, vec![["1", "2", "3", "4", "5"].map(number).to_vec()]);
        for (width, shown, expected) in [
            (56, 5, "point a_long_name_x a_long_name_y aaaaaaaa aaaaaaaaa"),
            (47, 5, "point a_lo…me_x a_lo…e_y aaaaaaaa aaaaaaaaa"),
            (40, 5, "point a_…_x a_…_y aaaaaaaa aaaaaaaaa"),
            // All five would have room in 33 columns, but for the last two to look the same.
            (33, 4, "point a_…_x aaaaaaaa aaaaaaaaa"),
            (26, 3, "point aaaaaaaa aaaaaaaaa"),
        ] {
            let mut layouts = layouts(&table);
            fit(&mut layouts, &table, width);
            assert_eq!((headers(&layouts).join(" ").as_str(), layouts.len()), (expected, shown), "{width}");
        }
    }

    #[test]
    fn the_objective_stays_longest() {
        let rows = vec![vec![number("1"), number("0.25"), number("2"), number("3")]];
        let table = table(&["point", "param:g", "metric:score", "metric:rate"], rows)
            .with_objective("score", Direction::Minimize);
        let mut layouts = layouts(&table);
        assert_eq!(fit(&mut layouts, &table, 14), [1, 3]);
        assert_eq!(widths(&layouts), [(0, 5), (2, 5)]);
    }
}
