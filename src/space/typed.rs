//! Domains that say their type: `{ type = "continuous", domain = [10, 10000], transformation = "log" }`.

use super::Domain;
use super::continuous::{Continuous, Rounding};
use super::error::Fault;
use super::finite::{Finite, Kept, Set, Typing};
use super::functions::{count, truth};
use super::given::significant_digits;
use super::interval::{Interval, Transformation};
use super::reading;
use super::tree::{Field, Node, Tree};
use crate::hint::near_miss;
use crate::value::{Kind, Value};

const TYPES: [&str; 5] = ["continuous", "integer", "discrete", "categorical", "boolean"];
const KEYS: [&str; 7] = ["type", "domain", "transformation", "grid_points", "integer", "step", "digits"];

/// A table that has a `type`.
struct Table<'a> {
    fields: &'a [Field],
    kind: &'static str,
    /// Where the type is written.
    kind_at: usize,
    /// Where the closing bracket stands.
    close: usize,
}

/// The domain that a table with the key `type` stands for.
pub(super) fn domain(fields: &[Field], node: &Node) -> Result<Domain, Fault> {
    let written = "written { type = \"continuous\", domain = [0.1, 10] }; the types are ";
    let table = Table::new(fields, node).map_err(|fault| fault.or_hint(&format!("{written}{}", TYPES.join(", "))))?;
    let (domain, form) = match table.kind {
        "continuous" => (table.continuous().map(Domain::Continuous), "domain = [0.1, 10], transformation = \"log\""),
        "integer" => (table.continuous().map(Domain::Continuous), "domain = [1, 64]"),
        "discrete" => (table.discrete().map(Domain::Finite), "domain = [1, 2, 5]"),
        "categorical" => (table.categorical().map(Domain::Finite), "domain = ['relu', 'tanh']"),
        kind => {
            return table
                .boolean()
                .map(Domain::Finite)
                .map_err(|fault| fault.or_hint(&format!("written {{ type = \"{kind}\" }}")));
        }
    };
    domain.map_err(|fault| fault.or_hint(&format!("written {{ type = \"{}\", {form} }}", table.kind)))
}

impl<'a> Table<'a> {
    fn new(fields: &'a [Field], node: &Node) -> Result<Self, Fault> {
        for (index, field) in fields.iter().enumerate() {
            if !KEYS.contains(&field.key.as_str()) {
                let meant = near_miss(&field.key, KEYS).map_or_else(String::new, |key| format!("; `{key}`?"));
                return Err(Fault::new(field.at, format!("unknown key `{}`{meant}", field.key)));
            }
            if fields[..index].iter().any(|before| before.key == field.key) {
                return Err(Fault::new(field.at, format!("`{}` is given twice", field.key)));
            }
        }
        let close = node.span.end - 1;
        let kind = fields.iter().find(|field| field.key == "type").map(|field| &field.value);
        let kind = kind.ok_or_else(|| Fault::new(close, "expected the key `type`"))?;
        let kind_at = kind.at();
        let kind = one_of(kind, &TYPES, "type")?;
        Ok(Self { fields, kind, kind_at, close })
    }

    fn get(&self, key: &str) -> Option<&'a Node> {
        self.fields.iter().find(|field| field.key == key).map(|field| &field.value)
    }

    fn domain(&self) -> Result<&'a Node, Fault> {
        self.get("domain").ok_or_else(|| {
            Fault::new(self.close, format!("expected the key `domain`: what the {} values are", self.kind))
        })
    }

    /// Refuses keys that mean nothing for this type.
    fn only(&self, allowed: &[&str]) -> Result<(), Fault> {
        match self.fields.iter().find(|field| field.key != "type" && !allowed.contains(&field.key.as_str())) {
            Some(field) => Err(Fault::new(field.at, format!("`{}` means nothing for type {}", field.key, self.kind))),
            None => Ok(()),
        }
    }

    fn grid_points(&self) -> Result<Option<usize>, Fault> {
        self.get("grid_points").map(count).transpose()
    }

    /// The transformation; none is linear.
    fn transformation(&self) -> Result<Transformation, Fault> {
        let named = self.get("transformation").map(|node| one_of(node, &["linear", "log", "none"], "transformation"));
        Ok(if named.transpose()? == Some("log") { Transformation::Log } else { Transformation::Linear })
    }

    fn continuous(&self) -> Result<Continuous, Fault> {
        self.only(&["domain", "transformation", "grid_points", "integer", "step", "digits"])?;
        let node = self.domain()?;
        let (low, high) = bounds(node)?;
        let (low_value, high_value) = (number(low)?, number(high)?);
        let double = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        if double(&low_value) >= double(&high_value) {
            return Err(Fault::bounds(high.at(), &low_value, &high_value));
        }
        let transformation = self.transformation()?;
        if transformation == Transformation::Log && double(&low_value) <= 0.0 {
            return Err(Fault::new(low.at(), "the logarithm needs bounds above zero")
                .with_hint("begin above zero, such as at 1e-6, or leave out the transformation"));
        }
        let rounding = self.rounding()?;
        if rounding == Rounding::Integer {
            for (bound, value) in [(low, &low_value), (high, &high_value)] {
                if value.kind() != Kind::Integer {
                    return Err(Fault::new(bound.at(), "the bounds of integers must be integers"));
                }
            }
        }
        let at = self.get("step").map_or(node.at(), Node::at);
        let spelling = rounding
            .spelling(&low_value, &high_value)
            .ok_or_else(|| Fault::new(at, "there are too many numbers between these bounds"))?;
        let interval = Interval::new(low_value, high_value, transformation, spelling);
        Ok(Continuous::new(interval, rounding, self.grid_points()?))
    }

    fn rounding(&self) -> Result<Rounding, Fault> {
        let integer = self.kind == "integer" || self.get("integer").map_or(Ok(false), truth)?;
        let given = [integer.then_some(self.kind_at), self.get("step").map(Node::at), self.get("digits").map(Node::at)];
        if let [_, second, ..] = given.iter().flatten().collect::<Vec<_>>()[..] {
            return Err(Fault::new(*second, "only one of integer, step and digits can be given"));
        }
        if integer {
            return Ok(Rounding::Integer);
        }
        if let Some(step) = self.get("step") {
            let value = number(step)?;
            if value.as_f64().is_none_or(|step| step <= 0.0) {
                return Err(Fault::new(step.at(), "step must be above zero"));
            }
            return Ok(Rounding::Step(value));
        }
        Ok(self.get("digits").map(significant_digits).transpose()?.map_or(Rounding::None, Rounding::Digits))
    }

    fn discrete(&self) -> Result<Finite, Fault> {
        self.only(&["domain", "transformation", "grid_points"])?;
        let node = self.domain()?;
        let Domain::Finite(finite) = reading::domain(node)? else {
            return Err(Fault::new(node.at(), "expected a list of numbers"));
        };
        if matches!(finite.set(), Set::Constant(_)) {
            return Err(Fault::new(node.at(), "expected a list of numbers"));
        }
        if let Set::List(values) = finite.set()
            && let Some(index) = values.iter().position(|value| !value.is_number())
        {
            return Err(Fault::new(node.item_at(index), "expected a number")
                .with_hint("values that are not numbers have the type categorical"));
        }
        let transformation = self.transformation()?;
        let reaches_zero = match finite.set() {
            Set::List(values) => values.iter().any(is_not_positive),
            _ => [0, finite.count() - 1].map(|index| finite.get(index)).iter().flatten().any(is_not_positive),
        };
        if transformation == Transformation::Log && reaches_zero {
            return Err(Fault::new(node.at(), "the logarithm needs values above zero"));
        }
        Ok(finite.typed(Typing::Discrete { transformation, kept: self.kept()? }))
    }

    fn kept(&self) -> Result<Kept, Fault> {
        Ok(self.grid_points()?.map_or(Kept::All, Kept::AtMost))
    }

    fn categorical(&self) -> Result<Finite, Fault> {
        self.only(&["domain", "transformation"])?;
        // Ignored, but not anything goes.
        self.transformation()?;
        let node = self.domain()?;
        match &node.tree {
            Tree::List(items) => {
                Ok(Finite::from(Set::List(reading::list(items, node.at())?)).typed(Typing::Categorical))
            }
            _ => Err(Fault::new(node.at(), "expected a list, as in domain = ['relu', 'tanh']")),
        }
    }

    fn boolean(&self) -> Result<Finite, Fault> {
        self.only(&[])?;
        Ok(Finite::from(Set::List(vec![Value::bool(false), Value::bool(true)])).typed(Typing::Boolean))
    }
}

/// The two bounds of `[low, high]`.
fn bounds(node: &Node) -> Result<(&Node, &Node), Fault> {
    match &node.tree {
        Tree::List(items) if items.len() == 2 => Ok((&items[0], &items[1])),
        _ => Err(Fault::new(node.at(), "expected the two bounds, as in domain = [0.1, 10]")),
    }
}

/// A number that is finite as a double too.
fn number(node: &Node) -> Result<Value, Fault> {
    let finite = |value: &Value| value.exact().is_some() && value.as_f64().is_some_and(f64::is_finite);
    node.value().filter(finite).ok_or_else(|| Fault::new(node.at(), "expected a finite number"))
}

fn is_not_positive(value: &Value) -> bool {
    value.as_f64().is_none_or(|number| number <= 0.0)
}

/// One of a few words, in any case.
fn one_of(node: &Node, known: &[&'static str], what: &str) -> Result<&'static str, Fault> {
    let written = node.value().map(|value| value.as_str().to_lowercase()).unwrap_or_default();
    known.iter().copied().find(|word| *word == written).ok_or_else(|| {
        let fault = Fault::new(node.at(), format!("expected a {what}: {}", known.join(", ")));
        match near_miss(&written, known.iter().copied()) {
            Some(word) => fault.with_hint(format!("did you mean `{word}`?")),
            None => fault,
        }
    })
}
