//! Growth: how a search that learns goes on while a crew works, its branch growing as slots become free.

use super::Sweep;
use super::learn::{Advance, advance};
use super::queue::QueueEvent;
use super::select::Limits;
use super::standing::{Standing, Standings};
use super::workshop::Workshop;
use crate::trial::Trial;

/// Whether there are to be more points, and whether it is time to ask.
#[derive(Debug)]
pub(super) struct Growth {
    goes_on: bool,
    /// True if nothing has happened since the last step that could change the next one.
    is_idle: bool,
    /// How many more runs there are to be.
    left: usize,
}

/// What a step means to a crew.
pub(super) struct Step {
    /// The sweep as it is now.
    pub(super) sweep: Sweep,
    /// Points that may be run, each with the number of its next attempt.
    pub(super) ready: Vec<(Trial, u64)>,
    /// True if nothing that is laid and not running is to be run.
    pub(super) is_over: bool,
}

impl Growth {
    /// A search grows where all its points are to be run.
    pub(super) fn of(sweep: &Sweep, limits: &Limits) -> Self {
        let goes_on = sweep.plan.search.learning.is_some() && limits.is_whole();
        Self { goes_on, is_idle: false, left: limits.limit.unwrap_or(usize::MAX) }
    }

    /// No growth.
    pub(super) fn none() -> Self {
        Self { goes_on: false, is_idle: true, left: usize::MAX }
    }

    /// True until the search is over.
    pub(super) fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// True if a step is to be made: something has happened since the last one.
    pub(super) fn is_due(&self) -> bool {
        self.goes_on && !self.is_idle && self.left > 0
    }

    /// A run has begun.
    pub(super) fn began(&mut self) {
        self.left = self.left.saturating_sub(1);
    }

    /// Something has happened that may change the next step: a run has ended, or a point was somebody else's.
    pub(super) fn wake(&mut self) {
        self.is_idle = false;
    }

    /// How many more runs there are to be.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Makes a step, by which at least `slots` points become ready if there are to be so many. `takes_given_up` says whether
    /// points that were cancelled, or lost again and again, count as ready.
    ///
    /// # Errors
    /// If no run reports the objective, or the repository cannot be written.
    pub(super) fn step(
        &mut self,
        workshop: &Workshop<'_>,
        slots: usize,
        takes_given_up: bool,
        tell: &mut dyn FnMut(&QueueEvent<'_>),
    ) -> anyhow::Result<Step> {
        self.is_idle = true;
        let mut recover = |trials: &[Trial], standings: &Standings| workshop.recover(trials, standings, tell);
        let slots = slots.min(self.left);
        let advance = advance(workshop.repository, workshop.sweep, slots, takes_given_up, &mut recover)?;
        let Advance { sweep, ready, laid, end } = advance;
        if laid > 0 {
            tell(&QueueEvent::Grown(laid));
        }
        let mut is_over = false;
        if let Some(end) = end {
            tell(&QueueEvent::Over(&end.why));
            self.goes_on = false;
            is_over = end.is_final;
        }
        Ok(Step { sweep, ready, is_over })
    }

    /// How many runs the search is still to make, where that is known.
    pub(super) fn remaining(&self, sweep: &Sweep, standings: &Standings) -> usize {
        let search = &sweep.plan.search;
        let Some(trials) = search.trials.filter(|_| self.goes_on) else { return 0 };
        let all = usize::try_from(trials.saturating_mul(search.repeats.unwrap_or(1))).unwrap_or(usize::MAX);
        let done = sweep
            .trials
            .iter()
            .filter(|trial| matches!(standings.of(trial.commit), Standing::Ok | Standing::Failed))
            .count();
        all.saturating_sub(done).min(self.left)
    }
}
