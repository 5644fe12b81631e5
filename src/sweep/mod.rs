//! Sweeps: a branch, its definition and its points; made, found again, run.
//!
//! There is no state but the repository: the branch says what there is to run, the notes what became of it.
//!
//! The modules by what they do; each group uses only those above it:
//!
//! - found: `find`, `chain` (the commits of a branch), `beyond` (what remotes have), `standing` (where each point is between
//!   pending and done)
//! - laid: `draft`, `edit` (a file that is rewritten), `missing`, `opening` (the first points of a search that learns),
//!   `foreign` (commits that are not gitsweep's), `ground` (where a branch may grow), `adopt` (going on from where another
//!   clone has left it), `step` (what a search that learns does next, by what it has `observed` and its `fitness`), `learn` (a
//!   step, laid)
//! - followed: `schedulers` are asked, `follow`; `settle` what has ended without a word; `hooks`, the user's own commands, are
//!   told of ends
//! - run here: `event` (what is told of a queue), `select`, `outlook` (how far a search is), `workshop`, `crew` with its `watch`,
//!   its `inbox` and the `growth` of a search, `queue`, `exec`
//! - run by schedulers: `submit`, `wait`, `cancel`; what a job does: `task`, `errand`, `worker`, `coordinate`
//! - looked at: `results` with `factors`, `attempts`, `known` and `kept`, `bases`, `run_folders`, `traces`, `extract`,
//!   `returned`, `gather` (all of it, for a report)
//! - carried and removed: `exchange`, `remains`, `removal`

mod adopt;
mod attempts;
mod bases;
mod beyond;
mod cancel;
mod chain;
mod coordinate;
mod crew;
mod draft;
mod edit;
mod errand;
mod event;
pub mod exchange;
mod exec;
mod extract;
mod factors;
mod find;
mod fitness;
mod follow;
mod foreign;
mod gather;
mod ground;
mod growth;
mod hooks;
mod inbox;
mod kept;
mod known;
mod layout;
mod learn;
mod missing;
mod observed;
mod opening;
mod outlook;
mod queue;
mod remains;
mod removal;
mod results;
mod returned;
mod run_folders;
mod schedulers;
mod select;
mod settle;
mod standing;
mod step;
mod submit;
mod task;
mod threads;
mod traces;
mod wait;
mod watch;
mod worker;
mod workshop;

use anyhow::{Context as _, Result};

pub use adopt::{TakeUp, own_branch, take_up};
pub use attempts::attempts;
pub use bases::{Fix, differences};
pub use beyond::{Beyond, Remotes};
pub use cancel::{Asking, Cancelled, cancel};
pub use crew::QueueOptions;
pub use draft::{Draft, FilePreview, Guard, When};
pub use event::{Fruitless, QueueEvent, QueueSummary};
pub use exec::exec;
pub use extract::{Absent, Change, Extract};
pub use find::{Choice, find, find_choice, find_point, list};
pub use follow::{Followed, follow};
pub use foreign::Foreign;
pub use gather::gather;
pub use ground::check_ground;
pub use kept::{kept_strip, strip_of};
pub use layout::RowsOf;
pub use learn::MOST_FAILURES;
pub use outlook::{Best, Outlook, Preview, outlook, plan_here};
pub use queue::queue;
pub use remains::Remains;
pub use removal::Removal;
pub use results::tabulate;
pub use returned::Returned;
pub use run_folders::RunFolders;
pub use select::{FILTER_NAMES, Limits, Rerun};
pub use standing::{Flight, Searcher, Standing, Standings, newest_good, result_of};
pub use submit::{
    Coordinator, SubmitOptions, check_coordinator, check_scheduler, preview, preview_coordinator, submit,
    submit_coordinator,
};
pub use task::{Executed, exec_sweep_end, exec_task};
pub use traces::{Skipped, Traces, all_traces};
pub use wait::{Baseline, baseline, wait};
pub use watch::silence_of;
pub use workshop::check_ready;

use crate::git::{CommitId, Repository};
use crate::hint;
use crate::names;
use crate::spec::Plan;
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
    pub trials: Vec<Trial>,
}

impl Sweep {
    /// Reads the sweep whose branch stands at `tip`.
    ///
    /// # Errors
    /// If it is not a sweep, or damaged.
    pub fn load(repository: &Repository, branch: &str, tip: CommitId) -> Result<Self> {
        let trials = chain::read(repository, branch, tip)?;
        let Some(first) = trials.first() else {
            return Err(hint::error(format!("{branch} is not a sweep"), "gitsweep list shows the sweeps there are"));
        };
        let plan = Self::read_plan(repository, branch, trials[trials.len() - 1].commit)?;
        let (name, base) = (first.label.sweep.clone(), first.label.base);
        Ok(Self { branch: branch.to_owned(), name, tip, base, plan, trials })
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
        let (name, base) = (label.sweep.clone(), label.base);
        let trials = vec![Trial { commit, label, seconds: raw.seconds }];
        Ok(Self { branch: branch.to_owned(), name, tip: commit, base, plan, trials })
    }

    fn read_plan(repository: &Repository, branch: &str, commit: CommitId) -> Result<Plan> {
        let path = names::in_tree(names::TREE_SPEC);
        let file = repository.read_file(commit, &path)?;
        let file = file.with_context(|| format!("{branch} has no {path}: it is not whole"))?;
        let text = String::from_utf8(file.bytes).with_context(|| format!("{path} of {branch} is damaged"))?;
        Plan::read_back(&text, &format!("{branch}:{path}"))
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
