//! `gitsweep queue`

use std::collections::HashSet;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;
use indicatif::ProgressBar;

use super::{Context, DONE, INTERRUPTED, NOTHING, SOME_FAILED};
use crate::ui::{self, Interrupts, Look};
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::record::{Gravity, Record};
use gitsweep::spec::parse_duration;
use gitsweep::sweep::{self, Limits, QueueEvent, QueueOptions, QueueSummary, Rerun, Sweep};
use gitsweep::trial::Trial;

/// Run every point that has no result yet
///
/// Each runs in a checkout of its commit, which is not yours: edit, commit and switch branches meanwhile. Several queues
/// may work on one sweep. Ctrl-C once: no new runs, the running ones finish; twice: they are ended and stay to be run.
#[derive(clap::Args)]
pub struct Args {
    /// A sweep: its branch or an unambiguous part of the name [default: the current branch, else the newest sweep]
    #[arg(value_name = "SWEEP")]
    sweep: Option<String>,
    #[command(flatten)]
    pub options: Options,
}

/// How the runs are made.
#[derive(clap::Args)]
pub struct Options {
    /// What runs the points: local
    #[arg(short, long, value_name = "EXECUTOR")]
    executor: Option<String>,
    /// Runs at a time [default: one a core]
    #[arg(short, long, value_name = "N", value_parser = at_least_one)]
    jobs: Option<usize>,
    /// Time between two starts, such as 1m
    #[arg(long, value_name = "DUR", value_parser = duration)]
    spacing: Option<Duration>,
    /// Only these points, such as 3,7-12
    #[arg(long, value_name = "LIST", value_parser = parse_points)]
    points: Option<Points>,
    /// At most N runs
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Run points again: those that failed, or all
    #[arg(long, value_name = "WHICH")]
    rerun: Option<Which>,
    /// Run every point N times more, those that ran least often first
    #[arg(long, value_name = "N", conflicts_with = "rerun")]
    repeat: Option<u64>,
    /// Start no more runs once N have failed
    #[arg(long, value_name = "N")]
    max_failures: Option<u64>,
    /// Take the result of an earlier run of the same code, command and parameters where there is one
    #[arg(long)]
    reuse: bool,
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
    let sweep = sweep::find(&repository, args.sweep.as_deref())?;
    args.options.run(context, &repository, &sweep)
}

impl Options {
    /// Checks what is typed, for commands that do other things first.
    pub fn check(&self) -> Result<()> {
        match self.executor.as_deref() {
            None | Some("local") => Ok(()),
            Some(other) => {
                Err(hint::error(format!("this version of gitsweep has no executor `{other}`"), "it has: local"))
            }
        }
    }

    fn limits(&self) -> Limits {
        Limits {
            points: self.points.as_ref().map(|points| points.0.clone()),
            limit: self.limit,
            rerun: self.rerun.map(|which| match which {
                Which::Failed => Rerun::Failed,
                Which::All => Rerun::All,
            }),
            repeat: self.repeat,
        }
    }

    pub fn run(&self, context: &Context<'_>, repository: &Repository, sweep: &Sweep) -> Result<u8> {
        self.check()?;
        let defaults = &sweep.plan.queue;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let options = QueueOptions {
            limits: self.limits(),
            jobs: self.jobs.or(defaults.jobs).unwrap_or(cores),
            spacing: self.spacing.or(defaults.spacing).unwrap_or_default(),
            max_failures: self.max_failures.or(defaults.max_failures),
            reuse: self.reuse,
        };
        if let Some(points) = &options.limits.points {
            let mut unknown: Vec<u64> = points.iter().copied().filter(|index| sweep.trial(*index).is_err()).collect();
            unknown.sort_unstable();
            if let Some(index) = unknown.first() {
                sweep.trial(*index)?;
            }
        }
        let interrupts = Interrupts::watch()?;
        let mut shown = Progress::new(context, sweep);
        let summary =
            sweep::queue(repository, sweep, &options, &|| interrupts.count(), &mut |event| shown.tell(event))?;
        shown.bar.finish_and_clear();
        Ok(conclude(context, sweep, summary, shown.started.elapsed()))
    }
}

/// Numbers of points.
#[derive(Clone, Debug)]
struct Points(HashSet<u64>);

/// `3,7-12` as a set.
fn parse_points(list: &str) -> Result<Points> {
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

struct Progress<'a> {
    context: &'a Context<'a>,
    bar: ProgressBar,
    objective: Option<String>,
    started: Instant,
    is_terminal: bool,
    total: usize,
    done: usize,
    failed: usize,
}

impl<'a> Progress<'a> {
    fn new(context: &'a Context<'a>, sweep: &Sweep) -> Self {
        let bar = context.ui.bar(0, "[{bar:30}] {pos}/{len} {msg} {elapsed_precise} left {eta}");
        Self {
            context,
            bar,
            objective: sweep.plan.search.objective.as_ref().map(|objective| objective.metric.clone()),
            started: Instant::now(),
            is_terminal: std::io::stderr().is_terminal(),
            total: 0,
            done: 0,
            failed: 0,
        }
    }

    fn say(&self, text: &str) {
        self.bar.suspend(|| self.context.ui.note(text));
    }

    fn tell(&mut self, event: &QueueEvent<'_>) {
        match event {
            QueueEvent::Planned(total) => {
                self.total = *total;
                self.bar.set_length(*total as u64);
                self.bar.enable_steady_tick(Duration::from_millis(200));
            }
            QueueEvent::Started(trial) => {
                if self.context.ui.verbose {
                    self.say(&format!("point {} started: {}", trial.label.index, trial.label.point));
                }
            }
            QueueEvent::Ended(trial, record) => self.ended(trial, record),
            QueueEvent::Reused(trial) => {
                self.step();
                if self.context.ui.verbose {
                    self.say(&format!("point {} reused: {}", trial.label.index, trial.label.point));
                }
            }
            QueueEvent::Lost(trial, claim, strays) => {
                let ended = match strays {
                    0 => String::new(),
                    1 => "; ended its process, which was still running".to_owned(),
                    number => format!("; ended its {number} processes, which were still running"),
                };
                self.say(&format!(
                    "point {}: the gitsweep that ran it ({}) was killed{ended}; the point is to be run again",
                    trial.label.index,
                    claim.owner_in_words()
                ));
            }
            QueueEvent::Elsewhere(trial) => {
                if self.context.ui.verbose {
                    self.say(&format!("point {} is with another gitsweep", trial.label.index));
                }
            }
            QueueEvent::Stopping(why) => self.say(why),
            QueueEvent::Warning(warning) => self.bar.suspend(|| self.context.ui.warning(warning)),
            QueueEvent::Tick => {}
        }
    }

    fn step(&mut self) {
        self.done += 1;
        self.bar.set_position(self.done as u64);
        if self.failed > 0 {
            let failed = format!("{} failed", self.failed);
            self.bar.set_message(self.context.ui.paint_note(Look::Bad, &failed).into_owned());
        }
    }

    fn ended(&mut self, trial: &Trial, record: &Record) {
        let gravity = record.status.gravity();
        self.failed += usize::from(gravity == Gravity::Bad);
        self.step();
        if gravity == Gravity::Good && !self.context.ui.verbose && (self.is_terminal || record.reason.is_none()) {
            return;
        }
        let metric = self.objective.as_ref().and_then(|name| Some((name.as_str(), record.metrics.get(name)?)));
        let metric = metric.or_else(|| record.metrics.iter().next().map(|(name, metric)| (name.as_str(), metric)));
        let metric = metric.map_or_else(String::new, |(name, metric)| format!(" {name}={metric}"));
        let look = match gravity {
            Gravity::Good => Look::Good,
            Gravity::Bad => Look::Bad,
            Gravity::Void => Look::Fair,
        };
        let status = self.context.ui.paint_note(look, record.status.as_str()).into_owned();
        let reason = record.reason.as_deref().map_or_else(String::new, |reason| format!(" ({})", ui::visible(reason)));
        let line = format!(
            "point {} {status}{metric} in {}: {}{reason}",
            trial.label.index,
            ui::span(Duration::from_secs_f64(record.seconds.unwrap_or(0.0))),
            trial.label.point,
        );
        self.bar.suspend(|| {
            if !self.context.ui.quiet {
                eprintln!("{line}");
            }
        });
    }
}

fn conclude(context: &Context<'_>, sweep: &Sweep, summary: QueueSummary, time: Duration) -> u8 {
    let ui = context.ui;
    let ran = summary.ok + summary.failed + summary.cancelled;
    if summary.selected == 0 {
        ui.note("no point matches");
        return NOTHING;
    }
    let mut parts = Vec::new();
    for (number, word) in [
        (summary.ok, "ok"),
        (summary.failed, "failed"),
        (summary.cancelled, "cancelled"),
        (summary.elsewhere, "with another gitsweep"),
        (summary.left, "left"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    if ran == 0 && summary.elsewhere == 0 && summary.left == 0 {
        ui.note(&format!("{}: nothing to run, every point has a result", sweep.branch));
        return DONE;
    }
    ui.note(&format!("{}: {} in {}", sweep.branch, parts.join(", "), ui::span(time)));
    if summary.failed > 0 {
        ui.note(&format!("why: gitsweep status {}", sweep.branch));
    } else if summary.ok > 0 && !summary.interrupted {
        ui.note(&format!("next: gitsweep results {}", sweep.branch));
    }
    if summary.interrupted {
        INTERRUPTED
    } else if summary.failed > 0 {
        SOME_FAILED
    } else {
        DONE
    }
}
