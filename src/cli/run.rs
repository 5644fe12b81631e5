//! `gitsweep run`

use std::io::Write as _;

use anyhow::Result;

use super::{Context, DONE, definition, queue};
use gitsweep::command::quote;
use gitsweep::sweep::Sweep;

/// Lay a sweep and run it: create and queue in one go
#[derive(clap::Args)]
#[command(after_help = "Example:\n  gitsweep run -f model.py -p 'g_e=0.5 to 3.0 step 0.5' -j 2 -- python3 model.py")]
pub struct Args {
    #[command(flatten)]
    definition: definition::Definition,
    #[command(flatten)]
    options: queue::Options,
    /// The command that runs a point, with {name} for a parameter's value
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    let draft = args.definition.draft(context, &repository, &args.command)?;
    args.options.check(context, &repository, &draft)?;
    if args.definition.dry_run {
        args.definition.preview(context, &repository, &draft)?;
        return Ok(DONE);
    }
    let (branch, tip) = args.definition.lay(context, &repository, &draft)?;
    writeln!(std::io::stdout(), "{branch}")?;
    let sweep = Sweep::load(&repository, &branch, tip)?;
    args.options.run(context, &repository, &sweep, &queue::QueueOnly::default()).inspect_err(|_| {
        context.ui.note(&format!("the sweep is laid: gitsweep queue {} runs it", quote(&branch)));
    })
}
