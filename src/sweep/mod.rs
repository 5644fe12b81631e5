//! Sweeps: a branch, its definition and its points; made, found again, run.
//!
//! There is no state but the repository: the branch says what there is to run, the notes what became of it.

mod attempts;
mod draft;
mod edit;
pub mod exchange;
mod find;
mod queue;
mod removal;
mod results;
mod standing;
mod workshop;

use anyhow::{Context as _, Result};

pub use attempts::attempts;
pub use draft::{Draft, FilePreview, When};
pub use find::{Choice, find, find_point, list};
pub use queue::{Limits, QueueEvent, QueueOptions, QueueSummary, Rerun, exec, queue};
pub use removal::Removal;
pub use standing::{Standing, Standings, newest_good, result_of};

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
        let mut trials = Vec::new();
        let mut next = Some(tip);
        let mut base = None;
        while let Some(commit) = next.filter(|commit| Some(*commit) != base) {
            let raw = repository.read_commit(commit)?;
            // Commits that the user has put on top are not points; the chain goes on below them.
            if let Some(label) = Label::from_message(&raw.message) {
                base.get_or_insert(label.base);
                trials.push(Trial { commit, label });
            } else if base.is_some() {
                break;
            }
            next = raw.parents.first().copied();
        }
        trials.reverse();
        let Some(first) = trials.first() else {
            return Err(hint::error(format!("{branch} is not a sweep"), "gitsweep list shows the sweeps there are"));
        };
        let path = format!("{}/{}", names::TREE_DIR, names::TREE_SPEC);
        let file = repository.read_file(trials[trials.len() - 1].commit, &path)?;
        let file = file.with_context(|| format!("{branch} has no {path}: it is not whole"))?;
        let text = String::from_utf8(file.bytes).with_context(|| format!("{path} of {branch} is damaged"))?;
        let plan = Plan::read_back(&text, &format!("{branch}:{path}"))?;
        let (name, base) = (first.label.sweep.clone(), first.label.base);
        Ok(Self { branch: branch.to_owned(), name, tip, base, plan, trials })
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
