//! What remotes, as they were last fetched, have of a sweep beyond what is here.

use anyhow::Result;

use super::chain::MOST_BETWEEN;
use super::find::newest_label;
use crate::git::{CommitId, Repository};
use crate::trial::Label;

/// A remote's branch that has points of a sweep which the branch here does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// The remote's branch, such as `origin/grid_search`.
    pub from: String,
    /// Where it stands.
    pub tip: CommitId,
    /// How many points more it has.
    pub points: u64,
    /// True if the branch here has commits that it does not have.
    pub is_fork: bool,
}

/// The remotes' branches that have more points of the sweep than its own branch, which stands at `tip`; that with the most
/// first.
///
/// # Errors
/// If the branches cannot be read.
pub fn beyond(repository: &Repository, branch: &str, tip: CommitId) -> Result<Vec<Beyond>> {
    let mut found = Vec::new();
    // A sweep that only a remote has is what it is.
    if repository.read_ref(&format!("refs/heads/{branch}")) != Some(tip) {
        return Ok(found);
    }
    let Some((ours, ..)) = newest_label(repository, tip) else { return Ok(found) };
    for (from, theirs) in of_remotes(repository, branch, &ours)? {
        if theirs == tip {
            continue;
        }
        let Some((label, ..)) = newest_label(repository, theirs).filter(|(label, ..)| label.is_of_sweep(&ours)) else {
            continue;
        };
        if label.index > ours.index {
            let points = label.index - ours.index;
            found.push(Beyond { from, tip: theirs, points, is_fork: !leads_to(repository, theirs, tip, points)? });
        }
    }
    found.sort_by_key(|beyond| std::cmp::Reverse(beyond.points));
    Ok(found)
}

/// The branches of remotes that are called like the sweep's, now or when it was made.
pub(super) fn of_remotes(repository: &Repository, branch: &str, label: &Label) -> Result<Vec<(String, CommitId)>> {
    let is_called = |full: &str, name: &str| full.strip_suffix(name).is_some_and(|remote| remote.ends_with('/'));
    let mut branches = repository.remote_branches()?;
    branches.retain(|(full, _)| is_called(full, branch) || is_called(full, &label.sweep));
    Ok(branches)
}

/// True if `tip` is below `from`, by about so many points.
fn leads_to(repository: &Repository, from: CommitId, tip: CommitId, points: u64) -> Result<bool> {
    let (mut steps, mut is_below) = (0, false);
    let most = usize::try_from(points).unwrap_or(usize::MAX).saturating_add(MOST_BETWEEN);
    repository.go_down(from, &mut |commit, _| {
        is_below = commit == tip;
        steps += 1;
        !is_below && steps <= most
    })?;
    Ok(is_below)
}
