//! What a job is told of itself by variables, and what of that a job that it submits must not inherit: sbatch passes its
//! environment on, and `srun` takes the memory or the nodes of an ancestor for its own job's.

/// Set in every job and allocation.
const MARK: &str = "SLURM_JOB_ID";

/// What Slurm sets in jobs and steps, by the beginnings of the names. What a user may have set to say how `srun` is to go
/// about things (`SLURM_MPI_TYPE`, `SLURM_HINT`) is passed on.
const OF_THE_JOB: &[&str] = &[
    "SLURM_ARRAY_",
    "SLURM_CLUSTER_NAME",
    "SLURM_CONTAINER",
    "SLURM_CPUS_",
    "SLURM_GPUS",
    "SLURM_GTIDS",
    "SLURM_HET_",
    "SLURM_JOB",
    "SLURM_LAUNCH_NODE_IPADDR",
    "SLURM_LOCALID",
    "SLURM_MEM_",
    "SLURM_NNODES",
    "SLURM_NODE",
    "SLURM_NPROCS",
    "SLURM_NTASKS",
    "SLURM_PRIO_PROCESS",
    "SLURM_PROCID",
    "SLURM_RESTART_COUNT",
    "SLURM_SHARDS_",
    "SLURM_SPANK_",
    "SLURM_SRUN_COMM_",
    "SLURM_STEP",
    "SLURM_SUBMIT_",
    "SLURM_TASK",
    "SLURM_TOPOLOGY_",
    "SLURM_TRES_",
    "SLURM_UMASK",
    "SLURM_WORKING_CLUSTER",
    "SLURMD_",
    "SRUN_CPUS_PER_TASK",
];
/// What `srun` sets beside in the tasks that it starts, a shell by `srun --pty` for one.
const OF_THE_STEP: &[&str] = &["SLURM_CPU_BIND", "PMI_", "PMIX_"];
const STEP_MARK: &str = "SLURM_SRUN_COMM_HOST";

/// Those of these variables that a job submitted from here must not inherit; none where this is no job.
pub(super) fn of_this_job(names: &[String]) -> Vec<&String> {
    let is_set = |mark: &str| names.iter().any(|name| name == mark);
    let step = if is_set(STEP_MARK) { OF_THE_STEP } else { &[] };
    let is_own = |name: &&String| OF_THE_JOB.iter().chain(step).any(|start| name.starts_with(start));
    names.iter().filter(|_| is_set(MARK)).filter(is_own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_job_is_told_of_itself_stays_with_it() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let here = names("SLURM_CONF SLURM_MEM_PER_NODE PATH");
        assert!(of_this_job(&here).is_empty(), "a login node");
        let job = names("SLURM_CONF SLURM_JOB_ID SLURM_MEM_PER_NODE SLURM_MPI_TYPE SLURM_CPU_BIND SLURM_NTASKS PATH");
        assert_eq!(of_this_job(&job), ["SLURM_JOB_ID", "SLURM_MEM_PER_NODE", "SLURM_NTASKS"]);
        let step = names("SLURM_JOB_ID SLURM_SRUN_COMM_HOST SLURM_CPU_BIND PMI_RANK");
        assert_eq!(of_this_job(&step).len(), 4);
    }
}
