//! Runs: a search that has settled begins afresh, since the deepest valley may be one that it has not seen.
//!
//! All that is known of one valley leads a model back to it. A run that is told of those before it only that their valleys are not
//! worth a visit comes to another about as often as the first one did. (So trust regions are restarted by D. Eriksson et al., "Scalable global optimization via local
//! Bayesian optimization", NeurIPS 2019.)

use crate::search::learn::Coordinate;

/// A place, and the value there; `None` where all attempts failed.
pub(super) type Known = (Vec<f64>, Option<f64>);

/// So many values say where a run began.
const FIRST: usize = 10;
/// A run has settled when so many of its results, the best ones, lie in one valley
const BEST: usize = 5;
/// and differ by no more than this part of how far it has come.
const SETTLED: f64 = 1e-5;
/// The part of the space that a valley takes up.
const VALLEY: f64 = 7e-4;
/// The part of a range that one value stands for. Being near one another in one coordinate alone says nothing.
const POINT: f64 = 1e-3;
/// The sides of a valley.
const SIDES: std::ops::RangeInclusive<f64> = 0.02..=0.4;
/// A run that has come to a known valley so often is given up.
const VISITS: usize = 2;
/// With fewer results of its own that was chance, or in flight when the run began.
const CHANCE: usize = 3;

/// Of results, in the order of the history, those of the present run, and how many runs there were before it. The first one has
/// `least` results at least. Failures are known to all of them, and bottoms of valleys to later ones: as failures, so that they
/// keep away. As results come in late, a run may turn out to have ended elsewhere, or not yet; what its model had in flight
/// outside its valley is among the first results of the next.
pub(super) fn present(results: Vec<Known>, coordinates: &[Coordinate], least: usize) -> (Vec<Known>, usize) {
    let valleys = Valleys::new(coordinates);
    let mut bottoms: Vec<Bottom> = Vec::new();
    let (mut run, mut ended) = (Run::default(), 0);
    for (at, (place, value)) in results.iter().enumerate() {
        let Some(value) = *value else { continue };
        let is_over = if bottoms.iter().any(|bottom| valleys.is_in(place, &results[bottom.at].0, &bottom.idle)) {
            run.visits += usize::from(run.own.len() >= CHANCE);
            run.visits >= VISITS
        } else {
            run.push(at, value);
            let least = if ended == 0 { least } else { 0 };
            let bottom = run.bottom(&results, &valleys).filter(|_| run.own.len() >= least + BEST);
            let is_found = bottom.is_some();
            bottoms.extend(bottom);
            is_found
        };
        if is_over {
            run = Run::default();
            ended += 1;
        }
    }
    if ended == 0 {
        return (results, 0);
    }
    let mut is_own = vec![false; results.len()];
    run.own.iter().for_each(|&at| is_own[at] = true);
    let told = results.into_iter().enumerate().filter_map(|(at, (place, value))| {
        let is_bottom = bottoms.iter().any(|bottom| bottom.at == at);
        (is_own[at] || is_bottom || value.is_none()).then_some((place, value.filter(|_| !is_bottom)))
    });
    (told.collect(), ended)
}

/// Where a run has settled: which result it is, and which coordinates make no difference there.
struct Bottom {
    at: usize,
    idle: Vec<bool>,
}

/// What has come of a run so far.
#[derive(Default)]
struct Run {
    /// Its results, by their places among all.
    own: Vec<usize>,
    /// Its first values.
    first: Vec<f64>,
    /// Its best values, from the best on, and which results they are.
    best: Vec<(f64, usize)>,
    /// How many results were in a valley that is known.
    visits: usize,
}

impl Run {
    fn push(&mut self, at: usize, value: f64) {
        self.own.push(at);
        if self.first.len() < FIRST {
            self.first.push(value);
        }
        self.best.insert(self.best.partition_point(|(better, _)| *better <= value), (value, at));
        self.best.truncate(BEST);
    }

    /// The best of its results, if it has settled there.
    fn bottom(&self, results: &[Known], valleys: &Valleys<'_>) -> Option<Bottom> {
        if self.own.len() < FIRST + BEST {
            return None;
        }
        let ((least, at), (last, _)) = (self.best.first()?, self.best.last()?);
        // Not from the worst: that may be a penalty, next to which all else is alike.
        let mut first = self.first.clone();
        first.sort_by(f64::total_cmp);
        let way = first[1] - least;
        if way <= 0.0 || last - least > SETTLED * way {
            return None;
        }
        let best: Vec<&[f64]> = self.best.iter().map(|(_, at)| results[*at].0.as_slice()).collect();
        valleys.idle(&best).map(|idle| Bottom { at: *at, idle })
    }
}

/// How large valleys are.
struct Valleys<'a> {
    half: f64,
    coordinates: &'a [Coordinate],
}

impl<'a> Valleys<'a> {
    fn new(coordinates: &'a [Coordinate]) -> Self {
        let ordered = coordinates.iter().filter(|coordinate| coordinate.is_ordered()).count().max(1);
        let side = libm::pow(VALLEY, 1.0 / ordered as f64).clamp(*SIDES.start(), *SIDES.end());
        Self { half: 0.5 * side, coordinates }
    }

    fn is_near(&self, d: usize, a: f64, b: f64) -> bool {
        if self.coordinates[d].is_ordered() { (a - b).abs() <= self.half } else { a == b }
    }

    /// True if a place is in the valley that has its bottom there; `idle` coordinates make no difference.
    fn is_in(&self, place: &[f64], bottom: &[f64], idle: &[bool]) -> bool {
        (0..place.len()).all(|d| idle[d] || self.is_near(d, place[d], bottom[d]))
    }

    /// The coordinates that make no difference where values are alike at these places, of which the first is the best; `None` if
    /// the places are not in one valley. That they are in one by chance is to be unlikely: those of the coordinates
    /// in which they are near one another, if not in all, leave no more room than a valley has.
    fn idle(&self, places: &[&[f64]]) -> Option<Vec<bool>> {
        let (first, others) = places.split_first()?;
        let is_idle = |d: usize| others.iter().any(|place| !self.is_near(d, place[d], first[d]));
        let idle: Vec<bool> = (0..first.len()).map(is_idle).collect();
        let room = |d: usize| {
            let all = || places.iter().map(|place| place[d]);
            let range = all().fold(f64::NEG_INFINITY, f64::max) - all().fold(f64::INFINITY, f64::min);
            range.max(self.coordinates[d].count().map_or(POINT, |count| 1.0 / count as f64))
        };
        let near = (0..idle.len()).filter(|&d| !idle[d] && self.coordinates[d].is_ordered());
        (!idle.contains(&true) || near.map(room).product::<f64>() <= VALLEY).then_some(idle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten values at places that spread, then values that near `bottom` at places near `centre`.
    fn descent(from: f64, centre: f64, bottom: f64) -> Vec<Known> {
        let far = (0..FIRST).map(|k| (vec![0.09 * k as f64, from], Some(bottom + 1.0 + 0.1 * k as f64)));
        let near = (0..BEST).map(|k| (vec![centre, centre + 1e-4 * k as f64], Some(bottom + 1e-6 * k as f64)));
        far.chain(near).collect()
    }

    /// What a later run knows of a valley.
    fn shunned(results: &[Known], bottom: usize) -> Known {
        (results[bottom].0.clone(), None)
    }

    const PLAIN: [Coordinate; 2] = [Coordinate::Continuous, Coordinate::Continuous];

    fn run_of(results: &[Known]) -> (Vec<Known>, usize) {
        present(results.to_vec(), &PLAIN, 0)
    }

    #[test]
    fn a_run_ends_when_its_best_values_are_alike() {
        let mut results = descent(0.0, 0.5, 0.0);
        assert_eq!(run_of(&results[..14]), (results[..14].to_vec(), 0));
        let first = shunned(&results, 10);
        assert_eq!(run_of(&results), (vec![first.clone()], 1));
        assert_eq!(present(results.clone(), &PLAIN, 11), (results.clone(), 0));
        results.push((vec![0.9, 0.9], None));
        results.push((vec![0.8, 0.2], Some(3.0)));
        assert_eq!(run_of(&results), (vec![first, results[15].clone(), results[16].clone()], 1));
        // With noise they are not alike.
        results[12].1 = Some(1e-3);
        assert_eq!(run_of(&results), (results.clone(), 0));
    }

    #[test]
    fn a_penalty_makes_nothing_alike() {
        let mut results = descent(0.0, 0.5, 0.0);
        results[13].1 = Some(1.0);
        (0..8).for_each(|k| results[k].1 = Some(1e6));
        assert_eq!(run_of(&results), (results.clone(), 0));
    }

    #[test]
    fn a_run_that_comes_to_a_known_valley_is_given_up() {
        let mut results = descent(0.0, 0.5, 0.0);
        // What was in flight when the run ended belongs to none.
        results.extend([(vec![0.505, 0.5], Some(1e-7)), (vec![0.495, 0.5], Some(1e-5)), (vec![0.5, 0.49], Some(1e-7))]);
        let second = descent(0.3, 0.2, 1.0);
        results.extend_from_slice(&second[..12]);
        let first = shunned(&results, 10);
        let of_second = [std::slice::from_ref(&first), &second[..12]].concat();
        assert_eq!(run_of(&results), (of_second.clone(), 1));
        results.push((vec![0.5, 0.505], Some(1e-7)));
        assert_eq!(run_of(&results), (of_second, 1));
        results.push((vec![0.505, 0.505], Some(0.5)));
        assert_eq!(run_of(&results), (vec![first.clone()], 2));
        results.truncate(30);
        results.extend_from_slice(&second[12..]);
        assert_eq!(run_of(&results), (vec![first, shunned(&second, 10)], 2));
    }

    /// Accuracies, counts and what has no influence come with many equal values.
    #[test]
    fn equal_values_far_apart_say_nothing() {
        let mut results: Vec<Known> = (0..40).map(|k| (vec![f64::from(k) / 40.0, 0.5], Some(2.0))).collect();
        assert_eq!(run_of(&results), (results.clone(), 0));
        (0..9).for_each(|k| results[k].1 = Some(3.0));
        assert_eq!(run_of(&results), (results.clone(), 0));
    }

    #[test]
    fn what_makes_no_difference_keeps_no_run_from_settling() {
        let idle = |k: usize| [0.1, 0.9, 0.4, 0.7, 0.2][k % 5];
        let mut results = descent(0.0, 0.5, 0.0);
        (0..results.len()).for_each(|k| results[k].0.push(idle(k)));
        let coordinates = [Coordinate::Continuous, Coordinate::Continuous, Coordinate::Continuous];
        let first = shunned(&results, 10);
        assert_eq!(present(results.clone(), &coordinates, 0), (vec![first.clone()], 1));
        // Two switches that happen to be on, or one number that happens to be the same, are no valley.
        let few = [Coordinate::Categories(2), Coordinate::Categories(2), Coordinate::Continuous];
        (10..15).for_each(|k| results[k].0[..2].fill(0.5));
        assert_eq!(present(results.clone(), &few, 0), (results.clone(), 0));
        (10..15).for_each(|k| results[k].0[1] = idle(k + 1));
        assert_eq!(present(results.clone(), &coordinates, 0), (results.clone(), 0));
    }

    #[test]
    fn valleys_of_two_categories_are_two() {
        let mut results = descent(0.5, 0.5, 0.0);
        results.iter_mut().for_each(|(place, _)| place[1] = 0.5);
        (10..15).for_each(|k| results[k].0[0] = 0.5 + 1e-6 * k as f64);
        results.push((vec![0.5, 0.25], Some(1.0)));
        let first = shunned(&results, 10);
        let second = vec![first.clone(), results[15].clone()];
        assert_eq!(present(results.clone(), &[Coordinate::Continuous, Coordinate::Categories(4)], 0), (second, 1));
        results[15].0[1] = 0.5;
        assert_eq!(present(results, &[Coordinate::Continuous, Coordinate::Categories(4)], 0), (vec![first], 1));
    }
}
