//! Analysis of variance of a full factorial design: what part of the variation each factor and each pair accounts for.
//!
//! In a balanced design the sums of squares of main and pairwise effects add up, whatever their order (Montgomery, Design
//! and Analysis of Experiments, chapter 5): no model is fitted and nothing is estimated.

/// A main or a pairwise effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The factors: one or two.
    pub factors: Vec<usize>,
    /// The degrees of freedom.
    pub df: usize,
    /// The sum of squares.
    pub sum: f64,
    /// Its part of the total; 0 where nothing varies.
    pub part: f64,
}

/// The sums of squares of a balanced design.
#[derive(Clone, Debug, PartialEq)]
pub struct Anova {
    /// How many values there are.
    pub n: usize,
    /// How many values each combination has.
    pub repeats: usize,
    /// The sum of squares of all values around their mean.
    pub total: f64,
    /// Main effects in the order of the factors, then those of pairs.
    pub effects: Vec<Effect>,
    /// What is between combinations beyond main and pairwise effects: interactions of three factors and more.
    pub higher: Effect,
    /// What is within combinations, between their repeats.
    pub within: Effect,
}

/// The analysis of `values`, of which number `i` was found at the levels `levels[i]`, one for each factor, counted from 0.
///
/// `None` unless every combination of levels has the same number of values, at least one, and there are two of them.
/// Values must be finite. Parts hold where sums of squares are beyond doubles.
pub fn anova(levels: &[Vec<usize>], values: &[f64]) -> Option<Anova> {
    let factors = levels.first()?.len();
    let sizes: Vec<usize> =
        (0..factors).map(|factor| levels.iter().map(|row| row[factor] + 1).max().unwrap_or(0)).collect();
    let cells = sizes.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
    let n = values.len();
    if n < 2 || n != levels.len() || cells > n || !n.is_multiple_of(cells) {
        return None;
    }
    // In a unit in which squares are doubles; a power of two costs no digits.
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let unit = if largest > 0.0 { libm::ldexp(1.0, libm::frexp(largest).1 - 1) } else { 1.0 };
    let values = &values.iter().map(|value| value / unit).collect::<Vec<f64>>()[..];
    let repeats = n / cells;
    let all: Vec<usize> = (0..factors).collect();
    let cell_means = Means::of(&all, &sizes, levels, values);
    if cell_means.counts.iter().any(|&count| count != repeats) {
        return None;
    }
    let grand = values.iter().sum::<f64>() / n as f64;
    let centred: Vec<f64> = values.iter().map(|value| value - grand).collect();
    let total: f64 = centred.iter().map(|value| value * value).sum();
    let effect = |factors: Vec<usize>, df: usize, sum: f64| {
        let part = if total > 0.0 { sum / total } else { 0.0 };
        Effect { factors, df, sum: sum * unit * unit, part }
    };
    let mains: Vec<Means> = (0..factors).map(|factor| Means::of(&[factor], &sizes, levels, &centred)).collect();
    let mut sums: Vec<(Vec<usize>, usize, f64)> = mains
        .iter()
        .enumerate()
        .map(|(factor, means)| {
            let sum = means.means.iter().map(|mean| mean * mean).sum::<f64>() * (n / sizes[factor]) as f64;
            (vec![factor], sizes[factor] - 1, unless_rounding(sum, total))
        })
        .collect();
    for a in 0..factors {
        for b in a + 1..factors {
            let pair = Means::of(&[a, b], &sizes, levels, &centred);
            let beyond = |(cell, mean): (usize, &f64)| {
                (mean - mains[a].means[cell / sizes[b]] - mains[b].means[cell % sizes[b]]).powi(2)
            };
            let sum = pair.means.iter().enumerate().map(beyond).sum::<f64>() * (n / sizes[a] / sizes[b]) as f64;
            sums.push((vec![a, b], (sizes[a] - 1) * (sizes[b] - 1), unless_rounding(sum, total)));
        }
    }
    let between = cell_means.means.iter().map(|mean| (mean - grand).powi(2)).sum::<f64>() * repeats as f64;
    let told: f64 = sums.iter().map(|(.., sum)| sum).sum();
    let told_df: usize = sums.iter().map(|(_, df, _)| df).sum();
    let higher = effect(all, cells - 1 - told_df, leftover(between, told));
    let within: f64 = values.iter().zip(levels).map(|(value, row)| (value - cell_means.at(row, &sizes)).powi(2)).sum();
    let within = effect(Vec::new(), n - cells, if repeats > 1 { within } else { 0.0 });
    let effects = sums.into_iter().map(|(factors, df, sum)| effect(factors, df, sum)).collect();
    Some(Anova { n, repeats, total: total * unit * unit, effects, higher, within })
}

/// A part of a sum of squares, or nothing if it is no more than the rounding of the whole.
fn unless_rounding(part: f64, whole: f64) -> f64 {
    if part <= 1e-20 * whole { 0.0 } else { part }
}

/// What is left of a sum; rounding is nothing.
fn leftover(sum: f64, told: f64) -> f64 {
    let rest = sum - told;
    if rest.abs() <= 1e-12 * sum.abs() { 0.0 } else { rest.max(0.0) }
}

/// The mean of the values at each combination of the levels of some factors, the last of which varies fastest.
struct Means {
    means: Vec<f64>,
    counts: Vec<usize>,
}

impl Means {
    fn of(factors: &[usize], sizes: &[usize], levels: &[Vec<usize>], values: &[f64]) -> Self {
        let cells = factors.iter().map(|&factor| sizes[factor]).product();
        let mut means = vec![0.0; cells];
        let mut counts = vec![0; cells];
        for (row, value) in levels.iter().zip(values) {
            let cell = factors.iter().fold(0, |cell, &factor| cell * sizes[factor] + row[factor]);
            means[cell] += value;
            counts[cell] += 1;
        }
        for (mean, &count) in means.iter_mut().zip(&counts) {
            *mean /= count.max(1) as f64;
        }
        Self { means, counts }
    }

    /// The mean at a combination of all factors.
    fn at(&self, row: &[usize], sizes: &[usize]) -> f64 {
        self.means[row.iter().zip(sizes).fold(0, |cell, (level, size)| cell * size + level)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination of the levels of factors of these sizes.
    fn grid(sizes: &[usize], repeats: usize) -> Vec<Vec<usize>> {
        let mut rows = vec![Vec::new()];
        for &size in sizes {
            rows = rows
                .into_iter()
                .flat_map(|row: Vec<usize>| (0..size).map(move |level| [&row[..], &[level]].concat()))
                .collect();
        }
        rows.into_iter().flat_map(|row| std::iter::repeat_n(row, repeats)).collect()
    }

    #[test]
    fn effects_are_found_apart() {
        let levels = grid(&[2, 3, 2], 1);
        let value = |row: &Vec<usize>| 10.0 * row[0] as f64 + if row[1] == 1 && row[2] == 1 { 3.0 } else { 0.0 };
        let values: Vec<f64> = levels.iter().map(value).collect();
        let anova = anova(&levels, &values).unwrap();
        let sums: Vec<f64> = anova.effects.iter().map(|effect| effect.sum).collect();
        let expected = [300.0, 6.0, 3.0, 0.0, 0.0, 6.0];
        assert!(sums.iter().zip(expected).all(|(sum, expected)| (sum - expected).abs() < 1e-9), "{sums:?}");
        assert_eq!(anova.effects.iter().map(|effect| effect.df).collect::<Vec<_>>(), [1, 2, 1, 2, 1, 2]);
        assert_eq!((anova.higher.sum, anova.higher.df, anova.within.df), (0.0, 2, 0));
        assert!((anova.total - 315.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_only_rounding_is_nothing() {
        let levels = grid(&[3, 7], 1);
        let values: Vec<f64> = levels.iter().map(|row| [0.1, 0.3, 0.7][row[0]]).collect();
        let anova = anova(&levels, &values).unwrap();
        assert!(anova.effects[0].part > 0.999_999);
        assert_eq!(anova.effects[1..].iter().map(|effect| effect.sum).collect::<Vec<_>>(), [0.0, 0.0]);
    }

    #[test]
    fn repeats_have_a_part_of_their_own() {
        let levels = grid(&[2], 3);
        let anova = anova(&levels, &[1.0, 2.0, 3.0, 5.0, 6.0, 7.0]).unwrap();
        assert_eq!((anova.effects[0].sum, anova.within.sum, anova.within.df, anova.total), (24.0, 4.0, 4, 28.0));
        assert_eq!(anova.within.part, 4.0 / 28.0);
    }

    #[test]
    fn parts_hold_at_the_ends_of_doubles() {
        let levels = grid(&[2, 3], 2);
        let values: Vec<f64> =
            levels.iter().zip(0..).map(|(row, i)| (3 * row[0] + row[1] * row[1] + i % 2) as f64).collect();
        let parts = |unit: f64| {
            let scaled: Vec<f64> = values.iter().map(|value| value * unit).collect();
            let anova = anova(&levels, &scaled).unwrap();
            anova.effects.iter().chain([&anova.within]).map(|effect| effect.part).collect::<Vec<_>>()
        };
        assert!(parts(1.0).iter().sum::<f64>() > 0.999 && parts(1.0)[0] > 0.1);
        for unit in [2_f64.powi(-1000), 2_f64.powi(-560), 2_f64.powi(600), 2_f64.powi(1000)] {
            assert_eq!(parts(unit), parts(1.0), "{unit}");
        }
    }

    #[test]
    fn what_is_not_balanced_is_refused() {
        assert_eq!(anova(&[vec![0, 0], vec![0, 1], vec![1, 0]], &[1.0, 2.0, 3.0]), None);
        assert_eq!(anova(&[vec![0], vec![0], vec![0], vec![1]], &[1.0, 2.0, 3.0, 4.0]), None);
        assert_eq!(anova(&[vec![0]], &[1.0]), None);
        assert_eq!(anova(&[], &[]), None);
    }

    #[test]
    fn where_nothing_varies_no_part_is_accounted_for() {
        let anova = anova(&grid(&[2, 2], 1), &[4.0; 4]).unwrap();
        assert_eq!((anova.total, anova.effects[0].part), (0.0, 0.0));
    }
}
