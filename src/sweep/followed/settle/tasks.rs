//! Tasks that have a point each: what their scheduler says of it is what became of that point.

use std::time::Duration;

use anyhow::Result;
use time::OffsetDateTime;

use super::{Settler, scheduler};
use crate::executor::{Answer, End, Phase, Reached, SLURM};
use crate::record::Status;
use crate::submission::{Submission, Task};
use crate::sweep::followed::relocation::Relocation;
use crate::sweep::followed::scheduler_log;

/// How long an outcome is waited for that nobody has a word of.
const GRACE: Duration = Duration::from_secs(10);

impl Settler<'_> {
    /// Judges tasks of a point each, by what their scheduler says.
    pub(super) fn settle_tasks(
        &self,
        submission: &Submission,
        open: &[&Task],
        answer: &Answer,
        moved: Option<&Relocation>,
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
                    None => (
                        Status::Lost,
                        format!("{} no longer knows the job, which left no outcome", scheduler(submission)),
                    ),
                },
                None => {
                    (Status::Cancelled, format!("it left the queue of {} without having begun", scheduler(submission)))
                }
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
}
