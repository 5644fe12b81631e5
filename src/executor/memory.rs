//! What a run takes of memory at most.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::process::{children, page_faults, peak_memory};

/// How long after its start a run is looked at first; then each time when it has lasted a tenth longer, or for a second more.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LAST_GAP: Duration = Duration::from_secs(1);
/// One in so many page faults of a run may have come after the last look, for its peak to be told by what was seen.
const UNSEEN: u64 = 10;
/// The kernel's counters are exact to so many bytes.
const SLACK: u64 = 1 << 20;

/// The peak of the processes of a run.
///
/// The kernel counts to a program what the process that started it had taken until then (`exec_mmap` in fs/exec.c carries its
/// peak over), so what it tells at the end is known to be the program's only where it exceeds what gitsweep has taken itself.
/// For the others the processes are looked at while they live. A process takes memory by page faults alone, and these the
/// kernel counts to the end: what was seen is the peak where hardly any came after it was seen, however long the run was and
/// however busy the machine. Otherwise nothing is told.
pub(super) struct Peak {
    started: Instant,
    next: Instant,
    seen: Option<u64>,
    /// The page faults of all processes when they were last looked at, and when the run had ended.
    faults: u64,
    faults_in_all: Option<u64>,
}

impl Peak {
    pub(super) fn new(started: Instant) -> Self {
        Self { started, next: started + FIRST_LOOK, seen: None, faults: 0, faults_in_all: None }
    }

    /// Looks at the processes of the run that `leader` leads, if it is time to.
    pub(super) fn look(&mut self, leader: u32, now: Instant) {
        if now < self.next {
            return;
        }
        self.next = now + ((now - self.started) / 10).min(LAST_GAP);
        self.faults = 0;
        let mut family = vec![leader];
        while let Some(process) = family.pop() {
            self.faults += page_faults(process).unwrap_or(0);
            self.seen = self.seen.max(peak_memory(process));
            family.extend(children(process));
        }
    }

    /// Takes note that `leader` has ended; it has not been reaped yet.
    pub(super) fn close(&mut self, leader: u32) {
        if self.seen.is_some() {
            self.faults_in_all = page_faults(leader);
        }
    }

    /// The peak in bytes, where it is known; the kernel has `told` one.
    pub(super) fn end(self, told: u64) -> Option<u64> {
        if is_within_own(told) { self.seen.filter(|_| self.has_seen_it_grown()) } else { Some(told) }
    }

    fn has_seen_it_grown(&self) -> bool {
        self.faults_in_all.is_some_and(|all| all.saturating_sub(self.faults) <= all / UNSEEN)
    }
}

/// True if gitsweep has taken so much itself, as far as the kernel can tell the difference.
fn is_within_own(told: u64) -> bool {
    // A peak never falls, so that it is asked for again only by a run that has taken more.
    static KNOWN: AtomicU64 = AtomicU64::new(0);
    let reaches = |own: u64| own > 0 && told <= own + SLACK;
    reaches(KNOWN.load(Ordering::Relaxed))
        || peak_memory(std::process::id()).is_some_and(|own| reaches(KNOWN.fetch_max(own, Ordering::Relaxed).max(own)))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::process::{Command, Stdio};

    use super::*;

    /// What is told of a program that was looked at last when it had some megabytes, and went on with `later`.
    fn told(later: &str) -> Option<u64> {
        let line = format!("x=$(head -c 2000000 /dev/zero | tr '\\0' x); echo ready; read line; {later}");
        let mut program = Command::new("sh");
        let mut child = program.args(["-c", &line]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0; 6]).unwrap();

        // As if the program had hardly been given any time in a run of which the first two thirds are over.
        let started = Instant::now();
        let mut peak = Peak::new(started);
        peak.look(child.id(), started + Duration::from_secs(60));
        assert!(peak.seen.is_some());
        child.stdin.take().unwrap().write_all(b"\n").unwrap();
        // SAFETY: siginfo_t is plain data that waitid fills in.
        let answer = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            libc::waitid(libc::P_PID, child.id(), &raw mut info, libc::WEXITED | libc::WNOWAIT)
        };
        assert_eq!(answer, 0);
        peak.close(child.id());
        child.wait().unwrap();
        peak.end(0)
    }

    #[test]
    fn what_was_seen_before_a_program_grew_is_not_its_peak() {
        if peak_memory(std::process::id()).is_none() {
            println!("skipped: there is no /proc");
            return;
        }
        assert!(told("exit 0").is_some_and(|bytes| bytes > 2_000_000));
        assert_eq!(told("y=$x$x$x"), None);
    }
}
