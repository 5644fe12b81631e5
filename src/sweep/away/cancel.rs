//! Cancelling: what runs anywhere is told to end, and what waits is taken back.
//!
//! A scheduler is asked to cancel its jobs. Gitsweeps that run or submit points themselves, here or on another machine, find a
//! request in a folder that they look into every second. Nobody submits while jobs are cancelled, and those that wait for that to
//! be over have the request by then: so no job is handed over unseen.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use anyhow::{Error, Result};

use crate::command::quote;
use crate::executor::{Cancellation, Left, Phase, Reach, now};
use crate::git::{CommitId, Repository};
use crate::hint;
use crate::ledger;
use crate::lock::Lock;
use crate::names;
use crate::record::{Record, Status};
use crate::submission::{Submission, Submissions};
use crate::sweep::Sweep;
use crate::sweep::followed::follow::follow;
use crate::sweep::followed::schedulers::scheduler_of;
use crate::sweep::found::standing::{Flight, Standing, Standings};
use crate::sweep::here::inbox::{Request, post};
use crate::sweep::here::select::Limits;
use crate::sweep::laid::learn::grown;
use crate::trial::Trial;

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
        || (limits.mean_all() && standings.submissions.iter().any(|known| is_lasting(known, sweep)))
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
    /// Points that ran by what their scheduler last said, and whose jobs are not asked about any more.
    pub given_up: u64,
    /// Jobs that looked for points, and have been told to end.
    pub searchers: u64,
    /// Whether anything ran, waited or looked for points before anybody was asked to end: it may have obeyed the request.
    pub was_going_on: bool,
    /// What could not be done.
    pub problems: Vec<String>,
    /// What could not be found out.
    pub warnings: Vec<String>,
}

/// Whether schedulers are asked to cancel what they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// They are.
    Schedulers,
    /// Nobody is: submissions are given up, for jobs that are known to be gone.
    Nobody,
}

/// Cancels the points of a sweep that `limits` mean, all that run or wait.
///
/// # Errors
/// If nothing could be cancelled at all.
pub fn cancel(repository: &Repository, sweep: &Sweep, limits: &Limits, asking: Asking) -> Result<Cancelled> {
    let state = repository.state_dir();
    let is_all = limits.mean_all();
    let was_going_on = is_going_on(sweep, &Standings::read(repository)?, limits);
    // On a full disk schedulers can still be asked.
    let mut posted = Ok(());
    if is_all {
        posted = post(&state, &Request { sweep: sweep.name.clone(), commits: None });
    }
    // Somebody who sits on the lock is no reason not to cancel what is known.
    let _lock = Lock::take(&state, names::SUBMIT_LOCK, PATIENCE, &mut || false).ok().and_then(Result::ok);
    // Points may have been laid and submitted until now.
    let repository = &repository.reopen()?;
    let grown = grown(repository, sweep)?;
    let sweep = grown.as_ref().unwrap_or(sweep);
    let followed = follow(repository)?;
    let standings = &followed.standings;
    let warnings = if asking == Asking::Nobody { Vec::new() } else { followed.problems };
    let mut cancelled = Cancelled { was_going_on, warnings, ..Cancelled::default() };
    let mut meant = Meant::among(sweep, standings, limits, &mut cancelled);
    // Workers that share what is cancelled find nothing more to take; with all of it, they are ended.
    for submission in standings.submissions.iter().filter(|known| is_all && is_lasting(known, sweep)) {
        meant.searchers.push(submission);
        meant.by_submission.entry(&submission.name).or_default();
    }
    if !is_all && !meant.here.is_empty() {
        let commits = Some(meant.here.iter().map(ToString::to_string).collect());
        posted = post(&state, &Request { sweep: sweep.name.clone(), commits });
    }
    if let Err(error) = posted {
        // Where nobody would have read it, nobody misses it.
        if !meant.here.is_empty() || (is_all && standings.is_anybody_at_work()) {
            cancelled
                .problems
                .push(format!("what gitsweeps run or submit themselves, who could not be told: {error:#}"));
        }
        meant.here.clear();
    }
    if asking == Asking::Schedulers {
        let refused = ask(repository, &sweep.branch, standings, &meant, &mut cancelled.problems);
        meant.leave_out(&refused);
    }
    cancelled.queued = meant.waiting.len() as u64;
    let of_schedulers = meant.running.len() as u64;
    (cancelled.running, cancelled.given_up) = match asking {
        Asking::Schedulers => (meant.here.len() as u64 + of_schedulers, 0),
        Asking::Nobody => (meant.here.len() as u64, of_schedulers),
    };
    cancelled.searchers = meant.searchers.iter().map(|submission| submission.searchers()).sum();
    let submissions = Submissions::new(&state);
    if let Err(error) = close(&state, standings, &submissions, &meant.waiting, asking) {
        let why = format!("{error:#}");
        match asking {
            Asking::Schedulers => cancelled.warnings.push(format!(
                "what was cancelled cannot be written down and is shown as in flight: {why}; once there is room, gitsweep status {} does so",
                quote(&sweep.branch)
            )),
            Asking::Nobody => {
                cancelled.problems.push(why);
                cancelled.queued = 0;
                return Ok(cancelled);
            }
        }
    }
    if asking == Asking::Nobody
        && let Err(error) = give_up(standings, &submissions, &meant.by_submission)
    {
        cancelled.problems.push(format!("{error:#}"));
        cancelled.given_up = 0;
    }
    Ok(cancelled)
}

/// The points that are to be cancelled, by who has them.
#[derive(Default)]
struct Meant<'a> {
    /// What gitsweeps run that look into their inbox.
    here: Vec<CommitId>,
    /// The numbers of the tasks that a scheduler runs or has waiting.
    by_submission: HashMap<&'a str, Vec<u64>>,
    /// What waits with schedulers.
    waiting: Vec<(CommitId, &'a Flight)>,
    /// What schedulers run, a job a point.
    running: Vec<&'a Flight>,
    /// The jobs that look for points.
    searchers: Vec<&'a Submission>,
}

impl<'a> Meant<'a> {
    fn among(sweep: &Sweep, standings: &'a Standings, limits: &Limits, cancelled: &mut Cancelled) -> Self {
        let mut meant = Self::default();
        for trial in sweep.trials.iter().filter(|trial| limits.mean(standings, trial)) {
            cancelled.selected += 1;
            match (standings.of(trial.commit), standings.flight(trial.commit)) {
                (Standing::Running, Some(flight)) if !flight.submission.is_shared() => {
                    meant.running.push(flight);
                    meant.add_task(flight);
                }
                (Standing::Running, _) => meant.here.push(trial.commit),
                (Standing::Queued, Some(flight)) => {
                    meant.waiting.push((trial.commit, flight));
                    if !flight.submission.is_shared() {
                        meant.add_task(flight);
                    }
                }
                _ => {}
            }
        }
        meant
    }

    /// Takes out what could not be cancelled, by the names of its submissions.
    fn leave_out(&mut self, refused: &HashSet<String>) {
        self.waiting.retain(|(_, flight)| !refused.contains(&flight.submission.name));
        self.running.retain(|flight| !refused.contains(&flight.submission.name));
        self.searchers.retain(|submission| !refused.contains(&submission.name));
    }

    fn add_task(&mut self, flight: &'a Flight) {
        self.by_submission.entry(&flight.submission.name).or_default().push(flight.task.number);
    }
}

/// Asks the schedulers to cancel what they have of it. What could not be cancelled comes back, by the names of its submissions.
fn ask(
    repository: &Repository,
    branch: &str,
    standings: &Standings,
    meant: &Meant<'_>,
    problems: &mut Vec<String>,
) -> HashSet<String> {
    let mut refused = HashSet::new();
    let with_way_out = |error: &Error| {
        let way_out: String = hint::hints(error).iter().map(|hint| format!("; {hint}")).collect();
        format!("{error:#}{way_out}")
    };
    for (executor, cancellations) in group(branch, standings, &meant.by_submission) {
        match scheduler_of(repository, &executor).and_then(|scheduler| scheduler.cancel(&cancellations)) {
            Ok(left) => {
                for Left { submission, job, why } in left {
                    problems.push(format!("job {job}: {}", with_way_out(&why)));
                    refused.insert(submission);
                }
            }
            Err(error) => {
                problems.push(with_way_out(&error));
                refused.extend(cancellations.into_iter().map(|one| one.submission));
            }
        }
    }
    for name in meant.by_submission.keys() {
        if let Some(submission) = standings.submission(name).filter(|submission| submission.job.is_none()) {
            problems.push(format!(
                "whether {} has the job {name} is not known: gitsweep was killed as it submitted it, or is just doing so; cancel again in a moment, or if there is no such job: gitsweep cancel {} --forget",
                submission.header.executor,
                quote(branch)
            ));
            refused.insert(submission.name.clone());
        }
    }
    refused
}

/// Leaves outcomes of what waited, of which nobody else would ever tell. What runs leaves its own as it ends, unless nobody
/// was asked to end it.
fn close(
    state: &Path,
    standings: &Standings,
    submissions: &Submissions,
    waiting: &[(CommitId, &Flight)],
    asking: Asking,
) -> Result<()> {
    let mut closed = HashMap::<&str, Vec<u64>>::new();
    for (commit, flight) in waiting {
        let (submission, task) = (&flight.submission, &flight.task);
        let runs = flight.state.as_ref().is_some_and(|state| state.phase == Phase::Running);
        if runs && asking == Asking::Schedulers {
            continue;
        }
        if !standings.ledger.of(*commit).iter().any(|known| known.attempt == task.attempt) {
            let record = Record {
                start: Some(now()),
                executor: Some(submission.header.executor.clone()),
                job: submission.job_of(task.number),
                told_by: Some("gitsweep".to_owned()),
                reason: Some("it was cancelled before it began".to_owned()),
                ..Record::bare(task.attempt, Status::Cancelled)
            };
            ledger::leave_result(state, *commit, &record)?;
        }
        closed.entry(&submission.name).or_default().push(task.number);
    }
    closed.iter().try_for_each(|(name, numbers)| submissions.close(name, numbers))
}

/// Removes submissions of which all is meant, and closes the tasks that are meant of others.
fn give_up(standings: &Standings, submissions: &Submissions, by_submission: &HashMap<&str, Vec<u64>>) -> Result<()> {
    for (name, numbers) in by_submission {
        let Some(submission) = standings.submission(name) else { continue };
        if submission.is_shared() || submission.tasks.iter().all(|task| numbers.contains(&task.number)) {
            submissions.remove(name);
        } else {
            submissions.close(name, numbers)?;
        }
    }
    Ok(())
}

/// Cancellations by executor: a whole job where all its open tasks are meant.
fn group(
    branch: &str,
    standings: &Standings,
    by_submission: &HashMap<&str, Vec<u64>>,
) -> HashMap<String, Vec<Cancellation>> {
    let mut groups = HashMap::<String, Vec<Cancellation>>::new();
    for (name, numbers) in by_submission {
        let Some(submission) = standings.submission(name) else { continue };
        let Some(job) = submission.known_job() else { continue };
        let open = submission.tasks.iter().filter(|task| standings.is_open(submission, task)).count();
        let is_whole = submission.is_shared() || numbers.len() >= open || !submission.header.is_array;
        let mut numbers = numbers.clone();
        numbers.sort_unstable();
        let tasks = (!is_whole).then_some(numbers);
        let cancellation = Cancellation {
            submission: submission.name.clone(),
            sweep: branch.to_owned(),
            job: job.clone(),
            tasks,
            reach: Reach::All,
            cluster: submission.header.cluster.clone(),
        };
        groups.entry(submission.header.executor.clone()).or_default().push(cancellation);
    }
    groups
}
