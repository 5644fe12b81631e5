//! `gitsweep results --series`: time series of all points, side by side or one below the other.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::{Context, DONE, INSTEAD, NOTHING};
use crate::cli::output;
use crate::ui;
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::names;
use gitsweep::report::{Database, Format, Options};
use gitsweep::spec::{Readings, SeriesPlan};
use gitsweep::sweep::{Standings, Sweep, Traces, all_traces, attempts};
use gitsweep::table::{Audience, Table, fits};

/// What of `results` is about series.
#[derive(clap::Args)]
pub struct SeriesArgs {
    /// A time series instead of the table: one of the definition, or a file of the run folders
    #[arg(long, value_name = "NAME|FILE", help_heading = INSTEAD, conflicts_with_all = ["instead", "over"])]
    pub series: Option<String>,
    /// Write what the columns of --series stand for to FILE [default: beside -o, traces.map.csv beside traces.csv]
    #[arg(long, value_name = "FILE", requires = "series", help_heading = INSTEAD)]
    pub map: Option<PathBuf>,
    /// A row for each value of --series, whatever the format
    #[arg(long, requires = "series", help_heading = INSTEAD)]
    pub long: bool,
}

/// Where the tables of a series go.
pub struct Target<'a> {
    pub format: Format,
    pub path: Option<&'a Path>,
    pub force: bool,
    pub columns: &'a [String],
}

/// Whose series they are.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub sweeps: &'a [&'a Sweep],
    pub standings: &'a Standings,
    /// The points that are left.
    pub points: &'a Table,
}

/// Writes the series of the points that are left.
pub fn run(
    context: &Context<'_>,
    repository: &Repository,
    sources: Sources<'_>,
    args: &SeriesArgs,
    target: &Target<'_>,
) -> Result<u8> {
    let name = args.series.as_deref().unwrap_or_default();
    let plan = find(repository, sources.sweeps.iter().copied(), name)?;
    let traces = read(context, repository, sources, &plan);
    if traces.is_empty() {
        context.ui.note(&format!("no point has left a readable {}", plan.layout.file));
        return Ok(NOTHING);
    }
    let is_long = args.long || matches!(target.format, Format::Json | Format::Jsonl | Format::Parquet);
    let table = if is_long { long(&traces, target.columns)? } else { wide(&traces, target.columns)? };
    let map = if is_long && args.map.is_none() { None } else { Some(map_of(&traces, &table, is_long)?) };
    let room = if target.path.is_none() { ui::width() } else { None };
    let styled = target.path.is_none() && context.ui.is_styled();
    let options = Options { width: room, styled, spreadsheet_safe: true };
    let mut bytes = Vec::new();
    gitsweep::report::write(&table, target.format, &options, &mut bytes)?;
    let map_path = match (&args.map, target.path) {
        (Some(map), _) => Some(context.folder.join(map)),
        (None, Some(path)) if map.is_some() => Some(beside(path)),
        _ => None,
    };
    let mut map_bytes = Vec::new();
    if let Some(map) = &map {
        let format = match &args.map {
            Some(path) => Format::of_path(path)?,
            None => target.format,
        };
        gitsweep::report::write(map, format, &options, &mut map_bytes)?;
    }
    if let Some(path) = &map_path {
        output::check(repository, path, "--map", target.force)?;
    }
    match target.path {
        None => {
            let mut out = std::io::stdout().lock();
            out.write_all(&bytes)?;
            if target.format == Format::Terminal && map.is_some() && map_path.is_none() {
                writeln!(out)?;
                out.write_all(&map_bytes)?;
            } else if !is_long && map_path.is_none() {
                context.ui.note("which column is which point: --map FILE");
            }
        }
        Some(path) => {
            output::write(repository, path, &bytes)?;
            let rows = ui::count(table.len() as u64, "row");
            context.ui.note(&format!("{rows} of {} in {}", ui::count(traces.len() as u64, "point"), path.display()));
        }
    }
    if let Some(path) = &map_path {
        output::write(repository, path, &map_bytes)?;
        context.ui.note(&format!("what its columns stand for in {}", path.display()));
    }
    Ok(DONE)
}

/// The series side by side, with the columns that are named: `V` is the V of all points, unless a column has just that name.
fn wide(traces: &Traces<'_>, names: &[String]) -> Result<Table> {
    let mut table = traces.wide()?;
    let of_points = |name: &String| {
        let found = if table.column(name).is_ok() { Vec::new() } else { traces.columns_of(name) };
        if found.is_empty() { vec![name.clone()] } else { found }
    };
    let columns: Vec<String> = names.iter().flat_map(of_points).collect();
    if !columns.is_empty() {
        table.select(&columns)?;
    }
    Ok(table)
}

/// A row for each value, with what is named: a column of the series is the rows of its values, and of the table's own columns
/// all show unless some are named.
fn long(traces: &Traces<'_>, names: &[String]) -> Result<Table> {
    let mut bare = traces.long(|_| false)?;
    let own = traces.own_columns();
    let (mut wanted, mut columns, mut has_named) = (HashSet::new(), Vec::new(), false);
    for name in names {
        let of_series = own.iter().copied().filter(|column| fits(name, column)).collect::<Vec<_>>();
        if bare.column(name).is_err() && !of_series.is_empty() {
            wanted.extend(of_series);
            columns.extend(["column", "value"]);
        } else if bare.column(name).is_err() && traces.x_name() == Some(name) {
            columns.push("x");
        } else {
            bare.select(&[name])
                .map_err(|error| hint::error(error, format!("of the series itself they are {}", own.join(", "))))?;
            columns.push(name);
            has_named = true;
        }
    }
    let mut table = traces.long(|column| wanted.is_empty() || wanted.contains(column))?;
    if has_named {
        table.select(&columns)?;
    }
    Ok(table)
}

/// What the columns of a wide table stand for, those that show; beside a long one, what they would.
fn map_of(traces: &Traces<'_>, table: &Table, is_long: bool) -> Result<Table> {
    let shown = table.shown(Audience::Program);
    let shown: HashSet<&str> = shown.into_iter().map(|column| table.label(column)).collect();
    traces.map(|name| is_long || shown.contains(name))
}

/// Reads a series of every point, and says which are damaged.
pub fn read<'a>(context: &Context<'_>, repository: &Repository, sources: Sources<'a>, plan: &SeriesPlan) -> Traces<'a> {
    let runs = repository.runs_dir();
    let top = runs.parent().unwrap_or(&runs);
    let traces = Traces::read(sources.sweeps, sources.standings, sources.points, plan, top);
    let skipped = traces.skipped.iter();
    context.ui.warnings(
        skipped.map(|it| format!("point {} (commit {}): {}; skipped", it.index, it.commit.short(), it.why)),
        |more| format!("{} whose {} cannot be read", ui::count(more as u64, "more point"), plan.layout.file),
    );
    traces
}

/// A database of points, their attempts and their series: the named one, else all of the definition.
pub fn database(
    context: &Context<'_>,
    repository: &Repository,
    sources: Sources<'_>,
    name: Option<&str>,
) -> Result<Vec<u8>> {
    let Sources { sweeps, standings, points } = sources;
    let mut plans: Vec<SeriesPlan> = Vec::new();
    match name {
        Some(name) => plans.push(find(repository, sources.sweeps.iter().copied(), name)?),
        None => {
            for plan in sweeps.iter().flat_map(|sweep| &sweep.plan.series) {
                if plans.iter().all(|known| known.name != plan.name) {
                    plans.push(plan.clone());
                }
            }
        }
    }
    let traces: Vec<Traces<'_>> = plans.iter().map(|plan| read(context, repository, sources, plan)).collect();
    let series = all_traces(points, &traces)?;
    let attempts = attempts(sweeps, standings, points)?;
    let mut bytes = Vec::new();
    let database = Database { points, attempts: Some(&attempts), series: Some(&series) };
    gitsweep::report::write_database(&database, &mut bytes)?;
    Ok(bytes)
}

/// The series of that name: of the sweeps' definition, else of the one in the checkout, else a file of that name.
pub fn find<'a>(
    repository: &Repository,
    sweeps: impl IntoIterator<Item = &'a Sweep>,
    name: &str,
) -> Result<SeriesPlan> {
    let mut known: Vec<SeriesPlan> = sweeps.into_iter().flat_map(|sweep| sweep.plan.series.iter().cloned()).collect();
    if let Some(found) = known.iter().find(|series| series.name == name) {
        return Ok(found.clone());
    }
    if let Some(path) = repository.workdir().map(|top| top.join(names::SPEC_FILE)).filter(|path| path.is_file()) {
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        known.extend(Readings::read(&text, names::SPEC_FILE, &known)?.series);
    }
    if let Some(found) = known.iter().find(|series| series.name == name) {
        return Ok(found.clone());
    }
    if name.contains(['.', '/']) {
        return SeriesPlan::of_file(name);
    }
    let near = hint::near_miss(name, known.iter().map(|series| series.name.as_str()));
    let way_out = near.map_or_else(
        || {
            format!(
                "name a file of the run folders (--series trace.csv), or define it in {}: [series.{name}]",
                names::SPEC_FILE
            )
        },
        |near| format!("did you mean {near}?"),
    );
    Err(hint::error(format!("there is no series `{name}`"), way_out))
}

/// `out/trace.map.csv` for `out/trace.csv`.
fn beside(path: &Path) -> PathBuf {
    let extension = path.extension().map_or_else(String::new, |it| format!(".{}", it.to_string_lossy()));
    let stem = path.file_stem().map_or_else(String::new, |it| it.to_string_lossy().into_owned());
    path.with_file_name(format!("{stem}.map{extension}"))
}
