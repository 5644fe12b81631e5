//! `gitsweep list`

use std::io::Write as _;

use anyhow::Result;
use serde_json::json;
use time::OffsetDateTime;
use time::macros::format_description;

use super::{Context, DONE, results};
use gitsweep::sweep::{self, Standing, Standings, Sweep};

/// The sweeps of this repository
#[derive(clap::Args)]
pub struct Args {
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    results::fold_quietly(context, &repository);
    let choices = sweep::list(&repository)?;
    let standings = Standings::read(&repository)?;
    let mut out = std::io::stdout().lock();
    let here = time::UtcOffset::current_local_offset().unwrap_or(time::UtcOffset::UTC);
    let mut rows = Vec::new();
    for choice in &choices {
        let found = match Sweep::load(&repository, &choice.branch, choice.tip) {
            Ok(found) => found,
            Err(error) => {
                context.ui.warning(&format!("{}: {error:#}; skipped", choice.branch));
                continue;
            }
        };
        let count = |wanted| found.trials.iter().filter(|trial| standings.of(trial.commit) == wanted).count();
        let counts =
            [Standing::Ok, Standing::Failed, Standing::Running, Standing::Queued, Standing::Pending].map(count);
        let date = OffsetDateTime::from_unix_timestamp(choice.seconds)
            .ok()
            .map(|date| date.to_offset(here))
            .and_then(|date| date.format(format_description!("[year]-[month]-[day] [hour]:[minute]")).ok())
            .unwrap_or_default();
        rows.push((found, counts, date));
    }
    if args.json {
        let whole: Vec<_> = rows
            .iter()
            .map(|(found, [ok, failed, running, queued, pending], date)| {
                json!({"sweep": found.branch, "base": found.base.to_string(), "date": date, "points": found.trials.len(),
                       "ok": ok, "failed": failed, "running": running, "queued": queued, "pending": pending})
            })
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&whole)?)?;
        return Ok(DONE);
    }
    if rows.is_empty() {
        context.ui.note("there is no sweep in this repository yet; make one: gitsweep create");
        return Ok(DONE);
    }
    let width = rows.iter().map(|(found, ..)| found.branch.chars().count()).max().unwrap_or(0).max(5);
    writeln!(
        out,
        "{:width$}  {:>7}  {:>6}  {:>6}  {:>7}  {:>6}  {:>7}  {:16}  base",
        "sweep", "points", "ok", "failed", "running", "queued", "pending", "date"
    )?;
    for (found, [ok, failed, running, queued, pending], date) in &rows {
        writeln!(
            out,
            "{:width$}  {:>7}  {ok:>6}  {failed:>6}  {running:>7}  {queued:>6}  {pending:>7}  {date:16}  {}",
            found.branch,
            found.trials.len(),
            repository.abbreviate(found.base)
        )?;
    }
    Ok(DONE)
}
