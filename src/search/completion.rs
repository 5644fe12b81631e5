//! From what a strategy has chosen to a point: what is computed, what does not apply, what is excluded.

use std::cell::Cell;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};

use super::draft::Draft;
use super::parameter::{Origin, Parameter};
use super::space::Space;
use crate::expr::{Expression, ExpressionError};
use crate::hint;
use crate::point::{ParamName, Point};
use crate::value::Value;

/// What became of a draft.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// The point.
    Point(Point),
    /// The first constraint that excludes it, by its place in the definition.
    Excluded(usize),
}

/// What is known of a parameter.
#[derive(Clone, Debug)]
enum Slot {
    Unknown,
    Absent,
    Value(Value),
}

/// What is said where nothing chose a value of a parameter.
fn no_value(parameter: &Parameter) -> anyhow::Error {
    let name = &parameter.name;
    match &parameter.when {
        Some(when) => anyhow!("`{name}` has no value, and applies because `{when}`"),
        None => anyhow!("`{name}` has no value"),
    }
}

impl Space {
    /// The point that follows from a choice of the free parameters, in the repeat number `round`, counted from 1; `None`
    /// if a constraint excludes it.
    ///
    /// Parameters whose conditions do not hold are absent: they are not in the point. A condition that asks for an absent
    /// parameter does not hold; a constraint that asks for one excludes nothing.
    ///
    /// # Errors
    /// If an expression has no value, or a parameter that applies has none.
    pub fn complete(&self, draft: Draft, round: u64) -> Result<Option<Point>> {
        Ok(match self.judge(draft, round)? {
            Verdict::Point(point) => Some(point),
            Verdict::Excluded(_) => None,
        })
    }

    /// The point that differs from `point` in nothing but the number of its repeat, and what follows from that.
    ///
    /// # Errors
    /// If an expression has no value.
    pub fn repeated(&self, point: &Point, round: u64) -> Result<Option<Point>> {
        let mut draft = Draft::blank(self.free.len());
        for (at, (name, _)) in self.free().enumerate() {
            draft.set(at, point.get(name.as_str()).cloned());
        }
        self.complete(draft, round)
    }

    /// [`Space::complete`] with the constraint that excludes.
    pub(super) fn judge(&self, mut draft: Draft, round: u64) -> Result<Verdict> {
        if self.free.len() == self.parameters.len() && self.is_unrestricted() {
            let values = draft.into_values().map_err(|missing| no_value(&self.parameters[missing]))?;
            let point = Point::of_names(&self.names, values);
            return point.map(Verdict::Point).context("there are more parameters than values");
        }
        let mut slots = vec![Slot::Unknown; self.parameters.len()];
        for &index in &self.order {
            let parameter = &self.parameters[index];
            if let Some(when) = &parameter.when
                && !self
                    .applies(when, &slots)
                    .with_context(|| format!("the condition of `{}` cannot be evaluated", parameter.name))?
            {
                slots[index] = Slot::Absent;
                continue;
            }
            let value = match &parameter.origin {
                Origin::Free(_) => {
                    let chosen = self.free.binary_search(&index).ok().and_then(|free| draft.take(free));
                    chosen.ok_or_else(|| no_value(parameter))?
                }
                Origin::Repeat => Value::integer(i64::try_from(round).context("too many repeats")?),
                Origin::Derived(expression) => self.derive(&parameter.name, expression, &slots)?,
            };
            slots[index] = Slot::Value(value);
        }
        for (at, constraint) in self.constraints.iter().enumerate() {
            let (held, absent) = self.evaluated(&slots, |lookup| constraint.truth(lookup));
            match (held, absent) {
                (Ok(true), _) | (Err(_), Some(_)) => {}
                (Ok(false), _) => return Ok(Verdict::Excluded(at)),
                (Err(error), None) => {
                    return Err(self.failure(error, constraint, &slots).context("a constraint cannot be evaluated"));
                }
            }
        }
        self.point(slots).map(Verdict::Point)
    }

    /// Whether a condition holds; not if it needs what is absent.
    fn applies(&self, when: &Expression, slots: &[Slot]) -> Result<bool> {
        match self.evaluated(slots, |lookup| when.truth(lookup)) {
            (Ok(held), _) => Ok(held),
            (Err(_), Some(_)) => Ok(false),
            (Err(error), None) => Err(self.failure(error, when, slots)),
        }
    }

    fn derive(&self, name: &ParamName, expression: &Expression, slots: &[Slot]) -> Result<Value> {
        match self.evaluated(slots, |lookup| expression.value(lookup)) {
            (Ok(value), _) => Ok(value),
            (Err(error), None) => {
                Err(self.failure(error, expression, slots).context(format!("`{name}` cannot be computed")))
            }
            (Err(_), Some(absent)) => {
                let parameter = &self.parameters[absent];
                let asked = &parameter.name;
                let Some(when) = &parameter.when else {
                    bail!("`{name}` is computed from `{asked}`, which is absent");
                };
                Err(hint::error(
                    format!("`{name}` is computed from `{asked}`, which is absent where `{when}` does not hold"),
                    format!("give `{name}` a condition too: when = \"{when}\""),
                ))
            }
        }
    }

    /// What `evaluate` makes of the values that are known, and an absent parameter that it asked for.
    fn evaluated<T>(
        &self,
        slots: &[Slot],
        evaluate: impl FnOnce(&dyn Fn(&str) -> Option<Value>) -> T,
    ) -> (T, Option<usize>) {
        let absent = Cell::new(None);
        let result = evaluate(&|name| {
            let index = self.position(name)?;
            match &slots[index] {
                Slot::Value(value) => Some(value.clone()),
                Slot::Absent => {
                    absent.set(Some(index));
                    None
                }
                Slot::Unknown => None,
            }
        });
        (result, absent.get())
    }

    /// An error of an expression, with the values that it was evaluated for.
    fn failure(&self, error: ExpressionError, expression: &Expression, slots: &[Slot]) -> anyhow::Error {
        let values: Vec<String> = expression
            .variables()
            .iter()
            .filter_map(|name| match &slots[self.position(name)?] {
                Slot::Value(value) => Some(format!("{name}={}", value.to_trailer())),
                Slot::Absent | Slot::Unknown => None,
            })
            .collect();
        let error = error.into_hinted();
        if values.is_empty() { error } else { error.context(format!("at {}", values.join(" "))) }
    }

    fn point(&self, slots: Vec<Slot>) -> Result<Point> {
        let all = slots.iter().all(|slot| matches!(slot, Slot::Value(_)));
        let present = self.names.iter().zip(slots).filter_map(|(name, slot)| match slot {
            Slot::Value(value) => Some((name, value)),
            Slot::Absent | Slot::Unknown => None,
        });
        if all {
            let values = present.map(|(_, value)| value).collect();
            return Point::of_names(&Arc::clone(&self.names), values).context("a parameter has no value");
        }
        Ok(Point::new(present.map(|(name, value)| (name.clone(), value)).collect()))
    }
}
