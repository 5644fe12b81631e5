//! Draws are as even as they should be, and a grid is made as it is asked for.

use super::super::{Order, Strategy};
use super::{design, free, laid, space};

/// Chi-square of draws against equal chances.
fn chi_square(counts: &[u64]) -> f64 {
    let expected = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    counts.iter().map(|&count| (count as f64 - expected).powi(2) / expected).sum()
}

#[test]
fn independent_draws_are_uniform_alone_and_in_pairs() {
    let square = space(vec![free("x", "uniform(0, 1)"), free("y", "uniform(0, 1)")], &[]);
    let points = laid(&design(Strategy::Random, Some(20_000), square));
    let (mut single, mut pairs) = (vec![0; 50], vec![0; 100]);
    for point in &points {
        let [x, y] = ["x", "y"].map(|name| point.get(name).unwrap().as_f64().unwrap());
        single[(x * 50.0) as usize] += 1;
        pairs[(x * 10.0) as usize * 10 + (y * 10.0) as usize] += 1;
    }
    // Exceeded once in a thousand times, with 49 and 99 degrees of freedom.
    assert!(chi_square(&single) < 85.4, "{}", chi_square(&single));
    assert!(chi_square(&pairs) < 148.2, "{}", chi_square(&pairs));
}

#[test]
fn a_sample_without_replacement_meets_all_parts_of_the_space() {
    let cube = space(vec![free("a", "1 to 10 step 1"), free("b", "1 to 10 step 1"), free("c", "1 to 100 step 1")], &[]);
    let mut counts = vec![0; 100];
    for point in laid(&design(Strategy::Random, Some(2_000), cube)) {
        let [a, b] = ["a", "b"].map(|name| point.get(name).unwrap().as_f64().unwrap() as usize - 1);
        counts[a * 10 + b] += 1;
    }
    assert!(chi_square(&counts) < 148.2, "{}", chi_square(&counts));
}

#[test]
fn a_grid_of_a_million_million_points_has_its_first_ones_at_once() {
    let axes = ["x", "y"].map(|name| free(name, "1 to 1000000 step 1")).to_vec();
    let grid = design(Strategy::Grid(Order::Nested), None, space(axes, &[]));
    assert_eq!(grid.total(), Some(1_000_000_000_000));
    let first: Vec<String> = grid.proposals().take(3).map(|proposal| proposal.unwrap().point.to_string()).collect();
    assert_eq!(first, ["x=1 y=1", "x=1 y=2", "x=1 y=3"]);
}
