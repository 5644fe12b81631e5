use proptest::prelude::*;

use super::super::*;
use super::rewriting::check;
use crate::source::language::Language::*;

#[test]
fn entries_of_a_line_end_with_their_comma_or_bracket() {
    check(&[
        (
            Python,
            "d = {\"k\": None, \"l\": 3, \"q\": (1, 2)}\n",
            "l",
            "9",
            "d = {\"k\": None, \"l\": 9, \"q\": (1, 2)}\n",
        ),
        (
            Python,
            "print({\"k\": None, 'l': 3, \"q\": (1, 2)})\n",
            "l",
            "9",
            "print({\"k\": None, 'l': 9, \"q\": (1, 2)})\n",
        ),
        (
            Python,
            "json.dump({\"x\": f(1, 2), \"n\": None, \"inf\": inf}, out)\n",
            "n",
            "9",
            "json.dump({\"x\": f(1, 2), \"n\": 9, \"inf\": inf}, out)\n",
        ),
        (
            Python,
            "json.dump({\"n\": None, \"inf\": inf}, out)\n",
            "inf",
            "9",
            "json.dump({\"n\": None, \"inf\": 9}, out)\n",
        ),
        (Python, "cfg = {\"lr\": 0.001, \"batch\": 32}\n", "lr", "0.1", "cfg = {\"lr\": 0.1, \"batch\": 32}\n"),
        (Python, "cfg = {\"lr\": 0.001, \"batch\": 32}\n", "batch", "8", "cfg = {\"lr\": 0.001, \"batch\": 8}\n"),
        (Python, "cfg = {\"lr\": 0.001,\n  \"batch\": 32}\n", "lr", "0.1", "cfg = {\"lr\": 0.1,\n  \"batch\": 32}\n"),
        (Python, "cfg = {'q': (1, 2), 'l': [1, 2]}\n", "q", "'(3,)", "cfg = {'q': (3,), 'l': [1, 2]}\n"),
        (Python, "run(a=1, tau=2.5, b=3)\n", "tau", "5", "run(a=1, tau=5, b=3)\n"),
        (Python, "run(a=1, tau=2.5, b=3)\n", "a", "5", "run(a=5, tau=2.5, b=3)\n"),
        (Python, "run(a=1, tau=2.5, b=3)\n", "b", "5", "run(a=1, tau=2.5, b=5)\n"),
        (Python, "d = dict(f=g(tau=2.5), b=3)\n", "tau", "5", "d = dict(f=g(tau=5), b=3)\n"),
        (Python, "f([\n  1], tau=2.5, b=3)\n", "tau", "5", "f([\n  1], tau=5, b=3)\n"),
        (Python, "f(g(\n  1), {2: 3}, tau=2.5, b=3)\n", "tau", "5", "f(g(\n  1), {2: 3}, tau=5, b=3)\n"),
        (Python, "x = (\n  1), 2; tau = 1, 2\n", "tau", "5", "x = (\n  1), 2; tau = 5\n"),
        (Python, "@njit(cache=True, fast=False)\n", "fast", "true", "@njit(cache=True, fast=True)\n"),
        (R, "x <- list(a = 1, b = c(1, 2), d = 3)\n", "b", "5", "x <- list(a = 1, b = 5, d = 3)\n"),
        (R, "x <- list(a = 1, \"b\" = 2)\n", "a", "5", "x <- list(a = 5, \"b\" = 2)\n"),
        (R, "x <- list(a = 1, \"b\" = 2)\n", "b", "5", "x <- list(a = 1, \"b\" = 5)\n"),
        (R, "run(tau = 2.5, n = 3L)\n", "n", "5", "run(tau = 2.5, n = 5L)\n"),
        (
            Julia,
            "d = Dict(\"a\" => 1, :b => f(1, 2), \"c\" => 3)\n",
            "a",
            "5",
            "d = Dict(\"a\" => 5, :b => f(1, 2), \"c\" => 3)\n",
        ),
        (
            Julia,
            "d = Dict(\"a\" => 1, :b => f(1, 2), \"c\" => 3)\n",
            "b",
            "5",
            "d = Dict(\"a\" => 1, :b => 5, \"c\" => 3)\n",
        ),
        (Julia, "run(x; tau=2.5, b=3)\n", "tau", "5", "run(x; tau=5.0, b=3)\n"),
        (Python, "solve(lambda t, y: -y, g=3)\n", "g", "5", "solve(lambda t, y: -y, g=5)\n"),
        (Python, "d = {'f': lambda x=1: x, 'g': 3}\n", "g", "5", "d = {'f': lambda x=1: x, 'g': 5}\n"),
        (R, "optim(p, function(x) x^2, g = 3)\n", "g", "5", "optim(p, function(x) x^2, g = 5)\n"),
        (Julia, "p = (a = 1, b = 2)\n", "a", "5", "p = (a = 5, b = 2)\n"),
        (Matlab, "x = run(y, tau=2.5, b=[1, 2]);\n", "tau", "5", "x = run(y, tau=5, b=[1, 2]);\n"),
        (Matlab, "x = run(y, tau=2.5, b=[1, 2]);\n", "b", "5", "x = run(y, tau=2.5, b=5);\n"),
        (Perl, "my %p = (g => 3, h => 4);\n", "g", "5", "my %p = (g => 5, h => 4);\n"),
        (C, "P p = { .g = 3.0, .h = f(1, 2), .k = 4 };\n", "g", "5", "P p = { .g = 5.0, .h = f(1, 2), .k = 4 };\n"),
        (C, "P p = { .g = a<b, .h = c>d };\n", "g", "5", "P p = { .g = 5, .h = c>d };\n"),
        (C, "P p = { .g = f<1, 2>(x), .h = 1 };\n", "g", "5", "P p = { .g = 5, .h = 1 };\n"),
        (Lua, "f({ g = 3, h = 4 }, 5)\n", "g", "5", "f({ g = 5, h = 4 }, 5)\n"),
        (Lua, "p = { g = 3; h = 4 }\n", "g", "5", "p = { g = 5; h = 4 }\n"),
        (JavaScript, "f({ g: 3, h: 4 }, 5)\n", "g", "5", "f({ g: 5, h: 4 }, 5)\n"),
        (JavaScript, "f({ a: [1, 2], 'g': a < b, h: c > d })\n", "g", "5", "f({ a: [1, 2], 'g': 5, h: c > d })\n"),
        (Fortran, "real :: a = 1.0, b = 2.0\n", "a", "5", "real :: a = 5.0, b = 2.0\n"),
        (Fortran, "real :: a = 1.0, b = 2.0\n", "b", "5", "real :: a = 1.0, b = 5.0\n"),
        (Fortran, "real :: a = f(1, 2), b = 2.0\n", "a", "5", "real :: a = 5, b = 2.0\n"),
        (Fortran, "&model g_e = 3.0, g_i = -5.0 /\n", "g_e", "0.5", "&model g_e = 0.5, g_i = -5.0 /\n"),
        (Fortran, "&model g_e = 3.0, g_i = -5.0 /\n", "g_i", "0.5", "&model g_e = 3.0, g_i = 0.5 /\n"),
        (Fortran, "&model g_e = 3.0, g_i = -5.0/\n", "g_i", "0.5", "&model g_e = 3.0, g_i = 0.5/\n"),
        (Fortran, "&model g_e = 3.0, g_i = -5.0 &END\n", "g_i", "0.5", "&model g_e = 3.0, g_i = 0.5 &END\n"),
        (
            Generic,
            "d = {\"k\": None, \"l\": 3, \"q\": (1, 2)}\n",
            "l",
            "9",
            "d = {\"k\": None, \"l\": 9, \"q\": (1, 2)}\n",
        ),
        (Yaml, "d: {k: 1, l: 3, q: [1, 2]}\n", "l", "9", "d: {k: 1, l: 9, q: [1, 2]}\n"),
        (Toml, "d = { k = 1, l = 3, q = [1, 2] }\n", "l", "9", "d = { k = 1, l = 9, q = [1, 2] }\n"),
    ]);
}

#[test]
fn statements_win_over_entries_of_a_line() {
    check(&[
        (Python, "tau = 2.5\nrun(tau=3)\n", "tau", "5", "tau = 5\nrun(tau=3)\n"),
        (Python, "run(tau=3); tau = 2.5\n", "tau", "5", "run(tau=3); tau = 5\n"),
        (Python, "run(tau=1)\nrun(tau=2)\ntau = 2.5\n", "tau", "5", "run(tau=1)\nrun(tau=2)\ntau = 5\n"),
        (Python, "cfg = {\"tau\": 2.5}\ntau = cfg[\"tau\"]\n", "tau", "5", "cfg = {\"tau\": 5}\ntau = cfg[\"tau\"]\n"),
        (
            Python,
            "def f(tau=1): pass\nf(tau=tau)\nf(tau=2)\n",
            "tau",
            "5",
            "def f(tau=1): pass\nf(tau=tau)\nf(tau=5)\n",
        ),
        (Julia, "tau = 2.5\nrun(; tau=3)\n", "tau", "5", "tau = 5.0\nrun(; tau=3)\n"),
        (R, "tau <- 2.5\nrun(tau = 3)\n", "tau", "5", "tau <- 5\nrun(tau = 3)\n"),
        (Matlab, "tau = 2.5;\nrun(tau=3)\n", "tau", "5", "tau = 5;\nrun(tau=3)\n"),
    ]);
}

#[test]
fn several_entries_are_refused() {
    for (language, text) in [
        (Python, "run(g=1)\nrun(g=2)\n"),
        (Python, "d = {'g': 1, 'h': {'g': 2}}\n"),
        (Julia, "run(g=1, h=Dict(:g => 1))\n"),
        (R, "list(g = 1, h = list(g = 2))\n"),
    ] {
        let found = Template::assignment("g", language).find(text.as_bytes(), Occurrences::Only);
        assert!(matches!(found, Err(SiteError::Several { .. })), "{text}: {found:?}");
    }
}

/// A value of an entry, with commas in brackets of its own.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(&["3.0", "-1e-5", "None", "'a, b'", "\"}\"", "x.y", "a < b", "c > d"][..]);
    leaf.prop_map(str::to_owned).prop_recursive(3, 12, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..3).prop_map(|values| values.join(", "));
        (prop::sample::select(&["(", "[", "f("][..]), list)
            .prop_map(|(open, list)| format!("{open}{list}{}", if open == "[" { "]" } else { ")" }))
    })
}

/// A line with entries `p0`, `p1` and so on, nested or side by side.
fn line() -> impl Strategy<Value = String> {
    let entries = || prop::collection::vec(value(), 1..4);
    let shape = prop::sample::select(&["dict", "call", "both"][..]);
    let head = prop::sample::select(&["d = ", "", "x = [1, ", "print(", "f(x, {'a': 1}, "][..]);
    (head, shape, entries(), entries()).prop_map(|(head, shape, first, second)| {
        let dict = |values: &[String], from: usize| {
            let entry = |(nth, value): (usize, &String)| format!("\"p{}\": {value}", from + nth);
            format!("{{{}}}", values.iter().enumerate().map(entry).collect::<Vec<_>>().join(", "))
        };
        let call = |values: &[String], from: usize| {
            let entry = |(nth, value): (usize, &String)| format!("p{}={value}", from + nth);
            format!("run({})", values.iter().enumerate().map(entry).collect::<Vec<_>>().join(", "))
        };
        let middle = match shape {
            "dict" => dict(&first, 0),
            "call" => call(&first, 0),
            _ => format!("[{}, {}]", dict(&first, 0), call(&second, first.len())),
        };
        let close = head.chars().filter_map(|c| ['(', '['].iter().position(|&open| open == c)).next_back();
        format!("{head}{middle}{}\n", close.map_or("", |nth| [")", "]"][nth]))
    })
}

/// Where the value of `name` stands in a line of Python: from its sign to the comma or bracket of its own depth.
fn extent(line: &str, name: &str) -> Option<Range<usize>> {
    let key = [format!("\"{name}\": "), format!("{name}=")].into_iter().find(|key| line.contains(&**key))?;
    let start = line.find(&*key)? + key.len();
    let (mut depth, mut quote) = (0, None);
    for (at, c) in line[start..].char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}' | ',') if depth == 0 => return Some(start..start + at),
            (None, ')' | ']' | '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_entry_is_its_value_alone(line in line(), before in prop::sample::select(&["", "h = f(\n  1)\n"][..])) {
        for name in (0..).map(|nth| format!("p{nth}")).take_while(|name| line.contains(&**name)) {
            let expected = extent(&line, &name).expect("an entry");
            let file = format!("{before}{line}");
            let found = Template::assignment(&name, Python).find(file.as_bytes(), Occurrences::Only);
            let found = found.map(|sites| sites[0].span.clone());
            prop_assert_eq!(found, Ok(expected.start + before.len()..expected.end + before.len()), "{} {}", name, file);
        }
    }

    #[test]
    fn no_value_passes_a_comma_of_its_depth(line in line(), language in prop::sample::select(&[
        Python, C, Rust, Go, JavaScript, Kotlin, Fortran, FixedFortran, Julia, R, Matlab, Hoc, Nmodl, Shell, Make, Ini,
        Gromacs, Yaml, Toml, Json, Lua, Perl, Generic,
    ][..])) {
        for name in (0..).map(|nth| format!("p{nth}")).take_while(|name| line.contains(&**name)) {
            let expected = extent(&line, &name).expect("an entry");
            for site in Template::assignment(&name, language).find(line.as_bytes(), Occurrences::All).unwrap_or_default() {
                prop_assert!(site.span.end <= expected.end, "{language:?} {name} {line}");
            }
        }
    }
}

#[test]
fn the_default_of_a_command_line_option_is_its_value() {
    let uses = "opt = SGD(lr=a.lr)\npickle.dump({\"lr\": a.lr}, f)\n";
    let script =
        |value: &str| format!("p.add_argument(\"--lr\", type=float, default={value}, help=\"rate, or so\")\n{uses}");
    let long =
        |value: &str| format!("p.add_argument(\n  '-b', '--batch-size',\n  type=int,\n  default={value},  # rows\n)\n");
    let rows = [
        (script("1e-3"), "lr", "0.5", script("0.5")),
        (long("32"), "batch-size", "64", long("64")),
        (long("32"), "batch_size", "64", long("64")),
        (long("32"), "b", "64", long("64")),
        (
            "@click.option('--width', default=64)\ndef f(width): pass\n".to_owned(),
            "width",
            "8",
            "@click.option('--width', default=8)\ndef f(width): pass\n".to_owned(),
        ),
        (
            "flags.DEFINE_float(\"gamma\", 0.99, \"of gamma\")\n".to_owned(),
            "gamma",
            "0.5",
            "flags.DEFINE_float(\"gamma\", 0.5, \"of gamma\")\n".to_owned(),
        ),
        (
            "p.add_argument('--rate', dest='lr', default=1)\n".to_owned(),
            "lr",
            "2",
            "p.add_argument('--rate', dest='lr', default=2)\n".to_owned(),
        ),
        (
            "lr = 0.1\np.add_argument('--lr', default=lr)\n".to_owned(),
            "lr",
            "2",
            "lr = 2\np.add_argument('--lr', default=lr)\n".to_owned(),
        ),
    ];
    for (before, name, value, after) in &rows {
        check(&[(Python, before, name, value, after)]);
    }
}

#[test]
fn an_option_without_a_default_and_other_strings_give_no_value() {
    let refused = [
        ("p.add_argument('--lr', type=float)\n", "lr"),
        ("p.add_argument('--rate', help='lr', default=3)\n", "lr"),
        ("p.add_argument('--rate', choices=['lr'], default=3)\n", "lr"),
        ("f('--lr', default=3)\n", "lr"),
        ("p.add_argument('--lr', default=3\n", "lr"),
    ];
    for (text, name) in refused {
        let found = Template::assignment(name, Python).find(text.as_bytes(), Occurrences::Only);
        assert!(found.is_err(), "{text}{found:?}");
    }
    let both = "lr = 0.1\np.add_argument('--lr', default=0.2)\n";
    let error = Template::assignment("lr", Python).find(both.as_bytes(), Occurrences::Only).unwrap_err();
    assert!(matches!(error, SiteError::Several { ref found, .. } if found.len() == 2), "{error}");
}

#[test]
fn the_default_of_a_field_is_its_value_and_what_else_its_declaration_says_stays() {
    let lines = [
        "drive: float = field(default=@, metadata={\"unit\": \"nA\"})\n",
        "drive: float = field(metadata={'a': 1}, default=@, kw_only=True)  # nA\n",
        "drive: float = dataclasses.field(default = @)\n",
        "drive: float = field(\n    default=@,  # nA\n    metadata={'unit': 'nA'},\n)\n",
        "drive: float = field(default=@); x = 2\n",
        "drive: float = Field(@, gt=0)\n",
        "drive: float = pydantic.Field(description='d', default=@)\n",
        "drive = attr.ib(default=@, validator=v)\n",
        "drive = attr.ib(@, type=float)\n",
        "drive: float = attrs.field(default=@, alias='d')\n",
        "def main(\n    drive: float = typer.Option(@, \"--drive\", help=\"in nA\"),\n):\n",
    ];
    for line in lines {
        check(&[(Python, &line.replace('@', "1.5"), "drive", "2.5", &line.replace('@', "2.5"))]);
    }
    check(&[
        (
            Python,
            "kind: str = field(default='a', repr=False)\n",
            "kind",
            "b",
            "kind: str = field(default='b', repr=False)\n",
        ),
        (Python, "drive: float = Field(..., gt=0)\n", "drive", "2.5", "drive: float = Field(2.5, gt=0)\n"),
        // Functions of other kinds.
        (Python, "drive = field(mesh, default=1)\n", "drive", "2", "drive = 2\n"),
        (Python, "drive = field(n=3)\n", "drive", "2", "drive = 2\n"),
        (Python, "drive = field()\n", "drive", "2", "drive = 2\n"),
        (Python, "drive = Field(7)\n", "drive", "2", "drive = 2\n"),
        (Python, "drive: float = field(default=1) * 2\n", "drive", "2", "drive: float = 2\n"),
        (Python, "drive = cfg.get('a', default=1)\n", "drive", "2", "drive = 2\n"),
    ]);
}

#[test]
fn a_field_without_a_default_is_refused() {
    for text in [
        "g: list = field(default_factory=lambda: [1, 2])\n",
        "g: float = field(init=False)\n",
        "g: float = field(\n    init=False,\n)\n",
        "g: list = pydantic.Field(default_factory=list)\n",
        "g = attr.ib(factory=list)\n",
    ] {
        let error = Template::assignment("g", Python).find(text.as_bytes(), Occurrences::Only).unwrap_err();
        assert!(matches!(error, SiteError::NoDefault { .. }), "{text}{error}");
        let said = format!(
            "m.py declares the field g without a `default=` that could be replaced:\n  1: {}",
            text.lines().next().unwrap()
        );
        assert_eq!(error.in_file("m.py"), said);
        assert!(error.hint().unwrap().starts_with("write its default there as `default=...` and commit that, or"));
    }
}
