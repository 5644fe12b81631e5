use super::*;

fn proposals(text: &str, language: Language) -> Vec<(String, String, usize, String)> {
    let found = propose(text.as_bytes(), language).into_iter();
    found.map(|p| (p.name, p.value.to_string(), p.line, p.comment.unwrap_or_default())).collect()
}

fn row(name: &str, value: &str, line: usize, comment: &str) -> (String, String, usize, String) {
    (name.to_owned(), value.to_owned(), line, comment.to_owned())
}

#[test]
fn plain_numbers_are_proposed() {
    let python = "import x\ng_e = 3.0  # nS\ni = 0\nself.g_i = -5\ng_i2 = self.g_i * 2\nfor k in x:\n    tau = 1e-3\n\
                  n = 1\nn = 2\nname = 'a'\n# old = 3\nf(lr=3)\n";
    assert_eq!(
        proposals(python, Language::Python),
        [row("g_e", "3.0", 2, "nS"), row("g_i", "-5", 4, ""), row("tau", "1e-3", 7, "")]
    );
    let c =
        "#define N 10 /* cells */\nstatic const float g = 3.0f; // nS\nfor (int i = 0; i < N; i++) {}\nx = y + 1;\n";
    assert_eq!(proposals(c, Language::C), [row("N", "10", 1, "cells"), row("g", "3.0", 2, "nS")]);
    assert_eq!(proposals("  g = 3.0d-2 ! nS\n", Language::Fortran), [row("g", "3.0e-2", 1, "nS")]);
    assert_eq!(proposals("dt = 0.002 ; ps\n", Language::Gromacs), [row("dt", "0.002", 1, "ps")]);
    assert_eq!(proposals("a: 1\nb:\n  c: 2 # x\n", Language::Yaml), [row("a", "1", 1, ""), row("c", "2", 3, "x")]);
}

#[test]
fn numbers_of_xml_are_proposed_by_their_names() {
    let xml = "<?xml version=\"1.0\"?>\n<sim version=\"2\" seed=\"7\">\n  <dt>0.1</dt> <!-- ms -->\n  <param name=\"g_e\" value=\"3.0\"/>\n  \
               <cell id=\"1\" c_m=\"1 uF\"><size>2</size></cell><cell id=\"2\"><size>3</size></cell>\n  <text>a</text>\n</sim>\n";
    let rows = [row("seed", "7", 2, ""), row("dt", "0.1", 3, ""), row("g_e", "3.0", 4, ""), row("c_m", "1", 5, "")];
    assert_eq!(proposals(xml, Language::Xml), rows);
}

#[test]
fn options_of_a_command_line_are_proposed_by_their_names() {
    let python = "p.add_argument(\"--lr\", type=float, default=1e-3)  # rate\np.add_argument(\n    '-b',\n    '--batch-size',\n    \
                  type=int,\n    default=32,\n    nargs=1,\n)\np.add_argument('--out', default='x')\nargs = p.parse_args()\n\
                  opt = SGD(lr=args.lr)\nsave({\"lr\": args.lr})\n";
    assert_eq!(proposals(python, Language::Python), [row("lr", "1e-3", 1, "rate"), row("batch_size", "32", 6, "")]);
}

#[test]
fn fields_of_a_class_are_proposed_by_their_defaults() {
    let python = "@dataclass\nclass P:\n    drive: float = field(default=1.5, metadata={\"min\": 1})  # nA\n    \
                  n: int = Field(\n        default=3,\n        gt=0,\n        json_schema_extra={'max': 5},\n    )\n    \
                  g: list = field(default_factory=list)\n";
    assert_eq!(proposals(python, Language::Python), [row("drive", "1.5", 3, "nA"), row("n", "3", 5, "")]);
}

#[test]
fn what_the_code_changes_is_not_proposed() {
    for (language, changed) in [
        (Language::Python, "s = 0\nfor x in y:\n    s += x\n"),
        (Language::Python, "self.s = 0\nself.s -= 1\n"),
        (Language::Python, "s = 0\ns //= 2\n"),
        (Language::Python, "s = 0\nfor s in y: pass\n"),
        (Language::Python, "s = 0\nfor a, s in y: pass\n"),
        (Language::Python, "s = 0\ns, a = f(s)\n"),
        (Language::C, "int s = 0;\ns++;\n"),
        (Language::C, "int s = 0;\nfor (s = 0; s < 3; ++s) f();\n"),
        (Language::C, "double s = 0;\ns *= 2;\n"),
        (Language::Julia, "s = 0.0\ns .+= x\n"),
        (Language::Matlab, "s = 0;\n[s, a] = f(x);\n"),
        (Language::Fortran, "s = 0\ndo s = 1, 3\n"),
        (Language::Shell, "s=0\n((s++))\n"),
        (Language::Perl, "$s = 0;\n$s++;\n"),
        (Language::Go, "func main() {\n\ts := 0\n\ts, err = f()\n}\n"),
    ] {
        assert_eq!(proposals(changed, language), [], "{changed}");
    }
    for (language, kept) in [
        (Language::Python, "s = 3\nif s <= 3 or s >= 4 or s == 5 or s != 6: f(a, s, b=s)\n"),
        (Language::Python, "s = 3\nfor a in range(s): x[s] += 1\n"),
        (Language::Python, "s = 3\nx, y = f(s)\n"),
        (Language::Python, "s = 3\nx = y - -s\n"),
        (Language::Python, "s = 3\nx = [s for s in y]\nprint(*[\n  s\n  for s in x\n])\n"),
        (Language::Shell, "s=3\n./run --s $s\n"),
        (Language::C, "int s = 3;\nfor (int a = 0; a < s; a++) x += s;\n"),
        (Language::C, "int s = 3;\ndgemm_(\"N\", &s, y & s);\n"),
        (Language::Fortran, "s = 3\nif (s /= 4) x = 1\n"),
        (Language::Julia, "s = 3\nfor a in 1:s\nend\n"),
    ] {
        let names: Vec<String> = propose(kept.as_bytes(), language).into_iter().map(|found| found.name).collect();
        assert!(names.contains(&"s".to_owned()), "{kept}{names:?}");
    }
}

#[test]
fn arguments_are_proposed_where_they_are_parameters() {
    let left =
        "json.dump(\n    x,\n    f,\n    indent=1,\n)\nplt.plot(x,\n    lw=2)\njson.dump({'a': x}, f, indent=4)\n";
    assert_eq!(proposals(left, Language::Python), []);
    let kept = "p = dict(lr=0.1, n=3)\nc = Config(\n    width=64,\n)\nd = make_config(depth=2)\ndef run(\n    dt=0.5,\n): pass\n\
                q = {'tau': 5}\nopt = SGD(\n    momentum=0.9,\n)\nrun(\n    g=1.5)\n";
    let names: Vec<String> = propose(kept.as_bytes(), Language::Python).into_iter().map(|found| found.name).collect();
    assert_eq!(names, ["lr", "n", "width", "depth", "dt", "tau", "momentum", "g"]);
    let r = "p <- list(\n  g = 3,\n  h = 4)\nplot(x,\n  lwd = 2)\nf <- function(\n  tau = 5) 1\n";
    let names: Vec<String> = propose(r.as_bytes(), Language::R).into_iter().map(|found| found.name).collect();
    assert_eq!(names, ["g", "h", "tau"]);
}

#[test]
fn variables_of_a_script_are_proposed_by_their_defaults() {
    let script = "N=3\n: \"${KMER:=7}\"  # bases\nMINLEN=${MINLEN:-20}\n# ${OLD:-1}\nT=$(nproc)\necho ${T:-4} ${1:-5} ${A:-1} ${A:-2} \
                  ${D:-$N} ${W-x}\n";
    let found = propose(script.as_bytes(), Language::Shell);
    let found: Vec<(&str, &str, usize, bool)> =
        found.iter().map(|found| (&*found.name, found.value.as_str(), found.line, found.is_variable)).collect();
    assert_eq!(found, [("N", "3", 1, false), ("KMER", "7", 2, true), ("MINLEN", "20", 3, true)]);
}

#[test]
fn lines_that_programs_wrote_propose_nothing() {
    let entries = |count: usize| (0..count).map(|n| format!("\"k{n}\": {n}")).collect::<Vec<_>>().join(", ");
    for (count, proposed) in [(20, 20), (2000, 0)] {
        let json = format!("{{{}}}\n", entries(count));
        assert_eq!(propose(json.as_bytes(), Language::Json).len(), proposed);
    }
    let beside = format!("g = 3\nx = {{{}}}\nh = 4\n", entries(2000));
    let names: Vec<String> = propose(beside.as_bytes(), Language::Python).into_iter().map(|found| found.name).collect();
    assert_eq!(names, ["g", "h"]);
}

#[test]
fn commands_that_give_values_are_proposed_and_words_of_a_language_are_not() {
    for (language, text, names) in [
        (Language::Other(Other::CMake), "set(N 8)\noption(M \"m\" ON)\nSET(H 0.5)\n", &["N", "H"][..]),
        (Language::Other(Other::Ada), "generic (G : real := 0.1; N : integer := 3);\n", &["G", "N"]),
        (Language::Matlab, "o = odeset('RelTol', 1e-3);\nplot(x, 'Width', 2);\n", &["RelTol"]),
        (Language::Go, "const G = 0.1\nvar h float64 = 3\n", &["G", "h"]),
        (Language::Python, "if a: g = 3\nelse: h = 4\n", &["g", "h"]),
    ] {
        let found: Vec<String> = propose(text.as_bytes(), language).into_iter().map(|found| found.name).collect();
        assert_eq!(found, names, "{text}");
    }
}
