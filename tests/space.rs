//! The space of a sweep: every kind of domain, what follows from other parameters, when they apply, what has to hold, and
//! the seed that all that is drawn depends on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;

use common::{DATE, Repo};

/// The points of a definition by flags, as `--list` has them: one line for each, the header and the number left out.
fn listed(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let table = repo.ok([&["-q", "create", "--list", "--format", "csv"], arguments].concat());
    table.lines().skip(1).map(|line| line.split_once(',').unwrap().1.to_owned()).collect()
}

/// The points of one parameter `g` in a grid or of another strategy.
fn values(repo: &Repo, domain: &str, arguments: &[&str]) -> Vec<String> {
    let typed = format!("g={domain}");
    listed(repo, &[&["-f", "m.sh", "-p", &typed], arguments].concat())
}

fn model() -> Repo {
    Repo::with(&[("m.sh", "g=7\n")])
}

/// A definition in the repository's `gitsweep.toml`; the points that it has.
fn defined(repo: &Repo, definition: &str) -> Vec<String> {
    repo.write("gitsweep.toml", definition);
    listed(repo, &[])
}

#[test]
fn typed_domains_have_the_values_that_their_scales_say() {
    let repo = model();
    let log = "{ type = \"continuous\", domain = [10, 1000], transformation = \"log\", grid_points = 3 }";
    for (domain, expected) in [
        (log, &["10.0", "100.0", "1000.0"][..]),
        ("{ type = \"continuous\", domain = [0, 1], grid_points = 5 }", &["0.0", "0.25", "0.5", "0.75", "1.0"]),
        ("{ type = 'discrete', domain = [1, 2, 5] }", &["1", "2", "5"]),
        ("{ type = 'discrete', domain = [1, 2, 5], grid_points = 2 }", &["1", "5"]),
        ("{ type = 'categorical', domain = ['relu', 'tanh'] }", &["relu", "tanh"]),
        ("{ type = 'boolean' }", &["false", "true"]),
        ("Constant(3.10)", &["3.10"]),
        ("{ from = 1, to = 2, step = 0.5 }", &["1.0", "1.5", "2.0"]),
        ("['a' 'b']", &["a", "b"]),
    ] {
        assert_eq!(values(&repo, domain, &[]), expected, "{domain}");
    }
    // The same in TOML's own words.
    let definition = format!("[params.g]\nfile = \"m.sh\"\nvalues = {log}\n");
    assert_eq!(defined(&repo, &definition), ["10.0", "100.0", "1000.0"]);
}

#[test]
fn a_drawn_list_has_the_recorded_values_of_its_seed_in_source_message_and_table() {
    let repo = model();
    let expected = ["0.008717472399144183", "0.0854667229297529", "0.028526327976441904"];
    let flags = ["--seed", "7", "-f", "m.sh", "-p", "g=uniform(1e-5, 1e-1, 3)"];
    repo.ok([&["create", "--date", DATE, "--branch", "s"], &flags[..]].concat());
    let points = repo.points("s");
    for (commit, value) in points.iter().zip(expected) {
        assert_eq!(repo.git(["show", &format!("{commit}:m.sh")]), format!("g={value}"));
        assert!(repo.git(["log", "-1", "--format=%s", commit]).ends_with(&format!(": g={value}")));
    }
    assert_eq!(points.len(), 3);
    let table = repo.ok(["results", "s", "--format", "csv", "--columns", "g"]);
    assert_eq!(table, format!("g\n{}\n", expected.join("\n")));
}

/// Drawn lists and their values for the seed 7. All go through the same numbers from 0 to 1, which `random_sample` shows:
/// the others are what their distribution has below it, such as -2 ln(1 - u) for `exponential(2)`.
const RECORDED: &[(&str, &[&str])] = &[
    ("random_sample(2)", &["0.0870834323346753", "0.8546526945669856"]),
    ("normal(0, 1, 2)", &["-1.3589360165460298", "1.0565990574425943"]),
    ("lognormal(0, 1, 2)", &["0.2569340051028567", "2.87657128090233"]),
    ("loguniform(1e-5, 1e-1, 3)", &["2.230148226537381e-5", "0.026218677298993243", "0.00013828249148427368"]),
    ("randint(0, 1000, 3)", &["87", "854", "285"]),
    ("beta(2, 3, 2)", &["0.13202378637946174", "0.6310066700465196"]),
    ("gamma(2, 1, 2)", &["0.4896560182677111", "3.4132378073731084"]),
    ("exponential(2, 2)", &["0.18222157037135875", "3.8572583812432892"]),
    ("pareto(3, 2)", &["0.030836142473616223", "0.9019437639231762"]),
    ("weibull(1.5, 2)", &["0.20247894046827616", "1.5494081062855047"]),
    ("poisson(40, 2)", &["32", "47"]),
    ("binomial(100, 0.3, 2)", &["24", "35"]),
    ("triangular(0, 1, 4, 2)", &["0.5901980424727798", "2.679330599583615"]),
    ("vonmises(0, 1, 2)", &["-1.7695966527782736", "1.3213306549276107"]),
    ("laplace(0, 1, 2)", &["-1.7477414469544115", "1.2354820100616992"]),
    ("logistic(0, 1, 2)", &["-2.3497778423286775", "1.771569092867781"]),
    ("gumbel(0, 1, 2)", &["-0.8923621646076899", "1.8511267586373874"]),
    ("rayleigh(1, 2)", &["0.42687418564649554", "1.9639904229000937"]),
    ("chisquare(3, 2)", &["0.5270191391109591", "5.390328979288337"]),
    ("geometric(0.01, 2)", &["10", "192"]),
    ("power(2, 2)", &["0.2950990212363899", "0.9244742801003095"]),
    ("standard_t(4, 2)", &["-1.6505906021226797", "1.2164168463453948"]),
    ("f(3, 4, 2)", &["0.16767429380785331", "3.1991496751265958"]),
    ("wald(1, 1, 2)", &["0.22469673908166907", "1.7567268697901632"]),
    ("standard_cauchy(2)", &["-3.5635771283041815", "2.0356291270826907"]),
    ("negative_binomial(20, 0.2, 2)", &["54", "101"]),
    ("hypergeometric(100, 100, 50, 2)", &["21", "28"]),
    ("zipf(1.5, 2)", &["1", "28"]),
    ("noncentral_chisquare(3, 1, 2)", &["0.730381833744237", "7.1428393906108285"]),
    ("logseries(0.9, 2)", &["1", "7"]),
    ("choice(['a', 'b', 'c'], 2)", &["a", "c"]),
];

#[test]
fn every_distribution_has_recorded_values_for_a_seed() {
    let repo = model();
    for (domain, expected) in RECORDED {
        assert_eq!(values(&repo, domain, &["--seed", "7"]), *expected, "{domain}");
    }
}

#[test]
fn names_of_distributions_are_read_in_any_case_and_arguments_by_name() {
    let repo = model();
    let drawn = |domain: &str| values(&repo, domain, &["--seed", "3", "--strategy", "random", "--trials", "4"]);
    for family in [
        &["gaussian(0.0, 0.6)", "Gaussian(0.0,0.6)", "NORMAL(0, 0.6)", "normal(loc=0, scale=0.6)"][..],
        &["uniform(2, 3)", "Uniform(low=2, high=3)", "uniform(high=3, low=2)"],
        &["expovariate(2)", "ExpoVariate(2)"],
    ] {
        let first = drawn(family[0]);
        assert_eq!(first.len(), 4, "{}", family[0]);
        for other in &family[1..] {
            assert_eq!(drawn(other), first, "{other}");
        }
    }
    assert_ne!(drawn("uniform(2, 3)"), drawn("uniform(2, 4)"));
}

#[test]
fn draws_stay_in_their_domain() {
    let repo = model();
    let drawn = |domain: &str| -> Vec<f64> {
        let random = ["--seed", "11", "--strategy", "random", "--trials", "60"];
        values(&repo, domain, &random).iter().map(|value| value.parse().unwrap()).collect()
    };
    let bounds = |domain: &str, low: f64, high: f64| {
        let all = drawn(domain);
        assert!(all.iter().all(|value| (low..=high).contains(value)), "{domain}: {all:?}");
        // They fill it: both thirds at the ends are met.
        let width = high - low;
        assert!(all.iter().any(|value| *value < low + width / 3.0), "{domain}: {all:?}");
        assert!(all.iter().any(|value| *value > high - width / 3.0), "{domain}: {all:?}");
    };
    bounds("uniform(-2, 3)", -2.0, 3.0);
    bounds("Truncated(Normal(0, 1), -1, 0.5)", -1.0, 0.5);
    bounds("beta(1, 1)", 0.0, 1.0);
    bounds("vonmises(0, 0.1)", -std::f64::consts::PI, std::f64::consts::PI);
    let log = drawn("loguniform(1e-4, 1)");
    let small = log.iter().filter(|value| **value < 0.01).count();
    assert!(log.iter().all(|value| (1e-4..=1.0).contains(value)) && (15..=45).contains(&small), "{log:?}");
    let stepped = values(&repo, "uniform(0, 1, step=0.25)", &["--seed", "1", "--strategy", "random", "--trials", "5"]);
    assert!(
        stepped.iter().all(|value| ["0.00", "0.25", "0.50", "0.75", "1.00"].contains(&value.as_str())),
        "{stepped:?}"
    );
    // A finite domain is exhausted and no value comes twice.
    let mut die = values(&repo, "randint(1, 7)", &["--seed", "1", "--strategy", "random", "--trials", "6"]);
    die.sort();
    assert_eq!(die, ["1", "2", "3", "4", "5", "6"]);
}

#[test]
fn the_k_th_point_does_not_depend_on_how_many_are_drawn() {
    let repo = model();
    let space = ["-p", "m.sh:g=normal(0, 1)", "-p", "lr=loguniform(1e-5, 1)", "-p", "k=[1, 2, 3]"];
    for strategy in ["random", "sobol", "halton"] {
        let points = |trials: &str, seed: &str| {
            listed(&repo, &[&space[..], &["--strategy", strategy, "--trials", trials, "--seed", seed]].concat())
        };
        let many = points("40", "5");
        assert_eq!(many.len(), 40);
        assert_eq!(many.iter().collect::<std::collections::HashSet<_>>().len(), 40, "{strategy}");
        for few in ["1", "7", "39"] {
            let few = points(few, "5");
            assert_eq!(few[..], many[..few.len()], "{strategy}");
        }
        assert_ne!(points("40", "6"), many, "{strategy}");
    }
    // Nor does a parameter's draw depend on which others there are.
    let alone = values(&repo, "normal(0, 1)", &["--strategy", "random", "--trials", "9", "--seed", "5"]);
    let beside = listed(&repo, &[&space[..4], &["--strategy", "random", "--trials", "9", "--seed", "5"]].concat());
    let firsts: Vec<&str> = beside.iter().map(|line| line.split_once(',').unwrap().0).collect();
    assert_eq!(alone, firsts);
}

#[test]
fn a_seed_that_nobody_gives_is_drawn_and_recorded() {
    let repo = model();
    let space = ["-f", "m.sh", "-p", "g=uniform(0, 1)", "--strategy", "random", "--trials", "5"];
    let said = repo.run([&["create", "--date", DATE, "--branch", "s"], &space[..]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    let spec: toml::Table = repo.git(["show", "s:.gitsweep/sweep.toml"]).parse().unwrap();
    let seed = spec["search"]["seed"].as_integer().unwrap().to_string();
    assert!(said.err.contains(&format!("seed {seed}")), "{}", said.err);
    let table = repo.ok(["results", "s", "--format", "csv", "--columns", "g"]);
    let laid: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(listed(&repo, &[&space[..], &["--seed", &seed]].concat()), laid);
    // What draws nothing has no seed.
    repo.ok(["create", "--date", DATE, "--branch", "plain", "-f", "m.sh", "-p", "g=[1, 2]"]);
    let spec: toml::Table = repo.git(["show", "plain:.gitsweep/sweep.toml"]).parse().unwrap();
    assert!(spec["search"].get("seed").is_none(), "{spec}");
}

#[test]
fn a_derived_parameter_follows_exactly_and_stands_in_its_line() {
    let repo = Repo::with(&[("m.sh", "C=1\nC2=1\nlabel='x'\n")]);
    repo.write(
        "gitsweep.toml",
        "[params.C2]\nfile = \"m.sh\"\nexpr = \"0.8 * C\"\n[params.half]\nexpr = \"C2 / 2\"\n\
         [params.C]\nfile = \"m.sh\"\nvalues = [68, 135, 0.1]\n",
    );
    repo.ok(["create", "--date", DATE, "--branch", "s"]);
    let table = repo.ok(["results", "s", "--format", "csv", "--columns", "C2,half,C"]);
    assert_eq!(table, "C2,half,C\n54.4,27.2,68\n108.0,54.0,135\n0.08,0.04,0.1\n");
    let points = repo.points("s");
    assert_eq!(repo.git(["show", &format!("{}:m.sh", points[0])]), "C=68\nC2=54.4\nlabel='x'");
    let held: toml::Table = repo.git(["show", &format!("{}:.gitsweep/point.toml", points[0])]).parse().unwrap();
    assert_eq!(held["half"].as_float(), Some(27.2));
    assert_eq!(held.len(), 1);
}

#[test]
fn points_that_differ_only_in_what_does_not_apply_are_one_point() {
    let repo = model();
    let points = defined(
        &repo,
        "[params.optimizer]\nvalues = [\"sgd\", \"adam\", \"none\"]\n\
         [params.momentum]\nvalues = [0.5, 0.9]\nwhen = \"optimizer == 'sgd'\"\n\
         [params.lr]\nvalues = [0.1, 0.01]\nwhen = \"optimizer != 'none'\"\n",
    );
    let expected = ["sgd,0.5,0.1", "sgd,0.5,0.01", "sgd,0.9,0.1", "sgd,0.9,0.01", "adam,,0.1", "adam,,0.01", "none,,"];
    assert_eq!(points, expected);
    // A condition on a parameter that does not apply itself.
    let points = defined(
        &repo,
        "[params.a]\nvalues = [1, 2]\n[params.b]\nvalues = [3, 4]\nwhen = \"a == 1\"\n\
         [params.c]\nvalues = [5, 6]\nwhen = \"a == 1 and b == 3\"\n",
    );
    assert_eq!(points, ["1,3,5", "1,3,6", "1,4,", "2,,"]);
}

#[test]
fn constraints_hold_for_all_points_and_trials_count_those_that_do() {
    let repo = model();
    let axes = ["-p", "g_e=(1, 5)", "-p", "g_i=(1, 5)"];
    let points = listed(&repo, &[&axes[..], &["--where", "g_e > g_i", "--where", "g_e + g_i != 5"]].concat());
    assert_eq!(points, ["2,1", "3,1", "4,2", "4,3"]);
    let random = ["--where", "g_e > g_i", "--strategy", "random", "--trials", "4", "--seed", "2"];
    let drawn = listed(&repo, &[&axes[..], &random].concat());
    assert_eq!(drawn.len(), 4);
    let holds = |line: &String| line.split_once(',').is_some_and(|(e, i)| e > i);
    assert!(drawn.iter().all(holds), "{drawn:?}");
    // In the definition, together with one that follows.
    let points = defined(
        &repo,
        "[search]\nwhere = [\"b < 10\", \"a in [2, 3, 4]\"]\n[params.a]\nvalues = { from = 1, to = 4, step = 1 }\n\
         [params.b]\nexpr = \"a ** 2\"\n",
    );
    assert_eq!(points, ["2,4", "3,9"]);
    std::fs::remove_file(repo.root().join("gitsweep.toml")).unwrap();
    let continuous = ["-p", "x=uniform(0, 1)", "-p", "y=uniform(0, 1)", "--where", "x + y < 0.5"];
    let drawn = listed(&repo, &[&continuous[..], &["--strategy", "sobol", "--trials", "20", "--seed", "1"]].concat());
    let numbers = drawn.iter().map(|line| line.split(',').map(|text| text.parse::<f64>().unwrap()).take(2).sum());
    let sums: Vec<f64> = numbers.collect();
    assert!(sums.len() == 20 && sums.iter().all(|sum| *sum < 0.5), "{sums:?}");
}
