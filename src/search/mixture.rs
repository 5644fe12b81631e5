//! Mixtures: for each point one of several strategies.

use anyhow::{Result, bail};

use super::kind::StrategyKind;
use super::sampler::Sampler;
use super::setting::Setting;
use super::strategy::Share;
use crate::hint;
use crate::space::Stream;

/// How far the sum of the probabilities may be from one.
const TOLERANCE: f64 = 1e-6;

/// Several samplers, and which of them is next.
#[derive(Debug)]
pub(super) struct Mixture {
    pub(super) parts: Vec<Part>,
    stream: Stream,
}

/// A sampler, and how likely it is to be next.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) kind: StrategyKind,
    pub(super) sampler: Box<dyn Sampler>,
    probability: f64,
}

impl Mixture {
    /// # Errors
    /// If the probabilities do not add up to one, a strategy stands twice, or one cannot handle the space.
    pub(super) fn new(shares: &[Share], setting: Setting<'_>) -> Result<Self> {
        let sum: f64 = shares.iter().map(|share| share.probability).sum();
        if let Some(share) = shares.iter().find(|share| !(0.0..=1.0).contains(&share.probability)) {
            let Share { strategy, probability } = share;
            bail!("the probability of {} lies between 0 and 1; it is {probability}", strategy.kind());
        }
        if (sum - 1.0).abs() > TOLERANCE {
            bail!("the probabilities of the mixture add up to {sum}, not to 1");
        }
        let mut parts: Vec<Part> = Vec::with_capacity(shares.len());
        for Share { strategy, probability } in shares {
            let kind = strategy.kind();
            if parts.iter().any(|part| part.kind == kind) {
                return Err(hint::error(format!("{kind} stands twice in the mixture"), "add its probabilities up"));
            }
            if *probability > 0.0 {
                parts.push(Part { kind, sampler: setting.sampler(strategy)?, probability: *probability });
            }
        }
        Ok(Self { parts, stream: Stream::new(setting.seed, "mixture:") })
    }

    /// Which part proposes number `k`, of those for which `open` is true; `None` if there is none.
    pub(super) fn pick(&self, k: u64, open: &[bool]) -> Option<usize> {
        let weights = || self.parts.iter().zip(open).map(|(part, &open)| if open { part.probability } else { 0.0 });
        let mut rest = self.stream.unit(k) * weights().sum::<f64>();
        let mut last = None;
        for (index, weight) in weights().enumerate().filter(|&(_, weight)| weight > 0.0) {
            if rest < weight {
                return Some(index);
            }
            rest -= weight;
            last = Some(index);
        }
        // Rounding can leave a little over.
        last
    }
}
