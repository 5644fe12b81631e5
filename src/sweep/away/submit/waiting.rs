//! What waits to be submitted: points, or workers that join those that share the points already.

use std::collections::VecDeque;

use super::options::SubmitOptions;
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;
use crate::sweep::here::select::{Selection, Shared, select};
use crate::sweep::here::summary::Points;
use crate::trial::Trial;

/// Who runs the points that nobody has been given yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sharing {
    /// Where workers have all points on their lists, more workers may share these.
    Joined,
    /// Workers lay their points themselves: there is no list to share.
    None,
}

/// What is to be submitted.
pub(super) struct Waiting<'s> {
    /// The points of the orders.
    pub(super) trials: VecDeque<&'s Trial>,
    /// Points that are in flight already.
    pub(super) elsewhere: Vec<&'s Trial>,
    /// What the limits leave.
    pub(super) points: Points,
    /// How many workers are to be submitted, if points go to workers.
    pub(super) workers: Option<u64>,
    /// How many workers share the points already, which the new ones join.
    pub(super) at_work: u64,
    /// True if all points are on the lists of workers, whose number is made up.
    pub(super) joins: bool,
}

impl<'s> Waiting<'s> {
    /// What the options ask for and is not in flight.
    pub(super) fn of(sweep: &'s Sweep, standings: &Standings, options: &SubmitOptions, sharing: Sharing) -> Self {
        let Selection { mut waiting, elsewhere, points } = select(sweep, standings, &options.limits, Shared::Left);
        let joins = waiting.is_empty() && sharing == Sharing::Joined && options.workers.is_some();
        let at_work = if joins { standings.workers(&sweep.name) } else { 0 };
        let workers = options.workers.map(|wanted| wanted.saturating_sub(at_work));
        if joins && workers > Some(0) {
            // What workers have on their lists and nobody runs.
            waiting = select(sweep, standings, &options.limits, Shared::Taken).waiting;
        }
        Self { trials: waiting, elsewhere, points, workers, at_work, joins }
    }

    /// The options with so many workers as are lacking.
    pub(super) fn options(&self, options: &SubmitOptions) -> SubmitOptions {
        SubmitOptions { workers: self.workers, ..options.clone() }
    }
}
