//! How fast outcomes are written into notes and read again.
//!
//! Whole processes, in a repository with a sweep of 1,000 to 100,000 points, each with one outcome of 330 bytes:
//!
//! - reading: `gitsweep results --format csv`, without its caches, the same where git has packed all anew, and with them;
//!   `gitsweep status`; `git log`, which prints the parameters (trailers) and the note of every commit, and parses nothing;
//!   and the same into Python, which makes a table of it;
//! - writing: what every command does first, folding an outcome a point that waits in a file into notes; a loop of
//!   `git notes add`, up to 100 of them; `git fast-import`, fed with a stream that is there already, and gitsweep's notes from
//!   the same stream; a batch of 100 on top of no note, on top of all but those, and after all others in batches of 100;
//! - `gitsweep --help`;
//! - with valgrind, the instructions that each point more takes in the hot paths.
//!
//! That there are as many rows and notes as points is checked, and that Python's table has as many. Memory is the process's
//! peak.
//!
//!     cargo bench --bench results

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use common::{DATE, SOURCE, Spent, Tables, World, bash, callgrind, count, git, gitsweep, measure, number};
use gitsweep::git::{CommitId, Identity, Repository};
use gitsweep::ledger;
use gitsweep::record::{Metric, Record, Status};

const BRANCH: &str = "search";
const NOTES: &str = "refs/notes/gitsweep";
/// The columns of the table.
const TABLE: &str = "point,g_e,g_i,score,status";
/// The loop of `git notes add` stops being run at more than this.
const MOST_BY_GIT: usize = 100;
/// An outcome in a batch on top of others.
const BATCH: usize = 100;

/// This bench as a process that does nothing but fold,
const FOLD: &str = "--fold-in";
/// that leaves the outcomes of all points but the last batch, and folds after each batch,
const FOLD_OFTEN: &str = "--fold-often";
/// or that writes the notes of a stream for `git fast-import`.
const NOTE: &str = "--note";
/// The sizes between which instructions are counted.
const COUNTED: [usize; 2] = [1_000, 5_000];

fn main() -> Result<()> {
    if let [_, flag, root] = std::env::args().collect::<Vec<_>>().as_slice() {
        let root = Path::new(root);
        match flag.as_str() {
            FOLD => return ledger::fold(&Repository::discover(root)?).map(drop),
            FOLD_OFTEN => return fold_often(root),
            NOTE => return note(root),
            _ => {}
        }
    }
    let world = World::new()?;
    match Tables::wanted("processes") {
        Tables::Full => {
            let sizes = [(100, 5), (1_000, 9), (10_000, 5), (100_000, 5)];
            processes(&world, &sizes)?;
            instructions(&world, COUNTED)
        }
        Tables::Small => processes(&world, &[(20, 1)]),
        Tables::None => Ok(()),
    }
}

/// How many instructions each point more takes.
fn instructions(world: &World, sizes: [usize; 2]) -> Result<()> {
    if !callgrind::is_installed() {
        println!("\n  instructions are not counted: valgrind is not installed");
        return Ok(());
    }
    let mut counts = Vec::new();
    for points in sizes {
        let laid = lay(world, points)?;
        leave(&laid, 0..points)?;
        let folding = callgrind::instructions(&this(FOLD, &laid)?)?;
        let reading = |columns| -> Result<u64> {
            callgrind::instructions(&command(&laid, &["results", "--format", "csv", "--columns", columns]))
        };
        // What is asked for first has no cache; the first of these columns is kept in none.
        counts.push([folding, reading(TABLE)?, reading(TABLE)?, reading("commit,score")?]);
        fs::remove_dir_all(&laid)?;
    }
    let ways =
        ["folding", "gitsweep results, no cache", "gitsweep results", "gitsweep results, columns that are not kept"];
    let rows: Vec<Vec<String>> = ways
        .iter()
        .enumerate()
        .map(|(at, way)| {
            let each = callgrind::a_point((sizes[0], counts[0][at]), (sizes[1], counts[1][at]));
            vec![(*way).to_owned(), number(each), number(counts[0][at] as f64 / 1e6)]
        })
        .collect();
    let header = ["way", "instructions/point", "millions at 1,000"];
    common::print_table("instructions (callgrind)", &header, &rows);
    Ok(())
}

/// A repository with a sweep of so many points.
fn lay(world: &World, points: usize) -> Result<PathBuf> {
    let laid = world.model()?;
    measure(gitsweep(&laid).args(["create", "--yes", "--branch", BRANCH, "--date", DATE, "-f", SOURCE]).args([
        "-p",
        &format!("g_e=1 to {} step 1", points / 10),
        "-p",
        "g_i=1 to 10 step 1",
        "--",
        "true",
    ]))?;
    Ok(laid)
}

fn processes(world: &World, sizes: &[(usize, usize)]) -> Result<()> {
    let machine = common::machine()?;
    let (mut reading, mut writing) = (Vec::new(), Vec::new());
    for &(points, rounds) in sizes {
        let laid = lay(world, points)?;
        // A hundred thousand files take the disk a minute to make, and again to remove.
        let write_rounds = if points > 10_000 { 1 } else { rounds };
        write(world, &laid, points, write_rounds, &mut writing)?;
        leave(&laid, 0..points)?;
        measure(gitsweep(&laid).arg("list"))?;
        read(world, &laid, points, rounds, &mut reading)?;
        fs::remove_dir_all(&laid)?;
    }
    let header = ["way", "points", "CPU ms", "wall ms", "CPU us/point", "CPU ratio", "memory MB"];
    let title = |what: &str| format!("{what}, whole processes ({machine}; {} at the end)", common::load());
    common::print_table(&title("reading outcomes"), &header, &reading);
    println!("  ratios: this way / gitsweep results, no cache; git log by itself parses nothing and makes no table");
    common::print_table(&title("writing outcomes"), &header, &writing);
    println!("  ratios: this way / gitsweep; it also removes the files that the outcomes were in\n");
    Ok(())
}

fn read(world: &World, root: &Path, points: usize, rounds: usize, rows: &mut Vec<Vec<String>>) -> Result<()> {
    let table = |root: &Path| command(root, &["results", "--format", "csv", "--columns", TABLE]);
    // Where git keeps most objects as deltas of one another.
    let gathered = world.copy(root)?;
    git(gathered.path(), ["repack", "-a", "-d", "-f", "-q"])?;
    for root in [root, gathered.path()] {
        let printed = String::from_utf8(table(root).output()?.stdout)?;
        ensure!(printed.lines().filter(|line| line.ends_with(",ok")).count() == points, "not every point is ok");
    }
    let afresh = |root: &Path| {
        let caches = root.join(".git/gitsweep/cache");
        if caches.exists() {
            fs::remove_dir_all(&caches)?;
        }
        measure(&mut table(root))
    };
    let (of_gitsweep, of_git) = (|| afresh(root), || afresh(gathered.path()));
    let again = || measure(&mut table(root));
    let status = || measure(&mut command(root, &["status"]));
    let list = || measure(&mut command(root, &["list"]));
    let log = || measure(&mut git_log(root));
    let python = || measure(&mut in_python(root));
    let help = || measure(&mut command(root, &["--help"]));
    let rows_of_python = String::from_utf8(in_python(root).output()?.stdout)?.lines().count();
    ensure!(rows_of_python == points + 1, "Python's table has {rows_of_python} lines");
    let ways: [(&str, common::Way<'_>); 8] = [
        ("gitsweep results, no cache", &of_gitsweep),
        ("the same after git repack -f", &of_git),
        ("gitsweep results", &again),
        ("gitsweep status", &status),
        ("gitsweep list", &list),
        ("git log, trailers and %N", &log),
        ("the same into a table by Python", &python),
        ("gitsweep --help", &help),
    ];
    push_rows(rows, &ways, points, rounds, &|_| points)
}

fn write(world: &World, laid: &Path, points: usize, rounds: usize, rows: &mut Vec<Vec<String>>) -> Result<()> {
    let on_copy = |before: usize, now: usize, command: &dyn Fn(&Path) -> Command| {
        let copy = world.copy(laid)?;
        if before > 0 {
            leave(copy.path(), 0..before)?;
            measure(gitsweep(copy.path()).arg("list"))?;
        }
        leave(copy.path(), before..before + now)?;
        let spent = measure(&mut command(copy.path()))?;
        let notes = git(copy.path(), ["notes", "--ref=gitsweep", "list"])?;
        ensure!(notes.lines().count() == before + now, "not every point has its note");
        Ok(spent)
    };
    let fold = |root: &Path| this(FOLD, root).unwrap_or_else(|_| Command::new("false"));
    let all = || on_copy(0, points, &fold);
    let few = BATCH.min(points / 2);
    let first = || on_copy(0, few, &fold);
    let last = || on_copy(points - few, few, &fold);
    let after_many = || {
        let copy = world.copy(laid)?;
        measure(&mut this(FOLD_OFTEN, copy.path())?)?;
        leave(copy.path(), points - few..points)?;
        let spent = measure(&mut this(FOLD, copy.path())?)?;
        let notes = git(copy.path(), ["notes", "--ref=gitsweep", "list"])?;
        ensure!(notes.lines().count() == points, "not every point has its note");
        Ok(spent)
    };
    let loop_of_git = || on_copy(0, points, &git_notes);
    let of_stream = |command: &dyn Fn(&Path) -> Result<Command>| {
        let copy = world.copy(laid)?;
        stream(copy.path(), points)?;
        let spent = measure(&mut command(copy.path())?)?;
        let notes = git(copy.path(), ["notes", "--ref=gitsweep", "list"])?;
        ensure!(notes.lines().count() == points, "not every point has its note");
        Ok(spent)
    };
    let import = || of_stream(&|root| Ok(bash(root, "git fast-import --quiet < .git/notes")));
    let alone = || of_stream(&|root| this(NOTE, root));
    let mut ways: Vec<(&str, common::Way<'_>)> = vec![
        ("gitsweep, all at once", &all),
        ("gitsweep, a first batch", &first),
        ("gitsweep, a last batch after one", &last),
        ("gitsweep, a last batch after many", &after_many),
        ("gitsweep, notes of a stream", &alone),
        ("git fast-import of the same", &import),
    ];
    if points <= MOST_BY_GIT {
        ways.push(("git notes add, a loop", &loop_of_git));
    }
    push_rows(rows, &ways, points, rounds, &|way| if (1..=3).contains(&way) { few } else { points })
}

/// Measures the ways, which take turns, and appends a row for each.
fn push_rows(
    rows: &mut Vec<Vec<String>>,
    ways: &[(&str, common::Way<'_>)],
    points: usize,
    rounds: usize,
    parts: &dyn Fn(usize) -> usize,
) -> Result<()> {
    let spent = common::take_turns(rounds, &ways.iter().map(|(_, way)| *way).collect::<Vec<_>>())?;
    let a_part = |at: usize, it: &Spent| it.cpu.as_secs_f64() / parts(at) as f64;
    for (at, ((name, _), it)) in ways.iter().zip(&spent).enumerate() {
        rows.push(vec![
            (*name).to_owned(),
            count(points),
            number(it.cpu.as_secs_f64() * 1e3),
            number(it.wall.as_secs_f64() * 1e3),
            number(a_part(at, it) * 1e6),
            number(a_part(at, it) / a_part(0, &spent[0])),
            number(it.memory as f64 / 1e6),
        ]);
    }
    Ok(())
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = gitsweep(root);
    command.args(arguments);
    command
}

fn git_log(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(root).args(["log", "--notes=gitsweep", &format!("main..{BRANCH}")]);
    command.arg("--format=%H %(trailers:key=Param,valueonly,separator=%x20) %N");
    command
}

/// What people have who keep outcomes in notes and want a table.
fn in_python(root: &Path) -> Command {
    let log = format!(
        "git log --reverse --notes=gitsweep main..{BRANCH} --format='%(trailers:key=Param,valueonly,separator=%x20)%x00%N'"
    );
    let script = "
import csv, json, sys
out = csv.writer(sys.stdout, lineterminator='\\n')
out.writerow(['g_e', 'g_i', 'score', 'status'])
for line in sys.stdin:
    if line.strip():
        params, note = line.split('\\0')
        params = dict(pair.split('=') for pair in params.split())
        record = json.loads(note)
        out.writerow([params['g_e'], params['g_i'], record['metrics']['score'], record['status']])
";
    bash(root, &format!("{log} | python3 -c \"{script}\""))
}

/// Writes the stream by which `git fast-import` makes a note of the outcome of each point.
fn stream(root: &Path, points: usize) -> Result<()> {
    let mut text =
        format!("commit {NOTES}\ncommitter Ada <ada@example.org> {} +0000\ndata 1\nm\n", common::DATE_SECONDS);
    for (number, commit) in commits(root)?.iter().enumerate().take(points) {
        let line = record(number, commit).to_line()?;
        text.push_str(&format!("N inline {commit}\ndata {}\n{line}\n\n", line.len() + 1));
    }
    fs::write(root.join(".git/notes"), text).context("cannot write the stream")
}

/// This bench as another process.
fn this(flag: &str, root: &Path) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args([flag.as_ref(), root.as_os_str()]);
    Ok(command)
}

fn fold_often(root: &Path) -> Result<()> {
    let commits = commits(root)?;
    let few = BATCH.min(commits.len() / 2);
    for start in (0..commits.len() - few).step_by(few) {
        leave_of(root, &commits, start..(start + few).min(commits.len() - few))?;
        ledger::fold(&Repository::discover(root)?)?;
    }
    Ok(())
}

/// Reads what [`stream`] has written.
fn note(root: &Path) -> Result<()> {
    let stream = fs::read_to_string(root.join(".git/notes"))?;
    let mut lines = stream.lines();
    let mut notes = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(commit) = line.strip_prefix("N inline ") {
            notes.push((commit.parse()?, vec![lines.nth(1).context("a note without a line")?.to_owned()]));
        }
    }
    let repository = Repository::discover(root)?;
    let identity = Identity::of_user(&repository, common::DATE_SECONDS, 0)?;
    repository.add_to_notes(NOTES, &notes, &identity, "m").map(drop)
}

fn git_notes(root: &Path) -> Command {
    let script = format!(
        "for file in .git/gitsweep/results/*/*.json; do
            commit=${{file##*/}}
            git notes --ref={NOTES} add -F $file ${{commit%%.*}}
            rm $file
        done"
    );
    bash(root, &script)
}

/// Leaves outcomes of these points in files, as runs do, but without waiting for the disk.
fn leave(root: &Path, points: std::ops::Range<usize>) -> Result<()> {
    leave_of(root, &commits(root)?, points)
}

fn leave_of(root: &Path, commits: &[String], points: std::ops::Range<usize>) -> Result<()> {
    let state = Repository::discover(root)?.state_dir();
    for number in points {
        let id: CommitId = commits[number].parse()?;
        let path = ledger::result_path(&state, id, 1);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(path, format!("{}\n", record(number, &commits[number]).to_line()?))?;
    }
    Ok(())
}

/// The commits of the points, in their order.
fn commits(root: &Path) -> Result<Vec<String>> {
    let listed = git(root, ["rev-list", "--reverse", &format!("main..{BRANCH}")])?;
    Ok(listed.lines().map(str::to_owned).collect())
}

fn record(number: usize, commit: &str) -> Record {
    let mut record = Record::bare(1, Status::Ok);
    record.metrics.insert("score".to_owned(), Metric::from_f64(number as f64 * 0.37));
    record.metrics.insert("rate".to_owned(), Metric::from_f64(1.25));
    record.seconds = Some(0.0123);
    record.start = Some("2026-11-21T09:30:00.123Z".to_owned());
    record.end = Some("2026-11-21T09:30:00.136Z".to_owned());
    record.host = Some("node1".to_owned());
    record.executor = Some("local".to_owned());
    record.exit = Some(0);
    record.memory = Some(3_100_000);
    record.command = Some("python3 simulate.py".to_owned());
    record.key = Some(commit.to_owned());
    record.folder = Some(format!("sweeps/{BRANCH}/{number}-{}", &commit[..10]));
    record
}
