//! Designs: a strategy and a space, held against each other.

use std::cell::OnceCell;

use anyhow::{Context as _, Result, bail};

use super::axis::Axis;
use super::factors::Factors;
use super::kind::StrategyKind;
use super::sample::Sample;
use super::setting::Setting;
use super::source::Source;
use super::space::Space;
use super::strategy::Strategy;
use crate::hint;

/// So many points are drawn at most from a space that has no end.
const MOST_DRAWN: u64 = 10_000_000;

/// How a space is searched.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// How points are chosen.
    pub strategy: Strategy,
    /// How many distinct points there are to be, repeats not counted; all if it is not said.
    pub trials: Option<u64>,
    /// What all that is random depends on.
    pub seed: u64,
    /// How many times each point comes, with 1, 2, ... in the parameter that counts repeats.
    pub repeats: u64,
    /// How many values a grid takes of a domain that has no end of them and does not say how many itself.
    pub grid_points: Option<usize>,
}

impl Search {
    /// All points of the strategy, once.
    pub fn new(strategy: Strategy, seed: u64) -> Self {
        Self { strategy, trials: None, seed, repeats: 1, grid_points: None }
    }

    /// The points of this search in `space`.
    ///
    /// # Errors
    /// If the strategy cannot handle the space, there would be no points, or no end of them.
    pub fn design(&self, space: Space) -> Result<Design> {
        if self.trials == Some(0) {
            bail!("a search with 0 trials has no points");
        }
        if self.repeats == 0 {
            bail!("a search with 0 repeats has no points");
        }
        if self.repeats > 1 && !space.counts_repeats() {
            return Err(hint::error(
                format!(
                    "each point is to be repeated {} times, and no parameter tells the repeats apart",
                    self.repeats
                ),
                "name the parameter that counts them, such as `seed`",
            ));
        }
        let whole = OnceCell::new();
        let setting = Setting {
            space: &space,
            whole: &whole,
            seed: self.seed,
            trials: self.trials,
            grid_points: self.grid_points,
        };
        let source = Source::new(&self.strategy, setting)?;
        let factors = source.factors().or_else(|| setting.whole().factors());
        if self.trials.is_none() {
            check_end(self.strategy.kind(), &source, setting)?;
        }
        let count = source.count();
        let rest = if count.is_none() { Sample::new(setting.whole(), self.seed) } else { None };
        let closed = match source.distinct() {
            Some(_) if space.is_unrestricted() => count.map(|count| count.min(self.trials.unwrap_or(u64::MAX))),
            _ => None,
        };
        if closed.is_none() && setting.whole().size().is_none() {
            check_trials(self.trials)?;
        }
        let total = match closed {
            Some(round) => Some(round.checked_mul(self.repeats).context("more points than can be counted")?),
            None => None,
        };
        Ok(Design { space, source, trials: self.trials, repeats: self.repeats, rest, factors, closed, total })
    }
}

/// Refuses more draws from a space without end than can be gone through, and kept in mind, before the first is laid.
fn check_trials(trials: Option<u64>) -> Result<()> {
    match trials {
        Some(trials) if trials > MOST_DRAWN => Err(hint::error(
            format!("too many trials: {trials}, and the most is {MOST_DRAWN}"),
            "lay fewer, and more of them later: gitsweep extend --trials N",
        )),
        _ => Ok(()),
    }
}

/// Refuses a search without a number of trials that would not come to an end by itself.
fn check_end(kind: StrategyKind, source: &Source, setting: Setting<'_>) -> Result<()> {
    let reason = match source.count() {
        Some(u64::MAX) => source.factors().map(|factors| format!("{factors} points are too many")),
        Some(_) => return Ok(()),
        None => {
            let whole = setting.whole();
            let endless = whole.varying().find(|axis| axis.len().is_none()).map(Axis::label);
            match (endless, whole.size(), whole.factors()) {
                (Some(name), ..) => Some(format!("there is no end of values of `{name}`")),
                (None, Some(_), _) => return Ok(()),
                (None, None, factors) => factors.map(|factors| format!("{factors} points are too many")),
            }
        }
    };
    let reason = reason.unwrap_or_else(|| "there are too many points".to_owned());
    let more = match kind {
        StrategyKind::Random => "; or what else ends it: --search-time 24h, --run-time, --target, --patience",
        _ => "",
    };
    let way_out = format!("set the number of trials: trials = 20 under [search], or --trials 20{more}");
    Err(hint::error(format!("{kind} does not come to an end here: {reason}"), way_out))
}

/// The distinct points of a search, in order.
#[derive(Debug)]
pub struct Design {
    pub(super) space: Space,
    pub(super) source: Source,
    pub(super) trials: Option<u64>,
    pub(super) repeats: u64,
    /// The whole space, for a source that has no end and does not find the last points of it.
    pub(super) rest: Option<Sample>,
    factors: Option<Factors>,
    /// How many points a round has, where each can be computed by itself.
    pub(super) closed: Option<u64>,
    total: Option<u64>,
}

impl Design {
    /// The space that is searched.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// How many points there are, where that is known without going through them: in grids, lines and samples of a finite
    /// space, if there are no conditions or constraints.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The numbers of values that make up the size of the grid, or of the whole space; `None` where there is no end of one.
    pub fn factors(&self) -> Option<&Factors> {
        self.factors.as_ref()
    }
}
