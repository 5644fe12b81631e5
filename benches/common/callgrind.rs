//! Instructions, as callgrind counts them: they are the same on a busy machine, so that a regression shows there too.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// True if valgrind is there to count.
pub fn is_installed() -> bool {
    let asked = Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// How many instructions a process and its threads execute, from its start to its end; it must succeed.
///
/// Valgrind has no instructions for SHA-1, so that hashing weighs more than it does otherwise.
pub fn instructions(command: &Command) -> Result<u64> {
    let mut counted = Command::new("valgrind");
    counted.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(command.get_program());
    counted.args(command.get_args()).stdin(Stdio::null()).stdout(Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        counted.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => counted.env(name, value),
            None => counted.env_remove(name),
        };
    }
    let output = counted.output().context("cannot run valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{counted:?} has failed: {said}");
    }
    let count = said.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim());
    count.and_then(|count| count.parse().ok()).with_context(|| format!("valgrind counted nothing: {said}"))
}

/// How many instructions each point more takes, from two sizes and what they took.
pub fn a_point((few, small): (usize, u64), (many, large): (usize, u64)) -> f64 {
    (large as f64 - small as f64) / (many as f64 - few as f64)
}
