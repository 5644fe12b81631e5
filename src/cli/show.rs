//! `gitsweep show`

use std::io::Write as _;

use anyhow::Result;
use serde_json::json;

use super::point::{find_point, is_best};
use super::results::by_mean;
use super::{Context, DONE, outcomes};
use crate::ui::{self, Look, visible};
use gitsweep::command::quote;
use gitsweep::record::{Gravity, Record};
use gitsweep::sweep::{Standings, fitness};
use gitsweep::table::Cell;

/// One point: parameters, results, every attempt, and how to have its code before you
#[derive(clap::Args)]
pub struct Args {
    /// A point: its number, SWEEP:NUMBER, a commit, or best for the best by the objective
    #[arg(value_name = "POINT")]
    point: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    outcomes::fold_quietly(context, &repository);
    let standings = Standings::read(&repository)?;
    let (sweep, trial) = find_point(&repository, &standings, &args.point)?;
    outcomes::report_damage(context, &standings, &sweep);
    if is_best(&args.point)
        && let Some(by_mean) = by_mean(&sweep.table(&standings)?)
    {
        context.ui.note(&by_mean);
    }
    let records = standings.ledger.of(trial.commit);
    let mut out = std::io::stdout().lock();
    if args.json {
        let whole = json!({
            "sweep": sweep.branch,
            "point": trial.label.index,
            "commit": trial.commit.to_string(),
            "standing": standings.of(trial.commit).as_str(),
            "params": trial.label.point.to_json(),
            "proposed_by": trial.label.origin.proposed_by,
            "attempts": records,
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&whole)?)?;
        return Ok(DONE);
    }
    let ui = context.ui;
    let title = format!("{} point {}", sweep.branch, trial.label.index);
    writeln!(out, "{}  {}", ui.paint(Look::Strong, &title), standings.of(trial.commit).as_str())?;
    writeln!(out, "commit {}", trial.commit)?;
    let width = trial.label.point.iter().map(|(name, _)| name.as_str().chars().count()).max().unwrap_or(0);
    for (name, value) in trial.label.point.iter() {
        writeln!(out, "  {:width$}  {}", name.as_str(), visible(value.as_str()))?;
    }
    if let Some(by) = &trial.label.origin.proposed_by {
        writeln!(out, "proposed by {by}")?;
    }
    if let Some((attempt, claim)) = standings.running(trial.commit) {
        writeln!(out, "\nattempt {attempt} is running: {}, since {}", claim.owner_in_words(), claim.since)?;
    }
    for record in records {
        let expression = sweep.plan.search.fitness();
        let fitness = expression.and_then(|expression| fitness(expression, &trial.label.point, record));
        show_record(&mut out, ui, record, fitness)?;
        if let Some(folder) = &record.folder {
            let is_here = repository.runs_dir().parent().is_some_and(|top| top.join(folder).exists());
            let where_not = if is_here { "" } else { "  (not on this machine, or deleted)" };
            writeln!(out, "  {}{}", visible(folder), ui.paint(Look::Faint, where_not))?;
        }
    }
    let short = repository.abbreviate(trial.commit);
    writeln!(
        out,
        "\n{}",
        ui.paint(Look::Faint, &format!("the code:   git show {short}   git switch --detach {short}"))
    )?;
    let mut files: Vec<&str> =
        sweep.plan.parameters.iter().flat_map(|it| &it.sites).map(|site| site.file.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let values = match files.is_empty() {
        true => String::new(),
        false => {
            let files = files.iter().map(|file| quote(file)).collect::<Vec<_>>().join(" ");
            format!("   git restore --source {short} {files}")
        }
    };
    writeln!(out, "{}", ui.paint(Look::Faint, &format!("to keep it: git branch NAME {short}{values}")))?;
    if !records.is_empty() {
        let logs = format!("its output: gitsweep logs {}:{}", quote(&sweep.branch), trial.label.index);
        writeln!(out, "{}", ui.paint(Look::Faint, &logs))?;
    }
    Ok(DONE)
}

fn show_record(out: &mut impl std::io::Write, ui: &ui::Ui, record: &Record, fitness: Option<f64>) -> Result<()> {
    let look = match record.status.gravity() {
        Gravity::Good => Look::Good,
        Gravity::Bad => Look::Bad,
        Gravity::Void => Look::Fair,
    };
    let reason = record.reason.as_deref().map_or_else(String::new, |reason| format!(": {}", visible(reason)));
    writeln!(out, "\nattempt {} {}{reason}", record.attempt, ui.paint(look, record.status.as_str()))?;
    if let Some(fitness) = fitness {
        writeln!(out, "  fitness = {}", Cell::Number(fitness).spell(&mut String::new()))?;
    }
    for (name, metric) in &record.metrics {
        let late = record.late.iter().rev().find(|late| late.metrics.contains(name));
        let late = late.map_or_else(String::new, |late| format!("  (extracted {})", visible(&late.extracted)));
        writeln!(out, "  {} = {metric}{}", visible(&name.replace('\n', "\\n")), ui.paint(Look::Faint, &late))?;
    }
    let mut facts = Vec::new();
    if let Some(seconds) = record.seconds {
        facts.push(ui::seconds(seconds));
    }
    if let Some(start) = &record.start {
        facts.push(format!("from {start}"));
    }
    if let Some(job) = &record.job {
        facts.push(format!("job {job}"));
    }
    if let Some(host) = &record.host {
        facts.push(format!("on {host}"));
    }
    if let Some(memory) = record.memory {
        facts.push(format!("{} at most", ui::size(memory)));
    }
    if !facts.is_empty() {
        writeln!(out, "  {}", facts.join(", "))?;
    }
    if let Some(command) = &record.command {
        writeln!(out, "  $ {}", visible(command))?;
    }
    Ok(())
}
