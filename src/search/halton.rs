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
pub(super) struct Halton(Vec<Digits>);

/// The digits of one coordinate.
#[derive(Clone, Debug)]
struct Digits {
    base: u64,
    /// What becomes of each digit at each place, the first after the point first: as many places as a double tells apart.
    permuted: Vec<Vec<u64>>,
    /// The power of the base that makes a whole number of them.
    scale: u64,
    /// What follows the last place.
    inside: Stream,
}

impl Halton {
    /// The sequence with a dimension for each label, in the first primes.
    pub(super) fn new(seed: u64, labels: &[&str]) -> Self {
        let stream = |label: &&str| Stream::new(seed, &format!("halton:{label}"));
        Self(primes().zip(labels.iter().map(stream)).map(|(base, stream)| Digits::new(base, stream)).collect())
    }
}

impl Digits {
    fn new(base: u64, stream: Stream) -> Self {
        let (mut permuted, mut scale) = (Vec::new(), 1_u64);
        while scale <= (1 << 53) / base {
            let permutation = Permutation::new(Stream::new(stream.word(permuted.len() as u64), "digit"), base);
            permuted.push((0..base).map(|digit| permutation.at(digit)).collect());
            scale *= base;
        }
        Self { base, permuted, scale, inside: Stream::new(stream.word(u64::MAX), "inside") }
    }
}

impl Sequence for Halton {
    fn unit(&self, dimension: usize, k: u64) -> f64 {
        let Digits { base, permuted, scale, inside } = &self.0[dimension];
        let (mut rest, mut number) = (k, 0_u64);
        for places in permuted {
            number = number * base + places[(rest % base) as usize];
            rest /= base;
        }
        ((number as f64 + inside.unit(k)) / *scale as f64).clamp(f64::EPSILON / 4.0, 1.0_f64.next_down())
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
        assert_eq!(
            points,
            [
                [0.8521109235688008, 0.787664595755168],
                [0.35211092356880075, 0.45433126242183464],
                [0.6021109235688008, 0.12099792908850114],
                [0.10211092356880072, 0.6765534846440568]
            ]
        );
    }
}
