//! Room: what became of a run waits for it where the disk is full, or its server away. To run again would take as long as the
//! run took, so it is waited for as long; for a server longer, since without it nothing can be run.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Error, Result};

use crate::file_server::{is_out_of_reach, patience};
use crate::filesystem::is_out_of_space;
use crate::record::{Gravity, Record};

/// Room is waited for so long at least.
const LEAST: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(200);

/// Keeps a record in a folder by `keep`, again and again while the disk is full or out of reach, and `goes_on`; `warn` is told
/// once. A run that came to nothing is not worth waiting for.
///
/// # Errors
/// Those of `keep`.
pub(super) fn keep_in_time(
    record: &Record,
    folder: &Path,
    mut keep: impl FnMut() -> Result<()>,
    mut goes_on: impl FnMut() -> bool,
    warn: impl FnOnce(&str),
) -> Result<()> {
    if record.status.gravity() == Gravity::Void {
        return keep();
    }
    let took = record.seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or_default();
    let since = Instant::now();
    let mut warn = Some(warn);
    loop {
        match keep() {
            Err(error) => {
                let Some((what, least)) = awaited(&error, folder) else { return Err(error) };
                let most = took.max(least);
                if since.elapsed() >= most || !goes_on() {
                    return Err(error);
                }
                if let Some(warn) = warn.take() {
                    warn(&format!("{error:#}; waiting for {what} for up to {} s", most.as_secs()));
                }
            }
            Ok(()) => return Ok(()),
        }
        thread::sleep(PAUSE);
    }
}

/// What is waited for after an error, and for how long at least; `None` if nothing helps.
fn awaited(error: &Error, folder: &Path) -> Option<(&'static str, Duration)> {
    let server = || is_out_of_reach(error).then(|| ("the file system", patience(folder)));
    if is_out_of_space(error) { Some(("room", LEAST)) } else { server() }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::record::Status;

    /// How often it was tried with so many refusals, what came of it, and how often that was told.
    fn tried(refusals: usize, code: i32, goes_on: bool) -> (usize, bool, usize) {
        of(Status::Ok, refusals, code, goes_on)
    }

    fn of(status: Status, refusals: usize, code: i32, goes_on: bool) -> (usize, bool, usize) {
        let (mut tried, mut told) = (0, 0);
        let keep = || {
            tried += 1;
            if tried > refusals { Ok(()) } else { Err(io::Error::from_raw_os_error(code).into()) }
        };
        let kept =
            keep_in_time(&Record::bare(1, status), &std::env::temp_dir(), keep, || goes_on, |_| told += 1).is_ok();
        (tried, kept, told)
    }

    #[test]
    fn a_disk_that_is_full_or_away_is_waited_for_and_nothing_else() {
        assert_eq!(tried(0, libc::ENOSPC, true), (1, true, 0));
        assert_eq!(tried(3, libc::ENOSPC, true), (4, true, 1));
        assert_eq!(tried(1, libc::EDQUOT, true), (2, true, 1));
        assert_eq!(tried(2, libc::EIO, true), (3, true, 1));
        assert_eq!(tried(3, libc::ENOSPC, false), (1, false, 0));
        assert_eq!(tried(3, libc::EACCES, true), (1, false, 0));
        assert_eq!(of(Status::Failed, 1, libc::ENOSPC, true), (2, true, 1));
        assert_eq!(of(Status::Cancelled, 1, libc::ENOSPC, true), (1, false, 0));
    }
}
