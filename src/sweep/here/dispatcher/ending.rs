//! What becomes of a dispatcher's runs: they end, or are ended early.

use std::time::{Duration, Instant};

use super::Dispatcher;
use crate::executor::Event;
use crate::job::Job;
use crate::record::Record;
use crate::sweep::followed::enough;
use crate::sweep::here::event::{ENOUGH_FAILED, QueueEvent};
use crate::sweep::here::watch::Watch;

/// How long the dispatcher sleeps at most before it looks at the clock and the keyboard.
const TICK: Duration = Duration::from_millis(50);

impl Dispatcher<'_, '_> {
    /// Ends the runs that are not going to be any good.
    pub(super) fn end_hopeless_runs(&mut self) {
        for (commit, step) in self.watch.iter_mut().flat_map(Watch::look) {
            self.pool.stop(commit, step);
        }
    }

    /// Waits for something to happen, but not for long.
    pub(super) fn await_event(&mut self) {
        let began = Instant::now();
        let event = self.pool.next_event(TICK);
        if let Some(halted) = self.context.halt(began) {
            self.pool.put_off(halted);
            self.rules.ends_at = self.rules.ends_at.map(|end| end + halted);
        }
        match event {
            Some(Event::Began(commit, attempt)) => {
                if let Some(trial) = self.handed.get(&(commit, attempt)) {
                    self.observer.tell(&QueueEvent::Started(trial));
                }
            }
            Some(Event::Ended(job, record)) => self.ended(&job, &record),
            Some(Event::Broken(job, error)) => {
                self.give_back(&job);
                self.break_off(error);
            }
            Some(Event::Warning(warning)) => self.observer.warn(&warning),
            None => self.observer.tell(&QueueEvent::Tick),
        }
        self.observer.warn_of(&self.hooks.problems());
    }

    fn ended(&mut self, job: &Job, record: &Record) {
        self.folding.count();
        self.growth.wake();
        if let Some(warning) = self.watch.as_mut().and_then(|watch| watch.end(job, record)) {
            self.observer.warn(&warning);
        }
        let took = Duration::from_secs_f64(record.seconds.unwrap_or(0.0).max(0.0));
        self.longest = self.longest.max(took);
        self.latest = Some(took);
        self.summary.runs.count(record);
        if let Some(trial) = self.handed.remove(&(job.commit, job.attempt)) {
            self.observer.tell(&QueueEvent::Ended(&trial, record));
            self.hooks.run_ended(self.context.sweep, &trial, record);
        }
        if let Some(limit) = &self.options.failure_limit
            && let Err(error) = enough::count(self.context.repository, limit, job.commit, record)
        {
            self.observer.warn(&format!("{error:#}"));
        }
        if !self.is_stopping
            && self.options.max_failures.is_some_and(|most| self.summary.runs.failed >= most)
            && (!self.waiting.is_empty() || self.growth.goes_on() || self.growth.untried() > 0)
        {
            self.start_nothing();
            self.observer.tell(&QueueEvent::Stopping(ENOUGH_FAILED));
        }
    }
}
