//! Searches that learn, on a cluster with no process of ours anywhere: a job that ends proposes and submits its successors.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod cluster;
mod common;

use std::collections::HashSet;

use cluster::{Cluster, Options};
use common::{Repo, Said};

const MODEL: &str = "\
x=1.0
y=1.0
sleep 0.2
awk \"BEGIN { print ($x)^2 + ($y)^2 }\" > output.json
";

fn repo(trials: usize) -> Repo {
    let repo = Repo::empty();
    repo.write("model.sh", MODEL);
    repo.write(
        "gitsweep.toml",
        format!(
            "name = \"grid_search\"\n[search]\nstrategy = \"evolutionary\"\nobjective = \"loss\"\nseed = 1\n\
             elite_size = 3\ntrials = {trials}\n[run]\ncommand = \"sh model.sh\"\n\
             [params.x]\nfile = \"model.sh\"\nvalues = \"Gaussian(0.0, 0.4)\"\n\
             [params.y]\nfile = \"model.sh\"\nvalues = \"Gaussian(0.0, 0.4)\"\n"
        ),
    );
    repo.commit("model");
    repo
}

/// The same, with runs that take so many seconds.
fn slower(trials: usize, seconds: u32) -> Repo {
    let repo = repo(trials);
    repo.write("model.sh", MODEL.replace("sleep 0.2", &format!("sleep {seconds}")));
    repo.commit("slower");
    repo
}

fn on(cluster: &Cluster, repo: &Repo, words: &[&str]) -> Said {
    let said = Said::of(repo.gitsweep_command(words).envs(cluster.environment()).output().unwrap());
    assert_eq!(said.code, 0, "{words:?}: {}{}", said.out, said.err);
    said
}

/// One line of `count` points, none twice.
fn assert_one_line(repo: &Repo, branch: &str, count: usize) {
    let parents = repo.git(["rev-list", "--parents", &format!("main..{branch}")]);
    assert_eq!(parents.lines().count(), count, "{parents}");
    assert!(parents.lines().all(|line| line.split(' ').count() == 2), "{parents}");
    let format = "--format=%(trailers:key=Param,valueonly,separator=%x20)";
    let points = repo.git(["log", format, &format!("main..{branch}")]);
    assert_eq!(points.lines().collect::<HashSet<_>>().len(), count, "{points}");
    repo.fsck();
}

#[test]
fn jobs_submit_their_successors_until_the_search_is_over() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = repo(12);
    let branch = repo.create();
    on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "3"]);
    cluster.wait("all points to be run", || cluster.squeue("%i").is_empty() && repo.points(&branch).len() == 12);
    let said = on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "3"]);
    assert!(said.err.contains("no more points: all 12 trials are laid"), "{}", said.err);
    assert_one_line(&repo, &branch, 12);
    assert!(repo.statuses(&branch).iter().all(|statuses| *statuses == ["ok"]), "{:?}", repo.statuses(&branch));
    let executors: HashSet<String> = repo
        .points(&branch)
        .iter()
        .map(|commit| repo.records(commit)[0]["executor"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(executors, HashSet::from(["slurm".to_owned()]));
}

#[test]
fn jobs_of_a_copy_lay_their_successors_on_the_copy() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = repo(8);
    let branch = repo.create();
    let before = repo.git(["rev-parse", &branch]);
    repo.git(["branch", "-c", &branch, "copy"]);
    on(&cluster, &repo, &["queue", "copy", "-e", "slurm", "--max-active", "2"]);
    cluster.wait("all points to be run", || cluster.squeue("%i").is_empty());
    assert_eq!(repo.git(["rev-parse", &branch]), before);
    assert_one_line(&repo, "copy", 8);
}

/// A command that waits, another that does not, jobs that submit, and one job that is killed.
#[test]
fn several_that_submit_at_once_leave_one_line() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = repo(14);
    let branch = repo.create();
    let mut waiting = repo
        .gitsweep_command(["queue", "-e", "slurm", "--max-active", "4", "--wait"])
        .envs(cluster.environment())
        .spawn()
        .unwrap();
    cluster.wait("some points", || repo.points(&branch).len() >= 4);
    on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "4"]);
    let running = cluster.jobs_in("RUNNING");
    if let Some(job) = running.first() {
        cluster.scancel([job.as_str()]);
    }
    assert!(waiting.wait().unwrap().success());
    assert_one_line(&repo, &branch, 14);
    on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "4", "--wait"]);
    assert_one_line(&repo, &branch, 14);
    let lasts: Vec<String> = repo.statuses(&branch).into_iter().map(|mut all| all.pop().unwrap()).collect();
    assert!(lasts.iter().all(|status| status == "ok"), "{lasts:?}");
}

#[test]
fn who_waits_submits_no_more_than_the_limit() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = repo(12);
    let branch = repo.create();
    let said = on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "2", "--limit", "3", "--wait"]);
    assert!(said.err.contains(&format!("{branch}: 3 ok in ")), "{}", said.err);
    assert!(said.err.matches("warning: the repository is at ").count() <= 1, "{}", said.err);
    assert_eq!(repo.statuses(&branch).iter().flatten().count(), 3, "{:?}", repo.statuses(&branch));
}

#[test]
fn what_is_in_flight_already_has_no_result_yet() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = slower(12, 60);
    let branch = repo.create();
    on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "2"]);
    let said = on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "2"]);
    assert!(said.err.contains(&format!("{branch}: 2 in flight already in ")), "{}", said.err);
    let said = on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "3"]);
    assert!(said.err.contains(&format!("{branch}: 1 submitted, 2 in flight already in ")), "{}", said.err);
    on(&cluster, &repo, &["cancel"]);
}

/// What ran where, by the scheduler's id of the job.
fn jobs(repo: &Repo, branch: &str) -> Vec<String> {
    let records = repo.points(branch).into_iter().map(|commit| repo.records(&commit).pop().unwrap());
    records.map(|record| record["job"].as_str().unwrap().to_owned()).collect()
}

fn status(cluster: &Cluster, repo: &Repo) -> serde_json::Value {
    serde_json::from_str(&on(cluster, repo, &["status", "--json"]).out).unwrap()
}

fn lasts(repo: &Repo, branch: &str) -> Vec<String> {
    repo.statuses(branch).into_iter().map(|mut all| all.pop().unwrap()).collect()
}

/// Two jobs for the whole search: each lays what it runs next, and nothing but the first command submits anything.
#[test]
fn workers_lay_what_they_run() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = repo(14);
    let branch = repo.create();
    on(&cluster, &repo, &["queue", "-e", "slurm", "--workers", "2"]);
    cluster.wait("some points", || repo.points(&branch).len() >= 4);
    let seen = status(&cluster, &repo);
    let roles: Vec<&str> =
        seen["searchers"].as_array().unwrap().iter().map(|known| known["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["worker", "worker"], "{seen:#}");
    // They are as many as there are to be.
    let again = on(&cluster, &repo, &["queue", "-e", "slurm", "--workers", "2"]);
    assert!(again.err.contains("2 jobs of the search at work; nothing more is submitted"), "{}", again.err);
    on(&cluster, &repo, &["queue", "-e", "slurm", "--workers", "2", "--wait"]);
    cluster.wait("the workers to go", || cluster.squeue("%i").is_empty());
    assert_one_line(&repo, &branch, 14);
    assert!(repo.statuses(&branch).iter().all(|statuses| *statuses == ["ok"]), "{:?}", repo.statuses(&branch));
    let workers: HashSet<String> = jobs(&repo, &branch).into_iter().collect();
    assert_eq!(workers.len(), 2, "{workers:?}");
    assert_eq!(status(&cluster, &repo)["searchers"].as_array().unwrap().len(), 0);
}

/// One worker is killed with its point, beside a queue that helps.
#[test]
fn what_a_killed_worker_has_laid_is_taken_over() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = repo(16);
    let definition = repo.read("gitsweep.toml");
    repo.write("gitsweep.toml", format!("{definition}[queue]\nlease = \"2s\"\n"));
    repo.commit("lease");
    let branch = repo.create();
    on(&cluster, &repo, &["queue", "-e", "slurm", "--workers", "3"]);
    cluster.wait("some points", || repo.points(&branch).len() >= 5);
    if let Some(job) = cluster.jobs_in("RUNNING").first() {
        cluster.scancel(["--signal=KILL", "--full", job]);
    }
    on(&cluster, &repo, &["queue", "-e", "local", "-j", "1"]);
    on(&cluster, &repo, &["queue", "-e", "slurm", "--workers", "3", "--wait"]);
    assert_one_line(&repo, &branch, 16);
    assert!(lasts(&repo, &branch).iter().all(|status| status == "ok"), "{:?}", repo.statuses(&branch));
}

#[test]
fn a_coordinator_submits_all_points_and_comes_to_its_end() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = repo(12);
    let definition = repo.read("gitsweep.toml");
    repo.write(
        "gitsweep.toml",
        format!("{definition}[queue.slurm]\ncpus = 2\n[queue.slurm.coordinator]\ntime = \"30\"\nmem = \"50M\"\n"),
    );
    repo.commit("resources");
    let branch = repo.create();
    let shown = on(&cluster, &repo, &["queue", "-e", "slurm", "--coordinator", "--dry-run"]);
    assert!(shown.out.contains("sbatch --parsable --time=30 --mem=50M "), "{}", shown.out);
    let said = on(&cluster, &repo, &["queue", "-e", "slurm", "--coordinator", "--max-active", "3"]);
    let job = said.err.split("job ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    cluster.wait("some points", || repo.points(&branch).len() >= 3);
    let seen = status(&cluster, &repo);
    let coordinator = &seen["searchers"][0];
    assert_eq!((coordinator["role"].as_str(), coordinator["job"].as_str()), (Some("coordinator"), Some(job.as_str())));
    let again = on(&cluster, &repo, &["queue", "-e", "slurm", "--coordinator"]);
    assert!(again.err.contains(&format!("job {job} coordinates it already; nothing is submitted")), "{}", again.err);
    cluster.wait("the coordinator to end", || cluster.squeue("%i").is_empty());
    assert_one_line(&repo, &branch, 12);
    assert_eq!(status(&cluster, &repo)["counts"]["ok"], 12);
    // No job of a point has submitted anything.
    assert!(jobs(&repo, &branch).iter().all(|id| *id != job));
}

#[test]
fn a_coordinator_finds_out_what_became_of_an_order_once_slurm_answers_again() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = repo(6);
    let definition = repo.read("gitsweep.toml");
    repo.write("gitsweep.toml", format!("{definition}[queue]\npatience = \"1s\"\n"));
    repo.commit("patience");
    let branch = repo.create();
    // Its own job is taken, its first orders are not, and nothing else is to be heard for a while.
    let (bin, away) = (repo.outside().join("bin"), repo.outside().join("away"));
    std::fs::create_dir(&bin).unwrap();
    for (name, is_away) in [("sbatch", "! mkdir \"$OUT/first\" 2>/dev/null"), ("squeue", "true")] {
        let script = format!(
            "#!/bin/sh\nif {is_away} && [ -e '{away}' ]; then echo {name} >> '{away}'; echo Socket timed out >&2; exit 1; fi\n\
             exec $(PATH=${{PATH#*:}} command -v {name}) \"$@\"\n",
            away = away.display()
        );
        std::fs::write(bin.join(name), script).unwrap();
        std::process::Command::new("chmod").arg("+x").arg(bin.join(name)).status().unwrap();
    }
    let path = std::env::var("PATH").unwrap();
    repo.set("PATH", format!("{}:{path}", bin.display()));
    repo.set("OUT", repo.outside());
    std::fs::write(&away, "").unwrap();
    on(&cluster, &repo, &["queue", "-e", "slurm", "--coordinator", "--max-active", "2"]);
    cluster.wait("the order", || std::fs::read_to_string(&away).unwrap().contains("sbatch"));
    std::thread::sleep(std::time::Duration::from_secs(4));
    std::fs::remove_file(&away).unwrap();
    cluster.wait("the coordinator to end", || cluster.squeue("%i").is_empty());
    assert_eq!(status(&cluster, &repo)["counts"]["ok"], 6);
    assert_one_line(&repo, &branch, 6);
}

/// A second one by hand beside it; the first is killed, and started again.
#[test]
fn coordinators_at_once_and_killed_leave_one_line() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = repo(16);
    let branch = repo.create();
    on(&cluster, &repo, &["queue", "-e", "slurm", "--coordinator", "--max-active", "4"]);
    cluster.wait("some points", || repo.points(&branch).len() >= 4);
    let name = std::fs::read_dir(repo.root().join(".git/gitsweep/submissions"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .find(|entry| {
            std::fs::read_to_string(entry.path().join("tasks")).is_ok_and(|text| text.contains("\"coordinates\""))
        })
        .unwrap()
        .file_name();
    let mut second = repo
        .gitsweep_command(["exec", "--submission", name.to_str().unwrap(), "--task", "1"])
        .envs(cluster.environment())
        .spawn()
        .unwrap();
    cluster.wait("more points", || repo.points(&branch).len() >= 8);
    let seen = status(&cluster, &repo);
    let job = seen["searchers"][0]["job"].as_str().unwrap().to_owned();
    cluster.scancel(["--signal=KILL", "--full", &job]);
    cluster.wait("the first to go", || status(&cluster, &repo)["searchers"].as_array().unwrap().is_empty());
    on(&cluster, &repo, &["queue", "-e", "slurm", "--coordinator", "--max-active", "4"]);
    assert!(second.wait().unwrap().success());
    cluster.wait("the coordinator to end", || cluster.squeue("%i").is_empty());
    on(&cluster, &repo, &["status"]);
    assert_one_line(&repo, &branch, 16);
    assert!(lasts(&repo, &branch).iter().all(|status| status == "ok"), "{:?}", repo.statuses(&branch));
}

/// One run is held up until others that were laid after it have ended; another is made once more by hand.
#[test]
fn a_coordinator_takes_results_that_come_late_out_of_order_and_twice() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = slower(12, 2);
    let branch = repo.create();
    let laid = repo.points(&branch).len();
    let said = on(&cluster, &repo, &["queue", "-e", "slurm", "--coordinator", "--max-active", "4"]);
    let coordinator = said.err.split("job ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    let of_points = || cluster.jobs_in("RUNNING").into_iter().find(|job| !job.starts_with(&coordinator));
    cluster.wait("a point to run", || of_points().is_some());
    let held = of_points().unwrap();
    cluster.scontrol(["suspend", &held]);
    cluster.wait("more points", || repo.points(&branch).len() >= laid + 4);
    let done = || repo.points(&branch).into_iter().find(|commit| repo.records(commit).len() == 1);
    cluster.wait("an outcome", || {
        on(&cluster, &repo, &["status"]);
        done().is_some()
    });
    let twice = done().unwrap();
    on(&cluster, &repo, &["exec", &twice]);
    assert!(cluster.jobs_in("SUSPENDED").contains(&held), "{held} is not held up: {}", cluster.logs());
    cluster.scontrol(["resume", &held]);
    cluster.wait("the coordinator to end", || cluster.squeue("%i").is_empty());
    on(&cluster, &repo, &["status"]);
    assert_one_line(&repo, &branch, 12);
    for commit in repo.points(&branch) {
        let statuses: Vec<_> = repo.records(&commit).iter().map(|record| record["status"].clone()).collect();
        assert_eq!(statuses, vec!["ok"; if commit == twice { 2 } else { 1 }], "{commit}");
    }
}

/// Slurm has taken a job, and its answer takes a while: what is cancelled meanwhile is that job, too.
#[test]
fn what_is_being_submitted_while_a_sweep_is_cancelled_is_cancelled_with_it() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = slower(50, 600);
    let branch = repo.create();
    let (bin, marks) = (cluster.folder().join("bin"), cluster.folder().join("marks"));
    std::fs::create_dir_all(&bin).unwrap();
    std::fs::create_dir_all(&marks).unwrap();
    let path = std::env::var("PATH").unwrap();
    let real = std::env::split_paths(&path).map(|folder| folder.join("sbatch")).find(|path| path.is_file()).unwrap();
    let script = format!(
        "#!/bin/sh\nanswer=$({} \"$@\"); code=$?\n\
         if [ -e \"{1}/slow\" ]; then touch \"{1}/taken\"; sleep 3; fi\necho \"$answer\"; exit $code\n",
        real.display(),
        marks.display()
    );
    std::fs::write(bin.join("sbatch"), script).unwrap();
    std::process::Command::new("chmod").arg("+x").arg(bin.join("sbatch")).status().unwrap();
    let slowly = |words: &[&str]| {
        let mut command = repo.gitsweep_command(words);
        command.envs(cluster.environment()).env("PATH", format!("{}:{path}", bin.display()));
        command
    };
    let is_taken = || marks.join("taken").exists();
    let cancel = || {
        cluster.wait("Slurm to take a job", is_taken);
        on(&cluster, &repo, &["cancel"]);
        std::fs::remove_file(marks.join("taken")).unwrap();
        cluster.wait("all to go", || cluster.squeue("%i").is_empty());
    };
    // By a coordinator: it has one point in flight, which ends, and submits the next.
    assert!(slowly(&["queue", "-e", "slurm", "--coordinator", "--max-active", "2"]).status().unwrap().success());
    let coordinator = || status(&cluster, &repo)["searchers"][0]["job"].as_str().map(str::to_owned);
    let own = coordinator().unwrap();
    let of_points = || cluster.jobs_in("RUNNING").into_iter().find(|job| !job.starts_with(&own));
    cluster.wait("a point to run", || of_points().is_some());
    std::fs::write(marks.join("slow"), "").unwrap();
    cluster.scancel([of_points().unwrap()]);
    cancel();
    // By a command.
    let mut command = slowly(&["queue", "-e", "slurm", "--max-active", "2"]).spawn().unwrap();
    cancel();
    assert!(command.wait().is_ok());
    assert!(cluster.squeue("%i").is_empty(), "{:?}", cluster.squeue("%i %j %T"));
    let count = repo.points(&branch).len();
    assert_one_line(&repo, &branch, count);
}

#[test]
fn a_coordinator_hands_over_before_its_time_is_over_and_cancel_ends_it() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = repo(400);
    let branch = repo.create();
    let said = on(&cluster, &repo, &["queue", "-e", "slurm", "--coordinator", "--max-active", "2"]);
    assert!(said.err.contains("proposes and submits its points"), "{}", said.err);
    let coordinator = || status(&cluster, &repo)["searchers"][0]["job"].as_str().map(str::to_owned);
    let first = coordinator().unwrap();
    cluster.wait("some points", || repo.points(&branch).len() >= 2);
    // It has looked at the clock as it began: the one that follows has a minute.
    on(&cluster, &repo, &["cancel"]);
    cluster.wait("all to go", || cluster.squeue("%i").is_empty());
    assert_eq!(coordinator(), None);
    let definition = "[queue.slurm.coordinator]\ntime = \"1\"\n";
    repo.write("gitsweep.toml", format!("{}{definition}", repo.read("gitsweep.toml")));
    repo.commit("a minute");
    let other = repo.ok(["create", "--date", "2026-11-22T09:30:00Z"]);
    drop(other);
    on(&cluster, &repo, &["queue", "-e", "slurm", "--coordinator", "--max-active", "2"]);
    let first_of_other = coordinator().unwrap();
    assert_ne!(first_of_other, first);
    cluster.wait("a successor", || coordinator().is_some_and(|job| job != first_of_other));
    on(&cluster, &repo, &["cancel"]);
    cluster.wait("all to go", || cluster.squeue("%i").is_empty());
    let branch = "grid_search-2026-11-22T093000";
    let count = repo.points(branch).len();
    assert_one_line(&repo, branch, count);
}

/// A search of so many points whose runs wait, or fail, until there is a file `go`.
fn until_go(trials: usize, lacking: &str) -> Repo {
    let repo = repo(trials);
    let go = repo.root().join("go");
    repo.write("model.sh", MODEL.replace("sleep 0.2", &lacking.replace("GO", &format!("'{}'", go.display()))));
    repo.commit("until there is a file");
    repo
}

/// Has another coordinator see to the end of a search that has none.
fn assert_another_brings_all_results(cluster: &Cluster, repo: &Repo, branch: &str, trials: usize) {
    cluster.wait("all to go", || cluster.squeue("%i").is_empty());
    repo.write("go", "");
    on(cluster, repo, &["queue", "-e", "slurm", "--coordinator", "--max-active", "3"]);
    cluster.wait("the coordinator to end", || cluster.squeue("%i").is_empty());
    on(cluster, repo, &["status"]);
    assert_one_line(repo, branch, trials);
    assert!(lasts(repo, branch).iter().all(|status| status == "ok"), "{:?}", repo.statuses(branch));
}

#[test]
fn what_was_cancelled_is_run_when_a_coordinator_is_asked_for_again() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = until_go(6, "until [ -e GO ]; do sleep 0.1; done");
    let branch = repo.create();
    on(&cluster, &repo, &["queue", "-e", "slurm", "--coordinator", "--max-active", "3"]);
    cluster.wait("runs", || cluster.jobs_in("RUNNING").len() == 4);
    on(&cluster, &repo, &["cancel"]);
    assert_another_brings_all_results(&cluster, &repo, &branch, 6);
}

#[test]
fn what_failed_is_run_when_a_coordinator_is_asked_for_after_the_search() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = until_go(3, "[ -e GO ] || exit 3");
    let branch = repo.create();
    on(&cluster, &repo, &["queue", "-e", "slurm", "--coordinator", "--max-active", "3"]);
    assert_another_brings_all_results(&cluster, &repo, &branch, 3);
}

#[test]
fn a_coordinator_that_cannot_be_is_refused() {
    let repo = repo(5);
    repo.create();
    repo.write_program("queue.sh", "#!/bin/sh\n");
    for (words, message) in [
        (&["queue", "--coordinator"][..], "a coordinator is a job on a cluster"),
        (&["queue", "-e", "./queue.sh", "--coordinator"], "how much time it has left, which ./queue.sh cannot tell"),
        (&["queue", "-e", "slurm", "--coordinator", "--limit", "2"], "sees to the whole search"),
    ] {
        assert!(repo.fails(1, words).contains(message), "{words:?}");
    }
    assert!(repo.run(["queue", "-e", "slurm", "--coordinator", "--wait"]).err.contains("cannot be used with"));
    let plain = Repo::small();
    plain.create();
    let error = plain.fails(1, ["queue", "-e", "slurm", "--coordinator"]);
    assert!(error.contains("leave --coordinator out"), "{error}");
}

/// Each job reads what the others have reported.
#[test]
fn hopeless_jobs_end_themselves() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = Repo::empty();
    repo.write(
        "model.sh",
        "level=1\nstep=1\nlast=2000\n[ $level != 1 ] || last=60\nwhile [ $step -le $last ]; do\n  echo \"{\\\"step\\\": $step, \\\"loss\\\": $level}\" >> \"$GITSWEEP_METRICS\"\n  \
         sleep 0.05\n  step=$((step + 1))\ndone\n",
    );
    repo.write(
        "gitsweep.toml",
        "name = \"grid_search\"\n[search]\nstrategy = \"grid\"\nobjective = \"loss\"\n\
         [search.stop]\nrule = \"asha\"\nmin_steps = 2\nreduction = 2\n\
         [run]\ncommand = \"sh model.sh\"\n[params.level]\nfile = \"model.sh\"\nvalues = [1, 2, 3]\n",
    );
    repo.commit("slow");
    let branch = repo.create();
    on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "1", "--wait"]);
    let statuses = repo.statuses(&branch).concat();
    assert_eq!(statuses, ["ok", "stopped", "stopped"]);
    let record = repo.records(&repo.points(&branch)[2]).remove(0);
    assert_eq!((record["reason"].as_str(), record["executor"].as_str()), (Some("stopped at step 2"), Some("slurm")));
}

/// By the median rule; the allocations end with the runs, and what waits for them goes on.
#[test]
fn the_median_rule_ends_jobs_and_others_go_on() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = Repo::empty();
    repo.write(
        "model.sh",
        "level=1\nstep=1\ncase $level in [34].0) last=2000;; *) last=40;; esac\nwhile [ $step -le $last ]; do\n  echo \"{\\\"step\\\": $step, \\\"loss\\\": $level}\" >> \"$GITSWEEP_METRICS\"\n  \
         sleep 0.05\n  step=$((step + 1))\ndone\n",
    );
    repo.write(
        "gitsweep.toml",
        "name = \"grid_search\"\n[search]\nstrategy = \"grid\"\nobjective = \"loss\"\n\
         [search.stop]\nrule = \"median\"\nmin_steps = 3\nmin_runs = 2\n\
         [run]\ncommand = \"sh model.sh\"\n[params.level]\nfile = \"model.sh\"\nvalues = [1.0, 1.2, 3.0, 4.0, 1.05]\n",
    );
    repo.commit("slow");
    let branch = repo.create();
    on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "1", "--wait"]);
    assert_eq!(repo.statuses(&branch).concat(), ["ok", "ok", "stopped", "stopped", "ok"]);
    let record = |at: usize| repo.records(&repo.points(&branch)[at]).remove(0);
    for at in [2, 3] {
        assert_eq!(record(at)["reason"], "stopped at step 3");
        assert!(record(at)["steps"].as_u64().unwrap() < 2000, "{}", record(at));
    }
    // Each began only when the one before it had given its place back.
    for at in 1..5 {
        assert!(record(at - 1)["end"].as_str() <= record(at)["start"].as_str(), "{at}");
    }
    assert!(cluster.squeue("%i").is_empty());
}

/// Somebody looks at the branch while jobs run: nothing is laid under them, and the next command says why it stands still.
#[test]
fn jobs_lay_nothing_on_a_branch_that_is_checked_out() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = slower(8, 3);
    let branch = repo.create();
    on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "2"]);
    repo.git(["switch", "-q", &branch]);
    let before = repo.git(["rev-parse", &branch]);
    cluster.wait("the jobs to end", || cluster.squeue("%i").is_empty());
    assert_eq!(repo.git(["rev-parse", &branch]), before);
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    let said = on(&cluster, &repo, &["status"]);
    let why = format!("warning: {branch} stands still: no successors are submitted: {branch} is checked out");
    let command = format!("gitsweep queue {branch} -e slurm");
    let way_out = format!("once that is mended: {command}\n");
    assert!(said.err.contains(&why) && said.err.contains(&way_out), "{}", said.err);
    assert!(said.out.contains(&format!("\n  nothing runs: {command} goes on\n")), "{}", said.out);
    repo.git(["switch", "-q", "main"]);
    on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "2"]);
    cluster.wait("all points to be run", || cluster.squeue("%i").is_empty() && repo.points(&branch).len() == 8);
    assert_one_line(&repo, &branch, 8);
}
