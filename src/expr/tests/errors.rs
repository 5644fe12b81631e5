use super::*;

#[test]
fn errors_show_the_place_and_the_way_out() {
    let cases: &[(&str, &str, &str)] = &[
        ("", "expected a value, found the end\n    \n    ^", ""),
        ("x >", "expected a value, found the end\n    x >\n       ^", ""),
        ("x > > 3", "expected a value, found `>`\n    x > > 3\n        ^", ""),
        ("x and && y", "expected a value, found `&&`\n    x and && y\n          ^^", ""),
        ("(x > 2", "expected `)`, found the end\n    (x > 2\n          ^", ""),
        ("x > 2)", "expected an operator or the end, found `)`\n    x > 2)\n         ^", ""),
        ("x 3", "expected an operator or the end, found `3`\n    x 3\n      ^", ""),
        ("x AND y", "expected an operator or the end, found `AND`\n    x AND y\n      ^^^", "did you mean `and`?"),
        ("o = 'sgd'", "`=` is not an operator here\n    o = 'sgd'\n      ^", "write `==`"),
        ("x ≥ 2", "`≥` is not an operator here\n    x ≥ 2\n      ^", "write `>=`"),
        ("(a > 1) & b", "`&` is not an operator here\n    (a > 1) & b\n            ^", "write `and`"),
        ("a ? b", "`?` is not an operator here\n    a ? b\n      ^", "write `b if a else c`"),
        ("a $ b", "unexpected \"$\"\n    a $ b\n      ^", ""),
        ("if a then b", "expected a value, found `if`\n    if a then b\n    ^^", "a choice is written `b if a else c`"),
        ("b if a", "expected `else`, found the end\n    b if a\n          ^", ""),
        ("o == 'sgd", "this text does not end\n    o == 'sgd\n         ^", "close it with '"),
        ("`lr > 1", "this name does not end\n    `lr > 1\n    ^", "close it with `"),
        ("2x + 1", "`2x` is not a number\n    2x + 1\n    ^^", "a product is written `2 * x`, a name in backquotes"),
        ("1.2.3", "`1.2.3` is not a number\n    1.2.3\n    ^^^^^", ""),
        ("2(x)", "expected an operator or the end, found `(`\n    2(x)\n     ^", "a product needs its `*`"),
        ("sqr(x)", "there is no function `sqr`\n    sqr(x)\n    ^^^", "did you mean `sqrt`?"),
        ("np.sqrt(x)", "there is no function `np.sqrt`\n    np.sqrt(x)\n    ^^^^^^^", "did you mean `sqrt`?"),
        ("1 + sqrt(x, 2)", "`sqrt` takes 1 value, not 2\n    1 + sqrt(x, 2)\n        ^^^^^^^^^^", ""),
        ("min()", "`min` takes at least 1 value, not 0\n    min()\n    ^^^^^", ""),
        ("min(1, 2", "expected `,` or `)`, found the end\n    min(1, 2\n            ^", ""),
        ("min(1 2)", "expected `,` or `)`, found `2`\n    min(1 2)\n          ^", ""),
        ("x in [1, 2", "expected `,` or `]`, found the end\n    x in [1, 2\n              ^", ""),
        (
            "x == [1]",
            "expected a value, found `[`\n    x == [1]\n         ^",
            "a list stands only on the right of `in`",
        ),
        (
            "o == 'sgd' or 'adam'",
            "the text 'adam' is not a condition\n    o == 'sgd' or 'adam'\n                  ^^^^^^",
            "to compare with several values write `x in [a, b]`",
        ),
        ("x is 3", "expected `missing` after `is`\n    x is 3\n         ^", "values compare with `==`"),
        (
            "x < missing",
            "`missing` can only be asked for\n    x < missing\n        ^^^^^^^",
            "write `x is missing` or `x is not missing`",
        ),
        ("a and\n  b >\t* 2\nor c", "expected a value, found `*`\n      b > * 2\n          ^", ""),
        ("µ \u{1b} 1", "unexpected \"\\u{1b}\"\n    µ \u{fffd} 1\n      ^", ""),
    ];
    for &(text, rendered, hint) in cases {
        let error = Expression::parse(text).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.hint().unwrap_or_default()), (rendered, hint), "{text}");
    }
}

#[test]
fn strict_evaluation_refuses_what_is_not_defined() {
    let float = "`float(...)` reads a text as a number";
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "1 + optimizer < 10",
            "optimizer=sgd",
            "the number 1 and `optimizer` (the text 'sgd') cannot be combined by `+`\n    1 + optimizer < 10\n    ^^^^^^^^^^^^^",
            "",
        ),
        (
            "lr > 0 and optimizer < 10",
            "optimizer=sgd lr=1",
            "`optimizer` (the text 'sgd') and the number 10 cannot be compared by `<`\n    lr > 0 and optimizer < 10\n               ^^^^^^^^^^^^^^",
            "",
        ),
        (
            "t >= `x-y`",
            "t=\"3\" x-y=4",
            "`t` (the text '3') and `x-y` (the number 4) cannot be compared by `>=`\n    t >= `x-y`\n    ^^^^^^^^^^",
            float,
        ),
        (
            "x in y",
            "x=1 y=2",
            "`x` (the number 1) and `y` (the number 2) cannot be compared by `in`\n    x in y\n    ^^^^^^",
            "on the right of `in` stands a list, `[a, b]`, or a text",
        ),
        ("2 * g_x", "", "`g_x` has no value here\n    2 * g_x\n        ^^^", ""),
        (
            "g_x > 1 is missing",
            "",
            "`missing` can only be asked for\n    g_x > 1 is missing\n               ^^^^^^^",
            "write `x is missing` or `x is not missing`",
        ),
        ("x / (x - 1)", "x=1", "division by zero\n    x / (x - 1)\n    ^^^^^^^^^^^", ""),
        ("x % 0", "x=1", "division by zero\n    x % 0\n    ^^^^^", ""),
        ("0 ** -1", "", "division by zero\n    0 ** -1\n    ^^^^^^^", ""),
        ("sqrt(-x)", "x=1", "the result is not a real number\n    sqrt(-x)\n    ^^^^^^^^", ""),
        ("1 + log(0)", "", "the result is not finite\n    1 + log(0)\n        ^^^^^^", ""),
        ("(-8) ** 0.5", "", "the result is not a real number\n    (-8) ** 0.5\n    ^^^^^^^^^^^", ""),
        (
            "log10(10 ** 400)",
            "",
            "a number is too large to calculate with: doubles end at 1.8e308\n    log10(10 ** 400)\n    ^^^^^^^^^^^^^^^^",
            "",
        ),
        (
            "C ** 0.5",
            "C=1e400",
            "a number is too large to calculate with: doubles end at 1.8e308\n    C ** 0.5\n    ^^^^^^^^",
            "",
        ),
        (
            "C * pi",
            "C=1e400",
            "a number is too large to calculate with: doubles end at 1.8e308\n    C * pi\n    ^^^^^^",
            "",
        ),
        ("9 ** 9 ** 9", "", "the result has too many digits\n    9 ** 9 ** 9\n    ^^^^^^^^^^^", ""),
        ("abs(o)", "o=sgd", "`abs` needs a number, not the text 'sgd'\n    abs(o)\n    ^^^^^^", float),
        ("int('x')", "", "the text 'x' is not a number\n    int('x')\n    ^^^^^^^^", ""),
        ("int(inf)", "", "inf cannot be rounded to a whole number\n    int(inf)\n    ^^^^^^^^", ""),
        ("len(3)", "", "`len` needs a text, not the number 3\n    len(3)\n    ^^^^^^", ""),
        ("-o", "o=sgd", "`-` needs a number, not the text 'sgd'\n    -o\n    ^^", ""),
        (
            "x > 0 and o",
            "x=1 o=sgd",
            "the text 'sgd' is neither true nor false\n    x > 0 and o\n              ^",
            "compare it: `name == 'text'`",
        ),
        ("missing", "", "the expression has no value here\n    missing\n    ^^^^^^^", ""),
    ];
    for &(text, given, rendered, hint) in cases {
        let error = value(text, given).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.hint().unwrap_or_default()), (rendered, hint), "{text}");
    }
}

#[test]
fn an_unknown_name_offers_the_near_miss() {
    let expression = Expression::parse("g_e > 0 and `g-x` + g_l + `g-x` > g_e").unwrap();
    assert_eq!(expression.variables(), ["g_e", "g-x", "g_l"]);
    assert_eq!(expression.check(&["g_e", "g-x", "g_l", "C"]), Ok(()));
    let error = expression.check(&["g_e", "g-x", "g_i2"]).unwrap_err();
    let text = "there is no `g_l`\n    g_e > 0 and `g-x` + g_l + `g-x` > g_e\n                        ^^^";
    assert_eq!(error.to_string(), text);
    assert_eq!(error.hint(), Some("did you mean `g_e`?"));
    let error = value("voltage > 1", "").unwrap_err().among(&["g_e", "C"]);
    assert_eq!(error.hint(), Some("the names here are g_e, C"));
    assert_eq!(crate::hint::hints(&error.into_hinted()), ["the names here are g_e, C"]);
    for text in ["voltage == g_e", "g_e !=voltage", "1 > 0 and voltage=='on'"] {
        let error = value(text, "g_e=1").unwrap_err().among(&["g_e", "C"]);
        assert_eq!(error.hint(), Some("text stands between quotes, 'voltage'; the names here are g_e, C"), "{text}");
    }
    assert_eq!(value("C > 1", "").unwrap_err().among(&["C"]).hint(), None);
}
