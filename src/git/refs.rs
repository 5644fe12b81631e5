//! Moving refs: always with the old value expected, and never stuck behind a lock that a killed gitsweep left.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, anyhow};

use super::id::CommitId;
use super::{Repository, hint};
use crate::hint::{NO_ROOM, WithHint as _};
use crate::names;
use crate::process::Owner;

/// The full name of a branch.
pub fn branch_ref(branch: &str) -> String {
    format!("refs/heads/{branch}")
}

/// Whether a ref moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum RefMoved {
    /// It stands at the new commit.
    Yes,
    /// Somebody else moved it first; nothing was changed.
    ChangedMeanwhile,
}

/// How often a ref that another process holds locked is tried again, and how long is waited in between.
const LOCK_TRIES: u32 = 50;
const LOCK_WAIT: Duration = Duration::from_millis(40);
/// How much longer than all tries it may take from the word to the lock.
const LOCK_SLACK: Duration = Duration::from_secs(8);

/// After this a ref of a process that nobody can ask about is given up.
const LEFT_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How many intents this process has had.
static INTENTS: AtomicU64 = AtomicU64::new(0);

/// A note, in the state folder, that this process is about to lock a ref. It outlives the process only if that was killed.
pub(super) struct Intent(PathBuf);

impl Intent {
    pub(super) fn declare(state: &Path, name: &str) -> Result<Self> {
        let folder = state.join(names::REF_INTENTS_DIR);
        fs::create_dir_all(&folder).hint(format!("cannot make {}", folder.display()), NO_ROOM)?;
        // A thread may hold one ref while it moves another.
        let number = INTENTS.fetch_add(1, Ordering::Relaxed);
        let thread = format!("{:?}", std::thread::current().id());
        let path = folder.join(format!("{}{thread}-{number}", Owner::this()));
        match fs::write(&path, name) {
            Ok(()) => Ok(Self(path)),
            Err(error) => {
                let _ = fs::remove_file(&path);
                Err(error).hint(format!("cannot write in {}", folder.display()), NO_ROOM)
            }
        }
    }
}

impl Drop for Intent {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl Repository {
    /// Moves `name` from `expected` (`None`: it must not exist) to `target`.
    ///
    /// # Errors
    /// If the ref cannot be written, or another process keeps it locked.
    pub fn move_ref(&self, name: &str, expected: Option<CommitId>, target: CommitId, reason: &str) -> Result<RefMoved> {
        let intent = Intent::declare(&self.state_dir(), name)?;
        let mut transaction = self.lock_ref(name, &intent)?;
        // Only now nobody can move it any more, nor `git pack-refs` take its file away. libgit2 would look before it locks, and
        // at what a network file system knew a while ago.
        if self.read_ref(name)? != expected {
            return Ok(RefMoved::ChangedMeanwhile);
        }
        let mut set = || {
            if let Some(other) = self.in_the_way(name)?.filter(|_| expected.is_none()) {
                let message = format!("{other} is in the way");
                return Err(git2::Error::new(git2::ErrorCode::GenericError, git2::ErrorClass::Reference, message));
            }
            transaction.set_target(name, target.object().to_git2(), None, reason)
        };
        match set().and_then(|()| transaction.commit()) {
            Ok(()) => Ok(RefMoved::Yes),
            Err(error) => self.explain(name, error),
        }
    }

    /// Locks a ref, so that nobody else moves it until the transaction ends.
    ///
    /// # Errors
    /// If another process keeps it locked, or there can be no such ref.
    pub(super) fn lock_ref(&self, name: &str, intent: &Intent) -> Result<git2::Transaction<'_>> {
        let mut tries = 0;
        loop {
            let mut transaction = self.inner.transaction().with_context(|| format!("cannot lock {name}"))?;
            match transaction.lock_ref(name) {
                Ok(()) => return Ok(transaction),
                Err(error) if error.code() == git2::ErrorCode::Locked => self.outwait(name, intent, &mut tries)?,
                Err(error) => return self.explain(name, error),
            }
        }
    }

    /// Waits a moment for another process to let go of a ref.
    ///
    /// # Errors
    /// If that has been done often enough.
    fn outwait(&self, name: &str, intent: &Intent, tries: &mut u32) -> Result<()> {
        if *tries >= LOCK_TRIES {
            let lock = self.lock_path(name);
            return Err(hint::error(
                format!("another process holds {name} locked ({})", lock.display()),
                format!("wait for it; if no git command is running, remove the file: rm {}", lock.display()),
            ));
        }
        *tries += 1;
        if !self.remove_stale_lock(name, Some(intent)) && !self.is_unlocked(name) {
            std::thread::sleep(LOCK_WAIT);
        }
        Ok(())
    }

    /// True if nobody locks a ref of which this machine believes that another does. A network file system may say for a while
    /// that a lock is there which another machine has removed; who makes one asks its server, and libgit2 looks first. Should a
    /// kill leave this one, then the intent to lock tells whose it is.
    fn is_unlocked(&self, name: &str) -> bool {
        let lock = self.lock_path(name);
        let make = || fs::OpenOptions::new().write(true).create_new(true).open(&lock);
        self.is_shared() && make().is_ok() && fs::remove_file(&lock).is_ok()
    }

    /// A ref that is called like one of the folders of `name`, or the other way round.
    fn in_the_way(&self, name: &str) -> Result<Option<String>, git2::Error> {
        let is_ref = |name: &str| self.inner.find_reference(name).is_ok();
        let above = name.match_indices('/').map(|(at, _)| &name[..at]).find(|above| is_ref(above));
        let below = self.inner.references_glob(&format!("{name}/*"))?.names().flatten().next().map(str::to_owned);
        Ok(above.map(str::to_owned).or(below))
    }

    /// Why a ref cannot be written, with the way out.
    fn explain<T>(&self, name: &str, error: git2::Error) -> Result<T> {
        let way_out = match self.in_the_way(name).ok().flatten() {
            Some(other) => format!("{other} is there, and a name cannot be a ref and a folder of refs: choose another"),
            None if error.message().contains("File name too long") => "choose a shorter name".to_owned(),
            None => "is the repository read-only, or the disk full?".to_owned(),
        };
        Err(error).hint(format!("cannot write {name}"), way_out)
    }

    /// Deletes `name` if it stands at `expected`.
    ///
    /// # Errors
    /// If the ref cannot be written.
    pub fn delete_ref(&self, name: &str, expected: CommitId) -> Result<RefMoved> {
        self.look_afresh(name);
        let mut reference = match self.inner.find_reference(name) {
            Ok(reference) => reference,
            Err(error) if error.code() == git2::ErrorCode::NotFound => return Ok(RefMoved::ChangedMeanwhile),
            Err(error) => return Err(anyhow!(error).context(format!("cannot read {name}"))),
        };
        if reference.target() != Some(expected.object().to_git2()) {
            return Ok(RefMoved::ChangedMeanwhile);
        }
        match reference.delete() {
            Ok(()) => Ok(RefMoved::Yes),
            Err(error) if error.code() == git2::ErrorCode::Modified => Ok(RefMoved::ChangedMeanwhile),
            Err(error) => Err(anyhow!(error).context(format!("cannot delete {name}"))),
        }
    }

    /// Deletes the refs that begin with `prefix` and end with the name of a process that is gone, or is not of this machine and
    /// has not been heard of for long.
    pub fn delete_refs_of_the_dead(&self, prefix: &str) {
        let Ok(references) = self.inner.references_glob(&format!("{prefix}*")) else { return };
        let is_left = |name: &str| {
            let owner = name.strip_prefix(prefix).and_then(Owner::of_folder_name);
            // The clock of who has made it may be ahead.
            let is_fresh = modified(&self.common_dir().join(name))
                .is_some_and(|time| time.elapsed().map_or(true, |age| age < LEFT_AFTER));
            owner.as_ref().is_some_and(Owner::is_dead) || (!owner.is_some_and(|owner| owner.is_here()) && !is_fresh)
        };
        let names: Vec<String> =
            references.flatten().filter_map(|found| found.name().map(str::to_owned).ok()).collect();
        for name in names.iter().filter(|name| is_left(name)) {
            if let Ok(Some(target)) = self.read_ref(name) {
                let _ = self.delete_ref(name, target);
            }
        }
    }

    fn lock_path(&self, name: &str) -> PathBuf {
        self.common_dir().join(format!("{name}.lock"))
    }

    /// Removes the lock of a ref if it is that of a gitsweep of this machine that was about to take it when it was killed.
    ///
    /// It is if the lock was made soon after that gitsweep said so, and before any living one did: of a lock that anything
    /// else may hold, nothing is touched.
    fn remove_stale_lock(&self, name: &str, own: Option<&Intent>) -> bool {
        let lock = self.lock_path(name);
        let Some(locked) = modified(&lock) else { return false };
        let mut is_stale = false;
        for (path, owner) in self.intents(name) {
            let Some(declared) = modified(&path).filter(|_| own.is_none_or(|own| path != own.0)) else { continue };
            if owner.is_some_and(|owner| owner.is_dead()) {
                is_stale |=
                    locked.duration_since(declared).is_ok_and(|later| later < LOCK_TRIES * LOCK_WAIT + LOCK_SLACK);
            } else if declared <= locked {
                return false;
            }
        }
        is_stale && fs::remove_file(lock).is_ok()
    }

    /// Removes the locks that killed gitsweeps of this machine left, so that neither git nor anybody else meets them.
    pub fn heal_refs(&self) {
        for entry in fs::read_dir(self.state_dir().join(names::REF_INTENTS_DIR)).into_iter().flatten().flatten() {
            let Ok(name) = fs::read_to_string(entry.path()) else { continue };
            if owner_of(&entry.path()).is_some_and(|owner| owner.is_dead()) {
                self.remove_stale_lock(&name, None);
                if !self.lock_path(&name).exists() {
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
    }

    /// Who has declared to move `name`; `None` if that cannot be told.
    fn intents(&self, name: &str) -> Vec<(PathBuf, Option<Owner>)> {
        let entries = fs::read_dir(self.state_dir().join(names::REF_INTENTS_DIR)).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.path())
            .filter(|path| fs::read_to_string(path).is_ok_and(|intended| intended == name))
            .map(|path| {
                let owner = owner_of(&path);
                (path, owner)
            })
            .collect()
    }
}

fn owner_of(intent: &Path) -> Option<Owner> {
    let file = intent.file_name()?.to_string_lossy();
    file.split_once("ThreadId").map_or(&*file, |(owner, _)| owner).parse().ok()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_other_machines_lock_too_the_file_system_is_asked_whether_a_lock_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::of(git2::Repository::init_bare(folder.path()).unwrap());
        repository.shared.set(true).unwrap();
        let name = branch_ref("a");
        let lock = repository.lock_path(&name);
        assert!(repository.is_unlocked(&name) && !lock.exists());
        fs::write(&lock, "").unwrap();
        assert!(!repository.is_unlocked(&name) && lock.exists());
    }
}
