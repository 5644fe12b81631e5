//! The rows of points: what most people look at, and what is made once somebody asks for it.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::known::{Known, good};
use super::layout::{LATER_COLUMNS, Layout, RowsOf, shown};
use crate::ledger::Ledger;
use crate::record::{Gravity, Record};
use crate::stats::Summary;
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standing, Standings};
use crate::table::Cell;
use crate::trial::Trial;
use crate::value::Value;

/// What the first columns are made from: all up to how often a point ran and how long it took.
pub(super) struct Heads<'a> {
    pub(super) sweep: &'a Sweep,
    pub(super) standings: &'a Standings,
    pub(super) layout: &'a Layout<'a>,
}

impl Heads<'_> {
    /// Tells the first cells of each row of these points.
    pub(super) fn each<'t>(
        &self,
        trials: impl IntoIterator<Item = &'t Trial>,
        mut tell: impl FnMut(std::vec::Drain<'_, Cell>),
    ) {
        let Self { sweep, standings, layout } = self;
        let mut row = Vec::new();
        for trial in trials {
            let entry = standings.ledger.find(trial.commit);
            let standing = standings.of_summary(trial.commit, &entry.summary());
            // The gist of a record has no memory.
            let records = if layout.needs_memory() { entry.glance() } else { entry.gist() };
            let point = PointRow { sweep, trial, records: &records, standing, layout };
            each_record(&records, layout.rows_of, |record| {
                point.head(record, &mut row);
                tell(row.drain(..));
            });
        }
    }
}

/// Tells of each row of a point which record it is of.
fn each_record(records: &[Record], rows_of: RowsOf, tell: impl FnMut(Option<&Record>)) {
    let mut found = shown(records, rows_of).map(Some).peekable();
    let none = found.peek().is_none().then_some(None);
    found.chain(none).for_each(tell);
}

/// What the last columns are made from: [`super::layout::LATER_COLUMNS`].
pub(super) struct Tail {
    trials: Arc<Vec<Trial>>,
    ledger: Arc<Ledger>,
    rows_of: RowsOf,
    known: OnceLock<Known>,
}

impl Tail {
    pub(super) fn of(sweep: &Sweep, standings: &Standings, rows_of: RowsOf) -> Self {
        let (trials, ledger) = (Arc::clone(&sweep.trials), Arc::clone(&standings.ledger));
        Self { trials, ledger, rows_of, known: OnceLock::new() }
    }

    /// The cells of each column, of the rows of these points.
    pub(super) fn cells(&self, part: Range<usize>) -> Vec<Vec<Cell>> {
        let known = self.known.get_or_init(|| Known::of(&self.trials, &self.ledger));
        let mut columns = vec![Vec::new(); LATER_COLUMNS.len()];
        for trial in &self.trials[part] {
            let records = self.ledger.find(trial.commit).without_metrics();
            each_record(&records, self.rows_of, |record| {
                let cells = tail(trial, record).into_iter().chain([integer(known.at(trial))]);
                columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
            });
        }
        columns
    }
}

/// What all rows of a point are made from.
struct PointRow<'a> {
    sweep: &'a Sweep,
    trial: &'a Trial,
    records: &'a [Record],
    standing: Standing,
    layout: &'a Layout<'a>,
}

impl PointRow<'_> {
    /// All up to how often it ran and how long it took.
    fn head(&self, record: Option<&Record>, row: &mut Vec<Cell>) {
        let Layout { parameters, metrics, is_repeated, rows_of, .. } = self.layout;
        row.extend([integer(self.trial.label.index), Cell::text(Some(&self.sweep.branch))]);
        row.extend(
            parameters
                .iter()
                .map(|name| self.trial.label.point.get(name).map_or(Cell::Missing, |value| Cell::Value(value.clone()))),
        );
        let metric = |name: &String| {
            record.map_or(Cell::Missing, |record| self.layout.metric(&self.trial.label.point, record, name))
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
            let number = |record| self.layout.number(&self.trial.label.point, record, name);
            let numbers = good(self.records).filter_map(number);
            let summary = Summary::of(numbers.filter(|number| number.is_finite()));
            let cell = |number: Option<f64>| number.map_or(Cell::Missing, Cell::Number);
            cells.extend([cell(summary.map(|summary| summary.mean)), cell(summary.and_then(|summary| summary.sd))]);
        }
        cells
    }

    /// Status and reason.
    fn outcome(&self, record: Option<&Record>) -> [Cell; 2] {
        let standing = self.standing;
        let reason = record.and_then(|record| record.reason.as_deref());
        [Cell::text(Some(status_word(standing, record))), Cell::text(reason.filter(|_| standing != Standing::Running))]
    }
}

/// What else there is about its attempts, but for what was known before them.
fn tail(trial: &Trial, record: Option<&Record>) -> [Cell; 12] {
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
        Cell::text(Some(&trial.commit.to_string())),
        text(|record| record.folder.as_ref()),
        text(|record| record.command.as_ref()),
        Cell::text(trial.label.origin.proposed_by.as_deref()),
    ]
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
