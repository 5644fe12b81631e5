//! Statistics on plain numbers: it knows neither tables nor parameters.
//!
//! What the numbers are compared with stands in `tests/reference/`.

mod anova;
mod front;
mod kernel;
mod ped_anova;
mod summary;

pub use anova::{Anova, Effect, anova};
pub use front::{dominates, non_dominated};
pub use ped_anova::{Axis, Importance, top};
pub use summary::{Statistic, Summary};
