//! Distributions as they are written, and what is refused among them.

use super::{parsed, read, refused, refused_at, strings};
use crate::space::{Domain, Stream};
use crate::value::{Kind, Value};

fn stream() -> Stream {
    Stream::new(1, "x")
}

fn settled(text: &str) -> Vec<String> {
    strings(&parsed(text).settled(stream()))
}

#[test]
fn a_size_makes_a_number_of_values() {
    for text in
        ["uniform(1e-5, 1e-1, 3)", "np.random.uniform(1e-5, 1e-1, size=3)", "Uniform(low=1e-5, high=1e-1, size=3)"]
    {
        let domain = parsed(text);
        assert_eq!((domain.len(), domain.values()), (Some(3), None));
        let settled = domain.settled(stream());
        assert_eq!(settled.values().unwrap().len(), 3);
        for value in settled.values().unwrap() {
            assert_eq!(value.kind(), Kind::Decimal);
            assert!((1e-5..=1e-1).contains(&value.as_f64().unwrap()));
        }
    }
    assert_eq!(settled("rand(4)").len(), 4);
    assert_eq!(settled("randn(4)"), settled("standard_normal(size=4)"));
    assert_eq!(settled("randint(0, 5, 4)").len(), 4);
}

#[test]
fn without_a_size_there_is_no_end() {
    for text in ["normal()", "uniform(0, 1)", "uniform(0, 1, size=None)", "poisson(3)"] {
        let domain = parsed(text);
        assert!(matches!(domain, Domain::Sampled(_)));
        assert_eq!((domain.len(), domain.values(), domain.grid(None)), (None, None, None));
    }
}

#[test]
fn names_of_randopt_mean_what_they_mean_there() {
    let same = |a: &str, b: &str| {
        for k in 0..20 {
            assert_eq!(parsed(a).draw(stream(), k), parsed(b).draw(stream(), k), "{a} {b}");
        }
    };
    same("Gaussian(0.0,0.6)", "normal(0.0, 0.6)");
    same("Gaussian(mean=1, std=2)", "normal(loc=1, scale=2)");
    same("Normal(1, 2)", "normal(1, 2)");
    same("BetaVariate()", "beta(1, 1)");
    same("ExpoVariate(4)", "exponential(0.25)");
    same("ExpoVariate(lam=4)", "exponential(0.25)");
    same("LognormVariate(0, 0.5)", "lognormal(mean=0, sigma=0.5)");
    same("Uniform(-0.3,0.3)", "uniform(-0.3, 0.3)");
    same("WeibullVariate(1, 1.5)", "weibull(1.5)");
    same("ro.Choice([1,2,3])", "[1, 2, 3]");
    // Pareto starts at 1 in randopt and at 0 in numpy.
    let from_one = parsed("ParetoVariate(3)").middle().as_f64().unwrap();
    assert!((from_one - parsed("pareto(3)").middle().as_f64().unwrap() - 1.0).abs() < 1e-15);
    // The first argument is the scale.
    assert_eq!(parsed("WeibullVariate(2, 1)").from_unit(0.5), parsed("exponential(2)").from_unit(0.5));
    assert_eq!(read("Constant(3.10)"), ["3.10"]);
    assert_eq!(read("Choice(['a', 'b'])"), ["a", "b"]);
}

#[test]
fn choices() {
    assert_eq!(read("choice([32, 64])"), ["32", "64"]);
    assert_eq!(read("choice((1, 10, 4))"), ["1", "5", "9"]);
    assert_eq!(read("choice(3)"), ["0", "1", "2"]);
    let mut shuffled = settled("choice(6, 6, replace=False)");
    shuffled.sort();
    assert_eq!(shuffled, ["0", "1", "2", "3", "4", "5"]);
    let weighted = parsed("choice([a, b, c], p=[0.5, 0, 0.5])");
    assert_eq!(weighted.from_unit(0.0), Value::text("a"));
    assert_eq!(weighted.from_unit(0.5), Value::text("c"));
    assert_eq!(weighted.from_unit(1.0), Value::text("c"));
    assert!(!weighted.is_ordered());
    assert_eq!(settled("choice([a, b, c], 2, replace=False, p=[0.5, 0, 0.5])").len(), 2);
    assert_eq!(settled("choice([1, 2, 3, 4], sampler=betavariate(2, 2), size=4)").len(), 4);
    let indexed = parsed("Choice([10, 20], normal(0, 100))");
    // What lies outside the list is its nearest end.
    assert_eq!((indexed.from_unit(0.1), indexed.from_unit(0.9)), (Value::integer(10), Value::integer(20)));
}

#[test]
fn truncation_clips() {
    let domain = parsed("Truncated(Normal(0, 1), -0.5, 1)");
    assert_eq!(domain.from_unit(0.1).as_str(), "-0.5");
    assert_eq!(domain.from_unit(0.99).as_str(), "1.0");
    assert_eq!(domain.from_unit(0.6), parsed("normal(0, 1)").from_unit(0.6));
    // Half of what lies at or below the bound: the normal integral of -0.5 is 0.3085375387259869.
    let unit = domain.to_unit(&Value::number("-0.5").unwrap()).unwrap();
    assert!((unit - 0.3085375387259869 / 2.0).abs() < 1e-12);
    assert!(domain.contains(&Value::number("0.3").unwrap()) && !domain.contains(&Value::number("1.1").unwrap()));
    assert_eq!(settled("Truncated(poisson(3), 1, 4, size=3)").len(), 3);
}

#[test]
fn drawn_values_differ_where_there_are_so_many() {
    for seed in 0..20 {
        for text in ["poisson(3, 3)", "binomial(10, 0.5, 3)", "choice([1, 2, 3], 3)", "normal(0, 1, digits=1, size=9)"]
        {
            let domain = parsed(text);
            let settled = domain.clone().settled(Stream::new(seed, "x"));
            assert_eq!(settled.grid(None).unwrap().len(), domain.len().unwrap(), "{text}, seed {seed}");
            let pairs = domain.settled_in_pairs(Stream::new(seed, "x"));
            assert!(strings(&settled).starts_with(&strings(&pairs)[..1]), "{text}, seed {seed}");
        }
    }
    assert_eq!(settled("binomial(10, 0.5, 11)").len(), 11);
    assert_eq!(settled("choice([1, 2], size=5)").len(), 2);
}

#[test]
fn a_grid_takes_drawn_values_once() {
    let domain = parsed("binomial(1, 0.5, 20)").settled_in_pairs(stream());
    assert_eq!(domain.values().unwrap().len(), 20);
    assert_eq!(domain.grid(None).unwrap().len(), 2);
}

#[test]
fn steps_and_digits_round() {
    for k in 0..50 {
        let quantised = parsed("uniform(0.5, 2, step=0.25)").draw(stream(), k);
        assert!(parsed("0.5 to 2 step 0.25").contains(&quantised));
        assert_eq!(parsed("uniform(1, 9, step=1)").draw(stream(), k).kind(), Kind::Integer);
        let multiple = parsed("normal(0, 10, step=5)").draw(stream(), k);
        assert_eq!(multiple.as_str().parse::<i64>().unwrap() % 5, 0);
        let digits = parsed("loguniform(1e-5, 1e-1, digits=2)").draw(stream(), k);
        assert_eq!(format!("{:.1e}", digits.as_f64().unwrap()).parse::<f64>().unwrap(), digits.as_f64().unwrap());
    }
    // A step counts from the lower bound, and its last multiple may lie before the upper one.
    assert_eq!(parsed("uniform(1, 10, step=4)").from_unit(1.0), Value::integer(9));
}

#[test]
fn grids_of_distributions_take_quantiles() {
    let strings = |values: Vec<Value>| values.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(strings(parsed("uniform(0, 1)").grid(Some(3)).unwrap()), ["0.0", "0.5", "1.0"]);
    assert_eq!(strings(parsed("exponential(1)").grid(Some(1)).unwrap()), ["0.6931471805599453"]);
    assert_eq!(strings(parsed("randint(0, 3)").grid(Some(9)).unwrap()), ["0", "1", "2"]);
}

#[test]
fn wrong_arguments_are_refused() {
    refused("normal(1, -2)", "scale must be above zero\n  normal(1, -2)\n            ^");
    for (text, at, message) in [
        ("uniform(3, 1)", "1)", "the bounds are the wrong way round: 3 is not below 1"),
        ("uniform(high=-1)", "-1", "the bounds are the wrong way round: 0 is not below -1"),
        ("loguniform(0, 1)", "0,", "the logarithm needs bounds above zero"),
        ("loguniform(1)", ")", "expected the argument `high` of loguniform"),
        ("normal(1, 2, 3, 4)", "4)", "too many arguments for normal"),
        ("normal(a, 2)", "a,", "loc must be a finite number"),
        ("normal(inf, 2)", "inf", "loc must be a finite number"),
        ("normal(1e999, 2)", "1e999", "loc must be a finite number"),
        ("normal(sgale=2)", "sgale", "normal has no argument `sgale`; `scale`?"),
        ("nrmal(0, 1)", "nrmal", "there is no function `nrmal`"),
        ("binomial(2.5, 0.5)", "2.5", "n must be a whole number, zero or more"),
        ("binomial(2, 1.5)", "1.5", "p must lie between 0 and 1"),
        ("geometric(0)", "0)", "p must be above 0 and at most 1"),
        ("logseries(0.9999999)", "0.9999999", "p must be at most 0.999999"),
        ("hypergeometric(2, 3, 6)", "6)", "nsample must not be larger than ngood + nbad"),
        ("triangular(0, 5, 1)", "5,", "mode must lie between left and right"),
        ("triangular(1, 1, 1)", "1)", "left must be below right, at a finite distance"),
        ("zipf(1)", "1)", "a must be above one"),
        ("gamma(1e9)", "1e9", "shape must be above zero and at most 1e8"),
        ("poisson(1e15)", "poisson", "poisson is too wide: its standard deviation is above 1000000"),
        ("noncentral_chisquare(3, -1)", "-1", "nonc must lie between 0 and 1000000"),
        ("randint(5, 5)", "5)", "there is no whole number from 5 to below 5"),
        ("randint(0.5)", "0.5", "low must be an integer"),
        ("randint(9, digits=2)", "2)", "randint draws whole numbers, for which digits means nothing"),
        ("poisson(3, step=2)", "2)", "poisson draws whole numbers, for which step means nothing"),
        ("normal(step=0)", "0)", "step must be above zero"),
        ("normal(step=1, digits=2)", "2)", "either step or digits can be given, not both"),
        ("normal(digits=0)", "0)", "expected a number of significant digits, 1 to 17"),
        ("normal(0, 1, 0)", "0)", "a domain needs at least one value"),
        ("normal(0, 1, (2, 3))", "(2", "expected a number of values"),
        ("uniform(0, 1, 20000000)", "20000000", "too many values: 20000000, and the most is 10000000"),
        ("dirichlet([1, 2])", "dirichlet", "dirichlet draws vectors, and a parameter is a single value"),
        ("np.random.permutation(3)", "np", "permutation draws whole orders, and a parameter is a single value"),
        ("seed(3)", "seed", "seed is no distribution; the seed is the sweep's"),
        ("choice(relu)", "relu", "expected a list, as in choice([1, 2, 3])"),
        ("choice([a, b], p=[1])", "[1]", "expected 2 probabilities, one for each value, not 1"),
        ("choice([a, b], p=[0.5, 0.6])", "[0.5", "the probabilities add up to 1.1, not to 1"),
        ("choice([a, b], p=[-1, 2])", "-1", "a probability lies between 0 and 1"),
        ("choice([a, b], 3, replace=False)", "3,", "only 2 values can be chosen without replacement"),
        ("choice([a, b], 2, False, [0, 1])", "2,", "only 1 values can be chosen without replacement"),
        ("choice([a, b], normal(), p=[0.5, 0.5])", "[0.5", "either a sampler or p can be given, not both"),
        ("choice([a, a])", "a])", "a is in the list twice"),
        ("truncated(3, 0, 1)", "3,", "expected a distribution of numbers without a size"),
        ("truncated(normal(0, 1, 5), 0, 1)", "normal", "expected a distribution of numbers without a size"),
        ("truncated(normal(), 1, 0)", "0)", "the bounds are the wrong way round: 1 is not below 0"),
    ] {
        refused_at(text, at, message);
    }
    let error = Domain::parse("beta(1)").unwrap_err();
    assert_eq!(error.hint(), Some("written beta(a, b, size=None, *, step=None, digits=None)"));
    assert_eq!(Domain::parse("lognorml(1)").unwrap_err().hint(), Some("did you mean `lognormal`?"));
}

#[test]
fn canonical_texts() {
    for (text, canonical) in [
        ("np.random.Uniform(1e-5,1e-1 , 3)", "uniform(1e-5, 1e-1, 3)"),
        ("Truncated(Normal(0,1),low=-1,high=1)", "truncated(normal(0, 1), low=-1, high=1)"),
        ("Choice([a,'b c',3], BetaVariate(2,2))", "choice(['a', 'b c', 3], betavariate(2, 2))"),
        ("choice(5, 3, replace=False)", "choice(5, 3, replace=False)"),
        ("normal(size=None)", "normal(size=None)"),
    ] {
        assert_eq!(parsed(text).text(), canonical);
        assert_eq!(parsed(canonical), parsed(text));
    }
    let drawn = parsed("poisson(3, 20)");
    assert_eq!(drawn.clone().settled(stream()).text(), drawn.text());
}
