//! Minima inside a box, by gradients.

use std::cmp::Ordering;

/// How many steps are remembered.
const MEMORY: usize = 10;
/// How much of the expected decrease a step has to bring.
const ARMIJO: f64 = 1e-4;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most steps.
    pub steps: usize,
    /// The most times that the function is computed.
    pub evaluations: usize,
    /// A step that brings less than this, relative to the value or to one, is the last.
    pub tolerance: f64,
}

/// A point and the value there.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimum {
    /// The point.
    pub at: Vec<f64>,
    /// The value.
    pub value: f64,
}

/// A local minimum between `low` and `high`, from `start`. `function` writes the gradient and returns the value, which may be
/// infinite but at the start.
///
/// Limited-memory BFGS (J. Nocedal, "Updating quasi-Newton matrices with limited storage", Math. Comp. 35 (1980)) on the
/// coordinates that are not held by a bound, each trial step projected onto the box (D. P. Bertsekas, "Projected Newton
/// methods for optimization problems with simple constraints", SIAM J. Control Optim. 20 (1982)).
///
/// ```
/// use gitsweep::search::learn::lbfgs::{Limits, minimise};
///
/// let bowl = |x: &[f64], gradient: &mut [f64]| {
///     gradient.copy_from_slice(&[2.0 * (x[0] - 3.0), 20.0 * (x[1] + 1.0)]);
///     (x[0] - 3.0).powi(2) + 10.0 * (x[1] + 1.0).powi(2)
/// };
/// let limits = Limits { steps: 50, evaluations: 100, tolerance: 1e-12 };
/// let minimum = minimise(bowl, &[0.0, 0.0], &[-5.0, -5.0], &[2.0, 5.0], limits);
/// assert_eq!(minimum.at[0], 2.0);
/// assert!((minimum.at[1] + 1.0).abs() < 1e-6);
/// ```
pub fn minimise(
    mut function: impl FnMut(&[f64], &mut [f64]) -> f64,
    start: &[f64],
    low: &[f64],
    high: &[f64],
    limits: Limits,
) -> Minimum {
    let count = start.len();
    let mut x: Vec<f64> = start.iter().zip(low.iter().zip(high)).map(|(x, (low, high))| x.clamp(*low, *high)).collect();
    let mut gradient = vec![0.0; count];
    let mut value = function(&x, &mut gradient);
    let mut evaluations = 1;
    let mut memory: Vec<(Vec<f64>, Vec<f64>, f64)> = Vec::new();
    let mut trial = vec![0.0; count];
    let mut trial_gradient = vec![0.0; count];
    for _ in 0..limits.steps {
        let held: Vec<bool> = (0..count)
            .map(|i| (x[i] <= low[i] && gradient[i] > 0.0) || (x[i] >= high[i] && gradient[i] < 0.0))
            .collect();
        let mut direction = direction(&gradient, &held, &memory);
        if dot(&direction, &gradient).partial_cmp(&0.0) != Some(Ordering::Less) {
            memory.clear();
            direction = (0..count).map(|i| if held[i] { 0.0 } else { -gradient[i] }).collect();
        }
        let steepness = dot(&direction, &gradient);
        // Not if it is no number either.
        if steepness.partial_cmp(&0.0) != Some(Ordering::Less) {
            break;
        }
        let mut length = if memory.is_empty() { (1.0 / dot(&direction, &direction).sqrt()).min(1.0) } else { 1.0 };
        let accepted = loop {
            for i in 0..count {
                trial[i] = (x[i] + length * direction[i]).clamp(low[i], high[i]);
            }
            let expected: f64 = (0..count).map(|i| gradient[i] * (trial[i] - x[i])).sum();
            if evaluations >= limits.evaluations || expected >= 0.0 {
                break None;
            }
            let found = function(&trial, &mut trial_gradient);
            evaluations += 1;
            if found <= value + ARMIJO * expected {
                break Some(found);
            }
            // The minimum of the parabola through what is known, kept within reason.
            let parabola = -expected / (2.0 * (found - value - expected));
            length *= if parabola.is_finite() { parabola.clamp(0.1, 0.5) } else { 0.2 };
            if length < 1e-12 {
                break None;
            }
        };
        let Some(found) = accepted else {
            break;
        };
        let step: Vec<f64> = trial.iter().zip(&x).map(|(new, old)| new - old).collect();
        let change: Vec<f64> = trial_gradient.iter().zip(&gradient).map(|(new, old)| new - old).collect();
        let curvature = dot(&step, &change);
        if curvature > 1e-10 * dot(&change, &change) {
            if memory.len() == MEMORY {
                memory.remove(0);
            }
            memory.push((step, change, curvature));
        }
        let gain = value - found;
        x.copy_from_slice(&trial);
        gradient.copy_from_slice(&trial_gradient);
        value = found;
        if gain <= limits.tolerance * value.abs().max(1.0) {
            break;
        }
    }
    Minimum { at: x, value }
}

/// The quasi-Newton direction among the coordinates that are not held.
fn direction(gradient: &[f64], held: &[bool], memory: &[(Vec<f64>, Vec<f64>, f64)]) -> Vec<f64> {
    let masked = |vector: &[f64]| -> Vec<f64> {
        vector.iter().zip(held).map(|(x, &held)| if held { 0.0 } else { *x }).collect()
    };
    let mut q = masked(gradient);
    let mut parts = Vec::with_capacity(memory.len());
    for (step, change, curvature) in memory.iter().rev() {
        let part = dot(step, &q) / curvature;
        q.iter_mut().zip(change).for_each(|(q, change)| *q -= part * change);
        parts.push(part);
    }
    if let Some((_, change, curvature)) = memory.last() {
        let scale = curvature / dot(change, change);
        q.iter_mut().for_each(|q| *q *= scale);
    }
    for ((step, change, curvature), part) in memory.iter().zip(parts.into_iter().rev()) {
        let other = dot(change, &q) / curvature;
        q.iter_mut().zip(step).for_each(|(q, step)| *q += (part - other) * step);
    }
    masked(&q).into_iter().map(|x| -x).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { steps: 200, evaluations: 400, tolerance: 1e-15 };

    fn rosenbrock(x: &[f64], gradient: &mut [f64]) -> f64 {
        let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
        gradient.copy_from_slice(&[-2.0 * a - 400.0 * x[0] * b, 200.0 * b]);
        a * a + 100.0 * b * b
    }

    #[test]
    fn a_curved_valley_is_followed_to_its_end() {
        let minimum = minimise(rosenbrock, &[-1.2, 1.0], &[-5.0; 2], &[5.0; 2], LIMITS);
        assert!((minimum.at[0] - 1.0).abs() < 1e-5 && minimum.value < 1e-10, "{minimum:?}");
    }

    #[test]
    fn bounds_hold() {
        let minimum = minimise(rosenbrock, &[-1.2, 1.0], &[-5.0; 2], &[0.5, 5.0], LIMITS);
        assert!((minimum.at[0] - 0.5).abs() < 1e-9 && (minimum.at[1] - 0.25).abs() < 1e-5, "{minimum:?}");
    }

    #[test]
    fn walls_of_infinity_are_kept_off() {
        let wall = |x: &[f64], gradient: &mut [f64]| {
            gradient[0] = -1.0 + 0.1 / (1.0 - x[0]);
            if x[0] >= 1.0 { f64::INFINITY } else { -x[0] - 0.1 * libm::log(1.0 - x[0]) }
        };
        let minimum = minimise(wall, &[0.0], &[-1.0], &[10.0], LIMITS);
        assert!((minimum.at[0] - 0.9).abs() < 1e-6, "{minimum:?}");
    }
}
