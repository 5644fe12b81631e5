//! Job arrays on a real Slurm: points go over in few calls, run once each, and every end is told apart.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod cluster;
mod common;
mod fakes;
mod lab;
mod live;

use std::path::Path;
use std::sync::OnceLock;

use cluster::{Cluster, Options};
use common::{BRANCH, Repo};
use lab::{HOLD, Lab, REPORT};
use live::Live;

/// The cluster of all tests here. It ends with the process.
fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let options = || Options { max_array_size: 251, cpus: 8, ..Options::default() };
    CLUSTER.get_or_init(|| Cluster::start(options())).as_ref()
}

#[test]
fn the_example_of_36_points_runs_on_a_cluster() {
    let Some(cluster) = cluster() else { return };
    let repo = Repo::empty();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/balanced_network");
    for file in ["gitsweep.toml", "simulate.py", "src/model.py", ".gitignore"] {
        let text = std::fs::read_to_string(example.join(file)).unwrap();
        // A light model: 30 ms of the network's life.
        repo.write(
            file,
            text.replace("DURATION = 4000.0", "DURATION = 30.0").replace("SETTLE = 300.0", "SETTLE = 3.0"),
        );
    }
    repo.commit("Balanced network");
    repo.create();
    let lab = Lab::with(cluster, repo);
    let before = lab.repo.users_state();
    let said = lab.submit(&["--wait"]);
    assert!(said.contains("36 ok"), "{said}");
    assert_eq!(lab.faults.calls("sbatch").len(), 1);
    let table = lab.repo.ok(["results", "--format", "csv", "--columns", "weightEI,weightII,rate_exc,status"]);
    assert_eq!(table.lines().filter(|line| line.ends_with(",ok")).count(), 36, "{table}");
    assert_eq!(lab.repo.users_state(), before);
    lab.repo.fsck();
    lab.repo.nothing_is_left_running();
}

#[test]
fn a_thousand_points_go_over_in_arrays_that_the_cluster_takes() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 1000, "", REPORT);
    let said = lab.submit(&[]);
    assert!(said.contains("1000 submitted") || said.contains("1,000 submitted"), "{said}");
    assert_eq!(lab.faults.calls("sbatch").len(), 4, "MaxArraySize is 251, so that an array has 250 tasks");
    assert!(lab.submit_again_does_nothing());
    lab.wait("all to have started", || lab.starts().len() == 1000);
    lab.settle();
    lab.all_ran_once(1000);
}

#[test]
fn no_more_run_at_once_than_are_allowed() {
    let Some(cluster) = cluster() else { return };
    // Each counts how many run, itself included.
    let script = "mkdir \"$OUT\"/now.$g; ls -d \"$OUT\"/now.* | wc -l >> \"$OUT\"/counts; sleep 0.3; rmdir \"$OUT\"/now.$g; echo $g > output.json";
    let lab = Lab::new(cluster, 12, "", script);
    lab.submit(&["--max-active", "3", "--wait"]);
    let most = lab.repo.lines("counts").iter().map(|count| count.parse::<u32>().unwrap()).max();
    assert_eq!(most, Some(3));
    lab.all_ran_once(12);
}

#[test]
fn a_job_whose_time_is_over_gets_term_first_and_is_a_timeout() {
    let Some(cluster) = cluster() else { return };
    // One task of an array has the array's id for its own, by which Slurm tells of the others, too.
    let script = format!(
        "trap 'echo saved > saved.txt; exit 9' TERM\n[ $g != 1 ] || exit 4\nwhile :; do sleep 0.1; done\n{REPORT}"
    );
    let lab = Lab::new(cluster, 3, "", &script);
    lab.submit(&[]);
    lab.wait_for_starts(3);
    lab.wait("the first to end", || lab.count("failed") == 1);
    let jobs = lab.jobs();
    lab.cluster.end_now(&jobs[0]);
    lab.cluster.scancel(&jobs[1..]);
    lab.settle();
    lab.outcomes(&[["failed"], ["timeout"], ["cancelled"]]);
    assert_eq!(lab.repo.kept(2, "saved.txt"), "saved\n");
    let record = lab.repo.record(2);
    assert_eq!(record["job"].as_str(), Some(jobs[0].as_str()));
    assert!(record["reason"].as_str().unwrap().contains("time limit"), "{record}");
    lab.repo.nothing_is_left_running();
}

#[test]
fn a_job_that_is_cancelled_by_hand_is_said_to_be_and_can_be_run_again() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 4, "", &format!("{HOLD}\n{REPORT}"));
    lab.submit(&["--max-active", "2"]);
    lab.wait_for_starts(2);
    let jobs = lab.jobs();
    // One that runs and one that waits.
    lab.cluster.scancel([&jobs[0], &jobs[3]]);
    lab.wait("the cancelled", || lab.status()["points"][0]["status"] == "cancelled");
    lab.release();
    lab.settle();
    lab.outcomes(&[["cancelled"], ["ok"], ["ok"], ["cancelled"]]);
    let (ran, waited) = (lab.repo.record(1), lab.repo.record(4));
    assert!(ran["reason"].as_str().unwrap().contains("told to end"), "{ran}");
    assert!(waited["reason"].is_string(), "{waited}");
    lab.submit(&["--wait"]);
    lab.outcomes(&[&["cancelled", "ok"][..], &["ok"], &["ok"], &["cancelled", "ok"]]);
    assert_eq!(lab.starts().values().copied().collect::<Vec<_>>(), [2, 1, 1, 1]);
    lab.repo.nothing_is_left_running();
}

#[test]
fn who_waits_for_results_that_do_not_come_is_told_so_by_the_exit_code() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 2, "", &format!("[ $g = 2 ] || {{ {HOLD}; }}\n{REPORT}"));
    let waiting = Live::start(&lab.repo, ["queue", "-e", "slurm", "--wait"]);
    lab.wait_for_starts(2);
    lab.wait("the second", || lab.count("ok") == 1);
    lab.cluster.scancel([&lab.jobs()[0]]);
    let said = waiting.wait();
    assert!(said.code == 3 && said.err.contains("1 ok, 1 cancelled"), "{} {}", said.code, said.err);
    lab.release();
}

#[test]
fn cancel_takes_back_what_waits_and_ends_what_runs() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 5, "", &format!("{HOLD}\n{REPORT}"));
    lab.submit(&["--max-active", "2"]);
    lab.wait_for_starts(2);
    lab.repo.ok(["cancel", "--points", "2,5"]);
    lab.wait("the third point", || lab.starts().contains_key(&3));
    // Until its job has completed, Slurm might start it again.
    lab.wait("the cancelled points to be free", || {
        let status = lab.status();
        [1, 4].into_iter().all(|at| status["points"][at]["standing"] == "pending")
    });
    let status = lab.status();
    for at in [1, 4] {
        assert_eq!(status["points"][at]["status"], "cancelled", "{status:#}");
    }
    lab.repo.ok(["cancel"]);
    lab.settle();
    lab.wait_until_gone();
    lab.release();
    lab.outcomes(&[["cancelled"]; 5]);
    assert_eq!(lab.starts().len(), 3);
    lab.submit(&["--wait"]);
    lab.outcomes(&[["cancelled", "ok"]; 5]);
    lab.repo.nothing_is_left_running();
}

/// A cluster whose jobs are ending until their programs do.
fn patient() -> Option<Cluster> {
    Cluster::start(Options { nodes: 1, kill_wait: 60, ..Options::default() })
}

#[test]
fn what_was_cancelled_a_moment_ago_and_is_just_ending_is_waited_for_by_the_next_queue() {
    let Some(cluster) = patient() else { return };
    let lab = Lab::deaf(&cluster, 5, "");
    lab.submit(&["--max-active", "3"]);
    lab.wait_for_deaf(3);
    lab.repo.ok(["cancel"]);
    let text = lab.repo.ok(["status"]);
    assert_eq!(text.matches(", ending").count(), 3, "{text}");
    let waits = Live::start(&lab.repo, ["queue", "-e", "slurm"]);
    waits.wait_to_say("3 points are just ending: waiting");
    lab.end_deaf(1);
    let said = waits.wait();
    assert!(said.code == 0 && said.err.contains("5 submitted") && !said.err.contains("in flight"), "{}", said.err);
    lab.wait_for_deaf(7);
    lab.repo.ok(["cancel"]);
    // Who cancels again ends the wait.
    let waits = Live::start(&lab.repo, ["queue", "-e", "slurm"]);
    waits.wait_to_say("4 points are just ending: waiting");
    lab.repo.run(["cancel"]);
    let said = waits.wait();
    assert_eq!(said.code, 130, "{}", said.err);
    let words = format!("ended before anything was submitted; gitsweep queue {BRANCH} -e slurm goes on");
    assert!(said.err.contains(&words), "{}", said.err);
    lab.end_deaf(2);
    lab.settle();
    lab.release();
    lab.submit(&["--wait"]);
    lab.outcomes(&[["cancelled", "cancelled", "ok"]; 5]);
    lab.wait_until_gone();
    lab.repo.nothing_is_left_running();
}

#[test]
fn what_was_cancelled_a_moment_ago_is_waited_for_by_a_queue_here() {
    let Some(cluster) = patient() else { return };
    let lab = Lab::deaf(&cluster, 4, "");
    lab.submit(&["--max-active", "2"]);
    lab.wait_for_deaf(2);
    lab.repo.ok(["cancel"]);
    // Who cancels again ends the wait.
    let here = Live::start(&lab.repo, ["queue", "-e", "local"]);
    here.wait_to_say("2 points are just ending: waiting");
    lab.repo.run(["cancel"]);
    let said = here.wait();
    assert_eq!(said.code, 130, "{}", said.err);
    assert!(
        said.err.contains(&format!("ended before anything was run; gitsweep queue {BRANCH} goes on")),
        "{}",
        said.err
    );
    let here = Live::start(&lab.repo, ["queue", "-e", "local", "-j", "4"]);
    here.wait_to_say("2 points are just ending: waiting");
    lab.end_deaf(1);
    lab.wait_for_deaf(6);
    lab.release();
    let said = here.wait();
    assert!(said.code == 0 && said.err.contains(": 4 ok in ") && !said.err.contains("in flight"), "{}", said.err);
    lab.outcomes(&[["cancelled", "ok"]; 4]);
    lab.wait_until_gone();
    lab.repo.nothing_is_left_running();
}

#[test]
fn what_goes_on_ending_for_longer_than_there_is_patience_is_told_of_and_the_rest_submitted() {
    let Some(cluster) = patient() else { return };
    let lab = Lab::deaf(&cluster, 3, "[queue]\npatience = \"1s\"");
    lab.submit(&["--max-active", "2"]);
    lab.wait_for_deaf(2);
    lab.repo.ok(["cancel"]);
    let said = lab.submit(&[]);
    assert!(said.contains("points 1-2 are ending still on n1, and not taken"), "{said}");
    assert!(said.contains(&format!("gitsweep queue {BRANCH} -e slurm")), "{said}");
    assert!(said.contains("1 submitted, 2 in flight already"), "{said}");
    // What has been waited for once is told of at once: a broken node would have every command wait.
    for executor in ["slurm", "local"] {
        let said = lab.repo.run(["queue", "-e", executor]);
        assert!(!said.err.contains("just ending: waiting"), "{}", said.err);
        let words = "points 1-2 are ending still on n1 (an earlier command has waited for that), and not taken";
        assert!(said.err.contains(words) && said.err.contains(&format!("{BRANCH} -e {executor}\n")), "{}", said.err);
        assert!(said.code == 0 && said.err.contains("3 in flight already"), "{}", said.err);
    }
    lab.release();
    lab.settle();
    lab.submit(&["--wait"]);
    lab.wait_until_gone();
    let last = |index: usize| lab.repo.point(index).last().unwrap()["status"].clone();
    assert_eq!([last(1), last(2), last(3)], ["ok", "ok", "ok"], "{}", lab.reasons());
    lab.repo.fsck();
}

/// On a machine that is slow gitsweep may hear of its end long after the program: here it never does.
#[test]
fn what_term_has_ended_is_known_from_slurm_where_gitsweep_does_not_hear_of_it() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, kill_wait: 60, ..Options::default() }) else { return };
    let deafen = "[queue.slurm]\nsetup = '''[ -n \"$DEAF\" ] || DEAF=1 exec python3 -c \"import os, signal, sys; \
                  signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]); os.execvp('sh', ['sh', sys.argv[1]])\" \"$0\"'''";
    let script = "trap 'exit 143' TERM; echo > \"$OUT\"/begun.$g\n[ $g != 3 ] || exit 4\nwhile :; do sleep .1; done";
    let lab = Lab::new(&cluster, 4, deafen, script);
    lab.submit(&["--points", "1-3"]);
    lab.submit(&["--points", "4", "--workers", "1"]);
    let is_begun = |g: u32| lab.repo.beside(&format!("begun.{g}")).exists();
    lab.wait("the runs", || [1, 2, 4].into_iter().all(is_begun) && lab.count("failed") == 1);
    let jobs = lab.slurm_jobs("RUNNING");
    assert_eq!(jobs.len(), 3, "{jobs:?}");
    lab.cluster.end_now(&jobs[0]);
    lab.cluster.scancel(&jobs[1..]);
    lab.settle();
    lab.outcomes(&[["timeout"], ["cancelled"], ["failed"], ["cancelled"]]);
    lab.wait_until_gone();
    lab.repo.nothing_is_left_running();
}

#[test]
fn status_tells_what_waits_why_what_runs_where_and_for_how_long() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 3, "", &format!("{HOLD}\n{REPORT}"));
    lab.submit(&["--max-active", "1", "--", "--time=30"]);
    lab.wait_for_starts(1);
    let text = lab.repo.ok(["status"]);
    assert!(text.contains("1 running") && text.contains("2 queued"), "{text}");
    assert!(text.contains("JobArrayTaskLimit"), "{text}");
    let status = lab.status();
    let running = &status["points"][0];
    assert!(["n1", "n2"].contains(&running["scheduler"]["node"].as_str().unwrap()), "{running}");
    let left = running["scheduler"]["seconds_left"].as_f64().unwrap();
    assert!((1500.0..=1800.0).contains(&left), "{running}");
    let asked = lab.faults.calls("squeue").len();
    lab.repo.ok(["status"]);
    assert_eq!(lab.faults.calls("squeue").len(), asked + 1, "one question for everything");
    lab.release();
    lab.settle();
    lab.all_ran_once(3);
}

#[test]
fn resources_are_asked_for_and_may_depend_on_the_point() {
    let Some(cluster) = cluster() else { return };
    let definition = "[queue]\nexecutor = \"slurm\"\n[queue.slurm]\ntime = \"00:10:00\"\nmem = \"{50 * g}M\"\ncpus = 2\n\
                      setup = \"export FROM_SETUP='it is'\"\nextra = [\"--comment=hello\"]";
    let lab = Lab::new(cluster, 2, definition, &format!("echo \"$FROM_SETUP\" > seen.txt; {HOLD}\n{REPORT}"));
    let shown = lab.repo.ok(["queue", "--dry-run"]);
    assert!(shown.contains("--mem=50M") && shown.contains("export FROM_SETUP='it is'"), "{shown}");
    assert!(lab.faults.calls("sbatch").is_empty() && lab.starts().is_empty());
    lab.repo.ok(["queue"]);
    lab.wait_for_starts(2);
    for (job, memory) in lab.jobs().iter().zip(["50M", "100M"]) {
        let shown = lab.cluster.scontrol(["show", "job", job]);
        for wanted in
            [format!("MinMemoryNode={memory}"), "TimeLimit=00:10:00".into(), "NumCPUs=2".into(), "Comment=hello".into()]
        {
            assert!(shown.contains(&wanted), "{wanted} is not in\n{shown}");
        }
    }
    lab.release();
    lab.settle();
    lab.all_ran_once(2);
    assert_eq!(lab.repo.kept(1, "seen.txt"), "it is\n");
}

#[test]
fn what_failed_is_submitted_again_on_demand_and_only_that() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 4, "", &format!("[ -e \"$OUT\"/go ] || [ $((g % 2)) = 0 ] || exit 7\n{REPORT}"));
    let said = lab.queue(&["--wait"]);
    assert_eq!(said.code, 3, "{}", said.err);
    lab.outcomes(&[["failed"], ["ok"], ["failed"], ["ok"]]);
    lab.release();
    lab.submit(&["--rerun", "failed", "--wait"]);
    lab.outcomes(&[&["failed", "ok"][..], &["ok"], &["failed", "ok"], &["ok"]]);
}

#[test]
fn two_who_submit_at_once_submit_each_point_once() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 60, "", REPORT);
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..3).map(|_| scope.spawn(|| lab.queue(&[]))).collect();
        for one in all {
            let said = one.join().unwrap();
            assert!(matches!(said.code, 0 | 4), "{}", said.err);
        }
    });
    lab.settle();
    lab.all_ran_once(60);
}

#[test]
fn a_task_that_is_given_up_alone_is_not_asked_about_any_more() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 3, "", &format!("{HOLD}\n{REPORT}"));
    lab.submit(&[]);
    lab.wait_for_starts(3);
    let said = lab.repo.run(["cancel", "--points", "2", "--forget"]);
    assert!(said.code == 0 && said.err.ends_with(": 1 running point given up\n"), "{}", said.err);
    let submissions = lab.repo.root().join(".git/gitsweep/submissions");
    let submission = std::fs::read_dir(submissions).unwrap().next().unwrap().unwrap().path();
    assert_eq!(std::fs::read_to_string(submission.join("closed")).unwrap(), "2\n");
    // It was there all the same: what it tells counts.
    lab.release();
    lab.settle();
    lab.wait_until_gone();
    lab.all_ran_once(3);
}
