//! Executors: where runs happen. An executor knows jobs and outcomes, and nothing of searches.

mod attempt;
mod local;

pub use attempt::{Control, Place, discard_set, now, run};
pub use local::{Event, Pool, Wish};
