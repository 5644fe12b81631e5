//! Traces: one series of each point of a table, read from the run folders, and the tables that they make.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use anyhow::Result;

use crate::git::CommitId;
use crate::record::Gravity;
use crate::series::Series;
use crate::spec::SeriesPlan;
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standings, result_of};
use crate::table::{BlockBuilder, Cell, Column, Role, Table};

/// One series of each point of a table that has left it.
#[derive(Clone, Debug)]
pub struct Traces<'a> {
    points: &'a Table,
    /// Which series it is.
    pub name: String,
    /// The rows of the table that have one, in its order.
    found: Vec<(usize, Series)>,
    /// Points whose series could not be read.
    pub skipped: Vec<Skipped>,
}

/// A point with a result whose series could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The point's number.
    pub index: u64,
    /// Its commit.
    pub commit: CommitId,
    /// Why.
    pub why: String,
}

/// A row's x, and how often the same x came before in its series.
type Place = (u64, usize);

impl<'a> Traces<'a> {
    /// Reads the series of the points of `points`, each from the run folder of its result; `top` is what run folders are
    /// named from. Points without a result are passed over.
    pub fn read(sweeps: &[&Sweep], standings: &Standings, points: &'a Table, series: &SeriesPlan, top: &Path) -> Self {
        let mut traces = Self { points, name: series.name.clone(), found: Vec::new(), skipped: Vec::new() };
        let trials: HashMap<(&str, u64), _> = sweeps
            .iter()
            .flat_map(|sweep| sweep.trials.iter().map(|trial| ((sweep.branch.as_str(), trial.label.index), trial)))
            .collect();
        for row in 0..points.len() {
            let Some((sweep, index)) = key(points, row) else { continue };
            let sweep = sweep.or(sweeps.first().map(|sweep| sweep.branch.as_str()));
            let Some(trial) = sweep.and_then(|sweep| trials.get(&(sweep, index))) else { continue };
            let Some(record) = result_of(standings.ledger.of(trial.commit)) else { continue };
            let Some(folder) = &record.folder else { continue };
            let path = top.join(folder);
            let read = if path.is_dir() {
                Series::read(&path, &series.layout)
                    .map_err(|error| error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": "))
            } else {
                let host = record.host.as_deref().unwrap_or("another machine");
                Err(format!("its run folder, {folder}, is not here; it ran on {host}"))
            };
            match read {
                Ok(series) => traces.found.push((row, series)),
                // A run that has failed need not have left anything.
                Err(_) if record.status.gravity() != Gravity::Good => {}
                Err(why) => traces.skipped.push(Skipped { index, commit: trial.commit, why }),
            }
        }
        traces
    }

    /// How many points have one.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// True if no point has one.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// A row for each x that any of them has, in order, and a column for each value column of each point.
    ///
    /// # Errors
    /// If two columns cannot be told apart.
    pub fn wide(&self) -> Result<Table> {
        let x_name = self.found.first().map_or("x", |(_, series)| series.x_name.as_str());
        let mut columns = vec![Column::new(x_name, Role::Parameter)];
        columns.extend(self.named().into_iter().map(|(name, ..)| Column::new(name, Role::Metric)));
        let places: Vec<Vec<Place>> = self.found.iter().map(|(_, series)| places(&series.x)).collect();
        let shared = places.first().filter(|first| places.iter().all(|places| places == *first));
        let rows: Vec<Place> = match shared {
            Some(first) => first.clone(),
            None => places.iter().flatten().copied().collect::<BTreeSet<Place>>().into_iter().collect(),
        };
        let mut cells: Vec<Vec<Cell>> = rows
            .iter()
            .map(|(x, _)| {
                let mut row = vec![Cell::Missing; columns.len()];
                row[0] = Cell::Number(ordered_back(*x));
                row
            })
            .collect();
        let mut at = 1;
        for ((_, series), places) in self.found.iter().zip(&places) {
            // Where all are over the same x, the rows are theirs; else each looks for its own.
            let targets: Vec<usize> = match shared {
                Some(_) => (0..rows.len()).collect(),
                None => places.iter().filter_map(|place| rows.binary_search(place).ok()).collect(),
            };
            for column in &series.columns {
                for (target, value) in targets.iter().zip(&column.values) {
                    cells[*target][at] = value.map_or(Cell::Missing, Cell::Number);
                }
                at += 1;
            }
        }
        whole(columns, cells)
    }

    /// The columns of [`Traces::wide`] that the series' own column of that name is, one for each point.
    pub fn columns_of(&self, own: &str) -> Vec<String> {
        self.named().into_iter().filter(|(.., column)| *column == own).map(|(name, ..)| name).collect()
    }

    /// A row for each column of [`Traces::wide`] that is wanted: its name, the point, the series' own column, the parameters.
    ///
    /// # Errors
    /// If two columns cannot be told apart.
    pub fn map(&self, is_wanted: impl Fn(&str) -> bool) -> Result<Table> {
        let keys = self.key_columns();
        let mut columns = vec![Column::new("name", Role::Attempt)];
        columns.extend(keys.iter().map(|&key| self.points.columns()[key].clone()));
        columns.insert(columns.len() - self.parameters().len(), Column::new("column", Role::Attempt));
        let split = keys.len() - self.parameters().len();
        let wanted = self.named().into_iter().filter(|(name, ..)| is_wanted(name));
        let rows = wanted.map(|(name, row, column)| {
            let mut cells = vec![Cell::text(Some(&name))];
            cells.extend(keys[..split].iter().map(|&key| self.points.cell(row, key).to_cell()));
            cells.push(Cell::text(Some(column)));
            cells.extend(keys[split..].iter().map(|&key| self.points.cell(row, key).to_cell()));
            cells
        });
        Ok(whole(columns, rows.collect())?.with_noun("column"))
    }

    /// A row for each value of the series' own columns that are wanted: the point, its parameters, x, the column, the value.
    ///
    /// # Errors
    /// If two columns cannot be told apart.
    pub fn long(&self, is_wanted: impl Fn(&str) -> bool) -> Result<Table> {
        long_of(self.points, &[self], &self.key_columns(), is_wanted)
    }

    /// The names of the series' own columns, as the first point that has them orders them.
    pub fn own_columns(&self) -> Vec<&str> {
        let mut known = HashSet::new();
        let columns = self.found.iter().flat_map(|(_, series)| &series.columns);
        columns.map(|column| &*column.name).filter(|name| known.insert(*name)).collect()
    }

    /// The name of what the series is over.
    pub fn x_name(&self) -> Option<&str> {
        self.found.first().map(|(_, series)| series.x_name.as_str())
    }

    /// The sweep (where there are several), the point and the parameters.
    fn key_columns(&self) -> Vec<usize> {
        let sweep = self.points.column_of(Role::Sweep).filter(|_| self.has_several_sweeps());
        sweep.into_iter().chain(self.points.column_of(Role::Point)).chain(self.parameters()).collect()
    }

    fn parameters(&self) -> Vec<usize> {
        let columns = self.points.columns();
        (0..columns.len()).filter(|&column| columns[column].role == Role::Parameter).collect()
    }

    fn has_several_sweeps(&self) -> bool {
        let mut sweeps = (0..self.points.len()).map(|row| key(self.points, row).map(|key| key.0));
        let first = sweeps.next();
        sweeps.any(|sweep| Some(sweep) != first)
    }

    /// The name of each value column of each point, with the row of the point and the series' own name: `V_12`, or
    /// `V_2_12` for the second of several sweeps.
    fn named(&self) -> Vec<(String, usize, &str)> {
        let several = self.has_several_sweeps();
        let mut sweeps: Vec<Option<&str>> = Vec::new();
        let mut named = Vec::new();
        for (row, series) in &self.found {
            let Some((sweep, index)) = key(self.points, *row) else { continue };
            let nth = sweeps.iter().position(|known| *known == sweep).unwrap_or_else(|| {
                sweeps.push(sweep);
                sweeps.len() - 1
            });
            let suffix = if several { format!("{}_{index}", nth + 1) } else { index.to_string() };
            named
                .extend(series.columns.iter().map(|column| (format!("{}_{suffix}", column.name), *row, &*column.name)));
        }
        named
    }
}

/// The series of a database, all of them in one table: sweep, point, series, x, column, value.
///
/// # Errors
/// If two columns cannot be told apart.
pub fn all_traces(points: &Table, traces: &[Traces<'_>]) -> Result<Table> {
    bare(points, &traces.iter().collect::<Vec<_>>())
}

fn bare(points: &Table, traces: &[&Traces<'_>]) -> Result<Table> {
    let keys: Vec<usize> = points.column_of(Role::Sweep).into_iter().chain(points.column_of(Role::Point)).collect();
    long_of(points, traces, &keys, |_| true)
}

fn long_of(points: &Table, traces: &[&Traces<'_>], keys: &[usize], is_wanted: impl Fn(&str) -> bool) -> Result<Table> {
    let mut columns: Vec<Column> = keys.iter().map(|&key| points.columns()[key].clone()).collect();
    let own = [("series", Role::Attempt), ("x", Role::Attempt), ("column", Role::Attempt), ("value", Role::Attempt)];
    columns.extend(own.map(|(name, role)| Column::new(name, role)));
    let mut blocks = BlockBuilder::new(columns.len());
    for traces in traces {
        for (row, series) in &traces.found {
            let key: Vec<Cell> = keys.iter().map(|&key| points.cell(*row, key).to_cell()).collect();
            for column in series.columns.iter().filter(|column| is_wanted(&column.name)) {
                for (x, value) in series.x.iter().zip(&column.values) {
                    let mut cells = Vec::with_capacity(columns.len());
                    cells.extend(key.iter().cloned());
                    cells.extend([Cell::text(Some(&traces.name)), Cell::Number(*x), Cell::text(Some(&column.name))]);
                    cells.push(value.map_or(Cell::Missing, Cell::Number));
                    blocks.push(cells);
                }
            }
        }
    }
    let mut table = Table::of_blocks(columns, blocks.build())?.with_noun("value");
    table.select(&["all"])?;
    Ok(table)
}

/// A table of which everything shows.
fn whole(columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Result<Table> {
    let mut table = Table::new(columns, rows)?;
    table.select(&["all"])?;
    Ok(table)
}

/// Which point a row is: its sweep, if the table has that column, and its number.
fn key(points: &Table, row: usize) -> Option<(Option<&str>, u64)> {
    let index = points.cell(row, points.column_of(Role::Point)?).spell(&mut String::new()).parse().ok()?;
    Some((points.column_of(Role::Sweep).and_then(|sweep| points.cell(row, sweep).as_text()), index))
}

fn places(x: &[f64]) -> Vec<Place> {
    let mut seen = HashMap::<u64, usize>::new();
    let place = |x: &f64| {
        let x = ordered(*x);
        let count = seen.entry(x).or_default();
        *count += 1;
        (x, *count - 1)
    };
    x.iter().map(place).collect()
}

/// The bits of a double so that they are in the order of the numbers; both zeros are one.
fn ordered(x: f64) -> u64 {
    let bits = (x + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn ordered_back(ordered: u64) -> f64 {
    f64::from_bits(if ordered >> 63 == 1 { ordered & !(1 << 63) } else { !ordered })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Layout;
    use crate::table::Audience;
    use crate::value::Value;
    use proptest::prelude::*;

    fn points(count: i64) -> Table {
        let columns = vec![Column::new("point", Role::Point), Column::new("g", Role::Parameter)];
        let row =
            |point: i64| vec![Cell::Value(Value::integer(point)), Cell::Value(Value::guess(&format!("0.{point}0")))];
        Table::new(columns, (1..=count).map(row).collect()).unwrap()
    }

    fn traces<'a>(points: &'a Table, texts: &[&str]) -> Traces<'a> {
        let layout = Layout { file: "a.csv".to_owned(), ..Layout::default() };
        let found = texts.iter().enumerate().map(|(row, text)| (row, Series::parse(text, &layout).unwrap()));
        Traces { points, name: "trace".to_owned(), found: found.collect(), skipped: Vec::new() }
    }

    fn csv(table: &Table) -> String {
        let shown = table.shown(Audience::Program);
        let mut lines = vec![shown.iter().map(|&column| table.label(column).to_owned()).collect::<Vec<_>>().join(",")];
        for row in table.to_rows() {
            let cells = shown.iter().map(|&column| row[column].spell(&mut String::new()).to_owned());
            lines.push(cells.collect::<Vec<_>>().join(","));
        }
        lines.join("\n")
    }

    #[test]
    fn rows_are_the_union_of_x_and_what_is_missing_is_empty() {
        let points = points(3);
        let traces = traces(&points, &["t,V\n0,1\n0.1,nan\n", "t,V\n-1,3\n0.1,\n0.1,4\n", "t,V\n0.10,5\n"]);
        assert_eq!(csv(&traces.wide().unwrap()), "t,V_1,V_2,V_3\n-1,,3,\n0,1,,\n0.1,nan,,5\n0.1,,4,");
        assert_eq!(
            csv(&traces.map(|_| true).unwrap()),
            "name,point,column,g\nV_1,1,V,0.10\nV_2,2,V,0.20\nV_3,3,V,0.30"
        );
        assert_eq!(
            csv(&traces.long(|_| true).unwrap()).lines().take(4).collect::<Vec<_>>(),
            ["point,g,series,x,column,value", "1,0.10,trace,0,V,1", "1,0.10,trace,0.1,V,nan", "2,0.20,trace,-1,V,3"]
        );
        assert_eq!(csv(&bare(&points, &[&traces]).unwrap()).lines().next(), Some("point,series,x,column,value"));
    }

    #[test]
    fn several_columns_and_an_x_that_goes_back() {
        let points = points(2);
        let traces = traces(&points, &["t,V,w\n1,1,2\n0,3,4\n1,5,6\n", "t,V,w\n1,1,2\n0,3,4\n1,5,6\n"]);
        assert_eq!(csv(&traces.wide().unwrap()), "t,V_1,w_1,V_2,w_2\n1,1,2,1,2\n0,3,4,3,4\n1,5,6,5,6");
        assert!(traces.len() == 2 && !traces.is_empty());
    }

    proptest! {
        #[test]
        fn the_bits_are_in_the_order_of_the_numbers(a in any::<f64>(), b in any::<f64>()) {
            prop_assume!(!a.is_nan() && !b.is_nan());
            prop_assert_eq!(ordered_back(ordered(a)), a);
            prop_assert_eq!(a.partial_cmp(&b).unwrap(), ordered(a).cmp(&ordered(b)));
        }
    }
}
