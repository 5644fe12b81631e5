//! Ranges: numbers at equal exact distances.

use bigdecimal::num_bigint::{BigInt, Sign};
use bigdecimal::{BigDecimal, ToPrimitive, Zero};

use super::error::Fault;
use super::finite::check_count;
use super::rational::{common_scale, scaled};
use super::tree::Node;
use crate::value::{Kind, Value};

/// Whether the end of a range belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// `0.5 to 3.0 step 0.5`
    Included,
    /// `(1, 10, 2)`, as in Python
    LeftOut,
}

/// Numbers from one to another at a fixed distance, without rounding.
///
/// A range of integers holds integers; where one of its three numbers is a decimal, all values are decimals with as
/// many digits after the point as the longest of the three has.
#[derive(Clone, Debug)]
pub(super) struct Progression {
    from: Value,
    to: Value,
    step: Value,
    end: End,
    first: BigInt,
    distance: BigInt,
    /// Digits after the point; `None` for integers.
    scale: Option<i64>,
    len: usize,
}

impl PartialEq for Progression {
    fn eq(&self, other: &Self) -> bool {
        (&self.from, &self.to, &self.step, self.end) == (&other.from, &other.to, &other.step, other.end)
    }
}

/// A number of a range and where it is written.
pub(super) struct Term {
    pub(super) value: Value,
    pub(super) at: usize,
}

impl Term {
    /// The number that is written at `node`.
    pub(super) fn of(node: &Node) -> Result<Self, Fault> {
        match node.value() {
            Some(value) if value.exact().is_some() => Ok(Self { value, at: node.at() }),
            _ => Err(Fault::new(node.at(), "expected a finite number")),
        }
    }

    /// A number that is not written, such as the step that goes without saying.
    pub(super) fn implied(number: i64, at: usize) -> Self {
        Self { value: Value::integer(number), at }
    }

    fn exact(&self) -> BigDecimal {
        self.value.exact().unwrap_or_default()
    }
}

impl Progression {
    /// The numbers `from`, `from + step`, ... up to `to`.
    pub(super) fn new(from: Term, to: Term, step: Term, end: End) -> Result<Self, Fault> {
        let (a, b, c) = (from.exact(), to.exact(), step.exact());
        if c.is_zero() {
            return Err(Fault::new(step.at, "step must not be zero"));
        }
        let integers = [&from, &to, &step].iter().all(|term| term.value.kind() == Kind::Integer);
        let scale = if integers { 0 } else { common_scale(&[&a, &b, &c]).max(1) };
        let [first, last, distance] = [&a, &b, &c].map(|number| scaled(number, scale));
        let way = &last - &first;
        if way.sign() != Sign::NoSign && way.sign() != distance.sign() {
            let sign = if way.sign() == Sign::Minus { "negative" } else { "positive" };
            let (from, to) = (&from.value, &to.value);
            let opposite = step.value.exact().map(|step| -step).unwrap_or_default();
            return Err(Fault::new(step.at, format!("step must be {sign} to go from {from} to {to}"))
                .with_hint(format!("turn its sign: {opposite}")));
        }
        let (steps, left) = (&way / &distance, &way % &distance);
        let count = match end {
            End::Included => steps + 1,
            End::LeftOut => steps + i32::from(left.sign() != Sign::NoSign),
        };
        if count.is_zero() {
            return Err(Fault::new(to.at, "the range is empty: it stops where it starts")
                .with_hint("the stop is left out, as in Python; `1 to 10 step 1` has both ends in"));
        }
        let len = check_count(count.to_usize(), &count, step.at)?;
        let scale = (!integers).then_some(scale);
        Ok(Self { from: from.value, to: to.value, step: step.value, end, first, distance, scale, len })
    }

    /// The number of values.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The value number `index`, from 0.
    pub(super) fn get(&self, index: usize) -> Value {
        let number = &self.first + &self.distance * index;
        match self.scale {
            Some(scale) => Value::decimal(&BigDecimal::new(number, scale)),
            None => {
                let literal = number.to_string();
                Value::number(&literal).unwrap_or_else(|| Value::text(literal))
            }
        }
    }

    /// The index of `value`, if it is one of the values.
    pub(super) fn position(&self, value: &Value) -> Option<usize> {
        let number = value.exact()?;
        let own = self.scale.unwrap_or(0);
        let scale = number.fractional_digit_count().max(own);
        let at_scale = |number: &BigInt| scaled(&BigDecimal::new(number.clone(), own), scale);
        let (way, distance) = (scaled(&number, scale) - at_scale(&self.first), at_scale(&self.distance));
        let index = (&way % &distance).is_zero().then(|| (way / distance).to_usize()).flatten()?;
        (index < self.len).then_some(index)
    }

    /// The range as it is written.
    pub(super) fn text(&self) -> String {
        let Self { from, to, step, .. } = self;
        match self.end {
            End::Included => format!("{from} to {to} step {step}"),
            End::LeftOut => format!("({from}, {to}, {step})"),
        }
    }
}
