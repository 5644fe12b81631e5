//! The table of a sweep as a cache: what most people want of it, ready to be written.
//!
//! It is known by the branch's newest commit and the notes' commit, and is neither made nor used while anything runs or
//! waits to be noted: then it says what reading all of it would say.

use anyhow::Result;

use super::results::strip;
use crate::cache::Cache;
use crate::claim::Claims;
use crate::git::{CommitId, ObjectId, Repository};
use crate::ledger;
use crate::names;
use crate::packing::Unpacker;
use crate::submission::Submissions;
use crate::sweep::Sweep;
use crate::sweep::found::chain;
use crate::sweep::found::choice::Choice;
use crate::sweep::found::standing::Standings;
use crate::table::Strip;

/// A table with fewer rows is made as fast as it is read.
const FEW: usize = 256;

/// The table of that sweep's points as it was kept, if it still holds.
pub fn kept_strip(repository: &Repository, choice: &Choice) -> Option<Strip> {
    let state = repository.state_dir();
    // Before the notes' commit is looked up: what is noted in between is then not missed.
    if ledger::any(repository).ok()? || Claims::new(&state).any().ok()? || !Submissions::new(&state).is_empty() {
        return None;
    }
    let key = key(choice.tip, repository.read_ref(names::NOTES_REF).ok()?);
    let kept = cache(repository, &choice.branch).load()?;
    Strip::unpack(&mut Unpacker(kept.strip_prefix(&key)?))
}

/// The table of that sweep's points, which is kept for the next time; `None` if something runs or waits to be noted, or if
/// it does not have the columns that are wanted.
///
/// # Errors
/// If two columns cannot be told apart.
pub fn strip_of(
    repository: &Repository,
    sweep: &Sweep,
    standings: &Standings,
    wanted: &[String],
) -> Result<Option<Strip>> {
    if !standings.is_settled() {
        return Ok(None);
    }
    let Some(strip) = strip(sweep, standings, wanted)? else { return Ok(None) };
    if strip.rows() >= FEW {
        let mut packed = key(sweep.tip, standings.ledger.tip()).to_vec();
        strip.pack(&mut packed);
        cache(repository, &sweep.branch).store(&[&packed]);
    }
    Ok(Some(strip))
}

/// Removes what is kept of a branch.
pub(in crate::sweep) fn forget(repository: &Repository, branch: &str) {
    cache(repository, branch).remove();
}

fn cache(repository: &Repository, branch: &str) -> Cache {
    chain::cache_of(repository, "table", branch)
}

fn key(tip: CommitId, notes: Option<CommitId>) -> [u8; 40] {
    let mut key = [0; 40];
    key[..20].copy_from_slice(tip.object().as_bytes());
    key[20..].copy_from_slice(notes.map_or(ObjectId::NONE, CommitId::object).as_bytes());
    key
}
