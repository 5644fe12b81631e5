//! Deleting a sweep: what cannot be deleted is found before anything is gone, and what is begun can be finished.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod cluster;
mod common;

use std::process::Stdio;

use cluster::{Cluster, Options};
use common::{BRANCH, Repo, Said, has_strace, wait_until};

/// A sweep of six points with results.
fn done() -> Repo {
    let repo = Repo::small();
    repo.create();
    repo.ok(["queue"]);
    repo
}

/// The branch, its notes and its run folders.
fn all(repo: &Repo) -> (Vec<String>, Vec<Vec<String>>, usize) {
    let folders = std::fs::read_dir(repo.root().join("sweeps").join(BRANCH)).map_or(0, Iterator::count);
    (repo.points(BRANCH), repo.statuses(BRANCH), folders)
}

#[test]
fn a_branch_that_is_gone_is_gone_though_an_empty_folder_stays() {
    if !has_strace() {
        return;
    }
    let repo = done();
    let mut command = repo.command("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=rmdir", "-e", "inject=rmdir:error=EIO"]);
    let said = Said::of(command.arg(env!("CARGO_BIN_EXE_gitsweep")).args(["delete", "-y", BRANCH]).output().unwrap());
    assert!(said.code == 0 && said.err.starts_with(&format!("removed the branch {BRANCH} ")), "{}", said.err);
    assert!(!repo.root().join("sweeps").join(BRANCH).exists());
    assert_eq!(repo.git(["notes", "--ref=gitsweep", "list"]), "");
}

#[test]
fn the_folder_of_all_sweeps_goes_with_the_last() {
    let repo = Repo::small();
    repo.ok(["create", "--branch", "team/one"]);
    repo.ok(["create", "--branch", "two"]);
    repo.ok(["queue", "team/one"]);
    repo.ok(["queue", "two"]);
    let sweeps = repo.root().join("sweeps");
    repo.ok(["delete", "-y", "team/one"]);
    assert!(!sweeps.join("team").exists() && sweeps.join("two").exists());
    // What is not gitsweep's keeps it.
    std::fs::write(sweeps.join("notes.txt"), "mine").unwrap();
    repo.ok(["delete", "-y", "two"]);
    assert!(sweeps.join("notes.txt").exists());
    std::fs::remove_file(sweeps.join("notes.txt")).unwrap();
    repo.ok(["create", "--branch", "three"]);
    repo.ok(["queue", "three"]);
    repo.ok(["delete", "-y", "three"]);
    assert!(!sweeps.exists());
}

#[test]
fn nothing_goes_where_a_ref_cannot_be_deleted() {
    for lock in [&format!("refs/heads/{BRANCH}.lock"), "refs/notes/gitsweep.lock", "packed-refs.lock"] {
        let repo = done();
        if lock.starts_with("packed") {
            repo.git(["pack-refs", "--all"]);
        }
        let before = all(&repo);
        assert_eq!(before.2, 6);
        let lock = repo.root().join(".git").join(lock);
        std::fs::write(&lock, "").unwrap();
        let err = repo.fails(1, ["delete", "-y", BRANCH]);
        assert!(err.starts_with(&format!("error: cannot delete {BRANCH}; nothing has been removed\n")), "{err}");
        std::fs::remove_file(&lock).unwrap();
        assert_eq!(all(&repo), before, "{}", lock.display());
        let points = before.0;
        repo.ok(["delete", "-y", BRANCH]);
        assert_eq!(repo.git(["branch", "--list", BRANCH]), "");
        assert!(points.iter().all(|point| repo.records(point).is_empty()));
        assert!(!repo.root().join("sweeps").join(BRANCH).exists());
        repo.fsck();
    }
}

#[test]
fn a_second_delete_removes_the_run_folders_that_are_left() {
    let repo = done();
    let points = repo.points(BRANCH);
    let folder = repo.root().join("sweeps").join(BRANCH);
    let aside = repo.outside().join("aside");
    // What is no folder cannot be removed as one.
    std::fs::rename(&folder, &aside).unwrap();
    std::fs::write(&folder, "").unwrap();
    let err = repo.fails(1, ["delete", "-y", BRANCH]);
    let said = format!(
        "error: the branch {BRANCH} and its notes are gone, its run folders in {} are not all\n",
        folder.display()
    );
    assert!(err.starts_with(&said), "{err}");
    assert!(err.ends_with(&format!("hint: once they can be removed: gitsweep delete {BRANCH}\n")), "{err}");
    assert_eq!(repo.git(["branch", "--list", BRANCH]), "");
    assert!(points.iter().all(|point| repo.records(point).is_empty()));
    std::fs::remove_file(&folder).unwrap();
    std::fs::rename(&aside, &folder).unwrap();
    let what = format!("what is left of {BRANCH}: the run folders in {}", folder.display());
    assert!(repo.fails(1, ["delete", BRANCH]).starts_with(&format!("this removes {what}\n")));
    assert!(folder.exists());
    assert_eq!(repo.run(["delete", "-y", BRANCH]).err, format!("removed {what}\n"));
    assert!(!folder.exists());
    assert!(repo.fails(1, ["delete", "-y", BRANCH]).contains("there is no sweep"));
}

#[test]
fn git_is_told_no_more_to_ignore_what_is_gone() {
    let repo = Repo::small();
    let own = "# mine\n*.log\n/sweeps/other/\n\n";
    repo.write(".git/info/exclude", own);
    repo.create();
    repo.ok(["queue"]);
    let line = format!("/sweeps/{BRANCH}/\n");
    assert_eq!(repo.read(".git/info/exclude"), format!("{own}{line}"));
    repo.write(".git/info/exclude", format!("{own}{line}later\n"));
    repo.ok(["delete", "-y", BRANCH]);
    assert_eq!(repo.read(".git/info/exclude"), format!("{own}later\n"));
    // Run folders that are left stay ignored.
    repo.create();
    repo.ok(["queue"]);
    repo.ok(["delete", "-y", "--keep-runs", BRANCH]);
    assert_eq!(repo.read(".git/info/exclude"), format!("{own}later\n{line}"));
    assert_eq!(repo.git(["status", "--porcelain"]), "");
}

/// Patterns are bytes, as names of files are, and the last line may have no end.
#[test]
fn what_git_is_told_to_ignore_in_latin_1_stays_as_it_is() {
    let repo = Repo::small();
    repo.write(".git/info/exclude", b"ergebnis_\xfc");
    repo.create();
    let read = || std::fs::read(repo.root().join(".git/info/exclude")).unwrap();
    for limit in ["1", "2"] {
        repo.ok(["queue", "--limit", limit]);
        assert_eq!(read(), [b"ergebnis_\xfc\n", format!("/sweeps/{BRANCH}/\n").as_bytes()].concat());
    }
    repo.ok(["delete", "-y", BRANCH]);
    assert_eq!(read(), b"ergebnis_\xfc\n");
}

#[test]
fn points_that_tags_name_keep_their_notes() {
    let repo = done();
    let points = repo.points(BRANCH);
    repo.git(["tag", "light", &points[1]]);
    repo.git(["tag", "-a", "-m", "best", "annotated", &points[4]]);
    let said = repo.run(["delete", "-y", "--keep-runs", BRANCH]);
    assert_eq!(
        said.err,
        format!("removed the branch {BRANCH} (6 points), 4 notes; 2 tagged points keep their notes\n")
    );
    let kept: Vec<usize> = points.iter().map(|point| repo.records(point).len()).collect();
    assert_eq!(kept, [0, 1, 0, 0, 1, 0]);
}

#[test]
fn what_another_branch_has_too_stays() {
    let repo = done();
    repo.git(["branch", "-c", BRANCH, "copy"]);
    assert_eq!(repo.run(["list"]).err, "", "it is the same sweep");
    repo.ok(["extend", "copy", "-p", "g_e=[0.5, 1.0, 1.5]"]);
    let said = repo.run(["list"]);
    assert_eq!(said.err, format!("copy has 3 points that {BRANCH} has not: gitsweep results copy\n"));
    assert_eq!(said.out.lines().count(), 2);
    repo.ok(["queue", "copy"]);
    let points = repo.points(BRANCH);
    let statuses = repo.statuses(BRANCH);
    let said = repo.run(["delete", "-y", "copy"]);
    assert_eq!(said.err, format!("removed the branch copy (9 points), 3 notes; what it shares with {BRANCH} stays\n"));
    assert_eq!(repo.statuses(BRANCH), statuses);
    assert!(repo.root().join("sweeps").join(BRANCH).exists());
    repo.git(["branch", "-m", BRANCH, "renamed"]);
    assert!(repo.ok(["list"]).contains("\nrenamed "));
    repo.ok(["delete", "-y", "renamed"]);
    assert!(points.iter().all(|point| repo.records(point).is_empty()));
    assert!(!repo.root().join("sweeps").join(BRANCH).exists());
}

#[test]
fn run_folders_that_were_to_be_left_are_left() {
    let repo = done();
    repo.ok(["delete", "-y", "--keep-runs", BRANCH]);
    assert!(repo.root().join("sweeps").join(BRANCH).exists());
    assert!(repo.fails(1, ["delete", "-y", BRANCH]).contains("there is no sweep"));
    assert!(repo.root().join("sweeps").join(BRANCH).exists());
}

#[test]
fn what_runs_is_not_deleted() {
    let repo = Repo::small();
    let go = repo.outside().join("go");
    repo.write(
        "model.sh",
        format!("{}while ! test -e '{}'; do sleep 0.02; done\n", repo.read("model.sh"), go.display()),
    );
    repo.commit("It waits");
    repo.create();
    let mut queue = repo.gitsweep_command(["queue", "-j", "2"]);
    let mut queue = queue.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_until("two runs", || repo.ok(["status"]).contains("2 running"));
    let err = repo.fails(1, ["delete", "-y", BRANCH]);
    let expected = format!(
        "error: 2 of the points of {BRANCH} are running\n\
         hint: end that gitsweep first: Ctrl-C twice there, or gitsweep cancel {BRANCH}\n"
    );
    assert_eq!(err, expected);
    std::fs::write(go, "").unwrap();
    assert!(queue.wait().unwrap().success());
}

#[test]
fn what_waits_or_runs_on_a_cluster_is_not_deleted() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let repo = Repo::small();
    repo.write("model.sh", repo.read("model.sh") + "sleep 1000\n");
    repo.commit("It takes long");
    repo.create();
    let on = |words: &[&str]| Said::of(repo.gitsweep_command(words).envs(cluster.environment()).output().unwrap());
    assert_eq!(on(&["queue", "-e", "slurm", "--max-active", "2"]).code, 0);
    let said = on(&["delete", "-y", BRANCH]);
    let expected = format!(
        "error: 6 of the points of {BRANCH} are with a scheduler\nhint: take them back first: gitsweep cancel {BRANCH}\n"
    );
    assert_eq!((said.code, said.err), (1, expected));
    assert_eq!(on(&["cancel", BRANCH]).code, 0);
    cluster.wait_until_empty();
    let said = on(&["delete", "-y", BRANCH]);
    assert_eq!(said.code, 0, "{}", said.err);
}
