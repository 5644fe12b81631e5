//! The outlook of a search that grows: how far it is, what is best so far, whether there is more to come.

use anyhow::Result;

use super::event::NoUsableResult;
use super::select::{Limits, Shared, select};
use crate::command::quote;
use crate::git::Repository;
use crate::search::learn::{Encoding, State};
use crate::stats::non_dominated;
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standing, Standings, result_of};
use crate::sweep::laid::draft::Draft;
use crate::sweep::laid::learn::grown;
use crate::sweep::laid::observed::Observed;
use crate::sweep::laid::step::Step;
use crate::table::Cell;
use crate::trial::Trial;

/// How far a search is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlook {
    /// Points that are laid, repeats not counted.
    pub points: u64,
    /// How many there are to be, if that is said.
    pub trials: Option<u64>,
    /// Why there are to be no more, if there are not.
    pub end: Option<String>,
    /// How many runs of further points there may be, where that is known; none if there are to be no more.
    pub more: Option<u64>,
    /// The best result.
    pub best: Option<Best>,
    /// How many points no other beats in all objectives, where there are several.
    pub front: Option<usize>,
    /// That all results are the same, in words, where there are enough of them to tell.
    pub sameness: Option<String>,
}

/// Fewer equal results than these may be so by chance.
const TELLING: usize = 10;

/// The best result of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Best {
    /// What is optimised.
    pub objective: String,
    /// Its value; of repeats their mean.
    pub value: f64,
    /// The same as it was reported, where it was, else in the shortest form.
    pub text: String,
    /// The point.
    pub trial: Trial,
}

/// The outlook of `sweep` as its notes are; nothing if it does not grow.
///
/// # Errors
/// If it cannot be read, or no run reports the objective.
pub fn outlook(repository: &Repository, sweep: &Sweep, standings: &Standings) -> Result<Option<Outlook>> {
    let search = &sweep.plan.search;
    if search.growing.is_none() {
        return Ok(None);
    }
    let draft = Draft::grow(repository, sweep)?;
    let step = Step::with(sweep, &sweep.plan, draft.space(), standings)?;
    let points = step.observed.progress.points;
    let size = Encoding::new(draft.space()).size();
    let all = size.filter(|size| *size <= points).map(|size| format!("all {size} points of the space are laid"));
    let end = step.end().map(|end| end.why).or(all);
    let room = size.map(|size| size.saturating_sub(points));
    let left = step.left().map_or(room, |left| Some(left.min(room.unwrap_or(left))));
    let more = if end.is_some() { Some(0) } else { left.map(|left| left * search.rounds()) };
    let results: Vec<&[f64]> = step.observed.history.done().map(|(_, values)| values).collect();
    let front = search.has_several_objectives().then(|| non_dominated(&results).len());
    let best = best(sweep, &step, standings);
    let is_same = results.len() >= TELLING && results.iter().all(|values| *values == results[0]);
    let sameness = best.as_ref().filter(|_| is_same).map(|Best { objective, text, .. }| {
        format!("{objective} is {text} in all {} results: it does not depend on what varies", results.len())
    });
    Ok(Some(Outlook { points, trials: search.trials, end, more, best, front, sameness }))
}

fn best(sweep: &Sweep, step: &Step<'_>, standings: &Standings) -> Option<Best> {
    let [objective] = sweep.plan.search.all_objectives() else { return None };
    let fitness = sweep.plan.search.fitness();
    let known = step.observed.history.observations().iter().zip(&step.observed.firsts);
    let results = known.filter_map(|(known, trial)| match &known.state {
        State::Done(values) => Some((*values.first()?, trial)),
        _ => None,
    });
    let (value, trial) = results.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let value = step.direction.signed(value);
    let record = result_of(standings.ledger.of(trial.commit));
    let reported = record.and_then(|record| record.metrics.get(&objective.metric));
    let reported = reported.filter(|metric| fitness.is_none() && metric.as_f64() == value).map(ToString::to_string);
    Some(Best {
        objective: fitness.map_or_else(|| objective.metric.clone(), ToString::to_string),
        value,
        text: reported.unwrap_or_else(|| Cell::Number(value).spell(&mut String::new()).to_owned()),
        trial: trial.clone(),
    })
}

/// What a queue on this machine would run now.
pub struct Preview<'a> {
    /// Points that are laid, in order.
    pub trials: Vec<&'a Trial>,
    /// How many more a search that grows might propose and run before those that failed are tried again; nothing if there is
    /// no end of them.
    pub more: Option<u64>,
}

/// The points that a queue on this machine would run now. Nothing is changed.
///
/// # Errors
/// If the notes cannot be read.
pub fn plan_here<'a>(repository: &Repository, sweep: &'a Sweep, limits: &Limits) -> Result<Preview<'a>> {
    let standings = Standings::read(repository)?;
    let all = Limits { limit: None, ..limits.clone() };
    let waiting = select(sweep, &standings, &all, Shared::Taken).waiting;
    let (again, first): (Vec<&Trial>, Vec<&Trial>) =
        waiting.into_iter().partition(|trial| limits.is_whole() && standings.of(trial.commit) == Standing::Failed);
    let more = match limits.is_whole() {
        true => outlook(repository, sweep, &standings)?.map_or(Some(0), |outlook| outlook.more),
        false => Some(0),
    };
    let most = limits.limit.unwrap_or(usize::MAX);
    let room = most.saturating_sub(first.len()) as u64;
    let more = if limits.limit.is_some() { Some(more.unwrap_or(u64::MAX).min(room)) } else { more };
    let room = room.saturating_sub(more.unwrap_or(0));
    let again = again.into_iter().take(usize::try_from(room).unwrap_or(usize::MAX));
    Ok(Preview { trials: first.into_iter().take(most).chain(again).collect(), more })
}

/// Whether a search, as it is now, has come to no usable result; nothing if points are open, or none has come to its end.
///
/// # Errors
/// If it cannot be read, or no run reports the objective.
pub(in crate::sweep) fn no_usable_result(
    repository: &Repository,
    sweep: &Sweep,
    standings: &Standings,
) -> Result<Option<NoUsableResult>> {
    let Some(sweep) = grown(repository, sweep)? else { return Ok(None) };
    let draft = Draft::grow(repository, &sweep)?;
    let observed = Observed::gather(&sweep, &sweep.plan, draft.space(), standings)?;
    let Some(why) = observed.useless.in_words().filter(|_| !observed.has_usable() && !observed.is_open()) else {
        return Ok(None);
    };
    let first = observed.useless.first.unwrap_or(1);
    let branch = quote(&sweep.branch);
    let logs = format!("gitsweep logs {branch}:{first}");
    let way_out = match draft.space().free().next().filter(|_| observed.useless.odd() > 0) {
        Some((name, _)) => format!(
            "start the next search where it is finite (--start {name}=VALUE), give other bounds, or see what a run says: {logs}"
        ),
        None => format!("{logs} shows what the program said; gitsweep queue {branch} --rerun failed tries them again"),
    };
    Ok(Some(NoUsableResult { why, way_out }))
}
