//! Which points of a sweep are to be run.

use std::collections::{HashSet, VecDeque};

use super::summary::Points;
use crate::expr::Expression;
use crate::record::Metric;
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standing, Standings, result_of};
use crate::sweep::laid::learn::is_worn_out;
use crate::trial::Trial;
use crate::value::Value;

/// Which points that have been run are run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rerun {
    /// Only those that failed.
    Failed,
    /// All, those with a result too.
    All,
}

/// Which points a queue takes, and how many.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Only these.
    pub points: Option<HashSet<u64>>,
    /// Only those for which this holds; what a point does not have is missing.
    pub filter: Option<Expression>,
    /// At most so many runs.
    pub limit: Option<usize>,
    /// Points that have been run, again.
    pub rerun: Option<Rerun>,
    /// So many attempts on top, whatever there is.
    pub repeat: Option<u64>,
}

impl Limits {
    /// True if the sweep may get more points: it grows, and all its points are to be run.
    pub fn may_grow(&self, sweep: &Sweep) -> bool {
        let search = &sweep.plan.search;
        let most = search.trials.map(|trials| trials.saturating_mul(search.rounds()));
        search.growing.is_some() && self.is_whole() && most.is_none_or(|most| (sweep.trials.len() as u64) < most)
    }

    /// True if all points are to be run that have no result.
    pub(in crate::sweep) fn is_whole(&self) -> bool {
        self.mean_all() && self.rerun.is_none() && self.repeat.is_none()
    }

    /// True if all points are meant.
    pub(in crate::sweep) fn mean_all(&self) -> bool {
        self.points.is_none() && self.filter.is_none()
    }

    /// True if the point is among those that are meant at all.
    pub(in crate::sweep) fn mean(&self, standings: &Standings, trial: &Trial) -> bool {
        self.points.as_ref().is_none_or(|points| points.contains(&trial.label.index))
            && self.filter.as_ref().is_none_or(|filter| filter.matches(&|name: &str| look_up(standings, trial, name)))
    }
}

/// The names that a filter may have beside parameters and metrics.
pub const FILTER_NAMES: [&str; 4] = ["point", "status", "attempts", "seconds"];

/// What a name stands for at a point: a parameter, else what is known of its runs, else a metric.
fn look_up(standings: &Standings, trial: &Trial, name: &str) -> Option<Value> {
    if let Some(value) = trial.label.point.get(name) {
        return Some(value.clone());
    }
    let records = standings.ledger.find(trial.commit).gist();
    let record = result_of(&records);
    let whole = |number: u64| i64::try_from(number).ok().map(Value::integer);
    match name {
        "point" => whole(trial.label.index),
        "attempts" => whole(records.len() as u64),
        "seconds" => record.and_then(|record| record.seconds).and_then(|seconds| Value::number(&seconds.to_string())),
        "status" => Some(Value::text(match (standings.of(trial.commit), record) {
            (Standing::Ok | Standing::Failed, Some(record)) => record.status.as_str(),
            (standing, _) => standing.as_str(),
        })),
        metric => {
            let metric: &Metric = record?.metrics.get(metric)?;
            Value::number(&metric.to_string())
        }
    }
}

/// What becomes of points that are on the list of workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sweep) enum Shared {
    /// They are taken: claims decide who runs them.
    Taken,
    /// They are left to the workers.
    Left,
}

/// The points of a sweep by what is to become of them.
pub(in crate::sweep) struct Selection<'a> {
    /// Those that are to be run, in order.
    pub(in crate::sweep) waiting: VecDeque<&'a Trial>,
    /// Those that others have.
    pub(in crate::sweep) elsewhere: Vec<&'a Trial>,
    /// How many there are of each kind.
    pub(in crate::sweep) points: Points,
}

/// Selects the points that are to be run: those that failed come last; with `repeat`, those that ran least often come first.
pub(in crate::sweep) fn select<'a>(
    sweep: &'a Sweep,
    standings: &Standings,
    limits: &Limits,
    shared: Shared,
) -> Selection<'a> {
    let mut points = Points { only_failed: limits.rerun == Some(Rerun::Failed), ..Points::default() };
    let mut elsewhere = Vec::new();
    let (mut chosen, mut again) = (Vec::new(), Vec::new());
    let is_plain = limits.rerun.is_none() && limits.repeat.is_none();
    let is_search = sweep.plan.search.growing.is_some() && limits.is_whole();
    for trial in sweep.trials.iter() {
        if !limits.mean(standings, trial) {
            continue;
        }
        points.selected += 1;
        let standing = standings.of(trial.commit);
        let is_shared = || standings.flight(trial.commit).is_some_and(|flight| flight.submission.is_shared());
        let is_taken = match standing {
            Standing::Running => true,
            Standing::Queued => !(shared == Shared::Taken && is_shared()),
            Standing::Pending | Standing::Ok | Standing::Failed => false,
        };
        if is_taken {
            points.elsewhere += 1;
            elsewhere.push(trial);
            continue;
        }
        let is_wanted = match (limits.rerun, limits.repeat) {
            (Some(Rerun::All), _) | (None, Some(_)) => true,
            (Some(Rerun::Failed), _) => standing == Standing::Failed,
            (None, None) => standing != Standing::Ok,
        };
        // In a search a failure is a result, too.
        if is_search && standing == Standing::Failed && is_worn_out(standings, trial) {
            points.worn_out += 1;
            continue;
        }
        if is_wanted {
            let is_again = is_plain && standing == Standing::Failed;
            if is_again { &mut again } else { &mut chosen }.push(trial);
        }
    }
    chosen.append(&mut again);
    let rounds = limits.repeat.unwrap_or(1);
    let mut ranked: Vec<(u64, &Trial)> = (0..rounds)
        .flat_map(|round| chosen.iter().map(move |trial| (round, *trial)))
        .map(|(round, trial)| {
            let count = if limits.repeat.is_some() { standings.ledger.summary(trial.commit).attempts } else { 0 };
            (round + count, trial)
        })
        .collect();
    ranked.sort_by_key(|(count, _)| *count);
    ranked.truncate(limits.limit.unwrap_or(usize::MAX));
    Selection { waiting: ranked.into_iter().map(|(_, trial)| trial).collect(), elsewhere, points }
}
