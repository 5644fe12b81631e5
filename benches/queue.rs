//! What a run costs beyond its program.
//!
//! Points of a repository of 40 files and of one of 5,000, one at a time, with a program that does nothing (`true`):
//!
//! - `gitsweep queue -j 1`: it also claims the point, keeps the log, measures the run and survives being killed;
//! - the loop that people write: `git worktree add`, the program, `git notes add`, `git worktree remove`;
//! - GNU parallel with a log, where it is installed: no checkout, no note;
//! - the program alone, started in the same way (`sh -c true`), which is the floor: overhead is what is above it.
//!
//! That each of the first two has left a note on every commit, and no checkout, is asked of real git. Then 10,000 runs, two at
//! a time, beside `xargs -P2`, which keeps nothing of them.
//!
//! A file system that gives freed blocks back to its disk at once (mounted with `discard`) makes every run wait for it, and
//! ext4 without a journal looks past all inodes that were freed in the last minutes for each new file, so that runs take longer
//! the more there were just before. To see what gitsweep itself takes: TMPDIR=/dev/shm.
//!
//!     cargo bench --bench queue

mod common;

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use common::{DATE, SOURCE, Tables, World, bash, callgrind, git, gitsweep, measure, number};

const BRANCH: &str = "search";

fn main() -> Result<()> {
    let world = World::new()?;
    match Tables::wanted("processes") {
        Tables::Full => {
            processes(&world, &world.model()?, "40 files", 100, 5)?;
            processes(&world, &world.large_model()?, "5,000 files", 100, 3)?;
            instructions(&world, [20, 120])?;
            side_by_side(&world, 10_000, 3)
        }
        Tables::Small => {
            processes(&world, &world.model()?, "40 files", 5, 1).and_then(|()| side_by_side(&world, 10, 1))
        }
        Tables::None => Ok(()),
    }
}

fn create(model: &Path, points: usize) -> Result<()> {
    let domain = format!("g_i=-1 to -{points} step -1");
    let create = ["create", "--yes", "--branch", BRANCH, "--date", DATE, "-f", SOURCE, "-p", &domain, "--", "true"];
    measure(gitsweep(model).args(create)).map(drop)
}

/// A sweep of so many points, run `rounds` times in each way.
fn processes(world: &World, model: &Path, size: &str, points: usize, rounds: usize) -> Result<()> {
    let machine = common::machine()?;
    create(model, points)?;

    let on_copy = |notes: Option<&str>, command: &dyn Fn(&Path) -> Command| {
        let copy = world.copy(model)?;
        let spent = measure(&mut command(copy.path()))?;
        if let Some(notes) = notes {
            check(copy.path(), notes, points)?;
        }
        Ok(spent)
    };
    let ours = || on_copy(Some("gitsweep"), &|root| queue(root, 1));
    let worktrees = || on_copy(Some("runs"), &worktree_loop);
    let floor = || on_copy(None, &|root| bash(root, &format!("for point in $(seq {points}); do sh -c true; done")));
    // What is left when the first checkout and its removal are taken out.
    let few = points / 5;
    let first_few = || on_copy(None, &|root| few_of(root, few));
    let parallel = || on_copy(None, &|root| gnu_parallel(root, points));
    let has_parallel = Command::new("parallel").arg("--version").output().is_ok_and(|said| said.status.success());
    let mut names = vec!["gitsweep queue -j 1", "worktree, run, note", "the program alone", "gitsweep, a run more"];
    let mut ways: Vec<common::Way<'_>> = vec![&ours, &worktrees, &floor, &first_few];
    if has_parallel {
        names.push("GNU parallel -j1");
        ways.push(&parallel);
    }
    let mut spent = common::take_turns(rounds, &ways)?;

    let more = points as f64 / (points - few) as f64;
    spent[3].cpu = spent[0].cpu.saturating_sub(spent[3].cpu).mul_f64(more);
    spent[3].wall = spent[0].wall.saturating_sub(spent[3].wall).mul_f64(more);
    let floor = spent[2];
    let a_run = |seconds: f64| seconds * 1e3 / points as f64;
    let cpu = |at: usize| a_run(spent[at].cpu.as_secs_f64() - floor.cpu.as_secs_f64());
    let wall = |at: usize| a_run(spent[at].wall.as_secs_f64() - floor.wall.as_secs_f64());
    let rows: Vec<Vec<String>> = names
        .iter()
        .zip(&spent)
        .enumerate()
        .map(|(at, (name, it))| {
            let mut row =
                vec![(*name).to_owned(), number(a_run(it.cpu.as_secs_f64())), number(a_run(it.wall.as_secs_f64()))];
            let overhead = [cpu(at), wall(at), cpu(at) / cpu(0), wall(at) / wall(0)];
            row.extend(overhead.map(|it| if at == 2 { "-".to_owned() } else { number(it) }));
            row
        })
        .collect();
    common::print_table(
        &format!("overhead a run, {points} runs of `true`, {size} ({machine}; {} at the end)", common::load()),
        &["way", "CPU ms/run", "wall ms/run", "CPU overhead", "wall overhead", "CPU ratio", "wall ratio"],
        &rows,
    );
    println!(
        "  ratios: overhead of this way / overhead of gitsweep; a run more: without the first checkout and its removal\n"
    );
    Ok(())
}

/// How many instructions of gitsweep's each run more takes, those of the program and of git apart.
fn instructions(world: &World, sizes: [usize; 2]) -> Result<()> {
    if !callgrind::is_installed() {
        println!("  instructions are not counted: valgrind is not installed\n");
        return Ok(());
    }
    let mut rows = Vec::new();
    for (files, size) in [("model", "40 files"), ("large", "5,000 files")] {
        let model = world.made(files);
        let counts = sizes.map(|runs| -> Result<(usize, u64)> {
            let copy = world.copy(&model)?;
            git(copy.path(), ["update-ref", "-d", &format!("refs/heads/{BRANCH}")])?;
            create(copy.path(), runs)?;
            Ok((runs, callgrind::instructions(&queue(copy.path(), 1))?))
        });
        let [few, many] = counts;
        let (few, many) = (few?, many?);
        rows.push(vec![
            format!("gitsweep queue, {size}"),
            number(callgrind::a_point(few, many)),
            number(few.1 as f64 / 1e6),
        ]);
    }
    common::print_table("instructions (callgrind)", &["way", "instructions/run", "millions at 20"], &rows);
    Ok(())
}

/// Many runs of a program that does nothing, two at a time.
fn side_by_side(world: &World, runs: usize, rounds: usize) -> Result<()> {
    let machine = common::machine()?;
    let model = world.small_model()?;
    create(&model, runs)?;
    let ours = || {
        let copy = world.copy(&model)?;
        let spent = measure(&mut queue(copy.path(), 2))?;
        let noted = git(copy.path(), ["notes", "--ref=gitsweep", "list"])?;
        ensure!(noted.lines().count() == runs, "not every point has its note");
        Ok(spent)
    };
    let xargs = || measure(&mut bash(&model, &format!("seq {runs} | xargs -P2 -n1 sh -c true")));
    let spent = common::take_turns(rounds, &[&ours, &xargs])?;
    let rows: Vec<Vec<String>> = ["gitsweep queue -j 2", "xargs -P2 -n1 sh -c"]
        .iter()
        .zip(&spent)
        .map(|(name, it)| {
            let a_run = |seconds: f64| number(seconds * 1e3 / runs as f64);
            let memory = number(it.memory as f64 / 1e6);
            let ratios = [
                it.cpu.as_secs_f64() / spent[1].cpu.as_secs_f64(),
                it.wall.as_secs_f64() / spent[1].wall.as_secs_f64(),
            ];
            let mut row = vec![(*name).to_owned(), a_run(it.cpu.as_secs_f64()), a_run(it.wall.as_secs_f64()), memory];
            row.extend(ratios.map(number));
            row
        })
        .collect();
    common::print_table(
        &format!("{} runs of `true`, two at a time ({machine}; {} at the end)", common::count(runs), common::load()),
        &["way", "CPU ms/run", "wall ms/run", "MB", "CPU ratio", "wall ratio"],
        &rows,
    );
    println!("  ratios: this way / xargs\n");
    Ok(())
}

fn queue(root: &Path, jobs: usize) -> Command {
    let mut command = gitsweep(root);
    command.args(["queue", BRANCH, "-j", &jobs.to_string()]);
    command
}

fn few_of(root: &Path, runs: usize) -> Command {
    let mut command = queue(root, 1);
    command.args(["--limit", &runs.to_string()]);
    command
}

fn gnu_parallel(root: &Path, runs: usize) -> Command {
    bash(root, &format!("seq {runs} | parallel --will-cite -j1 --joblog ../joblog-$$ 'true {{}}' && rm ../joblog-$$"))
}

fn worktree_loop(root: &Path) -> Command {
    let script = format!(
        "for commit in $(git rev-list --reverse main..{BRANCH}); do
            git worktree add -q --detach ../worktree-$$ $commit
            (cd ../worktree-$$ && sh -c true)
            git notes --ref=runs add -m '{{\"status\":\"ok\"}}' $commit
            git worktree remove --force ../worktree-$$
        done"
    );
    bash(root, &script)
}

/// Asks git for a note on every point and for no checkout but the user's.
fn check(root: &Path, notes: &str, points: usize) -> Result<()> {
    let noted = git(root, ["notes", &format!("--ref={notes}"), "list"])?;
    ensure!(noted.lines().count() == points, "not every point has its note");
    for commit in git(root, ["rev-list", &format!("main..{BRANCH}")])?.lines() {
        let note = git(root, ["notes", &format!("--ref={notes}"), "show", commit])?;
        ensure!(note.contains("\"status\":\"ok\""), "{commit}: {note}");
    }
    ensure!(git(root, ["worktree", "list"])?.lines().count() == 1, "a checkout was left behind");
    git(root, ["fsck", "--strict", "--full"]).map(drop)
}
