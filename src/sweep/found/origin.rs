//! Origin: whose it is what is in flight. A repository that was copied with its state folder has claims and submissions in it
//! that are the original's: their jobs know that one alone, which follows, cancels and records them. That it has the very
//! same ones is what it is known by, or that its state folder is the very one that was written down with them: any other
//! repository may stand at a path that another machine, a container or yesterday's layout has another name for.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::claim::{Claim, Claims};
use crate::filesystem::new_file_in;
use crate::git::{CommitId, Repository};
use crate::names;
use crate::submission::{Submission, Submissions};

/// The top of the main checkout; where there is none, the repository's own folder.
pub(in crate::sweep) fn top_of(repository: &Repository) -> PathBuf {
    let top = repository.main_workdir().unwrap_or_else(|| repository.common_dir().to_owned());
    // libgit2 ends folders in a slash.
    top.components().collect()
}

/// What tells a folder from its copies on the same file system, and from others under its name.
pub(in crate::sweep) fn inode(folder: &Path) -> Option<u64> {
    fs::metadata(folder).ok().map(|data| data.ino())
}

/// True if two paths lead to the same folder, as far as that can be told.
pub(in crate::sweep) fn is_same_folder(one: &Path, other: &Path) -> bool {
    let id = |path: &Path| fs::metadata(path).ok().map(|data| (data.dev(), data.ino()));
    let Some(known) = id(one) else { return false };
    // The same file system may be mounted twice. Where nothing can be written, nothing is concluded.
    let sees = |probe: NamedTempFile| probe.path().file_name().is_some_and(|name| one.join(name).exists());
    id(other) == Some(known) || new_file_in(other, ".probe", 0o600).map_or(true, sees)
}

/// True if a state folder is in a repository that there is.
pub(in crate::sweep) fn is_in_repository(state: &Path) -> bool {
    state.parent().is_some_and(|folder| folder.join("HEAD").exists())
}

/// Tells what is a repository's own from what it has as a copy of another.
struct Origin {
    state: PathBuf,
    /// Where run folders go, below this folder.
    runs: PathBuf,
    top: PathBuf,
    /// Whether the state folder at that path is another repository's, by what was found already.
    known: HashMap<PathBuf, bool>,
}

impl Origin {
    /// The top of the repository that a submission belongs to, if this one is a copy of it.
    fn of_submission(&mut self, submission: &Submission) -> Option<PathBuf> {
        let top = PathBuf::from(submission.header.top.as_ref()?);
        if top == self.top {
            return None;
        }
        let state = top.join(self.state.strip_prefix(&self.top).ok()?);
        let known = submission.header.inode;
        let is_at = |one: &Path, other: &Path| known.is_some() && known == inode(one) && known != inode(other);
        // A snapshot has the original's number, too. An original that has finished meanwhile has it no more.
        let (is_here, is_there) = (is_at(&self.state, &state), is_at(&state, &self.state));
        let has_it = || {
            let found = Submissions::new(&state).find(&submission.name);
            found.is_ok_and(|found| found.is_some_and(|found| found.tasks == submission.tasks))
        };
        (!is_here && (is_there || has_it()) && self.is_original(state)).then_some(top)
    }

    /// The folder in which the repository has its run folders that a claim belongs to, if this one is a copy of it. What was
    /// taken for one of its own `submissions` is its own.
    fn of_claim(
        &mut self,
        (commit, attempt): (CommitId, u64),
        claim: &Claim,
        submissions: &[Submission],
    ) -> Option<PathBuf> {
        let runs = Path::new(&claim.run_folder[..claim.run_folder.rfind(&format!("/{}/", names::RUNS_DIR))?]);
        let is_taken_for = |submission: &Submission| claim.submission.as_ref() == Some(&submission.name);
        if runs == self.runs || submissions.iter().any(is_taken_for) {
            return None;
        }
        let state = runs.join(self.state.strip_prefix(&self.runs).ok()?);
        let has_it = Claims::new(&state).read(commit, attempt).is_ok_and(|found| found.as_ref() == Some(claim));
        (has_it && self.is_original(state)).then(|| runs.to_owned())
    }

    fn is_original(&mut self, state: PathBuf) -> bool {
        let own = &self.state;
        let look = |state: &PathBuf| state.is_dir() && is_in_repository(state) && !is_same_folder(state, own);
        *self.known.entry(state).or_insert_with_key(look)
    }
}

/// Takes out what belongs to another repository, of which this one is a copy, and forgets it; what is to be said of that.
pub(super) fn part(
    repository: &Repository,
    submissions: &mut Vec<Submission>,
    claims: &mut HashMap<CommitId, Vec<(u64, Claim)>>,
) -> Option<String> {
    let state = repository.state_dir();
    let runs = repository.runs_dir().parent().map(|runs| runs.components().collect()).unwrap_or_default();
    let mut origin = Origin { state: state.clone(), runs, top: top_of(repository), known: HashMap::new() };
    let mut from = None;
    let mut others = HashMap::new();
    let folders = Submissions::new(&state);
    submissions.retain(|submission| {
        let other = origin.of_submission(submission);
        let is_own = other.is_none();
        if let Some(other) = other {
            folders.remove(&submission.name);
            others.insert(submission.name.clone(), other.clone());
            from.get_or_insert(other);
        }
        is_own
    });
    let files = Claims::new(&state);
    for (commit, claims) in claims.iter_mut() {
        claims.retain(|(attempt, claim)| {
            let with_it = claim.submission.as_ref().and_then(|name| others.get(name).cloned());
            let other = with_it.or_else(|| origin.of_claim((*commit, *attempt), claim, submissions));
            let is_own = other.is_none();
            if let Some(other) = other {
                files.release(*commit, *attempt);
                from.get_or_insert(other);
            }
            is_own
        });
    }
    claims.retain(|_, claims| !claims.is_empty());
    let from = from?;
    Some(format!(
        "this repository is a copy of {}: what was in flight there goes on there alone, and its points are to be run here",
        from.display()
    ))
}
