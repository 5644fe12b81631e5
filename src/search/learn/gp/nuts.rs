//! The No-U-Turn sampler.

use crate::search::learn::Dice;

/// How much is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nuts {
    /// Draws that are thrown away while the step size is found.
    pub burn_in: usize,
    /// Draws that are kept.
    pub draws: usize,
    /// One in so many draws is kept.
    pub thinning: usize,
    /// The most times that a trajectory is doubled.
    pub depth: usize,
}

/// The acceptance statistic that the step size aims at.
const TARGET: f64 = 0.8;
/// How far the energy may be off before a trajectory counts as diverged.
const DIVERGED: f64 = 1000.0;

/// Draws from the distribution whose log density `density` returns, writing its gradient; from `start`, where it must be finite. Each
/// draw has as many numbers as `start`, and so has the gradient.
///
/// M. D. Hoffman and A. Gelman, "The No-U-Turn sampler: adaptively setting path lengths in Hamiltonian Monte Carlo", JMLR 15
/// (2014), algorithm 6: with slices, the step size by dual averaging, unit masses.
pub fn sample(
    density: impl FnMut(&[f64], &mut [f64]) -> f64,
    start: &[f64],
    settings: Nuts,
    dice: &mut Dice,
) -> Vec<Vec<f64>> {
    let mut walk = Walk { density, step: 1.0, dice };
    let mut gradient = vec![0.0; start.len()];
    let log = (walk.density)(start, &mut gradient);
    let mut at = State { position: start.to_vec(), momentum: vec![0.0; start.len()], gradient, log };
    walk.step = walk.reasonable_step(&at);
    let mut averaging = Averaging::new(walk.step);
    let thinning = settings.thinning.max(1);
    let mut draws = Vec::with_capacity(settings.draws);
    for round in 0..settings.burn_in + settings.draws * thinning {
        let (next, acceptance) = walk.transition(&at, settings.depth);
        at = next;
        if round < settings.burn_in {
            walk.step = averaging.update(acceptance);
            if round + 1 == settings.burn_in {
                walk.step = averaging.settled();
            }
        } else if (round - settings.burn_in + 1).is_multiple_of(thinning) {
            draws.push(at.position.clone());
        }
    }
    draws
}

/// A place on a trajectory.
#[derive(Clone, Debug)]
struct State {
    position: Vec<f64>,
    momentum: Vec<f64>,
    gradient: Vec<f64>,
    log: f64,
}

impl State {
    /// The log of the joint density of position and momentum.
    fn joint(&self) -> f64 {
        let joint = self.log - 0.5 * self.momentum.iter().map(|p| p * p).sum::<f64>();
        if joint.is_nan() { f64::NEG_INFINITY } else { joint }
    }
}

/// A part of a trajectory.
struct Tree {
    minus: State,
    plus: State,
    proposal: State,
    /// How many places are in the slice.
    count: f64,
    goes_on: bool,
    acceptance: f64,
    steps: f64,
}

struct Walk<'a, F> {
    density: F,
    step: f64,
    dice: &'a mut Dice,
}

impl<F: FnMut(&[f64], &mut [f64]) -> f64> Walk<'_, F> {
    fn kick(&mut self, from: &State) -> State {
        State { momentum: (0..from.position.len()).map(|_| self.dice.normal()).collect(), ..from.clone() }
    }

    fn leapfrog(&mut self, from: &State, step: f64) -> State {
        let mut to = from.clone();
        for (i, p) in to.momentum.iter_mut().enumerate() {
            *p += 0.5 * step * from.gradient[i];
            to.position[i] += step * *p;
        }
        to.log = (self.density)(&to.position, &mut to.gradient);
        for (p, gradient) in to.momentum.iter_mut().zip(&to.gradient) {
            *p += 0.5 * step * gradient;
        }
        to
    }

    /// Algorithm 4: a step that is accepted about every other time.
    fn reasonable_step(&mut self, at: &State) -> f64 {
        let from = self.kick(at);
        let mut step = 0.5;
        let gain = |walk: &mut Self, step| walk.leapfrog(&from, step).joint() - from.joint();
        let grows = gain(self, step) > -std::f64::consts::LN_2;
        for _ in 0..30 {
            let next = if grows { step * 2.0 } else { step * 0.5 };
            if (gain(self, next) > -std::f64::consts::LN_2) != grows {
                return if grows { step } else { next };
            }
            step = next;
        }
        step
    }

    fn transition(&mut self, at: &State, depth: usize) -> (State, f64) {
        let from = self.kick(at);
        let joint = from.joint();
        let slice = joint + libm::log(self.dice.unit());
        let (mut minus, mut plus, mut sample) = (from.clone(), from.clone(), from);
        let mut count = 1.0;
        let (mut acceptance, mut steps) = (0.0, 0.0);
        for level in 0..depth {
            let forward = self.dice.unit() < 0.5;
            let edge = if forward { &plus } else { &minus };
            let tree = self.tree(&edge.clone(), slice, forward, level, joint);
            (acceptance, steps) = (tree.acceptance, tree.steps);
            if tree.goes_on && self.dice.unit() < tree.count / count {
                sample = tree.proposal;
            }
            count += tree.count;
            if forward {
                plus = tree.plus;
            } else {
                minus = tree.minus;
            }
            if !tree.goes_on || turns(&minus, &plus) {
                break;
            }
        }
        (sample, if steps > 0.0 { acceptance / steps } else { 1.0 })
    }

    fn tree(&mut self, from: &State, slice: f64, forward: bool, level: usize, joint: f64) -> Tree {
        if level == 0 {
            let to = self.leapfrog(from, if forward { self.step } else { -self.step });
            let own = to.joint();
            return Tree {
                count: if slice <= own { 1.0 } else { 0.0 },
                goes_on: slice < own + DIVERGED,
                acceptance: libm::exp((own - joint).min(0.0)),
                steps: 1.0,
                minus: to.clone(),
                plus: to.clone(),
                proposal: to,
            };
        }
        let mut tree = self.tree(from, slice, forward, level - 1, joint);
        if tree.goes_on {
            let edge = if forward { tree.plus.clone() } else { tree.minus.clone() };
            let other = self.tree(&edge, slice, forward, level - 1, joint);
            if forward {
                tree.plus = other.plus;
            } else {
                tree.minus = other.minus;
            }
            let count = tree.count + other.count;
            if other.count > 0.0 && self.dice.unit() < other.count / count {
                tree.proposal = other.proposal;
            }
            tree.count = count;
            tree.acceptance += other.acceptance;
            tree.steps += other.steps;
            tree.goes_on = other.goes_on && !turns(&tree.minus, &tree.plus);
        }
        tree
    }
}

/// True if going on would bring the ends nearer to each other.
fn turns(minus: &State, plus: &State) -> bool {
    let along = |momentum: &[f64]| -> f64 {
        plus.position.iter().zip(&minus.position).zip(momentum).map(|((a, b), p)| (a - b) * p).sum()
    };
    along(&minus.momentum) < 0.0 || along(&plus.momentum) < 0.0
}

/// The step size by dual averaging (Nesterov), with the paper's constants.
struct Averaging {
    centre: f64,
    round: f64,
    error: f64,
    log_settled: f64,
}

impl Averaging {
    fn new(step: f64) -> Self {
        Self { centre: libm::log(10.0 * step), round: 0.0, error: 0.0, log_settled: 0.0 }
    }

    fn update(&mut self, acceptance: f64) -> f64 {
        const GAMMA: f64 = 0.05;
        const T0: f64 = 10.0;
        const KAPPA: f64 = 0.75;
        self.round += 1.0;
        let share = 1.0 / (self.round + T0);
        self.error = (1.0 - share) * self.error + share * (TARGET - acceptance);
        let log = self.centre - self.round.sqrt() / GAMMA * self.error;
        let share = libm::pow(self.round, -KAPPA);
        self.log_settled = share * log + (1.0 - share) * self.log_settled;
        libm::exp(log)
    }

    fn settled(&self) -> f64 {
        libm::exp(self.log_settled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two correlated normals of different scales, and a third of its own.
    #[test]
    fn moments_are_those_of_a_known_distribution() {
        let (mean, deviation, correlation) = ([1.0, -2.0], [1.0, 0.5], 0.6);
        let density = |x: &[f64], gradient: &mut [f64]| {
            let z = [(x[0] - mean[0]) / deviation[0], (x[1] - mean[1]) / deviation[1]];
            let rest = 1.0 - correlation * correlation;
            gradient[0] = -(z[0] - correlation * z[1]) / rest / deviation[0];
            gradient[1] = -(z[1] - correlation * z[0]) / rest / deviation[1];
            gradient[2] = -x[2] / 4.0;
            -0.5 * (z[0] * z[0] - 2.0 * correlation * z[0] * z[1] + z[1] * z[1]) / rest - x[2] * x[2] / 8.0
        };
        let settings = Nuts { burn_in: 300, draws: 4000, thinning: 1, depth: 8 };
        let draws = sample(density, &[5.0, 5.0, 5.0], settings, &mut Dice::new(3, "nuts"));
        let count = draws.len() as f64;
        let mean_of = |f: &dyn Fn(&[f64]) -> f64| draws.iter().map(|draw| f(draw)).sum::<f64>() / count;
        // With some thousand effective draws means are within 0.07 standard deviations.
        assert!((mean_of(&|x| x[0]) - 1.0).abs() < 0.07);
        assert!((mean_of(&|x| x[1]) + 2.0).abs() < 0.035);
        assert!((mean_of(&|x| (x[0] - 1.0).powi(2)) - 1.0).abs() < 0.12);
        assert!((mean_of(&|x| (x[1] + 2.0).powi(2)) - 0.25).abs() < 0.03);
        assert!((mean_of(&|x| (x[0] - 1.0) * (x[1] + 2.0)) - 0.3).abs() < 0.05);
        assert!((mean_of(&|x| x[2] * x[2]) - 4.0).abs() < 0.5);
    }

    #[test]
    fn the_same_dice_give_the_same_draws() {
        let density = |x: &[f64], gradient: &mut [f64]| {
            gradient[0] = -x[0];
            -0.5 * x[0] * x[0]
        };
        let settings = Nuts { burn_in: 20, draws: 5, thinning: 2, depth: 6 };
        let draws = || sample(density, &[0.5], settings, &mut Dice::new(1, "nuts"));
        assert_eq!(draws().len(), 5);
        assert_eq!(draws(), draws());
    }
}
