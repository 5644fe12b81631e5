//! How many rows have which status.

use super::{Role, Table};
use crate::record::Status;

/// The order in which statuses are told: results, what went wrong, what is still to come.
fn rank(status: &str) -> usize {
    let told = Status::ALL.iter().map(|status| status.as_str()).chain(["running", "queued", "pending"]);
    told.into_iter().position(|told| told == status).unwrap_or(usize::MAX)
}

/// What stands for a status that is missing.
const UNKNOWN: &str = "unknown";

impl Table {
    /// Each status that occurs with the number of its rows, `ok` first; `None` if the table has no status column.
    pub fn statuses(&self) -> Option<Vec<(&str, usize)>> {
        let column = self.column_of(Role::Status)?;
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for cell in self.cells(column) {
            let status = cell.as_text().unwrap_or(UNKNOWN);
            match counts.iter_mut().find(|(counted, _)| *counted == status) {
                Some((_, count)) => *count += 1,
                None => counts.push((status, 1)),
            }
        }
        counts.sort_by_key(|&(status, _)| rank(status));
        Some(counts)
    }

    /// True unless some row is known to be other than `ok`.
    pub(super) fn all_ok(&self) -> bool {
        (0..self.len()).all(|row| self.is_ok(row))
    }

    /// True if the row is of a run that was stopped early.
    pub fn is_stopped(&self, row: usize) -> bool {
        self.column_of(Role::Status)
            .is_some_and(|column| self.cell(row, column).as_text() == Some(Status::Stopped.as_str()))
    }

    /// True if the row is `ok`, or the table knows no statuses.
    pub fn is_ok(&self, row: usize) -> bool {
        self.column_of(Role::Status).is_none_or(|column| self.cell(row, column).as_text() == Some(Status::Ok.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Cell, Column};

    #[test]
    fn statuses_are_counted_in_the_order_in_which_they_are_told() {
        let statuses = ["pending", "ok", "odd", "failed", "ok", "timeout"].map(|status| vec![Cell::text(Some(status))]);
        let mut rows = statuses.to_vec();
        rows.push(vec![Cell::Missing]);
        let table = Table::new(vec![Column::new("status", Role::Status)], rows).unwrap();
        let expected = [("ok", 2), ("failed", 1), ("timeout", 1), ("pending", 1), ("odd", 1), ("unknown", 1)];
        assert_eq!(table.statuses().unwrap(), expected);
        assert!(!table.all_ok());
    }

    #[test]
    fn a_table_without_statuses_has_no_counts() {
        let table = Table::new(vec![Column::new("g", Role::Parameter)], vec![vec![Cell::Missing]]).unwrap();
        assert_eq!(table.statuses(), None);
        assert!(table.all_ok());
    }
}
