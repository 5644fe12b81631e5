//! Submissions: what has been handed to a scheduler, so that nothing is handed over twice and nothing is forgotten.
//!
//! A submission has a folder of its own, named by the unique name that its job gets. Its list of tasks is on the disk
//! before the scheduler is called and the job's id is added once there is one, so that whoever finds a submission without
//! an id can ask the scheduler for its name. The folder goes when every task has an outcome.

mod failures;
mod store;

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

pub use failures::FailureLimit;
pub use store::Submissions;

use crate::git::CommitId;
use crate::process;

const VERSION: u32 = 1;
/// Stands for the id of a job that has none: its script printed none, and is asked nothing.
pub const NO_ID: &str = "-";

/// What holds for all tasks of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the form.
    pub v: u32,
    /// The sweep, as its branch was called when it was made: one that is copied or renamed keeps that name.
    pub sweep: String,
    /// The branch that it was submitted for, where that is called otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// `slurm`, or the absolute path of a submit script.
    pub executor: String,
    /// The cluster that it goes to, where its scheduler has a name for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// The top of the main checkout, as its jobs know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<String>,
    /// The number that the state folder has on its file system: a copy of it has another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inode: Option<u64>,
    /// The gitsweep that submits it.
    pub owner: String,
    /// The user's number, whose jobs they are: of a repository that several share, whoever looks asks for those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<u32>,
    /// When it was made (RFC 3339).
    pub since: String,
    /// True if its tasks are numbered tasks of one array.
    pub is_array: bool,
    /// How many jobs share the points; none where each point has a task of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workers: Option<u64>,
    /// How many runs a worker makes side by side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs: Option<usize>,
    /// In a search that learns, how a job that ends submits its successors; workers lay what they run themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grows: Option<Grows>,
    /// The one job of a submission without points, which proposes and submits them: with what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Grows>,
    /// `[metrics]` and `[series]` that its runs are read by beside the sweep's own: those of extractions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub later: Option<String>,
    /// After how many failures none of its points begins any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_failures: Option<FailureLimit>,
}

/// What points of a search that learns are submitted with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grows {
    /// How many points may be in flight.
    pub max_active: usize,
    /// Words of the user's for the scheduler.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// The time between two calls of the scheduler.
    #[serde(default)]
    pub spacing: Duration,
    /// After how many failures no more are begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_failures: Option<FailureLimit>,
}

impl Header {
    /// A header of the present version.
    pub fn new(sweep: &str, executor: &str, owner: String, since: String) -> Self {
        Self {
            v: VERSION,
            sweep: sweep.to_owned(),
            branch: None,
            executor: executor.to_owned(),
            cluster: None,
            top: None,
            inode: None,
            owner,
            user: Some(process::user()),
            since,
            is_array: true,
            workers: None,
            jobs: None,
            grows: None,
            coordinates: None,
            later: None,
            max_failures: None,
        }
    }

    /// The branch that it was submitted for, as that was called then.
    pub fn branch(&self) -> &str {
        self.branch.as_ref().unwrap_or(&self.sweep)
    }
}

/// One point that is to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// The number that the scheduler knows it by.
    pub number: u64,
    /// The point's number.
    pub index: u64,
    /// The first attempt that it may take.
    pub attempt: u64,
    /// The point's commit.
    pub commit: CommitId,
}

/// What has been handed to a scheduler in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The unique name of its job.
    pub name: String,
    /// What holds for all tasks.
    pub header: Header,
    /// The tasks.
    pub tasks: Vec<Task>,
    /// The scheduler's id, once it is known.
    pub job: Option<String>,
    /// Tasks that the scheduler is through with, though their last attempt came to nothing.
    pub closed: HashSet<u64>,
    /// True if so many of its queue's runs have failed that no more begin.
    pub is_stopped: bool,
}

impl Submission {
    /// The task with this number.
    pub fn task(&self, number: u64) -> Option<&Task> {
        self.tasks.iter().find(|task| task.number == number)
    }

    /// The numbers of the tasks that its scheduler has.
    pub fn numbers(&self) -> Vec<u64> {
        match self.header.workers {
            Some(workers) => (1..=workers).collect(),
            None if self.header.coordinates.is_some() => vec![1],
            None => self.tasks.iter().map(|task| task.number).collect(),
        }
    }

    /// True if its jobs take points off a common list.
    pub fn is_shared(&self) -> bool {
        self.header.workers.is_some()
    }

    /// True if its jobs look for points, or lay them, as long as they run.
    pub fn is_searching(&self) -> bool {
        self.header.coordinates.is_some() || (self.is_shared() && self.header.grows.is_some())
    }

    /// How many jobs it has that look for points as long as they run.
    pub fn searchers(&self) -> u64 {
        match self.header.coordinates {
            Some(_) => 1,
            None => self.header.workers.filter(|_| self.is_searching()).unwrap_or(0),
        }
    }

    /// The scheduler's id of its job, if it has one that can be asked for.
    pub fn known_job(&self) -> Option<&String> {
        self.job.as_ref().filter(|job| *job != NO_ID)
    }

    /// What the scheduler calls a task: `47_3` on Slurm.
    pub fn job_of(&self, number: u64) -> Option<String> {
        let job = self.known_job()?;
        Some(match (self.header.is_array, self.header.executor == "slurm") {
            (false, _) => job.clone(),
            (true, true) => format!("{job}_{number}"),
            (true, false) => format!("{job}:{number}"),
        })
    }

    fn to_text(&self) -> Result<String> {
        let mut text = serde_json::to_string(&self.header).context("cannot write a submission")?;
        text.reserve(self.tasks.len() * 64);
        text.push('\n');
        for Task { number, index, attempt, commit } in &self.tasks {
            text.push_str(&format!("{number} {index} {attempt} {commit}\n"));
        }
        text.push_str("end\n");
        Ok(text)
    }

    fn from_text(name: &str, text: &str) -> Result<Self> {
        let mut lines = text.lines();
        let header: Header = serde_json::from_str(lines.next().unwrap_or_default()).context("a damaged header")?;
        if header.v != VERSION {
            bail!("a submission of version {}, which a later gitsweep wrote", header.v);
        }
        let mut tasks = Vec::new();
        for line in lines.by_ref().take_while(|line| *line != "end") {
            let mut words = line.split(' ');
            let mut number = || words.next().and_then(|word| word.parse().ok());
            let (Some(number), Some(index), Some(attempt)) = (number(), number(), number()) else {
                bail!("a damaged line: {line}");
            };
            let commit = words.next().and_then(|word| word.parse().ok()).context("a damaged line")?;
            tasks.push(Task { number, index, attempt, commit });
        }
        if !text.ends_with("end\n") {
            bail!("it is not whole");
        }
        Ok(Self { name: name.to_owned(), header, tasks, job: None, closed: HashSet::new(), is_stopped: false })
    }
}
