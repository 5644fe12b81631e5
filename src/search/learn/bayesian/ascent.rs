//! Where a point is worth most.

use anyhow::Result;

use super::knowledge::Knowledge;
use super::surrogate::Surrogate;
use crate::point::Point;
use crate::search::learn::gp::{Belief, Hyper, Scratch};
use crate::search::learn::lbfgs::{Limits, minimise};
use crate::search::learn::{Coordinate, Dice, Encoding, History};

/// Candidates from anywhere, and near the best points.
const ANYWHERE: usize = 256;
const NEARBY: usize = 256;
/// So many places around the most telling one are tried after them.
const AROUND: usize = 64;
/// From how many of them the gradient is followed.
const STARTS: usize = 5;
/// How often the numbers and the rest of a point are improved in turn.
const ROUNDS: usize = 3;
/// A box reaches so many steps from its centre: two, and wherever rounding leads from there.
const STEPS: f64 = 2.5;

/// Where to look.
#[derive(Clone, Debug)]
pub(super) struct Region {
    /// The bounds of the ordered coordinates.
    pub(super) low: Vec<f64>,
    pub(super) high: Vec<f64>,
}

impl Region {
    /// Everywhere.
    pub(super) fn whole(dimensions: usize) -> Self {
        Self { low: vec![0.0; dimensions], high: vec![1.0; dimensions] }
    }

    /// A box around a point whose sides are `side` in the mean, longer where the function changes slowly (D. Eriksson et al.,
    /// "Scalable global optimization via local Bayesian optimization", NeurIPS 2019), and where there are steps so long that two
    /// of them lead nowhere out.
    pub(super) fn around(centre: &[f64], hyper: &Hyper, side: f64, coordinates: &[Coordinate]) -> Self {
        let logs: Vec<f64> = (0..centre.len()).map(|d| libm::log(hyper.length(d).clamp(0.01, 10.0))).collect();
        let mean = logs.iter().sum::<f64>() / centre.len() as f64;
        let least = |d: usize| match &coordinates[d] {
            Coordinate::Steps(steps) => STEPS / steps.len() as f64,
            Coordinate::Continuous | Coordinate::Categories(_) => 0.0,
        };
        let half = |d: usize| (0.5 * side * libm::exp(logs[d] - mean).clamp(0.25, 4.0)).max(least(d));
        let side = |d: usize, sign: f64| (centre[d] + sign * half(d)).clamp(0.0, 1.0);
        Self {
            low: (0..centre.len()).map(|d| side(d, -1.0)).collect(),
            high: (0..centre.len()).map(|d| side(d, 1.0)).collect(),
        }
    }
}

/// A place, and what it is worth.
#[derive(Clone, Debug)]
struct Candidate {
    at: Vec<f64>,
    worth: f64,
}

/// Looks for the place that is worth most, and is new.
pub(super) struct Ascent<'a> {
    pub(super) encoding: &'a Encoding<'a>,
    pub(super) surrogate: &'a Surrogate,
    pub(super) region: &'a Region,
    /// The points with the best results, from the best on.
    pub(super) elite: &'a [Vec<f64>],
    pub(super) history: &'a History,
}

impl Ascent<'_> {
    /// The point that is worth most among those found that are new; `None` if none is.
    pub(super) fn best(&self, dice: &mut Dice) -> Result<Option<Point>> {
        let mut scratch = Scratch::default();
        let mut candidates = self.candidates(dice, &mut scratch)?;
        candidates.sort_by(|a, b| b.worth.total_cmp(&a.worth));
        let mut found = Vec::new();
        for start in candidates.iter().take(STARTS) {
            found.push(self.climb(start.clone(), &mut scratch)?);
        }
        found.extend(candidates);
        self.first_new(found)
    }

    /// The new point from which most is learnt about where the minimum is, as the first model sees it; `None` if nothing is.
    pub(super) fn most_telling(&self, dice: &mut Dice) -> Result<Option<Point>> {
        let mut scratch = Scratch::default();
        let Some(model) = self.surrogate.models().first() else { return Ok(None) };
        let belief = |place| model.belief(place, &mut scratch);
        let beliefs: Vec<Belief> = self.places(dice)?.into_iter().map(belief).collect();
        let knowledge = Knowledge::new(model, &beliefs, &mut scratch);
        let candidate = |belief: Belief, scratch: &mut Scratch| {
            let worth = knowledge.gradient(&belief, scratch);
            Candidate { at: belief.place, worth }
        };
        let mut telling: Vec<Candidate> = beliefs.into_iter().map(|belief| candidate(belief, &mut scratch)).collect();
        let Some(mut best) = telling.iter().max_by(|a, b| a.worth.total_cmp(&b.worth)).cloned() else {
            return Ok(None);
        };
        for _ in 0..AROUND {
            if let Some(at) = self.feasible(self.near(&best.at, dice))? {
                let belief = model.belief(at, &mut scratch);
                let other = candidate(belief, &mut scratch);
                if other.worth > best.worth {
                    best = other;
                }
            }
        }
        telling.push(best);
        telling.retain(|candidate| candidate.worth > 0.0);
        self.first_new(telling)
    }

    /// The best of these that is new.
    fn first_new(&self, mut candidates: Vec<Candidate>) -> Result<Option<Point>> {
        candidates.sort_by(|a, b| b.worth.total_cmp(&a.worth));
        for candidate in candidates {
            if let Some(point) = self.encoding.decode(&candidate.at)?
                && !self.history.contains(&point)
            {
                return Ok(Some(point));
            }
        }
        Ok(None)
    }

    /// Places to start from, and what they are worth.
    fn candidates(&self, dice: &mut Dice, scratch: &mut Scratch) -> Result<Vec<Candidate>> {
        let worth = |at: Vec<f64>| Candidate { worth: self.surrogate.worth(&at, scratch), at };
        Ok(self.places(dice)?.into_iter().map(worth).collect())
    }

    /// Places anywhere in the region, and near the best points.
    fn places(&self, dice: &mut Dice) -> Result<Vec<Vec<f64>>> {
        let mut places = Vec::with_capacity(ANYWHERE + NEARBY);
        for _ in 0..ANYWHERE {
            let coordinates = self.encoding.coordinates().iter().enumerate();
            places.push(
                coordinates
                    .map(|(d, coordinate)| {
                        let (low, high) = self.bounds(d, coordinate);
                        coordinate.snap(low + (high - low) * dice.unit())
                    })
                    .collect(),
            );
        }
        for k in 0..NEARBY {
            if let Some(centre) = self.elite.get(dice.below(self.elite.len().min(1 + k / 32))) {
                places.push(self.near(centre, dice));
            }
        }
        places.into_iter().filter_map(|place| self.feasible(place).transpose()).collect()
    }

    /// A place near `centre`: numbers moved by as much as the dice say, the rest changed now and then.
    fn near(&self, centre: &[f64], dice: &mut Dice) -> Vec<f64> {
        // From a thousandth to a third of the range.
        let reach = libm::exp(-6.9 + 5.8 * dice.unit());
        let rate = (2.0 / centre.len() as f64).min(1.0);
        self.encoding
            .coordinates()
            .iter()
            .enumerate()
            .map(|(d, coordinate)| {
                let (low, high) = self.bounds(d, coordinate);
                match coordinate {
                    Coordinate::Continuous => (centre[d] + reach * dice.normal()).clamp(low, high),
                    Coordinate::Steps(steps) if dice.unit() < rate => {
                        let gap = 1.0 / steps.len() as f64;
                        coordinate.snap((centre[d] + reach.max(gap) * dice.normal()).clamp(low, high))
                    }
                    Coordinate::Categories(count) if dice.unit() < 0.5 * rate => coordinate.at(dice.below(*count)),
                    _ => centre[d],
                }
            })
            .collect()
    }

    fn bounds(&self, d: usize, coordinate: &Coordinate) -> (f64, f64) {
        if coordinate.is_ordered() { (self.region.low[d], self.region.high[d]) } else { (0.0, 1.0) }
    }

    /// The same place with what does not apply in the middle; `None` if a constraint excludes it.
    fn feasible(&self, mut place: Vec<f64>) -> Result<Option<Vec<f64>>> {
        if self.encoding.space().is_unrestricted() {
            self.encoding.snap(&mut place);
            return Ok(Some(place));
        }
        Ok(self.encoding.decode(&place)?.and_then(|point| self.encoding.encode(&point)))
    }

    /// Improves a candidate: its numbers along the gradient, then steps and categories one at a time, and again.
    fn climb(&self, mut best: Candidate, scratch: &mut Scratch) -> Result<Candidate> {
        for _ in 0..ROUNDS {
            let before = best.worth;
            self.follow(&mut best, scratch)?;
            if !self.step(&mut best, scratch)? || best.worth <= before {
                break;
            }
        }
        Ok(best)
    }

    /// Follows the gradient in the coordinates that are continuous.
    fn follow(&self, best: &mut Candidate, scratch: &mut Scratch) -> Result<()> {
        let (mut low, mut high) = (best.at.clone(), best.at.clone());
        let mut any = false;
        for (d, coordinate) in self.encoding.coordinates().iter().enumerate() {
            if *coordinate == Coordinate::Continuous {
                (low[d], high[d]) = (self.region.low[d].min(low[d]), self.region.high[d].max(high[d]));
                any = true;
            }
        }
        if !any {
            return Ok(());
        }
        let negative = |x: &[f64], gradient: &mut [f64]| {
            let worth = self.surrogate.ascend(x, scratch, gradient);
            gradient.iter_mut().for_each(|entry| *entry = -*entry);
            -worth
        };
        let limits = Limits { steps: 40, evaluations: 60, tolerance: 1e-6 };
        let end = minimise(negative, &best.at, &low, &high, limits).at;
        // Where the end is excluded, the last of some places on the way there that is not.
        for share in [1.0, 0.7, 0.4, 0.2, 0.1] {
            let between = best.at.iter().zip(&end).map(|(from, to)| from + share * (to - from)).collect();
            if let Some(at) = self.feasible(between)? {
                let worth = self.surrogate.worth(&at, scratch);
                if worth > best.worth {
                    *best = Candidate { at, worth };
                    break;
                }
            }
        }
        Ok(())
    }

    /// Tries the neighbours of each step, and each other category; true if something was better.
    fn step(&self, best: &mut Candidate, scratch: &mut Scratch) -> Result<bool> {
        let mut better = false;
        for (d, coordinate) in self.encoding.coordinates().iter().enumerate() {
            let Some(own) = coordinate.index(best.at[d]) else {
                continue;
            };
            let others: Vec<usize> = match coordinate {
                Coordinate::Categories(count) => (0..*count).filter(|&index| index != own).collect(),
                Coordinate::Steps(steps) => {
                    [own.checked_sub(1), (own + 1 < steps.len()).then_some(own + 1)].into_iter().flatten().collect()
                }
                Coordinate::Continuous => Vec::new(),
            };
            for other in others {
                let mut place = best.at.clone();
                place[d] = coordinate.at(other);
                if let Some(at) = self.feasible(place)? {
                    let worth = self.surrogate.worth(&at, scratch);
                    if worth > best.worth {
                        *best = Candidate { at, worth };
                        better = true;
                    }
                }
            }
        }
        Ok(better)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::learn::gp::{Form, Kernel, Prior};

    #[test]
    fn a_small_box_still_holds_two_steps_either_way() {
        let form = Form::plain(Kernel::RatQuad, 2);
        let hyper = Prior::new(form, false).middle(form);
        let coordinates = [Coordinate::Continuous, Coordinate::even(10)];
        let region = Region::around(&[0.5, 0.45], &hyper, 0.1, &coordinates);
        assert!((region.high[0] - 0.55).abs() < 1e-12 && (region.low[0] - 0.45).abs() < 1e-12, "{region:?}");
        let held = |at: usize| (region.low[1]..=region.high[1]).contains(&coordinates[1].at(at));
        let held: Vec<usize> = (0..10).filter(|&at| held(at)).collect();
        assert_eq!(held, [2, 3, 4, 5, 6]);
    }
}
