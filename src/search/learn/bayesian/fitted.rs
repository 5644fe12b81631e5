//! Hyperparameters found step by step as results came in.

use super::data::Data;
use super::memory::{Key, known_or};
use crate::search::learn::Dice;
use crate::search::learn::gp::{Effort, Form, Hyper, Likelihood, Prior, Training, most_probable};

/// With so few results it begins.
const FIRST: usize = 6;
/// Beyond so many results hyperparameters are found from some of them.
pub(super) const ENOUGH: usize = 150;

/// The most probable hyperparameters for all results.
pub(super) fn hyperparameters(data: &Data, form: Form, prior: &Prior, seed: u64) -> Hyper {
    let count = data.len();
    let mut milestones = vec![];
    let mut next = FIRST;
    while next <= count {
        milestones.push(next);
        next = (next * 5).div_ceil(4);
    }
    let key = |count, training: &Training| Key { count, seed, digest: digest(training, form, prior) };
    let mut found: Option<Hyper> = None;
    for &milestone in &milestones {
        let training = few(data.training(milestone));
        let hyper = known_or(key(milestone, &training), form, true, || {
            let mut dice = Dice::new(seed, &format!("fit:{milestone}"));
            let mut starts: Vec<Hyper> = found.iter().cloned().collect();
            starts.push(prior.middle(form));
            let drawn = usize::from(found.is_none()) * 2;
            let effort = Effort { starts: drawn, evaluations: 25, tolerance: 1e-3 };
            most_probable(&Likelihood::new(&training, form), prior, &starts, effort, &mut dice)
        });
        found = Some(hyper);
    }
    let start = found.unwrap_or_else(|| prior.middle(form));
    if milestones.last() == Some(&count) || count > ENOUGH {
        return start;
    }
    let training = data.training(count);
    known_or(key(count, &training), form, false, || {
        let effort = Effort { starts: 0, evaluations: 8, tolerance: 1e-3 };
        let mut dice = Dice::new(seed, "unused");
        most_probable(&Likelihood::new(&training, form), prior, &[start], effort, &mut dice)
    })
}

/// The best third of [`ENOUGH`], and as many others as are then left, evenly from all.
fn few(training: Training) -> Training {
    if training.len() <= ENOUGH { training } else { training.select(&training.telling(ENOUGH)) }
}

/// Equal for the same data and priors.
fn digest(training: &Training, form: Form, prior: &Prior) -> u64 {
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = std::hash::DefaultHasher::new();
    (form, training.bits(), prior.bits()).hash(&mut hasher);
    hasher.finish()
}
