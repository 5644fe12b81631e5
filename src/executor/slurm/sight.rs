//! Which jobs Slurm tells of on this machine: not those of another cluster, nor, where it is set so, those of other users.

use std::collections::HashMap;

use anyhow::Result;

use super::states;
use crate::command::quote;
use crate::executor::scheduler::Refusal;
use crate::hint;
use crate::process;
use crate::submission::Submission;

/// Where a submission's jobs are, and whose, as far as that is known.
#[derive(Clone, Copy)]
pub(super) struct Whose<'a> {
    pub(super) cluster: Option<&'a String>,
    pub(super) user: Option<u32>,
}

impl<'a> Whose<'a> {
    /// What a submission says of its jobs.
    pub(super) fn of(submission: &'a Submission) -> Self {
        Self { cluster: submission.header.cluster.as_ref(), user: submission.header.user }
    }

    /// True if a Slurm that shows people's jobs to nobody else does not show these to `me`.
    fn is_hidden_from(self, me: u32) -> bool {
        self.user.is_some_and(|user| user != me && me != 0)
    }
}

/// Why Slurm says nothing here of a submission's jobs.
pub(super) enum OutOfSight<'a> {
    /// They are on another cluster than this machine's, which knows nothing of them and has others by the same ids.
    Elsewhere(&'a str),
    /// They are those of the user of this number.
    Hidden(u32),
}

impl OutOfSight<'_> {
    /// The error for somebody who asks for the jobs of a branch.
    pub(super) fn explain(&self, branch: &str) -> anyhow::Error {
        let branch = quote(branch);
        match self {
            Self::Elsewhere(cluster) => hint::error(
                format!("it is the cluster {cluster}'s, and this machine belongs to another one"),
                format!("ask on a machine of {cluster}'s; if that is gone for good: gitsweep cancel {branch} --forget"),
            ),
            Self::Hidden(user) => hint::error(
                format!("its jobs are those of the user {user}, and this Slurm shows them to nobody else"),
                format!("let that user ask; if nobody can any more: gitsweep cancel {branch} --forget"),
            ),
        }
    }
}

/// The names of those submissions of whose jobs Slurm says nothing here, each with the reason. `config`, which is what Slurm is set
/// to, is asked for where it matters.
///
/// # Errors
/// If it cannot be had.
pub(super) fn out_of_sight<'a>(
    submissions: impl Iterator<Item = (&'a String, Whose<'a>)>,
    config: impl FnOnce() -> Result<String, Refusal>,
) -> Result<HashMap<&'a String, OutOfSight<'a>>> {
    let me = process::user();
    let may_be = |whose: &Whose<'_>| whose.cluster.is_some() || whose.is_hidden_from(me);
    let mut known = submissions.filter(|(_, whose)| may_be(whose)).peekable();
    if known.peek().is_none() {
        return Ok(HashMap::new());
    }
    let config = config().map_err(Refusal::explain)?;
    let here = states::cluster(&config);
    let is_private = states::hides_jobs(&config);
    let reason = |(name, whose): (&'a String, Whose<'a>)| {
        let elsewhere = whose.cluster.filter(|cluster| here.as_ref().is_some_and(|here| here != *cluster));
        let reason = elsewhere.map(|cluster| OutOfSight::Elsewhere(cluster));
        let hidden = || whose.user.filter(|_| is_private && whose.is_hidden_from(me)).map(OutOfSight::Hidden);
        reason.or_else(hidden).map(|reason| (name, reason))
    };
    Ok(known.filter_map(reason).collect())
}
