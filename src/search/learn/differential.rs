//! Differential evolution as a function of the history.

use anyhow::Result;

use super::covariance::reflected;
use super::dice::Dice;
use super::encoding::Encoding;
use super::history::History;
use super::initial::{initial, opening};
use super::learner::Learner;
use super::steps::{Otherwise, one_by_one, value};
use crate::search::{Proposal, Space};

/// Of the members, the part whose best ones a mutant may start from.
const BASES: f64 = 0.2;

/// Differential evolution: R. Storn and K. Price, "Differential evolution", J. Global Optim. 11 (1997).
///
/// A mutant starts from one of the best fifth of the members (`DE/pbest/1/bin`; for the part see J. Zhang and A. C. Sanderson,
/// "JADE", IEEE Trans. Evol. Comput. 13, 2009): from any it takes three times as many points to come as near to a minimum, and from
/// the best alone (`DE/best/1/bin`) it ends in the wrong valley more often.
///
/// The population's members are places: the point number `i` of the search is a trial for the place `i` modulo the size of
/// the population, and each place keeps the best that it has had. The scale factor is drawn between 0.5 and 1 for each
/// trial ("dither", section 2.5 of K. Price, R. Storn and J. Lampinen, "Differential Evolution", 2005), which spares a
/// setting and helps with noise.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferentialEvolution {
    /// Members; by default three for each dimension, from 8 to 50.
    pub population: Option<usize>,
    /// How likely a coordinate is to come from the mutant.
    pub crossover: f64,
}

/// A value and where it was had.
type Member = (f64, Vec<f64>);

impl Default for DifferentialEvolution {
    fn default() -> Self {
        Self { population: None, crossover: 0.9 }
    }
}

impl DifferentialEvolution {
    /// The number of members in so many dimensions.
    pub fn size(&self, dimensions: usize) -> usize {
        self.population.unwrap_or((3 * dimensions).clamp(8, 50)).max(4)
    }

    /// What each place has, and its value, where it has had a result.
    fn members(&self, encoding: &Encoding<'_>, history: &History) -> Vec<Option<Member>> {
        let size = self.size(encoding.dimensions());
        let mut members: Vec<Option<Member>> = vec![None; size];
        for (number, observation) in history.observations().iter().enumerate() {
            let Some(value) = value(&observation.state) else { continue };
            let member = &mut members[number % size];
            // A trial that is as good takes the place: flat functions are crossed.
            if member.as_ref().is_none_or(|(best, _)| value <= *best)
                && let Some(point) = encoding.encode(&observation.point)
            {
                *member = Some((value, point));
            }
        }
        members
    }

    fn trial(&self, members: &[Option<Member>], place: usize, draws: &mut Dice) -> Option<Vec<f64>> {
        let mut others: Vec<&Vec<f64>> = members
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place)
            .filter_map(|(_, m)| Some(&m.as_ref()?.1))
            .collect();
        let mut ranked: Vec<&Member> = members.iter().flatten().collect();
        if others.len() < 3 {
            return None;
        }
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        ranked.truncate(((BASES * members.len() as f64).round() as usize).max(2));
        let base = &ranked[draws.below(ranked.len())].1;
        let mut other = || others.swap_remove(draws.below(others.len()));
        let (plus, minus) = (other(), other());
        // A place whose trials have all failed is given a mutant.
        let target = members[place].as_ref().map_or(base, |(_, point)| point);
        let scale = 0.5 + 0.5 * draws.unit();
        let certain = draws.below(target.len());
        Some(
            (0..target.len())
                .map(|d| match d == certain || draws.unit() < self.crossover {
                    true => reflected(base[d] + scale * (plus[d] - minus[d])),
                    false => target[d],
                })
                .collect(),
        )
    }
}

impl Learner for DifferentialEvolution {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        let encoding = Encoding::new(space);
        let least = self.size(encoding.dimensions());
        let (mut proposals, history) = opening(space, history, seed, least, count)?;
        let members = self.members(&encoding, &history);
        if members.iter().flatten().count() < 4 {
            proposals.extend(initial(space, &history, seed, count - proposals.len())?);
            return Ok(proposals);
        }
        let rest = count - proposals.len();
        let label = (seed, "differential-evolution");
        let more = one_by_one(space, &history, label, rest, Otherwise::Random, |history, draws| {
            let place = history.len() % members.len();
            let Some(trial) = self.trial(&members, place, draws) else { return Ok(None) };
            let point = encoding.decode(&trial)?;
            Ok(point.map(|point| (point, format!("differential-evolution member={}", place + 1))))
        })?;
        proposals.extend(more);
        Ok(proposals)
    }
}
