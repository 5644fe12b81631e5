//! `choice`, `truncated` and `constant`: distributions made of values or of other distributions.

use std::sync::Arc;

use super::Domain;
use super::distribution::{Distribution, Shape};
use super::drawn::{Drawn, Replacement};
use super::error::Fault;
use super::finite::{Finite, Set, check_count};
use super::functions::{self, truth};
use super::given::Given;
use super::reading;
use super::samplers::{SIZE, sized};
use super::signature::{Signature, default, needed};
use super::tree::{Call, Node, Tree};
use super::writing::call_text;
use crate::value::{Kind, Value};

/// How far from one the probabilities of `choice` may add up to, as in numpy.
const TOLERANCE: f64 = 1.5e-8;

/// The names of these functions.
pub(super) const NAMES: [&str; 3] = ["choice", "constant", "truncated"];

const CHOICE: Signature = Signature {
    tail: &[default("size", "None"), default("replace", "True"), default("p", "None")],
    options: &[default("sampler", "None")],
    ..Signature::new("choice", &[needed("a").or("items")])
};
const CONSTANT: Signature = Signature::new("constant", &[needed("value")]);
const TRUNCATED: Signature =
    Signature { tail: SIZE, ..Signature::new("truncated", &[needed("sampler"), needed("low"), needed("high")]) };

/// The domain that a call stands for; `None` if `name` is another function's.
pub(super) fn domain(call: &Call, name: &str) -> Result<Option<Domain>, Fault> {
    match name {
        "choice" => choice(call).map(Some),
        "constant" => constant(call).map(Some),
        "truncated" => truncated(call).map(Some),
        _ => Ok(None),
    }
}

fn constant(call: &Call) -> Result<Domain, Fault> {
    let given = Given::new(call, CONSTANT)?;
    let value = given.node("value").and_then(Node::value);
    let value = value.ok_or_else(|| given.fault("value", "expected a number or text"))?;
    Ok(Domain::Finite(Finite::from(Set::Constant(value))))
}

/// numpy's `choice(a, size, replace, p)`, or randopt's `Choice(items, sampler)`.
fn choice(call: &Call) -> Result<Domain, Fault> {
    let given = Given::new(call, CHOICE)?;
    let items = given.node("a").map_or_else(|| Err(given.fault("a", "expected a list")), items)?;
    // Where numpy has the size, randopt has a sampler.
    let second = given.node("size").filter(|node| matches!(node.tree, Tree::Call(_)));
    if let Some(sampler) = second.or(given.node("sampler")) {
        if let Some(name) = ["replace", "p"].into_iter().find(|name| given.node(name).is_some()) {
            return Err(given.fault(name, format!("either a sampler or {name} can be given, not both")));
        }
        let shape = Shape::Indexed { items: items.into(), part: Arc::new(inner(sampler, "choice")?) };
        return match second {
            Some(_) => Ok(Domain::Sampled(Distribution::new(shape, call_text(call)))),
            None => sized(&given, shape, call),
        };
    }
    let cumulative = given.node("p").map(|node| cumulative(node, items.len())).transpose()?;
    let possible = match &cumulative {
        None => items.len(),
        Some(sums) => 1 + sums.windows(2).filter(|pair| pair[0] < pair[1]).count() - usize::from(sums[0] == 0.0),
    };
    let replacement = match given.node("replace").map(truth).transpose()? {
        Some(false) => Replacement::KeptOut,
        _ => Replacement::PutBack,
    };
    let (size, even) = (given.size()?, cumulative.is_none());
    if even && size.is_none() {
        return Ok(Domain::Finite(Finite::from(Set::List(items))));
    }
    let shape = Shape::Items { items: items.into(), cumulative: cumulative.map(Into::into) };
    let distribution = Distribution::new(shape, call_text(call));
    match size {
        None => Ok(Domain::Sampled(distribution)),
        Some(size) if replacement == Replacement::KeptOut && size > possible => {
            Err(given.fault("size", format!("only {possible} values can be chosen without replacement")))
        }
        Some(size) => Ok(Domain::Drawn(Drawn::new(distribution, size, replacement))),
    }
}

/// randopt's `Truncated(sampler, low, high)`: what lies beyond a bound becomes the bound.
fn truncated(call: &Call) -> Result<Domain, Fault> {
    let given = Given::new(call, TRUNCATED)?;
    let sampler = given.node("sampler").ok_or_else(|| given.fault("sampler", "expected a distribution"))?;
    let inner = inner(sampler, "truncated")?;
    let (low, high) = given.ordered_bounds("low", "high")?;
    sized(&given, Shape::Clipped { inner: Arc::new(inner), low, high }, call)
}

/// What can be chosen: the values of a list or a range, or the whole numbers below a number.
fn items(node: &Node) -> Result<Vec<Value>, Fault> {
    if let Some(value) = node.value() {
        let below = value.as_str().parse::<usize>().ok().filter(|&below| value.kind() == Kind::Integer && below > 0);
        let below = below.ok_or_else(|| Fault::new(node.at(), "expected a list, as in choice([1, 2, 3])"))?;
        let below = check_count(Some(below), below, node.at())?;
        return Ok((0..below as i64).map(Value::integer).collect());
    }
    match reading::domain(node)? {
        Domain::Finite(finite) => Ok(finite.values().to_vec()),
        _ => Err(Fault::new(node.at(), "expected a list, as in choice([1, 2, 3])")),
    }
}

/// The distribution of numbers that another one is made of.
fn inner(node: &Node, whose: &str) -> Result<Shape, Fault> {
    let fault = || {
        Fault::new(node.at(), "expected a distribution of numbers without a size")
            .with_hint(format!("as in {whose}(..., normal(0, 1), ...)"))
    };
    let Tree::Call(call) = &node.tree else {
        return Err(fault());
    };
    match functions::domain(call)? {
        Domain::Sampled(distribution) if distribution.is_ordered() => Ok(distribution.shape().clone()),
        _ => Err(fault()),
    }
}

/// The sums of the probabilities from the first on; the last is one.
fn cumulative(node: &Node, count: usize) -> Result<Vec<f64>, Fault> {
    let Tree::List(nodes) = &node.tree else {
        return Err(Fault::new(node.at(), "expected a list of probabilities"));
    };
    if nodes.len() != count {
        let message = format!("expected {count} probabilities, one for each value, not {}", nodes.len());
        return Err(Fault::new(node.at(), message));
    }
    let mut sums = Vec::with_capacity(count);
    let mut sum = 0.0;
    for node in nodes {
        let probability = node.value().filter(Value::is_number).and_then(|value| value.as_f64());
        match probability {
            Some(probability) if (0.0..=1.0).contains(&probability) => sum += probability,
            _ => return Err(Fault::new(node.at(), "a probability lies between 0 and 1")),
        }
        sums.push(sum);
    }
    if (sum - 1.0).abs() > TOLERANCE {
        return Err(Fault::new(node.at(), format!("the probabilities add up to {sum}, not to 1")));
    }
    // What equals the sum becomes one exactly, so that nothing after it can be drawn.
    sums.iter_mut().for_each(|part| *part /= sum);
    Ok(sums)
}
