//! What has a dispatcher stop: the user, others by `gitsweep cancel`, and the time.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::Error;

use super::Dispatcher;
use crate::file_server::Wait;
use crate::job::Job;
use crate::sweep::here::event::QueueEvent;
use crate::sweep::here::inbox::Wanted;
use crate::sweep::stop_request::StopRequest;

/// How often requests to cancel are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Time that is left over at the end, for what a run leaves behind to be kept.
const MARGIN: Duration = Duration::from_secs(5);

impl Dispatcher<'_, '_> {
    /// Does what the user asks for, if that is more than before.
    pub(super) fn obey(&mut self) {
        let full = self.full.lock().unwrap_or_else(PoisonError::into_inner).take();
        full.iter().for_each(|full| self.observer.warn(full));
        let request = self.observer.stop_request();
        if request <= self.request {
            return;
        }
        self.request = request;
        self.is_told.store(request >= StopRequest::End, Ordering::Relaxed);
        self.is_ending.fetch_or(request >= StopRequest::End, Ordering::Relaxed);
        self.summary.ending.interrupted = true;
        self.start_nothing();
        self.observer.tell(&QueueEvent::Stopping(match request {
            StopRequest::None | StopRequest::StartNothing => {
                "no new runs; the running ones go on to their end. Ctrl-C again ends them"
            }
            StopRequest::End => "ending what runs; those points stay to be run",
            StopRequest::Kill => "killing what runs; those points stay to be run",
        }));
        match request {
            StopRequest::None | StopRequest::StartNothing => {}
            StopRequest::End => self.pool.end_all(),
            StopRequest::Kill => self.pool.kill_all(),
        }
    }

    /// Does what others request, by `gitsweep cancel`.
    pub(super) fn obey_others(&mut self) {
        if self.last_look.elapsed() <= LOOK_EVERY {
            return;
        }
        self.last_look = Instant::now();
        for wanted in self.inbox.look() {
            match wanted {
                Wanted::All => {
                    self.observer.tell(&QueueEvent::Stopping("somebody has cancelled the sweep; what runs is ended"));
                    self.start_nothing();
                    self.is_ending.store(true, Ordering::Relaxed);
                    self.pool.end_all();
                }
                Wanted::These(commits) => {
                    self.take_back(|job| commits.contains(&job.commit));
                    self.waiting.retain(|trial| !commits.contains(&trial.commit));
                    self.growth.forget(&commits);
                    self.pool.end_these(&commits);
                }
            }
        }
    }

    /// Starts no more runs where one as long as the longest would not end in time.
    pub(super) fn mind_the_time(&mut self) {
        let is_late = |end| Instant::now() + self.longest.mul_f64(1.25) + MARGIN > end;
        let has_more = !self.waiting.is_empty() || self.growth.is_due();
        if !self.is_stopping && has_more && self.rules.ends_at.is_some_and(is_late) {
            self.start_nothing();
            self.observer.tell(&QueueEvent::Stopping("no new runs: the job's time is nearly over"));
        }
    }

    /// Starts no more runs.
    pub(super) fn start_nothing(&mut self) {
        self.is_stopping = true;
        self.take_back(|_| true);
    }

    /// Starts no more runs, since gitsweep itself cannot go on.
    pub(super) fn break_off(&mut self, error: Error) {
        self.start_nothing();
        self.broken.get_or_insert(error);
    }

    /// Starts no more runs after an error, unless a file server is away, which is waited for: then what failed is tried again later.
    pub(super) fn break_off_or_wait(&mut self, error: Error) {
        let mut wait = self.away.take().map_or_else(
            || Wait::over(vec![self.context.repository.common_dir().to_owned(), self.context.state.clone()]),
            |(wait, _)| wait,
        );
        if self.is_ending.load(Ordering::Relaxed) || !wait.is_worth(&error, &mut |warning| self.observer.warn(&warning))
        {
            return self.break_off(error);
        }
        let until = Instant::now() + wait.pause();
        self.away = Some((wait, until));
    }

    /// Takes those jobs of which `is_wanted` is true back from the places that have not begun them.
    pub(super) fn take_back(&mut self, is_wanted: impl Fn(&Job) -> bool) {
        // The first of them is to be the first again.
        for job in self.pool.take_back(is_wanted).iter().rev() {
            self.give_back(job);
        }
    }

    /// Gives an attempt back that has not been made; its point stays to be run.
    pub(super) fn give_back(&mut self, job: &Job) {
        self.context.claims.release(job.commit, job.attempt);
        self.attempts.insert(job.commit, job.attempt - 1);
        if let Some(trial) = self.handed.remove(&(job.commit, job.attempt)) {
            self.waiting.push_front(trial);
        }
    }
}
