//! `gitsweep metric`

use std::path::PathBuf;

use anyhow::Result;
use indexmap::IndexMap;

use super::{Context, DONE};
use crate::usage;
use gitsweep::names;
use gitsweep::record::Metric;
use gitsweep::steps;

/// Report metrics from inside a run, as it goes
///
/// Appends a line to the file that $GITSWEEP_METRICS names. The last value of each metric is the run's, where its
/// output.json has none of that name; [search.stop] in the definition ends runs by them. Outside of a run nothing
/// happens, so that a program may be run by hand too.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  gitsweep metric step=200 loss=0.31 accuracy=0.92")]
pub struct Args {
    /// A metric and its value; step is how far the run is
    #[arg(value_name = "NAME=VALUE", required = true)]
    metrics: Vec<String>,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let mut report = IndexMap::new();
    for text in &args.metrics {
        let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
            return Err(usage::wrong(format!("`{text}` is no metric"), "such as loss=0.31"));
        };
        let (name, value) = (name.trim(), value.trim());
        let Ok(number) = value.parse::<f64>() else {
            return Err(usage::wrong(format!("{name}: `{value}` is no number"), "such as loss=0.31"));
        };
        let metric =
            value.parse::<i64>().map_or_else(|_| Metric::from_f64(number), |whole| Metric::Number(whole.into()));
        if name == steps::STEP && value.parse::<u64>().is_err() {
            return Err(usage::wrong(format!("step: `{value}` is no whole number from 0 on"), "such as step=200"));
        }
        report.insert(name.to_owned(), metric);
    }
    match std::env::var_os(names::ENV_METRICS).map(PathBuf::from) {
        Some(path) => steps::append(&path, &report)?,
        None => context.ui.note(&format!("not in a run: ${} is not set, and nothing is reported", names::ENV_METRICS)),
    }
    Ok(DONE)
}
