//! What each strategy proposes.

use super::super::{Base, Order, Search, Share, Strategy, StrategyKind};
use super::{complaint, derived, design, expression, free, laid, name, points, space, standing_at, zipped};
use crate::value::Value;

const GRID: Strategy = Strategy::Grid(Order::Nested);

fn four_by_three() -> super::super::Space {
    space(vec![free("a", "[1, 2, 3]"), free("b", "1 to 4 step 1")], &[])
}

#[test]
fn in_a_grid_the_last_parameter_varies_fastest() {
    let grid =
        design(GRID, None, space(vec![free("a", "[1, 2]"), free("k", "7"), free("b", "0.5 to 1.5 step 0.5")], &[]));
    assert_eq!(
        points(&grid),
        ["a=1 k=7 b=0.5", "a=1 k=7 b=1.0", "a=1 k=7 b=1.5", "a=2 k=7 b=0.5", "a=2 k=7 b=1.0", "a=2 k=7 b=1.5"]
    );
    assert_eq!(grid.total(), Some(6));
    assert_eq!(grid.factors().unwrap().to_string(), "2 x 3");
    assert_eq!(grid.propose(4).unwrap().unwrap().point.to_string(), "a=2 k=7 b=1.0");
    assert_eq!(grid.propose(4).unwrap().unwrap().by, None);
    assert!(grid.propose(6).is_none());
}

#[test]
fn a_group_goes_together_at_the_place_of_its_first_member() {
    let parameters =
        vec![zipped("g", free("a", "[1, 2]")), free("b", "[x, y]"), zipped("g", free("c", "0.1 to 0.2 step 0.1"))];
    let grid = design(GRID, None, space(parameters, &[]));
    assert_eq!(points(&grid), ["a=1 b=x c=0.1", "a=1 b=y c=0.1", "a=2 b=x c=0.2", "a=2 b=y c=0.2"]);
    assert_eq!(grid.factors().unwrap().iter().collect::<Vec<_>>(), [("a, c", 2), ("b", 2)]);
}

#[test]
fn a_group_of_drawn_values_has_no_row_twice() {
    let parameters = vec![zipped("g", free("a", "randint(0, 2, 20)")), zipped("g", free("b", "randint(0, 2, 20)"))];
    assert_eq!(design(GRID, None, space(parameters, &[])).total(), Some(4));
}

#[test]
fn a_grid_needs_to_know_how_many_values() {
    let continuous = "{ type = 'continuous', domain = [10, 1000], transformation = 'log' }";
    let refused = complaint(Search::new(GRID, 1).design(space(vec![free("x", continuous)], &[])));
    assert!(refused.starts_with("a grid needs a number of values of `x`, which has no end of them"), "{refused}");
    assert!(refused.contains(r#"transformation = "log", grid_points = 5 }"#), "{refused}");
    let refused = complaint(Search::new(GRID, 1).design(space(vec![free("x", "normal(0, 1)")], &[])));
    assert!(refused.contains("size=5"), "{refused}");
    let search = Search { grid_points: Some(3), ..Search::new(GRID, 1) };
    let grid = search.design(space(vec![free("x", continuous), free("n", "[a, b, c, d]")], &[])).unwrap();
    assert_eq!(grid.factors().unwrap().to_string(), "3 x 4");
    assert_eq!(points(&grid)[4], "x=100.0 n=a");
}

#[test]
fn a_shuffled_grid_is_the_same_grid() {
    let shuffled = points(&design(Strategy::Grid(Order::Shuffled), None, four_by_three()));
    assert_eq!(shuffled[..4], ["a=1 b=3", "a=3 b=3", "a=2 b=1", "a=2 b=3"]);
    let mut sorted = shuffled;
    sorted.sort();
    assert_eq!(sorted, points(&design(GRID, None, four_by_three())));
}

#[test]
fn a_grid_of_which_all_is_taken_comes_in_its_order() {
    let shuffled = |trials| points(&design(Strategy::Grid(Order::Shuffled), Some(trials), four_by_three()));
    let whole = points(&design(GRID, None, four_by_three()));
    assert_eq!([shuffled(12), shuffled(100)], [whole.clone(), whole.clone()]);
    assert_ne!(shuffled(11), whole[..11]);
}

#[test]
fn an_enormous_grid_is_counted_in_factors() {
    let axis = |name| free(name, "1 to 10000 step 1");
    let huge = || space(vec![axis("a"), axis("b"), axis("c"), axis("d"), axis("e")], &[]);
    assert_eq!(
        complaint(Search::new(GRID, 1).design(huge())),
        "grid does not come to an end here: 10000 x 10000 x 10000 x 10000 x 10000 points are too many\nhint: set the number of trials: trials = 20 under [search], or --trials 20"
    );
    let first = design(GRID, Some(2), huge());
    assert_eq!(first.total(), Some(2));
    assert_eq!(points(&first), ["a=1 b=1 c=1 d=1 e=1", "a=1 b=1 c=1 d=1 e=2"]);
    let random = design(Strategy::Random, Some(3), huge());
    assert_eq!(points(&random).len(), 3);
}

#[test]
fn a_line_goes_through_the_base_point_once() {
    let parameters = vec![
        standing_at("2.0", free("a", "[1, 2, 3]")),
        standing_at("0.7", free("b", "[0.5, 1]")),
        free("c", "[x, y, z]"),
    ];
    let line = design(Strategy::Line(Base::Source), None, space(parameters.clone(), &[]));
    assert_eq!(
        points(&line),
        [
            "a=2.0 b=0.7 c=y",
            "a=1 b=0.7 c=y",
            "a=3 b=0.7 c=y",
            "a=2.0 b=0.5 c=y",
            "a=2.0 b=1 c=y",
            "a=2.0 b=0.7 c=x",
            "a=2.0 b=0.7 c=z",
        ]
    );
    assert_eq!(line.total(), Some(7));
    let middles = design(Strategy::Line(Base::Middle), None, space(parameters, &[]));
    assert_eq!(
        points(&middles),
        ["a=2 b=0.5 c=y", "a=1 b=0.5 c=y", "a=3 b=0.5 c=y", "a=2 b=1 c=y", "a=2 b=0.5 c=x", "a=2 b=0.5 c=z"]
    );
}

#[test]
fn a_line_takes_grid_points_and_moves_groups_together() {
    let parameters = vec![
        free("x", "{ type = 'continuous', domain = [0, 10], grid_points = 3 }"),
        zipped("g", free("a", "[1, 2, 3]")),
        zipped("g", free("b", "[4, 5, 6]")),
        standing_at("9", free("k", "7")),
        derived("s", "a + b"),
    ];
    assert_eq!(
        points(&design(Strategy::Line(Base::Source), None, space(parameters, &[]))),
        [
            "x=5.0 a=2 b=5 k=7 s=7",
            "x=0.0 a=2 b=5 k=7 s=7",
            "x=10.0 a=2 b=5 k=7 s=7",
            "x=5.0 a=1 b=4 k=7 s=5",
            "x=5.0 a=3 b=6 k=7 s=9"
        ]
    );
}

#[test]
fn a_random_sample_of_a_finite_space_repeats_nothing() {
    let three = design(Strategy::Random, Some(3), four_by_three());
    assert_eq!(three.total(), Some(3));
    assert_eq!(points(&three), ["a=2 b=3", "a=3 b=1", "a=3 b=2"]);
    let all = design(Strategy::Random, None, four_by_three());
    assert_eq!(all.total(), Some(12));
    assert_eq!(points(&all)[..3], points(&three));
    let mut sorted = points(&all);
    sorted.sort();
    assert_eq!(sorted, points(&design(GRID, None, four_by_three())));
    assert_eq!(all.propose(0).unwrap().unwrap().by.as_deref(), Some("random"));
}

#[test]
fn randopts_two_gaussians() {
    let parameters = vec![free("x", "Gaussian(0.0, 0.6)"), free("y", "Uniform(-0.3, 0.3)")];
    let random = design(Strategy::Random, Some(15), space(parameters, &[]));
    let points = points(&random);
    assert_eq!(points.len(), 15);
    assert_eq!(
        points[..2],
        ["x=-0.4207677554229325 y=-0.17645696885453943", "x=-0.7236227764533942 y=0.1907225537502908"]
    );
}

#[test]
fn the_first_points_of_the_even_sequences() {
    let parameters = || vec![free("x", "uniform(0, 1)"), free("n", "[1, 2, 3, 4]")];
    for (strategy, first) in [
        (
            Strategy::LatinHypercube,
            [
                "x=0.953837990741671 n=1",
                "x=0.44499621176310655 n=4",
                "x=0.7417651305330376 n=2",
                "x=0.09139228746538189 n=3",
            ],
        ),
        (
            Strategy::Sobol,
            [
                "x=0.304371197953737 n=1",
                "x=0.7065535320438056 n=3",
                "x=0.14999729342164703 n=4",
                "x=0.7600552096540764 n=2",
            ],
        ),
        (
            Strategy::Halton,
            [
                "x=0.7596300817969154 n=1",
                "x=0.25963008179691527 n=3",
                "x=0.5096300817969153 n=4",
                "x=0.009630081796915324 n=1",
            ],
        ),
    ] {
        let kind = strategy.kind();
        let design = design(strategy, Some(4), space(parameters(), &[]));
        assert_eq!(points(&design), first, "{kind}");
        assert_eq!(design.propose(0).unwrap().unwrap().by, Some(kind.to_string()));
    }
}

#[test]
fn a_latin_hypercube_takes_each_value_of_a_list_as_often() {
    let points = points(&design(
        Strategy::LatinHypercube,
        Some(12),
        space(vec![free("x", "uniform(0, 1)"), free("n", "[1, 2, 3, 4]")], &[]),
    ));
    for n in 1..=4 {
        assert_eq!(points.iter().filter(|point| point.ends_with(&format!("n={n}"))).count(), 3);
    }
}

/// What the hint says of random points alone.
const RANDOM_ENDS: &str = "; or what else ends it: --search-time 24h, --run-time, --target, --patience";

#[test]
fn endless_searches_need_a_number_of_trials() {
    let endless = || space(vec![free("n", "[1, 2]"), free("x", "uniform(0, 1)")], &[]);
    for strategy in [Strategy::Random, Strategy::Sobol, Strategy::Halton] {
        let kind = strategy.kind();
        let more = if kind == StrategyKind::Random { RANDOM_ENDS } else { "" };
        assert_eq!(
            complaint(Search::new(strategy, 1).design(endless())),
            format!(
                "{kind} does not come to an end here: there is no end of values of `x`\nhint: set the number of trials: trials = 20 under [search], or --trials 20{more}"
            )
        );
    }
    let refused = complaint(Search::new(Strategy::LatinHypercube, 1).design(endless()));
    assert!(
        refused.ends_with("hint: set the number of trials: trials = 20 under [search], or --trials 20"),
        "{refused}"
    );
}

#[test]
fn sobol_says_when_there_are_too_many_dimensions() {
    let parameters: Vec<_> = (0..257).map(|at| free(&format!("x{at}"), "uniform(0, 1)")).collect();
    let refused =
        complaint(Search { trials: Some(5), ..Search::new(Strategy::Sobol, 1) }.design(space(parameters, &[])));
    assert_eq!(
        refused,
        "sobol knows 256 dimensions, and 257 parameters vary here\nhint: use the strategy latin-hypercube or random"
    );
}

#[test]
fn a_list_is_taken_as_it_is() {
    let parameters = || {
        vec![
            free("optimizer", "[sgd, adam]"),
            free("momentum", "[0, 0.9]").when(expression("optimizer == 'sgd'")),
            free("k", "7"),
            derived("twice", "2 * k"),
        ]
    };
    let row =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(key, value)| (name(key), Value::guess(value))).collect::<Vec<_>>();
    let rows = vec![
        row(&[("optimizer", "sgd"), ("momentum", "0.90")]),
        row(&[("optimizer", "adam")]),
        row(&[("momentum", "0.9"), ("optimizer", "sgd")]),
    ];
    assert_eq!(
        points(&design(Strategy::List(rows), None, space(parameters(), &[]))),
        ["optimizer=sgd momentum=0.90 k=7 twice=14", "optimizer=adam k=7 twice=14"]
    );
    for (row, expected) in [
        (
            row(&[("optimizer", "sgd")]),
            "point 1 of the list\n`momentum` has no value, and applies because `optimizer == 'sgd'`",
        ),
        (row(&[("momentum", "0")]), "point 1 of the list\n`optimizer` has no value"),
        (
            row(&[("optimizer", "rmsprop")]),
            "point 1 of the list\n`optimizer` = rmsprop is not in its domain: ['sgd', 'adam']\n\
             hint: take it out of the list, or give `optimizer` values that have it, in its definition or by -p",
        ),
        (
            row(&[("optimiser", "sgd")]),
            "point 1 of the list\nthere is no parameter `optimiser`\nhint: did you mean `optimizer`?",
        ),
        (
            row(&[("twice", "14")]),
            "point 1 of the list\n`twice` is computed from others: 2 * k\nhint: leave `twice` out of the list, or drop its expression",
        ),
        (row(&[("k", "7"), ("k", "7")]), "point 1 of the list\n`k` stands twice"),
    ] {
        assert_eq!(complaint(Search::new(Strategy::List(vec![row]), 1).design(space(parameters(), &[]))), expected);
    }
    assert_eq!(
        complaint(Search::new(Strategy::List(vec![]), 1).design(space(parameters(), &[]))),
        "the list of points is empty"
    );
}

#[test]
fn a_mixture_says_what_proposed_each_point() {
    let share = |strategy, probability| Share { strategy, probability };
    let mixture =
        || Strategy::Mixture(vec![share(GRID, 0.2), share(Strategy::Sobol, 0.5), share(Strategy::Random, 0.3)]);
    let parameters =
        || vec![free("x", "{ type = 'continuous', domain = [0, 1], grid_points = 11 }"), free("n", "[1, 2, 3]")];
    let drawn = design(mixture(), Some(1000), space(parameters(), &[]));
    let by: Vec<String> = drawn.proposals().map(|proposal| proposal.unwrap().by.unwrap()).collect();
    let count = |kind: StrategyKind| by.iter().filter(|by| **by == kind.to_string()).count();
    assert_eq!(by[..6], ["grid", "sobol", "random", "sobol", "sobol", "sobol"]);
    // The grid comes to its end, and the others share what is left in their proportion.
    assert_eq!(count(StrategyKind::Grid), 33);
    assert!((570..640).contains(&count(StrategyKind::Sobol)), "{}", count(StrategyKind::Sobol));
    // Each part proposes what it would propose alone.
    let alone = points(&design(Strategy::Sobol, Some(5), space(parameters(), &[])));
    let within: Vec<String> = drawn
        .proposals()
        .map(Result::unwrap)
        .filter(|proposal| proposal.by.as_deref() == Some("sobol"))
        .map(|proposal| proposal.point.to_string())
        .collect();
    assert_eq!(within[..5], alone);
    let few = laid(&design(mixture(), Some(10), space(parameters(), &[])));
    assert_eq!(few, laid(&drawn)[..10]);
}

#[test]
fn a_mixture_has_to_add_up() {
    let share = |strategy, probability| Share { strategy, probability };
    for (shares, expected) in [
        (
            vec![share(GRID, 0.2), share(Strategy::Sobol, 0.5)],
            "the probabilities of the mixture add up to 0.7, not to 1",
        ),
        (
            vec![share(GRID, 1.5), share(Strategy::Sobol, -0.5)],
            "the probability of grid lies between 0 and 1; it is 1.5",
        ),
        (vec![share(GRID, 0.5), share(GRID, 0.5)], "grid stands twice in the mixture\nhint: add its probabilities up"),
        (
            vec![share(Strategy::Mixture(vec![]), 1.0)],
            "a mixture cannot be part of a mixture\nhint: name its parts instead",
        ),
    ] {
        assert_eq!(complaint(Search::new(Strategy::Mixture(shares), 1).design(four_by_three())), expected);
    }
}

#[test]
fn long_ranges_are_as_good_as_short_ones() {
    let long = || standing_at("2500.0", free("a", "1 to 5000 step 1"));
    let line = design(Strategy::Line(Base::Source), None, space(vec![long(), free("b", "[x, y]")], &[]));
    assert_eq!(line.total(), Some(5001));
    let points = points(&line);
    assert_eq!(points[..2], ["a=2500.0 b=x", "a=1 b=x"]);
    assert_eq!(points[2499..2501], ["a=2499 b=x", "a=2501 b=x"]);
    assert_eq!(points[4999..], ["a=5000 b=x", "a=2500.0 b=y"]);
    let drawn = design(GRID, None, space(vec![free("a", "randint(0, 10, 5000)")], &[]));
    assert_eq!(drawn.total(), Some(10));
}

#[test]
fn a_long_list_is_checked_at_once() {
    let values: Vec<String> = (0..20_000).map(|at| format!("{at}.50")).collect();
    let rows = values.iter().map(|value| vec![(name("x"), Value::guess(value))]).collect();
    let list = design(Strategy::List(rows), None, space(vec![free("x", &format!("[{}]", values.join(", ")))], &[]));
    assert_eq!(points(&list).len(), 20_000);
}
