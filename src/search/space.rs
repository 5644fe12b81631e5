//! The space of a search: its parameters, and what ties them together.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};

use super::dependencies;
use super::parameter::{Free, Origin, Parameter};
use super::zip::ZipGroup;
use crate::expr::{Expression, ExpressionError};
use crate::hint;
use crate::point::ParamName;
use crate::space::Domain;

/// The parameters of a search in the definition's order, with the constraints that its points keep.
#[derive(Clone, Debug)]
pub struct Space {
    pub(super) parameters: Vec<Parameter>,
    pub(super) names: Arc<[ParamName]>,
    pub(super) constraints: Vec<Expression>,
    /// The parameters in an order in which each can be computed from those before it.
    pub(super) order: Vec<usize>,
    /// Which parameters the strategy chooses.
    pub(super) free: Vec<usize>,
    pub(super) zips: Vec<ZipGroup>,
}

impl Space {
    /// The space of these parameters, in which all constraints hold.
    ///
    /// # Errors
    /// If a name stands twice, an expression asks for a name that is not there, parameters depend on each other in a
    /// circle, members of a group have different numbers of values, or more than one parameter counts the repeats.
    pub fn new(parameters: Vec<Parameter>, constraints: Vec<Expression>) -> Result<Self> {
        let names: Arc<[ParamName]> = parameters.iter().map(|parameter| parameter.name.clone()).collect();
        let mut seen = HashSet::new();
        if let Some(twice) = names.iter().find(|name| !seen.insert(*name)) {
            bail!("the parameter `{twice}` stands twice");
        }
        let known: Vec<&str> = names.iter().map(ParamName::as_str).collect();
        for parameter in &parameters {
            check(parameter, &known)?;
        }
        for constraint in &constraints {
            constraint
                .check(&known)
                .map_err(ExpressionError::into_hinted)
                .context("a constraint asks for an unknown name")?;
        }
        let counters: Vec<&str> =
            parameters.iter().filter(|p| matches!(p.origin, Origin::Repeat)).map(|p| p.name.as_str()).collect();
        if let [first, second, ..] = counters[..] {
            bail!("both `{first}` and `{second}` count the repeats of a point: only one parameter can");
        }
        let order = dependencies::order(&parameters)?;
        let zips = ZipGroup::all(&parameters)?;
        let free = (0..parameters.len()).filter(|&index| matches!(parameters[index].origin, Origin::Free(_))).collect();
        Ok(Self { parameters, names, constraints, order, free, zips })
    }

    /// The parameters in the definition's order.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// What all points keep.
    pub fn constraints(&self) -> &[Expression] {
        &self.constraints
    }

    /// The parameters that a strategy chooses, in the definition's order.
    pub fn free(&self) -> impl Iterator<Item = (&ParamName, &Free)> {
        self.parameters.iter().filter_map(|parameter| match &parameter.origin {
            Origin::Free(free) => Some((&parameter.name, free)),
            Origin::Derived(_) | Origin::Repeat => None,
        })
    }

    /// True if different choices make different points: all parameters always apply.
    pub(super) fn is_unconditional(&self) -> bool {
        self.parameters.iter().all(|parameter| parameter.when.is_none())
    }

    /// True if all choices make points, and different choices different ones.
    pub(super) fn is_unrestricted(&self) -> bool {
        self.constraints.is_empty() && self.is_unconditional()
    }

    /// True if one of the parameters counts repeats.
    pub fn counts_repeats(&self) -> bool {
        self.parameters.iter().any(|parameter| matches!(parameter.origin, Origin::Repeat))
    }

    /// The place of the parameter with this name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known.as_str() == name)
    }
}

/// Refuses what one parameter cannot have.
fn check(parameter: &Parameter, known: &[&str]) -> Result<()> {
    let name = &parameter.name;
    if let Some(when) = &parameter.when {
        when.check(known)
            .map_err(ExpressionError::into_hinted)
            .with_context(|| format!("the condition of `{name}` asks for an unknown name"))?;
    }
    match &parameter.origin {
        Origin::Derived(expression) => expression
            .check(known)
            .map_err(ExpressionError::into_hinted)
            .with_context(|| format!("`{name}` is computed from an unknown name")),
        Origin::Free(Free { domain: Domain::Drawn(drawn), .. }) => Err(hint::error(
            format!("the values of `{name}` are still to be drawn: {}", drawn.distribution().text()),
            "settle its domain before the search",
        )),
        Origin::Free(_) | Origin::Repeat => Ok(()),
    }
}
