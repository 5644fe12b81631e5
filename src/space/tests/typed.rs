//! Domains that say their type.

use super::{parsed, read, refused_at};
use crate::space::{Domain, Transformation};
use crate::value::Value;

#[track_caller]
fn grid(text: &str) -> Vec<String> {
    parsed(text).grid(None).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn grid_points_include_both_bounds() {
    let log = "{ type = 'continuous', domain = [10, 10000], transformation = 'log', grid_points = 3 }";
    // 10^2.5
    assert_eq!(grid(log), ["10.0", "316.22776601683796", "10000.0"]);
    assert_eq!(
        grid("{ type = continuous, domain = [10, 10000], transformation = log, grid_points = 4 }"),
        ["10.0", "100.0", "1000.0", "10000.0"]
    );
    assert_eq!(grid("{ type = continuous, domain = [0.1, 0.7], grid_points = 3 }"), ["0.1", "0.4", "0.7"]);
    assert_eq!(grid("{ type = continuous, domain = [0, 1], transformation = none, grid_points = 2 }"), ["0.0", "1.0"]);
    assert_eq!(grid("{ type = continuous, domain = [1, 100], transformation = log, grid_points = 1 }"), ["10.0"]);
    assert_eq!(
        grid("{ type = continuous, domain = [10, 10000], transformation = log, grid_points = 3, integer = true }"),
        ["10", "316", "10000"]
    );
    assert_eq!(
        grid("{ type = continuous, domain = [10, 10000], transformation = log, grid_points = 3, digits = 2 }"),
        ["10.0", "320.0", "10000.0"]
    );
    assert_eq!(grid("{ type = integer, domain = [1, 3], grid_points = 9 }"), ["1", "2", "3"]);
    assert_eq!(grid("{ type = integer, domain = [-1, 2] }"), ["-1", "0", "1", "2"]);
    assert_eq!(grid("{ type = continuous, domain = [0, 1], step = 0.25 }"), ["0.00", "0.25", "0.50", "0.75", "1.00"]);
    assert_eq!(grid("{ type = continuous, domain = [0, 1], step = 0.3, grid_points = 2 }"), ["0.0", "0.9"]);
}

#[test]
fn a_continuous_domain_has_no_grid_by_itself() {
    let domain = parsed("{ type = continuous, domain = [1e-6, 10.0], transformation = log }");
    assert_eq!((domain.grid(None), domain.len()), (None, None));
    let grid: Vec<_> = domain.grid(Some(3)).unwrap().iter().map(ToString::to_string).collect();
    // 10^-2.5
    assert_eq!(grid, ["1e-6", "0.0031622776601683794", "10.0"]);
}

#[test]
fn discrete_domains_take_no_more_points_than_they_have() {
    assert_eq!(grid("{ type = discrete, domain = [1, 2, 5, 7] }"), ["1", "2", "5", "7"]);
    let four = "{ type = discrete, domain = [1, 2, 5, 7], grid_points = 3 }";
    assert_eq!(grid(four), ["1", "2", "7"]);
    assert_eq!(parsed(four).middle().as_str(), "2");
    assert_eq!(grid("{ type = discrete, domain = [1, 2, 5, 7, 9], grid_points = 3 }"), ["1", "5", "9"]);
    assert_eq!(grid("{ type = discrete, domain = [1, 2, 5], grid_points = 9 }"), ["1", "2", "5"]);
    assert_eq!(grid("{ type = discrete, domain = [1, 2, 5], grid_points = 1 }"), ["2"]);
    assert_eq!(grid("{ type = discrete, domain = 0 to 100 step 10, grid_points = 2 }"), ["0", "100"]);
    let ten = parsed("{ type = discrete, domain = (1, 11) }");
    assert_eq!(ten.grid(Some(2)).unwrap(), [Value::integer(1), Value::integer(10)]);
    assert_eq!(ten.len(), Some(10));
    // A number of points that stands for all parameters leaves plain lists and categories alone.
    assert_eq!(parsed("[1, 2, 3, 4]").grid(Some(2)).unwrap().len(), 4);
    assert_eq!(parsed("{ type = categorical, domain = [a, b, c] }").grid(Some(2)).unwrap().len(), 3);
}

#[test]
fn types_as_json_and_as_toml() {
    let json = r#"{"type" : "continuous", "domain" : [0.000001, 10.0], "transformation" : "log"}"#;
    let toml = "{ type = \"continuous\", domain = [0.000001, 10.0], transformation = \"log\" }";
    assert_eq!(parsed(json), Domain::parse_toml(toml).unwrap());
    assert_eq!(parsed(json).text(), toml);
    assert_eq!(
        read(r#"{"type": "categorical", "domain": ["tanh", "relu"], "transformation": "none"}"#),
        ["tanh", "relu"]
    );
    assert_eq!(read("{ type = 'boolean' }"), ["false", "true"]);
}

#[test]
fn order_and_scale() {
    for (text, ordered) in [
        ("[1, 2]", true),
        ("[1, a]", false),
        ("{ type = categorical, domain = [1, 2] }", false),
        ("{ type = boolean }", false),
        ("{ type = discrete, domain = [1, 2] }", true),
        ("{ type = integer, domain = [1, 2] }", true),
        ("1 to 3 step 1", true),
    ] {
        assert_eq!(parsed(text).is_ordered(), ordered, "{text}");
    }
    let Domain::Finite(finite) = parsed("{ type = discrete, domain = [1, 2], transformation = log }") else { panic!() };
    assert_eq!(finite.transformation(), Transformation::Log);
    let Domain::Continuous(integer) = parsed("{ type = integer, domain = [8, 1024], transformation = log }") else {
        panic!()
    };
    assert_eq!((integer.bounds(), integer.is_integer(), integer.count()), ((8.0, 1024.0), true, Some(1017)));
    assert_eq!((integer.low(), integer.high()), (&Value::integer(8), &Value::integer(1024)));
}

#[test]
fn middles() {
    for (text, middle) in [
        ("{ type = continuous, domain = [1, 100], transformation = log }", "10.0"),
        ("{ type = continuous, domain = [0.1, 0.7] }", "0.4"),
        ("{ type = integer, domain = [1, 6] }", "4"),
        ("[1, 2, 3, 4]", "2"),
        ("[1, 2, 3]", "2"),
        ("normal(5, 1)", "5.0"),
        ("uniform(0, 1)", "0.5"),
        ("vonmises(0, 1)", "0.0"),
        ("standard_t(3)", "0.0"),
        ("3.0", "3.0"),
    ] {
        assert_eq!(parsed(text).middle().as_str(), middle, "{text}");
    }
}

#[test]
fn units_run_from_bound_to_bound() {
    let domain = parsed("{ type = continuous, domain = [10, 10000], transformation = log }");
    assert_eq!((domain.from_unit(0.0).as_str(), domain.from_unit(1.0).as_str()), ("10.0", "10000.0"));
    assert!((domain.to_unit(&Value::integer(100)).unwrap() - 1.0 / 3.0).abs() < 1e-15);
    assert_eq!(domain.to_unit(&Value::integer(9)), None);
    assert_eq!(domain.to_unit(&Value::text("100")), None);
    let widest = parsed("{ type = continuous, domain = [-1.7e308, 1.7e308] }");
    assert_eq!(widest.from_unit(0.5).as_str(), "0.0");
    assert_eq!(widest.to_unit(&Value::float(1.7e308)), Some(1.0));
    let die = parsed("{ type = integer, domain = [1, 6] }");
    assert_eq!(die.to_unit(&Value::integer(1)), Some(0.5 / 6.0));
    assert!(!die.contains(&Value::float(1.5)) && die.contains(&Value::float(2.0)));
}

#[test]
fn wrong_types_are_refused() {
    for (text, at, message) in [
        (
            "{ type = continuos, domain = [0, 1] }",
            "continuos",
            "expected a type: continuous, integer, discrete, categorical, boolean",
        ),
        ("{ domain = [0, 1] }", "}", "expected the key `type`"),
        ("{ type = continuous }", "}", "expected the key `domain`: what the continuous values are"),
        ("{ type = continuous, domain = [5, 1] }", "1]", "the bounds are the wrong way round: 5 is not below 1"),
        ("{ type = continuous, domain = [1, 1] }", "1]", "both bounds are 1, and nothing lies between them"),
        ("{ type = continuous, domain = [0, 1], transformation = log }", "0,", "the logarithm needs bounds above zero"),
        ("{ type = continuous, domain = [0] }", "[0]", "expected the two bounds, as in domain = [0.1, 10]"),
        ("{ type = continuous, domain = [0, inf] }", "inf", "expected a finite number"),
        ("{ type = continuous, domain = [0, 1], grid_points = 0 }", "0 }", "a domain needs at least one value"),
        (
            "{ type = continuous, domain = [0, 1], transformation = lgo }",
            "lgo",
            "expected a transformation: linear, log, none",
        ),
        (
            "{ type = continuous, domain = [0, 1], grid_point = 2 }",
            "grid_point",
            "unknown key `grid_point`; `grid_points`?",
        ),
        ("{ type = continuous, domain = [0, 1], step = -1 }", "-1", "step must be above zero"),
        (
            "{ type = continuous, domain = [0, 1], step = 1, digits = 2 }",
            "2 }",
            "only one of integer, step and digits can be given",
        ),
        ("{ type = integer, domain = [0.5, 3] }", "0.5", "the bounds of integers must be integers"),
        ("{ type = integer, domain = [1, 3], type = integer }", "type = integer }", "`type` is given twice"),
        ("{ type = discrete, domain = [1, a] }", "a]", "expected a number"),
        ("{ type = discrete, domain = 3 }", "3 }", "expected a list of numbers"),
        ("{ type = discrete, domain = normal() }", "normal", "expected a list of numbers"),
        ("{ type = discrete, domain = [0, 1], transformation = log }", "[0", "the logarithm needs values above zero"),
        (
            "{ type = discrete, domain = 0 to 5 step 1, transformation = log }",
            "0 to",
            "the logarithm needs values above zero",
        ),
        ("{ type = discrete, domain = [1, 2], digits = 2 }", "digits", "`digits` means nothing for type discrete"),
        (
            "{ type = categorical, domain = [a, b], grid_points = 2 }",
            "grid_points",
            "`grid_points` means nothing for type categorical",
        ),
        ("{ type = categorical, domain = a }", "a }", "expected a list, as in domain = ['relu', 'tanh']"),
        ("{ type = categorical, domain = [a, a] }", "a] }", "a is in the list twice"),
        ("{ type = boolean, domain = [true] }", "domain", "`domain` means nothing for type boolean"),
    ] {
        refused_at(text, at, message);
    }
    let error = Domain::parse("{ type = continuos, domain = [0, 1] }").unwrap_err();
    assert_eq!(error.hint(), Some("did you mean `continuous`?"));
}

#[test]
fn logarithms_leave_no_noise_in_short_numbers() {
    let domain = parsed("{ type = continuous, domain = [1e-5, 1e-1], transformation = log }");
    let Domain::Continuous(domain) = domain else { panic!() };
    assert_eq!(domain.from_unit(0.5).to_string(), "0.001");
    assert_eq!(domain.from_unit(0.25).to_string(), "0.0001");
    assert!(domain.from_unit(0.3).to_string().starts_with("0.000158489319246111"), "what is no short number stays");
}
