//! Strips: the first columns of a table, spelt out, one column after the other in few bytes.
//!
//! A million rows need no allocation each, and any row is found at once, so that several threads can write them. What a
//! strip holds is what [`Cell::spelt`] says of the cells of the table.

use std::ops::Range;

use super::cell::{Cell, Spelt};
use super::column::Column;
use super::view::shows_to_program;
use super::{Role, Table};
use crate::packing::{Unpacker, push_number, push_text};

/// The rows of a block.
const BLOCK: usize = 8192;

const ROLES: [Role; 9] = [
    Role::Point,
    Role::Sweep,
    Role::Parameter,
    Role::Metric,
    Role::Status,
    Role::Attempt,
    Role::Reason,
    Role::Statistic,
    Role::Detail,
];

/// The first columns of a table of points of one sweep.
#[derive(Debug)]
pub struct Strip {
    /// All columns of the table; cells are kept of the first.
    header: Table,
    kept: usize,
    rows: usize,
    blocks: Vec<StripRows>,
}

/// Some rows of a strip, at most [`Strip::BLOCK`].
#[derive(Debug, PartialEq)]
pub struct StripRows(Vec<Cells>);

/// The cells of one column.
#[derive(Debug, Default, PartialEq)]
struct Cells {
    /// One kind for each cell, or for all.
    kinds: Vec<u8>,
    ends: Vec<u32>,
    text: String,
}

impl Strip {
    /// So many rows belong into each but the last of the parts that a strip is put together from.
    pub const BLOCK: usize = BLOCK;

    /// The strip of a table with these columns, from all of its rows in order; `header` is the table without rows.
    pub fn new(header: Table, kept: usize, blocks: Vec<StripRows>) -> Self {
        let rows = blocks.iter().map(StripRows::len).sum();
        Self { header, kept, rows, blocks }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The name under which a column is shown.
    pub fn label(&self, column: usize) -> &str {
        self.header.label(column)
    }

    /// The columns that these patterns mean, as [`Table::select`] has them, or those that a program wants; `None` if one
    /// of them is not kept here, or there is no such column.
    pub fn select<S: AsRef<str>>(&self, patterns: &[S]) -> Option<Vec<usize>> {
        let mut columns = Vec::new();
        for pattern in patterns {
            for column in self.header.matching(pattern.as_ref()).ok()? {
                if !columns.contains(&column) {
                    columns.push(column);
                }
            }
        }
        if patterns.is_empty() {
            // All points are of one sweep.
            let shows = |column: &usize| {
                shows_to_program(self.header.columns()[*column].role, || false, || self.is_known(*column))
            };
            columns = (0..self.header.columns().len()).filter(shows).collect();
        }
        columns.iter().all(|column| *column < self.kept).then_some(columns)
    }

    fn is_known(&self, column: usize) -> bool {
        column < self.kept && self.blocks.iter().any(|block| block.0[column].kinds.iter().any(|kind| *kind != MISSING))
    }

    /// What stands in a cell.
    pub fn cell(&self, row: usize, column: usize) -> Spelt<'_> {
        self.blocks[row / BLOCK].0[column].get(row % BLOCK)
    }

    /// Appends all of it.
    pub(crate) fn pack(&self, out: &mut Vec<u8>) {
        push_number(out, self.rows as u64);
        push_number(out, self.kept as u64);
        push_number(out, self.header.columns().len() as u64);
        for column in self.header.columns() {
            push_text(out, &column.name);
            out.push(ROLES.iter().position(|role| *role == column.role).unwrap_or_default() as u8);
        }
        for cells in self.blocks.iter().flat_map(|block| &block.0) {
            push_number(out, cells.kinds.len() as u64);
            out.extend_from_slice(&cells.kinds);
            cells.ends.iter().for_each(|end| out.extend_from_slice(&end.to_le_bytes()));
            push_text(out, &cells.text);
        }
    }

    /// Takes out what [`Strip::pack`] has appended; `None` if it is not that.
    pub(crate) fn unpack(from: &mut Unpacker<'_>) -> Option<Self> {
        let (rows, kept, count) = (from.length()?, from.length()?, from.length()?);
        let mut columns = Vec::new();
        for _ in 0..count {
            let name = from.text()?;
            let [role] = from.array()?;
            columns.push(Column::new(name, *ROLES.get(usize::from(role))?));
        }
        let header = Table::new(columns, Vec::new()).ok().filter(|_| kept <= count)?;
        let mut blocks = Vec::new();
        for first in (0..rows).step_by(BLOCK) {
            let rows = BLOCK.min(rows - first);
            blocks.push(StripRows((0..kept).map(|_| Cells::unpack(rows, from)).collect::<Option<_>>()?));
        }
        Some(Self { header, kept, rows, blocks })
    }
}

impl StripRows {
    /// So many columns, and no row yet.
    pub fn new(columns: usize) -> Self {
        Self((0..columns).map(|_| Cells::default()).collect())
    }

    /// Adds a row; it has a cell for each column.
    pub fn push(&mut self, row: &[Cell]) {
        let mut scratch = String::new();
        self.0.iter_mut().zip(row).for_each(|(cells, cell)| cells.push(cell.spelt(&mut scratch)));
    }

    fn len(&self) -> usize {
        self.0.first().map_or(0, |cells| cells.ends.len())
    }
}

const MISSING: u8 = 0;

impl Cells {
    fn push(&mut self, cell: Spelt<'_>) {
        let kind = match cell {
            Spelt::Missing => MISSING,
            Spelt::Text(_) => 1,
            Spelt::Bool(_) => 2,
            Spelt::Literal(_) => 3,
            Spelt::Computed(_) => 4,
        };
        match self.kinds.as_slice() {
            [] => self.kinds.push(kind),
            [all] if *all == kind => {}
            [all] => {
                self.kinds = vec![*all; self.ends.len()];
                self.kinds.push(kind);
            }
            _ => self.kinds.push(kind),
        }
        self.text.push_str(cell.as_str());
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    fn get(&self, row: usize) -> Spelt<'_> {
        let kind = if let [all] = self.kinds.as_slice() { *all } else { self.kinds[row] };
        let range: Range<usize> =
            row.checked_sub(1).map_or(0, |before| self.ends[before] as usize)..self.ends[row] as usize;
        let text = self.text.get(range).unwrap_or_default();
        match kind {
            1 => Spelt::Text(text),
            2 => Spelt::Bool(text),
            3 => Spelt::Literal(text),
            4 => Spelt::Computed(text),
            _ => Spelt::Missing,
        }
    }

    fn unpack(rows: usize, from: &mut Unpacker<'_>) -> Option<Self> {
        let kinds = from.length()?;
        let kinds = from.bytes(kinds).filter(|_| kinds == 1 || kinds == rows)?.to_vec();
        let ends = from.bytes(rows.checked_mul(4)?)?.as_chunks::<4>().0;
        let ends = ends.iter().map(|end| u32::from_le_bytes(*end)).collect();
        Some(Self { kinds, ends, text: from.text()?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn header() -> Table {
        let columns =
            [("point", Role::Point), ("g", Role::Parameter), ("reason", Role::Reason), ("host", Role::Attempt)];
        Table::new(columns.map(|(name, role)| Column::new(name, role)).to_vec(), Vec::new()).unwrap()
    }

    fn row(number: usize) -> [Cell; 3] {
        let kinds = [
            Cell::Missing,
            Cell::Number(0.5),
            Cell::Value(Value::bool(true)),
            Cell::Value(Value::guess("-0.10")),
            Cell::text(Some("ü")),
        ];
        let reason = if number == BLOCK + 5 { Cell::text(Some("why")) } else { Cell::Missing };
        [Cell::Value(Value::integer(number as i64)), kinds[number % 5].clone(), reason]
    }

    fn strip(rows: usize) -> Strip {
        let mut blocks = Vec::new();
        for first in (0..rows).step_by(BLOCK) {
            let mut block = StripRows::new(3);
            (first..rows.min(first + BLOCK)).for_each(|number| block.push(&row(number)));
            blocks.push(block);
        }
        Strip::new(header(), 3, blocks)
    }

    #[test]
    fn cells_read_back_and_so_they_do_when_they_were_packed() {
        for rows in [0, 1, 7, BLOCK, BLOCK + 6] {
            let strip = strip(rows);
            let mut packed = Vec::new();
            strip.pack(&mut packed);
            let again = Strip::unpack(&mut Unpacker(&packed)).unwrap();
            assert_eq!((strip.rows(), again.rows()), (rows, rows));
            for number in 0..rows {
                for (column, cell) in row(number).iter().enumerate() {
                    let mut scratch = String::new();
                    assert_eq!(strip.cell(number, column), cell.spelt(&mut scratch));
                    assert_eq!(again.cell(number, column), strip.cell(number, column));
                }
            }
            for cut in [0, packed.len() / 2, packed.len() - 1] {
                assert!(Strip::unpack(&mut Unpacker(&packed[..cut])).is_none());
            }
        }
    }

    #[test]
    fn columns_are_those_of_the_table_as_far_as_they_are_kept() {
        assert_eq!(strip(9).select::<&str>(&[]), Some(vec![0, 1]), "nothing has a reason");
        let strip = strip(BLOCK + 6);
        assert_eq!(strip.select::<&str>(&[]), Some(vec![0, 1, 2]));
        assert_eq!(strip.select(&["reason", "po*"]), Some(vec![2, 0]));
        assert_eq!([strip.select(&["host"]), strip.select(&["all"]), strip.select(&["nonsense"])], [None, None, None]);
    }
}
