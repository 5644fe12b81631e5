//! Drafts: a plan held against the code of its base commit, checked in full before anything is written; then laid down
//! (`laying.rs`) as a branch with one commit for each point (`design.rs`).

mod design;
mod doubts;
mod laying;

use anyhow::{Context as _, Result, bail};
use time::OffsetDateTime;
use time::macros::format_description;

use self::design::{design, given_rows, settled};
use self::doubts::doubts;
use super::edit::{self, Edit};
use super::{Sweep, opening};
use crate::command::placeholders;
use crate::git::{CommitId, Repository};
use crate::hint;
use crate::names;
use crate::point::Point;
use crate::search::{Design, Factors, Proposal, Space, StrategyKind};
use crate::space::Domain;
use crate::spec::{Flags, Parameter, Plan, Typed};

/// What file systems take, less what locks have on top.
const LONGEST_NAME: usize = 240;

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
    /// The points that are to be laid, where the design does not say.
    given: Option<Vec<Proposal>>,
    /// How many points a search that learns may get with these, where that is known.
    more: Option<u64>,
    /// What can hardly be meant.
    doubts: Vec<String>,
}

/// The sweep that a draft adds points to.
struct Onto {
    tip: CommitId,
    name: String,
    last_index: u64,
    points: Vec<Point>,
}

/// What is known of a draft's points before they are laid.
#[derive(Default)]
struct Survey {
    total: u64,
    first: Option<Point>,
    last: Option<Point>,
    /// After how many draws in a row that brought nothing new no more were looked for, if that was the end.
    fruitless: Option<u64>,
}

impl Survey {
    fn count(&mut self, point: Point) {
        self.first.get_or_insert_with(|| point.clone());
        self.last = Some(point);
        self.total += 1;
    }
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
        let mut draft = Self::hold(repository, plan, base, guard_changes, None)?;
        if draft.survey.total == 0 {
            bail!("the definition has no point");
        }
        draft.doubts = doubts(&draft.plan, &draft.edits)?;
        Ok(draft)
    }

    /// The points that `sweep` would have if its definition said what `flags` say, and does not have yet.
    ///
    /// # Errors
    /// As for a new sweep.
    pub fn extend(repository: &Repository, sweep: &Sweep, flags: &Flags) -> Result<Self> {
        let path = format!("{}/{}", names::TREE_DIR, names::TREE_SPEC);
        let newest = sweep.trials.last().map_or(sweep.tip, |trial| trial.commit);
        let text = edit::committed(repository, newest, &path)?;
        let resolve =
            |flags: &Flags| Plan::resolve(Typed::read(&text, &format!("{}:{path}", sweep.branch))?, "", flags);
        let mut plan = resolve(flags)?;
        if plan.search.strategy.is(StrategyKind::List) && plan.search.points.is_none() {
            // The points that were given stand in the commits and nowhere else.
            let mut rows = given_rows(sweep, &plan);
            rows.extend(flags.points.iter().flatten().cloned());
            plan = resolve(&Flags { points: Some(rows), widens: true, ..flags.clone() })?;
        }
        // A condition may keep a parameter out of every point so far; anything else would tell old points from new ones.
        let has = |name: &str| sweep.trials.iter().any(|trial| trial.label.point.get(name).is_some());
        if let Some(new) = plan.parameters.iter().find(|p| p.when.is_none() && !has(p.name.as_str())) {
            return Err(hint::error(
                format!(
                    "the points of {} have no parameter {}, so new ones could not be told from them",
                    sweep.branch, new.name
                ),
                "make a new sweep for it: gitsweep create (to run the same points again: gitsweep queue --repeat N)",
            ));
        }
        let onto = Onto {
            tip: sweep.tip,
            name: sweep.name.clone(),
            last_index: sweep.trials.iter().map(|trial| trial.label.index).max().unwrap_or(0),
            points: sweep.trials.iter().map(|trial| trial.label.point.clone()).collect(),
        };
        let mut draft = Self::hold(repository, plan, sweep.base, false, Some(onto))?;
        draft.doubts = doubts(&draft.plan, &draft.edits)?;
        if draft.plan.search.learning.is_some() {
            // A step by the new definition carries it.
            let step = super::learn::Step::of(repository, sweep, &draft.plan, draft.design.space())?;
            step.check_budget(&sweep.branch)?;
            let proposals = step.propose(1)?;
            if proposals.is_empty() {
                return Err(hint::error(
                    format!("all points of the space of {} are laid", sweep.branch),
                    "give a parameter more values: gitsweep extend -p NAME=DOMAIN",
                ));
            }
            draft.more = step.left().map(|left| left * draft.plan.search.repeats.unwrap_or(1));
            draft.give(proposals)?;
        }
        Ok(draft)
    }

    /// The definition of a sweep that learns, ready to lay more of its points on top of it.
    pub(super) fn grow(repository: &Repository, sweep: &Sweep) -> Result<Self> {
        let onto = Onto {
            tip: sweep.tip,
            name: sweep.name.clone(),
            last_index: sweep.trials.iter().map(|trial| trial.label.index).max().unwrap_or(0),
            points: Vec::new(),
        };
        Self::hold(repository, sweep.plan.clone(), sweep.base, false, Some(onto))
    }

    /// Sets the points that are to be laid, each as often as points are repeated.
    pub(super) fn give(&mut self, proposals: Vec<Proposal>) -> Result<()> {
        let repeats = self.plan.search.repeats.unwrap_or(1);
        let mut given = Vec::new();
        for Proposal { point, by } in proposals {
            for round in 1..=repeats {
                let point = if repeats == 1 { Some(point.clone()) } else { self.space().repeated(&point, round)? };
                given.extend(point.map(|point| Proposal { point, by: by.clone() }));
            }
        }
        self.given = Some(given);
        self.survey = self.survey()?;
        for point in [&self.survey.first, &self.survey.last].into_iter().flatten() {
            self.check(point)?;
        }
        Ok(())
    }

    /// The space that is searched.
    pub(super) fn space(&self) -> &Space {
        self.design.space()
    }

    fn hold(
        repository: &Repository,
        plan: Plan,
        base: CommitId,
        guard_changes: bool,
        onto: Option<Onto>,
    ) -> Result<Self> {
        let mut edits = Vec::new();
        // The points of a list are read from the base commit too.
        let points = plan.search.points.as_deref().filter(|_| plan.rows.is_none());
        for path in edit::files(&plan).into_iter().chain(points).filter(|_| guard_changes) {
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
        if let Some(learning) = &draft.plan.search.learning {
            let first = match draft.onto {
                None => opening::first_points(&draft.plan, learning, draft.space())?,
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

    /// Goes through all points once, unless they can be counted without that.
    fn survey(&self) -> Result<Survey> {
        if let (None, None, Some(total)) = (&self.onto, &self.given, self.design.total()) {
            let at =
                |index: u64| self.design.propose(index).transpose().map(|found| found.map(|proposal| proposal.point));
            let last = total.checked_sub(1).map_or(Ok(None), at)?;
            return Ok(Survey { total, first: at(0)?, last, fruitless: None });
        }
        let mut survey = Survey::default();
        if let Some(given) = &self.given {
            given.iter().for_each(|proposal| survey.count(proposal.point.clone()));
            return Ok(survey);
        }
        let mut proposals = self.design.proposals_not_in(self.laid());
        for proposal in &mut proposals {
            survey.count(proposal?.point);
        }
        survey.fruitless = proposals.tally().gave_up;
        Ok(survey)
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

    /// The domain of a parameter that is chosen, with its values drawn where they have to be.
    pub fn settled(&self, parameter: &Parameter) -> Option<Domain> {
        settled(&self.plan, parameter)
    }

    /// After how many draws in a row that brought nothing new no more were looked for, if that was the end.
    pub fn fruitless(&self) -> Option<u64> {
        self.survey.fruitless
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

    /// The files of the first point that differ from the base commit, but for the definition.
    ///
    /// # Errors
    /// If a value cannot stand in its place.
    pub fn preview(&self) -> Result<Vec<FilePreview>> {
        let Some(point) = self.first() else { return Ok(Vec::new()) };
        let mut previews = Vec::new();
        for edit in &self.edits {
            let after = edit.render(&edit.values(&self.plan, point)?)?;
            previews.push(FilePreview { path: edit.path().to_owned(), before: Some(edit.committed().to_vec()), after });
        }
        if let Some(text) = edit::point_file(&self.plan, point) {
            let path = format!("{}/{}", names::TREE_DIR, names::TREE_POINT);
            previews.push(FilePreview { path, before: None, after: text.into_bytes() });
        }
        Ok(previews)
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

    /// The branch's name: the one that is asked for, else the plan's name and the date; a number is appended if that is
    /// taken.
    ///
    /// # Errors
    /// If the name that is asked for is taken or cannot be one.
    pub fn choose_branch(&self, repository: &Repository, asked: Option<&str>, when: When) -> Result<String> {
        let branches = repository.branches()?;
        let is_taken = |name: &str| branches.iter().any(|(branch, _)| branch == name);
        if let Some(asked) = asked {
            if !Repository::is_branch_name(asked) || asked.contains(':') {
                bail!("`{asked}` cannot be a branch's name");
            }
            check_length(asked, "--branch")?;
            if is_taken(asked) {
                return Err(hint::error(
                    format!("there is a branch {asked} already"),
                    "choose another name, or remove it: gitsweep delete (a sweep), git branch -d (any other)",
                ));
            }
            return Ok(asked.to_owned());
        }
        let stem = format!("{}-{}", self.plan.name, when.stamp()?);
        check_length(&stem, "--branch, or --name")?;
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        std::iter::once(stem.clone()).chain(numbered).find(|name| !is_taken(name)).context("no name is free")
    }
}

/// Refuses a name that cannot be that of a file, which a branch and its lock are.
fn check_length(name: &str, flag: &str) -> Result<()> {
    match name.split('/').map(str::len).max() {
        Some(length) if length > LONGEST_NAME => Err(hint::error(
            format!("a branch's name of {length} bytes is too long: {LONGEST_NAME} are possible"),
            format!("choose a shorter one: {flag}"),
        )),
        _ => Ok(()),
    }
}

/// Refuses a command with a placeholder that some points could not fill, or that is all but a parameter's name.
fn check_placeholders(plan: &Plan) -> Result<()> {
    let names: Vec<&str> = plan.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    for name in placeholders(plan.run.command.as_deref().unwrap_or_default()) {
        match plan.parameter(name) {
            Some(parameter) if parameter.when.is_some() => {
                return Err(hint::error(
                    format!("the command has {{{name}}}, and {name} does not apply to every point"),
                    format!("let the program take it from ${}", plan.variable(&parameter.name)),
                ));
            }
            Some(_) => {}
            None => {
                if let Some(near) = hint::near_miss(name, names.iter().copied()) {
                    return Err(hint::error(
                        format!("the command has {{{name}}}, and there is no parameter {name}"),
                        format!("did you mean {{{near}}}? (${{{name}}} is left to the shell)"),
                    ));
                }
            }
        }
    }
    Ok(())
}
