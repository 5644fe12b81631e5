//! The best part of the rows: `5%`, or a number of them.

use std::str::FromStr;

use anyhow::Result;

use super::{Table, TableError};
use crate::hint;

/// A number of rows, or a part of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Share {
    /// So many.
    Count(usize),
    /// So much of them, from 0 to 100.
    Percent(f64),
}

impl FromStr for Share {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let share = match text.trim().strip_suffix('%') {
            Some(percent) => {
                percent.trim().parse().ok().filter(|percent| (0.0..=100.0).contains(percent)).map(Self::Percent)
            }
            None => text.trim().parse().ok().map(Self::Count),
        };
        share.ok_or_else(|| hint::error(format!("`{text}` is no part of the points"), "say 5% or 10"))
    }
}

impl Table {
    /// Keeps the best rows by the objective, the best first: a number of them, or a part of those that have one, rounded
    /// up. See [`Table::best`].
    ///
    /// # Errors
    /// As [`Table::best`].
    pub fn top(&mut self, share: Share) -> Result<(), TableError> {
        let count = match share {
            Share::Count(count) => count,
            Share::Percent(percent) => {
                // Ten of a hundred are 10%, whatever the product is as a double.
                let exact = percent * self.with_objective_known()? as f64 / 100.0;
                (exact - 1e-9 * exact).ceil() as usize
            }
        };
        self.best(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Direction;
    use crate::table::{Cell, Column, Role};

    fn left(rows: usize, share: &str) -> usize {
        let numbers = (0..rows).map(|row| vec![Cell::Number(row as f64)]);
        let rows = numbers.chain([vec![Cell::Missing]]).collect();
        let table = Table::new(vec![Column::new("score", Role::Metric)], rows).unwrap();
        let mut table = table.with_objective("score", Direction::Maximize);
        table.top(share.parse().unwrap()).unwrap();
        table.len()
    }

    #[test]
    fn a_part_is_of_the_rows_that_have_the_objective() {
        assert_eq!(
            [left(100, "5%"), left(10, "5%"), left(100, "10"), left(3, "10"), left(100, "7%")],
            [5, 1, 10, 3, 7]
        );
        assert_eq!([left(100, "0%"), left(100, "100%"), left(0, "5%")], [0, 100, 0]);
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for text in ["5 %%", "101%", "-1", "half", "", "nan%"] {
            let error = text.parse::<Share>().unwrap_err();
            assert_eq!(hint::hints(&error), ["say 5% or 10"], "{text}");
        }
    }
}
