//! From the definition of a search that learns to what proposes its points, and when it is enough.

use anyhow::Result;

use super::learning::{Learning, Method};
use super::plan::{Direction, Objective};
use crate::hint;
use crate::point::ParamName;
use crate::search::learn::bayesian::initial_points as bayesian_points;
use crate::search::learn::{
    Auto, Bayesian, BayesianSettings, Budget, CmaEs, Encoding, Failures, Learner, Mixed, Pick, RandomPoints, Ranked,
    Scalarised, Scale, Tpe,
};
use crate::space::Domain;

/// Results that the Parzen estimator needs.
const TPE_INITIAL: usize = 10;

impl Learning {
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
            let budget = trials.filter(|_| !has_several);
            let model = BayesianSettings { initial, failures, scale, restarts, budget, ..settings.clone() };
            let model = Box::new(Bayesian::new(model));
            if has_several { Box::new(Scalarised::new(model)) } else { model }
        };
        let mut learner: Box<dyn Learner> = match &self.method {
            Method::Evolutionary(evolution) => Box::new(evolution.clone()),
            Method::Bayesian(settings) => model(settings),
            Method::CmaEs(cma_es) => Box::new(cma_es.clone()),
            Method::DifferentialEvolution(differential) => Box::new(differential.clone()),
            Method::Tpe => Box::new(Tpe { min_initial_points: initial.unwrap_or(TPE_INITIAL) }),
            Method::Random => return Box::new(RandomPoints),
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
            Method::Random => return 1,
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
                if !matches!(self.method, Method::Evolutionary(_) | Method::Random) && !distribution.is_bounded() =>
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
}
