//! What all strategies have in common: a numbered sequence of drafts.

use std::fmt;

use super::draft::Draft;
use super::factors::Factors;

/// A sequence of drafts, each of which can be computed by itself.
pub(super) trait Sampler: fmt::Debug + Send + Sync {
    /// The draft number `k`, from 0; `None` beyond the end.
    fn draft(&self, k: u64) -> Option<Draft>;

    /// How many there are, `u64::MAX` if more than that; `None` where there is no end of them.
    fn count(&self) -> Option<u64>;

    /// What the count of a grid, or of lines in it, is made of.
    fn factors(&self) -> Option<Factors> {
        None
    }

    /// True if no two are the same.
    fn is_distinct(&self) -> bool {
        false
    }

    /// After how many in a row that bring nothing new it is not worth going on; `None` if the end is to be reached.
    fn patience(&self) -> Option<u64> {
        None
    }
}
