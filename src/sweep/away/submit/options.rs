//! What is submitted, how, and by whom.

use std::path::Path;
use std::time::Duration;

use crate::submission::{FailureLimit, Grows};
use crate::sweep::here::select::Limits;

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
    /// After how many failures no more points are begun.
    pub max_failures: Option<FailureLimit>,
    /// A coordinator submits what follows in a search that grows, and not the jobs themselves.
    pub is_coordinated: bool,
    /// Who submits has done so before: when the search is over nothing more is submitted, and nothing that failed is again.
    pub is_going_on: bool,
}

impl SubmitOptions {
    /// The same once so many runs of those that the limit leaves have been submitted.
    #[must_use]
    pub fn less(&self, submitted: u64) -> Self {
        let submitted = usize::try_from(submitted).unwrap_or(usize::MAX);
        let limit = self.limits.limit.map(|limit| limit.saturating_sub(submitted));
        Self { limits: Limits { limit, ..self.limits.clone() }, ..self.clone() }
    }

    /// True if so many runs have failed that no more points are begun.
    pub(in crate::sweep) fn has_failed_enough(&self, state: &Path) -> bool {
        self.max_failures.as_ref().is_some_and(|limit| limit.is_reached(state))
    }

    /// What jobs are to submit further points with, so many in flight.
    pub(super) fn for_jobs(&self, max_active: usize) -> Grows {
        Grows {
            max_active,
            arguments: self.arguments.clone(),
            spacing: self.spacing,
            max_failures: self.max_failures.clone(),
        }
    }

    /// How a job submits further points.
    pub(in crate::sweep) fn of_job(executor: &str, grows: &Grows) -> Self {
        Self {
            executor: executor.to_owned(),
            max_active: Some(grows.max_active),
            arguments: grows.arguments.clone(),
            spacing: grows.spacing,
            max_failures: grows.max_failures.clone(),
            ..Self::default()
        }
    }
}

/// Who submits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sweep) enum SubmittedBy {
    /// A user's command.
    Command,
    /// A job that has ended, for its successors. It gives signs of life already, and never touches a note.
    Job,
}
