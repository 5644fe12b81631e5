//! Strips: the first columns of a table, which are kept for the next time.

use super::blocks::{Block, Blocks};
use super::cell::CellRef;
use super::column::Column;
use super::view::shows_to_program;
use super::{Role, Table};
use crate::packing::{Unpacker, push_number, push_text};

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
    blocks: Blocks,
}

impl Strip {
    /// The strip of a table with these columns, from all of its rows in order; `header` is the table without rows.
    pub fn new(header: Table, kept: usize, blocks: Vec<Block>) -> Self {
        Self { header, kept, blocks: Blocks::new(blocks) }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.blocks.rows()
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
        column < self.kept && self.blocks.is_known(column)
    }

    /// What stands in a cell.
    pub fn cell(&self, row: usize, column: usize) -> CellRef<'_> {
        self.blocks.cell(row, column)
    }

    /// Appends all of it.
    pub(crate) fn pack(&self, out: &mut Vec<u8>) {
        push_number(out, self.rows() as u64);
        push_number(out, self.kept as u64);
        push_number(out, self.header.columns().len() as u64);
        for column in self.header.columns() {
            push_text(out, &column.name);
            out.push(ROLES.iter().position(|role| *role == column.role).unwrap_or_default() as u8);
        }
        self.blocks.all().iter().for_each(|block| block.pack(out));
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
        for first in (0..rows).step_by(Block::ROWS) {
            blocks.push(Block::unpack(Block::ROWS.min(rows - first), kept, from)?);
        }
        Some(Self::new(header, kept, blocks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{BlockBuilder, Cell};
    use crate::value::Value;

    const BLOCK: usize = Block::ROWS;

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
        let mut blocks = BlockBuilder::spelt(3);
        (0..rows).for_each(|number| blocks.push(row(number)));
        Strip::new(header(), 3, blocks.build())
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
                    assert_eq!(strip.cell(number, column), cell.view());
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
