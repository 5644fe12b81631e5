//! Shown: what has come of points.
//!
//! - `results`: the table, with its `layout`, its `rows`, `factors` and what was `known`; `attempts`; `kept`: all of it in few
//!   bytes; `threads`
//! - `bases`: how the code of sweeps differs; `run_folders`, `traces`: the series in them; `extract`: metrics that are
//!   read later; `returned`: a table that comes back as a list of points; `gather`: all that a report tells

pub(super) mod attempts;
pub(super) mod bases;
pub(super) mod extract;
pub(super) mod factors;
pub(super) mod gather;
pub(super) mod kept;
pub(super) mod known;
pub(super) mod layout;
pub(super) mod results;
pub(super) mod returned;
mod rows;
pub(super) mod run_folders;
pub(super) mod threads;
pub(super) mod traces;
