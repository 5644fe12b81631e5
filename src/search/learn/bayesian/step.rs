//! One step of a Bayesian search: from what is known to one more point.

use anyhow::Result;

use super::Bayesian;
use super::acquisition::Acquisition;
use super::ascent::{Ascent, Region};
use super::data::Data;
use super::fitted::{ENOUGH, hyperparameters};
use super::settings::{Choice, Estimation, Settings};
use super::surrogate::Surrogate;
use super::warp::Bend;
use crate::search::Proposal;
use crate::search::learn::gp::nuts::Nuts;
use crate::search::learn::gp::{Form, Gp, Hyper, Kernel, Likelihood, Prior, Scratch, Training, posterior_draws};
use crate::search::learn::{Dice, Encoding, History, leftover};

/// Beyond so many results a model is told of some of them.
const MOST: usize = 600;
/// How the hyperparameters' posterior distribution is drawn from, beginning at its mode.
const DRAWS: Nuts = Nuts { burn_in: 10, draws: 6, thinning: 1, depth: 3 };
/// How many of the best points candidates are drawn near to.
const ELITE: usize = 8;
/// How long the sides of a local search's box are, in the mean;
const BOX: f64 = 0.4;
/// and in turn where several points are in flight, which a wide box would scatter: none of them knows what has come of the others.
const BOXES_OF_SEVERAL: [f64; 2] = [0.2, 0.1];

/// How a proposal is made.
#[derive(Clone, Copy, Debug)]
struct Manner {
    form: Form,
    acquisition: Acquisition,
    estimation: Estimation,
    /// Whether it is sought near the best point only.
    local: bool,
    /// Whether it is to tell where the minimum is rather than to be there, if results have noise.
    telling: bool,
}

/// What a step knows.
pub(super) struct Step<'a> {
    search: &'a Bayesian,
    encoding: &'a Encoding<'a>,
    data: Data,
    training: Training,
    history: History,
    seed: u64,
}

impl<'a> Step<'a> {
    pub(super) fn new(
        search: &'a Bayesian,
        encoding: &'a Encoding<'a>,
        data: Data,
        history: History,
        seed: u64,
    ) -> Self {
        let training = data.training(data.len(), Bend::Freely);
        Self { search, encoding, data, training, history, seed }
    }

    pub(super) fn data(&self) -> &Data {
        &self.data
    }

    pub(super) fn history(&self) -> &History {
        &self.history
    }

    /// Takes a proposal for laid.
    pub(super) fn lay(&mut self, proposal: &Proposal) {
        self.history.push_in_flight(proposal.point.clone(), proposal.by.clone());
        self.data.in_flight.extend(self.encoding.encode(&proposal.point));
    }

    /// The next point; `None` if there is none that is new.
    pub(super) fn propose(&self) -> Result<Option<Proposal>> {
        let index = self.history.next_index();
        let mut dice = Dice::new(self.seed, &format!("bayesian:{index}"));
        let mut manner = self.manner(index, &mut dice);
        let (models, bend) = self.models(manner);
        manner.telling &= bend == Bend::Gently && models.len() == 1;
        let elite = self.elite();
        let region = match (models.first(), elite.first()) {
            (Some(model), Some(centre)) if manner.local => {
                Region::around(centre, model.hyper(), self.side(index), self.encoding.coordinates())
            }
            _ => Region::whole(self.encoding.dimensions()),
        };
        let surrogate = self.surrogate(models, manner.acquisition);
        let ascent = Ascent {
            encoding: self.encoding,
            surrogate: &surrogate,
            region: &region,
            elite: &elite,
            history: &self.history,
        };
        let telling = if manner.telling { ascent.most_telling(&mut dice)? } else { None };
        manner.telling &= telling.is_some();
        Ok(match telling.map_or_else(|| ascent.best(&mut dice), |point| Ok(Some(point)))? {
            Some(point) => Some(Proposal { point, by: Some(self.by(manner)) }),
            None => leftover(self.encoding.space(), &self.history, self.seed, 1)?.pop(),
        })
    }

    fn side(&self, index: u64) -> f64 {
        if self.data.in_flight.len() < 2 { BOX } else { BOXES_OF_SEVERAL[(index / 2 % 2) as usize] }
    }

    fn manner(&self, index: u64, dice: &mut Dice) -> Manner {
        let Settings { kernel, acquisition, estimation, .. } = &self.search.settings;
        let dimensions = self.encoding.dimensions();
        // A later run has all before it whenever it began.
        let is_last = self.data.runs_before == 0 && self.search.is_nearly_over(index);
        let local = *kernel == Choice::Best && (index % 2 == 1 || is_last);
        let telling = local && !is_last && *acquisition == Choice::Best;
        let form = match kernel {
            Choice::OneOf(list) => Form::plain(dice.choose(list).copied().unwrap_or(Kernel::Matern52), dimensions),
            Choice::Best => Form {
                kernel: if local { Kernel::RatQuad } else { Kernel::Matern52 },
                additive: dimensions > 1,
                dimensions,
            },
        };
        let acquisition = match acquisition {
            Choice::OneOf(list) => dice.choose(list).copied().unwrap_or(Acquisition::Ei),
            Choice::Best => Acquisition::Ei,
        };
        let estimation = match estimation {
            Choice::OneOf(list) => self.estimation(list, dice),
            Choice::Best => Estimation::Map,
        };
        Manner { form, acquisition, estimation, local, telling }
    }

    /// One of a list, with draws rarer the more results there are.
    fn estimation(&self, list: &[Estimation], dice: &mut Dice) -> Estimation {
        let others: Vec<Estimation> = list.iter().copied().filter(|one| *one != Estimation::Mcmc).collect();
        let draws = if others.len() == list.len() {
            0.0
        } else if others.is_empty() {
            1.0
        } else {
            1.0 / (1.0 + 0.1 * self.data.of_run as f64)
        };
        if dice.unit() < draws { Estimation::Mcmc } else { dice.choose(&others).copied().unwrap_or(Estimation::Map) }
    }

    /// Gaussian processes that know the results, and how much these are bent.
    fn models(&self, manner: Manner) -> (Vec<Gp>, Bend) {
        let prior = match manner.estimation {
            Estimation::Mle => Prior::flat(manner.form, self.search.settings.exact),
            Estimation::Map | Estimation::Mcmc => Prior::new(manner.form, self.search.settings.exact),
        };
        let (found, bend) = hyperparameters(&self.data, manner.form, &prior, self.seed);
        let gentle = (bend == Bend::Gently).then(|| self.data.training(self.data.len(), bend));
        let all = gentle.as_ref().unwrap_or(&self.training);
        let training = some(all, MOST);
        let hypers: Vec<Hyper> = match manner.estimation {
            Estimation::Map | Estimation::Mle => vec![found],
            Estimation::Mcmc => {
                // By the results alone, so that points in flight change nothing.
                let mut dice = Dice::new(self.seed, &format!("draws:{}", self.data.len()));
                let told = some(all, ENOUGH);
                posterior_draws(&mut Likelihood::new(&told, manner.form), &prior, &found, DRAWS, &mut dice)
            }
        };
        (hypers.into_iter().map(|hyper| Gp::new(hyper, training.clone())).collect(), bend)
    }

    /// What judges candidates: models that take what they expect of points in flight for results.
    fn surrogate(&self, mut models: Vec<Gp>, acquisition: Acquisition) -> Surrogate {
        let mut scratch = Scratch::default();
        let mut best = Vec::with_capacity(models.len());
        for model in &mut models {
            for place in &self.data.in_flight {
                model.believe(place, &mut scratch);
            }
            let known = 0..model.training().len();
            let least = if self.search.settings.exact {
                known.map(|at| model.training().values()[at]).fold(f64::INFINITY, f64::min)
            } else {
                known.map(|at| model.mean(&model.training().point(at), &mut scratch)).fold(f64::INFINITY, f64::min)
            };
            best.push(least);
        }
        Surrogate::new(models, acquisition, best)
    }

    /// The points with the best results, from the best on.
    fn elite(&self) -> Vec<Vec<f64>> {
        let values = self.training.values();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        order.into_iter().take(ELITE).map(|at| self.training.point(at)).collect()
    }

    /// What the trailer says: `gp matern52 ei map, 17 results`, or `..., 57 results, 12 of run 2`.
    fn by(&self, manner: Manner) -> String {
        let acquisition = if manner.telling { "kg" } else { manner.acquisition.as_str() };
        let names = [manner.form.kernel.as_str(), acquisition, manner.estimation.as_str()];
        let names = names.join(" ").to_lowercase();
        let local = if manner.local { " local" } else { "" };
        let results = if self.data.successes == 1 { "result" } else { "results" };
        let run = match self.data.runs_before {
            0 => String::new(),
            before => format!(", {} of run {}", self.data.of_run, before + 1),
        };
        format!("gp {names}{local}, {} {results}{run}", self.data.successes)
    }
}

/// The most telling `count` points, or all if there are no more.
fn some(training: &Training, count: usize) -> Training {
    if training.len() > count { training.select(&training.telling(count)) } else { training.clone() }
}
