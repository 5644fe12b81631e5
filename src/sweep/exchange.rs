//! Exchange with remotes: branches as git does it, notes merged so that neither side's lines are lost.
//!
//! Notes are never fetched over the local ones, which would drop those that were not pushed. They go to a ref of their
//! own, are merged line by line, and that ref is removed again.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::git::{Identity, Repository, run_git};
use crate::hint;
use crate::names;

/// How often a push is tried again because somebody else pushed notes first.
const TRIES: u32 = 10;

/// Pushes branches and notes to `remote`; how many notes of the remote were new here.
///
/// # Errors
/// If git cannot push.
pub fn push(repository: &Repository, remote: &str, branches: &[String]) -> Result<usize> {
    let folder = folder(repository).to_owned();
    check_remote(repository, remote)?;
    let mut merged = 0;
    for _ in 0..TRIES {
        merged += merge_notes(repository, remote)?;
        let mut arguments = vec!["push".to_owned(), remote.to_owned()];
        arguments.extend(branches.iter().map(|branch| format!("refs/heads/{branch}:refs/heads/{branch}")));
        if repository.read_ref(names::NOTES_REF).is_some() {
            arguments.push(format!("{0}:{0}", names::NOTES_REF));
        }
        if arguments.len() == 2 {
            return Err(hint::error("there is nothing to push: no sweep and no note", "make a sweep: gitsweep create"));
        }
        match run_git(&folder, &arguments) {
            Ok(_) => return Ok(merged),
            // Somebody pushed notes between our merge and our push.
            Err(error) if is_race(&error.to_string()) => {}
            Err(error) => return Err(error),
        }
    }
    bail!("others pushed notes to {remote} {TRIES} times in a row; try again")
}

/// Fetches the branches and the notes of `remote`; how many notes were new here.
///
/// # Errors
/// If git cannot fetch.
pub fn fetch(repository: &Repository, remote: &str) -> Result<usize> {
    check_remote(repository, remote)?;
    run_git(folder(repository), &["fetch", "--no-write-fetch-head", remote])?;
    merge_notes(repository, remote)
}

/// Where git is called: remotes may be named by paths that are seen from the checkout.
fn folder(repository: &Repository) -> &Path {
    repository.workdir().unwrap_or_else(|| repository.common_dir())
}

fn check_remote(repository: &Repository, remote: &str) -> Result<()> {
    let known = run_git(folder(repository), &["remote"])?;
    let is_path = remote.contains(['/', ':']);
    if is_path || known.lines().any(|name| name == remote) {
        return Ok(());
    }
    let near = hint::near_miss(remote, known.lines());
    let way_out = match near {
        Some(near) => format!("did you mean {near}?"),
        None => "add it: git remote add NAME URL".to_owned(),
    };
    Err(hint::error(format!("there is no remote `{remote}`"), way_out))
}

fn is_race(said: &str) -> bool {
    const REFUSALS: [&str; 8] = [
        "fetch first",
        "cannot lock ref",
        "failed to lock",
        "failed to update ref",
        "incorrect old value",
        "reference already exists",
        "non-fast-forward",
        "stale info",
    ];
    REFUSALS.iter().any(|refusal| said.contains(refusal))
}

fn merge_notes(repository: &Repository, remote: &str) -> Result<usize> {
    let folder = folder(repository);
    let there = run_git(folder, &["ls-remote", remote, names::NOTES_REF])?;
    if there.trim().is_empty() {
        return Ok(0);
    }
    let tracking = format!("{}-{}", names::NOTES_TRACKING, std::process::id());
    let refspec = format!("+{}:{tracking}", names::NOTES_REF);
    run_git(folder, &["fetch", "--no-write-fetch-head", "--no-tags", remote, &refspec])?;
    let theirs = repository.read_ref(&tracking).context("the notes were fetched, but are not there")?;
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let identity = Identity::of_user(repository, now, 0).unwrap_or_else(|_| Identity::of_tool(now));
    let merged =
        repository.merge_notes(names::NOTES_REF, theirs, &identity, &format!("gitsweep: merge notes of {remote}"));
    let _ = repository.delete_ref(&tracking, theirs);
    merged
}
