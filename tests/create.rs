//! From a definition to commits: domains, templates, what lands in git, and what git makes of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;
mod readers;

use std::path::Path;
use std::process::Stdio;

use common::{BRANCH, DATE, Repo, Said};
use readers::python;

/// Lays a sweep with a fixed date on a branch of its own; its commits, the first point first.
fn lay(repo: &Repo, branch: &str, arguments: &[&str]) -> Vec<String> {
    repo.ok([&["create", "--date", DATE, "--branch", branch], arguments].concat());
    repo.points(branch)
}

/// A file as a commit has it, byte for byte.
fn show(repo: &Repo, commit: &str, path: &str) -> Vec<u8> {
    let output = repo.command("git").args(["cat-file", "blob", &format!("{commit}:{path}")]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn text(repo: &Repo, commit: &str, path: &str) -> String {
    String::from_utf8(show(repo, commit, path)).unwrap()
}

/// The paths that differ between two commits.
fn changed(repo: &Repo, from: &str, to: &str) -> Vec<String> {
    repo.git(["diff", "--name-only", from, to]).lines().map(str::to_owned).collect()
}

#[test]
fn a_sweep_is_defined_by_flags_alone() {
    let repo = Repo::with(&[("model.py", "g_e = 1.0  # nS\nw = 2.0\nprint(g_e, w)\n")]);
    let before = repo.users_state();
    let domain =
        ["-f", "model.py", "-p", "g_e=0.5 to 3.0 step 0.5", "-p", "w=[3.0]", "--", "python3", "model.py", "a b"];
    let branch = repo.ok([&["create", "--date", DATE][..], &domain].concat());
    assert_eq!(branch, format!("{BRANCH}\n"));
    assert_eq!(repo.users_state(), before);
    let points = repo.points(BRANCH);
    assert_eq!(points.len(), 6);
    assert_eq!(text(&repo, &points[5], "model.py"), "g_e = 3.0  # nS\nw = 3.0\nprint(g_e, w)\n");
    let spec: toml::Table = text(&repo, BRANCH, ".gitsweep/sweep.toml").parse().unwrap();
    assert_eq!(spec["run"]["command"].as_str(), Some("python3 model.py 'a b'"));
    assert_eq!(spec["params"]["g_e"]["file"].as_str(), Some("model.py"));
}

#[test]
fn flags_add_to_the_definition_and_replace_what_it_says() {
    let repo = Repo::small();
    repo.ok([
        "create",
        "--date",
        DATE,
        "--name",
        "narrow",
        "-p",
        "g_i=[-7]",
        "-p",
        "seed=(1, 3)",
        "--",
        "sh",
        "other.sh",
    ]);
    let branch = "narrow-2026-11-21T093000";
    let subjects = repo.git(["log", "--reverse", "--format=%s", &format!("main..{branch}")]);
    assert_eq!(
        subjects,
        "narrow 2026-11-21 1/4: g_e=0.5 g_i=-7 seed=1\nnarrow 2026-11-21 2/4: g_e=0.5 g_i=-7 seed=2\n\
         narrow 2026-11-21 3/4: g_e=1.0 g_i=-7 seed=1\nnarrow 2026-11-21 4/4: g_e=1.0 g_i=-7 seed=2"
    );
    let spec: toml::Table = text(&repo, branch, ".gitsweep/sweep.toml").parse().unwrap();
    assert_eq!(spec["run"]["command"].as_str(), Some("sh other.sh"));
    assert_eq!(spec["search"]["objective"].as_str(), Some("score"));
}

/// Each domain as `-p` takes it, as TOML where that is another text, and its values.
const DOMAINS: &[(&str, Option<&str>, &[&str])] = &[
    ("3.10", Some("3.10"), &["3.10"]),
    ("[32, 64]", Some("[32, 64]"), &["32", "64"]),
    ("[-5.0, 1e-5, 3.10]", Some("[\n  -5.0, # the first\n  1e-5,\n  3.10,\n]"), &["-5.0", "1e-5", "3.10"]),
    ("(1, 10, 2)", None, &["1", "3", "5", "7", "9"]),
    ("0.1 to 0.5 step 0.1", Some("{ from = 0.1, to = 0.5, step = 0.1 }"), &["0.1", "0.2", "0.3", "0.4", "0.5"]),
    ("-5 to -30 step -5", Some("{ from = -5, to = -30, step = -5 }"), &["-5", "-10", "-15", "-20", "-25", "-30"]),
    ("linspace(0, 1, 5)", None, &["0.0", "0.25", "0.5", "0.75", "1.0"]),
    ("logspace(-3, -1, 3)", None, &["0.001", "0.01", "0.1"]),
    ("geomspace(1, 1000, 4)", None, &["1.0", "10.0", "100.0", "1000.0"]),
    ("arange(0, 0.9, 0.3)", None, &["0.0", "0.3", "0.6"]),
];

#[test]
fn every_domain_has_exact_values_in_source_message_trailers_and_table() {
    let repo = Repo::with(&[("model.py", "g = 7  # nS\n")]);
    for (number, (flag, toml, values)) in DOMAINS.iter().enumerate() {
        let toml = toml.map_or_else(|| format!("\"{flag}\""), str::to_owned);
        let spec = repo.home().join("spec.toml");
        std::fs::write(&spec, format!("[params.g]\nfile = \"model.py\"\nvalues = {toml}\n")).unwrap();
        let definitions: [&[&str]; 2] =
            [&["-f", "model.py", "-p", &format!("g={flag}")], &[spec.to_str().unwrap(), "--name", "grid_search"]];
        for (form, definition) in ["flag", "toml"].iter().zip(definitions) {
            let branch = format!("{form}{number}");
            let points = lay(&repo, &branch, definition);
            let total = values.len();
            assert_eq!(points.len(), total, "{flag}");
            for (index, (commit, value)) in points.iter().zip(*values).enumerate() {
                assert_eq!(text(&repo, commit, "model.py"), format!("g = {value}  # nS\n"), "{flag} as {form}");
                assert_eq!(
                    repo.git(["log", "-1", "--format=%s|%(trailers:key=Param,valueonly,separator=%x2C)", commit]),
                    format!("grid_search 2026-11-21 {}/{total}: g={value}|g={value}", index + 1),
                );
            }
            let table = repo.ok(["results", &branch, "--format", "csv", "--columns", "g"]);
            assert_eq!(table, format!("g\n{}\n", values.join("\n")), "{flag} as {form}");
        }
    }
}

#[test]
fn the_last_parameter_varies_fastest() {
    let repo = Repo::with(&[("m.sh", "a=0\nb=0\nc=0\n")]);
    lay(&repo, "s", &["-f", "m.sh", "-p", "b=[1, 2]", "-p", "a=[1, 2]", "-p", "c=[7, 8, 9]"]);
    let values = repo.ok(["results", "s", "--format", "csv", "--columns", "b,a,c"]);
    let rows: Vec<&str> = values.lines().skip(1).collect();
    let expected =
        ["1,1,7", "1,1,8", "1,1,9", "1,2,7", "1,2,8", "1,2,9", "2,1,7", "2,1,8", "2,1,9", "2,2,7", "2,2,8", "2,2,9"];
    assert_eq!(rows, expected);
}

#[test]
fn text_and_truth_keep_the_quotes_and_the_spelling_of_the_source() {
    let repo =
        Repo::with(&[("net.py", "act = \"relu\"  # not 'tanh'\nbias = True;\n"), ("net.yaml", "act: relu # x\n")]);
    let points = lay(&repo, "s", &["-f", "net.py", "-p", "act=['tanh', 'two words']", "-p", "bias=[false]"]);
    assert_eq!(text(&repo, &points[0], "net.py"), "act = \"tanh\"  # not 'tanh'\nbias = False;\n");
    assert_eq!(text(&repo, &points[1], "net.py"), "act = \"two words\"  # not 'tanh'\nbias = False;\n");
    let trailers = repo.git(["log", "-1", "--format=%(trailers:key=Param,valueonly)", &points[1]]);
    assert_eq!(trailers.trim(), "act=\"two words\"\nbias=false");
    let table = repo.ok(["results", "s", "--format", "csv", "--columns", "act,bias"]);
    assert_eq!(table, "act,bias\ntanh,false\ntwo words,false\n");
    let points = lay(&repo, "t", &["-p", "net.yaml:act=['tanh']"]);
    assert_eq!(text(&repo, &points[0], "net.yaml"), "act: tanh # x\n");
}

/// File, its text before and after, the parameter's name there and the value that is written.
const LANGUAGES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "net.py",
        "weightIIx = 1\n\tself.weightII = self.wbar * -10.  # nS\nprint('weightII = 3')\n",
        "weightIIx = 1\n\tself.weightII = -20.0  # nS\nprint('weightII = 3')\n",
        "weightII",
        "-20.0",
    ),
    ("a.c", "#define G 3.0 /* nS */\nint GG = 1;\n", "#define G 4.5 /* nS */\nint GG = 1;\n", "G", "4.5"),
    ("b.cpp", "  const float g{1}, h = 3.0f; // x\n", "  const float g{1}, h = 4.5f; // x\n", "h", "4.5"),
    ("c.f90", "  real(8) :: g = 3.0d0 ! nS\n", "  real(8) :: g = 4.5d0 ! nS\n", "g", "4.5"),
    ("d.jl", "const g = 3.0 # nS\n", "const g = 4.5 # nS\n", "g", "4.5"),
    ("e.R", "g <- 3 # nS\n", "g <- 4.5 # nS\n", "g", "4.5"),
    ("f.m", "g = 3; % nS\n", "g = 4.5; % nS\n", "g", "4.5"),
    ("g.hoc", "g = 3 // nS\n", "g = 4.5 // nS\n", "g", "4.5"),
    ("h.sh", "export G=3 # nS\n", "export G=4.5 # nS\n", "G", "4.5"),
    ("i.ini", "[x]\ng = 3 ; nS\n", "[x]\ng = 4.5 ; nS\n", "g", "4.5"),
    ("j.mdp", "dt = 0.002 ; ps\n", "dt = 4.5 ; ps\n", "dt", "4.5"),
    ("k.yaml", "net:\n  g: 3.0 # nS\n", "net:\n  g: 4.5 # nS\n", "g", "4.5"),
    ("l.toml", "steps = 2\neps = 3.0 # nS\neps_e = 1\n", "steps = 2\neps = 4.5 # nS\neps_e = 1\n", "eps", "4.5"),
    ("m.rs", "const G: f64 = 3.0_f64; // nS\n", "const G: f64 = 4.5_f64; // nS\n", "G", "4.5"),
    (
        "pw.in",
        "&control\n nat = 2 /\n&system ec = 30.0 g = 1d-8 /\n",
        "&control\n nat = 2 /\n&system ec = 30.0 g = 4.5d0 /\n",
        "g",
        "4.5",
    ),
    (
        "in.melt",
        "units lj\natom_style atomic\nvariable T equal 300 # K\n",
        "units lj\natom_style atomic\nvariable T equal 4.5 # K\n",
        "T",
        "4.5",
    ),
    ("system/controlDict", "FoamFile\n{\n}\ndeltaT 0.1; // s\n", "FoamFile\n{\n}\ndeltaT 4.5; // s\n", "deltaT", "4.5"),
    ("INCAR", "ISMEAR = 0 ; SIGMA = 0.05 # eV\n", "ISMEAR = 0 ; SIGMA = 4.5 # eV\n", "SIGMA", "4.5"),
    ("rc.cir", "* r=2k\n.param r=1k c=1u\n", "* r=2k\n.param r=4.5 c=1u\n", "r", "4.5"),
    ("M.mo", "parameter Real g = 3 \"nS\";\n", "parameter Real g = 4.5 \"nS\";\n", "g", "4.5"),
    ("est.do", "* local n 3\nlocal n 3\n", "* local n 3\nlocal n 4.5\n", "n", "4.5"),
    ("Makefile", "debug: G = 3 # nS\n", "debug: G = 4.5 # nS\n", "G", "4.5"),
    (".env", "G=x y # nS\n", "G=4.5 # nS\n", "G", "4.5"),
    ("bin/fit", "#!/usr/bin/env python3\ng = 7 % n\n", "#!/usr/bin/env python3\ng = 4.5\n", "g", "4.5"),
    ("n.py", "url = '#3'; g = 3.0, # no end", "url = '#3'; g = 4.5, # no end", "g", "4.5"),
];

#[test]
fn the_value_alone_is_replaced_in_every_language() {
    let files: Vec<(&str, &str)> = LANGUAGES.iter().map(|(path, before, ..)| (*path, *before)).collect();
    let repo = Repo::with(&files);
    let mut spec = String::new();
    for (number, (path, _, _, name, value)) in LANGUAGES.iter().enumerate() {
        spec.push_str(&format!("[params.p{number}]\nfile = \"{path}\"\nname = \"{name}\"\nvalues = [{value}]\n"));
    }
    repo.write("gitsweep.toml", spec);
    let points = lay(&repo, "s", &[]);
    for (path, _, after, ..) in LANGUAGES {
        assert_eq!(text(&repo, &points[0], path), *after, "{path}");
    }
    assert_eq!(changed(&repo, "main", &points[0]).len(), LANGUAGES.len() + 1);
    repo.fsck();
}

#[test]
fn a_pattern_a_format_and_occurrences_say_where_and_how() {
    let repo =
        Repo::with(&[("a.txt", "g := 3 nS\nh := 4 nS\n"), ("b.py", "g = 1\ng = 2\ng = 3\n"), ("gitsweep.toml", "")]);
    repo.write(
        "gitsweep.toml",
        "[params.h]\nfile = \"a.txt\"\npattern = '(?m)^h := (?<value>\\S+)'\nvalues = [0.00025]\nformat = \"%.2e\"\n\
         [params.g]\nfile = \"b.py\"\nvalues = [7]\noccurrences = 2\n",
    );
    let points = lay(&repo, "second", &[]);
    assert_eq!(text(&repo, &points[0], "a.txt"), "g := 3 nS\nh := 2.50e-04 nS\n");
    assert_eq!(text(&repo, &points[0], "b.py"), "g = 1\ng = 7\ng = 3\n");
    let everywhere = repo.read("gitsweep.toml").replace("occurrences = 2", "occurrences = \"all\"");
    repo.write("gitsweep.toml", everywhere);
    let points = lay(&repo, "all", &[]);
    assert_eq!(text(&repo, &points[0], "b.py"), "g = 7\ng = 7\ng = 7\n");
}

#[test]
fn the_branch_is_a_chain_on_the_base_in_which_only_the_lines_and_the_definition_differ() {
    let repo = Repo::small();
    repo.write("gitsweep.toml", common::SMALL_SPEC.replace("[0.5, 1.0]", "[1.0, 0.5]"));
    let base = repo.git(["rev-parse", "main"]);
    repo.create();
    let points = repo.points(BRANCH);
    let parents = repo.git(["log", "--reverse", "--format=%P", &format!("main..{BRANCH}")]);
    let expected: Vec<&str> = std::iter::once(&base).chain(&points[..5]).map(String::as_str).collect();
    assert_eq!(parents.lines().collect::<Vec<_>>(), expected);

    // The first point has the values that the code has already.
    assert_eq!(changed(&repo, "main", &points[0]), [".gitsweep/sweep.toml"]);
    for pair in points.windows(2) {
        assert_eq!(changed(&repo, &pair[0], &pair[1]), ["model.sh"]);
    }
    let numstat = repo.git(["diff", "--numstat", &points[0], &points[1]]);
    assert_eq!(numstat, "1\t1\tmodel.sh");
    let diff = repo.git(["diff", "-U0", "--no-prefix", &points[2], &points[3]]);
    let lines: Vec<&str> = diff.lines().filter(|line| line.starts_with(['+', '-'])).skip(2).collect();
    assert_eq!(lines, ["-g_e=1.0   # nS", "-g_i=-15    # nS", "+g_e=0.5   # nS", "+g_i=-5    # nS"]);
    let definitions: std::collections::HashSet<String> =
        points.iter().map(|point| repo.git(["rev-parse", &format!("{point}:.gitsweep/sweep.toml")])).collect();
    assert_eq!(definitions.len(), 1);
}

#[test]
fn the_definition_on_the_branch_lays_the_same_sweep_again() {
    let repo = Repo::small();
    repo.create();
    let spec = repo.home().join("again.toml");
    std::fs::write(&spec, text(&repo, BRANCH, ".gitsweep/sweep.toml")).unwrap();
    let again = lay(&repo, "again", &[spec.to_str().unwrap()]);
    let trees = |points: &[String]| -> Vec<String> {
        points.iter().map(|point| repo.git(["rev-parse", &format!("{point}^{{tree}}")])).collect()
    };
    assert_eq!(trees(&again), trees(&repo.points(BRANCH)));
}

#[test]
fn parameters_that_no_line_holds_stand_in_point_toml() {
    let repo = Repo::with(&[("model.sh", "g=1\n")]);
    let points = lay(&repo, "s", &["-f", "model.sh", "-p", "g=[5]", "--", "sh", "model.sh"]);
    assert!(!repo.git(["ls-tree", "-r", "--name-only", &points[0]]).contains("point.toml"));

    let points = lay(&repo, "t", &["-p", "lr=[0.10, 1e-5]", "-p", "kind=['a b']", "-p", "model.sh:g=[5]"]);
    let held: toml::Table = text(&repo, &points[1], ".gitsweep/point.toml").parse().unwrap();
    assert_eq!(held["lr"].as_float(), Some(1e-5));
    assert_eq!(held["kind"].as_str(), Some("a b"));
    assert!(!held.contains_key("g"), "{held}");
    assert_eq!(changed(&repo, &points[0], &points[1]), [".gitsweep/point.toml"]);
    let diff = repo.git(["diff", "-U0", &points[0], &points[1]]);
    assert!(diff.contains("\n-lr = 0.10\n+lr = 1e-5"), "{diff}");
    repo.fsck();
}

#[test]
fn the_message_is_for_people_and_the_trailers_are_for_scripts() {
    let repo = Repo::small();
    let base = repo.git(["rev-parse", "main"]);
    repo.create();
    let second = &repo.points(BRANCH)[1];
    assert_eq!(
        repo.git(["log", "-1", "--format=%B", second]).trim_end(),
        format!(
            "grid_search 2026-11-21 2/6: g_e=0.5 g_i=-10\n\nSweep: {BRANCH}\nSweep-Base: {base}\nPoint: 2\n\
             Param: g_e=0.5\nParam: g_i=-10"
        )
    );
    assert_eq!(
        repo.git(["log", "-1", "--format=%an <%ae> %aI %cn <%ce> %cI", second]),
        "Ada <ada@example.org> 2026-11-21T09:30:00Z Ada <ada@example.org> 2026-11-21T09:30:00Z"
    );
    let read = |key: &str| {
        repo.git(["log", "-1", &format!("--format=%(trailers:key={key},valueonly,separator=%x20)"), second])
    };
    assert_eq!([read("Sweep"), read("Point"), read("Param")], [BRANCH, "2", "g_e=0.5 g_i=-10"]);
}

#[test]
fn the_same_definition_base_and_date_give_the_same_ids_anywhere() {
    let (here, there) = (Repo::small(), Repo::small());
    here.create();
    there.write("unrelated", "file");
    there.create();
    assert_eq!(here.git(["rev-parse", BRANCH]), there.git(["rev-parse", BRANCH]));

    let clone = here.outside().join("clone");
    here.git_in(here.outside(), ["clone", "-q", "--single-branch", "--branch", "main", "model", "clone"]);
    here.ok_in(&clone, ["create", "--date", DATE]);
    assert_eq!(here.git_in(&clone, ["rev-parse", BRANCH]), here.git(["rev-parse", BRANCH]));

    // A second sweep at the same date gets a name of its own, and another date other ids.
    assert_eq!(here.create(), format!("{BRANCH}-2"));
    let other = here.ok(["create", "--date", "2026-11-22"]);
    assert_eq!(other, "grid_search-2026-11-22T000000\n");
    assert_ne!(here.git(["rev-parse", other.trim()]), here.git(["rev-parse", BRANCH]));
}

#[test]
fn the_ref_appears_once_and_nothing_else_of_the_repository_moves() {
    let repo = Repo::small();
    let before = repo.git(["for-each-ref"]);
    repo.git(["config", "core.logAllRefUpdates", "true"]);
    repo.create();
    let moved = repo.git(["reflog", "show", BRANCH]);
    assert_eq!(moved.lines().count(), 1, "{moved}");
    assert!(moved.contains("gitsweep: create"), "{moved}");
    let after = repo.git(["for-each-ref"]);
    let new: Vec<&str> = after.lines().filter(|line| !before.lines().any(|known| known == *line)).collect();
    assert_eq!(new.len(), 1, "{after}");
    assert!(new[0].ends_with(&format!("refs/heads/{BRANCH}")), "{after}");
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    let left: Vec<_> = std::fs::read_dir(repo.root().join(".git/objects/pack")).unwrap().flatten().collect();
    assert!(left.iter().all(|entry| entry.path().extension().is_some_and(|end| end != "keep")), "{left:?}");
}

/// A sweep of 800 points over a larger file in a folder and a small one at the top, so that there are deltas of many
/// lengths.
fn large() -> Repo {
    let filler: String = (0..4000).map(|line| format!("x{line} = {line}\n")).collect();
    let code = format!("{filler}g_e = 1.0\n{filler}");
    let repo = Repo::with(&[("src/deep/model.py", &code), ("src/deep/other.py", "x = 1\n"), ("top.py", "seed = 1\n")]);
    let branch = ["create", "--date", DATE, "--branch", "large"];
    let domains = ["-p", "src/deep/model.py:g_e=(1, 101)", "-p", "top.py:seed=(8, 12)", "-p", "outside=[1, 'two']"];
    repo.ok([&branch[..], &domains].concat());
    repo
}

fn packs(repo: &Repo, extension: &str) -> Vec<std::path::PathBuf> {
    let folder = repo.root().join(".git/objects/pack");
    let paths = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|end| end == extension)).collect()
}

#[test]
fn git_finds_nothing_wrong_with_the_pack_and_makes_the_same_index() {
    let repo = large();
    repo.fsck();
    let [pack] = packs(&repo, "pack").try_into().unwrap();
    let listing = repo.git(["verify-pack".as_ref(), "-v".as_ref(), pack.as_os_str()]);
    assert!(listing.contains("chain length = 1: ") && listing.ends_with(": ok"), "{listing}");
    let index = repo.home().join("judge.idx");
    repo.git(["index-pack".as_ref(), "-o".as_ref(), index.as_os_str(), pack.as_os_str()]);
    let [ours] = packs(&repo, "idx").try_into().unwrap();
    assert!(std::fs::read(&index).unwrap() == std::fs::read(ours).unwrap(), "the index differs from git's");
    let checksum = pack.file_stem().unwrap().to_str().unwrap().strip_prefix("pack-").unwrap().to_owned();
    assert_eq!(repo.git(["index-pack".as_ref(), "-o".as_ref(), index.as_os_str(), pack.as_os_str()]), checksum);
}

#[test]
fn gc_repack_clone_push_and_log_work_on_what_was_written() {
    let repo = large();
    let points = repo.points("large");
    assert_eq!(points.len(), 800);
    let intact = |folder: &Path, branch: &str| {
        assert_eq!(repo.git_in(folder, ["rev-list", "--count", &format!("main..{branch}")]), "800");
        repo.git_in(folder, ["fsck", "--strict", "--full"]);
        assert_eq!(repo.git_in(folder, ["show", &format!("{branch}~1:top.py")]), "seed = 11");
    };
    let log = repo.git(["log", "-p", "-3", "--format=%s", "large", "--", "top.py", ".gitsweep"]);
    assert!(log.contains("800/800: g_e=100 seed=11 outside=two") && log.contains("\n+outside = \"two\""), "{log}");
    repo.git(["gc", "-q", "--prune=now"]);
    intact(repo.root(), "large");
    repo.git(["repack", "-q", "-a", "-d", "-f"]);
    intact(repo.root(), "large");
    let outside = repo.outside();
    repo.git_in(outside, ["clone", "-q", "--no-local", "model", "clone"]);
    intact(&outside.join("clone"), "origin/large");
    repo.git_in(outside, ["init", "-q", "--bare", "-b", "main", "hub.git"]);
    repo.git(["push", "-q", "../hub.git", "main", "large"]);
    intact(&outside.join("hub.git"), "large");
}

#[test]
fn what_git_makes_of_packs_and_stores_keeps_working() {
    let repo = large();
    let outside = repo.outside();
    let intact = |folder: &Path, branch: &str| {
        assert_eq!(repo.git_in(folder, ["rev-list", "--count", &format!("main..{branch}")]), "800");
        repo.git_in(folder, ["fsck", "--strict", "--full"]);
        assert_eq!(repo.git_in(folder, ["show", &format!("{branch}~1:top.py")]), "seed = 11");
    };
    // Two packs and one index over both.
    repo.ok(["create", "--date", DATE, "--branch", "second", "-p", "top.py:seed=(0, 200)"]);
    repo.git(["repack", "-q", "-d"]);
    assert!(packs(&repo, "pack").len() >= 2);
    repo.git(["multi-pack-index", "write"]);
    repo.git(["multi-pack-index", "verify"]);
    intact(repo.root(), "large");
    // A repository that has its objects from another one, and grows a sweep of its own.
    repo.git_in(outside, ["clone", "-q", "--shared", "model", "sharing"]);
    let sharing = outside.join("sharing");
    intact(&sharing, "origin/large");
    let create = ["create", "--date", DATE, "--branch", "own", "-p", "top.py:seed=(0, 100)"];
    let said = repo.run_in(&sharing, create);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(repo.git_in(&sharing, ["rev-list", "--count", "main..own"]), "100");
    repo.git_in(&sharing, ["fsck", "--strict", "--full"]);
    repo.git_in(&sharing, ["repack", "-q", "-a", "-d", "-l"]);
    repo.git_in(&sharing, ["fsck", "--strict", "--full"]);
    // A clone that has one commit of the base fetches the sweep.
    repo.git_in(outside, ["init", "-q", "shallow"]);
    let shallow = outside.join("shallow");
    repo.git_in(&shallow, ["remote", "add", "origin", "../model"]);
    repo.git_in(&shallow, ["fetch", "-q", "--depth", "1", "origin", "main:main"]);
    repo.git_in(&shallow, ["fetch", "-q", "origin", "large:large"]);
    intact(&shallow, "large");
    repo.git_in(&shallow, ["fetch", "-q", "--depth", "5", "origin", "second:second"]);
    assert_eq!(repo.git_in(&shallow, ["rev-list", "--count", "second"]), "5");
    repo.git_in(&shallow, ["fsck", "--strict", "--full"]);
}

#[test]
fn another_implementation_of_git_reads_every_object() {
    let repo = large();
    let Some(mut python) = python(&repo, &["dulwich"]) else { return };
    let script = "
import dulwich.repo
repo = dulwich.repo.Repo('.')
tip = repo.refs[b'refs/heads/large']
values = set()
for entry in repo.get_walker([tip]):
    commit = entry.commit
    commit.check()
    for path, mode, sha in repo.object_store.iter_tree_contents(commit.tree):
        blob = repo[sha]
        blob.check()
        assert blob.sha().hexdigest().encode() == sha
        if path == b'top.py':
            values.add(blob.data)
for pack in repo.object_store.packs:
    pack.check()
print(len(list(repo.get_walker([tip]))), b' '.join(sorted(values)).decode().split())
";
    let said = readers::ok(python.args(["-W", "ignore", "-c", script]));
    let seeds = "['seed', '=', '1', 'seed', '=', '10', 'seed', '=', '11', 'seed', '=', '8', 'seed', '=', '9']";
    assert_eq!(said.trim(), format!("801 {seeds}"));
}

#[test]
fn a_few_points_are_laid_as_git_lays_commits_and_leave_no_pack() {
    let repo = Repo::with(&[("src/deep/model.py", "g = 1.0\nh = 2\n")]);
    let create = |branch: &str, domain: &str| {
        repo.ok(["create", "--date", DATE, "--branch", branch, "-p", &format!("src/deep/model.py:g={domain}")]);
        repo.fsck();
        repo.git(["rev-parse", branch])
    };
    create("two", "[1.0, 2.0]");
    assert_eq!(packs(&repo, "pack").len(), 0);
    let tip = create("many", "(0, 20)");
    assert_eq!(packs(&repo, "pack").len(), 1);
    // The same points again are the same objects, wherever they were laid.
    repo.git(["gc", "-q"]);
    repo.git(["update-ref", "-d", "refs/heads/many"]);
    assert_eq!(create("many", "(0, 20)"), tip);
    let loose: Vec<String> = repo.git(["count-objects"]).split(' ').map(str::to_owned).collect();
    assert_eq!(loose[0], "0", "what is there is not laid a second time");
    repo.git(["repack", "-a", "-d", "-q"]);
    repo.fsck();
}

#[test]
fn an_uncommitted_change_counts_only_in_a_file_that_the_sweep_rewrites() {
    let repo = Repo::small();
    repo.write("notes.md", "not tracked");
    repo.write("gitsweep.toml", common::SMALL_SPEC.replace("grid_search", "tuned"));
    let said = repo.run(["create", "--date", DATE]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.err.contains("uncommitted") && !said.err.contains("notes.md"), "{}", said.err);

    repo.write("model.sh", common::SMALL_MODEL.replace("# nS", "# pS"));
    for state in ["changed", "staged"] {
        let before = repo.users_state();
        let err = repo.fails(1, ["create", "--branch", "s"]);
        assert!(err.contains("error: model.sh has uncommitted changes"), "{state}: {err}");
        assert!(err.contains("git commit model.sh") && err.contains("--base HEAD"), "{state}: {err}");
        assert_eq!(repo.users_state(), before);
        assert_eq!(repo.git(["branch", "--list", "s"]), "");
        repo.git(["add", "model.sh"]);
    }
    // The ways out that the hint names.
    let points = lay(&repo, "from_base", &["--base", "HEAD"]);
    assert!(text(&repo, &points[0], "model.sh").contains("g_e=0.5   # nS\n"));
    repo.git(["commit", "-q", "-m", "Other units", "model.sh"]);
    let points = lay(&repo, "from_new", &[]);
    assert!(text(&repo, &points[0], "model.sh").contains("g_e=0.5   # pS\n"));
}

#[test]
fn a_dry_run_shows_what_would_be_and_changes_nothing() {
    let repo = Repo::small();
    let before = (repo.users_state(), repo.git(["count-objects", "-v"]));
    let said = repo.run(["create", "-n", "-p", "seed=[1, 2]"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("12 points (2 x 3 x 2) on branch grid_search-<date>"), "{}", said.out);
    assert!(said.out.contains("first: g_e=0.5 g_i=-5 seed=1\nlast:  g_e=1.0 g_i=-15 seed=2\n"), "{}", said.out);
    assert!(said.out.contains("\n-g_e=1.0   # nS\n+g_e=0.5   # nS\n g_i=-5    # nS\n"), "{}", said.out);
    assert!(said.out.contains("\n+seed = 1\n"), "{}", said.out);
    assert!(said.err.contains("nothing has been changed"), "{}", said.err);
    assert_eq!(repo.ok(["run", "-n", "-p", "seed=[1, 2]"]), said.out);
    assert_eq!((repo.users_state(), repo.git(["count-objects", "-v"])), before);
    assert_eq!(repo.git(["branch", "--list", "grid_search*"]), "");
}

#[test]
fn parameters_whose_names_differ_in_case_alone() {
    let repo = Repo::with(&[("m.sh", "true\n")]);
    let command = "echo \"$GITSWEEP_PARAM_g $GITSWEEP_PARAM_G $GITSWEEP_PARAM_LR\" {g} {G}; echo 1 > output.json";
    repo.ok(["run", "-p", "g=[1]", "-p", "G=[2]", "-p", "lr=[3]", "--date", DATE, "--", "sh", "-c", command]);
    assert_eq!(repo.ok(["logs", "1"]).trim(), "1 2 3 1 2");
    assert!(repo.ok(["results", "--format", "csv", "--columns", "g,G"]).contains("g,G\n1,2\n"));
    repo.ok(["results", "-o", "all.db"]);
}

#[test]
fn what_is_drawn_for_a_grid_differs() {
    let repo = Repo::with(&[("m.sh", "true\n")]);
    let list = |domain: &str, more: &[&str]| {
        let typed = format!("x={domain}");
        repo.run(
            [&["create", "--list", "--format", "csv", "--seed", "1", "-p", &typed], more, &["--", "true"]].concat(),
        )
    };
    assert_eq!(list("np.random.poisson(3, 3)", &[]).out.lines().count(), 4);
    let said = list("choice([1, 2], 4)", &[]);
    assert_eq!(said.out.lines().count(), 3);
    assert!(said.err.contains("warning: x: 4 values are asked for, and no more than 2 different"), "{}", said.err);
    let said = list("uniform(0, 1, digits=1)", &["--strategy", "random", "--trials", "500"]);
    assert!(said.err.contains("such points were found: the last 100000 draws brought nothing new"), "{}", said.err);
}

/// Starts all of these at once; what each said.
fn all_at_once(repo: &Repo, commands: &[Vec<&str>]) -> Vec<Said> {
    let start = |words: &Vec<&str>| {
        let mut command = repo.gitsweep_command(words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let started: Vec<_> = commands.iter().map(start).collect();
    started.into_iter().map(|child| Said::of(child.wait_with_output().unwrap())).collect()
}

#[test]
fn sweeps_that_are_made_in_the_same_second_get_names_of_their_own() {
    let repo = Repo::small();
    let said = all_at_once(&repo, &vec![vec!["create", "--date", DATE]; 8]);
    assert!(said.iter().all(|said| said.code == 0), "{:?}", said.iter().map(|said| &said.err).collect::<Vec<_>>());
    let mut names: Vec<String> = said.iter().map(|said| said.out.trim().to_owned()).collect();
    names.sort();
    let numbered = (2..=8).map(|number| format!("{BRANCH}-{number}"));
    assert_eq!(names, std::iter::once(BRANCH.to_owned()).chain(numbered).collect::<Vec<_>>());
    for name in names {
        assert_eq!(repo.points(&name).len(), 6);
        let sweeps =
            repo.git(["log", "--format=%(trailers:key=Sweep,valueonly,separator=%x20)", &format!("main..{name}")]);
        assert!(sweeps.lines().all(|sweep| sweep == name), "{sweeps}");
    }
}

#[test]
fn points_that_several_add_at_once_are_all_there_once() {
    let repo = Repo::small();
    repo.create();
    let values = ["g_e=[7.5]", "g_e=[8.5]", "g_e=[9.5]", "g_e=[9.5]", "g_e=[10.5]", "g_e=[11.5]"];
    let commands: Vec<_> = values.iter().map(|value| vec!["extend", "-p", value, "-p", "g_i=[1]"]).collect();
    let said = all_at_once(&repo, &commands);
    assert!(said.iter().all(|said| said.code == 0), "{:?}", said.iter().map(|said| &said.err).collect::<Vec<_>>());
    assert_eq!(said.iter().filter(|said| said.err.contains("has all these points already")).count(), 1);
    let numbers = "--format=%(trailers:key=Point,valueonly,separator=%x20)";
    let log = repo.git(["log", "--reverse", numbers, &format!("main..{BRANCH}")]);
    assert_eq!(log, (1..=11).map(|number| number.to_string()).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_branch_that_cannot_be_written_says_why() {
    let repo = Repo::small();
    repo.create();
    let lock = repo.root().join(format!(".git/refs/heads/{BRANCH}.lock"));
    std::fs::write(&lock, "").unwrap();
    let err = repo.fails(1, ["extend", "-p", "g_e=[7.5]"]);
    assert!(err.starts_with(&format!("error: cannot move the branch {BRANCH}\n")), "{err}");
    assert!(err.contains("another process holds refs/heads/"), "{err}");
    assert_eq!(err.matches("hint: ").count(), 1, "{err}");
    assert!(
        err.contains(&format!(
            "hint: wait for it; if no git command is running, remove the file: rm {}",
            lock.display()
        ))
    );
    std::fs::remove_file(lock).unwrap();
    repo.git(["branch", "a"]);
    for pack in [false, true] {
        if pack {
            repo.git(["pack-refs", "--all"]);
        }
        let err = repo.fails(1, ["create", "--branch", "a/b"]);
        assert!(
            err.ends_with(
                "hint: refs/heads/a is there, and a name cannot be a ref and a folder of refs: choose another\n"
            ),
            "{err}"
        );
    }
    repo.git(["branch", "c/d"]);
    let err = repo.fails(1, ["create", "--branch", "c"]);
    assert!(err.contains("refs/heads/c/d is there"), "{err}");
    for words in [["--branch", &"n".repeat(241)], ["--name", &"n".repeat(230)]] {
        let err = repo.fails(1, ["create", words[0], words[1]]);
        assert!(err.contains("bytes is too long: 240 are possible\nhint: choose a shorter one: --branch"), "{err}");
    }
    repo.ok(["create", "--branch", &"n".repeat(240)]);
}

#[test]
fn a_very_long_value_is_cut_for_people_and_whole_for_programs() {
    let repo = Repo::with(&[("m.sh", "true\n")]);
    let long = "x".repeat(5_000);
    let typed = format!("prompt=['{long}', 'short']");
    let said = repo.run(["create", "-n", "-p", &typed, "-p", "k=[1, 2]", "--", "true"]);
    let summary = said.out.split("the first point's diff").next().unwrap();
    assert!(summary.lines().all(|line| line.len() < 400), "{summary}");
    repo.ok([
        "run",
        "--date",
        DATE,
        "-p",
        &typed,
        "-p",
        "k=[1, 2]",
        "--",
        "sh",
        "-c",
        "echo 1 > output.json; : {prompt}",
    ]);
    let first = &repo.points(BRANCH)[0];
    let subject = repo.git(["log", "-1", "--format=%s", first]);
    assert!(subject.ends_with("… k=1") && subject.len() < 300, "{subject}");
    let trailers = repo.git(["log", "-1", "--format=%(trailers:key=Param,valueonly)", first]);
    assert!(trailers.contains(&format!("prompt={long}\n")));
    assert!(repo.ok(["results"]).lines().all(|line| line.chars().count() < 200));
    assert!(repo.ok(["results", "--where", "prompt != 'short'"]).lines().all(|line| line.chars().count() < 200));
    for format in ["csv", "json"] {
        assert!(repo.ok(["results", "--format", format]).contains(&long), "{format}");
    }
}

#[test]
fn whoever_stands_on_a_point_is_told_what_the_new_sweep_starts_from() {
    let repo = Repo::small();
    repo.create();
    repo.git(["switch", "-q", BRANCH]);
    let base = repo.git(["rev-parse", "--short", "main"]);
    let said = repo.run(["create", "-n"]);
    let word =
        format!("warning: HEAD is point 6 of {BRANCH}, and this starts from its values; --base {base} starts from");
    assert!(said.err.contains(&word), "{}", said.err);
    assert!(!repo.run(["create", "-n", "--base", &base]).err.contains("warning"));
    repo.git(["switch", "-q", "main"]);
    assert!(!repo.run(["create", "-n"]).err.contains("warning"));
}

#[test]
fn a_dry_run_says_the_seed_by_which_its_points_come_again() {
    let repo = Repo::small();
    let dry = repo.ok(["create", "-n", "--strategy", "random", "--trials", "3"]);
    let (head, rest) = dry.split_once('\n').unwrap();
    let seed = head.rsplit_once(", seed ").unwrap().1;
    let again = repo.ok(["create", "-n", "--strategy", "random", "--trials", "3", "--seed", seed]);
    assert_eq!(again, format!("{head}\n{rest}"));
    assert!(!repo.ok(["create", "-n"]).contains("seed"));
}

#[test]
fn where_the_first_point_changes_nothing_a_dry_run_shows_the_last() {
    let repo = Repo::with(&[("model.sh", "g=1\n")]);
    let said = |domain: &str| repo.ok(["create", "-n", "-f", "model.sh", "-p", &format!("g={domain}"), "--", "true"]);
    let none = "the first point's diff:\n(none: the code has these values already)\n";
    assert!(said("[1, 2]").contains(&format!("{none}\nthe last point's diff:\n")), "{}", said("[1, 2]"));
    assert!(said("[1, 2]").contains("\n-g=1\n+g=2\n"), "{}", said("[1, 2]"));
    assert!(said("[1]").ends_with(none), "{}", said("[1]"));
    assert!(!said("[2, 3]").contains("last point's"), "{}", said("[2, 3]"));
}

#[test]
fn a_parameter_that_is_in_the_environment_alone_is_said_to_be() {
    let repo = Repo::with(&[("model.sh", "g=1\n")]);
    let said = |more: &[&str]| repo.run([&["create", "-n", "-p", "g=[1, 2]"], more].concat()).err;
    let word = "the program finds $GITSWEEP_PARAM_G in its environment and nowhere else; -f FILE has the line";
    assert!(said(&["--", "sh", "model.sh"]).contains(word), "{}", said(&["--", "sh", "model.sh"]));
    for more in [&["-f", "model.sh", "--", "sh", "model.sh"][..], &["--", "sh model.sh {g}"]] {
        assert!(!said(more).contains("environment"), "{more:?}");
    }
}

#[test]
fn a_parameter_of_the_definition_that_no_script_asks_for_is_told_of() {
    let spec = |command: &str| format!("[run]\ncommand = \"{command}\"\n[params.lr]\nvalues = [1, 2]\n");
    let repo = Repo::with(&[
        ("train.sh", "lr=1\n"),
        ("asks.sh", "lr=$GITSWEEP_PARAM_LR\n"),
        ("gitsweep.toml", &spec("sh train.sh")),
    ]);
    let said = || repo.run(["create", "-n"]).err;
    let words = "the program finds $GITSWEEP_PARAM_LR in its environment and nowhere else; a `file` of the parameter has the line of \
                 that name rewritten, {lr} in the command passes it on\n";
    assert!(said().contains(words), "{}", said());
    for command in ["sh train.sh {lr}", "sh asks.sh", "LR=$GITSWEEP_PARAM_LR sh train.sh"] {
        repo.write("gitsweep.toml", spec(command));
        assert!(!said().contains("environment"), "{command}: {}", said());
    }
}

#[test]
fn a_line_that_the_repeats_could_be_written_to_is_named() {
    let repo = Repo::with(&[
        ("model.R", "g <- 2\nseed <- 1\nset.seed(seed)\n"),
        ("asks.sh", "g=1\nseed=1\necho $GITSWEEP_PARAM_SEED\n"),
    ]);
    let said =
        |file: &str| repo.run(["create", "-n", "--repeats", "5", "-f", file, "-p", "g=[2, 3]", "--", "cat", file]).err;
    let hint = "hint: line 2 of model.R gives seed its value: file = \"model.R\" under [params.seed] in gitsweep.toml has that rewritten\n";
    assert!(said("model.R").contains(hint), "{}", said("model.R"));
    assert!(said("asks.sh").contains("which the program finds in $GITSWEEP_PARAM_SEED"), "{}", said("asks.sh"));
    assert!(!said("asks.sh").contains("hint:"), "{}", said("asks.sh"));
    // It is as it is told.
    repo.write("gitsweep.toml", "[params.seed]\nfile = \"model.R\"\n");
    let diff = repo.ok(["create", "-n", "--repeats", "5", "-f", "model.R", "-p", "g=[2, 3]", "--", "cat", "model.R"]);
    assert!(diff.contains("10 points"), "{diff}");
    assert!(!said("model.R").contains("the repeats differ"), "{}", said("model.R"));
}

#[test]
fn a_bare_repository_names_a_branch_to_start_from_that_there_is() {
    let repo = Repo::with(&[("model.sh", "g=1\n")]);
    repo.git(["branch", "-m", "trunk"]);
    repo.git_in(repo.outside(), ["clone", "-q", "--bare", "model", "hub.git"]);
    let hub = repo.outside().join("hub.git");
    let create = ["create", "-n", "-f", "model.sh", "-p", "g=[1, 2]"];
    let said = || repo.run_in(&hub, create).err;
    assert!(said().ends_with("hint: name the commit to start from: --base trunk\n"), "{}", said());
    repo.git_in(&hub, ["symbolic-ref", "HEAD", "refs/heads/gone"]);
    assert!(said().ends_with("hint: name the commit to start from: --base trunk\n"), "{}", said());
    repo.git_in(&hub, ["branch", "-D", "trunk"]);
    assert!(said().ends_with("hint: there is no branch in it yet to start from: git push one\n"), "{}", said());
}

/// What mends the points that failed is committed on the branch that they were laid from, which the points do not see.
#[test]
fn a_sweep_is_laid_anew_from_code_that_was_mended() {
    let repo = Repo::with(&[("model.sh", "g=1\ntest $g != 2\n")]);
    let flags = ["--strategy", "random", "--trials", "3", "--seed", "7", "-f", "model.sh"];
    lay(&repo, "first", &[&flags[..], &["-p", "g=[1, 2, 3]", "--", "sh", "model.sh"]].concat());
    repo.fails(3, ["queue", "first"]);
    let status = || repo.run(["status", "first"]).out;
    assert!(!status().contains("their code"), "{}", status());
    let base = repo.git(["rev-parse", "--short", "HEAD"]).trim().to_owned();
    repo.write("gitsweep.toml", "name = \"x\"\n");
    repo.commit("A definition");
    assert!(!status().contains("their code"), "{}", status());
    repo.write("README.md", "How to run it\n");
    repo.write("docs/conf.py", "extensions = []\n");
    repo.commit("What is no code");
    assert!(!status().contains("their code"), "{}", status());
    repo.write("model.sh", "g=1\n");
    repo.commit("Mend it");
    let head = repo.git(["rev-parse", "--short", "HEAD"]).trim().to_owned();
    let word =
        format!("\n  their code is that of {base}; the same points with that of HEAD, {head}: gitsweep create first\n");
    assert!(status().contains(&word), "{}", status());
    let said = repo.run(["create", "first", "--branch", "second"]);
    assert!(said.code == 0 && said.err.contains("the definition is that of first\n"), "{}", said.err);
    repo.ok(["queue", "second"]);
    let points = |branch: &str| repo.ok(["results", branch, "--format", "csv", "--columns", "point,g"]);
    assert_eq!(points("second"), points("first"));
    repo.git(["switch", "-q", "--detach", "first"]);
    assert!(!status().contains("their code"), "{}", status());
    // Where the history ends before the points' base, there is nothing to say of it.
    repo.git(["switch", "-q", "main"]);
    repo.write("model.sh", "g=1\n# again\n");
    repo.commit("Mend it again");
    let (from, to) = (format!("file://{}", repo.root().display()), tempfile::tempdir().unwrap());
    let to = to.path().to_str().unwrap();
    repo.git(["clone", "-q", "--depth", "1", "--no-single-branch", &from, to]);
    repo.git([
        "-C",
        to,
        "fetch",
        "-q",
        "--depth",
        "3",
        "origin",
        "refs/notes/gitsweep:refs/notes/gitsweep",
        "first:first",
    ]);
    let said = repo.run(["-C", to, "status", "first"]);
    assert!(said.code == 3 && said.out.contains("1 failed"), "{}{}", said.out, said.err);
}

#[test]
fn a_sweep_is_laid_anew_point_by_point_whatever_its_definition_says_by_now() {
    let repo = Repo::with(&[("m.sh", "g=1\nh=1\n")]);
    repo.write("rows.csv", "g,h\n3,1\n1,2\n");
    let both = ["-f", "m.sh", "-p", "g=[1, 2]", "-p", "h=[5, 6]", "--", "sh", "m.sh"];
    lay(&repo, "grid", &both);
    repo.ok(["extend", "grid", "-p", "g=9"]);
    lay(&repo, "list", &["--from", "rows.csv", "-f", "m.sh", "--", "sh", "m.sh"]);
    lay(&repo, "twice", &["--from", "rows.csv", "-f", "m.sh", "--repeats", "2", "--", "sh", "m.sh"]);
    lay(&repo, "line", &[&["--strategy", "line"], &both[..]].concat());
    repo.write("m.sh", "g=1\nh=1\n# mended\n");
    repo.commit("Mend it");
    for (branch, count) in [("grid", 6), ("list", 2), ("twice", 4), ("line", 4)] {
        let again = format!("{branch}-again");
        repo.ok(["create", branch, "--branch", &again]);
        let points = |branch: &str| repo.ok(["results", branch, "--format", "csv", "--columns", "point,g,h"]);
        assert_eq!(points(&again), points(branch), "{branch}");
        assert_eq!(points(branch).lines().count(), count + 1, "{branch}");
        assert!(repo.git(["show", &format!("{again}:m.sh")]).contains("# mended"));
    }
    // What is said of the points has the definition choose them.
    repo.ok(["create", "list", "--branch", "other", "--repeats", "3"]);
    assert_eq!(repo.git(["rev-list", "--count", "main..other"]).trim(), "6");
}

#[test]
fn what_is_neither_a_file_nor_one_sweep_is_told_as_such() {
    let repo = Repo::small();
    for branch in ["one-a", "one-b"] {
        repo.ok(["create", "--branch", branch]);
    }
    let err = repo.fails(1, ["create", "one"]);
    assert!(err.contains("there is no file one") && err.contains("fits several sweeps: one-a, one-b"), "{err}");
    let err = repo.fails(1, ["create", "absent.toml"]);
    assert!(err.contains("cannot read") && err.contains("absent.toml"), "{err}");
}
