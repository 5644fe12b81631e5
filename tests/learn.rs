//! Searches that learn, end to end: the branch grows as results arrive, and stays one line with no point twice whoever
//! makes the steps.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;
mod learning;

use common::{Repo, wait_until};
use gitsweep::command::quote;
use learning::{UNIT, assert_one_line, evolutionary, points, proposed_by, repo, tpe};

#[test]
fn evolution_grows_the_branch_from_its_start() {
    let repo = evolutionary("trials = 10");
    let before = repo.users_state();
    let branch = repo.create();
    assert_one_line(&repo, &branch, 1);
    let said = repo.run(["queue", "-j", "3"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("no more points: all 10 trials are laid"), "{}", said.err);
    assert_one_line(&repo, &branch, 10);
    let by = proposed_by(&repo, &branch);
    assert_eq!(by[0], "start");
    for by in &by[1..] {
        let parent = by.strip_prefix("evolution parent=").unwrap();
        repo.git(["merge-base", "--is-ancestor", parent, &branch]);
    }
    let first = repo.git(["log", "-1", "--format=%s", &repo.points(&branch)[0]]);
    assert_eq!(first, "grid_search 2026-11-21 1/10: x=1.0 y=1.0");
    assert!(repo.statuses(&branch).iter().all(|statuses| *statuses == ["ok"]));
    assert_eq!(repo.users_state(), before);
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    // Nothing is left to do.
    let again = repo.run(["queue"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_one_line(&repo, &branch, 10);
}

/// A step depends on the repository alone: two searches with the same seed lay the same points, one of them in a queue for
/// each run.
#[test]
fn a_search_that_is_taken_up_again_and_again_proposes_the_same() {
    let whole = tpe("trials = 9");
    let branch = whole.create();
    whole.ok(["queue", "-j", "1"]);
    let pieces = tpe("trials = 9");
    let other = pieces.create();
    for _ in 0..9 {
        pieces.ok(["queue", "-j", "1", "--limit", "1"]);
    }
    assert_eq!(points(&pieces, &other), points(&whole, &branch));
    assert_eq!(proposed_by(&pieces, &other), proposed_by(&whole, &branch));
    assert_eq!(proposed_by(&whole, &branch)[4], "tpe, 4 results");
    assert_one_line(&whole, &branch, 9);
}

#[test]
fn what_is_kept_of_models_changes_no_proposal() {
    let search = "strategy = \"bayesian\"\nseed = 1\nobjective = \"loss\"\ntrials = 15\n";
    let repos = [(); 3].map(|()| repo(search, UNIT, UNIT));
    let branches = repos.each_ref().map(Repo::create);
    repos[0].ok(["queue", "-j", "1"]);
    let caches = repos.each_ref().map(|repo| repo.root().join(".git/gitsweep/cache"));
    let models = |at: usize| {
        let names = std::fs::read_dir(&caches[at]).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_str().unwrap().starts_with("models-")).count()
    };
    while repos[1].points(&branches[1]).len() < 15 {
        repos[1].ok(["queue", "-j", "1", "--limit", "1"]);
        repos[2].ok(["queue", "-j", "1", "--limit", "1"]);
        let _ = std::fs::remove_dir_all(&caches[2]);
    }
    assert_eq!(models(1), 1);
    for at in [1, 2] {
        assert_eq!(points(&repos[at], &branches[at]), points(&repos[0], &branches[0]));
        assert_eq!(proposed_by(&repos[at], &branches[at]), proposed_by(&repos[0], &branches[0]));
    }
    repos[1].ok(["delete", "--yes", &branches[1]]);
    assert_eq!(models(1), 0);
}

#[test]
fn a_branch_that_is_checked_out_does_not_grow_under_its_user() {
    let repo = evolutionary("trials = 4");
    let branch = repo.create();
    let refused = |place: &str, way_out: &str, then: &str| {
        format!(
            "error: {branch} is checked out{place}, and is to get more commits\nhint: switch to another branch{way_out}; then {then}\n"
        )
    };
    let goes_on = format!("gitsweep queue {branch} goes on");
    repo.git(["switch", "-q", &branch]);
    let before = repo.users_state();
    for (command, then) in [(vec!["queue"], &*goes_on), (vec!["extend", "--trials", "6"], "run the command again")] {
        let said = repo.run(&command);
        assert_eq!((said.code, said.err), (1, refused("", ": git switch -", then)), "{command:?}");
    }
    // What adds nothing may be done.
    repo.ok(["queue", "--points", "1"]);
    assert!(!repo.run(["queue", "--dry-run"]).err.contains("checked out"));
    assert_eq!(repo.users_state(), before);
    repo.git(["switch", "-q", "main"]);
    let other = repo.outside().join("other");
    repo.git(["worktree", "add", "-q", other.to_str().unwrap(), &branch]);
    let said = repo.run(["queue"]);
    let way_out = format!(" there: git -C {} switch --detach", quote(other.to_str().unwrap()));
    assert_eq!((said.code, said.err), (1, refused(&format!(" at {}", other.display()), &way_out, &goes_on)));
    repo.git(["worktree", "remove", other.to_str().unwrap()]);
    repo.ok(["queue"]);
    assert_one_line(&repo, &branch, 4);
    repo.git(["switch", "-q", &branch]);
    repo.ok(["queue"]);
}

#[test]
fn queues_at_once_leave_one_line_with_no_point_twice() {
    let repo = evolutionary("trials = 30");
    let branch = repo.create();
    let queues: Vec<_> = (0..4)
        .map(|_| repo.gitsweep_command(["queue", "-j", "2"]).stderr(std::process::Stdio::piped()).spawn().unwrap())
        .collect();
    for queue in queues {
        let output = queue.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_one_line(&repo, &branch, 30);
    // No point was run that another queue's step has then taken off the branch.
    assert_eq!(repo.git(["notes", "--ref=gitsweep", "list"]).lines().count(), 30);
    repo.ok(["queue"]);
    assert!(repo.statuses(&branch).iter().all(|statuses| *statuses == ["ok"]), "{:?}", repo.statuses(&branch));
}

#[test]
fn killed_at_any_moment_it_goes_on_as_if_nothing_had_happened() {
    let repo = evolutionary("trials = 12");
    let branch = repo.create();
    for count in [2, 5, 8] {
        let mut queue = repo.gitsweep_command(["queue", "-j", "2"]).spawn().unwrap();
        wait_until("some points are laid", || repo.points(&branch).len() >= count || queue_is_over(&repo, &branch));
        queue.kill().unwrap();
        queue.wait().unwrap();
        repo.git(["fsck", "--strict"]);
    }
    repo.ok(["queue", "-j", "2"]);
    assert_one_line(&repo, &branch, 12);
    let lasts: Vec<String> = repo.statuses(&branch).into_iter().map(|mut all| all.pop().unwrap()).collect();
    assert!(lasts.iter().all(|status| status == "ok"), "{lasts:?}");
}

fn queue_is_over(repo: &Repo, branch: &str) -> bool {
    repo.points(branch).len() >= 12
}

#[test]
fn another_clone_carries_on() {
    let repo = tpe("trials = 8");
    let branch = repo.create();
    repo.ok(["queue", "-j", "1", "--limit", "5"]);
    let remote = repo.outside().join("remote.git");
    repo.git(["init", "-q", "--bare", remote.to_str().unwrap()]);
    repo.git(["remote", "add", "origin", remote.to_str().unwrap()]);
    repo.git(["push", "-q", "origin", "main"]);
    repo.ok(["push"]);
    let clone = repo.outside().join("clone");
    repo.git(["clone", "-q", remote.to_str().unwrap(), clone.to_str().unwrap()]);
    repo.ok_in(&clone, ["fetch"]);
    let said = repo.run_in(&clone, ["queue", "-j", "1"]);
    assert!(said.err.contains(&format!("goes on here from where origin/{branch} has left it")), "{}", said.err);
    repo.ok(["queue", "-j", "1"]);
    let format = "--format=%(trailers:key=Param,valueonly,separator=%x20)";
    let there = repo.git_in(&clone, ["log", "--reverse", format, &format!("origin/main..{branch}")]);
    assert_eq!(there, points(&repo, &branch));
    assert_eq!(there.lines().count(), 8);
}

/// There and back: what a clone has added is taken up here, and two that went on apart are told so.
#[test]
fn a_search_wanders_between_clones() {
    let repo = tpe("trials = 12");
    let branch = repo.create();
    repo.ok(["queue", "-j", "1", "--limit", "4"]);
    let remote = repo.outside().join("remote.git");
    repo.git(["init", "-q", "--bare", "-b", "main", remote.to_str().unwrap()]);
    repo.git(["remote", "add", "origin", remote.to_str().unwrap()]);
    repo.git(["push", "-q", "origin", "main"]);
    repo.ok(["push"]);
    let clone = repo.outside().join("clone");
    repo.git(["clone", "-q", remote.to_str().unwrap(), clone.to_str().unwrap()]);
    repo.ok_in(&clone, ["fetch"]);
    repo.ok_in(&clone, ["queue", "-j", "1", "--limit", "3"]);
    repo.ok_in(&clone, ["push"]);
    repo.ok(["fetch"]);
    let said = repo.run(["queue", "-j", "1", "--limit", "2"]);
    assert!(said.err.contains("3 points further"), "{}", said.err);
    assert_one_line(&repo, &branch, 9);
    assert_eq!(repo.statuses(&branch).concat(), ["ok"; 9]);
    // Both go on without a word to the other.
    repo.ok_in(&clone, ["queue", "-j", "1", "--limit", "1"]);
    repo.ok_in(&clone, ["extend", "--trials", "30"]);
    repo.ok(["push"]);
    repo.git_in(&clone, ["fetch", "-q"]);
    let said = repo.run_in(&clone, ["queue", "-j", "1"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("has grown here and at origin/"), "{}", said.err);
}

/// Results that `exec` leaves, the last point's first, and one of them twice.
#[test]
fn results_come_in_late_out_of_order_and_twice() {
    let repo = tpe("trials = 6");
    let branch = repo.create();
    let mut commits = repo.points(&branch);
    commits.reverse();
    for commit in commits.iter().chain(commits.first()) {
        repo.ok(["exec", commit]);
    }
    repo.ok(["queue", "-j", "1"]);
    assert_one_line(&repo, &branch, 6);
    let in_order = tpe("trials = 6");
    let other = in_order.create();
    in_order.ok(["queue", "-j", "1"]);
    assert_eq!(points(&repo, &branch), points(&in_order, &other));
}
