//! `gitsweep create`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use indexmap::IndexSet;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use super::{Context, DONE};
use crate::ui::{self, Look};
use gitsweep::git::{CommitId, Identity, Repository};
use gitsweep::hint;
use gitsweep::names;
use gitsweep::point::Point;
use gitsweep::search::StrategyKind;
use gitsweep::space::Domain;
use gitsweep::spec::{CommandLine, Flags, Method, Parameter, Plan, Rows, Source, Typed, Where};
use gitsweep::sweep::{Draft, Returned, When};
use gitsweep::table::{Cell, Column, Role, Table};
use gitsweep::value::Value;

/// From so many points on, `--yes` is wanted.
const MANY_POINTS: u64 = 10_000;
/// So many characters of a value are shown.
const LONGEST_VALUE: usize = 60;

/// Lay a branch with one commit for each point
///
/// The definition is gitsweep.toml at the top of the repository (or SPEC), the flags, or both: a flag replaces what the
/// file says. Your checkout, index and HEAD are not touched.
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
    /// The form of --list: table, csv, tsv, json, jsonl or markdown
    #[arg(long, value_name = "F", requires = "list")]
    format: Option<String>,
    /// The command that runs a point, with {name} for a parameter's value
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// Which points there are.
#[derive(clap::Args)]
pub struct Choices {
    /// The file in which the parameters of -p stand; without it they reach the program by {name} and the environment
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// A parameter and its values; FILE:NAME=DOMAIN for one in another file than -f
    #[arg(short, long = "param", value_name = "NAME=DOMAIN", allow_hyphen_values = true)]
    param: Vec<String>,
    /// grid, line, random, latin-hypercube, sobol, halton or list; of those that learn auto, bayesian, tpe, cma-es,
    /// evolutionary or differential-evolution [default: grid]
    #[arg(long, value_name = "S")]
    strategy: Option<String>,
    /// The number of points
    #[arg(long, value_name = "N")]
    trials: Option<u64>,
    /// What all that is drawn depends on [default: drawn, and recorded]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Only points for which this holds, such as 'g_e > g_i'
    #[arg(long = "where", value_name = "EXPR")]
    constraints: Vec<String>,
    /// Run every point N times, with the parameter seed from 1 to N
    #[arg(long, value_name = "N")]
    repeats: Option<u64>,
    /// Values of a parameter in a grid or line whose domain does not say how many
    #[arg(long, value_name = "N")]
    grid_points: Option<usize>,
    /// Where a search that learns starts: the value of a parameter in its first point
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    start: Vec<(String, String)>,
    /// How long a search that learns goes on, from its first run's start, such as 24h
    #[arg(long, value_name = "DUR")]
    search_time: Option<String>,
    /// How much time the runs of a search that learns may take in all, such as 100h
    #[arg(long, value_name = "DUR")]
    run_time: Option<String>,
    /// A value of the objective that is good enough to end a search that learns
    #[arg(long, value_name = "VALUE", allow_negative_numbers = true)]
    target: Option<f64>,
    /// End a search that learns after so many results in a row without a better one
    #[arg(long, value_name = "N")]
    patience: Option<u64>,
    /// A CSV or JSON file of points, for the strategy list; `-` for standard input. Of a table of results the parameters
    /// are taken
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

impl Choices {
    /// What the flags say.
    ///
    /// `own` are the parameters of the definition.
    pub fn flags(&self, context: &Context<'_>, repository: &Repository, mut own: Vec<String>) -> Result<Flags> {
        let place = Inside::new(context, repository)?;
        let parameters = self.param.iter().map(|text| place.parameter(text)).collect::<Result<Vec<_>>>()?;
        own.extend(parameters.iter().map(|(name, ..)| name.clone()));
        Ok(Flags {
            file: self.file.as_deref().map(|file| place.path(file)).transpose()?,
            parameters,
            strategy: self.strategy.clone().or_else(|| self.from.as_ref().map(|_| "list".to_owned())),
            trials: self.trials,
            seed: self.seed,
            repeats: self.repeats,
            constraints: self.constraints.clone(),
            grid_points: self.grid_points,
            start: self.start.clone(),
            search_time: self.search_time.clone(),
            run_time: self.run_time.clone(),
            target: self.target,
            patience: self.patience,
            points: self.from.as_deref().map(|file| read_points(context, repository, file, &own)).transpose()?,
            ..Flags::default()
        })
    }
}

/// Reads `name=value`.
fn pair(text: &str) -> Result<(String, String)> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => bail!("it is NAME=VALUE, such as lr=0.01"),
    }
}

/// What the definition of a sweep is made of.
#[derive(clap::Args)]
pub struct Definition {
    /// The definition [default: gitsweep.toml at the top of the repository]
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
    #[arg(long, value_name = "WAY")]
    direction: Option<String>,
    /// How long a run may take, such as 90s or 2h
    #[arg(long, value_name = "DUR")]
    timeout: Option<String>,
    /// The branch is NAME and the date [default: the file's name key, else STRATEGY_search]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The branch's whole name
    #[arg(long, value_name = "NAME")]
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
    if args.list {
        list(context, &draft, args.format.as_deref())?;
        return Ok(DONE);
    }
    if args.definition.dry_run {
        args.definition.preview(context, &repository, &draft)?;
        return Ok(DONE);
    }
    let (branch, _) = args.definition.lay(context, &repository, &draft)?;
    writeln!(std::io::stdout(), "{branch}")?;
    context.ui.note(&format!("next: gitsweep queue {branch}"));
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
        let base = match &self.base {
            Some(revision) => repository.resolve(revision)?,
            None if repository.workdir().is_none() => {
                return Err(hint::error(
                    "a bare repository has no checkout to start from",
                    "name the commit to start from: --base main",
                ));
            }
            None => repository.head()?,
        };
        let guard_changes = self.base.is_none();
        let command = CommandLine::read(words, &self.literal)?;
        for (name, domain) in &command.parameters {
            context.ui.note(&format!("parameter {name}: {domain}"));
        }
        let (typed, folder) = self.read(context, repository, base, &command)?;
        let mut own = typed.chosen();
        own.extend(command.parameters.iter().map(|(name, _)| name.clone()));
        let mut flags = self.choices.flags(context, repository, own)?;
        flags.parameters.extend(command.parameters.into_iter().map(|(name, domain)| (name, Where::Outside, domain)));
        flags.takes_one_run = !words.is_empty() && self.choices.file.is_none();
        flags.command = (!words.is_empty()).then_some(command.line);
        flags.objective.clone_from(&self.objective);
        flags.direction.clone_from(&self.direction);
        flags.name.clone_from(&self.name);
        flags.timeout.clone_from(&self.timeout);
        let mut plan = Plan::resolve(typed, &folder, &flags)?;
        if plan.search.seed.is_none() && plan.needs_seed() {
            plan.search.seed = Some(fresh_seed());
        }
        let draft = Draft::prepare(repository, plan, base, guard_changes)?;
        warn(context, &draft);
        Ok(draft)
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
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
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
        let search = &draft.plan().search;
        let seed = search.seed.map_or_else(String::new, |seed| format!(", seed {seed}"));
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

/// How many points of a search that learns are laid before there is any result.
fn first_in_words(draft: &Draft) -> Option<String> {
    let search = &draft.plan().search;
    search.learning.as_ref()?;
    let first = format!("the first {}", ui::count(draft.total(), "point"));
    Some(match search.trials {
        Some(trials) => format!("{first} of {}", trials * search.repeats.unwrap_or(1)),
        None => first,
    })
}

/// An initial design of such a part of the trials leaves next to nothing to learn for.
const NEARLY: (u64, u64) = (4, 5);

/// Says what is allowed and seldom meant.
fn warn(context: &Context<'_>, draft: &Draft) {
    draft.doubts().iter().for_each(|doubt| context.ui.warning(doubt));
    let plan = draft.plan();
    let points = draft.total() / plan.search.repeats.unwrap_or(1).max(1);
    if let (Some(learning), Some(trials)) = (&plan.search.learning, plan.search.trials)
        && points > 1
        && points.saturating_mul(NEARLY.1) >= trials.saturating_mul(NEARLY.0)
    {
        let less = match learning.method {
            Method::CmaEs(_) | Method::DifferentialEvolution(_) => "a smaller population",
            _ => "min_initial_points",
        };
        let count = if points == trials { "all".to_owned() } else { points.to_string() };
        context.ui.note(&format!(
            "{count} of the {trials} trials are laid before anything is learnt from results: take more --trials, or {less} under \
             [search]"
        ));
    }
    let trials = plan.search.trials.filter(|_| plan.search.learning.is_none());
    if let Some(trials) = trials.filter(|trials| *trials > points) {
        let found = ui::count(points, "such point");
        context.ui.warning(&match draft.fruitless() {
            None => format!("{trials} trials are asked for, and there are only {found}"),
            Some(draws) => format!(
                "{trials} trials are asked for, and {found} were found: the last {} brought nothing new",
                ui::count(draws, "draw")
            ),
        });
    }
    for parameter in plan.parameters.iter().filter(|parameter| parameter.group.is_none()) {
        let Some(Domain::Drawn(drawn)) = parameter.domain() else { continue };
        let count = draft.settled(parameter).and_then(|domain| domain.len()).unwrap_or_default();
        if count < drawn.size() {
            context.ui.warning(&format!(
                "{}: {} are asked for, and no more than {count} different ones were drawn: {}",
                parameter.name,
                ui::count(drawn.size() as u64, "value"),
                drawn.distribution().text()
            ));
        }
    }
    if plan.parameters.is_empty() {
        context.ui.note("no parameter varies: one run of the code as it is");
    }
    let command = plan.run.command.as_deref().unwrap_or_default();
    let repeat = plan.parameters.iter().find(|parameter| parameter.source == Source::Repeat && parameter.is_outside());
    if let Some(repeat) =
        repeat.filter(|repeat| !command.contains(&format!("{{{}}}", repeat.name)) && repeat.env.is_none())
    {
        context.ui.note(&format!(
            "the repeats differ in {0} alone, which the program finds in ${1} (or by {{{0}}} in the command)",
            repeat.name,
            plan.variable(&repeat.name)
        ));
    }
}

/// Asks before very many points are laid.
pub fn confirm_many(context: &Context<'_>, draft: &Draft, yes: bool) -> Result<()> {
    if draft.total() > MANY_POINTS && !yes && !context.ui.confirm(&format!("Lay {}?", factors(draft)))? {
        return Err(hint::error(format!("that is {}", factors(draft)), "if you mean it, say --yes"));
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
        hint::error(format!("`{date}` is no date"), "such as 2026-11-21 or 2026-11-21T09:30:00+01:00 (RFC 3339)")
    })
}

/// A seed that nobody chose, short enough to be typed again.
fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    std::hash::RandomState::new().build_hasher().finish() % 1_000_000_000
}

/// The points of a file that the user names, with a word on columns that are not in the definition.
fn read_points(context: &Context<'_>, repository: &Repository, file: &Path, own: &[String]) -> Result<Rows> {
    let name = file.display().to_string();
    let text = match name.as_str() {
        "-" => std::io::read_to_string(std::io::stdin()),
        _ => std::fs::read_to_string(context.folder.join(file)),
    };
    let rows = gitsweep::spec::read_rows(&text.with_context(|| format!("cannot read {name}"))?, &name)?;
    let Returned { rows, left_out } = Returned::of(repository, rows, own, &name)?;
    let names: IndexSet<&str> = rows.iter().flatten().map(|(name, _)| name.as_str()).collect();
    let new: Vec<&str> = names.iter().copied().filter(|name| !own.iter().any(|own| own == name)).collect();
    if !left_out.is_empty() {
        let taken: Vec<&str> = names.into_iter().collect();
        context.ui.note(&format!(
            "{name} is a table of results: taken are {}; left out are {}",
            taken.join(", "),
            left_out.join(", ")
        ));
    } else if !new.is_empty() {
        let kind = if own.is_empty() { "parameters" } else { "new parameters" };
        context.ui.note(&format!("{kind} of {name}: {}", new.join(", ")));
    }
    Ok(rows)
}

/// Where the user is inside the repository, to turn what is typed into paths from its top.
struct Inside {
    top: PathBuf,
    folder: PathBuf,
}

impl Inside {
    fn new(context: &Context<'_>, repository: &Repository) -> Result<Self> {
        let folder =
            context.folder.canonicalize().with_context(|| format!("there is no {}", context.folder.display()))?;
        let top = match repository.workdir() {
            Some(top) => top.canonicalize().context("cannot find the checkout")?,
            None => folder.clone(),
        };
        Ok(Self { top, folder })
    }

    fn path(&self, typed: &Path) -> Result<String> {
        let mut whole = PathBuf::new();
        for part in self.folder.join(typed).components() {
            match part {
                std::path::Component::ParentDir => drop(whole.pop()),
                std::path::Component::CurDir => {}
                part => whole.push(part),
            }
        }
        // A link on the way to the file's folder is the same folder.
        let whole = match (whole.parent().and_then(|parent| parent.canonicalize().ok()), whole.file_name()) {
            (Some(parent), Some(name)) => parent.join(name),
            _ => whole,
        };
        match whole.strip_prefix(&self.top) {
            Ok(inside) => Ok(inside.to_string_lossy().into_owned()),
            Err(_) => bail!("{} is not in the repository {}", typed.display(), self.top.display()),
        }
    }

    /// `NAME=DOMAIN` or `FILE:NAME=DOMAIN`.
    fn parameter(&self, typed: &str) -> Result<(String, Where, String)> {
        let Some((name, domain)) = typed.split_once('=') else {
            return Err(hint::error(
                format!("-p {typed}: a parameter and its values are joined by `=`"),
                format!("such as -p '{typed}=[1, 2, 3]'"),
            ));
        };
        let (file, name) = match name.rsplit_once(':') {
            Some((file, name)) => (Where::File(self.path(Path::new(file))?), name),
            None => (Where::Default, name),
        };
        Ok((name.trim().to_owned(), file, domain.trim().to_owned()))
    }
}

/// `36 points (1 x 6 x 6)`
fn factors(draft: &Draft) -> String {
    let factors = draft.factors().map(ToString::to_string).filter(|factors| factors.contains(" x "));
    let factors = factors.map_or_else(String::new, |factors| format!(" ({factors})"));
    format!("{}{factors}", ui::count(draft.total(), "point"))
}

/// All points as a table.
fn list(context: &Context<'_>, draft: &Draft, format: Option<&str>) -> Result<()> {
    let format = super::output::format(format, None)?;
    let mut columns = vec![Column::new("point", Role::Point)];
    let names: Vec<&str> = draft.plan().parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    columns.extend(names.iter().map(|name| Column::new(*name, Role::Parameter)));
    let mut rows = Vec::new();
    for (index, proposal) in (1..).zip(draft.proposals()) {
        let point = proposal?.point;
        let mut row = vec![Cell::Value(Value::integer(index))];
        row.extend(names.iter().map(|name| point.get(name).map_or(Cell::Missing, |value| Cell::Value(value.clone()))));
        rows.push(row);
    }
    let table = Table::new(columns, rows)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let options = gitsweep::report::Options {
        width: super::results::width(),
        styled: context.ui.is_styled(),
        ..Default::default()
    };
    gitsweep::report::write(&table, format, &options, &mut out)?;
    out.flush()?;
    Ok(())
}

fn show(context: &Context<'_>, repository: &Repository, draft: &Draft, branch: Option<&str>) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let plan = draft.plan();
    let name = branch.map_or_else(|| format!("{}-<date>", plan.name), str::to_owned);
    let count = first_in_words(draft).unwrap_or_else(|| factors(draft));
    writeln!(out, "{count} on branch {name}, from {}", repository.abbreviate(draft.base()))?;
    let width = plan.parameters.iter().map(|parameter| parameter.name.as_str().len()).max().unwrap_or(0);
    for parameter in &plan.parameters {
        let when = parameter.when.as_ref().map_or_else(String::new, |when| format!("   when {when}"));
        writeln!(out, "  {:width$}  {}{when}", parameter.name.as_str(), values_in_words(draft, parameter))?;
    }
    for constraint in &plan.search.constraints {
        writeln!(out, "  where {constraint}")?;
    }
    match &plan.run.command {
        Some(command) => writeln!(out, "  runs: {command}")?,
        None => writeln!(out, "  runs: nothing yet; give a command by [run] command or after --")?,
    }
    let line = |point: Option<&Point>| point.map_or_else(String::new, |point| point.brief().to_string());
    writeln!(out, "first: {}", line(draft.first()))?;
    if draft.total() > 1 {
        writeln!(out, "last:  {}", line(draft.last()))?;
    }
    writeln!(out, "\nthe first point's diff:")?;
    let mut any = false;
    for file in &draft.preview()? {
        let patch = gitsweep::git::unified_diff(&file.path, file.before.as_deref(), Some(&file.after))?;
        any |= !patch.is_empty();
        super::diff::print_patch(&mut out, context.ui, &patch)?;
    }
    if !any {
        writeln!(out, "{}", context.ui.paint(Look::Faint, "(none: the code has these values already)"))?;
    }
    context.ui.note("nothing has been changed");
    Ok(())
}

/// The values of a parameter, the middle ones left out where there are many.
fn values_in_words(draft: &Draft, parameter: &Parameter) -> String {
    let domain = match &parameter.source {
        Source::Domain(domain) => domain,
        Source::Derived(expr) => return format!("= {expr}"),
        Source::Repeat | Source::Missing => {
            return format!("1 to {}", draft.plan().search.repeats.unwrap_or(1));
        }
    };
    let settled = draft.settled(parameter);
    let settled = settled.as_ref().unwrap_or(domain);
    let search = &draft.plan().search;
    // A grid may take a part of them only.
    let takes_some = search.strategy.is(StrategyKind::Grid) || search.strategy.is(StrategyKind::Line);
    let taken = settled.values().filter(|_| takes_some && parameter.group.is_none());
    let taken = taken.and_then(|_| settled.grid(search.grid_points));
    let brief = |value: &Value| ui::beginning(value.as_str(), LONGEST_VALUE).into_owned();
    match taken.as_deref().or(settled.values()) {
        Some([first, second, rest @ .., last]) if rest.len() > 6 => {
            format!("{} {} ... {}", brief(first), brief(second), brief(last))
        }
        Some(values) => values.iter().map(brief).collect::<Vec<_>>().join(" "),
        None => domain.text(),
    }
}
