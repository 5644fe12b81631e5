//! The job that this process runs in.

use super::{SHORT_QUESTION, Slurm, states};
use crate::executor::scheduler::{Phase, TaskState};

/// The id of the job that this process runs in; `None` if it runs in none. One task of an array has the id of the whole array for
/// its own, by which Slurm tells of all of them.
fn own_id() -> Option<String> {
    let of = |name: &str| std::env::var(name).ok();
    let task = || Some(format!("{}_{}", of("SLURM_ARRAY_JOB_ID")?, of("SLURM_ARRAY_TASK_ID")?));
    task().or_else(|| of("SLURM_JOB_ID"))
}

/// What Slurm says of the job that this process runs in; `None` if it runs in none, or Slurm does not answer at once.
pub fn own_job() -> Option<TaskState> {
    let id = own_id()?;
    let arguments =
        ["--noheader", "--states=all", "--format", states::FORMAT, "--jobs", &id].map(str::to_owned).to_vec();
    let output = Slurm.run("squeue", &arguments, SHORT_QUESTION).ok().filter(|output| output.status.success())?;
    let mut state = states::read_squeue(&String::from_utf8_lossy(&output.stdout)).into_iter().next()?.state;
    // One that has been put back into the queue is completing as well until all its processes have ended.
    if state.is_ending() && is_put_back(&id) {
        state.phase = Phase::Queued;
    }
    Some(state)
}

/// True if the job that this process runs in is over for Slurm, or is to begin once more: all its processes are told to end, or
/// were. False if Slurm does not answer at once.
pub(in crate::executor) fn is_own_job_ended() -> bool {
    own_job().is_some_and(|state| state.phase != Phase::Running || state.is_ending())
}

/// True if Slurm is to start the job that this process runs in once more: it has been put back oftener than it knows of.
fn is_put_back(id: &str) -> bool {
    let arguments = ["show", "job", id].map(str::to_owned);
    let output = Slurm.run("scontrol", &arguments, SHORT_QUESTION).ok().filter(|output| output.status.success());
    let restarts = output.and_then(|output| states::restarts(&String::from_utf8_lossy(&output.stdout)));
    let known = std::env::var("SLURM_RESTART_COUNT").ok().and_then(|count| count.parse().ok()).unwrap_or(0);
    restarts.is_some_and(|restarts| restarts > known)
}
