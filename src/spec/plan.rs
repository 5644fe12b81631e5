//! The definition as it is meant: every default applied, every word checked.

use std::time::Duration;

use super::growing::Growing;
use super::hooks::Hooks;
use super::metric::MetricSource;
use super::objective::{Direction, FITNESS, Objective};
use super::parameter::{Parameter, Source};
use super::queue::QueueDefaults;
use super::rows::Rows;
use super::series::{Artifacts, SeriesPlan};
use super::stopping::Stopping;
use super::strategy::StrategyPlan;
use crate::expr::Expression;
use crate::names;
use crate::point::ParamName;
use crate::search::StrategyKind;
use crate::space::Domain;

/// How points are chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// What proposes points.
    pub strategy: StrategyPlan,
    /// What is optimised, if anything; of several objectives the first.
    pub objective: Option<Objective>,
    /// All objectives, where there are several.
    pub objectives: Vec<Objective>,
    /// How it grows, if not all of its points are laid at once.
    pub growing: Option<Growing>,
    /// When runs are ended early, if they are.
    pub stop: Option<Stopping>,
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
    /// Tables of numbers that runs leave.
    pub series: Vec<SeriesPlan>,
    /// What else runs leave that is worth looking at.
    pub artifacts: Artifacts,
    /// Defaults of `queue`.
    pub queue: QueueDefaults,
    /// What is told of runs that end.
    pub hooks: Hooks,
    /// Points that were given with the flags, by name; they stand in the commits and nowhere else.
    pub rows: Option<Rows>,
}

impl Plan {
    /// True if anything of it is drawn.
    pub fn needs_seed(&self) -> bool {
        let draws = match &self.search.strategy {
            StrategyPlan::One(StrategyKind::Grid) => self.search.trials.is_some(),
            StrategyPlan::One(kind) => !matches!(kind, StrategyKind::Line | StrategyKind::List),
            StrategyPlan::Mixture(_) => true,
        };
        draws || self.parameters.iter().any(|parameter| matches!(parameter.domain(), Some(Domain::Drawn(_))))
    }

    /// The parameter that tells the repeats of a setting from each other.
    pub fn repeat(&self) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.source == Source::Repeat)
    }

    /// The variable that a parameter has in a run: its name in capitals, or as it is where those of several would be the
    /// same.
    pub fn variable(&self, name: &ParamName) -> String {
        let capitals = name.to_variable();
        let is_taken = |other: &Parameter| other.name != *name && other.name.to_variable() == capitals;
        let own = if self.parameters.iter().any(is_taken) { name.as_str() } else { &capitals };
        format!("{}{own}", names::ENV_PARAM_PREFIX)
    }

    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name.as_str() == name)
    }
}

impl Search {
    /// True if points are repeated: results differ, then, where parameters do not.
    pub fn is_noisy(&self) -> bool {
        self.repeats.is_some_and(|repeats| repeats > 1)
    }

    /// True if there is more than one objective.
    pub fn has_several_objectives(&self) -> bool {
        self.all_objectives().len() > 1
    }

    /// What is computed from the metrics and optimised in place of the objective.
    pub fn fitness(&self) -> Option<&Expression> {
        self.growing.as_ref()?.fitness.as_ref()
    }

    /// What results are ordered by: the fitness if there is one, else the objective.
    pub fn goal(&self) -> Option<(&str, Direction)> {
        let objective = self.objective.as_ref()?;
        Some((self.fitness().map_or(&objective.metric, |_| FITNESS), objective.direction))
    }

    /// Those that programs have to report: all but a fitness.
    pub fn reported_objectives(&self) -> impl Iterator<Item = &Objective> {
        let is_computed = |metric: &str| self.fitness().is_some() && metric == FITNESS;
        self.all_objectives().iter().filter(move |objective| !is_computed(&objective.metric))
    }

    /// The metric by which runs are ended early, if they are.
    pub fn watched(&self) -> Option<&str> {
        self.stop.as_ref().map(|stop| stop.metric.metric.as_str())
    }

    /// How often every point is laid.
    pub fn rounds(&self) -> u64 {
        self.repeats.unwrap_or(1)
    }

    /// The seed; 0 where it has been neither given nor drawn.
    pub fn seed_or_zero(&self) -> u64 {
        self.seed.unwrap_or(0)
    }

    /// What is optimised: none, one or several.
    pub fn all_objectives(&self) -> &[Objective] {
        if self.objectives.is_empty() { self.objective.as_slice() } else { &self.objectives }
    }
}
