//! The definition of a sweep: as it is typed (`gitsweep.toml` and flags) and as it is meant (a [`Plan`]).
//!
//! Reading is in two steps. [`Typed`] takes the words as they stand and refuses what it does not know; [`Plan`] is what
//! they mean, with every default applied. A plan is written into the sweep's first commit and reads back as the same
//! plan, so that the branch alone says how to run and read the sweep.

mod bayesian;
mod complaint;
mod duration;
mod expression;
mod growing;
mod hooks;
mod keys;
mod learner;
mod metric;
mod mixing;
mod objective;
mod one_or_many;
mod parameter;
mod parameters;
mod path;
mod plan;
mod queue;
mod resolve;
mod resources;
mod rows;
mod series;
mod stopping;
mod strategy;
mod toml_text;
mod typed;
mod words;
mod written;

pub use duration::parse_duration;
pub use growing::{Growing, Method};
pub use hooks::Hooks;
pub use metric::{MetricSource, Origin, Readings};
pub use objective::{Direction, FITNESS, Objective};
pub use parameter::{Parameter, Place, SitePlan, Source};
pub use parameters::Given;
pub use path::join;
pub use plan::{Plan, RunDefinition, Search};
pub use queue::{ExecutorName, QueueDefaults};
pub use resources::Resources;
pub use rows::{Rows, read_rows};
pub use series::{Artifacts, SeriesPlan};
pub use stopping::Stopping;
pub use strategy::StrategyPlan;
pub use toml_text::toml_key;
pub use typed::{Flags, Typed};
pub use words::CommandLine;
