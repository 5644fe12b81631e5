//! Notes: as git reads and writes them, many of them, written by many at once, beside what others wrote.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod common;
mod live;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::{BRANCH, Repo, Said};
use gitsweep::git::{CommitId, Identity, RefMoved, Repository};
use gitsweep::ledger::{self, Ledger};
use gitsweep::record::{Record, Status};
use live::laid;

const NOTES: &str = "refs/notes/gitsweep";

fn identity() -> Identity {
    Identity::of_tool(1_700_000_000)
}

/// Ids that are spread like those of commits.
fn ids(numbers: std::ops::Range<u64>) -> Vec<CommitId> {
    let spread = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    numbers.map(|n| format!("{:016x}{:016x}{:08x}", spread(n + 1), spread(!n), n).parse().unwrap()).collect()
}

fn add(repository: &Repository, ids: &[CommitId], line: &str) -> usize {
    let lines: Vec<_> = ids.iter().map(|id| (*id, vec![format!("{line} {id}")])).collect();
    repository.add_to_notes(NOTES, &lines, &identity(), "notes").unwrap().changed
}

fn open(repo: &Repo) -> Repository {
    Repository::discover(repo.root()).unwrap()
}

/// What git says of the notes: object and commit.
fn listed(repo: &Repo) -> Vec<(String, String)> {
    let list = repo.git(["notes", "--ref=gitsweep", "list"]);
    list.lines().map(|line| line.split_once(' ').unwrap()).map(|(b, c)| (b.to_owned(), c.to_owned())).collect()
}

/// How many notes lie below so many folders.
fn depths(repo: &Repo) -> [usize; 4] {
    let mut depths = [0; 4];
    for path in repo.git(["ls-tree", "-r", "--name-only", NOTES]).lines() {
        depths[path.matches('/').count()] += 1;
    }
    depths
}

#[test]
fn git_reads_hundreds_of_notes_and_goes_on_writing_them() {
    let repo = Repo::small();
    let repository = open(&repo);
    let ids = ids(0..700);
    for batch in ids.chunks(140) {
        assert_eq!(add(&repository, batch, "first"), batch.len());
    }
    repo.fsck();
    assert_eq!(listed(&repo).len(), 700);
    let found: BTreeSet<String> = listed(&repo).into_iter().map(|(_, commit)| commit).collect();
    assert_eq!(found, ids.iter().map(ToString::to_string).collect());
    assert_eq!(depths(&repo), [0, 700, 0, 0], "there is a fan-out, and no note stands above it");

    // git writes one, which lays all of them in its own way; then we do again.
    let head = repo.git(["rev-parse", "HEAD"]);
    repo.git(["notes", "--ref=gitsweep", "add", "-m", "by git", "HEAD"]);
    assert_eq!(listed(&repo).len(), 701);
    let head: CommitId = head.parse().unwrap();
    assert_eq!(repository.read_note(NOTES, head).unwrap().unwrap(), b"by git\n");
    assert_eq!(add(&repository, &[ids[..10].to_vec(), vec![head]].concat(), "second"), 11);
    assert_eq!(repo.git(["notes", "--ref=gitsweep", "show", "HEAD"]), format!("by git\nsecond {head}"));
    assert_eq!(listed(&repo).len(), 701);
    assert_eq!(add(&repository, &ids[..10], "second"), 0, "a line is added once");
    let note = repository.read_note(NOTES, ids[3]).unwrap().unwrap();
    assert_eq!(String::from_utf8(note).unwrap(), format!("first {0}\nsecond {0}\n", ids[3]));
    assert_eq!(repository.remove_notes(NOTES, &ids[..600], &identity(), "fewer").unwrap().changed, 600);
    assert_eq!(listed(&repo).len(), 101);
    assert_eq!(repository.read_notes(NOTES).unwrap().len(), 101);
    repo.fsck();
}

#[test]
fn what_has_changed_is_told_whoever_changed_it() {
    let repo = Repo::small();
    let repository = open(&repo);
    let ids = ids(0..900);
    add(&repository, &ids[..200], "flat");
    let mut states = vec![(repository.read_ref(NOTES).unwrap().unwrap(), listed(&repo))];
    let keep = |states: &mut Vec<_>| states.push((repository.read_ref(NOTES).unwrap().unwrap(), listed(&repo)));
    add(&repository, &ids[150..700], "split");
    keep(&mut states);
    add(&repository, &ids[699..703], "few");
    repository.remove_notes(NOTES, &ids[..7], &identity(), "fewer").unwrap();
    keep(&mut states);
    repo.git(["notes", "--ref=gitsweep", "add", "-m", "by git", "HEAD"]);
    keep(&mut states);
    repo.git(["notes", "--ref=gitsweep", "append", "-m", "more", &ids[100].to_string()]);
    keep(&mut states);
    for (old, before) in &states {
        for (new, after) in &states {
            let changed = repository.changed_notes(*old, *new, 10_000).unwrap();
            let note = |list: &[(String, String)], id: &CommitId| {
                list.iter().find(|(_, commit)| *commit == id.to_string()).map(|(blob, _)| blob.clone())
            };
            for id in ids.iter().chain([&repository.head().unwrap()]) {
                let told = changed.iter().find(|(commit, _)| commit == id);
                let told = told.map(|(_, blobs)| blobs.iter().map(ToString::to_string).collect::<Vec<_>>());
                match told {
                    Some(blobs) => assert_eq!(blobs, Vec::from_iter(note(after, id)), "{id}"),
                    None => assert_eq!(note(before, id), note(after, id), "{id}"),
                }
            }
            assert_eq!(changed.is_empty(), old == new);
        }
    }
    let (first, last) = (states[0].0, states[4].0);
    assert!(repository.changed_notes(first, last, 100).is_none(), "too many");
    let gone: CommitId = "1".repeat(40).parse().unwrap();
    assert!(repository.changed_notes(gone, last, 10_000).is_none());
}

#[test]
fn one_of_seventy_thousand_notes_takes_few_objects_and_git_reads_all() {
    let repo = Repo::small();
    let repository = open(&repo);
    let ids = ids(0..70_000);
    add(&repository, &ids, "first");
    assert_eq!(listed(&repo).len(), 70_000);
    let flat = depths(&repo);
    assert_eq!(flat[0], 0, "{flat:?}");
    let tree = |path: &str| repo.git(["ls-tree", &format!("{NOTES}:{path}")]).lines().count();
    assert!(tree("") <= 256 && tree("a7") <= 300, "no folder is large");

    // A batch of one writes a blob, a commit and the folders on the way, once these are split.
    add(&repository, &ids[5..6], "second");
    let before = objects(repo.root());
    add(&repository, &ids[5..6], "third");
    assert!(objects(repo.root()) - before <= 6);
    assert_eq!(repository.read_note(NOTES, ids[5]).unwrap().unwrap().iter().filter(|byte| **byte == b'\n').count(), 3);
    assert_eq!(repository.read_notes(NOTES).unwrap().len(), 70_000);
    let one = repo.git(["notes", "--ref=gitsweep", "list", &ids[69_999].to_string()]);
    assert_eq!(repo.git(["cat-file", "blob", &one]), format!("first {}", ids[69_999]));

    // A batch on top of many splits few folders, and adds to the others as they are.
    let more: Vec<CommitId> = self::ids(70_000..70_140);
    assert_eq!(add(&repository, &[more.clone(), ids[..60].to_vec()].concat(), "late"), 200);
    let late = depths(&repo);
    assert!(late[2] > 200 && late[2] < 6 * 400, "{late:?}");
    assert_eq!((late.iter().sum::<usize>(), listed(&repo).len()), (70_140, 70_140));
    for id in [&more[0], &more[139], &ids[59]] {
        let note = String::from_utf8(repository.read_note(NOTES, *id).unwrap().unwrap()).unwrap();
        assert!(note.ends_with(&format!("late {id}\n")), "{note}");
        let blob = repo.git(["notes", "--ref=gitsweep", "list", &id.to_string()]);
        assert_eq!(format!("{}\n", repo.git(["cat-file", "blob", &blob])), note);
    }
    repo.git(["notes", "--ref=gitsweep", "add", "-m", "by git", "HEAD"]);
    assert_eq!(listed(&repo).len(), 70_141);
    repo.fsck();
}

/// The number of loose objects.
fn objects(root: &Path) -> usize {
    let folders = std::fs::read_dir(root.join(".git/objects")).unwrap().flatten();
    folders.filter(|f| f.file_name().len() == 2).map(|f| std::fs::read_dir(f.path()).unwrap().count()).sum()
}

/// The tree that tree.txt lists.
fn mktree(repo: &Repo) -> String {
    let listed = std::fs::File::open(repo.root().join("tree.txt")).unwrap();
    let said = Said::of(repo.command("git").arg("mktree").stdin(listed).output().unwrap());
    assert_eq!(said.code, 0, "{}", said.err);
    said.out.trim().to_owned()
}

#[test]
fn a_note_in_two_places_goes_from_both() {
    let repo = Repo::small();
    let repository = open(&repo);
    let ids = ids(0..300);
    add(&repository, &ids, "below");
    // As a merge by git may leave it: a note at the top, beside the one in a folder.
    let id = ids[7];
    let blob = repo.git(["hash-object", "-w", "gitsweep.toml"]);
    let tree = repo.git(["ls-tree", NOTES]) + &format!("\n100644 blob {blob}\t{id}\n");
    repo.write("tree.txt", &tree);
    let tree = mktree(&repo);
    let commit = repo.git(["commit-tree", "-m", "merged", "-p", NOTES, &tree]);
    repo.git(["update-ref", NOTES, &commit]);
    assert_eq!(repo.git(["ls-tree", "-r", "--name-only", NOTES]).lines().count(), 301);
    repository.remove_notes(NOTES, &[id], &identity(), "gone").unwrap();
    assert_eq!(listed(&repo).len(), 299);
    assert!(open(&repo).read_note(NOTES, id).unwrap().is_none());
    repo.fsck();
}

#[test]
fn libgit2_finds_each_note_though_it_looks_into_one_place_only() {
    let repo = Repo::small();
    let repository = open(&repo);
    let id = |byte: u64, number: u64| -> CommitId { format!("{byte:02x}{number:038x}").parse().unwrap() };
    let mut ids: Vec<CommitId> = (0..384).map(|number| id(number % 128, number)).collect();
    add(&repository, &ids, "many, in folders from 00 to 7f");
    add(&repository, &[id(0xf0, 1)], "one, which gets no folder");
    let later: Vec<CommitId> = (0..40).map(|number| id(0xe0 + number % 32, 1000 + number)).collect();
    add(&repository, &later, "some, which do");
    ids.push(id(0xf0, 1));
    ids.extend(later);
    let reader = git2::Repository::open(repo.root()).unwrap();
    for id in &ids {
        let commit = git2::Oid::from_str(&id.to_string()).unwrap();
        assert!(reader.find_note(Some(NOTES), commit).is_ok(), "{id}");
    }
    let listed = repo.git(["ls-tree", "--name-only", NOTES]);
    let names: Vec<&str> = listed.lines().collect();
    assert!(names.contains(&"e1") && !names.contains(&"f0"), "{listed}");
    repo.fsck();
}

#[test]
fn folders_deeper_than_an_id_are_nobodys_notes() {
    let repo = Repo::small();
    let id = ids(0..1)[0];
    repo.write("empty.txt", "");
    let blob = repo.git(["hash-object", "-w", "empty.txt"]);
    repo.write("tree.txt", format!("100644 blob {blob}\tab\n"));
    let mut tree = mktree(&repo);
    for byte in id.object().as_bytes().iter().rev() {
        repo.write("tree.txt", format!("040000 tree {tree}\t{byte:02x}\n"));
        tree = mktree(&repo);
    }
    let commit = repo.git(["commit-tree", "-m", "deep", &tree]);
    repo.git(["update-ref", NOTES, &commit]);
    let repository = open(&repo);
    assert!(repository.read_note(NOTES, id).unwrap().is_none());
    assert!(Ledger::read(&repository).unwrap().of(id).is_empty());
    add(&repository, &[id], "line");
    assert!(open(&repo).read_note(NOTES, id).unwrap().is_some());
    repository.remove_notes(NOTES, &[id], &identity(), "gone").unwrap();
    assert!(open(&repo).read_note(NOTES, id).unwrap().is_none());
}

#[test]
fn many_who_fold_at_once_lose_nothing() {
    let repo = Repo::small();
    let ids = ids(0..80);
    let repo = &repo;
    std::thread::scope(|scope| {
        for mine in ids.chunks(10) {
            scope.spawn(move || {
                let repository = open(repo);
                for id in mine {
                    let mut record = Record::bare(1, Status::Ok);
                    record.reason = Some(id.to_string());
                    assert!(ledger::leave_result(&repository.state_dir(), *id, &record).unwrap());
                    ledger::fold(&repository).unwrap();
                }
            });
        }
    });
    all_once(repo, &ids);
}

#[test]
fn an_outcome_is_left_though_its_folder_goes_at_the_same_time() {
    let repo = Repo::small();
    let repository = open(&repo);
    let state = repository.state_dir();
    let (id, other) = (ids(0..1)[0], ids(1..2)[0]);
    let path = |attempt| ledger::result_path(&state, id, attempt);
    let folder = path(1).parent().unwrap().to_owned();
    let is_over = &AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                // It goes whenever it is empty, as after a fold, though some hundred times a second. More often there would be
                // one who waits for it each time that it is made, on a disk that takes long for that.
                let _ = std::fs::remove_dir(&folder);
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        let left: Vec<bool> = (1..=3000)
            .map(|attempt| {
                let record = Record::bare(attempt, Status::Ok);
                let leave = if attempt % 50 == 0 { ledger::leave_result } else { ledger::leave_result_for_now };
                let is_left = leave(&state, id, &record).is_ok_and(|is_new| is_new);
                is_left && std::fs::remove_file(path(attempt)).is_ok()
            })
            .collect();
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(left.iter().filter(|is_left| !**is_left).count(), 0);
    });
    // Of what is folded in no folder is left, nor one that was empty before.
    std::fs::create_dir_all(&folder).unwrap();
    assert!(ledger::leave_result(&state, other, &Record::bare(1, Status::Ok)).unwrap());
    assert_eq!(ledger::fold(&repository).unwrap(), 1);
    assert_eq!(std::fs::read_dir(folder.parent().unwrap()).unwrap().count(), 0);
}

#[test]
fn many_who_write_at_once_without_a_lock_lose_nothing() {
    let repo = Repo::small();
    let ids = ids(0..40);
    let repo = &repo;
    std::thread::scope(|scope| {
        for mine in ids.chunks(5) {
            scope.spawn(move || {
                let repository = open(repo);
                for id in mine {
                    let mut record = Record::bare(1, Status::Ok);
                    record.reason = Some(id.to_string());
                    let lines = [(*id, vec![record.to_line().unwrap()])];
                    repository.add_to_notes(NOTES, &lines, &identity(), "one").unwrap();
                }
            });
        }
    });
    all_once(repo, &ids);
    assert_eq!(repo.git(["rev-list", "--count", NOTES]), "40");
}

#[test]
fn of_many_who_make_a_ref_at_once_one_does() {
    let repo = Repo::small();
    let commits: Vec<CommitId> = (0..4)
        .map(|number| {
            repo.git(["commit", "-q", "--allow-empty", "-m", &number.to_string()]);
            repo.git(["rev-parse", "HEAD"]).parse().unwrap()
        })
        .collect();
    for round in 0..60 {
        let name = format!("refs/notes/round-{round}");
        let (repo, name, together) = (&repo, name.as_str(), &std::sync::Barrier::new(commits.len()));
        let made: Vec<CommitId> = std::thread::scope(|scope| {
            let all: Vec<_> = commits
                .iter()
                .map(|commit| {
                    scope.spawn(move || {
                        let repository = open(repo);
                        together.wait();
                        (*commit, repository.move_ref(name, None, *commit, "made").unwrap())
                    })
                })
                .collect();
            let all = all.into_iter().map(|one| one.join().unwrap());
            all.filter(|(_, moved)| *moved == RefMoved::Yes).map(|(commit, _)| commit).collect()
        });
        assert_eq!(made, [open(repo).read_ref(name).unwrap().unwrap()], "{name}");
    }
}

fn all_once(repo: &Repo, ids: &[CommitId]) {
    repo.fsck();
    assert_eq!(listed(repo).len(), ids.len());
    let ledger = Ledger::read(&open(repo)).unwrap();
    for id in ids {
        let reasons: Vec<_> = ledger.of(*id).iter().map(|record| record.reason.clone().unwrap()).collect();
        assert_eq!(reasons, [id.to_string()]);
    }
}

#[test]
fn notes_that_git_adds_at_the_same_time_are_kept() {
    let repo = laid(30, "", "echo $g > output.json");
    let queue = live::Live::start(&repo, ["queue", "-j", "2"]);
    let commits = repo.points(BRANCH);
    for commit in &commits[..10] {
        // git itself may lose the race for the ref, and says so.
        common::wait_until("git to have its turn", || {
            let mut command = repo.command("git");
            command.args(["notes", "--ref=gitsweep", "append", "-m", "{\"seen\": \"by Ada\"}", commit]);
            Said::of(command.output().unwrap()).code == 0
        });
    }
    assert_eq!(queue.wait().code, 0);
    repo.ok(["results"]);
    let ok = repo.ok(["results", "--format", "csv", "--columns", "status"]);
    assert_eq!(ok, format!("status\n{}", "ok\n".repeat(30)));
    repo.fsck();
}

#[test]
fn what_others_wrote_stays_and_is_named() {
    let repo = laid(3, "", "echo $g > output.json");
    repo.ok(["queue", "--points", "1"]);
    let commits = repo.points(BRANCH);
    repo.git(["notes", "--ref=gitsweep", "append", "-m", "looks odd to me", &commits[0]]);
    repo.git(["notes", "--ref=gitsweep", "add", "-m", "{\"v\": 99, \"attempt\": 1}", &commits[1]]);
    repo.git(["notes", "--ref=gitsweep", "add", "-m", "of main", "main"]);
    repo.git(["notes", "add", "-m", "an ordinary note", &commits[2]]);
    let ordinary = repo.git(["rev-parse", "refs/notes/commits"]);
    // A file that is no note at all, in the tree of the notes.
    let index = repo.beside("index");
    let git = |arguments: &[&str]| {
        let said = Said::of(repo.command("git").env("GIT_INDEX_FILE", &index).args(arguments).output().unwrap());
        assert_eq!(said.code, 0, "{}", said.err);
        said.out.trim().to_owned()
    };
    git(&["read-tree", NOTES]);
    let blob = git(&["hash-object", "-w", "gitsweep.toml"]);
    git(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},README/of/ours.txt")]);
    let tree = git(&["write-tree"]);
    let commit = git(&["commit-tree", "-p", NOTES, "-m", "mine", &tree]);
    repo.git(["update-ref", NOTES, &commit]);

    let said = repo.run(["queue"]);
    assert_eq!(said.code, 0, "{}", said.err);
    repo.fsck();
    assert!(repo.git(["ls-tree", "-r", "--name-only", NOTES]).contains("README/of/ours.txt"));
    assert_eq!(repo.git(["notes", "--ref=gitsweep", "show", "main"]), "of main");
    let show = |commit: &str| repo.git(["notes", "--ref=gitsweep", "show", commit]);
    assert!(show(&commits[0]).contains("looks odd to me") && show(&commits[0]).contains("\"status\":\"ok\""));
    assert!(show(&commits[1]).contains("\"v\": 99") && show(&commits[1]).contains("\"status\":\"ok\""));
    assert_eq!(repo.git(["rev-parse", "refs/notes/commits"]), ordinary);
    let said = repo.run(["results", "--format", "csv", "--columns", "g,score,status"]);
    assert_eq!(said.out, "g,score,status\n1,1,ok\n2,2,ok\n3,3,ok\n");
    assert!(said.err.contains("looks odd to me") && said.err.contains("version 99"), "{}", said.err);
}

#[test]
fn a_note_that_an_editor_has_saved_is_read_all_the_same() {
    let repo = laid(2, "", "echo $g > output.json");
    let commits = repo.points(BRANCH);
    let line =
        |seconds: &str| format!(r#"{{"v":1,"attempt":1,"status":"ok","metrics":{{"score":3}},"seconds":{seconds}}}"#);
    // Line ends of other systems, empty lines, and spans of time that no clock shows.
    for (commit, seconds) in commits.iter().zip(["1e300", "-3"]) {
        repo.write("note", format!("\r\n{}\r\n \t\r\n\n", line(seconds)));
        let note = repo.git(["hash-object", "-w", "note"]);
        repo.git(["notes", "--ref=gitsweep", "add", "-C", &note, commit]);
    }
    for command in [["status", "--quiet"], ["show", "1"], ["show", "2"], ["results", "--columns=score"]] {
        let said = repo.run(command);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{command:?}");
    }
}

#[test]
fn a_note_has_one_line_of_json_for_each_attempt() {
    let repo = laid(1, "", "[ $GITSWEEP_ATTEMPT = 2 ] && echo $g > output.json");
    repo.fails(3, ["queue"]);
    repo.ok(["queue"]);
    let commit = &repo.points(BRANCH)[0];
    let note = repo.git(["log", "-1", "--format=%N", "--notes=gitsweep", commit]);
    let lines: Vec<&str> = note.lines().collect();
    assert_eq!(lines.len(), 2, "{note}");
    assert!(lines[0].starts_with("{\"v\":1,\"attempt\":1,\"status\":\"failed\","), "{note}");
    assert!(lines[1].starts_with("{\"v\":1,\"attempt\":2,\"status\":\"ok\",\"metrics\":{\"score\":1}"), "{note}");
    for key in ["seconds", "start", "end", "host", "executor", "exit", "command", "key", "folder"] {
        assert!(lines[1].contains(&format!("\"{key}\":")), "{key} is not in {note}");
    }
    let refs = repo.git(["for-each-ref", "--format=%(refname)"]);
    assert_eq!(refs, format!("refs/heads/{BRANCH}\nrefs/heads/main\n{NOTES}"), "nothing else in refs");
}

#[test]
fn a_second_judgement_of_an_attempt_is_not_noted_and_its_own_word_is() {
    let repo = Repo::small();
    let repository = open(&repo);
    let id = ids(0..1)[0];
    let leave = |status: Status, told_by: Option<&str>, reason: &str| {
        let mut record = Record::bare(1, status);
        (record.told_by, record.reason) = (told_by.map(str::to_owned), Some(reason.to_owned()));
        assert!(ledger::leave_result(&repository.state_dir(), id, &record).unwrap());
        ledger::fold(&repository).unwrap();
        assert!(!ledger::any(&repository).unwrap(), "the file goes");
        repo.records(&id.to_string()).iter().map(|record| record["reason"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(leave(Status::Lost, Some("gitsweep"), "gone"), ["gone"]);
    assert_eq!(leave(Status::Lost, Some("slurm"), "gone, too"), ["gone"]);
    assert_eq!(leave(Status::Ok, None, "alive"), ["gone", "alive"]);
    assert_eq!(leave(Status::Lost, Some("slurm"), "gone again"), ["gone", "alive"]);
}

#[test]
fn a_judgement_beside_the_attempts_own_word_is_not_noted() {
    let repo = Repo::small();
    let repository = open(&repo);
    let (both, judged) = (ids(0..1)[0], ids(1..2)[0]);
    let leave = |id: CommitId, attempt: u64, status: Status, told_by: Option<&str>| {
        let mut record = Record::bare(attempt, status);
        record.told_by = told_by.map(str::to_owned);
        assert!(ledger::leave_result(&repository.state_dir(), id, &record).unwrap());
    };
    leave(both, 1, Status::Ok, None);
    leave(both, 1, Status::Lost, Some("gitsweep"));
    leave(both, 2, Status::Lost, Some("gitsweep"));
    leave(judged, 1, Status::Lost, Some("gitsweep"));
    ledger::fold(&repository).unwrap();
    assert!(!ledger::any(&repository).unwrap(), "the files go");
    let noted = |id: CommitId| {
        let records = repo.records(&id.to_string());
        records.iter().map(|record| format!("{} {}", record["attempt"], record["status"])).collect::<Vec<_>>()
    };
    assert_eq!(noted(both), ["1 \"ok\"", "2 \"lost\""]);
    assert_eq!(noted(judged), ["1 \"lost\""]);
}

#[test]
fn a_repository_that_cannot_be_written_can_be_read() {
    let repo = laid(3, "", "echo $g > output.json");
    repo.ok(["queue", "--points", "1"]);
    repo.ok(["exec", "2"]);
    repo.git(["config", "--global", "safe.directory", "*"]);
    let outside = repo.outside().to_str().unwrap();
    let binary = repo.beside("gitsweep");
    std::fs::copy(env!("CARGO_BIN_EXE_gitsweep"), &binary).unwrap();
    let chmod = |mode: &str| repo.command("chmod").args(["-R", mode, outside]).status().unwrap();
    assert!(chmod("a-w,a+rX").success());
    // Root may write everywhere; somebody else may not.
    // SAFETY: geteuid has no conditions.
    let is_root = unsafe { libc::geteuid() } == 0;
    let run = |arguments: &[&str]| {
        let mut command = repo.command(if is_root { Path::new("setpriv") } else { &binary });
        if is_root {
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&binary);
        }
        Said::of(command.args(arguments).output().unwrap())
    };
    let said = run(&["results", "--format", "csv", "--columns", "g,score,status"]);
    let status = run(&["status"]);
    let queue = run(&["queue"]);
    assert!(chmod("u+w").success());
    assert_eq!((said.code, said.out.as_str()), (0, "g,score,status\n1,1,ok\n2,2,ok\n3,,pending\n"), "{}", said.err);
    assert!(status.out.contains("2 ok"), "{}{}", status.out, status.err);
    assert_eq!(queue.code, 1, "{}", queue.err);
    assert_eq!(repo.ok(["results", "--format", "csv", "--columns", "g,status"]), "g,status\n1,ok\n2,ok\n3,pending\n");
}

#[test]
fn notes_that_cannot_be_read_are_not_taken_for_none() {
    let repo = Repo::small();
    repo.create();
    repo.ok(["queue"]);
    let path = repo.root().join(".git").join(NOTES);
    let tip = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, "what a broken disk has left\n").unwrap();
    for command in ["status", "results", "queue", "report"] {
        let err = repo.fails(1, [command]);
        assert!(err.contains(&format!("cannot read {NOTES}")), "{command}: {err}");
        assert!(err.contains(&format!("hint: try again; if it is damaged, git reflog {NOTES}")), "{command}: {err}");
    }
    std::fs::write(&path, tip).unwrap();
    assert!(repo.run(["queue"]).err.contains("nothing to run"));
}
