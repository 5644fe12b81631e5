//! What must hold for every file, name and value.

use proptest::prelude::*;

use super::{Binding, Language, Occurrences, Other, Place, Rewrite, Template, propose};
use crate::value::Value;

const LANGUAGES: [Language; 41] = [
    Language::Python,
    Language::C,
    Language::Rust,
    Language::Go,
    Language::JavaScript,
    Language::Kotlin,
    Language::Fortran,
    Language::FixedFortran,
    Language::Julia,
    Language::R,
    Language::Matlab,
    Language::Hoc,
    Language::Nmodl,
    Language::Shell,
    Language::Make,
    Language::Ini,
    Language::Gromacs,
    Language::Yaml,
    Language::Toml,
    Language::Json,
    Language::Lua,
    Language::Perl,
    Language::Dotenv,
    Language::Notebook,
    Language::Xml,
    Language::Modelica,
    Language::Stata,
    Language::Spice,
    Language::Lammps,
    Language::Cp2k,
    Language::Namd,
    Language::Plumed,
    Language::Foam,
    Language::Vasp,
    Language::Other(Other::Ocaml),
    Language::Other(Other::Haskell),
    Language::Other(Other::Ruby),
    Language::Other(Other::Pascal),
    Language::Other(Other::Lisp),
    Language::Other(Other::CMake),
    Language::Generic,
];

/// Bits of source from which awkward files are put together.
const BITS: [&str; 72] = [
    "g",
    "g",
    "g",
    "g_e",
    " = ",
    "=",
    " = ",
    ": ",
    ":",
    "3.0",
    "2",
    "1e-5",
    "3.0d0",
    "3.0f",
    "\n",
    "\n",
    "\r\n",
    "\t",
    " ",
    "    ",
    "#",
    "# c",
    "//",
    "/*",
    "*/",
    "!",
    "%",
    ";",
    "; ",
    ",",
    ", ",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "`",
    "\\",
    "self.",
    "this->",
    "::",
    "const double ",
    "real :: ",
    "let ",
    "local ",
    "export ",
    "#define ",
    "my $",
    "<-",
    ":=",
    "==",
    "+=",
    "=>",
    "&",
    "...",
    "|",
    ">",
    "- ",
    "--",
    "[[",
    "]]",
    "é",
    "COMMENT",
    "<<EOF\n",
    "EOF\n",
    "lambda ",
    "*",
];

fn language() -> impl Strategy<Value = Language> {
    prop::sample::select(&LANGUAGES[..])
}

fn bits(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let bit = prop_oneof![
        60 => prop::sample::select(&BITS[..]).prop_map(|bit| bit.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    prop::collection::vec(bit, 0..most).prop_map(|bits| bits.concat())
}

/// Awkward lines around one that comes close to an assignment.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let line_end = prop::sample::select(&["\n", "\r\n", "", ";", "{", ", "][..]);
    let name = prop::sample::select(&["g", "g", "\"g\"", "self.g", "double g", "#define g", "export g", "my $g"][..]);
    let operator = prop::sample::select(&[" = ", "=", ": ", " := ", " <- ", " ", " => "][..]);
    let old =
        prop::sample::select(&["3.0", "3.0d0", "3f", "x", "'a'", "\"a # b\"", "", "f(1, 2)", "[1]", "true", "-1"][..]);
    (bits(5), line_end.clone(), name, operator, old, bits(4), line_end, bits(5)).prop_map(
        |(before, start, name, operator, old, behind, end, after)| {
            let line = [start, name, operator, old].concat();
            [before, line.into_bytes(), behind, end.as_bytes().to_vec(), after].concat()
        },
    )
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::integer),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::float),
        r"[-+]?([0-9]{1,5}\.[0-9]{0,5}|\.[0-9]{1,4}|[0-9]{1,6})([eE][-+]?[0-9]{1,3})?"
            .prop_map(|literal| Value::number(&literal).expect("a number")),
        prop::sample::select(&["0x1F", "-0xff", "0b101", "0o17"][..]).prop_map(Value::guess),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => number(),
        1 => any::<bool>().prop_map(Value::bool),
        1 => "[a-z'\"#;, (){}=\\\\:%!é-]{0,8}".prop_map(Value::text),
        1 => any::<String>().prop_map(Value::text),
    ]
}

fn binding(template: Template) -> Binding {
    Binding {
        parameter: 0,
        name: "g".to_owned(),
        place: Place::Template(template),
        occurrences: Occurrences::All,
        format: None,
    }
}

/// Rewrites `file` and checks what must hold whether or not the values fit.
fn check(file: &[u8], template: Template, value: &Value) -> Result<bool, TestCaseError> {
    let Ok(rewrite) = Rewrite::new(file, vec![binding(template)]) else { return Ok(false) };
    let values = [value.clone()];
    let Ok(rendered) = rewrite.render(&values) else { return Ok(false) };
    let replacements = rewrite.replacements(&values).expect("it renders");
    let constants: Vec<_> = rewrite.constants().map(|range| &file[range]).collect();
    let mut whole = constants[0].to_vec();
    for (text, constant) in replacements.iter().zip(&constants[1..]) {
        whole.extend_from_slice(text.as_bytes());
        whole.extend_from_slice(constant);
    }
    prop_assert_eq!(&whole, &rendered);
    let each_site =
        (0..replacements.len()).try_for_each(|index| rewrite.verify_site(index, value, &replacements[index]));
    let verified = rewrite.verify(&rendered, &values);
    let quoted = |text: &str| text.contains(['"', '\'', '`']);
    // Without the quotes of the old value, others on its line may pair up: then the number is refused.
    if value.is_number() && !rewrite.sites().any(|(_, site)| quoted(site.literal.text())) {
        prop_assert!(verified.is_ok(), "{:?}\n{}", verified, String::from_utf8_lossy(&rendered));
    }
    if replacements.len() == 1 {
        prop_assert_eq!(each_site.is_ok(), verified.is_ok());
    }
    Ok(verified.is_ok())
}

/// An assignment of `3.0` to `g` as the language writes it, cut where the number stands, and lines to go around it.
fn shapes(language: Language) -> (&'static [(&'static str, &'static str)], &'static [&'static str]) {
    match language {
        Language::Python => (
            &[("g = ", ""), ("    self.g = ", "  # nS"), ("g: float = ", ";"), ("a = 'x'; g = ", "")],
            &[
                "h = [1, 2]",
                "# g = 1",
                "def f(g=1):",
                "s = 'g = 1'",
                "'''\ng = 1\n'''",
                "\"\"\"g = 1\"\"\"",
                "f(g)",
                "g_e = 2",
                "x['h'] = g",
            ],
        ),
        Language::C => (
            &[
                ("const double g = ", ";"),
                ("#define g ", " /* c */"),
                ("  p->g=", "; // c"),
                ("float g{", "f};"),
                ("double a = 1, g = ", ";"),
            ],
            &[
                "int h = f(g, 1);",
                "// g = 1",
                "/* g = 1;\ng = 2; */",
                "if (g == 1) {",
                "char *s = \"g = 1;\";",
                "}",
                "x += g;",
            ],
        ),
        Language::Fortran => (
            &[("g = ", "d0"), ("real(8), parameter :: g = ", "_dp ! nS"), ("REAL :: a = 1.0, G = ", "")],
            &["! g = 1", "if (g == 1) then", "s = 'g = 1'", "call f(g=1)", "end if", "write(*,*) g, 'it''s'"],
        ),
        Language::R => (
            &[("g <- ", ""), ("p$g = ", " # nS")],
            &["# g <- 1", "f(g = 1)", "g.e <- 2", "s <- \"g = 1\"", "x <- function(a) {", "}"],
        ),
        Language::Matlab => {
            (&[("g = ", ";"), ("p.g = ", " % nS")], &["% g = 1", "a = b';", "s = 'g = 1 % x';", "f(g);", "x = [1 2]';"])
        }
        Language::Shell => {
            (&[("g=", ""), ("export g=", " # nS")], &["echo \"$g\"", "# g=1", "./run --g g=1", "s='g=1'", "G=1"])
        }
        Language::Yaml => (
            &[("g: ", ""), ("- g: ", "  # nS"), ("  p: {a: 1, g: ", "}")],
            &["# g: 1", "h: it's", "s: 'g: 1'", "l: [1, 2]", "g_e: 2"],
        ),
        Language::Json => (
            &[("\"g\": ", ","), ("{\"a\": 1, \"g\": ", "},")],
            &["\"h\": \"g\",", "\"s\": \"\\\"g\\\": 1\",", "\"l\": [1, 2],", "\"gg\": 2,"],
        ),
        _ => (&[("g = ", ""), ("g = ", "  # nS")], &["h = 1", "# g = 1", "gg = 2", "s = \"g = 1\""]),
    }
}

fn generated() -> impl Strategy<Value = (Language, Vec<u8>, usize)> {
    let languages = [
        Language::Python,
        Language::C,
        Language::Fortran,
        Language::R,
        Language::Matlab,
        Language::Shell,
        Language::Yaml,
        Language::Json,
        Language::Toml,
        Language::Ini,
        Language::Generic,
    ];
    let choice = (
        prop::sample::select(languages.to_vec()),
        any::<prop::sample::Index>(),
        prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        prop::sample::select(vec!["\n", "\r\n"]),
        any::<bool>(),
        any::<bool>(),
    );
    choice.prop_map(|(language, shape, before, after, newline, last, latin)| {
        let (assignments, others) = shapes(language);
        let (head, tail) = *shape.get(assignments);
        let mut file = Vec::new();
        if latin && language == Language::Python {
            file.extend_from_slice(b"# caf\xE9");
            file.extend_from_slice(newline.as_bytes());
        }
        for other in &before {
            let line = *other.get(others);
            file.extend_from_slice(line.as_bytes());
            file.extend_from_slice(newline.as_bytes());
        }
        file.extend_from_slice(head.as_bytes());
        let at = file.len();
        file.extend_from_slice(b"3.0");
        file.extend_from_slice(tail.as_bytes());
        for other in &after {
            file.extend_from_slice(newline.as_bytes());
            file.extend_from_slice(other.get(others).as_bytes());
        }
        if last {
            file.extend_from_slice(newline.as_bytes());
        }
        (language, file, at)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn awkward_files_are_read_back_or_refused(language in language(), file in soup(), value in value()) {
        check(&file, Template::assignment("g", language), &value)?;
        propose(&file, language);
    }

    #[test]
    fn arbitrary_bytes_and_names_never_panic(language in language(), file: Vec<u8>, name: String, value in value()) {
        check(&file, Template::assignment(&name, language), &value)?;
        propose(&file, language);
    }

    #[test]
    fn patterns_are_read_back_or_refused(language in language(), file in soup(), value in value()) {
        let template = Template::pattern(r"(?m)^\s*g\s*=\s*(?<value>[^#\n]*?)(?=\s*#|\s*$)", language).unwrap();
        if !value.is_number() {
            check(&file, template, &value)?;
        }
    }

    #[test]
    fn the_number_is_found_and_nothing_else_changes((language, file, at) in generated(), number in number()) {
        let found = Template::assignment("g", language).find(&file, Occurrences::Only);
        prop_assert!(found.is_ok(), "{}\n{}", found.unwrap_err(), String::from_utf8_lossy(&file));
        let site = &found.unwrap()[0];
        prop_assert_eq!(site.span.start, at);
        prop_assert!(site.literal.text().starts_with("3.0"));
        let rewrite = Rewrite::new(&file[..], vec![binding(Template::assignment("g", language))]).unwrap();
        let values = [number];
        let rendered = rewrite.render(&values).unwrap();
        prop_assert!(rendered.starts_with(&file[..site.span.start]));
        prop_assert!(rendered.ends_with(&file[site.span.end..]));
        rewrite.verify(&rendered, &values).unwrap();
    }
}
