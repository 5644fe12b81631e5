use super::*;
use crate::source::Language::*;

fn render(language: Language, old: &str, value: &Value) -> Result<String, String> {
    Literal::read(old.as_bytes(), language).render(value, None).map_err(|error| error.to_string())
}

#[test]
fn numbers_keep_the_style_of_the_literal() {
    for (language, old, value, expected) in [
        (C, "3.0f", "inf", "inf"),
        (C, "3.0f", "0x10", "16.0f"),
        (C, "3", "0x10", "0x10"),
        (C, "3.0f", "5.", "5.0f"),
        (C, "10ms", "20", "20ms"),
        (Fortran, "3.0d0", ".5", ".5d0"),
        (Fortran, "3.0d0", "5.", "5.0d0"),
        (Fortran, "3d0", "5", "5d0"),
        (Fortran, "3.0d0", "1E+5", "1d+5"),
        (Fortran, "3", "0x10", "16"),
        (Rust, "3.0", ".5", "0.5"),
        (Kotlin, "3.0", "5.", "5.0"),
        (C, "3", "-010", "-10"),
        (Python, "3", "000", "0"),
        (Python, "3", "00.5", "00.5"),
        (Shell, "3", "010", "010"),
        (Rust, "3_i64", "-5", "-5_i64"),
        (Yaml, "3", "1e5", "1.0e+5"),
        (Yaml, "3", "-inf", "-.inf"),
        (Yaml, "3", "007", "7"),
        (Yaml, "3", "0b101", "5"),
        (Json, "3", "+5.", "5.0"),
        (Json, "3", "1e5", "1e5"),
        (Json, "3", "0x10", "16"),
        (Toml, "3", "0x10", "0x10"),
        (Toml, "3", "-0x10", "-16"),
        (Toml, "3.0", "inf", "inf"),
        (Julia, "3.0", "nan", "NaN"),
        (JavaScript, "3", "-inf", "-Infinity"),
        (Python, "x + 1", "0.10", "0.10"),
        (Perl, "3", "007.5", "7.5"),
        (JavaScript, "3", "-00.5", "-0.5"),
        (JavaScript, "3", "-.5", "-.5"),
        (Rust, "3.0", "+5", "5.0"),
        (Lua, "3", "+5", "5"),
    ] {
        assert_eq!(render(language, old, &Value::number(value).unwrap()).unwrap(), expected, "{old} <- {value}");
    }
}

#[test]
fn truth_is_spelt_as_the_language_or_the_old_value_has_it() {
    for (language, old, expected) in [
        (Python, "False", "True"),
        (Python, "x", "True"),
        (Python, "0", "True"),
        (R, "FALSE", "TRUE"),
        (R, "F", "T"),
        (R, "x", "TRUE"),
        (Fortran, ".FALSE.", ".TRUE."),
        (Fortran, "x", ".true."),
        (C, "0", "1"),
        (C, "x", "true"),
        (Hoc, "x", "1"),
        (Gromacs, "no", "yes"),
        (Ini, "Off", "On"),
        (Json, "0", "true"),
        (Yaml, "no", "true"),
    ] {
        assert_eq!(render(language, old, &Value::bool(true)).unwrap(), expected, "{language:?} {old}");
    }
}

#[test]
fn text_keeps_the_quotes_it_finds() {
    for (language, old, text, expected) in [
        (Python, "'a'", "3", "'3'"),
        (Python, "b\"a\"", "x", "b\"x\""),
        (Python, "'a' \"b\"", "it's", "'it\\'s'"),
        (C, "\"a\" \"b\"", "x", "\"x\""),
        (Python, "\"\"\"a\"\"\"", "it\"s", "\"\"\"it\"s\"\"\""),
        (Python, "relu", "tanh", "tanh"),
        (Python, "3", "a * 2", "a * 2"),
        (Python, "f(x)", "[1, 'b # c']", "[1, 'b # c']"),
        (Fortran, "'a'", "C:\\x", "'C:\\x'"),
        (Rust, "r##\"a\"##", "x\"#", "r##\"x\"#\"##"),
        (C, "R\"(a)\"", "x\"", "R\"(x\")\""),
        (C, "u8\"a\"", "x", "u8\"x\""),
        (Lua, "[=[a]=]", "]]", "[=[]]]=]"),
        (Make, "\"a b\"", "c", "\"c\""),
        (Shell, "'a'", "$x", "'$x'"),
        (Ini, "a", "b c", "b c"),
        (Json, "3", "a\nb", "\"a\\nb\""),
        (Toml, "'a'", "b", "'b'"),
        (Toml, "'a'", "[1]", "'[1]'"),
    ] {
        assert_eq!(render(language, old, &Value::text(text)).unwrap(), expected, "{old} <- {text}");
    }
}

#[test]
fn what_has_a_meaning_in_a_string_is_written_so_that_the_program_reads_it() {
    let text = "a'b\"c$d\\e%f{g}`h";
    for (language, old, expected) in [
        (Python, "'x'", r#"'a\'b"c$d\\e%f{g}`h'"#),
        (Python, "\"\"\"x\"\"\"", r#""""a'b"c$d\\e%f{g}`h""""#),
        (Python, "f\"x\"", r#"f"a'b\"c$d\\e%f{{g}}`h""#),
        (C, "\"x\"", r#""a'b\"c$d\\e%f{g}`h""#),
        (Rust, "\"x\"", r#""a'b\"c$d\\e%f{g}`h""#),
        (Go, "\"x\"", r#""a'b\"c$d\\e%f{g}`h""#),
        (JavaScript, "`x`", r#"`a'b"c\$d\\e%f{g}\`h`"#),
        (Julia, "\"x\"", r#""a'b\"c\$d\\e%f{g}`h""#),
        (R, "'x'", r#"'a\'b"c$d\\e%f{g}`h'"#),
        (R, "r\"-(x)-\"", r#"r"-(a'b"c$d\e%f{g}`h)-""#),
        (Lua, "'x'", r#"'a\'b"c$d\\e%f{g}`h'"#),
        (Perl, "\"x\"", r#""a'b\"c\$d\\e%f{g}`h""#),
        (Perl, "'x'", r#"'a\'b"c$d\\e%f{g}`h'"#),
        (Shell, "\"x\"", r#""a'b\"c\$d\\e%f{g}\`h""#),
        (Shell, "'x'", r#"'a'\''b"c$d\e%f{g}`h'"#),
        (Fortran, "'x'", r#"'a''b"c$d\e%f{g}`h'"#),
        (Matlab, "'x'", r#"'a''b"c$d\e%f{g}`h'"#),
    ] {
        assert_eq!(render(language, old, &Value::text(text)).unwrap(), expected, "{language:?} {old}");
    }
    assert_eq!(render(Python, "\"\"\"x\"\"\"", &Value::text("y\"")).unwrap(), "\"\"\"y\\\"\"\"\"");
    assert_eq!(render(C, "'x'", &Value::text("'")).unwrap(), "'\\''");
    assert_eq!(render(Perl, "\"x\"", &Value::text("a@b")).unwrap(), "\"a\\@b\"");
}

#[test]
fn a_number_takes_the_place_of_all_of_an_imaginary_one() {
    for (language, old) in [(Matlab, "3e-2i"), (Julia, "3im"), (R, "2i"), (Go, "2i"), (Python, "3j")] {
        assert_eq!(render(language, old, &Value::number("77").unwrap()).unwrap(), "77", "{old}");
    }
    assert_eq!(render(Matlab, "3e-2i", &Value::text("5i")).unwrap(), "5i");
}

#[test]
fn a_negative_number_takes_no_place_of_one_without_a_sign() {
    for (language, old) in [(C, "10u"), (C, "10UL"), (Rust, "10_u32"), (Kotlin, "10u"), (Generic, "10u")] {
        let said = render(language, old, &Value::number("-5").unwrap()).unwrap_err();
        assert!(said.ends_with("is one of numbers without a sign"), "{said}");
        assert!(render(language, old, &Value::number("5").unwrap()).is_ok());
    }
    assert_eq!(render(C, "10us", &Value::number("-5").unwrap()).unwrap(), "-5us");
    let mut literal = Literal::read(b"10", C);
    literal.declare(Declared { whole_type: Some("uint32_t".to_owned()), ..Declared::default() });
    assert_eq!(
        literal.render(&Value::number("-5").unwrap(), None).unwrap_err().to_string(),
        "-5 cannot be written there: its line declares it `uint32_t`, which has no negative numbers"
    );
}

#[test]
fn a_single_value_takes_no_place_of_a_namelists_list() {
    for old in ["1.0, 2.0", "1 2 3*4.0d0", "T, F", "'a b' 'c'"] {
        let said = render(Fortran, old, &Value::number("5").unwrap()).unwrap_err();
        assert!(said.ends_with("a list, and the value is a single one"), "{said}");
        assert_eq!(render(Fortran, old, &Value::text("5, 6")).unwrap(), "5, 6");
    }
    for old in ["a, b", "(1.0, 2.0)", "[1, 2]"] {
        assert_eq!(render(Fortran, old, &Value::number("5").unwrap()).unwrap(), "5");
    }
    assert_eq!(render(Fortran, "3*4.0", &Value::number("5").unwrap()).unwrap(), "5.0");
    let mut repeated = Literal::read(b"3*4.0", Fortran);
    repeated.declare(Declared { in_namelist: true, ..Declared::default() });
    let said = repeated.render(&Value::number("5").unwrap(), None).unwrap_err().to_string();
    assert!(said.ends_with("a list, and the value is a single one"), "{said}");
}

#[test]
fn a_list_takes_the_place_of_a_list() {
    for (language, old, text, expected) in [
        (Yaml, "[32, 16]", "[64]", "[64]"),
        (Yaml, "[32, 16]", "{a: [1, b]}", "{a: [1, b]}"),
        (Yaml, "[32, 16]", "[64", "\"[64\""),
        (Yaml, "[32, 16]", "x", "x"),
        (Yaml, "[32, 16]", "", "\"\""),
        (Toml, "[32, 16]", "[64, 64]", "[64, 64]"),
        (Toml, "{ a = 1 }", "{ a = 2 }", "{ a = 2 }"),
        (Toml, "[32, 16]", "[x]", "\"[x]\""),
        (Json, "[32, 16]", "[64, [1]]", "[64, [1]]"),
        (Json, "[32, 16]", "64, 16", "\"64, 16\""),
    ] {
        assert_eq!(render(language, old, &Value::text(text)).unwrap(), expected, "{old} <- {text}");
    }
    assert!(render(Yaml, "[32, 16]", &Value::text("[64] # wide")).is_err());
}

#[test]
fn a_single_value_takes_no_place_of_a_list_that_is_compiled() {
    let number = Value::number("5").unwrap();
    for (language, old, text) in [
        (C, "{1, 2}", "{5, 6}"),
        (C, "{0}", "{5}"),
        (C, "new double[]{1, 2}", "new double[]{5, 6}"),
        (C, "std::vector<double>{1, 2}", "load(x)"),
        (Go, "[]float64{1, 2}", "[]float64{5}"),
        (Rust, "[1.0, 2.0]", "[5.0, 6.0]"),
        (Rust, "vec![1.0, 2.0]", "vec![5.0]"),
    ] {
        for value in [&number, &Value::bool(true)] {
            let said = render(language, old, value).unwrap_err();
            assert_eq!(
                said,
                format!("{value} cannot be written there: `{old}` stands there, a list, and the value is a single one")
            );
        }
        assert_eq!(render(language, old, &Value::text(text)).unwrap(), text);
    }
    for (language, old) in [
        (C, "f(1, 2)"),
        (C, "double{3}"),
        (Rust, "a[1]"),
        (Python, "[1, 2]"),
        (Julia, "[1, 2]"),
        (R, "c(1, 2)"),
        (Matlab, "[1, 2]"),
        (Fortran, "[1, 2]"),
        (Json, "[1, 2]"),
    ] {
        assert_eq!(render(language, old, &number).unwrap(), "5", "{old}");
    }
}

#[test]
fn what_stands_there_is_read_as_the_value_that_it_is() {
    for (language, text, expected) in [
        (Fortran, "1.0d-2", Value::number("1.0e-2").unwrap()),
        (C, "2.5f", Value::number("2.5").unwrap()),
        (Rust, "1_000_i64", Value::number("1000").unwrap()),
        (Fortran, ".TRUE.", Value::bool(true)),
        (Python, "False", Value::bool(false)),
        (Python, "'relu'", Value::text("relu")),
        (Python, "relu", Value::text("relu")),
    ] {
        assert_eq!(Literal::read(text.as_bytes(), language).readings()[0], expected, "{text}");
    }
    let readings = |text: &str| Literal::read(text.as_bytes(), C).readings();
    assert!(readings("1").contains(&Value::bool(true)));
    assert!(!readings("2").contains(&Value::bool(true)));
}

#[test]
fn values_that_cannot_stand_there_are_refused() {
    let there = "cannot be written there";
    for (language, old, text, message) in [
        (Dotenv, "'a'", "it's", format!("it's {there}: it holds `'`, which ends the string there")),
        (Dotenv, "a", "'", "' cannot be written there: it is not one value of the language".to_owned()),
        (
            Lammps,
            "'a'",
            "a\\n",
            format!("a\\n {there}: it holds a backslash, which the string there would take for an escape"),
        ),
        (
            Matlab,
            "\"a\"",
            "a\\n",
            format!("a\\n {there}: it holds a backslash, which the string there would take for an escape"),
        ),
        (
            Python,
            "b'a'",
            "é",
            format!("é {there}: the string there holds bytes, and of characters those of ASCII alone"),
        ),
        (Python, "x", "a\nb", format!("\"a\\nb\" {there}: it spans several lines")),
        (Python, "x", "a\0b", format!("\"a\\u0000b\" {there}: it holds a NUL")),
        (Python, "x", "a # b", format!("\"a # b\" {there}: a part of it would be taken for a comment")),
        (Python, "x", "f(1", format!("f(1 {there}: it is not one value of the language")),
        (Python, "x", " a", format!("\" a\" {there}: it is not one value of the language")),
        (Python, "x", "", format!("\"\" {there}: it is empty, and the place is not one in quotes")),
        (C, "x", "1; y", format!("\"1; y\" {there}: it is not one value of the language")),
        (C, "'a'", "ab", format!("ab {there}: the place holds one character")),
        (Shell, "x", "a b", format!("\"a b\" {there}: it is not one value of the language")),
        (Kotlin, "\"x\"", "$y", format!("$y {there}: it holds `$`, which has a meaning in the string there")),
        (Generic, "\"x\"", "#{y}", format!("#{{y}} {there}: it holds `#`, which has a meaning in the string there")),
        (
            Python,
            "r'x'",
            "y\\",
            format!("y\\ {there}: it holds a backslash, which the string there would take for an escape"),
        ),
        (Python, "r'x'", "y'", format!("y' {there}: it holds `'`, which ends the string there")),
        (Ini, "x", "a ; b", format!("\"a ; b\" {there}: a part of it would be taken for a comment")),
        (Json, "x", "a\0", format!("\"a\\u0000\" {there}: it holds a NUL")),
    ] {
        assert_eq!(render(language, old, &Value::text(text)).unwrap_err(), message, "{old} <- {text}");
    }
    let half = Value::number("2.5").unwrap();
    assert_eq!(
        render(Rust, "3u32", &half).unwrap_err(),
        format!("2.5 {there}: its suffix `u32` is one of whole numbers")
    );
    let infinite = Value::number("inf").unwrap();
    assert_eq!(render(Json, "3", &infinite).unwrap_err(), format!("inf {there}: JSON has no spelling for it"));
}

#[test]
fn a_format_shapes_the_number() {
    for (language, old, format, value, expected) in [
        (C, "3.0f", "%.2f", "2.5", "2.50f"),
        (C, "3.0", "%d", "5", "5"),
        (C, "3.0f", "%d", "5", "5.0f"),
        (Fortran, "3.0d0", "%.2e", "2.5", "2.50d+00"),
        (Fortran, "3.0d0", "%.2f", "2.5", "2.50d0"),
        (Python, "3.0", "{} * nS", "2.5", "2.5 * nS"),
        (Python, "'3nS'", "{}nS", "2.5", "'2.5nS'"),
        (Yaml, "3nS", "{}nS", "2.5", "\"2.5nS\""),
        (Python, "'run_01'", "run_%02d", "7", "'run_07'"),
    ] {
        let format = Format::parse(format).unwrap();
        let literal = Literal::read(old.as_bytes(), language);
        assert_eq!(literal.render(&Value::number(value).unwrap(), Some(&format)).unwrap(), expected, "{old}");
    }
}
