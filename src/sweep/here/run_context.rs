//! The context of runs: what all runs of a sweep share on this machine. It makes jobs of points, claims attempts, and puts
//! right what a gitsweep that was killed has left.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::checkouts::Checkouts;
use super::event::QueueEvent;
use super::observer::Observer;
use crate::claim::{Claim, Claims, Written};
use crate::command::fill_in;
use crate::executor::{LOCAL, Place, discard_set, now};
use crate::extraction;
use crate::git::{CommitId, Repository};
use crate::hint;
use crate::job::{Job, cache_key, run_folder_name};
use crate::ledger;
use crate::names;
use crate::process::{Owner, end_strays, uptime};
use crate::record::{Record, Status};
use crate::spec::{MetricSource, Plan, Readings};
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;
use crate::trial::Trial;

/// A pause longer than which this process was stopped in it.
const HALT: Duration = Duration::from_secs(2);

/// Everything that the runs of a sweep share.
pub(in crate::sweep) struct RunContext<'a> {
    pub(in crate::sweep) repository: &'a Repository,
    pub(in crate::sweep) sweep: &'a Sweep,
    pub(in crate::sweep) claims: Claims,
    pub(in crate::sweep) state: PathBuf,
    pub(in crate::sweep) runs: PathBuf,
    pub(in crate::sweep) command: String,
    /// How numbers are read of what runs leave.
    metrics: Vec<MetricSource>,
    /// What has brought this gitsweep here, if it is not the user.
    pub(in crate::sweep) errand: Option<Errand>,
    checkouts: Checkouts,
    /// Attempts that may be claimed or not: the file system went away meanwhile.
    unsure: RefCell<HashSet<(CommitId, u64)>>,
}

/// Refuses a plan that no queue on this machine could run, before it is laid.
///
/// # Errors
/// If there is no command, or what is to be linked is missing.
pub fn check_ready(repository: &Repository, plan: &Plan) -> Result<()> {
    check_command(plan, "the definition")?;
    check_runs_dir(repository)?;
    links(plan, &repository.main_workdir().unwrap_or_else(|| repository.state_dir())).map(drop)
}

fn check_command<'a>(plan: &'a Plan, whose: &str) -> Result<&'a str> {
    plan.run.command.as_deref().ok_or_else(|| {
        hint::error(
            format!("{whose} does not say what to run"),
            "give the command when the sweep is made: [run] command in gitsweep.toml, or gitsweep create ... -- COMMAND",
        )
    })
}

fn check_runs_dir(repository: &Repository) -> Result<()> {
    if repository.runs_dir().is_file() {
        return Err(hint::error(
            format!("{} is a file, and run folders go into a folder of that name", repository.runs_dir().display()),
            "rename it",
        ));
    }
    Ok(())
}

/// The metrics of the definition, and those that came to mind before the errand was given.
///
/// # Errors
/// If what the errand says of them means nothing.
fn metrics(sweep: &Sweep, errand: Option<&Errand>) -> Result<Vec<MetricSource>> {
    let mut metrics = sweep.plan.metrics.clone();
    if let Some(later) = errand.and_then(|errand| errand.later.as_ref()) {
        Readings::read(later, "the submission", &[])?.overlay(&mut metrics);
    }
    Ok(metrics)
}

/// What is linked into checkouts, and what it leads to in `runs`.
fn links(plan: &Plan, runs: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut links = Vec::new();
    for path in &plan.run.link {
        let target = runs.join(path);
        if !target.exists() {
            return Err(hint::error(
                format!("link = \"{path}\": there is no {}", target.display()),
                "make it, or take it out of [run] link and create the sweep again",
            ));
        }
        links.push((PathBuf::from(path), target));
    }
    Ok(links)
}

/// The task of a submission that this gitsweep was started for.
#[derive(Clone, Debug)]
pub(in crate::sweep) struct Errand {
    pub(in crate::sweep) submission: String,
    pub(in crate::sweep) executor: String,
    pub(in crate::sweep) task: u64,
    pub(in crate::sweep) job: Option<String>,
    /// How metrics are read that came to mind before it was submitted.
    pub(in crate::sweep) later: Option<String>,
}

impl<'a> RunContext<'a> {
    /// The context in which points are run or submitted; makes the folders that this takes.
    ///
    /// # Errors
    /// If there is no command, what is to be linked or written to is not there, or the disk is full.
    pub(in crate::sweep) fn open(repository: &'a Repository, sweep: &'a Sweep, errand: Option<Errand>) -> Result<Self> {
        let mut context = Self::look(repository, sweep, errand)?;
        fs::create_dir_all(&context.state).with_context(|| format!("cannot make {}", context.state.display()))?;
        ignore_runs(repository, &sweep.name)?;
        let is_in_job = context.errand.as_ref().is_some_and(|errand| !errand.submission.is_empty());
        context.checkouts.choose(sweep.plan.queue.scratch.as_deref(), is_in_job)?;
        // A queue of this machine's own does so once it has ended what dead ones left running; to jobs no queue comes after.
        if context.checkouts.is_scratch() || is_in_job {
            context.checkouts.remove_stale();
        }
        Ok(context)
    }

    /// The context for somebody who only looks: nothing is made.
    pub(in crate::sweep) fn look(repository: &'a Repository, sweep: &'a Sweep, errand: Option<Errand>) -> Result<Self> {
        let command = check_command(&sweep.plan, &sweep.branch)?.to_owned();
        let state = repository.state_dir();
        let runs = repository.main_workdir().unwrap_or_else(|| state.clone());
        check_runs_dir(repository)?;
        let checkouts = Checkouts::of(&state);
        let metrics = metrics(sweep, errand.as_ref())?;
        let claims = Claims::new(&state);
        let unsure = RefCell::default();
        Ok(Self { repository, sweep, claims, state, runs, command, metrics, errand, checkouts, unsure })
    }

    /// Has the next runs read as those that have ended were read later: the newest way of reading a metric counts.
    pub(in crate::sweep) fn read_on(&mut self, standings: &Standings) {
        let commits = self.sweep.trials.iter().map(|trial| trial.commit);
        let records = commits.flat_map(|commit| standings.ledger.find(commit).glance().into_owned());
        extraction::overlay(records.flat_map(|record| record.late), &mut self.metrics);
    }

    /// `[metrics]` and `[series]` of what runs are read for beside the sweep's own definition.
    pub(in crate::sweep) fn later(&self) -> Option<String> {
        let later: Vec<&MetricSource> =
            self.metrics.iter().filter(|metric| !self.sweep.plan.metrics.contains(metric)).collect();
        (!later.is_empty()).then(|| Readings::definition(&later))
    }

    pub(in crate::sweep) fn links(&self) -> Result<Vec<(PathBuf, PathBuf)>> {
        links(&self.sweep.plan, &self.runs)
    }

    /// Removes what is left of this process's checkouts once its places are gone.
    pub(in crate::sweep) fn clear_checkouts(&self) {
        self.checkouts.clear();
    }

    /// How long this process was stopped in a pause that began then, if it was: a scheduler that suspends a job stops all of
    /// it, so that this is not its runs' own time. Those of a queue that a person stops go on.
    pub(in crate::sweep) fn halt(&self, pause_began: Instant) -> Option<Duration> {
        Some(pause_began.elapsed()).filter(|halted| *halted > HALT && self.errand.is_some())
    }

    pub(in crate::sweep) fn place(&self, slot: usize) -> Result<Place> {
        let folder = self.checkouts.own().join(slot.to_string());
        let name = self.runs.file_name().map_or_else(|| "checkout".into(), |name| name.to_string_lossy().into_owned());
        let discard = discard_set(&self.sweep.plan.run.discard)?;
        Ok(Place::new(self.repository.reopen()?, folder, name, self.links()?, discard, slot))
    }

    pub(in crate::sweep) fn job(&self, trial: &Trial, attempt: u64) -> Result<Job> {
        let run = &self.sweep.plan.run;
        let command = fill_in(&self.command, &trial.label.point);
        let folder = run_folder_name(&self.sweep.name, trial.label.index, trial.commit, attempt);
        Ok(Job {
            sweep: self.sweep.name.clone(),
            index: trial.label.index,
            commit: trial.commit,
            attempt,
            point: trial.label.point.clone(),
            variables: self.named(trial).chain(self.variables(trial)).collect(),
            key: self.key(trial, &command)?,
            command,
            timeout: run.timeout,
            grace: run.grace,
            metrics: self.metrics.clone(),
            objective: self.sweep.plan.search.reported_objectives().next().map(|objective| objective.metric.clone()),
            watched: self.sweep.plan.search.watched().map(str::to_owned),
            run_folder: self.runs.join(&folder),
            run_folder_name: folder,
            executor: self.errand.as_ref().map_or_else(|| LOCAL.to_owned(), |errand| errand.executor.clone()),
            job: self.errand.as_ref().and_then(|errand| errand.job.clone()),
        })
    }

    /// What every parameter of the point is called in a run.
    fn named<'t>(&'t self, trial: &'t Trial) -> impl Iterator<Item = (String, String)> + 't {
        trial.label.point.iter().map(|(name, value)| (self.sweep.plan.variable(name), value.to_string()))
    }

    /// What the definition's `env` keys give a run; nothing for parameters that do not apply.
    pub(in crate::sweep) fn variables<'t>(&'t self, trial: &'t Trial) -> impl Iterator<Item = (String, String)> + 't {
        self.sweep.plan.parameters.iter().filter_map(|parameter| {
            let value = trial.label.point.get(parameter.name.as_str())?;
            Some((parameter.env.clone()?, value.to_string()))
        })
    }

    /// The code without the definition, the command, and what only the environment tells.
    pub(in crate::sweep) fn key(&self, trial: &Trial, command: &str) -> Result<String> {
        let mut said = command.to_owned();
        for parameter in &self.sweep.plan.parameters {
            if parameter.is_outside()
                && let Some(value) = trial.label.point.get(parameter.name.as_str())
            {
                said.push_str(&format!("\n{}={}", parameter.name, value.to_trailer()));
            }
        }
        for (variable, value) in self.variables(trial) {
            said.push_str(&format!("\n{variable}={value}"));
        }
        Ok(cache_key(self.repository.tree_without(trial.commit, names::TREE_DIR)?, &said))
    }

    /// Claims an attempt; `None` if somebody else has it or it has an outcome by now. It may be tried again where that fails.
    pub(in crate::sweep) fn claim(&self, trial: &Trial, attempt: u64) -> Result<Option<Job>> {
        let its = (trial.commit, attempt);
        let is_unsure = self.unsure.borrow_mut().remove(&its);
        self.try_to_claim(trial, attempt, is_unsure).inspect_err(|_| {
            self.unsure.borrow_mut().insert(its);
        })
    }

    /// The same once, where an earlier try `may_have` claimed it.
    fn try_to_claim(&self, trial: &Trial, attempt: u64, may_have: bool) -> Result<Option<Job>> {
        let owner = Owner::this().to_string();
        let is_own = may_have && self.claims.read(trial.commit, attempt)?.is_some_and(|claim| claim.owner == owner);
        // A look is cheaper than a try, where many take from one list.
        if !is_own && self.claims.is_taken(trial.commit, attempt) {
            return Ok(None);
        }
        let job = self.job(trial, attempt)?;
        let errand = self.errand.as_ref();
        let claim = Claim {
            owner,
            executor: job.executor.clone(),
            run_folder: job.run_folder.display().to_string(),
            since: now(),
            uptime: uptime().and_then(|up| u64::try_from(up.as_millis()).ok()),
            submission: errand.map(|errand| errand.submission.clone()),
            task: errand.map(|errand| errand.task),
            job: job.job.clone(),
            written: Written::default(),
        };
        if !is_own && !self.claims.take(trial.commit, attempt, &claim)? {
            return Ok(None);
        }
        // Between the look at the ledger and the claim, another gitsweep may have run this attempt, folded it in and
        // given its claim back.
        if ledger::is_recorded(self.repository, trial.commit, attempt)? {
            self.claims.release(trial.commit, attempt);
            return Ok(None);
        }
        Ok(Some(job))
    }

    /// Records the attempts at these points whose gitsweep died as lost, and ends what still runs of them; true if there
    /// were any.
    pub(in crate::sweep) fn recover(
        &self,
        trials: &[Trial],
        standings: &Standings,
        observer: &mut dyn Observer,
    ) -> Result<bool> {
        let mut any = false;
        for trial in trials {
            standings.settled_claims(trial.commit).for_each(|attempt| self.claims.release(trial.commit, attempt));
            for (attempt, claim) in standings.open_claims(trial.commit) {
                if !standings.is_dead(claim) || ledger::is_recorded(self.repository, trial.commit, *attempt)? {
                    continue;
                }
                let owner = claim.owner.parse::<Owner>().ok();
                let is_in_sight = owner.as_ref().is_some_and(Owner::is_in_sight);
                let has_strays = is_in_sight && !claim.run_folder.is_empty();
                let strays = if has_strays { end_strays(names::ENV_MARK, &claim.run_folder) } else { 0 };
                // Nothing in the record depends on who finds it: two queues at once write the same line, which is kept once.
                let mut record = Record::bare(*attempt, Status::Lost);
                record.start = Some(claim.since.clone()).filter(|since| !since.is_empty());
                record.host = owner.map(|owner| owner.host);
                // One on another machine, or in a container, is only taken for dead: if it is not, its own word counts.
                record.told_by = (!is_in_sight).then(|| "gitsweep".to_owned());
                record.executor = Some(claim.executor.clone()).filter(|executor| !executor.is_empty());
                record.reason = Some(claim.loss());
                // There is what it had printed.
                record.folder = claim.run_folder_name(&self.sweep.name);
                if ledger::leave_result(&self.state, trial.commit, &record)? {
                    observer.tell(&QueueEvent::Lost(trial, &record, strays));
                    any = true;
                }
            }
        }
        standings.tidy(self.repository);
        self.checkouts.remove_stale();
        self.checkouts.remove_forsaken(standings);
        Ok(any)
    }
}

/// Makes git ignore the run folders of this sweep, in the repository's own list that is never committed. Whatever else lies
/// beside them is the user's.
fn ignore_runs(repository: &Repository, sweep: &str) -> Result<()> {
    if repository.main_workdir().is_none() {
        return Ok(());
    }
    repository.exclude(&names::ignored_runs(sweep), &[&format!("/{}/", names::RUNS_DIR)])
}
