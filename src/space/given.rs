//! The arguments of a distribution, checked.

use super::error::Fault;
use super::functions::count;
use super::interval::Spelling;
use super::lattice::Lattice;
use super::signature::{Arguments, Signature};
use super::tree::{Call, Node};
use crate::value::{Kind, Value};

/// The largest standard deviation of a law whose probabilities are added up one by one.
const WIDEST: f64 = 1e6;

/// The arguments of a call, by the names of the signature's parameters.
pub(super) struct Given<'a> {
    signature: Signature,
    arguments: Arguments<'a>,
    call: &'a Call,
}

impl<'a> Given<'a> {
    /// The arguments of `call`, all that are needed among them.
    pub(super) fn new(call: &'a Call, signature: Signature) -> Result<Self, Fault> {
        let arguments = signature.bind(call)?;
        Ok(Self { signature, arguments, call })
    }

    /// What was given for a parameter; `None` for Python's `None` too.
    pub(super) fn node(&self, name: &str) -> Option<&'a Node> {
        let is_none = |node: &Node| node.value().is_some_and(|value| value.as_str().eq_ignore_ascii_case("none"));
        self.arguments.get(name).filter(|node| !is_none(node))
    }

    /// Something wrong with the argument `name`.
    pub(super) fn fault(&self, name: &str, message: impl Into<String>) -> Fault {
        let at = self.arguments.get(name).map_or(self.call.at, Node::at);
        Fault::new(at, message).with_hint(format!("written {}", self.signature))
    }

    /// The argument or the default as a finite number.
    pub(super) fn value(&self, name: &str) -> Result<Value, Fault> {
        let value = match self.node(name) {
            Some(node) => node.value(),
            None => self.signature.default(name).and_then(Value::number),
        };
        value
            .filter(|value| value.exact().is_some() && value.as_f64().is_some_and(f64::is_finite))
            .ok_or_else(|| self.fault(name, format!("{name} must be a finite number")))
    }

    pub(super) fn number(&self, name: &str) -> Result<f64, Fault> {
        self.value(name).map(|value| value.as_f64().unwrap_or(f64::NAN))
    }

    pub(super) fn positive(&self, name: &str) -> Result<f64, Fault> {
        self.number_where(name, |number| number > 0.0, "must be above zero")
    }

    /// A shape or a number of degrees of freedom: above zero, and not so large that its integrals take for ever.
    pub(super) fn shape(&self, name: &str) -> Result<f64, Fault> {
        self.number_where(name, |number| number > 0.0 && number <= 1e8, "must be above zero and at most 1e8")
    }

    pub(super) fn at_least_zero(&self, name: &str) -> Result<f64, Fault> {
        self.number_where(name, |number| number >= 0.0, "must not be below zero")
    }

    /// A whole number that a double holds exactly.
    pub(super) fn whole(&self, name: &str) -> Result<f64, Fault> {
        let whole = |number: f64| (0.0..=9e15).contains(&number) && libm::floor(number) == number;
        self.number_where(name, whole, "must be a whole number, zero or more")
    }

    pub(super) fn probability(&self, name: &str) -> Result<f64, Fault> {
        self.number_where(name, |number| (0.0..=1.0).contains(&number), "must lie between 0 and 1")
    }

    pub(super) fn nonzero_probability(&self, name: &str) -> Result<f64, Fault> {
        self.number_where(name, |number| number > 0.0 && number <= 1.0, "must be above 0 and at most 1")
    }

    /// The argument `nonc` of the noncentral laws.
    pub(super) fn noncentrality(&self) -> Result<f64, Fault> {
        self.number_where("nonc", |number| (0.0..=1e6).contains(&number), "must lie between 0 and 1000000")
    }

    fn number_where(&self, name: &str, good: impl Fn(f64) -> bool, otherwise: &str) -> Result<f64, Fault> {
        let number = self.number(name)?;
        if good(number) { Ok(number) } else { Err(self.fault(name, format!("{name} {otherwise}"))) }
    }

    /// The argument as an integer; `None` where it was left out.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Fault> {
        let Some(node) = self.node(name) else {
            return Ok(None);
        };
        let integer = node.value().filter(|value| value.kind() == Kind::Integer);
        match integer.and_then(|value| value.as_str().parse().ok()) {
            // Room for the arithmetic of bounds.
            Some(integer) if (i64::MIN / 4..i64::MAX / 4).contains(&integer) => Ok(Some(integer)),
            _ => Err(self.fault(name, format!("{name} must be an integer"))),
        }
    }

    /// Two bounds, the lower one first.
    pub(super) fn ordered_bounds(&self, low: &str, high: &str) -> Result<(Value, Value), Fault> {
        let (a, b) = (self.value(low)?, self.value(high)?);
        if self.number(low)? < self.number(high)? {
            return Ok((a, b));
        }
        let name = if self.node(high).is_some() { high } else { low };
        let at = self.node(name).map_or(self.call.at, Node::at);
        Err(Fault::bounds(at, &a, &b))
    }

    /// How many values are to be drawn.
    pub(super) fn size(&self) -> Result<Option<usize>, Fault> {
        self.node("size").map(count).transpose()
    }

    /// The distance between the values that may occur.
    pub(super) fn step(&self) -> Result<Option<Value>, Fault> {
        if self.node("step").is_none() {
            return Ok(None);
        }
        self.positive("step")?;
        self.value("step").map(Some)
    }

    /// How values are written: multiples of a step, counted from the lower bound where there are `bounds`; a number of
    /// digits; or as they are.
    pub(super) fn spelling(&self, bounds: Option<(&Value, &Value)>) -> Result<Spelling, Fault> {
        let (step, digits) = (self.step()?, self.node("digits"));
        match (step, digits) {
            (Some(_), Some(_)) => Err(self.fault("digits", "either step or digits can be given, not both")),
            (Some(step), None) => match bounds {
                Some((low, high)) => self.lattice(low, high, &step).map(Spelling::Lattice),
                None => Lattice::unbounded(&Value::integer(0), &step)
                    .map(Spelling::Lattice)
                    .ok_or_else(|| self.fault("step", "step must be a finite number")),
            },
            (None, Some(digits)) => significant_digits(digits).map(Spelling::Digits),
            (None, None) => Ok(Spelling::Shortest),
        }
    }

    /// The numbers from `low` to `high` at a distance of `step`.
    pub(super) fn lattice(&self, low: &Value, high: &Value, step: &Value) -> Result<Lattice, Fault> {
        Lattice::between(low, high, step).ok_or_else(|| self.fault("step", "step is too small for these bounds"))
    }

    /// Refuses these ways to round whole numbers.
    pub(super) fn no_rounding(&self, names: &[&str]) -> Result<(), Fault> {
        match names.iter().find(|name| self.node(name).is_some()) {
            Some(name) => {
                let sampler = self.signature.name;
                Err(self.fault(name, format!("{sampler} draws whole numbers, for which {name} means nothing")))
            }
            None => Ok(()),
        }
    }

    /// Refuses a law of whole numbers that is too wide to add up.
    pub(super) fn narrow(&self, deviation: f64) -> Result<(), Fault> {
        if deviation <= WIDEST {
            return Ok(());
        }
        let message = format!("{} is too wide: its standard deviation is above {WIDEST}", self.signature.name);
        Err(Fault::new(self.call.at, message).with_hint("`normal` with `step=1` is close to it"))
    }
}

/// A number of significant digits.
pub(super) fn significant_digits(node: &Node) -> Result<u8, Fault> {
    match node.value().filter(|value| value.kind() == Kind::Integer).and_then(|value| value.as_str().parse().ok()) {
        Some(digits) if (1..=17).contains(&digits) => Ok(digits),
        _ => Err(Fault::new(node.at(), "expected a number of significant digits, 1 to 17")),
    }
}
