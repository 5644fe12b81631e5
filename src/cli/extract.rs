//! `gitsweep extract`

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use indexmap::IndexMap;

use super::{Context, DONE, NOTHING, outcomes};
use crate::ui;
use gitsweep::command::quote;
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::names;
use gitsweep::record::Metric;
use gitsweep::report::{Format, Options};
use gitsweep::spec::{MetricSource, Readings, SeriesPlan};
use gitsweep::sweep::{self, Absent, Extract, Standing, Standings, Sweep};
use gitsweep::table::{Cell, Column, Role, Table};
use gitsweep::trial::Trial;
use gitsweep::value::Value;

/// New or changed metrics, read from what the runs have left; nothing is run again
///
/// What [metrics] and [series] of the definition say now is looked for in the logs and files of the run folders. Values that
/// are new or differ are added to the notes with the definition that they were read by; the branch stays as it is.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  gitsweep extract --dry-run\n  gitsweep extract --metric 'rate=rate: ([0-9.]+)'\n  \
    gitsweep extract --metric 'peak={ series = \"trace\", column = \"V\", reduce = \"max\" }'"
)]
pub struct Args {
    /// A sweep: its branch or an unambiguous part of the name [default: the current branch, else the newest sweep]
    #[arg(value_name = "SWEEP")]
    sweep: Option<String>,
    /// The definition whose [metrics] and [series] count [default: gitsweep.toml at the top of the repository]
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    file: Option<PathBuf>,
    /// A metric instead: a regular expression over the log, or a table as in [metrics]
    #[arg(long = "metric", value_name = "NAME=WHERE")]
    metrics: Vec<String>,
    /// Show what would change, and change nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    if !args.dry_run {
        outcomes::fold_quietly(context, &repository);
    }
    let sweep = sweep::find(&repository, args.sweep.as_deref())?;
    let metrics = metrics(context, &repository, &sweep, args)?;
    let standings = Standings::read(&repository)?;
    outcomes::report_damage(context, &standings, &sweep);
    let runs = repository.runs_dir();
    let extract = Extract::plan(&sweep, &standings, &metrics, runs.parent().unwrap_or(&runs));
    if extract.attempts == 0 {
        context.ui.note(&format!("no point of {} has run yet", sweep.branch));
        return Ok(NOTHING);
    }
    tell_problems(context, &extract);
    tell_absent(context, &extract);
    if args.dry_run {
        if extract.changes.is_empty() {
            context.ui.note("nothing would change");
            return Ok(DONE);
        }
        let options = Options { width: ui::width(), styled: context.ui.is_styled(), ..Options::default() };
        let mut out = std::io::stdout().lock();
        gitsweep::report::write(&table(&extract)?, Format::Terminal, &options, &mut out)?;
        out.flush()?;
        return Ok(DONE);
    }
    extract.carry_out(&repository)?;
    tell_changes(context, &extract, &metrics);
    tell_in_flight(context, &sweep, &standings, args);
    Ok(DONE)
}

/// The metrics that are looked for.
fn metrics(context: &Context<'_>, repository: &Repository, sweep: &Sweep, args: &Args) -> Result<Vec<MetricSource>> {
    let own = repository.workdir().map(|top| top.join(names::SPEC_FILE)).filter(|path| path.is_file());
    let path = args.file.as_ref().map(|file| context.folder.join(file)).or(own);
    let mut known: Vec<SeriesPlan> = sweep.plan.series.clone();
    let mut defined = Readings::default();
    if let Some(path) = &path {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        defined = Readings::read(&text, &path.display().to_string(), &known)?;
        known.retain(|series| defined.series.iter().all(|newer| newer.name != series.name));
        known.extend(defined.series.iter().cloned());
    }
    let metrics = match (args.metrics.is_empty(), args.file.is_some()) {
        (true, _) => defined.metrics,
        (false, false) => Readings::of_flags(&args.metrics, &known)?.metrics,
        (false, true) => {
            let flags = Readings::of_flags(&args.metrics, &known)?.metrics;
            let others = defined.metrics.into_iter().filter(|metric| flags.iter().all(|flag| flag.name != metric.name));
            others.chain(flags.iter().cloned()).collect()
        }
    };
    if metrics.is_empty() {
        let place = path.map_or_else(|| names::SPEC_FILE.to_owned(), |path| path.display().to_string());
        return Err(hint::error(
            format!("{place} defines no metric"),
            format!(
                "write it under [metrics], or give it: --metric 'rate=rate: ([0-9.]+)'; series need no extraction: \
                 gitsweep results {} --series NAME",
                quote(&sweep.branch)
            ),
        ));
    }
    Ok(metrics)
}

/// What was not found, a line for each reason.
fn tell_problems(context: &Context<'_>, extract: &Extract) {
    let mut by_reason: IndexMap<&str, Vec<&Absent>> = IndexMap::new();
    for absent in &extract.problems {
        by_reason.entry(absent.why.as_str()).or_default().push(absent);
    }
    let said = by_reason.into_iter().map(|(why, absent)| match absent[..] {
        [Absent { index, attempt, .. }] => format!("point {index}, attempt {attempt}: {why}"),
        _ => {
            let mut points: Vec<u64> = absent.iter().map(|absent| absent.index).collect();
            points.dedup();
            let noun = if points.len() == 1 { "point" } else { "points" };
            format!("{noun} {}: {why}", ranges(&points))
        }
    });
    context.ui.warnings(said, |more| format!("and {more} more of the kind"));
}

/// Which points have nothing here, by the machine that has it.
fn tell_absent(context: &Context<'_>, extract: &Extract) {
    let mut by_host: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for absent in &extract.absent {
        let points = by_host.entry(absent.host.as_deref().unwrap_or("another machine")).or_default();
        if points.last() != Some(&absent.index) {
            points.push(absent.index);
        }
    }
    for (host, points) in by_host {
        let (noun, are) = if points.len() == 1 { ("point", "has") } else { ("points", "have") };
        let first = extract.absent.first().map_or_else(String::new, |absent| format!(" ({})", absent.why));
        let points = ranges(&points);
        context.ui.warning(&if host == gitsweep::process::host() {
            format!("{noun} {points} {are} no kept files here{first}; this is where they ran: there is nothing to read")
        } else {
            format!(
                "{noun} {points} {are} no kept files here{first}; ran on {host}: extract there, then gitsweep push and fetch"
            )
        });
    }
}

fn tell_changes(context: &Context<'_>, extract: &Extract, metrics: &[MetricSource]) {
    for metric in metrics {
        let changes = || extract.changes.iter().filter(|change| change.metric == metric.name);
        let count = |is_one: fn(&sweep::Change) -> bool| changes().filter(|change| is_one(change)).count();
        let parts = [
            (count(|change| change.before.is_none()), "new"),
            (count(|change| change.before.is_some() && change.after.is_some()), "changed"),
            (count(|change| change.after.is_none()), "taken away"),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(count, how)| format!("{count} {how}")).collect();
        let said = if parts.is_empty() { "nothing new".to_owned() } else { parts.join(", ") };
        context.ui.note(&format!("{}: {said}", metric.name));
    }
}

/// How what was begun or handed over before gets the metrics too: it knows the older definition.
fn tell_in_flight(context: &Context<'_>, sweep: &Sweep, standings: &Standings, args: &Args) {
    let is_in_flight = |trial: &&Trial| matches!(standings.of(trial.commit), Standing::Running | Standing::Queued);
    let count = sweep.trials.iter().filter(is_in_flight).count();
    if count == 0 {
        return;
    }
    let mut command = format!("gitsweep extract {}", quote(&sweep.branch));
    for metric in &args.metrics {
        command.push_str(&format!(" --metric {}", quote(metric)));
    }
    if let Some(file) = &args.file {
        command.push_str(&format!(" --file {}", quote(&file.display().to_string())));
    }
    let (points, they) = (ui::count(count as u64, "point"), if count == 1 { "it has" } else { "they have" });
    context.ui.note(&format!("{points} in flight; once {they} ended: {}", ui::visible(&command)));
}

fn table(extract: &Extract) -> Result<Table> {
    let columns = [
        ("point", Role::Point),
        ("attempt", Role::Attempt),
        ("metric", Role::Attempt),
        ("before", Role::Attempt),
        ("after", Role::Attempt),
    ];
    let number = |number: u64| Cell::Value(Value::guess(&number.to_string()));
    let value = |metric: &Option<Metric>| {
        metric.as_ref().map_or(Cell::Missing, |metric| Cell::Value(Value::guess(&metric.to_string())))
    };
    let rows = extract.changes.iter().map(|change| {
        let metric = Cell::text(Some(&change.metric));
        vec![number(change.index), number(change.attempt), metric, value(&change.before), value(&change.after)]
    });
    let mut table = Table::new(columns.map(|(name, role)| Column::new(name, role)).to_vec(), rows.collect())?;
    table.select(&["all"])?;
    Ok(table)
}

/// `1-3, 7` of numbers in order.
fn ranges(numbers: &[u64]) -> String {
    let mut spans: Vec<(u64, u64)> = Vec::new();
    for &number in numbers {
        match spans.last_mut() {
            Some((_, end)) if *end + 1 == number => *end = number,
            _ => spans.push((number, number)),
        }
    }
    let span = |&(start, end): &(u64, u64)| if start == end { start.to_string() } else { format!("{start}-{end}") };
    spans.iter().map(span).collect::<Vec<_>>().join(", ")
}
