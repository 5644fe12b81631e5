//! Workers: a few jobs that take points off a common list, on several nodes and beside queues that help; and what becomes of
//! a worker's point when it dies.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod cluster;
mod common;
mod fakes;
mod lab;
mod live;

use std::sync::OnceLock;

use cluster::{Cluster, Options};
use lab::{HOLD, Lab, REPORT};

/// The cluster of all tests here. It ends with the process.
fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER.get_or_init(|| Cluster::start(Options { cpus: 8, ..Options::default() })).as_ref()
}

#[test]
fn a_few_workers_run_many_points_once_each() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 120, "", REPORT);
    lab.submit(&["--workers", "4"]);
    assert_eq!(lab.faults.calls("sbatch").len(), 1);
    assert!(lab.submit_again_does_nothing());
    lab.settle();
    lab.all_ran_once(120);
    let points = lab.repo.points(common::BRANCH);
    let workers: std::collections::BTreeSet<String> =
        points.iter().map(|commit| lab.repo.records(commit)[0]["job"].as_str().unwrap().to_owned()).collect();
    assert!(workers.len() > 1, "{workers:?}");
}

#[test]
fn jobs_and_workers_read_what_an_extraction_has_read() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 4, "", &format!("[ $g != 4 ] || {{ {HOLD}; }}\n{REPORT}\necho late: ${{g}}0"));
    lab.submit(&["--points", "1"]);
    lab.settle();
    lab.submit(&["--points", "4"]);
    let said = lab.repo.run(["extract", "--metric", "late=late: (.*)"]);
    let command = format!("gitsweep extract {} --metric 'late=late: (.*)'", common::BRANCH);
    assert!(said.err.contains(&format!("1 point in flight; once it has ended: {command}\n")), "{}", said.err);
    lab.release();
    for arguments in [&["--points", "2"][..], &["--points", "3", "--workers", "1"]] {
        lab.submit(arguments);
        lab.settle();
    }
    let late = || lab.repo.ok(["results", "--format", "csv", "--columns", "late"]);
    assert_eq!(late(), "late\n10\n20\n30\n\"\"\n");
    let said = lab.repo.run(["extract", "--metric", "late=late: (.*)"]);
    assert!(said.code == 0 && !said.err.contains("in flight"), "{}", said.err);
    assert_eq!(late(), "late\n10\n20\n30\n40\n");
}

#[test]
fn what_a_killed_worker_held_is_taken_over_by_the_others() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(
        cluster,
        6,
        "[queue]\nlease = \"2s\"",
        &format!(
            "echo $PPID > \"$OUT\"/parent.$g; hostname > \"$OUT\"/node.$g\ncase $g in 1 | 3) {HOLD};; esac\n{REPORT}"
        ),
    );
    lab.submit(&["--workers", "2"]);
    // They begin at the first and at the fourth point, so that each holds one once all the others are done.
    lab.wait("the held points", || lab.starts().len() == 6 && lab.count("ok") == 4);
    let node = lab.repo.lines("node.1").remove(0);
    lab.cluster.in_node(&node, ["kill", "-KILL", &lab.repo.lines("parent.1")[0]]);
    lab.wait("the worker to go", || lab.slurm_jobs("RUNNING").len() == 1);
    // Until it has missed three of the eight signs of its lease, the other takes it for alive, and leaves when it is done itself.
    std::thread::sleep(std::time::Duration::from_secs(1));
    lab.release();
    // The point counts as neither queued nor running before the other worker has taken it.
    lab.wait_until_gone();
    lab.settle();
    let statuses = lab.repo.statuses(common::BRANCH);
    let lost = statuses.iter().filter(|statuses| **statuses == ["lost", "ok"]).count();
    assert_eq!((lost, &statuses[0]), (1, &vec!["lost".to_owned(), "ok".to_owned()]), "{}", lab.reasons());
    assert_eq!(statuses.iter().filter(|statuses| **statuses == ["ok"]).count(), 5, "{statuses:?}");
    assert_eq!(lab.starts().values().sum::<usize>(), 7);
    lab.repo.fsck();
}

#[test]
fn a_worker_that_is_suspended_keeps_its_point() {
    let Some(cluster) = cluster() else { return };
    let script = format!("[ $g != 1 ] || {HOLD}\n{REPORT}");
    let lab = Lab::new(cluster, 3, "[queue]\nlease = \"2s\"", &script);
    lab.submit(&["--workers", "2"]);
    lab.wait("the others to be done", || lab.count("ok") == 2 && lab.slurm_jobs("RUNNING").len() == 1);
    let job = lab.slurm_jobs("RUNNING").remove(0);
    lab.cluster.scontrol(["suspend", &job]);
    // Longer than its lease, and than Slurm takes: it lets programs know two seconds before it stops them.
    std::thread::sleep(std::time::Duration::from_secs(5));
    lab.release();
    let said = lab.repo.run(["queue", "-e", "local"]);
    assert_eq!((said.code, lab.starts()[&1], lab.count("running")), (0, 1, 1), "{}", said.err);
    lab.cluster.scontrol(["resume", &job]);
    lab.settle();
    lab.all_ran_once(3);
}

#[test]
fn the_time_for_which_a_worker_is_suspended_is_not_its_runs_time() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 1, "timeout = \"10s\"", &format!("{HOLD}\n{REPORT}"));
    lab.submit(&["--workers", "1"]);
    lab.wait("the run", || lab.starts().len() == 1);
    let job = lab.slurm_jobs("RUNNING").remove(0);
    lab.cluster.scontrol(["suspend", &job]);
    std::thread::sleep(std::time::Duration::from_secs(12));
    lab.release();
    lab.cluster.scontrol(["resume", &job]);
    lab.settle();
    lab.all_ran_once(1);
}

#[test]
fn a_worker_that_is_put_back_into_the_queue_takes_its_point_up_again() {
    let Some(cluster) = cluster() else { return };
    let holds_once = format!("[ $g != 1 ] || ! mkdir \"$OUT\"/held 2>/dev/null || {{ {HOLD}; }}");
    let lab = Lab::new(cluster, 2, "", &format!("{holds_once}\n{REPORT}"));
    lab.submit(&["--workers", "1"]);
    lab.wait("the run", || lab.starts().len() == 1);
    lab.cluster.scontrol(["requeue", &lab.slurm_jobs("RUNNING").remove(0)]);
    lab.settle();
    assert_eq!(lab.repo.statuses(common::BRANCH), [vec!["lost", "ok"], vec!["ok"]], "{}", lab.reasons());
    let why = lab.repo.records(&lab.repo.points(common::BRANCH)[0])[0]["reason"].as_str().unwrap().to_owned();
    assert!(why.starts_with("the scheduler put the job back into the queue"), "{why}");
}

#[test]
fn a_queue_here_helps_the_workers_there() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 60, "", &format!("sleep 0.1\n{REPORT}"));
    lab.submit(&["--workers", "2"]);
    lab.wait_for_starts(2);
    let said = lab.repo.run(["queue", "-e", "local", "-j", "2"]);
    assert_eq!(said.code, 0, "{}", said.err);
    lab.settle();
    lab.all_ran_once(60);
    let points = lab.repo.points(common::BRANCH);
    let executors: std::collections::BTreeSet<String> =
        points.iter().map(|commit| lab.repo.records(commit)[0]["executor"].as_str().unwrap().to_owned()).collect();
    assert_eq!(executors.into_iter().collect::<Vec<_>>(), ["local", "slurm"]);
}

#[test]
fn workers_stop_when_their_time_is_nearly_over_and_what_is_left_can_be_submitted_again() {
    let Some(cluster) = cluster() else { return };
    let lab = Lab::new(cluster, 8, "", &format!("[ $g -le 2 ] || {HOLD}\n{REPORT}"));
    lab.submit(&["--workers", "2"]);
    lab.wait("two that are held", || lab.starts().keys().filter(|point| **point > 2).count() == 2);
    for job in &lab.slurm_jobs("RUNNING") {
        lab.cluster.end_now(job);
    }
    lab.wait_until_gone();
    lab.settle();
    assert!(lab.count("pending") >= 6 && lab.count("failed") == 0, "{:#}", lab.status()["counts"]);
    lab.release();
    lab.submit(&["--wait"]);
    assert_eq!(lab.count("ok"), 8, "{}", lab.reasons());
    // Each attempt that was made is recorded, and nothing ran beside.
    let attempts: usize = lab.repo.statuses(common::BRANCH).iter().map(Vec::len).sum();
    assert_eq!(lab.starts().values().sum::<usize>(), attempts, "{}", lab.reasons());
    lab.repo.fsck();
    lab.repo.nothing_is_left_running();
}

#[test]
fn queues_on_two_machines_share_a_sweep_and_take_over_what_a_dead_one_held() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let lab =
        Lab::new(&cluster, 12, "[queue]\nlease = \"2s\"", &format!("[ $g != 1 ] || {HOLD}\nsleep 0.05\n{REPORT}"));
    let line = format!(
        "cd {}; env -i PATH=\"$PATH\" HOME={} OUT={} GIT_CONFIG_NOSYSTEM=1 {} queue -e local -j 1 >/dev/null 2>&1",
        lab.repo.root().display(),
        lab.repo.home().display(),
        lab.repo.outside().display(),
        env!("CARGO_BIN_EXE_gitsweep")
    );
    std::thread::scope(|scope| {
        let on = |node: &'static str, line: String| {
            let cluster = &cluster;
            scope.spawn(move || cluster.in_node(node, ["sh", "-c", &format!("{line} & echo")]))
        };
        // The first machine gets stuck at the first point, and then loses its power.
        on("n1", line.clone()).join().unwrap();
        lab.wait("the first point", || lab.starts().contains_key(&1));
        on("n2", line.clone()).join().unwrap();
        lab.wait("the others", || lab.starts().len() == 12);
        cluster.kill_node("n1");
        lab.release();
        lab.wait("the first point to be taken over", || {
            lab.starts()[&1] == 2 || {
                on("n2", line.clone()).join().unwrap();
                std::thread::sleep(std::time::Duration::from_secs(1));
                false
            }
        });
    });
    lab.settle();
    let expected: Vec<&[&str]> = (1..=12).map(|at| if at == 1 { &["lost", "ok"][..] } else { &["ok"] }).collect();
    lab.outcomes(&expected);
    assert_eq!(lab.starts().values().sum::<usize>(), 13);
}

#[test]
fn the_same_command_again_makes_up_the_number_of_workers() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 6, "", &format!("{HOLD}\n{REPORT}"));
    assert!(lab.submit(&["--workers", "2"]).contains(": 6 submitted in "));
    lab.wait_for_starts(2);
    assert!(lab.submit(&["--workers", "3"]).contains(": 6 in flight already, with 1 worker more in "));
    lab.wait_for_starts(3);
    assert!(lab.submit(&["--workers", "3"]).contains(": 6 in flight already, shared by 3 workers in "));
    assert_eq!(lab.queue(&["--workers", "3", "--dry-run"]).code, 4);
    assert_eq!(cluster.jobs_in("RUNNING").len(), 3);
    lab.release();
    lab.settle();
    lab.all_ran_once(6);
}
