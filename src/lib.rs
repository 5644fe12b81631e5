//! gitsweep explores the parameters of a research code by means of git: a branch for each search, a commit for each
//! point, each commit run in its own checkout, each result a note on its commit, a table over all of it.
//!
//! The modules, as the data flows; each uses only those above it, and those beside them:
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
//! - [`record`], [`lack`], [`reading`], [`outcome`], [`steps`]: what became of a run as a line of JSON; what it has not reported;
//!   where its numbers stand; what it reported in the end, and as it goes
//! - [`extraction`]: numbers that were read later, and their line of JSON
//! - [`job`], [`submission`], [`executor`]: one attempt at one point, what schedulers have been handed, and where it runs
//! - [`claim`]: who runs what
//! - [`ledger`]: all that is known of what became of runs
//! - [`table`], [`report`]: rows and columns, and how they are written
//! - [`sweep`]: the whole: a branch made, found again, run, tabled
//!
//! Beside them: [`names`] (every ref, file and variable that is ours), [`hint`] (errors with a way out), [`command`] (lines
//! for the shell), [`filesystem`] (who else sees a path), [`process`], [`liveness`] and [`lock`] (who is alive, here and
//! elsewhere, and who may do something alone), [`unfinished`] (files of a user's that are not whole yet), `attempt_files` (a
//! file for each attempt), `lenient` (what programs write), `file_server` (known to be away, and waited for), `cache` and `packing` (what need not be read twice, and in how few
//! bytes it is kept), `file_bytes` (what lies in memory or is mapped).
//!
//! # From `gitsweep create` to the commit
//!
//! `src/cli/create.rs` and its `definition.rs` read the command line; [`spec::Plan::resolve`] says what it and `gitsweep.toml` mean;
//! [`sweep::Draft::prepare`] holds that against the base commit (in `src/sweep/laid/`: `edit.rs` finds the places,
//! `draft/design.rs` asks [`search`] for the points); [`sweep::Draft::lay`] writes a commit for each point ([`git::TreeWriter`],
//! [`git::CommitWriter`], the message by [`trial::Label`]) and moves the ref, once, at the end.
//!
//! # From `gitsweep queue` to a result
//!
//! Here: [`sweep::queue`] selects the points, and a dispatcher (`src/sweep/here/dispatcher/`) claims them one by one and runs
//! them in checkouts by [`executor::Pool`]; a [`sweep::Observer`] is told of it and may end it. On a cluster:
//! [`sweep::submit`] hands them over, [`sweep::exec_task`] is what each job does, and [`sweep::follow`] asks schedulers what
//! has become of theirs. Either way a run leaves a result file, and [`ledger::fold`] puts it into a note. A search that grows
//! makes its next step (`src/sweep/laid/learn.rs`) as results come.
//!
//! # From the notes to a table
//!
//! [`sweep::Standings`] reads the notes and what is in flight, [`sweep::tabulate`] makes the rows, [`table::Table`] filters,
//! sorts and sums them up, and [`report::write`] writes them.

mod attempt_files;
mod cache;
pub mod claim;
pub mod command;
pub mod executor;
pub mod expr;
pub mod extraction;
mod file_bytes;
mod file_server;
pub mod filesystem;
pub mod git;
pub mod hint;
pub mod job;
pub mod lack;
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
pub mod unfinished;
pub mod value;
