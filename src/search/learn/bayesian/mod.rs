//! Bayesian optimisation: a Gaussian process says what to expect where, an acquisition function what it is worth to look there.
//!
//! What measures best, and so is the default: every other proposal is sought everywhere, with a Matern 5/2 kernel; those between
//! in a box around the best point, with a rational quadratic kernel; and so are the last ones, where it is known which these
//! are. The box is smaller where several points are in flight. To both kernels a sum of functions of one parameter each is
//! added, and values are expected to rise from the middle of the space to its edges. The first point is the middle. The
//! acquisition function is expected improvement; where results have noise, points in the box are chosen by the knowledge
//! gradient, but for the last ones. The hyperparameters are the most probable ones. Points in flight are believed to come out
//! as expected. When the best results no longer differ the search begins afresh, away from there, and what it finds stands
//! beside what it has.

mod acquisition;
mod ascent;
mod data;
mod fitted;
mod knowledge;
mod memory;
mod run;
mod settings;
mod step;
mod surrogate;
mod warp;

#[cfg(test)]
mod tests;

pub use acquisition::{Acquisition, Worth};
pub use memory::{recall, remembered};
pub use settings::{Choice, Estimation, Failures, Scale, Settings};

use anyhow::Result;

use self::data::Data;
use self::step::Step;
use super::initial::tells_where_not_to_go;
use super::{Coordinate, Encoding, History, Learner, initial};
use crate::search::{Proposal, Space};

/// A Bayesian search.
///
/// ```
/// use gitsweep::point::ParamName;
/// use gitsweep::search::learn::{Bayesian, History, Learner, Observation, State};
/// use gitsweep::search::{Origin, Parameter, Space};
/// use gitsweep::space::Domain;
///
/// let domain = Domain::parse("{ type = 'continuous', domain = [0, 10], digits = 3 }")?;
/// let space = Space::new(vec![Parameter::new(ParamName::new("x")?, Origin::free(domain))], vec![])?;
/// let learner = Bayesian::default();
/// let (mut observations, mut points) = (Vec::new(), Vec::new());
/// for index in 0..8 {
///     let history = History::new(observations.clone());
///     let proposal = learner.propose(&space, &history, 1, 1)?.remove(0);
///     let x = proposal.point.get("x").and_then(|x| x.as_f64()).unwrap();
///     points.push(x);
///     let state = State::Done(vec![(x - 2.5) * (x - 2.5)]);
///     observations.push(Observation { index, point: proposal.point, state, by: proposal.by });
/// }
/// assert!(points.iter().any(|x: &f64| (x - 2.5).abs() < 0.1), "{points:?}");
/// # anyhow::Ok(())
/// ```
#[derive(Debug, Default)]
pub struct Bayesian {
    /// How it goes about it.
    pub settings: Settings,
    /// How many results there have to be before a model is asked, failures not counted; a few, by the number of parameters and
    /// of categories, if it is not said, and in later runs.
    pub initial: Option<usize>,
    /// How many points there are to be, if that is known.
    pub budget: Option<u64>,
}

impl Bayesian {
    /// With these settings, and without an end.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// True if so few points are left that what is still to be found is near the best one.
    fn is_nearly_over(&self, index: u64) -> bool {
        self.budget.is_some_and(|budget| index < budget && index >= budget - budget / LAST)
    }
}

impl Learner for Bayesian {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        let encoding = Encoding::new(space);
        let data = Data::new(&encoding, history, self)?;
        let mut step = Step::new(self, &encoding, data, history.clone(), seed);
        let mut proposals = Vec::with_capacity(count);
        while proposals.len() < count {
            let proposal = if encoding.dimensions() > 0 && self.has_begun(&encoding, step.data()) {
                step.propose()?
            } else {
                self.uninformed(&encoding, &step, seed)?
            };
            let Some(proposal) = proposal else {
                break;
            };
            step.lay(&proposal);
            proposals.push(proposal);
        }
        Ok(proposals)
    }
}

impl Bayesian {
    /// A point before a model is asked: the middle, which is where a search that knows nothing stands to lose least, then a
    /// design: `sobol`, or `sobol of run 2` where it has begun afresh.
    fn uninformed(&self, encoding: &Encoding<'_>, step: &Step<'_>, seed: u64) -> Result<Option<Proposal>> {
        let history = step.history();
        if history.is_empty() && self.initial.is_none() {
            let middle: Vec<f64> = encoding.coordinates().iter().map(|coordinate| coordinate.snap(0.5)).collect();
            if let Some(point) = encoding.decode(&middle)? {
                return Ok(Some(Proposal { point, by: Some("middle".to_owned()) }));
            }
        }
        let mut proposal = initial(encoding.space(), history, seed, 1)?.pop();
        if let (Some(by), before @ 1..) = (proposal.as_mut().and_then(|it| it.by.as_mut()), step.data().runs_before) {
            by.push_str(&format!(" of run {}", before + 1));
        }
        Ok(proposal)
    }

    /// Whether a model is asked.
    fn has_begun(&self, encoding: &Encoding<'_>, data: &Data) -> bool {
        let (least, is_enough) = match self.initial.filter(|_| data.runs_before == 0) {
            Some(least) => (least.max(1), data.of_run >= least.max(1)),
            // Those in flight are as good as others for meeting the space, but some results there must be.
            None => {
                let least = initial_points(encoding.coordinates());
                (least, data.of_run + data.in_flight.len() >= least && data.of_run >= least.min(FIRST))
            }
        };
        is_enough || tells_where_not_to_go(data.of_run, data.failed, least)
    }
}

/// The last points are this part of all.
const LAST: u64 = 4;
/// With fewer results a model is not asked.
const FIRST: usize = 3;

/// How many points are laid before a model is asked, where the settings do not say it: few, since more is learnt from those that it
/// chooses, but enough to meet the values of every category.
pub fn initial_points(coordinates: &[Coordinate]) -> usize {
    let ordered = coordinates.iter().filter(|coordinate| coordinate.is_ordered()).count();
    let categories = coordinates.iter().filter(|coordinate| !coordinate.is_ordered());
    let most = categories.filter_map(Coordinate::count).max().unwrap_or(0);
    (2 + ordered.div_ceil(2) + 2 * most).clamp(3, 20)
}
