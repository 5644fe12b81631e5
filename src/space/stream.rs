//! Random numbers that are looked up, not drawn in turn.

/// The increment of SplitMix64: 2^64 divided by the golden ratio, made odd.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// The random numbers that belong to a seed and a name.
///
/// Number `k` depends on nothing but the seed, the name and `k`: it stays the same however many are drawn, in whatever
/// order, on every machine. The numbers are those of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom
/// number generators", OOPSLA 2014), which can jump to any place of its sequence; seed and name choose where it starts.
///
/// ```
/// # use gitsweep::space::Stream;
/// let stream = Stream::new(2026, "learning_rate");
/// assert_eq!(stream.word(7), 6_507_322_370_320_761_809);
/// assert_eq!(stream.unit(7), Stream::new(2026, "learning_rate").unit(7));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    start: u64,
}

impl Stream {
    /// The stream of `name`, a parameter's or any other, in the sweep with this seed.
    pub fn new(seed: u64, name: &str) -> Self {
        // FNV-1a; the mixing that follows makes up for its weak high bits.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self { start: mix(mix(seed.wrapping_add(GAMMA)) ^ hash) }
    }

    /// The number `k` as 64 random bits.
    pub fn word(self, k: u64) -> u64 {
        mix(self.start.wrapping_add(k.wrapping_add(1).wrapping_mul(GAMMA)))
    }

    /// The number `k` as a double strictly between 0 and 1, an odd multiple of 2^-53.
    pub fn unit(self, k: u64) -> f64 {
        ((self.word(k) >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
    }

    /// The number `k` as a whole number below `n`; 0 where `n` is 0.
    pub fn below(self, k: u64, n: usize) -> usize {
        // The bias of this multiplication is below n / 2^64.
        let product = u128::from(self.word(k)) * (n as u128);
        (product >> 64) as usize
    }
}

/// The finaliser of SplitMix64.
fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        // The published sequence for the seed 1234567.
        let stream = Stream { start: 1_234_567 };
        let words: Vec<_> = (0..5).map(|k| stream.word(k)).collect();
        assert_eq!(
            words,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821
            ]
        );
    }

    #[test]
    fn units_stay_inside_and_spread_evenly() {
        let stream = Stream::new(1, "x");
        let mut counts = [0_i32; 20];
        for k in 0..20_000 {
            let unit = stream.unit(k);
            assert!(unit > 0.0 && unit < 1.0);
            counts[(unit * 20.0) as usize] += 1;
        }
        let chi_square: f64 = counts.iter().map(|&count| f64::from(count - 1000).powi(2) / 1000.0).sum();
        // 19 degrees of freedom: 43.8 is exceeded once in a thousand times.
        assert!(chi_square < 43.8, "{chi_square}");
    }

    #[test]
    fn names_and_seeds_have_streams_of_their_own() {
        let correlation = |a: Stream, b: Stream| {
            (0..10_000).map(|k| (a.unit(k) - 0.5) * (b.unit(k) - 0.5) * 12.0).sum::<f64>() / 100.0
        };
        let x = Stream::new(1, "x");
        for other in [Stream::new(1, "y"), Stream::new(2, "x"), Stream::new(0, "x"), Stream::new(1, "")] {
            // Of unit variance.
            assert!(correlation(x, other).abs() < 4.0);
        }
    }

    #[test]
    fn whole_numbers_stay_below() {
        let stream = Stream::new(3, "k");
        assert!((0..1000).all(|k| stream.below(k, 7) < 7));
        assert_eq!(stream.below(0, 1), 0);
        assert_eq!(stream.below(0, 0), 0);
    }
}
