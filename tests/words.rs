//! The command line as the definition, and what is shown before anything runs: `--list`, `--dry-run` and its factors.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;

use common::{DATE, Repo, Said};

/// A program that says its arguments one by one, so that no quoting goes unseen.
const ARGUMENTS: &str = "printf '<%s>' \"$@\" > arguments\necho \"{\\\"count\\\": $#}\" > output.json\n";

fn program() -> Repo {
    Repo::with(&[("main.sh", ARGUMENTS)])
}

/// Runs a command line in one go; what gitsweep said.
fn run(repo: &Repo, branch: &str, options: &[&str], words: &[&str]) -> Said {
    let said = repo.run([&["run", "--date", DATE, "--branch", branch], options, &["--"], words].concat());
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    said
}

/// What each run of a sweep was given, the first point first.
fn arguments(repo: &Repo, branch: &str) -> Vec<String> {
    let of = |commit: &String| {
        let [record] = repo.records(commit).try_into().unwrap();
        assert_eq!(record["status"], "ok", "{record}");
        repo.read(&format!("{}/arguments", record["folder"].as_str().unwrap()))
    };
    repo.points(branch).iter().map(of).collect()
}

#[test]
fn a_grid_by_the_words_of_a_command_line_gives_the_programs_exactly_those_words() {
    let repo = program();
    let words = [
        "sh",
        "main.sh",
        "--layers",
        "[32, 64, 128]",
        "--learning_rate",
        "uniform(1e-5, 1e-1, 3)",
        "--model",
        "['resnet18' 'bert']",
        "--do_something",
    ];
    let said = run(&repo, "s", &["--seed", "7"], &words);
    let mut expected = Vec::new();
    for layers in [32, 64, 128] {
        for rate in RATES {
            for model in ["resnet18", "bert"] {
                expected
                    .push(format!("<--layers><{layers}><--learning_rate><{rate}><--model><{model}><--do_something>"));
            }
        }
    }
    assert_eq!(expected.len(), 3 * 3 * 2);
    assert_eq!(arguments(&repo, "s"), expected);
    // What is read as a domain is said before the points are.
    assert!(
        said.err.starts_with(
            "parameter layers: [32, 64, 128]\nparameter learning_rate: uniform(1e-5, 1e-1, 3)\n\
             parameter model: ['resnet18' 'bert']\n18 points "
        ),
        "{}",
        said.err
    );
    // Not one line of the program has changed.
    assert_eq!(repo.read("main.sh"), ARGUMENTS);
    assert_eq!(repo.git(["diff", "--name-only", "main", "s"]), ".gitsweep/point.toml\n.gitsweep/sweep.toml");
}

/// What `uniform(1e-5, 1e-1, 3)` draws for `learning_rate` and the seed 7.
const RATES: [&str; 3] = ["0.05467874769395753", "0.09169456049897726", "0.008811324301430362"];

#[test]
fn flags_numbers_and_strings_are_passed_through_as_they_are() {
    let repo = program();
    let words = [
        "sh",
        "main.sh",
        "--flag",
        "1e-2",
        "--alpha=0.10",
        "--text",
        "two  words",
        "it's",
        "\"q\"",
        "$HOME",
        "*.sh",
        "a;b",
        "--n={x}",
        "{1,2}",
        "",
        "--x",
        "(1, 6, 2)",
    ];
    let said = run(&repo, "s", &[], &words);
    let expected = |x: &str| {
        format!(
            "<--flag><1e-2><--alpha=0.10><--text><two  words><it's><\"q\"><$HOME><*.sh><a;b><--n={x}><{{1,2}}><><--x><{x}>"
        )
    };
    assert_eq!(arguments(&repo, "s"), ["1", "3", "5"].map(expected));
    assert!(said.err.starts_with("parameter x: (1, 6, 2)\n3 points "), "{}", said.err);
}

#[test]
fn values_reach_the_program_quoted_whatever_they_hold() {
    let repo = program();
    let values = ["a b", "it''s", "$(touch hit)", "`touch hit`", "\"", "--layers", "*"];
    let list: Vec<String> = values.iter().map(|value| format!("\"{}\"", value.replace('"', "\\\""))).collect();
    run(&repo, "s", &[], &["sh", "main.sh", &format!("--x=[{}]", list.join(", ")), "-y", "[true]"]);
    let expected: Vec<String> = values.iter().map(|value| format!("<--x={value}><-y><true>")).collect();
    assert_eq!(arguments(&repo, "s"), expected);
}

#[test]
fn a_literal_flag_is_no_parameter() {
    let repo = program();
    let words = ["sh", "main.sh", "--shape", "[1, 2]", "--size=(3, 5)", "--n", "[5, 6]"];
    let said = run(&repo, "s", &["--literal", "shape", "--literal", "size"], &words);
    assert_eq!(arguments(&repo, "s"), ["5", "6"].map(|n| format!("<--shape><[1, 2]><--size=(3, 5)><--n><{n}>")));
    assert!(said.err.starts_with("parameter n: [5, 6]\n2 points "), "{}", said.err);
    run(&repo, "t", &["--literal", "shape"], &words);
    assert_eq!(arguments(&repo, "t")[0], "<--shape><[1, 2]><--size=3><--n><5>");
}

#[test]
fn samplers_by_the_names_of_randopt_are_drawn_for_each_trial() {
    let repo = program();
    let words = ["sh", "main.sh", "--x=Gaussian(0.0,0.6)", "--y=Uniform(-0.3,0.3)"];
    run(&repo, "s", &["--strategy", "random", "--trials", "15", "--seed", "1"], &words);
    let given = arguments(&repo, "s");
    assert_eq!(given.len(), 15);
    assert_eq!(given[1], "<--x=-0.7236227764533942><--y=0.1907225537502908>");
    let table = repo.ok(["results", "s", "--format", "csv", "--columns", "x,y"]);
    let rows: Vec<String> = table.lines().skip(1).map(|row| format!("<--x={}>", row.replace(',', "><--y="))).collect();
    assert_eq!(rows, given);
    let second = |row: &String| row.rsplit_once('=').unwrap().1.trim_end_matches('>').parse::<f64>().unwrap();
    assert!(given.iter().map(second).all(|y| (-0.3..=0.3).contains(&y)), "{given:?}");
}

#[test]
fn a_list_has_all_points_in_every_format_and_changes_nothing() {
    let repo = Repo::empty();
    repo.write("m.sh", "a=1\n");
    repo.commit("The model");
    let before = (repo.users_state(), repo.git(["for-each-ref"]), repo.git(["count-objects", "-v"]));
    let list = |format: &str| {
        repo.ok(["create", "--list", "--format", format, "-p", "m.sh:a=[0.10, 2]", "-p", "b=['x y', 'z|']"])
    };
    assert_eq!(list("csv"), "point,a,b\n1,0.10,x y\n2,0.10,z|\n3,2,x y\n4,2,z|\n");
    assert_eq!(list("tsv"), "point\ta\tb\n1\t0.10\tx y\n2\t0.10\tz|\n3\t2\tx y\n4\t2\tz|\n");
    let objects: Vec<serde_json::Value> =
        list("jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects[1], serde_json::json!({"point": 2, "a": 0.1, "b": "z|"}));
    assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(&list("json")).unwrap(), objects);
    assert_eq!(objects.len(), 4);
    assert!(list("markdown").ends_with("|     4 |    2 | z\\| |\n"), "{}", list("markdown"));
    let table = list("table");
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(rows.contains(&vec!["4", "2", "z|"]) && table.ends_with("\n4 points\n"), "{table}");
    let err = repo.fails(2, ["create", "--list", "--format", "xml", "-p", "a=[1]"]);
    assert!(err.contains("no format `xml`; known are table, csv, tsv, json, jsonl, markdown"), "{err}");
    assert_eq!((repo.users_state(), repo.git(["for-each-ref"]), repo.git(["count-objects", "-v"])), before);
}

#[test]
fn what_does_not_apply_is_empty_in_a_list() {
    let repo = Repo::with(&[(
        "gitsweep.toml",
        "[params.a]\nvalues = [1, 2]\n[params.b]\nvalues = [3]\nwhen = \"a == 1\"\n[params.c]\nexpr = \"a / 2\"\n",
    )]);
    assert_eq!(repo.ok(["create", "--list", "--format", "csv"]), "point,a,b,c\n1,1,3,0.5\n2,2,,1.0\n");
    let json: Vec<serde_json::Value> =
        serde_json::from_str(&repo.ok(["create", "--list", "--format", "json"])).unwrap();
    assert!(json[1]["b"].is_null(), "{json:?}");
}

const LARGE: [&str; 8] = ["-p", "a=(0, 12)", "-p", "b=(0, 40)", "-p", "c=(0, 900)", "-p", "d=(0, 8)"];

#[test]
fn a_count_too_large_to_mean_is_said_with_its_factors() {
    let repo = program();
    let refs = repo.git(["for-each-ref"]);
    let said = repo.run([&["create", "--dry-run"], &LARGE[..]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.starts_with("3456000 points (12 x 40 x 900 x 8) on branch "), "{}", said.out);
    for line in
        ["  a  0 1 ... 11\n", "  d  0 1 2 3 4 5 6 7\n", "first: a=0 b=0 c=0 d=0\n", "last:  a=11 b=39 c=899 d=7\n"]
    {
        assert!(said.out.contains(line), "{}", said.out);
    }
    let err = repo.fails(1, [&["create"], &LARGE[..]].concat());
    assert_eq!(
        err,
        "error: nothing has been laid: that is 3456000 points (12 x 40 x 900 x 8)\nhint: if you mean it, say --yes\n"
    );
    // More than a 64-bit number holds.
    let axes = ["a", "b", "c", "d", "e"].map(|name| format!("{name}=(0, 10000)"));
    let huge = ["create", "-y"].into_iter().chain(axes.iter().flat_map(|axis| ["-p", axis.as_str()]));
    let err = repo.fails(1, huge);
    assert!(err.contains("10000 x 10000 x 10000 x 10000 x 10000"), "{err}");
    assert_eq!(repo.git(["for-each-ref"]), refs);
}

#[test]
fn a_dry_run_of_words_says_what_would_run() {
    let repo = program();
    let said = repo.run(["create", "-n", "--branch", "s", "--", "sh", "main.sh", "--n", "[1, 2]", "--", "two words"]);
    assert_eq!(said.code, 0, "{}", said.err);
    for words in ["2 points on branch s", "  n  1 2\n", "  runs: sh main.sh --n {n} -- 'two words'\n", "\n+n = 1\n"] {
        assert!(said.out.contains(words), "no {words} in {}", said.out);
    }
    assert!(said.err.starts_with("parameter n: [1, 2]\n"), "{}", said.err);
    assert_eq!(repo.git(["branch", "--list", "s"]), "");
}

#[test]
fn words_that_are_no_domain_offer_the_way_out_and_nothing_is_laid() {
    let repo = program();
    let before = (repo.users_state(), repo.git(["for-each-ref"]), repo.git(["count-objects", "-v"]));
    for (word, said) in [
        ("--x=[1, 1]", "x: 1 is in the list twice\n"),
        ("--x=uniform(1, 0)", "x: the bounds are the wrong way round: 1 is not below 0\n"),
        ("--x=(5, 5)", "x: the range is empty"),
    ] {
        let err = repo.fails(2, ["run", "--", "sh", "main.sh", word]);
        assert!(err.contains(&format!("error: {said}")) && err.contains('^'), "{err}");
        assert!(err.contains("\nhint: if it is no list or range of values but text: --literal x\n"), "{err}");
    }
    let err = repo.fails(2, ["run", "--", "sh", "main.sh", "--x=[1]", "--x", "[2]"]);
    assert!(err.contains("x has values twice") && err.contains("--literal x"), "{err}");
    assert_eq!((repo.users_state(), repo.git(["for-each-ref"]), repo.git(["count-objects", "-v"])), before);
}

#[test]
fn a_word_s_own_way_out_comes_before_that_it_may_be_text() {
    let repo = program();
    let literal = "hint: if it is no list or range of values but text: --literal x\n";
    for (value, own) in [
        ("unifrom(0, 1)", "did you mean `uniform`?"),
        ("uniform(1, 0)", "the lower one comes first: 0, 1"),
        // The names that other programs have.
        ("log_uniform_values(1e-4, 10)", "here that is written loguniform(1e-5, 1e-1), between the bounds themselves"),
        ("log_uniform(-9, 2)", "here that is written loguniform(1e-5, 1e-1), between the bounds themselves"),
        ("interval(0, 1)", "here that is written uniform(0, 1), or loguniform(1e-5, 1e-1) on a logarithmic scale"),
        ("suggest_float(0, 1)", "here that is written uniform(0, 1), or loguniform(1e-5, 1e-1) on a logarithmic scale"),
        ("int_uniform(1, 3)", "here that is written { type = integer, domain = [1, 64] }, both bounds in"),
        ("q_uniform(0, 1, 0.1)", "here that is written uniform(0, 10, step=0.5)"),
        ("categorical('a', 'b')", "here that is written a list: ['relu', 'tanh']"),
    ] {
        let err = repo.fails(2, ["run", "--", "sh", "main.sh", &format!("--x={value}")]);
        assert!(err.ends_with(&format!("\nhint: {own}\n{literal}")), "{err}");
        let err = repo.fails(2, ["create", "-p", &format!("x={value}")]);
        assert!(err.ends_with(&format!("\nhint: {own}\n")), "{err}");
        // It is text where that is said.
        repo.ok(["create", "-n", "--literal", "x", "--", "sh", "main.sh", &format!("--x={value}")]);
    }
    // What is offered is there.
    for value in ["loguniform(1e-5, 1e-1)", "{ type = integer, domain = [1, 64] }", "uniform(0, 10, step=0.5)"] {
        repo.ok([
            "create",
            "-n",
            "--strategy",
            "random",
            "--trials",
            "2",
            "--",
            "sh",
            "main.sh",
            &format!("x={value}"),
        ]);
    }
}

#[test]
fn what_is_set_before_the_program_is_set() {
    let repo = program();
    let script = "echo \"$NOTE $THREADS\"";
    repo.ok(["run", "--name", "set", "--", "NOTE=two words", "THREADS=[1, 2]", "sh", "-c", script]);
    assert_eq!([repo.ok(["logs", "1"]), repo.ok(["logs", "2"])], ["two words 1\n", "two words 2\n"]);
    // What no shell reads is told of, and is not where one does.
    let hint = |words: &[&str]| repo.run([&["create", "-n", "--"], words].concat()).err;
    assert!(
        hint(&["GPU=$GITSWEEP_SLOT", "sh", "main.sh"])
            .contains("hint: the program gets `GPU=$GITSWEEP_SLOT` as it stands; for the shell to read it, give the whole command as one word")
    );
    for words in [&["GPU=$GITSWEEP_SLOT sh main.sh"][..], &["sh", "-c", "echo $GITSWEEP_SLOT"]] {
        assert!(!hint(words).contains("hint: the program"), "{words:?}");
    }
}

#[test]
fn several_values_without_brackets_are_told_of_them() {
    let repo = program();
    let hint = |words: &[&str]| {
        let said = repo.run([&["create", "-n"], words].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        let hints: Vec<&str> = said.err.lines().filter(|line| line.starts_with("hint: ")).collect();
        hints.join("\n")
    };
    let told = |word: &str| format!("hint: a run for each of several values is written with brackets: {word}");
    assert_eq!(hint(&["--", "sh", "main.sh", "-m", "model=small,large"]), told("'model=[small,large]'"));
    assert_eq!(hint(&["--", "sh", "main.sh", "--model.lr=0.1,0.2"]), told("'--model.lr=[0.1,0.2]'"));
    assert_eq!(hint(&["--", "sh", "main.sh", "--label-smoothing", "0.1,0.2"]), told("--label-smoothing '[0.1,0.2]'"));
    let error = repo.fails(1, ["run", "+model.lr=0.1,0.2"]);
    let words = "`+model.lr=0.1,0.2` stands where the file of a definition or a sweep is named, and there is no such file\n\
                 hint: what varies stands among the words of the command: gitsweep run -- python3 main.py '+model.lr=[0.1,0.2]'\n";
    assert!(error.ends_with(words), "{error}");
    // It is as it is told.
    let said = repo.ok(["create", "-n", "--", "sh", "main.sh", "model=[small,large]"]);
    assert!(said.contains("  model  small large\n"), "{said}");
    for word in ["model=small", "x=a, b", "x=g(1,2)", "a,b", "x=,"] {
        assert_eq!(hint(&["--", "sh", "main.sh", word]), "", "{word}");
    }
    assert_eq!(hint(&["--literal", "ids", "--", "sh", "main.sh", "--ids=1,2"]), "");
    assert_eq!(hint(&["--", "sh", "main.sh", "--ids=1,2", "--n=[1, 2]"]), "");
}
