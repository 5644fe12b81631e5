//! The strategy that picks a strategy.

use anyhow::Result;

use super::cma::CmaEs;
use super::encoding::Encoding;
use super::history::History;
use super::learner::Learner;
use super::ranked::Ranked;
use super::tpe::Tpe;
use crate::search::{Proposal, Space};

/// Beyond so many points a Gaussian process costs more than most runs are worth.
const MODEL_POINTS: u64 = 500;
/// Beyond so many coordinates it needs more results than there are.
const MODEL_COORDINATES: usize = 40;
/// So many points a coordinate let the evolution strategy come to its own.
const EVOLUTION_POINTS: u64 = 100;

/// What [`Auto`] picks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// A Gaussian process.
    Model,
    /// [`CmaEs`].
    CmaEs,
    /// [`Tpe`].
    Tpe,
}

/// Picks by the space and the budget: a Gaussian process where it can be afforded, which with few evaluations is the best
/// there is; beyond that CMA-ES where everything has an order and there are evaluations for it, else the Parzen estimator.
#[derive(Debug)]
pub struct Auto {
    /// The Gaussian process.
    pub model: Box<dyn Learner>,
    /// Whether there are several objectives. With few evaluations the Gaussian process is the best for these, too.
    pub has_several: bool,
    /// How many points there are to be, where that is said. A time, a target or patience does not say it, and how long runs take is
    /// not known before they have run: the pick is then by the points that there are, and is the Gaussian process until they
    /// are too many for it.
    pub budget: Option<u64>,
    /// Whether results can differ where parameters do not: what ranks by single results is then misled.
    pub is_noisy: bool,
    /// Results that there have to be before any are used.
    pub min_initial_points: usize,
}

impl Auto {
    /// The pick for a space of such coordinates.
    pub fn pick(&self, encoding: &Encoding<'_>, points: u64) -> Pick {
        let budget = self.budget.unwrap_or(0).max(points);
        let coordinates = encoding.dimensions();
        if budget <= MODEL_POINTS && coordinates <= MODEL_COORDINATES {
            return Pick::Model;
        }
        let is_ordered = encoding.coordinates().iter().all(super::Coordinate::is_ordered);
        if is_ordered && !self.is_noisy && coordinates > 0 && budget >= EVOLUTION_POINTS * coordinates as u64 {
            return Pick::CmaEs;
        }
        Pick::Tpe
    }
}

impl Learner for Auto {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        let learner: Box<dyn Learner> = match self.pick(&Encoding::new(space), history.len() as u64) {
            Pick::Model => return self.model.propose(space, history, seed, count),
            Pick::CmaEs => Box::new(CmaEs::default()),
            Pick::Tpe => Box::new(Tpe { min_initial_points: self.min_initial_points }),
        };
        let learner = if self.has_several { Box::new(Ranked::new(learner)) } else { learner };
        learner.propose(space, history, seed, count)
    }
}
