//! Extract: reads new or changed metrics from what runs have left, without running anything again.

use std::path::Path;

use anyhow::Result;

use crate::executor::now;
use crate::extraction::Extraction;
use crate::git::{CommitId, Repository};
use crate::ledger;
use crate::reading::Reading;
use crate::record::{Gravity, Metric, Record};
use crate::spec::{MetricSource, Readings};
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;

/// What there is to be read of the attempts of a sweep; nothing is written yet.
#[derive(Clone, Debug, Default)]
pub struct Extract {
    /// Metrics whose value is new or another.
    pub changes: Vec<Change>,
    /// What runs that were ok have not left, although its file is here; in words.
    pub problems: Vec<Absent>,
    /// What is not kept on this machine, of runs that were ok or of whole run folders.
    pub absent: Vec<Absent>,
    /// How many attempts were looked at.
    pub attempts: usize,
    lines: Vec<(CommitId, Extraction)>,
}

/// A metric of an attempt that gets another value.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The point's number.
    pub index: u64,
    /// The attempt.
    pub attempt: u64,
    /// The metric.
    pub metric: String,
    /// Its value so far.
    pub before: Option<Metric>,
    /// Its value from now on; none if its new definition finds nothing.
    pub after: Option<Metric>,
}

/// Something of an attempt that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// The point's number.
    pub index: u64,
    /// The attempt.
    pub attempt: u64,
    /// The machine that it ran on.
    pub host: Option<String>,
    /// Why.
    pub why: String,
}

impl Extract {
    /// Reads the metrics of every attempt at every point; `top` is what run folders are named from.
    pub fn plan(sweep: &Sweep, standings: &Standings, metrics: &[MetricSource], top: &Path) -> Self {
        let mut extract = Self::default();
        let extracted = now();
        for trial in sweep.trials.iter() {
            for record in standings.ledger.find(trial.commit).glance().iter() {
                let Some(folder) = record.folder.as_ref().filter(|_| record.status.gravity() != Gravity::Void) else {
                    continue;
                };
                extract.attempts += 1;
                let absent = |why: String| {
                    let (index, attempt) = (trial.label.index, record.attempt);
                    Absent { index, attempt, host: record.host.clone(), why }
                };
                let path = top.join(folder);
                if !path.is_dir() {
                    extract.absent.push(absent(format!("there is no {folder}")));
                    continue;
                }
                // A run that failed need not have come as far as to report anything.
                let is_told = record.status.gravity() == Gravity::Good;
                let mut reading = Reading::of(&path);
                let mut found: Vec<(&MetricSource, Option<Metric>)> = Vec::new();
                for source in metrics {
                    let before = record.metrics.get(&source.name);
                    match reading.metric(source) {
                        Ok(after) if is_same(before, &after) => {}
                        Ok(after) => found.push((source, Some(after))),
                        Err(why) if !path.join(source.file()).is_file() => {
                            extract.absent.extend(is_told.then(|| absent(format!("{}: {why}", source.name))));
                        }
                        Err(why) => {
                            extract.problems.extend(is_told.then(|| absent(format!("{}: {why}", source.name))));
                            // What an older definition had found is not what this one means.
                            if before.is_some() && !is_read_by(source, record, sweep) {
                                found.push((source, None));
                            }
                        }
                    }
                }
                extract.add(trial.commit, trial.label.index, record, found, &extracted);
            }
        }
        extract
    }

    fn add(
        &mut self,
        commit: CommitId,
        index: u64,
        record: &Record,
        found: Vec<(&MetricSource, Option<Metric>)>,
        extracted: &str,
    ) {
        if found.is_empty() {
            return;
        }
        let sources: Vec<&MetricSource> = found.iter().map(|(source, _)| *source).collect();
        let mut extraction = Extraction::of(record, extracted, &Readings::definition(&sources));
        for (source, after) in found {
            let before = record.metrics.get(&source.name).cloned();
            let (attempt, metric) = (record.attempt, source.name.clone());
            extraction.metrics.insert(metric.clone(), after.clone());
            self.changes.push(Change { index, attempt, metric, before, after });
        }
        self.lines.push((commit, extraction));
    }

    /// Adds what was read to the notes.
    ///
    /// # Errors
    /// If the notes cannot be written.
    pub fn carry_out(&self, repository: &Repository) -> Result<()> {
        ledger::add_extractions(repository, &self.lines)
    }
}

/// True for the same number, however it is spelt; NaN is the same as NaN.
fn is_same(before: Option<&Metric>, after: &Metric) -> bool {
    before.is_some_and(|before| {
        before.to_string() == after.to_string() || (before.as_f64() == after.as_f64() && !before.as_f64().is_nan())
    })
}

/// True if the value that a record has of a metric was read by this very definition.
fn is_read_by(source: &MetricSource, record: &Record, sweep: &Sweep) -> bool {
    match record.late.iter().rev().find(|late| late.metrics.contains(&source.name)) {
        Some(late) => Readings::read(&late.definition, "a note", &[]).is_ok_and(|read| read.metrics.contains(source)),
        None => sweep.plan.metrics.contains(source),
    }
}
