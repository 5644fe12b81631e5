//! Calls of a scheduler's commands, none of which may hold gitsweep up for ever.

use std::io::{ErrorKind, Read};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use crate::hint;
use crate::process::signal_group;

/// Why a command has no answer.
#[derive(Debug)]
pub enum NoAnswer {
    /// It is not there, or cannot be started.
    NotStarted(std::io::Error),
    /// It took longer than it may and was killed; it may have done its work all the same.
    TooSlow(Duration),
}

/// The shortest pause between two looks at a process, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// Runs a command to its end, but no longer than `patience`. What it has started and left running is not waited for, even
/// where that holds its output open.
///
/// # Errors
/// If it cannot be started or is too slow. An exit code is no error.
pub fn call(command: &mut Command, patience: Duration) -> Result<Output, NoAnswer> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(NoAnswer::NotStarted)?;
    let leader = child.id();
    let (mut stdout, mut stderr) = (Ear::at(child.stdout.take()), Ear::at(child.stderr.take()));
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        // Looked at before it is listened to: all that it has said until its end is heard then.
        let ended = child.try_wait().map_err(NoAnswer::NotStarted)?;
        let has_spoken = stdout.listen() | stderr.listen();
        if let Some(status) = ended {
            return Ok(Output { status, stdout: stdout.heard, stderr: stderr.heard });
        }
        if started.elapsed() >= patience {
            signal_group(leader, libc::SIGKILL);
            let _ = child.wait();
            return Err(NoAnswer::TooSlow(patience));
        }
        pause = if has_spoken { FIRST_PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
        std::thread::sleep(pause);
    }
}

/// Waits for a process, but no longer than `patience` or `gives_up` says; nothing if it runs on.
///
/// # Errors
/// If it cannot be waited for.
pub fn wait_within(
    child: &mut Child,
    patience: Duration,
    gives_up: impl Fn() -> bool,
) -> std::io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let ended = child.try_wait()?;
        if ended.is_some() || started.elapsed() >= patience || gives_up() {
            return Ok(ended);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// One end of a pipe, at which is heard what comes without waiting for more.
struct Ear<P> {
    pipe: Option<P>,
    heard: Vec<u8>,
}

impl<P: Read + AsRawFd> Ear<P> {
    fn at(pipe: Option<P>) -> Self {
        if let Some(pipe) = &pipe {
            // SAFETY: it sets a flag of a descriptor that is open. Nobody else reads from this end.
            unsafe { libc::fcntl(pipe.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) };
        }
        Self { pipe, heard: Vec::new() }
    }

    /// Hears what there is, no more than a pipe can hold; true if there was anything.
    fn listen(&mut self) -> bool {
        const MOST: usize = 1 << 20;
        let before = self.heard.len();
        let mut part = [0; 1 << 16];
        while let Some(pipe) = &mut self.pipe
            && self.heard.len() - before < MOST
        {
            match pipe.read(&mut part) {
                Ok(0) => self.pipe = None,
                Ok(length) => self.heard.extend_from_slice(&part[..length]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => self.pipe = None,
            }
        }
        self.heard.len() > before
    }
}

impl NoAnswer {
    /// The error, in words; `way_out` is for a command that is not there.
    pub fn explain(self, program: &str, way_out: &str) -> anyhow::Error {
        match self {
            Self::NotStarted(error) if error.kind() == ErrorKind::NotFound => {
                hint::error(format!("there is no {program} on this machine's PATH"), way_out)
            }
            Self::NotStarted(error) => anyhow!(error).context(format!("cannot start {program}")),
            Self::TooSlow(patience) => {
                anyhow!("{program} gave no answer within {}", humantime::format_duration(patience))
            }
        }
    }
}

/// What a command said, on one line: its errors, or else its output.
pub fn said(output: &Output) -> String {
    let text = if output.stderr.iter().all(u8::is_ascii_whitespace) { &output.stdout } else { &output.stderr };
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() { format!("nothing, {}", output.status) } else { lines.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        command
    }

    #[test]
    fn what_is_too_slow_is_killed_with_all_that_it_started() {
        let started = Instant::now();
        let answer = call(&mut shell("sleep 60 & sleep 60"), Duration::from_millis(50));
        assert!(matches!(answer, Err(NoAnswer::TooSlow(_))));
        assert!(started.elapsed() < Duration::from_secs(30));
        let output = call(&mut shell("echo out; echo err >&2; exit 3"), Duration::from_secs(30)).unwrap();
        assert_eq!((output.status.code(), said(&output).as_str()), (Some(3), "err"));
        let missing = call(&mut Command::new("no-such-program"), Duration::from_secs(1)).unwrap_err();
        assert!(missing.explain("no-such-program", "").to_string().contains("no no-such-program"));
    }
    #[test]
    fn all_that_a_command_says_is_heard_and_what_it_leaves_running_is_not_waited_for() {
        let lines = "awk 'BEGIN { for (i = 0; i < 200000; i++) print \"a line\" }'";
        let mut command = shell(&format!("{lines}; echo oh >&2; sleep 60 & echo $!; exit 3"));
        let output = call(&mut command, Duration::from_secs(100)).unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let left: libc::pid_t = out.lines().next_back().unwrap().parse().unwrap();
        // SAFETY: it was started by the command, and is no more than a sleep.
        assert_eq!(unsafe { libc::kill(left, libc::SIGKILL) }, 0, "it had ended by itself");
        assert_eq!((out.lines().count(), output.status.code(), &output.stderr[..]), (200_001, Some(3), &b"oh\n"[..]));
    }
}
