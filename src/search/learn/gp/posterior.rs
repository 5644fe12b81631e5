//! What is expected at other points.

use super::cholesky::Lower;
use super::hyper::Hyper;
use super::kernel::{Entries, matern52};
use super::training::{Training, distance, mismatch, squared};
use super::vector::{dot, long_add};
use super::wide::wide;

/// A Gaussian process that has been told of data.
#[derive(Clone, Debug)]
pub struct Gp {
    hyper: Hyper,
    weights: Vec<f64>,
    variance: f64,
    shape: f64,
    /// Of the functions of one coordinate each.
    sum_weights: Vec<f64>,
    sum_share: f64,
    signal: f64,
    training: Training,
    /// The inverse of the covariance's factor.
    root: Lower,
    alpha: Vec<f64>,
}

/// What is expected at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The mean, in the unit of the values that were told.
    pub mean: f64,
    /// The standard deviation without noise, in the same unit.
    pub deviation: f64,
}

/// A place and what is believed of it.
#[derive(Clone, Debug)]
pub struct Belief {
    /// The place.
    pub place: Vec<f64>,
    /// What is expected there.
    pub expected: Prediction,
    /// Its covariances with what is known, as the inverse of the factor makes them.
    whitened: Vec<f64>,
}

/// What is believed of many places.
#[derive(Clone, Debug)]
pub struct Beliefs {
    all: Vec<Belief>,
    /// Their coordinates.
    columns: Vec<Vec<f64>>,
}

impl Beliefs {
    /// These, which one process has of places with so many coordinates.
    pub fn new(all: Vec<Belief>, dimensions: usize) -> Self {
        let column = |d: usize| all.iter().map(|belief| belief.place[d]).collect();
        let columns = (0..dimensions).map(column).collect();
        Self { all, columns }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Belief> {
        self.all.iter()
    }
}

/// Room for computations.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    squared: Vec<f64>,
    /// Of the kernel of all coordinates.
    entries: Entries,
    /// The covariances.
    values: Vec<f64>,
    /// Of the kernel of one coordinate.
    own: Vec<f64>,
    sum_slopes: Vec<Vec<f64>>,
    whitened: Vec<f64>,
    solved: Vec<f64>,
}

/// The least variance that is told, relative to that of the function.
const LEAST: f64 = 1e-16;

impl Gp {
    /// The process with these hyperparameters, told of `training` (Rasmussen and Williams, algorithm 2.1). Where the matrix is
    /// singular to working precision, some noise is added.
    pub fn new(hyper: Hyper, training: Training) -> Self {
        let mut jitter = 0.0;
        let factor = loop {
            let mut matrix = covariance(&hyper, &training, jitter);
            if matrix.factorise() {
                break matrix;
            }
            jitter = (jitter * 10.0).max(1e-10 * hyper.signal());
        };
        let mut root = Lower::zeros(training.len());
        factor.invert(&mut root);
        let mut gp = Self {
            weights: hyper.weights(),
            variance: hyper.variance(),
            shape: hyper.shape(),
            sum_weights: hyper.sum_weights(),
            sum_share: hyper.sum_variance() / training.dimensions().max(1) as f64,
            signal: hyper.signal(),
            hyper,
            training,
            root,
            alpha: Vec::new(),
        };
        gp.solve();
        gp
    }

    fn solve(&mut self) {
        let n = self.training.len();
        let mut whitened = vec![0.0; n];
        self.root.times(&self.training.above, &mut whitened);
        self.alpha = vec![0.0; n];
        self.root.transposed_times(&whitened, &mut self.alpha);
    }

    /// The hyperparameters.
    pub fn hyper(&self) -> &Hyper {
        &self.hyper
    }

    /// What it was told.
    pub fn training(&self) -> &Training {
        &self.training
    }

    /// What is expected at `x`, a number for each coordinate, as in all that follows.
    pub fn predict(&self, x: &[f64], scratch: &mut Scratch) -> Prediction {
        self.fill(x, &self.training.columns, scratch);
        self.prediction(x, scratch)
    }

    /// What is believed of a place, to be compared with others.
    pub fn belief(&self, place: Vec<f64>, scratch: &mut Scratch) -> Belief {
        let expected = self.predict(&place, scratch);
        Belief { place, expected, whitened: scratch.whitened.clone() }
    }

    /// The covariances of the function's value at a place with those at others, after all that is known.
    pub fn covariances<'s>(&self, belief: &Belief, others: &Beliefs, scratch: &'s mut Scratch) -> &'s [f64] {
        self.fill(&belief.place, &others.columns, scratch);
        for (covariance, other) in scratch.values.iter_mut().zip(&others.all) {
            *covariance -= dot(&belief.whitened, &other.whitened);
        }
        &scratch.values
    }

    /// The mean at `x`.
    pub fn mean(&self, x: &[f64], scratch: &mut Scratch) -> f64 {
        self.fill(x, &self.training.columns, scratch);
        self.trend(x) + dot(&scratch.values, &self.alpha)
    }

    fn trend(&self, x: &[f64]) -> f64 {
        self.training.trend.at(x.iter().copied(), &self.training.categories)
    }

    /// What is expected at `x`; `score` says what it is worth, with the derivatives of that by mean and deviation, and
    /// its gradient by the coordinates is added to `gradient` (as long as `x`; zero for categories). Returns the worth.
    pub fn ascend(
        &self,
        x: &[f64],
        scratch: &mut Scratch,
        gradient: &mut [f64],
        score: impl FnOnce(Prediction) -> (f64, f64, f64),
    ) -> f64 {
        self.fill(x, &self.training.columns, scratch);
        let prediction = self.prediction(x, scratch);
        let (worth, by_mean, by_deviation) = score(prediction);
        let n = self.training.len();
        scratch.solved.resize(n, 0.0);
        self.root.transposed_times(&scratch.whitened, &mut scratch.solved);
        // The deviation's derivative by a covariance is minus the solution over the deviation.
        let by_solution = by_deviation / prediction.deviation;
        // What each covariance is worth.
        for (worth, alpha) in scratch.solved.iter_mut().zip(&self.alpha) {
            *worth = 2.0 * (by_mean * alpha - by_solution * *worth);
        }
        for (slope, worth) in scratch.entries.slopes.iter_mut().zip(&scratch.solved) {
            *slope *= self.variance * worth;
        }
        for (d, entry) in gradient.iter_mut().enumerate() {
            if !self.training.categories[d] {
                let column = &self.training.columns[d];
                let sum: f64 =
                    scratch.entries.slopes.iter().zip(column).map(|(slope, other)| slope * (x[d] - other)).sum();
                *entry += self.weights[d] * sum + by_mean * self.training.trend.slope(x[d], &self.training.categories);
                if let Some(weight) = self.sum_weights.get(d) {
                    let all = scratch.sum_slopes[d].iter().zip(&scratch.solved).zip(column);
                    let sum: f64 = all.map(|((slope, worth), other)| slope * worth * (x[d] - other)).sum();
                    *entry += weight * self.sum_share * sum;
                }
            }
        }
        worth
    }

    /// Told of one more point, of which what it expected there turns out to be true: the "kriging believer" (D. Ginsbourger, R. Le
    /// Riche, L. Carraro, "Kriging is well-suited to parallelize optimization", 2010).
    pub fn believe(&mut self, x: &[f64], scratch: &mut Scratch) {
        let mean = self.mean(x, scratch);
        self.tell(x, mean, scratch);
    }

    /// Told of one more point.
    pub fn tell(&mut self, x: &[f64], y: f64, scratch: &mut Scratch) {
        self.fill(x, &self.training.columns, scratch);
        self.whiten(scratch);
        let left = self.signal + self.hyper.noise() - dot(&scratch.whitened, &scratch.whitened);
        let diagonal = left.max(1e-10 * self.signal).sqrt();
        let mut row = vec![0.0; self.training.len()];
        self.root.transposed_times(&scratch.whitened, &mut row);
        row.iter_mut().for_each(|entry| *entry /= -diagonal);
        row.push(1.0 / diagonal);
        self.root.push(&row);
        self.training.push(x, y);
        self.solve();
    }

    /// Computes the covariances, before anything is known, of the value at `x` with those at places of these coordinates.
    fn fill(&self, x: &[f64], columns: &[Vec<f64>], scratch: &mut Scratch) {
        let n = columns.first().map_or(0, Vec::len);
        let Scratch { squared, entries, values, own, sum_slopes, .. } = scratch;
        squared.clear();
        squared.resize(n, 0.0);
        for (d, column) in columns.iter().enumerate() {
            add_distances(squared, self.weights[d], x[d], column, self.training.categories[d]);
        }
        let kernel = self.hyper.form.kernel;
        entries.resize(kernel, n);
        kernel.fill(squared, self.shape, entries);
        values.resize(n, 0.0);
        values.fill(0.0);
        long_add(values, self.variance, &entries.values);
        own.resize(n, 0.0);
        sum_slopes.resize(self.sum_weights.len(), Vec::new());
        for (d, (weight, slopes)) in self.sum_weights.iter().zip(sum_slopes).enumerate() {
            squared.fill(0.0);
            add_distances(squared, *weight, x[d], &columns[d], self.training.categories[d]);
            slopes.resize(n, 0.0);
            matern52(squared, own, slopes);
            long_add(values, self.sum_share, own);
        }
    }

    fn whiten(&self, scratch: &mut Scratch) {
        scratch.whitened.resize(self.training.len(), 0.0);
        self.root.times(&scratch.values, &mut scratch.whitened);
    }

    fn prediction(&self, x: &[f64], scratch: &mut Scratch) -> Prediction {
        self.whiten(scratch);
        let left = self.signal - dot(&scratch.whitened, &scratch.whitened);
        Prediction {
            mean: self.trend(x) + dot(&scratch.values, &self.alpha),
            deviation: left.max(LEAST * self.signal).sqrt(),
        }
    }
}

/// The lower half of the covariance matrix.
pub(super) fn covariance(hyper: &Hyper, training: &Training, jitter: f64) -> Lower {
    let (variance, shape, weights, sum_weights) =
        (hyper.variance(), hyper.shape(), hyper.weights(), hyper.sum_weights());
    let share = hyper.sum_variance() / training.dimensions().max(1) as f64;
    let mut matrix = Lower::zeros(training.len());
    let (mut squared, mut own) = (Vec::new(), Vec::new());
    let (mut entries, mut values, mut slopes) = (Entries::default(), Vec::new(), Vec::new());
    for i in 0..training.len() {
        squared.clear();
        squared.resize(i, 0.0);
        values.resize(i, 0.0);
        slopes.resize(i, 0.0);
        let row = matrix.row_mut(i);
        for (d, column) in training.columns.iter().enumerate() {
            own.clear();
            own.extend(column[..i].iter().map(|other| distance(column[i], *other, training.categories[d])));
            long_add(&mut squared, weights[d], &own);
            if let Some(weight) = sum_weights.get(d) {
                own.iter_mut().for_each(|squared| *squared *= weight);
                matern52(&own, &mut values, &mut slopes);
                long_add(&mut row[..i], share, &values);
            }
        }
        let kernel = hyper.form.kernel;
        entries.resize(kernel, i);
        kernel.fill(&squared, shape, &mut entries);
        long_add(&mut row[..i], variance, &entries.values);
        row[i] = hyper.signal() + hyper.noise() + jitter;
    }
    matrix
}

wide! {
/// Adds the squared distances of `x` to many values of its coordinate, times a weight.
fn add_distances(sum: &mut [f64], weight: f64, x: f64, column: &[f64], category: bool) {
    let all = sum.iter_mut().zip(column);
    if category {
        all.for_each(|(sum, other)| *sum += weight * mismatch(x, *other));
    } else {
        all.for_each(|(sum, other)| *sum += weight * squared(x, *other));
    }
}
}
