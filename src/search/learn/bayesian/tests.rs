use super::fitted::hyperparameters;
use super::warp::Bend;
use super::*;
use crate::expr::Expression;
use crate::hint;
use crate::point::{ParamName, Point};
use crate::search::learn::gp::{Form, Kernel, Prior};
use crate::search::learn::{Dice, Observation, State};
use crate::search::{Origin, Parameter};
use crate::space::Domain;
use crate::value::Value;

fn axis(name: &str, domain: &str) -> Parameter {
    Parameter::new(ParamName::new(name).unwrap(), Origin::free(Domain::parse(domain).unwrap()))
}

fn unit(name: &str) -> Parameter {
    axis(name, "{ type = 'continuous', domain = [0, 1] }")
}

/// All kinds of parameters, a condition and a constraint.
fn mixed() -> Space {
    let parameters = vec![
        axis("lr", "{ type = 'continuous', domain = [1e-4, 1], transformation = 'log' }"),
        axis("layers", "{ type = 'integer', domain = [1, 6] }"),
        axis("act", "['relu', 'tanh', 'gelu']"),
        unit("slope").when(Expression::parse("act == 'relu'").unwrap()),
    ];
    Space::new(parameters, vec![Expression::parse("lr * layers < 2").unwrap()]).unwrap()
}

fn loss(point: &Point) -> f64 {
    let number = |name: &str| point.get(name).and_then(Value::as_f64);
    let act = match point.get("act").unwrap().as_str() {
        "relu" => 0.1 + (number("slope").unwrap() - 0.3).powi(2),
        "tanh" => 0.4,
        _ => 0.2,
    };
    act + (libm::log10(number("lr").unwrap()) + 2.0).powi(2) + 0.1 * (number("layers").unwrap() - 4.0).powi(2)
}

fn observation(index: u64, point: Point, state: State) -> Observation {
    Observation { index, point, state, by: None }
}

/// The first `count` points of a search and what came of them.
fn searched(learner: &Bayesian, space: &Space, count: u64, state: impl Fn(u64, &Point) -> State) -> Vec<Observation> {
    let mut observations: Vec<Observation> = Vec::new();
    for index in 0..count {
        let history = History::new(observations.clone());
        let Some(proposal) = learner.propose(space, &history, 7, 1).unwrap().pop() else {
            break;
        };
        assert!(!history.contains(&proposal.point), "{}", proposal.point);
        let state = state(index, &proposal.point);
        observations.push(Observation { index, point: proposal.point, state, by: proposal.by });
    }
    observations
}

#[test]
fn a_search_begins_in_the_middle_unless_a_design_is_asked_for() {
    let space = Space::new(vec![unit("x"), axis("n", "{ type = 'integer', domain = [1, 9] }")], vec![]).unwrap();
    let first = |initial: Option<usize>| {
        let learner = Bayesian { initial, ..Bayesian::default() };
        learner.propose(&space, &History::default(), 7, 3).unwrap()
    };
    let proposals = first(None);
    assert_eq!(proposals[0].point.to_string(), "x=0.5 n=5");
    assert_eq!(proposals[0].by.as_deref(), Some("middle"));
    assert_eq!(proposals.len(), 3);
    assert_ne!(first(Some(4))[0].point.to_string(), "x=0.5 n=5");
    // Where the middle is excluded, the design begins.
    let excluded = Space::new(vec![unit("x"), unit("y")], vec![Expression::parse("x > 0.6").unwrap()]).unwrap();
    let proposals = Bayesian::default().propose(&excluded, &History::default(), 7, 2).unwrap();
    assert!(proposals.iter().all(|proposal| proposal.point.get("x").unwrap().as_f64().unwrap() > 0.6));
}

fn done(_: u64, point: &Point) -> State {
    State::Done(vec![loss(point)])
}

#[test]
fn the_minimum_of_a_mixed_space_is_found() {
    let observations = searched(&Bayesian::default(), &mixed(), 40, done);
    let best = observations.iter().min_by(|a, b| loss(&a.point).total_cmp(&loss(&b.point))).unwrap();
    assert!(loss(&best.point) < 0.101, "{} {}", best.point, loss(&best.point));
    assert!(
        observations.iter().all(|o| o.point.get("slope").is_some() == (o.point.get("act").unwrap().as_str() == "relu"))
    );
}

#[test]
fn a_step_depends_on_nothing_that_was_asked_before() {
    let (space, used) = (mixed(), Bayesian::default());
    let observations = searched(&used, &space, 18, done);
    for count in [9, 14, 18] {
        let history = History::new(observations[..count].iter().rev().cloned());
        let fresh = Bayesian::default().propose(&space, &history, 7, 2).unwrap();
        assert_eq!(fresh, used.propose(&space, &history, 7, 2).unwrap());
        assert_ne!(fresh, used.propose(&space, &history, 8, 2).unwrap());
    }
}

#[test]
fn many_at_once_are_those_of_one_after_the_other() {
    let (space, learner) = (mixed(), Bayesian::default());
    for count in [0, 5, 12] {
        let mut history = History::new(searched(&learner, &space, count, done));
        let at_once = learner.propose(&space, &history, 7, 4).unwrap();
        for proposal in at_once {
            assert_eq!(learner.propose(&space, &history, 7, 1).unwrap(), std::slice::from_ref(&proposal));
            history.push_in_flight(proposal.point, proposal.by);
        }
    }
}

#[test]
fn a_finite_space_comes_to_its_end() {
    let space = Space::new(vec![axis("a", "[1, 2, 3]"), axis("b", "['x', 'y']")], vec![]).unwrap();
    let state = |_: u64, point: &Point| State::Done(vec![point.get("a").unwrap().as_f64().unwrap()]);
    let observations = searched(&Bayesian::default(), &space, 100, state);
    assert_eq!(observations.len(), 6);
    let learner = Bayesian::default();
    let proposals = learner.propose(&space, &History::new(observations[..4].to_vec()), 7, 10).unwrap();
    assert_eq!(proposals.len(), 2);
}

#[test]
fn failures_and_equal_results_do_not_stop_it() {
    let space = mixed();
    let some_fail = |index: u64, point: &Point| match index % 3 {
        0 => State::Failed,
        1 => State::Done(vec![f64::NAN]),
        _ => State::Done(vec![-loss(point)]),
    };
    for failures in [Failures::Worst, Failures::Ignored, Failures::Value(10.0)] {
        let learner = Bayesian::new(Settings { failures, ..Settings::default() });
        assert_eq!(searched(&learner, &space, 36, some_fail).len(), 36);
    }
    assert_eq!(searched(&Bayesian::default(), &space, 25, |_, _| State::Done(vec![3.0])).len(), 25);
    assert_eq!(searched(&Bayesian::default(), &space, 25, |_, _| State::Failed).len(), 25);
}

/// 1.05 times the worst would be better than the worst where values are negative.
#[test]
fn failures_are_worse_than_the_worst() {
    let space = Space::new(vec![unit("x")], vec![]).unwrap();
    let encoding = Encoding::new(&space);
    let at = |u: f64| encoding.decode(&[u]).unwrap().unwrap();
    for shift in [-10.0, 10.0] {
        let history = History::new([
            observation(0, at(0.1), State::Done(vec![shift + 1.0])),
            observation(1, at(0.2), State::Failed),
            observation(2, at(0.3), State::Done(vec![shift + 2.0])),
        ]);
        let training = Data::new(&encoding, &history, &Bayesian::default()).unwrap().training(3, Bend::Freely);
        let values = training.values();
        assert!(values[1] > values[2] && values[2] > values[0], "{values:?}");
    }
}

#[test]
fn logarithms_need_a_sign() {
    let space = Space::new(vec![unit("x"), unit("y")], vec![]).unwrap();
    let learner = Bayesian::new(Settings { scale: Scale::Log, ..Settings::default() });
    let observations = searched(&learner, &space, 12, |_, point| {
        State::Done(vec![point.iter().map(|(_, value)| libm::exp(value.as_f64().unwrap())).product()])
    });
    let mut spoilt = observations.clone();
    spoilt[3].state = State::Done(vec![0.0]);
    let error = learner.propose(&space, &History::new(spoilt), 7, 1).unwrap_err();
    assert_eq!(error.to_string(), "the objective of point 4 is 0, which has no logarithm");
    assert_eq!(hint::hints(&error).len(), 1);
}

#[test]
fn the_last_quarter_is_sought_near_the_best() {
    let local = |budget: Option<u64>| -> Vec<bool> {
        let learner = Bayesian { budget, ..Bayesian::default() };
        let space = Space::new(vec![unit("x"), unit("y")], vec![]).unwrap();
        let points = searched(&learner, &space, 24, |_, point| {
            let number = |name: &str| point.get(name).unwrap().as_f64().unwrap();
            State::Done(vec![(number("x") - 0.3).abs() + (number("y") - 0.6).abs()])
        });
        points[12..].iter().map(|point| point.by.as_ref().unwrap().contains(" local, ")).collect()
    };
    let in_turn = [false, true].repeat(6);
    assert_eq!(local(None), in_turn);
    // It has gone on beyond its end.
    assert_eq!(local(Some(3)), in_turn);
    assert_eq!(local(Some(24)), [&in_turn[..6], &[true; 6][..]].concat());
}

#[test]
fn the_best_is_sought_nearer_where_several_are_in_flight() {
    let space = Space::new(vec![unit("x")], vec![]).unwrap();
    let place = |point: &Point| point.get("x").unwrap().as_f64().unwrap();
    let value = |point: &Point| libm::sin(300.0 * place(point));
    // The bound is lowest far from what is known, at the ends of the box.
    let acquisition = Choice::OneOf(vec![Acquisition::Lcb]);
    let learner = Bayesian::new(Settings { acquisition, ..Settings::default() });
    let observations = searched(&learner, &space, 7, |_, point| State::Done(vec![value(point)]));
    let points = observations.iter().map(|one| &one.point);
    let best = points.min_by(|a, b| value(a).total_cmp(&value(b))).map(place).unwrap();
    let proposals = learner.propose(&space, &History::new(observations), 7, 12).unwrap();
    let reach =
        |one: &Proposal| one.by.as_ref().unwrap().contains(" local, ").then(|| (place(&one.point) - best).abs());
    let reaches: Vec<Option<f64>> = proposals.iter().map(reach).collect();
    // In turn half of 0.4 when one is alone, or has but one beside it, then of 0.2 and 0.1.
    let most = |at: usize| if at < 2 { 0.2 } else { [0.1, 0.05][(at + 7) / 2 % 2] };
    for (at, reach) in reaches.iter().enumerate() {
        assert!(reach.is_none_or(|reach| reach <= most(at) + 1e-12), "{at}: {reaches:?}");
    }
    assert!(reaches[0].unwrap() > 0.1, "{reaches:?}");
    assert!(reaches.iter().skip(2).flatten().any(|reach| *reach > 0.05), "{reaches:?}");
}

#[test]
fn with_noise_points_near_the_best_are_chosen_for_what_they_tell() {
    let space = Space::new(vec![unit("x"), unit("y")], vec![]).unwrap();
    let by = |settings: Settings, noise: f64| {
        let learner = Bayesian { settings, initial: None, budget: Some(40) };
        let observations = searched(&learner, &space, 40, |index, point| {
            let [x, y] = ["x", "y"].map(|name| point.get(name).and_then(Value::as_f64).unwrap());
            let bowl = (x - 0.3).powi(2) + (y - 0.6).powi(2);
            State::Done(vec![bowl + noise * Dice::new(index, "noise").normal()])
        });
        observations.into_iter().map(|observation| observation.by.unwrap_or_default()).collect::<Vec<_>>()
    };
    let telling = |all: &[String]| all.iter().filter(|by| by.contains(" kg ")).count();
    let all = by(Settings::default(), 0.1);
    assert!(telling(&all[..30]) >= 8, "{all:?}");
    assert!(all.iter().all(|by| !by.contains(" kg ") || by.contains("ratquad kg map local, ")), "{all:?}");
    assert!(all[30..].iter().all(|by| by.contains("ratquad ei map local, ")), "{all:?}");
    assert_eq!(telling(&by(Settings::default(), 0.0)), 0);
    let named = Settings { acquisition: Choice::OneOf(vec![Acquisition::Lcb]), ..Settings::default() };
    assert_eq!(telling(&by(named, 0.1)), 0);
}

/// The rule of hp_search: with n results draws from the posterior have the probability 1 / (1 + n / 10).
#[test]
fn draws_become_rarer() {
    let space = Space::new(vec![unit("x"), unit("y")], vec![]).unwrap();
    let learner = Bayesian::new(Settings {
        kernel: Choice::OneOf(vec![Kernel::ExpQuad, Kernel::RatQuad, Kernel::Matern52]),
        acquisition: Choice::OneOf(vec![Acquisition::Ei, Acquisition::Mpi, Acquisition::Lcb]),
        estimation: Choice::OneOf(vec![Estimation::Map, Estimation::Mcmc]),
        ..Settings::default()
    });
    let state = |_: u64, point: &Point| {
        State::Done(vec![point.iter().map(|(_, value)| (value.as_f64().unwrap() - 0.4).powi(2)).sum()])
    };
    let observations = searched(&learner, &space, 10, state);
    let mut drawn = 0;
    let mut words = std::collections::BTreeSet::new();
    for seed in 0..60 {
        let proposals = learner.propose(&space, &History::new(observations.clone()), seed, 1).unwrap();
        let by = proposals[0].by.clone().unwrap();
        assert!(by.ends_with(", 10 results"), "{by}");
        drawn += usize::from(by.contains("mcmc"));
        words.extend(by.split([' ', ',']).map(str::to_owned));
    }
    // 30 expected of 60, give or take 4.
    assert!((18..=42).contains(&drawn), "{drawn}");
    for word in ["expquad", "ratquad", "matern52", "ei", "mpi", "lcb", "map", "mcmc"] {
        assert!(words.contains(word), "{word}");
    }
}

#[test]
fn a_search_that_has_settled_begins_afresh() {
    let space = Space::new(vec![unit("x"), unit("y")], vec![]).unwrap();
    // A wide valley, and a narrow one that is deeper.
    let value = |point: &Point| -> f64 {
        let at = |name: &str| point.get(name).and_then(Value::as_f64).unwrap();
        let from = |x: f64, y: f64| (at("x") - x).powi(2) + (at("y") - y).powi(2);
        from(0.6, 0.6) - 0.5 * libm::exp(-25.0 * from(0.15, 0.2))
    };
    let search =
        |settings: Settings| searched(&Bayesian::new(settings), &space, 70, |_, point| State::Done(vec![value(point)]));
    let least = |all: &[Observation]| all.iter().map(|o| value(&o.point)).fold(f64::INFINITY, f64::min);
    let is_second = |o: &Observation| o.by.as_ref().is_some_and(|by| by.ends_with(" of run 2"));
    let with = search(Settings::default());
    assert!(with.iter().any(is_second));
    let without = search(Settings { restarts: Some(false), ..Settings::default() });
    assert!(!without.iter().any(is_second));
    assert!(least(&with) < least(&without) - 0.1, "{} {}", least(&with), least(&without));
    let settled =
        with.iter().position(|o| o.by.as_ref().is_some_and(|by| by.starts_with("sobol")) && o.index > 15).unwrap();
    assert_eq!(with[settled].by.as_deref(), Some("sobol of run 2"));
    // Up to there it is the same search.
    assert_eq!(with[..settled], without[..settled]);
    let named = search(Settings { kernel: Choice::OneOf(vec![Kernel::Matern52]), ..Settings::default() });
    assert!(!named.iter().any(is_second));
}

/// All runs of a search with one valley come to it in the end: none may go on proposing where all is known.
#[test]
fn no_run_stays_where_another_was() {
    let space = Space::new((0..5).map(|d| unit(&format!("x{d}"))).collect(), vec![]).unwrap();
    let value = |point: &Point| point.iter().map(|(_, x)| (x.as_f64().unwrap() - 0.45).powi(2)).sum::<f64>();
    let all = searched(&Bayesian::default(), &space, 90, |_, point| State::Done(vec![value(point)]));
    let sobol = |o: &Observation| o.by.as_ref().is_some_and(|by| by.starts_with("sobol"));
    let starts = all.windows(2).filter(|pair| !sobol(&pair[0]) && sobol(&pair[1]) && pair[1].index > 5).count();
    assert!(starts >= 2, "{:?}", all.iter().map(|o| o.by.clone().unwrap()).collect::<Vec<_>>());
    let known = |o: &Observation| o.by.clone().unwrap().split(", ").last().unwrap().to_owned();
    let same = all.chunk_by(|a, b| known(a) == known(b) && !sobol(a)).map(<[Observation]>::len).max();
    assert!(same <= Some(4), "{:?}", all.iter().map(|o| o.by.clone().unwrap()).collect::<Vec<_>>());
}

#[test]
fn values_with_noise_are_bent_gently() {
    let space = Space::new(vec![unit("x"), unit("y")], vec![]).unwrap();
    let mut dice = Dice::new(3, "noise");
    let mut observations: Vec<Observation> = (0..40)
        .map(|index| {
            // Close together here and there, as those of a search.
            let spot = f64::from(u32::try_from(index).unwrap() % 8) / 8.0;
            let (x, y) = (spot + 0.02 * dice.unit(), 0.5 + 0.02 * dice.unit());
            let values = [("x", x), ("y", y)].map(|(name, u)| (ParamName::new(name).unwrap(), Value::float(u)));
            observation(index, Point::new(values.to_vec()), State::Done(vec![(x - 0.4).powi(2) + y * y]))
        })
        .collect();
    let encoding = Encoding::new(&space);
    let form = Form { additive: true, ..Form::plain(Kernel::Matern52, 2) };
    let bend = |observations: &[Observation], settings: &Settings| {
        let data =
            Data::new(&encoding, &History::new(observations.to_vec()), &Bayesian::new(settings.clone())).unwrap();
        hyperparameters(&data, form, &Prior::new(form, settings.exact), 7).1
    };
    assert_eq!(bend(&observations, &Settings::default()), Bend::Freely);
    for observation in &mut observations {
        if let State::Done(objectives) = &mut observation.state {
            objectives[0] += 0.1 * dice.normal();
        }
    }
    assert_eq!(bend(&observations, &Settings::default()), Bend::Gently);
    assert_eq!(bend(&observations, &Settings { exact: true, ..Settings::default() }), Bend::Freely);
    assert_eq!(bend(&observations, &Settings { normalize: false, ..Settings::default() }), Bend::Freely);
}

/// Where most of the space fails, failures say where not to go: with one result a model is asked, and it keeps to where there are
/// some.
#[test]
fn failures_stand_in_for_results_where_most_of_the_space_fails() {
    let space = Space::new(vec![unit("x"), unit("y")], vec![]).unwrap();
    let start = at_place(&space, 0.9, 0.9);
    let state = |point: &Point| {
        let [x, y] = ["x", "y"].map(|name| point.get(name).unwrap().as_f64().unwrap());
        let is_good = x > 0.85 && y > 0.8;
        if is_good { State::Done(vec![(x - 0.92).powi(2) + (y - 0.87).powi(2)]) } else { State::Failed }
    };
    for initial in [None, Some(5)] {
        let learner = Bayesian { initial, ..Bayesian::default() };
        let mut known = vec![observation(0, start.clone(), state(&start))];
        for index in 1..40 {
            let proposal = learner.propose(&space, &History::new(known.clone()), 7, 1).unwrap().remove(0);
            known.push(Observation {
                by: proposal.by,
                ..observation(index, proposal.point.clone(), state(&proposal.point))
            });
        }
        let is_model = |known: &&Observation| known.by.as_ref().is_some_and(|by| by.starts_with("gp "));
        let first = known.iter().position(|known| is_model(&known)).unwrap();
        assert!((6..=10).contains(&first), "{initial:?}: {first}");
        let history = History::new(known);
        let best = history.done().map(|(_, values)| values[0]).fold(f64::INFINITY, f64::min);
        assert!(best < 1e-4 && history.done().count() > 12, "{initial:?}: {best}, {}", history.done().count());
    }
    // Without a failure the design is gone through.
    let few = History::new([observation(0, start.clone(), state(&start))]);
    let learner = Bayesian { initial: Some(9), ..Bayesian::default() };
    assert_eq!(learner.propose(&space, &few, 7, 1).unwrap()[0].by.as_deref(), Some("sobol"));
}

fn at_place(space: &Space, x: f64, y: f64) -> Point {
    Encoding::new(space).decode(&[x, y]).unwrap().unwrap()
}
