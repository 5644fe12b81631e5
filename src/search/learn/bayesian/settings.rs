//! How a Bayesian search goes about it.

use super::acquisition::Acquisition;
use crate::search::learn::gp::{Kernel, Trend};

/// How the hyperparameters are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Estimation {
    /// The most probable ones.
    Map,
    /// The most likely ones, whatever is thought of them before.
    Mle,
    /// Draws from their posterior distribution, over which the worth of a point is averaged.
    Mcmc,
}

impl Estimation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Map, Self::Mle, Self::Mcmc];

    /// The name in a definition.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Map => "MAP",
            Self::Mle => "MLE",
            Self::Mcmc => "MCMC",
        }
    }
}

/// Which of several a proposal uses.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice<T> {
    /// What measures best.
    Best,
    /// One of these, drawn for each proposal.
    OneOf(Vec<T>),
}

/// On what scale the objective is modelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// As it is.
    Linear,
    /// Its decimal logarithm.
    Log,
    /// Of an objective that is maximised, and so comes with its sign changed, the decimal logarithm of what it was.
    LogNegated,
}

/// What is thought of a point without a result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Failures {
    /// It is as bad as the worst so far and a twentieth of that.
    Worst,
    /// Nothing.
    Ignored,
    /// It has this objective.
    Value(f64),
}

/// The settings of a Bayesian search.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The kernel. One that is named is taken by itself, and everywhere.
    pub kernel: Choice<Kernel>,
    /// The acquisition function.
    pub acquisition: Choice<Acquisition>,
    /// How hyperparameters are found. Of a list with draws and others, draws become rarer as results grow more: with `n` of them
    /// their probability is `1 / (1 + n / 10)`.
    pub estimation: Choice<Estimation>,
    /// The objective's scale.
    pub scale: Scale,
    /// Whether results are brought to a normal shape, besides to zero mean and unit variance, which priors take for granted.
    pub normalize: bool,
    /// Whether the same point gives exactly the same result again.
    pub exact: bool,
    /// What is thought of failures.
    pub failures: Failures,
    /// Whether a search that has settled begins afresh; if it is not said, unless a kernel is named.
    pub restarts: Option<bool>,
}

impl Default for Settings {
    /// What measures best, for results that may have noise.
    fn default() -> Self {
        Self {
            kernel: Choice::Best,
            acquisition: Choice::Best,
            estimation: Choice::Best,
            scale: Scale::Linear,
            normalize: true,
            exact: false,
            failures: Failures::Worst,
            restarts: None,
        }
    }
}

impl Settings {
    /// What is expected before there are results. A kernel that is named is taken as it is usually meant, with a constant mean.
    pub(super) fn trend(&self) -> Trend {
        if self.kernel == Choice::Best { Trend { height: HEIGHT } } else { Trend::FLAT }
    }

    pub(super) fn begins_afresh(&self) -> bool {
        self.restarts.unwrap_or(self.kernel == Choice::Best)
    }
}

/// Of the values' standard deviations.
const HEIGHT: f64 = 2.0;
