//! Which points a command is about: `--points` and `--where`.

use std::collections::HashSet;

use anyhow::{Result, bail};

use crate::usage;
use gitsweep::expr::{Expression, suggestion};
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::sweep::{self, Limits, Standings, Sweep};

/// Numbers of points.
#[derive(Clone, Debug)]
pub struct Points(HashSet<u64>);

/// `3,7-12` as a set.
pub fn parse_points(list: &str) -> Result<Points> {
    let mut points = HashSet::new();
    for part in list.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let ends = part.split_once('-').unwrap_or((part, part));
        match (ends.0.trim().parse::<u64>(), ends.1.trim().parse::<u64>()) {
            (Ok(first), Ok(last)) if first >= 1 && first <= last && last - first < 10_000_000 => {
                points.extend(first..=last);
            }
            _ => bail!("`{part}` is no point and no range; such as 3,7-12"),
        }
    }
    if points.is_empty() {
        bail!("it names no point");
    }
    Ok(Points(points))
}

impl Points {
    /// The numbers.
    pub fn numbers(&self) -> &HashSet<u64> {
        &self.0
    }

    /// Refuses a number that none of the sweeps has.
    pub fn check(&self, sweeps: &[&Sweep]) -> Result<()> {
        let mut unknown = self.0.clone();
        for trial in sweeps.iter().flat_map(|sweep| sweep.trials.iter()) {
            unknown.remove(&trial.label.index);
        }
        match (unknown.into_iter().min(), sweeps) {
            (None, _) => Ok(()),
            (Some(index), [sweep]) => sweep.trial(index).map(|_| ()),
            (Some(index), _) => {
                let last = sweeps.iter().flat_map(|sweep| sweep.trials.iter()).map(|trial| trial.label.index).max();
                let way_out = format!("their points are 1 to {}", last.unwrap_or(0));
                Err(hint::error(format!("none of the {} sweeps has a point {index}", sweeps.len()), way_out))
            }
        }
    }

    /// The first of them beyond the last point.
    pub fn beyond(&self, last: u64) -> Option<u64> {
        self.0.iter().copied().filter(|&point| point > last).min()
    }
}

/// Only the points that are named or described.
pub fn choose(sweep: &Sweep, points: Option<&Points>, filter: Option<&str>) -> Result<Limits> {
    if let Some(points) = points {
        points.check(&[sweep])?;
    }
    let filter = filter.map(|text| read_filter(sweep, text)).transpose()?;
    Ok(Limits { points: points.map(|points| points.0.clone()), filter, ..Limits::default() })
}

/// The names that the definition knows.
fn declared(sweep: &Sweep) -> Vec<&str> {
    let plan = &sweep.plan;
    let parameters = plan.parameters.iter().map(|parameter| parameter.name.as_str());
    let metrics = plan.metrics.iter().map(|metric| metric.name.as_str());
    let objectives = plan.search.reported_objectives().map(|objective| objective.metric.as_str());
    parameters.chain(sweep::FILTER_NAMES).chain(metrics).chain(objectives).collect()
}

fn read_filter(sweep: &Sweep, text: &str) -> Result<Expression> {
    let filter = usage::expression("--where", text)?;
    // Metrics are known once they have been reported; a name that is like a parameter's is taken for that.
    let parameters = sweep.plan.parameters.iter().map(|parameter| parameter.name.as_str());
    let known: Vec<&str> = parameters.chain(sweep::FILTER_NAMES).collect();
    let declared = declared(sweep);
    for name in filter.variables().iter().filter(|name| !declared.contains(&name.as_str())) {
        if let Some(near) = hint::near_miss(name, known.iter().copied()) {
            return Err(hint::error(format!("--where: no parameter is called {name}"), suggestion(near)));
        }
    }
    Ok(filter)
}

/// Refuses a name that no point has: neither parameter nor metric.
pub fn check_names(repository: &Repository, sweep: &Sweep, filter: &Expression) -> Result<()> {
    let declared = declared(sweep);
    let unknown: Vec<&String> = filter.variables().iter().filter(|name| !declared.contains(&name.as_str())).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let standings = Standings::read(repository)?;
    let mut reported = HashSet::new();
    for trial in sweep.trials.iter() {
        standings.ledger.find(trial.commit).each_metric(&mut |name| {
            reported.insert(name.to_owned());
        });
    }
    match unknown.into_iter().find(|name| !reported.contains(*name)) {
        Some(name) => Err(hint::error(
            format!("--where: no point has {name}"),
            format!("here it may name parameters, metrics that runs report, and {}", sweep::FILTER_NAMES.join(", ")),
        )),
        None => Ok(()),
    }
}
