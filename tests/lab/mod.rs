//! Sweeps on a test cluster: a program that notes each of its starts outside of the repository, and what must hold of all
//! that became of it.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use crate::cluster::Cluster;
use crate::common::{BRANCH, Repo, Said};
use crate::fakes::Faults;
use crate::live::{laid, model};

/// What every program begins with: it tells that it has started.
const NOTE: &str = "echo $GITSWEEP_POINT >> \"$OUT\"/starts";
/// The whole of a program that only reports its parameter.
pub const REPORT: &str = "echo $g > output.json";

/// A repository with a sweep, and the cluster that runs it.
pub struct Lab<'c> {
    pub repo: Repo,
    pub cluster: &'c Cluster,
    pub faults: Faults,
}

impl<'c> Lab<'c> {
    /// A sweep of so many points, whose program is `script`; `definition` is what stands under `[run]` and after it.
    pub fn new(cluster: &'c Cluster, points: u32, definition: &str, script: &str) -> Self {
        Self::with(cluster, laid(points, definition, &format!("{NOTE}\n{script}")))
    }

    /// A sweep whose program ignores that it is told to end for as long as a minute, or until [`Lab::end_deaf`] or
    /// [`Lab::release`].
    pub fn deaf(cluster: &'c Cluster, points: u32, definition: &str) -> Self {
        let script = format!(
            "{NOTE}\ntrap '' TERM\necho >> \"$OUT\"/deaf\n\
             until [ -e \"$OUT\"/go ] || [ -e \"$OUT\"/end.$GITSWEEP_ATTEMPT ]; do sleep 0.1; done\n{REPORT}"
        );
        let [program, (name, spec)] = model(points, definition, &script);
        let files = [program, (name, spec.replace("grace = \"1s\"", "grace = \"60s\""))];
        let repo = Repo::with(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
        assert_eq!(repo.create(), BRANCH);
        Self::with(cluster, repo)
    }

    /// A repository of any kind.
    pub fn with(cluster: &'c Cluster, repo: Repo) -> Self {
        let faults = Faults::default();
        for (name, value) in cluster.environment() {
            repo.set(name, value);
        }
        repo.set("PATH", faults.path());
        repo.set("OUT", repo.outside());
        // What jobs that are killed leave there goes with the rest.
        let scratch = repo.beside("tmp");
        std::fs::create_dir_all(&scratch).unwrap();
        std::fs::set_permissions(&scratch, std::fs::Permissions::from_mode(0o1777)).unwrap();
        repo.set("TMPDIR", scratch);
        Self { repo, cluster, faults }
    }

    /// Submits with these words after `gitsweep queue -e slurm`; what it said on standard error.
    pub fn submit(&self, arguments: &[&str]) -> String {
        let said = self.queue(arguments);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        said.err
    }

    pub fn queue(&self, arguments: &[&str]) -> Said {
        self.repo.run(["queue", "-e", "slurm"].iter().chain(arguments))
    }

    /// `gitsweep status --json`.
    pub fn status(&self) -> serde_json::Value {
        let said = self.repo.run(["status", "--json"]);
        assert!(matches!(said.code, 0 | 3), "{}", said.err);
        serde_json::from_str(&said.out).unwrap()
    }

    /// How many points stand so: `queued`, `running`.
    pub fn count(&self, standing: &str) -> u64 {
        self.status()["counts"][standing].as_u64().unwrap()
    }

    /// Waits until gitsweep says that nothing is in flight.
    pub fn settle(&self) {
        let start = Instant::now();
        loop {
            let status = self.status();
            let count = |standing: &str| status["counts"][standing].as_u64().unwrap();
            if count("queued") + count("running") == 0 {
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(300), "{status:#}{}", self.cluster.logs());
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// What Slurm calls the tasks of the points that are in flight, in their order.
    pub fn jobs(&self) -> Vec<String> {
        let status = self.status();
        let jobs = status["points"].as_array().unwrap().iter().filter_map(|point| point["job"].as_str());
        jobs.map(str::to_owned).collect()
    }

    /// True if submitting again calls sbatch for nothing.
    pub fn submit_again_does_nothing(&self) -> bool {
        let before = self.faults.calls("sbatch").len();
        let said = self.queue(&[]);
        assert!(matches!(said.code, 0 | 4), "{}", said.err);
        self.faults.calls("sbatch").len() == before
    }

    /// The ids of this sweep's jobs and array tasks that Slurm has in `state`, `RUNNING`.
    pub fn slurm_jobs(&self, state: &str) -> Vec<String> {
        let end = format!(" {state} {}", self.repo.root().display());
        let lines = self.cluster.squeue("%i %T %Z");
        lines.iter().filter_map(|line| line.strip_suffix(&end).map(str::to_owned)).collect()
    }

    /// Waits until Slurm has none of this sweep's jobs any more: another's may well run beside.
    pub fn wait_until_gone(&self) {
        let folder = self.repo.root().display().to_string();
        self.wait("the jobs to go", || !self.cluster.squeue("%Z").contains(&folder));
    }

    /// Waits until `is_so`, or panics after five minutes.
    pub fn wait(&self, what: &str, is_so: impl Fn() -> bool) {
        self.cluster.wait_or_tell(what, is_so, || {
            let started: usize = self.starts().values().sum();
            format!(
                "{started} have started, of {:#}\nSlurm has\n{}",
                self.status(),
                self.cluster.squeue("%i %t %r").join("\n")
            )
        });
    }

    /// How often the program of each point has started.
    pub fn starts(&self) -> BTreeMap<u64, usize> {
        let mut starts = BTreeMap::new();
        for line in self.repo.lines("starts") {
            *starts.entry(line.parse().unwrap()).or_default() += 1;
        }
        starts
    }

    /// Waits until the program has started so often.
    pub fn wait_for_starts(&self, number: usize) {
        self.wait("starts", || self.starts().values().sum::<usize>() >= number);
    }

    /// Waits until programs of [`Lab::deaf`] have begun to ignore TERM so often.
    pub fn wait_for_deaf(&self, number: usize) {
        self.wait("programs to ignore TERM", || self.repo.lines("deaf").len() >= number);
    }

    /// Lets the programs of [`Lab::deaf`] that make this attempt come to their end.
    pub fn end_deaf(&self, attempt: u32) {
        std::fs::write(self.repo.beside(&format!("end.{attempt}")), "").unwrap();
    }

    /// Lets programs that wait for [`HOLD`] go on.
    pub fn release(&self) {
        std::fs::write(self.repo.beside("go"), "").unwrap();
    }

    /// Asserts that every point has one outcome, `ok`, with its own score, and ran once.
    pub fn all_ran_once(&self, points: usize) {
        self.outcomes(&vec![&["ok"]; points]);
        let once: BTreeMap<u64, usize> = (1..=points as u64).map(|point| (point, 1)).collect();
        assert_eq!(self.starts(), once);
        self.repo.nothing_is_left_running();
    }

    /// Asserts that the points have exactly these outcomes, and that what must always hold does.
    pub fn outcomes<S: AsRef<[&'static str]>>(&self, expected: &[S]) {
        self.status();
        let statuses = self.repo.statuses(BRANCH);
        let expected: Vec<Vec<&str>> = expected.iter().map(|statuses| statuses.as_ref().to_vec()).collect();
        assert_eq!(statuses, expected, "{}", self.reasons());
        if expected.iter().any(|statuses| statuses.contains(&"ok")) {
            let score = |(g, statuses): (usize, &Vec<&str>)| {
                if statuses.contains(&"ok") { format!("{g},{g}\n") } else { format!("{g},\n") }
            };
            let rows: String = (1..).zip(&expected).map(score).collect();
            let table = self.repo.ok(["results", "--format", "csv", "--columns", "g,score"]);
            assert_eq!(table, format!("g,score\n{rows}"));
        }
        for (index, commit) in (1..).zip(self.repo.points(BRANCH)) {
            let mut attempts: Vec<u64> =
                self.repo.records(&commit).iter().map(|record| record["attempt"].as_u64().unwrap()).collect();
            let count = attempts.len();
            attempts.sort_unstable();
            attempts.dedup();
            assert_eq!(attempts.len(), count, "point {index} has an attempt twice: {}", self.reasons());
        }
        self.repo.fsck();
        let left = std::fs::read_dir(self.repo.root().join(".git/gitsweep/submissions"));
        let left = left.into_iter().flatten().flatten().map(|entry| entry.path());
        // A kill may leave a name that was only reserved.
        let left: Vec<_> = left.filter(|path| path.join("tasks").exists()).collect();
        assert!(left.is_empty(), "submissions that are done go: {left:?}");
    }

    /// All records, for messages.
    pub fn reasons(&self) -> String {
        let commits = self.repo.points(BRANCH);
        let all = commits.iter().map(|commit| format!("{:?}\n", self.repo.records(commit)));
        all.filter(|line| line.len() > 4).take(40).collect()
    }
}

/// A line of a program that waits until [`Lab::release`].
pub const HOLD: &str = "until [ -e \"$OUT\"/go ]; do sleep 0.1; done";
