//! Enough failures: once so many runs of a queue have failed as the user lets, no more of its points begin.
//!
//! Each of its jobs looks before it begins a point, so nothing depends on a scheduler that can be asked. What waits is cancelled
//! all the same, since thousands of jobs that only find that there is nothing to do would have to pass through the queue.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use super::schedulers::scheduler_of;
use crate::claim::Claims;
use crate::executor::{Cancellation, Reach, SLURM};
use crate::git::{CommitId, Repository};
use crate::process;
use crate::record::{Gravity, Record};
use crate::submission::{FailureLimit, Submission, Submissions};

/// Counts a run that has failed; the one that makes enough of them has what waits cancelled.
///
/// # Errors
/// If it cannot be counted.
pub(in crate::sweep) fn count(
    repository: &Repository,
    limit: &FailureLimit,
    commit: CommitId,
    record: &Record,
) -> Result<()> {
    if record.status.gravity() != Gravity::Bad {
        return Ok(());
    }
    let state = repository.state_dir();
    limit.count(&state, commit, record.attempt)?;
    if limit.is_reached(&state) && limit.is_first_to_stop(&state) {
        let (known, _) = Submissions::new(&state).list();
        let of_queue = known.iter().filter(|submission| submission.header.max_failures.as_ref() == Some(limit));
        cancel_waiting(repository, of_queue);
    }
    Ok(())
}

/// Has schedulers cancel what waits of these submissions. Nodes may not be let to do so: then a command that looks at the sweep
/// does, or the jobs end as they begin.
pub(super) fn cancel_waiting<'s>(repository: &Repository, submissions: impl Iterator<Item = &'s Submission>) {
    let begun = Begun::read(repository);
    let mut by_executor = HashMap::<&str, Vec<Cancellation>>::new();
    for submission in submissions {
        let is_own = submission.header.user.is_none_or(|user| user == process::user());
        let Some(job) = submission.known_job().filter(|_| is_own) else { continue };
        let tasks = match begun.left(submission) {
            Left::All => None,
            Left::These(tasks) if tasks.is_empty() => continue,
            Left::These(tasks) => Some(tasks),
        };
        by_executor.entry(&submission.header.executor).or_default().push(Cancellation {
            submission: submission.name.clone(),
            sweep: submission.header.branch().to_owned(),
            job: job.clone(),
            tasks,
            reach: Reach::Waiting,
            cluster: submission.header.cluster.clone(),
        });
    }
    for (executor, cancellations) in by_executor {
        let _ = scheduler_of(repository, executor).and_then(|scheduler| scheduler.cancel(&cancellations));
    }
}

/// The tasks that have begun, by submission and number.
struct Begun(HashSet<(String, u64)>);

/// Which tasks of a submission may be cancelled.
enum Left {
    /// All: the scheduler itself leaves out what runs.
    All,
    /// These, which have not begun.
    These(Vec<u64>),
}

impl Begun {
    fn read(repository: &Repository) -> Self {
        let claims = Claims::new(&repository.state_dir()).list().unwrap_or_default();
        let claims = claims.into_values().flatten();
        Self(claims.filter_map(|(_, claim)| Some((claim.submission?, claim.task?))).collect())
    }

    fn left(&self, submission: &Submission) -> Left {
        if submission.header.executor == SLURM {
            return Left::All;
        }
        // Which jobs of those that share points have begun is not known; they end by themselves.
        let tasks = if submission.is_shared() { &[][..] } else { &submission.tasks[..] };
        let is_left = |number: &u64| !self.0.contains(&(submission.name.clone(), *number));
        let left: Vec<u64> = tasks.iter().map(|task| task.number).filter(is_left).collect();
        if !left.is_empty() && !submission.header.is_array { Left::All } else { Left::These(left) }
    }
}
