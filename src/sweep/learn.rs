//! The step of a search that learns: read what there is, propose, lay the proposals on top of the branch.
//!
//! A step depends on what is in the repository alone, so that whoever makes the next one (a queue, another, a job that has
//! ended, cron) makes the same. The branch moves with the old tip expected: who comes too late reads it again and proposes
//! anew, so that it stays one line and no point comes twice.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use time::OffsetDateTime;

use super::draft::{Draft, When};
use super::observed::Observed;
use super::standing::{Standing, Standings};
use super::{Sweep, chain};
use crate::cache::Cache;
use crate::git::{Identity, Repository};
use crate::hint;
use crate::record::{Gravity, Status};
use crate::search::learn::{Budget, Encoding, Learner, Spent, bayesian};
use crate::search::{Proposal, Space};
use crate::spec::{Direction, Plan};
use crate::trial::Trial;

/// How often proposals are made anew because somebody else moved the branch.
const TRIES: u32 = 100;
/// So many failures and nothing else are enough: the code is broken.
const HOPELESS: usize = 5;
/// So many points without a usable result are enough where programs come to their end: it may be finite elsewhere.
const FRUITLESS: usize = 20;
/// That many times the initial design, if that is more.
const FRUITLESS_DESIGNS: usize = 4;

/// So often a point may be lost with the gitsweep that ran it before nobody runs it again without being told to.
pub(super) const MOST_LOSSES: usize = 3;
/// So often a point of a search may fail before nobody runs it again without being told to: each time is a result.
pub const MOST_FAILURES: usize = 3;

/// What a step has come to.
#[derive(Debug)]
pub(super) struct Advance {
    /// The sweep as it is now.
    pub(super) sweep: Sweep,
    /// Points that are laid and that nobody runs, new ones and others, each with the number of its next attempt.
    pub(super) ready: Vec<(Trial, u64)>,
    /// How many of them are new.
    pub(super) laid: usize,
    /// Why there are to be no more points, if there are not.
    pub(super) end: Option<End>,
}

/// Why a search is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// In words.
    pub(super) why: String,
    /// True if who is at work starts nothing more, not even what is laid; later results may change it.
    pub(super) is_final: bool,
}

/// Sees to it that at least `slots` points of `sweep` are ready to be run, if there are to be so many; outcomes that are
/// not in a note yet count as well. `recover` is asked first to record what killed gitsweeps have left of these points; it
/// says whether there was any. `takes_given_up` says whether points that were cancelled, or lost again and again, count as
/// ready.
///
/// # Errors
/// If no run reports the objective, or the repository cannot be written.
pub(super) fn advance(
    repository: &Repository,
    sweep: &Sweep,
    slots: usize,
    takes_given_up: bool,
    recover: &mut dyn FnMut(&[Trial], &Standings) -> Result<bool>,
) -> Result<Advance> {
    for attempt in 0..TRIES {
        let tip =
            repository.branch_tip(&sweep.branch).with_context(|| format!("the branch {} is gone", sweep.branch))?;
        let sweep = Sweep::load(repository, &sweep.branch, tip)?;
        let mut draft = Draft::grow(repository, &sweep)?;
        let mut standings = Standings::read(repository)?;
        if recover(&sweep.trials, &standings)? {
            standings = Standings::read(repository)?;
        }
        let is_ready = |trial: &&Trial| {
            standings.of(trial.commit) == Standing::Pending && (takes_given_up || !is_given_up(&standings, trial))
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
        if let Some(tip) = draft.try_lay(repository, &sweep.branch, &identity, When(now), &mut |_| {})? {
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
pub(super) fn forget(repository: &Repository, branch: &str) {
    models_of(repository, branch).remove();
}

/// What was found out about a search's models, so that the next step, which is often another process, has it at once.
fn models_of(repository: &Repository, branch: &str) -> Cache {
    chain::cache_of(repository, "models", branch)
}

/// True if a point is not to be run again before somebody says so: it was cancelled, or is lost again and again.
pub(super) fn is_given_up(standings: &Standings, trial: &Trial) -> bool {
    let records = standings.ledger.of(trial.commit);
    let losses = records.iter().filter(|record| record.status == Status::Lost).count();
    losses > MOST_LOSSES || records.last().is_some_and(|record| record.status == Status::Cancelled)
}

/// True if a point of a search has failed so often that nobody runs it again before somebody says so.
pub(super) fn is_worn_out(standings: &Standings, trial: &Trial) -> bool {
    let records = standings.ledger.of(trial.commit).iter();
    records.filter(|record| record.status.gravity() == Gravity::Bad).count() >= MOST_FAILURES
}

/// A search that learns as it is now; nothing if the sweep does not learn.
///
/// # Errors
/// If it cannot be read.
pub(super) fn grown(repository: &Repository, sweep: &Sweep) -> Result<Option<Sweep>> {
    if sweep.plan.search.learning.is_none() {
        return Ok(None);
    }
    let tip = repository.branch_tip(&sweep.branch);
    tip.map(|tip| Sweep::load(repository, &sweep.branch, tip)).transpose()
}

/// True if a search, as it is now, is to have no more points, and none is in flight or to be run.
///
/// # Errors
/// If no run reports the objective.
pub(super) fn is_search_over(repository: &Repository, sweep: &Sweep, standings: &Standings) -> Result<bool> {
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

/// All that a step depends on.
pub(super) struct Step<'a> {
    space: &'a Space,
    pub(super) observed: Observed,
    learner: Box<dyn Learner>,
    budget: Budget,
    pub(super) direction: Direction,
    seed: u64,
    /// How many points are laid before there is any result.
    first: usize,
}

impl<'a> Step<'a> {
    /// The next step of `sweep` by the definition `plan`.
    ///
    /// # Errors
    /// If the notes cannot be read, or no run reports the objective.
    pub(super) fn of(repository: &Repository, sweep: &Sweep, plan: &Plan, space: &'a Space) -> Result<Self> {
        Self::with(sweep, plan, space, &Standings::read(repository)?)
    }

    pub(super) fn with(sweep: &Sweep, plan: &Plan, space: &'a Space, standings: &Standings) -> Result<Self> {
        let search = &plan.search;
        let learning = search.learning.as_ref().context("the sweep does not learn")?;
        let observed = Observed::gather(plan, space, &sweep.trials, standings)?;
        let objectives = search.all_objectives();
        let direction = objectives.first().map_or(Direction::Minimize, |objective| objective.direction);
        let is_noisy = search.is_noisy();
        Ok(Self {
            space,
            learner: learning.learner(objectives, search.trials, is_noisy, search.grid_points),
            budget: learning.budget(search.trials, direction),
            direction,
            seed: search.seed_or_zero(),
            first: learning.first_points(&Encoding::new(space), search.trials, is_noisy, false),
            observed,
        })
    }

    /// Why there are to be no more points, if there are not.
    pub(super) fn end(&self) -> Option<End> {
        let useless = &self.observed.useless;
        let least = match useless.odd() {
            0 => self.first.max(HOPELESS),
            _ => (FRUITLESS_DESIGNS * self.first).max(FRUITLESS),
        };
        if useless.count() >= least
            && !self.observed.has_usable()
            && let Some(why) = useless.in_words()
        {
            return Some(End { why: format!("{why}; there is nothing to learn from"), is_final: true });
        }
        let spent = self.budget.spent(&self.observed.progress)?;
        Some(End { why: spent.to_string(), is_final: spent.is_final() })
    }

    /// How many more points there may be, repeats not counted, where that is known.
    pub(super) fn left(&self) -> Option<u64> {
        self.budget.trials.map(|trials| trials.saturating_sub(self.observed.progress.points))
    }

    /// Refuses more points of a search of which a budget is exhausted.
    ///
    /// # Errors
    /// If one is, with how to raise it.
    pub(super) fn check_budget(&self, branch: &str) -> Result<()> {
        let progress = &self.observed.progress;
        let Some(spent) = self.budget.spent(progress) else { return Ok(()) };
        let span = |span: Duration| humantime::format_duration(Duration::from_millis(span.as_millis() as u64));
        let (points, elapsed, run_time) = (progress.points, span(progress.elapsed), span(progress.run_time));
        let way_out = match spent {
            Spent::Trials(_) => {
                format!("there are {points}: say how many there are to be with --trials {}", 2 * points)
            }
            Spent::Wall(_) => format!("the first run was {elapsed} ago: give more than that with --search-time"),
            Spent::RunTime(_) => format!("they have taken {run_time}: give more than that with --run-time"),
            Spent::Target => {
                let best = self.direction.signed(progress.best().unwrap_or_default());
                format!("the best result is {best}: give a better one with --target")
            }
            Spent::Patience(_) => {
                format!("there are {} since the best: give more than that with --patience", progress.since_best())
            }
        };
        Err(hint::error(format!("{branch} is to have no more points: {spent}"), way_out))
    }

    /// The next points, as many as there are to be and at most `count`.
    ///
    /// # Errors
    /// If an expression of the space has no value.
    pub(super) fn propose(&self, count: usize) -> Result<Vec<Proposal>> {
        let count = count.min(self.left().and_then(|left| usize::try_from(left).ok()).unwrap_or(usize::MAX));
        let proposals = self.learner.propose(self.space, &self.observed.history, self.seed, count)?;
        Ok(proposals.into_iter().map(|proposal| self.named(proposal)).collect())
    }

    /// A proposal whose parent is called by its commit.
    fn named(&self, proposal: Proposal) -> Proposal {
        let by = proposal.by.map(|by| {
            let Some((before, rest)) = by.split_once("parent=@") else { return by };
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let parent = rest[..end].parse::<usize>().ok().and_then(|index| self.observed.firsts.get(index));
            match parent {
                Some(parent) => format!("{before}parent={}{}", parent.commit.short(), &rest[end..]),
                None => by,
            }
        });
        Proposal { by, ..proposal }
    }
}
