//! Evolutionary search: a good point, slightly changed.
//!
//! The search of randopt's tutorial: of the best points by a fitness one is chosen uniformly as the parent, and each of
//! its parameters is perturbed by a sampler of its own.
//!
//! Where two parents make a child it has each parameter from either, and few are changed beyond that, as in genetic algorithms
//! (K. Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE Trans. Evol. Comput. 6, 2002, whose
//! probabilities these are; the crossover is the uniform one of G. Syswerda, ICGA 1989, which a parameter of any kind can have).

use anyhow::Result;

use super::covariance::reflected;
use super::dice::Dice;
use super::history::{History, Observation, State};
use super::initial::initial;
use super::learner::Learner;
use super::steps::{Otherwise, one_by_one, value};
use crate::point::Point;
use crate::search::axis::{Axes, Axis};
use crate::search::{Draft, Free, Proposal, Space};
use crate::space::Domain;
use crate::value::{Kind, Value};

/// How the trailer of a point that the user set begins.
pub const START: &str = "start";
/// The largest and the smallest part of its range by which a bounded number changes, as a standard deviation.
const SPREAD: (f64, f64) = (0.2, 0.002);
/// The same for a child of two parents, of which few parameters change.
const WIDE: (f64, f64) = (0.5, 0.005);

/// Perturbs one of the best points.
///
/// A parameter whose domain is a distribution of numbers gets a draw of it added, as in randopt, so that
/// `Gaussian(0.0, 0.4)` is how far a step goes. All others stay in their domains: a number between bounds or of an ordered
/// list moves by between a fifth and a five hundredth of its range (a standard deviation, drawn evenly in its logarithm for
/// each child), and anything else is kept or drawn anew, half and half.
#[derive(Clone, Debug, PartialEq)]
pub struct Evolution {
    /// From how many of the best points a parent is chosen.
    pub elite_size: usize,
    /// How likely a child is to have a second parent: 0 for one objective, for which a single one is followed; several are spread over
    /// a front, where what is good of different points is to come together.
    pub crossover: f64,
}

impl Evolution {
    /// For several objectives.
    pub const CROSSOVER: f64 = 0.9;

    /// True if the parameter is changed by adding draws, and so needs a value to start from.
    pub fn adds(domain: &Domain) -> bool {
        matches!(domain, Domain::Sampled(distribution) if distribution.is_ordered() && distribution.items().is_none())
    }

    /// Those that a parent is chosen from: the best results, else what the user started from, else what is under way.
    fn parents<'h>(&self, history: &'h History) -> Vec<&'h Observation> {
        let mut ranked: Vec<(f64, &Observation)> = history
            .observations()
            .iter()
            .filter_map(|observation| Some((value(&observation.state)?, observation)))
            .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        ranked.truncate(self.elite_size.max(1));
        if !ranked.is_empty() {
            return ranked.into_iter().map(|(_, observation)| observation).collect();
        }
        let all = || history.observations().iter();
        let started: Vec<_> = all().filter(|observation| observation.by.as_deref() == Some(START)).collect();
        if !started.is_empty() {
            return started;
        }
        all().filter(|observation| observation.state == State::InFlight).collect()
    }
}

impl Learner for Evolution {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        let adds = space.free().any(|(_, free)| Self::adds(&free.domain));
        if self.parents(history).is_empty() && !adds {
            return initial(space, history, seed, count);
        }
        let axes = Axes::whole(space);
        let free: Vec<&Free> = space.free().map(|(_, free)| free).collect();
        let otherwise = if adds { Otherwise::Nothing } else { Otherwise::Random };
        one_by_one(space, history, (seed, "evolution"), count, otherwise, |history, draws| {
            let parents = self.parents(history);
            let Some(parent) = parents.get(draws.below(parents.len())) else { return Ok(None) };
            let draft = if self.crossover > 0.0 {
                // One that is chosen twice is the only parent.
                let other = (draws.unit() < self.crossover).then(|| parents[draws.below(parents.len())]);
                crossed(&axes, &free, [&parent.point, &other.unwrap_or(parent).point], draws)
            } else {
                perturbed(&axes, &free, &parent.point, draws)
            };
            let child = space.complete(draft, 1)?;
            Ok(child.map(|child| (child, format!("evolution parent=@{}", parent.index))))
        })
    }
}

/// The choice of a child, all of whose parameters are changed.
fn perturbed(axes: &Axes, free: &[&Free], parent: &Point, draws: &mut Dice) -> Draft {
    let mut draft = axes.blank();
    let spread = between(SPREAD, draws);
    axes.varying().for_each(|axis| change(&mut draft, axis, free, parent, spread, draws));
    draft
}

/// The choice of a child that has each parameter from one of its parents, as often of the one as of the other. One is changed on
/// average, and one for certain where nothing tells it from the first parent. What steps are added to is always changed: how far is
/// the user's to say.
fn crossed(axes: &Axes, free: &[&Free], parents: [&Point; 2], draws: &mut Dice) -> Draft {
    let mut draft = axes.blank();
    let spread = between(WIDE, draws);
    let count = axes.varying().count();
    let is_same = |axis: &Axis| {
        axis.names.iter().all(|name| match parents.map(|parent| parent.get(name.as_str())) {
            [Some(one), Some(other)] => one.same(other),
            [one, other] => one.is_none() && other.is_none(),
        })
    };
    let chosen: Vec<usize> = axes.varying().map(|_| draws.below(2)).collect();
    let is_copy = axes.varying().zip(&chosen).all(|(axis, &of)| of == 0 || is_same(axis));
    let certain = draws.below(count);
    for (at, (axis, of)) in axes.varying().zip(chosen).enumerate() {
        let is_changed = draws.unit() * (count as f64) < 1.0 || (is_copy && at == certain);
        let adds = axis.members.iter().any(|&member| Evolution::adds(&free[member].domain));
        let spread = if is_changed || adds { spread } else { 0.0 };
        change(&mut draft, axis, free, parents[of], spread, draws);
    }
    draft
}

/// A number evenly drawn in its logarithm.
fn between((most, least): (f64, f64), draws: &mut Dice) -> f64 {
    most * libm::pow(least / most, draws.unit())
}

/// Writes what a parent has, changed by as much as `spread` says; not at all where it is 0.
fn change(draft: &mut Draft, axis: &Axis, free: &[&Free], parent: &Point, spread: f64, draws: &mut Dice) {
    let row: Option<Vec<Value>> = axis.names.iter().map(|name| parent.get(name.as_str()).cloned()).collect();
    let own: Vec<&Free> = axis.members.iter().map(|&member| free[member]).collect();
    let domain = &own[0].domain;
    match (axis.len(), row.filter(|_| !axis.names.is_empty())) {
        (Some(_), Some(row))
            if spread == 0.0
                && let Some(position) = axis.position(&row) =>
        {
            axis.put(draft, position);
        }
        (None, Some(row)) if spread == 0.0 && domain.to_unit(&row[0]).is_some() => {
            draft.set(axis.members[0], Some(row[0].clone()));
        }
        (Some(_), Some(row)) => {
            let is_ordered = own.iter().all(|free| free.domain.is_ordered());
            axis.put(draft, step(axis, &row, is_ordered, spread, draws));
        }
        (Some(count), None) => axis.put(draft, draws.below(count)),
        (None, Some(row)) => draft.set(axis.members[0], Some(moved(domain, &row[0], spread, draws))),
        // A parameter that did not apply to the parent.
        (None, None) => {
            let value = own[0].base.clone().filter(|_| Evolution::adds(domain));
            draft.set(axis.members[0], Some(value.unwrap_or_else(|| domain.from_unit(draws.unit()))));
        }
    }
}

/// A value of an ordered list not far from the parent's, or any of another list half of the time.
fn step(axis: &Axis, row: &[Value], is_ordered: bool, spread: f64, draws: &mut Dice) -> usize {
    let count = axis.len().unwrap_or(1);
    let (Some(position), chance) = (axis.position(row), draws.unit()) else { return draws.below(count) };
    if !is_ordered {
        return if chance < 0.5 { position } else { draws.below(count) };
    }
    // Half a step is the least that moves at all.
    let spread = (spread * count as f64).max(0.75);
    let place = reflected((position as f64 + 0.5 + spread * draws.normal()) / count as f64);
    ((place * count as f64) as usize).min(count - 1)
}

/// A number of a domain without end, moved.
fn moved(domain: &Domain, value: &Value, spread: f64, draws: &mut Dice) -> Value {
    if Evolution::adds(domain) {
        return sum(value, &domain.from_unit(draws.unit()));
    }
    match (domain, domain.to_unit(value)) {
        (Domain::Continuous(_), Some(unit)) => domain.from_unit(reflected(unit + spread * draws.normal())),
        (_, Some(_)) if draws.unit() < 0.5 => value.clone(),
        _ => domain.from_unit(draws.unit()),
    }
}

/// The sum, exact where it is short, an integer only of integers.
fn sum(value: &Value, change: &Value) -> Value {
    let exact = value.exact().zip(change.exact()).map(|(value, change)| Value::decimal(&(value + change)));
    let is_whole = value.kind() == Kind::Integer && change.kind() == Kind::Integer;
    match exact {
        Some(exact) if is_whole || (exact.kind() == Kind::Decimal && exact.as_str().len() <= 16) => exact,
        _ => Value::float(value.as_f64().unwrap_or(0.0) + change.as_f64().unwrap_or(0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{axis, done, space, sphere_by};
    use super::*;

    fn number(point: &Point, name: &str) -> f64 {
        point.get(name).and_then(Value::as_f64).unwrap()
    }

    #[test]
    fn sums_keep_short_decimals_and_whole_numbers() {
        let sum = |a: &str, b: &str| sum(&Value::number(a).unwrap(), &Value::number(b).unwrap()).to_string();
        assert_eq!(sum("1.0", "0.123"), "1.123");
        assert_eq!(sum("0.1", "0.2"), "0.3");
        assert_eq!(sum("5", "-2"), "3");
        assert_eq!(sum("1", "0.12345678901234567"), "1.1234567890123457");
    }

    /// The tutorial's example: steps in x are 400 times as long as in y, and all are about the parent.
    #[test]
    fn each_parameter_is_perturbed_by_its_own_sampler() {
        let space = space(&[("x", "Gaussian(0.0, 0.4)"), ("y", "Gaussian(0.0, 0.001)")]);
        let start = Observation { by: Some(START.to_owned()), ..done(0, "x=1 y=1", 2.0) };
        let history = History::new([start]);
        let children = Evolution { elite_size: 3, crossover: 0.0 }.propose(&space, &history, 1, 400).unwrap();
        let deviation = |name: &str| {
            let squares = children.iter().map(|child| (number(&child.point, name) - 1.0).powi(2));
            libm::sqrt(squares.sum::<f64>() / 400.0)
        };
        assert!((deviation("x") - 0.4).abs() < 0.05 && (deviation("y") - 0.001).abs() < 0.0002);
        assert!(children.iter().all(|child| child.by.as_deref() == Some("evolution parent=@0")));
    }

    #[test]
    fn parents_are_the_elite_each_as_often() {
        let space = space(&[("x", "normal(0, 1e-9)")]);
        let losses = [5.0, 1.0, 3.0, 2.0, 4.0, f64::NAN, f64::NEG_INFINITY];
        let history = History::new(losses.iter().zip(0..).map(|(loss, at)| done(at, &format!("x={at}"), *loss)));
        let children = Evolution { elite_size: 3, crossover: 0.0 }.propose(&space, &history, 1, 300).unwrap();
        let count = |x: f64| children.iter().filter(|child| (number(&child.point, "x") - x).abs() < 0.1).count();
        let counts = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(count);
        assert_eq!(counts.iter().sum::<usize>(), 300);
        assert!(counts.iter().zip([0, 1, 1, 1, 0, 0, 0]).all(|(count, times)| (*count > 60) == (times == 1)));
    }

    #[test]
    fn the_start_is_the_parent_until_there_is_a_result_and_a_failed_start_too() {
        let space = space(&[("x", "Gaussian(0.0, 0.4)")]);
        for state in [State::InFlight, State::Failed] {
            let start = Observation { state, by: Some(START.to_owned()), ..done(0, "x=1", 0.0) };
            let children =
                Evolution { elite_size: 3, crossover: 0.0 }.propose(&space, &History::new([start]), 1, 3).unwrap();
            assert_eq!(children.len(), 3);
        }
    }

    #[test]
    fn bounded_parameters_stay_inside_and_lists_move() {
        let mut parameters = vec![
            axis("lr", "{ type = 'continuous', domain = [1e-4, 1], transformation = 'log' }"),
            axis("layers", "(1, 11)"),
            axis("act", "['relu', 'tanh', 'gelu']"),
        ];
        parameters.push(axis("p", "choice(['a', 'b'], p=[0.9, 0.1])"));
        let space = Space::new(parameters, vec![]).unwrap();
        let history = History::new([done(0, "lr=0.9 layers=10 act=relu p=a", 1.0)]);
        let children = Evolution { elite_size: 1, crossover: 0.0 }.propose(&space, &history, 1, 200).unwrap();
        for (name, free) in space.free() {
            let values: std::collections::HashSet<String> =
                children.iter().map(|child| child.point.get(name.as_str()).unwrap().to_string()).collect();
            assert!(children.iter().all(|child| free.domain.contains(child.point.get(name.as_str()).unwrap())));
            assert!(values.len() > 1, "{name}");
        }
        // What would go beyond a bound turns back there, and does not stay on it.
        let on_the_bound = children.iter().filter(|child| number(&child.point, "lr") == 1.0).count();
        assert!(on_the_bound < 10, "{on_the_bound}");
    }

    #[test]
    fn a_quadratic_is_descended() {
        let space = space(&[("x", "Gaussian(0.0, 0.4)"), ("y", "Gaussian(0.0, 0.4)")]);
        let evolution = Evolution { elite_size: 3, crossover: 0.0 };
        let start = Observation { by: Some(START.to_owned()), ..done(0, "x=2 y=2", 8.0) };
        let best = sphere_by(&evolution, &space, History::new([start]), 80, |point| {
            number(point, "x").powi(2) + number(point, "y").powi(2)
        });
        assert!(best < 0.1, "{best}");
    }

    /// Each parameter is that of one parent or the other, and on average one of four is changed.
    #[test]
    fn a_child_of_two_has_its_parameters_from_both() {
        let unit = "{ type = 'continuous', domain = [0, 1] }";
        let axes = [("a", unit), ("b", unit), ("c", "['x', 'y', 'z']"), ("d", "(1, 9)")];
        let history = History::new([done(0, "a=0.25 b=0.25 c=x d=2", 1.0), done(1, "a=0.75 b=0.75 c=y d=7", 2.0)]);
        let evolution = Evolution { elite_size: 2, crossover: 1.0 };
        let children = evolution.propose(&space(&axes), &history, 1, 100).unwrap();
        let of = |child: &Proposal, name: &str| child.point.get(name).unwrap().to_string();
        let kept = [("a", ["0.25", "0.75"]), ("b", ["0.25", "0.75"]), ("c", ["x", "y"]), ("d", ["2", "7"])]
            .map(|(name, values)| values.map(|value| children.iter().filter(|child| of(child, name) == value).count()));
        // There are no more than fourteen that are new and have nothing changed.
        assert!(kept.iter().flatten().all(|count| (15..60).contains(count)), "{kept:?}");
        let is_mixed = |child: &&Proposal| of(child, "a") == "0.25" && of(child, "b") == "0.75";
        assert!(children.iter().filter(is_mixed).count() > 3);
    }
}
