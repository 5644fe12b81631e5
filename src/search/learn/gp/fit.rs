//! Hyperparameters from data.

use super::hyper::{Hyper, Prior};
use super::likelihood::Likelihood;
use super::nuts::{Nuts, sample};
use crate::search::learn::Dice;
use crate::search::learn::lbfgs::{Limits, minimise};

/// How hard to look.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How many places drawn from the prior are starts, besides those that are given.
    pub starts: usize,
    /// The most times that the likelihood is computed from each start.
    pub evaluations: usize,
    /// What a step has to bring to be worth another.
    pub tolerance: f64,
}

/// The most probable hyperparameters, found by gradients from each of `starts` and some
/// places drawn from the prior.
pub fn most_probable(
    likelihood: &mut Likelihood<'_>,
    prior: &Prior,
    starts: &[Hyper],
    effort: Effort,
    dice: &mut Dice,
) -> Hyper {
    let form = likelihood.form();
    let mut places: Vec<Vec<f64>> = starts.iter().map(|start| start.logs.clone()).collect();
    for _ in 0..effort.starts {
        let draw = |(mean, deviation): (&f64, &f64)| mean + deviation.min(2.5) * dice.normal();
        places.push(prior.means.iter().zip(&prior.deviations).map(draw).collect());
    }
    let (low, high) = (prior.low(), prior.high());
    let limits = Limits { steps: effort.evaluations, evaluations: effort.evaluations, tolerance: effort.tolerance };
    let mut best: Option<(f64, Vec<f64>)> = None;
    for place in &places {
        let negative = |logs: &[f64], gradient: &mut [f64]| {
            let log = likelihood.log_posterior(logs, prior, gradient);
            gradient.iter_mut().for_each(|entry| *entry = -*entry);
            -log
        };
        let found = minimise(negative, place, &low, &high, limits);
        if found.value.is_finite() && best.as_ref().is_none_or(|(value, _)| found.value < *value) {
            best = Some((found.value, found.at));
        }
    }
    Hyper::from_logs(form, &best.map_or_else(|| prior.means.clone(), |(_, at)| at))
}

/// Draws from the posterior distribution of the hyperparameters, by the No-U-Turn sampler from `start`.
pub fn posterior_draws(
    likelihood: &mut Likelihood<'_>,
    prior: &Prior,
    start: &Hyper,
    settings: Nuts,
    dice: &mut Dice,
) -> Vec<Hyper> {
    let free: Vec<usize> = (0..start.logs.len()).filter(|&i| !prior.fixed[i]).collect();
    let mut logs = start.logs.clone();
    let mut whole = vec![0.0; logs.len()];
    // In the prior's deviations all have about the same scale.
    let density = |z: &[f64], gradient: &mut [f64]| {
        for (&i, z) in free.iter().zip(z) {
            logs[i] = prior.means[i] + prior.deviations[i] * z;
        }
        let log = likelihood.log_posterior(&logs, prior, &mut whole);
        for (&i, entry) in free.iter().zip(gradient) {
            *entry = whole[i] * prior.deviations[i];
        }
        log
    };
    let from: Vec<f64> = free.iter().map(|&i| (start.logs[i] - prior.means[i]) / prior.deviations[i]).collect();
    let draws = sample(density, &from, settings, dice);
    let hyper = |z: Vec<f64>| {
        let mut logs = start.logs.clone();
        for (&i, z) in free.iter().zip(z) {
            logs[i] = prior.means[i] + prior.deviations[i] * z;
        }
        Hyper::from_logs(start.form, &logs)
    };
    draws.into_iter().map(hyper).collect()
}
