//! `gitsweep results`

use std::io::{BufWriter, IsTerminal as _, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::{Context, DONE, NOTHING};
use crate::ui;
use gitsweep::hint;
use gitsweep::ledger;
use gitsweep::report::{Format, Options};
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
    /// table, csv, tsv, json, jsonl or markdown [default: by the file's extension, else table]
    #[arg(long, value_name = "F")]
    format: Option<String>,
    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
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
    let format = match (&args.format, &args.output) {
        (Some(format), _) => format.parse::<Format>()?,
        (None, Some(path)) => Format::of_path(path)?,
        (None, None) => Format::Terminal,
    };
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

    let width = if args.output.is_none() { width() } else { None };
    let options = Options { width, styled: args.output.is_none() && context.ui.is_styled(), ..Options::default() };
    match &args.output {
        None => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            gitsweep::report::write(&table, format, &options, &mut out)?;
            out.flush()?;
        }
        Some(path) => {
            let path = context.folder.join(path);
            refuse_tracked(&repository, &path)?;
            let mut text = Vec::new();
            gitsweep::report::write(&table, format, &options, &mut text)?;
            write_whole(&path, &text)?;
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

/// A results file never takes the place of something that the user has committed.
fn refuse_tracked(repository: &gitsweep::git::Repository, path: &std::path::Path) -> Result<()> {
    let inside = repository.workdir().and_then(|top| top.canonicalize().ok()).and_then(|top| {
        let folder = path.parent()?.canonicalize().ok()?;
        Some(folder.join(path.file_name()?).strip_prefix(top).ok()?.to_string_lossy().into_owned())
    });
    if let (Some(inside), Ok(head)) = (inside, repository.head())
        && repository.describe_path(head, &inside).is_some()
    {
        return Err(hint::error(
            format!("{inside} is a file of your code: it is not overwritten"),
            "choose another name for -o",
        ));
    }
    Ok(())
}

/// Writes a file so that it is there whole or not at all.
///
/// What is no ordinary file (a pipe, a device) is written to; a link's target is replaced, not the link.
fn write_whole(path: &std::path::Path, text: &[u8]) -> Result<()> {
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let known = std::fs::metadata(path).ok();
    if known.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return std::fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(text))
            .with_context(|| format!("cannot write {}", path.display()));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
    let failed = || format!("cannot write {}", path.display());
    let mut builder = tempfile::Builder::new();
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).with_context(failed)?;
    file.write_all(text).with_context(failed)?;
    if let Some(metadata) = known {
        file.as_file().set_permissions(metadata.permissions()).with_context(failed)?;
    }
    file.persist(path).with_context(failed)?;
    Ok(())
}
