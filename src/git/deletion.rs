//! Deleting a ref in two steps: locked first, so that nobody moves it and what else goes with it can go, deleted then.

use anyhow::{Context as _, Result, anyhow};

use super::refs::Intent;
use super::{CommitId, Repository};

/// A ref that is locked in order to be deleted. Dropped, it stays as it was.
pub struct Deletion<'r> {
    repository: &'r Repository,
    transaction: git2::Transaction<'r>,
    name: String,
    _intent: Intent,
}

impl Repository {
    /// Locks `name` in order to delete it; nothing if it does not stand at `expected`.
    ///
    /// # Errors
    /// If it cannot be locked: then it could not be deleted either.
    pub fn lock_to_delete(&self, name: &str, expected: CommitId) -> Result<Option<Deletion<'_>>> {
        let intent = Intent::declare(&self.state_dir(), name)?;
        let mut transaction = self.lock_ref(name, &intent)?;
        if self.read_ref(name)? != Some(expected) {
            return Ok(None);
        }
        transaction.remove(name).with_context(|| format!("cannot delete {name}"))?;
        Ok(Some(Deletion { repository: self, transaction, name: name.to_owned(), _intent: intent }))
    }
}

impl Deletion<'_> {
    /// Deletes the ref.
    ///
    /// # Errors
    /// If it cannot be deleted; then it is as it was.
    pub fn carry_out(self) -> Result<()> {
        let Self { repository, transaction, name, _intent } = self;
        // All packed refs but this one are written again.
        repository.look_afresh(&name);
        if let Err(error) = transaction.commit()
            // It may have gone, and only a folder that has become empty be there still.
            && repository.read_ref(&name).map_or(true, |found| found.is_some())
        {
            let cause =
                if error.message() == "no error" { anyhow!("its file cannot be removed") } else { anyhow!(error) };
            return Err(cause.context(format!("cannot delete {name}")));
        }
        // What a ref was that is gone is of no use; git removes it too.
        let _ = repository.inner.reflog_delete(&name);
        Ok(())
    }
}
