//! The end of a job that is told to end: why, as its scheduler has it.

use std::time::Duration;

use crate::executor::{End, Phase, Reached, SLURM, TaskState, own_job};
use crate::git::Repository;
use crate::record::{Record, Status};
use crate::submission::Submission;
use crate::sweep::followed::schedulers::own_state;

/// Why a job is told to end.
#[derive(Debug)]
pub(in crate::sweep) struct JobEnd {
    status: Status,
    reason: String,
}

impl JobEnd {
    /// Asks the scheduler. Where it does not answer, somebody has ended the job.
    pub(in crate::sweep) fn ask(executor: &str) -> Self {
        Self::of((executor == SLURM).then(own_job).flatten())
    }

    /// Asks the scheduler of a task's job, a submit script's too.
    pub(in crate::sweep) fn ask_of(repository: &Repository, submission: &Submission, number: u64) -> Self {
        if submission.header.executor == SLURM {
            return Self::ask(SLURM);
        }
        let state = own_state(repository, submission, number);
        // Of others than Slurm it is not known whether they go on to say that a job runs once they have told it to end.
        Self::of(state.filter(says_why))
    }

    fn of(state: Option<TaskState>) -> Self {
        let is_over = state.as_ref().is_some_and(|state| {
            state.phase == Phase::Ended(End::Timeout) || state.words.contains("TimeLimit") || has_no_time(state)
        });
        let end = match state.as_ref().map(|state| state.phase) {
            _ if is_over => End::Timeout,
            Some(Phase::Ended(end @ (End::Node | End::Preempted | End::Memory))) => end,
            _ => End::Cancelled,
        };
        let (status, words) = end.judge(Reached::Run);
        let is_put_back = state.as_ref().is_some_and(|state| state.phase == Phase::Queued);
        let (status, words) = match end {
            End::Cancelled if is_put_back => (Status::Lost, "the scheduler put the job back into the queue"),
            End::Cancelled => (status, "the job was told to end"),
            _ => (status, words),
        };
        // That it runs is no reason.
        let said = state.filter(|state| state.words != "running");
        let said = said.map_or_else(String::new, |state| format!(" ({})", state.words));
        Self { status, reason: format!("{words}{said}") }
    }

    /// Puts right what the record of the job's run says.
    pub(in crate::sweep) fn explain(self, record: &mut Record) {
        let was_ended = record.status == Status::Cancelled
            || (record.status == Status::Killed && record.signal == Some(libc::SIGTERM))
            || record.status == Status::Ok;
        if was_ended {
            record.status = self.status;
            record.reason = Some(self.reason);
        }
    }

    /// Puts right what the record of one of a worker's runs says: that it was the worker's time that was over says nothing of
    /// the point, and others may take it up.
    pub(in crate::sweep) fn explain_of_worker(&self, record: &mut Record) {
        if record.status == Status::Cancelled {
            record.status = if self.status == Status::Cancelled { Status::Cancelled } else { Status::Lost };
            record.reason = Some(self.reason.clone());
        }
    }
}

/// True if the time of a job is over.
fn has_no_time(state: &TaskState) -> bool {
    state.left.is_some_and(|left| left < Duration::from_secs(1))
}

/// True if a state tells why a job that runs is told to end.
fn says_why(state: &TaskState) -> bool {
    let is_reason = |end| matches!(end, End::Timeout | End::Memory | End::Node | End::Preempted);
    has_no_time(state) || matches!(state.phase, Phase::Ended(end) if is_reason(end))
}
