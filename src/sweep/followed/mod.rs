//! Followed: `schedulers` are asked, `follow`; `settle` what has ended without a word, with what the `scheduler_log` says;
//! when `enough` has failed, what waits is cancelled; what jobs leave where a repository was before its `relocation`
//! is taken over; `hooks`, the user's own commands, are told of ends.

pub(super) mod enough;
pub(super) mod follow;
pub(super) mod hooks;
mod relocation;
mod scheduler_log;
pub(super) mod schedulers;
pub(super) mod settle;
