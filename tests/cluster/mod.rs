//! A Slurm cluster of the test's own on this machine: munged, slurmctld and some slurmd, each node in namespaces of its
//! own. Several may run at once. All of it ends with the test process, however that ends: see `supervise`.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

mod accounting;

/// What a cluster is like.
pub struct Options {
    /// So many nodes, `n1` and so on (with control groups, whose names all clusters share, other names).
    pub nodes: usize,
    /// The processors that each node claims to have.
    pub cpus: usize,
    /// The megabytes that each node claims to have.
    pub memory: usize,
    /// The largest index of an array, and one.
    pub max_array_size: usize,
    /// So many jobs are known at once.
    pub max_job_count: usize,
    /// Seconds that a finished job stays known.
    pub min_job_age: usize,
    /// Seconds from TERM to KILL.
    pub kill_wait: usize,
    /// Seconds until a silent node is down.
    pub node_timeout: usize,
    /// Seconds until a client gives up on a silent slurmctld.
    pub message_timeout: usize,
    /// A database, so that `sacct` works.
    pub accounting: bool,
    /// Control groups: a job that takes more memory than it asked for is killed.
    pub cgroups: bool,
    /// Lines of slurm.conf beside the partition `main`.
    pub lines: &'static str,
    /// The cluster's name.
    pub name: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            nodes: 2,
            cpus: 4,
            memory: 4000,
            max_array_size: 1001,
            max_job_count: 10_000,
            min_job_age: 300,
            kill_wait: 2,
            node_timeout: 10,
            message_timeout: 10,
            accounting: false,
            cgroups: false,
            lines: "",
            name: "test",
        }
    }
}

/// A cluster that runs.
pub struct Cluster {
    folder: PathBuf,
    supervisor: Child,
    line: Mutex<Option<(ChildStdin, BufReader<ChildStdout>)>>,
    nodes: Vec<String>,
}

impl Cluster {
    /// Starts a cluster; none, and the reason printed, where there can be no cluster.
    pub fn start(options: Options) -> Option<Self> {
        if let Some(reason) = obstacle(&options) {
            // Past the test harness, which keeps what a passing test prints.
            let _ = writeln!(std::io::stderr(), "skipped: no Slurm cluster can be started here: {reason}");
            return None;
        }
        let cluster = Self::prepare(&options);
        if options.accounting {
            accounting::start(&cluster);
        }
        cluster.tell("start slurmctld");
        for node in &cluster.nodes {
            cluster.tell(&format!("start {node}"));
        }
        cluster.wait("all nodes", || cluster.are_nodes_idle());
        Some(cluster)
    }

    /// Writes the configuration and starts the supervisor and munged.
    fn prepare(options: &Options) -> Self {
        let folder = short_folder();
        let controller = free_ports(3 + options.nodes as u16);
        let (database, sql) = (controller + 1, controller + 2);
        let path = folder.display();
        let (tracking, task) = match options.cgroups {
            true => ("cgroup", "cgroup"),
            false => ("linuxproc", "none"),
        };
        let Options { max_array_size, max_job_count, min_job_age, kill_wait, node_timeout, message_timeout, .. } =
            options;
        let mut text = format!(
            "ClusterName={}\nSlurmctldHost=localhost(127.0.0.1)\nSlurmUser=root\nSlurmdUser=root\n\
             AuthType=auth/munge\nAuthInfo=socket={path}/munge.sock,cred_expire=5\nCredType=cred/munge\n\
             SlurmctldPort={controller}\nSlurmctldPidFile={path}/slurmctld.pid\nSlurmdPidFile={path}/%n.pid\n\
             SlurmctldDebug=info\nSlurmdDebug=info\nLogTimeFormat=iso8601_ms\n\
             StateSaveLocation={path}/state\nSlurmdSpoolDir={path}/%n\nMailProg=/bin/true\nPlugStackConfig=/dev/null\n\
             ProctrackType=proctrack/{tracking}\nTaskPlugin=task/{task}\nJobAcctGatherType=jobacct_gather/none\n\
             MpiDefault=none\nSwitchType=switch/none\nSlurmdParameters=config_overrides\nReturnToService=1\n\
             # The end of an epilog makes the node report, and the next job start, at once.\n\
             Epilog=/bin/true\nSchedulerType=sched/backfill\n\
             SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,bf_continue,default_queue_depth=10000\n\
             SelectType=select/cons_tres\nSelectTypeParameters=CR_Core_Memory\nDefMemPerCPU=100\n\
             MaxArraySize={max_array_size}\nMaxJobCount={max_job_count}\nMinJobAge={min_job_age}\n\
             KillWait={kill_wait}\nSlurmdTimeout={node_timeout}\nMessageTimeout={message_timeout}\nTCPTimeout=2\n\
             UnkillableStepTimeout=60\nInactiveLimit=0\nJobRequeue=1\n",
            options.name
        );
        match options.accounting {
            false => text.push_str("AccountingStorageType=accounting_storage/none\n"),
            true => text.push_str(&accounting::configure(&folder, database, sql)),
        }
        let prefix = if options.cgroups { format!("gs{controller}") } else { String::new() };
        let nodes: Vec<String> = (1..=options.nodes).map(|node| format!("{prefix}n{node}")).collect();
        for (port, node) in (sql + 1..).zip(&nodes) {
            let Options { cpus, memory, .. } = options;
            let _ = writeln!(
                text,
                "NodeName={node} NodeHostName=localhost NodeAddr=127.0.0.1 Port={port} CPUs={cpus} RealMemory={memory}"
            );
            std::fs::create_dir(folder.join(node)).unwrap();
        }
        if options.cgroups {
            write_private(&folder.join("cgroups"), &nodes.join("\n"), 0o644);
        }
        let _ = writeln!(
            text,
            "PartitionName=main Nodes=ALL Default=YES DefaultTime=60 MaxTime=INFINITE State=UP\n{}",
            options.lines
        );
        write_private(&folder.join("slurm.conf"), &text, 0o644);
        write_private(
            &folder.join("cgroup.conf"),
            "ConstrainRAMSpace=yes\nConstrainSwapSpace=yes\nAllowedSwapSpace=0\n",
            0o644,
        );
        write_private(&folder.join("munge.key"), &format!("{:064}{:?}", std::process::id(), Instant::now()), 0o600);
        std::fs::create_dir(folder.join("state")).unwrap();

        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/supervise");
        let log = std::fs::File::create(folder.join("supervise.log")).unwrap();
        let mut supervisor = Command::new("setsid")
            .arg("bash")
            .arg(script)
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let line = (supervisor.stdin.take().unwrap(), BufReader::new(supervisor.stdout.take().unwrap()));
        let cluster = Self { folder, supervisor, line: Mutex::new(Some(line)), nodes };
        cluster.tell("start munged");
        cluster.wait("munged", || {
            let asked = cluster.command("munge").arg("-n").arg("-S").arg(cluster.folder.join("munge.sock")).output();
            asked.is_ok_and(|output| output.status.success())
        });
        cluster
    }

    /// Tells the supervisor something, and waits until it has done so.
    fn tell(&self, words: &str) {
        let mut line = self.line.lock().unwrap();
        let (to, from) = line.as_mut().unwrap();
        writeln!(to, "{words}").unwrap();
        let mut answer = String::new();
        from.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim_end(), words, "{}", self.logs());
    }

    /// The cluster's folder, which all its nodes see.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What commands need to find the cluster.
    pub fn environment(&self) -> [(&'static str, PathBuf); 1] {
        [("SLURM_CONF", self.folder.join("slurm.conf"))]
    }

    /// A command that finds the cluster.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["SLURM", "SBATCH", "SQUEUE", "SACCT", "SCANCEL"].iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        command.envs(self.environment()).env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
        command
    }

    /// What a command says, which must succeed.
    pub fn say<S: AsRef<OsStr>>(&self, program: &str, arguments: impl IntoIterator<Item = S>) -> String {
        let output = self.command(program).args(arguments).output().unwrap();
        let (said, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{program}: {said}{complaint}{}", self.logs());
        said.trim_end().to_owned()
    }

    /// One line for each job and array task that is not over, in squeue's format.
    pub fn squeue(&self, format: &str) -> Vec<String> {
        self.say("squeue", ["-h", "-r", "-o", format]).lines().map(|line| line.trim().to_owned()).collect()
    }

    /// The ids of all jobs and array tasks in this state, `RUNNING`.
    pub fn jobs_in(&self, state: &str) -> Vec<String> {
        let lines = self.squeue("%i %T");
        lines.iter().filter_map(|line| line.strip_suffix(state).map(|id| id.trim().to_owned())).collect()
    }

    /// How many jobs and array tasks Slurm knows of that were ever submitted and are not forgotten.
    pub fn known_jobs(&self) -> usize {
        self.say("squeue", ["-h", "-r", "-t", "all", "-o", "%i"]).lines().count()
    }

    pub fn scontrol<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        self.say("scontrol", arguments)
    }

    pub fn scancel<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) {
        self.say("scancel", arguments);
    }

    /// Makes a job's time limit pass now, which Slurm refuses within the second of the job's start.
    pub fn end_now(&self, job: &str) {
        let job = format!("JobId={job}");
        let update = || self.command("scontrol").args(["update", &job, "EndTime=now"]).output().unwrap();
        self.wait("the end of a job's time", || update().status.success());
    }

    /// Pulls a node's plug. Slurm is not told.
    pub fn kill_node(&self, node: &str) {
        self.tell(&format!("kill {node}"));
    }

    /// Boots a node again.
    pub fn start_node(&self, node: &str) {
        self.tell(&format!("start {node}"));
    }

    /// Tells Slurm that a node is down.
    pub fn set_down(&self, node: &str) {
        self.scontrol(["update", &format!("NodeName={node}"), "State=DOWN", "Reason=test"]);
    }

    /// Lets no new job onto a node.
    pub fn drain(&self, node: &str) {
        self.scontrol(["update", &format!("NodeName={node}"), "State=DRAIN", "Reason=test"]);
    }

    /// Undoes [`Cluster::set_down`] and [`Cluster::drain`].
    pub fn resume(&self, node: &str) {
        self.scontrol(["update", &format!("NodeName={node}"), "State=RESUME"]);
    }

    /// Ends slurmctld in good order, which saves its state.
    pub fn stop_slurmctld(&self) {
        self.tell("stop slurmctld");
    }

    /// Kills slurmctld.
    pub fn kill_slurmctld(&self) {
        self.tell("kill slurmctld");
    }

    /// Starts slurmctld again, with the state that the last one saved, and waits until it answers.
    pub fn start_slurmctld(&self) {
        self.tell("start slurmctld");
        self.wait("slurmctld", || self.command("scontrol").arg("ping").output().unwrap().status.success());
    }

    /// Runs a command with a node's own view of processes and files, as root; it must succeed.
    pub fn in_node<S: AsRef<OsStr>>(&self, node: &str, arguments: impl IntoIterator<Item = S>) -> String {
        let pid = self.pid_of(node).to_string();
        let output =
            self.command("nsenter").args(["-m", "-p", "-u", "-t", &pid, "--"]).args(arguments).output().unwrap();
        let (said, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{node}: {said}{complaint}");
        said.trim_end().to_owned()
    }

    /// Makes every node see this copy in place of the file or folder `path`, until [`Cluster::reveal`].
    pub fn show_instead(&self, path: &Path, copy: &Path) {
        for node in &self.nodes {
            self.in_node(node, [OsStr::new("mount"), OsStr::new("--bind"), copy.as_ref(), path.as_ref()]);
        }
    }

    /// Undoes [`Cluster::show_instead`]; what jobs have open there meanwhile is no obstacle.
    pub fn reveal(&self, path: &Path) {
        for node in &self.nodes {
            self.in_node(node, [OsStr::new("umount"), OsStr::new("-l"), path.as_ref()]);
        }
    }

    /// The slurmd of a node, as this side sees its id.
    fn pid_of(&self, node: &str) -> u32 {
        let wanted = format!("slurmd\0-D\0-N\0{node}\0");
        let conf = format!("SLURM_CONF={}", self.folder.join("slurm.conf").display());
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let is_ours = |pid: &u32| {
            let [command, environment] =
                ["cmdline", "environ"].map(|file| std::fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default());
            command == wanted.as_bytes() && environment.split(|byte| *byte == 0).any(|line| line == conf.as_bytes())
        };
        processes
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .find(is_ours)
            .unwrap_or_else(|| panic!("{node} does not run"))
    }

    fn are_nodes_idle(&self) -> bool {
        let output = self.command("sinfo").args(["-h", "-N", "-o", "%t"]).output().unwrap();
        let states = String::from_utf8_lossy(&output.stdout);
        states.lines().filter(|state| *state == "idle").count() >= self.nodes.len()
    }

    /// Waits until no job is left that runs or waits.
    pub fn wait_until_empty(&self) {
        self.wait("an empty queue", || self.squeue("%i").is_empty());
    }

    /// Waits until `is_so`, or panics after five minutes, saying what was waited for.
    pub fn wait(&self, what: &str, is_so: impl Fn() -> bool) {
        self.wait_or_tell(what, is_so, String::new);
    }

    /// As [`Self::wait`]; what it says goes on with what `standing` tells then.
    pub fn wait_or_tell(&self, what: &str, is_so: impl Fn() -> bool, standing: impl Fn() -> String) {
        let start = Instant::now();
        while !is_so() {
            let is_long = start.elapsed() > Duration::from_secs(300);
            assert!(!is_long, "waited too long: {what}; {}{}", standing(), self.logs());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The ends of the daemons' logs.
    pub fn logs(&self) -> String {
        let mut all = String::new();
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "log") {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap_or_default()).into_owned();
                let lines: Vec<&str> = text.lines().filter(|line| !line.contains("mpi/pmix")).collect();
                let last = if path.ends_with("slurmctld.log") { 20 } else { 2 };
                let _ = write!(all, "\n{}:\n{}", path.display(), lines[lines.len().saturating_sub(last)..].join("\n"));
            }
        }
        all
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        *self.line.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
        let _ = self.supervisor.wait();
    }
}

/// Why there can be no cluster here, if there can be none.
fn obstacle(options: &Options) -> Option<String> {
    let mut programs =
        vec!["munged", "munge", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "tini"];
    programs.extend(["unshare", "nsenter", "setsid"]);
    if options.accounting {
        programs.extend(accounting::PROGRAMS);
    }
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
    let is_there = |program: &str| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if let Some(missing) = programs.into_iter().find(|program| !is_there(program)) {
        return Some(format!("{missing} is not installed"));
    }
    // SAFETY: geteuid has no conditions.
    if unsafe { libc::geteuid() } != 0 {
        return Some("only root can start one".to_owned());
    }
    let apart = Command::new("unshare").args(["--pid", "--fork", "--mount-proc", "--mount", "--uts", "true"]).output();
    if !apart.is_ok_and(|output| output.status.success()) {
        return Some("namespaces are not allowed".to_owned());
    }
    if options.cgroups
        && !Path::new("/sys/fs/cgroup/memory").is_dir()
        && !Path::new("/sys/fs/cgroup/cgroup.controllers").is_file()
    {
        return Some("there are no control groups for memory".to_owned());
    }
    None
}

/// A folder whose sockets' names are short enough, and which munged trusts.
fn short_folder() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("gs-").tempdir_in("/tmp").unwrap().keep();
    set_mode(&folder, 0o755);
    folder
}

/// The first of so many neighbouring ports that nobody listens on. Below those that the system gives away.
fn free_ports(count: u16) -> u16 {
    static CLUSTERS: AtomicU16 = AtomicU16::new(0);
    // Test programs that start at once have neighbouring process ids.
    let spread = std::process::id() * 61 + u32::from(CLUSTERS.fetch_add(1, Ordering::Relaxed)) * 17;
    let start = 10_000 + (spread % 20_000) as u16;
    let is_free = |first: &u16| (*first..first + count).all(|port| TcpListener::bind(("0.0.0.0", port)).is_ok());
    (start..32_000).step_by(usize::from(count)).find(is_free).unwrap()
}

fn write_private(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    set_mode(path, mode);
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
