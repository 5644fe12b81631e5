//! `gitsweep diff`

use std::io::Write;

use anyhow::Result;

use super::point::find_point;
use super::{Context, DONE};
use crate::ui::{Look, Ui, visible};
use gitsweep::ledger;
use gitsweep::record::Record;
use gitsweep::sweep::{Standings, result_of};
use gitsweep::trial::Trial;

/// What differs between two points: parameters, results, code
#[derive(clap::Args)]
pub struct Args {
    /// A point: its number, SWEEP:NUMBER, a commit, or best for the best by the objective
    #[arg(value_name = "POINT")]
    from: String,
    /// Another
    #[arg(value_name = "POINT")]
    to: String,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    let _ = ledger::fold(&repository);
    let standings = Standings::read(&repository)?;
    let (_, from) = find_point(&repository, &standings, &args.from)?;
    let (_, to) = find_point(&repository, &standings, &args.to)?;
    let mut out = std::io::stdout().lock();
    let ui = context.ui;

    let name = |trial: &Trial| {
        format!("{}:{} ({})", trial.label.origin.sweep, trial.label.index, repository.abbreviate(trial.commit))
    };
    writeln!(out, "{}", ui.paint(Look::Strong, &format!("{} -> {}", name(&from), name(&to))))?;
    let mut rows = Vec::new();
    let names = from.label.point.iter().chain(to.label.point.iter()).map(|(name, _)| name.as_str());
    for parameter in unique(names) {
        let values = [&from, &to].map(|trial| trial.label.point.get(parameter));
        if values[0] != values[1] {
            rows.push((
                parameter.to_owned(),
                values.map(|value| value.map_or("-".to_owned(), |value| value.to_trailer().into_owned())),
            ));
        }
    }
    print_rows(&mut out, ui, "parameters", &rows)?;

    let records = [from.commit, to.commit].map(|commit| result_of(standings.ledger.of(commit)));
    let metrics = records.iter().flatten().flat_map(|record| record.metrics.keys().map(String::as_str));
    let mut rows = Vec::new();
    let status = records.map(|record| record.map_or("not run".to_owned(), |record| record.status.to_string()));
    if status[0] != status[1] {
        rows.push(("status".to_owned(), status));
    }
    for metric in unique(metrics) {
        let values = records.map(|record: Option<&Record>| {
            record.and_then(|record| record.metrics.get(metric)).map_or("-".to_owned(), ToString::to_string)
        });
        rows.push((metric.to_owned(), values));
    }
    print_rows(&mut out, ui, "results", &rows)?;

    let patch = repository.diff(from.commit, to.commit)?;
    if !patch.is_empty() {
        writeln!(out, "{}", ui.paint(Look::Strong, "code"))?;
        print_patch(&mut out, ui, &patch)?;
    }
    Ok(DONE)
}

fn unique<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

fn print_rows(out: &mut impl Write, ui: &Ui, title: &str, rows: &[(String, [String; 2])]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", ui.paint(Look::Strong, title))?;
    let width = |column: usize| {
        rows.iter()
            .map(|(name, values)| if column == 0 { name } else { &values[column - 1] }.chars().count())
            .max()
            .unwrap_or(0)
    };
    let (names, befores) = (width(0), width(1));
    for (name, [before, after]) in rows {
        writeln!(out, "  {:names$}  {:befores$} -> {}", visible(name), visible(before), visible(after))?;
    }
    Ok(())
}

/// A patch in git's colours; bytes that are not text are shown as they can be.
pub fn print_patch(out: &mut impl Write, ui: &Ui, patch: &[u8]) -> Result<()> {
    if !ui.is_styled() {
        out.write_all(patch)?;
        return Ok(());
    }
    for line in String::from_utf8_lossy(patch).lines() {
        let look = match line.as_bytes().first() {
            _ if line.starts_with("+++") || line.starts_with("---") || line.starts_with("diff ") => Some(Look::Strong),
            Some(b'+') => Some(Look::Good),
            Some(b'-') => Some(Look::Bad),
            Some(b'@') => Some(Look::Faint),
            _ => None,
        };
        let line = visible(line);
        match look {
            Some(look) => writeln!(out, "{}", ui.paint(look, &line))?,
            None => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}
