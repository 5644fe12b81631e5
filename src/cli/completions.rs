//! `gitsweep completions`

use std::io::Write as _;

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Cli, DONE};

/// Print the completions of a shell
///
/// For bash: gitsweep completions bash > ~/.local/share/bash-completion/completions/gitsweep
#[derive(clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub fn run(args: &Args) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "gitsweep", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(DONE)
}
