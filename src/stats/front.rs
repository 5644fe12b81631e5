//! Pareto fronts.

use std::cmp::Ordering;

/// Which of the rows are dominated by no other, in their order; in every column less is better.
///
/// One row dominates another if it is nowhere worse and somewhere better; equal rows do not dominate each other. All
/// rows have the same number of columns, and none has a NaN.
///
/// ```
/// # use gitsweep::stats::non_dominated;
/// let rows = [[1.0, 4.0], [2.0, 2.0], [3.0, 3.0], [4.0, 1.0], [2.0, 2.0]];
/// assert_eq!(non_dominated(&rows), [0, 1, 3, 4]);
/// ```
pub fn non_dominated<R: AsRef<[f64]>>(rows: &[R]) -> Vec<usize> {
    let row = |at: usize| rows[at].as_ref();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    // A row can only be dominated by one that comes before it here.
    order.sort_by(|&a, &b| compare(row(a), row(b)).then(a.cmp(&b)));
    let mut front: Vec<usize> = Vec::new();
    for next in order {
        // The newest member is the likeliest to dominate.
        if !front.iter().rev().any(|&member| dominates(row(member), row(next))) {
            front.push(next);
        }
    }
    front.sort_unstable();
    front
}

fn compare(a: &[f64], b: &[f64]) -> Ordering {
    let pairs = a.iter().zip(b).map(|(a, b)| a.partial_cmp(b).unwrap_or(Ordering::Equal));
    pairs.fold(Ordering::Equal, Ordering::then)
}

/// True if `a` is no worse than `b` in any column and better in one.
pub fn dominates(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a <= b) && a.iter().zip(b).any(|(a, b)| a < b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_front_is_what_nothing_dominates(
            rows in prop::collection::vec(prop::collection::vec((0_u8..6).prop_map(f64::from), 3), 0..40)
        ) {
            let expected: Vec<usize> =
                (0..rows.len()).filter(|&row| !rows.iter().any(|other| dominates(other, &rows[row]))).collect();
            prop_assert_eq!(non_dominated(&rows), expected);
        }
    }

    #[test]
    fn infinities_compare() {
        assert_eq!(non_dominated(&[vec![f64::INFINITY, 1.0], vec![0.0, 1.0], vec![f64::NEG_INFINITY, 2.0]]), [1, 2]);
    }
}
