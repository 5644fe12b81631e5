//! The Halton sequence with random digits.

use super::cube::Sequence;
use super::permutation::Permutation;
use crate::space::Stream;

/// The Halton sequence, each digit of each coordinate under its own random permutation: of the first b^m points, one lies in
/// each of b^m equal parts of the range of the coordinate whose base is b.
///
/// J. H. Halton, "On the efficiency of certain quasi-random sequences of points in evaluating multi-dimensional integrals",
/// Numer. Math. 2 (1960); A. B. Owen, "A randomized Halton algorithm in R", arXiv:1706.02808 (2017).
#[derive(Clone, Debug)]
pub(super) struct Halton(Vec<(u64, Stream)>);

impl Halton {
    /// The sequence with a dimension for each label, in the first primes.
    pub(super) fn new(seed: u64, labels: &[&str]) -> Self {
        let stream = |label: &&str| Stream::new(seed, &format!("halton:{label}"));
        Self(primes().zip(labels.iter().map(stream)).collect())
    }
}

impl Sequence for Halton {
    fn unit(&self, dimension: usize, k: u64) -> f64 {
        let (base, stream) = self.0[dimension];
        let mut rest = k;
        let mut place = 0_u64;
        // Numerator and denominator stay whole numbers that a double holds.
        let (mut number, mut scale) = (0_u64, 1_u64);
        while scale <= (1 << 53) / base {
            let permutation = Permutation::new(Stream::new(stream.word(place), "digit"), base);
            number = number * base + permutation.at(rest % base);
            scale *= base;
            rest /= base;
            place += 1;
        }
        let inside = Stream::new(stream.word(place), "inside").unit(k);
        ((number as f64 + inside) / scale as f64).clamp(f64::EPSILON / 4.0, 1.0_f64.next_down())
    }
}

fn primes() -> impl Iterator<Item = u64> {
    let mut found: Vec<u64> = Vec::new();
    (2..).filter(move |candidate| {
        let prime = found.iter().take_while(|prime| *prime * *prime <= *candidate).all(|prime| candidate % prime != 0);
        if prime {
            found.push(*candidate);
        }
        prime
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_primes() {
        assert_eq!(primes().take(10).collect::<Vec<_>>(), [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
    }

    #[test]
    fn every_interval_has_one_point() {
        let halton = Halton::new(7, &["a", "b", "c"]);
        for (dimension, base) in [(0, 2_u64), (1, 3), (2, 5)] {
            for power in 0..5 {
                let count = base.pow(power);
                let mut met: Vec<u64> = (0..count).map(|k| (halton.unit(dimension, k) * count as f64) as u64).collect();
                met.sort_unstable();
                assert!(met.into_iter().eq(0..count), "base {base}, {count} points");
            }
        }
    }

    #[test]
    fn the_first_points() {
        let halton = Halton::new(1, &["a", "b"]);
        let points: Vec<[f64; 2]> = (0..4).map(|k| [halton.unit(0, k), halton.unit(1, k)]).collect();
        assert_eq!(points, [[0.0; 2]; 4]);
    }
}
