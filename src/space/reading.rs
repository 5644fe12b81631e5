//! What a domain's tree means.

use super::Domain;
use super::error::{DomainError, Fault};
use super::finite::{Finite, Set, check_count, repeated};
use super::functions;
use super::lexer::Dialect;
use super::progression::{End, Progression, Term};
use super::syntax::{falls, parse, spelt};
use super::tree::{Field, Node, Tree};
use super::typed;
use crate::hint::near_miss;
use crate::value::Value;

/// Reads what was typed.
pub(super) fn typed(text: &str) -> Result<Domain, DomainError> {
    parse(text, Dialect::Typed).and_then(|node| domain(&node)).map_err(|fault| fault.in_text(text))
}

/// Reads TOML source; a string there holds what would have been typed.
pub(super) fn toml(fragment: &str) -> Result<Domain, DomainError> {
    let node = parse(fragment, Dialect::Toml).map_err(|fault| fault.in_text(fragment))?;
    match &node.tree {
        Tree::Quoted(text) => typed(text),
        _ => domain(&node).map_err(|fault| fault.in_text(fragment)),
    }
}

/// The domain that a tree stands for.
pub(super) fn domain(node: &Node) -> Result<Domain, Fault> {
    let set = match &node.tree {
        Tree::Bare(_) | Tree::Quoted(_) => Set::Constant(scalar(node)?),
        Tree::List(items) => Set::List(list(items, node.at())?),
        Tree::Tuple(items) => Set::Progression(tuple(items, node)?),
        Tree::Range(terms) => {
            let [from, to, step] = &**terms;
            Set::Progression(range(from, to, step)?)
        }
        Tree::Table(fields) if is_range(fields) => Set::Progression(range_table(fields, node)?),
        Tree::Table(fields) => return typed::domain(fields, node),
        Tree::Call(call) => return functions::domain(call),
    };
    Ok(Domain::Finite(Finite::from(set)))
}

/// The single value at `node`.
fn scalar(node: &Node) -> Result<Value, Fault> {
    node.value().ok_or_else(|| {
        Fault::new(node.at(), "expected a number or text")
            .with_hint("text that looks like a list or a function goes between quotes")
    })
}

/// The values of a list, each once.
pub(super) fn list(items: &[Node], at: usize) -> Result<Vec<Value>, Fault> {
    check_count(Some(items.len()), items.len(), at)?;
    let values = items.iter().map(scalar).collect::<Result<Vec<_>, _>>()?;
    match repeated(&values) {
        Some(index) => {
            let value = &values[index];
            let first = values.iter().find(|first| first.same(value)).unwrap_or(value);
            let message = if first == value {
                format!("{value} is in the list twice")
            } else {
                format!("{value} is in the list twice: {first} is the same number")
            };
            let fault = Fault::new(items[index].at(), message);
            Err(match meant_as_range(&values) {
                Some(range) => fault.with_hint(format!("if first, last and step are meant: {range}")),
                None => fault,
            })
        }
        None => Ok(values),
    }
}

/// The range, if a list of three numbers can be meant as its first, last and step.
fn meant_as_range(values: &[Value]) -> Option<String> {
    let [from, to, step] = values else { return None };
    let [a, b, by] = [from.as_f64()?, to.as_f64()?, step.as_f64()?];
    (by != 0.0 && (b - a) / by >= 2.0).then(|| format!("{from} to {to} step {step}"))
}

/// Python's range: `(start, stop)` or `(start, stop, step)`.
fn tuple(items: &[Node], node: &Node) -> Result<Progression, Fault> {
    let hint = "in round brackets stands Python's range, (start, stop, step); a list is written [1, 2, 3]";
    let term = |node: &Node| Term::of(node).map_err(|fault| fault.with_hint(hint));
    match items {
        [start, stop] => Progression::new(term(start)?, term(stop)?, Term::implied(1, stop.at()), End::LeftOut),
        [start, stop, step] => Progression::new(term(start)?, term(stop)?, term(step)?, End::LeftOut),
        [] | [_] => Err(Fault::new(node.span.end - 1, "expected two or three numbers").with_hint(hint)),
        [_, _, _, extra, ..] => Err(Fault::new(extra.at(), "expected two or three numbers").with_hint(hint)),
    }
}

/// `from to to step step`, both ends in.
fn range(from: &Node, to: &Node, step: &Node) -> Result<Progression, Fault> {
    Progression::new(Term::of(from)?, Term::of(to)?, Term::of(step)?, End::Included)
}

/// True unless the keys are those of a domain that says its type.
fn is_range(fields: &[Field]) -> bool {
    !fields.iter().any(|field| ["type", "domain"].contains(&field.key.as_str()))
}

/// `{ from = a, to = b, step = c }`
fn range_table(fields: &[Field], node: &Node) -> Result<Progression, Fault> {
    const KEYS: [&str; 3] = ["from", "to", "step"];
    let hint = "a range is written { from = 0.5, to = 3.0, step = 0.5 }";
    let mut terms: [Option<&Node>; 3] = [None; 3];
    for field in fields {
        let Some(index) = KEYS.iter().position(|key| *key == field.key) else {
            let meant = near_miss(&field.key, KEYS).map_or_else(String::new, |key| format!("; `{key}`?"));
            return Err(Fault::new(field.at, format!("unknown key `{}`{meant}", field.key)).with_hint(hint));
        };
        if terms[index].replace(&field.value).is_some() {
            return Err(Fault::new(field.at, format!("`{}` is given twice", field.key)));
        }
    }
    if let [Some(from), Some(to), None] = terms {
        let (from, to) = (spelt(from), spelt(to));
        let (step, low, high) = if falls(&from, &to) { ("-1", &to, &from) } else { ("1", &from, &to) };
        return Err(Fault::new(node.span.end - 1, "expected the key `step`").with_hint(format!(
            "say how far apart the values are: {{ from = {from}, to = {to}, step = {step} }}; all between two bounds are \
             {{ type = \"continuous\", domain = [{low}, {high}] }}, by their magnitude with transformation = \"log\""
        )));
    }
    let term = |index: usize| {
        terms[index]
            .ok_or_else(|| Fault::new(node.span.end - 1, format!("expected the key `{}`", KEYS[index])).with_hint(hint))
    };
    range(term(0)?, term(1)?, term(2)?)
}
