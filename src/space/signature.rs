//! Matching the arguments of a call with the parameters of a function, as Python does.

use std::fmt;

use super::error::Fault;
use super::tree::{Call, Node};
use crate::hint::near_miss;

/// A parameter of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    /// Another name for it.
    alias: Option<&'static str>,
    /// The default as it is written; `None` where an argument must be given.
    pub(super) default: Option<&'static str>,
}

/// A parameter that must be given.
pub(super) const fn needed(name: &'static str) -> Parameter {
    Parameter { name, alias: None, default: None }
}

/// A parameter with a default.
pub(super) const fn default(name: &'static str, default: &'static str) -> Parameter {
    Parameter { name, alias: None, default: Some(default) }
}

impl Parameter {
    /// The same parameter, which may also be called `alias`.
    pub(super) const fn or(self, alias: &'static str) -> Self {
        Self { alias: Some(alias), ..self }
    }

    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.alias == Some(name)
    }
}

/// A function's name and parameters, displayed as in Python's documentation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signature {
    pub(super) name: &'static str,
    pub(super) parameters: &'static [Parameter],
    /// More parameters after those.
    pub(super) tail: &'static [Parameter],
    /// Parameters that are given by name only.
    pub(super) options: &'static [Parameter],
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (index, parameter) in self.all().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let star = if index == self.positional().count() { "*, " } else { "" };
            match parameter.default {
                None => write!(f, "{comma}{star}{}", parameter.name)?,
                Some(default) => write!(f, "{comma}{star}{}={default}", parameter.name)?,
            }
        }
        f.write_str(")")
    }
}

/// The arguments of a call by the names of the parameters.
#[derive(Debug)]
pub(super) struct Arguments<'a> {
    given: Vec<(&'static str, &'a Node)>,
}

impl<'a> Arguments<'a> {
    /// The argument for a parameter; `None` where it was left out.
    pub(super) fn get(&self, parameter: &str) -> Option<&'a Node> {
        self.given.iter().find(|(name, _)| *name == parameter).map(|(_, node)| *node)
    }
}

impl Signature {
    /// A function with nothing but these parameters.
    pub(super) const fn new(name: &'static str, parameters: &'static [Parameter]) -> Self {
        Self { name, parameters, tail: &[], options: &[] }
    }

    fn positional(&self) -> impl Iterator<Item = &'static Parameter> {
        self.parameters.iter().chain(self.tail)
    }

    fn all(&self) -> impl Iterator<Item = &'static Parameter> {
        self.positional().chain(self.options)
    }

    /// The default of a parameter, as written.
    pub(super) fn default(&self, name: &str) -> Option<&'static str> {
        self.all().find(|parameter| parameter.name == name).and_then(|parameter| parameter.default)
    }

    /// Gives each argument of `call` to a parameter; those without a default are all there.
    pub(super) fn bind<'a>(&self, call: &'a Call) -> Result<Arguments<'a>, Fault> {
        let explained = |fault: Fault| fault.with_hint(format!("written {self}"));
        let mut given: Vec<(&'static str, &Node)> = Vec::new();
        for (index, node) in call.positional.iter().enumerate() {
            let Some(parameter) = self.positional().nth(index) else {
                return Err(explained(Fault::new(node.at(), format!("too many arguments for {}", self.name))));
            };
            given.push((parameter.name, node));
        }
        for field in &call.keyword {
            let Some(parameter) = self.all().find(|parameter| parameter.is_called(&field.key)) else {
                let names = self.all().map(|parameter| parameter.name);
                let meant = near_miss(&field.key, names).map_or_else(String::new, |name| format!("; `{name}`?"));
                let message = format!("{} has no argument `{}`{meant}", self.name, field.key);
                return Err(explained(Fault::new(field.at, message)));
            };
            if given.iter().any(|(name, _)| *name == parameter.name) {
                return Err(explained(Fault::new(field.at, format!("`{}` is given twice", field.key))));
            }
            given.push((parameter.name, &field.value));
        }
        let missing = |parameter: &&Parameter| {
            parameter.default.is_none() && !given.iter().any(|(name, _)| *name == parameter.name)
        };
        if let Some(parameter) = self.all().find(missing) {
            let message = format!("expected the argument `{}` of {}", parameter.name, self.name);
            return Err(explained(Fault::new(call.close, message)));
        }
        Ok(Arguments { given })
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::Dialect;
    use super::super::syntax::parse;
    use super::super::tree::Tree;
    use super::*;

    const POWER: Signature = Signature {
        name: "power",
        parameters: &[needed("a").or("exponent")],
        tail: &[default("size", "None")],
        options: &[default("step", "None")],
    };

    fn bound(text: &str) -> Result<Vec<&'static str>, (String, Option<String>)> {
        let Tree::Call(call) = parse(text, Dialect::Typed).unwrap().tree else { panic!("{text} is no call") };
        POWER.bind(&call).map(|arguments| arguments.given.iter().map(|(name, _)| *name).collect()).map_err(|fault| {
            let error = fault.in_text(text);
            (error.message().to_owned(), error.hint().map(str::to_owned))
        })
    }

    #[test]
    fn arguments_by_place_and_by_name() {
        assert_eq!(bound("power(3)"), Ok(vec!["a"]));
        assert_eq!(bound("power(3, 4)"), Ok(vec!["a", "size"]));
        assert_eq!(bound("power(size=4, a=3)"), Ok(vec!["size", "a"]));
        assert_eq!(bound("power(exponent=3, step=1)"), Ok(vec!["a", "step"]));
    }

    #[test]
    fn wrong_arguments_show_the_signature() {
        for (text, message) in [
            ("power()", "expected the argument `a` of power"),
            ("power(1, 2, 3)", "too many arguments for power"),
            ("power(1, sise=3)", "power has no argument `sise`; `size`?"),
            ("power(1, exponent=3)", "`exponent` is given twice"),
        ] {
            assert_eq!(
                bound(text),
                Err((message.to_owned(), Some("written power(a, size=None, *, step=None)".to_owned())))
            );
        }
    }
}
