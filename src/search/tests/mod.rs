//! Searches as a user would set them, held against what was worked out by hand.

mod designs;
mod evenness;
mod methods;
mod properties;
mod spaces;

use anyhow::Result;

use super::{Design, Free, Origin, Parameter, Search, Space, Strategy};
use crate::expr::Expression;
use crate::hint;
use crate::point::{ParamName, Point};
use crate::space::{Domain, Stream};
use crate::value::Value;

fn name(name: &str) -> ParamName {
    ParamName::new(name).unwrap()
}

fn expression(text: &str) -> Expression {
    Expression::parse(text).unwrap()
}

fn free(parameter: &str, domain: &str) -> Parameter {
    let domain = Domain::parse(domain).unwrap().settled_in_pairs(Stream::new(1, parameter));
    Parameter::new(name(parameter), Origin::free(domain))
}

fn derived(parameter: &str, text: &str) -> Parameter {
    Parameter::new(name(parameter), Origin::Derived(expression(text)))
}

fn repeat(parameter: &str) -> Parameter {
    Parameter::new(name(parameter), Origin::Repeat)
}

/// The same parameter with a value in the source.
fn standing_at(base: &str, parameter: Parameter) -> Parameter {
    with_free(parameter, |free| free.base = Some(Value::guess(base)))
}

/// The same parameter in a group.
fn zipped(group: &str, parameter: Parameter) -> Parameter {
    with_free(parameter, |free| free.zip = Some(group.to_owned()))
}

fn with_free(mut parameter: Parameter, change: impl FnOnce(&mut Free)) -> Parameter {
    match &mut parameter.origin {
        Origin::Free(free) => change(free),
        Origin::Derived(_) | Origin::Repeat => panic!("{} is not free", parameter.name),
    }
    parameter
}

fn space(parameters: Vec<Parameter>, constraints: &[&str]) -> Space {
    Space::new(parameters, constraints.iter().map(|text| expression(text)).collect()).unwrap()
}

fn design(strategy: Strategy, trials: Option<u64>, space: Space) -> Design {
    Search { trials, ..Search::new(strategy, 1) }.design(space).unwrap()
}

/// All points as they stand in messages.
fn points(design: &Design) -> Vec<String> {
    laid(design).iter().map(Point::to_string).collect()
}

fn laid(design: &Design) -> Vec<Point> {
    design.proposals().map(|proposal| proposal.unwrap().point).collect()
}

/// The message, its causes and its hints.
fn complaint<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "no error".to_owned(),
        Err(error) => {
            let mut lines: Vec<String> = error.chain().map(ToString::to_string).collect();
            lines.extend(hint::hints(&error).into_iter().map(|hint| format!("hint: {hint}")));
            lines.join("\n")
        }
    }
}
