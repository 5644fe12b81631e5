//! Signs of life: how a gitsweep on one machine knows that one on another is still there, with nothing but files between
//! them.
//!
//! Whoever holds claims renews a file of its own every few seconds. Whoever wants to know compares its age with that of a
//! file which it has just written: both times are the file server's, so the clocks of the machines do not matter.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Error, Result};

use crate::filesystem::read_dir;
use crate::hint;
use crate::names;
use crate::process::Owner;

/// How long a gitsweep on another machine may give no sign before it is taken for dead, where nothing else is said.
pub const LEASE: Duration = Duration::from_secs(120);
/// A beat every so many parts of a lease: some may be late, and a network file system shows files with a delay.
const BEATS: u32 = 8;

/// How often the clocks are looked at, so that a machine that was asleep, or whose clock was put on, gives a sign before others
/// take the time for silence.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// This process's sign of life; it ends with the value.
#[derive(Debug)]
pub struct Heartbeat {
    path: PathBuf,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// That a sign of life cannot be given, which is what somebody meets first in another user's repository.
fn unwritten(error: io::Error, path: &Path) -> Error {
    let message = format!("cannot write in {}", path.display());
    match error.kind() {
        io::ErrorKind::PermissionDenied => hint::wrap(
            error,
            message,
            "a repository is shared by its owner: git config core.sharedRepository group, and chmod -R g+rwX of its folder",
        ),
        _ => hint::wrap(error, message, hint::NO_ROOM),
    }
}

impl Heartbeat {
    /// Gives the first sign, and from then on one every eighth of `lease`.
    ///
    /// # Errors
    /// If the first cannot be written.
    pub fn start(state: &Path, lease: Duration) -> Result<Self> {
        let folder = state.join(names::ALIVE_DIR);
        let path = folder.join(Owner::this().folder_name());
        fs::create_dir_all(&folder).and_then(|()| beat(&path, lease)).map_err(|error| {
            let _ = fs::remove_file(&path);
            unwritten(error, &folder)
        })?;
        let (stop, stopped) = channel();
        let beating = path.clone();
        let thread = std::thread::spawn(move || {
            let every = lease / BEATS;
            let mut last = (Instant::now(), SystemTime::now());
            while stopped.recv_timeout(every.min(LOOK_EVERY)) == Err(RecvTimeoutError::Timeout) {
                if is_due(last.0.elapsed(), last.1.elapsed().ok(), every) {
                    // A beat that fails is made up for by the next.
                    let _ = beat(&beating, lease);
                    last = (Instant::now(), SystemTime::now());
                }
            }
        });
        Ok(Self { path, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = fs::remove_file(&self.path);
    }
}

/// True if a sign is to be given, which is given once in `every`: so long ago was the last by a clock that nobody sets and that
/// stands still while the machine is asleep, and by the one on the wall, which may have been put back.
fn is_due(steady: Duration, wall: Option<Duration>, every: Duration) -> bool {
    steady >= every || wall.is_none_or(|age| age >= every)
}

/// The file holds the lease, so that whoever looks knows how long to be patient.
fn beat(path: &Path, lease: Duration) -> io::Result<()> {
    fs::write(path, format!("{}\n", lease.as_millis()))
}

/// When a sign was given last, and its lease.
fn read_sign(path: &Path) -> io::Result<(SystemTime, Duration)> {
    // A network file system knows the time of a file that is not open as it was up to a minute ago: longer than a lease may be.
    let mut file = File::open(path)?;
    let modified = file.metadata()?.modified()?;
    let mut said = String::new();
    // One whose words cannot be read is a sign all the same.
    let _ = file.read_to_string(&mut said);
    Ok((modified, said.trim().parse().map_or(LEASE, Duration::from_millis)))
}

/// A sign of life that was found.
#[derive(Clone, Copy, Debug)]
struct Sign {
    age: Duration,
    lease: Duration,
}

/// Who has given a sign of life, and how long ago.
#[derive(Clone, Debug, Default)]
pub struct Census {
    signs: HashMap<String, Sign>,
    now: Option<SystemTime>,
}

impl Census {
    /// Reads all signs.
    pub fn take(state: &Path) -> Self {
        let folder = state.join(names::ALIVE_DIR);
        let mut seen = Vec::new();
        for entry in read_dir(&folder).into_iter().flatten().flatten() {
            if let Ok((modified, lease)) = read_sign(&entry.path()) {
                seen.push((entry.file_name().to_string_lossy().into_owned(), modified, lease));
            }
        }
        let now = (!seen.is_empty()).then(|| server_time(&folder));
        let age = |modified| now.and_then(|now| now.duration_since(modified).ok()).unwrap_or_default();
        let signs =
            seen.into_iter().map(|(name, modified, lease)| (name, Sign { age: age(modified), lease })).collect();
        Self { signs, now }
    }

    /// The file server's time when the signs were read; `None` if there were none.
    pub fn server_time(&self) -> Option<SystemTime> {
        self.now
    }

    /// True if `owner` is known to be gone: on this machine its process is, on another its lease has run out. One that
    /// never gave a sign is judged by `since_claim`, the age of what it holds.
    pub fn is_dead(&self, owner: &Owner, since_claim: Duration) -> bool {
        if owner.is_in_sight() {
            return owner.is_dead();
        }
        match self.signs.get(&owner.folder_name()) {
            Some(sign) => sign.age > sign.lease,
            None => since_claim > LEASE,
        }
    }

    /// True if `owner`, on another machine, has missed signs but may be alive still.
    pub fn is_doubtful(&self, owner: &Owner) -> bool {
        !owner.is_in_sight()
            && self.signs.get(&owner.folder_name()).is_none_or(|sign| sign.age > sign.lease / BEATS * 3)
    }

    /// True if anybody who has given a sign is alive, as far as it tells.
    pub fn has_anybody(&self) -> bool {
        let mut owners = self.signs.iter().filter_map(|(name, sign)| Some((Owner::of_folder_name(name)?, sign.age)));
        owners.any(|(owner, age)| !self.is_dead(&owner, age))
    }

    /// Removes signs of gitsweeps that ended long ago without taking theirs with them.
    pub fn tidy(&self, state: &Path) {
        for (name, sign) in &self.signs {
            if sign.age > sign.lease * 100 {
                let _ = fs::remove_file(state.join(names::ALIVE_DIR).join(name));
            }
        }
    }
}

/// The file server's time, from a file that is written now; this machine's where that cannot be.
pub fn server_time(folder: &Path) -> SystemTime {
    let probe = tempfile::Builder::new().prefix(".now").tempfile_in(folder);
    let modified = probe.and_then(|probe| {
        fs::write(probe.path(), "now")?;
        fs::metadata(probe.path())?.modified()
    });
    modified.unwrap_or_else(|_| SystemTime::now())
}

/// True if a file of that time is older than that by this machine's clock as well as by the server's, which is asked below
/// `folder`.
pub(crate) fn is_older(folder: &Path, modified: SystemTime, than: Duration) -> bool {
    let is_past = |now: SystemTime| now.duration_since(modified).is_ok_and(|age| age > than);
    is_past(SystemTime::now()) && is_past(server_time(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_due_in_time_and_at_once_where_the_clock_was_set_or_the_machine_slept() {
        let seconds = Duration::from_secs;
        let due = |steady, wall: Option<u64>| is_due(seconds(steady), wall.map(seconds), seconds(15));
        assert!(!due(3, Some(3)) && due(15, Some(15)) && due(15, Some(3)));
        assert!(due(3, Some(3600)) && due(3, None));
    }

    #[test]
    fn a_gitsweep_elsewhere_lives_as_long_as_it_gives_signs() {
        let state = tempfile::tempdir().unwrap();
        let lease = Duration::from_secs(3600);
        let mut elsewhere = Owner::this();
        elsewhere.host.push_str("-2");
        let path = state.path().join(names::ALIVE_DIR).join(elsewhere.folder_name());
        let own = Heartbeat::start(state.path(), lease).unwrap();
        beat(&path, lease).unwrap();
        let census = Census::take(state.path());
        assert!(!census.is_dead(&elsewhere, Duration::MAX));
        assert!(!census.is_dead(&Owner::this(), Duration::MAX));
        let file = File::open(&path).unwrap();
        file.set_modified(SystemTime::now() - lease * 2).unwrap();
        let census = Census::take(state.path());
        assert!(census.is_dead(&elsewhere, Duration::ZERO) && census.is_doubtful(&elsewhere));
        fs::remove_file(&path).unwrap();
        let census = Census::take(state.path());
        assert!(!census.is_dead(&elsewhere, Duration::ZERO), "it may be about to give its first sign");
        assert!(census.is_dead(&elsewhere, LEASE * 2));
        drop(own);
        assert!(fs::read_dir(state.path().join(names::ALIVE_DIR)).unwrap().next().is_none());
    }
}
