//! `gitsweep extend`

use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;

use super::choices::Choices;
use super::{Context, DONE, code, laying};
use crate::ui;
use gitsweep::command::quote;
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::search::StrategyKind;
use gitsweep::spec::{self, Flags, StrategyPlan};
use gitsweep::sweep::{self, Sweep, TakeUp};

/// Add points to a sweep: more trials, a finer grid, more values, more repeats
///
/// The sweep's own definition with what the flags say instead; points that are there already are not laid again. The new
/// commits go on top of the branch, which moves once.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  gitsweep extend -p 'g_e=0.5 to 3.0 step 0.25'\n  gitsweep extend --trials 200\n  \
    gitsweep extend --target 0.001 --patience 50"
)]
pub struct Args {
    /// A sweep: its branch or an unambiguous part of the name [default: the current branch, else the newest sweep]
    #[arg(value_name = "SWEEP")]
    sweep: Option<String>,
    #[command(flatten)]
    choices: Choices,
    /// The date of the commits (RFC 3339), for ids that are the same everywhere [default: now]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Lay more than 10,000 points without asking
    #[arg(short, long)]
    yes: bool,
    /// Say how many points would be added, the first and the last; change nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

/// How often points are laid anew because somebody else has moved the branch.
const TRIES: u32 = 50;

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    let mut found = sweep::find(&repository, args.sweep.as_deref())?;
    let parameters = found.plan.parameters.iter().filter(|parameter| parameter.domain().is_some());
    let own: Vec<String> = parameters.map(|parameter| parameter.name.to_string()).collect();
    let flags = args.choices.flags(context, &repository, own.clone())?;
    let says_nothing = !flags.choose_points() && !args.choices.bound_search();
    let flags = Flags { takes_one_run: true, ..flags };
    let mut is_confirmed = args.yes;
    for attempt in 0..TRIES {
        // Points that another clone has laid come first.
        let ahead = TakeUp::of(&repository, &found)?;
        let grown = ahead.as_ref().map_or(&found, |ahead| &ahead.sweep);
        let draft = sweep::Draft::extend(&repository, grown, &flags)?;
        let mut out = std::io::stdout().lock();
        let added = added_in_words(&draft);
        let tell = || -> Result<()> {
            other_design(grown, &draft).iter().for_each(|said| context.ui.warning(said));
            code_in_words(&repository, grown)?.iter().for_each(|said| context.ui.note(said));
            Ok(())
        };
        if args.dry_run {
            if draft.total() > 0 {
                tell()?;
            }
            writeln!(out, "{added} on top of {} of {}", grown.trials.len(), found.branch)?;
            if let (Some(first), Some(last)) = (draft.first(), draft.last()) {
                writeln!(out, "first: {first}\nlast:  {last}")?;
            }
            context.ui.note("nothing has been changed");
            return Ok(DONE);
        }
        if draft.total() == 0 {
            let said = ahead.map(|ahead| ahead.carry_out(&repository)).transpose()?.flatten();
            said.iter().for_each(|said| context.ui.note(said));
            context.ui.note(&format!("{} has all these points already", found.branch));
            if says_nothing {
                more_in_words(&found.plan.search, &own).iter().for_each(|said| context.ui.hint(said));
            }
            return Ok(DONE);
        }
        sweep::check_ground(&repository, grown, "then run the command again")?;
        if attempt == 0 {
            tell()?;
        }
        laying::confirm_many(context, &draft, is_confirmed)?;
        is_confirmed = true;
        let moved = ahead.as_ref().map(|ahead| ahead.carry_out(&repository)).transpose()?;
        let said = match moved {
            Some(moved) => moved,
            None => {
                let (own, said) = sweep::own_branch(&repository, found)?;
                found = own;
                said
            }
        };
        said.iter().for_each(|said| context.ui.note(said));
        if laying::lay(context, &repository, &draft, &found.branch, args.date.as_deref())?.is_some() {
            context.ui.note(&format!("{added} added to {}", found.branch));
            writeln!(out, "{}", found.branch)?;
            context.ui.note(&format!("next: gitsweep queue {}", quote(&found.branch)));
            return Ok(DONE);
        }
        std::thread::sleep(Duration::from_millis(u64::from(attempt % 8) + 1));
        found = sweep::find(&repository, Some(&found.branch))?;
    }
    Err(hint::error(format!("others moved the branch {TRIES} times in a row"), "run the command again"))
}

/// What is to be said where a latin hypercube of another size takes the place of the one that there is.
fn other_design(sweep: &Sweep, draft: &sweep::Draft) -> Option<String> {
    let search = &draft.plan().search;
    let is_other = matches!(search.strategy, StrategyPlan::One(StrategyKind::LatinHypercube))
        && search.trials != sweep.plan.search.trials;
    is_other.then(|| {
        format!(
            "a latin hypercube of other --trials is another design, so all of its points are new, beside the {} that are \
             there; random, sobol and halton go on where they are",
            sweep.trials.len()
        )
    })
}

/// What is to be said where HEAD has gone on from the code that the new points have.
fn code_in_words(repository: &Repository, sweep: &Sweep) -> Result<Option<String>> {
    let base = repository.abbreviate(sweep.base);
    Ok(code::newer(repository, sweep)?.map(|_| {
        format!(
            "the new points have the code of {base}, as the others; HEAD has another by now, from which gitsweep create lays a \
             sweep of its own"
        )
    }))
}

/// What is added; of a search that learns that is the beginning, and the queue proposes the rest.
fn added_in_words(draft: &sweep::Draft) -> String {
    let total = draft.total();
    if draft.plan().search.growing.is_none() || draft.more() == Some(total) {
        return ui::count(total, "point");
    }
    let first = if total == 1 { "the first".to_owned() } else { format!("the first {total}") };
    match draft.more() {
        Some(more) => format!("{first} of {}", ui::count(more, "more point")),
        None => format!("{first} of more points"),
    }
}

/// How more points are asked for; nothing where the code is run once, as it is.
fn more_in_words(search: &spec::Search, own: &[String]) -> Option<String> {
    let more = match &search.strategy {
        _ if search.growing.is_some() => {
            "--trials N for N in all; --target, --patience, --run-time or --search-time".to_owned()
        }
        StrategyPlan::One(StrategyKind::List) => "--from FILE for those of a file".to_owned(),
        StrategyPlan::One(StrategyKind::Grid | StrategyKind::Line) if search.trials.is_none() => {
            format!("-p '{}=[...]' for other values of a parameter", own.first()?)
        }
        _ => "--trials N for N in all".to_owned(),
    };
    let again = if search.repeats.is_some() { "; --repeats N for N of each" } else { "" };
    Some(format!("say which more there are to be: {more}{again}"))
}
