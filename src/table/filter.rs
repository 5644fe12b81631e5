//! Keeping the rows for which an expression holds.

use std::collections::HashSet;

use anyhow::Result;

use super::{CellRef, Role, Table, TableError};
use crate::expr::Expression;

impl Table {
    /// Keeps the rows for which `expression` holds. A name in it is that of a column, shown or not; a cell that is
    /// missing compares as missing: see [`Expression::matches`].
    ///
    /// # Errors
    /// If a name is that of no column, or of more than one; the rows then stay as they are.
    pub fn filter(&mut self, expression: &Expression) -> Result<()> {
        let columns = expression.variables().iter().map(|name| self.column(name));
        let columns = columns.collect::<Result<Vec<usize>, TableError>>().map_err(|error| match error {
            TableError::UnknownColumn { .. } => {
                let known: Vec<&str> = self
                    .labels
                    .iter()
                    .map(String::as_str)
                    .chain(self.columns.iter().map(|column| &*column.name))
                    .collect();
                expression.check(&known).map_or_else(crate::expr::ExpressionError::into_hinted, |()| error.into())
            }
            error => error.into(),
        })?;
        let of_name = |row: usize, name: &str| {
            let place = expression.variables().iter().position(|variable| variable == name)?;
            self.cell(row, columns[place]).to_value()
        };
        let kept: Vec<usize> =
            (0..self.len()).filter(|&row| expression.matches(&|name: &str| of_name(row, name))).collect();
        self.arrange(&kept);
        Ok(())
    }

    /// Keeps the rows of the points of these numbers, whichever sweep they are of.
    pub fn keep_points(&mut self, points: &HashSet<u64>) {
        let column = self.columns.iter().position(|column| column.role == Role::Point);
        let number = |cell: CellRef<'_>| cell.spell(&mut String::new()).parse().ok();
        let is_kept = |row| column.and_then(|at| number(self.cell(row, at))).is_some_and(|it| points.contains(&it));
        let kept: Vec<usize> = (0..self.len()).filter(|&row| is_kept(row)).collect();
        self.arrange(&kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hint::hints;
    use crate::table::{Role, testing};

    fn table() -> Table {
        let columns = [
            ("point", Role::Point),
            ("g_e", Role::Parameter),
            ("rate", Role::Parameter),
            ("rate", Role::Metric),
            ("status", Role::Status),
        ];
        let rows = ["1 0.5 a 0.1 ok", "2 1.0 a nan ok", "3 1.5 b - failed", "4 2.0 b 3 ok"];
        testing::table(columns, &rows)
    }

    fn filtered(expression: &str) -> Vec<String> {
        let mut table = table();
        table.filter(&Expression::parse(expression).unwrap()).unwrap();
        table.cells(0).map(CellRef::to_text).collect()
    }

    #[test]
    fn rows_are_kept_by_any_column() {
        assert_eq!(filtered("status == 'ok' and g_e > 0.5"), ["2", "4"]);
        assert_eq!(filtered("metric.rate < 1 or param.rate == 'b'"), ["1", "3", "4"]);
        assert_eq!(filtered("point in [2, 3]"), ["2", "3"]);
        assert_eq!(filtered("false"), [""; 0]);
    }

    #[test]
    fn what_is_missing_compares_as_missing() {
        assert_eq!(filtered("metric.rate < 1"), ["1"]);
        assert_eq!(filtered("metric.rate != 3"), ["1", "2"]);
        assert_eq!(filtered("metric.rate is missing"), ["3"]);
    }

    #[test]
    fn an_unknown_column_is_refused_with_its_place_and_the_near_miss() {
        let error = table().filter(&Expression::parse("status == 'ok' and g_x > 1").unwrap()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("there is no `g_x`\n    status == 'ok' and g_x > 1\n                       ^^^"),
            "{error}"
        );
        assert_eq!(hints(&error), ["did you mean `g_e`?"]);
        let error = table().filter(&Expression::parse("rate > 1").unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "`rate` names more than one column: say `param.rate` or `metric.rate`");
    }
}
