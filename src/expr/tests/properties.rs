use std::str::FromStr;

use bigdecimal::BigDecimal;
use proptest::prelude::*;

use super::*;

fn decimal() -> impl Strategy<Value = String> {
    "-?[0-9]{1,20}(\\.[0-9]{1,20})?(e-?[0-9]{1,2})?"
}

fn exact(literal: &str) -> BigDecimal {
    BigDecimal::from_str(literal).unwrap()
}

proptest! {
    #[test]
    fn parse_never_panics(text in ".{0,40}") {
        if let Err(error) = Expression::parse(&text) {
            error.to_string();
        }
    }

    #[test]
    fn words_in_any_order_never_panic(words in prop::collection::vec(prop::sample::select(vec![
        "x", "o", "`a b`", "1", "0.5", "1e400", "'s'", "+", "-", "*", "/", "//", "%", "**", "(", ")", "[", "]", ",", "not",
        "and", "or", "in", "is", "if", "else", "missing", "<", "==", "!=", "sqrt(", "round(", "min(", "int(", "inf", "nan",
    ]), 0..14)) {
        let text = words.join(" ");
        match Expression::parse(&text) {
            Ok(expression) => {
                let lookup = |name: &str| (name != "`a b`").then(|| Value::guess(if name == "x" { "2.5" } else { "sgd" }));
                let lenient = expression.value_or_missing(&lookup);
                match expression.value(&lookup) {
                    Ok(strict) => prop_assert_eq!(Some(strict), lenient),
                    Err(error) => prop_assert!(error.to_string().contains('^')),
                }
            }
            Err(error) => prop_assert!(error.to_string().contains('^')),
        }
    }

    #[test]
    fn sums_and_products_are_exact(a in decimal(), b in decimal()) {
        for (operator, expected) in [
            ("+", exact(&a) + exact(&b)),
            ("-", exact(&a) - exact(&b)),
            ("*", exact(&a) * exact(&b)),
        ] {
            let found = value(&format!("({a}) {operator} ({b})"), "").unwrap();
            prop_assert_eq!(found.exact().unwrap(), expected, "{} {} {} = {}", a, operator, b, found);
        }
    }

    #[test]
    fn comparisons_are_exact(a in decimal(), b in decimal()) {
        let holds = |text: &str| value(text, "").unwrap() == Value::bool(true);
        prop_assert_eq!(holds(&format!("{a} < {b}")), exact(&a) < exact(&b));
        prop_assert_eq!(holds(&format!("{a} == {b}")), exact(&a) == exact(&b));
        let itself = format!("{a} == {a}");
        prop_assert!(holds(&itself));
    }

    #[test]
    fn integers_divide_as_in_python(a in -1000_i64..1000, b in -1000_i64..1000) {
        prop_assume!(b != 0);
        let quotient = (a as f64 / b as f64).floor() as i64;
        prop_assert_eq!(value(&format!("{a} // {b}"), "").unwrap(), Value::integer(quotient));
        prop_assert_eq!(value(&format!("{a} % {b}"), "").unwrap(), Value::integer(a - b * quotient));
        let ratio = value(&format!("{a} / {b}"), "").unwrap();
        prop_assert_eq!(ratio.as_f64(), Some(a as f64 / b as f64));
    }
}
