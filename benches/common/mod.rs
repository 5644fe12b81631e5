//! What the benches share: a temporary world with a HOME of its own, processes whose time is measured, tables of ratios.

#![allow(dead_code, unreachable_pub, reason = "each bench uses a part of it")]

pub mod callgrind;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use wait4::Wait4 as _;

/// The file that holds the parameters: 8 kB, two folders deep, in a repository of 40 files.
pub const SOURCE: &str = "src/model/params.py";
/// Another, of 60 kB, five folders deep.
pub const DEEP: &str = "src/model/cells/channels/gates/params.py";
/// When every commit is made, so that ids can be compared.
pub const DATE: &str = "2026-11-21T09:30:00Z";
/// [`DATE`] in seconds since 1970.
pub const DATE_SECONDS: i64 = 1_795_253_400;
/// Who makes every commit.
pub const PERSON: (&str, &str) = ("Ada", "ada@example.org");

/// A temporary folder with a HOME; all that is made lies in it and goes with it.
pub struct World {
    folder: TempDir,
}

impl World {
    /// Makes the folder and clears this process's environment of what could change what git does. Call it first.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("gitsweep-bench-").tempdir()?;
        let home = folder.path().join("home");
        fs::create_dir(&home)?;
        let foreign: Vec<_> = std::env::vars_os().map(|(name, _)| name).filter(|name| is_foreign(name)).collect();
        // SAFETY: this is the first thing that a bench does, so there is no other thread.
        unsafe {
            foreign.iter().for_each(|name| std::env::remove_var(name));
            for (name, value) in [
                ("LC_ALL", "C.UTF-8"),
                ("TZ", "UTC"),
                ("GIT_CONFIG_NOSYSTEM", "1"),
                ("GIT_AUTHOR_NAME", PERSON.0),
                ("GIT_AUTHOR_EMAIL", PERSON.1),
                ("GIT_COMMITTER_NAME", PERSON.0),
                ("GIT_COMMITTER_EMAIL", PERSON.1),
            ] {
                std::env::set_var(name, value);
            }
            std::env::set_var("HOME", home);
        }
        Ok(Self { folder })
    }

    /// A repository of 40 files in one commit.
    pub fn model(&self) -> Result<PathBuf> {
        self.model_of("model", 40)
    }

    /// Another repository of 40 files in one commit.
    pub fn small_model(&self) -> Result<PathBuf> {
        self.model_of("small", 40)
    }

    /// A repository of 5,000 files in one commit.
    pub fn large_model(&self) -> Result<PathBuf> {
        self.model_of("large", 5_000)
    }

    /// A repository that was made before.
    pub fn made(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn model_of(&self, name: &str, files: usize) -> Result<PathBuf> {
        let root = self.folder.path().join(name);
        for number in 0..files.saturating_sub(2) {
            let folder = ["", "src", "src/model", "src/analysis", "data"][number % 5];
            let folder = if number < 40 { folder.to_owned() } else { format!("{folder}/more_{}", number / 25) };
            write(&root, &format!("{folder}/part_{number}.py"), &lines(1500, &format!("part_{number}")))?;
        }
        // The parameters stand in the middle of their file.
        for (path, bytes) in [(SOURCE, 8_000), (DEEP, 60_000)] {
            let (above, below) = (lines(bytes / 2, "above"), lines(bytes / 2, "below"));
            write(&root, path, &format!("{above}g_e = 100.0  # nS\ng_i = 100  # nS\n{below}"))?;
        }
        git(&root, ["init", "-q", "-b", "main"])?;
        git(&root, ["add", "-A"])?;
        git(&root, ["commit", "-q", "-m", "The model"])?;
        Ok(root)
    }

    /// A copy of a repository, as fresh as a clone; it goes when it is dropped.
    pub fn copy(&self, of: &Path) -> Result<TempDir> {
        let copy = TempDir::new_in(self.folder.path())?;
        copy_folder(of, copy.path())?;
        git(copy.path(), ["update-index", "-q", "--refresh"])?;
        Ok(copy)
    }
}

fn is_foreign(variable: &OsStr) -> bool {
    let name = variable.to_string_lossy();
    name.starts_with("GIT_") || name.starts_with("GITSWEEP_") || name.starts_with("XDG_") || name == "EMAIL"
}

/// So many bytes of assignments, and what is missing to the end of a line.
fn lines(bytes: usize, name: &str) -> String {
    let mut text = String::with_capacity(bytes + 64);
    for number in 0.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&format!("{name}_{number} = {}  # of no importance\n", number * 37 % 1001));
    }
    text
}

fn write(root: &Path, path: &str, text: &str) -> Result<()> {
    let path = root.join(path.trim_start_matches('/'));
    fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Runs git, which must succeed; its standard output without the last line end.
pub fn git<S: AsRef<OsStr>>(root: &Path, arguments: impl IntoIterator<Item = S>) -> Result<String> {
    let output = Command::new("git").current_dir(root).args(arguments).output().context("cannot run git")?;
    if !output.status.success() {
        bail!("git: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

/// gitsweep as it was built for the bench.
pub fn gitsweep(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gitsweep"));
    command.current_dir(root).arg("-q");
    command
}

/// A script for the shell that people have.
pub fn bash(root: &Path, script: &str) -> Command {
    let mut command = Command::new("bash");
    command.current_dir(root).args(["-euc", script]);
    command
}

/// What something has cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// User and system time of the process and all its children.
    pub cpu: Duration,
    /// From its start to its end.
    pub wall: Duration,
    /// The most bytes of memory that it had at a time.
    pub memory: u64,
}

impl Spent {
    /// The median of each, by itself.
    fn median(rounds: &[Self]) -> Self {
        fn median<T: Copy + Ord>(rounds: &[Spent], of: fn(&Spent) -> T) -> T {
            let mut all: Vec<T> = rounds.iter().map(of).collect();
            all.sort_unstable();
            all[all.len() / 2]
        }
        Self {
            cpu: median(rounds, |spent| spent.cpu),
            wall: median(rounds, |spent| spent.wall),
            memory: median(rounds, |spent| spent.memory),
        }
    }
}

/// Runs a process, which must succeed.
pub fn measure(command: &mut Command) -> Result<Spent> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    let used = child.wait4()?;
    let wall = start.elapsed();
    if !used.status.success() {
        bail!("{command:?} has failed: {}", used.status);
    }
    Ok(Spent { cpu: used.rusage.utime + used.rusage.stime, wall, memory: used.rusage.maxrss })
}

/// One of several ways to do the same: measures it once.
pub type Way<'a> = &'a dyn Fn() -> Result<Spent>;

/// The median cost of each way; they take turns, each round starting with another, so that what else the machine does
/// meets all alike.
pub fn take_turns(rounds: usize, ways: &[Way<'_>]) -> Result<Vec<Spent>> {
    let mut spent = vec![Vec::new(); ways.len()];
    for round in 0..rounds {
        for turn in 0..ways.len() {
            let at = (round + turn) % ways.len();
            spent[at].push(ways[at]()?);
        }
    }
    Ok(spent.iter().map(|rounds| Spent::median(rounds)).collect())
}

/// What `cargo bench` wants of the tables of whole processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// In full.
    Full,
    /// Once, at the smallest size, to see that it works (`cargo test --benches`).
    Small,
    /// Not at all: another bench is named.
    None,
}

impl Tables {
    /// As the command line has it: a filter chooses the table by `name`.
    pub fn wanted(name: &str) -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
        if arguments.iter().any(|argument| argument == "--list") || filter.is_some_and(|f| !name.contains(f.as_str())) {
            Self::None
        } else if arguments.iter().any(|argument| argument == "--bench") {
            Self::Full
        } else {
            Self::Small
        }
    }
}

/// Prints a table; the first column stands left, the others right.
pub fn print_table(title: &str, header: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).chain([header[column].len()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let print = |cells: &mut dyn Iterator<Item = &str>| {
        let cells: Vec<String> = cells
            .zip(&widths)
            .enumerate()
            .map(|(at, (cell, width))| if at == 0 { format!("{cell:width$}") } else { format!("{cell:>width$}") })
            .collect();
        println!("  {}", cells.join("  ").trim_end());
    };
    println!("\n{title}");
    print(&mut header.iter().copied());
    rows.iter().for_each(|row| print(&mut row.iter().map(String::as_str)));
}

/// The machine: its cores, how busy it is, and its git.
pub fn machine() -> Result<String> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let git = git(Path::new("."), ["version"])?;
    Ok(format!("{cores} cores, load {}, {git}", load()))
}

/// How many processes have wanted to run in the last minute.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").to_owned()
}

/// `1,234`, `12.3` or `0.56`: three digits at least.
pub fn number(number: f64) -> String {
    if number >= 100.0 {
        return count(number.round() as usize);
    }
    let decimals = if number >= 10.0 { 1 } else { 2 };
    format!("{number:.decimals$}")
}

/// `1,234`
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}
