//! What is optimised: one metric, or several with a direction each.

use std::collections::HashSet;

use anyhow::{Result, bail};

use super::learning;
use super::plan::{Direction, Objective};
use super::typed::{Flags, TypedSearch};
use crate::hint;

/// Refuses what is meant for several objectives, or for a direction.
pub(super) fn check_metric(metric: &str) -> Result<()> {
    if metric.contains(',') {
        let texts: Vec<String> = metric.split(',').map(|name| format!("\"{} min\"", name.trim())).collect();
        return Err(hint::error(
            format!("`{metric}` is no name of one metric"),
            format!("several stand in gitsweep.toml: objectives = [{}] under [search]", texts.join(", ")),
        ));
    }
    match metric.trim().rsplit_once(char::is_whitespace).map(|(name, way)| (name, way.parse::<Direction>())) {
        Some((name, Ok(direction))) => Err(hint::error(
            format!("`{metric}` is no name of a metric"),
            format!(
                "--objective {0} --direction {1}, or objective = \"{0}\" and direction = \"{1}\" under [search]",
                name.trim(),
                direction.as_str()
            ),
        )),
        _ => Ok(()),
    }
}

/// Several objectives; none if there is at most one.
pub(super) fn resolve_objectives(flags: &Flags, typed: &TypedSearch) -> Result<Vec<Objective>> {
    let Some(texts) = &typed.objectives else { return Ok(Vec::new()) };
    if flags.objective.is_some() {
        return Ok(Vec::new());
    }
    if typed.objective.is_some() || typed.direction.is_some() {
        return Err(hint::error(
            "both objective (or direction) and objectives are given",
            "objectives = [\"loss min\", \"seconds min\"] says it all",
        ));
    }
    let objectives = texts.iter().map(|text| learning::parse_objective(text)).collect::<Result<Vec<_>>>()?;
    if objectives.is_empty() {
        bail!("objectives is an empty list");
    }
    let mut seen = HashSet::new();
    if let Some(twice) = objectives.iter().find(|objective| !seen.insert(&objective.metric)) {
        bail!("the objective {} is given twice", twice.metric);
    }
    Ok(objectives)
}
