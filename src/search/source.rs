//! Where drafts come from: one strategy or several.

use anyhow::Result;

use super::draft::Draft;
use super::factors::Factors;
use super::grid::Order;
use super::kind::StrategyKind;
use super::mixture::Mixture;
use super::sampler::Sampler;
use super::setting::Setting;
use super::strategy::Strategy;

/// A strategy, ready to propose.
#[derive(Debug)]
pub(super) enum Source {
    /// A single one.
    One { kind: StrategyKind, sampler: Box<dyn Sampler> },
    /// Several.
    Mixture(Mixture),
}

impl Source {
    /// # Errors
    /// If the strategy cannot handle the space.
    pub(super) fn new(strategy: &Strategy, setting: Setting<'_>) -> Result<Self> {
        Ok(match strategy {
            Strategy::Mixture(shares) => Self::Mixture(Mixture::new(shares, setting)?),
            _ => {
                let sampler = setting.sampler(strategy)?;
                // A grid of which everything is taken comes in its own order.
                let is_whole =
                    sampler.count().is_some_and(|count| setting.trials.is_some_and(|trials| trials >= count));
                match strategy {
                    Strategy::Grid(Order::Shuffled) if is_whole => Self::new(&Strategy::Grid(Order::Nested), setting)?,
                    _ => Self::One { kind: strategy.kind(), sampler },
                }
            }
        })
    }

    /// How many drafts there are, `u64::MAX` if more than that; `None` where there is no end of them.
    pub(super) fn count(&self) -> Option<u64> {
        match self {
            Self::One { sampler, .. } => sampler.count(),
            Self::Mixture(mixture) => {
                mixture.parts.iter().try_fold(0_u64, |sum, part| Some(sum.saturating_add(part.sampler.count()?)))
            }
        }
    }

    /// What the count of a grid, or of lines in it, is made of.
    pub(super) fn factors(&self) -> Option<Factors> {
        match self {
            Self::One { sampler, .. } => sampler.factors(),
            Self::Mixture(_) => None,
        }
    }

    /// The sampler, if it is a single one that proposes nothing twice.
    pub(super) fn distinct(&self) -> Option<(&dyn Sampler, StrategyKind)> {
        match self {
            Self::One { sampler, kind } if sampler.is_distinct() => Some((&**sampler, *kind)),
            _ => None,
        }
    }

    /// After how many drafts in a row that bring nothing new it is not worth going on.
    pub(super) fn patience(&self) -> Option<u64> {
        match self {
            Self::One { sampler, .. } => sampler.patience(),
            Self::Mixture(mixture) => mixture.parts.iter().filter_map(|part| part.sampler.patience()).max(),
        }
    }
}

/// A way through the drafts of a source.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    source: &'a Source,
    drawn: u64,
    /// How far each part of a mixture has come, and whether it goes on.
    parts: Vec<u64>,
    open: Vec<bool>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        let parts = match source {
            Source::One { .. } => 0,
            Source::Mixture(mixture) => mixture.parts.len(),
        };
        Self { source, drawn: 0, parts: vec![0; parts], open: vec![true; parts] }
    }

    /// The next draft, and how it came to be where the definition leaves a doubt.
    pub(super) fn next(&mut self) -> Option<(Draft, Option<String>)> {
        let k = self.drawn;
        self.drawn += 1;
        match self.source {
            Source::One { kind, sampler } => sampler.draft(k).map(|draft| (draft, kind.trailer())),
            Source::Mixture(mixture) => loop {
                let index = mixture.pick(k, &self.open)?;
                let part = &mixture.parts[index];
                match part.sampler.draft(self.parts[index]) {
                    Some(draft) => {
                        self.parts[index] += 1;
                        return Some((draft, Some(part.kind.to_string())));
                    }
                    None => self.open[index] = false,
                }
            },
        }
    }
}
