//! What functions and commands are told by a name, and calls that give none a value.

use super::super::*;
use super::rewriting::check;
use crate::source::Other::{Ada, CMake, Crystal, FSharp, Nim, Ocaml, Pascal};
use crate::value::Value;

#[test]
fn commands_of_cmake_give_variables_their_values() {
    check(&[
        (Language::Other(CMake), "set(N 8) # n\n", "N", "5", "set(N 5) # n\n"),
        (Language::Other(CMake), "SET( N\n  8\n)\n", "N", "5", "SET( N\n  5\n)\n"),
        (Language::Other(CMake), "set(N 8 CACHE STRING \"of N\")\n", "N", "5", "set(N 5 CACHE STRING \"of N\")\n"),
        (Language::Other(CMake), "set(N 1 2 3 PARENT_SCOPE)\n", "N", "5", "set(N 5 PARENT_SCOPE)\n"),
        (Language::Other(CMake), "option(N \"N (8)\" ON)\n", "N", "OFF", "option(N \"N (8)\" OFF)\n"),
        (
            Language::Other(CMake),
            "set(N 8)\nset(N ${N} PARENT_SCOPE)\n",
            "N",
            "5",
            "set(N 5)\nset(N ${N} PARENT_SCOPE)\n",
        ),
        (
            Language::Other(CMake),
            "set_property(TARGET N PROPERTY N 3)\nset(N 8)\n",
            "N",
            "5",
            "set_property(TARGET N PROPERTY N 3)\nset(N 5)\n",
        ),
    ]);
    // Behind the name of an option its help stands, whatever it is.
    for text in ["option(N ON)\n", "option(N \"of N\")\n", "set(N)\n", "unset(N)\n", "set(ENV{N} 8)\n", "# set(N 8)\n"]
    {
        assert_none(text, "N", Language::Other(CMake));
    }
}

#[test]
fn fields_of_a_struct_have_their_values_behind_their_names() {
    check(&[
        (Language::Matlab, "p = struct('g', 3, 'h', 4); % g\n", "g", "5", "p = struct('g', 5, 'h', 4); % g\n"),
        (
            Language::Matlab,
            "p = struct('n', 'g', ... a\n  'g', [1 2]);\n",
            "g",
            "5",
            "p = struct('n', 'g', ... a\n  'g', 5);\n",
        ),
        (Language::Matlab, "o = odeset(o, 'RelTol', 1e-4);\n", "RelTol", "1e-6", "o = odeset(o, 'RelTol', 1e-6);\n"),
        (
            Language::Matlab,
            "addParameter(p, 'g', 3, @isnumeric);\n",
            "g",
            "5",
            "addParameter(p, 'g', 5, @isnumeric);\n",
        ),
        (Language::Matlab, "g = 3;\np = struct('g', g);\n", "g", "5", "g = 5;\np = struct('g', g);\n"),
    ]);
    for text in ["s = struct('n', 'g', 'h', 4);\n", "fprintf('g', 3);\n", "s = strrep(s, 'g', 'h');\n"] {
        assert_none(text, "g", Language::Matlab);
    }
}

#[test]
fn a_call_gives_no_name_a_value() {
    for text in [
        "if (a) g(1); else g(2);\n",
        "  else g{2};\n",
        "  new g(2);\n",
        "  return g(2);\n",
        "  throw g(2);\n",
        "  delete g(2);\n",
        "  co_yield g(2);\n",
        "  while (a) g(2);\n",
    ] {
        assert_none(text, "g", Language::C);
    }
    check(&[(Language::C, "  double g(2); return g(3);\n", "g", "5", "  double g(5); return g(3);\n")]);
}

#[test]
fn a_comparison_or_a_type_gives_no_name_a_value() {
    for (language, text) in [
        (Ada, "if g = 3 then h := 4; end if;\n"),
        (Ada, "x <= 3 when a\nelsif g = 4 then\n"),
        (Ada, "g : Integer;\n"),
        (Pascal, "if g = 3 then h := 4;\n"),
        (Pascal, "if a then x := 1 else if g = 3 then h := 4;\n"),
        (Pascal, "until g = 3;\n"),
        (Pascal, "var g: integer;\n"),
        (Nim, "type P* = object\n  g*: int\n"),
        (Nim, "type P* = object\n  h: float\n  g*{.x.}: int\n"),
        (Crystal, "@g : Int32\n"),
        (Ocaml, "type t = { h: float; g: int }\n"),
        (FSharp, "type T =\n  { g: int }\n"),
    ] {
        assert_none(text, "g", Language::Other(language));
    }
    check(&[
        (Language::Other(Pascal), "if (h = 3) then g := 4;\n", "g", "5", "if (h = 3) then g := 5;\n"),
        (Language::Other(Pascal), "const g = 3;\n", "g", "5", "const g = 5;\n"),
        (Language::Other(Nim), "if a: g = 3\nelse: h = 4\n", "g", "5", "if a: g = 5\nelse: h = 4\n"),
    ]);
    for (language, text, name) in [
        (Language::Go, "const g = 3\n", "const"),
        (Language::Go, "var g float64 = 3\n", "float64"),
        (Language::Python, "else: g = 3\n", "else"),
    ] {
        assert_none(text, name, language);
    }
}

#[test]
fn numbers_of_enumerations_are_whole() {
    let refusal = |language: Language, text: &str, value: &str| {
        let sites = Template::assignment("g", language).find(text.as_bytes(), Occurrences::Only).unwrap();
        sites[0].literal.render(&Value::guess(value), None).err().map(|error| error.to_string())
    };
    for (language, text, by) in [
        (Language::C, "enum { g = 4, h };\n", "its line"),
        (Language::C, "enum class E : char { f = 1, g = 4 };\n", "its line"),
        (Language::C, "double x(); // g\nenum E\n{\n  f,\n  g = 4,\n};\n", "line 3"),
        (Language::Rust, "#[repr(u8)]\nenum E { g = 4 }\n", "its line"),
    ] {
        let said = refusal(language, text, "0.5").unwrap_or_default();
        assert!(said.ends_with(&format!("{by} declares it `enum`, which has no fractions")), "{text}{said}");
        assert_eq!(refusal(language, text, "-5"), None, "{text}");
    }
    for text in [
        "/* enum */ struct S { double g = 4; };\n",
        "enum E f() { g = 4; }\n",
        "enum E e; struct S s = { .g = 4 };\n",
        "import std.math;\nenum { g = 4 }\n",
        "enum { g = 0.1, h = 4 }\n",
    ] {
        assert_eq!(refusal(Language::C, text, "0.5"), None, "{text}");
    }
}

#[test]
fn properties_and_generics_have_values_behind_what_they_are() {
    check(&[
        (
            Language::C,
            "public double G { get; private set; } = 0.1; // g\n",
            "G",
            "0.5",
            "public double G { get; private set; } = 0.5; // g\n",
        ),
        (
            Language::C,
            "double G\n{\n  get;\n  init;\n} = 0.1;\n",
            "G",
            "0.5",
            "double G\n{\n  get;\n  init;\n} = 0.5;\n",
        ),
        (
            Language::Other(Ada),
            "entity e is generic (G : real := 0.1; N : integer := 3); end;\n",
            "G",
            "0.5",
            "entity e is generic (G : real := 0.5; N : integer := 3); end;\n",
        ),
        (
            Language::Other(Ada),
            "entity e is generic (G : real := 0.1; N : integer := 3); end;\n",
            "N",
            "5",
            "entity e is generic (G : real := 0.1; N : integer := 5); end;\n",
        ),
    ]);
    let constructor = "double G { get; set; } = 0.1;\nvoid f() { G = 3; }\n";
    assert!(Template::assignment("G", Language::C).find(constructor.as_bytes(), Occurrences::Only).is_err());
}

#[test]
fn r_assigns_to_the_right() {
    check(&[
        (Language::R, "0.2 * 3 -> g # a\n", "g", "5", "5 -> g # a\n"),
        (Language::R, "h <- 3; f(1, 2) ->> g\n", "g", "5", "h <- 3; 5 ->> g\n"),
        (Language::R, "{ -0.2 -> p$g }\n", "g", "5", "{ 5 -> p$g }\n"),
    ]);
    for text in [
        "h <- 0.2 -> g\n",
        "0.2 -> h -> g\n",
        "0.2 -> g -> h\n",
        "if (a) 0.2 -> g\n",
        "df %>%\n  filter(a > 2) -> g\n",
        "c(1,\n  2) -> g\n",
        "0.2 -> g[1]\n",
        "h - 3 > g\n",
    ] {
        assert!(Template::assignment("g", Language::R).find(text.as_bytes(), Occurrences::Only).is_err(), "{text}");
    }
}

#[test]
fn make_and_docker_have_signs_of_their_own() {
    check(&[
        (Language::Make, "G += 3\n", "G", "5", "G += 5\n"),
        (Language::Make, "G = 1\nG += 3\n", "G", "5", "G = 5\nG += 3\n"),
        (Language::Make, "debug: G ?= 3 # g\n", "G", "5", "debug: G ?= 5 # g\n"),
        (Language::Make, "debug: G += 3\n", "G", "5", "debug: G += 5\n"),
        (Language::Shell, "ENV G 3\n", "G", "5", "ENV G 5\n"),
        (Language::Shell, "ENV A=1 \\\n  G=2\nRUN echo G 3\n", "G", "5", "ENV A=1 \\\n  G=5\nRUN echo G 3\n"),
        (Language::Shell, "ARG A=1 G=2\n", "G", "5", "ARG A=1 G=5\n"),
    ]);
}

fn assert_none(text: &str, name: &str, language: Language) {
    let found = Template::assignment(name, language).find(text.as_bytes(), Occurrences::Only);
    assert!(matches!(found, Err(SiteError::NotFound { .. })), "{text}{found:?}");
}
