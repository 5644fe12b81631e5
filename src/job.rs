//! Jobs: one attempt at one point, with everything that is needed to run it.

use std::path::PathBuf;
use std::time::Duration;

use sha1::{Digest as _, Sha1};

use crate::git::{CommitId, ObjectId};
use crate::names;
use crate::point::Point;
use crate::spec::MetricSource;

/// One attempt at one point.
#[derive(Clone, Debug)]
pub struct Job {
    /// The sweep's branch.
    pub sweep: String,
    /// The point's number.
    pub index: u64,
    /// The point's commit.
    pub commit: CommitId,
    /// The attempt's number, from 1.
    pub attempt: u64,
    /// The parameters.
    pub point: Point,
    /// The variables that parameters have, with their values.
    pub variables: Vec<(String, String)>,
    /// The line for `sh -c`, values filled in.
    pub command: String,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// How long it may take to end once it is told to.
    pub grace: Duration,
    /// Metrics to be read from the log.
    pub metrics: Vec<MetricSource>,
    /// The metric that a bare number in `output.json` is.
    pub objective: Option<String>,
    /// The metric by which runs are ended early, if they are.
    pub watched: Option<String>,
    /// The run folder.
    pub run_folder: PathBuf,
    /// The run folder as the record names it.
    pub run_folder_name: String,
    /// What runs it: `local`, `slurm`, a submit script.
    pub executor: String,
    /// The scheduler's id of the job that it runs in.
    pub job: Option<String>,
    /// What tells runs of the same code with the same parameters.
    pub key: String,
}

impl Job {
    /// The variables that the run gets, `slot` being its place among those that run side by side.
    pub fn environment(&self, slot: usize) -> Vec<(String, String)> {
        let folder = self.run_folder.display().to_string();
        let output = self.run_folder.join(names::OUTPUT_FILE).display().to_string();
        let metrics = self.run_folder.join(names::METRICS_FILE).display().to_string();
        let mut variables = vec![
            (names::ENV_SWEEP.to_owned(), self.sweep.clone()),
            (names::ENV_POINT.to_owned(), self.index.to_string()),
            (names::ENV_COMMIT.to_owned(), self.commit.to_string()),
            (names::ENV_ATTEMPT.to_owned(), self.attempt.to_string()),
            (names::ENV_PARAMS.to_owned(), self.point.to_json().to_string()),
            (names::ENV_RUN_DIR.to_owned(), folder),
            (names::ENV_OUTPUT.to_owned(), output),
            (names::ENV_METRICS.to_owned(), metrics),
            (names::ENV_SLOT.to_owned(), slot.to_string()),
        ];
        variables.extend(self.variables.iter().cloned());
        variables
    }
}

/// Points from this one on have their run folders below a folder for each thousand.
const SPREAD_FROM: u64 = 10_000;

/// The name of a run folder below `sweeps/`: `<sweep>/<index>-<short id>`, and the attempt from the second on. In large sweeps
/// `<sweep>/12000/<index>-<short id>`, so that no folder gets an entry for each of a million points.
///
/// ```
/// let commit = "f00dbeef5eed1e550f5ca1ab1ec0ffee5a1ad000".parse()?;
/// assert_eq!(gitsweep::job::run_folder_name("grid", 9_999, commit, 1), "sweeps/grid/9999-f00dbeef5e");
/// assert_eq!(gitsweep::job::run_folder_name("grid", 12_345, commit, 2), "sweeps/grid/12000/12345-f00dbeef5e.2");
/// # anyhow::Ok(())
/// ```
pub fn run_folder_name(sweep: &str, index: u64, commit: CommitId, attempt: u64) -> String {
    let again = if attempt > 1 { format!(".{attempt}") } else { String::new() };
    let thousand = if index < SPREAD_FROM { String::new() } else { format!("{}/", index - index % 1000) };
    format!("{}/{sweep}/{thousand}{index}-{}{again}", names::RUNS_DIR, commit.short())
}

/// What tells runs of the same code with the same parameters: a hash of the point's tree and the command.
pub fn cache_key(tree: ObjectId, command: &str) -> String {
    let mut hasher = Sha1::new();
    hasher.update(tree.as_bytes());
    hasher.update(command.as_bytes());
    let digest: [u8; 20] = hasher.finalize().into();
    ObjectId::from_bytes(digest).to_string()
}
