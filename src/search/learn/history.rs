//! What a search knows: its points so far, and what became of them.

use std::collections::HashSet;

use crate::point::Point;
use crate::search::fingerprint::Fingerprint;

/// One point of a search, and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The place of the point in the search, from 0.
    pub index: u64,
    /// The point.
    pub point: Point,
    /// What became of it.
    pub state: State,
    /// How it came to be: what stands in the commit's trailer.
    pub by: Option<String>,
}

/// What became of a point.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It has a result: a number for each objective, all to be minimised.
    Done(Vec<f64>),
    /// It was stopped before its end, with these numbers at that step.
    Stopped {
        /// How far it came.
        step: u64,
        /// The objectives there, all to be minimised.
        objectives: Vec<f64>,
    },
    /// It has no result and will have none.
    Failed,
    /// It is queued or running, or laid and not yet queued.
    InFlight,
}

/// The points of a search in the order of their index.
#[derive(Clone, Debug, Default)]
pub struct History {
    observations: Vec<Observation>,
    points: HashSet<Fingerprint>,
}

impl History {
    /// These observations, in whatever order. A result with a number that is not finite counts as a failure.
    pub fn new(observations: impl IntoIterator<Item = Observation>) -> Self {
        let mut observations: Vec<Observation> = observations.into_iter().collect();
        observations.sort_by_key(|observation| observation.index);
        for observation in &mut observations {
            if let State::Done(objectives) | State::Stopped { objectives, .. } = &observation.state
                && (objectives.is_empty() || objectives.iter().any(|objective| !objective.is_finite()))
            {
                observation.state = State::Failed;
            }
        }
        let points = observations.iter().map(|observation| Fingerprint::of_point(&observation.point)).collect();
        Self { observations, points }
    }

    /// All points, in the order of their index.
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// The number of points.
    pub fn len(&self) -> usize {
        self.observations.len()
    }

    /// True if there is no point yet.
    pub fn is_empty(&self) -> bool {
        self.observations.is_empty()
    }

    /// The index of the next point.
    pub fn next_index(&self) -> u64 {
        self.observations.last().map_or(0, |last| last.index + 1)
    }

    /// True if `point` is among them, whatever became of it, numbers compared by value.
    pub fn contains(&self, point: &Point) -> bool {
        self.points.contains(&Fingerprint::of_point(point))
    }

    /// The points that have come to an end with a result, and their objectives.
    pub fn done(&self) -> impl Iterator<Item = (&Observation, &[f64])> {
        self.observations.iter().filter_map(|observation| match &observation.state {
            State::Done(objectives) => Some((observation, &objectives[..])),
            _ => None,
        })
    }

    /// The same with one more point in flight: what the proposals that follow in a batch take into account.
    pub fn push_in_flight(&mut self, point: Point, by: Option<String>) {
        self.points.insert(Fingerprint::of_point(&point));
        self.observations.push(Observation { index: self.next_index(), point, state: State::InFlight, by });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::ParamName;
    use crate::value::Value;

    fn at(index: u64, x: &str, state: State) -> Observation {
        let x = Value::number(x).unwrap();
        Observation { index, point: Point::new(vec![(ParamName::new("x").unwrap(), x)]), state, by: None }
    }

    #[test]
    fn order_is_by_index_and_what_is_not_finite_has_failed() {
        let history = History::new([
            at(2, "0.3", State::Done(vec![f64::NAN])),
            at(0, "0.1", State::Done(vec![1.0])),
            at(1, "0.2", State::Done(vec![])),
            at(5, "0.4", State::Stopped { step: 3, objectives: vec![f64::INFINITY] }),
        ]);
        let states: Vec<_> = history.observations().iter().map(|observation| observation.state.clone()).collect();
        assert_eq!(states, [State::Done(vec![1.0]), State::Failed, State::Failed, State::Failed]);
        assert_eq!(history.next_index(), 6);
        assert_eq!(history.done().count(), 1);
    }

    #[test]
    fn points_are_known_by_value() {
        let mut history = History::new([at(0, "0.10", State::Failed)]);
        assert!(history.contains(&at(7, "1e-1", State::InFlight).point));
        let other = at(1, "0.2", State::InFlight).point;
        assert!(!history.contains(&other));
        history.push_in_flight(other.clone(), None);
        assert!(history.contains(&other));
        assert_eq!(history.next_index(), 2);
    }
}
