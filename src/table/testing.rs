//! Tables to test with.

use super::{Audience, Cell, Column, Role, Table};
use crate::value::Value;

/// A table of these columns. The cells of a row stand between blanks; `-` is missing.
pub(super) fn table<const N: usize>(columns: [(&str, Role); N], rows: &[&str]) -> Table {
    let cell = |text: &str| if text == "-" { Cell::Missing } else { Cell::Value(Value::guess(text)) };
    let rows = rows.iter().map(|row| row.split(' ').map(cell).collect()).collect();
    Table::new(columns.map(|(name, role)| Column::new(name, role)).to_vec(), rows).unwrap()
}

/// What such readers see: the labels of the columns, and a line for each row, as `table` takes it.
pub(super) fn lines(table: &Table, audience: Audience) -> Vec<String> {
    let shown = table.shown(audience);
    let header = shown.iter().map(|&column| table.label(column).to_owned()).collect::<Vec<_>>().join(" ");
    let line = |row| shown.iter().map(|&column| table.cell(row, column).to_text()).collect::<Vec<_>>().join(" ");
    std::iter::once(header).chain((0..table.len()).map(line)).collect()
}
