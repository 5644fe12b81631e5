//! `linspace`, `logspace` and `geomspace`: a number of values between two ends.

use bigdecimal::num_bigint::{BigInt, BigUint};
use bigdecimal::{BigDecimal, ToPrimitive, Zero};

use super::double_double::DoubleDouble;
use super::error::Fault;
use super::progression::Term;
use super::rational::{common_scale, nearest_double, nearest_pair, power_of_ten, scaled};
use crate::value::Value;

/// What is equally spaced.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scale {
    /// The values: `linspace`.
    Linear,
    /// The exponents of a base: `logspace`.
    Exponents(Value),
    /// The logarithms of the values: `geomspace`.
    Logarithms,
}

/// Values between two ends, with numpy's meaning. Each is the double nearest to the exact value, in its shortest
/// spelling.
#[derive(Clone, Debug)]
pub(super) struct Spacing {
    scale: Scale,
    start: Value,
    stop: Value,
    len: usize,
    with_stop: bool,
    ends: Ends,
}

/// The ends as whole numbers over a power of ten.
#[derive(Clone, Debug)]
struct Ends {
    start: BigInt,
    stop: BigInt,
    digits: i64,
}

impl PartialEq for Spacing {
    fn eq(&self, other: &Self) -> bool {
        let key = |spacing: &Self| (spacing.start.clone(), spacing.stop.clone(), spacing.len, spacing.with_stop);
        self.scale == other.scale && key(self) == key(other)
    }
}

impl Spacing {
    /// `len` values from `start` to `stop`; without the stop, the last value is one distance before it.
    pub(super) fn new(scale: Scale, start: &Term, stop: &Term, len: usize, with_stop: bool) -> Result<Self, Fault> {
        let exact = |term: &Term| term.value.exact().unwrap_or_default();
        let (a, b) = (exact(start), exact(stop));
        if scale == Scale::Logarithms {
            check_geometric(&a, &b, start.at, stop.at)?;
        }
        let spacing = Self { with_stop, ..Self::unchecked(scale, start.value.clone(), stop.value.clone(), len) };
        spacing.check_values(start.at, stop.at)?;
        Ok(spacing)
    }

    /// `len` values from `start` to `stop`, which must be finite numbers, and positive for a logarithmic scale. Values
    /// may be the same where the ends are very close together.
    pub(super) fn unchecked(scale: Scale, start: Value, stop: Value, len: usize) -> Self {
        let exact = |value: &Value| value.exact().unwrap_or_default();
        let (a, b) = (exact(&start), exact(&stop));
        let digits = common_scale(&[&a, &b]);
        let ends = Ends { start: scaled(&a, digits), stop: scaled(&b, digits), digits };
        Self { scale, start, stop, len, with_stop: true, ends }
    }

    /// The number of values.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The value number `index`, from 0.
    pub(super) fn get(&self, index: usize) -> Value {
        Value::float(self.double(index))
    }

    /// The values as they are written.
    pub(super) fn text(&self) -> String {
        let Self { start, stop, len, .. } = self;
        let ten = Value::integer(10);
        let (name, base) = match &self.scale {
            Scale::Linear => ("linspace", None),
            Scale::Exponents(base) => ("logspace", Some(base).filter(|base| !base.same(&ten))),
            Scale::Logarithms => ("geomspace", None),
        };
        let endpoint = if self.with_stop { "" } else { ", endpoint=False" };
        let base = base.map_or_else(String::new, |base| format!(", base={base}"));
        format!("{name}({start}, {stop}, {len}{endpoint}{base})")
    }

    /// How many distances lie between start and stop; at least one.
    fn distances(&self) -> usize {
        if self.with_stop { self.len.saturating_sub(1).max(1) } else { self.len }
    }

    /// The value number `index` as a double.
    pub(super) fn double(&self, index: usize) -> f64 {
        match &self.scale {
            Scale::Linear => {
                let (numerator, denominator) = self.fraction(index);
                nearest_double(&numerator, &denominator, self.ends.digits)
            }
            Scale::Exponents(base) => self.power(base, index),
            Scale::Logarithms => self.geometric(index),
        }
    }

    /// `start + (stop - start) * index / distances` as a fraction, times `10^digits`.
    fn fraction(&self, index: usize) -> (BigInt, BigUint) {
        let Ends { start, stop, .. } = &self.ends;
        let distances = self.distances();
        (start * distances + (stop - start) * index, BigUint::from(distances))
    }

    /// The base to the power of the exponent number `index`; exact before rounding where the exponent is whole.
    fn power(&self, base: &Value, index: usize) -> f64 {
        let (numerator, mut denominator) = self.fraction(index);
        let digits = self.ends.digits;
        let numerator = numerator * BigInt::from(power_of_ten((-digits).max(0).unsigned_abs()));
        denominator *= power_of_ten(digits.max(0).unsigned_abs());
        let denominator = BigInt::from(denominator);
        if (&numerator % &denominator).is_zero()
            && let Some(whole) = (&numerator / &denominator).to_i64().filter(|power| power.abs() < 2_000)
            && let Some(base) = base.exact()
        {
            let (digits, scale) = base.into_bigint_and_exponent();
            let raised = digits.pow(u32::try_from(whole.unsigned_abs()).unwrap_or(0));
            return if whole >= 0 {
                nearest_double(&raised, &BigUint::from(1_u8), scale * whole)
            } else {
                nearest_double(&BigInt::from(1), raised.magnitude(), scale * whole)
            };
        }
        let (high, low) = nearest_pair(&numerator, denominator.magnitude());
        let exponent = DoubleDouble::from(high) + DoubleDouble::from(low);
        (exponent * DoubleDouble::ln(base.as_f64().unwrap_or(f64::NAN))).exp().to_f64()
    }

    /// `start^(1 - t) * stop^t`
    fn geometric(&self, index: usize) -> f64 {
        let end = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        let (start, stop) = (end(&self.start), end(&self.stop));
        if index == 0 {
            return start;
        }
        if self.with_stop && index + 1 == self.len {
            return stop;
        }
        let (from, to) = (DoubleDouble::ln(start.abs()), DoubleDouble::ln(stop.abs()));
        let part = DoubleDouble::ratio(index as f64, self.distances() as f64);
        (from + (to - from) * part).exp().to_f64().copysign(start)
    }

    /// Refuses values that no ordinary double holds, and neighbours that are the same double.
    fn check_values(&self, start_at: usize, stop_at: usize) -> Result<(), Fault> {
        let last = self.len.saturating_sub(1);
        for (index, at) in [(0, start_at), (last, stop_at)] {
            let value = self.double(index);
            if !value.is_finite() || (value == 0.0 && self.scale != Scale::Linear) {
                return Err(Fault::new(at, "no double is that large or that small"));
            }
        }
        let too_close = |&(a, b): &(usize, usize)| {
            let (a, b) = (self.double(a), self.double(b));
            // Where two neighbours are two units in the last place apart, no pair between can be the same.
            a == b || (self.len > 2 && (b - a).abs() < 2.0 * f64::EPSILON * a.abs().max(b.abs()))
        };
        if self.len > 1 && [(0, 1), (last - 1, last)].iter().any(too_close) {
            return Err(Fault::new(stop_at, "the ends are too close together for that many different values"));
        }
        Ok(())
    }
}

fn check_geometric(start: &BigDecimal, stop: &BigDecimal, start_at: usize, stop_at: usize) -> Result<(), Fault> {
    for (end, at) in [(start, start_at), (stop, stop_at)] {
        if end.is_zero() {
            return Err(Fault::new(at, "a geometric sequence cannot reach zero"));
        }
    }
    if start.sign() != stop.sign() {
        return Err(Fault::new(stop_at, "both ends of a geometric sequence must be positive, or both negative"));
    }
    Ok(())
}
