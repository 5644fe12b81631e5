//! Push and fetch between clones: branches as git carries them, notes merged so that neither side's are lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use common::{BRANCH, DATE, Repo, Said};
use gitsweep::command::quote;
use gitsweep::process::Owner;

/// A sweep of six points in a bare repository, and two clones that know it.
fn shared() -> (Repo, PathBuf, PathBuf) {
    let repo = Repo::small();
    repo.git_in(repo.outside(), ["clone", "-q", "--bare", "model", "hub.git"]);
    let [here, there] = ["here", "there"].map(|name| {
        repo.git_in(repo.outside(), ["clone", "-q", "hub.git", name]);
        repo.outside().join(name)
    });
    repo.ok_in(&here, ["create", "--date", DATE]);
    let said = repo.run_in(&here, ["push"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("pushed 1 sweep and the notes to origin"), "{}", said.err);
    repo.ok_in(&there, ["fetch"]);
    (repo, here, there)
}

/// Which points have a record, and how many, as git's own notes say.
fn attempts(repo: &Repo, folder: &Path, reference: &str) -> Vec<usize> {
    let points = repo.git_in(folder, ["rev-list", "--reverse", &format!("main..{reference}")]);
    let count = |commit: &str| {
        let mut git = repo.command_in("git", folder);
        let said = Said::of(git.args(["notes", "--ref=gitsweep", "show", commit]).output().unwrap());
        said.out.lines().filter(|line| !line.is_empty()).count()
    };
    points.lines().map(count).collect()
}

fn notes(repo: &Repo, folder: &Path) -> String {
    repo.git_in(folder, ["rev-parse", "refs/notes/gitsweep^{tree}"])
}

#[test]
fn a_clone_extends_and_pushes_what_it_has_only_fetched() {
    let (repo, here, there) = shared();
    repo.ok_in(&there, ["queue"]);
    // Its branch is the remote's: there are only notes to push.
    let said = repo.run_in(&there, ["push", BRANCH]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("no branch") && said.err.contains("pushed 0 sweeps and the notes"), "{}", said.err);
    let said = repo.run_in(&there, ["extend", "-p", "g_e=[7.5]"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("goes on here from where origin/"), "{}", said.err);
    assert_eq!(repo.git_in(&there, ["rev-list", "--count", &format!("origin/{BRANCH}..{BRANCH}")]), "3");
    // As git push has it.
    let said = repo.run_in(&there, ["push", "origin"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert_eq!(said.err, "error: there is no sweep `origin`, but a remote\nhint: gitsweep push --remote origin\n");
    repo.ok_in(&there, ["push", BRANCH]);
    repo.ok_in(&here, ["fetch"]);
    assert_eq!(repo.git_in(&here, ["rev-list", "--count", &format!("main..origin/{BRANCH}")]), "9");
}

#[test]
fn a_clone_carries_on_where_another_stopped() {
    let (repo, here, there) = shared();
    repo.ok_in(&here, ["queue", "--points", "1-4"]);
    repo.ok_in(&here, ["push"]);
    let said = repo.run_in(&there, ["fetch"]);
    assert!(said.err.contains("4 new notes"), "{}", said.err);
    // There is no local branch yet: the remote's is the sweep.
    let table = ["results", "--format", "csv", "--columns", "point,score,status"];
    assert_eq!(repo.ok_in(&there, table), repo.ok_in(&here, table));
    repo.ok_in(&there, ["queue"]);
    assert_eq!(attempts(&repo, &there, &format!("origin/{BRANCH}")), [1; 6]);
    repo.ok_in(&there, ["push"]);
    repo.ok_in(&here, ["fetch"]);
    assert_eq!(attempts(&repo, &here, BRANCH), [1; 6]);
    assert!(repo.ok_in(&here, ["status"]).contains("6 ok"));
    assert!(repo.run_in(&here, ["queue"]).err.contains("nothing to run"));
}

#[test]
fn neither_side_loses_notes_when_both_have_new_ones() {
    let (repo, here, there) = shared();
    repo.git_in(&there, ["branch", "-q", BRANCH, &format!("origin/{BRANCH}")]);
    repo.ok_in(&here, ["queue", "--points", "1-3"]);
    repo.ok_in(&there, ["queue", "--points", "3-5"]);
    repo.git_in(&there, ["notes", "--ref=gitsweep", "add", "-m", "about the base", "main"]);
    repo.ok_in(&here, ["push"]);
    let said = repo.run_in(&there, ["push"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("3 notes of theirs merged"), "{}", said.err);
    assert_eq!(attempts(&repo, &there, BRANCH), [1, 1, 2, 1, 1, 0]);
    let said = repo.run_in(&here, ["fetch"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(attempts(&repo, &here, BRANCH), [1, 1, 2, 1, 1, 0]);
    assert_eq!(notes(&repo, &here), notes(&repo, &there));
    let hub = repo.outside().join("hub.git");
    assert_eq!(notes(&repo, &hub), notes(&repo, &there));
    assert_eq!(repo.git_in(&here, ["notes", "--ref=gitsweep", "show", "main"]), "about the base");
    for folder in [&here, &there, &hub] {
        repo.git_in(folder, ["fsck", "--strict", "--full"]);
        let refs = repo.git_in(folder, ["for-each-ref", "--format=%(refname)"]);
        assert!(!refs.contains("fetched-notes"), "{refs}");
    }
    assert!(repo.run_in(&here, ["fetch"]).err.contains("0 new notes"));
}

/// The refs beside branches, tags and notes.
fn further_refs(repo: &Repo, folder: &Path) -> String {
    repo.git_in(folder, ["for-each-ref", "--format=%(refname)", "refs/gitsweep"])
}

#[test]
fn what_a_killed_fetch_has_left_goes_with_the_next() {
    let (repo, here, there) = shared();
    repo.ok_in(&here, ["queue", "--points", "1"]);
    repo.ok_in(&here, ["push"]);
    let living = Owner::this();
    let mut dead = living.clone();
    dead.birth.push('0');
    let of = |host: &str| Owner { host: host.to_owned(), ..living.clone() };
    let (elsewhere, ahead, long_gone) = (of("elsewhere"), of("ahead"), of("long-gone"));
    let name = |owner: &Owner| format!("refs/gitsweep/fetched-notes-{}", owner.folder_name());
    for owner in [&dead, &living, &elsewhere, &ahead, &long_gone] {
        repo.git_in(&there, ["update-ref", &name(owner), "main"]);
    }
    let now = SystemTime::now();
    let hour = Duration::from_secs(3600);
    for (owner, time) in [(&ahead, now + hour), (&long_gone, now - 30 * hour)] {
        let file = std::fs::File::options().write(true).open(there.join(".git").join(name(owner))).unwrap();
        file.set_modified(time).unwrap();
    }
    repo.ok_in(&there, ["fetch"]);
    // What others may be fetching just now stays.
    let left = further_refs(&repo, &there);
    assert_eq!(left.lines().count(), 3, "{left}");
    assert!([&dead, &long_gone].iter().all(|owner| !left.contains(&owner.folder_name())), "{left}");
}

#[test]
fn a_fetch_leaves_no_ref_behind_while_git_packs_refs() {
    let (repo, here, there) = shared();
    repo.ok_in(&here, ["queue", "--points", "1"]);
    repo.ok_in(&here, ["push"]);
    let lock = there.join(".git/packed-refs.lock");
    std::fs::write(&lock, "").unwrap();
    let is_over = AtomicBool::new(false);
    let took = std::thread::scope(|scope| {
        // Like git pack-refs: it reads a loose ref under the lock, and has it in the file that it puts in place.
        let packing = scope.spawn(|| {
            let folder = there.join(".git/refs/gitsweep");
            let packed = std::fs::read_to_string(there.join(".git/packed-refs")).unwrap_or_default();
            // Without the first line, which says that they are sorted.
            let mut packed: String =
                packed.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
            let mut since = Instant::now();
            while !is_over.load(Ordering::SeqCst) {
                let mut loose = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
                let found = loose.find_map(|path| Some((std::fs::read_to_string(&path).ok()?, path)));
                if let Some((id, path)) = found.filter(|(id, _)| id.len() == 41) {
                    let name = path.strip_prefix(there.join(".git")).unwrap().display().to_string();
                    since = Instant::now();
                    packed.push_str(&format!("{} {name}\n", id.trim()));
                    std::thread::sleep(Duration::from_millis(500));
                    break;
                }
            }
            std::fs::write(&lock, packed).unwrap();
            std::fs::rename(&lock, there.join(".git/packed-refs")).unwrap();
            since.elapsed()
        });
        let said = repo.run_in(&there, ["fetch"]);
        is_over.store(true, Ordering::SeqCst);
        assert_eq!(said.code, 0, "{}", said.err);
        packing.join().unwrap()
    });
    if took > Duration::from_secs(5) {
        println!("skipped: the disk stood still for longer than git waits for who packs refs");
        return;
    }
    assert_eq!(further_refs(&repo, &there), "");
}

#[test]
fn two_that_push_at_once_both_get_through() {
    let (repo, here, there) = shared();
    repo.ok_in(&here, ["queue", "--points", "1-3"]);
    repo.ok_in(&there, ["queue", "--points", "4-6"]);
    let push = |folder: &Path| {
        let mut command = repo.command_in(env!("CARGO_BIN_EXE_gitsweep"), folder);
        command.arg("push").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    for child in [push(&here), push(&there)] {
        let said = Said::of(child.wait_with_output().unwrap());
        assert_eq!(said.code, 0, "{}", said.err);
    }
    assert_eq!(attempts(&repo, &repo.outside().join("hub.git"), BRANCH), [1; 6]);
}

#[test]
fn two_that_push_the_same_pack_at_once_try_again() {
    let (repo, here, _) = shared();
    repo.ok_in(&here, ["queue", "--points", "1-3"]);
    // What git says of a file that the other push has just made.
    let hook = here.join(".git/hooks/pre-push");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let text =
        "[ -e told ] && exit 0; : > told; echo \"error: files 'a.keep' and 'b.keep' differ in contents\" >&2; exit 1";
    std::fs::write(&hook, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    repo.ok_in(&here, ["push"]);
    assert!(here.join("told").exists(), "it was refused once");
    assert_eq!(attempts(&repo, &repo.outside().join("hub.git"), BRANCH), [1, 1, 1, 0, 0, 0]);
}

#[test]
fn git_s_own_merge_of_the_notes_is_read_as_well() {
    let (repo, here, there) = shared();
    repo.ok_in(&here, ["queue", "--points", "1-3"]);
    repo.ok_in(&there, ["queue", "--points", "3-5"]);
    repo.ok_in(&here, ["push"]);
    repo.git_in(&there, ["fetch", "-q", "origin", "refs/notes/gitsweep:refs/notes/theirs"]);
    repo.git_in(&there, ["notes", "--ref=gitsweep", "merge", "-q", "-s", "cat_sort_uniq", "theirs"]);
    let table = repo.ok_in(&there, ["results", "--format", "csv", "--columns", "point,attempts,status"]);
    assert_eq!(table, "point,attempts,status\n1,1,ok\n2,1,ok\n3,2,ok\n4,1,ok\n5,1,ok\n6,0,pending\n");
}

#[test]
fn what_cannot_be_exchanged_is_said() {
    let (repo, here, _) = shared();
    let err = |arguments: &[&str]| {
        let said = repo.run_in(&here, arguments);
        assert_eq!(said.code, 1, "{arguments:?}: {}", said.err);
        said.err
    };
    assert!(err(&["fetch", "orign"]).contains("there is no remote `orign`\nhint: did you mean origin?"));
    assert!(err(&["push", "-r", "upstream"]).contains("there is no remote `upstream`\nhint: add it: git remote add"));
    assert!(err(&["push", "nonsense"]).contains("there is no sweep `nonsense`"));
    repo.git_in(&here, ["remote", "add", "gone", "../gone.git"]);
    assert!(err(&["push", "--remote", "gone"]).contains("gone.git"));
    let alone = Repo::small();
    assert!(alone.fails(1, ["push"]).contains("there is no remote `origin`"));
}

#[test]
fn a_fetch_that_brings_no_branches_or_not_all_says_so_and_how_they_come() {
    let (repo, here, _) = shared();
    repo.ok_in(&here, ["queue"]);
    repo.ok_in(&here, ["push"]);
    let clone = |name: &str, options: &[&str]| {
        let options = options.iter().copied().chain(["hub.git", name]);
        repo.git_in(repo.outside(), ["clone", "-q"].into_iter().chain(options));
        repo.outside().join(name)
    };
    let tip = format!("refs/remotes/origin/{BRANCH}");
    let tip_in = |folder: &Path| repo.git_in(folder, ["for-each-ref", "--format=%(refname)", &tip]);
    let fetched = |folder: &Path, remote: &str| {
        let said = repo.run_in(folder, ["fetch", remote]);
        assert_eq!(said.code, 0, "{}", said.err);
        said.err.lines().next().unwrap_or_default().to_owned()
    };
    let alone = clone("alone", &["--single-branch"]);
    assert_eq!(
        fetched(&alone, "origin"),
        "fetched 6 new notes, and of origin those branches alone that remote.origin.fetch names; \
         all: git config --add remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*' && gitsweep fetch"
    );
    assert_eq!(tip_in(&alone), "");
    repo.git_in(&alone, ["config", "--add", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
    assert_eq!(fetched(&alone, "origin"), "fetched the branches of origin, and 0 new notes");
    assert_eq!(tip_in(&alone), tip);

    let bare = clone("bare.git", &["--bare"]);
    assert_eq!(
        fetched(&bare, "origin"),
        "fetched 6 new notes of origin, and no branches, for which git knows no place here; \
         to have them: git config --add remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*' && gitsweep fetch"
    );
    repo.git_in(&bare, ["config", "--add", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
    assert_eq!(fetched(&bare, "origin"), "fetched the branches of origin, and 0 new notes");

    repo.git_in(&alone, ["remote", "rename", "origin", "hub"]);
    let url = repo.git_in(&alone, ["config", "remote.hub.url"]);
    assert!(fetched(&alone, &url).ends_with(" to have them: gitsweep fetch hub"));
    repo.git_in(&alone, ["remote", "remove", "hub"]);
    let path = repo.outside().join("hub.git").display().to_string();
    assert_eq!(
        fetched(&alone, &path),
        format!(
            "fetched 0 new notes of {path}, and no branches, for which git knows no place here; \
             to have them: git remote add NAME {} && gitsweep fetch NAME",
            quote(&path)
        )
    );
}

/// The same, where both have a branch of their own and `here` has laid and pushed three points more.
fn grown() -> (Repo, PathBuf, PathBuf) {
    let (repo, here, there) = shared();
    repo.git_in(&there, ["branch", "-q", BRANCH, &format!("origin/{BRANCH}")]);
    repo.ok_in(&here, ["extend", "-p", "g_e=[7.5]"]);
    repo.ok_in(&here, ["push"]);
    (repo, here, there)
}

/// The numbers of the points of a branch, which is one line.
fn numbers(repo: &Repo, folder: &Path, branch: &str) -> Vec<String> {
    let format = "--format=%(trailers:key=Point,valueonly,separator=%x20)";
    let log = repo.git_in(folder, ["log", "--reverse", "--first-parent", format, &format!("main..{branch}")]);
    log.lines().map(str::to_owned).collect()
}

#[test]
fn what_a_remote_has_beyond_is_said_and_extend_goes_on_from_there() {
    let (repo, _, there) = grown();
    let more = format!("origin/{BRANCH} has 3 more points than {BRANCH}: gitsweep queue {BRANCH} goes on from there\n");
    assert!(!repo.run_in(&there, ["status"]).err.contains("more points"));
    for command in ["fetch", "status", "list", "results"] {
        let said = repo.run_in(&there, [command]);
        assert!(said.code == 0 && said.err.ends_with(&more), "{command}: {}", said.err);
    }
    let before = repo.git_in(&there, ["for-each-ref"]);
    let said = repo.run_in(&there, ["extend", "-n", "-p", "g_e=[8.5]"]);
    assert!(said.out.starts_with(&format!("3 points on top of 9 of {BRANCH}\n")), "{}", said.out);
    assert_eq!(repo.git_in(&there, ["for-each-ref"]), before);
    let said = repo.run_in(&there, ["extend", "-p", "g_e=[8.5]"]);
    let taken_up = format!("{BRANCH} goes on from where origin/{BRANCH} has left it, 3 points further\n");
    assert!(said.code == 0 && said.err.contains(&taken_up), "{}", said.err);
    let expected: Vec<String> = (1..=12).map(|number| number.to_string()).collect();
    assert_eq!(numbers(&repo, &there, BRANCH), expected);
    repo.ok_in(&there, ["push"]);
    assert_eq!(numbers(&repo, &repo.outside().join("hub.git"), BRANCH), expected);
    assert!(!repo.run_in(&there, ["status"]).err.contains("more points"));
}

#[test]
fn what_is_there_already_is_taken_up_and_not_laid_again() {
    let (repo, _, there) = grown();
    repo.ok_in(&there, ["fetch"]);
    let said = repo.run_in(&there, ["extend", "-p", "g_e=[7.5]"]);
    assert!(said.code == 0 && said.err.contains("3 points further\n"), "{}", said.err);
    assert!(said.err.contains("has all these points already"), "{}", said.err);
    assert_eq!(numbers(&repo, &there, BRANCH).len(), 9);
}

#[test]
fn a_queue_runs_what_a_remote_has_beyond() {
    let (repo, _, there) = grown();
    repo.ok_in(&there, ["fetch"]);
    repo.git_in(&there, ["switch", "-q", BRANCH]);
    let said = repo.run_in(&there, ["queue"]);
    let stays = format!("origin/{BRANCH} is 3 points ahead of {BRANCH}, which is checked out and stays as it is\n");
    assert!(said.code == 0 && said.err.starts_with(&stays), "{}", said.err);
    assert_eq!(attempts(&repo, &there, &format!("origin/{BRANCH}")), [1, 1, 1, 1, 1, 1, 0, 0, 0]);
    let said = repo.run_in(&there, ["extend", "-p", "g_e=[8.5]"]);
    let checked_out = format!(
        "error: {BRANCH} is checked out, and is to get more commits\nhint: switch to another branch: git switch -"
    );
    assert!(said.code == 1 && said.err.starts_with(&checked_out), "{}", said.err);
    repo.git_in(&there, ["switch", "-q", "main"]);
    let said = repo.run_in(&there, ["queue"]);
    assert!(said.code == 0 && said.err.contains("3 points further\n"), "{}", said.err);
    assert_eq!(attempts(&repo, &there, BRANCH), [1; 9]);
}

#[test]
fn a_branch_that_is_behind_holds_back_no_notes() {
    let (repo, _, there) = grown();
    repo.ok_in(&there, ["queue", "--points", "1-2"]);
    let said = repo.run_in(&there, ["push"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let expected = format!(
        "pushed 0 sweeps and the notes to origin\n{BRANCH} is behind: origin has more of it, and nothing of it is pushed; \
         next: gitsweep fetch && gitsweep queue {BRANCH}\n"
    );
    assert_eq!(said.err, expected);
    let hub = repo.outside().join("hub.git");
    assert_eq!(attempts(&repo, &hub, BRANCH), [1, 1, 0, 0, 0, 0, 0, 0, 0]);
    repo.git_in(&there, ["remote", "rename", "origin", "upstream"]);
    let said = repo.run_in(&there, ["push", "--remote", "upstream"]);
    assert!(said.err.ends_with(&format!("gitsweep fetch upstream && gitsweep queue {BRANCH}\n")), "{}", said.err);
}

#[test]
fn a_fork_is_told_of_with_a_way_out_that_loses_nothing() {
    let (repo, here, there) = grown();
    repo.ok_in(&there, ["extend", "-p", "g_e=[8.5]"]);
    repo.ok_in(&there, ["create", "--branch", "other", "-p", "g_e=[1]"]);
    repo.ok_in(&there, ["queue", BRANCH]);
    let theirs = repo.git_in(&here, ["rev-parse", BRANCH]);
    let ours = repo.git_in(&there, ["rev-parse", BRANCH]);
    let said = repo.run_in(&there, ["push"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.starts_with("pushed 1 sweep and the notes to origin\n"), "{}", said.err);
    let fork = format!(
        "error: {BRANCH} has grown here and at origin since they were one; what else there is was pushed, notes too\n"
    );
    assert!(said.err.contains(&fork), "{}", said.err);
    let hub = repo.outside().join("hub.git");
    assert_eq!(repo.git_in(&hub, ["rev-parse", BRANCH]), theirs);
    assert_eq!(attempts(&repo, &hub, BRANCH), [1, 1, 1, 1, 1, 1, 0, 0, 0]);
    let (first, second) =
        said.err.split_once("yours beside it: ").unwrap().1.trim_end().split_once("; to push yours as well: ").unwrap();
    // Whoever has fetched is told so by the others as well.
    repo.ok_in(&there, ["fetch"]);
    assert!(repo.run_in(&there, ["extend", BRANCH, "-p", "g_e=[9.5]"]).err.contains("has grown here and at origin/"));
    for line in [first, second] {
        let said = Said::of(repo.command_in("sh", &there).args(["-c", line]).output().unwrap());
        assert_eq!(said.code, 0, "{line}: {}", said.err);
    }
    assert_eq!(repo.git_in(&there, ["rev-parse", BRANCH]), theirs);
    assert_eq!(repo.git_in(&hub, ["rev-parse", "mine"]), ours);
    repo.ok_in(&there, ["push", BRANCH]);
    let table = repo.ok_in(&there, ["results", "mine", "--format", "csv", "--columns", "point,status"]);
    assert_eq!(table.matches(",ok\n").count(), 9, "{table}");
}

#[test]
fn only_notes_that_are_new_are_counted() {
    let (repo, here, there) = shared();
    repo.ok_in(&here, ["queue", "--points", "1-4"]);
    repo.ok_in(&here, ["push"]);
    assert!(repo.run_in(&there, ["fetch"]).err.contains("4 new notes"));
    repo.ok_in(&here, ["queue", "--points", "5-6"]);
    repo.ok_in(&here, ["push"]);
    let said = repo.run_in(&there, ["fetch"]);
    assert!(said.err.contains("and 2 new notes"), "{}", said.err);
}

#[test]
fn a_remote_that_takes_nothing_is_told_of_in_its_own_words() {
    let (repo, here, _) = shared();
    repo.ok_in(&here, ["queue"]);
    let lock = repo.outside().join("hub.git/refs/notes/gitsweep.lock");
    std::fs::create_dir_all(lock.parent().unwrap()).unwrap();
    std::fs::write(&lock, "").unwrap();
    let said = repo.run_in(&here, ["push"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.starts_with("error: origin did not take the push in 10 tries"), "{}", said.err);
    assert!(said.err.contains("caused by: git push") && said.err.contains("gitsweep.lock"), "{}", said.err);
    std::fs::remove_file(lock).unwrap();
    repo.ok_in(&here, ["push"]);
}

/// Points were laid here beneath what somebody has committed and pushed on top.
#[test]
fn a_commit_on_top_at_the_remote_is_no_fork_of_points() {
    let (repo, here, there) = shared();
    repo.git_in(&there, ["switch", "-q", BRANCH]);
    repo.git_in(&there, ["commit", "-q", "--allow-empty", "-m", "theirs"]);
    repo.git_in(&there, ["push", "-q", "origin", BRANCH]);
    let theirs = repo.git_in(&there, ["rev-parse", BRANCH]);
    repo.ok_in(&here, ["fetch"]);
    for value in ["7.5", "8.5"] {
        repo.ok_in(&here, ["extend", "-p", &format!("g_e=[{value}]")]);
    }
    let said = repo.run_in(&here, ["push"]);
    assert_eq!(said.code, 1, "{}", said.err);
    let way_out = said.err.trim_end().rsplit_once("push yours: ").unwrap().1;
    let pushed = Said::of(repo.command_in("sh", &here).args(["-c", way_out]).output().unwrap());
    assert_eq!(pushed.code, 0, "{way_out}: {}", pushed.err);
    let hub = repo.outside().join("hub.git");
    assert_eq!(repo.git_in(&hub, ["rev-parse", "mine"]), theirs);
    assert_eq!(numbers(&repo, &hub, BRANCH).len(), 12);
    repo.ok_in(&here, ["push"]);
}

#[test]
fn a_clone_is_told_that_git_brings_no_results_along() {
    let (repo, here, _) = shared();
    repo.ok_in(&here, ["queue"]);
    repo.ok_in(&here, ["push"]);
    repo.git_in(repo.outside(), ["clone", "-q", "hub.git", "late"]);
    let late = repo.outside().join("late");
    let word = format!("git brings no results along: gitsweep fetch gets those that there are of origin/{BRANCH}\n");
    for command in [&["list"][..], &["status"], &["results"], &["queue", "--dry-run"]] {
        let said = repo.run_in(&late, command);
        assert!(said.err.contains(&word), "{command:?}: {}", said.err);
    }
    repo.ok_in(&late, ["fetch"]);
    for command in [&["list"][..], &["status"], &["results"]] {
        assert_eq!(repo.run_in(&late, command).err, "", "{command:?}");
    }
    // One's own sweep has no results anywhere else.
    assert_eq!(repo.run_in(&late, ["create", "--branch", "mine"]).code, 0);
    repo.git_in(&late, ["update-ref", "-d", "refs/notes/gitsweep"]);
    assert_eq!(repo.run_in(&late, ["status", "mine"]).err, "");
}

#[test]
fn a_partial_clone_has_all_notes_and_is_told_how_to_get_the_rest() {
    let (repo, here, _) = shared();
    repo.ok_in(&here, ["queue"]);
    repo.ok_in(&here, ["push"]);
    let hub = repo.outside().join("hub.git");
    repo.git_in(&hub, ["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", hub.display());
    repo.git_in(repo.outside(), ["clone", "-q", "--filter=blob:none", "--no-checkout", &url, "part"]);
    let part = repo.outside().join("part");
    repo.ok_in(&part, ["fetch"]);
    let missing = repo.git_in(&part, ["rev-list", "--objects", "--missing=print", "refs/notes/gitsweep"]);
    assert!(!missing.contains('?'), "{missing}");
    let said = repo.run_in(&part, ["results", BRANCH]);
    assert_eq!(said.code, 1, "{}", said.err);
    let way = said.err.split("in a partial one: ").nth(1).unwrap().trim();
    assert!(repo.command_in("sh", &part).args(["-c", way]).status().unwrap().success(), "{way}");
    repo.git_in(repo.outside(), ["clone", "-q", "--filter=tree:0", "--no-checkout", &url, "bare-bones"]);
    let said = repo.run_in(&repo.outside().join("bare-bones"), ["status", BRANCH]);
    assert!(said.code == 1 && said.err.contains(way), "{}", said.err);
    let results = |folder: &Path| repo.ok_in(folder, ["results", "--format", "csv", "--columns", "g_e,score,status"]);
    assert_eq!(results(&part), results(&here));
    assert_eq!(repo.run_in(&part, ["queue", "--rerun", "all"]).code, 0);
}

/// As many have it to see notes in `git log`, and as mirrors have it.
#[test]
fn what_is_only_here_survives_where_git_would_write_over_it() {
    let (repo, here, _) = shared();
    repo.git_in(repo.outside(), ["clone", "-q", "hub.git", "noted"]);
    repo.git_in(repo.outside(), ["clone", "-q", "--mirror", "hub.git", "mirror.git"]);
    let [noted, mirror] = ["noted", "mirror.git"].map(|name| repo.outside().join(name));
    repo.git_in(&noted, ["config", "--add", "remote.origin.fetch", "+refs/notes/*:refs/notes/*"]);
    repo.git_in(&noted, ["branch", "-q", BRANCH, &format!("origin/{BRANCH}")]);
    for (number, clone) in [&noted, &mirror].into_iter().enumerate() {
        let fetch = |at_hub: &str| {
            repo.ok_in(&here, ["queue", BRANCH, "--points", at_hub]);
            repo.ok_in(&here, ["push"]);
            let said = repo.run_in(clone, ["fetch"]);
            assert_eq!(said.code, 0, "{}", said.err);
            said.err
        };
        repo.ok_in(clone, ["queue", BRANCH, "--points", "5"]);
        // Within one second, the same points would be the same commits.
        repo.ok_in(clone, ["extend", BRANCH, "-p", &format!("g_e=[{number}.75]")]);
        let tip = repo.git_in(clone, ["rev-parse", BRANCH]);
        fetch(if number == 0 { "1" } else { "3" });
        assert_eq!(repo.git_in(clone, ["rev-parse", BRANCH]), tip);
        let before: &[usize] = if number == 0 { &[1, 0, 0, 0, 1] } else { &[1, 1, 1, 0, 2] };
        assert_eq!(attempts(&repo, clone, BRANCH)[..5], *before, "{}", clone.display());
        // A push looks at the remote's as well.
        repo.ok_in(&here, ["queue", BRANCH, "--rerun", "all", "--points", "2"]);
        repo.ok_in(&here, ["push"]);
        repo.ok_in(clone, ["queue", BRANCH, "--points", "6"]);
        repo.git_in(clone, ["config", "remote.origin.mirror", "false"]);
        repo.run_in(clone, ["push"]);
        assert_eq!(attempts(&repo, clone, BRANCH)[5], 1);
        assert_eq!(repo.git_in(clone, ["rev-parse", BRANCH]), tip);
        if number == 0 {
            repo.git_in(&here, ["fetch", "-q"]);
            repo.ok_in(&here, ["fetch"]);
        }
    }
    // What has grown on both sides stays, and is told of.
    repo.git_in(&here, ["branch", "-q", "-f", BRANCH, &format!("origin/{BRANCH}~3")]);
    repo.ok_in(&here, ["extend", BRANCH, "-p", "g_e=[9.5]"]);
    repo.git_in(&here, ["push", "-q", "-f", "origin", BRANCH]);
    let tip = repo.git_in(&mirror, ["rev-parse", BRANCH]);
    let said = repo.run_in(&mirror, ["fetch"]);
    assert!(
        said.err
            .contains(&format!("{BRANCH} has grown here and at origin since they were one, and stays as it is here"))
            && said.err.contains(&format!("git fetch origin {BRANCH}:mine")),
        "{}",
        said.err
    );
    assert_eq!(repo.git_in(&mirror, ["rev-parse", BRANCH]), tip);
    repo.git_in(&mirror, ["fetch", "origin", &format!("{BRANCH}:mine")]);
    repo.git_in(&mirror, ["fsck", "--strict", "--full"]);
}

#[test]
fn a_push_calls_the_user_s_hook_as_git_s_own_does() {
    let (repo, here, _) = shared();
    let hook = here.join(".git/hooks/pre-push");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let hooked = |text: &str| {
        std::fs::write(&hook, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
        repo.run_in(&here, ["push"])
    };
    repo.ok_in(&here, ["queue", "--limit", "1"]);
    let said = hooked("echo not today >&2; exit 1");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("not today"), "{}", said.err);
    assert_eq!(repo.git_in(&repo.outside().join("hub.git"), ["for-each-ref", "refs/notes"]), "");
    let said = hooked("cat > seen");
    assert_eq!(said.code, 0, "{}", said.err);
    let seen = std::fs::read_to_string(here.join("seen")).unwrap();
    assert!(seen.starts_with("refs/notes/gitsweep "), "{seen}");
}

#[test]
fn a_push_to_a_mirror_pushes_sweeps_and_notes_alone() {
    let (repo, here, _) = shared();
    repo.git_in(repo.outside(), ["init", "-q", "--bare", "mirror.git"]);
    repo.git_in(&here, ["remote", "add", "--mirror=push", "mirror", "../mirror.git"]);
    repo.ok_in(&here, ["queue", "--limit", "1"]);
    repo.ok_in(&here, ["push", "--remote", "mirror"]);
    let refs = repo.git_in(&repo.outside().join("mirror.git"), ["for-each-ref", "--format=%(refname)"]);
    assert_eq!(refs, format!("refs/heads/{BRANCH}\nrefs/notes/gitsweep"));
}
