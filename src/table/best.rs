//! The objective, and the rows that are best by it.

use std::cmp::Ordering;

use super::levels::finite;
use super::order::{Key, Order};
use super::{Column, Role, Table, TableError};
use crate::hint::near_miss;
use crate::record::MEASURED;
use crate::spec::Direction;

/// The order in which the best comes first.
fn best_first(direction: Direction) -> Order {
    match direction {
        Direction::Minimize => Order::Ascending,
        Direction::Maximize => Order::Descending,
    }
}

impl Table {
    /// Keeps the `n` best rows by the objective, the best first.
    ///
    /// A row is never best if its objective is missing, no finite number or text, nor if its status is known and not `ok`: what a
    /// failed run reported last is not its result. Rows that are equally good keep their order.
    ///
    /// # Errors
    /// If there is no objective, or no column for it; the rows then stay as they are.
    pub fn best(&mut self, n: usize) -> Result<(), TableError> {
        let mut indices = self.ranking()?;
        indices.truncate(n);
        self.arrange(&indices);
        Ok(())
    }

    /// The rows that [`Table::best`] would keep if there were room for all, the best first.
    ///
    /// # Errors
    /// If there is no objective, or no column for it.
    pub fn ranking(&self) -> Result<Vec<usize>, TableError> {
        let (column, order) = self.objective_column()?;
        let mut ranked: Vec<(usize, Key<'_>)> = self.candidates(column).collect();
        ranked.sort_by(|(_, a), (_, b)| a.compare(b, order));
        Ok(ranked.into_iter().map(|(row, _)| row).collect())
    }

    /// The row that [`Table::best`] would put first.
    pub fn best_row(&self) -> Option<usize> {
        let (column, order) = self.objective_column().ok()?;
        self.candidates(column)
            .reduce(|best, next| if next.1.compare(&best.1, order) == Ordering::Less { next } else { best })
            .map(|(row, _)| row)
    }

    /// How many rows could be best.
    pub(super) fn with_objective_known(&self) -> Result<usize, TableError> {
        let (column, _) = self.objective_column()?;
        Ok(self.candidates(column).count())
    }

    /// How many rows are `ok` and say nothing of the objective.
    pub fn without_objective(&self) -> usize {
        if self.column_of(Role::Status).is_none() {
            return 0;
        }
        let column = self.objective_column().map(|(column, _)| column).ok();
        let says_nothing = |row| column.is_none_or(|column| self.cell(row, column).is_missing());
        (0..self.len()).filter(|&row| self.is_ok(row) && says_nothing(row)).count()
    }

    /// True for the column of the objective.
    pub(crate) fn is_objective(&self, column: usize) -> bool {
        let Column { name, role } = &self.columns[column];
        matches!(role, Role::Metric | Role::Statistic)
            && self.objective.as_ref().is_some_and(|(metric, _)| metric == name)
    }

    fn candidates(&self, column: usize) -> impl Iterator<Item = (usize, Key<'_>)> {
        (0..self.len())
            .filter(|&row| self.is_ok(row))
            .map(move |row| (row, Key::of(self.cell(row, column))))
            .filter(move |&(row, _)| finite(self.cell(row, column)).is_some())
    }

    pub(super) fn objective_column(&self) -> Result<(usize, Order), TableError> {
        let metrics = || self.columns.iter().filter(|column| column.role == Role::Metric).map(|column| &*column.name);
        let Some((metric, direction)) = &self.objective else {
            return Err(TableError::NoObjective { metrics: metrics().map(str::to_owned).collect() });
        };
        // What is measured of every run is optimised without being reported.
        let measured = |name: &str| MEASURED.contains(&name) && name == metric;
        let of_metrics = (0..self.columns.len()).find(|&column| self.is_objective(column));
        match of_metrics.or_else(|| self.columns.iter().position(|column| measured(&column.name))) {
            Some(column) => Ok((column, best_first(*direction))),
            None => Err(TableError::UnknownObjective {
                metric: metric.clone(),
                near: near_miss(metric, metrics()).map(str::to_owned),
                metrics: metrics().map(str::to_owned).collect(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Cell, CellRef};
    use crate::value::Value;

    fn table(rows: &[(&str, &str)]) -> Table {
        let columns = vec![
            Column::new("point", Role::Point),
            Column::new("score", Role::Metric),
            Column::new("status", Role::Status),
        ];
        let guess = |text: &str| if text.is_empty() { Cell::Missing } else { Cell::Value(Value::guess(text)) };
        let rows = rows.iter().zip(1..);
        Table::new(columns, rows.map(|((x, s), i)| vec![Cell::Value(Value::integer(i)), guess(x), guess(s)]).collect())
            .unwrap()
    }

    fn points(table: &Table) -> Vec<String> {
        table.cells(0).map(CellRef::to_text).collect()
    }

    const ROWS: &[(&str, &str)] = &[
        ("0.5", "ok"),
        ("nan", "ok"),
        ("-1", "failed"),
        ("", "pending"),
        ("0.25", "ok"),
        ("2", "ok"),
        ("0.250", "ok"),
        ("low", "ok"),
        ("1e400", "ok"),
        ("-inf", "ok"),
    ];

    #[test]
    fn the_best_come_first_and_what_has_no_finite_number_or_failed_is_never_best() {
        let mut least = table(ROWS).with_objective("score", Direction::Minimize);
        assert_eq!(least.best_row(), Some(4));
        least.best(3).unwrap();
        assert_eq!(points(&least), ["5", "7", "1"]);
        let mut most = table(ROWS).with_objective("score", Direction::Maximize);
        assert_eq!(most.best_row(), Some(5));
        most.best(100).unwrap();
        assert_eq!(points(&most), ["6", "1", "5", "7"]);
    }

    #[test]
    fn the_status_need_not_be_known() {
        let columns = vec![Column::new("score", Role::Metric)];
        let rows = vec![vec![Cell::Number(2.0)], vec![Cell::Number(1.0)]];
        let mut table = Table::new(columns, rows).unwrap().with_objective("score", Direction::Minimize);
        table.best(1).unwrap();
        assert_eq!(table.to_rows(), [[Cell::Number(1.0)]]);
    }

    #[test]
    fn without_an_objective_the_error_says_how_to_set_it() {
        let mut table = table(ROWS);
        assert_eq!(table.best_row(), None);
        assert_eq!(
            table.best(1).unwrap_err().to_string(),
            "there is no objective to be best by: say --objective score (and --direction maximize if more is better); the \
             next sweep takes both from [search] in gitsweep.toml; the metrics are score"
        );
        let mut misspelt = table.clone().with_objective("scor", Direction::Minimize);
        assert_eq!(
            misspelt.best(1).unwrap_err().to_string(),
            "no point has reported the objective `scor`; did you mean `score`? The metrics are score"
        );
        assert_eq!(misspelt, table.with_objective("scor", Direction::Minimize));
    }
}
