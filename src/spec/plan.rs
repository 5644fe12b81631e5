//! The definition as it is meant: every default applied, every word checked.

use std::collections::HashSet;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Result, bail};
use regex::Regex;

use super::rows::Rows;
use super::typed::{
    Flags, OneOrMany, Typed, TypedMetric, TypedOccurrences, TypedParameter, TypedSite, TypedStrategy, Where,
};
use super::written::toml_text;
use crate::expr::Expression;
use crate::hint;
use crate::point::ParamName;
use crate::search::StrategyKind;
use crate::source::{Format, Occurrences};
use crate::space::Domain;
use crate::value::Value;

/// Which way the objective is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smaller is better.
    Minimize,
    /// Larger is better.
    Maximize,
}

impl Direction {
    /// The word that stands in a definition.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minimize => "minimize",
            Self::Maximize => "maximize",
        }
    }
}

impl FromStr for Direction {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> Result<Self> {
        match word {
            "minimize" | "minimise" | "min" => Ok(Self::Minimize),
            "maximize" | "maximise" | "max" => Ok(Self::Maximize),
            _ => Err(hint::error(format!("`{word}` is no direction"), "it is minimize or maximize")),
        }
    }
}

/// The metric that is optimised, and which way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objective {
    /// The metric.
    pub metric: String,
    /// Which way it is to go.
    pub direction: Direction,
}

/// How points are chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// What proposes points.
    pub strategy: StrategyPlan,
    /// What is optimised, if anything.
    pub objective: Option<Objective>,
    /// How many points there are to be.
    pub trials: Option<u64>,
    /// What everything that is drawn depends on; drawn itself when the sweep is made, if nobody gives it.
    pub seed: Option<u64>,
    /// How often every point is run, with the parameter `seed` from 1 on.
    pub repeats: Option<u64>,
    /// What has to hold for a point.
    pub constraints: Vec<Expression>,
    /// Points a parameter has in a grid or line where its domain does not say.
    pub grid_points: Option<usize>,
    /// The file of points of the strategy `list`, from the top of the repository.
    pub points: Option<String>,
}

/// A strategy, or several with their probabilities.
#[derive(Clone, Debug, PartialEq)]
pub enum StrategyPlan {
    /// One.
    One(StrategyKind),
    /// One of these for each point, drawn with these probabilities.
    Mixture(Vec<(StrategyKind, f64)>),
}

/// How a point is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunDefinition {
    /// The line for `sh -c`, with `{name}` of parameters in it.
    pub command: Option<String>,
    /// How long a run may take.
    pub timeout: Option<Duration>,
    /// How long a run that is to end may take to do so before it is killed.
    pub grace: Duration,
    /// Untracked paths that are linked into the checkout from the main one.
    pub link: Vec<String>,
    /// Left-behind paths that are removed instead of kept, with `*` for anything.
    pub discard: Vec<String>,
}

/// Where a parameter's values come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The strategy takes them from a domain.
    Domain(Domain),
    /// They follow from other parameters.
    Derived(Expression),
    /// They count the repeats of a point, from 1.
    Repeat,
    /// Nothing says.
    Missing,
}

/// What finds a value's place in a committed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The line that gives this name its value.
    Line(String),
    /// The user's own regular expression.
    Pattern(String),
    /// A key of a configuration file.
    Key(String),
}

/// One place of a committed file that a parameter is written to.
#[derive(Clone, Debug, PartialEq)]
pub struct SitePlan {
    /// The file, from the top of the repository.
    pub file: String,
    /// What finds the value there.
    pub place: Place,
    /// Which of several.
    pub occurrences: Occurrences,
    /// How a number is written.
    pub format: Option<Format>,
    /// What is written, if it is not the parameter's value itself.
    pub expr: Option<Expression>,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: ParamName,
    /// Where its values come from.
    pub source: Source,
    /// When it applies; where it does not, points do not have it and its lines stay as they are.
    pub when: Option<Expression>,
    /// The group in which it advances together with others.
    pub group: Option<String>,
    /// The value that a line search goes around.
    pub base: Option<Value>,
    /// Where it is written; without any it reaches the program by the environment and by `{name}` in the command.
    pub sites: Vec<SitePlan>,
    /// A variable of the environment that has the value too.
    pub env: Option<String>,
}

impl Parameter {
    /// True if no committed line holds it.
    pub fn is_outside(&self) -> bool {
        self.sites.is_empty()
    }

    /// Its domain, if it has one.
    pub fn domain(&self) -> Option<&Domain> {
        match &self.source {
            Source::Domain(domain) => Some(domain),
            Source::Derived(_) | Source::Repeat | Source::Missing => None,
        }
    }
}

/// Where a metric beside `output.json` comes from.
#[derive(Clone, Debug)]
pub struct MetricSource {
    /// The metric's name.
    pub name: String,
    /// A regular expression over the run's log; its first group in the last match is the number.
    pub stdout: Regex,
}

impl PartialEq for MetricSource {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.stdout.as_str() == other.stdout.as_str()
    }
}

/// What `queue` does where its flags are silent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueDefaults {
    /// Runs at a time.
    pub jobs: Option<usize>,
    /// Time between starts.
    pub spacing: Option<Duration>,
    /// Stop after so many failures.
    pub max_failures: Option<u64>,
}

/// What a sweep is.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The branch is this and a date.
    pub name: String,
    /// How points are chosen.
    pub search: Search,
    /// How they are run.
    pub run: RunDefinition,
    /// The parameters; the last varies fastest.
    pub parameters: Vec<Parameter>,
    /// Metrics beside `output.json`.
    pub metrics: Vec<MetricSource>,
    /// Defaults of `queue`.
    pub queue: QueueDefaults,
    /// Points that were given with the flags, by name; they stand in the commits and nowhere else.
    pub rows: Option<Rows>,
}

/// Left behind by every Python program, and of no use to anybody.
const DISCARDED: &[&str] = &["__pycache__", "*.pyc"];
const GRACE: Duration = Duration::from_secs(10);

impl Plan {
    /// What the typed definition and the flags mean. `folder` is where the definition lies, from the top of the
    /// repository: the files that it names are looked for there.
    ///
    /// # Errors
    /// If a word means nothing, naming it.
    pub fn resolve(typed: Typed, folder: &str, flags: &Flags) -> Result<Self> {
        let mut parameters = Vec::with_capacity(typed.params.len() + flags.parameters.len());
        for (name, parameter) in typed.params {
            parameters.push(resolve_parameter(&name, parameter, folder)?);
        }
        let mut given = HashSet::new();
        for (name, place, domain) in &flags.parameters {
            if !given.insert(name) {
                bail!("parameter {name} is given twice");
            }
            let file = match place {
                Where::Default => flags.file.as_deref(),
                Where::File(file) => Some(file.as_str()),
                Where::Outside => None,
            };
            add_flag(&mut parameters, name, domain, file)?;
        }
        add_columns(&mut parameters, flags)?;
        let strategy = resolve_strategy(flags.strategy.as_deref(), typed.search.strategy)?;
        let repeats = flags.repeats.or(typed.search.repeats);
        if repeats == Some(0) {
            bail!("repeats = 0: every point is run at least once");
        }
        add_repeats(&mut parameters, repeats)?;
        if parameters.is_empty() && !strategy.is(StrategyKind::List) {
            return Err(hint::error(
                "there is no parameter to vary",
                "give one by -f FILE -p 'NAME=[1, 2, 3]', or write a definition: gitsweep init FILE",
            ));
        }
        let mut variables = HashSet::new();
        let mut own_variables = HashSet::new();
        for parameter in &parameters {
            if let Some(env) = parameter.env.as_ref().filter(|env| !own_variables.insert(*env)) {
                bail!("two parameters have the variable {env}");
            }
            if !variables.insert(parameter.name.to_variable()) {
                bail!("parameter {} and another have the same name in the environment", parameter.name);
            }
            if let Source::Missing = parameter.source {
                return Err(hint::error(
                    format!("parameter {} has no values", parameter.name),
                    format!(
                        "values = [1, 2, 3] under [params.{}], or expr = \"...\" if it follows from others",
                        parameter.name
                    ),
                ));
            }
        }
        let constraints = typed.search.constraints.map(OneOrMany::into_vec).unwrap_or_default();
        let constraints = constraints.iter().chain(&flags.constraints);
        let mut known = Vec::new();
        for text in constraints {
            let constraint = parse_expression(text, "where")?;
            if !known.contains(&constraint) {
                known.push(constraint);
            }
        }
        let metric = flags.objective.clone().or(typed.search.objective);
        let direction = flags.direction.as_deref().or(typed.search.direction.as_deref());
        let objective = match (metric, direction.map(str::parse).transpose()?) {
            (Some(metric), direction) => {
                Some(Objective { metric, direction: direction.unwrap_or(Direction::Minimize) })
            }
            (None, Some(_)) => bail!("a direction without an objective: say which metric is the objective"),
            (None, None) => None,
        };
        let command = flags.command.clone().or(typed.run.command);
        if command.as_deref().is_some_and(|command| command.trim().is_empty()) {
            bail!("the command is empty");
        }
        if let Some(executor) = typed.queue.executor.as_deref().filter(|executor| *executor != "local") {
            return Err(hint::error(format!("this version of gitsweep has no executor `{executor}`"), "it has: local"));
        }
        let metrics =
            typed.metrics.into_iter().map(|(name, metric)| resolve_metric(name, &metric)).collect::<Result<_>>()?;
        let name = flags.name.clone().or(typed.name).unwrap_or_else(|| strategy.search_name());
        check_branch_stem(&name)?;
        Ok(Self {
            name,
            search: Search {
                strategy,
                objective,
                trials: flags.trials.or(typed.search.trials),
                seed: flags.seed.or(typed.search.seed),
                repeats,
                constraints: known,
                grid_points: flags.grid_points.or(typed.search.grid_points),
                points: typed.search.points.as_deref().map(|path| join(folder, path)),
            },
            run: RunDefinition {
                command,
                timeout: flags.timeout.as_deref().or(typed.run.timeout.as_deref()).map(parse_duration).transpose()?,
                grace: typed.run.grace.as_deref().map(parse_duration).transpose()?.unwrap_or(GRACE),
                link: typed.run.link.iter().map(|path| check_link(&join(folder, path))).collect::<Result<_>>()?,
                discard: typed.run.discard.unwrap_or_else(|| DISCARDED.iter().map(|&path| path.to_owned()).collect()),
            },
            rows: flags.points.clone(),
            parameters,
            metrics,
            queue: QueueDefaults {
                jobs: typed.queue.jobs.or(typed.queue.max_active),
                spacing: typed.queue.spacing.as_deref().map(parse_duration).transpose()?,
                max_failures: typed.queue.max_failures,
            },
        })
    }

    /// Reads the definition that a sweep's commit holds.
    ///
    /// # Errors
    /// If it is damaged, or was written by a later version.
    pub fn read_back(text: &str, label: &str) -> Result<Self> {
        Self::resolve(Typed::read(text, label)?, "", &Flags::default())
    }

    /// True if anything of it is drawn.
    pub fn needs_seed(&self) -> bool {
        let draws = match &self.search.strategy {
            StrategyPlan::One(StrategyKind::Grid) => self.search.trials.is_some(),
            StrategyPlan::One(kind) => !matches!(kind, StrategyKind::Line | StrategyKind::List),
            StrategyPlan::Mixture(_) => true,
        };
        draws || self.parameters.iter().any(|parameter| matches!(parameter.domain(), Some(Domain::Drawn(_))))
    }

    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name.as_str() == name)
    }
}

impl StrategyPlan {
    /// True if it is this one strategy.
    pub fn is(&self, kind: StrategyKind) -> bool {
        *self == Self::One(kind)
    }

    fn search_name(&self) -> String {
        match self {
            Self::One(kind) => format!("{}_search", kind.as_str().replace('-', "_")),
            Self::Mixture(_) => "mixture_search".to_owned(),
        }
    }
}

fn resolve_strategy(flag: Option<&str>, typed: Option<TypedStrategy>) -> Result<StrategyPlan> {
    match (flag, typed) {
        (Some(word), _) => Ok(StrategyPlan::One(word.parse()?)),
        (None, Some(TypedStrategy::Word(word))) => Ok(StrategyPlan::One(word.parse()?)),
        (None, Some(TypedStrategy::Mixture(shares))) => {
            let shares = shares.into_iter().map(|(word, share)| Ok((word.parse()?, share))).collect::<Result<_>>()?;
            Ok(StrategyPlan::Mixture(shares))
        }
        (None, None) => Ok(StrategyPlan::One(StrategyKind::Grid)),
    }
}

/// Parameters for the columns of given points that the definition does not have.
fn add_columns(parameters: &mut Vec<Parameter>, flags: &Flags) -> Result<()> {
    let Some(rows) = &flags.points else { return Ok(()) };
    let mut columns = indexmap::IndexMap::<&str, Vec<&str>>::new();
    for (name, text) in rows.iter().flatten() {
        let values = columns.entry(name).or_default();
        if !values.contains(&text.as_str()) {
            values.push(text);
        }
    }
    for (name, values) in columns {
        if parameters.iter().any(|parameter| parameter.name.as_str() == name) {
            continue;
        }
        let quoted = values.iter().map(|text| match Value::guess(text).kind() {
            crate::value::Kind::Text => toml_text(text),
            _ => (*text).to_owned(),
        });
        let domain = format!("[{}]", quoted.collect::<Vec<_>>().join(", "));
        add_flag(parameters, name, &domain, flags.file.as_deref())?;
    }
    Ok(())
}

/// The parameter that counts the repeats, in the definition or outside of the code.
const REPEAT: &str = "seed";

fn add_repeats(parameters: &mut Vec<Parameter>, repeats: Option<u64>) -> Result<()> {
    if repeats.is_none() {
        return Ok(());
    }
    match parameters.iter_mut().find(|parameter| parameter.name.as_str() == REPEAT) {
        Some(seed) if seed.source == Source::Missing => seed.source = Source::Repeat,
        Some(_) => {
            return Err(hint::error(
                format!("repeats give the parameter {REPEAT} its values, and it has values of its own"),
                format!("take its values out, or the repeats: values of {REPEAT} are repeats already"),
            ));
        }
        None => parameters.push(Parameter {
            name: ParamName::new(REPEAT)?,
            source: Source::Repeat,
            when: None,
            group: None,
            base: None,
            sites: Vec::new(),
            env: None,
        }),
    }
    Ok(())
}

fn resolve_parameter(name: &str, typed: TypedParameter, folder: &str) -> Result<Parameter> {
    let source = match (&typed.domain, &typed.expr) {
        (Some(_), Some(_)) => bail!("parameter {name} has both values and expr: it is either chosen or derived"),
        (Some(domain), None) => {
            Source::Domain(Domain::parse_toml(domain).map_err(|error| hint_of_domain(name, &error))?)
        }
        (None, Some(expr)) => Source::Derived(parse_expression(expr, &format!("parameter {name}, expr"))?),
        (None, None) => Source::Missing,
    };
    let name = ParamName::new(name)?;
    let base = typed.base_text.as_deref().map(|text| resolve_base(&name, text)).transpose()?;
    let own = TypedSite {
        file: typed.file.clone(),
        name: typed.name,
        pattern: typed.pattern,
        key: typed.key,
        format: typed.format,
        occurrences: typed.occurrences,
        expr: None,
    };
    let has_template = own.name.is_some() || own.pattern.is_some() || own.key.is_some() || own.format.is_some();
    let mut sites = Vec::new();
    if typed.at.is_empty() || has_template {
        match own.file {
            Some(_) => sites.push(resolve_site(&name, own, None, folder)?),
            None if has_template => {
                return Err(hint::error(
                    format!("{name} has a template but no file"),
                    format!("say which: file = \"src/model.py\" under [params.{name}]"),
                ));
            }
            None => {}
        }
    }
    for site in typed.at {
        sites.push(resolve_site(&name, site, typed.file.as_deref(), folder)?);
    }
    let when =
        typed.when.as_deref().map(|when| parse_expression(when, &format!("parameter {name}, when"))).transpose()?;
    if let Some(env) = &typed.env
        && (env.is_empty() || env.contains(['=', '\0']) || env.starts_with("GITSWEEP_"))
    {
        bail!("{name}: `{env}` cannot be a variable of its own");
    }
    Ok(Parameter { name, source, when, group: typed.group, base, sites, env: typed.env })
}

fn resolve_base(name: &ParamName, text: &str) -> Result<Value> {
    let domain = Domain::parse_toml(text).map_err(|error| hint_of_domain(name.as_str(), &error))?;
    match domain.values() {
        Some([value]) => Ok(value.clone()),
        _ => bail!("{name}: base is one value"),
    }
}

fn resolve_site(name: &ParamName, typed: TypedSite, file: Option<&str>, folder: &str) -> Result<SitePlan> {
    let occurrences = match typed.occurrences {
        None => Occurrences::Only,
        Some(TypedOccurrences::Number(0)) => bail!("{name}: occurrences are counted from 1"),
        Some(TypedOccurrences::Number(number)) => Occurrences::Nth(number),
        Some(TypedOccurrences::Word(word)) if word == "all" => Occurrences::All,
        Some(TypedOccurrences::Word(word)) => bail!("{name}: occurrences is \"all\" or a number, not `{word}`"),
    };
    let format = typed
        .format
        .map(|format| Format::parse(&format))
        .transpose()
        .map_err(|error| hint::error(format!("{name}: {error}"), "such as \"%.3e\" or \"{:.3}\""))?;
    let Some(file) = typed.file.as_deref().or(file) else {
        return Err(hint::error(
            format!("a place of {name} has no file"),
            format!("say which: file = \"src/model.py\" under [[params.{name}.at]] or [params.{name}]"),
        ));
    };
    let place = match (typed.name, typed.pattern, typed.key) {
        (None, None, None) => Place::Line(name.to_string()),
        (Some(name), None, None) => Place::Line(name),
        (None, Some(pattern), None) => Place::Pattern(pattern),
        (None, None, Some(key)) => Place::Key(key),
        _ => bail!("{name}: a place is found by one of name, pattern and key"),
    };
    let expr = typed
        .expr
        .as_deref()
        .map(|expr| parse_expression(expr, &format!("parameter {name}, a place's expr")))
        .transpose()?;
    Ok(SitePlan { file: join(folder, file), place, occurrences, format, expr })
}

fn parse_expression(text: &str, label: &str) -> Result<Expression> {
    Expression::parse(text).map_err(|error| {
        let message = format!("{label}: {error}");
        error.hint().map_or_else(|| anyhow::anyhow!("{message}"), |way_out| hint::error(&message, way_out))
    })
}

/// Adds `-p name=domain`, or gives a parameter of the definition another domain.
fn add_flag(parameters: &mut Vec<Parameter>, name: &str, domain: &str, file: Option<&str>) -> Result<()> {
    let source = Source::Domain(Domain::parse(domain).map_err(|error| hint_of_domain(name, &error))?);
    let site = |file: &str| SitePlan {
        file: file.to_owned(),
        place: Place::Line(name.to_owned()),
        occurrences: Occurrences::Only,
        format: None,
        expr: None,
    };
    if let Some(known) = parameters.iter_mut().find(|parameter| parameter.name.as_str() == name) {
        known.source = source;
        // A file that is named and is another than the definition's is meant to be the place.
        if let Some(file) = file.filter(|file| known.sites.iter().all(|site| site.file != **file)) {
            known.sites = vec![site(file)];
        }
        return Ok(());
    }
    let sites = file.map(site).into_iter().collect();
    let name = ParamName::new(name)?;
    parameters.push(Parameter { name, source, when: None, group: None, base: None, sites, env: None });
    Ok(())
}

fn hint_of_domain(name: &str, error: &crate::space::DomainError) -> anyhow::Error {
    let hint = error.hint().unwrap_or("such as [1, 2, 3], 0.5 to 3.0 step 0.5, (1, 10, 2), linspace(0, 1, 11)");
    hint::error(format!("parameter {name}: {error}"), hint)
}

fn resolve_metric(name: String, typed: &TypedMetric) -> Result<MetricSource> {
    let stdout = match Regex::new(&typed.stdout) {
        Ok(stdout) => stdout,
        Err(error) => bail!("metric {name}: {error}"),
    };
    if stdout.captures_len() < 2 {
        return Err(hint::error(
            format!("metric {name}: the regular expression has no group that holds the number"),
            "put the number in parentheses: 'rate: ([-+0-9.eE]+)'",
        ));
    }
    Ok(MetricSource { name, stdout })
}

fn check_branch_stem(name: &str) -> Result<()> {
    if crate::git::Repository::is_branch_name(name) && !name.contains(':') {
        return Ok(());
    }
    Err(hint::error(format!("`{name}` cannot start a branch's name"), "take letters, digits, `_`, `-` and `/`"))
}

fn check_link(path: &str) -> Result<String> {
    if path.is_empty() || path.starts_with('/') || path.split('/').any(|segment| segment == "..") {
        bail!("link = \"{path}\": a link is a path inside the repository");
    }
    Ok(path.trim_end_matches('/').to_owned())
}

/// `path` as seen from the top of the repository, `.` and `..` resolved.
pub(crate) fn join(folder: &str, path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in folder.split('/').chain(path.split('/')) {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}

/// Reads `2h`, `90s`, `1h 30m` or `02:00:00`.
///
/// # Errors
/// If it is neither.
pub fn parse_duration(text: &str) -> Result<Duration> {
    let clock: Option<Vec<u64>> = text.split(':').map(|part| part.trim().parse().ok()).collect();
    match clock.as_deref() {
        Some([hours, minutes, seconds]) => return Ok(Duration::from_secs(hours * 3600 + minutes * 60 + seconds)),
        Some([0]) => return Ok(Duration::ZERO),
        _ => {}
    }
    humantime::parse_duration(text)
        .map_err(|_| hint::error(format!("`{text}` is no duration"), "such as 90s, 1m, 2h 30m or 02:30:00"))
}
