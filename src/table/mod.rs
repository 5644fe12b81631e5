//! Rows of points; columns of parameters, metrics and what became of the runs.
//!
//! A [`Table`] knows no repository and prints nothing. Sorting, selecting and picking the best may be done in any
//! order: a column that is not shown can still be sorted by, and a row that failed stays a row unless [`Table::best`] or
//! [`Table::limit`] takes it out.
//!
//! There may be a million rows. Their cells are kept by columns in few bytes (`blocks`, `cells`, `spellings`) and stay where
//! they are: rows are chosen and put in order by their numbers.

mod best;
mod blocks;
mod cell;
mod cells;
mod choose;
mod column;
mod edges;
mod error;
mod factor;
mod filter;
mod group;
mod importance;
mod levels;
mod marginal;
mod order;
mod pareto;
mod pivot;
mod reason;
mod select;
mod sentence;
mod setting;
mod share;
mod spellings;
mod status;
mod strip;
#[cfg(test)]
mod testing;
mod verdict;
mod view;

pub use blocks::{Block, BlockBuilder};
pub use cell::{Cell, CellRef, Spelt};
pub use choose::Choice;
pub use column::{Column, Role};
pub use error::TableError;
pub use factor::{Factor, Origin};
pub use group::{Group, Grouping};
pub use importance::{Importances, Method, Term};
pub use levels::{Levels, finite};
pub use marginal::Marginal;
pub use pareto::Goal;
pub use pivot::Pivot;
pub use select::fits;
pub(crate) use sentence::with_spread;
pub use setting::{BestSetting, Spread};
pub use share::Share;
pub use strip::Strip;
pub use view::Audience;

use std::collections::HashMap;
use std::sync::Arc;

use crate::spec::Direction;
use crate::value::Value;
use blocks::Blocks;

/// What a sweep found: a row for each point, a cell for each column.
///
/// ```
/// use gitsweep::spec::Direction;
/// use gitsweep::table::{Cell, Column, Role, Table};
/// use gitsweep::value::Value;
///
/// let number = |literal| Cell::Value(Value::number(literal).unwrap());
/// let columns = vec![
///     Column::new("point", Role::Point),
///     Column::new("g_e", Role::Parameter),
///     Column::new("score", Role::Metric),
/// ];
/// let rows = vec![
///     vec![number("1"), number("0.5"), number("0.31")],
///     vec![number("2"), number("1.0"), number("0.07")],
///     vec![number("3"), number("1.5"), Cell::Missing],
/// ];
/// let mut table = Table::new(columns, rows)?.with_objective("score", Direction::Minimize);
/// table.best(1)?;
/// assert_eq!(table.to_rows(), [[number("2"), number("1.0"), number("0.07")]]);
/// # Ok::<(), gitsweep::table::TableError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    labels: Vec<String>,
    /// All rows that the table was made with.
    blocks: Arc<Blocks>,
    /// Those that are left, in their order; none if that is all of them as they were.
    order: Option<Vec<u32>>,
    objective: Option<(String, Direction)>,
    selection: Option<Vec<usize>>,
    /// Of each column, the value that all rows had in it when the table was made.
    constants: Vec<Option<Value>>,
    factors: HashMap<String, Factor>,
    noun: &'static str,
    notes: Vec<String>,
}

impl Table {
    /// A table of these columns and rows, without an objective.
    ///
    /// # Errors
    /// If a row has more or fewer cells than there are columns, or if two columns are one and the same.
    pub fn new(columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Result<Self, TableError> {
        if let Some(row) = rows.iter().position(|row| row.len() != columns.len()) {
            return Err(TableError::Ragged { row, expected: columns.len(), found: rows[row].len() });
        }
        let mut blocks = BlockBuilder::new(columns.len());
        rows.into_iter().for_each(|row| blocks.push(row));
        Self::of_blocks(columns, blocks.build())
    }

    /// The same of rows that were put together in blocks, each of which has as many columns.
    ///
    /// # Errors
    /// If two columns are one and the same.
    pub fn of_blocks(columns: Vec<Column>, blocks: Vec<Block>) -> Result<Self, TableError> {
        let labels = column::labels(&columns)?;
        let blocks = Blocks::new(blocks);
        let constants = (0..columns.len()).map(|column| blocks.constant(column).and_then(CellRef::to_value)).collect();
        let is_of_points = columns.iter().any(|column| column.role == Role::Point);
        Ok(Self {
            columns,
            labels,
            blocks: Arc::new(blocks),
            order: None,
            objective: None,
            selection: None,
            constants,
            factors: HashMap::new(),
            noun: if is_of_points { "point" } else { "row" },
            notes: Vec::new(),
        })
    }

    /// Names the metric that is optimised; it need not be among the columns until [`Table::best`] asks for it.
    #[must_use]
    pub fn with_objective(mut self, metric: impl Into<String>, direction: Direction) -> Self {
        self.objective = Some((metric.into(), direction));
        self
    }

    /// Says what a row is: a `point`, a `group`.
    #[must_use]
    pub fn with_noun(mut self, noun: &'static str) -> Self {
        self.noun = noun;
        self
    }

    /// What a row is.
    pub fn noun(&self) -> &'static str {
        self.noun
    }

    /// Adds a sentence that a reader of the table should know.
    pub fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }

    /// What a reader should know: what the numbers are of, what was left out, what to be careful about.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// All columns, shown or not, in the order in which they were given.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The name under which a column is shown, unique in the table: `g`, or `param.g` beside a metric `g`.
    pub fn label(&self, column: usize) -> &str {
        &self.labels[column]
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.order.as_ref().map_or_else(|| self.blocks.rows(), Vec::len)
    }

    /// True if there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What stands in a row and a column, as the rows stand now.
    pub fn cell(&self, row: usize, column: usize) -> CellRef<'_> {
        self.blocks.cell(self.order.as_ref().map_or(row, |order| order[row] as usize), column)
    }

    /// The cells of a column, in the order of the rows.
    pub fn cells(&self, column: usize) -> impl ExactSizeIterator<Item = CellRef<'_>> + Clone {
        if self.len() > Block::ROWS {
            self.blocks.make(column);
        }
        (0..self.len()).map(move |row| self.cell(row, column))
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> impl ExactSizeIterator<Item = CellRef<'_>> + Clone {
        (0..self.columns.len()).map(move |column| self.cell(row, column))
    }

    /// All rows as they stand, each with a cell for each of [`Table::columns`]: for tables that are not large.
    pub fn to_rows(&self) -> Vec<Vec<Cell>> {
        (0..self.len()).map(|row| self.row(row).map(CellRef::to_cell).collect()).collect()
    }

    /// How many rows the table was made with, before any were left out.
    pub fn total(&self) -> usize {
        self.blocks.rows()
    }

    /// The metric that is optimised, and which way.
    pub fn objective(&self) -> Option<(&str, Direction)> {
        self.objective.as_ref().map(|(metric, direction)| (metric.as_str(), *direction))
    }

    /// The column that `name` means: its label, its bare name, or `param.NAME` and `metric.NAME`.
    ///
    /// # Errors
    /// If there is none, or if `name` is that of both a parameter and a metric.
    pub fn column(&self, name: &str) -> Result<usize, TableError> {
        column::find(&self.columns, &self.labels, name)
    }

    /// Keeps the first `n` rows.
    pub fn limit(&mut self, n: usize) {
        if n < self.len() {
            self.order.get_or_insert_with(|| (0..n as u32).collect()).truncate(n);
        }
    }

    /// The first column of that role.
    pub(crate) fn column_of(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == role)
    }

    /// Keeps the rows at these indices, in this order.
    fn arrange(&mut self, indices: &[usize]) {
        let place = |&row: &usize| self.order.as_ref().map_or(row as u32, |order| order[row]);
        self.order = Some(indices.iter().map(place).collect());
    }
}

impl PartialEq for Table {
    /// Equal are tables that say the same, however their cells are kept.
    fn eq(&self, other: &Self) -> bool {
        let all = |table: &Self| {
            (table.columns.clone(), table.objective.clone(), table.selection.clone(), table.noun, table.notes.clone())
        };
        all(self) == all(other)
            && (&self.constants, &self.factors, self.total()) == (&other.constants, &other.factors, other.total())
            && self.len() == other.len()
            && (0..self.columns.len()).all(|column| self.cells(column).eq(other.cells(column)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_with_a_cell_too_few_is_refused() {
        let columns = vec![Column::new("point", Role::Point), Column::new("g", Role::Parameter)];
        let rows = vec![vec![Cell::Missing, Cell::Missing], vec![Cell::Missing]];
        let error = Table::new(columns, rows).unwrap_err();
        assert_eq!(error, TableError::Ragged { row: 1, expected: 2, found: 1 });
    }

    #[test]
    fn the_limit_keeps_the_first_rows_and_remembers_how_many_there_were() {
        let rows = (1..=3).map(|point| vec![Cell::Value(Value::integer(point))]).collect();
        let mut table = Table::new(vec![Column::new("point", Role::Point)], rows).unwrap();
        table.limit(2);
        assert_eq!(table.to_rows(), [[Cell::Value(Value::integer(1))], [Cell::Value(Value::integer(2))]]);
        assert_eq!(table.total(), 3);
        table.limit(5);
        assert_eq!(table.len(), 2);
    }
}
