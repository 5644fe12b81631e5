//! Strategies as they are set, and the samplers that they become.

use anyhow::Result;

use super::axis::Axes;
use super::cube::{Cube, labels};
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
    /// All of it.
    pub(super) whole: &'a Axes,
    pub(super) seed: u64,
    pub(super) trials: Option<u64>,
    pub(super) grid_points: Option<usize>,
}

impl Setting<'_> {
    /// The sampler of a strategy other than a mixture.
    ///
    /// # Errors
    /// If the strategy cannot handle the space.
    pub(super) fn sampler(self, strategy: &Strategy) -> Result<Box<dyn Sampler>> {
        let Self { space, whole: axes, seed, trials, grid_points } = self;
        Ok(match strategy {
            Strategy::Grid(order) => Box::new(Grid::new(Axes::grid(space, grid_points)?, *order, seed)),
            Strategy::Line(base) => Box::new(Line::new(space, Axes::grid(space, grid_points)?, *base)),
            Strategy::Random => match Sample::new(axes, seed) {
                Some(sample) => Box::new(sample),
                None => Box::new(Cube::new(axes, Independent::new(seed, &labels(axes)))),
            },
            Strategy::LatinHypercube => {
                let parts = trials.ok_or_else(|| {
                    hint::error(
                        "a latin hypercube cuts each parameter's range into as many parts as there are trials, and it is not said how many",
                        "set the number of trials",
                    )
                })?;
                Box::new(Cube::new(axes, LatinHypercube::new(seed, &labels(axes), parts)))
            }
            Strategy::Sobol => Box::new(Cube::new(axes, Sobol::new(seed, &labels(axes))?)),
            Strategy::Halton => Box::new(Cube::new(axes, Halton::new(seed, &labels(axes)))),
            Strategy::List(rows) => Box::new(List::new(space, rows)?),
            Strategy::Mixture(_) => {
                return Err(hint::error("a mixture cannot be part of a mixture", "name its parts instead"));
            }
        })
    }
}
