//! Standings: where each point is between pending and done.

use std::collections::HashMap;

use anyhow::Result;

use crate::claim::{Claim, Claims};
use crate::git::{CommitId, Repository};
use crate::ledger::Ledger;
use crate::record::{Gravity, Record};

/// Where a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// It is to be run.
    Pending,
    /// Somebody runs it now.
    Running,
    /// It has a result.
    Ok,
    /// The program did not manage, the last time that it ran.
    Failed,
}

impl Standing {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Ok => "ok",
            Self::Failed => "failed",
        }
    }
}

/// What is known of all points: outcomes, and who runs what.
#[derive(Debug)]
pub struct Standings {
    /// The outcomes.
    pub ledger: Ledger,
    claims: HashMap<CommitId, Vec<(u64, Claim)>>,
}

impl Standings {
    /// Reads outcomes and claims.
    ///
    /// # Errors
    /// If the notes cannot be read.
    pub fn read(repository: &Repository) -> Result<Self> {
        // Claims first: an outcome that comes in between is then known, and its claim is old news.
        let claims = Claims::new(&repository.state_dir()).list()?;
        Ok(Self { ledger: Ledger::read(repository)?, claims })
    }

    /// Where a point is.
    pub fn of(&self, commit: CommitId) -> Standing {
        if self.running(commit).is_some() {
            return Standing::Running;
        }
        match result_of(self.ledger.of(commit)).map(|record| record.status.gravity()) {
            Some(Gravity::Good) => Standing::Ok,
            Some(Gravity::Bad) => Standing::Failed,
            Some(Gravity::Void) | None => Standing::Pending,
        }
    }

    /// The claims on attempts at a point that have no outcome.
    pub fn open_claims(&self, commit: CommitId) -> impl Iterator<Item = &(u64, Claim)> {
        let records = self.ledger.of(commit);
        self.claims
            .get(&commit)
            .into_iter()
            .flatten()
            .filter(move |(attempt, _)| !records.iter().any(|record| record.attempt == *attempt))
    }

    /// Attempts at a point that have an outcome and are claimed still, by a gitsweep that was killed before it let go.
    pub fn settled_claims(&self, commit: CommitId) -> impl Iterator<Item = u64> {
        let records = self.ledger.of(commit);
        let claims = self.claims.get(&commit).into_iter().flatten();
        claims
            .filter(move |(attempt, claim)| claim.is_dead() && records.iter().any(|record| record.attempt == *attempt))
            .map(|(attempt, _)| *attempt)
    }

    /// Who runs a point now, and which attempt it is.
    pub fn running(&self, commit: CommitId) -> Option<&(u64, Claim)> {
        self.open_claims(commit).find(|(_, claim)| !claim.is_dead())
    }

    /// The number that the next attempt at a point gets.
    pub fn next_attempt(&self, commit: CommitId) -> u64 {
        let recorded = self.ledger.of(commit).iter().map(|record| record.attempt);
        let claimed = self.claims.get(&commit).into_iter().flatten().map(|(attempt, _)| *attempt);
        recorded.chain(claimed).max().unwrap_or(0) + 1
    }
}

/// The newest record with a result.
pub fn newest_good(records: &[Record]) -> Option<&Record> {
    records.iter().rev().find(|record| record.status.gravity() == Gravity::Good)
}

/// The record that stands for a point: its newest result, else its newest failure, else its newest attempt.
pub fn result_of(records: &[Record]) -> Option<&Record> {
    newest_good(records)
        .or_else(|| records.iter().rev().find(|record| record.status.gravity() == Gravity::Bad))
        .or_else(|| records.last())
}
