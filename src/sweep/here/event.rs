//! What happens in a queue, as it is told to whoever looks on, and what it comes to in the end.

use std::time::Duration;

use crate::claim::Claim;
use crate::record::{Gravity, Record};
use crate::trial::Trial;

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
    /// A run whose gitsweep died; so many processes of it were still there and were ended.
    Lost(&'a Trial, &'a Claim, usize),
    /// Another gitsweep or a scheduler has the point.
    Elsewhere(&'a Trial),
    /// So many points have been handed to a scheduler, which calls the job so.
    Submitted(usize, &'a str),
    /// The scheduler does not take more now, and why; it is asked again after a while.
    Refused(&'a str, Duration),
    /// So many points are in flight: waiting, and running.
    InFlight(usize, usize),
    /// A search that learns has laid so many new points.
    Grown(usize),
    /// There are to be no more points, and why.
    Over(&'a str),
    /// A search that learns is over and has not a single usable result.
    Fruitless(&'a Fruitless),
    /// No new runs from here on, and why.
    Stopping(&'a str),
    /// Something that the user should know.
    Warning(&'a str),
    /// Nothing in particular: time passes.
    Tick,
}

/// What a queue has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueSummary {
    /// Points that were looked at: those that the limits leave.
    pub selected: usize,
    /// Runs that gave a result, reused ones too.
    pub ok: u64,
    /// Those of them that were taken from earlier runs.
    pub reused: u64,
    /// Runs that failed.
    pub failed: u64,
    /// Runs that were cancelled.
    pub cancelled: u64,
    /// Points that another gitsweep or a scheduler has.
    pub elsewhere: u64,
    /// Points that were handed to a scheduler.
    pub submitted: u64,
    /// Calls of the scheduler by which they were.
    pub calls: u64,
    /// Jobs of the search that look for points already.
    pub searchers: u64,
    /// Points that were left because the queue was stopped.
    pub left: u64,
    /// Points that have failed too often to be run again without being told to.
    pub worn_out: u64,
    /// True if only points that failed were to be run again.
    pub reran: bool,
    /// True if a search that learns is to have no more points.
    pub is_over: bool,
    /// True if it is over and has not a single usable result.
    pub is_fruitless: bool,
    /// True if the user stopped it.
    pub interrupted: bool,
    /// True if anything stopped it.
    pub stopped: bool,
}

impl QueueSummary {
    /// Counts a run that has ended.
    pub(in crate::sweep) fn count(&mut self, record: &Record) {
        match record.status.gravity() {
            Gravity::Good => self.ok += 1,
            Gravity::Bad => self.failed += 1,
            Gravity::Void => self.cancelled += 1,
        }
    }
}

/// What is to be said of a search that is over and has come to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fruitless {
    /// What came of its points.
    pub why: String,
    /// What may help.
    pub way_out: String,
}
