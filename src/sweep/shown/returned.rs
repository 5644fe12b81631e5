//! Tables of results that come back as lists of points.

use anyhow::Result;
use indexmap::IndexSet;

use crate::git::Repository;
use crate::hint;
use crate::spec::{Rows, Source};
use crate::sweep::Sweep;
use crate::sweep::found::find;
use crate::value::Value;

/// A list of points without what is no parameter.
pub struct Returned {
    /// The points.
    pub rows: Rows,
    /// The columns that were left out; none of a list that is no table of results.
    pub left_out: Vec<String>,
}

impl Returned {
    /// Takes the parameters alone where `rows`, which were read from `path`, are a table that gitsweep wrote: those of the
    /// definition, `own`, and those of the newest sweep that has all of its own in the table.
    ///
    /// # Errors
    /// If no definition and no sweep of this repository says which they are.
    pub fn of(repository: &Repository, rows: Rows, own: &[String], path: &str) -> Result<Self> {
        let columns = columns(&rows);
        let is_ours = |column| rows.iter().all(|row| row.iter().any(|(name, _)| name == column));
        if !is_ours("point") || !is_ours("status") || own.iter().any(|name| name == "point" || name == "status") {
            return Ok(Self { rows, left_out: Vec::new() });
        }
        let mut known: Vec<String> = own.to_vec();
        known.extend(of_a_sweep(repository, &columns)?.unwrap_or_default());
        let kept = |column: &str| known.iter().find(|name| parameter(column) == Some(name)).cloned();
        if columns.iter().all(|column| kept(column).is_none()) {
            return Err(hint::error(
                format!("{path} is a table of results, and no sweep here tells which of its columns are parameters"),
                "take the others out of it, `point` and `status` too",
            ));
        }
        let left_out = columns.iter().filter(|column| kept(column).is_none()).cloned().collect();
        let taken = rows.iter().map(|row| {
            row.iter().filter_map(|(column, text)| Some((kept(column)?, as_meant(text).to_owned()))).collect()
        });
        Ok(Self { rows: taken.collect(), left_out })
    }
}

/// The columns of a list, each once, in the order in which they first come.
fn columns(rows: &Rows) -> IndexSet<String> {
    rows.iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// The parameter that a column of a table of results is of, if it is of one.
fn parameter(column: &str) -> Option<&str> {
    column.strip_prefix("param.").or(Some(column).filter(|name| !name.starts_with("metric.")))
}

/// The parameters that the newest sweep chose, of those that have all of theirs among the columns.
fn of_a_sweep(repository: &Repository, columns: &IndexSet<String>) -> Result<Option<Vec<String>>> {
    let has = |name: &str| columns.iter().any(|column| parameter(column) == Some(name));
    for choice in find::list(repository)?.into_iter().rev() {
        let Ok(plan) = Sweep::read_plan(repository, &choice.branch, choice.tip) else { continue };
        let chosen = plan.parameters.iter().filter(|parameter| matches!(parameter.source, Source::Domain(_)));
        let names: Vec<String> = chosen.clone().map(|parameter| parameter.name.to_string()).collect();
        let mut always = chosen.filter(|parameter| parameter.when.is_none());
        if !names.is_empty() && always.all(|parameter| has(parameter.name.as_str())) {
            return Ok(Some(names));
        }
    }
    Ok(None)
}

/// The text without the apostrophe that keeps a spreadsheet from taking it for a formula.
fn as_meant(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(formula) if formula.starts_with(['=', '+', '-', '@']) && Value::number(formula).is_none() => formula,
        _ => text,
    }
}
