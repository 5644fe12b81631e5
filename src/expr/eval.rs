//! The value of a tree, for given values of its names.

use std::ops::Range;

use super::Lookup;
use super::error::{ExpressionError, Fault};
use super::number::Arithmetic;
use super::term::{Comparison, Term};
use super::tree::{Node, What};
use crate::value::Value;

/// What becomes of a name without a value, and of an operation that is not defined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// An error.
    Strict,
    /// A missing value.
    Lenient,
}

#[derive(Clone, Copy)]
pub(super) struct Evaluation<'a> {
    pub(super) text: &'a str,
    pub(super) names: &'a [String],
    pub(super) lookup: Lookup<'a>,
    pub(super) mode: Mode,
}

impl Evaluation<'_> {
    pub(super) fn term(&self, node: &Node) -> Result<Term, ExpressionError> {
        match &node.what {
            What::Constant(term) => Ok(term.clone()),
            What::Name(index) => self.name(&self.names[*index], node),
            // The parser lets a list stand only where `comparisons` reads it.
            What::List(_) => Ok(Term::Missing),
            What::Call(function, arguments) => {
                let arguments = arguments.iter().map(|node| self.term(node)).collect::<Result<Vec<_>, _>>()?;
                if arguments.iter().any(|term| matches!(term, Term::Missing)) {
                    return Ok(Term::Missing);
                }
                self.settled(function.call(&arguments), &node.place)
            }
            What::Sign(sign, operand) => self.sign(*sign, operand, &node.place),
            What::Not(operand) => Ok(Term::Bool(!self.truth(operand)?)),
            What::Any(nodes) => self.first_that_is(true, nodes),
            What::All(nodes) => self.first_that_is(false, nodes),
            What::Arithmetic(first, rest) => self.arithmetic(first, rest),
            What::Compare(first, rest) => self.comparisons(first, rest),
            What::Missing(operand, comparison) => {
                let missing = matches!(Self { mode: Mode::Lenient, ..*self }.term(operand)?, Term::Missing);
                Ok(Term::Bool(missing == (*comparison == Comparison::Equal)))
            }
            What::Choice(nodes) => {
                let [condition, then, otherwise] = &**nodes;
                self.term(if self.truth(condition)? { then } else { otherwise })
            }
        }
    }

    pub(super) fn truth(&self, node: &Node) -> Result<bool, ExpressionError> {
        match (self.term(node)?.truth(), self.mode) {
            (Ok(truth), _) => Ok(truth),
            (Err(_), Mode::Lenient) => Ok(false),
            (Err(fault), Mode::Strict) => Err(self.error(fault, &node.place)),
        }
    }

    fn name(&self, name: &str, node: &Node) -> Result<Term, ExpressionError> {
        match ((self.lookup)(name), self.mode) {
            (Some(value), _) => Ok(value.into()),
            (None, Mode::Lenient) => Ok(Term::Missing),
            (None, Mode::Strict) => Err(ExpressionError::unknown(self.text, node.place.clone(), name, &[])),
        }
    }

    fn error(&self, fault: Fault, place: &Range<usize>) -> ExpressionError {
        ExpressionError::new(self.text, place.clone(), fault)
    }

    fn settled(&self, result: Result<Term, Fault>, place: &Range<usize>) -> Result<Term, ExpressionError> {
        match (result, self.mode) {
            (Ok(term), _) => Ok(term),
            (Err(_), Mode::Lenient) => Ok(Term::Missing),
            (Err(fault), Mode::Strict) => Err(self.error(fault, place)),
        }
    }

    fn first_that_is(&self, wanted: bool, nodes: &[Node]) -> Result<Term, ExpressionError> {
        for node in nodes {
            if self.truth(node)? == wanted {
                return Ok(Term::Bool(wanted));
            }
        }
        Ok(Term::Bool(!wanted))
    }

    fn sign(&self, sign: Arithmetic, operand: &Node, place: &Range<usize>) -> Result<Term, ExpressionError> {
        let term = self.term(operand)?;
        let result = match term.number() {
            None if matches!(term, Term::Missing) => Ok(Term::Missing),
            None => Err(Fault::new(format!("`{}` needs a number, not {}", sign.symbol(), term.described()))),
            Some(number) if sign == Arithmetic::Minus => number.negative().map(Term::Number),
            Some(number) => Ok(Term::Number(number)),
        };
        self.settled(result, place)
    }

    fn arithmetic(&self, first: &Node, rest: &[(Arithmetic, Node)]) -> Result<Term, ExpressionError> {
        let mut left = self.term(first)?;
        let mut place = first.place.clone();
        for (operator, node) in rest {
            let right = self.term(node)?;
            let result = left.calculate(*operator, &right).unwrap_or_else(|| {
                let (first, second) = (self.named(&place, &left), self.named(&node.place, &right));
                let fault = Fault::new(format!("{first} and {second} cannot be combined by `{}`", operator.symbol()));
                Err(advised(fault, &left, &right))
            });
            place.end = node.place.end;
            left = self.settled(result, &place)?;
        }
        Ok(left)
    }

    fn comparisons(&self, first: &Node, rest: &[(Comparison, Node)]) -> Result<Term, ExpressionError> {
        let mut before = first;
        let mut left = self.term(first)?;
        for (comparison, node) in rest {
            let (holds, right) = if let What::List(items) = &node.what {
                (self.listed(&left, *comparison, items)?, Term::Missing)
            } else {
                let right = self.term(node)?;
                let holds = match (left.compare(*comparison, &right), self.mode) {
                    (Some(holds), _) => holds,
                    (None, Mode::Lenient) => false,
                    (None, Mode::Strict) => {
                        return Err(self.incomparable((before, &left), *comparison, (node, &right)));
                    }
                };
                (holds, right)
            };
            if !holds {
                return Ok(Term::Bool(false));
            }
            (before, left) = (node, right);
        }
        Ok(Term::Bool(true))
    }

    fn listed(&self, term: &Term, comparison: Comparison, items: &[Node]) -> Result<bool, ExpressionError> {
        let mut listed = false;
        for item in items {
            listed |= term.compare(Comparison::Equal, &self.term(item)?) == Some(true);
        }
        Ok(!matches!(term, Term::Missing) && listed == (comparison == Comparison::In))
    }

    fn incomparable(
        &self,
        (left, first): (&Node, &Term),
        comparison: Comparison,
        (right, second): (&Node, &Term),
    ) -> ExpressionError {
        let place = left.place.start..right.place.end;
        let (left, right) = (self.named(&left.place, first), self.named(&right.place, second));
        let fault = Fault::new(format!("{left} and {right} cannot be compared by `{}`", comparison.symbol()));
        let fault = match comparison {
            Comparison::In | Comparison::NotIn => fault.hint("on the right of `in` stands a list, `[a, b]`, or a text"),
            _ => advised(fault, first, second),
        };
        self.error(fault, &place)
    }

    /// The source and the value: `` `optimizer` (the text 'sgd') ``; only the value of a literal.
    fn named(&self, place: &Range<usize>, term: &Term) -> String {
        let source = &self.text[place.clone()];
        let described = term.described();
        if matches!(term, Term::Bool(_)) || !source.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '`')) {
            described
        } else {
            format!("`{}` ({described})", source.trim_matches('`'))
        }
    }
}

fn advised(fault: Fault, first: &Term, second: &Term) -> Fault {
    let spells_number = |term: &Term| matches!(term, Term::Text(text) if Value::number(text.as_str()).is_some());
    if spells_number(first) || spells_number(second) {
        fault.hint("`float(...)` reads a text as a number")
    } else {
        fault
    }
}
