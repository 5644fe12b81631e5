//! Lists, ranges and spaces, and what is refused among them.

use super::{read, refused, strings};
use crate::space::Domain;
use crate::value::Value;

fn read_toml(text: &str) -> Vec<String> {
    let domain = Domain::parse_toml(text).unwrap_or_else(|error| panic!("{error}"));
    strings(&domain)
}

#[test]
fn constants() {
    for (text, value) in [
        ("3.0", Value::number("3.0").unwrap()),
        ("1e-5", Value::number("1e-5").unwrap()),
        (" 3.10 ", Value::number("3.10").unwrap()),
        ("relu", Value::text("relu")),
        ("'relu'", Value::text("relu")),
        ("'3'", Value::text("3")),
        ("\"two words\"", Value::text("two words")),
        ("data/set-1.csv", Value::text("data/set-1.csv")),
        ("true", Value::bool(true)),
        ("''", Value::text("")),
    ] {
        let domain = Domain::parse(text).unwrap();
        assert_eq!(domain.values().unwrap(), [value]);
        assert!(domain.is_constant());
    }
}

#[test]
fn lists() {
    assert_eq!(read("[32, 64]"), ["32", "64"]);
    assert_eq!(read("['relu', 'tanh']"), ["relu", "tanh"]);
    assert_eq!(read(r#"["a" 'b',c 'd',]"#), ["a", "b", "c", "d"]);
    assert_eq!(read("['resnet18' 'transformer', 'resnet50']"), ["resnet18", "transformer", "resnet50"]);
    assert_eq!(read("[1 -2 +3 .5 5. 1e-5 3.10]"), ["1", "-2", "+3", ".5", "5.", "1e-5", "3.10"]);
    assert_eq!(read("[7]"), ["7"]);
    assert_eq!(read("np.array([68., 128.])"), ["68.", "128."]);
    assert_eq!(read("numpy.array((1, 3))"), ["1", "3"]);
    let mixed = Domain::parse("[1, '2', x, true]").unwrap();
    assert_eq!(mixed.values().unwrap(), [Value::integer(1), Value::text("2"), Value::text("x"), Value::bool(true)]);
}

#[test]
fn ranges_with_both_ends() {
    assert_eq!(read("0.5 to 3.0 step 0.5"), ["0.5", "1.0", "1.5", "2.0", "2.5", "3.0"]);
    assert_eq!(read("-5 to -30 step -5"), ["-5", "-10", "-15", "-20", "-25", "-30"]);
    assert_eq!(read("0.1 to 0.5 step 0.1"), ["0.1", "0.2", "0.3", "0.4", "0.5"]);
    assert_eq!(read("0 to 1 step 0.25"), ["0.00", "0.25", "0.50", "0.75", "1.00"]);
    assert_eq!(read("1 to 10 step 4"), ["1", "5", "9"]);
    assert_eq!(read("{ from = 0.5, to = 1.5, step = 0.5 }"), ["0.5", "1.0", "1.5"]);
    assert_eq!(read("1e3 to 3e3 step 1e3"), ["1000.0", "2000.0", "3000.0"]);
    assert_eq!(read("1e-5 to 3e-5 step 1e-5"), ["0.00001", "0.00002", "0.00003"]);
    assert_eq!(read("5 to 5 step 1"), ["5"]);
    assert_eq!(read("1_000 to 3_000 step 1_000"), ["1000", "2000", "3000"]);
    assert_eq!(
        read("1000000000000000000000 to 1000000000000000000001 step 1"),
        ["1000000000000000000000", "1000000000000000000001"]
    );
}

#[test]
fn ranges_without_the_stop() {
    assert_eq!(read("(1, 10, 2)"), ["1", "3", "5", "7", "9"]);
    assert_eq!(read("(1, 4)"), ["1", "2", "3"]);
    assert_eq!(read("(0.0, 1.0, 0.25)"), ["0.00", "0.25", "0.50", "0.75"]);
    assert_eq!(read("(5, 1, -2)"), ["5", "3"]);
    assert_eq!(read("arange(3)"), ["0", "1", "2"]);
    assert_eq!(read("np.arange(1, 4)"), ["1", "2", "3"]);
    assert_eq!(read("numpy.arange(0, 1, 0.5)"), ["0.0", "0.5"]);
    assert_eq!(read("arange(stop=3)"), ["0", "1", "2"]);
    assert_eq!(read("arange(1, stop=7, step=2)"), ["1", "3", "5"]);
    assert_eq!(read("range(2, 5)"), ["2", "3", "4"]);
}

#[test]
fn spaces_are_the_nearest_doubles() {
    let tenths = ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0"];
    assert_eq!(read("linspace(0, 1, 11)"), tenths);
    assert_eq!(read("linspace(0, 10, 3)"), ["0.0", "5.0", "10.0"]);
    assert_eq!(read("np.LinSpace(start=0, stop=1, num=4, endpoint=False)"), ["0.0", "0.25", "0.5", "0.75"]);
    assert_eq!(read("linspace(0, 1, 4)"), ["0.0", "0.3333333333333333", "0.6666666666666666", "1.0"]);
    assert_eq!(read("linspace(2, 3, 1)"), ["2.0"]);
    assert_eq!(Domain::parse("linspace(0, 1)").unwrap().len(), Some(50));
    assert_eq!(read("logspace(-5, -1, 5)"), ["1e-5", "0.0001", "0.001", "0.01", "0.1"]);
    assert_eq!(read("logspace(0, 3, 4, base=2)"), ["1.0", "2.0", "4.0", "8.0"]);
    assert_eq!(read("logspace(0, 1, 3)"), ["1.0", "3.1622776601683795", "10.0"]);
    assert_eq!(read("logspace(0.5, 1.5, 2)"), ["3.1622776601683795", "31.622776601683793"]);
    assert_eq!(read("logspace(-1, 1, 2, base=0.5)"), ["2.0", "0.5"]);
    assert_eq!(read("geomspace(1, 1000, 4)"), ["1.0", "10.0", "100.0", "1000.0"]);
    assert_eq!(read("geomspace(-1, -4, 3)"), ["-1.0", "-2.0", "-4.0"]);
    assert_eq!(
        read("geomspace(1, 256, 8, endpoint=False)"),
        ["1.0", "2.0", "4.0", "8.0", "16.0", "32.0", "64.0", "128.0"]
    );
    assert_eq!(read("geomspace(1e-300, 1e300, 3)"), ["1e-300", "1.0", "1e300"]);
    assert_eq!(read("geomspace(0.01, 10, 4)"), ["0.01", "0.1", "1.0", "10.0"]);
}

#[test]
fn toml_keeps_the_literals() {
    assert_eq!(read_toml("[-5.0, -10.0]"), ["-5.0", "-10.0"]);
    assert_eq!(read_toml("[\n  1e-5, # the smallest\n  3.10,\n  1_000,\n]"), ["1e-5", "3.10", "1000"]);
    assert_eq!(read_toml("{ from = 0.5, to = 1.0, step = 0.5 }"), ["0.5", "1.0"]);
    assert_eq!(read_toml("3.0"), ["3.0"]);
    assert_eq!(read_toml("true"), ["true"]);
    assert_eq!(read_toml("\"0.5 to 1.5 step 0.5\""), ["0.5", "1.0", "1.5"]);
    assert_eq!(read_toml("'relu'"), ["relu"]);
    assert_eq!(read_toml("\"uniform\""), ["uniform"]);
    assert_eq!(read_toml("2026-08-22"), ["2026-08-22"]);
    let list = Domain::parse_toml(r#"["relu", "3"]"#).unwrap();
    assert_eq!(list.values().unwrap(), [Value::text("relu"), Value::text("3")]);
    let number = Domain::parse_toml("'3'").unwrap();
    assert_eq!(number.values().unwrap(), [Value::integer(3)]);
    let text = Domain::parse_toml("\"'3'\"").unwrap();
    assert_eq!(text.values().unwrap(), [Value::text("3")]);
}

#[test]
fn errors_in_a_toml_string_show_what_it_holds() {
    let error = Domain::parse_toml("\"1 to 3 step 0\"").unwrap_err();
    assert_eq!(error.to_string(), "step must not be zero\n  1 to 3 step 0\n              ^");
}

#[test]
fn a_list_that_may_be_meant_as_a_range_is_told_of() {
    let hint = |text: &str| Domain::parse(text).unwrap_err().hint().unwrap_or_default().to_owned();
    assert_eq!(hint("[0.5, 3., 0.5]"), "if first, last and step are meant: 0.5 to 3. step 0.5");
    assert_eq!(hint("[-5., -30., -5.]"), "if first, last and step are meant: -5. to -30. step -5.");
    assert!(!hint("[1, 2, 1]").contains("if first"));
}

#[test]
fn a_range_without_a_step_may_be_meant_as_all_between_its_ends() {
    let hint = |text: &str| Domain::parse(text).unwrap_err().hint().unwrap_or_default().to_owned();
    assert_eq!(
        hint("{ from = 3, to = 0.5 }"),
        "say how far apart the values are: { from = 3, to = 0.5, step = -1 }; all between two bounds are \
         { type = \"continuous\", domain = [0.5, 3] }, by their magnitude with transformation = \"log\""
    );
    assert_eq!(
        hint("3 to 0.5"),
        "say how far apart the values are, as in `3 to 0.5 step -1`; all between two bounds are `uniform(0.5, 3)`, by their \
         magnitude `loguniform`"
    );
}

#[test]
fn refusals_show_the_place() {
    refused("-5 to -30 step 5", "step must be negative to go from -5 to -30\n  -5 to -30 step 5\n                 ^");
    refused("(1, 9, -1)", "step must be positive to go from 1 to 9\n  (1, 9, -1)\n         ^");
    refused("(5, 1, 1)", "step must be negative to go from 5 to 1\n  (5, 1, 1)\n         ^");
    refused("(5, 5)", "the range is empty: it stops where it starts\n  (5, 5)\n      ^");
    refused("1 to 2 step 0.0", "step must not be zero\n  1 to 2 step 0.0\n              ^");
    refused("[]", "a domain needs at least one value\n  []\n  ^");
    refused("linspace(0, 1, 0)", "a domain needs at least one value\n  linspace(0, 1, 0)\n                 ^");
    refused("linspace(0, 1, -1)", "expected a number of values\n  linspace(0, 1, -1)\n                 ^");
    refused("linspace(0, 1, 1.5)", "expected a number of values\n  linspace(0, 1, 1.5)\n                 ^");
    refused(
        "linspace(1, 1, 3)",
        "the ends are too close together for that many different values\n  linspace(1, 1, 3)\n              ^",
    );
    refused("geomspace(0, 1, 3)", "a geometric sequence cannot reach zero\n  geomspace(0, 1, 3)\n            ^");
    refused("logspace(0, 400, 3)", "no double is that large or that small\n  logspace(0, 400, 3)\n              ^");
    refused("[1, 2, 1.0]", "1.0 is in the list twice: 1 is the same number\n  [1, 2, 1.0]\n         ^");
    refused("[a, b, a]", "a is in the list twice\n  [a, b, a]\n         ^");
    refused("[1, [2]]", "expected a number or text\n  [1, [2]]\n      ^");
    refused("(1, x)", "expected a finite number\n  (1, x)\n      ^");
    refused("(1)", "expected two or three numbers\n  (1)\n    ^");
    refused("{ from = 1, too = 3 }", "unknown key `too`; `to`?\n  { from = 1, too = 3 }\n              ^");
    refused("{ from = 1, to = 3 }", "expected the key `step`\n  { from = 1, to = 3 }\n                     ^");
    refused("linspce(0, 1, 3)", "there is no function `linspce`\n  linspce(0, 1, 3)\n  ^");
    refused("inf to 3 step 1", "expected a finite number\n  inf to 3 step 1\n  ^");
    refused(
        "0 to 1 step 1e-9",
        "too many values: 1000000001, and the most is 10000000\n  0 to 1 step 1e-9\n              ^",
    );
    let error = Domain::parse("1e-9999 to 1e9999 step 1").unwrap_err();
    assert!(error.message().starts_with("too many values: a number of"));
    assert_eq!(Domain::parse("linspce(0, 1, 3)").unwrap_err().hint(), Some("did you mean `linspace`?"));
}

#[test]
fn canonical_texts() {
    for (text, canonical) in [
        ("3.10", "3.10"),
        ("relu", "'relu'"),
        ("[ 1 2.50 a ]", "[1, 2.50, 'a']"),
        ("{ from = 0.5, to = 3.0, step = 0.5 }", "0.5 to 3.0 step 0.5"),
        ("(1, 3)", "(1, 3, 1)"),
        ("arange(0, 1, 0.1)", "(0, 1, 0.1)"),
        ("np.linspace(0, 1, num=3, endpoint=false)", "linspace(0, 1, 3, endpoint=False)"),
        ("logspace(0, 1, 3, base=10.0)", "logspace(0, 1, 3)"),
        ("logspace(0, 1, 3, base=2)", "logspace(0, 1, 3, base=2)"),
    ] {
        assert_eq!(Domain::parse(text).unwrap().text(), canonical);
    }
}

#[test]
fn a_range_of_ten_million_is_not_computed_until_asked() {
    let domain = Domain::parse("1 to 10_000_000 step 1").unwrap();
    assert_eq!(domain.len(), Some(10_000_000));
    assert_eq!(domain.get(9_999_999), Some(Value::integer(10_000_000)));
    assert_eq!(domain.get(10_000_000), None);
}
