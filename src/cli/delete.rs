//! `gitsweep delete`

use anyhow::Result;

use super::{Context, DONE, FAILURE, results};
use crate::ui;
use gitsweep::hint;
use gitsweep::sweep::{self, Standings};

/// Remove a sweep: its branch, its notes, its run folders
///
/// Says what goes and asks first.
#[derive(clap::Args)]
pub struct Args {
    /// A sweep: its branch or an unambiguous part of the name
    #[arg(value_name = "SWEEP")]
    sweep: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Leave the run folders
    #[arg(long)]
    keep_runs: bool,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    results::fold_quietly(context, &repository);
    let found = sweep::find(&repository, Some(&args.sweep))?;
    let standings = Standings::read(&repository)?;
    let removal = sweep::Removal::plan(&repository, &found, &standings, !args.keep_runs)?;
    let runs = match &removal.run_folders {
        Some(folder) => format!(", the run folders in {}", folder.display()),
        None => String::new(),
    };
    let what = format!(
        "the branch {} ({}), {}{runs}",
        found.branch,
        ui::count(found.trials.len() as u64, "point"),
        ui::count(removal.notes.len() as u64, "note")
    );
    if !args.yes {
        context.ui.note(&format!("this removes {what}"));
        if !context.ui.confirm("Remove it all?")? {
            return if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
                context.ui.note("nothing has been removed");
                Ok(FAILURE)
            } else {
                Err(hint::error(
                    "nothing has been removed: there is no terminal to ask on",
                    "if you mean it, say --yes",
                ))
            };
        }
    }
    removal.carry_out(&repository)?;
    context.ui.note(&format!("removed {what}"));
    Ok(DONE)
}
