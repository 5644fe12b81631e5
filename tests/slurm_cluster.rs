//! The cluster of the other Slurm tests: that it is one, and that nothing of it stays.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests may panic, and take what they like")]

mod cluster;

use cluster::{Cluster, Options};

#[test]
fn a_cluster_runs_jobs_and_leaves_nothing_behind() {
    let Some(cluster) = Cluster::start(Options::default()) else { return };
    let output = cluster.folder().join("said");
    let script = format!("--output={}", output.display());
    let id =
        cluster.say("sbatch", ["--parsable", "--wait", &script, "--wrap", "hostname; setsid sleep 1000 & sleep 0.2"]);
    assert_eq!(id, "1");
    assert!(["n1\n", "n2\n"].contains(&std::fs::read_to_string(&output).unwrap().as_str()));
    cluster.kill_node("n1");
    cluster.start_node("n1");
    cluster.stop_slurmctld();
    cluster.start_slurmctld();
    assert!(cluster.say("sbatch", ["--parsable", "--wrap", "sleep 1000"]).parse::<u32>().unwrap() > 1);
    cluster.wait("a job", || !cluster.jobs_in("RUNNING").is_empty());
    let folder = cluster.folder().to_owned();
    drop(cluster);
    assert!(!folder.exists());
    let conf = format!("SLURM_CONF={}", folder.join("slurm.conf").display());
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        assert!(!environment.split(|byte| *byte == 0).any(|line| line == conf.as_bytes()), "{:?}", entry.path());
    }
}

#[test]
fn a_cluster_keeps_accounts_if_it_is_asked_to() {
    let Some(cluster) = Cluster::start(Options { accounting: true, ..Options::default() }) else { return };
    let id = cluster.say("sbatch", ["--parsable", "--wait", "--output=/dev/null", "--wrap", "true"]);
    cluster.wait("a line of accounts", || {
        cluster.say("sacct", ["-n", "-P", "-X", "-o", "State", "-j", &id]) == "COMPLETED"
    });
}

#[test]
fn a_job_that_takes_more_memory_than_it_asked_for_is_killed() {
    let Some(cluster) = Cluster::start(Options { cgroups: true, ..Options::default() }) else { return };
    let hungry = "python3 -c \"b = bytearray(b'x') * (300 << 20)\"";
    let id = cluster.say("sbatch", ["--parsable", "--output=/dev/null", "--mem=100M", "--wrap", hungry]);
    cluster.wait_until_empty();
    let job = cluster.scontrol(["show", "job", &id]);
    assert!(job.contains("JobState=OUT_OF_MEMORY"), "{job}{}", cluster.logs());
}
