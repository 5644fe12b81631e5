//! Permutations of the numbers below `n` that are computed, not stored.

use crate::space::Stream;

/// After each round, chances are one half that a number can be anywhere.
const ROUNDS: usize = 32;

/// One of the permutations of the numbers below `n`, chosen by a stream.
///
/// The swap-or-not shuffle: V. T. Hoang, B. Morris and P. Rogaway, "An enciphering scheme based on a card shuffle", CRYPTO
/// 2012. Unlike a Feistel network it is even for the smallest `n` too, which is tested below.
#[derive(Clone, Debug)]
pub(super) struct Permutation {
    n: u64,
    /// In each round, the numbers that add up to the key modulo `n` are partners.
    keys: [u64; ROUNDS],
    coins: Stream,
}

impl Permutation {
    /// A permutation of the numbers below `n`.
    pub(super) fn new(stream: Stream, n: u64) -> Self {
        let keys = std::array::from_fn(|round| below(stream.word(round as u64), n));
        Self { n, keys, coins: Stream::new(stream.word(ROUNDS as u64), "coins") }
    }

    /// The place of `k`, which is below `n`; what is not counts as the last one.
    pub(super) fn at(&self, k: u64) -> u64 {
        let mut place = k.min(self.n.saturating_sub(1));
        for (round, &key) in self.keys.iter().enumerate() {
            let partner = if key >= place { key - place } else { self.n - (place - key) };
            let pair = place.max(partner);
            let coin = self.coins.word(pair.wrapping_mul(ROUNDS as u64).wrapping_add(round as u64));
            place = if coin >> 63 == 1 { partner } else { place };
        }
        place
    }
}

/// A whole number below `n` from 64 random bits; 0 where `n` is 0.
fn below(word: u64, n: u64) -> u64 {
    ((u128::from(word) * u128::from(n)) >> 64) as u64
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

    /// Every order comes as often as any other: chi-square with one degree of freedom less than there are orders.
    #[test]
    fn small_permutations_are_even() {
        for (n, orders, limit) in [(2, 2, 10.8), (3, 6, 20.5), (4, 24, 49.7), (5, 120, 173.6), (6, 720, 841.0)] {
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
