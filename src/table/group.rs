//! Groups of rows that have the same parameters, and what their metrics amount to.

use std::collections::BTreeMap;

use anyhow::Result;

use super::levels::finite;
use super::{Cell, Column, Levels, Role, Table, TableError};
use crate::hint;
use crate::stats::{Statistic, Summary};
use crate::value::Value;

/// What groups are made by, and which numbers are summed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// The columns that are the same within a group.
    pub by: Vec<usize>,
    /// The columns that are summed up.
    pub metrics: Vec<usize>,
}

/// The rows of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The number of its level in each of the columns that groups are made by.
    pub levels: Vec<usize>,
    /// Its rows, in order.
    pub rows: Vec<usize>,
}

impl Table {
    /// The columns that the names mean, and the metrics that the wildcards mean, for statistics; without any the objective's, else all metrics.
    ///
    /// # Errors
    /// If a name is unknown, ambiguous or has text in it.
    pub fn numbers<S: AsRef<str>>(&self, names: &[S]) -> Result<Vec<usize>> {
        let mut columns = Vec::new();
        for name in names {
            let name = name.as_ref();
            for column in self.matching(name)? {
                let is_pattern = self.column(name).is_err();
                if is_pattern && self.columns[column].role != Role::Metric {
                    continue;
                }
                if self.cells(column).any(|cell| cell.as_text().is_some()) {
                    let way_out = "statistics are of metrics, or of columns like seconds and memory";
                    return Err(hint::error(format!("`{}` has text in it", self.labels[column]), way_out));
                }
                if !columns.contains(&column) {
                    columns.push(column);
                }
            }
            if columns.is_empty() {
                let labels = self.metrics().into_iter().map(|column| self.labels[column].clone()).collect();
                return Err(TableError::NothingMatches { pattern: name.to_owned(), columns: labels }.into());
            }
        }
        if names.is_empty() {
            columns = self.metrics();
            if columns.first().is_some_and(|&first| self.is_objective(first)) {
                columns.truncate(1);
            }
            if columns.is_empty() {
                return Err(hint::error(
                    "no point has reported a metric",
                    format!("run them: {}", self.command("queue")),
                ));
            }
        }
        Ok(columns)
    }

    /// The columns that groups over `over` are made by: every other parameter, and the sweep.
    ///
    /// # Errors
    /// If a name is unknown or ambiguous.
    pub fn all_but<S: AsRef<str>>(&self, over: &[S]) -> Result<Vec<usize>, TableError> {
        let over = over.iter().map(|name| self.column(name.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let sweep = self.column_of(Role::Sweep).filter(|&sweep| self.differs(sweep));
        Ok(sweep.into_iter().chain(self.parameters()).filter(|column| !over.contains(column)).collect())
    }

    /// The rows by their levels in these columns, in the order of the levels.
    pub fn groups(&self, by: &[usize]) -> (Vec<Levels>, Vec<Group>) {
        let levels: Vec<Levels> = by.iter().map(|&column| self.levels(column)).collect();
        let mut groups: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for row in 0..self.len() {
            groups.entry(levels.iter().map(|levels| levels.of_row[row]).collect()).or_default().push(row);
        }
        (levels, groups.into_iter().map(|(levels, rows)| Group { levels, rows }).collect())
    }

    /// What the numbers of these rows amount to in a column. Rows that are not `ok` and numbers that are not finite do
    /// not count.
    pub fn summary(&self, column: usize, rows: &[usize]) -> Option<Summary> {
        Summary::of(rows.iter().filter(|&&row| self.is_ok(row)).filter_map(|&row| finite(self.cell(row, column))))
    }

    /// A table with a row for each group: what it was made by, the count of numbers, their mean, standard deviation,
    /// standard error, confidence interval, median, least and greatest. With several metrics these bear the metric's name before theirs.
    ///
    /// # Errors
    /// If two columns of it cannot be told apart.
    pub fn grouped(&self, grouping: &Grouping) -> Result<Self, TableError> {
        let (levels, groups) = self.groups(&grouping.by);
        let alone = grouping.metrics.len() == 1;
        let summaries: Vec<Vec<Option<Summary>>> = groups
            .iter()
            .map(|group| grouping.metrics.iter().map(|&metric| self.summary(metric, &group.rows)).collect())
            .collect();
        let counted = |summary: &Option<Summary>| summary.map_or(0, |summary| summary.n);
        let without: Vec<usize> = (0..grouping.metrics.len())
            .map(|metric| {
                groups.iter().zip(&summaries).map(|(group, row)| group.rows.len() - counted(&row[metric])).sum()
            })
            .collect();

        let mut columns: Vec<Column> = grouping.by.iter().map(|&column| self.columns[column].clone()).collect();
        for (&metric, &without) in grouping.metrics.iter().zip(&without) {
            for statistic in Statistic::ALL {
                let is_shown = match statistic {
                    Statistic::N => alone || without > 0,
                    statistic if statistic.is_detail() => false,
                    statistic => alone || matches!(statistic, Statistic::Mean | Statistic::Sd),
                };
                let role = if is_shown { Role::Statistic } else { Role::Detail };
                columns.push(Column::new(self.statistic_name(metric, statistic, alone), role));
            }
            let role = if alone && without > 0 { Role::Statistic } else { Role::Detail };
            let name = if alone { "without".to_owned() } else { format!("{}_without", self.columns[metric].name) };
            columns.push(Column::new(name, role));
        }
        let rows = groups.iter().zip(&summaries).map(|(group, summaries)| {
            let mut row: Vec<Cell> =
                levels.iter().zip(&group.levels).map(|(levels, &level)| levels.cells[level].clone()).collect();
            for summary in summaries {
                row.extend(Statistic::ALL.map(|statistic| match statistic {
                    Statistic::N => count(counted(summary)),
                    statistic => summary.and_then(|summary| statistic.of(&summary)).map_or(Cell::Missing, Cell::Number),
                }));
                row.push(count(group.rows.len() - counted(summary)));
            }
            row
        });
        let mut table = Self::new(columns, rows.collect())?.with_noun("group");
        table.factors.clone_from(&self.factors);
        if let Some((objective, direction)) = &self.objective
            && let Some(&metric) = grouping.metrics.iter().find(|&&metric| self.is_objective(metric))
        {
            debug_assert_eq!(&self.columns[metric].name, objective);
            table = table.with_objective(self.statistic_name(metric, Statistic::Mean, alone), *direction);
        }
        if alone {
            table.note(format!("of {}", self.labels[grouping.metrics[0]]));
        }
        let left_out: usize = without.iter().sum();
        if left_out > 0 && alone {
            let metric = grouping.metrics[0];
            let is_early = |row: usize| self.is_stopped(row) && finite(self.cell(row, metric)).is_some();
            let early = groups.iter().flat_map(|group| &group.rows).filter(|&&row| is_early(row)).count();
            let lacking = format!("without a finite {}", self.labels[metric]);
            for (number, which) in [(left_out - early, lacking.as_str()), (early, "that stopped early")] {
                let (of, has) = if number == 1 { ("run", "has") } else { ("runs", "have") };
                if number > 0 {
                    table.note(format!("{number} {of} {which} {has} no part in it"));
                }
            }
        }
        Ok(table)
    }

    fn statistic_name(&self, metric: usize, statistic: Statistic, alone: bool) -> String {
        if alone {
            statistic.as_str().to_owned()
        } else {
            format!("{}_{}", self.columns[metric].name, statistic.as_str())
        }
    }
}

/// A whole number of things.
pub(super) fn count(number: usize) -> Cell {
    i64::try_from(number).map_or(Cell::Missing, |number| Cell::Value(Value::integer(number)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Direction;
    use crate::table::Audience;
    use crate::table::testing::{self, lines};

    fn table(rows: &[&str]) -> Table {
        let columns = [
            ("point", Role::Point),
            ("g", Role::Parameter),
            ("seed", Role::Parameter),
            ("score", Role::Metric),
            ("rate", Role::Metric),
            ("host", Role::Attempt),
            ("status", Role::Status),
        ];
        testing::table(columns, rows).with_objective("score", Direction::Minimize)
    }

    const ROWS: [&str; 6] = [
        "1 2 1 3 0.5 a ok",
        "2 2 2 5 0.25 a ok",
        "3 10 1 1 1 a ok",
        "4 10 2 nan 2 a ok",
        "5 10 3 7 - a failed",
        "6 2.0 3 4 0 a ok",
    ];

    #[test]
    fn a_group_for_each_value() {
        let table = table(&ROWS);
        let by = table.all_but(&["seed"]).unwrap();
        let grouped = table.grouped(&Grouping { by, metrics: table.numbers::<&str>(&[]).unwrap() }).unwrap();
        let expected =
            ["g n mean sd se median min max without", "2 3 4 1 0.5773502691896258 4 3 5 0", "10 1 1   1 1 1 2"];
        assert_eq!(lines(&grouped, Audience::Reader), expected);
        assert_eq!(grouped.notes(), ["of score", "2 runs without a finite score have no part in it"]);
        assert_eq!((grouped.objective(), grouped.noun()), (Some(("mean", Direction::Minimize)), "group"));
        assert_eq!(grouped.best_row(), Some(1));
    }

    #[test]
    fn what_was_stopped_early_is_told_apart_from_what_has_no_number() {
        let table = table(&["1 2 1 3 - a ok", "2 2 2 9 - a stopped", "3 2 3 nan - a stopped"]);
        let grouped = table.grouped(&Grouping { by: vec![1], metrics: vec![3] }).unwrap();
        let expected = [
            "of score",
            "1 run without a finite score has no part in it",
            "1 run that stopped early has no part in it",
        ];
        assert_eq!(grouped.notes(), expected);
    }

    #[test]
    fn several_metrics_bear_their_names() {
        let table = table(&ROWS[..3]);
        let metrics = table.numbers(&["*"]).unwrap();
        let grouped = table.grouped(&Grouping { by: vec![1], metrics }).unwrap();
        let expected =
            ["g score_mean score_sd rate_mean rate_sd", "2 4 1.4142135623730951 0.375 0.1767766952966369", "10 1  1 "];
        assert_eq!(lines(&grouped, Audience::Reader), expected);
        assert!(
            lines(&grouped, Audience::Program)[0]
                .starts_with("g score_n score_mean score_sd score_se score_ci95 score_median")
        );
        assert_eq!(grouped.objective(), Some(("score_mean", Direction::Minimize)));
    }

    #[test]
    fn numbers_are_metrics_and_no_text() {
        let table = table(&ROWS);
        assert_eq!(table.numbers::<&str>(&[]).unwrap(), [3]);
        assert_eq!(table.numbers(&["r*", "score"]).unwrap(), [4, 3]);
        assert_eq!(
            table.numbers(&["h*"]).unwrap_err().to_string(),
            "no column matches `h*`; the columns are score, rate"
        );
        let error = Table::new(Vec::new(), Vec::new()).unwrap().numbers(&["*"]).unwrap_err();
        assert_eq!(error.to_string(), "no column matches `*`: no point has reported a metric");
        assert_eq!(table.numbers(&["host"]).unwrap_err().to_string(), "`host` has text in it");
        assert!(table.numbers(&["scor"]).unwrap_err().to_string().contains("did you mean `score`?"));
        assert_eq!(table.all_but(&["sed"]).unwrap_err().to_string().split(';').next(), Some("no column `sed`"));
    }
}
