//! Followed: `schedulers` are asked, `follow`; `settle` what has ended without a word; `hooks`, the user's own
//! commands, are told of ends.

pub(super) mod follow;
pub(super) mod hooks;
pub(super) mod schedulers;
pub(super) mod settle;
