//! Searches that learn about a small model, and what their branches hold.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::collections::HashSet;

use super::common::Repo;

/// Two numbers to be brought to zero.
pub const MODEL: &str = "\
x=1.0
y=1.0
awk \"BEGIN { print \\\"{\\\\\\\"loss\\\\\\\": \\\" ($x)^2 + ($y)^2 \\\", \\\\\\\"size\\\\\\\": \\\" ($x)^2 \\\"}\\\" }\" > output.json
";

pub const UNIT: &str = "{ type = \"continuous\", domain = [-2, 2] }";

/// A repository with the model and a definition; `search` are the lines below `[search]`.
pub fn repo(search: &str, x: &str, y: &str) -> Repo {
    let repo = Repo::empty();
    repo.write("model.sh", MODEL);
    repo.write(
        "gitsweep.toml",
        format!(
            "name = \"grid_search\"\n[search]\n{search}\n[run]\ncommand = \"sh model.sh\"\n[params.x]\nfile = \"model.sh\"\nvalues = {x}\n\
             [params.y]\nfile = \"model.sh\"\nvalues = {y}\n"
        ),
    );
    repo.commit("model");
    repo
}

pub fn evolutionary(more: &str) -> Repo {
    let search = format!("strategy = \"evolutionary\"\nseed = 1\nobjective = \"loss\"\nelite_size = 3\n{more}");
    repo(&search, "\"Gaussian(0.0, 0.4)\"", "\"Gaussian(0.0, 0.4)\"")
}

pub fn tpe(more: &str) -> Repo {
    let search = format!("strategy = \"tpe\"\nseed = 1\nobjective = \"loss\"\nmin_initial_points = 4\n{more}");
    repo(&search, UNIT, UNIT)
}

/// Asserts that the branch is one line of `count` points, none of them twice, each numbered in its turn.
pub fn assert_one_line(repo: &Repo, branch: &str, count: usize) {
    let parents = repo.git(["rev-list", "--parents", &format!("main..{branch}")]);
    assert_eq!(parents.lines().count(), count, "{parents}");
    assert!(parents.lines().all(|line| line.split(' ').count() == 2), "{parents}");
    let format =
        "--format=%(trailers:key=Point,valueonly,separator=%x20)|%(trailers:key=Param,valueonly,separator=%x20)";
    let log = repo.git(["log", "--reverse", format, &format!("main..{branch}")]);
    let lines: Vec<(&str, &str)> = log.lines().map(|line| line.split_once('|').unwrap()).collect();
    assert!(lines.iter().zip(1..).all(|((number, _), index)| *number == index.to_string()), "{log}");
    let distinct: HashSet<&str> = lines.iter().map(|(_, point)| *point).collect();
    assert_eq!(distinct.len(), count, "{log}");
    repo.fsck();
}

pub fn proposed_by(repo: &Repo, branch: &str) -> Vec<String> {
    let format = "--format=%(trailers:key=Proposed-By,valueonly,separator=%x20)";
    repo.git(["log", "--reverse", format, &format!("main..{branch}")]).lines().map(str::to_owned).collect()
}

pub fn points(repo: &Repo, branch: &str) -> String {
    let format = "--format=%(trailers:key=Param,valueonly,separator=%x20)";
    repo.git(["log", "--reverse", format, &format!("main..{branch}")])
}
