//! The names of the strategies.

use std::fmt;
use std::str::FromStr;

use anyhow::Result;

use crate::hint::{self, near_miss};

/// A strategy by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StrategyKind {
    /// Every combination of every parameter's values.
    Grid,
    /// One parameter at a time, around a base point.
    Line,
    /// A sample.
    Random,
    /// A sample that meets each part of each parameter's range once.
    LatinHypercube,
    /// The Sobol sequence, scrambled.
    Sobol,
    /// The Halton sequence, scrambled.
    Halton,
    /// The points that the user gives.
    List,
    /// One of the others for each point.
    Mixture,
    /// One of the best points so far, slightly changed.
    Evolutionary,
    /// Where a Gaussian process expects most.
    Bayesian,
    /// The covariance matrix adaptation evolution strategy.
    CmaEs,
    /// Differential evolution.
    DifferentialEvolution,
    /// The tree-structured Parzen estimator.
    Tpe,
    /// The one of these that fits the space and the budget.
    Auto,
}

impl StrategyKind {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Grid,
        Self::Line,
        Self::Random,
        Self::LatinHypercube,
        Self::Sobol,
        Self::Halton,
        Self::List,
        Self::Mixture,
        Self::Evolutionary,
        Self::Bayesian,
        Self::CmaEs,
        Self::DifferentialEvolution,
        Self::Tpe,
        Self::Auto,
    ];

    /// The word that stands in a definition.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Line => "line",
            Self::Random => "random",
            Self::LatinHypercube => "latin-hypercube",
            Self::Sobol => "sobol",
            Self::Halton => "halton",
            Self::List => "list",
            Self::Mixture => "mixture",
            Self::Evolutionary => "evolutionary",
            Self::Bayesian => "bayesian",
            Self::CmaEs => "cma-es",
            Self::DifferentialEvolution => "differential-evolution",
            Self::Tpe => "tpe",
            Self::Auto => "auto",
        }
    }

    /// True if it proposes points from results, and so as they come in.
    pub fn learns(self) -> bool {
        match self {
            Self::Evolutionary
            | Self::Bayesian
            | Self::CmaEs
            | Self::DifferentialEvolution
            | Self::Tpe
            | Self::Auto => true,
            Self::Grid
            | Self::Line
            | Self::Random
            | Self::LatinHypercube
            | Self::Sobol
            | Self::Halton
            | Self::List
            | Self::Mixture => false,
        }
    }

    /// True if its points may come step by step until something else than their number ends the search.
    pub fn may_grow(self) -> bool {
        self.learns() || self == Self::Random
    }

    /// What the commit's trailer says of a point of this strategy; `None` where the definition leaves no doubt how the
    /// point came to be.
    pub(super) fn trailer(self) -> Option<String> {
        match self {
            Self::Grid | Self::Line | Self::List | Self::Mixture => None,
            _ => Some(self.as_str().to_owned()),
        }
    }
}

impl fmt::Display for StrategyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StrategyKind {
    type Err = anyhow::Error;

    /// Reads a name in any case; `_` and blanks count as `-`, `lhs` is a latin hypercube, and `bopt` is hp_search's name of
    /// the Bayesian search.
    fn from_str(word: &str) -> Result<Self> {
        let name = word.trim().to_lowercase().replace(['_', ' '], "-");
        let name = match name.as_str() {
            "lhs" => "latin-hypercube",
            "bopt" => "bayesian",
            name => name,
        };
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| {
            // A mixture is no word: it says what it is made of.
            let kinds = Self::ALL.into_iter().filter(|kind| *kind != Self::Mixture);
            let names: Vec<&str> = kinds.map(Self::as_str).collect();
            let stem = name.strip_suffix("-search").or_else(|| name.strip_suffix("search")).unwrap_or(name);
            let way_out = match near_miss(stem, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the strategies are {}", names.join(", ")),
            };
            hint::error(format!("there is no strategy `{word}`"), way_out)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for kind in StrategyKind::ALL {
            assert_eq!(kind.to_string().parse::<StrategyKind>().unwrap(), kind);
        }
        for word in ["Latin_Hypercube", "lhs", "latin hypercube"] {
            assert_eq!(word.parse::<StrategyKind>().unwrap(), StrategyKind::LatinHypercube);
        }
        let error = "soblo".parse::<StrategyKind>().unwrap_err();
        assert_eq!(hint::hints(&error), ["did you mean `sobol`?"]);
        let error = "random_search".parse::<StrategyKind>().unwrap_err();
        assert_eq!(hint::hints(&error), ["did you mean `random`?"]);
        let error = "nothing_like_it".parse::<StrategyKind>().unwrap_err();
        assert!(!hint::hints(&error)[0].contains("mixture"));
    }
}
