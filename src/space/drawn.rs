//! A number of values drawn from a distribution.

use std::collections::HashSet;

use super::distribution::{Distribution, Shape};
use super::finite::{distinct, key};
use super::stream::Stream;
use crate::value::{Kind, Value};

/// After so many draws in a row that brought no new value there is no looking for more.
const PATIENCE: u64 = 10_000;

/// Whether an item that was drawn can be drawn again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replacement {
    /// Each draw is from all items.
    PutBack,
    /// Each draw is from the items that are left.
    KeptOut,
}

/// As many values of a distribution as its `size` says, to be drawn with the sweep's seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    distribution: Distribution,
    size: usize,
    replacement: Replacement,
}

impl Drawn {
    pub(super) fn new(distribution: Distribution, size: usize, replacement: Replacement) -> Self {
        Self { distribution, size, replacement }
    }

    /// Where the values are drawn from.
    pub fn distribution(&self) -> &Distribution {
        &self.distribution
    }

    /// How many values are drawn.
    pub fn size(&self) -> usize {
        self.size
    }

    /// So many different values, in the order in which they are drawn first; fewer where there are no more, or the rest is
    /// too rare to come.
    pub fn values(&self, stream: Stream) -> Vec<Value> {
        let mut values = distinct(&self.paired(stream));
        if values.len() == self.size || self.replacement == Replacement::KeptOut {
            return values;
        }
        let mut seen: HashSet<_> = values.iter().map(|value| key(value).map_err(owned)).collect();
        let mut fruitless = 0;
        for k in self.size as u64.. {
            if values.len() == self.size || fruitless == PATIENCE {
                break;
            }
            let value = self.distribution.draw(stream, k);
            fruitless += 1;
            if seen.insert(key(&value).map_err(owned)) {
                values.push(value);
                fruitless = 0;
            }
        }
        values
    }

    /// So many values as they are drawn, to be paired with those of others. The same value may come twice.
    pub fn paired(&self, stream: Stream) -> Vec<Value> {
        match (self.replacement, self.distribution.shape()) {
            (Replacement::KeptOut, Shape::Items { items, cumulative }) => {
                without_replacement(items, cumulative.as_deref(), self.size, stream)
            }
            _ => (0..self.size as u64).map(|k| self.distribution.draw(stream, k)).collect(),
        }
    }
}

fn owned((kind, text): (Kind, &str)) -> (Kind, String) {
    (kind, text.to_owned())
}

/// The first `size` items in the order in which independent exponential clocks ring, each at its item's rate.
///
/// That is the order of successive weighted draws without replacement: P. S. Efraimidis and P. G. Spirakis, "Weighted
/// random sampling with a reservoir", Information Processing Letters 97 (2006).
fn without_replacement(items: &[Value], cumulative: Option<&[f64]>, size: usize, stream: Stream) -> Vec<Value> {
    let rate = |index: usize| match cumulative {
        None => 1.0,
        Some(sums) if index == 0 => sums[0],
        Some(sums) => sums[index] - sums[index - 1],
    };
    let mut rings: Vec<(f64, &Value)> = items
        .iter()
        .enumerate()
        .map(|(index, item)| (-libm::log(stream.unit(index as u64)) / rate(index), item))
        .collect();
    rings.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    rings.into_iter().take(size).map(|(_, item)| item.clone()).collect()
}
