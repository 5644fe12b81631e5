//! `gitsweep delete`

use anyhow::Result;

use super::{Context, DONE, FAILURE, outcomes};
use crate::ui;
use gitsweep::hint;
use gitsweep::sweep::{self, Foreign, Remains};

/// So many commits that are not gitsweep's are named.
const NAMED: usize = 5;

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
    outcomes::fold_quietly(context, &repository);
    let found = match sweep::find(&repository, Some(&args.sweep)) {
        Ok(found) => found,
        Err(error) => {
            let Some(remains) = Remains::find(&repository, &args.sweep) else { return Err(error) };
            let what = format!("what is left of {}: the run folders in {}", args.sweep, remains.folder.display());
            return remove(context, args, &what, || remains.carry_out(&repository));
        }
    };
    // Jobs that nobody has asked after may have ended long ago.
    let followed = sweep::follow(&repository)?;
    followed.problems.iter().for_each(|problem| context.ui.warning(problem));
    outcomes::fold_quietly(context, &repository);
    let mut removal = sweep::Removal::plan(&repository, &found, &followed.standings)?;
    if args.keep_runs {
        removal.run_folders = None;
    }
    let mut what = format!(
        "the branch {} ({}), {}",
        found.branch,
        ui::count(found.trials.len() as u64, "point"),
        ui::count(removal.notes.len() as u64, "note")
    );
    if let Some(folder) = &removal.run_folders {
        what += &format!(", the run folders in {}", folder.display());
    }
    what += &foreign_in_words(&removal.foreign);
    if removal.tagged > 0 {
        let points = ui::count(removal.tagged as u64, "tagged point");
        what += &format!("; {points} {}", if removal.tagged == 1 { "keeps its note" } else { "keep their notes" });
    }
    if !removal.copies.is_empty() {
        what += &format!("; what it shares with {} stays", removal.copies.join(", "));
    }
    remove(context, args, &what, || removal.carry_out(&repository))
}

/// Asks, and removes it.
fn remove(context: &Context<'_>, args: &Args, what: &str, carry_out: impl FnOnce() -> Result<()>) -> Result<u8> {
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
    carry_out()?;
    context.ui.note(&format!("removed {what}"));
    Ok(DONE)
}

/// Commits of the branch that are the user's.
fn foreign_in_words(foreign: &[Foreign]) -> String {
    let number = match foreign.len() {
        0 => return String::new(),
        1 => "a commit that is".to_owned(),
        number => format!("{number} commits that are"),
    };
    let named: Vec<String> = foreign.iter().take(NAMED).map(Foreign::in_words).collect();
    let more = if foreign.len() > NAMED { format!(", and {} more", foreign.len() - NAMED) } else { String::new() };
    format!(", and {number} not gitsweep's: {}{more}", named.join(", "))
}
