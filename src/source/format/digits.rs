//! The digits of an exact decimal that is not negative, rounded half to even.

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, RoundingMode, Zero};

/// `places` digits behind the point, as C's `%f`.
pub(super) fn fixed(number: &BigDecimal, places: usize) -> String {
    let scale = i64::try_from(places).unwrap_or(i64::MAX);
    let (digits, _) = number.with_scale_round(scale, RoundingMode::HalfEven).into_bigint_and_exponent();
    point(&digits, places)
}

/// One digit before the point and `places` behind, as C's `%e`.
pub(super) fn scientific(number: &BigDecimal, places: usize) -> String {
    let (mantissa, exponent) = significant(number, places);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", point(&mantissa, places), exponent.unsigned_abs())
}

/// `precision` significant digits, as C's `%g`; `zeros` keeps trailing ones.
pub(super) fn general(number: &BigDecimal, precision: usize, zeros: bool) -> String {
    let places = precision.max(1) - 1;
    let (_, exponent) = significant(number, places);
    let fits = exponent >= -4 && usize::try_from(exponent.max(0)).is_ok_and(|exponent| exponent <= places);
    if !fits {
        let text = scientific(number, places);
        let Some((mantissa, exponent)) = text.split_once('e') else { return text };
        return format!("{}e{exponent}", trim(mantissa, zeros));
    }
    let shift = usize::try_from(exponent.unsigned_abs()).unwrap_or(0);
    let behind = if exponent < 0 { places + shift } else { places - shift };
    trim(&fixed(number, behind), zeros).to_owned()
}

fn trim(text: &str, zeros: bool) -> &str {
    if zeros || !text.contains('.') { text } else { text.trim_end_matches('0').trim_end_matches('.') }
}

/// The first `places + 1` digits as one whole number, and the exponent of the first.
fn significant(number: &BigDecimal, places: usize) -> (BigInt, i64) {
    if number.is_zero() {
        return (BigInt::zero(), 0);
    }
    let leading = |number: &BigDecimal| {
        let (digits, scale) = number.as_bigint_and_exponent();
        i64::try_from(digits.magnitude().to_string().len()).unwrap_or(i64::MAX) - 1 - scale
    };
    let places = i64::try_from(places).unwrap_or(i64::MAX);
    let rounded = number.with_scale_round(places - leading(number), RoundingMode::HalfEven);
    // 9.99 rounds to 10.0: one digit more than asked for.
    let exponent = leading(&rounded);
    let (digits, _) = rounded.with_scale(places - exponent).into_bigint_and_exponent();
    (digits, exponent)
}

fn point(digits: &BigInt, places: usize) -> String {
    let digits = digits.magnitude().to_string();
    if places == 0 {
        return digits;
    }
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    format!("{whole}.{fraction}")
}
