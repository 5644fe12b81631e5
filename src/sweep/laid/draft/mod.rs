//! Drafts: a plan held against the code of its base commit, checked in full before anything is written; then laid down
//! (`laying.rs`) as a branch with one commit for each point (`design.rs`).

mod branch;
mod design;
mod doubts;
mod installed;
mod laying;
mod placeholders;
mod preview;
mod survey;
mod taken_away;
mod unfound;

use anyhow::{Result, bail};

pub use self::branch::When;
use self::design::{design, settled};
pub use self::design::{given_rows, read_points};
use self::doubts::doubts;
use self::installed::installed;
use self::placeholders::check_placeholders;
pub use self::preview::FilePreview;
use self::survey::Survey;
use self::unfound::unfound;
use super::edit::{self, Edit};
use super::opening;
use super::step::Step;
use crate::command::quote;
use crate::git::{CommitId, Repository};
use crate::hint;
use crate::point::Point;
use crate::search::learn::Encoding;
use crate::search::{Design, Factors, Proposal, Space, StrategyKind};
use crate::space::Domain;
use crate::spec::{Flags, Parameter, Plan, StrategyPlan};
use crate::sweep::Sweep;
use crate::trial::Label;

/// A plan that has been held against its base commit.
pub struct Draft {
    plan: Plan,
    base: CommitId,
    edits: Vec<Edit>,
    design: Design,
    survey: Survey,
    /// What the points go on top of, if that is not the base.
    onto: Option<Onto>,
    /// The points that are to be laid, where the design does not say.
    given: Option<Vec<Proposal>>,
    /// How many points a search that grows may get with these, where that is known.
    more: Option<u64>,
    /// What can hardly be meant.
    doubts: Vec<String>,
}

/// The sweep that a draft adds points to.
struct Onto {
    tip: CommitId,
    name: String,
    last_index: u64,
    /// What a strategy is not to propose again; of a search that grows the history has it.
    points: Vec<Point>,
}

impl Onto {
    fn of(sweep: &Sweep, points: Vec<Point>) -> Self {
        let last_index = sweep.trials.iter().map(|trial| trial.label.index).max().unwrap_or(0);
        Self { tip: sweep.tip, name: sweep.name.clone(), last_index, points }
    }
}

/// Whether files that the sweep rewrites may have changes in the user's checkout, which the sweep would not contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// They are refused.
    Yes,
    /// They do not matter: the base is a commit that somebody has named.
    No,
}

/// The name that is spelt nearly so, or that stands alone for the end of a path such as `optim.lr`.
fn near<'a>(given: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let end = given.rsplit('.').next().unwrap_or(given);
    hint::near_miss(given, known.clone()).or_else(|| known.into_iter().find(|name| *name == end))
}

impl Draft {
    /// Holds `plan` against `base`.
    ///
    /// # Errors
    /// If a file is not there, a value has no place or several, places overlap, or the plan has no point.
    pub fn prepare(repository: &Repository, plan: Plan, base: CommitId, guard: Guard) -> Result<Self> {
        if let Some(other) = repository.replacement(base)? {
            return Err(hint::error(
                format!(
                    "git shows {} in place of {} (git replace), whose files are others",
                    other.short(),
                    base.short()
                ),
                format!("start from what is shown: --base {other}; or git replace -d {base}"),
            ));
        }
        let mut draft = Self::hold(repository, plan, base, guard, None)?;
        if draft.survey.total == 0 {
            bail!("the definition has no point");
        }
        draft.doubts = doubts(&draft.plan, &draft.edits)?;
        draft.doubts.extend(unfound(repository, base, &draft.plan));
        draft.doubts.extend(installed(repository, &draft.plan));
        Ok(draft)
    }

    /// The points of `sweep` anew, from `base`. A search that learns chooses its own again.
    ///
    /// # Errors
    /// As for a new sweep.
    pub fn again(repository: &Repository, sweep: &Sweep, plan: Plan, base: CommitId, guard: Guard) -> Result<Self> {
        let mut draft = Self::prepare(repository, plan, base, guard)?;
        if draft.plan.search.growing.is_none() {
            let labels = sweep.trials.iter().map(|trial| &trial.label);
            let proposal =
                |label: &Label| Proposal { point: label.point.clone(), by: label.origin.proposed_by.clone() };
            draft.give_all(labels.map(proposal).collect())?;
        }
        Ok(draft)
    }

    /// The points that `sweep` would have if its definition said what `flags` say, and does not have yet.
    ///
    /// # Errors
    /// As for a new sweep.
    pub fn extend(repository: &Repository, sweep: &Sweep, flags: &Flags) -> Result<Self> {
        let resolve = |flags: &Flags| Plan::resolve(sweep.typed(repository)?, "", flags);
        let mut plan = resolve(flags)?;
        if let Some(mut rows) = given_rows(sweep, &plan) {
            rows.extend(flags.points.iter().flatten().cloned());
            plan = resolve(&Flags { points: Some(rows), widens: true, ..flags.clone() })?;
        }
        // A condition may keep a parameter out of every point so far; anything else would tell old points from new ones.
        let has = |name: &str| sweep.trials.iter().any(|trial| trial.label.point.get(name).is_some());
        if let Some(new) = plan.parameters.iter().find(|p| p.when.is_none() && !has(p.name.as_str())) {
            let known = plan.parameters.iter().map(|p| p.name.as_str()).filter(|name| has(name));
            let meant =
                near(new.name.as_str(), known).map_or_else(String::new, |name| format!("did you mean {name}? Else "));
            return Err(hint::error(
                format!(
                    "the points of {} have no parameter {}, so new ones could not be told from them",
                    sweep.branch, new.name
                ),
                format!(
                    "{meant}make a new sweep of it: gitsweep create {0} with the same flags, then gitsweep queue --reuse, which \
                     takes the results of runs of the same code; to run the same points again: gitsweep queue {0} --repeat N",
                    quote(&sweep.branch)
                ),
            ));
        }
        let points = sweep.trials.iter().map(|trial| trial.label.point.clone()).collect();
        let onto = Onto::of(sweep, points);
        let mut draft = Self::hold(repository, plan, sweep.base, Guard::No, Some(onto))?;
        draft.doubts = doubts(&draft.plan, &draft.edits)?;
        if draft.plan.search.growing.is_some() {
            // A step by the new definition carries it.
            let step = Step::of(repository, sweep, &draft.plan, draft.design.space())?;
            step.check_budget(&sweep.branch)?;
            let proposals = step.propose(1)?;
            if proposals.is_empty() {
                return Err(hint::error(
                    format!("all points of the space of {} are laid", sweep.branch),
                    format!("give a parameter more values: gitsweep extend {} -p NAME=DOMAIN", quote(&sweep.branch)),
                ));
            }
            draft.more = step.left().map(|left| left * draft.plan.search.rounds());
            draft.give(proposals)?;
        }
        Ok(draft)
    }

    /// The definition of a sweep that grows, ready to lay more of its points on top of it.
    pub(in crate::sweep) fn grow(repository: &Repository, sweep: &Sweep) -> Result<Self> {
        Self::hold(repository, sweep.plan.clone(), sweep.base, Guard::No, Some(Onto::of(sweep, Vec::new())))
    }

    /// Sets the points that are to be laid, each as often as points are repeated.
    pub(in crate::sweep) fn give(&mut self, proposals: Vec<Proposal>) -> Result<()> {
        let repeats = self.plan.search.rounds();
        let mut given = Vec::new();
        for Proposal { point, by } in proposals {
            for round in 1..=repeats {
                let point = if repeats == 1 { Some(point.clone()) } else { self.space().repeated(&point, round)? };
                given.extend(point.map(|point| Proposal { point, by: by.clone() }));
            }
        }
        self.give_all(given)
    }

    /// Sets the points that are to be laid, one by one.
    fn give_all(&mut self, given: Vec<Proposal>) -> Result<()> {
        self.given = Some(given);
        self.survey = self.survey()?;
        for point in [&self.survey.first, &self.survey.last].into_iter().flatten() {
            self.check(point)?;
        }
        Ok(())
    }

    /// The space that is searched.
    pub(in crate::sweep) fn space(&self) -> &Space {
        self.design.space()
    }

    /// Finds the places of all values in `base` and the points of the design, and tries the first and the last of these.
    fn hold(repository: &Repository, plan: Plan, base: CommitId, guard: Guard, onto: Option<Onto>) -> Result<Self> {
        let mut edits = Vec::new();
        // The points of a list are read from the base commit too.
        let points = plan.search.points.as_deref().filter(|_| plan.rows.is_none());
        for path in edit::files(&plan).into_iter().chain(points).filter(|_| guard == Guard::Yes) {
            if repository.describe_path(base, path) == Some("a file") && repository.has_uncommitted_change(path)? {
                return Err(hint::error(
                    format!("{path} has uncommitted changes, which the sweep would not contain"),
                    format!(
                        "commit them (git commit {path}), put them away (git stash), or name the commit to start from: --base HEAD"
                    ),
                ));
            }
        }
        for path in edit::files(&plan) {
            edits.push(Edit::find(repository, base, path, &plan)?);
        }
        for path in &plan.run.link {
            if let Some(what) = repository.describe_path(base, path) {
                bail!("link = \"{path}\": it is {what} of the commit, which the runs have anyhow");
            }
        }
        check_placeholders(&plan)?;
        let design = design(repository, &plan, base, &edits)?;
        let mut draft = Self {
            plan,
            base,
            edits,
            design,
            survey: Survey::default(),
            onto,
            given: None,
            more: None,
            doubts: Vec::new(),
        };
        if let Some(growing) = &draft.plan.search.growing {
            let first = match draft.onto {
                None => opening::first_points(&draft.plan, growing, draft.space())?,
                Some(_) => Vec::new(),
            };
            draft.give(first)?;
            return Ok(draft);
        }
        draft.survey = draft.survey()?;
        for point in [&draft.survey.first, &draft.survey.last].into_iter().flatten() {
            draft.check(point)?;
        }
        Ok(draft)
    }

    /// The points that are there already.
    fn laid(&self) -> impl Iterator<Item = &Point> {
        self.onto.iter().flat_map(|onto| &onto.points)
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The commit that the sweep starts from.
    pub fn base(&self) -> CommitId {
        self.base
    }

    /// What is allowed in it and can hardly be meant.
    pub fn doubts(&self) -> &[String] {
        &self.doubts
    }

    /// The number of points that are to be laid.
    pub fn total(&self) -> u64 {
        self.survey.total
    }

    /// How many points a search that is extended may get, these included, where that is known.
    pub fn more(&self) -> Option<u64> {
        self.more
    }

    /// The numbers of values that make up the number of points, where that is a product.
    pub fn factors(&self) -> Option<&Factors> {
        self.design.factors().filter(|factors| factors.product().is_some_and(|product| product == self.total().into()))
    }

    /// The numbers of values of a grid of which `trials` takes a part; nothing where it is whole, or conditions make it smaller.
    pub fn whole_grid(&self) -> Option<&Factors> {
        let search = &self.plan.search;
        let is_free = search.constraints.is_empty() && self.plan.parameters.iter().all(|one| one.when.is_none());
        let is_grid = search.strategy == StrategyPlan::One(StrategyKind::Grid);
        let trials = search.trials.filter(|_| is_free && is_grid && self.onto.is_none())?;
        self.design.factors().filter(|factors| factors.product().is_some_and(|product| product > trials.into()))
    }

    /// The domain of a parameter that is chosen, with its values drawn where they have to be.
    pub fn settled(&self, parameter: &Parameter) -> Option<Domain> {
        settled(&self.plan, parameter)
    }

    /// After how many draws in a row that brought nothing new no more were looked for, if that was the end.
    pub fn fruitless(&self) -> Option<u64> {
        self.survey.fruitless
    }

    /// How many points a search that grows can choose from, where there is an end of them; what is excluded is not known.
    pub fn room(&self) -> Option<u64> {
        self.plan.search.growing.as_ref().and_then(|_| Encoding::new(self.space()).size())
    }

    /// The first of them.
    pub fn first(&self) -> Option<&Point> {
        self.survey.first.as_ref()
    }

    /// The last of them.
    pub fn last(&self) -> Option<&Point> {
        self.survey.last.as_ref()
    }

    /// The points that are to be laid, in order.
    pub fn proposals(&self) -> Box<dyn Iterator<Item = Result<Proposal>> + '_> {
        if let Some(given) = &self.given {
            return Box::new(given.iter().cloned().map(Ok));
        }
        Box::new(self.design.proposals_not_in(self.laid()))
    }

    /// Writes the files of a point and reads them back.
    fn check(&self, point: &Point) -> Result<()> {
        for (name, value) in point.iter() {
            edit::check_value(name.as_str(), value)?;
        }
        for edit in &self.edits {
            edit.render(&edit.values(&self.plan, point)?)?;
        }
        Ok(())
    }
}
