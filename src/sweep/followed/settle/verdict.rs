//! The verdict on an attempt that cannot tell itself: its record, and who is told of it.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::{Settler, scheduler};
use crate::claim::Claim;
use crate::executor::{now, read_report};
use crate::filesystem::look_again;
use crate::ledger;
use crate::liveness::server_time;
use crate::names;
use crate::process::Owner;
use crate::record::{Gravity, Record, Status};
use crate::submission::{Submission, Task};
use crate::sweep::Sweep;
use crate::sweep::followed::enough;
use crate::sweep::followed::hooks::HookRunner;
use crate::sweep::followed::scheduler_log;
use crate::sweep::found::origin::top_of;

/// How long a hook may take that is told of an attempt by whoever looks: he waits for something else.
const HOOK_PATIENCE: Duration = Duration::from_secs(30);

impl Settler<'_> {
    /// Records what is known of an attempt that cannot tell itself, unless its result file has come after all.
    pub(super) fn judge(
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
        record.told_by = Some(scheduler(submission).to_owned());
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
}
