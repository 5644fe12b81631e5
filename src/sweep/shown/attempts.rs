//! Attempts: every run of the points of a table, as a table of its own.

use std::collections::HashSet;

use anyhow::Result;

use crate::record::Record;
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;
use crate::table::{Cell, Column, Role, Table};
use crate::value::Value;

/// The columns about an attempt, after its metrics.
const COLUMNS: [&str; 12] =
    ["seconds", "start", "end", "host", "executor", "job", "exit", "signal", "memory", "commit", "folder", "command"];

/// A row for each attempt at a point of `table`, in the order of sweeps, points and attempts.
///
/// # Errors
/// If two columns cannot be told apart.
pub fn attempts(sweeps: &[&Sweep], standings: &Standings, table: &Table) -> Result<Table> {
    let (point, sweep) = (table.column_of(Role::Point), table.column_of(Role::Sweep));
    let key = |row| {
        let spelt = |column: Option<usize>| column.map(|column| table.cell(row, column).to_text());
        (spelt(sweep), spelt(point))
    };
    let chosen: HashSet<(Option<String>, Option<String>)> = (0..table.len()).map(key).collect();
    let is_chosen = |branch: &str, index: u64| {
        chosen.contains(&(sweep.map(|_| branch.to_owned()), point.map(|_| index.to_string())))
    };
    let mut found = Vec::new();
    for sweep in sweeps {
        for trial in sweep.trials.iter().filter(|trial| is_chosen(&sweep.branch, trial.label.index)) {
            found.extend(standings.ledger.of(trial.commit).iter().map(|record| (*sweep, trial, record)));
        }
    }
    let mut seen = HashSet::new();
    let metrics = found.iter().flat_map(|(.., record)| record.metrics.keys());
    let metrics: Vec<&String> = metrics.filter(|name| seen.insert(name.as_str())).collect();

    let mut columns = vec![
        Column::new("sweep", Role::Sweep),
        Column::new("point", Role::Point),
        Column::new("attempt", Role::Attempt),
        Column::new("status", Role::Status),
        Column::new("reason", Role::Reason),
    ];
    columns.extend(metrics.iter().map(|name| Column::new(name.as_str(), Role::Metric)));
    columns.extend(COLUMNS.map(|name| Column::new(name, Role::Attempt)));
    let rows = found.iter().map(|(sweep, trial, record)| {
        let mut row = vec![
            Cell::text(Some(&sweep.branch)),
            number(Some(trial.label.index)),
            number(Some(record.attempt)),
            Cell::text(Some(record.status.as_str())),
            Cell::text(record.reason.as_deref()),
        ];
        row.extend(metrics.iter().map(|name| metric(record, name)));
        row.push(record.seconds.map_or(Cell::Missing, Cell::Number));
        let texts = [&record.start, &record.end, &record.host, &record.executor, &record.job];
        row.extend(texts.map(|text| Cell::text(text.as_deref())));
        row.extend([number(record.exit), number(record.signal), number(record.memory)]);
        row.push(Cell::text(Some(&trial.commit.to_string())));
        row.extend([&record.folder, &record.command].map(|text| Cell::text(text.as_deref())));
        row
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let mut table = Table::new(columns, rows)?;
    table.select(&["all"])?;
    Ok(table)
}

/// A metric of an attempt, with its spelling.
pub(in crate::sweep) fn metric(record: &Record, name: &str) -> Cell {
    record.metrics.get(name).map_or(Cell::Missing, |metric| {
        Value::number(&metric.to_string()).map_or_else(|| Cell::Number(metric.as_f64()), Cell::Value)
    })
}

fn number(number: Option<impl TryInto<i64>>) -> Cell {
    let number = number.and_then(|number| number.try_into().ok());
    number.map_or(Cell::Missing, |number| Cell::Value(Value::integer(number)))
}
