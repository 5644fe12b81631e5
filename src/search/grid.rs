//! The full grid: every combination, the last parameter varying fastest.

use super::{Proposal, Strategy};
use crate::point::{ParamName, Point};
use crate::value::Value;

/// The Cartesian product of the parameters' values.
#[derive(Clone, Debug)]
pub struct Grid {
    axes: Vec<(ParamName, Vec<Value>)>,
}

impl Grid {
    /// The grid over these axes, in the definition's order.
    ///
    /// ```
    /// use gitsweep::point::ParamName;
    /// use gitsweep::search::{Grid, Strategy as _};
    /// use gitsweep::value::Value;
    /// let axis = |name: &str, numbers: &[i64]| {
    ///     (ParamName::new(name).unwrap(), numbers.iter().map(|n| Value::integer(*n)).collect::<Vec<_>>())
    /// };
    /// let grid = Grid::new(vec![axis("a", &[1, 2]), axis("b", &[3, 4, 5])]);
    /// let points: Vec<String> = (0..6).map(|k| grid.propose(k).unwrap().point.to_string()).collect();
    /// assert_eq!(points, ["a=1 b=3", "a=1 b=4", "a=1 b=5", "a=2 b=3", "a=2 b=4", "a=2 b=5"]);
    /// assert_eq!(grid.total(), Some(6));
    /// assert!(grid.propose(6).is_none());
    /// ```
    pub fn new(axes: Vec<(ParamName, Vec<Value>)>) -> Self {
        Self { axes }
    }

    /// Which value of each axis the point after `laid` others takes.
    pub fn indices(&self, laid: u64) -> Option<Vec<usize>> {
        let mut rest = usize::try_from(laid).ok()?;
        let mut indices = vec![0; self.axes.len()];
        for (index, (_, values)) in indices.iter_mut().zip(&self.axes).rev() {
            *index = rest % values.len();
            rest /= values.len();
        }
        (rest == 0).then_some(indices)
    }
}

impl Strategy for Grid {
    /// `None` if the product does not fit in 64 bits.
    fn total(&self) -> Option<u64> {
        self.axes.iter().try_fold(1u64, |total, (_, values)| total.checked_mul(values.len() as u64))
    }

    fn propose(&self, laid: u64) -> Option<Proposal> {
        let indices = self.indices(laid)?;
        let values = self.axes.iter().zip(indices).map(|((name, values), at)| (name.clone(), values[at].clone()));
        Some(Proposal { point: Point::new(values.collect()), by: None })
    }
}
