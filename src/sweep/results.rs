//! Results: the points of sweeps and what is known of them, as a table.

use anyhow::Result;
use indexmap::IndexSet;

use super::fitness::fitness;
use super::known::{Known, good};
use super::standing::{Standing, Standings, result_of};
use super::{Sweep, attempts, factors};
use crate::expr::Expression;
use crate::record::{Gravity, Metric, Record};
use crate::spec::{Direction, FITNESS};
use crate::stats::Summary;
use crate::table::{Cell, Column, Role, Strip, StripRows, Table};
use crate::trial::Trial;
use crate::value::Value;

/// From so many points on, their rows are made by several threads.
const MANY: usize = 8192;

/// The columns about a point's attempts, after parameters and metrics.
const FIRST_COLUMNS: [&str; 2] = ["attempts", "seconds"];
/// Those that few people ask for.
const LATER_COLUMNS: [&str; 13] = [
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

impl Sweep {
    /// A row for each point: parameters, metrics, status and all about its attempts.
    ///
    /// # Errors
    /// If two columns cannot be told apart.
    pub fn table(&self, standings: &Standings) -> Result<Table> {
        tabulate(&[self], standings, RowsOf::Points)
    }
}

/// The points or the attempts of several sweeps in one table, those of the first sweep first.
///
/// A parameter or metric that a sweep does not have is missing in its rows. The objective is that of the sweeps if they
/// have one in common; a fitness is a metric like those that runs report.
///
/// # Errors
/// If two columns cannot be told apart.
pub fn tabulate(sweeps: &[&Sweep], standings: &Standings, rows_of: RowsOf) -> Result<Table> {
    let layout = Layout::of(sweeps, standings, rows_of);
    let columns = layout.columns();
    let mut rows = Vec::new();
    for sweep in sweeps {
        let known = Known::of(sweep, standings);
        rows.append(&mut in_parallel(&sweep.trials, |trials| {
            let mut rows = Vec::with_capacity(trials.len());
            for trial in trials {
                let records = standings.ledger.glance(trial.commit);
                let point = PointRow { sweep, trial, records: &records, standings, layout: &layout };
                point.each_record(|record| {
                    let mut row = Vec::with_capacity(columns.len());
                    point.head(record, &mut row);
                    row.extend(point.tail(record));
                    row.push(integer(known.at(trial)));
                    rows.push(row);
                });
            }
            rows
        }));
    }
    let mut table = Table::new(columns, rows)?;
    for (name, factor) in factors::factors(sweeps) {
        table = table.with_factor(name, factor);
    }
    if rows_of == RowsOf::Attempts {
        table = table.with_noun("run");
    }
    Ok(match layout.objective {
        Some((metric, direction)) => table.with_objective(metric, direction),
        None => table,
    })
}

/// The first columns of what [`tabulate`] makes of the points of a sweep, up to how often they ran and how long it took;
/// `None` if the columns that are wanted are not among them.
///
/// # Errors
/// If two columns cannot be told apart.
pub(super) fn strip(sweep: &Sweep, standings: &Standings, wanted: &[String]) -> Result<Option<Strip>> {
    let layout = Layout::of(&[sweep], standings, RowsOf::Points);
    if layout.fitness.is_some_and(|fitness| fitness.variables().iter().any(|name| name == "memory")) {
        // The gist of a record has none.
        return Ok(None);
    }
    let columns = layout.columns();
    let kept = columns.len() - LATER_COLUMNS.len();
    let header = Table::new(columns, Vec::new())?;
    if Strip::new(header.clone(), kept, Vec::new()).select(wanted).is_none() {
        return Ok(None);
    }
    let blocks: Vec<&[Trial]> = sweep.trials.chunks(Strip::BLOCK).collect();
    let blocks = in_parallel_from(1, &blocks, |blocks| {
        let rows = |trials: &&[Trial]| {
            let (mut rows, mut row) = (StripRows::new(kept), Vec::with_capacity(kept));
            for trial in *trials {
                let records = standings.ledger.gist(trial.commit);
                let point = PointRow { sweep, trial, records: &records, standings, layout: &layout };
                point.each_record(|record| {
                    row.clear();
                    point.head(record, &mut row);
                    rows.push(&row);
                });
            }
            rows
        };
        blocks.iter().map(rows).collect()
    });
    Ok(Some(Strip::new(header, kept, blocks)))
}

/// Which columns there are.
struct Layout<'a> {
    objective: Option<(&'a str, Direction)>,
    /// What the fitness of all sweeps is computed from.
    fitness: Option<&'a Expression>,
    parameters: IndexSet<&'a str>,
    metrics: Vec<String>,
    /// Points have several results.
    is_repeated: bool,
    rows_of: RowsOf,
}

impl<'a> Layout<'a> {
    fn of(sweeps: &[&'a Sweep], standings: &Standings, rows_of: RowsOf) -> Self {
        let fitness = common(sweeps.iter().map(|sweep| sweep.plan.search.fitness()));
        let objective = common(sweeps.iter().map(|sweep| sweep.plan.search.goal()));
        let objective = objective.filter(|(metric, _)| fitness.is_some() || *metric != FITNESS);
        let parameters: IndexSet<&str> =
            sweeps.iter().flat_map(|sweep| &sweep.plan.parameters).map(|parameter| parameter.name.as_str()).collect();
        let (found, is_repeated) = metrics_of(sweeps, standings, rows_of);
        // A number is shown by its objective first.
        let mut metrics: Vec<String> = found.into_iter().collect();
        if fitness.is_some() && !metrics.is_empty() && !metrics.iter().any(|name| name == FITNESS) {
            metrics.push(FITNESS.to_owned());
        }
        metrics.sort_by_key(|name| objective.is_none_or(|(metric, _)| name != metric));
        Self { objective, fitness, parameters, metrics, is_repeated, rows_of }
    }

    fn columns(&self) -> Vec<Column> {
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
}

/// What all have in common.
fn common<T: PartialEq>(mut all: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// The records that have a row.
fn shown(records: &[Record], rows_of: RowsOf) -> impl Iterator<Item = &Record> {
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
            if standings.ledger.summary(trial.commit).attempts < 2 {
                standings.ledger.each_metric(trial.commit, &mut add);
                continue;
            }
            let records = standings.ledger.gist(trial.commit);
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

/// What `work` makes of all items, in order, by as many threads as there are cores.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    in_parallel_from(MANY, items, work)
}

/// The same, where each thread is to have so many items.
fn in_parallel_from<T: Sync, R: Send>(many: usize, items: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let most = (items.len() / many).max(1);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(most);
    let (first, rest) = items.split_at(items.len().div_ceil(threads));
    std::thread::scope(|scope| {
        let work = &work;
        let rest: Vec<_> = rest.chunks(first.len().max(1)).map(|items| scope.spawn(move || work(items))).collect();
        let mut all = work(first);
        for thread in rest {
            match thread.join() {
                Ok(mut part) => all.append(&mut part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

/// What all rows of a point are made from.
struct PointRow<'a> {
    sweep: &'a Sweep,
    trial: &'a Trial,
    records: &'a [Record],
    standings: &'a Standings,
    layout: &'a Layout<'a>,
}

impl PointRow<'_> {
    /// Tells of each row which record it is of.
    fn each_record(&self, mut tell: impl FnMut(Option<&Record>)) {
        let mut found = shown(self.records, self.layout.rows_of).map(Some).peekable();
        let none = found.peek().is_none().then_some(None);
        found.chain(none).for_each(&mut tell);
    }

    /// All up to how often it ran and how long it took.
    fn head(&self, record: Option<&Record>, row: &mut Vec<Cell>) {
        let Layout { parameters, metrics, is_repeated, rows_of, .. } = self.layout;
        row.extend([integer(self.trial.label.index), Cell::text(Some(&self.sweep.branch))]);
        row.extend(
            parameters
                .iter()
                .map(|name| self.trial.label.point.get(name).map_or(Cell::Missing, |value| Cell::Value(value.clone()))),
        );
        let metric = |name: &String| match (record, self.layout.fitness) {
            (None, _) => Cell::Missing,
            (Some(record), Some(expression)) if name == FITNESS => {
                fitness(expression, record).map_or(Cell::Missing, Cell::Number)
            }
            (Some(record), _) => attempts::metric(record, name),
        };
        row.extend(metrics.iter().map(metric));
        if *is_repeated {
            row.extend(self.repeats());
        }
        row.extend(self.outcome(record));
        if *rows_of == RowsOf::Attempts {
            row.push(record.map_or(Cell::Missing, |record| integer(record.attempt)));
        }
        row.push(integer(self.records.len() as u64));
        row.push(record.and_then(|record| record.seconds).map_or(Cell::Missing, Cell::Number));
    }

    /// How many results there are, and mean and spread of each metric over them.
    fn repeats(&self) -> Vec<Cell> {
        let mut cells = vec![integer(good(self.records).count() as u64)];
        for name in &self.layout.metrics {
            let numbers = good(self.records).filter_map(|record| match self.layout.fitness {
                Some(expression) if name == FITNESS => fitness(expression, record),
                _ => record.metrics.get(name).map(Metric::as_f64),
            });
            let summary = Summary::of(numbers.filter(|number| number.is_finite()));
            let cell = |number: Option<f64>| number.map_or(Cell::Missing, Cell::Number);
            cells.extend([cell(summary.map(|summary| summary.mean)), cell(summary.and_then(|summary| summary.sd))]);
        }
        cells
    }

    /// Status and reason.
    fn outcome(&self, record: Option<&Record>) -> [Cell; 2] {
        let standing = self.standings.of(self.trial.commit);
        let reason = record.and_then(|record| record.reason.as_deref());
        [Cell::text(Some(status_word(standing, record))), Cell::text(reason.filter(|_| standing != Standing::Running))]
    }

    /// What else there is about its attempts, but for what was known before them.
    fn tail(&self, record: Option<&Record>) -> [Cell; 12] {
        let text = |get: fn(&Record) -> Option<&String>| Cell::text(record.and_then(get).map(String::as_str));
        let number = |get: fn(&Record) -> Option<i64>| {
            record.and_then(get).map_or(Cell::Missing, |number| Cell::Value(Value::integer(number)))
        };
        [
            text(|record| record.start.as_ref()),
            text(|record| record.end.as_ref()),
            text(|record| record.host.as_ref()),
            text(|record| record.executor.as_ref()),
            text(|record| record.job.as_ref()),
            number(|record| record.exit.map(i64::from)),
            number(|record| record.signal.map(i64::from)),
            number(|record| record.memory.and_then(|bytes| i64::try_from(bytes).ok())),
            Cell::text(Some(&self.trial.commit.to_string())),
            text(|record| record.folder.as_ref()),
            text(|record| record.command.as_ref()),
            Cell::text(self.trial.label.proposed_by.as_deref()),
        ]
    }
}

/// What the status column says: how the run ended, or that it is running or to be run.
fn status_word(standing: Standing, record: Option<&Record>) -> &'static str {
    match (standing, record) {
        (Standing::Running, _) => Standing::Running.as_str(),
        (Standing::Pending, Some(record)) if record.status.gravity() == Gravity::Void => record.status.as_str(),
        (Standing::Ok | Standing::Failed, Some(record)) => record.status.as_str(),
        (standing, _) => standing.as_str(),
    }
}

fn integer(number: u64) -> Cell {
    i64::try_from(number).map_or(Cell::Missing, |number| Cell::Value(Value::integer(number)))
}
