//! Drafts: what a strategy has chosen, before what follows from it.

use crate::value::Value;

/// One value for each free parameter, in the definition's order; `None` where a user's list leaves one out.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft(Vec<Option<Value>>);

impl Draft {
    /// These values of the free parameters, in the definition's order.
    pub fn new(values: Vec<Value>) -> Self {
        Self(values.into_iter().map(Some).collect())
    }

    /// Nothing chosen for any of `count` free parameters.
    pub(super) fn blank(count: usize) -> Self {
        Self(vec![None; count])
    }

    pub(super) fn set(&mut self, parameter: usize, value: Option<Value>) {
        self.0[parameter] = value;
    }

    pub(super) fn take(&mut self, parameter: usize) -> Option<Value> {
        self.0.get_mut(parameter).and_then(Option::take)
    }

    /// All values; the first parameter without one if any is left out.
    pub(super) fn into_values(self) -> Result<Vec<Value>, usize> {
        self.0.into_iter().enumerate().map(|(parameter, value)| value.ok_or(parameter)).collect()
    }
}
