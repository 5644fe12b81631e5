//! Checkouts: a run sees its commit and nothing that another run, or the user, has done.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod common;
mod live;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;

use common::{BRANCH, DATE, Repo, Said, wait_until};
use live::{Live, by_point, laid, model};

/// Says what a run sees: HEAD, `git status`, every file with its mode and content, and what git has under way.
const LOOK: &str = "#!/bin/sh
git rev-parse HEAD
git symbolic-ref -q HEAD
git status --porcelain --ignored
git stash list
git status | grep -i 'you are\\|still' | grep -v sparse
find . -name .git -prune -o -printf '%P %M %l\\n' | sort
find . -name .git -prune -o -type f ! -name gitsweep.toml ! -name model.sh ! -name sweep.toml -exec cat {} +
echo hooks: $(ls $(git rev-parse --git-dir) | grep -v sharedindex)
";

/// A sweep whose runs look around and then do `mischief`.
fn mischief(points: u32, mischief: &str) -> Repo {
    let script = format!("sh look.sh > \"$GITSWEEP_RUN_DIR/look\"\necho $g > output.json\n{mischief}");
    let repo = with(&model(points, "", &script));
    repo.write("look.sh", LOOK);
    repo.write("src/deep/data.txt", "data\n");
    repo.write_program("src/tool.sh", "#!/bin/sh\n");
    std::os::unix::fs::symlink("deep/data.txt", repo.root().join("src/link")).unwrap();
    repo.write(".gitignore", "*.tmp\n");
    repo.commit("What can be harmed");
    repo.create();
    repo
}

fn with(files: &[(&str, String)]) -> Repo {
    Repo::with(&files.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>())
}

/// Who may do what with a file, as `ls` writes it: the umask has its say.
fn letters(path: &Path) -> String {
    let mode = std::fs::metadata(path).unwrap().permissions().mode();
    (0..9).rev().map(|bit| if mode >> bit & 1 == 1 { ["x", "w", "r"][bit % 3] } else { "-" }).collect()
}

/// Every run saw its own commit, clean, and apart from that the same as the first.
fn all_saw_the_same(repo: &Repo, points: usize) {
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; points]);
    let first = repo.kept(1, "look");
    assert!(first.contains("hooks: "), "{first}");
    let commits = repo.points(BRANCH);
    for (index, commit) in (1..).zip(&commits) {
        let seen = repo.kept(index, "look");
        assert_eq!(seen.replace(commit, &commits[0]), first, "point {index}");
        let (head, rest) = seen.split_once('\n').unwrap();
        assert_eq!(head, commit);
        assert!(rest.starts_with(" drwx"), "`git status` is clean: {seen}");
        let data = format!("src/deep/data.txt -{}", letters(&repo.root().join("src/deep/data.txt")));
        assert!(rest.contains(&data) && rest.contains("\ndata\n"), "{seen}");
    }
}

#[test]
fn what_cannot_be_kept_takes_nothing_else_with_it_and_its_numbers_are_read_all_the_same() {
    let script = "touch \"$GITSWEEP_RUN_DIR\"/deep\nmkdir -p deep\necho 7 > deep/rate.txt\necho x > deep/x\necho a > a\nmkdir -p kept\necho b > kept/b\necho 5 > untouched.json";
    let mut files = model(2, "", script).to_vec();
    files[1].1.push_str("[metrics]\nrate = { file = \"deep/rate.txt\", pattern = '(\\d+)' }\n");
    let repo = with(&files);
    for path in ["deep/committed", "kept/committed"] {
        repo.write(path, "");
    }
    // It is committed, and no run writes it: it says nothing of a run.
    repo.write("output.json", "9\n");
    repo.commit("Folders");
    repo.create();
    assert_eq!(repo.run(["queue", "-j", "1"]).code, 0);
    for index in [1, 2] {
        let record = repo.record(index);
        assert_eq!((&record["status"], &record["metrics"]["rate"]), (&"ok".into(), &7.into()), "{record}");
        assert!(record["metrics"]["score"].is_null(), "{record}");
        assert!(record["reason"].as_str().unwrap().contains("not all that it left behind could be kept"), "{record}");
        assert_eq!((repo.kept(index, "a"), repo.kept(index, "kept/b")), ("a\n".into(), "b\n".into()));
    }
}

#[test]
fn a_run_never_sees_what_another_did_to_the_files() {
    let harms = [
        "echo new > new.txt; mkdir -p made/deep; echo new > made/deep/new.txt; echo new > src/deep/new.txt",
        "echo new > ignored.tmp; echo new > src/ignored.tmp; mkdir empty",
        "echo more >> src/deep/data.txt; echo other > look.sh",
        "printf 'DATA\\n' > src/deep/data.txt; touch -d '2020-01-01' src/deep/data.txt look.sh",
        "rm -r src/deep/data.txt look.sh model.sh",
        "rm -r src",
        "chmod 755 src/deep/data.txt; chmod 644 src/tool.sh; chmod 500 src/deep",
        "rm -r src/deep; echo file > src/deep; rm src/tool.sh; mkdir src/tool.sh; rm src/link; echo x > src/link",
        "rm -r src/deep; ln -s /tmp src/deep; ln -sf tool.sh src/link",
        "mkfifo pipe; ln -s /nowhere dangling; echo new > 'a name
of two lines'; mkdir closed; echo x > closed/file; chmod 0 closed",
        "mkdir -p closed/in; echo x > closed/in/file; chmod 0 closed/in; rm -rf .git",
        "chmod 500 src src/deep .",
        "rm -rf * .gitignore",
        "rm -rf .git",
        "echo gitdir: /nowhere > .git",
    ];
    let repo = mischief(harms.len() as u32 + 1, &by_point(&harms));
    let said = repo.run_as_user(&["queue", "-j", "1"]);
    assert_eq!(said.code, 0, "{}", said.err);
    all_saw_the_same(&repo, harms.len() + 1);
    repo.nothing_is_left_running();
}

#[test]
fn a_run_never_sees_what_another_did_with_git() {
    let harms = [
        "echo new > new.txt; git add new.txt",
        "echo new > new.txt; git add new.txt; echo more >> src/deep/data.txt",
        "git rm -q src/deep/data.txt; echo more >> look.sh; git add -A",
        "echo new > new.txt; git add -A; git commit -qm mine",
        "git commit -q --allow-empty -m mine; echo more >> src/deep/data.txt",
        "git checkout -q --ignore-other-worktrees main",
        "git switch -q -c mine-$g; git rm -qr src; git commit -qm mine",
        "git checkout -q --orphan other-$g; git rm -rfq .",
        "git reset -q --hard main; git clean -qfdx",
        "git update-index --assume-unchanged src/deep/data.txt; echo more >> src/deep/data.txt",
        "git bisect start -q; git bisect bad",
        "git checkout -q main~1; echo other > src; git add -A; git commit -qm mine; git merge -q main~0 || true",
        "git revert -n HEAD || true",
        "touch \"$(git rev-parse --git-dir)/index.lock\"",
        "rm \"$(git rev-parse --git-dir)/index\"",
        "echo damage > \"$(git rev-parse --git-dir)/index\"; echo more >> src/deep/data.txt",
    ];
    let repo = mischief(harms.len() as u32 + 1, &by_point(&harms));
    repo.ok(["queue", "-j", "1"]);
    all_saw_the_same(&repo, harms.len() + 1);
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    assert_eq!(repo.git(["symbolic-ref", "HEAD"]), "refs/heads/main");
}

#[test]
fn what_a_run_leaves_behind_lands_in_its_run_folder() {
    let harm =
        "echo $g > new.txt; mkdir made; echo $g > made/new.txt; echo $g >> src/deep/data.txt; echo $g > gitsweep.log
                mkdir -p src/__pycache__ __pycache__; echo x > __pycache__/a.pyc; echo x > src/__pycache__/a.pyc";
    let repo = mischief(2, harm);
    repo.ok(["queue", "-j", "1"]);
    for (index, value) in [(1, "1"), (2, "2")] {
        let folder = repo.run_folder(index);
        assert_eq!(repo.kept(index, "new.txt").trim(), value);
        assert_eq!(repo.kept(index, "made/new.txt").trim(), value);
        assert_eq!(repo.kept(index, "src/deep/data.txt"), format!("data\n{value}\n"));
        assert_eq!(repo.kept(index, "gitsweep.log.checkout").trim(), value, "the log is not overwritten");
        assert!(!folder.join("__pycache__").exists() && !folder.join("src/__pycache__").exists());
        assert!(!folder.join("model.sh").exists() && !folder.join(".git").exists());
    }
    assert_eq!(repo.git(["status", "--porcelain"]), "", "git ignores the run folders");
}

#[test]
fn the_caller_s_git_variables_do_not_reach_the_run() {
    let repo = mischief(
        2,
        "env | grep '^GIT_' > \"$GITSWEEP_RUN_DIR/env\"; git add -A; git config --get user.leak && exit 1; true",
    );
    let git_dir = repo.root().join(".git");
    let other = repo.beside("other-index");
    let mut command = repo.command_in(env!("CARGO_BIN_EXE_gitsweep"), repo.outside());
    let said = command
        .args(["queue", "-j", "1"])
        .env("GIT_DIR", &git_dir)
        .env("GIT_WORK_TREE", repo.root())
        .env("GIT_INDEX_FILE", &other)
        .env("GIT_OBJECT_DIRECTORY", git_dir.join("objects"))
        .env("GIT_PREFIX", "src/")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "user.leak")
        .env("GIT_CONFIG_VALUE_0", "yes")
        .output();
    let said = Said::of(said.unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    all_saw_the_same(&repo, 2);
    assert!(!other.exists());
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"] {
        assert!(!repo.kept(1, "env").contains(&format!("{variable}=")), "{variable}");
    }
}

#[test]
fn an_index_as_large_repositories_have_it_is_no_obstacle() {
    for (key, value) in [("core.splitIndex", "true"), ("feature.manyFiles", "true"), ("core.sparseCheckout", "true")] {
        let repo = mischief(3, "echo new > new.txt; git add new.txt; echo more >> src/deep/data.txt");
        repo.git(["config", key, value]);
        repo.ok(["queue", "-j", "1"]);
        all_saw_the_same(&repo, 3);
    }
}

#[test]
fn the_user_may_edit_commit_switch_and_rebase_meanwhile() {
    let repo = mischief(4, "echo $g >> \"$OUT\"/begun; until [ -e \"$OUT\"/go.$g ]; do sleep .01; done");
    let mut command = repo.gitsweep_command(["queue", "-j", "1"]);
    command.env("OUT", repo.outside()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let queue = command.spawn().unwrap();
    let commits = repo.points(BRANCH);
    let step = |point: usize, act: &dyn Fn()| {
        wait_until("a run", || repo.lines("begun").len() == point);
        act();
        std::fs::write(repo.beside(&format!("go.{point}")), "").unwrap();
    };
    step(1, &|| repo.write("src/deep/data.txt", "edited\n"));
    step(2, &|| repo.commit("Edited"));
    step(3, &|| {
        repo.git(["checkout", "-q", "-b", "topic", "main~2"]);
        repo.write("topic.txt", "topic\n");
        repo.commit("Topic");
        repo.git(["rebase", "-q", "main"]);
    });
    step(4, &|| {
        repo.git(["gc", "-q", "--prune=now"]);
    });
    let said = Said::of(queue.wait_with_output().unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(repo.git(["rev-list", "--reverse", &format!("main~1..{BRANCH}")]), commits.join("\n"));
    let seen: Vec<String> = (1..=4).map(|index| repo.kept(index, "look")).collect();
    for (commit, seen) in commits.iter().zip(&seen) {
        assert!(seen.starts_with(commit) && seen.contains("\ndata\n") && !seen.contains("edited"), "{seen}");
    }
    assert_eq!(repo.git(["symbolic-ref", "--short", "HEAD"]), "topic");
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    assert_eq!(repo.git(["worktree", "list"]).lines().count(), 1);
    repo.fsck();
}

#[test]
fn a_linked_worktree_serves_as_well() {
    let repo = mischief(2, "echo new > new.txt");
    let linked = repo.beside("linked");
    repo.git(["worktree", "add", "-q", "-b", "elsewhere", linked.to_str().unwrap(), "main"]);
    let said = repo.command_in(env!("CARGO_BIN_EXE_gitsweep"), &linked.join("src")).arg("queue").output();
    assert_eq!(Said::of(said.unwrap()).code, 0);
    all_saw_the_same(&repo, 2);
    assert!(!linked.join("sweeps").exists(), "run folders are in the main checkout");
}

#[test]
fn a_bare_repository_serves_as_well() {
    let repo = mischief(2, "echo new > new.txt");
    let bare = repo.beside("bare.git");
    repo.git(["clone", "-q", "--bare", repo.root().to_str().unwrap(), bare.to_str().unwrap()]);
    let gitsweep = |arguments: &[&str]| {
        let said = Said::of(repo.command_in(env!("CARGO_BIN_EXE_gitsweep"), &bare).args(arguments).output().unwrap());
        assert_eq!(said.code, 0, "{}", said.err);
        said.out
    };
    assert_eq!(gitsweep(&["create", "--base", "main", "--branch", "from-bare", "--date", DATE]).trim(), "from-bare");
    gitsweep(&["queue", "from-bare", "-j", "2"]);
    gitsweep(&["queue", BRANCH]);
    for branch in ["from-bare", BRANCH] {
        let table = gitsweep(&["results", branch, "--format", "csv", "--columns", "g,score,status"]);
        assert_eq!(table, "g,score,status\n1,1,ok\n2,2,ok\n");
    }
    assert!(gitsweep(&["show", &format!("{BRANCH}:2")]).contains("sweeps/"));
    assert!(bare.join("gitsweep/sweeps").join(BRANCH).is_dir());
}

#[test]
fn what_is_built_above_the_checkout_is_there_for_the_next_run_of_the_same_queue() {
    let script =
        "g=1\nls ../build 2>/dev/null | wc -l > output.json\nmkdir -p ../build && touch ../build/$GITSWEEP_POINT\n";
    let repo = Repo::with(&[("model.sh", script)]);
    repo.ok(["create", "-f", "model.sh", "-p", "g=[1, 2, 3]", "--", "sh", "model.sh"]);
    for _ in 0..2 {
        repo.ok(["queue", "-j", "1", "--rerun", "all"]);
        assert_eq!(repo.ok(["results", "--format", "csv", "--columns", "objective"]), "objective\n0\n1\n2\n");
    }
    let left = std::fs::read_dir(repo.root().join(".git/gitsweep/checkouts")).unwrap().count();
    assert_eq!(left, 0);
}

#[test]
fn nothing_of_a_queue_is_left_but_the_run_folders() {
    let repo =
        laid(3, "", "touch \"$OUT\"/begun.$g; until [ -e \"$OUT\"/go ]; do sleep .02; done; echo $g > output.json");
    repo.set("OUT", repo.outside());
    let before = repo.users_state();
    let mut queue = Live::start(&repo, ["queue", "-j", "3"]);
    wait_until("all runs", || (1..=3).all(|g| repo.beside(&format!("begun.{g}")).exists()));
    assert!(queue.is_running());
    std::fs::write(repo.beside("go"), "").unwrap();
    assert_eq!(queue.wait().code, 0);
    assert_eq!(repo.users_state(), before);
    repo.nothing_is_left_running();
    for folder in ["claims", "results", "ref-intents"] {
        let path = repo.root().join(".git/gitsweep").join(folder);
        let files: Vec<_> = walk(&path);
        assert!(files.is_empty(), "{files:?}");
    }
}

#[test]
fn git_still_sees_what_the_user_keeps_beside_the_run_folders() {
    let repo = laid(2, "", "echo $g > output.json; touch left");
    repo.write("sweeps/new.txt", "mine");
    repo.ok(["queue"]);
    repo.ok(["queue", "--rerun", "all", "--limit", "1"]);
    assert_eq!(repo.git(["status", "--porcelain", "-uall"]), "?? sweeps/new.txt");
    let exclude = repo.read(".git/info/exclude");
    assert_eq!(exclude.lines().filter(|line| line.starts_with("/sweeps/")).count(), 1, "{exclude}");
}

/// A file beyond the limit is an error as on a full disk, and the runs have the signal as everybody else has it.
#[test]
fn a_limit_to_the_size_of_files_is_an_error_and_no_end() {
    let repo = Repo::with(&[("model.sh", "")]);
    let under_limit = |blocks: u32, arguments: &str| {
        let mut command = repo.command("sh");
        command.args(["-c", &format!("ulimit -f {blocks}; exec \"$0\" {arguments}"), env!("CARGO_BIN_EXE_gitsweep")]);
        Said::of(command.output().unwrap())
    };
    let points: String = (0..2000).map(|x| format!("{x}, ")).collect();
    let said = under_limit(1, &format!("create -p 'x=[{points}]' -- true"));
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("File too large"), "{}", said.err);
    assert_eq!(repo.git(["branch", "--list", "grid_search*"]), "");
    let said = under_limit(1000, "run -- grep SigIgn /proc/self/status");
    assert_eq!(said.code, 0, "{}", said.err);
    let ignored =
        repo.ok(["logs", "1"]).trim().rsplit_once('\t').map(|(_, mask)| u64::from_str_radix(mask, 16).unwrap());
    assert_eq!(ignored.unwrap() & 1 << (libc::SIGXFSZ - 1), 0);
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
