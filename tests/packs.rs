//! Packs: those that batches of notes and small sweeps leave are gathered into few, and nothing is lost by it.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{DATE, Repo, has_strace};
use gitsweep::git::{CommitId, Identity, Repository};
use gitsweep::ledger;
use gitsweep::record::{Record, Status};

const NOTES: &str = "refs/notes/gitsweep";
/// A batch of so many notes makes a pack.
const BATCH: u64 = 100;
/// So many of them are gathered.
const MANY: u64 = 16;

/// Ids that are spread like those of commits.
fn ids(batch: u64) -> Vec<CommitId> {
    let spread = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let numbers = batch * BATCH..(batch + 1) * BATCH;
    numbers.map(|n| format!("{:016x}{:016x}{:08x}", spread(n + 1), spread(!n), n).parse().unwrap()).collect()
}

fn open(root: &Path) -> Repository {
    Repository::discover(root).unwrap()
}

fn add(root: &Path, batches: std::ops::Range<u64>) {
    for batch in batches {
        let lines: Vec<_> = ids(batch).iter().map(|id| (*id, vec![format!("of {id}")])).collect();
        let repository = open(root);
        repository.add_to_notes(NOTES, &lines, &Identity::of_tool(1_700_000_000), "notes").unwrap();
    }
}

fn packs(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root.join(".git/objects/pack")).unwrap().map(|entry| entry.unwrap().path());
    let mut packs: Vec<_> = entries.collect();
    packs.sort();
    let (packs, others): (Vec<_>, Vec<_>) =
        packs.into_iter().partition(|path| path.extension().is_some_and(|it| it == "pack"));
    let indexes: Vec<_> = packs.iter().map(|pack| pack.with_extension("idx")).collect();
    assert!(
        others.iter().all(|other| other.extension().is_none_or(|it| it != "idx") || indexes.contains(other)),
        "{others:?}"
    );
    packs
}

/// Every note of these batches is there, and says what it did.
fn all_there(repo: &Repo, batches: u64) {
    let listed = repo.git(["notes", "--ref=gitsweep", "list"]);
    assert_eq!(listed.lines().count() as u64, batches * BATCH);
    let notes = open(repo.root()).read_notes(NOTES).unwrap();
    assert_eq!(notes.len() as u64, batches * BATCH);
    assert!(notes.iter().all(|note| note.bytes == format!("of {}\n", note.commit).as_bytes()));
    assert!(notes.iter().any(|note| note.commit == ids(batches - 1)[0]));
}

#[test]
fn batches_of_notes_do_not_leave_a_pack_each() {
    let repo = Repo::small();
    add(repo.root(), 0..1);
    let early = open(repo.root());
    assert!(early.read_note(NOTES, ids(0)[7]).unwrap().is_some());
    add(repo.root(), 1..MANY - 1);
    assert_eq!(packs(repo.root()).len() as u64, MANY - 1);
    let late = open(repo.root());
    let before = repo.users_state();
    add(repo.root(), MANY - 1..MANY);
    // What is gathered stays until the next time.
    assert_eq!(packs(repo.root()).len() as u64, MANY + 1);
    add(repo.root(), MANY..2 * MANY);
    assert_eq!(packs(repo.root()).len() as u64, MANY + 2);
    // Those who had the repository open find everything, whether they had read it before or not.
    for repository in [early, late] {
        for batch in 0..MANY {
            assert!(repository.read_note(NOTES, ids(batch)[50]).unwrap().is_some());
        }
    }
    add(repo.root(), 2 * MANY..9 * MANY + 5);
    assert_eq!(packs(repo.root()).len() as u64, 1 + 1 + 5 + MANY);
    assert_eq!(repo.users_state(), before);
    all_there(&repo, 9 * MANY + 5);
    repo.fsck();
    for pack in packs(repo.root()) {
        repo.git(["verify-pack".as_ref(), pack.as_os_str()]);
    }
    // Old states are told by what differs from new ones, and read as they were.
    for back in [1, 30, 9 * MANY] {
        let listed = repo.git(["ls-tree", "-r", "--name-only", &format!("{NOTES}~{back}")]);
        assert_eq!(listed.lines().count() as u64, (9 * MANY + 5 - back) * BATCH);
    }
    repo.git(["gc", "-q", "--prune=now"]);
    add(repo.root(), 9 * MANY + 5..10 * MANY);
    all_there(&repo, 10 * MANY);
    repo.fsck();
}

#[test]
fn many_who_write_and_gather_at_once_lose_nothing() {
    let repo = Repo::small();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let root = repo.root();
            scope.spawn(move || add(root, writer * 20..(writer + 1) * 20));
        }
        for _ in 0..40 {
            let notes = open(repo.root()).read_notes(NOTES).unwrap();
            assert!(notes.iter().all(|note| note.bytes == format!("of {}\n", note.commit).as_bytes()));
        }
    });
    let left = packs(repo.root()).len() as u64;
    assert!(left < 80, "{left}");
    all_there(&repo, 80);
    repo.fsck();
}

#[test]
fn what_others_have_said_of_a_pack_is_heeded() {
    let repo = Repo::small();
    add(repo.root(), 0..2);
    let kept = packs(repo.root())[0].clone();
    std::fs::write(kept.with_extension("keep"), "mine\n").unwrap();
    repo.git(["multi-pack-index", "write"]);
    let listed = packs(repo.root());
    add(repo.root(), 2..2 * MANY);
    assert_eq!(packs(repo.root()).len() as u64, 2 + 1 + 1 + MANY, "the others were gathered");
    assert!(listed.iter().all(|pack| pack.exists()));
    repo.git(["multi-pack-index", "verify"]);
    repo.fsck();
    all_there(&repo, 2 * MANY);

    // While git collects, nobody else does, nor where nobody is to.
    std::fs::write(repo.root().join(".git/gc.pid"), "1 here").unwrap();
    let before = packs(repo.root()).len() as u64;
    add(repo.root(), 2 * MANY..3 * MANY + 3);
    assert_eq!(packs(repo.root()).len() as u64, before + MANY + 3);
    std::fs::remove_file(repo.root().join(".git/gc.pid")).unwrap();
    for (key, value) in [("gc.auto", "0"), ("extensions.preciousObjects", "true")] {
        repo.git(["config", key, value]);
        let before = packs(repo.root()).len();
        let batch = repo.git(["rev-list", "--count", NOTES]).parse().unwrap();
        add(repo.root(), batch..batch + MANY);
        assert_eq!(packs(repo.root()).len() as u64, before as u64 + MANY, "{key}");
        repo.git(["config", "--unset", key]);
    }
    all_there(&repo, 5 * MANY + 3);
    repo.fsck();
}

#[test]
fn while_git_collects_what_is_little_goes_into_a_pack_that_it_does_not_take_away() {
    let repo = Repo::small();
    repo.git(["gc", "-q"]);
    let loose = || repo.git(["count-objects"]);
    assert!(loose().starts_with("0 objects"), "{}", loose());
    std::fs::write(repo.root().join(".git/gc.pid"), "1 here").unwrap();
    repo.ok(["create", "-p", "g=[1, 2]"]);
    assert!(loose().starts_with("0 objects"), "{}", loose());
    repo.ok(["queue", "--limit", "1"]);
    assert!(loose().starts_with("0 objects"), "{}", loose());
    repo.fsck();
    std::fs::remove_file(repo.root().join(".git/gc.pid")).unwrap();
    repo.ok(["queue"]);
    assert!(!loose().starts_with("0 objects"), "{}", loose());
    repo.fsck();
}

/// Where in the index of a pack a note stands, of how many objects, and where in the pack.
fn place_of_a_note(repo: &Repo, pack: &Path) -> (usize, usize, usize) {
    let notes = repo.git(["notes", "--ref=gitsweep", "list"]);
    let blobs: Vec<&str> = notes.lines().filter_map(|line| line.split(' ').next()).collect();
    let shown = repo.git(["verify-pack", "-v", pack.to_str().unwrap()]);
    let objects = shown.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let mut objects: Vec<_> = objects.filter(|words| words.len() == 5 && words[0].len() == 40).collect();
    objects.sort_unstable();
    let at = objects.iter().position(|words| blobs.contains(&words[0])).unwrap();
    (at, objects.len(), objects[at][4].parse().unwrap())
}

#[test]
fn a_pack_that_is_damaged_is_left_as_it_is() {
    // What is needed for what comes is a tree, never a note.
    for (extension, what) in [("pack", "content"), ("idx", "id"), ("idx", "checksum"), ("idx", "offset")] {
        let repo = Repo::small();
        add(repo.root(), 0..MANY - 1);
        let damaged = packs(repo.root())[3].clone();
        let file = damaged.with_extension(extension);
        let (place, count, offset) = place_of_a_note(&repo, &damaged);
        let ids = 8 + 1024;
        let at = match what {
            "content" => offset + 20,
            "id" => ids + 20 * place + 19,
            "checksum" => ids + 20 * count + 4 * place,
            _ => ids + 24 * count + 4 * place + 3,
        };
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[at] ^= 1;
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, &bytes).unwrap();
        add(repo.root(), MANY - 1..3 * MANY);
        assert!(damaged.exists(), "what git may still mend is not thrown away");
        assert_eq!(std::fs::read(&file).unwrap(), bytes);
        assert!((packs(repo.root()).len() as u64) < 2 * MANY, "the others are gathered");
        // Mended, it has what it had.
        bytes[at] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        all_there(&repo, 3 * MANY);
        repo.fsck();
    }
}

#[test]
fn small_sweeps_do_not_leave_a_pack_each() {
    let repo = Repo::small();
    for sweep in 0..9 {
        let create = ["create", "--branch", &format!("s{sweep}"), "--date", DATE, "-p", "g_e=1 to 30 step 1"];
        repo.ok(create);
        assert_eq!(packs(repo.root()).len(), sweep + 1 + usize::from(sweep >= 7));
    }
    repo.fsck();
    assert_eq!(repo.git(["rev-list", "--all", "--count"]), format!("{}", 1 + 9 * repo.points("s8").len()));
    repo.git(["diff", "s0", "s8"]);
}

#[test]
fn a_batch_whose_pack_git_takes_away_half_written_is_written_again() {
    if !has_strace() {
        return;
    }
    // The pack is missing when it is to get its name, or its index is.
    for nth in [1, 2] {
        let repo = Repo::small();
        for id in ids(0) {
            ledger::leave_result(&open(repo.root()).state_dir(), id, &Record::bare(1, Status::Ok)).unwrap();
        }
        let call = "rename,renameat,renameat2";
        let mut command = repo.command("strace");
        command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")]);
        command.args(["-e", &format!("inject={call}:error=ENOENT:when={nth}")]);
        let output = command.args([env!("CARGO_BIN_EXE_gitsweep"), "list"]).output().unwrap();
        assert!(output.status.success(), "{nth}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(open(repo.root()).read_notes(NOTES).unwrap().len() as u64, BATCH);
        repo.fsck();
    }
}

#[test]
fn a_kill_at_any_step_of_gathering_loses_nothing() {
    if !has_strace() {
        return;
    }
    let repo = Repo::small();
    // Some have been gathered, and go the next time.
    add(repo.root(), 0..2 * MANY - 1);
    let before = packs(repo.root()).len();
    let (mut killed, mut gathered) = (0, 0);
    for (call, steps) in [
        ("rename,renameat,renameat2", [1, 2, 3, 4, 5, 6]),
        ("unlink,unlinkat", [2, 100, 200, 240, 245, 250]),
        ("fsync,fdatasync", [1, 2, 3, 4, 5, 6]),
        ("link,linkat", [1, 2, 3, 4, 5, 6]),
    ] {
        for nth in steps {
            let copy = repo.outside().join(format!("{}-{nth}", call.len()));
            assert!(Command::new("cp").arg("-a").arg(repo.root()).arg(&copy).status().unwrap().success());
            let state = open(&copy).state_dir();
            for id in ids(2 * MANY - 1) {
                ledger::leave_result(&state, id, &Record::bare(1, Status::Ok)).unwrap();
            }
            let mut command = repo.command("strace");
            command.current_dir(&copy).args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")]);
            command.args(["-e", &format!("inject={call}:signal=KILL:when={nth}")]);
            let output = command.args([env!("CARGO_BIN_EXE_gitsweep"), "list"]).output().unwrap();
            killed += usize::from(!output.status.success());
            gathered += usize::from(packs(&copy).len() < before);
            // The next one goes on.
            let mut again = repo.command(env!("CARGO_BIN_EXE_gitsweep"));
            assert!(again.current_dir(&copy).arg("list").output().unwrap().status.success());
            let notes = open(&copy).read_notes(NOTES).unwrap();
            assert_eq!(notes.len() as u64, 2 * MANY * BATCH, "killed at {call} {nth}");
            let said = repo.git_in(&copy, ["fsck", "--strict", "--full"]);
            assert!(!said.contains("missing") && !said.contains("error"), "killed at {call} {nth}: {said}");
            std::fs::remove_dir_all(&copy).unwrap();
        }
    }
    assert!(killed >= 12 && gathered >= 4, "{killed} killed, {gathered} when all was gathered");
}
