//! What Slurm, or gitsweep before it, says no to: in words that name the thing and the way out, with nothing changed.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod cluster;
mod common;
mod fakes;
mod lab;
mod live;

use cluster::{Cluster, Options};
use common::Repo;
use fakes::path_without;
use lab::{Lab, REPORT};
use live::laid;

#[test]
fn without_sbatch_nothing_is_submitted() {
    let repo = laid(2, "", REPORT);
    repo.set("PATH", path_without(&repo.beside("bin"), &["sbatch", "squeue", "scontrol", "sacct", "scancel"]));
    let before = repo.users_state();
    let said = repo.fails(1, ["queue", "-e", "slurm"]);
    assert!(said.contains("on this machine's PATH") && said.contains("-e"), "{said}");
    assert!(repo.ok(["status"]).contains("2 pending"));
    assert_eq!(repo.users_state(), before);
    assert!(repo.ok(["queue"]).is_empty(), "it can still be run here");
}

#[test]
fn an_unknown_key_is_refused_with_the_near_miss() {
    for (line, near) in [("partion = \"short\"", "partition"), ("memory = \"2G\"", "mem"), ("gpu = 1", "gpus")] {
        let [(model, text), (spec, definition)] = live::model(2, "", REPORT);
        let repo = Repo::with(&[(model, &text), (spec, &format!("{definition}[queue.slurm]\n{line}\n"))]);
        let said = repo.fails(1, ["create"]);
        let key = line.split(' ').next().unwrap();
        assert!(said.contains(key) && said.contains(near), "{said}");
        assert!(repo.git(["branch", "--list", "grid_search*"]).is_empty());
    }
}

#[test]
fn other_bad_settings_are_refused_before_anything_is_laid() {
    for (lines, words) in [
        ("mem = \"{2 * }G\"", "mem"),
        ("mem = \"{2 * h}G\"", "h"),
        ("mem = \"{2 * gG\"", "brace"),
        ("extra = [\"exclusive\"]", "extra"),
    ] {
        let [(model, text), (spec, definition)] = live::model(2, "", REPORT);
        let repo = Repo::with(&[(model, &text), (spec, &format!("{definition}[queue.slurm]\n{lines}\n"))]);
        let said = repo.fails(1, ["create"]);
        assert!(said.contains(words), "{lines}: {said}");
        assert!(repo.git(["branch", "--list", "grid_search*"]).is_empty());
    }
}

#[test]
fn a_condition_that_no_other_may_stand_beside_is_refused_before_anything_is_submitted() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 2, "[queue.slurm]\nmem = \"{50 * g}M\"\n", REPORT);
    let held = ["sbatch", "sbatch"]
        .map(|sbatch| cluster.say(sbatch, ["--parsable", "--hold", "--output=/dev/null", "--wrap=true"]));
    let either = format!("--dependency=afterany:{}?afterany:{}", held[0].trim(), held[1].trim());
    for limited in [&["--max-active", "1"][..], &["--max-active", "1", "--dry-run"]] {
        let said = lab.queue(&[limited, &["--", &either]].concat());
        assert_eq!(said.code, 1, "{}", said.err);
        assert!(said.err.contains("cannot be joined with afterany:JOB, by which --max-active"), "{}", said.err);
        assert_eq!((lab.count("pending"), cluster.squeue("%i").len()), (2, 2));
    }
    // Nor where Slurm takes an order that needed no other in halves alone, of which the second waits for the first.
    let lab = Lab::new(&cluster, 4, "", REPORT);
    lab.faults.plan("sbatch", &["fail sbatch: error: Batch job submission failed: QOSMaxSubmitJobPerUserLimit"]);
    let said = lab.queue(&["--max-active", "1", "--", &either]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("cannot be joined with afterany:JOB, by which --max-active"), "{}", said.err);
    assert_eq!((lab.count("pending"), cluster.squeue("%i").len()), (4, 2));
    lab.submit(&["--", &either]);
    assert_eq!(lab.count("queued"), 4);
    cluster.scancel(&held);
    lab.settle();
    lab.all_ran_once(4);
}

#[test]
fn what_slurm_refuses_is_told_in_its_own_words_and_stays_to_be_run() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 2, "", REPORT);
    lab.repo.set("PATH", path_without(&lab.repo.beside("bin"), &["sbatch"]));
    let said = lab.queue(&[]);
    assert!(said.code == 1 && said.err.contains("no sbatch on this machine's PATH"), "{}", said.err);
    lab.repo.set("PATH", lab.faults.path());
    for (words, told) in [
        (&["--partition=nowhere"][..], "nvalid partition"),
        (&["--mem=900G"], "emory"),
        (&["--constraint=gold"], "nvalid feature"),
        (&["--no-such-option"], "no-such-option"),
        (&["--array=1-3"], "--array"),
        (&["-Jmine"], "-J"),
        (&["--time=soon"], "ime"),
    ] {
        let said = lab.queue(&[&["--"], words].concat());
        assert_eq!(said.code, 1, "{words:?}: {}", said.err);
        assert!(said.err.contains(told), "{words:?}: {}", said.err);
        assert_eq!(lab.count("pending"), 2, "{words:?}");
        assert!(cluster.squeue("%i").is_empty());
    }
    let odd = lab.repo.beside("back\\slash");
    lab.repo.git(["clone", "--quiet", ".", &odd.display().to_string()]);
    lab.repo.git_in(&odd, ["fetch", "--quiet", "origin", "refs/heads/*:refs/heads/*", "--update-head-ok"]);
    let said = lab.repo.run_in(&odd, ["queue", "-e", "slurm"]);
    assert!(said.code == 1 && said.err.contains("backslash"), "{}", said.err);
    let left = std::fs::read_dir(lab.repo.root().join(".git/gitsweep/submissions")).into_iter().flatten().count();
    assert_eq!(left, 0, "what was refused leaves nothing");
    lab.submit(&["--wait"]);
    lab.all_ran_once(2);
}
