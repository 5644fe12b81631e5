//! Lower triangles, row after row, each up to its diagonal.

use super::vector::{add, dot};
use super::wide::wide;

/// A lower triangular matrix.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lower {
    size: usize,
    entries: Vec<f64>,
}

impl Lower {
    /// Of zeros.
    pub(super) fn zeros(size: usize) -> Self {
        Self { size, entries: vec![0.0; size * (size + 1) / 2] }
    }

    /// Row `i`, up to the diagonal.
    pub(super) fn row(&self, i: usize) -> &[f64] {
        &self.entries[start(i)..][..=i]
    }

    pub(super) fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.entries[start(i)..][..=i]
    }

    /// One more row.
    pub(super) fn push(&mut self, row: &[f64]) {
        self.size += 1;
        self.entries.extend_from_slice(row);
    }

    /// Replaces the lower half of a symmetric positive definite matrix by its lower factor; false, and it is of no use, if it is
    /// not positive definite to working precision.
    #[must_use]
    pub(super) fn factorise(&mut self) -> bool {
        factorise(&mut self.entries, self.size)
    }

    /// Writes the inverse of this triangle, also lower, to one of the same size.
    pub(super) fn invert(&self, inverse: &mut Self) {
        inverse.entries.fill(0.0);
        invert(&self.entries, &mut inverse.entries, self.size);
    }

    /// Writes the lower half of the product of the transpose with this: of the inverse matrix, if this is the inverse of its factor.
    pub(super) fn gram(&self, product: &mut Self) {
        product.entries.fill(0.0);
        multiply(&self.entries, &mut product.entries, self.size);
    }

    /// Writes this times a vector; both vectors have a number for each row.
    pub(super) fn times(&self, vector: &[f64], product: &mut [f64]) {
        rows_times(&self.entries, vector, product);
    }

    /// Writes the transpose times a vector; both vectors have a number for each row.
    pub(super) fn transposed_times(&self, vector: &[f64], product: &mut [f64]) {
        columns_times(&self.entries, vector, product);
    }

    /// The logarithm of the product of the diagonal.
    pub(super) fn log_determinant(&self) -> f64 {
        (0..self.size).map(|i| libm::log(self.row(i)[i])).sum()
    }
}

/// Where row `i` begins.
#[inline(always)]
fn start(i: usize) -> usize {
    i * (i + 1) / 2
}

wide! {
/// Replaces a symmetric matrix's lower half by its factor; false if that fails.
fn factorise(entries: &mut [f64], size: usize) -> bool {
    // Column by column, so that no entry waits for the one before it.
    for j in 0..size {
        let (above, below) = entries.split_at_mut(start(j + 1));
        let row = &mut above[start(j)..];
        let left = row[j] - dot(&row[..j], &row[..j]);
        // Not if it is no number either.
        if left.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) {
            return false;
        }
        let diagonal = left.sqrt();
        row[j] = diagonal;
        let mut from = 0;
        for i in j + 1..size {
            let other = &mut below[from..][..=j];
            other[j] = (other[j] - dot(&other[..j], &row[..j])) / diagonal;
            from += i + 1;
        }
    }
    true
}
}

wide! {
fn invert(factor: &[f64], inverse: &mut [f64], size: usize) {
    for i in 0..size {
        let (above, rest) = inverse.split_at_mut(start(i));
        let row = &mut rest[..=i];
        let own = &factor[start(i)..][..=i];
        for (k, &factor) in own[..i].iter().enumerate() {
            add(&mut row[..=k], factor, &above[start(k)..][..=k]);
        }
        let scale = 1.0 / own[i];
        row[..i].iter_mut().for_each(|entry| *entry *= -scale);
        row[i] = scale;
    }
}
}

wide! {
fn multiply(root: &[f64], product: &mut [f64], size: usize) {
    for k in 0..size {
        let row = &root[start(k)..][..=k];
        for (i, &factor) in row.iter().enumerate() {
            add(&mut product[start(i)..][..=i], factor, &row[..=i]);
        }
    }
}
}

wide! {
fn rows_times(entries: &[f64], vector: &[f64], product: &mut [f64]) {
    for (i, entry) in product.iter_mut().enumerate() {
        *entry = dot(&entries[start(i)..][..=i], &vector[..=i]);
    }
}
}

wide! {
fn columns_times(entries: &[f64], vector: &[f64], product: &mut [f64]) {
    product.fill(0.0);
    for (i, &factor) in vector.iter().enumerate() {
        add(&mut product[..=i], factor, &entries[start(i)..][..=i]);
    }
}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::learn::Dice;

    /// A matrix far from singular, as its lower half and in full.
    fn matrix(size: usize) -> (Lower, Vec<Vec<f64>>) {
        let mut dice = Dice::new(1, "matrix");
        let root: Vec<Vec<f64>> = (0..size).map(|_| (0..size).map(|_| dice.normal()).collect()).collect();
        let entry = |i: usize, j: usize| dot(&root[i], &root[j]) + if i == j { 1.0 } else { 0.0 };
        let full: Vec<Vec<f64>> = (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect();
        let mut half = Lower::zeros(size);
        for (i, row) in full.iter().enumerate() {
            half.row_mut(i).copy_from_slice(&row[..=i]);
        }
        (half, full)
    }

    #[test]
    fn the_factor_and_its_inverse_make_the_inverse() {
        for size in [1, 2, 7, 8, 9, 40] {
            let (half, full) = matrix(size);
            let mut factor = half.clone();
            assert!(factor.factorise());
            let (mut root, mut inverse) = (Lower::zeros(size), Lower::zeros(size));
            factor.invert(&mut root);
            root.gram(&mut inverse);
            for (i, whole) in full.iter().enumerate() {
                for j in 0..=i {
                    let product = dot(&factor.row(i)[..=j], factor.row(j));
                    assert!((product - half.row(i)[j]).abs() < 1e-10);
                    let symmetric = |a: usize, b: usize| if a >= b { inverse.row(a)[b] } else { inverse.row(b)[a] };
                    let unit: f64 = (0..size).map(|k| whole[k] * symmetric(k, j)).sum();
                    assert!((unit - if i == j { 1.0 } else { 0.0 }).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        let mut half = Lower::zeros(2);
        half.row_mut(0)[0] = 1.0;
        half.row_mut(1).copy_from_slice(&[2.0, 1.0]);
        assert!(!half.clone().factorise());
        half.row_mut(0)[0] = f64::NAN;
        assert!(!half.factorise());
    }
}
