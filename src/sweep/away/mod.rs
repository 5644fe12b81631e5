//! Run by schedulers.
//!
//! - `submit`, `wait`, `cancel`
//! - what a job does: `task`, whose `turn` it is, `worker`, `coordinate`

pub(super) mod cancel;
pub(super) mod coordinate;
pub(super) mod submit;
pub(super) mod task;
pub(super) mod turn;
pub(super) mod wait;
pub(super) mod worker;
