//! gitsweep explores the parameters of a research code by means of git: a branch for each search, a commit for each
//! point, each commit run in its own checkout, each result a note on its commit, a table over all of it.
//!
//! The modules, as the data flows; each uses only those above it:
//!
//! - [`value`], [`point`], [`space`]: exact values, assignments, domains
//! - [`expr`]: expressions over parameters
//! - [`stats`]: statistics on plain numbers
//! - [`search`]: strategies, which propose points
//! - [`source`]: where values stand in committed text, and how they are written there
//! - [`git`]: objects, refs, notes, checkouts
//! - [`series`]: tables of numbers that runs leave, and what they reduce to
//! - [`spec`]: `gitsweep.toml` and flags, as typed and as meant
//! - [`trial`]: a point laid down as a commit
//! - [`record`], [`reading`], [`outcome`], [`steps`]: what became of a run, where its numbers stand, its line of JSON, what
//!   it reports as it goes
//! - [`extraction`]: numbers that were read later, and their line of JSON
//! - [`job`], [`executor`]: one attempt at one point, and where it runs
//! - [`liveness`], [`lock`], [`claim`]: who is alive, who may do something alone, who runs what
//! - [`ledger`], [`submission`]: all that is known of what became of runs, and what schedulers have been handed
//! - [`table`], [`report`]: rows and columns, and how they are written
//! - [`sweep`]: the whole: a branch made, found again, run, tabled
//!
//! From `gitsweep create` to the commit: [`spec::Plan::resolve`], [`sweep::Draft::prepare`] (finds the sites),
//! [`sweep::Draft::lay`] (writes the commits, moves the ref). From `gitsweep queue` to a result: [`sweep::queue`] claims
//! points and runs them here, [`sweep::submit`] hands them to a scheduler, whose jobs come back by [`sweep::exec_task`];
//! [`sweep::follow`] asks schedulers what has become of theirs, and [`ledger::fold`] puts outcomes into notes.
//!
//! Beside them: `cache` and `packing` (what need not be read twice, and in how few bytes it is kept), [`names`] (every ref,
//! file and variable that is ours), [`hint`] (errors with a way out), [`command`] (lines for the shell), [`process`] (who is
//! alive), [`filesystem`] (who else sees a path).

mod cache;
pub mod claim;
pub mod command;
pub mod executor;
pub mod expr;
pub mod extraction;
pub mod filesystem;
pub mod git;
pub mod hint;
pub mod job;
pub mod ledger;
mod lenient;
pub mod liveness;
pub mod lock;
pub mod names;
pub mod outcome;
mod packing;
pub mod point;
pub mod process;
pub mod reading;
pub mod record;
pub mod report;
pub mod search;
pub mod series;
pub mod source;
pub mod space;
pub mod spec;
pub mod stats;
pub mod steps;
pub mod submission;
pub mod sweep;
pub mod table;
pub mod trial;
pub mod value;
