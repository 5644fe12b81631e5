//! From the definition of a search that grows to what proposes its points, and when it is enough.

use anyhow::Result;

use super::growing::{Growing, Method};
use super::objective::Direction;
use super::plan::Search;
use crate::hint;
use crate::point::ParamName;
use crate::search::learn::bayesian::initial_points as bayesian_points;
use crate::search::learn::{
    Auto, Bayesian, BayesianSettings, Budget, CmaEs, Encoding, Evolution, Failures, Learner, Mixed, Pick, RandomPoints,
    Ranked, Scalarised, Scale, Tpe,
};
use crate::space::Domain;

/// Results that the Parzen estimator needs.
const TPE_INITIAL: usize = 10;

impl Growing {
    /// What proposes the points of `search`.
    pub fn learner(&self, search: &Search) -> Box<dyn Learner> {
        let mut learner: Box<dyn Learner> = match &self.method {
            Method::Evolutionary(evolution) => {
                let crossover =
                    if search.has_several_objectives() { Evolution::CROSSOVER } else { evolution.crossover };
                Box::new(Evolution { crossover, ..evolution.clone() })
            }
            Method::Bayesian(settings) => self.model(settings, search),
            Method::CmaEs(cma_es) => Box::new(cma_es.clone()),
            Method::DifferentialEvolution(differential) => Box::new(differential.clone()),
            Method::Tpe => Box::new(Tpe { min_initial_points: self.min_initial_points.unwrap_or(TPE_INITIAL) }),
            Method::Random => return Box::new(RandomPoints),
            Method::Auto(settings) => Box::new(self.auto(self.model(settings, search), search)),
        };
        if search.has_several_objectives() && !matches!(self.method, Method::Bayesian(_) | Method::Auto(_)) {
            learner = Box::new(Ranked::new(learner));
        }
        if self.grid_probability > 0.0 || self.random_probability > 0.0 {
            let (grid, random) = (self.grid_probability, self.random_probability);
            learner = Box::new(Mixed { inner: learner, grid, random, grid_points: search.grid_points });
        }
        learner
    }

    /// A Gaussian process.
    fn model(&self, settings: &BayesianSettings, search: &Search) -> Box<dyn Learner> {
        let objective = search.all_objectives().first();
        let direction = objective.map_or(Direction::Minimize, |objective| objective.direction);
        let failures = match settings.failures {
            // It is given as the objective is reported.
            Failures::Value(value) => Failures::Value(direction.signed(value)),
            other => other,
        };
        let scale = match (settings.scale, direction) {
            (Scale::Log, Direction::Maximize) => Scale::LogNegated,
            (scale, _) => scale,
        };
        let settings = BayesianSettings { failures, scale, ..settings.clone() };
        let initial = self.min_initial_points;
        if search.has_several_objectives() {
            // Each proposal weighs results anew: what has settled by one has not by the next.
            let settings = BayesianSettings { restarts: Some(false), ..settings };
            return Box::new(Scalarised::new(Box::new(Bayesian { settings, initial, budget: None })));
        }
        Box::new(Bayesian { settings, initial, budget: search.trials })
    }

    fn auto(&self, model: Box<dyn Learner>, search: &Search) -> Auto {
        Auto {
            model,
            has_several: search.has_several_objectives(),
            budget: search.trials,
            is_noisy: search.is_noisy(),
            min_initial_points: self.min_initial_points.unwrap_or(TPE_INITIAL),
        }
    }

    /// How many points of `search` are laid before there is any result: as many as the strategy wants before it learns from
    /// any.
    pub fn first_points(&self, encoding: &Encoding<'_>, search: &Search) -> usize {
        let dimensions = encoding.dimensions();
        let by_model = || bayesian_points(encoding.coordinates());
        let by_default = match &self.method {
            Method::Evolutionary(evolution) => evolution.elite_size,
            Method::CmaEs(cma_es) => return cma_es.size(dimensions),
            Method::DifferentialEvolution(differential) => return differential.size(dimensions),
            Method::Tpe => TPE_INITIAL,
            Method::Random => return 1,
            Method::Bayesian(_) => by_model(),
            Method::Auto(settings) => match self.auto(self.model(settings, search), search).pick(encoding, 0) {
                Pick::Model => by_model(),
                Pick::CmaEs => return CmaEs::default().size(dimensions),
                Pick::Tpe => TPE_INITIAL,
            },
        };
        self.min_initial_points.unwrap_or(by_default)
    }

    /// True if the logarithm of results is modelled once there are so many points, so that all results have to have one.
    pub fn models_logarithm(&self, encoding: &Encoding<'_>, search: &Search, points: u64) -> bool {
        match &self.method {
            Method::Bayesian(settings) => settings.scale == Scale::Log,
            Method::Auto(settings) => {
                settings.scale == Scale::Log
                    && self.auto(self.model(settings, search), search).pick(encoding, points) == Pick::Model
            }
            _ => false,
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::Point;
    use crate::search::learn::{History, Observation, State, hypervolume, initial};
    use crate::search::{Origin, Parameter, Proposal, Space};
    use crate::spec::{Flags, Plan, Typed};

    #[test]
    fn logarithms_are_modelled_as_long_as_auto_takes_the_model() {
        let models = |strategy: &str, points: u64| {
            let text = format!(
                "[search]\nstrategy = \"{strategy}\"\nobjective = \"loss\"\npatience = 900\n\
                 objective_transformation = \"log\"\n[params.x]\nvalues = \"uniform(0, 1)\"\n"
            );
            let plan = Plan::resolve(Typed::read(&text, "spec").unwrap(), "", &Flags::default()).unwrap();
            let domain = Domain::parse("uniform(0, 1)").unwrap();
            let x = Parameter::new(ParamName::new("x").unwrap(), Origin::free(domain));
            let space = Space::new(vec![x], vec![]).unwrap();
            plan.search.growing.as_ref().unwrap().models_logarithm(&Encoding::new(&space), &plan.search, points)
        };
        assert!(models("auto", 10) && !models("auto", 1_000));
        assert!(models("bayesian", 10) && models("bayesian", 1_000));
    }

    /// ZDT1 of E. Zitzler, K. Deb and L. Thiele (Evol. Comput. 8, 2000) with five parameters. After 60 points the volume below
    /// (1.1, 6) is at the median 4.5 by Optuna's NSGA-II and 4.3 by pymoo's, with populations of 10, and 3.7 by children of one parent;
    /// of the front itself it is 6.3.
    #[test]
    fn evolution_for_two_objectives_is_no_worse_than_others_by_sorted_fronts() {
        let text = "[search]\nstrategy = \"evolutionary\"\nobjectives = [\"a min\", \"b min\"]\ntrials = 60\n\
                    [params.x]\nvalues = \"uniform(0, 1)\"\n";
        let plan = Plan::resolve(Typed::read(text, "spec").unwrap(), "", &Flags::default()).unwrap();
        let learner = plan.search.growing.as_ref().unwrap().learner(&plan.search);
        let unit = || Origin::free(Domain::parse("{ type = 'continuous', domain = [0, 1] }").unwrap());
        let parameter = |at| Parameter::new(ParamName::new(&format!("x{at}")).unwrap(), unit());
        let space = Space::new((0..5).map(parameter).collect(), vec![]).unwrap();
        let objectives = |point: &Point| {
            let x: Vec<f64> = point.iter().map(|(_, value)| value.as_f64().unwrap()).collect();
            let g = 1.0 + 9.0 * x[1..].iter().sum::<f64>() / 4.0;
            vec![x[0], g * (1.0 - (x[0] / g).sqrt())]
        };
        let volume = |seed| {
            let mut known: Vec<Observation> = Vec::new();
            while known.len() < 60 {
                let history = History::new(known.clone());
                let proposals = match known.len() {
                    0 => initial(&space, &history, seed, 10).unwrap(),
                    _ => learner.propose(&space, &history, seed, 1).unwrap(),
                };
                known.extend(proposals.into_iter().zip(history.next_index()..).map(
                    |(Proposal { point, by }, index)| Observation {
                        index,
                        state: State::Done(objectives(&point)),
                        point,
                        by,
                    },
                ));
            }
            let values: Vec<Vec<f64>> = known.iter().map(|known| objectives(&known.point)).collect();
            hypervolume(&values, &[1.1, 6.0])
        };
        let mut volumes: Vec<f64> = (0..7).map(volume).collect();
        volumes.sort_by(f64::total_cmp);
        assert!(volumes[3] > 4.5, "{volumes:?}");
    }
}
