//! What is known of a parameter beyond the values in the rows.

use super::{Role, Table};

/// How a parameter comes by its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The search varies it.
    #[default]
    Searched,
    /// It follows from others.
    Derived,
    /// It tells the repeats of a point apart, as a seed does.
    Repeat,
}

/// A parameter's origin, bounds and scale.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Factor {
    /// How it comes by its values.
    pub origin: Origin,
    /// The least and the greatest value of its domain, where more and less mean something.
    pub bounds: Option<(f64, f64)>,
    /// True if it has a value for every number between its bounds.
    pub is_continuous: bool,
    /// True if its values are even on a logarithmic scale.
    pub is_log: bool,
    /// True if its values are said to be categories, numbers or not.
    pub is_category: bool,
}

impl Table {
    /// Says what is known of a parameter; it need not be in the table.
    #[must_use]
    pub fn with_factor(mut self, parameter: impl Into<String>, factor: Factor) -> Self {
        self.factors.insert(parameter.into(), factor);
        self
    }

    /// What is known of the parameter in that column; nothing special if nobody said anything.
    pub fn factor(&self, column: usize) -> Factor {
        let column = &self.columns[column];
        if column.role == Role::Parameter {
            self.factors.get(&column.name).copied().unwrap_or_default()
        } else {
            Factor::default()
        }
    }

    /// The columns of parameters.
    pub fn parameters(&self) -> impl Iterator<Item = usize> {
        (0..self.columns.len()).filter(|&column| self.columns[column].role == Role::Parameter)
    }

    /// The columns of parameters that the search varies and that differ somewhere in the rows.
    pub fn varied(&self) -> Vec<usize> {
        let is_searched = |column: &usize| self.factor(*column).origin == Origin::Searched;
        self.parameters().filter(is_searched).filter(|&column| self.differs(column)).collect()
    }

    /// True if the rows differ in that column.
    pub fn differs(&self, column: usize) -> bool {
        self.cells(column).skip(1).any(|cell| !cell.same(self.cell(0, column)))
    }
}
