//! Runs: a search that has settled begins afresh, since the deepest valley may be one that it has not seen.
//!
//! All that is known of one valley leads a model back to it. A run that knows nothing of those before it comes to another as
//! often as the first one did. (D. Eriksson et al., "Scalable global optimization via local Bayesian optimization", NeurIPS 2019,
//! restart their trust regions; L. Mathesen et al., "Stochastic optimization with adaptive restart", J. Glob. Optim. 79 (2021),
//! whole searches.)

/// A place, and the value there; `None` where all attempts failed.
pub(super) type Known = (Vec<f64>, Option<f64>);

/// So many values say where a run began.
const FIRST: usize = 10;
/// A run has settled when so many of its values, the best ones,
const BEST: usize = 5;
/// differ by no more than this part of how far it has come.
const SETTLED: f64 = 1e-5;
/// The part of the space that a valley takes up, in which later runs have nothing to find.
const VALLEY: f64 = 7e-4;
/// No side of a valley is longer than this.
const WIDEST: f64 = 0.4;

/// Of results, in the order of the history, those of the present run, and how many runs there were before it. Failures are known
/// to all of them.
pub(super) fn present(results: Vec<Known>, categories: &[bool]) -> (Vec<Known>, usize) {
    let valleys = Valleys::new(categories);
    let mut bottoms: Vec<&[f64]> = Vec::new();
    let (mut run, mut ended) = (Run::default(), 0);
    for (at, (place, value)) in results.iter().enumerate() {
        let Some(value) = *value else { continue };
        if bottoms.iter().any(|bottom| valleys.is_same(place, bottom)) {
            // It has come to where one before it was.
            if run.own.len() >= FIRST && run.best.first().is_some_and(|(best, _)| value < *best) {
                run = Run::default();
                ended += 1;
            }
            continue;
        }
        run.push(at, value);
        if let Some(bottom) = run.bottom() {
            bottoms.push(&results[bottom].0);
            run = Run::default();
            ended += 1;
        }
    }
    if ended == 0 {
        return (results, 0);
    }
    let mut is_own = vec![false; results.len()];
    run.own.iter().for_each(|&at| is_own[at] = true);
    let own = results.into_iter().zip(is_own).filter(|((_, value), is_own)| *is_own || value.is_none());
    (own.map(|(known, _)| known).collect(), ended)
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
    fn bottom(&self) -> Option<usize> {
        if self.own.len() < FIRST + BEST {
            return None;
        }
        let mut first = self.first.clone();
        first.sort_by(f64::total_cmp);
        let ((least, at), (last, _)) = (self.best.first()?, self.best.last()?);
        let way = first[FIRST / 2] - least;
        (way > 0.0 && last - least <= SETTLED * way).then_some(*at)
    }
}

/// How large valleys are.
struct Valleys<'a> {
    half: f64,
    categories: &'a [bool],
}

impl<'a> Valleys<'a> {
    fn new(categories: &'a [bool]) -> Self {
        let ordered = categories.iter().filter(|category| !**category).count().max(1);
        Self { half: 0.5 * libm::pow(VALLEY, 1.0 / ordered as f64).min(WIDEST), categories }
    }

    /// True if both places are in one.
    fn is_same(&self, a: &[f64], b: &[f64]) -> bool {
        let is_near =
            |((a, b), category): ((&f64, &f64), &bool)| if *category { a == b } else { (a - b).abs() <= self.half };
        a.iter().zip(b).zip(self.categories).all(is_near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten values from 1 down, at places that spread, then values that near `bottom` at places near `centre`.
    fn descent(from: f64, centre: f64, bottom: f64) -> Vec<Known> {
        let far = (0..FIRST).map(|k| (vec![0.09 * k as f64, from], Some(bottom + 1.0 + 0.1 * k as f64)));
        let near = (0..BEST).map(|k| (vec![centre, centre + 1e-4 * k as f64], Some(bottom + 1e-6 * k as f64)));
        far.chain(near).collect()
    }

    fn run_of(results: &[Known]) -> (Vec<Known>, usize) {
        present(results.to_vec(), &[false, false])
    }

    #[test]
    fn a_run_ends_when_its_best_values_are_alike() {
        let mut results = descent(0.0, 0.5, 0.0);
        assert_eq!(run_of(&results[..14]), (results[..14].to_vec(), 0));
        assert_eq!(run_of(&results), (vec![], 1));
        results.push((vec![0.9, 0.9], None));
        results.push((vec![0.8, 0.2], Some(3.0)));
        assert_eq!(run_of(&results), (results[15..].to_vec(), 1));
        // With noise they are not alike.
        results[12].1 = Some(1e-3);
        assert_eq!(run_of(&results), (results.clone(), 0));
    }

    #[test]
    fn a_run_that_comes_to_a_known_valley_is_given_up() {
        let mut results = descent(0.0, 0.5, 0.0);
        // What was in flight when the run ended belongs to none.
        results.push((vec![0.505, 0.5], Some(1e-7)));
        let second = descent(0.3, 0.2, 1.0);
        results.extend_from_slice(&second[..12]);
        assert_eq!(run_of(&results), (second[..12].to_vec(), 1));
        results.push((vec![0.5, 0.505], Some(1e-7)));
        assert_eq!(run_of(&results), (vec![], 2));
        // What is in the valley by chance, and no better, ends nothing.
        results.pop();
        results.push((vec![0.5, 0.505], Some(1.5)));
        assert_eq!(run_of(&results), (second[..12].to_vec(), 1));
        results.extend_from_slice(&second[12..]);
        assert_eq!(run_of(&results), (vec![], 2));
    }

    #[test]
    fn values_that_are_all_the_same_say_nothing() {
        let results: Vec<Known> = (0..40).map(|k| (vec![f64::from(k) / 40.0, 0.5], Some(2.0))).collect();
        assert_eq!(run_of(&results), (results.clone(), 0));
    }

    #[test]
    fn valleys_of_two_categories_are_two() {
        let mut results = descent(0.0, 0.5, 0.0);
        results.push((vec![0.5, 0.25], Some(1.0)));
        let (own, ended) = present(results.clone(), &[false, true]);
        assert_eq!((own.len(), ended), (1, 1));
        results[15].0[1] = 0.5;
        assert_eq!(present(results, &[false, true]), (vec![], 1));
    }
}
