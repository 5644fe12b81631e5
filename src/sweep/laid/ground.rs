//! The ground that points are laid on: a branch grows where nobody has it checked out and where its newest commit is a point.

use anyhow::Result;

use super::foreign::Which;
use crate::command::quote;
use crate::git::{CheckedOut, CommitId, Repository};
use crate::hint;
use crate::sweep::Sweep;

/// Refuses to let a branch grow that is checked out or has a commit on top that is none of its points. `then` says what is to
/// be done once that is mended.
///
/// # Errors
/// If it is so.
pub fn check_ground(repository: &Repository, sweep: &Sweep, then: &str) -> Result<()> {
    check_free(repository, &sweep.branch, then)?;
    check_top(repository, Which::of(sweep), sweep.tip, then)
}

/// Refuses to let a branch grow that is checked out: git would take what it had before for the user's changes.
///
/// # Errors
/// If it is checked out, here or in another worktree.
pub(in crate::sweep) fn check_free(repository: &Repository, branch: &str, then: &str) -> Result<()> {
    let Some(checkout) = repository.checked_out(branch) else { return Ok(()) };
    Err(hint::error(
        format!("{branch} is checked out{}, and is to get more commits", checkout.place()),
        format!("{}; {then}", leave(&checkout)),
    ))
}

/// How the user leaves a branch.
pub(in crate::sweep) fn leave(checkout: &CheckedOut) -> String {
    let there = if checkout.is_here { "" } else { " there" };
    match checkout.is_under_way() {
        true => format!("finish what git has under way{there}, or end it: {}", checkout.way_out()),
        false => format!("switch to another branch{there}: {}", checkout.way_out()),
    }
}

/// Refuses to lay points on a commit that is none: a point's tree is the base commit's with its values, so that the next one
/// would take back what that commit changes.
///
/// # Errors
/// If it is none, or was amended since it was laid.
pub(in crate::sweep) fn check_top(repository: &Repository, which: Which<'_>, tip: CommitId, then: &str) -> Result<()> {
    let Some((foreign, point)) = which.foreign_tip(repository, tip)? else { return Ok(()) };
    let branch = which.branch;
    let message =
        format!("the newest commit of {branch} is none of its points as they were laid: {}", foreign.in_words());
    let (own, quoted) = (own_name(repository), quote(branch));
    let here = repository.branch_tip(branch);
    let way_out = match (point, here) {
        (Some(point), Some(here)) if here == tip => format!(
            "keep it on a branch of its own and take {branch} back to its newest point: git branch {own} {quoted} && git branch -f {quoted} {}; {then}",
            point.short()
        ),
        (Some(point), Some(_)) => {
            format!("begin at its newest point: git branch -f {quoted} {}; {then}", point.short())
        }
        (Some(point), None) => {
            format!("begin at its newest point: git branch {} {}; {then}", quote(which.name), point.short())
        }
        (None, _) => "lay a new sweep: gitsweep create".to_owned(),
    };
    Err(hint::error(message, way_out))
}

/// The name of a branch that there is not yet.
pub(in crate::sweep) fn own_name(repository: &Repository) -> String {
    let is_free = |name: &String| repository.branch_tip(name).is_none();
    let mut numbered = (2..).map(|number| format!("mine-{number}"));
    Some("mine".to_owned()).filter(is_free).or_else(|| numbered.find(is_free)).unwrap_or_default()
}
