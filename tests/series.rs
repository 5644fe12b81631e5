//! Time series: read from run folders, laid side by side or one below the other, reduced to metrics.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;
mod readers;

use common::{BRANCH, Repo};

/// Leaves `trace.csv`, over half steps where g is 2, damaged where it is 4; where it is 5 it leaves none, and where it is 6
/// it fails halfway.
const MODEL: &str = "\
g=1
test $g = 5 && exit 0
test $g = 6 && { echo 't,V' > trace.csv; exit 3; }
step=1; test $g = 2 && step=0.5
awk -v g=$g -v step=$step 'BEGIN { print \"# mV\\nt,V,w\"; for (t = 0; t <= 2; t += step) print t \",\" g * t \",\" 10 * g }' > trace.csv
test $g = 4 && echo '3,oops,40' >> trace.csv
echo '{\"note\": {\"loss\": [0.5, 0.25]}}' > log.json
exit 0
";

const SPEC: &str = r#"
name = "grid_search"
[run]
command = "sh model.sh"
[params.g]
file = "model.sh"
values = [1, 2, 3, 4, 5, 6]
[series.trace]
file = "trace.csv"
x = "t"
[metrics]
peak = { series = "trace", column = "V", reduce = "max" }
mid = { series = "trace", column = "V", at = 0.25 }
w = { series = "trace", column = "w", reduce = "last" }
loss = { json = "log.json", key = "note.loss[1]" }
[artifacts]
images = ["*.png"]
"#;

fn swept() -> Repo {
    let repo = Repo::with(&[("model.sh", MODEL), ("gitsweep.toml", SPEC)]);
    repo.create();
    repo.fails(3, ["queue"]);
    repo
}

/// The short id of a point's commit.
fn short(repo: &Repo, point: usize) -> String {
    repo.points(BRANCH)[point - 1][..10].to_owned()
}

#[test]
fn reducers_are_metrics_in_the_note_and_what_is_not_there_is_a_reason() {
    let repo = swept();
    let csv = repo.ok(["results", "--format", "csv"]);
    let expected = "\
point,g,peak,mid,w,loss,status,reason
1,1,2,0.25,10,0.25,ok,
2,2,4,0.5,20,0.25,ok,
3,3,6,0.75,30,0.25,ok,
4,4,,,,0.25,ok,metric peak: trace.csv is damaged: line 6: `oops` in column V is no number
5,5,,,,,ok,metric peak: there is no trace.csv
6,6,,,,,failed,exit code 3
";
    assert_eq!(csv, expected);
    let record = &repo.records(&repo.points(BRANCH)[0])[0];
    assert_eq!(record["metrics"]["peak"].to_string(), "2");
    let written = repo.git(["show", &format!("{BRANCH}:.gitsweep/sweep.toml")]);
    assert!(
        written.contains("[series.trace]\nfile = \"trace.csv\"\nx = \"t\"") && written.contains("images = [\"*.png\"]")
    );
}

#[test]
fn a_column_for_each_point_over_all_times_and_a_map_of_the_columns() {
    let repo = swept();
    let said = repo.run(["results", "--series", "trace", "-o", "traces.csv"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let expected = "\
t,V_1,w_1,V_2,w_2,V_3,w_3
0,0,10,0,20,0,30
0.5,,,1,20,,
1,1,10,2,20,3,30
1.5,,,3,20,,
2,2,10,4,20,6,30
";
    assert_eq!(repo.read("traces.csv"), expected);
    let map = "name,point,column,g\nV_1,1,V,1\nw_1,1,w,1\nV_2,2,V,2\nw_2,2,w,2\nV_3,3,V,3\nw_3,3,w,3\n";
    assert_eq!(repo.read("traces.map.csv"), map);
    for (point, why) in [
        (4, "trace.csv is damaged: line 6: `oops` in column V is no number; skipped"),
        (5, "there is no trace.csv; skipped"),
    ] {
        assert!(said.err.contains(&format!("point {point} (commit {}): {why}", short(&repo, point))), "{}", said.err);
    }
    assert!(!said.err.contains("point 6"), "a failed run need not have left anything: {}", said.err);
    // The table's own choices are those of the series: here the two best, of which one has none.
    repo.ok([
        "results",
        "--series",
        "trace",
        "-o",
        "best.csv",
        "--best",
        "1",
        "--objective",
        "peak",
        "--direction=maximize",
    ]);
    assert_eq!(repo.read("best.csv"), "t,V_3,w_3\n0,0,30\n1,3,30\n2,6,30\n");
    let chosen = repo.ok(["results", "--series", "trace", "--format", "csv", "--columns", "t,V_*", "--map", "m.tsv"]);
    assert!(chosen.starts_with("t,V_1,V_2,V_3\n"), "{chosen}");
    // Of the columns that are written, and of no others.
    assert_eq!(repo.read("m.tsv"), "name\tpoint\tcolumn\tg\nV_1\t1\tV\t1\nV_2\t2\tV\t2\nV_3\t3\tV\t3\n");
    let own = repo.ok(["results", "--series", "trace", "--format", "csv", "--columns", "t,V", "--map", "m.tsv"]);
    assert_eq!(own, chosen);
    let near = repo.fails(1, ["results", "--series", "trace", "--columns", "t,U"]);
    assert!(near.contains("no column `U`"), "{near}");
    // What was written is not lost to what its columns stand for.
    let same = repo.fails(2, ["results", "--series", "trace", "-o", "new.csv", "--map", "new.csv"]);
    assert!(same.contains("hint: choose another name for --map") && !repo.root().join("new.csv").exists(), "{same}");
    repo.write("mine.csv", "mine\n");
    let mine = repo.fails(1, ["results", "--series", "trace", "--map", "mine.csv"]);
    assert!(mine.contains("hint: choose another name for --map, or overwrite it: --force"), "{mine}");
    let terminal = repo.ok(["results", "--series", "trace", "--columns", "t,V_1,V_2"]);
    assert!(terminal.contains("  t  V_1  V_2\n") && terminal.contains("name  point  column  g\n"), "{terminal}");
}

#[test]
fn one_thing_at_a_time_stands_instead_of_the_points() {
    let repo = swept();
    let views: [&[&str]; 4] = [&["--choose"], &["--importance"], &["--marginals"], &["--plot", "peak:g"]];
    for view in views {
        let others = [["--series", "trace"], ["--over", "g"]];
        // What tells repeats apart may be said of a choice.
        for other in others.into_iter().take(if view == ["--choose"] { 1 } else { 2 }) {
            let said = repo.fails(2, [&["results", "--objective", "peak"], view, &other].concat());
            let both = said.contains(view[0]) && said.contains(other[0]) && said.contains("cannot be used with");
            assert!(both, "{view:?} {other:?}: {said}");
        }
    }
}

#[test]
fn long_form_for_data_frames_and_databases() {
    let repo = swept();
    let lines = repo.ok(["results", "--series", "trace", "--format", "jsonl"]);
    let first = r#"{"point":1,"g":1,"series":"trace","x":0,"column":"V","value":0}"#;
    assert_eq!((lines.lines().next(), lines.lines().count()), (Some(first), 22));
    let table = repo.ok(["results", "--series", "trace", "--long", "--where", "point == 1"]);
    assert!(table.ends_with("\n6 values\n"), "{table}");
    let table = repo.ok(["results", "--series", "trace", "--where", "point == 1"]);
    assert!(table.ends_with("\n2 columns\n"), "{table}");
    let long = repo.ok(["results", "--series", "trace", "--format", "csv", "--long"]);
    assert!(long.starts_with("point,g,series,x,column,value\n1,1,trace,0,V,0\n"), "{long}");
    let some =
        |columns: &str| repo.ok(["results", "--series", "trace", "--format", "csv", "--long", "--columns", columns]);
    let of_v = long.lines().filter(|line| line.contains(",V,") || line.starts_with("point")).collect::<Vec<_>>();
    assert!(of_v.len() > 3 && of_v.len() < long.lines().count());
    // As of the wide form: t,V is V over t. The table's own columns show where one of them is named.
    for columns in ["V", "t,V", "V*"] {
        assert_eq!(some(columns).lines().collect::<Vec<_>>(), of_v, "{columns}");
    }
    assert_eq!(some("t,w,V"), long);
    assert!(some("point,t,V").starts_with("point,x,column,value\n1,0,V,0\n"), "{}", some("point,t,V"));
    assert_eq!(some("point,value").lines().count(), long.lines().count());
    let err = repo.fails(1, ["results", "--series", "trace", "--long", "--columns", "U"]);
    assert!(err.contains("no column `U`") && err.contains("hint: of the series itself they are V, w"), "{err}");
    repo.ok(["results", "-o", "out.db"]);
    if let Some(mut sqlite) = readers::command(&repo, "sqlite3") {
        let query = "SELECT count(*), max(value), typeof(x) FROM series;
            SELECT g, max(value) FROM series_points WHERE \"column\" = 'V' GROUP BY g;
            SELECT count(*) FROM attempts;";
        assert_eq!(readers::ok(sqlite.args(["out.db", query])), "22|30.0|real\n1|2.0\n2|4.0\n3|6.0\n6\n");
    }
    if cfg!(feature = "parquet")
        && let Some(mut python) = readers::python(&repo, &["pandas", "pyarrow"])
    {
        repo.ok(["results", "--series", "trace", "-o", "out.parquet"]);
        repo.ok(["results", "--series", "trace", "-o", "wide.csv"]);
        let script = "
import pandas as pd
long, wide, columns = pd.read_parquet('out.parquet'), pd.read_csv('wide.csv', index_col='t'), pd.read_csv('wide.map.csv')
back = long.pivot(index='x', columns=['column', 'point'], values='value')
for _, row in columns.iterrows():
    ours, theirs = wide[row['name']], back[(row['column'], row['point'])]
    assert ours.isna().tolist() == theirs.isna().tolist() and (ours.dropna() == theirs.dropna()).all(), row
print(long.groupby('g').value.mean().tolist())
";
        assert_eq!(readers::ok(python.args(["-W", "ignore", "-c", script])), "[5.5, 11.0, 16.5]\n");
    }
}

#[test]
fn a_series_need_not_be_defined_when_the_sweep_is_made() {
    let repo = swept();
    let csv = repo.ok(["results", "--series", "trace.csv", "--format", "csv", "--columns", "t,w_1"]);
    assert!(csv.starts_with("t,w_1\n0,10\n"), "{csv}");
    repo.write(
        "gitsweep.toml",
        SPEC.replace("x = \"t\"", "x = \"w\"")
            .replace("series.trace", "series.phase")
            .replace("\"trace\"", "\"phase\""),
    );
    let csv = repo.ok(["results", "--series", "phase", "--format", "csv", "--columns", "w,V_1"]);
    assert!(csv.starts_with("w,V_1\n10,0\n10,1\n10,2\n20,\n"), "{csv}");
    let err = repo.fails(1, ["results", "--series", "trac"]);
    assert!(err.contains("there is no series `trac`\nhint: did you mean trace?"), "{err}");
    let err = repo.fails(1, ["results", "--series", "spikes"]);
    assert!(err.contains("--series trace.csv") && err.contains("[series.spikes]"), "{err}");
    assert!(repo.fails(1, ["results", "--series", "../x.csv"]).contains("is no path in the run folder"));
    let said = repo.run(["results", "--series", "absent.csv"]);
    assert!(said.code == 4 && said.err.contains("no point has left a readable absent.csv"), "{}", said.err);
    let said = repo.run(["results", "--series", "trace", "--points", "4"]);
    assert!(said.err.ends_with("is no number; skipped\nno point has left a readable trace.csv\n"), "{}", said.err);
    // Run folders do not travel.
    std::fs::rename(repo.root().join("sweeps"), repo.outside().join("elsewhere")).unwrap();
    let said = repo.run(["results", "--series", "trace"]);
    assert!(said.code == 4 && said.err.contains("is not here; it ran on "), "{}", said.err);
}

#[test]
fn a_definition_that_names_what_is_not_there_is_refused_before_anything_is_laid() {
    let repo = Repo::with(&[
        ("model.sh", MODEL),
        ("gitsweep.toml", &SPEC.replace("series = \"trace\"", "series = \"trase\"")),
    ]);
    let err = repo.fails(1, ["create"]);
    assert!(err.contains("metric peak: there is no series `trase`\nhint: did you mean trace?"), "{err}");
    repo.write("gitsweep.toml", SPEC.replace("x = \"t\"", "xs = \"t\""));
    assert!(repo.fails(1, ["create"]).contains("unknown key `xs`"));
    assert_eq!(repo.git(["branch", "--list", "grid*"]), "");
}

#[test]
fn the_series_of_several_sweeps_are_told_apart() {
    let repo = swept();
    repo.ok(["create", "--branch", "more", "-p", "g=[1, 2]"]);
    repo.ok(["queue", "more"]);
    let both = ["results", BRANCH, "more", "--where", "g < 3", "--series", "trace"];
    let csv = repo.ok([&both[..], &["--format", "csv", "--columns", "t,V_*", "--map", "map.csv"]].concat());
    assert_eq!(csv.lines().take(2).collect::<Vec<_>>(), ["t,V_1_1,V_1_2,V_2_1,V_2_2", "0,0,0,0,0"]);
    let expected = format!(
        "name,sweep,point,column,g\nV_1_1,{BRANCH},1,V,1\nV_1_2,{BRANCH},2,V,2\nV_2_1,more,1,V,1\nV_2_2,more,2,V,2\n"
    );
    assert_eq!(repo.read("map.csv"), expected);
    repo.ok(["results", BRANCH, "more", "-o", "both.db"]);
    if let Some(mut sqlite) = readers::command(&repo, "sqlite3") {
        let query = "SELECT sweep, count(*) FROM series_points WHERE g = 2 GROUP BY sweep ORDER BY sweep;";
        assert_eq!(readers::ok(sqlite.args(["both.db", query])), format!("{BRANCH}|10\nmore|10\n"));
    }
}

#[test]
fn columns_follow_from_others() {
    let spec = SPEC.replace("x = \"t\"\n", "x = \"t\"\nexpr = { d = \"w - V\", twice = \"2 * d\" }\n");
    let spec = spec.replace("[1, 2, 3, 4, 5, 6]", "[1, 3]")
        + "[metrics.last_d]\nseries = \"trace\"\ncolumn = \"d\"\nreduce = \"last\"\n";
    let repo = Repo::with(&[("model.sh", MODEL), ("gitsweep.toml", &spec)]);
    repo.create();
    repo.ok(["queue", "-q"]);
    assert_eq!(repo.ok(["results", "--format", "csv", "--columns", "last_d"]), "last_d\n8\n24\n");
    let table = repo.ok(["results", "--series", "trace", "--format", "csv", "--columns", "t,V_2,d_1,twice_1"]);
    assert_eq!(table, "t,V_2,d_1,twice_1\n0,0,10,20\n1,3,9,18\n2,6,8,16\n");
    let written = repo.git(["show", &format!("{BRANCH}:.gitsweep/sweep.toml")]);
    assert!(written.contains("\nexpr = { d = \"w - V\", twice = \"2 * d\" }"), "{written}");

    repo.write("gitsweep.toml", spec.replace("w - V", "w -"));
    assert!(repo.fails(1, ["create", "-n"]).contains("series trace: expr of d: "));
}
