//! `gitsweep push` and `gitsweep fetch`

use anyhow::Result;

use super::{Context, DONE, outcomes};
use crate::ui;
use gitsweep::command::quote;
use gitsweep::git::{CommitId, Repository};
use gitsweep::hint;
use gitsweep::names;
use gitsweep::sweep::exchange::{self, Scope};
use gitsweep::sweep::{self, Remotes};

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
    /// The remote; from a path or URL that is no remote's name only notes are fetched
    #[arg(value_name = "REMOTE", default_value = "origin")]
    remote: String,
}

pub fn push(context: &Context<'_>, args: &PushArgs) -> Result<u8> {
    let repository = context.repository()?;
    outcomes::fold_quietly(context, &repository);
    let mut branches = Vec::new();
    if args.sweeps.is_empty() {
        let local = repository.branches()?;
        let known = sweep::list(&repository)?.into_iter().map(|choice| choice.branch);
        branches.extend(known.filter(|branch| local.iter().any(|(name, _)| name == branch)));
    } else {
        for typed in &args.sweeps {
            let branch = sweep::find_choice(&repository, Some(typed))
                .map_err(|error| match exchange::is_remote(&repository, typed) {
                    Ok(true) => hint::error(
                        format!("there is no sweep `{typed}`, but a remote"),
                        format!("gitsweep push --remote {}", quote(typed)),
                    ),
                    _ => error,
                })?
                .branch;
            if repository.branch_tip(&branch).is_some() {
                branches.push(branch);
            } else {
                context.ui.note(&format!("{branch} is as it was fetched: its notes are pushed, and no branch"));
            }
        }
    }
    let pushed = exchange::push(&repository, &args.remote, &branches)?;
    let sweeps = ui::count(pushed.branches.len() as u64, "sweep");
    let merged = match pushed.merged {
        0 => String::new(),
        merged => format!(", {} of theirs merged", ui::count(merged as u64, "note")),
    };
    context.ui.note(&format!("pushed {sweeps} and the notes to {}{merged}", args.remote));
    let remote = &args.remote;
    for (branch, _) in &pushed.behind {
        context.ui.note(&format!(
            "{branch} is behind: {remote} has more of it, and nothing of it is pushed; next: gitsweep fetch{} && gitsweep \
             queue {}",
            exchange::argument(remote),
            quote(branch)
        ));
    }
    exchange::forked(&repository, &args.remote, &pushed.forked).map_or(Ok(DONE), Err)
}

pub fn fetch(context: &Context<'_>, args: &FetchArgs) -> Result<u8> {
    let repository = context.repository()?;
    outcomes::fold_quietly(context, &repository);
    let fetched = exchange::fetch(&repository, &args.remote)?;
    let (remote, notes) = (&args.remote, ui::count(fetched.notes as u64, "new note"));
    context.ui.note(&match fetched.branches {
        Scope::All => format!("fetched the branches of {remote}, and {notes}"),
        Scope::Named(all) => {
            format!(
                "fetched {notes}, and of {remote} those branches alone that remote.{remote}.fetch names; all: {all}"
            )
        }
        Scope::None(all) => {
            format!(
                "fetched {notes} of {remote}, and no branches, for which git knows no place here; to have them: {all}"
            )
        }
    });
    for (branch, beside) in &fetched.forked {
        context.ui.note(&format!(
            "{branch} has grown here and at {remote} since they were one, and stays as it is here; theirs beside it: {beside}"
        ));
    }
    let remotes = Remotes::read(&repository)?;
    for choice in sweep::list(&repository)? {
        tell_of_more(context, &repository, &remotes, &choice.branch, choice.tip);
    }
    Ok(DONE)
}

/// Says that there may be results of sweeps that were fetched without them, by `git clone` or `git fetch`.
pub fn tell_of_results<'a>(
    context: &Context<'_>,
    repository: &Repository,
    branches: impl IntoIterator<Item = &'a str>,
) {
    let is_here = |branch: &str| repository.branch_tip(branch).is_some();
    if repository.read_ref(names::NOTES_REF).is_ok_and(|tip| tip.is_none())
        && let Some(branch) = branches.into_iter().find(|branch| !is_here(branch))
    {
        let remote = branch.split('/').next().unwrap_or(branch);
        context.ui.note(&format!(
            "git brings no results along: gitsweep fetch{} gets those that there are of {branch}",
            exchange::argument(remote)
        ));
    }
}

/// Says what remotes have of a sweep beyond what is here, as far as it was fetched.
pub fn tell_of_more(context: &Context<'_>, repository: &Repository, remotes: &Remotes, branch: &str, tip: CommitId) {
    // Who cannot read a remote's branch is told so once it is needed.
    for ahead in remotes.ahead_of(repository, branch, tip).unwrap_or_default() {
        let points = ui::count(ahead.points, "more point");
        let from = &ahead.name;
        context.ui.note(&match ahead.has_diverged {
            false => format!("{from} has {points} than {branch}: gitsweep queue {} goes on from there", quote(branch)),
            true => format!("{from} has {points} than {branch}, which has grown here as well since they were one"),
        });
    }
}
