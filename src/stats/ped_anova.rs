//! PED-ANOVA: how much each parameter matters for being among the best (Watanabe, Bansal and Hutter, IJCAI 2023).
//!
//! The importance of a parameter is the Pearson divergence between its density among the best values and its density among
//! all: what does not matter is spread the same in both. It asks for no grid and no balance.

use super::kernel;

/// How many places a continuous axis is cut into.
const STEPS: usize = 50;

/// Keeps a quotient of densities finite.
const TINY: f64 = 1e-12;

/// A parameter's axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Axis {
    /// Numbers between two bounds.
    Continuous {
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
    /// So many values at equal distances, or so many categories; a coordinate is the number of one, from 0.
    Steps {
        /// How many there are.
        count: usize,
        /// True if more and less mean something.
        is_ordered: bool,
    },
}

/// The importance of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Importance {
    /// The Pearson divergence of the densities.
    pub divergence: f64,
    /// The values that count as the best.
    pub best: usize,
    /// All values.
    pub n: usize,
}

impl Axis {
    /// The importance of the parameter with these coordinates, of which those at `best` are among the best.
    ///
    /// ```
    /// # use gitsweep::stats::{Axis, top};
    /// let loss: Vec<f64> = (0..100).map(|index| f64::from(index)).collect();
    /// let best = top(&loss, 0.1);
    /// assert_eq!(best.len(), 10);
    /// let axis = Axis::Continuous { low: 0.0, high: 99.0 };
    /// let matters: Vec<f64> = loss.clone();
    /// let does_not: Vec<f64> = loss.iter().map(|loss| loss * 37.0 % 100.0).collect();
    /// let [matters, does_not] = [matters, does_not].map(|at| axis.importance(&at, &best).divergence);
    /// assert!(matters > 10.0 * does_not);
    /// ```
    pub fn importance(&self, coordinates: &[f64], best: &[usize]) -> Importance {
        let divergence = if self.places() < 2 || best.is_empty() {
            0.0
        } else {
            let all = self.density(coordinates.iter().copied());
            let among_best = self.density(best.iter().map(|&index| coordinates[index]));
            let pairs = all.into_iter().zip(among_best).map(|(all, best)| (all + TINY, best + TINY));
            pairs.map(|(all, best)| all * (best / all - 1.0).powi(2)).sum()
        };
        Importance { divergence, best: best.len(), n: coordinates.len() }
    }

    fn places(&self) -> usize {
        match self {
            Self::Continuous { low, high } => {
                if high > low {
                    STEPS
                } else {
                    1
                }
            }
            Self::Steps { count, .. } => {
                if self.is_ordered() {
                    (*count).min(STEPS)
                } else {
                    *count
                }
            }
        }
    }

    fn is_ordered(&self) -> bool {
        !matches!(self, Self::Steps { is_ordered: false, .. })
    }

    fn density(&self, coordinates: impl Iterator<Item = f64>) -> Vec<f64> {
        let places = self.places();
        let (low, high) = match self {
            Self::Continuous { low, high } => (*low, *high),
            Self::Steps { count, .. } => (0.0, *count as f64 - 1.0),
        };
        let step = (high - low) / (places as f64 - 1.0);
        let mut counts = vec![0; places];
        for coordinate in coordinates {
            let place = ((coordinate - low) / step - 0.5).ceil().clamp(0.0, places as f64 - 1.0);
            counts[place as usize] += 1;
        }
        if self.is_ordered() { kernel::ordered(&counts) } else { kernel::unordered(&counts) }
    }
}

/// The places of the least of the values: the part `share` of them, rounded up, and those that are equal to the last.
pub fn top(values: &[f64], share: f64) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let wanted = ((share * values.len() as f64).ceil() as usize).clamp(1, values.len().max(1));
    match sorted.get(wanted - 1) {
        // All are no choice: of two values the better one.
        Some(&last) if last == sorted[sorted.len() - 1] && sorted[0] < last => {
            (0..values.len()).filter(|&index| values[index] < last).collect()
        }
        Some(&last) => (0..values.len()).filter(|&index| values[index] <= last).collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_with_the_last_of_the_best_are_among_them() {
        assert_eq!(top(&[3.0, 1.0, 2.0, 1.0, 1.0], 0.4), [1, 3, 4]);
        assert_eq!(top(&[3.0, 1.0], 0.01), [1]);
        assert_eq!(top(&[], 0.1), Vec::<usize>::new());
    }

    #[test]
    fn the_best_are_all_only_where_all_are_equal() {
        assert_eq!(top(&[0.7, 0.2, 0.7, 0.2, 0.7], 0.5), [1, 3]);
        assert_eq!(top(&[0.7, 0.7, 0.7], 0.5), [0, 1, 2]);
    }

    #[test]
    fn what_has_one_place_or_is_spread_the_same_does_not_matter() {
        let best = [0, 1];
        assert_eq!(Axis::Continuous { low: 2.0, high: 2.0 }.importance(&[2.0; 4], &best).divergence, 0.0);
        assert_eq!(Axis::Steps { count: 1, is_ordered: false }.importance(&[0.0; 4], &best).divergence, 0.0);
        let all = [0.0, 1.0, 0.0, 1.0];
        assert!(Axis::Steps { count: 2, is_ordered: true }.importance(&all, &[0, 1, 2, 3]).divergence < 1e-12);
    }
}
