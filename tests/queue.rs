//! Queues: which points they run and how often, what they record, and how they end.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod common;
mod live;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{BRANCH, Repo, Said, has_strace, wait_until};
use live::{Live, is_alive, laid};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const SCORE: &str = "echo $g > output.json";

/// What `measure` makes of a span of time, or of eight or 64 times that: of the first in which all went in time, as `is_so` tells.
/// A slow machine needs more than others for what a program has to do before it is ended.
fn in_time<T>(measure: impl Fn(u32) -> T, is_so: impl Fn(&T) -> bool) -> T {
    [1, 8].into_iter().map(&measure).find(is_so).unwrap_or_else(|| measure(64))
}

/// A queue of a sweep with a timeout and a grace of so many seconds, whose points run side by side with the folder `OUT` in
/// their environment. All of them fail.
fn with_timeout(seconds: u32, points: u32, script: &str) -> Repo {
    let files = live::model(points, &format!("timeout = \"{seconds}s\""), script);
    let files = files.map(|(path, text)| (path, text.replace("grace = \"1s\"", &format!("grace = \"{seconds}s\""))));
    let repo = Repo::with(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    repo.create();
    repo.set("OUT", repo.outside());
    repo.fails(3, ["queue", "-j", &points.to_string()]);
    repo
}

#[test]
fn a_run_gets_the_environment_that_is_promised() {
    let repo = Repo::with(&[
        ("model.sh", "g=0\nenv > seen.txt; echo '{\"score\": 1}' > \"$GITSWEEP_OUTPUT\"\n"),
        (
            "gitsweep.toml",
            "name = \"grid_search\"\n[run]\ncommand = \"sh model.sh\"\n[params.g]\nfile = \"model.sh\"\nvalues = [1, 2]\n\
             [params.kind]\nvalues = ['it is']\n[params.dt]\nvalues = [0.10]\n",
        ),
    ]);
    repo.create();
    repo.ok(["queue", "-j", "1"]);
    let folder = repo.run_folder(2);
    let seen = repo.kept(2, "seen.txt");
    let commit = repo.points(BRANCH)[1].clone();
    for line in [
        format!("GITSWEEP_SWEEP={BRANCH}"),
        "GITSWEEP_POINT=2".to_owned(),
        format!("GITSWEEP_COMMIT={commit}"),
        "GITSWEEP_ATTEMPT=1".to_owned(),
        "GITSWEEP_PARAM_G=2".to_owned(),
        "GITSWEEP_PARAM_KIND=it is".to_owned(),
        "GITSWEEP_PARAM_DT=0.10".to_owned(),
        format!("GITSWEEP_RUN_DIR={}", folder.display()),
        format!("GITSWEEP_OUTPUT={}", folder.join("output.json").display()),
        "GITSWEEP_SLOT=0".to_owned(),
    ] {
        assert!(seen.lines().any(|known| known == line), "{line} is not in\n{seen}");
    }
    let parameters = seen.lines().find_map(|line| line.strip_prefix("GITSWEEP_PARAMS=")).unwrap();
    let parameters: serde_json::Value = serde_json::from_str(parameters).unwrap();
    assert_eq!(parameters, serde_json::json!({"g": 2, "kind": "it is", "dt": 0.1}));
    assert_eq!(folder, repo.root().join(format!("sweeps/{BRANCH}/2-{}", &commit[..10])));
    assert_eq!(repo.scores(2), [1.0, 1.0]);
}

#[test]
fn the_reason_of_a_failure_has_no_folder_in_it_that_is_gone() {
    let repo = laid(2, "", "echo \"$PWD/sub/lib.py: no such parameter\" >&2; exit 1");
    repo.fails(3, ["queue", "-j", "1"]);
    assert_eq!(repo.record(1)["reason"], "exit code 1: sub/lib.py: no such parameter");
    let shown = repo.ok(["results"]);
    assert!(shown.contains("1-2: exit code 1: sub/lib.py: no such parameter\n"), "{shown}");
}

#[test]
fn the_reason_of_a_failure_is_what_came_on_standard_error_above_output_that_was_kept_back() {
    let repo = laid(2, "", "echo \"diverged: v=-4\" >&2; echo \"step 98 v=-3\"; echo \"step 99 v=-4\"; exit 4");
    repo.fails(3, ["queue", "-j", "1"]);
    assert_eq!(repo.record(1)["reason"], "exit code 4: diverged: v=-4");
    assert_eq!(repo.ok(["logs", "1"]), "diverged: v=-4\nstep 98 v=-3\nstep 99 v=-4\n");
}

#[test]
fn the_reason_of_a_run_that_was_ended_is_how_far_it_came_since_it_cannot_have_kept_output_back() {
    let repo = laid(1, "", "echo 'reading a.csv' >&2; echo 'step 98'; echo 'step 99'; kill -KILL $$");
    repo.fails(3, ["queue", "-j", "1"]);
    assert_eq!(repo.record(1)["reason"], "ended by SIGKILL: step 99");
}

#[test]
fn a_job_that_begins_before_its_id_is_said_has_the_id_and_its_script_is_named_as_it_is_taken() {
    let repo = laid(1, "", "touch $OUT/begun; until [ -e $OUT/go ]; do sleep .02; done");
    repo.set("OUT", repo.outside());
    let gitsweep = env!("CARGO_BIN_EXE_gitsweep");
    repo.write_program(
        "submit.sh",
        format!(
            "#!/bin/sh\n{gitsweep} exec $1 >/dev/null 2>&1 &\nuntil [ -e $OUT/begun ]; do sleep .02; done\necho 4711\n"
        ),
    );
    repo.command_in("sh", repo.root())
        .arg("-c")
        .arg(format!("{gitsweep} queue -e ./submit.sh 2>/dev/null"))
        .status()
        .unwrap();
    std::fs::write(repo.outside().join("go"), "").unwrap();
    wait_until("the job has ended", || repo.ok(["status"]).contains("  1 ok"));
    let record = repo.record(1);
    assert_eq!((&record["job"], &record["executor"]), (&"4711".into(), &"./submit.sh".into()));
    repo.ok(["queue", "-e", record["executor"].as_str().unwrap(), "--rerun", "all", "--dry-run"]);
}

#[test]
fn a_run_reads_nothing_from_the_caller_s_standard_input() {
    let repo = laid(1, "", "cat > heard.txt");
    let mut child = repo.gitsweep_command(["queue"]).stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.as_mut().unwrap().write_all(b"a secret\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(repo.kept(1, "heard.txt"), "");
}

#[test]
fn runs_side_by_side_have_slots_of_their_own() {
    let script = "echo $GITSWEEP_SLOT >> \"$OUT\"/slots; until [ $(wc -l < \"$OUT\"/slots) -ge 3 ]; do sleep .01; done";
    let repo = laid(3, "timeout = \"20s\"", script);
    let said = Said::of(repo.gitsweep_command(["queue", "-j", "3"]).env("OUT", repo.outside()).output().unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(repo.lines("slots").into_iter().collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn exit_code_signal_log_time_and_metrics_are_recorded() {
    let script = "echo out $g; echo err $g >&2; sleep .1; echo 'rate: 2.5e1'; echo \"{\\\"score\\\": $g}\" > output.json\n\
                  case $g in 2) exit 7;; 3) kill -SEGV $$;; 4) sh -c 'kill -KILL $$';; esac";
    let repo = laid(4, "[metrics]\nrate = { stdout = 'rate: (\\S+)' }", script);
    let said = repo.run(["queue", "-j", "2"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert_eq!(repo.statuses(BRANCH), [["ok"], ["failed"], ["killed"], ["killed"]]);
    let good = repo.record(1);
    assert_eq!((good["exit"].as_i64(), good["signal"].as_i64(), good["attempt"].as_i64()), (Some(0), None, Some(1)));
    assert_eq!(good["metrics"], serde_json::json!({"score": 1, "rate": 25.0}));
    assert_eq!((good["executor"].as_str(), good["command"].as_str()), (Some("local"), Some("exec sh model.sh")));
    let seconds = good["seconds"].as_f64().unwrap();
    assert!((0.1..30.0).contains(&seconds), "{seconds}");
    let at =
        |record: &serde_json::Value, key: &str| OffsetDateTime::parse(record[key].as_str().unwrap(), &Rfc3339).unwrap();
    assert!(at(&good, "end") - at(&good, "start") >= time::Duration::milliseconds(99));
    assert_eq!(repo.log(1), "out 1\nerr 1\nrate: 2.5e1\n");
    assert_eq!(repo.ok(["logs", "2"]), "out 2\nerr 2\nrate: 2.5e1\n");
    assert_eq!(repo.record(2)["exit"], 7);
    assert_eq!(repo.record(3)["signal"], libc::SIGSEGV);
    // The shell tells of the signal that ended its last command by 128 + n.
    assert_eq!(repo.record(4)["signal"], libc::SIGKILL);
    assert_eq!(repo.record(4)["metrics"]["score"], 4, "what a failed run reported is kept as well");
    let status = repo.run(["status"]);
    assert!(status.out.contains("exit code 7") && status.out.contains("SIGSEGV"), "{}", status.out);
}

#[test]
fn peak_memory_is_that_of_the_program() {
    let python = "python3 -c 'b = bytearray(b\"x\") * (50 << 20)'";
    let measure = |seconds: &str| {
        let repo = laid(3, "", &format!("case $g in 2) sleep {seconds};; 3) {python};; esac"));
        repo.ok(["queue", "-j", "1"]);
        // On a busy machine the first run, too, may last until it is looked at.
        let was_seen = repo.record(1)["seconds"].as_f64().unwrap() > 0.05;
        ([1, 2, 3].map(|index| repo.record(index)["memory"].as_u64()), was_seen)
    };
    // A run that a busy machine had no time to look at has no peak; one that lasts long enough is looked at everywhere.
    let mut seen = measure("0.5");
    for seconds in ["4", "32"] {
        if seen.0[1].is_none() {
            seen = measure(seconds);
        }
    }
    let ([short, long, large], was_seen) = seen;
    let is_small = |memory: Option<u64>| memory.is_some_and(|memory| (100 << 10..5 << 20).contains(&memory));
    assert!(short.is_none() || was_seen && is_small(short), "what the kernel tells of it is gitsweep's own: {short:?}");
    assert!(is_small(long), "{long:?}");
    assert!(large.is_some_and(|large| (50 << 20..120 << 20).contains(&large)), "{large:?}");
}

#[test]
fn a_run_that_takes_too_long_is_ended_with_all_its_processes() {
    // The first ignores TERM, the second leaves that to a grandchild in the background, the third obeys, though one of its
    // processes has left the group.
    let script = "echo $$ > \"$OUT\"/pid.$g\ncase $g in\n1) trap '' TERM;;\n\
                  2) (trap '' TERM; touch \"$OUT\"/is.back; while :; do sleep .1; done) & echo $! > \"$OUT\"/pid.back\n\
                  until [ -e \"$OUT\"/is.back ]; do sleep .01; done;;\n\
                  3) setsid sh -c 'echo $$ > \"$OUT\"/pid.gone; touch \"$OUT\"/is.gone; exec tail -f /dev/null' &\n\
                  until [ -e \"$OUT\"/is.gone ]; do sleep .01; done;; esac\n\
                  echo begun; touch \"$OUT\"/begun.$g; while :; do sleep .1; done";
    let measure = |timeout| {
        let repo = with_timeout(timeout, 3, script);
        let seconds = [1, 2, 3].map(|index| repo.record(index)["seconds"].as_f64().unwrap());
        (timeout, repo, seconds)
    };
    let (timeout, repo, seconds) = in_time(measure, |(_, repo, seconds)| {
        (1..=3).all(|g| repo.beside(&format!("begun.{g}")).exists()) && seconds[2] < seconds[0]
    });
    assert_eq!(repo.statuses(BRANCH), [["timeout"], ["timeout"], ["timeout"]]);
    let words = if timeout == 64 { "1m 4s".to_owned() } else { format!("{timeout}s") };
    assert_eq!(repo.record(3)["reason"], format!("it took longer than {words}: begun"));
    assert_eq!(repo.record(1)["signal"], libc::SIGKILL);
    assert_eq!(repo.record(3)["signal"], libc::SIGTERM);
    let both = f64::from(2 * timeout);
    assert!(seconds[0] >= both && seconds[1] >= both, "KILL comes only when the grace is over: {seconds:?}");
    assert!(seconds[2] < seconds[0], "{seconds:?}");
    for name in ["pid.1", "pid.2", "pid.back", "pid.3", "pid.gone"] {
        let pid = repo.lines(name)[0].parse().unwrap();
        wait_until(name, || !is_alive(pid));
    }
    repo.nothing_is_left_running();
}

#[test]
fn what_a_program_starts_may_use_the_grace_even_if_its_shell_is_gone() {
    // The outer shell dies of TERM at once; the inner one wants to save its state.
    let inner = "trap \"sleep .3; echo state > saved.txt; exit 0\" TERM; while :; do sleep .05; done";
    let script = format!("sh -c '{inner}'\necho never");
    let is_saved = |repo: &Repo| repo.run_folder(1).join("saved.txt").exists();
    let repo = in_time(|seconds| with_timeout(seconds, 1, &script), is_saved);
    assert_eq!(repo.record(1)["status"], "timeout");
    assert_eq!(repo.kept(1, "saved.txt"), "state\n");
}

#[test]
fn a_run_that_is_ended_in_time_is_no_result_even_if_it_says_0() {
    let script = "trap 'echo 9 > output.json; exit 0' TERM; while :; do sleep .05; done";
    let repo = in_time(|seconds| with_timeout(seconds, 1, script), |repo| repo.record(1)["exit"] == 0);
    assert_eq!(repo.record(1)["status"], "timeout");
    assert_eq!(repo.record(1)["exit"], 0);
}

#[test]
fn what_a_program_leaves_in_the_background_ends_with_it() {
    let repo = laid(1, "", "sleep 60 & echo $! > \"$OUT\"/pid");
    let said = Said::of(repo.gitsweep_command(["queue"]).env("OUT", repo.outside()).output().unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    let pid = repo.lines("pid")[0].parse().unwrap();
    wait_until("the process in the background to be gone", || !is_alive(pid));
}

#[test]
fn spacing_keeps_starts_apart() {
    let is_apart = |(times, starts): &(u32, Vec<OffsetDateTime>)| {
        starts[3] - starts[0] >= time::Duration::milliseconds(850 * i64::from(*times))
    };
    // A run starts when its checkout is made, which may take longest for the first.
    let measure = |times| {
        let repo = laid(4, "", SCORE);
        repo.ok(["queue", "-j", "4", "--spacing", &format!("{}ms", 300 * times)]);
        let start = |index| repo.record(index)["start"].as_str().unwrap().to_owned();
        let mut starts: Vec<_> = (1..=4).map(|index| OffsetDateTime::parse(&start(index), &Rfc3339).unwrap()).collect();
        starts.sort();
        (times, starts)
    };
    let measured = in_time(measure, is_apart);
    assert!(is_apart(&measured), "{measured:?}");
}

#[test]
fn a_result_stays_when_a_later_run_fails_and_status_says_that_it_did() {
    let repo = laid(2, "", "[ $GITSWEEP_ATTEMPT = 1 ] && echo $g > output.json");
    repo.ok(["queue"]);
    repo.fails(3, ["queue", "--rerun", "all", "--points", "2"]);
    let status = repo.run(["status"]);
    assert_eq!(status.code, 0, "{}", status.out);
    assert!(status.out.contains("2 ok\n"), "{}", status.out);
    let line = "\nok:\n     2  g=2   attempt 2 failed: exit code 1; the result is that of attempt 1\n";
    assert!(status.out.contains(line), "{}", status.out);
}

#[test]
fn limits_choose_the_points() {
    let repo = laid(6, "", "[ $g != 5 ] && echo $g > output.json");
    let counts = || repo.statuses(BRANCH).iter().map(Vec::len).collect::<Vec<_>>();
    repo.ok(["queue", "--limit", "2"]);
    assert_eq!(counts(), [1, 1, 0, 0, 0, 0]);
    repo.fails(3, ["queue", "--points", "1,4-5"]);
    assert_eq!(counts(), [1, 1, 0, 1, 1, 0], "point 1 has a result");
    repo.fails(3, ["queue", "--rerun", "failed"]);
    assert_eq!(counts(), [1, 1, 0, 1, 2, 0], "points that have not been run have not failed");
    repo.fails(3, ["queue"]);
    assert_eq!(counts(), [1, 1, 1, 1, 3, 1], "a failed point is to be run");
    repo.fails(3, ["queue", "--rerun", "all", "--points", "4-6"]);
    assert_eq!(counts(), [1, 1, 1, 2, 4, 2]);
    repo.ok(["queue", "--repeat", "2", "--points", "1,4"]);
    assert_eq!(counts(), [3, 1, 1, 4, 4, 2]);
    repo.ok(["queue", "--repeat", "1", "--points", "1-3", "--limit", "2"]);
    assert_eq!(counts(), [3, 2, 2, 4, 4, 2], "those that ran least often come first");
    let attempts: Vec<u64> = repo.point(4).iter().map(|record| record["attempt"].as_u64().unwrap()).collect();
    assert_eq!(attempts, [1, 2, 3, 4]);
    repo.ok(["queue", "--points", "1-4"]);
    assert_eq!(counts(), [3, 2, 2, 4, 4, 2], "nothing is left to run");
    assert!(repo.fails(1, ["queue", "--points", "7"]).contains("no point 7"));
    repo.fsck();
}

#[test]
fn no_more_runs_start_once_too_many_have_failed() {
    let repo = laid(6, "", "exit 1");
    assert!(repo.fails(2, ["queue", "--max-failures", "0"]).contains("it is a whole number from 1 on"));
    assert!(repo.run(["queue", "-n"]).err.contains("6 points would be run; nothing has been changed"));
    let said = repo.fails(3, ["queue", "-j", "1", "--max-failures", "2"]);
    assert!(said.contains("2 failed, 4 left"), "{said}");
    assert_eq!(repo.statuses(BRANCH).concat().len(), 2);
}

#[test]
fn the_result_of_the_same_code_is_reused() {
    let repo = laid(3, "", "echo $g >> \"$OUT\"/ran; echo $g > output.json");
    let queue = |arguments: &[&str]| {
        let said = Said::of(repo.gitsweep_command(arguments).env("OUT", repo.outside()).output().unwrap());
        assert_eq!(said.code, 0, "{}", said.err);
        said.err
    };
    queue(&["queue", BRANCH, "--points", "1-2"]);
    // Another sweep over the same code: the same trees but for the definition's name.
    repo.ok(["create", "--name", "again", "--branch", "again"]);
    let said = queue(&["queue", "again", "--reuse", "-j", "1"]);
    assert!(said.contains("again: 3 ok (2 taken from earlier runs) in "), "{said}");
    assert_eq!(repo.lines("ran").len(), 3, "points 1 and 2 are known, 3 is not");
    let table = repo.ok(["results", "again", "--format", "csv", "--columns", "g,score,status,executor"]);
    assert_eq!(table, "g,score,status,executor\n1,1,ok,reuse\n2,2,ok,reuse\n3,3,ok,local\n");
    queue(&["queue", BRANCH]);
    assert_eq!(repo.lines("ran").len(), 4, "without --reuse it runs");
}

#[test]
fn ctrl_c_is_heard_while_results_are_reused() {
    let measure = |times| {
        let many = 3000 * times as usize;
        let repo = laid(1, "", SCORE);
        repo.ok(["queue"]);
        let mut queue = Live::start(&repo, ["queue", "--reuse", "--repeat", &many.to_string()]);
        let results = repo.root().join(".git/gitsweep/results");
        wait_until("the first", || std::fs::read_dir(&results).is_ok_and(|mut folders| folders.next().is_some()));
        let is_at_it = queue.is_running();
        queue.signal(libc::SIGINT);
        (is_at_it, many, queue.wait(), repo)
    };
    // It may be through with them before this test goes on.
    let (_, many, said, repo) = in_time(measure, |(is_at_it, _, said, _)| *is_at_it && said.code == 130);
    assert_eq!(said.code, 130, "{}", said.err);
    assert!(repo.point(1).len() < many, "{}", said.err);
}

#[test]
fn queues_at_once_share_the_points_and_run_none_twice() {
    for queues in [2, 4] {
        let points = 40;
        let repo = laid(points, "", "echo $g >> \"$OUT\"/ran; echo $g > output.json");
        let start = || {
            let mut command = repo.gitsweep_command(["queue", "-j", "2"]);
            command.env("OUT", repo.outside()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let running: Vec<_> = (0..queues).map(|_| start()).collect();
        for child in running {
            let said = Said::of(child.wait_with_output().unwrap());
            assert_eq!(said.code, 0, "{}", said.err);
        }
        let mut ran: Vec<u32> = repo.lines("ran").iter().map(|line| line.parse().unwrap()).collect();
        ran.sort_unstable();
        assert_eq!(ran, (1..=points).collect::<Vec<_>>());
        assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; points as usize]);
        repo.nothing_is_left_running();
        repo.fsck();
    }
}

#[test]
fn a_queue_knows_what_another_has_done_since_it_began() {
    let script =
        "echo $g >> ../../../../../../begun; [ $g != 1 ] || until [ -e ../../../../../../go ]; do sleep .02; done";
    let repo = laid(3, "", script);
    let queue = Live::start(&repo, ["queue", "-j", "1"]);
    wait_until("the first run", || repo.begun() == 1);
    repo.ok(["queue", "--points", "2"]);
    assert!(repo.fails(1, ["exec", "1"]).contains("running already"));
    std::fs::write(repo.root().join("go"), "").unwrap();
    let said = queue.wait();
    assert!(said.err.contains("2 ok, 1 in flight already"), "{}", said.err);
    assert_eq!(repo.begun(), 3, "point 2 ran once");
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 3]);
}

/// A sweep of four points that wait for the file `go` beside the repository.
fn waiting() -> Repo {
    let repo = laid(
        4,
        "",
        "echo $g >> ../../../../../../begun; until [ -e ../../../../../../go ]; do sleep .02; done\necho $g > output.json",
    );
    let place = repo.root().join(".git/gitsweep/checkouts/owner/0/model");
    assert_eq!(place.ancestors().nth(6).unwrap(), repo.root(), "the script counts on that depth");
    repo
}

#[test]
fn ctrl_c_once_starts_no_more_runs_and_lets_the_running_ones_finish() {
    let repo = waiting();
    let queue = Live::start(&repo, ["queue", "-j", "2"]);
    wait_until("two runs", || repo.begun() == 2);
    queue.signal(libc::SIGINT);
    queue.wait_to_say("no new runs");
    std::fs::write(repo.root().join("go"), "").unwrap();
    let said = queue.wait();
    assert_eq!(said.code, 130, "{}", said.err);
    assert!(said.err.contains("2 ok, 2 left"), "{}", said.err);
    assert!(said.err.ends_with(&format!("next: gitsweep queue {BRANCH} goes on\n")), "{}", said.err);
    assert_eq!(repo.statuses(BRANCH), [vec!["ok"], vec!["ok"], vec![], vec![]]);
    repo.ok(["queue"]);
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 4]);
}

#[test]
fn ctrl_c_twice_or_term_ends_the_runs_which_stay_to_be_run() {
    let end = "ending what runs";
    for signals in [&[(libc::SIGINT, "no new runs"), (libc::SIGINT, end)][..], &[(libc::SIGTERM, end)]] {
        let repo = waiting();
        let queue = Live::start(&repo, ["queue", "-j", "2"]);
        wait_until("two runs", || repo.begun() == 2);
        for (signal, answer) in signals {
            queue.signal(*signal);
            queue.wait_to_say(answer);
        }
        let said = queue.wait();
        assert_eq!(said.code, 130, "{}", said.err);
        assert!(said.err.ends_with(&format!("next: gitsweep queue {BRANCH} goes on\n")), "{}", said.err);
        assert_eq!(repo.statuses(BRANCH), [vec!["cancelled"], vec!["cancelled"], vec![], vec![]]);
        repo.nothing_is_left_running();
        assert!(repo.ok(["status"]).contains("4 pending"));
        std::fs::write(repo.root().join("go"), "").unwrap();
        repo.ok(["queue"]);
        let ok = vec!["ok"];
        let again = vec!["cancelled", "ok"];
        assert_eq!(repo.statuses(BRANCH), [&again, &again, &ok, &ok].map(Clone::clone));
    }
}

#[test]
fn under_nohup_a_queue_outlives_its_terminal() {
    let repo = waiting();
    let mut nohup = repo.command("nohup");
    nohup.arg(env!("CARGO_BIN_EXE_gitsweep")).args(["queue", "-j", "2"]);
    let queue = Live::of(&mut nohup);
    wait_until("two runs", || repo.begun() == 2);
    queue.signal(libc::SIGHUP);
    std::thread::sleep(Duration::from_millis(300));
    std::fs::write(repo.root().join("go"), "").unwrap();
    let said = queue.wait();
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 4]);
}

#[test]
fn a_reader_of_its_messages_that_has_gone_ends_no_queue() {
    let repo = laid(4, "", "[ $g != 1 ] || exit 1\nsleep .3; echo $g > output.json");
    let mut queue = repo.gitsweep_command(["queue", "-j", "2"]).stderr(Stdio::piped()).spawn().unwrap();
    drop(queue.stderr.take());
    assert_eq!(queue.wait().unwrap().code(), Some(3));
    assert_eq!(repo.statuses(BRANCH), [["failed"], ["ok"], ["ok"], ["ok"]]);
    repo.nothing_is_left_running();
}

#[test]
fn ctrl_c_twice_ends_a_run_whose_checkout_is_still_being_made() {
    let files = live::model(1, "", "echo began >> ../../../../../../begun; while :; do sleep .1; done");
    let repo = Repo::with(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    repo.write(".gitattributes", "data filter=slow\n");
    repo.write("data", "data\n");
    repo.git(["config", "filter.slow.clean", "cat"]);
    repo.git(["config", "filter.slow.smudge", &format!("touch '{}'; sleep 1; cat", repo.beside("slow").display())]);
    repo.commit("Slow data");
    repo.create();
    let queue = Live::start(&repo, ["queue"]);
    wait_until("the filter", || repo.beside("slow").exists());
    queue.signal(libc::SIGINT);
    queue.wait_to_say("no new runs");
    queue.signal(libc::SIGINT);
    let said = queue.wait();
    assert_eq!(said.code, 130, "{}", said.err);
    assert_eq!(repo.statuses(BRANCH), [["cancelled"]]);
}

/// A sweep of a hundred short runs, of which the first that finds the next point claimed while it runs writes its number into
/// the file `long` beside the repository, and then does `deed`; its queue; and that number, once it is there. None, and that
/// printed, on a machine that takes too long for every run: then none is claimed ahead.
fn claimed_ahead(deed: &str) -> Option<(Repo, Live, usize)> {
    // No program is started, for which a slow machine needs its time, and each run looks for longer than the one before it.
    let script = format!(
        "line=0; while [ $line -le $g ] && read -r next; do line=$((line + 1)); done < \"$OUT/claims\"
        look=0; while [ $look -lt $((g * 100)) ] && [ ! -e \"$OUT/long\" ]; do
            if [ -e \"$next\" ]; then
                echo $g > \"$OUT/long\"
                {deed}
            fi
            look=$((look + 1))
        done
        echo $g > output.json"
    );
    for _ in 0..2 {
        let repo = laid(100, "", &script);
        repo.tell_claims();
        let mut queue = Live::start(&repo, ["queue", "-j", "1"]);
        while queue.is_running() && repo.lines("long").is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        if let [long] = &repo.lines("long")[..] {
            return Some((repo, queue, long.parse().unwrap()));
        }
    }
    let _ = writeln!(std::io::stderr(), "skipped: no run is short on this machine");
    None
}

/// What the run does after which a point is claimed: it goes on until there is the file `go` beside the repository.
const HOLD: &str = "until [ -e \"$OUT/go\" ]; do sleep .02; done";

#[test]
fn a_point_that_is_claimed_ahead_is_given_back_when_a_run_turns_out_long() {
    let Some((repo, queue, long)) = claimed_ahead(HOLD) else { return };
    wait_until("the claim to be given back", || !repo.claim(long + 1).exists());
    repo.ok(["queue", "--points", &(long + 1).to_string()]);
    std::fs::write(repo.beside("go"), "").unwrap();
    let said = queue.wait();
    assert!(said.err.contains("99 ok, 1 in flight already"), "{}", said.err);
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 100]);
}

#[test]
fn a_point_that_is_claimed_ahead_is_given_back_by_ctrl_c() {
    let Some((repo, queue, long)) = claimed_ahead(HOLD) else { return };
    queue.signal(libc::SIGINT);
    queue.wait_to_say("no new runs");
    wait_until("the claim to be given back", || !repo.claim(long + 1).exists());
    std::fs::write(repo.beside("go"), "").unwrap();
    let said = queue.wait();
    assert_eq!(said.code, 130, "{}", said.err);
    assert!(said.err.contains(&format!("{long} ok, {} left", 100 - long)), "{}", said.err);
    let ran: Vec<usize> = repo.statuses(BRANCH).iter().map(Vec::len).collect();
    assert_eq!(ran, [vec![1; long], vec![0; 100 - long]].concat());
    repo.ok(["queue"]);
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 100]);
    assert_eq!(repo.record(long + 1)["attempt"], 1);
}

#[test]
fn a_point_that_was_claimed_ahead_of_a_killed_queue_is_said_not_to_have_begun() {
    let Some((repo, queue, killer)) = claimed_ahead("kill -9 $PPID") else { return };
    assert_ne!(queue.wait().code, 0);
    let never = "was to run it (pid ";
    assert!(repo.ok(["status"]).contains(never));
    let said = repo.run(["queue"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let line = said.err.lines().find(|line| line.contains(never)).unwrap();
    assert!(line.starts_with(&format!("point {}: the gitsweep that", killer + 1)), "{line}");
    assert!(line.ends_with(") was killed before it began; the point is to be run again"), "{line}");
    let reason = |point: usize| repo.point(point)[0]["reason"].as_str().unwrap().to_owned();
    assert!(reason(killer + 1).ends_with(") was killed before it began"));
    assert!(reason(killer).ends_with(") was killed"));
}

#[test]
fn no_point_is_claimed_ahead_where_another_queue_takes_points() {
    let script = "[ $g != 1 ] || until [ -e \"$OUT/go\" ]; do sleep .02; done
        for try in 1 2 3 4; do
            [ ! -e \"$(sed -n \"$((g + 1))p\" \"$OUT/claims\")\" ] || echo $g >> \"$OUT/ahead\"
            sleep .01
        done
        echo $g > output.json";
    let repo = laid(20, "", script);
    repo.tell_claims();
    let other = Live::start(&repo, ["queue", "--points", "1"]);
    wait_until("the first run", || repo.claim(1).exists());
    repo.ok(["queue", "-j", "1"]);
    std::fs::write(repo.beside("go"), "").unwrap();
    assert_eq!(other.wait().code, 0);
    assert_eq!(repo.lines("ahead"), [""; 0]);
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 20]);
}

#[test]
fn runs_begin_while_outcomes_are_folded_in() {
    // The third run tells whether anything is folded in as it begins.
    let script = "[ $g != 3 ] || [ ! -e \"$OUT\"/model/.git/refs/notes/gitsweep ] || echo notes > \"$OUT\"/folded
        echo $g >> \"$OUT\"/begun; [ $g != 2 ] || sleep 1.5; echo $g > output.json";
    let measure = |_| {
        let repo = laid(4, "", script);
        repo.set("OUT", repo.outside());
        let state = repo.root().join(".git/gitsweep");
        std::fs::create_dir_all(&state).unwrap();
        // Whoever folds waits five seconds for this, and goes on without: a slow machine may need them for the second run.
        let lock = std::fs::File::create(state.join("ledger.lock")).unwrap();
        lock.lock().unwrap();
        let queue = Live::start(&repo, ["queue", "-j", "1"]);
        wait_until("the third run", || repo.lines("begun").len() >= 3);
        drop(lock);
        let said = queue.wait();
        assert_eq!(said.code, 0, "{}", said.err);
        assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 4]);
        repo.lines("folded")
    };
    assert_eq!(in_time(measure, Vec::is_empty), [""; 0]);
}

#[test]
fn exec_runs_one_commit_and_moves_no_ref() {
    let repo = laid(3, "", "echo $GITSWEEP_ATTEMPT >> kept.txt; [ $g != 3 ] && echo $g > output.json");
    let commit = repo.points(BRANCH)[1].clone();
    let refs = repo.git(["for-each-ref"]);
    repo.ok(["exec", &commit]);
    assert_eq!(repo.git(["for-each-ref"]), refs);
    assert!(repo.ok(["results", "--format", "csv", "--columns", "g,score"]).contains("\n2,2\n"));
    assert_eq!(repo.statuses(BRANCH), [vec![], vec!["ok"], vec![]]);
    repo.ok(["exec", "2"]);
    repo.fails(3, ["exec", "3"]);
    repo.ok(["queue", "--limit", "1"]);
    assert_eq!(repo.statuses(BRANCH), [vec!["ok"], vec!["ok", "ok"], vec!["failed"]]);
    assert_eq!(repo.kept(2, "kept.txt"), "2\n");
    repo.nothing_is_left_running();
}

#[test]
fn a_result_stays_whose_job_is_told_to_end_while_what_it_left_is_collected() {
    let repo = laid(1, "", "echo $g > output.json; seq 50000 | xargs touch");
    let submit =
        "#!/bin/sh\nsetsid sh -c 'echo $$ > ../job; exec '\"$GITSWEEP_EXEC\" </dev/null >/dev/null 2>&1 &\necho 17\n";
    repo.write_program("submit.sh", submit);
    repo.ok(["queue", "-e", "./submit.sh"]);
    let kept = repo.root().join("sweeps");
    let is_collecting = |folder: &Path| std::fs::read_dir(folder).is_ok_and(|entries| entries.count() > 1);
    let folders = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    wait_until("what it left", || folders(&kept).flat_map(|sweep| folders(&sweep)).any(|run| is_collecting(&run)));
    // Schedulers tell a program that its job is to end about when they tell gitsweep.
    std::thread::sleep(Duration::from_millis(300));
    let job: libc::pid_t = repo.lines("job")[0].parse().unwrap();
    // SAFETY: it is the job's, or has ended a moment ago.
    unsafe { libc::kill(job, libc::SIGTERM) };
    // A slow disk takes its time for so many files: as long as there are more of them, it is at work.
    let moved = || folders(&kept).flat_map(|sweep| folders(&sweep)).map(|run| folders(&run).count()).sum::<usize>();
    while is_alive(job as u32) {
        let before = moved();
        wait_until("its end, or more of what it left", || !is_alive(job as u32) || moved() > before);
    }
    repo.ok(["status"]);
    assert_eq!(repo.statuses(BRANCH), [["ok"]]);
}

#[test]
fn exec_leaves_alone_what_runs_already() {
    let repo = waiting();
    let first = Live::start(&repo, ["exec", "1"]);
    wait_until("the run", || repo.begun() == 1);
    assert!(repo.fails(1, ["exec", "1"]).contains("running already"));
    first.signal(libc::SIGINT);
    assert_eq!(first.wait().code, 130);
    std::fs::write(repo.root().join("go"), "").unwrap();
    repo.ok(["exec", "1"]);
    assert!(repo.ok(["status"]).contains("1 ok"));
    assert_eq!(repo.statuses(BRANCH)[0], ["cancelled", "ok"]);
}

impl Repo {
    /// The file of the claim on the first attempt at a point.
    fn claim(&self, index: usize) -> PathBuf {
        let commit = &self.points(BRANCH)[index - 1];
        self.root().join(".git/gitsweep/claims").join(&commit[..2]).join(format!("{commit}.1"))
    }

    /// Has runs find the path of each point's claim in the file `claims` of the folder `OUT`.
    fn tell_claims(&self) {
        let claims = (1..=self.points(BRANCH).len()).map(|index| format!("{}\n", self.claim(index).display()));
        std::fs::write(self.beside("claims"), claims.collect::<String>()).unwrap();
        self.set("OUT", self.outside());
    }

    fn begun(&self) -> usize {
        std::fs::read_to_string(self.root().join("begun")).unwrap_or_default().lines().count()
    }
}

#[test]
fn quiet_tells_of_what_failed_and_of_nothing_else() {
    let repo = laid(2, "", "echo why; test $g = 1");
    let err = repo.fails(3, ["queue", "--quiet"]);
    assert!(err.starts_with("point 2 failed in ") && err.ends_with("g=2 (exit code 1: why)\n"), "{err}");
    assert_eq!(repo.run(["queue", "--quiet", "--points", "1", "--rerun", "all"]).err, "");
}

#[test]
fn whoever_stops_watching_has_interrupted_it() {
    let repo = laid(1, "", "true");
    let mut watch = repo.gitsweep_command(["status", "--watch"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut first = [0];
    std::io::Read::read_exact(watch.stdout.as_mut().unwrap(), &mut first).unwrap();
    // SAFETY: the child has not been waited for, so the id is its own.
    unsafe { libc::kill(watch.id() as libc::pid_t, libc::SIGINT) };
    assert_eq!(watch.wait().unwrap().code(), Some(130));
}

#[test]
fn results_that_are_the_same_at_all_points_are_told_of() {
    let said = |points: u32, script: &str, more: &[&str]| {
        let repo = laid(points, "", script);
        let said = repo.run([&["queue", "-j", "2"][..], more].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        said.err
    };
    // The objective alone counts.
    let same = "echo '{\"score\": 2, \"rate\": '$g'}' > output.json";
    let err = said(4, same, &[]);
    let word = "the results of all 4 points are the same, score=2: does the program read what varies?\n";
    assert!(err.contains(word), "{err}");
    assert!(err.contains(&format!("hint: gitsweep diff {BRANCH}:1 {BRANCH}:2 shows")), "{err}");
    for (points, script, more) in [
        (3, same, &[][..]),
        (4, "echo $g > output.json", &[]),
        (4, "[ $g = 2 ] && echo 3 > output.json || echo 2 > output.json", &[]),
        (4, "true", &[]),
        (4, same, &["--points", "1", "--repeat", "5"]),
    ] {
        let err = said(points, script, more);
        assert!(!err.contains("are the same"), "{script} {more:?}: {err}");
    }
}

#[test]
fn without_an_objective_all_that_runs_report_has_to_be_the_same() {
    let said = |report: &str| {
        let repo = Repo::with(&[("m.sh", &format!("g=1\necho \"{{{report}}}\" > output.json\n"))]);
        repo.ok(["create", "-f", "m.sh", "-p", "g=[1, 2, 3, 4]", "--", "sh", "m.sh"]);
        repo.run(["queue"]).err
    };
    let same = said(r#"\"a\": 1, \"b\": 0.5"#);
    assert!(same.contains("the results of all 4 points are the same, a=1, b=0.5: does the program"), "{same}");
    for report in [r#"\"a\": 1, \"b\": $g"#, r#"\"a\": 1, \"b$g\": 1"#, ""] {
        let err = said(report);
        assert!(err.contains("4 ok") && !err.contains("are the same"), "{report}: {err}");
    }
}

#[test]
fn a_copy_of_a_repository_has_none_of_its_runs() {
    let repo = laid(2, "", "until [ -e \"$OUT/go\" ]; do sleep 0.1; done\necho $g > output.json");
    repo.set("OUT", repo.outside());
    let queue = Live::start(&repo, ["queue", "-j", "1"]);
    wait_until("a run", || repo.ok(["status"]).contains("1 running"));
    let copy = repo.beside("copy");
    assert!(Command::new("cp").arg("-r").args([repo.root(), &copy]).status().unwrap().success());
    let said = repo.run_in(&copy, ["status"]);
    let whose = format!("this repository is a copy of {}: ", repo.root().display());
    assert!(said.out.contains("\n  0 ok   2 pending\n") && said.err.contains(&whose), "{}{}", said.out, said.err);
    assert!(repo.run_in(&copy, ["cancel"]).err.contains("nothing is in flight"));
    std::fs::write(repo.beside("go"), "").unwrap();
    assert!(repo.run_in(&copy, ["queue", "-j", "2"]).err.contains(": 2 ok in "));
    assert_eq!(queue.wait().code, 0);
    assert_eq!(repo.statuses(BRANCH), [["ok"]; 2]);
}

#[test]
fn runs_stay_with_a_repository_in_whose_place_another_stands() {
    let script = "touch \"$OUT\"/begun\nuntil [ -e \"$OUT\"/go ]; do sleep 0.1; done\necho $g > output.json";
    let repo = laid(2, "", script);
    repo.set("OUT", repo.outside());
    let queue = Live::start(&repo, ["queue", "-j", "1"]);
    // A run whose checkout is still being made when its repository is moved ends there.
    wait_until("a run", || repo.beside("begun").exists());
    let moved = repo.beside("moved");
    std::fs::rename(repo.root(), &moved).unwrap();
    // As where a container, or another machine, has something else under the same name.
    repo.git_in(&moved, ["clone", "-q", ".", &repo.root().display().to_string()]);
    std::fs::create_dir(repo.root().join(".git/gitsweep")).unwrap();
    let said = repo.run_in(&moved, ["status"]);
    assert!(said.out.contains("1 running   1 pending"), "{}{}", said.out, said.err);
    assert!(!said.err.contains("is a copy of"), "{}", said.err);
    std::fs::write(repo.beside("go"), "").unwrap();
    queue.wait();
}

#[test]
fn a_run_that_lacks_a_file_of_the_checkout_says_how_it_comes_by_it() {
    let repo = Repo::with(&[
        ("model.sh", "g=1\ncat data/raw/x.txt\n"),
        ("data/README", "what there is\n"),
        (".gitignore", "data/raw\n"),
    ]);
    repo.write("data/raw/x.txt", "7\n");
    let run = ["run", "-f", "model.sh", "-p", "g=1 to 5 step 1", "--branch", "s", "--", "sh model.sh"];
    let way_out = "data/raw is in your checkout and not committed: link = [\"data/raw\"] under [run] brings it into points laid \
                   from then on; if it is for output: mkdir -p data/raw in the command";
    let said = repo.run(run);
    assert_eq!(said.code, 3);
    assert!(said.err.contains(&format!("hint: {way_out}\n")), "{}", said.err);
    let status = repo.run(["status", "s"]).out;
    assert!(status.contains(&format!("\n  {way_out}\n")), "{status}");
    // Five failures for one reason are a line.
    assert!(status.contains("failed:\n  1-5   failed: exit code 1: cat: data/raw/x.txt: "), "{status}");
    // What a run has left itself is no file that it lacked.
    let message = "mkdir -p data/raw; echo 8 > data/raw/x.txt; echo 'bad data/raw/x.txt'; exit 1";
    let said = repo.run(["run", "--branch", "t", "--", message]);
    assert!(said.code == 3 && !said.err.contains("link ="), "{}", said.err);
}

#[test]
fn repeats_that_report_the_same_are_told_of() {
    let repo = Repo::with(&[("model.sh", "g=1\nseed=1\necho $g.$seed > output.json\n")]);
    let run = |branch: &str, flags: &[&str]| {
        let run = ["run", "--repeats", "3", "-f", "model.sh", "-p", "g=[1, 2]", "--branch", branch];
        repo.run([&run[..], flags, &["--", "sh model.sh"]].concat()).err
    };
    let said = run("same", &["-j1"]);
    assert!(
        said.contains(
            "the repeats of each setting, 1 and 3 for one, have reported the same: does the program read seed?\n"
        ),
        "{said}"
    );
    assert!(
        said.contains("file = \"FILE\" under [params.seed] has the line written that gives seed its value"),
        "{said}"
    );
    repo.write("gitsweep.toml", "[params.seed]\nfile = \"model.sh\"\n");
    repo.commit("define");
    let said = run("different", &["-j1"]);
    assert!(said.contains("6 ok") && !said.contains("have reported the same"), "{said}");
}

#[test]
fn a_file_server_that_is_away_as_runs_begin_is_waited_for() {
    if !has_strace() {
        return;
    }
    // The run folder, and the claim.
    for (calls, place) in [("mkdir", "sweeps"), ("link,linkat,renameat2", "claims")] {
        let repo = laid(3, "", "echo $g > output.json");
        let point = &repo.points(BRANCH)[1];
        let path = match place {
            "sweeps" => format!("sweeps/{BRANCH}/2-{}", &point[..10]),
            _ => format!(".git/gitsweep/claims/{}/{point}.1", &point[..2]),
        };
        let mut command = repo.command("strace");
        command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}")]);
        command.args(["-e", &format!("inject={calls}:error=EIO:when=1..4"), "-P"]).arg(repo.root().join(&path));
        let gitsweep = command.arg(env!("CARGO_BIN_EXE_gitsweep")).args(["queue", "-j", "1"]);
        let said = Said::of(gitsweep.output().unwrap());
        assert_eq!(said.code, 0, "{}", said.err);
        assert_eq!(repo.statuses(BRANCH), [["ok"], ["ok"], ["ok"]]);
        assert_eq!(said.err.matches("; waiting for the file system for up to ").count(), 1, "{}", said.err);
        let folders = std::fs::read_dir(repo.root().join("sweeps").join(BRANCH)).unwrap().count();
        assert_eq!(folders, 3, "nothing is set aside");
    }
}

#[test]
fn a_run_that_cannot_begin_leaves_no_folder() {
    // Longer than a word of a command may be.
    let command = format!("true {}", "x".repeat(1 << 18));
    let spec = format!("[run]\ncommand = \"{command}\"\n[params.g]\nfile = \"model.sh\"\nvalues = [1]\n");
    let repo = Repo::with(&[("model.sh", "g=0\n"), ("gitsweep.toml", &spec)]);
    let branch = repo.create();
    let error = repo.fails(1, ["queue"]);
    assert!(error.contains("cannot start sh") && error.contains("is the command too long?"), "{error}");
    let folders = std::fs::read_dir(repo.root().join("sweeps").join(branch));
    assert_eq!(folders.map_or(0, Iterator::count), 0);
}
