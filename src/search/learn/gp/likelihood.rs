//! How well hyperparameters explain the data, with the gradient.

use super::cholesky::{Lower, add, dot};
use super::hyper::{Form, Hyper, Prior};
use super::kernel::Kernel;
use super::training::Training;

/// The log marginal likelihood of some data, to be computed for many hyperparameters.
#[derive(Debug)]
pub struct Likelihood<'a> {
    training: &'a Training,
    form: Form,
    squared: Vec<Vec<f64>>,
}

impl<'a> Likelihood<'a> {
    /// That of `training` under covariances of a form.
    pub fn new(training: &'a Training, form: Form) -> Self {
        Self { training, form, squared: training.squared_distances() }
    }

    /// What the covariances are made of.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The log marginal likelihood (Rasmussen and Williams, equation 2.30); writes its gradient by the logarithms of the
    /// hyperparameters (equation 5.9). Negative infinity where the matrix is singular to working precision.
    pub fn log_marginal(&self, hyper: &Hyper, gradient: &mut [f64]) -> f64 {
        let Form { kernel, dimensions: d, .. } = self.form;
        let n = self.training.len();
        let (variance, noise, shape) = (hyper.variance(), hyper.noise(), hyper.shape());
        let weights = hyper.weights();
        let mut squared = vec![0.0; n * (n - 1) / 2];
        for (weight, distances) in weights.iter().zip(&self.squared) {
            add(&mut squared, *weight, distances);
        }
        let mut values = vec![0.0; squared.len()];
        let mut slopes = vec![0.0; squared.len()];
        kernel.values_and_slopes(&squared, shape, &mut values, &mut slopes);
        let sum = Sum::new(hyper, &self.squared);
        let mut covariance = Lower::zeros(n);
        for i in 0..n {
            let row = covariance.row_mut(i);
            let known = &values[pairs(i)..][..i];
            row.iter_mut().zip(known).for_each(|(entry, value)| *entry = variance * value);
            if let Some(sum) = &sum {
                add(&mut row[..i], sum.variance, &sum.values[pairs(i)..][..i]);
            }
            row[i] = hyper.signal() + noise;
        }
        gradient.fill(0.0);
        let Some(factor) = covariance.cholesky() else {
            return f64::NEG_INFINITY;
        };
        let root = factor.inverse();
        let mut whitened = vec![0.0; n];
        root.times(&self.training.above, &mut whitened);
        let mut alpha = vec![0.0; n];
        root.transposed_times(&whitened, &mut alpha);
        let log = -0.5 * dot(&whitened, &whitened)
            - factor.log_determinant()
            - 0.5 * n as f64 * libm::log(2.0 * std::f64::consts::PI);

        // Half the trace of (alpha alpha' - K^-1) times the derivative of K; the pairs stand for both halves.
        let inverse = root.gram();
        let mut inner = vec![0.0; squared.len()];
        let mut diagonal = 0.0;
        for i in 0..n {
            let own = &mut inner[pairs(i)..][..i];
            let row = inverse.row(i);
            for ((entry, alpha_j), inverse_ij) in own.iter_mut().zip(&alpha).zip(row) {
                *entry = alpha[i] * alpha_j - inverse_ij;
            }
            diagonal += alpha[i] * alpha[i] - row[i];
        }
        gradient[d] = variance * (dot(&inner, &values) + 0.5 * diagonal);
        gradient[d + 1] = 0.5 * noise * diagonal;
        if let Some(sum) = &sum {
            sum.differentiate(&inner, diagonal, &self.squared, &mut gradient[self.form.sums()..]);
        }
        if kernel.has_shape() {
            let by_shape = |(s, inner): (&f64, &f64)| inner * kernel.entry(*s, shape).by_shape;
            gradient[d + 2] = variance * squared.iter().zip(&inner).map(by_shape).sum::<f64>();
        }
        inner.iter_mut().zip(&slopes).for_each(|(inner, slope)| *inner *= variance * slope);
        for ((entry, weight), distances) in gradient.iter_mut().zip(&weights).zip(&self.squared) {
            *entry = -2.0 * weight * dot(&inner, distances);
        }
        log
    }

    /// The logarithm of the posterior density of the hyperparameters' logarithms, but for a constant; writes its gradient.
    pub(super) fn log_posterior(&self, logs: &[f64], prior: &Prior, gradient: &mut [f64]) -> f64 {
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
    variance: f64,
    weights: Vec<f64>,
    /// Their mean, of unit variance, for each pair.
    values: Vec<f64>,
    /// For each coordinate the derivatives by its squared distances.
    slopes: Vec<Vec<f64>>,
}

impl Sum {
    fn new(hyper: &Hyper, distances: &[Vec<f64>]) -> Option<Self> {
        let weights = hyper.sum_weights();
        let count = distances.first()?.len();
        if weights.is_empty() {
            return None;
        }
        let share = 1.0 / weights.len() as f64;
        let mut values = vec![0.0; count];
        let (mut squared, mut own) = (vec![0.0; count], vec![0.0; count]);
        let mut slopes = vec![vec![0.0; count]; weights.len()];
        for ((weight, distances), slopes) in weights.iter().zip(distances).zip(&mut slopes) {
            squared.iter_mut().zip(distances).for_each(|(squared, distance)| *squared = weight * distance);
            Kernel::Matern52.values_and_slopes(&squared, 1.0, &mut own, slopes);
            add(&mut values, share, &own);
        }
        Some(Self { variance: hyper.sum_variance(), weights, values, slopes })
    }

    /// Writes the gradient by the logarithms of its length scales and variance.
    fn differentiate(&self, inner: &[f64], diagonal: f64, distances: &[Vec<f64>], gradient: &mut [f64]) {
        let count = self.weights.len();
        let scale = -2.0 * self.variance / count as f64;
        let mut products = vec![0.0; inner.len()];
        for (d, (slopes, distances)) in self.slopes.iter().zip(distances).enumerate() {
            products.iter_mut().zip(inner.iter().zip(slopes)).for_each(|(product, (a, b))| *product = a * b);
            gradient[d] = scale * self.weights[d] * dot(&products, distances);
        }
        gradient[count] = self.variance * (dot(inner, &self.values) + 0.5 * diagonal);
    }
}

/// Where the pairs of point `i` with those before it begin.
fn pairs(i: usize) -> usize {
    i * i.saturating_sub(1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::learn::Dice;
    use crate::search::learn::gp::{Gp, Scratch, Trend};

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
            let likelihood = Likelihood::new(&training, form);
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
