//! Submitting: the points that are to be run are handed to a scheduler in as few orders as it takes, and nothing waits.
//!
//! One gitsweep submits at a time. Each order is on the disk before the scheduler hears of it, so that a gitsweep that is
//! killed at any moment leaves either an order that the scheduler can be asked for, or points that stay to be run.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::Sweep;
use super::queue::{QueueEvent, QueueSummary, prepare};
use super::schedulers::{scheduler_of, top_of};
use super::select::{Limits, select};
use super::standing::Standings;
use super::workshop::{Errand, Workshop};
use crate::executor::{Capacity, Order, Refusal, SLURM, Scheduler, Sought, now, ranges};
use crate::git::{CommitId, Repository};
use crate::hint;
use crate::liveness::Heartbeat;
use crate::lock::Lock;
use crate::names;
use crate::process::Owner;
use crate::submission::{Header, Submission, Submissions, Task};
use crate::trial::Trial;

/// What is submitted, and how.
#[derive(Clone, Debug, Default)]
pub struct SubmitOptions {
    /// Which points.
    pub limits: Limits,
    /// `slurm`, or the path of a submit script from the top of the repository.
    pub executor: String,
    /// How many jobs may run at a time.
    pub max_active: Option<usize>,
    /// So many jobs that share the points, instead of one a point.
    pub workers: Option<u64>,
    /// How many runs a worker makes side by side.
    pub jobs: Option<usize>,
    /// Time between two calls of the scheduler.
    pub spacing: Duration,
    /// Words of the user's for the scheduler.
    pub arguments: Vec<String>,
}

/// How long a gitsweep waits for another that submits.
const LOCK_PATIENCE: Duration = Duration::from_secs(600);
/// A list of tasks longer than this is replaced by one without gaps.
const LONGEST_LIST: usize = 4000;
/// Pauses between tries of what was refused for now.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Tasks that one order has, and what the job asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Batch {
    options: Vec<String>,
    tasks: Vec<Task>,
}

/// Hands the points that are to be run to a scheduler and returns. `stop` above 0 ends it before the next order.
///
/// # Errors
/// If the scheduler refuses, or cannot be reached for longer than the definition's patience. What was taken until then is
/// in flight; `tell` has said so.
pub fn submit(
    repository: &Repository,
    sweep: &Sweep,
    options: &SubmitOptions,
    stop: &dyn Fn() -> u32,
    tell: &mut dyn FnMut(&QueueEvent<'_>),
) -> Result<QueueSummary> {
    let scheduler = scheduler_of(repository, &options.executor)?;
    let workshop = Workshop::open(repository, sweep, Some(errand(&options.executor)))?;
    workshop.links()?;
    let capacity = scheduler.capacity()?;
    check(options, capacity)?;
    let program = this_program()?;
    let top = top_of(repository);
    for warning in unshared(&program, &top) {
        tell(&QueueEvent::Warning(&warning));
    }
    let _alive = Heartbeat::start(&workshop.state, sweep.plan.queue.lease)?;
    let _lock = Lock::take(&workshop.state, names::SUBMIT_LOCK, LOCK_PATIENCE, &|| stop() > 0)?.map_err(|holder| {
        hint::error(format!("another gitsweep is submitting: {}", holder.0), "try again when it has ended")
    })?;
    let standings = prepare(&workshop, tell)?;
    let mut summary = QueueSummary::default();
    let waiting = select(sweep, &standings, &options.limits, false, &mut summary, tell);
    tell(&QueueEvent::Planned(waiting.len()));
    let batches = plan(sweep, &standings, &waiting, options, capacity)?;
    let mut desk = Desk {
        scheduler: &*scheduler,
        workshop: &workshop,
        options,
        capacity,
        program: &program,
        top: &top,
        submissions: Submissions::new(&workshop.state),
        by_commit: sweep.trials.iter().map(|trial| (trial.commit, trial)).collect(),
        jobs: Vec::new(),
        lanes: Lanes::new(options.max_active),
        patience: sweep.plan.queue.patience,
    };
    let handed = desk.hand_over(batches, &mut summary, stop, tell);
    summary.left = waiting.len() as u64 - summary.submitted;
    handed?;
    if !sweep.plan.hooks.on_sweep_end.is_empty() && !desk.jobs.is_empty() {
        desk.announce_end(sweep)?;
    }
    Ok(summary)
}

/// What would be submitted: the first order as the scheduler gets it, and how many there are. Nothing is changed.
///
/// # Errors
/// If the definition has no order for a point.
pub fn preview(repository: &Repository, sweep: &Sweep, options: &SubmitOptions) -> Result<(String, usize, usize)> {
    let scheduler = scheduler_of(repository, &options.executor)?;
    let errand = errand(&options.executor);
    let standings = Standings::read(repository)?;
    let workshop = Workshop::look(repository, sweep, Some(errand))?;
    // Without the scheduler at hand, what most clusters are set to.
    let usual = Capacity { tasks: 1000, largest: 1000, is_array: true, has_gaps: true };
    let capacity = scheduler.capacity().unwrap_or(usual);
    check(options, capacity)?;
    let waiting =
        select(sweep, &standings, &options.limits, false, &mut QueueSummary::default(), &mut |_: &QueueEvent<'_>| {});
    let batches = plan(sweep, &standings, &waiting, options, capacity)?;
    let Some(first) = batches.front() else { return Ok((String::new(), 0, 0)) };
    let (program, top) = (this_program()?, top_of(repository));
    let desk = Desk {
        scheduler: &*scheduler,
        workshop: &workshop,
        options,
        capacity,
        program: &program,
        top: &top,
        submissions: Submissions::new(&workshop.state),
        by_commit: sweep.trials.iter().map(|trial| (trial.commit, trial)).collect(),
        jobs: Vec::new(),
        lanes: Lanes::new(options.max_active),
        patience: Duration::ZERO,
    };
    let submission = desk.submission("gs-abcdefgh", first);
    let order = desk.order(&submission, first)?;
    Ok((scheduler.show(&order)?, batches.len(), waiting.len()))
}

fn errand(executor: &str) -> Errand {
    Errand { submission: String::new(), executor: executor.to_owned(), task: 0, job: None }
}

fn check(options: &SubmitOptions, capacity: Capacity) -> Result<()> {
    if options.workers.is_some() && !capacity.is_array {
        return Err(hint::error(
            format!("workers are tasks of an array, and {} takes none", options.executor),
            "leave --workers out",
        ));
    }
    match options.workers {
        Some(workers) if workers > capacity.largest => Err(hint::error(
            format!("{workers} workers are more tasks than an array may have here, {}", capacity.largest),
            "take fewer",
        )),
        _ => Ok(()),
    }
}

/// This program, by the path that jobs call it by.
fn this_program() -> Result<PathBuf> {
    let program = std::env::current_exe().context("cannot tell where gitsweep is")?;
    if !program.exists() {
        bail!("the gitsweep that is running is no longer at {}", program.display());
    }
    Ok(program)
}

/// What jobs need and other machines probably do not see.
fn unshared(program: &Path, top: &Path) -> Vec<String> {
    let mut warnings = Vec::new();
    for (what, path) in [("gitsweep itself", program), ("the repository", top)] {
        if let Some(why) = crate::process::is_local_path(path) {
            warnings.push(format!(
                "{what} is at {}, {why}: compute nodes must see it, so put it on a file system that they share",
                path.display()
            ));
        }
    }
    warnings
}

/// The points in orders: what asks for the same goes together, as much as the scheduler takes at once.
fn plan(
    sweep: &Sweep,
    standings: &Standings,
    waiting: &VecDeque<&Trial>,
    options: &SubmitOptions,
    capacity: Capacity,
) -> Result<VecDeque<Batch>> {
    let is_slurm = options.executor == SLURM;
    let mut attempts = HashMap::<CommitId, u64>::new();
    let mut groups: Vec<Batch> = Vec::new();
    let mut places = HashMap::<Vec<String>, usize>::new();
    for trial in waiting {
        let attempt = *attempts
            .entry(trial.commit)
            .and_modify(|attempt| *attempt += 1)
            .or_insert_with(|| standings.next_attempt(trial.commit));
        let task = Task { number: 0, index: trial.label.index, attempt, commit: trial.commit };
        let asked = if is_slurm { sweep.plan.queue.slurm.options(&trial.label.point)? } else { Vec::new() };
        let place = *places.entry(asked).or_insert_with_key(|asked| {
            groups.push(Batch { options: asked.clone(), tasks: Vec::new() });
            groups.len() - 1
        });
        groups[place].tasks.push(task);
    }
    if options.workers.is_some() {
        if groups.len() > 1 {
            return Err(hint::error(
                "workers share the points, and these points ask for different resources",
                "take the expressions out of [queue.slurm], or leave --workers out",
            ));
        }
        for (number, task) in (1..).zip(groups.iter_mut().flat_map(|group| &mut group.tasks)) {
            task.number = number;
        }
        return Ok(groups.into());
    }
    let mut batches = VecDeque::new();
    for group in groups {
        for tasks in group.tasks.chunks(capacity.tasks.max(1)) {
            batches.push_back(Batch { options: group.options.clone(), tasks: number(tasks.to_vec(), capacity) });
        }
    }
    Ok(batches)
}

/// Numbers the tasks: by their points where those are small enough, so that the scheduler's lists speak of points.
fn number(mut tasks: Vec<Task>, capacity: Capacity) -> Vec<Task> {
    tasks.sort_by_key(|task| (task.index, task.attempt));
    let has_doubles = tasks.windows(2).any(|pair| pair[0].index == pair[1].index);
    let indices: Vec<u64> = tasks.iter().map(|task| task.index).collect();
    let fits = capacity.has_gaps && indices.last().is_some_and(|last| *last <= capacity.largest);
    let by_point = fits && !has_doubles && ranges(&indices).len() <= LONGEST_LIST;
    for (number, task) in (1..).zip(&mut tasks) {
        task.number = if by_point { task.index } else { number };
    }
    tasks
}

/// What handing over takes.
struct Desk<'a> {
    scheduler: &'a dyn Scheduler,
    workshop: &'a Workshop<'a>,
    options: &'a SubmitOptions,
    capacity: Capacity,
    program: &'a Path,
    top: &'a Path,
    submissions: Submissions,
    by_commit: HashMap<CommitId, &'a Trial>,
    /// The ids of the jobs so far.
    jobs: Vec<String>,
    lanes: Lanes,
    patience: Duration,
}

impl Desk<'_> {
    fn submission(&self, name: &str, batch: &Batch) -> Submission {
        let mut header =
            Header::new(&self.workshop.sweep.name, &self.options.executor, Owner::this().to_string(), now());
        header.is_array = self.capacity.is_array;
        header.workers = self.options.workers.map(|workers| workers.min(batch.tasks.len() as u64));
        header.jobs = self.options.jobs.filter(|_| header.workers.is_some());
        Submission { name: name.to_owned(), header, tasks: batch.tasks.clone(), job: None, closed: HashSet::new() }
    }

    fn order<'o>(&'o self, submission: &'o Submission, batch: &Batch) -> Result<Order<'o>> {
        let numbers = match submission.header.workers {
            Some(workers) => (1..=workers).collect(),
            None => batch.tasks.iter().map(|task| task.number).collect::<Vec<u64>>(),
        };
        let environment = match batch.tasks.first().and_then(|task| Some((task, self.by_commit.get(&task.commit)?))) {
            Some((task, trial)) if self.options.executor != SLURM => {
                self.workshop.job(trial, task.attempt)?.environment(0)
            }
            _ => Vec::new(),
        };
        Ok(Order {
            submission,
            max_active: self.options.max_active.filter(|most| *most < numbers.len()),
            numbers,
            top: self.top,
            program: self.program,
            script: self.submissions.script(&submission.name),
            logs: self.submissions.logs(&submission.name),
            options: batch.options.clone(),
            setup: &self.workshop.sweep.plan.queue.slurm.setup,
            after: self.lanes.ahead_of(batch.tasks.len()),
            arguments: &self.options.arguments,
            environment,
        })
    }

    fn hand_over(
        &mut self,
        mut batches: VecDeque<Batch>,
        summary: &mut QueueSummary,
        stop: &dyn Fn() -> u32,
        tell: &mut dyn FnMut(&QueueEvent<'_>),
    ) -> Result<()> {
        let mut last_call: Option<Instant> = None;
        while let Some(batch) = batches.pop_front() {
            while last_call.is_some_and(|call| call.elapsed() < self.options.spacing) && stop() == 0 {
                std::thread::sleep(Duration::from_millis(50));
                tell(&QueueEvent::Tick);
            }
            if stop() > 0 {
                summary.interrupted = true;
                break;
            }
            last_call = Some(Instant::now());
            match self.place(&batch, summary, stop, tell)? {
                Placed::Taken(job) => {
                    summary.submitted += batch.tasks.len() as u64;
                    tell(&QueueEvent::Submitted(batch.tasks.len(), &job));
                    self.lanes.take(batch.tasks.len(), &job);
                    self.jobs.push(job);
                }
                Placed::Halve => {
                    let mut tasks = batch.tasks;
                    let rest = tasks.split_off(tasks.len().div_ceil(2));
                    for tasks in [rest, tasks] {
                        let tasks = number(tasks, self.capacity);
                        batches.push_front(Batch { options: batch.options.clone(), tasks });
                    }
                }
                Placed::Stopped => {
                    summary.interrupted = true;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Hands over one order, again and again while it is refused for now.
    fn place(
        &self,
        batch: &Batch,
        summary: &mut QueueSummary,
        stop: &dyn Fn() -> u32,
        tell: &mut dyn FnMut(&QueueEvent<'_>),
    ) -> Result<Placed> {
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
            summary.calls += 1;
            let why = match self.scheduler.submit(&order) {
                Ok(job) => break self.submissions.confirm(&name, &job).map(|()| Placed::Taken(job)),
                Err(Refusal::Final(error)) => break Err(error),
                Err(Refusal::Full(_)) if batch.tasks.len() > 1 && self.options.workers.is_none() => {
                    break Ok(Placed::Halve);
                }
                Err(Refusal::Full(why)) => why,
                Err(Refusal::Unclear(why)) => match self.scheduler.find(&submission) {
                    Ok(Sought::Job(job)) => break self.submissions.confirm(&name, &job).map(|()| Placed::Taken(job)),
                    Ok(Sought::NotThere) => why,
                    // It may have been taken: whoever comes next asks for it.
                    Ok(Sought::CannotTell) => return Err(unclear(&why, "is followed by what it leaves")),
                    Err(_) if started.elapsed() >= self.patience => {
                        return Err(unclear(&why, "is looked for by the next gitsweep queue or status"));
                    }
                    Err(_) => why,
                },
            };
            if started.elapsed() >= self.patience {
                break Err(hint::error(
                    format!("{} does not take more now: {why}", self.scheduler.name()),
                    "the same command goes on from here, as soon as there is room",
                ));
            }
            tell(&QueueEvent::Refused(&why, pause));
            let until = Instant::now() + pause;
            while Instant::now() < until && stop() == 0 {
                std::thread::sleep(Duration::from_millis(50));
                tell(&QueueEvent::Tick);
            }
            if stop() > 0 {
                break Ok(Placed::Stopped);
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        };
        if !matches!(outcome, Ok(Placed::Taken(_))) {
            self.submissions.remove(&name);
        }
        outcome
    }

    /// Has the scheduler tell of the sweep's end when all its jobs are through, where it can do that.
    fn announce_end(&self, sweep: &Sweep) -> Result<()> {
        let asked = sweep.trials.first().map(|trial| sweep.plan.queue.slurm.site_options(&trial.label.point));
        let mut arguments = asked.transpose()?.unwrap_or_default();
        arguments.extend(self.options.arguments.iter().cloned());
        self.scheduler.follow_up(&self.jobs, &arguments, self.program, self.top, &sweep.name)
    }
}

/// As many lanes as jobs may run at a time. A job takes as many as it has tasks (all, if it has more) and waits for the jobs
/// that are in them, so that the limit holds for all jobs together.
#[derive(Debug, Default)]
struct Lanes {
    last: Vec<Option<String>>,
    next: usize,
}

impl Lanes {
    fn new(max_active: Option<usize>) -> Self {
        Self { last: vec![None; max_active.unwrap_or(0)], next: 0 }
    }

    fn of(&self, width: usize) -> impl Iterator<Item = usize> {
        let (count, next) = (self.last.len(), self.next);
        (0..width.min(count)).map(move |at| (next + at) % count)
    }

    /// The jobs that one of so many tasks has to wait for.
    fn ahead_of(&self, width: usize) -> Vec<String> {
        let mut jobs: Vec<String> = self.of(width).filter_map(|lane| self.last[lane].clone()).collect();
        jobs.sort();
        jobs.dedup();
        jobs
    }

    fn take(&mut self, width: usize, job: &str) {
        let lanes: Vec<usize> = self.of(width).collect();
        self.next = lanes.last().map_or(0, |lane| (lane + 1) % self.last.len());
        for lane in lanes {
            self.last[lane] = Some(job.to_owned());
        }
    }
}

/// What has become of an order.
enum Placed {
    /// The scheduler has it, and calls it so.
    Taken(String),
    /// It is too much at once.
    Halve,
    /// The user has had enough.
    Stopped,
}

fn unclear(why: &str, what: &str) -> anyhow::Error {
    hint::error(
        format!("nobody knows whether the scheduler took the last order ({why}); it {what}"),
        "gitsweep status tells in a while; running the same command again submits nothing twice",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks(indices: &[u64]) -> Vec<Task> {
        let commit = "1234567890123456789012345678901234567890".parse().unwrap();
        indices.iter().map(|index| Task { number: 0, index: *index, attempt: 1, commit }).collect()
    }

    #[test]
    fn jobs_wait_for_those_in_their_lanes() {
        let mut lanes = Lanes::new(Some(3));
        let mut waits = Vec::new();
        for (job, width) in [("a", 1), ("b", 1), ("c", 2), ("d", 5), ("e", 1), ("f", 2)] {
            waits.push(lanes.ahead_of(width).join(" "));
            lanes.take(width, job);
        }
        assert_eq!(waits, ["", "", "a", "b c", "d", "d"]);
        assert!(Lanes::new(None).ahead_of(7).is_empty());
    }

    #[test]
    fn tasks_are_numbered_by_their_points_where_that_goes() {
        let capacity = Capacity { tasks: 10, largest: 10, is_array: true, has_gaps: true };
        let numbers = |indices: &[u64]| number(tasks(indices), capacity).iter().map(|t| t.number).collect::<Vec<_>>();
        assert_eq!(numbers(&[3, 7, 10]), [3, 7, 10]);
        assert_eq!(numbers(&[3, 7, 11]), [1, 2, 3]);
        assert_eq!(numbers(&[3, 3]), [1, 2]);
        let counted = Capacity { has_gaps: false, ..capacity };
        assert_eq!(number(tasks(&[3, 7]), counted).iter().map(|t| t.number).collect::<Vec<_>>(), [1, 2]);
    }
}
