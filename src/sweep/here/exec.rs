//! One commit run where this gitsweep is: what a person does by hand, and what a job on a cluster does. Refs are not touched.

use std::cell::RefCell;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Error, Result};

use super::observer::Observer;
use super::room::keep_in_time;
use super::run_context::{Errand, RunContext};
use super::watch::Watch;
use crate::command::quote;
use crate::executor::{Control, run};
use crate::git::Repository;
use crate::hint;
use crate::job::Job;
use crate::ledger;
use crate::liveness::Heartbeat;
use crate::record::Record;
use crate::submission::Submissions;
use crate::sweep::Sweep;
use crate::sweep::followed::enough;
use crate::sweep::followed::hooks::{HookRunner, keep_problems};
use crate::sweep::found::standing::Standings;
use crate::sweep::stop_request::StopRequest;
use crate::trial::Trial;

/// Runs one commit here and leaves its outcome in a result file. If a submit script has the point, this is its job.
///
/// # Errors
/// If somebody else runs it now, or gitsweep itself cannot go on.
pub fn exec(repository: &Repository, sweep: &Sweep, trial: &Trial, observer: &mut dyn Observer) -> Result<Record> {
    let standings = Standings::read(repository)?;
    let limit = standings.flight(trial.commit).and_then(|flight| flight.submission.header.max_failures.clone());
    if let Some(stopped) = standings.stopped(trial.commit) {
        return Err(hint::error(
            format!("point {} is not started: {}", trial.label.index, stopped.in_words(&repository.state_dir())),
            format!("gitsweep queue {} goes on", quote(&sweep.branch)),
        ));
    }
    let errand = standings.flight(trial.commit).filter(|flight| !flight.submission.is_shared()).map(|flight| Errand {
        submission: flight.submission.name.clone(),
        executor: flight.submission.header.executor.clone(),
        task: flight.task.number,
        job: flight.submission.job_of(flight.task.number),
        later: flight.submission.header.later.clone(),
    });
    let mut context = RunContext::open(repository, sweep, errand)?;
    let _alive = Heartbeat::start(&context.state, sweep.plan.queue.lease)?;
    context.recover(&sweep.trials, &standings, observer)?;
    let standings = Standings::read(repository)?;
    context.read_on(&standings);
    if let Some((attempt, claim)) = standings.running(trial.commit) {
        return Err(hint::error(
            format!("point {} is running already: attempt {attempt}, {}", trial.label.index, claim.owner_in_words()),
            "wait for it, or end that process",
        ));
    }
    let attempt = standings.next_attempt(trial.commit);
    let job =
        context.claim(trial, attempt)?.with_context(|| format!("somebody else has just taken attempt {attempt}"))?;
    let record = run_job(&context, job, &Control::default(), observer)?;
    keep(&context, trial, &record, observer)?;
    if let Some(limit) = limit {
        enough::count(repository, &limit, trial.commit, &record)?;
    }
    Ok(record)
}

/// Runs a claimed job to its end, or ends it by `control`. What became of it is not kept yet.
pub(in crate::sweep) fn run_job(
    context: &RunContext<'_>,
    job: Job,
    control: &Control,
    observer: &mut dyn Observer,
) -> Result<Record> {
    let mut place = context.place(0)?;
    let standings = context.sweep.plan.search.stop.as_ref().map(|_| Standings::read(context.repository)).transpose()?;
    let mut watch = standings.and_then(|standings| Watch::over(context.repository, context.sweep, &standings));
    watch.iter_mut().for_each(|watch| watch.begin(&job));
    let (tell, warnings) = channel::<String>();
    let outcome = std::thread::scope(|scope| {
        let runner = scope.spawn(move || {
            let outcome = run(&mut place, &job, control, &mut |warning| drop(tell.send(warning)));
            (job, outcome)
        });
        let mut obeyed = StopRequest::None;
        let mut looked = Instant::now();
        while !runner.is_finished() {
            if let Some(halted) = context.halt(std::mem::replace(&mut looked, Instant::now())) {
                control.put_off(halted);
            }
            obey(observer.stop_request(), &mut obeyed, control);
            for (commit, step) in watch.iter_mut().flat_map(Watch::look) {
                control.stop(commit, step);
            }
            control.check_clock();
            warnings.try_iter().for_each(|warning| observer.warn(&warning));
            std::thread::sleep(Duration::from_millis(5));
        }
        obey(observer.stop_request(), &mut obeyed, control);
        runner.join()
    });
    context.clear_checkouts();
    let (job, outcome) = outcome.map_err(|_| Error::msg("the run's thread panicked"))?;
    warnings.try_iter().for_each(|warning| observer.warn(&warning));
    let mut record = outcome.inspect_err(|_| context.claims.release(job.commit, job.attempt))?;
    // A job may begin before the script that submits it has said the job's id.
    if let Some(errand) = context.errand.as_ref().filter(|_| record.job.is_none()) {
        let submission = Submissions::new(&context.state).find(&errand.submission).ok().flatten();
        record.job = submission.and_then(|submission| submission.job_of(errand.task));
    }
    Ok(record)
}

/// Does what is asked for, if that is more than what was obeyed before.
fn obey(request: StopRequest, obeyed: &mut StopRequest, control: &Control) {
    if request <= *obeyed {
        return;
    }
    *obeyed = request;
    match request {
        StopRequest::None | StopRequest::StartNothing => {}
        StopRequest::End => control.end_all(),
        StopRequest::Kill => control.kill_all(),
    }
}

/// Keeps the outcome of a run in a result file, and tells the hooks.
pub(in crate::sweep) fn keep(
    context: &RunContext<'_>,
    trial: &Trial,
    record: &Record,
    observer: &mut dyn Observer,
) -> Result<()> {
    let leave = || ledger::leave_result(&context.state, trial.commit, record).map(drop);
    let observers = RefCell::new(&mut *observer);
    let goes_on = || observers.borrow_mut().stop_request() < StopRequest::End;
    keep_in_time(record, &context.state, leave, goes_on, |full| observers.borrow_mut().warn(full))?;
    let hooks = HookRunner::new(context.repository, context.sweep);
    hooks.run_ended(context.sweep, trial, record);
    let problems = hooks.close(&mut || observer.stop_request());
    observer.warn_of(&problems);
    if context.errand.is_some() {
        keep_problems(context.repository, &problems);
    }
    Ok(())
}
