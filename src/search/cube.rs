//! Sequences in the unit cube, carried over to the space.

use std::fmt;

use super::axis::{Axes, Axis};
use super::draft::Draft;
use super::sampler::Sampler;

/// A sequence of points in the unit cube.
pub(super) trait Sequence: fmt::Debug + Send + Sync {
    /// Coordinate number `dimension` of point `k`, strictly between 0 and 1.
    fn unit(&self, dimension: usize, k: u64) -> f64;
}

/// A sequence in the unit cube, each coordinate spread over an axis that has more than one value.
#[derive(Debug)]
pub(super) struct Cube<S> {
    axes: Axes,
    sequence: S,
}

impl<S: Sequence> Cube<S> {
    /// The points of `sequence`, which has a dimension for each label of [`labels`], in these axes.
    pub(super) fn new(axes: &Axes, sequence: S) -> Self {
        Self { axes: axes.clone(), sequence }
    }
}

/// What the random numbers of each dimension are called: with the name of a parameter, so that another parameter in the
/// definition leaves them as they are.
pub(super) fn labels(axes: &Axes) -> Vec<&str> {
    axes.varying().map(Axis::label).collect()
}

impl<S: Sequence> Sampler for Cube<S> {
    fn draft(&self, k: u64) -> Option<Draft> {
        let mut draft = self.axes.blank();
        for (dimension, axis) in self.axes.varying().enumerate() {
            axis.put_unit(&mut draft, self.sequence.unit(dimension, k));
        }
        Some(draft)
    }

    fn count(&self) -> Option<u64> {
        None
    }

    fn patience(&self) -> Option<u64> {
        Some(100_000)
    }
}
