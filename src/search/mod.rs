//! Strategies: what proposes points, from the space and a seed alone. No git, no disk.
//!
//! A [`Space`] says which parameters there are, what they are taken from, computed from and when they apply. A [`Search`]
//! says how points are chosen. Together they are a [`Design`]: a sequence of distinct points in a fixed order, the same on
//! every machine, whose beginning does not depend on how much of it is asked for.
//!
//! | strategy | points |
//! |---|---|
//! | grid | every combination, the last parameter varying fastest |
//! | line | a base point, then one parameter at a time away from it |
//! | random | where the space is finite a sample without replacement, else independent draws |
//! | latin-hypercube | each parameter's range cut into as many parts as there are trials, and each part met once |
//! | sobol, halton | sequences that fill the space evenly, randomised by the seed |
//! | list | the points that the user gives |
//! | mixture | for each point one of these, drawn with given probabilities |
//!
//! A plain grid, a line or a sample of a finite space is never held in memory: its point number `k` is computed.
//!
//! ```
//! use gitsweep::point::ParamName;
//! use gitsweep::search::{Order, Origin, Parameter, Search, Space, Strategy};
//! use gitsweep::space::Domain;
//!
//! let axis = |name, domain| anyhow::Ok(Parameter::new(ParamName::new(name)?, Origin::free(Domain::parse(domain)?)));
//! let space = Space::new(vec![axis("a", "[1, 2]")?, axis("b", "3 to 5 step 1")?], vec![])?;
//! let design = Search::new(Strategy::Grid(Order::Nested), 0).design(space)?;
//! assert_eq!(design.total(), Some(6));
//! let points = design.proposals().map(|proposal| Ok(proposal?.point.to_string())).collect::<anyhow::Result<Vec<_>>>()?;
//! assert_eq!(points, ["a=1 b=3", "a=1 b=4", "a=1 b=5", "a=2 b=3", "a=2 b=4", "a=2 b=5"]);
//! # anyhow::Ok(())
//! ```

mod axis;
mod completion;
mod cube;
mod dependencies;
mod design;
mod draft;
mod factors;
mod fingerprint;
mod grid;
mod halton;
mod independent;
mod kind;
mod latin_hypercube;
pub mod learn;
mod line;
mod list;
mod mixture;
mod parameter;
mod permutation;
mod proposals;
mod sample;
mod sampler;
mod setting;
mod sobol;
mod source;
mod space;
mod strategy;
mod tally;
mod zip;

#[cfg(test)]
mod tests;

pub use design::{Design, Search};
pub use draft::Draft;
pub use factors::Factors;
pub use grid::Order;
pub use kind::StrategyKind;
pub use line::Base;
pub use list::Row;
pub use parameter::{Free, Origin, Parameter};
pub use proposals::{Proposal, Proposals};
pub use space::Space;
pub use strategy::{Share, Strategy};
pub use tally::Tally;
