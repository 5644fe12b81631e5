//! What runs left behind is kept as far as there is room for it: images, then series, then the ends of logs.

use super::kept::{Failures, Kept};
use super::leftovers::Leftovers;
use super::{logs, pictures, traces};
use crate::table::{Role, Table};

/// Reads what there is room for.
pub(super) fn keep(table: &Table, leftovers: &dyn Leftovers, room: u64) -> Kept {
    let order = order(table);
    let mut kept = Kept::default();
    let mut failures = Failures::default();
    let left = pictures::keep(&mut kept, &order, leftovers, room, &mut failures);
    let left = traces::keep(&mut kept, &order, leftovers, left, &mut failures);
    logs::keep(&mut kept, &order, leftovers, left, &mut failures);
    kept.unreadable = failures.told();
    kept
}

/// The rows, those first that a reader asks about first: the best and those that failed, in turns, then the others.
fn order(table: &Table) -> Vec<usize> {
    let rows = table.len();
    let status = table.column_of(Role::Status);
    let word = |row: &usize| status.and_then(|column| table.cell(*row, column).as_text()).unwrap_or("ok");
    let (failed, others): (Vec<usize>, Vec<usize>) =
        (0..rows).partition(|row| matches!(word(row), "failed" | "timeout" | "killed"));
    let best = table.ranking().unwrap_or_default();
    let mut seen = vec![false; rows];
    let mut order = Vec::with_capacity(rows);
    let turns = best.len().max(failed.len());
    let first = (0..turns).flat_map(|turn| [best.get(turn).copied(), failed.get(turn).copied()]).flatten();
    for row in first.chain(others) {
        if !std::mem::replace(&mut seen[row], true) {
            order.push(row);
        }
    }
    order
}
