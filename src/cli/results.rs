//! `gitsweep results`

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::{Context, DONE, NOTHING, output};
use crate::ui;
use gitsweep::ledger;
use gitsweep::report::{Database, Format, Options};
use gitsweep::sweep::{self, Standings};

/// The table: a row for each point, with its parameters, metrics and status
///
/// On a terminal: the parameters that vary and the metrics; what is the same everywhere goes into one line. Files have
/// every parameter. Points that failed or have not run are rows too.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  gitsweep results --sort score --best 5\n  gitsweep results -o results.csv\n  \
    gitsweep results --columns 'point,g_*,score,seconds,commit'\n\nColumns that show only when asked for: attempts, seconds, \
    start, end, host, executor, job, exit, signal,\nmemory (bytes), commit, folder, command, proposed_by, sweep")]
pub struct Args {
    /// A sweep: its branch or an unambiguous part of the name [default: the current branch, else the newest sweep]
    #[arg(value_name = "SWEEP")]
    sweep: Option<String>,
    /// table, csv, tsv, json, jsonl, markdown, latex, html, sqlite or parquet [default: by the file's extension, else
    /// table]
    #[arg(long, value_name = "F")]
    format: Option<String>,
    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite FILE even if gitsweep did not write it
    #[arg(long)]
    force: bool,
    /// Columns to show, in this order, with * and ? for any letters; all for all
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    columns: Vec<String>,
    /// Columns to sort by, the first first; -NAME for the largest first
    #[arg(long, value_name = "KEY", value_delimiter = ',', allow_hyphen_values = true)]
    sort: Vec<String>,
    /// Only the N best points by the objective
    #[arg(long, value_name = "N")]
    best: Option<usize>,
    /// The metric that --best goes by [default: the definition's objective]
    #[arg(long, value_name = "METRIC")]
    objective: Option<String>,
    /// minimize or maximize
    #[arg(long, value_name = "WAY")]
    direction: Option<String>,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    let path = args.output.as_ref().map(|path| context.folder.join(path));
    let format = output::format(args.format.as_deref(), args.output.as_deref())?;
    if let Some(path) = &path {
        output::check(&repository, path, args.force)?;
    }
    fold_quietly(context, &repository);
    let found = sweep::find(&repository, args.sweep.as_deref())?;
    // Which of several sweeps it is would otherwise be anybody's guess.
    let is_guess = args.sweep.is_none() && args.output.is_none() && std::io::stdout().is_terminal();
    if is_guess && sweep::list(&repository)?.len() > 1 {
        context.ui.note(&found.branch);
    }
    let standings = Standings::read(&repository)?;
    report_damage(context, &standings, &found);
    let mut table = found.table(&standings)?;
    if args.objective.is_some() || args.direction.is_some() {
        let known = found.plan.search.objective.as_ref();
        let metric = args.objective.clone().or_else(|| known.map(|known| known.metric.clone()));
        let metric = metric.context("a direction without an objective: say which metric by --objective")?;
        let direction = match &args.direction {
            Some(direction) => direction.parse()?,
            None => known.map_or(gitsweep::spec::Direction::Minimize, |known| known.direction),
        };
        table = table.with_objective(metric, direction);
    }
    table.sort(&args.sort)?;
    if let Some(best) = args.best {
        table.best(best)?;
    }
    table.select(&args.columns)?;

    let width = if path.is_none() { width() } else { None };
    let styled = path.is_none() && context.ui.is_styled();
    let options = Options { width, styled, spreadsheet_safe: true };
    let mut bytes = Vec::new();
    if format == Format::Sqlite {
        if args.columns.is_empty() {
            table.select(&["all"])?;
        }
        let attempts = sweep::attempts(&[&found], &standings, &table)?;
        let database = Database { points: &table, attempts: Some(&attempts), series: None };
        gitsweep::report::write_database(&database, &mut bytes)?;
    } else {
        gitsweep::report::write(&table, format, &options, &mut bytes)?;
    }
    match &path {
        None => std::io::stdout().lock().write_all(&bytes)?,
        Some(path) => {
            output::write(&repository, path, &bytes)?;
            context.ui.note(&format!("{} in {}", ui::count(table.rows().len() as u64, "row"), path.display()));
        }
    }
    Ok(if table.rows().is_empty() { NOTHING } else { DONE })
}

/// The width of the terminal that standard output is; none if it is no terminal.
pub fn width() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).or(Some(80))
}

/// Puts waiting outcomes into notes; where the repository cannot be written, they are read from their files all the same.
pub fn fold_quietly(context: &Context<'_>, repository: &gitsweep::git::Repository) {
    if let Err(error) = ledger::fold(repository)
        && context.ui.verbose
    {
        context.ui.warning(&format!("{error:#}"));
    }
}

/// Says which notes could not be read.
pub fn report_damage(context: &Context<'_>, standings: &Standings, sweep: &sweep::Sweep) {
    for damage in &standings.ledger.damage {
        if sweep.trials.iter().any(|trial| trial.commit == damage.commit) {
            context.ui.warning(&format!("commit {}: {}; skipped", damage.commit.short(), damage.what));
        }
    }
}
