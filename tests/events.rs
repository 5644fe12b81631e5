//! Event hooks, cancelling, and what chooses points: a queue on this machine.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod common;
mod live;

use common::{BRANCH, Repo, wait_until};
use live::{Live, is_alive, laid};

const SCORE: &str = "[ $g = 2 ] && exit 1\necho \"{\\\"score\\\": $g}\" > output.json";

/// A sweep of three points, the second of which fails, with these hooks.
fn with_hooks(hooks: &str) -> Repo {
    laid(3, &format!("[hooks]\n{hooks}"), SCORE)
}

fn events(repo: &Repo, name: &str) -> Vec<serde_json::Value> {
    repo.lines(name).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn hooks_are_told_of_each_run_and_once_of_the_end() {
    let repo = with_hooks("on_run_end = 'cat >> ../runs'\non_sweep_end = ['cat >> ../ends', 'pwd >> ../where']");
    repo.fails(3, ["queue", "-j", "2", "--points", "1-2"]);
    assert_eq!((events(&repo, "runs").len(), events(&repo, "ends").len()), (2, 0), "point 3 is left");
    repo.ok(["queue", "--points", "3"]);
    let runs = events(&repo, "runs");
    let third = runs.last().unwrap();
    assert_eq!(
        (&third["event"], &third["sweep"], &third["point"]),
        (&"run_end".into(), &BRANCH.into(), &serde_json::json!(3))
    );
    assert_eq!(third["params"], serde_json::json!({"g": 3}));
    assert_eq!(third["record"], repo.record(3));
    assert_eq!(third["commit"], repo.points(BRANCH)[2].as_str());
    let ends = events(&repo, "ends");
    assert_eq!(ends.len(), 1);
    assert_eq!(ends[0]["counts"], serde_json::json!({"ok": 2, "failed": 1, "pending": 0}));
    assert_eq!(ends[0]["best"], serde_json::json!({"point": 1, "value": 1.0, "params": {"g": 1}}));
    assert_eq!(repo.lines("where"), [repo.root().to_str().unwrap()]);
    // Nothing has changed: nothing is told. A further attempt ends the sweep again.
    repo.ok(["queue", "--points", "1"]);
    assert_eq!(events(&repo, "ends").len(), 1);
    repo.fails(3, ["queue"]);
    assert_eq!((events(&repo, "runs").len(), events(&repo, "ends").len()), (4, 2));
}

#[test]
fn the_end_is_told_once_by_two_queues_at_once() {
    let repo = laid(8, "[hooks]\non_sweep_end = 'cat >> ../ends'", "sleep .1; echo $g > output.json");
    let queues: Vec<Live> = (0..3).map(|_| Live::start(&repo, ["queue", "-j", "1"])).collect();
    for queue in queues {
        assert_eq!(queue.wait().code, 0);
    }
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 8]);
    assert_eq!(events(&repo, "ends").len(), 1);
}

#[test]
fn a_hook_that_fails_is_reported_and_changes_nothing() {
    let repo = with_hooks("on_run_end = 'echo no server >&2; exit 7'\non_sweep_end = 'no-such-command'");
    let said = repo.run(["queue"]);
    assert_eq!(said.code, 3);
    assert!(
        said.err.contains("the hook `echo no server >&2; exit 7` failed, exit status: 7: no server"),
        "{}",
        said.err
    );
    assert!(said.err.contains("the hook `no-such-command` failed"), "{}", said.err);
    assert_eq!(repo.statuses(BRANCH), [["ok"], ["failed"], ["ok"]]);
    // One that does not read what it is told is no fault, nor that there is no folder for temporary files.
    let repo = with_hooks("on_run_end = 'true'");
    repo.set("TMPDIR", "/nonexistent");
    assert!(!repo.run(["queue"]).err.contains("hook"));
}

#[test]
fn a_hook_that_hangs_ends_with_all_that_it_started_when_gitsweep_is_to_end() {
    let repo = with_hooks("on_run_end = 'sleep 600 & echo $! >> ../hooks; wait'");
    let queue = Live::start(&repo, ["queue"]);
    wait_until("the first hook", || !repo.lines("hooks").is_empty());
    // The first Ctrl-C lets what runs go on, hooks too.
    queue.signal(libc::SIGINT);
    queue.signal(libc::SIGTERM);
    let said = queue.wait();
    assert!(said.err.contains("was ended with gitsweep"), "{}", said.err);
    let left: u32 = repo.lines("hooks")[0].parse().unwrap();
    wait_until("what the hook started to end", || !is_alive(left));
}

#[test]
fn unknown_hooks_are_refused() {
    let repo = Repo::small();
    repo.write("gitsweep.toml", format!("{}[hooks]\non_run_ends = 'true'\n", common::SMALL_SPEC));
    let said = repo.fails(1, ["create", "--dry-run"]);
    assert!(said.contains("unknown key `on_run_ends`") && said.contains("did you mean `on_run_end`?"), "{said}");
}

#[test]
fn cancel_ends_what_another_gitsweep_runs_here() {
    let repo = laid(3, "", "touch ../../../../../../begun.$g; while :; do sleep .05; done");
    let queue = Live::start(&repo, ["queue", "-j", "2"]);
    let begun = |g: u32| repo.root().join(format!("begun.{g}")).exists();
    wait_until("two runs", || begun(1) && begun(2));
    let said = repo.run(["cancel", "--points", "1"]);
    assert!(said.code == 0 && said.err.contains("1 running point told to end"), "{}", said.err);
    wait_until("the third in the place of the first", || begun(3));
    let said = repo.run(["cancel"]);
    assert!(said.code == 0 && said.err.contains("2 running points told to end"), "{}", said.err);
    assert_eq!(queue.wait().code, 0);
    assert_eq!(repo.statuses(BRANCH), [["cancelled"]; 3]);
    assert!(repo.run(["status"]).out.contains("0 ok   3 pending"));
    repo.nothing_is_left_running();
    assert!(repo.fails(4, ["cancel"]).contains("nothing is in flight"));
    let status = repo.run(["status"]).out;
    assert_eq!(status.matches("   cancelled: ").count(), 3, "{status}");
    assert!(status.contains("\n     2  g=2   cancelled: "), "{status}");
}

#[test]
fn a_point_is_cancelled_whose_checkout_is_still_being_made() {
    let files = live::model(2, "", "exec sleep 60");
    let repo = Repo::with(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    repo.write(".gitattributes", "data filter=slow\n");
    repo.write("data", "data\n");
    let (slow, go) = (repo.beside("slow"), repo.beside("go"));
    // One of the two checkouts waits.
    let smudge =
        format!("! mkdir '{}' 2>/dev/null || until [ -e '{}' ]; do sleep .02; done; cat", slow.display(), go.display());
    repo.git(["config", "filter.slow.clean", "cat"]);
    repo.git(["config", "filter.slow.smudge", &smudge]);
    repo.commit("Slow data");
    repo.create();
    let queue = Live::start(&repo, ["queue", "-j", "2"]);
    wait_until("the other one", || slow.exists() && !repo.strays().is_empty());
    repo.ok(["cancel", "--points", "1-2"]);
    wait_until("the other one to end", || repo.strays().is_empty());
    std::fs::write(&go, "").unwrap();
    let said = queue.wait();
    assert_eq!(repo.statuses(BRANCH), [["cancelled"]; 2], "{}", said.err);
}

#[test]
fn many_points_that_were_cancelled_stand_in_one_line_of_status() {
    let repo = laid(5, "", "touch ../../../../../../begun.$g; while :; do sleep .05; done");
    let queue = Live::start(&repo, ["queue", "-j", "5"]);
    wait_until("all run", || (1..=5).all(|g| repo.root().join(format!("begun.{g}")).exists()));
    repo.ok(["cancel", "--points", "1-3,5"]);
    wait_until("four have ended", || repo.run(["status"]).out.contains("1 running   4 pending"));
    let status = repo.run(["status"]).out;
    assert!(status.contains("\npending:\n  1-3,5   cancelled: "), "{status}");
    assert_eq!(status.matches("cancelled: ").count(), 1, "{status}");
    repo.ok(["cancel"]);
    assert_eq!(queue.wait().code, 0);
    repo.nothing_is_left_running();
}

#[test]
fn where_and_dry_run_choose_and_show() {
    let repo = with_hooks("");
    assert_eq!(repo.ok(["queue", "--dry-run", "--where", "g > 1"]), "   2  g=2\n   3  g=3\n");
    assert!(repo.statuses(BRANCH).concat().is_empty());
    repo.fails(3, ["queue", "--where", "g >= 2"]);
    assert_eq!(repo.statuses(BRANCH).concat().len(), 2);
    repo.ok(["queue", "--rerun", "all", "--where", "score > 2"]);
    assert_eq!(repo.point(3).len(), 2);
    repo.fails(3, ["queue", "--where", "status == 'failed'"]);
    assert_eq!(repo.point(2).len(), 2);
    let said = repo.fails(1, ["queue", "--where", "gg > 1"]);
    assert!(said.contains("no parameter is called gg\nhint: did you mean `g`?"), "{said}");
    let said = repo.fails(2, ["queue", "--where", "g >"]);
    assert!(said.contains("expected a value"), "{said}");
    assert!(repo.fails(4, ["queue", "--where", "g > 9"]).contains("no point matches"));
}
