//! What holds for every space and strategy.

use std::collections::HashSet;

use proptest::prelude::*;
use proptest::strategy::Strategy as Generator;

use super::super::fingerprint::Fingerprint;
use super::super::{Base, Order, Parameter, Search, Space, Strategy};
use super::{expression, free, laid, space};

/// A domain of each kind.
fn domain() -> impl Generator<Value = String> {
    prop_oneof![
        (1_usize..6).prop_map(|count| format!("1 to {count} step 1")),
        (2_usize..5).prop_map(|count| format!("linspace(0, 1, {count})")),
        Just("['relu', 'tanh', 'gelu']".to_owned()),
        Just("{ type = 'boolean' }".to_owned()),
        Just("uniform(0, 1, 4)".to_owned()),
    ]
}

/// A domain without an end.
fn open_domain() -> impl Generator<Value = String> {
    prop_oneof![
        Just("uniform(-1, 1)".to_owned()),
        Just("normal(0, 1)".to_owned()),
        Just("{ type = 'continuous', domain = [1e-3, 1e3], transformation = 'log', grid_points = 4 }".to_owned()),
        Just("{ type = 'integer', domain = [1, 1000], grid_points = 4 }".to_owned()),
    ]
}

fn parameters(domains: &[String]) -> Vec<Parameter> {
    domains.iter().enumerate().map(|(at, domain)| free(&format!("x{at}"), domain)).collect()
}

fn finite() -> impl Generator<Value = Vec<Parameter>> {
    prop::collection::vec(domain(), 1..4).prop_map(|domains| parameters(&domains))
}

fn mixed() -> impl Generator<Value = Vec<Parameter>> {
    (prop::collection::vec(domain(), 0..3), prop::collection::vec(open_domain(), 1..3))
        .prop_map(|(closed, open)| parameters(&[closed, open].concat()))
}

fn strategies() -> impl Generator<Value = Strategy> {
    prop_oneof![Just(Strategy::Random), Just(Strategy::Sobol), Just(Strategy::Halton), Just(Strategy::LatinHypercube),]
}

fn search(strategy: Strategy, trials: u64, seed: u64) -> Search {
    Search { trials: Some(trials), ..Search::new(strategy, seed) }
}

fn in_domains(space: &Space, search: &Search) -> Result<(), TestCaseError> {
    for point in laid(&search.design(space.clone()).unwrap()) {
        for (name, free) in space.free() {
            let value = point.get(name.as_str()).unwrap();
            prop_assert!(free.domain.contains(value), "{name}={value} in {}", free.domain.text());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn points_are_in_their_domains(parameters in mixed(), strategy in strategies(), seed: u64) {
        let space = space(parameters, &[]);
        in_domains(&space, &search(strategy, 40, seed))?;
        in_domains(&space, &Search { grid_points: Some(3), ..search(Strategy::Grid(Order::Nested), 40, seed) })?;
        in_domains(&space, &Search { grid_points: Some(3), ..search(Strategy::Line(Base::Middle), 40, seed) })?;
    }

    #[test]
    fn no_point_comes_twice(parameters in finite(), strategy in strategies(), seed: u64) {
        let points = laid(&search(strategy, 60, seed).design(space(parameters, &[])).unwrap());
        let distinct: HashSet<_> = points.iter().map(Fingerprint::of_point).collect();
        prop_assert_eq!(distinct.len(), points.len());
    }

    #[test]
    fn a_grid_is_as_large_as_its_product(parameters in finite(), seed: u64) {
        let space = space(parameters, &[]);
        let product: u64 = space.free().map(|(_, free)| free.domain.grid(None).unwrap().len() as u64).product();
        for strategy in [Strategy::Grid(Order::Nested), Strategy::Grid(Order::Shuffled), Strategy::Random, Strategy::Halton] {
            let design = Search::new(strategy, seed).design(space.clone()).unwrap();
            let points = laid(&design);
            let distinct: HashSet<_> = points.iter().map(Fingerprint::of_point).collect();
            prop_assert_eq!((points.len() as u64, distinct.len() as u64), (product, product));
            prop_assert_eq!(design.factors().unwrap().product(), Some(u128::from(product)));
            if let Some(total) = design.total() {
                prop_assert_eq!(total, product);
            }
            for (k, point) in points.iter().enumerate() {
                prop_assert_eq!(&design.propose(k as u64).unwrap().unwrap().point, point);
            }
        }
    }

    #[test]
    fn constraints_hold(seed: u64, strategy in strategies(), limit in 0.2..0.9_f64) {
        let constraint = format!("x + y < {limit} or n == 2");
        let parameters = vec![free("x", "uniform(0, 1)"), free("y", "uniform(0, 1)"), free("n", "[1, 2, 3]")];
        let design = search(strategy, 30, seed).design(space(parameters, &[&constraint])).unwrap();
        let points = laid(&design);
        prop_assert_eq!(points.len(), 30);
        let constraint = expression(&constraint);
        prop_assert!(points.iter().all(|point| constraint.truth(&|name| point.get(name).cloned()).unwrap()));
    }

    #[test]
    fn the_first_points_do_not_depend_on_how_many_are_drawn(
        parameters in mixed(),
        strategy in prop_oneof![Just(Strategy::Random), Just(Strategy::Sobol), Just(Strategy::Halton)],
        seed: u64,
        few in 1_u64..20,
    ) {
        let space = space(parameters, &[]);
        let some = laid(&search(strategy.clone(), few, seed).design(space.clone()).unwrap());
        let more = laid(&search(strategy, 40, seed).design(space).unwrap());
        prop_assert_eq!(&some[..], &more[..some.len()]);
    }

    #[test]
    fn the_same_seed_gives_the_same_points_and_another_others(strategy in strategies(), seed: u64) {
        let space = || space(vec![free("x", "uniform(0, 1)"), free("n", "[1, 2, 3]")], &[]);
        let points = |seed| laid(&search(strategy.clone(), 5, seed).design(space()).unwrap());
        prop_assert_eq!(points(seed), points(seed));
        prop_assert_ne!(points(seed), points(seed.wrapping_add(1)));
    }

    #[test]
    fn another_parameter_leaves_the_draws_of_the_first_as_they_are(
        strategy in prop_oneof![Just(Strategy::Random), Just(Strategy::LatinHypercube), Just(Strategy::Sobol), Just(Strategy::Halton)],
        seed: u64,
    ) {
        let column = |parameters| {
            let points = laid(&search(strategy.clone(), 5, seed).design(space(parameters, &[])).unwrap());
            points.iter().map(|point| point.get("x").cloned()).collect::<Vec<_>>()
        };
        let alone = column(vec![free("x", "uniform(0, 1)")]);
        let with_others = column(vec![free("k", "7"), free("x", "uniform(0, 1)"), free("y", "uniform(0, 1)")]);
        prop_assert_eq!(alone, with_others);
    }
}
