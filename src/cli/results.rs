//! `gitsweep results`

mod series;
mod sweeps;
mod view;
mod writing;

use std::io::IsTerminal as _;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::outcomes::{fold_quietly, report_damage};
use super::selection::{Points, parse_points};
use super::{Context, DONE, NOTHING, output, remote, typed};
use crate::{ui, usage};
use gitsweep::command::quote;
use gitsweep::expr::Expression;
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::record::Status;
use gitsweep::report::Format;
use gitsweep::spec::{Direction, Objective};
use gitsweep::sweep::{self, Standings};
use gitsweep::table::{BestSetting, Goal, Share, Table, TableError};
use series::{SeriesArgs, Target};
use view::Shown;
use writing::Origin;

pub use series::find as find_series;

/// How wide a plot is that goes into a pipe or a file.
const PIPE_WIDTH: usize = 80;

const ROWS: &str = "Which rows";
const INSTEAD: &str = "Instead of the points";
const OUTPUT: &str = "How it is written";

/// The table: a row for each point, with its parameters, metrics and status
///
/// On a terminal: the parameters that vary and the metrics; what is the same everywhere goes into one line. Files have
/// every parameter. Points that failed or have not run are rows too.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  gitsweep results --sort score --best 5\n  gitsweep results -o results.csv\n  \
    gitsweep results --where 'status == \"ok\" and tau > 10 and score < 0.2'\n  \
    gitsweep results --columns 'point,g_*,score,seconds,commit'\n  \
    gitsweep results --over seed --best 5\n  gitsweep results --pivot 'g_e,g_i,mean(score)'\n  \
    gitsweep results --choose --prefer 'layers asc, width asc'\n  gitsweep results --plot score:g_e\n\n\
    Columns that show only when asked for: attempts, seconds, start, end, host, executor, job, exit,\n\
    signal, memory (bytes), commit, folder, command, proposed_by, known (how many results were known then), sweep")]
pub struct Args {
    /// Sweeps: a branch or an unambiguous part of its name [default: the current branch, else the newest sweep]
    #[arg(value_name = "SWEEP")]
    sweeps: Vec<String>,

    /// Only rows for which EXPR holds: status == "ok" and tau > 10; `x is missing`
    #[arg(long = "where", value_name = "EXPR", allow_hyphen_values = true, help_heading = ROWS)]
    condition: Vec<String>,
    /// Only these points, such as 3,7-12
    #[arg(long, value_name = "LIST", value_parser = parse_points, help_heading = ROWS)]
    points: Option<Points>,
    /// Only the N best points by the objective
    #[arg(long, value_name = "N", value_parser = typed::whole::<usize>, allow_negative_numbers = true, help_heading = ROWS)]
    best: Option<usize>,
    /// Only the best part of the points by the objective: 5% or 10
    #[arg(long, value_name = "PART", value_parser = typed::read::<Share>, allow_negative_numbers = true, conflicts_with = "best", help_heading = ROWS)]
    top: Option<Share>,
    /// Only points that no other beats in all of these: loss,seconds; 'loss min,accuracy max' or -accuracy
    #[arg(long, value_name = "METRICS", value_delimiter = ',', allow_hyphen_values = true, help_heading = ROWS)]
    pareto: Vec<String>,
    /// Only results of code that has COMMIT in its history; of all sweeps, if none is named
    #[arg(long, value_name = "COMMIT", help_heading = ROWS)]
    contains: Vec<String>,
    /// Only results of code that does not have COMMIT in its history
    #[arg(long, value_name = "COMMIT", help_heading = ROWS)]
    lacks: Vec<String>,
    /// Columns to sort by, the first first; -NAME for the largest first
    #[arg(long, value_name = "KEY", value_delimiter = ',', allow_hyphen_values = true, help_heading = ROWS)]
    sort: Vec<String>,
    /// The metric that --best goes by [default: the definition's objective]
    #[arg(long, value_name = "METRIC", help_heading = ROWS)]
    objective: Option<String>,
    /// minimize or maximize
    #[arg(long, value_name = "WAY", value_parser = typed::read::<Direction>, help_heading = ROWS)]
    direction: Option<Direction>,

    #[command(flatten)]
    view: view::View,
    #[command(flatten)]
    series: SeriesArgs,

    /// Columns to show, in this order, with * and ? for any letters; all for all
    #[arg(long, value_name = "LIST", value_delimiter = ',', help_heading = OUTPUT)]
    columns: Vec<String>,
    /// All columns, also those of parameters that do not vary
    #[arg(long, conflicts_with = "columns", help_heading = OUTPUT)]
    all_columns: bool,
    /// table, csv, tsv, json, jsonl, markdown, latex, html, sqlite or parquet [default: by the file's extension, else
    /// table]
    #[arg(long, value_name = "F", value_parser = typed::read::<Format>, help_heading = OUTPUT)]
    format: Option<Format>,
    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    output: Option<PathBuf>,
    /// Overwrite FILE even if gitsweep did not write it
    #[arg(long, help_heading = OUTPUT)]
    force: bool,
}

pub fn run(context: &Context<'_>, mut args: Args) -> Result<u8> {
    args.output = args.output.filter(|path| path.as_os_str() != "-");
    let args = &args;
    let repository = context.repository()?;
    let format = output::format(args.format, args.output.as_deref(), "-o results")?;
    let conditions = check(context, &repository, format, args)?;
    fold_quietly(context, &repository);
    let is_plain = is_plain(args, format);
    if is_plain
        && let Ok(choice) = sweep::find_choice(&repository, args.sweeps.first().map(String::as_str))
        && let Some(strip) = sweep::kept_strip(&repository, &choice).map(ManuallyDrop::new)
        && writing::write_strip(context, &repository, &strip, format, args)?
    {
        return Ok(DONE);
    }
    let find = || sweeps::find(context, &repository, args);
    let (found, standings) = repository.read_beside(Standings::read, find)?;
    // To give back piece by piece what ends with the process would take as long as to read it.
    let (found, standings) = (ManuallyDrop::new(found), ManuallyDrop::new(standings));
    if found.is_empty() {
        return Ok(NOTHING);
    }
    let found: Vec<&sweep::Sweep> = found.iter().collect();
    if let Some(points) = &args.points {
        points.check(&found)?;
    }
    for sweep in &found {
        report_damage(context, &standings, sweep);
    }
    if format == Format::Terminal {
        remote::tell_of_results(context, &repository, found.iter().map(|sweep| sweep.branch.as_str()));
        let remotes = sweep::Remotes::read(&repository)?;
        found.iter().for_each(|sweep| remote::tell_of_more(context, &repository, &remotes, &sweep.branch, sweep.tip));
    }
    if let ([sweep], true) = (found.as_slice(), is_plain)
        && let Some(strip) = sweep::strip_of(&repository, sweep, &standings, &args.columns)?.map(ManuallyDrop::new)
        && writing::write_strip(context, &repository, &strip, format, args)?
    {
        return Ok(DONE);
    }
    let origin = Origin { repository: &repository, sweeps: &found, standings: &standings };
    tabulate(context, &origin, &conditions, format, args)
}

/// Refuses what does not go together, and files that are not to be overwritten; the conditions of `--where`.
fn check(context: &Context<'_>, repository: &Repository, format: Format, args: &Args) -> Result<Vec<Expression>> {
    if args.view.is_plot() && format != Format::Terminal {
        return Err(usage::wrong(
            format!("a plot is for people, and {format} is for programs"),
            "leave out --format, or write it to a file that ends in .txt",
        ));
    }
    args.view.check_metric()?;
    if args.best.is_some() || args.top.is_some() {
        args.view.check_best()?;
    }
    let conditions = args.condition.iter().map(|text| usage::expression("--where", text));
    let conditions = conditions.collect::<Result<Vec<Expression>>>()?;
    if let Some(path) = &args.output {
        let path = context.folder.join(path);
        if args.series.map.as_ref().is_some_and(|map| context.folder.join(map) == path) {
            return Err(usage::wrong(
                format!("-o and --map are both {}", path.display()),
                "choose another name for --map",
            ));
        }
        output::check(repository, &path, "-o", args.force)?;
    }
    Ok(conditions)
}

/// Makes the table that is asked for and writes it.
fn tabulate(
    context: &Context<'_>,
    origin: &Origin<'_>,
    conditions: &[Expression],
    format: Format,
    args: &Args,
) -> Result<u8> {
    let mut table = sweep::tabulate(origin.sweeps, origin.standings, args.view.rows_of())?;
    if args.objective.is_some() || args.direction.is_some() {
        table = with_objective(table, args)?;
    }
    for condition in conditions {
        table.filter(condition)?;
    }
    if let Some(points) = &args.points {
        table.keep_points(points.numbers());
    }
    if table.is_empty() && table.total() > 0 && !(conditions.is_empty() && args.points.is_none()) {
        let named = args.points.is_some().then_some("--points");
        let all = conditions.iter().map(Expression::as_str).chain(named).collect::<Vec<_>>().join(" and ");
        context.ui.note(&format!("no {} matches {all}", table.noun()));
        // A program that reads it finds the columns that it would find otherwise.
        let mut table = args.view.of_none(table)?;
        if args.view.has_columns() {
            select(&mut table, args)?;
        }
        writing::write(context, origin, table, format, args)?;
        return Ok(NOTHING);
    }
    if args.view.is_plot() {
        choose_rows(&mut table, args)?;
    }
    let mut table = match args.view.of(table, ui::width().unwrap_or(PIPE_WIDTH))? {
        Shown::Table(table) => *table,
        Shown::Lines(lines) => {
            writing::write_lines(context, origin, &lines, args)?;
            return Ok(DONE);
        }
    };
    choose_rows(&mut table, args)?;
    note_other_objectives(&mut table, origin.sweeps, args);
    if args.series.series.is_some() && format != Format::Sqlite {
        let path = args.output.as_ref().map(|path| context.folder.join(path));
        let target = Target { format, path: path.as_deref(), force: args.force, columns: &args.columns };
        return series::run(context, origin.repository, origin.of(&table), &args.series, &target);
    }
    select(&mut table, args)?;
    if args.view.is_none() && reports_nothing(&table, origin.sweeps) {
        table.note(format!(
            "no run has reported a number: write output.json where the program starts, or have what it prints read: \
             {} --metric 'rate=rate: ([0-9.]+)'",
            table.command("extract")
        ));
    }
    for line in sweep::differences(origin.repository, origin.sweeps)? {
        table.note(line);
    }
    let code = if table.is_empty() { NOTHING } else { DONE };
    writing::write(context, origin, table, format, args)?;
    Ok(code)
}

/// Chooses the columns that are asked for.
fn select(table: &mut Table, args: &Args) -> Result<()> {
    if args.all_columns { table.select(&["all"]) } else { table.select(&args.columns) }?;
    Ok(())
}

/// True if there are results, and none has a metric or leaves a series.
fn reports_nothing(table: &Table, sweeps: &[&sweep::Sweep]) -> bool {
    table.metrics().is_empty()
        && sweeps.iter().all(|sweep| sweep.plan.series.is_empty())
        && table.statuses().is_some_and(|statuses| statuses.iter().any(|(status, _)| *status == Status::Ok.as_str()))
}

/// True if all points of one sweep are wanted as they come, for a program.
fn is_plain(args: &Args, format: Format) -> bool {
    let lists = [&args.condition, &args.pareto, &args.contains, &args.lacks, &args.sort];
    // A terminal is told which of several sweeps it is.
    let is_seen = args.output.is_none() && std::io::stdout().is_terminal();
    format.is_by_row()
        && args.sweeps.len() <= 1
        && lists.iter().all(|list| list.is_empty())
        && args.points.is_none()
        && (args.best.is_none() && args.top.is_none() && args.objective.is_none() && args.direction.is_none())
        && (args.view.is_none() && args.series.series.is_none() && !args.all_columns)
        && !(is_seen && args.sweeps.is_empty())
}

/// The front, the best of it, sorted.
fn choose_rows(table: &mut Table, args: &Args) -> Result<()> {
    if !args.pareto.is_empty() {
        let of_means = front_of_means(table, &args.pareto);
        table.pareto(&args.pareto).map_err(|error| match error.downcast_ref() {
            Some(TableError::UnknownDirection { .. }) => usage::Wrong(error).into(),
            _ => error,
        })?;
        if let Some(of_means) = of_means {
            table.note(of_means);
        }
    }
    if let Some(share) = args.top.or(args.best.map(Share::Count)) {
        let (unreported, objective) = (table.without_objective(), table.objective().map(|(name, _)| name.to_owned()));
        let extract = table.command("extract");
        let by_mean = by_mean(table);
        table.top(share).map_err(|error| match (&error, unreported) {
            (TableError::UnknownObjective { near: None, .. }, 1..) => {
                hint::error(&error, format!("say under [metrics] where it stands, then: {extract}"))
            }
            _ => error.into(),
        })?;
        if let Some(objective) = objective.filter(|_| unreported > 0) {
            let points = ui::count(unreported as u64, "point");
            table.note(format!(
                "{points} ran without reporting {objective} and cannot be among the best: {}",
                table.command("status")
            ));
        }
        if let Some(by_mean) = by_mean {
            table.note(by_mean);
        }
    }
    // Which rows there are is the objective's to say, in which order the user's.
    if !args.sort.is_empty() {
        table.sort(&args.sort)?;
    }
    Ok(())
}

/// What is to be said where rows that are ranked are single runs of settings that were repeated.
pub fn by_mean(table: &Table) -> Option<String> {
    let (objective, results) = (table.objective()?.0, table.command("results"));
    if let Some(BestSetting { over, summary, .. }) = table.best_setting() {
        let over = over.join(",");
        return Some(format!(
            "each {objective} is of a single run, and the best of these are lucky ones; the best mean over {over} is {}: \
             {results} --over {over} --best 3",
            summary.in_words()
        ));
    }
    let name = table.parameters().find(|&column| table.may_tell_repeats(column)).map(|column| table.label(column))?;
    Some(format!(
        "if {name} tells repeats apart, their means say more than the best run: {results} --over {name} --best 3"
    ))
}

/// What is to be said where a front is one of single runs of settings that were repeated.
fn front_of_means(table: &Table, goals: &[String]) -> Option<String> {
    let over = table.best_setting()?.over.join(",");
    let goals = goals.iter().map(|goal| table.goal(goal).ok()).collect::<Option<Vec<_>>>()?;
    let names: Vec<&str> = goals.iter().map(|goal| table.label(goal.column)).collect();
    let mean = |(goal, name): (&Goal, &&str)| {
        Objective { metric: format!("{name}_mean"), direction: goal.direction }.to_string()
    };
    let means: Vec<String> = goals.iter().zip(&names).map(mean).collect();
    Some(format!(
        "the front is one of single runs; of means over {over}: {} --over {over} --metric {} --pareto {}",
        table.command("results"),
        quote(&names.join(",")),
        quote(&means.join(","))
    ))
}

/// Says so where the best are chosen by the first of several objectives.
fn note_other_objectives(table: &mut Table, sweeps: &[&sweep::Sweep], args: &Args) {
    let is_by_default =
        (args.best.is_some() || args.top.is_some()) && args.objective.is_none() && args.pareto.is_empty();
    let several = sweeps.iter().find(|sweep| sweep.plan.search.has_several_objectives()).filter(|_| is_by_default);
    if let Some((sweep, first)) = several.zip(table.objective().map(|(metric, _)| metric.to_owned())) {
        table.note(format!("by {first} alone; by all objectives: {}", command_of_front(sweep)));
    }
}

/// The command that shows the front of a sweep with several objectives.
pub fn command_of_front(sweep: &sweep::Sweep) -> String {
    let goals: Vec<String> = sweep.plan.search.all_objectives().iter().map(ToString::to_string).collect();
    format!("gitsweep results {} --pareto {}", quote(&sweep.branch), quote(&goals.join(",")))
}

/// The table with the objective and direction of the flags.
fn with_objective(table: Table, args: &Args) -> Result<Table> {
    let known = table.objective().map(|(metric, direction)| (metric.to_owned(), direction));
    let metric = args.objective.clone().or_else(|| known.as_ref().map(|(metric, _)| metric.clone()));
    let metric = metric.context("a direction without an objective: say which metric by --objective")?;
    let direction = args.direction.or(known.map(|(_, direction)| direction)).unwrap_or(Direction::Minimize);
    if !table.metrics().iter().any(|&column| table.columns()[column].name == metric) {
        let metrics: Vec<String> = table.metrics().iter().map(|&column| table.label(column).to_owned()).collect();
        let near = hint::near_miss(&metric, metrics.iter().map(String::as_str)).map(str::to_owned);
        return Err(TableError::UnknownObjective { metric, near, metrics }.into());
    }
    Ok(table.with_objective(metric, direction))
}
