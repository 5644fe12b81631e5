//! What a Gaussian process is told.

use super::trend::Trend;

/// Points, and the values there.
#[derive(Clone, Debug)]
pub struct Training {
    /// The coordinates: for each all points' values.
    pub(super) columns: Vec<Vec<f64>>,
    /// Which coordinates are categories: all that counts of two of them is whether they differ.
    pub(super) categories: Vec<bool>,
    y: Vec<f64>,
    pub(super) trend: Trend,
    /// By how much the values are above the trend.
    pub(super) above: Vec<f64>,
}

impl Training {
    /// These points, of which each has as many coordinates as `categories`, and as many values.
    pub fn new(points: &[Vec<f64>], categories: Vec<bool>, y: Vec<f64>) -> Self {
        let columns = (0..categories.len()).map(|d| points.iter().map(|point| point[d]).collect()).collect();
        Self { columns, categories, above: y.clone(), y, trend: Trend::FLAT }
    }

    /// The same points, where `trend` is expected before anything is known of them.
    #[must_use]
    pub fn with_trend(mut self, trend: Trend) -> Self {
        self.trend = trend;
        self.above = (0..self.len()).map(|at| self.y[at] - self.expected(at)).collect();
        self
    }

    /// Adds a point.
    pub(super) fn push(&mut self, x: &[f64], y: f64) {
        for (column, x) in self.columns.iter_mut().zip(x) {
            column.push(*x);
        }
        self.above.push(y - self.trend.at(x.iter().copied(), &self.categories));
        self.y.push(y);
    }

    fn expected(&self, at: usize) -> f64 {
        self.trend.at(self.columns.iter().map(|column| column[at]), &self.categories)
    }

    /// The number of points.
    pub fn len(&self) -> usize {
        self.y.len()
    }

    /// True if there is no point.
    pub fn is_empty(&self) -> bool {
        self.y.is_empty()
    }

    /// The number of coordinates.
    pub fn dimensions(&self) -> usize {
        self.columns.len()
    }

    /// Those at these places.
    #[must_use]
    pub fn select(&self, places: &[usize]) -> Self {
        let chosen = |all: &[f64]| places.iter().map(|&place| all[place]).collect();
        Self {
            columns: self.columns.iter().map(|column| chosen(column)).collect(),
            categories: self.categories.clone(),
            y: chosen(&self.y),
            trend: self.trend,
            above: chosen(&self.above),
        }
    }

    /// The places of `count` points that tell most: a third the best, the others evenly from the rest; in order.
    pub fn telling(&self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by(|&a, &b| self.y[a].total_cmp(&self.y[b]).then(a.cmp(&b)));
        let best = (count / 3).min(order.len());
        let mut rest = order.split_off(best);
        rest.sort_unstable();
        let others = count.saturating_sub(best).min(rest.len());
        order.extend((0..others).map(|k| rest[k * rest.len() / others]));
        order.sort_unstable();
        order
    }

    /// The values.
    pub fn values(&self) -> &[f64] {
        &self.y
    }

    /// The coordinates of one point.
    pub fn point(&self, at: usize) -> Vec<f64> {
        self.columns.iter().map(|column| column[at]).collect()
    }

    /// For each coordinate the squared distances of all pairs, those of point 1 to 0, 2 to 0, 2 to 1, 3 to 0 and so on.
    pub(super) fn squared_distances(&self) -> Vec<Vec<f64>> {
        let pairs = |(column, &category): (&Vec<f64>, &bool)| {
            let mut squared = Vec::with_capacity(column.len() * (column.len() + 1) / 2);
            for (i, x) in column.iter().enumerate() {
                squared.extend(column[..i].iter().map(|other| distance(*x, *other, category)));
            }
            squared
        };
        self.columns.iter().zip(&self.categories).map(pairs).collect()
    }
}

/// The squared distance of two values of a coordinate.
#[inline]
pub(super) fn distance(a: f64, b: f64, category: bool) -> f64 {
    if category { mismatch(a, b) } else { squared(a, b) }
}

/// The squared distance of two categories.
#[inline(always)]
pub(super) fn mismatch(a: f64, b: f64) -> f64 {
    if a == b { 0.0 } else { 1.0 }
}

/// The squared distance of two numbers.
#[inline(always)]
pub(super) fn squared(a: f64, b: f64) -> f64 {
    (a - b) * (a - b)
}
