//! Which columns show where nobody chose any.

use super::{Role, Table};
use crate::value::Value;

/// For whom the columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A person, who wants to see what differs: parameters that vary, metrics that were reported, the status if not all
    /// are ok. Reasons are told below the table: [`Table::reasons`].
    Reader,
    /// A program, which wants the same columns whatever the results: all parameters, all metrics, the status, and the
    /// reason if there is any.
    Program,
}

impl Table {
    /// The columns to show: those that were selected, else those that `audience` wants. A sweep column shows if there
    /// are several sweeps, and what else is known about the attempts only if selected.
    pub fn shown(&self, audience: Audience) -> Vec<usize> {
        let default = || (0..self.columns.len()).filter(|&column| self.shows(column, audience)).collect();
        self.selection.clone().unwrap_or_else(default)
    }

    /// True if somebody has said which columns are wanted.
    pub fn has_selection(&self) -> bool {
        self.selection.is_some()
    }

    /// The parameters that have one value over all rows that the table was made with, whichever are left, with that
    /// value: they need no column. There are none if there were fewer than two rows, or if columns were selected.
    pub fn fixed(&self) -> Vec<(String, Value)> {
        let parameters = (0..self.columns.len()).filter(|&column| self.columns[column].role == Role::Parameter);
        let fixed = |column: usize| Some((self.labels[column].clone(), self.constants[column].clone()?));
        if self.selection.is_some() { Vec::new() } else { parameters.filter_map(fixed).collect() }
    }

    fn shows(&self, column: usize, audience: Audience) -> bool {
        if audience == Audience::Program {
            return shows_to_program(self.columns[column].role, || self.has_several(column), || self.is_known(column));
        }
        match self.columns[column].role {
            Role::Point | Role::Statistic => true,
            Role::Sweep => self.has_several(column),
            Role::Parameter => self.constants[column].is_none(),
            Role::Metric => self.is_empty() || self.is_known(column),
            Role::Status => !self.all_ok(),
            Role::Reason | Role::Attempt | Role::Detail => false,
        }
    }

    /// True if the table was made with several values in that column, whichever rows are left.
    fn has_several(&self, column: usize) -> bool {
        self.total() > 1 && self.constants[column].is_none()
    }

    /// True if any row has something in that column.
    fn is_known(&self, column: usize) -> bool {
        self.cells(column).any(|cell| !cell.is_missing())
    }
}

/// True if a program gets a column of that role where nobody chose any.
pub(super) fn shows_to_program(role: Role, varies: impl FnOnce() -> bool, is_known: impl FnOnce() -> bool) -> bool {
    match role {
        Role::Point | Role::Parameter | Role::Metric | Role::Status | Role::Statistic | Role::Detail => true,
        Role::Sweep => varies(),
        Role::Reason => is_known(),
        Role::Attempt => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Direction;
    use crate::table::testing;

    fn table(rows: &[&str]) -> Table {
        let columns = [
            ("point", Role::Point),
            ("sweep", Role::Sweep),
            ("w", Role::Parameter),
            ("g", Role::Parameter),
            ("score", Role::Metric),
            ("rate", Role::Metric),
            ("status", Role::Status),
            ("host", Role::Attempt),
            ("reason", Role::Reason),
        ];
        testing::table(columns, rows)
    }

    fn labels(table: &Table, audience: Audience) -> Vec<&str> {
        table.shown(audience).into_iter().map(|column| table.label(column)).collect()
    }

    #[test]
    fn a_reader_sees_what_differs_and_a_program_what_there_is() {
        let table = table(&["1 A 3.0 0.5 0.1 - ok here -", "2 A 3.00 1.0 0.2 - ok here -"]);
        assert_eq!(labels(&table, Audience::Reader), ["point", "g", "score"]);
        assert_eq!(labels(&table, Audience::Program), ["point", "w", "g", "score", "rate", "status"]);
        assert_eq!(table.fixed(), [("w".to_owned(), Value::number("3.0").unwrap())]);
    }

    #[test]
    fn several_sweeps_and_failures_show_and_reasons_to_programs() {
        let table = table(&["1 A 3.0 0.5 nan - ok here -", "1 B - 0.5 - - failed here exit=1"]);
        assert_eq!(labels(&table, Audience::Reader), ["point", "sweep", "w", "score", "status"]);
        assert_eq!(
            labels(&table, Audience::Program),
            ["point", "sweep", "w", "g", "score", "rate", "status", "reason"]
        );
        assert_eq!(table.fixed(), [("g".to_owned(), Value::number("0.5").unwrap())]);
    }

    #[test]
    fn of_several_sweeps_it_shows_which_even_if_rows_of_one_are_left() {
        let rows = ["1 A 3.0 0.5 0.1 - ok here -", "1 B 3.0 0.5 0.2 - ok here -", "2 B 3.0 1.0 0.3 - ok here -"];
        let mut table = table(&rows).with_objective("score", Direction::Minimize);
        table.best(1).unwrap();
        assert_eq!(labels(&table, Audience::Reader)[..2], ["point", "sweep"]);
        assert_eq!(labels(&table, Audience::Program)[..2], ["point", "sweep"]);
    }

    #[test]
    fn what_is_fixed_goes_by_all_rows_whichever_are_left() {
        let rows = ["1 A 3.0 0.5 0.1 - ok here -", "2 A 3.0 0.5 0.2 - ok here -", "3 A 3.0 1.0 0.3 - ok here -"];
        let mut table = table(&rows).with_objective("score", Direction::Minimize);
        let fixed = [("w".to_owned(), Value::number("3.0").unwrap())];
        table.best(2).unwrap();
        assert_eq!((table.fixed(), labels(&table, Audience::Reader)), (fixed.to_vec(), vec!["point", "g", "score"]));
        table.limit(1);
        assert_eq!((table.fixed(), labels(&table, Audience::Reader)), (fixed.to_vec(), vec!["point", "g", "score"]));
        table.sort(&["-point"]).unwrap();
        assert_eq!(table.fixed(), fixed);
    }

    #[test]
    fn nothing_is_fixed_in_a_single_row_or_among_selected_columns() {
        let mut single = table(&["1 A 3.0 0.5 0.1 - ok here -"]);
        assert_eq!(labels(&single, Audience::Reader), ["point", "w", "g", "score"]);
        assert_eq!(single.fixed(), []);
        single.limit(0);
        assert_eq!(labels(&single, Audience::Reader), ["point", "w", "g", "score", "rate"]);
        let mut selected = table(&["1 A 3.0 0.5 0.1 - ok here -", "2 A 3.0 1.0 0.2 - ok here -"]);
        selected.select(&["w", "score"]).unwrap();
        assert_eq!(labels(&selected, Audience::Reader), ["w", "score"]);
        assert_eq!(selected.fixed(), []);
    }
}
