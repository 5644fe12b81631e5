//! The definition as it is meant: every default applied, every word checked.

use std::collections::HashSet;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Result, bail};
use regex::Regex;

use super::typed::{Flags, Typed, TypedMetric, TypedOccurrences, TypedParameter};
use crate::hint;
use crate::point::ParamName;
use crate::search::StrategyKind;
use crate::source::{Format, Occurrences};
use crate::space::Domain;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// What proposes points.
    pub strategy: StrategyKind,
    /// What is optimised, if anything.
    pub objective: Option<Objective>,
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

/// How a value reaches the program.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one a parameter, and most are the large one")]
pub enum Binding {
    /// Written into a line of a committed file.
    Source {
        /// The file, from the top of the repository.
        file: String,
        /// The name that the line gives a value to.
        name: String,
        /// The user's own template, instead of that line.
        pattern: Option<String>,
        /// Which of several places.
        occurrences: Occurrences,
        /// How the number is written.
        format: Option<Format>,
    },
    /// By the environment, and by `{name}` in the command: no committed line holds it.
    Outside,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: ParamName,
    /// The values that it takes.
    pub domain: Domain,
    /// How they reach the program.
    pub binding: Binding,
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
        for (name, file, domain) in &flags.parameters {
            if !given.insert(name) {
                bail!("parameter {name} is given twice");
            }
            add_flag(&mut parameters, name, domain, file.as_deref().or(flags.file.as_deref()))?;
        }
        if parameters.is_empty() {
            return Err(hint::error(
                "there is no parameter to vary",
                "give one by -f FILE -p 'NAME=[1, 2, 3]', or write a definition: gitsweep init FILE",
            ));
        }
        let mut variables = HashSet::new();
        for parameter in &parameters {
            if !variables.insert(parameter.name.to_variable()) {
                bail!("parameter {} and another have the same name in the environment", parameter.name);
            }
        }

        let strategy = flags.strategy.as_deref().or(typed.search.strategy.as_deref()).unwrap_or("grid").parse()?;
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
        let name = flags.name.clone().or(typed.name).unwrap_or_else(|| format!("{strategy}_search"));
        check_branch_stem(&name)?;
        Ok(Self {
            name,
            search: Search { strategy, objective },
            run: RunDefinition {
                command,
                timeout: flags.timeout.as_deref().or(typed.run.timeout.as_deref()).map(parse_duration).transpose()?,
                grace: typed.run.grace.as_deref().map(parse_duration).transpose()?.unwrap_or(GRACE),
                link: typed.run.link.iter().map(|path| check_link(&join(folder, path))).collect::<Result<_>>()?,
                discard: typed.run.discard.unwrap_or_else(|| DISCARDED.iter().map(|&path| path.to_owned()).collect()),
            },
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

    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name.as_str() == name)
    }
}

fn resolve_parameter(name: &str, typed: TypedParameter, folder: &str) -> Result<Parameter> {
    let domain = Domain::parse_toml(&typed.domain).map_err(|error| hint_of_domain(name, &error))?;
    let name = ParamName::new(name)?;
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
    let binding = match typed.file {
        Some(file) => Binding::Source {
            file: join(folder, &file),
            name: typed.name.unwrap_or_else(|| name.to_string()),
            pattern: typed.pattern,
            occurrences,
            format,
        },
        None if typed.pattern.is_some() || typed.name.is_some() || format.is_some() => {
            return Err(hint::error(
                format!("{name} has a template but no file"),
                format!("say which: file = \"src/model.py\" under [params.{name}]"),
            ));
        }
        None => Binding::Outside,
    };
    Ok(Parameter { name, domain, binding })
}

/// Adds `-p name=domain`, or gives a parameter of the definition another domain.
fn add_flag(parameters: &mut Vec<Parameter>, name: &str, domain: &str, file: Option<&str>) -> Result<()> {
    let domain = Domain::parse(domain).map_err(|error| hint_of_domain(name, &error))?;
    if let Some(known) = parameters.iter_mut().find(|parameter| parameter.name.as_str() == name) {
        known.domain = domain;
        return Ok(());
    }
    let name = ParamName::new(name)?;
    let binding = match file {
        None => Binding::Outside,
        Some(file) => Binding::Source {
            file: file.to_owned(),
            name: name.to_string(),
            pattern: None,
            occurrences: Occurrences::Only,
            format: None,
        },
    };
    parameters.push(Parameter { name, domain, binding });
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
