//! Several names on the left of one sign.

use super::super::*;
use super::rewriting::check;
use crate::source::Other;

#[test]
fn each_of_several_names_has_a_value_of_its_own() {
    for (language, before, name, after) in [
        (Language::Python, "a, b = 0.1, f(1, 2)  # a\n", "a", "a, b = 5.5, f(1, 2)  # a\n"),
        (Language::Python, "x = 1; self.a, b = 0.1, 0.2\n", "b", "x = 1; self.a, b = 0.1, 5.5\n"),
        (Language::Python, "(a, b) = (0.1, 0.2)\n", "a", "(a, b) = (5.5, 0.2)\n"),
        (Language::Python, "f(a,\n  c, b=3)\n", "b", "f(a,\n  c, b=5.5)\n"),
        (Language::Lua, "local a, b = 1, 2 -- b\n", "b", "local a, b = 1, 5.5 -- b\n"),
        (Language::Lua, "t = {\n  a, b = 3,\n}\n", "b", "t = {\n  a, b = 5.5,\n}\n"),
        (Language::Julia, "a, b = 0.1, 0.2\n", "b", "a, b = 0.1, 5.5\n"),
        (Language::Go, "a, b := 1.0, 2.0\n", "a", "a, b := 5.5, 2.0\n"),
        (Language::Go, "var (\n  a, b = 1.0, 2.0\n)\n", "b", "var (\n  a, b = 1.0, 5.5\n)\n"),
        (Language::Go, "var a, b float64 = 1.0, 2.0\n", "b", "var a, b float64 = 1.0, 5.5\n"),
        (Language::Go, "var a, b float64 = 1.0, 2.0\n", "a", "var a, b float64 = 5.5, 2.0\n"),
        (Language::Go, "var a, b = 1.0, 2.0\n", "b", "var a, b = 1.0, 5.5\n"),
        (Language::Rust, "let (a, mut b) = (0.1, 0.2);\n", "b", "let (a, mut b) = (0.1, 5.5);\n"),
        (Language::JavaScript, "const [a, b] = [0.1, 0.2];\n", "a", "const [a, b] = [5.5, 0.2];\n"),
        (Language::Perl, "my ($a, $b) = (1, 2);\n", "b", "my ($a, $b) = (1, 5.5);\n"),
        (Language::Generic, "a, b = 1, 2\n", "b", "a, b = 1, 5.5\n"),
        (Language::Generic, "double a, b = 2, c = 3;\n", "b", "double a, b = 5.5, c = 3;\n"),
        (Language::Generic, "a, b = 2, c = 3\n", "b", "a, b = 5.5, c = 3\n"),
        (Language::Other(Other::Nim), "echo a, b\nlet b = 2\n", "b", "echo a, b\nlet b = 5.5\n"),
        (Language::Generic, "double a, b = 2;\n", "b", "double a, b = 5.5;\n"),
        (Language::C, "double a, b = 2.0;\n", "b", "double a, b = 5.5;\n"),
    ] {
        check(&[(language, before, name, "5.5", after)]);
    }
}

#[test]
fn values_that_cannot_be_told_apart_are_not_replaced() {
    for (language, source) in [
        (Language::Python, "a, b = f()\n"),
        (Language::Python, "a, b = 1, \\\n  2\n"),
        (Language::Lua, "a, b = 1, 2 +\n  3\n"),
        (Language::Go, "a, b := f(1, 2)\n"),
        (Language::Go, "b, a = 1, 2, 3\n"),
        (Language::Generic, "a, b = 5\n"),
        (Language::Perl, "my ($b, @a) = (1, 2);\n"),
        (Language::Python, "a, b = c = 1, 2\n"),
        (Language::Python, "a, b = yield 1, 2\n"),
        (Language::Rust, "let (a, b) = f();\n"),
        (Language::Other(Other::Nim), "var a, b = 5\n"),
        (Language::Other(Other::Ada), "a, b : Integer := 5;\n"),
        (Language::Fortran, "x(a, b) = (1, 2)\n"),
    ] {
        for name in ["a", "b"] {
            let found = Template::assignment(name, language).find(source.as_bytes(), Occurrences::Only);
            assert!(found.is_err(), "{source}");
        }
    }
}

#[test]
fn a_value_behind_one_that_may_be_several_is_not_replaced() {
    for (language, source) in [
        (Language::Perl, "my ($a, $b) = (@x, 1);\n"),
        (Language::Perl, "my ($a, $b) = (f(2), 1);\n"),
        (Language::JavaScript, "const [a, b] = [...x, 1];\n"),
        (Language::Julia, "a, b = x..., 1\n"),
        (Language::Python, "a, b = *x, 1\n"),
    ] {
        let found = Template::assignment("b", language).find(source.as_bytes(), Occurrences::Only);
        assert!(found.is_err(), "{source}");
    }
}
