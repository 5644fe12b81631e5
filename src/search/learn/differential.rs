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

/// Differential evolution, `DE/rand/1/bin`: R. Storn and K. Price, "Differential evolution", J. Global Optim. 11 (1997).
///
/// The population's members are places: the point number `i` of the search is a trial for the place `i` modulo the size of
/// the population, and each place keeps the best that it has had. The scale factor is drawn between 0.5 and 1 for each
/// trial ("dither", section 2.5 of K. Price, R. Storn and J. Lampinen, "Differential Evolution", 2005), which spares a
/// setting and helps with noise.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferentialEvolution {
    /// Members; by default five for each dimension, from 8 to 50.
    pub population: Option<usize>,
    /// How likely a coordinate is to come from the mutant.
    pub crossover: f64,
}

impl Default for DifferentialEvolution {
    fn default() -> Self {
        Self { population: None, crossover: 0.9 }
    }
}

impl DifferentialEvolution {
    /// The number of members in so many dimensions.
    pub fn size(&self, dimensions: usize) -> usize {
        self.population.unwrap_or((5 * dimensions).clamp(8, 50)).max(4)
    }

    /// What each place has, where it has had a result.
    fn members(&self, encoding: &Encoding<'_>, history: &History) -> Vec<Option<Vec<f64>>> {
        let size = self.size(encoding.dimensions());
        let mut members: Vec<Option<(f64, Vec<f64>)>> = vec![None; size];
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
        members.into_iter().map(|member| member.map(|(_, point)| point)).collect()
    }

    fn trial(&self, members: &[Option<Vec<f64>>], place: usize, draws: &mut Dice) -> Option<Vec<f64>> {
        let mut others: Vec<&Vec<f64>> =
            members.iter().enumerate().filter(|(other, _)| *other != place).filter_map(|(_, m)| m.as_ref()).collect();
        if others.len() < 3 {
            return None;
        }
        let mut other = || others.swap_remove(draws.below(others.len()));
        let (base, plus, minus) = (other(), other(), other());
        // A place whose trials have all failed is given a mutant.
        let target = members[place].as_ref().unwrap_or(base);
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
