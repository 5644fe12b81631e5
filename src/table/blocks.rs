//! Blocks: the cells of a table as it was made. Each block has some rows, of each column in few bytes, so that several
//! threads can make them and a million rows need no allocation each.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::cell::{Cell, CellRef};
use super::cells::Cells;
use crate::packing::Unpacker;

/// Some rows of a table.
pub struct Block {
    columns: Vec<Cells>,
    rows: usize,
    later: Option<Later>,
}

/// The last columns of a block, which are made once somebody asks for a cell in them.
struct Later {
    make: Box<dyn Fn() -> Vec<Vec<Cell>> + Send + Sync>,
    made: OnceLock<Vec<Cells>>,
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

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block").field("columns", &self.columns).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Block {
    /// About so many rows are best in a block.
    pub const ROWS: usize = 8192;

    /// The rows of these columns, all of which are as long, and of those that `later` makes once a cell of them is asked for.
    pub fn new(columns: &[Vec<Cell>], later: Box<dyn Fn() -> Vec<Vec<Cell>> + Send + Sync>) -> Self {
        let later = Later { make: later, made: OnceLock::new() };
        Self {
            columns: columns.iter().map(|cells| Cells::of(cells)).collect(),
            rows: columns.first().map_or(0, Vec::len),
            later: Some(later),
        }
    }

    fn column(&self, column: usize) -> &Cells {
        match (&self.later, column.checked_sub(self.columns.len())) {
            (Some(Later { make, made }), Some(at)) => {
                &made.get_or_init(|| make().iter().map(|cells| Cells::of(cells)).collect())[at]
            }
            _ => &self.columns[column],
        }
    }

    /// Appends all of it that was not left for later.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        self.columns.iter().for_each(|cells| cells.pack(out));
    }

    /// Takes out so many rows of so many columns that [`Block::pack`] has appended; `None` if it is not that.
    pub(super) fn unpack(rows: usize, columns: usize, from: &mut Unpacker<'_>) -> Option<Self> {
        Some(Self {
            columns: (0..columns).map(|_| Cells::unpack(rows, from)).collect::<Option<_>>()?,
            rows,
            later: None,
        })
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
        self.done.push(Block {
            columns: self.columns.iter().map(|cells| (self.form)(cells)).collect(),
            rows: self.rows,
            later: None,
        });
        self.columns.iter_mut().for_each(Vec::clear);
        self.rows = 0;
    }
}

/// All rows of a table, in the order in which they were given.
#[derive(Debug, Default)]
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
        self.blocks[block].column(column).get(row - self.starts[block])
    }

    pub(super) fn all(&self) -> &[Block] {
        &self.blocks
    }

    /// Makes the cells of a column that was left for later, by as many threads as there are cores.
    pub(super) fn make(&self, column: usize) {
        let is_to_make = |block: &&Block| {
            column >= block.columns.len() && block.later.as_ref().is_some_and(|later| later.made.get().is_none())
        };
        let blocks: Vec<&Block> = self.blocks.iter().filter(is_to_make).collect();
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) {
                block.column(column);
            }
        };
        thread::scope(|scope| {
            (1..threads.min(blocks.len())).for_each(|_| drop(scope.spawn(work)));
            work();
        });
    }

    /// True if there is something in any cell of that column.
    pub(super) fn is_known(&self, column: usize) -> bool {
        self.blocks.iter().any(|block| block.column(column).each().any(|cell| !cell.is_missing()))
    }

    /// The cell that is the same in all rows, in the sense of [`CellRef::same`]; `None` if there are fewer than
    /// two, or if the column is made later.
    pub(super) fn constant(&self, column: usize) -> Option<CellRef<'_>> {
        let is_later = |block: &Block| column >= block.columns.len();
        if self.rows() < 2 || self.blocks.iter().any(is_later) {
            return None;
        }
        let first = self.cell(0, column);
        let is_same = |block: &Block| {
            let cells = block.column(column);
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
    fn what_is_left_for_later_is_made_once_and_only_if_it_is_asked_for() {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = |number: usize| Cell::Value(Value::integer(number as i64));
        let part = |first: usize, rows: usize| {
            let later = move || {
                MADE.fetch_add(1, Ordering::Relaxed);
                vec![(first..first + rows).map(|at| number(10 * at)).collect(), vec![number(7); rows]]
            };
            Block::new(&[(first..first + rows).map(number).collect()], Box::new(later))
        };
        let blocks = Blocks::new(vec![part(0, 5), part(5, 1), part(6, 4)]);
        assert_eq!((0..10).map(|row| blocks.cell(row, 0).to_text()).collect::<Vec<_>>().concat(), "0123456789");
        assert_eq!((blocks.constant(0), blocks.constant(2)), (None, None));
        assert_eq!(MADE.load(Ordering::Relaxed), 0);
        assert_eq!([blocks.cell(5, 1), blocks.cell(5, 2)].map(CellRef::to_text), ["50", "7"]);
        assert_eq!(MADE.load(Ordering::Relaxed), 1);
        blocks.make(1);
        assert_eq!(
            (0..10).map(|row| blocks.cell(row, 1).to_text()).collect::<Vec<_>>().join(" "),
            "0 10 20 30 40 50 60 70 80 90"
        );
        assert_eq!(MADE.load(Ordering::Relaxed), 3);
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
