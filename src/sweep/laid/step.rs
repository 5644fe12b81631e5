//! The next step of a search that grows: what is to be proposed by what is known, and whether it is enough.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::observed::Observed;
use crate::git::Repository;
use crate::hint;
use crate::search::learn::{Budget, Encoding, Learner, Spent};
use crate::search::{Proposal, Space};
use crate::spec::{Direction, Plan};
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;
use crate::table::Cell;

/// So many failures and nothing else are enough: the code is broken.
const HOPELESS: usize = 5;
/// So many points without a usable result are enough where programs come to their end: it may be finite elsewhere.
const FRUITLESS: usize = 20;
/// That many times the initial design, if that is more.
const FRUITLESS_DESIGNS: usize = 4;

/// Why a search is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sweep) struct End {
    /// In words.
    pub(in crate::sweep) why: String,
    /// True if who is at work starts nothing more, not even what is laid; later results may change it.
    pub(in crate::sweep) is_final: bool,
}

/// All that a step depends on.
pub(in crate::sweep) struct Step<'a> {
    space: &'a Space,
    pub(in crate::sweep) observed: Observed,
    learner: Box<dyn Learner>,
    budget: Budget,
    pub(in crate::sweep) direction: Direction,
    seed: u64,
    /// How many points are laid before there is any result.
    first: usize,
}

impl<'a> Step<'a> {
    /// The next step of `sweep` by the definition `plan`.
    ///
    /// # Errors
    /// If the notes cannot be read, or no run reports the objective.
    pub(in crate::sweep) fn of(repository: &Repository, sweep: &Sweep, plan: &Plan, space: &'a Space) -> Result<Self> {
        Self::with(sweep, plan, space, &Standings::read(repository)?)
    }

    pub(in crate::sweep) fn with(sweep: &Sweep, plan: &Plan, space: &'a Space, standings: &Standings) -> Result<Self> {
        let search = &plan.search;
        let growing = search.growing.as_ref().context("the sweep does not learn")?;
        let observed = Observed::gather(sweep, plan, space, standings)?;
        let direction = search.all_objectives().first().map_or(Direction::Minimize, |objective| objective.direction);
        Ok(Self {
            space,
            learner: growing.learner(search),
            budget: growing.budget(search.trials, direction),
            direction,
            seed: search.seed_or_zero(),
            first: growing.first_points(&Encoding::new(space), search),
            observed,
        })
    }

    /// Why there are to be no more points, if there are not.
    pub(in crate::sweep) fn end(&self) -> Option<End> {
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
    pub(in crate::sweep) fn left(&self) -> Option<u64> {
        self.budget.trials.map(|trials| trials.saturating_sub(self.observed.progress.points))
    }

    /// Refuses more points of a search of which a budget is exhausted.
    ///
    /// # Errors
    /// If one is, with how to raise it.
    pub(in crate::sweep) fn check_budget(&self, branch: &str) -> Result<()> {
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
                let best = Cell::Number(self.direction.signed(progress.best().unwrap_or_default()));
                format!("the best result is {}: give a better one with --target", best.spell(&mut String::new()))
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
    pub(in crate::sweep) fn propose(&self, count: usize) -> Result<Vec<Proposal>> {
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
