//! Hyperparameters found step by step as results came in.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use super::data::Data;
use crate::search::learn::Dice;
use crate::search::learn::gp::{Effort, Form, Hyper, Likelihood, Prior, Training, most_probable};

/// With so few results it begins.
const FIRST: usize = 6;
/// No more than these are kept.
const MOST: usize = 1000;
/// Beyond so many results hyperparameters are found from some of them.
pub(super) const ENOUGH: usize = 150;

/// Hyperparameters that were found before.
///
/// They are those of the first so many results, each found from those of fewer, so that there is something to start from and
/// nothing depends on what was asked before: what is kept here saves time and changes no result. Each step of a search makes
/// its learner anew, so it is kept for all of them.
static KNOWN: LazyLock<Mutex<HashMap<Key, Hyper>>> = LazyLock::new(Mutex::default);

/// What hyperparameters depend on.
type Key = (usize, u64, u64);

/// The most probable hyperparameters for all results.
pub(super) fn hyperparameters(data: &Data, form: Form, prior: &Prior, seed: u64) -> Hyper {
    let count = data.len();
    let mut milestones = vec![];
    let mut next = FIRST;
    while next <= count {
        milestones.push(next);
        next = (next * 5).div_ceil(4);
    }
    let mut found: Option<Hyper> = None;
    for &milestone in &milestones {
        let training = few(data.training(milestone));
        let hyper = known_or((milestone, seed, digest(&training, form, prior)), || {
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
    known_or((count, seed, digest(&training, form, prior)), || {
        let effort = Effort { starts: 0, evaluations: 8, tolerance: 1e-3 };
        let mut dice = Dice::new(seed, "unused");
        most_probable(&Likelihood::new(&training, form), prior, &[start], effort, &mut dice)
    })
}

/// What was found before, or what `find` finds.
fn known_or(key: Key, find: impl FnOnce() -> Hyper) -> Hyper {
    if let Some(hyper) = KNOWN.lock().ok().and_then(|known| known.get(&key).cloned()) {
        return hyper;
    }
    let hyper = find();
    if let Ok(mut all) = KNOWN.lock() {
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(key, hyper.clone());
    }
    hyper
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
