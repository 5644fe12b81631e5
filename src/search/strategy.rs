//! Strategies as they are set, and the samplers that they become.

use std::cell::OnceCell;

use anyhow::Result;

use super::axis::Axes;
use super::cube::{Cube, Sequence, labels};
use super::grid::{Grid, Order};
use super::halton::Halton;
use super::independent::Independent;
use super::kind::StrategyKind;
use super::latin_hypercube::LatinHypercube;
use super::line::{Base, Line};
use super::list::{List, Row};
use super::mixture::Share;
use super::sample::Sample;
use super::sampler::Sampler;
use super::sobol::Sobol;
use super::space::Space;
use crate::hint;

/// How points are chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Strategy {
    /// Every combination of every parameter's values.
    Grid(Order),
    /// One parameter at a time, around a base point.
    Line(Base),
    /// Where the space is finite a sample without replacement, else independent draws.
    Random,
    /// A latin hypercube of as many points as there are trials; further ones where that leaves some to be found.
    LatinHypercube,
    /// The Sobol sequence, scrambled.
    Sobol,
    /// The Halton sequence, scrambled.
    Halton,
    /// These points.
    List(Vec<Row>),
    /// For each point one of these. A part that comes to its end leaves the rest to the others.
    Mixture(Vec<Share>),
}

impl Strategy {
    /// Its name.
    pub fn kind(&self) -> StrategyKind {
        match self {
            Self::Grid(_) => StrategyKind::Grid,
            Self::Line(_) => StrategyKind::Line,
            Self::Random => StrategyKind::Random,
            Self::LatinHypercube => StrategyKind::LatinHypercube,
            Self::Sobol => StrategyKind::Sobol,
            Self::Halton => StrategyKind::Halton,
            Self::List(_) => StrategyKind::List,
            Self::Mixture(_) => StrategyKind::Mixture,
        }
    }
}

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
