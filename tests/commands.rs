//! The commands beside create and queue: what they say, what they do, how they behave in a pipe and on a terminal.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{BRANCH, DATE, Repo, SMALL_MODEL, SMALL_SPEC, Said, has_strace, wait_until};
use gitsweep::command::quote;

/// The small sweep whose points 2 and 5 fail, run up to point 5.
fn mixed() -> Repo {
    let model = format!("{SMALL_MODEL}test $g_i = -10 && {{ echo 'does not converge' >&2; exit 3; }}\ntrue\n");
    let repo = Repo::with(&[("model.sh", &model), ("gitsweep.toml", SMALL_SPEC)]);
    repo.create();
    repo.fails(3, ["queue", "--points", "1-5"]);
    repo
}

/// Runs gitsweep on a terminal of its own, where `typed` is what the user answers; `None` where there is no `script`.
fn on_a_terminal(repo: &Repo, command: &str, typed: &str) -> Option<Said> {
    let line = format!("{} {command}", env!("CARGO_BIN_EXE_gitsweep"));
    let mut script = repo.command("script");
    script.args(["-qec", &line, "/dev/null"]).env("TERM", "xterm").stdin(Stdio::piped());
    let Ok(mut child) = script.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() else {
        println!("skipped: there is no `script` to make a terminal with");
        return None;
    };
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    Some(Said::of(child.wait_with_output().unwrap()))
}

#[test]
fn status_counts_and_names_what_failed_and_why() {
    let repo = mixed();
    let said = repo.run(["status"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.out.starts_with(&format!("{BRANCH}  6 points from ")), "{}", said.out);
    assert!(said.out.contains("\n  3 ok   2 failed   1 pending\n"), "{}", said.out);
    assert!(
        said.out.ends_with(&format!(
            "\nfailed:\n     2  g_e=0.5 g_i=-10   failed: exit code 3: does not converge\n     \
             5  g_e=1.0 g_i=-10   failed: exit code 3: does not converge\nnext: gitsweep queue {BRANCH}\n"
        )),
        "{}",
        said.out
    );

    let said = repo.run(["status", "--json"]);
    assert_eq!(said.code, 3);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(json["sweep"], BRANCH);
    assert_eq!(json["base"], repo.git(["rev-parse", "main"]));
    assert_eq!(json["counts"], serde_json::json!({"ok": 3, "failed": 2, "running": 0, "queued": 0, "pending": 1}));
    let second = &json["points"][1];
    assert_eq!((&second["point"], &second["standing"], &second["attempts"]), (&2.into(), &"failed".into(), &1.into()));
    assert_eq!(second["commit"], repo.points(BRANCH)[1].as_str());
    assert_eq!(second["reason"], "exit code 3: does not converge");
    assert_eq!(json["points"][5]["standing"], "pending");
    assert!(json["points"][5]["status"].is_null());
}

/// What has been running for longer than a run takes may end at any time, or never.
#[test]
fn how_long_it_takes_is_not_said_once_that_time_is_over() {
    let repo = Repo::with(&[("model.sh", "n=1\nwhile [ $n = 2 ] && [ ! -e \"$1\" ]; do sleep 0.05; done\n")]);
    let end = repo.root().join(".git/end");
    let end = end.to_str().unwrap();
    repo.ok(["create", "--branch", "s", "-f", "model.sh", "-p", "n=[1, 2]", "--", "sh", "model.sh", end]);
    let mut queue = repo.gitsweep_command(["queue", "-j", "1"]).stdin(Stdio::null()).spawn().unwrap();
    let is_on_its_own = || repo.run(["status"]).out.contains("  1 ok   1 running\n");
    wait_until("the second run goes on alone", is_on_its_own);
    wait_until("it has taken longer than the first", || !repo.run(["status"]).out.contains(" left"));
    assert!(is_on_its_own());
    let json: serde_json::Value = serde_json::from_str(&repo.run(["status", "--json"]).out).unwrap();
    assert!(json["seconds_left"].is_null(), "{json}");
    std::fs::write(end, "").unwrap();
    assert!(queue.wait().unwrap().success());
}

#[test]
fn status_of_a_sweep_that_there_is_not_asks_no_scheduler() {
    let repo = Repo::small();
    repo.create();
    let asked = repo.outside().join("asked");
    let script = format!(
        "#!/bin/sh\n# gitsweep-can: status\n\
         case $1 in status) shift; echo $* >>'{}'; printf '%s queued\\n' $*;; *) echo job;; esac\n",
        asked.display()
    );
    repo.write_program("queue.sh", script);
    repo.ok(["queue", "-e", "./queue.sh", "--limit", "1"]);
    let questions = || std::fs::read_to_string(&asked).unwrap_or_default().lines().count();
    let before = questions();
    let said = repo.fails(1, ["status", "other"]);
    assert!(said.starts_with("error: there is no sweep `other`\n"), "{said}");
    assert_eq!(questions(), before);
    assert!(repo.ok(["status"]).contains("1 queued"));
    assert!(questions() > before);
}

#[test]
fn commands_that_are_shown_can_be_typed_whatever_the_branch_is_called() {
    let repo = Repo::small();
    let said = repo.run(["create", "--branch", "a;b"]);
    assert!(said.err.ends_with("\nnext: gitsweep queue 'a;b'\n"), "{}", said.err);
    let said = repo.run(["queue", "--points", "1"]);
    assert!(said.err.ends_with("\nnext: gitsweep results 'a;b'\n"), "{}", said.err);
    let said = repo.run(["queue", "--points", "1"]);
    assert_eq!(said.err, "a;b: nothing to run, every point that is chosen has a result\n");
    assert!(repo.ok(["show", "1"]).ends_with("\nits output: gitsweep logs 'a;b':1\n"));
    let said = repo.fails(1, ["logs", "1", "--attempt", "7"]);
    assert!(said.ends_with("\nhint: gitsweep show 'a;b':1 lists its attempts\n"), "{said}");
    let said = repo.fails(1, ["logs", "2"]);
    assert!(said.ends_with("\nhint: gitsweep queue 'a;b' --points 2\n"), "{said}");
    let said = repo.run(["extend", "-p", "g_i=[-10, -15, 0]"]);
    assert!(said.err.ends_with("\nnext: gitsweep queue 'a;b'\n"), "{}", said.err);
    let said = repo.fails(1, ["create", "--branch", "a;b"]);
    assert!(
        said.ends_with("or remove it: gitsweep delete 'a;b' (a sweep), git branch -d 'a;b' (any other)\n"),
        "{said}"
    );
    let said = repo.fails(1, ["extend", "-p", "other=[1, 2]"]);
    assert!(said.contains("gitsweep create 'a;b' with the same flags, then gitsweep queue --reuse"), "{said}");
    assert!(said.ends_with("run the same points again: gitsweep queue 'a;b' --repeat N\n"), "{said}");
    let said = repo.fails(1, ["extract"]);
    assert!(said.ends_with("series need no extraction: gitsweep results 'a;b' --series NAME\n"), "{said}");
    repo.write_program("refuses.sh", "#!/bin/sh\nexit 1\n");
    let said = repo.fails(1, ["queue", "-e", "./refuses.sh", "--limit", "1"]);
    let script = repo.root().join("refuses.sh");
    let script = quote(script.to_str().unwrap());
    let shown = format!("gitsweep queue 'a;b' --dry-run -e {script} shows how it is called\n");
    assert!(said.contains(&shown), "{said}");
    let said = repo.fails(1, ["queue", "-e", "./refuses.sh", "--reuse"]);
    assert!(
        said.ends_with("gitsweep queue 'a;b' -e local --reuse takes known results first, and runs the others here\n"),
        "{said}"
    );
}

#[test]
fn commands_that_are_shown_name_the_branch_that_was_given() {
    let repo = Repo::small();
    repo.create();
    repo.write_program("refuses.sh", "#!/bin/sh\nexit 1\n");
    let refused = |branch: &str| {
        let said = repo.fails(1, ["queue", branch, "-e", "./refuses.sh", "--limit", "1"]);
        assert!(said.contains(&format!("; gitsweep queue {branch} --dry-run -e ")), "{said}");
    };
    repo.git(["branch", "-c", BRANCH, "copy"]);
    refused("copy");
    repo.ok(["extend", "copy", "-p", "g_i=[0]"]);
    refused("copy");
    repo.git(["branch", "-D", "copy"]);
    repo.git(["branch", "-m", BRANCH, "renamed"]);
    refused("renamed");
}

/// What is told of a table names the sweep, where it is of one.
#[test]
fn commands_that_follow_from_a_table_name_its_sweep() {
    let repo = Repo::small();
    for branch in ["a;b", "later"] {
        repo.ok(["create", "--branch", branch]);
    }
    for (arguments, told) in [
        (["results", "a;b", "--plot", "seconds:g_e"], "hint: run them: gitsweep queue 'a;b'\n"),
        (["results", "a;b", "--plot", "heatmap:g_e,g_i,seconds"], "hint: run them: gitsweep queue 'a;b'\n"),
        (["results", "a;b", "later", "--plot=seconds:g_e"], "hint: run them: gitsweep queue SWEEP\n"),
        (["results", "a;b", "--where=point == 1", "--plot=seconds:g_e"], "hint: run them: gitsweep queue 'a;b'\n"),
    ] {
        let said = repo.fails(1, arguments);
        assert!(said.ends_with(told), "{arguments:?}: {said}");
    }
    repo.ok(["queue", "a;b"]);
    let said = repo.ok(["results", "a;b", "--choose", "--objective", "score"]);
    assert!(said.contains("repeat them: gitsweep queue 'a;b' --repeat 4"), "{said}");
}

#[test]
fn show_logs_and_diff_tell_about_points() {
    let repo = mixed();
    let points = repo.points(BRANCH);
    let shown = repo.ok(["show", "2"]);
    assert!(shown.starts_with(&format!("{BRANCH} point 2  failed\ncommit {}\n", points[1])), "{shown}");
    assert!(shown.contains("\n  g_e  0.5\n  g_i  -10\n"), "{shown}");
    assert!(shown.contains("attempt 1 failed: exit code 3: does not converge\n"), "{shown}");
    assert!(shown.contains("\n  $ sh model.sh\n"), "{shown}");
    // By number, by sweep and number, by commit, in full and short.
    for name in [&format!("{BRANCH}:2"), "093000:2", &points[1], &points[1][..9], &format!("{BRANCH}~4")] {
        assert_eq!(repo.ok(["show", name]), shown, "{name}");
    }
    let json: serde_json::Value = serde_json::from_str(&repo.ok(["show", "1", "--json"])).unwrap();
    assert_eq!(json["params"], serde_json::json!({"g_e": 0.5, "g_i": -5}));
    assert_eq!((&json["standing"], &json["attempts"][0]["metrics"]["score"]), (&"ok".into(), &(-4.5).into()));

    assert_eq!(repo.ok(["logs", "2"]), "g_e is 0.5\ndoes not converge\n");
    repo.fails(3, ["queue", "--points", "2", "--rerun", "failed"]);
    assert_eq!(repo.ok(["logs", "2", "--attempt", "1"]), "g_e is 0.5\ndoes not converge\n");
    assert!(repo.fails(1, ["logs", "2", "--attempt", "3"]).contains("point 2 has no attempt 3"));
    assert!(
        repo.fails(1, ["logs", "6"])
            .contains(&format!("point 6 has not run yet\nhint: gitsweep queue {BRANCH} --points 6"))
    );
    std::fs::remove_dir_all(repo.root().join("sweeps")).unwrap();
    let said = repo.fails(1, ["logs", "1"]);
    assert!(said.contains("gitsweep.log is not on this machine, or was deleted\nhint: "), "{said}");
    assert!(said.contains(&format!("gitsweep show {BRANCH}:1 says where")), "{said}");
    assert!(repo.fails(1, ["show", "7"]).contains("has no point 7\nhint: its points are 1 to 6"));
    assert!(repo.fails(1, ["show", "main"]).contains("is not a point of a sweep"));

    let diff = repo.ok(["diff", "1", "5"]);
    assert!(diff.contains("parameters\n  g_e  0.5 -> 1.0\n  g_i  -5  -> -10\n"), "{diff}");
    assert!(diff.contains("results\n  status  ok   -> failed\n"), "{diff}");
    assert!(diff.contains("\n-g_e=0.5   # nS\n-g_i=-5    # nS\n+g_e=1.0   # nS\n+g_i=-10    # nS\n"), "{diff}");
    assert!(!diff.contains(".gitsweep"), "{diff}");
}

#[test]
fn list_names_every_sweep_and_a_part_of_a_name_finds_it() {
    let repo = mixed();
    assert_eq!(repo.git(["branch", "--list", "grid*"]).lines().count(), 1);
    repo.ok(["create", "--date", "2026-12-24", "--name", "other", "-p", "g_e=[3]"]);
    let listed = repo.ok(["list"]);
    let lines: Vec<Vec<&str>> = listed.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..7], [BRANCH, "6", "3", "2", "0", "0", "1"]);
    assert_eq!(lines[1][..7], ["other-2026-12-24T000000", "3", "0", "0", "0", "0", "3"]);
    let json: serde_json::Value = serde_json::from_str(&repo.ok(["list", "--json"])).unwrap();
    assert_eq!((&json[0]["sweep"], &json[0]["ok"], &json[1]["pending"]), (&BRANCH.into(), &3.into(), &3.into()));

    // The newest, unless another is checked out.
    assert!(repo.ok(["status"]).starts_with("other-"));
    repo.git(["switch", "-q", BRANCH]);
    assert!(repo.run(["status"]).out.starts_with("grid_search-"));
    assert!(repo.ok(["status", "12-24"]).starts_with("other-"));
    assert!(repo.fails(1, ["status", "2026"]).contains("`2026` fits several sweeps: "));
    assert!(
        repo.fails(1, ["status", "othr-2026-12-24T000000"]).contains("hint: did you mean other-2026-12-24T000000?")
    );
    assert!(repo.fails(1, ["status", "main"]).contains("branch main is not a sweep"));
}

#[test]
fn delete_says_what_goes_and_removes_it_all_after_a_yes() {
    let repo = mixed();
    repo.ok(["create", "--date", "2026-12-24", "--name", "other"]);
    repo.fails(3, ["queue", "other", "--points", "1-2"]);
    repo.git(["switch", "-q", BRANCH]);
    assert!(repo.fails(1, ["delete", "-y", BRANCH]).contains("is checked out\nhint: switch to another branch"));
    repo.git(["switch", "-q", "main"]);
    let others = repo.points("other-2026-12-24T000000");
    let state = || (repo.users_state(), repo.git(["for-each-ref"]), repo.root().join("sweeps").join(BRANCH).exists());
    let before = state();
    let err = repo.fails(1, ["delete", "grid_search"]);
    let what = format!(
        "the branch {BRANCH} (6 points), 5 notes, the run folders in {}",
        repo.root().join("sweeps").join(BRANCH).display()
    );
    assert!(err.contains(&format!("this removes {what}")), "{err}");
    assert!(err.contains("nothing has been removed") && err.contains("hint: if you mean it, say --yes"), "{err}");
    assert_eq!(state(), before);
    repo.fails(2, ["delete"]);
    assert_eq!(state(), before);

    if let Some(said) = on_a_terminal(&repo, "delete grid_search", "n\n") {
        assert!(
            said.out.contains("Remove it all? [y/N]") && said.out.contains("nothing has been removed"),
            "{}",
            said.out
        );
        assert_eq!((said.code, state()), (1, before.clone()));
        let said = on_a_terminal(&repo, "delete grid_search --keep-runs", "y\n").unwrap();
        assert_eq!(said.code, 0, "{}", said.out);
        assert!(repo.root().join("sweeps").join(BRANCH).exists());
        assert_eq!(repo.create(), BRANCH);
    }
    let points = repo.points(BRANCH);
    repo.ok(["delete", "grid_search", "--yes"]);
    assert_eq!(repo.users_state(), before.0);
    assert_eq!(repo.git(["branch", "--list", "grid*"]), "");
    assert!(!repo.root().join("sweeps").join(BRANCH).exists());
    assert!(points.iter().all(|point| repo.records(point).is_empty()));
    assert_eq!(repo.records(&others[0]).len() + repo.records(&others[1]).len(), 2);
    assert!(repo.ok(["list"]).contains("other-") && !repo.ok(["list"]).contains("grid_"));
    repo.fsck();
    repo.git(["gc", "-q", "--prune=now"]);
    assert!(repo.run(["status"]).out.contains("1 ok   1 failed   4 pending"));
}

#[test]
fn status_says_what_is_to_be_done_next() {
    let repo = Repo::small();
    repo.create();
    let next = |expected: &str| {
        let out = repo.run(["status"]).out;
        assert!(out.ends_with(&format!("\nnext: {expected}\n")), "{out}");
    };
    next(&format!("gitsweep queue {BRANCH}"));
    repo.ok(["queue"]);
    next(&format!("gitsweep results {BRANCH}, gitsweep report {BRANCH}"));
    repo.write("model.sh", "g_e=1\ng_i=2\nexit 1\n");
    repo.commit("It fails");
    repo.fails(
        3,
        ["run", "--branch", "bad", "-f", "model.sh", "-p", "g_e=[1, 2]", "-p", "g_i=[1]", "--", "sh", "model.sh"],
    );
    next("gitsweep logs bad:1 has all that it printed");
}

#[test]
fn a_small_number_names_no_sweep_by_its_date() {
    let repo = Repo::small();
    repo.create();
    let err = repo.fails(1, ["queue", "3"]);
    assert!(err.contains("there is no sweep `3`\nhint: point 3 of a sweep is named by --points 3\n"), "{err}");
    for known in ["2026", "093000", "search"] {
        repo.ok(["results", known]);
    }
    repo.ok(["create", "--name", "try_2"]);
    assert!(repo.ok(["status", "2"]).starts_with("try_2-"));
}

#[test]
fn show_says_how_a_point_is_kept() {
    let repo = Repo::small();
    repo.create();
    let out = repo.ok(["show", "2"]);
    let id = out.split("to keep it: git branch NAME ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert!(out.contains(&format!("git branch NAME {id}   git restore --source {id} model.sh\n")), "{out}");
    repo.git(["restore", "--source", &id, "model.sh"]);
    assert_eq!(repo.git(["diff", &id, "--", "model.sh"]), "");
}

#[test]
fn completions_are_read_by_their_shells() {
    let repo = Repo::empty();
    for (shell, word) in [("bash", "complete "), ("zsh", "#compdef gitsweep"), ("fish", "complete -c gitsweep")] {
        let script = repo.ok(["completions", shell]);
        assert!(script.contains(word) && script.contains("results") && script.contains("dry-run"), "{shell}");
        repo.write(shell, &script);
        let Ok(output) = repo.command(shell).args(["-n", shell]).output() else {
            println!("skipped: there is no {shell} to read its completions");
            continue;
        };
        assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    }
    // What bash makes of `gitsweep cre<Tab>`.
    let ask =
        "source ./bash; COMP_WORDS=(gitsweep cre); COMP_CWORD=1; _gitsweep gitsweep cre gitsweep; echo ${COMPREPLY[@]}";
    if let Ok(output) = repo.command("bash").args(["-c", ask]).output() {
        assert_eq!(String::from_utf8_lossy(&output.stdout), "create\n", "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(repo.fails(2, ["completions", "tcsh"]).contains("tcsh"));
}

#[test]
fn there_is_a_man_page_for_each_command() {
    let repo = Repo::empty();
    let page = repo.ok(["man"]);
    assert!(page.contains(".TH gitsweep 1") && page.contains("gitsweep\\-create(1)"), "{page}");
    repo.ok(["man", "-o", "man1"]);
    let folder = repo.root().join("man1");
    assert_eq!(std::fs::read_to_string(folder.join("gitsweep.1")).unwrap(), page);
    for command in ["create", "queue", "results", "push", "man"] {
        let page = repo.read(&format!("man1/gitsweep-{command}.1"));
        assert!(page.contains(&format!(".TH gitsweep-{command} 1")) && page.contains(".SH SYNOPSIS"), "{page}");
    }
    let man = repo.command("man").args(["--warnings", "-l", "man1/gitsweep-create.1"]).env("MANWIDTH", "80").output();
    match man {
        Ok(output) if output.status.success() => {
            let said = Said::of(output);
            assert!(said.out.contains("--dry-run") && said.out.contains("NAME=DOMAIN"), "{}", said.out);
            assert_eq!(said.err, "");
        }
        _ => println!("skipped: there is no man that shows a page from a file"),
    }
}

#[test]
fn git_finds_gitsweep_as_a_command_of_its_own() {
    let repo = Repo::small();
    let folder = Path::new(env!("CARGO_BIN_EXE_git-sweep")).parent().unwrap().to_owned();
    let path =
        std::env::join_paths([folder].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
    let path = path.unwrap();
    let sweep = |arguments: &[&str]| {
        Said::of(repo.command("git").arg("sweep").args(arguments).env("PATH", &path).output().unwrap())
    };
    let said = sweep(&["create", "--date", DATE]);
    assert_eq!((said.code, said.out), (0, format!("{BRANCH}\n")), "{}", said.err);
    assert_eq!(sweep(&["queue", "--limit", "1"]).code, 0);
    assert!(sweep(&["results"]).out.ends_with("6 points: 1 ok, 5 pending\n"));
    assert_eq!(sweep(&["status", "nonsense"]).code, 1);
}

#[test]
fn a_program_without_what_runs_it_or_before_the_dashes_is_told_of() {
    let repo = Repo::with(&[("main.py", "print(1)\n"), ("go.x", "")]);
    let said = repo.run(["create", "-n", "--", "main.py", "--n", "[1, 2]"]);
    assert_eq!(said.code, 0);
    assert!(
        said.err.contains("`main.py` is a file of the repository and no command: python3 main.py would"),
        "{}",
        said.err
    );
    assert!(repo.run(["create", "-n", "--", "go.x", "--n", "[1, 2]"]).err.contains("./go.x would run it"));
    let said = repo.run(["create", "-n", "--", "python3", "main.py", "--n", "[1, 2]"]);
    assert!(!said.err.contains("no command"), "{}", said.err);
    assert!(repo.run(["create", "-n", "--", "./main.py"]).err.contains("python3 main.py would run it"));
    let before = (repo.files(), repo.users_state());
    for (word, problem) in [
        ("main.py", "`main.py` is a file of the repository and no command\n"),
        ("./main.py", "`./main.py` may not be executed in the base commit\n"),
    ] {
        let err = repo.fails(2, ["run", "--", word, "--n", "[1, 2]"]);
        assert!(err.contains(problem) && err.contains("hint: python3 main.py would run it\n"), "{err}");
        assert!(err.matches("would run it").count() == 1, "{err}");
    }
    let err = repo.fails(2, ["run", "--", "pyhton3", "main.py", "--n", "[1, 2]"]);
    assert!(err.contains("there is no program `pyhton3` on this machine\nhint: did you mean python3? "), "{err}");
    let err = repo.fails(2, ["run", "-p", "n=[1, 2]", "--", "no-such-program-anywhere {n}; :"]);
    assert!(err.contains("there is no program `no-such-program-anywhere` on this machine\nhint: install it"), "{err}");
    let knows =
        |shell: &str| Command::new(shell).args(["-c", "command -v shopt"]).output().is_ok_and(|it| it.status.success());
    if knows("bash") && !knows("sh") {
        let err = repo.fails(2, ["run", "--", "shopt -s nullglob; python3 main.py"]);
        let way_out = "hint: bash would run it: bash -c 'shopt -s nullglob; python3 main.py'\n";
        assert!(err.contains("`shopt` is bash's, and sh does not know it\n") && err.contains(way_out), "{err}");
    }
    assert_eq!((repo.files(), repo.users_state()), before);
    for line in [
        "PATH=/x:$PATH python3 main.py",
        "[ -e main.py ] && python3 main.py",
        "if true; then :; fi",
        "once () { :; }; once",
    ] {
        repo.ok(["run", "--dry-run", "--", line]);
    }
    repo.write("cd", "");
    repo.git(["update-index", "--chmod=+x", "main.py"]);
    repo.git(["commit", "-qm", "It may be executed"]);
    for command in ["cd", "./main.py"] {
        let said = repo.run(["create", "-n", "--", command]);
        assert!(said.code == 0 && !said.err.contains("would run it"), "{}", said.err);
    }
    let err = repo.fails(2, ["run", "main.py", "--n", "[1, 2]"]);
    assert!(err.contains("hint: what runs a point comes last, after `--`"), "{err}");
    assert!(!repo.fails(2, ["results", "--n"]).contains("hint: what runs"));
}

#[test]
fn init_takes_what_a_json_file_says_that_its_values_may_be() {
    let config = r#"{
  "width": 2,
  "rate": {
    "type": "continuous",
    "domain": [0.0001, 1], "transformation": "log"
  },
  "net": {"act": {"type": "categorical", "domain": ["tanh", "relu"], "transformation": "none"}}
}
"#;
    let repo = Repo::with(&[("model.json", config)]);
    assert_eq!(repo.ok(["init", "model.json"]), "rate\nnet.act\n");
    let written = repo.read("gitsweep.toml");
    assert!(written.contains("[params.rate]\nfile = \"model.json\"   # line 3\nkey = \"rate\"\n"), "{written}");

    // A line search stands at the middle: the source has no value yet.
    repo.ok(["create", "--strategy", "line", "--date", DATE, "--branch", "s"]);
    let points = repo.points("s");
    assert_eq!(points.len(), 4);
    // The proposed definition leaves the name to the strategy.
    let subject = repo.git(["log", "-1", "--format=%s", "s"]);
    assert!(subject.starts_with("line_search 2026-11-21 4/4: "), "{subject}");
    let file = |commit: &str| repo.git(["show", &format!("{commit}:model.json")]);
    let base = "{\n  \"width\": 2,\n  \"rate\": 0.01,\n  \"net\": {\"act\": \"tanh\"}\n}";
    assert_eq!(file(&points[0]), base);
    assert_eq!(file(&points[3]), base.replace("tanh", "relu"));

    // By its line alone a value of several lines is not found, and the hint names the other way.
    std::fs::remove_file(repo.root().join("gitsweep.toml")).unwrap();
    let err = repo.fails(1, ["create", "-n", "-f", "model.json", "-p", "rate=[0.1, 1.0]"]);
    assert!(err.contains("hint: name the value by its `key`"), "{err}");
}

#[test]
fn init_tells_of_lines_that_it_passes_over() {
    let entries = (0..1000).map(|n| format!("\"k{n}\": {n}")).collect::<Vec<_>>().join(", ");
    let text = format!("{{\"rate\": 0.1, {entries}}}\n");
    let repo = Repo::with(&[("one.json", &text)]);
    let said = repo.run(["init", "one.json"]).err;
    assert!(
        said.contains("passed over 1 line of one.json, of more than 5,000 bytes: a name in there can be given values"),
        "{said}"
    );
    std::fs::remove_file(repo.root().join("gitsweep.toml")).unwrap();
    assert!(repo.ok(["create", "-n", "-f", "one.json", "-p", "rate=[0.5]", "--", "true"]).contains("{\"rate\": 0.5, "));
}

#[test]
fn init_proposes_parameters_that_create_takes() {
    let code = "import os\ng_e = 3.0  # nS\nclass Net:\n    steps: int = 10\n    name = 'net'\n    tau_m = 1e-2\n";
    let repo = Repo::with(&[("src/net.py", code), ("src/b.R", "beta <- 2\n")]);
    let source = repo.root().join("src");
    let names = repo.ok_in(&source, ["init", "net.py", "b.R"]);
    assert_eq!(names, "g_e\nsteps\ntau_m\nbeta\n");
    let written = repo.read("gitsweep.toml");
    assert!(written.contains("[params.g_e]\nfile = \"src/net.py\"   # line 2  nS\nvalues = [3.0]"), "{written}");
    assert!(written.contains("command = \"python3 src/net.py\""), "{written}");
    let err = repo.fails(1, ["init", "src/net.py"]);
    assert!(err.contains("there is a gitsweep.toml already\nhint: edit it, or overwrite it with --force"), "{err}");
    let err = repo.run_in(&source, ["init", "net.py"]).err;
    assert!(err.contains("there is a gitsweep.toml at the top of the repository already\n"), "{err}");
    assert_eq!(repo.read("gitsweep.toml"), written);

    // As it is, it is a sweep of the one point that the code is; with other values it is a search.
    assert!(repo.ok(["create", "-n"]).contains("1 point"));
    repo.write("gitsweep.toml", written.replace("values = [3.0]", "values = [3.0, 4.5]"));
    repo.create();
    let subject = repo.git(["log", "-1", "--format=%s", BRANCH]);
    assert_eq!(subject, "grid_search 2026-11-21 2/2: g_e=4.5 steps=10 tau_m=1e-2 beta=2");
    assert!(repo.git(["show", &format!("{BRANCH}:src/net.py")]).contains("\ng_e = 4.5  # nS\n"));

    let said = repo.run(["init", "--force"]);
    assert!(said.err.contains("next: say under [params] what to vary, and under [run] what runs it"), "{}", said.err);
    assert!(repo.read("gitsweep.toml").contains("# [params.g_e]"));
    assert!(repo.fails(1, ["create"]).contains("there is no parameter to vary"));
    assert!(repo.fails(1, ["init", "--force", "absent.py"]).contains("absent.py"));
    assert!(repo.fails(1, ["init", "--force", "/etc/hostname"]).contains("hostname"));
}

#[test]
fn init_links_folders_that_git_ignores_and_runs_need() {
    let repo = Repo::with(&[("model.py", "g = 1.0\n"), (".gitignore", "/data/\n"), ("inputs/a.txt", "1\n")]);
    let written = || {
        repo.ok(["init", "--force", "model.py"]);
        repo.read("gitsweep.toml").lines().find(|line| line.contains("link = ")).unwrap().to_owned()
    };
    assert!(written().starts_with("# link = "), "{}", written());
    repo.write("data/train.csv", "1\n");
    // As `python3 -m venv` and uv make it.
    repo.write(".venv/.gitignore", "*\n");
    // Neither what git sees nor what is committed.
    repo.write("env/a.txt", "1\n");
    assert!(written().starts_with("link = [\"data\", \".venv\"]   # git ignores them"), "{}", written());
    assert!(repo.ok(["create", "-n"]).contains("1 point"));
}

#[test]
fn init_takes_the_command_from_a_makefile_that_has_a_target_for_it() {
    let repo = Repo::with(&[("model.c", "double g = 1.0;\n"), ("Makefile", "model: model.c\n\tcc -o $@ model.c\n")]);
    repo.ok(["init", "model.c"]);
    assert!(repo.read("gitsweep.toml").contains("command = \"./simulate\""));
    repo.write("Makefile", repo.read("Makefile") + ".PHONY: run\nrun: model\n\t./model\n");
    let said = repo.run(["init", "--force", "model.c"]);
    assert!(said.err.contains("the command is make run, a target of Makefile"), "{}", said.err);
    assert!(repo.read("gitsweep.toml").contains("command = \"make run\""));
}

#[test]
fn init_takes_the_script_that_loads_a_file_for_the_command_and_says_where_it_guesses() {
    let repo = Repo::with(&[
        ("net/config.py", "lr = 0.1\n"),
        ("main.py", "from net.config import lr\nprint({'lr': lr})\n"),
        ("tests/test_config.py", "from net.config import lr\n"),
        ("run.py", "lr = 0.1\nif __name__ == \"__main__\":\n    print(lr)\n"),
        ("alone.sh", "N=3\n"),
    ]);
    let said = repo.run(["init", "net/config.py"]);
    assert!(said.err.contains("the command is python3 main.py, which loads net/config.py\n"), "{}", said.err);
    assert!(repo.read("gitsweep.toml").contains("\ncommand = \"python3 main.py\"\n"));
    let said = repo.run(["init", "--force", "alone.sh"]);
    let guess = "the command, sh alone.sh, is a guess from the file's name: [run] says what runs it\n";
    assert!(said.err.contains(guess), "{}", said.err);
    assert!(
        repo.read("gitsweep.toml").contains("\ncommand = \"sh alone.sh\"   # a guess from the file's name\n"),
        "{}",
        repo.read("gitsweep.toml")
    );
    // A file that says that it is run is no guess.
    let said = repo.run(["init", "--force", "run.py"]);
    assert!(!said.err.contains("the command"), "{}", said.err);
    assert!(repo.read("gitsweep.toml").contains("\ncommand = \"python3 run.py\"\n"));
}

#[test]
fn init_runs_a_shell_script_by_the_shell_that_it_names() {
    let repo = Repo::with(&[
        ("pipeline.sh", "#!/usr/bin/env bash\nset -euo pipefail\nK=21\n"),
        ("old.sh", "#! /bin/sh -e\nK=2\nN=3\n"),
        ("conf.yaml", "lr: 0.1\n"),
    ]);
    let said = repo.run(["init", "pipeline.sh", "old.sh"]);
    assert!(repo.read("gitsweep.toml").contains("\ncommand = \"bash pipeline.sh\""), "{}", said.err);
    assert!(said.err.contains("found 2 possible parameters in"), "{}", said.err);
    let again = "K stands in old.sh, too: to have it written in both, give it a second place, [[params.K.at]]\n";
    assert!(said.err.contains(again), "{}", said.err);
    repo.ok(["init", "--force", "old.sh"]);
    assert!(repo.read("gitsweep.toml").contains("\ncommand = \"sh old.sh\""));
    // Nothing tells what reads a configuration.
    let said = repo.run(["init", "--force", "conf.yaml"]);
    assert!(said.err.contains("next: say under [run] what runs it; give values"), "{}", said.err);
    assert!(repo.read("gitsweep.toml").contains("\ncommand = \"./simulate\"   # an example"));
}

#[test]
fn what_other_programs_call_otherwise_is_said() {
    let repo = Repo::small();
    for (typed, hint) in [
        (&["resume"][..], "hint: gitsweep queue runs what has no result yet"),
        (&["results", "--limit", "3"], "hint: --best 5 by the objective"),
        (&["queue", "--parallel=4"], "hint: -j N runs N at a time"),
        (&["create", "--n-trials", "5"], "hint: --trials N"),
    ] {
        let err = repo.fails(2, typed);
        assert!(err.contains(hint) && !err.contains("tip:"), "{typed:?}: {err}");
    }
    // What is spelt alike is known to clap; that it could be a value says nothing.
    let err = repo.fails(2, ["results", "--colums", "score"]);
    assert!(err.contains("tip: a similar argument exists: '--columns'") && !err.contains("as a value"), "{err}");
}

#[test]
fn colour_is_for_terminals_and_as_the_user_wants_it() {
    let repo = mixed();
    let coloured = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let mut command = repo.gitsweep_command(arguments);
        let said = Said::of(command.envs(variable).output().unwrap());
        (said.out.contains('\x1b'), said.err.contains('\x1b'))
    };
    assert_eq!(coloured(&["status"], None), (false, false));
    assert!(coloured(&["status", "--color", "always"], None).0);
    assert!(coloured(&["--color=always", "results"], Some(("NO_COLOR", "1"))).0);
    assert_eq!(coloured(&["--color=always", "show", "99"], None), (false, true));
    assert_eq!(coloured(&["--color=always", "results", "--format", "csv"], None), (false, false));
    assert!(repo.fails(2, ["--color", "sometimes", "list"]).contains("sometimes"));

    let Some(said) = on_a_terminal(&repo, "status", "") else { return };
    assert!(said.out.contains("\x1b[31;1m2 failed\x1b[0m"), "{:?}", said.out);
    for plain in ["--color never status", "status"] {
        let line = format!("{} {plain}", env!("CARGO_BIN_EXE_gitsweep"));
        let mut script = repo.command("script");
        script.args(["-qec", &line, "/dev/null"]).env("TERM", "xterm");
        if plain == "status" {
            script.env("NO_COLOR", "1");
        }
        let said = Said::of(script.output().unwrap());
        assert!(said.out.contains("2 failed") && !said.out.contains('\x1b'), "{:?}", said.out);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let repo = Repo::with(&[("m.sh", "a=1\nb=1\n")]);
    repo.ok(["create", "--branch", "s", "-f", "m.sh", "-p", "a=(0, 60)", "-p", "b=(0, 100)"]);
    for command in
        [&["results"][..], &["results", "--format", "csv"], &["status", "--json"], &["man"], &["completions", "bash"]]
    {
        let mut child = repo.gitsweep_command(command);
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(!line.is_empty());
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{command:?}");
    }
}

#[test]
fn another_folder_and_quiet() {
    let repo = Repo::small();
    let root = repo.root().to_str().unwrap().to_owned();
    let said = repo.run_in(repo.outside(), ["-C", &root, "create", "--date", DATE, "-q"]);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, &*format!("{BRANCH}\n"), ""));
    let said = repo.run_in(repo.outside(), ["results", "-C", "model", "-o", "table.csv"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(repo.read("table.csv").lines().count(), 7);
    let said = repo.run_in(repo.outside(), ["-C", "absent", "list"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("absent"), "{}", said.err);
    assert!(repo.ok(["--version"]).starts_with("gitsweep "));
    assert!(repo.ok(["create", "--help"]).contains("0.5 to 3.0 step 0.5"));
    assert_eq!(repo.ok(["help", "create"]), repo.ok(["create", "--help"]));
}

#[test]
fn help_names_the_defaults_that_there_are() {
    let repo = Repo::small();
    let help = |command: &str| {
        repo.ok([command, "--help"]).split_whitespace().collect::<Vec<_>>().join(" ") // as wide as it may be
    };
    for command in ["create", "run", "extend"] {
        let said = help(command);
        for default in
            ["[default: the definition's, else grid]", "[default: the definition's, else drawn, and recorded]"]
        {
            assert!(said.contains(default), "{command}: no `{default}` in {said}");
        }
    }
    assert!(help("queue").contains("[default: the definition's, else local]"));
    // A sweep that is new has no runs that could be made again.
    assert!(help("queue").contains("--rerun") && !help("run").contains("--rerun"));
    let said = repo.run(["run", "--rerun", "failed"]);
    assert!(said.code == 2 && repo.git(["branch"]) == "* main", "{}", said.err);
    // Every form that is told of is one.
    let forms = help("create");
    let forms = forms.split_once("The form of --list: ").unwrap().1.split_once(" [default").unwrap().0;
    for form in forms.replace(" or ", ", ").split(", ") {
        repo.ok(["create", "--list", "--format", form]);
    }
    assert!(forms.ends_with("sqlite or parquet"), "{forms}");
    let Some(said) = on_a_terminal(&repo, "create --list --format sqlite", "") else { return };
    assert!(said.out.contains("sqlite is nothing for a terminal") && said.out.contains("> points.db"), "{}", said.out);
}

#[test]
fn a_command_without_a_parameter_is_one_run() {
    let repo = Repo::with(&[("main.sh", "echo \"$*\"; echo 3 > output.json\n")]);
    let said = repo.run(["run", "--date", DATE, "--", "sh", "main.sh", "--learning_rate", "1e-2", "--model", "bert"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("no parameter varies: one run of the code as it is"), "{}", said.err);
    assert_eq!(repo.ok(["logs", "1"]), "--learning_rate 1e-2 --model bert\n");
    assert_eq!(repo.git(["log", "-1", "--format=%s", BRANCH]), "grid_search 2026-11-21 1/1");
    assert_eq!(repo.git(["diff", "--name-only", "main", BRANCH]), ".gitsweep/sweep.toml");
    assert!(repo.ok(["results", "--format", "csv"]).starts_with("point,objective,status\n1,3,ok"));
    for command in [&["results"][..], &["status"], &["show", "1"], &["report", "-o", "report.html"], &["list"]] {
        repo.ok(command);
    }
    assert!(repo.run(["extend"]).err.ends_with("has all these points already\n"));
    assert_eq!(repo.run(["queue", "--rerun", "all"]).code, 0);
    repo.fsck();
    // Where a file is named, a parameter of it is meant.
    assert!(
        repo.fails(2, ["create", "-f", "main.sh", "--", "sh", "main.sh"])
            .contains("there is no -p whose parameter could stand in it")
    );
}

#[test]
fn an_object_that_cannot_be_read_now_is_not_said_to_be_missing() {
    if !has_strace() {
        return;
    }
    let repo = Repo::small();
    repo.create();
    let base = repo.git(["rev-parse", "main"]);
    let path = repo.root().join(".git/objects").join(&base[..2]).join(base[2..].trim());
    let extend = |wrap: &[&str]| {
        let mut command = repo.command(wrap[0]);
        command.args(&wrap[1..]).args(["-P", &path.display().to_string(), env!("CARGO_BIN_EXE_gitsweep"), "extend"]);
        Said::of(command.args([BRANCH, "-p", "g_e=[7.0]"]).output().unwrap())
    };
    let said = extend(&["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=openat:error=EMFILE"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("Too many open files") && !said.err.contains("git fsck"), "{}", said.err);
    assert!(said.err.contains("cannot be read") || said.err.contains("cannot read"), "{}", said.err);
    std::fs::remove_file(&path).unwrap();
    let err = repo.fails(1, ["extend", BRANCH, "-p", "g_e=[7.0]"]);
    assert!(err.contains("hint: git fsck tells"), "{err}");
}

#[test]
fn standard_output_that_is_full_is_named() {
    let repo = Repo::small();
    repo.create();
    for command in ["results", "status", "list"] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let said = Said::of(repo.gitsweep_command([command]).stdout(full).output().unwrap());
        let expected = "error: cannot write to standard output\n  caused by: No space left on device";
        assert!(said.code == 1 && said.err.starts_with(expected), "{command}: {}", said.err);
    }
}
