//! Schedulers for the tests of the submit scripts: the real ones where they can be had on this machine, else fakes that answer as
//! their documents record.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::{Repo, Said};

/// A submit script, the scheduler it speaks to, and a folder with an awkward name to work in.
pub struct Site {
    pub repo: Repo,
    pub script: PathBuf,
    environment: Vec<(String, String)>,
    /// Arguments that this scheduler refuses.
    pub refused: Vec<&'static str>,
    /// The id of a job that is not there.
    pub unknown: &'static str,
    /// Whether it can be told how many tasks of an array run at once.
    pub limits: bool,
    /// Whether one task of an array can be cancelled.
    pub cancels_one: bool,
    stop: Vec<(&'static str, Vec<String>)>,
}

impl Site {
    fn new(script: &str, unknown: &'static str) -> Self {
        let repo = Repo::small();
        std::fs::create_dir_all(repo.outside().join("it's a folder")).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks").join(script);
        let (refused, environment, stop) = (Vec::new(), Vec::new(), Vec::new());
        Self { repo, script, environment, refused, unknown, limits: true, cancels_one: true, stop }
    }

    /// A fake: `program` of tests/fakes under the names of these commands.
    fn fake(script: &str, unknown: &'static str, program: &str, commands: &[&str]) -> Self {
        let mut site = Self::new(script, unknown);
        let commands_of_it = site.beside("bin");
        std::fs::create_dir_all(&commands_of_it).unwrap();
        std::fs::create_dir_all(site.beside("jobs")).unwrap();
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fakes").join(program);
        for command in commands {
            std::os::unix::fs::symlink(&program, commands_of_it.join(command)).unwrap();
        }
        let path = format!("{}:{}", commands_of_it.display(), std::env::var("PATH").unwrap());
        site.set("PATH", &path);
        site.set("PYTHONDONTWRITEBYTECODE", "1");
        site.set("FAKE_SCHEDULER", site.beside("jobs").to_str().unwrap());
        site
    }

    /// PBS Professional (`pro`), Torque (`torque`) or one whose arrays have no limit (`torque-2.4`).
    pub fn pbs(kind: &str) -> Self {
        let mut site = Self::fake("pbs", "999[].pbs01", "pbs.py", &["qsub", "qstat", "qdel"]);
        site.set("FAKE_PBS", kind);
        site.limits = kind != "torque-2.4";
        site.refused = vec!["-q", "nope"];
        site
    }

    pub fn lsf() -> Self {
        let mut site = Self::fake("lsf", "999", "lsf.py", &["bsub", "bjobs", "bkill"]);
        site.refused = vec!["-q", "nope"];
        site
    }

    pub fn htcondor() -> Self {
        let commands = ["condor_submit", "condor_q", "condor_history", "condor_rm"];
        let mut site = Self::fake("htcondor", "999x4", "htcondor.py", &commands);
        site.refused = vec!["requirements=(("];
        site
    }

    pub fn hyperqueue() -> Self {
        let mut site = Self::fake("hyperqueue", "999.gs-unknown", "hyperqueue.py", &["hq"]);
        (site.limits, site.cancels_one) = (false, false);
        site.refused = vec!["--array"];
        site
    }

    /// A server of task-spooler's own, or none where it is not installed.
    pub fn task_spooler() -> Option<Self> {
        if !is_there("tsp") {
            println!("skipped: task-spooler (tsp) is not installed");
            return None;
        }
        let mut site = Self::new("task-spooler", "7.gs-unknown");
        let socket = site.beside("tsp.socket");
        site.set("TS_SOCKET", socket.to_str().unwrap());
        site.refused = vec!["-N"];
        site.stop.push(("tsp", vec!["-K".to_owned()]));
        Some(site)
    }

    /// A Grid Engine of its own, or none where it is not installed or cannot run.
    pub fn grid_engine() -> Option<Self> {
        let mut site = Self::new("sge", "999");
        let folder = site.beside("sge");
        std::fs::create_dir_all(&folder).unwrap();
        let [master, exec] = free_ports();
        let start = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines/grid-engine");
        let output =
            site.repo.command(start).arg(&folder).args([master.to_string(), exec.to_string()]).output().unwrap();
        let pids = std::fs::read_to_string(folder.join("pids")).unwrap_or_default();
        site.stop.push(("kill", pids.split_whitespace().map(str::to_owned).collect()));
        let said = Said::of(output);
        if said.code == 77 {
            println!("skipped: {}", said.out.trim());
            return None;
        }
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        for line in said.out.lines() {
            let (name, value) = line.split_once('=').unwrap();
            site.set(name, value);
        }
        site.refused = vec!["-q", "nope.q"];
        Some(site)
    }

    /// Any number of hosts, which are this machine, and are reached without a server of ssh; `programs` come before others.
    pub fn ssh_here(programs: &[(&str, &str)]) -> Self {
        let mut site = Self::new("ssh", "/nowhere/gs-unknown.ssh");
        for (name, text) in [("here", "shift; exec \"$@\"")].iter().chain(programs) {
            site.repo.write_program(&format!("bin/{name}"), format!("#!/bin/sh\n{text}\n"));
        }
        let path = format!("{}:{}", site.repo.root().join("bin").display(), std::env::var("PATH").unwrap());
        site.set("PATH", &path);
        site.set("GITSWEEP_SSH", "here");
        site
    }

    /// Two hosts with two slots between them, which are this machine, by a server of ssh of its own; none where there is none.
    pub fn ssh() -> Option<Self> {
        let server = Path::new("/usr/sbin/sshd");
        if !server.exists() || !is_there("ssh") || !is_there("flock") {
            println!("skipped: openssh-server, ssh or flock is not installed");
            return None;
        }
        let mut site = Self::new("ssh", "/nowhere/gs-unknown.ssh");
        let folder = site.beside("sshd");
        std::fs::create_dir_all(&folder).unwrap();
        let _ = std::fs::create_dir("/run/sshd");
        for key in ["host", "user"] {
            let made = site
                .repo
                .command("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(folder.join(key))
                .status();
            assert!(made.unwrap().success());
        }
        let [port] = free_ports();
        let at = folder.display();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {at}/host\nAuthorizedKeysFile {at}/user.pub\nPidFile {at}/pid\n\
             StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
        );
        std::fs::write(folder.join("server"), config).unwrap();
        let client = format!(
            "Host node1 node2\n HostName 127.0.0.1\n Port {port}\n IdentityFile {at}/user\n IdentitiesOnly yes\n\
             UserKnownHostsFile {at}/known\n StrictHostKeyChecking accept-new\n BatchMode yes\n LogLevel ERROR\n\
             Host node3\n HostName 127.0.0.1\n Port 1\n BatchMode yes\n"
        );
        std::fs::write(folder.join("client"), client).unwrap();
        let started =
            site.repo.command(server).arg("-f").arg(folder.join("server")).arg("-E").arg(folder.join("log")).status();
        assert!(started.unwrap().success(), "{}", std::fs::read_to_string(folder.join("log")).unwrap_or_default());
        crate::common::wait_until("sshd's pid file", || folder.join("pid").exists());
        let pid = std::fs::read_to_string(folder.join("pid")).unwrap().trim().to_owned();
        site.stop.push(("kill", vec![pid]));
        site.set("GITSWEEP_SSH", &format!("ssh -F {at}/client"));
        site.set("GITSWEEP_SSH_HOSTS", "node1:1 node2");
        site.set("GITSWEEP_SSH_LOCKS", folder.join("locks").to_str().unwrap());
        Some(site)
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.repo.outside().join(name)
    }

    /// A path in the folder with the awkward name.
    pub fn path(&self, name: &str) -> PathBuf {
        self.beside("it's a folder").join(name)
    }

    /// The lines of a file in that folder.
    pub fn lines(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.path(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// A command with the scheduler's environment, in the repository.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.repo.command(program);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The script, called as gitsweep calls it.
    pub fn script(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Said {
        let mut command = self.command(&self.script);
        command.args(arguments).envs(environment.iter().copied());
        Said::of(command.output().unwrap())
    }

    /// Submits `exec`, which runs in the folder with the awkward name, as so many tasks; the words of the script.
    pub fn try_submit(
        &self,
        name: &str,
        tasks: Option<u32>,
        exec: &str,
        more: &[(&str, &str)],
        arguments: &[&str],
    ) -> Said {
        let folder = self.path("").to_str().unwrap().replace('\'', r"'\''");
        let exec = format!("cd '{folder}' && {{ {exec}; }}");
        let (log, tasks) = (self.path(name), tasks.map(|tasks| tasks.to_string()));
        let mut environment = vec![("GITSWEEP_EXEC", exec.as_str()), ("GITSWEEP_JOB", name)];
        environment.push(("GITSWEEP_JOB_LOG", log.to_str().unwrap()));
        environment.extend(tasks.iter().map(|tasks| ("GITSWEEP_TASKS", tasks.as_str())));
        environment.extend(more);
        let mut words = vec!["4f587173c1f0e0c9f0d3a5a2b1c0d9e8f7a6b5c4"];
        words.extend(arguments);
        self.script(&words, &environment)
    }

    /// Submits, which must succeed; the job's id, which is the last line.
    pub fn submit(
        &self,
        name: &str,
        tasks: Option<u32>,
        exec: &str,
        more: &[(&str, &str)],
        arguments: &[&str],
    ) -> String {
        let said = self.try_submit(name, tasks, exec, more, arguments);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        let id = said.out.lines().last().unwrap_or_default().to_owned();
        assert!(!id.is_empty() && !id.contains([' ', '\t', ':']), "{id:?}");
        id
    }

    /// What the script says of these jobs: the state of each, and the words after it.
    pub fn states(&self, ids: &[&str]) -> BTreeMap<String, (String, String)> {
        let mut arguments = vec!["status"];
        arguments.extend(ids);
        let said = self.script(&arguments, &[]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        let line = |line: &str| {
            let mut words = line.splitn(3, ' ').map(str::to_owned);
            let (name, state) = (words.next().unwrap(), words.next().unwrap_or_else(|| panic!("{line}")));
            assert!(STATES.contains(&state.as_str()), "{line}");
            (name, (state, words.next().unwrap_or_default()))
        };
        said.out.lines().map(line).collect()
    }

    /// The state of one job or task, empty if it is not known.
    pub fn state(&self, id: &str) -> String {
        self.states(&[id]).remove(id).unwrap_or_default().0
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for (program, arguments) in std::mem::take(&mut self.stop) {
            let _ = self.command(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
        }
    }
}

const STATES: [&str; 12] = [
    "queued",
    "held",
    "running",
    "ending",
    "ok",
    "failed",
    "timeout",
    "cancelled",
    "memory",
    "node",
    "preempted",
    "unknown",
];

pub fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn free_ports<const N: usize>() -> [u16; N] {
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.each_ref().map(|listener| listener.local_addr().unwrap().port())
}
