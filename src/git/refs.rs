//! Moving refs: always with the old value expected, and never stuck behind a lock that a killed gitsweep left.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};

use super::id::CommitId;
use super::{Repository, hint};
use crate::names;
use crate::process::Owner;

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

/// A note, in the state folder, that this process is about to lock a ref. It outlives the process only if that was killed.
struct Intent(PathBuf);

impl Intent {
    fn declare(state: &Path, name: &str) -> Result<Self> {
        let folder = state.join(names::REF_INTENTS_DIR);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let thread = format!("{:?}", std::thread::current().id());
        let path = folder.join(format!("{}{thread}", Owner::this()));
        fs::write(&path, name).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self(path))
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
        let target = target.object().to_git2();
        let intent = Intent::declare(&self.state_dir(), name)?;
        let mut tries = 0;
        loop {
            let moved = match expected {
                None => self.inner.reference(name, target, false, reason),
                Some(expected) => {
                    self.inner.reference_matching(name, target, true, expected.object().to_git2(), reason)
                }
            };
            let Err(error) = moved else { break };
            match error.code() {
                git2::ErrorCode::Modified | git2::ErrorCode::Exists | git2::ErrorCode::NotFound
                    if self.read_ref(name) != expected =>
                {
                    return Ok(RefMoved::ChangedMeanwhile);
                }
                git2::ErrorCode::Locked if tries < LOCK_TRIES => {
                    tries += 1;
                    if !self.remove_stale_lock(name) {
                        std::thread::sleep(LOCK_WAIT);
                    }
                }
                git2::ErrorCode::Locked => {
                    let lock = self.lock_path(name);
                    return Err(hint::error(
                        format!("another process holds {name} locked ({})", lock.display()),
                        format!("wait for it; if no git command is running, remove the file: rm {}", lock.display()),
                    ));
                }
                _ => return Err(anyhow!(error).context(format!("cannot write {name}"))),
            }
        }
        drop(intent);
        Ok(RefMoved::Yes)
    }

    /// Deletes `name` if it stands at `expected`.
    ///
    /// # Errors
    /// If the ref cannot be written.
    pub fn delete_ref(&self, name: &str, expected: CommitId) -> Result<RefMoved> {
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

    fn lock_path(&self, name: &str) -> PathBuf {
        self.common_dir().join(format!("{name}.lock"))
    }

    /// Removes the lock of a ref that a gitsweep of this machine was about to take when it was killed. Of a lock that
    /// anything else may hold, nothing is touched.
    fn remove_stale_lock(&self, name: &str) -> bool {
        let folder = self.state_dir().join(names::REF_INTENTS_DIR);
        let mut holders_alive = false;
        let mut dead = Vec::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if fs::read_to_string(entry.path()).is_ok_and(|intended| intended == name) {
                let file = entry.file_name();
                let owner = file.to_string_lossy();
                let owner = owner.split_once("ThreadId").map_or(&*owner, |(owner, _)| owner);
                match owner.parse::<Owner>() {
                    Ok(owner) if owner.is_dead() => dead.push(entry.path()),
                    Ok(owner) if owner == Owner::this() => {}
                    _ => holders_alive = true,
                }
            }
        }
        if dead.is_empty() || holders_alive {
            return false;
        }
        let removed = fs::remove_file(self.lock_path(name)).is_ok();
        for intent in dead {
            let _ = fs::remove_file(intent);
        }
        removed
    }
}
