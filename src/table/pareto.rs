//! The rows that no other row beats in everything: the Pareto front.

use anyhow::{Result, bail};

use super::levels::finite;
use super::{Role, Table, TableError};
use crate::hint;
use crate::spec::Direction;
use crate::stats::non_dominated;

/// A column that is to be small, or large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The column.
    pub column: usize,
    /// Which way it is to go.
    pub direction: Direction,
}

impl Table {
    /// The goal that was typed: `loss`, `loss min`, `accuracy max` or `-accuracy`. Where the direction is left out, it is
    /// that of the objective for the objective, and minimize for all else.
    ///
    /// # Errors
    /// If there is no such column or direction, or the column has no numbers.
    pub fn goal(&self, typed: &str) -> Result<Goal> {
        let typed = typed.trim();
        let (name, direction) = match typed.rsplit_once(char::is_whitespace) {
            Some((name, word)) if self.column(typed).is_err() => {
                let column = name.trim();
                let unknown = |_| TableError::UnknownDirection { word: word.to_owned(), column: column.to_owned() };
                (column, Some(word.parse().map_err(unknown)?))
            }
            _ => (typed, None),
        };
        let (column, direction) = match (self.column(name), name.strip_prefix('-'), direction) {
            (Err(_), Some(name), None) => (self.column(name)?, Some(Direction::Maximize)),
            (found, _, direction) => (found?, direction),
        };
        let known = self.objective.as_ref().filter(|_| self.is_objective(column)).map(|(_, direction)| *direction);
        let direction = direction.or(known).unwrap_or(Direction::Minimize);
        if self.cells(column).any(|cell| cell.as_text().is_some()) {
            return Err(hint::error(
                format!("`{name}` has text in it: there is no better and worse"),
                "a front is one of metrics, or of columns like seconds and memory",
            ));
        }
        Ok(Goal { column, direction })
    }

    /// The rows that no other row dominates, in their order. A row that is missing a goal, has no finite number there or is known to
    /// be other than `ok` is on no front.
    pub fn front(&self, goals: &[Goal]) -> Vec<usize> {
        let mut rows = Vec::new();
        let mut coordinates = Vec::new();
        for row in (0..self.len()).filter(|&row| self.is_ok(row)) {
            let of_goal = |goal: &Goal| {
                let number = finite(self.cell(row, goal.column))?;
                Some(if goal.direction == Direction::Maximize { -number } else { number })
            };
            if let Some(all) = goals.iter().map(of_goal).collect::<Option<Vec<f64>>>() {
                rows.push(row);
                coordinates.push(all);
            }
        }
        non_dominated(&coordinates).into_iter().map(|place| rows[place]).collect()
    }

    /// Keeps the rows on the front, the best by the first goal first.
    ///
    /// # Errors
    /// If there are no goals, or one is none: see [`Table::goal`]. The rows then stay as they are.
    pub fn pareto<S: AsRef<str>>(&mut self, goals: &[S]) -> Result<()> {
        let goals = goals.iter().map(|goal| self.goal(goal.as_ref())).collect::<Result<Vec<_>>>()?;
        let Some(first) = goals.first() else { bail!("a front of nothing: name two metrics or more") };
        let front = self.front(&goals);
        self.arrange(&front);
        for goal in &goals {
            // What the front is of is shown, seconds and memory too.
            let column = &mut self.columns[goal.column];
            if column.role == Role::Attempt {
                column.role = Role::Statistic;
            }
        }
        let descending = first.direction == Direction::Maximize;
        let key = format!("{}{}", if descending { "-" } else { "" }, self.labels[first.column]);
        self.sort(&[key])?;
        Ok(())
    }

    /// The columns of metrics, that of the objective first.
    pub fn metrics(&self) -> Vec<usize> {
        let mut metrics: Vec<usize> =
            (0..self.columns.len()).filter(|&column| self.columns[column].role == Role::Metric).collect();
        metrics.sort_by_key(|&column| !self.is_objective(column));
        metrics
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Audience, CellRef, testing};

    fn table(rows: &[&str]) -> Table {
        let columns = [
            ("point", Role::Point),
            ("acc", Role::Metric),
            ("loss", Role::Metric),
            ("seconds", Role::Attempt),
            ("host", Role::Attempt),
            ("status", Role::Status),
        ];
        testing::table(columns, rows).with_objective("acc", Direction::Maximize)
    }

    const ROWS: [&str; 9] = [
        "1 0.9 0.1 30 a ok",
        "2 0.8 0.2 10 a ok",
        "3 0.8 0.3 20 a ok",
        "4 0.99 - 1 a ok",
        "5 nan 0.0 1 a ok",
        "6 0.99 0.0 1 a failed",
        "7 0.7 0.4 5 a ok",
        "8 0.80 0.9 10.0 a ok",
        "9 inf -inf 0.5 a ok",
    ];

    fn front(goals: &[&str]) -> Vec<String> {
        let mut table = table(&ROWS);
        table.pareto(goals).unwrap();
        table.cells(0).map(CellRef::to_text).collect()
    }

    #[test]
    fn the_objective_knows_its_direction_and_all_else_is_to_be_small() {
        assert_eq!(front(&["acc", "seconds"]), ["4"]);
        assert_eq!(front(&["acc max", "loss"]), ["1"]);
        assert_eq!(front(&["seconds", "loss min"]), ["5"]);
        assert_eq!(front(&["seconds", "-loss"]), ["5", "7", "8"]);
        assert_eq!(front(&["-loss", "acc"]), ["8", "1"]);
    }

    #[test]
    fn what_a_front_is_of_is_shown() {
        let shown = |goals: &[&str]| {
            let mut table = table(&ROWS);
            table.pareto(goals).unwrap();
            table.shown(Audience::Reader).into_iter().map(|column| table.label(column).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shown(&["acc", "loss"]), ["point", "acc", "loss"]);
        assert_eq!(shown(&["loss", "seconds"]), ["point", "acc", "loss", "seconds"]);
    }

    #[test]
    fn what_is_no_goal_is_refused() {
        let error = table(&ROWS).pareto(&["acc", "los"]).unwrap_err();
        assert!(error.to_string().starts_with("no column `los`; did you mean `loss`?"), "{error}");
        let error = table(&ROWS).pareto(&["acc upwards"]).unwrap_err();
        assert_eq!(error.to_string(), "`upwards` is no direction: say `acc min` or `acc max`");
        let error = table(&ROWS).pareto(&["host"]).unwrap_err();
        assert_eq!(error.to_string(), "`host` has text in it: there is no better and worse");
    }
}
