//! The README's tables and definitions are true: each row and each definition is given to `gitsweep create`.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;

use common::{Repo, Said};

fn readme() -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// What stands between two lines that start so.
fn section(text: &str, first: &str, last: &str) -> String {
    let lines = text.lines().skip_while(|line| !line.starts_with(first)).skip(1);
    let section: Vec<&str> = lines.take_while(|line| !line.starts_with(last)).collect();
    assert!(!section.is_empty(), "there is no {first}");
    section.join("\n")
}

/// The cells of the rows of the tables in `text`, without their heads.
fn rows(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|line| line.starts_with("| `"));
    lines.map(|line| line.trim_matches('|').split(" |").map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// What stands in backquotes.
fn codes(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// What is to be written here for a row's first cell.
fn here(row: &[String]) -> Vec<&str> {
    codes(if row[1] == "the same" { &row[0] } else { &row[1] })
}

fn definitions(text: &str) -> Vec<String> {
    text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// A repository with everything that the definitions of the README name.
fn repo() -> Repo {
    let model = "g_e = 1.0\nself.weightII = -5.0\ng_i = 2.0\nC1 = 1.0\nC2 = 0.8\ntau = 1.0\noptimizer = 'sgd'\nmomentum = 0.9\n";
    let conf = "encoder:\n  layers:\n    - size: 1\n    - size: 2\n    - size: 3\n";
    Repo::with(&[("src/model.py", model), ("conf/model.yaml", conf), ("input.json", "{\"r\": 3.5}\n")])
}

/// Runs `gitsweep create --list --format jsonl` with these words of the shell and returns the points.
fn list(repo: &Repo, words: &str) -> Result<Vec<serde_json::Value>, String> {
    let line = format!("\"$0\" create --list --format jsonl --seed 1 {words}");
    let said = Said::of(repo.command("sh").args(["-c", &line, env!("CARGO_BIN_EXE_gitsweep")]).output().unwrap());
    match said.code {
        0 => Ok(said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()),
        _ => Err(said.err),
    }
}

#[track_caller]
fn count(repo: &Repo, words: &str) -> usize {
    list(repo, words).unwrap_or_else(|error| panic!("{words}\n{error}")).len()
}

fn quoted(domain: &str) -> String {
    format!("-p 'x={}'", domain.replace('\'', "'\\''"))
}

/// A domain gives `points` in a grid, or draws.
#[track_caller]
fn check_domain(repo: &Repo, domain: &str, points: &str) {
    let parameter = quoted(domain);
    if points == "any" {
        // With another parameter beside it: no point comes twice, and a choice has few values.
        let words = format!("{parameter} -p 'y=Uniform(0, 1)' --strategy random --trials 8");
        assert_eq!(count(repo, &words), 8, "{domain}");
    } else {
        assert_eq!(count(repo, &parameter).to_string(), points, "{domain}");
    }
    // It is the same in a definition, as a string.
    repo.write("spec.toml", format!("[params.x]\nvalues = {}\n", serde_json::Value::from(domain)));
    let trials = "--strategy random --trials 2";
    assert_eq!(list(repo, &format!("spec.toml {trials}")), list(repo, &format!("{parameter} {trials}")), "{domain}");
}

#[test]
fn the_flags_of_grid_ai() {
    let (repo, text) = (repo(), section(&readme(), "**Grid.ai", "**randopt"));
    let rows = rows(&text);
    assert_eq!(rows.len(), 10);
    for row in &rows {
        for code in here(row).into_iter().filter(|code| *code != "--") {
            let command = "-- python3 main.py --alpha 'uniform(1e-5, 1e-1, 3)' --beta '[1, 2, 3, 4]'";
            match row[2].as_str() {
                "passed on" => {
                    let points = list(&repo, &format!("-- python3 main.py {code} --beta '[1, 2]'")).unwrap();
                    assert_eq!(points.len(), 2, "{code}");
                    assert_eq!(points[0].as_object().unwrap().keys().collect::<Vec<_>>(), ["point", "beta"], "{code}");
                }
                points if code.contains("--trials") => {
                    assert_eq!(count(&repo, &format!("{code} {command}")).to_string(), points);
                }
                points => assert_eq!(count(&repo, &format!("-- python3 main.py {code}")).to_string(), points, "{code}"),
            }
        }
    }
    let layers = list(&repo, "-- python3 main.py --layers '(1, 10, 2)'").unwrap();
    assert_eq!(layers.iter().map(|point| point["layers"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 3, 5, 7, 9]);
    assert!(list(&repo, &quoted("uniform(0, 1, (2, 3))")).is_err());
    check_domain(&repo, "uniform(0, 1, 1)", "1");
}

#[test]
fn the_samplers_of_randopt() {
    let (repo, text) = (repo(), section(&readme(), "**randopt", "**hp_search"));
    let rows = rows(&text);
    assert_eq!(rows.len(), 17);
    for row in &rows {
        for code in here(row) {
            if !code.starts_with("--") {
                check_domain(&repo, code, &row[2]);
                continue;
            }
            let grid = "-- main --x='Choice([1,2,3])' --y='Choice([-1,1])'";
            let draws = "-- main --x='Gaussian(0.0,0.6)' --y='Uniform(-0.3,0.3)'";
            let points = match code {
                code if code.contains("grid") => count(&repo, &format!("{code} {grid}")),
                code if code.contains("--trials") => count(&repo, &format!("{code} {draws}")),
                "--seed 42" => {
                    let said = repo.ok(["create", "--list", "--seed", "42", "-p", "x=Uniform(0, 1, 2)"]);
                    assert_eq!(said, repo.ok(["create", "--list", "--seed", "42", "-p", "x=Uniform(0, 1, 2)"]));
                    continue;
                }
                code => {
                    assert_eq!(count(&repo, &format!("{code} {grid}")), 6);
                    continue;
                }
            };
            assert_eq!(points.to_string(), row[2], "{code}");
        }
    }
    // Where the meanings differ.
    let least = |domain: &str| {
        let points = list(&repo, &format!("{} --strategy random --trials 200", quoted(domain))).unwrap();
        points.iter().map(|point| point["x"].as_f64().unwrap()).fold(f64::INFINITY, f64::min)
    };
    assert!((1.0..1.1).contains(&least("ParetoVariate(alpha=1.0)")));
    assert!((0.0..0.1).contains(&least("pareto(1.0)")));
    let median = |domain: &str| {
        let points = list(&repo, &format!("{} --grid-points 1", quoted(domain))).unwrap();
        points[0]["x"].as_f64().unwrap()
    };
    let ln2 = std::f64::consts::LN_2;
    for (domain, expected) in [
        ("ExpoVariate(lam=2)", ln2 / 2.0),
        ("exponential(0.5)", ln2 / 2.0),
        ("WeibullVariate(3, 2)", 3.0 * ln2.sqrt()),
        ("weibull(2)", ln2.sqrt()),
        ("Normal()", 0.0),
        ("LognormVariate(mean=1.0, std=0.5)", 1_f64.exp()),
    ] {
        assert!((median(domain) - expected).abs() < 1e-9, "{domain}: {}", median(domain));
    }
    assert!(list(&repo, &quoted("Normal(mean=1.0, std=0.0)")).is_err());
}

#[test]
fn the_searches_of_hp_search() {
    let (repo, text) = (repo(), section(&readme(), "**hp_search", "**PyRates"));
    let rows = rows(&text);
    assert_eq!(rows.len(), 8);
    let spec = "[params.a]\nvalues = { type = 'continuous', domain = [10, 10000], transformation = 'log' }\n\
        [params.b]\nvalues = { type = 'continuous', domain = [0, 1] }\n";
    repo.write("two.toml", format!("[search]\ngrid_points = 3\n{spec}"));
    for row in &rows {
        for code in here(row) {
            if code.starts_with("strategy = ") {
                repo.write("mixture.toml", format!("[search]\n{code}\ngrid_points = 3\ntrials = 20\n{spec}"));
                assert_eq!(count(&repo, "mixture.toml"), 20);
            } else if code.starts_with("--") {
                assert_eq!(count(&repo, &format!("two.toml {code}")).to_string(), row[2], "{code}");
            } else {
                check_domain(&repo, code, &row[2]);
            }
        }
    }
    let line = list(&repo, "two.toml --strategy line").unwrap();
    let values = |name: &str| line.iter().map(|point| point[name].as_f64().unwrap()).collect::<Vec<_>>();
    let middle = 10_f64.powf(2.5);
    assert!(values("a").iter().zip([middle, 10.0, 10000.0, middle, middle]).all(|(a, b)| (a - b).abs() < 1e-9));
    assert_eq!(values("b"), [0.5, 0.5, 0.5, 0.0, 1.0]);
    let three = quoted("{type = discrete, domain = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}");
    assert_eq!(count(&repo, &format!("{three} --strategy line --grid-points 3")), 3);
}

#[test]
fn the_grids_of_pyrates() {
    let (repo, text) = (repo(), section(&readme(), "**PyRates", "## "));
    let rows = rows(&text);
    assert_eq!(rows.len(), 4);
    for row in &rows {
        assert_eq!(count(&repo, codes(&row[1])[0]).to_string(), row[2], "{row:?}");
    }
    repo.write("side.toml", &definitions(&text)[0]);
    assert_eq!(count(&repo, "side.toml"), 2);
}

#[test]
fn every_definition_and_every_domain_is_accepted() {
    let (repo, text) = (repo(), readme());
    let definitions = definitions(&text);
    assert!(definitions.len() >= 5);
    for definition in &definitions {
        // Some say only how points are run.
        let parameter = if definition.contains("[params") { "" } else { "\n[params.n]\nvalues = [1, 2]\n" };
        repo.write("spec.toml", format!("{definition}{parameter}"));
        let said = repo.ok(["create", "--dry-run", "spec.toml"]);
        assert!(said.contains(" points") && said.contains(" on branch "), "{said}");
    }
    let domains = section(&text, "**Values.**", "In TOML");
    for cell in rows(&domains).iter().flatten().filter(|cell| cell.starts_with('`')) {
        for code in codes(cell) {
            let filled = code.replace("(a, b, n)", "(1, 10, 3)").replace("(a, b, step)", "(1, 10, 2)");
            if filled == "\"categorical\"" {
                continue;
            }
            assert!(count(&repo, &format!("{} --strategy random --trials 2", quoted(&filled))) >= 1, "{filled}");
        }
    }
    for row in rows(&section(&text, "**Strategies.**", "- ")) {
        let strategies: Vec<&str> = codes(&row[0]);
        for code in strategies.into_iter().filter(|code| *code != "list" && *code != "strategy") {
            let written = if code.starts_with('{') { code.to_owned() } else { format!("'{code}'") };
            repo.write(
                "s.toml",
                format!("[search]\nstrategy = {written}\ntrials = 2\n[params.x]\nvalues = [1, 2, 3]\n"),
            );
            assert_eq!(count(&repo, "s.toml"), 2, "{code}");
        }
    }
    repo.write("points.csv", "g_e,g_i\n1,2\n3,4\n");
    assert_eq!(count(&repo, "--from points.csv -f src/model.py"), 2);
}

/// A definition of a search that learns, with these lines below `[search]`.
fn learning(lines: &str) -> String {
    let bounds = "{ type = 'continuous', domain = [1, 2] }";
    format!("[search]\nobjective = 'loss'\n{lines}\n[params.x]\nvalues = {bounds}\n[params.y]\nvalues = {bounds}\n")
}

#[test]
fn the_strategies_that_learn() {
    let (repo, text) = (repo(), section(&readme(), "## Searches that learn", "```toml"));
    let rows = rows(&text);
    assert_eq!(rows.len(), 8);
    for row in rows.iter().skip(1) {
        let code = codes(&row[0])[0];
        let written = if code.starts_with('{') { code.to_owned() } else { format!("'{code}'") };
        repo.write("s.toml", learning(&format!("strategy = {written}\ntrials = 5")));
        // The first ones, and no more than there are to be.
        assert!((3..=5).contains(&count(&repo, "s.toml")), "{code}");
    }
}

#[test]
fn the_variables_of_hp_search() {
    let (repo, text) = (repo(), section(&readme(), "## hp_search, variable by variable", "## "));
    let rows = rows(&text);
    assert_eq!(rows.len(), 39);
    let is_of_search = |row: &&Vec<String>| row[0].starts_with("`\"") && !row[1].contains("under `[");
    for row in rows.iter().filter(is_of_search) {
        for code in codes(&row[1]).into_iter().filter(|code| code.contains(" = ")) {
            let more = match code.split_once(" = ").unwrap().0 {
                "strategy" => "trials = 5".to_owned(),
                "trials" => "strategy = 'bayesian'".to_owned(),
                _ => "strategy = 'bayesian'\ntrials = 5".to_owned(),
            };
            repo.write("s.toml", learning(&format!("{code}\n{more}")));
            assert!(count(&repo, "s.toml") > 0, "{code}");
        }
    }
}

const PARAMS: &str = "train:\n  lr: 0.1\n";

/// What some commands of the table below have done: words of the command, and of what is said then.
const DONE: [(&str, &str); 9] = [
    ("'optimizer=[adam, sgd]'", ": 4 ok"),
    ("'db/engine={engine}'", ": 2 ok"),
    ("'lr=uniform(0, 1)'", ": 5 ok"),
    ("'train.lr=[0.1, 0.2]'", "2 points on the new branch"),
    ("init params.yaml", "found 1 possible parameter"),
    ("show 3", "switch --detach"),
    ("show best", "commit "),
    ("--importance", "optimizer"),
    ("--trials 8", "added to s"),
];

/// A repository of which four points have run, with what the rows below name; and the commit of the third.
fn explored() -> (Repo, String) {
    let program = "import json, sys\nloss = len(str(sys.argv) + open('params.yaml').read())\n\
        json.dump({'loss': loss, 'size': -loss}, open('output.json', 'w'))\n";
    let repo = Repo::with(&[("main.py", program), ("params.yaml", PARAMS)]);
    let values = ["-p", "params.yaml:train.lr=uniform(0.2, 1)", "-p", "optimizer=[adam, sgd]"];
    let search = ["--strategy", "tpe", "--objective", "loss", "--trials", "4"];
    repo.ok([&["run", "--branch", "s"], &values[..], &search[..], &["--", "python3", "main.py"]].concat());
    let commit = repo.points("s")[2].clone();
    (repo, commit)
}

/// A line of a definition where it belongs, in one that lacks it.
fn with_line(code: &str, place: &str) -> String {
    let key = code.split_once(" = ").unwrap().0;
    let said = |own: &str, line: &str| if key == own { String::new() } else { format!("{line}\n") };
    let mut text = String::from("[search]\n");
    let ours =
        if matches!(place, "[metrics]" | "[search.stop]") || ["values", "when"].contains(&key) { "" } else { code };
    text += &format!("{ours}\n{}{}", said("strategy", "strategy = 'tpe'"), said("trials", "trials = 5"));
    if key != "objectives" {
        text += &said("objective", "objective = 'loss'");
    }
    match place {
        "[search.stop]" => text += &format!("[search.stop]\n{code}\n{}", said("rule", "rule = 'asha'")),
        "[metrics]" => text += &format!("[metrics]\n{code}\n"),
        _ => {}
    }
    let own = if ours.is_empty() && place.is_empty() { code } else { "" };
    let values = if key == "values" { "" } else { "values = [1, 2, 3, 4]" };
    text + &format!("[params.optimizer]\nvalues = ['adam', 'sgd']\n[params.x]\n{own}\n{values}\n")
}

#[test]
fn the_commands_for_those_of_hydra_dvc_optuna_and_wandb() {
    let text = section(&readme(), "## Coming from Hydra, DVC, Optuna or W&B", "## ");
    let lines = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    let (mut rows, mut commands, mut settings) = (0, 0, 0);
    for line in lines {
        let here = line.trim_matches('|').split(" | ").nth(1).unwrap();
        let (repo, commit) = explored();
        let before = commands + settings;
        // Below which heading a cell's part puts its lines.
        for part in here.split("; ") {
            let place = codes(part).into_iter().find(|code| code.starts_with('[')).unwrap_or_default();
            for code in codes(part) {
                if code.starts_with("git") {
                    let command = code.replace("<commit>", &commit);
                    let metrics = repo.outside().join("metrics");
                    let said = repo.shell_command(&command).env("GITSWEEP_METRICS", metrics).output().unwrap();
                    let said = Said::of(said);
                    assert_eq!(said.code, 0, "{command}\n{}{}", said.out, said.err);
                    let is_one_run = said.err.contains("no parameter varies");
                    assert!(!is_one_run && !said.err.contains("warning: "), "{command}\n{}", said.err);
                    if let Some((_, done)) = DONE.iter().find(|(words, _)| command.contains(words)) {
                        assert!(
                            said.out.contains(done) || said.err.contains(done),
                            "{command}\n{}{}",
                            said.out,
                            said.err
                        );
                    }
                    if command.starts_with("git restore") {
                        let changed = repo.git(["diff", "--name-only", &commit, "--", "params.yaml"]);
                        assert!(changed.is_empty() && repo.read("params.yaml") != PARAMS, "{changed}");
                    }
                    commands += 1;
                } else if code.contains(" = ") {
                    repo.write("spec.toml", with_line(code, place));
                    let said = repo.run(["create", "--dry-run", "spec.toml"]);
                    assert_eq!(said.code, 0, "{code}\n{}", said.err);
                    settings += 1;
                }
            }
        }
        assert!(commands + settings > before, "nothing is tried of {line}");
        rows += 1;
    }
    assert_eq!((rows, commands, settings), (15, 21, 13));
}
