//! What has to be known before what.

use anyhow::Result;

use super::parameter::{Origin, Parameter};
use crate::expr::Expression;
use crate::hint;

/// The parameters in an order in which each comes after those that its expression and its condition ask for; in the
/// definition's order where that leaves a choice.
///
/// # Errors
/// If there is no such order: some parameters depend on each other.
pub(super) fn order(parameters: &[Parameter]) -> Result<Vec<usize>> {
    let needs: Vec<Vec<usize>> = parameters.iter().map(|parameter| needs(parameter, parameters)).collect();
    let mut walk = Walk { needs: &needs, states: vec![State::New; parameters.len()], path: vec![], order: vec![] };
    for index in 0..parameters.len() {
        if let Err(cycle) = walk.visit(index) {
            return Err(refusal(&cycle, parameters));
        }
    }
    Ok(walk.order)
}

fn needs(parameter: &Parameter, parameters: &[Parameter]) -> Vec<usize> {
    let derived = match &parameter.origin {
        Origin::Derived(expression) => Some(expression),
        Origin::Free(_) | Origin::Repeat => None,
    };
    let names = parameter.when.iter().chain(derived).flat_map(Expression::variables);
    names.filter_map(|name| parameters.iter().position(|other| other.name.as_str() == name)).collect()
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// A walk into the depth, and the way from where it began.
struct Walk<'a> {
    needs: &'a [Vec<usize>],
    states: Vec<State>,
    path: Vec<usize>,
    order: Vec<usize>,
}

impl Walk<'_> {
    /// Takes what `index` needs and then itself into the order; the cycle if it needs itself.
    fn visit(&mut self, index: usize) -> Result<(), Vec<usize>> {
        match self.states[index] {
            State::Done => return Ok(()),
            State::Open => {
                let start = self.path.iter().position(|&open| open == index).unwrap_or(0);
                return Err(self.path[start..].to_vec());
            }
            State::New => {}
        }
        self.states[index] = State::Open;
        self.path.push(index);
        for &need in &self.needs[index] {
            self.visit(need)?;
        }
        self.path.pop();
        self.states[index] = State::Done;
        self.order.push(index);
        Ok(())
    }
}

fn refusal(cycle: &[usize], parameters: &[Parameter]) -> anyhow::Error {
    let name = |at: usize| &parameters[cycle[at % cycle.len()]].name;
    if let [only] = cycle {
        let parameter = &parameters[*only];
        let name = &parameter.name;
        let asks = parameter.when.as_ref().is_some_and(|when| when.variables().iter().any(|v| v == name.as_str()));
        return if asks {
            hint::error(
                format!("the condition of `{name}` asks for `{name}` itself"),
                "a condition can only ask for other parameters; `where` can ask for all",
            )
        } else {
            hint::error(format!("`{name}` is computed from itself"), "an expression can only ask for other parameters")
        };
    }
    let links: Vec<String> = (0..cycle.len())
        .map(|at| format!("`{}` {}on `{}`", name(at), if at == 0 { "depends " } else { "" }, name(at + 1)))
        .collect();
    hint::error(
        format!("parameters depend on each other in a circle: {}", links.join(", ")),
        "give one of them values of its own",
    )
}
