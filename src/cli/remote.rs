//! `gitsweep push` and `gitsweep fetch`

use anyhow::Result;

use super::{Context, DONE, results};
use crate::ui;
use gitsweep::sweep::{self, exchange};

/// Send sweeps and their notes to a remote
///
/// Notes that the remote has are merged first, so that neither side's are lost.
#[derive(clap::Args)]
pub struct PushArgs {
    /// Sweeps: branches or unambiguous parts of their names [default: all]
    #[arg(value_name = "SWEEP")]
    sweeps: Vec<String>,
    /// The remote
    #[arg(short, long, value_name = "NAME", default_value = "origin")]
    remote: String,
}

/// Get sweeps and their notes from a remote
///
/// Its branches are fetched as git fetch does; its notes are merged with those that are here.
#[derive(clap::Args)]
pub struct FetchArgs {
    /// The remote
    #[arg(value_name = "REMOTE", default_value = "origin")]
    remote: String,
}

pub fn push(context: &Context<'_>, args: &PushArgs) -> Result<u8> {
    let repository = context.repository()?;
    results::fold_quietly(context, &repository);
    let mut branches = Vec::new();
    if args.sweeps.is_empty() {
        let local = repository.branches()?;
        let known = sweep::list(&repository)?.into_iter().map(|choice| choice.branch);
        branches.extend(known.filter(|branch| local.iter().any(|(name, _)| name == branch)));
    } else {
        for typed in &args.sweeps {
            let branch = sweep::find_choice(&repository, Some(typed))?.branch;
            if repository.read_ref(&format!("refs/heads/{branch}")).is_some() {
                branches.push(branch);
            } else {
                context.ui.note(&format!("{branch} is as it was fetched: its notes are pushed, and no branch"));
            }
        }
    }
    let merged = exchange::push(&repository, &args.remote, &branches)?;
    let sweeps = ui::count(branches.len() as u64, "sweep");
    let merged =
        if merged > 0 { format!(", {} of theirs merged", ui::count(merged as u64, "note")) } else { String::new() };
    context.ui.note(&format!("pushed {sweeps} and the notes to {}{merged}", args.remote));
    Ok(DONE)
}

pub fn fetch(context: &Context<'_>, args: &FetchArgs) -> Result<u8> {
    let repository = context.repository()?;
    results::fold_quietly(context, &repository);
    let merged = exchange::fetch(&repository, &args.remote)?;
    context.ui.note(&format!("fetched the branches of {}, and {}", args.remote, ui::count(merged as u64, "new note")));
    Ok(DONE)
}
