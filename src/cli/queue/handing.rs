//! A queue that hands points to a scheduler.

use std::io::Write as _;

use anyhow::Result;

use super::coordinator::coordinate;
use super::here::more_in_words;
use super::{Options, QueueOnly};
use crate::cli::conclusion::conclude;
use crate::cli::progress::Progress;
use crate::cli::{Context, DONE, NOTHING};
use crate::ui;
use gitsweep::git::Repository;
use gitsweep::submission::FailureLimit;
use gitsweep::sweep::{self, SubmitOptions, Sweep};

impl Options {
    /// Submits the points.
    pub(super) fn submit(
        &self,
        context: &Context<'_>,
        repository: &Repository,
        sweep: &Sweep,
        executor: String,
        only: &QueueOnly,
    ) -> Result<u8> {
        let options = self.submit_options(repository, sweep, executor, only)?;
        if self.coordinator {
            return coordinate(context, repository, sweep, &options, only);
        }
        if only.dry_run {
            return show_orders(context, repository, sweep, &options);
        }
        let mut shown = Progress::watch(context, sweep)?;
        let baseline = if self.wait { Some(sweep::baseline(repository, sweep)?) } else { None };
        let submitted = sweep::submit(repository, sweep, &options, &mut shown);
        let submitted = submitted.inspect_err(|_| {
            shown.bar.finish_and_clear();
            shown.tell_submitted();
        });
        let mut summary = submitted?;
        if let Some(mut baseline) = baseline.filter(|_| !summary.ending.interrupted) {
            shown.bar.reset();
            baseline.warnings.clone_from(&shown.warnings);
            let options = options.less(summary.handed.submitted);
            // From here on what counts is what becomes of it.
            (summary.handed.submitted, summary.points.elsewhere) = (0, 0);
            sweep::wait(repository, sweep, &options, baseline, &mut summary, &mut shown)?;
        }
        shown.bar.finish_and_clear();
        Ok(conclude(&shown, sweep, &options.executor, summary))
    }

    /// What the flags say, and what the definition says where they do not.
    fn submit_options(
        &self,
        repository: &Repository,
        sweep: &Sweep,
        executor: String,
        only: &QueueOnly,
    ) -> Result<SubmitOptions> {
        let defaults = &sweep.plan.queue;
        let workers = self.workers.map(|workers| workers as u64).or(defaults.workers.filter(|_| !self.coordinator));
        Ok(SubmitOptions {
            limits: self.limits(repository, sweep, only)?,
            executor,
            max_active: self.max_active.or(self.jobs.filter(|_| workers.is_none())).or(defaults.max_active),
            workers,
            jobs: self.jobs,
            spacing: self.spacing.or(defaults.spacing).unwrap_or_default(),
            arguments: if only.arguments.is_empty() { defaults.arguments.clone() } else { only.arguments.clone() },
            max_failures: self.max_failures.or(defaults.max_failures).map(FailureLimit::new),
            is_coordinated: self.coordinator,
            is_going_on: false,
        })
    }
}

/// Shows what would be submitted.
fn show_orders(context: &Context<'_>, repository: &Repository, sweep: &Sweep, options: &SubmitOptions) -> Result<u8> {
    let (text, orders, points) = sweep::preview(repository, sweep, options)?;
    let mut out = std::io::stdout().lock();
    let more = more_in_words(sweep::plan_here(repository, sweep, &options.limits)?.more);
    if points == 0 && more.is_empty() {
        context.ui.note("nothing to submit");
        return Ok(NOTHING);
    }
    let (points, orders) = (ui::count(points as u64, "point"), ui::count(orders as u64, "order"));
    if text.is_empty() {
        context.ui.note(&format!("{points}{more}; nothing is submitted"));
        return Ok(DONE);
    }
    writeln!(out, "{}", text.trim_end())?;
    context.ui.note(&format!("{points} in {orders}{more}; the first is shown. Nothing is submitted"));
    Ok(DONE)
}
