//! The double nearest to an exact fraction.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::{BigInt, BigUint, Sign};

/// Digits and power of ten: the number is `digits * 10^-scale`.
pub(super) fn scaled(number: &BigDecimal, scale: i64) -> BigInt {
    number.with_scale(scale).into_bigint_and_exponent().0
}

/// The number of digits after the point that holds each of `numbers` exactly; negative where all end in zeros.
pub(super) fn common_scale(numbers: &[&BigDecimal]) -> i64 {
    numbers.iter().map(|number| number.fractional_digit_count()).max().unwrap_or(0)
}

/// `10^power`
pub(super) fn power_of_ten(power: u64) -> BigUint {
    BigUint::from(10_u8).pow(u32::try_from(power).unwrap_or(u32::MAX))
}

/// The double nearest to `numerator / denominator * 10^-scale`, ties to even; infinite where it is too large.
pub(super) fn nearest_double(numerator: &BigInt, denominator: &BigUint, scale: i64) -> f64 {
    let ten = power_of_ten(scale.unsigned_abs());
    let (n, d) = if scale < 0 {
        (numerator.magnitude() * ten, denominator.clone())
    } else {
        (numerator.magnitude().clone(), denominator * ten)
    };
    let magnitude = nearest_magnitude(&n, &d);
    if numerator.sign() == Sign::Minus { -magnitude } else { magnitude }
}

/// The double nearest to `numerator / denominator`, and the one nearest to what is then missing.
pub(super) fn nearest_pair(numerator: &BigInt, denominator: &BigUint) -> (f64, f64) {
    let high = nearest_double(numerator, denominator, 0);
    if !high.is_finite() {
        return (high, 0.0);
    }
    let (mantissa, exponent) = libm::frexp(high);
    let (mantissa, exponent) = (BigInt::from(libm::ldexp(mantissa, 53) as i64), i64::from(exponent) - 53);
    let (up, down) = (exponent.max(0).unsigned_abs(), exponent.min(0).unsigned_abs());
    let rest = (numerator << down) - ((mantissa * BigInt::from(denominator.clone())) << up);
    (high, nearest_double(&rest, &(denominator << down), 0))
}

/// The double nearest to `n / d`.
fn nearest_magnitude(n: &BigUint, d: &BigUint) -> f64 {
    let zero = BigUint::ZERO;
    if *n == zero {
        return 0.0;
    }
    // The quotient times 2^shift has 55 or 56 bits: at least two more than a double holds.
    let bits = |number: &BigUint| i64::try_from(number.bits()).unwrap_or(i64::MAX / 4);
    let shift = 55 - (bits(n) - bits(d));
    let widened = |number: &BigUint, by: i64| number << u64::try_from(by).unwrap_or(0);
    let (n, d) = (widened(n, shift.max(0)), widened(d, (-shift).max(0)));
    let (quotient, remainder) = (&n / &d, &n % &d);
    let mut quotient = u64::try_from(quotient).unwrap_or(u64::MAX);
    if remainder != zero {
        // Below the last bit there is something more: half is not quite half.
        quotient |= 1;
    }
    let length = i64::from(64 - quotient.leading_zeros());
    let unit = (length - 53 - shift).max(-1074);
    let dropped = unit + shift;
    if dropped > 60 {
        return 0.0;
    }
    let half = 1_u64 << (dropped - 1);
    let (kept, rest) = (quotient >> dropped, quotient & (2 * half - 1));
    let up = rest > half || (rest == half && kept % 2 == 1);
    let kept = kept + u64::from(up);
    libm::ldexp(kept as f64, i32::try_from(unit).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::str::FromStr;

    #[test]
    fn fractions_round_to_nearest() {
        let third = nearest_double(&BigInt::from(1), &BigUint::from(3_u8), 0);
        assert_eq!(third, 1.0 / 3.0);
        assert_eq!(nearest_double(&BigInt::from(-3), &BigUint::from(1_u8), 1), -0.3);
        assert_eq!(nearest_double(&BigInt::from(5), &BigUint::from(1_u8), -2), 500.0);
        assert_eq!(nearest_double(&BigInt::from(1), &BigUint::from(1_u8), 400), 0.0);
        assert_eq!(nearest_double(&BigInt::from(1), &BigUint::from(1_u8), -400), f64::INFINITY);
    }

    proptest! {
        #[test]
        fn decimals_round_as_the_standard_library_reads_them(digits in any::<i64>(), exponent in -345_i64..320) {
            let expected: f64 = format!("{digits}e{exponent}").parse().unwrap();
            prop_assert_eq!(nearest_double(&BigInt::from(digits), &BigUint::from(1_u8), -exponent), expected);
        }

        #[test]
        fn quotients_of_doubles_round_as_the_processor_rounds(a in -(1_i64 << 53)..(1 << 53), b in 1_u64..(1 << 53)) {
            prop_assert_eq!(nearest_double(&BigInt::from(a), &BigUint::from(b), 0), a as f64 / b as f64);
        }

        #[test]
        fn scaling_is_exact(digits in any::<i64>(), fraction in 0_i64..9, more in 0_i64..9) {
            let number = BigDecimal::new(BigInt::from(digits), fraction);
            let back = BigDecimal::new(scaled(&number, fraction + more), fraction + more);
            prop_assert_eq!(back, BigDecimal::from_str(&number.to_string()).unwrap());
        }
    }
}
