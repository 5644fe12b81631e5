//! What other tools come to: as recorded in peers.jsonl, or measured now. Both are lines that peers.py prints.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use gitsweep::search::learn::{History, leftover};
use gitsweep::value::{Kind, Value};
use serde::Deserialize;
use serde_json::json;

use crate::functions::Function;
use crate::options::Options;

const RECORDED: &str = include_str!("peers.jsonl");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/search/peers.py");
/// At so many points of each function both languages have to agree.
const CHECKED: usize = 10;

/// What a tool came to on a function.
#[derive(Deserialize)]
struct Figures {
    tool: String,
    version: String,
    function: String,
    seeds: u64,
    date: String,
    /// CPU milliseconds an evaluation, where they were measured.
    cpu_ms: Option<f64>,
    /// By the number of evaluations, the median and the 90th percentile.
    regret: BTreeMap<usize, (f64, Option<f64>)>,
}

/// All that is known of other tools.
pub(crate) struct Peers(Vec<Figures>);

impl Peers {
    /// What was recorded, or with `--live` what they come to now.
    pub(crate) fn of(options: &Options) -> Result<Self> {
        let Some(python) = &options.live else { return Self::read(RECORDED) };
        check(python, &options.functions)?;
        let names: Vec<&str> = options.functions.iter().map(|function| function.name).collect();
        let [seeds, from] = [options.seeds, options.from].map(|number| number.to_string());
        let output = Command::new(python)
            .args([SCRIPT, "--json", "--functions", &names.join(","), "--seeds", &seeds, "--from", &from])
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot run {python}"))?;
        ensure!(output.status.success(), "peers.py did not come to its end");
        Self::read(&String::from_utf8(output.stdout)?)
    }

    fn read(lines: &str) -> Result<Self> {
        lines.lines().map(serde_json::from_str).collect::<Result<_, _>>().map(Self).context("what peers.py printed")
    }

    /// Median and 90th percentile of each tool for a function after so many evaluations, the best first.
    pub(crate) fn at(&self, function: &str, evaluations: usize) -> String {
        let own = self.0.iter().filter(|figures| figures.function == function);
        let mut known: Vec<(&str, f64, Option<f64>)> = own
            .filter_map(|figures| {
                figures.regret.get(&evaluations).map(|(median, ninth)| (&*figures.tool, *median, *ninth))
            })
            .collect();
        known.sort_by(|a, b| a.1.total_cmp(&b.1));
        let told = known.into_iter().map(|(tool, median, ninth)| match ninth {
            Some(ninth) => format!("{tool} {median:.1e} {ninth:.1e}"),
            None => format!("{tool} {median:.1e} -"),
        });
        told.collect::<Vec<_>>().join(", ")
    }

    /// Prints which versions these are, over how many seeds, from when, and what a proposal costs them.
    pub(crate) fn print_versions(&self) {
        let mut tools: Vec<&str> = self.0.iter().map(|figures| &*figures.tool).collect();
        tools.dedup();
        for tool in tools {
            let own = || self.0.iter().filter(|figures| figures.tool == tool);
            let Some(one) = own().next() else { continue };
            let costs: Vec<f64> = own().filter_map(|figures| figures.cpu_ms).collect();
            let cost = if costs.is_empty() {
                String::new()
            } else {
                format!(", {:.0} ms of CPU a proposal", costs.iter().sum::<f64>() / costs.len() as f64)
            };
            println!("{tool} {}: {} seeds, {}{cost}", one.version, one.seeds, one.date);
        }
    }
}

/// Asks the script whether its functions have the same values as ours.
fn check(python: &str, functions: &[Function]) -> Result<()> {
    let mut lines = String::new();
    for function in functions {
        for proposal in leftover(&function.space()?, &History::default(), 1, CHECKED)? {
            let number = |value: &Value| match value.kind() {
                Kind::Integer => value.as_f64().map(|whole| json!(whole as i64)),
                _ => value.as_f64().map(|number| json!(number)),
            };
            let point: serde_json::Map<String, serde_json::Value> = proposal
                .point
                .iter()
                .map(|(name, value)| (name.to_string(), number(value).unwrap_or_else(|| json!(value.as_str()))))
                .collect();
            let told = json!({ "function": function.name, "point": point, "value": function.value(&proposal.point) });
            lines.push_str(&format!("{told}\n"));
        }
    }
    let mut script = Command::new(python)
        .args([SCRIPT, "--check"])
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {python}"))?;
    script.stdin.take().context("a pipe")?.write_all(lines.as_bytes())?;
    ensure!(script.wait()?.success(), "peers.py and the benchmark disagree");
    Ok(())
}
