//! Calls of git itself, for what libgit2 cannot do: filters, submodules, fetch and push.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::hint::WithHint as _;
use crate::names;

/// A `git` command in `folder`, without the variables by which another git points at a repository, and without hooks.
pub fn git_command(folder: &Path) -> Command {
    let mut command = command_with_hooks(folder);
    command.arg("-c").arg("core.hooksPath=/dev/null");
    command
}

fn command_with_hooks(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).stdin(Stdio::null());
    // What `git -c` has said holds here too.
    for variable in names::GIT_LOCAL_ENV.iter().filter(|variable| !variable.starts_with("GIT_CONFIG_")) {
        command.env_remove(variable);
    }
    command.env("GIT_TERMINAL_PROMPT", "0");
    command
}

/// Runs git, without the user's hooks, and returns its standard output.
///
/// # Errors
/// If git cannot be started or fails; the error has what it said.
pub fn run_git<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Result<String> {
    run(git_command(folder), arguments)
}

/// Runs git with the user's hooks, and returns its standard output: a push is to do what the user's own would, which may
/// be refused by a hook, or bring along what Git LFS keeps.
///
/// # Errors
/// If git cannot be started or fails; the error has what it said.
pub fn run_git_with_hooks<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Result<String> {
    run(command_with_hooks(folder), arguments)
}

fn run<S: AsRef<OsStr>>(mut command: Command, arguments: &[S]) -> Result<String> {
    command.args(arguments);
    let said = || arguments.iter().map(|a| a.as_ref().to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ");
    let output = command.output().hint("cannot start git", "install git, or put the folder that it is in into PATH")?;
    if !output.status.success() {
        bail!("git {} failed: {}", said(), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
