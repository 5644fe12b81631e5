//! What a run costs beyond its program.
//!
//! 40 points of a repository of 40 files, one at a time, with a program that does nothing (`true`):
//!
//! - `gitsweep queue -j 1`: it also claims the point, keeps the log, measures the run and survives being killed;
//! - the loop that people write: `git worktree add`, the program, `git notes add`, `git worktree remove`;
//! - the program alone, started in the same way (`sh -c true`), which is the floor: overhead is what is above it.
//!
//! That each of the first two has left a note on every commit, and no checkout, is asked of real git.
//!
//!     cargo bench --bench queue

mod common;

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use common::{DATE, SOURCE, Tables, World, bash, git, gitsweep, measure, number};

const BRANCH: &str = "search";

fn main() -> Result<()> {
    let world = World::new()?;
    match Tables::wanted("processes") {
        Tables::Full => processes(&world, 8, 7),
        Tables::Small => processes(&world, 1, 1),
        Tables::None => Ok(()),
    }
}

/// A sweep of five times `fives` points, run `rounds` times in each way.
fn processes(world: &World, fives: usize, rounds: usize) -> Result<()> {
    let machine = common::machine()?;
    let model = world.model()?;
    let domains = ["g_e=0.5 to 2.5 step 0.5".to_owned(), format!("g_i=-1 to -{fives} step -1")];
    measure(
        gitsweep(&model)
            .args(["create", "--branch", BRANCH, "--date", DATE, "-f", SOURCE, "-p", &domains[0], "-p", &domains[1]])
            .args(["--", "true"]),
    )?;
    let points = 5 * fives;

    let on_copy = |notes: Option<&str>, command: &dyn Fn(&Path) -> Command| {
        let copy = world.copy(&model)?;
        let spent = measure(&mut command(copy.path()))?;
        if let Some(notes) = notes {
            check(copy.path(), notes, points)?;
        }
        Ok(spent)
    };
    let ours = || on_copy(Some("gitsweep"), &queue);
    let worktrees = || on_copy(Some("runs"), &worktree_loop);
    let floor = || on_copy(None, &|root| bash(root, &format!("for point in $(seq {points}); do sh -c true; done")));
    let names = ["gitsweep queue -j 1", "worktree, run, note", "the program alone"];
    let spent = common::take_turns(rounds, &[&ours, &worktrees, &floor])?;

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
        &format!("overhead a run, {points} runs of `true` ({machine}; {} at the end)", common::load()),
        &["way", "CPU ms/run", "wall ms/run", "CPU overhead", "wall overhead", "CPU ratio", "wall ratio"],
        &rows,
    );
    println!("  ratios: overhead of this way / overhead of gitsweep\n");
    Ok(())
}

fn queue(root: &Path) -> Command {
    let mut command = gitsweep(root);
    command.args(["queue", BRANCH, "-j", "1"]);
    command
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
