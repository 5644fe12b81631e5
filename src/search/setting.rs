//! Settings: what the samplers of a search are made from.

use std::cell::OnceCell;

use anyhow::Result;

use super::axis::Axes;
use super::cube::{Cube, Sequence, labels};
use super::grid::Grid;
use super::halton::Halton;
use super::independent::Independent;
use super::latin_hypercube::LatinHypercube;
use super::line::Line;
use super::list::List;
use super::sample::Sample;
use super::sampler::Sampler;
use super::sobol::Sobol;
use super::space::Space;
use super::strategy::Strategy;
use crate::hint;

/// What samplers are made from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    pub(super) space: &'a Space,
    /// All of it, once something has asked for it.
    pub(super) whole: &'a OnceCell<Axes>,
    pub(super) seed: u64,
    pub(super) trials: Option<u64>,
    pub(super) grid_points: Option<usize>,
}

impl<'a> Setting<'a> {
    /// All values of the space.
    pub(super) fn whole(self) -> &'a Axes {
        self.whole.get_or_init(|| Axes::whole(self.space))
    }

    /// The sampler of a strategy other than a mixture.
    ///
    /// # Errors
    /// If the strategy cannot handle the space.
    pub(super) fn sampler(self, strategy: &Strategy) -> Result<Box<dyn Sampler>> {
        let Self { space, seed, .. } = self;
        Ok(match strategy {
            Strategy::Grid(order) => Box::new(Grid::new(Axes::grid(space, self.grid_points)?, *order, seed)),
            Strategy::Line(base) => Box::new(Line::new(space, Axes::grid(space, self.grid_points)?, *base)),
            Strategy::Random => match Sample::new(self.whole(), seed) {
                Some(sample) => Box::new(sample),
                None => self.cube(Independent::new(seed, &self.labels())),
            },
            Strategy::LatinHypercube => self.cube(LatinHypercube::new(seed, &self.labels(), self.parts()?)),
            Strategy::Sobol => self.cube(Sobol::new(seed, &self.labels())?),
            Strategy::Halton => self.cube(Halton::new(seed, &self.labels())),
            Strategy::List(rows) => Box::new(List::new(space, rows)?),
            Strategy::Mixture(_) => {
                return Err(hint::error("a mixture cannot be part of a mixture", "name its parts instead"));
            }
        })
    }

    fn cube(self, sequence: impl Sequence + 'static) -> Box<dyn Sampler> {
        Box::new(Cube::new(self.whole(), sequence))
    }

    fn labels(self) -> Vec<&'a str> {
        labels(self.whole())
    }

    /// Into how many parts a latin hypercube cuts each range.
    fn parts(self) -> Result<u64> {
        self.trials.ok_or_else(|| {
            hint::error(
                "a latin hypercube cuts each parameter's range into as many parts as there are trials, and it is not said how many",
                "set the number of trials: trials = 20 under [search], or --trials 20",
            )
        })
    }
}
