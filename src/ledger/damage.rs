//! Damage: what could not be read.

use crate::git::CommitId;

/// A line of a note, or a result file, that could not be read. The rest is used all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The commit whose note or result it is.
    pub commit: CommitId,
    /// What is wrong with it.
    pub what: String,
}

impl Damage {
    pub(super) fn of_line(commit: CommitId, line: &str, place: &str, error: &anyhow::Error) -> Self {
        let shown: String = line.chars().take(60).collect();
        Self { commit, what: format!("{error:#}: {place} says `{shown}`") }
    }
}
