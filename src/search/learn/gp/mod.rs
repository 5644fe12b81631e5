//! Gaussian processes: what is expected of a function between the points at which it is known, and how far to trust that.
//!
//! C. E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine Learning", MIT Press 2006. All sums are added in an
//! order of their own and no instruction is chosen by the processor, so that the same data give the same bits everywhere.

mod cholesky;
mod elementary;
mod fit;
mod hyper;
mod kernel;
mod likelihood;
pub mod nuts;
mod posterior;
mod training;
mod trend;
mod vector;
mod wide;

#[cfg(test)]
mod reference;

pub use fit::{Effort, most_probable, posterior_draws};
pub use hyper::{Form, Hyper, Prior};
pub use kernel::Kernel;
pub use likelihood::Likelihood;
pub use posterior::{Belief, Beliefs, Gp, Prediction, Scratch};
pub use training::Training;
pub use trend::Trend;
