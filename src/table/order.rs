//! Sorting: numbers as numbers, text in natural order, what cannot be compared last.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::str::Chars;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::Sign;

use super::{CellRef, Table, TableError};
use crate::value::{Kind, Value};

/// Which end comes first. NaN and missing cells come last either way, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Ascending,
    Descending,
}

/// What of a cell decides its place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key<'a> {
    /// A number, and the cell that it came from: rounding to a double may hide a difference.
    Number(f64, CellRef<'a>),
    /// Text, after all numbers of the same column.
    Text(&'a str),
    NotANumber,
    Missing,
}

impl<'a> Key<'a> {
    pub(super) fn of(cell: impl Into<CellRef<'a>>) -> Self {
        let cell = cell.into();
        let number = match cell {
            CellRef::Missing => return Self::Missing,
            CellRef::Number(number) => number,
            CellRef::Value(value) => match value.as_f64() {
                Some(number) => number,
                None => return Self::Text(value.as_str()),
            },
        };
        if number.is_nan() { Self::NotANumber } else { Self::Number(number, cell) }
    }

    pub(super) fn compare(&self, other: &Self, order: Order) -> Ordering {
        let ordering = match (self, other) {
            (Self::Number(a, a_cell), Self::Number(b, b_cell)) => {
                a.partial_cmp(b).unwrap_or(Ordering::Equal).then_with(|| compare_exactly(*a_cell, *b_cell))
            }
            (Self::Text(a), Self::Text(b)) => natural(a, b),
            _ => self.rank().cmp(&other.rank()),
        };
        let comparable = self.rank().max(other.rank()) < Self::NotANumber.rank();
        if comparable && order == Order::Descending { ordering.reverse() } else { ordering }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Number(..) => 0,
            Self::Text(_) => 1,
            Self::NotANumber => 2,
            Self::Missing => 3,
        }
    }
}

/// Tells apart what is the same double. A double that we computed counts as its shortest decimal, and infinity is
/// beyond any number too large for a double: without these two the order would not be one.
fn compare_exactly(a: CellRef<'_>, b: CellRef<'_>) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    match (exact(a), exact(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (None, None) => Ordering::Equal,
        (Some(finite), None) => beyond(&finite).reverse(),
        (None, Some(finite)) => beyond(&finite),
    }
}

fn exact(cell: CellRef<'_>) -> Option<BigDecimal> {
    match cell {
        CellRef::Missing => None,
        CellRef::Number(number) => Value::float(number).exact(),
        CellRef::Value(value) if value.kind() == Kind::Bool => {
            Some(BigDecimal::from(u8::from(value.as_str() == "true")))
        }
        CellRef::Value(value) => value.exact(),
    }
}

/// How infinity of the same sign compares with a finite number.
fn beyond(finite: &BigDecimal) -> Ordering {
    if finite.sign() == Sign::Plus { Ordering::Greater } else { Ordering::Less }
}

/// The order in which a person files names: `run2` before `run10`. Names that differ only in leading zeros fall back on
/// the order of their characters, so that only equal names are equal.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.chars().peekable(), b.chars().peekable());
    loop {
        let ordering = match (left.peek().copied(), right.peek().copied()) {
            (None, None) => return a.cmp(b),
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, y) = (digits(&mut left), digits(&mut right));
                x.len().cmp(&y.len()).then_with(|| x.cmp(&y))
            }
            (x, y) => {
                left.next();
                right.next();
                x.cmp(&y)
            }
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
}

/// Takes a run of digits, and leaves out the zeros at its head.
fn digits(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut run = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        if digit != '0' || !run.is_empty() {
            run.push(digit);
        }
    }
    run
}

impl Table {
    /// Sorts the rows by these columns, the first of which counts most; `-` before a name puts the largest first.
    /// Rows that are equal in all of them keep their order.
    ///
    /// # Errors
    /// If a column is unknown or its name is ambiguous; the rows then stay as they are.
    pub fn sort<S: AsRef<str>>(&mut self, keys: &[S]) -> Result<(), TableError> {
        let keys = keys.iter().map(|key| self.sort_key(key.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let places: Vec<(Vec<Key<'_>>, Order)> =
            keys.into_iter().map(|(column, order)| (self.cells(column).map(Key::of).collect(), order)).collect();
        let mut indices: Vec<usize> = (0..self.len()).collect();
        indices.sort_by(|&a, &b| {
            places.iter().fold(Ordering::Equal, |so_far, (places, order)| {
                so_far.then_with(|| places[a].compare(&places[b], *order))
            })
        });
        self.arrange(&indices);
        Ok(())
    }

    pub(super) fn sort_key(&self, key: &str) -> Result<(usize, Order), TableError> {
        match (self.column(key), key.strip_prefix('-')) {
            (Err(_), Some(name)) => self.column(name).map(|column| (column, Order::Descending)),
            (found, _) => found.map(|column| (column, Order::Ascending)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Cell;
    use crate::table::{Column, Role};
    use proptest::prelude::*;

    fn table(cells: Vec<Cell>) -> Table {
        let rows = cells.into_iter().zip(1..).map(|(cell, point)| vec![Cell::Value(Value::integer(point)), cell]);
        let columns = vec![Column::new("point", Role::Point), Column::new("x", Role::Metric)];
        Table::new(columns, rows.collect()).unwrap()
    }

    fn points(table: &Table) -> Vec<i64> {
        table.cells(0).map(|cell| cell.to_text().parse().unwrap()).collect()
    }

    fn sorted(cells: &[Cell], keys: &[&str]) -> Vec<i64> {
        let mut table = table(cells.to_vec());
        table.sort(keys).unwrap();
        points(&table)
    }

    fn guess(literal: &str) -> Cell {
        Cell::Value(Value::guess(literal))
    }

    #[test]
    fn numbers_sort_as_numbers_with_nan_and_missing_last_both_ways() {
        let cells =
            [guess("10"), Cell::Missing, guess("9"), guess("nan"), guess("-inf"), Cell::Number(9.5), guess("1e2")];
        assert_eq!(sorted(&cells, &["x"]), [5, 3, 6, 1, 7, 4, 2]);
        assert_eq!(sorted(&cells, &["-x"]), [7, 1, 6, 3, 5, 4, 2]);
    }

    #[test]
    fn what_is_one_double_is_still_told_apart() {
        let cells = [guess("9007199254740993"), guess("9007199254740992"), guess("9007199254740992.0")];
        assert_eq!(sorted(&cells, &["x"]), [2, 3, 1]);
    }

    #[test]
    fn text_sorts_naturally_after_numbers() {
        let cells = [guess("run10"), guess("run2"), guess("run"), guess("7"), guess("run02"), guess("a")];
        assert_eq!(sorted(&cells, &["x"]), [4, 6, 3, 5, 2, 1]);
    }

    #[test]
    fn equal_rows_keep_their_order_both_ways_and_the_second_key_decides() {
        let cells = [guess("1"), guess("2.0"), guess("1.0"), guess("2")];
        assert_eq!(sorted(&cells, &["x"]), [1, 3, 2, 4]);
        assert_eq!(sorted(&cells, &["-x"]), [2, 4, 1, 3]);
        assert_eq!(sorted(&cells, &["x", "-point"]), [3, 1, 4, 2]);
    }

    #[test]
    fn an_unknown_key_leaves_the_rows_alone() {
        let mut table = table(vec![guess("2"), guess("1")]);
        let message = table.sort(&["x", "-pont"]).unwrap_err().to_string();
        assert_eq!(message, "no column `pont`; did you mean `point`? The columns are point, x");
        assert_eq!(points(&table), [1, 2]);
    }

    fn cell() -> impl Strategy<Value = Cell> {
        prop_oneof![
            Just(Cell::Missing),
            prop_oneof![any::<f64>(), Just(f64::NAN), Just(0.5)].prop_map(Cell::Number),
            prop_oneof!["[0-3]", "[0-3]\\.0", "[ab]?[0-9]{0,3}[ab]?", "[0-9]{15,19}", "-?1e999[89]?", "-?inf", "true"]
                .prop_map(|text| guess(&text)),
        ]
    }

    proptest! {
        #[test]
        fn sorting_is_a_stable_permutation(cells in prop::collection::vec(cell(), 0..40), descending: bool) {
            let order = if descending { Order::Descending } else { Order::Ascending };
            let mut table = table(cells.clone());
            table.sort(&[if descending { "-x" } else { "x" }]).unwrap();
            let order_after = points(&table);
            let mut all = order_after.clone();
            all.sort_unstable();
            prop_assert_eq!(all, (1..=i64::try_from(cells.len()).unwrap()).collect::<Vec<_>>());
            for pair in order_after.windows(2) {
                let [a, b] = [pair[0], pair[1]].map(|point| Key::of(&cells[usize::try_from(point).unwrap() - 1]));
                let ordering = a.compare(&b, order);
                prop_assert!(ordering.is_lt() || ordering.is_eq() && pair[0] < pair[1]);
            }
        }

        #[test]
        fn the_order_is_total(a in cell(), b in cell(), c in cell()) {
            let [a, b, c] = [&a, &b, &c].map(Key::of);
            let compare = |x: &Key<'_>, y: &Key<'_>| x.compare(y, Order::Ascending);
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
        }
    }
}
