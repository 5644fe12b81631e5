//! Fingerprints: what tells points apart without keeping them.

use crate::point::Point;
use crate::value::{Kind, Value};

/// 128 bits that are equal for points that are equal, numbers compared by value, and for no others that anyone will meet.
///
/// The order of the parameters does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint(u128);

impl Fingerprint {
    /// That of a point.
    pub(super) fn of_point(point: &Point) -> Self {
        Self(point.iter().fold(0, |sum, (name, value)| {
            let mut digest = Digest::new();
            digest.bytes(name.as_str().as_bytes());
            digest.byte(0);
            digest.value(value);
            sum.wrapping_add(digest.finish())
        }))
    }

    /// That of some values in order.
    pub(super) fn of_values<'a>(values: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut digest = Digest::new();
        for value in values {
            digest.value(value);
            digest.byte(0);
        }
        Self(digest.finish())
    }
}

/// FNV-1a with 128 bits (Fowler, Noll, Vo), mixed at the end so that sums of them stay apart.
struct Digest(u128);

impl Digest {
    fn new() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.byte(byte));
    }

    /// Equal for values that [`Value::same`] calls the same.
    fn value(&mut self, value: &Value) {
        if value.is_number() && self.number(value) {
            return;
        }
        self.byte(match value.kind() {
            Kind::Bool => b'b',
            Kind::Integer | Kind::Decimal => b'l',
            Kind::Text => b't',
        });
        self.bytes(value.as_str().as_bytes());
    }

    /// Takes in a finite number, whatever its spelling; false if it is none.
    fn number(&mut self, value: &Value) -> bool {
        let literal = value.as_str();
        if let Some(decimal) = Decimal::of(literal) {
            decimal.digest(self);
            return true;
        }
        let Some(exact) = value.exact() else {
            return false;
        };
        let (digits, scale) = exact.into_bigint_and_exponent();
        let plain = format!("{digits}e{}", -scale);
        match Decimal::of(&plain) {
            Some(decimal) => decimal.digest(self),
            None => self.bytes(plain.as_bytes()),
        }
        true
    }

    fn finish(self) -> u128 {
        let (high, low) = ((self.0 >> 64) as u64, self.0 as u64);
        let (high, low) = (mix(high ^ mix(low)), mix(low.wrapping_add(mix(high))));
        (u128::from(high) << 64) | u128::from(low)
    }
}

/// The finaliser of SplitMix64.
fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// A number spelt in tens: its digits but for zeros at both ends, and the power of ten of the last one.
struct Decimal<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    power: i64,
}

impl<'a> Decimal<'a> {
    fn of(literal: &'a str) -> Option<Self> {
        let negative = literal.starts_with('-');
        let unsigned = literal.strip_prefix(['-', '+']).unwrap_or(literal);
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (&unsigned[..at], unsigned[at + 1..].parse().ok()?),
            None => (unsigned, 0_i64),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let (mut whole, mut fraction) = (whole.as_bytes(), fraction.as_bytes());
        if !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
            return None;
        }
        fraction = without_last_zeros(fraction);
        let mut power = exponent - i64::try_from(fraction.len()).ok()?;
        if fraction.is_empty() {
            let kept = without_last_zeros(whole);
            power += i64::try_from(whole.len() - kept.len()).ok()?;
            whole = kept;
        }
        whole = without_first_zeros(whole);
        if whole.is_empty() {
            fraction = without_first_zeros(fraction);
        }
        Some(Self { negative, whole, fraction, power })
    }

    fn digest(&self, digest: &mut Digest) {
        digest.byte(b'n');
        if self.whole.is_empty() && self.fraction.is_empty() {
            return;
        }
        digest.byte(if self.negative { b'-' } else { b'+' });
        digest.bytes(self.whole);
        digest.bytes(self.fraction);
        digest.byte(b'e');
        digest.bytes(&self.power.to_le_bytes());
    }
}

fn without_first_zeros(mut digits: &[u8]) -> &[u8] {
    while let [b'0', rest @ ..] = digits {
        digits = rest;
    }
    digits
}

fn without_last_zeros(mut digits: &[u8]) -> &[u8] {
    while let [rest @ .., b'0'] = digits {
        digits = rest;
    }
    digits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::point::ParamName;

    fn print(value: &Value) -> Fingerprint {
        Fingerprint::of_values([value])
    }

    #[test]
    fn the_same_number_in_other_words_is_the_same() {
        let number = |literal| print(&Value::number(literal).unwrap());
        for spellings in [
            &["0.1", "0.10", "1e-1", ".1", "+0.1", "00.1", "10e-2"][..],
            &["0", "0.0", "-0", "0e5", "0x0"],
            &["31", "31.0", "0x1F", "3.1e1", "0b11111"],
            &["-1200", "-1.2e3", "-12E2", "-0x4b0"],
        ] {
            assert!(spellings.iter().all(|&other| number(other) == number(spellings[0])), "{spellings:?}");
        }
        assert_ne!(number("12"), number("120"));
        assert_ne!(number("12"), number("1.2"));
        assert_ne!(number("inf"), number("-inf"));
        assert_ne!(print(&Value::text("3")), number("3"));
        assert_ne!(print(&Value::text("true")), print(&Value::bool(true)));
    }

    #[test]
    fn the_order_of_parameters_does_not_matter_but_whose_value_it_is_does() {
        let point = |pairs: [(&str, i64); 2]| {
            let pairs = pairs.map(|(name, value)| (ParamName::new(name).unwrap(), Value::integer(value)));
            Fingerprint::of_point(&Point::new(pairs.into()))
        };
        assert_eq!(point([("a", 1), ("b", 2)]), point([("b", 2), ("a", 1)]));
        assert_ne!(point([("a", 1), ("b", 2)]), point([("a", 2), ("b", 1)]));
    }

    proptest! {
        #[test]
        fn fingerprints_agree_with_values(a in "-?[0-2]{1,3}(\\.[0-2]{0,2})?(e-?[0-2])?", b in "-?[0-2]{1,3}(\\.[0-2]{0,2})?(e-?[0-2])?") {
            let (a, b) = (Value::number(&a).unwrap(), Value::number(&b).unwrap());
            prop_assert_eq!(print(&a) == print(&b), a.same(&b));
        }
    }
}
