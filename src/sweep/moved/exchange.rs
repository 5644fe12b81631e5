//! Exchange with remotes: branches as git does it, notes merged so that neither side's lines are lost.
//!
//! Notes are never fetched over the local ones, which would drop those that were not pushed. They go to a ref of their
//! own, are merged line by line, and that ref is removed again.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::refspec::Refspec;
use crate::command::quote;
use crate::git::{CommitId, Identity, Repository, branch_ref, run_git, run_git_with_hooks};
use crate::hint::{self, WithHint as _};
use crate::names;
use crate::process::Owner;
use crate::sweep::found::choice::newest_label;
use crate::sweep::found::remotes::has_points_of;
use crate::sweep::laid::ground::own_name;

/// How often a push is tried again because somebody else pushed meanwhile.
const TRIES: u32 = 10;

/// Has git write nothing beside what a fetch names, whatever `remote.NAME.fetch` says of the same refs.
const AS_SAID: &str = "--refmap=";

/// What a push has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    /// Branches that the remote has now as they are here.
    pub branches: Vec<String>,
    /// Branches of which the remote has more, each with the commit that it has.
    pub behind: Vec<(String, CommitId)>,
    /// Branches that have grown here and there since they were one.
    pub forked: Vec<(String, CommitId)>,
    /// How many notes of the remote were new here.
    pub merged: usize,
}

/// Pushes branches and notes to `remote`. Branches that the remote has more of stay as they are there, and the rest is pushed
/// all the same.
///
/// # Errors
/// If git cannot push.
pub fn push(repository: &Repository, remote: &str, branches: &[String]) -> Result<Pushed> {
    check_remote(repository, remote)?;
    let mut pushed = Pushed::default();
    let mut last = None;
    for _ in 0..TRIES {
        let merged = pushed.merged + merge_notes(repository, remote)?;
        let has_notes = repository.read_ref(names::NOTES_REF)?.is_some();
        pushed = Pushed { merged, ..compare(repository, remote, branches)? };
        if branches.is_empty() && !has_notes {
            return Err(hint::error("there is nothing to push: no sweep and no note", "make a sweep: gitsweep create"));
        }
        let refs = pushed.branches.iter().map(|branch| branch_ref(branch));
        let refs = refs.chain(has_notes.then(|| names::NOTES_REF.to_owned())).map(|name| format!("{name}:{name}"));
        let refs: Vec<String> = refs.collect();
        if refs.is_empty() {
            return Ok(pushed);
        }
        // To a mirror git would push all that there is, and nothing by its name.
        let mirror = format!("remote.{remote}.mirror");
        let is_mirror = repository.config(&mirror).is_some_and(|word| word != "false");
        let mut arguments = if is_mirror { vec!["-c".to_owned(), format!("{mirror}=false")] } else { Vec::new() };
        arguments.extend(["push".to_owned(), remote.to_owned()].into_iter().chain(refs));
        match run_git_with_hooks(folder(repository), &arguments) {
            Ok(_) => return Ok(pushed),
            // Somebody pushed between our look and our push.
            Err(error) if is_race(&error.to_string()) => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    let meanwhile = || format!("{remote} did not take the push in {TRIES} tries, each after a look at what it has");
    last.map_or_else(
        || Ok(pushed),
        |error| Err(error).hint(meanwhile(), "if others are pushing all the time, try again"),
    )
}

/// Which of these branches the remote can take, and which it has more of.
fn compare(repository: &Repository, remote: &str, branches: &[String]) -> Result<Pushed> {
    let mut found = Pushed::default();
    if branches.is_empty() {
        return Ok(found);
    }
    let folder = folder(repository);
    let names = branches.iter().map(|branch| branch_ref(branch));
    let arguments: Vec<String> = ["ls-remote".to_owned(), remote.to_owned()].into_iter().chain(names).collect();
    let said = run_git(folder, &arguments)?;
    // A pattern of git's also finds what ends in it.
    let theirs: HashMap<&str, &str> =
        said.lines().filter_map(|line| line.split_once('\t')).map(|(id, name)| (name, id)).collect();
    for branch in branches {
        let name = branch_ref(branch);
        let Some(ours) = repository.read_ref(&name)? else { continue };
        let Some(theirs) = theirs.get(&*name).map(|id| id.parse::<CommitId>()).transpose()? else {
            found.branches.push(branch.clone());
            continue;
        };
        if !repository.has_commit(theirs) {
            let is_overwritten = Refspec::all(repository, remote).iter().any(|refspec| refspec.is_onto_own(&name));
            let options = ["fetch", "--no-write-fetch-head", "--no-tags"].into_iter();
            let options = options.chain(is_overwritten.then_some(AS_SAID));
            run_git(folder, &options.chain([remote, &*name]).collect::<Vec<_>>())?;
        }
        if repository.has_in_history(ours, theirs)? {
            found.branches.push(branch.clone());
        } else if repository.has_in_history(theirs, ours)? {
            found.behind.push((branch.clone(), theirs));
        } else {
            found.forked.push((branch.clone(), theirs));
        }
    }
    Ok(found)
}

/// The error of branches that have grown here and at a remote, after all else has been pushed; with a way out that loses
/// neither side.
pub fn forked(repository: &Repository, remote: &str, forked: &[(String, CommitId)]) -> Option<anyhow::Error> {
    let (branch, theirs) = forked.first()?;
    let names: Vec<&str> = forked.iter().map(|(branch, _)| branch.as_str()).collect();
    let has = if names.len() == 1 { "has" } else { "have" };
    let message = format!(
        "{} {has} grown here and at {remote} since they were one; what else there is was pushed, notes too",
        names.join(", ")
    );
    let (own, quoted, to) = (own_name(repository), quote(branch), quote(remote));
    let ours = repository.branch_tip(branch)?;
    let theirs = *theirs;
    let way_out = if has_points_of(repository, ours, theirs).unwrap_or(false) {
        // Nothing is to be laid on what they have on top.
        format!(
            "give what they have on top a name of its own, and push yours: git push {to} {theirs}:refs/heads/{own} && git push --force-with-lease={quoted}:{theirs} {to} {quoted}"
        )
    } else {
        format!(
            "go on with theirs, and keep yours beside it: git branch {own} {quoted} && git branch -f {quoted} {}; to push yours as well: git push {to} {own}",
            theirs.short()
        )
    };
    Some(hint::error(message, way_out))
}

/// What a fetch has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Which branches of the remote came along.
    pub branches: Scope,
    /// Branches that git would have put to where the remote has them, and that have grown here as well; each with the command
    /// that brings the remote's beside it.
    pub forked: Vec<(String, String)>,
    /// How many notes were new here.
    pub notes: usize,
}

/// What follows `gitsweep fetch` where a remote is meant: nothing for the one that it takes by itself.
pub fn argument(remote: &str) -> String {
    if remote == "origin" { String::new() } else { format!(" {}", quote(remote)) }
}

/// Which branches of a remote git takes along, by what its configuration says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All that the remote has.
    All,
    /// Those that it names; with the commands that bring all.
    Named(String),
    /// None, since it is not said where they would go; with the commands that bring them.
    None(String),
}

impl Scope {
    fn of(repository: &Repository, remote: &str) -> Result<Self> {
        let folder = folder(repository);
        let known = run_git(folder, &["remote"])?;
        if !known.lines().any(|name| name == remote) {
            let url = |name: &str| repository.config(&format!("remote.{name}.url"));
            return Ok(Self::None(match known.lines().find(|name| url(name).as_deref() == Some(remote)) {
                Some(name) => format!("gitsweep fetch{}", argument(name)),
                None => format!("git remote add NAME {} && gitsweep fetch NAME", quote(remote)),
            }));
        }
        let is_all = |refspec: &Refspec| matches!(&*refspec.source, "refs/heads/*" | "refs/*");
        let key = quote(&format!("remote.{remote}.fetch"));
        let refspec = quote(&format!("+refs/heads/*:refs/remotes/{remote}/*"));
        let all = format!("git config --add {key} {refspec} && gitsweep fetch{}", argument(remote));
        Ok(match Refspec::all(repository, remote).iter().map(is_all).max() {
            Some(true) => Self::All,
            Some(false) => Self::Named(all),
            None => Self::None(all),
        })
    }
}

/// Fetches the branches and the notes of `remote`.
///
/// # Errors
/// If git cannot fetch.
pub fn fetch(repository: &Repository, remote: &str) -> Result<Fetched> {
    check_remote(repository, remote)?;
    let branches = Scope::of(repository, remote)?;
    let mut forked = Vec::new();
    if !matches!(branches, Scope::None(_)) {
        let spared = spare(repository, remote)?;
        // Beside what the configuration says, these are to be left alone.
        let guards = spared.refs.iter().map(|name| format!("remote.{remote}.fetch=^{name}"));
        let mut arguments: Vec<String> = guards.flat_map(|guard| ["-c".to_owned(), guard]).collect();
        arguments.extend(["fetch", "--no-write-fetch-head", remote].map(str::to_owned));
        run_git(folder(repository), &arguments)?;
        let own = own_name(repository);
        let beside = |branch: &str| format!("git fetch {} {}:{own}", quote(remote), quote(branch));
        forked.extend(spared.forked.into_iter().map(|branch| (branch.clone(), beside(&branch))));
    }
    Ok(Fetched { branches, forked, notes: merge_notes(repository, remote)? })
}

/// What a fetch is to leave alone.
#[derive(Default)]
struct Spared {
    refs: Vec<String>,
    /// Those of them that are branches which the remote has otherwise.
    forked: Vec<String>,
}

/// The notes and the branches of sweeps that `git fetch` would take back to where the remote has them, as in a mirror or with
/// `fetch = +refs/notes/*:refs/notes/*`, and what there is only here with them.
fn spare(repository: &Repository, remote: &str) -> Result<Spared> {
    let refspecs = Refspec::all(repository, remote);
    let is_overwritten = |name: &str| refspecs.iter().any(|refspec| refspec.is_onto_own(name));
    let mut spared = Spared::default();
    if is_overwritten(names::NOTES_REF) {
        spared.refs.push(names::NOTES_REF.to_owned());
    }
    let mut sweeps = repository.branches()?;
    sweeps.retain(|(name, tip)| is_overwritten(&branch_ref(name)) && newest_label(repository, *tip).is_some());
    let sweeps: Vec<String> = sweeps.into_iter().map(|(name, _)| name).collect();
    let found = compare(repository, remote, &sweeps)?;
    spared.forked = found.forked.into_iter().map(|(branch, _)| branch).collect();
    spared.refs.extend(found.branches.iter().chain(&spared.forked).map(|branch| branch_ref(branch)));
    Ok(spared)
}

/// Where git is called: remotes may be named by paths that are seen from the checkout.
fn folder(repository: &Repository) -> &Path {
    repository.workdir().unwrap_or_else(|| repository.common_dir())
}

/// True if a remote has this name.
///
/// # Errors
/// If git cannot tell.
pub fn is_remote(repository: &Repository, name: &str) -> Result<bool> {
    Ok(run_git(folder(repository), &["remote"])?.lines().any(|known| known == name))
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
    const REFUSALS: [&str; 9] = [
        "fetch first",
        "cannot lock ref",
        "failed to lock",
        "failed to update ref",
        "incorrect old value",
        "reference already exists",
        "non-fast-forward",
        "stale info",
        // Two have sent the same pack at once.
        "differ in contents",
    ];
    REFUSALS.iter().any(|refusal| said.contains(refusal))
}

fn merge_notes(repository: &Repository, remote: &str) -> Result<usize> {
    let folder = folder(repository);
    let prefix = format!("{}-", names::NOTES_TRACKING);
    repository.delete_refs_of_the_dead(&prefix);
    let there = run_git(folder, &["ls-remote", remote, names::NOTES_REF])?;
    if there.trim().is_empty() {
        return Ok(0);
    }
    let tracking = format!("{prefix}{}", Owner::this().folder_name());
    let refspec = format!("+{}:{tracking}", names::NOTES_REF);
    // All of them: what a partial clone has left out, libgit2 does not fetch.
    run_git(folder, &["fetch", "--no-write-fetch-head", "--no-tags", "--no-filter", AS_SAID, remote, &refspec])?;
    let theirs = repository.read_ref(&tracking)?.context("the notes were fetched, but are not there")?;
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let identity = Identity::of_user(repository, now, 0).unwrap_or_else(|_| Identity::of_tool(now));
    let merged =
        repository.merge_notes(names::NOTES_REF, theirs, &identity, &format!("gitsweep: merge notes of {remote}"));
    // git waits for whoever packs refs, who would otherwise bring this one back; libgit2 does not.
    let _ =
        run_git(folder, &["-c", "core.packedRefsTimeout=10000", "update-ref", "-d", &tracking, &theirs.to_string()]);
    merged
}
