//! The queue on this machine: runs the points of a sweep that are to be run, and sees to it that every outcome is kept.
//!
//! Points are claimed one by one, so any number of queues may work on a sweep at once, here and on machines that share the
//! file system. Outcomes are written to result files by the places that run, and folded into notes here as they come.

use anyhow::Result;

use super::dispatcher::{QueueOptions, Rules, Work};
use super::ending::outwait;
use super::event::QueueEvent;
use super::growth::Growth;
use super::inbox::UntilCancelled;
use super::observer::Observer;
use super::outlook::{no_usable_result, outlook};
use super::preparation::prepare;
use super::run_context::RunContext;
use super::select::{Limits, Selection, Shared, select};
use super::summary::{Ending, QueueSummary};
use crate::executor::LOCAL;
use crate::git::Repository;
use crate::ledger;
use crate::liveness::Heartbeat;
use crate::sweep::Sweep;
use crate::sweep::followed::hooks::HookRunner;
use crate::sweep::found::standing::{Standing, Standings};
use crate::sweep::laid::learn::grown;
use crate::trial::Trial;

/// Runs the points of `sweep` that are to be run.
///
/// # Errors
/// If gitsweep itself cannot go on. Runs that fail are no error.
pub fn queue(
    repository: &Repository,
    sweep: &Sweep,
    options: &QueueOptions,
    observer: &mut dyn Observer,
) -> Result<QueueSummary> {
    let mut context = RunContext::open(repository, sweep, None)?;
    context.links()?;
    let _alive = Heartbeat::start(&context.state, sweep.plan.queue.lease)?;
    let mut until_cancelled = UntilCancelled::new(observer, &context.state, &sweep.name);
    let standings = prepare(&context, &mut until_cancelled)?;
    let standings = outwait(&context, standings, &options.limits, LOCAL, &mut until_cancelled)?;
    if until_cancelled.has_enough() {
        let ending = Ending { interrupted: true, ..Ending::default() };
        return Ok(QueueSummary { ending, ..QueueSummary::default() });
    }
    standings.forget_failures(&context.state, &sweep.name);
    context.read_on(&standings);
    // What others take meanwhile does not count against the limit.
    let limits = Limits { limit: None, ..options.limits.clone() };
    let Selection { mut waiting, elsewhere, points } = select(sweep, &standings, &limits, Shared::Taken);
    elsewhere.iter().for_each(|trial| observer.tell(&QueueEvent::Elsewhere(trial)));
    let mut summary = QueueSummary { points, ..QueueSummary::default() };
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
    observer.tell(&QueueEvent::Planned(planned));
    let rules = Rules { folds: true, ends_at: None };
    let work = Work { context: &context, standings: &standings, waiting, growth, options, rules };
    let worked = work.carry_out(&mut summary, observer);
    let folded = ledger::fold(repository);
    worked?;
    folded?;
    let is_judged = summary.ending.is_over && !summary.ending.interrupted;
    let has_hooks = !sweep.plan.hooks.on_sweep_end.is_empty();
    if is_judged || has_hooks {
        let standings = Standings::read(repository)?;
        if is_judged && let Some(nothing) = no_usable_result(repository, sweep, &standings)? {
            summary.ending.has_no_usable_result = true;
            observer.tell(&QueueEvent::NoUsableResult(&nothing));
        }
        if is_judged && let Some(grown) = grown(repository, sweep)? {
            let outlook = outlook(repository, &grown, &standings)?;
            observer.warn_of(outlook.and_then(|outlook| outlook.sameness).as_slice());
        }
        if has_hooks {
            let hooks = HookRunner::new(repository, sweep);
            hooks.sweep_ended(repository, sweep, &standings);
            let problems = hooks.close(&mut || observer.stop_request());
            observer.warn_of(&problems);
        }
    }
    Ok(summary)
}
