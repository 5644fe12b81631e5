//! How large a report is, how long it takes to make, and until it can be used.
//!
//! Sweeps of 36, 10,000 and 100,000 points with four metrics each, whose outcomes are notes; one in a hundred failed, one in
//! two hundred reported NaN. `gitsweep report` is measured as a whole process. The page is opened in headless Chromium
//! (where it and `tests/browser/node_modules` are installed): until it is ready, a filter typed and all charts drawn again,
//! a step of scrolling through the whole table, and a walk over all sections.
//!
//!     cargo bench --bench report

mod common;

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use common::{DATE, DATE_SECONDS, Tables, World, count, git, gitsweep, machine, measure, number, print_table};
use gitsweep::git::{Identity, Repository};
use gitsweep::names;
use gitsweep::record::{Metric, Record, Status};

const FILTER: &str = "loss < 1 and a > 3";

fn main() -> Result<()> {
    let sizes: &[(usize, u32)] = match Tables::wanted("report") {
        Tables::Full => &[(6, 2), (10, 4), (10, 5)],
        Tables::Small => &[(6, 2)],
        Tables::None => return Ok(()),
    };
    let world = World::new()?;
    let model = world.model()?;
    let mut rows = Vec::new();
    for &(values, parameters) in sizes {
        rows.push(row(&world, &model, values, parameters)?);
    }
    print_table(
        &format!("Reports ({})", machine()?),
        &["points", "page, MB", "made, s CPU", "ready, s", "filter, ms", "drawn again, ms", "scroll, ms", "heap, MB"],
        &rows,
    );
    Ok(())
}

fn row(world: &World, model: &Path, values: usize, parameters: u32) -> Result<Vec<String>> {
    let copy = world.copy(model)?;
    let root = copy.path();
    let mut create = gitsweep(root);
    create.args(["create", "--yes", "--date", DATE, "--branch", "sweep", "--objective", "loss"]);
    for name in ["a", "b", "c", "d", "e"].iter().take(parameters as usize) {
        create.arg("-p").arg(format!("{name}=1 to {values} step 1"));
    }
    create.args(["--", "true"]);
    measure(&mut create)?;
    let commits = git(root, ["rev-list", "--reverse", "main..sweep"])?;
    let commits: Vec<_> = commits.lines().map(str::parse).collect::<Result<_, _>>().context("no commit id")?;
    let lines: Vec<_> = commits
        .iter()
        .enumerate()
        .map(|(at, commit)| Ok((*commit, vec![record(at).to_line()?])))
        .collect::<Result<_>>()?;
    Repository::discover(root)?.add_to_notes(names::NOTES_REF, &lines, &Identity::of_tool(DATE_SECONDS), "outcomes")?;
    let page = root.join("report.html");
    let made = measure(gitsweep(root).args(["report", "-o", "report.html"]))?;
    let size = std::fs::metadata(&page)?.len();
    let mut row = vec![count(commits.len()), number(size as f64 / 1e6), number(made.cpu.as_secs_f64())];
    row.extend(match opened(&page)? {
        None => vec!["-".to_owned(); 5],
        Some(told) => [("ready", 1e3), ("filtered", 1.0), ("drawn", 1.0), ("scroll", 1.0), ("heap", 1e6)]
            .map(|(key, unit)| told[key].as_f64().map_or("-".to_owned(), |measured| number(measured / unit)))
            .to_vec(),
    });
    Ok(row)
}

/// The outcome of a point, which looks random and is not.
fn record(at: usize) -> Record {
    let noise = |salt: usize| ((at + 1) * (7_919 + 2 * salt) * 104_729 % 1_000_003) as f64 / 1_000_003.0;
    let mut record = Record::bare(1, if at % 100 == 99 { Status::Failed } else { Status::Ok });
    if record.status == Status::Ok {
        let loss = if at % 200 == 50 { f64::NAN } else { (at % 10) as f64 / 10.0 + noise(0) };
        for (name, value) in
            [("loss", loss), ("accuracy", noise(1)), ("norm", noise(2).exp2()), ("steps", (at % 997) as f64)]
        {
            record.metrics.insert(name.to_owned(), Metric::from_f64(value));
        }
    } else {
        record.reason = Some("exit code 1: out of memory".to_owned());
    }
    record.seconds = Some(noise(3) * 100.0);
    let (hours, minutes, seconds) = (at / 3_600 % 24, at / 60 % 60, at % 60);
    record.start = Some(format!("2026-11-21T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", at * 37 % 1_000));
    record.end = Some(format!("2026-11-22T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", at * 91 % 1_000));
    record.host = Some(format!("node{:02}", at % 40));
    record.executor = Some("local".to_owned());
    record.command = Some("true".to_owned());
    record
}

/// What a browser measured; nothing where there is none.
fn opened(page: &Path) -> Result<Option<serde_json::Value>> {
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    if !driver.join("node_modules").is_dir() {
        println!("tests/browser/node_modules is missing (npm ci makes it): pages are not opened");
        return Ok(None);
    }
    let output =
        Command::new("node").arg(driver.join("drive.mjs")).arg(page).arg("times").env("FILTER", FILTER).output();
    match output {
        Ok(output) if output.status.success() => Ok(Some(serde_json::from_slice(&output.stdout)?)),
        Ok(output) => {
            println!("the browser failed: {}", String::from_utf8_lossy(&output.stderr));
            Ok(None)
        }
        Err(error) => {
            println!("no node: {error}; pages are not opened");
            Ok(None)
        }
    }
}
