//! Sweeps through the submit scripts of hooks/: every point has one outcome, what is cancelled stays to be run, and a refusal
//! submits nothing.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;
mod live;
mod schedulers;

use std::collections::BTreeSet;

use common::{BRANCH, Said, wait_until};
use live::is_alive;
use schedulers::Site;

fn gitsweep(site: &Site, arguments: &[&str]) -> Said {
    Said::of(site.command(env!("CARGO_BIN_EXE_gitsweep")).args(arguments).output().unwrap())
}

fn script(site: &Site) -> String {
    site.script.to_str().unwrap().to_owned()
}

/// Nothing is in flight, nothing is left running, every attempt has one outcome, and git finds nothing wrong.
fn all_is_settled(site: &Site) {
    wait_until("nothing is in flight", || {
        let said = gitsweep(site, &["status"]);
        let counts = said.out.lines().nth(1).unwrap_or_default().to_owned();
        !counts.contains("running") && !counts.contains("queued")
    });
    wait_until("no process is left", || site.repo.strays().is_empty());
    for commit in site.repo.points(BRANCH) {
        let records = site.repo.records(&commit);
        let attempts: BTreeSet<u64> = records.iter().map(|record| record["attempt"].as_u64().unwrap()).collect();
        assert_eq!(attempts.len(), records.len(), "{records:?}");
    }
    site.repo.fsck();
}

/// Six points, the last of which fails, submitted and waited for; once more, and that one alone runs again.
fn every_point_has_one_outcome(site: &Site) {
    let repo = &site.repo;
    repo.write("model.sh", format!("{}[ $g_e != 1.0 ] || [ $g_i != -15 ] || exit 4\n", common::SMALL_MODEL));
    repo.commit("Fail in the last point");
    assert_eq!(repo.create(), BRANCH);
    for last in ["failed", "failed failed"] {
        let said = gitsweep(site, &["queue", "-e", &script(site), "--wait"]);
        assert_eq!(said.code, 3, "{}{}", said.out, said.err);
        all_is_settled(site);
        let statuses: Vec<String> = repo.statuses(BRANCH).into_iter().map(|of_point| of_point.join(" ")).collect();
        assert_eq!(statuses, ["ok", "ok", "ok", "ok", "ok", last], "{}", said.err);
    }
    for commit in repo.points(BRANCH) {
        let record = repo.records(&commit).remove(0);
        assert_eq!(record["executor"].as_str(), Some(script(site).as_str()), "{record}");
    }
}

/// Points that run and points that wait are cancelled, and are run later.
fn what_is_cancelled_stays_to_be_run(site: &Site) {
    let repo = &site.repo;
    let said = gitsweep(site, &["delete", "--yes", BRANCH]);
    assert_eq!(said.code, 0, "{}", said.err);
    let [gate, pids, ran] = ["gate", "pids", "ran"].map(|name| repo.beside(name).display().to_string());
    let wait = format!("echo $$ >>'{pids}'; while [ ! -e '{gate}' ] && [ -e '{pids}' ]; do sleep 0.05; done");
    let model = format!("{}{wait}; echo $GITSWEEP_POINT >>'{ran}'\n", common::SMALL_MODEL);
    repo.write("model.sh", model);
    repo.commit("Wait for the gate");
    assert_eq!(repo.create(), BRANCH);
    let said = gitsweep(site, &["queue", "-e", &script(site)]);
    assert_eq!(said.code, 0, "{}", said.err);
    wait_until("a point runs", || !repo.lines("pids").is_empty());
    let said = gitsweep(site, &["cancel"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let is_over = || repo.lines("pids").iter().all(|pid| !is_alive(pid.parse().unwrap()));
    wait_until("the processes of the runs are gone", is_over);
    all_is_settled(site);
    let has_ended_well = |of_point: &Vec<String>| of_point.contains(&"ok".to_owned());
    assert!(!repo.statuses(BRANCH).iter().any(has_ended_well), "{:?}", repo.statuses(BRANCH));
    std::fs::write(&gate, "").unwrap();
    let said = gitsweep(site, &["queue", "-e", &script(site), "--wait"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    all_is_settled(site);
    for of_point in repo.statuses(BRANCH) {
        assert_eq!(of_point.iter().filter(|status| *status == "ok").count(), 1, "{of_point:?}");
    }
    let mut ran = repo.lines("ran");
    ran.sort();
    assert_eq!(ran, ["1", "2", "3", "4", "5", "6"], "the points that ran to their end");
    // The checkouts of gitsweeps that were killed too.
    repo.nothing_is_left_running();
}

/// Where one job runs at a time, one failure is enough for no other point to begin.
fn no_more_begin_once_enough_have_failed(site: &Site) {
    let repo = &site.repo;
    let said = gitsweep(site, &["delete", "--yes", BRANCH]);
    assert_eq!(said.code, 0, "{}", said.err);
    repo.write("model.sh", format!("{}exit 4\n", common::SMALL_MODEL));
    repo.commit("Fail");
    assert_eq!(repo.create(), BRANCH);
    let said = gitsweep(site, &["queue", "-e", &script(site), "--max-failures", "1", "--wait"]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(said.err.contains("no new runs: that many have failed\n"), "{}", said.err);
    all_is_settled(site);
    assert_eq!(repo.statuses(BRANCH).concat(), ["failed"], "{}", said.err);
    let said = gitsweep(site, &["status"]);
    assert!(said.out.contains("no more points are started: 1 run has failed (--max-failures 1); "), "{}", said.out);
}

/// A refusal is told in the scheduler's words, and no point is taken for submitted.
fn a_refusal_submits_nothing(site: &Site) {
    let repo = &site.repo;
    let _ = gitsweep(site, &["delete", "--yes", BRANCH]);
    assert_eq!(repo.create(), BRANCH);
    let (path, mut arguments) = (script(site), vec!["queue", "-e"]);
    arguments.extend([path.as_str(), "--"]);
    arguments.extend(&site.refused);
    let said = gitsweep(site, &arguments);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.err.contains("refused the job"), "{}", said.err);
    assert!(repo.statuses(BRANCH).iter().all(Vec::is_empty), "{:?}", repo.statuses(BRANCH));
}

fn everything(site: &Site) {
    every_point_has_one_outcome(site);
    what_is_cancelled_stays_to_be_run(site);
    if !site.refused.is_empty() {
        a_refusal_submits_nothing(site);
    }
}

#[test]
fn task_spooler() {
    let Some(site) = Site::task_spooler() else { return };
    everything(&site);
    no_more_begin_once_enough_have_failed(&site);
}

#[test]
fn grid_engine() {
    let Some(site) = Site::grid_engine() else { return };
    everything(&site);
}

#[test]
fn ssh() {
    let Some(site) = Site::ssh() else { return };
    everything(&site);
}

/// Lays a sweep whose last point does this.
fn lay_last(site: &Site, deed: &str) {
    let _ = gitsweep(site, &["delete", "--yes", BRANCH]);
    site.repo.write("model.sh", format!("{}[ $g_i != -15 ] || {{ {deed}; }}\n", common::SMALL_MODEL));
    site.repo.commit("Take long");
    assert_eq!(site.repo.create(), BRANCH);
}

/// A run whose time is over has failed, also where its job is told to end before it is killed: it is not run again unasked.
fn a_time_limit_is_told(site: &Site, limit: [&str; 2]) {
    let repo = &site.repo;
    lay_last(site, "sleep 1000");
    let path = script(site);
    let said = gitsweep(site, &[&["queue", "-e", &path, "--points", "6", "--wait", "--"], &limit[..]].concat());
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(said.err.contains("timeout") && said.err.contains("(the job's time limit was over)"), "{}", said.err);
    all_is_settled(site);
    assert_eq!(repo.statuses(BRANCH).concat(), ["timeout"], "{}", said.err);
}

/// A run whose job is ended by the scheduler's own command, `kill` with its id, has not run out of time, however much it had.
fn what_is_killed_is_cancelled(site: &Site, limit: [&str; 2], kill: &str) {
    let repo = &site.repo;
    lay_last(site, &format!("echo >>'{}'; sleep 1000", repo.beside("begun").display()));
    let path = script(site);
    let said = gitsweep(site, &[&["queue", "-e", &path, "--points", "6", "--"], &limit[..]].concat());
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    wait_until("the point runs", || !repo.lines("begun").is_empty());
    let said = gitsweep(site, &["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let job = status["points"][5]["job"].as_str().unwrap_or_else(|| panic!("{status:#}"));
    assert!(site.command(kill).arg(job.split(':').next().unwrap()).output().unwrap().status.success());
    all_is_settled(site);
    assert_eq!(repo.statuses(BRANCH).concat(), ["cancelled"], "{:?}", repo.point(6));
}

fn everything_with_time_limits(site: &Site) {
    everything(site);
    a_time_limit_is_told(site, ["-l", "walltime=2"]);
}

#[test]
fn pbs_professional() {
    let mut site = Site::pbs("pro");
    everything_with_time_limits(&site);
    // That it was suspended for longer than its time it is given back.
    site.set("FAKE_SUSPENDED", "7200");
    what_is_killed_is_cancelled(&site, ["-l", "walltime=01:00:00"], "qdel");
}

#[test]
fn torque() {
    everything_with_time_limits(&Site::pbs("torque"));
}

#[test]
fn torque_before_it_could_limit_arrays() {
    everything_with_time_limits(&Site::pbs("torque-2.4"));
}

#[test]
fn lsf() {
    let mut site = Site::lsf();
    everything(&site);
    a_time_limit_is_told(&site, ["-W", "0.04"]);
    site.set("FAKE_LAST_MINUTE", "1");
    what_is_killed_is_cancelled(&site, ["-W", "60"], "bkill");
}

#[test]
fn htcondor() {
    everything(&Site::htcondor());
}

#[test]
fn hyperqueue() {
    everything(&Site::hyperqueue());
}
