//! The knowledge gradient: by how much the least value that is expected anywhere is expected to fall when a point is learnt.
//!
//! With noise a result tells more about its neighbourhood than about its point, and expected improvement asks for one point after
//! another beside the best. What tells most often lies a little away.
//!
//! P. Frazier, W. Powell, S. Dayanik, "The knowledge-gradient policy for correlated normal beliefs", INFORMS Journal on Computing 21
//! (2009); W. Scott, P. Frazier, W. Powell, "The correlated knowledge gradient for simulation optimization of continuous parameters
//! using Gaussian process regression", SIAM Journal on Optimization 21 (2011).

use std::f64::consts::PI;

use crate::search::learn::gp::{Belief, Beliefs, Gp, Scratch};
use crate::space::special::normal::tails;

/// At so many places the minimum may be.
const MINIMA: usize = 30;

/// What is known of where the minimum may be.
pub(super) struct Knowledge<'g> {
    model: &'g Gp,
    minima: Beliefs,
}

impl<'g> Knowledge<'g> {
    /// The minimum may be where there are results, and at `others`: the most promising of both.
    pub(super) fn new(model: &'g Gp, others: &[Belief], scratch: &mut Scratch) -> Self {
        let known = (0..model.training().len()).map(|at| model.belief(model.training().point(at), scratch));
        let mut minima: Vec<Belief> = known.collect();
        minima.extend_from_slice(others);
        let hope = |belief: &Belief| belief.expected.mean - belief.expected.deviation;
        minima.sort_by(|a, b| hope(a).total_cmp(&hope(b)));
        minima.truncate(MINIMA);
        Self { model, minima: Beliefs::new(minima, model.training().dimensions()) }
    }

    /// By how much the least expected value is expected to fall when the value at a place is learnt, with its noise.
    pub(super) fn gradient(&self, place: &Belief, scratch: &mut Scratch) -> f64 {
        let deviation = place.expected.deviation;
        let scale = (deviation * deviation + self.model.hyper().noise()).sqrt();
        let covariances = self.model.covariances(place, &self.minima, scratch);
        let line = |(minimum, covariance): (&Belief, &f64)| (-minimum.expected.mean, covariance / scale);
        expected_rise(self.minima.iter().zip(covariances).map(line).collect())
    }
}

/// By how much the greatest of `a + b z` is above the greatest `a`, in the mean over a standard normal `z` (Frazier, Powell and
/// Dayanik, algorithm 1 and equation 14).
fn expected_rise(mut lines: Vec<(f64, f64)>) -> f64 {
    lines.sort_by(|(a, b), (c, d)| b.total_cmp(d).then_with(|| a.total_cmp(c)));
    // Those that are greatest somewhere, by rising slope, each with the z from which on it is.
    let mut upper: Vec<(f64, f64, f64)> = Vec::with_capacity(lines.len());
    for (a, b) in lines {
        let mut from = f64::NEG_INFINITY;
        while let Some((before, slope, start)) = upper.last() {
            from = if b > *slope { (before - a) / (b - slope) } else { f64::NEG_INFINITY };
            if from > *start {
                break;
            }
            upper.pop();
            from = f64::NEG_INFINITY;
        }
        upper.push((a, b, from));
    }
    upper.windows(2).map(|pair| (pair[1].1 - pair[0].1) * improvement(-pair[1].2.abs())).sum()
}

/// `phi(z) + z Phi(z)`.
fn improvement(z: f64) -> f64 {
    (libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt() + z * tails(z).lower).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::learn::Dice;
    use crate::search::learn::gp::{Hyper, Kernel, Training};

    /// The mean over a fine grid of `z`.
    fn by_sums(lines: &[(f64, f64)]) -> f64 {
        let greatest = |z: f64| lines.iter().map(|(a, b)| a + b * z).fold(f64::NEG_INFINITY, f64::max);
        let density = |z: f64| libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt();
        let grid = (-9_000..=9_000).map(|step| f64::from(step) * 1e-3);
        grid.map(|z| greatest(z) * density(z) * 1e-3).sum::<f64>() - greatest(0.0)
    }

    #[test]
    fn the_rise_is_what_sums_say() {
        let mut dice = Dice::new(1, "knowledge");
        for count in [1, 2, 3, 10, 60] {
            let lines: Vec<(f64, f64)> = (0..count).map(|_| (dice.normal(), dice.normal())).collect();
            let (own, sums) = (expected_rise(lines.clone()), by_sums(&lines));
            assert!((own - sums).abs() < 1e-5, "{count}: {own} {sums}");
        }
        // Parallel lines, the same line twice, and one that is nowhere the greatest.
        let lines = vec![(0.0, 1.0), (0.5, 1.0), (0.5, 1.0), (0.5, -1.0), (-9.0, 0.0)];
        assert!((expected_rise(lines.clone()) - by_sums(&lines)).abs() < 1e-5);
        assert_eq!(expected_rise(vec![(1.0, 0.5), (0.0, 0.5)]), 0.0);
    }

    /// Learning a value at `x` moves the mean at `m` by the posterior covariance over the deviation of what is seen.
    #[test]
    fn the_gradient_is_what_learning_brings() {
        let hyper = Hyper::new(Kernel::Matern52, &[0.4], 1.0, 0.05, 1.0);
        let training = Training::new(&[vec![0.1], vec![0.5], vec![0.8]], vec![false], vec![0.3, -0.4, 0.6]);
        let model = Gp::new(hyper, training);
        let mut scratch = Scratch::default();
        let others: Vec<Belief> = (0..50).map(|k| model.belief(vec![f64::from(k) / 49.0], &mut scratch)).collect();
        let knowledge = Knowledge::new(&model, &others, &mut scratch);
        let place = model.belief(vec![0.33], &mut scratch);
        let least = |model: &Gp, scratch: &mut Scratch| {
            let means = knowledge.minima.iter().map(|minimum| model.mean(&minimum.place, scratch));
            means.collect::<Vec<_>>().into_iter().fold(f64::INFINITY, f64::min)
        };
        let scale = (place.expected.deviation * place.expected.deviation + 0.05).sqrt();
        let mut fall = 0.0;
        for step in -400..=400 {
            let z = f64::from(step) * 0.02;
            let mut told = model.clone();
            told.tell(&place.place, place.expected.mean + scale * z, &mut scratch);
            let density = libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt();
            fall += (least(&model, &mut scratch) - least(&told, &mut scratch)) * density * 0.02;
        }
        let own = knowledge.gradient(&place, &mut scratch);
        assert!(own > 1e-3 && (own - fall).abs() < 1e-4, "{own} {fall}");
    }
}
