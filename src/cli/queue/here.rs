//! A queue on this machine.

use std::io::Write as _;

use anyhow::Result;

use super::{Options, QueueOnly};
use crate::cli::conclusion::conclude;
use crate::cli::progress::Progress;
use crate::cli::{Context, DONE, NOTHING};
use crate::ui;
use gitsweep::executor::LOCAL;
use gitsweep::git::Repository;
use gitsweep::sweep::{self, QueueOptions, Sweep};

impl Options {
    /// Runs the points here.
    pub(super) fn run_here(
        &self,
        context: &Context<'_>,
        repository: &Repository,
        sweep: &Sweep,
        only: &QueueOnly,
    ) -> Result<u8> {
        let defaults = &sweep.plan.queue;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let jobs = self.jobs.or(self.max_active).or(defaults.jobs).or(defaults.max_active);
        let options = QueueOptions {
            limits: self.limits(repository, sweep, only)?,
            jobs: jobs.unwrap_or(cores),
            spacing: self.spacing.or(defaults.spacing).unwrap_or_default(),
            max_failures: self.max_failures.or(defaults.max_failures),
            reuse: self.reuse,
            ..QueueOptions::default()
        };
        if only.dry_run {
            return preview(context, sweep, repository, &options);
        }
        let mut shown = Progress::watch(context, sweep)?;
        let summary = sweep::queue(repository, sweep, &options, &mut shown)?;
        shown.bar.finish_and_clear();
        Ok(conclude(&shown, sweep, LOCAL, summary))
    }
}

/// Says what would be run here.
fn preview(context: &Context<'_>, sweep: &Sweep, repository: &Repository, options: &QueueOptions) -> Result<u8> {
    let sweep::Preview { trials, more } = sweep::plan_here(repository, sweep, &options.limits)?;
    let mut out = std::io::stdout().lock();
    for trial in &trials {
        writeln!(out, "{:>4}  {}", trial.label.index, ui::visible(&trial.label.point.to_string()))?;
    }
    let more = more_in_words(more);
    if trials.is_empty() && more.is_empty() {
        context.ui.note(&format!("{}: there is nothing that would be run", sweep.branch));
        return Ok(NOTHING);
    }
    let laid = ui::count(trials.len() as u64, "point");
    context.ui.note(&format!("{laid} would be run{more}; nothing has been changed"));
    Ok(DONE)
}

/// What a search that learns would add.
pub(super) fn more_in_words(more: Option<u64>) -> String {
    match more {
        Some(0) => String::new(),
        Some(more) => format!(", and up to {more} more would be proposed"),
        None => ", and more would be proposed until the search is over".to_owned(),
    }
}
