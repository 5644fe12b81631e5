//! Healing: whether a submission was taken that nobody heard an answer for, as of a gitsweep that was killed.

use std::time::Duration;

use anyhow::Result;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Settler;
use crate::command::quote;
use crate::executor::Sought;
use crate::process::{Owner, is_mentioned};
use crate::submission::Submission;
use crate::sweep::followed::schedulers::scheduler_of;

/// How long after its making a submission without an id may still be in the hands of an sbatch on another machine.
const IN_HAND: Duration = Duration::from_secs(600);

impl Settler<'_> {
    /// Finds out whether a submission that nobody heard an answer for was taken.
    pub(super) fn heal(&self, submission: &Submission, problems: &mut Vec<String>) -> Result<bool> {
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
}

/// How long ago a submission was made; zero if it does not say.
fn age(submission: &Submission) -> Duration {
    let since = OffsetDateTime::parse(&submission.header.since, &Rfc3339).ok();
    since.and_then(|since| Duration::try_from(OffsetDateTime::now_utc() - since).ok()).unwrap_or_default()
}
