//! Searches that learn, in the definition: what is optimised, how, and when it is enough.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::bayesian;
use super::keys::refuse_keys;
use super::plan::{Direction, Objective, StrategyPlan, parse_duration};
use super::typed::{Flags, TypedSearch};
use super::written::{toml_key, toml_text};
use crate::expr::Expression;
use crate::hint;
use crate::point::ParamName;
use crate::search::StrategyKind;
use crate::search::learn::bayesian::initial_points as bayesian_points;
use crate::search::learn::{
    Auto, Bayesian, BayesianSettings, Budget, CmaEs, DifferentialEvolution, Encoding, Evolution, Failures, Learner,
    Mixed, Pick, Ranked, Scalarised, Scale, Tpe,
};
use crate::space::Domain;
use crate::value::Value;

/// From how many of the best points a parent is chosen, if it is not said; as in randopt.
const ELITE_SIZE: usize = 10;
/// Results that the Parzen estimator needs.
const TPE_INITIAL: usize = 10;

/// How a search learns from its results.
#[derive(Clone, Debug, PartialEq)]
pub struct Learning {
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

/// What proposes points from results.
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
    /// One of these, by the space and the budget.
    Auto(BayesianSettings),
}

impl Learning {
    /// What the words of a definition and the flags mean; `None` if the strategy does not learn.
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
        let has_generations = matches!(kind, StrategyKind::CmaEs | StrategyKind::DifferentialEvolution);
        let min_initial_points = typed.min_initial_points.filter(|_| !has_generations);
        let positive = |key: &str, number: Option<usize>, least: usize| match number {
            Some(number) if number < least => bail!("{key} = {number}: there have to be at least {least}"),
            number => Ok(number),
        };
        let method = match kind {
            StrategyKind::Evolutionary => Method::Evolutionary(Evolution {
                elite_size: positive("elite_size", typed.elite_size, 1)?.unwrap_or(ELITE_SIZE),
            }),
            StrategyKind::Bayesian => Method::Bayesian(bayesian::settings(typed)?),
            StrategyKind::Auto => Method::Auto(bayesian::settings(typed)?),
            StrategyKind::Tpe => Method::Tpe,
            StrategyKind::CmaEs => Method::CmaEs(CmaEs { population: positive("population", typed.population, 4)? }),
            StrategyKind::DifferentialEvolution => Method::DifferentialEvolution(DifferentialEvolution {
                population: positive("population", typed.population, 4)?,
                crossover: probability("crossover", typed.crossover)?
                    .unwrap_or_else(|| DifferentialEvolution::default().crossover),
            }),
            _ => return Ok(None),
        };
        if objectives.is_empty() {
            let way_out = match typed.fitness {
                Some(_) => "name one beside the fitness, for tables to be ordered by: objective = \"loss\"",
                None => {
                    "objective = \"loss\" under [search], or --objective loss (and direction = \"maximize\" if more is better)"
                }
            };
            return Err(hint::error(
                format!("{kind} learns from results, and it is not said which metric is the objective"),
                way_out,
            ));
        }
        if let Method::Bayesian(settings) | Method::Auto(settings) = &method
            && objectives.len() > 1
        {
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
        let fitness = typed
            .fitness
            .as_deref()
            .map(|text| Expression::parse(text).map_err(|error| error.into_hinted().context("fitness cannot be read")));
        if fitness.is_some() && objectives.len() > 1 {
            bail!("a fitness is one number, and there are several objectives");
        }
        let time = |flag: &Option<String>, typed: &Option<String>| {
            flag.as_deref().or(typed.as_deref()).map(parse_duration).transpose()
        };
        let search_time = time(&flags.search_time, &typed.search_time)?;
        if search_time == Some(Duration::ZERO) {
            bail!("search_time = 0s: the search would be over before it begins");
        }
        let (target, patience) = (flags.target.or(typed.target), flags.patience.or(typed.patience));
        if patience == Some(0) {
            bail!("patience = 0: there have to be at least 1");
        }
        if let Some(target) = target.filter(|target| !target.is_finite()) {
            bail!("target = {target}: no result can be as good as that");
        }
        if objectives.len() > 1 && (target.is_some() || patience.is_some()) {
            bail!("target and patience are about one objective, and there are several");
        }
        Ok(Some(Self {
            method,
            min_initial_points: positive("min_initial_points", min_initial_points, 1)?,
            grid_probability: probability("grid_probability", typed.grid_probability)?.unwrap_or(0.0),
            random_probability: probability("random_probability", typed.random_probability)?.unwrap_or(0.0),
            start: start(typed, flags)?,
            fitness: fitness.transpose()?,
            search_time,
            run_time: time(&flags.run_time, &typed.run_time)?,
            target,
            patience,
        }))
    }

    /// What proposes, for `trials` points. `is_noisy` says that results differ where parameters do not.
    pub fn learner(
        &self,
        objectives: &[Objective],
        trials: Option<u64>,
        is_noisy: bool,
        grid_points: Option<usize>,
    ) -> Box<dyn Learner> {
        let initial = self.min_initial_points;
        let has_several = objectives.len() > 1;
        let direction = objectives.first().map_or(Direction::Minimize, |objective| objective.direction);
        let model = |settings: &BayesianSettings| -> Box<dyn Learner> {
            let failures = match settings.failures {
                // It is given as the objective is reported.
                Failures::Value(value) => Failures::Value(direction.signed(value)),
                other => other,
            };
            let scale = match (settings.scale, direction) {
                (Scale::Log, Direction::Maximize) => Scale::LogNegated,
                (scale, _) => scale,
            };
            // Of several objectives each proposal weighs results anew: what has settled by one has not by the next.
            let restarts = if has_several { Some(false) } else { settings.restarts };
            let model = BayesianSettings { initial, failures, scale, restarts, ..settings.clone() };
            let model = Box::new(Bayesian::new(model));
            if has_several { Box::new(Scalarised::new(model)) } else { model }
        };
        let mut learner: Box<dyn Learner> = match &self.method {
            Method::Evolutionary(evolution) => Box::new(evolution.clone()),
            Method::Bayesian(settings) => model(settings),
            Method::CmaEs(cma_es) => Box::new(cma_es.clone()),
            Method::DifferentialEvolution(differential) => Box::new(differential.clone()),
            Method::Tpe => Box::new(Tpe { min_initial_points: initial.unwrap_or(TPE_INITIAL) }),
            Method::Auto(settings) => Box::new(self.auto(model(settings), has_several, trials, is_noisy)),
        };
        if has_several && !matches!(self.method, Method::Bayesian(_) | Method::Auto(_)) {
            learner = Box::new(Ranked::new(learner));
        }
        if self.grid_probability > 0.0 || self.random_probability > 0.0 {
            let (grid, random) = (self.grid_probability, self.random_probability);
            learner = Box::new(Mixed { inner: learner, grid, random, grid_points });
        }
        learner
    }

    fn auto(&self, model: Box<dyn Learner>, has_several: bool, budget: Option<u64>, is_noisy: bool) -> Auto {
        Auto {
            model,
            has_several,
            budget,
            is_noisy,
            min_initial_points: self.min_initial_points.unwrap_or(TPE_INITIAL),
        }
    }

    /// How many points are laid before there is any result: as many as the strategy wants before it learns from any.
    pub fn first_points(&self, encoding: &Encoding<'_>, trials: Option<u64>, is_noisy: bool, has_start: bool) -> usize {
        let dimensions = encoding.dimensions();
        let by_model = || bayesian_points(encoding.coordinates());
        let by_default = match &self.method {
            Method::Evolutionary(_) if has_start => return 0,
            Method::Evolutionary(evolution) => evolution.elite_size,
            Method::CmaEs(cma_es) => return cma_es.size(dimensions),
            Method::DifferentialEvolution(differential) => return differential.size(dimensions),
            Method::Tpe => TPE_INITIAL,
            Method::Bayesian(_) => by_model(),
            Method::Auto(settings) => {
                let model = Box::new(Bayesian::new(settings.clone()));
                match self.auto(model, false, trials, is_noisy).pick(encoding, 0) {
                    Pick::Model => by_model(),
                    Pick::CmaEs => return CmaEs::default().size(dimensions),
                    Pick::Tpe => TPE_INITIAL,
                }
            }
        };
        self.min_initial_points.unwrap_or(by_default)
    }

    /// When the search is over. A target is compared with values of which smaller are better.
    pub fn budget(&self, trials: Option<u64>, direction: Direction) -> Budget {
        Budget {
            trials,
            wall: self.search_time,
            run_time: self.run_time,
            target: self.target.map(|target| direction.signed(target)),
            patience: self.patience,
        }
    }

    /// True if anything but the number of points ends the search.
    pub fn has_other_end(&self) -> bool {
        self.search_time.is_some() || self.run_time.is_some() || self.target.is_some() || self.patience.is_some()
    }

    /// Refuses what the strategy cannot learn about.
    ///
    /// # Errors
    /// If a parameter is drawn from a distribution without bounds, and the strategy needs them.
    pub fn check(&self, name: &ParamName, domain: &Domain) -> Result<()> {
        match domain {
            Domain::Sampled(distribution)
                if !matches!(self.method, Method::Evolutionary(_)) && !distribution.is_bounded() =>
            {
                let text = distribution.text();
                Err(hint::error(
                    format!("parameter {name} has no bounds, which a search that models the whole space needs: {text}"),
                    format!(
                        "give bounds: {{ type = \"continuous\", domain = [-1, 1] }} or truncated({text}, -1, 1); with \
                         strategy = \"evolutionary\" a distribution is the size of the steps and needs none"
                    ),
                ))
            }
            _ => Ok(()),
        }
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
            Method::Tpe => {}
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

/// Reads `loss`, `loss min` or `accuracy max`.
///
/// # Errors
/// If the last word is no direction.
pub(super) fn parse_objective(text: &str) -> Result<Objective> {
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

/// A strategy with shares of grid and random points, as one that mixes them in: its kind, and the two probabilities.
///
/// # Errors
/// If another strategy is mixed in, or the shares do not add up.
pub(super) fn mixed_in(shares: &[(StrategyKind, f64)]) -> Result<Option<(StrategyKind, f64, f64)>> {
    let mut learning = shares.iter().map(|(kind, _)| *kind).filter(|kind| kind.learns());
    let Some(kind) = learning.next() else { return Ok(None) };
    if let Some(other) = learning.next() {
        return Err(hint::error(
            format!("{kind} and {other} both learn, and a mixture takes one of them"),
            "strategy = \"auto\" picks between them",
        ));
    }
    let share = |wanted| shares.iter().filter(|(kind, _)| *kind == wanted).map(|(_, share)| share).sum::<f64>();
    let (grid, random) = (share(StrategyKind::Grid), share(StrategyKind::Random));
    if let Some((other, _)) =
        shares.iter().find(|(other, _)| ![kind, StrategyKind::Grid, StrategyKind::Random].contains(other))
    {
        return Err(hint::error(format!("{other} cannot be mixed into {kind}"), "it takes grid and random"));
    }
    let sum: f64 = shares.iter().map(|(_, share)| share).sum();
    if (sum - 1.0).abs() > 1e-6 || shares.iter().any(|(_, share)| !(0.0..=1.0).contains(share)) {
        bail!("the probabilities of the mixture add up to {sum}, not to 1");
    }
    let conditional = if grid < 1.0 { random / (1.0 - grid) } else { 0.0 };
    Ok(Some((kind, grid, conditional)))
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
