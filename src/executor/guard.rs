//! A guard beside a run: if the gitsweep that watches over it is killed, as schedulers do, the run ends with it.
//!
//! The run has a process group of its own, so that it can be ended whole, and a scheduler that kills by process group would
//! miss it. The guard is a shell that waits for the end of a pipe which only gitsweep holds open.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// The guard of one run; it goes with the value and then does nothing.
#[derive(Debug)]
pub(super) struct Guard(Child);

impl Guard {
    /// Sets a guard over the process group that `leader` leads; nothing where no shell can be started.
    pub(super) fn over(leader: u32) -> Option<Self> {
        let script = "read _ && exit; kill -TERM -\"$0\"; sleep 1; kill -KILL -\"$0\"";
        let mut command = Command::new("sh");
        command.args(["-c", script, &leader.to_string()]).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().ok().map(Self)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Killed before its pipe is closed: it must not take this for the end of gitsweep.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn sleeper() -> Child {
        Command::new("sleep").arg("60").process_group(0).spawn().unwrap()
    }

    #[test]
    fn a_run_ends_with_the_pipe_and_lives_on_without_its_guard() {
        let mut child = sleeper();
        let mut guard = Guard::over(child.id()).unwrap();
        drop(guard.0.stdin.take());
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < Duration::from_secs(30), "the guard has not ended it");
            std::thread::sleep(Duration::from_millis(5));
        }
        let mut child = sleeper();
        drop(Guard::over(child.id()));
        std::thread::sleep(Duration::from_millis(50));
        assert!(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
