//! The definition as it is typed: the words of `gitsweep.toml`, and the flags that add to them or replace them.

use anyhow::{Result, anyhow};
use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

use super::complaint::explain;
use super::hooks::TypedHooks;
use super::metric::TypedMetric;
use super::one_or_many::OneOrMany;
use super::parameters::{Given, REPEAT, take_values};
use super::queue::TypedQueue;
use super::rows::Rows;
use super::series::{TypedArtifacts, TypedSeries};
use crate::hint;
use crate::search::StrategyKind;

/// `gitsweep.toml`, word for word.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) search: TypedSearch,
    #[serde(default)]
    pub(super) run: TypedRun,
    #[serde(default)]
    pub(super) params: IndexMap<String, TypedParameter>,
    #[serde(default)]
    pub(super) metrics: IndexMap<String, TypedMetric>,
    #[serde(default)]
    pub(super) series: IndexMap<String, TypedSeries>,
    #[serde(default)]
    pub(super) artifacts: TypedArtifacts,
    #[serde(default)]
    pub(super) queue: TypedQueue,
    #[serde(default)]
    pub(super) hooks: TypedHooks,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedSearch {
    pub(super) strategy: Option<TypedStrategy>,
    pub(super) objective: Option<String>,
    pub(super) direction: Option<String>,
    pub(super) trials: Option<u64>,
    pub(super) seed: Option<u64>,
    pub(super) repeats: Option<u64>,
    #[serde(rename = "where")]
    pub(super) constraints: Option<OneOrMany>,
    pub(super) grid_points: Option<usize>,
    pub(super) points: Option<String>,
    pub(super) objectives: Option<Vec<String>>,
    pub(super) fitness: Option<String>,
    pub(super) min_initial_points: Option<usize>,
    pub(super) grid_probability: Option<f64>,
    pub(super) random_probability: Option<f64>,
    pub(super) start: Option<IndexMap<String, toml::Value>>,
    pub(super) search_time: Option<String>,
    pub(super) run_time: Option<String>,
    pub(super) target: Option<f64>,
    pub(super) patience: Option<u64>,
    pub(super) elite_size: Option<usize>,
    pub(super) population: Option<usize>,
    pub(super) crossover: Option<f64>,
    pub(super) kernel: Option<OneOrMany>,
    pub(super) acquisition: Option<OneOrMany>,
    pub(super) estimation: Option<OneOrMany>,
    pub(super) objective_transformation: Option<String>,
    pub(super) normalize: Option<bool>,
    pub(super) exact: Option<bool>,
    pub(super) restarts: Option<bool>,
    pub(super) failures: Option<TypedFailures>,
    pub(super) stop: Option<TypedStop>,
}

/// What is thought of failures: `max`, `nan` or a value.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum TypedFailures {
    Number(f64),
    Word(String),
}

/// When runs are ended early.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedStop {
    pub(super) rule: String,
    pub(super) metric: Option<String>,
    pub(super) direction: Option<String>,
    pub(super) min_steps: Option<u64>,
    pub(super) max_steps: Option<u64>,
    pub(super) reduction: Option<u64>,
    pub(super) min_runs: Option<usize>,
}

/// A strategy by name, or several with their probabilities.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum TypedStrategy {
    Word(String),
    Mixture(IndexMap<String, f64>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedRun {
    pub(super) command: Option<String>,
    pub(super) timeout: Option<String>,
    pub(super) grace: Option<String>,
    #[serde(default)]
    pub(super) link: Vec<String>,
    pub(super) discard: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedParameter {
    pub(super) file: Option<String>,
    pub(super) name: Option<String>,
    pub(super) pattern: Option<String>,
    pub(super) key: Option<String>,
    pub(super) format: Option<String>,
    pub(super) occurrences: Option<TypedOccurrences>,
    pub(super) env: Option<String>,
    #[serde(default)]
    pub(super) at: Vec<TypedSite>,
    pub(super) expr: Option<String>,
    pub(super) when: Option<String>,
    pub(super) group: Option<String>,
    /// Where the domain stands in the text; its literals are read from there.
    pub(super) values: Option<Spanned<toml::Value>>,
    /// Where the base value stands in the text.
    pub(super) base: Option<Spanned<toml::Value>>,
    /// The domain's own text, filled in once the whole text is at hand.
    #[serde(skip)]
    pub(super) domain: Option<String>,
    /// The base value's own text.
    #[serde(skip)]
    pub(super) base_text: Option<String>,
}

impl TypedParameter {
    /// True if nothing is said of its values.
    pub(super) fn lacks_values(&self) -> bool {
        self.domain.is_none() && self.expr.is_none()
    }
}

/// One of several places of a parameter.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedSite {
    pub(super) file: Option<String>,
    pub(super) name: Option<String>,
    pub(super) pattern: Option<String>,
    pub(super) key: Option<String>,
    pub(super) format: Option<String>,
    pub(super) occurrences: Option<TypedOccurrences>,
    pub(super) expr: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum TypedOccurrences {
    Number(usize),
    Word(String),
}

/// What the command line says about the definition.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `-f FILE`: where parameters stand that the points of a file bring along, from the top of the repository.
    pub file: Option<String>,
    /// `-p NAME=DOMAIN` and what the command line spells, in order, each [given](Self::give) once.
    pub parameters: Vec<Given>,
    /// The points of the strategy `list`, read from a file.
    pub points: Option<Rows>,
    /// Whether such points may have values that the definition does not have.
    pub widens: bool,
    /// `--strategy`.
    pub strategy: Option<String>,
    /// `--objective`.
    pub objective: Option<String>,
    /// `--direction`.
    pub direction: Option<String>,
    /// `--metric NAME=WHERE`, as often as it is given.
    pub metrics: Vec<String>,
    /// `--name`.
    pub name: Option<String>,
    /// `--timeout`.
    pub timeout: Option<String>,
    /// `--trials`.
    pub trials: Option<u64>,
    /// `--seed`.
    pub seed: Option<u64>,
    /// `--repeats`.
    pub repeats: Option<u64>,
    /// `--where`, as often as it is given.
    pub constraints: Vec<String>,
    /// `--start NAME=VALUE`, as often as it is given.
    pub start: Vec<(String, String)>,
    /// `--search-time`.
    pub search_time: Option<String>,
    /// `--run-time`.
    pub run_time: Option<String>,
    /// `--target`.
    pub target: Option<f64>,
    /// `--patience`.
    pub patience: Option<u64>,
    /// `--grid-points`.
    pub grid_points: Option<usize>,
    /// What follows `--`, as one line for the shell.
    pub command: Option<String>,
    /// Whether there may be no parameter: then the code is run once, as it is.
    pub takes_one_run: bool,
}

impl Flags {
    /// Adds a parameter.
    ///
    /// # Errors
    /// If it is given already.
    pub fn give(&mut self, parameter: Given) -> Result<()> {
        let name = &parameter.name;
        if self.parameters.iter().any(|given| given.name == *name) {
            return Err(hint::error(
                format!("parameter {name} is given twice"),
                format!("say all its values at once, such as -p '{name}=[1, 2, 3]'"),
            ));
        }
        self.parameters.push(parameter);
        Ok(())
    }

    /// True if they say anything of the points that there are to be.
    pub fn choose_points(&self) -> bool {
        let numbers = [self.trials, self.seed, self.repeats];
        !self.parameters.is_empty()
            || self.points.is_some()
            || self.strategy.is_some()
            || numbers.iter().any(Option::is_some)
            || !self.constraints.is_empty()
            || self.grid_points.is_some()
    }
}

impl Typed {
    /// Reads the text of a `gitsweep.toml`; `label` is what errors call it.
    ///
    /// # Errors
    /// If it is no TOML or has a key that is not known: with line, column and the near miss.
    pub fn read(text: &str, label: &str) -> Result<Self> {
        let mut typed: Self = toml::from_str(text).map_err(|error| explain::<Self>(text, label, &error))?;
        for (name, parameter) in &mut typed.params {
            let slice = |spanned: &Spanned<toml::Value>| {
                let slice =
                    text.get(spanned.span()).ok_or_else(|| anyhow!("{label}: cannot find the values of {name}"));
                slice.map(str::to_owned)
            };
            parameter.domain = parameter.values.as_ref().map(slice).transpose()?;
            parameter.base_text = parameter.base.as_ref().map(slice).transpose()?;
        }
        Ok(typed)
    }

    /// The file of points, seen from the definition, that has values of parameters for which the definition has none.
    pub fn points_for_values(&self, flags: &Flags) -> Option<&str> {
        let is_list = match (&flags.strategy, &self.search.strategy) {
            (Some(word), _) | (None, Some(TypedStrategy::Word(word))) => word == StrategyKind::List.as_str(),
            _ => false,
        };
        let is_needed = is_list && flags.points.is_none() && self.params.values().any(TypedParameter::lacks_values);
        self.search.points.as_deref().filter(|_| is_needed)
    }

    /// Gives parameters whose values are left to a list of points those that the list has.
    pub fn take_values(&mut self, rows: &Rows) {
        take_values(&mut self.params, rows);
    }

    /// The names of the parameters that points can be given values of.
    pub fn chosen(&self) -> Vec<String> {
        let counts = |name: &str, parameter: &TypedParameter| {
            name == REPEAT && parameter.values.is_none() && self.search.repeats.is_some()
        };
        let chosen = self.params.iter().filter(|(name, typed)| typed.expr.is_none() && !counts(name, typed));
        chosen.map(|(name, _)| name.clone()).collect()
    }
}
