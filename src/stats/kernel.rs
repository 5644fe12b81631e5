//! Densities on a grid of whole numbers, estimated by kernels.

/// The density at each of the places 0, 1, ... of what was counted there: a truncated normal kernel around each place
/// where something was counted, with the bandwidth of Scott's rule (Scott, Multivariate Density Estimation, 1992), and
/// one wide kernel over the whole grid with the weight of one count.
pub(super) fn ordered(counts: &[usize]) -> Vec<f64> {
    let places: Vec<usize> = (0..counts.len()).filter(|&place| counts[place] > 0).collect();
    let total = counts.iter().sum::<usize>() as f64;
    let end = counts.len() as f64 - 1.0;
    let bandwidth = bandwidth(counts, &places, total);
    let mut density = vec![0.0; counts.len()];
    let kernels = places.iter().map(|&place| (place as f64, bandwidth, counts[place] as f64));
    for (centre, sd, weight) in kernels.chain([(end / 2.0, end + 1.0, 1.0)]) {
        let mass = between(-0.5, end + 0.5, centre, sd);
        for (place, density) in density.iter_mut().enumerate() {
            let place = place as f64;
            *density += weight / (total + 1.0) * between(place - 0.5, place + 0.5, centre, sd) / mass;
        }
    }
    density
}

/// The probability of each category that was counted so often: one count, spread evenly, is added to all, and to each
/// kernel its share of another.
pub(super) fn unordered(counts: &[usize]) -> Vec<f64> {
    let total = counts.iter().sum::<usize>() as f64;
    let kernels = counts.iter().filter(|&&count| count > 0).count() as f64 + 1.0;
    let categories = counts.len() as f64;
    let pseudo = 1.0 / kernels;
    let norm = 1.0 + categories * pseudo;
    let share = |count: usize| {
        let own = count as f64 * (1.0 + pseudo) + (total - count as f64) * pseudo;
        (own / norm + 1.0 / categories) / (total + 1.0)
    };
    counts.iter().map(|&count| share(count)).collect()
}

/// Scott's rule from the standard deviation or the distance of the quartiles, whichever says less; never so narrow that a
/// kernel misses its place.
fn bandwidth(counts: &[usize], places: &[usize], total: f64) -> f64 {
    const NARROWEST: f64 = 0.5 / 1.64;
    let weighted = |value: &dyn Fn(f64) -> f64| -> f64 {
        places.iter().map(|&place| value(place as f64) * counts[place] as f64).sum()
    };
    let mean = weighted(&|place| place) / total;
    let sd = (weighted(&|place| (place - mean).powi(2)) / (total - 1.0).max(1.0)).sqrt();
    let number = counts.iter().sum::<usize>();
    // The place by which so many are counted.
    let place_of = |rank: usize| {
        let mut sum = 0;
        let found = places.iter().find(|&&place| {
            sum += counts[place];
            sum >= rank
        });
        found.or(places.last()).map_or(0.0, |&place| place as f64)
    };
    let quartiles = place_of(number * 3 / 4 + 1) - place_of(number / 4);
    (1.059 * sd.min(quartiles / 1.34) * total.powf(-0.2)).max(NARROWEST)
}

/// The normal distribution's mass between two bounds, to full relative precision in its tails.
fn between(low: f64, high: f64, mean: f64, sd: f64) -> f64 {
    let scale = sd * std::f64::consts::SQRT_2;
    let (low, high) = ((low - mean) / scale, (high - mean) / scale);
    let twice = if low > 0.0 {
        libm::erfc(low) - libm::erfc(high)
    } else if high < 0.0 {
        libm::erfc(-high) - libm::erfc(-low)
    } else {
        libm::erf(high) - libm::erf(low)
    };
    twice / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn densities_sum_to_one() {
        for counts in [&[5, 0, 0, 1, 0][..], &[1, 1], &[0, 0, 9], &[100, 3, 0, 0, 0, 0, 0, 0, 0, 2]] {
            for density in [ordered(counts), unordered(counts)] {
                assert!((density.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{counts:?}: {density:?}");
                assert!(density.iter().all(|&part| part > 0.0));
            }
        }
    }
}
