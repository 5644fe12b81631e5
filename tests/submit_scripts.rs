//! The submit scripts in hooks/, each by itself: what they submit, what they say of it, and how they cancel it.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;
mod live;
mod schedulers;

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use common::wait_until;
use live::is_alive;
use schedulers::Site;

/// A task that waits for the file `go`, counts how many are up beside it, and ends with a code of its own.
const WAITS: &str = "mkdir -p up/$GITSWEEP_TASK; ls up | wc -l >>most; echo $$ >>pids; while [ ! -e go ] && [ -d up ]; do sleep .05; done; \
                     rmdir up/$GITSWEEP_TASK; echo \"it's $GITSWEEP_TASK\" >>ran; exit $((GITSWEEP_TASK - 1))";

/// Four tasks of which two run at a time: their states meanwhile, that each runs once, and how each ended.
fn an_array_runs(site: &Site) {
    let mut more = vec![("GITSWEEP_SETUP", "echo set up\n[ $((1 + 1)) = 2 ] && echo \"it's bash\"")];
    if site.limits {
        more.push(("GITSWEEP_MAX_ACTIVE", "2"));
    }
    let id = site.submit("gs-array", Some(4), WAITS, &more, &[]);
    let task = |index: u32| format!("{id}:{index}");
    wait_until("two tasks run", || site.lines("pids").len() == 2);
    wait_until("and are seen to", || site.state(&task(1)) == "running" && site.state(&task(2)) == "running");
    let states = site.states(&[&id]);
    assert_eq!(states.keys().cloned().collect::<Vec<_>>(), (1..=4).map(task).collect::<Vec<_>>());
    assert_eq!([&states[&task(3)].0, &states[&task(4)].0], ["queued", "queued"], "{states:?}");
    std::fs::write(site.path("go"), "").unwrap();
    wait_until("all tasks have run", || site.lines("ran").len() == 4);
    wait_until("the last task is known to have ended", || {
        !["running", "ending", ""].contains(&site.state(&task(4)).as_str())
    });
    let states = site.states(&[&id, site.unknown]);
    let ended: Vec<_> = (1..=4).map(|index| states[&task(index)].0.as_str()).collect();
    assert_eq!(ended, ["ok", "failed", "failed", "failed"], "{states:?}");
    let mut ran = site.lines("ran");
    ran.sort();
    assert_eq!(ran, ["it's 1", "it's 2", "it's 3", "it's 4"]);
    assert!(site.lines("most").iter().all(|most| most.trim().parse::<u32>().unwrap() <= 2), "{:?}", site.lines("most"));
    for index in 1..=4 {
        assert_eq!(site.lines(&format!("gs-array.{index}"))[..2], ["set up", "it's bash"], "the log of task {index}");
    }
}

/// One task is cancelled, then all of them, and then once more.
fn an_array_is_cancelled(site: &Site) {
    let _ = std::fs::remove_file(site.path("go"));
    let _ = std::fs::remove_file(site.path("pids"));
    let _ = std::fs::remove_file(site.path("ran"));
    let id = site.submit("gs-cancel", Some(4), WAITS, &[], &[]);
    let task = |index: u32| format!("{id}:{index}");
    wait_until("two tasks run", || site.lines("pids").len() == 2);
    let cancel = |ids: &[&str]| {
        let mut arguments = vec!["cancel"];
        arguments.extend(ids);
        let said = site.script(&arguments, &[]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    };
    if site.cancels_one {
        cancel(&[&task(1), &task(4)]);
        wait_until("the place of task 1 is taken by task 3", || site.lines("pids").len() == 3);
        wait_until("task 3 is seen to run", || site.state(&task(3)) == "running");
        assert_eq!(site.state(&task(2)), "running");
        wait_until("task 4 never runs", || ["", "cancelled"].contains(&site.state(&task(4)).as_str()));
    } else {
        let said = site.script(&["cancel", &task(1)], &[]);
        assert_eq!(said.code, 1);
        assert!(said.err.contains("as a whole"), "{}", said.err);
    }
    cancel(&[&id, site.unknown]);
    let over = |state: &str| ["", "cancelled", "failed"].contains(&state);
    wait_until("nothing is left of it", || site.states(&[&id]).values().all(|(state, _)| over(state)));
    for pid in site.lines("pids") {
        wait_until("its processes are gone", || !is_alive(pid.parse().unwrap()));
    }
    cancel(&[&id]);
    assert!(site.lines("ran").is_empty(), "{:?}", site.lines("ran"));
}

/// One task is an array too.
fn an_array_of_one_runs(site: &Site) {
    std::fs::write(site.path("go"), "").unwrap();
    let _ = std::fs::remove_file(site.path("ran"));
    let id = site.submit("gs-one", Some(1), WAITS, &[], &[]);
    wait_until("it has run", || site.lines("ran") == ["it's 1"]);
    let ended = || site.states(&[&id]).into_values().any(|(state, _)| state == "ok");
    wait_until("it is known to have ended", ended);
    assert_eq!(site.states(&[&id]).len(), 1);
}

/// What a scheduler does not know, refuses, or cannot be asked.
fn it_says_what_is_wrong(site: &Site) {
    assert!(site.states(&[site.unknown]).is_empty());
    let said = site.script(&["cancel", site.unknown], &[]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    let said = site.try_submit("gs-refused", None, "true", &[], &site.refused);
    assert_ne!(said.code, 0, "{}", said.out);
    assert!(said.out.is_empty() && said.err.contains("refused the job"), "{}{}", said.out, said.err);
    let said = site.script(&["4f58717"], &[]);
    let way_out = "GITSWEEP_EXEC is not set: gitsweep sets it, run `gitsweep queue BRANCH -e hooks/";
    assert!(said.code == 1 && said.err.contains(way_out), "{}", said.err);
    let said = site.script(&[], &[]);
    let way_out = "it is called by gitsweep: gitsweep queue BRANCH -e hooks/";
    assert!(said.code == 1 && said.err.contains(way_out), "{}", said.err);
}

fn it_cannot_be_reached(site: &Site, down: (&str, &str)) {
    let said = site.script(&["status", site.unknown], &[down]);
    assert_ne!(said.code, 0, "{}", said.out);
    assert!(said.out.is_empty() && said.err.contains("could not be asked"), "{}{}", said.out, said.err);
    let said = site.try_submit("gs-down", Some(2), "true", &[down], &[]);
    assert!(said.code != 0 && said.out.is_empty() && !said.err.is_empty(), "{}{}", said.out, said.err);
}

fn everything(site: &Site) {
    an_array_runs(site);
    an_array_is_cancelled(site);
    an_array_of_one_runs(site);
    it_says_what_is_wrong(site);
}

#[test]
fn pbs_professional() {
    let site = Site::pbs("pro");
    everything(&site);
    it_cannot_be_reached(&site, ("FAKE_DOWN", "1"));
}

/// Seconds that are left of a job's time.
fn left(site: &Site, id: &str) -> u32 {
    let words = site.states(&[id]).remove(id).unwrap().1;
    let left = words.split(' ').find_map(|word| word.strip_prefix("left="));
    left.unwrap_or_else(|| panic!("{words}")).parse().unwrap()
}

/// PBS gives a job the time back for which it was suspended, Torque does not.
#[test]
fn what_was_suspended_has_time_left_where_that_is_not_counted() {
    for (kind, expected) in [("pro", 3000..=3600), ("torque", 0..=0)] {
        let mut site = Site::pbs(kind);
        site.set("FAKE_SUSPENDED", "7200");
        let id = site.submit("gs-suspended", None, "sleep 1000", &[], &["-l", "walltime=01:00:00"]);
        let id = id.as_str();
        wait_until("it runs", || site.state(id) == "running");
        let left = left(&site, id);
        assert!(expected.contains(&left), "{kind}: {left}");
        assert_eq!(site.script(&["cancel", id], &[]).code, 0);
    }
}

#[test]
fn what_slurm_brings_along_as_qsub_is_named() {
    let site = Site::pbs("slurm");
    let said = site.try_submit("gs-imitation", Some(2), "true", &[], &[]);
    assert!(said.code == 1 && said.err.contains("gitsweep queue BRANCH -e slurm"), "{}{}", said.out, said.err);
}

#[test]
fn torque() {
    let site = Site::pbs("torque");
    everything(&site);
    it_cannot_be_reached(&site, ("FAKE_DOWN", "1"));
}

#[test]
fn torque_before_it_could_limit_arrays() {
    let site = Site::pbs("torque-2.4");
    everything(&site);
    it_cannot_be_reached(&site, ("FAKE_DOWN", "1"));
    let said = site.try_submit("gs-most", Some(4), "true", &[("GITSWEEP_MAX_ACTIVE", "2")], &[]);
    assert!(said.code == 1 && said.out.is_empty() && said.err.contains("(2.4.16) cannot limit"), "{}", said.err);
    let said = site.try_submit("gs-all", Some(4), "true", &[("GITSWEEP_MAX_ACTIVE", "4")], &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    // What is left of its time is counted from its start: the scheduler is told of what is used every minute or so.
    let id = site.submit("gs-plain", None, "sleep 1000", &[], &["-l", "walltime=01:00:00"]);
    wait_until("it runs", || site.state(&id) == "running");
    assert!((1..=3600).contains(&left(&site, &id)));
    let words = site.states(&[&id]).remove(&id).unwrap().1;
    assert!(!words.contains("Job started"), "{words}");
    assert_eq!(site.script(&["cancel", &id], &[]).code, 0);
}

#[test]
fn lsf_by_its_documents() {
    let mut site = Site::lsf();
    everything(&site);
    it_cannot_be_reached(&site, ("FAKE_DOWN", "1"));
    // bjobs tells the time that is left in whole minutes, and says 0:0 for a minute before it is over.
    site.set("FAKE_LAST_MINUTE", "1");
    let id = site.submit("gs-limited", None, "sleep 1000", &[], &["-W", "60"]);
    wait_until("it runs", || site.state(&id) == "running");
    assert_eq!(left(&site, &id), 30);
    assert_eq!(site.script(&["cancel", &id], &[]).code, 0);
}

#[test]
fn htcondor() {
    let site = Site::htcondor();
    everything(&site);
    it_cannot_be_reached(&site, ("FAKE_DOWN", "1"));
    // Of what it says only the first paragraph is of use.
    let said = site.script(&["status", site.unknown], &[("FAKE_DOWN", "1")]);
    assert_eq!(said.err, "hooks/htcondor: condor_q could not be asked: Error: Can't find address for schedd login\n");
    let said = site.script(&["cancel", site.unknown], &[("FAKE_DOWN", "1")]);
    assert_eq!(said.err, "hooks/htcondor: condor_rm: Can't find address for schedd login\n");
}

/// With a limit on how many run, HTCondor makes the later jobs of a cluster only when their turn comes: until then they wait.
#[test]
fn htcondor_tells_of_what_it_has_not_made_yet() {
    let mut site = Site::htcondor();
    let id = site.submit("gs-limited", Some(12), WAITS, &[("GITSWEEP_MAX_ACTIVE", "2")], &[]);
    wait_until("two tasks run", || site.lines("pids").len() == 2);
    for (paused, word) in [("", "queued"), (id.trim_end_matches("x12"), "held")] {
        site.set("FAKE_PAUSED", paused);
        let states = site.states(&[&id]);
        for index in 3..=12 {
            let state = &states[&format!("{id}:{index}")];
            assert_eq!((state.0.as_str(), state.1.as_str()), (word, "not made yet"), "task {index}: {states:?}");
        }
        assert_eq!(site.states(&[&format!("{id}:11")]).len(), 1);
    }
    let said = site.script(&["cancel", &id], &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    wait_until("its processes are gone", || site.lines("pids").iter().all(|pid| !is_alive(pid.parse().unwrap())));
}

#[test]
fn hyperqueue_by_its_documents() {
    let site = Site::hyperqueue();
    everything(&site);
    it_cannot_be_reached(&site, ("FAKE_DOWN", "1"));
    let said = site.try_submit("gs-most", Some(4), "true", &[("GITSWEEP_MAX_ACTIVE", "2")], &[]);
    assert!(said.code == 1 && said.err.contains("max_active"), "{}", said.err);
}

#[test]
fn grid_engine() {
    let Some(site) = Site::grid_engine() else { return };
    everything(&site);
    it_cannot_be_reached(&site, ("SGE_QMASTER_PORT", "1"));
    let id = site.submit("gs-limit", Some(1), "sleep 1000", &[], &["-l", "h_rt=1"]);
    wait_until("the time limit is known to have ended it", || site.state(&format!("{id}:1")) == "timeout");
}

#[test]
fn ssh() {
    let Some(mut site) = Site::ssh() else { return };
    an_array_runs(&site);
    an_array_is_cancelled(&site);
    an_array_of_one_runs(&site);
    assert!(site.states(&[site.unknown]).is_empty());
    // A host that does not answer takes no part, and where none answers nothing is submitted.
    site.set("GITSWEEP_SSH_HOSTS", "node3 node1");
    let said = site.try_submit("gs-half", Some(2), "echo $GITSWEEP_TASK >>half", &[], &[]);
    assert!(said.code == 0 && said.err.contains("node3 takes no part"), "{}", said.err);
    wait_until("the other host runs all", || site.lines("half") == ["1", "2"]);
    let said = site.try_submit("gs-none", Some(2), "true", &[("GITSWEEP_SSH_HOSTS", "node3")], &[]);
    assert!(said.code == 1 && said.out.is_empty() && said.err.contains("none of the hosts"), "{}", said.err);
    assert!(!site.path("gs-none.ssh").exists());
    for (hosts, word) in [("", "there are no hosts"), ("node1:two", "after the colon comes a number")] {
        let said = site.try_submit("gs-bad", Some(2), "true", &[("GITSWEEP_SSH_HOSTS", hosts)], &[]);
        assert!(said.code == 1 && said.err.contains(word), "{}", said.err);
    }
    let _ = std::fs::remove_file(site.path("go"));
    // A machine that is switched off in mid-run leaves neither processes nor exit codes.
    site.set("GITSWEEP_SSH_HOSTS", "node1");
    let id = site.submit("gs-dead", Some(2), &format!("echo $$ >>dead; {WAITS}"), &[], &[]);
    wait_until("a task runs", || site.state(&format!("{id}:1")) == "running");
    let worker = std::fs::read_to_string(site.path("gs-dead.ssh/worker.node1.1")).unwrap();
    let worker: u32 = worker.split(' ').next().unwrap().parse().unwrap();
    let children = std::fs::read_to_string(format!("/proc/{worker}/task/{worker}/children")).unwrap();
    let mut pids = vec![worker.to_string()];
    pids.extend(children.split_whitespace().map(str::to_owned));
    pids.extend(site.lines("dead").iter().map(|pid| format!("-{pid}")));
    assert!(site.command("kill").args(["-KILL", "--"]).args(&pids).status().unwrap().success());
    wait_until("it is given up", || {
        site.state(&format!("{id}:1")) == "node" && site.state(&format!("{id}:2")) == "node"
    });
}

#[test]
fn ssh_cancels_what_ends_by_itself_at_that_moment() {
    // The point ends just after it was looked for.
    let cut = "PATH=${PATH#*:}; cut \"$@\"; [ \"$4\" = 20 ] || exit 0
        kill -KILL $POINT 2>/dev/null; until [ ! -e /proc/$POINT ]; do sleep .01; done";
    let mut site = Site::ssh_here(&[("cut", cut)]);
    let mut point = Command::new("sleep").arg("1000").process_group(0).spawn().unwrap();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", point.id())).unwrap();
    let birth = stat.rsplit_once(") ").unwrap().1.split(' ').nth(19).unwrap().to_owned();
    site.set("POINT", &point.id().to_string());
    let folder = site.path("gs-end.ssh");
    std::fs::create_dir_all(folder.join("1")).unwrap();
    std::fs::write(folder.join("tasks"), "1\n").unwrap();
    std::fs::write(folder.join("1/process"), format!("{} {birth} node1\n", point.id())).unwrap();
    let id = folder.to_str().unwrap().replace(' ', "%20");
    let reaper = std::thread::spawn(move || point.wait());
    let said = site.script(&["cancel", &id], &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(folder.join("1/cancelled").exists());
    assert!(!reaper.join().unwrap().unwrap().success(), "it was still there when it was looked for");
}

#[test]
fn task_spooler() {
    let Some(site) = Site::task_spooler() else { return };
    it_says_what_is_wrong(&site);
    let exec = "echo $$ >>pids; while [ ! -e go ] && [ -e pids ]; do sleep .05; done; exit";
    let ids: Vec<String> =
        (0..4).map(|code| site.submit(&format!("gs-{code}"), None, &format!("{exec} {code}"), &[], &[])).collect();
    let state = |at: usize| site.state(&ids[at]);
    wait_until("the first runs", || state(0) == "running" && site.lines("pids").len() == 1);
    assert_eq!([state(1), state(2), state(3)], ["queued", "queued", "queued"]);
    let said = site.script(&["cancel", &ids[0], &ids[2]], &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    wait_until("the second runs", || state(1) == "running");
    assert_eq!([state(0), state(2), state(3)], ["failed", "", "queued"]);
    std::fs::write(site.path("go"), "").unwrap();
    wait_until("all have ended", || state(3) == "failed");
    assert_eq!(site.states(&[&ids[1]])[&ids[1]], ("failed".to_owned(), "exit=1".to_owned()));
    // A new server counts from 0 again: these ids are not its jobs.
    assert!(site.command("tsp").arg("-K").status().unwrap().success());
    let again = site.submit("gs-again", None, "true", &[], &[]);
    assert_eq!(again, "0.gs-again");
    wait_until("it has run", || site.state(&again) == "ok");
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert!(site.states(&all).is_empty());
}
