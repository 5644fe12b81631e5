//! Strategies as they are set.

use super::grid::Order;
use super::kind::StrategyKind;
use super::line::Base;
use super::list::Row;

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

/// A part of a mixture.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// What proposes.
    pub strategy: Strategy,
    /// How likely it is to, from 0 to 1.
    pub probability: f64,
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
