//! Taking up a search that learns where another clone has left it: its branch is to grow here.

use anyhow::{Context as _, Result};

use super::Sweep;
use crate::git::{RefMoved, Repository};
use crate::hint;

/// The sweep on a branch of this repository that is as far as what was fetched; in words what was done for it.
///
/// A search that only a remote has gets a branch of its name here, and one of which a remote has more points is moved
/// forward. All other sweeps stay as they are: they do not grow.
///
/// # Errors
/// If the search has grown here and there since, or its branch cannot be moved.
pub fn take_up(repository: &Repository, sweep: Sweep) -> Result<(Sweep, Option<String>)> {
    if sweep.plan.search.learning.is_none() {
        return Ok((sweep, None));
    }
    let local = format!("refs/heads/{}", sweep.branch);
    let Some(tip) = repository.read_ref(&local) else { return own_branch(repository, sweep) };
    let ending = format!("/{}", sweep.name);
    for (from, theirs) in repository.remote_branches()?.into_iter().filter(|(branch, _)| branch.ends_with(&ending)) {
        if theirs == tip || repository.has_in_history(tip, theirs)? {
            continue;
        }
        if !repository.has_in_history(theirs, tip)? {
            return Err(hint::error(
                format!("{} has grown here and at {from} since they were one", sweep.branch),
                format!(
                    "go on with theirs: git branch -f {0} {from} (the results here stay in their notes), or with yours: git push -f",
                    sweep.branch
                ),
            ));
        }
        if repository.is_checked_out(&sweep.branch) {
            return Err(hint::error(
                format!("{from} has more points than {}, which is checked out", sweep.branch),
                format!("git merge --ff-only {from}"),
            ));
        }
        if repository.move_ref(&local, Some(tip), theirs, "gitsweep: taken up")? == RefMoved::ChangedMeanwhile {
            continue;
        }
        let grown = Sweep::load(repository, &sweep.branch, theirs)?;
        let more = grown.trials.len().saturating_sub(sweep.trials.len());
        let words = format!("{} goes on from where {from} has left it, {more} points further", sweep.branch);
        return Ok((grown, Some(words)));
    }
    Ok((sweep, None))
}

/// Refuses to let a branch grow that is checked out: git would take what it had before for the user's changes.
///
/// # Errors
/// If it is checked out, here or in another worktree.
pub fn check_free(repository: &Repository, branch: &str) -> Result<()> {
    if repository.is_checked_out(branch) {
        return Err(hint::error(
            format!("{branch} is checked out, and is to get more commits"),
            "switch to another branch: git switch -",
        ));
    }
    Ok(())
}

/// The sweep on a branch of this repository: one that only a remote has gets a branch of its name here, as far as that is; in
/// words what was done for it.
///
/// # Errors
/// If the branch cannot be made.
pub fn own_branch(repository: &Repository, sweep: Sweep) -> Result<(Sweep, Option<String>)> {
    if repository.read_ref(&format!("refs/heads/{}", sweep.branch)).is_some() {
        return Ok((sweep, None));
    }
    let own = format!("refs/heads/{}", sweep.name);
    let there = repository.remote_branches()?.into_iter().find(|(branch, _)| *branch == sweep.branch);
    let (from, tip) = there.with_context(|| format!("the branch {} is gone", sweep.branch))?;
    let moved = repository.move_ref(&own, None, tip, "gitsweep: taken up")?;
    let tip = if moved == RefMoved::ChangedMeanwhile { repository.read_ref(&own).unwrap_or(tip) } else { tip };
    let taken = Sweep::load(repository, &sweep.name, tip)?;
    let words = format!("{} goes on here from where {from} has left it", sweep.name);
    Ok((taken, Some(words)))
}
