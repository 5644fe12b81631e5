//! Processes: who holds something, and whether they are still there.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// A process that holds a claim, a lock or a checkout: host, process id, and what tells it from a later process with
/// the same id (its start time and the machine's boot).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The machine's name.
    pub host: String,
    /// The process id.
    pub pid: u32,
    /// When the process started and in which boot, as far as the system tells.
    pub birth: String,
}

impl Owner {
    /// The process that is running this.
    pub fn this() -> Self {
        static THIS: OnceLock<Owner> = OnceLock::new();
        THIS.get_or_init(|| {
            let pid = std::process::id();
            Self { host: host().to_owned(), pid, birth: birth(pid).unwrap_or_else(|| "0".to_owned()) }
        })
        .clone()
    }

    /// True if the process is known to be gone. Of a process on another machine nothing is known.
    pub fn is_dead(&self) -> bool {
        if self.host != host() {
            return false;
        }
        let place = |birth: &str| birth.rsplit_once('.').map(|(place, _)| place.to_owned());
        let this = Self::this();
        match (place(&self.birth), place(&this.birth)) {
            (Some(its), Some(ours)) if its != ours => boot_of(&its) != boot_of(&ours),
            _ => match birth(self.pid) {
                Some(birth) => birth != self.birth,
                None => !is_alive(self.pid),
            },
        }
    }

    /// True if whether it is alive can be seen from here: it is on this machine, and not in another container.
    pub fn is_in_sight(&self) -> bool {
        let place = |birth: &str| birth.rsplit_once('.').map(|(place, _)| place.to_owned());
        self.is_here()
            && match (place(&self.birth), place(&Self::this().birth)) {
                // Another boot of this machine: it is gone, and that is known.
                (Some(its), Some(ours)) => its == ours || boot_of(&its) != boot_of(&ours),
                _ => true,
            }
    }

    /// A name for a folder of its own, without colons: they break search paths and Makefiles.
    pub fn folder_name(&self) -> String {
        self.to_string().replace(':', "+")
    }

    /// Whose folder that is, if it is one.
    pub fn of_folder_name(name: &str) -> Option<Self> {
        name.replace('+', ":").parse().ok()
    }

    /// True if it is on this machine.
    pub fn is_here(&self) -> bool {
        self.host == host()
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.host, self.pid, self.birth)
    }
}

impl FromStr for Owner {
    type Err = anyhow::Error;

    fn from_str(written: &str) -> Result<Self> {
        let mut parts = written.rsplitn(3, ':');
        let (Some(birth), Some(pid), Some(host)) = (parts.next(), parts.next(), parts.next()) else {
            bail!("`{written}` names no process");
        };
        Ok(Self { host: host.to_owned(), pid: pid.parse().context("no process id")?, birth: birth.to_owned() })
    }
}

/// The time since the machine started, which no change of the clock moves.
pub fn uptime() -> Option<Duration> {
    #[cfg(target_os = "linux")]
    const CLOCK: libc::clockid_t = libc::CLOCK_BOOTTIME;
    #[cfg(not(target_os = "linux"))]
    const CLOCK: libc::clockid_t = libc::CLOCK_MONOTONIC;
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is plain data that the call fills in.
    let failed = unsafe { libc::clock_gettime(CLOCK, &raw mut time) } != 0;
    let seconds = u64::try_from(time.tv_sec).ok().filter(|_| !failed)?;
    Some(Duration::new(seconds, u32::try_from(time.tv_nsec).ok()?))
}

/// This machine's name.
pub fn host() -> &'static str {
    static HOST: OnceLock<String> = OnceLock::new();
    HOST.get_or_init(|| {
        let mut buffer = [0u8; 256];
        // SAFETY: the buffer is as long as is said, and one byte is left for the terminating NUL.
        let failed = unsafe { libc::gethostname(buffer.as_mut_ptr().cast(), buffer.len() - 1) } != 0;
        let length = buffer.iter().position(|byte| *byte == 0).unwrap_or(0);
        if failed || length == 0 {
            return "localhost".to_owned();
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let name = String::from_utf8_lossy(&buffer[..length]);
        name.chars().map(|c| if is_plain(c) { c } else { '-' }).collect()
    })
}

/// The boot of a place: in another boot everything is dead, in another container of the same boot nothing is known.
fn boot_of(place: &str) -> &str {
    place.split('.').next().unwrap_or_default()
}

/// The first part of the boot's id, the namespace of process ids, and the start time in clock ticks since boot (proc(5)).
fn birth(pid: u32) -> Option<String> {
    static BOOT: OnceLock<String> = OnceLock::new();
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    if fields.first() == Some(&"Z") {
        return None;
    }
    let boot = BOOT.get_or_init(|| {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let namespace = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
        let namespace: String = namespace.to_string_lossy().chars().filter(char::is_ascii_digit).collect();
        format!("{}.{namespace}", boot.chars().take(8).collect::<String>())
    });
    Some(format!("{boot}.{}", fields.get(19)?))
}

fn is_alive(pid: u32) -> bool {
    if Path::new("/proc/self/stat").exists() {
        return false;
    }
    // SAFETY: signal 0 only asks whether the process exists.
    let answer = unsafe { libc::kill(pid as libc::pid_t, 0) };
    answer == 0 || std::io::Error::last_os_error().raw_os_error() == Some(libc::EPERM)
}

/// Sends `signal` to every process of the group that `leader` leads. A group that is gone is no error.
pub fn signal_group(leader: u32, signal: i32) {
    // SAFETY: a negative id addresses a process group; an unknown one is refused by the system.
    unsafe { libc::kill(-(leader as libc::pid_t), signal) };
}

/// True if the group that `leader` leads has a process that has not ended. Only where there is `/proc`; elsewhere false.
pub fn is_group_alive(leader: u32) -> bool {
    std::fs::read_dir("/proc").into_iter().flatten().flatten().any(|entry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let mut fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ');
        let is_over = matches!(fields.next(), None | Some("" | "Z" | "X"));
        !is_over && fields.nth(1) == Some(leader.to_string().as_str())
    })
}

/// The permissions that this process leaves out of what it makes, before they were changed.
static UMASK: OnceLock<libc::mode_t> = OnceLock::new();

/// The number of the user that this process acts for.
pub fn user() -> u32 {
    // SAFETY: geteuid has no conditions.
    unsafe { libc::geteuid() }
}

/// Gives this process the umask that `change` makes of its own; programs that are started with [`users_umask`] keep the user's.
pub fn change_umask(change: impl FnOnce(libc::mode_t) -> libc::mode_t) {
    // SAFETY: it takes and returns plain numbers. It cannot be asked without being set.
    let set = |umask| unsafe { libc::umask(umask) };
    let users = set(0o077);
    let ours = change(users);
    set(ours);
    if ours != users {
        UMASK.get_or_init(|| users);
    }
}

/// A command for `sh` that runs with the user's own umask.
pub fn users_umask(line: &str) -> Cow<'_, str> {
    match UMASK.get() {
        Some(umask) => format!("umask {umask:03o}\n{line}").into(),
        None => line.into(),
    }
}

/// The most memory that a process has taken since its program was started, in bytes. Only where there is `/proc`.
pub fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?;
    kilobytes.parse::<u64>().ok().map(|count| count * 1024)
}

/// How often a process, and those that it has waited for, had to be given a page of memory since they were started; also of one
/// that has ended and was not waited for yet. Only where there is `/proc` (minflt, cminflt, majflt and cmajflt of proc(5)).
pub fn page_faults(process: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let counts = stat.rsplit_once(") ")?.1.split(' ').skip(7).take(4);
    counts.map(|count| count.parse::<u64>().ok()).sum()
}

/// The processes that a process has started. Only where there is `/proc`.
pub fn children(process: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect()
}

/// How many processes of this one's control group the kernel has killed for want of memory, where that can be told.
pub fn out_of_memory_kills() -> Option<u64> {
    static COUNTERS: OnceLock<Option<PathBuf>> = OnceLock::new();
    let text = std::fs::read_to_string(COUNTERS.get_or_init(memory_counters).as_ref()?).ok()?;
    text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
}

/// The file in which the kernel counts what it does about this process's control group and memory.
fn memory_counters() -> Option<PathBuf> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    groups.lines().find_map(|line| {
        let (controllers, group) = line.split_once(':')?.1.split_once(':')?;
        let group = group.trim_start_matches('/');
        let root = Path::new("/sys/fs/cgroup");
        match controllers {
            "" => Some(root.join(group).join("memory.events")),
            names if names.split(',').any(|name| name == "memory") => {
                Some(root.join("memory").join(group).join("memory.oom_control"))
            }
            _ => None,
        }
        .filter(|counters| counters.is_file())
    })
}

/// The name of a signal, `SIGKILL`.
pub fn signal_name(signal: i32) -> String {
    let name = match signal {
        libc::SIGHUP => "SIGHUP",
        libc::SIGINT => "SIGINT",
        libc::SIGQUIT => "SIGQUIT",
        libc::SIGILL => "SIGILL",
        libc::SIGTRAP => "SIGTRAP",
        libc::SIGABRT => "SIGABRT",
        libc::SIGBUS => "SIGBUS",
        libc::SIGFPE => "SIGFPE",
        libc::SIGKILL => "SIGKILL",
        libc::SIGUSR1 => "SIGUSR1",
        libc::SIGSEGV => "SIGSEGV",
        libc::SIGUSR2 => "SIGUSR2",
        libc::SIGPIPE => "SIGPIPE",
        libc::SIGALRM => "SIGALRM",
        libc::SIGTERM => "SIGTERM",
        libc::SIGXCPU => "SIGXCPU",
        libc::SIGXFSZ => "SIGXFSZ",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}

/// Ends every process whose environment names `run_folder` as its own, and returns how many there were.
///
/// This finds what a run left behind even where it has changed its process group. Only where there is `/proc`.
pub fn end_strays(variable: &str, run_folder: &str) -> usize {
    let wanted = format!("{variable}={run_folder}");
    let mut ended = 0;
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        if pid == std::process::id() {
            continue;
        }
        let Ok(environment) = std::fs::read(entry.path().join("environ")) else { continue };
        if environment.split(|byte| *byte == 0).any(|line| line == wanted.as_bytes()) {
            // SAFETY: the process was just seen to belong to the run.
            unsafe { libc::kill(pid as libc::pid_t, libc::SIGKILL) };
            ended += 1;
        }
    }
    ended
}

/// True if a process of this machine has `text` among its arguments or in its environment. Only where there is `/proc`;
/// elsewhere that is not known, and true.
pub fn is_mentioned(text: &str) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else { return true };
    let own = std::process::id().to_string();
    processes.flatten().filter(|entry| entry.file_name().to_string_lossy() != own).any(|entry| {
        ["cmdline", "environ"].iter().any(|file| {
            let bytes = std::fs::read(entry.path().join(file)).unwrap_or_default();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_lives_and_reads_back() {
        let this = Owner::this();
        assert!(!this.is_dead());
        assert_eq!(this.to_string().parse::<Owner>().unwrap(), this);
    }

    #[test]
    fn a_later_process_with_the_same_id_is_another() {
        let mut other = Owner::this();
        other.birth.push('0');
        assert!(other.is_dead());
    }

    #[test]
    fn a_child_that_was_reaped_is_dead_and_one_elsewhere_is_not_known_to_be() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let owner = Owner { host: host().to_owned(), pid: child.id(), birth: birth(child.id()).unwrap_or_default() };
        child.wait().unwrap();
        assert!(owner.is_dead());
        assert!(!Owner { host: "elsewhere".to_owned(), ..owner }.is_dead());
    }
}
