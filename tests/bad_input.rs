//! Bad input: an error that names the thing and the way out, and nothing changed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;
mod refusal;

use common::{BRANCH, Repo, SMALL_MODEL, SMALL_SPEC, Said};
use refusal::{everything, refuses, refuses_command, refuses_usage};

/// The same of a definition that says `text`.
fn refuses_definition(text: &str, words: &[&str]) {
    let repo = Repo::with(&[("model.sh", SMALL_MODEL), ("gitsweep.toml", text)]);
    refuses(&repo, &[], words);
}

/// The small definition with one of its lines replaced.
fn with_line(old: &str, new: &str) -> String {
    assert!(SMALL_SPEC.contains(old));
    SMALL_SPEC.replacen(old, new, 1)
}

#[test]
fn outside_of_a_repository() {
    let repo = Repo::small();
    for command in [&["create"][..], &["queue"], &["results"], &["list"], &["init"]] {
        let said = repo.run_in(&repo.home(), command);
        assert_eq!(said.code, 1, "{command:?}");
        assert!(said.err.contains("is not in a git repository\nhint: go to your code's repository"), "{}", said.err);
        assert!(said.err.contains("git init"), "{}", said.err);
    }
    assert_eq!(std::fs::read_dir(repo.home()).unwrap().count(), 0);
}

#[test]
fn no_commit_yet() {
    let repo = Repo::empty();
    repo.write("model.sh", SMALL_MODEL);
    repo.write("gitsweep.toml", SMALL_SPEC);
    refuses(&repo, &[], &["this repository has no commit yet", "hint: commit your code first: git add"]);
}

#[test]
fn nobody_to_sign_the_commits() {
    let repo = Repo::small();
    let before = everything(&repo);
    let mut command = repo.gitsweep_command(["create"]);
    for variable in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"] {
        command.env_remove(variable);
    }
    let said = Said::of(command.output().unwrap());
    assert_eq!(said.code, 1);
    assert!(said.err.contains("git config --global user.name"), "{}", said.err);
    assert!(said.err.contains("git config --global user.email"), "{}", said.err);
    assert_eq!(everything(&repo), before);

    repo.git(["config", "user.name", "Grace"]);
    repo.git(["config", "user.email", "grace@example.org"]);
    assert!(command.status().unwrap().success());
    let branch = repo.git(["branch", "--list", "--format=%(refname:short)", "grid_search*"]);
    assert_eq!(repo.git(["log", "-1", "--format=%an <%ae>", &branch]), "Grace <grace@example.org>");
}

#[test]
fn an_unknown_base() {
    let repo = Repo::small();
    refuses(&repo, &["--base", "mian"], &["`mian` names no commit", "hint: did you mean `main`?"]);
    refuses(&repo, &["--base", "deadbeef"], &["`deadbeef` names no commit", "hint: "]);
}

#[test]
fn a_file_that_the_base_commit_does_not_hold() {
    let repo = Repo::small();
    repo.write("new.sh", "g=1\n");
    refuses(&repo, &["-p", "modle.sh:g=[1]"], &["there is no modle.sh in the base commit", "did you mean model.sh?"]);
    refuses(&repo, &["-p", "new.sh:g=[1]"], &["there is no new.sh in the base commit", "git add"]);
    refuses(&repo, &["-p", "../elsewhere.sh:g=[1]"], &["elsewhere.sh is not in the repository"]);
    repo.git(["add", "new.sh"]);
    refuses(&repo, &["-p", "new.sh:g=[1]"], &["there is no new.sh in the base commit", "git commit"]);
}

#[test]
fn a_file_in_another_folder_is_offered() {
    let repo = Repo::with(&[("a/deep/er/model_of_it.sh", "g=1\n")]);
    let near = "hint: did you mean a/deep/er/model_of_it.sh?";
    refuses(&repo, &["-p", "model_of_it.sh:g=[1]"], &["there is no model_of_it.sh in the base commit", near]);
}

#[test]
fn a_script_that_the_command_names_almost_right_is_told_of() {
    let repo = Repo::with(&[("src/model.py", "g = 1\n"), ("data.csv", "1\n")]);
    let said = |command: &str| {
        let arguments = ["create", "--dry-run", "-f", "src/model.py", "-p", "g=[1, 2]", "--", "sh", "-c", command];
        let said = repo.run(arguments);
        assert_eq!(said.code, 0, "{}", said.err);
        said.err
    };
    let warning = "warning: there is no ";
    for (command, named) in [("python3 src/mdoel.py", "src/mdoel.py"), ("python3 ./model.py > log", "model.py")] {
        let said = said(command);
        let whole =
            format!("{warning}{named}, which the command names, in the base commit; did you mean src/model.py?");
        assert!(said.contains(&whole), "{said}");
    }
    for command in
        ["python3 src/model.py", "cp data.csv date.csv", "cd src; python3 model.py", "sh other.sh", "$X/src/mdel.py"]
    {
        assert!(!said(command).contains(warning), "{command}");
    }
}

#[test]
fn code_in_the_place_of_a_definition_is_known_for_what_it_is() {
    let repo = Repo::with(&[("model.py", "import json\ng = 1\n")]);
    let words =
        ["model.py is no definition of gitsweep's", "hint: to vary what stands in it: gitsweep init model.py, or"];
    refuses(&repo, &["model.py", "-p", "g=[1, 2]"], &words);
    refuses(&repo, &["nothing.toml"], &["cannot read", "hint: a definition is named here, or a sweep"]);
}

#[test]
fn what_the_command_runs_and_no_commit_holds_is_told_of() {
    let repo = Repo::with(&[("model.py", "g = 1\n"), ("tool", "\n")]);
    repo.write("new.py", "g = 1\n");
    repo.write("built", "");
    let said = |command: &str| {
        repo.write(
            "gitsweep.toml",
            format!(
                "[run]\ncommand = '{command}'\nlink = [\"bin\"]\n[params.g]\nfile = \"model.py\"\nvalues = [1, 2]\n"
            ),
        );
        let said = repo.run(["create", "-n"]);
        assert_eq!(said.code, 0, "{}", said.err);
        said.err
    };
    let nowhere = "is not in the base commit: runs find it only if it is committed";
    assert!(said("python3 new.py").contains(&format!("warning: new.py {nowhere}")));
    assert!(said("./built").contains(&format!("warning: built {nowhere}")));
    assert!(said("./simulate --fast").contains("warning: there is no ./simulate, which the command runs, in the base"));
    for command in ["python3 model.py", "make && ./built", "./bin/tool", "./$TOOL"] {
        assert!(!said(command).contains("base commit"), "{command}: {}", said(command));
    }
}

/// Runs would have the values of the user's checkout, all of them, and nothing would say so.
#[test]
fn an_environment_that_has_the_users_own_code_is_told_of() {
    let repo = Repo::with(&[("src/pkg/model.py", "g = 1\n"), (".gitignore", ".venv\n")]);
    let packages = ".venv/lib/python3.11/site-packages";
    repo.write(".venv/bin/pkg", "");
    repo.write(&format!("{packages}/own.pth"), repo.root().join(packages).to_str().unwrap());
    let said = |command: &str| {
        let said = repo.run(["create", "-n", "-f", "src/pkg/model.py", "-p", "g=[1, 2]", "--", "sh", "-c", command]);
        assert_eq!(said.code, 0, "{}", said.err);
        said.err
    };
    assert!(!said(".venv/bin/pkg").contains("warning"));
    let (src, top) = (repo.root().join("src"), repo.root().to_str().unwrap());
    let package = format!("MAPPING = {{'pkg': '{}/pkg'}}\n", src.display());
    for (file, text) in [("pkg.pth", src.to_str().unwrap()), ("__editable___pkg_finder.py", &package)] {
        let path = format!("{packages}/{file}");
        repo.write(&path, text);
        let word = format!("warning: .venv has the code of this checkout installed in place ({file}), and runs would");
        for command in [".venv/bin/pkg", ". .venv/bin/activate && pkg"] {
            let said = said(command);
            assert!(said.contains(&word) && said.contains("PYTHONPATH=$PWD/src"), "{said}");
        }
        for command in ["PYTHONPATH=src .venv/bin/pkg", "python3 src/pkg/model.py"] {
            assert!(!said(command).contains("warning"), "{command}: {}", said(command));
        }
        std::fs::remove_file(repo.root().join(&path)).unwrap();
    }
    repo.write(&format!("{packages}/pkg.pth"), top);
    assert!(said(".venv/bin/pkg").contains("PYTHONPATH=$PWD sh -c .venv/bin/pkg"), "{}", said(".venv/bin/pkg"));
    assert!(!said(".venv/bin/python run.py").contains("warning"));
    repo.set("VIRTUAL_ENV", repo.root().join(".venv"));
    assert!(said("pkg").contains("installed in place") && !said("other").contains("warning"), "{}", said("pkg"));
}

#[test]
fn a_place_that_only_hands_a_value_on_is_told_of() {
    let repo = Repo::with(&[("m.py", "args = parse()\ntrain(args)\nsave({\"lr\": args.lr})\ng = 1\n")]);
    let said = repo.run(["create", "--dry-run", "-f", "m.py", "-p", "lr=[1, 2]", "-p", "g=[2]", "--", "true"]).err;
    let warning = "warning: parameter lr: m.py:3 hands on args.lr, which is replaced there and nowhere else\n";
    assert!(said.contains(warning) && said.matches("warning").count() == 1, "{said}");
}

#[test]
fn what_a_number_takes_away_is_told_of() {
    let model = "g = 5 * second\nh = np.float32(3.0)\nd = Decimal(\"0.1\")\nk = 3.0\nn = 3\nt = 1/3\nc = a if b else 2\nv = [1, 2]\n";
    let repo = Repo::with(&[
        ("m.py", model),
        ("m.f90", "x = 3.0\nt = 2 * dt\n"),
        ("m.jl", "v = 5u\"mV\"\n"),
        ("m.nf", "memory = 8.GB\n"),
        ("m.vhd", "constant DT : time := 3 ns;\n"),
        ("m.fs", "let dt = 0.1<s>\nlet m = 2M\nlet n = 3L\n"),
    ]);
    let said = |parameters: &[&str]| {
        let flags: Vec<&str> = parameters.iter().flat_map(|one| ["-p", one]).collect();
        repo.run([&["create", "--dry-run", "-f", "m.py"][..], &flags, &["--", "true"]].concat()).err
    };
    for (parameter, words) in [
        (
            "g=[1, 2]",
            "parameter g: all of `5 * second` in m.py:1 is replaced by the number; to keep what is around it, format = \"{} * second\"\n",
        ),
        ("g=uniform(1, 2, 2)", "all of `5 * second`"),
        ("h=[1.5]", "format = \"np.float32({})\"\n"),
        ("d=[0.2]", "format = 'Decimal(\"{}\")'\n"),
        ("c=[1]", "format = \"a if b else {}\"\n"),
        ("k=[1.5, 2]", "parameter k: 2 is a whole number, and m.py:4 has 3.0, which the language tells apart"),
        ("m.f90:t=[1]", "format = \"{} * dt\"\n"),
        ("m.jl:v=[1]", "format = '{}u\"mV\"'\n"),
        ("m.nf:memory=[16]", "format = \"{}.GB\"\n"),
        (
            "m.vhd:DT=[5]",
            "all of `3 ns` in m.vhd:1 is replaced by the number; to keep what is around it, format = \"{} ns\"\n",
        ),
        ("m.fs:dt=[0.5]", "format = \"{}<s>\"\n"),
        ("m.fs:m=[3]", "format = \"{}M\"\n"),
    ] {
        let said = said(&[parameter]);
        assert!(said.contains(words) && said.matches("warning").count() == 1, "{parameter}: {said}");
    }
    let said = said(&["k=[1.5, 2.0]", "n=[1, 2]", "t=[1]", "v=[3]", "g=['x', 'y']", "m.f90:x=[1]"]);
    assert!(!said.contains("warning"), "{said}");
    let options = "import click\n@click.option('--lr', type=float, default=0.1)\n@click.option('--mu', default=0.1)\n\
                   def f(\n  rho: float = typer.Option(0.1),\n): pass\nflags.DEFINE_float('eta', 0.1, 'rate')\n\
                   p.add_argument('--tau', type=float, default=0.1)\nn = int(1e6)\n";
    repo.write("o.py", options);
    repo.commit("Options");
    for (parameter, warns) in [
        ("lr=[1]", false),
        ("rho=[1]", false),
        ("eta=[1]", false),
        ("n=[100]", false),
        ("n=[1e5]", true),
        ("mu=[1]", true),
        ("tau=[1]", true),
    ] {
        let said = repo.run(["create", "--dry-run", "-f", "o.py", "-p", parameter, "--", "true"]).err;
        assert_eq!(said.contains("warning"), warns, "{parameter}: {said}");
    }
    repo.write("gitsweep.toml", "[params.g]\nfile = \"m.py\"\nformat = \"{} * second\"\nvalues = [1, 2]\n");
    repo.commit("A definition");
    let kept = repo.run(["create", "--dry-run", "--", "true"]);
    assert!(kept.out.contains("+g = 1 * second\n") && !kept.err.contains("warning"), "{}{}", kept.out, kept.err);
}

#[test]
fn what_is_no_text_file() {
    let repo = Repo::empty();
    repo.write("data.bin", b"g = 1\n\0\x01\x02");
    repo.write("src/model.py", "g = 1\n");
    std::os::unix::fs::symlink("src/model.py", repo.root().join("link.py")).unwrap();
    repo.commit("The model");
    refuses(&repo, &["-p", "data.bin:g=[2]"], &["data.bin is a binary file"]);
    refuses(
        &repo,
        &["-p", "link.py:g=[2]"],
        &["link.py is a symbolic link to src/model.py", "hint: name the file itself: src/model.py"],
    );
    refuses(&repo, &["-p", "src:g=[2]"], &["src is a folder in the base commit", "hint: name a file in it"]);
}

#[test]
fn a_file_that_git_lfs_keeps() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    let repo = Repo::with(&[("params.py", pointer)]);
    refuses(
        &repo,
        &["-f", "params.py", "-p", "g=[1]"],
        &["params.py is kept by Git LFS", "hint: keep it in git itself"],
    );
}

#[test]
fn no_site_and_several_sites() {
    let code = "print(eps)\ng = 1\nif x:\n    g = 2\n";
    let repo = Repo::with(&[("m.py", code)]);
    refuses(
        &repo,
        &["-f", "m.py", "-p", "eps=[1]"],
        &["no line of m.py gives eps a value; it occurs on:\n  1: print(eps)\n", "hint: give a `pattern`"],
    );
    refuses(
        &repo,
        &["-f", "m.py", "-p", "g=[1]"],
        &["2 lines of m.py give g a value:\n  2: g = 1\n  4: g = 2\n", "hint: say which: `occurrences = \"all\"`"],
    );
    refuses(&repo, &["-f", "m.py", "-p", "gg=[1]"], &["but g does", "hint: did you mean g?"]);
}

#[test]
fn two_parameters_at_one_place() {
    let text = "[params.a]\nfile = \"model.sh\"\nname = \"g_e\"\nvalues = [1]\n\
                [params.b]\nfile = \"model.sh\"\npattern = 'g_e=(?<value>\\S+)'\nvalues = [2]\n";
    refuses_definition(text, &["a and b would both be written to line 1 of model.sh", "hint: give one of them a"]);
}

#[test]
fn a_key_that_is_not_known() {
    refuses_definition(
        &with_line("objective = ", "objectve = "),
        &[
            "gitsweep.toml: unknown key `objectve`\n",
            "\n3 | objectve = \"score\"\n  | ^^^^^^^^",
            "hint: did you mean `objective`?",
        ],
    );
    refuses_definition(
        &with_line("values = [0.5, 1.0]", "valeus = [1]"),
        &["| valeus = [1]", "did you mean `values`?"],
    );
    refuses_definition(&with_line("[run]", "[runs]"), &["unknown key `runs`", "^^^^", "did you mean `run`?"]);
    refuses_definition("name = grid", &["gitsweep.toml: ", "\n1 | name = grid\n  |        ^", "hint: write \"grid\""]);
    refuses_definition(&with_line("values = [0.5, 1.0]", "values = 1 to 3 step 1"), &["hint: write \"1 to 3 step 1\""]);
}

#[test]
fn values_that_make_no_domain() {
    let repo = Repo::with(&[("m.sh", "g=1\n")]);
    for (domain, words) in [
        ("[]", &["a domain needs at least one value"][..]),
        ("linspace(0, 1, 0)", &["a domain needs at least one value"]),
        ("(5, 5)", &["the range is empty"]),
        ("1 to 2 step 0", &["step must not be zero", "\n  1 to 2 step 0\n              ^"]),
        ("-5 to -30 step 5", &["step must be negative to go from -5 to -30", "^"]),
        ("(1, 9, -1)", &["step must be positive to go from 1 to 9", "^"]),
        ("linspce(0, 1, 3)", &["there is no function `linspce`", "hint: did you mean `linspace`?"]),
        (
            "random.uniform(0, 1)",
            &[
                "there is no function `random.uniform`",
                "hint: names and arguments are numpy's: np.random.uniform(0, 1)",
            ],
        ),
        ("[1, 1.0]", &["1.0 is in the list twice"]),
        ("", &["parameter g: "]),
    ] {
        let typed = format!("g={domain}");
        let words = [&["parameter g: ", "\nhint: "], words].concat();
        refuses_usage(&repo, &["create", "-f", "m.sh", "-p", &typed], &words);
    }
    let arguments = ["create", "-f", "m.sh", "-p", "g"];
    refuses_usage(&repo, &arguments, &["joined by `=`, such as -p 'g=[1, 2, 3]'"]);
    refuses_definition(&with_line("[0.5, 1.0]", "[]"), &["parameter g_e: a domain needs at least one value"]);
    refuses_definition(&with_line("step = -5", "step = 0"), &["parameter g_i: step must not be zero"]);
    refuses_definition(&with_line("step = -5", "step = 5"), &["parameter g_i: step must be negative", "-5 to", "^"]);
}

#[test]
fn a_value_that_cannot_stand_in_its_place() {
    let repo = Repo::with(&[("m.py", "g = 'a'\n"), ("m.ini", "g = a ; x\n"), ("n.f90", "integer :: n = 3\n")]);
    let two_lines = ["create", "-f", "m.py", "-p", "g=['two\nlines']"];
    refuses_usage(&repo, &two_lines, &["parameter g: ", "line break", "\n  ['two\n       ^"]);
    refuses(&repo, &["-f", "m.ini", "-p", "g=['x ; y']"], &["g, line 1 of m.ini: "]);
    refuses_definition(&with_line("[0.5, 1.0]", "[\"a\\nb\"]"), &["parameter g_e: ", "\"a\\nb\"", "line break"]);
    // What follows from others is known only once there are points.
    let follows = format!("{SMALL_SPEC}[params.h]\nexpr = \"'x\\ny' if g_e < 1 else 'z'\"\n");
    refuses_definition(&follows, &["parameter h: the value \"x\\ny\" has a line break, which can stand in no line"]);
}

#[test]
fn a_parameter_that_is_there_twice() {
    let repo = Repo::small();
    let words = ["parameter g_e is given twice", "hint: say all its values at once"];
    refuses_usage(&repo, &["create", "-p", "g_e=[1]", "-p", "g_e=[2]"], &words);
    refuses_usage(&repo, &["create", "-p", "g_e=[1]", "--", "sh", "model.sh", "--g_e=[2, 3]"], &words);
    let twice = format!("{SMALL_SPEC}[params.g_e]\nvalues = [1]\n");
    refuses_definition(&twice, &["gitsweep.toml: duplicate key", "\n12 | [params.g_e]\n   |         ^^^"]);
}

#[test]
fn a_branch_that_exists() {
    let repo = Repo::small();
    refuses(&repo, &["--branch", "main"], &["there is a branch main already", "hint: choose another name"]);
    for flag in ["--branch", "--name"] {
        for name in ["a b", "a:b", "..", "-a", "", "@", &"0123456789abcdef".repeat(3)[..40]] {
            refuses_usage(
                &repo,
                &["create", &format!("{flag}={name}")],
                &["it cannot be a branch's name; take letters"],
            );
        }
    }

    let before = (repo.users_state(), repo.git(["for-each-ref"]));
    let err = repo.fails(1, ["create", "--branch", "main/below"]);
    assert!(
        err.contains("cannot make the branch main/below") && err.contains("hint: refs/heads/main is there"),
        "{err}"
    );
    assert_eq!((repo.users_state(), repo.git(["for-each-ref"])), before);
}

#[test]
fn words_that_mean_nothing() {
    let repo = Repo::small();
    for (arguments, words) in [
        (["create", "--strategy", "gird"], &["there is no strategy `gird`", "did you mean `grid`?"]),
        (["create", "--date", "tomorrow"], &["`tomorrow` is no date", "hint: such as 2026-11-21"]),
        (["create", "--timeout", "soon"], &["'soon'", "it is no duration; such as 90s"]),
        (["create", "--search-time", "soon"], &["'soon'", "it is no duration; such as 90s"]),
        (["create", "--direction", "up"], &["`up` is no direction", "minimize or maximize"]),
        (["create", "-f", "model.sh"], &["there is no -p whose", "hint: such as -f model.sh -p"]),
        (["results", "--format", "cvs"], &["no format `cvs`", "did you mean `csv`?"]),
        (["results", "-o", "results.cvs"], &["tells no format", "did you mean `.csv`?"]),
        (["-C", "absent", "list"], &["there is no such folder", "hint: name the folder"]),
    ] {
        refuses_usage(&repo, &arguments, words);
    }
    refuses(&repo, &["absent.toml"], &["cannot read", "absent.toml"]);
    let err = repo.fails(2, ["create", "--bace", "main"]);
    assert!(err.contains("--bace") && err.contains("--base"), "{err}");
    let err = repo.fails(2, ["crate"]);
    assert!(err.contains("create"), "{err}");
}

#[test]
fn more_than_ten_thousand_points_want_a_yes() {
    let repo = Repo::with(&[("m.sh", "a=1\nb=1\n")]);
    let sweep = ["-f", "m.sh", "-p", "a=(0, 73)", "-p", "b=(0, 137)"];
    refuses(
        &repo,
        &[&["--branch", "s"][..], &sweep].concat(),
        &["nothing has been laid: that is 10001 points (73 x 137)", "hint: if you mean it, say --yes"],
    );
    repo.ok([&["create", "--branch", "s", "--yes"][..], &sweep].concat());
    assert_eq!(repo.git(["rev-list", "--count", "main..s"]), "10001");
    repo.ok(["create", "--branch", "t", "-f", "m.sh", "-p", "a=(0, 100)", "-p", "b=(0, 100)"]);
}

#[test]
fn a_damaged_or_foreign_note_is_named_and_kept_and_nothing_else_is_lost() {
    let repo = Repo::small();
    repo.create();
    repo.ok(["queue", "--points", "1-2"]);
    let points = repo.points(BRANCH);
    let later = r#"{"v":9,"attempt":1,"status":"exploded"}"#;
    for (commit, line) in [(&points[0], "reviewed by Bob"), (&points[2], r#"{"v":1,"attempt"#), (&points[3], later)] {
        repo.git(["notes", "--ref=gitsweep", "append", "-m", line, commit]);
    }
    repo.git(["notes", "--ref=gitsweep", "add", "-m", "about the base", "main"]);
    let notes = repo.git(["rev-parse", "refs/notes/gitsweep"]);

    for command in [&["results", "--format", "csv", "--columns", "point,status"][..], &["status"], &["show", "1"]] {
        let said = repo.run(command);
        assert_eq!(said.code, 0, "{}", said.err);
        for (commit, words) in
            [(&points[0], "says `reviewed by Bob`"), (&points[2], "no record of gitsweep's"), (&points[3], "version 9")]
        {
            let warning = said.err.lines().find(|line| line.contains(&commit[..10])).unwrap_or_default();
            assert!(warning.starts_with("warning: commit ") && warning.contains(words), "{}", said.err);
        }
        assert!(!said.err.contains("about the base"), "{}", said.err);
    }
    let table = repo.ok(["results", "--format", "csv", "--columns", "point,status"]);
    assert_eq!(table, "point,status\n1,ok\n2,ok\n3,pending\n4,pending\n5,pending\n6,pending\n");
    assert_eq!(repo.git(["rev-parse", "refs/notes/gitsweep"]), notes);

    repo.ok(["queue"]);
    let table = repo.ok(["results", "--format", "csv", "--columns", "status"]);
    assert_eq!(table, format!("status\n{}", "ok\n".repeat(6)));
    let note = |commit: &str| repo.git(["notes", "--ref=gitsweep", "show", commit]);
    assert!(note(&points[0]).ends_with("reviewed by Bob"));
    assert!(note(&points[3]).starts_with(later) && note(&points[3]).lines().count() == 2, "{}", note(&points[3]));
    assert_eq!(note("main"), "about the base");
    repo.fsck();
}

#[test]
fn many_notes_that_cannot_be_read_are_counted() {
    let repo = Repo::with(&[("m.sh", "a=1\n")]);
    repo.ok(["create", "--branch", "s", "-f", "m.sh", "-p", "a=(0, 12)"]);
    for commit in repo.points("s") {
        repo.git(["notes", "--ref=gitsweep", "append", "-m", "by hand", &commit]);
    }
    let said = repo.run(["status"]);
    let warnings: Vec<&str> = said.err.lines().filter(|line| line.starts_with("warning: ")).collect();
    assert_eq!(warnings.len(), 11, "{}", said.err);
    assert!(warnings[..10].iter().all(|line| line.contains("says `by hand`")), "{}", said.err);
    assert_eq!(warnings[10], "warning: and 2 more outcomes that cannot be read");
}

#[test]
fn a_command_that_does_not_exist_is_a_failed_run_with_the_shell_s_words() {
    let repo = Repo::small();
    repo.ok(["create", "--date", "2026-11-21T09:30:00Z", "--", "simulat", "{g_e}"]);
    let before = repo.users_state();
    let err = repo.fails(3, ["queue", "--limit", "1"]);
    assert!(err.contains("1 failed"), "{err}");
    assert_eq!(repo.users_state(), before);
    let [record] = repo.records(&repo.points(BRANCH)[0]).try_into().unwrap();
    assert_eq!((record["status"].as_str(), record["exit"].as_i64()), (Some("failed"), Some(127)));
    assert_eq!(record["command"].as_str(), Some("simulat 0.5"));
    let said = repo.run(["status"]);
    assert_eq!(said.code, 3);
    assert!(said.out.contains("failed: exit code 127: ") && said.out.contains("simulat: "), "{}", said.out);
}

#[test]
fn an_output_that_is_no_json_is_a_run_without_the_metric_and_with_a_reason() {
    let model = format!("{SMALL_MODEL}test $g_i = -5 || echo 'score: high' > output.json\n");
    let repo = Repo::with(&[("model.sh", &model), ("gitsweep.toml", SMALL_SPEC)]);
    repo.create();
    repo.ok(["queue", "--points", "1-2"]);
    let points = repo.points(BRANCH);
    assert_eq!(repo.records(&points[0])[0]["metrics"]["score"].as_f64(), Some(-4.5));
    let record = &repo.records(&points[1])[0];
    assert_eq!(record["status"].as_str(), Some("ok"));
    assert!(record.get("metrics").is_none(), "{record}");
    assert!(record["reason"].as_str().unwrap().starts_with("output.json is no JSON: "), "{record}");
    let table = repo.ok(["results", "--format", "csv", "--columns", "point,score,status,reason"]);
    assert!(
        table.contains("\n1,-4.5,ok,\n2,,ok,\"output.json is no JSON: ") || table.contains("\n2,,ok,output.json is no"),
        "{table}"
    );
    assert!(repo.ok(["status"]).contains("output.json is no JSON"));
}

/// Fills a file system of 4 MB but for so many kB, and lays a sweep that needs more; then with room.
const FULL_DISK: &str = r#"
set -e
mount -t tmpfs -o size=4m none "$DISK"
cp -r . "$DISK/model"
cd "$DISK/model"
head -c 65536 /dev/zero > ../spare
head -c 5000000 /dev/zero > ../filler 2> "$HOME/why" || grep -q 'No space left' "$HOME/why"
rm ../spare
test "$LEFT" = 64 || head -c $(( (64 - LEFT) * 1024 )) /dev/zero > ../spare
code=0
"$GITSWEEP" create --date 2026-11-21 -p 'seed=(0, 500)' 2> "$HOME/error" || code=$?
echo "code $code"
git for-each-ref --format='ref %(refname)'
git fsck --strict
git --no-optional-locks status --porcelain
find .git/objects/pack -type f
rm ../filler
"$GITSWEEP" -q create --date 2026-11-21 -p 'seed=(0, 500)'
"#;

#[test]
fn no_space_left_on_the_disk() {
    let repo = Repo::small();
    for left in ["0", "4", "16", "64"] {
        let mut command = repo.command("unshare");
        let disk = repo.outside().join("disk");
        std::fs::create_dir_all(&disk).unwrap();
        command.args(["--mount", "--", "sh", "-c", FULL_DISK]).env("LEFT", left);
        let Ok(output) = command.env("GITSWEEP", env!("CARGO_BIN_EXE_gitsweep")).env("DISK", &disk).output() else {
            return println!("skipped: there is no unshare to mount a small disk with");
        };
        let said = Said::of(output);
        if said.err.contains("unshare failed") || said.err.contains("mount: ") {
            return println!("skipped: a small disk cannot be mounted: {}", said.err);
        }
        assert_eq!(said.code, 0, "{left} kB left: {}{}", said.out, said.err);
        assert_eq!(
            said.out, "code 1\nref refs/heads/main\ngrid_search-2026-11-21T000000\n",
            "{left} kB left: {}",
            said.err
        );
        let error = std::fs::read_to_string(repo.home().join("error")).unwrap();
        assert!(error.contains("hint: is the disk full"), "{left} kB left: {error}");
        assert!(error.contains("No space left on device"), "{left} kB left: {error}");
    }
    assert_eq!(std::fs::read_dir(repo.outside().join("disk")).unwrap().count(), 0);
}

/// Runs points while there is no room for what becomes of them, and makes some once that is said.
const FULL_RESULTS: &str = r#"
set -e
mkdir -p .git/gitsweep/results
mount -t tmpfs -o size=64k none .git/gitsweep/results
head -c 100000 /dev/zero > .git/gitsweep/results/filler 2> "$HOME/why" || grep -q 'No space left' "$HOME/why"
"$GITSWEEP" $WHAT 2> "$HOME/error" &
until grep -q 'waiting for room' "$HOME/error" || ! kill -0 $!; do sleep .1; done
"$GITSWEEP" results --format csv --columns status 2> /dev/null | sort | uniq -c
rm .git/gitsweep/results/filler
wait $!
"$GITSWEEP" results --format csv --columns status | sort | uniq -c
"#;

#[test]
fn what_has_become_of_a_run_waits_for_room_on_the_disk() {
    for (what, waiting, done) in [
        ("queue -j 1 --points 1-3", "1 running", ["3 ok", "3 pending"]),
        ("exec HEAD", "1 running", ["1 ok", "5 pending"]),
    ] {
        let repo = Repo::small();
        repo.create();
        let mut command = repo.command("unshare");
        command.args(["--mount", "--", "sh", "-c", FULL_RESULTS]).env("GITSWEEP", env!("CARGO_BIN_EXE_gitsweep"));
        let what = what.replace("HEAD", &repo.points(BRANCH)[0]);
        let Ok(output) = command.env("WHAT", what).output() else {
            return println!("skipped: there is no unshare to mount a small disk with");
        };
        let said = Said::of(output);
        if said.err.contains("unshare failed") || said.err.contains("mount: ") {
            return println!("skipped: a small disk cannot be mounted: {}", said.err);
        }
        let error = std::fs::read_to_string(repo.home().join("error")).unwrap();
        assert_eq!(
            error.matches("No space left on device (os error 28); waiting for room for up to 10 s").count(),
            1,
            "{error}"
        );
        assert!(said.out.contains(waiting), "{}", said.out);
        assert!(done.iter().all(|count| said.out.contains(count)), "{} {}{error}", said.out, said.err);
    }
}

#[test]
fn a_branch_that_another_process_holds_locked() {
    let repo = Repo::small();
    let lock = repo.root().join(format!(".git/refs/heads/{BRANCH}.lock"));
    std::fs::write(&lock, "").unwrap();
    let before = (repo.users_state(), repo.git(["for-each-ref"]));
    let err = repo.fails(1, ["create", "--date", common::DATE]);
    assert!(err.contains(&format!("another process holds refs/heads/{BRANCH} locked")), "{err}");
    assert!(err.contains(&format!("remove the file: rm {}", lock.display())), "{err}");
    assert_eq!((repo.users_state(), repo.git(["for-each-ref"])), before);
    repo.fsck();
    std::fs::remove_file(&lock).unwrap();
    assert_eq!(repo.create(), BRANCH);
}

#[test]
fn notes_that_another_process_holds_locked_lose_no_outcome() {
    let repo = Repo::small();
    repo.create();
    repo.ok(["queue", "--points", "1"]);
    let lock = repo.root().join(".git/refs/notes/gitsweep.lock");
    std::fs::write(&lock, "").unwrap();
    let err = repo.fails(1, ["queue", "--points", "2"]);
    assert!(err.contains("another process holds refs/notes/gitsweep locked"), "{err}");
    assert!(err.contains("they are kept") && err.contains(&format!("rm {}", lock.display())), "{err}");
    assert!(lock.exists());
    let second = &repo.points(BRANCH)[1];
    assert!(repo.records(second).is_empty());
    let known = ["results", "--format", "csv", "--columns", "point,status"];
    let rows = "point,status\n1,ok\n2,ok\n3,pending\n4,pending\n5,pending\n6,pending\n";
    assert_eq!(repo.ok(known), rows);
    std::fs::remove_file(&lock).unwrap();
    assert_eq!(repo.ok(known), rows);
    assert_eq!(repo.records(second).len(), 1);
}

#[test]
fn a_file_behind_a_link_or_in_a_submodule_is_not_to_be_committed_first() {
    let library = Repo::with(&[("lib.py", "g = 1\n")]);
    let repo = Repo::with(&[("src/model.py", "g = 1\n")]);
    let from = library.root().display().to_string();
    repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "lib"]);
    repo.commit("A submodule");
    // A script of the submodule is there, though no commit here has it.
    let said = repo.run(["create", "--dry-run", "-p", "g=[1, 2]", "--", "python3 lib/model.py"]);
    assert!(said.code == 0 && !said.err.contains("did you mean"), "{}", said.err);
    std::os::unix::fs::symlink("src", repo.root().join("alias")).unwrap();
    std::os::unix::fs::symlink(&from, repo.root().join("away")).unwrap();
    repo.commit("More");
    let away = format!("away is a symbolic link to {from}");
    for (file, words) in [
        ("lib/lib.py", ["lib/lib.py lies in the submodule lib, whose files", "hint: sweep in the repository of lib"]),
        ("alias/model.py", ["alias is a symbolic link to src", "hint: name the file itself: src/model.py"]),
        ("away/lib.py", [&away, "hint: commit a file in its place"]),
    ] {
        // Links are followed where a file is named on the command line.
        repo.write("gitsweep.toml", format!("[params.g]\nfile = \"{file}\"\nvalues = [2]\n"));
        refuses(&repo, &[], &words);
    }
}

#[test]
fn a_definition_in_a_folder_is_named_and_says_what_is_seen_from_where() {
    let repo = Repo::with(&[
        ("sub/m.sh", "g=1\n"),
        ("sub/gitsweep.toml", "[run]\ncommand = \"sh m.sh\"\n[params.g]\nfile = \"m.sh\"\nvalues = [2]\n"),
    ]);
    let folder = repo.root().join("sub");
    let said = repo.run_in(&folder, ["create"]);
    assert!(
        said.code == 1 && said.err.contains("hint: take the one in this folder: gitsweep create gitsweep.toml"),
        "{}",
        said.err
    );
    let said = repo.run_in(&folder, ["create", "-n", "gitsweep.toml"]);
    assert!(said.err.contains("seen from sub/; the command runs at the top of the repository\n"), "{}", said.err);
    assert_eq!(said.code, 0, "{}", said.err);
}

#[test]
fn keys_of_other_programs_are_known_by_their_names() {
    for (text, words) in [
        ("[search]\nmethod = \"bayes\"\n", ["unknown key `method`", "hint: did you mean `strategy`?\n"]),
        ("[search]\nn_trials = 5\n", ["unknown key `n_trials`", "hint: did you mean `trials`?\n"]),
        ("[search.early_terminate]\nmin_iter = 3\n", ["unknown key `early_terminate`", "hint: did you mean `stop`?\n"]),
        ("[search.stop]\ntype = \"hyperband\"\n", ["unknown key `type`", "hint: did you mean `rule`?\n"]),
        ("[parameters.g]\nvalues = [1]\n", ["unknown key `parameters`", "hint: did you mean `params`?\n"]),
        ("[run]\nprogram = \"a\"\n", ["unknown key `program`", "hint: did you mean `command`?\n"]),
        ("[run]\nmemory = \"2G\"\n", ["unknown key `memory`", "hint: what a job asks for stands under [queue.slurm]"]),
        ("[params.g]\nmin = 1\nmax = 2\n", ["unknown key `min`", "hint: what a parameter may be stands in values"]),
        ("[params.g]\nvalues = [1]\n[params.g]\n", ["duplicate key `g`\n", "hint: say all of it in one place"]),
        ("[metrics]\na = \"x (\\d+)\"\n", ["a `\\` between \"...\" begins an escape", "hint: between '...' it stands"]),
    ] {
        refuses_definition(text, &words);
    }
    // A way out that several have is said once.
    let repo = Repo::with(&[("gitsweep.toml", "[params.g]\nmin = 1\nmax = 2\n")]);
    assert_eq!(repo.fails(1, ["create"]).matches("what a parameter may be stands in values").count(), 1);
}

#[test]
fn all_mistakes_of_a_definition_are_told_at_once() {
    let text = "nam = \"x\"\n[serch]\nmethod = \"grid\"\ntrials = -3\n[run]\ncomand = \"true\"\n\
                [[param.g.at]]\nfil = \"m.py\"\n[params.h]\nvals = [1]\n[metrics]\nr = { stdot = 'x' }\n";
    let repo = Repo::with(&[("gitsweep.toml", text)]);
    let said = repo.fails(1, ["create", "-n"]);
    let told: Vec<&str> = said.lines().filter_map(|line| line.split_once("^ ")).map(|(_, told)| told).collect();
    let keys = ["nam", "serch", "method", "trials", "comand", "param", "fil", "vals", "stdot"];
    let meant = ["name", "search", "strategy", "", "command", "params", "file", "values", "stdout"];
    let expected = keys.iter().zip(meant).map(|(key, meant)| match meant {
        "" => "expected a whole number, 0 or more: write digits alone, such as 20".to_owned(),
        _ => format!("unknown key `{key}`: did you mean `{meant}`?"),
    });
    assert_eq!(told, expected.collect::<Vec<_>>(), "{said}");
    assert!(
        said.starts_with("error: gitsweep.toml has 9 mistakes\n  |\n1 | nam = \"x\"\n  | ^^^ unknown key"),
        "{said}"
    );
    // A key that is taken for its near miss is no longer missing.
    refuses_definition("[search.stop]\nrul = \"asha\"\n", &["unknown key `rul`\n", "hint: did you mean `rule`?"]);
    refuses_definition("[params.a]\nvalues = [1, 2\n\n[run]\n", &["missing comma", "hint: a list that is begun above"]);
}

#[test]
fn a_value_of_the_wrong_kind_is_told_in_the_user_s_words() {
    for (line, words) in [
        ("trials = \"12\"", ["expected a whole number, 0 or more", "hint: without quotes: 12\n"]),
        ("seed = -1", ["expected a whole number, 0 or more", "hint: "]),
        ("search_time = 24", ["expected text in quotes", "hint: write \"24\"; a time has a unit: \"24h\", \"24s\"\n"]),
        ("normalize = \"yes\"", ["expected true or false", "hint: without quotes\n"]),
        ("objectives = \"loss min\"", ["expected a list", "hint: write [\"loss min\"]\n"]),
        ("strategy = 3", ["expected a name or shares", "hint: "]),
        ("objective = \"loss max\"", ["is no name of a metric", "direction = \"maximize\" under [search]\n"]),
    ] {
        let line = format!("[search]\n{line}\n");
        refuses_definition(&with_line("[search]\nobjective = \"score\"\n", &line), &words);
    }
    for values in ["[1, 2]", "3", "\"uniform(0, 1, 3)\"", "true"] {
        for before in ["", "name = \"s\"\n", "# what varies\n"] {
            let text = format!("{before}[params]\ng = {values}\n");
            refuses_definition(
                &text,
                &["gitsweep.toml: expected a table\n", "hint: a parameter is a table: [params.g_e] with"],
            );
        }
    }
    let fraction = with_line("values = [0.5, 1.0]", "values = [68., 128.]");
    refuses_definition(&fraction, &["a digit has to follow the point", "hint: `68.` is written 68.0"]);
    let repo = Repo::with(&[("input.json", "{\"a\": [1, {\"b\": 2}]}\n")]);
    let by_key = ["create", "-f", "input.json", "-p", "a[1].b=[3]"];
    refuses_usage(
        &repo,
        &by_key,
        &["hint: a key of a configuration file stands in gitsweep.toml: [params.b]", "key = \"a[1].b\""],
    );
    let by_number = [
        "a in input.json has 2 items, from [0], and no b",
        "hint: an item of it is named by its number",
        "`key = \"a[0]\"`",
    ];
    refuses(&repo, &["-f", "input.json", "-p", "a.b=[3]"], &by_number);
    refuses(&repo, &["-p", "g=[1, 2]", "--objective", "loss,rate"], &["objectives = [\"loss min\", \"rate min\"]"]);
    refuses_usage(&repo, &["create", "--strategy", "random_search"], &["did you mean `random`?"]);
    for flag in ["--trials", "--repeats", "--grid-points", "--patience"] {
        refuses_usage(&repo, &["create", "-p", "g=[1, 2]", flag, "0"], &[flag, "it is a whole number from 1 on"]);
    }
    for target in ["low", "nan", "inf"] {
        refuses_usage(&repo, &["create", "-p", "g=[1, 2]", "--target", target], &["it is no number; such as 0.01"]);
    }
    for top in [".", "./"] {
        let words = ["the top of the repository is a folder, and no file", "hint: name a file in it"];
        refuses(&repo, &["-f", top, "-p", "g=[1, 2]"], &words);
    }
}

#[test]
fn points_that_are_not_there_and_names_with_dashes() {
    let repo = Repo::small();
    repo.ok(["create", "-p", "my-k=[1, 2]", "--", "true"]);
    for command in ["queue", "cancel", "results"] {
        // None of them is there, or one is not: the same mistake.
        for points in ["99", "1,99"] {
            assert!(repo.fails(1, [command, "--points", points]).contains("has no point 99"));
        }
    }
    for command in [["queue", "--where", "my-k > 1"], ["results", "--where", "my-k > 1"]] {
        let err = repo.fails(1, command);
        assert!(err.contains("did you mean my-k? Such a name stands between backquotes: '`my-k` > 2'"), "{err}");
    }
    repo.ok(["create", "--branch", "other", "-p", "a=[1, 2, 3]", "--", "true"]);
    let sweeps = ["results", "grid_search", "other", "--points"];
    repo.ok([&sweeps[..], &["18"]].concat());
    assert!(
        repo.fails(1, [&sweeps[..], &["18,19"]].concat())
            .contains("none of the 2 sweeps has a point 19\nhint: their points are 1 to 18")
    );
    repo.ok(["delete", "other", "--yes"]);
    repo.ok(["queue", "--where", "`my-k` > 1", "--dry-run"]);
    let table = repo.ok(["results", "--format", "csv", "-o", "-"]);
    assert!(table.starts_with("point,") && !repo.root().join("-").exists(), "{table}");
    let said = Said::of(repo.gitsweep_command(["queue", "--limit", "1"]).env("PATH", "/nonexistent").output().unwrap());
    assert!(said.err.contains("cannot start git") && said.err.contains("hint: install git"), "{}", said.err);
    assert!(!said.err.contains("disk"), "{}", said.err);
}

#[test]
fn what_cannot_be_run_is_not_laid() {
    let repo = Repo::small();
    for (arguments, words) in [
        (&["--workers", "3"][..], &["workers are jobs on a cluster"][..]),
        (&["-j", "2", "--max-active", "3"], &["-j 2 and --max-active 3 say the same thing", "hint: say one of them"]),
        (&["--coordinator"], &["a coordinator is a job on a cluster"]),
        (&["--coordinator", "-e", "slurm"], &["leave --coordinator out"]),
        (&["--reuse", "-e", "slurm"], &["--reuse is for runs on this machine"]),
        (&["--points", "1,99"], &["there would be no point 99", "the points are 1 to 6"]),
        (&["-e", "slrum"], &["did you mean slurm"]),
        (&["-e", "./nope.sh"], &["there is no submit script"]),
    ] {
        refuses_command(&repo, &[&["run"], arguments].concat(), words);
    }
    let repo = Repo::with(&[
        ("model.sh", SMALL_MODEL),
        ("gitsweep.toml", &with_line("[run]\n", "[run]\nlink = [\"data\"]\n")),
    ]);
    refuses_command(&repo, &["run"], &["link = \"data\": there is no ", "make it, or take it out"]);
    let repo = Repo::with(&[("model.sh", SMALL_MODEL)]);
    refuses_command(&repo, &["run", "-f", "model.sh", "-p", "g_e=[1]"], &["the definition does not say what to run"]);
}

#[test]
fn pictures_are_refused_and_what_there_is_in_their_place_is_named() {
    let repo = Repo::small();
    repo.create();
    for arguments in [&["report", "-o", "fig.pdf"][..], &["results", "--plot", "score:g_e", "-o", "fig.PNG"]] {
        let err = repo.fails(2, arguments);
        assert!(
            err.contains("gitsweep writes no pictures: ") && err.contains("gitsweep results -o results.csv"),
            "{err}"
        );
    }
    assert!(!repo.root().join("fig.pdf").exists());
}

#[test]
fn a_sweep_in_the_place_of_a_point_is_told_of() {
    let repo = Repo::small();
    let branch = repo.create();
    let part = &branch[..6];
    let said = repo.fails(1, ["show", part]);
    let (what, way) =
        (format!("error: `{part}` is a sweep, {branch}, and no point"), format!("a point of it is {branch}:1"));
    assert!(said.contains(&what) && said.contains(&way), "{said}");
    assert!(repo.fails(1, ["show", "nosuch"]).contains("`nosuch` names no commit"));
    for name in ["grid_one", "grid_two"] {
        repo.ok(["create", "--branch", name]);
    }
    assert!(repo.fails(1, ["show", "bests"]).contains("hint: did you mean best?"));
    let err = repo.fails(1, ["results", "grid_one,grid_two"]);
    assert!(err.contains("hint: several are named with blanks between them: grid_one grid_two"), "{err}");
    let said = repo.fails(1, ["show", "grid_"]);
    let what = format!("`grid_` is no point, and fits several sweeps: {branch}, grid_one, grid_two\n");
    assert!(said.contains(&what) && said.contains(&format!("hint: a point of the first is {branch}:1, say")), "{said}");
}

#[test]
fn flags_that_would_be_of_no_effect() {
    let repo = Repo::small();
    repo.write("points.csv", "g_e,g_i\n0.5,-5\n");
    refuses_usage(
        &repo,
        &["create", "--from", "points.csv", "--strategy", "grid"],
        &["the strategy grid chooses its own", "leave out one"],
    );
    repo.ok(["create", "-n", "--from", "points.csv", "--strategy", "list"]);
    refuses_usage(&repo, &["create", "-f", "model.sh"], &["-f model.sh: there is no -p", "gitsweep init model.sh"]);
    for words in [&[][..], &["--", "sh model.sh --x [1,2]"]] {
        let arguments = [&["create", "--literal", "x"], words].concat();
        refuses_usage(&repo, &arguments, &["--literal x: the command has no flag of that name"]);
    }
}

#[test]
fn points_parted_by_semicolons_and_none_at_all() {
    let repo = Repo::small();
    repo.write("points.csv", "g_e;g_i\n0.5;-5\n");
    refuses(&repo, &["--from", "points.csv"], &["parted by semicolons: g_e;g_i", "part them by commas"]);
    refuses(&repo, &["--from", "-"], &["error: standard input has no point"]);
}

#[test]
fn a_range_that_goes_down() {
    let repo = Repo::small();
    refuses_usage(&repo, &["create", "-p", "g_i=5 to 1"], &["as in `5 to 1 step -1`"]);
    refuses_usage(
        &repo,
        &["create", "-p", "g_i=5 to 1 step 0.5"],
        &["step must be negative", "hint: turn its sign: -0.5"],
    );
}

#[test]
fn a_timeout_that_no_run_can_keep() {
    let repo = Repo::small();
    refuses_usage(&repo, &["create", "--timeout", "0s"], &["'0s'", "no run ends within it; leave it out"]);
    refuses_usage(&repo, &["create", "--timeout", "9999999999999999999:00:00"], &["it is no duration"]);
    refuses_definition(&with_line("[run]\n", "[run]\ntimeout = \"0\"\n"), &["no run ends within 0"]);
}

#[test]
fn files_of_other_programs_are_no_definition() {
    let sweep = "program: train.py\nmethod: bayes\nparameters:\n  lr: {min: 0.1, max: 10}\nrun_cap: 20\n";
    let repo = Repo::with(&[("sweep.yaml", sweep), ("params.yaml", "train:\n  lr: 0.1\n"), ("c.json", "{\"a\": 1}\n")]);
    let guide = "hint: README.md tells how it is written here, under \"Coming from Hydra, DVC, Optuna or W&B\"";
    let wandb = "sweep.yaml is no definition of gitsweep's, which is a TOML file; it looks like a W&B sweep";
    refuses(&repo, &["sweep.yaml"], &[wandb, guide]);
    refuses_command(&repo, &["init", "sweep.yaml"], &["sweep.yaml looks like a W&B sweep", guide]);
    for file in ["params.yaml", "c.json"] {
        let words = [&format!("{file} is no definition of gitsweep's, which is a TOML file\n"), "hint: to vary what"];
        refuses(&repo, &[file], &words);
        let way_out = format!("gitsweep init {file}, or gitsweep create -f {file} -p 'KEY=[1, 2]' -- COMMAND\n");
        refuses(&repo, &[file], &[&way_out]);
    }
    // What is offered works, and a definition may have any name.
    repo.ok(["create", "-n", "-f", "params.yaml", "-p", "train.lr=[1, 2]", "--", "true"]);
    repo.write("sweep.yaml", "[params.x]\nvalues = [1, 2]\n");
    repo.ok(["create", "-n", "sweep.yaml"]);
}
