//! Submitting a coordinator: the one small job that proposes and submits the points of a search that grows.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::batch::{Batch, plan};
use super::grown::{max_active, survey};
use super::lanes::Lanes;
use super::options::{SubmitOptions, SubmittedBy};
use super::site::Site;
use super::submitter::{A_NAME, Duty, Placed, Submitter};
use super::{USUAL, alone, capacity_of, errand};
use crate::executor::{SLURM, Scheduler as _, Slurm};
use crate::git::Repository;
use crate::hint;
use crate::spec::Plan;
use crate::submission::{Grows, Submission};
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standing, Standings};
use crate::sweep::here::ending::outwait;
use crate::sweep::here::inbox::UntilCancelled;
use crate::sweep::here::observer::Observer;
use crate::sweep::here::preparation::prepare;
use crate::sweep::here::run_context::RunContext;
use crate::sweep::here::summary::QueueSummary;
use crate::sweep::laid::learn::{is_given_up, is_search_over, is_worn_out};
use crate::trial::Trial;

/// What has become of the request for a coordinator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coordinator {
    /// Slurm has taken it, and calls it so.
    Submitted(String),
    /// There is one already; its job, where that is known.
    AtWork(Option<String>),
    /// The user has had enough, or has cancelled the sweep.
    Stopped,
}

/// Submits a coordinator of `sweep`, which is to submit points with these options, unless there is one already; before it,
/// what no coordinator takes up by itself. `own` is the submission of the one that asks for its successor.
///
/// # Errors
/// If the sweep does not grow, or Slurm does not take it.
pub fn submit_coordinator(
    repository: &Repository,
    sweep: &Sweep,
    options: &SubmitOptions,
    own: Option<&str>,
    observer: &mut dyn Observer,
) -> Result<Coordinator> {
    check(sweep, options)?;
    let context = RunContext::open(repository, sweep, Some(errand(SLURM)))?;
    let site = Site::of(&Slurm, capacity_of(&Slurm, sweep, observer)?, repository)?;
    let observer = &mut UntilCancelled::new(observer, &context.state, &sweep.name);
    let _alive = own.is_none().then(|| crate::liveness::Heartbeat::start(&context.state, sweep.plan.queue.lease));
    let _alive = _alive.transpose()?;
    let _lock = alone(&context, observer)?;
    if observer.has_enough() {
        return Ok(Coordinator::Stopped);
    }
    let by = if own.is_some() { SubmittedBy::Job } else { SubmittedBy::Command };
    let standings = match by {
        SubmittedBy::Command => {
            let standings = prepare(&context, observer)?;
            outwait(&context, standings, &options.limits, &options.executor, observer)?
        }
        SubmittedBy::Job => survey(&context, observer)?,
    };
    if observer.has_enough() {
        return Ok(Coordinator::Stopped);
    }
    let is_another = |known: &&std::sync::Arc<Submission>| {
        known.header.coordinates.is_some() && known.header.sweep == sweep.name && Some(known.name.as_str()) != own
    };
    if let Some(other) = standings.submissions.iter().find(is_another) {
        return Ok(Coordinator::AtWork(other.known_job().cloned()));
    }
    if by == SubmittedBy::Command {
        standings.forget_failures(&context.state, &sweep.name);
        observer.warn_of(&site.unshared(SLURM, &standings));
        submit_left(&site, &context, &standings, options, observer)?;
    }
    if observer.has_enough() {
        return Ok(Coordinator::Stopped);
    }
    let plain = SubmitOptions { executor: SLURM.to_owned(), ..SubmitOptions::default() };
    let submitter = Submitter::new(&site, &context, &plain, Duty::Coordinate(with(sweep, options)), Lanes::default());
    match submitter.place(&batch(sweep)?, observer)? {
        Placed::Taken(job) => Ok(Coordinator::Submitted(job)),
        Placed::Halve | Placed::Stopped => Ok(Coordinator::Stopped),
    }
}

/// Submits the points that jobs leave alone until somebody says so: what was cancelled or is lost again and again, and what
/// failed once there is nothing else to run.
fn submit_left(
    site: &Site<'_>,
    context: &RunContext<'_>,
    standings: &Standings,
    options: &SubmitOptions,
    observer: &mut dyn Observer,
) -> Result<()> {
    let sweep = context.sweep;
    let of = |standing: Standing, trial: &Trial| standings.of(trial.commit) == standing;
    let given_up = sweep.trials.iter().filter(|it| of(Standing::Pending, it) && is_given_up(standings, it));
    let mut waiting: VecDeque<&Trial> = given_up.collect();
    if is_search_over(context.repository, sweep, standings)? {
        let failed = sweep.trials.iter().filter(|it| of(Standing::Failed, it) && !is_worn_out(standings, it));
        waiting.extend(failed);
    }
    let options =
        SubmitOptions { is_coordinated: true, max_active: Some(max_active(sweep, options)), ..options.clone() };
    let batches = plan(sweep, standings, &waiting, &options, &site.capacity)?;
    let lanes = Lanes::filled(&options, sweep, standings, site.capacity.cluster.as_ref());
    let mut submitter = Submitter::new(site, context, &options, Duty::Run(None), lanes);
    submitter.hand_over(batches, &mut QueueSummary::default(), observer)
}

/// The coordinator's job as Slurm would get it. Nothing is changed.
///
/// # Errors
/// If the sweep does not grow.
pub fn preview_coordinator(repository: &Repository, sweep: &Sweep, options: &SubmitOptions) -> Result<String> {
    check(sweep, options)?;
    let context = RunContext::look(repository, sweep, Some(errand(SLURM)))?;
    let site = Site::of(&Slurm, USUAL, repository)?;
    let plain = SubmitOptions { executor: SLURM.to_owned(), ..SubmitOptions::default() };
    let submitter = Submitter::new(&site, &context, &plain, Duty::Coordinate(with(sweep, options)), Lanes::default());
    let batch = batch(sweep)?;
    let submission = submitter.submission(A_NAME, &batch);
    Slurm.show(&submitter.order(&submission, &batch)?)
}

fn with(sweep: &Sweep, options: &SubmitOptions) -> Grows {
    options.for_jobs(max_active(sweep, options))
}

fn batch(sweep: &Sweep) -> Result<Batch> {
    let first = sweep.trials.first().context("a sweep without a point")?;
    Ok(Batch { options: sweep.plan.queue.slurm.coordinator_options(&first.label.point)?, tasks: Vec::new() })
}

/// Refuses a coordinator of a search that does not grow, or by a scheduler that cannot tell the time.
///
/// # Errors
/// If it cannot be had.
pub fn check_coordinator(plan: &Plan, executor: &str) -> Result<()> {
    if plan.search.growing.is_none() {
        return Err(hint::error(
            "a coordinator proposes points as results come in, and all points of this sweep are laid at once",
            "leave --coordinator out: they are all submitted at once",
        ));
    }
    if executor != SLURM {
        return Err(hint::error(
            format!("a coordinator asks its scheduler how much time it has left, which {executor} cannot tell"),
            "run the same command without --coordinator from cron, or with --wait in a session that stays",
        ));
    }
    Ok(())
}

fn check(sweep: &Sweep, options: &SubmitOptions) -> Result<()> {
    check_coordinator(&sweep.plan, &options.executor)?;
    let limits = &options.limits;
    if limits.points.is_some()
        || limits.filter.is_some()
        || limits.limit.is_some()
        || limits.rerun.is_some()
        || limits.repeat.is_some()
    {
        return Err(hint::error(
            "a coordinator sees to the whole search, and not to chosen points",
            "leave --points, --where, --limit, --rerun and --repeat out, or --coordinator",
        ));
    }
    Ok(())
}

/// How long before its end a coordinator hands over, of so much time.
pub(in crate::sweep) fn margin(whole: Duration) -> Duration {
    (whole / 4).min(Duration::from_secs(180))
}
