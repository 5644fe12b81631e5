//! Searches that grow, in the definition: their points are laid step by step, most of them learnt from results, until it is
//! enough.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::bayesian;
use super::duration::parse_duration;
use super::keys::refuse_keys;
use super::objective::Objective;
use super::strategy::StrategyPlan;
use super::toml_text::{toml_key, toml_text};
use super::typed::{Flags, TypedSearch};
use crate::expr::Expression;
use crate::hint;
use crate::point::ParamName;
use crate::search::StrategyKind;
use crate::search::learn::{BayesianSettings, CmaEs, DifferentialEvolution, Evolution, Failures, Scale};
use crate::value::Value;

/// From how many of the best points a parent is chosen, if it is not said; as in randopt.
const ELITE_SIZE: usize = 10;

/// How an objective is said.
const NAME_OBJECTIVE: &str = "objective = \"loss\" under [search], or --objective loss (and direction = \"maximize\" if \
                              more is better); a bare number in output.json is called objective: --objective objective";

/// How a search grows: what proposes one point after the other, and when it is enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Growing {
    /// What proposes.
    pub method: Method,
    /// Results that there have to be before any are used; by the strategy if it is not said.
    pub min_initial_points: Option<usize>,
    /// How likely a proposal is to be a point of the grid.
    pub grid_probability: f64,
    /// How likely a proposal is to be random, if it is not one of the grid.
    pub random_probability: f64,
    /// A point that comes first.
    pub start: Vec<(ParamName, Value)>,
    /// What is optimised in place of the objective alone, from the metrics.
    pub fitness: Option<Expression>,
    /// Time from the first run's start.
    pub search_time: Option<Duration>,
    /// The sum of what the runs take.
    pub run_time: Option<Duration>,
    /// A value of the objective that is good enough.
    pub target: Option<f64>,
    /// So many results in a row without a better one end the search.
    pub patience: Option<u64>,
}

/// What proposes points one after the other.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// One of the best points, slightly changed.
    Evolutionary(Evolution),
    /// A Gaussian process.
    Bayesian(BayesianSettings),
    /// The covariance matrix adaptation evolution strategy.
    CmaEs(CmaEs),
    /// Differential evolution.
    DifferentialEvolution(DifferentialEvolution),
    /// The Parzen estimator.
    Tpe,
    /// Random points, which learn nothing: they only go on until something else than their number ends the search.
    Random,
    /// One of these, by the space and the budget.
    Auto(BayesianSettings),
}

impl Method {
    /// True if what it proposes depends on results.
    pub fn learns(&self) -> bool {
        !matches!(self, Self::Random)
    }

    /// What a strategy's own keys mean; `None` if its points are all known before the first runs.
    fn resolve(kind: StrategyKind, typed: &TypedSearch, has_other_end: bool) -> Result<Option<Self>> {
        let population = || at_least("population", typed.population, 4);
        Ok(Some(match kind {
            StrategyKind::Evolutionary => Self::Evolutionary(Evolution {
                elite_size: at_least("elite_size", typed.elite_size, 1)?.unwrap_or(ELITE_SIZE),
                crossover: 0.0,
            }),
            StrategyKind::Bayesian => Self::Bayesian(bayesian::settings(typed)?),
            StrategyKind::Auto => Self::Auto(bayesian::settings(typed)?),
            StrategyKind::Tpe => Self::Tpe,
            StrategyKind::Random if has_other_end => Self::Random,
            StrategyKind::CmaEs => Self::CmaEs(CmaEs { population: population()? }),
            StrategyKind::DifferentialEvolution => Self::DifferentialEvolution(DifferentialEvolution {
                population: population()?,
                crossover: probability("crossover", typed.crossover)?
                    .unwrap_or_else(|| DifferentialEvolution::default().crossover),
            }),
            _ => return Ok(None),
        }))
    }
}

impl Growing {
    /// What the words of a definition and the flags mean; `None` if all points are laid at once.
    ///
    /// # Errors
    /// If a key is of another strategy, means nothing, or there is no objective.
    pub(super) fn resolve(
        typed: &TypedSearch,
        flags: &Flags,
        strategy: &StrategyPlan,
        objectives: &[Objective],
    ) -> Result<Option<Self>> {
        let StrategyPlan::One(kind) = strategy else { return refuse_keys(typed, flags, None).map(|()| None) };
        refuse_keys(typed, flags, Some(*kind))?;
        // The file's ends are those of the file's strategy; a search that learns has them in any case.
        let is_of_file = kind.learns() || flags.strategy.is_none();
        let search_time = flags.search_time.as_ref().or(typed.search_time.as_ref().filter(|_| is_of_file));
        let run_time = flags.run_time.as_ref().or(typed.run_time.as_ref().filter(|_| is_of_file));
        let target = flags.target.or(typed.target.filter(|_| is_of_file));
        let patience = flags.patience.or(typed.patience.filter(|_| is_of_file));
        let goes_by_results = target.is_some() || patience.is_some();
        let has_other_end = goes_by_results || search_time.is_some() || run_time.is_some();
        let Some(method) = Method::resolve(*kind, typed, has_other_end)? else { return Ok(None) };
        if objectives.is_empty() && !method.learns() && goes_by_results {
            return Err(hint::error(
                "target and patience are about results, and it is not said which metric is the objective",
                NAME_OBJECTIVE,
            ));
        }
        if objectives.is_empty() && method.learns() {
            return Err(hint::error(
                format!("{kind} learns from results, and it is not said which metric is the objective"),
                NAME_OBJECTIVE,
            ));
        }
        let has_generations = matches!(kind, StrategyKind::CmaEs | StrategyKind::DifferentialEvolution);
        let min_initial_points = typed.min_initial_points.filter(|_| !has_generations);
        let fitness = typed.fitness.as_deref().map(|text| {
            Expression::parse(text).map_err(|error| {
                let way_out = error
                    .hint()
                    .unwrap_or("such as fitness = \"loss + 0.1 * seconds\", an expression over metrics and parameters");
                hint::error(format!("fitness: {error}"), way_out)
            })
        });
        let time = |text: Option<&String>| text.map(|text| parse_duration(text)).transpose();
        let growing = Self {
            method,
            min_initial_points: at_least("min_initial_points", min_initial_points, 1)?,
            grid_probability: probability("grid_probability", typed.grid_probability)?.unwrap_or(0.0),
            random_probability: probability("random_probability", typed.random_probability)?.unwrap_or(0.0),
            start: start(typed, flags)?,
            fitness: fitness.transpose()?,
            search_time: time(search_time)?,
            run_time: time(run_time)?,
            target,
            patience,
        };
        growing.check_ends()?;
        if objectives.len() > 1 {
            growing.check_for_several()?;
        }
        Ok(Some(growing))
    }

    /// Refuses ends that are reached before the search begins, or never.
    fn check_ends(&self) -> Result<()> {
        if self.search_time == Some(Duration::ZERO) {
            bail!("search_time = 0s: the search would be over before it begins");
        }
        if self.patience == Some(0) {
            bail!("patience = 0: there have to be at least 1");
        }
        if let Some(target) = self.target.filter(|target| !target.is_finite()) {
            bail!("target = {target}: no result can be as good as that");
        }
        Ok(())
    }

    /// Refuses what has a meaning for one objective only.
    fn check_for_several(&self) -> Result<()> {
        if let Method::Bayesian(settings) | Method::Auto(settings) = &self.method {
            if settings.scale == Scale::Log {
                return Err(hint::error(
                    "objective_transformation is about one objective, and there are several",
                    "report the logarithm as a metric of its own, and name that among the objectives",
                ));
            }
            if matches!(settings.failures, Failures::Value(_)) {
                return Err(hint::error(
                    "failures = a number is about one objective, and there are several",
                    "failures = \"max\" takes a failure for worse than all results",
                ));
            }
            if settings.restarts == Some(true) {
                return Err(hint::error(
                    "restarts = true is about one objective, and there are several",
                    "leave it out: each proposal weighs the objectives differently, so that none settles",
                ));
            }
        }
        if self.fitness.is_some() {
            bail!("a fitness is one number, and there are several objectives");
        }
        if self.target.is_some() || self.patience.is_some() {
            bail!("target and patience are about one objective, and there are several");
        }
        Ok(())
    }

    /// The lines of the definition.
    pub(super) fn to_toml(&self) -> String {
        let mut out = String::new();
        let mut line = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = writeln!(out, "{key} = {value}");
            }
        };
        let duration = |span: Duration| toml_text(&humantime::format_duration(span).to_string());
        let number = |number: f64| format!("{number:?}");
        match &self.method {
            Method::Evolutionary(evolution) => line("elite_size", Some(evolution.elite_size.to_string())),
            Method::CmaEs(cma_es) => line("population", cma_es.population.map(|size| size.to_string())),
            Method::DifferentialEvolution(differential) => {
                line("population", differential.population.map(|size| size.to_string()));
                line("crossover", Some(number(differential.crossover)));
            }
            Method::Bayesian(settings) | Method::Auto(settings) => {
                bayesian::lines(settings).into_iter().for_each(|(key, value)| line(key, Some(value)));
            }
            Method::Tpe | Method::Random => {}
        }
        line("min_initial_points", self.min_initial_points.map(|points| points.to_string()));
        for (key, probability) in
            [("grid_probability", self.grid_probability), ("random_probability", self.random_probability)]
        {
            line(key, (probability > 0.0).then(|| number(probability)));
        }
        line("fitness", self.fitness.as_ref().map(|fitness| toml_text(&fitness.to_string())));
        line("search_time", self.search_time.map(duration));
        line("run_time", self.run_time.map(duration));
        line("target", self.target.map(number));
        line("patience", self.patience.map(|patience| patience.to_string()));
        if !self.start.is_empty() {
            // As text, so that every literal stays as it is.
            let pairs = self
                .start
                .iter()
                .map(|(name, value)| format!("{} = {}", toml_key(name.as_str()), toml_text(&value.to_trailer())));
            line("start", Some(format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))));
        }
        out
    }
}

fn at_least(key: &str, number: Option<usize>, least: usize) -> Result<Option<usize>> {
    match number {
        Some(number) if number < least => bail!("{key} = {number}: there have to be at least {least}"),
        number => Ok(number),
    }
}

fn probability(key: &str, number: Option<f64>) -> Result<Option<f64>> {
    match number {
        Some(number) if !(0.0..=1.0).contains(&number) => bail!("{key} = {number}: it lies between 0 and 1"),
        number => Ok(number),
    }
}

/// The start, of which flags replace what the file says.
fn start(typed: &TypedSearch, flags: &Flags) -> Result<Vec<(ParamName, Value)>> {
    let mut start: Vec<(ParamName, Value)> = Vec::new();
    let typed = typed.start.iter().flatten().map(|(name, value)| {
        let text = match value {
            toml::Value::String(text) => Value::from_trailer(text),
            other => Value::guess(&other.to_string()),
        };
        (name, text)
    });
    let flags = flags.start.iter().map(|(name, text)| (name, Value::guess(text)));
    for (name, value) in typed.chain(flags) {
        let name = ParamName::new(name).context("start")?;
        match start.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => start.push((name, value)),
        }
    }
    Ok(start)
}
