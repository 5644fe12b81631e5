//! What a queue comes to in the end.

use crate::record::{Gravity, Record, Status};

/// What a queue has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueSummary {
    /// The points that it looked at.
    pub points: Points,
    /// The runs that it made.
    pub runs: Runs,
    /// What schedulers have of it.
    pub handed: Handed,
    /// How it ended.
    pub ending: Ending,
}

/// Points that a queue looked at, and why some were not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Points {
    /// Those that the limits leave.
    pub selected: usize,
    /// True if only those that failed were to be run again.
    pub only_failed: bool,
    /// Those that another gitsweep or a scheduler has.
    pub elsewhere: u64,
    /// Those that have failed too often to be run again without being told to.
    pub worn_out: u64,
    /// Those that were left because the queue was stopped.
    pub left: u64,
}

/// Runs by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// Those that gave a result, reused ones too.
    pub ok: u64,
    /// Those of them that were taken from earlier runs.
    pub reused: u64,
    /// Those of them that were ended early.
    pub stopped: u64,
    /// Those that failed.
    pub failed: u64,
    /// Those that were cancelled.
    pub cancelled: u64,
    /// Those that were lost: their machine failed, or somebody needed it more.
    pub lost: u64,
}

impl Runs {
    /// Counts a run that has ended.
    pub(in crate::sweep) fn count(&mut self, record: &Record) {
        match record.status.gravity() {
            Gravity::Good => {
                self.ok += 1;
                self.stopped += u64::from(record.status == Status::Stopped);
            }
            Gravity::Bad => self.failed += 1,
            Gravity::Void if record.status == Status::Lost => self.lost += 1,
            Gravity::Void => self.cancelled += 1,
        }
    }
}

/// What schedulers have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handed {
    /// Points that this queue has submitted.
    pub submitted: u64,
    /// Workers that this queue has added to those that share what is in flight.
    pub workers: u64,
    /// Workers that share it already, where such are wanted.
    pub sharing: u64,
    /// Jobs of the search that look for points already.
    pub searchers: u64,
}

/// How a queue ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// True if a search that grows is to have no more points.
    pub is_over: bool,
    /// True if it is over and has not a single usable result.
    pub has_no_usable_result: bool,
    /// True if points that were waited for came to nothing, and stay to be run.
    pub lacks_results: bool,
    /// True if the user stopped it.
    pub interrupted: bool,
    /// True if it ended before all was submitted since so many runs had failed.
    pub enough_failed: bool,
    /// True if anything stopped it.
    pub stopped: bool,
}
