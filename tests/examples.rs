//! The examples, each in a temporary repository, by the commands of its own README: what their pages say is so.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;

use std::collections::BTreeMap;

use common::{Repo, Said};

/// A copy of an example in one commit.
fn example(name: &str) -> Repo {
    let repo = Repo::empty();
    repo.copy_in(&format!("examples/{name}"));
    repo.commit(name);
    repo
}

/// The commands of the example's README, in order and without their comments.
fn commands(repo: &Repo) -> Vec<String> {
    let text = repo.read("README.md");
    let commands = text.lines().filter(|line| line.starts_with("    gitsweep "));
    commands.map(|line| line.split("  #").next().unwrap_or(line).trim().to_owned()).collect()
}

/// Runs a line of the shell, which must succeed.
fn sh(repo: &Repo, line: &str) -> Said {
    let said = Said::of(repo.shell_command(line).output().unwrap());
    assert_eq!(said.code, 0, "{line}\n{}{}", said.out, said.err);
    said
}

/// The rows of a sweep's table, each by the names of its columns.
fn rows(repo: &Repo, sweep: &str) -> Vec<BTreeMap<String, String>> {
    let text = repo.ok(["results", sweep, "--format", "csv", "--columns", "all"]);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let row =
        |record: csv::StringRecord| names.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row.get(column).and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no number {column} in {row:?}"))
}

/// The sweep whose name starts so; there is one.
fn sweep(repo: &Repo, name: &str) -> String {
    let found = repo.git(["for-each-ref", "--format=%(refname:short)", &format!("refs/heads/{name}*")]);
    assert_eq!(found.lines().count(), 1, "{found}");
    found
}

/// The rows of the tables of an example's README, by their first cell.
fn published(repo: &Repo) -> BTreeMap<String, Vec<String>> {
    let text = repo.read("README.md");
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    text.lines().filter(|line| line.starts_with("| ")).map(|line| (cells(line)[0].clone(), cells(line))).collect()
}

#[test]
fn the_jansen_rit_column_behaves_as_published() {
    let repo = example("jansen_rit");
    let said: Vec<Said> = commands(&repo).iter().map(|command| sh(&repo, command)).collect();
    assert!(said[0].out.starts_with("6 points "), "{}", said[0].out);
    for line in ["+C1 = 68.0 ", "+C2 = 54.4 ", "+C3 = 17.0 ", "+C4 = 17.0 "] {
        assert!(said[0].out.contains(line), "{line}\n{}", said[0].out);
    }
    let branch = sweep(&repo, "connectivity-");
    let rows = rows(&repo, &branch);
    let at = |c: f64| rows.iter().find(|row| number(row, "C") == c).unwrap();
    // Jansen & Rit 1995: noise at 68, alpha near 135, saturated at 1350.
    assert!(number(at(68.0), "peak_share") < 0.3);
    assert!(number(at(135.0), "peak_share") > 0.9);
    assert!((8.0..=12.0).contains(&number(at(135.0), "frequency")));
    assert!(number(at(1350.0), "peak_share") < 0.3);
    assert!(number(at(1350.0), "saturation") > 0.99);
    assert!(number(at(68.0), "saturation") < 0.9);
    let table = published(&repo);
    for row in &rows {
        let cells = &table[row["C"].trim_end_matches(".0")];
        for (column, cell) in [("peak_share", 2), ("mean", 3), ("sd", 4), ("saturation", 7)] {
            let said: f64 = cells[cell].parse().unwrap();
            assert!(
                (number(row, column) - said).abs() < 0.05 * said.abs().max(0.1),
                "{column} at {}: {row:?}",
                row["C"]
            );
        }
    }
    // All traces side by side, over the times that they share.
    let traces = repo.read("traces.csv");
    assert_eq!(traces.lines().next(), Some("t,V_1,V_2,V_3,V_4,V_5,V_6"));
    assert_eq!(traces.lines().count(), 1 + 400);
    assert!(traces.lines().all(|line| line.split(',').all(|cell| !cell.is_empty())), "{traces}");
    assert!(repo.read("traces.map.csv").ends_with("V_6,6,V,1350.0\n"));
    let second = traces.lines().find(|line| line.starts_with("2,")).unwrap();
    let at_2: Vec<f64> = second.split(',').skip(1).map(|cell| cell.parse().unwrap()).collect();
    assert_eq!(rows.iter().map(|row| number(row, "V_at_2")).collect::<Vec<_>>(), at_2);
    // Each run's time series stays, and the four numbers of each commit are those of its C.
    let commits = repo.points(&branch);
    assert_eq!(commits.len(), 6);
    for (index, (commit, row)) in commits.iter().zip(&rows).enumerate() {
        let trace = repo.read(&format!("sweeps/{branch}/{}-{}/trace.csv", index + 1, &commit[..10]));
        assert_eq!(trace.lines().count(), 1 + 400);
        let model = repo.git(["show", &format!("{commit}:model.py")]);
        let written = |name: &str| {
            let line = model.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = ")).unwrap();
            line.split_whitespace().next().unwrap().parse::<f64>().unwrap()
        };
        let c = number(row, "C");
        for (name, factor) in [("C1", 1.0), ("C2", 0.8), ("C3", 0.25), ("C4", 0.25)] {
            assert!((written(name) - factor * c).abs() < 1e-9, "{name} of {c}:\n{model}");
        }
    }
    repo.fsck();
}

#[test]
fn a_perceptron_s_flags_are_the_definition() {
    let repo = example("mlp_flags");
    let (runs, looks): (Vec<_>, Vec<_>) =
        commands(&repo).into_iter().partition(|command| command.starts_with("gitsweep run "));
    // All that the page runs is laid as it says; `run` is `create` and `queue`.
    for (index, (command, points)) in runs.iter().zip([12, 8, 5]).enumerate() {
        let branch = format!("mlp-{index}");
        let said = sh(&repo, &command.replacen("gitsweep run", &format!("gitsweep create --branch {branch}"), 1));
        assert!(said.err.contains("parameter "), "what is read as a domain is said: {}", said.err);
        assert_eq!(repo.points(&branch).len(), points, "{command}");
    }
    assert_eq!((runs.len(), looks.len()), (3, 2));
    let first = repo.points("mlp-0")[0].clone();
    let point = repo.git(["show", &format!("{first}:.gitsweep/point.toml")]);
    assert!(point.contains("layers = 8") && point.contains("learning_rate = 0."), "{point}");
    assert_eq!(repo.git(["diff", "--name-only", &format!("main..{first}"), "--", ":!.gitsweep"]), "");

    // The first of them in small, with rates of which the page tells the result.
    let command = runs[0].replace("\"[8, 16]\"", "\"[8]\"").replace("\"loguniform(1e-3, 1, 3)\"", "\"[0.01, 0.1]\"");
    sh(&repo, &command.replacen("gitsweep run", "gitsweep run --branch mlp-small", 1));
    let rows = rows(&repo, "mlp-small");
    let loss = |activation: &str, rate: &str| {
        let is_it = |row: &&BTreeMap<String, String>| row["activation"] == activation && row["learning_rate"] == rate;
        number(rows.iter().find(is_it).unwrap(), "validation_loss")
    };
    for (activation, rate, said) in
        [("tanh", "0.01", 0.332), ("tanh", "0.1", 0.235), ("relu", "0.01", 0.325), ("relu", "0.1", 0.251)]
    {
        let loss = loss(activation, rate);
        assert!((loss - said).abs() < 0.02, "{activation} at {rate}: {loss}, not {said}");
    }
    for command in &looks {
        let said = sh(&repo, &command.replacen("results", "results mlp-small", 1)).out;
        assert!(said.contains("validation_loss"), "{said}");
    }
    let commit = repo.points("mlp-small")[0].clone();
    let curve = repo.read(&format!("sweeps/mlp-small/1-{}/learning_curve.csv", &commit[..10]));
    assert!(curve.lines().count() >= 30, "{curve}");
    repo.fsck();
}

#[test]
fn two_languages_find_the_same_exponents() {
    let repo = example("any_language");
    for command in commands(&repo) {
        sh(&repo, &command);
    }
    let (python, shell) = (sweep(&repo, "logistic_python-"), sweep(&repo, "logistic_shell-"));
    let (of_python, of_shell) = (rows(&repo, &python), rows(&repo, &shell));
    assert_eq!((of_python.len(), of_shell.len()), (12, 12));
    let table = published(&repo);
    for (one, other) in of_python.iter().zip(&of_shell) {
        assert_eq!(one["r"], other["r"]);
        let said: f64 = table[&one["r"]][1].parse().unwrap();
        for exponent in [number(one, "objective"), number(other, "objective")] {
            assert!((exponent - said).abs() < 0.001, "r = {}: {exponent}, not {said}", one["r"]);
        }
    }
    assert!((number(&of_python[11], "objective") - std::f64::consts::LN_2).abs() < 0.001);
    // From one point to the next nothing changes but the value of one key.
    let template = repo.read("input.json");
    for branch in [&python, &shell] {
        let commits = repo.points(branch);
        for (commit, row) in commits.iter().zip(&of_python) {
            let input = repo.git(["show", &format!("{commit}:input.json")]);
            assert_eq!(input, template.trim_end().replace("\"r\": 3.5", &format!("\"r\": {}", row["r"])));
        }
        for pair in commits.windows(2) {
            let changed = repo.git(["diff", "--numstat", &pair[0], &pair[1]]);
            assert_eq!(changed, "1\t1\tinput.json");
        }
    }
    repo.fsck();
}

#[test]
fn the_quadratic_of_randopt_evolves() {
    let repo = example("quadratic");
    for command in commands(&repo) {
        sh(&repo, &command);
    }
    let branch = sweep(&repo, "quadratic-");
    let rows = rows(&repo, &branch);
    assert_eq!(rows.len(), 40);
    assert_eq!(
        (rows[0]["x"].as_str(), rows[0]["y"].as_str(), rows[0]["proposed_by"].as_str()),
        ("1.0", "1.0", "start")
    );
    let best = rows.iter().map(|row| number(row, "result")).fold(f64::INFINITY, f64::min);
    assert!((0.95..1.05).contains(&best), "{best}");
    assert!(rows.iter().all(|row| (number(row, "y") - 1.0).abs() < 0.05));
    assert!(rows[1..].iter().all(|row| row["proposed_by"].starts_with("evolution parent=")));
    // The search by flags starts where they say.
    let flags = sweep(&repo, "flags-");
    let subject = repo.git(["log", "-1", "--format=%s", &repo.points(&flags)[0]]);
    assert!(subject.ends_with("1/12: x=0.5 y=0.5"), "{subject}");
    assert_eq!(repo.points(&flags).len(), 12);
    repo.fsck();
}

#[test]
fn two_analyses_are_tuned_by_the_mixture_of_hp_search() {
    let repo = example("hp_search");
    for command in commands(&repo) {
        sh(&repo, &command);
    }
    for (name, points, good) in [("regression-", 24, 0.03), ("smoother-", 16, 0.035)] {
        let branch = sweep(&repo, name);
        let rows = rows(&repo, &branch);
        assert_eq!(rows.len(), points, "{name}");
        assert!(rows.iter().all(|row| row["status"] == "ok"), "{name}");
        let best = rows.iter().map(|row| number(row, "objective")).fold(f64::INFINITY, f64::min);
        assert!(best < good, "{name}: {best}");
        for by in ["grid", "random", "gp "] {
            assert!(rows.iter().any(|row| row["proposed_by"].starts_with(by)), "{name}: nothing by {by}");
        }
    }
    repo.fsck();
}

#[test]
fn a_noisy_neuron_is_tuned_by_the_mean_of_its_repeats() {
    let repo = example("noisy_simulation");
    for command in commands(&repo) {
        sh(&repo, &command);
    }
    let branch = sweep(&repo, "neuron-");
    let rows = rows(&repo, &branch);
    assert_eq!(rows.len(), 60);
    let mut means = BTreeMap::<(String, String), Vec<f64>>::new();
    for row in &rows {
        means.entry((row["current"].clone(), row["tau"].clone())).or_default().push(number(row, "error"));
    }
    assert_eq!(means.len(), 20);
    assert!(means.values().all(|errors| errors.len() == 3));
    let best = means.values().map(|errors| errors.iter().sum::<f64>() / 3.0).fold(f64::INFINITY, f64::min);
    assert!(best < 0.05, "{best}");
    repo.fsck();
}
