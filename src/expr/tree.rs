//! What expressions are made of, and how tightly their operators bind.

use std::ops::Range;

use super::function::Function;
use super::number::Arithmetic;
use super::term::{Comparison, Term};

/// How tightly an operator binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Sign,
    Power,
    Operand,
}

impl Level {
    /// The level of the operands on the right.
    pub(super) fn right(self) -> Self {
        match self {
            Self::Or => Self::And,
            Self::And => Self::Not,
            Self::Not | Self::Compare => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product | Self::Power => Self::Sign,
            Self::Sign | Self::Operand => Self::Operand,
        }
    }
}

#[derive(Clone, Copy)]
pub(super) enum Operator {
    Or,
    And,
    Compare(Comparison),
    Arithmetic(Arithmetic),
}

/// A part of an expression and its place in the text.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) what: What,
    pub(super) place: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Constant(Term),
    /// An index into the names of the expression.
    Name(usize),
    /// Only ever on the right of `in`.
    List(Vec<Node>),
    Call(&'static Function, Vec<Node>),
    Sign(Arithmetic, Box<Node>),
    Not(Box<Node>),
    Any(Vec<Node>),
    All(Vec<Node>),
    Arithmetic(Box<Node>, Vec<(Arithmetic, Node)>),
    /// `a < b < c`: each neighbouring pair compares.
    Compare(Box<Node>, Vec<(Comparison, Node)>),
    /// `x == missing` and `x != missing`.
    Missing(Box<Node>, Comparison),
    /// `.1 if .0 else .2`.
    Choice(Box<[Node; 3]>),
}

/// An operator between two operands, of one word or of two (`not in`).
#[derive(Clone, Copy)]
pub(super) struct Infix {
    pub(super) level: Level,
    pub(super) operator: Operator,
    pub(super) words: usize,
}

/// The operator that begins with the word `symbol`; `follows` tells whether a word comes next.
pub(super) fn infix(symbol: &str, follows: impl Fn(&str) -> bool) -> Option<Infix> {
    let compare = |comparison| (Level::Compare, Operator::Compare(comparison));
    let sum = |arithmetic| (Level::Sum, Operator::Arithmetic(arithmetic));
    let product = |arithmetic| (Level::Product, Operator::Arithmetic(arithmetic));
    let words = match symbol {
        "not" if !follows("in") => return None,
        "not" => 2,
        "is" if follows("not") => 2,
        _ => 1,
    };
    let (level, operator) = match symbol {
        "or" => (Level::Or, Operator::Or),
        "and" => (Level::And, Operator::And),
        "is" if words == 2 => compare(Comparison::NotEqual),
        "==" | "is" => compare(Comparison::Equal),
        "!=" => compare(Comparison::NotEqual),
        "<" => compare(Comparison::Less),
        "<=" => compare(Comparison::LessOrEqual),
        ">" => compare(Comparison::Greater),
        ">=" => compare(Comparison::GreaterOrEqual),
        "in" => compare(Comparison::In),
        "not" => compare(Comparison::NotIn),
        "+" => sum(Arithmetic::Plus),
        "-" => sum(Arithmetic::Minus),
        "*" => product(Arithmetic::Times),
        "/" => product(Arithmetic::Over),
        "//" => product(Arithmetic::FloorOver),
        "%" => product(Arithmetic::Modulo),
        "**" => (Level::Power, Operator::Arithmetic(Arithmetic::Power)),
        _ => return None,
    };
    Some(Infix { level, operator, words })
}
