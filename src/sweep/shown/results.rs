//! Results: the points of sweeps and what is known of them, as a table.

use anyhow::Result;

use super::factors;
use super::known::{Known, good};
use super::layout::{LATER_COLUMNS, Layout, RowsOf, shown};
use super::threads::{in_parallel, in_parallel_from};
use crate::record::{Gravity, Record};
use crate::stats::Summary;
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standing, Standings};
use crate::table::{Block, BlockBuilder, Cell, Strip, Table};
use crate::trial::Trial;
use crate::value::Value;

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
    let mut blocks = Vec::new();
    for sweep in sweeps {
        let known = Known::of(sweep, standings);
        blocks.append(&mut in_parallel(&sweep.trials, |trials| {
            let (mut blocks, mut row) = (BlockBuilder::new(columns.len()), Vec::with_capacity(columns.len()));
            for trial in trials {
                let entry = standings.ledger.find(trial.commit);
                let (standing, records) = (standings.of_summary(trial.commit, &entry.summary()), entry.glance());
                let point = PointRow { sweep, trial, records: &records, standing, layout: &layout };
                point.each_record(|record| {
                    point.head(record, &mut row);
                    row.extend(point.tail(record));
                    row.push(integer(known.at(trial)));
                    blocks.push(row.drain(..));
                });
            }
            blocks.build()
        }));
    }
    let mut table = Table::of_blocks(columns, blocks)?;
    for (name, factor) in factors::factors(sweeps) {
        table = table.with_factor(name, factor);
    }
    if rows_of == RowsOf::Attempts {
        table = table.with_noun("run");
    }
    if layout.is_fitness_reported {
        table.note(
            "fitness is what the search computes; the metric of that name that runs report needs another to be shown",
        );
    }
    Ok(match layout.objective {
        Some((metric, direction)) => table.with_objective(metric, direction),
        None => table,
    })
}

/// The first columns of what [`tabulate`] makes of the points of a sweep, up to how often they ran and how long it took;
/// `None` if the columns that are wanted are not among them, or if there is something to be said of the table.
///
/// # Errors
/// If two columns cannot be told apart.
pub(in crate::sweep) fn strip(sweep: &Sweep, standings: &Standings, wanted: &[String]) -> Result<Option<Strip>> {
    let layout = Layout::of(&[sweep], standings, RowsOf::Points);
    // The gist of a record has no memory, and a strip tells of nothing beside its rows.
    if layout.needs_memory() || layout.is_fitness_reported {
        return Ok(None);
    }
    let columns = layout.columns();
    let kept = columns.len() - LATER_COLUMNS.len();
    let header = Table::new(columns, Vec::new())?;
    if Strip::new(header.clone(), kept, Vec::new()).select(wanted).is_none() {
        return Ok(None);
    }
    let blocks: Vec<&[Trial]> = sweep.trials.chunks(Block::ROWS).collect();
    let blocks = in_parallel_from(1, &blocks, |blocks| {
        let rows = |trials: &&[Trial]| {
            let (mut rows, mut row) = (BlockBuilder::spelt(kept), Vec::with_capacity(kept));
            for trial in *trials {
                let entry = standings.ledger.find(trial.commit);
                let (standing, records) = (standings.of_summary(trial.commit, &entry.summary()), entry.gist());
                let point = PointRow { sweep, trial, records: &records, standing, layout: &layout };
                point.each_record(|record| {
                    point.head(record, &mut row);
                    rows.push(row.drain(..));
                });
            }
            rows.build()
        };
        blocks.iter().flat_map(rows).collect()
    });
    Ok(Some(Strip::new(header, kept, blocks)))
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
            Cell::text(self.trial.label.origin.proposed_by.as_deref()),
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
