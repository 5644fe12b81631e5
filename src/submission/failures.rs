//! How many runs of a queue may fail before no more of its points are begun, on however many machines they run.
//!
//! Each failure is a file of its own, without content: any job can make one without a lock, and to count them is to read one
//! small folder, as no more points begin once there are enough.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::store::random_name;
use crate::filesystem::{new_file_in, persist, read_dir};
use crate::git::CommitId;
use crate::names;

const SWEEP_FILE: &str = "sweep";
const STOPPED_FILE: &str = "stopped";

/// How many runs of a queue may fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureLimit {
    /// So many, and no more points are begun.
    pub most: u64,
    /// The queue's unique name: all that it submits counts together, the successors of its jobs too.
    pub queue: String,
}

/// What is kept beside the failures of a queue, for who looks when its submissions have gone.
#[derive(Serialize, Deserialize)]
struct Kept {
    sweep: String,
    most: u64,
}

impl FailureLimit {
    /// The limit of a queue that begins. Nothing is written yet.
    pub fn new(most: u64) -> Self {
        Self { most, queue: random_name() }
    }

    fn folder(&self, state: &Path) -> PathBuf {
        state.join(names::FAILURES_DIR).join(&self.queue)
    }

    /// Makes the place where failures are counted, if it is not there yet.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn open(&self, state: &Path, sweep: &str) -> Result<()> {
        let folder = self.folder(state);
        let path = folder.join(SWEEP_FILE);
        if path.exists() {
            return Ok(());
        }
        let kept = serde_json::to_vec(&Kept { sweep: sweep.to_owned(), most: self.most })?;
        let write = || -> io::Result<()> {
            fs::create_dir_all(&folder)?;
            let mut file = new_file_in(&folder, ".tmp", 0o666)?;
            file.as_file_mut().write_all(&kept)?;
            persist(file, &path)
        };
        write().with_context(|| format!("cannot write {}", path.display()))
    }

    /// Counts a failure; the same one counts once.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn count(&self, state: &Path, commit: CommitId, attempt: u64) -> Result<()> {
        make(&self.folder(state), &format!("{commit}-{attempt}")).map(drop)
    }

    /// How many runs have failed.
    pub fn failed(&self, state: &Path) -> u64 {
        failures(&self.folder(state))
    }

    /// True if no more points are to be begun.
    pub fn is_reached(&self, state: &Path) -> bool {
        self.failed(state) >= self.most
    }

    /// True for the first who asks: it is to have what waits cancelled.
    pub fn is_first_to_stop(&self, state: &Path) -> bool {
        make(&self.folder(state), STOPPED_FILE).unwrap_or(false)
    }

    /// Why no more points are begun.
    pub fn in_words(&self, state: &Path) -> String {
        let failed = self.failed(state);
        let runs = if failed == 1 { "run has" } else { "runs have" };
        format!("{failed} {runs} failed (--max-failures {})", self.most)
    }

    /// The limits that a sweep's queues have reached, until it is queued again.
    pub fn reached(state: &Path, sweep: &str) -> Vec<Self> {
        of_sweep(state, sweep).filter(|limit| limit.is_reached(state)).collect()
    }

    /// Forgets the limits of a sweep's queues, but for those that `is_needed`.
    pub fn forget(state: &Path, sweep: &str, is_needed: impl Fn(&Self) -> bool) {
        for limit in of_sweep(state, sweep).filter(|limit| !is_needed(limit)) {
            let _ = fs::remove_dir_all(limit.folder(state));
        }
    }
}

fn of_sweep<'a>(state: &'a Path, sweep: &'a str) -> impl Iterator<Item = FailureLimit> + 'a {
    read_dir(&state.join(names::FAILURES_DIR)).into_iter().flatten().flatten().filter_map(move |entry| {
        let kept: Kept = serde_json::from_slice(&fs::read(entry.path().join(SWEEP_FILE)).ok()?).ok()?;
        let queue = entry.file_name().to_string_lossy().into_owned();
        (kept.sweep == sweep).then_some(FailureLimit { most: kept.most, queue })
    })
}

fn failures(folder: &Path) -> u64 {
    let names = read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    // A commit, `-`, and an attempt.
    names.filter(|name| name.as_encoded_bytes().contains(&b'-')).count() as u64
}

/// Makes an empty file; false if it is there.
fn make(folder: &Path, name: &str) -> Result<bool> {
    let path = folder.join(name);
    let make = || OpenOptions::new().write(true).create_new(true).open(&path);
    let made = match make() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder).and_then(|()| make()),
        made => made,
    };
    match made {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_counts_once_and_one_stops_the_rest() {
        let state = tempfile::tempdir().unwrap();
        let state = state.path();
        let limit = FailureLimit::new(2);
        let commit: CommitId = "1234567890123456789012345678901234567890".parse().unwrap();
        limit.open(state, "grid").unwrap();
        limit.count(state, commit, 1).unwrap();
        limit.count(state, commit, 1).unwrap();
        assert!(!limit.is_reached(state));
        assert!(FailureLimit::reached(state, "grid").is_empty());
        limit.count(state, commit, 2).unwrap();
        assert!(limit.is_reached(state));
        assert!(limit.is_first_to_stop(state) && !limit.is_first_to_stop(state));
        assert_eq!(limit.in_words(state), "2 runs have failed (--max-failures 2)");
        assert_eq!(FailureLimit::reached(state, "grid").first(), Some(&limit));
        assert!(FailureLimit::reached(state, "other").is_empty());
        FailureLimit::forget(state, "grid", |_| true);
        assert!(limit.is_reached(state));
        FailureLimit::forget(state, "grid", |_| false);
        assert!(!limit.is_reached(state));
    }
}
