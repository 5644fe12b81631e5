//! Sweeps: a branch, its definition and its points; made, found again, run.
//!
//! There is no state but the repository: the branch says what there is to run, the notes what became of it.
//!
//! A folder for each thing that happens to a sweep; each uses only those above it:
//!
//! - `found`: what there is, and how far it is
//! - `laid`: commits are made
//! - `followed`: outcomes are asked for, and told of
//! - `here`: points are run by this process
//! - `away`: points are run by schedulers
//! - `shown`: results become tables, series and all that a report needs
//! - `moved`: sweeps go to remotes, come from there, and are removed
//!
//! A `stop_request` of whoever observes, that things end, is heard by all of them.

mod away;
mod followed;
mod found;
mod here;
mod laid;
mod moved;
mod shown;
mod stop_request;

use std::sync::Arc;

use anyhow::{Context as _, Result};

pub use away::cancel::{Asking, Cancelled, cancel};
pub use away::submit::{
    Coordinator, SubmitOptions, check_coordinator, check_scheduler, preview, preview_coordinator, submit,
    submit_coordinator,
};
pub use away::task::{Executed, exec_sweep_end, exec_task};
pub use away::wait::{Baseline, baseline, wait};
pub use followed::follow::{Followed, follow};
pub use found::choice::Choice;
pub use found::copies::{Copied, copies};
pub use found::find::{find, find_choice, find_point, list};
pub use found::remotes::{AheadBranch, Remotes};
pub use found::standing::{Flight, Searcher, Standing, Standings, newest_good, result_of};
pub use here::dispatcher::QueueOptions;
pub use here::event::{NoUsableResult, QueueEvent};
pub use here::exec::exec;
pub use here::observer::Observer;
pub use here::outlook::{Best, Outlook, Preview, outlook, plan_here};
pub use here::queue::queue;
pub use here::run_context::check_ready;
pub use here::select::{FILTER_NAMES, Limits, Rerun};
pub use here::summary::{Ending, Handed, Points, QueueSummary, Runs};
pub use here::watch::silence_of;
pub use laid::adopt::{TakeUp, own_branch, take_up};
pub use laid::draft::{Draft, FilePreview, Guard, When, given_rows, read_points};
pub use laid::fitness::fitness;
pub use laid::foreign::Foreign;
pub use laid::ground::check_ground;
pub use laid::learn::MOST_FAILURES;
pub use moved::exchange;
pub use moved::remains::Remains;
pub use moved::removal::Removal;
pub use shown::attempts::attempts;
pub use shown::bases::{Fix, differences};
pub use shown::extract::{Absent, Change, Extract};
pub use shown::gather::gather;
pub use shown::kept::{kept_strip, strip_of};
pub use shown::layout::RowsOf;
pub use shown::results::tabulate;
pub use shown::returned::Returned;
pub use shown::run_folders::RunFolders;
pub use shown::traces::{Skipped, Traces, all_traces};
pub use stop_request::StopRequest;

use crate::git::{CommitId, Repository};
use crate::hint;
use crate::names;
use crate::spec::{Plan, Typed};
use crate::trial::{Label, Trial};

/// A sweep as its branch has it.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// The branch, as it is called now.
    pub branch: String,
    /// The branch, as it was called when it was made: run folders are named by it.
    pub name: String,
    /// The branch's newest commit.
    pub tip: CommitId,
    /// The commit that the sweep starts from.
    pub base: CommitId,
    /// The definition.
    pub plan: Plan,
    /// The points, in order.
    pub trials: Arc<Vec<Trial>>,
}

impl Sweep {
    /// Reads the sweep whose branch stands at `tip`.
    ///
    /// # Errors
    /// If it is not a sweep, or damaged.
    pub fn load(repository: &Repository, branch: &str, tip: CommitId) -> Result<Self> {
        let trials = found::chain::read(repository, branch, tip)?;
        let Some(first) = trials.first() else {
            return Err(hint::error(format!("{branch} is not a sweep"), "gitsweep list shows the sweeps there are"));
        };
        let plan = Self::read_plan(repository, branch, trials[trials.len() - 1].commit)?;
        let (name, base) = (first.label.origin.sweep.clone(), first.label.origin.base);
        Ok(Self { branch: branch.to_owned(), name, tip, base, plan, trials: Arc::new(trials) })
    }

    /// One point as a sweep of its own: all that running it needs, without a look at the others.
    ///
    /// # Errors
    /// If the commit is no point.
    pub fn of_point(repository: &Repository, branch: &str, commit: CommitId) -> Result<Self> {
        let raw = repository.read_commit(commit)?;
        let Some(label) = Label::from_message(&raw.message) else {
            return Err(hint::error(
                format!("commit {} is not a point of a sweep", commit.short()),
                "gitsweep list shows the sweeps there are",
            ));
        };
        let plan = Self::read_plan(repository, branch, commit)?;
        let (name, base) = (label.origin.sweep.clone(), label.origin.base);
        let trials = vec![Trial { commit, label, seconds: raw.seconds }];
        Ok(Self { branch: branch.to_owned(), name, tip: commit, base, plan, trials: Arc::new(trials) })
    }

    fn read_plan(repository: &Repository, branch: &str, commit: CommitId) -> Result<Plan> {
        let (text, label) = Self::definition(repository, branch, commit)?;
        Plan::read_back(&text, &label)
    }

    /// The definition of the newest point, as a user would have typed it.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn typed(&self, repository: &Repository) -> Result<Typed> {
        let newest = self.trials.last().map_or(self.tip, |trial| trial.commit);
        let (text, label) = Self::definition(repository, &self.branch, newest)?;
        Typed::read(&text, &label)
    }

    /// The text of the definition that a commit has, and what errors call it.
    fn definition(repository: &Repository, branch: &str, commit: CommitId) -> Result<(String, String)> {
        let path = names::in_tree(names::TREE_SPEC);
        let file = repository.read_file(commit, &path)?;
        let file = file.with_context(|| format!("{branch} has no {path}: it is not whole"))?;
        let text = String::from_utf8(file.bytes).with_context(|| format!("{path} of {branch} is damaged"))?;
        Ok((text, format!("{branch}:{path}")))
    }

    /// The point with this number.
    ///
    /// # Errors
    /// If there is none.
    pub fn trial(&self, index: u64) -> Result<&Trial> {
        self.trials.iter().find(|trial| trial.label.index == index).ok_or_else(|| {
            hint::error(
                format!("{} has no point {index}", self.branch),
                format!("its points are 1 to {}", self.trials.last().map_or(0, |trial| trial.label.index)),
            )
        })
    }
}
