//! The queue: runs the points of a sweep that are to be run, here, and sees to it that every outcome is kept.
//!
//! Points are claimed one by one, so any number of queues may work on a sweep at once. Outcomes are written to result
//! files by the places that run, and folded into notes here as they come.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Error, Result};

use super::Sweep;
use super::standing::{Standing, Standings, newest_good};
use super::workshop::{Workshop, own_checkouts};
use crate::claim::Claim;
use crate::executor::{Control, Event, Pool, Wish, run};
use crate::git::{CommitId, Repository};
use crate::hint;
use crate::job::Job;
use crate::ledger::{self, Ledger};
use crate::record::{Gravity, Record, Status};
use crate::trial::Trial;

/// Which points that have been run are run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rerun {
    /// Only those that failed.
    Failed,
    /// All, those with a result too.
    All,
}

/// Which points a queue takes, and how many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Only these.
    pub points: Option<HashSet<u64>>,
    /// At most so many runs.
    pub limit: Option<usize>,
    /// Points that have been run, again.
    pub rerun: Option<Rerun>,
    /// So many attempts on top, whatever there is.
    pub repeat: Option<u64>,
}

/// What a queue does.
#[derive(Clone, Debug, Default)]
pub struct QueueOptions {
    /// What it takes.
    pub limits: Limits,
    /// Runs at a time.
    pub jobs: usize,
    /// Time between two starts.
    pub spacing: Duration,
    /// No new runs after so many failures.
    pub max_failures: Option<u64>,
    /// A point whose code, command and parameters have a result already gets that.
    pub reuse: bool,
}

/// What happens in a queue.
#[derive(Debug)]
pub enum QueueEvent<'a> {
    /// So many runs are to be made.
    Planned(usize),
    /// A run has started.
    Started(&'a Trial),
    /// A run has ended.
    Ended(&'a Trial, &'a Record),
    /// A point got the result of an earlier run of the same code.
    Reused(&'a Trial),
    /// A run whose gitsweep died; so many processes of it were still there and were ended.
    Lost(&'a Trial, &'a Claim, usize),
    /// Another gitsweep has the point.
    Elsewhere(&'a Trial),
    /// No new runs from here on, and why.
    Stopping(&'a str),
    /// Something that the user should know.
    Warning(&'a str),
    /// Nothing in particular: time passes.
    Tick,
}

/// What a queue has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueSummary {
    /// Points that were looked at: those that the limits leave.
    pub selected: usize,
    /// Runs that gave a result, reused ones too.
    pub ok: u64,
    /// Runs that failed.
    pub failed: u64,
    /// Runs that were cancelled.
    pub cancelled: u64,
    /// Points that another gitsweep runs.
    pub elsewhere: u64,
    /// Points that were left because the queue was stopped.
    pub left: u64,
    /// True if the user stopped it.
    pub interrupted: bool,
}

/// How long the queue sleeps at most before it looks at the clock and the keyboard.
const TICK: Duration = Duration::from_millis(50);
/// Outcomes are folded in at most this often, and seldom enough to take a small part of the time.
const FOLD_EVERY: Duration = Duration::from_secs(1);
const FOLD_SHARE: u32 = 20;

/// Runs the points of `sweep` that are to be run. `stop` tells what the user wishes: 0 go on, 1 no new runs, 2 end the
/// running ones, 3 kill them.
///
/// # Errors
/// If gitsweep itself cannot go on. Runs that fail are no error.
pub fn queue(
    repository: &Repository,
    sweep: &Sweep,
    options: &QueueOptions,
    stop: &dyn Fn() -> u32,
    tell: &mut dyn FnMut(&QueueEvent<'_>),
) -> Result<QueueSummary> {
    let workshop = Workshop::open(repository, sweep)?;
    workshop.links()?;
    ledger::fold(repository)?;
    let mut standings = Standings::read(repository)?;
    if workshop.recover(&standings, tell)? {
        ledger::fold(repository)?;
        standings = Standings::read(repository)?;
    }
    let mut summary = QueueSummary::default();
    let mut waiting = select(sweep, &standings, &options.limits, &mut summary, tell);
    tell(&QueueEvent::Planned(waiting.len()));
    let reusable = if options.reuse { reusable(&standings.ledger) } else { HashMap::new() };
    let mut attempts = HashMap::<CommitId, u64>::new();

    let size = options.jobs.max(1).min(waiting.len());
    let places = (0..size).map(|slot| workshop.place(slot)).collect::<Result<Vec<_>>>()?;
    let keep_in = workshop.state.clone();
    let mut pool = Pool::new(places, move |job, record| ledger::leave_result(&keep_in, job.commit, record).map(drop));

    let by_commit: HashMap<CommitId, &Trial> = sweep.trials.iter().map(|trial| (trial.commit, trial)).collect();
    let mut broken: Option<Error> = None;
    let mut last_start: Option<Instant> = None;
    let (mut last_fold, mut fold_cost, mut unfolded) = (Instant::now(), Duration::ZERO, 0u64);
    let mut wish = 0;
    let mut is_stopping = false;
    loop {
        let wished = stop();
        if wished > wish {
            wish = wished;
            summary.interrupted = true;
            match wish {
                1 => tell(&QueueEvent::Stopping(
                    "no new runs; the running ones go on to their end. Ctrl-C again ends them",
                )),
                2 => tell(&QueueEvent::Stopping("ending what runs; those points stay to be run")),
                _ => tell(&QueueEvent::Stopping("killing what runs; those points stay to be run")),
            }
            match wish {
                1 => {}
                2 => pool.end(Wish::End),
                _ => pool.end(Wish::Kill),
            }
            is_stopping = true;
        }
        while !is_stopping
            && pool.is_free()
            && last_start.is_none_or(|start| start.elapsed() >= options.spacing)
            && let Some(trial) = waiting.pop_front()
        {
            let attempt = *attempts
                .entry(trial.commit)
                .and_modify(|attempt| *attempt += 1)
                .or_insert_with(|| standings.next_attempt(trial.commit));
            match workshop.claim(trial, attempt) {
                Ok(Some(job)) => {
                    if let Some((from, record)) = reusable.get(&job.key) {
                        keep_reused(&workshop, &job, *from, record)?;
                        summary.ok += 1;
                        unfolded += 1;
                        tell(&QueueEvent::Reused(trial));
                        continue;
                    }
                    tell(&QueueEvent::Started(trial));
                    last_start = Some(Instant::now());
                    pool.start(job);
                }
                Ok(None) => {
                    summary.elsewhere += 1;
                    tell(&QueueEvent::Elsewhere(trial));
                }
                Err(error) => {
                    is_stopping = true;
                    broken = Some(error);
                }
            }
        }
        if pool.active() == 0 && (waiting.is_empty() || is_stopping) {
            break;
        }
        match pool.next_event(TICK) {
            Some(Event::Ended(job, record)) => {
                unfolded += 1;
                match record.status.gravity() {
                    Gravity::Good => summary.ok += 1,
                    Gravity::Bad => summary.failed += 1,
                    Gravity::Void => summary.cancelled += 1,
                }
                if let Some(trial) = by_commit.get(&job.commit) {
                    tell(&QueueEvent::Ended(trial, &record));
                }
                if !is_stopping
                    && options.max_failures.is_some_and(|most| summary.failed >= most)
                    && !waiting.is_empty()
                {
                    is_stopping = true;
                    tell(&QueueEvent::Stopping("no new runs: that many have failed"));
                }
            }
            Some(Event::Broken(job, error)) => {
                workshop.claims.release(job.commit, job.attempt);
                waiting.extend(by_commit.get(&job.commit));
                is_stopping = true;
                broken.get_or_insert(error);
            }
            Some(Event::Warning(warning)) => tell(&QueueEvent::Warning(&warning)),
            None => tell(&QueueEvent::Tick),
        }
        if unfolded > 0 && last_fold.elapsed() > FOLD_EVERY.max(fold_cost * FOLD_SHARE) {
            let start = Instant::now();
            if let Err(error) = ledger::fold(repository) {
                tell(&QueueEvent::Warning(&format!("{error:#}")));
            }
            (last_fold, fold_cost, unfolded) = (Instant::now(), start.elapsed(), 0);
        }
    }
    summary.left = waiting.len() as u64;
    drop(pool);
    let _ = fs::remove_dir(own_checkouts(&workshop.state));
    let folded = ledger::fold(repository);
    match broken {
        Some(error) => Err(error),
        None => folded.map(|_| summary),
    }
}

/// The points that are to be run, in order; with `repeat`, those that ran least often first.
fn select<'a>(
    sweep: &'a Sweep,
    standings: &Standings,
    limits: &Limits,
    summary: &mut QueueSummary,
    tell: &mut dyn FnMut(&QueueEvent<'_>),
) -> VecDeque<&'a Trial> {
    let mut chosen = Vec::new();
    for trial in &sweep.trials {
        if limits.points.as_ref().is_some_and(|points| !points.contains(&trial.label.index)) {
            continue;
        }
        summary.selected += 1;
        let standing = standings.of(trial.commit);
        let is_wanted = match (limits.rerun, limits.repeat, standing) {
            (_, _, Standing::Running) => {
                summary.elsewhere += 1;
                tell(&QueueEvent::Elsewhere(trial));
                false
            }
            (Some(Rerun::All), ..) | (None, Some(_), _) => true,
            (Some(Rerun::Failed), _, standing) => standing == Standing::Failed,
            (None, None, standing) => standing != Standing::Ok,
        };
        if is_wanted {
            chosen.push(trial);
        }
    }
    let rounds = limits.repeat.unwrap_or(1);
    let mut waiting: Vec<(u64, &Trial)> = (0..rounds)
        .flat_map(|round| chosen.iter().map(move |trial| (round, *trial)))
        .map(|(round, trial)| {
            let count = if limits.repeat.is_some() { standings.ledger.of(trial.commit).len() as u64 } else { 0 };
            (round + count, trial)
        })
        .collect();
    waiting.sort_by_key(|(count, _)| *count);
    waiting.truncate(limits.limit.unwrap_or(usize::MAX));
    waiting.into_iter().map(|(_, trial)| trial).collect()
}

fn reusable(ledger: &Ledger) -> HashMap<String, (CommitId, Record)> {
    let mut known = HashMap::new();
    for (commit, records) in &ledger.records {
        if let Some(record) = newest_good(records).filter(|record| record.status == Status::Ok)
            && let Some(key) = &record.key
        {
            known.insert(key.clone(), (*commit, record.clone()));
        }
    }
    known
}

fn keep_reused(workshop: &Workshop<'_>, job: &Job, from: CommitId, record: &Record) -> Result<()> {
    let mut reused = record.clone();
    reused.attempt = job.attempt;
    reused.executor = Some("reuse".to_owned());
    reused.reason = Some(format!("taken from {}, the same code and parameters", from.short()));
    ledger::leave_result(&workshop.state, job.commit, &reused).map(drop)
}

/// Runs one commit here and leaves its outcome in a result file; refs are not touched.
///
/// # Errors
/// If somebody else runs it now, or gitsweep itself cannot go on.
pub fn exec(
    repository: &Repository,
    sweep: &Sweep,
    trial: &Trial,
    stop: &dyn Fn() -> u32,
    tell: &mut dyn FnMut(&QueueEvent<'_>),
) -> Result<Record> {
    let workshop = Workshop::open(repository, sweep)?;
    let standings = Standings::read(repository)?;
    workshop.recover(&standings, tell)?;
    let standings = Standings::read(repository)?;
    if let Some((attempt, claim)) = standings.running(trial.commit) {
        return Err(hint::error(
            format!("point {} is running already: attempt {attempt}, {}", trial.label.index, claim.owner_in_words()),
            "wait for it, or end that process",
        ));
    }
    let attempt = standings.next_attempt(trial.commit);
    let job =
        workshop.claim(trial, attempt)?.with_context(|| format!("somebody else has just taken attempt {attempt}"))?;
    let mut place = workshop.place(0)?;
    let control = Control::default();
    let outcome = std::thread::scope(|scope| {
        let control = &control;
        let runner = scope.spawn(move || {
            let mut warnings = Vec::new();
            let outcome = run(&mut place, &job, control, &mut |warning| warnings.push(warning));
            (job, outcome, warnings)
        });
        let mut wish = 0;
        while !runner.is_finished() {
            let wished = stop();
            if wished > wish {
                wish = wished;
                if wish >= 2 { control.kill_all() } else { control.end_all() }
            }
            control.check_clock();
            std::thread::sleep(Duration::from_millis(5));
        }
        runner.join()
    });
    let _ = fs::remove_dir(own_checkouts(&workshop.state));
    let (job, outcome, warnings) = outcome.map_err(|_| Error::msg("the run's thread panicked"))?;
    for warning in &warnings {
        tell(&QueueEvent::Warning(warning));
    }
    match outcome {
        Ok(record) => {
            ledger::leave_result(&workshop.state, trial.commit, &record)?;
            Ok(record)
        }
        Err(error) => {
            workshop.claims.release(job.commit, job.attempt);
            Err(error)
        }
    }
}
