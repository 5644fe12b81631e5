//! What all searches that learn promise.

use proptest::prelude::*;

use super::*;
use crate::expr::Expression;
use crate::point::{ParamName, Point};
use crate::search::{Origin, Parameter, Proposal, Space};
use crate::space::{Domain, Stream};
use crate::value::Value;

pub(super) fn axis(name: &str, domain: &str) -> Parameter {
    Parameter::new(ParamName::new(name).unwrap(), Origin::free(Domain::parse(domain).unwrap()))
}

pub(super) fn space(axes: &[(&str, &str)]) -> Space {
    Space::new(axes.iter().map(|(name, domain)| axis(name, domain)).collect(), vec![]).unwrap()
}

/// A point with a result, written as its message would be.
pub(super) fn done(index: u64, point: &str, loss: f64) -> Observation {
    let values = point.split_whitespace().map(|pair| pair.split_once('=').unwrap());
    let values = values.map(|(name, value)| (ParamName::new(name).unwrap(), Value::guess(value)));
    Observation { index, point: Point::new(values.collect()), state: State::Done(vec![loss]), by: None }
}

/// The best value of a search that goes on for so many points, one at a time.
pub(super) fn sphere_by(
    learner: &dyn Learner,
    space: &Space,
    mut history: History,
    points: usize,
    function: impl Fn(&Point) -> f64,
) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..points {
        let proposal = learner.propose(space, &history, 7, 1).unwrap().pop().unwrap();
        let loss = function(&proposal.point);
        best = best.min(loss);
        history = with(&history, &proposal, State::Done(vec![loss]));
    }
    best
}

fn with(history: &History, proposal: &Proposal, state: State) -> History {
    let index = history.next_index();
    let new = Observation { index, point: proposal.point.clone(), state, by: proposal.by.clone() };
    History::new(history.observations().iter().cloned().chain([new]))
}

fn learners() -> Vec<(&'static str, Box<dyn Learner>)> {
    let auto = |budget| Auto {
        model: Box::new(Tpe { min_initial_points: 5 }),
        has_several: false,
        budget: Some(budget),
        is_noisy: false,
        min_initial_points: 5,
    };
    vec![
        ("evolution", Box::new(Evolution { elite_size: 3, crossover: 0.0 })),
        ("evolution of two", Box::new(Ranked::new(Box::new(Evolution { elite_size: 3, crossover: 0.9 })))),
        ("cma-es", Box::new(CmaEs::default())),
        ("differential-evolution", Box::new(DifferentialEvolution::default())),
        ("tpe", Box::new(Tpe { min_initial_points: 5 })),
        ("auto, few", Box::new(auto(50))),
        ("auto, many", Box::new(auto(5000))),
        ("scalarised", Box::new(Scalarised::new(Box::new(Tpe { min_initial_points: 5 })))),
        ("ranked", Box::new(Ranked::new(Box::new(Tpe { min_initial_points: 5 })))),
    ]
}

fn mixed() -> Space {
    let parameters = vec![
        axis("lr", "{ type = 'continuous', domain = [1e-5, 10], transformation = 'log' }"),
        axis("width", "{ type = 'integer', domain = [1, 64] }"),
        axis("act", "['relu', 'tanh', 'gelu']"),
        axis("momentum", "{ type = 'continuous', domain = [0, 1] }").when(Expression::parse("act != 'gelu'").unwrap()),
        axis("fixed", "3"),
    ];
    Space::new(parameters, vec![Expression::parse("width < 60").unwrap()]).unwrap()
}

/// A history of random points with results of every kind.
fn some_history(space: &Space, seed: u64, count: usize, objectives: usize) -> History {
    let stream = Stream::new(seed, "history");
    let points = leftover(space, &History::default(), seed, count).unwrap();
    History::new(points.into_iter().zip(0..).map(|(proposal, index)| {
        let values = (0..objectives as u64).map(|at| stream.unit(index * 7 + at)).collect();
        let state = match stream.below(1000 + index, 8) {
            0 => State::Failed,
            1 => State::InFlight,
            2 => State::Stopped { step: 3, objectives: values },
            3 => State::Done(vec![f64::NAN; objectives]),
            _ => State::Done(values),
        };
        Observation { index, point: proposal.point, state, by: None }
    }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn proposals_are_new_inside_and_the_same_again(seed in 0_u64..1000, count in 1_usize..60, batch in 1_usize..6) {
        let space = mixed();
        for (name, learner) in learners() {
            let objectives = if ["evolution of two", "scalarised", "ranked"].contains(&name) { 2 } else { 1 };
            let history = some_history(&space, seed, count, objectives);
            let proposals = learner.propose(&space, &history, seed, batch).unwrap();
            prop_assert_eq!(proposals.len(), batch, "{}", name);
            prop_assert_eq!(&learner.propose(&space, &history, seed, batch).unwrap(), &proposals, "{}", name);
            let mut known = history.clone();
            for proposal in &proposals {
                prop_assert!(!known.contains(&proposal.point), "{}: {}", name, proposal.point);
                known.push_in_flight(proposal.point.clone(), None);
                for (parameter, free) in space.free() {
                    if let Some(value) = proposal.point.get(parameter.as_str()) {
                        prop_assert!(free.domain.contains(value), "{}: {}", name, proposal.point);
                    }
                }
                let number = |name: &str| proposal.point.get(name).and_then(Value::as_f64);
                prop_assert!(number("width").is_some_and(|width| width < 60.0));
                let is_gelu = proposal.point.get("act").is_some_and(|act| act.as_str() == "gelu");
                prop_assert_eq!(number("momentum").is_none(), is_gelu);
                prop_assert!(proposal.by.is_some());
            }
        }
    }
}

#[test]
fn a_finite_space_is_gone_through_to_its_end() {
    let space = space(&[("a", "(1, 6)"), ("b", "['x', 'y']")]);
    for (name, learner) in learners() {
        let mut history = History::default();
        loop {
            let proposals = learner.propose(&space, &history, 3, 3).unwrap();
            if proposals.is_empty() {
                break;
            }
            for proposal in proposals {
                assert!(!history.contains(&proposal.point), "{name}");
                let loss = proposal.point.get("a").and_then(Value::as_f64).unwrap();
                let state = if loss == 4.0 { State::Failed } else { State::Done(vec![loss; 2]) };
                history = with(&history, &proposal, state);
            }
        }
        assert_eq!(history.len(), 10, "{name}");
    }
}

#[test]
fn results_that_are_all_equal_or_all_failed_stop_nobody() {
    let space = mixed();
    for state in [State::Done(vec![1.0, 1.0]), State::Failed] {
        let points = leftover(&space, &History::default(), 5, 40).unwrap();
        let observation = |(proposal, index): (Proposal, u64)| {
            let Proposal { point, by } = proposal;
            Observation { index, point, state: state.clone(), by }
        };
        let history = History::new(points.into_iter().zip(0..).map(observation));
        for (name, learner) in learners() {
            assert_eq!(learner.propose(&space, &history, 1, 4).unwrap().len(), 4, "{name}");
        }
    }
}

/// Results that come in late change what follows, not what was proposed; in whatever order they come, the same follows.
#[test]
fn the_order_in_which_results_come_in_does_not_matter() {
    let space = mixed();
    let history = some_history(&space, 4, 30, 1);
    let mut turned: Vec<Observation> = history.observations().to_vec();
    turned.reverse();
    for (name, learner) in learners() {
        let again = learner.propose(&space, &History::new(turned.clone()), 9, 3).unwrap();
        assert_eq!(learner.propose(&space, &history, 9, 3).unwrap(), again, "{name}");
    }
}

/// Each is far better than chance on a function that has a bottom: the median of random search is about 0.016 here.
#[test]
fn every_learner_learns() {
    let space = space(&[
        ("x", "{ type = 'continuous', domain = [-2, 3] }"),
        ("y", "{ type = 'continuous', domain = [-2, 3] }"),
    ]);
    let sphere = |point: &Point| point.iter().map(|(_, value)| value.as_f64().unwrap().powi(2)).sum::<f64>();
    for (name, learner) in
        learners().into_iter().filter(|(name, _)| !["evolution of two", "scalarised", "ranked"].contains(name))
    {
        let best = sphere_by(&*learner, &space, History::default(), 120, sphere);
        assert!(best < 0.01, "{name}: {best}");
    }
}

/// The tutorial's two functions, by the learner that replays the history, with four points always in flight.
#[test]
fn cma_es_solves_sphere_and_rosenbrock_asynchronously() {
    let bounds = "{ type = 'continuous', domain = [-2, 2] }";
    let space = space(&[("a", bounds), ("b", bounds)]);
    let sphere = |x: &[f64]| x.iter().map(|x| (x - 0.5).powi(2)).sum::<f64>();
    let rosenbrock =
        |x: &[f64]| x.windows(2).map(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)).sum::<f64>();
    let functions: [fn(&[f64]) -> f64; 2] = [sphere, rosenbrock];
    for (function, (points, goal)) in functions.into_iter().zip([(300, 1e-4), (600, 1e-2)]) {
        let (mut known, mut best): (Vec<Observation>, f64) = (Vec::new(), f64::INFINITY);
        while known.len() < points {
            let history = History::new(known.clone());
            for (proposal, at) in CmaEs::default().propose(&space, &history, 1, 4).unwrap().into_iter().zip(0..) {
                let Proposal { point, by } = proposal;
                known.push(Observation { index: history.next_index() + at, point, state: State::InFlight, by });
            }
            // The results of all but the last four are in.
            let count = known.len().saturating_sub(4);
            for observation in known.iter_mut().take(count).filter(|known| known.state == State::InFlight) {
                let x: Vec<f64> = observation.point.iter().map(|(_, value)| value.as_f64().unwrap()).collect();
                best = best.min(function(&x));
                observation.state = State::Done(vec![function(&x)]);
            }
        }
        assert!(best < goal, "{best}");
    }
}

/// Rosenbrock's function between -5 and 10. After 200 points scipy's `best1bin` is at the median at 50 with as many members for each
/// dimension as were ours, five, and `rand1bin` at 130; with the members and bases that ours has now, at 7.
#[test]
fn differential_evolution_follows_a_curved_valley() {
    let wide = "{ type = 'continuous', domain = [-5, 10] }";
    let space = space(&[("x1", wide), ("x2", wide), ("x3", wide), ("x4", wide)]);
    let regret = |seed| {
        let mut known: Vec<Observation> = Vec::new();
        let mut best = f64::INFINITY;
        while known.len() < 200 {
            let history = History::new(known.clone());
            let proposal = DifferentialEvolution::default().propose(&space, &history, seed, 1).unwrap().remove(0);
            let x: Vec<f64> = proposal.point.iter().map(|(_, value)| value.as_f64().unwrap()).collect();
            let value = x.windows(2).map(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)).sum::<f64>();
            best = best.min(value);
            let Proposal { point, by } = proposal;
            known.push(Observation { index: history.next_index(), point, state: State::Done(vec![value]), by });
        }
        best
    };
    let mut regrets: Vec<f64> = (0..9).map(regret).collect();
    regrets.sort_by(f64::total_cmp);
    assert!(regrets[4] < 40.0, "{regrets:?}");
}

/// Two objectives whose front is the line from one optimum to the other.
#[test]
fn the_front_of_two_objectives_is_covered_better_than_by_chance() {
    let unit = "{ type = 'continuous', domain = [0, 1] }";
    let space = space(&[("x", unit), ("y", unit), ("z", unit)]);
    let objectives = |point: &Point| {
        let x: Vec<f64> = point.iter().map(|(_, value)| value.as_f64().unwrap()).collect();
        let to = |goal: f64| (x[0] - goal).powi(2) + (x[1] - 0.5).powi(2) + (x[2] - 0.5).powi(2);
        vec![to(0.2), to(0.8)]
    };
    let volume = |history: &History| {
        let values: Vec<&[f64]> = history.done().map(|(_, values)| values).collect();
        hypervolume(&values, &[0.5, 0.5])
    };
    let learner = Ranked::new(Box::new(Tpe { min_initial_points: 10 }));
    let mut history = History::default();
    for _ in 0..150 {
        let proposal = learner.propose(&space, &history, 3, 1).unwrap().pop().unwrap();
        history = with(&history, &proposal, State::Done(objectives(&proposal.point)));
    }
    let random = |seed| {
        let points = leftover(&space, &History::default(), seed, 150).unwrap();
        points.iter().fold(History::default(), |history, proposal| {
            with(&history, proposal, State::Done(objectives(&proposal.point)))
        })
    };
    let by_weights = Scalarised::new(Box::new(Bayesian::default()));
    let mut modelled = History::default();
    for _ in 0..40 {
        let proposal = by_weights.propose(&space, &modelled, 3, 1).unwrap().pop().unwrap();
        modelled = with(&modelled, &proposal, State::Done(objectives(&proposal.point)));
    }
    let mut chance: Vec<f64> = (0..11).map(|seed| volume(&random(seed))).collect();
    chance.sort_by(f64::total_cmp);
    // A quarter of the evaluations is enough for a model.
    for volume in [volume(&history), volume(&modelled)] {
        assert!(volume > chance[10], "{chance:?} {volume}");
    }
}

#[test]
fn auto_picks_by_space_and_budget() {
    let unit = "{ type = 'continuous', domain = [0, 1] }";
    let names: Vec<String> = (0..60).map(|at| format!("x{at}")).collect();
    let axes: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), unit)).collect();
    let (small, large) = (space(&axes[..3]), space(&axes));
    let categories = space(&[("a", "['x', 'y', 'z']"), ("b", unit)]);
    let pick = |space: &Space, budget, is_noisy| {
        let model = Box::new(Tpe { min_initial_points: 5 });
        Auto { model, has_several: false, budget, is_noisy, min_initial_points: 5 }.pick(&Encoding::new(space), 0)
    };
    assert_eq!(pick(&small, Some(100), false), Pick::Model);
    assert_eq!(pick(&small, None, false), Pick::Model);
    assert_eq!(pick(&small, Some(2000), false), Pick::CmaEs);
    assert_eq!(pick(&small, Some(2000), true), Pick::Tpe);
    assert_eq!(pick(&categories, Some(2000), false), Pick::Tpe);
    assert_eq!(pick(&large, Some(300), false), Pick::Tpe);
    assert_eq!(pick(&large, Some(10_000), false), Pick::CmaEs);
}

#[test]
fn failures_are_bad_points_where_most_of_the_space_fails() {
    let space = Space::new(
        vec![
            axis("x", "{ type = 'continuous', domain = [0, 1] }"),
            axis("y", "{ type = 'continuous', domain = [0, 1] }"),
        ],
        vec![],
    )
    .unwrap();
    let state = |point: &Point| {
        let [x, y] = ["x", "y"].map(|name| point.get(name).unwrap().as_f64().unwrap());
        let is_good = x > 0.85 && y > 0.8;
        if is_good { State::Done(vec![(x - 0.92).powi(2) + (y - 0.87).powi(2)]) } else { State::Failed }
    };
    let start = Encoding::new(&space).decode(&[0.9, 0.9]).unwrap().unwrap();
    let mut known = vec![Observation { index: 0, state: state(&start), point: start, by: None }];
    let learner = Tpe { min_initial_points: 5 };
    for index in 1..60 {
        let proposal = learner.propose(&space, &History::new(known.clone()), 7, 1).unwrap().remove(0);
        known.push(Observation { index, state: state(&proposal.point), point: proposal.point, by: proposal.by });
    }
    assert_eq!(known.iter().filter(|known| known.by.as_deref() == Some("sobol")).count(), 9);
    let history = History::new(known);
    assert!(history.done().count() > 20, "{}", history.done().count());
}
