//! Remotes as they were last fetched, and their branches that are ahead of a sweep here.

use anyhow::Result;

use super::chain::MOST_BETWEEN;
use super::choice::{newest_label, newest_point};
use crate::git::{CommitId, Repository};
use crate::trial::Label;

/// A remote's branch that has points of a sweep which the branch here does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AheadBranch {
    /// Its name, such as `origin/grid_search`.
    pub name: String,
    /// Where it stands.
    pub tip: CommitId,
    /// How many points more it has.
    pub points: u64,
    /// True if the branch here has commits that it does not have.
    pub has_diverged: bool,
}

impl AheadBranch {
    /// How many points more it has, in words.
    pub fn points_in_words(&self) -> String {
        if self.points == 1 { "1 point".to_owned() } else { format!("{} points", self.points) }
    }
}

/// The branches of remotes, read once for many sweeps.
#[derive(Clone, Debug)]
pub struct Remotes(Vec<(String, CommitId)>);

impl Remotes {
    /// Reads them, as they were last fetched.
    ///
    /// # Errors
    /// If the refs cannot be read.
    pub fn read(repository: &Repository) -> Result<Self> {
        repository.remote_branches().map(Self)
    }

    /// Those that have more points of a sweep than its own branch, which stands at `tip`; that with the most first.
    ///
    /// # Errors
    /// If their commits cannot be read.
    pub fn ahead_of(&self, repository: &Repository, branch: &str, tip: CommitId) -> Result<Vec<AheadBranch>> {
        let mut found = Vec::new();
        // A sweep that only a remote has is what it is.
        if self.0.is_empty() || repository.branch_tip(branch) != Some(tip) {
            return Ok(found);
        }
        let Some((ours, ..)) = newest_label(repository, tip) else { return Ok(found) };
        for (name, theirs) in self.of_sweep(branch, &ours).filter(|(_, theirs)| *theirs != tip) {
            let label = newest_label(repository, *theirs).map(|(label, ..)| label);
            let Some(label) = label.filter(|label| label.is_of_sweep(&ours) && label.index > ours.index) else {
                continue;
            };
            let points = label.index - ours.index;
            let has_diverged = !leads_to(repository, *theirs, tip, points)?;
            found.push(AheadBranch { name: name.clone(), tip: *theirs, points, has_diverged });
        }
        found.sort_by_key(|ahead| std::cmp::Reverse(ahead.points));
        Ok(found)
    }

    /// Those that are called like the sweep's branch, now or when it was made.
    pub(in crate::sweep) fn of_sweep(&self, branch: &str, label: &Label) -> impl Iterator<Item = &(String, CommitId)> {
        let is_called = |full: &str, name: &str| full.strip_suffix(name).is_some_and(|remote| remote.ends_with('/'));
        self.0.iter().filter(move |(full, _)| is_called(full, branch) || is_called(full, &label.origin.sweep))
    }
}

/// True if two branches of a sweep have both points that the other has not; commits of the user's do not count.
///
/// # Errors
/// If the history cannot be read.
pub(in crate::sweep) fn have_diverged(repository: &Repository, ours: CommitId, theirs: CommitId) -> Result<bool> {
    Ok(!has_points_of(repository, ours, theirs)? && !has_points_of(repository, theirs, ours)?)
}

/// True if `tip` has all points that `other` has.
///
/// # Errors
/// If the history cannot be read.
pub(in crate::sweep) fn has_points_of(repository: &Repository, tip: CommitId, other: CommitId) -> Result<bool> {
    newest_point(repository, other)?.map_or(Ok(true), |point| repository.has_in_history(tip, point))
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
