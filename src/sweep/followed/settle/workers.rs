//! Workers: jobs that take points one after the other. What became of a point is told by the one that held it.

use anyhow::Result;

use super::Settler;
use crate::claim::Claim;
use crate::command::quote;
use crate::executor::{Answer, End, Phase};
use crate::record::Status;
use crate::submission::{Submission, Task};

impl Settler<'_> {
    /// Judges what dead workers held; with the last worker the submission goes, and what is left stays to be run.
    pub(super) fn settle_workers(
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

    /// What workers hold that was not on their list: points that they have laid themselves.
    fn laid_by(&self, submission: &Submission, open: &[&Task]) -> Vec<Task> {
        let is_own = |claim: &Claim| claim.submission.as_ref() == Some(&submission.name);
        let claims = self.standings.all_open_claims().filter(|(_, claim)| submission.is_searching() && is_own(claim));
        let others = claims.filter(|(commit, _)| !open.iter().any(|task| task.commit == *commit));
        others.map(|(commit, claim)| Task { number: claim.task.unwrap_or(0), index: 0, attempt: 1, commit }).collect()
    }
}
