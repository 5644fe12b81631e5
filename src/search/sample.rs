//! A sample of a finite space without replacement.

use super::axis::Axes;
use super::draft::Draft;
use super::permutation::Permutation;
use super::sampler::Sampler;
use crate::space::Stream;

/// All combinations in an order that the seed decides: the first `n` are a sample of `n` without replacement, all of them
/// the whole space.
#[derive(Debug)]
pub(super) struct Sample {
    axes: Axes,
    size: u64,
    order: Permutation,
}

impl Sample {
    /// The sample of these axes; `None` where there is no end of combinations, or more than 64 bits count.
    pub(super) fn new(axes: &Axes, seed: u64) -> Option<Self> {
        let size = axes.size()?;
        Some(Self { axes: axes.clone(), size, order: Permutation::new(Stream::new(seed, "random:"), size) })
    }
}

impl Sampler for Sample {
    fn draft(&self, k: u64) -> Option<Draft> {
        if k < self.size { self.axes.combination(self.order.at(k)) } else { None }
    }

    fn count(&self) -> Option<u64> {
        Some(self.size)
    }

    fn is_distinct(&self) -> bool {
        true
    }

    fn patience(&self) -> Option<u64> {
        Some(10_000_000)
    }
}
