//! Run here, by this process and those that it starts.
//!
//! - `queue`: the points that are to be run, all of them; `exec`: one; `select`: which; `outlook`: how far a search is;
//!   `observer`: who is told of it, by an `event` each, and may end it, for a job by its `job_end`; `summary`: what it came to;
//!   `preparation` and `ending`: what is recorded and waited for before; `room`: what waits where the disk is full or its server away
//! - `run_context`: from a point to a job; `checkouts`: where their folders are; `dispatcher`: claims points and runs them,
//!   with its `watch` for hopeless ones, its `inbox` for requests and the `growth` of a search

mod checkouts;
pub(super) mod dispatcher;
pub(super) mod ending;
pub(super) mod event;
pub(super) mod exec;
pub(super) mod growth;
pub(super) mod inbox;
pub(super) mod job_end;
pub(super) mod observer;
pub(super) mod outlook;
pub(super) mod preparation;
pub(super) mod queue;
mod room;
pub(super) mod run_context;
pub(super) mod select;
pub(super) mod summary;
pub(super) mod watch;
