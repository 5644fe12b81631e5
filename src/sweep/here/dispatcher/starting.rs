//! What a dispatcher starts: points that wait, new ones of a search that grows, those that failed before.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::{Dispatcher, QueueOptions};
use crate::git::CommitId;
use crate::job::Job;
use crate::ledger;
use crate::record::Record;
use crate::sweep::here::event::{ENOUGH_FAILED, QueueEvent};
use crate::sweep::here::growth::Step;
use crate::sweep::here::run_context::RunContext;
use crate::sweep::laid::learn::GivenUp;
use crate::trial::Trial;

/// So long points are started at a stretch.
const STRETCH: Duration = Duration::from_millis(100);

/// A run that takes less is short, and nobody minds a point that waits so long.
const BRISK: Duration = Duration::from_millis(100);

impl<'a> Dispatcher<'a, '_> {
    /// Lets a search that grows bring more points, and where it brings none those that failed before.
    pub(super) fn grow(&mut self) {
        if !self.is_stopping
            && !self.is_away()
            && self.growth.is_due()
            && (self.pool.is_free() || !self.waiting.is_empty())
        {
            let slots = if self.waiting.is_empty() { self.pool.free() } else { 0 };
            match self.growth.step(self.context, slots, GivenUp::LeftAlone, self.observer) {
                Ok(step) => {
                    self.away = None;
                    self.take_up(step);
                }
                Err(error) => {
                    let why = format!("no new runs; the running ones go on to their end: {error}");
                    self.break_off_or_wait(error);
                    if self.away.is_some() {
                        self.growth.wake();
                    } else if self.pool.active() > 0 {
                        self.observer.tell(&QueueEvent::Stopping(&why));
                    }
                }
            }
        }
        if self.may_start() && self.waiting.is_empty() && self.pool.is_free() {
            let again = self.growth.retries(self.pool.free());
            let trials = &self.context.sweep.trials;
            let known = |commit| trials.iter().find(|trial| trial.commit == commit);
            self.waiting.extend(again.into_iter().filter_map(known).map(Cow::Borrowed));
        }
    }

    fn take_up(&mut self, step: Step) {
        for (trial, attempt) in step.ready {
            if self.waiting.iter().any(|known| known.commit == trial.commit) {
                continue;
            }
            self.attempts.insert(trial.commit, attempt - 1);
            self.waiting.push_back(Cow::Owned(trial));
        }
        self.waiting.truncate(self.growth.left());
    }

    /// Claims points and starts their runs, as long as a place is free. Results that are reused take none: among many of them
    /// the user is to be heard now and then, and outcomes to be folded in.
    pub(super) fn start_runs(&mut self) {
        let began = Instant::now();
        while began.elapsed() < STRETCH
            && self.may_start()
            && self.pool.is_free()
            && !self.is_away()
            && self.last_start.is_none_or(|start| start.elapsed() >= self.options.spacing)
            && self.start_next()
        {}
    }

    /// Has a job ready for each place to go on with at once, where runs are short.
    pub(super) fn hand_over_ahead(&mut self) {
        if self.is_brisk() {
            while self.may_start() && !self.is_away() && self.pool.lacks_next() && self.start_next() {}
        } else if self.pool.ahead() > 0 {
            self.take_back(|_| true);
        }
    }

    /// True if runs are short, nothing that may become of them changes what is run next, and nobody else takes of the points:
    /// others who pass one that is claimed do not come back to it, and it would be left to wait for a run that turns out long.
    fn is_brisk(&self) -> bool {
        let QueueOptions { limits, spacing, max_failures, failure_limit, .. } = self.options;
        let is_counted =
            limits.limit.is_some() || max_failures.is_some() || failure_limit.is_some() || !spacing.is_zero();
        let is_steered = self.growth.goes_on() || self.watch.is_some();
        let is_alone = self.summary.points.elsewhere == 0;
        !is_counted
            && !is_steered
            && is_alone
            && self.latest.is_some_and(|took| took < BRISK)
            && self.last_start.is_some_and(|start| start.elapsed() < BRISK)
    }

    /// Claims the next point and hands it over; false if there is none.
    fn start_next(&mut self) -> bool {
        if !self.waiting.is_empty() && self.has_failed_enough() {
            self.start_nothing();
            self.observer.tell(&QueueEvent::Stopping(ENOUGH_FAILED));
            return false;
        }
        let Some(trial) = self.waiting.pop_front() else { return false };
        let attempt = *self
            .attempts
            .entry(trial.commit)
            .and_modify(|attempt| *attempt += 1)
            .or_insert_with(|| self.standings.next_attempt(trial.commit));
        let claimed = self.context.claim(&trial, attempt);
        if claimed.is_ok() {
            self.away = None;
        }
        match claimed {
            Ok(Some(job)) => self.start(trial, job),
            Ok(None) => {
                self.summary.points.elsewhere += 1;
                self.growth.wake();
                self.observer.tell(&QueueEvent::Elsewhere(&trial));
            }
            Err(error) => {
                self.attempts.insert(trial.commit, attempt - 1);
                self.waiting.push_front(trial);
                self.break_off_or_wait(error);
            }
        }
        true
    }

    /// True if so many runs have failed, of all that the queue's jobs make, that no more begin.
    fn has_failed_enough(&self) -> bool {
        self.options.failure_limit.as_ref().is_some_and(|limit| limit.is_reached(&self.context.state))
    }

    fn start(&mut self, trial: Cow<'a, Trial>, job: Job) {
        self.growth.began();
        if self.growth.left() == 0 {
            self.waiting.clear();
        }
        self.handed.insert((job.commit, job.attempt), trial);
        if let Some((from, record)) = self.reusable.get(&job.key) {
            match keep_reused(self.context, &job, *from, record) {
                Ok(()) => self.reused(&job),
                Err(error) => {
                    self.give_back(&job);
                    self.break_off(error);
                }
            }
            return;
        }
        self.last_start = Some(Instant::now());
        self.watch.iter_mut().for_each(|watch| watch.begin(&job));
        self.pool.start(job);
    }

    fn reused(&mut self, job: &Job) {
        self.summary.runs.ok += 1;
        self.summary.runs.reused += 1;
        self.folding.count();
        self.growth.wake();
        if let Some(trial) = self.handed.remove(&(job.commit, job.attempt)) {
            self.observer.tell(&QueueEvent::Reused(&trial));
        }
    }
}

/// Leaves an earlier result as that of a job.
fn keep_reused(context: &RunContext<'_>, job: &Job, from: CommitId, record: &Record) -> Result<()> {
    let mut reused = record.clone();
    reused.attempt = job.attempt;
    reused.executor = Some("reuse".to_owned());
    reused.reason = Some(format!("taken from {}, the same code and parameters", from.short()));
    // It is folded in within a second, and found again if a crash of the machine takes it away until then.
    ledger::leave_result_for_now(&context.state, job.commit, &reused).map(drop)
}
