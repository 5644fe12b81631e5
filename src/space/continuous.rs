//! Continuous domains: all numbers between two bounds, on a scale.

use super::finite::MOST;
use super::interval::{Interval, Spelling, Transformation};
use super::lattice::Lattice;
use super::spacing::{Scale, Spacing};
use crate::value::{Kind, Value};

/// All numbers between two bounds, or all those at equal distances, even on a linear or a logarithmic scale.
///
/// ```
/// # use gitsweep::space::Domain;
/// let written = "{ type = 'continuous', domain = [10, 1000], transformation = 'log', grid_points = 3 }";
/// let domain = Domain::parse(written)?;
/// let grid: Vec<_> = domain.grid(None).unwrap().iter().map(|value| value.to_string()).collect();
/// assert_eq!(grid, ["10.0", "100.0", "1000.0"]);
/// # Ok::<(), gitsweep::space::DomainError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Continuous {
    interval: Interval,
    rounding: Rounding,
    grid_points: Option<usize>,
}

/// How a user said that numbers are rounded.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Rounding {
    /// Not.
    None,
    /// To integers.
    Integer,
    /// To multiples of a step, counted from the lower bound.
    Step(Value),
    /// To a number of significant digits.
    Digits(u8),
}

impl Continuous {
    pub(super) fn new(interval: Interval, rounding: Rounding, grid_points: Option<usize>) -> Self {
        Self { interval, rounding, grid_points }
    }

    /// The lower bound, as written.
    pub fn low(&self) -> &Value {
        self.interval.bounds().0
    }

    /// The upper bound, as written.
    pub fn high(&self) -> &Value {
        self.interval.bounds().1
    }

    /// The bounds as doubles.
    pub fn bounds(&self) -> (f64, f64) {
        (self.low().as_f64().unwrap_or(f64::NAN), self.high().as_f64().unwrap_or(f64::NAN))
    }

    /// The scale on which the numbers are even.
    pub fn transformation(&self) -> Transformation {
        self.interval.transformation()
    }

    /// How many values a grid takes, if the definition says so.
    pub fn grid_points(&self) -> Option<usize> {
        self.grid_points
    }

    /// True if all values are integers.
    pub fn is_integer(&self) -> bool {
        self.interval.lattice().is_some_and(|lattice| lattice.get(0).kind() == Kind::Integer)
    }

    /// The number of values that can occur, where they are at equal distances.
    pub fn count(&self) -> Option<u64> {
        self.interval.lattice().and_then(Lattice::count)
    }

    /// The value at the part `u` of the way from the lower to the upper bound, from 0 to 1, on the domain's scale.
    ///
    /// Where only some numbers occur, each has an equal part of the way on the scale; the two at the ends are no less
    /// likely than the others.
    pub fn from_unit(&self, u: f64) -> Value {
        self.interval.at(u)
    }

    /// Where `value` lies between the bounds, from 0 to 1, on the domain's scale; `None` if it is not in the domain.
    ///
    /// Where only some numbers occur, this is the middle of the value's part, so that [`Continuous::from_unit`] leads
    /// back.
    pub fn to_unit(&self, value: &Value) -> Option<f64> {
        self.interval.to_unit(value)
    }

    /// Where all the numbers lie, from the least to the greatest, where only some numbers occur; nothing where there is no
    /// end of them.
    pub(crate) fn units(&self) -> Vec<f64> {
        let count = self.count().and_then(|count| i64::try_from(count).ok()).unwrap_or(0);
        let value = |index| self.interval.lattice().map(|lattice| lattice.get(index));
        (0..count).filter_map(|index| self.to_unit(&value(index)?)).collect()
    }

    /// True if `value` is in the domain.
    pub fn contains(&self, value: &Value) -> bool {
        self.interval.contains(value)
    }

    /// The value half-way between the bounds on the domain's scale.
    pub fn middle(&self) -> Value {
        let middles = self.points(3);
        // Rounding can make two of the three the same.
        middles.get(middles.len() / 2).cloned().unwrap_or_else(|| self.from_unit(0.5))
    }

    /// The values that a grid takes: as many as the definition says, else `default_points`, else all where only some
    /// numbers occur.
    pub(super) fn grid(&self, default_points: Option<usize>) -> Option<Vec<Value>> {
        if let Some(points) = self.grid_points.or(default_points) {
            return Some(self.points(points));
        }
        let (lattice, count) = (self.interval.lattice()?, self.count()?);
        let count = i64::try_from(count).ok().filter(|&count| count <= MOST as i64)?;
        Some((0..count).map(|index| lattice.get(index)).collect())
    }

    /// `count` values at equal distances on the domain's scale, both bounds among them, rounded as all values are; each
    /// once. A single value is the middle.
    pub(super) fn points(&self, count: usize) -> Vec<Value> {
        if count == 1 {
            return vec![self.middle()];
        }
        let scale = match self.transformation() {
            Transformation::Linear => Scale::Linear,
            Transformation::Log => Scale::Logarithms,
        };
        let spacing = Spacing::unchecked(scale, self.low().clone(), self.high().clone(), count);
        let mut values: Vec<Value> = (0..count).map(|index| self.interval.spell(spacing.double(index))).collect();
        values.dedup();
        values
    }

    /// The text that reads back as this domain.
    pub fn text(&self) -> String {
        let transformation = match self.transformation() {
            Transformation::Linear => "linear",
            Transformation::Log => "log",
        };
        let kind = if self.rounding == Rounding::Integer { "integer" } else { "continuous" };
        let rounding = match &self.rounding {
            Rounding::None | Rounding::Integer => String::new(),
            Rounding::Step(step) => format!(", step = {step}"),
            Rounding::Digits(digits) => format!(", digits = {digits}"),
        };
        let points = self.grid_points.map_or_else(String::new, |points| format!(", grid_points = {points}"));
        let (low, high) = (self.low(), self.high());
        format!(
            "{{ type = \"{kind}\", domain = [{low}, {high}], transformation = \"{transformation}\"{rounding}{points} }}"
        )
    }
}

impl Rounding {
    /// The numbers that occur between `low` and `high`; `None` if they cannot be told apart.
    pub(super) fn spelling(&self, low: &Value, high: &Value) -> Option<Spelling> {
        let lattice = |step: &Value| Lattice::between(low, high, step).map(Spelling::Lattice);
        match self {
            Self::None => Some(Spelling::Shortest),
            Self::Digits(digits) => Some(Spelling::Digits(*digits)),
            Self::Integer => lattice(&Value::integer(1)),
            Self::Step(step) => lattice(step),
        }
    }
}
