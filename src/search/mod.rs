//! Strategies: what proposes points, from the space, the history and a seed alone. No git, no disk.

mod grid;

use std::fmt;
use std::str::FromStr;

use anyhow::Result;

pub use grid::Grid;

use crate::hint;
use crate::point::Point;

/// The strategies by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrategyKind {
    /// Every combination of every parameter's values.
    Grid,
}

impl fmt::Display for StrategyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Grid => "grid",
        })
    }
}

impl FromStr for StrategyKind {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> Result<Self> {
        match word {
            "grid" => Ok(Self::Grid),
            _ => Err(hint::error(format!("there is no strategy `{word}`"), "this version has: grid")),
        }
    }
}

/// A point to be laid, and how it came to be where that is worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The point.
    pub point: Point,
    /// What proposed it, for the commit's trailer.
    pub by: Option<String>,
}

/// Something that proposes points.
///
/// What it proposes depends on nothing but the space, the seed, what has been laid and what is known of it, so that a
/// search that was stopped anywhere goes on the same.
pub trait Strategy {
    /// How many points there will be in all, where that is known beforehand.
    fn total(&self) -> Option<u64>;

    /// The point after the first `laid` ones, `None` if there is none.
    fn propose(&self, laid: u64) -> Option<Proposal>;
}
