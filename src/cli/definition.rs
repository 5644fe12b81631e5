//! The definition of a sweep, as `create` and `run` are told of it: a file or another sweep, and flags.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::choices::{Choices, Inside};
use super::preview::{show, warn};
use super::variables::{tell_of_variables, unread_variable};
use super::{Context, foreign, laying, typed};
use crate::usage;
use gitsweep::command::quote;
use gitsweep::git::{CommitId, Repository};
use gitsweep::hint::{self, WithHint as _};
use gitsweep::names;
use gitsweep::spec::{CommandLine, Direction, Given, Plan, Typed, join};
use gitsweep::sweep::{self, Draft, Guard, Sweep};
use gitsweep::trial::Label;

/// What the definition of a sweep is made of.
#[derive(clap::Args)]
pub struct Definition {
    /// The definition, or a sweep that has it [default: gitsweep.toml at the top of the repository]
    #[arg(value_name = "SPEC")]
    spec: Option<PathBuf>,
    #[command(flatten)]
    choices: Choices,
    /// A flag of COMMAND whose value only looks like a list or range of values: it is passed on as it stands
    #[arg(long, value_name = "NAME")]
    literal: Vec<String>,
    /// The metric that is optimised
    #[arg(long, value_name = "METRIC")]
    objective: Option<String>,
    /// Which way the objective is to go: minimize or maximize
    #[arg(long, value_name = "WAY", value_parser = typed::name_of::<Direction>)]
    direction: Option<String>,
    /// A metric and where runs have it: a regular expression over the log, or a table as in [metrics]
    #[arg(long = "metric", value_name = "NAME=WHERE", value_parser = metric)]
    metrics: Vec<String>,
    /// How long a run may take, such as 90s or 2h
    #[arg(long, value_name = "DUR", value_parser = typed::limit)]
    timeout: Option<String>,
    /// The branch is NAME and the date [default: the file's name key, else STRATEGY_search]
    #[arg(long, value_name = "NAME", value_parser = typed::branch)]
    name: Option<String>,
    /// The branch's whole name
    #[arg(long, value_name = "NAME", value_parser = typed::branch)]
    branch: Option<String>,
    /// The commit that the sweep starts from [default: HEAD]
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// The date of the commits (RFC 3339), for ids that are the same everywhere [default: now]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Lay more than 10,000 points without asking
    #[arg(short, long)]
    yes: bool,
    /// Show the number of points, the first and the last, and the first point's diff; change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// What has a name and a place to be read from.
fn metric(text: &str) -> Result<String> {
    if !text.contains('=') {
        bail!(
            "a metric and where it is read from are joined by `=`, such as '{text}={text}: ([0-9.]+)'; what is optimised is said \
             by --objective {text}"
        );
    }
    Ok(text.to_owned())
}

impl Definition {
    /// Reads and checks the definition against the code; nothing is written.
    pub fn draft(&self, context: &Context<'_>, repository: &Repository, words: &[String]) -> Result<Draft> {
        let base = self.base(context, repository)?;
        let guard = if self.base.is_none() { Guard::Yes } else { Guard::No };
        let command = CommandLine::read(words, &self.literal).map_err(usage::Wrong)?;
        for (name, domain) in &command.parameters {
            context.ui.note(&format!("parameter {name}: {domain}"));
        }
        let sweep = self.sweep(context, repository)?;
        let (mut typed, folder) = match &sweep {
            Some(sweep) => (sweep.typed(repository)?, String::new()),
            None => self.read(context, repository, base, &command)?,
        };
        let mut own = typed.chosen();
        own.extend(command.parameters.iter().map(|(name, _)| name.clone()));
        let mut flags = self.choices.flags(context, repository, own)?;
        for (name, domain) in &command.parameters {
            Given::read(name, None, domain).and_then(|given| flags.give(given)).map_err(usage::Wrong)?;
        }
        flags.takes_one_run = !words.is_empty() && self.choices.file.is_none();
        flags.command = (!words.is_empty()).then_some(command.line);
        flags.objective.clone_from(&self.objective);
        flags.direction.clone_from(&self.direction);
        flags.metrics.clone_from(&self.metrics);
        flags.name.clone_from(&self.name);
        flags.timeout.clone_from(&self.timeout);
        match (&flags.points, typed.points_for_values(&flags)) {
            (Some(rows), _) => typed.take_values(rows),
            (None, Some(path)) => typed.take_values(&sweep::read_points(repository, base, &join(&folder, path))?),
            (None, None) => {}
        }
        let again = sweep.as_ref().filter(|_| !flags.choose_points());
        if let Some(sweep) = sweep.as_ref().filter(|_| flags.points.is_none() && flags.strategy.is_none()) {
            (flags.points, flags.widens) = (sweep::given_rows(sweep, &sweep.plan), true);
        }
        let mut plan = Plan::resolve(typed, &folder, &flags)?;
        if plan.search.seed.is_none() && plan.needs_seed() {
            plan.search.seed = Some(fresh_seed());
        }
        let draft = match again {
            Some(sweep) => Draft::again(repository, sweep, plan, base, guard)?,
            None => Draft::prepare(repository, plan, base, guard)?,
        };
        warn(context, &draft);
        if let Some(meant) = command.unbracketed.filter(|_| draft.plan().parameters.is_empty()) {
            context.ui.hint(&format!("a run for each of several values is written with brackets: {meant}"));
        }
        if let Some(word) = unread_variable(words) {
            context.ui.hint(&format!(
                "the program gets `{word}` as it stands; for the shell to read it, give the whole command as one word, in quotes"
            ));
        }
        tell_of_variables(context, repository, &draft, &self.choices.param);
        Ok(draft)
    }

    /// The commit that the sweep starts from.
    fn base(&self, context: &Context<'_>, repository: &Repository) -> Result<CommitId> {
        Ok(match &self.base {
            Some(revision) => repository.resolve(revision)?,
            None if repository.workdir().is_none() => {
                return Err(hint::error(
                    "a bare repository has no checkout to start from",
                    match some_branch(repository) {
                        Some(branch) => format!("name the commit to start from: --base {}", quote(&branch)),
                        None => "there is no branch in it yet to start from: git push one".to_owned(),
                    },
                ));
            }
            None => {
                let head = repository.head()?;
                // Whoever looks at a point by git switch hardly means to go on from its values.
                if let Some(label) = Label::from_message(&repository.read_commit(head)?.message) {
                    context.ui.warning(&format!(
                        "HEAD is point {} of {}, and this starts from its values; --base {} starts from the code before them",
                        label.index,
                        label.origin.sweep,
                        repository.abbreviate(label.origin.base)
                    ));
                }
                head
            }
        })
    }

    /// The sweep that is named in the place of a file.
    fn sweep(&self, context: &Context<'_>, repository: &Repository) -> Result<Option<Sweep>> {
        let Some(spec) = self.spec.as_ref().filter(|spec| !context.folder.join(spec).exists()) else { return Ok(None) };
        if let Some(error) = foreign::assignment(spec) {
            return Err(error);
        }
        match sweep::find(repository, Some(&spec.to_string_lossy())) {
            Ok(sweep) => {
                context.ui.note(&format!("the definition is that of {}", sweep.branch));
                Ok(Some(sweep))
            }
            Err(error) if spec.extension().is_none() => {
                Err(error.context(format!("there is no file {}", spec.display())))
            }
            Err(_) => Ok(None),
        }
    }

    /// The typed definition, and the folder that it lies in, from the top of the repository.
    fn read(
        &self,
        context: &Context<'_>,
        repository: &Repository,
        base: CommitId,
        command: &CommandLine,
    ) -> Result<(Typed, String)> {
        let has_command = !command.line.is_empty();
        let is_said = !command.parameters.is_empty() || !self.choices.param.is_empty() || self.choices.from.is_some();
        let place = Inside::new(context, repository)?;
        if let Some(spec) = &self.spec {
            let path = context.folder.join(spec);
            let text = std::fs::read_to_string(&path).hint(
                format!("cannot read {}", path.display()),
                "a definition is named here, or a sweep (gitsweep list); gitsweep init FILE writes a definition",
            )?;
            if let Some(error) = foreign::no_definition(spec, &text) {
                return Err(error);
            }
            let inside = place.path(spec).unwrap_or_default();
            let folder = inside.rsplit_once('/').map_or("", |(folder, _)| folder);
            if !folder.is_empty() {
                context.ui.note(&format!(
                    "the files that {} names are seen from {folder}/; the command runs at the top of the repository",
                    spec.display()
                ));
            }
            return Ok((Typed::read(&text, &spec.display().to_string())?, folder.to_owned()));
        }
        let on_disk = repository.workdir().map(|top| top.join(names::SPEC_FILE));
        let text = match on_disk.as_deref().map(std::fs::read_to_string) {
            Some(Ok(text)) => Some(text),
            Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).context(format!("cannot read {}", names::SPEC_FILE));
            }
            Some(Err(_)) => None,
            None => repository
                .read_file(base, names::SPEC_FILE)?
                .map(|file| String::from_utf8_lossy(&file.bytes).into_owned()),
        };
        match text {
            Some(text) => {
                if is_said {
                    context
                        .ui
                        .note(&format!("using {} too; what is said here adds to it or replaces it", names::SPEC_FILE));
                }
                Ok((Typed::read(&text, names::SPEC_FILE)?, String::new()))
            }
            None if !is_said && !has_command && place.folder.join(names::SPEC_FILE).is_file() => Err(hint::error(
                format!("there is no {} at the top of the repository, where it is looked for", names::SPEC_FILE),
                format!("take the one in this folder: gitsweep create {}", names::SPEC_FILE),
            )),
            None if !is_said && !has_command => Err(hint::error(
                format!("there is no {} at the top of the repository", names::SPEC_FILE),
                "write one with gitsweep init FILE, or say it all by flags: gitsweep create -f FILE -p 'NAME=[1, 2]' -- COMMAND",
            )),
            None => Ok((Typed::default(), String::new())),
        }
    }

    /// Shows what would be laid.
    pub fn preview(&self, context: &Context<'_>, repository: &Repository, draft: &Draft) -> Result<()> {
        draft.choose_branch(repository, self.branch.as_deref(), laying::when(self.date.as_deref())?)?;
        show(context, repository, draft, self.branch.as_deref())
    }

    /// Lays the branch; its name and its newest commit.
    pub fn lay(&self, context: &Context<'_>, repository: &Repository, draft: &Draft) -> Result<(String, CommitId)> {
        laying::confirm_many(context, draft, self.yes)?;
        laying::lay_new(context, repository, draft, self.branch.as_deref(), self.date.as_deref())
    }
}

/// A branch to start from: the one that clones begin with, else the first that is no sweep.
fn some_branch(repository: &Repository) -> Option<String> {
    let is_code = |tip: CommitId| {
        let commit = repository.read_commit(tip).ok();
        commit.is_some_and(|commit| Label::from_message(&commit.message).is_none())
    };
    repository.current_branch().or_else(|| {
        let branches = repository.branches().unwrap_or_default();
        branches.into_iter().find(|(_, tip)| is_code(*tip)).map(|(branch, _)| branch)
    })
}

/// A seed that nobody chose, short enough to be typed again.
fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    std::hash::RandomState::new().build_hasher().finish() % 1_000_000_000
}
