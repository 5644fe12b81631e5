//! Run here, by this process and those that it starts.
//!
//! - `queue`: the points that are to be run, all of them; `exec`: one; `select`: which; `outlook`: how far a search is;
//!   `event`: what is told of it
//! - `workshop`: from a point to a job; `crew`: who claims points and runs them, with its `watch` for hopeless ones,
//!   its `inbox` for requests and the `growth` of a search

pub(super) mod crew;
pub(super) mod event;
pub(super) mod exec;
pub(super) mod growth;
pub(super) mod inbox;
pub(super) mod outlook;
pub(super) mod queue;
pub(super) mod select;
pub(super) mod watch;
pub(super) mod workshop;
