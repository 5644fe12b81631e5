//! `gitsweep create`

use std::io::Write as _;

use anyhow::Result;

use super::definition::Definition;
use super::preview::list;
use super::{Context, DONE, program, typed};
use gitsweep::command::quote;
use gitsweep::report::Format;

/// Lay a branch with one commit for each point
///
/// The definition is gitsweep.toml at the top of the repository (or SPEC), the flags, or both: a flag replaces what the
/// file says. Points keep the code that they were laid from: after a fix, `gitsweep create SWEEP` lays them from HEAD. Your
/// checkout, index and HEAD are not touched.
#[derive(clap::Args)]
#[command(
    after_help = "Values:\n  3.0 | [32, 64] | ['relu', 'tanh'] | (1, 10, 2) as Python's range | 0.5 to 3.0 step 0.5, both ends in\n  \
    linspace(a, b, n) | logspace(a, b, n) | geomspace(a, b, n) | arange(a, b, step)\n  \
    uniform(low, high, n), normal(mean, sd, n), ... that many values drawn, by the names of numpy.random\n  \
    { type = \"continuous\", domain = [10, 1e4], transformation = \"log\", grid_points = 3 }\n\nExamples:\n  \
    gitsweep create -f model.py -p 'g_e=0.5 to 3.0 step 0.5' -p 'g_i=[-5.0, -10.0]' -- python3 model.py\n  \
    gitsweep create --strategy random --trials 20 -- python3 train.py --lr 'loguniform(1e-5, 1e-1)' --layers '[2, 4]'"
)]
pub struct Args {
    #[command(flatten)]
    pub definition: Definition,
    /// Show all points as a table; change nothing
    #[arg(long)]
    list: bool,
    /// The form of --list: table, csv, tsv, json, jsonl, markdown, latex, html, sqlite or parquet [default: table]
    #[arg(long, value_name = "F", value_parser = typed::read::<Format>, requires = "list")]
    format: Option<Format>,
    /// The command that runs a point, with {name} for a parameter's value
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    let draft = args.definition.draft(context, &repository, &args.command)?;
    if let Some((problem, way_out)) = program::unrunnable(&repository, &draft) {
        context.ui.warning(&format!("{problem}: {way_out}"));
    }
    if args.list {
        list(context, &draft, args.format)?;
        return Ok(DONE);
    }
    if args.definition.dry_run {
        args.definition.preview(context, &repository, &draft)?;
        return Ok(DONE);
    }
    let (branch, _) = args.definition.lay(context, &repository, &draft)?;
    writeln!(std::io::stdout(), "{branch}")?;
    context.ui.note(&format!("next: gitsweep queue {}", quote(&branch)));
    Ok(DONE)
}
