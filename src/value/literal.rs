//! Literals of numbers: what they spell, and how a number is spelt.

use std::str::FromStr as _;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;

use super::Kind;

/// The kind of number that `literal` spells, if it spells one.
pub(super) fn kind_of(literal: &str) -> Option<Kind> {
    let unsigned = literal.strip_prefix(['-', '+']).unwrap_or(literal);
    if matches!(unsigned, "inf" | "nan") {
        return Some(Kind::Decimal);
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = unsigned.strip_prefix(prefix) {
            return (!digits.is_empty() && digits.chars().all(|c| c.is_digit(radix))).then_some(Kind::Integer);
        }
    }
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
    }
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits_only = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !digits_only(whole) || !fraction.is_none_or(digits_only) {
        return None;
    }
    if whole.is_empty() && fraction.is_none_or(str::is_empty) {
        return None;
    }
    Some(if fraction.is_none() && exponent.is_none() { Kind::Integer } else { Kind::Decimal })
}

/// The sign and the digits after a radix prefix.
fn radix_digits(literal: &str) -> Option<(bool, &str, u32)> {
    let negative = literal.starts_with('-');
    let unsigned = literal.strip_prefix(['-', '+']).unwrap_or(literal);
    [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find_map(|(prefix, radix)| unsigned.strip_prefix(prefix).map(|digits| (negative, digits, radix)))
}

/// The number without rounding.
pub(super) fn exact(literal: &str) -> Option<BigDecimal> {
    if let Some((negative, digits, radix)) = radix_digits(literal) {
        let number = BigInt::parse_bytes(digits.as_bytes(), radix)?;
        return Some(BigDecimal::from(if negative { -number } else { number }));
    }
    // BigDecimal refuses `5.` and `.5`, which many languages accept.
    let mut spelt = literal.strip_prefix('+').unwrap_or(literal).replace(".e", ".0e").replace(".E", ".0E");
    if spelt.ends_with('.') {
        spelt.push('0');
    }
    if spelt.starts_with('.') {
        spelt.insert(0, '0');
    } else if spelt.starts_with("-.") {
        spelt.insert(1, '0');
    }
    BigDecimal::from_str(&spelt).ok()
}

/// The nearest double.
pub(super) fn as_f64(literal: &str) -> Option<f64> {
    if let Some((negative, digits, radix)) = radix_digits(literal) {
        let number = BigInt::parse_bytes(digits.as_bytes(), radix)?.to_string().parse::<f64>().ok()?;
        return Some(if negative { -number } else { number });
    }
    literal.parse().ok()
}

/// `0.001` plainly, `1e-12` and `1e25` with an exponent.
pub(super) fn spell(number: &BigDecimal) -> String {
    let (digits, scale) = number.as_bigint_and_exponent();
    // Zero has no magnitude: `0e1` is 0.
    let scale = if digits.sign() == bigdecimal::num_bigint::Sign::NoSign { scale.max(0) } else { scale };
    let magnitude = digits.magnitude().to_string();
    let sign = if digits.sign() == bigdecimal::num_bigint::Sign::Minus { "-" } else { "" };
    let length = i64::try_from(magnitude.len()).unwrap_or(i64::MAX);
    if scale <= 0 && length - scale <= 18 {
        return format!("{sign}{magnitude}{}", "0".repeat(usize::try_from(-scale).unwrap_or(0)));
    }
    if scale > 0 && (scale - length <= 6 || magnitude == "0") {
        let scale = usize::try_from(scale).unwrap_or(0);
        let padded = format!("{magnitude:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        return format!("{sign}{whole}.{fraction}");
    }
    let exponent = length - 1 - scale;
    let (first, rest) = magnitude.split_at(1);
    let rest = rest.trim_end_matches('0');
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}e{exponent}")
}
