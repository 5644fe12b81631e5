//! What it costs to hand points to Slurm.
//!
//! 1,000 points on a cluster of its own on this machine, whose nodes take no jobs meanwhile:
//!
//! - `gitsweep queue -e slurm`: every point's commit, list and script are on the disk before sbatch is called;
//! - the loop that people write: an `sbatch` a commit;
//! - submitit's job array of as many calls of a Python function, where `python3 -c 'import submitit'` works
//!   (or the Python that SUBMITIT_PYTHON names).
//!
//! How often sbatch was called is counted by a stand-in for it, and that Slurm has every job is asked of squeue.
//!
//!     cargo bench --bench submit

#[path = "../tests/cluster/mod.rs"]
#[allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "shared with the tests")]
mod cluster;
mod common;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use cluster::{Cluster, Options};
use common::{DATE, SOURCE, Tables, World, bash, count, gitsweep, measure, number};

const BRANCH: &str = "search";
/// The script of one's own that a loop submits.
const JOB: &str =
    "#!/bin/sh\ngit worktree add -q --detach \"$TMPDIR/$1\" \"$1\" && cd \"$TMPDIR/$1\" && python3 model.py\n";
const SUBMITIT: &str = "
import sys
import submitit

def simulate(g_e):
    return g_e

executor = submitit.SlurmExecutor(folder=sys.argv[1])
executor.update_parameters(array_parallelism=100000, time=60)
executor.map_array(simulate, range(int(sys.argv[2])))
";

fn main() -> Result<()> {
    let world = World::new()?;
    match Tables::wanted("submissions") {
        Tables::Full => submissions(&world, 1000, 3),
        Tables::Small => submissions(&world, 20, 1),
        Tables::None => Ok(()),
    }
}

/// A sweep of so many points, submitted `rounds` times in each way.
fn submissions(world: &World, points: usize, rounds: usize) -> Result<()> {
    let options = Options { max_array_size: 1001, max_job_count: 100_000, ..Options::default() };
    let Some(cluster) = Cluster::start(options) else { return Ok(()) };
    for node in ["n1", "n2"] {
        cluster.drain(node);
    }
    let machine = common::machine()?;
    let model = world.model()?;
    std::fs::write(model.join("job.sh"), JOB)?;
    measure(gitsweep(&model).args(["create", "--branch", BRANCH, "--date", DATE, "-f", SOURCE]).args([
        "-p",
        &format!("g_e=1 to {points} step 1"),
        "--",
        "true",
    ]))?;
    let counter = Counter::new(&model)?;
    let submitit = submitit_python();

    let on_copy = |command: &dyn Fn(&Path) -> Command| {
        let copy = world.copy(&model)?;
        let mut command = command(copy.path());
        command.envs(cluster.environment()).env("PATH", &counter.path);
        let spent = measure(&mut command)?;
        let known = cluster.squeue("%i").len();
        ensure!(known == points, "Slurm has {known} jobs");
        cluster.scancel(["--user=root"]);
        cluster.wait_until_empty();
        Ok(spent)
    };
    let ours = || on_copy(&|root| queue(root));
    let a_loop = || on_copy(&sbatch_loop);
    let arrays = || on_copy(&|root| map_array(root, submitit.as_deref(), points));
    let mut names = vec!["gitsweep queue -e slurm", "a loop of sbatch"];
    let mut ways: Vec<common::Way<'_>> = vec![&ours, &a_loop];
    match &submitit {
        Some(_) => {
            names.push("submitit, map_array");
            ways.push(&arrays);
        }
        None => println!("submitit is not installed, and left out"),
    }
    let calls = ways
        .iter()
        .map(|way| {
            counter.reset()?;
            way()?;
            Ok(counter.read())
        })
        .collect::<Result<Vec<usize>>>()?;
    let spent = common::take_turns(rounds, &ways)?;

    let rows: Vec<Vec<String>> = (0..names.len())
        .map(|at| {
            let (cpu, wall) = (spent[at].cpu.as_secs_f64(), spent[at].wall.as_secs_f64());
            let ratios = [cpu / spent[0].cpu.as_secs_f64(), wall / spent[0].wall.as_secs_f64()];
            let mut row = vec![names[at].to_owned(), count(calls[at]), number(cpu), number(wall)];
            row.extend(ratios.map(number));
            row
        })
        .collect();
    common::print_table(
        &format!("handing {} points to Slurm ({machine}; {} at the end)", count(points), common::load()),
        &["way", "sbatch calls", "CPU s", "wall s", "CPU ratio", "wall ratio"],
        &rows,
    );
    println!("  ratios: this way / gitsweep\n");
    Ok(())
}

fn queue(root: &Path) -> Command {
    let mut command = gitsweep(root);
    // It warns that other machines do not see a temporary folder.
    command.args(["queue", BRANCH, "-e", "slurm"]).stderr(std::process::Stdio::null());
    command
}

fn sbatch_loop(root: &Path) -> Command {
    let script = format!(
        "for commit in $(git rev-list --reverse main..{BRANCH}); do
            sbatch --parsable --output=logs-%j job.sh $commit
        done"
    );
    bash(root, &script)
}

fn map_array(root: &Path, python: Option<&str>, points: usize) -> Command {
    let mut command = Command::new(python.unwrap_or("python3"));
    command.current_dir(root).args(["-c", SUBMITIT, "logs", &points.to_string()]);
    command
}

/// A Python that has submitit.
fn submitit_python() -> Option<String> {
    let python = std::env::var("SUBMITIT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(&python).args(["-c", "import submitit"]).output().ok()?;
    output.status.success().then_some(python)
}

/// Counts the calls of sbatch.
struct Counter {
    calls: PathBuf,
    path: std::ffi::OsString,
}

impl Counter {
    fn new(model: &Path) -> Result<Self> {
        let folder = model.parent().context("the model lies in a folder")?;
        let bin = folder.join("counting");
        std::fs::create_dir(&bin)?;
        let calls = folder.join("calls");
        let (script, path) = (bin.join("sbatch"), std::env::var_os("PATH").unwrap_or_default());
        let real = std::env::split_paths(&path).map(|folder| folder.join("sbatch")).find(|path| path.is_file());
        let real = real.context("there is no sbatch")?;
        std::fs::write(&script, format!("#!/bin/sh\necho >> {}\nexec {} \"$@\"\n", calls.display(), real.display()))?;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
        let folders = [bin].into_iter().chain(std::env::split_paths(&path));
        Ok(Self { calls, path: std::env::join_paths(folders)? })
    }

    fn reset(&self) -> Result<()> {
        Ok(std::fs::write(&self.calls, "")?)
    }

    fn read(&self) -> usize {
        std::fs::read_to_string(&self.calls).unwrap_or_default().lines().count()
    }
}
