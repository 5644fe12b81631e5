//! Every kind of repository and every kind of file: what is laid is the base with the values written in, and no more.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use common::{BRANCH, DATE, Repo, SMALL_MODEL, SMALL_SPEC, Said};

/// The bytes of a file in a commit.
fn bytes(repo: &Repo, folder: &Path, commit: &str, path: &str) -> Vec<u8> {
    let mut git = repo.command_in("git", folder);
    let output = git.args(["cat-file", "blob", &format!("{commit}:{path}")]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Mode, kind and path of everything in a commit.
fn modes(repo: &Repo, commit: &str) -> Vec<String> {
    let listing = repo.git(["ls-tree", "-r", commit]);
    let mode_and_path = |line: &str| {
        let (what, path) = line.split_once('\t').unwrap();
        format!("{} {path}", what.rsplit_once(' ').unwrap().0)
    };
    listing.lines().map(mode_and_path).filter(|line| !line.ends_with(".gitsweep/sweep.toml")).collect()
}

#[test]
fn a_subfolder_of_the_checkout() {
    let repo = Repo::with(&[
        ("src/model.sh", SMALL_MODEL),
        ("gitsweep.toml", &SMALL_SPEC.replace("model.sh", "src/model.sh")),
        ("src/own.toml", "[params.g_e]\nfile = \"model.sh\"\nvalues = [9]\n"),
    ]);
    let source = repo.root().join("src");
    repo.ok_in(&source, ["create", "--date", DATE]);
    assert_eq!(repo.points(BRANCH).len(), 6);
    // What is typed is seen from where the user is.
    repo.ok_in(
        &source,
        ["create", "--branch", "flag", "-f", "model.sh", "-p", "g_e=[7]", "-p", "../src/model.sh:g_i=[8]"],
    );
    assert!(bytes(&repo, repo.root(), "flag", "src/model.sh").starts_with(b"g_e=7   # nS\ng_i=8    # nS\n"));
    repo.ok_in(&source, ["create", "--branch", "own", "own.toml"]);
    assert!(bytes(&repo, repo.root(), "own", "src/model.sh").starts_with(b"g_e=9   # nS\n"));
    repo.ok_in(&source, ["results", "-o", "here.csv", BRANCH]);
    assert!(source.join("here.csv").exists());
    repo.fsck();
}

#[test]
fn a_linked_worktree() {
    let repo = Repo::small();
    let tree = repo.outside().join("tree");
    repo.git(["worktree", "add", "-q", "-b", "other", tree.to_str().unwrap()]);
    std::fs::write(tree.join("model.sh"), SMALL_MODEL.replace("# nS", "# pS")).unwrap();
    repo.git_in(&tree, ["commit", "-q", "-a", "-m", "Other units"]);
    let before = repo.users_state();
    repo.ok_in(&tree, ["create", "--date", DATE]);
    assert_eq!(repo.git(["merge-base", BRANCH, "other"]), repo.git(["rev-parse", "other"]));
    assert!(bytes(&repo, repo.root(), BRANCH, "model.sh").starts_with(b"g_e=1.0   # pS\ng_i=-15    # pS\n"));
    repo.ok_in(&tree, ["queue", "--limit", "2"]);
    assert_eq!(repo.users_state(), before);
    assert_eq!(repo.git_in(&tree, ["status", "--porcelain"]), "");
    // The main checkout knows as much, and keeps the run folders.
    assert!(repo.ok(["status"]).contains("2 ok   4 pending"));
    assert_eq!(std::fs::read_dir(repo.root().join("sweeps").join(BRANCH)).unwrap().count(), 2);
    assert!(!tree.join("sweeps").exists());
    repo.fsck();
}

#[test]
fn a_bare_repository_wants_a_base() {
    let repo = Repo::small();
    let bare = repo.outside().join("hub.git");
    repo.git_in(repo.outside(), ["clone", "-q", "--bare", "model", "hub.git"]);
    let said = repo.run_in(&bare, ["create"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("a bare repository has no checkout") && said.err.contains("--base main"), "{}", said.err);
    assert_eq!(repo.git_in(&bare, ["for-each-ref", "--format=%(refname)"]), "refs/heads/main");

    repo.ok_in(&bare, ["create", "--date", DATE, "--base", "main"]);
    repo.create();
    assert_eq!(repo.git_in(&bare, ["rev-parse", BRANCH]), repo.git(["rev-parse", BRANCH]));
    repo.ok_in(&bare, ["queue", "--limit", "2"]);
    let table = repo.ok_in(&bare, ["results", "--format", "csv", "--columns", "score"]);
    assert_eq!(table, "score\n-4.5\n-9.5\n\"\"\n\"\"\n\"\"\n\"\"\n");
    repo.git_in(&bare, ["fsck", "--strict", "--full"]);
}

#[test]
fn a_shallow_clone() {
    let repo = Repo::small();
    repo.write("README", "more");
    repo.commit("More");
    let clone = repo.outside().join("clone");
    let from = format!("file://{}", repo.root().display());
    repo.git_in(repo.outside(), ["clone", "-q", "--depth", "1", &from, "clone"]);
    repo.ok_in(&clone, ["create", "--date", DATE]);
    assert_eq!(repo.git_in(&clone, ["rev-parse", "--is-shallow-repository"]), "true");
    repo.create();
    assert_eq!(repo.git_in(&clone, ["rev-parse", BRANCH]), repo.git(["rev-parse", BRANCH]));
    repo.ok_in(&clone, ["queue", "--limit", "1"]);
    assert!(repo.ok_in(&clone, ["status"]).contains("1 ok   5 pending"));
    repo.git_in(&clone, ["fsck", "--strict", "--full"]);
    // Its branch can be pushed to a repository that has the rest.
    repo.git(["branch", "-q", "-D", BRANCH]);
    repo.git_in(&clone, ["push", "-q", "origin", BRANCH]);
    assert_eq!(repo.points(BRANCH).len(), 6);
    repo.fsck();
}

#[test]
fn an_index_in_two_parts() {
    let repo = Repo::small();
    repo.git(["config", "core.splitIndex", "true"]);
    repo.git(["update-index", "--split-index"]);
    assert_eq!(repo.create(), BRANCH);
    repo.write("model.sh", SMALL_MODEL.replace("# nS", "# pS"));
    assert!(repo.fails(1, ["create", "--branch", "changed"]).contains("uncommitted changes"));
    repo.fsck();
}

#[test]
fn a_sparse_checkout_without_the_model() {
    let repo = Repo::with(&[
        ("src/model.sh", SMALL_MODEL),
        ("other/data", "1\n"),
        ("gitsweep.toml", &SMALL_SPEC.replace("model.sh", "src/model.sh")),
    ]);
    for index in ["--no-sparse-index", "--sparse-index"] {
        repo.git(["sparse-checkout", "set", index, "other"]);
        let before = repo.users_state();
        repo.ok(["create", "--branch", &format!("grid_search{index}")]);
        assert_eq!(repo.users_state(), before);
    }
    repo.ok(["queue", "grid_search--sparse-index"]);
    assert_eq!(repo.statuses("grid_search--sparse-index"), vec![vec!["ok"]; 6]);
    assert!(!repo.root().join("src").exists());
    repo.fsck();
}

#[test]
fn a_detached_head() {
    let repo = Repo::small();
    repo.write("README", "more");
    repo.commit("More");
    repo.git(["checkout", "-q", "--detach", "main~1"]);
    let before = repo.users_state();
    repo.create();
    assert_eq!(repo.users_state(), before);
    assert_eq!(repo.git(["rev-parse", &format!("{BRANCH}~6")]), repo.git(["rev-parse", "main~1"]));
    repo.ok(["queue", "--limit", "1"]);
    assert_eq!(repo.users_state(), before);
}

#[test]
fn every_byte_but_the_value_stays() {
    let repo = Repo::empty();
    repo.write("crlf.py", "# caf\u{e9}\r\ng = 1\t# nS\r\nh = 2\r\n\r\nend");
    repo.write("latin.py", b"# \xe9t\xe9 \xff\ng = 1  # \xb5S\r\nname = '\xfc'\n");
    repo.write("bom.ini", "\u{feff}g = 1\r\n");
    repo.write("mixed.txt", "a = 1\r\ng = 1\n\x0c\nlone\rreturn\r\n");
    repo.commit("The model");
    let domains = ["crlf.py", "latin.py", "bom.ini", "mixed.txt"].map(|file| format!("{file}:g=[2.5]"));
    for domain in &domains {
        let file = domain.split(':').next().unwrap();
        repo.ok(["create", "--branch", file, "-p", domain]);
        let (old, new) = (bytes(&repo, repo.root(), "main", file), bytes(&repo, repo.root(), file, file));
        let at = old.windows(5).position(|window| window == b"g = 1").unwrap() + 4;
        let expected = [&old[..at], b"2.5", &old[at + 1..]].concat();
        assert_eq!(String::from_utf8_lossy(&new), String::from_utf8_lossy(&expected), "{file}");
        assert_eq!(new, expected, "{file}");
    }
    repo.fsck();
}

#[test]
fn line_endings_that_git_converts() {
    let repo = Repo::small();
    repo.git(["config", "core.autocrlf", "true"]);
    repo.git(["rm", "-q", "--cached", "-r", "."]);
    repo.git(["reset", "-q", "--hard"]);
    assert!(repo.read("model.sh").contains("# nS\r\n"));
    let said = repo.run(["create", "--date", DATE]);
    assert_eq!(said.code, 0, "{}", said.err);
    let model = bytes(&repo, repo.root(), BRANCH, "model.sh");
    assert_eq!(String::from_utf8(model).unwrap(), SMALL_MODEL.replace("=-5", "=-15"));
    let there = Repo::small();
    there.create();
    assert_eq!(repo.git(["rev-parse", BRANCH]), there.git(["rev-parse", BRANCH]));

    repo.write("model.sh", repo.read("model.sh").replace("# nS", "# pS"));
    assert!(repo.fails(1, ["create"]).contains("model.sh has uncommitted changes"));
}

#[test]
fn modes_and_links_stay() {
    let repo = Repo::small();
    repo.write_program("run", "#!/bin/sh\ng=1\necho \"$g\" && cat link > copy && echo \"$g\" > output.json\n");
    repo.write_program("bin/tool", "#!/bin/sh\n");
    std::os::unix::fs::symlink("model.sh", repo.root().join("link")).unwrap();
    std::os::unix::fs::symlink("nowhere", repo.root().join("bin/broken")).unwrap();
    repo.commit("Tools");
    let before = modes(&repo, "main");
    assert!(before.contains(&"100755 blob run".to_owned()) && before.contains(&"120000 blob link".to_owned()));
    repo.ok(["create", "--date", DATE, "-p", "run:g=[5]", "-p", "g_e=[7]", "-p", "g_i=[0]", "--", "./run"]);
    assert_eq!(modes(&repo, BRANCH), before);
    repo.ok(["queue"]);
    assert_eq!(repo.ok(["results", "--format", "csv", "--columns", "score"]), "score\n5\n");
    let folder = std::fs::read_dir(repo.root().join("sweeps").join(BRANCH)).unwrap().flatten().next().unwrap();
    let copy = std::fs::read_to_string(folder.path().join("copy")).unwrap();
    assert!(copy.starts_with("g_e=7 "), "{copy}");
    repo.fsck();
}

#[test]
fn submodules_stay_and_are_there_in_a_run() {
    let repo = Repo::small();
    let library = repo.outside().join("library");
    repo.git_in(repo.outside(), ["init", "-q", "-b", "main", "library"]);
    std::fs::write(library.join("table.txt"), "42\n").unwrap();
    repo.git_in(&library, ["add", "."]);
    repo.git_in(&library, ["commit", "-q", "-m", "Table"]);
    repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library", "lib"]);
    repo.commit("A library");
    let before = modes(&repo, "main");
    assert!(before.contains(&"160000 commit lib".to_owned()), "{before:?}");
    let link = repo.git(["rev-parse", "main:lib"]);

    let err = repo.fails(1, ["create", "-p", "lib/table.txt:g=[1]"]);
    assert!(err.contains("lib/table.txt"), "{err}");
    repo.ok(["create", "--date", DATE, "--", "cp", "lib/table.txt", "output.json"]);
    assert_eq!(modes(&repo, BRANCH), before);
    assert_eq!(repo.git(["rev-parse", &format!("{BRANCH}:lib")]), link);
    repo.ok(["queue", "--limit", "2"]);
    let table = repo.ok(["results", "--format", "csv", "--columns", "point,score", "--sort", "point"]);
    assert!(table.starts_with("point,score\n1,42\n2,42\n3,"), "{table}");
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    repo.fsck();
}

#[test]
fn a_sha_256_repository_and_other_formats_are_refused_by_name() {
    for (option, words) in [
        ("--object-format=sha256", ["SHA-256", "hint: use a repository with SHA-1 names"]),
        ("--ref-format=reftable", ["extension", "git refs migrate --ref-format=files"]),
    ] {
        let repo = Repo::empty();
        let folder = repo.outside().join("other");
        repo.git_in(repo.outside(), ["init", "-q", option, "other"]);
        std::fs::write(folder.join("model.sh"), SMALL_MODEL).unwrap();
        repo.git_in(&folder, ["add", "."]);
        repo.git_in(&folder, ["commit", "-q", "-m", "The model"]);
        for command in [&["create", "-f", "model.sh", "-p", "g_e=[1]"][..], &["results"], &["list"]] {
            let said = repo.run_in(&folder, command);
            assert_eq!(said.code, 1, "{option} {command:?}");
            assert!(words.iter().all(|word| said.err.contains(word)), "{option}: {}", said.err);
        }
        assert_eq!(repo.git_in(&folder, ["for-each-ref"]).lines().count(), 1);
    }
}

#[test]
fn odd_names_of_files_and_folders() {
    let path = "my model/ü ö.d/a'b.py";
    let repo =
        Repo::with(&[(path, "g = 1\n"), ("my model/ü ö.d.txt", ""), ("my model/ü ö", "x"), (".gitsweeper", "y")]);
    let before = modes(&repo, "main");
    repo.ok(["create", "--branch", "odd", "-p", &format!("{path}:g=[2, 3]")]);
    assert_eq!(bytes(&repo, repo.root(), "odd", path), b"g = 3\n");
    assert_eq!(modes(&repo, "odd"), before);
    repo.fsck();
}

#[test]
fn a_sweep_over_a_point_of_another_sweep() {
    let repo = Repo::small();
    repo.create();
    repo.ok(["create", "--branch", "second", "--base", &format!("{BRANCH}~2"), "-p", "g_e=[8]", "-p", "g_i=[9, 10]"]);
    let chain = repo.git(["log", "--reverse", "--format=%s", &format!("{BRANCH}~2..second")]);
    assert!(chain.contains(" 1/2: g_e=8 g_i=9\n") && chain.ends_with(" 2/2: g_e=8 g_i=10"), "{chain}");
    let table = repo.ok(["results", "second", "--format", "csv", "--columns", "point,g_i"]);
    assert_eq!(table, "point,g_i\n1,9\n2,10\n");
    let spec = bytes(&repo, repo.root(), "second", ".gitsweep/sweep.toml");
    assert!(String::from_utf8(spec).unwrap().contains("values = \"[9, 10]\""));
    assert_eq!(repo.ok(["results", BRANCH, "--format", "csv", "--columns", "point"]).lines().count(), 7);
    repo.fsck();
}

/// All that is made in the repository has the permissions that git gives its own files, while points run and wait as well:
/// those that the umask leaves, or that `core.sharedRepository` says. Programs keep the user's umask.
#[test]
fn what_others_may_do_in_the_repository() {
    for (shared, umask, others) in [
        (None, "022", 0o044),
        (None, "077", 0o000),
        (Some("group"), "077", 0o060),
        (Some("group"), "022", 0o064),
        (Some("world"), "077", 0o064),
        (Some("0640"), "002", 0o040),
    ] {
        let repo = Repo::with(&[
            (
                "model.sh",
                "g=1\numask > umask.txt\nfind \"$S\" -printf '%m %P %y\\n' > state.txt\necho $g > output.json\n",
            ),
            ("queue.sh", "echo job-1\n"),
            (
                "gitsweep.toml",
                "name = \"s\"\n[run]\ncommand = \"sh model.sh\"\n[hooks]\non_run_end = \"hooks/on-run-end-webhook\"\n\
                 [params.g]\nfile = \"model.sh\"\nvalues = \"1 to 260 step 1\"\n",
            ),
        ]);
        shared.iter().for_each(|shared| drop(repo.git(["config", "core.sharedRepository", shared])));
        let git = repo.root().join(".git");
        let before = listed(repo.root(), &git);
        let gitsweep = repo.gitsweep_command(["run"]).get_program().to_owned();
        let run = |words: &str| {
            let mut command = repo.command_in("sh", repo.root());
            command.args(["-c", &format!("umask {umask}; exec \"$0\" {words}")]).arg(&gitsweep);
            let output = command.env("S", git.join("gitsweep")).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        run("create --branch s");
        run("queue s --points 1");
        repo.write_program("queue.sh", "#!/bin/sh\necho job-1\n");
        run("queue s -e ./queue.sh --points 2");
        run("status s");

        let folder = std::fs::read_dir(repo.root().join("sweeps/s")).unwrap().next().unwrap().unwrap().path();
        assert_eq!(std::fs::read_to_string(folder.join("umask.txt")).unwrap().trim(), format!("0{umask}"));
        let as_it_ran = std::fs::read_to_string(folder.join("state.txt")).unwrap();
        let as_it_ran = as_it_ran.lines().filter_map(|line| {
            let (line, kind) = line.rsplit_once(' ')?;
            let (mode, path) = line.split_once(' ')?;
            Some(format!("{mode} .git/gitsweep/{path}{}", if kind == "d" { "/" } else { "" }))
        });
        let after = listed(repo.root(), &git);
        let made: Vec<String> =
            after.lines().filter(|line| !before.contains(*line)).map(str::to_owned).chain(as_it_ran).collect();
        for part in ["cache/", "claims/", "alive/", "submissions/", "hooks/on-", "latest"] {
            assert!(made.iter().any(|line| line.contains(&format!(" .git/gitsweep/{part}"))), "{part}: {made:#?}");
        }
        assert!(made.iter().any(|line| line.ends_with(".idx")), "{made:#?}");
        for line in made {
            let (mode, path) = line.split_once(' ').unwrap();
            let mode = u32::from_str_radix(mode, 8).unwrap();
            let enter = if mode & 0o100 == 0 { 0 } else { (others & 0o044) >> 2 };
            let write = if mode & 0o200 == 0 { 0o022 } else { 0 };
            // What is in a checkout is the program's.
            if !path.contains("/checkouts/") {
                assert_eq!(mode & 0o077, (others | enter) & !write, "{shared:?} {umask}: {line}");
            }
        }
        repo.fsck();
    }
}

/// Mode and path of everything below a folder.
fn listed(root: &Path, folder: &Path) -> String {
    let mut lines = String::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let metadata = entry.metadata().unwrap();
        let path = entry.path();
        let slash = if metadata.is_dir() { "/" } else { "" };
        let shown = path.strip_prefix(root).unwrap().display();
        lines += &format!("{:o} {shown}{slash}\n", metadata.permissions().mode() & 0o777);
        if metadata.is_dir() {
            lines += &listed(root, &path);
        }
    }
    lines
}

/// As git has it: the checkout is where the link is, not beside what it points to.
#[test]
fn a_git_folder_behind_a_symbolic_link() {
    let repo = Repo::small();
    let away = repo.outside().join("store/model.git");
    std::fs::create_dir_all(away.parent().unwrap()).unwrap();
    std::fs::rename(repo.root().join(".git"), &away).unwrap();
    std::os::unix::fs::symlink(&away, repo.root().join(".git")).unwrap();
    let before = repo.users_state();
    assert!(repo.create() == BRANCH);
    repo.ok(["queue", "-j", "2"]);
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 6]);
    assert!(repo.root().join("sweeps").join(BRANCH).is_dir());
    assert_eq!(std::fs::read_dir(away.parent().unwrap()).unwrap().count(), 1);
    assert_eq!(repo.users_state(), before);
}

/// A `.git` that is a file: the checkout is where that is, and no run folder lies beside the repository.
#[test]
fn a_repository_that_lies_elsewhere() {
    let repo = Repo::small();
    let store = repo.outside().join("store");
    std::fs::create_dir_all(&store).unwrap();
    repo.git(["init", "-q", "--separate-git-dir", store.join("model.git").to_str().unwrap()]);
    let before = repo.users_state();
    repo.create();
    repo.ok(["queue", "-j", "2", "--limit", "3"]);
    assert_eq!(std::fs::read_dir(repo.root().join("sweeps").join(BRANCH)).unwrap().count(), 3);
    let tree = repo.outside().join("tree");
    repo.git(["worktree", "add", "-q", "--detach", tree.to_str().unwrap()]);
    repo.ok_in(&tree, ["queue", "-j", "2"]);
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 6]);
    assert_eq!(std::fs::read_dir(&store).unwrap().count(), 1);
    assert_eq!(repo.git_in(&tree, ["status", "--porcelain"]), "");
    assert_eq!(repo.users_state(), before);
    repo.fsck();
}

#[test]
fn a_commit_that_git_replaces_by_one_with_other_files_is_no_base() {
    let repo = Repo::small();
    repo.git(["commit", "-q", "--allow-empty", "-m", "More"]);
    // Another history is no other content.
    repo.git(["replace", "--graft", "HEAD"]);
    repo.ok(["create", "--branch", "grafted"]);
    repo.git(["replace", "-d", "HEAD"]);
    repo.write("model.sh", SMALL_MODEL.replace("# nS", "# pS"));
    repo.commit("Other units");
    let [meant, old] = ["HEAD", "HEAD~1"].map(|name| repo.git(["rev-parse", name]));
    repo.git(["reset", "-q", "--hard", &old]);
    repo.git(["replace", &old, &meant]);
    repo.git(["reset", "-q", "--hard"]);
    assert!(repo.read("model.sh").contains("# pS"));
    let err = repo.fails(1, ["create"]);
    assert!(err.contains("(git replace)") && err.contains(&format!("--base {meant}")), "{err}");
    repo.ok(["create", "--branch", "replaced", "--base", &meant]);
    assert!(repo.git(["show", "replaced:model.sh"]).contains("# pS"));
    repo.git(["config", "core.useReplaceRefs", "false"]);
    repo.git(["reset", "-q", "--hard"]);
    repo.ok(["create", "--branch", "unreplaced"]);
}

/// Neither takes part in what git has under way, and what git would put the branch back to is not moved.
#[test]
fn a_rebase_or_bisection_goes_on_as_if_nothing_had_been() {
    let repo = Repo::small();
    repo.create();
    repo.git(["switch", "-q", BRANCH]);
    let under_way = |begin: &str, end: &str| {
        repo.command("sh").args(["-c", begin]).output().unwrap();
        let before = (repo.users_state(), repo.git(["rev-parse", BRANCH]));
        assert_ne!(repo.git(["rev-parse", "--abbrev-ref", "HEAD"]), BRANCH);
        for words in [&["extend", BRANCH, "-p", "g_e=[0.5, 1.0, 2.0]"][..], &["delete", "-y", BRANCH]] {
            let err = repo.fails(1, words);
            assert!(
                err.contains("is checked out")
                    && err.contains(&format!("hint: finish what git has under way, or end it: git {end}")),
                "{err}"
            );
        }
        repo.ok(["create", "--base", "main"]);
        repo.ok(["queue", BRANCH]);
        assert_eq!((repo.users_state(), repo.git(["rev-parse", BRANCH])), before);
        repo.git(end.split(' '));
        assert_eq!(repo.git(["rev-parse", "--abbrev-ref", "HEAD"]), BRANCH);
    };
    under_way("GIT_SEQUENCE_EDITOR='sed -i 1s/pick/edit/' git rebase -i HEAD~2", "rebase --abort");
    under_way("git bisect start; git bisect bad; git bisect good HEAD~4", "bisect reset");
}

#[test]
fn configuration_is_had_from_where_git_has_it() {
    let repo = Repo::small();
    repo.git(["config", "--global", "user.name", "Home"]);
    repo.git(["config", "--global", "user.email", "home@example.org"]);
    let file = repo.outside().join("config").display().to_string();
    std::fs::write(&file, "[user]\n\tname = File\n\temail = file@example.org\n").unwrap();
    let said = |number: usize, variables: &[(&str, &str)]| {
        let branch = format!("search-{number}");
        let mut create = repo.gitsweep_command(["create", "--branch", &branch]);
        for variable in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"] {
            create.env_remove(variable);
        }
        let said = Said::of(create.envs(variables.iter().copied()).output().unwrap());
        if said.code == 0 { repo.git(["log", "-1", "--format=%an %ce", &branch]) } else { said.err }
    };
    let counted = [
        ("GIT_CONFIG_COUNT", "2"),
        ("GIT_CONFIG_KEY_0", "User.Name"),
        ("GIT_CONFIG_VALUE_0", "Counted"),
        ("GIT_CONFIG_KEY_1", "user.email"),
        ("GIT_CONFIG_VALUE_1", "counted@example.org"),
    ];
    let quoted = ("GIT_CONFIG_PARAMETERS", r"'user.name'='An O'\''Line' 'user.email'='line@example.org'");
    let global = ("GIT_CONFIG_GLOBAL", file.as_str());
    assert_eq!(said(0, &[]), "Home home@example.org");
    assert_eq!(said(1, &[global]), "File file@example.org");
    assert_eq!(said(2, &counted), "Counted counted@example.org");
    assert_eq!(said(3, &[&counted[..], &[quoted]].concat()), "An O'Line line@example.org");
    assert_eq!(said(4, &[global, ("GIT_CONFIG_PARAMETERS", "'user.name'='Line'")]), "Line file@example.org");
    let system = [("GIT_CONFIG_SYSTEM", file.as_str()), ("GIT_CONFIG_GLOBAL", "")];
    assert_eq!(said(5, &[&system[..], &[("GIT_CONFIG_NOSYSTEM", "0")]].concat()), "File file@example.org");
    // What libgit2 does not know.
    repo.git(["remote", "add", "origin", "https://work.example.org/model.git"]);
    let condition = "includeIf.hasconfig:remote.*.url:https://work.example.org/**.path";
    repo.git(["config", "--global", condition, &file]);
    assert_eq!(said(7, &[]), "File file@example.org");
    for nothing in ["/dev/null", "", "/nowhere/config"] {
        assert!(said(6, &[("GIT_CONFIG_GLOBAL", nothing)]).contains("git does not know your name"), "{nothing}");
    }
}

#[test]
fn a_repository_of_somebody_else_is_trusted_where_git_trusts_it() {
    // SAFETY: geteuid has no conditions.
    if unsafe { libc::geteuid() } != 0 {
        println!("skipped: only root can give a repository away");
        return;
    }
    let repo = Repo::small();
    let branch = repo.create();
    assert!(repo.command("chown").args(["-R", "65534", "."]).status().unwrap().success());
    assert!(repo.fails(1, ["list"]).contains("it belongs to somebody else"));
    let file = repo.outside().join("config");
    std::fs::write(&file, "[safe]\n\tdirectory = *\n").unwrap();
    repo.set("GIT_CONFIG_GLOBAL", file);
    repo.ok(["queue", "-j", "2"]);
    assert_eq!(repo.statuses(&branch), vec![vec!["ok"]; 6]);
}
