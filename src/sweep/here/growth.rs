//! Growth: how a search that grows goes on while a dispatcher works, its branch growing as slots become free.

use std::collections::VecDeque;

use super::event::QueueEvent;
use super::observer::Observer;
use super::run_context::RunContext;
use super::select::Limits;
use crate::git::CommitId;
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standing, Standings};
use crate::sweep::laid::learn::{Advance, GivenUp, advance};
use crate::trial::Trial;

/// Whether there are to be more points, and whether it is time to ask.
#[derive(Debug)]
pub(in crate::sweep) struct Growth {
    goes_on: bool,
    /// True if nothing has happened since the last step that could change the next one.
    is_idle: bool,
    /// How many more runs there are to be.
    left: usize,
    /// Why there are to be no more points, by what is known now.
    over: Option<String>,
    /// True if that has been told.
    is_told: bool,
    /// True once a step has found that the search goes on.
    has_gone_on: bool,
    /// True while nothing is to be started, not even what is laid: what is in flight may change that.
    is_held: bool,
    /// Points that have failed before, for when there are to be no more.
    again: VecDeque<CommitId>,
}

/// What a step means to a dispatcher.
pub(in crate::sweep) struct Step {
    /// The sweep as it is now.
    pub(in crate::sweep) sweep: Sweep,
    /// Points that may be run, each with the number of its next attempt.
    pub(in crate::sweep) ready: Vec<(Trial, u64)>,
}

impl Growth {
    /// A search grows where all its points are to be run.
    pub(in crate::sweep) fn of(sweep: &Sweep, limits: &Limits) -> Self {
        let goes_on = sweep.plan.search.growing.is_some() && limits.is_whole();
        Self { goes_on, is_idle: false, left: limits.limit.unwrap_or(usize::MAX), ..Self::none() }
    }

    /// The same by somebody who has been at work on the search before: when it is over he starts nothing more, while a
    /// command that comes to a search that is over runs what is laid.
    pub(in crate::sweep) fn at_work(self, has_gone_on: bool) -> Self {
        Self { has_gone_on, ..self }
    }

    /// The same with points that have failed, which are run again once there are to be no more.
    pub(in crate::sweep) fn with_retries(self, again: VecDeque<CommitId>) -> Self {
        Self { again, ..self }
    }

    /// No growth.
    pub(in crate::sweep) fn none() -> Self {
        Self {
            goes_on: false,
            is_idle: true,
            left: usize::MAX,
            over: None,
            is_told: false,
            has_gone_on: false,
            is_held: false,
            again: VecDeque::new(),
        }
    }

    /// True until the search is over.
    pub(in crate::sweep) fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// True if a step is to be made: something has happened since the last one.
    pub(in crate::sweep) fn is_due(&self) -> bool {
        self.goes_on && !self.is_idle && self.left > 0
    }

    /// A run has begun.
    pub(in crate::sweep) fn began(&mut self) {
        self.left = self.left.saturating_sub(1);
    }

    /// Something has happened that may change the next step: a run has ended, or a point was somebody else's.
    pub(in crate::sweep) fn wake(&mut self) {
        self.is_idle = false;
    }

    /// How many more runs there are to be.
    pub(in crate::sweep) fn left(&self) -> usize {
        self.left
    }

    /// Makes a step, by which at least `slots` points become ready if there are to be so many.
    ///
    /// # Errors
    /// If no run reports the objective, or the repository cannot be written.
    pub(in crate::sweep) fn step(
        &mut self,
        context: &RunContext<'_>,
        slots: usize,
        given_up: GivenUp,
        observer: &mut dyn Observer,
    ) -> anyhow::Result<Step> {
        self.is_idle = true;
        let mut recover = |trials: &[Trial], standings: &Standings| context.recover(trials, standings, observer);
        let slots = slots.min(self.left);
        let advance = advance(context.repository, context.sweep, slots, given_up, &mut recover)?;
        let Advance { sweep, ready, laid, end } = advance;
        if laid > 0 {
            observer.tell(&QueueEvent::Grown(laid));
        }
        let Some(end) = end else {
            (self.over, self.has_gone_on) = (None, true);
            if std::mem::take(&mut self.is_held) {
                self.is_told = false;
                observer.tell(&QueueEvent::NotOver);
            }
            return Ok(Step { sweep, ready });
        };
        self.is_held = end.is_final && self.has_gone_on;
        // What is run again may change a final end.
        self.goes_on = end.is_final;
        self.over = Some(end.why);
        if self.is_held || !self.goes_on {
            self.tell_of_end(observer);
        }
        Ok(Step { sweep, ready: if self.is_held { Vec::new() } else { ready } })
    }

    /// True while nothing is to be started.
    pub(in crate::sweep) fn is_held(&self) -> bool {
        self.is_held
    }

    /// True if there are to be no more points, by what is known now.
    pub(in crate::sweep) fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Says why there are to be no more points, if that is so and has not been said.
    pub(in crate::sweep) fn tell_of_end(&mut self, observer: &mut dyn Observer) {
        if let Some(why) = self.over.as_ref().filter(|_| !self.is_told) {
            observer.tell(&QueueEvent::Over(why));
            self.is_told = true;
        }
    }

    /// So many of the points that are to be run again, at most; none as long as new ones come.
    pub(in crate::sweep) fn retries(&mut self, count: usize) -> Vec<CommitId> {
        let is_time = !self.goes_on || self.over.is_some();
        let count = if is_time { count.min(self.left).min(self.again.len()) } else { 0 };
        self.again.drain(..count).collect()
    }

    /// How many points were to be run again.
    pub(in crate::sweep) fn untried(&self) -> usize {
        if self.left == 0 { 0 } else { self.again.len() }
    }

    /// Leaves points alone that were to be run again.
    pub(in crate::sweep) fn forget(&mut self, commits: &[CommitId]) {
        self.again.retain(|commit| !commits.contains(commit));
    }

    /// How many runs the search is still to make, where that is known.
    pub(in crate::sweep) fn remaining(&self, sweep: &Sweep, standings: &Standings) -> usize {
        let search = &sweep.plan.search;
        let Some(trials) = search.trials.filter(|_| self.goes_on) else { return 0 };
        let all = usize::try_from(trials.saturating_mul(search.rounds())).unwrap_or(usize::MAX);
        let done = sweep
            .trials
            .iter()
            .filter(|trial| matches!(standings.of(trial.commit), Standing::Ok | Standing::Failed))
            .count();
        all.saturating_sub(done).min(self.left)
    }
}
