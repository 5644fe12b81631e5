//! `gitsweep list`

use std::io::Write as _;

use anyhow::Result;
use serde_json::{Value as Json, json};
use time::OffsetDateTime;
use time::macros::format_description;

use super::{Context, DONE, outcomes, remote};
use crate::ui;
use gitsweep::command::quote;
use gitsweep::git::{CommitId, Repository};
use gitsweep::record::Status;
use gitsweep::sweep::{self, Choice, Remotes, Standing, Standings};

/// What is counted.
const STANDINGS: [Standing; 5] =
    [Standing::Ok, Standing::Failed, Standing::Running, Standing::Queued, Standing::Pending];

/// The sweeps of this repository
#[derive(clap::Args)]
pub struct Args {
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    outcomes::fold_quietly(context, &repository);
    let choices = sweep::list(&repository)?;
    let standings = Standings::read(&repository)?;
    let remotes = Remotes::read(&repository)?;
    choices.iter().for_each(|choice| remote::tell_of_more(context, &repository, &remotes, &choice.branch, choice.tip));
    tell_of_copies(context, &repository, &choices)?;
    remote::tell_of_results(context, &repository, choices.iter().map(|choice| choice.branch.as_str()));
    let mut rows = Vec::new();
    for choice in &choices {
        match choice.commits(&repository) {
            Ok(commits) => rows.push(Row::of(choice, &commits, &standings)),
            Err(error) => context.ui.warning(&format!("{}: {error:#}; skipped", choice.branch)),
        }
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        let whole: Vec<_> = rows.iter().map(Row::to_json).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&whole)?)?;
        return Ok(DONE);
    }
    if rows.is_empty() {
        outcomes::tell_of_flights(context, &repository);
        context.ui.note("there is no sweep in this repository yet; make one: gitsweep create");
        return Ok(DONE);
    }
    let width = rows.iter().map(|row| row.choice.branch.chars().count()).max().unwrap_or(0).max(5);
    let wide = rows.iter().map(|row| row.ok().len()).max().unwrap_or(0).max(6);
    writeln!(
        out,
        "{:width$}  {:>7}  {:>wide$}  {:>6}  {:>7}  {:>6}  {:>7}  {:16}  base",
        "sweep", "points", "ok", "failed", "running", "queued", "pending", "date"
    )?;
    for row in &rows {
        let Row { choice, points, counts: [_, failed, running, queued, pending], date, .. } = row;
        writeln!(
            out,
            "{:width$}  {points:>7}  {:>wide$}  {failed:>6}  {running:>7}  {queued:>6}  {pending:>7}  {date:16}  {}",
            choice.branch,
            row.ok(),
            repository.abbreviate(choice.base)
        )?;
    }
    Ok(DONE)
}

/// Says which copies of these sweeps have points of their own.
pub fn tell_of_copies(context: &Context<'_>, repository: &Repository, choices: &[Choice]) -> Result<()> {
    for sweep::Copied { choice: Choice { branch, .. }, of, points } in sweep::copies(repository, choices)? {
        let (points, typed) = (ui::count(points, "point"), quote(&branch));
        context.ui.note(&format!("{branch} has {points} that {of} has not: gitsweep results {typed}"));
    }
    Ok(())
}

/// What is told of a sweep.
struct Row<'a> {
    choice: &'a Choice,
    points: usize,
    /// How many points are how far, in the order of [`STANDINGS`].
    counts: [usize; STANDINGS.len()],
    /// How many of those that are ok were stopped early.
    stopped: usize,
    /// When it was made, by the clock here.
    date: String,
}

impl<'a> Row<'a> {
    fn of(choice: &'a Choice, commits: &[CommitId], standings: &Standings) -> Self {
        let mut counts = [0; STANDINGS.len()];
        let mut stopped = 0;
        for commit in commits {
            let summary = standings.ledger.summary(*commit);
            let standing = standings.of_summary(*commit, &summary);
            counts[STANDINGS.iter().position(|known| *known == standing).unwrap_or_default()] += 1;
            stopped += usize::from(standing == Standing::Ok && summary.status == Some(Status::Stopped));
        }
        let here = time::UtcOffset::current_local_offset().unwrap_or(time::UtcOffset::UTC);
        let date = OffsetDateTime::from_unix_timestamp(choice.seconds)
            .ok()
            .map(|date| date.to_offset(here))
            .and_then(|date| date.format(format_description!("[year]-[month]-[day] [hour]:[minute]")).ok())
            .unwrap_or_default();
        Self { choice, points: commits.len(), counts, stopped, date }
    }

    /// How many points have a result, and how many of them were stopped early.
    fn ok(&self) -> String {
        match (self.counts[0], self.stopped) {
            (ok, 0) => ok.to_string(),
            (ok, stopped) => format!("{ok} ({stopped} stopped)"),
        }
    }

    fn to_json(&self) -> Json {
        let [ok, failed, running, queued, pending] = self.counts;
        json!({"sweep": self.choice.branch, "base": self.choice.base.to_string(), "date": self.date, "points": self.points,
               "ok": ok, "stopped": self.stopped, "failed": failed, "running": running, "queued": queued, "pending": pending})
    }
}
