//! What a search that grows knows: its points, and what their runs reported, as the strategies see it.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use indexmap::IndexMap;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::fitness::{number, score};
use crate::command::quote;
use crate::hint::{self, near_miss};
use crate::point::Point;
use crate::record::{Gravity, MEASURED, Record, Status};
use crate::search::Space;
use crate::search::learn::{Encoding, History, Observation, Progress, State};
use crate::spec::{Objective, Plan};
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standing, Standings, result_of};
use crate::table::Cell;
use crate::trial::Trial;

/// So many runs without the objective are no accident.
const NO_ACCIDENT: usize = 3;

/// The points of a sweep and what became of them.
pub(in crate::sweep) struct Observed {
    /// As the strategies see it: repeats are one point with the mean of their results.
    pub(in crate::sweep) history: History,
    /// The first trial of each point, in the order of the history.
    pub(in crate::sweep) firsts: Vec<Trial>,
    /// How far the search has come.
    pub(in crate::sweep) progress: Progress,
    /// What became of the points without a usable result.
    pub(in crate::sweep) useless: Useless,
}

/// Points that have come to their end without a usable result.
#[derive(Default)]
pub(in crate::sweep) struct Useless {
    /// How many of them failed.
    failed: usize,
    /// What is the matter with the others, `loss is NaN`, and how many these are.
    odd: IndexMap<String, usize>,
    /// The number of the first one.
    pub(in crate::sweep) first: Option<u64>,
}

impl Useless {
    /// How many there are.
    pub(in crate::sweep) fn count(&self) -> usize {
        self.failed + self.odd()
    }

    /// How many of them ran to their end.
    pub(in crate::sweep) fn odd(&self) -> usize {
        self.odd.values().sum()
    }

    /// What became of them, where they are all there is; nothing if there are none.
    pub(in crate::sweep) fn in_words(&self) -> Option<String> {
        let (count, runs) = (self.count(), |count: &usize| if *count == 1 { "run" } else { "runs" });
        let mut parts: Vec<String> =
            self.odd.iter().map(|(what, count)| format!("{what} in {count} {}", runs(count))).collect();
        match (count, self.failed) {
            (0, _) => None,
            (1, 1) => Some("the one point that ran failed".to_owned()),
            (count, failed) if count == failed => Some(format!("all {count} points failed")),
            (count, failed) => {
                parts.extend((failed > 0).then(|| format!("{failed} failed")));
                Some(format!("none of the {count} results is finite: {}", parts.join(", ")))
            }
        }
    }
}

impl Observed {
    /// Gathers what the notes say about the trials of a sweep that goes on by this plan.
    ///
    /// # Errors
    /// If the runs end well and do not report the objective, or it has no logarithm and that is modelled.
    pub(in crate::sweep) fn gather(sweep: &Sweep, plan: &Plan, space: &Space, standings: &Standings) -> Result<Self> {
        let trials = &sweep.trials;
        let mut groups: Vec<(Point, Vec<&Trial>)> = Vec::new();
        let mut places = HashMap::<Point, usize>::new();
        for trial in trials.iter() {
            let mut point = trial.label.point.clone();
            if space.counts_repeats()
                && let Some(first) = space.repeated(&point, 1)?
            {
                point = first;
            }
            match places.get(&point) {
                Some(&place) => groups[place].1.push(trial),
                None => {
                    places.insert(point.clone(), groups.len());
                    groups.push((point, vec![trial]));
                }
            }
        }
        let reading = Reading { branch: &sweep.branch, plan, objectives: plan.search.all_objectives() };
        let mut observations = Vec::with_capacity(groups.len());
        let mut useless = Useless::default();
        for ((point, group), index) in groups.iter().zip(0..) {
            let state = reading.state(group, standings);
            let by = group[0].label.origin.proposed_by.clone();
            observations.push(Observation { index, point: point.clone(), state, by });
        }
        let history = History::new(observations);
        for ((_, group), known) in groups.iter().zip(history.observations()) {
            if known.state == State::Failed {
                useless.first.get_or_insert(group[0].label.index);
                match reading.oddity(group, standings) {
                    Some(what) => *useless.odd.entry(what).or_default() += 1,
                    None => useless.failed += 1,
                }
            }
        }
        let runs = trials
            .iter()
            .flat_map(|trial| standings.ledger.of(trial.commit).iter().map(move |record| (&trial.label.point, record)));
        let runs: Vec<(&Point, &Record)> = runs.collect();
        reading.check(&history, &runs)?;
        if let Some(growing) = &plan.search.growing
            && growing.models_logarithm(&Encoding::new(space), &plan.search, history.len() as u64)
        {
            reading.check_logarithms(groups.iter().map(|(_, group)| group[0].label.index), &history)?;
        }
        let values = history.observations().iter().filter_map(|observation| match &observation.state {
            State::Done(objectives) | State::Stopped { objectives, .. } => objectives.first().copied(),
            State::Failed => Some(f64::NAN),
            State::InFlight => None,
        });
        let records = || runs.iter().map(|(_, record)| record);
        let starts = records().filter_map(|record| OffsetDateTime::parse(record.start.as_deref()?, &Rfc3339).ok());
        let elapsed = starts.min().map(|start| OffsetDateTime::now_utc() - start);
        let seconds: f64 = records().filter_map(|record| record.seconds).sum();
        let progress = Progress {
            points: history.len() as u64,
            elapsed: elapsed.and_then(|elapsed| elapsed.try_into().ok()).unwrap_or_default(),
            run_time: Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            values: values.collect(),
        };
        let firsts = groups.into_iter().map(|(_, group)| group[0].clone()).collect();
        Ok(Self { history, firsts, progress, useless })
    }

    /// True if any point has a result that can be learnt from.
    pub(in crate::sweep) fn has_usable(&self) -> bool {
        self.progress.values.iter().any(|value| value.is_finite())
    }

    /// True if any point is to be run, or is running.
    pub(in crate::sweep) fn is_open(&self) -> bool {
        self.history.observations().iter().any(|known| known.state == State::InFlight)
    }
}

/// How records become numbers.
struct Reading<'a> {
    branch: &'a str,
    plan: &'a Plan,
    objectives: &'a [Objective],
}

impl Reading<'_> {
    fn state(&self, group: &[&Trial], standings: &Standings) -> State {
        let is_open = |trial: &&&Trial| {
            matches!(standings.of(trial.commit), Standing::Pending | Standing::Queued | Standing::Running)
        };
        if group.iter().any(|trial| is_open(&trial)) {
            return State::InFlight;
        }
        let mut whole: Vec<Vec<f64>> = Vec::new();
        let mut stopped: Option<State> = None;
        for trial in group {
            let Some(record) = result_of(standings.ledger.of(trial.commit)) else { continue };
            let Some(values) = self.values(&trial.label.point, record) else { continue };
            match (record.status, record.steps) {
                (Status::Stopped, Some(step)) => stopped = Some(State::Stopped { step, objectives: values }),
                (Status::Stopped, None) => {}
                _ if record.status.gravity() == Gravity::Good => whole.push(values),
                _ => {}
            }
        }
        if whole.is_empty() {
            return stopped.unwrap_or(State::Failed);
        }
        let count = whole.len() as f64;
        State::Done(
            (0..self.objectives.len().max(1)).map(|at| whole.iter().map(|v| v[at]).sum::<f64>() / count).collect(),
        )
    }

    /// What is the matter with the numbers of a point that ran to its end, and has no usable result; nothing if it failed.
    fn oddity(&self, group: &[&Trial], standings: &Standings) -> Option<String> {
        let records = group.iter().filter_map(|trial| result_of(standings.ledger.of(trial.commit)));
        let record = records.rev().find(|record| record.status.gravity() == Gravity::Good)?;
        if let Some(fitness) = self.plan.search.fitness() {
            return Some(format!("the fitness {fitness} is not finite"));
        }
        let odd = |objective: &&Objective| number(record, &objective.metric).is_none_or(|value| !value.is_finite());
        let metric = &self.objectives.iter().find(odd)?.metric;
        Some(match number(record, metric) {
            Some(value) if value.is_nan() => format!("{metric} is NaN"),
            Some(value) => format!("{metric} is {}infinite", if value < 0.0 { "minus " } else { "" }),
            None => format!("{metric} is not reported"),
        })
    }

    /// The objectives of a run of a point, all to be minimised; nothing if one is not there.
    fn values(&self, point: &Point, record: &Record) -> Option<Vec<f64>> {
        if self.objectives.is_empty() {
            // Random points until some time is over: a run that ends well is a result.
            return Some(vec![0.0]);
        }
        let value = |objective: &Objective| {
            Some(objective.direction.signed(score(&self.plan.search, objective, point, record)?))
        };
        self.objectives.iter().map(value).collect()
    }

    /// Refuses to go on where a result has no logarithm; `points` are the numbers of those in the history.
    fn check_logarithms(&self, points: impl Iterator<Item = u64>, history: &History) -> Result<()> {
        let Some((metric, direction)) = self.plan.search.goal() else { return Ok(()) };
        for (point, known) in points.zip(history.observations()) {
            let (State::Done(values) | State::Stopped { objectives: values, .. }) = &known.state else { continue };
            if let Some(value) = values.first().map(|value| direction.signed(*value)).filter(|value| *value <= 0.0) {
                let value = Cell::Number(value).spell(&mut String::new()).to_owned();
                return Err(hint::error(
                    format!(
                        "{metric} is {value} at point {point}, which has no logarithm, and objective_transformation is \"log\""
                    ),
                    "create the sweep again without it",
                ));
            }
        }
        Ok(())
    }

    /// Refuses to go on where runs end well without a word of the objective.
    fn check(&self, history: &History, runs: &[(&Point, &Record)]) -> Result<()> {
        let well: Vec<&(&Point, &Record)> = runs.iter().filter(|(_, record)| record.status == Status::Ok).collect();
        let is_open = history.observations().iter().any(|known| known.state == State::InFlight);
        let has_values = |(point, record): &&(&Point, &Record)| self.values(point, record).is_some();
        if well.is_empty() || (is_open && well.len() < NO_ACCIDENT) || well.iter().any(has_values) {
            return Ok(());
        }
        let mut metrics: Vec<&str> = Vec::new();
        for name in well.iter().flat_map(|(_, record)| record.metrics.keys()) {
            if !metrics.contains(&name.as_str()) {
                metrics.push(name);
            }
        }
        let missing =
            self.objectives.iter().find(|objective| well.iter().all(|(_, r)| number(r, &objective.metric).is_none()));
        let fitness = self.plan.search.fitness();
        let what = match (fitness, missing) {
            (Some(fitness), _) => format!("the fitness {fitness}"),
            (None, missing) => missing.or(self.objectives.first()).context("no objective")?.metric.clone(),
        };
        let reported = match metrics.is_empty() {
            true => "they report nothing: write output.json, or name a metric of the log under [metrics]".to_owned(),
            false => format!("they report {}", metrics.join(", ")),
        };
        if let Some(fitness) = fitness {
            let is_unknown = |name: &&String| {
                well.iter().all(|(point, record)| number(record, name).is_none() && point.get(name).is_none())
            };
            let unknown = fitness.variables().iter().find(is_unknown);
            let near = unknown.and_then(|name| near_miss(name, metrics.iter().copied()));
            return Err(hint::error(
                format!("{what}, which the search is to learn from, has no value at any run; {reported}"),
                match (unknown, near) {
                    (Some(name), Some(near)) => format!("it has {name}: did you mean {near}? create the sweep again"),
                    (Some(name), None) if MEASURED.contains(&name.as_str()) => {
                        format!("{name} could not be measured: leave it out, and create the sweep again")
                    }
                    _ => "name what they report, and create the sweep again".to_owned(),
                },
            ));
        }
        let near = near_miss(&what, metrics.iter().copied());
        Err(hint::error(
            format!("no run reports {what}, which the search is to learn from; {reported}"),
            match near {
                Some(near) => format!("did you mean {near}? create the sweep again with --objective {}", quote(near)),
                None if metrics.is_empty() => format!(
                    "gitsweep extract {} --metric {}, or what else stands before the number in the log, reads it from the runs \
                     that there are and the next ones",
                    quote(self.branch),
                    quote(&format!(r"{what}={}: (\S+)", regex::escape(&what)))
                ),
                None => "name the objective that they report, and create the sweep again".to_owned(),
            },
        ))
    }
}
