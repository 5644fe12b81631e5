//! The distribution of the covariance matrix adaptation evolution strategy, and how it learns from ranked points.
//!
//! N. Hansen, "The CMA evolution strategy: a tutorial", arXiv:1604.00772; its names are kept. Points that were not drawn
//! from the present distribution are shortened as in N. Hansen, "Injecting external solutions into CMA-ES",
//! arXiv:1110.4181.

use super::dice::Dice;

/// A normal distribution over the unit cube, and what is remembered of its way there.
#[derive(Clone, Debug)]
pub(super) struct Covariance {
    mean: Vec<f64>,
    sigma: f64,
    covariance: Vec<Vec<f64>>,
    path_sigma: Vec<f64>,
    path_covariance: Vec<f64>,
    generation: u32,
    /// The columns of `axes` are the eigenvectors of the covariance, `lengths` the roots of its eigenvalues.
    axes: Vec<Vec<f64>>,
    lengths: Vec<f64>,
}

/// The strategy parameters of table 1 of the tutorial.
struct Rates {
    weights: Vec<f64>,
    mu_eff: f64,
    c_sigma: f64,
    d_sigma: f64,
    c_c: f64,
    c_1: f64,
    c_mu: f64,
    /// The expectation of the length of a standard normal vector.
    chi: f64,
}

impl Rates {
    fn new(dimensions: usize, points: usize) -> Self {
        let n = dimensions as f64;
        let half = (points as f64 + 1.0) / 2.0;
        let raw: Vec<f64> = (1..=points).map(|rank| libm::log(half) - libm::log(rank as f64)).collect();
        let positive = || raw.iter().filter(|weight| **weight > 0.0);
        let negative = || raw.iter().filter(|weight| **weight < 0.0);
        let (sum, squares) = positive().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
        let mu_eff = sum * sum / squares;
        let (sum_minus, squares_minus) = negative().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
        let mu_eff_minus = if squares_minus > 0.0 { sum_minus * sum_minus / squares_minus } else { 0.0 };
        let c_sigma = (mu_eff + 2.0) / (n + mu_eff + 5.0);
        let d_sigma = 1.0 + 2.0 * (libm::sqrt((mu_eff - 1.0) / (n + 1.0)) - 1.0).max(0.0) + c_sigma;
        let c_c = (4.0 + mu_eff / n) / (n + 4.0 + 2.0 * mu_eff / n);
        let c_1 = 2.0 / ((n + 1.3) * (n + 1.3) + mu_eff);
        let c_mu = (2.0 * (0.25 + mu_eff + 1.0 / mu_eff - 2.0) / ((n + 2.0) * (n + 2.0) + mu_eff)).min(1.0 - c_1);
        let scale = (1.0 + c_1 / c_mu)
            .min(1.0 + 2.0 * mu_eff_minus / (mu_eff + 2.0))
            .min((1.0 - c_1 - c_mu) / (n * c_mu))
            .max(0.0);
        let weight = |w: f64| if w >= 0.0 { w / sum } else { w * scale / -sum_minus };
        let weights = raw.iter().map(|w| weight(*w)).collect();
        let chi = libm::sqrt(n) * (1.0 - 1.0 / (4.0 * n) + 1.0 / (21.0 * n * n));
        Self { weights, mu_eff, c_sigma, d_sigma, c_c, c_1, c_mu, chi }
    }
}

impl Covariance {
    /// A round distribution.
    pub(super) fn new(mean: Vec<f64>, sigma: f64) -> Self {
        let n = mean.len();
        let unit: Vec<Vec<f64>> =
            (0..n).map(|row| (0..n).map(|column| f64::from(u8::from(row == column))).collect()).collect();
        Self {
            sigma,
            covariance: unit.clone(),
            path_sigma: vec![0.0; n],
            path_covariance: vec![0.0; n],
            generation: 0,
            axes: unit,
            lengths: vec![1.0; n],
            mean,
        }
    }

    /// How many points make a generation by default: `4 + floor(3 ln n)`.
    pub(super) fn population(dimensions: usize) -> usize {
        4 + (3.0 * libm::log(dimensions.max(1) as f64)) as usize
    }

    /// The number of generations that it has learned from.
    pub(super) fn generation(&self) -> u32 {
        self.generation
    }

    /// True if its points can no longer be told apart.
    pub(super) fn has_converged(&self) -> bool {
        let longest = self.lengths.iter().copied().fold(0.0, f64::max);
        self.sigma * longest < 1e-12
    }

    /// A point; what lies beyond a bound is put on it.
    pub(super) fn sample(&self, draws: &mut Dice) -> Vec<f64> {
        let steps: Vec<f64> = self.lengths.iter().map(|length| length * draws.normal()).collect();
        let n = self.mean.len();
        let at = |row: usize| self.mean[row] + self.sigma * (0..n).map(|k| self.axes[row][k] * steps[k]).sum::<f64>();
        (0..n).map(|row| at(row).clamp(0.0, 1.0)).collect()
    }

    /// Learns from points, the best first.
    pub(super) fn learn(&mut self, ranked: &[&[f64]]) {
        let n = self.mean.len();
        if ranked.len() < 2 {
            return;
        }
        let rates = Rates::new(n, ranked.len());
        let dim = n as f64;
        let longest = libm::sqrt(dim) + 2.0 * dim / (dim + 2.0);
        let steps: Vec<(Vec<f64>, f64)> = ranked
            .iter()
            .map(|point| {
                let mut step: Vec<f64> = point.iter().zip(&self.mean).map(|(x, m)| (x - m) / self.sigma).collect();
                let mut length = norm(&self.whitened(&step));
                if length > longest {
                    step.iter_mut().for_each(|x| *x *= longest / length);
                    length = longest;
                }
                (step, length)
            })
            .collect();
        let mean_step: Vec<f64> = (0..n)
            .map(|row| steps.iter().zip(&rates.weights).filter(|(_, w)| **w > 0.0).map(|((s, _), w)| w * s[row]).sum())
            .collect();
        for (mean, step) in self.mean.iter_mut().zip(&mean_step) {
            *mean = (*mean + self.sigma * step).clamp(0.0, 1.0);
        }
        let whitened = self.whitened(&mean_step);
        let kept = 1.0 - rates.c_sigma;
        let added = libm::sqrt(rates.c_sigma * (2.0 - rates.c_sigma) * rates.mu_eff);
        for (path, step) in self.path_sigma.iter_mut().zip(&whitened) {
            *path = kept * *path + added * step;
        }
        self.generation += 1;
        let length = norm(&self.path_sigma);
        let expected = libm::sqrt(1.0 - kept.powi(2 * i32::try_from(self.generation).unwrap_or(i32::MAX / 2)));
        let is_steady = length / expected < (1.4 + 2.0 / (dim + 1.0)) * rates.chi;
        let kept = 1.0 - rates.c_c;
        let added = if is_steady { libm::sqrt(rates.c_c * (2.0 - rates.c_c) * rates.mu_eff) } else { 0.0 };
        for (path, step) in self.path_covariance.iter_mut().zip(&mean_step) {
            *path = kept * *path + added * step;
        }
        let sum: f64 = rates.weights.iter().sum();
        let lost = if is_steady { 0.0 } else { rates.c_c * (2.0 - rates.c_c) };
        let decay = 1.0 + rates.c_1 * lost - rates.c_1 - rates.c_mu * sum;
        for row in 0..n {
            for column in 0..n {
                let one = self.path_covariance[row] * self.path_covariance[column];
                let many: f64 = steps
                    .iter()
                    .zip(&rates.weights)
                    .map(|((step, length), weight)| {
                        // Bad points count by their direction alone.
                        let scale = if *weight < 0.0 { dim / (length * length).max(1e-300) } else { 1.0 };
                        weight * scale * step[row] * step[column]
                    })
                    .sum();
                let old = self.covariance[row][column];
                self.covariance[row][column] = decay * old + rates.c_1 * one + rates.c_mu * many;
            }
        }
        let growth = libm::exp((rates.c_sigma / rates.d_sigma) * (length / rates.chi - 1.0));
        // Steps beyond the size of the cube mean nothing.
        self.sigma = (self.sigma * growth).clamp(1e-14, 1.0);
        self.decompose();
    }

    /// `C^(-1/2) step`.
    fn whitened(&self, step: &[f64]) -> Vec<f64> {
        let n = step.len();
        let along: Vec<f64> =
            (0..n).map(|k| (0..n).map(|row| self.axes[row][k] * step[row]).sum::<f64>() / self.lengths[k]).collect();
        (0..n).map(|row| (0..n).map(|k| self.axes[row][k] * along[k]).sum()).collect()
    }

    fn decompose(&mut self) {
        let (values, vectors) = eigen(&self.covariance);
        let largest = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        self.lengths = values.iter().map(|value| libm::sqrt(value.max(largest * 1e-14))).collect();
        self.axes = vectors;
    }
}

/// A number folded back into 0 to 1 at both ends.
pub(super) fn reflected(x: f64) -> f64 {
    let folded = x.rem_euclid(2.0);
    if folded > 1.0 { 2.0 - folded } else { folded }
}

fn norm(vector: &[f64]) -> f64 {
    libm::sqrt(vector.iter().map(|x| x * x).sum())
}

/// Eigenvalues and eigenvectors (as columns) of a symmetric matrix, by Jacobi's rotations.
fn eigen(matrix: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = matrix.len();
    let mut a = matrix.to_vec();
    let mut vectors: Vec<Vec<f64>> =
        (0..n).map(|row| (0..n).map(|column| f64::from(u8::from(row == column))).collect()).collect();
    for _ in 0..60 {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j] * a[i][j]).sum();
        let size: f64 = (0..n).map(|i| a[i][i] * a[i][i]).sum();
        if off <= size * 1e-30 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q].abs() < f64::MIN_POSITIVE {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + libm::sqrt(theta * theta + 1.0));
                let t = if theta == 0.0 { 1.0 } else { t };
                let c = 1.0 / libm::sqrt(t * t + 1.0);
                let s = t * c;
                for row in &mut a {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
                let (above, below) = a.split_at_mut(q);
                for (x, y) in above[p].iter_mut().zip(&mut below[0]) {
                    (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                }
                for row in &mut vectors {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), vectors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvectors_of_a_symmetric_matrix() {
        let matrix = vec![vec![4.0, 1.0, 0.5], vec![1.0, 3.0, -1.0], vec![0.5, -1.0, 2.0]];
        let (values, vectors) = eigen(&matrix);
        for k in 0..3 {
            for row in 0..3 {
                let product: f64 = (0..3).map(|j| matrix[row][j] * vectors[j][k]).sum();
                assert!((product - values[k] * vectors[row][k]).abs() < 1e-12);
            }
        }
        assert!((values.iter().sum::<f64>() - 9.0).abs() < 1e-12);
    }

    /// The parameters for n = 10 as the tutorial's formulas give them: lambda 10, mu_eff 3.17, weights that sum to one.
    #[test]
    fn the_strategy_parameters() {
        assert_eq!(Covariance::population(10), 10);
        let rates = Rates::new(10, 10);
        let positive: f64 = rates.weights.iter().filter(|weight| **weight > 0.0).sum();
        assert!((positive - 1.0).abs() < 1e-12 && (rates.mu_eff - 3.167).abs() < 1e-3, "{}", rates.mu_eff);
        assert!((rates.chi - 3.0847).abs() < 1e-3);
        assert!(rates.c_1 > 0.0 && rates.c_mu > 0.0 && rates.c_1 + rates.c_mu < 1.0);
    }

    /// Evaluations until a function of the unit cube is below `goal`.
    fn evaluations(function: impl Fn(&[f64]) -> f64, dimensions: usize, goal: f64) -> usize {
        let mut draws = Dice::new(1, "cma");
        let mut state = Covariance::new(vec![0.3; dimensions], 0.3);
        let count = Covariance::population(dimensions);
        for generation in 0..2000 {
            let mut points: Vec<(f64, Vec<f64>)> = (0..count)
                .map(|_| {
                    let point = state.sample(&mut draws);
                    assert!(point.iter().all(|x| (0.0..=1.0).contains(x)));
                    (function(&point), point)
                })
                .collect();
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            if points[0].0 < goal {
                return generation * count;
            }
            let ranked: Vec<&[f64]> = points.iter().map(|(_, point)| point.as_slice()).collect();
            state.learn(&ranked);
        }
        usize::MAX
    }

    /// Hansen's tutorial has the sphere solved to 1e-9 in dimension 10 within about 2,000 evaluations.
    #[test]
    fn sphere_and_rosenbrock_are_solved() {
        let sphere = |x: &[f64]| x.iter().map(|x| (x - 0.6) * (x - 0.6)).sum::<f64>();
        assert!(evaluations(sphere, 10, 1e-9) < 2500);
        let rosenbrock = |x: &[f64]| {
            let x: Vec<f64> = x.iter().map(|x| 4.0 * x - 2.0).collect();
            x.windows(2).map(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)).sum::<f64>()
        };
        assert!(evaluations(rosenbrock, 4, 1e-9) < 4000);
        // Badly scaled, and at a corner of the cube.
        let cigar = |x: &[f64]| x[0] * x[0] + 1e4 * x[1..].iter().map(|x| (x - 1.0) * (x - 1.0)).sum::<f64>();
        assert!(evaluations(cigar, 5, 1e-6) < 5000);
    }

    #[test]
    fn folding() {
        for (x, folded) in [(0.3, 0.3), (-0.2, 0.2), (1.25, 0.75), (2.5, 0.5), (-1.5, 0.5), (1.0, 1.0)] {
            assert!((reflected(x) - folded).abs() < 1e-12, "{x}");
        }
    }
}
