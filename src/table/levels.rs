//! The distinct values of a column, in order, and which of them each row has.

use std::collections::HashMap;

use super::order::{Key, Order};
use super::{Cell, CellRef, Table};

/// The distinct values of a column: `0.10` and `0.1` are one, and missing is one too.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    /// The values: numbers, then text, then NaN, then missing; each as the first row that has it spells it.
    pub cells: Vec<Cell>,
    /// The number of the value of each row.
    pub of_row: Vec<usize>,
}

impl Levels {
    /// True if every value is a number, and finite.
    pub fn are_numbers(&self) -> bool {
        self.cells.iter().all(|cell| finite(cell).is_some())
    }
}

/// The finite number in a cell; none if it is text, a truth value or missing.
pub fn finite<'a>(cell: impl Into<CellRef<'a>>) -> Option<f64> {
    cell.into().as_number().filter(|number| number.is_finite())
}

impl Table {
    /// The distinct values of a column.
    pub fn levels(&self, column: usize) -> Levels {
        // Most rows spell a value as an earlier one does; only new spellings are compared as numbers.
        let mut spellings: HashMap<(bool, &str), usize> = HashMap::new();
        let mut found: Vec<(CellRef<'_>, usize)> = Vec::new();
        let mut of_row = Vec::with_capacity(self.len());
        let mut numbers: HashMap<u64, Vec<usize>> = HashMap::new();
        for cell in self.cells(column) {
            let spelling = match cell {
                CellRef::Value(value) => Some((value.is_number(), value.as_str())),
                _ => None,
            };
            let known = spelling.and_then(|spelling| spellings.get(&spelling).copied());
            let level = known.unwrap_or_else(|| {
                let bucket = numbers.entry(bucket(cell)).or_default();
                let level =
                    bucket.iter().copied().find(|&level| found[level].0.same(cell) || alike(found[level].0, cell));
                let level = level.unwrap_or_else(|| {
                    bucket.push(found.len());
                    found.push((cell, found.len()));
                    found.len() - 1
                });
                if let Some(spelling) = spelling {
                    spellings.insert(spelling, level);
                }
                level
            });
            of_row.push(level);
        }
        found.sort_by(|(a, _), (b, _)| Key::of(*a).compare(&Key::of(*b), Order::Ascending));
        let mut place = vec![0; found.len()];
        for (new, (_, old)) in found.iter().enumerate() {
            place[*old] = new;
        }
        of_row.iter_mut().for_each(|level| *level = place[*level]);
        Levels { cells: found.into_iter().map(|(cell, _)| cell.to_cell()).collect(), of_row }
    }
}

/// Cells that are the same have the same.
fn bucket(cell: CellRef<'_>) -> u64 {
    let number = match cell {
        CellRef::Missing => return 1,
        CellRef::Number(number) => Some(number),
        CellRef::Value(value) => value.as_f64(),
    };
    match number {
        None => 2,
        Some(number) if number.is_nan() => 3,
        // The two zeros are the same number.
        Some(number) => (number + 0.0).to_bits(),
    }
}

/// True if a computed number and a written one are equal, or both are NaN.
fn alike(a: CellRef<'_>, b: CellRef<'_>) -> bool {
    let one_is_computed = matches!(a, CellRef::Number(_)) || matches!(b, CellRef::Number(_));
    match (a.as_number(), b.as_number()) {
        (Some(a), Some(b)) => (a.is_nan() && b.is_nan()) || (one_is_computed && a == b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Column, Role};
    use crate::value::Value;

    fn levels(cells: Vec<Cell>) -> (Vec<String>, Vec<usize>) {
        let rows = cells.into_iter().map(|cell| vec![cell]).collect();
        let levels = Table::new(vec![Column::new("x", Role::Parameter)], rows).unwrap().levels(0);
        (levels.cells.iter().map(|cell| cell.spell(&mut String::new()).to_owned()).collect(), levels.of_row)
    }

    fn guess(literal: &str) -> Cell {
        Cell::Value(Value::guess(literal))
    }

    #[test]
    fn equal_numbers_are_one_value_and_all_are_in_order() {
        let cells = ["10", "0.10", "b", "9", "0.1", "-0.0", "0", "1e-1"].map(guess).to_vec();
        assert_eq!(
            levels(cells),
            (["-0.0", "0.10", "9", "10", "b"].map(str::to_owned).to_vec(), vec![3, 1, 4, 2, 1, 0, 0, 1])
        );
    }

    #[test]
    fn nan_and_missing_are_values_and_text_is_no_number() {
        let text = Cell::text(Some("3"));
        let cells = vec![
            guess("nan"),
            Cell::Missing,
            text,
            guess("3"),
            Cell::Number(3.0),
            Cell::Number(f64::NAN),
            Cell::Missing,
        ];
        assert_eq!(levels(cells), (["3", "3", "nan", ""].map(str::to_owned).to_vec(), vec![2, 3, 1, 0, 0, 2, 3]));
    }

    #[test]
    fn numbers_that_are_one_double_are_told_apart() {
        let (cells, of_row) = levels(["9007199254740993", "9007199254740992"].map(guess).to_vec());
        assert_eq!((cells.len(), of_row), (2, vec![1, 0]));
    }
}
