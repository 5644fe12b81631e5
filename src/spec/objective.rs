//! What is optimised: one metric, or several with a direction each.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};

use super::typed::{Flags, TypedSearch};
use crate::hint;

/// The name of the objective where that is a fitness, computed from the metrics.
pub const FITNESS: &str = "fitness";

/// Which way the objective is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smaller is better.
    Minimize,
    /// Larger is better.
    Maximize,
}

impl Direction {
    /// A value of which smaller is better.
    pub fn signed(self, value: f64) -> f64 {
        match self {
            Self::Minimize => value,
            Self::Maximize => -value,
        }
    }

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

impl fmt::Display for Objective {
    /// As it is typed: `loss min`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.direction {
            Direction::Minimize => "min",
            Direction::Maximize => "max",
        };
        write!(f, "{} {way}", self.metric)
    }
}

/// The one objective, with its direction; the fitness if `learns` and nothing else is named.
///
/// # Errors
/// If it is no name of a metric, or there is a direction alone.
pub(super) fn resolve_objective(flags: &Flags, typed: &TypedSearch, learns: bool) -> Result<Option<Objective>> {
    let fitness = (learns && typed.fitness.is_some() && typed.objectives.is_none()).then(|| FITNESS.to_owned());
    let metric = flags.objective.clone().or_else(|| typed.objective.clone()).or(fitness);
    let direction = flags.direction.as_deref().or(typed.direction.as_deref());
    if let Some(metric) = &metric {
        check_metric(metric)?;
    }
    match (metric, direction.map(str::parse).transpose()?) {
        (Some(metric), direction) => {
            Ok(Some(Objective { metric, direction: direction.unwrap_or(Direction::Minimize) }))
        }
        (None, Some(_)) => bail!("a direction without an objective: say which metric is the objective"),
        (None, None) => Ok(None),
    }
}

/// Several objectives; none if there is at most one.
pub(super) fn resolve_objectives(flags: &Flags, typed: &TypedSearch) -> Result<Vec<Objective>> {
    let Some(texts) = &typed.objectives else { return Ok(Vec::new()) };
    if flags.objective.is_some() {
        return Ok(Vec::new());
    }
    if typed.objective.is_some() || typed.direction.is_some() {
        return Err(hint::error(
            "both objective (or direction) and objectives are given",
            "objectives = [\"loss min\", \"seconds min\"] says it all",
        ));
    }
    let objectives = texts.iter().map(|text| parse_objective(text)).collect::<Result<Vec<_>>>()?;
    if objectives.is_empty() {
        bail!("objectives is an empty list");
    }
    let mut seen = HashSet::new();
    if let Some(twice) = objectives.iter().find(|objective| !seen.insert(&objective.metric)) {
        bail!("the objective {} is given twice", twice.metric);
    }
    Ok(objectives)
}

/// Refuses what is meant for several objectives, or for a direction.
fn check_metric(metric: &str) -> Result<()> {
    if metric.contains(',') {
        let texts: Vec<String> = metric.split(',').map(|name| format!("\"{} min\"", name.trim())).collect();
        return Err(hint::error(
            format!("`{metric}` is no name of one metric"),
            format!("several stand in gitsweep.toml: objectives = [{}] under [search]", texts.join(", ")),
        ));
    }
    match metric.trim().rsplit_once(char::is_whitespace).map(|(name, way)| (name, way.parse::<Direction>())) {
        Some((name, Ok(direction))) => Err(hint::error(
            format!("`{metric}` is no name of a metric"),
            format!(
                "--objective {0} --direction {1}, or objective = \"{0}\" and direction = \"{1}\" under [search]",
                name.trim(),
                direction.as_str()
            ),
        )),
        _ => Ok(()),
    }
}

/// Reads `loss`, `loss min` or `accuracy max`.
fn parse_objective(text: &str) -> Result<Objective> {
    let (metric, direction) = match text.trim().rsplit_once(char::is_whitespace) {
        Some((metric, direction)) => (
            metric.trim(),
            direction.parse().map_err(|error: anyhow::Error| error.context(format!("objectives: `{text}`")))?,
        ),
        None => (text.trim(), Direction::Minimize),
    };
    if metric.is_empty() {
        bail!("objectives: `{text}` names no metric");
    }
    Ok(Objective { metric: metric.to_owned(), direction })
}
