//! Random numbers in turn.

use crate::space::Stream;
use crate::space::special::normal::quantile;

/// The numbers of a [`Stream`], one after the other.
#[derive(Clone, Debug)]
pub struct Dice {
    stream: Stream,
    next: u64,
}

impl Dice {
    /// Those that belong to a seed and a name.
    pub fn new(seed: u64, name: &str) -> Self {
        Self { stream: Stream::new(seed, name), next: 0 }
    }

    /// A number strictly between 0 and 1.
    pub fn unit(&mut self) -> f64 {
        self.next += 1;
        self.stream.unit(self.next - 1)
    }

    /// A number of the standard normal distribution.
    pub fn normal(&mut self) -> f64 {
        quantile(self.unit())
    }

    /// A whole number below `n`; 0 where `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        self.next += 1;
        self.stream.below(self.next - 1, n)
    }

    /// One of these.
    pub fn choose<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}
