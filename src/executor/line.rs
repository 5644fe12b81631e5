//! The line: jobs that wait for a place, in order.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Jobs that wait for a place. Shared between the places and whoever hands them jobs, who may take back what none has taken.
pub(super) struct Line<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    jobs: VecDeque<T>,
    is_closed: bool,
}

impl<T> Line<T> {
    /// A line without jobs.
    pub(super) fn new() -> Self {
        Self { state: Mutex::new(State { jobs: VecDeque::new(), is_closed: false }), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job at its end.
    pub(super) fn push(&self, job: T) {
        self.lock().jobs.push_back(job);
        self.changed.notify_one();
    }

    /// Waits for the next job; `None` once the line is closed.
    pub(super) fn next(&self) -> Option<T> {
        let is_idle = |state: &mut State<T>| state.jobs.is_empty() && !state.is_closed;
        let mut state = self.changed.wait_while(self.lock(), is_idle).unwrap_or_else(PoisonError::into_inner);
        if state.is_closed { None } else { state.jobs.pop_front() }
    }

    /// Takes those jobs back that `is_wanted` says.
    pub(super) fn take_back(&self, is_wanted: impl Fn(&T) -> bool) -> Vec<T> {
        let mut state = self.lock();
        let (wanted, rest) = std::mem::take(&mut state.jobs).into_iter().partition::<VecDeque<T>, _>(is_wanted);
        state.jobs = rest;
        wanted.into()
    }

    /// Lets nobody have a job any more.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_comes_to_no_place_and_the_rest_stays_in_order() {
        let line = Line::new();
        (1..=5).for_each(|job| line.push(job));
        assert_eq!(line.take_back(|job| job % 2 == 0), [2, 4]);
        assert_eq!((0..3).filter_map(|_| line.next()).collect::<Vec<_>>(), [1, 3, 5]);
        line.push(6);
        line.close();
        assert_eq!(line.next(), None);
        assert_eq!(line.take_back(|_| true), [6]);
    }
}
