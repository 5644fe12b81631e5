//! Settling: what has ended without a word gets an outcome, and a submission that is done with goes.
//!
//! - `healing`: of a submission that nobody heard an answer for, whether it was taken
//! - who has ended: `tasks` of a point each, `workers` that share points, or, where no scheduler can be asked, those without
//!   `signs` of life
//! - the `verdict`: what is recorded of an attempt that cannot tell itself

mod healing;
mod signs;
mod tasks;
mod verdict;
mod workers;

use std::cell::{Cell, RefCell};
use std::time::Duration;

use anyhow::Result;

use super::enough;
use super::relocation::Relocation;
use super::schedulers::{Answers, Said};
use crate::claim::Claim;
use crate::executor::{Answer, End, Phase};
use crate::git::Repository;
use crate::submission::{Submission, Submissions, Task};
use crate::sweep::found::standing::Standings;

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
        let moved = Relocation::since(self.repository, submission);
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

    /// Removes a submission that is done with, and what its jobs have left where the repository is no longer.
    fn remove(&self, submission: &Submission) {
        self.submissions.remove(&submission.name);
        let is_beside = |other: &Submission| other.name != submission.name && other.header.top == submission.header.top;
        if !self.standings.submissions.iter().any(|other| is_beside(other))
            && let Some(moved) = Relocation::since(self.repository, submission)
        {
            moved.clear_up(&submission.header.sweep);
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
fn moved_in_words(moved: &Relocation, submission: &Submission, answer: &Answer) -> Option<String> {
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

/// The scheduler of a submission, as users call it: a submit script by its file's name.
fn scheduler(submission: &Submission) -> &str {
    submission.header.executor.rsplit('/').next().unwrap_or_default()
}
