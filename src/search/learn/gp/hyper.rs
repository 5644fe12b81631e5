//! Hyperparameters, and what is thought of them before there are data.

use super::kernel::Kernel;

/// The hyperparameters of a Gaussian process, as logarithms: a length scale for each coordinate, the variance, the noise's
/// variance, and for the rational quadratic its exponent.
#[derive(Clone, Debug, PartialEq)]
pub struct Hyper {
    pub(super) form: Form,
    pub(super) logs: Vec<f64>,
}

/// What a covariance is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Form {
    /// The kernel of all coordinates together.
    pub kernel: Kernel,
    /// Whether a sum of functions of one coordinate each is added, which have Matern 5/2 kernels with length scales of their own.
    ///
    /// D. Duvenaud, H. Nickisch, C. E. Rasmussen, "Additive Gaussian processes", NeurIPS 2011, the first and the last order: what
    /// one coordinate does by itself is learnt from all points at once.
    pub additive: bool,
    /// The number of coordinates.
    pub dimensions: usize,
}

impl Form {
    /// A kernel by itself.
    pub fn plain(kernel: Kernel, dimensions: usize) -> Self {
        Self { kernel, additive: false, dimensions }
    }

    /// The number of hyperparameters.
    pub fn parameters(self) -> usize {
        self.sums() + if self.additive { self.dimensions + 1 } else { 0 }
    }

    /// Where the hyperparameters of the sum begin.
    pub(super) fn sums(self) -> usize {
        self.dimensions + 2 + usize::from(self.kernel.has_shape())
    }
}

impl Hyper {
    /// These length scales, variance, noise variance and exponent, which only the rational quadratic uses.
    pub fn new(kernel: Kernel, lengths: &[f64], variance: f64, noise: f64, shape: f64) -> Self {
        let shape = kernel.has_shape().then_some(shape);
        let all = lengths.iter().chain([&variance, &noise]).chain(&shape);
        Self { form: Form::plain(kernel, lengths.len()), logs: all.map(|number| libm::log(*number)).collect() }
    }

    /// From logarithms.
    pub(super) fn from_logs(form: Form, logs: &[f64]) -> Self {
        Self { form, logs: logs.to_vec() }
    }

    /// From logarithms that were kept; nothing if they are of another covariance.
    pub fn with_logs(form: Form, logs: Vec<f64>) -> Option<Self> {
        (logs.len() == form.parameters()).then_some(Self { form, logs })
    }

    /// Their logarithms.
    pub fn logs(&self) -> &[f64] {
        &self.logs
    }

    /// What the covariance is made of.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The length scale of coordinate `d`.
    pub fn length(&self, d: usize) -> f64 {
        libm::exp(self.logs[d])
    }

    /// The variance of the function.
    pub fn variance(&self) -> f64 {
        libm::exp(self.logs[self.form.dimensions])
    }

    /// The variance of the noise.
    pub fn noise(&self) -> f64 {
        libm::exp(self.logs[self.form.dimensions + 1])
    }

    /// The rational quadratic's exponent; 1 for the others.
    pub fn shape(&self) -> f64 {
        if self.form.kernel.has_shape() { libm::exp(self.logs[self.form.dimensions + 2]) } else { 1.0 }
    }

    /// By what squared distances are multiplied.
    pub(super) fn weights(&self) -> Vec<f64> {
        self.logs[..self.form.dimensions].iter().map(|log| libm::exp(-2.0 * log)).collect()
    }

    /// The same for the functions of one coordinate; nothing if there are none.
    pub(super) fn sum_weights(&self) -> Vec<f64> {
        let sums = self.form.sums();
        let last = if self.form.additive { sums + self.form.dimensions } else { sums };
        self.logs[sums..last].iter().map(|log| libm::exp(-2.0 * log)).collect()
    }

    /// The variance of the sum of functions of one coordinate.
    pub fn sum_variance(&self) -> f64 {
        if self.form.additive { libm::exp(self.logs[self.form.sums() + self.form.dimensions]) } else { 0.0 }
    }

    /// The variance of all but the noise.
    pub fn signal(&self) -> f64 {
        self.variance() + self.sum_variance()
    }
}

/// Normal distributions of the logarithms of hyperparameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    pub(super) means: Vec<f64>,
    pub(super) deviations: Vec<f64>,
    /// Which of them are known, and stay at their means.
    pub(super) fixed: Vec<bool>,
}

/// How far from its mean, in deviations, a hyperparameter is looked for.
const REACH: f64 = 4.0;
/// The greatest magnitude of a hyperparameter's logarithm. A noise that cannot fall below 1e-8 keeps a search from the last
/// digits of a smooth function.
const WIDEST: f64 = 25.0;

impl Prior {
    /// For values of about unit variance over the unit cube: length scales that grow with the root of the dimension, so that
    /// typical distances stay a length scale or two (C. Hvarfner, E. O. Hellsten, L. Nardi, "Vanilla Bayesian optimization
    /// performs great in high dimensions", ICML 2024), and next to no noise unless the data say so. With `exact` values the
    /// noise is fixed at what keeps the matrices regular.
    pub fn new(form: Form, exact: bool) -> Self {
        let Form { kernel, additive, dimensions } = form;
        let length = -1.0 + libm::log(dimensions.max(1) as f64) / 2.0;
        let mut means = vec![length; dimensions];
        let mut deviations = vec![1.0; dimensions];
        means.extend([0.0, if exact { libm::log(EXACT_NOISE) } else { -10.0 }]);
        deviations.extend([2.0, 3.0]);
        if kernel.has_shape() {
            means.push(0.7);
            deviations.push(1.0);
        }
        if additive {
            means.extend(std::iter::repeat_n(-1.0, dimensions));
            deviations.extend(std::iter::repeat_n(1.0, dimensions));
            means.push(0.5);
            deviations.push(2.0);
        }
        let mut fixed = vec![false; means.len()];
        fixed[dimensions + 1] = exact;
        Self { means, deviations, fixed }
    }

    /// Nothing is thought: any length scale, variance and noise within wide bounds.
    pub fn flat(form: Form, exact: bool) -> Self {
        let prior = Self::new(form, exact);
        Self { deviations: vec![1e6; prior.means.len()], ..prior }
    }

    /// The most probable hyperparameters before there are data.
    pub fn middle(&self, form: Form) -> Hyper {
        Hyper::from_logs(form, &self.means)
    }

    /// All numbers as they are kept.
    pub fn bits(&self) -> Vec<u64> {
        self.means.iter().chain(&self.deviations).map(|number| number.to_bits()).collect()
    }

    pub(super) fn low(&self) -> Vec<f64> {
        self.bounds(-REACH)
    }

    pub(super) fn high(&self) -> Vec<f64> {
        self.bounds(REACH)
    }

    fn bounds(&self, reach: f64) -> Vec<f64> {
        let bound = |((mean, deviation), &fixed): ((&f64, &f64), &bool)| {
            if fixed { *mean } else { (mean + reach * deviation).clamp(-WIDEST, WIDEST) }
        };
        self.means.iter().zip(&self.deviations).zip(&self.fixed).map(bound).collect()
    }
}

/// The variance of the noise of exact values, relative to theirs.
const EXACT_NOISE: f64 = 1e-10;
