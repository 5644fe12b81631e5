//! Rows of points; columns of parameters, metrics and what became of the runs.
//!
//! A [`Table`] knows no repository and prints nothing. Sorting, selecting and picking the best may be done in any
//! order: a column that is not shown can still be sorted by, and a row that failed stays a row unless [`Table::best`] or
//! [`Table::limit`] takes it out.

mod best;
mod cell;
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
mod status;
mod strip;
#[cfg(test)]
mod testing;
mod verdict;
mod view;

pub use cell::{Cell, Spelt};
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
pub(crate) use sentence::with_spread;
pub use setting::{BestSetting, Spread};
pub use share::Share;
pub use strip::{Strip, StripRows};
pub use view::Audience;

use std::collections::HashMap;

use crate::spec::Direction;
use crate::value::Value;

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
/// assert_eq!(table.rows(), [[number("2"), number("1.0"), number("0.07")]]);
/// # Ok::<(), gitsweep::table::TableError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: Vec<Column>,
    labels: Vec<String>,
    rows: Vec<Vec<Cell>>,
    objective: Option<(String, Direction)>,
    selection: Option<Vec<usize>>,
    /// Of each column, the value that all rows had in it when the table was made.
    constants: Vec<Option<Value>>,
    total: usize,
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
        let labels = column::labels(&columns)?;
        if let Some(row) = rows.iter().position(|row| row.len() != columns.len()) {
            return Err(TableError::Ragged { row, expected: columns.len(), found: rows[row].len() });
        }
        let total = rows.len();
        let constants = (0..columns.len()).map(|column| view::constant(&rows, column)).collect();
        let is_of_points = columns.iter().any(|column| column.role == Role::Point);
        Ok(Self {
            columns,
            labels,
            rows,
            objective: None,
            selection: None,
            constants,
            total,
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

    /// The rows as they stand, each with a cell for each of [`Table::columns`].
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// How many rows the table was made with, before any were left out.
    pub fn total(&self) -> usize {
        self.total
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
        self.rows.truncate(n);
    }

    /// The first column of that role.
    pub(crate) fn column_of(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == role)
    }

    /// Keeps the rows at these indices, each of which occurs once, in this order.
    fn arrange(&mut self, indices: &[usize]) {
        self.rows = indices.iter().map(|&index| std::mem::take(&mut self.rows[index])).collect();
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
        assert_eq!(table.rows(), [[Cell::Value(Value::integer(1))], [Cell::Value(Value::integer(2))]]);
        assert_eq!(table.total(), 3);
        table.limit(5);
        assert_eq!(table.rows().len(), 2);
    }
}
