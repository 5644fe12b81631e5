//! What a checkout holds beside plain files: derived files, links, submodules, filters, line endings.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod common;
mod live;

use common::{BRANCH, Repo};

/// Six points whose source has the same size, told apart by a module that Python compiles.
fn python(run: &str, harm: &str) -> Repo {
    let output = std::process::Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    let python = String::from_utf8(output.unwrap().stdout).unwrap();
    let python = python.trim();
    let spec = format!(
        "name = \"grid_search\"\n[run]\ncommand = '''PYTHONPYCACHEPREFIX=$OUT/cache {python} main.py; {harm}'''\n{run}\n\
         [params.g]\nfile = \"model.py\"\nvalues = [1, 2, 3, 4, 5, 6]\n"
    );
    Repo::with(&[
        ("main.py", "import json, model\njson.dump({\"score\": model.g}, open(\"output.json\", \"w\"))\n"),
        ("model.py", "g = 0\n"),
        ("gitsweep.toml", &spec),
    ])
}

impl Repo {
    fn queue(&self, arguments: &[&str]) {
        let output = self.gitsweep_command(["queue"]).args(arguments).env("OUT", self.outside()).output().unwrap();
        let said = common::Said::of(output);
        assert_eq!(said.code, 0, "{}", said.err);
    }
}

#[test]
fn python_never_loads_what_it_compiled_for_another_point() {
    let plain = python("discard = []", "true");
    let moved = python("", "git commit -q --allow-empty -m mine");
    let replaced = python("link = [\"data\"]", "rm data");
    replaced.write("data/x", "");
    let crlf = python("", "true");
    crlf.git(["config", "core.autocrlf", "true"]);
    for repo in [plain, moved, replaced, crlf] {
        repo.create();
        repo.queue(&["-j", "1"]);
        assert_eq!(repo.scores(6), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert!(repo.beside("cache").is_dir(), "the shared cache was used");
    }
}

/// Three points whose `make` writes into a build folder that all runs share.
fn make(recipe: &str) -> Repo {
    let spec = format!(
        "name = \"grid_search\"\n[run]\ncommand = '{recipe}; make -s && cat build/out > output.json'\nlink = [\"build\"]\n\
         [params.g]\nfile = \"model.txt\"\nname = \"score\"\nvalues = [1, 2, 3]\n"
    );
    let repo = Repo::with(&[
        ("Makefile", "build/out: model.txt\n\techo built >> build/log; sed 's/^/{/;s/$$/}/' model.txt > build/out\n"),
        ("model.txt", "\"score\": 0\n"),
        (".gitignore", "build\n"),
        ("gitsweep.toml", &spec),
    ]);
    repo.write("build/kept", "");
    repo.create();
    repo
}

#[test]
fn make_builds_again_for_every_point() {
    let repo = make("true");
    for point in ["1", "2", "3"] {
        repo.queue(&["-j", "1", "--points", point]);
    }
    assert_eq!(repo.scores(3), [1.0, 2.0, 3.0], "three queues within a second");
    assert_eq!(repo.read("build/log"), "built\n".repeat(3));
    // What was built late in a long run is still older than the next point's source.
    let repo = make("sleep 1.2");
    repo.queue(&["-j", "1"]);
    assert_eq!(repo.scores(3), [1.0, 2.0, 3.0]);
}

#[test]
fn links_lead_to_the_main_checkout_and_are_put_back() {
    let script =
        "git status --porcelain; cat data/numbers deep/env/x; rm data deep/env/x; rm -r deep; echo $g > output.json";
    let files = live::model(2, "link = [\"data\", \"deep/env/\"]", script);
    let repo = Repo::with(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    repo.write(".gitignore", "data\ndeep\n");
    repo.commit("Ignore what is linked");
    repo.create();
    assert!(repo.fails(1, ["queue"]).contains("link = \"data\": there is no"));
    repo.write("data/numbers", "42\n");
    repo.write("deep/env/x", "43\n");
    let said = repo.run(["queue", "-j", "1"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(repo.log(1), "42\n43\n");
    assert_eq!(repo.log(2).lines().next(), Some("42"));
    assert_eq!(repo.read("data/numbers"), "42\n", "what is linked to is left alone");
}

#[test]
fn line_endings_are_those_that_git_writes() {
    let repo = Repo::with(
        &live::model(
            3,
            "",
            "git status --porcelain; od -c data.txt | grep -c '\\\\r'; echo more >> data.txt; echo new > new.txt",
        )
        .each_ref()
        .map(|(path, text)| (*path, text.as_str())),
    );
    repo.write(".gitattributes", "*.sh eol=lf\n");
    repo.write("data.txt", "one\ntwo\n");
    repo.commit("Text");
    repo.create();
    repo.git(["config", "core.autocrlf", "true"]);
    repo.ok(["queue", "-j", "1"]);
    for index in 1..=3 {
        assert_eq!(repo.log(index), "1\n");
        assert_eq!(repo.kept(index, "data.txt"), "one\r\ntwo\r\nmore\n");
    }
}

#[test]
fn filters_bring_in_what_is_stored_elsewhere() {
    // Like Git LFS: what is committed is a pointer, what is checked out is what it points at.
    let repo = Repo::with(&[
        (
            "model.sh",
            "g=0\ngit status --porcelain; cat data.bin f.cfg; echo \"$g$(sed -n 's/^f=//p' f.cfg)\" > output.json\necho harm >> data.bin\n",
        ),
        (".gitattributes", "*.bin filter=far\nf.cfg filter=far\n"),
        ("data.bin", "pointer to data\n"),
        ("f.cfg", "pointer to f\nf=0\n"),
        (
            "gitsweep.toml",
            "name = \"grid_search\"\n[run]\ncommand = \"sh model.sh\"\n[params.f]\nfile = \"f.cfg\"\nvalues = [1, 2]\n\
             [params.g]\nfile = \"model.sh\"\nvalues = [1, 2, 3]\n",
        ),
    ]);
    repo.git(["config", "filter.far.clean", "sed s/^content/pointer/"]);
    repo.git(["config", "filter.far.smudge", "sed s/^pointer/content/"]);
    repo.git(["config", "filter.far.required", "true"]);
    repo.create();
    assert!(repo.git(["show", &format!("{BRANCH}:f.cfg")]).starts_with("pointer to f\nf=2"));
    repo.ok(["queue", "-j", "1"]);
    for (index, f) in [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2)] {
        assert_eq!(
            repo.log(index),
            format!("content to data\ncontent to f\nf={f}\n"),
            "clean, and the content is there"
        );
    }
    let objectives: Vec<_> =
        (1..=6).map(|index| repo.record(index)["metrics"]["objective"].as_i64().unwrap()).collect();
    assert_eq!(objectives, [11, 21, 31, 12, 22, 32]);
}

/// Programs ask so whether the code is as it was committed: without a look into files whose times are not as the index has them.
#[test]
fn the_index_has_the_times_of_the_files() {
    let script = "git diff-index --name-only HEAD; git diff-files --name-only; echo end";
    let repo = Repo::with(&live::model(2, "", script).each_ref().map(|(path, text)| (*path, text.as_str())));
    repo.write(".gitattributes", "*.far filter=far\n");
    repo.write("data.far", "1\n");
    repo.git(["config", "filter.far.clean", "cat"]);
    // Other files are from another second.
    repo.git(["config", "filter.far.smudge", "sleep 1.1; cat"]);
    repo.commit("Data");
    repo.create();
    repo.ok(["queue", "-j", "1"]);
    assert_eq!([1, 2].map(|index| repo.log(index)), ["end\n", "end\n"]);
}

#[test]
fn what_git_makes_of_other_files_may_be_what_varies() {
    let spec = "name = \"grid_search\"\n[run]\ncommand = \"od -An -c data.txt; git status --porcelain\"\n[params.e]\n\
                file = \".gitattributes\"\npattern = 'eol=(?<value>\\S+)'\nvalues = [\"lf\", \"crlf\"]\n";
    let repo = Repo::with(&[(".gitattributes", "data.txt eol=lf\n"), ("data.txt", "1\n"), ("gitsweep.toml", spec)]);
    repo.create();
    repo.ok(["queue", "-j", "1"]);
    repo.ok(["queue", "-j", "1", "--rerun", "all", "--points", "2,1"]);
    let logs = [1, 2].map(|index| repo.log(index).split_whitespace().collect::<String>());
    assert_eq!(logs, [r"1\n", r"1\r\n"]);
}

/// A repository with a submodule `lib` in which there is a submodule `deep`.
fn nested(points: usize, harm: &str) -> Repo {
    let script = format!(
        "{{ git status --porcelain; git submodule status --recursive | cut -c1,43-; cat lib/lib.txt lib/deep/deep.txt; \
         ls lib lib/deep; git -C lib log -1 --format=%s; }}\necho $g > output.json\n{harm}"
    );
    let repo =
        Repo::with(&live::model(points as u32, "", &script).each_ref().map(|(path, text)| (*path, text.as_str())));
    repo.git(["config", "--global", "protocol.file.allow", "always"]);
    let add = |folder: &std::path::Path, from: &str, name: &str| {
        let mut command = repo.command_in("git", folder);
        command.args(["submodule", "--quiet", "add", repo.beside(from).to_str().unwrap(), name]);
        assert!(command.status().unwrap().success());
    };
    for (origin, file) in [("deep-origin", "deep.txt"), ("lib-origin", "lib.txt")] {
        let folder = repo.beside(origin);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join(file), format!("{file}\n")).unwrap();
        assert!(repo.command_in("git", &folder).args(["init", "-q"]).status().unwrap().success());
        if origin == "lib-origin" {
            add(&folder, "deep-origin", "deep");
        }
        for arguments in [&["add", "-A"][..], &["commit", "-q", "-m", origin]] {
            assert!(repo.command_in("git", &folder).args(arguments).status().unwrap().success());
        }
    }
    add(repo.root(), "lib-origin", "lib");
    repo.commit("With a submodule");
    repo.create();
    repo
}

const SUBMODULES: &str = " lib (heads/main)\n lib/deep (heads/main)\n";
const IN_LIB: &str = "lib.txt\ndeep.txt\nlib:\ndeep\nlib.txt\n\nlib/deep:\ndeep.txt\nlib-origin\n";

#[test]
fn submodules_are_there_and_clean_whatever_another_run_did_in_them() {
    let harms = [
        "echo more >> lib/lib.txt; echo more >> lib/deep/deep.txt; echo new > lib/new.txt; mkdir lib/deep/new",
        "echo new > lib/new.txt; git -C lib add new.txt",
        "git -C lib commit -q --allow-empty -m mine",
        "cd lib && echo more >> lib.txt && git commit -qam mine",
        "git -C lib/deep commit -q --allow-empty -m mine",
        "rm -r lib",
        "rm lib/.git",
        "git -C lib update-index --assume-unchanged lib.txt",
    ];
    let points = harms.len() + 1;
    let repo = nested(points, &live::by_point(&harms));
    repo.git(["submodule", "--quiet", "update", "--init", "--recursive"]);
    let branches = repo.git(["-C", "lib", "for-each-ref"]);
    let said = repo.run(["queue", "-j", "1"]);
    assert_eq!(said.code, 0, "{}", said.err);
    for index in 1..=points {
        let log = repo.log(index).replace("(heads/master)", "(heads/main)");
        let log = log.replace("(remotes/origin/HEAD)", "(heads/main)");
        assert_eq!(log, format!("{SUBMODULES}{IN_LIB}"), "point {index}");
    }
    assert_eq!(repo.git(["-C", "lib", "for-each-ref"]), branches);
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    repo.nothing_is_left_running();
}

#[test]
fn a_submodule_of_any_name_is_found_where_a_linked_worktree_has_it() {
    let repo = Repo::with(&live::model(1, "", "cat 'my lib/x'").each_ref().map(|(path, text)| (*path, text.as_str())));
    repo.git(["config", "--global", "protocol.file.allow", "always"]);
    let origin = repo.beside("lib-origin");
    let from = origin.to_str().unwrap();
    repo.git(["init", "-q", from]);
    std::fs::write(origin.join("x"), "here\n").unwrap();
    repo.git_in(&origin, ["add", "-A"]);
    repo.git_in(&origin, ["commit", "-q", "-m", "x"]);
    repo.git(["submodule", "--quiet", "add", "--name", "a name", from, "my lib"]);
    repo.commit("With a submodule");
    let log = |folder: &std::path::Path| {
        repo.ok_in(folder, ["create", "--branch", "s"]);
        repo.ok_in(folder, ["queue", "s"]);
        repo.ok_in(folder, ["logs", "s:1"])
    };
    repo.git(["submodule", "--quiet", "deinit", "--all"]);
    assert_eq!(log(repo.root()), "here\n");
    let (clone, tree) = (repo.beside("clone"), repo.beside("tree"));
    repo.git(["clone", "-q", repo.root().to_str().unwrap(), clone.to_str().unwrap()]);
    repo.git_in(&clone, ["worktree", "add", "-q", "--detach", tree.to_str().unwrap()]);
    repo.git_in(&tree, ["submodule", "--quiet", "update", "--init"]);
    assert_eq!(log(&tree), "here\n");
}

#[test]
fn a_submodule_that_is_not_here_is_named() {
    let repo = nested(1, "true");
    let clone = repo.beside("clone");
    repo.git(["clone", "-q", repo.root().to_str().unwrap(), clone.to_str().unwrap()]);
    repo.command_in("git", &clone).args(["branch", "-q", BRANCH, &format!("origin/{BRANCH}")]).status().unwrap();
    let said = repo.command_in(env!("CARGO_BIN_EXE_gitsweep"), &clone).args(["queue", BRANCH, "-j", "1"]).output();
    let said = common::Said::of(said.unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.contains("submodule lib is empty in the runs") && said.err.contains("git submodule update --init lib")
    );
}

/// A queue of three points that each ruin their checkout, by a `program` that calls gitsweep.
fn ruined(program: &[&str], run: &str, harm: &str, folder: &str) -> (Repo, common::Said) {
    let files = live::model(3, run, &format!("{harm}; : > .git; echo $g > output.json"));
    let mut files = files.each_ref().map(|(path, text)| (*path, text.as_str())).to_vec();
    files.push(("data/kept", ""));
    let repo = Repo::with(&files);
    repo.create();
    let mut command = repo.command(program[0]);
    command.args(&program[1..]).arg(env!("CARGO_BIN_EXE_gitsweep")).args(["queue", "-j", "1"]);
    let said = common::Said::of(command.env("DATA", folder).output().unwrap());
    (repo, said)
}

#[test]
fn a_checkout_that_cannot_be_removed_ends_no_queue_and_is_told_of_once() {
    if !common::has_strace() {
        return;
    }
    let strace =
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unlinkat", "-e", "inject=unlinkat:error=EBUSY"];
    let (repo, said) = ruined(&strace, "", "true", "");
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(repo.statuses(BRANCH), [["ok"], ["ok"], ["ok"]]);
    assert_eq!(said.err.matches("warning: cannot remove the checkout ").count(), 1, "{}", said.err);
    let checkouts = repo.root().join(".git/gitsweep/checkouts");
    let count = || std::fs::read_dir(&checkouts).map_or(0, Iterator::count);
    assert_eq!(count(), 1);
    repo.ok(["queue", "--rerun", "all"]);
    assert_eq!(count(), 0, "a later queue removes what was left");
}

/// True for who may mount in a namespace of its own; others cannot try.
fn may_mount() -> bool {
    let mounted = std::process::Command::new("unshare").args(["-rm", "mount", "--bind", "/proc", "/tmp"]).output();
    mounted.is_ok_and(|output| output.status.success())
}

#[test]
fn what_a_run_has_mounted_in_its_checkout_is_not_removed_with_it() {
    if !may_mount() {
        return;
    }
    let lefts = "for i in 1 2 3 4 5 6 7 8; do : > left$i; done";
    for (run, place) in [("", "mnt"), ("discard = [\"mnt\"]", "mnt/deep"), ("", "data"), ("", "data/kept")] {
        let beside = tempfile::tempdir().unwrap();
        let precious = beside.path().join("precious");
        std::fs::write(&precious, "years of work").unwrap();
        // On a file of the commit a file is mounted.
        let what = if place == "data/kept" { precious.as_path() } else { beside.path() };
        let harm = format!("mkdir -p {place}; mount --bind $DATA {place} && {lefts}");
        let (repo, said) = ruined(&["unshare", "-rm"], run, &harm, what.to_str().unwrap());
        assert_eq!(said.code, 0, "{}", said.err);
        assert_eq!(repo.statuses(BRANCH), [["ok"], ["ok"], ["ok"]]);
        assert!(said.err.contains("something is mounted at "), "{}", said.err);
        let names: Vec<_> = std::fs::read_dir(beside.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["precious"], "{place}");
        assert_eq!(std::fs::read_to_string(&precious).unwrap(), "years of work");
        // What else runs have left behind is kept.
        for run in std::fs::read_dir(repo.root().join("sweeps").join(BRANCH)).unwrap() {
            let folder = run.unwrap().path();
            assert!((1..=8).all(|i| folder.join(format!("left{i}")).exists()), "{place}: {}", folder.display());
        }
    }
}

#[test]
fn what_a_run_has_mounted_on_a_folder_of_the_commit_is_not_there_for_the_next() {
    if !may_mount() {
        return;
    }
    let beside = tempfile::tempdir().unwrap();
    std::fs::write(beside.path().join("precious"), "years of work").unwrap();
    // Runs before it leave their checkout as it was, so that the kernel tells what is touched.
    let script = "[ $g != 4 ] || mount --bind $DATA data; ls data > seen; echo $g > output.json";
    let files = live::model(6, "", script);
    let mut files = files.each_ref().map(|(path, text)| (*path, text.as_str())).to_vec();
    files.push(("data/kept", ""));
    let repo = Repo::with(&files);
    repo.create();
    let mut command = repo.command("unshare");
    command.args(["-rm", env!("CARGO_BIN_EXE_gitsweep"), "queue", "-j", "1"]).env("DATA", beside.path());
    let said = common::Said::of(command.output().unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    let sweep = repo.root().join("sweeps").join(BRANCH);
    for (index, commit) in (1..).zip(repo.points(BRANCH)) {
        let seen = std::fs::read_to_string(sweep.join(format!("{index}-{}/seen", &commit[..10]))).unwrap();
        assert_eq!(seen, if index == 4 { "precious\n" } else { "kept\n" }, "point {index}");
    }
    assert_eq!(std::fs::read_dir(beside.path()).unwrap().count(), 1);
}
