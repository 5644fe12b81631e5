//! What is asked of the table: which rows, groups, pivots, several sweeps, and files that are not ours.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;

use common::Repo;

const MODEL: &str = "\
g_e=1.0
g_i=-5
seed=1
test $g_e = 2.0 && exit 3
awk \"BEGIN { print \\\"{\\\\\\\"score\\\\\\\": \\\" $g_e * 10 + $g_i + $seed \\\", \\\\\\\"loss\\\\\\\": \\\" $seed / $g_e \\\"}\\\" }\" > output.json
";

const SPEC: &str = r#"
name = "grid_search"
[search]
objective = "score"
repeats = 3
[run]
command = "sh model.sh"
[params.g_e]
file = "model.sh"
values = [0.5, 1.0, 2.0]
[params.g_i]
file = "model.sh"
values = [-5, -10]
[params.seed]
file = "model.sh"
"#;

/// Three values of g_e, of which the last fails, two of g_i, three seeds each.
fn repeated() -> Repo {
    let repo = Repo::with(&[("model.sh", MODEL), ("gitsweep.toml", SPEC)]);
    repo.create();
    repo.fails(3, ["queue", "-j", "2"]);
    repo
}

fn csv(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let said = repo.run([&["results", "--format", "csv"], arguments].concat());
    assert!(matches!(said.code, 0 | 4), "{}", said.err);
    said.out.lines().map(str::to_owned).collect()
}

/// The points that are left, in order.
fn points(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    csv(repo, &[arguments, &["--columns", "point"]].concat())[1..].to_vec()
}

fn without_rule(table: &str) -> String {
    table.lines().filter(|line| !line.starts_with('─')).collect::<Vec<_>>().join("\n")
}

#[test]
fn rows_are_chosen_by_an_expression_over_any_column() {
    let repo = repeated();
    assert_eq!(points(&repo, &["--where", "status == 'ok' and g_e > 0.5 and score < 3"]), ["4", "10"]);
    assert_eq!(points(&repo, &["--where", "score is missing", "--where", "g_i == -5"]), ["5", "11", "17"]);
    assert_eq!(points(&repo, &["--points", "3,9-11"]), ["3", "9", "10", "11"]);
    assert_eq!(points(&repo, &["--points", "9-11", "--where", "status == 'ok' and g_e > 0.5 and score < 3"]), ["10"]);
    assert!(repo.fails(4, ["results", "--points", "4", "--where", "g_e > 9"]).contains("matches g_e > 9 and --points"));
    assert!(repo.fails(1, ["results", "--points", "18-19"]).contains("no point 19"));
    assert_eq!(points(&repo, &["--where", "-g_i == 5 and score is missing"]), ["5", "11", "17"]);
    assert_eq!(
        points(&repo, &["--where", "exit == 3 and attempts == 1 and seconds < 100", "--sort", "-point"]).len(),
        6
    );
    assert!(repo.ok(["results", "--where", "g_e < 1"]).ends_with("\n6 of 18 points\n"));

    let said = repo.run(["results", "--where", "g_e > 7"]);
    assert_eq!((said.code, said.err.as_str()), (4, "no point matches g_e > 7\n"));
    // The columns are those that there would be otherwise.
    let none: &[(&[&str], &str)] = &[
        (&["--columns", "g_i,point"], "g_i,point\n"),
        (&["--metric", "score", "--group-by", "g_e", "--columns", "g_e,n,*mean"], "g_e,n,mean\n"),
    ];
    for (more, header) in none {
        let said = repo.run([&["results", "--format", "csv", "--where", "g_e > 7"], *more].concat());
        assert_eq!((said.code, said.out.as_str()), (4, *header), "{}", said.err);
    }
    let unknown = repo.fails(1, ["results", "--where", "g_e > 7", "--columns", "scor"]);
    assert!(unknown.contains("no column `scor`"), "{unknown}");
    let err = repo.fails(1, ["results", "--where", "g_e > 7 and scor < 3"]);
    assert!(
        err.contains("there is no `scor`\n    g_e > 7 and scor < 3\n                ^^^^")
            && err.contains("hint: did you mean `score`?"),
        "{err}"
    );
    let err = repo.fails(2, ["results", "--where", "g_e > "]);
    assert!(err.contains("    g_e >\n         ^") && err.contains("expected"), "{err}");
}

#[test]
fn the_best_part_and_all_columns() {
    let repo = repeated();
    assert_eq!(points(&repo, &["--top", "20%"]), ["2", "8", "14"]);
    assert_eq!(points(&repo, &["--top", "2"]), ["2", "8"]);
    assert_eq!(repo.run(["results", "--top", "twenty"]).code, 2);
    let header = csv(&repo, &["--all-columns"])[0].clone();
    assert!(header.starts_with("point,sweep,g_e,g_i,seed,score,loss,status,reason,attempts,seconds,"), "{header}");
    assert!(header.ends_with(",proposed_by,known"), "{header}");
}

#[test]
fn the_front_of_several_metrics() {
    let repo = repeated();
    // Scores are 10 g_e + g_i + seed, losses seed / g_e.
    assert_eq!(points(&repo, &["--pareto", "score,loss"]), ["2", "4"]);
    assert_eq!(points(&repo, &["--pareto", "score max,loss"]), ["15", "9", "3"]);
    assert_eq!(points(&repo, &["--pareto", "-score,loss", "--sort", "point"]), ["3", "9", "15"]);
    let best = points(&repo, &["--best", "4"]);
    let mut sorted: Vec<u64> = best.iter().map(|point| point.parse().unwrap()).collect();
    sorted.sort_unstable_by_key(|point| std::cmp::Reverse(*point));
    let as_text: Vec<String> = sorted.iter().map(ToString::to_string).collect();
    assert_eq!(
        points(&repo, &["--best", "4", "--sort", "-point"]),
        as_text,
        "the best, in the order that is asked for"
    );
    let said = repo.fails(2, ["results", "--marginals", "--best", "2"]);
    assert!(said.contains("those of --marginals have none"), "{said}");
    let err = repo.fails(1, ["results", "--pareto", "score,los"]);
    assert!(err.contains("no column `los`; did you mean `loss`?"), "{err}");
    let err = repo.fails(2, ["results", "--pareto", "score up,loss"]);
    assert!(err.contains("`up` is no direction: say `score min` or `score max`"), "{err}");
    let err = repo.fails(2, ["results", "--plot", "score"]);
    assert!(err.contains("`score` is no plot; say score:g_e, or heatmap:g_e,g_i,score"), "{err}");
}

#[test]
fn groups_have_count_mean_and_spread() {
    let repo = repeated();
    let said = without_rule(&repo.ok(["results", "--group-by", "g_e"]));
    assert!(said.ends_with("3 groups\nof score\n6 runs without a finite score have no part in it"), "{said}");
    assert_eq!(
        csv(&repo, &["--group-by", "g_e", "--columns", "g_e,n,mean,min,max,without"]),
        ["g_e,n,mean,min,max,without", "0.5,6,-0.5,-4,3,0", "1.0,6,4.5,1,8,0", "2.0,0,,,,6"]
    );
    assert_eq!(
        csv(&repo, &["--over", "seed", "--best", "2"]),
        [
            "g_e,g_i,n,mean,sd,se,ci95,median,min,max,without",
            "0.5,-10,3,-3,1,0.5773502691896258,2.484137711750331,-3,-4,-2,0",
            "0.5,-5,3,2,1,0.5773502691896258,2.484137711750331,2,1,3,0"
        ]
    );
    let both = csv(
        &repo,
        &["--group-by", "g_i", "--metric", "score,loss", "--where", "status == 'ok'", "--columns", "g_i,*_mean,*_n"],
    );
    assert_eq!(both, ["g_i,score_mean,loss_mean,score_n,loss_n", "-10,-0.5,3,6,6", "-5,4.5,3,6,6"]);
    let json: serde_json::Value =
        serde_json::from_str(&repo.ok(["results", "--over", "seed", "--format", "json"])).unwrap();
    assert_eq!((json[0]["n"].as_u64(), json[0]["mean"].as_f64()), (Some(3), Some(-3.0)));
    let err = repo.fails(1, ["results", "--over", "sed"]);
    assert!(err.contains("no column `sed`; did you mean `seed`?"), "{err}");
}

#[test]
fn a_pivot_has_one_value_a_cell_or_says_which_have_more() {
    let repo = repeated();
    let err = repo.fails(1, ["results", "--pivot", "g_e,g_i,score"]);
    assert!(
        err.contains("there are 3 values of score for g_e=0.5 g_i=-10 (points 2, 8, 14): they differ in seed"),
        "{err}"
    );
    assert!(err.contains("hint: take their mean: --pivot 'g_e,g_i,mean(score)'"), "{err}");
    let expected = ["g_e,-10,-5", "0.5,-3,2", "1.0,2,7", "2.0,,"];
    assert_eq!(csv(&repo, &["--pivot", "g_e,g_i,mean(score)"]), expected);
    assert_eq!(csv(&repo, &["--pivot", "g_e,g_i,score", "--over", "seed"]), expected);
    assert_eq!(
        csv(&repo, &["--pivot", "g_e,g_i,score", "--where", "seed == 1"]),
        ["g_e,-10,-5", "0.5,-4,1", "1.0,1,6", "2.0,,"]
    );
    let table = without_rule(&repo.ok(["results", "--pivot", "g_e,g_i,mean(score)"]));
    let expected = "\
g_e  -10  -5
0.5   -3   2
1.0    2   7
2.0    -   -

3 rows
mean(score); a column for each g_i
2 of 6 cells are empty: 2 without a result";
    assert_eq!(table, expected);
    assert_eq!(repo.run(["results", "--pivot", "g_e,g_i"]).code, 2);
    assert_eq!(repo.run(["results", "--pivot", "g_e,g_i,score", "--group-by", "g_e"]).code, 2);
}

#[test]
fn points_that_were_run_again_show_their_spread() {
    // The score is how often the point has run.
    let model = "g=0\necho \"{\\\"score\\\": $((g * 10 + GITSWEEP_ATTEMPT)), \\\"rate\\\": 1}\" > output.json\n";
    let spec =
        "[search]\nobjective = \"score\"\n[run]\ncommand = \"sh m.sh\"\n[params.g]\nfile = \"m.sh\"\nvalues = [1, 2]\n";
    let repo = Repo::with(&[("m.sh", model), ("gitsweep.toml", spec)]);
    repo.create();
    repo.ok(["queue"]);
    assert_eq!(csv(&repo, &[]), ["point,g,score,rate,status", "1,1,11,1,ok", "2,2,21,1,ok"]);
    repo.ok(["queue", "--repeat", "2", "--points", "1"]);
    let table = without_rule(&repo.ok(["results"]));
    let expected = "\
point  g  score  rate  n  score_mean  score_sd
    1  1     13     1  3          12         1
    2  2     21     1  1          21         -
";
    assert!(table.starts_with(expected), "{table}");
    let groups = csv(&repo, &["--over", "attempt"]);
    assert_eq!(groups[1..], ["1,3,12,1,0.5773502691896258,2.484137711750331,12,11,13,0", "2,1,21,,,,21,21,21,0"]);
    let err = repo.fails(1, ["results", "--pivot", "g,point,score"]);
    assert!(err.contains("(point 1): it was run several times"), "{err}");
}

#[test]
fn several_sweeps_stand_in_one_table_with_what_their_code_differs_by() {
    let repo = Repo::small();
    repo.create();
    let fix = repo.git(["rev-parse", "HEAD"]);
    repo.write("model.sh", common::SMALL_MODEL.replace("g_e is", "now g_e is"));
    repo.commit("Say more");
    repo.ok(["create", "--date", "2026-11-22T09:30:00Z", "-p", "g_e=[2.0]", "-p", "g_i=[-5]"]);
    repo.ok(["queue", common::BRANCH]);
    let (first, second) = (common::BRANCH, "grid_search-2026-11-22T093000");

    let said = repo.run([
        "results",
        first,
        second,
        "--format",
        "csv",
        "--columns",
        "point,sweep,g_e,status",
        "--where",
        "g_i == -5",
    ]);
    let rows = format!("point,sweep,g_e,status\n1,{first},0.5,ok\n4,{first},1.0,ok\n1,{second},2.0,pending\n");
    assert_eq!(said.out, rows);
    assert!(said.err.contains(&format!("{first} starts from {}", &fix[..7])), "{}", said.err);
    assert!(said.err.contains("1 file changed, 1 insertion(+), 1 deletion(-)\n  model.sh | 2 +-"), "{}", said.err);
    assert!(repo.ok(["results", first, second]).lines().next().unwrap().starts_with("point  sweep"));
    // Also where the rows that are left are of one of them.
    let best = repo.ok(["results", first, second, "--best", "2"]);
    assert!(best.starts_with("point  sweep") && best.contains(&format!("  {first}  ")), "{best}");
    let best = repo.ok(["results", first, second, "--best", "1", "--format", "csv"]);
    assert!(best.starts_with("point,sweep,") && best.contains(&format!(",{first},")), "{best}");

    // By ancestry, over all sweeps where none is named.
    let sweeps = |arguments: &[&str]| {
        let mut sweeps = csv(&repo, &[arguments, &["--columns", "sweep"]].concat())[1..].to_vec();
        sweeps.dedup();
        sweeps
    };
    let head = repo.git(["rev-parse", "HEAD"]);
    assert_eq!(sweeps(&["--contains", &fix]), [first, second]);
    assert_eq!(sweeps(&["--contains", &head]), [second]);
    assert_eq!(sweeps(&["--lacks", "main"]), [first]);
    let said = repo.run(["results", first, "--contains", "main"]);
    assert_eq!(said.code, 4);
    let none = Repo::small().run(["results", "--contains", "main"]);
    assert_eq!((none.code, none.err.as_str()), (4, "there is no sweep in this repository yet\n"));
    assert!(said.err.contains("none of 1 sweep starts from such code"), "{}", said.err);
    let err = repo.fails(1, ["results", "--contains", "mian"]);
    assert!(err.contains("`mian` names no commit") && err.contains("did you mean `main`?"), "{err}");
}

#[test]
fn what_an_adaptive_search_knew_can_be_followed() {
    let repo = Repo::small();
    repo.create();
    repo.ok(["queue"]);
    repo.ok(["extend", "-p", "g_e=[0.5, 1.0, 1.5]", "--date", "2099-01-01T00:00:00Z"]);
    let known = csv(&repo, &["--columns", "point,job,seconds,proposed_by,known", "--where", "point in [1, 7]"]);
    assert!(known[1].starts_with("1,") && known[1].ends_with(",,0"), "{known:?}");
    assert_eq!(known[2], "7,,,,6");
}

#[test]
fn the_simplest_point_that_is_not_distinguishably_worse_is_chosen() {
    let repo = repeated();
    let said = repo.run(["results", "--choose", "--prefer", "g_e desc"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.starts_with("choice        g_e  g_i  n  mean  sd"), "{}", said.out);
    assert!(said.out.contains("the best is points 2, 8, 14: score -3.00 ± 0.58 (n = 3)"), "{}", said.out);
    assert!(
        said.out.contains("1 of 4 settings\nchosen: the simplest of these by g_e desc, which is the best itself\n"),
        "{}",
        said.out
    );
    let json = repo.run(["results", "--choose", "--format", "jsonl"]);
    assert!(
        json.out.starts_with("{\"choice\":\"chosen, best\",\"g_e\":0.5,\"g_i\":-10,\"n\":3,\"mean\":-3,"),
        "{}",
        json.out
    );
    assert!(json.err.contains("chosen: the best, since nobody said what is simple"), "{}", json.err);
    let single = repo.ok(["results", "--choose", "--where", "seed == 1"]);
    assert!(
        single.contains("no point was repeated")
            && single.contains(&format!("gitsweep queue {} --repeat 4", common::BRANCH)),
        "{single}"
    );
    // Of g_e three values were tried, of g_i two.
    let edge = "the best has g_e=0.5, at the lower edge of 0.5 to 2: there may be better beyond; gitsweep extend";
    assert!(single.contains(&format!("{edge} {} -p 'g_e=[0]'", common::BRANCH)), "{single}");
    assert!(
        repo.fails(1, ["results", "--choose", "--prefer", "g_x asc"]).contains("no column `g_x`; did you mean `g_e`?")
    );
    assert_eq!(repo.run(["results", "--prefer", "g_e asc"]).code, 2);
}

#[test]
fn the_best_of_repeats_is_told_by_their_mean_and_single_runs_are_called_so() {
    let noisy = "g_e=1.0\nseed=1\ncase $g_e-$seed in 1.0-2) s=0;; 1.0-*) s=9;; *) s=$seed;; esac\necho \"{\\\"score\\\": $s}\" > output.json\n";
    let spec = "name = \"n\"\n[search]\nobjective = \"score\"\nrepeats = 3\n[run]\ncommand = \"sh model.sh\"\n\
                [hooks]\non_sweep_end = \"cat > ../end\"\n\
                [params.g_e]\nfile = \"model.sh\"\nvalues = [1.0, 2.0]\n[params.seed]\nfile = \"model.sh\"\n";
    let repo = Repo::with(&[("model.sh", noisy), ("gitsweep.toml", spec)]);
    repo.ok(["run", "--branch", "n"]);
    let told = "each score is of a single run, and the best of these are lucky ones; the best mean over seed is 2.0 ± 1.0 \
                (standard deviation of 3 runs): gitsweep results n --over seed --best 3";
    let best = repo.ok(["results", "--best", "1"]);
    assert!(best.contains(told), "{best}");
    assert!(repo.run(["show", "best"]).err.contains(told));
    assert!(
        !repo.ok(["results"]).contains(told) && !repo.ok(["results", "--over", "seed", "--best", "1"]).contains(told)
    );
    let front = repo.ok(["results", "--pareto", "score,seconds"]);
    let means = "gitsweep results n --over seed --metric score,seconds --pareto 'score_mean min,seconds_mean min'";
    assert!(front.contains(&format!("the front is one of single runs; of means over seed: {means}")), "{front}");
    assert!(front.lines().next().unwrap().contains("seconds"), "{front}");
    repo.ok([
        "results",
        "n",
        "--over",
        "seed",
        "--metric",
        "score,seconds",
        "--pareto",
        "score_mean min,seconds_mean min",
    ]);
    repo.ok(["report", "-o", "report.html"]);
    let report = repo.read("report.html");
    for sentence in [
        "Least mean of <code dir=\"auto\">score</code> over <code dir=\"auto\">seed</code>: <strong>2.0 ± 1.0</strong> \
         (standard deviation of 3 runs), at g_e 2.0.",
        "Least <code dir=\"auto\">score</code> of a single run: <strong>0</strong>, point 3, at g_e 1.0, seed 2.",
    ] {
        assert!(report.contains(sentence), "{sentence}");
    }
    let end: serde_json::Value = serde_json::from_str(&repo.read("../end")).unwrap();
    assert_eq!(end["best"]["point"], 3);
    assert_eq!(end["best_mean"], serde_json::json!({ "mean": 2.0, "sd": 1.0, "n": 3, "points": [2, 4, 6] }));
}

#[test]
fn a_seed_of_the_user_s_own_is_offered_for_what_tells_repeats_apart() {
    let spec = SPEC.replace("repeats = 3\n", "").replace("[params.seed]\n", "[params.seed]\nvalues = [1, 2, 3]\n");
    let repo = Repo::with(&[("model.sh", MODEL), ("gitsweep.toml", &spec)]);
    repo.create();
    repo.fails(3, ["queue", "-j", "2"]);
    let alone = repo.ok(["results", "--choose"]);
    assert!(alone.contains("; if seed tells repeats apart: --over seed; else repeat them: gitsweep queue"), "{alone}");
    // There is nothing better beyond the edge of the seeds.
    assert!(!alone.contains("the best has seed"), "{alone}");
    let best = repo.ok(["results", "--best", "1"]);
    let offer = "if seed tells repeats apart, their means say more than the best run: gitsweep results";
    assert!(best.contains(offer) && best.contains("--over seed --best 3"), "{best}");
    let over = repo.ok(["results", "--choose", "--over", "seed"]);
    assert!(over.contains("score -3.00 ± 0.58 (n = 3)") && !over.contains("tells repeats apart"), "{over}");
    let one = repo.ok(["results", "--choose", "--where", "seed == 1"]);
    assert!(one.contains("or --over NAME if"), "{one}");
}

#[test]
fn what_matters_is_told_exactly_in_a_full_grid_and_by_the_best_elsewhere() {
    let repo = repeated();
    // Scores are 10 g_e + g_i + seed: with g_e 0.5 and 1, both parameters move it by 5; repeats are -1, 0, 1.
    let grid = csv(&repo, &["--importance", "--where", "g_e < 2", "--sort", "effect"]);
    let part = |line: &str| line.split(',').nth(1).unwrap().parse::<f64>().unwrap();
    assert_eq!(grid.len(), 5, "{grid:?}");
    assert!((part(&grid[1]) - 75.0 / 158.0).abs() < 1e-12 && (part(&grid[4]) - 8.0 / 158.0).abs() < 1e-12, "{grid:?}");
    let said = repo.run(["results", "--importance", "--format", "csv"]);
    assert!(said.out.starts_with("effect,part,divergence\n"), "{}", said.out);
    assert!(said.err.contains("2 of the 6 points of the grid have no value"), "{}", said.err);
    assert!(said.err.contains("12 values are few: take it as a hint"), "{}", said.err);
    let err = repo.fails(1, ["results", "--importance", "--metric", "score,loss"]);
    assert!(
        err.contains("this is about one metric, and there are score, loss") && err.contains("--metric score"),
        "{err}"
    );
    let marginals = csv(&repo, &["--marginals", "--metric", "loss", "--columns", "parameter,value,n,mean"]);
    assert_eq!(
        marginals,
        ["parameter,value,n,mean", "g_e,0.5,6,4", "g_e,1.0,6,2", "g_e,2.0,0,", "g_i,-10,6,3", "g_i,-5,6,3"]
    );
}

#[test]
fn plots_are_legible_in_a_pipe_and_show_what_failed() {
    let repo = repeated();
    let plot = repo.ok(["results", "--plot", "score:g_e"]);
    assert!(plot.lines().all(|line| line.chars().count() <= 80), "{plot}");
    assert!(plot.contains("\nnone ┤") && plot.contains("x 6 without a finite score"), "{plot}");
    assert!(plot.contains("\no 12 runs; "), "{plot}");
    assert!(repo.ok(["results", "--plot", "score:g_e", "--best", "3"]).contains("\no 3 runs\n"));
    let map = repo.ok(["results", "--plot", "heatmap:g_e,g_i,score"]);
    assert!(map.starts_with("score over g_e (upwards) and g_i\n2.0 │"), "{map}");
    assert!(map.contains("means; x without a finite score: 6 runs"), "{map}");
    repo.ok(["results", "--plot", "score:g_e", "-o", "plot.txt"]);
    assert_eq!(repo.read("plot.txt"), plot);
    let err = repo.fails(2, ["results", "--plot", "score:g_e", "--format", "csv"]);
    assert!(err.contains("a plot is for people, and csv is for programs"), "{err}");
    assert!(repo.fails(1, ["results", "--plot", "scor:g_e"]).contains("did you mean `score`?"));
    assert_eq!(repo.run(["results", "--plot", "score"]).code, 2);
}

#[test]
fn a_long_table_goes_through_a_pager_on_a_terminal_only() {
    let repo = repeated();
    let program = env!("CARGO_BIN_EXE_gitsweep");
    let on_terminal = |rows: u32, pager: &str| {
        let line = format!("stty rows {rows} cols 80; GITSWEEP_PAGER='{pager}' {program} --color never results");
        let mut script = repo.command("script");
        script.args(["-qec", &line, "/dev/null"]).output().ok().map(|said| String::from_utf8(said.stdout).unwrap())
    };
    let Some(short) = on_terminal(10, "sed s/^/paged:/") else {
        println!("skipped: there is no `script` to make a terminal with");
        return;
    };
    assert!(short.starts_with("paged:point"), "{short}");
    assert!(on_terminal(50, "sed s/^/paged:/").unwrap().starts_with("point"));
    // A pager that is not there is no reason to show nothing.
    assert!(on_terminal(10, "no-such-pager").unwrap().contains("18 points: 12 ok, 6 failed"));
    let piped = repo.gitsweep_command(["results"]).env("GITSWEEP_PAGER", "sed s/^/paged:/").output().unwrap();
    assert!(piped.stdout.starts_with(b"point"));
}

#[test]
fn a_metric_of_no_statistics_and_words_that_are_no_option_s_value() {
    let repo = repeated();
    for view in [&[][..], &["--choose"], &["--pivot", "g_e,g_i,mean(score)"], &["--plot", "score:g_e"]] {
        let err = repo.fails(2, [&["results", "--metric", "loss"], view].concat());
        assert!(err.contains("--metric loss: there are no statistics") && err.contains("--columns"), "{view:?}: {err}");
    }
    repo.ok(["results", "--metric", "loss", "--over", "seed"]);
    for (arguments, words) in [
        (["--top", "200%"], "`200%` is no part of the points; say 5% or 10"),
        (["--direction", "up"], "`up` is no direction; it is minimize or maximize"),
        (["--pivot", "g_e,g_i"], "`g_e,g_i` is no pivot; "),
        (["--plot", "score"], "`score` is no plot; "),
        (["--best", "-1"], "it is a whole number, 0 or more"),
    ] {
        let err = repo.fails(2, [&["results"], &arguments[..]].concat());
        assert!(err.contains(words), "{arguments:?}: {err}");
    }
    for (arguments, words) in [
        (["queue", "--limit", "-3"], "it is a whole number from 1 on"),
        (["queue", "--repeat", "0"], "it is a whole number from 1 on"),
        (["create", "--trials", "many"], "it is a whole number from 1 on"),
        (["create", "--seed", "many"], "it is a whole number, 0 or more"),
    ] {
        let err = repo.fails(2, arguments);
        assert!(err.contains(words), "{arguments:?}: {err}");
    }
}

#[test]
fn wrong_usage_is_so_in_any_repository_and_a_column_that_is_not_there_is_none() {
    let repo = repeated();
    for flag in
        ["--columns", "--sort", "--where", "--group-by", "--over", "--pareto", "--metric", "--plot", "--objective"]
    {
        let typed = if flag == "--plot" { "nosuch:g_e" } else { "nosuch" };
        let rest: &[&str] = if flag == "--metric" { &["--over", "seed"] } else { &["--best", "1"] };
        let err = repo.fails(1, [&["results", flag, typed], rest].concat());
        assert!(err.contains("nosuch"), "{flag}: {err}");
    }
    for command in [&["results"][..], &["queue"], &["cancel"], &["create", "--dry-run"]] {
        let err = repo.fails(2, [command, &["--where", "g_e >"]].concat());
        assert!(err.contains("--where: expected a value"), "{command:?}: {err}");
    }
    assert!(repo.fails(2, ["results", "--importance", "--best", "1"]).contains("have none"));
}

#[test]
fn a_number_alone_is_the_objective_that_the_best_go_by() {
    let model = "g=1\necho $((g * g - 4 * g)) > output.json\n";
    let repo = Repo::with(&[("model.sh", model)]);
    repo.ok(["run", "-f", "model.sh", "-p", "g=[1, 2, 3]", "--", "sh", "model.sh"]);
    let best = ["results", "--best", "1", "--format", "csv", "--columns", "g,objective"];
    assert_eq!(repo.ok(best), "g,objective\n2,-4\n");
    assert_eq!(repo.ok([&best[..], &["--direction", "maximize"]].concat()), "g,objective\n1,-3\n");
}

#[test]
fn results_without_a_number_say_where_numbers_come_from() {
    let repo = Repo::with(&[("model.sh", "g=1\necho \"rate: $g\"\n")]);
    let branch = repo.ok(["create", "-f", "model.sh", "-p", "g=[1, 2]", "--", "sh", "model.sh"]);
    assert!(!repo.ok(["results"]).contains("no run has reported"));
    repo.ok(["queue"]);
    let table = repo.ok(["results"]);
    let command = format!("gitsweep extract {} --metric 'rate=rate: ([0-9.]+)'", branch.trim());
    assert!(table.contains("no run has reported a number: write output.json") && table.contains(&command), "{table}");
    let csv = repo.run(["results", "--format", "csv"]);
    assert!(csv.err.contains("no run has reported a number") && csv.err.contains(&command), "{}", csv.err);
    repo.ok(["extract", "--metric", "rate=rate: ([0-9.]+)"]);
    assert!(!repo.ok(["results"]).contains("no run has reported"));
}

#[test]
fn points_that_ran_without_reporting_the_objective_are_told_of_with_the_way_out() {
    let repo = Repo::with(&[("model.sh", "g=1\n[ $g = 3 ] || echo \"score =  $g\"\n")]);
    repo.write(
        "gitsweep.toml",
        "[search]\nobjective = \"score\"\n[run]\ncommand = \"sh model.sh\"\n[params.g]\nfile = \"model.sh\"\nvalues = [1, 2]\n\
         [metrics]\nscore = { stdout = 'score = (\\S+)' }\n",
    );
    let branch = repo.create();
    let said = repo.run(["queue"]).err;
    assert!(said.contains("2 runs ok, but metric score: the log has no line that matches"), "{said}");
    let way_out =
        format!("hint: say under [metrics] in gitsweep.toml where the number stands; gitsweep extract {branch} ");
    assert!(said.contains(&way_out), "{said}");
    let said = repo.fails(1, ["results", "--best", "1"]);
    assert!(
        said.contains("no point has reported") && said.contains(&format!("then: gitsweep extract {branch}")),
        "{said}"
    );
    repo.write("gitsweep.toml", repo.read("gitsweep.toml").replace("score = (", "score = +("));
    repo.ok(["extract"]);
    assert!(!repo.ok(["results", "--best", "1"]).contains("without reporting"));
    // What is added is read in the same way, and one of the two reports nothing.
    repo.ok(["extend", "-p", "g=[3, 0]"]);
    assert_eq!(repo.run(["queue"]).code, 0);
    assert_eq!(points(&repo, &["--best", "1"]), ["4"]);
    let best = repo.ok(["results", "--best", "1"]);
    let note = format!("1 point ran without reporting score and cannot be among the best: gitsweep status {branch}\n");
    assert!(best.contains(&note), "{best}");
}

#[test]
fn an_objective_that_is_misspelt_is_told_at_the_end_of_the_queue() {
    let repo = Repo::with(&[("model.sh", "g=1\necho \"{\\\"score\\\": $g}\" > output.json\n")]);
    let objective = ["--objective", "scor", "-f", "model.sh", "-p", "g=[1, 2]", "--", "sh", "model.sh"];
    let branch = repo.ok([&["create"][..], &objective].concat());
    let said = repo.run(["queue"]).err;
    assert!(said.contains("2 runs ok, but they did not report the objective, scor"), "{said}");
    let way_out = format!("did you mean score? gitsweep results {} --objective score", branch.trim());
    assert!(said.contains(&way_out), "{said}");
}

#[test]
fn without_an_objective_the_best_point_is_found_by_results() {
    let repo = Repo::with(&[("model.sh", "g=1\necho \"{\\\"the rate\\\": $g}\" > output.json\n")]);
    repo.ok(["create", "--branch", "s", "-f", "model.sh", "-p", "g=[1, 2, 3]", "--", "sh", "model.sh"]);
    repo.ok(["queue"]);
    for command in [["show", "best"], ["logs", "s:best"]] {
        let said = repo.fails(1, command);
        assert!(
            said.contains(
                "s has no objective to be best by\nhint: gitsweep results s --objective 'the rate' --best 1 "
            ),
            "{said}"
        );
        assert!(!said.contains("gitsweep.toml"), "{said}");
    }
    let said = repo.fails(1, ["results", "s", "--best", "1"]);
    assert!(said.contains("say --objective 'the rate' (and"), "{said}");
    let said = repo.ok(["results", "s", "--objective", "the rate", "--best", "1", "--direction", "maximize"]);
    assert!(said.contains("\n    3  3 "), "{said}");
}

#[test]
fn the_best_point_has_a_name() {
    let repo = Repo::with(&[("model.sh", "g=1\necho here $g\necho $((g * g - 4 * g)) > output.json\n")]);
    repo.ok(["create", "--branch", "s", "-f", "model.sh", "-p", "g=[1, 2, 3]", "--", "sh", "model.sh"]);
    let none = repo.fails(1, ["show", "best"]);
    assert!(none.contains("objective"), "{none}");
    repo.ok(["queue"]);
    assert_eq!(repo.ok(["show", "best"]), repo.ok(["show", "2"]));
    assert_eq!(repo.ok(["logs", "s:best"]), "here 2\n");
    assert!(repo.ok(["diff", "1", "best"]).contains("1 -> 2"));
    assert!(!repo.ok(["show", "best"]).contains("not on this machine"));
    std::fs::remove_dir_all(repo.root().join("sweeps")).unwrap();
    assert!(repo.ok(["show", "best"]).contains("(not on this machine, or deleted)"));
}
