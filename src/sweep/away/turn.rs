//! The turn of a job of a submission: what it needs to know before it does anything, and whom it tells of its end.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::command::quote;
use crate::executor::SLURM;
use crate::git::{CommitId, Repository};
use crate::submission::{Header, Submission, Task};
use crate::sweep::Sweep;
use crate::sweep::followed::hooks::{HookRunner, keep_problems};
use crate::sweep::found::choice::{Choice, newest_label};
use crate::sweep::found::find::list;
use crate::sweep::found::standing::Standings;
use crate::sweep::here::observer::Observer;
use crate::sweep::here::run_context::Errand;

/// How long a compute node waits for what the submitting machine has written: network file systems show it late.
const VISIBLE_WITHIN: Duration = Duration::from_secs(90);

/// The turn of a job of a submission.
pub(in crate::sweep) struct Turn<'a> {
    pub(in crate::sweep) repository: &'a Repository,
    pub(in crate::sweep) submission: &'a Submission,
    /// Which of the submission's tasks it is.
    pub(in crate::sweep) number: u64,
}

impl Turn<'_> {
    /// What the context of its runs has to know of it.
    pub(in crate::sweep) fn errand(&self) -> Errand {
        let Self { submission, number, .. } = self;
        // What the task itself is told is surer than what the submitting machine has written down: that may come later, and
        // an order whose answer was lost may have been taken twice.
        let own = std::env::var("SLURM_ARRAY_JOB_ID").ok().filter(|_| submission.header.executor == SLURM);
        let job = own.map(|job| format!("{job}_{number}")).or_else(|| submission.job_of(*number));
        Errand {
            submission: submission.name.clone(),
            executor: submission.header.executor.clone(),
            task: *number,
            job,
            later: submission.header.later.clone(),
        }
    }

    /// The sweep with the one point of a task.
    pub(in crate::sweep) fn load_point(&self, task: &Task) -> Result<Sweep> {
        let branch = self.submission.header.branch();
        // A pack that was written on another machine is found once the repository is opened afresh.
        let loaded = wait_for(|| Sweep::of_point(&self.repository.reopen()?, branch, task.commit).map(Some))?;
        loaded.with_context(|| format!("there is no sweep {branch}"))
    }

    /// The sweep with all its points.
    pub(in crate::sweep) fn load_whole(&self) -> Result<Sweep> {
        let header = &self.submission.header;
        let loaded = wait_for(|| find_whole(&self.repository.reopen()?, header))?;
        loaded.with_context(|| format!("there is no sweep {}", header.branch()))
    }

    /// Keeps why the job did not go on, for the next command to say: nobody reads what a job says.
    pub(in crate::sweep) fn keep_stop(&self, problem: &str) {
        let (branch, executor) = (self.submission.header.branch(), &self.submission.header.executor);
        let command = format!("gitsweep queue {} -e {}", quote(branch), quote(executor));
        keep_problems(self.repository, &[format!("{branch} stands still: {problem}; once that is mended: {command}")]);
    }
}

/// The sweep on the branch that it was submitted for; on its own where that branch is gone.
fn find_whole(repository: &Repository, header: &Header) -> Result<Option<Sweep>> {
    let is_of_it =
        |tip: &CommitId| newest_label(repository, *tip).is_some_and(|(it, ..)| it.origin.sweep == *header.sweep);
    if let Some(branch) = &header.branch
        && let Some(tip) = repository.branch_tip(branch).filter(is_of_it)
    {
        return Sweep::load(repository, branch, tip).map(Some);
    }
    let is_meant = |choice: &Choice| choice.branch == header.sweep || choice.is_of(&header.sweep);
    let choice = list(repository)?.into_iter().find(is_meant);
    choice.map(|choice| Sweep::load(repository, &choice.branch, choice.tip)).transpose()
}

/// Tells `on_sweep_end` of a sweep's end, if it has come; what goes wrong is kept, since nobody reads what a job says.
pub(in crate::sweep) fn tell_of_end(
    repository: &Repository,
    sweep: &Sweep,
    standings: &Standings,
    observer: &mut dyn Observer,
) {
    let hooks = HookRunner::new(repository, sweep);
    hooks.sweep_ended(repository, sweep, standings);
    let problems = hooks.close(&mut || observer.stop_request());
    observer.warn_of(&problems);
    keep_problems(repository, &problems);
}

/// Tries again until there is something, a while at most: what was written on another machine may be seen late here.
pub(in crate::sweep) fn wait_for<T>(mut look: impl FnMut() -> Result<Option<T>>) -> Result<Option<T>> {
    let started = Instant::now();
    loop {
        let seen = look();
        if matches!(seen, Ok(Some(_))) || started.elapsed() > VISIBLE_WITHIN {
            return seen;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}
