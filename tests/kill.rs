//! Kills: whatever is killed, and when, nothing is lost, nothing counts twice and nothing is left running.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod common;
mod live;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::{BRANCH, DATE, Repo, Said, has_strace, wait_until};
use gitsweep::git::Repository;
use gitsweep::process::Owner;
use gitsweep::sweep::{Standing, Standings};
use live::{Live, is_alive, laid};

/// Every line of every note, and of every result file that is not folded in yet, by commit.
fn lines(repo: &Repo) -> BTreeMap<String, Vec<String>> {
    let mut known = BTreeMap::<String, Vec<String>>::new();
    let list = repo.command("git").args(["notes", "--ref=gitsweep", "list"]).output().unwrap();
    for line in String::from_utf8(list.stdout).unwrap().lines() {
        let (blob, commit) = line.split_once(' ').unwrap();
        let text = repo.git(["cat-file", "blob", blob]);
        known.entry(commit.to_owned()).or_default().extend(text.lines().map(str::to_owned));
    }
    for path in files(&repo.root().join(".git/gitsweep/results")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if let (Some((commit, _)), false) = (name.split_once('.'), name.starts_with('.')) {
            let text = std::fs::read_to_string(&path).unwrap();
            known.entry(commit.to_owned()).or_default().extend(text.lines().map(str::to_owned));
        }
    }
    known
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_queue_that_is_killed_at_any_instant_is_carried_on_by_the_next() {
    const POINTS: u32 = 200;
    let repo = laid(POINTS, "", "echo $g > output.json");
    let mut kept = BTreeMap::<String, BTreeSet<String>>::new();
    let mut kills = 0;
    let mut killed_in_midst = 0;
    // Each queue lives a little longer than the one before, so that the instants are spread over all that one does.
    for instant in 0.. {
        let start = Instant::now();
        let mut queue = Live::start(&repo, ["queue", "-j", "2"]);
        let life = Duration::from_millis(2 + instant + u64::saturating_sub(instant, 60).pow(2));
        while start.elapsed() < life && queue.is_running() {
            std::thread::sleep(Duration::from_micros(200));
        }
        killed_in_midst += usize::from(queue.is_running());
        queue.kill();
        kills += 1;
        for (commit, lines) in lines(&repo) {
            kept.entry(commit).or_default().extend(lines);
        }
        let done = kept.values().filter(|lines| lines.iter().any(|line| line.contains("\"ok\""))).count();
        if done == POINTS as usize {
            break;
        }
    }
    assert!(killed_in_midst >= 25, "{killed_in_midst} of {kills}");
    repo.ok(["queue", "-j", "2"]);
    all_is_well(&repo, &kept, POINTS as usize);
}

/// Each point has one result, the lines that were `kept` after some kill are there, none twice, and nothing is left.
fn all_is_well(repo: &Repo, kept: &BTreeMap<String, BTreeSet<String>>, points: usize) {
    repo.nothing_is_left_running();
    repo.fsck();
    assert!(
        files(&repo.root().join(".git/gitsweep/claims")).iter().all(|path| path.to_string_lossy().contains(".tmp"))
    );
    let known = lines(repo);
    for (commit, lines) in &known {
        assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), lines.len(), "{commit}: {lines:#?}");
        let attempts: BTreeSet<u64> = repo.records(commit).iter().map(|r| r["attempt"].as_u64().unwrap()).collect();
        assert_eq!(attempts.len(), lines.len(), "{commit}: {lines:#?}");
    }
    for (commit, lines) in kept {
        assert!(
            lines.iter().all(|line| known[commit].contains(line)),
            "{commit}: {lines:#?} not all in {:#?}",
            known[commit]
        );
    }
    for (index, statuses) in (1..).zip(repo.statuses(BRANCH)) {
        assert_eq!(statuses.iter().filter(|status| *status == "ok").count(), 1, "point {index}: {statuses:?}");
        assert!(statuses.iter().all(|status| status == "ok" || status == "lost"), "point {index}: {statuses:?}");
    }
    let table = repo.ok(["results", "--format", "csv", "--columns", "g,score"]);
    let expected: String = (1..=points).map(|g| format!("{g},{g}\n")).collect();
    assert_eq!(table, format!("g,score\n{expected}"));
}

/// A gitsweep that is killed just before it does a certain thing, by way of strace.
fn killed_at(repo: &Repo, arguments: &[&str], call: &str, nth: u32) -> Option<bool> {
    let mut command = repo.command("strace");
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    command.args(["-e", &format!("trace={call}"), "-e", &format!("inject={call}:signal=KILL:when={nth}")]);
    let output = command.arg(env!("CARGO_BIN_EXE_gitsweep")).args(arguments).output().ok()?;
    Some(!output.status.success())
}

#[test]
fn results_whose_writing_is_killed_at_any_step_can_be_written_again() {
    if !has_strace() {
        return;
    }
    let repo = laid(12, "", "echo $g > output.json");
    let arguments = ["results", "-o", "table.csv"];
    let table = || std::fs::read_to_string(repo.root().join("table.csv")).unwrap_or_default();
    let mut killed = 0;
    for (point, (call, nth)) in
        (1..).zip(["rename,renameat,renameat2", "write"].iter().flat_map(|call| (1..=6).map(move |nth| (call, nth))))
    {
        // The table is another one each time.
        repo.ok(["exec", &point.to_string()]);
        let before = table();
        killed += u32::from(killed_at(&repo, &arguments, call, nth).unwrap());
        let left = table();
        repo.ok(arguments);
        assert!(left == before || left == table(), "{call} {nth}: {left}");
        assert_ne!(before, table());
    }
    assert!(killed >= 4, "{killed}");
}

#[test]
fn what_a_kill_left_in_the_users_folder_goes_with_the_next_writing() {
    if !has_strace() {
        return;
    }
    let repo = laid(2, "", "echo $g > output.json");
    repo.ok(["queue"]);
    let unfinished = || -> Vec<PathBuf> {
        let entries = std::fs::read_dir(repo.root()).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(".gitsweep-")).collect()
    };
    repo.write(".gitsweep-unfinished-notes", "of the user's");
    let commands: [&[&str]; 3] =
        [&["results", "-o", "table.csv"], &["report", "-o", "page.html"], &["init", "--force", "model.sh"]];
    for command in commands {
        // It is given its name by a call that is the last of its kind or one of the first.
        let left = (1..=8).find(|&nth| {
            killed_at(&repo, command, "rename,renameat,renameat2", nth).unwrap() && unfinished().len() > 1
        });
        assert!(left.is_some(), "{command:?} left nothing");
        repo.ok(command);
        assert_eq!(unfinished(), [repo.root().join(".gitsweep-unfinished-notes")], "{command:?}");
    }
}

#[test]
fn folding_that_is_killed_at_any_step_loses_nothing_and_leaves_no_lock_behind() {
    if !has_strace() {
        return;
    }
    let mut kept = BTreeMap::<String, BTreeSet<String>>::new();
    let repo = laid(40, "", "echo $g > output.json");
    let mut killed = 0;
    let mut point = 0;
    for (call, most) in [
        ("rename,renameat,renameat2", 6),
        ("unlink,unlinkat", 8),
        ("fsync,fdatasync", 8),
        ("link,linkat", 2),
        ("write", 12),
    ] {
        for nth in 1..=most {
            point += 1;
            repo.ok(["exec", &point.to_string()]);
            killed += u32::from(killed_at(&repo, &["results"], call, nth).unwrap());
            for (commit, lines) in lines(&repo) {
                kept.entry(commit).or_default().extend(lines);
            }
            assert_eq!(kept.len(), point as usize, "the result of point {point} was lost at {call} {nth}");
        }
    }
    assert!(killed >= 16, "{killed}");
    repo.ok(["queue", "-j", "2"]);
    all_is_well(&repo, &kept, 40);
}

#[test]
fn create_that_is_killed_at_any_instant_leaves_no_branch_or_the_whole_branch() {
    let files = live::model(300, "", "true");
    let repo = Repo::with(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    let before = repo.users_state();
    let create = ["create", "--date", DATE];
    let is_whole = || match repo.git(["branch", "--list", BRANCH]).is_empty() {
        true => false,
        false => {
            assert_eq!(repo.points(BRANCH).len(), 300);
            repo.ok(["delete", "--yes", BRANCH]);
            assert!(repo.git(["branch", "--list", BRANCH]).is_empty());
            true
        }
    };
    let start = Instant::now();
    repo.ok(create);
    let mut whole = start.elapsed();
    assert!(is_whole());
    let (mut unfinished, mut finished) = (0, 0);
    // The machine may have been slower then: what is whole earlier takes no longer than that, and there is another round.
    for instant in (0..30).cycle() {
        let start = Instant::now();
        let queue = Live::start(&repo, create);
        std::thread::sleep((whole * instant / 24).saturating_sub(start.elapsed()));
        queue.kill();
        let lived = start.elapsed();
        if is_whole() {
            finished += 1;
            whole = whole.min(lived);
        } else {
            unfinished += 1;
        }
        if instant == 29 && unfinished >= 10 {
            break;
        }
    }
    assert!(unfinished >= 10, "{unfinished} unfinished, {finished} finished");
    if has_strace() {
        for (call, most) in [("rename,renameat,renameat2", 4), ("fsync,fdatasync", 6), ("unlink,unlinkat", 3)] {
            for nth in 1..=most {
                killed_at(&repo, &create, call, nth);
                is_whole();
            }
        }
    }
    assert_eq!(repo.ok(create).trim(), BRANCH);
    assert_eq!(repo.users_state(), before);
    repo.fsck();
    assert!(is_whole());
    let packs = files_with(&repo, ".keep");
    assert!(packs.is_empty(), "gc may have what no branch holds: {packs:?}");
    let unfinished = files_with(&repo, "").into_iter().filter(|path| path.to_string_lossy().contains("tmp_"));
    let unfinished: Vec<_> = unfinished.collect();
    assert!(unfinished.is_empty(), "{unfinished:?}");
}

fn files_with(repo: &Repo, extension: &str) -> Vec<PathBuf> {
    let all = files(&repo.root().join(".git/objects/pack"));
    all.into_iter().filter(|path| path.to_string_lossy().ends_with(extension)).collect()
}

#[test]
fn a_long_run_that_lost_its_gitsweep_is_noticed_and_ended() {
    let script = "echo $$ >> \"$GITSWEEP_RUN_DIR\"/pid; setsid sleep 60 & [ -e ../../../../../../go ] || sleep 60; echo $g > output.json";
    let repo = laid(3, "", script);
    let queue = Live::start(&repo, ["queue", "-j", "2"]);
    wait_until("two runs", || repo.strays().len() >= 6);
    queue.kill();
    let orphans = repo.strays();
    assert!(orphans.len() >= 6);
    assert!(repo.ok(["status"]).contains("3 pending"));
    std::fs::write(repo.root().join("go"), "").unwrap();
    let said = repo.run(["queue", "-j", "1"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.contains("was killed") && said.err.contains("processes, which were still running"),
        "{}",
        said.err
    );
    assert!(orphans.iter().all(|pid| !is_alive(*pid)));
    let (ok, again) = (vec!["ok"], vec!["lost", "ok"]);
    assert_eq!(repo.statuses(BRANCH), [again.clone(), again, ok]);
    assert!(repo.point(1)[0]["reason"].as_str().unwrap().contains("killed"));
}

#[test]
fn queues_that_find_the_same_lost_runs_at_once_record_each_once() {
    let repo =
        laid(8, "", "echo >> ../../../../../../begun; [ -e ../../../../../../go ] || sleep 60; echo $g > output.json");
    for round in 1..=2 {
        let queue = Live::start(&repo, ["queue", "-j", "8"]);
        let begun = || std::fs::read_to_string(repo.root().join("begun")).unwrap_or_default().lines().count();
        wait_until("all runs", || begun() == 8 * round);
        queue.kill();
    }
    std::fs::write(repo.root().join("go"), "").unwrap();
    let queues: Vec<Live> = (0..4).map(|_| Live::start(&repo, ["queue", "-j", "2"])).collect();
    for queue in queues {
        let said = queue.wait();
        assert_eq!(said.code, 0, "{}", said.err);
    }
    assert_eq!(repo.statuses(BRANCH), vec![vec!["lost", "lost", "ok"]; 8]);
    repo.nothing_is_left_running();
}

/// Declares, as gitsweep does, that `owner` is about to move the notes, and locks them.
fn lock_notes(repo: &Repo, owner: &Owner) -> PathBuf {
    let intents = repo.root().join(".git/gitsweep/ref-intents");
    std::fs::create_dir_all(&intents).unwrap();
    std::fs::write(intents.join(format!("{owner}ThreadId(1)")), "refs/notes/gitsweep").unwrap();
    let lock = repo.root().join(".git/refs/notes/gitsweep.lock");
    std::fs::create_dir_all(lock.parent().unwrap()).unwrap();
    std::fs::write(&lock, "").unwrap();
    lock
}

/// A process that has ended, and one that lives.
fn dead_and_living() -> (Owner, Owner) {
    let living = Owner::this();
    let dead = Owner { birth: format!("{}0", living.birth), ..living.clone() };
    assert!(dead.is_dead() && !living.is_dead());
    (dead, living)
}

#[test]
fn a_point_of_a_queue_that_ends_after_others_have_looked_is_not_theirs_to_run_again() {
    let repo = laid(1, "", "until [ -e ../../../../../../go ]; do sleep .01; done; echo $g > output.json");
    let commit = repo.points(BRANCH)[0].parse().unwrap();
    let queue = Live::start(&repo, ["queue"]);
    let read = || Standings::read(&Repository::discover(repo.root()).unwrap()).unwrap();
    wait_until("the run", || read().of(commit) == Standing::Running);
    let standings = read();
    std::fs::write(repo.root().join("go"), "").unwrap();
    assert_eq!(queue.wait().code, 0);
    assert_eq!(standings.of(commit), Standing::Running, "as it was when others looked");
    assert_eq!(read().of(commit), Standing::Ok);
}

#[test]
fn a_lock_that_a_killed_gitsweep_left_is_removed() {
    let repo = laid(2, "", "echo $g > output.json");
    let lock = lock_notes(&repo, &dead_and_living().0);
    repo.ok(["queue"]);
    assert!(!lock.exists());
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 2]);
    assert!(files(&repo.root().join(".git/gitsweep/ref-intents")).is_empty());
}

#[test]
fn a_lock_that_somebody_may_hold_is_left_alone_and_the_results_wait() {
    let (dead, living) = dead_and_living();
    let repo = laid(2, "", "echo $g > output.json");
    // A living gitsweep is about to move the notes.
    let lock = lock_notes(&repo, &living);
    let said = repo.run(["queue"]);
    assert!(said.err.contains("refs/notes/gitsweep locked"), "{}", said.err);
    assert!(lock.exists());
    assert!(repo.statuses(BRANCH).concat().is_empty());
    let table = repo.run(["results", "--format", "csv", "--columns", "g,score,status"]);
    assert_eq!(table.out, "g,score,status\n1,1,ok\n2,2,ok\n", "{}", table.err);
    std::fs::remove_file(&lock).unwrap();
    std::fs::remove_dir_all(repo.root().join(".git/gitsweep/ref-intents")).unwrap();
    repo.ok(["results"]);
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 2]);

    // Some git holds the lock, long after a gitsweep was killed before it could take it.
    let lock = lock_notes(&repo, &dead);
    let old = std::time::SystemTime::now() - Duration::from_secs(3600);
    for intent in files(&repo.root().join(".git/gitsweep/ref-intents")) {
        std::fs::File::options().write(true).open(intent).unwrap().set_modified(old).unwrap();
    }
    repo.ok(["exec", "1"]);
    let said = Said::of(repo.gitsweep_command(["results"]).output().unwrap());
    assert!(lock.exists(), "{}", said.err);
}
