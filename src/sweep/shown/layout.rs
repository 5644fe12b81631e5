//! The columns of a table of results: parameters and metrics of all its sweeps, and what is told of every run.

use indexmap::IndexSet;

use super::attempts;
use super::known::good;
use super::threads::in_parallel;
use crate::expr::Expression;
use crate::outcome::OBJECTIVE;
use crate::point::Point;
use crate::record::{Gravity, Metric, Record};
use crate::spec::{Direction, FITNESS};
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standings, result_of};
use crate::sweep::laid::fitness::fitness;
use crate::table::{Cell, Column, Role};
use crate::trial::Trial;

/// The columns about a point's attempts, after parameters and metrics.
const FIRST_COLUMNS: [&str; 2] = ["attempts", "seconds"];
/// Those that few people ask for.
pub(in crate::sweep) const LATER_COLUMNS: [&str; 13] = [
    "start",
    "end",
    "host",
    "executor",
    "job",
    "exit",
    "signal",
    "memory",
    "commit",
    "folder",
    "command",
    "proposed_by",
    "known",
];

/// What has a row of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsOf {
    /// Each point: its newest result, and the mean and spread of all where there are several.
    Points,
    /// Each result, so that the repeats of a point are rows; a point without any has one row all the same.
    Attempts,
}

/// Which columns there are.
pub(in crate::sweep) struct Layout<'a> {
    /// What results are ordered by, if that is the same in all sweeps.
    pub(in crate::sweep) objective: Option<(&'a str, Direction)>,
    /// What the fitness of all sweeps is computed from.
    pub(in crate::sweep) fitness: Option<&'a Expression>,
    /// Runs report a metric of that name, which has no column.
    pub(in crate::sweep) is_fitness_reported: bool,
    pub(in crate::sweep) parameters: IndexSet<&'a str>,
    pub(in crate::sweep) metrics: Vec<String>,
    /// Points have several results.
    pub(in crate::sweep) is_repeated: bool,
    pub(in crate::sweep) rows_of: RowsOf,
}

impl<'a> Layout<'a> {
    pub(in crate::sweep) fn of(sweeps: &[&'a Sweep], standings: &Standings, rows_of: RowsOf) -> Self {
        let fitness = common(sweeps.iter().map(|sweep| sweep.plan.search.fitness()));
        let objective = common(sweeps.iter().map(|sweep| sweep.plan.search.goal()));
        let objective = objective.filter(|(metric, _)| fitness.is_some() || *metric != FITNESS);
        let parameters: IndexSet<&str> =
            sweeps.iter().flat_map(|sweep| &sweep.plan.parameters).map(|parameter| parameter.name.as_str()).collect();
        let (found, is_repeated) = metrics_of(sweeps, standings, rows_of);
        let is_fitness_reported = fitness.is_some() && found.contains(FITNESS);
        // A number is shown by its objective first.
        let mut metrics: Vec<String> = found.into_iter().collect();
        if fitness.is_some() && !metrics.is_empty() && !is_fitness_reported {
            metrics.push(FITNESS.to_owned());
        }
        // A program that says `objective` has said which it is.
        let is_named = sweeps.iter().all(|sweep| sweep.plan.search.goal().is_none());
        let is_named = is_named && metrics.iter().any(|name| name == OBJECTIVE);
        let objective = objective.or(is_named.then_some((OBJECTIVE, Direction::Minimize)));
        metrics.sort_by_key(|name| objective.is_none_or(|(metric, _)| name != metric));
        Self { objective, fitness, is_fitness_reported, parameters, metrics, is_repeated, rows_of }
    }

    pub(in crate::sweep) fn columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::new("point", Role::Point), Column::new("sweep", Role::Sweep)];
        columns.extend(self.parameters.iter().map(|name| Column::new(*name, Role::Parameter)));
        columns.extend(self.metrics.iter().map(|name| Column::new(name, Role::Metric)));
        if self.is_repeated {
            columns.push(Column::new("n", Role::Statistic));
            for (place, name) in self.metrics.iter().enumerate() {
                let role = if place == 0 { Role::Statistic } else { Role::Detail };
                columns.extend(["mean", "sd"].map(|statistic| Column::new(format!("{name}_{statistic}"), role)));
            }
        }
        columns.push(Column::new("status", Role::Status));
        columns.push(Column::new("reason", Role::Reason));
        if self.rows_of == RowsOf::Attempts {
            columns.push(Column::new("attempt", Role::Attempt));
        }
        let about = FIRST_COLUMNS.iter().chain(&LATER_COLUMNS);
        columns.extend(about.map(|name| Column::new(*name, Role::Attempt)));
        columns
    }

    /// True if a fitness is computed from what a run took of the machine's memory.
    pub(in crate::sweep) fn needs_memory(&self) -> bool {
        self.fitness.is_some_and(|fitness| fitness.variables().iter().any(|name| name == "memory"))
    }

    /// A metric of a run of a point, as a cell.
    pub(in crate::sweep) fn metric(&self, point: &Point, record: &Record, name: &str) -> Cell {
        match self.computed(name) {
            Some(expression) => fitness(expression, point, record).map_or(Cell::Missing, Cell::Number),
            None => attempts::metric(record, name),
        }
    }

    /// The same, as a number.
    pub(in crate::sweep) fn number(&self, point: &Point, record: &Record, name: &str) -> Option<f64> {
        match self.computed(name) {
            Some(expression) => fitness(expression, point, record),
            None => record.metrics.get(name).map(Metric::as_f64),
        }
    }

    fn computed(&self, name: &str) -> Option<&'a Expression> {
        self.fitness.filter(|_| name == FITNESS)
    }
}

/// What all have in common.
fn common<T: PartialEq>(mut all: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// The records that have a row.
pub(in crate::sweep) fn shown(records: &[Record], rows_of: RowsOf) -> impl Iterator<Item = &Record> {
    let all = rows_of == RowsOf::Attempts && records.iter().any(|record| record.status.gravity() == Gravity::Good);
    let results = records.iter().filter(move |record| all && record.status.gravity() == Gravity::Good);
    results.chain(result_of(records).filter(move |_| !all))
}

/// The names of the metrics that have a column, and whether a point has several results.
fn metrics_of(sweeps: &[&Sweep], standings: &Standings, rows_of: RowsOf) -> (IndexSet<String>, bool) {
    let of = |trials: &[Trial]| {
        let (mut metrics, mut is_repeated) = (IndexSet::new(), false);
        let mut add = |name: &str| {
            if !metrics.contains(name) {
                metrics.insert(name.to_owned());
            }
        };
        for trial in trials {
            // The one record that most points have need not be read for its names.
            let entry = standings.ledger.find(trial.commit);
            if entry.summary().attempts < 2 {
                entry.each_metric(&mut add);
                continue;
            }
            let records = entry.gist();
            shown(&records, rows_of).flat_map(|record| record.metrics.keys()).for_each(|name| add(name));
            is_repeated |= rows_of == RowsOf::Points && good(&records).nth(1).is_some();
        }
        vec![(metrics, is_repeated)]
    };
    let mut parts = sweeps.iter().flat_map(|sweep| in_parallel(&sweep.trials, of));
    let (mut metrics, mut is_repeated) = parts.next().unwrap_or_default();
    for (others, too) in parts {
        metrics.extend(others);
        is_repeated |= too;
    }
    (metrics, is_repeated)
}
