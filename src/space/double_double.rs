//! Logarithms and powers to about thirty digits, so that rounding them to a double gives the nearest one.
//!
//! A number is the unevaluated sum of two doubles. Sums and products are those of T. J. Dekker, "A floating-point
//! technique for extending the available precision", Numerische Mathematik 18 (1971). Only IEEE operations are used, so
//! every machine computes the same bits.

use std::ops::{Add, Mul, Sub};

/// An unevaluated sum of a double and a much smaller one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DoubleDouble {
    high: f64,
    low: f64,
}

/// The natural logarithm of two.
const LN_2: DoubleDouble = DoubleDouble { high: std::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };

impl DoubleDouble {
    /// The sum of two doubles without rounding.
    fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let rounded = high - a;
        Self { high, low: (a - (high - rounded)) + (b - rounded) }
    }

    /// The product of two doubles without rounding.
    fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        Self { high, low: libm::fma(a, b, -high) }
    }

    /// `numerator / denominator` of two whole numbers below 2^53.
    pub(super) fn ratio(numerator: f64, denominator: f64) -> Self {
        let high = numerator / denominator;
        let rest = Self::from(numerator) - Self::product(high, denominator);
        Self::sum(high, rest.high / denominator)
    }

    /// The natural logarithm of a positive double.
    pub(super) fn ln(number: f64) -> Self {
        let (mantissa, exponent) = libm::frexp(number);
        // One step of Newton's method on exp doubles the digits of libm's logarithm.
        let guess = Self::from(libm::log(mantissa));
        let correction = (Self::from(0.0) - guess).exp() * Self::from(mantissa) - Self::from(1.0);
        guess + correction + LN_2 * Self::from(f64::from(exponent))
    }

    /// The exponential; exact to about thirty digits where the result is an ordinary double.
    pub(super) fn exp(self) -> Self {
        let halvings = libm::round(self.high / LN_2.high);
        let reduced = (self - LN_2 * Self::from(halvings)) * Self::from(1.0 / 256.0);
        let mut term = Self::from(1.0);
        let mut sum = Self::from(0.0);
        for k in 1..=12 {
            term = term * reduced * Self::ratio(1.0, f64::from(k));
            sum = sum + term;
        }
        // expm1(2x) = expm1(x) (2 + expm1(x)) keeps the digits that exp(x)^2 would lose.
        for _ in 0..8 {
            sum = sum * (sum + Self::from(2.0));
        }
        let sum = sum + Self::from(1.0);
        let scale = halvings as i32;
        Self { high: libm::ldexp(sum.high, scale), low: libm::ldexp(sum.low, scale) }
    }

    /// The nearest double.
    pub(super) fn to_f64(self) -> f64 {
        self.high + self.low
    }
}

impl From<f64> for DoubleDouble {
    fn from(number: f64) -> Self {
        Self { high: number, low: 0.0 }
    }
}

impl Add for DoubleDouble {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (s, t) = (Self::sum(self.high, other.high), Self::sum(self.low, other.low));
        let partial = Self::sum(s.high, s.low + t.high);
        Self::sum(partial.high, partial.low + t.low)
    }
}

impl Sub for DoubleDouble {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + Self { high: -other.high, low: -other.low }
    }
}

impl Mul for DoubleDouble {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let p = Self::product(self.high, other.high);
        Self::sum(p.high, p.low + (self.high * other.low + self.low * other.high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_undoes_ln_to_the_last_bit() {
        for number in [1e-300, 3.7e-5, 0.1, 0.5, 1.0, 2.0, std::f64::consts::PI, 1e17, 1.7e308] {
            let back = DoubleDouble::ln(number).exp();
            assert_eq!(back.to_f64(), number);
            assert!(((back - DoubleDouble::from(number)).to_f64() / number).abs() < 1e-28);
        }
    }

    #[test]
    fn known_logarithms() {
        // ln 10 = 2.30258509299404568401799145468436421
        let ten = DoubleDouble::ln(10.0);
        assert_eq!(ten.high, std::f64::consts::LN_10);
        assert!((ten.low - -2.170_756_223_382_249_4e-16).abs() < 1e-30);
    }

    #[test]
    fn ratios_have_thirty_digits() {
        let third = DoubleDouble::ratio(1.0, 3.0);
        let one = third * DoubleDouble::from(3.0);
        assert!((one - DoubleDouble::from(1.0)).to_f64().abs() < 1e-30);
    }
}
