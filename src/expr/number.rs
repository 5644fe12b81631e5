//! Numbers of expressions: exact as long as the user's decimals allow it, doubles from there on.
//!
//! `+ - * // %`, powers with a whole exponent and quotients that come out even are exact. Any other quotient, power or
//! function gives a double, and whatever is calculated with a double is one, so that `1 / 3 * 3` is `1.0`.

use std::cmp::Ordering;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::num_traits::{Signed, ToPrimitive, Zero};
use bigdecimal::{BigDecimal, RoundingMode};

use super::error::Fault;
use crate::value::{Kind, Value};

/// Larger numbers than this are a mistake, and would take for ever.
const MAX_DIGITS: u64 = 12_000;

/// A quotient with at most this many digits is the one that its nearest double spells.
const DOUBLE_DIGITS: u64 = 15;

/// More digits than decide which double is nearest to a quotient, but for freaks.
const QUOTIENT_DIGITS: u64 = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Plus,
    Minus,
    Times,
    Over,
    FloorOver,
    Modulo,
    Power,
}

impl Arithmetic {
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Over => "/",
            Self::FloorOver => "//",
            Self::Modulo => "%",
            Self::Power => "**",
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Number {
    /// As the user wrote it.
    Written(Value),
    Whole(BigInt),
    Decimal(BigDecimal),
    Float(f64),
}

/// A number without rounding, and whether it is an integer rather than a decimal that happens to be whole.
struct Exact {
    number: BigDecimal,
    whole: bool,
}

impl Number {
    pub(super) fn to_f64(&self) -> f64 {
        match self {
            Self::Written(value) => value.as_f64().unwrap_or(f64::NAN),
            Self::Whole(number) => nearest(&BigDecimal::from(number.clone())),
            Self::Decimal(number) => nearest(number),
            Self::Float(number) => *number,
        }
    }

    /// The nearest double, where there is one: a number beyond all doubles is not infinite.
    pub(super) fn double(&self) -> Result<f64, Fault> {
        match self.to_f64() {
            double if double.is_infinite() && self.exact().is_some() => Err(too_large()),
            double => Ok(double),
        }
    }

    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Written(value) => value,
            Self::Whole(number) => spelt(&number.to_string()),
            Self::Decimal(number) => {
                let value = Value::decimal(&number);
                if value.kind() == Kind::Integer { Value::decimal(&number.with_scale(1)) } else { value }
            }
            Self::Float(number) => Value::float(number),
        }
    }

    fn exact(&self) -> Option<Exact> {
        match self {
            Self::Written(value) => value.exact().map(|number| Exact { number, whole: value.kind() == Kind::Integer }),
            Self::Whole(number) => Some(Exact { number: number.clone().into(), whole: true }),
            Self::Decimal(number) => Some(Exact { number: number.clone(), whole: false }),
            Self::Float(_) => None,
        }
    }

    /// The decimal that this number spells; `None` for infinities and `nan`.
    fn spelling(&self) -> Option<BigDecimal> {
        match self {
            Self::Float(number) => Value::float(*number).exact(),
            _ => self.exact().map(|exact| exact.number),
        }
    }

    fn from_exact(exact: &Exact) -> Result<Self, Fault> {
        let number = exact.number.normalized();
        let digits = number.digits();
        if digits > MAX_DIGITS || number.fractional_digit_count().unsigned_abs() > MAX_DIGITS {
            return Err(Fault::new("the result has too many digits"));
        }
        Ok(if exact.whole {
            Self::Whole(number.with_scale(0).into_bigint_and_exponent().0)
        } else {
            Self::Decimal(number)
        })
    }

    /// `None` where one of them is `nan`.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        // Rounding to a double keeps the order, so only equal doubles need a closer look.
        match self.to_f64().partial_cmp(&other.to_f64())? {
            Ordering::Equal => match (self.exact(), other.exact()) {
                (Some(a), Some(b)) => Some(a.number.cmp(&b.number)),
                _ => Some(Ordering::Equal),
            },
            unequal => Some(unequal),
        }
    }

    pub(super) fn calculate(&self, operator: Arithmetic, other: &Self) -> Result<Self, Fault> {
        match (self.exact(), other.exact()) {
            (Some(a), Some(b)) => exactly(operator, &a, &b),
            _ => doubles(operator, self.double()?, other.double()?),
        }
    }

    pub(super) fn negative(&self) -> Result<Self, Fault> {
        match self.exact() {
            Some(exact) => Self::from_exact(&Exact { number: -exact.number, ..exact }),
            None => Ok(Self::Float(-self.to_f64())),
        }
    }

    pub(super) fn absolute(self) -> Result<Self, Fault> {
        let negative = self.to_f64().is_sign_negative();
        if negative { self.negative() } else { Ok(self) }
    }

    /// Rounded to a whole number.
    pub(super) fn whole(&self, mode: RoundingMode) -> Result<Self, Fault> {
        let number = self.spelling().ok_or_else(|| self.not_finite())?;
        Self::from_exact(&Exact { number: number.with_scale_round(0, mode), whole: true })
    }

    /// Rounded, half to even, to `digits` after the point, or before it where negative; an integer stays one.
    pub(super) fn rounded(&self, digits: i64) -> Result<Self, Fault> {
        let number = self.spelling().ok_or_else(|| self.not_finite())?;
        let whole = self.exact().is_some_and(|exact| exact.whole);
        Self::from_exact(&Exact { number: number.with_scale_round(digits, RoundingMode::HalfEven), whole })
    }

    /// As a decimal, `3` as `3.0`.
    pub(super) fn decimal(self) -> Result<Self, Fault> {
        match self.exact() {
            Some(exact) if exact.whole => Self::from_exact(&Exact { whole: false, ..exact }),
            _ => Ok(self),
        }
    }

    /// The whole number, if it is an integer of this size.
    pub(super) fn to_i64(&self) -> Option<i64> {
        self.exact().filter(|exact| exact.whole)?.number.to_i64()
    }

    fn not_finite(&self) -> Fault {
        Fault::new(format!("{} cannot be rounded to a whole number", Value::float(self.to_f64())))
    }
}

/// The double nearest to `number`.
fn nearest(number: &BigDecimal) -> f64 {
    number.to_scientific_notation().parse().unwrap_or(f64::NAN)
}

fn too_large() -> Fault {
    Fault::new("a number is too large to calculate with: doubles end at 1.8e308")
}

fn spelt(literal: &str) -> Value {
    Value::number(literal).unwrap_or_else(|| Value::text(literal))
}

fn division_by_zero() -> Fault {
    Fault::new("division by zero")
}

fn exactly(operator: Arithmetic, a: &Exact, b: &Exact) -> Result<Number, Fault> {
    let number = match operator {
        Arithmetic::Plus => &a.number + &b.number,
        Arithmetic::Minus => &a.number - &b.number,
        Arithmetic::Times => &a.number * &b.number,
        Arithmetic::Over => return quotient(&a.number, &b.number),
        Arithmetic::FloorOver => floor_division(&a.number, &b.number)?.0,
        Arithmetic::Modulo => floor_division(&a.number, &b.number)?.1,
        Arithmetic::Power => return power(a, b),
    };
    Number::from_exact(&Exact { number, whole: a.whole && b.whole })
}

fn quotient(a: &BigDecimal, b: &BigDecimal) -> Result<Number, Fault> {
    if b.is_zero() {
        return Err(division_by_zero());
    }
    let shift = i64::try_from(QUOTIENT_DIGITS + b.digits()).unwrap_or(0) - i64::try_from(a.digits()).unwrap_or(0);
    let scale = a.fractional_digit_count() - b.fractional_digit_count() + shift;
    let (a, b) = (a.as_bigint_and_scale().0, b.as_bigint_and_scale().0);
    let tens = BigInt::from(10).pow(u32::try_from(shift.unsigned_abs()).unwrap_or(u32::MAX));
    let (a, b) = if shift > 0 { (&*a * tens, b.into_owned()) } else { (a.into_owned(), &*b * tens) };
    let quotient = BigDecimal::new(&a / &b, scale);
    if (&a % &b).is_zero() {
        let quotient = quotient.normalized();
        if quotient.digits() <= DOUBLE_DIGITS {
            return Number::from_exact(&Exact { number: quotient, whole: false });
        }
    }
    finite(nearest(&quotient))
}

/// Quotient and remainder with Python's signs: the remainder has that of the divisor.
fn floor_division(a: &BigDecimal, b: &BigDecimal) -> Result<(BigDecimal, BigDecimal), Fault> {
    if b.is_zero() {
        return Err(division_by_zero());
    }
    let scale = a.fractional_digit_count().max(b.fractional_digit_count());
    let units = |number: &BigDecimal| number.with_scale(scale).into_bigint_and_exponent().0;
    let (a, b) = (units(a), units(b));
    let (mut quotient, mut remainder) = (&a / &b, &a % &b);
    if !remainder.is_zero() && remainder.is_negative() != b.is_negative() {
        quotient -= 1;
        remainder += &b;
    }
    Ok((quotient.into(), BigDecimal::new(remainder, scale)))
}

fn power(base: &Exact, exponent: &Exact) -> Result<Number, Fault> {
    let (digits, scale) = base.number.normalized().into_bigint_and_exponent();
    if exponent.whole
        && let Some(times) = exponent.number.to_i32()
    {
        let bits = digits.bits().saturating_sub(1).max(scale.unsigned_abs().saturating_mul(3));
        let size = bits.saturating_mul(times.unsigned_abs().into());
        let integer = base.whole && times >= 0;
        if size <= if integer { MAX_DIGITS * 3 } else { 128 } {
            let number = BigDecimal::new(digits.pow(times.unsigned_abs()), scale * i64::from(times.unsigned_abs()));
            return if times >= 0 {
                Number::from_exact(&Exact { number, whole: integer })
            } else {
                quotient(&1.into(), &number)
            };
        }
        if integer {
            return Err(Fault::new("the result has too many digits"));
        }
    }
    let [base, exponent] = [base, exponent].map(|exact| nearest(&exact.number));
    if base.is_finite() && exponent.is_finite() { doubles(Arithmetic::Power, base, exponent) } else { Err(too_large()) }
}

fn doubles(operator: Arithmetic, a: f64, b: f64) -> Result<Number, Fault> {
    let result = match operator {
        Arithmetic::Plus => a + b,
        Arithmetic::Minus => a - b,
        Arithmetic::Times => a * b,
        Arithmetic::Power => a.powf(b),
        _ if b == 0.0 => return Err(division_by_zero()),
        Arithmetic::Over => a / b,
        Arithmetic::FloorOver => floor_quotient(a, b),
        Arithmetic::Modulo => floor_remainder(a, b),
    };
    if a.is_finite() && b.is_finite() { finite(result) } else { Ok(Number::Float(result)) }
}

fn floor_remainder(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    if is_on_the_other_side(remainder, b) { remainder + b } else { remainder }
}

/// As CPython's `float_divmod`: less than nothing over infinity is -1, the largest whole number that is not above it.
fn floor_quotient(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    let quotient = (a - remainder) / b;
    if is_on_the_other_side(remainder, b) { (quotient - 1.0).round() } else { quotient.round() }
}

fn is_on_the_other_side(remainder: f64, divisor: f64) -> bool {
    remainder != 0.0 && (remainder < 0.0) != (divisor < 0.0)
}

pub(super) fn finite(result: f64) -> Result<Number, Fault> {
    if result.is_nan() {
        Err(Fault::new("the result is not a real number"))
    } else if result.is_infinite() {
        Err(Fault::new("the result is not finite"))
    } else {
        Ok(Number::Float(result))
    }
}
