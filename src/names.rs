//! Every ref, path, variable and trailer that gitsweep owns, in one place.

/// The notes ref that holds every outcome, one line of JSON an attempt.
pub const NOTES_REF: &str = "refs/notes/gitsweep";
/// Where the notes of a remote are fetched to before they are merged.
pub const NOTES_TRACKING: &str = "refs/gitsweep/fetched-notes";

/// The definition that a user writes, at the top of the repository.
pub const SPEC_FILE: &str = "gitsweep.toml";
/// The folder of a point's tree that gitsweep adds.
pub const TREE_DIR: &str = ".gitsweep";
/// The resolved definition, in [`TREE_DIR`].
pub const TREE_SPEC: &str = "sweep.toml";
/// Parameters that no committed line holds, in [`TREE_DIR`].
pub const TREE_POINT: &str = "point.toml";

/// A file of [`TREE_DIR`], from the top of the tree.
pub fn in_tree(file: &str) -> String {
    format!("{TREE_DIR}/{file}")
}

/// What is only about this machine, below the repository's common folder.
pub const STATE_DIR: &str = "gitsweep";
/// Attempts that somebody has taken, below [`STATE_DIR`].
pub const CLAIMS_DIR: &str = "claims";
/// Outcomes that are not in a note yet, below [`STATE_DIR`].
pub const RESULTS_DIR: &str = "results";
/// Checkouts that runs happen in, below [`STATE_DIR`].
pub const CHECKOUTS_DIR: &str = "checkouts";
/// Which process is moving which ref, below [`STATE_DIR`].
pub const REF_INTENTS_DIR: &str = "ref-intents";
/// What was read from the repository, for the next command to have at once, below [`STATE_DIR`].
pub const CACHE_DIR: &str = "cache";
/// Run folders of sweeps that are being removed, below [`STATE_DIR`].
pub const REMAINS_DIR: &str = "remains";
/// The branch of the sweep that was made last, below [`STATE_DIR`].
pub const LATEST_FILE: &str = "latest";
/// Which files results were written to, with their hashes, below [`STATE_DIR`]: those may be overwritten.
pub const OUTPUTS_FILE: &str = "outputs.json";
/// Signs of life of gitsweeps that run something, below [`STATE_DIR`].
pub const ALIVE_DIR: &str = "alive";
/// What has been handed to a scheduler, below [`STATE_DIR`].
pub const SUBMISSIONS_DIR: &str = "submissions";
/// Runs that have failed, by the queue that submitted them, below [`STATE_DIR`].
pub const FAILURES_DIR: &str = "failures";
/// Held while points are handed to a scheduler, below [`STATE_DIR`].
pub const SUBMIT_LOCK: &str = "submit.lock";
/// What users have asked to be cancelled, below [`STATE_DIR`].
pub const CANCELS_DIR: &str = "cancels";
/// Sweeps whose end has been told to `on_sweep_end`, below [`STATE_DIR`].
pub const ENDS_DIR: &str = "ends";
/// What went wrong in jobs, where nobody saw it, below [`STATE_DIR`].
pub const HOOK_PROBLEMS_FILE: &str = "hook-problems";
/// Which packs wait to be gathered into fewer, below [`STATE_DIR`].
pub const PACK_LIST_FILE: &str = "packs";
/// Held while notes are written, below [`STATE_DIR`].
pub const LEDGER_LOCK: &str = "ledger.lock";

/// Run folders, below the main checkout (or [`STATE_DIR`] where there is none).
pub const RUNS_DIR: &str = "sweeps";
/// The line by which git ignores the run folders of a sweep.
pub fn ignored_runs(sweep: &str) -> String {
    format!("/{RUNS_DIR}/{sweep}/")
}

/// A run's standard output and error, in its run folder.
pub const LOG_FILE: &str = "gitsweep.log";
/// What a program reports, in its working directory or its run folder.
pub const OUTPUT_FILE: &str = "output.json";

/// What a program reports as it goes, in its run folder.
pub const METRICS_FILE: &str = "metrics.jsonl";

/// Trailer: the branch as it was named when it was made.
pub const TRAILER_SWEEP: &str = "Sweep";
/// Trailer: the commit that the sweep starts from.
pub const TRAILER_BASE: &str = "Sweep-Base";
/// Trailer: the point's index, from 1.
pub const TRAILER_POINT: &str = "Point";
/// Trailer, once a parameter: `name=value`.
pub const TRAILER_PARAM: &str = "Param";
/// Trailer: how an adaptive strategy came to this point.
pub const TRAILER_PROPOSED: &str = "Proposed-By";

/// Environment of a run: the sweep's branch.
pub const ENV_SWEEP: &str = "GITSWEEP_SWEEP";
/// Environment of a run: the point's index.
pub const ENV_POINT: &str = "GITSWEEP_POINT";
/// Environment of a run: the full commit id.
pub const ENV_COMMIT: &str = "GITSWEEP_COMMIT";
/// Environment of a run: the attempt's number, from 1.
pub const ENV_ATTEMPT: &str = "GITSWEEP_ATTEMPT";
/// Environment of a run: all parameters as a JSON object.
pub const ENV_PARAMS: &str = "GITSWEEP_PARAMS";
/// Environment of a run: before a parameter's name in capitals.
pub const ENV_PARAM_PREFIX: &str = "GITSWEEP_PARAM_";
/// Environment of a run: the run folder.
pub const ENV_RUN_DIR: &str = "GITSWEEP_RUN_DIR";
/// The run folder once more, by which what is left of a run is found. Only the run's own processes have it: [`ENV_RUN_DIR`]
/// is known to submit scripts as well, and by them to servers and jobs that must not be taken for a part of the run.
pub const ENV_MARK: &str = "GITSWEEP_RUN_MARK";
/// Environment of a run: where `output.json` may be written.
pub const ENV_OUTPUT: &str = "GITSWEEP_OUTPUT";
/// Environment of a run: where lines of metrics may be appended as it goes.
pub const ENV_METRICS: &str = "GITSWEEP_METRICS";
/// Environment of a run: which of the places that run side by side this is, from 0.
pub const ENV_SLOT: &str = "GITSWEEP_SLOT";

/// Environment of a submit script: the line for sh that runs the point.
pub const ENV_EXEC: &str = "GITSWEEP_EXEC";
/// Environment of a submit script: the job's unique name.
pub const ENV_JOB: &str = "GITSWEEP_JOB";
/// Environment of a submit script: where the scheduler's own output of the job belongs.
pub const ENV_JOB_LOG: &str = "GITSWEEP_JOB_LOG";
/// Environment of a submit script: how many tasks an array has.
pub const ENV_TASKS: &str = "GITSWEEP_TASKS";
/// Environment of a submit script: how many tasks of an array may run at a time.
pub const ENV_MAX_ACTIVE: &str = "GITSWEEP_MAX_ACTIVE";
/// Environment of a job of a submit script: which task of the array it is, from 1.
pub const ENV_TASK: &str = "GITSWEEP_TASK";
/// How a submit script says, in a comment, what it can do beside submitting.
pub const SCRIPT_CAN: &str = "gitsweep-can:";

/// Variables by which git itself points at a repository; a run must not inherit them.
/// (`git rev-parse --local-env-vars`, and what git sets for the commands that it starts.)
pub const GIT_LOCAL_ENV: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
    "GIT_OBJECT_DIRECTORY",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
];
