//! The name by which git finds gitsweep, so that `git sweep create` works: hands over to the `gitsweep` beside it.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let beside = std::env::current_exe().map(|this| this.with_file_name("gitsweep")).unwrap_or_default();
    let program = if beside.exists() { beside } else { "gitsweep".into() };
    let error = Command::new(&program).args(std::env::args_os().skip(1)).exec();
    eprintln!("error: cannot start {}: {error}", program.display());
    ExitCode::FAILURE
}
