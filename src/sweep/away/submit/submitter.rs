//! The submitter hands orders to a scheduler, one after the other, each written down before the scheduler hears of it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::batch::{Batch, number};
use super::lanes::Lanes;
use super::options::SubmitOptions;
use super::site::Site;
use crate::command::quote;
use crate::executor::{Order, Refusal, SLURM, Sought, now};
use crate::git::CommitId;
use crate::hint;
use crate::process::Owner;
use crate::submission::{FailureLimit, Grows, Header, Submission, Submissions};
use crate::sweep::Sweep;
use crate::sweep::found::origin::inode;
use crate::sweep::here::event::{ENOUGH_FAILED, QueueEvent};
use crate::sweep::here::observer::{Observer, rest};
use crate::sweep::here::run_context::RunContext;
use crate::sweep::here::summary::QueueSummary;
use crate::trial::Trial;

/// Pauses between tries of what was refused for now.
pub(super) const FIRST_PAUSE: Duration = Duration::from_secs(1);
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What a submission may be called that is not made yet.
pub(super) const A_NAME: &str = "gs-abcdefgh";
/// What a job may be called that is not handed over yet.
const A_JOB: &str = "JOB";

/// What handing over takes.
pub(super) struct Submitter<'a> {
    site: &'a Site<'a>,
    context: &'a RunContext<'a>,
    options: &'a SubmitOptions,
    duty: Duty,
    lanes: Lanes,
    submissions: Submissions,
    by_commit: HashMap<CommitId, &'a Trial>,
    /// The ids of the jobs so far.
    pub(super) jobs: Vec<String>,
}

/// What the jobs that are handed over are to do.
pub(super) enum Duty {
    /// They run points, and submit their successors or lay what they run, if they do, with this.
    Run(Option<Grows>),
    /// There is one, which coordinates a search and submits its points with this.
    Coordinate(Grows),
}

impl<'a> Submitter<'a> {
    /// A submitter that has handed over nothing yet; its jobs go into these lanes.
    pub(super) fn new(
        site: &'a Site<'a>,
        context: &'a RunContext<'a>,
        options: &'a SubmitOptions,
        duty: Duty,
        lanes: Lanes,
    ) -> Self {
        let submissions = Submissions::new(&context.state);
        let by_commit = context.sweep.trials.iter().map(|trial| (trial.commit, trial)).collect();
        Self { site, context, options, duty, lanes, submissions, by_commit, jobs: Vec::new() }
    }
}

impl Submitter<'_> {
    pub(super) fn submission(&self, name: &str, batch: &Batch) -> Submission {
        let sweep = &self.context.sweep;
        let mut header = Header::new(&sweep.name, &self.options.executor, Owner::this().to_string(), now());
        header.branch = Some(sweep.branch.clone()).filter(|branch| *branch != sweep.name);
        header.cluster.clone_from(&self.site.capacity.cluster);
        header.top = self.site.top.to_str().map(str::to_owned);
        header.inode = inode(&self.context.state);
        header.later = self.context.later();
        header.max_failures.clone_from(self.max_failures());
        match &self.duty {
            Duty::Run(grows) => {
                header.is_array = self.site.capacity.is_array;
                header.grows.clone_from(grows);
            }
            Duty::Coordinate(grows) => {
                header.is_array = false;
                header.coordinates = Some(grows.clone());
            }
        }
        header.workers = self.options.workers.map(|workers| workers.min(batch.tasks.len() as u64));
        header.jobs = self.options.jobs.filter(|_| header.workers.is_some());
        Submission {
            name: name.to_owned(),
            header,
            tasks: batch.tasks.clone(),
            job: None,
            closed: HashSet::new(),
            is_stopped: false,
        }
    }

    pub(super) fn order<'o>(&'o self, submission: &'o Submission, batch: &Batch) -> Result<Order<'o>> {
        let slurm = &self.context.sweep.plan.queue.slurm;
        let (numbers, setup): (Vec<u64>, _) = match (&self.duty, submission.header.workers) {
            (Duty::Coordinate(_), _) => (vec![1], slurm.coordinator_setup()),
            (Duty::Run(_), Some(workers)) => ((1..=workers).collect(), &slurm.setup[..]),
            (Duty::Run(_), None) => (batch.tasks.iter().map(|task| task.number).collect(), &slurm.setup[..]),
        };
        let environment = match batch.tasks.first().and_then(|task| Some((task, self.by_commit.get(&task.commit)?))) {
            Some((task, trial)) if self.options.executor != SLURM => {
                self.context.job(trial, task.attempt)?.environment(0)
            }
            _ => Vec::new(),
        };
        Ok(Order {
            submission,
            max_active: self.options.max_active.filter(|most| *most < numbers.len()),
            numbers,
            top: &self.site.top,
            program: &self.site.program,
            script: self.submissions.script(&submission.name),
            logs: self.submissions.logs(&submission.name),
            options: batch.options.clone(),
            setup,
            after: self.lanes.ahead_of(batch.tasks.len()),
            arguments: &self.options.arguments,
            environment,
        })
    }

    /// Refuses orders that could not be made to wait for those before them, before any is handed over.
    ///
    /// # Errors
    /// If there is such an order.
    pub(super) fn check(&self, batches: &VecDeque<Batch>) -> Result<()> {
        let mut lanes = self.lanes.clone();
        for batch in batches {
            let after = lanes.ahead_of(batch.tasks.len());
            if !after.is_empty() {
                let submission = self.submission(A_NAME, batch);
                self.site.scheduler.show(&Order { after, ..self.order(&submission, batch)? })?;
            }
            lanes.take(batch.tasks.len(), A_JOB);
        }
        Ok(())
    }

    pub(super) fn hand_over(
        &mut self,
        mut batches: VecDeque<Batch>,
        summary: &mut QueueSummary,
        observer: &mut dyn Observer,
    ) -> Result<()> {
        self.check(&batches)?;
        let mut last_call: Option<Instant> = None;
        while let Some(batch) = batches.pop_front() {
            while last_call.is_some_and(|call| call.elapsed() < self.options.spacing) && !observer.has_enough() {
                std::thread::sleep(Duration::from_millis(50));
                observer.tell(&QueueEvent::Tick);
            }
            if observer.has_enough() {
                summary.ending.interrupted = true;
                break;
            }
            if self.options.has_failed_enough(&self.context.state) {
                observer.tell(&QueueEvent::Stopping(ENOUGH_FAILED));
                (summary.ending.stopped, summary.ending.enough_failed) = (true, true);
                break;
            }
            last_call = Some(Instant::now());
            match self.place(&batch, observer)? {
                Placed::Taken(job) => {
                    summary.handed.submitted += batch.tasks.len() as u64;
                    observer.tell(&QueueEvent::Submitted(batch.tasks.len(), &job));
                    self.lanes.take(batch.tasks.len(), &job);
                    self.jobs.push(job);
                }
                Placed::Halve => {
                    let mut tasks = batch.tasks;
                    let rest = tasks.split_off(tasks.len().div_ceil(2));
                    for tasks in [rest, tasks] {
                        let tasks = number(tasks, &self.site.capacity);
                        batches.push_front(Batch { options: batch.options.clone(), tasks });
                    }
                    // The second half may have to wait for the first.
                    self.check(&batches)?;
                }
                Placed::Stopped => {
                    summary.ending.interrupted = true;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Hands over one order, again and again while it is refused for now.
    pub(super) fn place(&self, batch: &Batch, observer: &mut dyn Observer) -> Result<Placed> {
        if let Some(limit) = self.max_failures() {
            limit.open(&self.context.state, &self.context.sweep.name)?;
        }
        let name = self.submissions.reserve()?;
        let submission = self.submission(&name, batch);
        let started = Instant::now();
        let mut pause = FIRST_PAUSE;
        let outcome = loop {
            let order = match self.order(&submission, batch) {
                Ok(order) => order,
                Err(error) => break Err(error),
            };
            if let Err(error) = self.submissions.keep(&submission) {
                break Err(error);
            }
            let why = match self.site.scheduler.submit(&order) {
                Ok(job) => break self.submissions.confirm(&name, &job).map(|()| Placed::Taken(job)),
                Err(Refusal::Final(error)) => break Err(error),
                Err(Refusal::Full(_)) if batch.tasks.len() > 1 && self.options.workers.is_none() => {
                    break Ok(Placed::Halve);
                }
                Err(Refusal::Full(why)) => why,
                // It may have been taken: nothing goes over again before the scheduler has said that it was not, and where
                // that cannot be found out now, whoever comes next asks.
                Err(Refusal::Unclear(why)) => match self.look_for(&submission, &why, started, &mut pause, observer)? {
                    Some(job) => break self.submissions.confirm(&name, &job).map(|()| Placed::Taken(job)),
                    None => why,
                },
            };
            if started.elapsed() >= self.patience() {
                break Err(hint::error(
                    format!("{} does not take more now: {why}", self.site.scheduler.name()),
                    "the same command goes on from here, as soon as there is room; if nothing of yours waits or runs there, the job asks for more than it can get",
                ));
            }
            observer.tell(&QueueEvent::Refused(&why, pause));
            rest(pause, observer);
            if observer.has_enough() {
                break Ok(Placed::Stopped);
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        };
        if !matches!(outcome, Ok(Placed::Taken(_))) {
            self.submissions.remove(&name);
        }
        outcome
    }

    /// The job that was made of an order of which the scheduler did not say whether it took it; nothing if it did not.
    ///
    /// # Errors
    /// If that cannot be found out as long as there is patience.
    fn look_for(
        &self,
        submission: &Submission,
        why: &str,
        since: Instant,
        pause: &mut Duration,
        observer: &mut dyn Observer,
    ) -> Result<Option<String>> {
        let branch = &self.context.sweep.branch;
        loop {
            match self.site.scheduler.find(submission) {
                Ok(Sought::Job(job)) => return Ok(Some(job)),
                Ok(Sought::NotThere) => return Ok(None),
                Ok(Sought::CannotTell) => return Err(unclear(why, "is followed by what it leaves", branch)),
                Err(_) if since.elapsed() < self.patience() && !observer.has_enough() => {
                    observer.tell(&QueueEvent::Refused(why, *pause));
                    rest(*pause, observer);
                    *pause = (*pause * 2).min(LONGEST_PAUSE);
                }
                Err(_) => return Err(unclear(why, "is looked for by the next gitsweep queue or status", branch)),
            }
        }
    }

    fn max_failures(&self) -> &Option<FailureLimit> {
        match &self.duty {
            Duty::Coordinate(grows) => &grows.max_failures,
            Duty::Run(_) => &self.options.max_failures,
        }
    }

    fn patience(&self) -> Duration {
        self.context.sweep.plan.queue.patience
    }

    /// Has the scheduler tell of the sweep's end when all its jobs are through, where it can do that.
    pub(super) fn announce_end(&self, sweep: &Sweep) -> Result<()> {
        let asked = sweep.trials.first().map(|trial| sweep.plan.queue.slurm.site_options(&trial.label.point));
        let mut arguments = asked.transpose()?.unwrap_or_default();
        arguments.extend(self.options.arguments.iter().cloned());
        self.site.scheduler.follow_up(&self.jobs, &arguments, &self.site.program, &self.site.top, &sweep.name)
    }
}

/// What has become of an order.
pub(super) enum Placed {
    /// The scheduler has it, and calls it so.
    Taken(String),
    /// It is too much at once.
    Halve,
    /// The user has had enough.
    Stopped,
}

fn unclear(why: &str, what: &str, branch: &str) -> anyhow::Error {
    hint::error(
        format!("nobody knows whether the scheduler took the last order ({why}); it {what}"),
        format!(
            "gitsweep status {} tells in a while; running the same command again submits nothing twice",
            quote(branch)
        ),
    )
}
