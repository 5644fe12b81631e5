//! Thinning of a series so that its peaks stay.

use super::Trace;

/// Leaves at most about `most` points: of each stretch of neighbours those where any column is least or greatest. False if
/// there was nothing to do.
pub(super) fn decimate(trace: &mut Trace, most: usize) -> bool {
    let length = trace.x.len();
    if length <= most || trace.columns.is_empty() {
        return false;
    }
    let stretches = (most / (2 * trace.columns.len())).max(1);
    let mut kept = vec![false; length];
    (kept[0], kept[length - 1]) = (true, true);
    for stretch in 0..stretches {
        let (start, end) = (stretch * length / stretches, (stretch + 1) * length / stretches);
        for (_, numbers) in &trace.columns {
            let stretch = || (start..end.min(numbers.len())).filter(|&at| !numbers[at].is_nan());
            let least = stretch().min_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
            let greatest = stretch().max_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
            // A stretch without a number stays visible as a gap.
            for at in [least, greatest].into_iter().map(|at| at.unwrap_or(start)) {
                kept[at] = true;
            }
        }
    }
    let pick = |numbers: &mut Vec<f64>| {
        let mut at = 0..;
        numbers.retain(|_| at.next().is_some_and(|at| kept[at]));
    };
    pick(&mut trace.x);
    trace.columns.iter_mut().for_each(|(_, numbers)| pick(numbers));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_and_gaps_stay() {
        let x: Vec<f64> = (0..10_000).map(f64::from).collect();
        let mut y: Vec<f64> = x.iter().map(|x| (x / 300.0).sin()).collect();
        y[5_432] = 40.0;
        y[7_000..7_500].fill(f64::NAN);
        let mut trace = Trace { name: "t".to_owned(), x_name: "ms".to_owned(), x, columns: vec![("v".to_owned(), y)] };
        assert!(decimate(&mut trace, 1_000));
        assert!(trace.x.len() <= 1_002, "{}", trace.x.len());
        let at = trace.x.iter().position(|x| *x == 5_432.0).unwrap();
        assert_eq!((trace.columns[0].1[at], trace.x[0], trace.x[trace.x.len() - 1]), (40.0, 0.0, 9_999.0));
        assert!(trace.columns[0].1.iter().any(|y| y.is_nan()));
        assert!(!decimate(&mut trace, 2_000));
    }
}
