//! What searches that learn make of results: of several objectives, of failures, of repeats, of runs that report as they go;
//! and what definitions they take.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;
mod learning;
mod live;

use common::{DATE, Repo, Said, wait_until};
use learning::{MODEL, UNIT, assert_one_line, evolutionary, proposed_by, repo, tpe};
use live::Live;

#[test]
fn a_finite_space_ends_the_search_and_says_so() {
    let search = "strategy = \"tpe\"\nobjective = \"loss\"\nseed = 1\ntrials = 50\nmin_initial_points = 3";
    let repo = repo(search, "[-1.0, 0.0, 1.0]", "[0.0, 2.0]");
    let said = repo.run(["create", "--date", DATE]);
    let fewer = "warning: 50 trials are asked for, and there are no more than 6 points to choose from\n";
    assert!(said.err.contains(fewer), "{}", said.err);
    let branch = said.out.trim().to_owned();
    let said = repo.run(["queue", "--dry-run"]);
    assert!(said.err.contains("3 points would be run, and up to 3 more would be proposed"), "{}", said.err);
    let said = repo.run(["queue", "-j", "8"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("no more points: all 6 points of the space are laid"), "{}", said.err);
    assert_one_line(&repo, &branch, 6);
}

#[test]
fn a_target_patience_and_run_time_end_a_search() {
    for (key, why) in [
        ("target = 1.5", "the target is reached"),
        ("patience = 3", "no better result among the last 3"),
        ("run_time = \"1ms\"", "the runs have taken run_time = 1ms"),
        ("search_time = \"1ms\"", "search_time = 1ms is over"),
    ] {
        let repo = evolutionary(key);
        let branch = repo.create();
        let said = repo.run(["queue", "-j", "2"]);
        assert_eq!(said.code, 0, "{key}: {}", said.err);
        assert!(said.err.contains(&format!("no more points: {why}")), "{key}: {}", said.err);
        assert!(repo.points(&branch).len() < 60, "{key}");
    }
}

/// Patience is over while a run is in flight that turns out to be the best.
#[test]
fn a_search_goes_on_if_what_was_in_flight_when_it_ended_is_better() {
    let repo = evolutionary("patience = 2");
    let go = repo.root().join(".git/go");
    repo.write(
        "model.sh",
        format!(
            "x=1.0\ny=1.0\nloss() {{ echo '{{\"loss\": '$1'}}'; }}\n\
             case $GITSWEEP_POINT in\n\
             3) while [ ! -e '{}' ]; do sleep 0.05; done; loss 0 ;;\n\
             *) loss $GITSWEEP_POINT ;;\n\
             esac > output.json\n",
            go.display()
        ),
    );
    repo.commit("the third is the best, and the last to end");
    let branch = repo.create();
    let queue = Live::start(&repo, ["queue", "-j", "2"]);
    let over = "no more points: no better result among the last 2\n";
    queue.wait_to_say(over);
    std::fs::write(go, "").unwrap();
    let said = queue.wait();
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.err.matches(over).count(), 2, "{}", said.err);
    assert!(said.err.contains("the search goes on after all, by what was in flight\n"), "{}", said.err);
    assert!(repo.points(&branch).len() > 4, "{}", said.err);
    assert!(repo.ok(["status"]).contains(over), "{}", repo.ok(["status"]));
}

#[test]
fn repeats_are_one_point_with_the_mean_of_their_results() {
    let search = "strategy = \"tpe\"\nobjective = \"loss\"\nseed = 1\ntrials = 6\nrepeats = 3\nmin_initial_points = 3";
    let repo = repo(search, UNIT, UNIT);
    let branch = repo.create();
    repo.ok(["queue", "-j", "3"]);
    assert_one_line(&repo, &branch, 18);
    let by = proposed_by(&repo, &branch);
    assert_eq!(by.iter().filter(|by| by.starts_with("tpe")).count() % 3, 0, "{by:?}");
    assert!(by[17].starts_with("tpe, "), "{by:?}");
    let subject = repo.git(["log", "-1", "--format=%s", &branch]);
    assert!(subject.contains(" 18/18: ") && subject.ends_with(" seed=3"), "{subject}");
    let status = repo.ok(["status"]);
    let best = status.lines().find(|line| line.starts_with("  best mean loss ")).unwrap();
    assert!(best.contains(", point ") && best.contains(" and its repeats: x="), "{best}");
    assert!(!best.contains("seed="), "{best}");
}

#[test]
fn several_objectives_and_a_fitness() {
    let search =
        "strategy = \"tpe\"\nobjectives = [\"loss min\", \"size max\"]\nseed = 1\ntrials = 8\nmin_initial_points = 4";
    let both = repo(search, UNIT, UNIT);
    let branch = both.create();
    both.ok(["queue", "-j", "2"]);
    let by = proposed_by(&both, &branch);
    assert!(by[7].starts_with("tpe, "), "{by:?}");
    let modelled = repo(&search.replace("tpe", "auto").replace("trials = 8", "trials = 10"), UNIT, UNIT);
    let branch = modelled.create();
    modelled.ok(["queue", "-j", "2"]);
    let by = proposed_by(&modelled, &branch);
    assert!(by[9].starts_with("gp ") && by[9].contains(", weights 0."), "{by:?}");
    let front = modelled.ok(["results", "--pareto", "loss,size max", "--format", "csv"]);
    assert!(front.lines().count() > 1, "{front}");
    let points = match front.lines().count() - 1 {
        1 => "1 point".to_owned(),
        count => format!("{count} points"),
    };
    let way = format!("gitsweep results {branch} --pareto 'loss min,size max'");
    let status = modelled.ok(["status"]);
    assert!(status.contains(&format!("  10 of 10 trials laid\n  {points} on the front: {way}\n")), "{status}");
    let json: serde_json::Value = serde_json::from_str(&modelled.ok(["status", "--json"])).unwrap();
    assert_eq!(json["search"]["front"], front.lines().count() - 1);
    let said = modelled.run(["results", "--best", "1"]);
    assert!(said.out.contains(&format!("by loss alone; by all objectives: {way}")), "{}{}", said.out, said.err);
    let search = "strategy = \"evolutionary\"\nobjective = \"loss\"\nfitness = \"-loss + 0 * seconds\"\ndirection = \"maximize\"\n\
                  elite_size = 1\nseed = 1\ntrials = 6";
    let fit = repo(search, "\"Gaussian(0.0, 0.4)\"", "\"Gaussian(0.0, 0.4)\"");
    let branch = fit.create();
    fit.ok(["queue", "-j", "1"]);
    // The only parent is always the best so far.
    let table = fit.ok(["results", "--format", "csv", "--columns", "loss,commit,proposed_by"]);
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split(',').collect()).collect();
    for (at, row) in rows.iter().enumerate().skip(1) {
        let best = rows[..at].iter().min_by(|a, b| a[0].parse::<f64>().unwrap().total_cmp(&b[0].parse().unwrap()));
        let parent = row[2].rsplit_once('=').unwrap().1;
        assert!(best.unwrap()[1].starts_with(parent), "{table}");
    }
    assert_one_line(&fit, &branch, 6);
}

#[test]
fn a_fitness_needs_no_objective_and_is_a_column() {
    let search = "strategy = \"evolutionary\"\nfitness = \"size - 2 * loss + 0 * seconds\"\ndirection = \"maximize\"\n\
                  seed = 1\ntrials = 6";
    let fit = repo(search, "\"Gaussian(0.0, 0.4)\"", "\"Gaussian(0.0, 0.4)\"");
    let branch = fit.create();
    fit.ok(["queue", "-j", "2"]);
    // As all columns that are reported in a file of their own are: of whole records, and of their gist.
    for extra in ["", ",host"] {
        let columns = format!("point,fitness,loss,size,reason{extra}");
        let table = fit.ok(["results", "--format", "csv", "--columns", &columns]);
        let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split(',').collect()).collect();
        let number = |cell: &str| cell.parse::<f64>().unwrap();
        for row in &rows {
            let expected = number(row[3]) - 2.0 * number(row[2]);
            assert!((number(row[1]) - expected).abs() < 1e-9 && row[4].is_empty(), "{table}");
        }
        let best = rows.iter().max_by(|a, b| number(a[1]).total_cmp(&number(b[1]))).unwrap();
        let said = fit.ok(["results", "--best", "1", "--format", "csv", "--columns", "point"]);
        assert_eq!(said.lines().nth(1), Some(best[0]), "{table}");
        assert!(fit.ok(["status"]).contains("best size - 2 * loss + 0 * seconds "));
        assert!(fit.ok(["show", best[0]]).contains(&format!("\n  fitness = {}\n", best[1])));
    }
    let statistics = fit.ok(["results", "--group-by", "sweep", "--format", "csv"]);
    let table = fit.ok(["results", "--format", "csv", "--columns", "fitness"]);
    let mean = table.lines().skip(1).map(|cell| cell.parse::<f64>().unwrap()).sum::<f64>() / 6.0;
    let said: Vec<&str> = statistics.lines().nth(1).unwrap().split(',').collect();
    assert!(said[0] == "6" && (said[1].parse::<f64>().unwrap() - mean).abs() < 1e-9, "{statistics}{table}");
    // What stands in the branch is read again.
    fit.ok(["extend", "--trials", "8"]);
    fit.ok(["queue"]);
    assert_one_line(&fit, &branch, 8);
}

#[test]
fn a_fitness_may_be_of_parameters_too() {
    let search = "strategy = \"evolutionary\"\nfitness = \"loss + 100 * x\"\nelite_size = 1\nseed = 1\ntrials = 8";
    let fit = repo(search, "\"Gaussian(0.0, 0.4)\"", "\"Gaussian(0.0, 0.4)\"");
    let branch = fit.create();
    fit.ok(["queue", "-j", "1"]);
    assert_one_line(&fit, &branch, 8);
    let number = |cell: &str| cell.parse::<f64>().unwrap();
    // Of whole records, and of their gist.
    for extra in ["", ",host"] {
        let columns = format!("point,fitness,loss,x,commit,proposed_by{extra}");
        let table = fit.ok(["results", "--format", "csv", "--columns", &columns]);
        let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split(',').collect()).collect();
        for (at, row) in rows.iter().enumerate() {
            assert!((number(row[1]) - number(row[2]) - 100.0 * number(row[3])).abs() < 1e-9, "{table}");
            if at > 0 {
                let best = rows[..at].iter().min_by(|a, b| number(a[1]).total_cmp(&number(b[1]))).unwrap();
                assert!(best[4].starts_with(row[5].rsplit_once('=').unwrap().1), "{table}");
            }
        }
        let best = rows.iter().min_by(|a, b| number(a[1]).total_cmp(&number(b[1]))).unwrap();
        assert!(fit.ok(["show", "best"]).contains(&format!("point {}  ok", best[0])), "{table}");
        assert!(fit.ok(["show", "best"]).contains(&format!("\n  fitness = {}\n", best[1])), "{table}");
        assert!(fit.ok(["status"]).contains(&format!("best loss + 100 * x {}, point {}: ", best[1], best[0])));
    }
}

#[test]
fn the_mixture_of_hp_search() {
    let search = "strategy = { tpe = 0.4, grid = 0.3, random = 0.3 }\nobjective = \"loss\"\nseed = 3\ntrials = 20\n\
                  min_initial_points = 3";
    let repo = repo(search, UNIT, UNIT);
    let branch = repo.create();
    repo.ok(["queue", "-j", "2"]);
    let by = proposed_by(&repo, &branch);
    for kind in ["grid", "random", "tpe"] {
        assert!(by.iter().any(|by| by.starts_with(kind)), "{kind}: {by:?}");
    }
    // A grid point knows what those before it knew, however little time there is between them.
    let known = repo.ok(["results", "--format", "csv", "--columns", "known"]);
    assert!(known.lines().skip(1).map(|known| known.parse::<u64>().unwrap()).is_sorted(), "{known}{by:?}");
    let definition = repo.git(["show", &format!("{branch}:.gitsweep/sweep.toml")]);
    assert!(definition.contains("grid_probability = 0.3\nrandom_probability = 0.4285714285714286"), "{definition}");
}

#[test]
fn more_trials_of_a_search_that_is_over() {
    let repo = tpe("trials = 5");
    let branch = repo.create();
    repo.ok(["queue", "-j", "2"]);
    assert_one_line(&repo, &branch, 5);
    repo.ok(["extend", "--trials", "8"]);
    assert_one_line(&repo, &branch, 6);
    repo.ok(["queue", "-j", "2"]);
    assert_one_line(&repo, &branch, 8);
    let definition = repo.git(["show", &format!("{branch}:.gitsweep/sweep.toml")]);
    assert!(definition.contains("trials = 8"), "{definition}");
}

/// The file's keys that are not of the strategy that the command line has are left alone.
#[test]
fn another_strategy_on_the_same_definition() {
    let repo = tpe("trials = 6\npatience = 50");
    for strategy in ["cma-es", "differential-evolution", "bayesian", "evolutionary", "random"] {
        let date = format!("2026-11-2{}T09:30:00Z", strategy.len() % 10);
        repo.ok(["create", "--strategy", strategy, "--name", strategy, "--date", &date]);
        repo.ok(["queue", "-j", "3", strategy]);
    }
    assert_eq!(repo.ok(["list", "--json"]).matches("\"ok\": 6").count(), 5, "{}", repo.ok(["list", "--json"]));
}

#[test]
fn editing_the_definition_changes_nothing_of_a_search_that_runs() {
    let repo = tpe("trials = 6");
    let branch = repo.create();
    repo.ok(["queue", "--limit", "2"]);
    repo.write("gitsweep.toml", "[search]\nstrategy = \"nonsense\"\n");
    repo.ok(["queue", "-j", "2"]);
    assert_one_line(&repo, &branch, 6);
}

#[test]
fn what_cannot_be_learned_from_is_refused_before_anything_is_laid() {
    let cases = [
        (
            "strategy = \"tpe\"\ntrials = 5",
            UNIT,
            "tpe learns from results, and it is not said which metric is the objective",
        ),
        ("strategy = \"tpe\"\nobjective = \"loss\"", UNIT, "the search has no end"),
        ("strategy = \"bayesian\"\nobjective = \"loss\"\ntrials = 5", "\"normal(0, 1)\"", "parameter x has no bounds"),
        ("strategy = \"tpe\"\nobjective = \"loss\"\ntrials = 5\nelite_size = 3", UNIT, "tpe does not take elite_size"),
        ("strategy = \"grid\"\ntarget = 3.0", "[1, 2]", "grid does not take target"),
        (
            "strategy = \"tpe\"\nobjective = \"loss\"\ntrials = 5\nmin_initial_point = 3",
            UNIT,
            "did you mean `min_initial_points`?",
        ),
        ("strategy = \"evolutionry\"\nobjective = \"loss\"\ntrials = 5", UNIT, "did you mean `evolutionary`?"),
        ("strategy = \"evolutionary\"\nobjective = \"loss\"\ntrials = 5\nstart = { z = 1 }", UNIT, "no such parameter"),
        (
            "strategy = \"evolutionary\"\nobjective = \"loss\"\ntrials = 5\nelite_size = 0",
            UNIT,
            "there have to be at least 1",
        ),
        (
            "strategy = \"tpe\"\nobjective = \"loss\"\ntrials = 5\nstart = { x = 9.0 }",
            UNIT,
            "the start x=9.0 is none of its values",
        ),
        ("strategy = { tpe = 0.5, cma-es = 0.5 }\nobjective = \"loss\"\ntrials = 5", UNIT, "both learn"),
        ("strategy = { tpe = 0.5, grid = 0.6 }\nobjective = \"loss\"\ntrials = 5", UNIT, "add up to 1.1"),
        ("strategy = \"tpe\"\nobjectives = [\"loss down\"]\ntrials = 5", UNIT, "`down` is no direction"),
        ("strategy = \"bayesian\"\ntrials = 5", UNIT, "it is not said which metric is the objective"),
        ("strategy = \"evolutionary\"\ntrials = 5", UNIT, "is called objective: --objective objective"),
        (
            "strategy = \"bayesian\"\ntrials = 5\nfitness = \"loss + 1\"\nstop = { rule = \"median\" }",
            UNIT,
            "metric = ",
        ),
        (
            "strategy = \"auto\"\nobjectives = [\"loss\", \"size\"]\ntrials = 5\nobjective_transformation = \"log\"",
            UNIT,
            "report the logarithm as a metric of its own",
        ),
        (
            "strategy = \"auto\"\nobjectives = [\"loss\", \"size\"]\ntrials = 5\nfailures = 3.0",
            UNIT,
            "is about one objective, and there are several",
        ),
        (
            "strategy = \"bayesian\"\nobjective = \"loss\"\ntrials = 5\nkernel = \"Matern\"",
            UNIT,
            "did you mean \"Matern52\"?",
        ),
        (
            "strategy = \"random\"\nobjective = \"loss\"\ntrials = 5\nstop = { rule = \"medain\" }",
            UNIT,
            "did you mean `median`?",
        ),
    ];
    for (search, x, message) in cases {
        let repo = repo(search, x, UNIT);
        let error = repo.fails(1, ["create"]);
        assert!(error.contains(message), "{search}: {error}");
        assert_eq!(repo.git(["for-each-ref", "--format=%(refname)"]), "refs/heads/main", "{search}");
    }
}

#[test]
fn an_objective_that_no_run_reports_ends_the_search_with_the_near_miss() {
    let repo =
        repo("strategy = \"tpe\"\nobjective = \"los\"\nseed = 1\ntrials = 20\nmin_initial_points = 4", UNIT, UNIT);
    let branch = repo.create();
    let error = repo.fails(1, ["queue", "-j", "2"]);
    assert!(error.contains("no run reports los") && error.contains("they report loss, size"), "{error}");
    assert!(error.contains("did you mean loss?"), "{error}");
    assert!(repo.points(&branch).len() <= 8);
}

/// What is read later of the runs that there are is read of the next ones too.
#[test]
fn a_search_goes_on_once_its_objective_is_found_in_the_logs() {
    let search = "strategy = \"tpe\"\nobjective = \"loss (train)\"\nseed = 1\ntrials = 8\nmin_initial_points = 4";
    let repo = repo(search, UNIT, UNIT);
    repo.write("model.sh", "x=1.0\ny=1.0\necho \"loss (train): $x\"\n");
    repo.commit("it only prints");
    let branch = repo.create();
    let error = repo.fails(1, ["queue", "-j", "1"]);
    assert!(error.contains("no run reports loss (train)") && error.contains("they report nothing"), "{error}");
    // Another sweep is newer.
    repo.ok(["create", "--branch", "newer"]);
    let way_out = error.split_once("hint: gitsweep ").unwrap().1.split_once(", or what else").unwrap().0;
    let line = format!("{} {way_out}", env!("CARGO_BIN_EXE_gitsweep"));
    let said = Said::of(repo.command("sh").args(["-c", &line]).output().unwrap());
    assert_eq!((said.code, said.err.contains("loss (train): 3 new")), (0, true), "{way_out}: {}", said.err);
    repo.ok(["delete", "--yes", "newer"]);
    repo.ok(["queue", "-q", "-j", "2"]);
    let points = repo.points(&branch);
    assert_eq!(points.len(), 8);
    let is_read = |line: &serde_json::Value| line["metrics"]["loss (train)"].is_number();
    for point in &points {
        assert!(repo.records(point).iter().any(is_read), "{:?}", repo.records(point));
    }
    // Run by itself, as jobs on a cluster do, it is read in the same way.
    repo.ok(["exec", &points[7]]);
    repo.ok(["list"]);
    let records = repo.records(&points[7]);
    assert!(records.len() == 2 && records.iter().all(is_read), "{records:?}");
}

#[test]
fn failures_and_what_is_not_a_number_do_not_mislead() {
    let search = "strategy = \"evolutionary\"\nobjective = \"loss\"\nseed = 1\ntrials = 14\nelite_size = 2";
    let repo = repo(search, "\"Gaussian(0.0, 0.4)\"", "\"Gaussian(0.0, 0.4)\"");
    let model = "x=1.0\ny=1.0\ncase $GITSWEEP_POINT in\n\
                 3) exit 3;;\n4) echo '{\"loss\": NaN}' > output.json;;\n5) echo '{\"loss\": -Infinity}' > output.json;;\n\
                 *) awk \"BEGIN { print \\\"{\\\\\\\"loss\\\\\\\": \\\" 1 + ($x)^2 \\\"}\\\" }\" > output.json;;\nesac\n";
    repo.write("model.sh", model);
    repo.commit("odd");
    let branch = repo.create();
    let said = repo.run(["queue", "-j", "1"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert_one_line(&repo, &branch, 14);
    let odd: Vec<String> = repo.points(&branch)[2..5].iter().map(|commit| commit[..10].to_owned()).collect();
    for by in proposed_by(&repo, &branch) {
        assert!(!odd.iter().any(|commit| by.ends_with(commit)), "{by} {odd:?}");
    }
}

#[test]
fn a_search_stops_when_too_many_have_failed() {
    let repo = tpe("trials = 30");
    let count = repo.outside().join("count");
    // The first six give a result, all others fail.
    repo.write("model.sh", format!("{MODEL}echo >> '{0}'\n[ $(wc -l < '{0}') -le 6 ]\n", count.display()));
    repo.commit("a model that breaks");
    repo.ok(["create", "--date", DATE, "--branch", "breaks"]);
    let said = repo.fails(3, ["queue", "-j", "1", "--max-failures", "2"]);
    assert!(said.contains("no new runs: that many have failed"), "{said}");
    assert_eq!(std::fs::read_to_string(&count).unwrap().lines().count(), 8);
}

#[test]
fn a_search_of_which_everything_fails_ends() {
    let repo = tpe("trials = 50");
    repo.write("model.sh", "x=1.0\ny=1.0\nexit 1\n");
    repo.commit("broken");
    let branch = repo.create();
    let said = repo.run(["queue", "-j", "2"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("points failed; there is nothing to learn from"), "{}", said.err);
    assert!(repo.points(&branch).len() < 10);
}

#[test]
fn a_result_without_a_logarithm_is_told_of_at_once() {
    for (more, result, what) in [
        ("direction = \"minimize\"", "0", "loss is 0"),
        ("direction = \"maximize\"", "-2.5", "loss is -2.5"),
        ("fitness = \"0 - loss\"", "3", "fitness is -3"),
    ] {
        let search = format!(
            "strategy = \"auto\"\nobjective = \"loss\"\n{more}\nseed = 1\ntrials = 20\n\
             objective_transformation = \"log\""
        );
        let repo = repo(&search, UNIT, UNIT);
        repo.write("model.sh", format!("x=1.0\ny=1.0\necho '{{\"loss\": {result}}}' > output.json\n"));
        repo.commit("no logarithm");
        let branch = repo.create();
        let said = repo.fails(1, ["queue", "-j", "1"]);
        let why = format!("{what} at point 1, which has no logarithm, and objective_transformation is \"log\"");
        assert!(said.contains(&format!("error: {why}\nhint: create the sweep again without it\n")), "{said}");
        assert_eq!(repo.statuses(&branch).iter().flatten().count(), 1, "{:?}", repo.statuses(&branch));
        let said = repo.run(["status"]);
        assert!(said.err.contains(&format!("warning: {why}")), "{}", said.err);
    }
}

/// What a model can make nothing of: results that are all equal, or no numbers, or fewer points than there are places.
#[test]
fn a_model_that_has_nothing_to_learn_from_goes_on_to_the_end() {
    let search = "strategy = \"bayesian\"\nobjective = \"loss\"\nseed = 1\ntrials = 12";
    let model = |result: &str| format!("x=1.0\ny=1.0\necho '{{\"loss\": {result}}}' > output.json\n");
    let of = |result: &str, x: &str| {
        let repo = repo(search, x, UNIT);
        repo.write("model.sh", model(result));
        repo.commit("odd");
        let branch = repo.create();
        let said = repo.run(["queue", "-j", "5"]);
        (repo, branch, said)
    };
    let (repo, branch, said) = of("3", UNIT);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_one_line(&repo, &branch, 12);
    assert!(proposed_by(&repo, &branch)[11].starts_with("gp "));
    let same = "loss is 3 in all 12 results: it does not depend on what varies";
    assert!(said.err.contains(&format!("warning: {same}\n")), "{}", said.err);
    let status = repo.ok(["status"]);
    assert!(status.contains(&format!("  {same}\n")), "{status}");
    for odd in ["NaN", "Infinity", "-Infinity"] {
        let (repo, branch, said) = of(odd, UNIT);
        assert_eq!(said.code, 3, "{odd}: {}", said.err);
        assert!(said.err.contains("none of the 12 results is finite: loss is "), "{odd}: {}", said.err);
        assert_one_line(&repo, &branch, 12);
    }
    let finite = learning::repo(&search.replace("12", "50"), "[-1.0, 0.0, 1.0]", "[0.0, 2.0]");
    let branch = finite.create();
    let said = finite.run(["queue", "-j", "8"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("no more points: all 6 points of the space are laid"), "{}", said.err);
    assert_one_line(&finite, &branch, 6);
}

/// A point that was cancelled is left alone by the queue that goes on, and run by the next.
#[test]
fn a_cancelled_point_does_not_end_the_search() {
    let repo = tpe("trials = 9");
    repo.write("model.sh", format!("[ $GITSWEEP_POINT != 2 ] || [ $GITSWEEP_ATTEMPT != 1 ] || sleep 600\n{MODEL}"));
    repo.commit("slow");
    let branch = repo.create();
    let queue = repo.gitsweep_command(["queue", "-j", "2"]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    wait_until("the others", || repo.points(&branch).len() >= 6);
    repo.ok(["cancel", "--points", "2"]);
    let output = queue.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no more points: all 9 trials are laid"), "{said}");
    let statuses = repo.statuses(&branch);
    assert_eq!(statuses[1], ["cancelled"]);
    assert_eq!(statuses.iter().filter(|statuses| **statuses == ["ok"]).count(), 8, "{statuses:?}");
    repo.ok(["queue"]);
    assert_eq!(repo.statuses(&branch)[1], ["cancelled", "ok"]);
    assert_one_line(&repo, &branch, 9);
}

/// More points for a search that runs, while it does.
#[test]
fn extending_a_search_that_runs() {
    let repo = tpe("trials = 6");
    let branch = repo.create();
    let queue = repo.gitsweep_command(["queue", "-j", "1"]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    repo.ok(["extend", "--trials", "10"]);
    assert!(queue.wait_with_output().unwrap().status.success());
    repo.ok(["queue", "-j", "2"]);
    assert_one_line(&repo, &branch, 10);
}

/// A run that reports a value for each of 60 steps, and takes its time.
const SLOW: &str = "\
level=1
step=1
while [ $step -le 60 ]; do
  gitsweep metric step=$step loss=$level || exit 1
  sleep 0.05
  step=$((step + 1))
done
";

#[test]
fn hopeless_runs_are_stopped_and_are_results() {
    let repo = Repo::empty();
    repo.write("model.sh", SLOW);
    repo.write(
        "gitsweep.toml",
        "[search]\nstrategy = \"grid\"\nobjective = \"loss\"\n\
         [search.stop]\nrule = \"asha\"\nmin_steps = 2\nreduction = 2\n\
         [run]\ncommand = \"sh model.sh\"\n[params.level]\nfile = \"model.sh\"\nvalues = [1, 2, 3]\n",
    );
    repo.commit("slow");
    let branch = repo.create();
    let said = Said::of(repo.shell_command("gitsweep queue -j 1").output().unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains(": 3 ok (2 of them stopped early) in "), "{}", said.err);
    let records: Vec<serde_json::Value> =
        repo.points(&branch).iter().map(|commit| repo.records(commit).remove(0)).collect();
    let status = |at: usize| records[at]["status"].as_str().unwrap();
    assert_eq!([status(0), status(1), status(2)], ["ok", "stopped", "stopped"]);
    assert_eq!((records[0]["steps"].as_u64(), records[0]["metrics"]["loss"].as_f64()), (Some(60), Some(1.0)));
    assert_eq!(records[1]["reason"], "stopped at step 2");
    assert_eq!(records[1]["metrics"]["loss"], 2);
    assert!(records[1]["steps"].as_u64().unwrap() < 60);
    assert_eq!(records[0]["curve"][0], serde_json::json!([1, 1]));
    // They are not run again, and counted in one way.
    repo.ok(["queue"]);
    assert_eq!(repo.statuses(&branch).concat().len(), 3);
    assert!(repo.ok(["status"]).contains("  3 ok (2 of them stopped early)\n"));
    assert!(repo.ok(["results"]).contains("3 points: 3 ok (2 of them stopped early)\n"));
    assert!(repo.ok(["list"]).contains("        3  3 (2 stopped)       0 "), "{}", repo.ok(["list"]));
    let listed: serde_json::Value = serde_json::from_str(&repo.ok(["list", "--json"])).unwrap();
    assert_eq!((&listed[0]["ok"], &listed[0]["stopped"]), (&3.into(), &2.into()));
}

#[test]
fn a_run_is_not_stopped_at_the_step_at_which_others_ended() {
    let repo = Repo::empty();
    // It goes on for a while after its last report, as programs do that write what they have come to.
    repo.write(
        "model.sh",
        "level=1\nfor i in 1 2 3 4; do echo \"{\\\"step\\\": $i, \\\"loss\\\": $level}\" >> $GITSWEEP_METRICS; done\n\
         [ $level = 1 ] || sleep 1\necho \"{\\\"loss\\\": $level}\" > output.json\n",
    );
    repo.write(
        "gitsweep.toml",
        "[search]\nstrategy = \"grid\"\nobjective = \"loss\"\n\
         [search.stop]\nrule = \"asha\"\nmin_steps = 4\nreduction = 2\n\
         [run]\ncommand = \"sh model.sh\"\n[params.level]\nfile = \"model.sh\"\nvalues = [1, 2, 3]\n",
    );
    repo.commit("model");
    let branch = repo.create();
    repo.ok(["queue", "-j", "1"]);
    assert_eq!(repo.statuses(&branch).concat(), ["ok", "ok", "ok"]);
}

#[test]
fn a_run_that_goes_on_from_where_others_ended_is_judged_by_its_next_report() {
    let repo = Repo::empty();
    // The only rung is the step at which the first run ends by itself; the third jumps over the step after it.
    repo.write(
        "model.sh",
        "level=1\nsteps='1 2 3 4'\n[ $level = 1 ] || steps=\"$steps $((level + 3))\"\n\
         for i in $steps; do echo \"{\\\"step\\\": $i, \\\"loss\\\": $level}\" >> $GITSWEEP_METRICS; done\n\
         [ $level = 1 ] || sleep 60\necho \"{\\\"loss\\\": $level}\" > output.json\n",
    );
    repo.write(
        "gitsweep.toml",
        "[search]\nstrategy = \"grid\"\nobjective = \"loss\"\n\
         [search.stop]\nrule = \"asha\"\nmin_steps = 4\nmax_steps = 8\nreduction = 2\n\
         [run]\ncommand = \"sh model.sh\"\n[params.level]\nfile = \"model.sh\"\nvalues = [1, 2, 3]\n",
    );
    repo.commit("model");
    let branch = repo.create();
    repo.ok(["queue", "-j", "1"]);
    assert_eq!(repo.statuses(&branch).concat(), ["ok", "stopped", "stopped"]);
    let steps = |index: usize| repo.records(&repo.points(&branch)[index]).remove(0)["steps"].clone();
    assert_eq!((steps(1), steps(2)), (5.into(), 6.into()));
}

#[test]
fn metrics_are_reported_from_any_language() {
    let repo = Repo::empty();
    repo.write("model.sh", "a=1\necho '{\"step\": 7, \"loss\": 0.5, \"gain\": 2}' >> \"$GITSWEEP_METRICS\"\necho '{\"loss\": 0.25}' > output.json\n");
    repo.commit("model");
    repo.ok(["run", "--date", DATE, "-f", "model.sh", "-p", "a=[1]", "--", "sh", "model.sh"]);
    let branch = common::BRANCH;
    let record = repo.records(&repo.points(branch)[0]).remove(0);
    assert_eq!(record["metrics"], serde_json::json!({ "loss": 0.25, "gain": 2 }));
    assert_eq!(record["steps"], 7);
    // By hand, outside of a run.
    let said = repo.run(["metric", "loss=1"]);
    assert_eq!((said.code, said.err.contains("not in a run")), (0, true));
    assert!(repo.fails(2, ["metric", "loss=high"]).contains("`high` is no number"));
    assert!(repo.fails(2, ["metric", "loss"]).contains("such as loss=0.31"));
    assert!(repo.fails(2, ["metric", "loss=1", "step=-1"]).contains("no whole number"));
}
