//! Signs of life: all there is to go by where no scheduler can be asked.

use anyhow::Result;

use super::Settler;
use crate::record::Status;
use crate::submission::{Submission, Task};

impl Settler<'_> {
    /// Judges runs whose gitsweep gives no signs of life any more.
    pub(super) fn settle_by_signs(&self, submission: &Submission, open: &[&Task]) -> Result<bool> {
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
}
