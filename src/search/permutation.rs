//! Permutations of the numbers below `n` that are computed, not stored.

use crate::space::Stream;

/// So many that small permutations, too, come out evenly (tested below).
const ROUNDS: u64 = 12;

/// One of the permutations of the numbers below `n`, chosen by a stream.
///
/// A Feistel network (M. Luby and C. Rackoff, "How to construct pseudorandom permutations from pseudorandom functions",
/// SIAM J. Comput. 17, 1988) permutes the numbers of an even number of bits; what falls outside is sent through again until
/// it falls inside (J. Black and P. Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002), less than four times on
/// average.
#[derive(Clone, Copy, Debug)]
pub(super) struct Permutation {
    stream: Stream,
    n: u64,
    half: u32,
}

impl Permutation {
    /// A permutation of the numbers below `n`.
    pub(super) fn new(stream: Stream, n: u64) -> Self {
        let bits = u64::BITS - n.saturating_sub(1).leading_zeros();
        Self { stream, n, half: bits.div_ceil(2).max(1) }
    }

    /// The place of `k`; the last one's if `k` is not below `n`.
    pub(super) fn at(self, k: u64) -> u64 {
        if self.n <= 1 {
            return 0;
        }
        let mut place = k.min(self.n - 1);
        loop {
            place = self.mix(place);
            if place < self.n {
                return place;
            }
        }
    }

    fn mix(self, number: u64) -> u64 {
        let mask = (1_u64 << self.half) - 1;
        let (mut left, mut right) = (number >> self.half, number & mask);
        for round in 0..ROUNDS {
            // A half has at most 32 bits.
            let word = self.stream.word((round << 32) | right) >> (u64::BITS - self.half);
            (left, right) = (right, left ^ word);
        }
        (left << self.half) | right
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_number_has_one_place() {
        for n in (1..70).chain([255, 256, 257, 1000, 65_536, 65_537]) {
            let permutation = Permutation::new(Stream::new(n, "test"), n);
            let mut places: Vec<u64> = (0..n).map(|k| permutation.at(k)).collect();
            places.sort_unstable();
            assert!(places.into_iter().eq(0..n), "{n}");
        }
    }

    #[test]
    fn the_largest_domains_do_not_overflow() {
        for n in [u64::MAX, (1 << 63) + 1, 1 << 62] {
            let permutation = Permutation::new(Stream::new(1, "test"), n);
            let places: Vec<u64> = [0, 1, n / 2, n - 1].map(|k| permutation.at(k)).into();
            assert!(places.iter().all(|&place| place < n));
            assert!(places.iter().enumerate().all(|(at, place)| !places[..at].contains(place)));
        }
    }

    /// Every order of four numbers comes as often as any other: chi-square with 23 degrees of freedom.
    #[test]
    fn small_permutations_are_even() {
        for (n, orders, limit) in [(3, 6, 20.5), (4, 24, 49.7), (5, 120, 173.6)] {
            let trials = 24_000_u64;
            let mut counts: HashMap<Vec<u64>, u64> = HashMap::new();
            for seed in 0..trials {
                let permutation = Permutation::new(Stream::new(seed, "test"), n);
                *counts.entry((0..n).map(|k| permutation.at(k)).collect()).or_default() += 1;
            }
            let expected = trials as f64 / f64::from(orders);
            let found: f64 = counts.values().map(|&count| (count as f64 - expected).powi(2) / expected).sum();
            let never = (orders as usize - counts.len()) as f64 * expected;
            // The limit is exceeded once in a thousand times.
            assert!(found + never < limit, "{n}: {}", found + never);
        }
    }
}
