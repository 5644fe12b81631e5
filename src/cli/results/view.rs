//! What stands in the table instead of the points.

use anyhow::Result;

use super::INSTEAD;
use gitsweep::sweep::RowsOf;
use gitsweep::table::{Grouping, Pivot, Table};

/// At most one view, and what it is of.
#[derive(clap::Args)]
pub(super) struct View {
    /// A row for each value of these: count, mean, sd, standard error, median, min and max
    #[arg(long, value_name = "PARAMS", value_delimiter = ',', group = "instead", help_heading = INSTEAD)]
    group_by: Vec<String>,
    /// The same over the values of these, with all else equal: --over seed; attempt for repeats of a point
    #[arg(long, value_name = "PARAMS", value_delimiter = ',', conflicts_with = "group_by", help_heading = INSTEAD)]
    over: Vec<String>,
    /// The metrics that statistics are of, with * and ? [default: the objective, else all]
    #[arg(long, value_name = "METRICS", value_delimiter = ',', help_heading = INSTEAD)]
    metric: Vec<String>,
    /// A metric over two parameters: g_e,g_i,score or g_e,g_i,mean(score)
    #[arg(long, value_name = "ROW,COLUMN,METRIC", group = "instead", help_heading = INSTEAD)]
    pivot: Option<Pivot>,
}

impl View {
    /// What the table is to have rows for.
    pub(super) fn rows_of(&self) -> RowsOf {
        let are_points = self.group_by.is_empty() && self.over.is_empty() && self.pivot.is_none();
        if are_points { RowsOf::Points } else { RowsOf::Attempts }
    }

    /// The view of the table; the table itself, if none was asked for.
    pub(super) fn of(&self, table: Table) -> Result<Table> {
        if let Some(pivot) = &self.pivot {
            return table.pivot(&Pivot { over: self.over.clone(), ..pivot.clone() });
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
}
