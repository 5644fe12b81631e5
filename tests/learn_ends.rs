//! How searches that learn come to an end, and what may go on after it: laid points, failures, more of everything.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;

use common::{DATE, Repo, Said, wait_until};

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
    assert!(said.err.contains("1 point failed 3 times or more; gitsweep queue s --rerun failed"), "{}", said.err);
    repo.fails(3, ["queue", "--rerun", "failed"]);
    assert_eq!(attempts(&repo)[0], 4);
}

#[test]
fn points_that_never_ran_come_before_those_that_failed() {
    let command = "echo {x} >> \"$OUT\"/order; test {x} != 1 && echo {x} > output.json";
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
            "test -e '../ok' && echo {x} > output.json",
            INTEGER,
        );
        let licence = repo.outside().join("licence");
        repo.write("gitsweep.toml", repo.read("gitsweep.toml").replace("../ok", licence.to_str().unwrap()));
        repo.commit("with a licence");
        lay(&repo, &[]);
        let said = queue(&repo);
        assert_eq!(said.code, 3, "{strategy}: {}", said.err);
        assert!(said.err.contains("points failed; there is nothing to learn from"), "{strategy}: {}", said.err);
        assert!(
            said.err.contains("hint: gitsweep logs s:1 shows what the program said; gitsweep queue s --rerun failed"),
            "{strategy}: {}",
            said.err
        );
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

const COUNT: &str = "echo $GITSWEEP_POINT > output.json";

#[test]
fn an_extension_raises_the_budget_that_is_exhausted() {
    let search = "strategy = \"tpe\"\ntrials = 12\npatience = 3\nmin_initial_points = 4";
    let repo = repo(search, COUNT, INTEGER);
    lay(&repo, &[]);
    queue(&repo);
    assert_eq!(attempts(&repo), [1; 4]);
    let extend = |more: &[&str]| repo.run([&["extend", "s"], more].concat());
    for (more, what, way_out) in [
        (
            &["--trials", "16"][..],
            "no better result among the last 3",
            "there are 3 since the best: give more than that with --patience",
        ),
        (
            &["--patience", "30", "--trials", "4"],
            "all 4 trials are laid",
            "there are 4: say how many there are to be with --trials 8",
        ),
        (
            &["--patience", "30", "--target", "1"],
            "the target is reached",
            "the best result is 1: give a better one with --target",
        ),
        (
            &["--patience", "30", "--run-time", "1ms"],
            "the runs have taken run_time = 1ms",
            "give more than that with --run-time",
        ),
        (
            &["--patience", "30", "--search-time", "1ms"],
            "search_time = 1ms is over",
            "give more than that with --search-time",
        ),
    ] {
        let said = extend(more);
        assert_eq!(said.code, 1, "{more:?}: {}", said.err);
        assert!(said.err.contains(&format!("error: s is to have no more points: {what}\n")), "{more:?}: {}", said.err);
        assert!(said.err.contains(way_out), "{more:?}: {}", said.err);
    }
    assert_eq!(attempts(&repo), [1; 4]);
    let flags = ["--patience", "30", "--target", "-0.5", "--run-time", "100h", "--search-time", "200h"];
    let said = extend(&flags);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("the first of 8 more points added to s"), "{}", said.err);
    repo.ok(["queue"]);
    assert_eq!(attempts(&repo), [1; 12]);
    let definition = repo.git(["show", "s:.gitsweep/sweep.toml"]);
    for line in ["patience = 30", "target = -0.5", "run_time = \"4days 4h\"", "search_time = \"8days 8h\""] {
        assert!(definition.contains(line), "{line}: {definition}");
    }
    assert!(extend(&["--trials", "13"]).err.contains("1 point added to s"));
    let said = extend(&["--trials", "100", "--dry-run"]);
    assert!(said.out.contains("the first of 87 more points on top of 13 of s"), "{}", said.out);
    assert!(
        repo.fails(1, ["create", "--strategy", "grid", "--target", "3"])
            .contains("--target is about a search that learns or is random, and the strategy is grid")
    );
}

#[test]
fn a_space_that_is_gone_through_has_an_end_for_all_strategies() {
    let nine = "[params.x]\nvalues = { type = \"integer\", domain = [1, 9] }\n";
    for strategy in ["bayesian", "differential-evolution", "tpe", "cma-es", "evolutionary"] {
        let repo = repo(&format!("strategy = \"{strategy}\""), COUNT, nine);
        lay(&repo, &[]);
        let said = queue(&repo);
        assert!(said.err.contains("no more points: all 9 points of the space are laid"), "{strategy}: {}", said.err);
        let said = repo.fails(1, ["extend", "--trials", "20"]);
        assert!(said.contains("all points of the space of s are laid"), "{strategy}: {said}");
    }
}

#[test]
fn a_queue_between_two_runs_is_at_work_until_it_is_killed() {
    let repo = repo("strategy = \"tpe\"\ntrials = 12\nmin_initial_points = 4", COUNT, INTEGER);
    lay(&repo, &[]);
    let mut queue = repo.gitsweep_command(["queue", "-j", "1", "--spacing", "1h"]).spawn().unwrap();
    wait_until("the first run to end", || repo.ok(["status"]).contains("  1 ok   3 pending\n"));
    assert!(!repo.ok(["status"]).contains("nothing runs"));
    queue.kill().unwrap();
    queue.wait().unwrap();
    assert!(repo.ok(["status"]).contains("\n  nothing runs: gitsweep queue s goes on\n"));
}

#[test]
fn status_tells_how_far_a_search_is() {
    let repo = repo("strategy = \"tpe\"\ntrials = 12\ntarget = 0.5\nmin_initial_points = 4", COUNT, INTEGER);
    lay(&repo, &[]);
    let said = repo.run(["queue", "--dry-run"]);
    assert_eq!(said.out.lines().count(), 4);
    assert!(said.err.contains("4 points would be run, and up to 8 more would be proposed"), "{}", said.err);
    let said = repo.run(["queue", "--dry-run", "--limit", "6"]);
    assert!(said.err.contains("4 points would be run, and up to 2 more would be proposed"), "{}", said.err);
    repo.ok(["queue", "--limit", "6"]);
    let said = repo.run(["queue", "--dry-run"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    assert!(said.err.contains("0 points would be run, and up to 6 more would be proposed"), "{}", said.err);
    let status = repo.ok(["status"]);
    let laid = "  6 of 12 trials laid\n  best loss 1, point 1: x=";
    assert!(status.contains(laid) && status.ends_with("\n  nothing runs: gitsweep queue s goes on\n"), "{status}");
    let watch = repo.gitsweep_command(["status", "--watch"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    repo.ok(["queue"]);
    let watched = String::from_utf8(watch.wait_with_output().unwrap().stdout).unwrap();
    assert!(watched.contains("  12 of 12 trials laid\n"), "{watched}");
    assert!(!repo.ok(["status"]).contains("nothing runs"));
    assert_eq!(repo.run(["queue", "--dry-run"]).code, 4);
    repo.ok(["extend", "--trials", "20", "--target", "0.7"]);
    repo.ok(["extend", "--trials", "20", "--target", "0.9"]);
    repo.write(
        "gitsweep.toml",
        repo.read("gitsweep.toml").replace("0.5", "3.5").replace("loss\"", "loss\"\ndirection = \"maximize\""),
    );
    repo.commit("another target");
    repo.ok(["create", "--date", DATE, "--branch", "t"]);
    repo.ok(["queue", "-j", "1", "t"]);
    let status = repo.ok(["status", "t"]);
    assert!(status.contains("  no more points: the target is reached\n"), "{status}");
    let json: serde_json::Value = serde_json::from_str(&repo.ok(["status", "t", "--json"])).unwrap();
    assert_eq!(json["search"]["end"], "the target is reached");
    assert_eq!((&json["search"]["trials"], &json["search"]["more"]), (&12.into(), &0.into()));
    assert_eq!((&json["search"]["best"]["value"], &json["search"]["best"]["point"]), (&4.0.into(), &4.into()));
}

#[test]
fn an_initial_design_of_all_trials_is_told_of() {
    let colours: Vec<String> = (0..9).map(|at| format!("\"c{at}\"")).collect();
    let parameters = format!("{PLANE}[params.c]\nvalues = [{}]\n", colours.join(", "));
    let repo = repo("strategy = \"bayesian\"\ntrials = 15", COUNT, &parameters);
    let told = |trials: &str| repo.run(["create", "--dry-run", "--trials", trials]).err;
    assert!(
        told("15").contains("all of the 15 trials are laid before anything is learnt from results"),
        "{}",
        told("15")
    );
    assert!(told("24").contains("20 of the 24 trials are laid before"), "{}", told("24"));
    assert!(!told("60").contains("are laid before"), "{}", told("60"));
}

/// What is measured of every run need not be reported.
#[test]
fn the_time_that_runs_take_may_be_the_objective() {
    let command = "echo '{\"loss\": 1}' > output.json";
    let repo = repo("strategy = \"tpe\"\ntrials = 5\nmin_initial_points = 3", command, INTEGER);
    repo.write("gitsweep.toml", repo.read("gitsweep.toml").replace("objective = \"loss\"", "objective = \"seconds\""));
    repo.commit("the time");
    lay(&repo, &[]);
    let said = queue(&repo);
    assert_eq!((said.code, said.err.contains("did not report")), (0, false), "{}", said.err);
    assert!(!repo.ok(["status"]).contains("did not report"));
    let best = repo.ok(["results", "--best", "2", "--columns", "seconds", "--format", "csv"]);
    let seconds: Vec<f64> = best.lines().skip(1).map(|line| line.parse().unwrap()).collect();
    assert!(seconds.len() == 2 && seconds[0] <= seconds[1], "{best}");
}

#[test]
fn a_small_fitness_is_said_in_its_shortest_form() {
    let repo = repo("strategy = \"tpe\"\ntrials = 1\nfitness = \"loss * 1e-10\"", "echo 9.6 > output.json", INTEGER);
    repo.write(
        "gitsweep.toml",
        repo.read("gitsweep.toml").replace("\"loss\"", "\"objective\"").replace("loss *", "objective *"),
    );
    lay(&repo, &[]);
    queue(&repo);
    let status = repo.ok(["status"]);
    assert!(status.contains("best objective * 1e-10 9.6e-10, point 1"), "{status}");
    assert!(repo.ok(["show", "1"]).contains("\n  fitness = 9.6e-10\n"));
}

#[test]
fn a_metric_that_is_called_fitness_is_told_apart_from_the_fitness_of_the_search() {
    for (metric, is_told) in [("fitness", true), ("fit", false)] {
        let command = format!("echo '{{\"loss\": 2, \"{metric}\": 7}}' > output.json");
        let repo = repo("strategy = \"tpe\"\ntrials = 1\nfitness = \"loss + 1\"", &command, INTEGER);
        lay(&repo, &[]);
        assert_eq!(queue(&repo).code, 0);
        assert_eq!(repo.ok(["results", "--format", "csv", "--columns", "fitness"]), "fitness\n3\n");
        let table = repo.ok(["results"]);
        let words = "fitness is what the search computes";
        assert_eq!(table.contains(words), is_told, "{table}");
        for format in ["csv", "tsv", "json", "jsonl"] {
            let said = repo.run(["results", "--format", format]);
            assert!(said.code == 0 && !said.out.contains(words), "{format}: {}", said.out);
            assert_eq!(said.err.contains(words), is_told, "{format}: {}", said.err);
        }
    }
}

#[test]
fn a_fitness_that_cannot_be_read_has_its_place_and_a_way_out() {
    for (fitness, words) in [
        ("loss +", "fitness: expected a value, found the end\n    loss +\n          ^\nhint: such as fitness = "),
        ("2loss", "hint: a product is written `2 * loss`"),
    ] {
        let err = repo(&format!("strategy = \"tpe\"\ntrials = 1\nfitness = \"{fitness}\""), "true", INTEGER)
            .fails(1, ["create"]);
        assert!(err.contains(words), "{err}");
    }
}

#[test]
fn a_fitness_of_what_nobody_reports_and_a_start_that_is_no_number() {
    let fitness = repo("strategy = \"tpe\"\ntrials = 5\nmin_initial_points = 3\nfitness = \"los + 1\"", COUNT, INTEGER);
    lay(&fitness, &[]);
    let said = queue(&fitness);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("hint: it has los: did you mean loss?"), "{}", said.err);
    let start = repo(
        "strategy = \"evolutionary\"\ntrials = 5",
        COUNT,
        "[params.gain]\nfile = \"m.c\"\nvalues = \"normal(0, 1)\"\n",
    );
    let several = ["a", "b", "c"].map(|name| format!("[params.{name}]\nvalues = \"normal(0, 1)\"\n")).concat();
    let err = repo("strategy = \"evolutionary\"\ntrials = 5", COUNT, &several).fails(1, ["create"]);
    let why = "a, b and c have no values to start from: with evolutionary, a distribution is the size of the steps\n\
               hint: give them values: start = { a = 1.0, b = 1.0, c = 1.0 } under [search], or --start a=1.0 \
               --start b=1.0 --start c=1.0\n";
    assert!(err.contains(why), "{err}");
    start.write("m.c", "float gain = 1.5q;\n");
    start.commit("model");
    let said = start.fails(1, ["create"]);
    assert!(
        said.contains("to which no number can be added\nhint: give it a number to start from: --start gain=1.5\n"),
        "{said}"
    );
}

#[test]
fn a_misspelt_metric_of_search_stop_is_told_of() {
    let report = "echo '{\"step\": 1, \"loss\": 1}' >> \"$GITSWEEP_METRICS\"";
    let stop = |metric: &str| format!("{INTEGER}[search.stop]\nrule = \"median\"\nmetric = \"{metric}\"\n");
    for (metric, is_told) in [("los", true), ("loss", false)] {
        let repo = repo("strategy = \"random\"\ntrials = 5", report, &stop(metric));
        lay(&repo, &[]);
        let said = queue(&repo).err;
        let told = "no run reports los as it goes (did you mean loss?), by which [search.stop] ends runs";
        assert_eq!(said.matches(told).count(), usize::from(is_told), "{said}");
        assert_eq!(repo.ok(["status"]).matches(told).count(), usize::from(is_told));
    }
}

#[test]
fn random_points_go_on_until_a_result_is_good_enough() {
    let repo = repo("strategy = \"random\"\ntarget = 3", "echo {x} > output.json", INTEGER);
    repo.write("gitsweep.toml", repo.read("gitsweep.toml").replace("\"loss\"", "\"objective\""));
    repo.commit("objective");
    lay(&repo, &[]);
    let said = queue(&repo);
    assert_eq!(said.code, 0, "{}", said.err);
    let values = repo.ok(["results", "--format", "csv", "--columns", "x"]);
    let values: Vec<u32> = values.lines().skip(1).map(|line| line.parse().unwrap()).collect();
    let (last, before) = values.split_last().unwrap();
    assert!(*last <= 3 && before.iter().all(|value| *value > 3), "{values:?}");
    // They are those of a search of that many trials.
    let trials = values.len().to_string();
    let list = ["create", "--strategy", "random", "--trials", &trials, "--seed", "1", "--list", "--format", "csv"];
    let listed = repo.ok([&list[..], &["-p", "x={ type = integer, domain = [1, 30] }"]].concat());
    let listed: Vec<u32> =
        listed.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse().unwrap()).collect();
    assert_eq!(values, listed);
    assert!(repo.ok(["status"]).contains("best objective"));
}

#[test]
fn random_points_go_on_for_a_time_without_an_objective_or_bounds() {
    let repo = Repo::empty();
    let normal = "[run]\ncommand = \"true {x}\"\n[params.x]\nvalues = \"normal(0, 1)\"\n";
    repo.write("gitsweep.toml", format!("[search]\nstrategy = \"random\"\nseed = 1\nrun_time = \"1us\"\n{normal}"));
    repo.commit("model");
    lay(&repo, &[]);
    // Any run takes longer than that.
    repo.ok(["queue", "-q", "-j", "1"]);
    assert_eq!(attempts(&repo), [1]);
    assert!(repo.ok(["status"]).contains("the runs have taken run_time = "), "{}", repo.ok(["status"]));
    repo.ok(["extend", "--run-time", "1h", "--trials", "4"]);
    repo.ok(["queue", "-q", "-j", "2"]);
    assert_eq!(attempts(&repo), [1; 4]);

    // A strategy of the command line leaves the ends of the file's alone.
    assert!(repo.ok(["create", "-n", "--strategy", "random", "--trials", "3"]).contains("3 points on branch"));
    let err = repo.fails(1, ["create", "-n", "--strategy", "random"]);
    assert!(err.contains("no end of values of `x`") && err.contains("--search-time 24h"), "{err}");
    let err = repo.fails(1, ["create", "-n", "--strategy", "random", "--patience", "3"]);
    assert!(err.contains("it is not said which metric is the objective"), "{err}");
    assert!(repo.fails(1, ["create", "-n", "--strategy", "random", "--start", "x=1"]).contains("--start is about"));
}
