//! Exact numbers at equal distances, found again from a double or a value.

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, ToPrimitive, Zero};

use super::rational::{common_scale, nearest_double, scaled};
use crate::value::{Kind, Value};

/// The numbers `origin + index * step`.
///
/// Integers where origin and step are; otherwise decimals with as many digits after the point as the longer has.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lattice {
    origin: BigInt,
    step: BigInt,
    /// Digits after the point.
    scale: i64,
    integers: bool,
    /// The largest index, where there is one; then the least is 0.
    last: Option<i64>,
}

impl Lattice {
    /// The multiples of a positive `step`, away from `origin` to both sides. `None` if one is not a finite number.
    pub(super) fn unbounded(origin: &Value, step: &Value) -> Option<Self> {
        let (a, b) = (origin.exact()?, step.exact()?);
        let integers = origin.kind() == Kind::Integer && step.kind() == Kind::Integer;
        let scale = if integers { 0 } else { common_scale(&[&a, &b]).max(1) };
        Some(Self { origin: scaled(&a, scale), step: scaled(&b, scale), scale, integers, last: None })
    }

    /// The numbers from `low` up to `high` at a distance of a positive `step`; `high` need not be one of them.
    pub(super) fn between(low: &Value, high: &Value, step: &Value) -> Option<Self> {
        let lattice = Self::unbounded(low, step)?;
        let way = (high.exact()? - low.exact()?) / step.exact()?;
        let last = way.with_scale_round(0, bigdecimal::RoundingMode::Floor).to_i64()?;
        Some(Self { last: Some(last), ..lattice })
    }

    /// The number of numbers; `None` where there is no end.
    pub(super) fn count(&self) -> Option<u64> {
        self.last.and_then(|last| u64::try_from(last).ok()).map(|last| last.saturating_add(1))
    }

    /// The number at `index`.
    pub(super) fn get(&self, index: i64) -> Value {
        let number = &self.origin + &self.step * index;
        if self.integers {
            let literal = number.to_string();
            return Value::number(&literal).unwrap_or_else(|| Value::text(literal));
        }
        Value::decimal(&BigDecimal::new(number, self.scale))
    }

    /// The number at `index` as the nearest double.
    pub(super) fn double(&self, index: i64) -> f64 {
        nearest_double(&(&self.origin + &self.step * index), &1_u8.into(), self.scale)
    }

    /// The index of the number nearest to `x`.
    pub(super) fn nearest(&self, x: f64) -> i64 {
        let index = libm::round((x - self.double(0)) / self.step());
        let last = self.last.unwrap_or(i64::MAX);
        let first = if self.last.is_some() { 0 } else { i64::MIN };
        // The conversion saturates.
        (index as i64).clamp(first, last)
    }

    /// The distance between neighbours.
    pub(super) fn step(&self) -> f64 {
        nearest_double(&self.step, &1_u8.into(), self.scale)
    }

    /// The index of a value that is one of the numbers.
    pub(super) fn position(&self, value: &Value) -> Option<i64> {
        let origin = BigDecimal::new(self.origin.clone(), self.scale);
        let way = value.exact()? - origin;
        let scale = way.fractional_digit_count().max(self.scale);
        let (way, step) = (scaled(&way, scale), scaled(&BigDecimal::new(self.step.clone(), self.scale), scale));
        let index = (&way % &step).is_zero().then(|| (way / step).to_i64()).flatten()?;
        let inside = self.last.is_none_or(|last| (0..=last).contains(&index));
        inside.then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(literal: &str) -> Value {
        Value::number(literal).unwrap()
    }

    #[test]
    fn numbers_are_exact_and_found_again() {
        let lattice = Lattice::between(&number("0"), &number("1"), &number("0.1")).unwrap();
        assert_eq!(lattice.count(), Some(11));
        assert_eq!(lattice.get(3).as_str(), "0.3");
        assert_eq!(lattice.nearest(0.34), 3);
        assert_eq!((lattice.nearest(-5.0), lattice.nearest(9.0)), (0, 10));
        assert_eq!(lattice.position(&number("0.30")), Some(3));
        assert_eq!((lattice.position(&number("0.35")), lattice.position(&number("1.1"))), (None, None));
        assert_eq!(lattice.position(&Value::text("0.3")), None);
    }

    #[test]
    fn the_last_number_may_lie_before_the_bound() {
        let lattice = Lattice::between(&number("1"), &number("10"), &number("4")).unwrap();
        assert_eq!(lattice.count(), Some(3));
        assert_eq!(lattice.get(2), Value::integer(9));
    }

    #[test]
    fn multiples_go_both_ways() {
        let lattice = Lattice::unbounded(&number("0"), &number("5")).unwrap();
        assert_eq!(lattice.get(lattice.nearest(-7.6)), Value::integer(-10));
        assert_eq!(lattice.position(&number("-10.0")), Some(-2));
    }
}
