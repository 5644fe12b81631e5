//! Properties that hold for whatever is written.

use proptest::prelude::*;

use super::{read, strings};
use crate::space::finite::{Finite, Set};
use crate::space::{Domain, Stream};
use crate::value::Value;

/// Pieces that make up domains, so that random strings are often nearly right.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ",",
        "=",
        " ",
        "\n",
        "'",
        "\"",
        "\\",
        "#",
        "to",
        "step",
        "from",
        "1",
        "-2",
        "0.5",
        "1e-5",
        "1e9999",
        "inf",
        "nan",
        "relu",
        "true",
        "linspace",
        "logspace",
        "geomspace",
        "arange",
        "base",
        "num",
        "endpoint",
        "_",
        "é",
        "\u{7}",
        "type",
        "uniform",
        "normal",
        "Choice",
        "domain",
        "size",
        ":",
        "0x1F",
        "continuous",
        "Truncated",
        "1_000",
        "choice",
        "categorical",
    ]);
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn reading_never_panics(text in any::<String>()) {
        let _ = Domain::parse(&text).map_err(|error| (error.to_string(), error.offset()));
        let _ = Domain::parse_toml(&text).map_err(|error| error.to_string());
    }

    #[test]
    fn reading_pieces_never_panics_and_texts_read_back(text in pieces()) {
        for read in [Domain::parse(&text), Domain::parse_toml(&text)] {
            match read {
                Ok(domain) => prop_assert_eq!(Domain::parse(&domain.text()), Ok(domain)),
                Err(error) => {
                    prop_assert!(error.text().is_char_boundary(error.offset()));
                    let _ = error.to_string();
                }
            }
        }
    }

    #[test]
    fn any_text_is_a_constant_between_quotes(text in "[^\\p{Cc}]*") {
        let value = Value::text(text);
        let domain = Domain::Finite(Finite::from(Set::Constant(value.clone())));
        let back = Domain::parse(&domain.text()).unwrap();
        prop_assert_eq!(back.values().unwrap(), &[value]);
    }

    #[test]
    fn integer_ranges_are_those_of_a_loop(from in -1000_i64..1000, to in -1000_i64..1000, step in -50_i64..50) {
        prop_assume!(step != 0);
        let (mut open, mut closed, mut number) = (Vec::new(), Vec::new(), from);
        while if step > 0 { number <= to } else { number >= to } {
            closed.push(number.to_string());
            if number != to {
                open.push(number.to_string());
            }
            number += step;
        }
        let values = |text: String| Domain::parse(&text).map(|domain| strings(&domain)).unwrap_or_default();
        prop_assert_eq!(values(format!("{from} to {to} step {step}")), closed);
        prop_assert_eq!(values(format!("({from}, {to}, {step})")), open);
    }

    #[test]
    fn decimal_ranges_are_integer_ranges_with_a_point(from in 0_i64..100_000, count in 1_i64..50, step in 1_i64..999) {
        let decimal = |number: i64| format!("{}.{:03}", number / 1000, number % 1000);
        let (to, step_text) = (from + (count - 1) * step, decimal(step));
        let expected: Vec<_> = (0..count).map(|k| decimal(from + k * step)).collect();
        prop_assert_eq!(read(&format!("{} to {} step {step_text}", decimal(from), decimal(to))), expected);
    }

    #[test]
    fn linspace_rounds_each_value_once(a in -1000_i32..1000, width in 1_i32..1000, count in 2_usize..40) {
        let values = read(&format!("linspace({a}, {}, {count})", a + width));
        for (k, value) in values.iter().enumerate() {
            // Whole numerators and denominators below 2^53: the processor's division rounds once.
            let (numerator, denominator) = (f64::from(a) * (count - 1) as f64 + f64::from(width) * k as f64, (count - 1) as f64);
            prop_assert_eq!(value.parse::<f64>().unwrap(), numerator / denominator);
        }
    }
}

/// Distributions and typed domains of every kind.
fn spreads() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "normal(1, 2)",
        "uniform(-3, 5)",
        "loguniform(1e-5, 1e-1)",
        "loguniform(1, 1000, step=1)",
        "uniform(0, 1, step=0.1)",
        "normal(0, 1, step=0.25)",
        "exponential(2, digits=3)",
        "gamma(0.3)",
        "beta(0.5, 0.5)",
        "standard_t(2)",
        "vonmises(3, 2)",
        "wald(1, 4)",
        "noncentral_f(2, 5, 3)",
        "poisson(6)",
        "binomial(20, 0.4)",
        "negative_binomial(2, 0.3)",
        "hypergeometric(5, 6, 7)",
        "geometric(0.3)",
        "zipf(2)",
        "logseries(0.7)",
        "randint(-4, 9)",
        "choice([a, b, c], p=[0.2, 0.3, 0.5])",
        "choice([1, 2, 3], betavariate(2, 2))",
        "truncated(normal(0, 1), -1, 2)",
        "{ type = continuous, domain = [10, 10000], transformation = log }",
        "{ type = continuous, domain = [-1, 1], digits = 3 }",
        "{ type = integer, domain = [1, 50], transformation = log }",
        "{ type = discrete, domain = [1, 10, 100], transformation = log }",
        "{ type = categorical, domain = [a, b] }",
        "{ type = boolean }",
        "(1, 100, 7)",
        "linspace(0, 1, 7)",
    ])
}

proptest! {
    #[test]
    fn values_are_in_their_domain_and_lead_back(text in spreads(), u in 0.0_f64..1.0) {
        let domain = Domain::parse(text).unwrap();
        let value = domain.from_unit(u);
        prop_assert!(domain.contains(&value), "{text}: {value}");
        let unit = domain.to_unit(&value).unwrap();
        prop_assert!((0.0..=1.0).contains(&unit));
        // Between 0.001 and 0.999 doubles tell probabilities well enough apart.
        if (0.001..0.999).contains(&u) {
            let again = domain.from_unit(unit);
            let close = match (value.as_f64(), again.as_f64()) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1e-3),
                _ => value == again,
            };
            prop_assert!(close, "{text}: {value} {again}");
        }
    }

    #[test]
    fn values_grow_with_the_unit(text in spreads(), a in 0.0_f64..1.0, b in 0.0_f64..1.0) {
        let domain = Domain::parse(text).unwrap();
        let number = |u| domain.from_unit(u).as_f64();
        if domain.is_ordered() && let (Some(low), Some(high)) = (number(a.min(b)), number(a.max(b))) {
            prop_assert!(low <= high * (1.0 + 1e-14) + 1e-14 || low <= high, "{text}: {low} {high}");
        }
    }

    #[test]
    fn draws_are_in_their_domain(text in spreads(), seed in any::<u64>(), k in any::<u64>()) {
        let domain = Domain::parse(text).unwrap();
        prop_assert!(domain.contains(&domain.draw(Stream::new(seed, "x"), k)));
    }

    #[test]
    fn grids_are_in_their_domain(text in spreads(), points in 1_usize..12) {
        let domain = Domain::parse(text).unwrap();
        let grid = domain.grid(Some(points)).unwrap();
        prop_assert!(!grid.is_empty());
        for (index, value) in grid.iter().enumerate() {
            prop_assert!(domain.contains(value), "{text}: {value}");
            prop_assert!(!grid[..index].contains(value), "{text}: {value} twice");
        }
    }

    #[test]
    fn spread_domains_read_back_from_their_text(text in spreads()) {
        let domain = Domain::parse(text).unwrap();
        prop_assert_eq!(Domain::parse(&domain.text()), Ok(domain));
    }
}
