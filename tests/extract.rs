//! Metrics that are read of runs that have long ended, from what they left.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;

use common::{BRANCH, DATE, Repo};

const MODEL: &str = "\
g=1
echo \"rate: $g.5\"
echo \"late: ${g}0\"
printf 't,V\\n0,%s\\n1,%s\\n' $g ${g}1 > trace.csv
test $g = 3 && echo oops >> trace.csv
echo \"{\\\"score\\\": $g}\" > output.json
test $g != 4
";

const SPEC: &str = r#"
name = "grid_search"
[run]
command = "sh model.sh"
[params.g]
file = "model.sh"
values = [1, 2, 3, 4]
[metrics]
rate = { stdout = 'rate: (\S+)' }
"#;

fn swept() -> Repo {
    let repo = Repo::with(&[("model.sh", MODEL), ("gitsweep.toml", SPEC)]);
    repo.create();
    repo.fails(3, ["queue"]);
    repo
}

fn metrics(repo: &Repo, columns: &str) -> String {
    repo.ok(["results", "--format", "csv", "--columns", columns])
}

/// The pattern alone is of the log, as it is after `--metric`.
#[test]
fn a_pattern_alone_is_of_the_log() {
    let repo = swept();
    repo.write("newer.toml", "[metrics]\nlate = 'late: (\\S+)'\n");
    repo.ok(["extract", "-f", "newer.toml"]);
    assert_eq!(metrics(&repo, "g,late"), "g,late\n1,10\n2,20\n3,30\n4,40\n");
    repo.write("newer.toml", "[metrics]\nlate = 3\n");
    let error = repo.fails(1, ["extract", "-f", "newer.toml"]);
    assert!(error.contains("expected a pattern of the log, 'loss: (\\S+)', or a table"), "{error}");
}

/// The command line defines a metric as the definition does, and replaces the one of its name; the branch carries it.
#[test]
fn a_metric_of_the_command_line_is_read_as_runs_end() {
    let repo = Repo::with(&[("model.sh", MODEL), ("gitsweep.toml", SPEC)]);
    repo.fails(3, ["run", "--branch", "r", "--metric", r"rate=rate: (\d+)", "--metric", r"late=late: (\S+)"]);
    assert_eq!(metrics(&repo, "g,rate,late"), "g,rate,late\n1,1,10\n2,2,20\n3,3,30\n4,4,40\n");
    assert!(repo.git(["show", "r:.gitsweep/sweep.toml"]).contains("late"));

    let flags = ["--strategy", "tpe", "--trials", "3", "--objective", "late", "-p", "model.sh:g=uniform(0, 3)"];
    repo.ok([&["run", "--branch", "learns", "--metric", r"late=late: (\S+)"], &flags[..]].concat());
    assert_eq!(
        repo.ok(["results", "learns", "--format", "csv", "--columns", "late", "--where", "late > 0"]).lines().count(),
        4
    );

    let error = repo.fails(2, ["create", "--metric", "late"]);
    assert!(error.contains("'late=late: ([0-9.]+)'; what is optimised is said by --objective late"), "{error}");
}

/// The first run of a point that is new, and a further one of a point that was there; the newest of two definitions counts.
#[test]
fn runs_after_an_extraction_are_read_in_the_same_way() {
    let repo = swept();
    repo.ok(["extract", "--metric", "late=rate: (.*)", "--metric", r"half=rate: \d+\.(\d)"]);
    repo.ok(["extract", "--metric", "late=late: (.*)"]);
    repo.ok(["extend", "-p", "g=[5, 6]"]);
    repo.ok(["queue", "--points", "5-6"]);
    assert_eq!(metrics(&repo, "late,half"), "late,half\n10,5\n20,5\n30,5\n40,5\n50,5\n60,5\n");
    repo.ok(["queue", "--points", "1", "--rerun", "all"]);
    repo.ok(["exec", "2"]);
    repo.ok(["results"]);
    for point in [0, 1] {
        let newest = repo.records(&repo.points(BRANCH)[point]).into_iter().find(|line| line["attempt"] == 2).unwrap();
        assert_eq!(
            (newest["metrics"]["late"].as_i64(), newest["metrics"]["half"].as_i64()),
            (Some(10 * (point as i64 + 1)), Some(5)),
            "{newest}"
        );
    }
    // A run that has nothing for it says so.
    repo.ok(["extract", "--metric", "third=late: (3.*)"]);
    let said = repo.run(["queue", "--points", "1", "--rerun", "all"]);
    assert!(said.err.contains("1 run ok, but metric third: the log has no line that matches"), "{}", said.err);
}

const NEWER: &str = r#"
[metrics]
rate = { stdout = 'late: (\S+)' }
peak = { series = "trace", column = "V", reduce = "max" }
[series.trace]
file = "trace.csv"
"#;

#[test]
fn new_and_changed_metrics_are_read_without_running_anything() {
    let repo = swept();
    assert_eq!(metrics(&repo, "g,score,rate"), "g,score,rate\n1,1,1.5\n2,2,2.5\n3,3,3.5\n4,4,4.5\n");
    let (branch, state) = (repo.git(["rev-parse", BRANCH]), repo.users_state());
    let notes = repo.git(["rev-parse", "refs/notes/gitsweep"]);
    let first_line = repo.records(&repo.points(BRANCH)[0])[0].to_string();
    repo.write("newer.toml", NEWER);

    let said = repo.run(["extract", "-f", "newer.toml", "--dry-run"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("point 3, attempt 1: peak: trace.csv is damaged: line 4"), "{}", said.err);
    let lines: Vec<String> =
        said.out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert!(lines.contains(&"point attempt metric before after".to_owned()), "{}", said.out);
    assert!(
        lines.contains(&"1 1 rate 1.5 10".to_owned()) && lines.contains(&"2 1 peak - 21".to_owned()),
        "{}",
        said.out
    );
    assert_eq!(repo.git(["rev-parse", "refs/notes/gitsweep"]), notes);

    let said = repo.run(["extract", "-f", "newer.toml"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    assert!(said.err.contains("rate: 4 changed\n") && said.err.contains("peak: 3 new\n"), "{}", said.err);
    assert_eq!(metrics(&repo, "g,score,rate,peak"), "g,score,rate,peak\n1,1,10,11\n2,2,20,21\n3,3,30,\n4,4,40,41\n");
    std::fs::remove_file(repo.root().join("newer.toml")).unwrap();
    assert_eq!((repo.git(["rev-parse", BRANCH]), repo.users_state()), (branch, state));

    // The attempt's own line stays; the new one says by what it was read. Nothing has been run.
    let lines = repo.records(&repo.points(BRANCH)[0]);
    assert_eq!((lines.len(), lines[0].to_string()), (2, first_line));
    assert_eq!(lines[1]["metrics"].to_string(), r#"{"rate":10,"peak":11}"#);
    let definition = lines[1]["definition"].as_str().unwrap();
    assert!(definition.starts_with("[metrics]\nrate = { stdout = ") && definition.contains("[series.trace]\nfile = "));
    assert!(metrics(&repo, "attempts").ends_with("\n1\n1\n1\n1\n"));
    assert!(repo.ok(["show", "1"]).contains("rate = 10  (extracted 2"));
    assert_eq!(
        repo.git(["log", "-1", "--format=%s", "refs/notes/gitsweep"]),
        "gitsweep: metrics of 4 attempts extracted"
    );
    repo.fsck();

    // What was read can be read again by the definition that stands there, and then there is nothing new.
    repo.write("again.toml", definition);
    let notes = repo.git(["rev-parse", "refs/notes/gitsweep"]);
    let said = repo.run(["extract", "-f", "again.toml"]);
    assert!(said.err.contains("rate: nothing new\n") && said.err.contains("peak: nothing new\n"), "{}", said.err);
    assert_eq!(repo.git(["rev-parse", "refs/notes/gitsweep"]), notes);
}

#[test]
fn the_checkout_s_definition_counts_and_flags_stand_instead_of_it() {
    let repo = swept();
    repo.write("gitsweep.toml", SPEC.replace("rate = {", "late = { stdout = 'late: (.*)' }\nrate = {"));
    let said = repo.run(["extract"]);
    assert!(said.err.contains("late: 4 new\nrate: nothing new\n"), "{}", said.err);
    let said =
        repo.run(["extract", "--metric", r"half=rate: \d+\.(\d)", "--metric", "end = { series = 'x', at = 0.5 }"]);
    assert!(said.code == 1 && said.err.contains("there is no series `x`"), "{}", said.err);
    let said = repo.run(["extract", "--metric", "end = { series = 'x.csv', at = 0.5 }"]);
    assert!(said.err.contains("hint: define it: [series.\"x.csv\"] with file"), "{}", said.err);
    let said = repo.run(["extract", BRANCH, "--metric", r"half=rate: \d+\.(\d)"]);
    assert!(said.code == 0 && said.err.contains("half: 4 new\n") && !said.err.contains("late"), "{}", said.err);
    assert!(metrics(&repo, "half,late").starts_with("half,late\n5,10\n"));
    for (flag, message) in
        [("half", "no NAME=WHERE"), ("half=no group", "no group that holds"), ("h={ stdot = 'a' }", "did you mean")]
    {
        assert!(repo.fails(1, ["extract", "--metric", flag]).contains(message), "{flag}");
    }
    repo.write("gitsweep.toml", "name = \"x\"\n");
    let err = repo.fails(1, ["extract"]);
    assert!(err.contains("gitsweep.toml defines no metric") && err.contains("--metric"), "{err}");
}

#[test]
fn a_changed_definition_that_finds_nothing_takes_the_value_away_and_lost_files_do_not() {
    let repo = swept();
    let said = repo.run(["extract", "--metric", "rate=nothing like it: (.*)"]);
    assert!(said.code == 0 && said.err.contains("rate: 4 taken away"), "{}", said.err);
    let warning = "warning: points 1-3: rate: the log has no line that matches\n";
    assert!(said.err.contains(warning) && said.err.matches("warning").count() == 1, "{}", said.err);
    assert_eq!(metrics(&repo, "score").lines().count(), 5);
    assert!(repo.fails(1, ["results", "--columns", "rate"]).contains("no column `rate`"));
    // The older definition brings it back; files that are not here change nothing.
    assert!(repo.run(["extract"]).err.contains("rate: 4 new"));
    let folder = format!("sweeps/{BRANCH}");
    std::fs::rename(repo.root().join(&folder), repo.outside().join("elsewhere")).unwrap();
    let said = repo.run(["extract", "--metric", "rate=late: (.*)"]);
    assert!(said.code == 0 && said.err.contains("points 1-4 have no kept files here"), "{}", said.err);
    assert!(said.err.contains("this is where they ran") && said.err.contains("rate: nothing new"), "{}", said.err);
    assert!(metrics(&repo, "rate").starts_with("rate\n1.5\n"));
}

#[test]
fn extracted_lines_merge_with_those_of_another_clone() {
    let repo = swept();
    let (remote, other) = (repo.outside().join("hub.git"), repo.outside().join("other"));
    repo.git(["init", "-q", "--bare", remote.to_str().unwrap()]);
    repo.git(["remote", "add", "origin", remote.to_str().unwrap()]);
    repo.git(["push", "-q", "origin", "main"]);
    repo.ok(["push"]);
    repo.git(["clone", "-q", remote.to_str().unwrap(), other.to_str().unwrap()]);
    repo.ok_in(&other, ["fetch"]);
    // The other clone has no run folders, but a result of its own.
    repo.ok_in(&other, ["queue", BRANCH, "--points", "1", "--repeat", "1"]);
    repo.ok_in(&other, ["push"]);
    repo.ok(["extract", "--metric", "late=late: (.*)"]);
    repo.ok(["fetch"]);
    assert_eq!(metrics(&repo, "late,attempts"), "late,attempts\n,2\n20,1\n30,1\n40,1\n");
    let said = repo.run(["extract", "--metric", "late=late: (.*)"]);
    assert!(said.err.contains("point 1 has no kept files here"), "{}", said.err);
    repo.ok(["push"]);
    repo.ok_in(&other, ["fetch"]);
    let said = repo.run_in(&other, ["extract", BRANCH, "--metric", "late=late: (.*)"]);
    assert!(said.err.contains("points 2-4 have no kept files here") || said.err.contains("points 1-4"), "{}", said.err);
    let there = repo.ok_in(&other, ["results", BRANCH, "--format", "csv", "--columns", "late"]);
    assert_eq!(there, "late\n10\n20\n30\n40\n");
    repo.fsck();
}

#[test]
fn a_damaged_extraction_is_reported_and_the_rest_is_shown() {
    let repo = swept();
    repo.ok(["extract", "--metric", "late=late: (.*)"]);
    let commit = repo.points(BRANCH)[1].clone();
    let bad = r#"{"v":1,"attempt":1,"extracted":"2026","metrics":{"late":"many"},"definition":""}"#;
    let orphan = r#"{"v":1,"attempt":7,"extracted":"2026","metrics":{"late":1},"definition":""}"#;
    repo.git(["notes", "--ref=gitsweep", "append", "-m", bad, &commit]);
    repo.git(["notes", "--ref=gitsweep", "append", "-m", orphan, &commit]);
    let said = repo.run(["results", "--format", "csv", "--columns", "late"]);
    assert_eq!(said.out, "late\n10\n20\n30\n40\n");
    assert!(said.err.contains("it is no record of gitsweep's") || said.err.contains("a damaged"), "{}", said.err);
    assert!(said.err.contains("metrics extracted of attempt 7, of which nothing is known"), "{}", said.err);
    let before = repo.run(["extract", "nothing"]);
    assert!(before.code == 1 && before.err.contains("there is no sweep `nothing`"), "{}", before.err);
}

/// As another program may write it.
#[test]
fn a_line_that_says_how_an_attempt_ended_is_its_record_alone_and_beside_others() {
    let repo = swept();
    let line = r#"{"v":1,"attempt":9,"status":"ok","metrics":{"rate":77},"extracted":"2026","definition":""}"#;
    let commits = repo.points(BRANCH);
    repo.git(["notes", "--ref=gitsweep", "append", "-m", line, &commits[0]]);
    repo.git(["notes", "--ref=gitsweep", "add", "-f", "-m", line, &commits[1]]);
    let said = repo.run(["results", "--format", "csv", "--columns", "rate,attempts"]);
    assert_eq!(said.out, "rate,attempts\n77,2\n77,1\n3.5,1\n4.5,1\n");
    assert_eq!(said.err, "");
}

#[test]
fn the_name_of_a_metric_is_quoted_where_it_has_an_equals_sign() {
    let repo = swept();
    repo.ok(["extract", "--metric", "\"a=b\" = late: (.*)", "--metric", "'c=d'={ stdout = 'rate: (.*)' }"]);
    let table = metrics(&repo, "a=b,c=d");
    assert_eq!(table, "a=b,c=d\n10,1.5\n20,2.5\n30,3.5\n40,4.5\n");
    let error = repo.fails(1, ["extract", "--metric", "\"a=b: (.*)"]);
    assert!(error.contains("--metric \"a=b: (.*) is no NAME=WHERE"), "{error}");
}

#[test]
fn before_any_run_there_is_nothing_to_extract() {
    let repo = Repo::with(&[("model.sh", MODEL), ("gitsweep.toml", SPEC)]);
    repo.create();
    let said = repo.run(["extract"]);
    assert!(said.code == 4 && said.err.contains("has run yet"), "{}", said.err);
}

#[test]
fn runs_that_failed_are_not_told_of_for_what_they_never_came_to() {
    let repo = Repo::with(&[("model.sh", "g=1\ntest $g = 2 && exit 1\necho rate: $g | tee rate.txt\n")]);
    repo.ok(["create", "--date", DATE, "-f", "model.sh", "-p", "g=[1, 2, 3]", "--", "sh", "model.sh"]);
    repo.fails(3, ["queue"]);
    let in_file = "later={ file = 'rate.txt', pattern = 'rate: (.*)' }";
    let said = repo.run(["extract", "--metric", "rate=rate: (.*)", "--metric", in_file]);
    assert!(said.code == 0 && said.err.ends_with("rate: 2 new\nlater: 2 new\n"), "{}", said.err);
    assert!(!said.err.contains("warning"), "{}", said.err);
    let said = repo.run(["extract", "--metric", "none=none: (.*)"]);
    assert!(said.err.contains("warning: points 1, 3: none: the log has no line that matches\n"), "{}", said.err);
}
