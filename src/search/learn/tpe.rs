//! The tree-structured Parzen estimator.

use anyhow::Result;

use super::encoding::Encoding;
use super::history::{History, State};
use super::initial::{initial, tells_where_not_to_go};
use super::learner::Learner;
use super::parzen::Parzen;
use super::steps::{Otherwise, one_by_one, value};
use crate::search::{Proposal, Space};

/// Of so many points drawn from the good ones' density, the best is taken.
const CANDIDATES: usize = 24;
/// So many of the newest points weigh fully.
const RECENT: usize = 25;

/// Proposes where good points are dense and bad ones are not: J. Bergstra et al., "Algorithms for hyper-parameter
/// optimization", NeurIPS 2011, with the multivariate kernels, the bandwidths and the split of S. Watanabe,
/// arXiv:2304.11127.
///
/// Of `n` results the best `ceil(0.1 n)`, but at most 25, are the good ones. Older bad ones weigh less. What failed and
/// what is in flight counts as bad, so that points side by side keep apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tpe {
    /// Results that there have to be before any are used.
    pub min_initial_points: usize,
}

impl Tpe {
    fn good(results: usize) -> usize {
        (results.div_ceil(10)).clamp(1, 25)
    }
}

impl Learner for Tpe {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        let encoding = Encoding::new(space);
        let results = history.observations().iter().filter(|observation| value(&observation.state).is_some()).count();
        let failures = history.observations().iter().filter(|known| known.state == State::Failed).count();
        let least = self.min_initial_points.max(2);
        if results < least && !tells_where_not_to_go(results, failures, least) {
            return initial(space, history, seed, count);
        }
        one_by_one(space, history, (seed, "tpe"), count, Otherwise::Random, |history, draws| {
            let known: Vec<(f64, Vec<f64>)> = history
                .observations()
                .iter()
                .filter_map(|observation| {
                    let value = match &observation.state {
                        State::Failed | State::InFlight => f64::INFINITY,
                        state => value(state)?,
                    };
                    Some((value, encoding.encode(&observation.point)?))
                })
                .collect();
            let mut order: Vec<usize> = (0..known.len()).collect();
            order.sort_by(|&a, &b| known[a].0.total_cmp(&known[b].0));
            let split = Self::good(results).min(order.len());
            let (good, bad) = order.split_at(split);
            let mut bad = bad.to_vec();
            bad.sort_unstable();
            let weigh = |(age, &index): (usize, &usize)| (known[index].1.as_slice(), weight(age, bad.len()));
            let good: Vec<(&[f64], f64)> = good.iter().map(|&index| (known[index].1.as_slice(), 1.0)).collect();
            let bad: Vec<(&[f64], f64)> = bad.iter().rev().enumerate().map(weigh).collect();
            let coordinates = encoding.coordinates();
            let (good, bad) = (Parzen::new(coordinates, &good), Parzen::new(coordinates, &bad));
            let candidates = (0..CANDIDATES).map(|_| {
                let mut point = good.sample(draws);
                encoding.snap(&mut point);
                (good.log_density(&point) - bad.log_density(&point), point)
            });
            let best = candidates.max_by(|a, b| a.0.total_cmp(&b.0));
            let Some((_, best)) = best else { return Ok(None) };
            let point = encoding.decode(&best)?;
            Ok(point.map(|point| (point, format!("tpe, {}", counted(results)))))
        })
    }
}

/// What a point weighs of which so many are newer: 1 for the newest, falling to 1 / count for the oldest.
fn weight(age: usize, count: usize) -> f64 {
    if age < RECENT || count <= RECENT {
        return 1.0;
    }
    let least = 1.0 / count as f64;
    1.0 - (1.0 - least) * (age - RECENT) as f64 / (count - RECENT) as f64
}

/// How many results a proposal comes from, in words.
pub(super) fn counted(results: usize) -> String {
    if results == 1 { "1 result".to_owned() } else { format!("{results} results") }
}
