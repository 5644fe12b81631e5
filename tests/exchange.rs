//! Push and fetch between clones: branches as git carries them, notes merged so that neither side's are lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use common::{BRANCH, DATE, Repo, Said};

/// A sweep of six points in a bare repository, and two clones that know it.
fn shared() -> (Repo, PathBuf, PathBuf) {
    let repo = Repo::small();
    repo.git_in(repo.outside(), ["clone", "-q", "--bare", "model", "hub.git"]);
    let [here, there] = ["here", "there"].map(|name| {
        repo.git_in(repo.outside(), ["clone", "-q", "hub.git", name]);
        repo.outside().join(name)
    });
    repo.ok_in(&here, ["create", "--date", DATE]);
    let said = repo.run_in(&here, ["push"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("pushed 1 sweep and the notes to origin"), "{}", said.err);
    repo.ok_in(&there, ["fetch"]);
    (repo, here, there)
}

/// Which points have a record, and how many, as git's own notes say.
fn attempts(repo: &Repo, folder: &Path, reference: &str) -> Vec<usize> {
    let points = repo.git_in(folder, ["rev-list", "--reverse", &format!("main..{reference}")]);
    let count = |commit: &str| {
        let mut git = repo.command_in("git", folder);
        let said = Said::of(git.args(["notes", "--ref=gitsweep", "show", commit]).output().unwrap());
        said.out.lines().filter(|line| !line.is_empty()).count()
    };
    points.lines().map(count).collect()
}

fn notes(repo: &Repo, folder: &Path) -> String {
    repo.git_in(folder, ["rev-parse", "refs/notes/gitsweep^{tree}"])
}

#[test]
fn a_clone_extends_and_pushes_what_it_has_only_fetched() {
    let (repo, here, there) = shared();
    repo.ok_in(&there, ["queue"]);
    // Its branch is the remote's: there are only notes to push.
    let said = repo.run_in(&there, ["push", BRANCH]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("no branch") && said.err.contains("pushed 0 sweeps and the notes"), "{}", said.err);
    let said = repo.run_in(&there, ["extend", "-p", "g_e=[7.5]"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("goes on here from where origin/"), "{}", said.err);
    assert_eq!(repo.git_in(&there, ["rev-list", "--count", &format!("origin/{BRANCH}..{BRANCH}")]), "3");
    repo.ok_in(&there, ["push", BRANCH]);
    repo.ok_in(&here, ["fetch"]);
    assert_eq!(repo.git_in(&here, ["rev-list", "--count", &format!("main..origin/{BRANCH}")]), "9");
}

#[test]
fn a_clone_carries_on_where_another_stopped() {
    let (repo, here, there) = shared();
    repo.ok_in(&here, ["queue", "--points", "1-4"]);
    repo.ok_in(&here, ["push"]);
    let said = repo.run_in(&there, ["fetch"]);
    assert!(said.err.contains("4 new notes"), "{}", said.err);
    // There is no local branch yet: the remote's is the sweep.
    let table = ["results", "--format", "csv", "--columns", "point,score,status"];
    assert_eq!(repo.ok_in(&there, table), repo.ok_in(&here, table));
    repo.ok_in(&there, ["queue"]);
    assert_eq!(attempts(&repo, &there, &format!("origin/{BRANCH}")), [1; 6]);
    repo.ok_in(&there, ["push"]);
    repo.ok_in(&here, ["fetch"]);
    assert_eq!(attempts(&repo, &here, BRANCH), [1; 6]);
    assert!(repo.ok_in(&here, ["status"]).contains("6 ok"));
    assert!(repo.run_in(&here, ["queue"]).err.contains("nothing to run"));
}

#[test]
fn neither_side_loses_notes_when_both_have_new_ones() {
    let (repo, here, there) = shared();
    repo.git_in(&there, ["branch", "-q", BRANCH, &format!("origin/{BRANCH}")]);
    repo.ok_in(&here, ["queue", "--points", "1-3"]);
    repo.ok_in(&there, ["queue", "--points", "3-5"]);
    repo.git_in(&there, ["notes", "--ref=gitsweep", "add", "-m", "about the base", "main"]);
    repo.ok_in(&here, ["push"]);
    let said = repo.run_in(&there, ["push"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("3 notes of theirs merged"), "{}", said.err);
    assert_eq!(attempts(&repo, &there, BRANCH), [1, 1, 2, 1, 1, 0]);
    let said = repo.run_in(&here, ["fetch"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(attempts(&repo, &here, BRANCH), [1, 1, 2, 1, 1, 0]);
    assert_eq!(notes(&repo, &here), notes(&repo, &there));
    let hub = repo.outside().join("hub.git");
    assert_eq!(notes(&repo, &hub), notes(&repo, &there));
    assert_eq!(repo.git_in(&here, ["notes", "--ref=gitsweep", "show", "main"]), "about the base");
    for folder in [&here, &there, &hub] {
        repo.git_in(folder, ["fsck", "--strict", "--full"]);
        let refs = repo.git_in(folder, ["for-each-ref", "--format=%(refname)"]);
        assert!(!refs.contains("fetched-notes"), "{refs}");
    }
    assert!(repo.run_in(&here, ["fetch"]).err.contains("0 new notes"));
}

#[test]
fn two_that_push_at_once_both_get_through() {
    let (repo, here, there) = shared();
    repo.ok_in(&here, ["queue", "--points", "1-3"]);
    repo.ok_in(&there, ["queue", "--points", "4-6"]);
    let push = |folder: &Path| {
        let mut command = repo.command_in(env!("CARGO_BIN_EXE_gitsweep"), folder);
        command.arg("push").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    for child in [push(&here), push(&there)] {
        let said = Said::of(child.wait_with_output().unwrap());
        assert_eq!(said.code, 0, "{}", said.err);
    }
    assert_eq!(attempts(&repo, &repo.outside().join("hub.git"), BRANCH), [1; 6]);
}

#[test]
fn git_s_own_merge_of_the_notes_is_read_as_well() {
    let (repo, here, there) = shared();
    repo.ok_in(&here, ["queue", "--points", "1-3"]);
    repo.ok_in(&there, ["queue", "--points", "3-5"]);
    repo.ok_in(&here, ["push"]);
    repo.git_in(&there, ["fetch", "-q", "origin", "refs/notes/gitsweep:refs/notes/theirs"]);
    repo.git_in(&there, ["notes", "--ref=gitsweep", "merge", "-q", "-s", "cat_sort_uniq", "theirs"]);
    let table = repo.ok_in(&there, ["results", "--format", "csv", "--columns", "point,attempts,status"]);
    assert_eq!(table, "point,attempts,status\n1,1,ok\n2,1,ok\n3,2,ok\n4,1,ok\n5,1,ok\n6,0,pending\n");
}

#[test]
fn what_cannot_be_exchanged_is_said() {
    let (repo, here, _) = shared();
    let err = |arguments: &[&str]| {
        let said = repo.run_in(&here, arguments);
        assert_eq!(said.code, 1, "{arguments:?}: {}", said.err);
        said.err
    };
    assert!(err(&["fetch", "orign"]).contains("there is no remote `orign`\nhint: did you mean origin?"));
    assert!(err(&["push", "-r", "upstream"]).contains("there is no remote `upstream`\nhint: add it: git remote add"));
    assert!(err(&["push", "nonsense"]).contains("there is no sweep `nonsense`"));
    repo.git_in(&here, ["remote", "add", "gone", "../gone.git"]);
    assert!(err(&["push", "--remote", "gone"]).contains("gone.git"));
    let alone = Repo::small();
    assert!(alone.fails(1, ["push"]).contains("there is no remote `origin`"));
}
