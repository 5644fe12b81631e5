//! Parzen estimators over the unit cube: one kernel for each point, a product over the coordinates.
//!
//! S. Watanabe, "Tree-structured Parzen estimator: understanding its algorithm components and their roles for better
//! empirical performance", arXiv:2304.11127: multivariate kernels, bandwidths by Scott's rule with a lower bound, a prior
//! kernel, and Aitchison and Aitken's kernel for categories.

use libm::{erf, exp, log};

use super::coordinate::Coordinate;
use super::dice::Dice;

/// The least bandwidth of a single kernel, as a part of the range: good points that lie close together, or are few, are not
/// to keep the search where they are.
const NARROWEST: f64 = 0.1;

/// A mixture of kernels.
#[derive(Clone, Debug)]
pub(super) struct Parzen<'a> {
    coordinates: &'a [Coordinate],
    /// Centres; the prior has none.
    centres: Vec<Option<&'a [f64]>>,
    weights: Vec<f64>,
    bandwidths: Vec<f64>,
}

impl<'a> Parzen<'a> {
    /// The kernels at these points, with their weights, and a prior as heavy as the mean of them.
    pub(super) fn new(coordinates: &'a [Coordinate], points: &[(&'a [f64], f64)]) -> Self {
        let count = points.len().max(1) as f64;
        let dimensions = coordinates.len();
        // Scott's rule; in many dimensions it hardly narrows.
        let shrink = libm::pow(count, -1.0 / (dimensions as f64 + 4.0));
        let bandwidths = (0..dimensions)
            .map(|d| {
                let (Coordinate::Continuous | Coordinate::Steps(_)) = &coordinates[d] else { return 0.0 };
                let mean = points.iter().map(|(point, _)| point[d]).sum::<f64>() / count;
                let variance = points.iter().map(|(point, _)| (point[d] - mean).powi(2)).sum::<f64>() / count;
                let gap = coordinates[d].count().map_or(0.0, |steps| 0.5 / steps as f64);
                let narrowest = (NARROWEST * shrink).max(gap);
                (1.06 * libm::sqrt(variance) * shrink).max(narrowest).min(0.5)
            })
            .collect();
        let sum: f64 = points.iter().map(|(_, weight)| weight).sum();
        let prior = if points.is_empty() { 1.0 } else { sum / count };
        let mut weights: Vec<f64> = points.iter().map(|(_, weight)| weight / (sum + prior)).collect();
        weights.push(prior / (sum + prior));
        let centres = points.iter().map(|(point, _)| Some(*point)).chain([None]).collect();
        Self { coordinates, centres, weights, bandwidths }
    }

    /// A point of the mixture.
    pub(super) fn sample(&self, draws: &mut Dice) -> Vec<f64> {
        let centre = self.centres[draws.weighted(&self.weights)];
        let mut point = Vec::with_capacity(self.coordinates.len());
        for (d, coordinate) in self.coordinates.iter().enumerate() {
            let u = match (coordinate, centre) {
                (Coordinate::Categories(count), Some(centre)) => {
                    let own = coordinate.index(centre[d]).unwrap_or(0);
                    let stays = draws.unit() < kept(*count);
                    let other = draws.below(count.saturating_sub(1).max(1));
                    coordinate.at(if stays { own } else { (own + 1 + other) % count })
                }
                (Coordinate::Categories(count), None) => coordinate.at(draws.below(*count)),
                (_, Some(centre)) => truncated(centre[d], self.bandwidths[d], draws),
                (_, None) => truncated(0.5, 1.0, draws),
            };
            point.push(u);
        }
        point
    }

    /// The logarithm of the density at a point.
    pub(super) fn log_density(&self, point: &[f64]) -> f64 {
        let logs: Vec<f64> = self
            .centres
            .iter()
            .zip(&self.weights)
            .map(|(centre, weight)| log(*weight) + self.log_kernel(*centre, point))
            .collect();
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if largest.is_infinite() { largest } else { largest + log(logs.iter().map(|x| exp(x - largest)).sum()) }
    }

    fn log_kernel(&self, centre: Option<&[f64]>, point: &[f64]) -> f64 {
        let along = self.coordinates.iter().enumerate().map(|(d, coordinate)| match (coordinate, centre) {
            (Coordinate::Categories(count), Some(centre)) => {
                let is_same = coordinate.index(centre[d]) == coordinate.index(point[d]);
                let others = count.saturating_sub(1).max(1) as f64;
                log(if is_same { kept(*count) } else { (1.0 - kept(*count)) / others })
            }
            (Coordinate::Categories(count), None) => -log(*count as f64),
            (_, Some(centre)) => log_normal(point[d], centre[d], self.bandwidths[d]),
            (_, None) => log_normal(point[d], 0.5, 1.0),
        });
        along.sum()
    }
}

/// How likely Aitchison and Aitken's kernel is to keep the category: 0.8, and a little for chance to hit it again.
fn kept(count: usize) -> f64 {
    if count < 2 { 1.0 } else { 0.8 + 0.2 / count as f64 }
}

/// The standard normal distribution function.
fn below(x: f64) -> f64 {
    0.5 * (1.0 + erf(x / std::f64::consts::SQRT_2))
}

/// The density of a normal number that is kept between 0 and 1.
fn log_normal(x: f64, mean: f64, deviation: f64) -> f64 {
    let z = (x - mean) / deviation;
    let inside = below((1.0 - mean) / deviation) - below(-mean / deviation);
    -0.5 * z * z - log(deviation * inside * 2.506_628_274_631_000_5)
}

/// A normal number that is drawn again until it lies between 0 and 1, where its mean does.
fn truncated(mean: f64, deviation: f64, draws: &mut Dice) -> f64 {
    for _ in 0..64 {
        let x = mean + deviation * draws.normal();
        if (0.0..=1.0).contains(&x) {
            return x;
        }
    }
    mean.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_density_sums_to_one_over_all_categories_and_numbers() {
        let coordinates = [Coordinate::Continuous, Coordinate::Categories(3)];
        let points = [[0.1, 1.0 / 6.0], [0.9, 0.5], [0.95, 0.5]];
        let weighted: Vec<(&[f64], f64)> = points.iter().map(|point| (&point[..], 1.0)).collect();
        let parzen = Parzen::new(&coordinates, &weighted);
        let cells = 2000;
        let sum: f64 = (0..cells)
            .flat_map(|cell| (0..3).map(move |category| (cell, category)))
            .map(|(cell, category)| {
                let point = [(f64::from(cell) + 0.5) / f64::from(cells), (f64::from(category) + 0.5) / 3.0];
                exp(parzen.log_density(&point)) / f64::from(cells)
            })
            .sum();
        assert!((sum - 1.0).abs() < 1e-6, "{sum}");
    }

    #[test]
    fn samples_come_where_the_density_is() {
        let coordinates = [Coordinate::Continuous, Coordinate::Categories(2)];
        let centre = [0.2, 0.75];
        let parzen = Parzen::new(&coordinates, &[(&centre[..], 1.0); 20]);
        let mut draws = Dice::new(1, "parzen");
        let near = (0..1000).filter(|_| (parzen.sample(&mut draws)[0] - 0.2).abs() < 0.1).count();
        assert!(near > 850, "{near}");
        let same = (0..1000).filter(|_| parzen.sample(&mut draws)[1] == 0.75).count();
        assert!((850..930).contains(&same), "{same}");
    }
}
