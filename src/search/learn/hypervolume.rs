//! Several objectives: which points are on the front, and how much of the space it dominates. Smaller is better in each.

use crate::stats::non_dominated;

/// The places of the points that no other dominates, in order. Points that are equal are all on the front; what is not
/// finite never is.
///
/// ```
/// use gitsweep::search::learn::front;
/// assert_eq!(front(&[vec![1.0, 3.0], vec![2.0, 2.0], vec![2.0, 4.0], vec![3.0, 1.0]]), [0, 1, 3]);
/// ```
pub fn front<P: AsRef<[f64]>>(points: &[P]) -> Vec<usize> {
    let (places, finite): (Vec<usize>, Vec<&[f64]>) = (points.iter().map(AsRef::as_ref).enumerate())
        .filter(|(_, point)| point.iter().all(|value| value.is_finite()))
        .unzip();
    non_dominated(&finite).into_iter().map(|at| places[at]).collect()
}

/// The volume between the points and `reference` that at least one of them dominates, exactly. Points that do not
/// dominate the reference add nothing.
///
/// By slices along the last objective, each the volume of the points below it in one objective less (J. Knowles, "Local-
/// search and hybrid evolutionary algorithms for Pareto optimization", 2002; L. While et al., "A faster algorithm for
/// calculating hypervolume", IEEE Trans. Evol. Comput. 10, 2006): of order `n^(m-1) log n` for `n` points and `m`
/// objectives.
///
/// ```
/// use gitsweep::search::learn::hypervolume;
/// // Three steps of a staircase: 1 x 1 + 1 x 2 + 1 x 3.
/// assert_eq!(hypervolume(&[vec![1.0, 3.0], vec![2.0, 2.0], vec![3.0, 1.0]], &[4.0, 4.0]), 6.0);
/// ```
pub fn hypervolume<P: AsRef<[f64]>>(points: &[P], reference: &[f64]) -> f64 {
    let inside = |point: &&[f64]| point.len() == reference.len() && point.iter().zip(reference).all(|(x, r)| x < r);
    let mut points: Vec<&[f64]> = points.iter().map(AsRef::as_ref).filter(inside).collect();
    slices(&mut points, reference)
}

fn slices(points: &mut [&[f64]], reference: &[f64]) -> f64 {
    let Some((&bound, below)) = reference.split_last() else { return 0.0 };
    let last = below.len();
    if last == 0 {
        let best = points.iter().map(|point| point[0]).fold(bound, f64::min);
        return bound - best;
    }
    points.sort_by(|a, b| a[last].total_cmp(&b[last]));
    if last == 1 {
        // A staircase: each point adds what lies left of all that are lower.
        let (mut volume, mut edge) = (0.0, below[0]);
        for point in points.iter().filter(|point| point[1] < bound) {
            if point[0] < edge {
                volume += (edge - point[0]) * (bound - point[1]);
                edge = point[0];
            }
        }
        return volume;
    }
    let mut volume = 0.0;
    for count in 1..=points.len() {
        let next = points.get(count).map_or(bound, |point| point[last]);
        let depth = next - points[count - 1][last];
        if depth > 0.0 {
            let mut slice: Vec<&[f64]> = points[..count].iter().map(|point| &point[..last]).collect();
            volume += depth * slices(&mut slice, below);
        }
    }
    volume
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_worked_fronts() {
        let none: [[f64; 2]; 0] = [];
        assert_eq!(hypervolume(&none, &[1.0, 1.0]), 0.0);
        assert_eq!(hypervolume(&[[0.25, 0.5]], &[1.0, 1.0]), 0.375);
        // What is dominated, equal or beyond the reference adds nothing.
        assert_eq!(hypervolume(&[[0.25, 0.5], [0.25, 0.5], [0.5, 0.75], [1.0, 0.0], [-1.0, 2.0]], &[1.0, 1.0]), 0.375);
        // Two boxes of a corner 1 x 2 x 3 and 3 x 2 x 1 overlap in 1 x 2 x 1: 6 + 6 - 2.
        assert_eq!(hypervolume(&[[3.0, 2.0, 1.0], [1.0, 2.0, 3.0]], &[4.0, 4.0, 4.0]), 10.0);
        // A cube of side 2 without one unit cube: seven of eight.
        let corner = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        assert_eq!(hypervolume(&corner, &[2.0, 2.0, 2.0]), 7.0);
        assert_eq!(hypervolume(&[[3.0]], &[5.0]), 2.0);
        // One box of four dimensions, and another that overlaps it in a unit: 16 + 16 - 1... by inclusion and exclusion.
        let four = [[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0]];
        assert_eq!(hypervolume(&four, &[2.0; 4]), 4.0 + 4.0 - 1.0);
    }

    /// Beside the share of a regular lattice that is dominated.
    #[test]
    fn the_volume_is_that_of_the_dominated_part() {
        let stream = crate::space::Stream::new(5, "fronts");
        for dimensions in [2, 3] {
            let points: Vec<Vec<f64>> =
                (0..12).map(|index| (0..dimensions).map(|d| stream.unit(index * dimensions + d)).collect()).collect();
            let side = 40_u64;
            let count = side.pow(dimensions as u32);
            let dominated = (0..count).filter(|&cell| {
                let at = |d: u64| ((cell / side.pow(d as u32)) % side) as f64 / side as f64 + 0.5 / side as f64;
                points.iter().any(|point| (0..dimensions).all(|d| point[d as usize] <= at(d)))
            });
            let share = dominated.count() as f64 / count as f64;
            let exact = hypervolume(&points, &vec![1.0; dimensions as usize]);
            assert!((share - exact).abs() < 0.02, "{share} {exact}");
        }
    }

    #[test]
    fn the_front_is_what_nothing_dominates() {
        let points = [[2.0, 2.0], [1.0, 3.0], [2.0, 2.0], [3.0, 3.0], [f64::NAN, 0.0], [f64::NEG_INFINITY, 0.0]];
        assert_eq!(front(&points), [0, 1, 2]);
    }
}
