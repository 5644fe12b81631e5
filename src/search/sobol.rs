//! The Sobol sequence with Owen's scrambling.

use anyhow::Result;
use sobol_burley::NUM_DIMENSIONS;
use sobol_burley::parts::sobol_rev;

use super::cube::Sequence;
use crate::hint;
use crate::space::Stream;

/// As many bits as the direction numbers have: the sequence has 65,536 points.
const BITS: u32 = 16;

/// The Sobol sequence, scrambled: of the first 2^m points, one lies in each of 2^m equal parts of every coordinate's range.
///
/// I. M. Sobol, "On the distribution of points in a cube and the approximate evaluation of integrals", USSR Comput. Math. and
/// Math. Phys. 7 (1967), with the direction numbers of S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better
/// two-dimensional projections", SIAM J. Sci. Comput. 30 (2008). Each coordinate has its own nested uniform scramble: a bit
/// is flipped by a random bit that belongs to the bits before it (A. B. Owen, "Randomly permuted (t,m,s)-nets and
/// (t,s)-sequences", 1995), and the bits after the last one are random. Each further 65,536 points are the sequence under
/// another scramble.
#[derive(Clone, Debug)]
pub(super) struct Sobol(Vec<Stream>);

impl Sobol {
    /// The sequence with a dimension for each label.
    ///
    /// # Errors
    /// If there are no direction numbers for so many dimensions.
    pub(super) fn new(seed: u64, labels: &[&str]) -> Result<Self> {
        if labels.len() > NUM_DIMENSIONS as usize {
            return Err(hint::error(
                format!("sobol knows {NUM_DIMENSIONS} dimensions, and {} parameters vary here", labels.len()),
                "use the strategy latin-hypercube or random",
            ));
        }
        Ok(Self(labels.iter().map(|label| Stream::new(seed, &format!("sobol:{label}"))).collect()))
    }
}

impl Sequence for Sobol {
    fn unit(&self, dimension: usize, k: u64) -> f64 {
        let scramble = Stream::new(self.0[dimension].word(k >> BITS), "scramble");
        let index = (k & ((1 << BITS) - 1)) as u32;
        let bits = sobol_rev(index.reverse_bits(), dimension as u32).reverse_bits() >> (u32::BITS - BITS);
        // The nodes of a binary tree, numbered from the root: each stands for the bits so far.
        let mut node = 1_u64;
        let mut scrambled = 0_u64;
        for place in (0..BITS).rev() {
            let bit = u64::from(bits >> place) & 1;
            scrambled = (scrambled << 1) | (bit ^ (scramble.word(node) >> 63));
            node = (node << 1) | bit;
        }
        const LOWER: u32 = 52 - BITS;
        let lower = scramble.word(node) >> (u64::BITS - LOWER);
        (((scrambled << LOWER) | lower) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(seed: u64) -> Sobol {
        let labels: Vec<String> = (0..256).map(|at| format!("x{at}")).collect();
        Sobol::new(seed, &labels.iter().map(String::as_str).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn every_elementary_interval_of_a_coordinate_has_one_point() {
        let sobol = sequence(3);
        for dimension in (0..256).step_by(15) {
            for power in 0..=10 {
                for block in [0, 1] {
                    let count = 1_u64 << power;
                    let mut met: Vec<u64> = (block * count..(block + 1) * count)
                        .map(|k| (sobol.unit(dimension, k) * count as f64) as u64)
                        .collect();
                    met.sort_unstable();
                    assert!(met.into_iter().eq(0..count), "dimension {dimension}, {count} points");
                }
            }
        }
    }

    /// The first two dimensions are a (0, m, 2)-net in base 2: one point in each elementary rectangle.
    #[test]
    fn every_elementary_rectangle_of_two_coordinates_has_one_point() {
        let sobol = sequence(4);
        let power = 8;
        for across in 0..=power {
            let (columns, rows) = (1_u64 << across, 1_u64 << (power - across));
            let mut met: Vec<u64> = (0..1 << power)
                .map(|k| {
                    let column = (sobol.unit(0, k) * columns as f64) as u64;
                    let row = (sobol.unit(1, k) * rows as f64) as u64;
                    column * rows + row
                })
                .collect();
            met.sort_unstable();
            assert!(met.into_iter().eq(0..1 << power), "{columns} x {rows}");
        }
    }

    /// The mean of a smooth function comes out far better than from as many independent draws, whose error is about 0.009.
    #[test]
    fn smooth_functions_are_integrated_well() {
        for seed in 0..5 {
            let sobol = sequence(seed);
            let count = 1024;
            let sum: f64 = (0..count).map(|k| (0..5).map(|d| 0.5 + sobol.unit(d, k)).product::<f64>()).sum();
            let error = (sum / count as f64 - 1.0).abs();
            assert!(error < 1e-3, "{error}");
        }
    }

    #[test]
    fn beyond_the_tables_other_points_follow() {
        let sobol = sequence(1);
        assert_ne!(sobol.unit(0, 5), sobol.unit(0, 5 + (1 << BITS)));
    }

    #[test]
    fn the_first_points() {
        let sobol = sequence(1);
        let points: Vec<[f64; 2]> = (0..4).map(|k| [sobol.unit(0, k), sobol.unit(1, k)]).collect();
        assert_eq!(
            points,
            [
                [0.8935072916617363, 0.35191088261100056],
                [0.4127676195114013, 0.6243245392190307],
                [0.6704290082533527, 0.9128360400333916],
                [0.2276234845507109, 0.09441179550676038]
            ]
        );
    }
}
