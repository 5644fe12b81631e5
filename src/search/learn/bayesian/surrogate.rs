//! One model, or several that are averaged over.

use super::acquisition::Acquisition;
use crate::search::learn::gp::{Gp, Scratch};

/// Models of the same data, and what a proposal is judged by.
#[derive(Clone, Debug)]
pub(super) struct Surrogate {
    models: Vec<Gp>,
    /// The least value that each thinks is known.
    best: Vec<f64>,
    acquisition: Acquisition,
}

impl Surrogate {
    /// With `exact` values the least is the least value; otherwise the least that is expected where values are known.
    pub(super) fn new(models: Vec<Gp>, acquisition: Acquisition, best: Vec<f64>) -> Self {
        Self { models, best, acquisition }
    }

    /// The models.
    pub(super) fn models(&self) -> &[Gp] {
        &self.models
    }

    /// What `x` is worth.
    pub(super) fn worth(&self, x: &[f64], scratch: &mut Scratch) -> f64 {
        let worth = |(model, best): (&Gp, &f64)| self.acquisition.worth(model.predict(x, scratch), *best).value;
        let all: Vec<f64> = self.models.iter().zip(&self.best).map(worth).collect();
        self.combined(&all)
    }

    /// What `x` is worth, with its gradient by the ordered coordinates.
    pub(super) fn ascend(&self, x: &[f64], scratch: &mut Scratch, gradient: &mut [f64]) -> f64 {
        let mut all = Vec::with_capacity(self.models.len());
        let mut gradients = Vec::with_capacity(self.models.len());
        for (model, best) in self.models.iter().zip(&self.best) {
            let mut own = vec![0.0; x.len()];
            all.push(model.ascend(x, scratch, &mut own, |expected| {
                let worth = self.acquisition.worth(expected, *best);
                (worth.value, worth.by_mean, worth.by_deviation)
            }));
            gradients.push(own);
        }
        let total = self.combined(&all);
        gradient.fill(0.0);
        for (own, value) in gradients.iter().zip(&all) {
            let share = if self.acquisition.is_log() { libm::exp(value - total) } else { 1.0 };
            for (entry, own) in gradient.iter_mut().zip(own) {
                *entry += share * own / all.len() as f64;
            }
        }
        total
    }

    /// The mean, of what logarithms are logarithms of.
    fn combined(&self, all: &[f64]) -> f64 {
        let count = all.len() as f64;
        if let [only] = all {
            return *only;
        }
        if !self.acquisition.is_log() {
            return all.iter().sum::<f64>() / count;
        }
        let most = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        most + libm::log(all.iter().map(|value| libm::exp(value - most)).sum::<f64>() / count)
    }
}
