//! Ending runs that are not going to be any good: what they report as they go, against what others reported.
//!
//! Both rules are functions of the reports alone, and judge the newest report of a run: whoever watches a run asks after
//! each of its reports.

/// What a run has reported of the metric so far: steps in ascending order, with smaller values the better.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    reports: Vec<(u64, f64)>,
}

/// What is to become of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    GoOn,
    /// It is ended.
    Stop,
}

/// When runs are ended early.
#[derive(Clone, Debug, PartialEq)]
pub enum EarlyStop {
    /// A run whose best value so far is worse than the median of the others' averages up to the same step.
    Median(Median),
    /// A run that is not among the best of those that have come to the same rung.
    Asha(Asha),
}

/// The median rule of D. Golovin et al., "Google Vizier: a service for black-box optimization", KDD 2017, section 3.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Median {
    /// No run is judged before this step.
    pub min_steps: u64,
    /// No run is judged before so many others have come as far.
    pub min_runs: usize,
}

/// Asynchronous successive halving: L. Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asha {
    /// The step of the lowest rung, the paper's `r`.
    pub min_steps: u64,
    /// The last step, the paper's `R`; there are no rungs from there on.
    pub max_steps: Option<u64>,
    /// One of so many goes on, the paper's `eta`.
    pub reduction: u64,
}

impl Curve {
    /// The curve of these reports, of which the last counts where a step comes twice. What is no number is the worst.
    pub fn new(reports: impl IntoIterator<Item = (u64, f64)>) -> Self {
        let mut curve = Self::default();
        reports.into_iter().for_each(|(step, value)| curve.push(step, value));
        curve
    }

    /// Adds a report.
    pub fn push(&mut self, step: u64, value: f64) {
        let value = if value.is_nan() { f64::INFINITY } else { value };
        let at = self.reports.partition_point(|(known, _)| *known < step);
        match self.reports.get_mut(at) {
            Some((known, place)) if *known == step => *place = value,
            _ => self.reports.insert(at, (step, value)),
        }
    }

    /// The reports in order.
    pub fn reports(&self) -> &[(u64, f64)] {
        &self.reports
    }

    /// The newest step.
    pub fn last_step(&self) -> Option<u64> {
        self.reports.last().map(|(step, _)| *step)
    }

    /// The value at the first report from `step` on: what the run was like when it had come so far.
    fn at(&self, step: u64) -> Option<f64> {
        self.reports.iter().find(|(known, _)| *known >= step).map(|(_, value)| *value)
    }

    fn best_until(&self, step: u64) -> f64 {
        self.until(step).fold(f64::INFINITY, f64::min)
    }

    /// The mean over the steps, each with the report that ends it: of a long run not every report is kept.
    fn mean_until(&self, step: u64) -> f64 {
        let (mut before, mut sum, mut steps) = (0, 0.0, 0.0);
        for (known, value) in self.reports.iter().take_while(|(known, _)| *known <= step) {
            let weight = (known - before).max(1) as f64;
            (sum, steps, before) = (sum + weight * value, steps + weight, *known);
        }
        sum / steps
    }

    fn until(&self, step: u64) -> impl Iterator<Item = f64> {
        self.reports.iter().take_while(move |(known, _)| *known <= step).map(|(_, value)| *value)
    }
}

impl EarlyStop {
    /// What is to become of a run that has just made the last report of `own`, where the others have reported `others`.
    pub fn judge(&self, others: &[Curve], own: &Curve) -> Verdict {
        let before = own.reports().iter().rev().nth(1).map_or(0, |(step, _)| *step);
        self.judge_since(others, own, before)
    }

    /// The same of a run that was judged up to the step `judged` and not since.
    pub fn judge_since(&self, others: &[Curve], own: &Curve, judged: u64) -> Verdict {
        match self {
            Self::Median(median) => median.judge(others, own),
            Self::Asha(asha) => asha.judge(others, own, judged),
        }
    }
}

impl Median {
    fn judge(&self, others: &[Curve], own: &Curve) -> Verdict {
        let Some(step) = own.last_step().filter(|step| *step >= self.min_steps) else { return Verdict::GoOn };
        let has_come_so_far = |curve: &&Curve| curve.last_step().is_some_and(|last| last >= step);
        let mut means: Vec<f64> = others
            .iter()
            .filter(has_come_so_far)
            .map(|curve| curve.mean_until(step))
            .filter(|mean| !mean.is_nan())
            .collect();
        if means.len() < self.min_runs.max(1) {
            return Verdict::GoOn;
        }
        means.sort_by(f64::total_cmp);
        let middle = means.len() / 2;
        let median = if means.len() % 2 == 1 { means[middle] } else { means[middle - 1] / 2.0 + means[middle] / 2.0 };
        // What has never been a number is not as good as the median, where most have diverged neither.
        let best = own.best_until(step);
        if best > median || best == f64::INFINITY { Verdict::Stop } else { Verdict::GoOn }
    }
}

impl Asha {
    /// The steps at which runs are compared: `r`, `r eta`, `r eta^2`, ... below `R`.
    pub fn rungs(&self) -> impl Iterator<Item = u64> {
        let (reduction, bound) = (self.reduction.max(2), self.max_steps.unwrap_or(u64::MAX));
        std::iter::successors(Some(self.min_steps.max(1)), move |step| step.checked_mul(reduction))
            .take_while(move |step| *step < bound)
    }

    /// A run comes to a rung with its first report from that step on. It goes on if it is among the best one in `eta` of
    /// those that have come there, itself included; the first few, of which that leaves none, go on if they are the best
    /// so far. (The paper's promotion without pausing: a run that would not be promoted now is not continued later.)
    fn judge(&self, others: &[Curve], own: &Curve, judged: u64) -> Verdict {
        let is_kept = |(rung, value): (u64, f64)| {
            let rivals: Vec<f64> = others.iter().filter_map(|curve| curve.at(rung)).collect();
            let better = rivals.iter().filter(|rival| **rival < value).count();
            let places = (rivals.len() + 1) / self.reduction.max(2) as usize;
            // The first to come there is the best so far, but what has diverged is not.
            better < places.max(1) && value.is_finite()
        };
        let rungs = self.rungs().skip_while(|rung| *rung <= judged);
        let mut reached = rungs.map_while(|rung| Some((rung, own.at(rung)?)));
        if reached.all(is_kept) { Verdict::GoOn } else { Verdict::Stop }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER: Asha = Asha { min_steps: 1, max_steps: Some(9), reduction: 3 };

    fn flat(value: f64, steps: u64) -> Curve {
        Curve::new((1..=steps).map(|step| (step, value)))
    }

    /// Figure 1 of the paper: r = 1, R = 9, eta = 3. Nine configurations get 1, three of them 3, one of those 9.
    #[test]
    fn the_rungs_of_the_papers_example() {
        assert_eq!(PAPER.rungs().collect::<Vec<_>>(), [1, 3]);
        assert_eq!(Asha { max_steps: Some(81), ..PAPER }.rungs().collect::<Vec<_>>(), [1, 3, 9, 27]);
        assert_eq!(
            Asha { min_steps: 4, max_steps: None, reduction: 4 }.rungs().take(3).collect::<Vec<_>>(),
            [4, 16, 64]
        );
    }

    /// The example of the paper's section 3: once all nine have come to the first rung, configurations 1, 6 and 8 go on.
    #[test]
    fn the_best_third_goes_on() {
        let losses = [0.3, 0.9, 0.8, 0.7, 0.6, 0.2, 0.5, 0.1, 0.4];
        let others: Vec<Curve> = losses.iter().map(|loss| flat(*loss, 9)).collect();
        let asha = EarlyStop::Asha(PAPER);
        let kept = |own: usize| {
            let rest: Vec<Curve> = (0..9).filter(|other| *other != own).map(|other| others[other].clone()).collect();
            asha.judge(&rest, &flat(losses[own], 1)) == Verdict::GoOn
        };
        assert_eq!((0..9).filter(|&own| kept(own)).collect::<Vec<_>>(), [0, 5, 7]);
    }

    #[test]
    fn only_a_rung_is_judged_and_a_jump_over_rungs_is_judged_at_each() {
        let asha = EarlyStop::Asha(Asha { min_steps: 2, max_steps: None, reduction: 2 });
        let others = [flat(0.0, 8), flat(0.1, 8), flat(0.2, 8)];
        let bad = |steps: &[u64]| Curve::new(steps.iter().map(|step| (*step, 1.0)));
        assert_eq!(asha.judge(&others, &bad(&[1])), Verdict::GoOn);
        assert_eq!(asha.judge(&others, &bad(&[1, 2])), Verdict::Stop);
        assert_eq!(asha.judge(&others, &bad(&[2, 3])), Verdict::GoOn);
        assert_eq!(asha.judge(&others, &bad(&[3, 9])), Verdict::Stop);
        assert_eq!(asha.judge(&[], &bad(&[2])), Verdict::GoOn);
        assert_eq!(asha.judge(&others, &Curve::default()), Verdict::GoOn);
        // What was not judged when it came to a rung is judged later, by what it was like there.
        assert_eq!(asha.judge_since(&others, &bad(&[1, 2, 3]), 1), Verdict::Stop);
        let good_there = Curve::new([(2, -1.0), (3, 1.0)]);
        assert_eq!(asha.judge_since(&others, &good_there, 1), Verdict::GoOn);
        let nan = Curve::new([(2, f64::NAN)]);
        assert_eq!(asha.judge(&others, &nan), Verdict::Stop);
        // Nor does it go on as the first of all, or among its like.
        assert_eq!(asha.judge(&[], &nan), Verdict::Stop);
        assert_eq!(asha.judge(&[nan.clone(), nan.clone()], &nan), Verdict::Stop);
    }

    #[test]
    fn worse_than_the_median_of_the_others_averages_is_stopped() {
        let median = EarlyStop::Median(Median { min_steps: 2, min_runs: 3 });
        let others = [flat(1.0, 5), flat(2.0, 5), flat(3.0, 5), flat(0.0, 1)];
        assert_eq!(median.judge(&others, &flat(2.5, 3)), Verdict::Stop);
        // Its best counts, not its last.
        assert_eq!(median.judge(&others, &Curve::new([(1, 1.5), (2, 9.0)])), Verdict::GoOn);
        assert_eq!(median.judge(&others, &flat(2.0, 3)), Verdict::GoOn);
        assert_eq!(median.judge(&others, &flat(9.0, 1)), Verdict::GoOn);
        assert_eq!(median.judge(&others[..2], &flat(9.0, 3)), Verdict::GoOn);
        assert_eq!(median.judge(&others, &flat(9.0, 6)), Verdict::GoOn);
        let nan = flat(f64::NAN, 3);
        assert_eq!(median.judge(&[nan.clone(), nan.clone(), nan.clone()], &nan), Verdict::Stop);
        assert_eq!(median.judge(&[nan.clone(), nan.clone()], &nan), Verdict::GoOn);
    }

    #[test]
    fn reports_out_of_order_and_twice() {
        let curve = Curve::new([(3, 3.0), (1, 1.0), (3, 2.0)]);
        assert_eq!(curve.reports(), [(1, 1.0), (3, 2.0)]);
        assert_eq!((curve.at(2), curve.at(4), curve.last_step()), (Some(2.0), None, Some(3)));
    }
}
