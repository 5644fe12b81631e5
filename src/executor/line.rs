//! The line: jobs that wait for a place, in order.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::job::Job;

/// Jobs that wait for a place. Shared between the places and whoever hands them jobs, who may take back what none has taken.
#[derive(Default)]
pub(super) struct Line {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    is_closed: bool,
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job at its end.
    pub(super) fn push(&self, job: Job) {
        self.lock().jobs.push_back(job);
        self.changed.notify_one();
    }

    /// Waits for the next job; `None` once the line is closed.
    pub(super) fn next(&self) -> Option<Job> {
        let is_idle = |state: &mut State| state.jobs.is_empty() && !state.is_closed;
        let mut state = self.changed.wait_while(self.lock(), is_idle).unwrap_or_else(PoisonError::into_inner);
        if state.is_closed { None } else { state.jobs.pop_front() }
    }

    /// Takes those jobs back that `is_wanted` says.
    pub(super) fn take_back(&self, is_wanted: impl Fn(&Job) -> bool) -> Vec<Job> {
        let mut state = self.lock();
        let (wanted, rest) = std::mem::take(&mut state.jobs).into_iter().partition(is_wanted);
        state.jobs = rest;
        Vec::from_iter::<VecDeque<Job>>(wanted)
    }

    /// Lets nobody have a job any more.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }
}
