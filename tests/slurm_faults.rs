//! Faults of a cluster: nodes that die, a controller that is away, jobs that are put back, files that are seen late. No
//! point is lost, none runs twice, and nothing is concluded from silence.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod cluster;
mod common;
mod fakes;
mod lab;
mod live;

use std::path::{Path, PathBuf};
use std::process::Command;

use cluster::{Cluster, Options};
use common::{BRANCH, Said};
use gitsweep::command::quote;
use lab::{HOLD, Lab, REPORT};
use live::Live;

/// A program that runs until it is let go.
fn held() -> String {
    format!("{HOLD}\n{REPORT}")
}

/// The points that run on a node.
fn points_on(lab: &Lab<'_>, node: &str) -> Vec<usize> {
    let status = lab.status();
    let points = status["points"].as_array().unwrap().iter();
    let here = points.filter(|point| point["scheduler"]["node"] == node && point["standing"] == "running");
    here.map(|point| point["point"].as_u64().unwrap() as usize).collect()
}

#[test]
fn a_node_that_dies_has_its_points_run_elsewhere_as_further_attempts() {
    let Some(cluster) = Cluster::start(Options { cpus: 2, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 4, "", &held());
    lab.submit(&[]);
    lab.wait_for_starts(4);
    let lost = points_on(&lab, "n1");
    assert_eq!(lost.len(), 2);
    cluster.kill_node("n1");
    cluster.set_down("n1");
    lab.wait("the lost to wait again", || lab.count("queued") == 2);
    assert_eq!(lab.count("running"), 2, "a job that was put back is neither dead nor running");
    assert!(lab.submit_again_does_nothing());
    cluster.start_node("n1");
    cluster.resume("n1");
    lab.wait_for_starts(6);
    lab.release();
    lab.settle();
    let expected: Vec<&[&str]> =
        (1..=4).map(|at| if lost.contains(&at) { &["lost", "ok"][..] } else { &["ok"] }).collect();
    lab.outcomes(&expected);
    assert!(lab.starts().iter().all(|(point, starts)| *starts == 1 + usize::from(lost.contains(&(*point as usize)))));
}

#[test]
fn a_node_that_dies_under_a_job_that_is_not_put_back_leaves_its_point_to_be_run() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 2, "", &held());
    lab.submit(&["--", "--no-requeue"]);
    lab.wait_for_starts(2);
    cluster.kill_node("n1");
    cluster.set_down("n1");
    lab.settle();
    lab.outcomes(&[["lost"], ["lost"]]);
    let record = lab.repo.record(1);
    assert!(record["reason"].as_str().unwrap().contains("NODE_FAIL"), "{record}");
    assert_eq!(lab.count("pending"), 2);
    cluster.start_node("n1");
    cluster.resume("n1");
    lab.release();
    lab.submit(&["--wait"]);
    lab.outcomes(&[["lost", "ok"], ["lost", "ok"]]);
    assert_eq!(lab.starts().values().sum::<usize>(), 4);
}

#[test]
fn a_job_that_is_put_back_by_hand_or_for_a_better_one_is_a_further_attempt() {
    let lines =
        "PreemptType=preempt/partition_prio\nPreemptMode=REQUEUE\nPartitionName=better Nodes=ALL PriorityTier=10";
    let Some(cluster) = Cluster::start(Options { nodes: 1, cpus: 2, lines, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 2, "", &held());
    lab.submit(&[]);
    lab.wait_for_starts(2);
    let jobs = lab.jobs();
    cluster.scontrol(["requeue", &jobs[0]]);
    lab.wait_for_starts(3);
    let better = cluster
        .say("sbatch", ["--parsable", "--partition=better", "--exclusive", "--output=/dev/null", "--wrap", "sleep 1"]);
    cluster.wait("the better job", || cluster.scontrol(["show", "job", &better]).contains("JobState=COMPLETED"));
    lab.wait_for_starts(5);
    lab.release();
    lab.settle();
    let last = |records: Vec<serde_json::Value>| records.last().unwrap()["status"].as_str().unwrap().to_owned();
    assert_eq!([last(lab.repo.point(1)), last(lab.repo.point(2))], ["ok", "ok"], "{}", lab.reasons());
    let attempts = [lab.repo.point(1).len(), lab.repo.point(2).len()];
    assert_eq!(attempts, [3, 2], "{}", lab.reasons());
    assert_eq!(lab.starts().values().copied().collect::<Vec<_>>(), attempts);
    lab.repo.fsck();
    lab.repo.nothing_is_left_running();
}

#[test]
fn a_controller_that_is_away_for_a_while_changes_nothing() {
    let Some(cluster) = Cluster::start(Options { cpus: 2, message_timeout: 5, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 6, "[queue]\npatience = \"1s\"", &held());
    lab.submit(&[]);
    lab.wait_for_starts(4);
    cluster.stop_slurmctld();
    let said = lab.repo.run(["status"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("4 running") && said.out.contains("2 queued"), "{}{}", said.out, said.err);
    assert!(said.err.contains("not known now"), "{}", said.err);
    let said = lab.queue(&[]);
    assert!(said.code == 1 && said.err.contains("slurm"), "{}", said.err);
    lab.release();
    // Results do not need the controller.
    lab.wait("four results", || lab.count("ok") == 4);
    assert!(lab.repo.statuses(BRANCH).concat().iter().all(|status| status == "ok"), "nothing was concluded");
    cluster.start_slurmctld();
    lab.settle();
    lab.all_ran_once(6);
}

#[test]
fn jobs_that_the_controller_has_forgotten_are_submitted_again() {
    let Some(cluster) = Cluster::start(Options { message_timeout: 5, ..Options::default() }) else { return };
    cluster.drain("n1");
    cluster.drain("n2");
    // The controller saves its state every few seconds; what comes in between is lost with it.
    std::thread::sleep(std::time::Duration::from_secs(6));
    let lab = Lab::new(&cluster, 3, "", REPORT);
    lab.submit(&[]);
    cluster.kill_slurmctld();
    cluster.start_slurmctld();
    if cluster.known_jobs() > 0 {
        // It was just saving; as good as forgotten.
        cluster.scancel(["--user=root"]);
    }
    lab.settle();
    assert_eq!(lab.count("pending"), 3);
    // That the node was drained is remembered or not.
    cluster.wait("the node", || {
        let _ = cluster.command("scontrol").args(["update", "NodeName=n1", "State=RESUME"]).output();
        cluster.say("sinfo", ["-h", "-n", "n1", "-o", "%t"]) == "idle"
    });
    lab.submit(&["--wait"]);
    lab.outcomes(&[["cancelled", "ok"]; 3]);
    assert!(lab.starts().values().all(|starts| *starts == 1));
}

#[test]
fn a_job_that_ends_while_nobody_looks_is_judged_by_what_it_left() {
    let Some(cluster) = Cluster::start(Options { min_job_age: 2, ..Options::default() }) else { return };
    // The third takes its gitsweep with it, without a word.
    let script = format!(
        "[ $g != 3 ] || [ -e \"$OUT\"/again ] || {{ touch \"$OUT\"/again; kill -KILL $PPID; sleep 60; }}\n{REPORT}"
    );
    let lab = Lab::new(&cluster, 3, "", &script);
    lab.submit(&[]);
    lab.cluster.wait("Slurm to forget", || cluster.known_jobs() == 0 && lab.starts().len() == 3);
    let status = lab.status();
    assert_eq!(status["counts"]["ok"], 2, "{status:#}");
    // An outcome might come late: it is waited for, for a while.
    lab.settle();
    lab.outcomes(&[["ok"], ["ok"], ["lost"]]);
    lab.submit(&["--wait"]);
    lab.outcomes(&[&["ok"][..], &["ok"], &["lost", "ok"]]);
}

#[test]
fn a_hook_that_hangs_is_told_of_one_job_that_ended_without_a_word_and_no_more() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let hook = "echo told >> \"$OUT\"/told; exec sleep 3000";
    let definition = format!("[hooks]\non_run_end = '{hook}'");
    let lab = Lab::new(&cluster, 3, &definition, "kill -KILL $PPID; sleep 60");
    lab.submit(&[]);
    lab.wait_for_starts(3);
    lab.wait_until_gone();
    let said = lab.repo.run(["status"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.out.contains("3 failed"), "{}", said.out);
    assert!(said.err.contains(": for point 1 it took longer than 30 seconds"), "{}", said.err);
    assert_eq!(lab.repo.lines("told"), ["told"]);
    lab.outcomes(&[["killed"]; 3]);
    lab.repo.nothing_is_left_running();
}

#[test]
fn what_ended_a_forgotten_job_is_read_in_its_log_and_what_its_run_told_is_shown() {
    let Some(cluster) = Cluster::start(Options { min_job_age: 2, ..Options::default() }) else { return };
    // As slurmstepd does where a job takes too much, and with it goes gitsweep.
    let script = "echo 'the last words'; echo '{\"step\": 3, \"loss\": 0.25}' > $GITSWEEP_METRICS
         log=$(ls $(git rev-parse --path-format=absolute --git-common-dir)/gitsweep/submissions/*/log/*)
         echo 'slurmstepd: error: Exceeded job memory limit' >> $log
         kill -KILL $PPID; sleep 60";
    let lab = Lab::new(&cluster, 1, "", script);
    lab.submit(&[]);
    lab.cluster.wait("Slurm to forget", || cluster.known_jobs() == 0 && lab.starts().len() == 1);
    lab.settle();
    lab.outcomes(&[["killed"]]);
    let record = lab.repo.record(1);
    assert!(record["reason"].as_str().unwrap().starts_with("out of memory"), "{record}");
    assert_eq!((&record["metrics"]["loss"], &record["steps"]), (&0.25.into(), &3.into()), "{record}");
    assert_eq!(lab.repo.ok(["logs", "1"]), "the last words\n");
}

#[test]
fn with_accounts_the_end_of_a_forgotten_job_is_known() {
    let options = Options { min_job_age: 2, accounting: true, ..Options::default() };
    let Some(cluster) = Cluster::start(options) else { return };
    let lab = Lab::new(&cluster, 2, "", &held());
    lab.submit(&[]);
    lab.wait_for_starts(2);
    let jobs = lab.jobs();
    // KILL at once: the run has no time to say anything.
    cluster.scancel(["--signal=KILL", "--full", &jobs[0]]);
    lab.release();
    cluster.wait("Slurm to forget", || cluster.known_jobs() == 0);
    cluster.wait("the accounts", || {
        let said = cluster.say("sacct", ["-n", "-P", "-X", "-o", "State", "-j", &jobs[0]]);
        !said.is_empty() && !said.contains("RUNNING")
    });
    lab.settle();
    let record = lab.repo.record(1);
    assert!(["killed", "cancelled"].contains(&record["status"].as_str().unwrap()), "{record}");
    assert_eq!(lab.repo.record(2)["status"], "ok");

    // A limit on how many may be submitted: the rest goes over as there is room.
    let lab = Lab::new(&cluster, 10, "[queue.slurm]\naccount = \"lab\"\nqos = \"narrow\"", REPORT);
    lab.submit(&["--wait"]);
    lab.all_ran_once(10);
    assert!(lab.faults.calls("sbatch").len() > 3);
    let lab = Lab::new(&cluster, 1, "[queue.slurm]\naccount = \"lab\"\nqos = \"wide\"", REPORT);
    let said = lab.queue(&[]);
    assert!(said.code == 1 && said.err.contains("Invalid qos"), "{}", said.err);
}

#[test]
fn a_job_that_takes_too_much_memory_is_said_to() {
    let Some(cluster) = Cluster::start(Options { cgroups: true, ..Options::default() }) else { return };
    let hungry = "python3 -c \"b = bytearray(b'x') * (400 << 20)\" && echo $g > output.json";
    let lab = Lab::new(
        &cluster,
        2,
        "[queue.slurm]\nmem = \"100M\"",
        &format!("[ $g = 1 ] || {{ {hungry}; exit; }}\n{REPORT}"),
    );
    lab.submit(&[]);
    lab.settle();
    lab.outcomes(&[["ok"], ["killed"]]);
    let record = lab.repo.record(2);
    assert!(record["reason"].as_str().unwrap().contains("memory"), "{record}");
}

/// A copy of a folder as it is now, beside the repository.
fn copy(lab: &Lab<'_>, folder: &Path, name: &str) -> PathBuf {
    let copy = lab.repo.beside(name);
    assert!(Command::new("cp").arg("-a").arg(folder).arg(&copy).status().unwrap().success());
    copy
}

#[test]
fn nodes_that_see_an_older_state_of_the_shared_folder_wait_for_the_newer() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let lab = Lab::new(&cluster, 3, "", REPORT);
    // The sweep was laid, and submitted, on another machine: its objects and its list come late.
    let objects = lab.repo.root().join(".git/objects");
    let submissions = lab.repo.root().join(".git/gitsweep/submissions");
    let old_objects = copy(&lab, &objects, "objects");
    for entry in std::fs::read_dir(old_objects.join("pack")).unwrap().flatten() {
        std::fs::remove_file(entry.path()).unwrap();
    }
    for line in lab.repo.git(["rev-list", "--objects", "--branches", "--not", "main"]).lines() {
        let id = line.split(' ').next().unwrap();
        let _ = std::fs::remove_file(old_objects.join(&id[..2]).join(&id[2..]));
    }
    for node in ["n1", "n2"] {
        cluster.drain(node);
    }
    lab.submit(&[]);
    let old_submissions = copy(&lab, &submissions, "submissions");
    for entry in std::fs::read_dir(&old_submissions).unwrap().flatten() {
        std::fs::remove_file(entry.path().join("tasks")).unwrap();
    }
    cluster.show_instead(&objects, &old_objects);
    cluster.show_instead(&submissions, &old_submissions);
    for node in ["n1", "n2"] {
        cluster.resume(node);
    }
    cluster.wait("the jobs to begin", || cluster.jobs_in("RUNNING").len() == 3);
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(lab.starts().is_empty());
    cluster.reveal(&submissions);
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(lab.starts().is_empty());
    cluster.reveal(&objects);
    lab.settle();
    lab.all_ran_once(3);
}

#[test]
fn what_compute_nodes_do_not_see_is_named() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    // The repository, then gitsweep itself.
    let lab = Lab::new(&cluster, 1, "", REPORT);
    let empty = lab.repo.beside("empty");
    std::fs::create_dir(&empty).unwrap();
    let said = {
        cluster.show_instead(lab.repo.root(), &empty);
        lab.submit(&[])
    };
    assert!(said.contains("compute nodes must see it"), "{said}");
    lab.settle();
    cluster.reveal(lab.repo.root());
    assert_eq!(lab.repo.record(1)["status"], "failed");
    assert!(lab.repo.record(1)["reason"].as_str().unwrap().len() > 20);

    let lab = Lab::new(&cluster, 1, "", REPORT);
    let binary = Path::new(env!("CARGO_BIN_EXE_gitsweep"));
    let folder = binary.parent().unwrap();
    cluster.show_instead(folder, &empty);
    lab.submit(&[]);
    lab.settle();
    cluster.reveal(folder);
    let record = lab.repo.record(1);
    assert_eq!(record["status"], "failed");
    let reason = record["reason"].as_str().unwrap();
    assert!(reason.contains("does not see") && reason.contains("gitsweep"), "{record}");
}

#[test]
fn what_a_full_disk_takes_stays_to_be_run_and_says_so() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, ..Options::default() }) else { return };
    let node_disk = "[queue]\nscratch = \"$TMPDIR/scratch\"";
    for (definition, place, why) in [
        (
            "",
            ".git/gitsweep/results",
            "the disk was full, and no outcome could be kept (FAILED, NonZeroExitCode): cannot keep ",
        ),
        (node_disk, "scratch", "the disk was full before the run began (FAILED, NonZeroExitCode): cannot "),
    ] {
        let lab = Lab::new(&cluster, 1, definition, REPORT);
        let full = if place == "scratch" { lab.repo.beside("tmp/scratch") } else { lab.repo.root().join(place) };
        fill(&cluster, &full);
        lab.submit(&[]);
        lab.settle();
        let said = lab.repo.run(["status"]);
        assert!(said.code == 0 && said.out.contains("0 ok   1 pending"), "{}", said.out);
        assert!(said.out.contains(&format!("lost: {why}")), "{}", said.out);
        assert!(said.out.contains(": No space left on device") && !said.out.contains("hint: "), "{}", said.out);
        cluster.reveal(&full);
        lab.submit(&["--wait"]);
        lab.outcomes(&[["lost", "ok"]]);
    }
    // A worker gives back what it cannot keep.
    let lab = Lab::new(&cluster, 1, "", REPORT);
    let full = lab.repo.root().join(".git/gitsweep/results");
    fill(&cluster, &full);
    let said = lab.queue(&["--workers", "1", "--wait"]);
    assert!(said.err.contains("ended since the disk was full; once there is room: gitsweep queue "), "{}", said.err);
    cluster.reveal(&full);
    lab.submit(&["--workers", "1", "--wait"]);
    lab.outcomes(&[["ok"]]);
}

/// Gives the nodes a folder in which there is no room.
fn fill(cluster: &Cluster, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let folder = folder.display().to_string();
    cluster.in_node("n1", ["mount", "-t", "tmpfs", "-o", "size=4k", "none", &folder]);
    cluster.in_node("n1", ["sh", "-c", &format!("echo > {folder}/filler")]);
}

#[test]
fn a_repository_that_is_moved_is_told_of_and_what_ran_meanwhile_is_taken_over() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, cpus: 2, ..Options::default() }) else { return };
    for is_replaced in [false, true] {
        let lab = Lab::new(&cluster, 5, "", &format!("echo early > early.txt\n{}\necho late > late.txt", held()));
        lab.submit(&[]);
        lab.wait_for_starts(2);
        let (old, new) = (lab.repo.root().to_owned(), lab.repo.beside("moved"));
        std::fs::rename(&old, &new).unwrap();
        if is_replaced {
            lab.repo.git_in(&new, ["clone", "-q", ".", &old.display().to_string()]);
        }
        let on = |words: &[&str]| Said::of(lab.repo.gitsweep_command(words).current_dir(&new).output().unwrap());
        let said = on(&["status"]);
        assert!(said.out.contains("2 running   3 queued"), "{}{}", said.out, said.err);
        let [to, at] = [&new, &old].map(|path| quote(path.to_str().unwrap()));
        let link = format!("ln -s {to} {at} lets it begin");
        assert!(
            said.err.contains("from where it has been moved") && said.err.contains(&link) != is_replaced,
            "{}",
            said.err
        );
        let wait = &mut lab.repo.gitsweep_command(["queue", "-e", "slurm", "--wait"]);
        let waiting = Live::of(wait.current_dir(&new));
        waiting.wait_to_say("from where it has been moved");
        lab.release();
        let said = waiting.wait();
        assert!(said.code == 3 && said.err.contains(": 2 ok, 3 lost in "), "{} {}", said.code, said.err);
        assert_eq!(said.err.matches("from where it has been moved").count(), 1, "{}", said.err);
        let why =
            format!("lost: the repository was at {} when the job was submitted, and has been moved", old.display());
        let said = on(&["status"]);
        assert!(said.code == 0 && said.out.matches(&why).count() == 3, "{}", said.out);
        // What the runs have left is where the repository is.
        let commits =
            lab.repo.git_in(&new, ["log", "--reverse", "--format=%h", "--abbrev=10", &format!("main..{BRANCH}")]);
        for (index, commit) in (1..=2).zip(commits.lines()) {
            let folder = new.join(format!("sweeps/{BRANCH}/{index}-{commit}"));
            for (file, text) in [
                ("early.txt", "early\n".to_owned()),
                ("late.txt", "late\n".to_owned()),
                ("output.json", format!("{index}\n")),
            ] {
                assert_eq!(std::fs::read_to_string(folder.join(file)).unwrap(), text);
            }
            assert!(folder.join("gitsweep.log").exists());
        }
        assert_eq!(old.exists(), is_replaced, "the jobs have left something there");
        // What was lost runs where the repository is now.
        let said = on(&["queue", "-e", "slurm", "--wait"]);
        assert!(said.code == 0 && said.err.contains(": 3 ok in "), "{} {}", said.code, said.err);
        assert_eq!(lab.starts().into_values().collect::<Vec<_>>(), [1; 5]);
    }
}

#[test]
fn a_copy_of_a_repository_has_none_of_its_jobs() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, cpus: 2, ..Options::default() }) else { return };
    for workers in [&[][..], &["--workers", "2"]] {
        let lab = Lab::new(&cluster, 3, "", &held());
        lab.submit(workers);
        lab.wait_for_starts(2);
        let copy = lab.repo.beside("copy");
        let copied = Command::new("cp").arg("-r").args([lab.repo.root(), &copy]).status().unwrap();
        assert!(copied.success());
        let on = |words: &[&str]| Said::of(lab.repo.gitsweep_command(words).current_dir(&copy).output().unwrap());
        let said = on(&["status"]);
        let whose = format!("this repository is a copy of {}: ", lab.repo.root().display());
        assert!(said.out.contains("\n  0 ok   3 pending\n") && said.err.contains(&whose), "{}{}", said.out, said.err);
        // They are neither ended nor waited for, and its points can be run.
        let said = on(&["cancel"]);
        assert!(said.code == 4 && said.err.contains("nothing is in flight"), "{} {}", said.code, said.err);
        lab.release();
        let said = on(&["queue", "-e", "slurm", "--wait"]);
        assert!(said.code == 0 && said.err.contains(": 3 ok in "), "{} {}", said.code, said.err);
        lab.settle();
        lab.outcomes(&[["ok"]; 3]);
        assert_eq!(lab.starts().into_values().collect::<Vec<_>>(), [2; 3]);
    }
}

#[test]
fn a_copy_that_is_looked_at_when_the_original_has_finished_takes_none_of_its_jobs_for_its_own() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, cpus: 2, ..Options::default() }) else { return };
    for workers in [&[][..], &["--workers", "2"]] {
        let lab = Lab::new(&cluster, 3, "", &format!("{}; [ -e \"$OUT\"/good ]", held()));
        lab.submit(workers);
        lab.wait_for_starts(2);
        let copy = lab.repo.beside("copy");
        let copied = Command::new("cp").arg("-r").args([lab.repo.root(), &copy]).status().unwrap();
        assert!(copied.success());
        lab.release();
        lab.settle();
        lab.wait_until_gone();
        assert_eq!(lab.repo.statuses(BRANCH), [["failed"]; 3]);
        let on = |words: &[&str]| Said::of(lab.repo.gitsweep_command(words).current_dir(&copy).output().unwrap());
        let said = on(&["status"]);
        let whose = format!("this repository is a copy of {}: ", lab.repo.root().display());
        assert!(said.out.contains("\n  0 ok   3 pending\n") && said.err.contains(&whose), "{}{}", said.out, said.err);
        assert!(!said.out.contains("lost") && !said.out.contains("failed"), "{}", said.out);
        std::fs::write(lab.repo.beside("good"), "").unwrap();
        let said = on(&["queue", "-e", "slurm", "--wait"]);
        assert!(said.code == 0 && said.err.contains(": 3 ok in "), "{} {}", said.code, said.err);
        let attempts = on(&["results", "--format", "csv", "--columns", "attempts"]);
        assert_eq!(attempts.out, "attempts\n1\n1\n1\n");
    }
}

#[test]
fn what_nobody_would_have_read_is_not_missed_when_it_cannot_be_written() {
    let Some(cluster) = Cluster::start(Options { nodes: 1, cpus: 1, ..Options::default() }) else { return };
    let lab = Lab::new(&cluster, 3, "", &held());
    lab.submit(&[]);
    lab.wait_for_starts(1);
    // As on a full disk, no request to cancel can be written.
    let requests = lab.repo.root().join(".git/gitsweep/cancels");
    let _ = std::fs::remove_dir_all(&requests);
    std::fs::write(&requests, "").unwrap();
    let said = lab.repo.run(["cancel"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("2 waiting points taken back, 1 running point told to end"), "{}", said.err);
    assert!(!said.err.contains("not cancelled"), "{}", said.err);
    lab.settle();
    lab.outcomes(&[["cancelled"], ["cancelled"], ["cancelled"]]);
}
