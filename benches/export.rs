//! How large the files of a sweep's results are, and how long it takes to write them.
//!
//! A table of 10,000 and of 100,000 points with four parameters, five metrics and all that is known of their attempts, in
//! every format but that for people; in this process, from the table on. (Reading the table from the repository is not in
//! it.) The time series are those of 1,000 points, 400 rows each, in long form.
//!
//!     cargo bench --bench export

mod common;

use std::time::Instant;

use anyhow::Result;

use common::{Tables, count, number};
use gitsweep::report::{Format, Options, write};
use gitsweep::table::{Cell, Column, Role, Table};
use gitsweep::value::Value;

const FORMATS: [Format; 7] =
    [Format::Csv, Format::Tsv, Format::Json, Format::Jsonl, Format::Html, Format::Sqlite, Format::Parquet];

fn main() -> Result<()> {
    match Tables::wanted("formats") {
        Tables::Full => {
            for points in [10_000, 100_000] {
                print(&format!("{} points, 22 columns", count(points)), &points_table(points)?, 5)?;
            }
            print("series of 1,000 points, 400 rows each, in long form", &series_table(1000, 400)?, 5)
        }
        Tables::Small => print("36 points", &points_table(36)?, 1),
        Tables::None => Ok(()),
    }
}

/// Prints size and median time of each format.
fn print(title: &str, table: &Table, rounds: usize) -> Result<()> {
    let rows = table.len();
    let options = Options { spreadsheet_safe: true, ..Options::default() };
    let mut lines = Vec::new();
    for format in FORMATS {
        let mut bytes = Vec::new();
        let mut times = Vec::new();
        for _ in 0..rounds {
            bytes.clear();
            let start = Instant::now();
            write(table, format, &options, &mut bytes)?;
            times.push(start.elapsed());
        }
        times.sort_unstable();
        let time = times[times.len() / 2].as_secs_f64();
        let of = |total: f64| number(total / rows as f64);
        let megabytes = number(bytes.len() as f64 / 1e6);
        lines.push(vec![format.to_string(), megabytes, of(bytes.len() as f64), number(time * 1e3), of(time * 1e6)]);
    }
    let title = format!("{title} ({})", common::machine()?);
    common::print_table(&title, &["format", "MB", "bytes/row", "ms", "us/row"], &lines);
    Ok(())
}

/// Numbers that look drawn, the same each time.
fn drawn(row: usize, column: usize) -> f64 {
    let mixed = (row as u64 * 31 + column as u64 * 17 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

fn points_table(points: usize) -> Result<Table> {
    let mut columns = vec![Column::new("point", Role::Point), Column::new("sweep", Role::Sweep)];
    columns.extend(["g_e", "g_i", "tau", "kind"].map(|name| Column::new(name, Role::Parameter)));
    columns.extend(["score", "rate_exc", "rate_inh", "fano", "spikes"].map(|name| Column::new(name, Role::Metric)));
    columns.push(Column::new("status", Role::Status));
    let attempt = ["attempts", "seconds", "start", "end", "host", "executor", "exit", "memory", "commit", "folder"];
    columns.extend(attempt.map(|name| Column::new(name, Role::Attempt)));
    let text = |text: &str| Cell::text(Some(text));
    let literal = |literal: &str| Value::number(literal).map_or(Cell::Missing, Cell::Value);
    let rows = (0..points).map(|row| {
        let id = format!("{:040x}", (row as u128).wrapping_mul(0x1234_5678_9abc_def1_2345_6789));
        let mut cells = vec![literal(&(row + 1).to_string()), text("grid_search-2026-11-21T093000")];
        cells.push(literal(&format!("{}.{}", row % 10, row / 10 % 10)));
        cells.push(literal(&format!("-{}.0", row / 100 % 100)));
        cells.push(literal(&(row % 50).to_string()));
        cells.push(text(["relu", "tanh", "gelu"][row % 3]));
        cells.extend((0..4).map(|column| literal(&format!("{:.4}", 100.0 * drawn(row, column)))));
        cells.push(literal(&((10_000.0 * drawn(row, 4)) as u64).to_string()));
        cells.push(text("ok"));
        cells.push(literal("1"));
        cells.push(Cell::Number((1e6 * drawn(row, 5)).round() / 1e6));
        let second = row % 60;
        cells.push(text(&format!("2026-11-21T09:30:{second:02}.123Z")));
        cells.push(text(&format!("2026-11-21T09:31:{second:02}.456Z")));
        cells.extend([text("node17"), text("local"), literal("0")]);
        cells.push(literal(&(20_000_000 + row * 4096).to_string()));
        cells.push(text(&id));
        cells.push(text(&format!("sweeps/grid_search-2026-11-21T093000/{}-{}", row + 1, &id[..10])));
        cells
    });
    let mut table = Table::new(columns, rows.collect())?;
    table.select(&["all"])?;
    Ok(table)
}

fn series_table(points: usize, length: usize) -> Result<Table> {
    let mut columns = vec![Column::new("point", Role::Point), Column::new("g", Role::Parameter)];
    columns.extend(["series", "x", "column", "value"].map(|name| Column::new(name, Role::Attempt)));
    let rows = (0..points * length).map(|row| {
        let (point, at) = (row / length, row % length);
        let integer = |number: usize| i64::try_from(number).map_or(Cell::Missing, |n| Cell::Value(Value::integer(n)));
        let value = (1e4 * drawn(row, 0)).round() / 1e4;
        vec![
            integer(point + 1),
            integer(point % 10),
            Cell::text(Some("trace")),
            Cell::Number(at as f64 / 200.0),
            Cell::text(Some("V")),
            Cell::Number(value),
        ]
    });
    let mut table = Table::new(columns, rows.collect())?;
    table.select(&["all"])?;
    Ok(table)
}
