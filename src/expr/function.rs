//! The functions that an expression may call.

use std::fmt;
use std::ops::RangeInclusive;

use bigdecimal::RoundingMode;

use super::error::Fault;
use super::number::{Number, finite};
use super::term::Term;
use crate::hint::near_miss;
use crate::value::Value;

/// A function by its name.
pub(super) struct Function {
    name: &'static str,
    arguments: RangeInclusive<usize>,
    run: Run,
}

enum Run {
    /// Of a double.
    Real(fn(f64) -> f64),
    /// Of numbers.
    Numbers(fn(Vec<Number>) -> Result<Number, Fault>),
    Terms(fn(&[Term]) -> Result<Term, Fault>),
}

const ANY: usize = usize::MAX;

static FUNCTIONS: [Function; 22] = [
    Function { name: "abs", arguments: 1..=1, run: Run::Numbers(|x| first(x).absolute()) },
    Function { name: "min", arguments: 1..=ANY, run: Run::Numbers(|x| Ok(extreme(x, std::cmp::Ordering::Less))) },
    Function { name: "max", arguments: 1..=ANY, run: Run::Numbers(|x| Ok(extreme(x, std::cmp::Ordering::Greater))) },
    Function { name: "round", arguments: 1..=2, run: Run::Numbers(|x| round(&x)) },
    Function { name: "floor", arguments: 1..=1, run: Run::Numbers(|x| first(x).whole(RoundingMode::Floor)) },
    Function { name: "ceil", arguments: 1..=1, run: Run::Numbers(|x| first(x).whole(RoundingMode::Ceiling)) },
    Function { name: "sqrt", arguments: 1..=1, run: Run::Real(f64::sqrt) },
    Function { name: "exp", arguments: 1..=1, run: Run::Real(f64::exp) },
    Function { name: "log", arguments: 1..=1, run: Run::Real(f64::ln) },
    Function { name: "ln", arguments: 1..=1, run: Run::Real(f64::ln) },
    Function { name: "log10", arguments: 1..=1, run: Run::Real(f64::log10) },
    Function { name: "log2", arguments: 1..=1, run: Run::Real(f64::log2) },
    Function { name: "sin", arguments: 1..=1, run: Run::Real(f64::sin) },
    Function { name: "cos", arguments: 1..=1, run: Run::Real(f64::cos) },
    Function { name: "tan", arguments: 1..=1, run: Run::Real(f64::tan) },
    Function { name: "tanh", arguments: 1..=1, run: Run::Real(f64::tanh) },
    Function { name: "pow", arguments: 2..=2, run: Run::Numbers(|x| power(&x)) },
    Function {
        name: "int",
        arguments: 1..=1,
        run: Run::Terms(|x| read(x)?.whole(RoundingMode::Down).map(Term::Number)),
    },
    Function { name: "float", arguments: 1..=1, run: Run::Terms(|x| read(x)?.decimal().map(Term::Number)) },
    Function { name: "str", arguments: 1..=1, run: Run::Terms(|x| Ok(text(x))) },
    Function { name: "len", arguments: 1..=1, run: Run::Terms(length) },
    Function { name: "bool", arguments: 1..=1, run: Run::Terms(|x| Ok(Term::Bool(x[0].truth()?))) },
];

impl Function {
    pub(super) fn named(name: &str) -> Result<&'static Self, Fault> {
        let names = || FUNCTIONS.iter().map(|function| function.name);
        FUNCTIONS.iter().find(|function| function.name == name).ok_or_else(|| {
            let bare = name.rsplit('.').next().unwrap_or(name);
            let fault = Fault::new(format!("there is no function `{name}`"));
            match near_miss(bare, names()) {
                Some(near) => fault.hint(format!("did you mean `{near}`?")),
                None => fault.hint(format!("the functions are {}", names().collect::<Vec<_>>().join(", "))),
            }
        })
    }

    pub(super) fn accepts(&self, given: usize) -> Result<(), Fault> {
        if self.arguments.contains(&given) {
            return Ok(());
        }
        let takes = match (*self.arguments.start(), *self.arguments.end()) {
            (least, ANY) => format!("at least {least}"),
            (least, most) if least == most => least.to_string(),
            (least, most) => format!("{least} or {most}"),
        };
        let noun = if takes.ends_with('1') { "value" } else { "values" };
        Err(Fault::new(format!("`{}` takes {takes} {noun}, not {given}", self.name)))
    }

    /// The result for as many arguments as the function accepts, none of them missing.
    pub(super) fn call(&self, arguments: &[Term]) -> Result<Term, Fault> {
        let numbers = || {
            let number = |term: &Term| {
                term.number().ok_or_else(|| {
                    Fault::new(format!("`{}` needs a number, not {}", self.name, term.described()))
                        .hint("`float(...)` reads a text as a number")
                })
            };
            arguments.iter().map(number).collect::<Result<Vec<_>, _>>()
        };
        match self.run {
            Run::Real(function) => {
                let argument = first(numbers()?).double()?;
                let result = function(argument);
                let number = if argument.is_finite() { finite(result)? } else { Number::Float(result) };
                Ok(Term::Number(number))
            }
            Run::Numbers(function) => function(numbers()?).map(Term::Number),
            Run::Terms(function) => function(arguments),
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

fn first(numbers: Vec<Number>) -> Number {
    numbers.into_iter().next().unwrap_or(Number::Float(f64::NAN))
}

/// The first of the smallest or largest numbers, as it is written.
fn extreme(numbers: Vec<Number>, order: std::cmp::Ordering) -> Number {
    let further = |best: Number, next: Number| if next.compare(&best) == Some(order) { next } else { best };
    numbers.into_iter().reduce(further).unwrap_or(Number::Float(f64::NAN))
}

fn round(numbers: &[Number]) -> Result<Number, Fault> {
    match numbers {
        [number, digits] => match digits.to_i64() {
            Some(digits @ -400..=400) => number.rounded(digits),
            _ => Err(Fault::new("`round` takes a number of digits from -400 to 400")),
        },
        _ => numbers[0].whole(RoundingMode::HalfEven),
    }
}

fn power(numbers: &[Number]) -> Result<Number, Fault> {
    numbers[0].calculate(super::number::Arithmetic::Power, &numbers[1])
}

/// The number that a number is or that a text spells.
fn read(terms: &[Term]) -> Result<Number, Fault> {
    let written = match &terms[0] {
        Term::Text(text) => Value::number(text.as_str().trim()).map(Number::Written),
        term => term.number(),
    };
    written.ok_or_else(|| Fault::new(format!("{} is not a number", terms[0].described())))
}

fn text(terms: &[Term]) -> Term {
    terms[0].clone().into_value().map_or(Term::Missing, |value| Term::Text(Value::text(value.as_str())))
}

fn length(terms: &[Term]) -> Result<Term, Fault> {
    match &terms[0] {
        Term::Text(text) => Ok(Term::Number(Number::Whole(text.as_str().chars().count().into()))),
        term => Err(Fault::new(format!("`len` needs a text, not {}", term.described()))),
    }
}
