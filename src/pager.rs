//! What has more lines than the terminal goes through a pager, as in git.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

/// What a shell says of a command that it cannot find, or not start.
const NOT_FOUND: i32 = 127;
const NOT_STARTED: i32 = 126;

/// Writes to standard output: through `$GITSWEEP_PAGER`, git's core.pager, `$PAGER` or less, if that is a terminal and has
/// fewer lines. `cat`, or nothing at all, is no pager; a dumb terminal
/// has only those that are gitsweep's and git's own.
pub fn show(bytes: &[u8], of_git: Option<&str>) -> Result<()> {
    if is_long(bytes)
        && let Some(pager) = pager(of_git)
        && through(&pager, bytes)?
    {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

fn is_long(bytes: &[u8]) -> bool {
    let height = terminal_size::terminal_size().map_or(0, |(_, height)| usize::from(height.0));
    io::stdout().is_terminal() && height > 0 && bytes.iter().filter(|byte| **byte == b'\n').count() >= height
}

fn pager(of_git: Option<&str>) -> Option<String> {
    let own = std::env::var("GITSWEEP_PAGER").ok().or_else(|| of_git.map(str::to_owned));
    // Where the cursor cannot be moved, less complains first and waits for RETURN.
    if own.is_none() && std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return None;
    }
    let pager = own.or_else(|| std::env::var("PAGER").ok()).unwrap_or_else(|| "less".to_owned());
    (!matches!(pager.trim(), "" | "cat")).then_some(pager)
}

/// False if the pager could not be started: then nothing has been shown.
fn through(pager: &str, bytes: &[u8]) -> Result<bool> {
    let mut command = Command::new("sh");
    command.args(["-c", pager]).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else { return Ok(false) };
    if let Some(mut stdin) = child.stdin.take() {
        // A pager that is left early has seen enough.
        let _ = stdin.write_all(bytes);
    }
    let status = child.wait().context("cannot wait for the pager")?;
    Ok(!matches!(status.code(), Some(NOT_FOUND | NOT_STARTED)))
}
