//! How fast points are laid.
//!
//! Whole processes, at 36 to 100,000 points (a file of 8 kB, two folders deep in a repository of 40 files; two of its
//! lines change), at 10,000 points of a file of 60 kB five folders deep, and at a million:
//!
//! - `gitsweep create`;
//! - `git fast-import`, fed by a program that does nothing else. Its commits, trees and files must be the same to the
//!   last byte: the ids of the tips are compared. glibc is told not to give memory back, which makes it up to four times
//!   faster. Not at a million;
//! - the loop of `sed -i` and `git commit` that people have, up to 100 points; its files are compared;
//! - hashing what must be hashed (of files and folders, what stands behind the first change) one after another and writing
//!   the bytes of the pack and its index, and no more. gitsweep hashes several objects at once where the processor can.
//!
//! In this process (criterion): finding the places of the values in the file, writing and reading back one point's file,
//! laying a branch of 1,000 points.
//!
//!     cargo bench --bench create                   # all
//!     cargo bench --bench create -- processes      # the table alone
//!     cargo bench --bench create -- lay            # one of criterion's

mod common;

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use criterion::{BatchSize, Criterion, Throughput};

use common::{
    DATE, DATE_SECONDS, DEEP, PERSON, SOURCE, Spent, Tables, World, bash, callgrind, git, gitsweep, measure, number,
};
use gitsweep::git::{Identity, Repository};
use gitsweep::source::{Binding, Language, Occurrences, Place, Rewrite, Template};
use gitsweep::spec::{Flags, Given, Plan, Typed};
use gitsweep::sweep::{Draft, Guard, When};
use gitsweep::value::Value;

const BRANCH: &str = "search";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [word, source, g_e, g_i, base, spec] if word == "feed-fast-import" => {
            return feed_fast_import(source, Grid(g_e.parse()?, g_i.parse()?), base, spec);
        }
        [word, hashed, written] if word == "hash-and-write" => {
            return hash_and_write(hashed.parse()?, written.parse()?);
        }
        _ => {}
    }
    let world = World::new()?;
    let model = world.model()?;
    match Tables::wanted("processes") {
        Tables::Full => {
            let sizes = [
                (SOURCE, Grid(6, 6), 7),
                (SOURCE, Grid(10, 10), 3),
                (SOURCE, Grid(40, 25), 7),
                (SOURCE, Grid(100, 100), 5),
                (DEEP, Grid(100, 100), 5),
                (SOURCE, Grid(400, 250), 3),
                (SOURCE, Grid(1000, 1000), 1),
            ];
            processes(&world, &model, &sizes)?;
            instructions(&world, &model)?;
        }
        Tables::Small => processes(&world, &model, &[(SOURCE, Grid(3, 2), 1), (DEEP, Grid(2, 2), 1)])?,
        Tables::None => {}
    }
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_secs(1))
        .measurement_time(std::time::Duration::from_secs(4))
        .configure_from_args();
    rewrite(&mut criterion, &model)?;
    lay(&mut criterion, &world, &model)?;
    criterion.final_summary();
    Ok(())
}

/// A grid over two parameters: so many values of `g_e`, so many of `g_i`.
#[derive(Clone, Copy)]
struct Grid(usize, usize);

impl Grid {
    fn points(self) -> usize {
        self.0 * self.1
    }

    fn domains(self) -> [(&'static str, String); 2] {
        [
            ("g_e", format!("0.5 to {:.1} step 0.5", 0.5 * self.0 as f64)),
            ("g_i", format!("-5 to -{} step -5", 5 * self.1)),
        ]
    }

    /// The values as they stand in the file, `g_i` varying fastest.
    fn values(self) -> impl Iterator<Item = (String, String)> {
        (1..=self.0)
            .flat_map(move |e| (1..=self.1).map(move |i| (format!("{:.1}", 0.5 * e as f64), format!("-{}", 5 * i))))
    }
}

/// The loop stops being run at more points than this.
const MOST_BY_SED: usize = 100;
/// And fast-import, which takes a minute and a half for a million.
const MOST_BY_FAST_IMPORT: usize = 100_000;

fn processes(world: &World, model: &Path, sizes: &[(&str, Grid, usize)]) -> Result<()> {
    let machine = common::machine()?;
    let mut rows = Vec::new();
    for &(source, grid, rounds) in sizes {
        let points = grid.points();
        let wanted = check_equal(world, model, source, grid)?;
        let on_copy = |lay: &dyn Fn(&Path) -> Result<Spent>| world.copy(model).and_then(|copy| lay(copy.path()));
        let ours = || on_copy(&|root| measure(&mut create(root, source, grid)));
        let bytes = || on_copy(&|root| measure(&mut bytes(root, &wanted)?));
        let fast_import = || on_copy(&|root| measure(&mut fast_import(root, source, grid, &wanted)?));
        let sed = || on_copy(&|root| measure(&mut sed_and_commit(root, source, grid)));
        let mut ways: Vec<(&str, common::Way<'_>)> =
            vec![("gitsweep create", &ours), ("hash, write one by one", &bytes)];
        if points <= MOST_BY_FAST_IMPORT {
            ways.push(("git fast-import", &fast_import));
        }
        if points <= MOST_BY_SED {
            ways.push(("sed, git commit", &sed));
        }
        let spent = common::take_turns(rounds, &ways.iter().map(|(_, way)| *way).collect::<Vec<_>>())?;
        let size = points as f64;
        for ((name, _), it) in ways.iter().zip(&spent) {
            rows.push(vec![
                format!("{name}{}", if source == DEEP { ", 60 kB" } else { "" }),
                common::count(points),
                number(it.cpu.as_secs_f64() / size * 1e6),
                number(it.wall.as_secs_f64() / size * 1e6),
                number(it.wall.as_secs_f64() * 1e3),
                number(it.memory as f64 / 1e6),
                number(it.cpu.as_secs_f64() / spent[0].cpu.as_secs_f64()),
                number(it.wall.as_secs_f64() / spent[0].wall.as_secs_f64()),
            ]);
        }
    }
    common::print_table(
        &format!("laying points, whole processes ({machine}; {} at the end)", common::load()),
        &["way", "points", "CPU us/point", "wall us/point", "wall ms", "MB", "CPU ratio", "wall ratio"],
        &rows,
    );
    println!("  ratios: this way / gitsweep; fast-import wrote the same commits (ids compared), sed the same files");
    println!("  MB: the most memory of the largest process\n");
    Ok(())
}

/// How many instructions each point more takes.
fn instructions(world: &World, model: &Path) -> Result<()> {
    const SIZES: [Grid; 2] = [Grid(10, 10), Grid(110, 10)];
    if !callgrind::is_installed() {
        println!("  instructions are not counted: valgrind is not installed\n");
        return Ok(());
    }
    let mut rows = Vec::new();
    for (source, size) in [(SOURCE, "8 kB"), (DEEP, "60 kB")] {
        let mut counts = Vec::new();
        for grid in SIZES {
            let copy = world.copy(model)?;
            counts.push((grid.points(), callgrind::instructions(&create(copy.path(), source, grid))?));
        }
        rows.push(vec![
            format!("gitsweep create, {size}"),
            number(callgrind::a_point(counts[0], counts[1])),
            number(counts[0].1 as f64 / 1e6),
        ]);
    }
    common::print_table("instructions (callgrind)", &["way", "instructions/point", "millions at 100"], &rows);
    Ok(())
}

fn create(root: &Path, source: &str, grid: Grid) -> Command {
    let mut command = gitsweep(root);
    command.args(["create", "--yes", "--branch", BRANCH, "--date", DATE, "-f", source]);
    for (name, domain) in grid.domains() {
        command.args(["-p", &format!("{name}={domain}")]);
    }
    command.args(["--", "true"]);
    command
}

/// This program again, as the one that hashes and writes bytes and does nothing else.
fn bytes(root: &Path, wanted: &Wanted) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.current_dir(root).arg("hash-and-write").args([wanted.hashed, wanted.written].map(|it| it.to_string()));
    Ok(command)
}

fn hash_and_write(hashed: u64, written: u64) -> Result<()> {
    use sha1::Digest as _;
    let block = vec![0x2a; 1 << 14];
    let mut hasher = sha1::Sha1::new();
    for at in (0..hashed).step_by(block.len()) {
        hasher.update(&block[..usize::try_from(hashed - at)?.min(block.len())]);
    }
    let mut file = std::fs::File::create("bytes")?;
    for at in (0..written).step_by(block.len()) {
        file.write_all(&block[..usize::try_from(written - at)?.min(block.len())])?;
    }
    file.write_all(&hasher.finalize())?;
    Ok(file.sync_all()?)
}

/// This program again, as the one that feeds fast-import, so that its own time counts too.
fn fast_import(root: &Path, source: &str, grid: Grid, wanted: &Wanted) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.current_dir(root).arg("feed-fast-import").arg(source).args([grid.0.to_string(), grid.1.to_string()]);
    command.args([&wanted.base, &wanted.spec]);
    Ok(command)
}

fn sed_and_commit(root: &Path, source: &str, grid: Grid) -> Command {
    let list = |values: &mut dyn Iterator<Item = String>| values.collect::<Vec<_>>().join(" ");
    let g_e = list(&mut grid.values().step_by(grid.1).map(|(g_e, _)| g_e));
    let g_i = list(&mut grid.values().take(grid.1).map(|(_, g_i)| g_i));
    let script = format!(
        "git checkout -q -b {BRANCH}
        for g_e in {g_e}; do
            for g_i in {g_i}; do
                sed -i \"s/^g_e = [^ ]*/g_e = $g_e/\" {source}
                sed -i \"s/^g_i = [^ ]*/g_i = $g_i/\" {source}
                git add {source}
                git commit -q -m \"g_e=$g_e g_i=$g_i\"
            done
        done"
    );
    bash(root, &script)
}

/// What must be the same in each way.
struct Wanted {
    base: String,
    /// The definition that gitsweep puts into its commits.
    spec: String,
    /// How many bytes have to be hashed at least, and written.
    hashed: u64,
    written: u64,
}

/// Lays the sweep in every way once, and compares what real git reads.
fn check_equal(world: &World, model: &Path, source: &str, grid: Grid) -> Result<Wanted> {
    let (ours, fed, looped) = (world.copy(model)?, world.copy(model)?, world.copy(model)?);
    measure(&mut create(ours.path(), source, grid))?;
    let spec = git(ours.path(), ["show", &format!("{BRANCH}:.gitsweep/sweep.toml")])? + "\n";
    let (hashed, written) = least_work(ours.path(), source, grid)?;
    let wanted = Wanted { base: git(model, ["rev-parse", "main"])?, spec, hashed, written };
    let tip = |root| git(root, ["rev-parse", BRANCH, &format!("{BRANCH}^{{tree}}")]);
    if grid.points() <= MOST_BY_FAST_IMPORT {
        measure(&mut fast_import(fed.path(), source, grid, &wanted)?)?;
        ensure!(tip(ours.path())? == tip(fed.path())?, "fast-import has not written the same commits");
        for root in [ours.path(), fed.path()] {
            git(root, ["fsck", "--strict", "--full"])?;
        }
    }
    ensure!(git(ours.path(), ["rev-list", "--count", &format!("main..{BRANCH}")])? == grid.points().to_string());
    if grid.points() <= MOST_BY_SED {
        measure(&mut sed_and_commit(looped.path(), source, grid))?;
        ensure!(files(ours.path(), source)? == files(looped.path(), source)?, "sed has not written the same files");
    }
    Ok(wanted)
}

/// The bytes that must be hashed (of a file, what stands from its first change on; trees and commits; the pack and its index),
/// and those that were written.
fn least_work(root: &Path, source: &str, grid: Grid) -> Result<(u64, u64)> {
    let size = |object: &str| -> Result<u64> { Ok(git(root, ["cat-file", "-s", object])?.parse()?) };
    let text = git(root, ["show", &format!("{BRANCH}:{source}")])?;
    let mut a_point = (text.len() - text.find("g_e = ").unwrap_or(0)) as u64 + size(BRANCH)?;
    for folder in Path::new(source).ancestors().skip(1) {
        a_point += size(&format!("{BRANCH}:{}", folder.display()))?;
    }
    let mut written = 0;
    for entry in std::fs::read_dir(root.join(".git/objects/pack"))? {
        written += entry?.metadata()?.len();
    }
    Ok((a_point * grid.points() as u64 + written, written))
}

/// The id of the rewritten file in each commit.
fn files(root: &Path, source: &str) -> Result<Vec<String>> {
    let commits = git(root, ["rev-list", "--reverse", &format!("main..{BRANCH}")])?;
    commits.lines().map(|commit| git(root, ["rev-parse", &format!("{commit}:{source}")])).collect()
}

/// Feeds `git fast-import` with the commits that `gitsweep create` makes.
fn feed_fast_import(source: &str, grid: Grid, base: &str, spec: &str) -> Result<()> {
    let text = std::fs::read_to_string(source)?;
    let (above, rest) = text.split_once("g_e = 100.0").context("there is no g_e")?;
    let (between, below) = rest.split_once("g_i = 100").context("there is no g_i")?;

    let mut git = Command::new("git")
        .args(["fast-import", "--quiet"])
        .env("MALLOC_TRIM_THRESHOLD_", "1000000000")
        .env("MALLOC_TOP_PAD_", "16000000")
        .stdin(Stdio::piped())
        .spawn()?;
    let mut out = BufWriter::with_capacity(1 << 16, git.stdin.take().context("there is a pipe")?);
    let person = format!("{} <{}> {DATE_SECONDS} +0000", PERSON.0, PERSON.1);
    let (mut message, mut file) = (String::new(), String::new());
    for (index, (g_e, g_i)) in (1..).zip(grid.values()) {
        message.clear();
        write!(
            message,
            "grid_search 2026-11-21 {index}/{}: g_e={g_e} g_i={g_i}\n\nSweep: {BRANCH}\nSweep-Base: {base}\nPoint: {index}\n\
             Param: g_e={g_e}\nParam: g_i={g_i}\n",
            grid.points()
        )?;
        write!(
            out,
            "commit refs/heads/{BRANCH}\nauthor {person}\ncommitter {person}\ndata {}\n{message}",
            message.len()
        )?;
        if index == 1 {
            write!(out, "from {base}\nM 100644 inline .gitsweep/sweep.toml\ndata {}\n{spec}", spec.len())?;
        }
        file.clear();
        write!(file, "{above}g_e = {g_e}{between}g_i = {g_i}{below}")?;
        write!(out, "M 100644 inline {source}\ndata {}\n{file}\n", file.len())?;
    }
    out.flush()?;
    drop(out);
    ensure!(git.wait()?.success(), "fast-import has failed");
    Ok(())
}

fn rewrite(criterion: &mut Criterion, model: &Path) -> Result<()> {
    let source = std::fs::read(model.join(SOURCE))?;
    let bindings: Vec<Binding> = ["g_e", "g_i"]
        .into_iter()
        .enumerate()
        .map(|(parameter, name)| Binding {
            parameter,
            name: name.to_owned(),
            place: Place::Template(Template::assignment(name, Language::of_path(SOURCE))),
            occurrences: Occurrences::Only,
            format: None,
        })
        .collect();
    let mut group = criterion.benchmark_group("rewrite");
    group.throughput(Throughput::Bytes(source.len() as u64));
    let found = Rewrite::new(source.as_slice(), bindings.clone())?;
    let values = [Value::guess("0.5"), Value::guess("-5")];
    let file = found.render(&values)?;
    group.bench_function("find two places in 8 kB", |bench| {
        bench.iter(|| Rewrite::new(source.as_slice(), bindings.clone()));
    });
    group.bench_function("write a point's file", |bench| bench.iter(|| found.render(&values)));
    group.bench_function("read a point's file back", |bench| bench.iter(|| found.verify(&file, &values)));
    group.finish();
    Ok(())
}

fn lay(criterion: &mut Criterion, world: &World, model: &Path) -> Result<()> {
    let grid = Grid(40, 25);
    let given = grid.domains().into_iter().map(|(name, domain)| Given::read(name, Some(SOURCE.to_owned()), &domain));
    let parameters = given.collect::<Result<Vec<_>>>()?;
    let flags = Flags { parameters, command: Some("true".to_owned()), ..Flags::default() };
    let draft = |root: &Path| -> Result<(Repository, Draft)> {
        let repository = Repository::discover(root)?;
        let plan = Plan::resolve(Typed::default(), "", &flags)?;
        let draft = Draft::prepare(&repository, plan, repository.head()?, Guard::No)?;
        Ok((repository, draft))
    };
    let when = When(time::OffsetDateTime::from_unix_timestamp(DATE_SECONDS)?);
    let identity = Identity::of_tool(DATE_SECONDS);
    let mut group = criterion.benchmark_group("lay");
    group.measurement_time(std::time::Duration::from_secs(6));
    group.throughput(Throughput::Elements(grid.points() as u64));
    group.bench_function("1,000 points", |bench| {
        bench.iter_batched(
            || {
                let fresh = || world.copy(model).and_then(|copy| draft(copy.path()).map(|draft| (copy, draft)));
                fresh().unwrap_or_else(|error| panic!("{error:#}"))
            },
            |(copy, (repository, draft))| {
                let sweep = draft.lay(&repository, BRANCH, &identity, when, &mut |_| {});
                (sweep.unwrap_or_else(|error| panic!("{error:#}")), copy, repository)
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
    Ok(())
}
