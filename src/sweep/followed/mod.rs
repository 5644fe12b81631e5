//! Followed: `schedulers` are asked, `follow`; `settle` what has ended without a word, with what the `scheduler_log` says;
//! `hooks`, the user's own commands, are told of ends.

pub(super) mod follow;
pub(super) mod hooks;
mod scheduler_log;
pub(super) mod schedulers;
pub(super) mod settle;
