//! The crew: runs points in places side by side, claiming them one by one, until none is left or something says stop.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Error, Result};

use super::cancel::{Inbox, Wanted};
use super::growth::Growth;
use super::hooks::Herald;
use super::queue::{QueueEvent, QueueOptions, QueueSummary};
use super::standing::{Standings, newest_good};
use super::watch::Watch;
use super::workshop::Workshop;
use crate::executor::{Event, Pool, Wish};
use crate::git::CommitId;
use crate::job::Job;
use crate::ledger::{self, Ledger};
use crate::record::{Gravity, Record, Status};
use crate::trial::Trial;

/// How long the crew sleeps at most before it looks at the clock and the keyboard.
const TICK: Duration = Duration::from_millis(50);
/// Outcomes are folded in at most this often, and seldom enough to take a small part of the time.
const FOLD_EVERY: Duration = Duration::from_secs(1);
const FOLD_SHARE: u32 = 20;
/// The outcomes of shorter runs are not synced one by one but when they are folded in.
const SHORT: Duration = Duration::from_secs(1);
/// How often requests to cancel are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What a crew may and may not do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Whether outcomes are folded into notes as they come; jobs on a cluster never touch a ref.
    pub(super) folds: bool,
    /// When it has to be done: no run begins that would not end before.
    pub(super) ends_at: Option<Instant>,
}

/// Time that is left over at the end, for what a run leaves behind to be kept.
const MARGIN: Duration = Duration::from_secs(5);

/// Runs the `waiting` points. `stop` tells what the user wishes: 0 go on, 1 no new runs, 2 end the running ones, 3 kill them.
#[expect(clippy::too_many_arguments, reason = "what is worked on, by which rules, and who is told")]
pub(super) fn work(
    workshop: &Workshop<'_>,
    standings: &Standings,
    waiting: VecDeque<&Trial>,
    mut growth: Growth,
    options: &QueueOptions,
    rules: Rules,
    summary: &mut QueueSummary,
    stop: &dyn Fn() -> u32,
    tell: &mut dyn FnMut(&QueueEvent<'_>),
) -> Result<()> {
    let repository = workshop.repository;
    let reusable = if options.reuse { reusable(&standings.ledger) } else { HashMap::new() };
    let mut attempts = HashMap::<CommitId, u64>::new();
    let most = if growth.goes_on() { usize::MAX } else { waiting.len() + growth.untried() };
    let size = options.jobs.max(1).min(most);
    let places = (0..size).map(|slot| workshop.place(slot)).collect::<Result<Vec<_>>>()?;
    let keep_in = workshop.state.clone();
    let mut pool = Pool::new(places, move |job, record| {
        let is_short = rules.folds && record.seconds.is_some_and(|seconds| seconds < SHORT.as_secs_f64());
        let leave = if is_short { ledger::leave_result_for_now } else { ledger::leave_result };
        leave(&keep_in, job.commit, record).map(drop)
    });
    let herald = Herald::new(repository, workshop.sweep);
    let mut inbox = Inbox::open(&workshop.state, &workshop.sweep.name);

    // A search that learns brings more of them.
    let mut by_commit: HashMap<CommitId, Rc<Trial>> =
        workshop.sweep.trials.iter().map(|trial| (trial.commit, Rc::new(trial.clone()))).collect();
    let mut waiting: VecDeque<Rc<Trial>> =
        waiting.into_iter().filter_map(|trial| by_commit.get(&trial.commit).cloned()).collect();
    let mut watch = Watch::over(repository, workshop.sweep, standings);
    let mut broken: Option<Error> = None;
    let mut last_start: Option<Instant> = None;
    let (mut last_fold, mut fold_cost, mut unfolded) = (Instant::now(), Duration::ZERO, 0u64);
    let mut last_look = Instant::now();
    let mut longest = Duration::ZERO;
    let mut wish = 0;
    let mut is_stopping = false;
    loop {
        let wished = stop();
        if wished > wish {
            wish = wished;
            summary.interrupted = true;
            tell(&QueueEvent::Stopping(match wish {
                1 => "no new runs; the running ones go on to their end. Ctrl-C again ends them",
                2 => "ending what runs; those points stay to be run",
                _ => "killing what runs; those points stay to be run",
            }));
            match wish {
                1 => {}
                2 => pool.end(Wish::End),
                _ => pool.end(Wish::Kill),
            }
            is_stopping = true;
        }
        if last_look.elapsed() > LOOK_EVERY {
            last_look = Instant::now();
            for wanted in inbox.look() {
                match wanted {
                    Wanted::All => {
                        tell(&QueueEvent::Stopping("somebody has cancelled the sweep; what runs is ended"));
                        pool.end(Wish::End);
                        is_stopping = true;
                    }
                    Wanted::These(commits) => {
                        waiting.retain(|trial| !commits.contains(&trial.commit));
                        growth.forget(&commits);
                        pool.end_these(&commits);
                    }
                }
            }
        }
        if !is_stopping
            && (!waiting.is_empty() || growth.is_due())
            && rules.ends_at.is_some_and(|end| Instant::now() + longest.mul_f64(1.25) + MARGIN > end)
        {
            is_stopping = true;
            tell(&QueueEvent::Stopping("no new runs: the job's time is nearly over"));
        }
        if !is_stopping && growth.is_due() && (pool.is_free() || !waiting.is_empty()) {
            let slots = if waiting.is_empty() { pool.free() } else { 0 };
            match growth.step(workshop, slots, false, tell) {
                Ok(step) => {
                    for (trial, attempt) in step.ready {
                        if waiting.iter().any(|known| known.commit == trial.commit) {
                            continue;
                        }
                        attempts.insert(trial.commit, attempt - 1);
                        let trial = Rc::clone(by_commit.entry(trial.commit).or_insert_with(|| Rc::new(trial)));
                        waiting.push_back(trial);
                    }
                    waiting.truncate(growth.left());
                    is_stopping |= step.is_over;
                }
                Err(error) => {
                    is_stopping = true;
                    if pool.active() > 0 {
                        tell(&QueueEvent::Stopping(&format!(
                            "no new runs; the running ones go on to their end: {error}"
                        )));
                    }
                    broken = Some(error);
                }
            }
        }
        if !is_stopping && waiting.is_empty() && pool.is_free() {
            waiting.extend(growth.retries(pool.free()).iter().filter_map(|commit| by_commit.get(commit).cloned()));
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
            match workshop.claim(&trial, attempt) {
                Ok(Some(job)) => {
                    growth.began();
                    if growth.left() == 0 {
                        waiting.clear();
                    }
                    if let Some((from, record)) = reusable.get(&job.key) {
                        keep_reused(workshop, &job, *from, record)?;
                        summary.ok += 1;
                        unfolded += 1;
                        growth.wake();
                        tell(&QueueEvent::Reused(&trial));
                        continue;
                    }
                    tell(&QueueEvent::Started(&trial));
                    last_start = Some(Instant::now());
                    watch.iter_mut().for_each(|watch| watch.begin(&job));
                    pool.start(job);
                }
                Ok(None) => {
                    summary.elsewhere += 1;
                    growth.wake();
                    tell(&QueueEvent::Elsewhere(&trial));
                }
                Err(error) => {
                    is_stopping = true;
                    broken = Some(error);
                }
            }
        }
        if pool.active() == 0 && (waiting.is_empty() || is_stopping) {
            if !is_stopping && growth.is_due() {
                continue;
            }
            break;
        }
        for (commit, step) in watch.iter_mut().flat_map(Watch::look) {
            pool.stop(commit, step);
        }
        match pool.next_event(TICK) {
            Some(Event::Ended(job, record)) => {
                unfolded += 1;
                growth.wake();
                if let Some(warning) = watch.as_mut().and_then(|watch| watch.end(&job, &record)) {
                    tell(&QueueEvent::Warning(&warning));
                }
                longest = longest.max(Duration::from_secs_f64(record.seconds.unwrap_or(0.0).max(0.0)));
                match record.status.gravity() {
                    Gravity::Good => summary.ok += 1,
                    Gravity::Bad => summary.failed += 1,
                    Gravity::Void => summary.cancelled += 1,
                }
                if let Some(trial) = by_commit.get(&job.commit) {
                    tell(&QueueEvent::Ended(trial, &record));
                    herald.run_ended(workshop.sweep, trial, &record);
                }
                if !is_stopping
                    && options.max_failures.is_some_and(|most| summary.failed >= most)
                    && (!waiting.is_empty() || growth.goes_on() || growth.untried() > 0)
                {
                    is_stopping = true;
                    tell(&QueueEvent::Stopping("no new runs: that many have failed"));
                }
            }
            Some(Event::Broken(job, error)) => {
                workshop.claims.release(job.commit, job.attempt);
                waiting.extend(by_commit.get(&job.commit).cloned());
                is_stopping = true;
                broken.get_or_insert(error);
            }
            Some(Event::Warning(warning)) => tell(&QueueEvent::Warning(&warning)),
            None => tell(&QueueEvent::Tick),
        }
        herald.problems().iter().for_each(|problem| tell(&QueueEvent::Warning(problem)));
        if rules.folds && unfolded > 0 && last_fold.elapsed() > FOLD_EVERY.max(fold_cost * FOLD_SHARE) {
            let start = Instant::now();
            if let Err(error) = ledger::fold(repository) {
                tell(&QueueEvent::Warning(&format!("{error:#}")));
            }
            (last_fold, fold_cost, unfolded) = (Instant::now(), start.elapsed(), 0);
        }
    }
    if !summary.interrupted {
        growth.tell_of_end(tell);
    }
    summary.is_over |= growth.is_over();
    summary.left += (waiting.len() + growth.untried()) as u64;
    summary.stopped |= is_stopping;
    drop(pool);
    workshop.clear_checkouts();
    herald.close().iter().for_each(|problem| tell(&QueueEvent::Warning(problem)));
    broken.map_or(Ok(()), Err)
}

fn reusable(ledger: &Ledger) -> HashMap<String, (CommitId, Record)> {
    let mut known = HashMap::new();
    for (commit, records) in ledger.iter() {
        if let Some(record) = newest_good(records).filter(|record| record.status == Status::Ok)
            && let Some(key) = &record.key
        {
            known.insert(key.clone(), (commit, record.clone()));
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
