//! What a design makes of its strategy's proposals.

use super::super::{Base, Order, Search, Share, Space, Strategy};
use super::{complaint, derived, design, expression, free, laid, name, points, repeat, space};
use crate::point::Point;
use crate::value::Value;

const GRID: Strategy = Strategy::Grid(Order::Nested);

#[test]
fn constraints_leave_points_out_in_order() {
    let grid = design(GRID, None, space(vec![free("a", "[1, 2, 3]"), free("b", "[1, 2, 3]")], &["a < b", "b < 3"]));
    assert_eq!(points(&grid), ["a=1 b=2"]);
    assert_eq!(grid.total(), None);
    let mut proposals = grid.proposals();
    assert_eq!(proposals.by_ref().count(), 1);
    let tally = proposals.tally();
    assert_eq!((tally.tried, tally.excluded.as_slice()), (9, &[6, 2][..]));
    assert_eq!(tally.exclusions(grid.space().constraints()), "`a < b` excluded 6, `b < 3` excluded 2");
}

#[test]
fn constraints_that_exclude_everything_are_an_error() {
    let space = || space(vec![free("a", "[1, 2, 3]"), free("b", "[4, 5]")], &["a < 3", "a > b"]);
    let message = "no point keeps the constraints: all 6 were tried, and `a < 3` excluded 2, `a > b` excluded 4\n\
                   hint: loosen a constraint, or widen the domains";
    for (strategy, is_of_all) in [(GRID, true), (Strategy::Random, true), (Strategy::Line(Base::Middle), false)] {
        let design = design(strategy, None, space());
        let mut proposals = design.proposals();
        let first = complaint(proposals.next().unwrap());
        if is_of_all {
            assert_eq!(first, message);
        } else {
            assert!(first.starts_with("no point keeps the constraints: all 4 were tried"), "{first}");
        }
        assert!(proposals.next().is_none());
    }
    let endless = super::space(vec![free("x", "uniform(0, 1)")], &["x > 1"]);
    let sobol = design(Strategy::Sobol, Some(3), endless);
    let refused = complaint(sobol.proposals().next().unwrap());
    assert!(
        refused.starts_with(
            "no point keeps the constraints: none of 100000 that were tried passes, and `x > 1` excluded 100000"
        ),
        "{refused}"
    );
}

#[test]
fn what_does_not_apply_makes_no_points_of_its_own() {
    let space = || {
        space(
            vec![free("optimizer", "[sgd, adam]"), free("momentum", "[0, 0.9]").when(expression("optimizer == 'sgd'"))],
            &[],
        )
    };
    let grid = design(GRID, None, space());
    assert_eq!(points(&grid), ["optimizer=sgd momentum=0", "optimizer=sgd momentum=0.9", "optimizer=adam"]);
    assert_eq!(grid.propose(2).unwrap().unwrap().point.to_string(), "optimizer=adam");
    assert!(grid.propose(3).is_none());
    for strategy in [Strategy::Random, Strategy::Sobol, Strategy::Halton] {
        let mut found = points(&design(strategy, None, space()));
        found.sort();
        assert_eq!(found, ["optimizer=adam", "optimizer=sgd momentum=0", "optimizer=sgd momentum=0.9"]);
    }
}

#[test]
fn every_strategy_finds_all_of_a_finite_space() {
    let space = || space(vec![free("a", "1 to 13 step 1"), free("b", "1 to 17 step 1")], &["a + b != 9"]);
    let mut all = points(&design(GRID, None, space()));
    all.sort();
    let share = |strategy, probability| Share { strategy, probability };
    let mixture = Strategy::Mixture(vec![share(Strategy::Sobol, 0.5), share(Strategy::Random, 0.5)]);
    for strategy in [Strategy::Random, Strategy::Sobol, Strategy::Halton, Strategy::LatinHypercube, mixture] {
        let kind = strategy.kind();
        let mut found = points(&design(strategy, Some(500), space()));
        found.sort();
        assert_eq!(found, all, "{kind}");
    }
}

#[test]
fn a_domain_of_few_numbers_comes_to_an_end() {
    let few = space(vec![free("n", "{ type = 'integer', domain = [1, 10] }")], &[]);
    let design = design(Strategy::Random, Some(20), few);
    let mut proposals = design.proposals();
    assert_eq!(proposals.by_ref().count(), 10);
    assert!(proposals.tally().gave_up.is_some());
}

#[test]
fn repeats_come_in_rounds() {
    let space =
        |constraints: &[&str]| space(vec![free("a", "[1, 2]"), repeat("seed"), derived("s", "10 * seed")], constraints);
    let all = ["a=1 seed=1 s=10", "a=2 seed=1 s=10", "a=1 seed=2 s=20", "a=2 seed=2 s=20"];
    let search = Search { repeats: 2, ..Search::new(GRID, 1) };
    let computed = search.design(space(&[])).unwrap();
    assert_eq!((computed.total(), points(&computed)), (Some(4), all.map(str::to_owned).into()));
    assert_eq!(computed.propose(3).unwrap().unwrap().point.to_string(), all[3]);
    let remembered = search.design(space(&["a < 3"])).unwrap();
    assert_eq!((remembered.total(), points(&remembered)), (None, all.map(str::to_owned).into()));
    let once = Search::new(GRID, 1).design(space(&[])).unwrap();
    assert_eq!(points(&once), all[..2]);
}

#[test]
fn trials_count_points_and_not_repeats() {
    let parameters = || vec![free("x", "uniform(0, 1)"), repeat("seed")];
    let search = Search { repeats: 3, trials: Some(2), ..Search::new(Strategy::Sobol, 1) };
    let points = laid(&search.design(space(parameters(), &["x > 0.1"])).unwrap());
    let seeds: Vec<&str> = points.iter().map(|point| point.get("seed").unwrap().as_str()).collect();
    assert_eq!(seeds, ["1", "1", "2", "2", "3", "3"]);
    assert_eq!(points[0].get("x"), points[4].get("x"));
}

#[test]
fn repeats_need_a_parameter_that_counts_them() {
    let search = Search { repeats: 5, ..Search::new(GRID, 1) };
    assert_eq!(
        complaint(search.design(space(vec![free("a", "[1, 2]")], &[]))),
        "each point is to be repeated 5 times, and no parameter tells the repeats apart\n\
         hint: name the parameter that counts them, such as `seed`"
    );
}

#[test]
fn nothing_to_do_is_an_error() {
    let space = || space(vec![free("a", "[1, 2]")], &[]);
    assert_eq!(
        complaint(Search { trials: Some(0), ..Search::new(GRID, 1) }.design(space())),
        "a search with 0 trials has no points"
    );
    assert_eq!(
        complaint(Search { repeats: 0, ..Search::new(GRID, 1) }.design(space())),
        "a search with 0 repeats has no points"
    );
}

#[test]
fn more_draws_than_can_be_gone_through_are_an_error() {
    let search = |trials| Search { trials: Some(trials), ..Search::new(Strategy::Random, 1) };
    let endless = || space(vec![free("a", "uniform(0, 1)")], &[]);
    assert_eq!(
        complaint(search(1_000_000_000_000).design(endless())),
        "too many trials: 1000000000000, and the most is 10000000\n\
         hint: lay fewer, and more of them later: gitsweep extend --trials N"
    );
    assert!(search(10_000_000).design(endless()).is_ok());
    assert!(search(1_000_000_000_000).design(space(vec![free("a", "[1, 2]")], &[])).is_ok());
}

/// What is in `after` but not in `before`, as `extend` would lay it.
fn added(before: &[Point], after: &Space, search: &Search) -> Vec<String> {
    let design = search.design(after.clone()).unwrap();
    design.proposals_not_in(before).map(|proposal| proposal.unwrap().point.to_string()).collect()
}

#[test]
fn a_finer_grid_adds_what_lies_between() {
    let coarse = laid(&design(GRID, None, space(vec![free("a", "0 to 1 step 0.50")], &[])));
    let fine = space(vec![free("a", "0.0 to 1.0 step 0.25")], &[]);
    assert_eq!(added(&coarse, &fine, &Search::new(GRID, 1)), ["a=0.25", "a=0.75"]);
}

#[test]
fn more_trials_add_the_difference() {
    let continuous = space(vec![free("x", "uniform(0, 1)"), free("n", "[1, 2, 3]")], &[]);
    let finite = space(vec![free("m", "1 to 20 step 1"), free("n", "[1, 2, 3]")], &["m + n > 4"]);
    for (space, strategy) in [
        (&continuous, Strategy::Random),
        (&continuous, Strategy::Sobol),
        (&continuous, Strategy::Halton),
        (&finite, Strategy::Random),
        (&finite, GRID),
    ] {
        let search = |trials| Search { trials: Some(trials), ..Search::new(strategy.clone(), 7) };
        let before = laid(&search(10).design(space.clone()).unwrap());
        let after = points(&search(25).design(space.clone()).unwrap());
        assert_eq!(added(&before, space, &search(25)), after[10..]);
        assert!(added(&before, space, &search(10)).is_empty());
    }
}

#[test]
fn more_repeats_add_rounds() {
    let space = space(vec![free("a", "[1, 2]"), repeat("seed")], &[]);
    let search = |repeats| Search { repeats, ..Search::new(GRID, 1) };
    let before = laid(&search(2).design(space.clone()).unwrap());
    assert_eq!(added(&before, &space, &search(3)), ["a=1 seed=3", "a=2 seed=3"]);
}

#[test]
fn laid_points_are_known_by_their_values_and_not_by_their_spelling() {
    let space = space(vec![free("a", "[1, 2]"), free("b", "[x, 0.5]")], &[]);
    let before = [Point::new(vec![(name("b"), Value::guess("0.50")), (name("a"), Value::guess("1.0"))])];
    assert_eq!(added(&before, &space, &Search::new(GRID, 1)), ["a=1 b=x", "a=2 b=x", "a=2 b=0.5"]);
}

#[test]
fn an_error_in_an_expression_ends_the_search() {
    let grid = design(GRID, None, space(vec![free("tau", "[2, 0, 1]"), derived("rate", "1 / tau")], &[]));
    let results: Vec<bool> = grid.proposals().map(|proposal| proposal.is_ok()).collect();
    assert_eq!(results, [true, false]);
}

#[test]
fn without_free_parameters_there_is_one_point() {
    for strategy in [GRID, Strategy::Random, Strategy::Sobol, Strategy::Line(Base::Source)] {
        let only = space(vec![free("k", "7"), derived("twice", "2 * k")], &[]);
        assert_eq!(points(&design(strategy, None, only)), ["k=7 twice=14"]);
    }
}
