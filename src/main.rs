//! The command line of gitsweep. Everything that computes is in the library; this side parses, prints and exits.

#![allow(unreachable_pub, reason = "in a program nothing is reachable")]

mod cli;
mod elsewhere;
mod pager;
mod ui;
mod usage;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

fn main() -> ExitCode {
    ui::outlive_file_limit();
    let parsed = cli::Cli::command().try_get_matches().and_then(|matches| cli::Cli::from_arg_matches(&matches));
    let cli = parsed.unwrap_or_else(|error| usage::exit(error));
    let ui = ui::Ui::new(cli.color, cli.quiet, cli.verbose);
    match run(cli, &ui) {
        Ok(code) => ExitCode::from(code),
        Err(error) if ui::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let (error, code) = match error.downcast::<usage::Wrong>() {
                Ok(usage::Wrong(error)) => (error, cli::WRONG_USAGE),
                Err(error) => (error, cli::FAILURE),
            };
            ui.error(&ui::name_output(error));
            ExitCode::from(code)
        }
    }
}

/// Does what the command line says. An error may also come up as a panic, from where nobody expects any: where what was read
/// once can be read no more.
fn run(cli: cli::Cli, ui: &ui::Ui) -> anyhow::Result<u8> {
    catch_unwind(AssertUnwindSafe(|| cli::run(cli, ui))).unwrap_or_else(|panic| {
        match panic.downcast::<anyhow::Error>() {
            Ok(error) => Err(*error),
            Err(panic) => resume_unwind(panic),
        }
    })
}
