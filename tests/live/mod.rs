//! Beside the harness: sweeps of a given length, gitsweeps that run in the background, and what is left of a run.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use crate::common::{BRANCH, Repo, Said, wait_until};

/// A repository with a sweep laid in it: the points 1 to `points` are the values of `g` in `model.sh`, which is the line
/// `g=<value>` and then `script`; `run` is what stands under `[run]` beside the command and a grace of a second.
pub fn laid(points: u32, run: &str, script: &str) -> Repo {
    let repo = Repo::with(&model(points, run, script).each_ref().map(|(path, text)| (*path, text.as_str())));
    assert_eq!(repo.create(), BRANCH);
    repo
}

/// The files of [`laid`].
pub fn model(points: u32, run: &str, script: &str) -> [(&'static str, String); 2] {
    let values: Vec<String> = (1..=points).map(|value| value.to_string()).collect();
    let spec = format!(
        "name = \"grid_search\"\n[search]\nobjective = \"score\"\n[run]\ncommand = \"exec sh model.sh\"\ngrace = \"1s\"\n{run}\n\
         [params.g]\nfile = \"model.sh\"\nvalues = [{}]\n",
        values.join(", ")
    );
    [("model.sh", format!("g=0\n{script}\n")), ("gitsweep.toml", spec)]
}

/// A script that does the first of `deeds` in the first point, and so on; in the point after the last it does nothing.
pub fn by_point(deeds: &[&str]) -> String {
    let cases: String = (1..).zip(deeds).map(|(point, deed)| format!("{point}) {deed};;\n")).collect();
    format!("case $GITSWEEP_POINT in\n{cases}esac\ntrue")
}

impl Repo {
    /// A file beside the repository.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.outside().join(name)
    }

    /// The lines of a file beside the repository, none if it is not there.
    pub fn lines(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.beside(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The records of a point, by its index.
    pub fn point(&self, index: usize) -> Vec<serde_json::Value> {
        self.records(&self.points(BRANCH)[index - 1])
    }

    /// The only record of a point.
    pub fn record(&self, index: usize) -> serde_json::Value {
        let mut records = self.point(index);
        assert_eq!(records.len(), 1, "{records:?}");
        records.remove(0)
    }

    /// The run folder of a point's last attempt.
    pub fn run_folder(&self, index: usize) -> PathBuf {
        self.root().join(self.point(index).last().unwrap()["folder"].as_str().unwrap())
    }

    /// A file of a point's run folder.
    pub fn kept(&self, index: usize, name: &str) -> String {
        let path = self.run_folder(index).join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The log of a point's last attempt.
    pub fn log(&self, index: usize) -> String {
        self.kept(index, "gitsweep.log")
    }

    /// The scores in the order of the points, each point having one record.
    pub fn scores(&self, points: usize) -> Vec<f64> {
        (1..=points).map(|index| self.record(index)["metrics"]["score"].as_f64().unwrap_or(f64::NAN)).collect()
    }

    /// Runs gitsweep as somebody who is not root, to whom all of this then belongs.
    pub fn run_as_user(&self, arguments: &[&str]) -> Said {
        // SAFETY: geteuid has no conditions.
        if unsafe { libc::geteuid() } != 0 {
            return self.run(arguments);
        }
        let binary = self.beside("gitsweep");
        std::fs::copy(env!("CARGO_BIN_EXE_gitsweep"), &binary).unwrap();
        self.git(["config", "--global", "safe.directory", "*"]);
        let outside = self.outside().to_str().unwrap();
        assert!(self.command("chown").args(["-R", "65534:65534", outside]).status().unwrap().success());
        let mut command = self.command("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&binary);
        Said::of(command.args(arguments).output().unwrap())
    }

    /// The processes of runs of this repository that are alive.
    pub fn strays(&self) -> Vec<u32> {
        let wanted = format!("GITSWEEP_RUN_MARK={}", self.root().parent().unwrap().display());
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        processes
            .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
            .filter(|pid| {
                let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
                environment.split(|byte| *byte == 0).any(|line| line.starts_with(wanted.as_bytes())) && is_alive(*pid)
            })
            .collect()
    }

    /// Asserts that no process and no checkout is left of any run.
    pub fn nothing_is_left_running(&self) {
        wait_until("no stray process", || self.strays().is_empty());
        let checkouts = self.root().join(".git/gitsweep/checkouts");
        let left: Vec<_> = std::fs::read_dir(checkouts).into_iter().flatten().flatten().map(|e| e.path()).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// True if the process is there and no zombie.
pub fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, fields)| !fields.starts_with(['Z', 'X']))
}

/// A gitsweep in the background, which is killed if the test fails.
pub struct Live {
    child: Option<Child>,
    /// Its standard error so far, and who reads on.
    err: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Live {
    pub fn start<S: AsRef<OsStr>>(repo: &Repo, arguments: impl IntoIterator<Item = S>) -> Self {
        Self::of(&mut repo.gitsweep_command(arguments))
    }

    /// Whatever `command` starts.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (stderr, err) = (child.stderr.take().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let kept = Arc::clone(&err);
        let reader = std::thread::spawn(move || read_on(stderr, &kept));
        Self { child: Some(child), err, reader }
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    pub fn signal(&self, signal: i32) {
        // SAFETY: the child has not been waited for, so the id is its own.
        unsafe { libc::kill(self.pid() as libc::pid_t, signal) };
    }

    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().unwrap().try_wait().unwrap().is_none()
    }

    /// Waits until it has said `words` on standard error.
    pub fn wait_to_say(&self, words: &str) {
        wait_until(words, || String::from_utf8_lossy(&self.err.lock().unwrap()).contains(words));
    }

    pub fn wait(mut self) -> Said {
        let output = self.child.take().unwrap().wait_with_output().unwrap();
        wait_until("the end of its standard error", || self.reader.is_finished());
        Said::of(Output { stderr: std::mem::take(&mut *self.err.lock().unwrap()), ..output })
    }

    /// Kills it and waits until it is gone.
    pub fn kill(mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Keeps what comes, until nothing comes any more.
fn read_on(mut from: ChildStderr, kept: &Mutex<Vec<u8>>) {
    let mut bytes = [0; 4096];
    while let Ok(1..) = from.read(&mut bytes).inspect(|length| kept.lock().unwrap().extend(&bytes[..*length])) {}
}
