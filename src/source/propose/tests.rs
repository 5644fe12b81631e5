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
