//! A worker: a job that takes points off a list that it shares with others until none is left, or in a search that grows lays
//! the points itself that it runs.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::turn::{Turn, tell_of_end};
use crate::executor::{SLURM, own_job};
use crate::liveness::Heartbeat;
use crate::record::Status;
use crate::submission::Submission;
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standing, Standings};
use crate::sweep::here::dispatcher::{QueueOptions, Rules, Work};
use crate::sweep::here::growth::Growth;
use crate::sweep::here::observer::Observer;
use crate::sweep::here::run_context::RunContext;
use crate::sweep::here::select::Limits;
use crate::sweep::here::summary::QueueSummary;
use crate::sweep::laid::learn::{MOST_LOSSES, is_given_up};
use crate::trial::Trial;

/// Works off a submission's list beside its other workers, or in a search that grows goes on until that is over: claims
/// decide who has what, and what a dead worker held is taken over. Workers begin at different places, so that they seldom
/// want the same point.
pub(in crate::sweep) fn work_off(turn: &Turn<'_>, observer: &mut dyn Observer) -> Result<QueueSummary> {
    let Turn { repository, submission, number } = *turn;
    let mut sweep = turn.load_whole()?;
    let context = RunContext::open(repository, &sweep, Some(turn.errand()))?;
    context.links()?;
    let lease = sweep.plan.queue.lease;
    let _alive = Heartbeat::start(&context.state, lease)?;
    let left = if submission.header.executor == SLURM { own_job().and_then(|state| state.left) } else { None };
    let rules = Rules { folds: false, ends_at: left.map(|left| Instant::now() + left) };
    let options = QueueOptions {
        jobs: submission.header.jobs.unwrap_or(1),
        failure_limit: submission.header.max_failures.clone(),
        ..QueueOptions::default()
    };
    let mut summary = QueueSummary::default();
    let mut is_first = true;
    loop {
        let mut context = RunContext::open(repository, &sweep, Some(turn.errand()))?;
        let mut standings = Standings::read(repository)?;
        if context.recover(&sweep.trials, &standings, observer)? {
            standings = Standings::read(repository)?;
        }
        context.read_on(&standings);
        let (mut waiting, doubtful) = match submission.is_searching() {
            true => open_points(&sweep, &standings),
            false => on_the_list(&sweep, &standings, submission),
        };
        let workers = submission.header.workers.unwrap_or(1).max(1);
        if is_first && !waiting.is_empty() {
            let start = waiting.len() as u64 * ((number - 1) % workers) / workers;
            waiting.rotate_left(usize::try_from(start)?);
        }
        let is_due = submission.is_searching() && is_first;
        if waiting.is_empty() && !doubtful && !is_due {
            break;
        }
        summary.points.selected = summary.points.selected.max(waiting.len());
        if waiting.is_empty() && !is_due {
            std::thread::sleep((lease / 8).min(Duration::from_secs(5)));
            if observer.has_enough() || rules.ends_at.is_some_and(|end| Instant::now() > end) {
                break;
            }
        } else {
            // In a search that grows a worker lays what it runs next.
            let growth = match submission.is_searching() {
                true => Growth::of(&sweep, &Limits::default()),
                false => Growth::none(),
            };
            let work = Work { context: &context, standings: &standings, waiting, growth, options: &options, rules };
            work.carry_out(&mut summary, observer)?;
        }
        if summary.ending.stopped {
            break;
        }
        is_first = false;
        if submission.is_searching() {
            sweep = turn.load_whole()?;
        }
    }
    if submission.is_searching() && !sweep.plan.hooks.on_sweep_end.is_empty() {
        tell_of_end(repository, &sweep, &Standings::read(repository)?, observer);
    }
    Ok(summary)
}

/// The points of a search that nobody runs; and whether one is held by somebody who may be dead.
fn open_points<'s>(sweep: &'s Sweep, standings: &Standings) -> (VecDeque<&'s Trial>, bool) {
    let is_open = |trial: &&Trial| match standings.of(trial.commit) {
        Standing::Pending => !is_given_up(standings, trial),
        Standing::Queued => standings.flight(trial.commit).is_some_and(|flight| flight.submission.is_shared()),
        Standing::Running | Standing::Ok | Standing::Failed => false,
    };
    let is_doubtful =
        |trial: &Trial| standings.running(trial.commit).is_some_and(|(_, claim)| standings.is_doubtful(claim));
    (sweep.trials.iter().filter(is_open).collect(), sweep.trials.iter().any(is_doubtful))
}

/// What is left on the list for a worker; and whether a point is held by somebody who may be dead.
fn on_the_list<'s>(sweep: &'s Sweep, standings: &Standings, submission: &Submission) -> (VecDeque<&'s Trial>, bool) {
    let by_commit: HashMap<_, _> = sweep.trials.iter().map(|trial| (trial.commit, trial)).collect();
    let mut waiting = VecDeque::new();
    let mut doubtful = false;
    for task in &submission.tasks {
        let since = standings.ledger.of(task.commit).iter().filter(|record| record.attempt >= task.attempt);
        let (lost, settled): (Vec<_>, Vec<_>) = since.partition(|record| record.status == Status::Lost);
        if !settled.is_empty() || lost.len() > MOST_LOSSES {
            continue;
        }
        if let Some((_, claim)) = standings.running(task.commit) {
            // An earlier start of this very worker is gone: the scheduler put the job back into the queue.
            doubtful |= standings.is_doubtful(claim);
            continue;
        }
        waiting.extend(by_commit.get(&task.commit));
    }
    (waiting, doubtful)
}
