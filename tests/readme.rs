//! Every command of the README is run, in the order in which it stands there, in a copy of the example network.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod cluster;
mod common;

use std::path::Path;

use cluster::{Cluster, Options};
use common::{Repo, Said};

fn source() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The commands of the README's blocks that begin with this line.
fn commands(opening: &str) -> Vec<String> {
    let text = std::fs::read_to_string(source().join("README.md")).unwrap();
    let mut commands = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        match line {
            line if line == opening => is_inside = true,
            "```" => is_inside = false,
            line if is_inside && !line.trim().is_empty() => commands.push(line.to_owned()),
            _ => {}
        }
    }
    commands
}

#[test]
fn every_command_of_the_readme_works() {
    let repo = Repo::empty();
    repo.copy_in("examples/balanced_network");
    repo.commit("Balanced network");
    let mut ran = 0;
    for command in commands("```sh") {
        match command.as_str() {
            // The first is the test below, the second is what runs this.
            "bash examples/run balanced_network" | "cargo test" => continue,
            command => {
                let said = Said::of(repo.shell_command(command).output().unwrap());
                assert_eq!(said.code, 0, "{command}\n{}{}", said.out, said.err);
                assert!(
                    !said.out.is_empty() || !said.err.is_empty() || command.contains("checkout"),
                    "{command} is mute"
                );
            }
        }
        ran += 1;
    }
    assert!(ran >= 15, "the README has lost its commands: {ran}");
    let table = repo.read("results.csv");
    assert_eq!(table.lines().count(), 37, "{table}");
    // What the example's own page says of the best point.
    let best = repo.ok(["results", "--best", "1", "--format", "csv", "--columns", "weightEI,weightII,score"]);
    assert_eq!(best, "weightEI,weightII,score\n3.0,-15.0,0.4165\n");
    repo.fsck();
}

#[test]
fn every_command_of_the_readme_works_on_a_cluster() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = Repo::empty();
    repo.copy_in("examples/balanced_network");
    assert!(repo.command("cp").arg("-R").arg(source().join("hooks")).arg(".").status().unwrap().success());
    repo.write_program("queue.sh", "#!/bin/sh\ngitsweep exec \"$1\"\n");
    repo.commit("Balanced network");
    repo.ok(["create"]);
    let mut ran = 0;
    for command in commands("```sh cluster") {
        let said = Said::of(repo.shell_command(&command).envs(cluster.environment()).output().unwrap());
        // What is to be cancelled may have ended by then.
        let is_fine = said.code == 0 || (said.code == 4 && command.contains("cancel"));
        assert!(is_fine, "{command}\n{}{}", said.out, said.err);
        ran += 1;
    }
    assert!(ran >= 8, "the README has lost its commands: {ran}");
    let mut last = repo.gitsweep_command(["queue", "-e", "slurm", "--wait"]);
    let said = Said::of(last.envs(cluster.environment()).output().unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    let table = repo.ok(["results", "--format", "csv", "--columns", "status"]);
    assert_eq!(table.lines().filter(|status| *status == "ok").count(), 36, "{table}");
    repo.fsck();
}

#[test]
fn the_readme_s_first_command_prints_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("network");
    let output = std::process::Command::new("bash")
        .arg(source().join("examples/run"))
        .arg("balanced_network")
        .arg(&made)
        .env("GITSWEEP", env!("CARGO_BIN_EXE_gitsweep"))
        .env("HOME", folder.path())
        .output()
        .unwrap();
    let said = Said::of(output);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("Fixed: weightEE=3.0"), "{}", said.out);
    assert!(said.out.contains("36 points: all ok"), "{}", said.out);
    assert!(made.join("sweeps").is_dir());
    assert!(std::fs::read_to_string(made.join("report.html")).unwrap().contains("Content-Security-Policy"));
}
