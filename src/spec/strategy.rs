//! The strategy as it is meant.

use crate::search::StrategyKind;

/// A strategy, or several with their probabilities.
#[derive(Clone, Debug, PartialEq)]
pub enum StrategyPlan {
    /// One.
    One(StrategyKind),
    /// One of these for each point, drawn with these probabilities.
    Mixture(Vec<(StrategyKind, f64)>),
}

impl StrategyPlan {
    /// True if it is this one strategy.
    pub fn is(&self, kind: StrategyKind) -> bool {
        *self == Self::One(kind)
    }

    /// What its searches are called where nobody gives them a name.
    pub(super) fn search_name(&self) -> String {
        match self {
            Self::One(kind) => format!("{}_search", kind.as_str().replace('-', "_")),
            Self::Mixture(_) => "mixture_search".to_owned(),
        }
    }
}
