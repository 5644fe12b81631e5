//! From a history to what a model is told.

use std::collections::HashMap;
use std::fmt::Display;
use std::hash::{Hash as _, Hasher};

use anyhow::{Context as _, Result};

use super::Bayesian;
use super::run::{self, Known};
use super::settings::{Failures, Scale};
use super::warp::{Bend, Warp};
use crate::hint;
use crate::search::learn::gp::{Training, Trend};
use crate::search::learn::{Encoding, History, State};

/// Results and what is awaited, as places in the unit cube.
#[derive(Clone, Debug)]
pub(super) struct Data {
    /// Where there are results, in the order of the history, each place once; `None` where all attempts failed.
    results: Vec<Known>,
    categories: Vec<bool>,
    failures: Option<Failed>,
    /// Whether values are bent.
    pub(super) normalize: bool,
    trend: Trend,
    /// Where results are awaited.
    pub(super) in_flight: Vec<Vec<f64>>,
    /// How many results there are, failures not counted.
    pub(super) successes: usize,
    /// How many of them are of this run; the others are not here.
    pub(super) of_run: usize,
    /// How many places there are where all attempts failed and that a model is told of.
    pub(super) failed: usize,
    /// How many runs there were before this one.
    pub(super) runs_before: usize,
}

/// What stands in for the value of a failure.
#[derive(Clone, Copy, Debug)]
enum Failed {
    Worst,
    Value(f64),
}

impl Data {
    /// # Errors
    /// If a logarithm is asked of what has none.
    pub(super) fn new(encoding: &Encoding<'_>, history: &History, search: &Bayesian) -> Result<Self> {
        let Bayesian { settings, initial, .. } = search;
        let failures = match settings.failures {
            Failures::Ignored => None,
            Failures::Worst => Some(Failed::Worst),
            Failures::Value(value) => Some(Failed::Value(settings.scale.apply(value, "the value of failures")?)),
        };
        let mut all: Vec<Known> = Vec::new();
        let mut in_flight = Vec::new();
        for observation in history.observations() {
            // What the definition no longer allows cannot be placed.
            let Some(place) = encoding.encode(&observation.point) else {
                continue;
            };
            match &observation.state {
                State::Done(objectives) | State::Stopped { objectives, .. } => {
                    let objective = *objectives.first().context("a result without an objective")?;
                    let value = settings
                        .scale
                        .apply(objective, format_args!("the objective of point {}", observation.index + 1))?;
                    all.push((place, Some(value)));
                }
                State::Failed if failures.is_some() => all.push((place, None)),
                State::Failed => {}
                State::InFlight => in_flight.push(place),
            }
        }
        let count = |all: &[Known]| all.iter().filter(|(_, value)| value.is_some()).count();
        let categories: Vec<bool> = encoding.coordinates().iter().map(|coordinate| !coordinate.is_ordered()).collect();
        let successes = count(&all);
        let (mut results, mut runs_before) = (merged(all), 0);
        let failed = results.iter().filter(|(_, value)| value.is_none()).count();
        if settings.begins_afresh() {
            (results, runs_before) = run::present(results, encoding.coordinates(), initial.unwrap_or(0));
        }
        let of_run = if runs_before == 0 { successes } else { count(&results) };
        Ok(Self {
            results,
            categories,
            failures,
            normalize: settings.normalize,
            trend: settings.trend(),
            in_flight,
            successes,
            of_run,
            failed,
            runs_before,
        })
    }

    /// The number of places with results.
    pub(super) fn len(&self) -> usize {
        self.results.len()
    }

    /// Feeds a hasher with all that [`Data::training`] of the first `count` places depends on.
    pub(super) fn hash_first(&self, count: usize, hasher: &mut impl Hasher) {
        let known = &self.results[..count.min(self.results.len())];
        for (place, value) in known {
            place.iter().for_each(|number| number.to_bits().hash(hasher));
            value.map(f64::to_bits).hash(hasher);
        }
        let imputed = match self.failures {
            Some(Failed::Value(value)) => Some(value.to_bits()),
            Some(Failed::Worst) | None => None,
        };
        (known.len(), imputed, self.normalize, &self.categories, self.trend.height.to_bits()).hash(hasher);
    }

    /// What a model is told of the first `count` places, with values that are bent so much.
    pub(super) fn training(&self, count: usize, bend: Bend) -> Training {
        let known = &self.results[..count.min(self.results.len())];
        let worst = known.iter().filter_map(|(_, value)| *value).reduce(f64::max).unwrap_or(0.0);
        let imputed = match self.failures {
            Some(Failed::Value(value)) => value,
            // Of a negative value 1.05 times it would be better than it.
            _ if worst != 0.0 => worst + 0.05 * worst.abs(),
            _ => {
                let best = known.iter().filter_map(|(_, value)| *value).fold(0.0, f64::min);
                if best < 0.0 { -0.05 * best } else { 1.0 }
            }
        };
        let values: Vec<f64> = known.iter().map(|(_, value)| value.unwrap_or(imputed)).collect();
        let warp = if self.normalize { Warp::normal(&values, bend) } else { Warp::standard(&values) };
        let points: Vec<Vec<f64>> = known.iter().map(|(place, _)| place.clone()).collect();
        let values = values.into_iter().map(|value| warp.apply(value)).collect();
        Training::new(&points, self.categories.clone(), values).with_trend(self.trend)
    }
}

/// Results at the same place, as repeats of a point are, become one, their mean.
fn merged(all: Vec<Known>) -> Vec<Known> {
    let mut known = HashMap::new();
    let mut places: Vec<(Vec<f64>, f64, f64)> = Vec::with_capacity(all.len());
    for (place, value) in all {
        let key: Vec<u64> = place.iter().map(|u| u.to_bits()).collect();
        let index = *known.entry(key).or_insert(places.len());
        if index == places.len() {
            places.push((place, 0.0, 0.0));
        }
        if let Some(value) = value {
            places[index].1 += value;
            places[index].2 += 1.0;
        }
    }
    places.into_iter().map(|(place, sum, count)| (place, (count > 0.0).then(|| sum / count))).collect()
}

impl Scale {
    fn apply(self, value: f64, what: impl Display) -> Result<f64> {
        match self {
            Self::Linear => Ok(value),
            Self::Log if value > 0.0 => Ok(libm::log10(value)),
            Self::LogNegated if value < 0.0 => Ok(-libm::log10(-value)),
            Self::Log | Self::LogNegated => Err(hint::error(
                format!("{what} is {}, which has no logarithm", if self == Self::LogNegated { -value } else { value }),
                "model the objective as it is, not its logarithm",
            )),
        }
    }
}
