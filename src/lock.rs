//! A lock between gitsweeps that holds on every file system: a file that only one can make, with its maker's name in it.
//!
//! Locks of the system (flock) are local to a node on some cluster file systems. This one is taken over when its holder is
//! known to be gone.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, Result};

use crate::filesystem::{is_gone, new_file_in, persist_new};
use crate::liveness::{Census, server_time};
use crate::process::Owner;

/// How late a network file system may show what is in a file that is there.
const SEEN_WITHIN: Duration = Duration::from_secs(10);

/// A lock that is held; it is given back with the value.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
}

/// Who keeps a lock from being taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder(pub String);

impl Lock {
    /// Takes the lock `name` below the state folder, or waits up to `patience` for who has it, as long as `gives_up` says
    /// no. The caller gives signs of life ([`crate::liveness::Heartbeat`]) while it holds it.
    ///
    /// # Errors
    /// If the file cannot be written, or another's not be read.
    pub fn take(
        state: &Path,
        name: &str,
        patience: Duration,
        gives_up: &mut dyn FnMut() -> bool,
    ) -> Result<Result<Self, Holder>> {
        let path = state.join(name);
        let started = Instant::now();
        loop {
            if make(&path).with_context(|| format!("cannot write {}", path.display()))? {
                return Ok(Ok(Self { path }));
            }
            let (holder, made) = match read(&path) {
                Ok(read) => read,
                Err(error) if is_gone(&error) => continue,
                Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
            };
            if is_abandoned(state, &holder, made) {
                break_open(&path, &holder);
                continue;
            }
            if started.elapsed() >= patience || gives_up() {
                let words = holder.trim().parse::<Owner>().map(|owner| format!("pid {} on {}", owner.pid, owner.host));
                return Ok(Err(Holder(words.unwrap_or(holder))));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Somebody may have taken it over: then it is theirs.
        if fs::read_to_string(&self.path).is_ok_and(|holder| holder == Owner::this().to_string()) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Makes the file with its words in it, if it is not there.
fn make(path: &Path) -> Result<bool> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = new_file_in(folder, ".lock", 0o666)?;
    file.as_file_mut().write_all(Owner::this().to_string().as_bytes())?;
    Ok(persist_new(file, path)?.is_none())
}

/// What the file says, and when it was made.
fn read(path: &Path) -> io::Result<(String, SystemTime)> {
    // A network file system may be late with the time of a file that is not open.
    let mut file = File::open(path)?;
    let made = file.metadata()?.modified()?;
    let mut holder = String::new();
    file.read_to_string(&mut holder)?;
    Ok((holder, made))
}

fn is_abandoned(state: &Path, holder: &str, made: SystemTime) -> bool {
    let age = server_time(state).duration_since(made).unwrap_or_default();
    match holder.parse::<Owner>() {
        Ok(owner) => Census::take(state).is_dead(&owner, age),
        // It appears with its holder's name in it: one without is what a crash of the machine has left.
        Err(_) => age > SEEN_WITHIN,
    }
}

/// Takes the lock of a holder that is gone out of the way. If it turns out to be another's by now, it is put back.
fn break_open(path: &Path, holder: &str) {
    let aside = path.with_extension(format!("broken-{}", std::process::id()));
    if fs::rename(path, &aside).is_err() {
        return;
    }
    if fs::read_to_string(&aside).is_ok_and(|found| found != holder) {
        let _ = fs::hard_link(&aside, path);
    }
    let _ = fs::remove_file(aside);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_a_dead_holder_is_none() {
        let state = tempfile::tempdir().unwrap();
        let none = Duration::ZERO;
        let lock = Lock::take(state.path(), "test.lock", none, &mut || false).unwrap().unwrap();
        let holder = Lock::take(state.path(), "test.lock", none, &mut || false).unwrap().unwrap_err();
        assert!(holder.0.contains(&std::process::id().to_string()));
        drop(lock);
        let mut dead = Owner::this();
        dead.birth.push('0');
        fs::write(state.path().join("test.lock"), dead.to_string()).unwrap();
        let lock = Lock::take(state.path(), "test.lock", none, &mut || false).unwrap().unwrap();
        drop(lock);
        assert_eq!(fs::read_dir(state.path()).unwrap().count(), 0);
    }

    #[test]
    fn one_that_a_crash_of_the_machine_has_left_without_a_name_is_nobodys() {
        let state = tempfile::tempdir().unwrap();
        let file = File::create(state.path().join("test.lock")).unwrap();
        let take = || Lock::take(state.path(), "test.lock", Duration::ZERO, &mut || false).unwrap();
        assert!(take().is_err(), "it may be seen late");
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
        assert!(take().is_ok());
    }

    #[test]
    fn a_holder_that_cannot_be_read_is_told_of_and_not_waited_for() {
        let state = tempfile::tempdir().unwrap();
        fs::create_dir(state.path().join("test.lock")).unwrap();
        let error = Lock::take(state.path(), "test.lock", Duration::MAX, &mut || false).unwrap_err();
        assert!(error.to_string().starts_with("cannot read "), "{error}");
    }
}
