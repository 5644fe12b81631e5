//! Hyperparameters found step by step as results came in.

use super::data::Data;
use super::memory::{Key, Use, known_or};
use super::warp::Bend;
use crate::search::learn::Dice;
use crate::search::learn::gp::{Effort, Form, Hyper, Likelihood, Prior, Training, most_probable};

/// With so few results it begins.
const FIRST: usize = 6;
/// Beyond so many results hyperparameters are found from some of them.
pub(super) const ENOUGH: usize = 150;

/// The variance of noise, where values have unit variance, from which on it counts as some: a little above what is thought of it
/// before there are results.
const NOISE: f64 = 1.2e-4;

/// The most probable hyperparameters for all results, and how much these are bent for them: gently once noise has been found.
pub(super) fn hyperparameters(data: &Data, form: Form, prior: &Prior, seed: u64) -> (Hyper, Bend) {
    let count = data.len();
    let is_noisy = |found: &Hyper| data.normalize && found.noise() > NOISE;
    let fit = |count: usize, bend: Bend, of_use: Use, starts: &[Hyper], effort: Effort| {
        known_or(Key { count, seed, digest: digest(data, count, bend, form, prior) }, form, of_use, || {
            let training = few(data.training(count, bend));
            let mut dice = Dice::new(seed, &format!("fit:{count}"));
            most_probable(&mut Likelihood::new(&training, form), prior, starts, effort, &mut dice)
        })
    };
    let anew = |milestone: usize, bend: Bend, before: Option<&Hyper>| {
        let starts: Vec<Hyper> = before.cloned().into_iter().chain([prior.middle(form)]).collect();
        let drawn = usize::from(before.is_none()) * 2;
        fit(milestone, bend, Use::Lasting, &starts, Effort { starts: drawn, evaluations: 25, tolerance: 1e-3 })
    };
    let (mut free, mut gentle): (Option<Hyper>, Option<Hyper>) = (None, None);
    let (mut next, mut last) = (FIRST, 0);
    while next <= count {
        let found = anew(next, Bend::Freely, free.as_ref());
        gentle = is_noisy(&found).then(|| anew(next, Bend::Gently, gentle.as_ref().or(Some(&found))));
        free = Some(found);
        last = next;
        next = (next * 5).div_ceil(4);
    }
    let improved = |bend: Bend, start: Hyper| {
        if last == count || count > ENOUGH {
            return start;
        }
        fit(count, bend, Use::ForNow, &[start], Effort { starts: 0, evaluations: 8, tolerance: 1e-3 })
    };
    if let Some(start) = gentle {
        return (improved(Bend::Gently, start), Bend::Gently);
    }
    let found = improved(Bend::Freely, free.unwrap_or_else(|| prior.middle(form)));
    if is_noisy(&found) { (improved(Bend::Gently, found), Bend::Gently) } else { (found, Bend::Freely) }
}

/// The best third of [`ENOUGH`], and as many others as are then left, evenly from all.
fn few(training: Training) -> Training {
    if training.len() <= ENOUGH { training } else { training.select(&training.telling(ENOUGH)) }
}

/// Equal for the same data and priors.
fn digest(data: &Data, count: usize, bend: Bend, form: Form, prior: &Prior) -> u64 {
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = std::hash::DefaultHasher::new();
    data.hash_first(count, &mut hasher);
    (bend, form, prior.bits()).hash(&mut hasher);
    hasher.finish()
}
