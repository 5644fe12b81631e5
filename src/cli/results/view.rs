//! What stands in the table instead of the points.

use anyhow::Result;

use super::INSTEAD;
use crate::cli::typed;
use crate::usage;
use gitsweep::hint;
use gitsweep::report::plot::Plot;
use gitsweep::sweep::RowsOf;
use gitsweep::table::{Grouping, Pivot, Table};

/// At most one view, and what it is of.
#[derive(clap::Args)]
pub(super) struct View {
    /// A row for each value of these: count, mean, sd, standard error, median, min and max; by
    /// --columns also ci95, half the width of the mean's 95% confidence interval
    #[arg(long, value_name = "PARAMS", value_delimiter = ',', group = "instead", help_heading = INSTEAD)]
    group_by: Vec<String>,
    /// The same over the values of these, with all else equal: --over seed; attempt for repeats of a point. With --choose
    /// these tell repeats apart
    #[arg(long, value_name = "PARAMS", value_delimiter = ',', conflicts_with_all = ["group_by", "importance", "marginals", "plot"], help_heading = INSTEAD)]
    over: Vec<String>,
    /// The metrics that statistics are of, with * and ? [default: the objective, else all]
    #[arg(long, value_name = "METRICS", value_delimiter = ',', help_heading = INSTEAD)]
    metric: Vec<String>,
    /// A metric over two parameters: g_e,g_i,score or g_e,g_i,mean(score)
    #[arg(long, value_name = "ROW,COLUMN,METRIC", value_parser = typed::read::<Pivot>, group = "instead", help_heading = INSTEAD)]
    pivot: Option<Pivot>,
    /// The simplest point that is not distinguishably worse than the best, and why
    #[arg(long, group = "instead", help_heading = INSTEAD)]
    choose: bool,
    /// What is simple, the first first: 'layers asc, width asc'
    #[arg(long, value_name = "KEYS", value_delimiter = ',', allow_hyphen_values = true, requires = "choose", help_heading = INSTEAD)]
    prefer: Vec<String>,
    /// How much each parameter matters, and each pair of them in a full grid
    #[arg(long, group = "instead", help_heading = INSTEAD)]
    importance: bool,
    /// A row for each value of each parameter
    #[arg(long, group = "instead", help_heading = INSTEAD)]
    marginals: bool,
    /// A plot in the terminal: score:g_e or heatmap:g_e,g_i,score
    #[arg(long, value_name = "PLOT", value_parser = typed::read::<Plot>, group = "instead", help_heading = INSTEAD)]
    plot: Option<Plot>,
}

/// What is to be written.
pub(super) enum Shown {
    /// A table, in any format.
    Table(Box<Table>),
    /// Lines for a person.
    Lines(Vec<String>),
}

impl View {
    /// What the table is to have rows for.
    pub(super) fn rows_of(&self) -> RowsOf {
        let is_view = self.choose || self.importance || self.marginals || self.pivot.is_some() || self.plot.is_some();
        // Running a seed again is no further seed: over seeds each point counts once, by its result.
        let is_over_attempts = self.over.iter().any(|name| name == "attempt");
        if is_view || !self.group_by.is_empty() || is_over_attempts { RowsOf::Attempts } else { RowsOf::Points }
    }

    /// Refuses a metric to take statistics of where there are none.
    pub(super) fn check_metric(&self) -> Result<()> {
        let has_statistics = self.importance
            || self.marginals
            || !self.group_by.is_empty()
            || !(self.over.is_empty() || self.pivot.is_some());
        if has_statistics || self.metric.is_empty() {
            return Ok(());
        }
        Err(usage::wrong(
            format!("--metric {}: there are no statistics that it could be about", self.metric.join(",")),
            "--group-by, --over, --importance and --marginals have some; which columns show is said by --columns",
        ))
    }

    /// Refuses the best rows of a view that has no objective.
    pub(super) fn check_best(&self) -> Result<()> {
        let views = [("--importance", self.importance), ("--marginals", self.marginals), ("--choose", self.choose)];
        let pivot = ("--pivot", self.pivot.is_some());
        match views.into_iter().chain([pivot]).find(|(_, is_asked)| *is_asked) {
            Some((flag, _)) => Err(usage::wrong(
                format!("--best and --top choose rows by the objective, and those of {flag} have none"),
                "choose points by --where; --group-by and --over have best rows, and so have the points themselves",
            )),
            None => Ok(()),
        }
    }

    /// True if the points themselves are wanted.
    pub(super) fn is_none(&self) -> bool {
        let Self { group_by, over, metric, pivot, choose, prefer, importance, marginals, plot } = self;
        let lists = [group_by, over, metric, prefer];
        lists.iter().all(|list| list.is_empty())
            && pivot.is_none()
            && plot.is_none()
            && !(*choose || *importance || *marginals)
    }

    /// True if it has the same columns whatever there is in the rows: points or groups of them.
    pub(super) fn has_columns(&self) -> bool {
        self.is_none() || !(self.group_by.is_empty() && (self.over.is_empty() || self.choose || self.pivot.is_some()))
    }

    /// The view of a table without rows; the table itself where there would be nothing to compute from.
    pub(super) fn of_none(&self, table: Table) -> Result<Table> {
        if self.has_columns() { self.table(table) } else { Ok(table) }
    }

    /// True if it is for people only.
    pub(super) fn is_plot(&self) -> bool {
        self.plot.is_some()
    }

    /// The view of the table; the table itself, if none was asked for.
    pub(super) fn of(&self, table: Table, width: usize) -> Result<Shown> {
        if let Some(plot) = &self.plot {
            return plot.draw(&table, width).map(Shown::Lines);
        }
        self.table(table).map(|table| Shown::Table(Box::new(table)))
    }

    fn table(&self, table: Table) -> Result<Table> {
        if let Some(pivot) = &self.pivot {
            return table.pivot(&Pivot { over: self.over.clone(), ..pivot.clone() });
        }
        if self.choose {
            return Ok(table.choose(&self.prefer, &self.over)?.table);
        }
        if self.importance || self.marginals {
            let metric = self.one_metric(&table)?;
            return if self.importance {
                table.importance(metric)?.table(&table)
            } else {
                table.marginal_table(metric)
            };
        }
        let by = if !self.group_by.is_empty() {
            self.group_by.iter().map(|name| table.column(name)).collect::<Result<Vec<_>, _>>()?
        } else if !self.over.is_empty() {
            table.all_but(&self.over)?
        } else {
            return Ok(table);
        };
        let metrics = table.numbers(&self.metric)?;
        Ok(table.grouped(&Grouping { by, metrics })?)
    }

    /// The one metric that is meant.
    fn one_metric(&self, table: &Table) -> Result<usize> {
        match table.numbers(&self.metric)?[..] {
            [metric] => Ok(metric),
            ref several => {
                let names: Vec<&str> = several.iter().map(|&column| table.label(column)).collect();
                Err(hint::error(
                    format!("this is about one metric, and there are {}", names.join(", ")),
                    format!("say which: --metric {}", names[0]),
                ))
            }
        }
    }
}
