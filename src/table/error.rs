//! What can be wrong with a table or with what is asked of it.

use std::error::Error;
use std::fmt;

use crate::command::quote;

/// How many names a message lists before it counts the rest.
const LISTED: usize = 30;

/// Why a table cannot be made, or cannot do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableError {
    /// A row (counted from 0) has not one cell for each column.
    Ragged {
        /// Which row.
        row: usize,
        /// How many columns there are.
        expected: usize,
        /// How many cells the row has.
        found: usize,
    },
    /// Two columns have the same role and name.
    Duplicate {
        /// The name that both would show under.
        label: String,
    },
    /// No column has that name.
    UnknownColumn {
        /// The name that was asked for.
        name: String,
        /// A column that may have been meant.
        near: Option<String>,
        /// The columns there are.
        columns: Vec<String>,
    },
    /// No column's name fits the wildcards.
    NothingMatches {
        /// The pattern that was asked for.
        pattern: String,
        /// The columns there are.
        columns: Vec<String>,
    },
    /// The name is that of a parameter and of a metric.
    Ambiguous {
        /// The name that was asked for.
        name: String,
        /// The names that tell the columns apart.
        candidates: Vec<String>,
    },
    /// What stands behind a column's name is no direction.
    UnknownDirection {
        /// The word.
        word: String,
        /// The column, as it was typed.
        column: String,
    },
    /// There is nothing to be best by.
    NoObjective {
        /// The metrics that could be the objective.
        metrics: Vec<String>,
    },
    /// No point reports the objective.
    UnknownObjective {
        /// The objective.
        metric: String,
        /// A metric that may have been meant.
        near: Option<String>,
        /// The metrics there are.
        metrics: Vec<String>,
    },
}

impl Error for TableError {}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ragged { row, expected, found } => {
                write!(f, "row {row} of the table has {found} cells for {expected} columns")
            }
            Self::Duplicate { label } => write!(f, "the table has two columns `{label}`"),
            Self::UnknownColumn { name, near, columns } => {
                write!(f, "no column `{name}`; {}", NearMiss(near.as_deref(), "the columns are", columns))
            }
            Self::NothingMatches { pattern, columns } if columns.is_empty() => {
                write!(f, "no column matches `{pattern}`: no point has reported a metric")
            }
            Self::NothingMatches { pattern, columns } => {
                write!(f, "no column matches `{pattern}`; the columns are {}", List(columns))
            }
            Self::Ambiguous { name, candidates } => {
                write!(f, "`{name}` names more than one column: say `{}`", candidates.join("` or `"))
            }
            Self::UnknownDirection { word, column } => {
                write!(f, "`{word}` is no direction: say `{column} min` or `{column} max`")
            }
            Self::NoObjective { metrics } => {
                let example = metrics.first().map_or("METRIC", String::as_str);
                write!(
                    f,
                    "there is no objective to be best by: say --objective {} (and --direction maximize if more ",
                    quote(example)
                )?;
                f.write_str("is better); the next sweep takes both from [search] in gitsweep.toml")?;
                if metrics.is_empty() { Ok(()) } else { write!(f, "; the metrics are {}", List(metrics)) }
            }
            Self::UnknownObjective { metric, metrics, .. } if metrics.is_empty() => {
                write!(f, "no point has reported the objective `{metric}`, nor any other metric")
            }
            Self::UnknownObjective { metric, near, metrics } => {
                let near_miss = NearMiss(near.as_deref(), "the metrics are", metrics);
                write!(f, "no point has reported the objective `{metric}`; {near_miss}")
            }
        }
    }
}

/// The near miss, where there is one, and the list introduced by some words.
struct NearMiss<'a>(Option<&'a str>, &'a str, &'a [String]);

impl fmt::Display for NearMiss<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(near, words, names) = self;
        match near {
            Some(near) => write!(f, "did you mean `{near}`? T{} {}", &words[1..], List(names)),
            None => write!(f, "{words} {}", List(names)),
        }
    }
}

/// Names with commas between them, the first [`LISTED`] of them.
struct List<'a>(&'a [String]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.len().min(LISTED);
        f.write_str(&self.0[..shown].join(", "))?;
        if shown < self.0.len() { write!(f, " and {} more", self.0.len() - shown) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_short() {
        let metrics = (0..32).map(|index| format!("m{index}")).collect();
        let message = TableError::NoObjective { metrics }.to_string();
        assert!(message.ends_with("m28, m29 and 2 more"), "{message}");
    }
}
