//! How well hyperparameters explain the data, with the gradient.

use super::cholesky::Lower;
use super::hyper::{Form, Hyper, Prior};
use super::kernel::{Entries, matern52};
use super::training::Training;
use super::vector::{add, long_add, long_dot, long_triple};
use super::wide::wide;

/// The log marginal likelihood of some data, to be computed for many hyperparameters.
#[derive(Debug)]
pub struct Likelihood<'a> {
    training: &'a Training,
    form: Form,
    /// For each coordinate the squared distances of all pairs.
    distances: Vec<Vec<f64>>,
    room: Room,
}

/// Room for computations, so that none of it is asked for again and again.
#[derive(Debug)]
struct Room {
    /// For all coordinates together, for each pair.
    squared: Vec<f64>,
    entries: Entries,
    sum: Option<Sum>,
    inner: Vec<f64>,
    factor: Lower,
    root: Lower,
    inverse: Lower,
    whitened: Vec<f64>,
    alpha: Vec<f64>,
}

impl<'a> Likelihood<'a> {
    /// That of `training` under covariances of a form.
    pub fn new(training: &'a Training, form: Form) -> Self {
        let n = training.len();
        let distances = training.squared_distances();
        let pairs = pairs(n);
        let room = Room {
            squared: vec![0.0; pairs],
            entries: Entries::zeros(form.kernel, pairs),
            sum: (form.additive && form.dimensions > 0).then(|| Sum::zeros(form.dimensions, pairs)),
            inner: vec![0.0; pairs],
            factor: Lower::zeros(n),
            root: Lower::zeros(n),
            inverse: Lower::zeros(n),
            whitened: vec![0.0; n],
            alpha: vec![0.0; n],
        };
        Self { training, form, distances, room }
    }

    /// What the covariances are made of.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The log marginal likelihood (Rasmussen and Williams, equation 2.30); writes its gradient by the logarithms of the
    /// hyperparameters (equation 5.9), [`Form::parameters`] numbers in the order in which [`Hyper`] has them. Negative infinity where
    /// the matrix is singular to working precision.
    pub fn log_marginal(&mut self, hyper: &Hyper, gradient: &mut [f64]) -> f64 {
        let n = self.training.len();
        gradient.fill(0.0);
        self.fill(hyper);
        let Room { factor, root, inverse, whitened, alpha, .. } = &mut self.room;
        if !factor.factorise() {
            return f64::NEG_INFINITY;
        }
        factor.invert(root);
        root.times(&self.training.above, whitened);
        root.transposed_times(whitened, alpha);
        root.gram(inverse);
        let log = -0.5 * long_dot(whitened, whitened)
            - factor.log_determinant()
            - 0.5 * n as f64 * libm::log(2.0 * std::f64::consts::PI);
        self.differentiate(hyper, gradient);
        log
    }

    /// Computes the covariances, and what their derivatives are made of.
    fn fill(&mut self, hyper: &Hyper) {
        let Room { squared, entries, sum, factor, .. } = &mut self.room;
        weigh(&hyper.weights(), &self.distances, squared);
        self.form.kernel.fill(squared, hyper.shape(), entries);
        if let Some(sum) = sum {
            sum.fill(hyper, &self.distances);
        }
        let diagonal = hyper.signal() + hyper.noise();
        for i in 0..self.training.len() {
            let (row, at) = (factor.row_mut(i), pairs(i));
            scale(&mut row[..i], hyper.variance(), &entries.values[at..][..i]);
            if let Some(sum) = sum {
                long_add(&mut row[..i], hyper.sum_variance(), &sum.values[at..][..i]);
            }
            row[i] = diagonal;
        }
    }

    /// Half the trace of `alpha alpha' - K^-1` times the derivatives of `K`; the pairs stand for both halves.
    fn differentiate(&mut self, hyper: &Hyper, gradient: &mut [f64]) {
        let Form { kernel, dimensions: d, .. } = self.form;
        let variance = hyper.variance();
        let Room { entries, sum, inner, inverse, alpha, .. } = &mut self.room;
        let mut diagonal = 0.0;
        for i in 0..alpha.len() {
            let row = inverse.row(i);
            outer_less(&mut inner[pairs(i)..][..i], alpha[i], alpha, row);
            diagonal += alpha[i] * alpha[i] - row[i];
        }
        gradient[d] = variance * (long_dot(inner, &entries.values) + 0.5 * diagonal);
        gradient[d + 1] = 0.5 * hyper.noise() * diagonal;
        if let Some(sum) = sum {
            sum.differentiate(hyper, inner, diagonal, &self.distances, &mut gradient[self.form.sums()..]);
        }
        if kernel.has_shape() {
            gradient[d + 2] = variance * inner.iter().zip(&entries.by_shape).map(|(a, b)| a * b).sum::<f64>();
        }
        multiply(inner, variance, &entries.slopes);
        for ((entry, weight), distances) in gradient.iter_mut().zip(hyper.weights()).zip(&self.distances) {
            *entry = -2.0 * weight * long_dot(inner, distances);
        }
    }

    /// The logarithm of the posterior density of the hyperparameters' logarithms, but for a constant; writes its gradient.
    pub(super) fn log_posterior(&mut self, logs: &[f64], prior: &Prior, gradient: &mut [f64]) -> f64 {
        let hyper = Hyper::from_logs(self.form, logs);
        let mut log = self.log_marginal(&hyper, gradient);
        for (i, entry) in gradient.iter_mut().enumerate() {
            if prior.fixed[i] {
                *entry = 0.0;
                continue;
            }
            let z = (logs[i] - prior.means[i]) / prior.deviations[i];
            log -= 0.5 * z * z;
            *entry -= z / prior.deviations[i];
        }
        log
    }
}

/// The covariances of a sum of functions of one coordinate each.
#[derive(Debug)]
struct Sum {
    /// Their mean, of unit variance, for each pair.
    values: Vec<f64>,
    /// For each coordinate the derivatives by its squared distances.
    slopes: Vec<Vec<f64>>,
}

impl Sum {
    fn zeros(dimensions: usize, pairs: usize) -> Self {
        Self { values: vec![0.0; pairs], slopes: vec![vec![0.0; pairs]; dimensions] }
    }

    fn fill(&mut self, hyper: &Hyper, distances: &[Vec<f64>]) {
        let weights = hyper.sum_weights();
        let share = 1.0 / weights.len() as f64;
        let (mut squared, mut own) = ([0.0; BLOCK], [0.0; BLOCK]);
        for (block, values) in self.values.chunks_mut(BLOCK).enumerate() {
            values.fill(0.0);
            let (squared, own) = (&mut squared[..values.len()], &mut own[..values.len()]);
            for ((weight, distances), slopes) in weights.iter().zip(distances).zip(&mut self.slopes) {
                let at = block * BLOCK;
                scale(squared, *weight, &distances[at..]);
                matern52(squared, own, &mut slopes[at..][..own.len()]);
                long_add(values, share, own);
            }
        }
    }

    /// Writes the gradient by the logarithms of its length scales and variance.
    fn differentiate(&self, hyper: &Hyper, inner: &[f64], diagonal: f64, distances: &[Vec<f64>], gradient: &mut [f64]) {
        let weights = hyper.sum_weights();
        let scale = -2.0 * hyper.sum_variance() / weights.len() as f64;
        for (d, ((slopes, distances), weight)) in self.slopes.iter().zip(distances).zip(&weights).enumerate() {
            gradient[d] = scale * weight * long_triple(inner, slopes, distances);
        }
        gradient[weights.len()] = hyper.sum_variance() * (long_dot(inner, &self.values) + 0.5 * diagonal);
    }
}

/// So many pairs stay in the processor's nearest cache while all coordinates are gone through.
const BLOCK: usize = 512;

wide! {
/// Sums of distances, each weighed.
fn weigh(weights: &[f64], distances: &[Vec<f64>], squared: &mut [f64]) {
    for (block, squared) in squared.chunks_mut(BLOCK).enumerate() {
        squared.fill(0.0);
        for (weight, distances) in weights.iter().zip(distances) {
            add(squared, *weight, &distances[block * BLOCK..][..squared.len()]);
        }
    }
}
}

wide! {
fn scale(scaled: &mut [f64], factor: f64, vector: &[f64]) {
    scaled.iter_mut().zip(vector).for_each(|(scaled, entry)| *scaled = factor * entry);
}
}

wide! {
fn multiply(product: &mut [f64], factor: f64, vector: &[f64]) {
    product.iter_mut().zip(vector).for_each(|(product, entry)| *product *= factor * entry);
}
}

wide! {
/// Writes `factor` times `vector`, less `other`.
fn outer_less(difference: &mut [f64], factor: f64, vector: &[f64], other: &[f64]) {
    let all = difference.iter_mut().zip(vector).zip(other);
    all.for_each(|((difference, entry), other)| *difference = factor * entry - other);
}
}

/// Where the pairs of point `i` with those before it begin, or how many there are of `i` points.
fn pairs(i: usize) -> usize {
    i * i.saturating_sub(1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::learn::Dice;
    use crate::search::learn::gp::{Gp, Kernel, Scratch, Trend};

    fn training() -> Training {
        let mut dice = Dice::new(4, "likelihood");
        let points: Vec<Vec<f64>> =
            (0..14).map(|i| vec![dice.unit(), dice.unit(), f64::from(i % 3), dice.unit()]).collect();
        let y = points.iter().map(|x| x[0] * x[1] + 0.3 * x[2] - x[3] * x[3] + 0.1 * dice.normal()).collect();
        Training::new(&points, vec![false, false, true, false], y)
    }

    fn forms() -> Vec<Form> {
        let kernels = [Kernel::ExpQuad, Kernel::RatQuad, Kernel::Matern52];
        let form = |kernel, additive| Form { kernel, additive, dimensions: 4 };
        kernels.into_iter().flat_map(|kernel| [form(kernel, false), form(kernel, true)]).collect()
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let training = training();
        for form in forms() {
            let mut likelihood = Likelihood::new(&training, form);
            let prior = Prior::new(form, false);
            let mut dice = Dice::new(5, "logs");
            let logs: Vec<f64> = (0..form.parameters()).map(|_| -0.7 + 0.5 * dice.normal()).collect();
            let mut gradient = vec![0.0; logs.len()];
            let mut unused = gradient.clone();
            likelihood.log_posterior(&logs, &prior, &mut gradient);
            for i in 0..logs.len() {
                let mut at = |shift: f64| {
                    let mut logs = logs.clone();
                    logs[i] += shift;
                    likelihood.log_posterior(&logs, &prior, &mut unused)
                };
                let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!((gradient[i] - difference).abs() < 1e-6, "{form:?} {i}: {} {difference}", gradient[i]);
            }
        }
    }

    #[test]
    fn what_is_expected_has_the_gradient_of_finite_differences() {
        let training = training().with_trend(Trend { height: 1.5 });
        for form in forms() {
            let mut dice = Dice::new(6, "logs");
            let logs: Vec<f64> = (0..form.parameters()).map(|_| -0.7 + 0.5 * dice.normal()).collect();
            let gp = Gp::new(Hyper::from_logs(form, &logs), training.clone());
            let mut scratch = Scratch::default();
            let x = [0.3, 0.8, 1.0, 0.4];
            let mut gradient = [0.0; 4];
            let worth = gp.ascend(&x, &mut scratch, &mut gradient, |expected| {
                (2.0 * expected.mean + 3.0 * expected.deviation, 2.0, 3.0)
            });
            for d in 0..4 {
                let mut at = |shift: f64| {
                    let mut x = x;
                    x[d] += shift;
                    let expected = gp.predict(&x, &mut scratch);
                    2.0 * expected.mean + 3.0 * expected.deviation
                };
                assert_eq!(at(0.0), worth);
                let difference = if d == 2 { 0.0 } else { (at(1e-6) - at(-1e-6)) / 2e-6 };
                assert!((gradient[d] - difference).abs() < 1e-6, "{form:?} {d}: {} {difference}", gradient[d]);
            }
        }
    }

    /// Far from the data, and nowhere else, the trend is all that is expected.
    #[test]
    fn what_is_not_known_follows_the_trend() {
        let points = [vec![0.5, 0.0], vec![0.45, 0.0]];
        let trend = Trend { height: 2.0 };
        let training = Training::new(&points, vec![false, true], vec![0.3, -0.2]).with_trend(trend);
        let hyper = Hyper::new(Kernel::Matern52, &[0.02, 0.1], 1.0, 1e-9, 1.0);
        let gp = Gp::new(hyper, training);
        let mut scratch = Scratch::default();
        let mut mean = |x: f64| gp.mean(&[x, 0.0], &mut scratch);
        assert!((mean(1.0) - 2.0).abs() < 1e-6 && (mean(0.0) - 2.0).abs() < 1e-6);
        assert!((mean(0.75) - 0.5).abs() < 1e-6, "a quarter of the height halfway to the edge: {}", mean(0.75));
        assert!((mean(0.5) - 0.3).abs() < 1e-6 && (mean(0.45) + 0.2).abs() < 1e-6);
    }

    /// A point told afterwards is the same as one told at once, and so is its factor.
    #[test]
    fn points_can_be_told_later() {
        let training = training().with_trend(Trend { height: 1.5 });
        let last = training.len() - 1;
        for form in forms() {
            let logs = vec![-0.6; form.parameters()];
            let all = Gp::new(Hyper::from_logs(form, &logs), training.clone());
            let earlier = training.select(&(0..last).collect::<Vec<_>>());
            let mut scratch = Scratch::default();
            let mut later = Gp::new(Hyper::from_logs(form, &logs), earlier);
            let x: Vec<f64> = training.columns.iter().map(|column| column[last]).collect();
            later.tell(&x, training.values()[last], &mut scratch);
            let place = [0.1, 0.5, 2.0, 0.9];
            let (a, b) = (all.predict(&place, &mut scratch), later.predict(&place, &mut scratch));
            assert!((a.mean - b.mean).abs() < 1e-10 && (a.deviation - b.deviation).abs() < 1e-10, "{form:?}");
        }
    }
}
