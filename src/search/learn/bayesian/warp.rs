//! Values made to look normal.

/// A monotone map from values to what a Gaussian process is told: shifted and scaled, bent, shifted and scaled again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Warp {
    centre: f64,
    scale: f64,
    power: f64,
    mean: f64,
    deviation: f64,
}

/// How much values are bent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Bend {
    /// As much as makes them look normal.
    Freely,
    /// Little: the noise of the best values, which lie close together, would be stretched more than that of the others.
    Gently,
}

impl Bend {
    /// The least and the greatest power.
    fn powers(self) -> (f64, f64) {
        match self {
            Self::Freely => (-2.0, 4.0),
            Self::Gently => (0.5, 2.0),
        }
    }
}

impl Warp {
    /// To mean zero and unit variance.
    pub(super) fn standard(values: &[f64]) -> Self {
        let (mean, deviation) = moments(values);
        Self { centre: 0.0, scale: 1.0, power: 1.0, mean, deviation }
    }

    /// The power transformation, of those that bend so much, under which the values look most normal, to mean zero and unit
    /// variance.
    ///
    /// I.-K. Yeo and R. A. Johnson, "A new family of power transformations to improve normality or symmetry", Biometrika 87 (2000).
    pub(super) fn normal(values: &[f64], how: Bend) -> Self {
        let (centre, scale) = moments(values);
        let standard: Vec<f64> = values.iter().map(|value| (value - centre) / scale).collect();
        let magnitudes: Vec<f64> = standard.iter().map(|y| signed_log(*y)).collect();
        let jacobian: f64 = magnitudes.iter().sum();
        let log_likelihood = |power: f64| {
            let bent: Vec<f64> = magnitudes.iter().map(|magnitude| bend(*magnitude, power)).collect();
            let (_, deviation) = moments(&bent);
            (power - 1.0) * jacobian - bent.len() as f64 * libm::log(deviation)
        };
        let (least, greatest) = how.powers();
        let power = maximum(log_likelihood, least, greatest);
        let bent: Vec<f64> = magnitudes.iter().map(|magnitude| bend(*magnitude, power)).collect();
        let (mean, deviation) = moments(&bent);
        Self { centre, scale, power, mean, deviation }
    }

    /// What the process is told.
    pub(super) fn apply(&self, value: f64) -> f64 {
        let standard = (value - self.centre) / self.scale;
        (bend(signed_log(standard), self.power) - self.mean) / self.deviation
    }
}

/// The logarithm of one more than the magnitude, with the sign.
fn signed_log(y: f64) -> f64 {
    libm::log1p(y.abs()).copysign(y)
}

/// The Yeo-Johnson transformation of what has this [`signed_log`].
fn bend(log: f64, power: f64) -> f64 {
    let (magnitude, power) = (log.abs(), if log >= 0.0 { power } else { 2.0 - power });
    let bent = if power.abs() < 1e-9 { magnitude } else { libm::expm1(power * magnitude) / power };
    bent.copysign(log)
}

/// The mean and the standard deviation; 1 where all are equal.
fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
    let deviation = variance.sqrt();
    (mean, if deviation > 1e-300 && deviation > 1e-14 * mean.abs() { deviation } else { 1.0 })
}

/// Where a function with one maximum has it: golden sections.
fn maximum(function: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    const SHARE: f64 = 0.618_033_988_749_894_8;
    let (mut a, mut b) = (high - SHARE * (high - low), low + SHARE * (high - low));
    let (mut at_a, mut at_b) = (function(a), function(b));
    while high - low > 1e-3 {
        if at_a >= at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - SHARE * (high - low);
            at_a = function(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + SHARE * (high - low);
            at_b = function(b);
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::learn::Dice;

    #[test]
    fn skewed_values_come_out_normal() {
        let mut dice = Dice::new(1, "warp");
        let values: Vec<f64> = (0..2000).map(|_| 1e4 * libm::exp(dice.normal())).collect();
        let skew = |values: &[f64]| {
            let (mean, deviation) = moments(values);
            values.iter().map(|value| ((value - mean) / deviation).powi(3)).sum::<f64>() / values.len() as f64
        };
        let warp = Warp::normal(&values, Bend::Freely);
        let warped: Vec<f64> = values.iter().map(|value| warp.apply(*value)).collect();
        assert!(skew(&values) > 3.0 && skew(&warped).abs() < 0.4, "{} {}", skew(&values), skew(&warped));
        let (mean, deviation) = moments(&warped);
        assert!(mean.abs() < 1e-9 && (deviation - 1.0).abs() < 1e-9);
    }

    /// Against scikit-learn's `power_transform(method="yeo-johnson")` at these powers.
    #[test]
    fn powers_bend_as_published() {
        assert_eq!(bend(signed_log(3.0), 1.0), 3.0);
        assert!((bend(signed_log(-3.0), 1.0) + 3.0).abs() < 1e-12);
        assert!((bend(signed_log(3.0), 0.0) - libm::log(4.0)).abs() < 1e-15);
        assert!((bend(signed_log(-3.0), 2.0) + libm::log(4.0)).abs() < 1e-15);
        assert!((bend(signed_log(3.0), 0.5) - 2.0).abs() < 1e-12);
        assert!((bend(signed_log(-3.0), 0.5) + 14.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn equal_values_stay_finite() {
        assert_eq!(Warp::normal(&[2.0; 5], Bend::Freely).apply(2.0), 0.0);
        assert_eq!(Warp::standard(&[2.0]).apply(3.0), 1.0);
    }
}
