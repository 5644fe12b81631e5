//! A learner with grid and random points mixed in.

use anyhow::Result;

use super::dice::Dice;
use super::history::History;
use super::initial::leftover;
use super::learner::Learner;
use crate::search::{Order, Proposal, Search, Space, Strategy};

/// Proposes by a learner, and now and then a point of the grid or a random one, as hp_search does.
#[derive(Debug)]
pub struct Mixed {
    /// What proposes else.
    pub inner: Box<dyn Learner>,
    /// How likely a point of the grid is.
    pub grid: f64,
    /// How likely a random one is, if it is not one of the grid.
    pub random: f64,
    /// How many values the grid has of a parameter that has no end of them.
    pub grid_points: Option<usize>,
}

/// Values that a grid takes of a parameter that does not say how many: both bounds and the middle.
const GRID_POINTS: usize = 3;

impl Mixed {
    /// A point of the grid that is not in the history; `None` if it is gone through.
    fn of_grid(&self, space: &Space, history: &History, seed: u64) -> Result<Option<Proposal>> {
        let grid_points = Some(self.grid_points.unwrap_or(GRID_POINTS));
        let grid = Search { grid_points, ..Search::new(Strategy::Grid(Order::Shuffled), seed) };
        let design = grid.design(space.clone())?;
        let laid = history.observations().iter().map(|observation| &observation.point);
        let next = design.proposals_not_in(laid).next().transpose()?;
        Ok(next.map(|proposal| Proposal { by: Some("grid".to_owned()), ..proposal }))
    }
}

impl Learner for Mixed {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        let mut history = history.clone();
        let mut proposals: Vec<Proposal> = Vec::with_capacity(count);
        while proposals.len() < count {
            let mut draws = Dice::new(seed, &format!("mixed:{}", history.next_index()));
            let mut found = None;
            if draws.unit() < self.grid {
                found = self.of_grid(space, &history, seed)?;
            } else if draws.unit() < self.random {
                found = leftover(space, &history, seed, 1)?.pop();
            }
            let found = match found {
                Some(found) => Some(found),
                None => self.inner.propose(space, &history, seed, 1)?.pop(),
            };
            let Some(proposal) = found else { break };
            history.push_in_flight(proposal.point.clone(), proposal.by.clone());
            proposals.push(proposal);
        }
        Ok(proposals)
    }
}
