//! `gitsweep queue`

mod coordinator;

use std::collections::HashSet;
use std::io::Write as _;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::ValueEnum;

use super::progress::{Progress, conclude};
use super::{Context, DONE, NOTHING};
use crate::ui::{self, Interrupts};
use gitsweep::command::quote;
use gitsweep::expr::Expression;
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::spec::{ExecutorName, parse_duration};
use gitsweep::sweep::{self, Limits, QueueOptions, Rerun, Standings, SubmitOptions, Sweep};

/// Run every point that has no result yet, then those that failed
///
/// Here, each point runs in a checkout of its commit, which is not yours: edit, commit and switch branches meanwhile.
/// Several queues may work on one sweep, also on machines that share the file system. Ctrl-C once: no new runs, the running
/// ones finish; twice: they are ended and stay to be run.
///
/// With -e slurm or a submit script the points are handed to the scheduler and the command returns; `gitsweep status` tells
/// how far they are. The same command again submits what is left, and never a point that is in flight. A search that learns
/// goes on by itself: each job that ends proposes and submits its successors.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  gitsweep queue -j 4\n  gitsweep queue -e slurm --max-active 20\n  \
    gitsweep queue -e slurm --workers 8 -- --time=02:00:00\n  gitsweep queue -e slurm --coordinator\n  gitsweep queue -e ./my-submit.sh --spacing 1m -- 32")]
pub struct Args {
    /// A sweep: its branch or an unambiguous part of the name [default: the current branch, else the newest sweep]
    #[arg(value_name = "SWEEP")]
    sweep: Option<String>,
    #[command(flatten)]
    pub options: Options,
    #[command(flatten)]
    wish: Wish,
}

/// What a queue of its own takes, and `gitsweep run` does not.
#[derive(clap::Args, Default)]
pub struct Wish {
    /// Only points for which this holds, such as 'g_e > 1 and status == "failed"'
    #[arg(long = "where", value_name = "EXPR")]
    filter: Option<String>,
    /// Show what would be run or submitted, the job's script included; changes nothing
    #[arg(long)]
    dry_run: bool,
    /// What sbatch gets beside the definition's options, or a submit script after the commit
    #[arg(last = true, value_name = "ARGUMENTS")]
    arguments: Vec<String>,
}

/// How the runs are made.
#[derive(clap::Args)]
pub struct Options {
    /// What runs the points: local, slurm, or the path of a submit script
    #[arg(short, long, value_name = "EXECUTOR")]
    executor: Option<String>,
    /// Runs at a time: here [default: one a core], or of one worker [default: 1]
    #[arg(short, long, value_name = "N", value_parser = at_least_one)]
    jobs: Option<usize>,
    /// Jobs that may run at a time on the cluster [default: as many as it lets]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    max_active: Option<usize>,
    /// Submit N jobs that take the points off the repository one after another: for short runs. In a search that learns they
    /// propose what they run next themselves
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    workers: Option<usize>,
    /// Time between two starts, or two calls of the scheduler, such as 1m
    #[arg(long, value_name = "DUR", value_parser = duration)]
    spacing: Option<Duration>,
    /// Only these points, such as 3,7-12
    #[arg(long, value_name = "LIST", value_parser = parse_points)]
    points: Option<Points>,
    /// At most N runs
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    limit: Option<usize>,
    /// Run only points that failed, or all again
    #[arg(long, value_name = "WHICH")]
    rerun: Option<Which>,
    /// Run every point N times more, those that ran least often first
    #[arg(long, value_name = "N", conflicts_with = "rerun", value_parser = clap::value_parser!(u64).range(1..))]
    repeat: Option<u64>,
    /// Start no more runs once N have failed
    #[arg(long, value_name = "N")]
    max_failures: Option<u64>,
    /// Take the result of an earlier run of the same code, command and parameters where there is one
    #[arg(long)]
    reuse: bool,
    /// Wait until what was submitted has ended
    #[arg(long)]
    wait: bool,
    /// Submit one small job that proposes and submits the points of a search that learns, until that is over: where jobs of
    /// points may not submit others
    #[arg(long, conflicts_with_all = ["wait", "workers"])]
    coordinator: bool,
}

/// Which points are run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// Those whose last run failed
    Failed,
    /// All
    All,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    let mut sweep = sweep::find(&repository, args.sweep.as_deref())?;
    if !args.wish.dry_run {
        let (taken, said) = sweep::take_up(&repository, sweep)?;
        said.iter().for_each(|said| context.ui.note(said));
        sweep = taken;
    }
    if let Some(points) = args.options.points.as_ref().filter(|points| points.are_all_unknown(&sweep)) {
        // Said as any other selection that nothing matches.
        if let Err(error) = choose(&sweep, Some(points), None) {
            context.ui.error(&error);
            return Ok(NOTHING);
        }
    }
    args.options.run(context, &repository, &sweep, &args.wish)
}

impl Points {
    /// True if the sweep has none of them.
    fn are_all_unknown(&self, sweep: &Sweep) -> bool {
        !sweep.trials.iter().any(|trial| self.0.contains(&trial.label.index))
    }
}

/// Only the points that are named or described.
pub fn choose(sweep: &Sweep, points: Option<&Points>, filter: Option<&str>) -> Result<Limits> {
    if let Some(points) = points {
        let mut unknown: Vec<u64> = points.0.iter().copied().filter(|index| sweep.trial(*index).is_err()).collect();
        unknown.sort_unstable();
        if let Some(index) = unknown.first() {
            sweep.trial(*index)?;
        }
    }
    let filter = filter.map(|text| read_filter(sweep, text)).transpose()?;
    Ok(Limits { points: points.map(|points| points.0.clone()), filter, ..Limits::default() })
}

/// The names that the definition knows.
fn declared(sweep: &Sweep) -> Vec<&str> {
    let plan = &sweep.plan;
    let parameters = plan.parameters.iter().map(|parameter| parameter.name.as_str());
    let metrics = plan.metrics.iter().map(|metric| metric.name.as_str());
    let objectives = plan.search.all_objectives().iter().map(|objective| objective.metric.as_str());
    parameters.chain(sweep::FILTER_NAMES).chain(metrics).chain(objectives).collect()
}

fn read_filter(sweep: &Sweep, text: &str) -> Result<Expression> {
    let filter = Expression::parse(text).map_err(|error| hint::with(format!("--where: {error}"), error.hint()))?;
    // Metrics are known once they have been reported; a name that is like a parameter's is taken for that.
    let parameters = sweep.plan.parameters.iter().map(|parameter| parameter.name.as_str());
    let known: Vec<&str> = parameters.chain(sweep::FILTER_NAMES).collect();
    let declared = declared(sweep);
    for name in filter.variables().iter().filter(|name| !declared.contains(&name.as_str())) {
        if let Some(near) = hint::near_miss(name, known.iter().copied()) {
            return Err(hint::error(
                format!("--where: no parameter is called {name}"),
                gitsweep::expr::suggestion(near),
            ));
        }
    }
    Ok(filter)
}

/// Refuses a name that no point has: neither parameter nor metric.
fn check_names(repository: &Repository, sweep: &Sweep, filter: &Expression) -> Result<()> {
    let declared = declared(sweep);
    let unknown: Vec<&String> = filter.variables().iter().filter(|name| !declared.contains(&name.as_str())).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let standings = Standings::read(repository)?;
    let mut reported = HashSet::new();
    for trial in &sweep.trials {
        standings.ledger.each_metric(trial.commit, &mut |name| {
            reported.insert(name.to_owned());
        });
    }
    match unknown.into_iter().find(|name| !reported.contains(*name)) {
        Some(name) => Err(hint::error(
            format!("--where: no point has {name}"),
            format!("here it may name parameters, metrics that runs report, and {}", sweep::FILTER_NAMES.join(", ")),
        )),
        None => Ok(()),
    }
}

impl Options {
    /// Checks what is typed, for commands that do other things first.
    pub fn check(&self) -> Result<()> {
        self.executor.as_deref().map(str::parse::<ExecutorName>).transpose().map(drop)
    }

    fn limits(&self, repository: &Repository, sweep: &Sweep, wish: &Wish) -> Result<Limits> {
        let chosen = choose(sweep, self.points.as_ref(), wish.filter.as_deref())?;
        if let Some(filter) = &chosen.filter {
            check_names(repository, sweep, filter)?;
        }
        let limits = Limits {
            limit: self.limit,
            rerun: self.rerun.map(|which| match which {
                Which::Failed => Rerun::Failed,
                Which::All => Rerun::All,
            }),
            repeat: self.repeat,
            ..chosen
        };
        if limits.may_grow(sweep) && !wish.dry_run {
            sweep::check_ground(repository, sweep, &format!("then gitsweep queue {} goes on", quote(&sweep.branch)))?;
        }
        Ok(limits)
    }

    /// The executor as it is named in submissions. A script's path is seen from where the user is.
    fn executor(&self, context: &Context<'_>, repository: &Repository, sweep: &Sweep) -> Result<ExecutorName> {
        Ok(match self.executor.as_deref().map(str::parse::<ExecutorName>).transpose()? {
            Some(ExecutorName::Script(path)) => {
                let path = context.folder.join(path);
                let whole = path.canonicalize().unwrap_or(path);
                let top = repository.main_workdir().and_then(|top| top.canonicalize().ok());
                let below = top.as_ref().and_then(|top| whole.strip_prefix(top).ok());
                ExecutorName::Script(below.unwrap_or(&whole).display().to_string())
            }
            Some(other) => other,
            None => sweep.plan.queue.executor.clone(),
        })
    }

    pub fn run(&self, context: &Context<'_>, repository: &Repository, sweep: &Sweep, wish: &Wish) -> Result<u8> {
        match self.executor(context, repository, sweep)? {
            ExecutorName::Local => self.run_here(context, repository, sweep, wish),
            executor => self.submit(context, repository, sweep, executor.to_string(), wish),
        }
    }

    fn run_here(&self, context: &Context<'_>, repository: &Repository, sweep: &Sweep, wish: &Wish) -> Result<u8> {
        if let Some(word) = wish.arguments.first() {
            return Err(hint::error(
                format!("nothing takes the argument {word}: runs happen on this machine"),
                "what follows -- is for sbatch (-e slurm) or a submit script (-e ./script)",
            ));
        }
        if self.coordinator {
            return Err(hint::error(
                "a coordinator is a job on a cluster, and runs happen on this machine",
                "gitsweep queue goes on with the search until it is over; with -e slurm, --coordinator does so in a job",
            ));
        }
        if self.workers.is_some() {
            return Err(hint::error(
                "workers are jobs on a cluster, and runs happen on this machine",
                "-j N says how many runs there are at a time; with -e slurm, --workers N how many jobs share the points",
            ));
        }
        let defaults = &sweep.plan.queue;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let jobs = self.jobs.or(self.max_active).or(defaults.jobs).or(defaults.max_active);
        let options = QueueOptions {
            limits: self.limits(repository, sweep, wish)?,
            jobs: jobs.unwrap_or(cores),
            spacing: self.spacing.or(defaults.spacing).unwrap_or_default(),
            max_failures: self.max_failures.or(defaults.max_failures),
            reuse: self.reuse,
        };
        if wish.dry_run {
            return preview_here(context, sweep, repository, &options);
        }
        let interrupts = Interrupts::watch()?;
        let mut shown = Progress::new(context, sweep);
        let summary =
            sweep::queue(repository, sweep, &options, &|| interrupts.count(), &mut |event| shown.tell(event))?;
        shown.bar.finish_and_clear();
        Ok(conclude(context, sweep, summary, shown.started.elapsed()))
    }

    fn submit(
        &self,
        context: &Context<'_>,
        repository: &Repository,
        sweep: &Sweep,
        executor: String,
        wish: &Wish,
    ) -> Result<u8> {
        for (flag, is_given) in [("--reuse", self.reuse), ("--max-failures", self.max_failures.is_some())] {
            if is_given {
                return Err(hint::error(
                    format!("{flag} is for runs on this machine"),
                    "gitsweep cancel ends what is in flight; gitsweep queue --reuse takes known results first",
                ));
            }
        }
        let defaults = &sweep.plan.queue;
        let workers = self.workers.map(|workers| workers as u64).or(defaults.workers.filter(|_| !self.coordinator));
        let options = SubmitOptions {
            limits: self.limits(repository, sweep, wish)?,
            executor,
            max_active: self.max_active.or(self.jobs.filter(|_| workers.is_none())).or(defaults.max_active),
            workers,
            jobs: self.jobs,
            spacing: self.spacing.or(defaults.spacing).unwrap_or_default(),
            arguments: if wish.arguments.is_empty() { defaults.arguments.clone() } else { wish.arguments.clone() },
            is_coordinated: self.coordinator,
            is_going_on: false,
        };
        if self.coordinator {
            return self.coordinate(context, repository, sweep, &options, wish);
        }
        if wish.dry_run {
            let (text, orders, points) = sweep::preview(repository, sweep, &options)?;
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
            return Ok(DONE);
        }
        let interrupts = Interrupts::watch()?;
        let mut shown = Progress::new(context, sweep);
        let stop = || interrupts.count();
        let baseline = if self.wait { Some(sweep::baseline(repository, sweep)?) } else { None };
        let submitted = sweep::submit(repository, sweep, &options, &stop, &mut |event| shown.tell(event));
        let submitted = submitted.inspect_err(|_| {
            shown.bar.finish_and_clear();
            shown.tell_submitted();
        });
        let mut summary = submitted?;
        if let Some(baseline) = baseline.filter(|_| !summary.interrupted) {
            shown.bar.reset();
            // From here on what counts is what becomes of it.
            (summary.submitted, summary.elsewhere) = (0, 0);
            sweep::wait(repository, sweep, &options, baseline, &mut summary, &stop, &mut |event| shown.tell(event))?;
        }
        shown.bar.finish_and_clear();
        Ok(conclude(context, sweep, summary, shown.started.elapsed()))
    }
}

/// Says what would be run here.
fn preview_here(context: &Context<'_>, sweep: &Sweep, repository: &Repository, options: &QueueOptions) -> Result<u8> {
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
fn more_in_words(more: Option<u64>) -> String {
    match more {
        Some(0) => String::new(),
        Some(more) => format!(", and up to {more} more would be proposed"),
        None => ", and more would be proposed until the search is over".to_owned(),
    }
}

/// Numbers of points.
#[derive(Clone, Debug)]
pub struct Points(HashSet<u64>);

/// `3,7-12` as a set.
pub fn parse_points(list: &str) -> Result<Points> {
    let mut points = HashSet::new();
    for part in list.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let ends = part.split_once('-').unwrap_or((part, part));
        match (ends.0.trim().parse::<u64>(), ends.1.trim().parse::<u64>()) {
            (Ok(first), Ok(last)) if first >= 1 && first <= last && last - first < 10_000_000 => {
                points.extend(first..=last);
            }
            _ => bail!("`{part}` is no point and no range; such as 3,7-12"),
        }
    }
    if points.is_empty() {
        bail!("it names no point");
    }
    Ok(Points(points))
}

fn at_least_one(text: &str) -> Result<usize> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => bail!("it is a whole number from 1 on"),
    }
}

fn duration(text: &str) -> Result<Duration> {
    parse_duration(text).map_err(|_| anyhow::anyhow!("it is no duration; such as 90s, 1m, 2h 30m or 02:30:00"))
}
