//! From words to a tree, by operator precedence (Pratt, "Top down operator precedence", POPL 1973).
//!
//! Operators of one level form one flat node, so that the depth of a tree is that of its brackets, which is bounded:
//! neither parsing nor evaluation can run out of stack.

use std::ops::Range;

use super::error::{ExpressionError, Fault};
use super::function::Function;
use super::number::{Arithmetic, Number};
use super::term::{Comparison, Term};
use super::token::{Token, tokens};
use super::tree::{Infix, Level, Node, Operator, What, infix};
use crate::hint::near_miss;
use crate::value::Value;

const MAX_DEPTH: usize = 200;

/// A tree, the names in it in order of appearance, and where each appears first.
pub(super) struct Parsed {
    pub(super) root: Node,
    pub(super) names: Vec<String>,
    pub(super) places: Vec<Range<usize>>,
}

pub(super) fn parse(text: &str) -> Result<Parsed, ExpressionError> {
    let mut parser = Parser { text, tokens: tokens(text)?, at: 0, depth: 0, names: Vec::new(), places: Vec::new() };
    let root = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(Parsed { root, names: parser.names, places: parser.places }),
        _ => Err(parser.expected("an operator or the end")),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
    names: Vec<String>,
    places: Vec<Range<usize>>,
}

type Parse<T> = Result<T, ExpressionError>;

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn place(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(found) if *found == symbol)
    }

    fn follows(&self, symbol: &str) -> bool {
        matches!(self.tokens.get(self.at + 1), Some((Token::Symbol(found), _)) if *found == symbol)
    }

    /// Moves past the current word, which is never the end, and gives its place.
    fn pass(&mut self) -> Range<usize> {
        let place = self.place();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        place
    }

    fn accept(&mut self, symbol: &str) -> Option<Range<usize>> {
        self.is(symbol).then(|| self.pass())
    }

    fn require(&mut self, symbol: &str, expected: &str) -> Parse<Range<usize>> {
        self.accept(symbol).ok_or_else(|| self.expected(expected))
    }

    fn error(&self, place: Range<usize>, fault: Fault) -> ExpressionError {
        ExpressionError::new(self.text, place, fault)
    }

    fn expected(&self, what: &str) -> ExpressionError {
        let place = self.place();
        let found = match self.peek() {
            Token::End => "the end".to_owned(),
            _ => format!("`{}`", &self.text[place.clone()]),
        };
        let fault = Fault::new(format!("expected {what}, found {found}"));
        let fault = match self.peek() {
            Token::Name(word) if what != "a value" => match near_miss(word, ["and", "or", "not", "in", "is"]) {
                Some(near) => fault.hint(format!("did you mean `{near}`?")),
                None => fault,
            },
            Token::Symbol("if") => fault.hint("a choice is written `b if a else c`"),
            Token::Symbol("[") => fault.hint("a list stands only on the right of `in`"),
            Token::Symbol("(") => fault.hint("a product needs its `*`"),
            _ => fault,
        };
        self.error(place, fault)
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(self.place(), Fault::new("the expression is nested too deeply")));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn expression(&mut self) -> Parse<Node> {
        self.nested(|parser| {
            let then = parser.operators(Level::Or)?;
            if parser.accept("if").is_none() {
                return Ok(then);
            }
            let condition = parser.operators(Level::Or)?;
            parser.condition(&condition)?;
            parser.require("else", "`else`")?;
            let otherwise = parser.expression()?;
            let place = then.place.start..otherwise.place.end;
            Ok(Node { what: What::Choice(Box::new([condition, then, otherwise])), place })
        })
    }

    /// The operator at the current word.
    fn operator(&self) -> Option<Infix> {
        match *self.peek() {
            Token::Symbol(symbol) => infix(symbol, |next| self.follows(next)),
            _ => None,
        }
    }

    /// An operand with all operators after it that bind at least as tightly as `lowest`.
    fn operators(&mut self, lowest: Level) -> Parse<Node> {
        let first = self.nested(|parser| parser.operand(lowest))?;
        self.continued(first, lowest)
    }

    /// The operators after the operand `left`.
    fn continued(&mut self, left: Node, lowest: Level) -> Parse<Node> {
        self.nested(|parser| {
            let mut left = left;
            while let Some(Infix { level, .. }) = parser.operator().filter(|infix| infix.level >= lowest) {
                let mut rest = Vec::new();
                while let Some(infix) = parser.operator().filter(|infix| infix.level == level) {
                    let identity = parser.is("is");
                    for _ in 0..infix.words {
                        parser.pass();
                    }
                    let right = match infix.operator {
                        Operator::Compare(Comparison::In | Comparison::NotIn) => parser.collection()?,
                        _ => parser.operators(level.right())?,
                    };
                    if identity && !matches!(right.what, What::Constant(Term::Missing | Term::Bool(_))) {
                        let fault = Fault::new("expected `missing` after `is`").hint("values compare with `==`");
                        return Err(parser.error(right.place, fault));
                    }
                    rest.push((infix.operator, right));
                    if level == Level::Power {
                        break;
                    }
                }
                left = parser.joined(left, rest)?;
            }
            Ok(left)
        })
    }

    fn joined(&self, first: Node, rest: Vec<(Operator, Node)>) -> Parse<Node> {
        let end = rest.last().map_or(first.place.end, |(_, last)| last.place.end);
        let place = first.place.start..end;
        let (mut logical, mut compared, mut calculated) = (Vec::new(), Vec::new(), Vec::new());
        let mut any = false;
        for (operator, node) in rest {
            match operator {
                Operator::Or | Operator::And => {
                    any = matches!(operator, Operator::Or);
                    logical.push(node);
                }
                Operator::Compare(comparison) => compared.push((comparison, node)),
                Operator::Arithmetic(arithmetic) => calculated.push((arithmetic, node)),
            }
        }
        let what = if !logical.is_empty() {
            logical.insert(0, first);
            logical.iter().try_for_each(|node| self.condition(node))?;
            if any { What::Any(logical) } else { What::All(logical) }
        } else if !compared.is_empty() {
            self.comparison(first, compared)?
        } else {
            What::Arithmetic(Box::new(first), calculated)
        };
        Ok(Node { what, place })
    }

    fn comparison(&self, first: Node, mut rest: Vec<(Comparison, Node)>) -> Parse<What> {
        if let Some((_, list)) = rest.iter().rev().skip(1).find(|(_, node)| matches!(node.what, What::List(_))) {
            let fault = Fault::new("a list cannot be compared").hint("put the `in` before it into brackets");
            return Err(self.error(list.place.clone(), fault));
        }
        let missing = |node: &Node| matches!(node.what, What::Constant(Term::Missing));
        let Some(literal) =
            [&first].into_iter().chain(rest.iter().map(|(_, node)| node)).find(|&node| missing(node)).cloned()
        else {
            return Ok(What::Compare(Box::new(first), rest));
        };
        match (rest.pop(), rest.is_empty()) {
            (Some((comparison @ (Comparison::Equal | Comparison::NotEqual), right)), true) => {
                let operand = if missing(&right) { first } else { right };
                Ok(What::Missing(Box::new(operand), comparison))
            }
            _ => {
                let fault =
                    Fault::new("`missing` can only be asked for").hint("write `x is missing` or `x is not missing`");
                Err(self.error(literal.place, fault))
            }
        }
    }

    /// Refuses `x == 'a' or 'b'`, whose second half asks nothing.
    fn condition(&self, node: &Node) -> Parse<()> {
        match &node.what {
            What::Constant(term @ (Term::Text(_) | Term::Number(_))) => {
                let fault = Fault::new(format!("{} is not a condition", term.described()))
                    .hint("to compare with several values write `x in [a, b]`");
                Err(self.error(node.place.clone(), fault))
            }
            _ => Ok(()),
        }
    }

    fn operand(&mut self, lowest: Level) -> Parse<Node> {
        let sign = match self.peek() {
            Token::Symbol("+") => Arithmetic::Plus,
            Token::Symbol("-") => Arithmetic::Minus,
            Token::Symbol("not") => {
                let start = self.pass().start;
                let operand = self.operators(lowest.max(Level::Not))?;
                self.condition(&operand)?;
                let place = start..operand.place.end;
                return Ok(Node { what: What::Not(Box::new(operand)), place });
            }
            _ => return self.primary(),
        };
        let start = self.pass().start;
        let operand = self.operators(Level::Sign)?;
        let place = start..operand.place.end;
        Ok(Node { what: What::Sign(sign, Box::new(operand)), place })
    }

    fn primary(&mut self) -> Parse<Node> {
        let token = self.peek().clone();
        if matches!(token, Token::End) || matches!(token, Token::Symbol(symbol) if symbol != "(") {
            return Err(self.expected("a value"));
        }
        let place = self.pass();
        let what = match token {
            Token::Number(number) => What::Constant(number.into()),
            Token::Text(text) => What::Constant(Value::text(text).into()),
            Token::QuotedName(name) => self.name(name, &place),
            Token::Name(name) if self.is("(") => return self.call(&name, place),
            Token::Name(name) => constant(&name).map_or_else(|| self.name(name, &place), What::Constant),
            Token::Symbol(_) | Token::End => {
                let inner = self.expression()?;
                let end = self.require(")", "`)`")?.end;
                return Ok(Node { what: inner.what, place: place.start..end });
            }
        };
        Ok(Node { what, place })
    }

    fn name(&mut self, name: String, place: &Range<usize>) -> What {
        let known = self.names.iter().position(|known| *known == name);
        What::Name(known.unwrap_or_else(|| {
            self.names.push(name);
            self.places.push(place.clone());
            self.names.len() - 1
        }))
    }

    fn call(&mut self, name: &str, place: Range<usize>) -> Parse<Node> {
        let function = Function::named(name).map_err(|fault| self.error(place.clone(), fault))?;
        self.pass();
        let (arguments, _, end) = self.items(")", "`,` or `)`")?;
        let place = place.start..end;
        function.accepts(arguments.len()).map_err(|fault| self.error(place.clone(), fault))?;
        Ok(Node { what: What::Call(function, arguments), place })
    }

    /// What stands on the right of `in`: a list in square or round brackets, or an expression for a text.
    fn collection(&mut self) -> Parse<Node> {
        let start = self.place().start;
        let close = match self.peek() {
            Token::Symbol("[") => "]",
            Token::Symbol("(") => ")",
            _ => return self.operators(Level::Compare.right()),
        };
        self.pass();
        let (mut items, comma, end) = self.items(close, if close == "]" { "`,` or `]`" } else { "`,` or `)`" })?;
        let place = start..end;
        if close == ")" && items.len() == 1 && !comma {
            return self.continued(Node { what: items.remove(0).what, place }, Level::Compare.right());
        }
        if self.operator().is_some_and(|infix| infix.level > Level::Compare) {
            return Err(self.expected("`and`, `or` or the end after the list"));
        }
        Ok(Node { what: What::List(items), place })
    }

    /// The items up to `close`, whether there is a comma among them, and where the bracket ends.
    fn items(&mut self, close: &str, expected: &str) -> Parse<(Vec<Node>, bool, usize)> {
        let mut items = Vec::new();
        let mut comma = false;
        loop {
            if let Some(place) = self.accept(close) {
                return Ok((items, comma, place.end));
            }
            items.push(self.expression()?);
            if self.accept(",").is_some() {
                comma = true;
            } else if !self.is(close) {
                return Err(self.expected(expected));
            }
        }
    }
}

fn constant(name: &str) -> Option<Term> {
    Some(match name {
        "true" | "True" => Term::Bool(true),
        "false" | "False" => Term::Bool(false),
        "missing" | "None" => Term::Missing,
        "pi" => Term::Number(Number::Float(std::f64::consts::PI)),
        "inf" => Term::Number(Number::Float(f64::INFINITY)),
        "nan" => Term::Number(Number::Float(f64::NAN)),
        _ => return None,
    })
}
