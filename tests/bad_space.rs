//! Bad input of spaces and bindings: an error that names the thing and the place in it, the way out, and nothing changed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;
mod refusal;

use common::Repo;
use refusal::{refuses, refuses_usage};

/// The same of a definition, in a repository with these files.
fn refuses_definition(files: &[(&str, &str)], definition: &str, words: &[&str]) {
    let repo = Repo::with(&[&[("gitsweep.toml", definition)], files].concat());
    refuses(&repo, &[], words);
}

#[test]
fn a_pair_that_is_a_range_of_one_value_is_told_of() {
    let repo = Repo::with(&[("m.py", "g = 3.0\n")]);
    let said = |domain: &str| repo.run(["create", "-n", "-f", "m.py", "-p", &format!("g={domain}"), "--", "true"]).err;
    for (domain, one, list) in
        [("(0.9, 0.999)", "0.900", "[0.9, 0.999]"), ("(1, 2)", "1", "[1, 2]"), ("(0, 10, 20)", "0", "[0, 10, 20]")]
    {
        let err = said(domain);
        let word = format!(
            "warning: parameter g: {domain} is Python's range, which leaves its end out, and has the one value {one}; a list is {list}\n"
        );
        assert!(err.contains(&word), "{err}");
    }
    for domain in ["(1, 3)", "0.9", "[0.9]", "0.9 to 1.0 step 1"] {
        assert!(!said(domain).contains("Python's range"), "{domain}");
    }
}

#[test]
fn a_domain_that_does_not_parse_shows_where_and_what_was_expected() {
    let repo = Repo::with(&[("m.sh", "g=1\n")]);
    for (domain, words) in [
        ("[1, 2", "this bracket is never closed; expected a `]`\n  [1, 2\n  ^\nhint: such as [1, 2, 3]"),
        ("uniform(0,1", "this bracket is never closed; expected a `)`\n  uniform(0,1\n         ^\nhint: "),
        ("1 to", "expected a value\n  1 to\n      ^\nhint: "),
        ("unifrom(0, 1)", "there is no function `unifrom`\n  unifrom(0, 1)\n  ^\nhint: did you mean `uniform`?"),
        ("Gausian(0, 1)", "did you mean `gaussian`?"),
        ("beta(2)", "expected the argument `b` of beta\n  beta(2)\n        ^\nhint: written beta(a, b, size=None"),
        ("uniform(lo=0, high=1)", "uniform has no argument `lo`; `low`?\n  uniform(lo=0, high=1)\n          ^\nhint: "),
        ("normal(0, -1)", "scale must be above zero\n  normal(0, -1)\n            ^\nhint: written normal("),
        ("{type='continous', domain=[1, 2]}", "expected a type: continuous, integer, discrete, categorical, boolean\n"),
        ("{type='continous', domain=[1, 2]}", "hint: did you mean `continuous`?"),
        ("{type='discrete', domian=[1, 2]}", "unknown key `domian`; `domain`?\n"),
    ] {
        let typed = format!("g={domain}");
        refuses_usage(&repo, &["create", "-f", "m.sh", "-p", &typed], &["error: parameter g: ", words]);
    }
}

#[test]
fn bounds_the_wrong_way_round_and_the_logarithm_of_zero() {
    let repo = Repo::with(&[("m.sh", "g=1\n")]);
    let (order, logarithm) = ("the bounds are the wrong way round: ", "the logarithm needs bounds above zero\n");
    for (domain, words) in [
        ("uniform(1, 0)", [order, "1 is not below 0\n  uniform(1, 0)\n             ^\n"]),
        ("uniform(1, 0, 3)", [order, "1 is not below 0\n  uniform(1, 0, 3)\n             ^\n"]),
        ("{type='continuous', domain=[10, 1]}", [order, "10 is not below 1\n"]),
        ("Truncated(Normal(0, 1), 1, -1)", [order, "1 is not below -1\n"]),
        ("loguniform(0, 1)", [logarithm, "  loguniform(0, 1)\n             ^\n"]),
        ("{type='continuous', domain=[0, 9], transformation='log'}", [logarithm, "domain=[0, 9]"]),
        ("geomspace(0, 1, 3)", ["a geometric sequence cannot reach zero\n", "            ^\n"]),
    ] {
        let typed = format!("g={domain}");
        let arguments = ["create", "-f", "m.sh", "-p", &typed];
        refuses_usage(&repo, &arguments, &["parameter g: ", words[0], words[1], "\nhint: "]);
    }
}

#[test]
fn a_domain_without_end_wants_a_number_of_points() {
    let repo = Repo::with(&[("m.sh", "g=1\n")]);
    for domain in ["g=uniform(0, 1)", "g={type='continuous', domain=[0, 1]}"] {
        let grid = ["-f", "m.sh", "-p", domain];
        refuses(&repo, &grid, &["a grid needs a number of values of `g`", "hint: ", "grid_points"]);
        let none = [&["create"][..], &grid, &["--grid-points", "0"]].concat();
        refuses_usage(&repo, &none, &["'--grid-points <N>': it is a whole number from 1 on"]);
        for strategy in ["random", "sobol", "halton", "latin-hypercube"] {
            let endless = [&grid[..], &["--strategy", strategy]].concat();
            refuses(&repo, &endless, &["hint: set the number of trials"]);
        }
    }
    let definition = "[search]\ngrid_points = 0\n[params.g]\nvalues = { type = 'continuous', domain = [0, 1] }\n";
    let repo = Repo::with(&[("gitsweep.toml", definition)]);
    refuses(&repo, &[], &["grid_points is 0, which leaves no value", "\nhint: leave it out"]);
}

#[test]
fn what_ties_parameters_together_is_checked_with_the_place_in_the_expression() {
    for (definition, words) in [
        (
            "[params.a]\nvalues = [1, 2]\ngroup = \"z\"\n[params.b]\nvalues = [1, 2, 3]\ngroup = \"z\"\n",
            &["the group `z` goes through its values together, but `a` has 2, `b` has 3", "hint: give each of them"][..],
        ),
        (
            "[params.a]\nexpr = \"b + 1\"\n[params.b]\nexpr = \"c * 2\"\n[params.c]\nexpr = \"a\"\n",
            &["in a circle: `a` depends on `b`, `b` on `c`, `c` on `a`", "hint: give one of them values of its own"],
        ),
        ("[params.a]\nexpr = \"a + 1\"\n", &["`a` is computed from itself", "hint: "]),
        (
            "[params.optimizer]\nvalues = [1]\n[params.b]\nvalues = [1]\nwhen = \"optimiser == 1\"\n",
            &[
                "the condition of `b`",
                "there is no `optimiser`",
                "    optimiser == 1\n    ^",
                "did you mean `optimizer`?",
            ],
        ),
        (
            "[params.a]\nexpr = \"0.8 * D\"\n[params.C]\nvalues = [1]\n",
            &[
                "`a` is computed from an unknown name",
                "there is no `D`\n    0.8 * D\n          ^",
                "hint: the names here are a, C",
            ],
        ),
        (
            "[params.a]\nexpr = \"0.8 * * C\"\n[params.C]\nvalues = [1]\n",
            &["parameter a, expr: expected a value, found `*`\n", "0.8 * * C\n          ^"],
        ),
        (
            "[search]\nwhere = \"a < \"\n[params.a]\nvalues = [1]\n",
            &["where: expected a value, found the end\n", "^", "hint: expressions are Python's"],
        ),
        ("[search]\nwhere = \"a < zz\"\n[params.a]\nvalues = [1]\n", &["there is no `zz`\n    a < zz\n        ^"]),
        (
            "[search]\nwhere = \"a < 0\"\n[params.a]\nvalues = [1, 2]\n",
            &["no point keeps the constraints: all 2 were tried, and `a < 0` excluded 2", "hint: loosen a constraint"],
        ),
        (
            "[params.a]\nvalues = [0, 1]\n[params.b]\nexpr = \"1 / a\"\n",
            &["`b` cannot be computed", "at a=0", "division by zero\n    1 / a"],
        ),
        (
            "[search]\nrepeats = 3\n[params.seed]\nvalues = [1]\n",
            &["repeats give the parameter seed its values", "hint: take its values out"],
        ),
        (
            "[search]\nstrategy = { grid = 0.5, random = 0.2 }\n[params.a]\nvalues = [1]\n",
            &["the probabilities of the mixture add up to 0.7, not to 1"],
        ),
        (
            "[search]\nstrategy = \"list\"\npoints = \"pionts.csv\"\n[params.a]\nvalues = [1]\n",
            &["there is no pionts.csv in the base commit", "hint: did you mean points.csv?"],
        ),
    ] {
        refuses_definition(&[("points.csv", "a\n1\n")], definition, words);
    }
}

const YAML: &str = "\
y: &n 3
alias: *n
text: |
  two
  lines
net:
  size: 2
  list: [1, 2]
quoted: \"one
  two\"
";

#[test]
fn a_key_that_is_not_there_or_is_no_single_value() {
    let files = [
        ("a.yaml", YAML),
        ("a.json", "{\"net\": {\"size\": 1, \"l\": [1, 2]}}\n"),
        ("a.toml", "[net]\nsize = 1\nmulti = \"\"\"\na\nb\"\"\"\n"),
        ("a.ini", "[net]\nsize = 1\nlong = 1\n  more\n"),
        ("a.txt", "size = 1\n"),
    ];
    let lines = "text over several lines, which cannot be replaced where it stands\nhint: give a `pattern`";
    for (file, key, words) in [
        ("a.yaml", "net.sise", "net in a.yaml has no key sise; it has size, list\nhint: did you mean net.size?"),
        ("a.json", "net.sise", "hint: did you mean net.size?"),
        ("a.toml", "net.sise", "hint: did you mean net.size?"),
        ("a.ini", "net.sise", "hint: did you mean net.size?"),
        ("a.yaml", "net", "net in a.yaml is a table of 2 keys, not a single value\nhint: name a key in it"),
        ("a.json", "net", "is a table of 2 keys, not a single value"),
        ("a.yaml", "net.list", "net.list in a.yaml is a list of 2, not a single value\nhint: name an item of it"),
        ("a.json", "net.l[2]", "net.l in a.json has 2 items, from [0], and no [2]"),
        (
            "a.yaml",
            "alias",
            "alias in a.yaml, line 2, is an alias, which cannot be replaced where it stands\nhint: name",
        ),
        ("a.yaml", "text", "is a block scalar, which cannot be replaced where it stands\n"),
        ("a.yaml", "quoted", lines),
        ("a.toml", "net.multi", lines),
        ("a.ini", "net.long", lines),
        ("a.txt", "size", "a.txt is no configuration file whose keys are known\nhint: keys are found in .toml, .json"),
        ("a.json", "net..size", "key `net..size` has an empty part"),
    ] {
        let definition = format!("[params.g]\nfile = \"{file}\"\nkey = \"{key}\"\nvalues = [5]\n");
        refuses_definition(&files, &definition, &[words]);
    }
}

#[test]
fn a_dotted_name_of_a_list_is_told_as_one() {
    let repo = Repo::with(&[("a.yaml", YAML)]);
    refuses(
        &repo,
        &["-f", "a.yaml", "-p", "net.list=['[3]']"],
        &["error: net.list in a.yaml is a list of 2, not a single value\nhint: ", "by its line, `name = \"list\"`"],
    );
}

#[test]
fn a_format_that_would_lose_digits() {
    let definition = "[params.g]\nfile = \"m.sh\"\nformat = \"%.1f\"\nvalues = [0.25]\n";
    refuses_definition(
        &[("m.sh", "g=1\n")],
        definition,
        &["format `%.1f` writes 0.25 as 0.", "hint: ask for more digits"],
    );
}

#[test]
fn a_literal_that_names_no_flag() {
    let repo = Repo::with(&[("m.sh", "g=1\n")]);
    let command = ["--", "sh", "m.sh", "--shape", "[1, 2]"];
    let refused = [&["create", "--literal", "shap"], &command[..]].concat();
    let words = ["--literal shap: the command has no flag of that name", "hint: did you mean shape?"];
    refuses_usage(&repo, &refused, &words);
}

#[test]
fn points_of_a_list_that_are_not_committed() {
    let definition = "[search]\nstrategy = \"list\"\npoints = \"points.csv\"\n[params.a]\nvalues = [1, 2]\n";
    let repo = Repo::with(&[("gitsweep.toml", definition), ("points.csv", "a\n1\n")]);
    repo.write("points.csv", "a\n1\n2\n");
    refuses(&repo, &[], &["points.csv has uncommitted changes, which the sweep would not contain", "--base HEAD"]);
    assert_eq!(repo.ok(["create", "--list", "--format", "csv", "--base", "HEAD"]), "point,a\n1,1\n");
}

#[test]
fn a_blank_cell_in_a_list_of_points() {
    let repo = Repo::with(&[("m.sh", "a=1\nb=2\n")]);
    repo.write("points.csv", "a,b\n1,5\n3,\n");
    refuses(
        &repo,
        &["--from", "points.csv", "-f", "m.sh"],
        &["point 2 of the list has no value of b, which others have", "hint: give it one"],
    );
}

#[test]
fn a_placeholder_that_cannot_be_filled() {
    let files = [("m.sh", "opt=sgd\n")];
    let parameters = "[params.opt]\nfile = \"m.sh\"\nvalues = ['sgd', 'adam']\n\
        [params.momentum]\nvalues = [0.8]\nwhen = \"opt == 'sgd'\"\n";
    let with = |command: &str| format!("[run]\ncommand = \"{command}\"\n{parameters}");
    refuses_definition(
        &files,
        &with("sh m.sh {momentum}"),
        &[
            "momentum does not apply to every point",
            "hint: let the program take it from $GITSWEEP_PARAM_MOMENTUM, or write \
             ${GITSWEEP_PARAM_MOMENTUM:+--momentum $GITSWEEP_PARAM_MOMENTUM}",
        ],
    );
    refuses_definition(
        &files,
        &with("sh m.sh {momentm}"),
        &["there is no parameter momentm", "did you mean {momentum}?"],
    );
    Repo::with(&[("gitsweep.toml", &with("sh m.sh {print} ${momentum}")), files[0]]).ok(["create"]);
    // What the hint says is what the points get that have it, and nothing is what the others get.
    let hinted = with("echo [${GITSWEEP_PARAM_MOMENTUM:+--momentum $GITSWEEP_PARAM_MOMENTUM}]");
    let repo = Repo::with(&[("gitsweep.toml", &hinted), files[0]]);
    repo.ok(["run"]);
    assert_eq!([repo.ok(["logs", "1"]), repo.ok(["logs", "2"])], ["[--momentum 0.8]\n", "[]\n"]);
}

#[test]
fn an_extension_by_a_parameter_that_the_points_do_not_have() {
    let repo = Repo::small();
    let branch = repo.create();
    let before = repo.git(["rev-parse", &branch]);
    let err = repo.fails(1, ["extend", "-p", "new=[1, 2]"]);
    assert!(err.contains("have no parameter new") && err.contains("hint: make a new sweep"), "{err}");
    for (given, meant) in [("model.g_e", "g_e"), ("G_I", "g_i")] {
        let err = repo.fails(1, ["extend", "-p", &format!("{given}=[1, 2]")]);
        assert!(err.contains(&format!("hint: did you mean {meant}? Else make a new sweep")), "{err}");
    }
    assert_eq!(repo.git(["rev-parse", &branch]), before);
}

#[test]
fn ends_of_a_logspace_that_look_like_values_are_told_of() {
    let repo = Repo::with(&[("m.py", "g = 3.0\n")]);
    let said = |domain: &str| repo.run(["create", "-n", "-f", "m.py", "-p", &format!("g={domain}"), "--", "true"]).err;
    let words = "warning: parameter g: logspace takes exponents of 10, as in numpy, and logspace(1e-5, 1e-1, 5) goes from 10^1e-5 \
                 to 10^1e-1; between 1e-5 and 1e-1 themselves it is geomspace(1e-5, 1e-1, 5)\n";
    assert!(said("logspace(1e-5, 1e-1, 5)").contains(words), "{}", said("logspace(1e-5, 1e-1, 5)"));
    for domain in ["logspace(-5, -1, 5)", "logspace(0, 1, 3)", "logspace(0.1, 0.9, 3)", "geomspace(1e-5, 1e-1, 5)"] {
        assert!(!said(domain).contains("logspace"), "{domain}: {}", said(domain));
    }
}

#[test]
fn a_range_of_another_language_is_not_written_as_text() {
    let repo = Repo::with(&[("m.py", "g = 3.0\n"), ("m.jl", "g = 3\n"), ("m.ini", "g = 3\n")]);
    for (domain, words) in [
        ("-5:-30:-5", "`-5:-30:-5` is no number, and m.py:1 has one: 3.0\nhint: a range is `-5 to -30 step -5`, both"),
        ("[0.5:3.0:0.5]", "hint: a range is `0.5 to 3.0 step 0.5`, both"),
        ("0:0.5:3", "hint: a range is `0 to 3 step 0.5`, both"),
        ("0.5..3.0", "hint: a range is `0.5 to 3.0 step ...`, both"),
        ("3.0.0", "hint: a range is `0.5 to 3.0 step 0.5`, a list `[1, 2, 3]`"),
    ] {
        let typed = format!("g={domain}");
        refuses(&repo, &["-f", "m.py", "-p", &typed], &["error: parameter g: ", words]);
    }
    // What the language could make sense of is written, with a warning; names and expressions without one.
    for (file, value, is_doubtful) in [
        ("m.py", "0.5-3.0", true),
        ("m.jl", "0:2:10", true),
        ("m.ini", "0:10", true),
        ("m.py", "5ms", true),
        ("m.py", "['10 nS']", true),
        ("m.ini", "5ms", false),
        ("m.py", "2j", false),
        ("m.py", "None", false),
        ("m.py", "e2", false),
        ("m.py", "2*pi/3", false),
        ("m.py", "['(1, 2)']", false),
    ] {
        let said = repo.run(["create", "--list", "-f", file, "-p", &format!("g={value}"), "--", "true"]);
        assert_eq!(said.code, 0, "{value}: {}", said.err);
        assert_eq!(said.err.contains("is no number"), is_doubtful, "{value}: {}", said.err);
    }
}
