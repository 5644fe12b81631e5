//! Several machines that share a file system: gitsweeps that see the same files and not each other's processes. Each runs
//! in namespaces of its own, with a host name and process ids of its own, as far as this machine lets.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod common;
mod live;

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use common::{BRANCH, Repo, Said, has_strace, wait_until};
use gitsweep::process::{self, Owner};
use live::laid;

/// A gitsweep on a machine called `host`.
struct Elsewhere(Child);

impl Elsewhere {
    fn start(repo: &Repo, host: &str, arguments: &[&str]) -> Self {
        let mut command: Command = repo.command("unshare");
        command.args(["--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c"]);
        command
            .arg(format!("hostname {host} && exec \"$0\" \"$@\""))
            .arg(env!("CARGO_BIN_EXE_gitsweep"))
            .args(arguments);
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// The process of gitsweep itself.
    fn gitsweep(&self, folder: &Path) -> u32 {
        let is_it = |pid: &u32| {
            let link = |name: &str| std::fs::read_link(format!("/proc/{pid}/{name}")).unwrap_or_default();
            link("exe") == Path::new(env!("CARGO_BIN_EXE_gitsweep")) && link("cwd") == folder
        };
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).find(is_it).unwrap()
    }

    fn wait(self) -> Said {
        Said::of(self.0.wait_with_output().unwrap())
    }

    /// Pulls the machine's plug: everything in it is gone at once.
    fn unplug(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Puts back the last sign of life that a gitsweep on `host` gave: as if it had given none for two hours.
fn fall_silent(repo: &Repo, host: &str) {
    let signs = std::fs::read_dir(repo.root().join(".git/gitsweep/alive")).unwrap().flatten();
    let is_its = |name: &str| name.strip_prefix(host).is_some_and(|rest| rest.starts_with('+'));
    let sign = signs.map(|entry| entry.path()).find(|path| is_its(path.file_name().unwrap().to_str().unwrap()));
    let long_ago = SystemTime::now() - Duration::from_secs(2 * 3600);
    std::fs::File::open(sign.unwrap()).unwrap().set_modified(long_ago).unwrap();
}

/// True if every thread of the process is stopped.
fn is_stopped(pid: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
    threads
        .map(|thread| std::fs::read_to_string(thread.path().join("stat")).unwrap())
        .all(|stat| stat.contains(") T ") || stat.contains(") t "))
}

fn signal(pid: u32, signal: i32) {
    // SAFETY: the process was just seen to be there.
    unsafe { libc::kill(pid as libc::pid_t, signal) };
}

/// True if namespaces can be made; else says that the test is skipped.
fn can_have_machines() -> bool {
    let made = Command::new("unshare")
        .args(["--uts", "--pid", "--fork", "--mount-proc", "hostname", "elsewhere"])
        .stderr(Stdio::null())
        .status();
    let can = made.is_ok_and(|status| status.success());
    if !can {
        let _ = writeln!(std::io::stderr(), "skipped: no namespaces can be made here (unshare needs root)");
    }
    can
}

#[test]
fn queues_on_two_machines_share_the_points() {
    if !can_have_machines() {
        return;
    }
    // None ends before both have begun.
    let script = "cd \"$GITSWEEP_RUN_DIR\"/../../../..; touch begun.$(hostname)
        until [ -e begun.node1 ] && [ -e begun.node2 ]; do sleep .02; done; echo $g >> ran";
    let repo = laid(12, "", script);
    let machines = ["node1", "node2"].map(|host| Elsewhere::start(&repo, host, &["queue", "-j", "2"]));
    for machine in machines {
        let said = machine.wait();
        assert_eq!(said.code, 0, "{}", said.err);
    }
    assert_eq!(repo.statuses(BRANCH), vec![vec!["ok"]; 12]);
    assert_eq!(repo.lines("ran").len(), 12);
    let hosts: std::collections::BTreeSet<String> =
        (1..=12).map(|index| repo.record(index)["host"].as_str().unwrap().to_owned()).collect();
    assert_eq!(hosts.into_iter().collect::<Vec<_>>(), ["node1", "node2"]);
    repo.fsck();
}

#[test]
fn what_a_machine_held_that_has_gone_is_taken_over() {
    if !can_have_machines() {
        return;
    }
    let script = "touch ../../../../../../begun.$g.$GITSWEEP_ATTEMPT; [ $g.$GITSWEEP_ATTEMPT = 1.1 ] && sleep 60; echo $g > output.json";
    let repo = laid(2, "[queue]\nlease = \"1h\"", &script.replace("../../../../../..", "$GITSWEEP_RUN_DIR/../../.."));
    let gone = Elsewhere::start(&repo, "node1", &["queue", "-j", "1"]);
    wait_until("the first run", || repo.root().join("begun.1.1").exists());
    gone.unplug();
    // Its lease is not over: it may be alive, for all that anybody knows.
    let said = Elsewhere::start(&repo, "node2", &["queue", "-j", "1"]).wait();
    assert!(said.code == 0 && said.err.contains("1 ok, 1 in flight already"), "{}", said.err);
    fall_silent(&repo, "node1");
    let said = repo.run(["queue"]);
    assert!(said.code == 0 && said.err.contains("1 ok"), "{}", said.err);
    assert_eq!(repo.statuses(BRANCH), [vec!["lost", "ok"], vec!["ok"]]);
    assert_eq!(repo.point(1)[0]["told_by"], "gitsweep");
    repo.fsck();
}

#[test]
fn a_machine_that_was_only_taken_for_dead_has_the_last_word() {
    assert_has_the_last_word("node1");
}

#[test]
fn a_container_of_this_machine_that_was_only_taken_for_dead_has_the_last_word() {
    assert_has_the_last_word(process::host());
}

/// Has a queue that is called `host` held up until another takes its point over, and go on.
fn assert_has_the_last_word(host: &str) {
    if !can_have_machines() {
        return;
    }
    let script = "touch \"$GITSWEEP_RUN_DIR\"/../../../begun; until [ -e \"$GITSWEEP_RUN_DIR\"/../../../go ]; do sleep .05; done; echo $GITSWEEP_ATTEMPT > output.json";
    let repo = laid(1, "[queue]\nlease = \"1h\"", script);
    let slow = Elsewhere::start(&repo, host, &["queue", "-j", "1"]);
    wait_until("the run", || repo.root().join("begun").exists());
    // The whole machine is held up for longer than its lease, as a virtual one may be.
    let held_up = slow.gitsweep(repo.root());
    signal(held_up, libc::SIGSTOP);
    wait_until("it to be held up", || is_stopped(held_up));
    fall_silent(&repo, host);
    std::fs::write(repo.root().join("go"), "").unwrap();
    repo.ok(["queue"]);
    assert_eq!(repo.statuses(BRANCH), [["lost", "ok"]]);
    signal(held_up, libc::SIGCONT);
    assert_eq!(slow.wait().code, 0);
    repo.run(["status"]);
    let records = repo.point(1);
    let own = |record: &&serde_json::Value| record["told_by"].is_null() && record["attempt"] == 1;
    let first = records.iter().find(own).unwrap();
    assert_eq!((&first["host"], &first["status"]), (&host.into(), &"ok".into()));
    // The judgement stays in the note, and does not count any more.
    assert!(records.iter().any(|record| record["status"] == "lost"));
    assert_eq!(repo.ok(["results", "--format", "csv", "--columns", "attempts,status"]), "attempts,status\n2,ok\n");
    repo.fsck();
}

#[test]
fn checkouts_of_a_machine_that_never_comes_back_go_and_those_of_the_living_stay() {
    let repo = laid(1, "", "echo $g > output.json");
    let state = repo.root().join(".git/gitsweep");
    let owner = |host: &str| Owner { host: host.to_owned(), ..Owner::this() };
    let checkout = |host: &str, hours: u64| {
        let folder = state.join("checkouts").join(owner(host).folder_name());
        let time = SystemTime::now() - Duration::from_secs(hours * 3600);
        std::fs::create_dir_all(folder.join("0")).unwrap();
        for folder in [folder.join("0"), folder.clone()] {
            std::fs::File::open(&folder).unwrap().set_modified(time).unwrap();
        }
        folder
    };
    let gone = checkout("gone", 30);
    let stays = [checkout("young", 20), checkout("alive", 30), checkout("in-a-job", 30), checkout("slot-in-use", 30)];
    std::fs::File::open(stays[3].join("0")).unwrap().set_modified(SystemTime::now()).unwrap();
    std::fs::create_dir_all(state.join("alive")).unwrap();
    std::fs::write(state.join("alive").join(owner("alive").folder_name()), "120000").unwrap();
    // A job of Slurm's gives no signs; its claim stays until Slurm says that it has ended.
    let claims = state.join("claims/ab");
    std::fs::create_dir_all(&claims).unwrap();
    let claim = format!(
        "{{\"owner\":\"{}\",\"executor\":\"slurm\",\"run_folder\":\"\",\"since\":\"2026-11-01T12:00:00Z\"}}",
        owner("in-a-job")
    );
    std::fs::write(claims.join(format!("{}.1", "ab".repeat(20))), claim).unwrap();
    repo.ok(["queue"]);
    assert!(!gone.exists());
    assert!(stays.iter().all(|folder| folder.join("0").is_dir()));
}

#[test]
fn a_file_system_without_hard_links_is_told_of() {
    if !has_strace() {
        return;
    }
    let repo = laid(1, "", "echo $g > output.json");
    let mut command = repo.command("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=renameat2,link,linkat"]);
    command.args(["-e", "inject=renameat2:error=EINVAL", "-e", "inject=link,linkat:error=EPERM"]);
    let said = Said::of(command.arg(env!("CARGO_BIN_EXE_gitsweep")).arg("queue").output().unwrap());
    assert!(said.code == 1 && said.err.contains(" has no hard links\n"), "{}", said.err);
    assert!(said.err.contains("hint: gitsweep needs them"), "{}", said.err);
    assert_eq!(repo.statuses(BRANCH), [Vec::<String>::new()]);
}

#[test]
fn a_commit_that_git_cannot_read_for_a_moment_is_checked_out_all_the_same() {
    let repo = laid(2, "", "echo $g > output.json");
    let programs = repo.beside("programs");
    std::fs::create_dir_all(&programs).unwrap();
    // As git does where another machine has just packed the refs.
    let git = format!(
        "#!/bin/sh\ncase \"$*\" in *read-tree*) if mkdir '{0}/refused'; then\necho \"fatal: couldn't stat packed-refs: Stale file handle\" >&2\n\
         exit 128; fi;; esac\nPATH=\"${{PATH#*:}}\"\nexec git \"$@\"\n",
        programs.display()
    );
    let path = programs.join("git");
    std::fs::write(&path, git).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    repo.set("PATH", format!("{}:{}", programs.display(), std::env::var("PATH").unwrap()));
    let said = repo.run(["queue", "-j", "1"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(programs.join("refused").is_dir());
    assert_eq!(repo.statuses(BRANCH), [["ok"], ["ok"]]);
}
