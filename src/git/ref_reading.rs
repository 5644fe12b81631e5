//! Reading refs as they are now, on a network file system too.
//!
//! Such a file system believes for up to a minute what it has last seen of a path, also that there was nothing. Opening a
//! folder has it ask again what is in it (nfs(5), "Close-to-open cache consistency" and "Directory entry caching"); looking a
//! path up does not.

use anyhow::Result;

use super::Repository;
use super::id::CommitId;
use super::refs::branch_ref;
use crate::filesystem::{is_of_this_machine, open_above};
use crate::hint::WithHint as _;

/// How often a ref that others move, or that cannot be read, is looked at again.
const LOOKS: usize = 5;

impl Repository {
    /// The commit that a ref stands at; `None` if there is no such ref.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read_ref(&self, name: &str) -> Result<Option<CommitId>> {
        let read = || {
            let way_out = format!(
                "try again; if it is damaged, git reflog {name} may tell where it stood, and git update-ref {name} COMMIT puts it there"
            );
            self.look_up(name).hint(format!("cannot read {name}"), way_out)
        };
        if !self.is_shared() {
            return read();
        }
        let mut before = None;
        for _ in 1..LOOKS {
            self.look_afresh(name);
            let now = read().ok();
            // In between, git may have moved the ref from its file to that of all packed ones, which was known as it was before.
            if now.is_some() && now == before {
                break;
            }
            before = now;
        }
        before.map_or_else(read, Ok)
    }

    /// The commit that a branch stands at; `None` if there is none of that name, or it cannot be read.
    pub fn branch_tip(&self, branch: &str) -> Option<CommitId> {
        self.read_ref(&branch_ref(branch)).ok().flatten()
    }

    fn look_up(&self, name: &str) -> Result<Option<CommitId>, git2::Error> {
        match self.inner.refname_to_id(name) {
            Ok(id) => Ok(Some(CommitId::new(id.into()))),
            // Nothing of a name that no ref can have.
            Err(error) if [git2::ErrorCode::NotFound, git2::ErrorCode::InvalidSpec].contains(&error.code()) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Has a network file system look again at the folders that lead to a ref, at that of the packed ones, and at that in which
    /// others may have made a folder of loose objects that `git gc` had taken away.
    pub(super) fn look_afresh(&self, name: &str) {
        if self.is_shared() {
            open_above(&self.common_dir().join(name), name.split('/').count());
            open_above(&self.objects_dir().join("xx"), 1);
        }
    }

    /// True if other machines may change the repository, and this one not know.
    pub(in crate::git) fn is_shared(&self) -> bool {
        *self.shared.get_or_init(|| !is_of_this_machine(self.common_dir()))
    }
}
