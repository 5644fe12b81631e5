//! Finding sweeps and points by what a user types.

use std::collections::HashMap;

use anyhow::{Error, Result};

use super::choice::{Choice, newest_label};
use super::copies::{copies, copies_called};
use crate::command::quote;
use crate::git::{CommitId, Repository};
use crate::hint;
use crate::names;
use crate::sweep::Sweep;
use crate::trial::{Label, Trial};

/// The sweeps of a repository, the oldest first.
///
/// A branch is a sweep if its newest commit is a point, or one below commits of the user's on the sweep's own branch. Of
/// several branches on one sweep (a branch that was started from
/// a point, say), it is the one with the sweep's name, else the longest. A remote's sweep counts where there is no local
/// branch for it.
///
/// # Errors
/// If the refs cannot be read.
pub fn list(repository: &Repository) -> Result<Vec<Choice>> {
    let mut best = HashMap::<(String, CommitId), (bool, bool, Choice)>::new();
    let local = repository.branches()?.into_iter().map(|branch| (branch, true));
    let remote = repository.remote_branches()?.into_iter().map(|branch| (branch, false));
    for ((branch, tip), is_local) in local.chain(remote) {
        let Some((label, seconds, is_tip)) = newest_label(repository, tip) else { continue };
        let is_named =
            *branch == label.origin.sweep || (!is_local && branch.ends_with(&format!("/{}", label.origin.sweep)));
        if !is_tip && !is_named {
            continue;
        }
        let choice = Choice::of(branch, tip, label, seconds);
        let rank = |(named, local, choice): &(bool, bool, Choice)| (*local && *named, *local, *named, choice.points);
        let (key, candidate) = ((choice.name().to_owned(), choice.base), (is_named, is_local, choice));
        best.entry(key)
            .and_modify(|known| {
                if rank(&candidate) > rank(known) {
                    known.clone_from(&candidate);
                }
            })
            .or_insert(candidate);
    }
    let mut choices: Vec<Choice> = best.into_values().map(|(.., choice)| choice).collect();
    choices.sort_by(|a, b| a.seconds.cmp(&b.seconds).then_with(|| a.branch.cmp(&b.branch)));
    Ok(choices)
}

/// The sweep that `typed` names: a branch or an unambiguous part of its name; without one the current branch if that is
/// a sweep, else the newest sweep.
///
/// # Errors
/// If there is none, or several fit.
pub fn find(repository: &Repository, typed: Option<&str>) -> Result<Sweep> {
    let chosen = find_choice(repository, typed)?;
    Sweep::load(repository, &chosen.branch, chosen.tip)
}

/// The same, before it is read whole.
///
/// # Errors
/// If there is none, or several fit.
pub fn find_choice(repository: &Repository, typed: Option<&str>) -> Result<Choice> {
    let choices = list(repository)?;
    let Some(typed) = typed else {
        let current = repository.current_branch();
        let made_here = latest(repository);
        let named = |name: &Option<String>| choices.iter().find(|choice| Some(&choice.branch) == name.as_ref());
        if let Some(found) = named(&current) {
            return Ok(found.clone());
        }
        let copy = current.map(|current| copy_called(repository, &choices, &current)).transpose()?.flatten();
        return copy
            .or_else(|| named(&made_here).or(choices.last()).cloned())
            .ok_or_else(|| hint::error("there is no sweep in this repository yet", "make one: gitsweep create"));
    };
    choose(repository, &choices, typed)
}

/// Remembers, on this machine, which sweep was made last.
pub(in crate::sweep) fn remember_latest(repository: &Repository, branch: &str) {
    let state = repository.state_dir();
    let _ = std::fs::create_dir_all(&state);
    let _ = std::fs::write(state.join(names::LATEST_FILE), branch);
}

fn latest(repository: &Repository) -> Option<String> {
    std::fs::read_to_string(repository.state_dir().join(names::LATEST_FILE)).ok()
}

/// The copy of a sweep that has points of its own and a branch of this very name.
fn copy_called(repository: &Repository, choices: &[Choice], name: &str) -> Result<Option<Choice>> {
    Ok(copies_called(repository, choices, |branch| branch == name)?.pop().map(|copied| copied.choice))
}

/// True if `typed` is a part of a branch's name. A small number is hardly one of the date: it is that of a point.
fn is_part(typed: &str, branch: &str) -> bool {
    let name = if is_small_number(typed) { before_date(branch) } else { branch };
    name.contains(typed)
}

/// The name of a branch as far as the date, `-2026-11-21T093000`, if it has one.
fn before_date(branch: &str) -> &str {
    let is_date = |text: &str| {
        let mut parts = text.splitn(3, '-');
        let mut is_number = |digits: usize| {
            parts
                .next()
                .is_some_and(|part| part.len() >= digits && part.as_bytes()[..digits].iter().all(u8::is_ascii_digit))
        };
        is_number(4) && is_number(2) && is_number(2) && text.as_bytes().get(10) == Some(&b'T')
    };
    let starts = branch.match_indices('-').map(|(at, _)| at);
    let date = starts.into_iter().find(|at| is_date(&branch[at + 1..]));
    date.map_or(branch, |at| &branch[..at])
}

/// True for numbers that are shorter than a year.
fn is_small_number(typed: &str) -> bool {
    typed.len() < 4 && typed.bytes().all(|byte| byte.is_ascii_digit())
}

/// The sweeps that `typed` may name: the one that has just that name, else all of which it is a part.
fn fitting(repository: &Repository, choices: &[Choice], typed: &str) -> Result<Vec<Choice>> {
    if let Some(exact) = choices.iter().find(|choice| choice.branch == typed || choice.is_of(typed)) {
        return Ok(vec![exact.clone()]);
    }
    if let Some(exact) = copy_called(repository, choices, typed)? {
        return Ok(vec![exact]);
    }
    let mut partial: Vec<Choice> = choices.iter().filter(|choice| is_part(typed, &choice.branch)).cloned().collect();
    if partial.is_empty() {
        // A branch that was started from a point, or a sweep under another branch's name.
        if let Some((branch, tip)) = repository.branches()?.into_iter().find(|(branch, _)| branch == typed) {
            let (label, seconds, _) = newest_label(repository, tip).ok_or_else(|| {
                hint::error(format!("branch {typed} is not a sweep"), "gitsweep list shows the sweeps there are")
            })?;
            return Ok(vec![Choice::of(branch, tip, label, seconds)]);
        }
        let copies = copies_called(repository, choices, |branch| is_part(typed, branch))?;
        partial = copies.into_iter().map(|copied| copied.choice).collect();
    }
    Ok(partial)
}

/// The names of sweeps, one after the other.
fn names_of(choices: &[Choice]) -> String {
    choices.iter().map(|choice| choice.branch.as_str()).collect::<Vec<_>>().join(", ")
}

fn choose(repository: &Repository, choices: &[Choice], typed: &str) -> Result<Choice> {
    match fitting(repository, choices, typed)?.as_slice() {
        [one] => Ok(one.clone()),
        [] if is_small_number(typed) => Err(hint::error(
            format!("there is no sweep `{typed}`"),
            format!("point {typed} of a sweep is named by --points {typed}"),
        )),
        [] if typed.split(',').all(|part| choices.iter().any(|choice| is_part(part, &choice.branch))) => {
            Err(hint::error(
                format!("there is no sweep `{typed}`"),
                format!("several are named with blanks between them: {}", typed.replace(',', " ")),
            ))
        }
        [] => {
            let near = hint::near_miss(typed, choices.iter().map(|choice| choice.branch.as_str()));
            Err(hint::error(
                format!("there is no sweep `{typed}`"),
                near.map_or_else(
                    || "gitsweep list shows the sweeps there are".to_owned(),
                    |near| format!("did you mean {near}?"),
                ),
            ))
        }
        several => {
            Err(hint::error(format!("`{typed}` fits several sweeps: {}", names_of(several)), "type more of the name"))
        }
    }
}

/// What is wrong with the name of a point that is no number and, as `error` says, no commit: it may be that of sweeps.
fn no_commit(repository: &Repository, typed: &str, error: Error) -> Error {
    let fitting = list(repository).and_then(|choices| fitting(repository, &choices, typed));
    match fitting.unwrap_or_default().as_slice() {
        [] => error,
        [one] => {
            let name = quote(&one.branch);
            hint::error(
                format!("`{typed}` is a sweep, {}, and no point", one.branch),
                format!(
                    "a point of it is {name}:1, say; of all tell gitsweep status {name} and gitsweep results {name}"
                ),
            )
        }
        several @ [first, ..] => hint::error(
            format!("`{typed}` is no point, and fits several sweeps: {}", names_of(several)),
            format!("a point of the first is {}:1, say", quote(&first.branch)),
        ),
    }
}

/// The point that `typed` names: a number in the sweep of [`find`], `SWEEP:number`, or anything that names a commit.
///
/// # Errors
/// If it names none.
pub fn find_point(repository: &Repository, typed: &str) -> Result<(Sweep, Trial)> {
    let (sweep, number) = match typed.rsplit_once(':') {
        Some((sweep, number)) => (Some(sweep), number),
        None => (None, typed),
    };
    if let Ok(index) = number.parse::<u64>() {
        let sweep = find(repository, sweep)?;
        match sweep.trial(index) {
            Ok(trial) => {
                let trial = trial.clone();
                return Ok((sweep, trial));
            }
            // A number may also be the short id of a commit.
            Err(error) if number.len() < 7 => return Err(error),
            Err(_) => {}
        }
    }
    let commit = repository.resolve(typed).map_err(|error| no_commit(repository, typed, error))?;
    let raw = repository.read_commit(commit)?;
    let Some(label) = Label::from_message(&raw.message) else {
        return Err(hint::error(
            format!("commit {} is not a point of a sweep", commit.short()),
            "name a point by its number, as in the table: gitsweep show 12",
        ));
    };
    let choices = list(repository)?;
    let holds = |choice: &&Choice| {
        choice.is_of(&label.origin.sweep) && repository.has_in_history(choice.tip, commit).unwrap_or(false)
    };
    let found = match choices.iter().find(holds) {
        Some(own) => Some(own.clone()),
        None => copies(repository, &choices)?.into_iter().map(|copied| copied.choice).find(|choice| holds(&choice)),
    };
    let sweep = match found {
        Some(choice) => Sweep::load(repository, &choice.branch, choice.tip)?,
        // The branch is gone, the commit is not: the sweep up to here is all there is.
        None => Sweep::load(repository, &label.origin.sweep, commit)?,
    };
    Ok((sweep, Trial { commit, label, seconds: raw.seconds }))
}
