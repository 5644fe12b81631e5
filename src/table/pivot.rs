//! A table of one number over two parameters: a row for each value of one, a column for each value of the other.

use std::collections::HashMap;
use std::str::FromStr;

use anyhow::Result;

use super::{Cell, Column, Role, Table};
use crate::hint;
use crate::stats::Statistic;

/// What is laid out over what, as typed: `g_e,g_i,score` or `g_e,g_i,mean(score)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pivot {
    /// The column whose values have a row each.
    pub row: String,
    /// The column whose values have a column each.
    pub column: String,
    /// What stands in the cells.
    pub metric: String,
    /// What is made of several values for a cell; without it they are an error.
    pub statistic: Option<Statistic>,
    /// The columns in which the values for a cell may differ; their mean then stands for them if nothing else is said.
    pub over: Vec<String>,
}

impl FromStr for Pivot {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let [row, column, metric] = parts[..] else {
            let way_out = "name three columns: ROW,COLUMN,METRIC, such as g_e,g_i,score or g_e,g_i,mean(score)";
            return Err(hint::error(format!("`{text}` is no pivot"), way_out));
        };
        let (statistic, metric) = match metric.strip_suffix(')').and_then(|call| call.split_once('(')) {
            Some((statistic, metric)) => (Some(statistic.trim().parse()?), metric.trim()),
            None => (None, metric),
        };
        Ok(Self {
            row: row.to_owned(),
            column: column.to_owned(),
            metric: metric.to_owned(),
            statistic,
            over: Vec::new(),
        })
    }
}

impl Table {
    /// The metric over the two parameters.
    ///
    /// # Errors
    /// If a name is unknown or ambiguous; if there are several values for a cell and no statistic to make one of them.
    pub fn pivot(&self, pivot: &Pivot) -> Result<Self> {
        let (row, column) = (self.column(&pivot.row)?, self.column(&pivot.column)?);
        if row == column {
            return Err(hint::error(format!("`{}` is both row and column", pivot.row), "name two parameters"));
        }
        let over = pivot.over.iter().map(|name| self.column(name)).collect::<Result<Vec<_>, _>>()?;
        let statistic = pivot.statistic.or((!over.is_empty()).then_some(Statistic::Mean));
        let metric = match statistic {
            Some(_) => self.numbers(&[&pivot.metric])?.first().copied().unwrap_or(row),
            None => self.column(&pivot.metric)?,
        };
        let (levels, groups) = self.groups(&[row, column]);
        let mut cells: HashMap<(usize, usize), Cell> = HashMap::new();
        for group in &groups {
            let is_crowded = |&parameter: &usize| {
                !over.contains(&parameter)
                    && group
                        .rows
                        .iter()
                        .any(|&row| !self.cell(row, parameter).same(self.cell(group.rows[0], parameter)))
            };
            if !over.is_empty() && self.parameters().any(|parameter| is_crowded(&parameter)) {
                return Err(self.crowded(pivot, &group.rows, [row, column]));
            }
            let cell = match statistic {
                Some(statistic) => {
                    let summary = self.summary(metric, &group.rows);
                    match statistic {
                        Statistic::N => super::group::count(summary.map_or(0, |summary| summary.n)),
                        _ => summary.and_then(|summary| statistic.of(&summary)).map_or(Cell::Missing, Cell::Number),
                    }
                }
                None => match group.rows[..] {
                    [alone] => self.cell(alone, metric).to_cell(),
                    _ => return Err(self.crowded(pivot, &group.rows, [row, column])),
                },
            };
            cells.insert((group.levels[0], group.levels[1]), cell);
        }
        let name = |cell: &Cell| match cell {
            Cell::Missing => format!("no {}", self.labels[column]),
            Cell::Value(value) => value.to_trailer().into_owned(),
            Cell::Number(_) => cell.spell(&mut String::new()).to_owned(),
        };
        let mut columns = vec![self.columns[row].clone()];
        columns.extend(levels[1].cells.iter().map(|cell| Column::new(name(cell), Role::Statistic)));
        let rows = levels[0].cells.iter().enumerate().map(|(at_row, head)| {
            let across = (0..levels[1].cells.len())
                .map(|at_column| cells.get(&(at_row, at_column)).cloned().unwrap_or(Cell::Missing));
            std::iter::once(head.clone()).chain(across).collect()
        });
        let mut table = Self::new(columns, rows.collect())?;
        let what = statistic.map_or_else(
            || self.labels[metric].clone(),
            |statistic| format!("{}({})", statistic.as_str(), self.labels[metric]),
        );
        table.note(format!("{what}; a column for each {}", self.labels[column]));
        let all = levels[0].cells.len() * levels[1].cells.len();
        let (absent, empty) = (all - groups.len(), cells.values().filter(|cell| cell.is_missing()).count());
        if absent + empty > 0 {
            let told = [(empty, "without a result"), (absent, "without a point")];
            let told = told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
            table.note(format!("{} of {all} cells are empty: {}", absent + empty, told.collect::<Vec<_>>().join(", ")));
        }
        Ok(table)
    }

    /// The error for a cell with several values: which they are, what they differ in, and what to do.
    fn crowded(&self, pivot: &Pivot, rows: &[usize], [row, column]: [usize; 2]) -> anyhow::Error {
        let spell = |column: usize| self.cell(rows[0], column).spell(&mut String::new()).to_owned();
        let place = format!("{}={} {}={}", self.labels[row], spell(row), self.labels[column], spell(column));
        let differs =
            |&column: &usize| rows.iter().any(|&row| !self.cell(row, column).same(self.cell(rows[0], column)));
        let mut differ: Vec<&str> = self.parameters().filter(differs).map(|column| &*self.labels[column]).collect();
        let points = self.column_of(Role::Point).map_or_else(String::new, |point| {
            let mut points: Vec<String> =
                rows.iter().map(|&row| self.cell(row, point).spell(&mut String::new()).to_owned()).collect();
            points.dedup();
            let shown = points.len().min(5);
            let more = if shown < points.len() { ", ..." } else { "" };
            format!(" (point{} {}{more})", if points.len() == 1 { "" } else { "s" }, points[..shown].join(", "))
        });
        let is_repeat = differ.is_empty();
        if is_repeat {
            differ.push("attempt");
        }
        let why = if is_repeat {
            "it was run several times".to_owned()
        } else {
            format!("they differ in {}", differ.join(", "))
        };
        hint::error(
            format!("there are {} values of {} for {place}{points}: {why}", rows.len(), pivot.metric),
            format!(
                "take their mean: --pivot '{},{},mean({})' (or sd, se, median, min, max, n), or choose by --where",
                pivot.row, pivot.column, pivot.metric
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hint::hints;
    use crate::table::{Audience, testing};

    fn table(rows: &[&str]) -> Table {
        let columns = [
            ("point", Role::Point),
            ("g_e", Role::Parameter),
            ("g_i", Role::Parameter),
            ("seed", Role::Parameter),
            ("score", Role::Metric),
            ("status", Role::Status),
        ];
        testing::table(columns, rows)
    }

    fn pivoted(rows: &[&str], pivot: &str) -> Table {
        table(rows).pivot(&pivot.parse().unwrap()).unwrap()
    }

    fn lines(table: &Table) -> Vec<String> {
        testing::lines(table, Audience::Reader)
    }

    const SINGLE: [&str; 4] = ["1 0.5 -5 1 7 ok", "2 0.5 -10 1 - failed", "3 1.0 -5 1 0.30 ok", "4 1.0 a 1 8 ok"];

    #[test]
    fn a_row_for_one_parameter_and_a_column_for_the_other() {
        let table = pivoted(&SINGLE, "g_e,g_i,score");
        assert_eq!(lines(&table), ["g_e -10 -5 a", "0.5  7 ", "1.0  0.30 8"]);
        let notes = ["score; a column for each g_i", "3 of 6 cells are empty: 1 without a result, 2 without a point"];
        assert_eq!(table.notes(), notes);
        assert_eq!(lines(&pivoted(&SINGLE, "g_e, g_i, status"))[1], "0.5 failed ok ");
    }

    const REPEATED: [&str; 5] =
        ["1 0.5 -5 1 7 ok", "2 0.5 -5 2 9 ok", "3 1.0 -5 1 3 ok", "3 1.0 -5 1 5 ok", "4 1.0 -10 1 2 failed"];

    #[test]
    fn several_values_for_a_cell_are_an_error_that_offers_a_statistic() {
        let error = table(&REPEATED).pivot(&"g_e,g_i,score".parse().unwrap()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there are 2 values of score for g_e=0.5 g_i=-5 (points 1, 2): they differ in seed"
        );
        assert!(hints(&error)[0].starts_with("take their mean: --pivot 'g_e,g_i,mean(score)'"));
        let error = table(&REPEATED[2..]).pivot(&"g_e,g_i,score".parse().unwrap()).unwrap_err();
        assert!(error.to_string().ends_with("g_e=1.0 g_i=-5 (point 3): it was run several times"), "{error}");
    }

    #[test]
    fn statistics_make_one_of_them_and_leave_failures_out() {
        assert_eq!(lines(&pivoted(&REPEATED, "g_e,g_i,mean(score)")), ["g_e -10 -5", "0.5  8", "1.0  4"]);
        assert_eq!(lines(&pivoted(&REPEATED, "g_e,g_i,n(score)")), ["g_e -10 -5", "0.5  2", "1.0 0 2"]);
    }

    #[test]
    fn values_may_differ_in_what_they_are_taken_over_and_in_nothing_else() {
        let over = |names: &[&str]| {
            let over = names.iter().map(|&name| name.to_owned()).collect();
            table(&REPEATED).pivot(&Pivot { over, ..Pivot::from_str("g_e,g_i,score").unwrap() })
        };
        assert_eq!(lines(&over(&["seed"]).unwrap()), ["g_e -10 -5", "0.5  8", "1.0  4"]);
        let error = over(&["point"]).unwrap_err();
        assert!(error.to_string().ends_with("they differ in seed"), "{error}");
        assert!(over(&["sed"]).is_err());
    }

    #[test]
    fn what_is_no_pivot_is_refused() {
        assert!("g_e,g_i".parse::<Pivot>().unwrap_err().to_string().contains("is no pivot"));
        let error = "g_e,g_i,maen(score)".parse::<Pivot>().unwrap_err();
        assert_eq!(error.to_string(), "there is no statistic `maen`; did you mean mean?");
        assert!(table(&SINGLE).pivot(&"g_e,g_e,score".parse().unwrap()).is_err());
    }

    #[test]
    fn a_value_called_like_the_first_column_is_told_apart() {
        let rows = ["1 0.5 g_e 1 7 ok", "2 0.5 x 1 8 ok"];
        assert_eq!(lines(&pivoted(&rows, "g_e,g_i,score"))[0], "g_e stat.g_e x");
    }
}
