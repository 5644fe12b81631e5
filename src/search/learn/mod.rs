//! Searches that learn: points proposed from the results that there are.
//!
//! A step is a function of the space, the history and a seed, and of nothing else: a [`Learner`] keeps no state, so that
//! a search that was killed goes on in another clone, or in a job, as if nothing had happened.
//!
//! [`Encoding`] lays points out in the unit cube for models that need numbers.
//!
//! | learner | proposes |
//! |---|---|
//! | [`Bayesian`] | points that a Gaussian process says are worth a look |
//! | [`Evolution`] | one of the best points, slightly changed |
//! | [`CmaEs`] | draws of a normal distribution that follows the best points |
//! | [`DifferentialEvolution`] | points that differ from good ones as others do from each other |
//! | [`Tpe`] | points where good ones are dense and bad ones are not |
//! | [`Scalarised`] | for several objectives, by a learner that models one |
//! | [`Ranked`] | for several objectives, by a learner that asks only which results are better |
//! | [`Mixed`] | by one of these, and now and then a point of the grid or a random one |
//! | [`RandomPoints`] | points that no result has a say in |
//! | [`Auto`] | one of these, by the space and the budget |
//!
//! [`Budget`] says when a search is over, [`EarlyStop`] when a run is.

mod auto;
pub mod bayesian;
mod budget;
mod cma;
mod coordinate;
mod covariance;
mod dice;
mod differential;
mod early;
mod encoding;
mod evolution;
pub mod gp;
mod history;
mod hypervolume;
mod initial;
pub mod lbfgs;
mod learner;
mod mixed;
mod parzen;
mod random;
mod ranked;
mod scalarised;
mod steps;
mod tpe;

#[cfg(test)]
mod tests;

pub use auto::{Auto, Pick};
pub use bayesian::{Acquisition, Bayesian, Choice, Estimation, Failures, Scale, Settings as BayesianSettings};
pub use budget::{Budget, Progress, Spent};
pub use cma::CmaEs;
pub use coordinate::Coordinate;
pub use dice::Dice;
pub use differential::DifferentialEvolution;
pub use early::{Asha, Curve, EarlyStop, Median, Verdict};
pub use encoding::Encoding;
pub use evolution::{Evolution, START};
pub use gp::Kernel;
pub use history::{History, Observation, State};
pub use hypervolume::{front, hypervolume};
pub use initial::{initial, leftover};
pub use learner::Learner;
pub use mixed::Mixed;
pub use random::RandomPoints;
pub use ranked::Ranked;
pub use scalarised::Scalarised;
pub use tpe::Tpe;
