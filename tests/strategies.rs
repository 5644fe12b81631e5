//! What each strategy lays, repeats, and sweeps that grow.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;

use std::collections::HashSet;

use common::{DATE, Repo, Said};

const MODEL: &str = "a=1\nb=10\nc=100\nseed=0\n";

fn model() -> Repo {
    Repo::with(&[("m.sh", MODEL)])
}

/// The points of a definition by flags, as `--list` has them: one line for each, the header and the number left out.
fn listed(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let table = repo.ok([&["-q", "create", "--list", "--format", "csv"], arguments].concat());
    table.lines().skip(1).map(|line| line.split_once(',').unwrap().1.to_owned()).collect()
}

/// The same of a definition in a file.
fn defined(repo: &Repo, definition: &str) -> Vec<String> {
    repo.write("gitsweep.toml", definition);
    listed(repo, &[])
}

/// These columns of a sweep's table, without the header.
fn table(repo: &Repo, branch: &str, columns: &str) -> Vec<String> {
    let table = repo.ok(["results", branch, "--format", "csv", "--columns", columns]);
    table.lines().skip(1).map(str::to_owned).collect()
}

fn distinct<T: std::hash::Hash + Eq>(items: &[T]) -> usize {
    items.iter().collect::<HashSet<_>>().len()
}

#[test]
fn a_grid_takes_both_bounds_and_grid_points_between_them() {
    let repo = model();
    let domains = ["-p", "a={ type = 'continuous', domain = [0, 1], grid_points = 2 }", "-p", "b=uniform(0, 4)"];
    let points = listed(&repo, &[&domains[..], &["--grid-points", "3"]].concat());
    assert_eq!(points.len(), 6);
    let (first, last): (HashSet<&str>, HashSet<&str>) =
        points.iter().map(|point| point.split_once(',').unwrap()).unzip();
    assert_eq!(first, HashSet::from(["0.0", "1.0"]));
    assert_eq!(last.len(), 3);
    let grid = [&["create", "--dry-run", "--grid-points", "3"], &domains[..], &["--", "true"]].concat();
    let shown = repo.ok(&grid);
    assert!(shown.contains("\n  a  0.0 1.0\n  b  0.0 2.0 4.0\n"), "{shown}");
    let shown = repo.ok([&grid[..1], &["--strategy", "random", "--trials", "2"], &grid[1..]].concat());
    assert!(shown.contains("\n  b  uniform(0, 4)\n"), "{shown}");
    let points = defined(
        &repo,
        "[search]\ngrid_points = 3\n[params.x]\n\
         values = { type = \"continuous\", domain = [1, 100], transformation = \"log\" }\n",
    );
    assert_eq!(points, ["1.0", "10.0", "100.0"]);
}

#[test]
fn a_line_goes_around_the_values_in_the_source() {
    let repo = model();
    let axes = ["-f", "m.sh", "-p", "a=[1, 2, 3]", "-p", "b=[5, 20]"];
    let points = listed(&repo, &[&["--strategy", "line"], &axes[..]].concat());
    assert_eq!(points, ["1,10", "2,10", "3,10", "1,5", "1,20"]);
}

#[test]
fn a_line_reads_the_source_as_its_language_spells_values() {
    let repo = Repo::with(&[
        ("run.nml", "&run\n  g = 1.0d-2 ! nS\n  wraps = .true.\n  mode = 'T'\n/\n"),
        ("rate.h", "#define RATE 2.5f\n#define FAST 1\n"),
        ("conf.yaml", "act: on\n"),
    ]);
    let of_namelist =
        ["-p", "run.nml:g=[0.001, 0.01]", "-p", "run.nml:wraps=[true, false]", "-p", "run.nml:mode=['T', 'F']"];
    let of_others =
        ["-p", "rate.h:RATE=[0, 2.5]", "-p", "rate.h:FAST=[true, false]", "-p", "conf.yaml:act=['on', 'off']"];
    let points = listed(&repo, &[&["--strategy", "line"], &of_namelist[..], &of_others[..]].concat());
    assert_eq!(
        points,
        [
            "1.0e-2,true,T,2.5,true,on",
            "0.001,true,T,2.5,true,on",
            "1.0e-2,false,T,2.5,true,on",
            "1.0e-2,true,F,2.5,true,on",
            "1.0e-2,true,T,0,true,on",
            "1.0e-2,true,T,2.5,false,on",
            "1.0e-2,true,T,2.5,true,off",
        ]
    );
}

#[test]
fn a_part_of_a_grid_is_said_to_be_one() {
    let repo = model();
    let said = |trials: &str| {
        let axes = ["-f", "m.sh", "-p", "a=[1, 2, 3]", "-p", "b=[5, 20]"];
        repo.run([&["create", "-n", "--strategy", "grid", "--trials", trials], &axes[..]].concat()).err
    };
    assert!(
        said("4").contains("4 points drawn of the 6 (3 x 2) of the grid: without trials it is whole"),
        "{}",
        said("4")
    );
    assert!(!said("6").contains("of the grid"), "{}", said("6"));
    let one = repo.run(["create", "-n", "--trials", "2", "-f", "m.sh", "-p", "a=[1, 2, 3]"]).err;
    assert!(one.contains("2 points drawn of the 3 of the grid"), "{one}");
}

#[test]
fn a_line_stands_at_the_middle_where_the_source_has_no_single_value() {
    let repo = Repo::with(&[("m.json", "{\"a\": [1, 5], \"b\": \"x\"}\n")]);
    let axes = ["-f", "m.json", "-p", "a=[1, 2, 3]", "-p", "b=['x', 'y']"];
    let points = listed(&repo, &[&["--strategy", "line"], &axes[..]].concat());
    assert_eq!(points, ["2,x", "1,x", "3,x", "2,y"]);
}

#[test]
fn a_line_goes_around_base_where_the_definition_says_it() {
    let repo = model();
    let points = defined(
        &repo,
        "[search]\nstrategy = \"line\"\n[params.a]\nfile = \"m.sh\"\nvalues = [1, 2, 3]\nbase = 2\n\
         [params.outside]\nvalues = [7, 8, 9]\n[params.kind]\nvalues = [\"x\", \"y\"]\nbase = \"y\"\n",
    );
    // Where neither says, the middle.
    assert_eq!(points, ["2,8,y", "1,8,y", "3,8,y", "2,7,y", "2,9,y", "2,8,x"]);
}

#[test]
fn a_group_goes_through_its_values_together_and_is_crossed_with_the_rest() {
    let repo = model();
    let points = defined(
        &repo,
        "[params.a]\nvalues = [1, 2, 3]\ngroup = \"size\"\n[params.k]\nvalues = [\"x\", \"y\"]\n\
         [params.b]\nvalues = [10, 20, 30]\ngroup = \"size\"\n",
    );
    assert_eq!(points, ["1,x,10", "1,y,10", "2,x,20", "2,y,20", "3,x,30", "3,y,30"]);
}

#[test]
fn three_random_trials_over_a_grid_of_3_x_4_run_three_of_the_twelve() {
    let repo = model();
    let axes = ["-p", "a=[1, 2, 3]", "-p", "b=[1, 2, 3, 4]"];
    let all: HashSet<String> = listed(&repo, &axes).into_iter().collect();
    assert_eq!(all.len(), 12);
    let random = |trials: &str, seed: &str| {
        listed(&repo, &[&axes[..], &["--strategy", "random", "--trials", trials, "--seed", seed]].concat())
    };
    let mut met = HashSet::new();
    for seed in ["1", "2", "3", "4", "5", "6"] {
        let points = random("3", seed);
        assert_eq!((points.len(), distinct(&points)), (3, 3));
        assert!(points.iter().all(|point| all.contains(point)), "{points:?}");
        met.insert(points);
    }
    assert!(met.len() > 1, "the seed does not matter");
    assert_eq!(random("12", "1").into_iter().collect::<HashSet<_>>(), all);
    // And they are what runs.
    let flags = ["--strategy", "random", "--trials", "3", "--seed", "1", "--", "true"];
    repo.ok([&["run", "--branch", "s"], &axes[..], &flags].concat());
    assert_eq!(repo.statuses("s"), [["ok"], ["ok"], ["ok"]]);
    assert_eq!(table(&repo, "s", "a,b"), random("3", "1"));
}

#[test]
fn strategies_that_fill_a_space_fill_it() {
    let repo = model();
    for strategy in ["latin-hypercube", "sobol", "halton"] {
        let axes = ["-p", "x=uniform(0, 8)", "-p", "y=uniform(-8, 0)", "--strategy", strategy];
        let points = listed(&repo, &[&axes[..], &["--trials", "8", "--seed", "4"]].concat());
        let number = |text: &str| text.parse::<f64>().unwrap().floor() as i64;
        let (x, y): (Vec<i64>, Vec<i64>) =
            points.iter().map(|point| point.split_once(',').unwrap()).map(|(x, y)| (number(x), number(y))).unzip();
        // Each eighth of each range once; the second base of Halton's is 3.
        assert_eq!(x.iter().copied().collect::<HashSet<_>>(), (0..8).collect(), "{strategy}");
        let eighths = if strategy == "halton" { 6 } else { 8 };
        assert!(distinct(&y) >= eighths, "{strategy}: {y:?}");
        let other = listed(&repo, &[&axes[..], &["--trials", "8", "--seed", "5"]].concat());
        assert_ne!(points, other, "{strategy}");
    }
}

#[test]
fn a_list_of_points_comes_from_csv_or_json_by_the_flag() {
    let repo = model();
    std::fs::write(repo.home().join("p.csv"), "a,kind\n0.10,x y\n2,z\n").unwrap();
    std::fs::write(repo.home().join("p.json"), r#"[{"a": "0.10", "kind": "x y"}, {"a": 2, "kind": "z"}]"#).unwrap();
    for (branch, file) in [("csv", "../home/p.csv"), ("json", "../home/p.json")] {
        repo.ok(["create", "--date", DATE, "--branch", branch, "--from", file, "-p", "m.sh:a=[0.10, 2]"]);
        assert_eq!(table(&repo, branch, "a,kind"), ["0.10,x y", "2,z"]);
        let points = repo.points(branch);
        assert_eq!(repo.git(["show", &format!("{}:m.sh", points[0])]), MODEL.trim_end().replace("a=1", "a=0.10"));
    }
    let err = repo.fails(1, ["create", "--from", "absent.csv"]);
    assert!(err.contains("cannot read") && err.contains("absent.csv"), "{err}");
}

#[test]
fn a_dry_run_shows_the_values_that_a_grid_takes() {
    let repo = model();
    let discrete = "a={ type = 'discrete', domain = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }";
    let shown =
        repo.ok(["create", "-n", "--grid-points", "3", "-p", discrete, "-p", "b=[1, 2, 3, 4, 5]", "--", "true"]);
    assert!(shown.starts_with("15 points (3 x 5)"), "{shown}");
    assert!(shown.contains("\n  a  1 5 10\n  b  1 2 3 4 5\n"), "{shown}");
}

#[test]
fn results_that_come_back_as_points_give_their_parameters_alone() {
    let repo = Repo::small();
    repo.create();
    repo.ok(["queue"]);
    repo.ok(["results", "--where", "g_e > 0.5", "-o", "best.csv"]);
    let said = repo.run(["create", "--branch", "best", "--from", "best.csv"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let words = "best.csv is a table of results: taken are g_e, g_i; left out are point, score, status\n";
    assert!(said.err.contains(words), "{}", said.err);
    assert_eq!(table(&repo, "best", "g_e,g_i"), ["1.0,-5", "1.0,-10", "1.0,-15"]);
    // Without a definition the sweep that they are of tells.
    std::fs::remove_file(repo.root().join("gitsweep.toml")).unwrap();
    repo.ok(["results", "-o", "best.jsonl", "best", "--columns", "point,param.g_e,g_i,status,commit"]);
    let said = repo.run(["create", "--list", "--format", "csv", "--from", "best.jsonl", "--", "true"]);
    assert_eq!(said.out, "point,g_e,g_i\n1,1.0,-5\n2,1.0,-10\n3,1.0,-15\n", "{}", said.err);
}

#[test]
fn a_list_of_the_command_line_is_laid_whole_whatever_another_strategy_was_to_choose() {
    let repo = model();
    let random = ["--strategy", "random", "--trials", "2", "--seed", "1", "-p", "m.sh:a=uniform(0, 9)", "--", "true"];
    repo.ok([&["create", "--branch", "drawn"], &random[..]].concat());
    std::fs::write(repo.home().join("p.csv"), "a\n1\n2\n3\n").unwrap();
    for (more, expected) in [(&[][..], 3), (&["--trials", "2"], 2)] {
        let said =
            repo.run([&["create", "drawn", "--list", "--format", "csv", "--from", "../home/p.csv"], more].concat());
        assert_eq!((said.code, said.out.lines().count()), (0, expected + 1), "{} {}", said.out, said.err);
        assert!(!said.err.contains("trials are asked for"), "{}", said.err);
    }
}

#[test]
fn text_that_looks_like_a_number_comes_back_as_the_text_of_its_domain() {
    let repo = model();
    let words = ["-p", "word=['1e5', 'true', '007', '=1+1', 'b']", "-p", "n=[1, 2]", "--", "true"];
    repo.ok([&["create", "--branch", "words"], &words[..]].concat());
    for file in ["words.csv", "words.jsonl"] {
        repo.ok(["results", "words", "--sort", "point", "-o", file]);
        let said = repo.run([&["create", "--list", "--format", "jsonl", "--from", file], &words[..]].concat());
        let given: Vec<serde_json::Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let word = |row: &serde_json::Value| row["word"].as_str().unwrap_or("no text").to_owned();
        let expected = ["1e5", "1e5", "true", "true", "007", "007", "=1+1", "=1+1", "b", "b"];
        assert_eq!(given.iter().map(word).collect::<Vec<_>>(), expected, "{file}: {}", said.err);
    }
}

#[test]
fn a_list_of_points_comes_from_standard_input_and_new_parameters_are_told() {
    let repo = model();
    let from = |text: &str| {
        let mut command =
            repo.gitsweep_command(["create", "--list", "--format", "csv", "-p", "a=[1, 2]", "--from", "-"]);
        command.args(["--", "true"]).stdin(std::process::Stdio::piped());
        let mut child =
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
        Said::of(child.wait_with_output().unwrap())
    };
    for text in ["a,b\n1,x\n2,y\n", "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2, \"b\": \"y\"}\n"] {
        let said = from(text);
        assert_eq!(said.out, "point,a,b\n1,1,x\n2,2,y\n", "{}", said.err);
        assert!(said.err.contains("new parameters of -: b\n"), "{}", said.err);
    }
    let said = from("b\nx\n");
    assert!(said.code == 1 && said.err.contains("`a` has no value"), "{}", said.err);
}

#[test]
fn a_list_of_points_comes_from_a_committed_file_that_the_definition_names() {
    let repo = model();
    repo.write("study/points.csv", "a,b\n1,20\n3,10\n");
    let definition = "[search]\nstrategy = \"list\"\npoints = \"points.csv\"\n[params.a]\nfile = \"../m.sh\"\n\
                      values = [1, 2, 3]\n[params.b]\nvalues = \"10 to 20 step 10\"\n";
    repo.write("study/list.toml", definition);
    let err = repo.fails(1, ["create", "study/list.toml"]);
    assert!(err.contains("there is no study/points.csv"), "{err}");
    repo.commit("The points");
    assert_eq!(listed(&repo, &["study/list.toml"]), ["1,20", "3,10"]);
    repo.write("study/points.csv", "a,b\n1,20\n9,10\n");
    repo.commit("Another point");
    let err = repo.fails(1, ["create", "study/list.toml"]);
    assert!(err.contains("point 2 of the list") && err.contains("`a` = 9 is not in its domain: [1, 2, 3]"), "{err}");
}

#[test]
fn a_mixture_says_in_each_message_what_proposed_the_point() {
    let repo = model();
    repo.write(
        "gitsweep.toml",
        "[search]\nstrategy = { grid = 0.3, random = 0.7 }\ntrials = 40\nseed = 3\n\
         [params.a]\nfile = \"m.sh\"\nvalues = { from = 1, to = 100, step = 1 }\n",
    );
    repo.ok(["create", "--date", DATE, "--branch", "s"]);
    let by = repo.git(["log", "--reverse", "--format=%(trailers:key=Proposed-By,valueonly,separator=%x2C)", "main..s"]);
    let by: Vec<&str> = by.lines().collect();
    assert_eq!(by.len(), 40);
    let grid = by.iter().filter(|by| **by == "grid").count();
    assert!(by.iter().all(|by| ["grid", "random"].contains(by)), "{by:?}");
    assert!((4..=20).contains(&grid), "{grid} of 40");
    assert_eq!(distinct(&table(&repo, "s", "a")), 40);
    let spec: toml::Table = repo.git(["show", "s:.gitsweep/sweep.toml"]).parse().unwrap();
    assert_eq!(spec["search"]["strategy"]["random"].as_float(), Some(0.7));
}

#[test]
fn repeats_count_in_a_seed_outside_of_the_code_or_in_its_line() {
    let repo = model();
    let points = listed(&repo, &["-f", "m.sh", "-p", "a=[5, 6]", "--repeats", "2"]);
    assert_eq!(points, ["5,1", "6,1", "5,2", "6,2"]);
    repo.write(
        "gitsweep.toml",
        "[search]\nrepeats = 2\n[params.a]\nfile = \"m.sh\"\nvalues = [5, 6]\n[params.seed]\nfile = \"m.sh\"\n",
    );
    repo.ok(["create", "--date", DATE, "--branch", "s"]);
    let points = repo.points("s");
    assert_eq!(repo.git(["show", &format!("{}:m.sh", points[3])]), "a=6\nb=10\nc=100\nseed=2");
    assert!(!repo.git(["ls-tree", "-r", "--name-only", "s"]).contains("point.toml"));
}

#[test]
fn a_sweep_grows_without_laying_a_point_twice() {
    let repo = model();
    repo.ok(["create", "--date", DATE, "--branch", "s", "-f", "m.sh", "-p", "a=1 to 3 step 1", "--", "true"]);
    let old = repo.points("s");
    repo.ok(["queue", "s", "--limit", "1"]);
    let finer = ["extend", "s", "--date", DATE, "-p", "a=1 to 3 step 0.5"];
    let before = repo.git(["for-each-ref"]);
    assert_eq!(
        repo.ok([&finer[..], &["--dry-run"]].concat()),
        "2 points on top of 3 of s\nfirst: a=1.5\nlast:  a=2.5\n"
    );
    assert_eq!(repo.git(["for-each-ref"]), before);
    repo.ok(finer);
    let grown = repo.points("s");
    assert_eq!(grown[..3], old[..]);
    assert_eq!(
        table(&repo, "s", "point,a,status"),
        ["1,1,ok", "2,2,pending", "3,3,pending", "4,1.5,pending", "5,2.5,pending"]
    );
    let definition =
        |at: &str| -> toml::Table { repo.git(["show", &format!("{at}:.gitsweep/sweep.toml")]).parse().unwrap() };
    assert_eq!(definition("s")["params"]["a"]["values"].as_str(), Some("1 to 3 step 0.5"));
    assert_eq!(definition(&old[2])["params"]["a"]["values"].as_str(), Some("1 to 3 step 1"));
    // Once more adds nothing.
    let tip = repo.git(["rev-parse", "s"]);
    let said = repo.run(finer);
    assert!(said.code == 0 && said.err.ends_with("s has all these points already\n"), "{}", said.err);
    let said = repo.run(["extend", "s"]).err;
    assert!(said.contains("hint: say which more there are to be: -p 'a=[...]' for other values"), "{said}");
    assert_eq!(repo.git(["rev-parse", "s"]), tip);

    // A clone that knows nothing else can run it.
    repo.git_in(repo.outside(), ["clone", "-q", "model", "clone"]);
    let clone = repo.outside().join("clone");
    repo.git_in(&clone, ["branch", "-q", "s", "origin/s"]);
    repo.ok_in(&clone, ["queue", "s"]);
    let table = repo.ok_in(&clone, ["results", "s", "--format", "csv", "--columns", "a,status"]);
    assert_eq!(table, "a,status\n1,ok\n2,ok\n3,ok\n1.5,ok\n2.5,ok\n");
    repo.fsck();
}

#[test]
fn more_trials_and_more_repeats_are_those_that_a_larger_sweep_would_have() {
    let repo = model();
    let space = ["--date", DATE, "-p", "x=normal(0, 1)", "--strategy", "random", "--seed", "8", "--trials"];
    repo.ok([&["create", "--branch", "s"], &space[..], &["5"]].concat());
    repo.ok([&["create", "--branch", "t"], &space[..], &["9"]].concat());
    repo.ok(["extend", "s", "--trials", "9"]);
    assert_eq!(table(&repo, "s", "point,x"), table(&repo, "t", "point,x"));
    assert_eq!(repo.points("s").len(), 9);

    repo.ok(["create", "--branch", "r", "-p", "m.sh:a=[5, 6]", "--repeats", "1"]);
    repo.ok(["extend", "r", "--repeats", "3"]);
    assert_eq!(table(&repo, "r", "point,a,seed"), ["1,5,1", "2,6,1", "3,5,2", "4,6,2", "5,5,3", "6,6,3"]);
    repo.ok(["extend", "r", "-p", "a=[5, 6, 7]"]);
    assert_eq!(table(&repo, "r", "point,a,seed")[6..], ["7,7,1", "8,7,2", "9,7,3"]);
}

#[test]
fn repeating_takes_the_points_that_ran_least_often_first() {
    let repo = model();
    repo.ok(["create", "--branch", "s", "-p", "x=[1, 2, 3, 4]", "--", "true"]);
    let runs = || repo.statuses("s").iter().map(Vec::len).collect::<Vec<_>>();
    repo.ok(["queue", "s", "--points", "1,3"]);
    assert_eq!(runs(), [1, 0, 1, 0]);
    let mut seen = Vec::new();
    for _ in 0..3 {
        repo.ok(["queue", "s", "--repeat", "2", "--limit", "2"]);
        seen.push(runs());
    }
    assert_eq!(seen, [[1, 1, 1, 1], [2, 2, 1, 1], [2, 2, 2, 2]]);
}

#[test]
fn what_extends_otherwise_than_one_may_think_is_said() {
    let repo = Repo::small();
    let create = |branch: &str, strategy: &str| {
        repo.ok([
            "create",
            "--branch",
            branch,
            "--strategy",
            strategy,
            "--trials",
            "4",
            "-p",
            "x=uniform(0, 1)",
            "--",
            "true",
        ])
    };
    create("cube", "latin-hypercube");
    create("drawn", "random");
    let extend = |branch: &str| repo.run(["extend", branch, "--trials", "5", "--dry-run"]);
    let said = extend("cube");
    assert!(said.out.starts_with("5 points on top of 4 of cube"), "{}", said.out);
    assert!(
        said.err.contains("another design, so all of its points are new, beside the 4 that are there"),
        "{}",
        said.err
    );
    let said = extend("drawn");
    assert!(
        said.out.starts_with("1 point on top of 4 of drawn") && said.err == "nothing has been changed\n",
        "{}",
        said.err
    );
    // The definition is no code.
    repo.write("gitsweep.toml", std::fs::read_to_string(repo.root().join("gitsweep.toml")).unwrap() + "\n# more\n");
    repo.git(["commit", "-qam", "definition"]);
    assert_eq!(extend("drawn").err, "nothing has been changed\n");
    repo.write("model.sh", std::fs::read_to_string(repo.root().join("model.sh")).unwrap() + "\n# more\n");
    repo.git(["commit", "-qam", "code"]);
    let said = extend("drawn");
    assert!(said.err.contains("as the others; HEAD has another by now"), "{}", said.err);
}

#[test]
fn a_list_is_extended_by_points_with_values_of_their_own() {
    let repo = Repo::with(&[("m.sh", "a=1\nb=2\n")]);
    repo.write("first.csv", "a,b\n1,x\n2,y\n");
    repo.write("more.csv", "a,b\n2.0,y\n9,z\n");
    repo.ok(["create", "--branch", "s", "--from", "first.csv", "-f", "m.sh"]);
    repo.ok(["extend", "s", "--from", "more.csv"]);
    let subjects = repo.git(["log", "--reverse", "--format=%s", "main..s"]);
    let points: Vec<&str> =
        subjects.lines().filter_map(|subject| subject.split_once(": ")).map(|(_, point)| point).collect();
    assert_eq!(points, ["a=1 b=x", "a=2 b=y", "a=9 b=z"]);
    assert_eq!(repo.git(["show", "s:m.sh"]), "a=9\nb=z");
    let said = repo.run(["extend", "s"]).err;
    assert!(said.contains("has all these points already\nhint: say which more there are to be: --from FILE"), "{said}");
    repo.fsck();
}

#[test]
fn a_list_brings_the_values_that_the_definition_leaves_to_it() {
    let definition = "[search]\nstrategy = \"list\"\npoints = \"points.csv\"\n[run]\ncommand = \"true\"\n\
                      [params.a]\nfile = \"m.sh\"\n[params.b]\nfile = \"n.sh\"\n";
    let repo = Repo::with(&[
        ("conf/gitsweep.toml", definition),
        ("conf/points.csv", "a,b\n1,x\n2,y\n"),
        ("conf/m.sh", "a=0\n"),
        ("conf/n.sh", "b=z\n"),
    ]);
    repo.ok(["create", "conf/gitsweep.toml", "--branch", "s"]);
    assert_eq!((repo.git(["show", "s:conf/m.sh"]), repo.git(["show", "s:conf/n.sh"])), ("a=2".into(), "b=y".into()));
    repo.write("more.csv", "a,b\n7,x\n");
    repo.ok(["create", "conf/gitsweep.toml", "--branch", "t", "--from", "more.csv"]);
    assert_eq!((repo.git(["show", "t:conf/m.sh"]), repo.git(["show", "t:conf/n.sh"])), ("a=7".into(), "b=x".into()));
    let said = repo.fails(1, ["create", "conf/gitsweep.toml", "-n", "--strategy", "grid"]);
    assert!(said.contains("parameter a has no values"), "{said}");
    repo.fsck();
}
