//! Submitting: the points that are to be run are handed to a scheduler in as few orders as it takes, and nothing waits.
//!
//! One gitsweep submits at a time. Each order is on the disk before the scheduler hears of it, so that a gitsweep that is
//! killed at any moment leaves either an order that the scheduler can be asked for, or points that stay to be run.

mod batch;
mod coordinator;
mod grown;
mod lanes;
mod options;
mod site;
mod submitter;
mod waiting;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use self::batch::plan;
pub(in crate::sweep) use self::coordinator::margin;
pub use self::coordinator::{Coordinator, check_coordinator, preview_coordinator, submit_coordinator};
use self::grown::{Grown, survey};
use self::lanes::Lanes;
pub use self::options::SubmitOptions;
pub(in crate::sweep) use self::options::SubmittedBy;
use self::site::Site;
use self::submitter::{A_NAME, Duty, FIRST_PAUSE, LONGEST_PAUSE, Submitter};
use self::waiting::{Sharing, Waiting};
use crate::executor::{Capacity, Refusal, SLURM, Scheduler};
use crate::git::Repository;
use crate::hint;
use crate::liveness::Heartbeat;
use crate::lock::Lock;
use crate::names;
use crate::sweep::Sweep;
use crate::sweep::followed::schedulers::scheduler_of;
use crate::sweep::found::standing::Standings;
use crate::sweep::here::ending::outwait;
use crate::sweep::here::event::QueueEvent;
use crate::sweep::here::inbox::UntilCancelled;
use crate::sweep::here::observer::{Observer, rest};
use crate::sweep::here::preparation::prepare;
use crate::sweep::here::run_context::{Errand, RunContext};
use crate::sweep::here::select::{Limits, Shared, select};
use crate::sweep::here::summary::{Ending, Handed, QueueSummary};

/// What most clusters are set to, for a preview without the scheduler at hand.
const USUAL: Capacity = Capacity { tasks: 1000, largest: 1000, is_array: true, has_gaps: true, cluster: None };
/// How long a gitsweep waits for another that submits.
const LOCK_PATIENCE: Duration = Duration::from_secs(600);

/// Hands the points that are to be run to a scheduler and returns. Whoever has enough ends it before the next order, and so
/// does cancelling the sweep.
///
/// # Errors
/// If the scheduler refuses, or cannot be reached for longer than the definition's patience. What was taken until then is
/// in flight, and the observer knows of it.
pub fn submit(
    repository: &Repository,
    sweep: &Sweep,
    options: &SubmitOptions,
    observer: &mut dyn Observer,
) -> Result<QueueSummary> {
    let state = repository.state_dir();
    std::fs::create_dir_all(&state).with_context(|| format!("cannot make {}", state.display()))?;
    let _alive = Heartbeat::start(&state, sweep.plan.queue.lease)?;
    let mut observer = UntilCancelled::new(observer, &state, &sweep.name);
    submit_by(SubmittedBy::Command, repository, sweep, options, &mut observer)
}

/// Refuses a scheduler that is not there.
///
/// # Errors
/// If there is no such submit script, or it cannot be called.
pub fn check_scheduler(repository: &Repository, executor: &str) -> Result<()> {
    scheduler_of(repository, executor).map(drop)
}

/// [`submit`] by somebody who gives signs of life.
pub(in crate::sweep) fn submit_by(
    by: SubmittedBy,
    repository: &Repository,
    sweep: &Sweep,
    options: &SubmitOptions,
    observer: &mut dyn Observer,
) -> Result<QueueSummary> {
    let scheduler = scheduler_of(repository, &options.executor)?;
    let context = RunContext::open(repository, sweep, Some(errand(&options.executor)))?;
    context.links()?;
    let site = Site::of(&*scheduler, capacity_of(&*scheduler, sweep, observer)?, repository)?;
    check(options, &site.capacity)?;
    let _lock = alone(&context, observer)?;
    // The sweep may have been cancelled until the lock was free.
    if observer.has_enough() {
        return Ok(ended(Ending { interrupted: true, ..Ending::default() }));
    }
    if options.has_failed_enough(&context.state) {
        return Ok(ended(Ending { stopped: true, enough_failed: true, ..Ending::default() }));
    }
    let mut standings = match by {
        SubmittedBy::Command if options.is_going_on => prepare(&context, observer)?,
        SubmittedBy::Command => {
            let standings = prepare(&context, observer)?;
            outwait(&context, standings, &options.limits, &options.executor, observer)?
        }
        SubmittedBy::Job => survey(&context, observer)?,
    };
    if observer.has_enough() {
        return Ok(ended(Ending { interrupted: true, ..Ending::default() }));
    }
    let is_first = by == SubmittedBy::Command && !options.is_going_on;
    if is_first {
        standings.forget_failures(&context.state, &sweep.name);
    }
    // A search that grows lays what it submits.
    let grown = Grown::of(&context, options, by, &standings, observer)?;
    if grown.is_some() {
        let asked = std::mem::replace(&mut standings, Standings::read(repository)?);
        standings.keep_answers(asked);
    }
    let (sweep, options) = grown.as_ref().map_or((sweep, options), |grown| (&grown.sweep, &grown.options));
    let mut context = RunContext::open(repository, sweep, Some(errand(&options.executor)))?;
    context.read_on(&standings);
    hand_over(&context, &site, options, by, grown.as_ref(), &standings, observer)
}

/// A queue that has submitted nothing.
fn ended(ending: Ending) -> QueueSummary {
    QueueSummary { ending, ..QueueSummary::default() }
}

/// Hands over what waits, of the search as it has grown where it grows.
fn hand_over(
    context: &RunContext<'_>,
    site: &Site<'_>,
    options: &SubmitOptions,
    by: SubmittedBy,
    grown: Option<&Grown>,
    standings: &Standings,
    observer: &mut dyn Observer,
) -> Result<QueueSummary> {
    let sweep = context.sweep;
    let searchers = standings.searchers(&sweep.name).count() as u64;
    let sharing = if grown.is_none() { Sharing::Joined } else { Sharing::None };
    let mut waiting = Waiting::of(sweep, standings, options, sharing);
    waiting.elsewhere.iter().for_each(|trial| observer.tell(&QueueEvent::Elsewhere(trial)));
    if grown.is_some() {
        // What was submitted is told beside all that there is of the search.
        waiting.points = select(sweep, standings, &Limits::default(), Shared::Left).points;
    }
    let options = &waiting.options(options);
    let handed = Handed { searchers, sharing: waiting.at_work, ..Handed::default() };
    let mut summary = QueueSummary { points: waiting.points, handed, ..QueueSummary::default() };
    observer.tell(&QueueEvent::Planned(waiting.trials.len()));
    // Task-spooler runs jobs on this very machine.
    let is_first = by == SubmittedBy::Command && !options.is_going_on;
    if is_first && !waiting.trials.is_empty() && !options.executor.ends_with("task-spooler") {
        observer.warn_of(&site.unshared(&options.executor, standings));
    }
    let batches = plan(sweep, standings, &waiting.trials, options, &site.capacity)?;
    // Workers lay what they run and submit nothing.
    let submits = options.workers.is_some() || (options.executor == SLURM && !options.is_coordinated);
    let grows = grown.and_then(|grown| grown.grows.clone()).filter(|_| submits);
    let lanes = Lanes::filled(options, sweep, standings, site.capacity.cluster.as_ref());
    let mut submitter = Submitter::new(site, context, options, Duty::Run(grows), lanes);
    let handed = submitter.hand_over(batches, &mut summary, observer);
    summary.points.left = waiting.trials.len() as u64 - summary.handed.submitted;
    if waiting.joins && summary.handed.submitted > 0 {
        // They were in flight before.
        summary.handed.workers = waiting.workers.unwrap_or(0).min(summary.handed.submitted);
        summary.handed.submitted = 0;
    }
    handed?;
    let is_last = grown.is_none_or(|grown| grown.is_over);
    if !sweep.plan.hooks.on_sweep_end.is_empty() && !submitter.jobs.is_empty() && is_last {
        submitter.announce_end(sweep)?;
    }
    Ok(summary)
}

/// What a scheduler takes at once. One that does not answer is asked again for the definition's patience.
fn capacity_of(scheduler: &dyn Scheduler, sweep: &Sweep, observer: &mut dyn Observer) -> Result<Capacity> {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match scheduler.capacity() {
            Err(Refusal::Unclear(why)) if started.elapsed() < sweep.plan.queue.patience && !observer.has_enough() => {
                observer.tell(&QueueEvent::Refused(&why, pause));
                rest(pause, observer);
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            answer => return answer.map_err(Refusal::explain),
        }
    }
}

/// What would be submitted: the first order as the scheduler gets it, and how many there are. Nothing is changed.
///
/// # Errors
/// If the definition has no order for a point.
pub fn preview(repository: &Repository, sweep: &Sweep, options: &SubmitOptions) -> Result<(String, usize, usize)> {
    let scheduler = scheduler_of(repository, &options.executor)?;
    let errand = errand(&options.executor);
    let standings = Standings::read(repository)?;
    let context = RunContext::look(repository, sweep, Some(errand))?;
    let site = Site::of(&*scheduler, scheduler.capacity().unwrap_or(USUAL), repository)?;
    check(options, &site.capacity)?;
    let sharing = if sweep.plan.search.growing.is_none() { Sharing::Joined } else { Sharing::None };
    let waiting = Waiting::of(sweep, &standings, options, sharing);
    let options = &waiting.options(options);
    let batches = plan(sweep, &standings, &waiting.trials, options, &site.capacity)?;
    let Some(first) = batches.front() else { return Ok((String::new(), 0, 0)) };
    let submitter = Submitter::new(&site, &context, options, Duty::Run(None), Lanes::new(options.max_active));
    submitter.check(&batches)?;
    let submission = submitter.submission(A_NAME, first);
    let order = submitter.order(&submission, first)?;
    Ok((scheduler.show(&order)?, batches.len(), waiting.trials.len()))
}

/// The right to submit, which one gitsweep at a time has.
fn alone(context: &RunContext<'_>, observer: &mut dyn Observer) -> Result<Lock> {
    let lock = Lock::take(&context.state, names::SUBMIT_LOCK, LOCK_PATIENCE, &mut || observer.has_enough())?;
    lock.map_err(|holder| {
        hint::error(format!("another gitsweep is submitting: {}", holder.0), "try again when it has ended")
    })
}

/// What the context of runs has to know of somebody who submits: he has no task of his own.
fn errand(executor: &str) -> Errand {
    Errand { submission: String::new(), executor: executor.to_owned(), task: 0, job: None, later: None }
}

fn check(options: &SubmitOptions, capacity: &Capacity) -> Result<()> {
    if options.workers.is_some() && !capacity.is_array {
        return Err(hint::error(
            format!("workers are tasks of an array, and {} takes none", options.executor),
            "leave --workers out",
        ));
    }
    match options.workers {
        Some(workers) if workers > capacity.largest.min(capacity.tasks as u64) => Err(hint::error(
            format!(
                "{workers} workers are more tasks than an array may have here, {}",
                capacity.largest.min(capacity.tasks as u64)
            ),
            "take fewer",
        )),
        _ => Ok(()),
    }
}
