//! Other people's programs, where they are installed; a test that needs one that is not there says so and passes.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::Command;

use super::common::{Repo, Said};

/// The program, to be run in the repository; `None`, and a line that says so, if it is not installed.
pub fn command(repo: &Repo, program: &str) -> Option<Command> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    if std::env::split_paths(&folders).any(|folder| folder.join(program).is_file()) {
        return Some(repo.command(program));
    }
    println!("skipped: {program} is not installed");
    None
}

/// A Python that has these packages: that of `$GITSWEEP_TEST_PYTHON`, of `target/readers`, or the first on the path.
pub fn python(repo: &Repo, packages: &[&str]) -> Option<Command> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/readers/bin/python3");
    let named = std::env::var_os("GITSWEEP_TEST_PYTHON").map(PathBuf::from);
    let import = packages.iter().map(|package| format!("import {package}")).collect::<Vec<_>>().join("; ");
    let candidates = named.into_iter().chain([own, PathBuf::from("python3")]);
    for candidate in candidates {
        let mut probe = repo.command(&candidate);
        if probe.args(["-W", "ignore", "-c", &import]).output().is_ok_and(|output| output.status.success()) {
            return Some(repo.command(&candidate));
        }
    }
    println!("skipped: no Python with {}; .ci/run makes one in target/readers", packages.join(", "));
    None
}

/// Runs the program, which must succeed, and returns its standard output.
pub fn ok(command: &mut Command) -> String {
    let said = Said::of(command.output().unwrap_or_else(|error| panic!("{command:?}: {error}")));
    assert_eq!(said.code, 0, "{command:?}\n{}{}", said.out, said.err);
    said.out
}
