//! The hermetic harness of the end-to-end tests: a folder of its own, a HOME of its own, no system configuration, a fixed
//! identity; the built binary, and real git to judge what it wrote.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, Once};
use std::time::{Duration, Instant};

pub const DATE: &str = "2026-11-21T09:30:00Z";
pub const BRANCH: &str = "grid_search-2026-11-21T093000";

/// A temporary folder with a HOME and a git repository in it.
pub struct Repo {
    folder: tempfile::TempDir,
    root: PathBuf,
    variables: Mutex<BTreeMap<String, OsString>>,
}

/// What a command said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Repo {
    /// An empty repository on branch `main`, without a commit.
    pub fn empty() -> Self {
        forget_repository();
        let folder = tempfile::Builder::new().prefix("gitsweep-test-").tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("model");
        std::fs::create_dir_all(&root).unwrap();
        std::fs::create_dir_all(folder.path().join("home")).unwrap();
        let repo = Self { folder, root, variables: Mutex::default() };
        repo.git(["init", "-q", "-b", "main"]);
        repo
    }

    /// A repository with these files in one commit.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let repo = Self::empty();
        for (path, text) in files {
            repo.write(path, text);
        }
        repo.commit("The model");
        repo
    }

    /// A model with `g_e` and `g_i`, which reports their sum as `score`, and a sweep of 2 x 3 points over them.
    pub fn small() -> Self {
        Self::with(&[("model.sh", SMALL_MODEL), ("gitsweep.toml", SMALL_SPEC)])
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The temporary folder around the repository.
    pub fn outside(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Writes a file that may be executed.
    pub fn write_program(&self, path: &str, text: impl AsRef<[u8]>) {
        self.write(path, text);
        std::fs::set_permissions(self.root.join(path), std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Copies what is in a folder of gitsweep's own into the repository.
    pub fn copy_in(&self, folder: &str) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(".");
        assert!(self.command("cp").arg("-R").arg(from).arg(".").status().unwrap().success());
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn commit(&self, message: &str) {
        self.git(["add", "-A"]);
        self.git(["commit", "-q", "-m", message]);
    }

    /// A command in the repository, with nothing of the machine's configuration.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        self.command_in(program, &self.root)
    }

    pub fn command_in(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.org")
            .env("GIT_COMMITTER_NAME", "Ada")
            .env("GIT_COMMITTER_EMAIL", "ada@example.org")
            .env("GIT_AUTHOR_DATE", "2026-11-01T12:00:00Z")
            .env("GIT_COMMITTER_DATE", "2026-11-01T12:00:00Z")
            .envs(self.variables.lock().unwrap().iter())
            .stdin(Stdio::null());
        command
    }

    /// Gives all commands in the repository one more variable.
    pub fn set(&self, name: &str, value: impl Into<OsString>) {
        self.variables.lock().unwrap().insert(name.to_owned(), value.into());
    }

    pub fn gitsweep_command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_gitsweep"));
        command.args(arguments);
        command
    }

    /// A line of the shell, which finds gitsweep by its name.
    pub fn shell_command(&self, line: &str) -> Command {
        let mut command = self.command("sh");
        command.args(["-c", line]).env("PATH", programs_first());
        command
    }

    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Said {
        Said::of(self.gitsweep_command(arguments).output().unwrap())
    }

    /// Runs gitsweep, which must end with code 0, and returns its standard output.
    pub fn ok<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        said.out
    }

    /// Runs gitsweep, which must fail with `code`, and returns its standard error.
    pub fn fails<S: AsRef<OsStr>>(&self, code: i32, arguments: impl IntoIterator<Item = S>) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, code, "{}{}", said.out, said.err);
        said.err
    }

    /// Runs git, which must succeed, and returns its standard output without the last line end.
    pub fn git<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        let said = Said::of(self.command("git").args(arguments).output().unwrap());
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        said.out.trim_end_matches('\n').to_owned()
    }

    /// What git says in another folder, where it must succeed; without the last line end.
    pub fn git_in<S: AsRef<OsStr>>(&self, folder: &Path, arguments: impl IntoIterator<Item = S>) -> String {
        let said = Said::of(self.command_in("git", folder).args(arguments).output().unwrap());
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        said.out.trim_end_matches('\n').to_owned()
    }

    /// Runs gitsweep in another folder.
    pub fn run_in<S: AsRef<OsStr>>(&self, folder: &Path, arguments: impl IntoIterator<Item = S>) -> Said {
        let mut command = self.command_in(env!("CARGO_BIN_EXE_gitsweep"), folder);
        Said::of(command.args(arguments).output().unwrap())
    }

    /// Runs gitsweep in another folder, where it must end with code 0, and returns its standard output.
    pub fn ok_in<S: AsRef<OsStr>>(&self, folder: &Path, arguments: impl IntoIterator<Item = S>) -> String {
        let said = self.run_in(folder, arguments);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        said.out
    }

    /// Lays the definition in the repository with a fixed date; the branch.
    pub fn create(&self) -> String {
        self.ok(["create", "--date", DATE]).trim().to_owned()
    }

    /// The commits of a sweep, the first point first.
    pub fn points(&self, branch: &str) -> Vec<String> {
        self.git(["rev-list", "--reverse", &format!("main..{branch}")]).lines().map(str::to_owned).collect()
    }

    /// The records of a commit, as git reads its note.
    pub fn records(&self, commit: &str) -> Vec<serde_json::Value> {
        let output = self.command("git").args(["notes", "--ref=gitsweep", "show", commit]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
    }

    /// What the status of every attempt at every point is, the first point first.
    pub fn statuses(&self, branch: &str) -> Vec<Vec<String>> {
        let status = |record: &serde_json::Value| record["status"].as_str().unwrap().to_owned();
        self.points(branch).iter().map(|commit| self.records(commit).iter().map(status).collect()).collect()
    }

    /// Asserts that git finds nothing wrong.
    pub fn fsck(&self) {
        let said = Said::of(self.command("git").args(["fsck", "--strict", "--full"]).output().unwrap());
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        assert!(!said.err.contains("error") && !said.err.contains("warning"), "{}", said.err);
    }

    /// Everything of the user's that no command may change unasked: checkout, index, HEAD, configuration, other refs.
    pub fn users_state(&self) -> String {
        let refs = self.git(["for-each-ref", "--format=%(refname) %(objectname)"]);
        let foreign: Vec<&str> =
            refs.lines().filter(|line| !line.contains("grid_search-") && !line.contains("notes/gitsweep")).collect();
        let config = std::fs::read_to_string(self.root.join(".git/config")).unwrap_or_default();
        let index = std::fs::read(self.root.join(".git/index")).unwrap_or_default();
        let head = std::fs::read_to_string(self.root.join(".git/HEAD")).unwrap_or_default();
        format!("{}\n{config}\n{head}\n{}\n{:?}", foreign.join("\n"), self.files(), index)
    }

    /// Every file of the checkout but for run folders, with its content.
    pub fn files(&self) -> String {
        let mut listing = String::new();
        let mut pending = vec![self.root.clone()];
        while let Some(folder) = pending.pop() {
            let mut entries: Vec<_> = std::fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.path()).collect();
            entries.sort();
            for path in entries {
                if path == self.root.join(".git") || path == self.root.join("sweeps") {
                    continue;
                }
                if path.is_dir() {
                    pending.push(path);
                } else {
                    listing.push_str(&format!("{} {:?}\n", path.display(), std::fs::read(&path).unwrap_or_default()));
                }
            }
        }
        listing
    }
}

impl Said {
    pub fn of(output: Output) -> Self {
        let Output { status, stdout, stderr } = output;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: status.code().unwrap_or(-1), out: text(&stdout), err: text(&stderr) }
    }
}

/// The path with the built programs first.
pub fn programs_first() -> String {
    let programs = Path::new(env!("CARGO_BIN_EXE_gitsweep")).parent().unwrap();
    format!("{}:{}", programs.display(), std::env::var("PATH").unwrap())
}

/// Forgets which repository git has named: where a git hook runs the tests, what they do here they would do there.
fn forget_repository() {
    static ONCE: Once = Once::new();
    // SAFETY: nothing here reads the environment past std before there is a repository, and so before this is through.
    ONCE.call_once(|| gitsweep::names::GIT_LOCAL_ENV.iter().for_each(|name| unsafe { std::env::remove_var(name) }));
}

/// Waits until `is_so` or panics after five minutes, saying what was waited for.
pub fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(300), "waited too long: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub const SMALL_MODEL: &str = "\
g_e=1.0   # nS
g_i=-5    # nS
echo \"g_e is $g_e\"
awk \"BEGIN { print \\\"{\\\\\\\"score\\\\\\\": \\\" $g_e + $g_i \\\"}\\\" }\" > output.json
";

pub const SMALL_SPEC: &str = "\
name = \"grid_search\"
[search]
objective = \"score\"
[run]
command = \"sh model.sh\"
[params.g_e]
file = \"model.sh\"
values = [0.5, 1.0]
[params.g_i]
file = \"model.sh\"
values = { from = -5, to = -15, step = -5 }
";

/// True if there is a strace that may trace; else says that the test is skipped.
pub fn has_strace() -> bool {
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "-e", "trace=none", "true"]).status();
    let is_there = traced.is_ok_and(|status| status.success());
    if !is_there {
        println!("skipped: there is no strace that may trace");
    }
    is_there
}
