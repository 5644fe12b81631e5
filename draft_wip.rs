//! Drafts: a plan held against the code of its base commit, checked in full before anything is written; then laid down
//! as a branch with one commit for each point.

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, Result, bail};
use time::OffsetDateTime;
use time::macros::format_description;

use super::edit::{self, Edit, Rendered};
use super::Sweep;
use crate::git::{CommitId, CommitWriter, Identity, RefMoved, Repository, TreeWriter};
use crate::hint::{self, WithHint as _};
use crate::names;
use crate::point::Point;
use crate::search::{Design, Proposal};
use crate::spec::{Flags, Plan, Typed};
use crate::trial::Label;

/// When a sweep is made: the date in its name, its messages and its commits.
#[derive(Clone, Copy, Debug)]
pub struct When(pub OffsetDateTime);

impl When {
    fn stamp(self) -> Result<String> {
        let form = format_description!("[year]-[month]-[day]T[hour][minute][second]");
        self.0.format(form).context("cannot write the date")
    }

    fn date(self) -> Result<String> {
        self.0.format(format_description!("[year]-[month]-[day]")).context("cannot write the date")
    }
}

/// A plan that has been held against its base commit.
pub struct Draft {
    plan: Plan,
    base: CommitId,
    edits: Vec<Edit>,
    design: Design,
    survey: Survey,
    /// What the points go on top of, if that is not the base.
    onto: Option<Onto>,
}

/// The sweep that a draft adds points to.
struct Onto {
    tip: CommitId,
    name: String,
    last_index: u64,
    points: HashSet<Point>,
}

/// What is known of a draft's points before they are laid.
#[derive(Default)]
struct Survey {
    total: u64,
    first: Option<Point>,
    last: Option<Point>,
}

/// A file of a point beside that of the base commit.
pub struct FilePreview {
    /// Its path from the top of the repository.
    pub path: String,
    /// As it is in the base commit; nothing if it is not there.
    pub before: Option<Vec<u8>>,
    /// As the point has it.
    pub after: Vec<u8>,
}

impl Draft {
    /// Holds `plan` against `base`. Where `guard_changes` says so, files that the sweep rewrites must not have changes
    /// in the user's checkout: the sweep would not contain them.
    ///
    /// # Errors
    /// If a file is not there, a value has no place or several, places overlap, or the plan has no point.
    pub fn prepare(repository: &Repository, plan: Plan, base: CommitId, guard_changes: bool) -> Result<Self> {
        let draft = Self::hold(repository, plan, base, guard_changes, None)?;
        if draft.survey.total == 0 {
            bail!("the definition has no point");
        }
        Ok(draft)
    }

    /// The points that `sweep` would have if its definition said what `flags` say, and does not have yet.
    ///
    /// # Errors
    /// As for a new sweep.
    pub fn extend(repository: &Repository, sweep: &Sweep, flags: &Flags) -> Result<Self> {
        let path = format!("{}/{}", names::TREE_DIR, names::TREE_SPEC);
        let text = edit::committed(repository, sweep.tip, &path)?;
        let plan = Plan::resolve(Typed::read(&text, &format!("{}:{path}", sweep.branch))?, "", flags)?;
        let onto = Onto {
            tip: sweep.tip,
            name: sweep.name.clone(),
            last_index: sweep.trials.iter().map(|trial| trial.label.index).max().unwrap_or(0),
            points: sweep.trials.iter().map(|trial| trial.label.point.clone()).collect(),
        };
        Self::hold(repository, plan, sweep.base, false, Some(onto))
    }

    fn hold(
        repository: &Repository,
        plan: Plan,
        base: CommitId,
        guard_changes: bool,
        onto: Option<Onto>,
    ) -> Result<Self> {
        let mut edits = Vec::new();
        for path in edit::files(&plan) {
            if guard_changes && repository.has_uncommitted_change(path)? {
                return Err(hint::error(
                    format!("{path} has uncommitted changes, which the sweep would not contain"),
                    format!(
                        "commit them (git commit {path}), put them away (git stash), or name the commit to start from: --base HEAD"
                    ),
                ));
            }
            edits.push(Edit::find(repository, base, path, &plan)?);
        }
        for path in &plan.run.link {
            if let Some(what) = repository.describe_path(base, path) {
                bail!("link = \"{path}\": it is {what} of the commit, which the runs have anyhow");
            }
        }
        let design = design(repository, &plan, base, &edits)?;
        let mut draft = Self { plan, base, edits, design, survey: Survey::default(), onto };
        draft.survey = draft.survey()?;
        for point in [&draft.survey.first, &draft.survey.last].into_iter().flatten() {
            draft.check(point)?;
        }
        Ok(draft)
    }
