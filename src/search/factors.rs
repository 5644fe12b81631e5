//! The size of a grid, with what it is the product of.

use std::fmt;

/// How many values each parameter or group of a grid has, in order.
///
/// Displays as the product that it is, parameters with one value left out: `12 x 40 x 900 x 8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factors(Vec<(String, u64)>);

impl Factors {
    pub(super) fn new(factors: Vec<(String, u64)>) -> Self {
        Self(factors)
    }

    /// The name of each parameter, or the names of a group (`a, b`), and its number of values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, count)| (name.as_str(), *count))
    }

    /// The product; `None` if it does not fit in 128 bits.
    pub fn product(&self) -> Option<u128> {
        self.0.iter().try_fold(1_u128, |product, (_, count)| product.checked_mul(u128::from(*count)))
    }
}

impl fmt::Display for Factors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<String> =
            self.0.iter().filter(|(_, count)| *count != 1).map(|(_, count)| count.to_string()).collect();
        if counts.is_empty() { f.write_str("1") } else { f.write_str(&counts.join(" x ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_with_its_factors() {
        let factors = |counts: &[u64]| Factors::new(counts.iter().map(|&count| ("x".to_owned(), count)).collect());
        let grid = factors(&[12, 40, 1, 900, 8]);
        assert_eq!((grid.to_string().as_str(), grid.product()), ("12 x 40 x 900 x 8", Some(3_456_000)));
        assert_eq!((factors(&[]).to_string().as_str(), factors(&[]).product()), ("1", Some(1)));
        assert_eq!(factors(&[u64::MAX, u64::MAX]).product(), Some(u128::from(u64::MAX) * u128::from(u64::MAX)));
        assert_eq!(factors(&[u64::MAX, u64::MAX, 2]).product(), None);
    }
}
