//! Expressions as they are typed.

use anyhow::Result;

use crate::expr::Expression;
use crate::hint;

/// Reads an expression of the definition, which errors call `label`.
pub(super) fn parse_expression(text: &str, label: &str) -> Result<Expression> {
    Expression::parse(text).map_err(|error| {
        let way_out = error.hint().unwrap_or("expressions are Python's, such as 0.8 * C or g_e > g_i and n in [1, 2]");
        hint::error(format!("{label}: {error}"), way_out)
    })
}
