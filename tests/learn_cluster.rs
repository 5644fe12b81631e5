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
    on(&cluster, &repo, &["queue", "-e", "slurm", "--max-active", "4", "--wait"]);
    assert_one_line(&repo, &branch, 14);
    let lasts: Vec<String> = repo.statuses(&branch).into_iter().map(|mut all| all.pop().unwrap()).collect();
    assert!(lasts.iter().all(|status| status == "ok"), "{lasts:?}");
}

/// Each job reads what the others have reported.
#[test]
fn hopeless_jobs_end_themselves() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = Repo::empty();
    repo.write(
        "model.sh",
        "level=1\nstep=1\nwhile [ $step -le 60 ]; do\n  echo \"{\\\"step\\\": $step, \\\"loss\\\": $level}\" >> \"$GITSWEEP_METRICS\"\n  \
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
