//! What a job of a submission needs to know before it does anything, and whom it tells of the end.

use anyhow::{Context as _, Result};

use crate::executor::SLURM;
use crate::git::Repository;
use crate::submission::{Submission, Task};
use crate::sweep::Sweep;
use crate::sweep::followed::hooks::{Herald, keep_problems};
use crate::sweep::found::standing::Standings;
use crate::sweep::here::event::QueueEvent;
use crate::sweep::here::exec::wait_for;
use crate::sweep::here::workshop::Errand;

/// The errand of a task.
pub(in crate::sweep) fn errand(submission: &Submission, number: u64) -> Errand {
    // What the task itself is told is surer than what the submitting machine has written down: that may come later, and an
    // order whose answer was lost may have been taken twice.
    let own = std::env::var("SLURM_ARRAY_JOB_ID").ok().filter(|_| submission.header.executor == SLURM);
    let job = own.map(|job| format!("{job}_{number}")).or_else(|| submission.job_of(number));
    Errand { submission: submission.name.clone(), executor: submission.header.executor.clone(), task: number, job }
}

/// The sweep with the one point of a task.
pub(in crate::sweep) fn load_point(repository: &Repository, submission: &Submission, task: &Task) -> Result<Sweep> {
    let branch = &submission.header.sweep;
    // A pack that was written on another machine is found once the repository is opened afresh.
    let loaded = wait_for(|| Sweep::of_point(&repository.reopen()?, branch, task.commit).map(Some))?;
    loaded.with_context(|| format!("there is no sweep {branch}"))
}

/// The sweep with all its points.
pub(in crate::sweep) fn load_whole(repository: &Repository, submission: &Submission) -> Result<Sweep> {
    let branch = &submission.header.sweep;
    let loaded = wait_for(|| {
        let fresh = repository.reopen()?;
        let choice =
            crate::sweep::list(&fresh)?.into_iter().find(|choice| choice.branch == *branch || choice.is_of(branch));
        choice.map(|choice| Sweep::load(&fresh, &choice.branch, choice.tip)).transpose()
    })?;
    loaded.with_context(|| format!("there is no sweep {branch}"))
}

/// Tells `on_sweep_end` of a sweep's end, if it has come; what goes wrong is kept, since nobody reads what a job says.
pub(in crate::sweep) fn tell_of_end(
    repository: &Repository,
    sweep: &Sweep,
    standings: &Standings,
    tell: &mut dyn FnMut(&QueueEvent<'_>),
) {
    let herald = Herald::new(repository, sweep);
    herald.sweep_ended(repository, sweep, standings);
    let problems = herald.close();
    problems.iter().for_each(|problem| tell(&QueueEvent::Warning(problem)));
    keep_problems(repository, &problems);
}
