//! What a run takes of memory at most.

use std::time::{Duration, Instant};

use crate::process::{children, peak_memory};

/// How long after its start a run is looked at first; then each time when it has lasted half as long again, or for a second
/// more.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LAST_GAP: Duration = Duration::from_secs(1);
/// The kernel's counters are exact to so many bytes.
const SLACK: u64 = 1 << 20;

/// The peak of the processes of a run.
///
/// The kernel counts to a program what the process that started it had taken until then (`exec_mmap` in fs/exec.c carries its
/// peak over), so what it tells at the end is known to be the program's only where it exceeds what gitsweep has taken itself.
/// For the others the processes are looked at while they live; what was seen only in the first half of a run, when a program
/// may still have been starting, is not told.
pub(super) struct Peak {
    started: Instant,
    seen: Option<u64>,
    looked: Instant,
    next: Instant,
}

impl Peak {
    pub(super) fn new(started: Instant) -> Self {
        Self { started, seen: None, looked: started, next: started + FIRST_LOOK }
    }

    /// Looks at the processes of the run that `leader` leads, if it is time to.
    pub(super) fn look(&mut self, leader: u32, now: Instant) {
        if now < self.next {
            return;
        }
        self.looked = now;
        self.next = now + ((now - self.started) / 2).min(LAST_GAP);
        let mut family = vec![leader];
        while let Some(process) = family.pop() {
            self.seen = self.seen.max(peak_memory(process));
            family.extend(children(process));
        }
    }

    /// The peak in bytes, where it is known; the kernel has `told` one.
    pub(super) fn end(self, told: u64) -> Option<u64> {
        match peak_memory(std::process::id()) {
            Some(own) if told <= own + SLACK => {
                self.seen.filter(|_| 2 * (self.looked - self.started) >= self.started.elapsed())
            }
            _ => Some(told),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_as_a_run_began_is_not_its_peak() {
        let own = std::process::id();
        if peak_memory(own).is_none() {
            println!("skipped: there is no /proc");
            return;
        }
        let Some(started) = Instant::now().checked_sub(Duration::from_secs(10)) else { return };
        let mut peak = Peak::new(started);
        peak.look(own, started + FIRST_LOOK);
        assert!(peak.seen.is_some());
        peak.look(own, started + FIRST_LOOK);
        assert_eq!((peak.looked, peak.end(0)), (started + FIRST_LOOK, None));

        let mut peak = Peak::new(started);
        peak.look(own, started + Duration::from_secs(9));
        assert!(peak.end(0).is_some());
    }
}
