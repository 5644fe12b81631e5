//! Latin hypercubes: each coordinate's range cut into equal parts, and each part met once.

use super::cube::Sequence;
use super::permutation::Permutation;
use crate::space::Stream;

/// A latin hypercube of `parts` points, and after it another one.
///
/// Coordinate j of point i is (p_j(i) + u_ij) / n, with p_j a random permutation of the n parts and u_ij uniform in a part:
/// M. D. McKay, R. J. Beckman and W. J. Conover, "A comparison of three methods for selecting values of input variables in
/// the analysis of output from a computer code", Technometrics 21 (1979).
#[derive(Clone, Debug)]
pub(super) struct LatinHypercube {
    parts: u64,
    streams: Vec<Stream>,
    /// The first hypercube, which is mostly the only one.
    first: Vec<Column>,
}

/// One coordinate of one hypercube.
#[derive(Clone, Debug)]
struct Column {
    order: Permutation,
    inside: Stream,
}

impl Column {
    fn new(stream: Stream, cube: u64, parts: u64) -> Self {
        let stream = |name| Stream::new(stream.word(cube), name);
        Self { order: Permutation::new(stream("order"), parts), inside: stream("inside") }
    }
}

impl LatinHypercube {
    /// The hypercubes of `parts` points, at least one.
    pub(super) fn new(seed: u64, labels: &[&str], parts: u64) -> Self {
        let parts = parts.max(1);
        let streams: Vec<Stream> =
            labels.iter().map(|label| Stream::new(seed, &format!("latin-hypercube:{label}"))).collect();
        let first = streams.iter().map(|&stream| Column::new(stream, 0, parts)).collect();
        Self { parts, streams, first }
    }
}

impl Sequence for LatinHypercube {
    fn unit(&self, dimension: usize, k: u64) -> f64 {
        let place = |column: &Column, point| (column.order.at(point) as f64, column.inside.unit(point));
        let (part, inside) = match (k / self.parts, k % self.parts) {
            (0, point) => place(&self.first[dimension], point),
            (cube, point) => place(&Column::new(self.streams[dimension], cube, self.parts), point),
        };
        let parts = self.parts as f64;
        // Rounding must not lead into the next part.
        ((part + inside) / parts).min(((part + 1.0) / parts).next_down())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_part_is_met_once(seed: u64, parts in 1_u64..200, cube in 0_u64..3) {
            let sequence = LatinHypercube::new(seed, &["a", "b"], parts);
            for dimension in 0..2 {
                let mut met: Vec<u64> = (cube * parts..(cube + 1) * parts)
                    .map(|k| (sequence.unit(dimension, k) * parts as f64) as u64)
                    .collect();
                met.sort_unstable();
                prop_assert!(met.into_iter().eq(0..parts));
            }
        }
    }

    #[test]
    fn the_first_points() {
        let sequence = LatinHypercube::new(1, &["a", "b"], 4);
        let points: Vec<[f64; 2]> = (0..4).map(|k| [sequence.unit(0, k), sequence.unit(1, k)]).collect();
        assert_eq!(
            points,
            [
                [0.5647934370572665, 0.5651786145251767],
                [0.1368938096882946, 0.03693430999800504],
                [0.8647538558173316, 0.8744665287623241],
                [0.47190160535442816, 0.36798665116794516]
            ]
        );
    }
}
