//! A task of a submission: what a job on a cluster does when its turn has come. It runs one point, or goes on as a worker or
//! as a coordinator.

use std::cell::Cell;

use anyhow::{Context as _, Result};

use super::coordinate::coordinate;
use super::submit::{SubmitOptions, SubmittedBy, submit_by};
use super::turn::{Turn, tell_of_end, wait_for};
use super::worker::work_off;
use crate::claim::Claim;
use crate::executor::{Control, SLURM};
use crate::filesystem::is_out_of_space;
use crate::git::Repository;
use crate::hint;
use crate::ledger;
use crate::liveness::Heartbeat;
use crate::record::{Gravity, Record, Status};
use crate::submission::{Submissions, Task};
use crate::sweep::Sweep;
use crate::sweep::followed::enough;
use crate::sweep::followed::follow::follow;
use crate::sweep::followed::hooks::keep_problems;
use crate::sweep::found::standing::Standings;
use crate::sweep::here::event::QueueEvent;
use crate::sweep::here::exec::{keep, run_job};
use crate::sweep::here::inbox::UntilCancelled;
use crate::sweep::here::job_end::JobEnd;
use crate::sweep::here::observer::Observer;
use crate::sweep::here::run_context::RunContext;
use crate::sweep::here::summary::QueueSummary;
use crate::sweep::stop_request::StopRequest;
use crate::trial::Trial;

/// What a task has come to.
#[derive(Debug)]
pub enum Executed {
    /// A point was run.
    Ran(Box<Trial>, Box<Record>),
    /// There was nothing to run, and why.
    Nothing(String),
    /// A worker has run what it found.
    Worked(QueueSummary),
    /// A coordinator has come to its end, and why.
    Coordinated(String),
}

/// Does a task of the submission `name`.
///
/// # Errors
/// If the submission or its sweep cannot be read, or gitsweep itself cannot go on.
pub fn exec_task(repository: &Repository, name: &str, number: u64, observer: &mut dyn Observer) -> Result<Executed> {
    let submissions = Submissions::new(&repository.state_dir());
    submissions.forget_full_disk(name, number);
    let executed = execute(repository, &submissions, name, number, observer);
    executed.inspect_err(|error| {
        if is_out_of_space(error) {
            submissions.note_full_disk(name, number);
        }
    })
}

fn execute(
    repository: &Repository,
    submissions: &Submissions,
    name: &str,
    number: u64,
    observer: &mut dyn Observer,
) -> Result<Executed> {
    let Some(submission) = wait_for(|| submissions.find(name))? else {
        return Ok(Executed::Nothing(format!("the submission {name} was taken back, or is not to be seen from here")));
    };
    let turn = Turn { repository, submission: &submission, number };
    if let Some(limit) = submission.header.max_failures.as_ref().filter(|_| submission.is_stopped) {
        return Ok(Executed::Nothing(format!("not started: {}", limit.in_words(&repository.state_dir()))));
    }
    if submission.header.coordinates.is_some() {
        let coordinated = coordinate(&turn, observer);
        return coordinated.inspect_err(|error| turn.keep_stop(&format!("{error:#}"))).map(Executed::Coordinated);
    }
    if submission.is_shared() {
        let worked = work_off(&turn, observer);
        return worked.inspect_err(|error| turn.keep_stop(&format!("{error:#}"))).map(Executed::Worked);
    }
    let task = *submission.task(number).ok_or_else(|| {
        hint::error(
            format!("the submission {name} has no task {number}"),
            "a job array's tasks are those that it was submitted with",
        )
    })?;
    let sweep = turn.load_point(&task)?;
    let trial = sweep.trials.first().context("a sweep without a point")?;
    let context = RunContext::open(repository, &sweep, Some(turn.errand()))?;
    // Slurm knows which of its jobs are alive.
    let needs_signs = submission.header.executor != SLURM;
    let is_heard = Cell::new(false);
    let mut observer = UntilHeard { observer, is_heard: &is_heard };
    let mut observer = UntilCancelled::new(&mut observer, &context.state, &sweep.name);
    let _alive = needs_signs.then(|| Heartbeat::start(&context.state, sweep.plan.queue.lease)).transpose()?;
    let executed = match claim(&context, trial, &turn, &task)? {
        Err(why) => Executed::Nothing(why),
        Ok(job) => {
            // Who cancels a job asks its scheduler, which ends it: to look for requests all along would be for nothing.
            let observer = &mut *observer.observer;
            let control = Control::default();
            let mut record = run_job(&context, job, &control, observer)?;
            // What came while the leavings of a run were collected that had come to its end says nothing of the run.
            if control.was_told() {
                JobEnd::ask_of(repository, &submission, number).explain(&mut record);
            }
            keep(&context, trial, &record, observer)?;
            if let Some(limit) = &submission.header.max_failures {
                enough::count(repository, limit, trial.commit, &record)?;
            }
            Executed::Ran(Box::new(trial.clone()), Box::new(record))
        }
    };
    if let Executed::Ran(_, record) = &executed {
        // What ended was this job's time, and not the search: until KILL comes there is time to see to the successors.
        is_heard.set(record.status == Status::Timeout);
    }
    if submission.header.grows.is_some() && matches!(executed, Executed::Ran(..)) && !observer.has_enough() {
        // The outcome is kept: whatever goes wrong now, the next gitsweep queue goes on.
        if let Err(error) = succeed(&turn, &mut observer) {
            let problem = format!("no successors are submitted: {error:#}");
            observer.warn(&problem);
            turn.keep_stop(&problem);
        }
    }
    if submission.header.executor != SLURM && !sweep.plan.hooks.on_sweep_end.is_empty() {
        let standings = Standings::read(repository)?;
        if is_last(submissions, &standings, name) {
            tell_of_end(repository, &turn.load_whole()?, &standings, &mut observer);
        }
    }
    Ok(executed)
}

/// An observer whose request to end has been heard, and holds for nothing that comes after.
struct UntilHeard<'a> {
    observer: &'a mut dyn Observer,
    is_heard: &'a Cell<bool>,
}

impl Observer for UntilHeard<'_> {
    fn tell(&mut self, event: &QueueEvent<'_>) {
        self.observer.tell(event);
    }

    fn stop_request(&mut self) -> StopRequest {
        if self.is_heard.get() { StopRequest::None } else { self.observer.stop_request() }
    }
}

/// Proposes and submits what comes after a job of a search that grows.
fn succeed(turn: &Turn<'_>, observer: &mut dyn Observer) -> Result<()> {
    let Turn { repository, submission, .. } = *turn;
    let Some(grows) = &submission.header.grows else { return Ok(()) };
    let sweep = turn.load_whole()?;
    let options = SubmitOptions::of_job(&submission.header.executor, grows);
    // What other machines have laid is found once the repository is opened afresh.
    let fresh = repository.reopen()?;
    let summary = submit_by(SubmittedBy::Job, &fresh, &sweep, &options, observer)?;
    if summary.handed.submitted == 0 && !sweep.plan.hooks.on_sweep_end.is_empty() {
        tell_of_end(&fresh, &sweep, &Standings::read(&fresh)?, observer);
    }
    Ok(())
}

/// Tells `on_sweep_end` of a sweep's end, if it has come and nobody has told it yet: the last job of a submission.
///
/// # Errors
/// If the notes cannot be read.
pub fn exec_sweep_end(repository: &Repository, sweep: &Sweep, observer: &mut dyn Observer) -> Result<()> {
    let followed = follow(repository)?;
    observer.warn_of(&followed.problems);
    // What schedulers could not be asked is not worth keeping.
    let is_kept = |said: &&String| said.starts_with("the hook ") || said.contains(" stands still: ");
    let of_hooks: Vec<String> = followed.problems.iter().filter(is_kept).cloned().collect();
    keep_problems(repository, &of_hooks);
    tell_of_end(repository, sweep, &followed.standings, observer);
    Ok(())
}

/// Claims the first attempt that the task may take. What an earlier start of the same task has claimed was put back into
/// the queue by the scheduler: that attempt is lost, and this is the next.
fn claim(
    context: &RunContext<'_>,
    trial: &Trial,
    turn: &Turn<'_>,
    task: &Task,
) -> Result<Result<crate::job::Job, String>> {
    let mut attempt = task.attempt;
    let mut interrupted = Vec::new();
    loop {
        let record = ledger::find(context.repository, task.commit, attempt)?;
        // An attempt that came to nothing was another start of this task, which the scheduler has put back into the queue.
        let is_over = |record: &Record| record.told_by.is_none() && record.status.gravity() != Gravity::Void;
        if let Some(record) = record.as_ref().filter(|record| is_over(record)) {
            return Ok(Err(format!("point {} has an outcome already: {}", task.index, record.status)));
        }
        let claim = context.claims.read(task.commit, attempt)?;
        // The same task of another job of that name is no earlier start of this one: the order was taken twice.
        let own_job = turn.errand().job;
        let is_own = |claim: &Claim| {
            claim.submission.as_ref() == Some(&turn.submission.name)
                && claim.task == Some(task.number)
                && (claim.job == own_job || claim.job.is_none())
        };
        match (record, claim) {
            (None, None) => {}
            (None, Some(claim)) if !is_own(&claim) => {
                let words = claim.owner_in_words();
                return Ok(Err(format!("point {} is run by another gitsweep ({words})", task.index)));
            }
            (record, claim) => {
                interrupted.extend(claim.filter(|_| record.is_none()).map(|claim| (attempt, claim)));
                attempt += 1;
                continue;
            }
        }
        let Some(job) = context.claim(trial, attempt)? else { continue };
        for (attempt, claim) in interrupted {
            let mut record = Record::bare(attempt, Status::Lost);
            record.start = Some(claim.since);
            record.host = claim.owner.parse::<crate::process::Owner>().ok().map(|owner| owner.host);
            record.executor = Some(claim.executor);
            record.job = claim.job;
            record.reason = Some("the scheduler put the job back into the queue and started it again".to_owned());
            record.told_by = Some("gitsweep".to_owned());
            ledger::leave_result(&context.state, task.commit, &record)?;
        }
        return Ok(Ok(job));
    }
}

/// True if no task of a submission is open any more, or there is none of that name.
fn is_last(submissions: &Submissions, standings: &Standings, name: &str) -> bool {
    submissions
        .find(name)
        .ok()
        .flatten()
        .is_none_or(|submission| submission.tasks.iter().all(|task| !standings.is_open(&submission, task)))
}
