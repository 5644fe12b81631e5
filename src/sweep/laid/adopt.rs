//! Taking up a sweep where another clone has left it: what was fetched of it comes first, then what is done here.

use anyhow::{Context as _, Result};

use super::ground::{leave, own_name};
use crate::command::quote;
use crate::git::{RefMoved, Repository, branch_ref};
use crate::hint;
use crate::sweep::Sweep;
use crate::sweep::found::remotes::{AheadBranch, Remotes, have_diverged};

/// A sweep that a remote has more points of, before its branch here is moved there.
#[derive(Debug)]
pub struct TakeUp {
    /// The sweep with the points that the remote has.
    pub sweep: Sweep,
    /// The sweep as it is here.
    before: Sweep,
    from: AheadBranch,
}

impl TakeUp {
    /// What there is to take up of a sweep that is to grow; nothing if the branch here is as far as any.
    ///
    /// # Errors
    /// If the sweep has grown here and there since they were one.
    pub fn of(repository: &Repository, sweep: &Sweep) -> Result<Option<Self>> {
        let Some(tip) = repository.branch_tip(&sweep.branch) else { return Ok(None) };
        let Some(newest) = sweep.trials.last() else { return Ok(None) };
        let remotes = Remotes::read(repository)?;
        for (from, theirs) in remotes.of_sweep(&sweep.branch, &newest.label) {
            if have_diverged(repository, tip, *theirs)? {
                return Err(forked(repository, &sweep.branch, from));
            }
        }
        Self::of_forward(repository, &remotes, sweep)
    }

    /// The same for a sweep that need not grow: of one that has grown here and there nothing is taken up.
    fn of_forward(repository: &Repository, remotes: &Remotes, sweep: &Sweep) -> Result<Option<Self>> {
        let ahead = remotes.ahead_of(repository, &sweep.branch, sweep.tip)?;
        let from = ahead.into_iter().find(|branch| !branch.has_diverged);
        let Some(from) = from else { return Ok(None) };
        let grown = Sweep::load(repository, &sweep.branch, from.tip)?;
        Ok(Some(Self { sweep: grown, before: sweep.clone(), from }))
    }

    /// Moves the branch here; what was done, in words. Where somebody else has moved it meanwhile, nothing.
    ///
    /// # Errors
    /// If it is checked out, or cannot be moved.
    pub fn carry_out(&self, repository: &Repository) -> Result<Option<String>> {
        let Self { sweep, before, from } = self;
        if let Some(checkout) = repository.checked_out(&sweep.branch) {
            let merge = match &checkout.is_here {
                true => format!("git merge --ff-only {}", quote(&from.name)),
                false => leave(&checkout),
            };
            return Err(hint::error(
                format!(
                    "{} has more points than {}, which is checked out{}",
                    from.name,
                    sweep.branch,
                    checkout.place()
                ),
                merge,
            ));
        }
        let local = branch_ref(&sweep.branch);
        Ok(match repository.move_ref(&local, Some(before.tip), from.tip, "gitsweep: taken up")? {
            RefMoved::ChangedMeanwhile => None,
            RefMoved::Yes => Some(format!(
                "{} goes on from where {} has left it, {} further",
                sweep.branch,
                from.name,
                from.points_in_words()
            )),
        })
    }
}

/// The sweep on a branch of this repository that is as far as what was fetched; in words what was done for it.
///
/// A search that grows and that only a remote has gets a branch of its name here, and a sweep of which a remote has more
/// points is moved forward.
///
/// # Errors
/// If a search that grows has grown here and there since, or its branch cannot be moved.
pub fn take_up(repository: &Repository, sweep: Sweep) -> Result<(Sweep, Option<String>)> {
    let learns = sweep.plan.search.growing.is_some();
    if learns && repository.branch_tip(&sweep.branch).is_none() {
        return own_branch(repository, sweep);
    }
    let ahead = match learns {
        true => TakeUp::of(repository, &sweep)?,
        false => TakeUp::of_forward(repository, &Remotes::read(repository)?, &sweep)?,
    };
    let Some(ahead) = ahead else { return Ok((sweep, None)) };
    // A sweep that does not grow may stay under its user as it is.
    if !learns && repository.checked_out(&sweep.branch).is_some() {
        let (from, points) = (&ahead.from.name, ahead.from.points_in_words());
        let words = format!("{from} is {points} ahead of {}, which is checked out and stays as it is", sweep.branch);
        return Ok((sweep, Some(words)));
    }
    match ahead.carry_out(repository)? {
        Some(words) => Ok((ahead.sweep, Some(words))),
        None => Ok((sweep, None)),
    }
}

/// The error of a sweep that has grown here and at a remote, with a way out that loses neither side.
fn forked(repository: &Repository, branch: &str, from: &str) -> anyhow::Error {
    let (own, quoted) = (own_name(repository), quote(branch));
    hint::error(
        format!("{branch} has grown here and at {from} since they were one"),
        format!(
            "go on with theirs, and keep yours beside it: git branch {own} {quoted} && git branch -f {quoted} {}",
            quote(from)
        ),
    )
}

/// The sweep on a branch of this repository: one that only a remote has gets a branch of its name here, as far as that is; in
/// words what was done for it.
///
/// # Errors
/// If the branch cannot be made.
pub fn own_branch(repository: &Repository, sweep: Sweep) -> Result<(Sweep, Option<String>)> {
    if repository.branch_tip(&sweep.branch).is_some() {
        return Ok((sweep, None));
    }
    let own = branch_ref(&sweep.name);
    let there = repository.remote_branches()?.into_iter().find(|(branch, _)| *branch == sweep.branch);
    let (from, tip) = there.with_context(|| format!("the branch {} is gone", sweep.branch))?;
    let moved = repository.move_ref(&own, None, tip, "gitsweep: taken up")?;
    let tip = if moved == RefMoved::ChangedMeanwhile { repository.read_ref(&own)?.unwrap_or(tip) } else { tip };
    let taken = Sweep::load(repository, &sweep.name, tip)?;
    let words = format!("{} goes on here from where {from} has left it", sweep.name);
    Ok((taken, Some(words)))
}
