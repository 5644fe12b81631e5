//! The queue on this machine: runs the points of a sweep that are to be run, and sees to it that every outcome is kept.
//!
//! Points are claimed one by one, so any number of queues may work on a sweep at once, here and on machines that share the
//! file system. Outcomes are written to result files by the places that run, and folded into notes here as they come.

use std::time::Duration;

use anyhow::Result;

use super::Sweep;
use super::crew::{Rules, Work};
use super::follow::follow;
use super::growth::Growth;
use super::hooks::Herald;
use super::outlook::{Fruitless, fruitless};
use super::select::{Limits, select};
use super::standing::{Standing, Standings};
use super::workshop::Workshop;
use crate::claim::Claim;
use crate::git::Repository;
use crate::ledger;
use crate::liveness::Heartbeat;
use crate::record::{Gravity, Record};
use crate::trial::Trial;

/// What a queue does.
#[derive(Clone, Debug, Default)]
pub struct QueueOptions {
    /// What it takes.
    pub limits: Limits,
    /// Runs at a time.
    pub jobs: usize,
    /// Time between two starts.
    pub spacing: Duration,
    /// No new runs after so many failures.
    pub max_failures: Option<u64>,
    /// A point whose code, command and parameters have a result already gets that.
    pub reuse: bool,
}

/// What happens in a queue.
#[derive(Debug)]
pub enum QueueEvent<'a> {
    /// So many runs are to be made.
    Planned(usize),
    /// A run has started.
    Started(&'a Trial),
    /// A run has ended.
    Ended(&'a Trial, &'a Record),
    /// A point got the result of an earlier run of the same code.
    Reused(&'a Trial),
    /// A run whose gitsweep died; so many processes of it were still there and were ended.
    Lost(&'a Trial, &'a Claim, usize),
    /// Another gitsweep or a scheduler has the point.
    Elsewhere(&'a Trial),
    /// So many points have been handed to a scheduler, which calls the job so.
    Submitted(usize, &'a str),
    /// The scheduler does not take more now, and why; it is asked again after a while.
    Refused(&'a str, Duration),
    /// So many points are in flight: waiting, and running.
    InFlight(usize, usize),
    /// A search that learns has laid so many new points.
    Grown(usize),
    /// There are to be no more points, and why.
    Over(&'a str),
    /// A search that learns is over and has not a single usable result.
    Fruitless(&'a Fruitless),
    /// No new runs from here on, and why.
    Stopping(&'a str),
    /// Something that the user should know.
    Warning(&'a str),
    /// Nothing in particular: time passes.
    Tick,
}

/// What a queue has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueSummary {
    /// Points that were looked at: those that the limits leave.
    pub selected: usize,
    /// Runs that gave a result, reused ones too.
    pub ok: u64,
    /// Runs that failed.
    pub failed: u64,
    /// Runs that were cancelled.
    pub cancelled: u64,
    /// Points that another gitsweep or a scheduler has.
    pub elsewhere: u64,
    /// Points that were handed to a scheduler.
    pub submitted: u64,
    /// Calls of the scheduler by which they were.
    pub calls: u64,
    /// Jobs of the search that look for points already.
    pub searchers: u64,
    /// Points that were left because the queue was stopped.
    pub left: u64,
    /// Points that have failed too often to be run again without being told to.
    pub worn_out: u64,
    /// True if only points that failed were to be run again.
    pub reran: bool,
    /// True if a search that learns is to have no more points.
    pub is_over: bool,
    /// True if it is over and has not a single usable result.
    pub is_fruitless: bool,
    /// True if the user stopped it.
    pub interrupted: bool,
    /// True if anything stopped it.
    pub stopped: bool,
}

impl QueueSummary {
    /// Counts a run that has ended.
    pub(super) fn count(&mut self, record: &Record) {
        match record.status.gravity() {
            Gravity::Good => self.ok += 1,
            Gravity::Bad => self.failed += 1,
            Gravity::Void => self.cancelled += 1,
        }
    }
}

/// Runs the points of `sweep` that are to be run. `stop` tells what the user wishes: 0 go on, 1 no new runs, 2 end the
/// running ones, 3 kill them.
///
/// # Errors
/// If gitsweep itself cannot go on. Runs that fail are no error.
pub fn queue(
    repository: &Repository,
    sweep: &Sweep,
    options: &QueueOptions,
    stop: &dyn Fn() -> u32,
    tell: &mut dyn FnMut(&QueueEvent<'_>),
) -> Result<QueueSummary> {
    let workshop = Workshop::open(repository, sweep, None)?;
    workshop.links()?;
    let _alive = Heartbeat::start(&workshop.state, sweep.plan.queue.lease)?;
    let standings = prepare(&workshop, tell)?;
    let mut summary = QueueSummary::default();
    // What others take meanwhile does not count against the limit.
    let limits = Limits { limit: None, ..options.limits.clone() };
    let mut waiting = select(sweep, &standings, &limits, true, &mut summary, tell);
    let most = options.limits.limit.unwrap_or(usize::MAX);
    if most == 0 {
        waiting.clear();
    }
    let mut growth = Growth::of(sweep, &options.limits);
    let planned = waiting.len().min(most).max(growth.remaining(sweep, &standings));
    if growth.goes_on() {
        // Points that never ran come first, then new ones, then those that failed.
        let has_failed = |trial: &&Trial| standings.of(trial.commit) == Standing::Failed;
        let again = waiting.split_off(waiting.iter().take_while(|trial| !has_failed(trial)).count());
        growth = growth.with_retries(again.into_iter().map(|trial| trial.commit).collect());
    }
    tell(&QueueEvent::Planned(planned));
    let rules = Rules { folds: true, ends_at: None };
    let work = Work { workshop: &workshop, standings: &standings, waiting, growth, options, rules };
    let worked = work.carry_out(&mut summary, stop, tell);
    let folded = ledger::fold(repository);
    worked?;
    folded?;
    if summary.is_over
        && !summary.interrupted
        && let Some(fruitless) = fruitless(repository, sweep)?
    {
        summary.is_fruitless = true;
        tell(&QueueEvent::Fruitless(&fruitless));
    }
    if !sweep.plan.hooks.on_sweep_end.is_empty() {
        let herald = Herald::new(repository, sweep);
        herald.sweep_ended(repository, sweep, &Standings::read(repository)?);
        herald.close().iter().for_each(|problem| tell(&QueueEvent::Warning(problem)));
    }
    Ok(summary)
}

/// Folds in what there is, asks the schedulers about what they have, and records what has been lost.
pub(super) fn prepare(workshop: &Workshop<'_>, tell: &mut dyn FnMut(&QueueEvent<'_>)) -> Result<Standings> {
    let repository = workshop.repository;
    ledger::fold(repository)?;
    let followed = follow(repository)?;
    followed.problems.iter().for_each(|problem| tell(&QueueEvent::Warning(problem)));
    let mut standings = followed.standings;
    workshop.recover(&workshop.sweep.trials, &standings, tell)?;
    if ledger::fold(repository)? > 0 {
        // What was folded in now is what following and recovering have left.
        let asked = std::mem::replace(&mut standings, Standings::read(repository)?);
        standings.keep_answers(asked);
    }
    Ok(standings)
}
