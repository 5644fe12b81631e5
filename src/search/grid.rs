//! The full grid: every combination of values.

use super::axis::Axes;
use super::draft::Draft;
use super::factors::Factors;
use super::permutation::Permutation;
use super::sampler::Sampler;
use crate::space::Stream;

/// The order in which the points of a grid come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As nested loops would, the last parameter varying fastest.
    #[default]
    Nested,
    /// An order that the seed decides, so that the first points are all over the grid.
    Shuffled,
}

/// The Cartesian product of the axes' values.
#[derive(Debug)]
pub(super) struct Grid {
    axes: Axes,
    shuffle: Option<Permutation>,
}

impl Grid {
    /// The grid over axes that have an end; one that more than 64 bits count is not shuffled.
    pub(super) fn new(axes: Axes, order: Order, seed: u64) -> Self {
        let shuffle = match order {
            Order::Nested => None,
            Order::Shuffled => axes.size().map(|size| Permutation::new(Stream::new(seed, "grid:"), size)),
        };
        Self { axes, shuffle }
    }
}

impl Sampler for Grid {
    fn draft(&self, k: u64) -> Option<Draft> {
        match &self.shuffle {
            Some(permutation) if self.axes.size().is_some_and(|size| k < size) => {
                self.axes.combination(permutation.at(k))
            }
            Some(_) => None,
            None => self.axes.combination(k),
        }
    }

    fn count(&self) -> Option<u64> {
        Some(self.axes.size().unwrap_or(u64::MAX))
    }

    fn factors(&self) -> Option<Factors> {
        self.axes.factors()
    }

    fn is_distinct(&self) -> bool {
        true
    }
}
