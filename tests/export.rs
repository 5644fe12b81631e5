//! What other programs read of our files: sqlite3, pandas, pyarrow, DuckDB, HiPlot, R and LaTeX, each if it is there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;
mod readers;

use common::{BRANCH, Repo};
use readers::{command, python};

const MODEL: &str = "\
g_e=1.0
g_i=-5
kind='plain'
on=true
test $g_i = -10 && { echo \"no limit & <b>, 50% of _it_: $kind\" >&2; exit 3; }
awk \"BEGIN { print \\\"{\\\\\\\"score\\\\\\\": \\\" $g_e + $g_i \\\", \\\\\\\"loss\\\\\\\": NaN, \\\\\\\"spikes\\\\\\\": 7}\\\" }\" > output.json
";

const SPEC: &str = r#"
name = "grid_search"
[search]
objective = "score"
[run]
command = "sh model.sh"
[params.kind]
file = "model.sh"
values = ["=1+1", "a,b \"c\" é"]
[params.on]
file = "model.sh"
values = true
[params.g_e]
file = "model.sh"
values = [0.50, 1.0]
[params.g_i]
file = "model.sh"
values = { from = -5, to = -15, step = -5 }
"#;

/// Twelve points, the last of which has not run; every second of three has failed, the third was run twice.
fn swept() -> Repo {
    let repo = Repo::with(&[("model.sh", MODEL), ("gitsweep.toml", SPEC)]);
    repo.create();
    repo.fails(3, ["queue", "--points", "1-11"]);
    repo.ok(["queue", "--points", "3", "--repeat", "1"]);
    repo
}

#[test]
fn sqlite_has_points_attempts_and_columns() {
    let repo = swept();
    repo.ok(["results", "-o", "out.db"]);
    let Some(mut sqlite) = command(&repo, "sqlite3") else { return };
    let queries = "PRAGMA integrity_check; PRAGMA application_id;
        SELECT point, kind, typeof(g_e), g_e, typeof(g_i), g_i, score, loss, typeof(spikes), status FROM points LIMIT 2;
        SELECT count(*), sum(status = 'ok'), typeof(reason) FROM points;
        SELECT point, attempt, status, exit, spikes, typeof(seconds), executor, length(\"commit\") FROM attempts WHERE point = 3;
        SELECT count(*) FROM attempts;
        SELECT group_concat(name) FROM columns WHERE role = 'parameter' AND \"table\" = 'points';
        SELECT count(*) FROM sqlite_master WHERE type = 'index';
        SELECT avg(a.score), count(*) FROM points p JOIN attempts a USING (sweep, point) WHERE a.status = 'ok' AND g_i = -5;";
    let said = readers::ok(sqlite.args(["-separator", "|", "out.db", queries]));
    let expected = [
        "ok",
        "1735620353",
        "1|=1+1|real|0.5|integer|-5|-4.5||integer|ok",
        "2|=1+1|real|0.5|integer|-10|||null|failed",
        "12|7|null",
        "3|1|ok|0|7|real|local|40",
        "3|2|ok|0|7|real|local|40",
        "12",
        "kind,on,g_e,g_i",
        "3",
        "-4.25|4",
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn pandas_and_duckdb_and_hiplot_read_every_format_alike() {
    if !cfg!(feature = "parquet") {
        println!("skipped: built without the feature parquet");
        return;
    }
    let repo = swept();
    let Some(mut python) = python(&repo, &["pandas", "pyarrow", "duckdb", "hiplot", "lxml"]) else { return };
    for file in ["out.csv", "out.tsv", "out.json", "out.jsonl", "out.html", "out.db", "out.parquet"] {
        repo.ok(["results", "-o", file]);
    }
    let script = r#"
import sqlite3, duckdb, pandas as pd, pyarrow.parquet as pq, hiplot
frames = {
    "csv": pd.read_csv("out.csv"), "tsv": pd.read_csv("out.tsv", sep="\t"), "json": pd.read_json("out.json"),
    "jsonl": pd.read_json("out.jsonl", lines=True), "parquet": pd.read_parquet("out.parquet"),
    "html": pd.read_html("out.html")[0],
    "sqlite": pd.read_sql("SELECT * FROM points", sqlite3.connect("out.db")),
    "duckdb": duckdb.sql("SELECT * FROM 'out.parquet' ORDER BY point").df(),
    "duckdb csv": duckdb.sql("SELECT * FROM 'out.csv' ORDER BY point").df(),
}
first = frames["parquet"]
guarded = {"csv", "tsv", "duckdb csv"}
for name, frame in frames.items():
    missing = set(first.columns) - set(frame.columns)
    assert not missing, (name, missing)
    assert list(frame.point) == list(range(1, 13)), name
    assert list(frame.g_e) == list(first.g_e) and list(frame.g_i) == list(first.g_i), name
    assert frame.score.dropna().tolist() == [-4.5, -14.5, -4.0, -14.0, -4.5, -14.5, -4.0], name
    assert frame.status.tolist() == first.status.tolist(), name
    assert set(frame.kind) == {"'=1+1" if name in guarded else "=1+1", 'a,b "c" é'}, (name, set(frame.kind))
types = {field.name: str(field.type) for field in pq.read_schema("out.parquet")}
assert types["point"] == "int64" and types["g_e"] == "double" and types["g_i"] == "int64" and types["on"] == "bool", types
assert types["kind"] == "string" and types["spikes"] == "int64" and types["loss"] == "double", types
loss = pq.read_table("out.parquet")["loss"].to_pylist()
assert loss[1] is None and loss[0] != loss[0], loss
assert frames["csv"].loss.isna().all()
points = hiplot.Experiment.from_csv("out.csv").datapoints
assert len(points) == 12 and float(points[0].values["g_e"]) == 0.5, points[0].values
print("alike")
"#;
    assert_eq!(readers::ok(python.args(["-W", "ignore", "-c", script])).trim(), "alike");
}

#[test]
fn r_reads_csv_and_tsv() {
    let repo = swept();
    let Some(mut r) = command(&repo, "Rscript") else { return };
    repo.ok(["results", "-o", "out.csv"]);
    repo.ok(["results", "-o", "out.tsv"]);
    let script = r#"
        a <- read.csv("out.csv"); b <- read.delim("out.tsv")
        stopifnot(identical(a$g_e, b$g_e), identical(a$status, b$status), is.integer(a$g_i), is.numeric(a$score))
        stopifnot(is.nan(a$loss[1]), is.na(a$loss[2]), a$kind[1] == "'=1+1", sum(a$status == "ok") == 7)
        cat(nrow(a), mean(a$score, na.rm = TRUE))
    "#;
    assert_eq!(readers::ok(r.args(["-e", script])), "12 -8.571429");
}

#[test]
fn latex_sets_the_table() {
    let repo = swept();
    repo.ok(["results", "-o", "out.tex"]);
    let Some(mut latex) = command(&repo, "pdflatex") else { return };
    let page = "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{booktabs}\\pdfpagewidth=60cm\\hoffset=-2cm\n\
        \\begin{document}\\input{out.tex}\\end{document}\n";
    repo.write("page.tex", page);
    readers::ok(latex.args(["-interaction=nonstopmode", "-halt-on-error", "page.tex"]));
    let Some(mut reader) = command(&repo, "pdftotext") else { return };
    let said = readers::ok(reader.args(["-layout", "page.pdf", "-"]));
    assert!(said.contains("=1+1") && said.contains("50% of _it_") && said.contains("<b>"), "{said}");
}

#[test]
fn names_of_columns_are_the_same_in_all_formats() {
    let repo = swept();
    // Point 3 was run twice.
    let header = "point,kind,on,g_e,g_i,score,loss,spikes,n,score_mean,score_sd,loss_mean,loss_sd,spikes_mean,spikes_sd,\
        status,reason";
    assert_eq!(repo.ok(["results", "--format", "csv"]).lines().next(), Some(header));
    let names: Vec<&str> = header.split(',').collect();
    let latex = repo.ok(["results", "--format", "latex"]).replace("\\_", "_");
    assert!(latex.contains(&format!("{{}}{} \\\\", names.join(" & "))), "{latex}");
    let html = repo.ok(["results", "--format", "html"]);
    for name in &names {
        assert!(html.contains(&format!(">{name}</th>")), "{name}\n{html}");
    }
}

#[test]
fn only_files_of_ours_are_overwritten() {
    let repo = swept();
    repo.write("mine.csv", "a,b\n1,2\n");
    let err = repo.fails(1, ["results", "-o", "mine.csv"]);
    assert!(err.contains("mine.csv is there already") && err.contains("--force"), "{err}");
    assert_eq!(repo.read("mine.csv"), "a,b\n1,2\n");
    repo.ok(["results", "-o", "mine.csv", "--force"]);
    // From here on it is ours, until somebody writes into it.
    repo.ok(["results", "-o", "mine.csv", "--sort", "score"]);
    repo.write("mine.csv", repo.read("mine.csv") + "a note of mine\n");
    assert!(repo.fails(1, ["results", "-o", "mine.csv"]).contains("did not write it as it is now"));
    // An empty file is nobody's loss.
    repo.write("empty.csv", "");
    repo.ok(["results", "-o", "empty.csv"]);
    let err = repo.fails(1, ["results", "--force", "-o", "model.sh", "--format", "csv"]);
    assert!(err.contains("model.sh is a file of your code"), "{err}");
    assert_eq!(
        repo.git(["for-each-ref", "--format=%(refname)", "refs/heads"]),
        format!("refs/heads/{BRANCH}\nrefs/heads/main")
    );
}
