//! `gitsweep create`

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use super::choices::{Choices, Inside};
use super::named_files::{named_files, names_variables};
use super::preview::{factors, first_in_words, list, seed_in_words, show, warn};
use super::{Context, DONE, foreign, program, typed};
use crate::{ui, usage};
use gitsweep::command::quote;
use gitsweep::git::{CommitId, Identity, Repository};
use gitsweep::hint::{self, WithHint as _};
use gitsweep::names;
use gitsweep::report::Format;
use gitsweep::spec::{CommandLine, Direction, Given, Parameter, Plan, Source, Typed, join};
use gitsweep::sweep::{self, Draft, Guard, Sweep, When};
use gitsweep::trial::Label;

/// From so many points on, `--yes` is wanted.
const MANY_POINTS: u64 = 10_000;

/// Lay a branch with one commit for each point
///
/// The definition is gitsweep.toml at the top of the repository (or SPEC), the flags, or both: a flag replaces what the
/// file says. Points keep the code that they were laid from: after a fix, `gitsweep create SWEEP` lays them from HEAD. Your
/// checkout, index and HEAD are not touched.
#[derive(clap::Args)]
#[command(
    after_help = "Values:\n  3.0 | [32, 64] | ['relu', 'tanh'] | (1, 10, 2) as Python's range | 0.5 to 3.0 step 0.5, both ends in\n  \
    linspace(a, b, n) | logspace(a, b, n) | geomspace(a, b, n) | arange(a, b, step)\n  \
    uniform(low, high, n), normal(mean, sd, n), ... that many values drawn, by the names of numpy.random\n  \
    { type = \"continuous\", domain = [10, 1e4], transformation = \"log\", grid_points = 3 }\n\nExamples:\n  \
    gitsweep create -f model.py -p 'g_e=0.5 to 3.0 step 0.5' -p 'g_i=[-5.0, -10.0]' -- python3 model.py\n  \
    gitsweep create --strategy random --trials 20 -- python3 train.py --lr 'loguniform(1e-5, 1e-1)' --layers '[2, 4]'"
)]
pub struct Args {
    #[command(flatten)]
    pub definition: Definition,
    /// Show all points as a table; change nothing
    #[arg(long)]
    list: bool,
    /// The form of --list: table, csv, tsv, json, jsonl, markdown, latex, html, sqlite or parquet [default: table]
    #[arg(long, value_name = "F", value_parser = typed::read::<Format>, requires = "list")]
    format: Option<Format>,
    /// The command that runs a point, with {name} for a parameter's value
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// What the definition of a sweep is made of.
#[derive(clap::Args)]
pub struct Definition {
    /// The definition, or a sweep that has it [default: gitsweep.toml at the top of the repository]
    #[arg(value_name = "SPEC")]
    spec: Option<PathBuf>,
    #[command(flatten)]
    choices: Choices,
    /// A flag of COMMAND whose value only looks like a list or range of values
    #[arg(long, value_name = "NAME")]
    literal: Vec<String>,
    /// The metric that is optimised
    #[arg(long, value_name = "METRIC")]
    objective: Option<String>,
    /// Which way the objective is to go: minimize or maximize
    #[arg(long, value_name = "WAY", value_parser = typed::name_of::<Direction>)]
    direction: Option<String>,
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

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    let draft = args.definition.draft(context, &repository, &args.command)?;
    if let Some((problem, way_out)) = program::unrunnable(&repository, &draft) {
        context.ui.warning(&format!("{problem}: {way_out}"));
    }
    if args.list {
        list(context, &draft, args.format)?;
        return Ok(DONE);
    }
    if args.definition.dry_run {
        args.definition.preview(context, &repository, &draft)?;
        return Ok(DONE);
    }
    let (branch, _) = args.definition.lay(context, &repository, &draft)?;
    writeln!(std::io::stdout(), "{branch}")?;
    context.ui.note(&format!("next: gitsweep queue {}", quote(&branch)));
    Ok(DONE)
}

impl Definition {
    /// Shows what would be laid.
    pub fn preview(&self, context: &Context<'_>, repository: &Repository, draft: &Draft) -> Result<()> {
        draft.choose_branch(repository, self.branch.as_deref(), when(self.date.as_deref())?)?;
        show(context, repository, draft, self.branch.as_deref())
    }

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
        self.tell_of_variables(context, repository, &draft);
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

    /// Says by which variables alone parameters reach the program, which may not know of them: -f or `file` may have been
    /// forgotten.
    fn tell_of_variables(&self, context: &Context<'_>, repository: &Repository, draft: &Draft) {
        let plan = draft.plan();
        let Some(command) = &plan.run.command else { return };
        let is_typed =
            |name: &str| self.choices.param.iter().any(|typed| typed.split('=').next().map(str::trim) == Some(name));
        let outside: Vec<&Parameter> = plan
            .parameters
            .iter()
            .filter(|parameter| parameter.is_outside() && parameter.env.is_none() && parameter.source != Source::Repeat)
            .filter(|parameter| !command.contains(&format!("{{{}}}", parameter.name)))
            .collect();
        // Files are read for that, which most sweeps need not be kept waiting by.
        let asks = !outside.is_empty() && (names_variables(command) || scripts_ask(repository, draft, command));
        let is_told = |parameter: &&Parameter| is_typed(parameter.name.as_str()) || !asks;
        let alone: Vec<&Parameter> = outside.into_iter().filter(is_told).collect();
        let Some(first) = alone.first() else { return };
        let variables: Vec<String> =
            alone.iter().map(|parameter| format!("${}", plan.variable(&parameter.name))).collect();
        let place = if is_typed(first.name.as_str()) { "-f FILE" } else { "a `file` of the parameter" };
        context.ui.note(&format!(
            "the program finds {} in its environment and nowhere else; {place} has the line of that name rewritten, {{{}}} in the \
             command passes it on",
            variables.join(", "),
            first.name
        ));
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

    /// Lays the branch; its name and its newest commit.
    pub fn lay(&self, context: &Context<'_>, repository: &Repository, draft: &Draft) -> Result<(String, CommitId)> {
        confirm_many(context, draft, self.yes)?;
        let (branch, tip) = loop {
            let branch = draft.choose_branch(repository, self.branch.as_deref(), when(self.date.as_deref())?)?;
            // Somebody else may take the name meanwhile; then it is the next one.
            if let Some(tip) = lay(context, repository, draft, &branch, self.date.as_deref())? {
                break (branch, tip);
            }
        };
        let seed = seed_in_words(draft);
        let first = first_in_words(draft).unwrap_or_else(|| ui::count(draft.total(), "point"));
        context
            .ui
            .note(&format!("{first} on the new branch {branch}, from {}{seed}", repository.abbreviate(draft.base())));
        if draft.plan().run.command.is_none() {
            context.ui.warning(
                "it does not say what to run, which gitsweep queue needs: [run] command, or -- COMMAND at the end",
            );
        }
        Ok((branch, tip))
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

/// The first of several words that names what a run has in its environment, which no shell will read there.
fn unread_variable(words: &[String]) -> Option<&String> {
    let has_shell = words.iter().any(|word| word.starts_with('-') && word.ends_with('c'));
    let reads = |word: &&String| word.contains("$GITSWEEP_") || word.contains("${GITSWEEP_");
    words.iter().find(reads).filter(|_| words.len() > 1 && !has_shell)
}

/// True if a file of the base commit that the command names asks for parameters in its environment.
fn scripts_ask(repository: &Repository, draft: &Draft, command: &str) -> bool {
    named_files(repository, draft.base(), command).any(|(_, bytes)| names_variables(&String::from_utf8_lossy(&bytes)))
}

/// Asks before very many points are laid.
pub fn confirm_many(context: &Context<'_>, draft: &Draft, yes: bool) -> Result<()> {
    if draft.total() > MANY_POINTS && !yes && !context.ui.confirm(&format!("Lay {}?", factors(draft)))? {
        return Err(hint::error(
            format!("nothing has been laid: that is {}", factors(draft)),
            "if you mean it, say --yes",
        ));
    }
    Ok(())
}

/// Lays the points of a draft on a branch, by the user, with a progress bar; the newest commit, or nothing if somebody else
/// has moved the branch meanwhile.
pub fn lay(
    context: &Context<'_>,
    repository: &Repository,
    draft: &Draft,
    branch: &str,
    date: Option<&str>,
) -> Result<Option<CommitId>> {
    let when = when(date)?;
    let identity = Identity::of_user(repository, when.0.unix_timestamp(), when.0.offset().whole_minutes())?;
    let bar = context.ui.bar(draft.total(), "laying commits [{bar:30}] {human_pos}/{human_len} {eta}");
    let tip = draft.try_lay(repository, branch, &identity, when, &mut |laid| {
        if laid % 1024 == 0 {
            bar.set_position(laid);
        }
    })?;
    bar.finish_and_clear();
    Ok(tip)
}

/// The date that is typed, or now.
fn when(date: Option<&str>) -> Result<When> {
    let Some(date) = date else {
        let now = OffsetDateTime::now_local().unwrap_or_else(|_| OffsetDateTime::now_utc());
        return Ok(When(now));
    };
    let day = format_description!("[year]-[month]-[day]");
    let parsed = OffsetDateTime::parse(date, &Rfc3339)
        .ok()
        .or_else(|| time::Date::parse(date, day).ok().map(|day| day.midnight().assume_utc()));
    parsed.map(When).ok_or_else(|| {
        usage::wrong(format!("`{date}` is no date"), "such as 2026-11-21 or 2026-11-21T09:30:00+01:00 (RFC 3339)")
    })
}

/// A seed that nobody chose, short enough to be typed again.
fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    std::hash::RandomState::new().build_hasher().finish() % 1_000_000_000
}
