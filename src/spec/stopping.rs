//! Ending runs early, in the definition: `[search.stop]`.

use std::fmt::Write as _;

use anyhow::{Result, bail};

use super::objective::Objective;
use super::toml_text::toml_text;
use super::typed::TypedStop;
use crate::hint::{self, near_miss};
use crate::search::learn::{Asha, EarlyStop, Median};

/// When a run is ended because it is not going to be any good.
#[derive(Clone, Debug, PartialEq)]
pub struct Stopping {
    /// The rule.
    pub rule: EarlyStop,
    /// The metric that runs report as they go, and which way it is to go.
    pub metric: Objective,
}

impl Stopping {
    /// What `[search.stop]` means.
    ///
    /// # Errors
    /// If there is no such rule, a key is of the other one, or there is no metric.
    pub(super) fn resolve(typed: &TypedStop, objective: Option<&Objective>) -> Result<Self> {
        let rules = ["asha", "median"];
        let least = typed.min_steps.unwrap_or(1).max(1);
        let rule = match typed.rule.as_str() {
            "asha" => {
                if typed.min_runs.is_some() {
                    bail!("[search.stop] min_runs is a key of the rule median");
                }
                let reduction = typed.reduction.unwrap_or(3);
                if reduction < 2 {
                    bail!("[search.stop] reduction = {reduction}: one in at least 2 goes on");
                }
                if typed.max_steps.is_some_and(|most| most <= least) {
                    return Err(hint::error(
                        format!(
                            "[search.stop] max_steps is not above min_steps, {least}: there is nothing to end early"
                        ),
                        "min_steps is when runs are compared first, max_steps how long they are",
                    ));
                }
                EarlyStop::Asha(Asha { min_steps: least, max_steps: typed.max_steps, reduction })
            }
            "median" => {
                if typed.reduction.is_some() || typed.max_steps.is_some() {
                    bail!("[search.stop] reduction and max_steps are keys of the rule asha");
                }
                EarlyStop::Median(Median { min_steps: least, min_runs: typed.min_runs.unwrap_or(5).max(1) })
            }
            other => {
                let near = near_miss(other, rules);
                return Err(hint::error(
                    format!("[search.stop]: there is no rule `{other}`"),
                    near.map_or_else(
                        || format!("the rules are {}", rules.join(", ")),
                        |near| format!("did you mean `{near}`?"),
                    ),
                ));
            }
        };
        let metric = match (&typed.metric, objective) {
            (Some(metric), objective) => {
                let direction = typed.direction.as_deref().map(str::parse).transpose()?;
                let direction = direction.or(objective.map(|objective| objective.direction));
                let direction = direction.unwrap_or(super::Direction::Minimize);
                Objective { metric: metric.clone(), direction }
            }
            (None, Some(objective)) => objective.clone(),
            (None, None) => {
                return Err(hint::error(
                    "[search.stop] ends runs by a metric, and it is not said by which",
                    "objective = \"loss\" under [search], or metric = \"loss\" under [search.stop]",
                ));
            }
        };
        Ok(Self { rule, metric })
    }

    /// The table of the definition.
    pub(super) fn to_toml(&self) -> String {
        let mut out = "\n[search.stop]\n".to_owned();
        let mut line = |key: &str, value: String| {
            let _ = writeln!(out, "{key} = {value}");
        };
        match &self.rule {
            EarlyStop::Asha(asha) => {
                line("rule", "\"asha\"".to_owned());
                line("min_steps", asha.min_steps.to_string());
                if let Some(most) = asha.max_steps {
                    line("max_steps", most.to_string());
                }
                line("reduction", asha.reduction.to_string());
            }
            EarlyStop::Median(median) => {
                line("rule", "\"median\"".to_owned());
                line("min_steps", median.min_steps.to_string());
                line("min_runs", median.min_runs.to_string());
            }
        }
        line("metric", toml_text(&self.metric.metric));
        line("direction", toml_text(self.metric.direction.as_str()));
        out
    }
}
