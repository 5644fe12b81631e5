//! Results: the points of a sweep and what is known of them, as a table.

use anyhow::Result;

use super::Sweep;
use super::standing::{Standing, Standings, result_of};
use crate::record::{Gravity, Record};
use crate::table::{Cell, Column, Role, Table};
use crate::value::Value;

/// The columns about a point's attempts, after parameters and metrics.
const ATTEMPT_COLUMNS: [&str; 14] = [
    "attempts",
    "seconds",
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
];

impl Sweep {
    /// A row for each point: parameters, metrics, status and all about its attempts.
    ///
    /// # Errors
    /// If two columns cannot be told apart.
    pub fn table(&self, standings: &Standings) -> Result<Table> {
        let mut metrics = Vec::<&str>::new();
        let mut seen = std::collections::HashSet::new();
        let known: Vec<Option<&Record>> =
            self.trials.iter().map(|trial| result_of(standings.ledger.of(trial.commit))).collect();
        for name in known.iter().flatten().flat_map(|record| record.metrics.keys()) {
            if seen.insert(name.as_str()) {
                metrics.push(name);
            }
        }
        // A number is shown by its objective first.
        if let Some(objective) = &self.plan.search.objective {
            metrics.sort_by_key(|name| *name != objective.metric);
        }
        let mut columns = vec![Column::new("point", Role::Point), Column::new("sweep", Role::Sweep)];
        columns
            .extend(self.plan.parameters.iter().map(|parameter| Column::new(parameter.name.as_str(), Role::Parameter)));
        columns.extend(metrics.iter().map(|name| Column::new(*name, Role::Metric)));
        columns.push(Column::new("status", Role::Status));
        columns.push(Column::new("reason", Role::Reason));
        columns.extend(ATTEMPT_COLUMNS.map(|name| Column::new(name, Role::Attempt)));

        let mut rows = Vec::with_capacity(self.trials.len());
        for (trial, record) in self.trials.iter().zip(&known) {
            let mut row = Vec::with_capacity(columns.len());
            row.push(integer(trial.label.index));
            row.push(Cell::text(Some(&self.branch)));
            for parameter in &self.plan.parameters {
                row.push(
                    trial
                        .label
                        .point
                        .get(parameter.name.as_str())
                        .map_or(Cell::Missing, |value| Cell::Value(value.clone())),
                );
            }
            for name in &metrics {
                let metric = record.and_then(|record| record.metrics.get(*name));
                row.push(metric.map_or(Cell::Missing, |metric| {
                    Value::number(&metric.to_string()).map_or_else(|| Cell::Number(metric.as_f64()), Cell::Value)
                }));
            }
            let standing = standings.of(trial.commit);
            row.push(Cell::text(Some(status_word(standing, *record))));
            let reason = record.and_then(|record| record.reason.as_deref());
            row.push(Cell::text(reason.filter(|_| standing != Standing::Running)));
            let attempts = standings.ledger.of(trial.commit).len() as u64;
            let text = |get: fn(&Record) -> Option<&String>| Cell::text(record.and_then(get).map(String::as_str));
            let number = |get: fn(&Record) -> Option<i64>| {
                record.and_then(get).map_or(Cell::Missing, |number| Cell::Value(Value::integer(number)))
            };
            row.extend([
                integer(attempts),
                record.and_then(|record| record.seconds).map_or(Cell::Missing, Cell::Number),
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
                Cell::text(trial.label.proposed_by.as_deref()),
            ]);
            rows.push(row);
        }
        let table = Table::new(columns, rows)?;
        Ok(match &self.plan.search.objective {
            Some(objective) => table.with_objective(&objective.metric, objective.direction),
            None => table,
        })
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
