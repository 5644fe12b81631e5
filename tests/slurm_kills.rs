//! The submitter is killed, at every step, and schedulers' commands fail in every way: no point is submitted twice, and none
//! is forgotten.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod cluster;
mod common;
mod fakes;
mod lab;
mod live;

use std::sync::OnceLock;
use std::time::Duration;

use cluster::{Cluster, Options};
use common::has_strace;
use lab::{HOLD, Lab, REPORT};

const TIMED_OUT: &str = "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation";

/// The cluster of all tests here. It ends with the process.
fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER.get_or_init(|| Cluster::start(Options { cpus: 8, ..Options::default() })).as_ref()
}

/// Goes on as a user would, until every point has its result.
fn carry_on(lab: &Lab<'_>, points: usize) {
    for _ in 0..40 {
        let said = lab.queue(&[]);
        assert!(matches!(said.code, 0 | 4), "{}", said.err);
        if lab.count("ok") == points as u64 {
            break;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    lab.settle();
    // An order that was never taken is no attempt.
    lab.all_ran_once(points);
}

#[test]
fn a_submitter_that_is_killed_around_its_sbatch_submits_nothing_twice() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 6, "", REPORT);
    for (point, step) in [("1-2", "kill-before"), ("3-4", "kill-after")] {
        lab.faults.plan("sbatch", &[step]);
        let said = lab.queue(&["--points", point]);
        assert_eq!(said.code, -1, "{}", said.err);
    }
    assert_eq!(lab.faults.calls("sbatch").len(), 2);
    carry_on(&lab, 6);
    assert!(lab.faults.calls("sbatch").len() <= 4, "{:?}", lab.faults.calls("sbatch"));
}

#[test]
fn a_submitter_that_is_killed_at_any_step_submits_nothing_twice() {
    let Some(cluster) = cluster() else { return };
    if !has_strace() {
        return;
    }
    let steps = [
        ("rename,renameat,renameat2", 4),
        ("link,linkat", 2),
        ("fsync,fdatasync", 5),
        ("unlink,unlinkat", 4),
        ("mkdir,mkdirat", 5),
        ("clone,clone3,vfork,fork", 4),
        ("wait4,waitid", 3),
    ];
    let steps: Vec<(&str, u32)> = steps.iter().flat_map(|(call, most)| (1..=*most).map(|nth| (*call, nth))).collect();
    let points = steps.len();
    let lab = Lab::new(cluster, points as u32, "", REPORT);
    let mut killed = 0;
    for (point, (call, nth)) in (1..).zip(steps) {
        let mut command = lab.repo.command("strace");
        command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")]);
        command.args(["-e", &format!("inject={call}:signal=KILL:when={nth}"), env!("CARGO_BIN_EXE_gitsweep")]);
        let said = command.args(["queue", "-e", "slurm", "--points", &format!("{point}")]).output().unwrap();
        killed += usize::from(!said.status.success());
    }
    assert!(killed * 3 > points, "{killed} of {points}");
    carry_on(&lab, points);
}

#[test]
fn a_submitter_that_is_killed_at_any_instant_is_carried_on_by_the_next() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 40, "", REPORT);
    for instant in 0..20 {
        let limit = format!("{}-{}", 2 * instant + 1, 2 * instant + 2);
        let queue = live::Live::start(&lab.repo, ["queue", "-e", "slurm", "--points", &limit]);
        std::thread::sleep(Duration::from_millis(4 * instant));
        queue.kill();
    }
    carry_on(&lab, 40);
}

#[test]
fn what_a_killed_submitter_has_handed_over_is_cancelled_or_said_not_to_be() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 4, "", &format!("{HOLD}\n{REPORT}"));
    lab.faults.plan("sbatch", &["kill-after"]);
    assert_eq!(lab.queue(&["--max-active", "2"]).code, -1);
    lab.wait_for_starts(2);
    let unreachable = "* fail slurm_load_jobs error: Unable to contact slurm controller (connect failure)";
    lab.faults.plan("squeue", &[unreachable]);
    let said = lab.repo.run(["cancel"]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(
        said.err.contains("not cancelled")
            && said.err.contains(&format!("gitsweep cancel {} --forget", common::BRANCH)),
        "{}",
        said.err
    );
    assert_eq!(lab.slurm_jobs("RUNNING").len(), 2);
    lab.faults.plan("squeue", &[]);
    let said = lab.repo.run(["cancel"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("2 waiting points taken back, 2 running points told to end"), "{}", said.err);
    lab.wait_until_gone();
    lab.release();
    lab.settle();
    lab.submit(&["--wait"]);
    lab.outcomes(&[["cancelled", "ok"]; 4]);
}

#[test]
fn an_answer_that_was_lost_is_asked_for() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 4, "", REPORT);
    lab.faults.plan("sbatch", &[&format!("accept-then {TIMED_OUT}")]);
    lab.submit(&["--wait"]);
    assert_eq!(lab.faults.calls("sbatch").len(), 1);
    lab.all_ran_once(4);
}

#[test]
fn an_answer_that_was_lost_and_cannot_be_asked_for_at_once_does_not_run_points_twice() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 4, "", &format!("sleep 4\n{REPORT}"));
    lab.faults.plan("sbatch", &[&format!("accept-then {TIMED_OUT}")]);
    lab.faults.plan("squeue", &["fail slurm_load_jobs error: Unable to contact slurm controller"]);
    lab.submit(&[]);
    assert_eq!(lab.faults.calls("sbatch").len(), 1);
    lab.settle();
    lab.all_ran_once(4);
}

#[test]
fn a_submission_that_was_refused_for_now_is_tried_again() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 4, "", REPORT);
    lab.faults.plan("sbatch", &[&format!("fail {TIMED_OUT}"), "hang 2"]);
    let said = lab.submit(&["--wait"]);
    assert!(said.contains("not taken now"), "{said}");
    assert_eq!(lab.faults.calls("sbatch").len(), 2);
    lab.all_ran_once(4);
}

#[test]
fn too_many_at_once_go_over_in_parts_and_what_was_not_taken_is_said() {
    let Some(cluster) = cluster() else { return };
    let full = "fail sbatch: error: QOSMaxSubmitJobPerUserLimit; sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)";
    let lab = Lab::new(cluster, 8, "[queue]\npatience = \"1s\"", &format!("{HOLD}\n{REPORT}"));
    // Of eight four are taken, and then no more.
    lab.faults.plan("sbatch", &[full, "pass", &format!("* {full}")]);
    let said = lab.queue(&[]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("job submit limit") && said.err.contains('4'), "{}", said.err);
    assert_eq!(lab.count("pending"), 4);
    lab.faults.plan("sbatch", &[]);
    lab.release();
    lab.submit(&["--wait"]);
    lab.all_ran_once(8);
}

#[test]
fn nothing_is_concluded_from_a_squeue_that_fails() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 4, "", &format!("{HOLD}\n{REPORT}"));
    lab.submit(&["--max-active", "2"]);
    lab.wait_for_starts(2);
    for (fault, told) in [
        ("* fail slurm_load_jobs error: Unable to contact slurm controller (connect failure)", true),
        ("* fail slurm_load_jobs error: Socket timed out on send/recv operation", true),
        ("* hang 2", false),
    ] {
        lab.faults.plan("squeue", &[fault]);
        let said = lab.repo.run(["status"]);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(said.out.contains("2 running") && said.out.contains("2 queued"), "{fault}: {}", said.out);
        assert_eq!(said.err.contains("not known now"), told, "{}", said.err);
        assert!(lab.submit_again_does_nothing());
    }
    lab.release();
    lab.faults.plan("squeue", &[]);
    lab.settle();
    lab.all_ran_once(4);
}

#[test]
fn an_order_that_was_taken_twice_runs_every_point_once() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 4, "", &format!("sleep 4\n{REPORT}"));
    // Taken, though squeue does not know it yet: the same order goes over again.
    lab.faults.plan("sbatch", &[&format!("accept-then {TIMED_OUT}")]);
    lab.faults.plan("squeue", &["say "]);
    lab.submit(&[]);
    assert_eq!(lab.faults.calls("sbatch").len(), 2);
    lab.settle();
    lab.all_ran_once(4);
}
