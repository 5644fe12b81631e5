//! The step of a search that grows: read what there is, propose, lay the proposals on top of the branch.
//!
//! A step depends on what is in the repository alone, so that whoever makes the next one (a queue, another, a job that has
//! ended, cron) makes the same. The branch moves with the old tip expected: who comes too late reads it again and proposes
//! anew, so that it stays one line and no point comes twice.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use time::OffsetDateTime;

use super::draft::{Draft, When};
use super::step::{End, Step};
use crate::cache::Cache;
use crate::git::{Identity, Repository};
use crate::record::{Gravity, Status};
use crate::search::learn::{Encoding, bayesian};
use crate::sweep::Sweep;
use crate::sweep::found::chain;
use crate::sweep::found::standing::{Standing, Standings};
use crate::trial::Trial;

/// How often proposals are made anew because somebody else moved the branch.
const TRIES: u32 = 100;
/// So often a point may be lost with the gitsweep that ran it before nobody runs it again without being told to.
pub(in crate::sweep) const MOST_LOSSES: usize = 3;
/// So often a point of a search may fail before nobody runs it again without being told to: each time is a result.
pub const MOST_FAILURES: usize = 3;

/// What a step has come to.
#[derive(Debug)]
pub(in crate::sweep) struct Advance {
    /// The sweep as it is now.
    pub(in crate::sweep) sweep: Sweep,
    /// Points that are laid and that nobody runs, new ones and others, each with the number of its next attempt.
    pub(in crate::sweep) ready: Vec<(Trial, u64)>,
    /// How many of them are new.
    pub(in crate::sweep) laid: usize,
    /// Why there are to be no more points, if there are not.
    pub(in crate::sweep) end: Option<End>,
}

/// What a step makes of points that are given up: cancelled, or lost again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sweep) enum GivenUp {
    /// They are left alone.
    LeftAlone,
    /// They are ready as all others: somebody has asked for them.
    Ready,
}

/// Sees to it that at least `slots` points of `sweep` are ready to be run, if there are to be so many; outcomes that are
/// not in a note yet count as well. `recover` is asked first to record what killed gitsweeps have left of these points; it
/// says whether there was any.
///
/// # Errors
/// If no run reports the objective, or the repository cannot be written.
pub(in crate::sweep) fn advance(
    repository: &Repository,
    sweep: &Sweep,
    slots: usize,
    given_up: GivenUp,
    recover: &mut dyn FnMut(&[Trial], &Standings) -> Result<bool>,
) -> Result<Advance> {
    for attempt in 0..TRIES {
        // Others may lay points at any moment, and `gitsweep extend` may change the definition: both stand in the newest
        // commit alone, so that it is read anew at each step.
        let tip =
            repository.branch_tip(&sweep.branch).with_context(|| format!("the branch {} is gone", sweep.branch))?;
        let sweep = Sweep::load(repository, &sweep.branch, tip)?;
        let mut draft = Draft::grow(repository, &sweep)?;
        let mut standings = Standings::read(repository)?;
        if recover(&sweep.trials, &standings)? {
            standings = Standings::read(repository)?;
        }
        let is_ready = |trial: &&Trial| {
            standings.of(trial.commit) == Standing::Pending
                && (given_up == GivenUp::Ready || !is_given_up(&standings, trial))
        };
        let ready: Vec<(Trial, u64)> = sweep
            .trials
            .iter()
            .filter(is_ready)
            .map(|trial| (trial.clone(), standings.next_attempt(trial.commit)))
            .collect();
        let step = Step::with(&sweep, &sweep.plan, draft.space(), &standings)?;
        if let Some(end) = step.end() {
            return Ok(Advance { sweep, ready, laid: 0, end: Some(end) });
        }
        let repeats = usize::try_from(sweep.plan.search.rounds()).unwrap_or(1).max(1);
        let wanted = slots.saturating_sub(ready.len()).div_ceil(repeats);
        if wanted == 0 {
            return Ok(Advance { sweep, ready, laid: 0, end: None });
        }
        let models = models_of(repository, &sweep.branch);
        bayesian::recall(|| models.load());
        let proposals = step.propose(wanted)?;
        bayesian::remembered().iter().for_each(|found| models.store(&[found]));
        if proposals.is_empty() {
            let count = step.observed.history.len();
            let why = match Encoding::new(draft.space()).size() {
                Some(_) => format!("all {count} points of the space are laid"),
                None => format!("no point is found that is not among the {count} there are"),
            };
            return Ok(Advance { sweep, ready, laid: 0, end: Some(End { why, is_final: false }) });
        }
        draft.give(proposals)?;
        let laid = usize::try_from(draft.total()).unwrap_or(usize::MAX);
        let now = OffsetDateTime::now_utc();
        let seconds = now.unix_timestamp();
        let identity = Identity::of_user(repository, seconds, 0).unwrap_or_else(|_| Identity::of_tool(seconds));
        if let Some(tip) = draft.lay(repository, &sweep.branch, &identity, When(now), &mut |_| {})? {
            let grown = Sweep::load(repository, &sweep.branch, tip)?;
            let new = grown.trials[grown.trials.len() - laid..].iter().cloned().map(|trial| (trial, 1));
            let ready = ready.into_iter().chain(new).collect();
            return Ok(Advance { sweep: grown, ready, laid, end: None });
        }
        std::thread::sleep(Duration::from_millis(u64::from(attempt % 16) + 1));
    }
    bail!("others moved the branch {} {TRIES} times in a row", sweep.branch)
}

/// Removes what is kept of a branch.
pub(in crate::sweep) fn forget(repository: &Repository, branch: &str) {
    models_of(repository, branch).remove();
}

/// What was found out about a search's models, so that the next step, which is often another process, has it at once.
fn models_of(repository: &Repository, branch: &str) -> Cache {
    chain::cache_of(repository, "models", branch)
}

/// True if a point is not to be run again before somebody says so: it was cancelled, or is lost again and again.
pub(in crate::sweep) fn is_given_up(standings: &Standings, trial: &Trial) -> bool {
    let records = standings.ledger.of(trial.commit);
    let losses = records.iter().filter(|record| record.status == Status::Lost).count();
    losses > MOST_LOSSES || records.last().is_some_and(|record| record.status == Status::Cancelled)
}

/// True if a point of a search has failed so often that nobody runs it again before somebody says so.
pub(in crate::sweep) fn is_worn_out(standings: &Standings, trial: &Trial) -> bool {
    let records = standings.ledger.of(trial.commit).iter();
    records.filter(|record| record.status.gravity() == Gravity::Bad).count() >= MOST_FAILURES
}

/// A search that grows as it is now; nothing if the sweep does not grow.
///
/// # Errors
/// If it cannot be read.
pub(in crate::sweep) fn grown(repository: &Repository, sweep: &Sweep) -> Result<Option<Sweep>> {
    if sweep.plan.search.growing.is_none() {
        return Ok(None);
    }
    let tip = repository.branch_tip(&sweep.branch);
    tip.map(|tip| Sweep::load(repository, &sweep.branch, tip)).transpose()
}

/// True if a search, as it is now, is to have no more points, and none is in flight or to be run.
///
/// # Errors
/// If no run reports the objective.
pub(in crate::sweep) fn is_search_over(repository: &Repository, sweep: &Sweep, standings: &Standings) -> Result<bool> {
    let in_state = |wanted: &[Standing]| {
        let of = |trial: &&Trial| wanted.contains(&standings.of(trial.commit));
        sweep.trials.iter().filter(of).collect::<Vec<_>>()
    };
    if !in_state(&[Standing::Queued, Standing::Running]).is_empty() {
        return Ok(false);
    }
    let draft = Draft::grow(repository, sweep)?;
    let step = Step::with(sweep, &sweep.plan, draft.space(), standings)?;
    let is_final = match step.end() {
        Some(end) => end.is_final,
        None if step.propose(1)?.is_empty() => false,
        None => return Ok(false),
    };
    Ok(is_final || in_state(&[Standing::Pending]).into_iter().all(|trial| is_given_up(standings, trial)))
}
