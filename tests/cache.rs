//! Caches: they make reading faster and never show anything but what the repository says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod common;
mod live;

use std::fs;
use std::path::{Path, PathBuf};

use common::{BRANCH, DATE, Repo, Said};
use gitsweep::ledger;
use gitsweep::record::{Metric, Record, Status};
use live::laid;

/// Enough for all caches to be written.
const POINTS: u32 = 600;
const TABLE: [&str; 5] = ["results", "--format", "csv", "--columns", "all"];

/// A sweep in which all points but every tenth have an outcome, and every seventh has failed before.
fn swept() -> Repo {
    let repo = laid(POINTS, "", "echo $g > output.json");
    for (number, commit) in (1_i64..).zip(repo.points(BRANCH)).filter(|(number, _)| number % 10 != 0) {
        if number % 7 == 0 {
            leave(
                repo.root(),
                &commit,
                &Record { reason: Some("exit code 3".to_owned()), ..Record::bare(1, Status::Failed) },
            );
        }
        leave(repo.root(), &commit, &scored(1 + u64::from(number % 7 == 0), number));
    }
    repo
}

fn scored(attempt: u64, score: i64) -> Record {
    let mut record = Record::bare(attempt, Status::Ok);
    record.metrics.insert("score".to_owned(), Metric::Number(score.into()));
    record.host = Some("n1".to_owned());
    record
}

fn leave(root: &Path, commit: &str, record: &Record) {
    let path = ledger::result_path(&root.join(".git/gitsweep"), commit.parse().unwrap(), record.attempt);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, record.to_line().unwrap()).unwrap();
}

fn caches(root: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> =
        fs::read_dir(root.join(".git/gitsweep/cache")).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// What `results`, `status` and `list` say. What is kept to be written as it is must be what the whole table says.
fn said(repo: &Repo, root: &Path) -> String {
    let said = |arguments: &[&str]| {
        let Said { code, out, err } = repo.run_in(root, arguments);
        format!("{code}\n{out}{err}")
    };
    let plain = ["csv", "tsv", "json", "jsonl"].map(|format| {
        let plain = said(&["results", "--format", format]);
        let whole = said(&["results", "--format", format, "--where", "point > 0"]);
        assert!(plain == whole, "{format}, as it is kept:\n{plain}\nas a table:\n{whole}");
        plain
    });
    let some = said(&["results", "--format", "csv", "--columns", "sc*,status,g,seconds,attempts,reason,sweep"]);
    [said(&TABLE), some, plain.concat(), said(&["status", "--json"]), said(&["list"])].concat()
}

/// What is [`said`], which is the same with caches and, in a copy of the repository, without.
fn told(repo: &Repo, root: &Path) -> String {
    let with = said(repo, root);
    let copy = repo.outside().join("without");
    assert!(repo.command("cp").arg("-r").arg(root).arg(&copy).status().unwrap().success());
    let _ = fs::remove_dir_all(copy.join(".git/gitsweep/cache"));
    let without = said(repo, &copy);
    fs::remove_dir_all(&copy).unwrap();
    assert!(with == without, "with a cache:\n{with}\nwithout:\n{without}");
    with
}

#[test]
fn a_cache_may_be_deleted_or_damaged_at_any_time() {
    let repo = swept();
    // From here on nothing but the caches changes.
    let first = told(&repo, repo.root());
    assert!(first.contains("exit code 3") || first.contains("540"), "{first}");
    let files = caches(repo.root());
    assert_eq!(files.len(), 3, "{files:?}");
    assert_eq!(said(&repo, repo.root()), first);
    for file in &files {
        let whole = fs::read(file).unwrap();
        // The last bytes are what is read when somebody asks for it.
        let flipped = [whole.len() / 8, whole.len() / 2, whole.len() / 4 * 3, whole.len() - 1].map(|at| {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            flipped
        });
        let mut later = whole.clone();
        later[8] ^= 0x40;
        let others = [later, whole[..whole.len() / 3].to_vec(), Vec::new(), b"gitsweep".to_vec()];
        for damaged in flipped.into_iter().chain(others) {
            fs::write(file, damaged).unwrap();
            assert_eq!(said(&repo, repo.root()), first, "{}", file.display());
        }
        fs::remove_file(file).unwrap();
        fs::create_dir(file).unwrap();
        assert_eq!(said(&repo, repo.root()), first);
        fs::remove_dir(file).unwrap();
        assert_eq!(said(&repo, repo.root()), first);
        assert_eq!(fs::read(file).unwrap(), whole, "it is made again, and the same");
    }
    // One sweep's cache in the place of another thing's.
    fs::copy(&files[0], &files[1]).unwrap();
    assert_eq!(said(&repo, repo.root()), first);
    fs::remove_dir_all(repo.root().join(".git/gitsweep/cache")).unwrap();
    fs::write(repo.root().join(".git/gitsweep/cache"), "no folder").unwrap();
    assert_eq!(said(&repo, repo.root()), first);
}

#[test]
fn a_branch_that_moves_is_followed_wherever_it_goes() {
    let repo = swept();
    told(&repo, repo.root());
    let points = repo.points(BRANCH);
    let rows = || repo.ok(["results", "--format", "csv", "--columns", "point", BRANCH]).lines().count() - 1;
    let all = points.len();
    // Forward, by points and by a commit of the user's on top.
    repo.ok(["extend", "-p", "g=1 to 650 step 1"]);
    told(&repo, repo.root());
    assert_eq!(rows(), all + 50);
    let longer = repo.git(["rev-parse", BRANCH]);
    let own = repo.git(["commit-tree", "-p", BRANCH, "-m", "Mine", &format!("{BRANCH}^{{tree}}")]);
    repo.git(["update-ref", &format!("refs/heads/{BRANCH}"), &own]);
    told(&repo, repo.root());
    assert_eq!(rows(), all + 50);
    // Back, to before the cache begins and to where it began.
    for (tip, expected) in [(&points[99], 100), (&points[all - 1], all), (&longer, all + 50), (&points[0], 1)] {
        repo.git(["update-ref", &format!("refs/heads/{BRANCH}"), tip]);
        told(&repo, repo.root());
        assert_eq!(rows(), expected);
    }
    // Another sweep of the same name.
    repo.git(["update-ref", &format!("refs/heads/{BRANCH}"), &longer]);
    repo.ok(["delete", "--yes", BRANCH]);
    repo.ok(["create", "--date", DATE, "-p", "g=1001 to 1300 step 1"]);
    told(&repo, repo.root());
    assert_eq!(rows(), 300);
    assert!(repo.ok(["results", "--format", "csv", "--columns", "g,status"]).starts_with("g,status\n1001,pending\n"));
}

#[test]
fn notes_are_read_as_they_stand_now() {
    let repo = swept();
    told(&repo, repo.root());
    let points = repo.points(BRANCH);
    let row = |point: usize| {
        let table = repo.ok(["results", "--format", "csv", "--columns", "score,status,attempts"]);
        table.lines().nth(point).unwrap().to_owned()
    };
    assert_eq!((row(10), row(11), row(7)), (",pending,0".into(), "11,ok,1".into(), "7,ok,2".into()));
    // An outcome more, in a file and then in a note; one that git writes over; one that git removes.
    leave(repo.root(), &points[9], &scored(1, -10));
    assert_eq!(row(10), "-10,ok,1");
    let line = scored(1, 4711).to_line().unwrap();
    repo.git(["notes", "--ref=gitsweep", "add", "-f", "-m", &line, &points[10]]);
    repo.git(["notes", "--ref=gitsweep", "remove", &points[6]]);
    assert_eq!((row(10), row(11), row(7)), ("-10,ok,1".into(), "4711,ok,1".into(), ",pending,0".into()));
    repo.git(["notes", "--ref=gitsweep", "append", "-m", "looks odd to me", &points[10]]);
    assert!(told(&repo, repo.root()).contains("looks odd to me"));
    // Back to what it was, and all gone.
    repo.git(["update-ref", "refs/notes/gitsweep", "refs/notes/gitsweep~3"]);
    assert!(!told(&repo, repo.root()).contains("looks odd to me"));
    assert_eq!((row(10), row(11), row(7)), ("-10,ok,1".into(), "11,ok,1".into(), "7,ok,2".into()));
    repo.git(["update-ref", "-d", "refs/notes/gitsweep"]);
    told(&repo, repo.root());
    let table = repo.ok(["results", "--format", "csv", "--columns", "status,attempts"]);
    assert_eq!(table.lines().nth(11), Some("pending,0"));
}

#[test]
fn a_damaged_cache_of_notes_that_are_gone_is_as_good_as_none() {
    let repo = swept();
    told(&repo, repo.root());
    // The same notes but one, without a history: most of the cache could still be used.
    let point = repo.points(BRANCH).swap_remove(10);
    repo.git(["notes", "--ref=gitsweep", "remove", &point]);
    let alone = repo.git(["commit-tree", "-m", "Notes", "refs/notes/gitsweep^{tree}"]);
    repo.git(["update-ref", "refs/notes/gitsweep", &alone]);
    repo.git(["reflog", "expire", "--expire=now", "--all"]);
    repo.git(["gc", "-q", "--prune=now"]);
    let notes = repo.root().join(".git/gitsweep/cache/notes");
    let mut damaged = fs::read(&notes).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&notes, &damaged).unwrap();
    repo.ok(TABLE);
    told(&repo, repo.root());
    assert_ne!(fs::read(&notes).unwrap(), damaged, "it is made again");
}

#[test]
fn a_damaged_cache_of_notes_some_of_which_have_changed_is_as_good_as_none() {
    let repo = swept();
    told(&repo, repo.root());
    let notes = repo.root().join(".git/gitsweep/cache/notes");
    let kept = fs::read(&notes).unwrap();
    let points = repo.points(BRANCH);
    let longer = Record { reason: Some("a reason that was not there before".to_owned()), ..scored(3, 1234) };
    repo.git(["notes", "--ref=gitsweep", "remove", &points[10]]);
    repo.git(["notes", "--ref=gitsweep", "append", "-m", &longer.to_line().unwrap(), &points[20]]);
    let mut damaged = kept;
    *damaged.last_mut().unwrap() ^= 1;
    // Each command alone finds what was kept before it.
    for command in [&TABLE[..], &["status", "--json"], &["results", "--format", "json"], &["show", "31"]] {
        fs::write(&notes, &damaged).unwrap();
        let with = repo.ok(command);
        assert!(!notes.exists(), "{command:?} has seen the damage");
        let _ = fs::remove_dir_all(repo.root().join(".git/gitsweep/cache"));
        assert_eq!(with, repo.ok(command));
    }
}

#[test]
fn a_damaged_cache_of_notes_that_cannot_be_read_is_an_error_with_a_way_out() {
    let repo = swept();
    told(&repo, repo.root());
    let notes = repo.root().join(".git/gitsweep/cache/notes");
    let mut damaged = fs::read(&notes).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&notes, &damaged).unwrap();
    let tree = repo.git(["rev-parse", "refs/notes/gitsweep^{tree}"]).trim().to_owned();
    for entry in fs::read_dir(repo.root().join(".git/objects/pack")).unwrap() {
        let pack = entry.unwrap().path();
        if pack.extension().is_some_and(|extension| extension == "idx")
            && repo.git(["verify-pack", "-v", pack.to_str().unwrap()]).contains(&tree)
        {
            fs::remove_file(pack.with_extension("pack")).unwrap();
            fs::remove_file(pack).unwrap();
        }
    }
    let error = repo.fails(1, TABLE);
    assert!(
        error.starts_with("error: what was kept of the notes is damaged, and the notes cannot be read\n"),
        "{error}"
    );
    assert!(error.contains("hint: git fsck tells what is broken"), "{error}");
}

#[test]
fn what_another_clone_has_added_is_there_after_a_fetch() {
    let repo = swept();
    repo.ok(["status"]);
    repo.git_in(repo.outside(), ["clone", "-q", "--bare", "model", "hub.git"]);
    let [here, there] = ["here", "there"].map(|name| {
        repo.git_in(repo.outside(), ["clone", "-q", "hub.git", name]);
        let folder = repo.outside().join(name);
        repo.ok_in(&folder, ["fetch"]);
        folder
    });
    let before = told(&repo, &here);
    let points = repo.points(BRANCH);
    for (at, score) in [(9, 10), (19, 20)] {
        leave(&there, &points[at], &scored(1, score));
    }
    leave(&here, &points[29], &scored(1, 30));
    repo.ok_in(&here, ["status"]);
    repo.ok_in(&there, ["status"]);
    repo.ok_in(&there, ["push"]);
    repo.ok_in(&here, ["fetch"]);
    let after = told(&repo, &here);
    assert_ne!(before, after);
    let table = repo.ok_in(&here, ["results", "--format", "csv", "--columns", "score,status"]);
    let rows: Vec<&str> = [10, 20, 30, 40].map(|row| table.lines().nth(row).unwrap()).into();
    assert_eq!(rows, ["10,ok", "20,ok", "30,ok", ",pending"]);
}

#[test]
fn two_who_read_at_once_leave_one_cache() {
    let repo = swept();
    let expected = repo.ok(TABLE);
    for _ in 0..3 {
        fs::remove_dir_all(repo.root().join(".git/gitsweep/cache")).unwrap();
        std::thread::scope(|scope| {
            let readers: Vec<_> = (0..4).map(|_| scope.spawn(|| repo.ok(TABLE))).collect();
            readers.into_iter().for_each(|reader| assert_eq!(reader.join().unwrap(), expected));
        });
        assert_eq!(caches(repo.root()).len(), 2);
    }
    assert_eq!(repo.ok(TABLE), expected);
}
