//! `gitsweep queue`

mod check;
mod coordinator;
mod handing;
mod here;

use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;

use super::selection::{Points, check_names, choose, parse_points};
use super::typed::{at_least_one, duration};
use super::{Context, remote};
use gitsweep::command::quote;
use gitsweep::git::Repository;
use gitsweep::spec::{ExecutorName, Plan};
use gitsweep::sweep::{self, Limits, Rerun, Sweep};

/// Run every point that has no result yet, then those that failed
///
/// Here, each point runs in a checkout of its commit, which is not yours: edit, commit and switch branches meanwhile.
/// Several queues may work on one sweep, also on machines that share the file system. Ctrl-C once: no new runs, the running
/// ones finish; twice: they are ended and stay to be run.
///
/// With -e slurm or a submit script the points are handed to the scheduler and the command returns; `gitsweep status` tells
/// how far they are. The same command again submits what is left, and never a point that is in flight. A search that learns
/// goes on by itself: each job that ends proposes and submits its successors.
///
/// What is not said here is as [queue] of the sweep's definition has it.
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
    only: QueueOnly,
}

/// What a queue of its own takes, and `gitsweep run` does not.
#[derive(clap::Args, Default)]
pub struct QueueOnly {
    /// Only points for which this holds, such as 'g_e > 1 and status == "failed"'
    #[arg(long = "where", value_name = "EXPR", allow_hyphen_values = true)]
    filter: Option<String>,
    /// Run only points that failed, or all again
    #[arg(long, value_name = "WHICH", conflicts_with = "repeat")]
    rerun: Option<Which>,
    /// Show what would be run or submitted, the job's script included; changes nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// What sbatch gets beside the definition's options, or a submit script after the commit
    #[arg(last = true, value_name = "ARGUMENTS")]
    arguments: Vec<String>,
}

/// How the runs are made.
#[derive(clap::Args)]
pub struct Options {
    /// What runs the points: local, slurm, or the path of a submit script [default: the definition's, else local]
    #[arg(short, long, value_name = "EXECUTOR")]
    executor: Option<String>,
    /// Runs at a time: on this machine [default: one a core], in each of the --workers [default: 1]; of other jobs the same as
    /// --max-active
    #[arg(short, long, value_name = "N", value_parser = at_least_one::<usize>, allow_negative_numbers = true)]
    jobs: Option<usize>,
    /// Jobs that may run at a time on the cluster [default: as many as it lets; of a search that learns 20, and no more than a
    /// quarter of its trials]
    #[arg(long, value_name = "N", value_parser = at_least_one::<usize>, allow_negative_numbers = true)]
    max_active: Option<usize>,
    /// Submit N jobs that take the points off the repository one after another: for short runs. In a search that learns they
    /// propose what they run next themselves
    #[arg(long, value_name = "N", value_parser = at_least_one::<usize>, allow_negative_numbers = true)]
    workers: Option<usize>,
    /// Time between two starts, or two calls of the scheduler, such as 1m
    #[arg(long, value_name = "DUR", value_parser = duration)]
    spacing: Option<Duration>,
    /// Only these points, such as 3,7-12
    #[arg(long, value_name = "LIST", value_parser = parse_points)]
    points: Option<Points>,
    /// At most N runs
    #[arg(long, value_name = "N", value_parser = at_least_one::<usize>, allow_negative_numbers = true)]
    limit: Option<usize>,
    /// Run every point N times more, those that ran least often first
    #[arg(long, value_name = "N", value_parser = at_least_one::<u64>, allow_negative_numbers = true)]
    repeat: Option<u64>,
    /// Start no more runs once N of this queue have failed
    #[arg(long, value_name = "N", value_parser = at_least_one::<u64>, allow_negative_numbers = true)]
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
    remote::tell_of_results(context, &repository, [sweep.branch.as_str()]);
    if !args.only.dry_run {
        let (taken, said) = sweep::take_up(&repository, sweep)?;
        said.iter().for_each(|said| context.ui.note(said));
        sweep = taken;
    }
    args.options.run(context, &repository, &sweep, &args.only)
}

impl Options {
    fn limits(&self, repository: &Repository, sweep: &Sweep, only: &QueueOnly) -> Result<Limits> {
        let chosen = choose(sweep, self.points.as_ref(), only.filter.as_deref())?;
        if let Some(filter) = &chosen.filter {
            check_names(repository, sweep, filter)?;
        }
        let limits = Limits {
            limit: self.limit,
            rerun: only.rerun.map(|which| match which {
                Which::Failed => Rerun::Failed,
                Which::All => Rerun::All,
            }),
            repeat: self.repeat,
            ..chosen
        };
        if limits.may_grow(sweep) && !only.dry_run {
            sweep::check_ground(repository, sweep, &format!("then gitsweep queue {} goes on", quote(&sweep.branch)))?;
        }
        Ok(limits)
    }

    /// The executor as it is named in submissions. A script's path is seen from where the user is.
    fn executor(&self, context: &Context<'_>, repository: &Repository, plan: &Plan) -> Result<ExecutorName> {
        Ok(match self.executor.as_deref().map(str::parse::<ExecutorName>).transpose()? {
            Some(ExecutorName::Script(path)) => {
                let path = context.folder.join(path);
                let whole = path.canonicalize().unwrap_or(path);
                let top = repository.main_workdir().and_then(|top| top.canonicalize().ok());
                let below = top.as_ref().and_then(|top| whole.strip_prefix(top).ok());
                ExecutorName::script(below.unwrap_or(&whole).display().to_string())
            }
            Some(other) => other,
            None => plan.queue.executor.clone(),
        })
    }

    pub fn run(&self, context: &Context<'_>, repository: &Repository, sweep: &Sweep, only: &QueueOnly) -> Result<u8> {
        let executor = self.executor(context, repository, &sweep.plan)?;
        self.check_executor(&executor, &only.arguments, Some(&sweep.branch))?;
        match executor {
            ExecutorName::Local => self.run_here(context, repository, sweep, only),
            executor => self.submit(context, repository, sweep, executor.to_string(), only),
        }
    }
}
