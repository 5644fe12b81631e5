//! Budgets: when a search has gone on for long enough.

use std::fmt;
use std::time::Duration;

/// What a search may cost, and when it is good enough. What is not said does not limit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Budget {
    /// Points, repeats not counted.
    pub trials: Option<u64>,
    /// Time from the first run's start.
    pub wall: Option<Duration>,
    /// The sum of what the runs took.
    pub run_time: Option<Duration>,
    /// A value of the objective that is good enough.
    pub target: Option<f64>,
    /// So many results in a row without a better one.
    pub patience: Option<u64>,
}

/// How far a search has come. Values are as the strategy sees them, smaller being better.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Points that there are, whatever became of them.
    pub points: u64,
    /// Time since the first run's start.
    pub elapsed: Duration,
    /// The sum of what the runs took.
    pub run_time: Duration,
    /// The results that have come in, in the order of their points; what failed is not a number.
    pub values: Vec<f64>,
}

/// Why a search is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spent {
    /// There are as many points as there were to be.
    Trials(u64),
    /// The time is over.
    Wall(Duration),
    /// The runs have taken as long as they may.
    RunTime(Duration),
    /// The target is reached.
    Target,
    /// So many results without a better one.
    Patience(u64),
}

impl Budget {
    /// Why there are to be no more points; `None` if there are.
    ///
    /// ```
    /// use gitsweep::search::learn::{Budget, Progress, Spent};
    /// let budget = Budget { patience: Some(2), ..Budget::default() };
    /// let values = vec![3.0, 1.0, 2.0, f64::NAN];
    /// assert_eq!(budget.spent(&Progress { values, ..Progress::default() }), Some(Spent::Patience(2)));
    /// ```
    pub fn spent(&self, progress: &Progress) -> Option<Spent> {
        let best = progress.best();
        if self.target.is_some_and(|target| best.is_some_and(|best| best <= target)) {
            return Some(Spent::Target);
        }
        if let Some(wall) = self.wall.filter(|wall| progress.elapsed >= *wall) {
            return Some(Spent::Wall(wall));
        }
        if let Some(run_time) = self.run_time.filter(|run_time| progress.run_time >= *run_time) {
            return Some(Spent::RunTime(run_time));
        }
        if let Some(patience) = self.patience.filter(|patience| progress.since_best() >= *patience) {
            return Some(Spent::Patience(patience));
        }
        self.trials.filter(|trials| progress.points >= *trials).map(Spent::Trials)
    }
}

impl Progress {
    /// The best result so far.
    pub fn best(&self) -> Option<f64> {
        self.values.iter().copied().filter(|value| value.is_finite()).reduce(f64::min)
    }

    /// How many results there are after the best one.
    pub fn since_best(&self) -> u64 {
        let (mut best, mut since) = (f64::INFINITY, 0);
        for value in &self.values {
            since += 1;
            if *value < best {
                (best, since) = (*value, 0);
            }
        }
        since
    }
}

impl Spent {
    /// True if points that are laid already need not be run.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Trials(_))
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = |span: &Duration| humantime::format_duration(*span).to_string();
        match self {
            Self::Trials(trials) => write!(f, "all {trials} trials are laid"),
            Self::Wall(wall) => write!(f, "search_time = {} is over", span(wall)),
            Self::RunTime(run_time) => write!(f, "the runs have taken run_time = {}", span(run_time)),
            Self::Target => f.write_str("the target is reached"),
            Self::Patience(results) => write!(f, "no better result among the last {results}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_by_itself() {
        let progress = Progress {
            points: 10,
            elapsed: Duration::from_secs(60),
            run_time: Duration::from_secs(120),
            values: vec![f64::NAN, 0.5, 0.7, 0.5, f64::INFINITY],
        };
        let second = Duration::from_secs(1);
        let none = Budget::default();
        assert_eq!(none.spent(&progress), None);
        for (budget, spent) in [
            (Budget { trials: Some(10), ..none.clone() }, Some(Spent::Trials(10))),
            (Budget { trials: Some(11), ..none.clone() }, None),
            (Budget { wall: Some(60 * second), ..none.clone() }, Some(Spent::Wall(60 * second))),
            (Budget { wall: Some(61 * second), ..none.clone() }, None),
            (Budget { run_time: Some(2 * 60 * second), ..none.clone() }, Some(Spent::RunTime(120 * second))),
            (Budget { run_time: Some(121 * second), ..none.clone() }, None),
            (Budget { target: Some(0.5), ..none.clone() }, Some(Spent::Target)),
            (Budget { target: Some(0.4), ..none.clone() }, None),
            (Budget { patience: Some(3), ..none.clone() }, Some(Spent::Patience(3))),
            (Budget { patience: Some(4), ..none.clone() }, None),
        ] {
            assert_eq!(budget.spent(&progress), spent, "{budget:?}");
        }
        assert_eq!(Budget { patience: Some(1), ..none }.spent(&Progress::default()), None);
        assert_eq!(Spent::Wall(Duration::from_secs(5400)).to_string(), "search_time = 1h 30m is over");
    }
}
