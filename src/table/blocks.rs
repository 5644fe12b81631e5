//! Blocks: the cells of a table as it was made. Each block has some rows, of each column in few bytes, so that several
//! threads can make them and a million rows need no allocation each.

use super::cell::{Cell, CellRef};
use super::cells::Cells;
use crate::packing::Unpacker;

/// Some rows of a table.
#[derive(Clone, Debug)]
pub struct Block {
    columns: Vec<Cells>,
    rows: usize,
}

/// Rows that become blocks.
#[derive(Debug)]
pub struct BlockBuilder {
    done: Vec<Block>,
    columns: Vec<Vec<Cell>>,
    rows: usize,
    /// What makes the columns small.
    form: fn(&[Cell]) -> Cells,
}

impl Block {
    /// A block has no more rows than this.
    pub const ROWS: usize = 8192;

    /// Appends all of it.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        self.columns.iter().for_each(|cells| cells.pack(out));
    }

    /// Takes out so many rows of so many columns that [`Block::pack`] has appended; `None` if it is not that.
    pub(super) fn unpack(rows: usize, columns: usize, from: &mut Unpacker<'_>) -> Option<Self> {
        Some(Self { columns: (0..columns).map(|_| Cells::unpack(rows, from)).collect::<Option<_>>()?, rows })
    }
}

impl BlockBuilder {
    /// No row yet, of so many columns.
    pub fn new(columns: usize) -> Self {
        Self { done: Vec::new(), columns: vec![Vec::new(); columns], rows: 0, form: Cells::of }
    }

    /// The same where computed numbers are wanted as they are spelt, and not as numbers.
    pub fn spelt(columns: usize) -> Self {
        Self { form: Cells::spelt, ..Self::new(columns) }
    }

    /// Adds a row, which has a cell for each column.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) {
        self.columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell));
        self.rows += 1;
        if self.rows == Block::ROWS {
            self.finish();
        }
    }

    /// All rows, in few bytes.
    pub fn build(mut self) -> Vec<Block> {
        if self.rows > 0 {
            self.finish();
        }
        self.done
    }

    fn finish(&mut self) {
        self.done.push(Block { columns: self.columns.iter().map(|cells| (self.form)(cells)).collect(), rows: self.rows });
        self.columns.iter_mut().for_each(Vec::clear);
        self.rows = 0;
    }
}

/// All rows of a table, in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    /// Where each block's rows begin, and at last where all end.
    starts: Vec<usize>,
    blocks: Vec<Block>,
}

impl Blocks {
    pub(super) fn new(blocks: Vec<Block>) -> Self {
        let ends = blocks.iter().scan(0, |end, block| {
            *end += block.rows;
            Some(*end)
        });
        Self { starts: std::iter::once(0).chain(ends).collect(), blocks }
    }

    pub(super) fn rows(&self) -> usize {
        self.starts.last().copied().unwrap_or_default()
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> CellRef<'_> {
        // Most blocks are full.
        let likely = row / Block::ROWS;
        let is_there =
            |block: usize| self.starts.get(block + 1).is_some_and(|end| self.starts[block] <= row && row < *end);
        let block = if is_there(likely) { likely } else { self.starts.partition_point(|start| *start <= row) - 1 };
        self.blocks[block].columns[column].get(row - self.starts[block])
    }

    pub(super) fn all(&self) -> &[Block] {
        &self.blocks
    }

    /// True if there is something in any cell of that column.
    pub(super) fn is_known(&self, column: usize) -> bool {
        self.blocks.iter().any(|block| block.columns[column].each().any(|cell| !cell.is_missing()))
    }

    /// The cell that is the same in all rows, in the sense of [`CellRef::same`]; `None` if there are fewer than two.
    pub(super) fn constant(&self, column: usize) -> Option<CellRef<'_>> {
        if self.rows() < 2 {
            return None;
        }
        let first = self.cell(0, column);
        let is_same = |block: &Block| {
            let cells = &block.columns[column];
            cells.each().all(|cell| cell.same(first))
        };
        self.blocks.iter().all(is_same).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    /// Cells of all kinds: of few values and of many, all computed, one that differs at the very end.
    fn row(at: usize, last: usize) -> Vec<Cell> {
        let value = |literal: &str| Cell::Value(Value::guess(literal));
        let mixed = [
            Cell::Missing,
            Cell::Number(-0.0),
            Cell::Number(0.1 + at as f64),
            value("0.10"),
            value("-nan"),
            value("0x1F"),
            Cell::Value(Value::text(format!("3 {at}"))),
            Cell::Value(Value::text("")),
            value("true"),
            Cell::Number(f64::NEG_INFINITY),
        ];
        vec![
            Cell::Value(Value::integer(at as i64)),
            value("constant"),
            value(if at == last { "0.5" } else { "0.50" }),
            Cell::Number(at as f64 / 3.0),
            Cell::Value(Value::integer(at as i64 % 7)),
            mixed[at * at % mixed.len()].clone(),
            if at == last { Cell::Missing } else { Cell::Number(1.0) },
        ]
    }

    #[test]
    fn cells_are_what_they_were_whatever_stands_beside_them() {
        for rows in [0, 1, 2, Block::ROWS - 1, Block::ROWS, Block::ROWS + 1, 2 * Block::ROWS + 300] {
            let last = rows.wrapping_sub(1);
            let mut builder = BlockBuilder::new(7);
            (0..rows).for_each(|at| builder.push(row(at, last)));
            let mut blocks = builder.build();
            // Parts that several threads have made are not full.
            let mut other = BlockBuilder::new(7);
            (rows..rows + 10).for_each(|at| other.push(row(at, last)));
            blocks.extend(other.build());
            let blocks = Blocks::new(blocks);
            assert_eq!(blocks.rows(), rows + 10);
            for at in 0..blocks.rows() {
                for (column, cell) in row(at, last).iter().enumerate() {
                    let found = blocks.cell(at, column);
                    assert_eq!(found, cell.view(), "row {at} of {rows}, column {column}");
                    assert_eq!(found.to_text(), cell.view().to_text());
                }
            }
        }
    }

    #[test]
    fn what_all_rows_have_is_constant() {
        let rows = Block::ROWS + 5;
        let last = rows - 1;
        let mut builder = BlockBuilder::new(7);
        (0..rows).for_each(|at| builder.push(row(at, last)));
        let blocks = Blocks::new(builder.build());
        let constants: Vec<Option<String>> =
            (0..7).map(|column| blocks.constant(column).map(CellRef::to_text)).collect();
        let all = |text: &str| Some(text.to_owned());
        // Two spellings of a number are the same number; the first is shown.
        assert_eq!(constants, [None, all("constant"), all("0.50"), None, None, None, None]);
        let mut single = BlockBuilder::new(7);
        single.push(row(0, 9));
        assert_eq!(Blocks::new(single.build()).constant(1), None);
    }
}
