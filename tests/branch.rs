//! The branch of a sweep in its user's hands: commits of their own on it, a merge, an amended point, a checkout.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;

use std::process::Stdio;

use common::{BRANCH, Repo, Said, wait_until};
use gitsweep::command::quote;

/// A sweep of six points with results, whose branch is checked out.
fn checked_out() -> Repo {
    let repo = Repo::small();
    repo.create();
    repo.ok(["queue"]);
    repo.git(["switch", "-q", BRANCH]);
    repo
}

/// Appends a line to the model.
fn edit(repo: &Repo) {
    repo.write("model.sh", repo.read("model.sh") + "# mine\n");
}

/// Which points there are, and what became of them.
fn table(repo: &Repo, sweep: &str) -> String {
    repo.ok(["results", sweep, "--format", "csv", "--columns", "point,g_e,g_i,status"])
}

const SIX: &str =
    "point,g_e,g_i,status\n1,0.5,-5,ok\n2,0.5,-10,ok\n3,0.5,-15,ok\n4,1.0,-5,ok\n5,1.0,-10,ok\n6,1.0,-15,ok\n";

/// The points are all seen, nothing is laid on top, and what the hint says mends it: the points are those that there were.
#[track_caller]
fn assert_refused_and_mended(repo: &Repo, top: &str, points: &[String]) {
    repo.git(["switch", "-q", "main"]);
    let before = repo.git(["for-each-ref"]);
    let err = repo.fails(1, ["extend", "-p", "g_e=[7.5]"]);
    let short = repo.git(["rev-parse", "--short=10", BRANCH]);
    let message =
        format!("error: the newest commit of {BRANCH} is none of its points as they were laid: {short} {top}\nhint: ");
    assert!(err.starts_with(&message), "{err}");
    assert_eq!(repo.git(["for-each-ref"]), before);
    let way_out = err.split_once("newest point: ").unwrap().1.split_once("; then run the command again").unwrap().0;
    let said = Said::of(repo.command("sh").args(["-c", way_out]).output().unwrap());
    assert_eq!(said.code, 0, "{way_out}: {}", said.err);
    assert_eq!(repo.git(["rev-parse", "--short=10", "mine"]), short);
    assert_eq!(repo.points(BRANCH), points);
    assert_eq!(table(repo, BRANCH), SIX);
    repo.ok(["extend", "-p", "g_e=[7.5]"]);
    assert_eq!(repo.points(BRANCH).len(), 9);
    assert_eq!(repo.points(BRANCH)[..6], *points);
    repo.fsck();
}

#[test]
fn nothing_is_laid_on_a_commit_of_the_user_s() {
    let repo = checked_out();
    let points = repo.points(BRANCH);
    edit(&repo);
    repo.commit("mine");
    repo.write("notes.txt", "about point 6");
    repo.commit("more of mine");
    assert!(repo.ok(["list"]).contains("       6       6"), "{}", repo.ok(["list"]));
    assert_eq!(table(&repo, BRANCH), SIX);
    assert!(repo.ok(["status"]).contains("6 ok"));
    assert!(repo.ok(["show", "2"]).contains("-10"));
    assert_eq!(repo.ok(["extend", "-n", "-p", "g_e=[0.5]"]), format!("0 points on top of 6 of {BRANCH}\n"));
    repo.git(["switch", "-q", "main"]);
    let err = repo.fails(1, ["delete", BRANCH]);
    let [one, two] = ["~1", ""].map(|up| repo.git(["rev-parse", "--short=10", &format!("{BRANCH}{up}")]));
    let foreign = format!(", and 2 commits that are not gitsweep's: {two} more of mine, {one} mine\n");
    assert!(err.contains("(6 points)") && err.contains(&foreign), "{err}");
    assert_refused_and_mended(&repo, "more of mine", &points);
}

#[test]
fn nothing_is_laid_on_a_merge() {
    let repo = checked_out();
    let points = repo.points(BRANCH);
    repo.git(["switch", "-q", "main"]);
    repo.write("notes.txt", "more");
    repo.commit("more");
    repo.git(["switch", "-q", BRANCH]);
    repo.git(["merge", "-q", "-m", "Merge main", "main"]);
    assert_eq!(table(&repo, BRANCH), SIX);
    repo.git(["switch", "-q", "main"]);
    // Seen from main as it is now, the points are the same.
    let err = repo.fails(1, ["delete", BRANCH]);
    assert!(err.contains("(6 points)") && err.contains("and a commit that is not gitsweep's: "), "{err}");
    assert_refused_and_mended(&repo, "Merge main", &points);
}

#[test]
fn nothing_is_laid_on_a_point_that_was_amended() {
    // With the point's message, with another, and with the same content.
    let amendments: [&[&str]; 3] = [&["-a", "--no-edit"], &["-a", "-m", "mine"], &["--no-edit"]];
    for amendment in amendments {
        let repo = checked_out();
        let points = repo.points(BRANCH);
        edit(&repo);
        repo.git([&["commit", "-q", "--amend"], amendment].concat());
        repo.git(["restore", "model.sh"]);
        let top = repo.git(["log", "-1", "--format=%s", BRANCH]);
        assert_refused_and_mended(&repo, &top, &points);
    }
}

#[test]
fn a_sweep_of_another_name_is_found_beneath_a_commit_of_the_user_s() {
    let repo = checked_out();
    repo.git(["branch", "-m", "renamed"]);
    edit(&repo);
    repo.commit("mine");
    repo.git(["switch", "-q", "main"]);
    assert_eq!(table(&repo, "renamed"), SIX);
    repo.ok(["status", "renamed"]);
}

#[test]
fn an_amended_point_is_told_by_its_tree_alone() {
    let repo = checked_out();
    let points = repo.points(BRANCH);
    edit(&repo);
    // A new author, with the committer's date.
    repo.git(["commit", "-q", "-a", "--amend", "--no-edit", "--reset-author"]);
    let top = repo.git(["log", "-1", "--format=%s", BRANCH]);
    assert_refused_and_mended(&repo, &top, &points);
}

/// A branch as an older gitsweep left it: points above a commit of the user's are found with those beneath, from the cache and
/// without.
#[test]
fn points_on_both_sides_of_a_commit_of_the_user_s_are_one_sweep() {
    for count in [3, 400] {
        let repo = Repo::small();
        let values = format!("g_e=range(1, {})", count + 1);
        repo.ok(["create", "--branch", "s", "-p", &values, "-p", "g_i=-5", "--yes"]);
        repo.ok(["list"]);
        let last = repo.git(["log", "-1", "--format=%B", "s"]);
        let commit = |message: &str, parent: &str| {
            repo.git(["commit-tree", &format!("{parent}^{{tree}}"), "-p", parent, "-m", message])
        };
        let mine = commit("mine", "s");
        let moved = last.replace(&format!("Point: {count}"), &format!("Point: {}", count + 1));
        let moved = moved.replace(&format!("g_e={count}"), &format!("g_e={}", count + 1));
        let above = commit(&moved, &mine);
        repo.git(["branch", "-f", "s", &above]);
        for _ in 0..2 {
            let list = repo.ok(["list"]);
            assert!(list.contains(&format!("s      {:>7}", count + 1)), "{list}");
            let _ = std::fs::remove_dir_all(repo.root().join(".git/gitsweep/cache"));
        }
        assert_eq!(repo.ok(["extend", "s", "-n", "-p", "g_e=[1]"]), format!("0 points on top of {} of s\n", count + 1));
        repo.ok(["extend", "s", "-p", "g_e=[1000]"]);
        assert_eq!(
            repo.git(["log", "-1", "--format=%(trailers:key=Point,valueonly,separator=%x20)", "s"]),
            (count + 2).to_string()
        );
        let err = repo.fails(1, ["delete", "s"]);
        assert!(err.contains(&format!("({} points)", count + 2)) && err.contains(" mine\n"), "{err}");
    }
}

const SEARCH: &str = "\
name = \"grid_search\"
[search]
strategy = \"random\"
objective = \"score\"
[run]
command = \"sh model.sh\"
[params.g_e]
file = \"model.sh\"
values = \"uniform(0, 1)\"
";

/// A search that learns, whose runs wait for the file `go` beside the repository.
fn search() -> Repo {
    let repo = Repo::empty();
    let go = repo.outside().join("go");
    let model = format!("g_e=1.0\nwhile ! test -e '{}'; do sleep 0.02; done\necho $g_e > output.json\n", go.display());
    repo.write("model.sh", model);
    repo.write("gitsweep.toml", SEARCH.replace("\"random\"", "\"tpe\"\ntrials = 12\nseed = 1"));
    repo.commit("The model");
    repo.create();
    repo
}

#[test]
fn a_search_lays_nothing_on_a_commit_of_the_user_s() {
    let repo = search();
    std::fs::write(repo.outside().join("go"), "").unwrap();
    repo.ok(["queue", "--limit", "1"]);
    repo.git(["switch", "-q", BRANCH]);
    edit(&repo);
    repo.commit("mine");
    repo.git(["switch", "-q", "main"]);
    let before = repo.git(["rev-parse", BRANCH]);
    let err = repo.fails(1, ["queue"]);
    assert!(err.contains("is none of its points as they were laid") && err.contains("git branch mine"), "{err}");
    assert!(err.contains(&format!("; then gitsweep queue {BRANCH} goes on\n")), "{err}");
    assert_eq!(repo.git(["rev-parse", BRANCH]), before);
    // What is laid may be run.
    repo.ok(["queue", "--points", "1"]);
}

#[test]
fn a_branch_that_is_checked_out_while_a_search_runs_stays_where_it_is() {
    for elsewhere in [false, true] {
        let repo = search();
        let mut queue = repo.gitsweep_command(["queue", "-j", "2"]);
        let queue = queue.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_until("two runs", || repo.ok(["status"]).contains("2 running"));
        let other = repo.outside().join("other");
        let folder = if elsewhere { other.as_path() } else { repo.root() };
        if elsewhere {
            repo.git(["worktree", "add", "-q", other.to_str().unwrap(), BRANCH]);
        } else {
            repo.git(["switch", "-q", BRANCH]);
        }
        let before = repo.git(["rev-parse", BRANCH]);
        std::fs::write(repo.outside().join("go"), "").unwrap();
        let said = Said::of(queue.wait_with_output().unwrap());
        assert_eq!(said.code, 1, "{}", said.err);
        let (place, git, there) = match elsewhere {
            true => (
                format!(" at {}", other.display()),
                format!("git -C {} switch --detach", quote(other.to_str().unwrap())),
                " there",
            ),
            false => (String::new(), "git switch -".to_owned(), ""),
        };
        let expected = format!(
            "error: {BRANCH} is checked out{place}, and is to get more commits\n\
             hint: switch to another branch{there}: {git}; then gitsweep queue {BRANCH} goes on\n"
        );
        assert!(said.err.ends_with(&expected), "{}", said.err);
        assert_eq!(repo.git(["rev-parse", BRANCH]), before);
        assert_eq!(repo.git_in(folder, ["status", "--porcelain"]), "");
        // What ran has come to its end, and the hint leads on.
        let statuses = repo.statuses(BRANCH).concat();
        assert!(statuses.len() >= 2 && statuses.iter().all(|status| status == "ok"), "{statuses:?}");
        let said = Said::of(repo.command("sh").args(["-c", &git]).output().unwrap());
        assert_eq!(said.code, 0, "{}", said.err);
        repo.ok(["queue"]);
        assert_eq!(repo.statuses(BRANCH).concat(), ["ok"; 12]);
    }
}

#[test]
fn a_copy_with_points_of_its_own_is_found_as_other_sweeps_are() {
    let repo = Repo::small();
    repo.create();
    repo.git(["branch", "-c", BRANCH, "farther"]);
    repo.git(["branch", "mine", &format!("{BRANCH}~1")]);
    repo.ok(["extend", "farther", "-p", "g_i=[0]"]);
    repo.ok(["create", "--branch", "other"]);
    repo.ok(["create", "--branch", "farther-off"]);
    assert!(repo.ok(["status", "farther"]).starts_with("farther  8 points "));
    repo.ok(["delete", "--yes", "farther-off"]);
    repo.ok(["create", "--branch", "other-one"]);
    assert!(repo.ok(["status", "arth"]).starts_with("farther  8 points "));
    let newest = repo.git(["rev-parse", "farther"]);
    assert!(repo.ok(["show", &newest]).starts_with("farther point 8  "));
    let told = format!("farther has 2 points that {BRANCH} has not: gitsweep results farther\n");
    assert!(repo.run(["results", "--contains", "main"]).err.contains(&told));
    assert!(!repo.run(["results", "--lacks", "main"]).err.contains(&told));
    for (branch, meant) in [("farther", "farther"), ("mine", "other-one"), (BRANCH, BRANCH)] {
        repo.git(["switch", "-q", branch]);
        assert!(repo.ok(["status"]).starts_with(&format!("{meant}  ")), "{branch}");
    }
}
