//! The report in a real browser: charts, the filter, brushes, a download, the keyboard, what axe-core says; and text that
//! tries to be more than text.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;
mod readers;

use std::path::Path;

use common::{BRANCH, Repo, Said};
use serde_json::Value;

/// What a browser saw of a page; nothing, and a line that says so, where there is no browser to ask.
fn browse(repo: &Repo, page: &Path, scenario: &str, environment: &[(&str, &str)]) -> Option<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    readers::command(repo, "chromium")?;
    let mut node = readers::command(repo, "node")?;
    if !folder.join("node_modules/playwright-core").is_dir() {
        println!("skipped: tests/browser/node_modules is missing; npm ci in tests/browser makes it");
        return None;
    }
    let pictures = std::env::var("GITSWEEP_TEST_PICTURES").unwrap_or_default();
    node.arg(folder.join("drive.mjs")).arg(page).arg(scenario).arg(pictures).envs(environment.iter().copied());
    let said = Said::of(node.output().unwrap());
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let told: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.out));
    assert_eq!(told["console"], serde_json::json!([]), "the page complained");
    assert_eq!(told["requests"], serde_json::json!([]), "the page asked for something");
    assert_eq!(told["dialogs"], 0);
    Some(told)
}

fn text<'a>(told: &'a Value, key: &str) -> &'a str {
    told[key].as_str().unwrap_or_else(|| panic!("{key}: {told}"))
}

fn list(told: &Value, key: &str) -> Vec<String> {
    told[key].as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// 6 x 4 points with two metrics, of which some fail, report nothing, NaN or infinity.
fn mixed() -> Repo {
    let model = "\
g_e=1.0
g_i=-5
echo \"g_e is $g_e\"; echo 'the last line'
[ $g_i = -20 ] && [ $g_e = 0.5 ] && { echo 'it blew up' >&2; exit 3; }
case \"$g_e $g_i\" in
  '1.0 -5') score=NaN ;; '1.5 -5') score=Infinity ;; '2.0 -5') score=-Infinity ;;
  *) score=$(awk \"BEGIN { print ($g_e - 2) ^ 2 - $g_i / 10 }\") ;;
esac
cost=$(awk \"BEGIN { print 10 ^ ($g_e - $g_i / 5) }\")
[ \"$g_e $g_i\" = '2.5 -5' ] && echo \"{\\\"cost\\\": $cost}\" > output.json || echo \"{\\\"score\\\": $score, \\\"cost\\\": $cost}\" > output.json
";
    let spec = "\
name = \"grid_search\"
[search]
objective = \"score\"
[run]
command = \"sh model.sh\"
[params.g_e]
file = \"model.sh\"
values = { from = 0.5, to = 3.0, step = 0.5 }
[params.g_i]
file = \"model.sh\"
values = [-5, -10, -15, -20]
";
    let repo = Repo::with(&[("model.sh", model), ("gitsweep.toml", spec)]);
    repo.create();
    let said = repo.run(["queue", "-q", "-j", "2"]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    repo
}

#[test]
fn a_reader_filters_brushes_sorts_downloads_and_opens_points() {
    let repo = mixed();
    let before = repo.users_state();
    let said = repo.run(["report", "-o", "../report.html"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.err.contains("24 points"), "{}", said.err);
    assert_eq!(repo.users_state(), before);
    let page = repo.outside().join("report.html");
    let environment = [("FILTER", "score < 1.2 and g_e > 1"), ("WRONG", "scor < 1"), ("SORT", "score")];
    let Some(told) = browse(&repo, &page, "tour", &environment) else { return };
    assert_eq!(text(&told, "points"), "24 points");
    let sections = ["parameters", "heatmap", "parallel", "history", "pareto", "table"];
    assert!(sections.iter().all(|section| list(&told, "sections").iter().any(|id| id == section)), "{told}");
    assert!(told["canvases"].as_u64().unwrap() >= 6, "{told}");

    // -g_i / 10 is .5, 1, 1.5, 2: with g_i = -10, g_e = 1.6 to 2.4; and -inf.
    let table = repo.ok(["results", "--format", "csv", "--columns", "g_e,score"]);
    let passes = |line: &&str| {
        let (g_e, score) = line.split_once(',').unwrap();
        g_e.parse::<f64>().unwrap() > 1.0 && score.parse::<f64>().is_ok_and(|score| score < 1.2)
    };
    let expected = table.lines().skip(1).filter(passes).count();
    assert_eq!(text(&told, "filtered"), format!("{expected} of 24 points"));
    assert!(text(&told, "wrong").contains("there is no `scor`: did you mean `score`?"), "{told}");
    assert!(text(&told, "wrong").contains("scor < 1\n^^^^"), "{told}");
    assert!(text(&told, "brushed").ends_with(" of 24 points"), "{told}");
    assert!(text(&told, "chip").contains("g_e"), "{told}");
    assert!(text(&told, "range").contains("g_e >= ") && text(&told, "range").contains("g_e <= "), "{told}");

    // What was downloaded is what the brush had left, and the whole is the table.
    let ranged: usize = text(&told, "ranged").split(' ').next().unwrap().parse().unwrap();
    let downloaded = |key: &str| told[key]["text"].as_str().unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
    assert!((1..24).contains(&ranged));
    assert_eq!(downloaded("download").len(), ranged + 1);
    assert_eq!(told["download"]["name"], format!("{BRANCH}.csv"));
    let columns = "point,g_e,g_i,score,cost,status,reason,seconds,commit";
    assert_eq!(
        downloaded("whole"),
        repo.ok(["results", "--format", "csv", "--columns", columns]).lines().collect::<Vec<_>>()
    );

    let numbers =
        |key: &str| -> Vec<String> { list(&told, key).into_iter().map(|cell| cell.replace('−', "-")).collect() };
    let (sorted, reversed) = (numbers("sorted"), numbers("reversed"));
    assert_eq!((sorted[0].as_str(), sorted[1].as_str()), ("-inf", "1"), "{sorted:?}");
    assert_eq!((reversed[0].as_str(), sorted.last().map(String::as_str)), ("inf", reversed.last().map(String::as_str)));
    assert!(
        sorted.contains(&"nan".to_owned())
            && sorted.contains(&"missing".to_owned())
            && sorted.contains(&"failed".to_owned())
    );
    assert_eq!(text(&told, "sort"), "descending");

    let point = text(&told, "point");
    let id = point.split("git switch --detach ").nth(1).unwrap().split_whitespace().next().unwrap();
    assert!(repo.points(BRANCH).iter().any(|commit| commit == id), "{point}");
    assert!(!point.contains("null") && !point.contains("undefined"), "{point}");
    assert!(point.contains("sh model.sh") && point.contains("the last line") && point.contains("host"), "{point}");
    assert_eq!((told["isBack"].as_bool(), told["ticked"].as_str()), (Some(true), Some("true")), "{told}");
}

/// Numbers that differ in their last digits alone are told apart.
#[test]
fn a_point_under_the_mouse_has_its_numbers_with_all_digits() {
    let model = "x=1\necho \"{\\\"loss\\\": 1234567.8901$x}\" > output.json\n";
    let repo = Repo::with(&[("model.sh", model)]);
    // One after the other, so that the second to end is the one in the middle.
    repo.ok(["run", "-q", "-j1", "-f", "model.sh", "-p", "x=[1, 2, 3]", "--objective", "loss", "--", "sh", "model.sh"]);
    repo.ok(["report", "-o", "../report.html"]);
    let Some(told) = browse(&repo, &repo.outside().join("report.html"), "hover", &[]) else { return };
    assert_eq!(list(&told, "tip"), ["loss 1234567.89012", "x 2"]);
    // The table and what is said above it have as many digits as it takes.
    let page = std::fs::read_to_string(repo.outside().join("report.html")).unwrap();
    assert!(page.contains("<strong>1234567.89011</strong>"), "the best loss");
    let table = text(&told, "table");
    assert!(["1234567.89011", "1234567.89012", "1234567.89013"].iter().all(|loss| table.contains(loss)), "{table}");
}

/// 40 drawn points, of which the two with the least loss are said to have been stopped early, and the rows that they are.
fn drawn() -> (Repo, Vec<f64>, Vec<usize>) {
    let model = "awk -v x=$1 -v y=$2 'BEGIN { printf \"{\\\"loss\\\": %.6f, \\\"cost\\\": %.6f}\", x + y, 1 / (x + y) }' > output.json\n";
    let repo = Repo::with(&[("model.sh", model)]);
    let run = ["run", "-q", "-j2", "--strategy", "random", "--trials", "40", "--seed", "1", "--objective", "loss"];
    let parameters =
        ["-p", "x=uniform(0.05, 0.95, digits=9)", "-p", "y=uniform(0.05, 0.95, digits=9)", "--branch", "drawn"];
    repo.ok([&run[..], &parameters, &["--", "sh", "model.sh", "{x}", "{y}"]].concat());
    let table = repo.ok(["results", "--format", "csv", "--columns", "loss"]);
    let losses: Vec<f64> = table.lines().skip(1).map(|line| line.parse().unwrap()).collect();
    let mut order: Vec<usize> = (0..losses.len()).collect();
    order.sort_by(|&a, &b| losses[a].total_cmp(&losses[b]));
    let stopped = vec![order[0].min(order[1]), order[0].max(order[1])];
    for &row in &stopped {
        let id = &repo.points("drawn")[row];
        let line = repo.git(["notes", "--ref=gitsweep", "show", id]).replace("\"ok\"", "\"stopped\"");
        repo.git(["notes", "--ref=gitsweep", "add", "-f", "-m", &line, id]);
    }
    (repo, losses, stopped)
}

fn numbers(told: &Value) -> Vec<usize> {
    told.as_array().unwrap().iter().map(|number| usize::try_from(number.as_u64().unwrap()).unwrap()).collect()
}

#[test]
fn what_was_stopped_early_is_hollow_and_neither_best_nor_in_an_average() {
    let (repo, losses, stopped) = drawn();
    repo.ok(["report", "-q", "-o", "../report.html"]);
    let Some(told) = browse(&repo, &repo.outside().join("report.html"), "charts", &[]) else { return };
    assert!(told["hollow"].as_array().unwrap().iter().all(|rows| {
        let mut rows = numbers(rows);
        rows.sort_unstable();
        rows == stopped
    }));
    let mut dashed = numbers(&told["dashed"]);
    dashed.sort_unstable();
    assert_eq!(dashed, stopped);
    let whole = (0..losses.len()).filter(|row| !stopped.contains(row));
    let best = whole.min_by(|&a, &b| losses[a].total_cmp(&losses[b])).unwrap();
    assert_eq!(numbers(&told["record"]).last(), Some(&best));
    assert_eq!(told["last"], best, "the best line is not on top");
    assert!(text(&told, "abouts").contains("Hollow: stopped early"), "{told}");
    for cell in told["cells"].as_array().unwrap() {
        let rows = numbers(&cell["rows"]);
        let whole: Vec<usize> = rows.iter().copied().filter(|row| !stopped.contains(row)).collect();
        assert_eq!(cell["isDashed"], whole.is_empty(), "{cell}");
        let counted = if whole.is_empty() { rows } else { whole };
        let mean = counted.iter().map(|&row| losses[row]).sum::<f64>() / counted.len() as f64;
        assert!((cell["number"].as_f64().unwrap() - mean).abs() < 1e-9, "{cell} {mean}");
    }
}

#[test]
fn drawn_values_are_ranges_of_the_heat_map_with_round_numbers_beside_them() {
    let (repo, ..) = drawn();
    repo.ok(["report", "-q", "-o", "../report.html"]);
    let Some(told) = browse(&repo, &repo.outside().join("report.html"), "charts", &[]) else { return };
    let cells = told["cells"].as_array().unwrap();
    assert!(cells.len() <= 25, "{told}");
    assert_eq!(cells.iter().map(|cell| numbers(&cell["rows"]).len()).sum::<usize>(), 40);
    let round = |labels: &Value| labels.as_array().unwrap().iter().all(|label| label.as_str().unwrap().len() <= 3);
    assert!(told["sides"].as_array().unwrap().iter().all(round), "{told}");
    assert!(told["ticks"].as_array().unwrap().iter().all(|ticks| round(ticks) && ticks.as_array().unwrap().len() > 2));
    assert!(text(&told, "key").starts_with("loss: 0."), "{told}");
}

#[test]
fn a_logarithmic_axis_of_the_heat_map_says_so() {
    let repo = Repo::with(&[("model.sh", "echo \"{\\\"loss\\\": $1}\" > output.json\n")]);
    let run = ["run", "-q", "-j2", "--strategy", "sobol", "--trials", "30", "--seed", "1", "--objective", "loss"];
    let parameters = ["-p", "rate=loguniform(1e-4, 1e2)", "-p", "width=uniform(0, 1)"];
    repo.ok([&run[..], &parameters, &["--", "sh", "model.sh", "{rate}"]].concat());
    repo.ok(["report", "-q", "-o", "../report.html"]);
    let Some(told) = browse(&repo, &repo.outside().join("report.html"), "charts", &[]) else { return };
    let mut names = list(&told, "names");
    names.sort();
    assert_eq!(names, ["rate  (log)", "width"]);
}

#[test]
fn a_grid_has_a_cell_for_each_value_of_the_heat_map_and_words_have_room() {
    let model = "echo \"{\\\"loss\\\": $1}\" > output.json\n";
    let repo = Repo::with(&[("model.sh", model)]);
    let words = "kind=['a long name, of one', 'a long name, of two', 'a long name, of three', 'a long name, of four', 'a long name, of five', 'a long name, of six']";
    repo.ok([
        "run",
        "-q",
        "-j2",
        "--objective",
        "loss",
        "-p",
        "n=1 to 14 step 1",
        "-p",
        words,
        "--",
        "sh",
        "model.sh",
        "{n}",
    ]);
    repo.ok(["report", "-q", "-o", "../report.html"]);
    let Some(told) = browse(&repo, &repo.outside().join("report.html"), "charts", &[]) else { return };
    assert_eq!(told["cells"].as_array().unwrap().len(), 14 * 6);
    assert_eq!(list(&told, "medians"), ["line", "scatter"]);
    let labels: Vec<&str> = told["ticks"][1].as_array().unwrap().iter().map(|label| label.as_str().unwrap()).collect();
    let taken = labels.iter().map(|label| label.chars().count()).sum::<usize>() * 6;
    // The axis upwards and the margin on the right take 80 pixels.
    let room = usize::try_from(told["widths"][1].as_u64().unwrap()).unwrap() - 80;
    assert!(labels.len() == 6 && taken < room, "{told}");
}

#[test]
fn paper_has_whole_charts_every_row_and_the_filter() {
    let (repo, ..) = drawn();
    repo.ok(["report", "-q", "-o", "../report.html"]);
    let environment = [("FILTER", "point > 1")];
    let Some(told) = browse(&repo, &repo.outside().join("report.html"), "paper", &environment) else { return };
    assert_eq!(told["wide"], serde_json::json!([]));
    assert_eq!(told["rows"], 39);
    assert_eq!((&told["filter"], &told["key"], &told["controls"]), (&true.into(), &true.into(), &false.into()));
}

#[test]
fn axe_finds_nothing_in_the_light_or_the_dark() {
    let repo = mixed();
    repo.ok(["report", "-q", "-o", "../report.html"]);
    let Some(told) = browse(&repo, &repo.outside().join("report.html"), "access", &[]) else { return };
    assert_eq!(told["violations"], serde_json::json!([]));
}

#[test]
fn without_scripts_there_is_a_plain_table() {
    let repo = mixed();
    repo.ok(["report", "-q", "-o", "../report.html"]);
    let Some(told) = browse(&repo, &repo.outside().join("report.html"), "plain", &[]) else { return };
    // The best are those that have a finite score.
    assert!(text(&told, "text").contains("Scripts are off"), "{told}");
    assert_eq!(told["rows"], 19, "{told}");
    assert!(text(&told, "text").contains("of 24 points"), "{told}");
}

/// A red dot.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";

#[test]
fn series_and_images_that_runs_left_are_on_the_page() {
    let model = r#"
mkdir -p plots; echo PNG | base64 -d > plots/dot.png; echo 'no image' > plots/words.png
awk -v a="$1" -v b="$2" 'BEGIN { print "t,V,I"; for (t = 0; t < 50; t++) print t "," sin(t / a) "," cos(t / b) }' > trace.csv
seq 1 900 | awk -v x=$1$2 '{ print $1 * 7919 * x % 10007, $1 * 104729 * x % 1000003 }'
echo "{\"score\": $1.$2}" > output.json
"#
    .replace("PNG", PNG);
    let spec = "name = \"g\"\n[search]\nobjective = \"score\"\n[run]\ncommand = \"sh model.sh {a} {b}\"\n[params.a]\nvalues = [1, 2, 3]\n[params.b]\nvalues = [4, 5]\n\
                [series.trace]\nfile = \"trace.csv\"\nx = \"t\"\n[artifacts]\nimages = [\"plots/*.png\"]\n";
    let repo = Repo::with(&[("model.sh", &model), ("gitsweep.toml", spec)]);
    repo.create();
    repo.ok(["queue", "-q", "-j", "2"]);
    let said = repo.run(["report", "-o", "../report.html"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.err.contains("6 images are neither PNG, JPEG, GIF, WebP nor SVG"), "{}", said.err);
    let Some(told) = browse(&repo, &repo.outside().join("report.html"), "left", &[]) else { return };
    assert!(
        list(&told, "sections").iter().any(|id| id == "traces")
            && list(&told, "sections").iter().any(|id| id == "images")
    );
    let images = told["images"].as_array().unwrap();
    assert_eq!(images.len(), 6, "{told}");
    assert!(
        images.iter().all(|image| image[0] == 1 && image[1].as_str().unwrap().starts_with("plots/dot.png of point ")),
        "{told}"
    );
    assert_eq!(list(&told, "rows"), ["1", "2", "3"]);
    assert!(text(&told, "traces").contains("point 1, point 2"), "{told}");
    assert_eq!(text(&told, "ticked"), "Series trace of point 1");
    // One column at a time: the others may be of another size.
    assert_eq!(list(&told, "columns"), ["V", "I", "all"]);
    assert_eq!(list(&told, "lines"), ["V"; 6]);
    // Images have the first claim to the room, then series, then logs: there is none for the logs here.
    let whole = std::fs::metadata(repo.outside().join("report.html")).unwrap().len();
    let said = repo.run(["report", "-o", "../report.html", "--max-size", &(whole - 12_000).to_string()]);
    assert!(said.err.contains("had no room") && !said.err.contains("images had no room"), "{}", said.err);
}

#[test]
fn series_that_no_definition_names_are_on_the_page_when_they_are_asked_for() {
    let model = "seq 1 400 | awk -v a=$1 'BEGIN { print \"t,V\" } { print $1 \",\" sin($1 / a) }' > trace.csv\n";
    let repo = Repo::with(&[("model.sh", model)]);
    repo.ok(["run", "-q", "-p", "a=[1, 2]", "--", "sh", "model.sh", "{a}"]);
    let size = |arguments: &[&str]| {
        repo.ok([&["report", "--force", "-o", "../report.html"], arguments].concat());
        std::fs::metadata(repo.outside().join("report.html")).unwrap().len()
    };
    let without = size(&[]);
    let with = size(&["--series", "trace.csv"]);
    assert!(with > without + 2_000, "{without} {with}");
    repo.write("gitsweep.toml", "[series.trace]\nfile = \"trace.csv\"\n");
    assert!(size(&["--series", "trace"]).abs_diff(with) < 100);
    let err = repo.fails(1, ["report", "-o", "../other.html", "--series", "trce"]);
    assert!(err.contains("there is no series `trce`\nhint: did you mean trace?"), "{err}");
}

#[test]
fn what_runs_reported_as_they_went_is_on_the_page() {
    let model = "for i in $(seq 1 300); do echo \"{\\\"step\\\": $i, \\\"loss\\\": 0.$((i * $1 * 7919 % 10007))}\"; done >> $GITSWEEP_METRICS\n";
    let repo = Repo::with(&[("model.sh", model)]);
    let laid = |line: &str| {
        repo.ok(["run", "-q", "--branch", line, "-p", "a=[1, 2]", "--", "sh", "model.sh", "{a}"]);
        repo.ok(["report", line, "--force", "-o", "../report.html"]);
        std::fs::metadata(repo.outside().join("report.html")).unwrap().len()
    };
    let with = laid("reporting");
    let told = browse(&repo, &repo.outside().join("report.html"), "left", &[]);
    if let Some(told) = told {
        assert_eq!(text(&told, "ticked"), "Series metrics.jsonl of point 1", "{told}");
    }
    let table = repo.ok(["results", "reporting", "--series", "metrics.jsonl", "--format", "csv"]);
    assert!(table.starts_with("step,loss_1,loss_2\n1,0.7919,0.5831\n2,0.5831,"), "{table}");
    repo.write("model.sh", "echo '{\"loss\": 1}' >> $GITSWEEP_METRICS\n");
    repo.git(["commit", "-qam", "a single report"]);
    let without = laid("silent");
    assert!(with > without + 1_500, "{without} {with}");
    assert_eq!(repo.run(["report", "silent", "--force", "-o", "../report.html"]).err.lines().count(), 1);
}

const MARKUP: &str = "</script><script>window.acted=1</script><img src=x onerror=window.acted=2>";

#[test]
fn text_that_tries_to_be_more_stays_text() {
    let long = "very long ".repeat(2_000);
    let hostile = [MARKUP, "=1+1|cmd", "'\"`${acted}{{7*7}}", "\u{202e}gnp.exe", &long];
    let values = hostile.map(|text| Value::from(text).to_string()).join(", ");
    let model = format!(
        "printf '%s\\n' \"$GITSWEEP_PARAM_V\" '{MARKUP}' '<!--' ']]>'; printf '\\033[31mred\\033]0;title\\007\\r\\n'\n\
         [ \"$GITSWEEP_PARAM_N\" = 2 ] && {{ echo '{MARKUP}' >&2; exit 3; }}\n\
         cat > output.json <<'END'\n{}\nEND\n",
        serde_json::json!({ "score": 1, MARKUP: 2, "=HYPERLINK(1)": 3, "\u{202e}abc": 4, "__proto__": 5, "constructor": 6 })
    );
    let spec = format!(
        "name = \"h\"\n[search]\nobjective = \"score\"\n[run]\ncommand = \"sh model.sh '<b>&amp;' {{V}}\"\n[params.V]\nvalues = [{values}]\n[params.N]\nvalues = [1, 2]\n"
    );
    let repo = Repo::with(&[("model.sh", &model), ("gitsweep.toml", &spec)]);
    let branch = "h-\"><script>acted=3</script>'&=cmd";
    repo.ok(["create", "--branch", branch]);
    repo.run(["queue", "-q", "-j", "2"]);
    // A note that nobody can read.
    repo.git(["notes", "--ref=gitsweep", "append", "-m", &format!("{MARKUP} nonsense"), &repo.points(branch)[0]]);
    let said = repo.run(["report", "-o", "../report.html"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.err.contains("is no record of gitsweep's") && !said.err.contains('\u{1b}'), "{}", said.err);
    let page = std::fs::read_to_string(repo.outside().join("report.html")).unwrap();
    // Two scripts run, the others are data; nothing of the user's has opened or closed one.
    assert_eq!(page.matches("<script>").count(), 2);
    assert!(!page.contains("<img"), "markup has come through");

    let Some(told) = browse(&repo, &repo.outside().join("report.html"), "hostile", &[]) else { return };
    assert_eq!(told["acted"][0], Value::Null, "a script has run");
    assert_eq!(told["acted"][1], 0);
    assert_eq!(text(&told, "points"), "10 points");
    assert_eq!(text(&told, "title"), branch);
    assert!(
        text(&told, "texts").contains(MARKUP) && text(&told, "point").contains("\\u{202e}gnp.exe")
            || text(&told, "texts").contains("\\u{202e}gnp.exe"),
        "{told}"
    );
    assert!(!text(&told, "texts").contains('\u{202e}') && !text(&told, "point").contains('\u{202e}'));
    // Nothing in the download is a formula.
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text(&told, "download").as_bytes());
    let cells: Vec<String> =
        reader.records().flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(
        cells.iter().any(|cell| cell == "'=1+1|cmd") && cells.iter().any(|cell| cell == "'=HYPERLINK(1)"),
        "{cells:?}"
    );
    assert!(!cells.iter().any(|cell| cell.starts_with(['=', '+', '@'])), "{cells:?}");
    assert!(cells.iter().any(|cell| cell == MARKUP));
}

#[test]
fn the_page_keeps_to_its_size_and_says_what_it_left_out() {
    let model = "seq 1 400 | awk -v x=$1 '{ print $1 * 7919 * x % 10007, $1 * 104729 * x % 1000003 }'\necho '{\"score\": 1}' > output.json\n";
    let spec =
        "name = \"g\"\n[run]\ncommand = \"sh model.sh {x}\"\n[params.x]\nvalues = { from = 1, to = 60, step = 1 }\n";
    let repo = Repo::with(&[("model.sh", model), ("gitsweep.toml", spec)]);
    let branch = repo.create();
    repo.ok(["queue", "-q", "-j", "2"]);
    let page = repo.root().join(format!("{branch}.html"));
    assert_eq!(repo.ok(["report", "-q"]).trim(), page.display().to_string());
    let whole = std::fs::metadata(&page).unwrap().len();
    let small = whole - 30_000;
    let said = repo.run(["report", "--max-size", &small.to_string()]);
    assert!(said.err.contains("had no room") && said.err.contains("the logs of "), "{}", said.err);
    assert!(std::fs::metadata(&page).unwrap().len() <= small);
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(text.contains("points had no room"));
    // Nobody looks for what no definition names, however many points there are.
    assert!(!said.err.contains("images") && !said.err.contains("series"), "{}", said.err);
    // Not even the table fits: it is there all the same, and that is said.
    let said = repo.run(["report", "--max-size", "1kB"]);
    assert!(said.err.contains("nothing that the runs left is on the page"), "{}", said.err);
    // A log that is gone is told, and the rest is there.
    let folder = repo.records(&repo.points(&branch)[3])[0]["folder"].as_str().unwrap().to_owned();
    std::fs::remove_dir_all(repo.root().join(&folder)).unwrap();
    let said = repo.run(["report"]);
    assert!(said.err.contains("1 log could not be read") && said.err.contains(&folder), "{}", said.err);
}

#[test]
fn several_sweeps_are_told_apart() {
    let repo = Repo::small();
    repo.create();
    repo.write("model.sh", format!("{}# and more\n", common::SMALL_MODEL));
    repo.commit("Say more");
    repo.ok(["create", "--date", "2026-11-22T09:30:00Z", "-p", "g_e=[2.0, 3.0, 4.0]"]);
    repo.ok(["queue", "-q", "grid_search-2026-11-21"]);
    let said = repo.run(["report", "11-21", "11-22", "-o", "../both.html"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let page = repo.read("../both.html");
    assert!(page.contains("<title>2 sweeps</title>") && page.contains("Say more"), "the head does not tell");
    let environment = [("FILTER", "sweep == 'grid_search-2026-11-22T093000' and status == 'pending'")];
    let Some(told) = browse(&repo, &repo.outside().join("both.html"), "times", &environment) else { return };
    assert_eq!(text(&told, "shown"), "9 of 15 points");
}

#[test]
fn only_a_report_is_overwritten() {
    let repo = Repo::small();
    repo.create();
    let said = repo.run(["report", "-o", "-"]);
    assert!(said.out.starts_with("<!DOCTYPE html>") && said.out.trim_end().ends_with("</html>"), "{}", said.err);
    assert!(said.err.starts_with("6 points, ") && !repo.root().join("-").exists(), "{}", said.err);
    repo.write("../notes.html", "<h1>mine</h1>");
    let said = repo.fails(1, ["report", "-o", "../notes.html"]);
    assert!(
        said.contains("notes.html is there already and is no report of gitsweep's") && said.contains("--force"),
        "{said}"
    );
    assert_eq!(repo.read("../notes.html"), "<h1>mine</h1>");
    repo.ok(["report", "-o", "../notes.html", "--force"]);
    repo.ok(["report", "-o", "../notes.html"]);
    assert!(repo.read("../notes.html").starts_with("<!DOCTYPE html>"));
    let said = repo.fails(1, ["report", "-o", "model.sh", "--force"]);
    assert!(said.contains("model.sh is a file of your code"), "{said}");
    let said = repo.fails(2, ["report", "--max-size", "20 apples"]);
    assert!(said.contains("a size is a number with kB, MB or GB"), "{said}");
    let said = repo.fails(1, ["report", "grid_serach"]);
    assert!(said.contains("there is no sweep `grid_serach`"), "{said}");
    // No temporary file is left.
    let left: Vec<_> = std::fs::read_dir(repo.outside()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

/// What holds for the row below, and what is refused where.
const EXPRESSIONS: &[&str] = &[
    "score < 0.2",
    "score < 0.2 and g > 1",
    "score > 0.1 or missing_one > 0",
    "not score > 0.1",
    "not missing_one > 3",
    "0.05 < score < 0.2",
    "0.2 < score < 0.3",
    "g == 2",
    "g == 2.0 and g != 3",
    "g in [1, 2, 3]",
    "g not in (1, 3)",
    "g in (2)",
    "missing_one in [1]",
    "missing_one not in [1]",
    "missing_one == 1 or missing_one != 1",
    "missing_one is missing",
    "missing_one is not missing",
    "score == None",
    "kind == 'sgd'",
    "kind in ['adam', \"sgd\"]",
    "kind == 3",
    "kind != 3",
    "kind < 3",
    "'sg' in kind",
    "'x' not in kind",
    "kind + 'x' == 'sgdx'",
    "kind * 2 == 4",
    "flag",
    "flag is true",
    "flag == 1",
    "not flag",
    "broken == broken",
    "broken != broken",
    "broken < 1 or broken >= 1",
    "huge == inf",
    "huge > 1e308",
    "-huge == -inf",
    "abs(g) < inf",
    "abs(huge) < inf",
    "g + 1 == inf",
    "-inf < g - 1",
    "0.1 + 0.2 == 0.3",
    "0.1 + 0.2 <= 0.3",
    "0.3 - 0.1 != 0.2",
    "g * 3 - 1 == 5",
    "g ** 3 == 8",
    "-g ** 2 == -4",
    "2 ** -1 == 0.5",
    "2 ** 3 ** 2 == 512",
    "g ^ 2 == 4",
    "7 // 2 == 3",
    "-7 // 2 == -4",
    "-7 % 3 == 2",
    "7 % -3 == -2",
    "1 / 0 > 0",
    "1 / 0 is missing",
    "sqrt(-1) is missing",
    "sqrt(g * 8) == 4",
    "abs(-g) == 2",
    "min(g, 1, 3) == 1 and max(g, 1, 3) == 3",
    "min(g, missing_one) is missing",
    "round(2.5) == 2 and round(3.5) == 4",
    "round(score, 1) == 0.1",
    "floor(-1.5) == -2 and ceil(-1.5) == -1",
    "log10(1000) == 3 and exp(0) == 1",
    "int('7') == 7 and int(7.9) == 7",
    "float('0.5') == 0.5",
    "float('x') is missing",
    "str(g) == '2'",
    "len(kind) == 3",
    "bool(g) and not bool(0)",
    "(g if flag else 0) == 2",
    "g == 2 if flag else false",
    "`odd name` > 4",
    "!flag || g > 1 && g < 3",
    "0x10 == 16 and 1e-2 == 0.01 and .5 == 0.5 and 5. == 5",
    "true and True and not False",
    "pi > 3.14",
    // Not expressions.
    "",
    "g <",
    "g = 2",
    "g < 2 )",
    "(g < 2",
    "g == 2 or 'x'",
    "3 and g",
    "g is 2",
    "missing < 3",
    "g === 2",
    "g ≤ 2",
    "2g < 3",
    "'open",
    "`open",
    "``",
    "g $ 2",
    "nosuch(g) > 1",
    "sqrt() > 1",
    "sqrt(1, 2) > 1",
    "g in [1] == 2",
    "[1] == g",
    "g g",
    "g if flag",
    "1_000 < g",
    "g in [1, 2",
];

#[test]
fn the_page_s_filter_says_what_gitsweep_says() {
    use gitsweep::expr::Expression;
    use gitsweep::value::Value as Exact;
    let row = serde_json::json!({
        "score": 0.1, "g": 2, "missing_one": null, "kind": "sgd", "flag": true, "broken": { "number": "nan" },
        "huge": { "number": "inf" }, "odd name": 5
    });
    let lookup = |name: &str| match &row[name] {
        Value::Null => None,
        Value::Bool(truth) => Some(Exact::bool(*truth)),
        Value::String(text) => Some(Exact::text(text.as_str())),
        Value::Object(object) => Exact::number(object["number"].as_str().unwrap()),
        number => Exact::number(&number.to_string()),
    };
    // A place is told in UTF-16 there and in UTF-8 here.
    let place = |text: &str, at: usize| text[..at].encode_utf16().count();
    let ours = |text: &str| match Expression::parse(text) {
        Ok(expression) => Value::from(expression.matches(&lookup)),
        Err(error) => {
            let at = error.place();
            serde_json::json!([error.message(), place(text, at.start), place(text, at.end)])
        }
    };
    let repo = Repo::empty();
    let Some(mut node) = readers::command(&repo, "node") else { return };
    node.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/expressions.mjs"));
    node.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = node.spawn().unwrap();
    let question = serde_json::json!({ "row": row, "expressions": EXPRESSIONS }).to_string();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), question.as_bytes()).unwrap();
    let said = Said::of(child.wait_with_output().unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    let theirs: Vec<Value> = serde_json::from_str(&said.out).unwrap();
    let differ: Vec<String> = EXPRESSIONS
        .iter()
        .zip(theirs)
        .filter(|(text, theirs)| ours(text) != *theirs)
        .map(|(text, theirs)| format!("{text}\n  gitsweep: {}\n  the page: {theirs}", ours(text)))
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn dots_that_are_drawn_of_a_large_grid_make_no_stripes() {
    let chart = include_str!("../src/report/html/app/chart.js");
    let start = chart.find("function sample(").unwrap();
    let end = chart.find("// Rows that a thinned chart keeps").unwrap();
    let script = format!(
        "{}\nconst drawn = sample(Array.from({{ length: 20000 }}, (_, row) => row), 4000);\n\
         console.log(new Set(drawn).size, new Set(drawn.map((row) => row % 100)).size, new Set(drawn.map((row) => Math.floor(row / 100))).size);",
        &chart[start..end]
    );
    let repo = Repo::empty();
    let Some(mut node) = readers::command(&repo, "node") else { return };
    let said = Said::of(node.arg("-e").arg(script).output().unwrap());
    assert_eq!(said.out.trim(), "4000 100 200", "{}", said.err);
}

#[test]
fn axes_of_numbers_that_hardly_differ_end_and_tell_them_apart_and_long_names_keep_their_ends() {
    let [text, scale] =
        [include_str!("../src/report/html/app/text.js"), include_str!("../src/report/html/app/scale.js")];
    let script = format!(
        r#"{text}
{scale}
const spelt = (name) => name;
const axes = {{ isLog: () => false }};
const column = (numbers) => ({{ isNumeric: true, label: 'x', number: (row) => numbers[row] }});
const data = {{ table: {{ lane: () => '' }} }};
const labels = (numbers) => new Scale(column(numbers), numbers.map((_, row) => row)).ticks(4).map((tick) => tick.label).join(' ');
const brushed = (numbers) => new Scale(column(numbers), numbers.map((_, row) => row)).expression(0.25, 0.8);
const places = (numbers) => {{ const scale = new Scale(column(numbers), numbers.map((_, row) => row)); return numbers.map((number) => scale.of(number)).join(' '); }};
console.log(labels([0, 0.5, 1]));
console.log(labels([1, 2, 3]), '|', labels([3]), '|', labels([0, 400]));
console.log(labels([1, 1 + Number.EPSILON]));
console.log(labels([-76.42671, -76.42669]));
console.log(labels([1e17, 1e17 + 32]));
console.log(labels([-1.7e308, 1.7e308]), places([-1.7e308, 0, 1.7e308]));
console.log(labels([5e-324, 1e-323]));
console.log(brushed([-76.42671, -76.42669]));
console.log(brushed([1, 1 + 2 * Number.EPSILON]));
console.log(shorten('learning_rate_of_the_second_layer_12', 20), shorten('short', 20));"#
    )
    .replace("const axes = {\n  chosen", "const known = {\n  chosen");
    let repo = Repo::empty();
    let Some(mut node) = readers::command(&repo, "node") else { return };
    let said = Said::of(node.arg("-e").arg(script).output().unwrap());
    let expected = "\
0 0.2 0.4 0.6 0.8 1
1 2 3 | 3 | 0 100 200 300 400
1 1.0000000000000002
−76.42671 −76.426705 −76.4267 −76.426695 −76.42669
1e17 1.0000000000000003e17
−1e308 0 1e308 0 0.5 1
4.941e-324 9.881e-324
x >= -76.426705 and x <= -76.426694
x >= 1 and x <= 1.0000000000000004
learning_r…_layer_12 short
";
    assert_eq!(said.out, expected, "{}", said.err);
}

#[test]
fn numbers_at_both_ends_of_what_a_double_can_say_have_a_mean_and_a_colour() {
    let [scale, theme, heatmap] = [
        include_str!("../src/report/html/app/scale.js"),
        include_str!("../src/report/html/app/theme.js"),
        include_str!("../src/report/html/app/heatmap.js"),
    ];
    let script = format!(
        r#"{scale}
{theme}
{heatmap}
const colours = [-1.5e308, 1e308, 1.5e308].map((number) => viridis(placeBetween(number, -1.5e308, 1.5e308)));
console.log(new Set(colours).size, colours[0] === viridis(0), colours[2] === viridis(1));
console.log(SUMMARIES.mean([1e308, 1.5e308]), SUMMARIES.mean([1, 2, 6]));"#
    );
    let repo = Repo::empty();
    let Some(mut node) = readers::command(&repo, "node") else { return };
    let said = Said::of(node.arg("-e").arg(script).output().unwrap());
    assert_eq!(said.out, "3 true true\n1.25e+308 3\n", "{}", said.err);
}

#[test]
fn zero_stands_apart_on_a_logarithmic_axis_and_far_numbers_take_no_digits_away() {
    let [text, scale, chart] = [
        include_str!("../src/report/html/app/text.js"),
        include_str!("../src/report/html/app/scale.js"),
        include_str!("../src/report/html/app/chart.js"),
    ];
    let script = format!(
        r#"{text}
{scale}
{chart}
const spelt = (name) => name;
const column = (numbers) => ({{ isNumeric: true, label: 'x', rows: numbers.length, isMissing: () => false, number: (row) => numbers[row] }});
const data = {{ table: {{ lane: () => '' }} }};
const scaleOf = (numbers) => new Scale(column(numbers), numbers.map((_, row) => row));
const apart = scaleOf([0, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100]);
console.log([0, 1e-4, 0.1, 100].map((number) => apart.of(number).toFixed(3)).join(' '), apart.said);
console.log(apart.ticks(4).map((tick) => tick.label).join(' '));
console.log([0, 0.05, 0.12, 1].map((place) => apart.number(place).toFixed(4)).join(' '));
console.log([[0, 0.05], [0.05, 1], [0.05, 0.5625]].map(([from, to]) => apart.expression(from, to)).join('; '));
console.log([[0, 1, 2, 3], [0, 5], [-1, 1e-3, 1e-2, 1], [1e-3, 1e-2, 0.1, 1]].map((numbers) => {{ const scale = scaleOf(numbers); return scale.isLog ? scale.said : '-'; }}).join(' '));
const good = [-1078.123512, -1078.121456, -1078.1222];
console.log([[0.5, 0.7], good, [...good, 1e9, -1e12], [0.1 + 0.2, 0.3], [0, 0, 0, 1e-9, 1e9], []].map((numbers) => digitsOf(column(numbers))).join(' '));"#
    );
    let repo = Repo::empty();
    let Some(mut node) = readers::command(&repo, "node") else { return };
    let said = Said::of(node.arg("-e").arg(script).output().unwrap());
    let expected = "\
0.000 0.125 0.563 1.000 (log, 0 apart)
0 0.0001 0.01 1 100
0.0000 0.0000 0.0000 100.0000
x <= 0; x > 0; x > 0 and x <= 0.1
- - - (log)
6 9 9 6 6 6
";
    assert_eq!(said.out, expected, "{}", said.err);
}
