//! Independent draws.

use super::cube::Sequence;
use crate::space::Stream;

/// Points whose coordinates have nothing to do with each other, nor with those of other points.
#[derive(Clone, Debug)]
pub(super) struct Independent(Vec<Stream>);

impl Independent {
    pub(super) fn new(seed: u64, labels: &[&str]) -> Self {
        Self(labels.iter().map(|label| Stream::new(seed, &format!("random:{label}"))).collect())
    }
}

impl Sequence for Independent {
    fn unit(&self, dimension: usize, k: u64) -> f64 {
        self.0[dimension].unit(k)
    }
}
