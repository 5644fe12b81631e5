//! Executors: where runs happen. An executor knows jobs and outcomes, and nothing of searches.
//!
//! On this machine a [`Pool`] runs jobs side by side. A [`Scheduler`] takes them to where gitsweep is started again, one
//! run at a time.

mod attempt;
mod control;
mod guard;
mod line;
mod local;
mod memory;
mod scheduler;
mod script;
mod shipped;
mod slurm;
mod tool;

/// What records have for runs that no scheduler started.
pub const LOCAL: &str = "local";

pub use attempt::{Place, discard_set, now, read_report, run};
pub use control::Control;
pub use local::{Event, Pool};
pub use scheduler::{
    Answer, Cancellation, Capacity, End, Left, Order, Phase, Reach, Reached, Refusal, Scheduler, Sought, TaskState,
};
pub use script::Script;
pub use shipped::{shipped_scripts, unpack_script};
pub use slurm::{NAME as SLURM, Slurm, own_job, ranges, suspended};
pub use tool::{call, said, wait_within};
