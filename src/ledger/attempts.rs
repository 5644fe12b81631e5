//! The attempts at one commit: their records in order, each attempt once.

use std::collections::HashSet;

use crate::record::Record;

/// True if both are of one attempt, as the same gitsweep tells it.
pub(super) fn is_same_attempt(a: &Record, b: &Record) -> bool {
    a.attempt == b.attempt && a.start == b.start && a.host == b.host && a.told_by == b.told_by
}

/// Puts records in order and leaves one of each attempt that was judged by others: its own if it has one, else the first
/// judgement.
pub(super) fn in_order(records: &mut Vec<Record>) {
    records.sort_by(|a, b| a.attempt.cmp(&b.attempt).then_with(|| a.start.cmp(&b.start)));
    records.dedup();
    if records.iter().all(|record| record.told_by.is_none()) {
        return;
    }
    let mut known: HashSet<u64> = records.iter().filter(|r| r.told_by.is_none()).map(|r| r.attempt).collect();
    records.retain(|record| record.told_by.is_none() || known.insert(record.attempt));
}
