use std::collections::BTreeMap;

use super::*;

mod errors;
mod properties;

/// `x=3 o=sgd t="3"`, as in trailers.
fn variables(written: &str) -> BTreeMap<String, Value> {
    let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), Value::from_trailer(value)));
    written.split_whitespace().filter_map(pair).collect()
}

fn value(text: &str, given: &str) -> Result<Value, ExpressionError> {
    let given = variables(given);
    Expression::parse(text)?.value(&|name: &str| given.get(name).cloned())
}

/// Values in the form of trailers: `3` is an integer, `3.0` a decimal, `"3"` a text.
const VALUES: &[(&str, &str, &str)] = &[
    ("3", "", "3"),
    ("1.50", "", "1.50"),
    ("1e-5", "", "1e-5"),
    (".5", "", ".5"),
    ("0x1F + 1", "", "32"),
    ("2 * 3", "", "6"),
    ("2 + 3 * 4", "", "14"),
    ("(2 + 3) * 4", "", "20"),
    ("10 - 3 - 2", "", "5"),
    ("7 // 2", "", "3"),
    ("-7 // 2", "", "-4"),
    ("7.5 // 2", "", "3.0"),
    ("-2.5 // inf", "", "-1.0"),
    ("2 // -inf", "", "-1.0"),
    ("5 // inf", "", "0.0"),
    ("7 % 3", "", "1"),
    ("-7 % 3", "", "2"),
    ("7 % -3", "", "-2"),
    ("0.3 % 0.1", "", "0.0"),
    ("7.5 % 2", "", "1.5"),
    ("1 / 2", "", "0.5"),
    ("4 / 2", "", "2.0"),
    ("1 / 3", "", "0.3333333333333333"),
    ("2 / 3", "", "0.6666666666666666"),
    ("1 / 3 * 3", "", "1.0"),
    ("1 / 10 * 3", "", "0.3"),
    ("0.3 / 0.1", "", "3.0"),
    ("0.1 + 0.2", "", "0.3"),
    ("0.10 + 0.20", "", "0.3"),
    ("0.8 * C", "C=135", "108.0"),
    ("0.8 * C", "C=128", "102.4"),
    ("0.25 * C", "C=675", "168.75"),
    ("1.1 * 1.1", "", "1.21"),
    ("1 - 0.9", "", "0.1"),
    ("1e3 * 2", "", "2000.0"),
    ("1e30 * 2", "", "2e30"),
    ("1e-30 * 2", "", "2e-30"),
    ("123456789012345678901 + 1", "", "123456789012345678902"),
    ("9223372036854775807 * 9223372036854775807", "", "85070591730234615847396907784232501249"),
    ("2 ** 10", "", "1024"),
    ("2 ^ 3", "", "8"),
    ("2 ** 100", "", "1267650600228229401496703205376"),
    ("2 ** -1", "", "0.5"),
    ("10 ** -3", "", "0.001"),
    ("0.1 ** 2", "", "0.01"),
    ("2 ** 0.5", "", "1.4142135623730951"),
    ("2 ** 3 ** 2", "", "512"),
    ("-2 ** 2", "", "-4"),
    ("(-2) ** 2", "", "4"),
    ("2 ** -2 ** 2", "", "0.0625"),
    ("2.0 ** 3", "", "8.0"),
    ("-x", "x=3", "-3"),
    ("--x", "x=3", "3"),
    ("+x", "x=0.50", "0.50"),
    ("-0.0", "", "0.0"),
    ("-x * 2", "x=1.5", "-3.0"),
    ("x == 3.0", "x=3", "true"),
    ("0.1 + 0.2 == 0.3", "", "true"),
    ("x == 0.10", "x=0.1", "true"),
    ("9007199254740993 > 9007199254740992", "", "true"),
    ("9007199254740993 == 9007199254740992.0", "", "false"),
    ("sqrt(0.01) == 0.1", "", "true"),
    ("g_e > g_i", "g_e=2.5 g_i=-5.0", "true"),
    ("g_e > g_i and lr < 1e-3", "g_e=2.5 g_i=-5.0 lr=1e-4", "true"),
    ("0 < x < 1", "x=0.5", "true"),
    ("0 < x < 1", "x=1", "false"),
    ("1 > x >= 0 == 0", "x=0.5", "true"),
    ("3 > 2 > 1", "", "true"),
    ("not x == 3", "x=3", "false"),
    ("!x == 3", "x=4", "true"),
    ("flag == !other", "flag=true other=false", "true"),
    ("not not flag", "flag=true", "true"),
    ("true or false and false", "", "true"),
    ("(True || False) && False", "", "false"),
    ("false and 1 / 0 == 1", "", "false"),
    ("true or nowhere", "", "true"),
    ("flag", "flag=false", "false"),
    ("flag == 1", "flag=true", "true"),
    ("flag + 1", "flag=true", "2"),
    ("optimizer == 'sgd'", "optimizer=sgd", "true"),
    ("optimizer == \"sgd\"", "optimizer=adam", "false"),
    ("optimizer != 'sgd'", "optimizer=adam", "true"),
    ("optimizer in ['sgd', 'adam']", "optimizer=adam", "true"),
    ("optimizer in ('sgd', 'adam',)", "optimizer=rmsprop", "false"),
    ("optimizer not in ['sgd']", "optimizer=adam", "true"),
    ("n in [1, 2.0, 3]", "n=2", "true"),
    ("n in []", "n=2", "false"),
    ("1 < n in [2, 3]", "n=2", "true"),
    ("not n in [2, 3] or n == 2", "n=2", "true"),
    ("'gd' in optimizer", "optimizer=sgd", "true"),
    ("'x' not in (optimizer)", "optimizer=sgd", "true"),
    ("'ab' in (o) + 'b' and true", "o=a", "true"),
    ("1 / 3 + 1 / 7", "", "0.47619047619047616"),
    ("9 ** 100 / 9 ** 99", "", "9.0"),
    ("'abc' < 'abd'", "", "true"),
    ("t == 3", "t=\"3\"", "false"),
    ("t != 3", "t=\"3\"", "true"),
    ("t == '3'", "t=\"3\"", "true"),
    ("float(t) + 1", "t=\"3\"", "4.0"),
    ("'a' + 'b'", "", "ab"),
    ("'it\\'s' + \" \\\"x\\\" \\d\"", "", "\"it's \\\"x\\\" \\\\d\""),
    ("'µ∂' == m", "m=µ∂", "true"),
    ("1 if x > 2 else 0.5", "x=3", "1"),
    ("1 if x > 2 else 2 if x > 1 else 3", "x=1.5", "2"),
    ("(1 if flag else 2) * 10", "flag=false", "20"),
    ("model.g_e * 2", "model.g_e=0.5", "1.0"),
    ("param.g.2 + 1", "param.g.2=1", "2"),
    ("`learning-rate` < 0.1", "learning-rate=0.01", "true"),
    ("`pi` + `if`", "pi=1 if=2", "3"),
    ("λ * 2", "λ=4", "8"),
    ("abs(-3)", "", "3"),
    ("abs(-0.50)", "", "0.5"),
    ("min(3, 1.50, 2)", "", "1.50"),
    ("max(3, 3.0)", "", "3"),
    ("round(2.5)", "", "2"),
    ("round(3.5)", "", "4"),
    ("round(2.675, 2)", "", "2.68"),
    ("round(1234, -2)", "", "1200"),
    ("round(1 / 3, 3)", "", "0.333"),
    ("floor(-0.5)", "", "-1"),
    ("ceil(1.2)", "", "2"),
    ("int(-1.9)", "", "-1"),
    ("int('42') + 1", "", "43"),
    ("float(3)", "", "3.0"),
    ("str(1.50)", "", "\"1.50\""),
    ("len('µm')", "", "2"),
    ("sqrt(16)", "", "4.0"),
    ("sqrt(2) * sqrt(2)", "", "2.0000000000000004"),
    ("exp(0)", "", "1.0"),
    ("exp(1)", "", "2.718281828459045"),
    ("log(1)", "", "0.0"),
    ("log10(1000)", "", "3.0"),
    ("log2(8)", "", "3.0"),
    ("sin(0) + cos(0) + tan(0) + tanh(0)", "", "1.0"),
    ("pow(2, 3)", "", "8"),
    ("2 * pi", "", "6.283185307179586"),
    ("bool(0)", "", "false"),
    ("x < inf", "x=1e300", "true"),
    ("x == x", "x=nan", "false"),
    ("-inf", "", "-inf"),
    ("x\n  + 1", "x=1", "2"),
    ("x is missing", "", "true"),
    ("x == missing or x > 3", "x=4", "true"),
    ("x is not None and x > 3", "", "false"),
    ("flag is True", "flag=true", "true"),
];

#[test]
fn values() {
    for &(text, given, expected) in VALUES {
        match value(text, given) {
            Ok(found) => assert_eq!(found.to_trailer(), expected, "{text} with {given}"),
            Err(error) => panic!("{text} with {given}:\n{error}"),
        }
    }
}

#[test]
fn lenient_evaluation_takes_missing_for_false() {
    let filter = "status == \"ok\" and tau > 10 and score < 0.2";
    for (text, given, expected) in [
        (filter, "status=ok tau=12 score=0.1", true),
        (filter, "status=ok tau=12", false),
        (filter, "status=ok tau=12 score=high", false),
        ("x == 3", "", false),
        ("x != 3", "", false),
        ("x == y", "", false),
        ("x in [1, 2]", "", false),
        ("x not in [1, 2]", "", false),
        ("'a' not in x", "", false),
        ("x == missing", "", true),
        ("missing != x", "", false),
        ("x is not missing", "x=1", true),
        ("x + 1 is missing", "", true),
        ("x + 1 > 0", "", false),
        ("sqrt(x) > 0", "", false),
        ("sqrt(x) > 0", "x=-1", false),
        ("1 / x is missing", "x=0", true),
        ("x < 'a'", "x=1", false),
        ("x == 'a'", "x=1", false),
        ("x != 'a'", "x=1", true),
        ("not x > 3", "", true),
        ("x or y > 1", "y=2", true),
        ("x", "", false),
        ("x", "x=sgd", false),
        ("x", "x=0.5", true),
    ] {
        let given = variables(given);
        assert_eq!(
            Expression::parse(text).unwrap().matches(&|name: &str| given.get(name).cloned()),
            expected,
            "{text}"
        );
    }
    assert_eq!(Expression::parse("2 * x").unwrap().value_or_missing(&|_: &str| None), None);
    assert_eq!(Expression::parse("2 * 3").unwrap().value_or_missing(&|_: &str| None), Some(Value::integer(6)));
}

#[test]
fn deep_and_long_expressions_do_not_exhaust_the_stack() {
    for deep in ["(", "-", "not ", "2**", "x in [", "abs(", "1 if x else "] {
        let error = Expression::parse(&deep.repeat(100_000)).unwrap_err();
        assert_eq!(error.message(), "the expression is nested too deeply", "{deep}");
    }
    let long = format!("1{}", "+1".repeat(100_000));
    assert_eq!(value(&long, "").unwrap(), Value::integer(100_001));
    let nested = format!("{}x{}", "(".repeat(90), ")".repeat(90));
    assert_eq!(value(&nested, "x=1").unwrap(), Value::integer(1));
}

#[test]
fn expressions_go_between_threads_and_keep_their_text() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    let expression: Expression = " x  &&`y z`>1 ".parse().unwrap();
    shared(&expression);
    assert_eq!(expression.to_string(), " x  &&`y z`>1 ");
    assert_eq!(expression, Expression::parse(expression.as_str()).unwrap());
}
