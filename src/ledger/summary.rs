//! Summaries: what is known of a commit, in short.

use std::hash::Hash;

use crate::record::{Gravity, Record, Status, result_of};

/// What is known of a commit, in short.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// How the record that stands for the commit ended ([`result_of`]); none if there is no record.
    pub status: Option<Status>,
    /// How long that took.
    pub seconds: Option<f64>,
    /// When it ended, in seconds since 1970.
    pub ended: Option<i64>,
    /// True if that record has a reason.
    pub has_reason: bool,
    /// True if any of the records has a curve.
    pub has_curve: bool,
    /// How many records there are.
    pub attempts: u64,
}

impl Summary {
    pub(super) fn of<S: Eq + Hash + AsRef<str>>(records: &[Record<S>]) -> Self {
        let result = result_of(records);
        Self {
            status: result.map(|record| record.status),
            seconds: result.and_then(|record| record.seconds),
            ended: result.and_then(Record::ended),
            has_reason: result.is_some_and(|record| record.reason.is_some()),
            has_curve: records.iter().any(|record| !record.curve.is_empty()),
            attempts: records.len() as u64,
        }
    }

    /// How grave the outcome is.
    pub fn gravity(&self) -> Option<Gravity> {
        self.status.map(Status::gravity)
    }
}
