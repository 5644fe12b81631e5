//! What happens in a queue, as it is told to whoever looks on.

use std::time::Duration;

use crate::record::Record;
use crate::trial::Trial;

/// Why no new runs start once so many have failed as the user lets.
pub(in crate::sweep) const ENOUGH_FAILED: &str = "no new runs: that many have failed";

/// What happens in a queue.
#[derive(Debug)]
pub enum QueueEvent<'a> {
    /// So many runs are to be made.
    Planned(usize),
    /// A run has started.
    Started(&'a Trial),
    /// A run has ended.
    Ended(&'a Trial, &'a Record),
    /// A point got the result of an earlier run of the same code.
    Reused(&'a Trial),
    /// An attempt whose gitsweep died, as it is recorded; so many processes of it were still there and were ended.
    Lost(&'a Trial, &'a Record, usize),
    /// Another gitsweep or a scheduler has the point.
    Elsewhere(&'a Trial),
    /// So many points have been handed to a scheduler, which calls the job so.
    Submitted(usize, &'a str),
    /// The scheduler does not take more now, and why; it is asked again after a while.
    Refused(&'a str, Duration),
    /// So many points were cancelled, or their jobs are ending for another reason, and are waited for.
    Ending(usize),
    /// So many points are in flight: waiting, and running.
    InFlight(usize, usize),
    /// A search that grows has laid so many new points.
    Grown(usize),
    /// There are to be no more points, and why.
    Over(&'a str),
    /// There are to be more points after all: a run that was in flight has changed it.
    NotOver,
    /// A search that grows is over and has not a single usable result.
    NoUsableResult(&'a NoUsableResult),
    /// No new runs from here on, and why.
    Stopping(&'a str),
    /// Something that the user should know.
    Warning(&'a str),
    /// Nothing in particular: time passes.
    Tick,
}

/// What is to be said of a search that is over and has come to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoUsableResult {
    /// What came of its points.
    pub why: String,
    /// What may help.
    pub way_out: String,
}
