//! What a run takes of memory at most.

use std::time::{Duration, Instant};

use crate::process::{children, peak_memory};

/// How long after its start a run is looked at first; then twice as long, and so on up to the second.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LAST_GAP: Duration = Duration::from_secs(1);
/// The kernel's counters are exact to so many bytes.
const SLACK: u64 = 1 << 20;

/// The peak of the processes of a run.
///
/// The kernel counts to a program what the process that started it had taken until then (`exec_mmap` in fs/exec.c carries its
/// peak over), so what it tells at the end is known to be the program's only where it exceeds what gitsweep has taken itself.
/// For the others the processes are looked at while they live.
pub(super) struct Peak {
    seen: Option<u64>,
    next: Instant,
    gap: Duration,
}

impl Peak {
    pub(super) fn new(started: Instant) -> Self {
        Self { seen: None, next: started + FIRST_LOOK, gap: FIRST_LOOK }
    }

    /// Looks at the processes of the run that `leader` leads, if it is time to.
    pub(super) fn look(&mut self, leader: u32, now: Instant) {
        if now < self.next {
            return;
        }
        self.gap = (2 * self.gap).min(LAST_GAP);
        self.next = now + self.gap;
        let mut family = vec![leader];
        while let Some(process) = family.pop() {
            self.seen = self.seen.max(peak_memory(process));
            family.extend(children(process));
        }
    }

    /// The peak in bytes, where it is known; the kernel has `told` one.
    pub(super) fn end(self, told: u64) -> Option<u64> {
        match peak_memory(std::process::id()) {
            Some(own) if told <= own + SLACK => self.seen,
            _ => Some(told),
        }
    }
}
