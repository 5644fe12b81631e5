//! Failures: once so many runs of a queue have failed as the user lets, no more of its points begin, whoever makes them, and
//! those that are left stay to be run.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod cluster;
mod common;
mod fakes;
mod lab;
mod live;

use std::sync::OnceLock;

use cluster::{Cluster, Options};
use common::{BRANCH, Repo};
use lab::{HOLD, Lab};

/// The cluster of all tests here, on which two jobs run at a time. It ends with the process.
fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let options = Options { nodes: 1, cpus: 2, max_array_size: 11, ..Options::default() };
    CLUSTER.get_or_init(|| Cluster::start(options)).as_ref()
}

/// How many points have failed; those that have not have no outcome at all.
fn failed(lab: &Lab<'_>) -> usize {
    lab.status();
    let statuses = lab.repo.statuses(BRANCH);
    assert!(statuses.iter().flatten().all(|status| status == "failed"), "{}", lab.reasons());
    statuses.iter().filter(|of_point| !of_point.is_empty()).count()
}

/// Nothing is in flight, and `status` says why.
fn is_stopped(lab: &Lab<'_>, most: u64) {
    let status = lab.status();
    assert_eq!((&status["counts"]["queued"], &status["counts"]["running"]), (&0.into(), &0.into()), "{status}");
    let why = status["stopped"].as_str().unwrap();
    assert!(why.ends_with(&format!(" failed (--max-failures {most})")), "{why}");
    let said = lab.repo.run(["status"]);
    let line = format!("no more points are started: {why}; gitsweep queue {BRANCH} -e slurm goes on");
    assert!(said.code == 3 && said.out.contains(&line), "{}", said.out);
    lab.wait_until_gone();
    lab.wait("the submissions to go", || {
        lab.status();
        let folder = lab.repo.root().join(".git/gitsweep/submissions");
        std::fs::read_dir(folder).unwrap().next().is_none()
    });
    lab.repo.fsck();
}

#[test]
fn what_waits_in_several_arrays_is_cancelled_once_and_may_be_queued_again() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 40, "", "exit 4");
    let said = lab.queue(&["--max-failures", "2", "--wait"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("no new runs: that many have failed\n"), "{}", said.err);
    let first = failed(&lab);
    assert!((2..=4).contains(&first), "two run at a time: {}", lab.reasons());
    assert!(said.err.contains(&format!("{first} failed, {} left in ", 40 - first)), "{}", said.err);
    let scancels = lab.faults.calls("scancel");
    assert!(scancels.iter().all(|call| call.starts_with("scancel --state=PENDING ")), "{scancels:?}");
    is_stopped(&lab, 2);
    // Another queue counts anew, and begins with the points that have not been run.
    lab.queue(&["--max-failures", "1", "--wait"]);
    assert!(failed(&lab) > first, "{}", lab.reasons());
    is_stopped(&lab, 1);
    assert!(lab.repo.statuses(BRANCH).iter().all(|of_point| of_point.len() < 2), "{}", lab.reasons());
    // What goes on forgets it.
    lab.repo.run(["queue", "--limit", "1", "-e", "local"]);
    assert!(lab.status()["stopped"].is_null());
    // So does another sweep of that name.
    lab.queue(&["--max-failures", "1", "--wait"]);
    is_stopped(&lab, 1);
    lab.repo.ok(["delete", BRANCH, "--yes"]);
    lab.repo.create();
    assert!(lab.status()["stopped"].is_null());
}

#[test]
fn what_failed_is_tried_again_behind_what_never_ran() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 9, "", "exit 4");
    lab.queue(&["--limit", "2", "--wait"]);
    lab.queue(&["--max-active", "1", "--max-failures", "3", "--wait"]);
    lab.wait_until_gone();
    let starts = lab.repo.lines("starts");
    assert!(starts.len() >= 5 && !starts[2..].iter().any(|point| ["1", "2"].contains(&point.as_str())), "{starts:?}");
    // All of them once more, and those that have failed after them.
    let said = lab.queue(&["--max-active", "1", "--wait"]);
    assert_eq!(said.code, 3, "{}", said.err);
    lab.wait_until_gone();
    let points: Vec<u64> = lab.repo.lines("starts")[starts.len()..].iter().map(|line| line.parse().unwrap()).collect();
    let next = u64::try_from(starts.len()).unwrap() + 1;
    assert_eq!(points, (next..=9).chain(1..next).collect::<Vec<_>>());
    lab.repo.fsck();
}

#[test]
fn what_runs_goes_on_to_its_end() {
    let Some(cluster) = cluster() else { return };
    // The first fails once the second has begun.
    let first = "until grep -qx 2 \"$OUT\"/starts; do sleep 0.1; done; exit 4";
    let script = format!("[ $g != 1 ] || {{ {first}; }}\n{HOLD}\necho $g > output.json");
    let lab = Lab::new(cluster, 8, "[queue]\nmax_failures = 1", &script);
    lab.submit(&[]);
    lab.wait("the first to fail", || lab.count("failed") == 1);
    let running = lab.count("running");
    assert_eq!(running, 1, "{}", lab.status());
    assert!(lab.status()["stopped"].is_string());
    lab.release();
    lab.settle();
    assert_eq!((lab.count("ok"), lab.count("failed"), lab.count("pending")), (running, 1, 7 - running));
    assert_eq!(lab.starts().len() as u64, running + 1);
    is_stopped(&lab, 1);
}

#[test]
fn jobs_find_by_themselves_that_enough_have_failed_where_nodes_may_not_cancel() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 9, "", "exit 4");
    lab.faults.plan("scancel", &["* fail Access denied"]);
    lab.submit(&["--max-failures", "1"]);
    // Nobody looks meanwhile.
    lab.wait_until_gone();
    let first = failed(&lab);
    assert!((1..=2).contains(&first), "{}", lab.reasons());
    assert_eq!(lab.starts().len(), first);
    is_stopped(&lab, 1);
}

#[test]
fn workers_count_together() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 30, "", "exit 4");
    let said = lab.queue(&["--workers", "4", "--max-failures", "3", "--wait"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!((3..=4).contains(&failed(&lab)), "two run at a time: {}", lab.reasons());
    is_stopped(&lab, 3);
}

#[test]
fn a_run_that_only_slurm_tells_of_counts_too() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 40, "[queue.slurm]\nsetup = [\"false\"]", "exit 0");
    lab.submit(&["--max-failures", "1", "--max-active", "1"]);
    lab.wait("enough to be told of", || lab.status()["stopped"].is_string());
    lab.settle();
    assert!((1..40).contains(&failed(&lab)), "{}", lab.reasons());
    is_stopped(&lab, 1);
}

#[test]
fn a_search_that_grows_proposes_no_more() {
    let Some(cluster) = cluster() else { return };
    let repo = Repo::with(&[
        ("model.sh", "x=1.0\nexit 4\n"),
        (
            "gitsweep.toml",
            "name = \"grid_search\"\n[search]\nstrategy = \"evolutionary\"\nobjective = \"loss\"\nseed = 1\ntrials = 30\n\
             [run]\ncommand = \"sh model.sh\"\n[queue]\nmax_failures = 2\n\
             [params.x]\nfile = \"model.sh\"\nvalues = \"Gaussian(0.0, 0.4)\"\n",
        ),
    ]);
    assert_eq!(repo.create(), BRANCH);
    let lab = Lab::with(cluster, repo);
    for words in [&["--max-active", "2"][..], &["--coordinator", "--max-active", "2"]] {
        lab.submit(words);
        lab.wait_until_gone();
        is_stopped(&lab, 2);
    }
    let runs: usize = lab.repo.statuses(BRANCH).iter().map(Vec::len).sum();
    assert!((4..=6).contains(&runs), "{}", lab.reasons());
}
