//! What is written row by row: a table as it is shown, or a strip of it.

use std::io;
use std::ops::Range;
use std::thread;

use crate::table::{Audience, Spelt, Strip, Table};

/// So many rows are written by one thread at a time.
const BLOCK: usize = 4096;

/// Rows and columns to write.
pub(super) trait Grid: Sync {
    /// The names of the columns.
    fn labels(&self) -> Vec<&str>;
    /// How many rows there are.
    fn rows(&self) -> usize;
    /// What stands in a cell; it is spelt in `scratch` where it stands nowhere yet.
    fn cell<'a>(&'a self, row: usize, place: usize, scratch: &'a mut String) -> Spelt<'a>;
}

/// A table's shown columns.
pub(super) struct Shown<'t> {
    table: &'t Table,
    columns: Vec<usize>,
}

impl<'t> Shown<'t> {
    /// The columns that are for programs.
    pub(super) fn of(table: &'t Table) -> Self {
        Self { table, columns: table.shown(Audience::Program) }
    }
}

impl Grid for Shown<'_> {
    fn labels(&self) -> Vec<&str> {
        self.columns.iter().map(|column| self.table.label(*column)).collect()
    }

    fn rows(&self) -> usize {
        self.table.len()
    }

    fn cell<'a>(&'a self, row: usize, place: usize, scratch: &'a mut String) -> Spelt<'a> {
        self.table.cell(row, self.columns[place]).spelt(scratch)
    }
}

/// Some columns of a strip.
pub(super) struct Cut<'t> {
    pub(super) strip: &'t Strip,
    pub(super) columns: &'t [usize],
}

impl Grid for Cut<'_> {
    fn labels(&self) -> Vec<&str> {
        self.columns.iter().map(|column| self.strip.label(*column)).collect()
    }

    fn rows(&self) -> usize {
        self.strip.rows()
    }

    fn cell<'a>(&'a self, row: usize, place: usize, scratch: &'a mut String) -> Spelt<'a> {
        self.strip.cell(row, self.columns[place]).spelt(scratch)
    }
}

/// Writes what `write` makes of all rows, in order, by as many threads as there are cores; no more rows are in memory at a
/// time than these have in hand.
pub(super) fn write_rows(
    rows: usize,
    out: &mut dyn io::Write,
    write: impl Fn(Range<usize>, &mut Vec<u8>) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(rows / BLOCK + 1);
    let block = |at: usize| at.min(rows)..(at + BLOCK).min(rows);
    let mut texts: Vec<Vec<u8>> = vec![Vec::new(); threads];
    for first in (0..rows).step_by(BLOCK * threads) {
        texts.iter_mut().for_each(Vec::clear);
        let (own, others) = texts.split_at_mut(1);
        let (write, block) = (&write, &block);
        thread::scope(|scope| {
            let helper = |(at, text)| scope.spawn(move || write(block(first + (at + 1) * BLOCK), text));
            let helpers: Vec<_> = others.iter_mut().enumerate().map(helper).collect();
            write(block(first), &mut own[0])?;
            for helper in helpers {
                helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            }
            io::Result::Ok(())
        })?;
        texts.iter().try_for_each(|text| out.write_all(text))?;
    }
    Ok(())
}
