//! Results: the points of sweeps and what is known of them, as a table.

use std::sync::Arc;

use anyhow::Result;

use super::factors;
use super::layout::{LATER_COLUMNS, Layout, RowsOf};
use super::rows::{Heads, Tail};
use super::threads::in_parallel_from;
use crate::record::Status;
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;
use crate::table::{Block, BlockBuilder, Strip, Table};
use crate::trial::Trial;

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
        let tail = Arc::new(Tail::of(sweep, standings, rows_of));
        let parts: Vec<(usize, &[Trial])> =
            sweep.trials.chunks(Block::ROWS).enumerate().map(|(at, trials)| (at * Block::ROWS, trials)).collect();
        let block = |(first, trials): &(usize, &[Trial])| {
            let mut cells = vec![Vec::new(); columns.len() - LATER_COLUMNS.len()];
            let heads = Heads { sweep, standings, layout: &layout };
            heads.each(*trials, |row| cells.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell)));
            let (tail, part) = (Arc::clone(&tail), *first..first + trials.len());
            Block::new(&cells, Box::new(move || tail.cells(part.clone())))
        };
        blocks.append(&mut in_parallel_from(1, &parts, |parts| parts.iter().map(block).collect()));
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
    // A strip tells of nothing beside its rows.
    if layout.is_fitness_reported || layout.metrics.is_empty() && reports_nothing(sweep, standings) {
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
            let mut rows = BlockBuilder::spelt(kept);
            Heads { sweep, standings, layout: &layout }.each(*trials, |row| rows.push(row));
            rows.build()
        };
        blocks.iter().flat_map(rows).collect()
    });
    Ok(Some(Strip::new(header, kept, blocks)))
}

/// True if runs have ended well and should have reported a metric: it is said of a table that has none.
fn reports_nothing(sweep: &Sweep, standings: &Standings) -> bool {
    let is_ok = |trial: &Trial| standings.ledger.summary(trial.commit).status == Some(Status::Ok);
    sweep.plan.series.is_empty() && sweep.trials.iter().any(is_ok)
}
