//! Calls of a scheduler's commands, none of which may hold gitsweep up for ever.

use std::io::Read;
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

/// Runs a command to its end, but no longer than `patience`.
///
/// # Errors
/// If it cannot be started or is too slow. An exit code is no error.
pub fn call(command: &mut Command, patience: Duration) -> Result<Output, NoAnswer> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(NoAnswer::NotStarted)?;
    let leader = child.id();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        let out = scope.spawn(move || read(stdout));
        let err = scope.spawn(move || read(stderr));
        let status = match wait_within(&mut child, patience) {
            Ok(Some(status)) => status,
            Ok(None) => {
                signal_group(leader, libc::SIGKILL);
                let _ = child.wait();
                return Err(NoAnswer::TooSlow(patience));
            }
            Err(error) => return Err(NoAnswer::NotStarted(error)),
        };
        let (stdout, stderr) = (out.join().unwrap_or_default(), err.join().unwrap_or_default());
        Ok(Output { status, stdout, stderr })
    })
}

/// Waits for a process, but no longer than `patience`; nothing if it runs on.
///
/// # Errors
/// If it cannot be waited for.
pub fn wait_within(child: &mut Child, patience: Duration) -> std::io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        let ended = child.try_wait()?;
        if ended.is_some() || started.elapsed() >= patience {
            return Ok(ended);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn read(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let _ = pipe.read_to_end(&mut bytes);
    }
    bytes
}

impl NoAnswer {
    /// The error, in words; `way_out` is for a command that is not there.
    pub fn explain(self, program: &str, way_out: &str) -> anyhow::Error {
        match self {
            Self::NotStarted(error) if error.kind() == std::io::ErrorKind::NotFound => {
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
}
