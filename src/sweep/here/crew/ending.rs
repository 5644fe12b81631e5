//! What becomes of a crew's runs: they end, are ended early, and their outcomes are folded in.

use std::time::{Duration, Instant};

use super::{Crew, Folding};
use crate::executor::Event;
use crate::job::Job;
use crate::ledger;
use crate::record::Record;
use crate::sweep::here::event::QueueEvent;
use crate::sweep::here::watch::Watch;

/// How long the crew sleeps at most before it looks at the clock and the keyboard.
const TICK: Duration = Duration::from_millis(50);
/// Outcomes are folded in at most this often, and seldom enough to take a small part of the time.
const FOLD_EVERY: Duration = Duration::from_secs(1);
const FOLD_SHARE: u32 = 20;

impl Crew<'_, '_> {
    /// Ends the runs that are not going to be any good.
    pub(super) fn end_hopeless_runs(&mut self) {
        for (commit, step) in self.watch.iter_mut().flat_map(Watch::look) {
            self.pool.stop(commit, step);
        }
    }

    /// Waits for something to happen, but not for long.
    pub(super) fn await_event(&mut self) {
        match self.pool.next_event(TICK) {
            Some(Event::Ended(job, record)) => self.ended(&job, &record),
            Some(Event::Broken(job, error)) => {
                self.workshop.claims.release(job.commit, job.attempt);
                self.waiting.extend(self.running.remove(&(job.commit, job.attempt)));
                self.is_stopping = true;
                self.broken.get_or_insert(error);
            }
            Some(Event::Warning(warning)) => self.onlooker.warn(&warning),
            None => self.onlooker.tell(&QueueEvent::Tick),
        }
        self.onlooker.warn_of(&self.herald.problems());
    }

    fn ended(&mut self, job: &Job, record: &Record) {
        self.folding.unfolded += 1;
        self.growth.wake();
        if let Some(warning) = self.watch.as_mut().and_then(|watch| watch.end(job, record)) {
            self.onlooker.warn(&warning);
        }
        self.longest = self.longest.max(Duration::from_secs_f64(record.seconds.unwrap_or(0.0).max(0.0)));
        self.summary.runs.count(record);
        if let Some(trial) = self.running.remove(&(job.commit, job.attempt)) {
            self.onlooker.tell(&QueueEvent::Ended(&trial, record));
            self.herald.run_ended(self.workshop.sweep, &trial, record);
        }
        if !self.is_stopping
            && self.options.max_failures.is_some_and(|most| self.summary.runs.failed >= most)
            && (!self.waiting.is_empty() || self.growth.goes_on() || self.growth.untried() > 0)
        {
            self.is_stopping = true;
            self.onlooker.tell(&QueueEvent::Stopping("no new runs: that many have failed"));
        }
    }

    /// Folds outcomes into notes, if that is allowed and worth while.
    pub(super) fn fold_now_and_then(&mut self) {
        let Folding { last, cost, unfolded } = &self.folding;
        if !self.rules.folds || *unfolded == 0 || last.elapsed() <= FOLD_EVERY.max(*cost * FOLD_SHARE) {
            return;
        }
        let start = Instant::now();
        if let Err(error) = ledger::fold(self.workshop.repository) {
            self.onlooker.warn(&format!("{error:#}"));
        }
        self.folding = Folding { last: Instant::now(), cost: start.elapsed(), unfolded: 0 };
    }
}
