//! How searches that learn come to an end, and what may go on after it: laid points, failures, more of everything.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;

use common::{DATE, Repo, Said};

const INTEGER: &str = "[params.x]\nvalues = { type = \"integer\", domain = [1, 30] }\n";
const PLANE: &str = "[params.x]\nvalues = { type = \"continuous\", domain = [-4, 4] }\n\
                     [params.y]\nvalues = { type = \"continuous\", domain = [-4, 4] }\n";

/// A repository with a search by `search`, the lines below `[search]`, of what `command` makes of the parameters.
fn repo(search: &str, command: &str, parameters: &str) -> Repo {
    let repo = Repo::empty();
    repo.write(
        "gitsweep.toml",
        format!("[search]\nobjective = \"loss\"\nseed = 1\n{search}\n[run]\ncommand = '''{command}'''\n{parameters}"),
    );
    repo.commit("model");
    repo
}

fn lay(repo: &Repo, more: &[&str]) -> String {
    repo.ok([&["create", "--date", DATE, "--branch", "s"], more].concat());
    "s".to_owned()
}

fn attempts(repo: &Repo) -> Vec<usize> {
    repo.statuses("s").iter().map(Vec::len).collect()
}

fn queue(repo: &Repo) -> Said {
    repo.run(["queue", "-j", "1"])
}

/// What cron does.
#[test]
fn a_point_that_fails_does_not_keep_a_queue_of_single_runs_from_moving_on() {
    let repo = repo("strategy = \"tpe\"\ntrials = 12", "test {x} != 15 && echo {x} > output.json", INTEGER);
    lay(&repo, &["--start", "x=15"]);
    repo.fails(3, ["queue", "-q", "--limit", "1"]);
    (1..12).for_each(|_| drop(repo.ok(["queue", "-q", "--limit", "1"])));
    assert_eq!(attempts(&repo), [1; 12]);
    // Then it is tried again, and not for ever.
    (0..4).for_each(|_| drop(repo.run(["queue", "-q", "--limit", "1"])));
    assert_eq!(attempts(&repo)[0], 3);
    let said = queue(&repo);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("1 point failed 3 times or more; gitsweep queue --rerun failed"), "{}", said.err);
    repo.fails(3, ["queue", "--rerun", "failed"]);
    assert_eq!(attempts(&repo)[0], 4);
}

#[test]
fn points_that_never_ran_come_before_those_that_failed() {
    let command = "echo {x} >> $OUT/order; test {x} != 1 && echo {x} > output.json";
    let repo = repo("strategy = \"grid\"", command, "[params.x]\nvalues = [1, 2, 3]\n");
    lay(&repo, &[]);
    let queue = |arguments: &[&str]| {
        Said::of(repo.gitsweep_command(arguments).env("OUT", repo.outside()).output().unwrap()).code
    };
    assert_eq!(queue(&["queue", "-j", "1", "--max-failures", "1"]), 3);
    assert_eq!(queue(&["queue", "-j", "1", "--max-failures", "1"]), 3);
    assert_eq!(std::fs::read_to_string(repo.outside().join("order")).unwrap(), "1\n2\n3\n1\n");
}

#[test]
fn a_search_goes_on_once_what_all_failed_for_is_mended() {
    for strategy in ["tpe", "bayesian", "cma-es", "evolutionary"] {
        let repo = repo(
            &format!("strategy = \"{strategy}\"\ntrials = 14"),
            "test -e ../ok && echo {x} > output.json",
            INTEGER,
        );
        let licence = repo.outside().join("licence");
        repo.write("gitsweep.toml", repo.read("gitsweep.toml").replace("../ok", licence.to_str().unwrap()));
        repo.commit("with a licence");
        lay(&repo, &[]);
        let said = queue(&repo);
        assert_eq!(said.code, 3, "{strategy}: {}", said.err);
        assert!(said.err.contains("points failed; there is nothing to learn from"), "{strategy}: {}", said.err);
        assert!(said.err.contains("hint: gitsweep logs 1 shows what the program said"), "{strategy}: {}", said.err);
        repo.ok(["extend", "--trials", "16"]);
        std::fs::write(&licence, "").unwrap();
        let said = queue(&repo);
        assert_eq!(said.code, 0, "{strategy}: {}", said.err);
        let lasts: Vec<String> = repo.statuses("s").into_iter().map(|mut all| all.pop().unwrap()).collect();
        assert_eq!(lasts, ["ok"; 16], "{strategy}");
    }
}

/// What is laid is run by the next queue, whatever has ended the search.
#[test]
fn laid_points_are_run_after_the_end() {
    for (end, why) in [
        ("patience = 3", "no better result among the last 3"),
        ("target = 2.5", "the target is reached"),
        ("run_time = \"1ms\"", "the runs have taken run_time = 1ms"),
    ] {
        let command = "test $GITSWEEP_POINT$GITSWEEP_ATTEMPT != 21 && echo $GITSWEEP_POINT > output.json";
        let repo = repo(&format!("strategy = \"tpe\"\nmin_initial_points = 8\n{end}"), command, PLANE);
        lay(&repo, &[]);
        let said = queue(&repo);
        assert!(said.err.contains(&format!("no more points: {why}")), "{end}: {}", said.err);
        assert!(said.err.contains(" left in "), "{end}: {}", said.err);
        assert!(said.err.contains("what is left is run by: gitsweep queue s"), "{end}: {}", said.err);
        assert_eq!(
            attempts(&repo).iter().filter(|count| **count == 0).count(),
            8 - attempts(&repo).iter().sum::<usize>()
        );
        let said = queue(&repo);
        assert!(said.err.contains(&format!("no more points: {why}")), "{end}: {}", said.err);
        repo.ok(["queue"]);
        let lasts: Vec<String> = repo.statuses("s").into_iter().map(|mut all| all.pop().unwrap()).collect();
        assert_eq!(lasts, ["ok"; 8], "{end}");
    }
}

#[test]
fn results_that_are_not_finite_do_not_end_a_search_so_soon() {
    let model =
        "awk 'BEGIN { if ({x} > 2.8 && {y} > 2.5) print ({x}-3.3)^2+({y}-3.1)^2; else print \"NaN\" }' > output.json";
    for strategy in ["tpe", "bayesian", "cma-es", "differential-evolution"] {
        let repo = repo(&format!("strategy = \"{strategy}\"\ntrials = 60"), model, PLANE);
        lay(&repo, &[]);
        let said = repo.run(["queue", "-j", "2"]);
        assert_eq!((said.code, attempts(&repo).len()), (0, 60), "{strategy}: {}", said.err);
    }
    for (trials, count, end) in [(60, 20, "; there is nothing to learn from"), (8, 8, "\n")] {
        let repo = repo(&format!("strategy = \"bayesian\"\ntrials = {trials}"), "echo NaN > output.json", PLANE);
        lay(&repo, &[]);
        let said = queue(&repo);
        assert_eq!((said.code, attempts(&repo).len()), (3, count), "{}", said.err);
        let why = format!("none of the {count} results is finite: loss is NaN in {count} runs{end}");
        assert!(said.err.contains(&why), "{}", said.err);
        assert!(said.err.contains("hint: start the next search where it is finite (--start x=VALUE)"), "{}", said.err);
        assert_eq!(queue(&repo).code, 3);
    }
}
