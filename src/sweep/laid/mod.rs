//! Laid: from a definition to commits, all at once or, in a search that grows, step by step.
//!
//! - `draft`: the points of a definition, held against the base commit; `edit`: a file that is rewritten; `missing`:
//!   why a file is not there; `opening`: the first points of a search that grows
//! - `foreign`: commits that are not gitsweep's; `ground`: where a branch may grow; `adopt`: going on from where
//!   another clone has left it
//! - `step`: what a search that grows does next, by what it has `observed` and its `fitness`; `learn`: a step, laid

pub(super) mod adopt;
pub(super) mod draft;
pub(super) mod edit;
pub(super) mod fitness;
pub(super) mod foreign;
pub(super) mod ground;
pub(super) mod learn;
pub(super) mod missing;
pub(super) mod observed;
pub(super) mod opening;
pub(super) mod step;
