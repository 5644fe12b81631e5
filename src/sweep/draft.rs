//! Drafts: a plan held against the code of its base commit, checked in full before anything is written; then laid down
//! as a branch with one commit for each point.

use std::collections::HashMap;

use anyhow::{Context as _, Result, anyhow, bail};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::git::{CommitId, CommitWriter, FileEdit, Identity, RefMoved, Repository, TreeWriter};
use crate::hint::{self, WithHint as _};
use crate::names;
use crate::point::Point;
use crate::search::{Grid, Proposal, Strategy};
use crate::source::{self, Language, Place, Rewrite, RewriteError, Template};
use crate::spec::{Binding, Parameter, Plan, toml_key, toml_text};
use crate::trial::Label;
use crate::value::{Kind, Value};

const NOT_LAID: &str = "cannot lay the commits; nothing has changed";
const DISK_HINT: &str = "is the disk full, or the repository read-only?";

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

/// One file that the sweep rewrites.
struct FileDraft {
    path: String,
    rewrite: Rewrite,
    /// The parameter that is written at each site.
    parameters: Vec<usize>,
}

/// A plan that has been held against its base commit.
pub struct Draft {
    plan: Plan,
    base: CommitId,
    files: Vec<FileDraft>,
    /// Parameters that no line of the code holds.
    outside: Vec<usize>,
    strategy: Box<dyn Strategy>,
    total: u64,
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
        let mut files = Vec::new();
        let mut by_file = indexmap::IndexMap::<&str, Vec<usize>>::new();
        let mut outside = Vec::new();
        for (index, parameter) in plan.parameters.iter().enumerate() {
            match &parameter.binding {
                Binding::Source { file, .. } => by_file.entry(file).or_default().push(index),
                Binding::Outside => outside.push(index),
            }
        }
        for (path, parameters) in by_file {
            let is_file = repository.describe_path(base, path) == Some("a file");
            if guard_changes && is_file && repository.has_uncommitted_change(path)? {
                return Err(hint::error(
                    format!("{path} has uncommitted changes, which the sweep would not contain"),
                    format!(
                        "commit them (git commit {path}), put them away (git stash), or name the commit to start from: --base HEAD"
                    ),
                ));
            }
            files.push(FileDraft::find(repository, base, path, &plan, &parameters)?);
        }
        for path in &plan.run.link {
            if let Some(what) = repository.describe_path(base, path) {
                bail!("link = \"{path}\": it is {what} of the commit, which the runs have anyhow");
            }
        }
        let axes = plan
            .parameters
            .iter()
            .map(|parameter| Ok((parameter.name.clone(), finite_values(parameter)?)))
            .collect::<Result<Vec<_>>>()?;
        check_values(&axes)?;
        let strategy = Grid::new(axes);
        let total = strategy.total().ok_or_else(|| {
            let factors: Vec<String> =
                plan.parameters.iter().map(|p| p.domain.values().map_or(0, <[Value]>::len).to_string()).collect();
            anyhow!("the grid has too many points to count: {}", factors.join(" x "))
        })?;
        let draft = Self { plan, base, files, outside, strategy: Box::new(strategy), total };
        for index in [1, total] {
            draft.check(index)?;
        }
        Ok(draft)
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The commit that the sweep starts from.
    pub fn base(&self) -> CommitId {
        self.base
    }

    /// The number of points.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The point with this number.
    pub fn point(&self, index: u64) -> Option<Point> {
        self.strategy.propose(index.checked_sub(1)?).map(|proposal| proposal.point)
    }

    /// The files of a point that differ from the base commit, but for the definition.
    ///
    /// # Errors
    /// If a value cannot stand in its place.
    pub fn preview(&self, repository: &Repository, index: u64) -> Result<Vec<FilePreview>> {
        let point = self.point(index).with_context(|| format!("there is no point {index}"))?;
        let values = self.values(&point);
        let mut previews = Vec::new();
        for file in &self.files {
            let after = file.rewrite.render(&values).map_err(|error| file.explain(&error))?;
            let before = repository.read_file(self.base, &file.path)?.map(|file| file.bytes);
            previews.push(FilePreview { path: file.path.clone(), before, after });
        }
        if let Some(text) = self.point_file(&values) {
            let path = format!("{}/{}", names::TREE_DIR, names::TREE_POINT);
            previews.push(FilePreview { path, before: None, after: text.into_bytes() });
        }
        Ok(previews)
    }

    /// Writes the files of a point and reads them back.
    fn check(&self, index: u64) -> Result<()> {
        let point = self.point(index).with_context(|| format!("there is no point {index}"))?;
        let values = self.values(&point);
        for file in &self.files {
            let rendered = file.rewrite.render(&values).map_err(|error| file.explain(&error))?;
            file.rewrite.verify(&rendered, &values).map_err(|error| file.explain(&error))?;
        }
        Ok(())
    }

    fn values(&self, point: &Point) -> Vec<Value> {
        point.iter().map(|(_, value)| value.clone()).collect()
    }

    fn point_file(&self, values: &[Value]) -> Option<String> {
        if self.outside.is_empty() {
            return None;
        }
        let mut text = "# The parameters of this point that no line of the code holds.\n".to_owned();
        for index in &self.outside {
            let name = toml_key(self.plan.parameters[*index].name.as_str());
            text.push_str(&format!("{name} = {}\n", to_toml(&values[*index])));
        }
        Some(text)
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
            if is_taken(asked) {
                return Err(hint::error(
                    format!("there is a branch {asked} already"),
                    "choose another name, or remove it: gitsweep delete (a sweep), git branch -d (any other)",
                ));
            }
            return Ok(asked.to_owned());
        }
        let stem = format!("{}-{}", self.plan.name, when.stamp()?);
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        std::iter::once(stem.clone()).chain(numbered).find(|name| !is_taken(name)).context("no name is free")
    }

    /// Lays the branch: all commits first, then the ref, once; the newest commit. `progress` is told how many points are
    /// laid.
    ///
    /// # Errors
    /// If a value cannot stand in its place, or the disk is full, or the branch exists; then nothing has changed.
    pub fn lay(
        &self,
        repository: &Repository,
        branch: &str,
        identity: &Identity,
        when: When,
        progress: &mut dyn FnMut(u64),
    ) -> Result<CommitId> {
        let mut writer = CommitWriter::new(repository, identity).hint(NOT_LAID, DISK_HINT)?;
        let tip = match self.lay_commits(repository, &mut writer, branch, when, progress) {
            Err(error) if error.chain().any(<dyn std::error::Error>::is::<std::io::Error>) => {
                return Err(error).hint(NOT_LAID, DISK_HINT);
            }
            laid => laid?,
        };
        let guard = writer.finish().hint(NOT_LAID, DISK_HINT)?;
        let name = format!("refs/heads/{branch}");
        let moved = repository.move_ref(&name, None, tip, "gitsweep: create").hint(
            format!("cannot make the branch {branch}"),
            "a branch named like one of its folders (a beside a/b) is in the way, or the repository is read-only",
        )?;
        drop(guard);
        if moved == RefMoved::ChangedMeanwhile {
            return Err(hint::error(
                format!("somebody else made the branch {branch} meanwhile"),
                "run the command again",
            ));
        }
        Ok(tip)
    }

    fn lay_commits(
        &self,
        repository: &Repository,
        writer: &mut CommitWriter,
        branch: &str,
        when: When,
        progress: &mut dyn FnMut(u64),
    ) -> Result<CommitId> {
        let edits = self.files.iter().map(FileDraft::edit).collect();
        let spec = self.plan.to_toml();
        let mut trees = TreeWriter::new(repository, writer, self.base, edits, spec.as_bytes())?;
        let mut rendered: Vec<Rendered> =
            self.files.iter().map(|file| vec![HashMap::new(); file.parameters.len()]).collect();
        let title = format!("{} {}", self.plan.name, when.date()?);
        let mut tip = self.base;
        for index in 1..=self.total {
            let Proposal { point, by } =
                self.strategy.propose(index - 1).with_context(|| format!("there is no point {index}"))?;
            let values = self.values(&point);
            for (file, rendered) in self.files.iter().zip(&mut rendered) {
                file.fill(rendered, &values).with_context(|| format!("point {index} ({point})"))?;
            }
            let variables: Vec<Vec<&[u8]>> = self
                .files
                .iter()
                .zip(&rendered)
                .map(|(file, rendered)| {
                    rendered
                        .iter()
                        .enumerate()
                        .map(|(site, known)| known[&values[file.parameters[site]]].as_slice())
                        .collect()
                })
                .collect();
            let point_file = self.point_file(&values);
            let tree = trees.write(writer, &variables, point_file.as_deref().map(str::as_bytes))?;
            let label = Label { sweep: branch.to_owned(), base: self.base, index, point, proposed_by: by };
            tip = writer.commit(tree, &[tip], &label.to_message(&title, Some(self.total)))?;
            progress(index);
        }
        Ok(tip)
    }
}

/// For each site of a file, the text of each value that has occurred.
type Rendered = Vec<HashMap<Value, Vec<u8>>>;

impl FileDraft {
    /// Finds the sites of `parameters` in a file of the base commit.
    fn find(repository: &Repository, base: CommitId, path: &str, plan: &Plan, parameters: &[usize]) -> Result<Self> {
        let Some(file) = repository.read_file(base, path)? else {
            let message = match repository.describe_path(base, path) {
                Some(what) => format!("{path} is {what} in the base commit, and no file"),
                None => format!("there is no {path} in the base commit {}", base.short()),
            };
            let files = repository.list_files(base).unwrap_or_default();
            let near = hint::near_miss(path, files.iter().map(String::as_str));
            let hint = near.map_or_else(
                || "commit it first: git add and git commit".to_owned(),
                |near| format!("did you mean {near}?"),
            );
            return Err(hint::error(message, hint));
        };
        let language = Language::of_path(path);
        let mut bindings = Vec::new();
        for index in parameters {
            let parameter = &plan.parameters[*index];
            let Binding::Source { name, pattern, occurrences, format, .. } = &parameter.binding else { continue };
            let template = match pattern {
                None => Template::assignment(name, language),
                Some(pattern) => Template::pattern(pattern, language).map_err(|error| {
                    let message = format!("parameter {}: {error}", parameter.name);
                    error.hint().map_or_else(|| anyhow!("{message}"), |way_out| hint::error(&message, way_out))
                })?,
            };
            bindings.push(source::Binding {
                parameter: *index,
                name: parameter.name.to_string(),
                place: Place::Template(template),
                occurrences: *occurrences,
                format: format.clone(),
            });
        }
        let rewrite = Rewrite::new(file.bytes, bindings).map_err(|error| explain(path, &error))?;
        let parameters = rewrite.sites().map(|(parameter, _)| parameter).collect();
        Ok(Self { path: path.to_owned(), rewrite, parameters })
    }

    fn edit(&self) -> FileEdit {
        let constants = self.rewrite.constants().map(|range| self.rewrite.base()[range].to_vec()).collect();
        FileEdit { path: self.path.clone(), constants }
    }

    /// Makes sure that the text of every value is known; each is read back once.
    fn fill(&self, rendered: &mut Rendered, values: &[Value]) -> Result<()> {
        for (site, known) in rendered.iter_mut().enumerate() {
            let value = &values[self.parameters[site]];
            if !known.contains_key(value) {
                let text = self.rewrite.replacement(site, value).map_err(|error| self.explain(&error))?;
                self.rewrite.verify_site(site, value, &text).map_err(|error| self.explain(&error))?;
                known.insert(value.clone(), text.into_bytes());
            }
        }
        Ok(())
    }

    fn explain(&self, error: &RewriteError) -> anyhow::Error {
        explain(&self.path, error)
    }
}

fn explain(path: &str, error: &RewriteError) -> anyhow::Error {
    let message = error.in_file(path);
    error.hint().map_or_else(|| anyhow!("{message}"), |way_out| hint::error(&message, way_out))
}

fn finite_values(parameter: &Parameter) -> Result<Vec<Value>> {
    let values = parameter.domain.values().map(<[Value]>::to_vec);
    values.ok_or_else(|| anyhow!("parameter {} has no list of values, which a grid needs", parameter.name))
}

fn check_values(axes: &[(crate::point::ParamName, Vec<Value>)]) -> Result<()> {
    for (name, values) in axes {
        for value in values {
            if value.as_str().chars().any(|c| matches!(c, '\n' | '\r' | '\0')) {
                bail!(
                    "parameter {name}: the value {} has a line break, which can stand in no line",
                    value.to_trailer()
                );
            }
        }
    }
    Ok(())
}

fn to_toml(value: &Value) -> String {
    let is_toml = value.kind() != Kind::Text
        && format!("x = {value}").parse::<toml::Table>().is_ok_and(|table| !table["x"].is_str());
    if is_toml { value.to_string() } else { toml_text(value.as_str()) }
}
