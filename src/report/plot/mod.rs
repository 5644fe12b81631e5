//! Plots for a terminal: characters carry all there is to see, so that they need no colour.

mod axis;
mod heatmap;
mod scatter;

use std::str::FromStr;

use anyhow::Result;

use crate::hint;
use crate::table::Table;

/// What is plotted, as typed: `score:g_e` or `heatmap:g_e,g_i,score`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plot {
    /// A number over a parameter, or over another number.
    Scatter {
        /// The column upwards.
        y: String,
        /// The column to the right.
        x: String,
    },
    /// A number over two parameters.
    Heatmap {
        /// The column upwards.
        y: String,
        /// The column to the right.
        x: String,
        /// The column that the cells are shaded by.
        z: String,
    },
}

/// The least width that anything can be seen in.
const NARROWEST: usize = 30;

impl FromStr for Plot {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let owned = |part: &str| part.trim().to_owned();
        if let Some(parts) = text.strip_prefix("heatmap:") {
            let parts: Vec<&str> = parts.split(',').collect();
            if let [y, x, z] = parts[..] {
                return Ok(Self::Heatmap { y: owned(y), x: owned(x), z: owned(z) });
            }
        } else if let Some((y, x)) = text.split_once(':')
            && !x.trim().is_empty()
            && !y.trim().is_empty()
        {
            return Ok(Self::Scatter { y: owned(y), x: owned(x) });
        }
        Err(hint::error(format!("`{text}` is no plot"), "say score:g_e, or heatmap:g_e,g_i,score"))
    }
}

impl Plot {
    /// The lines of the plot, none of which is wider than `width`.
    ///
    /// # Errors
    /// If a column is unknown, or has no numbers where numbers are needed.
    pub fn draw(&self, table: &Table, width: usize) -> Result<Vec<String>> {
        let width = width.max(NARROWEST);
        match self {
            Self::Scatter { y, x } => scatter::draw(table, table.column(y)?, table.column(x)?, width),
            Self::Heatmap { y, x, z } => {
                heatmap::draw(table, [table.column(y)?, table.column(x)?, table.column(z)?], width)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_a_plot_or_is_refused() {
        let scatter = Plot::Scatter { y: "score".to_owned(), x: "g_e".to_owned() };
        assert_eq!("score:g_e".parse::<Plot>().unwrap(), scatter);
        let heatmap = Plot::Heatmap { y: "a".to_owned(), x: "b".to_owned(), z: "score".to_owned() };
        assert_eq!("heatmap:a, b,score".parse::<Plot>().unwrap(), heatmap);
        for text in ["score", "heatmap:a,b", ":g", "score:"] {
            assert!(text.parse::<Plot>().is_err(), "{text}");
        }
    }
}
