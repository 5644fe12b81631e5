//! `gitsweep cancel`

use anyhow::Result;

use super::selection::{Points, choose, parse_points};
use super::{Context, DONE, FAILURE, NOTHING, outcomes};
use crate::ui;
use gitsweep::sweep::{self, Asking};

/// End what runs and take back what waits, here and on the cluster; those points stay to be run
#[derive(clap::Args)]
pub struct Args {
    /// A sweep: its branch or an unambiguous part of the name [default: the current branch, else the newest sweep]
    #[arg(value_name = "SWEEP")]
    sweep: Option<String>,
    /// Only these points, such as 3,7-12
    #[arg(long, value_name = "LIST", value_parser = parse_points)]
    points: Option<Points>,
    /// Only points for which this holds
    #[arg(long = "where", value_name = "EXPR", allow_hyphen_values = true)]
    filter: Option<String>,
    /// Ask no scheduler: its jobs are known to be gone
    #[arg(long)]
    forget: bool,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    let found = sweep::find(&repository, args.sweep.as_deref());
    let found = found.inspect_err(|_| outcomes::tell_of_flights(context, &repository))?;
    let limits = choose(&found, args.points.as_ref(), args.filter.as_deref())?;
    outcomes::fold_quietly(context, &repository);
    let asking = if args.forget { Asking::Nobody } else { Asking::Schedulers };
    let cancelled = sweep::cancel(&repository, &found, &limits, asking)?;
    cancelled.warnings.iter().for_each(|warning| context.ui.warning(warning));
    outcomes::fold_quietly(context, &repository);
    for problem in &cancelled.problems {
        context.ui.warning(&format!("not cancelled: {problem}"));
    }
    let is_partial = !cancelled.problems.is_empty();
    if cancelled.queued + cancelled.running + cancelled.given_up + cancelled.searchers == 0 {
        if is_partial {
            return Ok(FAILURE);
        }
        let what = if cancelled.was_going_on { "what was in flight has ended" } else { "nothing is in flight" };
        context.ui.note(&format!("{}: {what}", found.branch));
        return Ok(if cancelled.was_going_on { DONE } else { NOTHING });
    }
    let mut parts = Vec::new();
    if cancelled.queued > 0 {
        parts.push(format!("{} taken back", ui::count(cancelled.queued, "waiting point")));
    }
    if cancelled.running > 0 {
        parts.push(format!("{} told to end", ui::count(cancelled.running, "running point")));
    }
    if cancelled.given_up > 0 {
        parts.push(format!("{} given up", ui::count(cancelled.given_up, "running point")));
    }
    if cancelled.searchers > 0 {
        parts.push(format!("{} of the search ended", ui::count(cancelled.searchers, "job")));
    }
    context.ui.note(&format!("{}: {}", found.branch, parts.join(", ")));
    Ok(if is_partial { FAILURE } else { DONE })
}
