//! What is expected before there are data.

/// A bowl over the unit cube.
///
/// With a constant mean the deviation is greatest in the corners, of which there are many, and a search spends its first points
/// there. That values rise towards them is what most who choose bounds mean by it; data that say otherwise are believed.
/// J. Snoek et al., "Scalable Bayesian optimization using deep neural networks", ICML 2015, have such a mean; E. Siivola et al.,
/// "Correcting boundary over-exploration deficiencies in Bayesian optimization with virtual derivative sign observations", MLSP
/// 2018, show what comes of doing without.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// How much more is expected in a corner than in the middle.
    pub height: f64,
}

impl Trend {
    /// The same everywhere.
    pub const FLAT: Self = Self { height: 0.0 };

    /// What is expected at `x`; categories have no say.
    pub(super) fn at(self, x: impl Iterator<Item = f64>, categories: &[bool]) -> f64 {
        let from_middle = |(x, _): (f64, &bool)| (2.0 * x - 1.0) * (2.0 * x - 1.0);
        self.share(categories) * x.zip(categories).filter(|(_, category)| !**category).map(from_middle).sum::<f64>()
    }

    /// The derivative by a coordinate that is not a category, where it is `x`.
    pub(super) fn slope(self, x: f64, categories: &[bool]) -> f64 {
        self.share(categories) * 4.0 * (2.0 * x - 1.0)
    }

    fn share(self, categories: &[bool]) -> f64 {
        self.height / categories.iter().filter(|category| !**category).count().max(1) as f64
    }
}
