//! Which sweeps the table is of.

use std::io::IsTerminal as _;

use anyhow::Result;

use super::{Args, Context};
use crate::cli::list::tell_of_copies;
use gitsweep::git::Repository;
use gitsweep::sweep::{self, Choice, Fix, Sweep};

/// The sweeps that are named, or the one that is meant where none is; none if no code is as wanted.
pub(super) fn find(context: &Context<'_>, repository: &Repository, args: &Args) -> Result<Vec<Sweep>> {
    let contained = args.contains.iter().map(|commit| repository.resolve(commit).map(Fix::Contains));
    let lacking = args.lacks.iter().map(|commit| repository.resolve(commit).map(Fix::Lacks));
    let fixes = contained.chain(lacking).collect::<Result<Vec<Fix>>>()?;
    let (mut found, mut listed): (Vec<Sweep>, Vec<Choice>) = (Vec::new(), Vec::new());
    match args.sweeps.as_slice() {
        [] if !fixes.is_empty() => {
            listed = sweep::list(repository)?;
            for choice in &listed {
                found.push(Sweep::load(repository, &choice.branch, choice.tip)?);
            }
        }
        [] => {
            let guess = sweep::find(repository, None)?;
            // Which of several sweeps it is would otherwise be anybody's guess.
            let is_seen = args.output.is_none() && std::io::stdout().is_terminal();
            if is_seen && sweep::list(repository)?.len() > 1 {
                context.ui.note(&guess.branch);
            }
            found.push(guess);
        }
        names => {
            for name in names {
                let sweep = sweep::find(repository, Some(name))?;
                if !found.iter().any(|known| known.branch == sweep.branch) {
                    found.push(sweep);
                }
            }
        }
    }
    let looked_at = found.len();
    for fix in fixes {
        let mut kept = Vec::new();
        for sweep in found {
            if sweep.is_from(repository, fix)? {
                kept.push(sweep);
            }
        }
        found = kept;
    }
    if !listed.is_empty() {
        listed.retain(|choice| found.iter().any(|sweep| sweep.branch == choice.branch));
        tell_of_copies(context, repository, &listed)?;
    }
    if looked_at == 0 {
        context.ui.note("there is no sweep in this repository yet");
    } else if found.is_empty() {
        let sweeps = crate::ui::count(looked_at as u64, "sweep");
        context.ui.note(&format!("none of {sweeps} starts from such code (by ancestry, as in git branch --contains)"));
    }
    Ok(found)
}
