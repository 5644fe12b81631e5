//! Schedulers: what takes jobs, knows where they are, and cancels them. One question is asked for many jobs at once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Error, Result};

use crate::command::quote;
use crate::record::Status;
use crate::submission::Submission;

/// How a task ended, as its scheduler has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Well.
    Ok,
    /// With another exit code, or not started at all.
    Failed,
    /// Its time was over.
    Timeout,
    /// Somebody ended it.
    Cancelled,
    /// It wanted more memory than it had asked for.
    Memory,
    /// Its node failed.
    Node,
    /// It had to make way for others.
    Preempted,
}

/// How far a job had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// The run had not been started.
    Nothing,
    /// The run had been started.
    Run,
}

impl End {
    /// The status of an attempt that ended so without leaving an outcome, and words for it.
    pub fn judge(self, reached: Reached) -> (Status, &'static str) {
        match self {
            Self::Ok => (Status::Lost, "the job ended without leaving an outcome"),
            Self::Failed if reached == Reached::Run => {
                (Status::Killed, "the job was killed before an outcome could be kept")
            }
            Self::Failed => (Status::Failed, "the job failed before the run began"),
            Self::Timeout => (Status::Timeout, "the job's time limit was over"),
            Self::Cancelled => (Status::Cancelled, "the job was cancelled"),
            Self::Memory => (Status::Killed, "out of memory"),
            Self::Node => (Status::Lost, "the node failed"),
            Self::Preempted => (Status::Lost, "the job was preempted"),
        }
    }
}

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It waits, for whatever reason; one that was requeued waits as well.
    Queued,
    /// It runs.
    Running,
    /// It has ended.
    Ended(End),
}

impl FromStr for Phase {
    type Err = ();

    /// The words of a submit script's `status`.
    fn from_str(word: &str) -> Result<Self, ()> {
        Ok(match word {
            "queued" | "held" => Self::Queued,
            // Of what cannot be told nothing is concluded.
            "running" | "ending" | "unknown" => Self::Running,
            "ok" => Self::Ended(End::Ok),
            "failed" => Self::Ended(End::Failed),
            "timeout" => Self::Ended(End::Timeout),
            "cancelled" => Self::Ended(End::Cancelled),
            "memory" => Self::Ended(End::Memory),
            "node" => Self::Ended(End::Node),
            "preempted" => Self::Ended(End::Preempted),
            _ => return Err(()),
        })
    }
}

/// What a person has to do that a job begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOut {
    /// This.
    Do(&'static str),
    /// To cancel it, and to queue otherwise: what stands before the command, and how.
    Cancel(&'static str, &'static str),
}

impl WayOut {
    /// In words, where the job is of the sweep with this branch.
    pub fn in_words(self, branch: &str) -> String {
        match self {
            Self::Do(what) => what.to_owned(),
            Self::Cancel(why, otherwise) => {
                format!("{why} gitsweep cancel {}, and queue {otherwise}", quote(branch))
            }
        }
    }
}

/// What a scheduler says of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskState {
    /// Where it is.
    pub phase: Phase,
    /// The scheduler's own words for it: the state, the reason.
    pub words: String,
    /// The node that it runs on.
    pub node: Option<String>,
    /// How much of its time is left.
    pub left: Option<Duration>,
    /// What a person has to do, where it waits for that and not for its turn.
    pub way_out: Option<WayOut>,
}

impl TaskState {
    /// True if it has been told to end, or has ended, and its scheduler is not through with it yet: it may even start it once
    /// more.
    pub fn is_ending(&self) -> bool {
        self.phase == Phase::Running && ["COMPLETING", "ending"].iter().any(|word| self.words.starts_with(word))
    }
}

/// What a scheduler says of many submissions: a state for each task that it knows. What it does not know is not there.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// By the submission's name and the task's number.
    tasks: HashMap<String, HashMap<u64, TaskState>>,
    /// What holds for all tasks of a submission.
    whole: HashMap<String, TaskState>,
    /// Why nothing is said of a submission: another cluster has it, say.
    left_out: HashMap<String, String>,
}

impl Answer {
    /// Adds the state of a task. One that is still there counts more than an earlier one that has ended.
    pub fn add(&mut self, name: &str, number: u64, state: TaskState) {
        let tasks = self.tasks.entry(name.to_owned()).or_default();
        match tasks.get(&number) {
            Some(known) if !matches!(known.phase, Phase::Ended(_)) => {}
            _ => {
                tasks.insert(number, state);
            }
        }
    }

    /// Adds a state that all tasks of a submission share.
    pub fn add_whole(&mut self, name: &str, state: TaskState) {
        self.whole.insert(name.to_owned(), state);
    }

    /// The state of a task.
    pub fn of(&self, name: &str, number: u64) -> Option<&TaskState> {
        self.tasks.get(name).and_then(|tasks| tasks.get(&number)).or_else(|| self.whole.get(name))
    }

    /// Says nothing of a submission, and why: nothing may be concluded from that.
    pub fn leave_out(&mut self, name: &str, why: &Error) {
        let way_out: String = crate::hint::hints(why).iter().map(|hint| format!("; {hint}")).collect();
        self.left_out.insert(name.to_owned(), format!("{why:#}{way_out}"));
    }

    /// True if nothing is said of a submission.
    pub fn leaves_out(&self, name: &str) -> bool {
        self.left_out.contains_key(name)
    }

    /// Why nothing is said of some submissions.
    pub fn omissions(&self) -> impl Iterator<Item = &String> {
        self.left_out.values()
    }

    /// True if anything is known of a submission.
    pub fn knows(&self, name: &str) -> bool {
        self.tasks.contains_key(name) || self.whole.contains_key(name)
    }
}

/// What is to be handed to a scheduler.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The submission, which is on the disk already.
    pub submission: &'a Submission,
    /// How many tasks there are to be: one a point, or the workers.
    pub numbers: Vec<u64>,
    /// The top of the main checkout.
    pub top: &'a Path,
    /// This program.
    pub program: &'a Path,
    /// Where the job's script is kept.
    pub script: PathBuf,
    /// The folder for the scheduler's own output.
    pub logs: PathBuf,
    /// The options that the definition gives the job.
    pub options: Vec<String>,
    /// Lines that the job's script runs first.
    pub setup: &'a [String],
    /// How many tasks may run at a time.
    pub max_active: Option<usize>,
    /// The jobs that have to end first.
    pub after: Vec<String>,
    /// Words of the user's for the scheduler.
    pub arguments: &'a [String],
    /// Variables of the run, for a submit script.
    pub environment: Vec<(String, String)>,
}

/// Why a scheduler did not take an order.
#[derive(Debug)]
pub enum Refusal {
    /// It may take it later; whether it has taken it now is not known.
    Unclear(String),
    /// It may take it later, or take less.
    Full(String),
    /// It will not take it.
    Final(Error),
}

impl Refusal {
    /// The error, in words.
    pub fn explain(self) -> Error {
        match self {
            Self::Unclear(why) | Self::Full(why) => crate::hint::error(why, "try again when the scheduler answers"),
            Self::Final(error) => error,
        }
    }
}

/// How far cancelling a job reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// What waits and what runs.
    All,
    /// What waits; what runs goes on to its end, where the scheduler can tell the two apart.
    Waiting,
}

/// What is to be cancelled: a whole job, or some of its tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// The submission's name.
    pub submission: String,
    /// The sweep's branch.
    pub sweep: String,
    /// The scheduler's id.
    pub job: String,
    /// Only these tasks.
    pub tasks: Option<Vec<u64>>,
    /// What of these.
    pub reach: Reach,
    /// The cluster that has it, where that was written down.
    pub cluster: Option<String>,
}

/// A job that was left alone because another cluster has it.
#[derive(Debug)]
pub struct Left {
    /// The submission's name.
    pub submission: String,
    /// The scheduler's id.
    pub job: String,
    /// Whose it is, with the way out.
    pub why: Error,
}

/// What takes jobs.
pub trait Scheduler {
    /// The name that records have for it.
    fn name(&self) -> String;

    /// The most tasks that one order may have, whether they are tasks of an array, and whose they are.
    ///
    /// # Errors
    /// If the scheduler cannot be asked: now, or at all.
    fn capacity(&self) -> Result<Capacity, Refusal>;

    /// What would be handed over, for people.
    ///
    /// # Errors
    /// If it cannot be worked out.
    fn show(&self, order: &Order<'_>) -> Result<String>;

    /// Hands an order over; the scheduler's id of the job.
    ///
    /// # Errors
    /// If it is not taken.
    fn submit(&self, order: &Order<'_>) -> Result<String, Refusal>;

    /// The id of the job with a submission's unique name: whether it was taken although nobody heard the answer.
    ///
    /// # Errors
    /// If the scheduler cannot be asked.
    fn find(&self, submission: &Submission) -> Result<Sought>;

    /// Where the tasks of all these submissions are; nothing if the scheduler cannot tell by its nature.
    ///
    /// # Errors
    /// If it cannot be asked now. Nothing may be concluded then.
    fn ask(&self, submissions: &[&Submission]) -> Result<Option<Answer>>;

    /// Has a job of `program`'s tell of the end of `sweep` when all of `jobs` have ended, whatever became of them; nothing
    /// where the scheduler has no such thing.
    ///
    /// # Errors
    /// If the scheduler refuses.
    fn follow_up(&self, jobs: &[String], options: &[String], program: &Path, top: &Path, sweep: &str) -> Result<()> {
        let _ = (jobs, options, program, top, sweep);
        Ok(())
    }

    /// Cancels jobs and tasks, but for those that another cluster has. What is not there any more is no error.
    ///
    /// # Errors
    /// If the scheduler cannot be asked.
    fn cancel(&self, what: &[Cancellation]) -> Result<Vec<Left>>;
}

/// How much a scheduler takes at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// The most tasks of one order.
    pub tasks: usize,
    /// The largest number of a task.
    pub largest: u64,
    /// True if they are tasks of an array.
    pub is_array: bool,
    /// True if the tasks of an array may have any numbers; else they are counted from 1.
    pub has_gaps: bool,
    /// The name of the cluster that orders go to, where there may be several on one file system.
    pub cluster: Option<String>,
}

/// Whether a job that nobody heard an answer for is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// It is.
    Job(String),
    /// It is not.
    NotThere,
    /// The scheduler cannot tell by its nature.
    CannotTell,
}
