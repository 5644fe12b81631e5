//! Draws against the textbook's densities: Kolmogorov and Smirnov's test, and Pearson's.

use std::f64::consts::PI;

use super::parsed;
use crate::space::Stream;

const DRAWS: u64 = 4000;
/// Exceeded by one sample in a thousand, for the square root of the number of draws times the largest distance.
const KOLMOGOROV: f64 = 1.949;

fn draws(text: &str) -> Vec<f64> {
    let (domain, stream) = (parsed(text), Stream::new(7, text));
    (0..DRAWS).map(|k| domain.draw(stream, k).as_f64().unwrap()).collect()
}

/// Where a density is integrated, by a variable in which it is smooth.
#[derive(Clone, Copy)]
enum Over {
    /// All numbers, by their hyperbolic arcsine.
    Line,
    /// Positive numbers, by their logarithm.
    Positive,
    /// Between two bounds.
    Between(f64, f64),
}

impl Over {
    fn variable(self) -> (f64, f64) {
        match self {
            Self::Line => (-16.0, 16.0),
            Self::Positive => (-40.0, 25.0),
            Self::Between(low, high) => (low, high),
        }
    }

    /// The number and its derivative.
    fn at(self, t: f64) -> (f64, f64) {
        match self {
            Self::Line => (t.sinh(), t.cosh()),
            Self::Positive => (t.exp(), t.exp()),
            Self::Between(..) => (t, 1.0),
        }
    }
}

/// The largest distance between the empirical and the true distribution function, times the root of the number of draws.
fn distance(mut draws: Vec<f64>, over: Over, density: impl Fn(f64) -> f64) -> f64 {
    const CELLS: usize = 6_000;
    let (low, high) = over.variable();
    let width = (high - low) / CELLS as f64;
    let mass = |t: f64| {
        let (x, slope) = over.at(t);
        let mass = density(x) * slope;
        if mass.is_finite() { mass } else { 0.0 }
    };
    // Midpoints: no density is asked for at a bound.
    let masses: Vec<f64> = (0..CELLS).map(|cell| mass(low + (cell as f64 + 0.5) * width)).collect();
    let total: f64 = masses.iter().sum();
    draws.sort_by(f64::total_cmp);
    let (mut largest, mut below, mut drawn) = (0.0_f64, 0.0, 0);
    for (cell, mass) in masses.iter().enumerate() {
        below += mass / total;
        let (edge, _) = over.at(low + (cell as f64 + 1.0) * width);
        drawn += draws[drawn..].partition_point(|&x| x <= edge);
        largest = largest.max((drawn as f64 / draws.len() as f64 - below).abs());
    }
    largest * (draws.len() as f64).sqrt()
}

fn beta_density(x: f64, a: f64, b: f64) -> f64 {
    let logarithm = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b);
    (logarithm + (a - 1.0) * x.ln() + (b - 1.0) * (1.0 - x).ln()).exp()
}

fn chi_square_density(x: f64, df: f64) -> f64 {
    ((df / 2.0 - 1.0) * x.ln() - x / 2.0 - libm::lgamma(df / 2.0) - df / 2.0 * 2_f64.ln()).exp()
}

/// The density of `(z / over) / ((1 - z) / under)` where `z` follows a beta law with `a` and `under / 2`.
fn ratio_density(x: f64, a: f64, over: f64, under: f64) -> f64 {
    let z = over * x / (over * x + under);
    beta_density(z, a, under / 2.0) * over * under / (over * x + under).powi(2)
}

fn poisson(j: u32, mean: f64) -> f64 {
    (f64::from(j) * mean.ln() - mean - libm::lgamma(f64::from(j) + 1.0)).exp()
}

#[test]
fn continuous_draws_follow_their_densities() {
    type Density = fn(f64) -> f64;
    let normal: Density = |x| (-((x - 1.0) / 2.0).powi(2) / 2.0).exp();
    let unit_normal: Density = |x| (-x * x / 2.0).exp();
    let log_normal: Density = |x| (-((x.ln() - 0.5) / 0.7).powi(2) / 2.0).exp() / x;
    let even: Density = |_| 1.0;
    let cases: &[(&str, Over, Density)] =
        &[
            ("beta(2, 3)", Over::Between(0.0, 1.0), |x| x * (1.0 - x).powi(2)),
            ("betavariate(2, 3)", Over::Between(0.0, 1.0), |x| x * (1.0 - x).powi(2)),
            ("chisquare(3)", Over::Positive, |x| chi_square_density(x, 3.0)),
            ("exponential(2)", Over::Positive, |x| (-x / 2.0).exp()),
            ("expovariate(2)", Over::Positive, |x| (-x * 2.0).exp()),
            ("f(3, 7)", Over::Positive, |x| ratio_density(x, 1.5, 3.0, 7.0)),
            ("gamma(2.5, 3)", Over::Positive, |x| x.powf(1.5) * (-x / 3.0).exp()),
            ("gaussian(1, 2)", Over::Line, normal),
            ("gumbel(1, 2)", Over::Line, |x| (-(x - 1.0) / 2.0 - (-(x - 1.0) / 2.0).exp()).exp()),
            ("laplace(1, 2)", Over::Line, |x| (-(x - 1.0).abs() / 2.0).exp()),
            ("logistic(1, 2)", Over::Line, |x| ((x - 1.0) / 4.0).cosh().powi(-2)),
            ("lognormal(0.5, 0.7)", Over::Positive, log_normal),
            ("lognormvariate(0.5, 0.7)", Over::Positive, log_normal),
            ("loguniform(1e-5, 1e-1)", Over::Positive, |x| if (1e-5..=1e-1).contains(&x) { 1.0 / x } else { 0.0 }),
            ("noncentral_chisquare(3, 2)", Over::Positive, |x| {
                (0..25).map(|j| poisson(j, 1.0) * chi_square_density(x, 3.0 + 2.0 * f64::from(j))).sum()
            }),
            ("noncentral_f(3, 7, 4)", Over::Positive, |x| {
                (0..25).map(|j| poisson(j, 2.0) * ratio_density(x, 1.5 + f64::from(j), 3.0, 7.0)).sum()
            }),
            ("normal(1, 2)", Over::Line, normal),
            ("pareto(3)", Over::Positive, |x| (1.0 + x).powi(-4)),
            ("paretovariate(3)", Over::Positive, |x| if x < 1.0 { 0.0 } else { x.powi(-4) }),
            ("power(2.5)", Over::Between(0.0, 1.0), |x| x.powf(1.5)),
            ("rand()", Over::Between(0.0, 1.0), even),
            ("randn()", Over::Line, unit_normal),
            ("random()", Over::Between(0.0, 1.0), even),
            ("random_sample()", Over::Between(0.0, 1.0), even),
            ("rayleigh(2)", Over::Positive, |x| x * (-x * x / 8.0).exp()),
            ("standard_cauchy()", Over::Line, |x| 1.0 / (1.0 + x * x)),
            ("standard_exponential()", Over::Positive, |x| (-x).exp()),
            ("standard_gamma(2.5)", Over::Positive, |x| x.powf(1.5) * (-x).exp()),
            ("standard_normal()", Over::Line, unit_normal),
            ("standard_t(3)", Over::Line, |x| (1.0 + x * x / 3.0).powi(-2)),
            ("triangular(-1, 0.5, 3)", Over::Between(-1.0, 3.0), |x| {
                if x < 0.5 { (x + 1.0) / 1.5 } else { (3.0 - x) / 2.5 }
            }),
            ("uniform(-0.3, 0.3)", Over::Between(-0.3, 0.3), even),
            ("vonmises(0, 1.5)", Over::Between(-PI, PI), |x| (1.5 * x.cos()).exp()),
            ("vonmises(2.5, 1.5)", Over::Between(-PI, PI), |x| (1.5 * (x - 2.5).cos()).exp()),
            ("wald(2, 3)", Over::Positive, |x| x.powf(-1.5) * (-3.0 * (x - 2.0).powi(2) / (8.0 * x)).exp()),
            ("weibull(1.5)", Over::Positive, |x| x.sqrt() * (-x.powf(1.5)).exp()),
            ("weibullvariate(2, 1.5)", Over::Positive, |x| x.sqrt() * (-(x / 2.0).powf(1.5)).exp()),
            ("{ type = 'continuous', domain = [10, 10000], transformation = 'log' }", Over::Positive, |x| {
                if (10.0..=10_000.0).contains(&x) { 1.0 / x } else { 0.0 }
            }),
            ("{ type = 'continuous', domain = [-2, 3] }", Over::Between(-2.0, 3.0), even),
        ];
    for (text, over, density) in cases {
        let distance = distance(draws(text), *over, density);
        assert!(distance < KOLMOGOROV, "{text}: {distance}");
    }
}

#[test]
fn the_test_notices_a_wrong_density() {
    assert!(distance(draws("normal(0, 1)"), Over::Line, |x| (-x * x / 3.0).exp()) > KOLMOGOROV);
    assert!(distance(draws("pareto(3)"), Over::Positive, |x| if x < 1.0 { 0.0 } else { x.powi(-4) }) > KOLMOGOROV);
}

/// Pearson's statistic over its degrees of freedom, from the probabilities of 0, 1, 2, ..., the rest being one cell.
fn assert_counts_follow(text: &str, probability: impl Fn(f64) -> f64) {
    let draws = draws(text);
    let n = draws.len() as f64;
    let (mut statistic, mut cells, mut rest, mut counted) = (0.0, 0.0, 1.0, 0.0);
    for k in 0..400 {
        let k = f64::from(k);
        let expected = n * probability(k);
        if expected < 5.0 {
            continue;
        }
        let count = draws.iter().filter(|&&x| x == k).count() as f64;
        statistic += (count - expected).powi(2) / expected;
        cells += 1.0;
        counted += count;
        rest -= expected / n;
    }
    if n * rest > 5.0 {
        statistic += (n - counted - n * rest).powi(2) / (n * rest);
        cells += 1.0;
    }
    // Wilson and Hilferty's approximation of what is exceeded once in a thousand times.
    let df: f64 = cells - 1.0;
    let limit = df * (1.0 - 2.0 / (9.0 * df) + 3.09 * (2.0 / (9.0 * df)).sqrt()).powi(3);
    assert!(cells > 1.0 && statistic < limit, "{text}: {statistic} over {cells} cells, limit {limit}");
}

fn log_binomial(n: f64, k: f64) -> f64 {
    libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0)
}

#[test]
fn counts_follow_their_probabilities() {
    let within = |low: f64, high: f64, k: f64, probability: f64| if k < low || k > high { 0.0 } else { probability };
    assert_counts_follow("binomial(10, 0.3)", |k| {
        within(0.0, 10.0, k, (log_binomial(10.0, k) + k * 0.3_f64.ln() + (10.0 - k) * 0.7_f64.ln()).exp())
    });
    assert_counts_follow("geometric(0.2)", |k| within(1.0, 1e9, k, 0.2 * 0.8_f64.powf(k - 1.0)));
    assert_counts_follow("hypergeometric(20, 30, 10)", |k| {
        let log = log_binomial(20.0, k) + log_binomial(30.0, 10.0 - k) - log_binomial(50.0, 10.0);
        within(0.0, 10.0, k, log.exp())
    });
    assert_counts_follow("logseries(0.6)", |k| within(1.0, 1e9, k, -(0.6_f64.powf(k) / k) / 0.4_f64.ln()));
    assert_counts_follow("negative_binomial(3, 0.2)", |k| {
        (log_binomial(k + 2.0, k) + 3.0 * 0.2_f64.ln() + k * 0.8_f64.ln()).exp()
    });
    assert_counts_follow("poisson(3.7)", |k| (k * 3.7_f64.ln() - 3.7 - libm::lgamma(k + 1.0)).exp());
    // zeta(2.5)
    assert_counts_follow("zipf(2.5)", |k| within(1.0, 1e9, k, k.powf(-2.5) / 1.341_487_257_250_917));
    assert_counts_follow("randint(3, 9)", |k| within(3.0, 8.0, k, 1.0 / 6.0));
    assert_counts_follow("randint(7)", |k| within(0.0, 6.0, k, 1.0 / 7.0));
    assert_counts_follow("choice(4, p=[0.1, 0.2, 0.3, 0.4])", |k| within(0.0, 3.0, k, 0.1 * (k + 1.0)));
    assert_counts_follow("Choice([0, 1, 2, 3])", |k| within(0.0, 3.0, k, 0.25));
    // A quarter of the way through a triangle on 0 to 1 lies an eighth of it.
    assert_counts_follow("Choice([0, 1, 2, 3], triangular(0, 0.5, 1))", |k| {
        within(0.0, 3.0, k, if k == 0.0 || k == 3.0 { 0.125 } else { 0.375 })
    });
    assert_counts_follow("{ type = 'integer', domain = [1, 6] }", |k| within(1.0, 6.0, k, 1.0 / 6.0));
    assert_counts_follow("{ type = 'integer', domain = [1, 9], transformation = 'log' }", |k| {
        within(1.0, 9.0, k, ((k + 0.5) / (k - 0.5)).ln() / (9.5_f64 / 0.5).ln())
    });
    assert_counts_follow("uniform(0, 10, step=2)", |k| {
        within(0.0, 10.0, k, if k % 2.0 == 0.0 { 1.0 / 6.0 } else { 0.0 })
    });
}

#[test]
fn truncated_draws_pile_up_on_the_bounds() {
    let draws = draws("Truncated(normal(0, 1), -1, 1)");
    let part = |x: f64| draws.iter().filter(|&&draw| draw == x).count() as f64 / draws.len() as f64;
    // The normal law has 0.1587 beyond one standard deviation; one standard error is 0.0058.
    assert!((part(1.0) - 0.1587).abs() < 0.018 && (part(-1.0) - 0.1587).abs() < 0.018);
    assert!(draws.iter().all(|x| (-1.0..=1.0).contains(x)));
}
