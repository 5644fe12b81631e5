//! Cancelling: what runs anywhere is told to end, and what waits is taken back.
//!
//! A scheduler is asked to cancel its jobs. Gitsweeps that run or submit points themselves, here or on another machine, find a
//! request in a folder that they look into every second. Nobody submits while jobs are cancelled, and those that wait for that to
//! be over have the request by then: so no job is handed over unseen.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::Sweep;
use super::follow::follow;
use super::learn::grown;
use super::schedulers::scheduler_of;
use super::select::Limits;
use super::standing::{Standing, Standings};
use crate::executor::{Cancellation, Phase, now};
use crate::git::{CommitId, Repository};
use crate::ledger;
use crate::lock::Lock;
use crate::names;
use crate::record::{Record, Status};
use crate::submission::{Submission, Submissions};
use crate::trial::Trial;

/// A request that running gitsweeps obey.
#[derive(Debug, Serialize, Deserialize)]
struct Request {
    sweep: String,
    /// Points by their commits; all of the sweep's if there are none.
    commits: Option<Vec<String>>,
}

/// Requests older than this are nobody's business any more.
const STALE: Duration = Duration::from_secs(24 * 3600);

/// What a running gitsweep is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// End everything of the sweep, and start nothing.
    All,
    /// End these, or do not start them.
    These(Vec<CommitId>),
}

/// The requests as a running gitsweep sees them: only those that come after it began.
#[derive(Debug)]
pub(super) struct Inbox {
    folder: PathBuf,
    sweep: String,
    seen: HashSet<PathBuf>,
}

impl Inbox {
    pub(super) fn open(state: &Path, sweep: &str) -> Self {
        let folder = state.join(names::CANCELS_DIR);
        let seen = files(&folder).collect();
        Self { folder, sweep: sweep.to_owned(), seen }
    }

    /// The requests that have come since the last look.
    pub(super) fn look(&mut self) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        for path in files(&self.folder) {
            if self.seen.contains(&path) {
                continue;
            }
            let request = fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Request>(&text).ok());
            if let Some(request) = request.filter(|request| request.sweep == self.sweep) {
                wanted.push(match request.commits {
                    None => Wanted::All,
                    Some(commits) => Wanted::These(commits.iter().filter_map(|id| id.parse().ok()).collect()),
                });
            }
            self.seen.insert(path);
        }
        wanted
    }
}

/// `stop`, and above 0 also once all of the sweep is cancelled. Each call looks into a folder.
pub(super) fn or_cancelled<'a>(state: &Path, sweep: &str, stop: &'a dyn Fn() -> u32) -> impl Fn() -> u32 + 'a {
    let (inbox, is_cancelled) = (RefCell::new(Inbox::open(state, sweep)), Cell::new(false));
    move || {
        is_cancelled.set(is_cancelled.get() || inbox.borrow_mut().look().contains(&Wanted::All));
        stop().max(u32::from(is_cancelled.get()))
    }
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "json"))
}

fn post(state: &Path, request: &Request) -> Result<()> {
    let folder = state.join(names::CANCELS_DIR);
    let write = || -> Result<()> {
        fs::create_dir_all(&folder)?;
        let mut file = tempfile::Builder::new().prefix("request-").suffix(".tmp").tempfile_in(&folder)?;
        file.write_all(&serde_json::to_vec(request)?)?;
        let (_, path) = file.keep()?;
        fs::rename(&path, path.with_extension("json"))?;
        Ok(())
    };
    write().with_context(|| format!("cannot write into {}", folder.display()))?;
    for path in files(&folder) {
        let age = fs::metadata(&path).and_then(|metadata| metadata.modified());
        if age.ok().and_then(|time| SystemTime::now().duration_since(time).ok()).is_some_and(|age| age > STALE) {
            let _ = fs::remove_file(path);
        }
    }
    Ok(())
}

/// How long cancelling waits for a gitsweep that submits: it has the request, and ends after its next order.
const PATIENCE: Duration = Duration::from_secs(20);

/// True for jobs that look for points of the sweep, and are not for some that they were submitted with.
fn is_lasting(submission: &Submission, sweep: &Sweep) -> bool {
    submission.header.sweep == sweep.name && (submission.is_shared() || submission.is_searching())
}

fn is_going_on(sweep: &Sweep, standings: &Standings, limits: &Limits) -> bool {
    let is_meant = |trial: &&Trial| limits.mean(standings, trial);
    let standing = |trial: &Trial| matches!(standings.of(trial.commit), Standing::Running | Standing::Queued);
    sweep.trials.iter().filter(is_meant).any(standing)
        || (is_whole(limits) && standings.submissions.iter().any(|known| is_lasting(known, sweep)))
}

fn is_whole(limits: &Limits) -> bool {
    limits.points.is_none() && limits.filter.is_none()
}

/// What was cancelled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cancelled {
    /// Points that were looked at.
    pub selected: u64,
    /// Points that waited with a scheduler and do so no more.
    pub queued: u64,
    /// Points that ran and have been told to end.
    pub running: u64,
    /// Jobs that looked for points, and have been told to end.
    pub searchers: u64,
    /// Whether anything ran, waited or looked for points before anybody was asked to end: it may have obeyed the request.
    pub was_going_on: bool,
    /// What could not be done.
    pub problems: Vec<String>,
    /// What could not be found out.
    pub warnings: Vec<String>,
}

/// Cancels the points of a sweep that `limits` mean, all that run or wait. `forget` gives up submissions without asking anybody:
/// for jobs that are known to be gone.
///
/// # Errors
/// If nothing could be cancelled at all.
pub fn cancel(repository: &Repository, sweep: &Sweep, limits: &Limits, forget: bool) -> Result<Cancelled> {
    let state = repository.state_dir();
    let is_all = is_whole(limits);
    let was_going_on = is_going_on(sweep, &Standings::read(repository)?, limits);
    if is_all {
        post(&state, &Request { sweep: sweep.name.clone(), commits: None })?;
    }
    // Somebody who sits on the lock is no reason not to cancel what is known.
    let _lock = Lock::take(&state, names::SUBMIT_LOCK, PATIENCE, &|| false)?.ok();
    // Points may have been laid and submitted until now.
    let repository = &repository.reopen()?;
    let grown = grown(repository, sweep)?;
    let sweep = grown.as_ref().unwrap_or(sweep);
    let followed = follow(repository)?;
    let standings = &followed.standings;
    let warnings = if forget { Vec::new() } else { followed.problems };
    let mut cancelled = Cancelled { was_going_on, warnings, ..Cancelled::default() };
    let mut here = Vec::new();
    let mut by_submission = HashMap::<&str, Vec<u64>>::new();
    let mut waiting = Vec::new();
    for trial in sweep.trials.iter().filter(|trial| limits.mean(standings, trial)) {
        cancelled.selected += 1;
        let standing = standings.of(trial.commit);
        let flight = standings.flight(trial.commit);
        match (standing, flight) {
            (Standing::Running, Some(flight)) if !flight.submission.is_shared() => {
                cancelled.running += 1;
                by_submission.entry(&flight.submission.name).or_default().push(flight.task.number);
            }
            (Standing::Running, _) => {
                cancelled.running += 1;
                here.push(trial.commit);
            }
            (Standing::Queued, Some(flight)) => {
                cancelled.queued += 1;
                waiting.push((trial.commit, flight));
                if !flight.submission.is_shared() {
                    by_submission.entry(&flight.submission.name).or_default().push(flight.task.number);
                }
            }
            _ => {}
        }
    }
    // Workers that share what is cancelled find nothing more to take; with all of it, they are ended.
    for submission in standings.submissions.iter().filter(|known| is_lasting(known, sweep)) {
        if is_all {
            cancelled.searchers += submission.searchers();
            by_submission.entry(&submission.name).or_default();
        }
    }
    if !is_all && !here.is_empty() {
        let commits = Some(here.iter().map(ToString::to_string).collect());
        post(&state, &Request { sweep: sweep.name.clone(), commits })?;
    }
    let submissions = Submissions::new(&state);
    let mut failed = HashSet::new();
    if !forget {
        for (executor, cancellations) in group(standings, &by_submission) {
            let done = scheduler_of(repository, &executor).and_then(|scheduler| scheduler.cancel(&cancellations));
            if let Err(error) = done {
                cancelled.problems.push(format!("{error:#}"));
                failed.insert(executor);
            }
        }
    }
    let mut closed = HashMap::<&str, Vec<u64>>::new();
    for (commit, flight) in waiting {
        let submission = &flight.submission;
        if failed.contains(&submission.header.executor) {
            cancelled.queued -= 1;
            continue;
        }
        // What runs leaves its own outcome as it ends; of what waited nobody else would ever tell.
        let runs = flight.state.as_ref().is_some_and(|state| state.phase == Phase::Running);
        if !runs || forget {
            let mut record = Record::bare(flight.task.attempt, Status::Cancelled);
            record.start = Some(now());
            record.executor = Some(submission.header.executor.clone());
            record.job = submission.job_of(flight.task.number);
            record.told_by = Some("gitsweep".to_owned());
            record.reason = Some("it was cancelled before it began".to_owned());
            let is_recorded = |known: &Record| known.attempt == flight.task.attempt;
            if !standings.ledger.of(commit).iter().any(is_recorded) {
                ledger::leave_result(&state, commit, &record)?;
            }
            closed.entry(&submission.name).or_default().push(flight.task.number);
        }
    }
    for (name, numbers) in &closed {
        submissions.close(name, numbers)?;
    }
    if forget {
        for name in by_submission.keys() {
            let Some(submission) = standings.submission(name) else { continue };
            if submission.tasks.iter().all(|task| by_submission[name].contains(&task.number)) || submission.is_shared()
            {
                submissions.remove(name);
            }
        }
    }
    Ok(cancelled)
}

/// Cancellations by executor: a whole job where all its open tasks are meant.
fn group(standings: &Standings, by_submission: &HashMap<&str, Vec<u64>>) -> HashMap<String, Vec<Cancellation>> {
    let mut groups = HashMap::<String, Vec<Cancellation>>::new();
    for (name, numbers) in by_submission {
        let Some(submission) = standings.submission(name) else { continue };
        let Some(job) = submission.known_job() else { continue };
        let open = submission.tasks.iter().filter(|task| standings.is_open(submission, task)).count();
        let is_whole = submission.is_shared() || numbers.len() >= open || !submission.header.is_array;
        let mut numbers = numbers.clone();
        numbers.sort_unstable();
        let tasks = (!is_whole).then_some(numbers);
        let cancellation = Cancellation { job: job.clone(), tasks };
        groups.entry(submission.header.executor.clone()).or_default().push(cancellation);
    }
    groups
}
