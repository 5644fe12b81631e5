//! `gitsweep queue --coordinator`

use std::io::Write as _;

use anyhow::Result;

use super::QueueOnly;
use crate::cli::progress::Progress;
use crate::cli::{Context, DONE, INTERRUPTED};
use gitsweep::command::quote;
use gitsweep::git::Repository;
use gitsweep::sweep::{self, Coordinator, SubmitOptions, Sweep};

/// Submits a coordinator.
pub(super) fn coordinate(
    context: &Context<'_>,
    repository: &Repository,
    sweep: &Sweep,
    options: &SubmitOptions,
    only: &QueueOnly,
) -> Result<u8> {
    if only.dry_run {
        let text = sweep::preview_coordinator(repository, sweep, options)?;
        writeln!(std::io::stdout().lock(), "{}", text.trim_end())?;
        context.ui.note("the coordinator's job. Nothing is submitted");
        return Ok(DONE);
    }
    let mut shown = Progress::watch(context, sweep)?;
    let outcome = sweep::submit_coordinator(repository, sweep, options, None, &mut shown);
    shown.bar.finish_and_clear();
    let ui = context.ui;
    Ok(match outcome? {
        Coordinator::Submitted(job) => {
            ui.note(&format!("{}: job {job} proposes and submits its points until the search is over", sweep.branch));
            ui.note(&format!("next: gitsweep status {}", quote(&sweep.branch)));
            DONE
        }
        Coordinator::AtWork(job) => {
            let job = job.map_or_else(
                || "a coordinator is being submitted".to_owned(),
                |job| format!("job {job} coordinates it"),
            );
            ui.note(&format!("{}: {job} already; nothing is submitted", sweep.branch));
            DONE
        }
        Coordinator::Stopped => INTERRUPTED,
    })
}
