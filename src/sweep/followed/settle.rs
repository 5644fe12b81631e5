//! Settling: what has ended without a word gets an outcome, and a submission that is done with goes.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::enough;
use super::hooks::HookRunner;
use super::moved::Moved;
use super::scheduler_log;
use super::schedulers::{Answers, Said, scheduler_of};
use crate::claim::Claim;
use crate::command::quote;
use crate::executor::{Answer, End, Phase, Reached, SLURM, Sought, now, read_report};
use crate::filesystem::look_again;
use crate::git::Repository;
use crate::ledger;
use crate::liveness::server_time;
use crate::names;
use crate::process::{Owner, is_mentioned};
use crate::record::{Gravity, Record, Status};
use crate::submission::{Submission, Submissions, Task};
use crate::sweep::Sweep;
use crate::sweep::found::origin::top_of;
use crate::sweep::found::standing::Standings;

/// How long after its making a submission without an id may still be in the hands of an sbatch on another machine.
const IN_HAND: Duration = Duration::from_secs(600);
/// How long an outcome is waited for that nobody has a word of.
const GRACE: Duration = Duration::from_secs(10);

/// How long a hook may take that is told of an attempt by whoever looks: he waits for something else.
const HOOK_PATIENCE: Duration = Duration::from_secs(30);

/// What settling has come to.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sweep) struct Settled {
    /// True if anything has changed.
    pub(in crate::sweep) has_changed: bool,
    /// How long the outcomes are still waited for that nobody has a word of, if there are any.
    pub(in crate::sweep) awaited: Option<Duration>,
}

/// Records what has ended without a word, and removes submissions that are done.
pub(in crate::sweep) fn settle(
    repository: &Repository,
    standings: &Standings,
    answers: &Answers,
    problems: &mut Vec<String>,
) -> Result<Settled> {
    let submissions = Submissions::new(&repository.state_dir());
    let settler = Settler { repository, standings, submissions, awaited: Cell::default(), hooks: RefCell::default() };
    settler.submissions.tidy();
    let mut has_changed = false;
    for submission in &standings.submissions {
        let said = answers.iter().find(|(executor, _)| *executor == submission.header.executor).map(|(_, said)| said);
        // On a full disk, say, what is known is still worth a look.
        match settler.settle(submission, said, problems) {
            Ok(changed) => has_changed |= changed,
            Err(error) => problems.push(format!("{error:#}")),
        }
    }
    problems.append(&mut settler.hooks.take().problems);
    Ok(Settled { has_changed, awaited: settler.awaited.get() })
}

/// Who settles what the standings have in flight.
struct Settler<'a> {
    repository: &'a Repository,
    standings: &'a Standings,
    submissions: Submissions,
    awaited: Cell<Option<Duration>>,
    hooks: RefCell<Hooks>,
}

/// What has come of telling hooks.
#[derive(Default)]
struct Hooks {
    /// True once one has taken too long: the others are told of nothing more.
    have_hung: bool,
    problems: Vec<String>,
}

impl<'a> Settler<'a> {
    /// Settles a submission by what its scheduler has said; true if anything has changed.
    fn settle(&self, submission: &Submission, said: Option<&Said>, problems: &mut Vec<String>) -> Result<bool> {
        let is_open = |task: &&Task| self.standings.is_open(submission, task);
        let open: Vec<&Task> = submission.tasks.iter().filter(is_open).collect();
        let is_asked = matches!(said, Some(Said::Known(_) | Said::Nothing));
        let has_rest = submission.is_stopped && may_have_rest(submission, said);
        if has_rest {
            if let Some(Said::Known(answer)) = said
                && phases(submission, answer).contains(&Phase::Queued)
            {
                enough::cancel_waiting(self.repository, std::iter::once(submission));
            }
            // Jobs that begin all the same are to find why they have nothing to do.
            if open.is_empty() && submission.job.is_some() {
                return Ok(false);
            }
        }
        // Jobs that look for points as long as they run are there until their scheduler says otherwise.
        if open.is_empty() && !has_rest && !(submission.is_searching() && is_asked) {
            self.remove(submission);
            return Ok(true);
        }
        if submission.job.is_none() {
            return self.heal(submission, problems);
        }
        let moved = Moved::since(self.repository, submission);
        if let Some(moved) = &moved {
            let mut has_changed = false;
            for task in &open {
                let attempt = self.claim_of(submission, task).map_or(task.attempt, |(attempt, _)| *attempt);
                has_changed |= moved.take_over(self.repository, task.commit, attempt)?;
            }
            if has_changed {
                return Ok(true);
            }
            if let Some(Said::Known(answer)) = said {
                problems.extend(moved_in_words(moved, submission, answer));
            }
        }
        match said {
            Some(Said::Known(answer)) if answer.leaves_out(&submission.name) => Ok(false),
            Some(Said::Known(answer)) if submission.known_job().is_some() => {
                if submission.is_shared() || submission.is_searching() {
                    self.settle_workers(submission, &open, answer, problems)
                } else {
                    self.settle_tasks(submission, &open, answer, moved.as_ref())
                }
            }
            // Nobody can be asked: signs of life are all there is.
            Some(Said::Known(_) | Said::CannotTell) => self.settle_by_signs(submission, &open),
            Some(Said::Nothing) | None => Ok(false),
        }
    }

    /// Finds out whether a submission that nobody heard an answer for was taken.
    fn heal(&self, submission: &Submission, problems: &mut Vec<String>) -> Result<bool> {
        let owner = submission.header.owner.parse::<Owner>().ok();
        let is_in_hand = match owner.filter(Owner::is_in_sight) {
            // What this process has had in hand itself it has given up.
            Some(owner) if !owner.is_dead() && owner != Owner::this() => return Ok(false),
            // Its sbatch may have outlived it.
            Some(_) => is_mentioned(&submission.name),
            None => age(submission) < IN_HAND,
        };
        match scheduler_of(self.repository, &submission.header.executor)
            .and_then(|scheduler| scheduler.find(submission))
        {
            Ok(Sought::Job(job)) => self.submissions.confirm(&submission.name, &job)?,
            // It may still be on its way.
            _ if is_in_hand => return Ok(false),
            // A job that turns up later finds no list of tasks and does nothing.
            Ok(Sought::NotThere) => self.submissions.remove(&submission.name),
            Ok(Sought::CannotTell) => {
                let point = submission.tasks.first().map_or(0, |task| task.index);
                problems.push(format!(
                    "point {point}: gitsweep was killed as it submitted it, and nobody knows whether {} has it; if it has not: gitsweep cancel {} --forget --points {point}",
                    submission.header.executor,
                    quote(submission.header.branch())
                ));
                return Ok(false);
            }
            Err(error) => {
                problems.push(format!("what {} has is not known now: {error:#}", submission.header.executor));
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Judges tasks of a point each, by what their scheduler says.
    fn settle_tasks(
        &self,
        submission: &Submission,
        open: &[&Task],
        answer: &Answer,
        moved: Option<&Moved>,
    ) -> Result<bool> {
        let mut has_changed = false;
        let mut closed = Vec::new();
        let now = u64::try_from(OffsetDateTime::now_utc().unix_timestamp()).unwrap_or(0);
        for task in open {
            let claim = self.claim_of(submission, task);
            let state = answer.of(&submission.name, task.number);
            // An outcome may be seen late over the network, and some schedulers tell of an end only after a while.
            let is_unsaid = state.is_none_or(|state| state.phase == Phase::Ended(End::Ok));
            if is_unsaid && !self.has_record(task) {
                let grace = if submission.header.executor == SLURM { GRACE } else { GRACE * 3 };
                let waited = now.saturating_sub(self.submissions.missed_since(&submission.name, task.number, now));
                if let Some(left) = grace.checked_sub(Duration::from_secs(waited)).filter(|left| !left.is_zero()) {
                    self.awaited.set(self.awaited.get().max(Some(left)));
                    continue;
                }
            }
            let (status, reason) = match state {
                Some(state) => match state.phase {
                    Phase::Queued | Phase::Running => continue,
                    Phase::Ended(end) => {
                        let reached = if claim.is_some() { Reached::Run } else { Reached::Nothing };
                        let (status, words) = self.judged(submission, task.number, end, reached);
                        match moved.filter(|_| claim.is_none() && end == End::Failed) {
                            // The program has not failed.
                            Some(moved) => (Status::Lost, format!("{} ({})", moved.in_words(), state.words)),
                            None => (status, format!("{words} ({})", state.words)),
                        }
                    }
                },
                // Where Slurm has forgotten it, what its daemon wrote last may tell.
                None if claim.is_some() => match scheduler_log::end(self.repository, submission, task.number) {
                    Some(end) => {
                        let (status, words) = end.judge(Reached::Run);
                        (status, words.to_owned())
                    }
                    None => {
                        (Status::Lost, format!("{} no longer knows the job, which left no outcome", word(submission)))
                    }
                },
                None => (Status::Cancelled, format!("it left the queue of {} without having begun", word(submission))),
            };
            has_changed |= self.judge(submission, task, claim, status, &reason)?;
            closed.push(task.number);
        }
        self.submissions.close(&submission.name, &closed)?;
        Ok(has_changed)
    }

    /// The status of an attempt that left no outcome, and words for it. That a disk was full says nothing of the point.
    fn judged(&self, submission: &Submission, number: u64, end: End, reached: Reached) -> (Status, &'static str) {
        if end == End::Failed && self.submissions.has_noted_full_disk(&submission.name, number) {
            let words = match reached {
                Reached::Run => "the disk was full, and no outcome could be kept",
                Reached::Nothing => "the disk was full before the run began",
            };
            return (Status::Lost, words);
        }
        end.judge(reached)
    }

    /// Judges what dead workers held; with the last worker the submission goes, and what is left stays to be run.
    fn settle_workers(
        &self,
        submission: &Submission,
        open: &[&Task],
        answer: &Answer,
        problems: &mut Vec<String>,
    ) -> Result<bool> {
        let is_over = |number: u64| {
            answer.of(&submission.name, number).is_none_or(|state| matches!(state.phase, Phase::Ended(_)))
        };
        let mut has_changed = false;
        let laid = self.laid_by(submission, open);
        for task in open.iter().copied().chain(&laid) {
            let Some((attempt, claim)) = self.claim_of(submission, task) else { continue };
            let worker = claim.task.unwrap_or(0);
            if !is_over(worker) {
                continue;
            }
            let end = answer.of(&submission.name, worker).and_then(|state| match state.phase {
                Phase::Ended(end) => Some((end, &state.words)),
                Phase::Queued | Phase::Running => None,
            });
            let (status, reason) = match end {
                // The point's own memory was too much; that it was this worker's time that was over says nothing of the point.
                Some((End::Memory, words)) => (Status::Killed, format!("out of memory ({words})")),
                Some((_, words)) => (Status::Lost, format!("the worker that ran it ended ({words})")),
                None => (Status::Lost, "the worker that ran it is gone".to_owned()),
            };
            has_changed |= self.judge(submission, task, Some(&(*attempt, claim.clone())), status, &reason)?;
        }
        let jobs = submission.header.workers.unwrap_or_else(|| submission.searchers());
        if (1..=jobs).all(is_over) {
            // A worker gives back what it cannot keep, and on a full disk it could not tell of that.
            if (1..=jobs).any(|worker| self.submissions.has_noted_full_disk(&submission.name, worker)) {
                let branch = quote(submission.header.branch());
                problems.push(format!(
                    "jobs of {branch} ended since the disk was full; once there is room: gitsweep queue {branch} -e {}",
                    quote(&submission.header.executor)
                ));
            }
            self.remove(submission);
            has_changed = true;
        }
        Ok(has_changed)
    }

    /// Removes a submission that is done with, and what its jobs have left where the repository is no longer.
    fn remove(&self, submission: &Submission) {
        self.submissions.remove(&submission.name);
        let is_beside = |other: &Submission| other.name != submission.name && other.header.top == submission.header.top;
        if !self.standings.submissions.iter().any(|other| is_beside(other))
            && let Some(moved) = Moved::since(self.repository, submission)
        {
            moved.clear_up(&submission.header.sweep);
        }
    }

    /// What workers hold that was not on their list: points that they have laid themselves.
    fn laid_by(&self, submission: &Submission, open: &[&Task]) -> Vec<Task> {
        let is_own = |claim: &Claim| claim.submission.as_ref() == Some(&submission.name);
        let claims = self.standings.all_open_claims().filter(|(_, claim)| submission.is_searching() && is_own(claim));
        let others = claims.filter(|(commit, _)| !open.iter().any(|task| task.commit == *commit));
        others.map(|(commit, claim)| Task { number: claim.task.unwrap_or(0), index: 0, attempt: 1, commit }).collect()
    }

    /// Judges runs whose gitsweep gives no signs of life any more.
    fn settle_by_signs(&self, submission: &Submission, open: &[&Task]) -> Result<bool> {
        let mut has_changed = false;
        for task in open {
            // Of a scheduler that cannot be asked it is not expected that it starts a job twice.
            if self.has_record(task) && self.claim_of(submission, task).is_none() {
                self.submissions.close(&submission.name, &[task.number])?;
                has_changed = true;
            } else if let Some(claim) = self.claim_of(submission, task)
                && self.standings.gives_no_sign(&claim.1)
            {
                let reason = format!("the gitsweep that ran it ({}) is gone", claim.1.owner_in_words());
                has_changed |= self.judge(submission, task, Some(claim), Status::Lost, &reason)?;
            }
        }
        Ok(has_changed)
    }

    /// Records what is known of an attempt that cannot tell itself, unless its result file has come after all.
    fn judge(
        &self,
        submission: &Submission,
        task: &Task,
        claim: Option<&(u64, Claim)>,
        status: Status,
        reason: &str,
    ) -> Result<bool> {
        let state = self.repository.state_dir();
        let attempt = claim.map_or(task.attempt, |(attempt, _)| *attempt);
        // A network file system shows what is new in a folder, and that there is one, once the one above it has been opened or
        // something has been written there.
        look_again(&ledger::result_path(&state, task.commit, attempt));
        let results = state.join(names::RESULTS_DIR);
        for folder in [&results, &results.join(&task.commit.to_string()[..2])] {
            if folder.exists() {
                server_time(folder);
            }
        }
        if ledger::is_recorded(self.repository, task.commit, attempt)? {
            return Ok(true);
        }
        let said = if status == Status::Cancelled {
            None
        } else {
            scheduler_log::last_words(self.repository, submission, task.number)
        };
        let mut record = Record::bare(attempt, status);
        record.start = claim.map(|(_, claim)| claim.since.clone());
        record.end = Some(now());
        record.host = claim.and_then(|(_, claim)| claim.owner.parse::<Owner>().ok()).map(|owner| owner.host);
        record.executor = Some(submission.header.executor.clone());
        record.job = submission.job_of(task.number);
        record.reason = Some(said.map_or_else(|| reason.to_owned(), |said| format!("{reason}: {said}")));
        record.told_by = Some(word(submission).to_owned());
        let top = top_of(self.repository);
        let begun = claim.and_then(|(_, claim)| claim.run_folder_name(&submission.header.sweep));
        if let Some(name) = begun.filter(|name| top.join(name).is_dir()) {
            self.read_report(submission, task, &top.join(&name), &mut record);
            record.folder = Some(name);
        } else if status != Status::Cancelled {
            record.folder = scheduler_log::keep(self.repository, submission, task, attempt);
        }
        let is_news = ledger::leave_result(&state, task.commit, &record)?;
        if is_news {
            if let Some(limit) = &submission.header.max_failures {
                enough::count(self.repository, limit, task.commit, &record)?;
            }
            self.tell_hooks(submission, task, &record);
        }
        Ok(is_news)
    }

    /// Puts what a run that was killed had reported by then into its record; one that is lost counts for nothing.
    fn read_report(&self, submission: &Submission, task: &Task, folder: &Path, record: &mut Record) {
        if record.status.gravity() != Gravity::Bad {
            return;
        }
        let Ok(sweep) = Sweep::of_point(self.repository, submission.header.branch(), task.commit) else { return };
        let search = &sweep.plan.search;
        let objective = search.reported_objectives().next().map(|objective| objective.metric.as_str());
        read_report(record, folder, &sweep.plan.metrics, objective, search.watched());
    }

    /// Tells the hooks of an attempt that could not tell of itself.
    fn tell_hooks(&self, submission: &Submission, task: &Task, record: &Record) {
        // A sweep that cannot be read has no hooks.
        let Ok(sweep) = Sweep::of_point(self.repository, submission.header.branch(), task.commit) else { return };
        if let (Some(trial), false) = (sweep.trials.first(), sweep.plan.hooks.on_run_end.is_empty()) {
            let mut hooks = self.hooks.borrow_mut();
            if hooks.have_hung {
                return;
            }
            let runner = HookRunner::new(self.repository, &sweep);
            runner.run_ended(&sweep, trial, record);
            let problems = runner.close_within(HOOK_PATIENCE).unwrap_or_else(|| {
                hooks.have_hung = true;
                vec![format!(
                    "the hook `{}` was ended: for point {} it took longer than {} seconds; of what else has ended without a word it is not told now",
                    sweep.plan.hooks.on_run_end.join("`, `"),
                    trial.label.index,
                    HOOK_PATIENCE.as_secs()
                )]
            });
            hooks.problems.extend(problems);
        }
    }

    /// The newest claim of a submission's on a point, if its task has begun.
    fn claim_of(&self, submission: &Submission, task: &Task) -> Option<&'a (u64, Claim)> {
        let claims = self.standings.open_claims(task.commit);
        claims
            .filter(|(_, claim)| claim.submission.as_ref() == Some(&submission.name))
            .max_by_key(|(attempt, _)| *attempt)
    }

    /// True if an attempt that a task may take has an outcome already, be it that it came to nothing.
    fn has_record(&self, task: &Task) -> bool {
        self.standings.ledger.of(task.commit).iter().any(|record| record.attempt >= task.attempt)
    }
}

/// Where the jobs of a submission are that its scheduler knows.
fn phases(submission: &Submission, answer: &Answer) -> Vec<Phase> {
    let numbers = submission.numbers().into_iter();
    numbers.filter_map(|number| Some(answer.of(&submission.name, number)?.phase)).collect()
}

/// What is to be said of a submission that was made where the repository is no longer.
fn moved_in_words(moved: &Moved, submission: &Submission, answer: &Answer) -> Option<String> {
    let phases = phases(submission, answer);
    if phases.contains(&Phase::Queued) {
        let job = submission.known_job().map_or("", String::as_str);
        return Some(moved.warning(job, submission.header.branch()));
    }
    // Of points that have a job each, each is told of.
    let has_failed = submission.is_shared() || submission.is_searching();
    (has_failed && phases.contains(&Phase::Ended(End::Failed)))
        .then(|| format!("{}: its jobs found nothing there", moved.in_words()))
}

/// True if jobs of a submission may wait still of which no point is to begin.
fn may_have_rest(submission: &Submission, said: Option<&Said>) -> bool {
    match said {
        Some(Said::Known(answer)) if !answer.leaves_out(&submission.name) && submission.known_job().is_some() => {
            phases(submission, answer).iter().any(|phase| !matches!(phase, Phase::Ended(_)))
        }
        // Nothing will ever be known of them.
        Some(Said::CannotTell) => false,
        Some(Said::Known(_) | Said::Nothing) | None => true,
    }
}

fn age(submission: &Submission) -> Duration {
    let since = OffsetDateTime::parse(&submission.header.since, &Rfc3339).ok();
    since.and_then(|since| Duration::try_from(OffsetDateTime::now_utc() - since).ok()).unwrap_or_default()
}

fn word(submission: &Submission) -> &str {
    submission.header.executor.rsplit('/').next().unwrap_or_default()
}
