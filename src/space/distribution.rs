//! Distributions: where single values are drawn from.

use std::sync::Arc;

use super::interval::{Interval, Spelling, rounded};
use super::law::Law;
use super::special::bisect;
use super::stream::Stream;
use crate::value::{Kind, Value};

/// The smallest and the largest probability that a quantile is asked of.
const INNER: (f64, f64) = (1.0 / (1_u64 << 53) as f64, 1.0 - 1.0 / (1_u64 << 53) as f64);

/// A distribution of values: `normal(0, 1)`, `loguniform(1e-5, 1e-1)`, `choice([1, 2], p=[0.9, 0.1])`.
///
/// Two are equal if they are written the same.
#[derive(Clone, Debug)]
pub struct Distribution {
    shape: Shape,
    text: String,
}

/// What a distribution does with a probability.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// Evenly spread between two bounds.
    Interval(Interval),
    /// A law's quantiles.
    Law { law: Arc<dyn Law>, spelling: Spelling },
    /// Single values; the probability of each and of those before it, where they are not equally likely.
    Items { items: Arc<[Value]>, cumulative: Option<Arc<[f64]>> },
    /// Single values, chosen by a distribution of the part of the way through them.
    Indexed { items: Arc<[Value]>, part: Arc<Shape> },
    /// What lies beyond a bound is put on the bound.
    Clipped { inner: Arc<Shape>, low: Value, high: Value },
}

impl PartialEq for Distribution {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Distribution {
    /// The distribution of this shape, written so.
    pub(super) fn new(shape: Shape, text: String) -> Self {
        Self { shape, text }
    }

    /// Draw number `k` of a stream.
    pub fn draw(&self, stream: Stream, k: u64) -> Value {
        self.from_unit(stream.unit(k))
    }

    /// The quantile of `u`, which runs from 0 to 1. Even spread in `u` gives the distribution's spread in values.
    pub fn from_unit(&self, u: f64) -> Value {
        self.shape.quantile(u)
    }

    /// The probability below `value`, counting half its own. `None` if it cannot occur.
    ///
    /// [`Distribution::from_unit`] leads back to the value, a continuous one but for rounding, unless it lies where
    /// doubles no longer tell probabilities apart.
    pub fn to_unit(&self, value: &Value) -> Option<f64> {
        self.shape.to_unit(value)
    }

    /// True if `value` can occur.
    pub fn contains(&self, value: &Value) -> bool {
        self.shape.contains(value)
    }

    /// The text that reads back as this distribution.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if all values are numbers, so that more and less mean something.
    pub fn is_ordered(&self) -> bool {
        self.shape.is_ordered()
    }

    /// The single values that it is a choice among, in order, where it is one.
    pub fn items(&self) -> Option<&[Value]> {
        match &self.shape {
            Shape::Items { items, .. } | Shape::Indexed { items, .. } => Some(items),
            _ => None,
        }
    }

    /// True if there is a least and a greatest value.
    pub fn is_bounded(&self) -> bool {
        self.shape.is_bounded()
    }

    pub(super) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// `points` values that stand for the distribution: the quantiles from 0 to 1 where it has bounds, else those in
    /// the middles of as many equally likely parts; each value once.
    pub(super) fn spread(&self, points: usize) -> Vec<Value> {
        let bounded = self.shape.is_bounded();
        let mut values: Vec<Value> = (0..points)
            .map(|index| match (bounded, points) {
                (true, 2..) => self.from_unit(index as f64 / (points - 1) as f64),
                _ => self.from_unit((index as f64 + 0.5) / points as f64),
            })
            .collect();
        values.dedup();
        values
    }
}

impl Shape {
    fn quantile(&self, u: f64) -> Value {
        match self {
            Self::Interval(interval) => interval.at(u),
            Self::Law { law, spelling } => {
                let x = law.quantile(u.clamp(INNER.0, INNER.1)).clamp(f64::MIN, f64::MAX);
                match spelling {
                    // The conversion saturates.
                    _ if law.is_discrete() => Value::integer(x as i64),
                    Spelling::Shortest => Value::float(x + 0.0),
                    Spelling::Digits(digits) => Value::float(rounded(x, *digits) + 0.0),
                    Spelling::Lattice(lattice) => lattice.get(lattice.nearest(x)),
                }
            }
            Self::Items { items, .. } | Self::Indexed { items, .. } => items[self.key(u) as usize].clone(),
            Self::Clipped { inner, low, high } => {
                let value = inner.quantile(u);
                let x = double(&value);
                if x <= double(low) {
                    bound_like(&value, low)
                } else if x >= double(high) {
                    bound_like(&value, high)
                } else {
                    value
                }
            }
        }
    }

    fn to_unit(&self, value: &Value) -> Option<f64> {
        if !self.contains(value) {
            return None;
        }
        match self {
            Self::Interval(interval) => interval.to_unit(value),
            Self::Law { law, spelling } => {
                let x = value.as_f64()?;
                let below = |x: f64| law.tails(x).lower;
                Some(match spelling {
                    _ if law.is_discrete() => (below(x - 1.0) + below(x)) / 2.0,
                    Spelling::Lattice(lattice) => {
                        let half = lattice.step() / 2.0;
                        (below(x - half) + below(x + half)) / 2.0
                    }
                    Spelling::Shortest | Spelling::Digits(_) => below(x),
                })
            }
            Self::Items { items, .. } | Self::Indexed { items, .. } => {
                Some(self.unit_of_key(items.iter().position(|item| item.same(value))? as f64))
            }
            Self::Clipped { low, high, .. } if value.same(low) || value.same(high) => {
                Some(self.unit_of_key(value.as_f64()?))
            }
            Self::Clipped { inner, .. } => inner.to_unit(value),
        }
    }

    /// Something that grows with `u` and tells the values apart: the index of an item, or the number.
    fn key(&self, u: f64) -> f64 {
        let index = match self {
            Self::Items { items, cumulative: None } => (u * items.len() as f64) as usize as f64,
            Self::Items { cumulative: Some(cumulative), .. } => cumulative.partition_point(|&sum| sum <= u) as f64,
            Self::Indexed { items, part } => libm::floor(double(&part.quantile(u)) * items.len() as f64),
            _ => return double(&self.quantile(u)),
        };
        index.clamp(0.0, self.last_item())
    }

    fn last_item(&self) -> f64 {
        match self {
            Self::Items { items, .. } | Self::Indexed { items, .. } => items.len().saturating_sub(1) as f64,
            _ => f64::INFINITY,
        }
    }

    /// The middle of those probabilities that have this key.
    fn unit_of_key(&self, key: f64) -> f64 {
        let first = bisect(0.0, 1.0, |u| self.key(u) < key);
        let next = bisect(0.0, 1.0, |u| self.key(u) <= key);
        (first + next) / 2.0
    }

    fn contains(&self, value: &Value) -> bool {
        match self {
            Self::Interval(interval) => interval.contains(value),
            Self::Law { law, spelling } => {
                let (low, high) = law.support();
                let inside = |x: f64| x >= low && x <= high && (!law.is_discrete() || libm::floor(x) == x);
                match spelling {
                    Spelling::Lattice(lattice) => lattice.position(value).is_some(),
                    _ => value.is_number() && value.as_f64().is_some_and(|x| x.is_finite() && inside(x)),
                }
            }
            Self::Items { items, .. } | Self::Indexed { items, .. } => items.iter().any(|item| item.same(value)),
            Self::Clipped { inner, low, high } => {
                let inside = value.is_number() && (double(low)..=double(high)).contains(&double(value));
                inside && (value.same(low) || value.same(high) || inner.contains(value))
            }
        }
    }

    fn is_bounded(&self) -> bool {
        match self {
            Self::Law { law, .. } => {
                let (low, high) = law.support();
                low.is_finite() && high.is_finite()
            }
            _ => true,
        }
    }

    pub(super) fn is_ordered(&self) -> bool {
        match self {
            Self::Items { items, .. } | Self::Indexed { items, .. } => items.iter().all(Value::is_number),
            _ => true,
        }
    }
}

/// A bound in place of a value: a decimal in place of a decimal.
fn bound_like(value: &Value, bound: &Value) -> Value {
    match (value.kind(), bound.kind()) {
        (Kind::Decimal, Kind::Integer) => Value::float(double(bound)),
        _ => bound.clone(),
    }
}

fn double(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}
