//! The file server: known to be away by what fails, and waited for, since without it nothing can be run or kept.
//!
//! A disk of this machine that fails in the same way is more likely to be broken, and is not waited for so long.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Error;

use crate::filesystem::is_of_this_machine;

/// A file server that is away is waited for so long: it may be started anew.
const SERVER_PATIENCE: Duration = Duration::from_secs(15 * 60);
/// What else fails so is waited for so long.
const DISK_PATIENCE: Duration = Duration::from_secs(10);
/// What the system says of a server that is away,
const AWAY: [i32; 5] = [libc::EIO, libc::ETIMEDOUT, libc::EHOSTDOWN, libc::ENOTCONN, libc::ESHUTDOWN];
/// and of one that was started anew with other numbers. Of what somebody may have removed that means nothing.
const STALE: [i32; 1] = [libc::ESTALE];
const PAUSE: Duration = Duration::from_millis(200);

/// The way out where neither disk nor server answers.
pub(crate) const NO_ANSWER: &str = "does the file server answer, is the disk in order? The point stays to be run";

/// True if something failed since the file system does not answer now, as one of a server that is away (NFS mounted `soft`).
pub(crate) fn is_out_of_reach(error: &Error) -> bool {
    error.chain().any(|cause| is_any(cause, &AWAY))
}

/// The same, or since the server has forgotten what it had given out.
fn is_away(error: &Error) -> bool {
    is_out_of_reach(error) || error.chain().any(|cause| is_any(cause, &STALE))
}

fn is_any(cause: &(dyn std::error::Error + 'static), codes: &[i32]) -> bool {
    match cause.downcast_ref::<io::Error>() {
        Some(error) => error.raw_os_error().is_some_and(|code| codes.contains(&code)),
        // git and libgit2 have the system's words alone.
        None => codes.iter().any(|code| cause.to_string().contains(&words(*code))),
    }
}

/// What the system says of an error, without its number.
fn words(code: i32) -> String {
    let said = io::Error::from_raw_os_error(code).to_string();
    said.split(" (os error ").next().unwrap_or_default().to_owned()
}

/// The way out of an error: `otherwise`, unless the file system does not answer.
pub(crate) fn way_out<'h>(error: &Error, otherwise: &'h str) -> &'h str {
    if is_away(error) { NO_ANSWER } else { otherwise }
}

/// How long what is in a folder is waited for when it does not answer.
pub(crate) fn patience(folder: &Path) -> Duration {
    // Of a server that is away nobody can tell its kind either.
    if is_of_this_machine(folder) { DISK_PATIENCE } else { SERVER_PATIENCE }
}

/// Why a folder cannot be looked into, if its server is away.
fn absence(folder: &Path) -> Option<io::Error> {
    File::open(folder).err().filter(|error| is_any(error, &AWAY) || is_any(error, &STALE))
}

/// Waits while the server of these folders is away and `goes_on`, but not for ever; `warn` is told once.
pub(crate) fn outwait(folders: [&Path; 2], goes_on: impl Fn() -> bool, warn: &mut dyn FnMut(String)) {
    let began = Instant::now();
    let mut is_told = false;
    while let Some((folder, error)) = folders.iter().find_map(|folder| Some((folder, absence(folder)?))) {
        let most = patience(folder);
        if began.elapsed() >= most || !goes_on() {
            return;
        }
        if !std::mem::replace(&mut is_told, true) {
            warn(waiting(&format!("cannot open {}: {error}", folder.display()), most));
        }
        thread::sleep(PAUSE);
    }
}

/// Words for a wait.
pub(crate) fn waiting(why: &str, most: Duration) -> String {
    format!("{why}; waiting for the file system for up to {} s", most.as_secs())
}

/// A wait for the server of some folders by somebody who tries again.
#[derive(Debug)]
pub(crate) struct Wait {
    folders: Vec<PathBuf>,
    /// When it has failed first.
    began: Option<Instant>,
    /// When one of the folders was last seen to be away.
    last_away: Option<Instant>,
}

impl Wait {
    /// A wait that has not begun.
    pub(crate) fn over(folders: Vec<PathBuf>) -> Self {
        Self { folders, began: None, last_away: None }
    }

    /// Whether there is to be another try after this error, before which it waits; `warn` is told once. What fails though all
    /// folders answer is not waited for long.
    pub(crate) fn is_worth(&mut self, error: &Error, warn: &mut dyn FnMut(String)) -> bool {
        let absent = self.folders.iter().find_map(|folder| Some((folder, absence(folder)?)));
        if absent.is_none() && !is_away(error) {
            return false;
        }
        let now = Instant::now();
        let is_first = self.began.is_none();
        let began = *self.began.get_or_insert(now);
        let (since, most, why) = match absent {
            Some((folder, absence)) => {
                self.last_away = Some(now);
                (began, patience(folder), format!("cannot open {}: {absence}", folder.display()))
            }
            None => (self.last_away.unwrap_or(began), DISK_PATIENCE, format!("{error:#}")),
        };
        if since.elapsed() >= most {
            return false;
        }
        if is_first {
            warn(waiting(&why, most));
        }
        true
    }

    /// True if what failed did so since the server was away.
    pub(crate) fn has_begun(&self) -> bool {
        self.began.is_some()
    }

    /// How long to wait before the next try.
    pub(crate) fn pause(&self) -> Duration {
        // The longer it has been away, the less a moment matters.
        let lasted = self.began.map(|began| began.elapsed()).unwrap_or_default();
        (lasted / 10).clamp(PAUSE, PAUSE * 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: i32) -> Error {
        Error::new(io::Error::from_raw_os_error(code)).context("cannot write")
    }

    #[test]
    fn a_server_that_is_away_is_known_by_its_errors() {
        assert!(is_out_of_reach(&of(libc::EIO)) && is_out_of_reach(&of(libc::ETIMEDOUT)));
        assert!(!is_out_of_reach(&of(libc::ENOSPC)) && !is_out_of_reach(&of(libc::ESTALE)));
        assert!(is_away(&of(libc::ESTALE)) && !is_away(&of(libc::ENOENT)));
        assert!(is_away(
            &Error::msg("git read-tree failed: fatal: unable to read 12: Input/output error").context("no")
        ));
        assert_eq!(way_out(&of(libc::EIO), "is the disk full?"), NO_ANSWER);
        assert_eq!(way_out(&of(libc::ENOSPC), "is the disk full?"), "is the disk full?");
    }

    #[test]
    fn a_folder_that_is_there_or_gone_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let there = [folder.path(), &folder.path().join("gone")];
        outwait(there, || panic!("it waits"), &mut |warning| panic!("{warning}"));
        let mut wait = Wait::over(there.map(Path::to_owned).to_vec());
        assert!(!wait.is_worth(&of(libc::ENOSPC), &mut |warning| panic!("{warning}")));
        assert!(!wait.has_begun());
    }

    #[test]
    fn what_the_server_has_not_answered_is_tried_again_and_told_of_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut wait = Wait::over(vec![folder.path().to_owned()]);
        let mut told = Vec::new();
        for _ in 0..3 {
            assert!(wait.is_worth(&of(libc::ESTALE), &mut |warning| told.push(warning)));
        }
        assert_eq!(told.len(), 1);
        assert!(told[0].ends_with("; waiting for the file system for up to 10 s"), "{told:?}");
        wait.began = wait.began.and_then(|began| began.checked_sub(DISK_PATIENCE));
        assert!(!wait.is_worth(&of(libc::ESTALE), &mut |_| ()), "the folder answers, and yet it fails");
    }

    #[test]
    fn a_disk_of_this_machine_is_not_waited_for_as_long_as_a_server() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(patience(&folder.path().join("gone")), SERVER_PATIENCE, "its kind cannot be told");
        if is_of_this_machine(folder.path()) {
            assert_eq!(patience(folder.path()), DISK_PATIENCE);
        }
    }
}
