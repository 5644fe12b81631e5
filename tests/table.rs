//! The table: its formats, what is shown and in which order; what failed or is missing is a row too.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;

use common::{BRANCH, Repo, SMALL_MODEL};

const MODEL: &str = "\
g_e=1.0
g_i=-5
w=2.0
kind='plain'
test $g_i = -10 && { echo 'no \"limit\", a|b' >&2; exit 3; }
awk \"BEGIN { print \\\"{\\\\\\\"score\\\\\\\": \\\" $g_e + $g_i \\\", \\\\\\\"rate\\\\\\\": 0.25}\\\" }\" > output.json
";

const SPEC: &str = r#"
name = "grid_search"
[search]
objective = "score"
direction = "maximize"
[run]
command = "sh model.sh"
[params.w]
file = "model.sh"
values = 3.10
[params.kind]
file = "model.sh"
values = ['a,b "c"']
[params.g_e]
file = "model.sh"
values = [0.5, 1.0]
[params.g_i]
file = "model.sh"
values = { from = -5, to = -15, step = -5 }
"#;

/// Six points: 1, 3 and 4 are ok, 2 and 5 have failed, 6 has not run.
fn mixed() -> Repo {
    let repo = Repo::with(&[("model.sh", MODEL), ("gitsweep.toml", SPEC)]);
    repo.create();
    repo.fails(3, ["queue", "--points", "1-5"]);
    repo
}

/// The points in the order in which `results` shows them with these arguments.
fn order(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let table = repo.ok([&["results", "--format", "jsonl"], arguments].concat());
    let point = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["point"].to_string();
    table.lines().map(point).collect()
}

#[test]
fn every_format_has_every_point_with_its_exact_values() {
    let repo = mixed();
    let results = |format: &str| repo.ok(["results", "--format", format]);
    assert_eq!(
        results("csv"),
        r#"point,w,kind,g_e,g_i,score,rate,status,reason
1,3.10,"a,b ""c""",0.5,-5,-4.5,0.25,ok,
2,3.10,"a,b ""c""",0.5,-10,,,failed,"exit code 3: no ""limit"", a|b"
3,3.10,"a,b ""c""",0.5,-15,-14.5,0.25,ok,
4,3.10,"a,b ""c""",1.0,-5,-4,0.25,ok,
5,3.10,"a,b ""c""",1.0,-10,,,failed,"exit code 3: no ""limit"", a|b"
6,3.10,"a,b ""c""",1.0,-15,,,pending,
"#
    );
    assert_eq!(
        results("tsv").lines().take(3).collect::<Vec<_>>(),
        [
            "point\tw\tkind\tg_e\tg_i\tscore\trate\tstatus\treason",
            "1\t3.10\ta,b \"c\"\t0.5\t-5\t-4.5\t0.25\tok\t",
            "2\t3.10\ta,b \"c\"\t0.5\t-10\t\t\tfailed\texit code 3: no \"limit\", a|b",
        ]
    );
    assert_eq!(results("tsv").lines().count(), 7);
    let rows = [
        r#"{"point":1,"w":3.10,"kind":"a,b \"c\"","g_e":0.5,"g_i":-5,"score":-4.5,"rate":0.25,"status":"ok","reason":null}"#,
        r#"{"point":2,"w":3.10,"kind":"a,b \"c\"","g_e":0.5,"g_i":-10,"score":null,"rate":null,"status":"failed","reason":"exit code 3: no \"limit\", a|b"}"#,
    ];
    let jsonl = results("jsonl");
    assert_eq!(jsonl.lines().take(2).collect::<Vec<_>>(), rows);
    let json: Vec<serde_json::Value> = serde_json::from_str(&results("json")).unwrap();
    let lines: Vec<serde_json::Value> = jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((json.len(), &json), (6, &lines));
    assert_eq!(json[5]["status"], "pending");
    assert_eq!(
        results("markdown").lines().take(4).collect::<Vec<_>>(),
        [
            "| point |    w | kind    | g_e | g_i | score | rate | status  | reason                        |",
            "| ----: | ---: | ------- | --: | --: | ----: | ---: | ------- | ----------------------------- |",
            "|     1 | 3.10 | a,b \"c\" | 0.5 |  -5 |  -4.5 | 0.25 | ok      |                               |",
            r#"|     2 | 3.10 | a,b "c" | 0.5 | -10 |       |      | failed  | exit code 3: no "limit", a\|b |"#,
        ]
    );
}

#[test]
fn the_table_for_people_shows_what_varies_and_says_what_is_fixed() {
    let repo = mixed();
    let table = repo.ok(["results"]);
    let expected = r#"
point  g_e  g_i  score  rate  status
    1  0.5   -5   -4.5  0.25  ok
    2  0.5  -10    -    -     failed
    3  0.5  -15  -14.5  0.25  ok
    4  1.0   -5   -4    0.25  ok
    5  1.0  -10    -    -     failed
    6  1.0  -15    -    -     pending

2, 5: exit code 3: no "limit", a|b
Fixed: w=3.10 kind="a,b \"c\""
6 points: 3 ok, 2 failed, 1 pending
"#;
    let without_rule: Vec<&str> = table.lines().filter(|line| !line.starts_with('─')).collect();
    assert_eq!(without_rule.join("\n"), expected.trim());
    let chosen = repo.ok(["results", "--columns", "reason", "--sort", "-reason"]);
    assert!(chosen.contains("\nexit code 3: no \"limit\", a|b\n-\n") && !chosen.contains("2, 5:"), "{chosen}");
}

#[test]
fn what_is_fixed_is_so_in_the_whole_sweep() {
    let repo = mixed();
    // Of the best two, points 4 and 1, g_i is -5, but it varies.
    let expected = r#"
point  g_e  g_i  score  rate
    4  1.0   -5   -4    0.25
    1  0.5   -5   -4.5  0.25

Fixed: w=3.10 kind="a,b \"c\""
2 of 6 points
"#;
    let table = repo.ok(["results", "--best", "2"]);
    let without_rule: Vec<&str> = table.lines().filter(|line| !line.starts_with('─')).collect();
    assert_eq!(without_rule.join("\n"), expected.trim());
}

#[test]
fn whole_numbers_are_shown_in_full_and_decimals_to_six_digits() {
    let model =
        "g=0\necho '{\"seed\": 12345678901234567890, \"spikes\": 123456789, \"rate\": 12.3456789}' > output.json\n";
    let repo = Repo::with(&[("m.sh", model)]);
    repo.ok(["create", "-f", "m.sh", "-p", "g=[1, 2]", "--", "sh", "m.sh"]);
    repo.ok(["queue"]);
    let table = repo.ok(["results"]);
    assert_eq!(table.lines().nth(2), Some("    1  1  12345678901234567890  123456789  12.3457"));
}

#[test]
fn a_narrow_terminal_has_room_for_metrics_and_reasons() {
    let model = "\
g=0
test $g = 3 && exit 4
test $g -gt 4 && { echo 'the membrane potential of neuron 17 is not finite' >&2; exit 3; }
echo '{\"a_long_name_x\": 1.25, \"a_long_name_y\": 2.5}' > output.json
";
    let repo = Repo::with(&[("m.sh", model)]);
    repo.ok(["create", "-f", "m.sh", "-p", "g=[1, 2, 3, 4, 5, 6, 7]", "--", "sh", "m.sh"]);
    repo.fails(3, ["queue"]);
    let line = format!("{} --color never results", env!("CARGO_BIN_EXE_gitsweep"));
    let mut script = repo.command("script");
    let Ok(said) = script.args(["-qec", &line, "/dev/null"]).env("COLUMNS", "34").output() else {
        println!("skipped: there is no `script` to make a terminal with");
        return;
    };
    let expected = "\
point  g  a_l…e_x  a_l…e_y  status
──────────────────────────────────
    1  1     1.25      2.5  ok
    2  2     1.25      2.5  ok
    3  3     -         -    failed
    4  4     1.25      2.5  ok
    5  5     -         -    failed
    6  6     -         -    failed
    7  7     -         -    failed

5-7: exit code 3: the membrane
  potential of neuron 17 is not
  finite
3: exit code 4
7 points: 3 ok, 4 failed
";
    assert_eq!(String::from_utf8(said.stdout).unwrap().replace('\r', ""), expected);
}

#[test]
fn rows_are_sorted_by_any_column_and_what_is_missing_comes_last() {
    let repo = mixed();
    assert_eq!(order(&repo, &[]), ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(order(&repo, &["--sort", "score"]), ["3", "1", "4", "2", "5", "6"]);
    assert_eq!(order(&repo, &["--sort", "-score"]), ["4", "1", "3", "2", "5", "6"]);
    assert_eq!(order(&repo, &["--sort=g_i,-g_e"]), ["6", "3", "5", "2", "4", "1"]);
    assert_eq!(order(&repo, &["--sort", "status", "--sort", "-point"]), ["5", "2", "4", "3", "1", "6"]);
    let err = repo.fails(1, ["results", "--sort", "scor"]);
    assert!(err.contains("no column `scor`; did you mean `score`?"), "{err}");
}

#[test]
fn the_best_are_by_the_objective_and_only_what_is_ok_can_be_best() {
    let repo = mixed();
    assert_eq!(order(&repo, &["--best", "2"]), ["4", "1"]);
    assert_eq!(order(&repo, &["--best", "20"]), ["4", "1", "3"]);
    assert_eq!(order(&repo, &["--best", "1", "--direction", "minimize"]), ["3"]);
    assert_eq!(order(&repo, &["--best", "2", "--objective", "rate"]), ["1", "3"]);
    assert!(repo.ok(["results", "--best", "2"]).ends_with("\n2 of 6 points\n"));
    assert_eq!(repo.run(["results", "--best", "0"]).code, 4);
    let err = repo.fails(1, ["results", "--best", "1", "--objective", "sore"]);
    assert!(err.contains("no point has reported the objective `sore`; did you mean `score`?"), "{err}");

    let plain = Repo::with(&[("model.sh", SMALL_MODEL), ("gitsweep.toml", "[params.a]\nvalues = [1]\n")]);
    plain.create();
    let err = plain.fails(1, ["results", "--best", "1"]);
    assert!(
        err.contains("there is no objective to be best by: say --objective ") && err.contains("gitsweep.toml"),
        "{err}"
    );
}

#[test]
fn columns_are_chosen_by_name_and_wildcard() {
    let repo = mixed();
    let csv = |columns: &str| repo.ok(["results", "--format", "csv", "--best", "1", "--columns", columns]);
    assert_eq!(csv("score,g_*,point"), "score,g_e,g_i,point\n-4,1.0,-5,4\n");
    assert_eq!(csv("param.g_?,metric.score"), "g_e,g_i,score\n1.0,-5,-4\n");
    let fourth = &repo.points(BRANCH)[3];
    assert_eq!(
        csv("attempts,executor,exit,commit,sweep,command"),
        format!("attempts,executor,exit,commit,sweep,command\n1,local,0,{fourth},{BRANCH},sh model.sh\n")
    );
    let all = csv("all");
    let header: Vec<&str> = all.lines().next().unwrap().split(',').collect();
    for column in ["point", "sweep", "w", "score", "status", "seconds", "start", "host", "memory", "folder"] {
        assert!(header.contains(&column), "{column} is not in {header:?}");
    }
    let err = repo.fails(1, ["results", "--columns", "g_z*"]);
    assert!(err.contains("no column matches `g_z*`; the columns are point, "), "{err}");
}

#[test]
fn a_file_is_written_whole_in_the_format_of_its_name() {
    let repo = mixed();
    let before = repo.git(["rev-parse", "HEAD"]);
    for (file, format) in
        [("a.csv", "csv"), ("b.tsv", "tsv"), ("c.json", "json"), ("d.jsonl", "jsonl"), ("e.md", "markdown")]
    {
        let said = repo.run(["results", "-o", file]);
        assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
        assert!(said.err.contains("6 rows in ") && said.err.contains(file), "{}", said.err);
        assert_eq!(repo.read(file), repo.ok(["results", "--format", format]), "{file}");
    }
    repo.ok(["results", "-o", "a.csv", "--best", "1", "--columns", "point"]);
    assert_eq!(repo.read("a.csv"), "point\n4\n");
    repo.ok(["results", "-o", "odd.dat", "--format", "csv"]);
    assert_eq!(repo.read("odd.dat").lines().count(), 7);

    let err = repo.fails(2, ["results", "-o", "table.xls"]);
    assert!(err.contains("`table.xls` tells no format") && err.contains(".csv") && err.contains("--format"), "{err}");
    let err = repo.fails(2, ["results", "--format", "cvs"]);
    assert!(err.contains("no format `cvs`") && err.contains("csv"), "{err}");
    let err = repo.fails(1, ["results", "-o", "absent/a.csv"]);
    assert!(err.contains("cannot write ") && err.contains("absent/a.csv"), "{err}");
    let err = repo.fails(1, ["results", "--format", "csv", "-o", "model.sh"]);
    assert!(err.contains("model.sh is a file of your code") && err.contains("hint: choose another name"), "{err}");
    assert_eq!(repo.read("model.sh"), MODEL);
    assert_eq!(repo.git(["rev-parse", "HEAD"]), before);
}

#[test]
fn a_number_that_is_not_finite_is_shown_and_never_best() {
    let model =
        "g=0\ntest $g = 1 && s=NaN\ntest $g = 2 && s=-Infinity\necho \"{\\\"score\\\": ${s:-7}}\" > output.json\n";
    let spec = "[search]\nobjective = \"score\"\n[run]\ncommand = \"sh m.sh\"\n[params.g]\nfile = \"m.sh\"\nvalues = [1, 2, 3]\n";
    let repo = Repo::with(&[("m.sh", model), ("gitsweep.toml", spec)]);
    repo.create();
    repo.ok(["queue"]);
    let csv = repo.ok(["results", "--format", "csv", "--columns", "g,score"]);
    assert_eq!(csv, "g,score\n1,nan\n2,-inf\n3,7\n");
    let json: serde_json::Value = serde_json::from_str(&repo.ok(["results", "--format", "json"])).unwrap();
    assert!(json[0]["score"].is_null() && json[1]["score"].is_null() && json[2]["score"] == 7, "{json}");
    for way in ["minimize", "maximize"] {
        assert_eq!(order(&repo, &["--best", "3", "--direction", way]), ["3"], "{way}");
    }
    assert_eq!(order(&repo, &["--pareto", "score,g"]), ["3"]);
}

#[test]
fn what_a_program_prints_can_do_nothing_to_the_terminal() {
    let model = "g=1\nprintf 'red \\033[31m and \\033]0;title\\007' >&2\nexit 1\n";
    let repo = Repo::with(&[("m.sh", model)]);
    repo.ok(["create", "-f", "m.sh", "-p", "g=[2, 3]", "--", "sh", "m.sh"]);
    repo.fails(3, ["queue"]);
    for command in [&["results"][..], &["status"], &["show", "1"], &["results", "--format", "csv"]] {
        let said = repo.run(command);
        assert!(said.out.contains("red "), "{}", said.out);
        assert!(!said.out.contains(['\x1b', '\x07']), "{command:?}: {:?}", said.out);
    }
    let model = "g=1\nprintf '{\"a\\342\\200\\256b\": 1}' > output.json\n"; // a mark that turns the rest of the line around
    let repo = Repo::with(&[("m.sh", model)]);
    repo.ok(["create", "-f", "m.sh", "-p", "g=[2, 3]", "--", "sh", "m.sh"]);
    repo.ok(["queue"]);
    for command in [&["results"][..], &["show", "1"], &["diff", "1", "2"], &["results", "--columns", "none"]] {
        let said = repo.run(command);
        let said = said.out + &said.err;
        assert!(said.contains("a\\u{202e}b") && !said.contains('\u{202e}'), "{command:?}: {said:?}");
    }
}

#[test]
fn a_parameter_and_a_metric_of_one_name_are_told_apart() {
    let model = "rate=1\necho \"{\\\"rate\\\": $((rate * 10))}\" > output.json\n";
    let repo = Repo::with(&[("m.sh", model)]);
    repo.ok(["create", "-f", "m.sh", "-p", "rate=[2, 3]", "--", "sh", "m.sh"]);
    repo.ok(["queue"]);
    let csv = repo.ok(["results", "--format", "csv"]);
    assert_eq!(csv, "point,param.rate,metric.rate,status\n1,2,20,ok\n2,3,30,ok\n");
    assert!(repo.fails(1, ["results", "--sort", "rate"]).contains("say `param.rate` or `metric.rate`"));
    assert_eq!(order(&repo, &["--sort", "-metric.rate"]), ["2", "1"]);
}

#[test]
fn before_any_run_every_point_is_a_pending_row() {
    let repo = Repo::small();
    let err = repo.fails(1, ["results"]);
    assert!(err.contains("there is no sweep in this repository yet\nhint: make one: gitsweep create"), "{err}");
    repo.create();
    let csv = repo.ok(["results", "--format", "csv"]);
    assert_eq!(csv.lines().next(), Some("point,g_e,g_i,status"));
    assert_eq!(csv.lines().filter(|line| line.ends_with(",pending")).count(), 6);
    assert!(repo.fails(1, ["results", "--best", "1"]).contains("no point has reported the objective `score`"));
}
