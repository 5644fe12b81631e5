//! The watch: reads what runs report as they go, and says which are not going to be any good.
//!
//! They are compared with all runs of the sweep: those that have ended by their records, those that others run by the
//! files that they report in.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::git::{CommitId, Repository};
use crate::hint::near_miss;
use crate::job::Job;
use crate::names;
use crate::record::{Metric, Record, Status};
use crate::search::learn::{Curve, Verdict};
use crate::spec::Stopping;
use crate::steps::{Reader, Summary};
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;

/// What others have reported is read again after so long.
const REFRESH: Duration = Duration::from_secs(5);

/// So many runs without the metric are no accident.
const NO_ACCIDENT: usize = 3;

/// What is to be said of a sweep that is to end runs early, and of which no run reports what it would be ended by.
pub fn silence_of(sweep: &Sweep, standings: &Standings) -> Option<String> {
    let stopping = sweep.plan.search.stop.as_ref()?;
    let ledger = &standings.ledger;
    if sweep.trials.iter().any(|trial| ledger.summary(trial.commit).has_curve) {
        return None;
    }
    // The records of no more points are read than have one that counts.
    let ended_well = sweep.trials.iter().rev().filter(|trial| ledger.summary(trial.commit).status == Some(Status::Ok));
    let records = ended_well.flat_map(|trial| ledger.find(trial.commit).glance().into_owned().into_iter().rev());
    let silent: Vec<Record> = records.filter(|record| record.status == Status::Ok).take(NO_ACCIDENT).collect();
    silent.first().filter(|_| silent.len() == NO_ACCIDENT).map(|record| silence(stopping, record))
}

fn silence(stopping: &Stopping, record: &Record) -> String {
    let metric = &stopping.metric.metric;
    let reported: Vec<&str> = record.metrics.keys().map(String::as_str).collect();
    let near = near_miss(metric, reported.iter().copied());
    let near = near.map_or_else(String::new, |near| format!(" (did you mean {near}?)"));
    format!(
        "no run reports {metric} as it goes{near}, by which [search.stop] ends runs: none is ended early; they report {}",
        if reported.is_empty() { "nothing".to_owned() } else { reported.join(", ") }
    )
}

/// The runs of a sweep whose reports are compared.
pub(in crate::sweep) struct Watch<'a> {
    stopping: &'a Stopping,
    repository: &'a Repository,
    /// How the run folders of the sweep begin.
    folders: String,
    /// What runs here.
    running: HashMap<CommitId, Run>,
    /// What all other runs reported.
    others: Vec<Curve>,
    /// The last steps of runs that ended by themselves: who has come so far is about to end, too.
    lengths: HashSet<u64>,
    refreshed: Instant,
    /// How many runs have ended well here and reported nothing of the metric.
    silent: usize,
}

struct Run {
    reader: Reader,
    curve: Curve,
    /// The step up to which it has been judged.
    judged: u64,
    /// True once it has been told to end.
    is_stopped: bool,
}

impl<'a> Watch<'a> {
    /// The watch over the runs of `sweep`, if it ends any early.
    pub(in crate::sweep) fn over(repository: &'a Repository, sweep: &'a Sweep, standings: &Standings) -> Option<Self> {
        let stopping = sweep.plan.search.stop.as_ref()?;
        let folders = format!("{}/{}/", names::RUNS_DIR, sweep.name);
        let (running, others, lengths) = (HashMap::new(), Vec::new(), HashSet::new());
        let refreshed = Instant::now();
        let mut watch = Self { stopping, repository, folders, running, others, lengths, refreshed, silent: 0 };
        watch.gather(standings);
        Some(watch)
    }

    /// A run starts.
    pub(in crate::sweep) fn begin(&mut self, job: &Job) {
        let reader = Reader::new(job.run_folder.join(names::METRICS_FILE));
        self.running.insert(job.commit, Run { reader, curve: Curve::default(), judged: 0, is_stopped: false });
    }

    /// A run has ended; what is to be said if no run reports the metric.
    pub(in crate::sweep) fn end(&mut self, job: &Job, record: &Record) -> Option<String> {
        self.running.remove(&job.commit);
        self.others.extend(self.curve(&record.curve));
        self.lengths.extend(length(record));
        self.silent += usize::from(record.status == Status::Ok && record.curve.is_empty());
        if self.silent != NO_ACCIDENT || !self.others.is_empty() {
            return None;
        }
        Some(silence(self.stopping, record))
    }

    /// The runs that are to be ended now, and the steps at which that shows.
    pub(in crate::sweep) fn look(&mut self) -> Vec<(CommitId, u64)> {
        let metric = &self.stopping.metric.metric;
        let mut reports = Vec::new();
        for (commit, run) in self.running.iter_mut().filter(|(_, run)| !run.is_stopped) {
            let new = run
                .reader
                .read()
                .into_iter()
                .filter_map(|report| Some((report.step, report.metrics.get(metric)?.clone())));
            reports.extend(new.map(|(step, value)| (*commit, step, value)));
        }
        if !reports.is_empty() && self.refreshed.elapsed() > REFRESH {
            self.refreshed = Instant::now();
            if let Ok(standings) = Standings::read(self.repository) {
                self.gather(&standings);
            }
        }
        let mut hopeless = Vec::new();
        for (commit, step, value) in reports {
            let value = self.signed(&value);
            let others: Vec<Curve> = self
                .running
                .iter()
                .filter(|(other, _)| **other != commit)
                .map(|(_, other)| other.curve.clone())
                .chain(self.others.iter().cloned())
                .collect();
            let Some(run) = self.running.get_mut(&commit).filter(|run| !run.is_stopped) else { continue };
            run.curve.push(step, value);
            // One that goes on from where others have ended is judged by its next report.
            if self.lengths.contains(&step) {
                continue;
            }
            if self.stopping.rule.judge_since(&others, &run.curve, run.judged) == Verdict::Stop {
                run.is_stopped = true;
                hopeless.push((commit, step));
            }
            run.judged = run.judged.max(step);
        }
        hopeless
    }

    /// Reads what all runs but those here have reported.
    fn gather(&mut self, standings: &Standings) {
        let is_ours = |record: &&Record| record.folder.as_ref().is_some_and(|folder| folder.starts_with(&self.folders));
        let ended = || standings.ledger.iter().flat_map(|(_, records)| records).filter(is_ours);
        self.lengths = ended().filter_map(length).collect();
        let mut others: Vec<Curve> = ended().filter_map(|record| self.curve(&record.curve)).collect();
        for (commit, claim) in standings.all_open_claims() {
            if !self.running.contains_key(&commit) && claim.run_folder.contains(&format!("/{}", self.folders)) {
                let file = Path::new(&claim.run_folder).join(names::METRICS_FILE);
                let told = Summary::read(&file, Some(&self.stopping.metric.metric));
                others.extend(self.curve(&told.curve));
            }
        }
        self.others = others;
    }

    /// Reports as the rules take them, if there are any.
    fn curve(&self, reports: &[(u64, Metric)]) -> Option<Curve> {
        let reports: Vec<(u64, f64)> = reports.iter().map(|(step, value)| (*step, self.signed(value))).collect();
        (!reports.is_empty()).then(|| Curve::new(reports))
    }

    fn signed(&self, value: &Metric) -> f64 {
        self.stopping.metric.direction.signed(value.as_f64())
    }
}

/// The last step of a run that ended by itself.
fn length(record: &Record) -> Option<u64> {
    record.steps.filter(|_| record.status == Status::Ok)
}
