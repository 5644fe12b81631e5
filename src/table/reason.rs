//! Why rows lack a result, each reason once.

use indexmap::IndexMap;

use super::{Role, Table};

impl Table {
    /// Each reason that occurs with its rows, that of the most rows first. There are none if columns were selected: the
    /// reason is then one of them, or nobody asked for it.
    pub fn reasons(&self) -> Vec<(&str, Vec<usize>)> {
        let Some(column) = self.column_of(Role::Reason).filter(|_| self.selection.is_none()) else { return Vec::new() };
        let mut reasons: IndexMap<&str, Vec<usize>> = IndexMap::new();
        for (index, cell) in self.cells(column).enumerate() {
            if let Some(reason) = cell.as_text() {
                reasons.entry(reason).or_default().push(index);
            }
        }
        let mut reasons: Vec<(&str, Vec<usize>)> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Cell, Column};

    #[test]
    fn each_reason_is_told_once_the_most_frequent_first() {
        let reasons = [None, Some("slow"), Some("late"), None, Some("late"), Some("odd"), Some("late"), Some("odd")];
        let rows = reasons.iter().map(|reason| vec![Cell::text(*reason)]).collect();
        let mut table = Table::new(vec![Column::new("reason", Role::Reason)], rows).unwrap();
        assert_eq!(table.reasons(), [("late", vec![2, 4, 6]), ("odd", vec![5, 7]), ("slow", vec![1])]);
        table.limit(3);
        assert_eq!(table.reasons(), [("slow", vec![1]), ("late", vec![2])]);
        table.select(&["reason"]).unwrap();
        assert_eq!(table.reasons(), []);
    }

    #[test]
    fn a_table_without_a_reason_column_has_none() {
        let table = Table::new(vec![Column::new("g", Role::Parameter)], vec![vec![Cell::text(Some("g"))]]).unwrap();
        assert_eq!(table.reasons(), []);
    }
}
