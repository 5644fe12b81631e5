//! What is asked for on the command line.

use anyhow::{Context as _, Result, bail};
use gitsweep::search::learn::bayesian::{Acquisition, Choice, Estimation, Settings};
use gitsweep::search::learn::gp::Kernel;
use gitsweep::search::learn::{Bayesian, CmaEs, DifferentialEvolution, Learner, Tpe};

use crate::functions::{self, Function};

/// Where the seeds begin that nothing is developed on.
const HELD_OUT: u64 = 10_000;
/// What can propose.
const LEARNERS: [&str; 4] = ["bayesian", "tpe", "cma-es", "differential-evolution"];

/// What is asked for.
pub(crate) struct Options {
    pub(crate) functions: Vec<Function>,
    pub(crate) seeds: u64,
    pub(crate) from: u64,
    /// How many points are awaited at any time.
    pub(crate) in_flight: usize,
    settings: Settings,
    /// How many results there have to be before a model is asked, if not as many as by default.
    initial: Option<usize>,
    /// Whether cost is measured, not regret.
    pub(crate) cost: bool,
    /// Whether each seed's regret is printed.
    pub(crate) each: bool,
    /// What proposes; the Gaussian process if it is not said.
    learner: String,
    /// The Python that other tools are measured with.
    pub(crate) live: Option<String>,
}

impl Options {
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self {
            functions: functions::benchmark(),
            seeds: 20,
            from: HELD_OUT,
            in_flight: 1,
            settings: Settings::default(),
            initial: None,
            cost: false,
            each: false,
            learner: String::new(),
            live: None,
        };
        let (mut wanted, mut evaluations) = (None, usize::MAX);
        while let Some(word) = words.next() {
            let mut next = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                // cargo's own.
                "--bench" => {}
                "--functions" => wanted = Some(next()?),
                "--other" => options.functions = functions::others(),
                "--seeds" => options.seeds = next()?.parse()?,
                "--from" => options.from = next()?.parse()?,
                "--evaluations" => evaluations = next()?.parse()?,
                "--in-flight" => options.in_flight = next()?.parse()?,
                "--exact" => options.settings.exact = true,
                "--mcmc" => options.settings.estimation = Choice::OneOf(vec![Estimation::Mcmc]),
                "--initial" => options.initial = Some(next()?.parse()?),
                "--lists" => options.settings.take_lists(),
                "--cost" => options.cost = true,
                "--each" => options.each = true,
                "--learner" => {
                    options.learner = next()?;
                    if !LEARNERS.contains(&&*options.learner) {
                        bail!("--learner {}: it is one of {}", options.learner, LEARNERS.join(", "));
                    }
                }
                "--live" => options.live = Some(next()?),
                _ => bail!("what is {word}?"),
            }
        }
        if let Some(wanted) = wanted {
            let names: Vec<&str> = wanted.split(',').collect();
            let all = functions::benchmark().into_iter().chain(functions::others());
            options.functions = all.filter(|function| names.contains(&function.name)).collect();
        }
        for function in &mut options.functions {
            function.evaluations = function.evaluations.min(evaluations);
        }
        Ok(options)
    }

    /// A learner that has not been asked yet.
    pub(crate) fn learner(&self, function: &Function) -> Box<dyn Learner> {
        match self.learner.as_str() {
            "tpe" => Box::new(Tpe { min_initial_points: 10 }),
            "cma-es" => Box::new(CmaEs::default()),
            "differential-evolution" => Box::new(DifferentialEvolution::default()),
            _ => {
                let budget = Some(function.evaluations as u64);
                Box::new(Bayesian { settings: self.settings.clone(), initial: self.initial, budget })
            }
        }
    }
}

/// hp_search's way.
trait Lists {
    fn take_lists(&mut self);
}

impl Lists for Settings {
    fn take_lists(&mut self) {
        self.kernel = Choice::OneOf(vec![Kernel::ExpQuad, Kernel::RatQuad, Kernel::Matern52]);
        self.acquisition = Choice::OneOf(vec![Acquisition::Ei, Acquisition::Mpi, Acquisition::Lcb]);
        self.estimation = Choice::OneOf(vec![Estimation::Map, Estimation::Mcmc]);
    }
}
