//! Coordinates: what a number from 0 to 1 can stand for.

/// What a coordinate can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Coordinate {
    /// Any number from 0 to 1.
    Continuous,
    /// One of these, from 0 to 1 and rising: values that have an order.
    Steps(Vec<f64>),
    /// The middle of one of so many equal parts: values that have none.
    Categories(usize),
}

impl Coordinate {
    /// The middles of `count` equal parts, in order.
    pub(super) fn even(count: usize) -> Self {
        Self::Steps((0..count).map(|index| middle(index, count)).collect())
    }

    /// These steps.
    pub(super) fn steps(steps: Vec<f64>) -> Self {
        if steps.is_empty() { Self::Continuous } else { Self::Steps(steps) }
    }

    /// The nearest that can be.
    pub fn snap(&self, u: f64) -> f64 {
        match self {
            Self::Continuous => u.clamp(0.0, 1.0),
            Self::Steps(steps) => steps[nearest(steps, u)],
            Self::Categories(count) => middle(category(u, *count), *count),
        }
    }

    /// How many values there are; `None` where there is no end of them.
    pub fn count(&self) -> Option<usize> {
        match self {
            Self::Continuous => None,
            Self::Steps(steps) => Some(steps.len()),
            Self::Categories(count) => Some(*count),
        }
    }

    /// The number of the value nearest to `u`, from 0; `None` where there is no end of them.
    pub fn index(&self, u: f64) -> Option<usize> {
        match self {
            Self::Continuous => None,
            Self::Steps(steps) => Some(nearest(steps, u)),
            Self::Categories(count) => Some(category(u, *count)),
        }
    }

    /// Where the value number `index` lies, or the last one; the middle where there is no end of them.
    pub fn at(&self, index: usize) -> f64 {
        match self {
            Self::Continuous => 0.5,
            Self::Steps(steps) => steps[index.min(steps.len() - 1)],
            Self::Categories(count) => middle(index.min(count - 1), *count),
        }
    }

    /// True if more and less mean something.
    pub fn is_ordered(&self) -> bool {
        !matches!(self, Self::Categories(_))
    }
}

/// The middle of part `index` of `count` equal ones.
fn middle(index: usize, count: usize) -> f64 {
    (index as f64 + 0.5) / count as f64
}

/// The part in which `u` lies, of `count` equal ones.
fn category(u: f64, count: usize) -> usize {
    ((u * count as f64) as usize).min(count - 1)
}

/// The index of the number nearest to `u` among rising ones; the lower of two.
fn nearest(steps: &[f64], u: f64) -> usize {
    let after = steps.partition_point(|&step| step < u);
    if after == 0 {
        return 0;
    }
    if after == steps.len() || u - steps[after - 1] <= steps[after] - u { after - 1 } else { after }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_step_is_taken() {
        let steps = Coordinate::Steps(vec![0.0, 0.1, 1.0]);
        let snapped = [-1.0, 0.04, 0.06, 0.5, 0.56, 2.0].map(|u| steps.snap(u));
        assert_eq!(snapped, [0.0, 0.0, 0.1, 0.1, 1.0, 1.0]);
        assert_eq!(Coordinate::even(4), Coordinate::Steps(vec![0.125, 0.375, 0.625, 0.875]));
    }

    #[test]
    fn categories_have_equal_parts() {
        let categories = Coordinate::Categories(4);
        assert_eq!([0.0, 0.24, 0.26, 1.0].map(|u| categories.index(u).unwrap()), [0, 0, 1, 3]);
        assert_eq!((0..4).map(|index| categories.at(index)).collect::<Vec<_>>(), [0.125, 0.375, 0.625, 0.875]);
        assert!((0..4).all(|index| categories.index(categories.at(index)) == Some(index)));
    }
}
