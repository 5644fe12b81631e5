use super::super::*;
use crate::source::language::Language::*;
use crate::value::Value;

fn error(language: Language, text: &str, name: &str, occurrences: Occurrences) -> SiteError {
    Template::assignment(name, language).find(text.as_bytes(), occurrences).unwrap_err()
}

#[test]
fn what_gives_no_value_is_no_site() {
    for (language, text) in [
        (Python, "g == 3\n"),
        (Python, "g += 3\n"),
        (Python, "g <= 3\n"),
        (Python, "if g == 3: pass\n"),
        (Python, "# g = 3\n"),
        (Python, "print('g = 3')\n"),
        (Python, "\"\"\"\ng = 3\n\"\"\"\n"),
        (Python, "f(g==3)\n"),
        (Python, "x = f(lambda g=3: g)\n"),
        (Python, "x = f(a, lambda h=1, g=3: g)\n"),
        (Python, "def f(a, g=3): pass\n"),
        (Python, "x = [g for g in h if (g == 3)]\n"),
        (Python, "x = {g: 3}\n"),
        (Python, "x = f(a.g, g >= 3)\n"),
        (Python, "x = {'g', 3}\n"),
        (Python, "x = d['g', 3]\n"),
        (Python, "a, g = f(1, 2)\n"),
        (Python, "g: float\n"),
        (Python, "g[0] = 3\n"),
        (Python, "g.x = 3\n"),
        (Python, "'g' = 3\n"),
        (Python, "def g(x=3): pass\n"),
        (Python, "for g in x: pass\n"),
        (C, "if (g == 3) h = 2;\n"),
        (C, "/*\ng = 3;\n*/\n"),
        (C, "for (int g = 3; g < 4; g += 1) f();\n"),
        (C, "void f(int g = 3);\n"),
        (C, "*g = 3.0;\n"),
        (C, "typedef double g;\n"),
        (C, "struct g { int x; };\n"),
        (C, "x = y ? g : 3;\n"),
        (C, "unsigned g : 3;\n"),
        (C, "g >= 3;\n"),
        (C, "#define G(x) 3\n"),
        (C, "double g(double x);\n"),
        (C, "using g = double;\n"),
        (Rust, "struct P { g: f64, }\n"),
        (Rust, "type g = f64;\n"),
        (JavaScript, "interface P { g: number; }\n"),
        (JavaScript, "const f = (g) => 3\n"),
        (Fortran, "do g = 1, 3\n"),
        (Fortran, "! g = 3\n"),
        (Fortran, "g => h\n"),
        (Fortran, "g(1) = 3\n"),
        (Fortran, "call f(g=3)\n"),
        (Fortran, "open(unit=1, g=3)\n"),
        (FixedFortran, "c     g = 3\n"),
        (Matlab, "function g = f(x)\n"),
        (Matlab, "g(3) = 2\n"),
        (Matlab, "for g = 1:3, end\n"),
        (Matlab, "if g ~= 3, end\n"),
        (Matlab, "f('g', 3)\n"),
        (Matlab, "x(g) = 3;\n"),
        (Julia, "for g = 1:3\nend\n"),
        (Julia, "f(x; g=3) = x\n"),
        (Julia, "f(x; g=3)::Int = x\n"),
        (Julia, "function f(x; g=3)\nend\n"),
        (Julia, "x = (; g=3) -> g\n"),
        (Julia, "x = [i for i=1:3, g=1:3]\n"),
        (R, "3 -> g[1]\n"),
        (R, "g.e <- 3\n"),
        (R, "h <- function(g = 3) g\n"),
        (R, "h <- \\(a, g = 3) g\n"),
        (R, "f(g == 3)\n"),
        (Shell, "G = 3\n"),
        (Shell, "echo G=3\n"),
        (Shell, "./run --g G=3\n"),
        (Shell, "if [ \"$G\" = 3 ]; then :; fi\n"),
        (Shell, "echo ${G:=3}\n"),
        (Make, "all:\n\tG=3\n"),
        (Make, "G: H\n"),
        (Make, "G != echo 3\n"),
        (Ini, "; g = 3\n"),
        (Ini, "a g = 3\n"),
        (Yaml, "x: g: 3\n"),
        (Yaml, "g:3\n"),
        (Yaml, "g:\n  h: 3\n"),
        (Yaml, "s: |\n  g: 3\n"),
        (Json, "{\"a\": \"g\"}\n"),
        (Toml, "[g]\n"),
        (Toml, "s = '''\ng = 3\n'''\n"),
        (Nmodl, "(g) = (millivolt)\n"),
        (Perl, "$g =~ s/a/b/;\n"),
        (Perl, "f(g, 3);\n"),
        (Lua, "f(g, 3)\n"),
        (JavaScript, "f(g, 3)\n"),
        (JavaScript, "f({ g })\n"),
        (Ini, "d = {h = 1, g = 3}\n"),
        (Make, "D = {H = 1, G = 3}\n"),
    ] {
        let name = if text.contains('G') { "G" } else { "g" };
        let found = Template::assignment(name, language).find(text.as_bytes(), Occurrences::All);
        assert!(matches!(found, Err(SiteError::NotFound { .. })), "{language:?} {text}: {found:?}");
    }
}

#[test]
fn a_value_over_several_lines_is_refused() {
    for (language, text) in [
        (Python, "g = [1,\n  2]\n"),
        (Python, "g = 1 + \\\n  2\n"),
        (Python, "g = \"\"\"a\nb\"\"\"\n"),
        (Python, "f(\n  g=1 +\n  2)\n"),
        (C, "double g = 1.0\n  + 2.0;\n"),
        (C, "double g =\n  2.0;\n"),
        (C, "#define g 1 + \\\n  2\n"),
        (Fortran, "g = 1 + &\n  2\n"),
        (Fortran, "&a\n g = 1,\n   2, 3\n/\n"),
        (Fortran, "&a\n g = 1, 2, ! two\n\n   3*4\n/\n"),
        (Fortran, "&a\n g = 1\n 2\n/\n"),
        (Fortran, "&a\n g = 1 ! one\n , 2\n/\n"),
        (Fortran, "&a\n g = 'a',\n 'b'\n/\n"),
        (Fortran, "&a\n g = T,\n F\n/\n"),
        (Fortran, "&a\n g = 'a\nb'\n/\n"),
        (FixedFortran, "      g = 1\n     & + 2\n"),
        (FixedFortran, "      g = 1\n\t1 + 2\n"),
        (Julia, "g = 1 +\n  2\n"),
        (R, "g <- c(1,\n  2)\n"),
        (Matlab, "g = 1 + ... x\n  2;\n"),
        (Matlab, "g = [1 2\n  3 4];\n"),
        (Shell, "g=\"a\nb\"\n"),
        (Make, "g = a \\\n  b\n"),
        (Yaml, "g: |\n  a\n"),
        (Yaml, "g: [1,\n  2]\n"),
        (Yaml, "g: a\n  b\n"),
        (Toml, "g = [\n1]\n"),
        (JavaScript, "g = {\n  a: 1 }\n"),
        (Lua, "g = 1 +\n  2\n"),
        (JavaScript, "g = f(x)\n  .map(h)\n"),
        (JavaScript, "const g = x\n  ? 1\n  : 2\n"),
        (JavaScript, "g = 1\n  + 2\n"),
        (Kotlin, "val g = x\n    ?.y\n"),
        (Ini, "g = 1\n  2\n"),
        (Ini, "g =\n  1\n  2\n"),
    ] {
        let found = error(language, text, "g", Occurrences::Only);
        assert!(matches!(found, SiteError::Continues { .. }), "{language:?} {text}: {found:?}");
        let way_out = if matches!(language, Yaml | Toml | Ini) { "`key`" } else { "`pattern`" };
        assert!(found.hint().unwrap().contains(way_out));
    }
}

#[test]
fn several_names_in_one_assignment_are_refused() {
    for (language, text) in [(Python, "g = h = 3\n"), (C, "g = h = 3;\n"), (R, "g <- h <- 3\n")] {
        for name in ["g", "h"] {
            assert!(
                matches!(error(language, text, name, Occurrences::Only), SiteError::Shared { .. }),
                "{name} {text}"
            );
        }
    }
}

#[test]
fn the_last_name_of_a_chain_is_one_of_several_lines() {
    for (language, text) in [
        (Python, "if x:\n    self.g = 2\nelse:\n    self.h = self.g = 3\n"),
        (Python, "p['h'] = p['g'] = 3\np['g'] = 2\n"),
        (C, "p->h = p->g = 3;\np->g = 2;\n"),
        (JavaScript, "exports.h = exports.g = void 0\nexports.g = 2\n"),
        (Matlab, "h = g = 3;\ng = 2;\n"),
    ] {
        assert!(matches!(error(language, text, "g", Occurrences::Only), SiteError::Several { .. }), "{text}");
    }
}

#[test]
fn layout_makes_no_entry_the_one_that_is_meant() {
    for (language, text) in [
        (Python, "f(x, g=3)\nf(\n    x, g=2,\n)\n"),
        (Python, "def f(\n    x,\n    g=3,\n):\n    pass\nf(1, g=2)\n"),
        (Python, "a = {'g': 3}\nb = {\n    'g': 2,\n}\n"),
        (R, "f(x, g = 3)\nf(x,\n  g = 2)\n"),
        (Julia, "f(x; g=3)\nf(\n  x; h=1,\n  g=2)\n"),
    ] {
        let found = error(language, text, "g", Occurrences::Only);
        assert!(matches!(found, SiteError::Several { .. }), "{language:?} {text}: {found:?}");
    }
}

#[test]
fn nothing_found_lists_where_the_name_occurs() {
    let error = error(Python, "x = 1\nprint(g_e)\n", "g_e", Occurrences::Only);
    assert_eq!(
        error.in_file("src/model.py"),
        "no line of src/model.py gives g_e a value; it occurs on:\n  2: print(g_e)"
    );
    assert!(error.hint().unwrap().contains("`pattern`"));
}

#[test]
fn nothing_found_offers_similar_names() {
    let error = error(Python, "g_i = 1\ng_ee = 2\nother = 3\n", "g_e", Occurrences::Only);
    assert_eq!(
        error.in_file("m.py"),
        "no line of m.py gives g_e a value; the name does not occur there, but g_ee, g_i do"
    );
    assert_eq!(error.hint().unwrap(), "did you mean g_ee?");
}

#[test]
fn only_names_with_a_value_are_offered() {
    for (language, text, name) in [
        (Python, "x = None\nif True: pass\nelse: pass\n", "Nine"),
        (Python, "# but g_i = 1\n'but'\n\"\"\"cut\n\"\"\"\n", "bus"),
        (Python, "x = 1\n\u{feff}tau = 1\n", "tau"),
        (Python, "ta\u{200b}u = 1\n", "tau"),
        (Generic, "all but one\n", "bus"),
        (C, "else x = 1;\n", "elsa"),
        (Fortran, "! tau = 1\nx = .true.\n", "tru"),
    ] {
        let SiteError::NotFound { similar, .. } = error(language, text, name, Occurrences::Only) else {
            panic!("{text}")
        };
        assert!(similar.is_empty(), "{text}: {similar:?}");
    }
}

#[test]
fn a_fraction_in_a_declaration_of_a_whole_number_is_refused() {
    let render = |language, text: &str, value| {
        let sites = Template::assignment("n", language).find(text.as_bytes(), Occurrences::Only).unwrap();
        sites[0].literal.render(&Value::guess(value), None)
    };
    for (language, text, word) in [
        (C, "int n = 1;\n", "int"),
        (C, "static const unsigned long n = 1;\n", "unsigned long"),
        (C, "int a = f(1, 2), n = 1;\n", "int"),
        (C, "std::size_t n{1};\n", "size_t"),
        (C, "const uint32_t n = 10;\n", "uint32_t"),
        (C, "public static final int n = 10;\n", "int"),
        (Fortran, "integer :: n = 10\n", "integer"),
        (Fortran, "INTEGER(kind=8), parameter :: m = 1, N = 10\n", "INTEGER"),
        (FixedFortran, "      integer, save :: n = 10\n", "integer"),
        (Rust, "let n: i32 = 10;\n", "i32"),
        (Rust, "const n: usize = 10;\n", "usize"),
        (Go, "var n int = 10\n", "int"),
        (Go, "const (\n\tn uint64 = 10\n)\n", "uint64"),
        (Kotlin, "val n: Int = 10\n", "Int"),
        (Kotlin, "let n: UInt8 = 10\n", "UInt8"),
    ] {
        for value in ["0.5", "2.5", "1e-3"] {
            let error = render(language, text, value).unwrap_err();
            let expected =
                format!("{value} cannot be written there: its line declares it `{word}`, which has no fractions");
            assert_eq!(error.to_string(), expected, "{text}");
            assert!(error.hint().unwrap().contains("whole numbers"));
        }
        render(language, text, "5").unwrap();
    }
    for (language, text) in [
        (C, "double n = 1;\n"),
        (C, "long double n = 1;\n"),
        (C, "auto n = 1;\n"),
        (C, "n = 1;\n"),
        (C, "#define n 10\n"),
        (C, "int a = 1; double n = 1;\n"),
        (C, "std::vector<int> n = 1;\n"),
        (C, "f(int(1)); n = 1;\n"),
        (Fortran, "real :: n = 1\n"),
        (Fortran, "integer :: a = 1; n = 1\n"),
        (Fortran, "parameter (n = 1)\n"),
        (Rust, "let n = 1;\n"),
        (Rust, "let n: f64 = 1.;\n"),
        (Go, "n := 1\n"),
        (Go, "var n float64 = 1\n"),
        (Kotlin, "val n = 1\n"),
        (Python, "n: int = 1\n"),
        (Julia, "n = 1\n"),
    ] {
        render(language, text, "0.5").unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[test]
fn what_the_declared_type_would_take_for_another_number_is_refused() {
    let render = |language, text: &str, value| {
        let sites = Template::assignment("n", language).find(text.as_bytes(), Occurrences::Only).unwrap();
        sites[0].literal.render(&Value::guess(value), None)
    };
    for (language, text, word) in [
        (C, "unsigned int n = 5;\n", "unsigned int"),
        (C, "static const unsigned long n = 5;\n", "unsigned long"),
        (C, "unsigned char n = 5;\n", "unsigned char"),
        (C, "unsigned short int m = 1, n = 5;\n", "unsigned short int"),
        (C, "std::size_t n{5};\n", "size_t"),
        (C, "u32 n = 5;\n", "u32"),
        (Rust, "let n: u32 = 5;\n", "u32"),
        (Go, "var n uint = 5\n", "uint"),
        (Go, "var n byte = 5\n", "byte"),
        (Kotlin, "val n: ULong = 5\n", "ULong"),
    ] {
        let error = render(language, text, "-3").unwrap_err();
        let expected =
            format!("-3 cannot be written there: its line declares it `{word}`, which has no negative numbers");
        assert_eq!(error.to_string(), expected, "{text}");
        render(language, text, "0").unwrap();
    }
    for (text, value, word) in [
        ("uint8_t n = 5;\n", "256", "uint8_t`, whose 8 bits"),
        ("int n = 5;\n", "2147483648", "int`, whose 32 bits"),
        ("int n = 5;\n", "-2147483649", "int`, whose 32 bits"),
        ("unsigned n = 5;\n", "4294967296", "unsigned`, whose 32 bits"),
        ("short n = 5;\n", "1e5", "short`, whose 16 bits"),
        ("void f(\n    int16_t k, int16_t n = 5);\n", "40000", "int16_t`, whose 16 bits"),
        ("long long n = 5;\n", "9223372036854775808", "long long`, whose 64 bits"),
    ] {
        let error = render(C, text, value).unwrap_err().to_string();
        assert!(error.contains(word), "{text}: {error}");
    }
    for (language, text, value) in [
        (C, "int f(unsigned a), n = 5;\n", "-3"),
        (C, "void f(\n    size_t k, int n = 5);\n", "-3"),
        (C, "void f(\n    uint32_t k, int32_t n = 5);\n", "-3"),
        (C, "std::array<unsigned, 3> m{}; int n = 5;\n", "-3"),
        (C, "byte n = 5;\n", "-3"),
        (C, "char n = 5;\n", "60000"),
        (C, "int n = 5;\n", "-2147483648"),
        (C, "int n = 5;\n", "0xFFFFFFFF"),
        (C, "uint64_t n = 5;\n", "18446744073709551615"),
        (C, "int_fast16_t n = 5;\n", "100000"),
        (C, "long n = 5;\n", "4294967296"),
    ] {
        render(language, text, value).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[test]
fn what_seems_to_give_the_name_a_value_makes_it_several() {
    for text in ["a {\n  g = 8\n}\nb { g = 16 }\n", "R A=b g=1\nR A=2 g=3\n", "g = 1\nx: y g=3 z\n", "g = 1\ng ||= 3\n"]
    {
        let several = error(Generic, text, "g", Occurrences::Only);
        assert!(matches!(&several, SiteError::Several { found, .. } if found.len() == 2), "{text}{several:?}");
    }
    for text in ["g = 1\nx g=$g\nx g=${g}\n", "g = 1\nrun(a, g=3)\n", "g = 1\nx if g == 3\n", "g = 1\nx --g=3\n"] {
        let found = Template::assignment("g", Generic).find(text.as_bytes(), Occurrences::Only);
        assert_eq!(found.map(|sites| sites.len()), Ok(1), "{text}");
    }
}

#[test]
fn what_the_preprocessor_skips_gives_no_value() {
    for text in
        ["#if 0\nint g = 3;\n#endif\n", "#if 0\n#if 1\n#endif\nint g = 3;\n", "#if (0)\n#define g 3\n#elif A\n#endif\n"]
    {
        assert!(matches!(error(C, text, "g", Occurrences::Only), SiteError::NotFound { .. }), "{text}");
    }
}

#[test]
fn several_found_are_listed() {
    let text = "g = 1\nif x:\n    g = 2\n";
    let several = error(Python, text, "g", Occurrences::Only);
    assert_eq!(several.in_file("m.py"), "2 lines of m.py give g a value:\n  1: g = 1\n  3: g = 2");
    assert!(several.hint().unwrap().contains("`occurrences = \"all\"`, or a number from 1 to 2"));
    let none = error(Python, text, "g", Occurrences::Nth(3));
    assert_eq!(
        none.in_file("m.py"),
        "m.py gives g a value twice, so there is no occurrence 3:\n  1: g = 1\n  3: g = 2"
    );
    assert!(matches!(error(Python, text, "g", Occurrences::Nth(0)), SiteError::NoSuchOccurrence { .. }));
    let template = Template::assignment("g", Python);
    assert_eq!(template.find(text.as_bytes(), Occurrences::All).unwrap().len(), 2);
    assert_eq!(template.find(text.as_bytes(), Occurrences::Nth(2)).unwrap()[0].line, 3);
}

#[test]
fn files_with_keys_are_pointed_to_them() {
    let several = error(Toml, "[a]\ng = 1\n[b]\ng = 2\n", "g", Occurrences::Only);
    assert_eq!(
        several.hint().unwrap(),
        "name the value by its key, `key = \"a.g\"` or `key = \"b.g\"` (-p 'a.g=...'), or say `occurrences = \"all\"`"
    );
    let several = error(Json, r#"{"g": 1, "a": [{"g": 2}]}"#, "g", Occurrences::Only);
    assert_eq!(several.in_file("c.json"), "c.json gives g a value twice:\n  1: {\"g\": 1, \"a\": [{\"g\": 2}]}");
    assert_eq!(
        several.hint().unwrap(),
        "name the value by its key, `key = \"g\"` or `key = \"a[0].g\"`, or say `occurrences = \"all\"`"
    );
}

#[test]
fn a_binary_file_is_refused() {
    assert_eq!(error(Python, "g = 3\n\0", "g", Occurrences::Only).in_file("a.bin"), "a.bin is a binary file");
}

#[test]
fn pattern_errors_name_the_pattern() {
    let pattern = |regex| Template::pattern(regex, Python).unwrap();
    let none = pattern("h = (?<value>.*)").find(b"g = 3\n", Occurrences::Only).unwrap_err();
    assert_eq!(none.in_file("m.py"), "pattern `h = (?<value>.*)` matches nowhere in m.py");
    let several = pattern(r"(?<value>\d)").find(b"g = 3\nh = 4\n", Occurrences::Only).unwrap_err();
    assert_eq!(several.in_file("m.py"), "pattern `(?<value>\\d)` matches 2 times in m.py:\n  1: g = 3\n  2: h = 4");
    let no_value = pattern(r"g = (?:3|(?<value>\d))").find(b"g = 3\n", Occurrences::Only).unwrap_err();
    assert_eq!(
        no_value.in_file("m.py"),
        "pattern `g = (?:3|(?<value>\\d))` matches in m.py, but its group `value` takes no part:\n  1: g = 3"
    );
}

#[test]
fn what_the_preprocessor_skips_is_said() {
    let source = b"// g = 1\n#if 0\ndouble g = 3.0;\n#endif\nint h(void) { return g; }\n";
    let error = Template::assignment("g", C).find(source, Occurrences::Only).unwrap_err();
    let hint = error.hint().unwrap();
    assert!(hint.starts_with("what stands behind line 2 is skipped by the compiler: give g its value"), "{hint}");
}
