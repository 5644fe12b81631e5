//! What sort of values a column has, for formats whose columns are typed.

use bigdecimal::ToPrimitive as _;

use crate::table::{CellRef, Column, Role, Table};
use crate::value::{Kind, ValueRef};

/// What all known values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnKind {
    /// Whole numbers of 64 bits.
    Integer,
    /// Doubles.
    Real,
    /// Truth values.
    Truth,
    /// Text, and whatever is of more than one kind.
    Text,
}

impl ColumnKind {
    /// The narrowest kind that holds every value of the column; where none is known, the one that its name promises.
    pub(super) fn of(table: &Table, column: usize) -> Self {
        let kinds = table.cells(column).filter_map(Self::of_cell);
        kinds.reduce(Self::or).unwrap_or_else(|| Self::promised(&table.columns()[column]))
    }

    fn of_cell(cell: CellRef<'_>) -> Option<Self> {
        match cell {
            CellRef::Missing => None,
            CellRef::Number(_) => Some(Self::Real),
            CellRef::Value(value) => Some(match value.kind() {
                Kind::Bool => Self::Truth,
                Kind::Integer if integer(value).is_some() => Self::Integer,
                Kind::Integer | Kind::Decimal => Self::Real,
                Kind::Text => Self::Text,
            }),
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (same, other) if same == other => same,
            (Self::Integer, Self::Real) | (Self::Real, Self::Integer) => Self::Real,
            _ => Self::Text,
        }
    }

    fn promised(column: &Column) -> Self {
        match (column.role, column.name.as_str()) {
            (Role::Point, _) | (Role::Attempt, "attempt" | "attempts" | "exit" | "signal" | "memory" | "known") => {
                Self::Integer
            }
            (Role::Metric | Role::Statistic | Role::Detail, _) | (Role::Attempt, "seconds") => Self::Real,
            _ => Self::Text,
        }
    }
}

/// The whole number that a value spells, in whatever base, if 64 bits hold it.
pub(super) fn integer(value: ValueRef<'_>) -> Option<i64> {
    if value.kind() != Kind::Integer {
        return None;
    }
    value.as_str().parse().ok().or_else(|| value.exact()?.to_i64())
}

/// The cell as a double; `None` if it is missing or no number.
pub(super) fn real(cell: CellRef<'_>) -> Option<f64> {
    match cell {
        CellRef::Missing => None,
        CellRef::Number(number) => Some(number),
        CellRef::Value(value) => value.as_f64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{number, table, text};
    use crate::table::Cell;
    use crate::value::Value;

    fn kind(cells: &[Cell]) -> ColumnKind {
        ColumnKind::of(&table(&["param:g"], cells.iter().map(|cell| vec![cell.clone()]).collect()), 0)
    }

    #[test]
    fn the_narrowest_kind_that_holds_all() {
        let truth = Cell::Value(Value::bool(true));
        assert_eq!(kind(&[number("1"), Cell::Missing, number("0x1F")]), ColumnKind::Integer);
        assert_eq!(kind(&[number("1"), number("2.5")]), ColumnKind::Real);
        assert_eq!(kind(&[number("1"), number("12345678901234567890")]), ColumnKind::Real);
        assert_eq!(kind(&[number("1"), Cell::Number(2.0)]), ColumnKind::Real);
        assert_eq!(kind(&[truth.clone(), Cell::Missing]), ColumnKind::Truth);
        assert_eq!(kind(&[truth, number("1")]), ColumnKind::Text);
        assert_eq!(kind(&[number("1"), text("auto")]), ColumnKind::Text);
        assert_eq!(kind(&[Cell::Missing]), ColumnKind::Text);
        assert_eq!(ColumnKind::of(&table(&["metric:m"], Vec::new()), 0), ColumnKind::Real);
    }

    #[test]
    fn whole_numbers_of_any_base() {
        let read = |literal: &str| integer(Value::number(literal).unwrap().view());
        assert_eq!([read("-5"), read("+7"), read("0x1F"), read("007")], [Some(-5), Some(7), Some(31), Some(7)]);
        assert_eq!([read("9223372036854775808"), read("1.0")], [None, None]);
    }
}
