//! The commands, one file each: its arguments, whose comments are the help, and one function.
//!
//! Beside them what several share:
//!
//! - what is typed: `definition` and `choices`, which make a sweep; `point`, `selection`; `typed`, values behind flags
//! - laying: `preview`, what there would be; `laying`; `program`, `script` and `named_files`, what a command of a definition begins
//!   with and names; `variables`, what reaches it by them; `foreign`, files of other programs; `code`, whether HEAD has gone on
//! - running: `progress` and `conclusion` of a queue; `uncommitted`, what runs did not find; `outcomes`, before a command looks at them
//! - `output`: where results go

mod cancel;
mod choices;
mod code;
mod completions;
mod conclusion;
mod create;
mod definition;
mod delete;
mod diff;
mod exec;
mod extend;
mod extract;
mod foreign;
mod init;
mod laying;
mod list;
mod logs;
mod man;
mod metric;
mod named_files;
mod outcomes;
mod output;
mod point;
mod preview;
mod program;
mod progress;
mod queue;
mod remote;
mod report;
mod results;
mod run;
mod script;
mod selection;
mod show;
mod status;
mod typed;
mod uncommitted;
mod variables;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};

use crate::ui::{ColorWhen, Ui};
use gitsweep::git::Repository;

/// Exit code: gitsweep could not do it.
pub const FAILURE: u8 = 1;
/// Exit code: wrong usage, as clap has it.
pub const WRONG_USAGE: u8 = 2;
/// Exit code: done.
pub const DONE: u8 = 0;
/// Exit code: done, but some points failed.
pub const SOME_FAILED: u8 = 3;
/// Exit code: nothing matched the selection.
pub const NOTHING: u8 = 4;
/// Exit code: interrupted.
pub const INTERRUPTED: u8 = 130;

/// Where the help has what every command takes.
const EVERYWHERE: &str = "Options of every command";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Explore the parameters of a research code by means of git.
///
/// A branch for each search, a commit for each point (the `name = value` lines of the committed source rewritten and
/// nothing else), each commit run in its own checkout, each result a git note, and a table over all of it.
#[derive(Parser)]
#[command(name = "gitsweep", version, styles = STYLES, max_term_width = 100)]
#[command(
    after_help = "A first sweep:\n  gitsweep init src/model.py     proposes parameters, writes gitsweep.toml\n  \
    gitsweep create --dry-run      shows what would be laid; changes nothing\n  \
    gitsweep create                lays a branch with a commit for each point\n  \
    gitsweep queue                 runs them\n  gitsweep results               the table"
)]
pub struct Cli {
    /// Work as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true, help_heading = EVERYWHERE)]
    directory: Option<PathBuf>,
    /// When to use colour: auto, always or never
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_possible_values = true, global = true, help_heading = EVERYWHERE)]
    pub color: ColorWhen,
    /// Say only what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = EVERYWHERE)]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true, help_heading = EVERYWHERE)]
    pub verbose: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Args),
    Create(create::Args),
    Queue(queue::Args),
    Run(run::Args),
    Status(status::Args),
    Cancel(cancel::Args),
    Results(results::Args),
    Report(report::Args),
    Show(show::Args),
    Logs(logs::Args),
    Diff(diff::Args),
    List(list::Args),
    Extend(extend::Args),
    Extract(extract::Args),
    Delete(delete::Args),
    Push(remote::PushArgs),
    Fetch(remote::FetchArgs),
    Exec(exec::Args),
    Metric(metric::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// What every command has at hand.
pub struct Context<'a> {
    /// Where the user is.
    pub folder: PathBuf,
    /// The terminal.
    pub ui: &'a Ui,
}

impl Context<'_> {
    /// The repository that the user is in.
    fn repository(&self) -> Result<Repository> {
        let repository = Repository::discover(&self.folder)?;
        gitsweep::process::change_umask(|users| repository.umask(users));
        Ok(repository)
    }
}

/// Runs the command; the exit code that it ends with.
pub fn run(cli: Cli, ui: &Ui) -> Result<u8> {
    let folder = match &cli.directory {
        Some(directory) if !directory.is_dir() => {
            return Err(crate::usage::wrong(
                format!("-C {}: there is no such folder", directory.display()),
                "name the folder of your code's repository",
            ));
        }
        Some(directory) => directory.clone(),
        None => std::env::current_dir().context("the folder that you are in is not to be found")?,
    };
    let context = Context { folder, ui };
    match cli.command {
        Command::Init(args) => init::run(&context, &args),
        Command::Create(args) => create::run(&context, &args),
        Command::Queue(args) => queue::run(&context, &args),
        Command::Run(args) => run::run(&context, &args),
        Command::Status(args) => status::run(&context, &args),
        Command::Cancel(args) => cancel::run(&context, &args),
        Command::Results(args) => results::run(&context, args),
        Command::Report(args) => report::run(&context, &args),
        Command::Show(args) => show::run(&context, &args),
        Command::Logs(args) => logs::run(&context, &args),
        Command::Diff(args) => diff::run(&context, &args),
        Command::List(args) => list::run(&context, &args),
        Command::Extend(args) => extend::run(&context, &args),
        Command::Extract(args) => extract::run(&context, &args),
        Command::Delete(args) => delete::run(&context, &args),
        Command::Push(args) => remote::push(&context, &args),
        Command::Fetch(args) => remote::fetch(&context, &args),
        Command::Exec(args) => exec::run(&context, &args),
        Command::Metric(args) => metric::run(&context, &args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}
