//! What sites are like: several clusters on one file system, limits of their own, jobs that wait for a person, and jobs
//! that submit jobs. No point runs twice, and what has to be done is said.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod cluster;
mod common;
mod fakes;
mod lab;
mod live;

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use cluster::{Cluster, Options};
use common::{BRANCH, Repo};
use lab::{HOLD, Lab, REPORT};
use live::Live;

#[test]
fn the_jobs_of_another_cluster_on_the_same_file_system_are_left_alone() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let Some(other) = Cluster::start(Options { nodes: 1, name: "other", ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 3, "", &format!("{HOLD}\n{REPORT}"));
    lab.submit(&["--points", "1-2"]);
    lab.wait_for_starts(2);
    let at = |cluster: &Cluster| cluster.environment().map(|(name, value)| lab.repo.set(name, value));
    at(&other);
    // The first look notes what nobody has a word of, the second would conclude something from it.
    for pause in [11, 0] {
        let said = lab.repo.run(["status"]);
        assert!(said.out.contains("2 running"), "{}{}", said.out, said.err);
        assert!(said.err.contains("the cluster test's") && said.err.contains("--forget"), "{}", said.err);
        std::thread::sleep(Duration::from_secs(pause));
    }
    let said = lab.repo.run(["cancel", "--points", "1"]);
    assert!(said.code == 1 && said.err.contains("not cancelled"), "{}", said.err);
    assert!(lab.faults.calls("scancel").is_empty(), "another job has that id here");
    // What nobody has can be submitted here as well, and the controller is asked once what it is set to.
    let asked = lab.faults.calls("scontrol").len();
    lab.submit(&["--points", "3", "--max-active", "1"]);
    assert_eq!(lab.faults.calls("scontrol").len(), asked + 2, "{:?}", lab.faults.calls("scontrol"));
    let runs = || other.jobs_in("RUNNING").len() == 1;
    cluster.wait("the third to run on the other", runs);
    // What this cluster has is cancelled, what the other has is left by name.
    let theirs = cluster.squeue("%F").remove(0);
    let said = lab.repo.run(["cancel"]);
    assert!(said.code == 1 && said.err.contains(&format!("not cancelled: job {theirs}")), "{}", said.err);
    assert!(said.err.contains("1 running point told to end"), "{}", said.err);
    assert_eq!(lab.faults.calls("scancel").len(), 1);
    cluster.wait("the third to be gone", || other.squeue("%i").is_empty());
    lab.submit(&["--points", "3"]);
    cluster.wait("the third to run on the other again", runs);
    lab.wait_for_starts(4);
    lab.release();
    cluster.wait("all jobs to end", || cluster.squeue("%i").len() + other.squeue("%i").len() == 0);
    at(&cluster);
    lab.settle();
    lab.outcomes(&[&["ok"][..], &["ok"], &["cancelled", "ok"]]);
}

/// `gitsweep status` as somebody else, in a repository that both may write to.
fn status_of_another(lab: &Lab<'_>, program: &Path) -> String {
    const NOBODY: u32 = 65534;
    let mut command = lab.repo.command(program);
    // Calls are counted in a folder of the first user's.
    command.arg("status").env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "safe.directory").env("GIT_CONFIG_VALUE_0", "*");
    let output = command.uid(NOBODY).gid(NOBODY).output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn who_shares_a_repository_sees_the_jobs_of_the_others_or_is_told_that_slurm_hides_them() {
    for (lines, seen) in [("", "1 running"), ("PrivateData=jobs", "those of the user 0, and this Slurm shows them")] {
        let Some(cluster) = Cluster::start(Options { nodes: 1, lines, ..Options::default() }) else { return };
        let lab = Lab::new(&cluster, 1, "", &format!("{HOLD}\n{REPORT}"));
        lab.submit(&[]);
        lab.wait_for_starts(1);
        // What the first user has made is everybody's, and so is the program.
        let program = lab.repo.beside("gitsweep");
        std::fs::copy(env!("CARGO_BIN_EXE_gitsweep"), &program).unwrap();
        for shared in [lab.repo.outside(), cluster.folder()] {
            std::fs::set_permissions(shared, Permissions::from_mode(0o755)).unwrap();
        }
        let opened = Command::new("chmod").args(["-R", "a+rwX"]).arg(lab.repo.root()).status().unwrap();
        assert!(opened.success());
        // The first look notes what nobody has a word of, the second would conclude something from it.
        for pause in [11, 0] {
            let said = status_of_another(&lab, &program);
            assert!(said.contains(seen) && !said.contains("lost"), "{said}");
            std::thread::sleep(Duration::from_secs(pause));
        }
        lab.release();
        lab.settle();
        lab.all_ran_once(1);
    }
}

#[test]
fn that_nodes_may_not_see_the_repository_is_said_until_a_job_has_run() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 3, "", REPORT);
    let warns = |point: &str| lab.submit(&["--points", point]).contains("the repository is at");
    assert!(warns("1"), "tests have theirs below /tmp");
    lab.settle();
    assert!(!warns("2"));
    lab.settle();
    lab.outcomes(&[&["ok"][..], &["ok"], &[]]);
}

#[test]
fn the_jobs_of_a_sweep_whose_branch_has_gone_are_told_of() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 2, "", &format!("{HOLD}\n{REPORT}"));
    lab.submit(&[]);
    lab.wait_for_starts(2);
    lab.repo.git(["branch", "-D", BRANCH]);
    // Where no sweep is left, too.
    for words in [&["status"][..], &["list"], &["cancel", BRANCH]] {
        let said = lab.repo.run(words);
        assert!(said.err.contains("whose branch is gone; git branch"), "{}", said.err);
    }
    lab.repo.ok(["create", "--branch", "other"]);
    let said = lab.repo.run(["status"]);
    let (_, way_out) = said.err.split_once("whose branch is gone; ").unwrap_or_else(|| panic!("{}", said.err));
    let (branch, cancel) = way_out.split_once(" brings it back, ").unwrap();
    let (cancel, _) = cancel.split_once(" then ends").unwrap();
    assert_eq!(cancel, format!("gitsweep cancel {BRANCH}"));
    lab.repo.git(branch.split(' ').skip(1));
    let said = lab.repo.run(["cancel", BRANCH]);
    assert!(said.code == 0 && said.err.contains("2 running"), "{}", said.err);
    lab.wait_until_gone();
    let said = lab.repo.run(["status", BRANCH]);
    assert!(!said.err.contains("gone"), "{}", said.err);
}

#[test]
fn a_job_hands_nothing_that_it_is_told_of_itself_to_the_jobs_that_it_submits() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    // srun refuses to start where one ancestor has said the memory of a node, and another that of a processor.
    let script = format!("env > \"$OUT\"/env\nsrun true || exit 1\n{REPORT}");
    let lab = Lab::new(&cluster, 1, "[queue.slurm]\nmem_per_cpu = \"50M\"", &script);
    for (name, value) in [("SLURM_JOB_ID", "7"), ("SLURM_MEM_PER_NODE", "300"), ("SLURM_NTASKS", "3")] {
        lab.repo.set(name, value);
    }
    lab.repo.set("SLURM_HINT", "nomultithread");
    lab.submit(&["--wait"]);
    lab.all_ran_once(1);
    let has = |text: &str| lab.repo.lines("env").iter().any(|line| line.starts_with(text));
    assert!(has("SLURM_MEM_PER_CPU=50") && !has("SLURM_MEM_PER_NODE") && !has("SLURM_NTASKS=3"));
    assert!(has("SLURM_HINT=nomultithread"), "what the user has set is passed on");
}

#[test]
fn an_array_has_no_more_tasks_than_a_site_allows_and_what_never_begins_is_said() {
    let lines = "SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,max_array_tasks=3\n\
                 PartitionName=short Nodes=ALL MaxTime=1";
    let Some(cluster) = Cluster::start(Options { nodes: 1, lines, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 7, "", REPORT);
    lab.submit(&["--wait"]);
    lab.all_ran_once(7);
    assert_eq!(lab.faults.calls("sbatch").len(), 3);
    let said = lab.queue(&["--workers", "4", "--rerun", "all"]);
    assert!(said.code == 1 && said.err.contains("4 workers") && said.err.contains("3"), "{}", said.err);

    let lab = Lab::new(&cluster, 2, "", REPORT);
    lab.submit(&["--points", "1", "--", "--partition=short", "--time=10"]);
    cluster.wait("Slurm's reason", || cluster.squeue("%r").iter().any(|reason| reason == "PartitionTimeLimit"));
    assert!(
        lab.repo.ok(["status"]).contains(&format!("it asks for more than it can get: gitsweep cancel {BRANCH}, and"))
    );
    lab.repo.ok(["cancel"]);
    // The job that waits for a person is told of by the command that waits for it.
    let waiting = Live::start(&lab.repo, ["queue", "-e", "slurm", "--points", "2", "--wait", "--", "--hold"]);
    cluster.wait("the job", || lab.status()["counts"]["queued"] == 1);
    std::thread::sleep(Duration::from_secs(3));
    lab.jobs().iter().for_each(|job| drop(cluster.scontrol(["release", job])));
    let said = waiting.wait();
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.err.matches("scontrol release").count(), 1, "{}", said.err);
    lab.outcomes(&[["cancelled"], ["ok"]]);
}

#[test]
fn a_job_that_slurm_suspends_does_not_use_up_the_runs_time() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let busy = "for i in 1 2 3 4 5 6 7 8; do sleep 0.5; done";
    let lab = Lab::new(&cluster, 1, "timeout = \"9s\"", &format!("{busy}\n{REPORT}"));
    lab.submit(&[]);
    lab.wait_for_starts(1);
    let jobs = lab.jobs();
    cluster.scontrol(["suspend", &jobs[0]]);
    std::thread::sleep(Duration::from_secs(10));
    let said = lab.repo.ok(["status"]);
    assert!(said.contains("1 running") && said.contains(", suspended"), "{said}");
    cluster.scontrol(["resume", &jobs[0]]);
    lab.settle();
    lab.all_ran_once(1);
}

#[test]
fn what_the_accounts_still_have_running_has_ended_if_the_controller_does_not_know_it() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 1, "", &format!("{HOLD}\n{REPORT}"));
    lab.submit(&[]);
    lab.wait_for_starts(1);
    let name = cluster.squeue("%j").remove(0);
    let job = lab.jobs().remove(0);
    lab.faults.plan("squeue", &["* say"]);
    lab.faults.plan("sacct", &[&format!("* say {job}|{name}|RUNNING|0:0|n1")]);
    lab.settle();
    lab.outcomes(&[["lost"]]);
    cluster.scancel(["--user=root"]);
}

/// A search of three points, one at a time, whose program begins with `script`.
fn search<'c>(cluster: &'c Cluster, script: &str) -> (Lab<'c>, String) {
    search_by(cluster, script, 1)
}

/// The same, so many points at a time.
fn search_by<'c>(cluster: &'c Cluster, script: &str, max_active: usize) -> (Lab<'c>, String) {
    let repo = Repo::with(&[
        ("model.sh", &format!("x=1.0\n{script}\necho $x > output.json\n")),
        (
            "gitsweep.toml",
            "name = \"grid_search\"\n[search]\nstrategy = \"evolutionary\"\nobjective = \"loss\"\ntrials = 3\n\
             [run]\ncommand = \"sh model.sh\"\n[params.x]\nfile = \"model.sh\"\nvalues = \"Gaussian(0.0, 0.4)\"\n",
        ),
    ]);
    let branch = repo.create();
    let lab = Lab::with(cluster, repo);
    // Its jobs meet the faults of Slurm's commands, too: the stand-in of sbatch takes itself out of what it hands on.
    let export = format!("--export=ALL,PATH={}", lab.faults.path().display());
    lab.submit(&["--max-active", &max_active.to_string(), "--", &export]);
    cluster.wait("the first to run", || cluster.jobs_in("RUNNING").len() == max_active);
    (lab, branch)
}

#[test]
fn a_search_goes_on_by_its_jobs_when_the_controller_is_away_as_one_ends() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let (lab, branch) = search(&cluster, &format!("[ $GITSWEEP_POINT != 1 ] || {HOLD}"));
    let away = "fail slurm_load_ctl_conf error: Unable to contact slurm controller (connect failure)";
    lab.faults.plan("scontrol", &[away, away]);
    let before = lab.faults.calls("scontrol").len();
    lab.release();
    cluster.wait("the search to go on", || lab.repo.points(&branch).len() == 3 && cluster.squeue("%i").is_empty());
    let said = lab.queue(&[]);
    assert!(!said.err.contains("stands still"), "{}", said.err);
    assert_eq!(lab.repo.statuses(&branch), [["ok"]; 3]);
    let asked = lab.faults.calls("scontrol").len() - before;
    assert!(asked >= 3, "the job has asked until there was an answer: {asked}");
}

#[test]
fn a_search_goes_on_by_its_jobs_when_the_time_of_one_is_over() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, kill_wait: 30, ..Options::default() }) else { return };
    let (lab, branch) = search(&cluster, "[ $GITSWEEP_POINT != 1 ] || sleep 120");
    // Slurm takes no end that is not after the beginning.
    std::thread::sleep(Duration::from_secs(2));
    cluster.end_now(&cluster.jobs_in("RUNNING")[0]);
    let is_over = || lab.repo.points(&branch).len() == 3 && cluster.squeue("%i").is_empty();
    cluster.wait("the search to go on", is_over);
    lab.queue(&["--points", "2-3"]);
    assert_eq!(lab.repo.statuses(&branch), [["timeout"], ["ok"], ["ok"]]);
}

#[test]
fn a_job_that_slurm_has_forgotten_holds_no_place_of_a_search_until_somebody_looks() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let die = "{ until [ -e \"$OUT\"/die ]; do sleep 0.1; done; kill -9 $(awk '/^PPid/ {print $2}' /proc/$PPID/status) $PPID; sleep 100; }";
    let script = format!(
        "run=$GITSWEEP_POINT.$GITSWEEP_ATTEMPT\necho $run >> \"$OUT\"/starts\n[ $run != 1.1 ] || {HOLD}\n[ $run != 2.1 ] || {die}"
    );
    let (lab, branch) = search_by(&cluster, &script, 2);
    cluster.wait("both to begin", || lab.repo.lines("starts").len() == 2);
    // The second ends without a word, and when the first looks, Slurm does not know of it.
    std::fs::write(lab.repo.beside("die"), "").unwrap();
    cluster.wait("the second to be gone", || cluster.squeue("%i").len() == 1);
    lab.faults.plan("squeue", &["say", "say", "say"]);
    lab.release();
    cluster.wait("the second to run again", || lab.repo.lines("starts").contains(&"2.2".to_owned()));
    cluster.wait("the search to end", || cluster.squeue("%i").is_empty());
    lab.repo.ok(["status"]);
    assert_eq!(lab.repo.statuses(&branch), [&["ok"][..], &["lost", "ok"], &["ok"]]);
}
