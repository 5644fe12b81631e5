//! Submitting a search that grows: what is submitted is laid first.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Result;

use super::options::{SubmitOptions, SubmittedBy};
use crate::hint;
use crate::submission::Grows;
use crate::sweep::Sweep;
use crate::sweep::followed::follow::follow;
use crate::sweep::found::standing::{Standing, Standings};
use crate::sweep::here::growth::Growth;
use crate::sweep::here::observer::{Observer, rest};
use crate::sweep::here::run_context::RunContext;
use crate::sweep::here::select::Limits;
use crate::sweep::laid::learn::{GivenUp, grown, is_worn_out};
use crate::trial::Trial;

/// Where everything is, without a word to the notes. A job that nobody has a word of holds a place in the search until it is known
/// to be gone: who submits successors looks once more then, since the next look may be hours away.
pub(super) fn survey(context: &RunContext<'_>, observer: &mut dyn Observer) -> Result<Standings> {
    let mut followed = follow(context.repository)?;
    if let Some(awaited) = followed.awaited {
        rest(awaited + Duration::from_secs(1), observer);
        followed = follow(context.repository)?;
    }
    observer.warn_of(&followed.problems);
    context.recover(&context.sweep.trials, &followed.standings, observer)?;
    let mut standings = Standings::read(context.repository)?;
    standings.keep_answers(followed.standings);
    Ok(standings)
}

/// A search that grows, with as many new points as there is room for in flight.
pub(super) struct Grown {
    /// The sweep as it is now.
    pub(super) sweep: Sweep,
    /// The options, for the points that are ready.
    pub(super) options: SubmitOptions,
    /// How its jobs submit their successors.
    pub(super) grows: Option<Grows>,
    /// True if there are to be no more points.
    pub(super) is_over: bool,
}

/// How many points of a search that grows are in flight at most, if it is not said, and which part of all its trials.
const MAX_ACTIVE: usize = 20;
const PART_ACTIVE: u64 = 4;

/// How many points of a search that grows may be in flight: the more, the less is known as each is proposed.
pub(super) fn max_active(sweep: &Sweep, options: &SubmitOptions) -> usize {
    options.max_active.unwrap_or_else(|| {
        let part = sweep.plan.search.trials.map(|trials| usize::try_from(trials / PART_ACTIVE).unwrap_or(MAX_ACTIVE));
        part.map_or(MAX_ACTIVE, |part| part.clamp(1, MAX_ACTIVE))
    })
}

impl Grown {
    /// Lays them; nothing if the sweep does not grow, or only some of its points are wanted.
    pub(super) fn of(
        context: &RunContext<'_>,
        options: &SubmitOptions,
        by: SubmittedBy,
        standings: &Standings,
        observer: &mut dyn Observer,
    ) -> Result<Option<Self>> {
        let (repository, sweep) = (context.repository, context.sweep);
        let is_first = by == SubmittedBy::Command && !options.is_going_on;
        let has_gone_on = options.is_going_on || (by == SubmittedBy::Job && !options.is_coordinated);
        let mut growth = Growth::of(sweep, &options.limits).at_work(has_gone_on);
        if !growth.goes_on() {
            return Ok(None);
        }
        if options.workers.is_some() && options.limits.limit.is_some() {
            return Err(hint::error(
                "workers propose what they run until the search is over, and know of no limit",
                "leave --limit out, or --workers",
            ));
        }
        let side_by_side = options.jobs.unwrap_or(1);
        let max_active = match options.workers {
            Some(workers) => usize::try_from(workers)?.saturating_mul(side_by_side),
            None => max_active(sweep, options),
        };
        // Others may have let it grow since it was read.
        let now = grown(repository, sweep)?;
        let trials = &now.as_ref().unwrap_or(sweep).trials;
        let is_in_flight = |trial: &&Trial| matches!(standings.of(trial.commit), Standing::Queued | Standing::Running);
        let in_flight = trials.iter().filter(is_in_flight).count();
        // A worker between two points has none in flight.
        let busy = standings.searchers(&sweep.name).filter(|searcher| searcher.submission.is_shared());
        let busy: usize = busy.map(|worker| worker.submission.header.jobs.unwrap_or(1)).sum();
        let busy = if options.workers.is_some() { busy.max(in_flight) } else { in_flight };
        let slots = max_active.saturating_sub(busy).min(growth.left());
        let given_up = if by == SubmittedBy::Command { GivenUp::Ready } else { GivenUp::LeftAlone };
        let step = growth.step(context, slots, given_up, observer)?;
        growth.tell_of_end(observer);
        let mut points: HashSet<u64> = step.ready.iter().take(slots).map(|(trial, _)| trial.label.index).collect();
        if growth.is_over() && is_first {
            // What failed is tried again once there is nothing new.
            let failed = step.sweep.trials.iter().filter(|trial| standings.of(trial.commit) == Standing::Failed);
            let again = failed.filter(|trial| !is_worn_out(standings, trial)).map(|trial| trial.label.index);
            points.extend(again.take(slots.saturating_sub(points.len())));
        }
        let limits = Limits { points: Some(points), ..Limits::default() };
        Ok(Some(Self {
            sweep: step.sweep,
            // The number of points is what throttles.
            options: SubmitOptions { limits, max_active: None, jobs: Some(side_by_side), ..options.clone() },
            // Jobs that come after one another know of no limit.
            grows: options.limits.limit.is_none().then(|| options.for_jobs(max_active)),
            is_over: growth.is_over(),
        }))
    }
}
