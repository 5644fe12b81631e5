//! Submitting a search that learns: what is submitted is laid first.

use anyhow::Result;

use super::SubmitOptions;
use crate::git::Repository;
use crate::hint;
use crate::submission::Grows;
use crate::sweep::Sweep;
use crate::sweep::follow::follow;
use crate::sweep::growth::Growth;
use crate::sweep::queue::QueueEvent;
use crate::sweep::select::Limits;
use crate::sweep::standing::{Standing, Standings};
use crate::sweep::workshop::Workshop;
use crate::trial::Trial;

/// Where everything is, without a word to the notes.
pub(super) fn survey(workshop: &Workshop<'_>, tell: &mut dyn FnMut(&QueueEvent<'_>)) -> Result<Standings> {
    let followed = follow(workshop.repository)?;
    followed.problems.iter().for_each(|problem| tell(&QueueEvent::Warning(problem)));
    workshop.recover(&followed.standings, tell)?;
    Standings::read(workshop.repository)
}

/// A search that learns, with as many new points as there is room for in flight.
pub(super) struct Grown {
    /// The sweep as it is now.
    pub(super) sweep: Sweep,
    /// The options, for the points that are ready.
    pub(super) options: SubmitOptions,
    /// How its jobs submit their successors.
    pub(super) grows: Grows,
    /// True if there are to be no more points.
    pub(super) is_over: bool,
}

/// How many points of a search that learns are in flight, if it is not said.
const MAX_ACTIVE: usize = 20;

impl Grown {
    /// Lays them; nothing if the sweep does not learn, or only some of its points are wanted.
    pub(super) fn of(
        repository: &Repository,
        sweep: &Sweep,
        options: &SubmitOptions,
        standings: &Standings,
        tell: &mut dyn FnMut(&QueueEvent<'_>),
    ) -> Result<Option<Self>> {
        let mut growth = Growth::of(sweep, &options.limits);
        if !growth.goes_on() {
            return Ok(None);
        }
        if options.workers.is_some() {
            return Err(hint::error(
                "workers share a list of points, and a search that learns has none",
                "leave --workers out; --max-active N says how many points are in flight",
            ));
        }
        let max_active = options.max_active.unwrap_or(MAX_ACTIVE);
        // Others may have let it grow since it was read.
        let tip = repository.read_ref(&format!("refs/heads/{}", sweep.branch));
        let now = tip.map(|tip| Sweep::load(repository, &sweep.branch, tip)).transpose()?;
        let trials = &now.as_ref().unwrap_or(sweep).trials;
        let is_in_flight = |trial: &&Trial| matches!(standings.of(trial.commit), Standing::Queued | Standing::Running);
        let slots = max_active.saturating_sub(trials.iter().filter(is_in_flight).count());
        let step = growth.step(repository, sweep, slots, tell)?;
        let points = step.ready.iter().take(slots).map(|trial| trial.label.index).collect();
        let limits = Limits { points: Some(points), ..Limits::default() };
        Ok(Some(Self {
            sweep: step.sweep,
            // The number of points is what throttles.
            options: SubmitOptions { limits, max_active: None, ..options.clone() },
            grows: Grows { max_active, arguments: options.arguments.clone() },
            is_over: !growth.goes_on(),
        }))
    }
}
